//! What is about another person than the one whose record it is in. A file that names two patients is never taken in at all
//! ([`super::subject_of_package`]); this is about their relatives, those who care for them, and whoever else.

use super::Names;
use super::names::{NamedJson, kind_of, wording};
use crate::Received;
use crate::address::{bare, urn_of};
use crate::types::{Lenient, List, OneOrMany, Reference, fhir};
use std::collections::HashSet;

/// Types that are people and never the patient.
pub(super) const PEOPLE: &[&str] = &["RelatedPerson", "Person"];

fhir! {
    /// Whom a resource of any type is about.
    AboutJson {
        resource_type: Lenient<String>,
        contained: List<Lenient<NamedJson>>,
        subject: Lenient<OneOrMany<Reference>>,
        patient: Lenient<OneOrMany<Reference>>,
        #[serde(rename = "for")]
        on_behalf_of: Lenient<OneOrMany<Reference>>,
        focus: Lenient<OneOrMany<Reference>>,
        sender: Lenient<OneOrMany<Reference>>,
        recipient: Lenient<OneOrMany<Reference>>,
    }
}

/// The people other than the patient of whom one source told, by the addresses under which the rest of what it sends may name them without
/// saying what they are.
#[derive(Clone, Debug, Default)]
pub struct OtherPeople(HashSet<String>);

impl OtherPeople {
    /// Adds a `RelatedPerson` or a `Person`, by its id at the source and the address under which it stood in its Bundle.
    pub fn add(&mut self, id: &str, full_url: Option<&str>) {
        self.0.extend(urn_of(id));
        self.0.extend(full_url.map(|url| bare(url).into_owned()));
    }

    fn have(&self, reference: &str) -> bool {
        self.0.contains(&*bare(reference))
    }
}

/// Whether a resource is about another person, as far as the wording of its references tells: by its subject, by what an
/// Observation says that it is about instead (`focus`), or as what another person told or was told (the sender of a Communication, or
/// all to whom it was sent).
pub(super) fn is_told(raw: &str) -> bool {
    is_about(raw, |_| None)
}

/// The same, also by what its references lead to among what is held.
pub(super) fn is_told_among(received: &Received, names: &Names<'_>) -> bool {
    let held = |text: &str| names.kind_held(text);
    // Most references of a file may be addresses that tell no type: no resource need be read for these.
    let is_subject = |field: &str| field.ends_with(".subject") || field.ends_with(".patient");
    let mut subjects = received.patients.iter().filter(|one| is_subject(&one.field)).filter_map(|one| one.reference.as_deref());
    subjects.any(|text| held(text).is_some_and(|kind| PEOPLE.contains(&kind)))
        || (received.resource_type == "Communication" && is_about_anybody(&received.raw, held))
        || is_about(&received.raw, held)
}

/// Whether a resource is about one of these people, by the addresses that it gives.
pub(super) fn is_told_of(raw: &str, others: &OtherPeople) -> bool {
    !others.0.is_empty() && is_about_anybody(raw, |text| others.have(text).then_some("RelatedPerson"))
}

fn is_about<'n>(raw: &str, held: impl Fn(&str) -> Option<&'n str>) -> bool {
    ["\"focus\"", "Person/", "Person\""].iter().any(|sign| raw.contains(sign)) && is_about_anybody(raw, held)
}

fn is_about_anybody<'n>(raw: &str, held: impl Fn(&str) -> Option<&'n str>) -> bool {
    let Ok(json) = serde_json::from_str::<AboutJson>(raw) else { return false };
    let worded = |one: &Reference| kind_of(one, &json.contained);
    let is_person = |one: &Reference| match worded(one) {
        Some(kind) => PEOPLE.contains(&kind.as_str()),
        None => one.reference.as_deref().and_then(|text| held(text.trim())).is_some_and(|kind| PEOPLE.contains(&kind)),
    };
    let all = [&json.subject, &json.patient, &json.on_behalf_of].into_iter().filter_map(|all| all.0.as_ref());
    let subjects: Vec<&Reference> = all.flat_map(|all| all.0.iter()).collect();
    if subjects.iter().any(|one| is_person(one)) {
        return true;
    }
    match json.resource_type.0.as_deref() {
        Some("Communication") => {
            let recipients: Vec<&Reference> = json.recipient.0.iter().flat_map(|all| all.0.iter()).collect();
            let to_others = !recipients.is_empty() && recipients.iter().all(|one| is_person(one));
            return to_others || json.sender.0.iter().flat_map(|all| all.0.iter()).any(is_person);
        }
        Some("Observation") => {}
        _ => return false,
    }
    // The same patient by an address that cannot be compared is not taken for another.
    let is_subject = |text: &str| {
        subjects
            .iter()
            .filter_map(|one| one.reference.as_deref().map(str::trim))
            .any(|subject| subject.starts_with("urn:") || wording(subject) == wording(text.trim()))
    };
    let focus = json.focus.0.as_ref().map(|all| all.0.as_slice()).unwrap_or_default();
    focus.iter().any(|one| {
        let is_patient = worded(one).as_deref() == Some("Patient");
        is_person(one) || (is_patient && one.reference.as_deref().is_some_and(|text| !is_subject(text)))
    })
}
