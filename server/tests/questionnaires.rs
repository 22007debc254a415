//! Questionnaires, as browsers without script use them.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::team::StaffRole;
use service::InviteForm;
use testkit::Place;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const GP: &str = "gp@example.org";
const DESK: &str = "desk@example.org";
const BOSS: &str = "boss@example.org";

/// The answers of the PHQ-9, from "Not at all".
const OFTEN: [&str; 4] = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"];

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

struct Town {
    app: TestApp,
    sam: PersonId,
    sam_actor: Actor,
    ann_actor: Actor,
}

impl Town {
    /// Ann, who looks after Sam, records readings for Sam and sees of that what is so sensitive.
    async fn carer(&self, labels: &str) -> Browser {
        let form = InviteForm {
            email: ANN.to_owned(),
            name: "Ann Stone".to_owned(),
            relation: "daughter".to_owned(),
            scopes: "READ".to_owned(),
            labels: labels.to_owned(),
            submission: self.app.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = self.app.services.carers.invite(&self.sam_actor, self.sam, &form).await.unwrap();
        let mailed = self.app.mailed_link(ANN).await;
        let token = mailed.split_once("token=").unwrap().1;
        self.app.services.carers.accept(&self.ann_actor, token, &invited.code).await.unwrap();
        let mut carer = self.app.signed_in(ANN).await;
        carer.post("/acting", &[("person", &self.sam.to_string())]).await;
        carer
    }
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let ann = app.person("999 000 0026", "Stone", "Gout").await;
    let actor = |id| Actor::Account { id, assurance: Assurance::SecondStep };
    let sam_actor = actor(app.account(SAM, Some(sam)).await);
    let ann_actor = actor(app.account(ANN, Some(ann)).await);
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    app.staff(BOSS, "Y90001", StaffRole::Manager).await;
    Town { app, sam, sam_actor, ann_actor }
}

/// Begins one and gives the address of its response.
async fn begin(browser: &mut Browser, word: &str) -> String {
    let page = browser.get(&format!("/questionnaires/{word}")).await;
    page.says("Start").says("You can stop at any time");
    let submission = hidden(&page, "submission");
    let here = browser.post(&format!("/questionnaires/{word}"), &[("submission", &submission)]).await.location().to_owned();
    // Pressed twice it is one.
    let again = browser.post(&format!("/questionnaires/{word}"), &[("submission", &submission)]).await;
    assert_eq!(again.location(), here);
    here
}

/// Sends a page of answers and gives where that leads.
async fn send(browser: &mut Browser, page: &str, answers: &[(&str, &str)]) -> String {
    send_of(browser, page, "1", answers).await
}

/// The same of a page of this version of its file.
async fn send_of(browser: &mut Browser, page: &str, version: &str, answers: &[(&str, &str)]) -> String {
    let mut fields = vec![("version", version)];
    fields.extend(answers);
    browser.post(page, &fields).await.location().to_owned()
}

/// Answers the whole PHQ-9 with this answer, and the ninth with another.
async fn fill_in(browser: &mut Browser, here: &str, all: usize, nine: usize) {
    let all = OFTEN[all];
    assert_eq!(
        send(browser, &format!("{here}/pages/1"), &[("q1", all), ("q2", all), ("q3", all)]).await,
        format!("{here}/pages/2")
    );
    send(browser, &format!("{here}/pages/2"), &[("q4", all), ("q5", all), ("q6", all)]).await;
    send(browser, &format!("{here}/pages/3"), &[("q7", all), ("q8", all), ("q9", OFTEN[nine])]).await;
    send(browser, &format!("{here}/pages/4"), &[("q10", "LA6573-5")]).await;
    browser.post_and_follow(&format!("{here}/check"), &[]).await.says("Your answers are saved");
}

testkit::both_engines! {
    async fn the_phq_9_is_filled_in_page_by_page_and_an_answer_of_danger_shows_who_helps_at_once(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/readings").await.says("href=\"/questionnaires\"");
        let list = sam.get("/questionnaires").await;
        list.says("Low mood (PHQ-9)").says("Takes about 3 minutes").says("Worry and anxiety (GAD-7)").says("How much you drink").says("Looking after somebody").says("Falls: worth a check?");
        let about = sam.get("/questionnaires/phq-9").await;
        about.says("No permission required to reproduce, translate, display or distribute").says("Nobody is watching what you record here").does_not_say("leptos-island");
        let here = begin(&mut sam, "phq-9").await;
        assert_eq!(sam.get(&here).await.location(), format!("{here}/pages/1"));
        let page = sam.get(&format!("{here}/pages/1")).await;
        page.says("Over the last 2 weeks, how often have you been bothered by any of the following problems?");
        page.says("Little interest or pleasure in doing things").says("More than half the days").says("<strong>Step 1 of 4</strong>");
        page.does_not_say("Thoughts that you would be better off dead").does_not_say("116\u{a0}123");
        // Its form is none for paper: it says where all questions are, to fill in by hand.
        page.says("<p class=\"sh-print-only\">The questions are not printed here.").says("open “The questions on paper”");
        about.says(">The questions on paper<").says("<p class=\"sh-print-only\">They are not printed here.").says("To print this too, open it first.");
        about.says("Little interest or pleasure in doing things").says("Thoughts that you would be better off dead").says("<li>More than half the days</li>");
        about.says("call 111 now and choose option 2").says("Only if it fits your answers above: ").does_not_say("type=\"radio\"");
        assert_eq!(about.body.matches("class=\"sh-paper\"").count(), 10, "{}", about.body);
        sam.get("/questionnaires/gad-7").await.says(">The questions on paper<").does_not_say("choose option 2");
        // What is missing is said beside its question, and what was chosen is kept.
        let wrong = sam.post_and_follow(&format!("{here}/pages/1"), &[("version", "1"), ("q1", OFTEN[2]), ("q3", OFTEN[0])]).await;
        wrong.says("There is a problem").says("Choose an answer: Feeling down, depressed, or hopeless").says("href=\"#q2\"").does_not_say("href=\"#q1\"");
        assert_eq!(wrong.body.matches("checked").count(), 2, "{}", wrong.body);
        assert_eq!(send(&mut sam, &format!("{here}/pages/1"), &[("q1", OFTEN[2]), ("q2", OFTEN[1]), ("q3", OFTEN[0])]).await, format!("{here}/pages/2"));
        // They stop, and go on another day.
        sam.get("/questionnaires").await.says("Not finished");
        sam.get("/questionnaires/phq-9").await.says("Go on where you stopped").does_not_say("Start<");
        assert_eq!(sam.get(&here).await.location(), format!("{here}/pages/2"));
        send(&mut sam, &format!("{here}/pages/2"), &[("q4", OFTEN[1]), ("q5", OFTEN[0]), ("q6", OFTEN[1])]).await;
        sam.get(&format!("{here}/pages/3")).await.says("Thoughts that you would be better off dead, or of hurting yourself in some way");
        // Something else is missing on the page: help stands before that.
        let page = sam.post_and_follow(&format!("{here}/pages/3"), &[("version", "1"), ("q9", OFTEN[1])]).await;
        let (help, problem) = (page.body.find("116\u{a0}123").unwrap(), page.body.find("There is a problem").unwrap());
        assert!(help < problem, "who helps stands first");
        send(&mut sam, &format!("{here}/pages/3"), &[("q7", OFTEN[0]), ("q8", OFTEN[0]), ("q9", OFTEN[0])]).await;
        let to = send(&mut sam, &format!("{here}/pages/3"), &[("q7", OFTEN[0]), ("q8", OFTEN[0]), ("q9", OFTEN[1])]).await;
        assert_eq!(to, format!("{here}/help"));
        let help = sam.get(&to).await;
        help.says("You are not alone").says("tel:999").says("choose option 2").says("tel:116123").says("sms:85258").says("nobody was told");
        help.says("Go on with the questions").says(&format!("href=\"{here}/pages/4\""));
        sam.get(&format!("{here}/pages/4")).await.says("tel:116123").says("If you checked off any problems");
        sam.post_and_follow(&format!("{here}/check"), &[]).await.says("Some questions have no answer yet");
        assert_eq!(send(&mut sam, &format!("{here}/pages/4"), &[("q10", "LA6573-5")]).await, format!("{here}/check"));
        let check = sam.get(&format!("{here}/check")).await;
        check.says("tel:116123").says("More than half the days").says(&format!("href=\"{here}/pages/1#q2\"")).says("Finish and see the result");
        for _ in 0..2 {
            sam.post_and_follow(&format!("{here}/check"), &[]).await.says("Your answers are saved");
        }
        let result = sam.get(&here).await;
        result.says("tel:116123").says("Score: 6 of 27").says("Some signs of low mood").says("NHS talking therapies").says("It cannot tell what you have");
        // A change afterwards keeps what it was.
        let changed = sam.post_and_follow(&format!("{here}/pages/1"), &[("version", "1"), ("q1", OFTEN[3]), ("q2", OFTEN[3]), ("q3", OFTEN[3])]).await;
        changed.says("Your change is saved").says("Score: 12 of 27").says("What it said before").says("score 6");
        sam.get("/activity?own=yes").await.says("finished a questionnaire").says("changed the answers of a questionnaire");
        // Another time, and both stand in a picture, a sentence and a table.
        town.app.clock.advance(chrono::TimeDelta::days(14));
        let mut sam = town.app.signed_in(SAM).await;
        let next = begin(&mut sam, "phq-9").await;
        fill_in(&mut sam, &next, 0, 0).await;
        let scores = sam.get("/questionnaires/phq-9").await;
        scores.says("Filled in twice. The newest score is 0 of 27: few signs of low mood. The one before was 12.").says("<svg").says("(changed since)");
        // Each score can be read by itself, and lines stand where it begins to mean something else.
        scores.says("leptos-island").says("data-name=\"Low mood (PHQ-9)\"").says(": 12 of 27, clear signs of low mood").says(": 0 of 27, few signs of low mood");
        scores.says("something else: from 5, some signs of low mood; from 10, clear signs of low mood; from 15, strong signs of low mood; from 20, very strong signs of low mood.");
        assert_eq!(scores.body.matches("sh-chart__label--level").count(), 4, "{}", scores.body);
        sam.get(&next).await.does_not_say("116123");
        // A care team that gives care sees both; others see nothing.
        let mut gp = town.app.signed_in(GP).await;
        let theirs = format!("/team/people/{}/questionnaires", town.sam);
        gp.get(&format!("/team/people/{}", town.sam)).await.says("Their questionnaires");
        gp.get(&theirs).await.says("data-name=\"Low mood (PHQ-9)\"").says("12 of 27").says("Nobody has checked it").says("leptos-island");
        // Whatever the score, the list says at its top and in the row that answers tell of danger; the person's own does not.
        let list = gp.get(&theirs).await;
        list.says("This person’s life may be in danger").says("What they say weighs more than the score");
        assert_eq!(list.body.matches("Life may be in danger").count(), 1, "one row of two: {}", list.body);
        sam.get("/questionnaires/phq-9").await.does_not_say("ife may be in danger");
        let id = here.rsplit('/').next().unwrap();
        gp.get(&format!("{theirs}/{id}")).await.says("This person’s life may be in danger").says("Thoughts that you would be better off dead");
        let (mut desk, mut ann) = (town.app.signed_in(DESK).await, town.app.signed_in(ANN).await);
        for answer in [desk.get(&theirs).await, desk.get(&format!("{theirs}/{id}")).await, ann.get(&here).await, ann.get(&theirs).await] {
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            answer.does_not_say("PHQ-9");
        }
        for odd in ["/questionnaires/none", "/questionnaires/phq-9/nonsense", &format!("{here}/pages/0"), &here.replace("phq-9", "gad-7")] {
            assert_eq!(sam.get(odd).await.status, StatusCode::NOT_FOUND, "{odd}");
        }
        assert_eq!(sam.get(&format!("{next}/pages/4")).await.location(), format!("{next}/check"), "it is not asked");
    }

    async fn a_practice_that_wants_to_be_told_of_danger_gets_it_on_its_work_list(place: &Place) {
        let town = town(place).await;
        let mut boss = town.app.signed_in(BOSS).await;
        boss.get("/team").await.says("Answers that tell of danger");
        boss.post_and_follow("/team/questionnaires", &[("version", "0")]).await.says("Choose yes or no").says("href=\"#alerts\"");
        boss.post_and_follow("/team/questionnaires", &[("version", "0"), ("alerts", "yes")]).await.says("Your change is saved");
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/questionnaires/phq-9").await.says("Riverside Surgery is told, also if you do not").says("before the next working day");
        let here = begin(&mut sam, "phq-9").await;
        send(&mut sam, &format!("{here}/pages/3"), &[("q7", OFTEN[0]), ("q8", OFTEN[0]), ("q9", OFTEN[3])]).await;
        let help = sam.get(&format!("{here}/help")).await;
        help.says("Riverside Surgery was told of this answer").says("Do not wait for them").says("choose option 2").says("tel:116123");
        help.says("nobody there looks at it before Wednesday 4 November 2026, the next working day").says("tel:999");
        let mut gp = town.app.signed_in(GP).await;
        let work = gp.get("/team").await;
        work.says("An answer to look at now").says("Urgent").does_not_say("PHQ-9");
        let (_, rest) = work.body.split_once("href=\"/team/work/").unwrap();
        let item = format!("/team/work/{}", rest.split('"').next().unwrap());
        let page = gp.get(&item).await;
        let id = here.rsplit('/').next().unwrap();
        let answers = format!("/team/people/{}/questionnaires/{id}", town.sam);
        page.says("Read the answers").says(&answers).says("This is dealt with");
        page.says("<bdi>Sam Rivers. Born 31 March 1980. NHS number 999 000 0018. As on ");
        gp.get(&answers).await.says("This person’s life may be in danger").says("Not finished yet").says("Nearly every day");
        // Whoever manages sees that it waits, and not what it is, and cannot say that it is dealt with.
        boss.get(&item).await.says("Read the answers").does_not_say("better off dead").does_not_say("This is dealt with");
        assert_eq!(boss.get(&answers).await.status, StatusCode::NOT_FOUND);
        // They take it back: whoever comes by the list still reads what it was, and they read that it is known.
        send(&mut sam, &format!("{here}/pages/3"), &[("q7", OFTEN[0]), ("q8", OFTEN[0]), ("q9", OFTEN[0])]).await;
        let page = gp.get(&answers).await;
        page.says("This person’s life may be in danger").says("was changed since").says("What it said before").says("Nearly every day");
        sam.get(&format!("{here}/pages/1")).await.says("of an answer that was changed since").says("tel:116123");
        // And say it again, later: it is told again.
        town.app.clock.advance(chrono::TimeDelta::days(2));
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        send(&mut sam, &format!("{here}/pages/3"), &[("q7", OFTEN[0]), ("q8", OFTEN[0]), ("q9", OFTEN[1])]).await;
        sam.get(&format!("{here}/help")).await.says("was told of this answer on Thursday 5 November 2026");
        gp.get("/team").await.says("An answer to look at now");
        let mut desk = town.app.signed_in(DESK).await;
        desk.get("/team").await.does_not_say("An answer to look at now");
        assert_eq!(desk.get(&item).await.status, StatusCode::NOT_FOUND);
    }

    async fn on_paper_a_result_and_a_chart_say_whose_they_are(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        let here = begin(&mut sam, "phq-9").await;
        fill_in(&mut sam, &here, 0, 0).await;
        let who = "Sam Rivers. Born 31 March 1980. NHS number 999 000 0018";
        let whose = &format!("{who}. As on ");
        let runs = &format!(" data-whose=\"{who}\"");
        sam.get(&here).await.says(whose).says("sh-print-only").says(runs);
        sam.get("/readings/weight").await.says(whose);
        let id = here.rsplit('/').next().unwrap();
        // At work it stands on the screen too: a team looks at many people.
        let at_work = gp.get(&format!("/team/people/{}/questionnaires/{id}", town.sam)).await;
        at_work.says(&format!("<p><bdi>{who}</bdi></p>")).does_not_say("sh-print-only").says(runs);
        gp.get(&format!("/team/people/{}/readings/weight", town.sam)).await.says(whose);
        // Whoever does not see the details of the person is told their name alone.
        let mut carer = town.carer("general").await;
        carer.get("/readings/weight").await.says("<bdi>Sam Rivers. As on ").does_not_say("999 000 0018").does_not_say("31 March 1980");
    }

    async fn a_team_reads_the_advice_of_a_score_as_what_the_person_reads(place: &Place) {
        let town = town(place).await;
        let (mut sam, mut gp) = (town.app.signed_in(SAM).await, town.app.signed_in(GP).await);
        let here = begin(&mut sam, "phq-9").await;
        fill_in(&mut sam, &here, 1, 0).await;
        let id = here.rsplit('/').next().unwrap();
        let theirs = "The person reads this about it on their own page";
        let (own, at_work) =
            (sam.get(&here).await, gp.get(&format!("/team/people/{}/questionnaires/{id}", town.sam)).await);
        own.says("Some signs of low mood").says("A score helps you to talk about how you are").does_not_say(theirs);
        let list = format!("/team/people/{}/questionnaires", town.sam);
        gp.get(&list).await.says("The words beside a score are what the person reads about it");
        at_work.says("Some signs of low mood").says("A score helps to talk about how somebody is").does_not_say("helps you");
        // Everything that speaks to the person stands below that it does.
        let place = |words: &str| at_work.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", at_work.body));
        assert!(place("The score") < place(theirs) && place(theirs) < place("Some signs of low mood"));
        assert!(place("Some signs of low mood") < place("Fill this in again in 2 weeks."));
    }

    async fn a_carer_fills_in_what_is_open_to_them_and_is_told_to_stay_with_the_person(place: &Place) {
        let town = town(place).await;
        let mut carer = town.carer("general").await;
        let list = carer.get("/questionnaires").await;
        list.says("Falls: worth a check?").does_not_say("Looking after somebody: how are you?");
        list.says("How are you, as somebody who looks after Sam Rivers?").says("href=\"/acting\"");
        assert_eq!(carer.get("/questionnaires/carer-strain").await.status, StatusCode::NOT_FOUND);
        town.app.signed_in(SAM).await.get("/questionnaires").await.says("Looking after somebody: how are you?").does_not_say("href=\"/acting\"");
        list.does_not_say("PHQ-9").does_not_say("AUDIT-C");
        assert_eq!(carer.get("/questionnaires/phq-9").await.status, StatusCode::NOT_FOUND);
        let about = carer.get("/questionnaires/falls-risk").await;
        about.says("Start");
        let submission = hidden(&about, "submission");
        let here = carer.post("/questionnaires/falls-risk", &[("submission", &submission)]).await.location().to_owned();
        let page = format!("{here}/pages/1");
        assert_eq!(send_of(&mut carer, &page, "3", &[("q1", "no")]).await, format!("{here}/pages/4"));
        let mut sam = town.app.signed_in(SAM).await;
        // The person goes on where the carer stopped.
        assert_eq!(sam.get(&here).await.location(), format!("{here}/pages/4"));
        // What was typed for the questions of another file stands beside none of these.
        let old = [("version", "1"), ("q6", "no"), ("q7", "yes"), ("q8", "yes")];
        let page = sam.post_and_follow(&format!("{here}/pages/4"), &old).await;
        page.says("The questions have changed").says("Do you feel unsteady");
        assert_eq!(page.body.matches("checked").count(), 0, "{}", page.body);
        send_of(&mut sam, &format!("{here}/pages/4"), "3", &[("q6", "yes"), ("q7", "no"), ("q8", "no")]).await;
        let result = sam.post_and_follow(&format!("{here}/check"), &[]).await;
        result.says("Score: 1 of 16").says("does not predict who falls").says("Somebody who looks after you");
        // They are 46, and the guidance is about people of 65 and over, and some of 50 to 64.
        result.says("The guidance is about older people").says("See a GP if you fainted").does_not_say("Worth telling at your next visit");
        // Twice makes a picture; what the scores of older people mean is not theirs, so no line stands for it.
        let again = begin(&mut sam, "falls-risk").await;
        // An answer makes it longer, so nobody is told how long it is.
        let page = sam.get(&format!("{again}/pages/1")).await;
        page.says("<strong>Step 1</strong>").does_not_say("Step 1 of").does_not_say("sh-steps__bar");
        let next = send_of(&mut sam, &format!("{again}/pages/1"), "3", &[("q1", "yes")]).await;
        sam.get(&next).await.says("<strong>Step 2</strong>").does_not_say("Step 2 of");
        send_of(&mut sam, &format!("{again}/pages/1"), "3", &[("q1", "no")]).await;
        send_of(&mut sam, &format!("{again}/pages/4"), "3", &[("q6", "no"), ("q7", "no"), ("q8", "no")]).await;
        sam.post_and_follow(&format!("{again}/check"), &[]).await.says("Your answers are saved");
        sam.get("/questionnaires/falls-risk").await.says("Filled in twice").says("data-spots").does_not_say("sh-chart__level");
    }

    async fn a_carer_who_is_let_into_mental_health_hears_how_to_help(place: &Place) {
        let town = town(place).await;
        let mut carer = town.carer("general mental").await;
        let here = begin(&mut carer, "phq-9").await;
        send(&mut carer, &format!("{here}/pages/3"), &[("q7", OFTEN[0]), ("q8", OFTEN[0]), ("q9", OFTEN[2])]).await;
        carer.get(&format!("{here}/help")).await.says("Sam Rivers is hurt, or about to be, stay with them").says("tel:116123");
        let mut sam = town.app.signed_in(SAM).await;
        sam.get(&format!("{here}/help")).await.says("You are not alone");
    }

    async fn a_clinician_asks_for_one_and_sees_when_it_is_done(place: &Place) {
        let town = town(place).await;
        let mut gp = town.app.signed_in(GP).await;
        let theirs = format!("/team/people/{}/questionnaires", town.sam);
        let page = gp.get(&theirs).await;
        page.says("Nothing is filled in yet").says("Ask them to fill one in");
        let submission = hidden(&page, "submission");
        gp.post_and_follow(&theirs, &[("submission", &submission)]).await.says("Choose what they should fill in").says("href=\"#questionnaire\"");
        gp.post_and_follow(&theirs, &[("submission", &submission), ("questionnaire", "phq-9")]).await.says("You asked for it").says("Not done");
        assert_eq!(town.app.mailed_link(SAM).await, "/questionnaires");
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/questionnaires").await.says("Your team asks").says("Riverside Surgery, asks for it");
        sam.get("/questionnaires/phq-9").await.says("asked for this on 3 November 2026");
        let here = begin(&mut sam, "phq-9").await;
        fill_in(&mut sam, &here, 1, 0).await;
        sam.get("/questionnaires").await.does_not_say("Your team asks");
        gp.get(&theirs).await.says("Done 3 November 2026").does_not_say("Not done");
        let submission = hidden(&gp.get(&theirs).await, "submission");
        let page = gp.post_and_follow(&theirs, &[("submission", &submission), ("questionnaire", "gad-7")]).await;
        let request = hidden(&page, "request");
        gp.post_and_follow(&format!("{theirs}/withdraw"), &[("request", &request)]).await.says("Taken back 3 November 2026");
        sam.get("/questionnaires").await.does_not_say("Your team asks");
    }
}
