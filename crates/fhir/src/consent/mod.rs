//! One person acting for another as FHIR R4 `Consent`, in the shape of NHS England's Validated Relationships Service API
//! 1.27: pure.
//!
//! Beside what that service's examples have, it says what a carer may see and do (`provision.code`), the actor's role, which
//! FHIR R4 requires, and on what day somebody last decided about it (`verification`).

mod fault;
mod patch;

pub use fault::{Fault, done, outcome};
pub use patch::{Change, LONGEST_TEXT, MOST_BYTES, parse};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::relationship::{LegalBasis, Reason, Status};
use domain::scope::{Scope, Scopes};
use serde_json::{Value, json};

/// What a change of a status says why it is made in.
const STATUS_REASON: &str = "https://fhir.nhs.uk/England/StructureDefinition/Extension-England-Consent-Status-Reason";
const STATUS_REASONS: &str = "https://fhir.nhs.uk/England/CodeSystem/England-ConsentStatusReason";
/// Who allowed it.
const GRANTOR: &str = "https://hl7.org/fhir/5.0/StructureDefinition/extension-Consent.grantor";
const LEGAL_BASES: &str = "https://fhir.nhs.uk/England/CodeSystem/England-NHSProxyLegalBasis";
/// What may be asked for: the one published list of the codes of scopes.
const SCOPES: &str = "https://fhir.nhs.uk/CodeSystem/Proxy-Placeholder-RequestedAccess";
const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
/// DAPB3051, under which the identity of both is checked.
const POLICY: &str = "https://digital.nhs.uk/data-and-information/information-standards/governance/latest-activity/\
                      standards-and-collections/dapb3051-identity-verification-and-authentication-standard-for-digital-\
                      health-and-care-services";

/// Somebody, as far as the reader may know who they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Their NHS number, in digits.
    pub nhs_number: Option<String>,
    /// An id of ours, a UUID; told where the NHS number is not.
    pub id: Option<String>,
    /// Their name.
    pub name: Option<String>,
}

/// A relationship as its reader may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// Its id, a UUID.
    pub id: String,
    /// Goes up with every change.
    pub version: i32,
    /// Where it stands.
    pub status: Status,
    /// Why; `None` where the reader is not told.
    pub reason: Option<Reason>,
    /// The reason written out; `None` where the reader is not told.
    pub reason_text: Option<String>,
    /// On what law it rests.
    pub legal_basis: LegalBasis,
    /// What the carer may see and do.
    pub scopes: Scopes,
    /// Who is cared for.
    pub patient: Party,
    /// Who acts, or would.
    pub carer: Party,
    /// The organisation that decides about it, by its ODS code; `None` where the person does.
    pub organisation: Option<String>,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
    /// The last day on which somebody decided that it is in force.
    pub decided_on: Option<NaiveDate>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A relationship as `Consent`.
#[must_use]
pub fn resource(held: &Relationship) -> Value {
    let mut period = json!({ "start": held.starts_on.to_string() });
    if let Some(last) = held.ends_on {
        period["end"] = json!(last.to_string());
    }
    let mut provision = json!({
        "type": "permit",
        "actor": [{ "role": role(), "reference": party(&held.carer) }],
        "period": period,
    });
    let codes: Vec<Value> = held.scopes.iter().map(scope).collect();
    if !codes.is_empty() {
        provision["code"] = json!(codes);
    }
    let mut consent = json!({
        "resourceType": "Consent",
        "id": held.id,
        "meta": { "versionId": held.version.to_string(), "lastUpdated": instant(held.updated_at) },
        "status": held.status.code(),
        "scope": { "coding": [coding("https://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "Privacy Consent")] },
        "category": [{ "coding": [coding("https://terminology.hl7.org/CodeSystem/v3-ActCode", "INFA", "information access")] }],
        "patient": party(&held.patient),
        "dateTime": instant(held.asked_at),
        "performer": [party(&held.carer)],
        "policy": [{ "authority": "https://www.england.nhs.uk", "uri": POLICY }],
        "policyRule": { "coding": [coding(LEGAL_BASES, held.legal_basis.code(), legal_basis(held.legal_basis))] },
        "provision": provision,
    });
    if let Some(day) = held.decided_on {
        consent["verification"] = json!([{ "verified": true, "verificationDate": day.to_string() }]);
    }
    let extensions = extensions(held);
    if !extensions.is_empty() {
        consent["extension"] = Value::Array(extensions);
    }
    consent
}

/// What a search found, as a `searchset` Bundle. `base` is the address of all Consents; `query` what was asked, after "?".
#[must_use]
pub fn searchset(base: &str, query: &str, found: Vec<Value>, at: DateTime<Utc>) -> Value {
    let link = if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") };
    let entries: Vec<Value> = found
        .into_iter()
        .map(|resource| {
            let id = resource.get("id").and_then(Value::as_str).unwrap_or_default();
            json!({ "fullUrl": format!("{base}/{id}"), "resource": resource, "search": { "mode": "match" } })
        })
        .collect();
    json!({
        "resourceType": "Bundle",
        "timestamp": instant(at),
        "total": entries.len(),
        "type": "searchset",
        "link": [{ "relation": "self", "url": link }],
        "entry": entries,
    })
}

fn extensions(held: &Relationship) -> Vec<Value> {
    let mut extensions = Vec::new();
    if let Some(reason) = held.reason {
        let mut concept = json!({ "coding": [coding(STATUS_REASONS, reason.code(), status_reason(reason))] });
        if let Some(text) = &held.reason_text {
            concept["text"] = json!(text);
        }
        extensions.push(json!({ "url": STATUS_REASON, "valueCodeableConcept": concept }));
    }
    if let Some(code) = &held.organisation {
        extensions.push(json!({ "url": GRANTOR, "valueReference": { "identifier": { "system": ODS, "value": code } } }));
    }
    extensions
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn party(who: &Party) -> Value {
    let mut reference = json!({});
    match (&who.nhs_number, &who.id) {
        (Some(number), _) => reference["identifier"] = json!({ "system": NHS_NUMBER, "value": number }),
        (None, Some(id)) => {
            reference["identifier"] = json!({ "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{id}") });
        }
        (None, None) => {}
    }
    if let Some(name) = &who.name {
        reference["display"] = json!(name);
    }
    reference
}

fn role() -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    json!({ "coding": [coding(system, "IRCP", "information recipient")] })
}

/// One thing that a carer may see or do. What the published list does not have is said in words alone.
fn scope(scope: Scope) -> Value {
    let display = match scope {
        Scope::Prescriptions => "Request and manage repeat prescriptions",
        Scope::Appointments => "Appointment Booking",
        Scope::Record => "GP Health Records Access",
        Scope::Tests => "Test Results",
        Scope::Vaccinations => "Vaccination Records",
        Scope::Conditions => "Health Conditions",
        Scope::Consultations => "Consultations and Events",
        Scope::Documents => "Documents",
        Scope::Readings | Scope::Messages => return json!({ "text": scope.title() }),
    };
    json!({ "coding": [coding(SCOPES, scope.code(), display)] })
}

const fn legal_basis(basis: LegalBasis) -> &'static str {
    match basis {
        LegalBasis::ParentalResponsibility => "Parental responsibility",
        LegalBasis::Consent => "Consent",
        LegalBasis::BestInterest => "Best interest",
        LegalBasis::LastingPowerOfAttorney => "Health and welfare lasting power of attorney",
        LegalBasis::CourtDeputy => "Court appointed personal welfare deputy",
    }
}

const fn status_reason(reason: Reason) -> &'static str {
    match reason {
        Reason::RoleCreated => "Role created",
        Reason::RoleActivated => "Role activated",
        Reason::RoleReactivated => "Role reactivated",
        Reason::DeactivatedSafeguarding => "Safeguarding concern",
        Reason::DeactivatedPatientRequest => "At patient request",
        Reason::DeactivatedEndDate => "End date reached",
        Reason::DeactivatedUnused => "Role no longer in use",
        Reason::DeactivatedPatientDeceased => "Patient deceased",
        Reason::DeactivatedProxyDeceased => "Proxy deceased",
        Reason::DeactivatedChange => "Change in relationship",
        Reason::DeactivatedProxyCapacity | Reason::RejectedProxyCapacity => "Proxy lacks capacity",
        Reason::DeactivatedMisuse => "Misuse of system",
        Reason::DeactivatedPatientMoved => "Patient GP transferred",
        Reason::DeactivatedProxyMoved => "Proxy GP transferred",
        Reason::DeactivatedProxyAbroad | Reason::RejectedProxyAbroad => "Proxy not living in England or Wales",
        Reason::Suspended => "Suspended pending review",
        Reason::ApplicationSubmitted => "Application submitted online",
        Reason::ApplicationResubmitted => "Application re-submitted",
        Reason::ApplicationWithdrawn => "Proxy application withdrawn",
        Reason::RejectedNotNeeded => "Proxy support not required",
        Reason::RejectedSafeguarding => "Safeguarding concern identified",
        Reason::RejectedIdentity => "Proxy identity not verified",
        Reason::RejectedNoConsent => "Patient does not consent",
        Reason::RejectedNoLegalBasis => "Relationship or legal basis not proven",
        Reason::Other => "Other reason",
    }
}
