//! Data points as Open mHealth writes them (github.com/openmhealth/schemas): a header that names the schema and its version, and a
//! body. What stands alone is read as the body of the newest version.

use crate::collect::{Collector, Read, Stretch};
use crate::{Left, ReadError, wall_clock};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::reading::Measure;
use serde_json::{Map, Value};

/// A version of a schema: 3.1.
pub type Version = (u16, u16);

/// A newer one than there is.
const NEWEST: Version = (u16::MAX, 0);
/// The first that there was, which asks for the least.
const OLDEST: Version = (1, 0);

/// What there is to say about the schemas of a measure.
struct Schema {
    name: &'static str,
    measure: Measure,
    /// Its numbers.
    values: &'static [&'static str],
    units: &'static [&'static str],
    /// From which version on it has to say when.
    timed: Version,
    /// From which version on only a length of time will do; none of its versions where it is never.
    lasting: Version,
    /// From which version on its times are those of IEEE 1752.1, which knows no parts of a day.
    exact: Version,
    /// Fields that only have certain words.
    words: &'static [(&'static str, &'static [&'static str])],
}

const NEVER: Version = (u16::MAX, u16::MAX);

const MEAL: (&str, &[&str]) = (
    "temporal_relationship_to_meal",
    &[
        "fasting",
        "not fasting",
        "before meal",
        "after meal",
        "before breakfast",
        "after breakfast",
        "before lunch",
        "after lunch",
        "before dinner",
        "after dinner",
        "2 hours postprandial",
        "with meal",
        "with food",
    ],
);
const SLEEP: (&str, &[&str]) = ("temporal_relationship_to_sleep", &["before sleeping", "during sleep", "on waking"]);
const ACTIVITY: (&str, &[&str]) = (
    "temporal_relationship_to_physical_activity",
    &["at rest", "active", "before exercise", "after exercise", "during exercise"],
);
const STATISTIC: (&str, &[&str]) = (
    "descriptive_statistic",
    &[
        "average",
        "count",
        "maximum",
        "median",
        "minimum",
        "standard deviation",
        "sum",
        "variance",
        "20th percentile",
        "80th percentile",
        "lower quartile",
        "upper quartile",
        "quartile deviation",
        "1st quintile",
        "2nd quintile",
        "3rd quintile",
        "4th quintile",
    ],
);
const POSTURE: &[&str] = &["sitting", "lying down", "standing", "semi-recumbent"];
const BLOOD: &[&str] = &["whole blood", "plasma", "serum"];
/// All that the versions of the specimen's source name.
const SPECIMEN: &[&str] =
    &["interstitial fluid", "capillary blood", "plasma", "serum", "tears", "whole blood", "breath", "saliva", "sweat", "urine"];

/// All that it says of an activity need not be a number: how long it was is told by its time alone.
const PHYSICAL_ACTIVITY: &str = "physical-activity";
/// In which units a distance is told.
const LENGTHS: &[&str] = &["fm", "pm", "nm", "um", "mm", "cm", "m", "km", "in", "ft", "yd", "mi"];

const SCHEMAS: [Schema; 12] = [
    Schema {
        name: "blood-glucose",
        measure: Measure::Glucose,
        values: &["blood_glucose"],
        units: &["mg/dL", "mmol/L"],
        timed: (3, 0),
        lasting: NEVER,
        exact: (4, 0),
        words: &[MEAL, SLEEP, STATISTIC, ("blood_specimen_type", BLOOD), ("specimen_source", SPECIMEN)],
    },
    Schema {
        name: "blood-pressure",
        measure: Measure::BloodPressure,
        values: &["systolic_blood_pressure", "diastolic_blood_pressure"],
        units: &["mmHg"],
        timed: (3, 0),
        lasting: NEVER,
        exact: (4, 0),
        words: &[ACTIVITY, STATISTIC, ("body_posture", POSTURE), ("position_during_measurement", POSTURE)],
    },
    Schema {
        name: "body-height",
        measure: Measure::Height,
        values: &["body_height"],
        units: LENGTHS,
        timed: (2, 0),
        lasting: NEVER,
        exact: (2, 0),
        words: &[STATISTIC],
    },
    Schema {
        name: "body-mass-index",
        measure: Measure::Bmi,
        values: &["body_mass_index"],
        units: &["kg/m2", "kg/m^2"],
        timed: (3, 0),
        lasting: NEVER,
        exact: (3, 0),
        words: &[STATISTIC],
    },
    Schema {
        name: "body-weight",
        measure: Measure::Weight,
        values: &["body_weight"],
        units: &["fg", "pg", "ng", "ug", "mg", "g", "kg", "Metric Ton", "gr", "oz", "lb", "Ton"],
        timed: (2, 0),
        lasting: NEVER,
        exact: (3, 0),
        words: &[STATISTIC],
    },
    Schema {
        name: "body-temperature",
        measure: Measure::Temperature,
        values: &["body_temperature"],
        units: &["K", "F", "C"],
        timed: (3, 0),
        lasting: NEVER,
        exact: (4, 0),
        words: &[SLEEP, STATISTIC],
    },
    Schema {
        name: "heart-rate",
        measure: Measure::Pulse,
        values: &["heart_rate"],
        units: &["beats/min"],
        timed: (2, 0),
        lasting: NEVER,
        exact: NEVER,
        words: &[ACTIVITY, SLEEP, STATISTIC],
    },
    Schema {
        name: "oxygen-saturation",
        measure: Measure::Oxygen,
        values: &["oxygen_saturation"],
        units: &["%"],
        timed: (2, 0),
        lasting: NEVER,
        exact: NEVER,
        words: &[
            STATISTIC,
            ("system", &["peripheral capillary"]),
            ("oxygen_therapy_mode_of_administration", &["nasal cannula"]),
            ("measurement_method", &["pulse oximetry"]),
        ],
    },
    Schema {
        name: PHYSICAL_ACTIVITY,
        measure: Measure::Exercise,
        values: &[],
        units: &[],
        timed: NEVER,
        lasting: NEVER,
        exact: NEVER,
        words: &[("reported_activity_intensity", &["light", "moderate", "vigorous"])],
    },
    Schema {
        name: "respiratory-rate",
        measure: Measure::Breathing,
        values: &["respiratory_rate"],
        units: &["breaths/min"],
        timed: (2, 0),
        lasting: NEVER,
        exact: NEVER,
        words: &[ACTIVITY, STATISTIC],
    },
    Schema {
        name: "sleep-duration",
        measure: Measure::Sleep,
        values: &["sleep_duration"],
        units: &["sec", "min", "h"],
        timed: (2, 0),
        lasting: (2, 0),
        exact: NEVER,
        words: &[STATISTIC],
    },
    Schema {
        name: "step-count",
        measure: Measure::Steps,
        values: &["step_count"],
        units: &["steps"],
        timed: (2, 0),
        lasting: (2, 0),
        exact: NEVER,
        words: &[STATISTIC],
    },
];

/// Why a body is not what its schema asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no such schema here.
    #[error("no measure here has this schema")]
    NoSchema,
    /// A field is missing or holds what it must not.
    #[error("`{0}` is missing or is not as its schema asks")]
    Field(String),
}

/// When something was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Moment(DateTime<Utc>),
    Between(DateTime<Utc>, DateTime<Utc>),
}

/// A body that is as its schema asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    measure: Measure,
    numbers: Vec<String>,
    unit: String,
    frame: Option<Frame>,
    is_statistic: bool,
    settings: String,
    note: String,
}

impl Body {
    /// Of what it is.
    #[must_use]
    pub const fn measure(&self) -> Measure {
        self.measure
    }

    /// Whether it says when it was measured.
    #[must_use]
    pub const fn is_timed(&self) -> bool {
        self.frame.is_some()
    }
}

/// Reads a body by its schema (`blood-pressure`) and that one's version.
///
/// # Errors
/// What is not as the schema asks.
pub fn check(name: &str, version: Version, body: &Value) -> Result<Body, Fault> {
    let schema = SCHEMAS.iter().find(|schema| schema.name == name).ok_or(Fault::NoSchema)?;
    let fault = |field: &str| Fault::Field(field.to_owned());
    let fields = body.as_object().ok_or_else(|| fault(schema.name))?;
    let (mut numbers, mut unit) = (Vec::new(), "");
    if schema.name == PHYSICAL_ACTIVITY {
        activity(fields)?;
    }
    for field in schema.values {
        let value = fields.get(*field).ok_or_else(|| fault(field))?;
        // Steps were a bare number at first.
        let (number, of) = if schema.name == "step-count" && version < (3, 0) {
            (value, "steps")
        } else {
            let of = value.get("unit").and_then(Value::as_str).ok_or_else(|| fault(field))?;
            (value.get("value").ok_or_else(|| fault(field))?, of)
        };
        if !number.is_number() || !schema.units.contains(&of) {
            return Err(fault(field));
        }
        numbers.push(number.to_string());
        unit = of;
    }
    for (field, words) in schema.words {
        let said = fields.get(*field);
        if said.is_some_and(|said| !said.as_str().is_some_and(|said| words.contains(&said))) {
            return Err(fault(field));
        }
    }
    if let Some(flow) = fields.get("supplemental_oxygen_flow_rate")
        && !(flow.get("unit").and_then(Value::as_str) == Some("L/min") && flow.get("value").is_some_and(Value::is_number))
    {
        return Err(fault("supplemental_oxygen_flow_rate"));
    }
    let frame = match fields.get("effective_time_frame") {
        None if version >= schema.timed => return Err(fault("effective_time_frame")),
        None => None,
        Some(frame) => Some(read_frame(frame, version < schema.exact).ok_or_else(|| fault("effective_time_frame"))?),
    };
    if version >= schema.lasting && matches!(frame, Some(Frame::Moment(_))) {
        return Err(fault("effective_time_frame"));
    }
    Ok(Body {
        measure: schema.measure,
        numbers,
        unit: unit.to_owned(),
        frame,
        is_statistic: fields.contains_key("descriptive_statistic"),
        settings: settings(schema.measure, fields),
        note: fields.get("user_notes").and_then(Value::as_str).unwrap_or_default().to_owned(),
    })
}

/// An activity has a name; what else is said of it has to be as it should.
fn activity(fields: &Map<String, Value>) -> Result<(), Fault> {
    let fault = |field: &str| Fault::Field(field.to_owned());
    if fields.get("activity_name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(fault("activity_name"));
    }
    for (field, units) in [("distance", LENGTHS), ("kcal_burned", &["kcal"][..])] {
        let Some(amount) = fields.get(field) else { continue };
        let is_in_unit = amount.get("unit").and_then(Value::as_str).is_some_and(|unit| units.contains(&unit));
        if !is_in_unit || !amount.get("value").is_some_and(Value::is_number) {
            return Err(fault(field));
        }
    }
    match fields.get("met_value") {
        Some(value) if !value.is_number() => Err(fault("met_value")),
        _ => Ok(()),
    }
}

fn read_frame(frame: &Value, parts_of_days: bool) -> Option<Frame> {
    match (frame.get("date_time"), frame.get("time_interval")) {
        (Some(at), None) => instant(at).map(Frame::Moment),
        (None, Some(interval)) => read_interval(interval, parts_of_days),
        _ => None,
    }
}

fn read_interval(interval: &Value, parts_of_days: bool) -> Option<Frame> {
    let at = |field: &str| interval.get(field).map(instant);
    let duration = || {
        let duration = interval.get("duration")?;
        let per = match duration.get("unit")?.as_str()? {
            "ps" | "ns" | "us" | "ms" => 0.0,
            "sec" => 1.0,
            "min" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            "wk" => 604_800.0,
            "Mo" => 2_629_746.0,
            "yr" => 31_556_952.0,
            _ => return None,
        };
        let seconds = duration.get("value")?.as_f64()? * per;
        let seconds: i64 = (0.0..4e9).contains(&seconds).then(|| format!("{seconds:.0}"))?.parse().ok()?;
        Some(TimeDelta::seconds(seconds))
    };
    match (at("start_date_time"), at("end_date_time")) {
        (Some(from), Some(until)) => Some(Frame::Between(from?, until?)),
        (Some(from), None) => Some(Frame::Between(from?, from?.checked_add_signed(duration()?)?)),
        (None, Some(until)) => Some(Frame::Between(until?.checked_sub_signed(duration()?)?, until?)),
        (None, None) if parts_of_days => {
            let day: NaiveDate = interval.get("date")?.as_str()?.parse().ok()?;
            let (from, hours) = match interval.get("part_of_day")?.as_str()? {
                "morning" => (6, 6),
                "afternoon" => (12, 6),
                "evening" => (18, 6),
                "night" => (0, 6),
                _ => return None,
            };
            let from = wall_clock(day.and_hms_opt(from, 0, 0)?)?;
            Some(Frame::Between(from, from + TimeDelta::hours(hours)))
        }
        (None, None) => None,
    }
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|at| at.to_utc())
}

/// How it was taken, as far as it is asked here.
fn settings(measure: Measure, fields: &Map<String, Value>) -> String {
    let said = |field: &str| fields.get(field).and_then(Value::as_str).unwrap_or_default();
    let arm = said("measurement_location");
    domain::reading::settings(measure, |field| match field {
        "arm" if arm.starts_with("left ") => "left",
        "arm" if arm.starts_with("right ") => "right",
        "position" => match (said("body_posture"), said("position_during_measurement")) {
            ("sitting", _) | (_, "sitting") => "sitting",
            ("standing", _) | (_, "standing") => "standing",
            ("lying down", _) | (_, "lying down") => "lying",
            _ => "",
        },
        "activity" => match said("temporal_relationship_to_physical_activity") {
            "at rest" => "rest",
            "active" | "after exercise" | "during exercise" => "active",
            _ => "",
        },
        "meal" => match (said("temporal_relationship_to_meal"), said("temporal_relationship_to_sleep")) {
            (_, "on waking") => "waking",
            (_, "before sleeping") => "bedtime",
            ("fasting" | "before meal" | "before breakfast" | "before lunch" | "before dinner", _) => "before",
            ("after meal" | "after breakfast" | "after lunch" | "after dinner" | "2 hours postprandial", _) => "after",
            _ => "",
        },
        _ => "",
    })
}

/// Whether something is a data point, or the body of one.
pub(crate) fn is_one(value: &Value) -> bool {
    (value.get("header").is_some() && value.get("body").is_some()) || bare(value).is_some()
}

/// The schema of a body without a header.
fn bare(value: &Value) -> Option<&'static str> {
    let number = SCHEMAS.iter().find(|schema| schema.values.iter().any(|field| value.get(*field).is_some()));
    number.map(|schema| schema.name).or_else(|| value.get("activity_name").map(|_| PHYSICAL_ACTIVITY))
}

/// Its schema, the version of that, its body and the name of its source.
fn parts(value: &Value) -> Option<(&str, Version, &Value, &str)> {
    let Some(header) = value.get("header") else { return Some((bare(value)?, NEWEST, value, "")) };
    let schema = header.get("schema_id")?;
    let (major, minor) = schema.get("version")?.as_str()?.split_once('.')?;
    let version = (major.parse().ok()?, if minor == "x" { u16::MAX } else { minor.parse().ok()? });
    let source = header.get("acquisition_provenance").and_then(|by| by.get("source_name")).and_then(Value::as_str);
    Some((schema.get("name")?.as_str()?, version, value.get("body")?, source.unwrap_or_default()))
}

pub(crate) fn take(value: &Value, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let Some((name, version, body, device)) = parts(value) else {
        collector.leave(Left::Malformed);
        return Ok(());
    };
    let checked = match check(name, version, body) {
        // Nothing says the version of a body alone: what an older one allows, such as no date, is said as what it is.
        Err(Fault::Field(_)) if value.get("header").is_none() => check(name, OLDEST, body),
        checked => checked,
    };
    let body = match checked {
        Ok(body) => body,
        Err(Fault::NoSchema) => {
            collector.leave(Left::Kind);
            return Ok(());
        }
        Err(Fault::Field(_)) => {
            collector.leave(Left::Malformed);
            return Ok(());
        }
    };
    let (measure, unit, settings, note) = (body.measure, body.unit.as_str(), body.settings.as_str(), body.note.as_str());
    let numbers: Vec<&str> = body.numbers.iter().map(String::as_str).collect();
    let is_counted = matches!(measure, Measure::Sleep | Measure::Steps | Measure::Exercise);
    let why = match (body.frame, measure, numbers.first()) {
        _ if body.is_statistic => Left::Statistic,
        (Some(Frame::Between(from, until)), Measure::Exercise, _) => {
            let length = (until - from).num_seconds().to_string();
            return collector.stretch(&Stretch { measure, from, until, unit: "s", number: &length, device });
        }
        (Some(Frame::Between(from, until)), Measure::Sleep | Measure::Steps, Some(number)) => {
            return collector.stretch(&Stretch { measure, from, until, unit, number, device });
        }
        // Something that is measured at a moment and told of a longer time is no reading of either end.
        (Some(Frame::Between(from, until)), _, _) if until - from > TimeDelta::hours(1) => Left::Statistic,
        (Some(Frame::Between(_, at) | Frame::Moment(at)), _, _) if !is_counted => {
            return collector.read(&Read { measure, at, unit, numbers: &numbers, device, settings, note });
        }
        _ => Left::NoDate,
    };
    collector.leave(why);
    Ok(())
}
