//! Goals, things to read, apps and groups and the plan, as browsers without script use them.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use domain::PersonId;
use domain::team::StaffRole;
use testkit::Place;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const GP: &str = "gp@example.org";
const DESK: &str = "desk@example.org";

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
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let ann = app.person("999 000 0026", "Stone", "Gout").await;
    app.account(SAM, Some(sam)).await;
    app.account(ANN, Some(ann)).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    Town { app, sam }
}

/// Sets a goal and gives its address.
async fn set(browser: &mut Browser, kind: &str, fields: &[(&str, &str)]) -> String {
    let page = browser.get(&format!("/goals/new/{kind}")).await;
    let submission = hidden(&page, "submission");
    let mut all = vec![("submission", submission.as_str())];
    all.extend(fields);
    let here = browser.post(&format!("/goals/new/{kind}"), &all).await.location().to_owned();
    // Pressed twice it is one.
    assert_eq!(browser.post(&format!("/goals/new/{kind}"), &all).await.location(), here);
    here
}

testkit::both_engines! {
    async fn somebody_sets_a_goal_sees_how_it_goes_and_lets_it_go(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/readings").await.says("href=\"/goals\"").says("href=\"/self-care\"");
        sam.get("/goals").await.says("No goal yet").says("Set a goal");
        sam.get("/goals/new").await.says("Walk more").says("href=\"/goals/new/alcohol\"");
        let form = sam.get("/goals/new/steps").await;
        form.says("How many steps a day?").does_not_say("call 111");
        let wrong = sam.post_and_follow("/goals/new/steps", &[("target", "many"), ("why", "My knees"), ("submission", &hidden(&form, "submission"))]).await;
        wrong.says("Use numbers only").says("href=\"#target\"").says("value=\"many\"").says("My knees");
        let here = set(&mut sam, "steps", &[("target", "8000"), ("start", "4000"), ("why", "My knees"), ("first_step", "One stop early")]).await;
        let page = sam.get(&here).await;
        page.says("Walk 8000 steps a day").says("Begin when you are ready").says("My knees").says("One stop early").says("href=\"/readings/steps/new\"");
        let reading = sam.get("/readings/steps/new").await;
        sam.post("/readings/steps/new", &[("value", "6000"), ("submission", &hidden(&reading, "submission"))]).await;
        let page = sam.get(&here).await;
        page.says("In the last 7 days: 6000 steps a day on average").says("You are more than half way").says("<svg").says("The target is 8000 steps or more");
        sam.get("/goals").await.says("Walk 8000 steps a day").says("You are more than half way");
        let changed = sam.get(&format!("{here}/change")).await;
        changed.says("value=\"8000\"").says("My knees");
        let version = hidden(&changed, "version");
        sam.post_and_follow(&format!("{here}/change"), &[("target", "6000"), ("version", &version)]).await.says("Your change is saved").says("Walk 6000 steps a day").says("You are there on the days you recorded");
        sam.post_and_follow(&format!("{here}/act"), &[("act", "pause"), ("version", &version)]).await.says("Somebody changed this meanwhile");
        let version = hidden(&sam.get(&here).await, "version");
        sam.post_and_follow(&format!("{here}/act"), &[("act", "pause"), ("version", &version)]).await.says("It is paused").says("A pause is fine");
        let version = hidden(&sam.get(&here).await, "version");
        let over = sam.post_and_follow(&format!("{here}/act"), &[("act", "let-go"), ("version", &version)]).await;
        over.says("Goals change").says("You set it: Walk 8000 steps a day").says("You changed it to: Walk 6000 steps a day").says("You paused it").says("Take it up again");
        sam.get("/activity?own=yes").await.says("set a goal").says("let a goal go");
        // Nobody else finds it.
        let mut ann = town.app.signed_in(ANN).await;
        let mut desk = town.app.signed_in(DESK).await;
        let id = here.rsplit('/').next().unwrap();
        for answer in [
            ann.get(&here).await,
            ann.get(&format!("{here}/change")).await,
            ann.get(&format!("/team/people/{}/goals", town.sam)).await,
            desk.get(&format!("/team/people/{}/goals", town.sam)).await,
            desk.get(&format!("/team/people/{}/goals/{id}", town.sam)).await,
            desk.get(&format!("/team/people/{}/goals/propose/steps", town.sam)).await,
            desk.get(&format!("/team/people/{}/learn", town.sam)).await,
            sam.get("/goals/nonsense").await,
            sam.get("/goals/new/fame").await,
        ] {
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            answer.does_not_say("6000 steps");
        }
    }

    async fn alcohol_says_first_who_must_not_stop_by_themselves_and_a_week_is_asked_about(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/goals/new/alcohol").await.says("do not stop all at once").says("call 111 first").says("https://www.nhs.uk/live-well/alcohol-advice/alcohol-support/");
        let here = set(&mut sam, "alcohol", &[("target", "0"), ("start", "60")]).await;
        sam.get(&here).await.says("Drink no alcohol").says("do not stop all at once");
        let here = set(&mut sam, "own", &[("words", "Paint <again>")]).await;
        let page = sam.get(&here).await;
        page.says("Paint &lt;again&gt;").says("How did it go this week?");
        let submission = hidden(&page, "submission");
        let check = format!("{here}/check-in");
        sam.post_and_follow(&check, &[("submission", &submission), ("note", "A bit")]).await.says("Choose how it went").says("href=\"#how\"").says("A bit");
        let said = sam.post_and_follow(&check, &[("submission", &submission), ("how", "some"), ("note", "A bit")]).await;
        said.says("It is noted").says("Some is good. Small steps add up.").says("You said how it went: Some of it");
        let version = hidden(&said, "version");
        said.says("We write only if you ask for it");
        sam.post_and_follow(&format!("{here}/remind"), &[("on", "yes"), ("version", &version)]).await.says("You get an email once a week");
        // A weight in stones and pounds comes back as it was typed.
        let here = set(&mut sam, "weight", &[("target", "12 8"), ("unit", "[lb_av]"), ("by_day", "1"), ("by_month", "3"), ("by_year", "2027")]).await;
        sam.get(&here).await.says("Reach 12 st 8 lb by 1 March 2027");
        sam.get(&format!("{here}/change")).await.says("value=\"12 8\"").says("value=\"2027\"");
    }

    async fn a_clinician_suggests_writes_and_gives_and_the_person_decides(place: &Place) {
        let town = town(place).await;
        let mut gp = town.app.signed_in(GP).await;
        let (goals, learn) = (format!("/team/people/{}/goals", town.sam), format!("/team/people/{}/learn", town.sam));
        gp.get(&format!("/team/people/{}", town.sam)).await.says(&format!("href=\"{goals}\"")).says(&format!("href=\"{learn}\""));
        gp.get(&goals).await.says("No goal yet").says("Suggest a goal");
        let propose = format!("{goals}/propose/activity");
        let submission = hidden(&gp.get(&propose).await, "submission");
        gp.post_and_follow(&propose, &[("submission", &submission)]).await.says("Enter a number");
        gp.post_and_follow(&propose, &[("submission", &submission), ("target", "150")]).await.says("You suggested it").says("Be active for 150 minutes a week").says("Suggested").says("Nothing is recorded for it yet.").does_not_say("You decide.");
        assert_eq!(town.app.mailed_link(SAM).await, "/self-care");
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/self-care").await.says("Be active for 150 minutes a week").says("You decide. It is fine to say no.");
        let list = sam.get("/goals").await;
        list.says("Suggested by a care team");
        let (_, rest) = list.body.split_once("href=\"/goals/").unwrap();
        let id = rest.split('"').next().unwrap().to_owned();
        let here = format!("/goals/{id}");
        let page = sam.get(&here).await;
        page.says("suggests this goal").says("Yes, I want this");
        sam.post_and_follow(&format!("{here}/act"), &[("act", "accept"), ("version", &hidden(&page, "version"))]).await.says("It goes on").says("said yes to it");
        let one = format!("{goals}/{id}");
        let page = gp.get(&one).await;
        page.says("Write to it").says("said yes to it");
        let submission = hidden(&page, "submission");
        gp.post_and_follow(&format!("{one}/comment"), &[("submission", &submission)]).await.says("Write a few words").says("href=\"#note\"");
        gp.post_and_follow(&format!("{one}/comment"), &[("submission", &submission), ("note", "Well begun")]).await.says("Your words are saved");
        sam.get(&here).await.says("From your care team").says("Well begun").says("Name of clinician");
        // Something to read.
        let page = gp.get(&learn).await;
        page.says("Nothing is given yet").says("Keeping asthma calm").says("Fits what they have");
        let submission = hidden(&page, "submission");
        gp.post_and_follow(&learn, &[("submission", &submission)]).await.says("Choose what they should read").says("href=\"#article\"");
        gp.post_and_follow(&learn, &[("submission", &submission), ("article", "asthma"), ("note", "Look at the plan")]).await.says("You gave it").says("Not read yet");
        sam.get("/self-care").await.says("Keeping asthma calm");
        sam.get("/learn").await.says("From your care team").says("Look at the plan").says("More to read");
        let article = sam.get("/learn/asthma").await;
        article.says("An asthma attack").says("up to 10 puffs").says("https://www.nice.org.uk/guidance/ng245").says("I have read it").says("Look at the plan");
        sam.post_and_follow("/learn/asthma", &[("answer", "done")]).await.says("It is noted that you read it").says("Undo");
        gp.get(&learn).await.says(">Read<").says("3 November 2026").does_not_say("Take it back");
        sam.post_and_follow("/learn/asthma", &[("answer", "undo")]).await.says("It is open again");
        let given = hidden(&gp.get(&learn).await, "given");
        gp.post_and_follow(&format!("{learn}/withdraw"), &[("given", &given)]).await.says("It is taken back").says("Taken back");
        sam.get("/learn/asthma").await.does_not_say("I have read it");
        assert_eq!(sam.post("/learn/asthma", &[("answer", "done")]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(sam.get("/learn/nothing").await.status, StatusCode::NOT_FOUND);
    }

    async fn apps_and_groups_are_found_kept_and_stand_on_the_plan_with_their_numbers(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/self-care").await.says("My self-care plan").says("As on 3 November 2026").says("No goal yet.").says("No app or group is in the list yet.").says("No care team has set a target.").says("tel:999");
        let all = sam.get("/support").await;
        // She has asthma.
        all.says("It may fit").says("Asthma + Lung UK").says("Samaritans").does_not_say("Made up");
        sam.get("/support?words=carers&topic=caring").await.says("Carers UK").says("What we found").does_not_say("Samaritans");
        sam.get("/support?words=nothing+of+the+sort").await.says("Nothing found");
        let one = sam.get("/support/samaritans").await;
        one.says("tel:116123").says("Day and night").says("Approved by").says("Add to my list");
        sam.post_and_follow("/support/samaritans", &[("keep", "yes")]).await.says("It is in your list").says("Remove from my list");
        sam.get("/support").await.says("My list");
        sam.get("/self-care").await.says("Samaritans").says("tel:116123");
        set(&mut sam, "steps", &[("target", "8000"), ("why", "My knees")]).await;
        sam.get("/").await.says("For you now").says("Walk 8000 steps a day");
        sam.get("/self-care").await.says("href=\"/account/download\"");
        let file = sam.get("/account/export").await;
        assert_eq!(file.headers["content-type"], "application/fhir+json");
        file.says("\"lifecycleStatus\":\"active\"").says("\"code\":\"{steps}/d\"").says("Why it matters: My knees").says("\"display\":\"Samaritans\"");
        sam.get("/activity?own=yes").await.says("put an app, a group or a helpline into your list");
        sam.post_and_follow("/support/samaritans", &[("keep", "no")]).await.says("It is out of your list").does_not_say("My list");
        assert_eq!(sam.get("/support/nothing").await.status, StatusCode::NOT_FOUND);
        assert_eq!(sam.post("/support/nothing", &[("keep", "yes")]).await.status, StatusCode::NOT_FOUND);
        let mut gp = town.app.signed_in(GP).await;
        assert_eq!(gp.get("/support").await.location(), "/link");
    }
}
