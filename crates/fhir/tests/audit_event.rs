//! Events as FHIR R4 `AuditEvent`: the whole of three, and what every one must have.

#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

use chrono::{DateTime, Utc};
use domain::audit::{Action, Purpose};
use fhir::audit_event::{Agent, BUNDLE_END, Told, bundle_head, entry, resource};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ID: &str = "019a5f00-0000-7000-8000-000000000001";
const PATIENT: &str = "019a5f00-0000-7000-8000-000000000002";
const ENTRY: &str = "019a5f00-0000-7000-8000-000000000003";

fn at() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-03T10:40:00.000123Z").unwrap().to_utc()
}

fn told<'a>(action: Action, purpose: Purpose, agent: Agent<'a>, detail: &'a BTreeMap<String, String>) -> Told<'a> {
    Told { id: ID.to_owned(), at: at(), action, purpose, agent, patient: PATIENT.to_owned(), detail }
}

fn detail(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn patient() -> Value {
    json!({
        "what": { "identifier": { "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{PATIENT}") } },
        "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": "1", "display": "Person" },
        "role": { "system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "1", "display": "Patient" },
    })
}

fn source() -> Value {
    json!({
        "observer": { "display": "Selfheal" },
        "type": [{
            "system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": "4", "display": "Application Server",
        }],
    })
}

fn recipient() -> Value {
    json!({ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP", "display": "information recipient",
    }] })
}

fn service() -> Value {
    json!({
        "type": { "coding": [{ "system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110153", "display": "Source Role ID" }] },
        "who": { "display": "Selfheal" },
        "requestor": false,
    })
}

#[test]
fn a_look_by_a_care_team_is_treatment() {
    let detail = detail(&[("entry", ENTRY), ("page", "entry")]);
    let agent = Agent::Staff { name: "Dr Bea Holt", job: "GP", organisation: "Riverside Surgery" };
    let expected = json!({
        "resourceType": "AuditEvent",
        "id": ID,
        "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest", "display": "RESTful Operation" },
        "subtype": [{ "system": "http://hl7.org/fhir/restful-interaction", "code": "read", "display": "read" }],
        "action": "R",
        "recorded": "2026-11-03T10:40:00.000123Z",
        "outcome": "0",
        "purposeOfEvent": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT", "display": "treatment",
        }] }],
        "agent": [
            {
                "type": recipient(),
                "role": [{
                    "coding": [{
                        "system": "http://terminology.hl7.org/CodeSystem/v3-RoleClass", "code": "PROV", "display": "healthcare provider",
                    }],
                    "text": "GP",
                }],
                "who": { "display": "Dr Bea Holt" },
                "location": { "display": "Riverside Surgery" },
                "requestor": true,
            },
            service(),
        ],
        "source": source(),
        "entity": [
            patient(),
            {
                "what": { "identifier": { "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{ENTRY}") } },
                "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": "2", "display": "System Object" },
                "role": { "system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "4", "display": "Domain Resource" },
                "detail": [{ "type": "entry", "valueString": ENTRY }, { "type": "page", "valueString": "entry" }],
            },
        ],
    });
    assert_eq!(resource(&told(Action::Read, Purpose::DirectCare, agent, &detail)), expected);
}

#[test]
fn a_refused_carer_is_a_failure_at_the_familys_request() {
    let detail = BTreeMap::new();
    let agent = Agent::Carer { name: "Ada Stone", relation: "daughter" };
    let expected = json!({
        "resourceType": "AuditEvent",
        "id": ID,
        "type": { "system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110113", "display": "Security Alert" },
        "action": "E",
        "recorded": "2026-11-03T10:40:00.000123Z",
        "outcome": "4",
        "purposeOfEvent": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "FAMRQT", "display": "family requested",
        }] }],
        "agent": [
            {
                "type": recipient(),
                "role": [{
                    "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-RoleClass", "code": "CAREGIVER", "display": "caregiver" }],
                    "text": "daughter",
                }],
                "who": { "display": "Ada Stone" },
                "requestor": true,
            },
            service(),
        ],
        "source": source(),
        "entity": [patient()],
    });
    assert_eq!(resource(&told(Action::Refused, Purpose::Caring, agent, &detail)), expected);
}

#[test]
fn a_persons_own_copy_is_an_export_at_their_request() {
    let detail = detail(&[("resources", "12")]);
    let event = resource(&told(Action::Export, Purpose::OwnCare, Agent::Patient, &detail));
    assert_eq!((&event["type"]["code"], &event["purposeOfEvent"][0]["coding"][0]["code"]), (&json!("110106"), &json!("PATRQT")));
    assert_eq!(event["agent"][0]["role"][0]["coding"][0]["code"], "PAT");
    assert_eq!(event["entity"][1]["what"], Value::Null);
}

#[test]
fn every_event_has_what_fhir_asks_of_it() {
    let nothing = BTreeMap::new();
    let agents = [
        Agent::Patient,
        Agent::Carer { name: "", relation: "" },
        Agent::Staff { name: "", job: "", organisation: "" },
        Agent::Account,
        Agent::Operator,
        Agent::Service,
        Agent::Nobody,
    ];
    for action in Action::ALL {
        for (purpose, agent) in Purpose::ALL.iter().zip(agents.iter().cycle()) {
            let event = resource(&told(*action, *purpose, *agent, &nothing));
            for path in ["/type/system", "/type/code", "/recorded", "/agent/0/who/display", "/source/observer/display"] {
                assert!(event.pointer(path).and_then(Value::as_str).is_some_and(|text| !text.is_empty()), "{path} of {event}");
            }
            assert_eq!(
                (event["agent"][0]["requestor"].as_bool(), event["agent"][1]["requestor"].as_bool()),
                (Some(true), Some(false))
            );
            assert!(["C", "R", "U", "D", "E"].contains(&event["action"].as_str().unwrap()));
            assert!(["0", "4"].contains(&event["outcome"].as_str().unwrap()));
            assert!(!event.to_string().contains(":null") && !event.to_string().contains("[]"), "{event}");
        }
    }
    for (purpose, code) in [
        (Purpose::EmergencyCare, "ETREAT"),
        (Purpose::Operations, "HOPERAT"),
        (Purpose::RecordUpkeep, "RECORDMGT"),
        (Purpose::Privacy, "HCOMPL"),
    ] {
        let event = resource(&told(Action::Read, purpose, Agent::Operator, &nothing));
        assert_eq!(event["purposeOfEvent"][0]["coding"][0]["code"], code);
    }
}

#[test]
fn a_bundle_is_well_made_with_none_one_or_two() {
    let nothing = BTreeMap::new();
    for count in 0..3_usize {
        let mut out = bundle_head(at());
        for place in 0..count {
            out.extend_from_slice(if place == 0 { b"\n" } else { b",\n" });
            entry(&mut out, &told(Action::Read, Purpose::OwnCare, Agent::Patient, &nothing)).unwrap();
        }
        out.extend_from_slice(BUNDLE_END);
        let bundle: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(
            (bundle["entry"].as_array().unwrap().len(), bundle["timestamp"].as_str()),
            (count, Some("2026-11-03T10:40:00.000Z"))
        );
    }
}
