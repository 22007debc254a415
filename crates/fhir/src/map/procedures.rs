//! Procedure.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{Annotation, CodeableConcept, Lenient, List, Meta, Period, Quantity, Reference, Span, fhir};
use domain::record::{Category, EntryFacts};

fhir! {
    ProcedureJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        status_reason: Option<CodeableConcept>,
        category: Option<CodeableConcept>,
        code: Option<CodeableConcept>,
        encounter: Option<Reference>,
        performed_date_time: Option<String>,
        performed_period: Option<Period>,
        performed_string: Option<String>,
        performed_age: Option<Quantity>,
        performed_range: Option<Span>,
        recorder: Option<Reference>,
        performer: List<ProcedurePerformer>,
        location: Option<Reference>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        body_site: List<CodeableConcept>,
        outcome: Option<CodeableConcept>,
        complication: List<CodeableConcept>,
        follow_up: List<CodeableConcept>,
        used_code: List<CodeableConcept>,
        note: List<Annotation>,
    }
    ProcedurePerformer {
        actor: Option<Reference>,
        on_behalf_of: Option<Reference>,
    }
}

pub(super) fn procedure(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: ProcedureJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let kind = if json.status.as_deref() == Some("not-done") { "Procedure not done" } else { "Procedure" };
    let mut draft = Draft::new(Category::Procedure, kind, json.meta.as_ref());
    draft.about(json.code.as_ref());
    draft.status(json.status.as_deref());
    draft.happened(json.performed_date_time.as_ref());
    draft.during(json.performed_period.as_ref());
    let age =
        json.performed_age.as_ref().and_then(Quantity::words).or_else(|| json.performed_range.as_ref().and_then(Span::words));
    draft.add("When", json.performed_string.clone().or_else(|| age.map(|age| format!("At age {age}"))));
    draft.by(around.behind(json.performer.iter().filter_map(|performer| performer.actor.as_ref())));
    draft.by(around.behind(json.recorder.iter()));
    let location = around.name(json.location.as_ref());
    draft.place_or(|| around.all_names(json.performer.iter().filter_map(|performer| performer.on_behalf_of.as_ref())));
    if draft.facts.place.is_none() {
        draft.facts.place = location;
    } else {
        draft.add("Where", location);
    }
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    draft.add_concepts("Reason", json.reason_code.iter());
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    draft.add_concepts("Type", json.category.iter());
    draft.add_concepts("Where on the body", json.body_site.iter());
    draft.add_concepts("Outcome", json.outcome.iter());
    draft.add_concepts("Complications", json.complication.iter());
    draft.add_concepts("What happens next", json.follow_up.iter());
    draft.add_concepts("What was used", json.used_code.iter());
    draft.add_concepts("Why it was not done", json.status_reason.iter());
    draft.notes(&json.note, &around);
    Ok(draft.done())
}
