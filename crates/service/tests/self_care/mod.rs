//! Goals, things to read, apps and groups, and the plan, on both engines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod goals;
mod helping;
mod learning;
mod reminding;
#[expect(dead_code, reason = "the town of appointments has more than is needed here")]
#[path = "../appointments/town.rs"]
mod town;
#[expect(dead_code, reason = "the world of medicines has more than is needed here")]
#[path = "../medicines/world.rs"]
mod world;

use domain::GoalId;
use domain::access::Actor;
use domain::goal::Kind;
use domain::reading::Measure;
use serde_json::{Value, json};
use service::{GoalForm, GoalSeen, ReadingForm, ServiceError};
use world::{SNOMED, World};

/// A problem that she has now.
fn problem(id: &str, code: &str, name: &str) -> Value {
    json!({
        "resourceType": "Condition", "id": id, "subject": { "reference": "Patient/p1" },
        "clinicalStatus": { "coding": [{ "code": "active" }] },
        "code": { "coding": [{ "system": SNOMED, "code": code, "display": name }], "text": name },
    })
}

impl World {
    fn new_id(&self) -> String {
        self.town.services.core.new_id().to_string()
    }

    /// A goal of this number.
    fn goal(&self, target: &str) -> GoalForm {
        GoalForm { target: target.to_owned(), submission: self.new_id(), ..GoalForm::default() }
    }

    /// A goal in her own words.
    fn own_goal(&self, words: &str) -> GoalForm {
        GoalForm { words: words.to_owned(), submission: self.new_id(), ..GoalForm::default() }
    }

    async fn set_goal(&self, by: &Actor, kind: Kind, form: &GoalForm) -> Result<GoalId, ServiceError> {
        self.town.services.self_care.set_goal(by, self.edna.person, kind, form).await
    }

    /// A goal as somebody sees it.
    async fn seen(&self, by: &Actor, id: GoalId) -> GoalSeen {
        self.town.services.self_care.goal(by, self.edna.person, id).await.unwrap().goal
    }

    /// Records this, as hers.
    async fn record(&self, measure: Measure, number: &str) {
        let form = ReadingForm { numbers: vec![number.to_owned()], submission: self.new_id(), ..ReadingForm::default() };
        self.town.services.readings.add(&self.edna.actor, self.edna.person, measure, &form).await.unwrap();
    }
}
