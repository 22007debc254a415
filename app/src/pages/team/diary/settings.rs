//! What can be booked: for managers.

use super::ending::open_page;
use super::holidays::HOLIDAYS;
use super::hours::recurring_page;
use super::{SETTINGS, WhoIsAffected, part_page, whole_address, whole_day};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::team::id_in;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, EntryList, EntryRow, ErrorSummary, Form, PageHeading, Section, SummaryList, SummaryRow,
    TagKind, Warning,
};
use crate::words;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::NaiveDate;
use domain::TemplateId;
use domain::appointment::{Part, Release, Template, Terms, Weekdays};
use domain::when::{day_in_words, london_day, minute_in_words, weekday_in_words};
use leptos::prelude::*;
use service::{ClosedDay, PlaceSeen, PractitionerSeen, ServiceSeen, Shown, TemplateSeen};

/// "Monday, Tuesday, 8:30am to midday, every 2 weeks, from 1 February 2027, until 3 May 2027".
pub(super) fn recurs(template: &Template, today: NaiveDate) -> String {
    let days: Vec<&str> = Weekdays::WEEK.into_iter().filter(|day| template.days.has(*day)).map(weekday_in_words).collect();
    let weeks = match template.every_weeks {
        1 => String::new(),
        weeks => format!(", every {weeks} weeks"),
    };
    let from = if template.from > today { format!(", from {}", day_in_words(template.from)) } else { String::new() };
    let until = template.until.map(|day| format!(", until {}", day_in_words(day))).unwrap_or_default();
    format!("{}, {} to {}{weeks}{from}{until}", days.join(", "), minute_in_words(template.starts), minute_in_words(template.ends))
}

/// Until when and from when a service can be booked and given up, in words.
pub(super) fn terms(terms: &Terms) -> String {
    let mut parts = vec![match terms.release {
        Release::AtOnce => "Can be booked at once".to_owned(),
        Release::DaysBefore(1) => "Can be booked from 1 day before".to_owned(),
        Release::DaysBefore(days) => format!("Can be booked from {days} days before"),
        Release::OnTheDay(from) => format!("Can be booked on the day from {}", minute_in_words(from)),
    }];
    parts.push(match (terms.may_cancel, terms.cancel_hours) {
        (false, _) => "people cannot cancel here".to_owned(),
        (true, 0) => "people can cancel until it begins".to_owned(),
        (true, 1) => "people can cancel until 1 hour before".to_owned(),
        (true, hours) => format!("people can cancel until {hours} hours before"),
    });
    match (terms.min_age, terms.max_age) {
        (Some(min), Some(max)) => parts.push(format!("for people of {min} to {max} years")),
        (Some(min), None) => parts.push(format!("for people from {min} years")),
        (None, Some(max)) => parts.push(format!("for people up to {max} years")),
        (None, None) => {}
    }
    let more = [
        (terms.registered_only, "only for people whom you look after"),
        (terms.confirms, "each booking waits until you confirm it"),
    ];
    parts.extend(terms.referral_needed.then(|| match terms.specialty {
        None => "with a referral".to_owned(),
        Some(one) => format!("with a referral for {}", words::in_sentence(one.title())),
    }));
    parts.extend(more.into_iter().filter(|(is, _)| *is).map(|(_, words)| words.to_owned()));
    parts.join("; ")
}

/// Everything that can be booked, and the ways to add to it.
pub async fn show(ctx: Ctx) -> Answer {
    let actor = ctx.staff()?;
    let diary = &ctx.services().diary;
    diary.may_manage(&actor).await?;
    let (services, places) = (diary.services(&actor).await?, diary.places(&actor).await?);
    let (people, templates) = (diary.practitioners(&actor).await?, diary.templates(&actor).await?);
    let closed = diary.closed_days(&actor).await?;
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::new("What can be booked", Place::Diary), || {
        view! {
            <BackLink href="/team/diary" label="Back to the diary" />
            <PageHeading title="What can be booked" lead="Clinics that recur are made for 8 weeks ahead. Choose a service, a place or a person to change it." />
            <Recurring templates today />
            <Services services />
            <Places places />
            <People people />
            <Closed closed />
        }
    })
    .await
}

#[component]
fn Recurring(templates: Vec<TemplateSeen>, today: NaiveDate) -> impl IntoView {
    let none = templates.is_empty().then(|| view! { <p>"None yet. Add a service, a place and who holds clinics first."</p> });
    let rows = templates
        .into_iter()
        .map(|one| {
            let with = format!("{}, {} ({})", one.practitioner, one.place, words::in_sentence(one.mode.title()));
            let about = format!(": {}, {}", one.service, one.practitioner);
            let value = view! {
                {recurs(&one.template, today)}
                <br />
                {with}
                <br />
                <a href=recurring_page(one.id)>
                    "Change it" <span class="nhsuk-u-visually-hidden">{about.clone()}</span>
                </a>
                " · "
                <a href=end_page(one.id)>
                    "End it" <span class="nhsuk-u-visually-hidden">{about}</span>
                </a>
            };
            SummaryRow::new(one.service, value)
        })
        .collect::<Vec<_>>();
    view! {
        <Section title="Clinics that recur">
            {none}
            {(!rows.is_empty()).then(|| view! { <SummaryList rows /> })}
            <Button href="/team/diary/recurring/new" kind=ButtonKind::Secondary>"Add a clinic that recurs"</Button>
        </Section>
    }
}

/// What leads to the page on which it is changed; nothing for what has ended, which stands behind the others.
fn to_change(part: Part, ended: bool) -> (Option<String>, Option<(String, TagKind)>) {
    if ended { (None, Some(("Ended".to_owned(), TagKind::Neutral))) } else { (Some(part_page(part)), None) }
}

#[component]
fn Services(mut services: Vec<ServiceSeen>) -> impl IntoView {
    services.sort_by_key(|one| one.ended);
    let rows = services
        .into_iter()
        .map(|one| {
            let text = format!("{}, {} minutes", one.kind.title(), one.minutes);
            let (href, tag) = to_change(Part::Service(one.id), one.ended);
            view! { <EntryRow title=one.name href=href text=text source=terms(&one.terms) tag=tag /> }
        })
        .collect_view();
    view! {
        <Section title="Services">
            <EntryList>{rows}</EntryList>
            <Button href="/team/diary/services/new" kind=ButtonKind::Secondary>"Add a service"</Button>
        </Section>
    }
}

#[component]
fn Places(mut places: Vec<PlaceSeen>) -> impl IntoView {
    places.sort_by_key(|one| one.ended);
    let rows = places
        .into_iter()
        .map(|one| {
            let (href, tag) = to_change(Part::Place(one.id), one.ended);
            let text = whole_address(&one);
            view! { <EntryRow title=one.name href=href text=text tag=tag /> }
        })
        .collect_view();
    view! {
        <Section title="Places">
            <EntryList>{rows}</EntryList>
            <Button href="/team/diary/places/new" kind=ButtonKind::Secondary>"Add a place"</Button>
        </Section>
    }
}

#[component]
fn People(mut people: Vec<PractitionerSeen>) -> impl IntoView {
    people.sort_by_key(|one| one.ended);
    let rows = people
        .into_iter()
        .map(|one| {
            let (href, tag) = to_change(Part::Practitioner(one.id), one.ended);
            view! { <EntryRow title=one.name href=href text=one.job tag=tag /> }
        })
        .collect_view();
    view! {
        <Section title="People who hold clinics">
            <EntryList>{rows}</EntryList>
            <Button href="/team/diary/practitioners/new" kind=ButtonKind::Secondary>"Add somebody who holds clinics"</Button>
        </Section>
    }
}

#[component]
fn Closed(closed: Vec<ClosedDay>) -> impl IntoView {
    let about = if closed.is_empty() { "No day is closed." } else { "Choose a day to open it again." };
    let rows = closed
        .into_iter()
        .map(|one| view! { <EntryRow title=one.name href=open_page(one.day) date=whole_day(one.day) /> })
        .collect_view();
    view! {
        <Section title="Closed days">
            <p>{about}</p>
            <EntryList>{rows}</EntryList>
            <Button href="/team/diary/closed/new" kind=ButtonKind::Secondary>"Close a day"</Button>
            <p class="sh-screen-only"><a href=HOLIDAYS>"Close bank holidays"</a></p>
        </Section>
    }
}

/// The name under which what went wrong with ending a clinic that recurs waits.
#[must_use]
pub(crate) fn form_of(id: TemplateId) -> String {
    format!("diary-end-{id}")
}

/// Where a clinic that recurs is ended.
pub(crate) fn end_page(id: TemplateId) -> String {
    format!("/team/diary/recurring/{id}/end")
}

/// Who is affected, before a clinic that recurs is ended.
pub async fn end(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: TemplateId = id_in(path)?;
    let actor = ctx.staff()?;
    let Shown { affected, seen } = ctx.services().diary.affected_by_end(&actor, id).await?;
    let templates = ctx.services().diary.templates(&actor).await?;
    let template = templates.into_iter().find(|one| one.id == id).ok_or_else(Failure::not_found)?;
    let today = london_day(ctx.services().core.now());
    let form = ctx.form(&form_of(id)).await?;
    ctx.page(Head::form("End a clinic that recurs", Place::Diary, &form), || {
        let with = format!("{}, {}", template.practitioner, template.place);
        let rows = vec![
            SummaryRow::new("Service", template.service.clone()),
            SummaryRow::new("When", recurs(&template.template, today)),
            SummaryRow::new("With", with),
        ];
        view! {
            <BackLink href=SETTINGS label="Back to what can be booked" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title="End a clinic that recurs" />
            <SummaryList rows=rows />
            <Section title="Who is affected">
                <WhoIsAffected affected today />
            </Section>
            <Warning title="It cannot be taken back">
                <p>"All its clinics from today on are cancelled. Everybody who has booked there loses their appointment."</p>
            </Warning>
            <Form action=end_page(id)>
                <input type="hidden" name="seen" value=seen />
                <Button kind=ButtonKind::Warning>"End it"</Button>
            </Form>
        }
    })
    .await
}
