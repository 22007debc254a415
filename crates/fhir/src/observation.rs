//! What a device measured, as FHIR R4 `Observation`: read within limits of size, depth and number, and told again. Pure.
//!
//! Codes are LOINC and SNOMED CT, units UCUM, as the catalogue of `domain::reading` has them. A code that names the unit of its number
//! (glucose by mass or by amount of substance, HbA1c in per cent or mmol/mol) is believed in that unit alone.

use crate::how;
use crate::scan::{Scan, has_more_values, scan};
use chrono::{DateTime, DurationRound, NaiveDate, SecondsFormat, TimeDelta, Utc};
use domain::reading::{Amount, Drawn, Kept, Measure, Taken, Unit, Untaken, take};
use domain::shown::line;
use domain::when::{london_day, london_midnight};
use serde_json::{Value, json};

/// The most bytes that are read.
pub const MOST_BYTES: usize = 256 * 1024;
/// The most entries of a batch.
pub const MOST_ENTRIES: usize = 100;
/// How many objects and lists may stand one within another.
const MOST_DEPTH: usize = 16;
/// How many values there may be.
const MOST_VALUES: usize = 20_000;
/// The longest identifier and its system, in characters.
const LONGEST_IDENTIFIER: usize = 200;
/// The longest note, in characters: what a form takes.
const LONGEST_NOTE: usize = 500;
/// How far ahead the clock of a device may be.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);
/// The longest time that something measured at a moment may be told of.
const LONGEST_MOMENT: TimeDelta = TimeDelta::hours(1);
/// The longest time that a count is of, so that it is of a day.
const LONGEST_DAY: TimeDelta = TimeDelta::hours(25);

const LOINC: &str = "http://loinc.org";
const SNOMED: &str = "http://snomed.info/sct";
const UCUM: &str = "http://unitsofmeasure.org";
const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";

/// Why something was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It is no JSON, or not the resource that it should be.
    Structure,
    /// There is too much of it.
    TooLarge,
    /// Something is missing that is needed here.
    Required,
    /// A code that is none here, or that contradicts another.
    Code,
    /// A value that cannot be, or in a unit that is none here.
    Value,
    /// Something that is not understood here, and would change the meaning if it were left out.
    Unsupported,
    /// The token is missing, unknown, or of a device that was stopped.
    Login,
    /// It is not for this device to do.
    Forbidden,
    /// There is no such reading of this device.
    NotFound,
    /// The address cannot be used that way.
    Method,
    /// It is here already, from elsewhere, or somebody removed it.
    Duplicate,
    /// It contradicts what is here.
    Conflict,
    /// It has changed since it was read.
    Stale,
    /// It is sent as another kind.
    Media,
    /// Too many requests.
    Throttled,
    /// The service is too busy.
    Busy,
    /// A fault of this program.
    Server,
}

impl Fault {
    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Structure => 400,
            Self::Login => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::Duplicate | Self::Conflict => 409,
            Self::Stale => 412,
            Self::TooLarge => 413,
            Self::Media => 415,
            Self::Required | Self::Code | Self::Value | Self::Unsupported => 422,
            Self::Throttled => 429,
            Self::Server => 500,
            Self::Busy => 503,
        }
    }

    /// The kind of issue (FHIR R4, `issue-type`).
    const fn issue(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::TooLarge => "too-long",
            Self::Required => "required",
            Self::Code => "code-invalid",
            Self::Value => "value",
            Self::Unsupported | Self::Method | Self::Media => "not-supported",
            Self::Login => "login",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Duplicate => "duplicate",
            Self::Conflict | Self::Stale => "conflict",
            Self::Throttled => "throttled",
            Self::Busy => "transient",
            Self::Server => "exception",
        }
    }
}

/// What is wrong with one part of what was sent. It repeats nothing that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Of which kind.
    pub fault: Fault,
    /// Where, as a FHIRPath expression; empty where it is about all of it.
    pub at: String,
    /// What, in one sentence.
    pub what: &'static str,
}

impl Problem {
    /// One about a part.
    pub fn at(fault: Fault, at: impl Into<String>, what: &'static str) -> Self {
        Self { fault, at: at.into(), what }
    }

    /// One about all of it.
    #[must_use]
    pub const fn of(fault: Fault, what: &'static str) -> Self {
        Self { fault, at: String::new(), what }
    }
}

/// About whom an `Observation` says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Nobody: then it is about whose device it is.
    Unsaid,
    /// The id of a `Patient`.
    Patient(String),
    /// An NHS number.
    NhsNumber(String),
}

/// A reading that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Of what.
    pub measure: Measure,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// The day on which it counts, in London.
    pub day: NaiveDate,
    /// Its numbers.
    pub taken: Taken,
    /// How it was taken, as it is kept.
    pub settings: String,
    /// What was written to it.
    pub note: String,
    /// What of many readings it is.
    pub kept: Kept,
}

/// An `Observation` that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its id, where it says one.
    pub id: Option<String>,
    /// As the device calls it: the system and the value; both empty where it does not.
    pub identifier: (String, String),
    /// About whom.
    pub whom: Whom,
    /// The reading; absent where it was entered in error.
    pub reading: Option<Reading>,
}

/// Reads what was sent as JSON.
///
/// # Errors
/// The one [`Problem`] for which nothing of it can be read.
pub fn json(body: &[u8]) -> Result<Value, Problem> {
    if body.len() > MOST_BYTES {
        return Err(Problem::of(Fault::TooLarge, "It is too long."));
    }
    if matches!(scan(body, MOST_DEPTH), Scan::TooDeep(_)) || has_more_values(body, MOST_VALUES) {
        return Err(Problem::of(Fault::TooLarge, "It holds too much."));
    }
    serde_json::from_slice(body).map_err(|_| Problem::of(Fault::Structure, "It is not JSON."))
}

/// The entries of a batch, each with its resource or what is wrong with it.
///
/// # Errors
/// The one [`Problem`] for which none of it is taken.
pub fn batch(bundle: &Value) -> Result<Vec<Result<&Value, Problem>>, Problem> {
    let says = |key: &str| bundle.get(key).and_then(Value::as_str).unwrap_or_default();
    match (says("resourceType"), says("type")) {
        ("Bundle", "batch") => {}
        ("Bundle", _) => return Err(Problem::at(Fault::Unsupported, "Bundle.type", "Only a batch is taken here.")),
        _ => return Err(Problem::of(Fault::Structure, "It is not a Bundle.")),
    }
    let entries = bundle.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if entries.is_empty() {
        return Err(Problem::at(Fault::Required, "Bundle.entry", "It has no entries."));
    }
    if entries.len() > MOST_ENTRIES {
        return Err(Problem::at(Fault::TooLarge, "Bundle.entry", "It has too many entries."));
    }
    let mut all = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let says = |path: &str| entry.pointer(path).and_then(Value::as_str);
        all.push(match (says("/request/method"), says("/request/url"), entry.get("resource")) {
            (Some("POST"), Some("Observation"), Some(resource)) => Ok(resource),
            (Some("POST"), Some("Observation"), None) => {
                Err(Problem::at(Fault::Required, format!("Bundle.entry[{at}].resource"), "It has no resource."))
            }
            _ => Err(Problem::at(
                Fault::Method,
                format!("Bundle.entry[{at}].request"),
                "In a batch an Observation can only be posted.",
            )),
        });
    }
    Ok(all)
}

/// Reads an `Observation`.
///
/// # Errors
/// Every [`Problem`] that is found, at least one.
pub fn read(resource: &Value, now: DateTime<Utc>) -> Result<Told, Vec<Problem>> {
    let text = |key: &str| resource.get(key).and_then(Value::as_str);
    if text("resourceType") != Some("Observation") {
        return Err(vec![Problem::of(Fault::Structure, "It is not an Observation.")]);
    }
    let mut problems = Vec::new();
    for key in ["modifierExtension", "implicitRules", "hasMember"] {
        if resource.get(key).is_some() {
            let what = "It is not understood here, and cannot be left out.";
            problems.push(Problem::at(Fault::Unsupported, format!("Observation.{key}"), what));
        }
    }
    let in_error = match text("status") {
        Some("final" | "amended" | "corrected") => false,
        Some("entered-in-error") => true,
        Some(_) => {
            let what = "Only final, amended, corrected and entered-in-error are taken.";
            problems.push(Problem::at(Fault::Unsupported, "Observation.status", what));
            false
        }
        None => {
            problems.push(Problem::at(Fault::Required, "Observation.status", "It needs a status."));
            false
        }
    };
    let (identifier, whom) = (identifier(resource), whom(resource));
    problems.extend(identifier.as_ref().err().cloned());
    problems.extend(whom.as_ref().err().cloned());
    let reading = match in_error {
        true => None,
        false => match reading(resource, now) {
            Ok(reading) => Some(reading),
            Err(found) => {
                problems.extend(found);
                None
            }
        },
    };
    match (identifier, whom) {
        (Ok(identifier), Ok(whom)) if problems.is_empty() => {
            Ok(Told { id: text("id").map(str::to_owned), identifier, whom, reading })
        }
        _ => Err(problems),
    }
}

fn reading(resource: &Value, now: DateTime<Utc>) -> Result<Reading, Vec<Problem>> {
    let code = coded(resource.get("code").unwrap_or(&Value::Null), "Observation.code").and_then(|code| match code.part {
        None => Ok(code),
        Some(_) => Err(Problem::at(Fault::Code, "Observation.code", "It is one number of a pair: send both as components.")),
    });
    let code = match code {
        Ok(code) => code,
        Err(problem) => return Err(vec![problem]),
    };
    let numbers = if code.measure.parts().len() == 1 { one_number(resource, &code) } else { two_numbers(resource, code.measure) };
    let taken = numbers.and_then(|(unit, numbers)| {
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        take(code.measure, unit, &numbers).map_err(|why| {
            let what = match why {
                Untaken::UnknownUnit => "Its unit is none of this measure.",
                Untaken::NotANumber => "It is not a number that can be kept.",
                Untaken::Impossible => "It is outside what can be.",
            };
            vec![Problem::at(Fault::Value, "Observation.value", what)]
        })
    });
    let when = when(resource, code.measure, now);
    match (taken, when, how::read(resource, code.measure)) {
        (Ok(taken), Ok((at, day)), Ok(settings)) => Ok(Reading {
            measure: code.measure,
            // As exactly as both engines keep it.
            at: at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at),
            day,
            taken,
            settings,
            note: note(resource),
            kept: if code.measure.drawn() == Drawn::DayTotal { Kept::Day } else { Kept::Each },
        }),
        (taken, when, how) => Err(taken.err().into_iter().flatten().chain(when.err()).chain(how.err()).collect()),
    }
}

/// What a code says.
#[derive(Clone, Copy)]
struct Code {
    measure: Measure,
    /// Which of two numbers; absent where it is the whole.
    part: Option<usize>,
    /// In which of the measure's units alone (UCUM); empty for any.
    only: &'static str,
}

/// Codes beside those of the catalogue: other ways to say the same, and those that name the unit of their number.
fn other(system: &str, code: &str) -> Option<Code> {
    // The numbers of a blood pressure, as they are coded outside the United Kingdom.
    let half = match (system, code) {
        (SNOMED, "271649006") => Some(0),
        (SNOMED, "271650006") => Some(1),
        _ => None,
    };
    if half.is_some() {
        return Some(Code { measure: Measure::BloodPressure, part: half, only: "" });
    }
    let (measure, only) = match (system, code) {
        // By amount of substance: capillary blood by glucometer, blood.
        (LOINC, "14743-9" | "15074-8") => (Measure::Glucose, "mmol/L"),
        // By mass: blood, capillary blood by glucometer.
        (LOINC, "2339-0" | "41653-7") => (Measure::Glucose, "mg/dL"),
        (LOINC, "59261-8") => (Measure::Hba1c, "mmol/mol"),
        (LOINC, "4548-4") => (Measure::Hba1c, "%"),
        (LOINC, "59408-5") => (Measure::Oxygen, ""),
        (LOINC, "3141-9") => (Measure::Weight, ""),
        (LOINC, "3137-7") => (Measure::Height, ""),
        (LOINC, "55284-4") => (Measure::BloodPressure, ""),
        (system, code) if how::is_resting(system, code) => (Measure::Pulse, ""),
        _ => return None,
    };
    Some(Code { measure, part: None, only })
}

fn known(system: &str, code: &str) -> Option<Code> {
    if let Some(code) = other(system, code) {
        return Some(code);
    }
    let is = |(loinc, snomed): (&str, &str)| match system {
        LOINC => loinc == code,
        SNOMED => snomed == code,
        _ => false,
    };
    Measure::ALL.iter().copied().filter(|measure| measure.is_sent_by_devices() && !code.is_empty()).find_map(|measure| {
        let of = |part| Some(Code { measure, part, only: "" });
        if is(measure.codes()) {
            return of(None);
        }
        of(Some(measure.parts().iter().position(|part| is((part.loinc, part.snomed)))?))
    })
}

/// What the codings of a concept say together.
fn coded(concept: &Value, at: &str) -> Result<Code, Problem> {
    let codings = concept.get("coding").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let known = codings.iter().filter_map(|coding| {
        let text = |key: &str| coding.get(key).and_then(Value::as_str);
        known(text("system")?, text("code")?)
    });
    let mut found: Option<Code> = None;
    for code in known {
        found = Some(match found {
            None => code,
            Some(before) if before.measure != code.measure || before.part != code.part => {
                return Err(Problem::at(Fault::Code, at, "Its codes are of different measures."));
            }
            Some(before) if before.only.is_empty() => code,
            Some(before) if code.only.is_empty() || code.only == before.only => before,
            Some(_) => return Err(Problem::at(Fault::Code, at, "Its codes are of different units.")),
        });
    }
    found.ok_or_else(|| Problem::at(Fault::Code, at, "No measure here has this code."))
}

fn one_number(resource: &Value, code: &Code) -> Result<(&'static str, Vec<String>), Vec<Problem>> {
    let tells_how = |component: &Value| how::field_of(component, code.measure).is_some();
    let only_how = |components: &Value| components.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(tells_how));
    if resource.get("component").is_some_and(|components| !only_how(components)) {
        return Err(vec![Problem::at(Fault::Unsupported, "Observation.component", "This measure has no components.")]);
    }
    let (unit, number) = quantity(resource, code, "Observation").map_err(|problem| vec![problem])?;
    Ok((unit, vec![number]))
}

/// The two numbers of a pair, which stand in components. The mean that a cuff works out of them is left out.
fn two_numbers(resource: &Value, measure: Measure) -> Result<(&'static str, Vec<String>), Vec<Problem>> {
    const MEAN: &str = "8478-0";
    let mut problems = Vec::new();
    if resource.as_object().is_some_and(|fields| fields.keys().any(|key| key.starts_with("value"))) {
        problems.push(Problem::at(Fault::Unsupported, "Observation.value", "Its numbers stand in components."));
    }
    let components = resource.get("component").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut found: [Option<(&'static str, String)>; 2] = [None, None];
    for (at, component) in components.iter().enumerate() {
        let at = format!("Observation.component[{at}]");
        let concept = component.get("code").unwrap_or(&Value::Null);
        if says(concept, LOINC, &[MEAN]) || how::field_of(component, measure).is_some() {
            continue;
        }
        let read = coded(concept, &format!("{at}.code")).and_then(|code| match code.part.filter(|_| code.measure == measure) {
            Some(place) => Ok((place, code)),
            None => Err(Problem::at(Fault::Code, format!("{at}.code"), "Send it as an Observation of its own.")),
        });
        let read = read.and_then(|(place, code)| Ok((place, quantity(component, &code, &at)?)));
        match read {
            Err(problem) => problems.push(problem),
            Ok((place, value)) => match found.get_mut(place) {
                Some(slot) if slot.is_none() => *slot = Some(value),
                _ => problems.push(Problem::at(Fault::Conflict, at, "The same number stands there twice.")),
            },
        }
    }
    match found {
        [Some((unit, first)), Some((other, second))] if problems.is_empty() && unit == other => Ok((unit, vec![first, second])),
        [Some(_), Some(_)] if problems.is_empty() => {
            Err(vec![Problem::at(Fault::Value, "Observation.component", "Both numbers need the same unit.")])
        }
        _ => {
            if problems.is_empty() {
                problems.push(Problem::at(Fault::Required, "Observation.component", "Both numbers are needed."));
            }
            Err(problems)
        }
    }
}

/// Whether a concept has one of these codes of a system.
fn says(concept: &Value, system: &str, codes: &[&str]) -> bool {
    let codings = concept.get("coding").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    codings.iter().any(|coding| {
        let text = |key: &str| coding.get(key).and_then(Value::as_str).unwrap_or_default();
        text("system") == system && codes.contains(&text("code"))
    })
}

/// A number with its unit, as [`take`] calls that.
fn quantity(holder: &Value, code: &Code, at: &str) -> Result<(&'static str, String), Problem> {
    let problem = |fault, field: &str, what| Err(Problem::at(fault, format!("{at}.{field}"), what));
    let other =
        holder.as_object().and_then(|fields| fields.keys().find(|key| key.starts_with("value") && *key != "valueQuantity"));
    if other.is_some() {
        return problem(Fault::Unsupported, "value", "It needs a Quantity.");
    }
    let Some(quantity) = holder.get("valueQuantity") else {
        return problem(Fault::Required, "value", "It has no number.");
    };
    if quantity.get("comparator").is_some() {
        return problem(Fault::Unsupported, "value.comparator", "A number that is only known to be more or less is not taken.");
    }
    let Some(number) = quantity.get("value").filter(|number| number.is_number()) else {
        return problem(Fault::Structure, "value.value", "It has no number.");
    };
    let text = |key: &str| quantity.get(key).and_then(Value::as_str);
    let (Some(UCUM), Some(ucum)) = (text("system"), text("code")) else {
        return problem(Fault::Value, "value.code", "Its unit is told by system and code, in UCUM.");
    };
    match unit(code.measure, ucum) {
        Some(unit) if code.only.is_empty() || unit == code.only => Ok((unit, number.to_string())),
        Some(_) => problem(Fault::Value, "value.code", "The code names another unit."),
        None => problem(Fault::Value, "value.code", "Its unit is none of this measure."),
    }
}

/// A unit by its UCUM code, as [`take`] calls it.
fn unit(measure: Measure, ucum: &str) -> Option<&'static str> {
    Some(match (measure, ucum) {
        (Measure::Weight, "g") => "g",
        (Measure::Weight, "[lb_av]") => "lb",
        (Measure::Weight, "[stone_av]") => "st",
        (Measure::Height, "mm") => "mm",
        (Measure::Height, "[in_i]") => "in",
        (Measure::Height, "[ft_i]") => "ft",
        (Measure::Pulse, "{beats}/min" | "{Beats}/min") | (Measure::Breathing, "{breaths}/min" | "{Breaths}/min") => "/min",
        (Measure::Steps, "1") => "{steps}",
        (Measure::Exercise | Measure::Sleep, "s") => "s",
        _ => return measure.unit_of(ucum).filter(|unit| unit.pair.is_none()).map(|unit| unit.ucum),
    })
}

/// When it was taken, and the day on which it counts.
fn when(resource: &Value, measure: Measure, now: DateTime<Utc>) -> Result<(DateTime<Utc>, NaiveDate), Problem> {
    let problem = |fault, what| Err(Problem::at(fault, "Observation.effective", what));
    let text = |path: &str| resource.pointer(path).and_then(Value::as_str);
    let instant = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    let moment = text("/effectiveDateTime").or_else(|| text("/effectiveInstant"));
    let period = text("/effectivePeriod/start").zip(text("/effectivePeriod/end"));
    let of_day = measure.drawn() == Drawn::DayTotal;
    let longest = if of_day { LONGEST_DAY } else { LONGEST_MOMENT };
    let (at, day) = match (moment, period) {
        (Some(moment), _) if of_day => match moment.parse::<NaiveDate>() {
            Ok(day) => (london_midnight(day) + TimeDelta::hours(12), day),
            Err(_) => return problem(Fault::Value, "It needs a day, or a period of up to a day."),
        },
        (Some(moment), _) => match instant(moment) {
            Some(at) => (at, london_day(at)),
            None => return problem(Fault::Value, "It needs a date with a time and a time zone."),
        },
        (None, Some((start, end))) => match instant(start).zip(instant(end)).filter(|(start, end)| start <= end) {
            None => return problem(Fault::Value, "It needs a beginning and an end, each with a time zone."),
            Some((start, end)) if end - start > longest => return problem(Fault::Value, "It is of too long a time."),
            // A night counts on the day on which it ends; anything else that is counted, on that on which it begins.
            Some((start, end)) if of_day && measure != Measure::Sleep => {
                let day = london_day(start);
                (end.min(london_midnight(day) + TimeDelta::hours(23)), day)
            }
            Some((_, end)) => (end, london_day(end)),
        },
        (None, None) => return problem(Fault::Required, "It has to say when it was taken."),
    };
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(NaiveDate::MIN);
    let ahead = if of_day { day > london_day(now) } else { at > now + CLOCKS_DIFFER };
    if ahead || day < first {
        return problem(Fault::Value, "It is of a time that has not come, or too long ago.");
    }
    Ok((at.min(now), day))
}

fn note(resource: &Value) -> String {
    let notes = resource.get("note").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let texts = notes.iter().filter_map(|note| note.get("text").and_then(Value::as_str));
    line(&texts.collect::<Vec<_>>().join(" "), LONGEST_NOTE)
}

/// The first identifier; both parts are empty where there is none.
fn identifier(resource: &Value) -> Result<(String, String), Problem> {
    let Some(first) = resource.get("identifier").and_then(|all| all.get(0)) else { return Ok((String::new(), String::new())) };
    let text = |key: &str| first.get(key).and_then(Value::as_str).unwrap_or_default();
    whole_identifier(text("system"), text("value"))
        .ok_or_else(|| Problem::at(Fault::Value, "Observation.identifier", "It needs a value, of up to 200 characters."))
}

fn whole_identifier(system: &str, value: &str) -> Option<(String, String)> {
    let fits = |text: &str| text.chars().count() <= LONGEST_IDENTIFIER && !text.contains(char::is_control);
    (fits(system) && fits(value) && !value.is_empty()).then(|| (system.to_owned(), value.to_owned()))
}

/// The identifier that `If-None-Exist` names: `identifier=system|value`, percent-encoded or not.
#[must_use]
pub fn if_none_exist(header: &str) -> Option<(String, String)> {
    let said = header.trim().trim_start_matches('?').strip_prefix("identifier=")?;
    if said.contains(['&', ',']) {
        return None;
    }
    let decoded = percent_decoded(said)?;
    let (system, value) = decoded.split_once('|').unwrap_or(("", &decoded));
    whole_identifier(system, value)
}

fn percent_decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(rest.next())? * 16 + digit(rest.next())?);
    }
    String::from_utf8(bytes).ok()
}

fn whom(resource: &Value) -> Result<Whom, Problem> {
    let Some(subject) = resource.get("subject") else { return Ok(Whom::Unsaid) };
    let text = |path: &str| subject.pointer(path).and_then(Value::as_str);
    if let Some(reference) = text("/reference") {
        let mut parts = reference.rsplit('/');
        let (id, kind) = (parts.next().unwrap_or_default(), parts.next());
        return if kind == Some("Patient") {
            Ok(Whom::Patient(id.to_owned()))
        } else {
            Err(Problem::at(Fault::Forbidden, "Observation.subject", "It is about somebody else than whose device this is."))
        };
    }
    match (text("/identifier/system"), text("/identifier/value")) {
        (Some(NHS_NUMBER), Some(number)) => Ok(Whom::NhsNumber(number.to_owned())),
        _ => Err(Problem::at(Fault::Unsupported, "Observation.subject", "Leave it out, or name a Patient or an NHS number.")),
    }
}

/// A reading that is told again to the device that sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown<'a> {
    /// Its id, a UUID.
    pub id: String,
    /// Its version.
    pub version: i32,
    /// The id of the person, a UUID.
    pub person: String,
    /// Of what.
    pub measure: Measure,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// The day on which it counts.
    pub day: NaiveDate,
    /// Its first number, in the measure's own unit.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// In which unit it was written.
    pub unit: &'static Unit,
    /// Its numbers in that, with a stroke between.
    pub said: &'a str,
    /// What was written, where that says something else.
    pub original: &'a str,
    /// How it was taken, as it is kept.
    pub settings: &'a str,
    /// What was written to it.
    pub note: &'a str,
    /// As the device calls it.
    pub identifier: (&'a str, &'a str),
    /// What people call the device.
    pub device: &'a str,
    /// When it was written down.
    pub issued: DateTime<Utc>,
}

/// The reading as FHIR R4 `Observation`.
#[must_use]
pub fn resource(shown: &Shown<'_>) -> Value {
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let parts = shown.measure.parts();
    // As it was sent; where somebody changed it in a way that is no number in that unit, in the measure's own.
    let said: Option<Vec<Amount>> = shown.said.split('/').map(|number| Amount::parse(number).ok()).collect();
    let (unit, numbers) = match said.filter(|said| shown.unit.pair.is_none() && said.len() == parts.len()) {
        Some(said) => (shown.unit, said),
        None => (shown.measure.unit(), std::iter::once(shown.first).chain(shown.second).collect()),
    };
    let quantity = |number: Amount| {
        let value: Value = serde_json::from_str(&number.to_string()).unwrap_or(Value::Null);
        json!({ "value": value, "unit": unit.shown, "system": UCUM, "code": unit.ucum })
    };
    let mut it = json!({
        "resourceType": "Observation",
        "id": shown.id,
        "meta": { "versionId": shown.version.to_string() },
        "status": if shown.version > 1 { "amended" } else { "final" },
        "code": { "coding": codings(how::codes(shown.measure, shown.settings), unit), "text": shown.measure.clinical_name() },
        "subject": { "reference": format!("Patient/{}", shown.person) },
        "issued": time(shown.issued),
        "device": { "display": shown.device },
    });
    it["effectiveDateTime"] =
        if shown.measure.drawn() == Drawn::DayTotal { json!(shown.day.to_string()) } else { json!(time(shown.at)) };
    let (system, value) = shown.identifier;
    if !value.is_empty() {
        it["identifier"] =
            if system.is_empty() { json!([{ "value": value }]) } else { json!([{ "system": system, "value": value }]) };
    }
    if let [number] = numbers.as_slice() {
        it["valueQuantity"] = quantity(*number);
    } else {
        let components = parts.iter().zip(numbers).map(|(part, number)| {
            json!({ "code": { "coding": codings((part.loinc, part.snomed), unit), "text": part.label }, "valueQuantity": quantity(number) })
        });
        it["component"] = components.collect();
    }
    how::write(&mut it, shown.measure, shown.settings);
    let original = (!shown.original.is_empty()).then(|| format!("Sent as {}", shown.original));
    let notes: Vec<Value> = Some(shown.note.to_owned())
        .filter(|note| !note.is_empty())
        .into_iter()
        .chain(original)
        .map(|text| json!({ "text": text }))
        .collect();
    if !notes.is_empty() {
        it["note"] = notes.into();
    }
    it
}

/// Codes as codings; the LOINC code that names another unit is replaced by that of this one.
fn codings((loinc, snomed): (&str, &str), unit: &Unit) -> Vec<Value> {
    let loinc = match (loinc, unit.ucum) {
        ("14743-9", "mg/dL") => "2339-0",
        ("59261-8", "%") => "4548-4",
        (loinc, _) => loinc,
    };
    let both = [(LOINC, loinc), (SNOMED, snomed)].into_iter().filter(|(_, code)| !code.is_empty());
    both.map(|(system, code)| json!({ "system": system, "code": code })).collect()
}

/// What is wrong, as `OperationOutcome`.
#[must_use]
pub fn outcome(problems: &[Problem]) -> Value {
    let issue = |problem: &Problem| {
        let mut issue = json!({ "severity": "error", "code": problem.fault.issue(), "diagnostics": problem.what });
        if !problem.at.is_empty() {
            issue["expression"] = json!([problem.at]);
        }
        issue
    };
    json!({ "resourceType": "OperationOutcome", "issue": problems.iter().map(issue).collect::<Vec<_>>() })
}

/// That it was done, as `OperationOutcome`.
#[must_use]
pub fn done(what: &str) -> Value {
    let issue = json!({ "severity": "information", "code": "informational", "diagnostics": what });
    json!({ "resourceType": "OperationOutcome", "issue": [issue] })
}

/// What became of one entry of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// Where the reading is, and its version.
    pub place: Option<(String, i32)>,
    /// The reading, or what is wrong.
    pub body: Value,
}

/// What became of a batch.
#[must_use]
pub fn batch_response(answered: &[Answered]) -> Value {
    let entry = |one: &Answered| {
        let reason = match one.status {
            200 => "200 OK",
            201 => "201 Created",
            status => return json!({ "response": { "status": status.to_string(), "outcome": one.body } }),
        };
        let mut response = json!({ "status": reason });
        if let Some((location, version)) = &one.place {
            response["location"] = json!(location);
            response["etag"] = json!(format!("W/\"{version}\""));
        }
        json!({ "resource": one.body, "response": response })
    };
    json!({ "resourceType": "Bundle", "type": "batch-response", "entry": answered.iter().map(entry).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        "2026-11-29T12:00:00Z".parse().unwrap()
    }

    fn concept(system: &str, code: &str) -> Value {
        json!({ "coding": [{ "system": system, "code": code }] })
    }

    fn quantity(value: impl Into<Value>, ucum: &str) -> Value {
        json!({ "value": value.into(), "unit": ucum, "system": UCUM, "code": ucum })
    }

    fn one(loinc: &str, value: impl Into<Value>, ucum: &str) -> Value {
        json!({
            "resourceType": "Observation", "status": "final", "code": concept(LOINC, loinc), "effectiveDateTime": "2026-11-29T08:00:00+01:00",
            "valueQuantity": quantity(value, ucum),
        })
    }

    fn pressure() -> Value {
        json!({
            "resourceType": "Observation", "status": "final", "code": concept(LOINC, "85354-9"),
            "identifier": [{ "system": "urn:cuff", "value": "17" }],
            "effectiveDateTime": "2026-11-29T08:00:00Z", "bodySite": concept(SNOMED, "368208006"), "note": [{ "text": "After\ntea" }],
            "component": [
                { "code": concept(LOINC, "8462-4"), "valueQuantity": quantity(88, "mm[Hg]") },
                { "code": concept(LOINC, "8478-0"), "valueQuantity": quantity(106, "mm[Hg]") },
                { "code": concept(SNOMED, "72313002"), "valueQuantity": quantity(142, "mm[Hg]") },
            ],
        })
    }

    fn told(resource: &Value) -> Reading {
        read(resource, now()).unwrap().reading.unwrap()
    }

    fn problems(resource: &Value) -> Vec<(Fault, String)> {
        read(resource, now()).unwrap_err().into_iter().map(|one| (one.fault, one.at)).collect()
    }

    fn with(mut resource: Value, field: &str, value: Value) -> Value {
        resource[field] = value;
        resource
    }

    #[test]
    fn each_measure_is_read_by_its_codes_and_units() {
        for measure in Measure::ALL.iter().filter(|measure| measure.is_sent_by_devices() && measure.parts().len() == 1) {
            for code in [measure.codes().0, measure.codes().1] {
                let system = if code == measure.codes().0 { LOINC } else { SNOMED };
                let middle = measure.parts()[0].likely.0.thousandths().midpoint(measure.parts()[0].likely.1.thousandths()) / 1000;
                let mut resource = with(one("", middle, measure.unit().ucum), "code", concept(system, code));
                if measure.drawn() == Drawn::DayTotal {
                    resource["effectiveDateTime"] = json!("2026-11-28");
                }
                if code.is_empty() {
                    assert_eq!(problems(&resource), [(Fault::Code, "Observation.code".to_owned())]);
                } else {
                    let told = told(&resource);
                    assert_eq!(
                        (told.measure, told.taken.first, told.taken.original.as_str()),
                        (*measure, Amount::from_thousandths(middle * 1000), "")
                    );
                }
            }
        }
        let table = [
            ("29463-7", 160, "[lb_av]", Measure::Weight, "72.575", "160 lb"),
            ("29463-7", 12, "[stone_av]", Measure::Weight, "76.204", "12 st"),
            ("3141-9", 70_500, "g", Measure::Weight, "70.5", "70500 g"),
            ("8302-2", 70, "[in_i]", Measure::Height, "177.8", "70 in"),
            ("8310-5", 100, "[degF]", Measure::Temperature, "37.778", ""),
            ("8867-4", 72, "{Beats}/min", Measure::Pulse, "72", ""),
            ("2339-0", 130, "mg/dL", Measure::Glucose, "7.215", ""),
            ("15074-8", 7, "mmol/L", Measure::Glucose, "7", ""),
            ("4548-4", 7, "%", Measure::Hba1c, "52.995", ""),
            ("59408-5", 97, "%", Measure::Oxygen, "97", ""),
        ];
        for (loinc, value, ucum, measure, first, original) in table {
            let told = told(&one(loinc, value, ucum));
            assert_eq!(
                (told.measure, told.taken.first.to_string().as_str(), told.taken.original.as_str()),
                (measure, first, original),
                "{loinc}"
            );
        }
    }

    #[test]
    fn a_blood_pressure_is_its_two_components() {
        let all = read(&pressure(), now()).unwrap();
        assert_eq!((all.identifier, all.whom), (("urn:cuff".to_owned(), "17".to_owned()), Whom::Unsaid));
        let reading = all.reading.unwrap();
        assert_eq!(
            (reading.taken.said.as_str(), reading.settings.as_str(), reading.note.as_str()),
            ("142/88", "arm=left", "After tea")
        );
        assert_eq!(reading.at.to_rfc3339(), "2026-11-29T08:00:00+00:00");
        for (cut, at) in [(0, "Observation.component"), (2, "Observation.component")] {
            let mut less = pressure();
            less["component"].as_array_mut().unwrap().remove(cut);
            assert_eq!(problems(&less), [(Fault::Required, at.to_owned())]);
        }
        let mut twice = pressure();
        twice["component"][1] = twice["component"][0].clone();
        assert_eq!(problems(&twice), [(Fault::Conflict, "Observation.component[1]".to_owned())]);
        let mut pulse = pressure();
        pulse["component"][1] = json!({ "code": concept(LOINC, "8867-4"), "valueQuantity": quantity(72, "/min") });
        assert_eq!(problems(&pulse), [(Fault::Code, "Observation.component[1].code".to_owned())]);
        let mut round = pressure();
        round["component"][0]["valueQuantity"] = quantity(150, "mm[Hg]");
        assert_eq!(problems(&round), [(Fault::Value, "Observation.value".to_owned())]);
        let whole = with(pressure(), "valueQuantity", quantity(142, "mm[Hg]"));
        assert_eq!(problems(&whole), [(Fault::Unsupported, "Observation.value".to_owned())]);
        assert_eq!(
            problems(&with(one("8480-6", 142, "mm[Hg]"), "note", json!([]))),
            [(Fault::Code, "Observation.code".to_owned())]
        );
    }

    #[test]
    fn nothing_is_taken_in_another_unit_than_its_code_names() {
        let table = [
            // By mass and by amount of substance.
            ("2339-0", 7, "mmol/L", "Observation.value.code"),
            ("14743-9", 130, "mg/dL", "Observation.value.code"),
            ("59261-8", 7, "%", "Observation.value.code"),
            ("29463-7", 70, "lb", "Observation.value.code"),
            ("8867-4", 72, "bpm", "Observation.value.code"),
            ("29463-7", 7000, "kg", "Observation.value"),
            ("8867-4", -72, "/min", "Observation.value"),
        ];
        for (loinc, value, ucum, at) in table {
            assert_eq!(problems(&one(loinc, value, ucum)), [(Fault::Value, at.to_owned())], "{loinc}");
        }
        let both = json!({ "coding": [{ "system": LOINC, "code": "2339-0" }, { "system": SNOMED, "code": "434911002" }] });
        assert_eq!(told(&with(one("", 130, "mg/dL"), "code", both.clone())).measure, Measure::Glucose);
        assert_eq!(problems(&with(one("", 7, "mmol/L"), "code", both)), [(Fault::Value, "Observation.value.code".to_owned())]);
        for codes in [["2339-0", "14743-9"], ["8867-4", "29463-7"]] {
            let both = json!({ "coding": codes.map(|code| json!({ "system": LOINC, "code": code })) });
            assert_eq!(problems(&with(one("", 7, "mmol/L"), "code", both)), [(Fault::Code, "Observation.code".to_owned())]);
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_and_named() {
        let weight = || one("29463-7", 70, "kg");
        let table = [
            ("status", json!("preliminary"), Fault::Unsupported, "Observation.status"),
            ("status", Value::Null, Fault::Required, "Observation.status"),
            ("code", concept(LOINC, "0000-0"), Fault::Code, "Observation.code"),
            ("code", concept("urn:x", "29463-7"), Fault::Code, "Observation.code"),
            // Mood is for people to say.
            ("code", concept(LOINC, "72514-3"), Fault::Code, "Observation.code"),
            ("modifierExtension", json!([{}]), Fault::Unsupported, "Observation.modifierExtension"),
            ("implicitRules", json!("urn:x"), Fault::Unsupported, "Observation.implicitRules"),
            ("component", json!([{}]), Fault::Unsupported, "Observation.component"),
            ("component", json!([]), Fault::Unsupported, "Observation.component"),
            ("valueQuantity", json!({ "value": 70, "unit": "kg" }), Fault::Value, "Observation.value.code"),
            (
                "valueQuantity",
                json!({ "value": "70", "system": UCUM, "code": "kg" }),
                Fault::Structure,
                "Observation.value.value",
            ),
            (
                "valueQuantity",
                json!({ "value": 70, "comparator": ">", "system": UCUM, "code": "kg" }),
                Fault::Unsupported,
                "Observation.value.comparator",
            ),
            ("valueString", json!("70 kg"), Fault::Unsupported, "Observation.value"),
            ("effectiveDateTime", json!("2026-11-29"), Fault::Value, "Observation.effective"),
            ("effectiveDateTime", json!("2026-11-29T08:00:00"), Fault::Value, "Observation.effective"),
            ("effectiveDateTime", json!("2026-11-29T12:05:01Z"), Fault::Value, "Observation.effective"),
            ("effectiveDateTime", json!("1899-12-31T12:00:00Z"), Fault::Value, "Observation.effective"),
            ("effectiveDateTime", Value::Null, Fault::Required, "Observation.effective"),
            ("identifier", json!([{ "system": "urn:x" }]), Fault::Value, "Observation.identifier"),
            ("identifier", json!([{ "value": "x".repeat(201) }]), Fault::Value, "Observation.identifier"),
            ("subject", json!({ "display": "Sam" }), Fault::Unsupported, "Observation.subject"),
            ("subject", json!({ "reference": "Group/1" }), Fault::Forbidden, "Observation.subject"),
        ];
        for (field, value, fault, at) in table {
            assert_eq!(problems(&with(weight(), field, value.clone())), [(fault, at.to_owned())], "{field} {value}");
        }
        let mut empty = weight();
        empty.as_object_mut().unwrap().remove("valueQuantity");
        assert_eq!(problems(&empty), [(Fault::Required, "Observation.value".to_owned())]);
        assert_eq!(problems(&json!({ "resourceType": "Patient" })), [(Fault::Structure, String::new())]);
        // What is entered in error need say nothing else.
        let error = json!({ "resourceType": "Observation", "status": "entered-in-error", "id": "x" });
        assert_eq!(read(&error, now()).unwrap().reading, None);
        for (subject, whom) in [
            (json!({ "reference": "https://x/fhir/R4/Patient/17" }), Whom::Patient("17".to_owned())),
            (json!({ "identifier": { "system": NHS_NUMBER, "value": "9990000018" } }), Whom::NhsNumber("9990000018".to_owned())),
        ] {
            assert_eq!(read(&with(weight(), "subject", subject), now()).unwrap().whom, whom);
        }
    }

    #[test]
    fn what_is_counted_is_of_a_day() {
        let steps = |field: &str, value: Value| {
            with(with(one("55423-8", 8000, "{steps}"), "effectiveDateTime", Value::Null), field, value)
        };
        let day = told(&steps("effectiveDateTime", json!("2026-11-28")));
        assert_eq!((day.day.to_string().as_str(), day.kept), ("2026-11-28", Kept::Day));
        let period = |start: &str, end: &str| json!({ "start": start, "end": end });
        let whole = told(&steps("effectivePeriod", period("2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z")));
        assert_eq!(whole.day.to_string(), "2026-11-28");
        let night = with(
            with(one("93832-4", 7, "h"), "effectiveDateTime", Value::Null),
            "effectivePeriod",
            period("2026-11-27T22:30:00Z", "2026-11-28T06:00:00Z"),
        );
        assert_eq!(told(&night).day.to_string(), "2026-11-28");
        // Today is not over; it is told again as it goes on.
        assert_eq!(told(&steps("effectiveDateTime", json!("2026-11-29"))).at, now());
        for wrong in
            [period("2026-11-26T00:00:00Z", "2026-11-28T00:00:00Z"), period("2026-11-28T00:00:00Z", "2026-11-27T00:00:00Z")]
        {
            assert_eq!(problems(&steps("effectivePeriod", wrong)), [(Fault::Value, "Observation.effective".to_owned())]);
        }
        for wrong in [json!("2026-11-28T08:00:00Z"), json!("2026-11-30"), json!("2026-11")] {
            assert_eq!(problems(&steps("effectiveDateTime", wrong)), [(Fault::Value, "Observation.effective".to_owned())]);
        }
    }

    #[test]
    fn what_is_told_again_is_read_as_it_was() {
        let lying = json!([{ "url": "http://hl7.org/fhir/StructureDefinition/observation-bodyPosition", "valueCodeableConcept": concept(SNOMED, "102538003") }]);
        let before = json!([{ "code": concept(SNOMED, "309602000"), "valueCodeableConcept": concept(SNOMED, "307165006") }]);
        let (lying, before) = (with(pressure(), "extension", lying), with(one("2339-0", 130, "mg/dL"), "component", before));
        let resting = with(one("", 58, "/min"), "code", concept(SNOMED, "444981005"));
        for (sent, how) in [(&lying, "arm=left position=lying"), (&before, "meal=before"), (&resting, "activity=rest")] {
            assert_eq!(told(sent).settings, how);
        }
        for sent in [
            pressure(),
            lying,
            before,
            resting,
            one("2339-0", 130, "mg/dL"),
            one("29463-7", 70.5, "kg"),
            one("8310-5", 98.6, "[degF]"),
        ] {
            let all = read(&sent, now()).unwrap();
            let reading = all.reading.clone().unwrap();
            let shown = Shown {
                id: "019a5f00-0000-7000-8000-000000000000".to_owned(),
                version: 1,
                person: "019a5f00-0000-7000-8000-000000000001".to_owned(),
                measure: reading.measure,
                at: reading.at,
                day: reading.day,
                first: reading.taken.first,
                second: reading.taken.second,
                unit: reading.taken.unit,
                said: &reading.taken.said,
                original: &reading.taken.original,
                settings: &reading.settings,
                note: &reading.note,
                identifier: (&all.identifier.0, &all.identifier.1),
                device: "Cuff",
                issued: now(),
            };
            let again = read(&resource(&shown), now()).unwrap();
            assert_eq!((again.identifier, again.reading), (all.identifier, all.reading));
            assert_eq!(again.whom, Whom::Patient("019a5f00-0000-7000-8000-000000000001".to_owned()));
        }
    }

    #[test]
    fn a_batch_is_taken_entry_by_entry() {
        let post = json!({ "method": "POST", "url": "Observation" });
        let entry = |resource: &Value, request: &Value| json!({ "resource": resource, "request": request });
        let bundle = |entries: Vec<Value>| json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
        let mixed = bundle(vec![
            entry(&pressure(), &post),
            json!({ "request": post }),
            entry(&pressure(), &json!({ "method": "DELETE", "url": "Observation/1" })),
        ]);
        let all = batch(&mixed).unwrap();
        assert_eq!(
            all.iter().map(|one| one.as_ref().err().map(|problem| problem.fault)).collect::<Vec<_>>(),
            [None, Some(Fault::Required), Some(Fault::Method)]
        );
        assert_eq!(batch(&bundle(Vec::new())).unwrap_err().fault, Fault::Required);
        assert_eq!(batch(&bundle(vec![entry(&pressure(), &post); MOST_ENTRIES + 1])).unwrap_err().fault, Fault::TooLarge);
        assert_eq!(batch(&with(mixed, "type", json!("transaction"))).unwrap_err().fault, Fault::Unsupported);
        assert_eq!(batch(&pressure()).unwrap_err().fault, Fault::Structure);
    }

    #[test]
    fn too_much_is_not_parsed() {
        let deep = "[".repeat(100_000);
        let wide = format!("[{}1]", "1,".repeat(30_000));
        let long = " ".repeat(MOST_BYTES + 1);
        for body in [&deep, &wide, &long] {
            assert_eq!(json(body.as_bytes()).unwrap_err().fault, Fault::TooLarge);
        }
        for body in ["", "x", "{"] {
            assert_eq!(json(body.as_bytes()).unwrap_err().fault, Fault::Structure);
        }
    }

    #[test]
    fn a_condition_names_one_identifier() {
        let both = Some(("urn:cuff".to_owned(), "17".to_owned()));
        assert_eq!(if_none_exist("identifier=urn:cuff|17"), both);
        assert_eq!(if_none_exist("identifier=urn%3Acuff%7C17"), both);
        assert_eq!(if_none_exist("identifier=17"), Some((String::new(), "17".to_owned())));
        for wrong in [
            "",
            "code=1",
            "identifier=",
            "identifier=a|",
            "identifier=a|b,c",
            "identifier=a&status=final",
            "identifier=%zz",
            "identifier=%",
        ] {
            assert_eq!(if_none_exist(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(value) = json(&bytes) {
                let _ = read(&value, now());
                let _ = batch(&value);
            }
        }

        #[test]
        fn a_message_with_a_changed_part_is_possible_or_refused(at in 0_usize..900, with in any::<u8>(), cut in any::<bool>()) {
            let mut bytes = pressure().to_string().into_bytes();
            let at = at.min(bytes.len() - 1);
            if cut { bytes.truncate(at); } else { bytes[at] = with; }
            let Ok(value) = json(&bytes) else { return Ok(()) };
            match read(&value, now()) {
                Err(problems) => prop_assert!(!problems.is_empty()),
                Ok(told) => if let Some(reading) = told.reading {
                    prop_assert!(reading.at <= now());
                    for (part, amount) in reading.measure.parts().iter().zip(std::iter::once(reading.taken.first).chain(reading.taken.second)) {
                        prop_assert!(part.possible.0 <= amount && amount <= part.possible.1);
                    }
                },
            }
        }

        #[test]
        fn a_number_is_kept_in_one_unit_and_turned_by_no_other_way(value in 0_u32..100_000, place in 0..Measure::ALL.len(), ucum in 0..6_usize) {
            let measure = Measure::ALL[place];
            let ucum = ["kg", "[lb_av]", "mg/dL", "mmol/L", "/min", "%"][ucum];
            let resource = one(measure.codes().0, value, ucum);
            if let Ok(told) = read(&resource, now()) {
                let reading = told.reading.unwrap();
                prop_assert_eq!(reading.measure, measure);
                let kept = measure.unit_of(ucum).filter(|unit| unit.pair.is_none());
                prop_assert_eq!(reading.taken.original.is_empty(), kept.is_some());
            }
        }
    }
}
