//! Two worlds: in one something is hidden, in the other it was never there. Whoever it is hidden from cannot tell which
//! one they are in.

use super::*;
use serde::Serialize;
use service::HiddenFrom;
use std::collections::BTreeSet;

/// What is looked for: words of what is hidden, of what takes words from it, and of what does neither; some are mistyped.
const WORDS: &[&str] = &[
    "SECRET",
    "problem",
    "result",
    "goal",
    "shah",
    "anita",
    "asthma",
    "clinic",
    "riverside",
    "surgery",
    "spirometry",
    "blood",
    "medicine",
    "plan",
    "walk",
    "panel",
    "haemoglobin",
    "flu",
    "review",
    "gp",
    "summary",
    "consultation",
    "secrte",
    "anitta",
    "asthmma",
    "spirometri",
];

/// Everything that a reader can be shown, as text.
async fn all_that(desk: &Desk, reader: &Actor, person: PersonId) -> String {
    fn put(all: &mut String, what: &str, shown: &impl Serialize) {
        all.push_str(&format!("{what}: {}\n", serde_json::to_string(shown).unwrap()));
    }
    let records = &desk.services.records;
    let mut all = String::new();
    put(&mut all, "home", &records.home(reader, person).await.unwrap());
    put(&mut all, "visits", &records.visits(reader, person).await.unwrap());
    put(&mut all, "overview", &records.overview(reader, person).await.unwrap());
    put(&mut all, "sources", &records.sources(reader, person).await.unwrap());
    let timeline = records.timeline(reader, person, service::Narrowing::default(), None).await.unwrap();
    put(&mut all, "timeline", &timeline);
    for label in Sensitivity::ALL {
        let narrowing = service::Narrowing { label: Some(*label), ..Default::default() };
        put(&mut all, "labelled", &records.timeline(reader, person, narrowing, None).await.unwrap());
    }
    for words in WORDS {
        let asked = service::SearchAsked { words: (*words).to_owned(), ..Default::default() };
        put(&mut all, words, &records.search(reader, person, &asked).await.unwrap());
    }
    let medicines = desk.services.medicines.list(reader, person).await.unwrap();
    put(&mut all, "medicines", &format!("{medicines:?}"));
    let summary = desk.services.summaries.read(reader, person, service::SummaryForm::Page).await.unwrap();
    put(&mut all, "summary", &format!("{summary:?}"));
    let results = records.results(reader, person, None).await.unwrap();
    for line in &results.lines {
        for span in domain::result::TrendSpan::ALL {
            let asked = service::TrendAsked { choose: true, ..service::TrendAsked::of(*span) };
            let trend = records.trend(reader, person, line.line.id, asked).await;
            put(&mut all, "trend", &format!("{:?}", trend.map_err(|error| error.to_string())));
        }
    }
    put(&mut all, "results", &results);
    for category in Category::SHOWN {
        put(&mut all, "both", &records.current_and_past(reader, person, *category).await.unwrap());
        for which in [Which::All, Which::Current, Which::Past] {
            let page = records.list(reader, person, *category, which, None).await.unwrap();
            put(&mut all, "list", &page);
            for line in page.lines {
                let entry = records.entry(reader, person, line.id).await.unwrap();
                assert_eq!(entry.line, line, "a line says what its page says");
                for version in &entry.versions {
                    let version = records.entry_version(reader, person, line.id, version.number).await.unwrap();
                    put(&mut all, "version", &version);
                }
                put(&mut all, "entry", &entry);
            }
        }
    }
    all
}

fn to(kind: &str, id: &str) -> Value {
    json!({ "reference": format!("{kind}/{id}"), "display": format!("SECRET {id}") })
}

/// A record in which much is said of each other thing.
fn record() -> Vec<Value> {
    let subject = json!({ "reference": "Patient/m1" });
    let about = |kind: &str, id: &str, fields: Value| {
        let mut resource = json!({ "resourceType": kind, "id": id, "subject": subject });
        for (field, value) in fields.as_object().unwrap() {
            resource[field] = value.clone();
        }
        resource
    };
    let practitioner = json!({ "resourceType": "Practitioner", "id": "d1", "name": [{ "family": "Shah", "given": ["Anita"] }] });
    let place = json!({ "resourceType": "Organization", "id": "org1", "name": "Riverside Clinic" });
    let narrative = |id: &str| json!({ "status": "generated", "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>SECRET words about {id}</p></div>") });
    let mut all = vec![
        patient("m1", Some("9990548609"), "Ellis", "1948-11-04"),
        about(
            "Encounter",
            "e2",
            json!({
                "status": "finished", "class": { "code": "AMB" }, "type": [{ "text": "GP consultation" }],
                "period": { "start": "2026-03-04T10:00:00Z" }, "serviceProvider": { "reference": "Organization/org1" },
                "reasonReference": [to("Condition", "c1"), to("Condition", "c2")],
                "diagnosis": [{ "condition": to("Condition", "c1") }, { "condition": to("Condition", "c2") }],
            }),
        ),
        about(
            "Encounter",
            "e3",
            json!({
                "status": "planned", "class": { "code": "AMB" }, "type": [{ "text": "Review" }], "period": { "start": "2026-12-04T10:00:00Z" },
                "reasonReference": [to("Condition", "c1")],
            }),
        ),
        about(
            "DiagnosticReport",
            "r1",
            json!({
                "status": "final", "code": { "text": "Blood tests" }, "effectiveDateTime": "2026-03-05",
                "performer": [{ "reference": "Practitioner/d1" }], "result": [to("Observation", "o1"), to("Observation", "o2")],
                "media": [{ "link": to("Media", "x1") }, { "link": { "reference": "Media/x2", "display": "Slide" } }], "encounter": { "reference": "Encounter/e1" },
            }),
        ),
        about(
            "MedicationRequest",
            "q1",
            json!({
                "status": "active", "intent": "order", "authoredOn": "2026-03-06", "requester": { "reference": "Practitioner/d1" },
                "medicationReference": to("Medication", "med1"), "reasonReference": [to("Condition", "c1"), to("Condition", "c2")],
            }),
        ),
        about(
            "CarePlan",
            "p1",
            json!({
                "status": "active", "intent": "plan", "title": "Plan", "addresses": [to("Condition", "c2"), to("Condition", "c1")],
                "goal": [to("Goal", "g1"), to("Goal", "g2")], "activity": [{ "reference": to("Observation", "o1") }],
            }),
        ),
        about(
            "Procedure",
            "op1",
            json!({
                "status": "completed", "code": { "text": "Spirometry" }, "performedDateTime": "2026-02-02",
                "reasonReference": [to("Condition", "c1")], "encounter": { "reference": "Encounter/e1" },
            }),
        ),
        about(
            "Observation",
            "o3",
            json!({
                "status": "final", "code": { "text": "Panel" }, "effectiveDateTime": "2026-01-02", "hasMember": [to("Observation", "o1"), to("Observation", "o2")],
                "encounter": { "reference": "Encounter/e1" },
            }),
        ),
        about(
            "Composition",
            "k1",
            json!({
                "status": "final", "title": "Summary", "date": "2026-03-07", "author": [{ "reference": "Practitioner/d1" }],
                "section": [
                    { "title": "Problems", "text": narrative("c1"), "entry": [to("Condition", "c1")] },
                    { "title": "Results", "text": narrative("o1"), "entry": [to("Observation", "o1")] },
                    { "title": "Goals", "text": narrative("g1"), "entry": [to("Goal", "g1")] },
                    { "title": "Visits", "text": narrative("e1"), "entry": [to("Encounter", "e1")] },
                    { "title": "Medicines", "text": narrative("med1"), "entry": [to("Medication", "med1")] },
                    { "title": "People", "text": narrative("d1"), "entry": [{ "reference": "Practitioner/d1" }] },
                ],
            }),
        ),
        json!({
            "resourceType": "Immunization", "id": "v1", "patient": subject, "status": "completed", "vaccineCode": { "text": "Flu vaccine" },
            "occurrenceDateTime": "2025-10-01", "reaction": [{ "date": "2025-10-02", "detail": to("Observation", "o1") }],
            "reasonReference": [to("Condition", "c1")],
        }),
        problem("c2", "m1", "Asthma", "active", "2019-03"),
        with(weight("o2", "m1", "2026-03-04T10:40:00Z", "60"), "code", json!({ "text": "Haemoglobin" })),
        about("Goal", "g2", json!({ "lifecycleStatus": "active", "description": { "text": "Walk more" } })),
        about("Media", "x2", json!({ "status": "completed", "view": { "text": "Slide" }, "createdDateTime": "2026-03-05" })),
        place,
    ];
    all.extend([
        about("Encounter", "e1", json!({
            "status": "finished", "class": { "code": "AMB" }, "type": [{ "text": "Clinic" }], "period": { "start": "2026-01-02T10:00:00Z" },
            "serviceProvider": { "reference": "Organization/org1" },
        })),
        problem("c1", "m1", "SECRET problem", "active", "2020-03"),
        with(weight("o1", "m1", "2026-03-04T10:41:00Z", "61"), "code", json!({ "text": "SECRET result" })),
        json!({ "resourceType": "Medication", "id": "med1", "code": { "text": "SECRET medicine" } }),
        about("Goal", "g1", json!({ "lifecycleStatus": "active", "description": { "text": "SECRET goal" } })),
        about("Media", "x1", json!({ "status": "completed", "view": { "text": "SECRET picture" }, "createdDateTime": "2026-03-05" })),
        practitioner,
    ]);
    all
}

/// What there is to hide: a resource, where its entry is listed, and its title.
const SECRETS: &[(&str, &str, Category, &str)] = &[
    ("Encounter", "e1", Category::Visit, "Clinic"),
    ("Condition", "c1", Category::Problem, "SECRET problem"),
    ("Observation", "o1", Category::Result, "SECRET result"),
    ("Medication", "med1", Category::Medicine, "SECRET medicine"),
    ("Goal", "g1", Category::Care, "SECRET goal"),
    ("Media", "x1", Category::Result, "SECRET picture"),
    ("Practitioner", "d1", Category::People, "Anita Shah"),
];

/// Without these, and without whatever refers to them: as if it had never been.
fn never_was(value: &Value, gone: &BTreeSet<String>) -> Option<Value> {
    match value {
        Value::Array(all) => {
            let left: Vec<Value> = all.iter().filter_map(|one| never_was(one, gone)).collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        Value::Object(fields) => {
            if fields.get("reference").and_then(Value::as_str).is_some_and(|reference| gone.contains(reference)) {
                return None;
            }
            // What stands for nothing but the reference goes with it.
            let needed = |field: &str| ["entry", "detail", "condition"].contains(&field);
            let mut left = serde_json::Map::new();
            for (field, value) in fields {
                match never_was(value, gone) {
                    Some(value) => _ = left.insert(field.clone(), value),
                    None if needed(field) && !fields.contains_key("resourceType") => return None,
                    None => {}
                }
            }
            (!left.is_empty()).then_some(Value::Object(left))
        }
        other => Some(other.clone()),
    }
}

#[derive(Clone, Copy, Debug)]
enum Hide {
    Entry,
    EntryFromOne,
    Category,
    Label,
}

#[derive(Clone, Copy, Debug)]
enum World {
    Hidden(Hide),
    /// It is not there, and what refers to it refers to nothing.
    Dangling,
    /// Neither it nor a reference to it is there.
    NeverWas,
}

/// What a carer sees in one world. `secrets` are gone or hidden, and stand last in the file so that all else has the same ids.
async fn seen_in(engine: &str, world: World, secrets: &[(&str, &str, Category, &str)]) -> String {
    let place = testkit::fresh(engine).await;
    let desk = Desk::at(&place).await;
    let gone: BTreeSet<String> = secrets.iter().map(|(kind, id, _, _)| format!("{kind}/{id}")).collect();
    let key = |one: &Value| format!("{}/{}", one["resourceType"].as_str().unwrap(), one["id"].as_str().unwrap());
    let (hidden, others): (Vec<Value>, Vec<Value>) = record().into_iter().partition(|one| gone.contains(&key(one)));
    let of = |world: World, all: &[Value]| match world {
        World::Hidden(_) | World::Dangling => all.to_vec(),
        World::NeverWas => all.iter().filter_map(|one| never_was(one, &gone)).collect(),
    };
    let mut first = of(world, &others);
    if let World::Hidden(_) = world {
        first.extend(hidden);
    }
    let person = desk.import(bundle("collection", &first)).await.unwrap().person;
    // A newer version of each, so that there are earlier ones to be looked at.
    desk.clock.advance(chrono::TimeDelta::days(1));
    let newer: Vec<Value> = of(world, &others).into_iter().map(|one| with(one, "language", json!("en-GB"))).collect();
    desk.import(bundle("collection", &newer)).await.unwrap();
    let me = desk.account_of(&[person]).await;
    let (carer, relationship) = desk.carer_of(person, Scopes::all(), general()).await;
    if let World::Hidden(how) = world {
        let hidings = &desk.services.hidings;
        for (_, _, category, title) in secrets {
            let entry = desk.titled(person, *category, title).await;
            match how {
                Hide::Entry => _ = hidings.hide_entry(&me, person, entry, HiddenFrom::All).await.unwrap(),
                Hide::EntryFromOne => {
                    _ = hidings.hide_entry(&me, person, entry, HiddenFrom::Relationship(relationship)).await.unwrap();
                }
                Hide::Category => _ = hidings.hide_category(&me, person, *category, HiddenFrom::All).await.unwrap(),
                Hide::Label => hidings.relabel(&me, person, entry, Some(Sensitivity::Sexual)).await.unwrap(),
            }
            let records = &desk.services.records;
            for outcome in [records.entry(&carer, person, entry).await, records.entry_version(&carer, person, entry, 1).await] {
                assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
            }
            let from_there = entry.to_string().parse().unwrap();
            let list = records.list(&carer, person, *category, Which::All, Some(from_there)).await;
            assert!(matches!(list, Err(ServiceError::NotFound)), "{list:?}");
            let line = records.timeline(&carer, person, service::Narrowing::default(), Some(from_there)).await;
            assert!(matches!(line, Err(ServiceError::NotFound)), "{line:?}");
            let asked =
                service::SearchAsked { words: "asthma".to_owned(), after: Some((from_there, false)), ..Default::default() };
            let found = records.search(&carer, person, &asked).await;
            assert!(matches!(found, Err(ServiceError::NotFound)), "{found:?}");
            // Its owner sees it as before, and it in others.
            records.entry(&me, person, entry).await.unwrap();
        }
    }
    let seen = all_that(&desk, &carer, person).await;
    place.clear().await;
    seen
}

fn same(left: &str, right: &str, what: &str) {
    for (left, right) in left.lines().zip(right.lines()) {
        assert_eq!(left, right, "{what}");
    }
    assert_eq!(left, right, "{what}");
}

/// Each thing by itself, hidden in each way.
async fn nothing_tells_of_one_thing(engine: &str) {
    for secret in SECRETS {
        let secrets = std::slice::from_ref(secret);
        let what = format!("{}/{} on {engine}", secret.0, secret.1);
        let never_was = seen_in(engine, World::NeverWas, secrets).await;
        assert!(!never_was.contains(&format!("SECRET {}", secret.1)), "{what}");
        // A reference to somebody whom nobody knows brings its own words along, so that only a world without it is the same.
        if secret.2 != Category::People {
            same(&seen_in(engine, World::Dangling, secrets).await, &never_was, &what);
        }
        for how in [Hide::Entry, Hide::EntryFromOne, Hide::Label] {
            same(&seen_in(engine, World::Hidden(how), secrets).await, &never_was, &format!("{what} {how:?}"));
        }
    }
}

/// A whole category, and everything at once.
async fn nothing_tells_of_many_things(engine: &str) {
    let problems = [SECRETS[1], ("Condition", "c2", Category::Problem, "Asthma")];
    let hidden = seen_in(engine, World::Hidden(Hide::Category), &problems).await;
    same(&hidden, &seen_in(engine, World::NeverWas, &problems).await, "problems");
    let never_was = seen_in(engine, World::NeverWas, SECRETS).await;
    for how in [Hide::Entry, Hide::Label] {
        same(&seen_in(engine, World::Hidden(how), SECRETS).await, &never_was, "everything");
    }
    // But for the word that was searched for.
    let said = |line: &str| line.split_once(": ").is_some_and(|(_, said)| said.contains("SECRET"));
    assert!(!never_was.lines().any(said), "{never_was}");
    // What is open is told in full all the same.
    for told in [
        r#"{"label":"Reason","value":"Asthma"}"#,
        r#""members":[{"name":"Haemoglobin","#,
        r#"{"label":"Goals","value":"Walk more"}"#,
        r#"{"label":"Pictures","value":"Slide"}"#,
    ] {
        assert!(never_was.contains(told), "{told}: {never_was}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_tells_the_worlds_apart_on_sqlite() {
    nothing_tells_of_many_things("sqlite").await;
    nothing_tells_of_one_thing("sqlite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_tells_the_worlds_apart_on_postgres() {
    nothing_tells_of_many_things("postgres").await;
}
