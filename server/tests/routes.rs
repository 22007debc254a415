//! Every route as every kind of person. A route that is not in the table does not exist, so none is forgotten.

use crate::common::{Browser, TestApp, is_get};
use app::guard::Door;
use app::routes::{Row, TABLE};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use domain::PersonId;
use domain::team::StaffRole;

/// An id of nobody and nothing.
const NOBODY: &str = "019a5f00-0000-7000-8000-000000000000";

/// A path of this route, with something in place of each part that varies.
fn path_of(row: &Row) -> String {
    row.path
        .replace("{category}", "problems")
        .replace("{id}", NOBODY)
        .replace("{organisation}", NOBODY)
        .replace("{desk}", NOBODY)
        .replace("{entry}", NOBODY)
        .replace("{appointment}", NOBODY)
        .replace("{version}", "1")
        .replace("{seq}", "1")
        .replace("{dispenser}", "FZZ01")
        .replace("{measure}", "weight")
        .replace("{first}", "2026-11-03")
        .replace("{protocol}", "weight")
        .replace("{week}", NOBODY)
        .replace("{rule}", NOBODY)
        .replace("{form}", "link")
        .replace("{questionnaire}", "phq-9")
        .replace("{response}", NOBODY)
        .replace("{goal}", NOBODY)
        .replace("{kind}", "weight")
        .replace("{article}", "sleep")
        .replace("{support}", "samaritans")
        .replace("{page}", "1")
        .replace("{reading}", NOBODY)
        .replace("{photo}", NOBODY)
        .replace("{size}", "large")
        .replace("{file}", NOBODY)
}

/// Where somebody is sent who may not come in; `None` for somebody who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Person {
    Stranger,
    PasswordOnly,
    Unlinked,
    Linked,
    LinkedLongAgo,
    /// A clinician of the organisation whose person it is, with no record of their own.
    Staff,
    /// A clinician of another.
    StaffElsewhere,
}

/// Pages of a care team that are there for its managers only.
const FOR_MANAGERS: [&str; 15] = [
    "/team/diary/settings",
    "/team/diary/services/new",
    "/team/diary/places/new",
    "/team/diary/practitioners/new",
    "/team/diary/recurring/new",
    "/team/diary/closed/new",
    "/team/diary/closed/check",
    "/team/diary/closed/holidays",
    "/team/diary/closed/holidays/check",
    "/team/diary/closed/open",
    "/team/uptake",
    "/team/medicines",
    "/team/questionnaires",
    "/team/results",
    "/team/plain-words",
];

/// Where nothing is for somebody who may not come in.
const NOWHERE: &str = "nowhere";

fn expected(door: Door, person: Person) -> Option<&'static str> {
    match (door, person) {
        (Door::Open, _) => None,
        (_, Person::Stranger) => Some("/sign-in"),
        (Door::FirstStep, _) => None,
        (_, Person::PasswordOnly) => Some("/second-step"),
        (Door::SecondStep, _) => None,
        (Door::Fresh, Person::LinkedLongAgo) => Some("/sign-in/again"),
        (Door::Fresh, _) => None,
        (Door::Record, Person::Unlinked | Person::Staff | Person::StaffElsewhere) => Some("/link"),
        (Door::Record, _) => None,
        (Door::Team, Person::Staff | Person::StaffElsewhere) => None,
        (Door::Team, _) => Some(NOWHERE),
    }
}

/// What a program is answered.
fn to_programs(row: &Row, person: Person) -> StatusCode {
    match (person, row.method, row.path.contains("{id}")) {
        // Nobody may tell it: no secret is set.
        _ if row.path == "/fhir/R4/prescription-status" => StatusCode::NOT_FOUND,
        // What can be asked is no secret.
        _ if row.path == "/fhir/R4/metadata" => StatusCode::OK,
        // Who is signed in makes no difference to what a device may.
        _ if row.path.starts_with("/fhir/device/R4") => StatusCode::UNAUTHORIZED,
        (Person::Stranger, ..) => StatusCode::UNAUTHORIZED,
        (Person::PasswordOnly, ..) => StatusCode::FORBIDDEN,
        // Nothing was sent.
        (_, "PATCH", _) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        (_, _, true) => StatusCode::NOT_FOUND,
        (_, _, false) => StatusCode::OK,
    }
}

async fn ask(browser: &mut Browser, row: &Row, patient: PersonId) -> crate::common::Answer {
    let of_patient = row.path.starts_with("/team/people/");
    let path = if of_patient { path_of(row).replacen(NOBODY, &patient.to_string(), 1) } else { path_of(row) };
    match row.method {
        "GET" => browser.get(&path).await,
        "PUT" => browser.send(Request::put(&path).header("sec-fetch-site", "same-origin"), Body::empty()).await,
        "PATCH" => browser.send(Request::patch(&path).header("sec-fetch-site", "same-origin"), Body::empty()).await,
        _ => browser.post(&path, &[]).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_its_door_says() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let person = app.person("999 000 0018", "Rivers", "Asthma").await;
    app.account("linked@example.org", Some(person)).await;
    app.account("unlinked@example.org", None).await;
    app.staff("staff@example.org", "Y90001", StaffRole::Clinician).await;
    app.staff("elsewhere@example.org", "Y9H01", StaffRole::Clinician).await;
    for kind in [
        Person::Stranger,
        Person::PasswordOnly,
        Person::Unlinked,
        Person::Linked,
        Person::LinkedLongAgo,
        Person::Staff,
        Person::StaffElsewhere,
    ] {
        let fresh = match kind {
            Person::Stranger => app.browser(),
            Person::PasswordOnly => {
                let mut browser = app.browser();
                browser.post("/sign-in", &[("email", "linked@example.org"), ("password", crate::common::PASSWORD)]).await;
                browser
            }
            Person::Unlinked => app.signed_in("unlinked@example.org").await,
            Person::Staff => app.signed_in("staff@example.org").await,
            Person::StaffElsewhere => app.signed_in("elsewhere@example.org").await,
            Person::Linked | Person::LinkedLongAgo => app.signed_in("linked@example.org").await,
        };
        // The next code of the authenticator is another one.
        app.clock.advance(TimeDelta::minutes(if kind == Person::LinkedLongAgo { 8 } else { 1 }));
        for row in TABLE {
            // Routes that end the session would end it for the rows after them.
            if matches!(row.path, "/sign-out" | "/leave" | "/session-ended" | "/account/sign-ins/end-others") {
                continue;
            }
            let mut browser = fresh.clone();
            let answer = ask(&mut browser, row, person).await;
            let what = format!("{} {} as {kind:?}: {} {}", row.method, row.path, answer.status, answer.body);
            assert!(!answer.status.is_server_error(), "{what}");
            // Programs are told what is wrong, and sent to no page.
            if row.path.starts_with("/fhir/") {
                assert_eq!(answer.status, to_programs(row, kind), "{what}");
                assert_eq!(answer.headers[header::CONTENT_TYPE], "application/fhir+json", "{what}");
                continue;
            }
            let within = ["{entry}", "{appointment}", "{week}", "{response}", "{rule}", "{goal}", "{reading}"]
                .iter()
                .any(|part| row.path.contains(part));
            let whole = is_get(row.method) && row.door == Door::Team && !within;
            let named = row.path.contains("{id}");
            if expected(row.door, kind) == Some(NOWHERE) {
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
            } else if let Some(to) = expected(row.door, kind) {
                assert_eq!(answer.location(), to, "{what}");
            } else if whole && FOR_MANAGERS.contains(&row.path) {
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
            } else if whole && row.path.starts_with("/team/people/") {
                // The same pages of the same person, at the right organisation and at the wrong one.
                let right = if kind == Person::Staff { StatusCode::OK } else { StatusCode::NOT_FOUND };
                assert_eq!(answer.status, right, "{what}");
            } else if whole && !named && row.path != "/team/emergencies" {
                assert_eq!(answer.status, StatusCode::OK, "{what}");
                answer.says("At work");
            } else if answer.status == StatusCode::SEE_OTHER {
                let to = answer.location();
                // What changes a second step that is there asks for a fresh sign-in by itself.
                let asks_itself = kind == Person::LinkedLongAgo && row.path.starts_with("/second-step");
                let turned_away =
                    ["/sign-in", "/sign-in/again"].contains(&to) && row.door != Door::Open && row.path != to && !asks_itself;
                assert!(!turned_away, "{what} was turned away to {to}");
            }
        }
    }
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_and_what_is_another_persons_look_the_same() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let (mine, theirs) =
        (app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await);
    app.account("mine@example.org", Some(mine)).await;
    let list = |person| {
        app.services.records.list(
            &domain::access::Actor::Operator,
            person,
            domain::record::Category::Problem,
            service::Which::All,
            None,
        )
    };
    let (my_entry, their_entry) = (list(mine).await.unwrap().lines[0].id, list(theirs).await.unwrap().lines[0].id);
    let mut browser = app.signed_in("mine@example.org").await;
    assert_eq!(browser.get(&app::routes::entry(my_entry)).await.status, StatusCode::OK);
    let other = browser.get(&app::routes::entry(their_entry)).await;
    let none = browser.get("/record/entries/019a5f00-0000-7000-8000-000000000000").await;
    let nonsense = browser.get("/record/entries/nonsense").await;
    for answer in [&other, &none, &nonsense] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        answer.does_not_say("Gout");
    }
    let shape = |answer: &crate::common::Answer, id: &str| answer.body.replace(id, "");
    assert_eq!(shape(&other, &their_entry.to_string()).len(), shape(&none, "019a5f00-0000-7000-8000-000000000000").len());
    place.clear().await;
}
