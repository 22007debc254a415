//! A table (CSV) whose columns the person names: when, and the numbers of one measure or several. Each row is a reading of each by
//! itself.

use crate::collect::Collector;
use crate::{Found, Left, ReadError, Sink, wall_clock};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use csv::{ByteRecord, ReaderBuilder};
use domain::appointment::{read_clock, shown_at};
use domain::reading::{Doubt, Heard, Kept, Measure, Taken, Told, Typed, hear, pressure_in, settings};
use domain::shown::line;
use domain::when::london_day;
use encoding_rs::Encoding;
use std::collections::BTreeMap;

/// The most bytes of a table.
pub const LARGEST: u64 = 5 * 1024 * 1024;
/// The most rows.
const MOST_ROWS: u64 = 200_000;
/// The most columns.
const MOST_COLUMNS: usize = 60;
/// The longest cell that is shown, in characters.
const LONGEST_CELL: usize = 60;
/// How many rows are shown before they are read.
const SHOWN: usize = 5;
/// How many of the rows that are no readings are told one by one.
pub const MOST_LISTED: usize = 100;
/// The longest text of such a row, in characters.
const LONGEST_ROW: usize = 120;

/// The beginning of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// What its columns are called.
    pub columns: Vec<String>,
    /// Its first rows, each with as many cells.
    pub rows: Vec<Vec<String>>,
}

/// In which order the parts of a day stand, where they are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
}

/// What the columns of a table are. Columns count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Of what its rows are.
    pub measure: Measure,
    /// In which unit (UCUM), one of the measure's.
    pub unit: String,
    /// In which order its days are written.
    pub order: DayOrder,
    /// The day, with or without the time.
    pub day: usize,
    /// The time, where it has a column of its own.
    pub time: Option<usize>,
    /// The numbers, in the order of [`Measure::parts`]; the same column twice where both are in one: "142/88".
    pub numbers: Vec<usize>,
    /// How it was taken: the field of each of [`Measure::told_in_tables`] that has a column, and that.
    pub settings: Vec<(&'static str, usize)>,
    /// What was written to it.
    pub note: Option<usize>,
    /// What else stands in its rows, taken at the same time.
    pub more: Vec<MoreColumns>,
}

/// Where another measure stands in the rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoreColumns {
    /// Of what.
    pub measure: Measure,
    /// In which unit (UCUM), one of the measure's.
    pub unit: String,
    /// The numbers, as in [`Columns::numbers`].
    pub numbers: Vec<usize>,
}

/// One measure of the rows and its columns.
#[derive(Clone, Copy)]
struct Named<'a> {
    measure: Measure,
    unit: &'a str,
    numbers: &'a [usize],
    settings: &'a [(&'static str, usize)],
    note: Option<usize>,
}

impl Columns {
    /// Of what its rows are, each once.
    #[must_use]
    pub fn measures(&self) -> Vec<Measure> {
        self.named().iter().map(|one| one.measure).collect()
    }

    fn named(&self) -> Vec<Named<'_>> {
        let Self { measure, unit, numbers, settings, note, .. } = self;
        let first = Named { measure: *measure, unit, numbers, settings, note: *note };
        let more = self.more.iter().map(|more| {
            let MoreColumns { measure, unit, numbers } = more;
            Named { measure: *measure, unit, numbers, settings: &[], note: None }
        });
        std::iter::once(first).chain(more).collect()
    }
}

/// A row that is no reading here; of several measures of one row, the first that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftRow {
    /// Which line of the file it begins on, as a spreadsheet counts them.
    pub line: u64,
    /// Of what.
    pub measure: Measure,
    /// Why.
    pub why: Left,
    /// What stands in the columns that were named.
    pub says: String,
}

/// What a table was, beside the readings that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// How often something was left out, and why.
    pub left: BTreeMap<Left, u64>,
    /// The first [`MOST_LISTED`] rows of these.
    pub listed: Vec<LeftRow>,
}

/// The text of a table: as it is, or where it says that it is UTF-16, as spreadsheets write it, turned into UTF-8.
pub(crate) fn as_utf8(bytes: Vec<u8>) -> Vec<u8> {
    match Encoding::for_bom(&bytes) {
        Some((encoding, begins)) if encoding != encoding_rs::UTF_8 => {
            let (text, _) = encoding.decode_without_bom_handling(bytes.get(begins..).unwrap_or_default());
            text.into_owned().into_bytes()
        }
        _ => bytes,
    }
}

/// The sign between its cells: the one that its first line has most.
fn between(bytes: &[u8]) -> u8 {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| first.iter().filter(|byte| **byte == sign).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    let bytes = without_bom(bytes);
    ReaderBuilder::new().delimiter(between(bytes)).flexible(true).from_reader(bytes)
}

fn cell(record: &ByteRecord, column: usize) -> String {
    String::from_utf8_lossy(record.get(column).unwrap_or_default()).trim().to_owned()
}

/// What a table begins with.
///
/// # Errors
/// [`ReadError::Damaged`] for one without columns or rows, or with more columns than anybody can name.
pub fn begin(bytes: &[u8]) -> Result<Beginning, ReadError> {
    let mut reader = reader(bytes);
    let head = reader.byte_headers().map_err(|_| ReadError::Damaged)?.clone();
    if !(2..=MOST_COLUMNS).contains(&head.len()) {
        return Err(ReadError::Damaged);
    }
    let shown = |record: &ByteRecord, column: usize| line(&cell(record, column), LONGEST_CELL);
    let columns: Vec<String> = (0..head.len()).map(|column| shown(&head, column)).collect();
    let mut rows = Vec::new();
    for record in reader.byte_records().take(SHOWN) {
        let record = record.map_err(|_| ReadError::Damaged)?;
        rows.push((0..head.len()).map(|column| shown(&record, column)).collect());
    }
    if rows.is_empty() { Err(ReadError::Damaged) } else { Ok(Beginning { columns, rows }) }
}

/// Reads a table by its columns and hands over each reading of its rows. What has no number in a row is not of it; a row of a
/// day in which nothing that was named has one is left out.
///
/// # Errors
/// Why it was not read to its end.
pub fn read(bytes: &[u8], columns: &Columns, now: DateTime<Utc>, sink: Sink<'_>) -> Result<Rows, ReadError> {
    let mut collector = Collector::new(now, sink, false);
    let (mut rows, mut listed, mut lines) = (0, Vec::new(), Lines { bytes: without_bom(bytes), at: 0, line: 1 });
    let (mut reader, mut record, named) = (reader(bytes), ByteRecord::new(), columns.named());
    while reader.read_byte_record(&mut record).map_err(|_| ReadError::Damaged)? {
        rows += 1;
        if rows > MOST_ROWS {
            return Err(ReadError::TooLarge);
        }
        let (mut unread, mut has_number) = (None, false);
        for one in &named {
            let read = row(&record, columns, one, now);
            has_number |= !matches!(read, Ok(None));
            let why = match read {
                Ok(Some(found)) => (!collector.row(found)?).then_some(Left::OtherTime),
                Ok(None) => None,
                Err(why) => {
                    collector.leave(why);
                    Some(why)
                }
            };
            unread = unread.or_else(|| why.map(|why| (one, why)));
        }
        if !has_number && !cell(&record, columns.day).is_empty() {
            collector.leave(Left::NoNumber);
            unread = named.first().map(|one| (one, Left::NoNumber));
        }
        if let Some((one, why)) = unread.filter(|_| listed.len() < MOST_LISTED) {
            listed.push(LeftRow { line: lines.of(&record), measure: one.measure, why, says: says(&record, columns, one) });
        }
    }
    collector.finish().map(|left| Rows { left, listed })
}

/// Counts the lines of a table, the empty ones too, which its reader passes over.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// On which line a record begins that comes after all that were asked for.
    fn of(&mut self, record: &ByteRecord) -> u64 {
        let from = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.at);
        let empty = self.bytes.get(from..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.bytes.get(self.at..from + empty).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        self.at = from + empty;
        self.line += u64::try_from(passed).unwrap_or(u64::MAX);
        self.line
    }
}

/// What stands in the columns that were named for one measure, in a few words.
fn says(record: &ByteRecord, columns: &Columns, one: &Named<'_>) -> String {
    let mut numbers = one.numbers.to_vec();
    numbers.dedup();
    let places = std::iter::once(columns.day).chain(columns.time).chain(numbers);
    let places = places.chain(one.settings.iter().map(|(_, column)| *column));
    let cells: Vec<String> = places.map(|column| cell(record, column)).filter(|cell| !cell.is_empty()).collect();
    line(&cells.join(", "), LONGEST_ROW)
}

/// In which order the days of this column are written. What has the month as a word, or the year first, needs no order and is passed
/// over.
///
/// # Errors
/// [`ReadError::Damaged`] where it is no table.
pub fn order_of(bytes: &[u8], day: usize) -> Result<Order, ReadError> {
    let (mut seen, mut asked, mut rows) = ([false; 2], false, 0);
    let (mut reader, mut record) = (reader(bytes), ByteRecord::new());
    while rows <= MOST_ROWS && reader.read_byte_record(&mut record).map_err(|_| ReadError::Damaged)? {
        rows += 1;
        let text = cell(&record, day);
        let date = text.split(['T', ' ']).next().unwrap_or_default();
        let parts: Option<Vec<u16>> = date.split(['/', '.', '-']).map(|part| part.parse().ok()).collect();
        let Some([first, second, _]) = parts.as_deref() else { continue };
        match (first, second) {
            (32.., _) => {}
            (13.., 1..=12) => seen[0] = true,
            (1..=12, 13..=31) => seen[1] = true,
            (1..=12, 1..=12) => asked |= first != second,
            _ => {}
        }
    }
    Ok(match seen {
        [true, false] => Order::Shown(DayOrder::DayFirst),
        [false, true] => Order::Shown(DayOrder::MonthFirst),
        [false, false] if !asked => Order::Shown(DayOrder::DayFirst),
        _ => Order::Unknown,
    })
}

/// What a table shows of the order of its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// A day shows it, or there is none that could be read in two ways.
    Shown(DayOrder),
    /// None does, or they contradict one another: only whoever sends it can say.
    Unknown,
}

/// One measure of a row; `None` where it has no number.
fn row(record: &ByteRecord, columns: &Columns, one: &Named<'_>, now: DateTime<Utc>) -> Result<Option<Found>, Left> {
    let numbers: Vec<String> = match one.numbers {
        [both, again] if both == again => {
            let both = cell(record, *both);
            pressure_in(&both).unwrap_or_else(|| vec![both, String::new()])
        }
        columns => columns.iter().map(|column| cell(record, *column)).collect(),
    };
    if numbers.iter().all(String::is_empty) {
        return Ok(None);
    }
    let at = when(&cell(record, columns.day), columns.time.map(|column| cell(record, column)).as_deref(), columns.order, now)?;
    let heard = hear(one.measure, &Typed { numbers: &numbers, unit: one.unit, sure: false });
    let Heard { unit, first, second, said } = heard.map_err(|doubts| {
        let asked = doubts.iter().all(|(_, doubt)| matches!(doubt, Doubt::Unlikely | Doubt::OtherUnit(..)));
        if asked { Left::Unusual } else { Left::Impossible }
    })?;
    let (settings, original) = how(record, one)?;
    let note = one.note.map_or_else(String::new, |column| line(&cell(record, column), 500));
    if one.measure.needs_note() && note.is_empty() {
        return Err(Left::Malformed);
    }
    Ok(Some(Found {
        measure: one.measure,
        at,
        day: london_day(at),
        taken: Taken { unit, first, second, said: said.join("/"), original },
        settings,
        note,
        device: String::new(),
        kept: Kept::Each,
    }))
}

/// How it was taken, as it is kept, and the words of it that were others.
fn how(record: &ByteRecord, one: &Named<'_>) -> Result<(String, String), Left> {
    let (mut answers, mut others) = (Vec::new(), Vec::new());
    for setting in one.measure.told_in_tables() {
        let Some((_, column)) = one.settings.iter().find(|(field, _)| *field == setting.field) else { continue };
        let text = cell(record, *column);
        match setting.told(&text) {
            Told::Answer(code) => {
                let words = setting.answers.iter().find(|(answer, _)| *answer == code).map_or("", |(_, words)| *words);
                if !words.eq_ignore_ascii_case(&text) {
                    others.push(line(&text, LONGEST_CELL));
                }
                answers.push((setting.field, code));
            }
            Told::Nothing => {}
            Told::Unknown => return Err(Left::Context),
        }
    }
    let answer = |field: &str| answers.iter().find(|(of, _)| *of == field).map_or("", |(_, code)| *code);
    Ok((settings(one.measure, answer), others.join(", ")))
}

/// When a row was taken: what says from where the clock is told, else by the clock in London, and at midday where there is no
/// time; now, where it is of today and midday is still to come.
fn when(day: &str, time: Option<&str>, order: DayOrder, now: DateTime<Utc>) -> Result<DateTime<Utc>, Left> {
    if let Ok(at) = DateTime::parse_from_rfc3339(day).or_else(|_| DateTime::parse_from_str(day, "%Y-%m-%d %H:%M:%S %z")) {
        return Ok(at.to_utc());
    }
    let (date, beside) = day.split_once(['T', ' ']).filter(|(date, _)| read_day(date, order).is_some()).unwrap_or((day, ""));
    let date = read_day(date, order).ok_or(Left::NoDate)?;
    let time = match time.filter(|time| !time.is_empty()).unwrap_or(beside) {
        "" if date == london_day(now) => {
            let midday = wall_clock(NaiveDateTime::new(date, NaiveTime::from_hms_opt(12, 0, 0).ok_or(Left::NoDate)?));
            return midday.map(|midday| midday.min(now)).ok_or(Left::NoDate);
        }
        "" => NaiveTime::from_hms_opt(12, 0, 0),
        time => read_time(time),
    };
    let time = time.ok_or(Left::NoDate)?;
    let minute = u16::try_from(time.hour() * 60 + time.minute()).map_err(|_| Left::NoDate)?;
    shown_at(date, minute).ok_or(Left::NoSuchTime)?;
    wall_clock(NaiveDateTime::new(date, time)).ok_or(Left::NoDate)
}

fn read_day(text: &str, order: DayOrder) -> Option<NaiveDate> {
    let text = text.trim();
    let day = |format: &str| NaiveDate::parse_from_str(text, format).ok();
    let separated = text.replace(['/', '.'], "-");
    let numbers = |format: &str| NaiveDate::parse_from_str(&separated, format).ok();
    // A year of two digits is one of this century.
    let short = separated.rsplit('-').next().is_some_and(|year| year.len() <= 2);
    let found = match (order, short) {
        _ if separated.split('-').next().is_some_and(|first| first.len() == 4) => numbers("%Y-%m-%d"),
        (DayOrder::DayFirst, true) => numbers("%d-%m-%y"),
        (DayOrder::DayFirst, false) => numbers("%d-%m-%Y"),
        (DayOrder::MonthFirst, true) => numbers("%m-%d-%y"),
        (DayOrder::MonthFirst, false) => numbers("%m-%d-%Y"),
    };
    found.or_else(|| day("%d %B %Y")).or_else(|| day("%d %b %Y")).or_else(|| day("%d-%b-%Y"))
}

fn read_time(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    let exact =
        ["%H:%M:%S%.f", "%I:%M:%S %p", "%I:%M:%S%p"].iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok());
    exact.or_else(|| NaiveTime::from_num_seconds_from_midnight_opt(u32::from(read_clock(&text.replace(' ', ""))?) * 60, 0))
}
