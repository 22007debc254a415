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
    if reason.chars().count() > DESCRIPTION {
        body["comment"] = Value::from(cut(reason, COMMENT));
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
