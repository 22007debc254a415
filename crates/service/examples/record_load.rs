//! Fills an empty database with people who have ten thousand entries each and others who have a hundred, and reads their timelines and
//! lists, searches them and reads one of their results over time, over several connections.
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
use std::time::{Duration, Instant};

/// How many entries each of those has whose records are long.
const ENTRIES: usize = 10_000;
/// How many each of the others has.
const FEW: usize = 100;
/// What stands before what is asked of the others: `cargo xtask bench` sets both side by side.
const SHORT: &str = "100: ";
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

/// Who is asked, and for how long each measure counts.
struct Asking {
    services: Services,
    counted: Duration,
    people: Arc<Vec<Somebody>>,
    /// What stands before the name of each measure.
    of: &'static str,
}

impl Asking {
    async fn timeline(&self, what: &str, narrowing: Narrowing, deep: bool) -> Result<(), Failed> {
        let (services, people) = (self.services.clone(), Arc::clone(&self.people));
        let page = move |number: usize, _| {
            let (services, people) = (services.clone(), Arc::clone(&people));
            async move {
                let one = &people[number];
                let page = services.records.timeline(&one.actor, one.person, narrowing, one.deep.filter(|_| deep)).await?;
                Ok(usize::try_from(page.entries).unwrap_or_default())
            }
        };
        load::measure(&format!("{}timeline, {what}", self.of), self.counted, page).await
    }

    async fn search(&self, what: &str, words: &'static str) -> Result<(), Failed> {
        let (services, people) = (self.services.clone(), Arc::clone(&self.people));
        let search = move |number: usize, _| {
            let (services, people) = (services.clone(), Arc::clone(&people));
            async move {
                let one = &people[number];
                let asked = SearchAsked { words: words.to_owned(), ..SearchAsked::default() };
                Ok(services.records.search(&one.actor, one.person, &asked).await?.found.len())
            }
        };
        load::measure(&format!("{}search, {what}", self.of), self.counted, search).await
    }

    async fn trend(&self, what: &str, span: TrendSpan) -> Result<(), Failed> {
        let (services, people) = (self.services.clone(), Arc::clone(&self.people));
        let trend = move |number: usize, _| {
            let (services, people) = (services.clone(), Arc::clone(&people));
            async move {
                let one = &people[number];
                Ok(services.records.trend(&one.actor, one.person, one.result, TrendAsked::of(span)).await?.points.len())
            }
        };
        load::measure(&format!("{}trend, {what}", self.of), self.counted, trend).await
    }

    async fn lists(&self) -> Result<(), Failed> {
        for (what, category) in [("measurements and tests, by kind", Category::Result), ("problems", Category::Problem)] {
            let (services, people) = (self.services.clone(), Arc::clone(&self.people));
            let list = move |number: usize, _| {
                let (services, people) = (services.clone(), Arc::clone(&people));
                async move {
                    let one = &people[number];
                    Ok(services.records.list(&one.actor, one.person, category, Which::All, None).await?.lines.len())
                }
            };
            load::measure(&format!("{}list, {what}", self.of), self.counted, list).await?;
        }
        let (services, people) = (self.services.clone(), Arc::clone(&self.people));
        let results = move |number: usize, _| {
            let (services, people) = (services.clone(), Arc::clone(&people));
            async move {
                let one = &people[number];
                Ok(services.records.results(&one.actor, one.person, None).await?.lines.len())
            }
        };
        load::measure(&format!("{}list, results and reports", self.of), self.counted, results).await?;
        let (services, people) = (self.services.clone(), Arc::clone(&self.people));
        let sources = move |number: usize, _| {
            let (services, people) = (services.clone(), Arc::clone(&people));
            async move {
                let one = &people[number];
                Ok(services.records.sources(&one.actor, one.person).await?.sources.len())
            }
        };
        load::measure(&format!("{}where it comes from", self.of), self.counted, sources).await
    }
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (services, counted) = load::open().await?;
    let began = Instant::now();
    let each = usize::try_from(CONNECTIONS)?;
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for number in 0..each {
        long.push(somebody(&services, number, ENTRIES).await?);
        short.push(somebody(&services, each + number, FEW).await?);
    }
    load::filled(&services, began, each * (ENTRIES + FEW)).await?;
    let of = |people: Vec<Somebody>, of| Asking { services: services.clone(), counted, people: Arc::new(people), of };
    let (short, long) = (of(short, SHORT), of(long, ""));
    let all = Narrowing::default();
    let result = Narrowing { kind: Some(Category::Problem), ..all };
    let period = Narrowing { from: "1995-01-01".parse().ok(), to: "1995-12-31".parse().ok(), ..all };
    for asking in [&short, &long] {
        asking.timeline("the first page", all, false).await?;
        asking.search("a word of every entry", "riverside").await?;
        asking.search("a mistyped medicine", "amoxicilin").await?;
        asking.trend("all of one thing", TrendSpan::All).await?;
        asking.lists().await?;
    }
    long.timeline("a page deep in it", all, true).await?;
    long.timeline("the first page of a rare kind", result, false).await?;
    long.timeline("the first page of a year long ago", period, false).await?;
    for (what, words) in [
        ("a word of one entry in a thousand", "amoxicillin"),
        ("two words that stand together in few", "riverside amoxicillin"),
        ("everyday words", "blood sugar"),
        ("the beginning of many words", "ser"),
    ] {
        long.search(what, words).await?;
    }
    long.trend("five years of one thing", TrendSpan::Five).await?;
    services.core.store().close().await;
    Ok(())
}

/// Somebody with an account and so many entries.
async fn somebody(services: &Services, number: usize, entries: usize) -> Result<Somebody, Failed> {
    let at = services.organisations.ensure(&Actor::Operator, "Y90000", "Riverside Surgery", OrganisationKind::Practice).await?.id;
    let patient = json!({
        "resourceType": "Patient", "id": format!("p{number}"), "birthDate": "1948-03-27", "name": [{ "family": "Hughes", "given": ["Edna"] }],
    });
    let entry: Vec<Value> = std::iter::once(patient)
        .chain((0..entries).map(|one| resource(number, one)))
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
    let pages = if entries > FEW { DEEP } else { 0 };
    for _ in 0..pages {
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
