//! Reads what GP Connect Prescriptions tells (FHIR R4). What cannot be used of a list is left out; what is no list at all is not
//! read.

use crate::interface::resources;
use chrono::{DateTime, Utc};
use domain::medicine::TaskProgress;
use serde::Deserialize;
use serde_json::Value;
use service::OutsideOrder;

/// What names a prescription that went to the Electronic Prescription Service.
const PRESCRIPTION: &str = "https://fhir.nhs.uk/Id/prescription-order-number";

#[derive(Deserialize)]
struct Identifier {
    system: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
struct Concept {
    text: Option<String>,
    #[serde(default)]
    coding: Vec<Coding>,
}

#[derive(Deserialize)]
struct Coding {
    display: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Task {
    id: Option<String>,
    #[serde(default)]
    identifier: Vec<Identifier>,
    status: String,
    status_reason: Option<Concept>,
    last_modified: Option<String>,
    #[serde(default)]
    output: Vec<Value>,
}

/// What may be given again.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it is called there.
    pub id: String,
    /// Its identifiers, as `system|value`.
    pub identifiers: Vec<String>,
}

/// The resources of one type in a Bundle; absent where it is none.
fn listed<'v>(bundle: &'v Value, of: &'static str) -> Option<impl Iterator<Item = &'v Value>> {
    Some(resources(bundle)?.into_iter().filter_map(move |(kind, resource)| (kind == of).then_some(resource)))
}

/// The orders in an answer; absent where it is no list.
pub fn orders(bundle: &Value) -> Option<Vec<OutsideOrder>> {
    Some(listed(bundle, "Task")?.filter_map(order).collect())
}

/// One order.
pub fn order(resource: &Value) -> Option<OutsideOrder> {
    if resource["resourceType"] != "Task" {
        return None;
    }
    let task: Task = Task::deserialize(resource).ok()?;
    let words = task.status_reason.and_then(|why| why.text.or_else(|| why.coding.into_iter().find_map(|one| one.display)));
    Some(OutsideOrder {
        id: task.id,
        requests: task.identifier.into_iter().filter_map(|one| one.value).collect(),
        progress: TaskProgress::of_task(&task.status)?,
        words: words.unwrap_or_default(),
        prescription: task.output.iter().find_map(prescription),
        changed_at: task.last_modified.and_then(|at| at.parse::<DateTime<Utc>>().ok()),
    })
}

/// The number of a prescription, wherever in an output it stands: its place is not laid down.
fn prescription(output: &Value) -> Option<String> {
    match output {
        Value::Object(fields) => {
            let here = fields.get("system").and_then(Value::as_str) == Some(PRESCRIPTION);
            let value = fields.get("value").and_then(Value::as_str).filter(|_| here);
            value.map(ToOwned::to_owned).or_else(|| fields.values().find_map(prescription))
        }
        Value::Array(all) => all.iter().find_map(prescription),
        _ => None,
    }
}

/// What may be given again, in an answer; absent where it is no list.
pub fn plans(bundle: &Value) -> Option<Vec<Plan>> {
    let plans = listed(bundle, "MedicationRequest")?.filter(|one| one["intent"] == "plan");
    let read = plans.filter_map(|one| {
        let identifiers: Vec<Identifier> = Vec::deserialize(&one["identifier"]).unwrap_or_default();
        let named = identifiers.into_iter().filter_map(|one| Some(format!("{}|{}", one.system?, one.value?)));
        Some(Plan { id: one["id"].as_str()?.to_owned(), identifiers: named.collect() })
    });
    Some(read.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn example(name: &str) -> Value {
        let text = match name {
            "tasks" => include_str!("../../tests/gp_prescriptions/tasks.json"),
            "methotrexate" => include_str!("../../tests/gp_prescriptions/methotrexate.json"),
            _ => include_str!("../../tests/gp_prescriptions/several.json"),
        };
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_published_orders_are_read() {
        let read = orders(&example("tasks")).unwrap();
        let short: Vec<_> = read.iter().map(|one| (one.id.as_deref().unwrap(), one.progress, one.words.as_str())).collect();
        assert_eq!(
            short,
            [
                ("aef77afb-7e3c-427a-8657-2c427f71a271", TaskProgress::Requested, ""),
                (
                    "fjugkd8281-4tngn-j4fn-8657-2knrkfjrgu",
                    TaskProgress::Rejected,
                    "No longer suitable, please contact GP to organise an appointment"
                ),
                ("84722efb-95b0-4769-921a-eda53382b320", TaskProgress::InProgress, ""),
            ]
        );
        assert_eq!(read[0].requests, ["725ca1bd-2860-4476-8802-8d035d802e7f"]);
        assert_eq!(read[2].changed_at, Some("2022-10-15T04:28:13Z".parse().unwrap()));
    }

    #[test]
    fn the_published_plans_are_read_and_what_was_given_once_is_none() {
        let number = |value: &str| vec![format!("https://fhir.nhs.uk/Id/prescription-order-item-number|{value}")];
        let read = plans(&example("methotrexate")).unwrap();
        assert_eq!(read[0].id, "e18131f3-3ac2-41ef-9cde-2639739e80be");
        assert_eq!(read[0].identifiers, number("00db57d1-fd0c-4ae2-8536-6990f31d8ea4"));
        let one = plans(&example("tasks")).unwrap();
        assert_eq!((one.len(), one[0].id.as_str()), (1, "06c7d0e2-1022-4e47-ac55-f6463d701a4f"));
        for name in ["methotrexate", "several"] {
            let all = example(name);
            let intended = all["entry"].as_array().unwrap().iter().filter(|one| one["resource"]["intent"] == "plan").count();
            assert_eq!(plans(&all).unwrap().len(), intended, "{name}");
            assert_eq!(orders(&all), Some(Vec::new()));
        }
    }

    #[test]
    fn the_prescription_is_found_wherever_it_stands() {
        let number = json!({ "system": PRESCRIPTION, "value": "CDT38E-Y765968-4FG3BQ" });
        for output in [
            json!([{ "type": { "text": "EPS" }, "valueIdentifier": number }]),
            json!([{ "type": { "text": "EPS" }, "valueReference": { "identifier": number } }]),
        ] {
            let task = json!({ "resourceType": "Task", "status": "completed", "output": output });
            let read = order(&task).unwrap();
            assert_eq!((read.prescription.as_deref(), read.id), (Some("CDT38E-Y765968-4FG3BQ"), None));
        }
        assert_eq!(order(&json!({ "resourceType": "Task", "status": "sleeping" })), None);
        assert_eq!(orders(&json!({ "resourceType": "Task", "status": "requested" })), None);
        assert_eq!(plans(&json!("Bundle")), None);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let word =
            prop::sample::select(vec!["Bundle", "Task", "MedicationRequest", "plan", "requested", "rejected", "", PRESCRIPTION]);
        let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), word.prop_map(Value::from)];
        let key = prop::sample::select(vec![
            "resourceType",
            "entry",
            "resource",
            "id",
            "status",
            "statusReason",
            "identifier",
            "system",
            "value",
            "text",
            "output",
            "intent",
            "lastModified",
            "coding",
        ]);
        leaf.prop_recursive(6, 96, 8, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..8)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read_or_left(value in any_json()) {
            let _ = (orders(&value), order(&value), plans(&value));
            let listed = json!({ "resourceType": "Bundle", "entry": [{ "resource": value }] });
            prop_assert!(orders(&listed).is_some() && plans(&listed).is_some());
        }
    }
}
