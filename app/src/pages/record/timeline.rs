//! Everything in the record in the order of time: a section for each day, and in it a part for each visit.

use super::narrow::{Asked, Narrow, SOURCES, SearchBox, Wrong};
use super::{in_full, mark, on_timeline, own, sources};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::shell::Place;
use crate::ui::{BackLink, EmptyState, EntryList, IconName, PageHeading, Pagination, Section, VisitGroup};
use crate::whose::Whose;
use crate::words;
use axum::extract::RawQuery;
use chrono::{DateTime, Datelike, Utc};
use domain::When;
use domain::record::Category;
use domain::when::{day_in_words, london_day, weekday_in_words};
use leptos::prelude::*;
use service::{Narrowing, TimelineDay, TimelineGroup, TimelinePage};

/// The timeline, newest first.
pub async fn show(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let asked = Asked::read(query.as_deref());
    let records = &ctx.services().records;
    let page = records.timeline(&ctx.actor(), ctx.person()?, asked.narrowing, asked.after).await?;
    let (whose, now) = (ctx.whose(), ctx.services().core.now());
    let title = format!("{} timeline", whose.title());
    let head = Head { has_errors: asked.is_wrong(), ..Head::new(&title, Place::Record).of(&page.whose) };
    ctx.page(head, || {
        let missing = sources::band(&page.out_of_date, &whose);
        let days = listed(&asked, page, &whose, now);
        let lead =
            format!("Everything that places have sent here about {}, and own notes beside it, newest first.", whose.person());
        view! {
            <BackLink href="/record" label=format!("Back to {} record", whose.in_sentence()) />
            <Wrong asked=asked.clone() />
            {easy::picture(IconName::Record)}
            <PageHeading title=title.clone() lead=easy::say(lead, acts::TIMELINE) />
            {missing}
            {acts::steps(&acts::ON_TIMELINE)}
            <SearchBox whose=whose.clone() narrowing=asked.narrowing />
            {days}
            {beside(&whose)}
        }
    })
    .await
}

/// How it is narrowed down, its days, and the ways to newer and older ones.
pub(crate) fn listed(asked: &Asked, page: TimelinePage, whose: &Whose, now: DateTime<Utc>) -> AnyView {
    let here = whose.timeline();
    let older = page.next.map(|next| asked.address(&here, &asked.narrowing, Some((next, false))));
    let newer = asked.after.map(|_| asked.address(&here, &asked.narrowing, None));
    let body = if asked.is_wrong() {
        view! { <p>"Put right what is wrong with the dates to see the entries."</p> }.into_any()
    } else if page.days.is_empty() {
        nothing(asked, whose).into_any()
    } else {
        let shown = shown(&page, asked.after.is_some());
        let days = page.days.into_iter().map(|one| day(one, whose, now)).collect_view();
        view! { <p>{shown}</p> {days} <Pagination newer=newer older=older /> }.into_any()
    };
    // They are of no kind, and whoever looks for medicines must not take these for all.
    let own = (asked.narrowing.kind == Some(Category::Medicine)).then(|| {
        let narrowing = Narrowing { kind: None, source: None, label: None, own: true, ..asked.narrowing };
        let way = asked.address(&whose.timeline(), &narrowing, None);
        view! { <p>"Medicines bought without a prescription are not in this list. " <a class="sh-screen-only" href=way>"See own notes and medicines"</a></p> }
    });
    view! {
        <Narrow page=here asked=asked.clone() choices=page.choices today=london_day(now) />
        {own}
        {body}
    }
    .into_any()
}

/// "30 entries on 12 days, newest first."
fn shown(page: &TimelinePage, later: bool) -> String {
    let days = u64::try_from(page.days.len()).unwrap_or_default();
    let entries = match (page.entries, page.own) {
        (entries, 0) => words::how_many(entries, "entry", "entries"),
        (0, own) => words::how_many(own, "own note or medicine", "own notes and medicines"),
        (entries, own) => format!(
            "{} and {}",
            words::how_many(entries, "entry", "entries"),
            words::how_many(own, "own note or medicine", "own notes and medicines")
        ),
    };
    let days = words::how_many(days, "day", "days");
    match (page.next.is_some(), later) {
        (false, false) => format!("{entries} on {days}, newest first."),
        (true, false) => format!("The newest {entries}, on {days}."),
        (true, true) => format!("{entries} on {days}. There are newer and older ones."),
        (false, true) => format!("The oldest {entries}, on {days}."),
    }
}

/// "Tuesday 3 November 2026"; a month or a year where no more is known.
pub(super) fn day_title(when: Option<When>) -> String {
    match when {
        None => "No date given".to_owned(),
        Some(When::Day(day)) => format!("{} {}", weekday_in_words(day.weekday()), day_in_words(day)),
        Some(When::Instant(instant)) => day_title(Some(When::Day(london_day(instant.to_utc())))),
        Some(when @ (When::Month(..) | When::Year(_))) => format!("{}, day not known", when.in_words()),
    }
}

fn day(day: TimelineDay, whose: &Whose, now: DateTime<Utc>) -> impl IntoView + use<> {
    let title = day_title(day.when);
    let title = match day.when {
        Some(when) if when.is_to_come(now) && when != When::Day(london_day(now)) => format!("{title} (still to come)"),
        _ => title,
    };
    let groups = day.groups.into_iter().map(|one| group(one, whose)).collect_view();
    let own = day.own.into_iter().map(|line| own::one(line, whose)).collect_view();
    view! { <Section title=title>{groups} {own}</Section> }
}

fn group(group: TimelineGroup, whose: &Whose) -> AnyView {
    let rows = group.lines.into_iter().map(|line| on_timeline(line, whose)).collect_view();
    let list = view! { <EntryList>{rows}</EntryList> };
    let Some(visit) = group.visit else { return list.into_any() };
    let clock = match visit.happened {
        Some(When::Instant(instant)) => Some(words::clock(instant.to_utc())),
        _ => None,
    };
    let reported = mark(whose.is_reported(visit.id)).map(|(words, _)| words);
    let text = [clock, in_full(&visit), reported].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let text = Some(text).filter(|text| !text.is_empty());
    view! { <VisitGroup title=visit.title href=whose.entry(visit.id) text=text>{list}</VisitGroup> }.into_any()
}

/// Why there is nothing, and what to do.
fn nothing(asked: &Asked, whose: &Whose) -> impl IntoView + use<> {
    let (title, why) = if asked.after.is_some() {
        ("No older entries", "There is nothing before what you saw.".to_owned())
    } else if asked.narrowing.is_narrow() {
        ("Nothing fits what you chose", "There may be other entries. Show everything again, or choose something else.".to_owned())
    } else if whose.is_another() {
        ("Nothing to see here", format!("That does not mean that {} none.", whose.have()))
    } else {
        (
            "Nothing has been sent here yet",
            "No place has sent anything about your health. Ask your GP practice when your record will be here.".to_owned(),
        )
    };
    let all = (asked.narrowing != Narrowing::default() || asked.after.is_some())
        .then(|| view! { <p class="sh-screen-only"><a href=whose.timeline()>"Show everything"</a></p> });
    view! { <EmptyState title=title icon=IconName::Record><p>{why}</p> {all}</EmptyState> }
}

/// What is not on the timeline, and where it is.
fn beside(whose: &Whose) -> impl IntoView + use<> {
    let own = (!whose.is_another()).then(|| {
        view! { <li><a href="/readings">"What you measured yourself"</a></li> }
    });
    view! {
        <div class="sh-screen-only">
            <Section title="Not on this page">
                <ul>
                    <li><a href="/record/people">"People and places in the record"</a></li>
                    {own}
                    <li><a href=SOURCES>"Where the record comes from, and what may be missing"</a></li>
                </ul>
            </Section>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_words_and_what_is_known_less_of_says_so() {
        let said = |text: &str| day_title(Some(When::parse(text).unwrap()));
        assert_eq!(said("2026-11-03"), "Tuesday 3 November 2026");
        assert_eq!(said("2026-06-30T23:30:00Z"), "Wednesday 1 July 2026");
        assert_eq!(said("2026-11"), "November 2026, day not known");
        assert_eq!(said("2026"), "2026, day not known");
        assert_eq!(day_title(None), "No date given");
    }
}
