//! Reads what Prescriptions for Patients tells. A prescription that cannot be read is left out and counted; one that is about
//! somebody else than was asked for is never read.

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use domain::NhsNumber;
use domain::medicine::{Course, DispenseStatus, DispenseStep, Issues, PrescriptionNumber};
use domain::record::Code;
use domain::shown::line as shown;
use serde_json::Value;
use service::{Tracked, TrackedItem, TrackedPlace, TrackedPrescription};
use std::collections::BTreeMap;

const ORDER_NUMBER: &str = "https://fhir.nhs.uk/Id/prescription-order-number";
const ITEM_NUMBER: &str = "https://fhir.nhs.uk/Id/prescription-order-item-number";
const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
const STATUSES: &str = "https://fhir.nhs.uk/CodeSystem/task-businessStatus-nppt";
const HISTORY: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionStatusHistory";
/// Of a prescription that is held back.
const HELD_BACK: &str = "INVALIDATED_RESOURCE";
/// The longest name, in characters.
const NAME: usize = 300;
/// The longest text, in characters.
const TEXT: usize = 600;
/// The most items of one prescription (EPS: four), and the most things told of where one stands.
const MOST: usize = 50;
/// The most prescriptions of one answer, and the most that are held back by their numbers: the rest is counted, or told of without.
const MOST_PRESCRIPTIONS: usize = 200;

/// All that is told of a person's prescriptions, of which nothing may have happened after `latest`; absent where it is no list of
/// them.
pub fn tracked(bundle: &Value, number: &NhsNumber, latest: DateTime<Utc>) -> Option<Tracked> {
    if text(bundle, "/resourceType") != Some("Bundle") || text(bundle, "/type") != Some("searchset") {
        return None;
    }
    let mut all = Tracked::default();
    for entry in list(bundle, "/entry") {
        let Some(resource) = entry.get("resource") else { continue };
        match text(resource, "/resourceType") {
            Some("Bundle") => match prescription(resource, number, latest) {
                Some(one) if fits_beside(&all, &one) => all.prescriptions.push(one),
                _ => all.unread = all.unread.saturating_add(1),
            },
            Some("OperationOutcome") => held_back(resource, &mut all),
            _ => {}
        }
    }
    Some(all)
}

fn fits_beside(all: &Tracked, one: &TrackedPrescription) -> bool {
    all.prescriptions.len() < MOST_PRESCRIPTIONS && !all.prescriptions.iter().any(|other| other.number == one.number)
}

/// What is held back: each by the number that stands in the words, or without one.
fn held_back(outcome: &Value, all: &mut Tracked) {
    for issue in list(outcome, "/issue") {
        let codes = list(issue, "/details/coding");
        if !codes.iter().any(|coding| text(coding, "/code") == Some(HELD_BACK)) {
            continue;
        }
        let words = text(issue, "/diagnostics").unwrap_or_default();
        let words = words.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '+'));
        let numbers: Vec<PrescriptionNumber> =
            words.filter(|word| word.matches('-').count() == 2).filter_map(|word| word.parse().ok()).collect();
        all.more_held_back |= numbers.is_empty();
        for number in numbers {
            match all.held_back.len() < MOST_PRESCRIPTIONS {
                true => _ = all.held_back.insert(number),
                false => all.more_held_back = true,
            }
        }
    }
}

/// The resources of a bundle, by the address under which they stand and by type and id.
struct Around<'v>(BTreeMap<String, &'v Value>);

impl<'v> Around<'v> {
    fn of(bundle: &'v Value) -> Self {
        let mut all = BTreeMap::new();
        for entry in list(bundle, "/entry") {
            let Some(resource) = entry.get("resource") else { continue };
            if let (Some(kind), Some(id)) = (text(resource, "/resourceType"), text(resource, "/id")) {
                all.insert(format!("{kind}/{id}"), resource);
            }
            if let Some(address) = text(entry, "/fullUrl") {
                all.insert(address.to_owned(), resource);
            }
        }
        Self(all)
    }

    fn get(&self, reference: Option<&str>, kind: &str) -> Option<&'v Value> {
        self.0.get(reference?).copied().filter(|found| text(found, "/resourceType") == Some(kind))
    }
}

fn prescription(bundle: &Value, asked: &NhsNumber, latest: DateTime<Utc>) -> Option<TrackedPrescription> {
    let around = Around::of(bundle);
    let requests: Vec<&Value> = list(bundle, "/entry")
        .iter()
        .filter_map(|entry| entry.get("resource"))
        .filter(|resource| text(resource, "/resourceType") == Some("MedicationRequest"))
        .collect();
    if requests.is_empty() || requests.len() > MOST {
        return None;
    }
    let mut number: Option<PrescriptionNumber> = None;
    for request in &requests {
        let subject = request.get("subject");
        let whose = identifier(subject, NHS_NUMBER).or_else(|| {
            let patient = around.get(subject.and_then(|subject| text(subject, "/reference")), "Patient")?;
            list(patient, "/identifier").iter().find_map(|one| valued(one, NHS_NUMBER))
        });
        let own: PrescriptionNumber = valued(request.get("groupIdentifier")?, ORDER_NUMBER)?.parse().ok()?;
        let same = number.as_ref().is_none_or(|number| *number == own);
        if whose.and_then(|whose| NhsNumber::parse(whose).ok()).as_ref() != Some(asked) || !same {
            return None;
        }
        number = Some(own);
    }
    let first = |read: &dyn Fn(&Value) -> Option<String>| requests.iter().find_map(|one| read(one));
    let written =
        |one: &Value| text(one, "/authoredOn").or_else(|| text(one, "/dispenseRequest/validityPeriod/start")).map(str::to_owned);
    Some(TrackedPrescription {
        number: number?,
        course: requests.iter().map(|one| course(one)).find(|course| *course != Course::Unknown).unwrap_or(Course::Unknown),
        written_on: first(&written).as_deref().and_then(day),
        prescriber: requests.iter().find_map(|one| prescriber(one, &around)).unwrap_or_default(),
        issues: requests.iter().filter_map(|one| issues(one)).reduce(Issues::merge),
        place: requests.iter().find_map(|one| place(one, &around)),
        items: requests.iter().map(|one| item(one, &around, latest)).collect(),
    })
}

fn course(request: &Value) -> Course {
    let code = list(request, "/courseOfTherapyType/coding").iter().find_map(|coding| text(coding, "/code"));
    match code {
        Some("acute") => Course::Acute,
        Some("continuous") => Course::Repeat,
        Some("continuous-repeat-dispensing") => Course::RepeatDispensing,
        _ => Course::Unknown,
    }
}

fn prescriber(request: &Value, around: &Around<'_>) -> Option<String> {
    let role = around.get(text(request, "/requester/reference"), "PractitionerRole")?;
    let organisation = around.get(text(role, "/organization/reference"), "Organization")?;
    Some(shown(text(organisation, "/name")?, NAME)).filter(|name| !name.is_empty())
}

/// How often it may be given: `numberOfRepeatsAllowed` counts those after the first, `numberOfRepeatsIssued` those of them that
/// were issued, `numberOfPrescriptionsIssued` all of them.
fn issues(request: &Value) -> Option<Issues> {
    let small = |value: &Value| value.as_u64().and_then(|number| u16::try_from(number).ok());
    let of = request.pointer("/dispenseRequest/numberOfRepeatsAllowed").and_then(small)?.checked_add(1)?;
    if of < 2 || course(request) == Course::Acute {
        return None;
    }
    let mut extensions: Vec<&Value> = list(request, "/extension").iter().collect();
    extensions.extend(list(request, "/basedOn/0/extension"));
    let counted = |name: &str| {
        let inner = extensions.iter().flat_map(|extension| list(extension, "/extension"));
        let mut named = inner.filter(|one| text(one, "/url") == Some(name));
        named.find_map(|one| one.get("valueInteger").or_else(|| one.get("valueUnsignedInt")).and_then(small))
    };
    let issue = counted("numberOfRepeatsIssued").and_then(|number| number.checked_add(1));
    let issue = issue.or_else(|| counted("numberOfPrescriptionsIssued")).unwrap_or(1).max(1);
    Some(Issues {
        issue,
        of,
        from: text(request, "/dispenseRequest/validityPeriod/start").and_then(day),
        days: request.pointer("/dispenseRequest/expectedSupplyDuration/value").and_then(small).filter(|days| *days > 0),
    })
}

fn place(request: &Value, around: &Around<'_>) -> Option<TrackedPlace> {
    let performer = request.pointer("/dispenseRequest/performer")?;
    let Some(organisation) = around.get(text(performer, "/reference"), "Organization") else {
        let ods = ods(identifier(Some(performer), ODS)?)?;
        return Some(TrackedPlace {
            ods,
            name: shown(text(performer, "/display").unwrap_or_default(), NAME),
            ..TrackedPlace::default()
        });
    };
    let ods = ods(list(organisation, "/identifier").iter().find_map(|one| valued(one, ODS))?)?;
    let telecom = |system: &str| {
        let mut all = list(organisation, "/telecom").iter().filter(|one| text(one, "/system") == Some(system));
        shown(all.find_map(|one| text(one, "/value")).unwrap_or_default(), NAME)
    };
    let address = list(organisation, "/address").first().or_else(|| organisation.get("address").filter(|one| one.is_object()));
    Some(TrackedPlace {
        ods,
        name: shown(text(organisation, "/name").unwrap_or_default(), NAME),
        phone: telecom("phone"),
        address: address.map(in_a_row).unwrap_or_default(),
        web: telecom("url"),
    })
}

/// An address on one line.
fn in_a_row(address: &Value) -> String {
    let lines = list(address, "/line").iter().filter_map(Value::as_str);
    let lines: Vec<&str> = lines.chain(text(address, "/city")).collect();
    let told = if lines.is_empty() { text(address, "/text").into_iter().collect() } else { lines };
    let all = told.into_iter().chain(text(address, "/postalCode")).map(str::trim).filter(|part| !part.is_empty());
    shown(&all.collect::<Vec<_>>().join(", "), TEXT)
}

fn item(request: &Value, around: &Around<'_>, latest: DateTime<Utc>) -> TrackedItem {
    let medication = around.get(text(request, "/medicationReference/reference"), "Medication");
    let concept = request.get("medicationCodeableConcept").or_else(|| medication?.get("code")).unwrap_or(&Value::Null);
    let codings = list(concept, "/coding");
    let name = text(concept, "/text").or_else(|| codings.iter().find_map(|coding| text(coding, "/display")));
    let code = codings.iter().find_map(|coding| {
        let (system, code) = (text(coding, "/system")?, text(coding, "/code")?);
        (fits(system) && fits(code)).then(|| Code { system: system.to_owned(), code: code.to_owned(), display: None })
    });
    // The address under which it stands in the bundle may be another at each answer: the identifier alone is its number.
    let number = list(request, "/identifier").iter().find_map(|one| valued(one, ITEM_NUMBER)).filter(|number| fits(number));
    let notes: Vec<&str> = list(request, "/note").iter().filter_map(|note| text(note, "/text")).collect();
    let quantity = request.pointer("/dispenseRequest/quantity/value").filter(|value| value.is_number());
    let unit = text(request, "/dispenseRequest/quantity/unit").unwrap_or_default();
    TrackedItem {
        number: number.map(str::to_owned),
        name: shown(name.unwrap_or_default(), NAME),
        code,
        quantity: quantity.map(|value| shown(&format!("{value} {unit}"), NAME)).unwrap_or_default(),
        note: shown(&notes.join(" "), TEXT),
        steps: steps(request, latest),
    }
}

/// Where it stands and stood, each with its time; what has no time, or is of a time to come, counts for nothing.
fn steps(request: &Value, latest: DateTime<Utc>) -> Vec<DispenseStep> {
    let told = list(request, "/extension").iter().filter(|extension| text(extension, "/url") == Some(HISTORY)).take(MOST);
    let step = |extension: &Value| {
        let parts = list(extension, "/extension");
        let part = |name: &str| parts.iter().find(|part| text(part, "/url") == Some(name));
        let coding = part("status")?.get("valueCoding")?;
        let status = text(coding, "/code").filter(|_| text(coding, "/system") == Some(STATUSES))?;
        let at = DateTime::parse_from_rfc3339(text(part("statusDate")?, "/valueDateTime")?).ok()?.to_utc();
        let at = at.duration_trunc(TimeDelta::microseconds(1)).ok()?;
        (at <= latest && at >= DateTime::UNIX_EPOCH)
            .then_some(DispenseStep { at, status: DispenseStatus::from_national(status)? })
    };
    told.filter_map(step).collect()
}

fn text<'v>(value: &'v Value, at: &str) -> Option<&'v str> {
    value.pointer(at)?.as_str()
}

fn list<'v>(value: &'v Value, at: &str) -> &'v [Value] {
    value.pointer(at).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The value of an identifier of this system.
fn valued<'v>(identifier: &'v Value, system: &str) -> Option<&'v str> {
    text(identifier, "/value").filter(|_| text(identifier, "/system") == Some(system))
}

/// The same of a reference that holds one.
fn identifier<'v>(reference: Option<&'v Value>, system: &str) -> Option<&'v str> {
    valued(reference?.get("identifier")?, system)
}

fn fits(text: &str) -> bool {
    !text.is_empty() && text.len() <= 200 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn ods(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    (!code.is_empty() && code.len() <= 12 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(code)
}

/// A date, or that of a date with a time as it is written.
fn day(text: &str) -> Option<NaiveDate> {
    let day = text.get(..10)?;
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()
}
