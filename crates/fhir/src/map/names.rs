//! By what names to tell the things that resources refer to.

use crate::address::Addresses;
use crate::types::{
    CodeableConcept, Coding, HumanName, Identifier, Lenient, List, NameField, OneOrMany, Reference, WordsField, fhir,
};
use crate::{Package, Received};
use domain::record::Code;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The types that only say who, where and with what. Where one of them is not held, the words that a reference to it brings
/// along are the words of whoever refers to it.
const DIRECTORY: &[&str] = &[
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "Location",
    "HealthcareService",
    "Patient",
    "Device",
    "Specimen",
    "Substance",
];

/// The names of what a package holds, read when first asked for and kept.
pub struct Names<'p> {
    resources: &'p [Received],
    /// Where each stands.
    index: Addresses<'p, usize>,
    named: Vec<OnceLock<Option<Named>>>,
    identifiers: OnceLock<HashMap<(String, String), usize>>,
    fulfilled: OnceLock<HashSet<usize>>,
    /// Which of the resources nobody is told of, the owner neither.
    withheld: HashSet<usize>,
    /// For somebody else than the owner: which of the resources may not be told of.
    closed: Option<HashSet<usize>>,
    /// What was asked for since it was last forgotten.
    heard: Mutex<Heard>,
}

/// What a mapping asked for: what is held, and by its wording what is not.
#[derive(Default)]
struct Heard {
    held: Vec<usize>,
    missing: Vec<String>,
}

/// A resource as others name it.
#[derive(Debug)]
pub(super) struct Named {
    kind: String,
    title: Option<String>,
    code: Option<Code>,
    person: Option<Reference>,
    organisation: Option<Reference>,
    location: Option<Reference>,
    identifiers: Vec<Identifier>,
}

/// What is known of something referred to.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) kind: &'a str,
    pub(super) title: Option<&'a str>,
    /// A role's or a visit's organisation.
    pub(super) organisation: Option<&'a Reference>,
    /// A visit's place.
    pub(super) location: Option<&'a Reference>,
    person: Option<&'a Reference>,
}

fhir! {
    /// The fields by which one or other type of resource is named. Those of a form that is not known count as missing.
    NamedJson {
        resource_type: Option<String>,
        id: Option<String>,
        identifier: Lenient<OneOrMany<Identifier>>,
        name: Lenient<NameField>,
        title: Lenient<String>,
        description: Lenient<WordsField>,
        code: Lenient<OneOrMany<CodeableConcept>>,
        vaccine_code: Lenient<CodeableConcept>,
        medication_codeable_concept: Lenient<CodeableConcept>,
        device_name: Lenient<List<DeviceName>>,
        content_type: Lenient<String>,
        #[serde(rename = "type")]
        kind: Lenient<OneOrMany<CodeableConcept>>,
        category: Lenient<OneOrMany<CodeableConcept>>,
        class: Lenient<Coding>,
        practitioner: Lenient<Reference>,
        organization: Lenient<Reference>,
        managing_organization: Lenient<Reference>,
        service_provider: Lenient<Reference>,
        location: Lenient<List<LocationField>>,
    }
    DeviceName { name: Option<String>, }
    /// `Encounter.location` (with a reference in it), `PractitionerRole.location` (a reference).
    LocationField {
        location: Option<Reference>,
        reference: Option<String>,
        display: Option<String>,
    }
    BasedOn { based_on: Lenient<List<Reference>>, }
}

impl Named {
    fn read(received: &Received) -> Option<Self> {
        let json: NamedJson = serde_json::from_str(&received.raw).ok()?;
        Some(Self::of(&json))
    }

    fn of(json: &NamedJson) -> Self {
        let kind = json.resource_type.clone().unwrap_or_default();
        let first = |concepts: &Lenient<OneOrMany<CodeableConcept>>| {
            concepts.0.as_ref().and_then(|all| all.0.iter().find_map(CodeableConcept::words))
        };
        let name = match &json.name.0 {
            Some(NameField::Text(text)) => crate::words::plain(text),
            Some(NameField::Human(names)) => HumanName::best(names).and_then(HumanName::words),
            None => None,
        };
        let title =
            name.or_else(|| json.device_name.0.as_ref().and_then(|names| names.iter().find_map(|name| name.name.clone())))
                .or_else(|| json.title.0.as_deref().and_then(crate::words::plain))
                .or_else(|| if kind == "PractitionerRole" { None } else { first(&json.code) })
                .or_else(|| json.vaccine_code.0.as_ref().and_then(CodeableConcept::words))
                .or_else(|| json.medication_codeable_concept.0.as_ref().and_then(CodeableConcept::words))
                .or_else(|| json.description.0.as_ref().and_then(|words| words.0.words()))
                .or_else(|| match kind.as_str() {
                    "Encounter" => first(&json.kind)
                        .or_else(|| json.class.0.as_ref().map(|class| super::visits::class_words(class).to_owned())),
                    "Practitioner" | "Organization" | "Patient" | "Location" | "PractitionerRole" => None,
                    _ => first(&json.kind).or_else(|| first(&json.category)),
                });
        let location = json.location.0.as_ref().and_then(|all| all.first()).map(|place| {
            place.location.clone().unwrap_or_else(|| Reference {
                reference: place.reference.clone(),
                display: place.display.clone(),
                ..Reference::default()
            })
        });
        Self {
            title: title.or_else(|| if kind == "PractitionerRole" { first(&json.code) } else { None }),
            code: json.code.0.as_ref().and_then(|all| all.0.iter().find_map(CodeableConcept::code)),
            person: json.practitioner.0.clone(),
            organisation: [&json.organization, &json.service_provider, &json.managing_organization]
                .into_iter()
                .find_map(|one| one.0.clone()),
            location,
            identifiers: json.identifier.0.as_ref().map(|all| all.0.clone()).unwrap_or_default(),
            kind,
        }
    }

    fn known(&self) -> Known<'_> {
        Known {
            kind: &self.kind,
            title: self.title.as_deref(),
            organisation: self.organisation.as_ref(),
            location: self.location.as_ref(),
            person: self.person.as_ref(),
        }
    }
}

/// The contained resource that has this id, among the first thousand.
fn held<'a>(contained: &'a [Lenient<NamedJson>], id: &str) -> Option<&'a NamedJson> {
    contained.iter().take(1000).filter_map(|one| one.0.as_ref()).find(|one| one.id.as_deref() == Some(id))
}

/// The type that a reference's wording tells, or the resource contained in the same one to which it points.
pub(super) fn kind_of(reference: &Reference, contained: &[Lenient<NamedJson>]) -> Option<String> {
    if let Some(id) = reference.reference.as_deref().and_then(|text| text.strip_prefix('#')) {
        return held(contained, id).and_then(|one| one.resource_type.clone());
    }
    if let Some(kind) = &reference.kind {
        return kind.rsplit('/').next().map(ToOwned::to_owned);
    }
    let text = reference.reference.as_deref()?;
    if let Some((kind, _)) = text.split_once('?') {
        return kind.rsplit('/').next().map(ToOwned::to_owned);
    }
    let kind = text.split("/_history/").next()?.rsplit('/').nth(1)?;
    kind.starts_with(|first: char| first.is_ascii_uppercase()).then(|| kind.to_owned())
}

/// `Type/id` of a reference as it is worded; an address of another form as it is, if it can be kept.
pub(super) fn wording(reference: &str) -> Option<String> {
    let bare = reference.split("/_history/").next().unwrap_or(reference);
    if bare.len() > 256 || bare.contains(char::is_control) {
        return None;
    }
    let mut parts = bare.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some(id), Some(kind)) if kind.starts_with(|first: char| first.is_ascii_uppercase()) => Some(format!("{kind}/{id}")),
        _ => Some(bare.to_owned()),
    }
}

impl<'p> Names<'p> {
    /// The names of what a package holds.
    #[must_use]
    pub fn of(package: &'p Package) -> Self {
        Self::among(&package.resources)
    }

    /// The names of what some resources hold, as when stored ones are read again.
    #[must_use]
    pub fn among(resources: &'p [Received]) -> Self {
        let mut index = Addresses::with_capacity(resources.len());
        for (at, received) in resources.iter().enumerate() {
            index.add((received.resource_type.as_str(), received.id.as_str()), received.full_url.as_deref(), at);
        }
        let named = resources.iter().map(|_| OnceLock::new()).collect();
        let mut names = Self {
            resources,
            index,
            named,
            identifiers: OnceLock::new(),
            fulfilled: OnceLock::new(),
            withheld: HashSet::new(),
            closed: None,
            heard: Mutex::default(),
        };
        let is_withheld = |received: &Received| {
            (super::may_be_withheld(&received.raw) && super::withheld(&received.raw))
                || super::another::is_told_among(received, &names)
        };
        let withheld = resources.iter().enumerate().filter(|(_, received)| is_withheld(received)).map(|(at, _)| at).collect();
        names.withheld = withheld;
        names
    }

    /// The names for the owner: of what some resources hold, without those that they are not shown. What an entry takes from one of
    /// those is left out as if nothing referred to it.
    #[must_use]
    pub fn shown_among(resources: &'p [Received], shown: impl Fn(&Received) -> bool) -> Self {
        let mut names = Self::among(resources);
        names.withheld.extend(resources.iter().enumerate().filter(|(_, received)| !shown(received)).map(|(at, _)| at));
        names
    }

    /// The names for somebody else than the owner: of what some resources hold, without those that `open` does not let them
    /// be told of. What an entry takes from one of those, or from one that is not there, is left out as if nothing
    /// referred to it; the same whether it is hidden or was never there.
    #[must_use]
    pub fn open_among(resources: &'p [Received], open: impl Fn(&Received) -> bool) -> Self {
        let closed = resources.iter().enumerate().filter(|(_, received)| !open(received)).map(|(at, _)| at).collect();
        Self { closed: Some(closed), ..Self::among(resources) }
    }

    /// Begins to note anew what is asked for.
    pub(super) fn forget(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Heard::default();
    }

    /// What was asked for, each once: `Condition/c1`, or an address as it was written where no more is known of it.
    pub(super) fn heard(&self) -> Vec<String> {
        let heard = std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner));
        let held = heard.held.iter().filter_map(|at| self.resources.get(*at));
        let mut all: Vec<String> = held.map(|one| format!("{}/{}", one.resource_type, one.id)).chain(heard.missing).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Notes that this was asked for, and gives its place if it is held.
    fn hear(&self, reference: &str) -> Option<usize> {
        let at = self.find(reference);
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        match at {
            Some(at) => heard.held.push(at),
            None => heard.missing.extend(wording(reference)),
        }
        at
    }

    /// The type and id of what is referred to: as it is held, else as the reference is worded. Nothing is noted as asked for,
    /// because nothing is told of it.
    pub(super) fn key(&self, reference: &Reference) -> Option<(String, String)> {
        let text = reference.reference.as_deref().map(str::trim).filter(|text| !text.is_empty() && !text.starts_with('#'))?;
        if let Some(held) = self.find(text).and_then(|at| self.resources.get(at)) {
            return Some((held.resource_type.clone(), held.id.clone()));
        }
        let (kind, id) = wording(text)?.split_once('/').map(|(kind, id)| (kind.to_owned(), id.to_owned()))?;
        (kind.starts_with(|first: char| first.is_ascii_uppercase()) && !id.is_empty() && id.len() <= 64).then_some((kind, id))
    }

    fn is_closed(&self, at: usize) -> bool {
        self.withheld.contains(&at) || self.closed.as_ref().is_some_and(|closed| closed.contains(&at))
    }

    /// Where what is referred to is held.
    fn place_of(&self, reference: &Reference) -> Option<usize> {
        let text = reference.reference.as_deref().map(str::trim).unwrap_or_default();
        if text.starts_with('#') {
            return None;
        }
        let by_identifier = |system: &str, value: &str| {
            let at = self.find_by_identifier(system, value)?;
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).held.push(at);
            Some(at)
        };
        match text.split_once("?identifier=") {
            Some((_, token)) => {
                let token = token.split('&').next().unwrap_or(token).replace("%7C", "|");
                let (system, value) = token.split_once('|')?;
                by_identifier(system, value)
            }
            None if text.is_empty() => {
                let identifier = reference.identifier.as_ref()?;
                by_identifier(identifier.system.as_deref()?, identifier.value.as_deref()?)
            }
            None => self.hear(text),
        }
    }

    /// Whether what is referred to may be told of, and with it the words that the reference brings along: never of what is
    /// withheld; to the owner otherwise always; to others where it is held and open, where it is part of the same resource, and where it only says who
    /// or where and is not held.
    pub(super) fn may_tell(&self, reference: &Reference) -> bool {
        let at = self.place_of(reference);
        if at.is_some_and(|at| self.withheld.contains(&at)) {
            return false;
        }
        let Some(closed) = &self.closed else { return true };
        if let Some(at) = at {
            return !closed.contains(&at);
        }
        let text = reference.reference.as_deref().map(str::trim).unwrap_or_default();
        match kind_of(reference, &[]) {
            _ if text.starts_with('#') => true,
            Some(kind) => DIRECTORY.contains(&kind.as_str()),
            None => text.is_empty(),
        }
    }

    fn named(&self, at: usize) -> Option<&Named> {
        self.named.get(at)?.get_or_init(|| self.resources.get(at).and_then(Named::read)).as_ref()
    }

    fn find(&self, reference: &str) -> Option<usize> {
        self.index.find(reference)
    }

    /// The type of the resource that is held and to which something refers; nothing is noted, for no words are taken from it.
    pub(super) fn kind_held(&self, reference: &str) -> Option<&str> {
        let held = self.find(reference).and_then(|at| self.resources.get(at))?;
        Some(held.resource_type.as_str())
    }

    /// The id of the resource of this type to which something refers, held or not; nothing is noted, for no words are taken from it.
    pub(super) fn id_of(&self, kind: &str, reference: &str) -> Option<String> {
        if let Some(held) = self.find(reference).and_then(|at| self.resources.get(at)) {
            return (held.resource_type == kind).then(|| held.id.clone());
        }
        let wording = wording(reference)?;
        let id = wording.strip_prefix(kind)?.strip_prefix('/')?;
        Some(id.to_owned())
    }

    /// The resource behind an address, such as the Binary that holds the content of a document.
    pub(crate) fn received(&self, address: &str) -> Option<&Received> {
        self.resources.get(self.hear(address).filter(|at| !self.is_closed(*at))?)
    }

    /// Whether that resource is held and must not be told of.
    pub(crate) fn hides(&self, address: &str) -> bool {
        self.find(address).is_some_and(|at| self.is_closed(at))
    }

    /// By the identifiers of the people, organisations and places that the package holds.
    fn find_by_identifier(&self, system: &str, value: &str) -> Option<usize> {
        let known = self.identifiers.get_or_init(|| {
            let mut known = HashMap::new();
            for (at, received) in self.resources.iter().enumerate() {
                if !matches!(
                    received.resource_type.as_str(),
                    "Practitioner" | "Organization" | "Location" | "PractitionerRole" | "HealthcareService"
                ) {
                    continue;
                }
                for identifier in self.named(at).map(|named| named.identifiers.as_slice()).unwrap_or_default() {
                    if let (Some(system), Some(value)) = (&identifier.system, &identifier.value) {
                        known.entry((system.clone(), value.clone())).or_insert(at);
                    }
                }
            }
            known
        });
        known.get(&(system.to_owned(), value.to_owned())).copied()
    }

    /// What is referred to, if the package holds it and it may be told of.
    pub(super) fn known(&self, reference: &Reference) -> Option<Known<'_>> {
        let at = self.place_of(reference).filter(|at| !self.is_closed(*at))?;
        self.named(at).map(Named::known)
    }

    /// The name of what is referred to: as the package has it, else as the reference itself tells it.
    pub(super) fn name(&self, reference: &Reference, contained: &[Lenient<NamedJson>]) -> Option<String> {
        self.name_within(reference, contained, 3)
    }

    /// The code of what is referred to, as that of a medicine.
    pub(super) fn code(&self, reference: &Reference, contained: &[Lenient<NamedJson>]) -> Option<Code> {
        let text = reference.reference.as_deref()?.trim();
        match text.strip_prefix('#') {
            Some(id) => Named::of(held(contained, id)?).code,
            None => self.named(self.hear(text).filter(|at| !self.is_closed(*at))?)?.code.clone(),
        }
    }

    fn name_within(&self, reference: &Reference, contained: &[Lenient<NamedJson>], steps: usize) -> Option<String> {
        let steps = steps.checked_sub(1)?;
        let local = reference.reference.as_deref().and_then(|text| text.strip_prefix('#'));
        let from = |known: Known<'_>| {
            let person = known.person.and_then(|person| self.name_within(person, contained, steps));
            person.or_else(|| known.title.map(ToOwned::to_owned)).or_else(|| {
                known
                    .organisation
                    .filter(|_| known.kind == "PractitionerRole")
                    .and_then(|one| self.name_within(one, contained, steps))
            })
        };
        let found = match local {
            Some(id) => held(contained, id).map(Named::of).and_then(|named| from(named.known())),
            None => self.known(reference).and_then(from),
        };
        if found.is_none() && !self.may_tell(reference) {
            return None;
        }
        found.or_else(|| reference.display.as_deref().and_then(crate::words::plain)).or_else(|| {
            let identifier = reference.identifier.as_ref()?;
            let code = identifier.value.as_deref().and_then(crate::words::plain)?;
            (identifier.system.as_deref() == Some("https://fhir.nhs.uk/Id/ods-organization-code"))
                .then(|| format!("Organisation {code}"))
        })
    }

    /// Whether a result in the package says that it was ordered by this resource.
    pub(super) fn has_result(&self, received: &Received) -> bool {
        let fulfilled = self.fulfilled.get_or_init(|| {
            self.resources
                .iter()
                .filter(|one| {
                    matches!(one.resource_type.as_str(), "DiagnosticReport" | "Observation" | "ImagingStudy")
                        && one.raw.contains("\"basedOn\"")
                })
                .filter_map(|one| serde_json::from_str::<BasedOn>(&one.raw).ok()?.based_on.0)
                .flat_map(|all| all.iter().filter_map(|order| self.find(order.reference.as_deref()?)).collect::<Vec<_>>())
                .collect()
        });
        self.find(&format!("{}/{}", received.resource_type, received.id)).is_some_and(|at| fulfilled.contains(&at))
    }
}
