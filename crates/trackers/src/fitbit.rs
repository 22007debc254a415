//! What Fitbit exports: lists in files whose names say what they hold. Steps, pulse and exercise are told in universal time, sleep and
//! weight by the clock on the wall. Weight is in the unit of the account, which is not said, so it is taken where the person says it.

use crate::collect::{Collector, Read, Stretch};
use crate::{Left, ReadError, wall_clock};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::reading::Measure;
use serde_json::Value;

/// By what its exercise is told apart from that which another source counted: like a name of a file, it is shown to nobody.
const EXERCISE: &str = "fitbit-exercise.json";

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pulse,
    Steps,
    Sleep,
    Weight,
    Exercise,
    Other,
}

/// By the name of its file: `steps-2026-01-13.json`; `None` where it is none of Fitbit's.
pub(crate) fn kind_of(file: &str) -> Option<Kind> {
    let (name, date) = file
        .to_ascii_lowercase()
        .strip_suffix(".json")?
        .split_once('-')
        .map(|(name, date)| (name.to_owned(), date.to_owned()))?;
    let dated =
        date.len() >= 10 && date.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b' ' | b'(' | b')'));
    let kind = match name.as_str() {
        "heart_rate" => Kind::Pulse,
        "steps" => Kind::Steps,
        "sleep" => Kind::Sleep,
        "weight" => Kind::Weight,
        "exercise" => Kind::Exercise,
        "altitude"
        | "calories"
        | "distance"
        | "resting_heart_rate"
        | "time_in_heart_rate_zones"
        | "sedentary_minutes"
        | "lightly_active_minutes"
        | "moderately_active_minutes"
        | "very_active_minutes"
        | "demographic_vo2_max"
        | "swim_lengths_data"
        | "run_vo2_max"
        | "estimated_oxygen_variation" => Kind::Other,
        _ => return None,
    };
    // Sessions of exercise are counted from file to file: `exercise-0.json`, `exercise-100.json`.
    let numbered = kind == Kind::Exercise && !date.is_empty() && date.bytes().all(|byte| byte.is_ascii_digit());
    (dated || numbered).then_some(kind)
}

/// "01/13/26 00:01:00", in universal time.
fn instant(value: &Value, field: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(value.get(field)?.as_str()?, "%m/%d/%y %H:%M:%S").ok().map(|at| at.and_utc())
}

/// "2026-01-12T23:30:30.000", by the clock on the wall.
fn local(value: &Value, field: &str) -> Option<DateTime<Utc>> {
    wall_clock(value.get(field)?.as_str()?.parse().ok()?)
}

pub(crate) fn take(kind: Kind, value: &Value, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let taken = match kind {
        Kind::Pulse => pulse(value, collector),
        Kind::Steps => steps(value, collector),
        Kind::Sleep => sleep(value, collector),
        Kind::Weight => weight(value, collector),
        Kind::Exercise => exercise(value, collector),
        Kind::Other => Err(Left::Kind),
    };
    match taken {
        Ok(done) => done,
        Err(why) => {
            collector.leave(why);
            Ok(())
        }
    }
}

fn pulse(value: &Value, collector: &mut Collector<'_>) -> Result<Result<(), ReadError>, Left> {
    let told = value.get("value").ok_or(Left::Malformed)?;
    let bpm = told.get("bpm").filter(|bpm| bpm.is_number()).ok_or(Left::Malformed)?.to_string();
    let at = instant(value, "dateTime").ok_or(Left::NoDate)?;
    // Nought is what the watch says where it only guesses.
    if told.get("confidence").and_then(Value::as_i64) == Some(0) {
        return Err(Left::Impossible);
    }
    let numbers: [&str; 1] = [&bpm];
    Ok(collector.read(&Read { measure: Measure::Pulse, at, unit: "bpm", numbers: &numbers, device: "", settings: "", note: "" }))
}

fn steps(value: &Value, collector: &mut Collector<'_>) -> Result<Result<(), ReadError>, Left> {
    let number = value.get("value").and_then(Value::as_str).ok_or(Left::Malformed)?;
    let at = instant(value, "dateTime").ok_or(Left::NoDate)?;
    Ok(collector.stretch(&Stretch { measure: Measure::Steps, from: at, until: at, unit: "count", number, device: "" }))
}

/// `{"weight":191.8,"date":"05/18/15","time":"23:59:59"}`.
fn weight(value: &Value, collector: &mut Collector<'_>) -> Result<Result<(), ReadError>, Left> {
    let unit = collector.fitbit_weight.ok_or(Left::Unit)?.unit();
    let number = value.get("weight").filter(|weight| weight.is_number()).ok_or(Left::Malformed)?.to_string();
    let text = |field: &str| value.get(field).and_then(Value::as_str);
    let at = text("date").zip(text("time")).map(|(date, time)| format!("{date} {time}")).ok_or(Left::NoDate)?;
    let at = NaiveDateTime::parse_from_str(&at, "%m/%d/%y %H:%M:%S").ok().and_then(wall_clock).ok_or(Left::NoDate)?;
    Ok(collector.read(&Read { measure: Measure::Weight, at, unit, numbers: &[&number], device: "", settings: "", note: "" }))
}

fn sleep(value: &Value, collector: &mut Collector<'_>) -> Result<Result<(), ReadError>, Left> {
    let number = value.get("minutesAsleep").filter(|minutes| minutes.is_number()).ok_or(Left::Malformed)?.to_string();
    let (from, until) = local(value, "startTime").zip(local(value, "endTime")).ok_or(Left::NoDate)?;
    Ok(collector.stretch(&Stretch { measure: Measure::Sleep, from, until, unit: "min", number: &number, device: "" }))
}

/// A session of exercise: how long it was without its breaks, in thousandths of a second, not what.
fn exercise(value: &Value, collector: &mut Collector<'_>) -> Result<Result<(), ReadError>, Left> {
    let length = |field: &str| value.get(field).and_then(Value::as_i64).filter(|length| *length >= 0);
    let length = length("activeDuration").or_else(|| length("duration")).ok_or(Left::Malformed)?;
    let from = instant(value, "startTime").ok_or(Left::NoDate)?;
    let until = TimeDelta::try_milliseconds(length).and_then(|length| from.checked_add_signed(length)).ok_or(Left::Malformed)?;
    let number = length.to_string();
    Ok(collector.stretch(&Stretch { measure: Measure::Exercise, from, until, unit: "ms", number: &number, device: EXERCISE }))
}
