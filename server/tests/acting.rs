//! Acting for somebody else: what a carer sees, does not see, and stops seeing.

use crate::common::{Browser, TestApp};
use axum::http::StatusCode;
use domain::access::{Actor, Assurance};
use domain::{AccountId, PersonId};
use service::{ImportRequest, InviteForm, OrganisationKind};
use std::io::Cursor;

const OWNER: &str = "edna@example.org";
const CARER: &str = "tom@example.org";

fn actor(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}

/// What a carer opens in these tests, page by page.
fn pages() -> Vec<String> {
    let categories = domain::record::Category::SHOWN.iter().map(|category| app::routes::category(*category));
    ["/", "/record", "/record/summary", "/acting"].into_iter().map(str::to_owned).chain(categories).collect()
}

struct World {
    app: TestApp,
    owner: AccountId,
    person: PersonId,
    relationship: domain::RelationshipId,
}

/// Lets a carer act with these scopes, and gives the relationship.
pub async fn allow(app: &TestApp, owner: AccountId, person: PersonId, email: &str, scopes: &str) -> domain::RelationshipId {
    let carer = app.account(email, None).await;
    let_in(app, (owner, person), (carer, email), scopes).await
}

/// The same for a carer who has an account already.
async fn let_in(
    app: &TestApp,
    (owner, person): (AccountId, PersonId),
    (carer, email): (AccountId, &str),
    scopes: &str,
) -> domain::RelationshipId {
    let form = InviteForm {
        email: email.to_owned(),
        name: "Tom".to_owned(),
        relation: "son".to_owned(),
        scopes: scopes.to_owned(),
        labels: "general mental".to_owned(),
        submission: app.services.core.new_id().to_string(),
        ..InviteForm::default()
    };
    let invited = app.services.carers.invite(&actor(owner), person, &form).await.unwrap();
    let link = app.mailed_link(email).await;
    let token = link.split_once("token=").unwrap().1;
    app.services.carers.accept(&actor(carer), token, &invited.code).await.unwrap();
    invited.relationship
}

/// Edna with two problems, and Tom who may see her problems and her results.
async fn world(place: &testkit::Place, with_second_problem: bool) -> World {
    let app = TestApp::over(place);
    let person = app.person("999 000 0018", "Rivers", "Asthma").await;
    if with_second_problem {
        more(&app, person).await;
    }
    let owner = app.account(OWNER, Some(person)).await;
    let relationship = allow(&app, owner, person, CARER, "COND TEST CONSULT RECRD").await;
    World { app, owner, person, relationship }
}

/// A second problem, and a visit that was because of it.
async fn more(app: &TestApp, person: PersonId) {
    let operator = Actor::Operator;
    let organisation = app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
    let organisation = organisation.await.unwrap().id;
    let bundle = r#"{"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Condition","id":"second","subject":{"reference":"Patient/p9990000018"},
          "code":{"text":"Panic disorder"},"onsetDateTime":"2024-02-01","clinicalStatus":{"coding":[{"code":"active"}]}}}]}"#;
    let request = ImportRequest { organisation, expected: Some(service::Expected::Person(person)) };
    let report = app.services.imports.import(&operator, Cursor::new(bundle.as_bytes().to_vec()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
}

async fn looking_after(world: &World) -> Browser {
    let mut browser = world.app.signed_in(CARER).await;
    let home = browser.post_and_follow("/acting", &[("person", &world.person.to_string())]).await;
    home.says("You are looking after").says("Rivers");
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carer_always_sees_for_whom_they_act_and_nothing_that_is_the_persons_alone() {
    let place = testkit::fresh("sqlite").await;
    let world = world(&place, true).await;
    let mut browser = world.app.signed_in(CARER).await;
    assert_eq!(browser.get("/").await.location(), "/acting");
    browser.get("/acting").await.says("Look after").says("Rivers");
    let mut browser = looking_after(&world).await;
    for page in pages() {
        let answer = browser.get(&page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        answer.says("You are looking after");
        // What is not open to somebody is not "none".
        answer.does_not_say("Nothing is recorded here");
    }
    browser.get("/record/problems").await.says("Asthma").says("Panic disorder");
    for page in ["/activity", "/sharing/people", "/account/export"] {
        let answer = browser.get(page).await;
        assert_ne!(answer.status, StatusCode::OK, "{page}: {}", answer.body);
    }
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_after_somebody_is_told_that_they_download_their_own_record() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let person = app.person("999 000 0018", "Rivers", "Asthma").await;
    let own = app.person("999 000 0026", "Stone", "Gout").await;
    let owner = app.account(OWNER, Some(person)).await;
    let carer = app.account(CARER, Some(own)).await;
    let_in(&app, (owner, person), (carer, CARER), "COND TEST").await;
    let mut browser = app.signed_in(CARER).await;
    browser.get("/account/download").await.says("href=\"/record\">look at it here").does_not_say("You are looking after");
    browser.post_and_follow("/acting", &[("person", &person.to_string())]).await.says("You are looking after");
    let page = browser.get("/account/download").await;
    page.says("Download your own record").says("This file is your own record, and not that of Sam Rivers.");
    page.does_not_say("look at it here").says("href=\"/acting\">go back to it first");
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_is_closed_at_the_next_click() {
    let place = testkit::fresh("sqlite").await;
    let world = world(&place, true).await;
    let mut browser = looking_after(&world).await;
    let mut other_tab = browser.clone();
    browser.get("/record/problems").await.says("Asthma");
    world.app.services.carers.suspend(&actor(world.owner), world.person, world.relationship).await.unwrap();
    assert_eq!(browser.get("/record/problems").await.location(), "/acting/ended");
    browser.get("/acting/ended").await.says("You cannot act for this person now").does_not_say("Rivers");
    // The other tab is in the same session, which is the carer's own again.
    let answer = other_tab.get("/record").await;
    assert_eq!(answer.location(), "/link");
    // Choosing them again looks as if they did not exist.
    let answer = browser.post("/acting", &[("person", &world.person.to_string())]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_and_signing_out_work_at_once_though_the_access_has_just_ended() {
    for (path, to) in [("/leave", "https://www.bbc.co.uk/weather"), ("/sign-out", "/signed-out")] {
        let place = testkit::fresh("sqlite").await;
        let world = world(&place, true).await;
        let mut browser = looking_after(&world).await;
        world.app.services.carers.suspend(&actor(world.owner), world.person, world.relationship).await.unwrap();
        let answer = if path == "/leave" { browser.get(path).await } else { browser.post(path, &[]).await };
        assert_eq!(answer.location(), to);
        assert_eq!(browser.get("/account").await.location(), "/sign-in");
        place.clear().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_person_typed_is_not_shown_to_the_next_in_the_same_browser() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let person = app.person("999 000 0018", "Rivers", "Asthma").await;
    let next = app.person("999 000 0026", "Stone", "Gout").await;
    app.account(OWNER, Some(person)).await;
    app.account("next@example.org", Some(next)).await;
    let mut browser = app.signed_in(OWNER).await;
    let submission = app.services.core.new_id().to_string();
    let form = [
        ("name", "Zelda Quill"),
        ("relation", "friend"),
        ("email", "zelda@example.org"),
        ("scopes", "APPT"),
        ("submission", &submission),
    ];
    assert_eq!(browser.post("/sharing/people/invite", &form).await.location(), "/sharing/people/invited");
    assert_eq!(browser.post("/sharing/people/invite", &form[..3]).await.location(), "/sharing/people/invite");
    // The next one signs in without the first having signed out.
    let first = browser.post("/sign-in", &[("email", "next@example.org"), ("password", crate::common::PASSWORD)]).await;
    assert_eq!(first.location(), "/sign-in/code");
    let code = app.code("next@example.org").await;
    browser.post("/sign-in/code", &[("code", &code)]).await.location();
    for page in ["/sharing/people/invite", "/sharing/people/invited"] {
        let answer = browser.get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        answer.does_not_say("Zelda");
    }
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_acts_for_somebody_by_asking_for_their_id() {
    let place = testkit::fresh("sqlite").await;
    let world = world(&place, true).await;
    world.app.account("stranger@example.org", None).await;
    let mut browser = world.app.signed_in("stranger@example.org").await;
    for person in [world.person.to_string(), "019a5f00-0000-7000-8000-000000000000".to_owned(), "nonsense".to_owned()] {
        let answer = browser.post("/acting", &[("person", &person)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{person}");
    }
    assert_eq!(browser.get("/record").await.location(), "/link");
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_and_without_a_hidden_entry_every_page_of_a_carer_is_the_same() {
    let (one, two) = (testkit::fresh("sqlite").await, testkit::fresh("sqlite").await);
    let (with, without) = (world(&one, true).await, world(&two, false).await);
    let edna = actor(with.owner);
    let problems =
        with.app.services.records.list(&edna, with.person, domain::record::Category::Problem, service::Which::All, None);
    let hidden = problems.await.unwrap().lines.into_iter().find(|line| line.title == "Panic disorder").unwrap().id;
    let mut owner = with.app.signed_in(OWNER).await;
    let answer = owner.post(&format!("/record/entries/{hidden}/hide"), &[("from", "all")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    owner.get(&app::routes::entry(hidden)).await.says("Panic disorder").says("hidden");

    let (mut here, mut there) = (looking_after(&with).await, looking_after(&without).await);
    for page in pages() {
        let (a, b) = (here.get(&page).await, there.get(&page).await);
        // Ids are random and differ between any two worlds.
        assert_eq!(same(&a.body), same(&b.body), "{page}");
    }
    let (known, unknown) =
        (here.get(&app::routes::entry(hidden)).await, here.get("/record/entries/019a5f00-0000-7000-8000-000000000000").await);
    assert_eq!((known.status, unknown.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(same(&known.body), same(&unknown.body));

    // Shown again, it is there again.
    let answer = owner.post(&format!("/record/entries/{hidden}/show"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    here.get("/record/problems").await.says("Panic disorder");
    one.clear().await;
    two.clear().await;
}

/// What a carer may open of the pages behind the record's door. A route that is in neither list fails the test.
const FOR_CARERS: &[&str] = &[
    "/record",
    "/record/summary",
    "/record/summary/pdf",
    "/record/{category}",
    "/record/results",
    "/record/timeline",
    "/record/search",
    "/record/sources",
    "/record/notes",
    "/account/details",
    "/account/details/history",
    "/record/entries/{id}",
    "/record/entries/{id}/versions/{version}",
    "/medicines",
    "/medicines/card",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_that_is_the_persons_alone_is_closed_to_a_carer_and_to_who_was_one() {
    let place = testkit::fresh("sqlite").await;
    let world = world(&place, true).await;
    let edna = actor(world.owner);
    let problems =
        world.app.services.records.list(&edna, world.person, domain::record::Category::Problem, service::Which::All, None);
    let entry = problems.await.unwrap().lines[0].id.to_string();
    let fresh = looking_after(&world).await;
    let path_of = |row: &app::routes::Row| {
        let id = if row.path.starts_with("/record/") { entry.clone() } else { world.relationship.to_string() };
        let path = row.path.replace("{category}", "problems").replace("{id}", &id).replace("{entry}", &entry);
        path.replace("{version}", "1").replace("{seq}", "1").replace("{measure}", "weight")
    };
    let rows = || {
        let opens = |row: &&app::routes::Row| matches!(row.door, app::guard::Door::Record | app::guard::Door::FreshRecord);
        app::routes::TABLE.iter().filter(opens)
    };
    let mut open = Vec::new();
    for row in rows() {
        let (mut browser, path) = (fresh.clone(), path_of(row));
        let answer = if crate::common::is_get(row.method) { browser.get(&path).await } else { browser.post(&path, &[]).await };
        let what = format!("{} {path}: {}", row.method, answer.status);
        if FOR_CARERS.contains(&row.path) {
            assert!([StatusCode::OK, StatusCode::SEE_OTHER].contains(&answer.status), "{what}");
        } else {
            if answer.status.is_success() || answer.status.is_server_error() {
                open.push(what);
            }
            answer.does_not_say("Asthma").does_not_say("Panic disorder");
        }
    }
    assert_eq!(open, Vec::<String>::new());
    world.app.services.carers.end(&edna, world.person, world.relationship).await.unwrap();
    for row in rows() {
        let (mut browser, path) = (fresh.clone(), path_of(row));
        let answer = if crate::common::is_get(row.method) { browser.get(&path).await } else { browser.post(&path, &[]).await };
        let to = answer.location();
        assert!(["/acting/ended", "/link"].contains(&to), "{} {path}: {to}", row.method);
    }
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_scope_opens_its_own_pages_and_no_others() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let person = app.person("999 000 0018", "Rivers", "Title of problems").await;
    one_of_each(&app, person).await;
    let owner = app.account(OWNER, Some(person)).await;
    let mut mine = app.signed_in(OWNER).await;
    let shown: Vec<_> = domain::record::Category::SHOWN.iter().filter(|one| **one != domain::record::Category::People).collect();
    for category in &shown {
        mine.get(&app::routes::category(**category)).await.says(&format!("Title of {}", category.code()));
    }
    for scope in domain::scope::Scope::ALL {
        let email = format!("{}@example.org", scope.code().to_lowercase());
        allow(&app, owner, person, &email, scope.code()).await;
        let mut browser = app.signed_in(&email).await;
        browser.post("/acting", &[("person", &person.to_string())]).await;
        for category in &shown {
            let answer = browser.get(&app::routes::category(**category)).await;
            let title = format!("Title of {}", category.code());
            if scope.categories().contains(category) {
                answer.says(&title);
            } else {
                answer.does_not_say(&title);
                browser.get("/").await.does_not_say(&title);
            }
        }
    }
    place.clear().await;
}

/// One entry in each category, each titled with it.
async fn one_of_each(app: &TestApp, person: PersonId) {
    let operator = Actor::Operator;
    let organisation = app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
    let organisation = organisation.await.unwrap().id;
    let patient = r#"{"reference":"Patient/p9990000018"}"#;
    let resources = [
        format!(
            r#"{{"resourceType":"MedicationRequest","id":"m","subject":{patient},"status":"active","intent":"order","medicationCodeableConcept":{{"text":"Title of medicines"}}}}"#
        ),
        format!(r#"{{"resourceType":"AllergyIntolerance","id":"a","patient":{patient},"code":{{"text":"Title of allergies"}}}}"#),
        format!(
            r#"{{"resourceType":"Immunization","id":"i","patient":{patient},"status":"completed","vaccineCode":{{"text":"Title of immunisations"}},"occurrenceDateTime":"2020-01-02"}}"#
        ),
        format!(
            r#"{{"resourceType":"Observation","id":"o","subject":{patient},"status":"final","code":{{"text":"Title of results"}},"valueString":"Positive"}}"#
        ),
        format!(
            r#"{{"resourceType":"Encounter","id":"e","subject":{patient},"status":"finished","class":{{"code":"AMB"}},"type":[{{"text":"Title of visits"}}]}}"#
        ),
        format!(
            r#"{{"resourceType":"Procedure","id":"r","subject":{patient},"status":"completed","code":{{"text":"Title of procedures"}}}}"#
        ),
        format!(
            r#"{{"resourceType":"DocumentReference","id":"d","subject":{patient},"status":"current","type":{{"text":"Title of documents"}},"description":"Title of documents","content":[{{"attachment":{{"title":"Title of documents"}}}}]}}"#
        ),
        format!(
            r#"{{"resourceType":"CarePlan","id":"c","subject":{patient},"status":"active","intent":"plan","title":"Title of care"}}"#
        ),
    ];
    let entries: Vec<String> = resources.iter().map(|resource| format!(r#"{{"resource":{resource}}}"#)).collect();
    let bundle = format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#, entries.join(","));
    let request = ImportRequest { organisation, expected: Some(service::Expected::Person(person)) };
    let report = app.services.imports.import(&operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
}

/// A page without the ids in it.
fn same(body: &str) -> String {
    let is_id = |word: &str| word.len() == 36 && uuid::Uuid::parse_str(word).is_ok();
    // An address within an address has its hyphens written out.
    let body = body.replace("%2D", "-");
    let mut out = String::new();
    let mut rest = body.as_str();
    while let Some(c) = rest.chars().next() {
        if rest.get(..36).is_some_and(is_id) {
            out.push_str("{id}");
            rest = &rest[36..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}
