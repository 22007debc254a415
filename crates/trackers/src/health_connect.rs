//! What Health Connect of Android gives out: an `SQLite` file, whose records somebody else reads ([`Database`]) and hands over one
//! at a time. Here is what each says, as `packages/modules/HealthFitness` of Android writes it: weight in grams, height in metres,
//! glucose in mmol/L, temperature in degrees Celsius, times in milliseconds since 1970.

use crate::collect::{Collector, Read, Stretch};
use crate::{Left, ReadError, Sink, Summary};
use chrono::{DateTime, Utc};
use domain::reading::{Measure, Origin};
use std::path::Path;
use tempfile::NamedTempFile;

/// The first bytes of an `SQLite` file.
pub(crate) const SQLITE: &[u8] = b"SQLite format 3\0";
/// Its name in the export.
pub(crate) const NAME: &str = "health_connect_export.db";
/// The most bytes of it.
pub(crate) const LARGEST: u64 = 1024 * 1024 * 1024;

/// The file, until it has been read. It is gone with this.
#[derive(Debug)]
pub struct Database(pub(crate) NamedTempFile);

impl Database {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl PartialEq for Database {
    fn eq(&self, other: &Self) -> bool {
        self.path() == other.path()
    }
}

impl Eq for Database {}

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Of what.
    pub measure: Measure,
    /// When it was taken, or began; absent where it is no number.
    pub from: Option<i64>,
    /// When it ended; absent where it was taken at a moment.
    pub until: Option<i64>,
    /// Its first number; absent where it is none. Of a time, there is none.
    pub first: Option<f64>,
    /// Its second.
    pub second: Option<f64>,
    /// Where on the body, of a blood pressure; its relation to a meal, of glucose.
    pub place: Option<i64>,
    /// How somebody was, of a blood pressure.
    pub position: Option<i64>,
    /// The app that wrote it.
    pub app: String,
}

/// Makes readings of records.
pub struct Reader<'a>(Collector<'a>);

impl<'a> Reader<'a> {
    /// One that hands over what it finds.
    pub fn new(now: DateTime<Utc>, sink: Sink<'a>) -> Self {
        Self(Collector::new(now, sink, true))
    }

    /// Takes a record.
    ///
    /// # Errors
    /// [`ReadError::Gone`] where nobody takes what is found.
    pub fn take(&mut self, record: &Record) -> Result<(), ReadError> {
        let instant = |millis: Option<i64>| millis.and_then(DateTime::from_timestamp_millis);
        let Some(from) = instant(record.from) else {
            self.0.leave(Left::NoDate);
            return Ok(());
        };
        let (measure, device) = (record.measure, record.app.as_str());
        let unit = match measure {
            Measure::Weight => "g",
            Measure::Height => "m",
            Measure::BloodPressure => "mmHg",
            Measure::Glucose => "mmol/L",
            Measure::Oxygen => "%",
            Measure::Temperature => "C",
            Measure::Breathing => "breaths/min",
            Measure::Pulse => "bpm",
            Measure::Steps => "count",
            Measure::Sleep | Measure::Exercise => "s",
            _ => {
                self.0.leave(Left::Kind);
                return Ok(());
            }
        };
        let counted = matches!(measure, Measure::Steps | Measure::Sleep | Measure::Exercise);
        let until = if counted { instant(record.until) } else { Some(from) };
        let Some(until) = until else {
            self.0.leave(Left::NoDate);
            return Ok(());
        };
        let written = |number: f64| number.to_string();
        let length = (until - from).num_seconds().to_string();
        let first = if matches!(measure, Measure::Sleep | Measure::Exercise) { Some(length) } else { record.first.map(written) };
        let Some(first) = first else {
            self.0.leave(Left::Malformed);
            return Ok(());
        };
        if counted {
            return self.0.stretch(&Stretch { measure, from, until, unit, number: &first, device });
        }
        let second = record.second.map(written);
        let numbers: Vec<&str> = std::iter::once(first.as_str()).chain(second.as_deref()).collect();
        let settings = settings(record);
        self.0.read(&Read { measure, at: from, unit, numbers: &numbers, device, settings: &settings, note: "" })
    }

    /// Hands over what was held back.
    ///
    /// # Errors
    /// [`ReadError::Gone`] where nobody takes what is found.
    pub fn finish(self) -> Result<Summary, ReadError> {
        self.0.finish().map(|left| Summary { origin: Origin::HealthConnect, left })
    }
}

/// How it was taken: the upper arm or the wrist; sitting, standing or lying; before a meal or after.
fn settings(record: &Record) -> String {
    domain::reading::settings(record.measure, |field| match (field, record.place, record.position) {
        ("arm", Some(1 | 3), _) => "left",
        ("arm", Some(2 | 4), _) => "right",
        ("position", _, Some(1)) => "standing",
        ("position", _, Some(2)) => "sitting",
        ("position", _, Some(3)) => "lying",
        ("meal", Some(2 | 3), _) => "before",
        ("meal", Some(4), _) => "after",
        _ => "",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Found;
    use std::collections::BTreeMap;
    use std::ops::ControlFlow;

    const AT: i64 = 1_793_520_000_000;

    fn record(measure: Measure, first: f64) -> Record {
        let app = "Scales".to_owned();
        Record { measure, from: Some(AT), until: None, first: Some(first), second: None, place: None, position: None, app }
    }

    fn read(records: &[Record]) -> (Vec<Found>, BTreeMap<Left, u64>) {
        let mut found = Vec::new();
        let mut sink = |one| {
            found.push(one);
            ControlFlow::Continue(())
        };
        let now = DateTime::from_timestamp_millis(AT + 40 * 86_400_000).unwrap();
        let mut reader = Reader::new(now, &mut sink);
        for record in records {
            reader.take(record).unwrap();
        }
        let left = reader.finish().unwrap().left;
        (found, left)
    }

    #[test]
    fn each_record_is_read_in_the_unit_of_its_table() {
        let table = [
            (Measure::Weight, 70_500.0, "70.5"),
            (Measure::Height, 1.78, "178"),
            (Measure::Glucose, 7.2, "7.2"),
            (Measure::Oxygen, 97.0, "97"),
            (Measure::Temperature, 36.6, "36.6"),
            (Measure::Breathing, 14.0, "14"),
            (Measure::Pulse, 61.0, "61"),
        ];
        for (measure, number, said) in table {
            let (found, left) = read(&[record(measure, number)]);
            assert_eq!((found[0].taken.first.to_string().as_str(), left.len()), (said, 0), "{measure:?}");
            assert_eq!(found[0].device, "Scales");
        }
        let pressure = Record { second: Some(88.0), place: Some(3), position: Some(2), ..record(Measure::BloodPressure, 142.0) };
        let (found, _) = read(&[pressure]);
        assert_eq!((found[0].taken.said.as_str(), found[0].settings.as_str()), ("142/88", "arm=left position=sitting"));
        let meal = Record { place: Some(4), ..record(Measure::Glucose, 7.2) };
        assert_eq!(read(&[meal]).0[0].settings, "meal=after");
    }

    #[test]
    fn what_is_counted_is_summed_by_day_and_the_last_day_is_left() {
        let hour = |day: i64, hour: i64, hours: i64| {
            (Some(AT + day * 86_400_000 + hour * 3_600_000), Some(AT + day * 86_400_000 + (hour + hours) * 3_600_000))
        };
        let of =
            |measure, (from, until): (Option<i64>, Option<i64>), first| Record { from, until, first, ..record(measure, 0.0) };
        let (found, left) = read(&[
            of(Measure::Steps, hour(0, 1, 1), Some(400.0)),
            of(Measure::Steps, hour(0, 3, 1), Some(300.0)),
            of(Measure::Steps, hour(1, 3, 1), Some(300.0)),
            of(Measure::Sleep, hour(0, 15, 7), None),
            of(Measure::Sleep, hour(1, 15, 7), None),
        ]);
        let told: Vec<_> = found.iter().map(|one| (one.measure, one.taken.first.to_string(), one.day.to_string())).collect();
        assert_eq!(
            told,
            [
                (Measure::Steps, "700".to_owned(), "2026-11-01".to_owned()),
                (Measure::Sleep, "7".to_owned(), "2026-11-02".to_owned())
            ]
        );
        assert_eq!(left, BTreeMap::from([(Left::LastDay, 2)]));
    }

    #[test]
    fn what_cannot_be_is_counted_by_why() {
        let (found, left) = read(&[
            Record { from: None, ..record(Measure::Weight, 70.0) },
            Record { from: Some(i64::MAX), ..record(Measure::Weight, 70.0) },
            Record { first: None, ..record(Measure::Weight, 70.0) },
            record(Measure::Weight, f64::NAN),
            record(Measure::Weight, 1e300),
            record(Measure::BloodPressure, 142.0),
            record(Measure::Steps, 100.0),
            record(Measure::Mood, 3.0),
        ]);
        assert_eq!(found, []);
        let expected = [(Left::NoDate, 3), (Left::Malformed, 1), (Left::Impossible, 3), (Left::Kind, 1)];
        assert_eq!(left, BTreeMap::from(expected));
    }
}
