//! How a reading was taken, in codes: which upper arm as `bodySite`, how the body was as FHIR's extension `observation-bodyPosition`, when
//! it was by meals as a component, and a pulse at rest by its code. Told and read by the same table.

use crate::observation::{Fault, Problem};
use crate::own::SNOMED;
use domain::reading::{Measure, Setting, Told, settings};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const LOINC: &str = "http://loinc.org";
/// HL7's words for when something is by meals and sleep (`TimingEvent`).
const EVENT: &str = "http://terminology.hl7.org/CodeSystem/v3-TimingEvent";
const BODY_POSITION: &str = "http://hl7.org/fhir/StructureDefinition/observation-bodyPosition";
/// The body's position, where it is told as a component (LOINC).
const POSITION: &str = "8361-8";
/// When something is by meals (SNOMED CT: temporal periods relating to feeding and eating).
const MEAL: &str = "309602000";
/// A heart rate at rest: SNOMED CT and LOINC.
const RESTING: (&str, &str) = ("444981005", "40443-4");

/// A code of a system, as that names it.
type Coding = (&'static str, &'static str, &'static str);

/// What the answers of the catalogue are in codes: the field, the answer, the codes.
const CODES: [(&str, &str, &[Coding]); 9] = [
    ("arm", "left", &[(SNOMED, "368208006", "Left upper arm structure")]),
    ("arm", "right", &[(SNOMED, "368209003", "Right upper arm structure")]),
    ("position", "sitting", &[(SNOMED, "33586001", "Sitting position")]),
    ("position", "standing", &[(SNOMED, "10904000", "Orthostatic body position")]),
    ("position", "lying", &[(SNOMED, "102538003", "Recumbent body position")]),
    ("meal", "waking", &[(EVENT, "WAKE", "WAKE")]),
    ("meal", "before", &[(SNOMED, "307165006", "Before meal"), (EVENT, "AC", "AC")]),
    ("meal", "after", &[(SNOMED, "24863003", "Postprandial"), (EVENT, "PC", "PC")]),
    ("meal", "bedtime", &[(EVENT, "HS", "HS")]),
];

/// Codes that are read as well, and never told: the field, the answer, the system, the codes. Fasting is before a meal, as in what other
/// formats say.
const ALSO: [(&str, &str, &str, &[&str]); 4] = [
    ("position", "lying", SNOMED, &["40199007"]),
    ("meal", "before", SNOMED, &["16985007"]),
    ("meal", "before", EVENT, &["ACM", "ACD", "ACV"]),
    ("meal", "after", EVENT, &["PCM", "PCD", "PCV"]),
];

/// LOINC and SNOMED CT of a reading that was taken so. The LOINC code of a heart rate is the one that FHIR's profile asks for, also at
/// rest.
pub(crate) fn codes(measure: Measure, taken: &str) -> (&'static str, &'static str) {
    let (loinc, snomed) = measure.codes();
    let at_rest = measure == Measure::Pulse && answers(taken).any(|one| one == ("activity", "rest"));
    (loinc, if at_rest { RESTING.0 } else { snomed })
}

/// Whether a code is that of a heart rate at rest.
pub(crate) fn is_resting(system: &str, code: &str) -> bool {
    (system == SNOMED && code == RESTING.0) || (system == LOINC && code == RESTING.1)
}

/// The fields and answers of how a reading was taken, as that is kept.
fn answers(taken: &str) -> impl Iterator<Item = (&str, &str)> {
    taken.split(' ').filter_map(|one| one.split_once('='))
}

/// Writes how a reading was taken, as that is kept, into its `Observation`.
pub(crate) fn write(it: &mut Value, measure: Measure, taken: &str) {
    for (field, answer) in answers(taken) {
        let mut asked = measure.settings().iter().filter(|setting| setting.field == field).flat_map(|setting| setting.answers);
        let Some((_, words)) = asked.find(|(code, _)| *code == answer) else { continue };
        let coded = CODES.iter().find(|(of, code, _)| (*of, *code) == (field, answer));
        let codings = coded.map(|(.., codings)| *codings).unwrap_or_default().iter();
        let codings: Vec<Value> =
            codings.map(|(system, code, display)| json!({ "system": system, "code": code, "display": display })).collect();
        let concept = if codings.is_empty() { json!({ "text": words }) } else { json!({ "coding": codings, "text": words }) };
        match field {
            "arm" => it["bodySite"] = concept,
            "position" => it["extension"] = json!([{ "url": BODY_POSITION, "valueCodeableConcept": concept }]),
            "meal" => {
                let code = json!({ "coding": [{
                    "system": SNOMED, "code": MEAL, "display": "Temporal periods relating to feeding and eating",
                }] });
                it["component"] = json!([{ "code": code, "valueCodeableConcept": concept }]);
            }
            _ => {}
        }
    }
}

/// The codes of a concept, each with its system.
fn codings(concept: &Value) -> impl Iterator<Item = (&str, &str)> {
    let all = concept.get("coding").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|coding| {
        let text = |key: &str| coding.get(key).and_then(Value::as_str);
        text("system").zip(text("code"))
    })
}

/// Of which field a component tells how a reading of this measure was taken; `None` where it tells something else, or of what is not asked
/// of this measure.
pub(crate) fn field_of(component: &Value, measure: Measure) -> Option<&'static str> {
    let field = codings(component.get("code")?).find_map(|coding| match coding {
        (LOINC, POSITION) => Some("position"),
        (SNOMED, MEAL) => Some("meal"),
        _ => None,
    })?;
    measure.settings().iter().any(|setting| setting.field == field).then_some(field)
}

/// How a reading of this measure was taken, as it is kept. What no answer here says is left out, but for when it was by meals: what is
/// wanted turns on that.
///
/// # Errors
/// The [`Problem`] of what stands there twice, or says of meals what nobody here understands.
pub(crate) fn read(resource: &Value, measure: Measure) -> Result<String, Problem> {
    let mut found: Vec<(&'static str, &'static str)> = Vec::new();
    for setting in measure.settings() {
        let component = component(resource, measure, setting.field)?;
        let concept = match setting.field {
            "arm" => resource.get("bodySite"),
            "position" => position(resource).or(component.map(|(_, concept)| concept)),
            "meal" => component.map(|(_, concept)| concept),
            "activity"
                if codings(resource.get("code").unwrap_or(&Value::Null)).any(|(system, code)| is_resting(system, code)) =>
            {
                found.push((setting.field, "rest"));
                None
            }
            _ => None,
        };
        match (concept.map(|concept| told(concept, setting)), component) {
            (Some(Told::Answer(answer)), _) => found.push((setting.field, answer)),
            (Some(Told::Unknown), Some((at, _))) if setting.field == "meal" => {
                let what = "It says of meals what is not understood here.";
                return Err(Problem::at(Fault::Code, format!("Observation.component[{at}].value"), what));
            }
            _ => {}
        }
    }
    Ok(settings(measure, |field| found.iter().find(|(of, _)| *of == field).map_or("", |(_, answer)| *answer)))
}

/// The body's position in the extension that FHIR has for it.
fn position(resource: &Value) -> Option<&Value> {
    let all = resource.get("extension").and_then(Value::as_array)?;
    let one = all.iter().find(|one| one.get("url").and_then(Value::as_str) == Some(BODY_POSITION))?;
    one.get("valueCodeableConcept")
}

/// What a component says of a field, with its place.
fn component<'a>(resource: &'a Value, measure: Measure, field: &str) -> Result<Option<(usize, &'a Value)>, Problem> {
    let all = resource.get("component").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut found = all.iter().enumerate().filter(|(_, one)| field_of(one, measure) == Some(field));
    let first = found.next().map(|(at, one)| (at, one.get("valueCodeableConcept").unwrap_or(&Value::Null)));
    match found.next() {
        Some((at, _)) => {
            Err(Problem::at(Fault::Conflict, format!("Observation.component[{at}]"), "The same stands there twice."))
        }
        None => Ok(first),
    }
}

/// What a concept answers: by its codes, or where it has none that is known, by its words.
fn told(concept: &Value, setting: &Setting) -> Told {
    let answer = |(system, code): (&str, &str)| {
        let coded = CODES.iter().filter(|(field, ..)| *field == setting.field);
        let coded = coded.flat_map(|(_, answer, all)| all.iter().map(move |(of, known, _)| (*answer, *of, *known)));
        let also = ALSO.iter().filter(|(field, ..)| *field == setting.field);
        let also = also.flat_map(|(_, answer, of, all)| all.iter().map(move |known| (*answer, *of, *known)));
        coded.chain(also).find(|(_, of, known)| (*of, *known) == (system, code)).map(|(answer, ..)| answer)
    };
    let answers: BTreeSet<&'static str> = codings(concept).filter_map(answer).collect();
    match (answers.len(), answers.first(), concept.get("text").and_then(Value::as_str)) {
        (1, Some(answer), _) => Told::Answer(answer),
        (0, _, Some(text)) => setting.told(text),
        _ => Told::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(codes: &[(&str, &str)]) -> Value {
        json!({ "coding": codes.iter().map(|(system, code)| json!({ "system": system, "code": code })).collect::<Vec<_>>() })
    }

    fn at_meal(value: &Value) -> Value {
        json!({ "component": [{ "code": concept(&[(SNOMED, MEAL)]), "valueCodeableConcept": value }] })
    }

    #[test]
    fn every_answer_that_is_told_is_read_as_itself() {
        for measure in Measure::ALL {
            for setting in measure.settings().iter().filter(|setting| ["arm", "position", "meal"].contains(&setting.field)) {
                for (answer, words) in setting.answers {
                    let (taken, mut it) = (format!("{}={answer}", setting.field), json!({}));
                    write(&mut it, *measure, &taken);
                    assert!(it.to_string().contains(words), "{taken}");
                    assert_eq!(read(&it, *measure), Ok(taken));
                }
            }
        }
        let mut both = json!({});
        write(&mut both, Measure::BloodPressure, "signs=no arm=right position=lying");
        assert_eq!(both["bodySite"]["coding"][0]["code"], "368209003");
        assert_eq!(both["extension"][0]["url"], BODY_POSITION);
        assert_eq!(both["extension"][0]["valueCodeableConcept"]["coding"][0]["code"], "102538003");
        assert_eq!(both.as_object().unwrap().len(), 2, "nothing else is told in codes");
        assert_eq!(read(&both, Measure::BloodPressure), Ok("arm=right position=lying".to_owned()));
        assert_eq!(read(&both, Measure::Weight), Ok(String::new()));
    }

    #[test]
    fn a_pulse_at_rest_has_its_code_and_keeps_that_of_a_heart_rate() {
        assert_eq!(codes(Measure::Pulse, "activity=rest"), ("8867-4", "444981005"));
        assert_eq!(codes(Measure::Pulse, "activity=active"), ("8867-4", "364075005"));
        assert_eq!(codes(Measure::Oxygen, "activity=rest"), Measure::Oxygen.codes());
        for (system, code, taken) in [
            (SNOMED, "444981005", "activity=rest"),
            (LOINC, "40443-4", "activity=rest"),
            (SNOMED, "364075005", ""),
            (LOINC, "8867-4", ""),
            (LOINC, "444981005", ""),
        ] {
            assert_eq!(read(&json!({ "code": concept(&[(system, code)]) }), Measure::Pulse), Ok(taken.to_owned()), "{code}");
        }
    }

    #[test]
    fn a_time_by_meals_is_understood_or_refused() {
        let meal = |value: &Value| read(&at_meal(value), Measure::Glucose);
        for (system, code, answer) in [
            (SNOMED, "307165006", "meal=before"),
            (SNOMED, "16985007", "meal=before"),
            (SNOMED, "24863003", "meal=after"),
            (EVENT, "PCD", "meal=after"),
            (EVENT, "WAKE", "meal=waking"),
            (EVENT, "HS", "meal=bedtime"),
        ] {
            assert_eq!(meal(&concept(&[(system, code)])), Ok(answer.to_owned()), "{code}");
        }
        assert_eq!(meal(&json!({ "text": "Before breakfast" })), Ok("meal=before".to_owned()));
        let at = |value: &Value| meal(value).map_err(|problem| (problem.fault, problem.at));
        let refused = Err((Fault::Code, "Observation.component[0].value".to_owned()));
        for value in [
            json!({}),
            concept(&[(SNOMED, "309612007")]),
            concept(&[("urn:x", "AC")]),
            concept(&[(EVENT, "AC"), (EVENT, "PC")]),
            json!({ "text": "1 hour after a meal" }),
        ] {
            assert_eq!(at(&value), refused, "{value}");
        }
        let mut twice = at_meal(&concept(&[(EVENT, "AC")]));
        let again = twice["component"][0].clone();
        twice["component"].as_array_mut().unwrap().push(again);
        assert_eq!(read(&twice, Measure::Glucose).map_err(|problem| problem.fault), Err(Fault::Conflict));
    }

    #[test]
    fn a_position_is_read_as_an_extension_or_a_component_and_what_is_no_answer_is_left_out() {
        let position = |code: &str| {
            json!({
                "component": [{ "code": concept(&[(LOINC, POSITION)]), "valueCodeableConcept": concept(&[(SNOMED, code)]) }],
            })
        };
        assert_eq!(read(&position("33586001"), Measure::BloodPressure), Ok("position=sitting".to_owned()));
        assert_eq!(read(&position("40199007"), Measure::BloodPressure), Ok("position=lying".to_owned()));
        // Half lying is none of the answers.
        assert_eq!(read(&position("272580008"), Measure::BloodPressure), Ok(String::new()));
        let sides = json!({ "bodySite": concept(&[(SNOMED, "368208006"), (SNOMED, "368209003")]) });
        assert_eq!(read(&sides, Measure::BloodPressure), Ok(String::new()), "both arms are none");
        assert_eq!(field_of(&position("33586001")["component"][0], Measure::Weight), None);
    }
}
