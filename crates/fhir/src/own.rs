//! What people record and answer themselves as FHIR R4 resources: pure. Each says by a tag, its category, its performer and a note that no
//! service measured or checked it.

use crate::how;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::reading::{Amount, Entered, Measure, Unit};
use serde_json::{Number, Value, json};

pub(crate) const SNOMED: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";
const UCUM: &str = "http://unitsofmeasure.org";
pub(crate) const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
/// What our own words about where something comes from are in.
pub(crate) const ORIGIN: &str = "https://selfheal.example/fhir/CodeSystem/origin";
/// What is measured, where neither LOINC nor SNOMED CT has a code for just that: our own words.
const MEASURE: &str = "https://selfheal.example/fhir/CodeSystem/measure";
/// A score, on the response that it was worked out from.
const SCORE: &str = "https://selfheal.example/fhir/StructureDefinition/questionnaire-score";
const UNCHECKED: &str = "Measured and written down by the person, or by somebody who acts for them. Nobody has checked it.";
const WORKED_OUT: &str = "Worked out of the newest weight and height that are recorded here. Nobody typed or checked it.";

/// About whom it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The NHS number, 10 digits.
    pub nhs_number: Option<String>,
    /// The name.
    pub name: String,
}

/// Who wrote something down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The person.
    Person,
    /// Somebody who acts for them.
    Carer,
}

/// A reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<'a> {
    /// Its id, a UUID.
    pub id: String,
    /// Of what.
    pub measure: Measure,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// Its first number, in the measure's own unit.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// The unit in which it was typed, and what was typed.
    pub typed: (&'a Unit, &'a str),
    /// How it was taken, as it is kept.
    pub settings: &'a str,
    /// The same in words: what was asked, and what was answered.
    pub how: Vec<(&'static str, &'static str)>,
    /// What was written to it.
    pub note: &'a str,
    /// Who wrote it down.
    pub by: By,
    /// Who of a care team entered it for the person, with where they work, and how they came to know it; and nobody changed it since.
    pub entered: Option<(String, Entered, bool)>,
    /// From where it was brought in, in words; empty where somebody typed it here.
    pub origin: &'static str,
    /// What measured it; empty where nothing says.
    pub device: &'a str,
    /// When it was made what it is.
    pub changed_at: DateTime<Utc>,
    /// Which version it is.
    pub version: i32,
}

/// A body mass index that is worked out of two readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bmi {
    /// Its id, a UUID: it is kept nowhere.
    pub id: String,
    /// The number, in kg/m².
    pub value: Amount,
    /// References to the weight and the height.
    pub from: [String; 2],
    /// When the later of these was taken.
    pub taken_at: DateTime<Utc>,
    /// When the later of these was made what it is.
    pub changed_at: DateTime<Utc>,
    /// Goes up with each change of one of these.
    pub version: i32,
}

/// A photo of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Photo<'a> {
    /// Its id, a UUID.
    pub id: &'a str,
    /// That of the reading.
    pub reading: &'a str,
    /// What it shows; may be empty.
    pub words: &'a str,
    /// Who added it.
    pub by: By,
    /// When.
    pub at: DateTime<Utc>,
    /// The picture.
    pub jpeg: &'a [u8],
}

/// A response to a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response<'a> {
    /// Its id, a UUID.
    pub id: String,
    /// The word of the questionnaire and the version of its file, and what it is called.
    pub questionnaire: (&'a str, &'a str, &'a str),
    /// `in-progress`, `completed` or `amended`.
    pub status: &'a str,
    /// Its items, as they are kept.
    pub items: Value,
    /// The score, the highest that there could be, and what it means.
    pub score: Option<(i32, Option<i32>, &'a str)>,
    /// Who made it what it is.
    pub by: By,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// Which version it is.
    pub version: i32,
}

/// Something that is measured for some days in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week<'a> {
    /// Its id, a UUID.
    pub id: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// Of which measure.
    pub measure: Measure,
    /// Its first and its last day.
    pub days: (NaiveDate, NaiveDate),
    /// `active`, `on-hold`, `completed` or `revoked`.
    pub status: &'a str,
    /// What it came to, in a sentence; empty where it came to nothing yet.
    pub outcome: &'a str,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
}

pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn number(amount: Amount) -> Value {
    amount.to_string().parse::<Number>().map_or(Value::Null, Value::Number)
}

pub(crate) fn meta(version: i32, changed_at: DateTime<Utc>) -> Value {
    json!({
        "versionId": version.to_string(),
        "lastUpdated": time(changed_at),
        "tag": [tag()],
    })
}

/// What marks a resource as recorded by the person.
pub(crate) fn tag() -> Value {
    json!({ "system": ORIGIN, "code": "self-recorded", "display": "Recorded by the person, not checked" })
}

pub(crate) fn reference(subject: &Subject) -> Value {
    let mut it = json!({ "type": "Patient", "display": subject.name });
    if let Some(number) = &subject.nhs_number {
        it["identifier"] = json!({ "system": NHS_NUMBER, "value": number });
    }
    it
}

pub(crate) fn performer(subject: &Subject, by: By) -> Value {
    match by {
        By::Person => reference(subject),
        By::Carer => json!({ "type": "RelatedPerson", "display": "Somebody who acts for the person" }),
    }
}

fn codes(loinc: &str, snomed: &str, name: &str) -> Value {
    let coding: Vec<Value> = [(LOINC, loinc), (SNOMED, snomed)]
        .iter()
        .filter(|(_, code)| !code.is_empty())
        .map(|(system, code)| json!({ "system": system, "code": code }))
        .collect();
    if coding.is_empty() { json!({ "text": name }) } else { json!({ "coding": coding, "text": name }) }
}

/// What a measure is, in the codes that are told of it; in one of our own where it has none.
fn coded(measure: Measure, (loinc, snomed): (&str, &str)) -> Value {
    let mut it = codes(loinc, snomed, measure.clinical_name());
    if let Some(code) = own_code(measure) {
        it["coding"] = json!([{ "system": MEASURE, "code": code, "display": measure.clinical_name() }]);
    }
    it
}

/// Our own code of a measure that has no other.
fn own_code(measure: Measure) -> Option<&'static str> {
    (measure.codes() == ("", "")).then(|| measure.code())
}

fn quantity(measure: Measure, amount: Amount) -> Value {
    let unit = measure.unit();
    let shown = if unit.shown.is_empty() { unit.ucum } else { unit.shown };
    json!({ "value": number(measure.rounded(amount)), "unit": shown, "system": UCUM, "code": unit.ucum })
}

/// A reading as a FHIR R4 `Observation`.
#[must_use]
pub fn observation(subject: &Subject, reading: &Reading<'_>) -> Value {
    let measure = reading.measure;
    let (code, display) = (measure.kind().code(), measure.kind().title());
    let (unit, said) = reading.typed;
    let as_entered = reading.entered.as_ref().filter(|(.., is_unchanged)| *is_unchanged);
    let mut notes = match &reading.entered {
        Some((who, how, true)) => vec![format!("{}. {who} entered it for the person.", how.in_words())],
        Some((who, ..)) => vec![UNCHECKED.to_owned(), format!("{who} entered it for the person, who changed it since.")],
        None => vec![UNCHECKED.to_owned()],
    };
    // What a care team measured the person did not.
    let is_measured = as_entered.is_some_and(|(_, how, _)| *how == Entered::Practice);
    let performer = match as_entered {
        Some((who, ..)) => json!({ "type": "Practitioner", "display": who }),
        None => performer(subject, reading.by),
    };
    notes.extend(reading.how.iter().map(|(asked, answer)| format!("{asked} {answer}.")));
    if *unit != *measure.unit() {
        notes.push(format!("Typed as {}.", measure.in_words(unit, said, reading.first, reading.second)));
    }
    if !reading.origin.is_empty() {
        notes.push(format!("From {}.", reading.origin));
    }
    if !reading.note.is_empty() {
        notes.push(reading.note.to_owned());
    }
    let mut it = json!({
        "resourceType": "Observation",
        "id": reading.id,
        "meta": meta(reading.version, reading.changed_at),
        "status": if reading.version > 1 { "amended" } else { "final" },
        "category": [
            { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": code, "display": display }] },
            { "coding": [{ "system": ORIGIN, "code": "self-recorded" }], "text": "Self-recorded" },
        ],
        "code": coded(measure, how::codes(measure, reading.settings)),
        "subject": reference(subject),
        "effectiveDateTime": time(reading.taken_at),
        "issued": time(reading.changed_at),
        "performer": [performer],
        "note": notes.into_iter().map(|text| json!({ "text": text })).collect::<Vec<_>>(),
    });
    if is_measured {
        if let Some(all) = it["category"].as_array_mut() {
            all.truncate(1);
        }
        if let Some(meta) = it["meta"].as_object_mut() {
            meta.remove("tag");
        }
    }
    if !reading.device.is_empty() {
        it["device"] = json!({ "display": reading.device });
    }
    match reading.second {
        Some(second) => {
            let parts = measure.parts().iter().zip([reading.first, second]);
            let parts = parts.map(|(part, amount)| {
                json!({ "code": codes(part.loinc, part.snomed, part.label), "valueQuantity": quantity(measure, amount) })
            });
            it["component"] = parts.collect();
        }
        None => it["valueQuantity"] = quantity(measure, reading.first),
    }
    how::write(&mut it, measure, reading.settings);
    if !measure.choices().is_empty() {
        it["interpretation"] = json!([{ "text": measure.in_words(measure.unit(), "", reading.first, None) }]);
    }
    it
}

/// A body mass index as a FHIR R4 `Observation` that names what it is derived from.
#[must_use]
pub fn bmi(subject: &Subject, told: &Bmi) -> Value {
    let measure = Measure::Bmi;
    let (code, display) = (measure.kind().code(), measure.kind().title());
    let (loinc, snomed) = measure.codes();
    json!({
        "resourceType": "Observation",
        "id": told.id,
        "meta": meta(told.version, told.changed_at),
        "status": "final",
        "category": [
            { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": code, "display": display }] },
            { "coding": [{ "system": ORIGIN, "code": "self-recorded" }], "text": "Self-recorded" },
        ],
        "code": codes(loinc, snomed, measure.clinical_name()),
        "subject": reference(subject),
        "effectiveDateTime": time(told.taken_at),
        "issued": time(told.changed_at),
        "valueQuantity": quantity(measure, told.value),
        "method": { "text": "Weight in kilograms, divided by the square of height in metres" },
        "derivedFrom": told.from.iter().map(|one| json!({ "reference": one, "type": "Observation" })).collect::<Vec<_>>(),
        "note": [{ "text": WORKED_OUT }],
    })
}

/// A photo as a FHIR R4 `Media`, with the picture in it.
#[must_use]
pub fn photo(subject: &Subject, photo: &Photo<'_>) -> Value {
    let mut it = json!({
        "resourceType": "Media",
        "id": photo.id,
        "meta": meta(1, photo.at),
        "partOf": [{ "reference": format!("urn:uuid:{}", photo.reading), "type": "Observation" }],
        "status": "completed",
        "subject": reference(subject),
        "issued": time(photo.at),
        "operator": performer(subject, photo.by),
        "content": { "contentType": "image/jpeg", "data": STANDARD.encode(photo.jpeg) },
    });
    if !photo.words.is_empty() {
        it["content"]["title"] = json!(photo.words);
    }
    it
}

/// A response as a FHIR R4 `QuestionnaireResponse`.
#[must_use]
pub fn response(subject: &Subject, response: &Response<'_>) -> Value {
    let (word, version, title) = response.questionnaire;
    let mut it = json!({
        "resourceType": "QuestionnaireResponse",
        "id": response.id,
        "meta": meta(response.version, response.changed_at),
        "questionnaire": format!("https://selfheal.example/fhir/Questionnaire/{word}|{version}"),
        "_questionnaire": { "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/display", "valueString": title }] },
        "status": response.status,
        "subject": reference(subject),
        "authored": time(response.changed_at),
        "author": performer(subject, response.by),
        "source": performer(subject, response.by),
        "item": response.items,
    });
    if let Some((score, highest, band)) = response.score {
        let mut parts = vec![json!({ "url": "score", "valueInteger": score })];
        parts.extend(highest.map(|highest| json!({ "url": "highest", "valueInteger": highest })));
        if !band.is_empty() {
            parts.push(json!({ "url": "band", "valueString": band }));
        }
        it["extension"] = json!([{ "url": SCORE, "extension": parts }]);
    }
    it
}

/// A week as a FHIR R4 `CarePlan`: what was to be measured, and what it came to.
#[must_use]
pub fn week(subject: &Subject, week: &Week<'_>) -> Value {
    let stands = match week.status {
        "active" => "in-progress",
        "on-hold" => "on-hold",
        _ => "completed",
    };
    let mut it = json!({
        "resourceType": "CarePlan",
        "id": week.id,
        "meta": meta(1, week.begun_at),
        "status": week.status,
        "intent": "plan",
        "title": week.title,
        "subject": reference(subject),
        "period": { "start": week.days.0.to_string(), "end": week.days.1.to_string() },
        "created": time(week.begun_at),
        "activity": [{ "detail": { "status": stands, "code": coded(week.measure, week.measure.codes()) } }],
        "note": [{ "text": "A plan of the person\u{2019}s own, to measure for some days in a row." }],
    });
    if !week.outcome.is_empty()
        && let Some(notes) = it.get_mut("note").and_then(Value::as_array_mut)
    {
        notes.push(json!({ "text": week.outcome }));
    }
    it
}

/// The measure of a search's `code`: `system|code`, or a code by itself.
#[must_use]
pub fn measure_of(token: &str) -> Option<Measure> {
    let (system, code) = token.split_once('|').map_or((None, token), |(system, code)| (Some(system), code));
    let is = |own: &str, (loinc, snomed): (&str, &str)| match system {
        Some(LOINC) => own == loinc,
        Some(SNOMED) => own == snomed,
        Some(_) => false,
        None => own == loinc || own == snomed,
    };
    let is_own = |measure: Measure| system.is_none_or(|system| system == MEASURE) && own_code(measure) == Some(code);
    let mut all = Measure::ALL.iter().copied();
    if code.is_empty() { None } else { all.find(|measure| is(code, measure.codes()) || is_own(*measure)) }
}

/// What a search found, as a `searchset` Bundle: `base` is the address of all of its kind, `query` what was asked, after "?"; `next`
/// where there is more.
#[must_use]
pub fn searchset((base, query): (&str, &str), next: Option<&str>, found: Vec<Value>, at: DateTime<Utc>) -> Value {
    let here = if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") };
    let mut links = vec![json!({ "relation": "self", "url": here })];
    links.extend(next.map(|url| json!({ "relation": "next", "url": url })));
    let entries = found.into_iter().map(|resource| {
        let id = resource.get("id").and_then(Value::as_str).unwrap_or_default();
        json!({ "fullUrl": format!("{base}/{id}"), "resource": resource, "search": { "mode": "match" } })
    });
    let entries: Vec<Value> = entries.collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "timestamp": time(at), "link": links, "entry": entries })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn sam() -> Subject {
        Subject { nhs_number: Some("9990000018".to_owned()), name: "Sam Rivers".to_owned() }
    }

    fn reading(measure: Measure, ucum: &str, said: &'static str, first: i64, second: Option<i64>) -> Value {
        observation(&sam(), &one(measure, ucum, said, first, second))
    }

    fn one(measure: Measure, ucum: &str, said: &'static str, first: i64, second: Option<i64>) -> Reading<'static> {
        Reading {
            id: "019a5f00-0000-7000-8000-000000000000".to_owned(),
            measure,
            taken_at: at("2026-11-04T08:00:00Z"),
            first: Amount::from_thousandths(first),
            second: second.map(Amount::from_thousandths),
            typed: (measure.unit_of(ucum).unwrap(), said),
            settings: "",
            how: vec![("When did you take it?", "Before a meal")],
            note: "Just up",
            by: By::Person,
            entered: None,
            origin: "",
            device: "",
            changed_at: at("2026-11-04T08:01:00Z"),
            version: 1,
        }
    }

    #[test]
    fn what_a_care_team_entered_says_who_did_and_how_they_knew_it() {
        let entered = |how, is_unchanged| {
            let entered = Some(("Jo Okoro, High Street".to_owned(), how, is_unchanged));
            observation(&sam(), &Reading { entered, ..one(Measure::Pulse, "/min", "70", 70_000, None) })
        };
        let (told, measured) = (entered(Entered::Phone, true), entered(Entered::Practice, true));
        for it in [&told, &measured] {
            assert_eq!(it["performer"][0], json!({ "type": "Practitioner", "display": "Jo Okoro, High Street" }));
        }
        assert_eq!(told["note"][0]["text"], "Told by phone. Jo Okoro, High Street entered it for the person.");
        assert_eq!((told["category"].as_array().unwrap().len(), measured["category"].as_array().unwrap().len()), (2, 1));
        assert_eq!((told["meta"].get("tag").is_some(), measured["meta"].get("tag")), (true, None));
        let changed = entered(Entered::Practice, false);
        assert_eq!(changed["performer"][0]["identifier"]["value"], "9990000018");
        assert!(changed["note"][1]["text"].as_str().unwrap().contains("who changed it since"));
    }

    #[test]
    fn a_reading_says_that_the_person_recorded_it_and_nobody_checked_it() {
        let it = reading(Measure::BloodPressure, "mm[Hg]", "142/88", 142_000, Some(88_000));
        assert_eq!(it.pointer("/meta/tag/0/code"), Some(&json!("self-recorded")));
        assert_eq!(it.pointer("/category/1/coding/0/code"), Some(&json!("self-recorded")));
        assert_eq!(it.pointer("/performer/0/identifier/value"), Some(&json!("9990000018")));
        assert!(it.pointer("/note/0/text").unwrap().as_str().unwrap().contains("Nobody has checked it"));
        assert_eq!(it["status"], "final");
        let parts: Vec<_> = ["/component/0", "/component/1"]
            .map(|part| (it.pointer(&format!("{part}/code/coding/0/code")), it.pointer(&format!("{part}/valueQuantity/value"))))
            .to_vec();
        assert_eq!(parts, [(Some(&json!("8480-6")), Some(&json!(142))), (Some(&json!("8462-4")), Some(&json!(88)))]);
        assert_eq!(it.get("valueQuantity"), None);
    }

    #[test]
    fn a_number_is_in_the_measures_own_unit_and_what_was_typed_stands_beside() {
        let it = reading(Measure::Glucose, "mg/dL", "130", 7215, None);
        let value = json!({ "value": 7.2, "unit": "mmol/L", "system": UCUM, "code": "mmol/L" });
        assert_eq!(it["valueQuantity"], value);
        let notes: Vec<_> = it["note"].as_array().unwrap().iter().map(|note| note["text"].as_str().unwrap()).collect();
        assert_eq!(notes[1..], ["When did you take it? Before a meal.", "Typed as 130 mg/dL.", "Just up"]);
        let mood = reading(Measure::Mood, "{score}", "4", 4000, None);
        assert_eq!((&mood["interpretation"][0]["text"], &mood["code"]["text"]), (&json!("Good"), &json!("Mood")));
    }

    #[test]
    fn how_it_was_taken_is_told_in_codes_and_in_words() {
        let told = |measure: Measure, settings| {
            let unit = measure.unit().ucum;
            let second = (measure.parts().len() > 1).then_some(88_000);
            observation(&sam(), &Reading { settings, ..one(measure, unit, "142", 142_000, second) })
        };
        let pressure = told(Measure::BloodPressure, "arm=left position=sitting");
        assert_eq!(pressure.pointer("/bodySite/coding/0/code"), Some(&json!("368208006")));
        assert_eq!(pressure.pointer("/extension/0/valueCodeableConcept/coding/0/code"), Some(&json!("33586001")));
        assert_eq!(pressure["component"].as_array().unwrap().len(), 2);
        let sugar = told(Measure::Glucose, "meal=after");
        assert_eq!(sugar.pointer("/component/0/code/coding/0/code"), Some(&json!("309602000")));
        assert_eq!(sugar.pointer("/component/0/valueCodeableConcept/coding/0/code"), Some(&json!("24863003")));
        assert!(sugar.get("valueQuantity").is_some());
        let pulse = told(Measure::Pulse, "activity=rest");
        let codes = ["/code/coding/0/code", "/code/coding/1/code"].map(|path| pulse.pointer(path));
        assert_eq!(codes, [Some(&json!("8867-4")), Some(&json!("444981005"))]);
        assert!(pulse.get("component").is_none());
        assert!(sugar["note"][1]["text"].as_str().unwrap().contains("Before a meal"), "in words as before");
    }

    #[test]
    fn a_measure_is_found_by_its_code_alone() {
        for measure in Measure::ALL {
            let (loinc, snomed) = measure.codes();
            for (system, code) in [(LOINC, loinc), (SNOMED, snomed)].into_iter().filter(|(_, code)| !code.is_empty()) {
                assert_eq!(measure_of(&format!("{system}|{code}")), Some(*measure));
                assert_eq!(measure_of(code), Some(*measure));
            }
        }
        for wrong in ["", "|", "http://loinc.org|", "http://loinc.org|364075005", "http://elsewhere.example|8867-4", "pulse"] {
            assert_eq!(measure_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_neither_loinc_nor_snomed_ct_names_leaves_by_a_code_of_our_own_and_is_found_by_it() {
        let mut own = Vec::new();
        for measure in Measure::ALL {
            let second = (measure.parts().len() > 1).then_some(2000);
            let it = reading(*measure, measure.unit().ucum, "3", 3000, second);
            let coding = it["code"]["coding"].as_array().unwrap();
            assert!(!coding.is_empty(), "{measure:?}");
            let token = format!("{MEASURE}|{}", measure.code());
            let is_own = coding.iter().any(|coding| coding["system"] == MEASURE);
            // What has a code of everybody's has none of our own beside it.
            assert_eq!(is_own, measure.codes() == ("", ""), "{measure:?}");
            assert_eq!(measure_of(&token), is_own.then_some(*measure), "{measure:?}");
            assert_eq!(measure_of(measure.code()), is_own.then_some(*measure), "{measure:?}");
            if is_own {
                assert_eq!(coding[0]["code"], measure.code());
                own.push(*measure);
            }
        }
        for measure in [Measure::Mood, Measure::Symptom, Measure::Fall, Measure::Alcohol] {
            assert!(own.contains(&measure), "{measure:?}");
        }
        assert_eq!(measure_of("http://loinc.org|mood"), None);
    }

    #[test]
    fn every_measure_is_an_observation_with_a_value() {
        for measure in Measure::ALL {
            let second = (measure.parts().len() > 1).then_some(2000);
            let it = reading(*measure, measure.unit().ucum, "3", 3000, second);
            assert!(it.get("valueQuantity").is_some() != it.get("component").is_some(), "{measure:?}");
            assert!(!it["code"]["text"].as_str().unwrap().is_empty(), "{measure:?}");
        }
    }

    #[test]
    fn a_body_mass_index_names_what_it_is_derived_from() {
        let told = Bmi {
            id: "019a5f00-0000-8000-8000-000000000003".to_owned(),
            value: Amount::from_thousandths(22_900),
            from: ["urn:uuid:1".to_owned(), "urn:uuid:2".to_owned()],
            taken_at: at("2026-11-04T08:00:00Z"),
            changed_at: at("2026-11-04T08:01:00Z"),
            version: 1,
        };
        let it = bmi(&sam(), &told);
        assert_eq!(it["valueQuantity"], json!({ "value": 22.9, "unit": "kg/m²", "system": UCUM, "code": "kg/m2" }));
        let codes = ["/code/coding/0/code", "/code/coding/1/code"].map(|path| it.pointer(path));
        assert_eq!(codes, [Some(&json!("39156-5")), Some(&json!("60621009"))]);
        let from = ["/derivedFrom/0/reference", "/derivedFrom/1/reference"].map(|path| it.pointer(path));
        assert_eq!(from, [Some(&json!("urn:uuid:1")), Some(&json!("urn:uuid:2"))]);
        assert!(it.get("performer").is_none(), "nobody measured it");
    }

    #[test]
    fn a_response_keeps_its_items_and_says_its_score() {
        let items = json!([{ "linkId": "1", "text": "How often?", "answer": [{ "valueInteger": 2 }] }]);
        let one = Response {
            id: "019a5f00-0000-7000-8000-000000000001".to_owned(),
            questionnaire: ("phq-9", "1.0", "PHQ-9"),
            status: "completed",
            items: items.clone(),
            score: Some((12, Some(27), "Moderate")),
            by: By::Carer,
            changed_at: at("2026-11-04T08:01:00Z"),
            version: 2,
        };
        let it = response(&sam(), &one);
        assert_eq!((&it["item"], &it["status"]), (&items, &json!("completed")));
        assert_eq!(it.pointer("/extension/0/extension/0/valueInteger"), Some(&json!(12)));
        assert_eq!(it.pointer("/source/type"), Some(&json!("RelatedPerson")));
        assert!(it["source"].get("identifier").is_none(), "nobody is named who acts for somebody");
    }

    #[test]
    fn a_week_says_how_it_stands_and_what_it_came_to() {
        let days = (at("2026-11-03T00:00:00Z").date_naive(), at("2026-11-09T00:00:00Z").date_naive());
        let one = Week {
            id: "019a5f00-0000-7000-8000-000000000002",
            title: "Blood pressure week",
            measure: Measure::BloodPressure,
            days,
            status: "active",
            outcome: "",
            begun_at: at("2026-11-03T08:01:00Z"),
        };
        let runs = week(&sam(), &one);
        assert_eq!(
            (&runs["activity"][0]["detail"]["status"], runs["note"].as_array().unwrap().len()),
            (&json!("in-progress"), 1)
        );
        let over = week(&sam(), &Week { status: "completed", outcome: "138/86 mmHg on average", ..one });
        assert_eq!(
            (&over["activity"][0]["detail"]["status"], &over["note"][1]["text"]),
            (&json!("completed"), &json!("138/86 mmHg on average"))
        );
        assert_eq!(over["period"], json!({ "start": "2026-11-03", "end": "2026-11-09" }));
    }
}
