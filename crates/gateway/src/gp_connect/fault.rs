//! What each answer that is not the one hoped for means.

use crate::interface::{Asked, outcome};
use domain::appointment::Refusal;
use serde_json::Value;
use service::OutsideFault;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// To tell something; nothing is done by it.
    Look,
    /// To book.
    Book,
    /// To cancel.
    Cancel,
}

impl Asked for Act {
    type Refusal = Refusal;

    fn does(self) -> bool {
        self != Self::Look
    }

    fn refused(self, status: u16, body: Option<&Value>) -> OutsideFault {
        refused(status, body, self)
    }
}

/// The status codes and error codes of the specification.
fn refused(status: u16, body: Option<&Value>, act: Act) -> OutsideFault {
    let (code, _, words) = outcome(body);
    let refused = |refusal| OutsideFault::Refused(refusal);
    let busy = || OutsideFault::NotDone(format!("it answered {status}"));
    match (status, code.as_str(), act) {
        // Not known in front of it, or busy: nothing was done.
        (401 | 408 | 425 | 429 | 503, ..) => busy(),
        (400 | 403, "NO_ORGANISATION_CONSENT", _) => refused(Refusal::NotAllowed),
        (400, "INVALID_NHS_NUMBER" | "INVALID_IDENTIFIER_VALUE" | "INVALID_IDENTIFIER_VA", _) | (404, "PATIENT_NOT_FOUND", _) => {
            refused(Refusal::NotKnown)
        }
        // What was looked for is not there.
        (404, "NO_RECORD_FOUND", Act::Look) => refused(Refusal::NotOpen),
        (403, _, Act::Cancel) if words.contains("cancel") => refused(Refusal::CancellingOff),
        (403, ..) => refused(Refusal::NotAllowed),
        (404, "NO_RECORD_FOUND" | "", Act::Book) | (409, _, Act::Book) => refused(Refusal::SlotGone),
        (404 | 410, "NO_RECORD_FOUND" | "", Act::Cancel) | (409, _, Act::Cancel) => refused(Refusal::NotOpen),
        // Changed since it was read: look again, then try again.
        (412, ..) => act.unsure("it has changed meanwhile"),
        (461, _, Act::Cancel) => refused(Refusal::TooLate),
        (400..=499, ..) => refused(Refusal::NotTaken),
        // Whatever it was, it may have been done.
        _ => act.unsure(&format!("it answered {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(code: &str, display: &str) -> Value {
        json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "forbidden", "details": {
            "coding": [{ "system": "https://fhir.nhs.uk/STU3/ValueSet/Spine-ErrorOrWarningCode-1", "code": code, "display": display }]
        } }] })
    }

    /// Every row of the tables in the specification, by operation.
    #[test]
    fn every_error_of_the_specification_means_something_that_can_be_said() {
        let both = [
            (400, "INVALID_IDENTIFIER_VALUE", "Invalid identifier value", Refusal::NotKnown),
            (400, "INVALID_IDENTIFIER_VA", "Invalid identifier value", Refusal::NotKnown),
            (400, "BAD_REQUEST", "Submitted request is malformed/invalid", Refusal::NotTaken),
            (400, "VALIDATION_ERROR", "", Refusal::NotTaken),
            (400, "UNSUPPORTED_VALUE", "There was an unsupported value in the request", Refusal::NotTaken),
            (400, "NO_ORGANISATION_CONSENT", "Organisation has not provided consent to share data", Refusal::NotAllowed),
            (403, "ACCESS_DENIED", "Access denied", Refusal::NotAllowed),
        ];
        for (status, code, display, refusal) in both {
            for act in [Act::Look, Act::Book, Act::Cancel] {
                assert_eq!(
                    refused(status, Some(&body(code, display)), act),
                    OutsideFault::Refused(refusal),
                    "{status} {code} {act:?}"
                );
            }
        }
        let table = [
            (Act::Look, 404, "NO_RECORD_FOUND", "No record found", Refusal::NotOpen),
            (Act::Look, 404, "", "", Refusal::NotTaken),
            (Act::Look, 404, "PATIENT_NOT_FOUND", "Patient record not found", Refusal::NotKnown),
            (Act::Look, 422, "INVALID RESOURCE", "Submitted resource is invalid", Refusal::NotTaken),
            (Act::Look, 422, "INVALID PARAMETER", "Submitted parameter is invalid", Refusal::NotTaken),
            (Act::Book, 400, "INVALID_NHS_NUMBER", "Nhs Number Invalid", Refusal::NotKnown),
            (Act::Book, 404, "ORGANISATION_NOT_FOUND", "Organisation record not found", Refusal::NotTaken),
            (Act::Book, 404, "PRACTITIONER_NOT_FOUND", "Practitioner record not found", Refusal::NotTaken),
            (Act::Book, 404, "PATIENT_NOT_FOUND", "Patient record not found", Refusal::NotKnown),
            (Act::Book, 404, "NO_RECORD_FOUND", "No record found", Refusal::SlotGone),
            (Act::Book, 409, "DUPLICATE_REJECTED", "Create would lead to creation of a duplicate resource", Refusal::SlotGone),
            (Act::Cancel, 403, "ACCESS_DENIED", "Practice has disabled cancellation", Refusal::CancellingOff),
            (Act::Cancel, 404, "NO_RECORD_FOUND", "No record found", Refusal::NotOpen),
            (Act::Cancel, 409, "ACCESS_DENIED", "Cannot cancel appointment", Refusal::NotOpen),
            (Act::Cancel, 461, "ACCESS_DENIED", "Too late to cancel appointment", Refusal::TooLate),
        ];
        for (act, status, code, display, refusal) in table {
            assert_eq!(
                refused(status, Some(&body(code, display)), act),
                OutsideFault::Refused(refusal),
                "{status} {code} {act:?}"
            );
        }
    }

    #[test]
    fn after_a_fault_of_the_server_nobody_knows_what_was_done_unless_it_was_asked_only_to_tell() {
        for status in [500, 502, 504, 302, 299] {
            assert!(matches!(refused(status, None, Act::Book), OutsideFault::Unknown(_)), "{status}");
            assert!(matches!(refused(status, None, Act::Cancel), OutsideFault::Unknown(_)), "{status}");
            assert!(matches!(refused(status, None, Act::Look), OutsideFault::NotDone(_)), "{status}");
        }
        for status in [401, 408, 429, 503] {
            assert!(matches!(refused(status, Some(&json!([])), Act::Book), OutsideFault::NotDone(_)), "{status}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_it_answers_there_is_a_meaning(status in 100_u16..1000, code in ".{0,30}", act in 0..3) {
            let act = [Act::Look, Act::Book, Act::Cancel][usize::try_from(act).unwrap()];
            let fault = refused(status, Some(&body(&code, &code)), act);
            proptest::prop_assert!(act != Act::Look || !matches!(fault, OutsideFault::Unknown(_)));
        }
    }
}
