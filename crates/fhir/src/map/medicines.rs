//! MedicationRequest, MedicationStatement, Medication.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{
    Annotation, CodeableConcept, Decimal, Dosage, Extension, Lenient, List, Meta, Period, Quantity, Ratio, Reference, fhir,
};
use crate::words::{all_words, code_words, day, joined};
use domain::record::{Category, EntryFacts};

fhir! {
    RequestJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        extension: List<Lenient<Extension>>,
        status: Option<String>,
        status_reason: Option<CodeableConcept>,
        intent: Option<String>,
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

fn doses(draft: &mut Draft, dosages: &[Dosage]) {
    for dosage in dosages {
        draft.add("Dose", dosage.words());
        draft.add_concepts("How to take it", dosage.route.iter().chain(dosage.method.iter()).collect::<Vec<_>>());
        draft.add_concepts("Where on the body", dosage.site.iter());
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
        draft.add("Do not take", Some("This says that the medicine should not be taken.".to_owned()));
    }
    doses(&mut draft, &json.dosage_instruction);
    draft.add_concepts("Reason", json.reason_code.iter());
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    if let Some(supply) = &json.dispense_request {
        draft.add("Quantity", supply.quantity.as_ref().and_then(Quantity::words));
        draft.add("Lasts for", supply.expected_supply_duration.as_ref().and_then(Quantity::words));
        draft.add("Repeats allowed", supply.number_of_repeats_allowed.as_ref().map(ToString::to_string));
        draft.add("Can be collected", supply.validity_period.as_ref().and_then(Period::words));
        draft.add("Pharmacy", around.name(supply.performer.as_ref()));
    }
    let repeats = json.extension.iter().filter_map(|one| one.0.as_ref()).filter(|one| {
        one.url
            .as_deref()
            .is_some_and(|url| url.ends_with("MedicationRepeatInformation") || url.ends_with("MedicationRepeatInformation-1"))
    });
    for part in repeats.flat_map(|one| one.extension.iter()) {
        let number = part.value_unsigned_int.as_ref().or(part.value_positive_int.as_ref()).or(part.value_integer.as_ref());
        match part.url.as_deref() {
            Some("numberOfRepeatPrescriptionsAllowed" | "numberOfPrescriptionsAllowed" | "numberOfRepeatsAllowed") => {
                draft.add("Repeats allowed", number.map(ToString::to_string));
            }
            Some("numberOfRepeatPrescriptionsIssued" | "numberOfPrescriptionsIssued" | "numberOfRepeatsIssued") => {
                draft.add("Repeats given so far", number.map(ToString::to_string));
            }
            Some("authorisationExpiryDate" | "AuthorisationExpiryDate" | "reviewDate") => {
                draft.add("Review date", part.value_date_time.as_deref().map(day));
            }
            _ => {}
        }
    }
    draft.add_concepts("Why it changed", json.status_reason.iter());
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
    draft.add_concepts("Reason", json.reason_code.iter());
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    draft.add_concepts("Why it changed", json.status_reason.iter());
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
