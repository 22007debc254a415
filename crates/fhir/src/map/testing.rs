//! What tests of several families of resources need.

use super::Names;
use crate::Received;
use domain::record::EntryFacts;
use serde_json::Value;

/// The entry of the first resource, among the others.
pub(super) fn first(resources: &[Value]) -> EntryFacts {
    let all: Vec<Received> = resources.iter().map(|one| Received::new("test", None, one.to_string()).unwrap()).collect();
    crate::map::entry(&all[0], &Names::among(&all)).unwrap().unwrap()
}

/// Its details, each as "label: value".
pub(super) fn said(facts: &EntryFacts) -> Vec<String> {
    facts.details.iter().map(|detail| format!("{}: {}", detail.label, detail.value)).collect()
}
