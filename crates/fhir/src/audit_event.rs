//! From events to FHIR R4 `AuditEvent`, after the IHE profile "Basic Audit Log Patterns" (BALP): pure.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::audit::{Action, Purpose};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// What ends the Bundle that [`bundle_head`] began.
pub const BUNDLE_END: &[u8] = b"\n]}\n";

const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const EVENT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleClass";
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ENTITY_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const SOURCE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agent<'a> {
    /// The person whose record it is.
    Patient,
    /// Somebody who acts for them.
    Carer {
        /// Their name.
        name: &'a str,
        /// What they are to the person.
        relation: &'a str,
    },
    /// Somebody of a care team.
    Staff {
        /// Their name.
        name: &'a str,
        /// Their job.
        job: &'a str,
        /// Where they work.
        organisation: &'a str,
    },
    /// Another account.
    Account,
    /// Whoever runs the service.
    Operator,
    /// The service itself.
    Service,
    /// Nobody who was signed in.
    Nobody,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    /// Its id, a UUID.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub action: Action,
    /// Why.
    pub purpose: Purpose,
    /// By whom.
    pub agent: Agent<'a>,
    /// The id of the person whose record it is, a UUID.
    pub patient: String,
    /// What it was about: ids, categories and plain kinds.
    pub detail: &'a BTreeMap<String, String>,
}

/// The beginning of a `collection` Bundle.
#[must_use]
pub fn bundle_head(at: DateTime<Utc>) -> Vec<u8> {
    let time = at.to_rfc3339_opts(SecondsFormat::Millis, true);
    format!("{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"{time}\",\"entry\":[").into_bytes()
}

/// Writes an event as an entry of a Bundle, on one line.
///
/// # Errors
/// When `out` does not take it.
pub fn entry(out: &mut impl Write, told: &Told<'_>) -> Result<(), serde_json::Error> {
    serde_json::to_writer(out, &json!({ "fullUrl": format!("urn:uuid:{}", told.id), "resource": resource(told) }))
}

/// An event as a FHIR R4 `AuditEvent`.
#[must_use]
pub fn resource(told: &Told<'_>) -> Value {
    let (kind, subtype, letter) = what(told.action);
    let refused = matches!(told.action, Action::Refused | Action::LinkRefused | Action::SignInRefused);
    let mut event = json!({
        "resourceType": "AuditEvent",
        "id": told.id,
        "type": kind,
        "action": letter,
        "recorded": told.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "outcome": if refused { "4" } else { "0" },
        "purposeOfEvent": [{ "coding": [reason(told.purpose)] }],
        "agent": [agent(told.agent), service(told.agent == Agent::Service)],
        "source": { "observer": { "display": "Selfheal" }, "type": [coding(SOURCE_TYPE, "4", "Application Server")] },
        "entity": entities(told),
    });
    if let Some(subtype) = subtype {
        event["subtype"] = json!([subtype]);
    }
    event
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

/// What was done: its type, a subtype, and the letter for create, read, update, delete or execute.
fn what(action: Action) -> (Value, Option<Value>, &'static str) {
    let rest = || coding(EVENT_TYPE, "rest", "RESTful Operation");
    let dicom = |code, display| coding(DICOM, code, display);
    let authentication = |code, display| (dicom("110114", "User Authentication"), Some(dicom(code, display)), "E");
    let attributes = || (dicom("110137", "User security Attributes Changed"), None, "U");
    match action {
        Action::Read => (rest(), Some(coding(INTERACTION, "read", "read")), "R"),
        Action::Searched => (rest(), Some(coding(INTERACTION, "search", "search")), "E"),
        Action::Export => (dicom("110106", "Export"), None, "R"),
        Action::Import => (dicom("110107", "Import"), None, "C"),
        Action::SignedIn | Action::SignInRefused => authentication("110122", "Login"),
        Action::SignedOut => authentication("110123", "Logout"),
        Action::Refused | Action::LinkRefused | Action::Locked => (dicom("110113", "Security Alert"), None, "E"),
        Action::EmergencyOpened => (dicom("110127", "Emergency Override Started"), None, "E"),
        Action::EmergencyClosed => (dicom("110138", "Emergency Override Stopped"), None, "E"),
        Action::Registered
        | Action::EmailChanged
        | Action::MobileChanged
        | Action::PasswordChanged
        | Action::FactorChanged
        | Action::LinkageIssued
        | Action::Linked
        | Action::Unlinked
        | Action::Registration
        | Action::IdentityChecked => attributes(),
        Action::CarerProposed
        | Action::CarerAllowed
        | Action::CarerChanged
        | Action::CarerSuspended
        | Action::CarerEnded
        | Action::CarerRefused
        | Action::HidingChanged
        | Action::LabelChanged
        | Action::SharingChanged
        | Action::StaffChanged => (dicom("110136", "Security Roles Changed"), None, "U"),
        _ => (dicom("110100", "Application Activity"), None, "E"),
    }
}

/// Why, in the words of HL7's purposes of use.
fn reason(purpose: Purpose) -> Value {
    let (code, display) = match purpose {
        Purpose::OwnCare => ("PATRQT", "patient requested"),
        Purpose::Caring => ("FAMRQT", "family requested"),
        Purpose::DirectCare => ("TREAT", "treatment"),
        Purpose::EmergencyCare => ("ETREAT", "Emergency Treatment"),
        Purpose::Checking | Purpose::AccountCare => ("PATADMIN", "patient administration"),
        Purpose::Privacy => ("HCOMPL", "health compliance"),
        Purpose::RecordUpkeep => ("RECORDMGT", "records management"),
        Purpose::Operations => ("HOPERAT", "healthcare operations"),
    };
    coding(REASON, code, display)
}

/// Who acted: the agent that asked.
fn agent(agent: Agent<'_>) -> Value {
    let role = |system, code, display, text: &str| {
        let mut role = json!({ "coding": [coding(system, code, display)] });
        if !text.is_empty() {
            role["text"] = json!(text);
        }
        json!([role])
    };
    let (who, role) = match agent {
        Agent::Patient => ("The person themself", role(ROLE, "PAT", "patient", "")),
        Agent::Carer { name, relation } => {
            (or(name, "Somebody who acted for the person"), role(ROLE, "CAREGIVER", "caregiver", relation))
        }
        Agent::Staff { name, job, .. } => (or(name, "Somebody of a care team"), role(ROLE, "PROV", "healthcare provider", job)),
        Agent::Account => ("Another account", Value::Null),
        Agent::Operator => ("The operator of the service", Value::Null),
        Agent::Service => ("Selfheal", Value::Null),
        Agent::Nobody => ("Nobody who was signed in", Value::Null),
    };
    let mut value = json!({
        "type": { "coding": [coding(PARTICIPATION, "IRCP", "information recipient")] },
        "who": { "display": who },
        "requestor": true,
    });
    if !role.is_null() {
        value["role"] = role;
    }
    if let Agent::Staff { organisation, .. } = agent
        && !organisation.is_empty()
    {
        value["location"] = json!({ "display": organisation });
    }
    value
}

fn or<'a>(name: &'a str, fallback: &'a str) -> &'a str {
    if name.is_empty() { fallback } else { name }
}

/// The service, which gave or kept what it was about.
fn service(alone: bool) -> Value {
    let (code, display) = if alone { ("110150", "Application") } else { ("110153", "Source Role ID") };
    json!({ "type": { "coding": [coding(DICOM, code, display)] }, "who": { "display": "Selfheal" }, "requestor": false })
}

/// Whose record, and what of it.
fn entities(told: &Told<'_>) -> Value {
    let urn = |id: &str| json!({ "identifier": { "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{id}") } });
    let mut entities = vec![json!({
        "what": urn(&told.patient),
        "type": coding(ENTITY_TYPE, "1", "Person"),
        "role": coding(ENTITY_ROLE, "1", "Patient"),
    })];
    if !told.detail.is_empty() {
        let detail: Vec<Value> = told.detail.iter().map(|(key, value)| json!({ "type": key, "valueString": value })).collect();
        let mut data = json!({
            "type": coding(ENTITY_TYPE, "2", "System Object"),
            "role": coding(ENTITY_ROLE, "4", "Domain Resource"),
            "detail": detail,
        });
        if let Some(entry) = told.detail.get("entry") {
            data["what"] = urn(entry);
        }
        entities.push(data);
    }
    Value::Array(entities)
}
