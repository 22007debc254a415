//! What waits for somebody on their first page, as browsers without script see it.

use crate::common::{Answer, TestApp};
use domain::team::StaffRole;
use testkit::Place;

const SAM: &str = "sam@example.org";
const GP: &str = "gp@example.org";
const STRANGER: &str = "stranger@example.org";
const TITLE: &str = "For you now";

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

/// The first address on a page that begins so and goes on.
#[track_caller]
fn link(page: &Answer, begins: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("href=\"{begins}")).unwrap_or_else(|| panic!("no {begins} in {}", page.body));
    format!("{begins}{}", rest.split('"').next().unwrap())
}

testkit::both_engines! {
    async fn the_first_page_says_what_waits_one_card_each_and_nothing_where_nothing_does(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(sam)).await;
        let other = app.person("999 000 0026", "Stone", "Gout").await;
        app.account(STRANGER, Some(other)).await;
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        app.clock.set("2026-11-03T11:00:00Z".parse().unwrap());
        let mut browser = app.signed_in(SAM).await;
        browser.get("/").await.does_not_say(TITLE);
        // A sitting that is due leads to its week, and is gone once it is done.
        let page = browser.get("/weeks/new/weight").await;
        let submission = hidden(&page, "submission");
        let begin = [("sent", "1"), ("submission", &*submission), ("first", "today"), ("length", "14"), ("times", "8am"), ("how", "")];
        browser.post_and_follow("/weeks/new/weight", &begin).await.says("You have begun");
        let home = browser.get("/").await;
        home.says(TITLE).says("Weight diary").says("Today’s reading: it is time to measure.");
        let week = link(&home, "/weeks/0");
        let page = browser.get(&week).await;
        let submission = hidden(&page, "submission");
        let record = [("submission", &*submission), ("protocol", "weight"), ("value", "80.5")];
        browser.post_and_follow(&week, &record).await.says("It is saved");
        browser.get("/").await.does_not_say(TITLE);
        // What the team asks for, and what was begun.
        let mut gp = app.signed_in(GP).await;
        let asks = format!("/team/people/{sam}/questionnaires");
        let submission = hidden(&gp.get(&asks).await, "submission");
        gp.post_and_follow(&asks, &[("submission", &submission), ("questionnaire", "gad-7")]).await;
        let home = browser.get("/").await;
        home.says(TITLE).says("asks you to fill this in.").says("href=\"/questionnaires/gad-7\"");
        // What it did about a reading, in its words.
        let rules = format!("/team/people/{sam}/rules");
        let page = gp.get(&format!("{rules}/new?kind=single&measure=oxygen")).await;
        let submission = hidden(&page, "submission");
        let rule = [
            ("submission", &*submission), ("ready", ""), ("kind", "single"), ("measure", "oxygen"), ("colour", "red"),
            ("side", "below"), ("first", "92"), ("words", "Ring us"), ("why", "You have COPD"),
        ];
        gp.post_and_follow(&rules, &rule).await;
        let page = browser.get("/readings/oxygen/new").await;
        browser.post_and_follow("/readings/oxygen/new", &[("submission", &*hidden(&page, "submission")), ("value", "90")]).await;
        let home = browser.get("/").await;
        home.says("Oxygen level: what Riverside Surgery asks you to do").says("Today: 90%. Ring us").says("href=\"/readings/oxygen/");
        home.says("This oxygen level is very low").says("Today: 90%. Call 999 now if it stays at 92 or less");
        let item = link(&gp.get("/team").await, "/team/work/0");
        let version = hidden(&gp.get(&item).await, "version");
        let act = [("act", "act"), ("words", "Use your inhaler & measure again"), ("version", &*version)];
        gp.post_and_follow(&format!("{item}/alert"), &act).await;
        let home = browser.get("/").await;
        home.does_not_say("asks you to do").does_not_say("This oxygen level is very low").says("wrote about your oxygen level").says("Today: Use your inhaler &amp; measure again").says("href=\"/readings/oxygen/");
        // Nobody else's page says any of it.
        app.signed_in(STRANGER).await.get("/").await.does_not_say(TITLE);
    }
}
