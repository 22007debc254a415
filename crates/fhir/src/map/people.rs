//! Patient, Practitioner, PractitionerRole, Organization, Location.

use super::names::NamedJson;
use super::{Around, Draft, MapError, NHS_NUMBER, Names, parse};
use crate::Received;
use crate::types::{
    Address, CodeableConcept, ContactPoint, HumanName, Identifier, Lenient, List, Meta, OneOrMany, Reference, fhir,
};
use crate::words::{all_words, day, gender_words, joined};
use chrono::NaiveDate;
use domain::person::Demographics;
use domain::record::{Category, Detail, EntryFacts};
use domain::{NhsNumber, When};
use serde::Deserialize;

/// Who a Patient resource says that somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientFacts {
    /// The id by which the source knows them.
    pub logical_id: String,
    /// Name, birth, NHS number.
    pub demographics: Demographics,
    /// System and value of each identifier, the NHS number among them.
    pub identifiers: Vec<(String, String)>,
}

fhir! {
    PatientJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        identifier: List<Identifier>,
        name: List<HumanName>,
        gender: Option<String>,
        birth_date: Option<String>,
        deceased_boolean: Option<bool>,
        deceased_date_time: Option<String>,
        address: List<Address>,
        telecom: List<ContactPoint>,
        marital_status: Option<CodeableConcept>,
        communication: List<Communication>,
        general_practitioner: List<Reference>,
        managing_organization: Option<Reference>,
        contact: List<Lenient<Contact>>,
    }
    Communication {
        language: Option<CodeableConcept>,
        preferred: Option<bool>,
    }
    Contact {
        relationship: List<CodeableConcept>,
        name: Option<HumanName>,
        telecom: List<ContactPoint>,
    }
    PractitionerJson {
        meta: Option<Meta>,
        active: Option<bool>,
        name: List<HumanName>,
        telecom: List<ContactPoint>,
        address: List<Address>,
        qualification: List<Qualification>,
    }
    Qualification { code: Option<CodeableConcept>, }
    /// By what somebody or something is told from another of the same name.
    Apart {
        resource_type: Option<String>,
        identifier: List<Identifier>,
        qualification: List<Qualification>,
        code: List<CodeableConcept>,
    }
    RoleJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        active: Option<bool>,
        practitioner: Option<Reference>,
        organization: Option<Reference>,
        code: List<CodeableConcept>,
        specialty: List<CodeableConcept>,
        location: List<Reference>,
        telecom: List<ContactPoint>,
    }
    OrganizationJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        identifier: List<Identifier>,
        active: Option<bool>,
        #[serde(rename = "type")]
        kind: List<CodeableConcept>,
        name: Option<String>,
        telecom: List<ContactPoint>,
        address: List<Address>,
        part_of: Option<Reference>,
    }
    LocationJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        name: Option<String>,
        description: Option<String>,
        #[serde(rename = "type")]
        kind: List<CodeableConcept>,
        telecom: List<ContactPoint>,
        address: Lenient<OneOrMany<Address>>,
        managing_organization: Option<Reference>,
    }
}

/// Who a Patient resource is about.
///
/// The official name is taken, else the usual one, else the first. A birth date that is not known to the day is left out.
/// Only an explicit statement counts as a death.
///
/// # Errors
/// [`MapError`] when a field has another JSON type than FHIR gives it, or when an NHS number is none, or when there are two.
pub fn patient(received: &Received) -> Result<PatientFacts, MapError> {
    if received.resource_type != "Patient" {
        return Err(MapError { path: received.resource_type.clone(), reason: "It is not a Patient.".to_owned() });
    }
    let json: PatientJson = parse(received)?;
    let name = HumanName::best(&json.name).cloned().unwrap_or_default();
    let words = |parts: &[Option<String>]| -> Vec<String> {
        parts.iter().flatten().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    let given_names = words(&name.given);
    let family_name = name
        .family
        .as_deref()
        .map(str::trim)
        .filter(|family| !family.is_empty())
        .or_else(|| name.text.as_deref().map(str::trim).filter(|_| given_names.is_empty()))
        .unwrap_or_default()
        .to_owned();
    let prefix = words(&name.prefix);
    Ok(PatientFacts {
        logical_id: received.id.clone(),
        demographics: Demographics {
            nhs_number: nhs_number(&json.identifier)?,
            family_name,
            given_names,
            prefix: (!prefix.is_empty()).then(|| prefix.join(" ")),
            birth_date: json.birth_date.as_deref().and_then(|date| NaiveDate::parse_from_str(date.trim(), "%Y-%m-%d").ok()),
            gender: json.gender.filter(|gender| !gender.trim().is_empty()),
            deceased: json.deceased_boolean.unwrap_or(false)
                || json.deceased_date_time.is_some_and(|date| !date.trim().is_empty()),
        },
        identifiers: json.identifier.iter().filter_map(|one| Some((one.system.clone()?, one.value.clone()?))).collect(),
    })
}

fn nhs_number(identifiers: &[Identifier]) -> Result<Option<NhsNumber>, MapError> {
    let mut found: Option<NhsNumber> = None;
    for (index, identifier) in identifiers.iter().enumerate() {
        if identifier.system.as_deref() != Some(NHS_NUMBER) || identifier.usage.as_deref() == Some("old") {
            continue;
        }
        let Some(value) = identifier.value.as_deref().filter(|value| !value.trim().is_empty()) else { continue };
        let fail = |reason: String| MapError { path: format!("Patient.identifier[{index}].value"), reason };
        let number = NhsNumber::parse(value).map_err(|error| fail(format!("It is not an NHS number: {error}.")))?;
        match &found {
            Some(other) if *other != number => return Err(fail("It is a second NHS number for the same patient.".to_owned())),
            _ => found = Some(number),
        }
    }
    Ok(found)
}

/// Under which label those whom a Patient names as contacts stand among its details.
const CONTACT: &str = "Contact";

/// Who is to be told of anything about a person, of the details of their own entry, in the source's words (FHIR R4 `Patient.contact`).
#[must_use]
pub fn contacts(details: &[Detail]) -> Vec<String> {
    details.iter().filter(|detail| detail.label == CONTACT).map(|detail| detail.value.clone()).collect()
}

fn telecoms(draft: &mut Draft, telecom: &[ContactPoint]) {
    for point in telecom.iter().filter(|point| point.usage.as_deref() != Some("old")) {
        let label = match point.system.as_deref() {
            Some("phone") if point.usage.as_deref() == Some("mobile") => "Mobile",
            Some("phone") => "Phone",
            Some("email") => "Email",
            Some("sms") => "Text messages",
            Some("url") => "Website",
            Some("fax") => "Fax",
            _ => "Other contact",
        };
        draft.add(label, point.value.clone());
    }
}

fn addresses(draft: &mut Draft, addresses: &[Address]) {
    for address in addresses.iter().filter(|address| address.usage.as_deref() != Some("old")) {
        draft.add(if address.usage.as_deref() == Some("temp") { "Temporary address" } else { "Address" }, address.words());
    }
}

fn active(draft: &mut Draft, active: Option<bool>) {
    draft.status(active.map(|active| if active { "active" } else { "inactive" }));
}

/// "Married" (HL7 v3 MaritalStatus), whose codes are often all that is given.
fn marital_words(status: &CodeableConcept) -> Option<String> {
    let known = match status.first_code() {
        Some("A") => "Marriage annulled",
        Some("C" | "T") => "Living with a partner",
        Some("D") => "Divorced",
        Some("L") => "Separated",
        Some("M" | "P") => "Married",
        Some("S" | "U") => "Single",
        Some("W") => "Widowed",
        Some("UNK") => "Not known",
        _ => return status.words(),
    };
    Some(known.to_owned())
}

pub(super) fn patient_entry(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: PatientJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::People, "Personal details", json.meta.as_ref());
    draft.title_or(|| HumanName::best(&json.name).and_then(HumanName::words));
    // A wrong NHS number is refused where the person is matched; here it is only left out.
    draft.add("NHS number", nhs_number(&json.identifier).ok().flatten().map(|number| number.to_string()));
    draft.add("Date of birth", json.birth_date.as_deref().map(day));
    draft.add("Gender", json.gender.as_deref().and_then(gender_words));
    match &json.deceased_date_time {
        Some(date) => draft.add("Died", Some(When::parse(date).map_or_else(|_| date.clone(), |when| when.day_only()))),
        None if json.deceased_boolean == Some(true) => draft.add("Died", Some("Yes".to_owned())),
        None => {}
    }
    addresses(&mut draft, &json.address);
    telecoms(&mut draft, &json.telecom);
    let mut languages: Vec<&Communication> = json.communication.iter().collect();
    languages.sort_by_key(|language| language.preferred != Some(true));
    draft.add("Language", all_words(languages.into_iter().filter_map(|language| language.language.as_ref())));
    draft.add("Marital status", json.marital_status.as_ref().and_then(marital_words));
    draft.add("GP", around.all_names(json.general_practitioner.iter()));
    for contact in json.contact.iter().filter_map(|contact| contact.0.as_ref()) {
        let relation = all_words(contact.relationship.iter());
        let name = contact.name.as_ref().and_then(HumanName::words);
        let points = contact.telecom.iter().filter_map(|point| point.value.clone());
        draft.add(CONTACT, joined(name.into_iter().chain(relation).chain(points), ", "));
    }
    draft.place_or(|| around.name(json.managing_organization.as_ref()));
    Ok(draft.done())
}

pub(super) fn practitioner(received: &Received, _names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: PractitionerJson = parse(received)?;
    let mut draft = Draft::new(Category::People, "Health professional", json.meta.as_ref());
    draft.title_or(|| HumanName::best(&json.name).and_then(HumanName::words));
    active(&mut draft, json.active);
    draft.add_concepts("Qualification", json.qualification.iter().filter_map(|one| one.code.as_ref()));
    telecoms(&mut draft, &json.telecom);
    addresses(&mut draft, &json.address);
    Ok(draft.done())
}

pub(super) fn practitioner_role(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: RoleJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::People, "Health professional", json.meta.as_ref());
    draft.facts.code = json.code.first().and_then(CodeableConcept::code);
    draft.title_or(|| around.name(json.practitioner.as_ref()).or_else(|| all_words(json.code.iter())));
    active(&mut draft, json.active);
    draft.add_concepts("Role", json.code.iter());
    draft.add_concepts("Specialty", json.specialty.iter());
    draft.place_or(|| around.name(json.organization.as_ref()).or_else(|| around.all_names(json.location.iter())));
    draft.add("Works at", around.all_names(json.location.iter()));
    telecoms(&mut draft, &json.telecom);
    Ok(draft.done())
}

/// The register of organisations (ODS) and of their sites, as FHIR names them.
const ODS_CODE: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
const ODS_SITE: &str = "https://fhir.nhs.uk/Id/ods-site-code";
/// The registers of people who work in care, each of which gives a number to one person alone: of doctors (GMC), nurses (NMC), pharmacists
/// (GPhC) and other professions (HCPC), and of those who use the NHS's own systems (SDS), with their roles. NHS England Data Dictionary and
/// FHIR UK Core name them.
const PEOPLE: &[&str] = &[
    "https://fhir.hl7.org.uk/Id/gmc-number",
    "https://fhir.hl7.org.uk/Id/nmc-number",
    "https://fhir.hl7.org.uk/Id/gphc-number",
    "https://fhir.hl7.org.uk/Id/hcpc-number",
    "https://fhir.nhs.uk/Id/sds-user-id",
    "https://fhir.nhs.uk/Id/sds-role-profile-id",
];

/// Those of them whose numbers people know and can look up, by the name that each goes by.
const NUMBERS: &[(&str, &str)] = &[
    ("https://fhir.hl7.org.uk/Id/gmc-number", "GMC number"),
    ("https://fhir.hl7.org.uk/Id/nmc-number", "NMC number"),
    ("https://fhir.hl7.org.uk/Id/gphc-number", "GPhC number"),
    ("https://fhir.hl7.org.uk/Id/hcpc-number", "HCPC number"),
];

/// How the codes end that stand for a professional whose own is not known: `C9999998`, `N9999998`, `CD999998` (NHS Data Model and Dictionary,
/// Consultant Code and Care Professional identifiers, default codes).
const NOT_KNOWN: &str = "999998";

/// The numbers by which registers know the professional, the organisation or the place of a resource, each with its register: who shares one
/// is the same, whichever source tells of them. None of a text that cannot be read, and none that are no longer in use, are only noughts or
/// stand for somebody who is not known.
#[must_use]
pub fn registered(raw: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Resource {
        #[serde(rename = "resourceType", default)]
        kind: String,
        #[serde(default)]
        identifier: List<Identifier>,
    }
    let Ok(resource) = serde_json::from_str::<Resource>(raw) else { return Vec::new() };
    let registers: &[&str] = match resource.kind.as_str() {
        "Practitioner" | "PractitionerRole" => PEOPLE,
        "Organization" => &[ODS_CODE, ODS_SITE],
        "Location" => &[ODS_SITE],
        _ => &[],
    };
    let number = |one: &Identifier| {
        let (register, value) = in_use(one)?;
        registers.contains(&register).then(|| format!("{register}|{}", value.to_uppercase()))
    };
    resource.identifier.iter().filter_map(number).collect()
}

/// Who gave a number, and the number: none that is no longer in use, is only noughts or stands for somebody who is not known.
fn in_use(one: &Identifier) -> Option<(&str, &str)> {
    let (system, value) = (one.system.as_deref()?.trim(), one.value.as_deref()?.trim());
    let is_known = value.chars().any(|sign| sign != '0') && !value.ends_with(NOT_KNOWN);
    (is_known && one.usage.as_deref() != Some("old")).then_some((system, value))
}

/// What tells a professional or an organisation from another of the same name: their job, and the number by which a register that people may
/// look up knows them, such as "GP, GMC number 7000001". `None` where the resource says neither, or may not be told of.
#[must_use]
pub fn told_apart(raw: &str) -> Option<String> {
    if super::withheld(raw) {
        return None;
    }
    let resource: Apart = serde_json::from_str(raw).ok()?;
    let (jobs, registers): (Option<String>, &[(&str, &str)]) = match resource.resource_type.as_deref()? {
        "Practitioner" => (all_words(resource.qualification.iter().filter_map(|one| one.code.as_ref())), NUMBERS),
        "PractitionerRole" => (all_words(resource.code.iter()), NUMBERS),
        "Organization" => (None, &[(ODS_CODE, "organisation code")]),
        "Location" => (None, &[(ODS_SITE, "site code")]),
        _ => return None,
    };
    let number = |one: &Identifier| {
        let (system, value) = in_use(one)?;
        let (_, name) = registers.iter().find(|(register, _)| *register == system)?;
        Some(format!("{name} {value}"))
    };
    let numbers = resource.identifier.iter().filter_map(number);
    joined(jobs.into_iter().chain(numbers), ", ")
}

pub(super) fn organisation(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: OrganizationJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::People, "Organisation", json.meta.as_ref());
    draft.title_or(|| json.name.as_deref().and_then(crate::words::plain));
    active(&mut draft, json.active);
    draft.add_concepts("Type", json.kind.iter());
    draft.add("Part of", around.name(json.part_of.as_ref()));
    let ods = json.identifier.iter().find(|one| one.system.as_deref() == Some(ODS_CODE));
    draft.add("Organisation code", ods.and_then(|one| one.value.clone()));
    telecoms(&mut draft, &json.telecom);
    addresses(&mut draft, &json.address);
    Ok(draft.done())
}

pub(super) fn location(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: LocationJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::People, "Place", json.meta.as_ref());
    draft.title_or(|| json.name.as_deref().or(json.description.as_deref()).and_then(crate::words::plain));
    draft.status(json.status.as_deref());
    draft.add_concepts("Type", json.kind.iter());
    draft.add("Description", json.description.clone().filter(|_| json.name.is_some()));
    draft.place_or(|| around.name(json.managing_organization.as_ref()));
    telecoms(&mut draft, &json.telecom);
    addresses(&mut draft, json.address.0.as_ref().map(|all| all.0.as_slice()).unwrap_or_default());
    Ok(draft.done())
}

/// The postcode of where somebody lives, as their Patient resource says it: that of an address marked as home before others,
/// and none of an address that is marked as old.
#[must_use]
pub fn home_postcode(raw: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Patient {
        #[serde(default)]
        address: List<Address>,
    }
    if super::withheld(raw) {
        return None;
    }
    let patient: Patient = serde_json::from_str(raw).ok()?;
    let of = |usage: Option<&str>| {
        let fits = |address: &&Address| usage.is_none_or(|usage| address.usage.as_deref() == Some(usage));
        let lived_in = |address: &&Address| !matches!(address.usage.as_deref(), Some("old" | "temp" | "billing"));
        patient.address.iter().filter(fits).filter(lived_in).find_map(|address| address.postal_code.clone())
    };
    of(Some("home")).or_else(|| of(None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_numbers_of_registers_tell_that_two_are_the_same() {
        let gmc = json!({ "system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": " c1234567 " });
        let local = json!({ "system": "https://riverside.example/staff", "value": "7" });
        let of = |kind: &str, identifiers: &[&serde_json::Value]| {
            registered(&json!({ "resourceType": kind, "id": "x", "identifier": identifiers }).to_string())
        };
        assert_eq!(of("Practitioner", &[&local, &gmc]), ["https://fhir.hl7.org.uk/Id/gmc-number|C1234567"]);
        let ods = json!({ "system": ODS_CODE, "value": "A81001" });
        assert_eq!(of("Organization", &[&ods]), ["https://fhir.nhs.uk/Id/ods-organization-code|A81001"]);
        // A room bears the number of the organisation that it is in, as its other rooms do, and so may somebody who works there.
        assert!(of("Location", &[&ods]).is_empty() && of("Practitioner", &[&ods]).is_empty());
        let old = json!({ "system": ODS_CODE, "value": "A81001", "use": "old" });
        let noughts = json!({ "system": ODS_CODE, "value": "0000" });
        assert!(of("Organization", &[&old, &noughts]).is_empty());
        for unknown in ["C9999998", "CD999998", "0000000", " "] {
            let unknown = json!({ "system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": unknown });
            assert!(of("Practitioner", &[&unknown]).is_empty(), "{unknown}");
            // What stands for nobody tells nobody apart.
            let doctor = json!({ "resourceType": "Practitioner", "identifier": [unknown] });
            assert_eq!(told_apart(&doctor.to_string()), None, "{doctor}");
        }
        let doctor = json!({
            "resourceType": "Practitioner", "identifier": [local, gmc], "qualification": [{ "code": { "text": "GP" } }, { "code": null }],
        });
        assert_eq!(told_apart(&doctor.to_string()).as_deref(), Some("GP, GMC number c1234567"));
        let surgery = json!({ "resourceType": "Organization", "identifier": [ods, old] });
        assert_eq!(told_apart(&surgery.to_string()).as_deref(), Some("organisation code A81001"));
        for nothing in [
            json!({ "resourceType": "Practitioner", "identifier": [local] }),
            json!({ "resourceType": "Patient", "identifier": [gmc] }),
        ] {
            assert_eq!(told_apart(&nothing.to_string()), None, "{nothing}");
        }
        assert!(of("Patient", &[&gmc]).is_empty() && registered("[]").is_empty() && registered("").is_empty());
    }
}
