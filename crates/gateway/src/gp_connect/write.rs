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
/// The fewest characters of it for what somebody needs: a reason of 500 characters leaves as many.
const NEEDS: usize = 79;
/// How far before its end a text is cut between words.
const NEAR: usize = 20;

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The first characters, as many as these at most and cut between words where a space is near, and what comes after them.
fn split(text: &str, most: usize) -> (&str, &str) {
    let Some((end, _)) = text.char_indices().nth(most) else { return (text, "") };
    let (head, tail) = text.split_at(end);
    let near = |at: &usize| head.get(*at..).is_some_and(|word| word.chars().count() <= NEAR);
    let between = if tail.starts_with(char::is_whitespace) { None } else { head.rfind(char::is_whitespace).filter(near) };
    let (head, tail) = text.split_at(between.unwrap_or(end));
    (head.trim_end(), tail.trim_start())
}

/// `Appointment.description` and `Appointment.comment`. What somebody needs comes first there, so that no long reason pushes it out; the
/// reason goes on where the description ends, all of it, and what is cut of the needs is marked.
fn described(reason: &str, needs: &str) -> (String, String) {
    if needs.is_empty() {
        let long = reason.chars().count() > DESCRIPTION;
        return (cut(reason, DESCRIPTION), if long { cut(reason, COMMENT) } else { String::new() });
    }
    let (description, rest) = split(reason, DESCRIPTION);
    let room = COMMENT.saturating_sub(rest.chars().count() + 1).max(NEEDS);
    let needs = match needs.chars().count() > room {
        true => format!("{}\u{2026}", split(needs, room - 1).0),
        false => needs.to_owned(),
    };
    let comment = if rest.is_empty() { needs } else { format!("{needs}\n{rest}") };
    (description.to_owned(), cut(&comment, COMMENT))
}

/// What is sent to book.
pub fn appointment(at: &OutsideDiary, booking: &OutsideBooking) -> Value {
    let accepted = |reference: String| json!({ "actor": { "reference": reference }, "status": "accepted" });
    let mut participants = vec![accepted(format!("Patient/{}", booking.nhs_number))];
    participants.extend(booking.place.as_ref().map(|id| accepted(format!("Location/{id}"))));
    let (description, comment) = described(booking.reason.trim(), booking.needs.trim());
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
        "description": if description.is_empty() { "Booked online".to_owned() } else { description },
        "start": instant(booking.starts_at),
        "end": instant(booking.ends_at),
        "slot": [{ "reference": format!("Slot/{}", booking.slot) }],
        "created": instant(booking.asked_at),
        "participant": participants,
    });
    if !comment.is_empty() {
        body["comment"] = Value::from(comment);
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

    #[test]
    fn all_of_a_reason_reaches_the_practice_and_what_is_cut_of_the_needs_is_marked() {
        for reason in ["knee ".repeat(80), "knee ".repeat(100), "k".repeat(500)] {
            let reason = reason.trim();
            let body = booking(reason, &"Needs a room. ".repeat(32));
            let (description, comment) = (body["description"].as_str().unwrap(), body["comment"].as_str().unwrap());
            let (needs, rest) = comment.split_once('\n').unwrap();
            let between = if reason.contains(' ') { " " } else { "" };
            assert_eq!(format!("{description}{between}{rest}"), reason);
            assert!(needs.starts_with("Needs a room. Needs") && needs.ends_with('\u{2026}'), "{needs}");
            assert!(description.chars().count() <= DESCRIPTION && comment.chars().count() <= COMMENT, "{comment}");
        }
        let needs = "Needs a room. ".repeat(35);
        assert_eq!(booking("My knee hurts", &needs)["comment"], json!(needs.trim()), "there is room for all of it");
    }
}
