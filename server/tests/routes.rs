//! Every route as every kind of person. A route that is not in the table does not exist, so none is forgotten.

use crate::acting::allow;
use crate::common::{Answer, Browser, TestApp, is_get};
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

/// What the record of the one person who has one says.
const DIAGNOSIS: &str = "Haemochromatosis";
/// Their family name.
const FAMILY: &str = "Xanthopoulos";

/// Whoever may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Person {
    Stranger,
    PasswordOnly,
    Unlinked,
    /// Somebody who looks after the person, with no record of their own, while they do.
    Carer,
    Linked,
    LinkedLongAgo,
    /// A clinician of the organisation whose person it is, with no record of their own.
    Staff,
    /// A clinician of another.
    StaffElsewhere,
    /// The front desk of the organisation whose person it is.
    Reception,
    /// Who answers there for who looked at what.
    PrivacyOfficer,
    /// Who runs it.
    Manager,
}

impl Person {
    /// Every kind, each of which leaves things for those after it as they were.
    const ALL: [Self; 11] = [
        Self::Stranger,
        Self::PasswordOnly,
        Self::Unlinked,
        Self::Carer,
        Self::Linked,
        Self::LinkedLongAgo,
        Self::Staff,
        Self::StaffElsewhere,
        Self::Reception,
        Self::PrivacyOfficer,
        Self::Manager,
    ];
    /// To whom the record is open.
    const READERS: [Self; 4] = [Self::Carer, Self::Linked, Self::LinkedLongAgo, Self::Staff];

    const fn email(self) -> &'static str {
        match self {
            Self::Stranger | Self::PasswordOnly | Self::Linked | Self::LinkedLongAgo => "linked@example.org",
            Self::Unlinked => "unlinked@example.org",
            Self::Carer => "carer@example.org",
            Self::Staff => "staff@example.org",
            Self::StaffElsewhere => "elsewhere@example.org",
            Self::Reception => "reception@example.org",
            Self::PrivacyOfficer => "privacy@example.org",
            Self::Manager => "manager@example.org",
        }
    }

    /// Where they work, and as what.
    const fn work(self) -> Option<(&'static str, StaffRole)> {
        match self {
            Self::Staff => Some(("Y90001", StaffRole::Clinician)),
            Self::StaffElsewhere => Some(("Y9H01", StaffRole::Clinician)),
            Self::Reception => Some(("Y90001", StaffRole::Reception)),
            Self::PrivacyOfficer => Some(("Y90001", StaffRole::PrivacyOfficer)),
            Self::Manager => Some(("Y90001", StaffRole::Manager)),
            Self::Stranger | Self::PasswordOnly | Self::Unlinked | Self::Carer | Self::Linked | Self::LinkedLongAgo => None,
        }
    }

    /// Whether nothing tells them what the person is called.
    const fn knows_nobody(self) -> bool {
        matches!(self, Self::Stranger | Self::PasswordOnly | Self::Unlinked | Self::StaffElsewhere)
    }

    /// Whether what they may see is a part of what others may.
    const fn has_a_part(self) -> bool {
        matches!(self, Self::Carer | Self::Reception | Self::PrivacyOfficer | Self::Manager)
    }

    /// Comes as far as this kind of person does.
    async fn browser(self, app: &TestApp, patient: PersonId) -> Browser {
        match self {
            Self::Stranger => app.browser(),
            Self::PasswordOnly => {
                let mut browser = app.browser();
                browser.post("/sign-in", &[("email", self.email()), ("password", crate::common::PASSWORD)]).await;
                browser
            }
            Self::Carer => {
                let mut browser = app.signed_in(self.email()).await;
                browser.post_and_follow("/acting", &[("person", &patient.to_string())]).await.says("You are looking after");
                browser
            }
            Self::Unlinked
            | Self::Linked
            | Self::LinkedLongAgo
            | Self::Staff
            | Self::StaffElsewhere
            | Self::Reception
            | Self::PrivacyOfficer
            | Self::Manager => app.signed_in(self.email()).await,
        }
    }
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

/// Where somebody is sent who may not come in; `None` for somebody who may.
fn expected(door: Door, person: Person) -> Option<&'static str> {
    match (door, person) {
        (Door::Open, _) => None,
        (_, Person::Stranger) => Some("/sign-in"),
        (Door::FirstStep, _) => None,
        (_, Person::PasswordOnly) => Some("/second-step"),
        (Door::SecondStep, _) => None,
        (Door::Fresh, Person::LinkedLongAgo) => Some("/sign-in/again"),
        (Door::Fresh, _) => None,
        (Door::Record | Door::FreshRecord, Person::Unlinked) => Some("/link"),
        (Door::Record | Door::FreshRecord, person) if person.work().is_some() => Some("/link"),
        (Door::FreshRecord, Person::LinkedLongAgo) => Some("/sign-in/again"),
        (Door::Record | Door::FreshRecord, _) => None,
        (Door::Team, person) if person.work().is_some() => None,
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

/// Whether a route is about a person at a care team.
fn is_of_patient(row: &Row) -> bool {
    row.path.starts_with("/team/people/")
}

/// What an answer says, but for the ids that were asked about.
fn without_ids(answer: &Answer, patient: &str) -> (StatusCode, Option<String>, String) {
    // They also stand in the address of the page that would follow.
    let without = |text: &str| {
        let ids = [patient, NOBODY].into_iter().flat_map(|id| [id.to_owned(), id.replace('-', "%2D")]);
        ids.fold(text.to_owned(), |text, id| text.replace(&id, ""))
    };
    let to = answer.headers.get(header::LOCATION).map(|to| without(to.to_str().unwrap()));
    (answer.status, to, without(&answer.body))
}

async fn ask(browser: &mut Browser, row: &Row, patient: &str) -> Answer {
    let path = if is_of_patient(row) { path_of(row).replacen(NOBODY, patient, 1) } else { path_of(row) };
    match row.method {
        "GET" => browser.get(&path).await,
        "PUT" => browser.send(Request::put(&path).header("sec-fetch-site", "same-origin"), Body::empty()).await,
        "PATCH" => browser.send(Request::patch(&path).header("sec-fetch-site", "same-origin"), Body::empty()).await,
        _ => browser.post(&path, &[]).await,
    }
}

/// Somebody of each kind, and the person whose record there is.
async fn everybody(app: &TestApp) -> PersonId {
    let person = app.person("999 000 0018", FAMILY, DIAGNOSIS).await;
    let owner = app.account(Person::Linked.email(), Some(person)).await;
    app.account(Person::Unlinked.email(), None).await;
    allow(app, owner, person, Person::Carer.email(), "COND TEST CONSULT RECRD").await;
    for kind in Person::ALL {
        if let Some((organisation, role)) = kind.work() {
            app.staff(kind.email(), organisation, role).await;
        }
    }
    person
}

/// Whether a route would change for whom the rows after it are asked.
fn is_an_end(row: &Row, kind: Person) -> bool {
    matches!(row.path, "/sign-out" | "/leave" | "/session-ended" | "/account/sign-ins/end-others")
        || kind == Person::Carer && row.method == "POST" && row.path == "/acting"
}

/// Looks at what somebody was answered to whom the route is open.
fn is_right(row: &Row, kind: Person, answer: &Answer, what: &str) {
    let within = ["{entry}", "{appointment}", "{week}", "{response}", "{rule}", "{goal}", "{reading}"]
        .iter()
        .any(|part| row.path.contains(part));
    let whole = is_get(row.method) && row.door == Door::Team && !within;
    let is_clinician = matches!(kind, Person::Staff | Person::StaffElsewhere);
    if whole && FOR_MANAGERS.contains(&row.path) && kind != Person::Manager {
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
    } else if whole && is_of_patient(row) && (is_clinician || kind == Person::PrivacyOfficer) {
        // The same pages of the same person, at the right organisation and at the wrong one, or in the wrong role.
        let right = if kind == Person::Staff { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(answer.status, right, "{what}");
    } else if whole && is_clinician && !row.path.contains("{id}") && row.path != "/team/emergencies" {
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

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_its_door_says() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let person = everybody(&app).await;
    let patient = person.to_string();
    let (mut readers, mut managed) = (Vec::new(), 0);
    for kind in Person::ALL {
        let fresh = kind.browser(&app, person).await;
        // The next code of the authenticator is another one.
        app.clock.advance(TimeDelta::minutes(if kind == Person::LinkedLongAgo { 8 } else { 1 }));
        let mut reads = false;
        for row in TABLE.iter().filter(|row| !is_an_end(row, kind)) {
            let answer = ask(&mut fresh.clone(), row, &patient).await;
            let what = format!("{} {} as {kind:?}: {} {}", row.method, row.path, answer.status, answer.body);
            assert!(!answer.status.is_server_error(), "{what}");
            reads |= answer.body.contains(DIAGNOSIS);
            assert!(!answer.body.contains(DIAGNOSIS) || Person::READERS.contains(&kind), "{what}");
            assert!(!answer.body.contains(FAMILY) || !kind.knows_nobody(), "{what}");
            // Programs are told what is wrong, and sent to no page.
            if row.path.starts_with("/fhir/") {
                let right = to_programs(row, kind);
                // What is not in somebody's part looks to them as if it were not there.
                let is_another_part = right == StatusCode::OK && kind.has_a_part() && answer.status == StatusCode::NOT_FOUND;
                assert!(answer.status == right || is_another_part, "{what} and not {right}");
                assert_eq!(answer.headers[header::CONTENT_TYPE], "application/fhir+json", "{what}");
                continue;
            }
            match expected(row.door, kind) {
                Some(NOWHERE) => assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}"),
                Some(to) => assert_eq!(answer.location(), to, "{what}"),
                None => is_right(row, kind, &answer, &what),
            }
            if kind == Person::StaffElsewhere && is_of_patient(row) {
                let nobody = ask(&mut fresh.clone(), row, NOBODY).await;
                assert_eq!(without_ids(&answer, &patient), without_ids(&nobody, &patient), "{what}");
            }
            let is_managed = kind == Person::Manager && is_get(row.method) && FOR_MANAGERS.contains(&row.path);
            managed += usize::from(is_managed && answer.status == StatusCode::OK);
        }
        if reads {
            readers.push(kind);
        }
    }
    assert_eq!(readers, Person::READERS);
    assert!(managed > 8, "only {managed} pages are there for managers");
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
    let shape = |answer: &Answer, id: &str| answer.body.replace(id, "");
    assert_eq!(shape(&other, &their_entry.to_string()).len(), shape(&none, "019a5f00-0000-7000-8000-000000000000").len());
    place.clear().await;
}
