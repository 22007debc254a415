//! `MedicationRequest`, `MedicationStatement`, `MedicationDispense`, Medication.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{
    Annotation, CodeableConcept, Decimal, Dosage, Extension, Identifier, Lenient, List, Meta, Period, Quantity, Ratio, Reference,
    fhir,
};
use crate::words::{all_words, code_words, day, joined};
use chrono::NaiveDate;
use domain::When;
use domain::medicine::{Course, Prescribed, Setting};
use domain::record::{Category, Code, Detail, EntryFacts};
use domain::when::{day_in_words, london_day};

fhir! {
    RequestJson {
        identifier: List<Lenient<Identifier>>,
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        extension: List<Lenient<Extension>>,
        status: Option<String>,
        status_reason: Option<CodeableConcept>,
        intent: Option<String>,
        category: List<CodeableConcept>,
        priority: Option<String>,
        do_not_perform: Option<bool>,
        reported_boolean: Option<bool>,
        reported_reference: Option<Reference>,
        medication_codeable_concept: Option<CodeableConcept>,
        medication_reference: Option<Reference>,
        encounter: Option<Reference>,
        authored_on: Option<String>,
        requester: Option<Reference>,
        recorder: Option<Reference>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        course_of_therapy_type: Option<CodeableConcept>,
        prior_prescription: Lenient<Reference>,
        note: List<Annotation>,
        dosage_instruction: List<Dosage>,
        dispense_request: Option<DispenseRequest>,
    }
    DispenseRequest {
        validity_period: Option<Period>,
        number_of_repeats_allowed: Option<Decimal>,
        quantity: Option<Quantity>,
        expected_supply_duration: Option<Quantity>,
        performer: Option<Reference>,
    }
    StatementJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        status_reason: List<CodeableConcept>,
        category: Option<CodeableConcept>,
        medication_codeable_concept: Option<CodeableConcept>,
        medication_reference: Option<Reference>,
        context: Option<Reference>,
        effective_date_time: Option<String>,
        effective_period: Option<Period>,
        date_asserted: Option<String>,
        information_source: Option<Reference>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        note: List<Annotation>,
        dosage: List<Dosage>,
    }
    MedicationJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        code: Option<CodeableConcept>,
        status: Option<String>,
        manufacturer: Option<Reference>,
        form: Option<CodeableConcept>,
        amount: Option<Ratio>,
        ingredient: List<Ingredient>,
        batch: Option<Batch>,
    }
    Ingredient {
        item_codeable_concept: Option<CodeableConcept>,
        item_reference: Option<Reference>,
        strength: Option<Ratio>,
    }
    Batch {
        lot_number: Option<String>,
        expiration_date: Option<String>,
    }
}

fhir! {
    DispenseJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        status_reason_codeable_concept: Option<CodeableConcept>,
        medication_codeable_concept: Option<CodeableConcept>,
        medication_reference: Option<Reference>,
        context: Option<Reference>,
        performer: List<DispensePerformer>,
        location: Option<Reference>,
        #[serde(rename = "type")]
        kind: Option<CodeableConcept>,
        quantity: Option<Quantity>,
        days_supply: Option<Quantity>,
        when_prepared: Option<String>,
        when_handed_over: Option<String>,
        note: List<Annotation>,
        dosage_instruction: List<Dosage>,
        substitution: Option<Substitution>,
    }
    DispensePerformer { actor: Option<Reference>, }
    Substitution {
        was_substituted: Option<bool>,
        #[serde(rename = "type")]
        kind: Option<CodeableConcept>,
        reason: List<CodeableConcept>,
    }
}

fn doses(draft: &mut Draft, dosages: &[Dosage]) {
    for dosage in dosages {
        draft.add("Dose", dosage.words());
        draft.add_concepts("How to take it", dosage.route.iter().chain(dosage.method.iter()).collect::<Vec<_>>());
        draft.add_concepts("Where on the body", dosage.site.iter());
    }
}

/// Under which label the reasons stand among an entry's details.
const REASON: &str = "Reason";

/// What a medicine is for, of the details of its entry: as its source wrote it, or by the name of the condition or the finding
/// to which the source points.
#[must_use]
pub fn reasons(details: &[Detail]) -> Vec<String> {
    details.iter().filter(|detail| detail.label == REASON).map(|detail| detail.value.clone()).collect()
}

/// What a request says that asks for the opposite.
const NOT_TO_BE_TAKEN: &str = "This says that the medicine should not be taken";

/// What the UK Core extension about repeats says.
enum About<'a> {
    Allowed(&'a Decimal),
    Issued(&'a Decimal),
    ReviewOn(&'a str),
}

fn repeat_information(json: &RequestJson) -> impl Iterator<Item = About<'_>> {
    let repeats = json.extension.iter().filter_map(|one| one.0.as_ref()).filter(|one| {
        one.url
            .as_deref()
            .is_some_and(|url| url.ends_with("MedicationRepeatInformation") || url.ends_with("MedicationRepeatInformation-1"))
    });
    repeats.flat_map(|one| one.extension.iter()).filter_map(|part| {
        let number = part.value_unsigned_int.as_ref().or(part.value_positive_int.as_ref()).or(part.value_integer.as_ref());
        match part.url.as_deref()? {
            "numberOfRepeatPrescriptionsAllowed" | "numberOfPrescriptionsAllowed" | "numberOfRepeatsAllowed" => {
                number.map(About::Allowed)
            }
            "numberOfRepeatPrescriptionsIssued" | "numberOfPrescriptionsIssued" | "numberOfRepeatsIssued" => {
                number.map(About::Issued)
            }
            "authorisationExpiryDate" | "AuthorisationExpiryDate" | "reviewDate" => {
                part.value_date_time.as_deref().map(About::ReviewOn)
            }
            _ => None,
        }
    })
}

/// Why and since when the status is what it is, as GP systems write it (`Extension-CareConnect-GPC-MedicationStatusReason-1`).
fn status_reason(json: &RequestJson) -> (Option<String>, Option<NaiveDate>) {
    let is_it = |one: &&Extension| one.url.as_deref().is_some_and(|url| url.contains("MedicationStatusReason"));
    let parts = json.extension.iter().filter_map(|one| one.0.as_ref()).filter(is_it).flat_map(|one| one.extension.iter());
    parts.fold((None, None), |(why, since), part| match part.url.as_deref() {
        Some("statusReason") => {
            (why.or_else(|| part.value_codeable_concept.as_ref()?.words()).or_else(|| part.value_string.clone()), since)
        }
        Some("statusChangeDate") => (why, since.or_else(|| to_the_day(part.value_date_time.as_deref()?))),
        _ => (why, since),
    })
}

/// A day as a source gives it: none for what is not known to the day.
fn to_the_day(text: &str) -> Option<NaiveDate> {
    match When::parse(text).ok()? {
        When::Day(day) => Some(day),
        When::Instant(at) => Some(london_day(at.to_utc())),
        When::Month(..) | When::Year(_) => None,
    }
}

fn codes(concept: Option<&CodeableConcept>) -> Vec<Code> {
    let codings = concept.iter().flat_map(|concept| concept.coding.iter());
    codings
        .filter_map(|one| {
            Some(Code {
                system: one.system.clone()?,
                code: one.code.clone().filter(|code| !code.is_empty())?,
                display: one.display.clone(),
            })
        })
        .collect()
}

/// For how many days a supply lasts, where the source says so in days or weeks (UCUM `d`, `wk`; a month is not a number of
/// days, so it is left out).
fn days(supply: &Quantity) -> Option<u16> {
    let number: u16 = supply.value.as_ref()?.as_str().parse().ok()?;
    match supply.code.as_deref().or(supply.unit.as_deref())? {
        "d" | "day" | "days" => Some(number),
        "wk" | "week" | "weeks" => number.checked_mul(7),
        _ => None,
    }
}

/// Where it was said, where a category says that a hospital or a clinic did (FHIR R4 `medicationrequest-category`).
fn setting<'a>(categories: impl Iterator<Item = &'a CodeableConcept> + Clone) -> Option<Setting> {
    let has = |code: &str| categories.clone().any(|one| one.has(&[code]));
    match () {
        () if has("discharge") => Some(Setting::Discharge),
        () if has("outpatient") => Some(Setting::Clinic),
        () if has("inpatient") => Some(Setting::Ward),
        () => None,
    }
}

/// What was written to it, with by whom and when as far as it says so itself.
fn notes(notes: &[Annotation]) -> Vec<String> {
    notes.iter().filter_map(|note| note.words(None)).collect()
}

/// What a MedicationRequest or MedicationStatement says of a medicine, for the list of medicines and for ordering it again;
/// `None` for another type, and for one that cannot be read.
#[must_use]
pub fn prescribed(received: &Received) -> Option<Prescribed> {
    let said = match received.resource_type.as_str() {
        "MedicationRequest" => parse(received).ok().map(|json| of_request(&json, &received.id)),
        "MedicationStatement" => parse(received).ok().map(|json| of_statement(&json)),
        _ => None,
    };
    said.map(|said| Prescribed { changed_on: received.last_updated.map(london_day), ..said })
}

fn of_request(json: &RequestJson, id: &str) -> Prescribed {
    let setting = setting(json.category.iter());
    let course = match json.course_of_therapy_type.as_ref().and_then(CodeableConcept::first_code) {
        _ if setting.is_some() => Course::Hospital,
        _ if json.reported_boolean == Some(true) => Course::OverTheCounter,
        Some("continuous-repeat-dispensing") => Course::RepeatDispensing,
        Some("continuous") => Course::Repeat,
        Some("acute" | "seasonal") => Course::Acute,
        _ => Course::Unknown,
    };
    let (mut allowed, mut issued, mut review_on) = (None, None, None);
    for part in repeat_information(json) {
        match part {
            About::Allowed(number) => allowed = number.as_str().parse::<u32>().ok(),
            About::Issued(number) => issued = number.as_str().parse::<u32>().ok(),
            About::ReviewOn(date) => review_on = to_the_day(date),
        }
    }
    let supply = json.dispense_request.as_ref();
    // Beside the first time (FHIR R4, MedicationRequest.dispenseRequest.numberOfRepeatsAllowed).
    let repeats = || supply?.number_of_repeats_allowed.as_ref()?.as_str().parse::<u32>().ok()?.checked_add(1);
    let allowed = allowed.or_else(repeats);
    let (why, status_since) = status_reason(json);
    Prescribed {
        codes: codes(json.medication_codeable_concept.as_ref()),
        course: Some(course),
        setting,
        do_not_take: json.do_not_perform == Some(true),
        is_plan: matches!(json.intent.as_deref(), Some("plan" | "proposal")),
        doses: json.dosage_instruction.iter().filter_map(Dosage::words).collect(),
        why_changed: (json.do_not_perform == Some(true))
            .then(|| NOT_TO_BE_TAKEN.to_owned())
            .into_iter()
            .chain(json.status_reason.as_ref().and_then(CodeableConcept::words).or(why))
            .collect(),
        notes: notes(&json.note),
        status_since,
        changed_on: None,
        replaces: json.prior_prescription.0.as_ref().and_then(|prior| prior.reference.clone()),
        review_on,
        quantity: supply.and_then(|supply| supply.quantity.as_ref()).and_then(Quantity::words),
        supply_days: supply.and_then(|supply| supply.expected_supply_duration.as_ref()).and_then(days),
        issues_left: allowed.zip(issued).map(|(allowed, issued)| allowed.saturating_sub(issued)),
        written_on: json.authored_on.as_deref().and_then(to_the_day),
        plan: (json.intent.as_deref() == Some("plan") && is_id(id)).then(|| id.to_owned()),
        identifiers: json.identifier.iter().filter_map(|one| one.0.as_ref()).filter_map(named).collect(),
    }
}

/// An identifier as FHIR searches for it.
fn named(one: &Identifier) -> Option<String> {
    Some(format!("{}|{}", one.system.as_deref()?, one.value.as_deref()?))
}

/// Whether a text is an id as FHIR writes them (R4, datatype `id`).
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

fn of_statement(json: &StatementJson) -> Prescribed {
    let category = json.category.as_ref();
    let setting = setting(category.into_iter());
    let course = match category {
        _ if setting.is_some() => Course::Hospital,
        Some(one) if one.has(&["patientspecified"]) => Course::OverTheCounter,
        _ => Course::Unknown,
    };
    Prescribed {
        codes: codes(json.medication_codeable_concept.as_ref()),
        course: Some(course),
        setting,
        is_plan: true,
        doses: json.dosage.iter().filter_map(Dosage::words).collect(),
        why_changed: json.status_reason.iter().filter_map(CodeableConcept::words).collect(),
        notes: notes(&json.note),
        status_since: json.effective_period.as_ref().and_then(|period| to_the_day(period.end.as_deref()?)),
        written_on: json.date_asserted.as_deref().and_then(to_the_day),
        ..Prescribed::default()
    }
}

pub(super) fn request(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: RequestJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let course = json.course_of_therapy_type.as_ref().and_then(CodeableConcept::first_code);
    let kind = match (course, json.intent.as_deref()) {
        (Some("continuous-repeat-dispensing"), _) => "Repeat dispensing medicine",
        (Some("continuous"), _) => "Repeat medicine",
        (Some("acute"), _) => "One-off medicine",
        (Some("seasonal"), _) => "Seasonal medicine",
        (_, Some("plan" | "proposal")) => "Planned medicine",
        _ if json.reported_boolean == Some(true) => "Medicine reported",
        _ => "Prescription",
    };
    let mut draft = Draft::new(Category::Medicine, kind, json.meta.as_ref());
    draft.about(json.medication_codeable_concept.as_ref());
    draft.title_or(|| around.name(json.medication_reference.as_ref()));
    draft.facts.code = draft.facts.code.take().or_else(|| around.code(json.medication_reference.as_ref()));
    draft.status(json.status.as_deref());
    draft.happened(json.authored_on.as_ref());
    draft.recorded(json.authored_on.as_ref());
    draft.by(around.behind(json.requester.iter().chain(json.recorder.iter()).take(1)));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    if json.do_not_perform == Some(true) {
        draft.add("Do not take", Some(format!("{NOT_TO_BE_TAKEN}.")));
    }
    doses(&mut draft, &json.dosage_instruction);
    draft.add_concepts(REASON, json.reason_code.iter());
    draft.add(REASON, around.all_names(json.reason_reference.iter()));
    if let Some(supply) = &json.dispense_request {
        draft.add("Quantity", supply.quantity.as_ref().and_then(Quantity::words));
        draft.add("Lasts for", supply.expected_supply_duration.as_ref().and_then(Quantity::words));
        draft.add("Repeats allowed", supply.number_of_repeats_allowed.as_ref().map(ToString::to_string));
        draft.add("Can be collected", supply.validity_period.as_ref().and_then(Period::words));
        draft.add("Pharmacy", around.name(supply.performer.as_ref()));
    }
    for part in repeat_information(&json) {
        match part {
            About::Allowed(number) => draft.add("Repeats allowed", Some(number.to_string())),
            About::Issued(number) => draft.add("Repeats given so far", Some(number.to_string())),
            About::ReviewOn(date) => draft.add("Review date", Some(day(date))),
        }
    }
    let (why, since) = status_reason(&json);
    draft.add("Why it changed", json.status_reason.as_ref().and_then(CodeableConcept::words).or(why));
    draft.add("Changed on", since.map(day_in_words));
    if let Some(priority @ ("urgent" | "asap" | "stat")) = json.priority.as_deref() {
        draft.add("Priority", if priority == "urgent" { code_words(priority) } else { Some("As soon as possible".to_owned()) });
    }
    draft.add("Reported by", around.name(json.reported_reference.as_ref()));
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

pub(super) fn statement(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: StatementJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Medicine, "Medicine taken", json.meta.as_ref());
    draft.about(json.medication_codeable_concept.as_ref());
    draft.title_or(|| around.name(json.medication_reference.as_ref()));
    draft.facts.code = draft.facts.code.take().or_else(|| around.code(json.medication_reference.as_ref()));
    draft.status(json.status.as_deref());
    draft.happened(json.effective_date_time.as_ref());
    draft.during(json.effective_period.as_ref());
    draft.recorded(json.date_asserted.as_ref());
    draft.by(around.behind(json.information_source.iter()));
    draft.place_or(|| around.place_of_visit(json.context.as_ref()));
    doses(&mut draft, &json.dosage);
    draft.add_concepts(REASON, json.reason_code.iter());
    draft.add(REASON, around.all_names(json.reason_reference.iter()));
    draft.add_concepts("Why it changed", json.status_reason.iter());
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

/// What was given out at a pharmacy, or is made ready there. Who came for it is not told.
pub(super) fn dispense(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: DispenseJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let kind = match json.status.as_deref() {
        Some("preparation" | "in-progress" | "on-hold") => "Medicine being made ready",
        Some("cancelled" | "declined") => "Medicine not given out",
        _ => "Medicine given out",
    };
    let mut draft = Draft::new(Category::Medicine, kind, json.meta.as_ref());
    draft.about(json.medication_codeable_concept.as_ref());
    draft.title_or(|| around.name(json.medication_reference.as_ref()));
    draft.facts.code = draft.facts.code.take().or_else(|| around.code(json.medication_reference.as_ref()));
    draft.status(json.status.as_deref());
    draft.happened(json.when_handed_over.as_ref());
    draft.happened(json.when_prepared.as_ref());
    draft.by(around.behind(json.performer.iter().filter_map(|performer| performer.actor.as_ref())));
    draft.place_or(|| around.name(json.location.as_ref()));
    draft.place_or(|| around.place_of_visit(json.context.as_ref()));
    doses(&mut draft, &json.dosage_instruction);
    draft.add("Quantity", json.quantity.as_ref().and_then(Quantity::words));
    draft.add("Lasts for", json.days_supply.as_ref().and_then(Quantity::words));
    draft.add_concepts("Type", json.kind.iter());
    if let Some(substitution) = json.substitution.as_ref().filter(|one| one.was_substituted == Some(true)) {
        let why = joined(all_words(substitution.kind.iter()).into_iter().chain(all_words(substitution.reason.iter())), ", ");
        draft.add("Other than was prescribed", Some(why.unwrap_or_else(|| "Yes".to_owned())));
    }
    draft.add_concepts("Why it changed", json.status_reason_codeable_concept.iter());
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

pub(super) fn medication(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: MedicationJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Medicine, "Medicine", json.meta.as_ref());
    draft.about(json.code.as_ref());
    draft.status(json.status.as_deref());
    draft.add_concepts("Form", json.form.iter());
    draft.add("Amount", json.amount.as_ref().and_then(Ratio::words));
    let ingredients = json.ingredient.iter().filter_map(|one| {
        let name = all_words(one.item_codeable_concept.iter()).or_else(|| around.name(one.item_reference.as_ref()))?;
        Some(one.strength.as_ref().and_then(Ratio::words).map_or_else(|| name.clone(), |strength| format!("{name} {strength}")))
    });
    draft.add("Contains", joined(ingredients, ", "));
    draft.add("Made by", around.name(json.manufacturer.as_ref()));
    if let Some(batch) = &json.batch {
        draft.add("Batch number", batch.lot_number.clone());
        draft.add("Use before", batch.expiration_date.as_deref().map(day));
    }
    Ok(draft.done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Prescribed {
        prescribed(&Received::new("test", None, text.to_owned()).unwrap()).unwrap()
    }

    #[test]
    fn the_published_example_of_a_plan_and_its_issue_are_read() {
        let path =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/nhs-api/gp-connect-prescriptions/json__methotrexate.json");
        let bundle: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let read: Vec<Prescribed> =
            bundle["entry"].as_array().unwrap().iter().map(|one| read(&one["resource"].to_string())).collect();
        let plan = &read[0];
        assert!(plan.is_plan && !read[1].is_plan);
        assert_eq!(plan.plan.as_deref(), Some("e18131f3-3ac2-41ef-9cde-2639739e80be"));
        let number = "https://fhir.nhs.uk/Id/prescription-order-item-number|00db57d1-fd0c-4ae2-8536-6990f31d8ea4";
        assert_eq!((plan.identifiers.as_slice(), &read[1].plan), ([number.to_owned()].as_slice(), &None));
        assert_eq!(plan.course, Some(Course::Repeat));
        assert_eq!(plan.codes[0].code, "15517911000001104");
        assert_eq!((plan.supply_days, plan.quantity.as_deref()), (Some(7), Some("1 Injection")));
        assert_eq!(read[1].written_on, NaiveDate::from_ymd_opt(2020, 7, 20));
        // Its parts contradict its text, which says once weekly: the text is what counts.
        assert_eq!(plan.doses, ["10 milligram, Inject, Subcutaneous route, once weekly\nAs directed"]);
    }

    #[test]
    fn the_first_time_counts_beside_the_repeats() {
        let text = r#"{"resourceType":"MedicationRequest","id":"m","intent":"plan","dispenseRequest":{"numberOfRepeatsAllowed":5,
            "expectedSupplyDuration":{"value":4,"code":"wk"}},"extension":[{"url":"x/Extension-UKCore-MedicationRepeatInformation",
            "extension":[{"url":"numberOfPrescriptionsIssued","valueUnsignedInt":6},
            {"url":"authorisationExpiryDate","valueDateTime":"2026-12-01"}]}]}"#;
        let read = read(text);
        assert_eq!((read.issues_left, read.supply_days), (Some(0), Some(28)));
        assert_eq!(read.review_on, NaiveDate::from_ymd_opt(2026, 12, 1));
    }

    #[test]
    fn what_changed_and_why_is_read_as_it_stands() {
        let text = r#"{"resourceType":"MedicationRequest","id":"m","meta":{"lastUpdated":"2026-03-05T10:00:00Z"},"intent":"plan",
            "category":[{"coding":[{"code":"inpatient"}]},{"coding":[{"code":"discharge"}]}],
            "priorPrescription":{"reference":"MedicationRequest/old"},"note":[{"text":"Blood test in a week","authorString":"Dr Reed"}],
            "extension":[{"url":"https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-MedicationStatusReason-1",
            "extension":[{"url":"statusReason","valueCodeableConcept":{"text":"Fluid on the lungs"}},
            {"url":"statusChangeDate","valueDateTime":"2026-03-03"}]}]}"#;
        let told = read(text);
        assert_eq!((told.setting, told.course), (Some(Setting::Discharge), Some(Course::Hospital)));
        assert_eq!(
            (told.replaces.as_deref(), told.why_changed),
            (Some("MedicationRequest/old"), vec!["Fluid on the lungs".to_owned()])
        );
        assert_eq!(told.notes, ["Blood test in a week (Dr Reed)"]);
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day);
        assert_eq!((told.status_since, told.changed_on), (day(3), day(5)));
        let over = read(
            r#"{"resourceType":"MedicationStatement","id":"s","effectivePeriod":{"start":"2026-01-01","end":"2026-03-03"},
            "category":{"coding":[{"code":"outpatient"}]}}"#,
        );
        assert_eq!((over.status_since, over.setting, over.changed_on), (day(3), Some(Setting::Clinic), None));
    }

    #[test]
    fn what_it_is_for_is_what_was_written_and_the_name_of_what_it_points_to() {
        let resources: Vec<Received> = [
            r#"{"resourceType":"MedicationRequest","id":"m","reasonCode":[{"text":"Swollen legs"}],"reasonReference":[
            {"reference":"Condition/c"},{"reference":"Observation/none","display":"Low potassium"},{"reference":"Condition/none"}]}"#,
            r#"{"resourceType":"Condition","id":"c","code":{"text":"Heart failure"}}"#,
        ]
        .into_iter()
        .map(|text| Received::new("test", None, text.to_owned()).unwrap())
        .collect();
        let facts = crate::map::entry(&resources[0], &Names::among(&resources)).unwrap().unwrap();
        assert_eq!(reasons(&facts.details), ["Swollen legs", "Heart failure, Low potassium"]);
        // To others than the owner it says nothing of what they may not see.
        let closed = Names::open_among(&resources, |one| one.id != "c");
        assert_eq!(reasons(&crate::map::entry(&resources[0], &closed).unwrap().unwrap().details), ["Swollen legs"]);
    }

    proptest! {
        #[test]
        fn whatever_stands_in_it_it_is_read_or_left(
            field in prop::sample::select(vec!["dosageInstruction", "dispenseRequest", "extension", "authoredOn", "category", "note", "priorPrescription"]),
            value in prop::sample::select(vec!["[]", "{}", "null", "\"x\"", "7", "[null]", "[{}]", "[[1]]", "{\"value\":-1}"]),
        ) {
            let text = format!(r#"{{"resourceType":"MedicationRequest","id":"m","{field}":{value}}}"#);
            if let Ok(received) = Received::new("test", None, text) {
                let _ = prescribed(&received);
            }
        }
    }
}
