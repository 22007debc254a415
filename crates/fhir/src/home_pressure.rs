//! The average of a week of blood pressure at home as a FHIR R4 `Observation`: pure. Its parts have the codes for averages at home
//! (SNOMED CT 413606001 and 413605002), as UK Core's profile "Average Blood Pressure" wants them.

use crate::own::{ORIGIN, SNOMED, Subject, reference, tag};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::reading::Amount;
use domain::reading::week::Mean;
use serde_json::{Value, json};

const PROFILE: &str = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Observation-AverageBloodPressure";

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    /// Its id, a UUID.
    pub id: String,
    /// The person's NHS number, 10 digits.
    pub nhs_number: Option<&'a str>,
    /// The person's name.
    pub name: String,
    /// When the first and the last that count were taken.
    pub period: (DateTime<Utc>, DateTime<Utc>),
    /// The average.
    pub mean: Mean,
    /// On how many days these were taken.
    pub days: usize,
}

/// The average as a FHIR R4 `Observation`.
#[must_use]
pub fn observation(told: &Told<'_>) -> Value {
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let part = |code: &str, display: &str, amount: Amount| {
        json!({
            "code": { "coding": [{ "system": SNOMED, "code": code, "display": display }] },
            // A blood pressure is whole millimetres of mercury.
            "valueQuantity": { "value": amount.thousandths() / 1000, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" },
        })
    };
    let second = told.mean.second.map(|second| part("413605002", "Average home diastolic blood pressure", second));
    let first = part("413606001", "Average home systolic blood pressure", told.mean.first);
    let subject = reference(&Subject { nhs_number: told.nhs_number.map(str::to_owned), name: told.name.clone() });
    json!({
        "resourceType": "Observation",
        "id": told.id,
        "meta": { "profile": [PROFILE], "tag": [tag()] },
        "status": "final",
        "category": [
            { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs", "display": "Vital Signs",
            }] },
            { "coding": [{ "system": ORIGIN, "code": "self-recorded" }], "text": "Self-recorded" },
        ],
        "code": {
            "coding": [{ "system": SNOMED, "code": "75367002", "display": "Blood pressure" }],
            "text": "Average blood pressure at home",
        },
        "subject": subject,
        "performer": [subject],
        "effectivePeriod": { "start": time(told.period.0), "end": time(told.period.1) },
        "method": { "text": format!(
            "NICE NG136, 1.2.7: the average of {} readings on {} days, 2 at a time, morning and evening, without the first day",
            told.mean.readings, told.days,
        ) },
        "note": [{ "text": "Measured and written down by the person, or by somebody who acts for them. Nobody has checked it." }],
        "component": std::iter::once(first).chain(second).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_has_the_codes_for_averages_at_home() {
        let mean = Mean { readings: 12, first: Amount::whole(138), second: Some(Amount::whole(86)) };
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let told = Told {
            id: "019a5f00-0000-7000-8000-000000000000".to_owned(),
            nhs_number: Some("9990000018"),
            name: "Sam Rivers".to_owned(),
            period: (at("2026-11-04T08:00:00Z"), at("2026-11-06T20:02:00Z")),
            mean,
            days: 3,
        };
        let it = observation(&told);
        let codes: Vec<_> = ["/component/0", "/component/1"]
            .map(|part| (it.pointer(&format!("{part}/code/coding/0/code")), it.pointer(&format!("{part}/valueQuantity/value"))))
            .to_vec();
        assert_eq!(codes, [(Some(&json!("413606001")), Some(&json!(138))), (Some(&json!("413605002")), Some(&json!(86)))]);
        assert_eq!(it["effectivePeriod"], json!({ "start": "2026-11-04T08:00:00Z", "end": "2026-11-06T20:02:00Z" }));
        assert_eq!(it.pointer("/subject/identifier/value"), Some(&json!("9990000018")));
        assert!(it["method"]["text"].as_str().unwrap().contains("12 readings on 3 days"));
        assert_eq!(it.pointer("/meta/tag/0/code"), Some(&json!("self-recorded")));
        assert_eq!(it.pointer("/category/0/coding/0/code"), Some(&json!("vital-signs")));
        assert_eq!(it.pointer("/category/1/coding/0/code"), Some(&json!("self-recorded")));
        assert_eq!(it.pointer("/performer/0/identifier/value"), Some(&json!("9990000018")));
        let unnumbered = observation(&Told { nhs_number: None, ..told });
        assert!(unnumbered["subject"].get("identifier").is_none());
    }
}
