//! Reminders of medicines and the diary of doses, as browsers without script use them.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::team::StaffRole;
use serde_json::json;
use service::{Expected, ImportRequest, InviteForm, OrganisationKind};
use std::io::Cursor;
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
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

/// The first address on a page that begins so.
#[track_caller]
fn link(page: &Answer, begins: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("href=\"{begins}")).unwrap_or_else(|| panic!("no {begins} in {}", page.body));
    format!("{begins}{}", rest.split('"').next().unwrap()).replace("&amp;", "&")
}

/// Somebody with one repeat medicine.
struct Town {
    app: TestApp,
    sam: PersonId,
    sam_actor: Actor,
}

async fn town(place: &Place) -> Town {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let account = app.account(SAM, Some(sam)).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    let at = app.services.organisations.ensure(&Actor::Operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
    let medicine = json!({
        "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "plan", "authoredOn": "2026-01-12",
        "subject": { "reference": "Patient/p9990000018" }, "medicationCodeableConcept": { "text": "Ramipril & 5mg <capsules>" },
        "courseOfTherapyType": { "coding": [{ "code": "continuous" }] }, "dosageInstruction": [{ "text": "One capsule OD" }],
    });
    let patient = json!({ "resourceType": "Patient", "id": "p9990000018", "birthDate": "1980-03-31",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018" }],
        "name": [{ "family": "Rivers", "given": ["Sam"] }] });
    let entry = json!([{ "resource": patient }, { "resource": medicine }]);
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry }).to_string();
    let request = ImportRequest { organisation: at.await.unwrap().id, expected: Some(Expected::Person(sam)) };
    let report = app.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
    Town { app, sam, sam_actor: Actor::Account { id: account, assurance: Assurance::SecondStep } }
}

impl Town {
    /// What was done with the record, this look at it among it from the next on.
    async fn actions(&self) -> Vec<Action> {
        let (items, _) = self.app.services.activity.of_record(&Actor::Operator, self.sam, None).await.unwrap();
        items.into_iter().map(|item| item.action).collect()
    }
}

/// Fills the form on a page as it stands, with these answers, and sends it to where it belongs.
async fn save(browser: &mut Browser, page: &Answer, to: &str, answers: &[(&str, &str)]) -> Answer {
    let kept: Vec<(&str, String)> =
        ["submission", "medicine", "sent"].into_iter().map(|name| (name, hidden(page, name))).collect();
    let mut fields: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend(answers);
    browser.post_and_follow(to, &fields).await
}

const FROM: [(&str, &str); 3] = [("from_day", "3"), ("from_month", "11"), ("from_year", "2026")];

/// Sets a reminder at these times up.
async fn set_up(browser: &mut Browser, times: &str) -> Answer {
    let list = browser.get("/medicines/reminders").await;
    let new = link(&list, "/medicines/reminders/new");
    let page = browser.get(&new).await;
    let mut answers = vec![("name", "Heart & pill"), ("times", times), ("how", "mail"), ("at_night", "no")];
    answers.extend(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|day| ("days", day)));
    answers.extend(FROM);
    save(browser, &page, "/medicines/reminders/new", &answers).await
}

/// What is sent about the first dose on a page.
fn dose(page: &Answer, act: &str) -> Vec<(&'static str, String)> {
    vec![
        ("reminder", hidden(page, "reminder")),
        ("due_at", hidden(page, "due_at")),
        ("day", hidden(page, "day")),
        ("act", act.to_owned()),
    ]
}

async fn note(browser: &mut Browser, fields: &[(&'static str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post_and_follow("/medicines/today", &fields).await
}

testkit::both_engines! {
    async fn a_reminder_is_set_up_noted_taken_back_changed_and_ended(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        sam.get("/medicines").await.says("What to take today").says("Medicine diary");
        assert_eq!(sam.get("/reminders").await.location(), "/medicines/today");
        assert_eq!(sam.get("/news").await.location(), "/medicines");
        sam.get("/medicines/today").await.says("Nothing to take today").says("Nobody is watching it for you");
        let list = sam.get("/medicines/reminders").await;
        list.says("No reminders to take medicines").says("add your mobile number").says("Ramipril &amp; 5mg &lt;capsules&gt;");
        let one = sam.get("/medicines").await;
        let one = sam.get(&link(&one, "/medicines/0")).await;
        let new = link(&one, "/medicines/reminders/new");
        one.says("Remind me to take it");
        let page = sam.get(&new).await;
        page.says("One capsule OD").says("value=\"3\"").says("checked");
        // What is wrong stands beside its field, and what was typed is kept.
        let wrong = [("name", "My & pill"), ("times", "8am & noon"), ("how", "mail"), ("days", "mon"), ("from_day", "3")];
        let page = save(&mut sam, &page, "/medicines/reminders/new", &wrong).await;
        page.says("There is a problem").says("href=\"#times\"").says("We cannot read").says("must include a month and a year");
        page.says("My &amp; pill").says("8am &amp; noon").says("href=\"#from-day\"");
        set_up(&mut sam, "noon, 10:30pm").await.says("The reminder is set up").says("midday, 10:30pm").says("Every day");
        sam.get("/medicines/reminders").await.says("No message is sent at 10:30pm, because it is night").says("(has a reminder)");
        town.app.clock.advance(chrono::TimeDelta::minutes(85));
        let mut sam = town.app.signed_in(SAM).await;
        let today = sam.get("/medicines/today").await;
        today.says("Heart &amp; pill").says("midday").says("Due").says("because it is night");
        let taken = dose(&today, "taken");
        for _ in 0..2 {
            note(&mut sam, &taken).await.says("It is noted").says("You noted this: today, 12:05pm.").says("Take this back");
        }
        let other = dose(&today, "skipped");
        note(&mut sam, &other).await.says("There is a problem").says("noted already that this dose was taken");
        sam.get("/medicines/diary").await.says("Taken 1 of 1 this week.").says("Tuesday 3 November, midday");
        note(&mut sam, &dose(&today, "undo")).await.says("It is taken back");
        let mut why = dose(&today, "skipped");
        why.push(("note", "x".repeat(201)));
        note(&mut sam, &why).await.says("Use no more than 200").says("href=\"#note\"").says("id=\"note\"").says(" open");
        why.last_mut().unwrap().1 = "I felt sick & tired".to_owned();
        note(&mut sam, &why).await.says("Not taken").says("I felt sick &amp; tired");
        sam.get("/medicines/diary").await.says("Taken 0 of 1 this week; 1 not taken.");
        let list = sam.get("/medicines/reminders").await;
        let here = link(&list, "/medicines/reminders/0");
        let page = sam.get(&here).await;
        page.says("value=\"midday, 10:30pm\"");
        let mut answers = vec![("name", "Heart pill"), ("times", "9am"), ("how", ""), ("days", "mon"), ("days", "tue")];
        answers.extend(FROM);
        save(&mut sam, &page, &here, &answers).await.says("The reminder is changed").says("Monday, Tuesday").says("No message");
        // It is another one now.
        assert_eq!(sam.get(&here).await.status, StatusCode::NOT_FOUND);
        let list = sam.get("/medicines/reminders").await;
        let here = link(&list, "/medicines/reminders/0");
        for _ in 0..2 {
            sam.post_and_follow(&format!("{here}/end"), &[]).await.says("The reminder has ended").says("No reminders to take");
        }
        sam.get("/medicines/diary").await.says("I felt sick &amp; tired");
        sam.get("/medicines/diary?week=2026-10-26").await.says("Nothing stands in this week").says("The week after");
        sam.get("/medicines/today?day=2026-11-02").await.says("Medicines: yesterday").says("The day after");
        // Without a medicine there is a way to the list, and no look.
        let looked = town.actions().await.len();
        assert_eq!(sam.get("/medicines/reminders/new").await.location(), "/medicines/reminders");
        assert_eq!(town.actions().await.len(), looked + 1, "this test's own look");
        for odd in ["/medicines/reminders/nonsense", "/medicines/reminders/new?medicine=nonsense"] {
            assert_eq!(sam.get(odd).await.status, StatusCode::NOT_FOUND, "{odd}");
        }
        for odd in ["/medicines/diary?week=nonsense", "/medicines/today?day=9999-99-99", "/medicines/today?day=0001-01-01"] {
            assert_eq!(sam.get(odd).await.status, StatusCode::OK, "{odd}");
        }
    }

    async fn reminders_to_order_and_the_share_are_chosen(place: &Place) {
        let town = town(place).await;
        let mut sam = town.app.signed_in(SAM).await;
        let page = sam.post_and_follow("/medicines/reminders", &[("sent", "order_how"), ("order_how", "text")]).await;
        page.says("There is a problem").says("Add a mobile number").says("href=\"#order_how\"");
        let page = sam.post_and_follow("/medicines/reminders", &[("sent", "order_how"), ("order_how", "mail")]).await;
        let (_, rest) = page.says("Your choice is saved").body.split_once("id=\"order_how\"").unwrap();
        assert!(rest.split('>').next().unwrap().contains("checked"));
        let page = sam.get("/medicines/reminders").await;
        let (_, rest) = page.says("once more if it still waits 3 days later").body.split_once("id=\"collect_how\"").unwrap();
        assert!(rest.split('>').next().unwrap().contains("checked"), "by mail, where nothing is chosen");
        let page = sam.post_and_follow("/medicines/reminders", &[("sent", "collect_how"), ("collect_how", "text")]).await;
        page.says("There is a problem").says("Add a mobile number").says("href=\"#collect_how\"").does_not_say("href=\"#order_how\"");
        let page = sam.post_and_follow("/medicines/reminders", &[("sent", "collect_how")]).await;
        let (_, rest) = page.says("Your choice is saved").body.split_once("id=\"collect_how\"").unwrap();
        assert!(!rest.split('>').next().unwrap().contains("checked"));
        sam.post_and_follow("/medicines/diary", &[]).await.says("Choose who can see it").says("href=\"#share\"");
        sam.post_and_follow("/medicines/diary", &[("share", "team")]).await.says("Your choice is saved");
        sam.get("/activity?own=yes").await.says("changed who can see the diary of your medicines").says("changed how you are reminded to order")
            .says("changed how you are reminded to collect");
    }

    async fn a_carer_and_the_care_team_see_what_is_shared(place: &Place) {
        let town = town(place).await;
        let ann = town.app.account(ANN, None).await;
        let form = InviteForm {
            email: ANN.to_owned(),
            name: "Ann Near".to_owned(),
            relation: "sister".to_owned(),
            scopes: "PRESCR".to_owned(),
            submission: town.app.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = town.app.services.carers.invite(&town.sam_actor, town.sam, &form).await.unwrap();
        let mailed = town.app.mailed_link(ANN).await;
        let actor = Actor::Account { id: ann, assurance: Assurance::SecondStep };
        let token = mailed.split_once("token=").unwrap().1;
        town.app.services.carers.accept(&actor, token, &invited.code).await.unwrap();
        let mut ann = town.app.signed_in(ANN).await;
        ann.post("/acting", &[("person", &town.sam.to_string())]).await;
        set_up(&mut ann, "11am").await.says("The reminder is set up").says("Messages go to Sam Rivers");
        ann.get("/medicines/today").await.says("does not share this diary").does_not_say("Heart");
        town.app.clock.advance(chrono::TimeDelta::minutes(25));
        let mut sam = town.app.signed_in(SAM).await;
        let mut gp = town.app.signed_in(GP).await;
        let patient = format!("/team/people/{}", town.sam);
        gp.get(&patient).await.says("Their medicine diary, if they share it");
        gp.get(&format!("{patient}/medicine-diary")).await.says("does not share this diary").does_not_say("Heart");
        sam.post_and_follow("/medicines/diary", &[("share", "team")]).await.says("Your choice is saved");
        let today = ann.get("/medicines/today").await;
        today.says("Sam Rivers’s medicines for today").says("Heart &amp; pill");
        note(&mut ann, &dose(&today, "taken")).await.says("You noted this");
        sam.get("/medicines/today").await.says("Somebody who looks after you noted this");
        ann.get("/medicines/diary").await.says("Taken 1 of 1 this week.").does_not_say("Who can see it, beside you?");
        assert_eq!(ann.post("/medicines/diary", &[("share", "nobody")]).await.status, StatusCode::NOT_FOUND);
        gp.get(&format!("{patient}/medicine-diary")).await.says("Taken 1 of 1 this week.").says("Somebody who looks after Sam Rivers");
        let mut desk = town.app.signed_in(DESK).await;
        let refusals = async || town.actions().await.into_iter().filter(|action| *action == Action::Refused).count();
        let before = refusals().await;
        assert_eq!(desk.get(&format!("{patient}/medicine-diary")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(refusals().await, before + 1);
        sam.get("/activity").await.says("looked at the diary of your medicines").says("noted that you took a medicine");
    }
}
