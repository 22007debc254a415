//! What people say about themselves: details, needs, how pages look, and notes of their own, on both engines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod detailing;
#[expect(dead_code, reason = "the world of carers has more than is needed here")]
#[path = "../carers/world.rs"]
mod family;
mod needing;
mod noting;
#[expect(dead_code, reason = "the town of appointments has more than is needed here")]
#[path = "../appointments/town.rs"]
mod town;
#[expect(dead_code, reason = "the world of medicines has more than is needed here")]
#[path = "../medicines/world.rs"]
mod world;

use domain::access::Actor;
use serde_json::{Value, json};
use world::World;

impl World {
    fn new_id(&self) -> String {
        self.town.services.core.new_id().to_string()
    }

    /// The download of the record, by types of resources.
    async fn downloaded(&self, by: &Actor, kind: &str) -> Vec<Value> {
        let mut file = Vec::new();
        self.town.services.exports.bundle(by, self.edna.person, &mut file).await.unwrap();
        let file: Value = serde_json::from_slice(&file).unwrap();
        let all = file["entry"].as_array().unwrap().iter().map(|one| one["resource"].clone());
        all.filter(|one| one["resourceType"] == kind).collect()
    }
}

/// Who she is, by a source.
fn patient(address: &str) -> Value {
    json!({
        "resourceType": "Patient", "id": "p1", "birthDate": "1948-03-27",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990548609" }],
        "name": [{ "use": "official", "family": "Hughes", "given": ["Edna"] }],
        "address": [{ "use": "home", "line": [address], "city": "Taunton", "postalCode": "TA1 1AA" }],
        "telecom": [{ "system": "phone", "value": "01823 555001", "use": "home" }],
    })
}
