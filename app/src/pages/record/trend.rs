//! One thing that laboratories measured, over time: a chart, a sentence, and a table.

use super::results::{amount_words, range_words};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::islands::chart_view::{CHARTED, ChartView};
use crate::pages::readings::measure::beside;
use crate::pages::record::entry::range;
use crate::pages::team::patient_page;
use crate::routes;
use crate::shell::Place;
use crate::ui::{BackLink, Cell, DataTable, LineChart, PageHeading, Pagination, Section, Series, Spot, Strokes};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use chrono::DateTime;
use domain::access::Actor;
use domain::record::{GivenRange, Sensitivity, Value};
use domain::result::{Amount, Band, Decimal, Told, TrendSpan, beyond, sentence};
use domain::{EntryId, PersonId};
use leptos::prelude::*;
use service::{Cursor, TrendPoint, TrendSeen};
use std::collections::{BTreeMap, HashSet};

/// The least that a picture of one moment spans, in seconds.
const A_DAY: i64 = 24 * 60 * 60;

/// The person's own, or that of somebody for whom they act.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let id = path.ok().and_then(|Path(id)| id.parse::<EntryId>().ok()).ok_or_else(Failure::not_found)?;
    let (actor, person, whose) = (ctx.actor(), ctx.person()?, ctx.whose());
    page(
        &ctx,
        &actor,
        person,
        id,
        query.as_deref(),
        &Of { entries: whose.overview(), whose: whose.title(), place: Place::Record },
    )
    .await
}

/// The same at work.
pub async fn show_team(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let (person, id) = path
        .ok()
        .and_then(|Path((person, id))| Some((person.parse::<PersonId>().ok()?, id.parse::<EntryId>().ok()?)))
        .ok_or_else(Failure::not_found)?;
    let actor = ctx.staff()?;
    let of = Of { entries: patient_page(person), whose: "The".to_owned(), place: Place::People };
    page(&ctx, &actor, person, id, query.as_deref(), &of).await
}

/// Where the entries are, and whose they are at the beginning of a sentence.
struct Of {
    entries: String,
    whose: String,
    place: Place,
}

impl Of {
    fn entry(&self, id: EntryId) -> String {
        format!("{}/entries/{id}", self.entries)
    }
}

async fn page(ctx: &Ctx, actor: &Actor, person: PersonId, id: EntryId, query: Option<&str>, of: &Of) -> Answer {
    let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    let span = query.get("span").and_then(|span| TrendSpan::from_code(span)).unwrap_or(TrendSpan::All);
    let after: Option<Cursor> = query.get("after").and_then(|after| after.parse().ok());
    let seen = ctx.services().records.trend(actor, person, id, span, after).await?;
    let is_general = seen.line.sensitivity == Sensitivity::General;
    let title = format!("{} over time", if is_general { &seen.title } else { &seen.line.kind });
    let heading = format!("{} over time", seen.title);
    ctx.page(Head::new(&title, of.place).with_island(), || {
        let back = of.entry(id);
        let said = told_in_words(&seen, after.is_some(), &of.whose);
        let inside = charted(&seen, span, after.is_some(), &said, of);
        view! {
            <BackLink href=back label="Back to this result" />
            <PageHeading title=heading.clone() />
            <ChartView>
                <div id=CHARTED tabindex="-1" data-said=said>
                    {inside}
                </div>
            </ChartView>
        }
    })
    .await
}

/// What a result is, for the sentence.
fn told(point: &TrendPoint) -> Told {
    let other = point.converted.as_ref().map(|other| format!(" ({})", amount_words(other))).unwrap_or_default();
    let ends = point.value.range.clone().map(|range| GivenRange { range, ..GivenRange::default() });
    Told {
        amount: format!("{}{other}", amount_words(&point.value)),
        day: point.happened.map(|when| when.day_only()),
        placed: point.placed,
        beyond: beyond(&point.value).map(|far| far.to_string()),
        range: ends.and_then(|given| range_words(&given, point.value.unit.as_deref())),
        word: point.value.interpretation.clone(),
        early: matches!(point.status.as_deref(), Some("registered" | "partial" | "preliminary")),
    }
}

/// All of it in a sentence; of older ones only from when they are, because the newest are elsewhere.
fn told_in_words(seen: &TrendSeen, later: bool, whose: &str) -> String {
    if seen.points.is_empty() {
        return "There is no result in this time.".to_owned();
    }
    if later {
        return "These are older results. The newest stand on the page before.".to_owned();
    }
    let numbers: Vec<Told> = seen.points.iter().filter(|point| Amount::read(&point.value).is_some()).map(told).collect();
    if numbers.is_empty() {
        sentence(&seen.points.iter().map(told).collect::<Vec<_>>(), whose)
    } else {
        sentence(&numbers, whose)
    }
}

fn charted(seen: &TrendSeen, span: TrendSpan, later: bool, said: &str, of: &Of) -> AnyView {
    let here = format!("{}/trend", of.entry(seen.id));
    let spans = TrendSpan::ALL.iter().map(|one| {
        let current = (*one == span).then_some("page");
        let href = format!("{here}?span={}", one.code());
        view! { <li><a href=href aria-current=current data-moves=one.code()>{one.title()}</a></li> }
    });
    let spans = spans.collect_view();
    let zoom = [("closer", "Closer", span.closer()), ("wider", "Wider", span.wider())];
    let zoom = zoom.into_iter().filter_map(|(moves, words, to)| Some((moves, words, format!("{here}?span={}", to?.code()))));
    let zoom = zoom.map(|(moves, words, href)| view! { <li><a href=href data-moves=moves>{words}</a></li> }).collect_view();
    let older = seen.next.map(|next| format!("{here}?span={}&after={}", span.code(), routes::in_query(&next.to_string())));
    let newer = later.then(|| format!("{here}?span={}", span.code()));
    let (picture, notes, table) = (picture(seen, said), notes(seen), table(seen, of));
    view! {
        <Section title="Chart">
            <nav class="sh-parts" aria-label="How much time"><ul>{spans}</ul></nav>
            <nav class="sh-parts sh-parts--more" aria-label="Move the chart"><ul>{zoom}</ul></nav>
            {picture}
            {notes}
        </Section>
        <Section title="Every result">
            {table}
            <Pagination newer=newer older=older />
        </Section>
    }
    .into_any()
}

/// The chart of two or more numbers, the line of numbers of one, and the sentence in any case.
fn picture(seen: &TrendSeen, said: &str) -> AnyView {
    let (Some(first), Some(last)) = (seen.drawn.first(), seen.drawn.last()) else {
        return view! { <p>{said.to_owned()}</p> }.into_any();
    };
    if seen.drawn.len() < 2 {
        let line = seen.points.iter().find(|point| point.drawn.is_some()).and_then(|point| range(&point.value));
        return view! { <p>{said.to_owned()}</p> {line} }.into_any();
    }
    let end = |end: &Option<String>| end.as_deref().and_then(Decimal::parse).and_then(Decimal::thousandths);
    let (bands, shown) = match &seen.band {
        Band::One { low, high } => (
            vec![(end(low), end(high))],
            " The green band shows the range that the laboratory gave with every one of these results.",
        ),
        Band::Differ => {
            (Vec::new(), " The laboratories gave different ranges, or none, so no range is drawn. Each one stands in the table.")
        }
        Band::Absent => (Vec::new(), " No range came with these results, so none is drawn."),
    };
    let span = if first.at == last.at { (first.at - A_DAY, last.at + A_DAY) } else { (first.at, last.at) };
    let title = match seen.unit.as_deref() {
        Some(unit) => format!("{} ({unit})", seen.title),
        None => seen.title.clone(),
    };
    let moments = [first, last].into_iter().filter_map(|point| {
        let moment = DateTime::from_timestamp(point.at, 0)?;
        Some((point.at, moment.format("%b %Y").to_string()))
    });
    let mut moments: Vec<(i64, String)> = moments.collect();
    moments.dedup_by(|next, one| next.1 == one.1);
    view! {
        <LineChart
            span=span
            series=vec![Series { strokes: Strokes::Line, points: seen.drawn.clone() }]
            finest=seen.finest
            label=beside
            moments=moments
            bands=bands
            spots=spots(seen)
            title=title
            words=format!("{said}{shown}")
        />
    }
    .into_any()
}

/// What is said at each spot: "3 November 2026: 6.1 mmol/L, High".
fn spots(seen: &TrendSeen) -> Vec<Spot> {
    let kept: HashSet<(i64, i64)> = seen.drawn.iter().map(|point| (point.at, point.high)).collect();
    let says = |point: &TrendPoint| {
        let (at, value) = point.drawn.filter(|drawn| kept.contains(drawn))?;
        let day = point.happened.map(|when| when.day_only()).unwrap_or_default();
        let tag = tag(point).map(|(word, _)| format!(", {word}")).unwrap_or_default();
        Some((at, value, format!("{day}: {}{tag}", told(point).amount)))
    };
    let mut all: Vec<Spot> = seen.points.iter().filter_map(says).collect();
    all.reverse();
    all
}

/// What the picture leaves out, and what was worked out for it.
fn notes(seen: &TrendSeen) -> AnyView {
    let count = |of: &dyn Fn(&TrendPoint) -> bool| {
        u64::try_from(seen.points.iter().filter(|point| of(point)).count()).unwrap_or_default()
    };
    let converted = count(&|point| point.converted.is_some());
    let converted = (converted > 0).then(|| {
        let words = match converted {
            1 => "1 result came in another unit. We worked it out in the unit of the newest. The table shows both.".to_owned(),
            many => format!(
                "{many} results came in another unit. We worked them out in the unit of the newest. The table shows both."
            ),
        };
        view! { <p>{words}</p> }
    });
    let other = count(&|point| point.drawn.is_none());
    let other = (other > 0 && !seen.drawn.is_empty()).then(|| {
        let words = match other {
            1 => "1 result is not in the picture, because it is not one number in this unit, or has no date. It is in the table.".to_owned(),
            many => format!(
                "{many} results are not in the picture, because they are not one number in this unit, or have no date. They are in the table."
            ),
        };
        view! { <p>{words}</p> }
    });
    view! { {converted} {other} }.into_any()
}

fn tag(point: &TrendPoint) -> Option<(String, crate::ui::TagKind)> {
    point.value.interpretation.as_deref().map(words::flag_tag).or_else(|| words::placed_tag(&point.value))
}

fn table(seen: &TrendSeen, of: &Of) -> Option<AnyView> {
    if seen.points.is_empty() {
        return None;
    }
    let any = seen.points.iter().any(|point| point.converted.is_some());
    let mut head = vec!["Date".to_owned(), "Value".to_owned()];
    if any {
        head.push("In the unit of the newest".to_owned());
    }
    head.extend(["The laboratory\u{2019}s range", "How it compares", "From"].map(ToOwned::to_owned));
    let rows = seen.points.iter().map(|point| {
        let href = of.entry(point.id);
        let date = point.happened.map_or_else(|| "No date given".to_owned(), |when| when.day_only());
        let mut row = vec![Cell::new(view! { <a href=href>{date}</a> }), Cell::new(amount_words(&point.value))];
        if any {
            row.push(Cell::new(point.converted.as_ref().map(amount_words).unwrap_or_default()));
        }
        let said = [
            tag(point).map(|(word, _)| word),
            point
                .status
                .as_deref()
                .and_then(|status| words::status_tag(domain::record::Category::Result, Some(status)))
                .map(|(word, _)| word),
        ];
        let said = said.into_iter().flatten().collect::<Vec<_>>().join(". ");
        let said = if said.is_empty() { "Not said".to_owned() } else { said };
        row.extend([Cell::new(given(&point.value, &point.ranges)), Cell::new(said), Cell::new(point.source.clone())]);
        row
    });
    let rows = rows.collect();
    Some(view! { <DataTable caption="Newest first" head=head rows=rows /> }.into_any())
}

fn given(value: &Value, ranges: &[GivenRange]) -> String {
    let unit = value.unit.as_deref();
    let mut all: Vec<String> = ranges.iter().filter_map(|given| range_words(given, unit)).collect();
    if all.is_empty() {
        let known = value.range.clone().map(|range| GivenRange { range, ..GivenRange::default() });
        all.extend(known.and_then(|given| range_words(&given, unit)));
    }
    if all.is_empty() { "No range was given".to_owned() } else { all.join("; ") }
}
