//! Reading a change of a `Consent`: JSON Patch (RFC 6902), of which the Validated Relationships Service takes a few paths.

use super::{Fault, GRANTOR, ODS, STATUS_REASON, STATUS_REASONS};
use crate::scan::{Scan, has_more_values, scan};
use chrono::{DateTime, NaiveDate};
use domain::relationship::{Reason, Status};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The most bytes that are read.
pub const MOST_BYTES: usize = 64 * 1024;
/// The longest reason that is written out, in characters.
pub const LONGEST_TEXT: usize = 1000;
/// How many objects and lists may stand one within another.
const MOST_DEPTH: usize = 12;
/// How many values it may hold.
const MOST_VALUES: usize = 500;
/// How many operations it may hold.
const MOST_OPERATIONS: usize = 8;

/// What is to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Where it is to stand; `None` leaves it where it is.
    pub status: Option<Status>,
    /// Why.
    pub reason: Option<Reason>,
    /// Why, written out.
    pub text: Option<String>,
    /// Its last day: `None` leaves it as it is, `Some(None)` sets none.
    pub ends_on: Option<Option<NaiveDate>>,
    /// The organisation that grants it, by its ODS code.
    pub grantor: Option<String>,
}

#[derive(Deserialize)]
struct Operation {
    op: String,
    path: String,
    value: Option<Value>,
}

/// Reads a change within limits of size, depth and number.
///
/// A new status goes with a reason, which comes as an extension: `add` to `/extension/-` of one extension, or, as that
/// service has it, of a list of them. A last day is a date, or a date with a time, of which the date is taken as written.
///
/// # Errors
/// The first [`Fault`] that is found: `PatchFormat`, `TooLarge`, `PatchPath`, `DuplicatePatches`, `StatusCode`, `Extension`,
/// `StatusReason`, `StateTransition` for a status without a reason, `EndDate`, or one of the grantor's.
pub fn parse(body: &[u8]) -> Result<Change, Fault> {
    if body.len() > MOST_BYTES {
        return Err(Fault::TooLarge);
    }
    if matches!(scan(body, MOST_DEPTH), Scan::TooDeep(_)) || has_more_values(body, MOST_VALUES) {
        return Err(Fault::PatchFormat);
    }
    let operations: Vec<&RawValue> = serde_json::from_slice(body).map_err(|_| Fault::PatchFormat)?;
    if operations.is_empty() || operations.len() > MOST_OPERATIONS {
        return Err(Fault::PatchFormat);
    }
    let mut change = Change::default();
    for operation in operations {
        // A list would be read as an object too.
        if !operation.get().starts_with('{') {
            return Err(Fault::PatchFormat);
        }
        apply(&mut change, serde_json::from_str(operation.get()).map_err(|_| Fault::PatchFormat)?)?;
    }
    if change.status.is_some() && change.reason.is_none() {
        return Err(Fault::StateTransition);
    }
    Ok(change)
}

fn apply(change: &mut Change, Operation { op, path, value }: Operation) -> Result<(), Fault> {
    match (path.as_str(), op.as_str(), value) {
        (_, "add" | "replace", None) => Err(Fault::PatchFormat),
        ("/status", "add" | "replace", Some(value)) => {
            let status = value.as_str().and_then(Status::from_code).ok_or(Fault::StatusCode)?;
            once(&mut change.status, status)
        }
        ("/extension/-", "add", Some(Value::Array(extensions))) => {
            if extensions.is_empty() {
                return Err(Fault::PatchFormat);
            }
            extensions.iter().try_for_each(|one| extension(change, one))
        }
        ("/extension/-", "add", Some(one)) => extension(change, &one),
        ("/provision/period/end", "add" | "replace", Some(value)) => {
            let day = value.as_str().and_then(day).ok_or(Fault::EndDate)?;
            once(&mut change.ends_on, Some(day))
        }
        ("/provision/period/end", "remove", _) => once(&mut change.ends_on, None),
        (_, "add" | "replace" | "remove", _) => Err(Fault::PatchPath),
        _ => Err(Fault::PatchFormat),
    }
}

/// Sets what has not been set yet.
fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), Fault> {
    if slot.is_some() {
        return Err(Fault::DuplicatePatches);
    }
    *slot = Some(value);
    Ok(())
}

fn extension(change: &mut Change, extension: &Value) -> Result<(), Fault> {
    match extension.get("url").and_then(Value::as_str) {
        Some(STATUS_REASON) => {
            let (reason, text) = status_reason(extension)?;
            once(&mut change.reason, reason)?;
            change.text = text;
            Ok(())
        }
        Some(GRANTOR) => once(&mut change.grantor, grantor(extension)?),
        Some(_) => Err(Fault::Extension),
        None => Err(Fault::PatchFormat),
    }
}

fn status_reason(extension: &Value) -> Result<(Reason, Option<String>), Fault> {
    let concept = extension.get("valueCodeableConcept").ok_or(Fault::StatusReason)?;
    let codings = concept.get("coding").and_then(Value::as_array).ok_or(Fault::StatusReason)?;
    let [coding] = codings.as_slice() else { return Err(Fault::StatusReason) };
    let text_of = |key| coding.get(key).and_then(Value::as_str);
    if text_of("system") != Some(STATUS_REASONS) {
        return Err(Fault::StatusReason);
    }
    let reason = text_of("code").and_then(Reason::from_code).ok_or(Fault::StatusReason)?;
    let text = match concept.get("text") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.trim()).filter(|text| !text.is_empty()),
        Some(_) => return Err(Fault::PatchFormat),
    };
    let unfit = |text: &str| {
        text.chars().count() > LONGEST_TEXT || text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    };
    if text.is_some_and(unfit) {
        return Err(Fault::StatusReason);
    }
    Ok((reason, text.map(str::to_owned)))
}

fn grantor(extension: &Value) -> Result<String, Fault> {
    let reference = extension.get("valueReference").filter(|value| value.is_object()).ok_or(Fault::GrantorReference)?;
    let identifier = reference.get("identifier").filter(|value| value.is_object()).ok_or(Fault::GrantorIdentifier)?;
    let text_of = |key| identifier.get(key).and_then(Value::as_str);
    if text_of("system") != Some(ODS) {
        return Err(Fault::GrantorSystem);
    }
    let value = text_of("value").map(str::trim).filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or(Fault::GrantorValue)
}

/// A date, or that of a date with a time, as it is written: whoever writes the last second of a day in UTC means that day.
fn day(text: &str) -> Option<NaiveDate> {
    let is_date = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_date {
        return NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    }
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.naive_local().date())
}
