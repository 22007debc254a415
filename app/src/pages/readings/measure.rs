//! One measure: a chart, what it says in a sentence, and every reading.

use super::bmi::BMI;
use super::list::below;
use super::removed::removed_page;
use super::watch::watched;
use super::{LIST, add_page, holds_now, measure_in, measure_page};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::forms::Typed;
use crate::islands::chart_view::charted;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Cell, Choice, DataTable, Details, EmptyState, EntryList, EntryRow, IconName, LineChart,
    PageHeading, Pagination, Section, Select, Series, Spot, Strokes,
};
use crate::whose::Whose;
use crate::words;
use axum::extract::Query;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::appointment::shown_at;
use domain::reading::week::Zones;
use domain::reading::{Amount, Drawn, Grain, Measure, Point, Span, Target};
use domain::when::{clock_at, day_in_words, london_day, london_midnight, which_of_two};
use leptos::prelude::*;
use service::{Average, Chart, ChartRow, MeasureSeen, Named, NamedChart, ReadingsAsked, TargetVersion};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What an address asks of the page of a measure.
pub(crate) fn asked(measure: Measure, query: &Typed) -> Result<ReadingsAsked, Failure> {
    let after = match field(query, "after") {
        "" => None,
        id => Some(id.parse().map_err(|_| Failure::not_found())?),
    };
    // Nothing is recorded from before.
    let until = field(query, "until").parse::<NaiveDate>().ok().filter(|day| day.year() >= 1900);
    Ok(ReadingsAsked {
        measure,
        span: Span::from_code(field(query, "span")).unwrap_or(Span::Month),
        until,
        with: Measure::from_code(field(query, "with")).filter(|with| *with != measure),
        after,
        month: format!("{}-01", field(query, "month"))
            .parse::<NaiveDate>()
            .ok()
            .filter(|day| (1900..=9000).contains(&day.year())),
    })
}

/// The page.
pub async fn show(ctx: Ctx, path: super::OfMeasure, Query(query): Query<Typed>) -> Answer {
    let measure = measure_in(path)?;
    let asked = asked(measure, &query)?;
    let seen = ctx.services().readings.measure(&ctx.actor(), ctx.person()?, asked).await?;
    let (today, whose) = (london_day(ctx.services().core.now()), ctx.whose());
    ctx.page(Head::new(measure.name(), Place::Health).with_island().of(&seen.whose), || {
        let add = seen.may_record.then(|| view! { <Button href=add_page(measure)>"Add a reading"</Button> });
        let bmi = matches!(measure, Measure::Weight | Measure::Height | Measure::Bmi).then(
            || view! { <p class="sh-screen-only"><a href=BMI>{format!("{} body mass index (BMI)", whose.title())}</a></p> },
        );
        let removed = seen
            .has_removed
            .then(|| view! { <p class="sh-screen-only"><a href=removed_page(measure)>"Removed readings"</a></p> });
        view! {
            <BackLink href=LIST label="Back to all readings" />
            {easy::picture(IconName::Chart)}
            <PageHeading title=measure.name() lead=(easy::is_on() && !is_empty(&seen)).then_some(acts::MEASURE) />
            {seen.holds.as_ref().map(holds_now)}
            {add}
            {body(&seen, asked.span, LIST, (&whose, Measure::name), today)}
            {bmi}
            {removed}
            {watched(&seen.watch, Some(measure), &whose)}
        }
    })
    .await
}

/// What a reader calls a measure: the person by its plain name, a care team by its clinical one.
type Called = fn(Measure) -> &'static str;

/// Chart and readings, for the person and for a care team, each with what the reader calls it.
pub(crate) fn body(seen: &MeasureSeen, span: Span, base: &str, whose: (&Whose, Called), today: NaiveDate) -> AnyView {
    let said = if is_empty(seen) { String::new() } else { said(seen, span, today) };
    let inside = trend(seen, span, base, whose, today);
    charted(Some(said), inside)
}

/// What its charts say.
fn said(seen: &MeasureSeen, span: Span, today: NaiveDate) -> String {
    let (measure, named) = (seen.measure, &seen.named.charts);
    let of = |one: &NamedChart| format!("{}. {}", name(one), sentence(measure, &one.chart, span, today));
    match named.is_empty() {
        true => sentence(measure, &seen.chart, span, today),
        false => named.iter().map(of).collect::<Vec<_>>().join(" "),
    }
}

/// How long a name can be: some write a story.
const LONGEST_NAME: usize = 60;

/// What one of several things of a measure is called.
fn name(one: &NamedChart) -> String {
    let short: String = one.name.chars().take(LONGEST_NAME).collect();
    match short.is_empty() {
        true => "Not said what".to_owned(),
        false if short.len() < one.name.len() => format!("{short}\u{2026}"),
        false => short,
    }
}

fn is_empty(seen: &MeasureSeen) -> bool {
    let drawn = seen.chart.average.is_some() || !seen.named.charts.is_empty();
    seen.readings.is_empty() && !seen.has_earlier && !drawn && seen.years.is_empty()
}

/// The same without the island.
fn trend(seen: &MeasureSeen, span: Span, base: &str, (whose, called): (&Whose, Called), today: NaiveDate) -> AnyView {
    match is_empty(seen) {
        true => nothing(seen.measure, whose, called),
        false => chart_and_list(seen, called, span, &measure_page(base, seen.measure), today),
    }
}

/// What the reader calls a measure, in the middle of a sentence: "oxygen saturation (SpO2)", "HbA1c".
fn in_the_middle(measure: Measure, called: Called) -> String {
    let name = called(measure);
    let is_short = name.split(' ').next().is_some_and(|word| word.chars().skip(1).any(char::is_uppercase));
    match name == measure.name() {
        true => measure.name_in_sentence(),
        false if is_short => name.to_owned(),
        false => words::in_sentence(name),
    }
}

fn nothing(measure: Measure, whose: &Whose, called: Called) -> AnyView {
    let name = in_the_middle(measure, called);
    let says = format!("Here {} readings of {name} will stand, with a chart.", whose.in_sentence());
    view! {
        <EmptyState title="Nothing is recorded yet" icon=IconName::Heart>
            <p>{says}</p>
        </EmptyState>
    }
    .into_any()
}

/// What is drawn of it, alone and without the island, for a page about something else.
pub(crate) fn picture(seen: &MeasureSeen, span: Span, (whose, called): (&Whose, Called), today: NaiveDate) -> AnyView {
    match is_empty(seen) {
        true => nothing(seen.measure, whose, called),
        false => drawn(seen, called, span, today),
    }
}

/// The table of that and the readings, for a page about something else.
pub(crate) fn told(seen: &MeasureSeen, span: Span, base: &str, called: Called, today: NaiveDate) -> AnyView {
    let (table, rows) = (table(seen, called, span), entries(seen, &measure_page(base, seen.measure), today));
    view! {
        <Section title="Readings">
            {table}
            {rows}
        </Section>
    }
    .into_any()
}

/// A list of the readings.
fn entries(seen: &MeasureSeen, page: &str, today: NaiveDate) -> AnyView {
    let rows = seen.readings.iter().map(|one| {
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
    let rows = rows.collect_view();
    view! { <EntryList>{rows}</EntryList> }.into_any()
}

/// Its chart, and that of another measure beside it.
fn drawn(seen: &MeasureSeen, called: Called, span: Span, today: NaiveDate) -> AnyView {
    let measure = seen.measure;
    let of_hours = (seen.of_hours || seen.beside.as_ref().is_some_and(|beside| beside.of_hours)).then(|| {
        view! {
            <p>"Some of these come from a device that measures all the time. Of each hour only its lowest and its highest reading are kept, so the average above is not the average of all that it measured."</p>
        }
    });
    let title = |measure| seen.beside.is_some().then(|| with_unit(measure, called));
    let target = |target: Option<&TargetVersion>| target.and_then(|target| target.target);
    let wanted = (target(seen.target.as_ref()), seen.zones);
    let first = charts((measure, title(measure)), (&seen.chart, &seen.named), (span, today), wanted);
    let second = seen.beside.as_ref().map(|beside| {
        let wanted = (target(beside.target.as_ref()), beside.zones);
        charts((beside.measure, title(beside.measure)), (&beside.chart, &beside.named), (span, today), wanted)
    });
    view! { {first} {second} {of_hours} }.into_any()
}

fn chart_and_list(seen: &MeasureSeen, called: Called, span: Span, page: &str, today: NaiveDate) -> AnyView {
    let (drawn, entries) = (drawn(seen, called, span, today), entries(seen, page, today));
    let shows = Shows::of(seen, span, page, today);
    let older = seen.more.map(|id| format!("{}&after={id}", shows.address(span, shows.until, shows.with)));
    let (spans, moves, table) = (shows.spans(), shows.moves(seen.has_earlier), table(seen, called, span));
    let jumps = shows.jumps(seen);
    let something_else = shows.something_else(&seen.others, called);
    view! {
        <Section title="Chart">
            {spans}
            {moves}
            {drawn}
            {table}
            {something_else}
        </Section>
        <Section title="Readings">
            {jumps}
            {entries}
            <Pagination older=older />
        </Section>
    }
    .into_any()
}

/// The newest day that has more to show by itself; where a measure is of several things, of any of these.
fn newest_close(chart: &Chart, named: &Named) -> Option<NaiveDate> {
    match named.charts.is_empty() {
        true => chart.close,
        false => named.charts.iter().filter_map(|one| one.chart.close).max(),
    }
}

/// What a chart shows now, from which others are reached.
struct Shows<'a> {
    page: &'a str,
    span: Span,
    /// Its last day, where that is not today.
    until: Option<NaiveDate>,
    last: NaiveDate,
    today: NaiveDate,
    /// The day that has more to show by itself, where there is one.
    close: Option<NaiveDate>,
    with: Option<Measure>,
}

impl<'a> Shows<'a> {
    fn of(seen: &MeasureSeen, span: Span, page: &'a str, today: NaiveDate) -> Self {
        let last = seen.chart.days.map_or(today, |days| days.1);
        let until = (last < today).then_some(last);
        let beside = seen.beside.as_ref();
        let close = match span {
            Span::Day => Some(last),
            _ => {
                let second = beside.and_then(|beside| newest_close(&beside.chart, &beside.named));
                newest_close(&seen.chart, &seen.named).max(second)
            }
        };
        Self { page, span, until, last, today, close, with: beside.map(|beside| beside.measure) }
    }

    fn address(&self, span: Span, until: Option<NaiveDate>, with: Option<Measure>) -> String {
        let until = until.map(|day| format!("&until={day}")).unwrap_or_default();
        let with = with.map(|with| format!("&with={}", with.code())).unwrap_or_default();
        format!("{}?span={}{until}{with}", self.page, span.code())
    }

    /// Where it shows so much time; of a single day only one that has more to show.
    fn over(&self, span: Span) -> Option<String> {
        let until = match span {
            Span::Day => self.close.map(|day| (day < self.today).then_some(day))?,
            _ => self.until,
        };
        Some(self.address(span, until, self.with))
    }

    /// How much time it can show.
    fn spans(&self) -> AnyView {
        let spans = Span::ALL.iter().filter_map(|one| {
            let current = (*one == self.span).then_some("page");
            let href = self.over(*one)?;
            Some(view! { <li><a href=href aria-current=current data-moves=one.code()>{one.title()}</a></li> })
        });
        let spans = spans.collect_view();
        view! { <nav class="sh-parts" aria-label="How much time"><ul>{spans}</ul></nav> }.into_any()
    }

    /// To which years and months the list of readings can go, where it is more than a page.
    fn jumps(&self, seen: &MeasureSeen) -> Option<AnyView> {
        let to = |day: NaiveDate| format!("{}&month={}", self.address(self.span, self.until, self.with), day.format("%Y-%m"));
        let first = seen.readings.first().map(|one| london_day(one.taken_at));
        let is_here = |is: bool| is.then_some("true");
        let years = seen.years.iter().filter_map(|year| {
            let current = is_here(first.is_some_and(|day| day.year() == *year));
            let href = to(NaiveDate::from_ymd_opt(*year, 12, 1)?);
            Some(view! { <li><a href=href aria-current=current>{year.to_string()}</a></li> })
        });
        let years = years.collect_view();
        let months = seen.months.iter().map(|month| {
            let current = is_here(first.is_some_and(|day| (day.year(), day.month()) == (month.year(), month.month())));
            view! { <li><a href=to(*month) aria-current=current>{month.format("%B %Y").to_string()}</a></li> }
        });
        let months = months.collect_view();
        let more_than_one = |of: usize| (of > 1).then_some(());
        let years = more_than_one(seen.years.len())
            .map(|()| view! { <nav class="sh-parts" aria-label="Readings of a year"><ul>{years}</ul></nav> });
        let months = more_than_one(seen.months.len())
            .map(|()| view! { <nav class="sh-parts sh-parts--more" aria-label="Readings of a month"><ul>{months}</ul></nav> });
        (years.is_some() || months.is_some()).then(|| view! { {years} {months} }.into_any())
    }

    /// Where it can be moved.
    fn moves(&self, has_earlier: bool) -> AnyView {
        let (span, last, today) = (self.span, self.last, self.today);
        let until = |day: NaiveDate| (day < today).then_some(day);
        let earlier = has_earlier.then(|| self.address(span, until(span.earlier(last)), self.with));
        let later = span.later(last, today).map(|day| self.address(span, until(day), self.with));
        let zoom = |span: Option<Span>| self.over(span?);
        let all = [
            ("earlier", "Earlier", earlier),
            ("later", "Later", later),
            ("closer", "Closer", zoom(span.closer())),
            ("wider", "Wider", zoom(span.wider())),
        ];
        let links = all.into_iter().filter_map(|(moves, words, href)| Some((moves, words, href?)));
        let links = links.map(|(moves, words, href)| view! { <li><a href=href data-moves=moves>{words}</a></li> }).collect_view();
        view! { <nav class="sh-parts sh-parts--more" aria-label="Move the chart"><ul>{links}</ul></nav> }.into_any()
    }

    /// The form that draws another measure over the same time.
    fn something_else(&self, others: &[Measure], called: Called) -> Option<AnyView> {
        let value = self.with.map_or("", Measure::code);
        let choices: Vec<Choice> = std::iter::once(Choice::new("", "Nothing else"))
            .chain(others.iter().map(|other| Choice::new(other.code(), called(*other))))
            .collect();
        let until = self.until.map(|day| view! { <input type="hidden" name="until" value=day.to_string() /> });
        let (page, span, open) = (self.page.to_owned(), self.span.code(), self.with.is_some());
        (!others.is_empty()).then(|| {
            view! {
                <div class="sh-screen-only">
                    <Details summary="Show something else with it" open=open>
                        <form class="sh-form" method="get" action=page>
                            <input type="hidden" name="span" value=span />
                            {until}
                            <Select id="with" label="What else?" hint="It is drawn below, over the same days." choices=choices value=value />
                            <Button kind=ButtonKind::Secondary>"Show it"</Button>
                        </form>
                    </Details>
                </div>
            }
            .into_any()
        })
    }
}

/// "Weight (kg)".
fn with_unit(measure: Measure, called: Called) -> String {
    let name = called(measure);
    match measure.unit().shown {
        unit if unit.is_empty() || unit.eq_ignore_ascii_case(name) => name.to_owned(),
        unit => format!("{name} ({unit})"),
    }
}

/// A number without its unit, as exact as it is measured.
fn number(measure: Measure, amount: Amount) -> String {
    let exact = if measure.choices().is_empty() { measure.rounded(amount) } else { amount.rounded(1) };
    beside(exact.thousandths())
}

fn numbers(measure: Measure, told: &Average) -> String {
    let first = number(measure, told.first);
    told.second.map_or_else(|| first.clone(), |second| format!("{first}/{}", number(measure, second)))
}

/// When a row of a table begins: its first day, and of a single day its hour.
type RowStart = (NaiveDate, Option<DateTime<Utc>>);

/// In which order the rows of a table stand: the newest first, and behind the hours of a day the whole of it.
type RowOrder = Reverse<RowStart>;

/// What each row of a table says of a measure: where it is of several things, of each.
fn told_by_row(measure: Measure, (chart, named): (&Chart, &Named)) -> Vec<(RowStart, String)> {
    if named.charts.is_empty() {
        return chart.rows.iter().map(|row| ((row.from, row.hour), numbers(measure, &row.told))).collect();
    }
    let mut all: BTreeMap<RowStart, Vec<String>> = BTreeMap::new();
    for one in &named.charts {
        for row in &one.chart.rows {
            all.entry((row.from, row.hour)).or_default().push(format!("{} {}", name(one), numbers(measure, &row.told)));
        }
    }
    all.into_iter().map(|(start, said)| (start, said.join(", "))).collect()
}

/// What all of a measure says in a table: where it is of several things, of each.
fn told_of_all(measure: Measure, (chart, named): (&Chart, &Named)) -> Option<String> {
    if named.charts.is_empty() {
        return chart.average.map(|told| numbers(measure, &told));
    }
    let of = |one: &NamedChart| Some(format!("{} {}", name(one), numbers(measure, one.chart.average.as_ref()?)));
    Some(named.charts.iter().filter_map(of).collect::<Vec<_>>().join(", "))
}

/// Whether its table has the hours of a day.
fn has_hours((chart, named): (&Chart, &Named)) -> bool {
    let of_names = named.charts.iter().flat_map(|one| &one.chart.rows);
    chart.rows.iter().chain(of_names).any(|row| row.hour.is_some())
}

/// What is drawn, as a table: by day, of a year by week, of ten years by month, of a single day by hour.
fn table(seen: &MeasureSeen, called: Called, span: Span) -> Option<AnyView> {
    let (measure, chart) = (seen.measure, &seen.chart);
    let first = (chart, &seen.named);
    let title = |from: NaiveDate, hour: Option<DateTime<Utc>>| match (hour, span.grain()) {
        (Some(hour), _) => format!("{}{}", clock_at(hour), which_of_two(hour)),
        (None, Grain::Month) => row_title(Grain::Month, from),
        (None, _) => day_in_words(from),
    };
    let by_hour = has_hours(first) || seen.beside.as_ref().is_some_and(|beside| has_hours((&beside.chart, &beside.named)));
    let when = if span == Span::Day && !by_hour { "Day" } else { span.row() };
    let (head, rows): (Vec<String>, Vec<Vec<Cell>>) = if let Some(beside) = &seen.beside {
        let second = (&beside.chart, &beside.named);
        let mut both: BTreeMap<RowOrder, [Option<String>; 2]> = BTreeMap::new();
        for (start, said) in told_by_row(measure, first) {
            both.entry(Reverse(start)).or_default()[0] = Some(said);
        }
        for (start, said) in told_by_row(beside.measure, second) {
            both.entry(Reverse(start)).or_default()[1] = Some(said);
        }
        // Of a single day, what is read by hour says the whole of it beside what is counted by day.
        let otherwise = |measure: Measure, of: (&Chart, &Named), hour: Option<DateTime<Utc>>| match (span, hour) {
            (Span::Day, Some(_)) if !of.0.rows.is_empty() && !has_hours(of) => "counted by day".to_owned(),
            (Span::Day, None) => told_of_all(measure, of).unwrap_or_else(|| "not recorded".to_owned()),
            _ => "not recorded".to_owned(),
        };
        let row = |(Reverse((from, hour)), said): (RowOrder, [Option<String>; 2])| {
            let [one, other] = said;
            vec![
                Cell::new(title(from, hour)),
                Cell::number(one.unwrap_or_else(|| otherwise(measure, first, hour))),
                Cell::number(other.unwrap_or_else(|| otherwise(beside.measure, second, hour))),
            ]
        };
        (
            vec![when.to_owned(), with_unit(measure, called), with_unit(beside.measure, called)],
            both.into_iter().map(row).collect(),
        )
    } else if seen.named.charts.is_empty() {
        let total = measure.drawn() == Drawn::DayTotal;
        let [least, most] = match measure.drawn() {
            Drawn::Line => ["Lowest", "Highest"],
            Drawn::Pair => ["Lowest top number", "Highest top number"],
            Drawn::DayTotal => ["Least on a day", "Most on a day"],
        };
        let (one, many) = if total { ("Average of a day", "Days") } else { ("Average", "Readings") };
        let row = |row: &ChartRow| {
            let told = &row.told;
            vec![
                Cell::new(title(row.from, row.hour)),
                Cell::number(numbers(measure, told)),
                Cell::number(number(measure, told.lowest)),
                Cell::number(number(measure, told.highest)),
                Cell::number(words::grouped(u64::try_from(told.readings).unwrap_or_default())),
            ]
        };
        (
            vec![when.to_owned(), one.to_owned(), least.to_owned(), most.to_owned(), many.to_owned()],
            chart.rows.iter().map(row).collect(),
        )
    } else {
        let head = [when, measure.note(), "Average", "Lowest", "Highest", "Readings"].map(str::to_owned).to_vec();
        let mut all: Vec<(&NamedChart, &ChartRow)> =
            seen.named.charts.iter().flat_map(|one| one.chart.rows.iter().map(move |row| (one, row))).collect();
        all.sort_by_key(|(_, row)| Reverse((row.from, row.hour)));
        let rows = all.into_iter().map(|(one, row)| {
            vec![
                Cell::new(title(row.from, row.hour)),
                Cell::new(name(one)),
                Cell::number(numbers(measure, &row.told)),
                Cell::number(number(measure, row.told.lowest)),
                Cell::number(number(measure, row.told.highest)),
                Cell::number(words::grouped(u64::try_from(row.told.readings).unwrap_or_default())),
            ]
        });
        (head, rows.collect())
    };
    let caption = seen.beside.as_ref().map_or_else(
        || with_unit(measure, called),
        |beside| format!("{} and {}", called(measure), in_the_middle(beside.measure, called)),
    );
    (!rows.is_empty()).then(|| {
        view! {
            <div class="sh-as-table">
                <Details summary="The same as a table"><DataTable caption=caption head=head rows=rows /></Details>
            </div>
        }
        .into_any()
    })
}

/// Numbers of a measure as they stand within a sentence.
fn within(measure: Measure, first: Amount, second: Option<Amount>) -> String {
    measure.in_a_sentence(measure.unit(), "", measure.rounded(first), second.map(|second| measure.rounded(second)))
}

/// Numbers as people read them, also where they are an average of moods.
fn shown(measure: Measure, first: Amount, second: Option<Amount>) -> String {
    match measure.choices() {
        [] => within(measure, first, second),
        choices => format!("{} ({} out of {})", within(measure, first, None), first.rounded(1), choices.len()),
    }
}

/// The lowest or the highest of all: a number without its unit, or the words of what is chosen from words.
fn extreme(measure: Measure, amount: Amount) -> String {
    if measure.choices().is_empty() { measure.rounded(amount).to_string() } else { within(measure, amount, None) }
}

/// "In the last 4 weeks: 12 readings, on average 138/85 mmHg, from 121 to 150."
fn sentence(measure: Measure, chart: &Chart, span: Span, today: NaiveDate) -> String {
    let over = match chart.days {
        Some((_, day)) if span == Span::Day && day < today => format!("on {}", day_in_words(day)),
        Some(_) if span == Span::Day => "today".to_owned(),
        Some((first, last)) if last < today => format!("from {} to {}", day_in_words(first), day_in_words(last)),
        _ if span == Span::Year => "in the last year".to_owned(),
        _ => format!("in the last {}", span.title()),
    };
    let Some(told) = chart.average else { return format!("There is no reading {over}.") };
    let over = words::sentence(&over);
    let round = |amount: Amount| measure.rounded(amount);
    let shown = |first, second| shown(measure, first, second);
    let many = u64::try_from(told.readings).unwrap_or_default();
    match measure.drawn() {
        Drawn::DayTotal if span == Span::Day => format!("{over}: {}.", shown(told.first, None)),
        Drawn::DayTotal if told.readings == 1 => format!("{over}: {} on 1 day.", shown(told.first, None)),
        Drawn::DayTotal => format!(
            "{over}: {} with a reading. On average {} on such a day; the least {}, the most {}.",
            words::how_many(many, "day", "days"),
            shown(told.first, None),
            round(told.lowest),
            round(told.highest)
        ),
        _ if told.readings == 1 => format!("{over}: 1 reading, {}.", shown(told.first, told.second)),
        Drawn::Pair => format!(
            "{over}: {}, on average {}. The top number was from {} to {}{}.",
            words::how_many(many, "reading", "readings"),
            shown(told.first, told.second),
            round(told.lowest),
            round(told.highest),
            told.seconds.map_or_else(String::new, |(low, high)| format!(
                ", the bottom number from {} to {}",
                round(low),
                round(high)
            ))
        ),
        Drawn::Line => format!(
            "{over}: {}, on average {}; the lowest {}, the highest {}.",
            words::how_many(many, "reading", "readings"),
            shown(told.first, None),
            extreme(measure, told.lowest),
            extreme(measure, told.highest)
        ),
    }
}

/// The day, week or month of a row: "3 November 2026", "Week from 2 November 2026", "November 2026".
fn row_title(each: Grain, from: NaiveDate) -> String {
    match each {
        Grain::Reading | Grain::Day => day_in_words(from),
        Grain::Week => format!("Week from {}", day_in_words(from)),
        Grain::Month => from.format("%B %Y").to_string(),
    }
}

/// What is said at each spot of a chart: "3 November 2026: 138/85 mmHg on average of 4 readings, ...", and of one reading how it was
/// taken: "Today, 8:10am: 7.2 mmol/L (before a meal)".
fn spots(measure: Measure, chart: &Chart, span: Span, today: NaiveDate) -> Vec<Spot> {
    let says = |(place, (at, told)): (usize, &(i64, Average))| {
        let moment = DateTime::from_timestamp(*at, 0)?;
        let title = match chart.each {
            Grain::Reading => format!("{}{}", words::day_and_clock(moment, today), which_of_two(moment)),
            each => row_title(each, span.row_of(london_day(moment))),
        };
        let how = chart.how.get(place).filter(|how| !how.is_empty()).map(|how| format!(" ({how})")).unwrap_or_default();
        Some((*at, told.first.thousandths(), format!("{title}: {}{how}", told_at(measure, told, chart.each))))
    };
    chart.spots.iter().enumerate().filter_map(says).collect()
}

/// "138/85 mmHg on average of 4 readings, the top number from 121 to 150, the bottom number from 80 to 92".
fn told_at(measure: Measure, told: &Average, each: Grain) -> String {
    let (value, round) = (shown(measure, told.first, told.second), |amount: Amount| measure.rounded(amount));
    let (lowest, highest, many) = (extreme(measure, told.lowest), extreme(measure, told.highest), told.readings);
    match (measure.drawn(), told.seconds) {
        _ if each == Grain::Reading => measure.in_words(measure.unit(), "", round(told.first), told.second.map(round)),
        (Drawn::DayTotal, _) if each == Grain::Day => value,
        (Drawn::DayTotal, _) if many == 1 => format!("{value} on 1 day"),
        (Drawn::DayTotal, _) => format!("{value} on average of {many} days, from {lowest} to {highest}"),
        _ if many == 1 => value,
        (Drawn::Pair, Some((low, high))) => format!(
            "{value} on average of {many} readings, the top number from {lowest} to {highest}, the bottom number from {} to {}",
            round(low),
            round(high)
        ),
        _ => format!("{value} on average of {many} readings, from {lowest} to {highest}"),
    }
}

/// What a point or a bar of a chart is, where it stands for several readings.
fn each_is(each: Grain, drawn: Drawn) -> String {
    let of = match (each, drawn) {
        (Grain::Reading, _) | (Grain::Day, Drawn::DayTotal) => return String::new(),
        (Grain::Day, _) => "day",
        (Grain::Week, _) => "week",
        (Grain::Month, _) => "month",
    };
    match drawn {
        Drawn::DayTotal => {
            format!(" Each bar is the average of the days of a {of}. Its pale part goes up to the most on one day.")
        }
        _ => format!(" Each point is the average of a {of}, on a bar from its lowest to its highest."),
    }
}

/// What is wanted, for a chart.
#[derive(Default)]
pub(crate) struct Wants {
    /// From where to where, each end in thousandths where there is one.
    pub(crate) bands: Vec<(Option<i64>, Option<i64>)>,
    /// Where values begin to mean something else, in thousandths.
    pub(crate) levels: Vec<i64>,
    /// Both in words, behind what the chart says.
    pub(crate) words: String,
}

impl Wants {
    /// The zones of a personal best.
    pub(crate) fn zoned(measure: Measure, zones: Zones) -> Self {
        let (green, amber) = zones.bounds();
        let green_in_words = measure.in_words(measure.unit(), "", green, None);
        Self {
            bands: vec![(Some(green.thousandths()), None)],
            levels: vec![amber.thousandths()],
            words: format!(
                " The green band is the green zone, from {green_in_words}. Below the line at {amber} is the red zone."
            ),
        }
    }

    /// What a care team wants of what a chart shows.
    fn target(measure: Measure, chart: &Chart, target: Target) -> Self {
        let end = |end: Option<Amount>| end.map(Amount::thousandths);
        let ranges = [target.spread(), target.second].into_iter().filter(|range| !range.is_open());
        Self {
            bands: ranges.map(|range| (end(range.low), end(range.high))).collect(),
            levels: Vec::new(),
            words: in_target(measure, chart, target),
        }
    }
}

/// The chart of a measure; where it is of several things, one for each.
fn charts(
    (measure, title): (Measure, Option<String>),
    (whole, named): (&Chart, &Named),
    over: (Span, NaiveDate),
    wanted: (Option<Target>, Option<Zones>),
) -> AnyView {
    if named.charts.is_empty() {
        return chart((measure, title), whole, over, wanted);
    }
    let each = named.charts.iter().map(|one| {
        let title = format!("{} ({})", name(one), measure.unit().shown);
        chart((measure, Some(title)), &one.chart, over, wanted)
    });
    let each = each.collect_view();
    let more = (named.more > 0).then(|| {
        let many = words::grouped(u64::try_from(named.more).unwrap_or_default());
        view! { <p>{format!("Not drawn and not in the table: {many} more, that were written down longer ago. They stand in the list of readings.")}</p> }
    });
    view! { {each} {more} }.into_any()
}

/// A chart of a measure, with all of it in words: before what a care team wants, or where none says, before the zones of a personal best.
pub(crate) fn chart(
    (measure, title): (Measure, Option<String>),
    chart: &Chart,
    (span, today): (Span, NaiveDate),
    (target, zones): (Option<Target>, Option<Zones>),
) -> AnyView {
    let sentence = sentence(measure, chart, span, today);
    if chart.average.is_none() {
        let title = title.map(|title| view! { <strong>{title}</strong> " " });
        return view! { <p>{title} {sentence}</p> }.into_any();
    }
    let second = if measure.drawn() == Drawn::Pair { " The dashed line is the bottom number." } else { "" };
    let each = each_is(chart.each, measure.drawn());
    let total = measure.drawn() == Drawn::DayTotal;
    let missing = if chart.gaps.is_empty() || total { "" } else { " Where the line is broken, nothing was recorded." };
    let changes = match (span, (chart.span.1 - chart.span.0) / (60 * 60)) {
        (Span::Day, 23) => " This day has 23 hours, because the clocks go forward.",
        (Span::Day, 25) => " This day has 25 hours, because the clocks go back.",
        _ => "",
    };
    let drawn = |strokes: Strokes, points: &[Point]| Series { strokes, points: points.to_vec() };
    let (behind, lines) = if total { (Strokes::PaleBars, Strokes::Bars) } else { (Strokes::Between, Strokes::Line) };
    let series = vec![
        drawn(behind, &chart.between),
        drawn(Strokes::BetweenSecond, &chart.between_second),
        drawn(lines, &chart.first),
        drawn(Strokes::Dashes, &chart.second),
    ];
    let days = match chart.each {
        Grain::Reading | Grain::Day => 1,
        Grain::Week => 7,
        Grain::Month => 30,
    };
    let Wants { bands, levels, words: wanted } = match (target, zones) {
        (Some(target), _) => Wants::target(measure, chart, target),
        (None, Some(zones)) => Wants::zoned(measure, zones),
        (None, None) => Wants::default(),
    };
    let step = if measure.parts().first().is_some_and(|part| part.decimals > 0) { 100 } else { 1000 };
    let label: fn(i64) -> String = if measure.choices().is_empty() { beside } else { beside_in_words };
    view! {
        <LineChart
            span=chart.span
            series=series
            finest=step
            label=label
            moments=moments(chart, span)
            bands=bands
            levels=levels
            bar_for=days * 24 * 60 * 60
            gaps=chart.gaps.clone()
            spots=spots(measure, chart, span, today)
            title=title
            words=format!("{sentence}{second}{each}{missing}{changes}{wanted}")
        />
    }
    .into_any()
}

/// " The target is below 135 over 85: 9 of 12 readings are in it. The green marks show it, one for each number."
fn in_target(measure: Measure, chart: &Chart, target: Target) -> String {
    let within = chart.within.unwrap_or_default();
    let by_day = chart.each != Grain::Reading;
    let what = if by_day { "day" } else { "reading" };
    let of = u64::try_from(chart.of).unwrap_or_default();
    let many = words::how_many(of, what, &format!("{what}s"));
    let are = if within == 1 { "is" } else { "are" };
    let by_average = if by_day && measure.drawn() != Drawn::DayTotal { " by their average" } else { "" };
    let shown = match (measure.drawn(), target.first.is_open() || target.second.is_open()) {
        (Drawn::Pair, false) => "The green marks show it, one for each number.",
        (Drawn::Pair, true) => "The green mark shows it.",
        _ => "The green band shows it.",
    };
    format!(
        " The target is {}: {} of {many} {are} in it{by_average}. {shown}",
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

/// A mood beside the axis: "Very low", "Good". Nothing beyond them, and nothing at the one in the middle, whose words are too long.
fn beside_in_words(thousandths: i64) -> String {
    let moods = Measure::Mood.choices();
    let place = usize::try_from(thousandths / 1000 - 1).ok().filter(|place| thousandths % 1000 == 0 && *place != moods.len() / 2);
    place.and_then(|place| moods.get(place)).map_or_else(String::new, |mood| (*mood).to_owned())
}

/// What stands below the chart; below a bar for a single day that day.
fn moments(chart: &Chart, span: Span) -> Vec<(i64, String)> {
    match chart.days {
        Some((day, _)) if span == Span::Day && chart.each == Grain::Day => vec![(chart.span.0, day_in_words(day))],
        Some(days) => moments_of(days, span),
        None => Vec::new(),
    }
}

/// Three days: the first, one in the middle, the last, each once; of a single day the hours that part it into four.
pub(crate) fn moments_of((first, last): (NaiveDate, NaiveDate), span: Span) -> Vec<(i64, String)> {
    if span == Span::Day {
        let hours = [6, 12, 18].into_iter().filter_map(|hour| shown_at(first, hour * 60));
        return hours.map(|at| (at.timestamp(), clock_at(at))).collect();
    }
    let middle = first + chrono::TimeDelta::days((last - first).num_days() / 2);
    let says = |day: NaiveDate| match span {
        Span::Day | Span::Week | Span::Month => day.format("%-d %b").to_string(),
        Span::Year | Span::All => day.format("%b %Y").to_string(),
    };
    let mut days = vec![first, middle, last];
    days.dedup();
    days.into_iter().map(|day| (london_midnight(day).timestamp() + 12 * 60 * 60, says(day))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_day_stands_twice_below_a_chart() {
        let said = |first: &str, last: &str| {
            let moments = moments_of((first.parse().unwrap(), last.parse().unwrap()), Span::Week);
            moments.into_iter().map(|(_, words)| words).collect::<Vec<_>>()
        };
        assert_eq!(said("2026-11-30", "2026-11-30"), ["30 Nov"]);
        assert_eq!(said("2026-11-29", "2026-11-30"), ["29 Nov", "30 Nov"]);
        assert_eq!(said("2026-11-24", "2026-11-30"), ["24 Nov", "27 Nov", "30 Nov"]);
    }
}
