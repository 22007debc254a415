//! `ClinicalImpression`, `RiskAssessment`: what somebody wrote down of how somebody is or may come to be. Both are documents, as letters
//! are that say the same: neither is a plan nor something that was done, and what may happen is no problem that there is.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, is_unfiled, parse};
use crate::Received;
use crate::types::{Annotation, CodeableConcept, Decimal, Lenient, List, Meta, Period, Reference, Span, fhir};
use crate::words::{joined, plain};
use domain::record::{Category, EntryFacts};

fhir! {
    ImpressionJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        status_reason: Option<CodeableConcept>,
        code: Option<CodeableConcept>,
        description: Option<String>,
        encounter: Option<Reference>,
        effective_date_time: Option<String>,
        effective_period: Option<Period>,
        date: Option<String>,
        assessor: Option<Reference>,
        problem: List<Reference>,
        investigation: List<Investigation>,
        summary: Option<String>,
        finding: List<Finding>,
        prognosis_codeable_concept: List<CodeableConcept>,
        prognosis_reference: List<Reference>,
        supporting_info: List<Reference>,
        note: List<Annotation>,
    }
    Investigation {
        code: Option<CodeableConcept>,
        item: List<Reference>,
    }
    Finding {
        item_codeable_concept: Option<CodeableConcept>,
        item_reference: Option<Reference>,
        basis: Option<String>,
    }
    RiskJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        method: Option<CodeableConcept>,
        code: Option<CodeableConcept>,
        encounter: Option<Reference>,
        occurrence_date_time: Option<String>,
        occurrence_period: Option<Period>,
        condition: Option<Reference>,
        performer: Option<Reference>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        basis: List<Reference>,
        prediction: List<Prediction>,
        mitigation: Option<String>,
        note: List<Annotation>,
    }
    Prediction {
        outcome: Option<CodeableConcept>,
        probability_decimal: Option<Decimal>,
        probability_range: Option<Span>,
        qualitative_risk: Option<CodeableConcept>,
        relative_risk: Option<Decimal>,
        when_period: Option<Period>,
        when_range: Option<Span>,
        rationale: Option<String>,
    }
}

/// Whether all that something was made of may be told of. What is concluded from it, and what is said of it in words, repeats it.
pub(super) fn is_open<'r>(around: &Around<'_>, made_of: impl Iterator<Item = &'r Reference>) -> bool {
    // Each is asked, so that all of them are noted as mentioned.
    made_of.filter(|one| !around.may_tell(one)).count() == 0
}

/// What a clinician thought of how somebody is. Its title is never made of its words: lists show it to whoever may not read them.
pub(super) fn impression(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: ImpressionJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Document, "Clinical assessment", json.meta.as_ref());
    draft.about(json.code.as_ref());
    draft.status(json.status.as_deref());
    if is_unfiled(&received.resource_type, json.status.as_deref(), &received.raw) {
        draft.withhold();
    }
    draft.happened(json.effective_date_time.as_ref());
    draft.during(json.effective_period.as_ref());
    draft.happened(json.date.as_ref());
    draft.recorded(json.date.as_ref());
    draft.by(around.behind(json.assessor.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    let looked_at = json.investigation.iter().flat_map(|one| one.item.iter());
    let found = json.finding.iter().filter_map(|one| one.item_reference.as_ref());
    let others = json.problem.iter().chain(json.prognosis_reference.iter()).chain(json.supporting_info.iter());
    let open = is_open(&around, looked_at.chain(found).chain(others));
    if open {
        draft.add("Description", json.description.as_deref().and_then(plain));
        draft.add("What they thought", json.summary.as_deref().and_then(plain));
    }
    draft.add("About", around.all_names(json.problem.iter()));
    for investigation in json.investigation.iter() {
        let what = investigation.code.as_ref().and_then(CodeableConcept::words);
        draft.add("What was looked at", joined(what.into_iter().chain(around.all_names(investigation.item.iter())), ": "));
    }
    for finding in json.finding.iter() {
        let what = finding.item_codeable_concept.as_ref().filter(|_| open).and_then(CodeableConcept::words);
        let what = what.or_else(|| around.name(finding.item_reference.as_ref()));
        let basis = finding.basis.as_deref().filter(|_| open).and_then(plain);
        draft.add("What was found", joined(what.into_iter().chain(basis), ": "));
    }
    if open {
        draft.add_concepts("What to expect", json.prognosis_codeable_concept.iter());
    }
    draft.add("What to expect", around.all_names(json.prognosis_reference.iter()));
    if open {
        draft.add_concepts("Reason", json.status_reason.iter());
        draft.notes(&json.note, &around);
    }
    Ok(draft.done())
}

/// How likely something is, by its number. FHIR R4 has it in per cent (`RiskAssessment.prediction.probability`: at most 100); one of at
/// most 1 may as well be meant as a part of 1, so that nothing is made of it.
fn likely(number: &Decimal) -> String {
    if number.as_str().parse::<f64>().is_ok_and(|number| number > 1.0) {
        format!("{number}%")
    } else {
        format!("{number}, as it was sent: ask what that means")
    }
}

impl Prediction {
    /// What may happen, how likely that is, when, and why, as the source says it.
    fn words(&self) -> Option<String> {
        let outcome = self.outcome.as_ref().and_then(CodeableConcept::words);
        let likely = self.probability_decimal.as_ref().map(likely);
        let likely = likely.or_else(|| self.probability_range.as_ref().and_then(Span::words));
        let likely = likely.map(|likely| format!("how likely: {likely}"));
        let level = self.qualitative_risk.as_ref().and_then(CodeableConcept::words);
        let compared = self.relative_risk.as_ref().map(|times| format!("{times} times the risk of people in general"));
        let when = self.when_period.as_ref().and_then(Period::words);
        let when = when.or_else(|| self.when_range.as_ref().and_then(Span::words)).map(|when| format!("when: {when}"));
        let why = self.rationale.as_deref().and_then(plain);
        joined([outcome, level, likely, compared, when, why].into_iter().flatten(), "; ")
    }
}

/// What may happen to somebody, and how likely that is. Its title is never made of what may happen: lists show it to whoever may not
/// read that, and it would read as if it had happened.
pub(super) fn risk(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: RiskJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Document, "Risk assessment", json.meta.as_ref());
    draft.about(json.code.as_ref().or(json.method.as_ref()));
    draft.status(json.status.as_deref());
    if is_unfiled(&received.resource_type, json.status.as_deref(), &received.raw) {
        draft.withhold();
    }
    draft.happened(json.occurrence_date_time.as_ref());
    draft.during(json.occurrence_period.as_ref());
    draft.by(around.behind(json.performer.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    let open = is_open(&around, json.condition.iter().chain(json.reason_reference.iter()).chain(json.basis.iter()));
    if open {
        for prediction in json.prediction.iter() {
            draft.add("What may happen", prediction.words());
        }
        draft.add("What can be done about it", json.mitigation.as_deref().and_then(plain));
        draft.add_concepts("Reason", json.reason_code.iter());
    }
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    draft.add("About", around.name(json.condition.as_ref()));
    draft.add_concepts("How it was worked out", json.method.iter());
    draft.add("Worked out from", around.all_names(json.basis.iter()));
    if open {
        draft.notes(&json.note, &around);
    }
    Ok(draft.done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::testing::{first, hidden, is_withheld_as, read_with, said};
    use domain::record::{Release, Sensitivity};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// What a clinician thought of a chest pain, with all that FHIR has a field for.
    fn thought() -> Value {
        json!({
            "resourceType": "ClinicalImpression", "id": "i", "status": "completed", "code": {"text": "Chest pain clinic"},
            "description": "Seen after a week of chest pain", "effectiveDateTime": "2026-03-04", "date": "2026-03-05",
            "assessor": {"reference": "Practitioner/p", "display": "Dr Ann Lee"},
            "problem": [{"reference": "Condition/c", "display": "Chest pain"}],
            "investigation": [{"code": {"text": "Examination"}, "item": [{"display": "Blood pressure"}, {"display": "Pulse"}]}],
            "summary": "Unlikely to be the heart",
            "finding": [{"itemCodeableConcept": {"text": "Strained muscle"}, "basis": "It hurts to press there"}],
            "prognosisCodeableConcept": [{"text": "Better within weeks"}],
            "supportingInfo": [{"reference": "Observation/o"}],
            "note": [{"text": "Come back if it gets worse"}],
        })
    }

    #[test]
    fn what_a_clinician_thought_says_who_and_when_and_why() {
        let facts = first(&[thought()]);
        assert_eq!(
            (facts.category, facts.kind.as_str(), facts.title.as_str()),
            (Category::Document, "Clinical assessment", "Chest pain clinic")
        );
        assert_eq!(facts.author.as_deref(), Some("Dr Ann Lee"));
        assert_eq!(facts.happened.map(|when| when.to_string()).as_deref(), Some("2026-03-04"));
        assert_eq!(facts.recorded.map(|when| when.to_string()).as_deref(), Some("2026-03-05"));
        assert_eq!((facts.release, facts.sensitivity), (Release::Released, Sensitivity::General));
        let notes = format!("{}: Come back if it gets worse", domain::result::next::NOTES);
        assert_eq!(
            said(&facts),
            [
                "Description: Seen after a week of chest pain",
                "What they thought: Unlikely to be the heart",
                "About: Chest pain",
                "What was looked at: Examination: Blood pressure, Pulse",
                "What was found: Strained muscle: It hurts to press there",
                "What to expect: Better within weeks",
                notes.as_str(),
            ]
        );
    }

    #[test]
    fn of_what_says_nothing_there_is_the_kind_alone() {
        for (kind, title) in [("ClinicalImpression", "Clinical assessment"), ("RiskAssessment", "Risk assessment")] {
            let facts = first(&[json!({"resourceType": kind, "id": "i"})]);
            assert_eq!((facts.title.as_str(), facts.details.len()), (title, 0));
        }
    }

    /// What may happen to somebody.
    fn at_risk() -> Value {
        json!({
            "resourceType": "RiskAssessment", "id": "r", "status": "final", "code": {"text": "Heart risk"},
            "method": {"text": "QRISK3"}, "occurrenceDateTime": "2026-03-04",
            "performer": {"reference": "Practitioner/p", "display": "Dr Ann Lee"},
            "reasonCode": [{"text": "Health check"}], "condition": {"reference": "Condition/c", "display": "High blood pressure"},
            "basis": [{"reference": "Observation/o", "display": "Cholesterol"}],
            "prediction": [{
                "outcome": {"text": "Heart attack or stroke"}, "probabilityDecimal": 12.50, "qualitativeRisk": {"text": "Moderate"},
                "relativeRisk": 1.6, "rationale": "Smokes",
            }],
            "mitigation": "Stop smoking",
        })
    }

    #[test]
    fn a_risk_is_told_in_the_words_of_its_source() {
        let facts = first(&[at_risk()]);
        assert_eq!(
            (facts.category, facts.kind.as_str(), facts.title.as_str()),
            (Category::Document, "Risk assessment", "Heart risk")
        );
        assert_eq!(facts.author.as_deref(), Some("Dr Ann Lee"));
        assert_eq!(facts.happened.map(|when| when.to_string()).as_deref(), Some("2026-03-04"));
        assert_eq!((facts.release, facts.sensitivity), (Release::Released, Sensitivity::General));
        assert_eq!(
            said(&facts),
            [
                "What may happen: Heart attack or stroke; Moderate; how likely: 12.5%; 1.6 times the risk of people in general; Smokes",
                "What can be done about it: Stop smoking",
                "Reason: Health check",
                "About: High blood pressure",
                "How it was worked out: QRISK3",
                "Worked out from: Cholesterol",
            ]
        );
    }

    #[test]
    fn a_number_that_may_be_meant_in_two_ways_is_told_as_it_was_sent() {
        for (number, expected) in [
            ("0.125", "how likely: 0.125, as it was sent: ask what that means"),
            ("1", "how likely: 1, as it was sent: ask what that means"),
            ("12.50", "how likely: 12.50%"),
            ("100", "how likely: 100%"),
        ] {
            let raw = format!(r#"{{"resourceType":"RiskAssessment","id":"r","prediction":[{{"probabilityDecimal":{number}}}]}}"#);
            let received = Received::new("test", None, raw).unwrap();
            let facts = crate::map::entry(&received, &Names::among(&[])).unwrap().unwrap();
            assert_eq!(said(&facts), [format!("What may happen: {expected}")]);
        }
    }

    #[test]
    fn what_warns_of_harm_by_somebody_is_withheld() {
        for words in ["Domestic violence", "Risk to others", "Safeguarding", "Child protection plan"] {
            for (field, value) in [
                ("code", json!({"text": words})),
                ("method", json!({"text": words})),
                ("condition", json!({"display": words})),
                ("reasonCode", json!([{"text": words}])),
                ("reasonReference", json!([{"display": words}])),
                ("basis", json!([{"display": words}])),
                ("prediction", json!([{"outcome": {"text": words}}])),
                ("prediction", json!([{"rationale": words}])),
                ("mitigation", json!(words)),
                ("note", json!([{"text": words}])),
            ] {
                for coded in [true, false] {
                    let mut resource = at_risk();
                    if !coded {
                        resource["code"] = Value::Null;
                    }
                    resource[field] = value.clone();
                    assert!(crate::map::withheld(&resource.to_string()), "{resource}");
                    assert_eq!(first(&[resource]).release, Release::Withheld, "{field} {words}");
                }
            }
        }
        let mut falls = at_risk();
        falls["prediction"] = json!([{"outcome": {"text": "At risk from falls"}}]);
        assert_eq!(first(&[falls]).release, Release::Released);
    }

    proptest! {
        #[test]
        fn what_is_not_finished_or_was_wrong_is_withheld(
            status in "(completed|in-progress|preparation|on-hold|not-done|draft|entered-in-error|[a-z]{1,9})",
        ) {
            let never = ["in-progress", "preparation", "on-hold", "not-done", "draft", "entered-in-error"];
            prop_assert_eq!(is_withheld_as(thought(), &status), never.contains(&status.as_str()));
        }

        #[test]
        fn a_risk_that_is_not_final_or_was_wrong_is_withheld(
            status in "(final|amended|corrected|registered|preliminary|cancelled|draft|entered-in-error|[a-z]{1,8})",
        ) {
            let never = ["registered", "preliminary", "cancelled", "draft", "entered-in-error"];
            prop_assert_eq!(is_withheld_as(at_risk(), &status), never.contains(&status.as_str()));
        }

        #[test]
        fn no_risk_is_told_where_something_that_it_is_made_of_is_withheld(
            at in 0_usize..3,
            label in "(REDACTED|NOPAT|THIRDPARTY|UNFILED)",
        ) {
            let (hidden, condition) = hidden(&label);
            let (field, value) = match at {
                0 => ("condition", hidden),
                1 => ("reasonReference", json!([hidden])),
                _ => ("basis", json!([hidden])),
            };
            let mut resource = at_risk();
            resource["prediction"] = json!([{"outcome": {"text": "SECRET"}, "rationale": "SECRET"}]);
            resource["mitigation"] = json!("SECRET");
            resource["note"] = json!([{"text": "SECRET"}]);
            resource[field] = value;
            let facts = first(&[resource, condition]);
            let told = format!("{facts:?}");
            prop_assert!(!told.contains("SECRET"), "{}", told);
            prop_assert_eq!(facts.title.as_str(), "Heart risk");
        }

        #[test]
        fn nothing_that_it_says_in_words_is_told_where_something_that_it_is_made_of_is_withheld(
            at in 0_usize..5,
            label in "(REDACTED|NOPAT|THIRDPARTY|UNFILED)",
        ) {
            let (hidden, condition) = hidden(&label);
            let (field, value) = match at {
                0 => ("problem", json!([hidden])),
                1 => ("investigation", json!([{"item": [hidden]}])),
                2 => ("finding", json!([{"itemReference": hidden, "basis": "SECRET"}])),
                3 => ("prognosisReference", json!([hidden])),
                _ => ("supportingInfo", json!([hidden])),
            };
            let mut resource = thought();
            for words in ["description", "summary"] {
                resource[words] = json!("SECRET");
            }
            resource["note"] = json!([{"text": "SECRET"}]);
            resource[field] = value;
            let facts = first(&[resource, condition]);
            let told = format!("{facts:?}");
            prop_assert!(!told.contains("SECRET"), "{}", told);
            prop_assert_eq!(facts.title.as_str(), "Chest pain clinic");
        }

        #[test]
        fn whatever_stands_in_its_fields_is_read_or_refused(
            kind in "(ClinicalImpression|RiskAssessment)",
            field in "(status|code|description|assessor|problem|investigation|summary|finding|prediction|basis|mitigation|note)",
            value in "(null|1|true|\"x\"|\\[\\]|\\{\\}|\\[\\{\\}\\]|\\[1\\]|\\{\"text\":\"x\"\\}|\\[\\{\"item\":\\[\\{\\}\\]\\}\\])",
        ) {
            read_with(&kind, &field, &value);
        }
    }
}
