//! What a resource says, in the form that pages read: pure functions, one file for each family of resources.

mod alerts;
mod another;
mod assessments;
mod care;
mod devices;
mod documents;
mod immunisations;
mod medicines;
mod messages;
mod names;
mod numbers;
mod people;
mod problems;
mod procedures;
mod protection;
mod results;
mod sensitivity;
mod subject;
#[cfg(test)]
mod testing;
mod visits;
mod warnings;
mod wishes;

pub use another::OtherPeople;
pub(crate) use documents::composed;
pub use medicines::{prescribed, reasons};
pub use messages::is_told_whole;
pub use names::Names;
pub use people::{PatientFacts, contacts, home_postcode, patient, registered, told_apart};
pub(crate) use protection::is_said as is_child_protection_said;
pub use results::change;
pub(crate) use sensitivity::of_said as sensitivity_of_said;
pub use subject::{PackageSubject, SubjectError, subject, subject_of_package};
pub use warnings::warning;

use crate::Received;
use crate::types::{Annotation, CodeableConcept, Lenient, List, Meta, OneOrMany, Period, Reference, fhir};
use crate::words::{NEAR, all_words, joined};
use domain::When;
use domain::record::{Category, Code, Detail, EntryFacts, Release, Sensitivity};
use names::{Known, NamedJson};
use serde::de::DeserializeOwned;

/// The identifier system of NHS numbers.
pub const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";

/// Why a resource could not be read. Holds nothing of what the resource says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct MapError {
    /// The field, from the resource's type on: `Observation.valueQuantity.value`.
    pub path: String,
    /// What is wrong with it, in one sentence.
    pub reason: String,
}

/// What a resource says, for the types that are shown; `None` for any other type, which is kept all the same.
///
/// `names` are those of the package in which it came, so that what it refers to can be told by name; the facts say from
/// which of the others they take words.
///
/// # Errors
/// [`MapError`] when a field that is read holds something of another JSON type than FHIR gives it.
pub fn entry(received: &Received, names: &Names<'_>) -> Result<Option<EntryFacts>, MapError> {
    names.forget();
    let mut facts = match received.resource_type.as_str() {
        "Patient" => people::patient_entry(received, names)?,
        "Practitioner" => people::practitioner(received, names)?,
        "PractitionerRole" => people::practitioner_role(received, names)?,
        "Organization" => people::organisation(received, names)?,
        "Location" => people::location(received, names)?,
        "Encounter" => visits::encounter(received, names)?,
        "Appointment" => visits::appointment(received, names)?,
        "ServiceRequest" => visits::service_request(received, names)?,
        "Condition" => problems::condition(received, names)?,
        "AllergyIntolerance" => problems::allergy(received, names)?,
        "MedicationRequest" => medicines::request(received, names)?,
        "MedicationStatement" => medicines::statement(received, names)?,
        "Medication" => medicines::medication(received, names)?,
        "MedicationDispense" => medicines::dispense(received, names)?,
        "DetectedIssue" => warnings::issue(received, names)?,
        "Immunization" => immunisations::immunisation(received, names)?,
        "Observation" => results::observation(received, names)?,
        "DiagnosticReport" => results::report(received, names)?,
        "Media" => results::picture(received, names)?,
        "ImagingStudy" => results::scan(received, names)?,
        "DocumentReference" => documents::document(received, names)?,
        "Composition" => documents::composition(received, names)?,
        "Binary" => documents::binary(received, names)?,
        "Procedure" => procedures::procedure(received, names)?,
        "CarePlan" => care::plan(received, names)?,
        "CareTeam" => care::team(received, names)?,
        "Goal" => care::goal(received, names)?,
        "ClinicalImpression" => assessments::impression(received, names)?,
        "RiskAssessment" => assessments::risk(received, names)?,
        "Communication" => messages::message(received, names)?,
        "Consent" => match wishes::entry(received, names)? {
            Some(facts) => facts,
            None => return Ok(None),
        },
        "EpisodeOfCare" => care::episode(received, names)?,
        "DeviceUseStatement" => devices::device_use(received, names)?,
        "Device" => match devices::device(received, names)? {
            Some(facts) => facts,
            None => return Ok(None),
        },
        "Flag" => match alerts::flag(received, names)? {
            Some(facts) => facts,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    wishes::mark(&mut facts, received);
    facts.mentions = names.heard();
    if protection::is_told(&received.raw) || another::is_told_among(received, names) {
        facts.release = Release::Withheld;
    }
    facts.visit = visit(received, names);
    if facts.sensitivity == Sensitivity::General {
        facts.sensitivity = sensitivity::of(received);
    }
    Ok(Some(facts))
}

fhir! {
    /// What tells in a resource of any type in which visit it was done: a reference, several, or a context that holds several.
    InVisit {
        encounter: Lenient<OneOrMany<Reference>>,
        context: Lenient<VisitContext>,
    }
    VisitContext {
        encounter: Lenient<OneOrMany<Reference>>,
        reference: Option<String>,
    }
}

/// The id of the visit in which a resource was done; of a visit its own. What it says there takes no words from the visit.
fn visit(received: &Received, names: &Names<'_>) -> Option<String> {
    if received.resource_type == "Encounter" {
        return Some(received.id.clone());
    }
    if !received.raw.contains("\"encounter\"") && !received.raw.contains("\"context\"") {
        return None;
    }
    let json: InVisit = serde_json::from_str(&received.raw).ok()?;
    let first = |all: Lenient<OneOrMany<Reference>>| all.0.and_then(|all| all.0.into_iter().find_map(|one| one.reference));
    let within = json.context.0.and_then(|context| first(context.encounter).or(context.reference));
    let reference = first(json.encounter).or(within)?;
    names.id_of("Encounter", reference.trim())
}

fhir! {
    /// What tells in a resource of any type whether it may be shown.
    Marks {
        resource_type: Lenient<String>,
        meta: Option<Meta>,
        security_label: List<CodeableConcept>,
        confidentiality: Option<String>,
        status: Lenient<String>,
        doc_status: Lenient<String>,
        verification_status: Lenient<CodeableConcept>,
    }
}

/// Whether a resource's text must be kept from the person it is about, as far as its labels and its status tell whatever
/// its type: for what [`entry`] does not show or cannot read. One whose labels cannot be read is withheld.
#[must_use]
pub fn withheld(raw: &str) -> bool {
    if protection::is_told(raw) || alerts::is_untold(raw) || another::is_told(raw) {
        return true;
    }
    let Ok(marks) = serde_json::from_str::<Marks>(raw) else { return true };
    let mut draft = Draft::new(Category::Other, "", marks.meta.as_ref());
    for concept in marks.security_label.iter() {
        label(&Meta { security: concept.coding.clone(), ..Meta::default() }, &mut draft.facts);
    }
    if marks.confidentiality.as_deref() == Some("V") {
        draft.withhold();
    }
    let verified = marks.verification_status.0.as_ref().and_then(CodeableConcept::first_code);
    for status in [marks.status.0.as_deref(), marks.doc_status.0.as_deref(), verified] {
        draft.status(status);
    }
    if is_unfiled(marks.resource_type.0.as_deref().unwrap_or_default(), marks.status.0.as_deref(), raw)
        || marks.doc_status.0.as_deref() == Some("preliminary")
    {
        draft.withhold();
    }
    draft.facts.release == Release::Withheld
}

/// The same as [`withheld`], and also where a resource is about one of the other people of whom its source told.
#[must_use]
pub fn withheld_among(raw: &str, others: &OtherPeople) -> bool {
    withheld(raw) || another::is_told_of(raw, others)
}

/// Whether a resource is about one of the other people of whom its source told, by the addresses that it gives.
#[must_use]
pub fn about_another(raw: &str, others: &OtherPeople) -> bool {
    another::is_told_of(raw, others)
}

/// Whether the source takes a resource back, as entered in error, as far as its status tells whatever its type.
#[must_use]
pub fn taken_back(raw: &str) -> bool {
    let Ok(marks) = serde_json::from_str::<Marks>(raw) else { return false };
    let verified = marks.verification_status.0.as_ref().and_then(CodeableConcept::first_code);
    let said = [marks.status.0.as_deref(), marks.doc_status.0.as_deref(), verified];
    said.into_iter().flatten().any(|status| status.trim() == "entered-in-error")
}

/// Whether a resource of this type and status says what nobody has looked at yet, by what FHIR R4 means by the status: an interim
/// `Observation`; a report that is incomplete or not verified (`partial`; a `preliminary` report is verified), or one that is only
/// registered, where it says something; a report of any status with such an `Observation` inside it; a letter, document or form that
/// is not finished; what a clinician has not finished thinking; a risk that is not worked out to the end, or was called off; a message
/// that was not sent.
pub(super) fn is_unfiled(resource_type: &str, status: Option<&str>, raw: &str) -> bool {
    match (resource_type, status) {
        ("Observation" | "Composition", Some("preliminary")) | ("QuestionnaireResponse", Some("in-progress")) => true,
        ("ClinicalImpression" | "Communication", Some("preparation" | "in-progress" | "on-hold" | "not-done")) => true,
        ("RiskAssessment", Some("registered" | "preliminary" | "cancelled")) => true,
        ("Observation", Some("registered")) => says_something(raw),
        ("DiagnosticReport", Some("registered" | "partial")) => says_something(raw) || holds_interim(raw),
        ("DiagnosticReport", _) => holds_interim(raw),
        _ => false,
    }
}

/// Whether an interim `Observation` that says something stands inside a report.
fn holds_interim(raw: &str) -> bool {
    if !raw.contains("contained") {
        return false;
    }
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(raw) else { return true };
    let inside = fields.get("contained").and_then(serde_json::Value::as_array).into_iter().flatten();
    inside.filter_map(serde_json::Value::as_object).any(|one| {
        let text = |name: &str| one.get(name).and_then(serde_json::Value::as_str);
        let is_interim = matches!(text("status").map(str::trim), Some("preliminary" | "registered"));
        text("resourceType") == Some("Observation") && is_interim && says_any(one)
    })
}

/// The fields in which a result, a report or a document says what was found. Whom it is about, when and by whom is not among them.
pub(super) fn is_finding(name: &str) -> bool {
    name.starts_with("value")
        || matches!(
            name,
            "code"
                | "component"
                | "interpretation"
                | "dataAbsentReason"
                | "referenceRange"
                | "note"
                | "conclusion"
                | "conclusionCode"
                | "presentedForm"
                | "content"
                | "section"
                | "contained"
        )
}

/// Whether a result or a report has any content.
fn says_something(raw: &str) -> bool {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(raw) else { return true };
    says_any(&fields)
}

fn says_any(fields: &serde_json::Map<String, serde_json::Value>) -> bool {
    fields.iter().any(|(name, value)| {
        let content = name.starts_with("value")
            || matches!(
                name.as_str(),
                "component" | "hasMember" | "result" | "conclusion" | "conclusionCode" | "presentedForm" | "note"
            );
        content && !value.is_null() && !value.as_array().is_some_and(Vec::is_empty)
    })
}

/// Whether a resource may be one that is [`withheld`]: most hold none of these words and need not be read for it.
pub(super) fn may_be_withheld(raw: &str) -> bool {
    const SIGNS: &[&str] = &[
        "\"security",
        "\"tag\"",
        "\"confidentiality\"",
        "entered-in-error",
        "\"draft\"",
        "preliminary",
        "registered",
        "\"partial\"",
        "in-progress",
        "\"preparation\"",
        "\"on-hold\"",
        "\"not-done\"",
        "\"cancelled\"",
    ];
    SIGNS.iter().any(|sign| raw.contains(sign)) || protection::is_told(raw) || alerts::is_untold(raw)
}

/// Reads a resource once; where that fails, once more to find the field that is wrong.
fn parse<T: DeserializeOwned>(received: &Received) -> Result<T, MapError> {
    serde_json::from_str(&received.raw).map_err(|first| {
        let mut parser = serde_json::Deserializer::from_str(&received.raw);
        let (path, error) = match serde_path_to_error::deserialize::<_, T>(&mut parser) {
            Ok(_) => (String::new(), first),
            Err(error) => (error.path().to_string(), error.into_inner()),
        };
        let path = match path.as_str() {
            "" | "." => received.resource_type.clone(),
            field => format!("{}.{field}", received.resource_type),
        };
        MapError { path, reason: reason(&error) }
    })
}

/// What a parser's message says without the content that it quotes.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    if message.starts_with("duplicate field") {
        return "A field is given twice.".to_owned();
    }
    if !error.is_data() {
        return "It is not JSON that can be read.".to_owned();
    }
    let expected = message.rsplit_once("expected ").map_or("", |(_, rest)| rest.split(" at line ").next().unwrap_or(rest));
    match expected {
        "a string" | "string" => "Text was expected here.".to_owned(),
        "a sequence" => "A list was expected here.".to_owned(),
        "a boolean" => "True or false was expected here.".to_owned(),
        "a number" => "A number was expected here.".to_owned(),
        "" => "It is of another form than FHIR gives it.".to_owned(),
        other if other.starts_with("struct") || other.starts_with("a map") => "An object was expected here.".to_owned(),
        _ => "It is of another form than FHIR gives it.".to_owned(),
    }
}

/// What a resource may refer to: the package around it and the resources contained in it.
struct Around<'a> {
    names: &'a Names<'a>,
    contained: &'a [Lenient<NamedJson>],
}

/// The people and the organisation behind a list of references.
#[derive(Default)]
struct Behind {
    people: Vec<String>,
    place: Option<String>,
}

impl Behind {
    fn author(&self) -> Option<String> {
        joined(self.people.iter().cloned(), ", ")
    }
}

impl<'a> Around<'a> {
    fn new(names: &'a Names<'a>, contained: &'a [Lenient<NamedJson>]) -> Self {
        Self { names, contained }
    }

    fn known(&self, reference: &Reference) -> Option<Known<'a>> {
        self.names.known(reference)
    }

    /// The name of what is referred to.
    fn name(&self, reference: Option<&Reference>) -> Option<String> {
        self.names.name(reference?, self.contained)
    }

    /// The type and id of what is referred to; `None` where they are not known, and for what is contained in the same resource.
    fn key(&self, reference: &Reference) -> Option<(String, String)> {
        self.names.key(reference)
    }

    /// Whether what is referred to may be told of; the owner may be told of everything.
    fn may_tell(&self, reference: &Reference) -> bool {
        self.names.may_tell(reference)
    }

    /// The code of what is referred to.
    fn code(&self, reference: Option<&Reference>) -> Option<Code> {
        self.names.code(reference?, self.contained)
    }

    fn all_names<'r>(&self, references: impl IntoIterator<Item = &'r Reference>) -> Option<String> {
        joined(references.into_iter().filter_map(|reference| self.name(Some(reference))), ", ")
    }

    /// Sorts references into people and organisations; a person's role also tells the organisation.
    fn behind<'r>(&self, references: impl IntoIterator<Item = &'r Reference>) -> Behind {
        let mut behind = Behind::default();
        for reference in references {
            let known = self.known(reference);
            let kind = known.map(|known| known.kind.to_owned()).or_else(|| names::kind_of(reference, self.contained));
            let name = self.name(Some(reference));
            match kind.as_deref() {
                Some("Organization" | "Location" | "HealthcareService") => {
                    if behind.place.is_none() {
                        behind.place = name;
                    }
                }
                _ => {
                    behind.people.extend(name);
                    if behind.place.is_none() {
                        behind.place = known.and_then(|known| self.name(known.organisation));
                    }
                }
            }
        }
        behind
    }

    /// The organisation or place of the visit in which something happened.
    fn place_of_visit(&self, encounter: Option<&Reference>) -> Option<String> {
        let known = self.known(encounter?)?;
        self.name(known.organisation).or_else(|| self.name(known.location))
    }
}

/// An entry that is being filled in.
struct Draft {
    facts: EntryFacts,
}

impl Draft {
    fn new(category: Category, kind: &str, meta: Option<&Meta>) -> Self {
        let mut facts = EntryFacts {
            category,
            kind: kind.to_owned(),
            title: String::new(),
            code: None,
            status: None,
            happened: None,
            ended: None,
            recorded: None,
            value: None,
            author: None,
            place: None,
            details: Vec::new(),
            none_known: false,
            sensitivity: Sensitivity::General,
            release: Release::Released,
            mentions: Vec::new(),
            placed_by_others: false,
            result: None,
            ordered: None,
            visit: None,
            refers_to: Vec::new(),
        };
        if let Some(meta) = meta {
            label(meta, &mut facts);
        }
        Self { facts }
    }

    /// Title and code from a concept.
    fn about(&mut self, concept: Option<&CodeableConcept>) {
        if let Some(concept) = concept {
            self.facts.title = concept.words().unwrap_or_default();
            self.facts.code = concept.code();
            self.facts.none_known = self.facts.none_known || none_known(concept, self.facts.category);
        }
    }

    fn title_or(&mut self, title: impl FnOnce() -> Option<String>) {
        if self.facts.title.is_empty() {
            self.facts.title = title().unwrap_or_default();
        }
    }

    fn status(&mut self, status: Option<&str>) {
        let status = status.map(str::trim).filter(|status| !status.is_empty());
        if matches!(status, Some("entered-in-error" | "draft")) {
            self.withhold();
        }
        self.facts.status = status.map(ToOwned::to_owned);
    }

    fn withhold(&mut self) {
        self.facts.release = Release::Withheld;
    }

    fn add(&mut self, label: &str, value: Option<String>) {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            let detail = Detail { label: label.to_owned(), value };
            if !self.facts.details.iter().rev().take(NEAR).any(|known| *known == detail) {
                self.facts.details.push(detail);
            }
        }
    }

    /// The words of concepts, all in one detail.
    fn add_concepts<'a>(&mut self, label: &str, concepts: impl IntoIterator<Item = &'a CodeableConcept>) {
        self.add(label, all_words(concepts));
    }

    /// A date; what is none is kept as a detail, in the words in which it was recorded.
    fn when(&mut self, text: Option<&str>) -> Option<When> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let when = When::parse(text).ok();
        if when.is_none() {
            self.add("Date as recorded", Some(text.to_owned()));
        }
        when
    }

    fn happened(&mut self, text: Option<&String>) {
        if self.facts.happened.is_none() {
            self.facts.happened = self.when(text.map(String::as_str));
        }
    }

    fn ended(&mut self, text: Option<&String>) {
        if self.facts.ended.is_none() {
            self.facts.ended = self.when(text.map(String::as_str));
        }
    }

    fn recorded(&mut self, text: Option<&String>) {
        if self.facts.recorded.is_none() {
            self.facts.recorded = self.when(text.map(String::as_str));
        }
    }

    fn during(&mut self, period: Option<&Period>) {
        if let Some(period) = period {
            self.happened(period.start.as_ref());
            self.ended(period.end.as_ref());
        }
    }

    fn by(&mut self, behind: Behind) {
        if self.facts.author.is_none() {
            self.facts.author = behind.author();
        }
        if self.facts.place.is_none() {
            self.facts.place = behind.place;
        }
    }

    fn place_or(&mut self, place: impl FnOnce() -> Option<String>) {
        if self.facts.place.is_none() {
            self.facts.place = place();
        }
    }

    fn notes(&mut self, notes: &[Annotation], around: &Around<'_>) {
        let notes = notes.iter().filter_map(|note| note.words(around.name(note.author_reference.as_ref())));
        self.add(domain::result::next::NOTES, joined(notes, "\n"));
    }

    fn done(mut self) -> EntryFacts {
        if self.facts.title.trim().is_empty() {
            self.facts.title = self.facts.kind.clone();
        }
        self.facts
    }
}

/// Sensitivity and release from the labels that the source put on a resource (HL7 v3 ActCode, Confidentiality,
/// ObservationValue).
fn label(meta: &Meta, facts: &mut EntryFacts) {
    for coding in meta.security.iter().chain(meta.tag.iter()) {
        let Some(code) = coding.code.as_deref() else { continue };
        let confidentiality = coding.system.as_deref().is_none_or(|system| system.ends_with("Confidentiality"));
        match code.to_ascii_uppercase().replace('_', "-").as_str() {
            "REDACTED" | "NOPAT" | "CP-IS" | "CPIS" | "THIRDPARTY" | "THIRD-PARTY" | "UNFILED" | "UNREVIEWED" => {
                facts.release = Release::Withheld;
            }
            "V" if confidentiality => facts.release = Release::Withheld,
            "PSY" | "PSYTHPN" | "MH" | "BH" => facts.sensitivity = Sensitivity::Mental,
            "SEX" | "HIV" | "SDV" | "STD" => facts.sensitivity = Sensitivity::Sexual,
            "SOC" | "SOCIAL" => facts.sensitivity = Sensitivity::Social,
            _ => {}
        }
    }
}

/// Whether a concept says that there is none, which is not the same as no information.
fn none_known(concept: &CodeableConcept, category: Category) -> bool {
    const SNOMED_NONE: &[&str] =
        &["716186003", "160244002", "409137002", "1003774007", "428607008", "429625007", "160245001", "787481004"];
    const ABSENT_NONE: &[&str] = &[
        "no-known-allergies",
        "no-known-medication-allergies",
        "no-known-environmental-allergies",
        "no-known-food-allergies",
        "no-known-problems",
        "no-known-medications",
        "no-known-immunizations",
        "no-known-procedures",
    ];
    if concept.has(ABSENT_NONE) || concept.has(SNOMED_NONE) {
        return true;
    }
    let subjects: &[&str] = match category {
        Category::Allergy => &["allerg", "intoleran", "sensitivit", "adverse"],
        Category::Problem => &["problem", "condition", "diagnos", "disease"],
        Category::Medicine => &["medic", "drug", "treatment"],
        Category::Immunisation => &["immuni", "vaccin"],
        Category::Procedure => &["procedure", "operation", "surger"],
        _ => return false,
    };
    concept.words().is_some_and(|words| {
        let words = words.to_lowercase();
        let about = ["no known ", "no current ", "nil known "].iter().find_map(|start| words.strip_prefix(start));
        about.is_some_and(|rest| {
            !rest.contains("history") && rest.len() < 60 && subjects.iter().any(|subject| rest.contains(subject))
        })
    })
}
