//! The tables that Google Takeout gives out of Fitbit since 2024 ("Physical Activity_GoogleData"): a first line that says what the
//! others hold, times in universal time, and since 2026 what measured it. Beside them stand the same readings as lists, which are left
//! where the tables are.
//!
//! What a name with "daily" or "resting" holds was worked out, and oxygen from a wrist in the night goes astray; neither is taken.

use crate::collect::{Collector, Read as Reading, Stretch};
use crate::metered::Metered;
use crate::{Left, ReadError, fitbit};
use chrono::{DateTime, Utc};
use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use domain::reading::Measure;
use std::io::{self, BufRead};

/// What counts are told apart by where nothing says what measured them.
const SOMETHING: &str = "Fitbit";

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pulse,
    Steps,
    Weight,
}

impl Kind {
    /// Of what, what its second column is called, and in which unit that is.
    const fn of(self) -> (Measure, &'static str, &'static str) {
        match self {
            Self::Pulse => (Measure::Pulse, "beats per minute", "bpm"),
            Self::Steps => (Measure::Steps, "steps", "count"),
            Self::Weight => (Measure::Weight, "weight grams", "g"),
        }
    }

    /// Whether a list of Fitbit's holds the same.
    pub(crate) fn is_of(self, list: fitbit::Kind) -> bool {
        matches!(
            (self, list),
            (Self::Pulse, fitbit::Kind::Pulse) | (Self::Steps, fitbit::Kind::Steps) | (Self::Weight, fitbit::Kind::Weight)
        )
    }
}

/// By the name of its file: `heart_rate_2026-01-13.csv`, `weight.csv`; `None` where it is none of these.
pub(crate) fn kind_of(file: &str) -> Option<Kind> {
    let file = file.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let name = file.strip_suffix(".csv")?;
    let (name, date) = name.find(|c: char| c.is_ascii_digit()).map_or((name, ""), |at| name.split_at(at));
    let dated = date.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b' ' | b'(' | b')'));
    match name.trim_end_matches(['_', '-']) {
        "heart_rate" if dated && !date.is_empty() => Some(Kind::Pulse),
        "steps" if dated && !date.is_empty() => Some(Kind::Steps),
        "weight" if dated => Some(Kind::Weight),
        _ => None,
    }
}

fn fault(error: csv::Error) -> ReadError {
    match error.into_kind() {
        ErrorKind::Io(error) if error.kind() != io::ErrorKind::InvalidData => ReadError::Io(error),
        _ => ReadError::Damaged,
    }
}

/// Reads a table; `false` where its first line is another than such a table has.
pub(crate) fn read(source: Metered<impl BufRead>, kind: Kind, collector: &mut Collector<'_>) -> Result<bool, ReadError> {
    let (measure, column, unit) = kind.of();
    let meter = source.meter();
    let mut table = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source);
    let mut record = ByteRecord::new();
    meter.begin();
    if !table.read_byte_record(&mut record).map_err(fault)? {
        return Ok(false);
    }
    let names: Vec<String> = record.iter().map(|name| text(Some(name)).trim_start_matches('\u{feff}').to_owned()).collect();
    if names.first().map(String::as_str) != Some("timestamp") || names.get(1).map(String::as_str) != Some(column) {
        return Ok(false);
    }
    let source = names.iter().position(|name| matches!(name.as_str(), "data source" | "data_source"));
    loop {
        meter.begin();
        if !table.read_byte_record(&mut record).map_err(fault)? {
            return Ok(true);
        }
        let (at, number) = (text(record.get(0)), text(record.get(1)));
        let Some(at) = DateTime::parse_from_rfc3339(&at).ok().map(|at| at.to_utc()) else {
            collector.leave(Left::NoDate);
            continue;
        };
        let device = source.map(|place| text(record.get(place))).filter(|device| !device.is_empty());
        let device = device.as_deref().unwrap_or(SOMETHING);
        take((measure, unit), at, &number, device, collector)?;
    }
}

fn take(
    (measure, unit): (Measure, &str),
    at: DateTime<Utc>,
    number: &str,
    device: &str,
    collector: &mut Collector<'_>,
) -> Result<(), ReadError> {
    if measure == Measure::Steps {
        return collector.stretch(&Stretch { measure, from: at, until: at, unit, number, device });
    }
    collector.read(&Reading { measure, at, unit, numbers: &[number], device, settings: "", note: "" })
}

fn text(cell: Option<&[u8]>) -> String {
    String::from_utf8_lossy(cell.unwrap_or_default()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_told_by_its_name_and_what_was_worked_out_is_none() {
        for (name, kind) in [
            ("Takeout/Fitbit/Physical Activity_GoogleData/heart_rate_2024-10-27.csv", Some(Kind::Pulse)),
            ("steps_2026-07-20.csv", Some(Kind::Steps)),
            ("weight.csv", Some(Kind::Weight)),
            ("Weight_2026-07-20 (1).csv", Some(Kind::Weight)),
            ("daily_resting_heart_rate.csv", None),
            ("resting_heart_rate_2026-05-27.csv", None),
            ("heart_rate_variability_2026-05-27.csv", None),
            ("oxygen_saturation_2026-05-27.csv", None),
            ("heart_rate.csv", None),
            ("weight_goals_2026.csv", None),
            ("steps_2026-07-20.json", None),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }
}
