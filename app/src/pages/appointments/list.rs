//! What is coming, and what was.

use super::{how, may_miss, page_of, tag, with_whom};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::record::source;
use crate::routes;
use crate::shell::Place;
use crate::ui::{Button, Details, EmptyState, EntryList, EntryRow, IconName, Inset, Level, PageHeading, Section, TagKind};
use crate::whose::Whose;
use crate::words;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::When;
use domain::appointment::{Status, overlap};
use domain::when::london_day;
use leptos::prelude::*;
use service::{AppointmentSeen, EntryLine};
use std::collections::BTreeSet;

/// Something that is coming: booked here, or told by another source.
enum Coming {
    Booked(AppointmentSeen),
    Told(EntryLine),
}

impl Coming {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Booked(seen) => seen.starts_at,
            Self::Told(line) => line.happened.map_or(DateTime::<Utc>::MAX_UTC, |when| when.sort_key()),
        }
    }
}

/// Whether another source tells of a visit while the appointment is.
fn meets(seen: &AppointmentSeen, visits: &[EntryLine]) -> bool {
    let at = |line: &EntryLine| match line.happened {
        Some(When::Instant(at)) => Some(at.to_utc()),
        _ => None,
    };
    // A visit says when it begins, and not for how long.
    visits.iter().filter_map(at).any(|at| overlap((seen.starts_at, seen.ends_at), (at, at + TimeDelta::minutes(1))))
}

/// Both lists.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, person, now) = (ctx.actor(), ctx.person()?, ctx.services().core.now());
    let booked = ctx.services().appointments.list(&actor, person).await?;
    let visits = ctx.services().records.coming_visits(&actor, person).await?;
    let (whose, today) = (ctx.whose(), london_day(now));
    let is_coming = |seen: &AppointmentSeen| (seen.status.is_open() || seen.status == Status::Arrived) && seen.ends_at > now;
    let (mut coming, past): (Vec<_>, Vec<_>) = booked.into_iter().partition(is_coming);
    for seen in &mut coming {
        seen.clashes |= meets(seen, &visits);
    }
    let missed: BTreeSet<String> =
        coming.iter().filter_map(|seen| seen.hospital.as_ref()).map(|hospital| may_miss(hospital, &whose)).collect();
    let clash = coming.iter().any(|seen| seen.clashes);
    let mut coming: Vec<Coming> = coming.into_iter().map(Coming::Booked).chain(visits.into_iter().map(Coming::Told)).collect();
    coming.sort_by_key(Coming::at);
    let title = whose.name.as_ref().map_or_else(|| "Appointments".to_owned(), |_| format!("{} appointments", whose.title()));
    let heading = title.clone();
    ctx.page(Head::new(&title, Place::Appointments), || {
        let count = u64::try_from(coming.len()).unwrap_or_default();
        let lead = format!("{} coming up.", words::how_many(count, "appointment is", "appointments are"));
        view! {
            <PageHeading title=heading lead=(count > 0).then_some(lead) />
            <Button href="/appointments/find">"Find an appointment"</Button>
            {missed.into_iter().map(|words| view! {
                <Inset>
                    <p>{words}</p>
                    <p>"Open what is marked below, to change or cancel it."</p>
                </Inset>
            }).collect_view()}
            {clash.then(|| view! {
                <Inset>
                    <p>"Two of these are at the same time. Open one of them and change or cancel it."</p>
                </Inset>
            })}
            <Section title="Coming up">{coming_up(coming, today, now, &whose)}</Section>
            <Past past today now />
            <Section title="Referrals">
                <p><a href="/appointments/referrals">"Choose where to go with a referral"</a></p>
            </Section>
            <Section title="Reminders">
                <p><a href="/appointments/reminders">"Choose how and when we remind you"</a></p>
            </Section>
        }
    })
    .await
}

fn coming_up(coming: Vec<Coming>, today: NaiveDate, now: DateTime<Utc>, whose: &Whose) -> AnyView {
    if coming.is_empty() {
        let why = format!("Nothing is booked here for {}.", whose.person());
        return view! {
            <EmptyState title="Nothing is coming up" icon=IconName::Calendar level=Level::Three>
                <p>{why}</p>
                <p>"To book a time, choose \u{201c}Find an appointment\u{201d}."</p>
                <p>"If you wait for a letter from a hospital, ask the hospital."</p>
            </EmptyState>
        }
        .into_any();
    }
    let rows = coming
        .into_iter()
        .map(|one| match one {
            Coming::Booked(seen) => row(&seen, today, now).into_any(),
            Coming::Told(line) => told(line, today).into_any(),
        })
        .collect_view();
    view! { <EntryList>{rows}</EntryList> }.into_any()
}

/// An appointment as a row.
pub(crate) fn row(seen: &AppointmentSeen, today: NaiveDate, now: DateTime<Utc>) -> impl IntoView + use<> {
    let tag = match (&seen.hospital, seen.clashes) {
        (Some(_), _) => Some(("May not be able to attend".to_owned(), TagKind::Attention)),
        (None, true) => Some(("At the same time as another".to_owned(), TagKind::Attention)),
        (None, false) => tag(seen, now),
    };
    view! {
        <EntryRow
            title=seen.service.clone()
            href=page_of(seen.id)
            date=words::day_and_clock(seen.starts_at, today)
            datetime=seen.starts_at.to_rfc3339()
            text=format!("With {}. {}", with_whom(&seen.practitioner, &seen.job), how(seen.mode, &seen.place))
            source=(seen.organisation != seen.place).then(|| seen.organisation.clone())
            tag=tag
        />
    }
}

/// A visit of which another source tells.
fn told(line: EntryLine, today: NaiveDate) -> impl IntoView {
    let from = match source(line.author.as_deref(), line.place.as_deref()) {
        Some(source) => format!("Booked elsewhere, as your record says: {source}"),
        None => "Booked elsewhere, as your record says".to_owned(),
    };
    view! {
        <EntryRow
            title=line.title
            href=routes::entry(line.id)
            date=line.happened.map(|when| words::soon(when, today))
            datetime=line.happened.map(|when| when.to_string())
            text="To change it, ring whoever gave it to you"
            source=from
            tag=words::status_tag(line.category, line.status.as_deref())
        />
    }
}

#[component]
fn Past(past: Vec<AppointmentSeen>, today: NaiveDate, now: DateTime<Utc>) -> impl IntoView {
    let title = "Past and cancelled";
    if past.is_empty() {
        return view! {
            <Section title=title>
                <p>"Nothing here yet. What is over or cancelled moves here."</p>
            </Section>
        }
        .into_any();
    }
    let count = words::how_many(u64::try_from(past.len()).unwrap_or_default(), "appointment", "appointments");
    let rows = past.iter().map(|seen| row(seen, today, now)).collect_view();
    view! {
        <Section title=title>
            <Details summary=format!("Show {count}")>
                <EntryList>{rows}</EntryList>
            </Details>
        </Section>
    }
    .into_any()
}
