//! A form does what it says for whom its page was made, and nothing for anybody else who sends it later.

use crate::common::{Answer, Browser, TestApp};
use app::guard::Door;
use app::routes::TABLE;
use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::team::StaffRole;
use domain::{AccountId, PersonId};
use service::InviteForm;

const EDNA: &str = "edna@example.org";
const TOM: &str = "tom@example.org";

/// For whom the first form of a page was made.
fn whose(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("name=\"whose\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

fn actor(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}

async fn refusals(app: &TestApp, id: AccountId) -> usize {
    let items = app.services.activity.of_account(&actor(id)).await.unwrap();
    let refused = |action, asked: Option<&String>| action == Action::Refused && asked.is_some_and(|asked| asked == "form");
    items.into_iter().filter(|item| refused(item.action, item.detail.get("asked"))).count()
}

/// The invitation that Edna was filling in, sent from this browser.
async fn invite(browser: &mut Browser, whose: &str) -> Answer {
    let form = [
        ("email", "sue@example.org"),
        ("name", "Sue"),
        ("relation", "daughter"),
        ("scopes", "RECRD"),
        ("sent", "1"),
        ("submission", "019a5f00-0000-7000-8000-000000000001"),
        ("whose", whose),
    ];
    browser.post("/sharing/people/invite", &form).await
}

/// Edna, and Tom who has a record of his own and acts for her.
async fn two(app: &TestApp) -> (AccountId, PersonId, AccountId) {
    let (edna, tom) = (app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await);
    let owner = app.account(EDNA, Some(edna)).await;
    let carer = app.account(TOM, Some(tom)).await;
    let form = InviteForm {
        email: TOM.to_owned(),
        name: "Tom".to_owned(),
        relation: "son".to_owned(),
        scopes: "RECRD".to_owned(),
        labels: "general".to_owned(),
        submission: app.services.core.new_id().to_string(),
        ..InviteForm::default()
    };
    let invited = app.services.carers.invite(&actor(owner), edna, &form).await.unwrap();
    let link = app.mailed_link(TOM).await;
    app.services.carers.accept(&actor(carer), link.split_once("token=").unwrap().1, &invited.code).await.unwrap();
    (owner, edna, carer)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_tab_does_nothing_for_another_account_that_signed_in_since() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let (owner, edna, carer) = two(&app).await;
    let mut browser = app.signed_in(EDNA).await;
    let made = whose(&browser.get("/sharing/people/invite").await);
    // Tom signs in with the same browser, in another tab.
    browser.post("/sign-in", &[("email", TOM), ("password", crate::common::PASSWORD)]).await;
    let code = app.code(TOM).await;
    browser.post("/sign-in/code", &[("code", &code)]).await;
    let refused = invite(&mut browser, &made).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("Another account has signed in here").says("Nothing was changed").does_not_say("Rivers");
    assert_eq!((refusals(&app, carer).await, refusals(&app, owner).await), (1, 0));
    let tom = app.services.linking.people(&actor(carer)).await.unwrap()[0].person;
    assert!(app.services.carers.of_person(&actor(carer), tom).await.unwrap().is_empty());
    assert_eq!(app.services.carers.of_person(&actor(owner), edna).await.unwrap().len(), 1);
    // What a script keeps of the old tab's typing is not kept for Tom either.
    let kept = browser.post("/session/keep/invite", &[("name", "Sue"), ("whose", &made)]).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);
    // A page of his own works.
    let own = whose(&browser.get("/sharing/people/invite").await);
    assert_eq!(invite(&mut browser, &own).await.location(), "/sharing/people/invited");
    // Leaving always does, whatever the page was made for.
    assert_eq!(browser.post("/sign-out", &[("whose", &made)]).await.location(), "/signed-out");
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_tab_does_nothing_once_the_reader_looks_after_somebody_else() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let (_, edna, carer) = two(&app).await;
    let mut browser = app.signed_in(TOM).await;
    let made = whose(&browser.get("/sharing/people/invite").await);
    let switch = browser.get("/acting").await;
    let person = edna.to_string();
    browser.post("/acting", &[("person", &person), ("whose", &whose(&switch))]).await;
    let refused = invite(&mut browser, &made).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("You are looking after").says("You opened that page for somebody else");
    // The page to change it works from any tab: it says itself for whom.
    let back = browser.post_and_follow("/acting", &[("person", ""), ("whose", &whose(&switch))]).await;
    back.does_not_say("You are looking after");
    assert_eq!(invite(&mut browser, &made).await.location(), "/sharing/people/invited");
    assert_eq!(refusals(&app, carer).await, 1);
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_old_tab_sends_is_not_kept_for_somebody_else_until_they_show_who_they_are() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let (_, edna, carer) = two(&app).await;
    let mut browser = app.signed_in(TOM).await;
    let made = whose(&browser.get("/sharing/people/invite").await);
    let switch = browser.get("/acting").await;
    let person = edna.to_string();
    browser.post("/acting", &[("person", &person), ("whose", &whose(&switch))]).await;
    app.clock.advance(TimeDelta::minutes(6));
    let refused = invite(&mut browser, &made).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("You opened that page for somebody else");
    assert_eq!(refusals(&app, carer).await, 1);
    let code = app.code(TOM).await;
    let next = browser.post_and_follow("/sign-in/again", &[("password", crate::common::PASSWORD), ("code", &code)]).await;
    next.does_not_say("We kept what you typed").does_not_say("Sue");
    // His own page, sent as late, comes back to him.
    browser.post("/acting", &[("person", ""), ("whose", &whose(&switch))]).await;
    app.clock.advance(TimeDelta::minutes(6));
    assert_eq!(invite(&mut browser, &made).await.location(), "/sign-in/again");
    let code = app.code(TOM).await;
    let next = browser.post_and_follow("/sign-in/again", &[("password", crate::common::PASSWORD), ("code", &code)]).await;
    next.says("We kept what you typed").says("value=\"Sue\"");
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_tab_does_nothing_at_another_place_of_work() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    app.person("999 000 0018", "Rivers", "Asthma").await;
    let staff = app.staff("staff@example.org", "Y90001", StaffRole::Reception).await;
    let operator = Actor::Operator;
    let hill = app.services.organisations.ensure(&operator, "Y90002", "Hill Surgery", service::OrganisationKind::Practice);
    let form = service::StaffForm {
        email: "staff@example.org".to_owned(),
        name: "Rae".to_owned(),
        job: "Reception".to_owned(),
        role: "reception".to_owned(),
    };
    app.services.care_team.add(&operator, hill.await.unwrap().id, &form).await.unwrap();
    let places = app.services.care_team.places(&actor(staff)).await.unwrap();
    let mut browser = app.signed_in("staff@example.org").await;
    browser.post("/team/choose", &[("member", &places[0].member.to_string())]).await;
    let made = whose(&browser.get("/team/people").await);
    browser.post("/team/choose", &[("member", &places[1].member.to_string())]).await;
    let search = [("nhs_number", "999 000 0018"), ("reason", "care"), ("whose", &made)];
    let refused = browser.post("/team/people", &search).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("You work somewhere else now");
    browser.post("/team/choose", &[("member", &places[0].member.to_string())]).await;
    assert_eq!(browser.post("/team/people", &search).await.location(), "/team/people");
    assert_eq!(refusals(&app, staff).await, 1);
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_on_a_page_of_somebody_signed_in_carries_for_whom_it_was_made() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let (_, edna, _) = two(&app).await;
    app.staff("staff@example.org", "Y90001", StaffRole::Manager).await;
    // Ways out, putting the end off, and the public pages do the same for everybody.
    let free = |form: &str| ["/sign-out", "/session/stay", "/design"].iter().any(|to| form.contains(&format!("action=\"{to}\"")));
    let mut forms = 0;
    for email in [EDNA, "staff@example.org"] {
        let mut browser = app.signed_in(email).await;
        for row in TABLE.iter().filter(|row| crate::common::is_get(row.method) && row.door != Door::Open) {
            let path = row.path.replace("{id}", &edna.to_string()).replace("{category}", "problems").replace("{seq}", "1");
            if matches!(row.path, "/account/export") {
                continue;
            }
            let page = browser.get(&path).await;
            for form in page.body.split("<form").skip(1).map(|form| form.split("</form").next().unwrap_or_default()) {
                if form.split('>').next().unwrap_or_default().contains("method=\"post\"") && !free(form) {
                    forms += 1;
                    assert!(form.contains("name=\"whose\""), "{path}: {form}");
                }
            }
        }
    }
    assert!(forms > 25, "{forms} forms were seen");
    place.clear().await;
}
