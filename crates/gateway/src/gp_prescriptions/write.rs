//! Writes what GP Connect Prescriptions is asked (FHIR R4, profile UKCore-Task).

use crate::interface::instant;
use serde_json::{Value, json};
use service::OutsideOrdering;

const PROFILE: &str = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Task";
const PARAMETER: &str = "https://fhir.nhs.uk/England/CodeSystem/England-PFSPrescriptionOrderingParameter";

/// What is sent to order what it calls `plan`.
pub fn task(ordering: &OutsideOrdering, plan: &str) -> Value {
    let patient = json!({
        "reference": format!("Patient/{}", ordering.nhs_number),
        "identifier": { "system": "https://fhir.nhs.uk/Id/nhs-number", "value": ordering.nhs_number },
    });
    let mut body = json!({
        "resourceType": "Task",
        "meta": { "profile": [PROFILE] },
        "identifier": [{ "system": "https://tools.ietf.org/html/rfc4122", "value": ordering.request.to_string() }],
        "status": "requested",
        "intent": "order",
        "code": { "coding": [{
            "system": "http://snomed.info/sct", "code": "103742009", "display": "Renewal of prescription",
        }] },
        "focus": { "reference": format!("MedicationRequest/{plan}") },
        "for": patient.clone(),
        "authoredOn": instant(ordering.asked_at),
        "lastModified": instant(ordering.asked_at),
        "requester": patient,
    });
    if !ordering.note.is_empty() {
        body["note"] = json!([{ "authorString": "Patient", "text": ordering.note }]);
    }
    if let Some(pharmacy) = &ordering.pharmacy {
        body["input"] = json!([{
            "type": { "coding": [{ "system": PARAMETER, "code": "preferred-performer", "display": "Preferred performer" }] },
            "valueIdentifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": pharmacy },
        }]);
    }
    body
}

/// What is sent to take an order back: the guide wants it to look like this, one operation and no list of them (RFC 6902).
pub fn cancel() -> Value {
    json!({ "op": "replace", "path": "/status", "value": "cancelled" })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification, `POST /Task`, but for the name of the person, which it has no need of.
    #[test]
    fn an_order_is_written_as_the_specification_shows_it() {
        let ordering = OutsideOrdering {
            request: "ce3354f5-98c2-43ad-95bd-a6df1c5ed169".parse().unwrap(),
            nhs_number: "9000000009".to_owned(),
            plan: "b269d1d7-1acf-47bb-8b3c-e38b583d9a07".to_owned(),
            identifiers: Vec::new(),
            note: "ran out of previous prescription".to_owned(),
            pharmacy: Some("FLM49".to_owned()),
            asked_at: "2022-10-13T09:20:27Z".parse().unwrap(),
        };
        let patient = json!({ "reference": "Patient/9000000009",
            "identifier": { "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9000000009" } });
        let example = json!({
            "resourceType": "Task",
            "meta": { "profile": ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Task"] },
            "identifier": [{ "system": "https://tools.ietf.org/html/rfc4122", "value": "ce3354f5-98c2-43ad-95bd-a6df1c5ed169" }],
            "status": "requested", "intent": "order",
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "103742009", "display": "Renewal of prescription" }] },
            "focus": { "reference": "MedicationRequest/b269d1d7-1acf-47bb-8b3c-e38b583d9a07" },
            "for": patient, "requester": patient,
            "authoredOn": "2022-10-13T09:20:27+00:00", "lastModified": "2022-10-13T09:20:27+00:00",
            "note": [{ "authorString": "Patient", "text": "ran out of previous prescription" }],
            "input": [{
                "type": { "coding": [{ "system": "https://fhir.nhs.uk/England/CodeSystem/England-PFSPrescriptionOrderingParameter",
                    "code": "preferred-performer", "display": "Preferred performer" }] },
                "valueIdentifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "FLM49" },
            }],
        });
        assert_eq!(task(&ordering, &ordering.plan), example);
        let plain = task(&OutsideOrdering { note: String::new(), pharmacy: None, ..ordering }, "other");
        assert!(plain.get("note").is_none() && plain.get("input").is_none());
        assert_eq!(plain["focus"]["reference"], "MedicationRequest/other");
    }
}
