//! Taking goals, things to read and the list away, in FHIR R4.

use super::goals::{MOST, content_of, says};
use crate::ServiceError;
use domain::PersonId;
use domain::goal::{CheckIn, Kind, State};
use domain::reading::Amount;
use domain::self_care::GivenAnswer;
use domain::when::london_day;
use serde_json::{Value, json};
use std::collections::HashMap;
use store::goal::{self, EventRow, GoalRow};
use store::self_care::{self, GivenRow};
use store::{Tx, person};
use uuid::Uuid;

/// The most that is taken away of what was done with goals, and of what was given.
const MOST_EVENTS: i64 = 50_000;
const MOST_GIVEN: i64 = 1000;

/// Everything that somebody set, was given and keeps, for whatever takes the person's own data away: a `Goal` for each goal, a `Task` for each thing to read, and one
/// `List` of apps, groups and helplines.
pub(crate) async fn resources(tx: &mut Tx, who: PersonId) -> Result<Vec<Value>, ServiceError> {
    let name = person::by_id(tx, who).await?.ok_or(ServiceError::NotFound)?.demographics()?.display_name();
    let subject = json!({ "display": name });
    let mut all = Vec::new();
    let mut events: HashMap<Uuid, Vec<EventRow>> = HashMap::new();
    for event in goal::all_events(tx, who, MOST_EVENTS).await? {
        events.entry(event.goal_id).or_default().push(event);
    }
    for row in goal::listed(tx, who, MOST).await? {
        all.push(goal_resource(&row, &events.remove(&row.id).unwrap_or_default(), &subject)?);
    }
    all.extend(self_care::given(tx, who, MOST_GIVEN).await?.iter().map(|row| task(row, &subject)));
    let saved = self_care::saved(tx, who).await?;
    if !saved.is_empty() {
        let entry: Vec<Value> =
            saved.iter().map(|row| json!({ "date": row.saved_at.to_rfc3339(), "item": { "display": row.name } })).collect();
        let title = "Apps, groups and helplines";
        all.push(json!({ "resourceType": "List", "status": "current", "mode": "working", "title": title, "subject": subject, "entry": entry }));
    }
    Ok(all)
}

fn goal_resource(row: &GoalRow, events: &[EventRow], subject: &Value) -> Result<Value, ServiceError> {
    let (kind, content) = (row.kind()?, content_of(row));
    let status = match row.state()? {
        State::Proposed => "proposed",
        State::Active => "active",
        State::Paused => "on-hold",
        State::Reached => "completed",
        State::LetGo => "cancelled",
        State::Declined => "rejected",
    };
    let mut notes: Vec<Value> = [("Why it matters", &row.why), ("First step", &row.first_step)]
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(what, words)| json!({ "text": format!("{what}: {words}") }))
        .collect();
    notes.extend(events.iter().rev().filter_map(note));
    let mut all = json!({
        "resourceType": "Goal", "id": row.id, "lifecycleStatus": status, "description": { "text": says(kind, &content) },
        "subject": subject, "startDate": london_day(row.created_at), "note": notes,
    });
    if let Some(target) = target(kind, row) {
        all["target"] = json!([target]);
    }
    Ok(all)
}

/// What was said of a week, and what care teams wrote.
fn note(event: &EventRow) -> Option<Value> {
    let text = match event.what.as_str() {
        "check-in" => {
            let how = CheckIn::from_code(&event.said)?.title();
            if event.note.is_empty() { how.to_owned() } else { format!("{how}. {}", event.note) }
        }
        "comment" => event.note.clone(),
        _ => return None,
    };
    let mut note = json!({ "time": event.at.to_rfc3339(), "text": text });
    if let Some(by) = &event.member_name {
        note["authorString"] = json!(by);
    }
    Some(note)
}

fn target(kind: Kind, row: &GoalRow) -> Option<Value> {
    let mut all = json!({});
    if let (Some(measure), Some(number)) = (kind.measure(), row.target_value.map(Amount::from_thousandths)) {
        let loinc = measure.codes().0;
        let mut what = json!({ "text": measure.clinical_name() });
        if !loinc.is_empty() {
            what["coding"] = json!([{ "system": "http://loinc.org", "code": loinc }]);
        }
        let value: Value = serde_json::from_str(&number.to_string()).ok()?;
        all["measure"] = what;
        all["detailQuantity"] =
            json!({ "value": value, "unit": kind.unit_in_words(), "system": "http://unitsofmeasure.org", "code": kind.ucum() });
    }
    if let Some(by) = row.by_on {
        all["dueDate"] = json!(by);
    }
    all.as_object().is_some_and(|all| !all.is_empty()).then_some(all)
}

fn task(row: &GivenRow, subject: &Value) -> Value {
    let status = match (row.answer.as_deref().and_then(GivenAnswer::from_code), row.withdrawn_at) {
        (Some(GivenAnswer::Done), _) => "completed",
        (Some(GivenAnswer::NotForMe), _) => "rejected",
        (None, Some(_)) => "cancelled",
        (None, None) => "requested",
    };
    let mut all = json!({
        "resourceType": "Task", "id": row.id, "status": status, "intent": "plan", "description": format!("Read: {}", row.title),
        "for": subject, "authoredOn": row.created_at.to_rfc3339(),
        "requester": { "display": format!("{}, {}", row.member_name, row.organisation_name) },
    });
    if !row.note.is_empty() {
        all["note"] = json!([{ "text": row.note }]);
    }
    if let Some(at) = row.answered_at.or(row.withdrawn_at) {
        all["lastModified"] = json!(at.to_rfc3339());
    }
    all
}
