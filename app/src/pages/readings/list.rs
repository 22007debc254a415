//! The newest of everything that somebody records, and everything else that can be.

use super::watch::watched;
use super::{LIST, add_page, holds_now, measure_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::pages::goals::GOALS;
use crate::pages::questionnaires::LIST as QUESTIONNAIRES;
use crate::pages::self_care::PLAN as SELF_CARE;
use crate::pages::weeks::WEEKS;
use crate::shell::Place;
use crate::ui::{Card, CardGroup, EmptyState, EntryList, EntryRow, IconName, Level, PageHeading, Section, TagKind};
use crate::whose::Whose;
use crate::words;
use chrono::{DateTime, TimeDelta, Utc};
use domain::reading::{Group, Measure, Urgency};
use domain::when::london_day;
use leptos::prelude::*;
use service::{ReadingSeen, ReadingsSeen};
use std::cmp::Reverse;

/// What most people record: where nothing is recorded yet, these come first.
const FIRST: [Measure; 4] = [Measure::BloodPressure, Measure::Weight, Measure::Glucose, Measure::Mood];

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().readings.overview(&ctx.actor(), ctx.person()?).await?;
    let (now, whose) = (ctx.services().core.now(), ctx.whose());
    let title = whose.name.as_ref().map_or_else(|| "My health".to_owned(), |_| format!("{} health", whose.title()));
    ctx.page(Head::new(&title, Place::Health).of(&seen.whose), || {
        let by_text = whose.name.is_none() && ctx.services().mobiles.take_texts();
        let first: Vec<Measure> = if seen.newest.is_empty() {
            FIRST.into_iter().filter(|measure| seen.open.contains(measure)).collect()
        } else {
            // What was recorded last is what is recorded most.
            let mut newest: Vec<&ReadingSeen> = seen.newest.iter().collect();
            newest.sort_by_key(|one| Reverse(one.taken_at));
            newest.into_iter().map(|one| one.measure).collect()
        };
        let add = seen.may_record.then(|| {
            let cards = first.iter().map(|measure| {
                view! { <Card title=measure.name() href=add_page(*measure) icon=IconName::Heart level=Level::Three prominent=true /> }
            });
            let cards = cards.collect_view();
            let others = everything_else(&seen, &first);
            view! {
                <Section title="Record a reading">
                    <CardGroup>{cards}</CardGroup>
                    {others}
                </Section>
            }
        });
        let lead = if whose.is_another() {
            "What is measured and noted at home. It stands beside what services recorded."
        } else {
            "What you measure and note yourself. It stands beside what services recorded."
        };
        let lead = easy::say(lead, acts::readings(whose.is_another()));
        view! {
            {easy::picture(IconName::Heart)}
            <PageHeading title=title.clone() lead=lead />
            {seen.holds.as_ref().map(holds_now)}
            {newest(&seen, LIST, (&whose, Measure::name), now)}
            <div class="sh-screen-only">{add} {more(&seen, by_text)}</div>
            {watched(&seen.watch, None, &whose)}
        }
    })
    .await
}

/// Other ways to record, and what is kept beside readings.
fn more(seen: &ReadingsSeen, by_text: bool) -> AnyView {
    let card = |title: &'static str, href: &'static str, (usual, short): (&'static str, &'static str)| {
        let text = easy::say(usual, short);
        view! { <Card title=title href=href text=text level=Level::Three /> }
    };
    let import = seen.may_record.then(|| {
        card(
            "Bring in readings from an app or a device",
            super::import::START,
            ("From a file of Apple Health, Fitbit, Google or a table.", acts::IMPORT_CARD),
        )
    });
    let devices = seen.may_record.then(|| {
        let text = ("Let a device or an app send readings by itself.", acts::DEVICES_CARD);
        card("Devices that may add readings", super::devices::LIST, text)
    });
    let bmi = seen.open.contains(&Measure::Weight).then(|| {
        let text = ("Worked out from weight and height, for adults.", acts::BMI_CARD);
        card("Body mass index (BMI)", super::bmi::BMI, text)
    });
    let such_as = "Such as “BP 142/88”.";
    let by_text = by_text.then(|| card("Send readings by text message", "/account/mobile", (such_as, such_as)));
    let weeks = ("Blood pressure at home, peak flow, blood sugar, weight, mood or falls.", acts::WEEKS_CARD);
    let goals = ("What matters to you, how it goes, and what comes next.", acts::GOALS_CARD);
    let self_care = ("Goals, things to read, and apps and groups that help, on one page.", acts::SELF_CARE_CARD);
    let questionnaires = ("About mood, worry, alcohol and more, with your scores over time.", acts::QUESTIONNAIRES_CARD);
    view! {
        <Section title="Also here">
            <CardGroup>
                {card("Measure for a week, or keep a diary", WEEKS, weeks)}
                {card("Goals", GOALS, goals)}
                {card("Self-care plan", SELF_CARE, self_care)}
                {card("Questionnaires", QUESTIONNAIRES, questionnaires)}
                {bmi}
                {import}
                {devices}
                {by_text}
            </CardGroup>
        </Section>
    }
    .into_any()
}

/// The newest of each measure, the newest first, for the person and for a care team, each with what the reader calls it.
pub(crate) fn newest(
    seen: &ReadingsSeen,
    base: &str,
    (whose, called): (&Whose, fn(Measure) -> &'static str),
    now: DateTime<Utc>,
) -> AnyView {
    if seen.newest.is_empty() {
        let text = if seen.may_record {
            "Choose below what to record. It takes a few seconds.".to_owned()
        } else {
            format!("There is nothing here that you can see for {}.", whose.person())
        };
        return view! {
            <EmptyState title="Nothing is recorded yet" icon=IconName::Heart>
                <p>{text}</p>
            </EmptyState>
        }
        .into_any();
    }
    let mut all: Vec<&ReadingSeen> = seen.newest.iter().collect();
    all.sort_by_key(|one| Reverse(one.taken_at));
    let rows = all.into_iter().map(|one| row(one, measure_page(base, one.measure), called(one.measure), now)).collect_view();
    view! { <Section title="Newest readings"><EntryList>{rows}</EntryList></Section> }.into_any()
}

/// The newest of its measure, in the list of all.
fn row(one: &ReadingSeen, href: String, title: &str, now: DateTime<Utc>) -> AnyView {
    let read = one.advice.map(|advice| format!("Guidance says: {}", advice.title));
    let signs = one.signs.map(|signs| signs.held.in_short());
    let text: Vec<String> = read.into_iter().chain(signs).chain(below(one)).collect();
    let text = (!text.is_empty()).then(|| text.join(" · "));
    view! {
        <EntryRow
            title=title.to_owned()
            href=href
            date=words::day_and_clock(one.taken_at, london_day(now))
            datetime=one.taken_at.to_rfc3339()
            value=one.in_words()
            text=text
            tag=grade(one, now)
        />
    }
    .into_any()
}

/// How soon guidance has somebody act on a reading, for a care team. Of one that was taken more than a day ago it says what was advised
/// then: the newest of its measure may be of any age, and looks no more urgent than it is.
fn grade(one: &ReadingSeen, now: DateTime<Utc>) -> Option<(String, TagKind)> {
    let (does, kind) = match one.advice?.urgency {
        Urgency::Emergency => ("call 999", TagKind::Danger),
        Urgency::Now => ("act now", TagKind::Danger),
        Urgency::Soon => ("act today", TagKind::Attention),
        Urgency::Note => return Some(("Advice: worth knowing".to_owned(), TagKind::Info)),
    };
    let is_past = now - one.taken_at > TimeDelta::days(1);
    Some(if is_past { (format!("Advised then: {does}"), TagKind::Info) } else { (format!("Advice: {does}"), kind) })
}

/// What stands below a reading: the same in the usual unit, how it was taken, and the note.
pub(crate) fn below(one: &ReadingSeen) -> Option<String> {
    let own = one.in_own_unit().map(|own| format!("{own} in the usual unit"));
    // Without what was asked, a bare yes would not say of what.
    let how = Some(words::sentence(&one.measure.taken_in_words(&one.settings))).filter(|how| !how.is_empty());
    let note = (!one.note.is_empty()).then(|| one.note.replace('\n', ". "));
    let photo = one.has_photo.then(|| "With a photo".to_owned());
    let all: Vec<String> = own.into_iter().chain(one.from_where()).chain(how).chain(note).chain(photo).collect();
    (!all.is_empty()).then(|| all.join(" · "))
}

fn everything_else(seen: &ReadingsSeen, first: &[Measure]) -> AnyView {
    let groups = Group::ALL.iter().map(|group| {
        let links: Vec<_> = seen
            .open
            .iter()
            .filter(|measure| measure.group() == *group && !first.contains(measure))
            .map(|measure| view! { <li><a href=add_page(*measure)>{measure.name()}</a></li> })
            .collect();
        (!links.is_empty())
            .then(|| view! { <div><h3 class="nhsuk-heading-s">{group.title()}</h3> <ul class="nhsuk-list">{links}</ul></div> })
    });
    let groups = groups.collect_view();
    view! { <div class="sh-groups">{groups}</div> }.into_any()
}
