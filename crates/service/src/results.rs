//! Results of tests as their pages read them: reports with their values, what waits for an answer, and one thing over time.
//!
//! Whatever is read here is read through the view of whoever reads: a value that is not open leaves no gap in its report.

use crate::activity;
use crate::reader::Reader;
use crate::readings;
use crate::records::{Marks, coming_visits, full_lines, lines, opens_visits, read, summary};
use crate::releases::{ResultWaits, waiting};
use crate::sources::{OutOfDate, out_of_date};
use crate::{Core, Cursor, EntryLine, PersonSummary, Records, ServiceError};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask, Audience};
use domain::reading::{Measure, Point, thin};
use domain::record::{Category, Code, EntryFacts, GivenRange, LinkRole, OrderRole, ResultFacts, ResultLink, ResultPart, Value};
use domain::result::next::{BLOOD_PRESSURE, CONCLUSION, ORDER};
use domain::result::{
    Amount, Analyte, Band, Comparator, Decimal, PartLine, Placed, TrendSpan, band_in, finest, measures, part_lines, part_with,
    parts_of, placed, same_unit,
};
use domain::when::{FIRST_INSTANT, london_day};
use domain::{EntryId, PersonId, When};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::reading;
use store::record::result::{self, AwaitedRow, MeasuredRow, NewestRow, ResultRow, Stretch};
use store::record::{self, LineRow};
use store::{StoreError, Tx};
use uuid::Uuid;

/// How many reports and results a page of the list holds.
pub const RESULTS_PAGE: usize = 20;
/// The most values that the list reads of one report.
const GLANCE: i32 = 60;
/// The most values that the page of a report shows.
const WHOLE: i32 = 1000;
/// How many orders and unfinished reports stand above the list at most.
pub const AWAITED: usize = 100;
/// The most results of one thing that a picture shows: as many as it draws points, so that each has its own.
pub const TREND_MOST: usize = MOST_POINTS;
/// How many of them a page lists.
pub const TREND_PAGE: usize = 30;
/// The most points that a chart draws.
const MOST_POINTS: usize = 120;

/// A value of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberSeen {
    /// What it is called.
    pub name: String,
    /// The code of what it is about; absent for what the report only names.
    pub code: Option<Code>,
    /// What lists read of it; absent for what the report only names.
    pub line: Option<EntryLine>,
    /// Its ranges.
    pub ranges: Vec<GivenRange>,
    /// The same value in the unit that is used elsewhere.
    pub beside: Option<Value>,
    /// Its values, where it has several.
    pub parts: Vec<ResultPart>,
}

/// What a result, a report or an order says beside what every entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ResultView {
    /// Every range that came with it.
    pub ranges: Vec<GivenRange>,
    /// The same value in the unit that is used elsewhere.
    pub beside: Option<Value>,
    /// Its values, where it has several of its own.
    pub parts: Vec<ResultPart>,
    /// The values that belong to it, in the order of the report.
    pub members: Vec<MemberSeen>,
    /// The reports of which it is a part, or with which it came.
    pub reports: Vec<EntryLine>,
    /// What these come to, in the words of whoever reported them.
    pub concluded: Vec<String>,
    /// The pictures and scans that came with it.
    pub pictures: Vec<EntryLine>,
    /// The orders that it answers.
    pub orders: Vec<EntryLine>,
    /// What answers it.
    pub answers: Vec<EntryLine>,
    /// Later orders of the same thing that are not answered, the newest first.
    pub ordered: Vec<EntryLine>,
    /// The next visit with whoever sent it, where one is known and open to the reader.
    pub visit: Option<EntryLine>,
    /// There are others of the same thing, or its owner measured it at home, so that there is something to see over time.
    pub over_time: bool,
    /// The places of those of its parts that were measured elsewhere too, alone or in something else.
    pub parts_over_time: Vec<usize>,
}

/// A report or a result in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResultLine {
    /// What lists read of it.
    pub line: EntryLine,
    /// The code of what it is about.
    pub code: Option<Code>,
    /// It is a report, or a group of values.
    pub is_report: bool,
    /// Its values, in the order of the report.
    pub members: Vec<EntryLine>,
    /// The codes of those of them that have one.
    pub member_codes: BTreeMap<EntryId, Code>,
    /// The values that it says itself, in its order, where it has no one value that says them together.
    pub parts: Vec<ResultPart>,
}

/// One page of the list of results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResultsPage {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// Of which sources of it the newest may be missing; on the first page alone, and not at work.
    pub out_of_date: Vec<OutOfDate>,
    /// Those that have come and are not shown yet; on the first page alone.
    pub waiting: Vec<ResultWaits>,
    /// Orders of which there is no result yet, and early reports of which no value is shown; on the first page alone.
    pub awaited: Vec<EntryLine>,
    /// The codes of what they are about, of those that have one.
    pub awaited_codes: BTreeMap<EntryId, Code>,
    /// There are more of them than [`AWAITED`].
    pub more_awaited: bool,
    /// The newest first.
    pub lines: Vec<ResultLine>,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
    /// What marks entries to whoever gives care; nothing to anybody else.
    #[serde(skip)]
    pub marks: Marks,
}

/// One of several results of the same thing, with what a picture and a sentence say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendPoint {
    /// When.
    pub happened: Option<When>,
    /// Its value as it was recorded.
    pub value: Value,
    /// The value in the unit of the newest, where it was recorded in another.
    pub converted: Option<Value>,
    /// It is in the picture: an exact number with a date, in the unit of the newest or converted into it.
    pub drawn: Option<(i64, i64)>,
    /// It is in the picture as less or more than a number, with a date and in that unit: when, and which number.
    pub limit: Option<(i64, i64)>,
    /// Its parts: what was told apart, and the two numbers of a blood pressure.
    pub parts: Vec<ResultPart>,
    /// Those that were told apart.
    pub told_apart: Vec<ResultPart>,
    /// Where it stands by what its laboratory gave.
    pub placed: Option<Placed>,
    /// The source's own status word.
    pub status: Option<String>,
}

/// What a table says of it beside that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendRow {
    /// Its entry.
    pub id: EntryId,
    /// What its entry is called, where it is one of several values there.
    pub within: Option<String>,
    /// Its ranges.
    pub ranges: Vec<GivenRange>,
    /// Where it was measured, or who sent it.
    pub source: String,
}

/// What is asked of results over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrendAsked {
    /// How far back.
    pub span: TrendSpan,
    /// From after this place of the table.
    pub after: Option<Cursor>,
    /// A result of something else that is shown over the same time; one that is not open is as if it was not asked for.
    pub with: Option<EntryId>,
    /// The one of its parts at this place is meant, counted from nought.
    pub part: Option<usize>,
    /// What else can be shown with it is asked for too.
    pub choose: bool,
    /// What was measured at home of the same thing is asked for too.
    pub own: bool,
}

impl TrendAsked {
    /// The newest of it alone.
    #[must_use]
    pub const fn of(span: TrendSpan) -> Self {
        Self { span, after: None, with: None, part: None, choose: false, own: false }
    }
}

/// Something else that can be shown over the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendOther {
    /// Its newest result that can be drawn.
    pub id: EntryId,
    /// What it is called there.
    pub title: String,
    /// It is shown now.
    pub is_shown: bool,
}

/// What was measured at home on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrendDay {
    /// Which day.
    pub on: NaiveDate,
    /// How many readings.
    pub readings: u64,
    /// The lowest, in the measure's own unit.
    pub low: domain::reading::Amount,
    /// The highest.
    pub high: domain::reading::Amount,
}

/// What was measured at home of the same thing as results over time. It stands apart from them: no sentence, no range and no picture of
/// the results counts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendOwn {
    /// What is measured.
    pub measure: Measure,
    /// It was asked for; else nothing of it is here.
    pub is_shown: bool,
    /// The days over the same time, the newest first.
    pub days: Vec<TrendDay>,
    /// What is drawn of them, in the order of time: seconds and thousandths.
    pub drawn: Vec<Point>,
    /// There is more before them, which is not here: no more than ten years are.
    pub is_cut: bool,
}

/// Results of one thing over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendSeen {
    /// What marks entries on its page.
    pub marks: Marks,
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The entry from which it was asked for.
    pub id: EntryId,
    /// What it is called where it was measured last by itself.
    pub title: String,
    /// Its code.
    pub code: Option<Code>,
    /// How sensitive the entry is.
    pub line: EntryLine,
    /// The unit of the picture.
    pub unit: Option<String>,
    /// The newest first, [`TREND_MOST`] at most.
    pub points: Vec<TrendPoint>,
    /// What the table says of the first of them, [`TREND_PAGE`] at most.
    pub rows: Vec<TrendRow>,
    /// There are older ones than those that are here.
    pub is_cut: bool,
    /// What is drawn, in the order of time: seconds and thousandths.
    pub drawn: Vec<Point>,
    /// The smallest step of what is drawn, in thousandths.
    pub finest: i64,
    /// The range that stands for all that is drawn.
    pub band: Band,
    /// Its parts over time, such as the two numbers of a blood pressure.
    pub lines: Vec<PartLine>,
    /// Where those begin that the table does not say.
    pub next: Option<Cursor>,
    /// How far back it can be shown.
    pub spans: Vec<TrendSpan>,
    /// Something else over the same time.
    pub beside: Option<Box<Self>>,
    /// What else can be shown so, by name; only where it was asked for, or something is.
    pub others: Option<Vec<TrendOther>>,
    /// What was measured at home of the same thing, where there is any and it is open to the reader.
    pub own: Option<TrendOwn>,
}

impl Records {
    /// A page of results and reports, the newest first, from after the given place; what waits for an answer on the first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a place that is not in the list; [`ServiceError`] as [`access`](domain::access) decides, or
    /// when the database fails.
    pub async fn results(&self, actor: &Actor, person: PersonId, after: Option<Cursor>) -> Result<ResultsPage, ServiceError> {
        let (mut tx, subject, reader, marks) = self.open_marked(actor, person, "list").await?;
        let mut page = ResultsPage { marks, ..page(&mut tx, &reader, after).await? };
        if after.is_none() {
            page.out_of_date = out_of_date(&mut tx, &reader, Some(Category::Result)).await?;
        }
        drop(tx);
        let event = read(actor, subject, "list").about("category", Category::Result.code()).about("which", "all");
        activity::disclose(&self.core, event).await?;
        Ok(page)
    }

    /// The results of the same thing as an entry's, whoever measured them and in whatever unit; with those of something else over the
    /// same time, and with what was measured at home of the same thing, where that was asked for.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the entry is not open, or is nothing that can be found again; as [`Records::entry`].
    pub async fn trend(
        &self,
        actor: &Actor,
        person: PersonId,
        id: EntryId,
        asked: TrendAsked,
    ) -> Result<TrendSeen, ServiceError> {
        let asks = (Ask::ReadRecord, [Ask::SeeReadings, Ask::AnswerCorrection, Ask::ReportMistake]);
        let (mut tx, subject, reader, [sees_readings, answers, reports]) =
            self.core.enter_and_each(actor, person, asks, "trend").await?;
        let mut seen = trend(&self.core, &mut tx, (&reader, sees_readings), id, asked).await?;
        seen.marks = Marks::beside(&mut tx, actor, (&reader, subject.organisation), [answers, reports]).await?;
        drop(tx);
        let event = read(actor, subject, "trend").about("entry", id);
        let event = match asked.part {
            Some(part) => event.about("part", part),
            None => event,
        };
        let event = match &seen.beside {
            Some(beside) => event.about("with", beside.id),
            None => event,
        };
        let event = match seen.own.as_ref().filter(|own| own.is_shown) {
            Some(own) => event.about("own", own.measure.code()),
            None => event,
        };
        // By name what else there is was read too.
        let event = if seen.others.is_some() { event.about("category", Category::Result.code()) } else { event };
        activity::disclose(&self.core, event).await?;
        Ok(seen)
    }
}

/// One page of the list.
pub(crate) async fn page(tx: &mut Tx, reader: &Reader, after: Option<Cursor>) -> Result<ResultsPage, ServiceError> {
    let Reader { person, filter, .. } = reader;
    let from = match after {
        Some(Cursor(id)) => {
            let place = record::place(tx, *person, filter, Category::Result, id).await?;
            Some((place.ok_or(ServiceError::NotFound)?, id))
        }
        None => None,
    };
    let (waiting, (awaited, awaited_codes), more_awaited) = match after {
        Some(_) => (Vec::new(), (Vec::new(), BTreeMap::new()), false),
        None => {
            let mut rows = result::awaited(tx, *person, filter, counted(AWAITED + 1)).await?;
            let more = rows.len() > AWAITED;
            rows.truncate(AWAITED);
            let rows = rows.into_iter().map(|row| row.line).collect();
            let awaited = lines(tx, reader, rows).await?;
            let codes = codes(tx, reader, &awaited).await?;
            (waiting(tx, reader).await?, (awaited, codes), more)
        }
    };
    let limit = i64::try_from(RESULTS_PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = result::page(tx, *person, filter, from, limit).await?;
    let more = rows.len() > RESULTS_PAGE;
    rows.truncate(RESULTS_PAGE);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.line.id).collect();
    let mut members = members_of(tx, reader, &ids, Told::Glance).await?;
    let reports: HashSet<Uuid> =
        rows.iter().filter(|row| row.resource_type == "DiagnosticReport").map(|row| row.line.id).collect();
    let own = |row: &ResultRow| (row.line.title.clone(), code_of(row), parts_alone(row));
    let own: Vec<(String, Option<Code>, Vec<ResultPart>)> = rows.iter().map(own).collect();
    let rows = rows.into_iter().map(|row| row.line).collect();
    let seen = lines(tx, reader, rows).await?;
    let whose = summary(tx, reader).await?;
    let next = seen.last().map(|line| Cursor(line.id)).filter(|_| more);
    let lines = seen.into_iter().zip(own).map(|(line, (title, code, parts))| {
        // A code would tell the name that is not told.
        let code = code.filter(|_| line.title == title);
        let key = line.id.as_uuid();
        let (mut those, mut member_codes) = (Vec::new(), BTreeMap::new());
        for (_, MemberSeen { line, code, .. }) in members.remove(&key).unwrap_or_default() {
            member_codes.extend(line.as_ref().map(|line| line.id).zip(code));
            those.extend(line);
        }
        ResultLine { is_report: reports.contains(&key) || !those.is_empty(), line, code, members: those, member_codes, parts }
    });
    Ok(ResultsPage {
        whose,
        out_of_date: Vec::new(),
        marks: Marks::default(),
        waiting,
        awaited,
        awaited_codes,
        more_awaited,
        lines: lines.collect(),
        next,
    })
}

/// The codes of those of these lines that are results and are told by their own name: another name is not told by a code.
pub(crate) async fn codes(tx: &mut Tx, reader: &Reader, lines: &[EntryLine]) -> Result<BTreeMap<EntryId, Code>, ServiceError> {
    let ids: Vec<Uuid> = lines.iter().filter(|line| line.category == Category::Result).map(|line| line.id.as_uuid()).collect();
    let mut codes = BTreeMap::new();
    for some in ids.chunks(result::AT_ONCE) {
        for row in result::coded(tx, reader.person, &reader.filter, some).await? {
            let id = EntryId::from_uuid(row.id);
            let is_own = lines.iter().any(|line| line.id == id && line.title == row.title);
            if let Some((system, code)) = row.code_system.zip(row.code).filter(|_| is_own) {
                codes.insert(id, Code { system, code, display: None });
            }
        }
    }
    Ok(codes)
}

/// What came last as lists show it: a report or a group once, with all of it that came, `most` at most; with how many values each of them
/// brought when something of it last came.
pub(crate) async fn arrived(
    tx: &mut Tx,
    reader: &Reader,
    rows: Vec<LineRow>,
    most: usize,
) -> Result<(Vec<LineRow>, BTreeMap<EntryId, u64>), ServiceError> {
    let Reader { person, filter, .. } = reader;
    let results = |rows: &[LineRow]| {
        rows.iter().filter(|row| row.category == Category::Result.code()).map(|row| row.id).collect::<Vec<_>>()
    };
    let mut wholes: HashMap<Uuid, LineRow> = HashMap::new();
    for some in results(&rows).chunks(result::AT_ONCE) {
        for row in result::wholes(tx, *person, filter, some).await? {
            wholes.entry(row.of_entry).or_insert(row.line);
        }
    }
    let mut shown: Vec<LineRow> = Vec::new();
    for row in rows {
        let row = wholes.remove(&row.id).unwrap_or(row);
        if shown.iter().all(|other| other.id != row.id) {
            shown.push(row);
        }
    }
    shown.truncate(most);
    let mut came: BTreeMap<EntryId, (DateTime<Utc>, u64)> = BTreeMap::new();
    for some in results(&shown).chunks(result::AT_ONCE) {
        for row in result::values_added(tx, *person, filter, some).await? {
            let newest = came.entry(EntryId::from_uuid(row.of_entry)).or_insert((row.whole_at, 0));
            if row.added_at > newest.0 {
                *newest = (row.added_at, 0);
            }
            newest.1 += u64::from(row.added_at == newest.0);
        }
    }
    let values = came.into_iter().map(|(id, (_, values))| (id, values)).filter(|(_, values)| *values > 0).collect();
    Ok((shown, values))
}

/// How much is told of the values of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// What stands in a list: nothing that another resource may have said.
    Glance,
    /// All of it.
    Whole,
}

/// The values of reports that may be shown, with their places, by report.
async fn members_of(
    tx: &mut Tx,
    reader: &Reader,
    reports: &[Uuid],
    told: Told,
) -> Result<HashMap<Uuid, Vec<(i32, MemberSeen)>>, ServiceError> {
    let places = if told == Told::Glance { GLANCE } else { WHOLE };
    let mut rows = Vec::new();
    for some in reports.chunks(result::AT_ONCE) {
        rows.extend(result::targets(tx, reader.person, &reader.filter, (LinkRole::Member, places), some).await?);
    }
    let (mut of, mut held) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in rows {
        let facts = facts_of(&row.result);
        let coded = (row.result.line.title.clone(), code_of(&row.result));
        of.push((row.of_entry, row.at_place, facts, beside(&row.result), coded));
        held.push(row.result.line);
    }
    // Name and value of a result are its own; who and where may be told of by others, and stands in no list of values.
    let seen = match told {
        Told::Glance => {
            let bare = |row| EntryLine::of(row).map(|line| EntryLine { author: None, place: None, ..line });
            held.into_iter().map(bare).collect::<Result<Vec<_>, _>>()?
        }
        Told::Whole => lines(tx, reader, held).await?,
    };
    let mut all: HashMap<Uuid, Vec<(i32, MemberSeen)>> = HashMap::new();
    for (line, (report, place, facts, beside, (title, code))) in seen.into_iter().zip(of) {
        let code = code.filter(|_| line.title == title);
        let ResultFacts { ranges, parts, .. } = facts;
        let member = MemberSeen { name: line.title.clone(), code, line: Some(line), ranges, beside, parts };
        all.entry(report).or_default().push((place, member));
    }
    Ok(all)
}

fn facts_of(row: &ResultRow) -> ResultFacts {
    row.more.as_ref().map(|more| more.0.clone()).unwrap_or_default()
}

fn code_of(row: &ResultRow) -> Option<Code> {
    row.code_system.clone().zip(row.code.clone()).map(|(system, code)| Code { system, code, display: None })
}

/// Its parts, where they are all that it says: of a blood pressure "142/88" says them already.
fn parts_alone(row: &ResultRow) -> Vec<ResultPart> {
    if row.line.value_text.is_some() { Vec::new() } else { facts_of(row).parts }
}

/// The analyte of the table, where it is one.
fn analyte_of(row: &ResultRow) -> Option<&'static Analyte> {
    row.analyte.as_deref().and_then(Analyte::of)
}

fn beside(row: &ResultRow) -> Option<Value> {
    let value = row.line.value()?;
    Some(analyte_of(row)?.beside(&value, row.unit_code.as_deref())?.value)
}

/// What a result, a report or an order says beside the rest; `anew` is what it says to somebody else than its owner.
pub(crate) async fn view(
    tx: &mut Tx,
    reader: &Reader,
    id: EntryId,
    anew: Option<&EntryFacts>,
) -> Result<Option<ResultView>, ServiceError> {
    let Reader { person, filter, .. } = reader;
    let Some(row) = result::one(tx, *person, filter, id).await? else { return Ok(None) };
    let facts = facts_of(&row);
    let mut placed: BTreeMap<i32, MemberSeen> = members_of(tx, reader, &[id.as_uuid()], Told::Whole)
        .await?
        .remove(&id.as_uuid())
        .unwrap_or_default()
        .into_iter()
        .collect();
    for (place, name) in named(tx, reader, id, anew).await? {
        let only = MemberSeen { name, code: None, line: None, ranges: Vec::new(), beside: None, parts: Vec::new() };
        placed.entry(place).or_insert(only);
    }
    let orders = result::targets(tx, *person, filter, (LinkRole::Order, WHOLE), &[id.as_uuid()]).await?;
    let orders: Vec<LineRow> = orders.into_iter().map(|row| row.result.line).collect();
    let orders = each_once(orders, result::by_number(tx, *person, filter, (OrderRole::Answers, id)).await?);
    let pictures = result::targets(tx, *person, filter, (LinkRole::Picture, i32::MAX), &[id.as_uuid()]).await?;
    let pictures = pictures.into_iter().map(|row| row.result.line).collect();
    let in_report =
        if matches!(row.resource_type.as_str(), "Media" | "ImagingStudy") { LinkRole::Picture } else { LinkRole::Member };
    let reports = result::origins(tx, *person, filter, in_report, row.source()).await?;
    let answers = result::origins(tx, *person, filter, LinkRole::Order, row.source()).await?;
    let answers = each_once(answers, result::by_number(tx, *person, filter, (OrderRole::Asks, id)).await?);
    let over_time = match &row.analyte {
        Some(analyte) if row.line.value_text.is_some() || !facts.parts.is_empty() => {
            let which = Stretch { analyte, from: FIRST_INSTANT, before: None, limit: 2 };
            result::trend(tx, *person, filter, which).await?.len() > 1 || has_own(tx, reader, analyte).await?
        }
        _ => false,
    };
    let parts_over_time = match facts.parts.as_slice() {
        [] => Vec::new(),
        parts => {
            let shared = result::shared(tx, *person, filter, id).await?;
            let is_shared = |key: &String| row.analyte.as_ref() != Some(key) && shared.contains(key);
            let those = (0..).zip(parts).filter(|(_, part)| part.key.as_ref().is_some_and(is_shared));
            those.map(|(place, _)| place).collect()
        }
    };
    let concluded = concluded(tx, reader, &reports).await?;
    let ordered = ordered_again(tx, reader, &row).await?;
    let visit = next_visit(tx, reader, row.organisation_id).await?;
    Ok(Some(ResultView {
        beside: beside(&row),
        ordered: lines(tx, reader, ordered).await?,
        visit,
        members: placed.into_values().collect(),
        reports: lines(tx, reader, reports).await?,
        concluded,
        pictures: lines(tx, reader, pictures).await?,
        orders: lines(tx, reader, orders).await?,
        answers: lines(tx, reader, answers).await?,
        ranges: facts.ranges,
        parts: facts.parts,
        over_time,
        parts_over_time,
    }))
}

/// What these reports come to, each as far as it may be told to the reader.
async fn concluded(tx: &mut Tx, reader: &Reader, reports: &[LineRow]) -> Result<Vec<String>, ServiceError> {
    let mut rows = Vec::new();
    for report in reports {
        if let Some(row) = record::entry(tx, reader.person, &reader.filter, EntryId::from_uuid(report.id)).await? {
            rows.push((row.line, None, row.details.0));
        }
    }
    let details = full_lines(tx, reader, rows).await?.into_iter().flat_map(|(_, _, details)| details);
    let said = details.filter(|detail| detail.label == CONCLUSION).map(|detail| detail.value);
    Ok(said.filter(|said| !said.trim().is_empty()).collect())
}

/// What one source joins, and what is joined by a number beside that.
fn each_once(mut rows: Vec<LineRow>, others: Vec<LineRow>) -> Vec<LineRow> {
    let known: HashSet<Uuid> = rows.iter().map(|row| row.id).collect();
    rows.extend(others.into_iter().filter(|row| !known.contains(&row.id)));
    rows
}

/// The orders of the same thing that nothing shown answers and that are later than this result. One that is older, or of a time that
/// is not known, may be the very order that it answers: not every source says which.
async fn ordered_again(tx: &mut Tx, reader: &Reader, row: &ResultRow) -> Result<Vec<LineRow>, ServiceError> {
    let Some(was) = row.line.happened()? else { return Ok(Vec::new()) };
    let mut ordered = Vec::new();
    for other in result::awaited(tx, reader.person, &reader.filter, counted(AWAITED)).await? {
        // What is only planned or suggested, or not to be done, was not asked for.
        let is_order = other.line.kind == ORDER && other.line.status.as_deref() == Some("active") && other.line.id != row.line.id;
        if !is_order || !is_same_thing(row, &other) {
            continue;
        }
        // A day is as late as it may be.
        let is_later = |when: When| when.begins() >= was.ends() && when.sort_key() > was.sort_key();
        if other.line.happened()?.is_some_and(is_later) {
            ordered.push(other.line);
        }
    }
    Ok(ordered)
}

/// Whether an order is of the same thing as a result: by their codes, and by what they are called where these cannot be compared.
fn is_same_thing(row: &ResultRow, order: &AwaitedRow) -> bool {
    // A code without a system means nothing elsewhere.
    let is_one_system = row.code_system == order.code_system && row.code_system.as_ref().is_some_and(|system| !system.is_empty());
    match (&row.code, &order.code) {
        (Some(code), Some(other)) if is_one_system => code == other,
        _ => order.line.title.to_lowercase() == row.line.title.to_lowercase(),
    }
}

/// The next visit with this organisation, for the person and those who act for them.
async fn next_visit(tx: &mut Tx, reader: &Reader, from: Uuid) -> Result<Option<EntryLine>, ServiceError> {
    let is_theirs = reader.is_owner() || matches!(reader.view.audience(), Audience::Carer(_));
    if !is_theirs || !opens_visits(reader) {
        return Ok(None);
    }
    let now = reader.filter.at();
    let rows = coming_visits(tx, reader, now).await?;
    let rows = rows.into_iter().filter(|row| row.organisation_id == from).map(|row| row.line).collect();
    // The list begins with the day: what is over today is not to come.
    let is_to_come = |line: &EntryLine| line.happened.is_some_and(|when| when.is_to_come(now));
    Ok(lines(tx, reader, rows).await?.into_iter().find(is_to_come))
}

/// What a report names without anything behind it, with the places: to its owner what was never received, to others what the
/// report may say to them.
async fn named(tx: &mut Tx, reader: &Reader, id: EntryId, anew: Option<&EntryFacts>) -> Result<Vec<(i32, String)>, ServiceError> {
    if reader.is_owner() {
        let rows = result::named(tx, reader.person, id).await?;
        return Ok(rows.into_iter().map(|row| (row.at_place, row.name)).collect());
    }
    let links = anew.and_then(|facts| facts.result.as_ref()).map(|facts| facts.links.as_slice()).unwrap_or_default();
    let only_named = |(place, link): (i32, &ResultLink)| {
        let is_bare = link.role == LinkRole::Member && link.logical_id.is_empty();
        is_bare.then(|| link.name.clone()).flatten().map(|name| (place, name))
    };
    Ok((0..).zip(links).filter_map(only_named).collect())
}

/// The same of a version, whose values are not those of today: of what belongs to it the names alone.
pub(crate) async fn version_view(
    tx: &mut Tx,
    reader: &Reader,
    id: EntryId,
    facts: &EntryFacts,
) -> Result<Option<ResultView>, ServiceError> {
    let Some(told) = facts.result.as_deref().filter(|_| facts.category == Category::Result) else { return Ok(None) };
    let now = result::targets(tx, reader.person, &reader.filter, (LinkRole::Member, WHOLE), &[id.as_uuid()]).await?;
    let open: HashMap<&str, &LineRow> = now.iter().map(|row| (row.result.logical_id.as_str(), &row.result.line)).collect();
    let member = |link: &ResultLink| {
        let name = match link.logical_id.as_str() {
            "" => link.name.clone()?,
            id => open.get(id)?.title.clone(),
        };
        Some(MemberSeen { name, code: None, line: None, ranges: Vec::new(), beside: None, parts: Vec::new() })
    };
    let members = told.links.iter().filter(|link| link.role == LinkRole::Member).filter_map(member).collect();
    Ok(Some(ResultView { ranges: told.ranges.clone(), parts: told.parts.clone(), members, ..ResultView::default() }))
}

/// A result as the one of its parts at this place, with what that is called; `None` where it is not found by itself.
fn as_part(row: ResultRow, place: usize) -> Option<(ResultRow, String)> {
    let facts = facts_of(&row);
    let part = facts.parts.get(place)?;
    let key = part.key.clone().filter(|key| row.analyte.as_ref() != Some(key) && measures(&facts).contains(&key.as_str()))?;
    let (code_system, code) = domain::result::codes_of(&key).into_iter().next().map(|code| (code.system, code.code)).unzip();
    Some((ResultRow { analyte: Some(key), code_system, code, ..row }, part.name.clone()))
}

async fn trend(
    core: &Core,
    tx: &mut Tx,
    (reader, sees_readings): (&Reader, bool),
    id: EntryId,
    asked: TrendAsked,
) -> Result<TrendSeen, ServiceError> {
    let Reader { person, filter, .. } = reader;
    let of = result::one(tx, *person, filter, id).await?.ok_or(ServiceError::NotFound)?;
    let (of, name) = match asked.part {
        Some(place) => as_part(of, place).map(|(part, name)| (part, Some(name))).ok_or(ServiceError::NotFound)?,
        None => (of, None),
    };
    let analyte = of.analyte.clone().ok_or(ServiceError::NotFound)?;
    let before = match asked.after {
        Some(Cursor(id)) => {
            let place = record::place(tx, *person, filter, Category::Result, id).await?;
            Some((place.ok_or(ServiceError::NotFound)?, id))
        }
        None => None,
    };
    let today = london_day(core.now());
    let from = asked.span.days().map_or(FIRST_INSTANT, |days| {
        let day = today.checked_sub_days(Days::new(days)).unwrap_or_default();
        When::Day(day).sort_key()
    });
    let mut seen = over_time(tx, reader, of, (from, before)).await?;
    if let Some(name) = name.filter(|_| seen.rows.iter().all(|row| row.within.is_some())) {
        seen.title = name;
    }
    let reach = reach(tx, reader, &seen, asked, &analyte).await?;
    let with = match asked.with {
        Some(with) => result::one(tx, *person, filter, with).await?,
        None => None,
    };
    let with = with.filter(|with| with.analyte.as_ref().is_some_and(|other| *other != analyte));
    let beside = with.as_ref().and_then(|with| with.analyte.clone());
    if let Some(with) = with {
        // Nothing stands beside a time of which the older results of the first are not here.
        let begins = seen.points.last().and_then(|point| point.happened).filter(|_| seen.is_cut);
        let from = begins.map_or(from, |when| when.sort_key().max(from));
        seen.beside = Some(Box::new(over_time(tx, reader, with, (from, before)).await?));
    }
    if let Some(measure) = Measure::of_result(&analyte).filter(|measure| sees_readings && readings::opens(reader, *measure)) {
        let begins = seen.points.last().and_then(|point| point.happened).filter(|_| seen.is_cut);
        let from = begins.map_or(from, |when| when.sort_key().max(from));
        let until = before.map_or(today, |(at, _)| london_day(at.max(FIRST_INSTANT + TimeDelta::days(2))));
        seen.own = own_of(tx, reader, (measure, asked.own), (from, until)).await?;
    }
    let days_ago = |when: When| u64::try_from((today - london_day(when.sort_key())).num_days()).unwrap_or_default();
    // What is shown with it may go back further.
    let is_alone = seen.beside.is_none() && !seen.own.as_ref().is_some_and(|own| own.is_shown);
    let oldest = reach.oldest.filter(|_| is_alone);
    seen.spans = TrendSpan::offered(reach.newest_but_one.map(days_ago), oldest.map(days_ago));
    if asked.choose || seen.beside.is_some() {
        let mut others = others(tx, reader, &analyte, beside.as_deref()).await?;
        // What is shown is among the choices, however many newer things there are.
        if let Some(beside) = seen.beside.as_ref().filter(|_| others.iter().all(|other| !other.is_shown)) {
            others.push(TrendOther { id: beside.id, title: beside.title.clone(), is_shown: true });
        }
        others.sort_by_cached_key(|other| other.title.to_lowercase());
        seen.others = Some(others);
    }
    Ok(seen)
}

/// Whether the reader, whose record it is, measured the same thing at home.
async fn has_own(tx: &mut Tx, reader: &Reader, analyte: &str) -> Result<bool, ServiceError> {
    match Measure::of_result(analyte).filter(|_| reader.is_owner()) {
        Some(measure) => Ok(reading::oldest_at_home(tx, reader.person, measure).await?.is_some()),
        None => Ok(false),
    }
}

/// What was measured at home from a moment until a day, by day, without what a practice measured, and no more than ten years of
/// it; nothing where nothing was ever measured.
async fn own_of(
    tx: &mut Tx,
    reader: &Reader,
    (measure, is_shown): (Measure, bool),
    (from, until): (DateTime<Utc>, NaiveDate),
) -> Result<Option<TrendOwn>, ServiceError> {
    let Some(first) = reading::oldest_at_home(tx, reader.person, measure).await? else { return Ok(None) };
    if !is_shown {
        return Ok(Some(TrendOwn { measure, is_shown, days: Vec::new(), drawn: Vec::new(), is_cut: false }));
    }
    let asked = Some(from).filter(|from| *from > FIRST_INSTANT).map_or(first, |from| london_day(from).max(first));
    let longest = TrendSpan::Ten.days().and_then(|days| until.checked_sub_days(Days::new(days)));
    let from = longest.map_or(asked, |longest| longest.max(asked));
    let amount = domain::reading::Amount::from_thousandths;
    let mut days = Vec::new();
    for row in reading::days_at_home(tx, reader.person, measure, (from, until)).await? {
        let readings = u64::try_from(row.readings).unwrap_or_default();
        days.push(TrendDay { on: row.taken_on, readings, low: amount(row.first_low), high: amount(row.first_high) });
    }
    let point = |day: &TrendDay| {
        let at = When::Day(day.on).sort_key().timestamp();
        Point { at, low: day.low.thousandths(), high: day.high.thousandths() }
    };
    let drawn = thin(&days.iter().map(point).collect::<Vec<_>>(), MOST_POINTS);
    days.reverse();
    Ok(Some(TrendOwn { measure, is_shown, days, drawn, is_cut: from > asked }))
}

/// How far back results of something go.
struct Reach {
    /// When the newest but one was.
    newest_but_one: Option<When>,
    /// When the oldest was; `None` where there are more than [`TREND_MOST`].
    oldest: Option<When>,
}

/// How far back the results of something go, whatever of it is shown.
async fn reach(tx: &mut Tx, reader: &Reader, seen: &TrendSeen, asked: TrendAsked, analyte: &str) -> Result<Reach, ServiceError> {
    let (all, is_cut): (Vec<Option<When>>, bool) = if asked.after.is_none() && asked.span == TrendSpan::All {
        (seen.points.iter().map(|point| point.happened).collect(), seen.is_cut)
    } else {
        let which = Stretch { analyte, from: FIRST_INSTANT, before: None, limit: counted(TREND_MOST + 1) };
        let rows = result::measured(tx, reader.person, &reader.filter, which, 0).await?;
        let is_cut = rows.len() > TREND_MOST;
        (rows.iter().map(MeasuredRow::happened).collect::<Result<_, _>>()?, is_cut)
    };
    let oldest = all.iter().flatten().next_back().copied().filter(|_| !is_cut);
    Ok(Reach { newest_but_one: all.get(1).copied().flatten(), oldest })
}

/// Whether a picture can show a result: an exact number, or parts with some.
fn can_be_drawn(row: &NewestRow) -> bool {
    let value = row.line.value();
    let amount = value.as_ref().and_then(Amount::read);
    let told = row.more.as_ref().map(|more| more.0.parts.as_slice()).unwrap_or_default();
    let parts = parts_of(value.as_ref(), row.line.kind == BLOOD_PRESSURE, told);
    amount.is_some_and(|amount| amount.comparator == Comparator::Exactly) || !part_lines([(Some(0), parts.as_slice())]).is_empty()
}

/// What else can be shown over the same time, the newest first: only what a picture can show.
async fn others(tx: &mut Tx, reader: &Reader, analyte: &str, beside: Option<&str>) -> Result<Vec<TrendOther>, ServiceError> {
    let rows = result::newest_of_each(tx, reader.person, &reader.filter).await?;
    let is_other = |row: &NewestRow| row.of_analyte != analyte && (can_be_drawn(row) || beside == Some(row.of_analyte.as_str()));
    let rows = rows.into_iter().filter(is_other);
    let (shown, rows): (Vec<bool>, Vec<LineRow>) = rows.map(|row| (beside == Some(row.of_analyte.as_str()), row.line)).unzip();
    let lines = lines(tx, reader, rows).await?.into_iter().zip(shown);
    Ok(lines.map(|(line, is_shown)| TrendOther { id: line.id, title: line.title, is_shown }).collect())
}

/// The results of the same thing as this one, from a moment on and before a place.
async fn over_time(
    tx: &mut Tx,
    reader: &Reader,
    asked: ResultRow,
    (from, before): (DateTime<Utc>, Option<(DateTime<Utc>, EntryId)>),
) -> Result<TrendSeen, ServiceError> {
    let Reader { person, filter, .. } = reader;
    let analyte = asked.analyte.clone().ok_or(ServiceError::NotFound)?;
    let which = |limit: usize| Stretch { analyte: &analyte, from, before, limit: counted(limit) };
    let mut held = result::trend(tx, *person, filter, which(TREND_PAGE + 1)).await?;
    let more = held.len() > TREND_PAGE;
    held.truncate(TREND_PAGE);
    let next = held.last().map(|row| Cursor(EntryId::from_uuid(row.line.id))).filter(|_| more);
    let mut found = held.iter().map(|row| Measured::of(row, &analyte)).collect::<Result<Vec<_>, _>>()?;
    let mut is_cut = false;
    if more {
        // What is only drawn is read without what only the table says.
        let room = TREND_MOST - TREND_PAGE;
        let mut drawn = result::measured(tx, *person, filter, which(room + 1), counted(TREND_PAGE)).await?;
        is_cut = drawn.len() > room;
        drawn.truncate(room);
        for row in drawn {
            found.push(Measured::drawn(row, &analyte)?);
        }
    }
    let is_itself = |row: &ResultRow| row.analyte.as_deref() == Some(analyte.as_str());
    let first = held.iter().position(is_itself);
    let ranges_of = |row: &ResultRow| {
        let facts = facts_of(row);
        if is_itself(row) {
            facts.ranges
        } else {
            part_with(&facts.parts, &analyte).map(|part| part.ranges.clone()).unwrap_or_default()
        }
    };
    let sent = |row: &ResultRow| (row.organisation.clone(), !is_itself(row));
    let (gave, sources): (Vec<_>, Vec<_>) = held.iter().map(|row| (ranges_of(row), sent(row))).unzip();
    let shown = lines(tx, reader, held.into_iter().map(|row| row.line).collect()).await?;
    let (known, code) = (analyte_of(&asked), code_of(&asked));
    let line = lines(tx, reader, vec![asked.line]).await?.into_iter().next().ok_or(ServiceError::NotFound)?;
    let whose = summary(tx, reader).await?;
    // "Less than 3 mmol/L" has a unit as much as a number has; "over 90" without one tells of no unit in which the others came.
    let newest = found.iter().find(|one| one.exact().is_some() || (one.amount().is_some() && one.unit().is_some()));
    let (unit, wanted) = (newest.and_then(|one| one.value.as_ref()?.unit.clone()), newest.and_then(Measured::unit));
    let units: Vec<Option<String>> = found.iter().map(Measured::unit).collect();
    let points: Vec<TrendPoint> = found.into_iter().map(|one| point(one, known, wanted.as_deref())).collect();
    let mut drawn: Vec<Point> =
        points.iter().filter_map(|point| point.drawn).map(|(at, value)| Point { at, low: value, high: value }).collect();
    drawn.reverse();
    // A range that was converted is rounded, and what is rounded is no border: what is drawn came in the unit of the picture.
    let those = points.iter().zip(&units).filter(|(point, _)| point.drawn.or(point.limit).is_some());
    let ranges = those.map(|(point, unit)| (point.value.range.as_ref(), unit.as_deref()));
    let band = band_in(ranges, wanted.as_deref(), known);
    let title = first.and_then(|at| shown.get(at)).unwrap_or(&line).title.clone();
    let parts = points.iter().map(|point| (moment(point.happened), point.parts.as_slice()));
    let lines = part_lines(parts);
    let finest = finest(&drawn);
    let row = |((line, ranges), (organisation, is_part)): ((EntryLine, Vec<GivenRange>), (String, bool))| TrendRow {
        id: line.id,
        within: is_part.then(|| line.title.clone()),
        ranges,
        source: line.place.unwrap_or(organisation),
    };
    let rows = shown.into_iter().zip(gave).zip(sources).map(row).collect();
    Ok(TrendSeen {
        whose,
        id: line.id,
        title,
        code,
        line,
        unit,
        points,
        rows,
        is_cut,
        drawn,
        finest,
        band,
        lines,
        next,
        spans: Vec::new(),
        beside: None,
        others: None,
        own: None,
        marks: Marks::default(),
    })
}

/// A number of rows as the store counts them.
pub(crate) fn counted(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// When a result was, in seconds.
fn moment(happened: Option<When>) -> Option<i64> {
    happened.map(|when| when.sort_key().timestamp())
}

/// A result as it was recorded.
struct Measured {
    happened: Option<When>,
    value: Option<Value>,
    is_pressure: bool,
    told_apart: Vec<ResultPart>,
    unit_code: Option<String>,
    status: Option<String>,
}

impl Measured {
    /// What a result says of one thing: itself, or in the one of its parts that is known as that.
    fn of(row: &ResultRow, analyte: &str) -> Result<Self, StoreError> {
        if row.analyte.as_deref() != Some(analyte) {
            let facts = row.more.as_ref().map(|more| &more.0);
            return Ok(Self::part(facts, analyte, row.line.happened()?, row.line.status.clone()));
        }
        Ok(Self {
            happened: row.line.happened()?,
            value: row.line.value(),
            is_pressure: row.line.kind == BLOOD_PRESSURE,
            told_apart: row.more.as_ref().map(|more| more.0.parts.clone()).unwrap_or_default(),
            unit_code: row.unit_code.clone(),
            status: row.line.status.clone(),
        })
    }

    fn drawn(row: MeasuredRow, analyte: &str) -> Result<Self, StoreError> {
        if row.analyte.as_deref() != Some(analyte) {
            return Ok(Self::part(row.more.as_ref(), analyte, row.happened()?, row.status));
        }
        Ok(Self {
            happened: row.happened()?,
            value: row.value(),
            is_pressure: row.kind == BLOOD_PRESSURE,
            told_apart: row.more.map(|more| more.parts).unwrap_or_default(),
            unit_code: row.unit_code,
            status: row.status,
        })
    }

    fn part(facts: Option<&ResultFacts>, analyte: &str, happened: Option<When>, status: Option<String>) -> Self {
        let part = facts.and_then(|facts| part_with(&facts.parts, analyte));
        Self {
            happened,
            value: part.map(|part| part.value.clone()),
            is_pressure: false,
            told_apart: Vec::new(),
            unit_code: part.and_then(|part| part.unit_code.clone()),
            status,
        }
    }

    /// A value that is a number, or less or more than one.
    fn amount(&self) -> Option<Amount> {
        Amount::read(self.value.as_ref()?)
    }

    /// The number of a value that is exactly one.
    fn exact(&self) -> Option<Decimal> {
        let amount = self.amount()?;
        (amount.comparator == Comparator::Exactly).then_some(amount.number)
    }

    /// Its unit in UCUM, or as it was written.
    fn unit(&self) -> Option<String> {
        self.unit_code.clone().or_else(|| self.value.as_ref()?.unit.clone())
    }
}

/// A result with its place in the picture: in the unit of the newest, or converted into it where what is measured is known.
fn point(one: Measured, analyte: Option<&Analyte>, wanted: Option<&str>) -> TrendPoint {
    let is_same = same_unit(one.unit().as_deref(), wanted);
    let converted = match (is_same, wanted, &one.value) {
        (false, Some(wanted), Some(value)) => {
            analyte.and_then(|analyte| analyte.convert(value, one.unit_code.as_deref(), &domain::result::canonical(wanted)))
        }
        _ => None,
    };
    let number = match (&converted, is_same) {
        (Some(converted), _) => Some(converted.number),
        (None, true) => one.amount().map(|amount| amount.number),
        (None, false) => None,
    };
    let is_exact = one.exact().is_some();
    let Measured { happened, value, is_pressure, told_apart, status, .. } = one;
    let parts = parts_of(value.as_ref(), is_pressure, &told_apart);
    let value = value.unwrap_or_else(|| Value {
        text: if parts.is_empty() { "No value" } else { "Several values" }.to_owned(),
        number: None,
        unit: None,
        range: None,
        interpretation: None,
    });
    let place = moment(happened).zip(number.and_then(Decimal::thousandths));
    TrendPoint {
        happened,
        placed: placed(&value),
        value,
        parts,
        told_apart,
        converted: converted.map(|converted| converted.value),
        drawn: place.filter(|_| is_exact),
        limit: place.filter(|_| !is_exact),
        status,
    }
}
