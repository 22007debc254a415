//! One appointment: when, where and how, and what can be done about it.

use super::{
    Part, changing, checked_in, errors, how, id_in, joining, may_miss, on_lines, page_of, phone_link, stop_telling, tag,
    tell_of_earlier, times_for, we_tell, with_whom,
};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, ErrorSummary, Form, IconName, Inset, Narrow, PageHeading, Section, SummaryList,
    SummaryRow, Tag, TextArea,
};
use crate::whose::Whose;
use crate::words;
use chrono::{DateTime, TimeDelta, Utc};
use domain::appointment::{Mode, Status};
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{AppointmentPage, AppointmentSeen, SlotSeen};

/// The page.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let (id, actor, person, now) = (id_in(path)?, ctx.actor(), ctx.person()?, ctx.services().core.now());
    let AppointmentPage { seen, person: of, ahead, earlier } = ctx.services().appointments.page(&actor, person, id).await?;
    let can_change = seen.can_change(now);
    let earlier: Vec<(SlotSeen, String)> = earlier.into_iter().map(|slot| (slot, ctx.submission())).collect();
    let form = ctx.form("appointment").await?;
    let (title, heading) = (instant_in_words(seen.starts_at), instant_in_words(seen.starts_at));
    let head = Head { has_errors: form.has_errors(), ..Head::new(&title, Place::Appointments) };
    let whose = ctx.whose();
    ctx.page(head, || {
        // What may not take place, or in this way, is said by itself.
        let goes = seen.status == Status::Booked && seen.starts_at > now && seen.hospital.is_none();
        let easy = (easy::is_on() && goes).then(|| view! { <p class="sh-lead">{easy::on_the_day(seen.mode)}</p> });
        let sooner = can_change.then(|| view! { <Earlier seen=seen.clone() earlier whose=whose.clone() /> });
        view! {
            <BackLink href="/appointments" label="Back to appointments" />
            <ErrorSummary errors=errors(&form) />
            {easy::picture(IconName::Calendar)}
            <PageHeading title=heading caption=seen.service.clone() />
            {easy}
            <p class="sh-print-only">{format!("For {of}")}</p>
            {check_in(&seen)}
            {hospital(&seen, can_change, &whose)}
            {standing(&seen, ahead, now, &whose)}
            {changed_by_service(&seen, now)}
            {clash(&seen, can_change, now, &whose)}
            <SummaryList rows=facts(&seen, now, &whose) />
            <div class="sh-screen-only">
                {acts(&seen, can_change, now, &whose)}
                {sooner}
            </div>
            {locked(&seen)}
        }
    })
    .await
}

/// That they may miss it because they are in hospital, and what to do then.
fn hospital(seen: &AppointmentSeen, can_change: bool, whose: &Whose) -> Option<AnyView> {
    let hospital = seen.hospital.as_ref()?;
    let cannot = whose.name.as_ref().map_or("If you cannot come", |_| "If they cannot come");
    let then = match can_change {
        true => format!("{cannot}, change or cancel it below, so that somebody else can have the time. Otherwise do nothing."),
        false => format!("{cannot}, ring the service. Otherwise do nothing."),
    };
    let (why, entry) = (may_miss(hospital, whose), whose.entry(hospital.entry));
    Some(
        view! {
            <Inset>
                <p>{why}</p>
                <p>{then}</p>
                <p class="sh-screen-only"><a href=entry>"See what the record says"</a></p>
            </Inset>
        }
        .into_any(),
    )
}

/// What has to be known first about where it stands.
fn standing(seen: &AppointmentSeen, ahead: Option<u32>, now: DateTime<Utc>, whose: &Whose) -> Option<AnyView> {
    let another = whose.name.is_some();
    let words = match (seen.status, seen.cancelled_by.as_deref(), ahead) {
        (Status::Proposed, ..) if seen.starts_at > now => {
            format!(
                "We have asked the service's own system for this time, and it has not answered yet. It is not booked until it does. \
                 We ask again by ourselves. {}.",
                we_tell(whose)
            )
        }
        (Status::Pending, ..) if seen.starts_at > now => {
            format!("The service still has to confirm this. {}.", we_tell(whose))
        }
        (Status::Arrived, _, Some(0)) => {
            format!("{}. {}.", checked_in(whose), if another { "They are next" } else { "You are next" })
        }
        (Status::Arrived, _, Some(ahead)) => {
            let people = words::how_many(u64::from(ahead), "person is", "people are");
            format!("{}. {people} before {}.", checked_in(whose), if another { "them" } else { "you" })
        }
        (Status::Arrived, _, None) => format!("{}.", checked_in(whose)),
        (Status::Cancelled, Some("team"), _) => {
            "The service had to cancel this. We are sorry. You can find another time.".to_owned()
        }
        (Status::Cancelled, Some("refused" | "not-booked"), _) => {
            "This could not be booked: the service's own system did not take it. Find another time, or ring the service."
                .to_owned()
        }
        (Status::Cancelled, Some("declined"), _) => {
            "The service could not confirm this. Find another time, or ring the service.".to_owned()
        }
        (Status::Cancelled, Some("moved"), _) => "This was changed for another appointment.".to_owned(),
        (Status::Cancelled, ..) => format!("This is cancelled. Nobody expects {}.", whose.person()),
        _ => return None,
    };
    // Where somebody waits, the queue moves on.
    let again = (seen.status == Status::Arrived)
        .then(|| view! { <p class="sh-screen-only"><a href=page_of(seen.id)>"Look again"</a></p> });
    Some(view! { <Inset><p>{words}</p>{again}</Inset> }.into_any())
}

/// What the service changed since it was booked, and when.
fn changed_by_service(seen: &AppointmentSeen, now: DateTime<Utc>) -> Option<AnyView> {
    let day = day_in_words(london_day(seen.changed_at().filter(|_| seen.status.is_coming(seen.ends_at, now))?));
    let place = seen.place_changed_at.map(|_| format!("at {}", seen.place));
    let who = seen.practitioner_changed_at.map(|_| format!("with {}", with_whom(&seen.practitioner, &seen.job)));
    let now_so: Vec<String> = place.into_iter().chain(who).collect();
    let words = format!("The service changed this on {day}: it is now {}. The time is the same.", now_so.join(", "));
    Some(view! { <Inset><p>{words}</p></Inset> }.into_any())
}

/// That there is something else at the same time, and what to do.
fn clash(seen: &AppointmentSeen, can_change: bool, now: DateTime<Utc>, whose: &Whose) -> Option<AnyView> {
    if !seen.clashes || !seen.status.is_coming(seen.ends_at, now) {
        return None;
    }
    let (have, entry) = (words::sentence(&whose.have()), seen.clashing_visit.map(|visit| whose.entry(visit)));
    let (what, then) = match (&entry, can_change) {
        (Some(_), true) => ("another visit", "Change or cancel this one, or ring whoever gave the other."),
        (Some(_), false) => ("another visit", "Ring the service of one of them."),
        (None, true) => ("another appointment", "Change or cancel one of them."),
        (None, false) => ("another appointment", "Change or cancel the other, or ring the service."),
    };
    let link = entry.map(|entry| view! { <p class="sh-screen-only"><a href=entry>"See what the record says"</a></p> });
    let words = format!("{have} {what} at this time. {then}");
    Some(view! { <Inset><p>{words}</p>{link}</Inset> }.into_any())
}

/// How to be there, where that is not simply to come; by video with the way in, and a way to try it before.
fn join(seen: &AppointmentSeen, now: DateTime<Utc>, whose: &Whose) -> Option<AnyView> {
    let Some(link) = seen.video_link.clone() else { return joining(seen.mode, false, whose).map(IntoAny::into_any) };
    // What begins today cannot be tried the day before.
    let before = if seen.starts_at - now < TimeDelta::days(1) { "Before it begins, " } else { "A day before, " };
    let test = seen.video_test.clone().map(|test| {
        view! {
            <p>
                {before} <a href=test rel="noopener noreferrer">"test your camera and sound"</a>
                ". You need a phone, tablet or computer with both, and a quiet place."
            </p>
        }
    });
    Some(
        view! {
            <p>
                <a href=link rel="noopener noreferrer">"Join by video"</a>
                " from 10 minutes before it begins. Wait on that page until they let you in."
            </p>
            {test}
        }
        .into_any(),
    )
}

fn facts(seen: &AppointmentSeen, now: DateTime<Utc>, whose: &Whose) -> Vec<SummaryRow> {
    let mut rows: Vec<SummaryRow> = tag(seen, now)
        .into_iter()
        .map(|(label, kind)| SummaryRow::new("Status", view! { <Tag label=label kind=kind /> }))
        .collect();
    rows.extend(whose.name.clone().map(|name| SummaryRow::new("For", name)));
    rows.push(SummaryRow::new("Service", format!("{}, {}", seen.service, seen.organisation)));
    rows.push(SummaryRow::new("With", with_whom(&seen.practitioner, &seen.job)));
    rows.push(SummaryRow::new("How", how(seen.mode, &seen.place)));
    rows.extend(join(seen, now, whose).map(|joining| SummaryRow::new("Joining", joining)));
    if seen.mode == Mode::InPerson {
        rows.push(SummaryRow::new("Where", on_lines(&format!("{}\n{}\n{}", seen.place, seen.address, seen.postcode))));
        if !seen.directions.is_empty() {
            rows.push(SummaryRow::new("How to get there", on_lines(&seen.directions)));
        }
    }
    if !seen.phone.is_empty() {
        rows.push(SummaryRow::new("Phone", phone_link(&seen.phone)));
    }
    if !seen.prepare.is_empty() {
        rows.push(SummaryRow::new("What to bring", on_lines(&seen.prepare)));
    }
    if !seen.reason.is_empty() {
        rows.push(SummaryRow::new("What it is about", on_lines(&seen.reason)));
    }
    rows
}

fn acts(seen: &AppointmentSeen, can_change: bool, now: DateTime<Utc>, whose: &Whose) -> AnyView {
    let page = page_of(seen.id);
    if !seen.status.is_open() || seen.ends_at <= now {
        return match (seen.status, seen.moved_to, seen.cancelled_by.as_deref()) {
            (Status::Cancelled, Some(new), Some("moved")) => {
                let label = format!("See {} new appointment", whose.in_sentence());
                view! { <Button href=page_of(new)>{label}</Button> }.into_any()
            }
            // There is one instead of it.
            (Status::Cancelled, None, Some("moved")) => ().into_any(),
            (Status::Cancelled | Status::NoShow, ..) => {
                view! { <Button href=times_for(seen.kind)>"Find another time"</Button> }.into_any()
            }
            _ => ().into_any(),
        };
    }
    let calendar = if seen.may_check_in { ButtonKind::Secondary } else { ButtonKind::Primary };
    let change = can_change.then(|| {
        view! {
            <Button kind=ButtonKind::Secondary href=changing("/appointments/find".to_owned(), Some(seen.id))>"Change the time"</Button>
            <a href=format!("{page}/cancel")>"Cancel this appointment"</a>
        }
    });
    view! {
        <ButtonGroup>
            <Button kind=calendar href=format!("{page}/calendar")>"Add to your calendar"</Button>
            {change}
        </ButtonGroup>
    }
    .into_any()
}

/// On the day it is the first thing to do.
fn check_in(seen: &AppointmentSeen) -> Option<AnyView> {
    let action = format!("{}/check-in", page_of(seen.id));
    seen.may_check_in.then(|| view! { <Form action=action><Button>"Check in"</Button></Form> }.into_any())
}

/// Why it cannot be changed here, and whom to ring.
fn locked(seen: &AppointmentSeen) -> Option<AnyView> {
    let why = seen.locked.clone().filter(|_| seen.status.is_open())?;
    let ring = match seen.phone.as_str() {
        "" => view! { <p>{format!("Ask {}.", seen.organisation)}</p> }.into_any(),
        phone => view! { <p>{format!("{}: ", seen.organisation)} {phone_link(phone)}</p> }.into_any(),
    };
    Some(view! { <Section title="To change or cancel">{view! { <p>{format!("{why}.")}</p> }} {ring}</Section> }.into_any())
}

#[component]
fn Earlier(seen: AppointmentSeen, earlier: Vec<(SlotSeen, String)>, whose: Whose) -> impl IntoView {
    let page = page_of(seen.id);
    let (said, value, button) = match seen.waits_for_earlier {
        true => (format!("When an earlier time opens, {}.", words::in_sentence(&we_tell(&whose))), "no", stop_telling(&whose)),
        false => (
            format!("If you ask for it: when an earlier time opens, {}.", words::in_sentence(&we_tell(&whose))),
            "yes",
            tell_of_earlier(&whose),
        ),
    };
    let times = (!earlier.is_empty()).then(|| {
        // Whoever has just chosen has passed these by: they are pressed on nobody who does not wait.
        if !seen.waits_for_earlier {
            let href = changing("/appointments/find".to_owned(), Some(seen.id));
            return view! { <p class="sh-screen-only"><a href=href>"See the earlier times that are free now"</a></p> }.into_any();
        }
        let rows = earlier.into_iter().map(|(slot, submission)| take(&seen, &slot, submission)).collect();
        view! {
            <p>"These earlier times are free now. If you take one, the time that is booked is given up."</p>
            <SummaryList rows=rows />
        }
        .into_any()
    });
    view! {
        <Section title="An earlier time">
            {times}
            <p>{said}</p>
            <Form action=format!("{page}/wait")>
                <input type="hidden" name="waits" value=value />
                <Button kind=ButtonKind::Secondary>{button}</Button>
            </Form>
        </Section>
    }
}

/// An earlier time, with the button that takes it.
pub(super) fn take(seen: &AppointmentSeen, slot: &SlotSeen, submission: String) -> SummaryRow {
    let (when, old, id) = (instant_in_words(slot.starts_at), seen.id.to_string(), slot.id.to_string());
    let what = format!("With {}. {}", with_whom(&slot.practitioner, &slot.job), how(slot.mode, &slot.place));
    let about = when.clone();
    let act = view! {
        <p>{what}</p>
        <Form action="/appointments/book" submission=submission>
            <input type="hidden" name="slot" value=id />
            <input type="hidden" name="instead_of" value=old />
            <input type="hidden" name="at_once" value="yes" />
            <Button kind=ButtonKind::Secondary about=about>"Take this time instead"</Button>
        </Form>
    };
    SummaryRow::new(when, act)
}

/// Whether it is really to be cancelled.
pub async fn cancel(ctx: Ctx, path: Part) -> Answer {
    let id = id_in(path)?;
    let seen = ctx.services().appointments.one(&ctx.actor(), ctx.person()?, id).await?;
    if !seen.can_change(ctx.services().core.now()) {
        // Its page says why.
        return Ok(ctx.go(&page_of(id)));
    }
    let form = ctx.form("cancel").await?;
    let whose = ctx.whose();
    let title = whose
        .name
        .as_ref()
        .map_or_else(|| "Cancel this appointment?".to_owned(), |_| format!("Cancel {} appointment?", whose.title()));
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::Appointments, &form), || {
        let page = page_of(id);
        view! {
            <Narrow>
                <BackLink href=page.clone() label="Back to the appointment" />
                <ErrorSummary errors=form.errors() />
                <PageHeading
                    title=heading
                    lead=format!("{}: {}, with {}.", instant_in_words(seen.starts_at), seen.service, seen.practitioner)
                />
                <p>"Somebody else can then have the time. You cannot get it back if they take it."</p>
                <Form action=format!("{page}/cancel")>
                    <TextArea
                        id="reason"
                        label="Why? (optional)"
                        hint="It helps the service to plan. You need not say."
                        rows=3
                        error=form.error("reason")
                        value=form.value("reason")
                    />
                    <ButtonGroup>
                        <Button kind=ButtonKind::Warning>"Cancel this appointment"</Button>
                        <a href=page.clone()>"Keep it"</a>
                    </ButtonGroup>
                </Form>
            </Narrow>
        }
    })
    .await
}
