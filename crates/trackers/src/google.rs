//! What Google Fit exports through Google Takeout: one file for each source of data, each with a list of points. Sources that were
//! worked out from others stand beside these, so that counts are told apart by their file. Sessions of exercise have a file each.

use crate::collect::{Collector, Read, Stretch};
use crate::{Left, ReadError};
use chrono::{DateTime, Utc};
use domain::reading::Measure;
use serde_json::Value;

pub(crate) fn is_one(value: &Value) -> bool {
    value.get("fitValue").is_some() && value.get("dataTypeName").is_some()
}

/// A session of something, of which each has a file of its own.
pub(crate) fn is_session(value: &Value) -> bool {
    value.get("fitnessActivity").is_some() && value.get("startTime").is_some()
}

/// What is a session and no exercise.
const NO_EXERCISE: [&str; 8] =
    ["still", "in_vehicle", "unknown", "tilting", "meditation", "guided_breathing", "elevator", "escalator"];

/// Takes a session of exercise: how long it was, not what.
pub(crate) fn take_session(value: &Value, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
    let activity = text("fitnessActivity");
    if activity.is_empty() || activity.starts_with("sleep") || NO_EXERCISE.contains(&activity) {
        collector.leave(Left::Kind);
        return Ok(());
    }
    let at = |field: &str| DateTime::parse_from_rfc3339(text(field)).ok().map(|at| at.to_utc());
    let Some((from, until)) = at("startTime").zip(at("endTime")) else {
        collector.leave(Left::NoDate);
        return Ok(());
    };
    collector.session(from, until)
}

fn instant(value: &Value, field: &str) -> Option<DateTime<Utc>> {
    let nanos = value.get(field)?;
    let nanos = nanos.as_i64().or_else(|| nanos.as_str()?.parse().ok())?;
    DateTime::from_timestamp(nanos.div_euclid(1_000_000_000), 0)
}

/// The numbers of a point, as they are written.
fn numbers(value: &Value) -> Vec<String> {
    let all = value.get("fitValue").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let number = |one: &Value| {
        let one = one.get("value")?;
        one.get("fpVal").or_else(|| one.get("intVal")).filter(|number| number.is_number()).map(Value::to_string)
    };
    all.iter().map_while(number).collect()
}

/// How it was taken: sitting, standing or lying, and on which arm; before a meal or after, at bedtime or on waking. Each is told by its
/// place among all that its kind can tell (Google Fit, health data types), so that of a list that is not whole none is known.
fn settings(measure: Measure, value: &Value) -> String {
    let all = value.get("fitValue").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let whole = match measure {
        // The two numbers, the position and the place on the body.
        Measure::BloodPressure => 4,
        // The level, the time by a meal, the meal, the time by sleep and the fluid.
        Measure::Glucose => 5,
        _ => return String::new(),
    };
    if all.len() != whole {
        return String::new();
    }
    let of = |place: usize| all.get(place)?.get("value")?.get("intVal")?.as_i64();
    domain::reading::settings(measure, |field| match field {
        "position" => match of(2) {
            Some(1) => "standing",
            Some(2) => "sitting",
            Some(3) => "lying",
            _ => "",
        },
        "arm" => match of(3) {
            Some(1 | 3) => "left",
            Some(2 | 4) => "right",
            _ => "",
        },
        "meal" => match (of(1), of(3)) {
            (_, Some(3)) => "waking",
            (_, Some(2)) => "bedtime",
            (Some(2 | 3), _) => "before",
            (Some(4), _) => "after",
            _ => "",
        },
        _ => "",
    })
}

pub(crate) fn take(value: &Value, file: &str, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let (measure, unit) = match value.get("dataTypeName").and_then(Value::as_str).unwrap_or_default() {
        "com.google.heart_rate.bpm" => (Measure::Pulse, "bpm"),
        "com.google.weight" => (Measure::Weight, "kg"),
        "com.google.height" => (Measure::Height, "m"),
        "com.google.blood_pressure" => (Measure::BloodPressure, "mmHg"),
        "com.google.blood_glucose" => (Measure::Glucose, "mmol/L"),
        "com.google.oxygen_saturation" => (Measure::Oxygen, "%"),
        "com.google.body.temperature" => (Measure::Temperature, "C"),
        "com.google.step_count.delta" => (Measure::Steps, "count"),
        "com.google.sleep.segment" => (Measure::Sleep, "s"),
        _ => {
            collector.leave(Left::Kind);
            return Ok(());
        }
    };
    let (Some(from), Some(until)) = (instant(value, "startTimeNanos"), instant(value, "endTimeNanos")) else {
        collector.leave(Left::NoDate);
        return Ok(());
    };
    let numbers = numbers(value);
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).take(measure.parts().len()).collect();
    let Some(first) = numbers.first() else {
        collector.leave(Left::Malformed);
        return Ok(());
    };
    match measure {
        Measure::Steps => collector.stretch(&Stretch { measure, from, until, unit, number: first, device: file }),
        // 1 is awake, 3 out of bed; the others are kinds of sleep.
        Measure::Sleep if matches!(*first, "1" | "3") => Ok(()),
        Measure::Sleep => {
            let length = (until - from).num_seconds().to_string();
            collector.stretch(&Stretch { measure, from, until, unit, number: &length, device: file })
        }
        _ => {
            let settings = settings(measure, value);
            collector.read(&Read { measure, at: until, unit, numbers: &numbers, device: "", settings: &settings, note: "" })
        }
    }
}
