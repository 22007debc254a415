//! What apps and devices give out, read as a stream into readings that can be kept. Nothing here knows where bytes come from or
//! where readings go, so that every format is tested and fuzzed by itself.
//!
//! Each file is told by its first bytes: a zip (kept in a file without a name while it is read, and read file by file), XML (Apple
//! Health), JSON (Open mHealth, Fitbit, Google Fit), an `SQLite` file (Health Connect), a table of Fitbit's, or any other table, which is read once the person has named
//! its columns ([`table`]).

mod apple;
mod collect;
mod directory;
mod fitbit;
mod google;
pub mod health_connect;
mod json;
mod metered;
pub mod openmhealth;
pub mod table;
mod takeout;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use collect::Collector;
use domain::appointment::shown_at;
use domain::reading::{Kept, Measure, Origin, Taken};
use metered::Metered;
use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Write};
use std::ops::ControlFlow;

/// The first bytes of a zip.
const ZIP: [u8; 4] = *b"PK\x03\x04";
/// The most bytes of what is read, unpacked: nobody's years of readings are more.
const LARGEST: u64 = 8 * 1024 * 1024 * 1024;

/// A reading that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Of what.
    pub measure: Measure,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// The day on which it counts, in London.
    pub day: NaiveDate,
    /// What it says.
    pub taken: Taken,
    /// How it was taken, as [`domain::reading::settings`] keeps it.
    pub settings: String,
    /// What was written to it.
    pub note: String,
    /// The app or device that measured it; empty where nothing says.
    pub device: String,
    /// What of many readings it is.
    pub kept: Kept,
}

/// Why something is no reading here. Each is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// It is of a kind that is not kept here.
    Kind,
    /// It does not hold what its format asks for.
    Malformed,
    /// Nothing says when it was taken, or it cannot be read.
    NoDate,
    /// The clock in London never showed its time: it went forward that night.
    NoSuchTime,
    /// It is said to be taken in the time to come, or before 1900.
    OtherTime,
    /// Its unit is not one in which such a thing is measured.
    Unit,
    /// It is no number, or cannot be.
    Impossible,
    /// It is very unusual in its unit: the person can add it by hand.
    Unusual,
    /// It is an average, a lowest or a highest of a longer time, not a reading.
    Statistic,
    /// It lies between the lowest and the highest of its hour.
    Between,
    /// Another device counted more on its day, or another session has the same time.
    OtherDevice,
    /// It is of the last day of its file, which may not be over.
    LastDay,
    /// A word says how it was taken, and nobody knows what it means.
    Context,
    /// A row of a table has a day and no number in any of the columns that were named for one.
    NoNumber,
}

impl Left {
    /// Every one.
    pub const ALL: [Self; 14] = [
        Self::Kind,
        Self::Malformed,
        Self::NoDate,
        Self::NoSuchTime,
        Self::OtherTime,
        Self::Unit,
        Self::Impossible,
        Self::Unusual,
        Self::Statistic,
        Self::Between,
        Self::OtherDevice,
        Self::LastDay,
        Self::Context,
        Self::NoNumber,
    ];

    /// The word by which it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Malformed => "malformed",
            Self::NoDate => "no-date",
            Self::NoSuchTime => "no-such-time",
            Self::OtherTime => "other-time",
            Self::Unit => "unit",
            Self::Impossible => "impossible",
            Self::Unusual => "unusual",
            Self::Statistic => "statistic",
            Self::Between => "between",
            Self::OtherDevice => "other-device",
            Self::LastDay => "last-day",
            Self::Context => "context",
            Self::NoNumber => "no-number",
        }
    }
}

/// What a file was, beside the readings that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Whose it is.
    pub origin: Origin,
    /// How often something was left out, and why.
    pub left: BTreeMap<Left, u64>,
}

/// Why a file was not read to its end. What was found before was handed over.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes could not be had.
    #[error("it could not be read: {0}")]
    Io(io::Error),
    /// It is none of the kinds that are known.
    #[error("it is not a kind of file that is known")]
    Unknown,
    /// It breaks off, or is not what it begins as.
    #[error("it breaks off, or is damaged")]
    Damaged,
    /// It is larger than anything that is meant.
    #[error("it is too large")]
    TooLarge,
    /// Whoever takes what is found has gone.
    #[error("nobody takes what is found")]
    Gone,
}

/// In which unit Fitbit shows somebody's weight: its files do not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FitbitWeight {
    /// Kilograms.
    Kilograms,
    /// Pounds.
    Pounds,
    /// Stones, with decimals.
    Stones,
}

impl FitbitWeight {
    /// By the word of its answer.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "kg" => Some(Self::Kilograms),
            "lb" => Some(Self::Pounds),
            "st" => Some(Self::Stones),
            _ => None,
        }
    }

    const fn unit(self) -> &'static str {
        match self {
            Self::Kilograms => "kg",
            Self::Pounds => "lb",
            Self::Stones => "st",
        }
    }
}

/// Takes what is found, one at a time, until it breaks off.
pub type Sink<'a> = &'a mut dyn FnMut(Found) -> ControlFlow<()>;

/// What a file turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// It was read.
    Readings(Summary),
    /// It is a table: its bytes, so that the person can name its columns.
    Table(Vec<u8>),
    /// It is an export of Health Connect, whose records are still to be read ([`health_connect::Reader`]).
    HealthConnect(health_connect::Database),
}

/// Reads a file of any kind and hands over what is found. `name` as it was sent, `now` for what is said to be still to come.
///
/// # Errors
/// Why it was not read to its end.
pub fn read(source: impl Read, name: &str, now: DateTime<Utc>, sink: Sink<'_>) -> Result<Kind, ReadError> {
    read_asked(source, name, now, None, sink)
}

/// The same, with the answer of whoever sends it to what its format does not say.
///
/// # Errors
/// As [`read`].
pub fn read_asked(
    source: impl Read,
    name: &str,
    now: DateTime<Utc>,
    weight: Option<FitbitWeight>,
    sink: Sink<'_>,
) -> Result<Kind, ReadError> {
    let mut source = BufReader::with_capacity(64 * 1024, source);
    let mut first = Vec::new();
    source.by_ref().take(64).read_to_end(&mut first).map_err(ReadError::Io)?;
    let source = io::Cursor::new(first.clone()).chain(source);
    if first.starts_with(&ZIP) {
        return read_zip(source, now, weight, sink);
    }
    if first.starts_with(health_connect::SQLITE) {
        return database(source).map(Kind::HealthConnect);
    }
    let mut source = source.take(LARGEST);
    match shape_of(&first, name) {
        Some(Shape::Xml) => {
            let mut collector = Collector::new(now, sink, true);
            let is_export = apple::read(Metered::of(&mut source), &mut collector).map_err(|error| whole(error, &source))?;
            if !is_export {
                return Err(ReadError::Unknown);
            }
            collector.finish().map(|left| Kind::Readings(Summary { origin: Origin::AppleHealth, left }))
        }
        Some(Shape::Json) => {
            let mut collector = Collector::new(now, sink, false);
            collector.fitbit_weight = weight;
            let origin = json::read(Metered::of(&mut source), name, &mut collector).map_err(|error| whole(error, &source))?;
            let origin = origin.ok_or(ReadError::Unknown)?;
            collector.finish().map(|left| Kind::Readings(Summary { origin, left }))
        }
        Some(Shape::Table) => {
            let mut bytes = Vec::new();
            source.take(table::LARGEST + 1).read_to_end(&mut bytes).map_err(ReadError::Io)?;
            if u64::try_from(bytes.len()).is_ok_and(|length| length > table::LARGEST) {
                return Err(ReadError::TooLarge);
            }
            let bytes = table::as_utf8(bytes);
            // One of which it is known what its columns are.
            if let Some(kind) = takeout::kind_of(name) {
                let mut collector = Collector::new(now, sink, true);
                if takeout::read(Metered::of(bytes.as_slice()), kind, &mut collector)? {
                    return collector.finish().map(|left| Kind::Readings(Summary { origin: Origin::Fitbit, left }));
                }
            }
            Ok(Kind::Table(bytes))
        }
        None => Err(ReadError::Unknown),
    }
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Xml,
    Json,
    Table,
}

fn shape_of(first: &[u8], name: &str) -> Option<Shape> {
    let name = name.to_ascii_lowercase();
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    let ends = |ending: &str| name.ends_with(ending);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'<') => Some(Shape::Xml),
        Some(b'{' | b'[') if !ends(".csv") => Some(Shape::Json),
        Some(_) if ends(".csv") || ends(".tsv") || ends(".txt") => Some(Shape::Table),
        _ => None,
    }
}

/// What breaks off at the limit is too large.
fn whole<R>(error: ReadError, source: &io::Take<R>) -> ReadError {
    if source.limit() == 0 { ReadError::TooLarge } else { error }
}

/// The instant at which the clock in London showed this; a time that it left out was an hour later.
fn wall_clock(at: NaiveDateTime) -> Option<DateTime<Utc>> {
    let minute = u16::try_from(at.hour() * 60 + at.minute()).ok()?;
    let shown = shown_at(at.date(), minute).or_else(|| shown_at(at.date(), minute + 60))?;
    Some(shown + TimeDelta::seconds(at.second().into()))
}

/// A clinical document that stands beside the export of Apple Health and says the same.
const LEFT_ALONE: &str = "export_cda.xml";

/// The name of a file without its folders, in small letters.
fn short_of(name: &str) -> String {
    name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}

/// Reads the files of a zip that are known, whatever else is in it. The zip is kept in a file without a name (`TMPDIR`) until it
/// has been read.
fn read_zip(mut source: impl Read, now: DateTime<Utc>, weight: Option<FitbitWeight>, sink: Sink<'_>) -> Result<Kind, ReadError> {
    let mut file = tempfile::tempfile().map_err(ReadError::Io)?;
    io::copy(&mut source, &mut file).map_err(ReadError::Io)?;
    file.flush().map_err(ReadError::Io)?;
    let mut zip = directory::open(file)?;
    let (mut collector, mut origin, mut read) = (Collector::new(now, sink, false), None, 0_u64);
    collector.fitbit_weight = weight;
    // What stands in a table with its unit and its time zone is not read from a list as well.
    let tables: Vec<takeout::Kind> = zip.file_names().flatten().filter_map(|name| takeout::kind_of(&name)).collect();
    let is_twin = |file: &str| fitbit::kind_of(file).is_some_and(|list| tables.iter().any(|table| table.is_of(list)));
    // A zip that says itself that it is too large is not unpacked; of one that says too little the bytes are counted.
    let mut said = 0_u64;
    for at in 0..zip.len() {
        let one = zip.by_index_data(at).map_err(|_| ReadError::Damaged)?;
        let Ok(name) = one.name() else { continue };
        let short = short_of(&name);
        if short == health_connect::NAME && one.size() > health_connect::LARGEST {
            return Err(ReadError::TooLarge);
        }
        let is_known = short.ends_with(".xml") || short.ends_with(".json") || takeout::kind_of(&short).is_some();
        if is_known && short != LEFT_ALONE && !is_twin(&short) {
            said = said.saturating_add(one.size());
        }
    }
    if said > LARGEST {
        return Err(ReadError::TooLarge);
    }
    for at in 0..zip.len() {
        let one = zip.by_index(at).map_err(|_| ReadError::Damaged)?;
        let name = one.name().map_err(|_| ReadError::Damaged)?.into_owned();
        let short = short_of(&name);
        if short == health_connect::NAME {
            return database(one).map(Kind::HealthConnect);
        }
        let mut one = BufReader::new(one.take(LARGEST - read));
        let done = match short.as_str() {
            LEFT_ALONE => continue,
            xml if xml.ends_with(".xml") => {
                collector.leaves_last_day = true;
                apple::read(Metered::of(&mut one), &mut collector).map(|is_export| is_export.then_some(Origin::AppleHealth))
            }
            list if is_twin(list) => continue,
            json if json.ends_with(".json") => json::read(Metered::of(&mut one), &name, &mut collector),
            csv => match takeout::kind_of(csv) {
                Some(kind) => {
                    collector.leaves_last_day = true;
                    takeout::read(Metered::of(&mut one), kind, &mut collector).map(|is_one| is_one.then_some(Origin::Fitbit))
                }
                None => continue,
            },
        };
        read = LARGEST - one.get_ref().limit();
        match done.map_err(|error| whole(error, one.get_ref())) {
            Ok(found) => origin = origin.or(found),
            // Much else may be in it: what matters of Apple Health is one file, whose damage is that of the whole.
            Err(ReadError::Damaged) if short != "export.xml" => collector.leave(Left::Malformed),
            Err(error) => return Err(error),
        }
    }
    let origin = origin.ok_or(ReadError::Unknown)?;
    collector.finish().map(|left| Kind::Readings(Summary { origin, left }))
}

/// Keeps an export of Health Connect in a file that is gone once it has been read.
fn database(source: impl Read) -> Result<health_connect::Database, ReadError> {
    let mut file = tempfile::NamedTempFile::new().map_err(ReadError::Io)?;
    let copied = io::copy(&mut source.take(health_connect::LARGEST + 1), &mut file);
    let copied = copied.map_err(|error| match error.kind() {
        // What a zip says of a file that cannot be unpacked.
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => ReadError::Damaged,
        _ => ReadError::Io(error),
    })?;
    if copied > health_connect::LARGEST {
        return Err(ReadError::TooLarge);
    }
    file.flush().map_err(ReadError::Io)?;
    Ok(health_connect::Database(file))
}
