//! Every sample of Open mHealth for the measures that are kept here (tests/open-mhealth, Apache-2.0): what should pass does, and
//! what should fail does not.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

use chrono::{DateTime, Utc};
use domain::reading::Origin;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use trackers::openmhealth::{Fault, Version, check};
use trackers::{Found, Kind, Left, read};

fn now() -> DateTime<Utc> {
    "2026-11-29T12:00:00Z".parse().unwrap()
}

fn within(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Each sample: its schema, its version, whether it should pass, and what it says.
fn samples() -> Vec<(String, Version, bool, PathBuf, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/open-mhealth");
    let mut samples = Vec::new();
    for schema in within(&root).into_iter().filter(|path| path.is_dir()) {
        for version in within(&schema) {
            for outcome in within(&version) {
                let number = name(&version);
                let (major, minor) = number.split_once('.').unwrap();
                let version = (major.parse().unwrap(), minor.parse().unwrap());
                for file in within(&outcome) {
                    let value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
                    samples.push((name(&schema), version, name(&outcome) == "shouldPass", file, value));
                }
            }
        }
    }
    samples
}

#[test]
fn what_should_pass_passes_and_what_should_fail_fails() {
    let (mut passed, mut failed) = (0, 0);
    for (schema, version, passes, file, value) in samples() {
        let checked = check(&schema, version, &value);
        assert_eq!(checked.is_ok(), passes, "{}: {checked:?}", file.display());
        if passes { passed += 1 } else { failed += 1 }
    }
    assert_eq!((passed, failed), (115, 111), "every sample was read");
}

#[test]
fn every_schema_of_the_samples_is_of_a_measure_and_every_measure_that_has_one_is_walked() {
    let mut walked: Vec<String> = samples().into_iter().map(|(schema, ..)| schema).collect();
    walked.dedup();
    let table = [
        "blood-glucose",
        "blood-pressure",
        "body-height",
        "body-mass-index",
        "body-temperature",
        "body-weight",
        "heart-rate",
        "oxygen-saturation",
        "physical-activity",
        "respiratory-rate",
        "sleep-duration",
        "step-count",
    ];
    assert_eq!(walked, table);
    for schema in &walked {
        assert_ne!(check(schema, (1, 0), &json!({})), Err(Fault::NoSchema), "{schema}");
    }
}

fn found(file: &[u8]) -> (Vec<Found>, BTreeMap<Left, u64>) {
    let mut found = Vec::new();
    let mut sink = |one| {
        found.push(one);
        ControlFlow::Continue(())
    };
    match read(file, "points.json", now(), &mut sink) {
        Ok(Kind::Readings(summary)) if summary.origin == Origin::OpenMHealth => (found, summary.left),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_sample_with_its_header_is_a_reading_or_is_counted() {
    let mut taken = 0;
    for (schema, (major, minor), passes, file, body) in samples() {
        let header = json!({
            "id": "1", "creation_date_time": "2026-01-01T00:00:00Z",
            "schema_id": { "namespace": "omh", "name": schema, "version": format!("{major}.{minor}") },
            "acquisition_provenance": { "source_name": "Cuff" },
        });
        let (found, left) = found(json!({ "header": header, "body": body }).to_string().as_bytes());
        assert_eq!(
            found.len() + left.values().map(|times| usize::try_from(*times).unwrap()).sum::<usize>(),
            1,
            "{}",
            file.display()
        );
        if passes {
            assert!(!left.contains_key(&Left::Malformed), "{}", file.display());
            taken += found.len();
        } else {
            assert_eq!(left, BTreeMap::from([(Left::Malformed, 1)]), "{}", file.display());
        }
        if let Some(one) = found.first() {
            assert_eq!(one.device, "Cuff", "{}", file.display());
        }
    }
    // The others say no time, or are an average, a lowest or a highest.
    assert_eq!(taken, 54);
}

#[test]
fn each_sample_by_itself_is_a_reading_or_is_left_out_for_what_it_is() {
    for (_, _, _, file, body) in samples().into_iter().filter(|(_, _, passes, ..)| *passes) {
        let (found, left) = found(body.to_string().as_bytes());
        assert!(!left.contains_key(&Left::Malformed), "{}: {left:?}", file.display());
        assert!(found.len() == 1 || left.values().sum::<u64>() == 1, "{}: {left:?}", file.display());
    }
    let undated = json!({ "blood_glucose": { "value": 120, "unit": "mg/dL" } });
    assert_eq!(found(undated.to_string().as_bytes()).1, BTreeMap::from([(Left::NoDate, 1)]));
    let average = json!({ "blood_glucose": { "value": 120, "unit": "mg/dL" }, "descriptive_statistic": "average" });
    assert_eq!(found(average.to_string().as_bytes()).1, BTreeMap::from([(Left::Statistic, 1)]));
    let wrong = json!({ "blood_glucose": { "value": "120", "unit": "mg/dL" } });
    assert_eq!(found(wrong.to_string().as_bytes()).1, BTreeMap::from([(Left::Malformed, 1)]));
}

#[test]
fn a_list_a_document_for_each_line_and_one_alone_are_read_alike() {
    let one = json!({
        "systolic_blood_pressure": { "value": 125, "unit": "mmHg" }, "diastolic_blood_pressure": { "value": 60, "unit": "mmHg" },
        "body_posture": "sitting", "measurement_location": "left upper arm",
        "effective_time_frame": { "date_time": "2020-02-05T07:25:00-08:00" },
    });
    let other =
        json!({ "body_weight": { "value": 160, "unit": "lb" }, "effective_time_frame": { "date_time": "2020-02-06T07:25:00Z" } });
    let list = json!([one, other]).to_string();
    let lines = format!("{one}\n{other}\n");
    for file in [list, lines] {
        let (found, left) = found(file.as_bytes());
        assert_eq!(left, BTreeMap::new());
        let told: Vec<_> =
            found.iter().map(|one| (one.taken.said.as_str(), one.taken.original.as_str(), one.settings.as_str())).collect();
        assert_eq!(told, [("125/60", "", "arm=left position=sitting"), ("72.58", "160 lb", "")]);
        assert_eq!(found[0].at.to_rfc3339(), "2020-02-05T15:25:00+00:00");
    }
}
