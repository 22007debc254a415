//! One thing that laboratories measured, over time: a chart, a sentence, and a table.

use super::results::{amount_words, marked, part_name, range_head, range_words};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::islands::chart_view::charted;
use crate::pages::readings::measure::beside;
use crate::pages::readings::{LIST, measure_page};
use crate::pages::record::entry::range;
use crate::pages::team::about::needs_box;
use crate::pages::team::patient_page;
use crate::routes;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Cell, Choice, DataTable, IconName, Inset, Limit, LineChart, PageHeading, Pagination, Section,
    Select, Series, Spot, Strokes,
};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use chrono::DateTime;
use domain::access::Actor;
use domain::reading::{Measure, Point};
use domain::record::{Category, GivenRange, ResultPart, Sensitivity, Value};
use domain::result::next::is_of_a_visit;
use domain::result::{
    Amount, Band, DIASTOLIC, Decimal, PartLine, SYSTOLIC, Told, TrendSpan, against_its_word, beyond, codes_of, limit_of,
    part_with, placed, printed, same_unit, sentence, thousandths,
};
use domain::when::day_in_words;
use domain::{EntryId, PersonId, When};
use leptos::prelude::*;
use service::{Cursor, PlainWords, TREND_PAGE, TeamNeeds, TrendAsked, TrendDay, TrendOwn, TrendPoint, TrendSeen};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Of a result as a whole, where that is said of its parts alone.
const SEE_PARTS: &str = "See its parts";
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
        Of {
            entries: whose.overview(),
            whose: whose.title(),
            place: Place::Record,
            needs: TeamNeeds::default(),
            reported: BTreeSet::new(),
        },
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
    let needs = ctx.services().profile.beside(&actor, person).await?;
    let of =
        Of { entries: patient_page(person), whose: "The".to_owned(), place: Place::People, needs, reported: BTreeSet::new() };
    page(&ctx, &actor, person, id, query.as_deref(), of).await
}

/// Where the entries are, and whose they are at the beginning of a sentence.
struct Of {
    entries: String,
    whose: String,
    place: Place,
    /// What a care team has to know of them first; nothing for anybody else.
    needs: TeamNeeds,
    /// In which entries a mistake is reported that the reader is to answer, or of which they are told; read with the results.
    reported: BTreeSet<EntryId>,
}

impl Of {
    fn entry(&self, id: EntryId) -> String {
        format!("{}/entries/{id}", self.entries)
    }

    /// What results come to, the newest first; in easy words for whoever reads their own so.
    fn sentence(&self, results: &[Told]) -> String {
        let easy = if self.is_easy() { crate::easy::trend(results) } else { None };
        easy.unwrap_or_else(|| sentence(results, &self.whose))
    }

    /// Whether it is said in easy words. Whoever looks after the person at work asks no doctor.
    fn is_easy(&self) -> bool {
        self.place == Place::Record && crate::easy::is_on()
    }
}

async fn page(ctx: &Ctx, actor: &Actor, person: PersonId, id: EntryId, query: Option<&str>, of: Of) -> Answer {
    let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    let asked = TrendAsked {
        span: query.get("span").and_then(|span| TrendSpan::from_code(span)).unwrap_or(TrendSpan::All),
        after: query.get("after").and_then(|after| after.parse().ok()),
        with: query.get("with").and_then(|with| with.parse().ok()),
        part: query.get("part").and_then(|part| part.parse().ok()),
        choose: query.contains_key("choose"),
        own: query.contains_key("own"),
    };
    let mut seen = ctx.services().records.trend(actor, person, id, asked).await?;
    let of = &Of { reported: std::mem::take(&mut seen.marks.reported), ..of };
    // It is called as its results are on their own pages: plainly, except to who gives care.
    let also = (of.place == Place::Record).then(|| named_plainly(&mut seen, &ctx.services().plain_words)).flatten();
    let also = also.map(|recorded| format!("Called in the record: {recorded}"));
    let name = seen.title.clone();
    let is_general = seen.line.sensitivity == Sensitivity::General;
    let title = format!("{} over time", if is_general { &name } else { &seen.line.kind });
    let heading = format!("{name} over time");
    ctx.page(Head::new(&title, of.place).with_island().of(&seen.whose), || {
        let back = of.entry(id);
        let said = all_in_words(&seen, asked, of);
        let inside = chart_and_table(&seen, asked, of);
        view! {
            <BackLink href=back label="Back to this result" />
            {crate::easy::picture(IconName::Chart)}
            {needs_box(&of.needs, person)}
            <PageHeading title=heading.clone() />
            {also.map(|also| view! { <p>{also}</p> })}
            {charted(Some(said), inside)}
        }
    })
    .await
}

/// Calls something over time, its parts and what stands beside it by their plain names, in words, pictures and tables alike; gives what it is
/// called in the record, where that is another name.
fn named_plainly(seen: &mut TrendSeen, plain: &PlainWords) -> Option<String> {
    if let Some(beside) = seen.beside.as_deref_mut() {
        named_plainly(beside, plain);
    }
    for part in seen.points.iter_mut().flat_map(|point| point.parts.iter_mut().chain(&mut point.told_apart)) {
        part.name = part_name(part, Some(plain)).0;
    }
    for line in &mut seen.lines {
        if let Some(words) = plain.find(Category::Result, &codes_of(&line.key), &line.name) {
            line.name.clone_from(&words.name);
        }
    }
    let name = plain.find(Category::Result, seen.code.as_slice(), &seen.title)?.name.clone();
    let is_other = !name.eq_ignore_ascii_case(&seen.title);
    is_other.then(|| std::mem::replace(&mut seen.title, name))
}

/// What a result is, for the sentence.
fn told(seen: &TrendSeen, point: &TrendPoint) -> Told {
    let other = point.converted.as_ref().map(|other| format!(" ({})", amount_words(other))).unwrap_or_default();
    let told = told_of(seen, point, &point.value);
    Told { amount: format!("{}{other}", told.amount), ..told }
}

/// What one value of a result is.
fn told_of(seen: &TrendSeen, point: &TrendPoint, value: &Value) -> Told {
    Told {
        day: point.happened.map(|when| when.day_only()),
        early: matches!(point.status.as_deref(), Some("registered" | "partial" | "preliminary")),
        ..told_alone(value, &seen.line.kind)
    }
}

/// What a value of this kind of result is, without when and how sure.
pub(crate) fn told_alone(value: &Value, kind: &str) -> Told {
    let ends = value.range.clone().map(|range| GivenRange { range, ..GivenRange::default() });
    Told {
        amount: amount_words(value),
        day: None,
        placed: placed(value),
        against: against_its_word(value),
        beyond: beyond(value).map(|far| far.to_string()),
        range: ends.and_then(|given| range_words(&given, value.unit.as_deref())),
        word: value.interpretation.clone(),
        early: false,
        is_number: Amount::read(value).is_some(),
        of_a_visit: is_of_a_visit(kind),
    }
}

/// What stands in one picture: the two numbers of a blood pressure together, and every other part by itself.
fn pictured(lines: &[PartLine]) -> Vec<Vec<&PartLine>> {
    let of = |key: &str| lines.iter().find(|line| line.key == key);
    match of(SYSTOLIC).zip(of(DIASTOLIC)) {
        Some((upper, lower)) if upper.unit == lower.unit => {
            let others = lines.iter().filter(|line| line.key != SYSTOLIC && line.key != DIASTOLIC).map(|line| vec![line]);
            std::iter::once(vec![upper, lower]).chain(others).collect()
        }
        _ => lines.iter().map(|line| vec![line]).collect(),
    }
}

/// Whether its parts are said as one, as "120/80" is: then nothing was said of one of them alone.
fn is_said_as_one(seen: &TrendSeen, lines: &[&PartLine]) -> bool {
    let has_more = |part: &ResultPart| lines.iter().any(|line| part.key.as_ref() == Some(&line.key));
    lines.len() > 1 && !seen.points.iter().any(|point| point.told_apart.iter().any(has_more))
}

/// What the parts of one picture come to, a sentence for each of them.
fn parts_said(seen: &TrendSeen, lines: &[&PartLine], of: &Of) -> String {
    let each = lines.iter().map(|line| {
        let values =
            seen.points.iter().filter_map(|point| Some(told_of(seen, point, &part_with(&point.parts, &line.key)?.value)));
        format!("{}: {}", line.name, of.sentence(&values.collect::<Vec<_>>()))
    });
    each.collect::<Vec<_>>().join(" ")
}

/// All of it in a sentence; of older ones only from when they are, because the newest are elsewhere.
fn told_in_words(seen: &TrendSeen, later: bool, of: &Of) -> String {
    if seen.points.is_empty() {
        return "There is no result in this time.".to_owned();
    }
    if later {
        return "These are older results. The newest stand on the page before.".to_owned();
    }
    let groups = pictured(&seen.lines);
    if seen.drawn.is_empty() && !groups.is_empty() && !groups.iter().any(|lines| is_said_as_one(seen, lines)) {
        return groups.iter().map(|lines| parts_said(seen, lines, of)).collect::<Vec<_>>().join(" ");
    }
    of.sentence(&seen.points.iter().map(|point| told(seen, point)).collect::<Vec<_>>())
}

/// The same with what stands beside it, by name.
fn all_in_words(seen: &TrendSeen, asked: TrendAsked, of: &Of) -> String {
    let later = asked.after.is_some();
    let said = told_in_words(seen, later, of);
    match &seen.beside {
        Some(beside) => {
            let said = format!("{said} {}: {}", beside.title, told_in_words(beside, later, of));
            within(said, seen.points.len() + beside.points.len(), asked)
        }
        None => within(said, seen.points.len(), asked),
    }
}

/// What is said of so many results, and of what time alone it is said.
fn within(said: String, results: usize, asked: TrendAsked) -> String {
    match asked.span.in_words().filter(|_| results > 0 && asked.after.is_none()) {
        Some(time) => format!("{said} Only results of {time} are counted here."),
        None => said,
    }
}

/// Where the page of something over time is, and what it shows now, from which the others are reached.
struct Shows {
    here: String,
    span: TrendSpan,
    with: Option<EntryId>,
    part: Option<usize>,
    own: bool,
}

impl Shows {
    fn address(&self, span: TrendSpan, after: Option<Cursor>) -> String {
        let with = self.with.map(|with| format!("&with={with}")).unwrap_or_default();
        let after = after.map(|after| format!("&after={}", routes::in_query(&after.to_string()))).unwrap_or_default();
        let part = self.part.map(|part| format!("&part={part}")).unwrap_or_default();
        let own = if self.own { "&own=yes" } else { "" };
        format!("{}?span={}{part}{with}{own}{after}", self.here, span.code())
    }

    /// The way to what was measured at home of the same thing, over the same time, or back.
    fn own(&self, own: &TrendOwn) -> AnyView {
        let other = Self { here: self.here.clone(), span: self.span, with: self.with, part: self.part, own: !self.own };
        let href = other.address(self.span, None);
        let name = own.measure.name_in_sentence();
        let words = match self.own {
            true => format!("Leave out {name} measured at home"),
            false => format!("Show {name} measured at home too"),
        };
        view! { <p class="sh-screen-only"><a href=href>{words}</a></p> }.into_any()
    }

    /// How much time it can show.
    fn spans(&self, offered: &[TrendSpan]) -> AnyView {
        let is_shown = |span: &&TrendSpan| offered.contains(span) || **span == self.span;
        // One alone is no choice.
        if TrendSpan::ALL.iter().filter(is_shown).count() < 2 {
            return ().into_any();
        }
        let spans = TrendSpan::ALL.iter().filter(is_shown).map(|one| {
            let current = (*one == self.span).then_some("page");
            let href = self.address(*one, None);
            view! { <li><a href=href aria-current=current data-moves=one.code()>{one.title()}</a></li> }
        });
        let spans = spans.collect_view();
        let zoom = [("closer", "Closer", self.span.closer(offered)), ("wider", "Wider", self.span.wider(offered))];
        let zoom = zoom.into_iter().filter_map(|(moves, words, to)| Some((moves, words, self.address(to?, None))));
        let zoom = zoom.map(|(moves, words, href)| view! { <li><a href=href data-moves=moves>{words}</a></li> }).collect_view();
        view! {
            <nav class="sh-parts" aria-label="How much time"><ul>{spans}</ul></nav>
            <nav class="sh-parts sh-parts--more" aria-label="Move the chart"><ul>{zoom}</ul></nav>
        }
        .into_any()
    }

    /// The way to what else can be shown over the same time, or the form in which it is chosen.
    fn something_else(&self, seen: &TrendSeen) -> AnyView {
        let Some(others) = &seen.others else {
            let href = format!("{}&choose=yes", self.address(self.span, None));
            return view! { <p class="sh-screen-only"><a href=href>"Show another result with it"</a></p> }.into_any();
        };
        if others.is_empty() {
            return view! { <p class="sh-screen-only">"There is nothing else here that could be shown with it."</p> }.into_any();
        }
        // Whichever of its results the address names, its newest stands in the list.
        let value = others.iter().find(|other| other.is_shown).map(|other| other.id.to_string()).unwrap_or_default();
        let choices: Vec<Choice> = std::iter::once(Choice::new("", "Nothing else"))
            .chain(others.iter().map(|other| Choice::new(other.id.to_string(), other.title.as_str())))
            .collect();
        let (here, span) = (self.here.clone(), self.span.code());
        let part = self.part.map(|part| view! { <input type="hidden" name="part" value=part.to_string() /> });
        let own = self.own.then(|| view! { <input type="hidden" name="own" value="yes" /> });
        view! {
            <form class="sh-form sh-screen-only" method="get" action=here>
                <input type="hidden" name="span" value=span />
                {part}
                {own}
                <Select id="with" label="Which other result?" hint="It is drawn below, over the same time." choices=choices value=value />
                <Button kind=ButtonKind::Secondary>"Show it"</Button>
            </form>
        }
        .into_any()
    }
}

fn chart_and_table(seen: &TrendSeen, asked: TrendAsked, of: &Of) -> AnyView {
    let later = asked.after.is_some();
    let beside = seen.beside.as_deref();
    let shows = Shows {
        here: format!("{}/trend", of.entry(seen.id)),
        span: asked.span,
        with: beside.map(|beside| beside.id),
        part: asked.part,
        own: asked.own && seen.own.is_some(),
    };
    let at_home = seen.own.as_ref().filter(|own| own.is_shown);
    let older = seen.next.map(|next| shows.address(asked.span, Some(next)));
    let newer = later.then(|| shows.address(asked.span, None));
    let axis = match (beside, at_home) {
        (None, None) => None,
        (beside, at_home) => {
            let results: Vec<&TrendSeen> = std::iter::once(seen).chain(beside).collect();
            wider(axis_of(&results), at_home.and_then(ends_of))
        }
    };
    let first = pictures(seen, asked, of, Look { strokes: Strokes::Line, axis, is_second: false });
    let second = beside.map(|beside| {
        let pictures = pictures(beside, asked, of, Look { strokes: Strokes::Dashes, axis, is_second: true });
        view! { <h3 class="nhsuk-heading-s">{heading_of(beside)}</h3> {pictures} }.into_any()
    });
    let reported = reported_said(std::iter::once(seen).chain(beside), of);
    let third = at_home.map(|own| own_picture(own, axis));
    let (choose_own, own_table) = (seen.own.as_ref().map(|own| shows.own(own)), at_home.and_then(|own| own_table(own, of)));
    let named = |seen: &TrendSeen| format!("{}, newest first", seen.title);
    let own = if beside.is_some() || at_home.is_some() { named(seen) } else { "Newest first".to_owned() };
    let below = beside.map(|beside| {
        let (table, alone) =
            (table(beside, named(beside), of), format!("{}/trend?span={}", of.entry(beside.id), asked.span.code()));
        let words = format!("{} by itself", beside.title);
        view! { {table} <p class="sh-screen-only"><a href=alone>{words}</a></p> }.into_any()
    });
    let easy = of.is_easy().then(|| view! { <p class="sh-lead">{crate::easy::acts::TREND}</p> });
    let (spans, something_else, table) = (shows.spans(&seen.spans), shows.something_else(seen), table(seen, own, of));
    view! {
        <Section title="Chart">
            {easy}
            {spans}
            {reported}
            {first}
            {second}
            {third}
            {choose_own}
            {something_else}
        </Section>
        <Section title="Every result">
            {table}
            <Pagination newer=newer older=older />
            {below}
            {own_table}
        </Section>
    }
    .into_any()
}

/// That a mistake is reported in some of the results that are listed: a picture and a sentence show no mark.
fn reported_said<'a>(all: impl Iterator<Item = &'a TrendSeen>, of: &Of) -> Option<AnyView> {
    let those: BTreeSet<EntryId> =
        all.flat_map(|seen| &seen.rows).map(|row| row.id).filter(|id| of.reported.contains(id)).collect();
    let words = match those.len() {
        0 => return None,
        1 => "1 result here is reported as wrong. It is marked in the table.".to_owned(),
        many => format!("{many} results here are reported as wrong. They are marked in the table."),
    };
    Some(view! { <Inset><p>{words}</p></Inset> }.into_any())
}

/// From when to when two stretches of time are together, as far as there are any.
fn wider(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (one, other) => one.or(other),
    }
}

/// From when to when something was measured at home.
fn ends_of(own: &TrendOwn) -> Option<(i64, i64)> {
    own.drawn.first().zip(own.drawn.last()).map(|(first, last)| (first.at, last.at))
}

/// "6.1 mmol/L", or "5.2 to 8.4 mmol/L" of a day with several readings.
fn day_value(measure: Measure, day: &TrendDay) -> String {
    let high = measure.in_words(measure.unit(), "", measure.rounded(day.high), None);
    if day.low == day.high { high } else { format!("{} to {high}", measure.rounded(day.low)) }
}

/// "1 reading", "4 readings".
fn how_many_readings(many: u64) -> String {
    words::how_many(many, "reading", "readings")
}

/// What was measured at home of the same thing, over the same time: a picture of its own, by dashes, without the range of a result.
fn own_picture(own: &TrendOwn, axis: Option<(i64, i64)>) -> AnyView {
    let measure = own.measure;
    let title = with_unit(&format!("{} measured at home", measure.name()), Some(measure.unit().shown));
    let apart = match measure {
        Measure::Glucose => {
            "These readings were taken at home, not in a laboratory. The laboratory\u{2019}s range is not meant for them. What is said above about the results leaves them out."
        }
        _ => {
            "These readings were taken at home. A range that came with a result is not meant for them. What is said above about the results leaves them out."
        }
    };
    let readings: u64 = own.days.iter().map(|day| day.readings).sum();
    let said = match (own.days.last(), own.days.first()) {
        (Some(first), Some(last)) if first.on < last.on => {
            format!("{} from {} to {}.", how_many_readings(readings), day_in_words(first.on), day_in_words(last.on))
        }
        (_, Some(only)) => format!("{} on {}: {}.", how_many_readings(readings), day_in_words(only.on), day_value(measure, only)),
        _ => "There is no reading in this time.".to_owned(),
    };
    let drawn = ends_of(own).filter(|(first, last)| first < last).map(|ends| {
        let spread: Vec<Point> = own.drawn.iter().filter(|point| point.low < point.high).copied().collect();
        let more = if spread.is_empty() {
            ""
        } else {
            " The dashed line is the highest reading of each day. A thin bar goes down to the lowest."
        };
        let kept: HashSet<(i64, i64)> = own.drawn.iter().map(|point| (point.at, point.high)).collect();
        let spot = |day: &TrendDay| {
            let (at, high) = (When::Day(day.on).sort_key().timestamp(), day.high.thousandths());
            let said =
                format!("{}: {} ({}, at home)", day_in_words(day.on), day_value(measure, day), how_many_readings(day.readings));
            kept.contains(&(at, high)).then_some((at, high, said))
        };
        drawing(Drawing {
            span: axis.unwrap_or(ends),
            series: vec![
                Series { strokes: Strokes::BetweenSecond, points: spread },
                Series { strokes: Strokes::Dashes, points: own.drawn.clone() },
            ],
            limits: Vec::new(),
            finest: if measure.parts().first().is_some_and(|part| part.decimals > 0) { 100 } else { 1000 },
            bands: Vec::new(),
            spots: own.days.iter().rev().filter_map(spot).collect(),
            title: title.clone(),
            is_headed: true,
            words: format!("{said}{more}"),
        })
    });
    let said = drawn.is_none().then(|| view! { <p>{said}</p> });
    let cut = own.is_cut.then(|| view! { <p>"There are older readings. No more than 10 years of them are shown here."</p> });
    view! {
        <h3 class="nhsuk-heading-s">{title}</h3>
        <p>{apart}</p>
        {drawn}
        {said}
        {cut}
    }
    .into_any()
}

/// The same in a table: the newest days, and the way to all.
fn own_table(own: &TrendOwn, of: &Of) -> Option<AnyView> {
    let measure = own.measure;
    let rows = own.days.iter().take(TREND_PAGE).map(|day| {
        vec![
            Cell::new(view! { <span class="sh-unbroken">{day_in_words(day.on)}</span> }),
            Cell::new(day_value(measure, day)),
            Cell::number(day.readings.to_string()),
            Cell::new("Measured at home"),
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    if rows.is_empty() {
        return None;
    }
    let caption = format!("{} measured at home, newest first", measure.name());
    let head = ["Day", "Value", "Readings", "Where from"].map(str::to_owned).to_vec();
    let list = match of.place {
        Place::Record => Some(LIST.to_owned()),
        Place::People => Some(format!("{}{LIST}", of.entries)),
        _ => None,
    };
    let all = list.map(|list| {
        let words = format!("All readings of {}", measure.name_in_sentence());
        view! { <p class="sh-screen-only"><a href=measure_page(&list, measure)>{words}</a></p> }
    });
    let more = (own.days.len() > TREND_PAGE).then(|| view! { <p>{format!("The table lists the newest {TREND_PAGE} days.")}</p> });
    Some(view! { <DataTable caption=caption head=head rows=rows /> {more} {all} }.into_any())
}

/// How the picture of something is drawn.
#[derive(Clone, Copy)]
struct Look {
    strokes: Strokes,
    /// From when to when, in seconds, where it is more than its own time.
    axis: Option<(i64, i64)>,
    /// It stands below another.
    is_second: bool,
}

/// The time in which everything of these stands.
fn axis_of(all: &[&TrendSeen]) -> Option<(i64, i64)> {
    let lines = |seen: &&TrendSeen| -> Vec<i64> {
        let exact = seen.drawn.iter().chain(seen.lines.iter().flat_map(|line| &line.points)).map(|point| point.at);
        let of_parts = seen.lines.iter().flat_map(|line| &line.limits).map(|(at, ..)| *at);
        exact.chain(limits(seen, false).into_iter().map(|limit| limit.at)).chain(of_parts).collect()
    };
    let moments: Vec<i64> = all.iter().flat_map(lines).collect();
    moments.iter().min().copied().zip(moments.iter().max().copied())
}

/// The pictures of something, each with its sentence, and what they leave out.
fn pictures(seen: &TrendSeen, asked: TrendAsked, of: &Of, look: Look) -> AnyView {
    let later = asked.after.is_some();
    let in_time = |said: String| within(said, seen.points.len(), asked);
    let said = in_time(told_in_words(seen, later, of));
    let groups = pictured(&seen.lines);
    // What is only parts has no picture as a whole.
    let whole = (!seen.drawn.is_empty() || groups.is_empty()).then(|| picture(seen, &said, look, &of.reported));
    let parts = groups.iter().map(|lines| {
        let is_said = later || (seen.drawn.is_empty() && is_said_as_one(seen, lines));
        let words = if is_said { said.clone() } else { in_time(parts_said(seen, lines, of)) };
        part_picture(seen, lines, words, look, &of.reported)
    });
    let parts = parts.collect_view();
    let notes = notes(seen, look.is_second);
    view! { {whole} {parts} {notes} }.into_any()
}

/// The values that are less or more than a number, where a picture shows others too, in the order of time; `second` where these are drawn as
/// a second series is.
fn limits(seen: &TrendSeen, second: bool) -> Vec<Limit> {
    if seen.drawn.is_empty() {
        return Vec::new();
    }
    let limit = |point: &TrendPoint| {
        // The number may be in another unit than the value came in; on which side of it that is stays the same.
        let ((at, value), (_, below)) = point.limit.zip(limit_of(&point.value))?;
        Some(Limit { at, value, below, second })
    };
    seen.points.iter().rev().filter_map(limit).collect()
}

/// The same of the parts that share a picture.
fn part_limits(lines: &[&PartLine]) -> Vec<Limit> {
    let each = |(second, line): (bool, &&PartLine)| -> Vec<Limit> {
        line.limits.iter().map(|&(at, value, below)| Limit { at, value, below, second }).collect()
    };
    [false, true].into_iter().zip(lines).flat_map(each).collect()
}

/// What the triangles of a picture mean.
fn limits_said(limits: &[Limit]) -> String {
    let side = |below: bool, points: &str, than: &str| {
        let is_drawn = limits.iter().any(|limit| limit.below == below);
        let words = format!(
            " A triangle that points {points} is a result that is {than} than the number where it stands. How far is not known."
        );
        if is_drawn { words } else { String::new() }
    };
    format!("{}{}", side(true, "down", "less"), side(false, "up", "more"))
}

/// What stands above a picture: "Potassium (mmol/L)".
fn with_unit(name: &str, unit: Option<&str>) -> String {
    match unit.map(str::trim).filter(|unit| !unit.is_empty()) {
        Some(unit) => format!("{name} ({})", printed(unit)),
        None => name.to_owned(),
    }
}

/// What is called so above the pictures of what is shown beside another: with the unit where that is of all of it, so that no picture
/// says its name once more.
fn heading_of(seen: &TrendSeen) -> String {
    if !seen.drawn.is_empty() && seen.drawn.len() + limits(seen, false).len() > 1 {
        return with_unit(&seen.title, seen.unit.as_deref());
    }
    match pictured(&seen.lines).as_slice() {
        [lines] if seen.drawn.is_empty() && lines.len() > 1 => {
            with_unit(&seen.title, lines.first().and_then(|line| line.unit.as_deref()))
        }
        _ => seen.title.clone(),
    }
}

/// That the range that is drawn came in another unit with some of the results.
fn in_two_units(seen: &TrendSeen) -> &'static str {
    let is_drawn = |point: &TrendPoint| point.converted.is_some() && point.drawn.or(point.limit).is_some();
    match &seen.band {
        Band::One { .. } if seen.points.iter().any(is_drawn) => {
            " With some of them it came in another unit: worked out, it is the same range."
        }
        _ => "",
    }
}

/// The chart of two or more numbers, the line of numbers of one, and the sentence in any case.
fn picture(seen: &TrendSeen, said: &str, look: Look, reported: &BTreeSet<EntryId>) -> AnyView {
    let (Some(first), Some(last)) = (seen.drawn.first(), seen.drawn.last()) else {
        return view! { <p>{said.to_owned()}</p> }.into_any();
    };
    let limits = limits(seen, look.strokes == Strokes::Dashes);
    if seen.drawn.len() + limits.len() < 2 {
        let line = seen.points.iter().find(|point| point.drawn.is_some()).and_then(|point| range(&point.value, &seen.line.kind));
        return view! { <p>{said.to_owned()}</p> {line} }.into_any();
    }
    let (bands, shown) = bands(&[&seen.band], is_of_a_visit(&seen.line.kind));
    let series = vec![Series { strokes: look.strokes, points: seen.drawn.clone() }];
    let own = (first.at, last.at);
    let own = limits.iter().fold(own, |(first, last), limit| (first.min(limit.at), last.max(limit.at)));
    let (triangles, in_two) = (limits_said(&limits), in_two_units(seen));
    drawing(Drawing {
        span: look.axis.unwrap_or(own),
        series,
        limits,
        finest: seen.finest,
        bands,
        spots: spots(seen, reported),
        title: with_unit(&seen.title, seen.unit.as_deref()),
        is_headed: look.is_second,
        words: format!("{said}{triangles}{shown}{in_two}"),
    })
}

/// A chart of the parts that share a picture, or the line of numbers of one.
fn part_picture(seen: &TrendSeen, lines: &[&PartLine], words: String, look: Look, reported: &BTreeSet<EntryId>) -> AnyView {
    let limits = part_limits(lines);
    let exact = || lines.iter().flat_map(|line| &line.points).map(|point| point.at);
    let moments = || exact().chain(limits.iter().map(|limit| limit.at));
    let (Some(first), Some(last)) = (moments().min(), moments().max()) else { return view! { <p>{words}</p> }.into_any() };
    if lines.iter().all(|line| line.points.len() + line.limits.len() < 2) {
        let parts = lines.iter().filter_map(|line| seen.points.iter().find_map(|point| part_with(&point.parts, &line.key)));
        let numbers = parts.filter_map(|part| range(&part.value, &seen.line.kind)).collect_view();
        return view! { <p>{words}</p> {numbers} }.into_any();
    }
    let all: Vec<&Band> = lines.iter().map(|line| &line.band).collect();
    let (bands, shown) = bands(&all, is_of_a_visit(&seen.line.kind));
    let strokes = [Strokes::Line, Strokes::Dashes];
    let series = strokes.into_iter().zip(lines).map(|(strokes, line)| Series { strokes, points: line.points.clone() }).collect();
    let dashed = lines.get(1).map(|line| format!(" The dashed line is: {}.", line.name)).unwrap_or_default();
    let name = if lines.len() > 1 { seen.title.as_str() } else { lines.first().map_or("", |line| line.name.as_str()) };
    let title = with_unit(name, lines.first().and_then(|line| line.unit.as_deref()));
    let is_headed = look.is_second && heading_of(seen) == title;
    let finest = lines.iter().map(|line| line.finest).min().unwrap_or(1);
    let (spots, words) = (part_spots(seen, lines, reported), format!("{words}{dashed}{}{shown}", limits_said(&limits)));
    let span = look.axis.unwrap_or((first, last));
    drawing(Drawing { span, series, limits, finest, bands, spots, title, is_headed, words })
}

/// From where to where a band goes, in thousandths; open where it has no end.
type Ends = (Option<i64>, Option<i64>);

/// From where to where a range can be drawn; `None` where there is not one, an end is no number, or they are the wrong way round.
fn ends_of_band(band: &Band) -> Option<Ends> {
    let Band::One { low, high } = band else { return None };
    let end = |end: &Option<String>| match end {
        Some(end) => Decimal::parse(end)?.thousandths().map(Some),
        None => Some(None),
    };
    let ends = (end(low)?, end(high)?);
    let is_reversed = ends.0.zip(ends.1).is_some_and(|(low, high)| low > high);
    (!is_reversed).then_some(ends)
}

/// What can be drawn behind values, and what is said of it; of what was measured on a visit (`visit`) without a laboratory.
fn bands(all: &[&Band], visit: bool) -> (Vec<Ends>, &'static str) {
    let ends: Vec<Ends> = all.iter().filter_map(|band| ends_of_band(band)).collect();
    // Beside another line a band with one end is that end alone.
    let has_marks = all.len() > 1 && ends.iter().any(|(low, high)| low.is_none() || high.is_none());
    let is_drawn = ends.len() == all.len();
    if is_drawn && has_marks {
        (ends, " The green marks show the ranges that came with every one of these results, one for each number.")
    } else if is_drawn && visit {
        (ends, " The green band shows the range that came with every one of these results.")
    } else if is_drawn {
        (ends, " The green band shows the range that the laboratory gave with every one of these results.")
    } else if all.iter().all(|band| matches!(**band, Band::One { .. })) {
        (Vec::new(), " The range that came with these results cannot be drawn. It stands in the table.")
    } else if all.iter().all(|band| **band == Band::Absent) {
        (Vec::new(), " No range came with these results, so none is drawn.")
    } else if visit {
        (Vec::new(), " Different ranges came with these results, or none, so no range is drawn. Each one stands in the table.")
    } else {
        (Vec::new(), " The laboratories gave different ranges, or none, so no range is drawn. Each one stands in the table.")
    }
}

/// What a picture is made of.
struct Drawing {
    /// From the first moment to the last, in seconds.
    span: (i64, i64),
    series: Vec<Series>,
    limits: Vec<Limit>,
    finest: i64,
    bands: Vec<Ends>,
    spots: Vec<Spot>,
    title: String,
    /// Its title stands in a heading above it already.
    is_headed: bool,
    words: String,
}

fn drawing(drawing: Drawing) -> AnyView {
    let Drawing { span: (first, last), series, limits, finest, bands, spots, title, is_headed, words } = drawing;
    let shown = (!is_headed).then(|| title.clone());
    let span = if first == last { (first - A_DAY, last + A_DAY) } else { (first, last) };
    let moments = [first, last].into_iter().filter_map(|at| {
        let moment = DateTime::from_timestamp(at, 0)?;
        Some((at, moment.format("%b %Y").to_string()))
    });
    let mut moments: Vec<(i64, String)> = moments.collect();
    moments.dedup_by(|next, one| next.1 == one.1);
    view! {
        <LineChart
            span=span
            series=series
            limits=limits
            finest=finest
            label=beside
            moments=moments
            bands=bands
            spots=spots
            title=shown
            name=title
            words=words
        />
    }
    .into_any()
}

/// At which number a value stands in a picture, in thousandths: its own, or that than which it is less or more.
fn number_of(value: &Value) -> Option<i64> {
    thousandths(value).or_else(|| limit_of(value).map(|(number, _)| number))
}

/// The results of a picture, the newest first, each with what is said at its spots of a mistake that is reported in it: of those that the
/// table lists, which it marks too.
fn with_marks<'a>(
    seen: &'a TrendSeen,
    reported: &'a BTreeSet<EntryId>,
) -> impl Iterator<Item = (&'a TrendPoint, &'static str)> + use<'a> {
    let listed = seen.rows.iter().map(move |row| reported.contains(&row.id)).chain(std::iter::repeat(false));
    seen.points.iter().zip(listed).map(|(point, wrong)| (point, if wrong { ", reported as wrong" } else { "" }))
}

/// What is said at each spot of parts: "3 November 2026: Top number (systolic) 142 mmHg".
fn part_spots(seen: &TrendSeen, lines: &[&PartLine], reported: &BTreeSet<EntryId>) -> Vec<Spot> {
    let of = |line: &PartLine| -> HashSet<(i64, i64)> {
        let exact = line.points.iter().map(|point: &Point| (point.at, point.high));
        exact.chain(line.limits.iter().map(|(at, value, _)| (*at, *value))).collect()
    };
    let kept: Vec<(&PartLine, HashSet<(i64, i64)>)> = lines.iter().map(|&line| (line, of(line))).collect();
    let mut all = Vec::new();
    // In the order of time; at one moment the first line before the second.
    let points: Vec<(&TrendPoint, &str)> = with_marks(seen, reported).collect();
    for (point, wrong) in points.into_iter().rev() {
        let Some(at) = point.happened.map(|when| when.sort_key().timestamp()) else { continue };
        let day = point.happened.map(|when| when.day_only()).unwrap_or_default();
        for (line, drawn) in &kept {
            let Some(part) = part_with(&point.parts, &line.key) else { continue };
            let Some(value) = number_of(&part.value).filter(|value| drawn.contains(&(at, *value))) else { continue };
            let tag = words::value_tag(&part.value).map(|(word, _)| format!(", {word}")).unwrap_or_default();
            all.push((at, value, format!("{day}: {} {}{tag}{wrong}", line.name, amount_words(&part.value))));
        }
    }
    all
}

/// What is said at each spot: "3 November 2026: 6.1 mmol/L, High".
fn spots(seen: &TrendSeen, reported: &BTreeSet<EntryId>) -> Vec<Spot> {
    let kept: HashSet<(i64, i64)> = seen.drawn.iter().map(|point| (point.at, point.high)).collect();
    let says = |(point, wrong): (&TrendPoint, &str)| {
        let (at, value) = point.drawn.filter(|drawn| kept.contains(drawn)).or(point.limit)?;
        let day = point.happened.map(|when| when.day_only()).unwrap_or_default();
        let tag = tag(point).map(|(word, _)| format!(", {word}")).unwrap_or_default();
        Some((at, value, format!("{day}: {}{tag}{wrong}", told(seen, point).amount)))
    };
    let mut all: Vec<Spot> = with_marks(seen, reported).filter_map(says).collect();
    all.reverse();
    all
}

/// What the picture leaves out, and what was worked out for it.
fn notes(seen: &TrendSeen, is_second: bool) -> AnyView {
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
    let only_parts = seen.drawn.is_empty() && !seen.lines.is_empty();
    let is_in = |point: &TrendPoint, line: &PartLine| {
        let can_be = |value: &Value| number_of(value).is_some() && same_unit(value.unit.as_deref(), line.unit.as_deref());
        point.happened.is_some() && part_with(&point.parts, &line.key).is_some_and(|part| can_be(&part.value))
    };
    let has = |point: &TrendPoint, line: &PartLine| point.parts.iter().any(|part| part.key.as_ref() == Some(&line.key));
    let lacks = |point: &TrendPoint| seen.lines.iter().any(|line| has(point, line) && !is_in(point, line));
    let other = match only_parts {
        true => count(&|point| lacks(point) || !seen.lines.iter().any(|line| is_in(point, line))),
        false => count(&|point| point.drawn.or(point.limit).is_none()),
    };
    let other = (other > 0 && (only_parts || !seen.drawn.is_empty())).then(|| {
        let words = match other {
            1 if only_parts => "1 result is not in the picture, or not all of it. It is not in these units, or has no date. It is in the table.".to_owned(),
            many if only_parts => format!(
                "{many} results are not in the picture, or not all of them. They are not in these units, or have no date. They are in the table."
            ),
            1 => "1 result is not in the picture, because it is no number in this unit, or has no date. It is in the table.".to_owned(),
            many => format!(
                "{many} results are not in the picture, because they are no numbers in this unit, or have no date. They are in the table."
            ),
        };
        view! { <p>{words}</p> }
    });
    let (drawn, listed) = (seen.points.len(), seen.rows.len());
    let further = seen.next.is_some().then(|| {
        let words = match (is_second, seen.is_cut) {
            (false, true) => format!(
                "The picture shows {drawn} results and the table {listed}. There are older ones: choose Older below the table, and both go on."
            ),
            (false, false) => format!("The table lists {listed} results at a time. For the next, choose Older below it."),
            (true, true) => format!(
                "The picture shows {drawn} results and the table {listed}. There are older ones: to see them, open it by itself."
            ),
            (true, false) => format!("The table lists {listed} results. To see all of them, open it by itself."),
        };
        view! { <p>{words}</p> }
    });
    view! { {converted} {other} {further} }.into_any()
}

fn tag(point: &TrendPoint) -> Option<(String, crate::ui::TagKind)> {
    words::value_tag(&point.value)
}

fn table(seen: &TrendSeen, caption: String, of: &Of) -> Option<AnyView> {
    if seen.points.is_empty() {
        return None;
    }
    let listed = || seen.points.iter().zip(&seen.rows).map(|(point, _)| point);
    let any = listed().any(|point| point.converted.is_some());
    let mut head = vec!["Date".to_owned(), "Value".to_owned()];
    if any {
        head.push("In the unit of the newest".to_owned());
    }
    let any_apart = listed().any(|point| !point.told_apart.is_empty());
    if any_apart {
        head.push("Its parts".to_owned());
    }
    head.extend([range_head(is_of_a_visit(&seen.line.kind)), "How it compares", "From"].map(ToOwned::to_owned));
    let rows = seen.points.iter().zip(&seen.rows).map(|(point, beside)| {
        let href = of.entry(beside.id);
        let date = point.happened.map_or_else(|| "No date given".to_owned(), |when| when.day_only());
        let mark = marked(of.reported.contains(&beside.id));
        let date = view! { <a class="sh-unbroken" href=href>{date}</a> {mark} };
        let mut row = vec![Cell::new(date), Cell::new(amount_words(&point.value))];
        if any {
            row.push(Cell::new(point.converted.as_ref().map(amount_words).unwrap_or_default()));
        }
        if any_apart {
            row.push(Cell::new(apart_words(&point.told_apart)));
        }
        let said = [
            tag(point).map(|(word, _)| word),
            point.status.as_deref().and_then(|status| words::status_tag(Category::Result, Some(status))).map(|(word, _)| word),
        ];
        let said = said.into_iter().flatten().collect::<Vec<_>>().join(". ");
        let said = match said.is_empty() {
            true if point.told_apart.iter().any(|part| words::value_tag(&part.value).is_some()) => SEE_PARTS.to_owned(),
            true => "Not said".to_owned(),
            false => said,
        };
        let from = match &beside.within {
            Some(whole) => format!("{}, in \u{201c}{whole}\u{201d}", beside.source),
            None => beside.source.clone(),
        };
        row.extend([Cell::new(given(point, &beside.ranges)), Cell::new(said), Cell::new(from)]);
        row
    });
    let rows = rows.collect();
    Some(view! { <DataTable caption=caption head=head rows=rows /> }.into_any())
}

/// "Mean pressure 106 mmHg (70 to 105 mmHg), High; …".
fn apart_words(parts: &[ResultPart]) -> String {
    let each = parts.iter().map(|part| {
        let range = ranges_said(&part.value, &part.ranges).map(|range| format!(" ({range})")).unwrap_or_default();
        let tag = words::value_tag(&part.value).map(|(word, _)| format!(", {word}")).unwrap_or_default();
        format!("{} {}{range}{tag}", part.name, amount_words(&part.value))
    });
    each.collect::<Vec<_>>().join("; ")
}

/// The ranges of a result; where none is of the whole of it and some are of its parts, that they stand there.
fn given(point: &TrendPoint, ranges: &[GivenRange]) -> String {
    let of_parts = point.told_apart.iter().any(|part| ranges_said(&part.value, &part.ranges).is_some());
    let without = if of_parts { SEE_PARTS } else { "No range was given" };
    ranges_said(&point.value, ranges).unwrap_or_else(|| without.to_owned())
}

fn ranges_said(value: &Value, ranges: &[GivenRange]) -> Option<String> {
    let unit = value.unit.as_deref();
    let mut all: Vec<String> = ranges.iter().filter_map(|given| range_words(given, unit)).collect();
    if all.is_empty() {
        let known = value.range.clone().map(|range| GivenRange { range, ..GivenRange::default() });
        all.extend(known.and_then(|given| range_words(&given, unit)));
    }
    (!all.is_empty()).then(|| all.join("; "))
}
