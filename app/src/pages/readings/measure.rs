//! One measure: a chart, what it says in a sentence, and every reading.

use super::list::below;
use super::watch::watched;
use super::{LIST, add_page, measure_in, measure_page};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, EmptyState, EntryList, EntryRow, IconName, LineChart, PageHeading, Pagination, Section, Series, Strokes,
};
use crate::whose::Whose;
use crate::words;
use axum::extract::Query;
use chrono::NaiveDate;
use domain::ReadingId;
use domain::reading::{Amount, Drawn, Measure, Range, Span, Target};
use domain::when::{london_day, london_midnight};
use leptos::prelude::*;
use service::{Chart, MeasureSeen};

/// What an address asks of the page.
pub(crate) fn asked(query: &Typed) -> Result<(Span, Option<ReadingId>), Failure> {
    let span = Span::from_code(field(query, "span")).unwrap_or(Span::Month);
    let after = match field(query, "after") {
        "" => None,
        id => Some(id.parse().map_err(|_| Failure::not_found())?),
    };
    Ok((span, after))
}

/// The page.
pub async fn show(ctx: Ctx, path: super::OfMeasure, Query(query): Query<Typed>) -> Answer {
    let (measure, (span, after)) = (measure_in(path)?, asked(&query)?);
    let seen = ctx.services().readings.measure(&ctx.actor(), ctx.person()?, (measure, span, after)).await?;
    let (today, whose) = (london_day(ctx.services().core.now()), ctx.whose());
    ctx.page(Head::new(measure.name(), Place::Health), || {
        let add = seen.may_record.then(|| view! { <Button href=add_page(measure)>"Add a reading"</Button> });
        view! {
            <BackLink href=LIST label="Back to all readings" />
            <PageHeading title=measure.name() />
            {add}
            {body(&seen, span, LIST, &whose, today)}
            {watched(&seen.watch, Some(measure), &whose)}
        }
    })
    .await
}

/// Chart and readings, for the person and for a care team.
pub(crate) fn body(seen: &MeasureSeen, span: Span, base: &str, whose: &Whose, today: NaiveDate) -> AnyView {
    let measure = seen.measure;
    if seen.readings.is_empty() && seen.chart.average.is_none() {
        let says = format!("Here {} readings of {} will stand, with a chart.", whose.in_sentence(), measure.name_in_sentence());
        return view! {
            <EmptyState title="Nothing is recorded yet" icon=IconName::Heart>
                <p>{says}</p>
            </EmptyState>
        }
        .into_any();
    }
    let page = measure_page(base, measure);
    let spans = Span::ALL.iter().map(|one| {
        let current = (*one == span).then_some("page");
        view! { <li><a href=format!("{page}?span={}", one.code()) aria-current=current>{one.title()}</a></li> }
    });
    let spans = spans.collect_view();
    let days = seen.readings.iter().map(|one| {
        let href = format!("{page}/{}", one.id);
        view! {
            <EntryRow
                title=one.in_words()
                href=href
                date=words::day_and_clock(one.taken_at, today)
                datetime=one.taken_at.to_rfc3339()
                text=below(one)
            />
        }
    });
    let rows = days.collect_view();
    let of_hours = seen.of_hours.then(|| {
        view! {
            <p>"Some of these come from a device that measures all the time. Of each hour only its lowest and its highest reading are kept, so the average above is not the average of all that it measured."</p>
        }
    });
    let target = seen.target.as_ref().and_then(|target| target.target);
    let picture = chart(measure, &seen.chart, span, target);
    let older = seen.more.map(|id| format!("{page}?span={}&after={id}", span.code()));
    view! {
        <Section title="Chart">
            <nav class="sh-parts" aria-label="How far back">
                <ul>{spans}</ul>
            </nav>
            {picture}
            {of_hours}
        </Section>
        <Section title="Readings">
            <EntryList>{rows}</EntryList>
            <Pagination older=older />
        </Section>
    }
    .into_any()
}

/// "In the last 4 weeks: 12 readings, on average 138/85 mmHg, from 121 to 150."
fn sentence(measure: Measure, chart: &Chart, span: Span) -> String {
    let Some(told) = chart.average else { return format!("There is no reading in the last {}.", span.title()) };
    let decimals = measure.parts().first().map_or(0, |part| part.decimals);
    let round = |amount: Amount| amount.rounded(decimals);
    let shown = |first: Amount, second: Option<Amount>| {
        if measure.choices().is_empty() {
            measure.in_words(measure.unit(), "", round(first), second.map(round))
        } else {
            format!("{} out of {}", first.rounded(1), measure.choices().len())
        }
    };
    let many = u64::try_from(told.readings).unwrap_or_default();
    match measure.drawn() {
        Drawn::DayTotal if told.readings == 1 => format!("In the last {}: {} on 1 day.", span.title(), shown(told.first, None)),
        Drawn::DayTotal => format!(
            "In the last {}: {} with a reading. On average {} on such a day; the least {}, the most {}.",
            span.title(),
            words::how_many(many, "day", "days"),
            shown(told.first, None),
            round(told.lowest),
            round(told.highest)
        ),
        _ if told.readings == 1 => format!("In the last {}: 1 reading, {}.", span.title(), shown(told.first, told.second)),
        Drawn::Pair => format!(
            "In the last {}: {}, on average {}. The top number was from {} to {}.",
            span.title(),
            words::how_many(many, "reading", "readings"),
            shown(told.first, told.second),
            round(told.lowest),
            round(told.highest)
        ),
        Drawn::Line => format!(
            "In the last {}: {}, on average {}; the lowest {}, the highest {}.",
            span.title(),
            words::how_many(many, "reading", "readings"),
            shown(told.first, None),
            round(told.lowest),
            round(told.highest)
        ),
    }
}

pub(crate) fn chart(measure: Measure, chart: &Chart, span: Span, target: Option<Target>) -> AnyView {
    let sentence = sentence(measure, chart, span);
    if chart.average.is_none() {
        return view! { <p>{sentence}</p> }.into_any();
    }
    let second = if measure.drawn() == Drawn::Pair { " The line with squares is the bottom number." } else { "" };
    let by_day = match (chart.by_day, measure.drawn()) {
        (true, Drawn::Line) => " Each point is the average of a day, on a bar from its lowest to its highest.",
        (true, Drawn::Pair) => " Each point is the average of a day.",
        _ => "",
    };
    let lines = if measure.drawn() == Drawn::DayTotal { Strokes::Bars } else { Strokes::Line };
    let series = vec![
        Series { strokes: Strokes::Between, points: chart.between.clone() },
        Series { strokes: lines, points: chart.first.clone() },
        Series { strokes: Strokes::Dashes, points: chart.second.clone() },
    ];
    let wanted = target.map_or_else(String::new, |target| in_target(measure, chart, target));
    let end = |end: Option<Amount>| end.map(Amount::thousandths);
    let ranges = target.map_or([Range::default(); 2], |target| [target.spread(), target.second]);
    let bands = ranges.into_iter().filter(|range| !range.is_open()).map(|range| (end(range.low), end(range.high))).collect();
    let step = if measure.parts().first().is_some_and(|part| part.decimals > 0) { 100 } else { 1000 };
    view! {
        <LineChart
            span=chart.span
            series=series
            finest=step
            label=beside
            moments=moments(chart, span)
            bands=bands
            words=format!("{sentence}{second}{by_day}{wanted}")
        />
    }
    .into_any()
}

/// " The target is below 135 over 85: 9 of 12 readings are in it. The green band shows it."
fn in_target(measure: Measure, chart: &Chart, target: Target) -> String {
    let within = chart.within.unwrap_or_default();
    let what = if chart.by_day { "day" } else { "reading" };
    let of = u64::try_from(chart.of).unwrap_or_default();
    let many = words::how_many(of, what, &format!("{what}s"));
    let (are, by_day) = (if within == 1 { "is" } else { "are" }, if chart.by_day { " by their average" } else { "" });
    let by_day = if measure.drawn() == Drawn::DayTotal { "" } else { by_day };
    format!(
        " The target is {}: {} of {many} {are} in it{by_day}. The green band shows it.",
        target.in_words(measure),
        words::grouped(u64::try_from(within).unwrap_or_default())
    )
}

/// A value beside the axis: "7.5", "12,000".
pub(crate) fn beside(thousandths: i64) -> String {
    match u64::try_from(thousandths / 1000) {
        Ok(whole) if thousandths % 1000 == 0 => words::grouped(whole),
        _ => Amount::from_thousandths(thousandths).to_string(),
    }
}

/// Three days below the chart: its first, one in the middle, its last.
fn moments(chart: &Chart, span: Span) -> Vec<(i64, String)> {
    chart.days.map_or_else(Vec::new, |days| moments_of(days, span))
}

/// The same of any days.
pub(crate) fn moments_of((first, last): (NaiveDate, NaiveDate), span: Span) -> Vec<(i64, String)> {
    let middle = first + chrono::TimeDelta::days((last - first).num_days() / 2);
    let says = |day: NaiveDate| match span {
        Span::Week | Span::Month => day.format("%-d %b").to_string(),
        Span::Year | Span::All => day.format("%b %Y").to_string(),
    };
    [first, middle, last].map(|day| (london_midnight(day).timestamp() + 12 * 60 * 60, says(day))).to_vec()
}
