//! Writes what GP Connect is asked (FHIR STU3, profile GPConnect-Appointment-1).

use crate::interface::instant;
use serde_json::{Value, json};
use service::{OutsideBooking, OutsideDiary};

const PROFILE: &str = "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Appointment-1";
const BOOKER: &str = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-BookingOrganisation-1";
const CANCELLED: &str = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-AppointmentCancellationReason-1";
/// The most characters of `Appointment.description`.
const DESCRIPTION: usize = 100;
/// The most characters of `Appointment.comment`, and of a reason to cancel.
const COMMENT: usize = 500;

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// What is sent to book.
pub fn appointment(at: &OutsideDiary, booking: &OutsideBooking) -> Value {
    let accepted = |reference: String| json!({ "actor": { "reference": reference }, "status": "accepted" });
    let mut participants = vec![accepted(format!("Patient/{}", booking.nhs_number))];
    participants.extend(booking.place.as_ref().map(|id| accepted(format!("Location/{id}"))));
    let reason = booking.reason.trim();
    let mut body = json!({
        "resourceType": "Appointment",
        "meta": { "profile": [PROFILE] },
        "contained": [{
            "resourceType": "Organization",
            "id": "1",
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": at.organisation }],
        }],
        "extension": [{ "url": BOOKER, "valueReference": { "reference": "#1" } }],
        "status": "booked",
        "description": if reason.is_empty() { "Booked online".to_owned() } else { cut(reason, DESCRIPTION) },
        "start": instant(booking.starts_at),
        "end": instant(booking.ends_at),
        "slot": [{ "reference": format!("Slot/{}", booking.slot) }],
        "created": instant(booking.asked_at),
        "participant": participants,
    });
    // What they need comes first, so that no long reason pushes it out.
    let needs = booking.needs.trim();
    let long = if reason.chars().count() > DESCRIPTION { reason } else { "" };
    let comment = [needs, long].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    if !comment.is_empty() {
        body["comment"] = Value::from(cut(&comment, COMMENT));
    }
    body
}

/// Makes an appointment, as it was read, a cancelled one.
pub fn cancel(appointment: &mut Value, reason: &str) {
    let reason = if reason.trim().is_empty() { "Cancelled online" } else { reason.trim() };
    let said = json!({ "url": CANCELLED, "valueString": cut(reason, COMMENT) });
    match appointment.get_mut("extension").and_then(Value::as_array_mut) {
        Some(extensions) => extensions.push(said),
        None => appointment["extension"] = Value::from(vec![said]),
    }
    appointment["status"] = Value::from("cancelled");
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use uuid::Uuid;

    fn booking(reason: &str, needs: &str) -> Value {
        let at = OutsideDiary { base_url: "https://gp.example".to_owned(), organisation: "Y90001".to_owned() };
        let booking = OutsideBooking {
            request: Uuid::nil(),
            nhs_number: "9990000018".to_owned(),
            slot: "1".to_owned(),
            place: None,
            starts_at: DateTime::UNIX_EPOCH,
            ends_at: DateTime::UNIX_EPOCH,
            reason: reason.to_owned(),
            needs: needs.to_owned(),
            asked_at: DateTime::UNIX_EPOCH,
        };
        appointment(&at, &booking)
    }

    #[test]
    fn what_somebody_needs_is_told_with_what_they_book() {
        let body = booking("My knee hurts", "Needs a BSL interpreter.");
        assert_eq!((&body["description"], &body["comment"]), (&json!("My knee hurts"), &json!("Needs a BSL interpreter.")));
        assert_eq!(booking("My knee hurts", "").get("comment"), None);
        let long = "x".repeat(600);
        let comment = booking(&long, "Needs a BSL interpreter.")["comment"].as_str().unwrap().to_owned();
        assert!(comment.starts_with("Needs a BSL interpreter.\nxxx") && comment.chars().count() == COMMENT, "{comment}");
    }
}
