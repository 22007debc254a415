//! `ClinicalImpression`.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, is_unfiled, parse};
use crate::Received;
use crate::types::{Annotation, CodeableConcept, Lenient, List, Meta, Period, Reference, fhir};
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
}

/// Whether all that something was made of may be told of. What is concluded from it, and what is said of it in words, repeats it.
fn is_open<'r>(around: &Around<'_>, made_of: impl Iterator<Item = &'r Reference>) -> bool {
    // Each is asked, so that all of them are noted as mentioned.
    made_of.filter(|one| !around.may_tell(one)).count() == 0
}

/// What a clinician thought of how somebody is. Its title is never made of its words: lists show it to whoever may not read them.
pub(super) fn impression(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: ImpressionJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Care, "Clinical assessment", json.meta.as_ref());
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::record::{Release, Sensitivity};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// The entry of the first resource, among the others.
    fn first(resources: &[Value]) -> EntryFacts {
        let all: Vec<Received> = resources.iter().map(|one| Received::new("test", None, one.to_string()).unwrap()).collect();
        crate::map::entry(&all[0], &Names::among(&all)).unwrap().unwrap()
    }

    /// Its details, each as "label: value".
    fn said(facts: &EntryFacts) -> Vec<String> {
        facts.details.iter().map(|detail| format!("{}: {}", detail.label, detail.value)).collect()
    }

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
            (Category::Care, "Clinical assessment", "Chest pain clinic")
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
        let facts = first(&[json!({"resourceType": "ClinicalImpression", "id": "i", "status": "completed"})]);
        assert_eq!((facts.title.as_str(), facts.details.len()), ("Clinical assessment", 0));
    }

    proptest! {
        #[test]
        fn what_is_not_finished_or_was_wrong_is_withheld(
            status in "(completed|in-progress|preparation|on-hold|not-done|draft|entered-in-error|[a-z]{1,9})",
        ) {
            let mut resource = thought();
            resource["status"] = json!(status);
            let never = ["in-progress", "preparation", "on-hold", "not-done", "draft", "entered-in-error"];
            let withheld = never.contains(&status.as_str());
            let raw = resource.to_string();
            prop_assert_eq!(first(&[resource]).release == Release::Withheld, withheld);
            prop_assert_eq!(crate::map::withheld(&raw), withheld);
        }

        #[test]
        fn nothing_that_it_says_in_words_is_told_where_something_that_it_is_made_of_is_withheld(
            at in 0_usize..5,
            label in "(REDACTED|NOPAT|THIRDPARTY|UNFILED)",
        ) {
            let hidden = json!({"reference": "Condition/hidden", "display": "SECRET"});
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
            let condition = json!({
                "resourceType": "Condition", "id": "hidden", "code": {"text": "SECRET"}, "meta": {"security": [{"code": label}]},
            });
            let facts = first(&[resource, condition]);
            let told = format!("{facts:?}");
            prop_assert!(!told.contains("SECRET"), "{}", told);
            prop_assert_eq!(facts.title.as_str(), "Chest pain clinic");
        }

        #[test]
        fn whatever_stands_in_its_fields_is_read_or_refused(
            field in "(status|code|description|assessor|problem|investigation|summary|finding|prognosisReference|note)",
            value in "(null|1|true|\"x\"|\\[\\]|\\{\\}|\\[\\{\\}\\]|\\[1\\]|\\{\"text\":\"x\"\\}|\\[\\{\"item\":\\[\\{\\}\\]\\}\\])",
        ) {
            let text = format!(r#"{{"resourceType":"ClinicalImpression","id":"i","{field}":{value}}}"#);
            let received = Received::new("test", None, text).unwrap();
            drop(crate::map::entry(&received, &Names::among(&[])));
        }
    }
}
