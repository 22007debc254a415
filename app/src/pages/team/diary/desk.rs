//! At the desk: what somebody has booked here, booking for them, and cancelling.

use super::standing_tag;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::team::{id_in, identity_line, patient_page};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, EmptyState, EntryList, EntryRow, ErrorSummary, Form, IconName, PageHeading, Radios,
    Section, SummaryList, SummaryRow, TextArea,
};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use chrono::NaiveDate;
use domain::when::{instant_in_words, london_day};
use domain::{AppointmentId, PersonId, ServiceId};
use leptos::prelude::*;
use service::{BookingSeen, ServiceSeen, SlotSeen};
use std::collections::BTreeMap;

/// Where the appointments of somebody are, for the team.
pub(crate) fn list_page(person: PersonId) -> String {
    format!("{}/appointments", patient_page(person))
}

/// What is chosen already where a time is looked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chosen {
    /// The appointment that is given up for it, by id; empty for a new one.
    pub(crate) instead_of: String,
    /// The time, by id; empty where none is.
    pub(crate) slot: String,
}

/// Where a time is chosen for somebody.
pub(crate) fn find_page(person: PersonId, service: &str, chosen: &Chosen) -> String {
    let mut page = format!("{}/appointments/find?service={}", patient_page(person), crate::routes::in_query(service));
    for (name, value) in [("instead_of", &chosen.instead_of), ("slot", &chosen.slot)] {
        if !value.is_empty() {
            page.push_str(&format!("&{name}={}", crate::routes::in_query(value)));
        }
    }
    page
}

/// Where the team begins to book for somebody.
pub(crate) fn book_page(person: PersonId) -> String {
    find_page(person, "", &Chosen::default())
}

/// Where an appointment is cancelled at the desk.
pub(crate) fn cancel_page(person: PersonId, id: AppointmentId) -> String {
    format!("{}/appointments/{id}/cancel", patient_page(person))
}

/// What they have booked here, and had.
pub async fn list(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: PersonId = id_in(path)?;
    let actor = ctx.staff()?;
    let bookings = ctx.services().diary.bookings_of(&actor, id).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::new("Appointments of a person", Place::People), || {
        let (mut coming, past): (Vec<_>, Vec<_>) = bookings.into_iter().partition(|one| one.may_cancel);
        coming.reverse();
        let none = (coming.is_empty() && past.is_empty()).then(|| {
            view! {
                <EmptyState title="No appointments here" icon=IconName::Calendar>
                    <p>"What they have booked with other services is not shown."</p>
                </EmptyState>
            }
        });
        let part = |title: &'static str, bookings: Vec<BookingSeen>| {
            (!bookings.is_empty()).then(|| {
                let rows = bookings.into_iter().map(|one| row(one, today)).collect_view();
                view! {
                    <Section title=title>
                        <EntryList>{rows}</EntryList>
                    </Section>
                }
            })
        };
        view! {
            <BackLink href=patient_page(id) label="Back to this person" />
            <PageHeading
                title="Appointments"
                lead=format!("{}. {}", patient.person.display_name, identity_line(&patient.person))
            />
            <Button href=book_page(id)>"Book an appointment"</Button>
            {none}
            {part("Coming", coming)}
            {part("Past and cancelled", past)}
        }
    })
    .await
}

fn row(one: BookingSeen, today: NaiveDate) -> impl IntoView {
    let href = one.may_cancel.then(|| cancel_page(one.person, one.appointment));
    let text = format!("{}, {} ({})", one.practitioner, one.place, words::in_sentence(one.mode.title()));
    let tag = Some(standing_tag(one.status));
    let source = href.is_some().then(|| "Open to cancel".to_owned());
    view! {
        <EntryRow title=one.service href=href date=words::day_and_clock(one.starts_at, today) text=text source=source tag=tag />
    }
}

/// The next free times of a service, to choose one.
pub async fn find(ctx: Ctx, path: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let id: PersonId = id_in(path)?;
    let query: BTreeMap<String, String> =
        query.as_deref().and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    let chosen = match query.get("service").map_or("", String::as_str) {
        "" => None,
        text => Some(text.parse::<ServiceId>().map_err(|_| Failure::not_found())?),
    };
    let text = |name: &str| query.get(name).cloned().unwrap_or_default();
    let wish = Chosen { instead_of: text("instead_of"), slot: text("slot") };
    let actor = ctx.staff()?;
    let slots = ctx.services().diary.free_for(&actor, id, chosen).await?;
    let old = match wish.instead_of.as_str() {
        "" => None,
        text => {
            let old = text.parse::<AppointmentId>().map_err(|_| Failure::not_found())?;
            let old = ctx.services().diary.booking(&actor, old).await?;
            Some(old).filter(|old| old.person == id).map_or_else(|| Err(Failure::not_found()), |old| Ok(Some(old)))?
        }
    };
    let services = ctx.services().diary.services(&actor).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let form = ctx.form("desk-book").await?;
    let (submission, today) = (ctx.submission(), london_day(ctx.services().core.now()));
    let title = if old.is_some() { "Change an appointment" } else { "Book an appointment" };
    ctx.page(Head::form(title, Place::People, &form), || {
        let service = services.iter().find(|one| Some(one.id) == chosen).cloned();
        let instead = old.map(|old| view! { <InsteadOf old today /> });
        let links = Chosen { slot: String::new(), ..wish.clone() };
        let times = service.map(|service| view! { <Times person=id service slots wish form=form.clone() submission today /> });
        view! {
            <BackLink href=list_page(id) label="Back to their appointments" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title=title lead=format!("{}. {}", patient.person.display_name, identity_line(&patient.person)) />
            {instead}
            <Choose person=id services chosen links />
            {times}
        }
    })
    .await
}

/// What is given up for the time that is chosen. An error about it leads here.
#[component]
fn InsteadOf(old: BookingSeen, today: NaiveDate) -> impl IntoView {
    let what = if old.may_cancel {
        format!(
            "{} with {}, {}. This takes its place.",
            old.service,
            old.practitioner,
            words::day_and_clock(old.starts_at, today)
        )
    } else {
        "This appointment cannot be changed any more. Look at what they have booked now.".to_owned()
    };
    view! {
        <div id="instead_of">
            <Section title="What they have now">
                <p>{what}</p>
            </Section>
        </div>
    }
}

#[component]
fn Choose(
    person: PersonId,
    services: Vec<ServiceSeen>,
    #[prop(optional_no_strip)] chosen: Option<ServiceId>,
    links: Chosen,
) -> impl IntoView {
    let open: Vec<ServiceSeen> = services.into_iter().filter(|one| !one.ended).collect();
    if open.is_empty() {
        return view! { <p>"There is no service yet that can be booked. A manager can add one."</p> }.into_any();
    }
    let links = open
        .into_iter()
        .map(|one| {
            let current = (Some(one.id) == chosen).then_some("page");
            view! { <li><a href=find_page(person, &one.id.to_string(), &links) aria-current=current>{one.name}</a></li> }
        })
        .collect_view();
    view! {
        <Section title="Which service?">
            <nav class="sh-parts" aria-label="Services">
                <ul role="list">{links}</ul>
            </nav>
        </Section>
    }
    .into_any()
}

#[component]
fn Times(
    person: PersonId,
    service: ServiceSeen,
    slots: Vec<SlotSeen>,
    wish: Chosen,
    form: crate::forms::FormState,
    submission: String,
    today: NaiveDate,
) -> impl IntoView {
    let title = format!("The next free times: {}", service.name);
    if slots.is_empty() {
        return view! {
            <Section title=title>
                <p>"No time is free now that can be booked."</p>
            </Section>
        }
        .into_any();
    }
    let choices = slots
        .into_iter()
        .map(|slot| {
            let with = format!("{}, {} ({})", slot.practitioner, slot.place, words::in_sentence(slot.mode.title()));
            Choice::new(slot.id.to_string(), words::day_and_clock(slot.starts_at, today)).hint(with)
        })
        .collect();
    let slot = if form.value("slot").is_empty() { wish.slot } else { form.value("slot") };
    view! {
        <Section title=title>
            <Form action=list_page(person) submission=submission>
                <input type="hidden" name="service" value=service.id.to_string() />
                <input type="hidden" name="instead_of" value=wish.instead_of />
                <Radios id="slot" legend_text="Which time?" choices=choices value=slot error=form.error("slot") />
                <TextArea
                    id="reason"
                    label="What it is about, in a few words"
                    hint="You can leave this out. Only those who give care read it, and the person."
                    rows=3
                    value=form.value("reason")
                    error=form.error("reason")
                />
                <Button>"Book it"</Button>
            </Form>
        </Section>
    }
    .into_any()
}

/// One appointment, before it is cancelled at the desk.
pub async fn cancel(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let (person, id) = ids(path)?;
    let actor = ctx.staff()?;
    let bookings = ctx.services().diary.bookings_of(&actor, person).await?;
    let booking = bookings.into_iter().find(|one| one.appointment == id && one.may_cancel).ok_or_else(Failure::not_found)?;
    let patient = ctx.services().care_team.patient(&actor, person).await?;
    let form = ctx.form("desk-cancel").await?;
    ctx.page(Head::form("Cancel an appointment", Place::People, &form), || {
        let rows = vec![
            SummaryRow::new("Name", patient.person.display_name.clone()),
            SummaryRow::new("When", instant_in_words(booking.starts_at)),
            SummaryRow::new("Service", booking.service.clone()),
            SummaryRow::new("With", booking.practitioner.clone()),
        ];
        view! {
            <BackLink href=list_page(person) label="Back to their appointments" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title="Cancel an appointment" />
            <SummaryList rows=rows />
            <Form action=cancel_page(person, id)>
                <TextArea
                    id="reason"
                    label="Why"
                    hint="You can leave this out."
                    rows=3
                    value=form.value("reason")
                    error=form.error("reason")
                />
                <p>"The time is free again for others. The person is told by email, if they have an account."</p>
                <Button kind=ButtonKind::Warning>"Cancel the appointment"</Button>
            </Form>
        }
    })
    .await
}

/// The person and the appointment that a path names.
pub(crate) fn ids(path: Result<Path<(String, String)>, PathRejection>) -> Result<(PersonId, AppointmentId), Failure> {
    path.ok().and_then(|Path((person, id))| Some((person.parse().ok()?, id.parse().ok()?))).ok_or_else(Failure::not_found)
}
