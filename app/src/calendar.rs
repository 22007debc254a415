//! An appointment as other people's calendars take it (RFC 5545). A calendar is often seen by others, at home and at work,
//! so it says when and where, and not what for or with whom.

use chrono::{DateTime, Utc};
use domain::appointment::{Mode, Status};
use icalendar::{Calendar, Class, Component, Event, EventLike, EventStatus};
use service::AppointmentSeen;

/// The file. The same appointment has the same UID each time, so that a calendar keeps it once; its times are UTC.
#[must_use]
pub fn of(seen: &AppointmentSeen, now: DateTime<Utc>) -> String {
    let place = match seen.mode {
        Mode::InPerson => format!("{}, {}, {}", seen.place, seen.address, seen.postcode),
        Mode::Phone | Mode::Video => seen.mode.title().to_owned(),
    };
    let status = match seen.status {
        Status::Proposed | Status::Pending => EventStatus::Tentative,
        Status::Cancelled => EventStatus::Cancelled,
        Status::Booked | Status::Arrived | Status::Fulfilled | Status::NoShow => EventStatus::Confirmed,
    };
    let event = Event::new()
        .uid(&format!("{}@selfheal", seen.id))
        .timestamp(now)
        .starts(seen.starts_at)
        .ends(seen.ends_at)
        .summary("Appointment")
        .location(&place)
        .class(Class::Private)
        .status(status)
        .done();
    Calendar::new().push(event).done().to_string()
}
