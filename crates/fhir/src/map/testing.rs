//! What tests of several families of resources need.

use super::Names;
use crate::Received;
use domain::record::{EntryFacts, Release};
use serde_json::{Value, json};

/// The entry of the first resource, among the others.
pub(super) fn first(resources: &[Value]) -> EntryFacts {
    let all: Vec<Received> = resources.iter().map(|one| Received::new("test", None, one.to_string()).unwrap()).collect();
    crate::map::entry(&all[0], &Names::among(&all)).unwrap().unwrap()
}

/// How others refer to something of which all is "SECRET" and that is withheld by this label, and that itself.
pub(super) fn hidden(label: &str) -> (Value, Value) {
    let condition = json!({
        "resourceType": "Condition", "id": "hidden", "code": {"text": "SECRET"}, "meta": {"security": [{"code": label}]},
    });
    (json!({"reference": "Condition/hidden", "display": "SECRET"}), condition)
}

/// Whether a resource is withheld where it has this status: its entry and its own text say the same.
pub(super) fn is_withheld_as(mut resource: Value, status: &str) -> bool {
    resource["status"] = json!(status);
    let by_itself = crate::map::withheld(&resource.to_string());
    assert_eq!(first(&[resource]).release == Release::Withheld, by_itself, "{status}");
    by_itself
}

/// Reads a resource of this type that has this JSON text in this field, or refuses it.
pub(super) fn read_with(kind: &str, field: &str, value: &str) {
    let text = format!(r#"{{"resourceType":"{kind}","id":"i","{field}":{value}}}"#);
    let received = Received::new("test", None, text).unwrap();
    drop(crate::map::entry(&received, &Names::among(&[])));
}

/// Its details, each as "label: value".
pub(super) fn said(facts: &EntryFacts) -> Vec<String> {
    facts.details.iter().map(|detail| format!("{}: {}", detail.label, detail.value)).collect()
}
