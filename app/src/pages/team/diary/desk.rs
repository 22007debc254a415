//! At the desk: what somebody has booked here, booking for them, and cancelling.

use super::super::about::needs_box;
use super::day::within_reach;
use super::standing_tag;
use crate::api::diary::day_of;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::FormState;
use crate::pages::by_day;
use crate::pages::team::{id_in, identity_line, patient_page};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, DateInput, DateParts, Details, EmptyState, EntryList, EntryRow, ErrorSummary,
    FieldError, Form, IconName, Inset, PageHeading, Radios, Section, SummaryList, SummaryRow, TextArea,
};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use chrono::{Datelike, NaiveDate};
use domain::when::{instant_in_words, london_day};
use domain::{AppointmentId, PersonId, PractitionerId, ServiceId, SlotId};
use leptos::prelude::*;
use service::{BookingSeen, ServiceSeen, TimesFree, TimesWanted};
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
    /// From which day on, as 2027-03-27; empty for now.
    pub(crate) from: String,
    /// With whom, by id; empty for anybody.
    pub(crate) with: String,
}

/// Where a time is chosen for somebody.
pub(crate) fn find_page(person: PersonId, service: &str, chosen: &Chosen) -> String {
    let mut page = format!("{}/appointments/find?service={}", patient_page(person), crate::routes::in_query(service));
    let Chosen { instead_of, slot, from, with } = chosen;
    for (name, value) in [("instead_of", instead_of), ("slot", slot), ("from", from), ("with", with)] {
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
    ctx.page(Head::new("Appointments of a person", Place::People).of(&patient.person), || {
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
            {needs_box(&patient.needs, id)}
            <PageHeading
                title="Appointments"
                whose=format!("{}. {}", patient.person.display_name, identity_line(&patient.person))
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
    let acts = one.may_cancel.then(|| {
        let instead = Chosen { instead_of: one.appointment.to_string(), ..Chosen::default() };
        let about = format!(": {}, {}", one.service, words::day_and_clock(one.starts_at, today));
        view! {
            <span class="sh-screen-only">
                <a href=find_page(one.person, &one.service_id.to_string(), &instead)>
                    "Change it" <span class="nhsuk-u-visually-hidden">{about.clone()}</span>
                </a>
                " · "
                <a href=cancel_page(one.person, one.appointment)>
                    "Cancel it" <span class="nhsuk-u-visually-hidden">{about}</span>
                </a>
            </span>
        }
        .into_any()
    });
    let text = format!("{}, {} ({})", one.practitioner, one.place, words::in_sentence(one.mode.title()));
    let tag = Some(standing_tag(one.status));
    view! { <EntryRow title=one.service date=words::day_and_clock(one.starts_at, today) text=text tag=tag acts=acts /> }
}

/// Where somebody says that what they book stands beside what there is.
pub(crate) const SECOND: &str = "second";

/// The next free times of a service, to choose one.
pub async fn find(ctx: Ctx, path: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let id: PersonId = id_in(path)?;
    let query: BTreeMap<String, String> =
        query.as_deref().and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    let text = |name: &str| query.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let (typed, from, wrong) = day_asked(&text);
    let wish = Chosen {
        instead_of: text("instead_of"),
        slot: text("slot"),
        from: from.map(|day| day.to_string()).unwrap_or_default(),
        with: text("with"),
    };
    let asked = TimesWanted {
        service: id_typed::<ServiceId>(&text("service"))?,
        from,
        practitioner: id_typed::<PractitionerId>(&wish.with)?,
        after: id_typed::<SlotId>(&text("after"))?,
    };
    let (actor, diary) = (ctx.staff()?, &ctx.services().diary);
    let free = diary.free_for(&actor, id, asked).await?;
    let old = match id_typed::<AppointmentId>(&wish.instead_of)? {
        None => None,
        Some(old) => {
            let old = diary.booking(&actor, old).await?;
            Some(old).filter(|old| old.person == id).map_or_else(|| Err(Failure::not_found()), |old| Ok(Some(old)))?
        }
    };
    let already = match asked.service.filter(|_| old.is_none()) {
        Some(service) => diary.coming_with(&actor, id, service, "").await?,
        None => Vec::new(),
    };
    let services = diary.services(&actor).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let form = ctx.form("desk-book").await?;
    let (submission, today) = (ctx.submission(), london_day(ctx.services().core.now()));
    let title = if old.is_some() { "Change an appointment" } else { "Book an appointment" };
    let mut head = Head::form(title, Place::People, &form);
    head.has_errors |= wrong.is_some();
    ctx.page(head, || {
        let service = services.iter().find(|one| Some(one.id) == asked.service).cloned();
        let instead = old.map(|old| view! { <InsteadOf old today /> });
        let links = Chosen { slot: String::new(), with: String::new(), ..wish.clone() };
        let mut errors = form.errors();
        errors.extend(wrong.map(|told| FieldError::new("from-day", told)));
        let narrow = service.clone().map(|service| {
            view! { <Narrow person=id service wish=wish.clone() people=free.people.clone() typed=typed.clone() wrong /> }
        });
        let times = service.map(|service| {
            view! { <Times person=id service free=free.clone() already wish form=form.clone() submission today /> }
        });
        view! {
            <BackLink href=list_page(id) label="Back to their appointments" />
            <ErrorSummary errors=errors />
            {needs_box(&patient.needs, id)}
            <PageHeading title=title lead=format!("{}. {}", patient.person.display_name, identity_line(&patient.person)) />
            {instead}
            <Choose person=id services chosen=asked.service links />
            {narrow}
            {times}
        }
    })
    .await
}

/// Reads an id of an address; none where it is empty.
fn id_typed<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Failure> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| Failure::not_found()) }
}

/// From which day on times are asked for, as a link names it or as the form sends its three parts, and what is wrong with it.
fn day_asked(text: &impl Fn(&str) -> String) -> (DateParts, Option<NaiveDate>, Option<&'static str>) {
    let parts = ["from_day", "from_month", "from_year"].map(text);
    if parts.iter().all(String::is_empty) {
        let day: Option<NaiveDate> = text("from").parse().ok().filter(|day| within_reach(*day));
        let typed = day.map(|day| DateParts::new(day.day().to_string(), day.month().to_string(), day.year().to_string()));
        return (typed.unwrap_or_default(), day, None);
    }
    let day = day_of(&parts);
    let [of_day, month, year] = parts;
    let wrong = day.is_none().then_some("Enter a real date, like 27 3 2027");
    (DateParts::new(of_day, month, year), day, wrong)
}

/// From which day on, and with whom.
#[component]
fn Narrow(
    person: PersonId,
    service: ServiceSeen,
    wish: Chosen,
    people: Vec<(PractitionerId, String)>,
    typed: DateParts,
    #[prop(optional_no_strip)] wrong: Option<&'static str>,
) -> impl IntoView {
    let open = wrong.is_some() || !wish.from.is_empty() || !wish.with.is_empty();
    let anybody = std::iter::once(Choice::new("", "Anybody"));
    let choices = anybody.chain(people.into_iter().map(|(id, name)| Choice::new(id.to_string(), name))).collect();
    let action = format!("{}/find", list_page(person));
    view! {
        <Details summary="Another day, or somebody they would like to see" open=open>
            <form class="sh-form" method="get" action=action>
                <input type="hidden" name="service" value=service.id.to_string() />
                <input type="hidden" name="instead_of" value=wish.instead_of />
                <DateInput
                    id="from"
                    legend_text="From which day on?"
                    hint="For example, 27 3 2027. Leave it out for today."
                    value=typed
                    error=wrong
                />
                <Radios id="with" legend_text="With whom?" choices=choices value=wish.with />
                <Button kind=ButtonKind::Secondary>"Show the times"</Button>
            </form>
        </Details>
    }
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

/// What somebody has with the service already, and whether this takes its place.
#[component]
fn Already(already: Vec<BookingSeen>, form: FormState, today: NaiveDate) -> impl IntoView {
    let mut choices: Vec<Choice> = already
        .into_iter()
        .map(|one| {
            let label = format!("In place of {}", words::in_sentence(&words::day_and_clock(one.starts_at, today)));
            Choice::new(one.appointment.to_string(), label).hint(format!("{}, {}", one.practitioner, one.place))
        })
        .collect();
    choices.push(Choice::new(SECOND, "Beside it: they need both"));
    let (error, value) = (form.error("instead_of"), form.value("instead_of"));
    view! {
        <Radios
            id="instead_of"
            legend_text="They have an appointment with this service already. How do you book this one?"
            choices=choices
            error=error
            value=value
        />
    }
}

#[component]
fn Times(
    person: PersonId,
    service: ServiceSeen,
    free: TimesFree,
    already: Vec<BookingSeen>,
    wish: Chosen,
    form: FormState,
    submission: String,
    today: NaiveDate,
) -> impl IntoView {
    let title = format!("The next free times: {}", service.name);
    if free.slots.is_empty() {
        return view! {
            <Section title=title>
                <p>"No time is free now that can be booked."</p>
            </Section>
        }
        .into_any();
    }
    let slot = if form.value("slot").is_empty() { wish.slot.clone() } else { form.value("slot") };
    let groups = by_day(free.slots, |one| one.starts_at)
        .into_iter()
        .enumerate()
        .map(|(number, (day, slots))| {
            let choices = slots
                .into_iter()
                .map(|slot| {
                    let with = format!("{}, {} ({})", slot.practitioner, slot.place, words::in_sentence(slot.mode.title()));
                    Choice::new(slot.id.to_string(), words::day_and_clock(slot.starts_at, today)).hint(with)
                })
                .collect();
            // What is wrong stands at the first, to which the summary leads.
            let (id, error) = if number == 0 { ("slot".to_owned(), form.error("slot")) } else { (format!("slot-{day}"), None) };
            let legend = words::day_heading(day, today);
            view! { <Radios id=id name="slot" legend_text=legend choices=choices value=slot.clone() error=error /> }
        })
        .collect_view();
    let later = free.next.map(|last| {
        let more = format!(
            "{}&after={last}",
            find_page(person, &service.id.to_string(), &Chosen { slot: String::new(), ..wish.clone() })
        );
        view! { <p class="sh-screen-only"><a href=more>"Later times"</a></p> }
    });
    let referral = service.terms.referral_needed.then(|| {
        view! {
            <Inset>
                <p>"This service needs a referral. Check that they have one before you book."</p>
            </Inset>
        }
    });
    let instead = if already.is_empty() {
        view! { <input type="hidden" name="instead_of" value=wish.instead_of.clone() /> }.into_any()
    } else {
        view! { <Already already form=form.clone() today /> }.into_any()
    };
    let (wrong, reason) = (form.error("reason"), form.value("reason"));
    view! {
        <Section title=title>
            {referral}
            <Form action=list_page(person) submission=submission>
                <input type="hidden" name="service" value=service.id.to_string() />
                <input type="hidden" name="from" value=wish.from.clone() />
                <input type="hidden" name="with" value=wish.with.clone() />
                {instead}
                {groups}
                {later}
                <TextArea
                    id="reason"
                    label="What it is about, in a few words"
                    hint="You can leave this out. Only those who give care read it, and the person."
                    rows=3
                    value=reason
                    error=wrong
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
            {needs_box(&patient.needs, person)}
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
