//! What the Health app of an iPhone exports (`export.xml`): one element for each sample, grouped by kind.

use crate::collect::{Collector, Read, Stretch};
use crate::metered::Metered;
use crate::{Left, ReadError};
use chrono::{DateTime, Utc};
use domain::reading::Measure;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader, XmlVersion};
use std::collections::HashMap;
use std::io::{self, BufRead};

/// How deep elements may stand in one another.
const DEEPEST: usize = 16;
/// The most blood pressures that wait for their other number.
const MOST_PRESSURES: usize = 100_000;

/// What a sample is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Reading(Measure),
    Systolic,
    Diastolic,
    Counted(Measure),
    Asleep,
    /// An average that the phone works out.
    Average,
}

fn what(kind: &str) -> Option<What> {
    Some(match kind.strip_prefix("HKQuantityTypeIdentifier").or_else(|| kind.strip_prefix("HKCategoryTypeIdentifier"))? {
        "BodyMass" => What::Reading(Measure::Weight),
        "Height" => What::Reading(Measure::Height),
        "BodyMassIndex" => What::Reading(Measure::Bmi),
        "HeartRate" => What::Reading(Measure::Pulse),
        "OxygenSaturation" => What::Reading(Measure::Oxygen),
        "BodyTemperature" => What::Reading(Measure::Temperature),
        "RespiratoryRate" => What::Reading(Measure::Breathing),
        "BloodGlucose" => What::Reading(Measure::Glucose),
        "PeakExpiratoryFlowRate" => What::Reading(Measure::PeakFlow),
        "BloodPressureSystolic" => What::Systolic,
        "BloodPressureDiastolic" => What::Diastolic,
        // Each is told by itself.
        "NumberOfTimesFallen" => What::Reading(Measure::Fall),
        "StepCount" => What::Counted(Measure::Steps),
        "AppleExerciseTime" => What::Counted(Measure::Exercise),
        "SleepAnalysis" => What::Asleep,
        "RestingHeartRate" | "WalkingHeartRateAverage" => What::Average,
        _ => return None,
    })
}

/// A sample.
struct Sample {
    what: What,
    unit: String,
    value: String,
    source: String,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    settings: &'static str,
}

/// "2021-03-27 16:18:15 +1100".
fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z").ok().map(|at| at.to_utc())
}

fn fault(error: Error) -> ReadError {
    match error {
        Error::Io(error) if error.kind() != io::ErrorKind::InvalidData => {
            ReadError::Io(io::Error::new(error.kind(), error.to_string()))
        }
        _ => ReadError::Damaged,
    }
}

impl Sample {
    /// Reads the attributes of a `Record`; `None` for a kind that is not kept here.
    fn of(element: &BytesStart<'_>) -> Result<Option<Self>, ReadError> {
        let mut kind = None;
        let (mut unit, mut value, mut source, mut from, mut until) = (String::new(), String::new(), String::new(), None, None);
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| ReadError::Damaged)?;
            let text = || attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| ReadError::Damaged);
            match attribute.key.as_ref() {
                "type" => match what(&text()?) {
                    None => return Ok(None),
                    known => kind = known,
                },
                "unit" => unit = text()?.into_owned(),
                "value" => value = text()?.into_owned(),
                "sourceName" => source = text()?.into_owned(),
                "startDate" => from = instant(&text()?),
                "endDate" => until = instant(&text()?),
                _ => {}
            }
        }
        Ok(kind.map(|what| Self { what, unit, value, source, from, until, settings: "" }))
    }

    /// Reads what is said beside it.
    fn beside(&mut self, element: &BytesStart<'_>) -> Result<(), ReadError> {
        let value = |name: &str| {
            let attribute = element.try_get_attribute(name).map_err(|_| ReadError::Damaged)?;
            let text =
                attribute.map(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).map(|text| text.into_owned()));
            text.transpose().map(Option::unwrap_or_default).map_err(|_| ReadError::Damaged)
        };
        self.settings = match (self.what, value("key")?.as_str(), value("value")?.as_str()) {
            (What::Reading(Measure::Pulse), "HKMetadataKeyHeartRateMotionContext", "1") => "activity=rest",
            (What::Reading(Measure::Pulse), "HKMetadataKeyHeartRateMotionContext", "2") => "activity=active",
            (What::Reading(Measure::Glucose), "HKMetadataKeyBloodGlucoseMealTime" | "HKBloodGlucoseMealTime", "1") => {
                "meal=before"
            }
            (What::Reading(Measure::Glucose), "HKMetadataKeyBloodGlucoseMealTime" | "HKBloodGlucoseMealTime", "2") => {
                "meal=after"
            }
            _ => self.settings,
        };
        Ok(())
    }
}

/// Blood pressures, whose two numbers are samples of their own: by when and by whom they were taken.
#[derive(Default)]
struct Pressures(HashMap<(DateTime<Utc>, String), Pressure>);

#[derive(Default)]
struct Pressure {
    systolic: Option<String>,
    diastolic: Option<String>,
    given: bool,
}

impl Pressures {
    fn take(&mut self, at: DateTime<Utc>, sample: Sample, collector: &mut Collector<'_>) -> Result<(), ReadError> {
        if self.0.len() >= MOST_PRESSURES {
            self.leave(collector);
        }
        let one = self.0.entry((at, sample.source.clone())).or_default();
        // Each stands in its file twice: by itself and in what keeps both together.
        match sample.what {
            What::Systolic => one.systolic = Some(sample.value),
            _ => one.diastolic = Some(sample.value),
        }
        let (Some(systolic), Some(diastolic), false) = (&one.systolic, &one.diastolic, one.given) else { return Ok(()) };
        one.given = true;
        let numbers: [&str; 2] = [systolic, diastolic];
        let (measure, unit, device) = (Measure::BloodPressure, sample.unit.as_str(), sample.source.as_str());
        collector.read(&Read { measure, at, unit, numbers: &numbers, device, settings: "", note: "" })
    }

    /// Counts those whose other number never came.
    fn leave(&mut self, collector: &mut Collector<'_>) {
        for _ in std::mem::take(&mut self.0).into_values().filter(|one| !one.given) {
            collector.leave(Left::Malformed);
        }
    }
}

fn give(sample: Sample, pressures: &mut Pressures, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let Some(from) = sample.from else {
        collector.leave(Left::NoDate);
        return Ok(());
    };
    let until = sample.until.unwrap_or(from);
    let (unit, device) = (sample.unit.as_str(), sample.source.as_str());
    match sample.what {
        What::Average => {
            collector.leave(Left::Statistic);
            Ok(())
        }
        What::Systolic | What::Diastolic => pressures.take(from, sample, collector),
        What::Reading(measure) => {
            // Apple says per cent and means parts of one.
            let is_part =
                measure == Measure::Oxygen && unit == "%" && sample.value.parse::<f64>().is_ok_and(|value| value <= 1.0);
            let unit = if is_part { "fraction" } else { unit };
            let numbers: [&str; 1] = [&sample.value];
            collector.read(&Read { measure, at: from, unit, numbers: &numbers, device, settings: sample.settings, note: "" })
        }
        What::Counted(measure) => collector.stretch(&Stretch { measure, from, until, unit, number: &sample.value, device }),
        What::Asleep if sample.value.starts_with("HKCategoryValueSleepAnalysisAsleep") => {
            let length = (until - from).num_seconds().to_string();
            collector.stretch(&Stretch { measure: Measure::Sleep, from, until, unit: "s", number: &length, device })
        }
        // In bed, or awake.
        What::Asleep => Ok(()),
    }
}

/// Reads an export; `false` for XML that is none.
pub(crate) fn read(source: Metered<impl BufRead>, collector: &mut Collector<'_>) -> Result<bool, ReadError> {
    let meter = source.meter();
    let mut reader = Reader::from_reader(source);
    let (mut part, mut depth, mut open) = (Vec::new(), 0_usize, None::<Sample>);
    let mut pressures = Pressures::default();
    loop {
        part.clear();
        meter.begin();
        match reader.read_event_into(&mut part).map_err(fault)? {
            Event::Start(element) => {
                if depth == 0 && element.local_name().as_ref() != "HealthData" {
                    return Ok(false);
                }
                depth += 1;
                if depth > DEEPEST {
                    return Err(ReadError::Damaged);
                }
                if element.local_name().as_ref() == "Record" {
                    open = Sample::of(&element)?;
                    if open.is_none() {
                        collector.leave(Left::Kind);
                    }
                }
            }
            Event::Empty(element) => match element.local_name().as_ref() {
                _ if depth == 0 => return Ok(false),
                "Record" => match Sample::of(&element)? {
                    Some(sample) => give(sample, &mut pressures, collector)?,
                    None => collector.leave(Left::Kind),
                },
                "MetadataEntry" => {
                    if let Some(sample) = &mut open {
                        sample.beside(&element)?;
                    }
                }
                _ => {}
            },
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                if element.local_name().as_ref() == "Record"
                    && let Some(sample) = open.take()
                {
                    give(sample, &mut pressures, collector)?;
                }
                if depth == 0 {
                    pressures.leave(collector);
                    return Ok(true);
                }
            }
            Event::Eof => return Err(ReadError::Damaged),
            _ => {}
        }
    }
}
