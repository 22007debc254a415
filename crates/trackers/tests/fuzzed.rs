//! What each fuzz target of this crate does, over what is kept and changes of it.
#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

#[path = "../fuzz/bodies/any.rs"]
mod any;
#[path = "../fuzz/bodies/apple.rs"]
mod apple;
#[path = "../../testkit/shared/changed.rs"]
mod changed;
#[path = "../fuzz/bodies/fitbit.rs"]
mod fitbit;
#[path = "../fuzz/bodies/google.rs"]
mod google;
#[path = "../fuzz/bodies/health_connect.rs"]
mod health_connect;
#[path = "../fuzz/bodies/openmhealth.rs"]
mod openmhealth;
#[path = "../fuzz/bodies/sound.rs"]
mod sound;
#[path = "../fuzz/bodies/table.rs"]
mod table;
#[path = "../fuzz/bodies/takeout.rs"]
mod takeout;

use changed::over;
use std::fs;
use std::path::{Path, PathBuf};

const RECORDS: &[u8] = br#"<Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Scale" unit="lb" startDate="2023-11-01 08:00:00 +0000" endDate="2023-11-01 08:00:00 +0000" value="160"/>
<Record type="HKQuantityTypeIdentifierBodyMassIndex" sourceName="Scale" unit="count" startDate="2023-11-01 08:00:00 +0000" endDate="2023-11-01 08:00:00 +0000" value="24.5"/>
<Correlation type="HKCorrelationTypeIdentifierBloodPressure" startDate="2023-11-01 11:00:00 +0000" endDate="2023-11-01 11:00:00 +0000">
<Record type="HKQuantityTypeIdentifierBloodPressureSystolic" unit="mmHg" startDate="2023-11-01 11:00:00 +0000" endDate="2023-11-01 11:00:00 +0000" value="142"/>
<Record type="HKQuantityTypeIdentifierBloodPressureDiastolic" unit="mmHg" startDate="2023-11-01 11:00:00 +0000" endDate="2023-11-01 11:00:00 +0000" value="88"/>
</Correlation>
<Record type="HKCategoryTypeIdentifierSleepAnalysis" startDate="2023-11-01 22:30:00 +0000" endDate="2023-11-02 02:30:00 +0000" value="HKCategoryValueSleepAnalysisAsleepCore"/>"#;
const STEPS: &[u8] = br#"{"dateTime":"01/13/23 08:00:00","value":"12"},{"dateTime":"01/13/23 08:01:00","value":"30"}"#;
const PULSE: &[u8] = br#"{"dateTime":"01/13/23 08:00:00","value":{"bpm":61,"confidence":2}}"#;
const NIGHT: &[u8] = br#"{"logId":1,"dateOfSleep":"2023-01-13","startTime":"2023-01-12T23:30:30.000","endTime":"2023-01-13T07:00:30.000","duration":27000000,"minutesAsleep":420}"#;
const LOGGED: &[u8] = br#"{"logId":1,"weight":191.8,"bmi":27.77,"date":"05/18/15","time":"23:59:59","source":"Aria"}"#;
const POINT: &[u8] = br#"{"dataTypeName":"com.google.blood_pressure","startTimeNanos":1690000000000000000,"endTimeNanos":"1690000000000000000","fitValue":[{"value":{"fpVal":142.0}},{"value":{"fpVal":88}}]}"#;
const COUNTED: &[u8] = br#"{"dataTypeName":"com.google.step_count.delta","startTimeNanos":1690000000000000000,"endTimeNanos":1690000060000000000,"fitValue":[{"value":{"intVal":40}}]}"#;
const TABLE: &[u8] =
    b"day,time,top,bottom,arm,position,note\n1/11/2023,08:00,142,88,left,sitting,\"after, tea\"\n2/11/2023,8pm,138,86,,,\n";
const TAKEN_OUT: &[u8] = b"2023-09-01T06:00:00Z,68,\"Watch, new\"\r\nsoon,70,x\r\n2023-09-01T06:05:00Z,,x\r\n";

/// Every sample of Open mHealth.
fn samples() -> Vec<Vec<u8>> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/open-mhealth")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

#[test]
fn a_file_of_any_kind() {
    let list = [&b"["[..], STEPS, b"]"].concat();
    let points = [&b"{\"Data Points\":["[..], POINT, b"]}"].concat();
    let export = [&b"<HealthData>"[..], RECORDS, b"</HealthData>"].concat();
    over(&[list.as_slice(), points.as_slice(), export.as_slice(), TABLE, b"PK\x03\x04"], 2000, any::run);
}

#[test]
fn an_export_of_apple_health() {
    over(&[RECORDS], 2000, apple::run);
}

#[test]
fn files_of_fitbit() {
    over(&[STEPS, PULSE, NIGHT, LOGGED], 2000, fitbit::run);
}

#[test]
fn a_file_of_google_fit() {
    over(&[POINT, COUNTED], 2000, google::run);
}

#[test]
fn records_of_health_connect() {
    let records: Vec<u8> = (0..=255).cycle().take(36 * 8).collect();
    over(&[records.as_slice()], 2000, health_connect::run);
}

#[test]
fn data_points_of_open_mhealth() {
    let samples = samples();
    assert!(samples.len() > 200, "every sample is one to begin with");
    let samples: Vec<&[u8]> = samples.iter().map(Vec::as_slice).collect();
    over(&samples, 2000, openmhealth::run);
}

#[test]
fn a_table() {
    over(&[TABLE], 2000, table::run);
}

#[test]
fn tables_of_takeout() {
    over(&[TAKEN_OUT], 1000, takeout::run);
}
