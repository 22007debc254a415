//! Condition, AllergyIntolerance.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{Annotation, CodeableConcept, Lenient, List, Meta, Period, Quantity, Reference, Span, fhir};
use crate::words::{all_words, code_words, day, joined};
use domain::record::{Category, EntryFacts};

fhir! {
    ConditionJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        clinical_status: Option<CodeableConcept>,
        verification_status: Option<CodeableConcept>,
        category: List<CodeableConcept>,
        severity: Option<CodeableConcept>,
        code: Option<CodeableConcept>,
        body_site: List<CodeableConcept>,
        encounter: Option<Reference>,
        onset_date_time: Option<String>,
        onset_age: Option<Quantity>,
        onset_period: Option<Period>,
        onset_range: Option<Span>,
        onset_string: Option<String>,
        abatement_date_time: Option<String>,
        abatement_age: Option<Quantity>,
        abatement_period: Option<Period>,
        abatement_range: Option<Span>,
        abatement_string: Option<String>,
        recorded_date: Option<String>,
        recorder: Option<Reference>,
        asserter: Option<Reference>,
        stage: List<Stage>,
        evidence: List<Evidence>,
        note: List<Annotation>,
    }
    Stage { summary: Option<CodeableConcept>, }
    Evidence { code: List<CodeableConcept>, }
    AllergyJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        clinical_status: Option<CodeableConcept>,
        verification_status: Option<CodeableConcept>,
        #[serde(rename = "type")]
        kind: Option<String>,
        category: List<Option<String>>,
        criticality: Option<String>,
        code: Option<CodeableConcept>,
        encounter: Option<Reference>,
        onset_date_time: Option<String>,
        onset_age: Option<Quantity>,
        onset_period: Option<Period>,
        onset_range: Option<Span>,
        onset_string: Option<String>,
        recorded_date: Option<String>,
        recorder: Option<Reference>,
        asserter: Option<Reference>,
        last_occurrence: Option<String>,
        note: List<Annotation>,
        reaction: List<Reaction>,
    }
    Reaction {
        substance: Option<CodeableConcept>,
        manifestation: List<CodeableConcept>,
        description: Option<String>,
        onset: Option<String>,
        severity: Option<String>,
        exposure_route: Option<CodeableConcept>,
        note: List<Annotation>,
    }
}

/// "At age 12 years", for what is not a date.
fn said(age: Option<&Quantity>, range: Option<&Span>, text: Option<&String>) -> Option<String> {
    let age = age.and_then(Quantity::words).or_else(|| range.and_then(Span::words)).map(|age| format!("At age {age}"));
    age.or_else(|| text.cloned())
}

fn verification(draft: &mut Draft, status: Option<&CodeableConcept>) {
    let Some(status) = status else { return };
    match status.first_code() {
        Some("entered-in-error") => draft.withhold(),
        Some("confirmed") | None => {}
        Some("unconfirmed" | "provisional") => draft.add("How sure", Some("Not confirmed".to_owned())),
        Some("differential") => draft.add("How sure", Some("One of several possibilities".to_owned())),
        Some("refuted") => draft.add("How sure", Some("Ruled out".to_owned())),
        Some("presumed") => draft.add("How sure", Some("Presumed".to_owned())),
        Some(_) => draft.add("How sure", status.words()),
    }
}

fn status(draft: &mut Draft, clinical: Option<&CodeableConcept>, verification: Option<&CodeableConcept>) {
    let wrong = verification.and_then(CodeableConcept::first_code).filter(|code| *code == "entered-in-error");
    draft.status(wrong.or_else(|| clinical.and_then(CodeableConcept::first_code)));
}

pub(super) fn condition(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: ConditionJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let is_in = |code: &str| json.category.iter().any(|category| category.has(&[code]));
    let kind = if is_in("health-concern") {
        "Health concern"
    } else if is_in("encounter-diagnosis") && !is_in("problem-list-item") {
        "Diagnosis"
    } else {
        "Health problem"
    };
    let mut draft = Draft::new(Category::Problem, kind, json.meta.as_ref());
    draft.about(json.code.as_ref());
    status(&mut draft, json.clinical_status.as_ref(), json.verification_status.as_ref());
    verification(&mut draft, json.verification_status.as_ref());
    draft.happened(json.onset_date_time.as_ref());
    draft.happened(json.onset_period.as_ref().and_then(|period| period.start.as_ref()));
    draft.ended(json.abatement_date_time.as_ref());
    let abated = json.abatement_period.as_ref().and_then(|period| period.end.as_ref().or(period.start.as_ref()));
    draft.ended(abated);
    draft.recorded(json.recorded_date.as_ref());
    draft.by(around.behind(json.recorder.iter().chain(json.asserter.iter()).take(1)));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    draft.add("Started", said(json.onset_age.as_ref(), json.onset_range.as_ref(), json.onset_string.as_ref()));
    draft.add("Ended", said(json.abatement_age.as_ref(), json.abatement_range.as_ref(), json.abatement_string.as_ref()));
    draft.add_concepts("How serious", json.severity.iter());
    draft.add_concepts("Where on the body", json.body_site.iter());
    draft.add_concepts("Stage", json.stage.iter().filter_map(|stage| stage.summary.as_ref()));
    draft.add("Signs", joined(json.evidence.iter().filter_map(|evidence| all_words(evidence.code.iter())), ", "));
    if json.recorder.is_some() {
        draft.add("Reported by", around.name(json.asserter.as_ref()));
    }
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

pub(super) fn allergy(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: AllergyJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let kind = match json.kind.as_deref() {
        Some("allergy") => "Allergy",
        Some("intolerance") => "Intolerance",
        _ => "Allergy or intolerance",
    };
    let mut draft = Draft::new(Category::Allergy, kind, json.meta.as_ref());
    draft.about(json.code.as_ref());
    draft.title_or(|| all_words(json.reaction.iter().filter_map(|reaction| reaction.substance.as_ref())));
    status(&mut draft, json.clinical_status.as_ref(), json.verification_status.as_ref());
    verification(&mut draft, json.verification_status.as_ref());
    draft.happened(json.onset_date_time.as_ref());
    draft.during(json.onset_period.as_ref());
    draft.recorded(json.recorded_date.as_ref());
    draft.by(around.behind(json.recorder.iter().chain(json.asserter.iter()).take(1)));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    draft.add("Started", said(json.onset_age.as_ref(), json.onset_range.as_ref(), json.onset_string.as_ref()));
    for reaction in json.reaction.iter() {
        let words = all_words(reaction.manifestation.iter()).into_iter().chain(reaction.description.clone());
        draft.add("Reaction", joined(words, ". "));
        draft.add("How serious", reaction.severity.as_deref().and_then(code_words));
        draft.add_concepts(
            "Caused by",
            reaction
                .substance
                .iter()
                .filter(|substance| substance.words().is_some_and(|words| words != draft.facts.title))
                .collect::<Vec<_>>(),
        );
        draft.add_concepts("How it got into the body", reaction.exposure_route.iter());
        draft.add("When it happened", reaction.onset.as_deref().map(day));
        draft.notes(&reaction.note, &around);
    }
    let risk = match json.criticality.as_deref() {
        Some("high") => Some("High risk of a serious reaction".to_owned()),
        Some("low") => Some("Low risk of a serious reaction".to_owned()),
        Some("unable-to-assess") => Some("Not known".to_owned()),
        _ => None,
    };
    draft.add("Risk", risk);
    let sorts = json
        .category
        .iter()
        .flatten()
        .filter_map(|category| code_words(if category == "medication" { "medicine" } else { category }));
    draft.add("Kind of thing", joined(sorts, ", "));
    draft.add("Last reaction", json.last_occurrence.as_deref().map(day));
    if json.recorder.is_some() {
        draft.add("Reported by", around.name(json.asserter.as_ref()));
    }
    draft.notes(&json.note, &around);
    Ok(draft.done())
}
