//! Mistakes that people report in entries, as browsers without script see them.

use crate::common::{Answer, TestApp};
use axum::http::StatusCode;
use domain::access::Actor;
use domain::team::StaffRole;
use service::{ImportRequest, OrganisationKind};
use std::io::Cursor;
use testkit::Place;

const SAM: &str = "sam@example.org";
const GP: &str = "gp@example.org";
const MANAGER: &str = "manager@example.org";
const DESK: &str = "desk@example.org";

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// The first address on a page that begins so and goes on.
#[track_caller]
fn link(page: &Answer, begins: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("href=\"{begins}")).unwrap_or_else(|| panic!("no {begins} in {}", page.body));
    format!("{begins}{}", rest.split('"').next().unwrap())
}

/// The practice corrects the problem.
async fn corrected(app: &TestApp) {
    let services = &app.services;
    let organisation =
        services.organisations.ensure(&Actor::Operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice).await.unwrap();
    let problem = r#"{"resourceType":"Condition","id":"c9990000018","subject":{"reference":"Patient/p9990000018"},
        "code":{"text":"Cough"},"onsetDateTime":"2019-05-01","clinicalStatus":{"coding":[{"code":"active"}]}}"#;
    let request = ImportRequest { organisation: organisation.id, expected: None };
    let report = services.imports.import(&Actor::Operator, Cursor::new(problem.as_bytes()), request).await.unwrap();
    assert_eq!(report.updated, 1);
}

testkit::both_engines! {
    async fn a_mistake_goes_to_the_practice_and_comes_back_corrected(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(sam)).await;
        let mut citizen = app.signed_in(SAM).await;
        citizen.get("/record").await.says("href=\"/record/mistakes\"");
        citizen.get("/record/mistakes").await.says("You have not reported a mistake");
        let entry = link(&citizen.get("/record/problems").await, "/record/entries/");
        let report = format!("{entry}/mistake");
        citizen.get(&entry).await.says("Is something wrong here?").says(&format!("href=\"{report}\""));
        // Nobody there reads reports yet.
        let page = citizen.get(&report).await;
        page.says("nobody there reads reports in Selfheal").says("Make the letter").does_not_say("Send the report");
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        app.staff(MANAGER, "Y90001", StaffRole::Manager).await;
        app.staff(DESK, "Y90001", StaffRole::Reception).await;

        let page = citizen.get(&report).await;
        page.says("Asthma").says("Do not wait if it could harm you").says("href=\"tel:111\"").says("What is wrong?");
        let (seen, submission) = (hidden(&page, "seen"), hidden(&page, "submission"));
        let form = |wrong: &'static str| [("wrong", wrong), ("should_say", ""), ("why", "My <b>hospital</b> said so"), ("seen", seen.as_str()), ("submission", submission.as_str())];
        let wrong = citizen.post_and_follow(&report, &form("")).await;
        wrong.says("Write what is wrong").says("href=\"#wrong\"").says("My &lt;b&gt;hospital&lt;/b&gt; said so");
        // Each box with the same sign that cannot be kept says which box it is, and which sign.
        let turned = [("wrong", "a\u{202e}b"), ("should_say", "a\u{202e}b"), ("why", "a\u{202e}b"), ("seen", seen.as_str()), ("submission", submission.as_str())];
        let page = citizen.post_and_follow(&report, &turned).await;
        for name in ["What is wrong", "What it should say", "Why you think so"] {
            page.says(&format!("{name}: take out the hidden mark that turns the writing round (U+202E) after"));
        }
        for _ in 0..2 {
            citizen.post_and_follow(&report, &form("I never had asthma")).await.says("Your report is sent").says("Nobody there has looked at it yet");
        }
        // Back, and sent again with a form of its own.
        let back = citizen.get(&report).await;
        back.says("You reported a mistake in this entry; it was sent to").says("Write here only if something else is wrong too.");
        let (anew, way) = (hidden(&back, "submission"), [("wrong", "I never had asthma"), ("why", "My <b>hospital</b> said so"), ("seen", seen.as_str())]);
        let twice: Vec<_> = way.into_iter().chain([("submission", anew.as_str())]).collect();
        citizen.post_and_follow(&report, &twice).await.says("This is reported already").says("href=\"#wrong\"");
        let list = citizen.get("/record/mistakes").await;
        list.says("Asthma").says("Sent");
        assert_eq!(list.body.matches("href=\"/record/mistakes/").count(), 1, "sent twice it is one");
        let mistake = link(&list, "/record/mistakes/");
        citizen.get(&entry).await.says("You reported a mistake in this entry; it was sent to").says("Report another mistake");

        // Reception does not see that it waits, a manager not what it says.
        let mut desk = app.signed_in(DESK).await;
        desk.get("/team").await.does_not_say("A mistake reported in a record");
        let mut manager = app.signed_in(MANAGER).await;
        let work = link(&manager.get("/team").await, "/team/work/");
        manager.get(&work).await.says("Clinicians see the report").does_not_say("I never had asthma");
        assert_eq!(desk.get(&work).await.status, StatusCode::NOT_FOUND);
        let mut gp = app.signed_in(GP).await;
        let page = gp.get(&work).await;
        page.says("A mistake reported in a record").says("I never had asthma").says("Asthma").says("My &lt;b&gt;hospital&lt;/b&gt; said so");
        // The page of the entry itself says it too, to them alone.
        let at_work = format!("/team/people/{sam}/entries/{}", entry.rsplit('/').next().unwrap());
        let page_of_entry = gp.get(&at_work).await;
        page_of_entry.says("A mistake was reported in this entry").says("I never had asthma").says("Nobody has looked at it yet");
        manager.get(&at_work).await.does_not_say("I never had asthma");
        // So do the lists in which it stands, without its words.
        let lists = ["record/problems", "timeline", "search?q=asthma"].map(|list| format!("/team/people/{sam}/{list}"));
        for list in &lists {
            let page = gp.get(list).await;
            page.says("Reported as wrong").does_not_say("I never had asthma");
            assert_eq!(page.body.matches("Reported as wrong").count(), 1, "{list}");
            manager.get(list).await.does_not_say("Reported as wrong");
        }
        citizen.get("/record/problems").await.does_not_say("Reported as wrong");
        // What was mailed before is of the look.
        app.mailed_link(SAM).await;
        let (version, submission) = (hidden(&page, "version"), hidden(&page, "submission"));
        let answer = |act: &'static str, words: &'static str| [("act", act), ("words", words), ("version", version.as_str()), ("submission", submission.as_str())];
        let path = format!("{work}/correction");
        gp.post_and_follow(&path, &answer("", "")).await.says("Choose what to do").says("href=\"#act\"");
        gp.post_and_follow(&path, &answer("decline", "")).await.says("Write to the person why it is not a mistake").says("href=\"#words\"");
        assert_eq!(manager.post(&path, &answer("accept", "")).await.status, StatusCode::NOT_FOUND);
        for _ in 0..2 {
            gp.post_and_follow(&path, &answer("accept", "It was another patient.")).await.says("Your answer is sent").says("You agreed.");
        }
        gp.get(&lists[0]).await.says("Reported as wrong");
        assert_eq!(app.mailed_link(SAM).await, "/record/mistakes");
        let page = citizen.get(&mistake).await;
        page.says("agrees that it is a mistake").says("It was another patient.").says("Name of clinician").says("By you").does_not_say("Take this report back");

        corrected(&app).await;
        let page = citizen.get(&mistake).await;
        page.says("it has been corrected").says("check that it says what it should").says(&format!("{entry}/versions/1")).says("Found by Selfheal");
        citizen.get(&format!("{entry}/versions/1")).await.says("Asthma");
        citizen.get(&entry).await.says("Cough").says("You reported a mistake in this entry; it was corrected on").says(&format!("href=\"{mistake}\""));
        gp.get("/team").await.does_not_say("A mistake reported in a record");
        for list in lists {
            gp.get(&list.replace("asthma", "cough")).await.says("Cough").does_not_say("Reported as wrong");
        }
        citizen.get("/activity?own=yes").await.says("agreed that there is a mistake in your record");
    }

    async fn a_mistake_goes_by_letter_where_nobody_reads_reports(place: &Place) {
        let app = TestApp::over(place);
        let (sam, stone) = (app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await);
        app.account(SAM, Some(sam)).await;
        app.account("stone@example.org", Some(stone)).await;
        let mut citizen = app.signed_in(SAM).await;
        let entry = link(&citizen.get("/record/problems").await, "/record/entries/");
        let report = format!("{entry}/mistake");
        let page = citizen.get(&report).await;
        let (seen, submission) = (hidden(&page, "seen"), hidden(&page, "submission"));
        let form = |wrong: &'static str| [("wrong", wrong), ("should_say", ""), ("why", "One\nTwo <b>"), ("seen", seen.as_str()), ("by_letter", "yes"), ("submission", submission.as_str())];
        citizen.post_and_follow(&report, &form("")).await.says("Write what is wrong").says("Two &lt;b&gt;").says("Make the letter");
        for _ in 0..2 {
            let page = citizen.post_and_follow(&report, &form("I never had asthma")).await;
            page.says("Your letter is ready").says("It is kept here for you to send").says("article 16 of the UK GDPR");
            page.says("What is wrong: I never had asthma").says("Two &lt;b&gt;").says("999 000 0018").says("Nothing is sent by itself");
        }
        let list = citizen.get("/record/mistakes").await;
        list.says("Asthma").says("For you to send");
        let mistake = link(&list, "/record/mistakes/");
        citizen.get(&entry).await.says("it is kept for you to send to Riverside Surgery");
        let file = citizen.get(&format!("{mistake}/letter")).await;
        assert_eq!(file.headers["content-type"], "application/pdf");
        assert!(file.body.starts_with("%PDF-1.7"));
        let mut other = app.signed_in("stone@example.org").await;
        assert_eq!(other.get(&format!("{mistake}/letter")).await.status, StatusCode::NOT_FOUND);

        let path = format!("{mistake}/letter");
        let submission = hidden(&citizen.get(&mistake).await, "submission");
        let day = domain::when::london_day(app.services.core.now());
        let [day, month, year] = ["%d", "%m", "%Y"].map(|part| day.format(part).to_string());
        let posted = |year: &'static str| [("act", "post"), ("version", "1"), ("submission", submission.as_str()), ("sent_day", "1"), ("sent_month", "1"), ("sent_year", year)];
        citizen.post_and_follow(&path, &posted("")).await.says("The day you sent it must include a year").says("href=\"#sent-day\"");
        let posted = [("act", "post"), ("version", "1"), ("submission", submission.as_str()), ("sent_day", day.as_str()), ("sent_month", month.as_str()), ("sent_year", year.as_str())];
        for _ in 0..2 {
            citizen.post_and_follow(&path, &posted).await.says("Your letter is sent").says("They have one month to answer").says("Sent by letter on ");
        }
        let submission = hidden(&citizen.get(&mistake).await, "submission");
        let said = |act: &'static str, words: &'static str| [("act", act), ("words", words), ("version", "2"), ("submission", submission.as_str())];
        citizen.post_and_follow(&path, &said("", "")).await.says("Choose what they said").says("href=\"#act\"");
        citizen.post_and_follow(&path, &said("hear-declined", "")).await.says("Write the reason they gave").says("href=\"#words\"");
        let page = citizen.post_and_follow(&path, &said("hear-declined", "The hospital found it")).await;
        page.says("What they said is written down").says("The hospital found it").says("report it again").does_not_say("Download the letter");
        assert_eq!(citizen.get(&path).await.status, StatusCode::NOT_FOUND);
        citizen.get("/activity?own=yes").await.says("noted that a letter about a mistake in your record was sent");
    }

    async fn a_report_is_taken_back_and_is_nobody_elses(place: &Place) {
        let app = TestApp::over(place);
        let (sam, stone) = (app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await);
        app.account(SAM, Some(sam)).await;
        app.account("stone@example.org", Some(stone)).await;
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        let mut citizen = app.signed_in(SAM).await;
        let entry = link(&citizen.get("/record/problems").await, "/record/entries/");
        let report = format!("{entry}/mistake");
        let page = citizen.get(&report).await;
        let (seen, submission) = (hidden(&page, "seen"), hidden(&page, "submission"));
        let form = [("wrong", "It is wrong"), ("seen", seen.as_str()), ("submission", submission.as_str())];
        citizen.post_and_follow(&report, &form).await.says("Your report is sent");
        let mistake = link(&citizen.get("/record/mistakes").await, "/record/mistakes/");
        let mut other = app.signed_in("stone@example.org").await;
        for path in [&report, &mistake] {
            assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND);
        }
        let withdraw = format!("{mistake}/withdraw");
        assert_eq!(other.post(&withdraw, &[("version", "1")]).await.status, StatusCode::NOT_FOUND);
        citizen.post_and_follow(&withdraw, &[("version", "5")]).await.says("This has just changed");
        for _ in 0..2 {
            citizen.post_and_follow(&withdraw, &[("version", "1")]).await.says("Your report is taken back").says("Nobody will answer it");
        }
        citizen.get(&entry).await.says("it was taken back on").says("Report a mistake");
    }
}
