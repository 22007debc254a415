//! Prescriptions of the demonstration in different states, told as the national service tells them.

use super::codes::{AMLODIPINE_5, ATORVASTATIN_20, Concept, METFORMIN_500, RAMIPRIL_5};
use chrono::{DateTime, Days, TimeDelta, Utc};
use domain::medicine::{Course, DispenseStatus, DispenseStep, Issues, PrescriptionNumber};
use domain::record::Code;
use domain::when::london_day;
use service::{TrackedItem, TrackedPlace, TrackedPrescription};

/// Whose they are, by the word of the demonstration.
pub const PERSON: &str = "margaret";

/// An item, and where it stood so many hours ago.
fn item(
    number: &str,
    medicine: Concept,
    (quantity, note): (&str, &str),
    steps: &[(i64, DispenseStatus)],
    now: DateTime<Utc>,
) -> TrackedItem {
    let step = |(hours, status): &(i64, DispenseStatus)| DispenseStep { at: now - TimeDelta::hours(*hours), status: *status };
    TrackedItem {
        number: Some(number.to_owned()),
        name: medicine.text.to_owned(),
        code: medicine.dmd.map(|code| Code { system: "http://snomed.info/sct".to_owned(), code: code.to_owned(), display: None }),
        quantity: quantity.to_owned(),
        note: note.to_owned(),
        steps: steps.iter().map(step).collect(),
    }
}

/// What is told now: one that is partly ready, one of repeat dispensing that was collected, and one that is with no pharmacy yet.
pub fn told(now: DateTime<Utc>, practice: &str) -> Vec<TrackedPrescription> {
    use DispenseStatus::{Approved, Collected, PreparingRemainder, ReadyToCollect, ReadyToCollectPartial, WithPharmacy};
    let today = london_day(now);
    let pharmacy = TrackedPlace {
        ods: "FZZ01".to_owned(),
        name: "Bellflower Pharmacy".to_owned(),
        phone: "01632 960101".to_owned(),
        address: "3 Market Square, Prunella, ZZ99 1AB".to_owned(),
        web: String::new(),
    };
    let one = |number: &str,
               course: Course,
               days: u64,
               place: Option<TrackedPlace>,
               issues: Option<Issues>,
               items: Vec<TrackedItem>| {
        Some(TrackedPrescription {
            number: PrescriptionNumber::parse(number).ok()?,
            course,
            written_on: today.checked_sub_days(Days::new(days)),
            prescriber: practice.to_owned(),
            issues,
            place,
            items,
        })
    };
    let ready = vec![
        item(
            "d1000000-0000-4000-8000-000000000001",
            RAMIPRIL_5,
            ("28 capsules", ""),
            &[(50, Approved), (28, WithPharmacy), (3, ReadyToCollect)],
            now,
        ),
        item(
            "d1000000-0000-4000-8000-000000000002",
            METFORMIN_500,
            ("112 tablets", "We owe you 56 tablets. They come tomorrow."),
            &[(50, Approved), (28, WithPharmacy), (3, ReadyToCollectPartial), (2, PreparingRemainder)],
            now,
        ),
    ];
    let given = vec![item(
        "d1000000-0000-4000-8000-000000000003",
        ATORVASTATIN_20,
        ("28 tablets", ""),
        &[(250, WithPharmacy), (220, ReadyToCollect), (200, Collected)],
        now,
    )];
    let waits = vec![item("d1000000-0000-4000-8000-000000000004", AMLODIPINE_5, ("28 tablets", ""), &[(1, Approved)], now)];
    let issues = Issues { issue: 2, of: 6, from: today.checked_sub_days(Days::new(9)), days: Some(28) };
    [
        one("24F5DA-A83008-7EFE6Z", Course::Repeat, 2, Some(pharmacy.clone()), None, ready),
        one("754CB4-E81001-0B9EB8", Course::RepeatDispensing, 40, Some(pharmacy), Some(issues), given),
        one("04F4C2-A99968-7F717P", Course::Acute, 0, None, None, waits),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_three_with_numbers_that_fit() {
        let all = told(DateTime::UNIX_EPOCH + TimeDelta::days(20_000), "A practice");
        assert_eq!(all.len(), 3);
        for one in all {
            assert!(PrescriptionNumber::typed(one.number.as_str()).is_ok());
            assert!(one.items.iter().all(|item| !item.steps.is_empty()));
        }
    }
}
