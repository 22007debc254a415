//! Fills an empty database with people of whom 400 entries tell what medicines they take, and reads their lists over several
//! connections.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

mod load;

use domain::PersonId;
use domain::access::{Actor, Assurance};
use load::{CONNECTIONS, Failed, PASSWORD};
use serde_json::{Value, json};
use service::{ImportRequest, OrganisationKind, Services};
use std::io::Cursor;
use std::sync::Arc;
use std::time::Instant;

/// How many medicines each takes or took, each told of by five entries.
const MEDICINES: usize = 80;
const ENTRIES: usize = 5;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (services, counted) = load::open().await?;
    let began = Instant::now();
    let mut people = Vec::new();
    for number in 0..usize::try_from(CONNECTIONS)? {
        people.push(somebody(&services, number).await?);
    }
    let people = Arc::new(people);
    load::filled(&services, began, people.len() * MEDICINES * ENTRIES).await?;
    let found = {
        let services = services.clone();
        move |number: usize, _| {
            let (services, people) = (services.clone(), Arc::clone(&people));
            async move {
                let (actor, person) = &people[number];
                Ok(services.medicines.list(actor, *person).await?.medicines.len())
            }
        }
    };
    load::measure("by the person", counted, found).await?;
    services.core.store().close().await;
    Ok(())
}

/// Somebody with an account and so many entries.
async fn somebody(services: &Services, number: usize) -> Result<(Actor, PersonId), Failed> {
    let at = services.organisations.ensure(&Actor::Operator, "Y90000", "Riverside Surgery", OrganisationKind::Practice).await?.id;
    let patient = json!({
        "resourceType": "Patient", "id": format!("p{number}"), "birthDate": "1948-03-27", "name": [{ "family": "Hughes", "given": ["Edna"] }],
    });
    let all = (0..MEDICINES).flat_map(|medicine| (0..ENTRIES).map(move |entry| medication(number, medicine, entry)));
    let entry: Vec<Value> = std::iter::once(patient).chain(all).map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry }).to_string();
    let request = ImportRequest { organisation: at, expected: None };
    let person = services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await?.person;
    services.people.register(&Actor::Operator, person, at).await?;
    let id = services.accounts.create_confirmed(&Actor::Operator, &format!("edna{number}@example.org"), PASSWORD, None).await?;
    services.linking.link_in_person(&Actor::Operator, id, person).await?;
    Ok((Actor::Account { id, assurance: Assurance::SecondStep }, person))
}

/// What may be given again, and four times that it was, as a GP system tells of them.
fn medication(of: usize, medicine: usize, entry: usize) -> Value {
    let (intent, status) = if entry == 0 { ("plan", "active") } else { ("order", "completed") };
    json!({
        "resourceType": "MedicationRequest", "id": format!("m{medicine}-{entry}"), "status": status, "intent": intent,
        "subject": { "reference": format!("Patient/p{of}") }, "authoredOn": format!("2026-{:02}-12", 5 + entry),
        "medicationCodeableConcept": {
            "coding": [{ "system": "http://snomed.info/sct", "code": format!("{}", 1_000_000 + medicine), "display": format!("Medicine {medicine}") }],
            "text": format!("Medicine {medicine} 5mg tablets"),
        },
        "courseOfTherapyType": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy", "code": "continuous" }] },
        "dosageInstruction": [{ "text": "One to be taken each day, with a glass of water" }],
        "dispenseRequest": { "quantity": { "value": 28, "unit": "tablet" }, "expectedSupplyDuration": { "value": 28, "code": "d" } },
    })
}
