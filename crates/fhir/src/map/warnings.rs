//! `DetectedIssue`: what a source's system warned of, such as medicines that do not go together.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{CodeableConcept, Lenient, List, Meta, Period, Reference, fhir};
use crate::words::{joined, plain};
use domain::medicine::{Severity, Warning};
use domain::record::{Category, EntryFacts};

fhir! {
    IssueJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        code: Option<CodeableConcept>,
        severity: Option<String>,
        identified_date_time: Option<String>,
        identified_period: Option<Period>,
        author: Option<Reference>,
        implicated: List<Reference>,
        detail: Option<String>,
        mitigation: List<Mitigation>,
    }
    Mitigation {
        action: Option<CodeableConcept>,
        date: Option<String>,
        author: Option<Reference>,
    }
}

fn done(json: &IssueJson) -> impl Iterator<Item = String> + '_ {
    json.mitigation.iter().filter_map(|one| one.action.as_ref().and_then(CodeableConcept::words))
}

fn severity(json: &IssueJson) -> Option<Severity> {
    json.severity.as_deref().and_then(Severity::from_code)
}

/// What a `DetectedIssue` (FHIR R4) warns of; `None` for another type, for one that cannot be read, and for one that holds no more.
#[must_use]
pub fn warning(received: &Received) -> Option<Warning> {
    let json: IssueJson = (received.resource_type == "DetectedIssue").then(|| parse(received).ok()).flatten()?;
    if matches!(json.status.as_deref(), Some("cancelled" | "entered-in-error")) {
        return None;
    }
    let words = [json.code.as_ref().and_then(CodeableConcept::words), json.detail.as_deref().and_then(plain)];
    Some(Warning {
        about: json.implicated.iter().filter_map(|one| one.reference.clone()).collect(),
        words: joined(words.into_iter().flatten(), ". ").unwrap_or_default(),
        severity: severity(&json),
        done: done(&json).collect(),
    })
}

pub(super) fn issue(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: IssueJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Medicine, Warning::KIND, json.meta.as_ref());
    draft.about(json.code.as_ref());
    draft.status(json.status.as_deref());
    draft.happened(json.identified_date_time.as_ref());
    draft.during(json.identified_period.as_ref());
    draft.by(around.behind(json.author.iter()));
    draft.add("About", around.all_names(json.implicated.iter()));
    draft.add("How serious", severity(&json).map(|one| one.title().to_owned()));
    draft.add("What it says", json.detail.as_deref().and_then(plain));
    draft.add("What was done", joined(done(&json), "\n"));
    Ok(draft.done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn received(text: &str) -> Received {
        Received::new("test", None, text.to_owned()).unwrap()
    }

    #[test]
    fn a_warning_says_what_its_source_says_and_of_what() {
        let text = r#"{"resourceType":"DetectedIssue","id":"i","status":"final","severity":"high",
            "code":{"coding":[{"code":"DRG","display":"Drug Interaction Alert"}]},"detail":" May make you bleed. ",
            "implicated":[{"reference":"MedicationRequest/m1"},{"display":"no reference"}],
            "mitigation":[{"action":{"text":"Blood test each week"}}]}"#;
        let warning = warning(&received(text)).unwrap();
        assert_eq!(
            warning,
            Warning {
                about: vec!["MedicationRequest/m1".to_owned()],
                words: "Drug Interaction Alert. May make you bleed.".to_owned(),
                severity: Some(Severity::High),
                done: vec!["Blood test each week".to_owned()],
            }
        );
    }

    #[test]
    fn what_is_taken_back_warns_no_more() {
        for status in ["cancelled", "entered-in-error"] {
            let text = format!(r#"{{"resourceType":"DetectedIssue","id":"i","status":"{status}","detail":"x"}}"#);
            assert_eq!(warning(&received(&text)), None);
        }
        assert_eq!(warning(&received(r#"{"resourceType":"Observation","id":"o"}"#)), None);
    }

    proptest! {
        #[test]
        fn whatever_stands_in_its_fields_is_read_or_left(field in "(status|severity|detail|implicated|mitigation|code)", value in "(null|1|true|\"x\"|\\[\\]|\\{\\}|\\[\\{\\}\\]|\\[1\\])") {
            let text = format!(r#"{{"resourceType":"DetectedIssue","id":"i","{field}":{value}}}"#);
            let received = received(&text);
            let (read, entry) = (warning(&received), super::super::entry(&received, &Names::among(&[])));
            prop_assert_eq!(read.is_some(), entry.is_ok());
        }
    }
}
