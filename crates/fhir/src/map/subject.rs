//! Whose record a resource or a package belongs to.

use crate::read::Certainty;
use crate::{Package, PatientReference, Received};
use std::collections::{BTreeSet, HashMap};

/// The patients whom a resource names, as written; for a Patient, itself.
///
/// A reference of which the wording does not tell whether it is to a patient (`urn:uuid:…` in `subject`) is among them:
/// [`subject_of_package`] looks up what it is.
#[must_use]
pub fn subject(received: &Received) -> &[PatientReference] {
    &received.patients
}

/// The one patient whom a package is about.
#[derive(Clone, Copy, Debug)]
pub enum PackageSubject<'p> {
    /// The package holds their Patient resource.
    Included(&'p Received),
    /// It only refers to them.
    Referenced {
        /// The reference as written, such as `Patient/123`; `None` where only identifiers name the patient.
        reference: Option<&'p str>,
        /// The logical id that the reference gives: `123`.
        logical_id: Option<&'p str>,
        /// The NHS number that names the patient, as written and not yet checked.
        nhs_number: Option<&'p str>,
    },
}

/// Why a package cannot be taken into one person's record. Holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// It names no patient.
    #[error("The file does not say which patient it is about.")]
    NoPatient,
    /// It is about several.
    #[error("The file is about {count} different patients ({}).", paths.join(", "))]
    Several {
        /// How many.
        count: usize,
        /// Where each is first named.
        paths: Vec<String>,
    },
}

/// Those who name the same patient.
struct Group<'p> {
    path: &'p str,
    included: Option<&'p Received>,
    first: &'p PatientReference,
    nhs_number: Option<&'p str>,
    nhs_digits: BTreeSet<String>,
    /// Ids of the included Patients that have an NHS number, and of those that have none.
    numbered: BTreeSet<&'p str>,
    unnumbered: BTreeSet<&'p str>,
    /// Taken into an earlier group.
    merged_into: Option<usize>,
}

impl Group<'_> {
    /// How many patients it makes: one for each NHS number; and Patient resources that share some other identifier, which
    /// may be a placeholder, are one only where an NHS number says so.
    fn patients(&self) -> usize {
        let lone = self.unnumbered.difference(&self.numbered).count();
        let resources = self.unnumbered.union(&self.numbered).count();
        (self.nhs_digits.len() + if resources > 1 { lone } else { 0 }).max(1)
    }
}

/// The one patient whom all resources of a package are about.
///
/// Two references are to the same patient when they resolve to the same Patient resource, are the same address, or share
/// an identifier. One patient with two NHS numbers counts as two patients, as do two Patient resources without one.
///
/// # Errors
/// [`SubjectError`] when no patient is named or more than one.
pub fn subject_of_package(package: &Package) -> Result<PackageSubject<'_>, SubjectError> {
    let resources = &package.resources;
    let mut by_url: HashMap<&str, &Received> = HashMap::new();
    let mut patients: HashMap<&str, &Received> = HashMap::new();
    for received in resources {
        if let Some(url) = &received.full_url {
            by_url.insert(url.as_str(), received);
        }
        if received.resource_type == "Patient" {
            patients.insert(received.id.as_str(), received);
        }
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut owner: HashMap<String, usize> = HashMap::new();
    for received in resources {
        for patient in &received.patients {
            let included = (received.resource_type == "Patient").then_some(received);
            let keys = match included {
                Some(included) => keys_of_patient(included, patient),
                None => match keys_of_reference(received, patient, &by_url, &patients) {
                    Some(keys) => keys,
                    None => continue,
                },
            };
            join(&mut groups, &mut owner, keys, received, patient, included);
        }
    }
    let mut paths = Vec::new();
    let mut count = 0;
    for group in groups.iter().filter(|group| group.merged_into.is_none()) {
        count += group.patients();
        paths.push(group.path.to_owned());
    }
    let Some(only) = groups.iter().find(|group| group.merged_into.is_none()) else { return Err(SubjectError::NoPatient) };
    if count > 1 {
        paths.truncate(10);
        return Err(SubjectError::Several { count, paths });
    }
    if let Some(included) = only.included {
        return Ok(PackageSubject::Included(included));
    }
    let reference = only.first.reference.as_deref().filter(|text| !text.starts_with('#') && !text.contains('?'));
    if reference.is_none() && only.first.identifiers.is_empty() {
        return Err(SubjectError::NoPatient);
    }
    let logical_id = reference.and_then(|text| {
        let bare = text.split("/_history/").next().unwrap_or(text);
        bare.strip_prefix("urn:uuid:").or_else(|| bare.rsplit('/').next())
    });
    Ok(PackageSubject::Referenced { reference, logical_id, nhs_number: only.nhs_number })
}

/// The group into which another was taken, shortening the way for the next who asks.
fn root(groups: &mut [Group<'_>], start: usize) -> usize {
    let next = |groups: &[Group<'_>], at: usize| groups.get(at).and_then(|group| group.merged_into);
    let mut at = start;
    while let Some(parent) = next(groups, at) {
        if let (Some(grandparent), Some(group)) = (next(groups, parent), groups.get_mut(at)) {
            group.merged_into = Some(grandparent);
        }
        at = parent;
    }
    at
}

/// Which of two Patients says who somebody is: the first, which comes later in the file, unless the other was changed later.
fn newest<'p>(one: Option<&'p Received>, before: Option<&'p Received>) -> Option<&'p Received> {
    match (one, before) {
        (Some(one), Some(before)) if one.last_updated.is_some() && before.last_updated > one.last_updated => Some(before),
        _ => one.or(before),
    }
}

fn join<'p>(
    groups: &mut Vec<Group<'p>>,
    owner: &mut HashMap<String, usize>,
    keys: Vec<String>,
    received: &'p Received,
    patient: &'p PatientReference,
    included: Option<&'p Received>,
) {
    let mut joined: Vec<usize> = keys.iter().filter_map(|key| owner.get(key)).copied().collect();
    for at in &mut joined {
        *at = root(groups, *at);
    }
    joined.sort_unstable();
    joined.dedup();
    let at = joined.first().copied().unwrap_or(groups.len());
    if at == groups.len() {
        groups.push(Group {
            path: &received.path,
            included: None,
            first: patient,
            nhs_number: None,
            nhs_digits: BTreeSet::new(),
            numbered: BTreeSet::new(),
            unnumbered: BTreeSet::new(),
            merged_into: None,
        });
    }
    let mut digits: BTreeSet<String> = BTreeSet::new();
    let mut number = None;
    for (system, value) in &patient.identifiers {
        if system == super::NHS_NUMBER {
            number = number.or(Some(value.as_str()));
            digits.insert(value.chars().filter(char::is_ascii_digit).collect());
        }
    }
    let (mut numbered, mut unnumbered) = (BTreeSet::new(), BTreeSet::new());
    if let Some(one) = included {
        if digits.is_empty() {
            unnumbered.insert(one.id.as_str())
        } else {
            numbered.insert(one.id.as_str())
        };
    }
    let mut found = included;
    for other in joined.into_iter().skip(1) {
        if let Some(group) = groups.get_mut(other) {
            group.merged_into = Some(at);
            digits.append(&mut group.nhs_digits);
            numbered.append(&mut group.numbered);
            unnumbered.append(&mut group.unnumbered);
            number = number.or(group.nhs_number);
            found = newest(found, group.included);
        }
    }
    if let Some(group) = groups.get_mut(at) {
        group.nhs_digits.append(&mut digits);
        group.numbered.append(&mut numbered);
        group.unnumbered.append(&mut unnumbered);
        group.nhs_number = group.nhs_number.or(number);
        group.included = newest(found, group.included);
        // The first that gives an address says more than one that does not.
        if group.first.reference.is_none() && patient.reference.is_some() {
            group.first = patient;
        }
    }
    for key in keys {
        owner.insert(key, at);
    }
}

fn identifier_keys(patient: &PatientReference) -> impl Iterator<Item = String> + '_ {
    patient.identifiers.iter().map(|(system, value)| {
        let value: String = if system == super::NHS_NUMBER {
            value.chars().filter(char::is_ascii_digit).collect()
        } else {
            value.trim().to_owned()
        };
        format!("{system}|{value}")
    })
}

fn keys_of_patient(included: &Received, patient: &PatientReference) -> Vec<String> {
    let mut keys = vec![format!("Patient/{}", included.id)];
    if included.id.len() == 36 {
        keys.push(format!("urn:uuid:{}", included.id.to_ascii_lowercase()));
    }
    if let Some(url) = &included.full_url {
        keys.push(if url.starts_with("urn:") { url.to_ascii_lowercase() } else { url.clone() });
    }
    keys.extend(identifier_keys(patient));
    keys
}

/// `None` when the package shows that the reference is to something else, or does not show that it is to a patient
/// where nothing else says so.
fn keys_of_reference(
    received: &Received,
    patient: &PatientReference,
    by_url: &HashMap<&str, &Received>,
    patients: &HashMap<&str, &Received>,
) -> Option<Vec<String>> {
    let mut keys: Vec<String> = identifier_keys(patient).collect();
    let Some(text) = patient.reference.as_deref() else { return Some(keys) };
    let bare = text.split("/_history/").next().unwrap_or(text);
    if bare.starts_with('#') {
        if keys.is_empty() {
            keys.push(format!("{} {bare}", received.path));
        }
        return Some(keys);
    }
    if bare.contains('?') {
        if keys.is_empty() {
            keys.push(bare.to_owned());
        }
        return Some(keys);
    }
    if bare.starts_with("urn:") {
        let lower = bare.to_ascii_lowercase();
        let known = by_url.get(bare).or_else(|| by_url.get(lower.as_str())).copied();
        let known = known.or_else(|| lower.strip_prefix("urn:uuid:").and_then(|id| patients.get(id).copied()));
        match (known, patient.certainty) {
            (Some(other), _) if other.resource_type != "Patient" => return None,
            (None, Certainty::Possible) => return None,
            _ => {}
        }
        keys.push(lower);
        return Some(keys);
    }
    let id = bare.rsplit('/').next().unwrap_or(bare);
    if !bare.contains("://") {
        keys.push(format!("Patient/{id}"));
        return Some(keys);
    }
    keys.push(bare.to_owned());
    // Another server's address of the Patient that is included under no address of its own.
    let local = patients.get(id).is_some_and(|included| included.full_url.as_deref().is_none_or(|url| url.starts_with("urn:")));
    // Or the address to which a relative reference in the same package stands.
    let beside = received.full_url.as_deref().and_then(|url| url.rsplit_once('/')?.0.rsplit_once('/')).map(|(base, _)| base);
    if local || beside.is_some_and(|base| bare == format!("{base}/Patient/{id}")) {
        keys.push(format!("Patient/{id}"));
    }
    Some(keys)
}
