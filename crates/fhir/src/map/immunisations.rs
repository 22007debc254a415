//! Immunization.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{Annotation, CodeableConcept, Decimal, Extension, Lenient, List, Meta, Quantity, Reference, fhir};
use crate::words::{all_words, day, joined};
use domain::record::{Category, EntryFacts};

fhir! {
    ImmunizationJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        extension: List<Lenient<Extension>>,
        status: Option<String>,
        status_reason: Option<CodeableConcept>,
        vaccine_code: Option<CodeableConcept>,
        encounter: Option<Reference>,
        occurrence_date_time: Option<String>,
        occurrence_string: Option<String>,
        recorded: Option<String>,
        primary_source: Option<bool>,
        report_origin: Option<CodeableConcept>,
        location: Option<Reference>,
        manufacturer: Option<Reference>,
        lot_number: Option<String>,
        expiration_date: Option<String>,
        site: Option<CodeableConcept>,
        route: Option<CodeableConcept>,
        dose_quantity: Option<Quantity>,
        performer: List<Performer>,
        note: List<Annotation>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        reaction: List<ImmunizationReaction>,
        protocol_applied: List<Protocol>,
    }
    Performer { actor: Option<Reference>, }
    ImmunizationReaction {
        date: Option<String>,
        detail: Option<Reference>,
    }
    Protocol {
        series: Option<String>,
        target_disease: List<CodeableConcept>,
        dose_number_positive_int: Option<Decimal>,
        dose_number_string: Option<String>,
        series_doses_positive_int: Option<Decimal>,
        series_doses_string: Option<String>,
    }
}

pub(super) fn immunisation(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: ImmunizationJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let kind = if json.status.as_deref() == Some("not-done") { "Vaccination not given" } else { "Vaccination" };
    let mut draft = Draft::new(Category::Immunisation, kind, json.meta.as_ref());
    let given = json
        .extension
        .iter()
        .filter_map(|one| one.0.as_ref())
        .find(|one| one.url.as_deref().is_some_and(|url| url.ends_with("-VaccinationProcedure")))
        .and_then(|one| one.value_codeable_concept.as_ref());
    draft.about(json.vaccine_code.as_ref());
    if draft.facts.title.is_empty() {
        draft.about(given);
    } else {
        draft.add_concepts("What was done", given);
    }
    draft.status(json.status.as_deref());
    draft.happened(json.occurrence_date_time.as_ref());
    draft.recorded(json.recorded.as_ref());
    draft.by(around.behind(json.performer.iter().filter_map(|performer| performer.actor.as_ref())));
    draft.add("When", json.occurrence_string.clone());
    let location = around.name(json.location.as_ref());
    if draft.facts.place.is_none() {
        draft.facts.place = location;
    } else {
        draft.add("Given at", location);
    }
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    draft.add(
        "Protects against",
        joined(json.protocol_applied.iter().filter_map(|one| all_words(one.target_disease.iter())), ", "),
    );
    for protocol in json.protocol_applied.iter() {
        let number =
            |int: &Option<Decimal>, text: &Option<String>| int.as_ref().map(ToString::to_string).or_else(|| text.clone());
        let dose = number(&protocol.dose_number_positive_int, &protocol.dose_number_string);
        let all = number(&protocol.series_doses_positive_int, &protocol.series_doses_string);
        draft.add("Dose number", dose.map(|dose| all.map_or_else(|| dose.clone(), |all| format!("{dose} of {all}"))));
        draft.add("Course", protocol.series.clone());
    }
    draft.add("Dose", json.dose_quantity.as_ref().and_then(Quantity::words));
    draft.add_concepts("How it was given", json.route.iter());
    draft.add_concepts("Where on the body", json.site.iter());
    draft.add("Made by", around.name(json.manufacturer.as_ref()));
    draft.add("Batch number", json.lot_number.clone());
    draft.add("Use before", json.expiration_date.as_deref().map(day));
    draft.add_concepts("Why it was not given", json.status_reason.iter());
    draft.add_concepts("Reason", json.reason_code.iter());
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    for reaction in json.reaction.iter() {
        if reaction.detail.as_ref().is_some_and(|detail| !around.may_tell(detail)) {
            continue;
        }
        let words = around.name(reaction.detail.as_ref()).into_iter().chain(reaction.date.as_deref().map(day));
        draft.add("Reaction", joined(words, ", "));
    }
    if json.primary_source == Some(false) {
        let origin = all_words(json.report_origin.iter());
        draft.add("Where this comes from", Some(origin.unwrap_or_else(|| "Reported by someone who did not give it".to_owned())));
    }
    draft.notes(&json.note, &around);
    Ok(draft.done())
}
