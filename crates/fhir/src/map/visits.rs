//! Encounter, Appointment, ServiceRequest.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{
    Annotation, CodeableConcept, Coding, Decimal, Lenient, List, Meta, Period, Quantity, Reference, Timing, fhir,
};
use crate::words::{all_words, code_words, joined, spaced};
use domain::record::{Category, EntryFacts, HOSPITAL_STAY, OrderRole};
use domain::result::next;

fhir! {
    EncounterJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        class: Option<Coding>,
        #[serde(rename = "type")]
        kind: List<CodeableConcept>,
        service_type: Option<CodeableConcept>,
        participant: List<EncounterParticipant>,
        period: Option<Period>,
        length: Option<Quantity>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        diagnosis: List<Diagnosis>,
        hospitalization: Option<Hospitalization>,
        location: List<EncounterLocation>,
        service_provider: Option<Reference>,
    }
    EncounterParticipant {
        individual: Option<Reference>,
    }
    Diagnosis { condition: Option<Reference>, }
    Hospitalization {
        admit_source: Option<CodeableConcept>,
        origin: Option<Reference>,
        discharge_disposition: Option<CodeableConcept>,
        destination: Option<Reference>,
    }
    EncounterLocation { location: Option<Reference>, }
    AppointmentJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        cancelation_reason: Option<CodeableConcept>,
        service_type: List<CodeableConcept>,
        specialty: List<CodeableConcept>,
        appointment_type: Option<CodeableConcept>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        description: Option<String>,
        start: Option<String>,
        end: Option<String>,
        minutes_duration: Option<Decimal>,
        created: Option<String>,
        comment: Option<String>,
        patient_instruction: Option<String>,
        participant: List<AppointmentParticipant>,
        requested_period: List<Period>,
    }
    AppointmentParticipant {
        actor: Option<Reference>,
    }
    ServiceRequestJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        intent: Option<String>,
        category: List<CodeableConcept>,
        priority: Option<String>,
        code: Option<CodeableConcept>,
        order_detail: List<CodeableConcept>,
        encounter: Option<Reference>,
        occurrence_date_time: Option<String>,
        occurrence_period: Option<Period>,
        occurrence_timing: Option<Timing>,
        authored_on: Option<String>,
        requester: Option<Reference>,
        performer_type: Option<CodeableConcept>,
        performer: List<Reference>,
        location_code: List<CodeableConcept>,
        location_reference: List<Reference>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        body_site: List<CodeableConcept>,
        specimen: List<Reference>,
        note: List<Annotation>,
        patient_instruction: Option<String>,
        do_not_perform: Option<bool>,
    }
}

/// What sort of visit it was (HL7 v3 ActCode, encounter classes).
pub(super) fn class_words(class: &Coding) -> &'static str {
    match class.code.as_deref().map(str::to_ascii_uppercase).as_deref() {
        Some("AMB" | "OUTPATIENT") => "Consultation",
        Some("EMER" | "EMERGENCY") => "Emergency visit",
        Some("HH") => "Home visit",
        Some("IMP" | "ACUTE" | "NONAC" | "INPATIENT") => HOSPITAL_STAY,
        Some("OBSENC") => "Observation in hospital",
        Some("PRENC") => "Pre-admission visit",
        Some("SS") => "Short stay",
        Some("VR") => "Phone or video consultation",
        Some("WELLNESS") => "Health check",
        Some("URGENTCARE") => "Urgent care visit",
        Some("FLD") => "Care on the spot",
        _ => "Visit",
    }
}

/// Where somebody is seen by other services than a practice or a hospital: in what is said of a visit, with a space before and after each,
/// and as which visit that is known.
const CALLS: &[(&[&str], &str)] = &[
    (&[" nhs 111 ", " 111 call ", " 111 contact ", " 111 online ", " 111 service "], "NHS 111 call"),
    (&[" ambulance "], "Ambulance visit"),
];
const PLACES: &[(&[&str], &str)] = &[
    (&[" hospice "], "Hospice visit"),
    (&[" out of hours "], "Out-of-hours visit"),
    (&[" social care ", " social worker ", " social work "], "Social care visit"),
];

/// What sort of visit it was, by its class and, where that leaves open by whom, by the words of its type and by the name of who gave it
/// (no class is an ambulance, a hospice or social care). A stay, a home visit and what is like them keep their own.
fn kind_of_visit(class: Option<&Coding>, said: &[String]) -> &'static str {
    let kind = class.map_or("Visit", class_words);
    let is_call = matches!(
        kind,
        "Visit" | "Consultation" | "Phone or video consultation" | "Emergency visit" | "Urgent care visit" | "Care on the spot"
    );
    let is_place = matches!(kind, "Visit" | "Consultation");
    let known = CALLS.iter().filter(|_| is_call).chain(PLACES.iter().filter(|_| is_place));
    // What its type says comes before the name of who gave it: ambulance services answer calls to 111 too.
    let by = |text: &String| {
        let words = spaced(text);
        known.clone().find(|(signs, _)| signs.iter().any(|sign| words.contains(sign))).map(|(_, kind)| *kind)
    };
    said.iter().find_map(by).unwrap_or(kind)
}

pub(super) fn encounter(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: EncounterJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let provider = around.name(json.service_provider.as_ref());
    let said = json.kind.iter().chain(json.service_type.iter()).filter_map(CodeableConcept::words).chain(provider.clone());
    let kind = kind_of_visit(json.class.as_ref(), &said.collect::<Vec<_>>());
    let mut draft = Draft::new(Category::Visit, kind, json.meta.as_ref());
    draft.about(json.kind.first());
    draft.title_or(|| all_words(json.service_type.iter()));
    draft.title_or(|| all_words(json.reason_code.iter()));
    draft.status(json.status.as_deref());
    draft.during(json.period.as_ref());
    draft.by(around.behind(json.participant.iter().filter_map(|participant| participant.individual.as_ref())));
    let locations = || json.location.iter().filter_map(|location| location.location.as_ref());
    if provider.is_some() {
        draft.facts.place = provider;
    }
    let rooms = around.all_names(locations());
    if draft.facts.place.is_none() {
        draft.facts.place = rooms;
    } else if rooms != draft.facts.place {
        draft.add("Where", rooms);
    }
    draft.add_concepts("Reason", json.reason_code.iter());
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    draft.add("Diagnosis", around.all_names(json.diagnosis.iter().filter_map(|diagnosis| diagnosis.condition.as_ref())));
    draft.add("Type of service", json.service_type.as_ref().and_then(CodeableConcept::words));
    if let Some(stay) = &json.hospitalization {
        draft.add_concepts("Came from", stay.admit_source.iter());
        draft.add("Came from", around.name(stay.origin.as_ref()));
        draft.add_concepts("Left to", stay.discharge_disposition.iter());
        draft.add("Left to", around.name(stay.destination.as_ref()));
    }
    draft.add("How long", json.length.as_ref().and_then(Quantity::words));
    Ok(draft.done())
}

pub(super) fn appointment(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: AppointmentJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Visit, "Appointment", json.meta.as_ref());
    let main = json.service_type.first().or(json.appointment_type.as_ref()).or(json.specialty.first());
    draft.about(main);
    if let Some(description) = json.description.as_deref().and_then(crate::words::plain) {
        if draft.facts.title.is_empty() {
            draft.facts.title = description;
        } else if draft.facts.title != description {
            draft.add("About", Some(description));
        }
    }
    draft.status(json.status.as_deref());
    draft.happened(json.start.as_ref());
    draft.ended(json.end.as_ref());
    draft.during(json.requested_period.first());
    draft.recorded(json.created.as_ref());
    let actors = json.participant.iter().filter_map(|participant| participant.actor.as_ref());
    let others: Vec<&Reference> = actors
        .filter(|actor| {
            let kind =
                around.known(actor).map(|known| known.kind.to_owned()).or_else(|| super::names::kind_of(actor, around.contained));
            !matches!(kind.as_deref(), Some("Patient" | "RelatedPerson"))
        })
        .collect();
    let behind = around.behind(others.iter().copied());
    draft.add("With", behind.author());
    draft.by(behind);
    let places = others.iter().filter(|actor| {
        let kind =
            around.known(actor).map(|known| known.kind.to_owned()).or_else(|| super::names::kind_of(actor, around.contained));
        kind.as_deref() == Some("Location")
    });
    draft.add("Where", around.all_names(places.copied()));
    draft.add_concepts("Reason", json.reason_code.iter());
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    draft.add_concepts("Specialty", json.specialty.iter());
    draft.add_concepts("Type", json.appointment_type.iter());
    draft.add("How long", json.minutes_duration.as_ref().map(|minutes| format!("{minutes} minutes")));
    draft.add("What you need to do", json.patient_instruction.clone());
    draft.add("Notes", json.comment.clone());
    draft.add_concepts("Why it was cancelled", json.cancelation_reason.iter());
    Ok(draft.done())
}

pub(super) fn service_request(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    /// Laboratory procedure, imaging, and the plain words for them.
    const TEST: &[&str] = &["108252007", "363679005", "laboratory", "imaging", "LAB", "RAD"];
    /// Patient referral and its kin.
    const REFERRAL: &[&str] = &["3457005", "referral", "306206005"];
    let json: ServiceRequestJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let is_in = |codes: &[&str]| json.category.iter().chain(json.code.iter()).any(|concept| concept.has(codes));
    let says_referral = || {
        json.category
            .iter()
            .chain(json.code.iter())
            .filter_map(CodeableConcept::words)
            .any(|words| words.to_lowercase().contains("referral"))
    };
    let mut placed_by_others = false;
    let (category, kind) = if is_in(TEST) {
        (Category::Result, next::ORDER)
    } else if is_in(REFERRAL) || says_referral() {
        (Category::Visit, "Referral")
    } else if names.has_result(received) {
        placed_by_others = true;
        (Category::Result, next::ORDER)
    } else {
        (Category::Visit, "Request for care")
    };
    // What is only suggested or planned was not ordered, so nobody waits for its result (FHIR R4, request-intent).
    let kind = match (category, json.intent.as_deref()) {
        (Category::Result, _) if json.do_not_perform == Some(true) => next::NOT_TO_BE_DONE,
        (Category::Result, Some("proposal" | "option")) => next::SUGGESTED,
        (Category::Result, Some("plan")) => next::PLANNED,
        _ => kind,
    };
    let mut draft = Draft::new(category, kind, json.meta.as_ref());
    draft.facts.placed_by_others = placed_by_others;
    draft.about(json.code.as_ref());
    draft.title_or(|| all_words(json.order_detail.iter()));
    draft.title_or(|| all_words(json.performer_type.iter()));
    draft.title_or(|| all_words(json.category.iter()));
    draft.status(json.status.as_deref());
    draft.happened(json.authored_on.as_ref());
    draft.happened(json.occurrence_date_time.as_ref());
    draft.recorded(json.authored_on.as_ref());
    draft.by(around.behind(json.requester.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    let test = category == Category::Result;
    let to = joined(around.all_names(json.performer.iter()).into_iter().chain(all_words(json.performer_type.iter())), ", ");
    draft.add(if test { "To be done by" } else { "Referred to" }, to);
    let due = json.occurrence_date_time.as_deref().map(crate::words::day);
    let due = due
        .or_else(|| json.occurrence_period.as_ref().and_then(Period::words))
        .or_else(|| json.occurrence_timing.as_ref().and_then(Timing::words));
    draft.add("Planned for", due);
    draft.add_concepts("Reason", json.reason_code.iter());
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    let priority = match json.priority.as_deref() {
        Some("stat") => Some("Immediately".to_owned()),
        Some("asap") => Some("As soon as possible".to_owned()),
        other => other.and_then(code_words),
    };
    draft.add("Priority", priority);
    draft.add_concepts("Where on the body", json.body_site.iter());
    draft.add("Sample", around.all_names(json.specimen.iter()));
    draft.add_concepts("Details", json.order_detail.iter());
    draft.add(
        "Where",
        joined(all_words(json.location_code.iter()).into_iter().chain(around.all_names(json.location_reference.iter())), ", "),
    );
    draft.add("What you need to do", json.patient_instruction.clone());
    if json.do_not_perform == Some(true) {
        draft.add("Do not do", Some("This says that it should not be done.".to_owned()));
    }
    draft.notes(&json.note, &around);
    // What was only suggested or was taken back is answered by nothing; nor is a referral.
    let is_ordered = draft.facts.kind == next::ORDER && json.status.as_deref() != Some("revoked");
    let role = if is_ordered { OrderRole::Asks } else { OrderRole::Beside };
    draft.facts.ordered = super::numbers::of_order(received, json.code.as_ref(), role);
    if matches!(json.intent.as_deref(), Some("proposal")) {
        draft.add("Stage", Some("Suggested, not ordered".to_owned()));
    }
    Ok(draft.done())
}
