//! Appointments: what is coming, finding a time, booking it, and what can be done about it.

pub mod book;
pub mod find;
pub mod help_now;
pub mod list;
pub mod one;
pub mod referrals;
pub mod reminders;

use crate::ctx::{Ctx, Failure};
use crate::forms::{FormState, Typed};
use crate::ui::{Button, ButtonKind, FieldError, Inset, TagKind};
use crate::whose::Whose;
use crate::words;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::{DateTime, Utc};
use domain::appointment::{Mode, ServiceKind, Status};
use domain::when::instant_in_words;
use domain::{AppointmentId, SlotId};
use leptos::prelude::*;
use service::{AppointmentSeen, HospitalSeen};
use std::str::FromStr;

/// The part of an address that names an appointment or a time.
pub(crate) type Part = Result<Path<String>, PathRejection>;

/// The id in a path.
pub(crate) fn id_in<Id: FromStr>(path: Part) -> Result<Id, Failure> {
    path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)
}

/// The appointment that is changed, where one is.
///
/// # Errors
/// For a text that is no id: that appointment does not exist.
pub(crate) fn instead_of(typed: &Typed) -> Result<Option<AppointmentId>, Failure> {
    match typed.get("instead_of").map_or("", String::as_str) {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| Failure::not_found()),
    }
}

/// The appointment that is changed, as somebody sees it who still may change it; absent for one that cannot be changed any
/// more, whose own page says why.
async fn changed(ctx: &Ctx, id: AppointmentId) -> Result<Option<AppointmentSeen>, Failure> {
    let seen = ctx.services().appointments.one(&ctx.actor(), ctx.person()?, id).await?;
    Ok(Some(seen).filter(|seen| seen.can_change(ctx.services().core.now())))
}

/// "We tell you by email", "We write to Edna Hughes by email, or to whoever booked it if …".
pub(crate) fn we_tell(whose: &Whose) -> String {
    let to = |name: &String| format!("We write to {name} by email, or to whoever booked it if {name} has no account here");
    whose.name.as_ref().map_or_else(|| "We tell you by email".to_owned(), to)
}

/// What is pressed to be told of earlier times.
const fn tell_of_earlier(whose: &Whose) -> &'static str {
    if whose.name.is_some() { "Write to them when an earlier time opens" } else { "Tell me when an earlier time opens" }
}

/// What is pressed not to be told any more.
const fn stop_telling(whose: &Whose) -> &'static str {
    if whose.name.is_some() { "Stop writing about earlier times" } else { "Stop telling me" }
}

/// "You have checked in", "Edna Hughes is checked in".
pub(crate) fn checked_in(whose: &Whose) -> String {
    whose.name.as_ref().map_or_else(|| "You have checked in".to_owned(), |name| format!("{name} is checked in"))
}

/// Where an appointment is.
pub(crate) fn page_of(id: AppointmentId) -> String {
    format!("/appointments/{id}")
}

fn changing(path: String, old: Option<AppointmentId>) -> String {
    match old {
        Some(id) => format!("{path}?instead_of={id}"),
        None => path,
    }
}

/// Where a time is.
pub(crate) fn slot_page(id: SlotId, old: Option<AppointmentId>) -> String {
    changing(format!("/appointments/slots/{id}"), old)
}

/// Where a time is booked.
pub(crate) fn book_page(id: SlotId, old: Option<AppointmentId>) -> String {
    changing(format!("/appointments/slots/{id}/book"), old)
}

/// With whom: "Dr Lark, GP".
fn with_whom(name: &str, job: &str) -> String {
    format!("{name}, {job}")
}

/// How, and where to: "In person at Riverside Surgery", "By phone".
fn how(mode: Mode, place: &str) -> String {
    match mode {
        Mode::InPerson => format!("{} at {place}", mode.title()),
        Mode::Phone | Mode::Video => mode.title().to_owned(),
    }
}

/// The same, and how far away the place is where somebody has to come: "In person at Riverside Surgery, 2.4 miles away".
fn how_far(mode: Mode, place: &str, miles: Option<f64>) -> String {
    match miles.filter(|_| mode == Mode::InPerson) {
        Some(miles) => format!("{}, {} away", how(mode, place), words::miles(miles)),
        None => how(mode, place),
    }
}

/// What to do so as to be there, where that is not simply to come; by video with a link that is there once it is booked, or
/// that the service sends.
fn joining(mode: Mode, has_link: bool, whose: &Whose) -> Option<String> {
    let person = whose.person();
    match mode {
        Mode::InPerson => None,
        Mode::Phone => {
            let phone = if whose.name.is_some() { "the phone near" } else { "your phone near you" };
            Some(format!("They ring {person}. Keep {phone}. They may be a little early or late."))
        }
        Mode::Video if has_link => Some("Once it is booked, the page of the appointment has the link to join.".to_owned()),
        Mode::Video => Some(format!("The service sends {person} the link before it begins.")),
    }
}

/// Where an appointment stands, in one or two words; nothing where it is over and nobody has said what became of it.
fn tag(seen: &AppointmentSeen, now: DateTime<Utc>) -> Option<(String, TagKind)> {
    let over = seen.ends_at <= now;
    let (word, kind) = match (seen.status, seen.cancelled_by.as_deref()) {
        (Status::Proposed | Status::Pending | Status::Booked, _) if over => return None,
        (Status::Proposed, _) => (Status::Proposed.title(), TagKind::Attention),
        (Status::Pending, _) => (Status::Pending.title(), TagKind::Info),
        (Status::Booked, _) => (Status::Booked.title(), TagKind::Good),
        (Status::Arrived, _) => ("Checked in", TagKind::Good),
        (Status::Fulfilled, _) => (Status::Fulfilled.title(), TagKind::Neutral),
        (Status::Cancelled, Some("moved")) => ("Changed for another", TagKind::Neutral),
        (Status::Cancelled, Some("refused" | "not-booked")) => ("Not booked", TagKind::Attention),
        (Status::Cancelled, Some("declined")) => ("Not confirmed", TagKind::Attention),
        (Status::Cancelled, Some("team")) => ("Cancelled by the service", TagKind::Attention),
        (Status::Cancelled, _) => (Status::Cancelled.title(), TagKind::Neutral),
        (Status::NoShow, _) => (Status::NoShow.title(), TagKind::Neutral),
    };
    Some((word.to_owned(), kind))
}

/// Those that the service does not keep, each with what became of it and the way to another time.
pub(crate) fn lost(seen: &[AppointmentSeen]) -> impl IntoView + use<> {
    let each = |seen: &AppointmentSeen| {
        let what = format!("{}, {}", seen.service, instant_in_words(seen.starts_at));
        let (href, about, other) = (page_of(seen.id), format!("for {what}"), times_for(seen.kind));
        let what = view! { <a href=href>{what}</a> };
        let words = match seen.cancelled_by.as_deref() {
            Some("declined") => view! { "The service could not confirm " {what} "." }.into_any(),
            Some("not-booked") => view! { "This could not be booked: " {what} "." }.into_any(),
            _ => view! { "The service had to cancel " {what} ". We are sorry." }.into_any(),
        };
        view! {
            <Inset>
                <p>{words}</p>
                <p><Button kind=ButtonKind::Secondary href=other about=about>"Find another time"</Button></p>
            </Inset>
        }
    };
    seen.iter().map(each).collect_view()
}

/// Where the times of a kind are.
fn times_for(kind: ServiceKind) -> String {
    format!("/appointments/find?kind={}", kind.code())
}

/// That somebody may miss something because they are in hospital, as their record says.
pub(crate) fn may_miss(hospital: &HospitalSeen, whose: &Whose) -> String {
    let place = hospital.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let (who, are) = match (&whose.name, hospital.begun) {
        (None, true) => ("You", "you are"),
        (None, false) => ("You", "you will be"),
        (Some(name), true) => (name.as_str(), "they are"),
        (Some(name), false) => (name.as_str(), "they will be"),
    };
    format!("{who} may not be able to attend: our records say that {are} in hospital{place}.")
}

/// What is wrong with a form, where a time or an appointment that is wrong has no field to go to.
fn errors(form: &FormState) -> Vec<FieldError> {
    let fieldless = |error: FieldError| match error.field_id.as_str() {
        "slot" | "instead_of" => FieldError::new("", error.message),
        _ => error,
    };
    form.errors().into_iter().map(fieldless).collect()
}

/// A phone number that can be pressed.
pub(crate) fn phone_link(phone: &str) -> impl IntoView + use<> {
    let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let phone = phone.to_owned();
    view! { <a href=format!("tel:{digits}")>{phone}</a> }
}

/// Words on several lines as they were typed, without the empty ones.
pub(crate) fn on_lines(text: &str) -> impl IntoView + use<> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).enumerate();
    lines.map(|(at, line)| view! { {(at > 0).then(|| view! { <br /> })} {line.to_owned()} }).collect_view()
}

/// Whom to call where it cannot wait.
fn cannot_wait() -> impl IntoView {
    view! {
        <p>
            "If it cannot wait, call " <a href="tel:111">"111"</a> ". In an emergency call " <a href="tel:999">"999"</a> "."
        </p>
    }
}

/// Whom else to ask.
fn may_have_others() -> impl IntoView {
    view! { <p>"You can also ring your GP practice. They may have times that are not shown here."</p> }
}

/// Whom else to ask where nothing can be booked here.
fn other_ways() -> impl IntoView {
    view! {
        {may_have_others()}
        {cannot_wait()}
    }
}
