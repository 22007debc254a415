//! Where items of prescriptions stand, as the systems of pharmacies tell it: a FHIR R4 transaction of `Task`, in the shape of NHS
//! England's Prescription Status Update API.

use crate::scan::{Scan, has_more_values, scan};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::NhsNumber;
use domain::medicine::{DispenseStatus, DispenseStep, PrescriptionNumber};
use serde_json::{Value, json};

/// The most bytes that are read.
pub const MOST_BYTES: usize = 256 * 1024;
/// The most items of which one transaction tells.
pub const MOST_ITEMS: usize = 100;
/// How many objects and lists may stand one within another.
const MOST_DEPTH: usize = 16;
/// How many values it may hold.
const MOST_VALUES: usize = 20_000;
/// The longest name of an item, in characters.
const LONGEST_ID: usize = 64;
/// The longest text, in characters.
const LONGEST_TEXT: usize = 300;

const ORDER_NUMBER: &str = "https://fhir.nhs.uk/Id/prescription-order-number";
const ITEM_NUMBER: &str = "https://fhir.nhs.uk/Id/prescription-order-item-number";
const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
const STATUSES: &str = "https://fhir.nhs.uk/CodeSystem/task-businessStatus-nppt";
const CODES: &str = "https://fhir.nhs.uk/CodeSystem/Spine-ErrorOrWarningCode";

/// What is told of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Whose.
    pub nhs_number: NhsNumber,
    /// Of which prescription.
    pub number: PrescriptionNumber,
    /// Which item, as its source calls it.
    pub item: String,
    /// The medicine's name, where it is told (`focus.display`).
    pub name: String,
    /// Where it stands, and since when.
    pub step: DispenseStep,
    /// The pharmacy that has it, by its ODS code.
    pub owner: Option<String>,
    /// Which issue it is, of a prescription that is given more than once.
    pub issue: Option<u16>,
    /// What the pharmacy writes to the person.
    pub note: String,
}

/// What is wrong with one part of what was sent. It repeats nothing that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a FHIRPath expression.
    pub at: String,
    /// What, in one sentence.
    pub what: &'static str,
}

fn problem(at: impl Into<String>, what: &'static str) -> Problem {
    Problem { at: at.into(), what }
}

/// Reads a transaction within limits of size, depth and number. Nothing may have happened after `latest`.
///
/// # Errors
/// Every [`Problem`] that is found, at least one.
pub fn parse(body: &[u8], latest: DateTime<Utc>) -> Result<Vec<Update>, Vec<Problem>> {
    let whole = |what| vec![problem("Bundle", what)];
    if body.len() > MOST_BYTES {
        return Err(whole("It is too long."));
    }
    if matches!(scan(body, MOST_DEPTH), Scan::TooDeep(_)) || has_more_values(body, MOST_VALUES) {
        return Err(whole("It holds too much."));
    }
    let bundle: Value = serde_json::from_slice(body).map_err(|_| whole("It is not JSON."))?;
    let is = |key: &str, value: &str| bundle.get(key).and_then(Value::as_str) == Some(value);
    if !is("resourceType", "Bundle") || !is("type", "transaction") {
        return Err(whole("It is not a Bundle of type transaction."));
    }
    let Some(entries) = bundle.get("entry").and_then(Value::as_array).filter(|entries| !entries.is_empty()) else {
        return Err(vec![problem("Bundle.entry", "It has no entries.")]);
    };
    if entries.len() > MOST_ITEMS {
        return Err(vec![problem("Bundle.entry", "It has too many entries.")]);
    }
    let (mut updates, mut problems) = (Vec::new(), Vec::new());
    for (at, entry) in entries.iter().enumerate() {
        match task(entry.get("resource").unwrap_or(&Value::Null), latest) {
            Ok(update) => updates.push(update),
            Err(found) => {
                let place = |(field, what): (&str, &'static str)| problem(format!("Bundle.entry[{at}].resource{field}"), what);
                problems.extend(found.into_iter().map(place));
            }
        }
    }
    if problems.is_empty() { Ok(updates) } else { Err(problems) }
}

type Found = (&'static str, &'static str);

fn task(task: &Value, latest: DateTime<Utc>) -> Result<Update, Vec<Found>> {
    if task.get("resourceType").and_then(Value::as_str) != Some("Task") {
        return Err(vec![("", "It is not a Task.")]);
    }
    let mut problems = Vec::new();
    let mut must = |found: Option<()>, field: &'static str, what: &'static str| {
        if found.is_none() {
            problems.push((field, what));
        }
    };
    let of = |at: &str, system: &str| identifier(task.pointer(at), system);
    let number = of("/basedOn/0", ORDER_NUMBER).and_then(|text| PrescriptionNumber::parse(text).ok());
    must(number.as_ref().map(drop), ".basedOn", "It needs the number of a prescription.");
    let item = of("/focus", ITEM_NUMBER).map(str::trim).filter(|text| fits(text, LONGEST_ID));
    must(item.map(drop), ".focus", "It needs the number of an item.");
    let nhs_number = of("/for", NHS_NUMBER).and_then(|text| NhsNumber::parse(text).ok());
    must(nhs_number.as_ref().map(drop), ".for", "It needs a valid NHS number.");
    let owner = of("/owner", ODS).and_then(ods);
    must(task.get("owner").map_or(Some(()), |_| owner.as_ref().map(drop)), ".owner", "It needs the ODS code of an organisation.");
    let status = task.pointer("/businessStatus/coding").and_then(Value::as_array).and_then(|codings| {
        let mut named = codings.iter().filter(|coding| coding.get("system").and_then(Value::as_str) == Some(STATUSES));
        named.find_map(|coding| DispenseStatus::from_national(coding.get("code")?.as_str()?))
    });
    must(status.map(drop), ".businessStatus", "It needs one of the 13 national statuses.");
    let told = task.get("lastModified").and_then(Value::as_str);
    let told = told.and_then(|text| DateTime::parse_from_rfc3339(text).ok()).map(|at| at.to_utc());
    must(told.map(drop), ".lastModified", "It needs a date with a time.");
    let at = told.filter(|at| *at <= latest && *at >= DateTime::UNIX_EPOCH);
    must(told.map_or(Some(()), |_| at.map(drop)), ".lastModified", "It is not of a time that has come.");
    let issue = issue(task);
    must(issue.map(drop), ".input", "The repeat number is none.");
    match (number, item, nhs_number, status, at, issue) {
        (Some(number), Some(item), Some(nhs_number), Some(status), Some(at), Some(issue)) if problems.is_empty() => {
            // As exactly as both engines keep it.
            let at = at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at);
            Ok(Update {
                nhs_number,
                number,
                item: item.to_owned(),
                name: text(task.pointer("/focus/display")),
                step: DispenseStep { at, status },
                owner,
                issue,
                note: text(task.pointer("/note/0/text")),
            })
        }
        _ => Err(problems),
    }
}

/// The identifier of this system in a reference; one that names no system counts.
fn identifier<'v>(reference: Option<&'v Value>, system: &str) -> Option<&'v str> {
    let identifier = reference?.get("identifier")?;
    let named = identifier.get("system").and_then(Value::as_str);
    identifier.get("value")?.as_str().filter(|_| named.is_none_or(|named| named == system))
}

fn fits(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn ods(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    (fits(&code, 12) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(code)
}

/// The input "Repeat Number"; `None` where it is no number, `Some(None)` where there is none.
#[expect(clippy::option_option, reason = "no number and a wrong number are two things")]
fn issue(task: &Value) -> Option<Option<u16>> {
    let inputs = task.get("input").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let named = |input: &&Value| input.pointer("/type/text").and_then(Value::as_str) == Some("Repeat Number");
    let Some(input) = inputs.iter().find(named) else { return Some(None) };
    let number = input.get("valueInteger").and_then(Value::as_u64).and_then(|number| u16::try_from(number).ok());
    number.filter(|number| (1..=99).contains(number)).map(Some)
}

/// A text for people, without what cannot be shown, cut to what a page has room for; empty where there is none.
fn text(value: Option<&Value>) -> String {
    domain::shown::line(value.and_then(Value::as_str).unwrap_or_default(), LONGEST_TEXT)
}

/// That all of it was taken.
#[must_use]
pub fn taken(count: usize) -> Value {
    let issue = json!({ "severity": "information", "code": "informational", "diagnostics": "Taken." });
    let outcome = json!({ "resourceType": "OperationOutcome", "issue": [issue] });
    let entry = json!({ "response": { "status": "201 Created", "outcome": outcome } });
    json!({ "resourceType": "Bundle", "type": "transaction-response", "entry": vec![entry; count] })
}

/// That nothing of it was taken, and why.
#[must_use]
pub fn refused(problems: &[Problem]) -> Value {
    let issue = |problem: &Problem| {
        json!({
            "severity": "error",
            "code": "invalid",
            "details": { "coding": [{ "system": CODES, "code": "INVALID_VALUE", "display": "Invalid value" }] },
            "diagnostics": problem.what,
            "expression": [problem.at],
        })
    };
    json!({ "resourceType": "OperationOutcome", "issue": problems.iter().map(issue).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn latest() -> DateTime<Utc> {
        "2026-11-03T11:00:00Z".parse().unwrap()
    }

    fn bundle(tasks: &[Value]) -> Value {
        let entry: Vec<Value> =
            tasks.iter().map(|task| json!({ "resource": task, "request": { "method": "POST", "url": "Task" } })).collect();
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": entry })
    }

    /// As the published examples have it.
    fn one() -> Value {
        json!({
            "resourceType": "Task", "id": "4d70678c-81e4-4ff4-8c67-17596fd0aa46", "status": "in-progress", "intent": "order",
            "basedOn": [{ "identifier": { "system": ORDER_NUMBER, "value": "07A66F-A83008-1EEEA0" } }],
            "businessStatus": { "coding": [{ "system": STATUSES, "code": "Ready to collect" }] },
            "focus": { "identifier": { "system": ITEM_NUMBER, "value": "6989b7bd-8db6-428c-a593-4022e3044c00" } },
            "for": { "identifier": { "system": NHS_NUMBER, "value": "9449304130" } },
            "lastModified": "2023-09-11T10:11:12Z",
            "owner": { "identifier": { "system": ODS, "value": "C9Z1O" } },
        })
    }

    fn read(task: &Value) -> Result<Update, Vec<String>> {
        let told = parse(bundle(std::slice::from_ref(task)).to_string().as_bytes(), latest());
        told.map(|mut all| all.remove(0)).map_err(|found| found.into_iter().map(|one| one.at).collect())
    }

    #[test]
    fn a_status_is_read_as_the_examples_have_it() {
        let update = read(&one()).unwrap();
        assert_eq!(update.step.status, DispenseStatus::ReadyToCollect);
        assert_eq!(update.step.at, "2023-09-11T10:11:12Z".parse::<DateTime<Utc>>().unwrap());
        assert_eq!((update.number.as_str(), update.nhs_number.as_digits()), ("07A66F-A83008-1EEEA0", "9449304130"));
        assert_eq!((update.item.as_str(), update.owner.as_deref()), ("6989b7bd-8db6-428c-a593-4022e3044c00", Some("C9Z1O")));
        assert_eq!((update.issue, update.name.as_str(), update.note.as_str()), (None, "", ""));
        let mut more = one();
        more["input"] = json!([{ "type": { "text": "Repeat Number" }, "valueInteger": 2 }]);
        more["note"] = json!([{ "text": " Locker 6.\u{0}\nAccess code: 330984. " }]);
        more["focus"]["display"] = json!("Ramipril");
        more["lastModified"] = json!("2026-11-03T10:00:00.123456789+01:00");
        let update = read(&more).unwrap();
        assert_eq!((update.issue, update.note.as_str()), (Some(2), "Locker 6.  Access code: 330984."));
        assert_eq!(update.name, "Ramipril");
        assert_eq!(update.step.at, "2026-11-03T09:00:00.123456Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn each_thing_that_is_wrong_is_named_and_all_or_nothing_is_taken() {
        let wrong: [(&str, Value, &str); 14] = [
            ("resourceType", json!("Patient"), ""),
            ("basedOn", json!([{ "identifier": { "system": ORDER_NUMBER, "value": "x" } }]), ".basedOn"),
            ("basedOn", json!([{ "identifier": { "system": "urn:x", "value": "07A66F-A83008-1EEEA0" } }]), ".basedOn"),
            ("focus", json!({ "identifier": { "value": "" } }), ".focus"),
            ("focus", json!({ "identifier": { "value": "x\u{0}y" } }), ".focus"),
            ("for", json!({ "identifier": { "system": NHS_NUMBER, "value": "9449304131" } }), ".for"),
            ("owner", json!({ "identifier": { "system": ODS, "value": "not a code" } }), ".owner"),
            ("businessStatus", json!({ "coding": [{ "system": STATUSES, "code": "Ready" }] }), ".businessStatus"),
            ("businessStatus", json!({ "coding": [{ "system": "urn:x", "code": "Collected" }] }), ".businessStatus"),
            ("lastModified", json!("2023-09-11"), ".lastModified"),
            ("lastModified", json!("2026-11-03T11:00:01Z"), ".lastModified"),
            ("lastModified", json!("1969-12-31T23:59:59Z"), ".lastModified"),
            ("input", json!([{ "type": { "text": "Repeat Number" }, "valueInteger": 0 }]), ".input"),
            ("input", json!([{ "type": { "text": "Repeat Number" }, "valueInteger": "2" }]), ".input"),
        ];
        for (field, value, at) in wrong {
            let mut task = one();
            task[field] = value;
            assert_eq!(read(&task), Err(vec![format!("Bundle.entry[0].resource{at}")]), "{task}");
        }
        let mut second = one();
        second.as_object_mut().unwrap().remove("focus");
        second.as_object_mut().unwrap().remove("for");
        let found = parse(bundle(&[one(), second]).to_string().as_bytes(), latest()).unwrap_err();
        let places: Vec<&str> = found.iter().map(|one| one.at.as_str()).collect();
        assert_eq!(places, ["Bundle.entry[1].resource.focus", "Bundle.entry[1].resource.for"]);
        assert_eq!(refused(&found)["issue"][1]["expression"][0], "Bundle.entry[1].resource.for");
        // Who has it need not be told.
        let mut nobody = one();
        nobody.as_object_mut().unwrap().remove("owner");
        assert_eq!(read(&nobody).unwrap().owner, None);
        assert_eq!(taken(2)["entry"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_transaction_is_refused_whole() {
        let many = bundle(&vec![one(); MOST_ITEMS + 1]).to_string();
        let deep = "[".repeat(100_000);
        let wide = format!("[{}]", "1,".repeat(30_000) + "1");
        let long = format!("{}{}", bundle(&[one()]), " ".repeat(MOST_BYTES));
        for body in [
            "",
            "x",
            "[]",
            "{}",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[]}",
            &many,
            &deep,
            &wide,
            &long,
        ] {
            assert_eq!(parse(body.as_bytes(), latest()).unwrap_err().len(), 1, "{}", &body[..body.len().min(80)]);
        }
        assert_eq!(parse(bundle(&vec![one(); MOST_ITEMS]).to_string().as_bytes(), latest()).unwrap().len(), MOST_ITEMS);
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Err(found) = parse(&bytes, latest()) {
                prop_assert!(!found.is_empty());
            }
        }

        #[test]
        fn a_message_with_a_changed_part_is_read_or_refused(at in 0_usize..900, with in any::<u8>(), cut in any::<bool>()) {
            let mut bytes = bundle(&[one()]).to_string().into_bytes();
            let at = at.min(bytes.len() - 1);
            if cut { bytes.truncate(at); } else { bytes[at] = with; }
            match parse(&bytes, latest()) {
                Ok(updates) => prop_assert!(updates.iter().all(|update| update.step.at <= latest())),
                Err(found) => prop_assert!(!found.is_empty()),
            }
        }
    }
}
