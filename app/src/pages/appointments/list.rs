//! What is coming, and what was.

use super::one::take;
use super::{how, lost, may_miss, page_of, tag, with_whom};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy;
use crate::pages::closed_list;
use crate::pages::record::source;
use crate::routes;
use crate::shell::Place;
use crate::ui::{Button, EmptyState, EntryList, EntryRow, IconName, Inset, Level, PageHeading, Section, SummaryList, TagKind};
use crate::whose::Whose;
use crate::words;
use chrono::{DateTime, NaiveDate, Utc};
use domain::appointment::overlap;
use domain::when::{instant_in_words, london_day};
use leptos::prelude::*;
use service::{AppointmentSeen, SlotSeen, VisitSeen};
use std::collections::BTreeSet;

/// A line of either list: booked here, or told by another source.
enum Line {
    Booked(AppointmentSeen),
    Told {
        visit: VisitSeen,
        /// It is at the same time as something else.
        clashes: bool,
    },
}

impl Line {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Booked(seen) => seen.starts_at,
            Self::Told { visit, .. } => visit.line.happened.map_or(DateTime::<Utc>::MAX_UTC, |when| when.begins()),
        }
    }

    fn clashes(&self) -> bool {
        match self {
            Self::Booked(seen) => seen.clashes,
            Self::Told { clashes, .. } => *clashes,
        }
    }
}

/// The visits of which other sources tell that are coming, with which of them are at the same time as something else.
fn told_ahead(visits: Vec<VisitSeen>, booked: &[AppointmentSeen]) -> Vec<Line> {
    let spans: Vec<_> = visits.iter().map(|visit| visit.span).collect();
    let meets = |at: usize, span| {
        let others = spans.iter().enumerate().filter(|(other, _)| *other != at).filter_map(|(_, span)| *span);
        others.chain(booked.iter().map(|seen| (seen.starts_at, seen.ends_at))).any(|other| overlap(span, other))
    };
    let clashes: Vec<bool> = spans.iter().enumerate().map(|(at, span)| span.is_some_and(|span| meets(at, span))).collect();
    visits.into_iter().zip(clashes).map(|(visit, clashes)| Line::Told { visit, clashes }).collect()
}

/// Both lists.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, person, now) = (ctx.actor(), ctx.person()?, ctx.services().core.now());
    let booked = ctx.services().appointments.list(&actor, person).await?;
    let visits = ctx.services().records.visits(&actor, person).await?;
    let (whose, today) = (ctx.whose(), london_day(now));
    let offers = ctx.services().appointments.offers(&actor, person, &booked).await?;
    let offers: Vec<_> = offers
        .into_iter()
        .filter_map(|(id, slots)| {
            let slots: Vec<_> = slots.into_iter().map(|slot| (slot, ctx.submission())).collect();
            Some((booked.iter().find(|seen| seen.id == id)?.clone(), slots))
        })
        .collect();
    let is_coming = |seen: &AppointmentSeen| seen.status.is_coming(seen.ends_at, now);
    let (coming, past): (Vec<_>, Vec<_>) = booked.into_iter().partition(is_coming);
    let (mut not_kept, past): (Vec<_>, Vec<_>) = past.into_iter().partition(|seen| seen.lost);
    not_kept.reverse();
    let missed: BTreeSet<String> =
        coming.iter().filter_map(|seen| seen.hospital.as_ref()).map(|hospital| may_miss(hospital, &whose)).collect();
    let told = told_ahead(visits.coming, &coming);
    let mut coming: Vec<Line> = coming.into_iter().map(Line::Booked).chain(told).collect();
    coming.sort_by_key(Line::at);
    let clash = coming.iter().any(Line::clashes);
    let told = visits.past.into_iter().map(|visit| Line::Told { visit, clashes: false });
    let mut past: Vec<Line> = past.into_iter().map(Line::Booked).chain(told).collect();
    past.sort_by_key(|line| std::cmp::Reverse(line.at()));
    let title = whose.name.as_ref().map_or_else(|| "Appointments".to_owned(), |_| format!("{} appointments", whose.title()));
    let heading = title.clone();
    ctx.page(Head::new(&title, Place::Appointments), || {
        let count = u64::try_from(coming.len()).unwrap_or_default();
        let lead = format!("{} coming up.", words::how_many(count, "appointment is", "appointments are"));
        view! {
            {easy::picture(IconName::Calendar)}
            <PageHeading title=heading lead=(count > 0).then(|| easy::say(lead, easy::APPOINTMENTS)) />
            {(easy::is_on() && count > 0).then(|| view! { <p>{easy::CANNOT_GO}</p> })}
            {lost(&not_kept)}
            {offers.into_iter().map(|(seen, slots)| offer(&seen, slots)).collect_view()}
            <Button href="/appointments/find" picture=IconName::Calendar>"Find an appointment"</Button>
            {missed.into_iter().map(|words| view! {
                <Inset>
                    <p>{words}</p>
                    <p>"Open what is marked below, to change or cancel it."</p>
                </Inset>
            }).collect_view()}
            {clash.then(|| view! {
                <Inset>
                    <p>"Two of these are at the same time. Change or cancel one of them; for what was not booked here, ring whoever gave it."</p>
                </Inset>
            })}
            <Section title="Coming up">{coming_up(coming, today, now, &whose)}</Section>
            {gone_by(past, today, now)}
            <div class="sh-screen-only">
                <Section title="Referrals">
                    <p><a href="/appointments/referrals">"Choose where to go with a referral"</a></p>
                </Section>
                <Section title="Reminders">
                    <p><a href="/appointments/reminders">"Choose how and when we remind you"</a></p>
                </Section>
            </div>
        }
    })
    .await
}

/// The first earlier time that somebody waited for, with the button that takes it, and the way to the others.
fn offer(seen: &AppointmentSeen, slots: Vec<(SlotSeen, String)>) -> impl IntoView + use<> {
    let more = slots.len() > 1;
    let rows = slots.into_iter().take(1).map(|(slot, submission)| take(seen, &slot, submission)).collect();
    let old = format!("{}, {}", seen.service, instant_in_words(seen.starts_at));
    let (href, others) = (page_of(seen.id), page_of(seen.id));
    view! {
        <Section title="An earlier time is free">
            <p>"If you take it, this is given up: " <a href=href>{old}</a> "."</p>
            <SummaryList rows=rows />
            {more.then(|| view! { <p class="sh-screen-only"><a href=others>"See other earlier times"</a></p> })}
        </Section>
    }
}

fn coming_up(coming: Vec<Line>, today: NaiveDate, now: DateTime<Utc>, whose: &Whose) -> AnyView {
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
    list(coming, today, now, true)
}

fn list(lines: Vec<Line>, today: NaiveDate, now: DateTime<Utc>, ahead: bool) -> AnyView {
    let rows = lines
        .into_iter()
        .map(|one| match one {
            Line::Booked(seen) => row(&seen, today, now).into_any(),
            Line::Told { visit, clashes } => told(visit, clashes, today, ahead).into_any(),
        })
        .collect_view();
    view! { <EntryList>{rows}</EntryList> }.into_any()
}

/// An appointment as a row.
pub(crate) fn row(seen: &AppointmentSeen, today: NaiveDate, now: DateTime<Utc>) -> impl IntoView + use<> {
    let is_changed = seen.changed_at().is_some() && seen.status.is_ahead(seen.starts_at, now);
    let tag = match (&seen.hospital, seen.clashes) {
        (Some(_), _) => Some(("May not be able to attend".to_owned(), TagKind::Attention)),
        (None, true) => Some(at_the_same_time()),
        (None, false) if is_changed => Some(("Changed by the service".to_owned(), TagKind::Attention)),
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

fn at_the_same_time() -> (String, TagKind) {
    ("At the same time as another".to_owned(), TagKind::Attention)
}

/// A visit of which another source tells.
fn told(visit: VisitSeen, clashes: bool, today: NaiveDate, ahead: bool) -> impl IntoView {
    let VisitSeen { line, organisation, phone, .. } = visit;
    let from = match source(line.author.as_deref(), line.place.as_deref()) {
        _ if ahead => None,
        Some(source) => Some(format!("As the record says: {source}")),
        None => Some("As the record says".to_owned()),
    };
    let giver = line.place.clone().unwrap_or_else(|| organisation.clone());
    // The number is that of whoever sent the entry, which may be about a visit somewhere else.
    let ring = phone.filter(|_| giver == organisation).unwrap_or_else(|| "them".to_owned());
    let ring = format!("Booked by {giver}. To change it, ring {ring}.");
    let tag = if clashes { Some(at_the_same_time()) } else { words::status_tag(line.category, line.status.as_deref()) };
    let text = if ahead { ring } else { line.kind.clone() };
    view! {
        <EntryRow
            title=line.title
            href=routes::entry(line.id)
            date=line.happened.map(|when| if ahead { words::soon(when, today) } else { when.in_words() })
            datetime=line.happened.map(|when| when.to_string())
            text=text
            source=from
            tag=tag
        />
    }
}

fn gone_by(past: Vec<Line>, today: NaiveDate, now: DateTime<Utc>) -> AnyView {
    let title = "Past and cancelled";
    if past.is_empty() {
        return view! {
            <Section title=title>
                <p>"Nothing here yet. What is over or cancelled moves here."</p>
            </Section>
        }
        .into_any();
    }
    let many = u64::try_from(past.len()).unwrap_or_default();
    let list = closed_list(many, ("appointment", "appointments"), list(past, today, now, false));
    view! { <Section title=title>{list}</Section> }.into_any()
}
