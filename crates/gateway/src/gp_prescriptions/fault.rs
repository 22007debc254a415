//! What each answer that is not the one hoped for means.

use crate::interface::{Asked, outcome};
use domain::medicine::OrderRefusal;
use serde_json::Value;
use service::{OrderFault, OutsideFault};

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// To tell something; nothing is done by it.
    Look,
    /// To prescribe again.
    Order,
    /// To take that back.
    Cancel,
}

impl Asked for Act {
    type Refusal = OrderRefusal;

    fn does(self) -> bool {
        self != Self::Look
    }

    /// The error codes of the specification, whatever the status: its versions give the same code with several.
    fn refused(self, status: u16, body: Option<&Value>) -> OrderFault {
        let (code, issue, words) = outcome(body);
        let refused = OutsideFault::Refused;
        match (status, code.as_str(), self) {
            // Not known in front of it, or busy: nothing was done. Whether the person may do it is said by 403.
            (401 | 408 | 425 | 429 | 503, ..) => OutsideFault::NotDone(format!("it answered {status}")),
            (400..=499, "INVALID_NHS_NUMBER" | "PATIENT_NOT_FOUND", _) => refused(OrderRefusal::NotKnown),
            (400..=499, "REFERENCE_NOT_FOUND", _) if words.contains("patient") => refused(OrderRefusal::NotKnown),
            (400..=499, "INVALID_REQUEST_STATE", _) => refused(OrderRefusal::TooLate),
            (400..=499, "DUPLICATE_REJECTED", _) | (409, _, Self::Order) => refused(OrderRefusal::Duplicate),
            (400..=499, "REFERENCE_NOT_FOUND", _) | (404, "RESOURCE_NOT_FOUND", Self::Look | Self::Order) => {
                refused(OrderRefusal::NotThere)
            }
            // So it answers too where the order is cancelled or prescribed.
            (404, "RESOURCE_NOT_FOUND" | "", Self::Cancel) | (409 | 410, _, Self::Cancel) => refused(OrderRefusal::TooLate),
            (400..=499, "ACCESS_DENIED", _) | (403, ..) => refused(OrderRefusal::NotAllowed),
            (400..=499, "CONFLICTING_VALUES" | "INVALID_CODE_VALUE", _) => refused(OrderRefusal::Differs),
            (400..=499, "INVALID_VALUE", _) if issue == "too-long" || words.contains("note") => {
                refused(OrderRefusal::NoteTooLong)
            }
            (400..=499, "INVALID_VALUE", _) if words.contains("quantity") => refused(OrderRefusal::Differs),
            // Changed since it was read: look again, then try again.
            (412, ..) => self.unsure("it has changed meanwhile"),
            (400..=499, ..) => refused(OrderRefusal::NotTaken),
            // Whatever it was, it may have been done.
            _ => self.unsure(&format!("it answered {status}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(code: &str, issue: &str, display: &str) -> Value {
        json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": issue, "details": {
            "coding": [{ "system": "https://fhir.nhs.uk/R4/ValueSet/Spine-ErrorOrWarningCode-1", "code": code, "display": display }]
        } }] })
    }

    /// Every row of the tables: the specification's, by operation, and the guide's "Errors and issues".
    #[test]
    fn every_error_of_the_specification_means_something_that_can_be_said() {
        use Act::{Cancel, Look, Order};
        use OrderRefusal::{Differs, Duplicate, NotAllowed, NotKnown, NotTaken, NotThere, NoteTooLong, TooLate};
        let table = [
            (Look, 404, "RESOURCE_NOT_FOUND", "", "The request is for a MedicationRequest that doesn't exist", NotThere),
            (Look, 404, "PATIENT_NOT_FOUND", "", "The request is for a Patient that doesn't exist", NotKnown),
            (Look, 403, "ACCESS_DENIED", "", "Access denied", NotAllowed),
            (Look, 422, "INVALID_PARAMETER", "", "The date is invalid or in future", NotTaken),
            (Look, 422, "INVALID PARAMERER", "", "Date is invalid", NotTaken),
            (Look, 400, "BAD_REQUEST", "", "X-Request-ID is not present", NotTaken),
            (Order, 400, "BAD_REQUEST", "", "X-Request-ID is not present", NotTaken),
            (Order, 403, "ACCESS_DENIED", "", "the patient logged in does not have the correct access level", NotAllowed),
            (Order, 409, "DUPLICATE_REJECTED", "", "Create would lead to creation of a duplicate resource", Duplicate),
            (Order, 422, "INVALID_RESOURCE", "", "Task missing required focus reference", NotTaken),
            (Order, 422, "REFERENCE_NOT_FOUND", "", "focus reference to MedicationRequest not valid", NotThere),
            (Order, 422, "REFERENCE_NOT_FOUND", "", "requester reference to Patient not valid", NotKnown),
            (Order, 422, "REFERENCE_NOT_FOUND", "", "for reference to Patient not valid", NotKnown),
            (Order, 400, "CONFLICTING_VALUES", "value", "Prescribed item description does not match code", Differs),
            (Order, 400, "CONFLICTING_VALUES", "business-rule", "Mismatched prescribed item to quantity", Differs),
            (Order, 400, "CONFLICTING_VALUES", "business-rule", "BasedOn reference does not match previous", Differs),
            (Order, 400, "DUPLICATE_REJECTED", "duplicate", "Duplicate prescription request", Duplicate),
            (Order, 400, "INVALID_CODE_VALUE", "code-invalid", "Invalid prescribed item code", Differs),
            (Order, 400, "INVALID_CODE_VALUE", "code-invalid", "Invalid prescribed item quantity code", Differs),
            (Order, 400, "INVALID_NHS_NUMBER", "value", "Invalid patient ID", NotKnown),
            (Order, 400, "INVALID_RESOURCE", "required", "BasedOn reference to previous prescription not present", NotTaken),
            (Order, 400, "INVALID_VALUE", "value", "Invalid prescribed item quantity", Differs),
            (Order, 400, "INVALID_VALUE", "too-long", "Note too long", NoteTooLong),
            (Order, 400, "INVALID_VALUE", "value", "Task or request date not in past", NotTaken),
            (Cancel, 400, "INVALID_IDENTIFIER_VALUE", "value", "Invalid task ID", NotTaken),
            (Cancel, 400, "INVALID_PARAMETER", "value", "Invalid date", NotTaken),
            (Cancel, 400, "INVALID_REQUEST_STATE", "value", "Attempted cancellation once cancelled or prescribed", TooLate),
            (Cancel, 400, "INVALID_NHS_NUMBER", "value", "Invalid NHS Number", NotKnown),
            (Cancel, 404, "RESOURCE_NOT_FOUND", "", "The request is for a Task that has already been actioned", TooLate),
            (Cancel, 422, "INVALID_PARAMETER", "", "The Task id supplied is invalid", NotTaken),
            (Cancel, 403, "ACCESS_DENIED", "", "Access denied", NotAllowed),
        ];
        for (act, status, code, issue, words, refusal) in table {
            let told = act.refused(status, Some(&body(code, issue, words)));
            assert_eq!(told, OutsideFault::Refused(refusal), "{act:?} {status} {code} {words}");
        }
        // "Not authorised" is about this program's token, not about the person: it is tried again.
        let told = Order.refused(401, Some(&body("ACCESS_DENIED", "", "Not authorised")));
        assert!(matches!(told, OutsideFault::NotDone(_)));
    }

    #[test]
    fn after_a_fault_of_the_server_nobody_knows_what_was_done_unless_it_was_asked_only_to_tell() {
        for status in [500, 502, 504, 302, 299] {
            assert!(matches!(Act::Order.refused(status, None), OutsideFault::Unknown(_)), "{status}");
            assert!(matches!(Act::Cancel.refused(status, None), OutsideFault::Unknown(_)), "{status}");
            assert!(matches!(Act::Look.refused(status, None), OutsideFault::NotDone(_)), "{status}");
        }
        for status in [401, 408, 429, 503] {
            assert!(matches!(Act::Order.refused(status, Some(&json!([]))), OutsideFault::NotDone(_)), "{status}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_it_answers_there_is_a_meaning(status in 100_u16..1000, code in ".{0,30}", act in 0..3_usize) {
            let act = [Act::Look, Act::Order, Act::Cancel][act];
            let fault = act.refused(status, Some(&body(&code, &code, &code)));
            proptest::prop_assert!(act != Act::Look || !matches!(fault, OutsideFault::Unknown(_)));
        }
    }
}
