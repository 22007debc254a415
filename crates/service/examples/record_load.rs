//! Fills an empty database with people who have ten thousand entries each, and reads their timelines, searches them and reads one
//! of their results over time, over several connections.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

mod load;

use domain::access::{Actor, Assurance};
use domain::record::Category;
use domain::result::TrendSpan;
use domain::{EntryId, PersonId};
use load::{CONNECTIONS, Failed, PASSWORD};
use serde_json::{Value, json};
use service::{Cursor, ImportRequest, Narrowing, OrganisationKind, SearchAsked, Services, TrendAsked, Which};
use std::io::Cursor as Bytes;
use std::sync::Arc;
use std::time::Instant;

/// How many entries each has.
const ENTRIES: usize = 10_000;
/// How many pages deep a deep page is.
const DEEP: usize = 200;
/// Of what entries tell, in turn, with their codes in LOINC.
const TESTS: [(&str, &str); 8] = [
    ("Blood pressure", "85354-9"),
    ("Body weight", "29463-7"),
    ("HbA1c", "59261-8"),
    ("Serum cholesterol", "14647-2"),
    ("Haemoglobin", "718-7"),
    ("Serum creatinine", "14682-9"),
    ("Pulse rate", "8867-4"),
    (OVER_TIME, "2823-3"),
];
/// What is read over time: more than a thousand of the results are of it.
const OVER_TIME: &str = "Serum potassium";

/// Somebody who asks.
struct Somebody {
    actor: Actor,
    person: PersonId,
    /// A place deep in their timeline.
    deep: Option<Cursor>,
    /// A result of which there are many.
    result: EntryId,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (services, counted) = load::open().await?;
    let began = Instant::now();
    let mut people = Vec::new();
    for number in 0..usize::try_from(CONNECTIONS)? {
        people.push(somebody(&services, number).await?);
    }
    let people = Arc::new(people);
    load::filled(&services, began, people.len() * ENTRIES).await?;
    let all = Narrowing::default();
    let result = Narrowing { kind: Some(Category::Problem), ..all };
    let period = Narrowing { from: "1995-01-01".parse().ok(), to: "1995-12-31".parse().ok(), ..all };
    for (what, narrowing, deep) in [
        ("the first page", all, false),
        ("a page deep in it", all, true),
        ("the first page of a rare kind", result, false),
        ("the first page of a year long ago", period, false),
    ] {
        let page = {
            let (services, people) = (services.clone(), Arc::clone(&people));
            move |number: usize, _| {
                let (services, people) = (services.clone(), Arc::clone(&people));
                async move {
                    let one = &people[number];
                    let page = services.records.timeline(&one.actor, one.person, narrowing, one.deep.filter(|_| deep)).await?;
                    Ok(usize::try_from(page.entries).unwrap_or_default())
                }
            }
        };
        load::measure(&format!("timeline, {what}"), counted, page).await?;
    }
    for (what, words) in [
        ("a word of one entry in a thousand", "amoxicillin"),
        ("a word of every entry", "riverside"),
        ("two words that stand together in few", "riverside amoxicillin"),
        ("everyday words", "blood sugar"),
        ("a mistyped medicine", "amoxicilin"),
        ("the beginning of many words", "ser"),
    ] {
        let search = {
            let (services, people) = (services.clone(), Arc::clone(&people));
            move |number: usize, _| {
                let (services, people) = (services.clone(), Arc::clone(&people));
                async move {
                    let one = &people[number];
                    let asked = SearchAsked { words: words.to_owned(), ..SearchAsked::default() };
                    Ok(services.records.search(&one.actor, one.person, &asked).await?.found.len())
                }
            }
        };
        load::measure(&format!("search, {what}"), counted, search).await?;
    }
    for (what, span) in [("all of one thing", TrendSpan::All), ("five years of one thing", TrendSpan::Five)] {
        let trend = {
            let (services, people) = (services.clone(), Arc::clone(&people));
            move |number: usize, _| {
                let (services, people) = (services.clone(), Arc::clone(&people));
                async move {
                    let one = &people[number];
                    Ok(services.records.trend(&one.actor, one.person, one.result, TrendAsked::of(span)).await?.points.len())
                }
            }
        };
        load::measure(&format!("trend, {what}"), counted, trend).await?;
    }
    services.core.store().close().await;
    Ok(())
}

/// Somebody with an account and so many entries.
async fn somebody(services: &Services, number: usize) -> Result<Somebody, Failed> {
    let at = services.organisations.ensure(&Actor::Operator, "Y90000", "Riverside Surgery", OrganisationKind::Practice).await?.id;
    let patient = json!({
        "resourceType": "Patient", "id": format!("p{number}"), "birthDate": "1948-03-27", "name": [{ "family": "Hughes", "given": ["Edna"] }],
    });
    let entry: Vec<Value> = std::iter::once(patient)
        .chain((0..ENTRIES).map(|one| resource(number, one)))
        .map(|one| json!({ "resource": one }))
        .collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry }).to_string();
    let request = ImportRequest { organisation: at, expected: None };
    let person = services.imports.import(&Actor::Operator, Bytes::new(bundle.into_bytes()), request).await?.person;
    services.people.register(&Actor::Operator, person, at).await?;
    let id = services.accounts.create_confirmed(&Actor::Operator, &format!("edna{number}@example.org"), PASSWORD, None).await?;
    services.linking.link_in_person(&Actor::Operator, id, person).await?;
    let actor = Actor::Account { id, assurance: Assurance::SecondStep };
    let mut deep = None;
    for _ in 0..DEEP {
        deep = services.records.timeline(&actor, person, Narrowing::default(), deep).await?.next;
    }
    let results = services.records.list(&actor, person, Category::Result, Which::All, None).await?.lines;
    let result = results.iter().find(|line| line.title == OVER_TIME).ok_or("no result to read over time")?.id;
    Ok(Somebody { actor, person, deep, result })
}

/// Every thousandth is a medicine, every five hundredth a problem; what is left are tests, each in a visit with others.
fn resource(of: usize, number: usize) -> Value {
    let subject = json!({ "reference": format!("Patient/p{of}") });
    let (year, month, day) = (1980 + number / 220, number / 18 % 12 + 1, number % 28 + 1);
    let at = format!("{year}-{month:02}-{day:02}T{:02}:{:02}:00Z", number % 24, number % 60);
    let visit = json!({ "reference": format!("Encounter/v{}", number / 10 * 10) });
    if number % 1000 == 7 {
        return json!({
            "resourceType": "MedicationRequest", "id": format!("m{number}"), "status": "completed", "intent": "order", "subject": subject,
            "authoredOn": at, "encounter": visit, "medicationCodeableConcept": { "text": "Amoxicillin 500mg capsules" },
            "dosageInstruction": [{ "text": "One to be taken three times a day until all are used" }],
        });
    }
    if number % 500 == 3 {
        return json!({
            "resourceType": "Condition", "id": format!("c{number}"), "subject": subject, "onsetDateTime": at, "encounter": visit,
            "clinicalStatus": { "coding": [{ "code": "resolved" }] }, "code": { "text": "Acute bronchitis" },
            "note": [{ "text": "Cough for two weeks, chest clear, advised to rest and to come back when it does not get better." }],
        });
    }
    if number.is_multiple_of(10) {
        return json!({
            "resourceType": "Encounter", "id": format!("v{number}"), "status": "finished", "class": { "code": "AMB" }, "subject": subject,
            "type": [{ "text": "Consultation" }], "period": { "start": at },
        });
    }
    let (name, code) = TESTS[number % TESTS.len()];
    json!({
        "resourceType": "Observation", "id": format!("o{number}"), "status": "final", "subject": subject, "effectiveDateTime": at,
        "encounter": visit, "code": { "coding": [{ "system": "http://loinc.org", "code": code }], "text": name },
        "valueQuantity": { "value": number % 90 + 40, "unit": "units" },
        "referenceRange": [{ "low": { "value": 50 }, "high": { "value": 110 } }],
        "note": [{ "text": format!("Taken in room {}, seen by nurse {}", number % 40, number % 300) }],
    })
}
