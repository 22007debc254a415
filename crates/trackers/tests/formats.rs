//! The files of apps and devices, whole, broken and endless.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

use chrono::{DateTime, Utc};
use domain::reading::{Kept, Measure, Origin};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};
use std::ops::ControlFlow;
use trackers::table::{Columns, DayOrder, LeftRow, MoreColumns, Order, order_of};
use trackers::{FitbitWeight, Found, Kind, Left, ReadError, Summary, read, read_asked, table};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn now() -> DateTime<Utc> {
    "2026-11-29T12:00:00Z".parse().unwrap()
}

fn all(file: impl Read, name: &str) -> Result<(Vec<Found>, Summary), ReadError> {
    asked(file, name, None)
}

fn asked(file: impl Read, name: &str, weight: Option<FitbitWeight>) -> Result<(Vec<Found>, Summary), ReadError> {
    let mut found = Vec::new();
    let mut sink = |one| {
        found.push(one);
        ControlFlow::Continue(())
    };
    match read_asked(file, name, now(), weight, &mut sink)? {
        Kind::Readings(summary) => Ok((found, summary)),
        Kind::Table(_) | Kind::HealthConnect(_) => panic!("no readings yet"),
    }
}

/// What was found, in few words, in the order of measures and times.
fn told(found: &[Found]) -> Vec<String> {
    let mut found: Vec<_> = found.iter().collect();
    found.sort_by_key(|one| (one.measure.place(), one.at));
    let line = |one: &&Found| {
        let kept = if one.kept == Kept::Each { String::new() } else { format!(" {}", one.kept.code()) };
        format!("{} {} {}{kept}", one.measure.code(), one.at.format("%F %H:%M:%S"), one.taken.said)
    };
    found.iter().map(line).collect()
}

const EXPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
]>
<HealthData locale="en_GB">
 <ExportDate value="2026-11-28 21:00:00 +0000"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1980-03-31"/>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Sam&apos;s &quot;Scale&quot;" unit="lb" creationDate="2026-11-01 08:00:00 +0000" startDate="2026-11-01 08:00:00 +0000" endDate="2026-11-01 08:00:00 +0000" value="160"/>
 <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min" startDate="2026-11-01 09:00:05 +0100" endDate="2026-11-01 09:00:05 +0100" value="61">
  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>
 </Record>
 <Record type="HKQuantityTypeIdentifierOxygenSaturation" sourceName="Watch" unit="%" startDate="2026-11-01 10:00:00 +0000" endDate="2026-11-01 10:00:00 +0000" value="0.97"/>
 <Record type="HKQuantityTypeIdentifierBloodPressureSystolic" sourceName="Cuff" unit="mmHg" startDate="2026-11-01 11:00:00 +0000" endDate="2026-11-01 11:00:00 +0000" value="142"/>
 <Record type="HKQuantityTypeIdentifierBloodPressureDiastolic" sourceName="Cuff" unit="mmHg" startDate="2026-11-01 11:00:00 +0000" endDate="2026-11-01 11:00:00 +0000" value="88"/>
 <Record type="HKQuantityTypeIdentifierBloodPressureSystolic" sourceName="Cuff" unit="mmHg" startDate="2026-11-01 12:00:00 +0000" endDate="2026-11-01 12:00:00 +0000" value="150"/>
 <Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Cuff" startDate="2026-11-01 11:00:00 +0000" endDate="2026-11-01 11:00:00 +0000">
  <Record type="HKQuantityTypeIdentifierBloodPressureSystolic" sourceName="Cuff" unit="mmHg" startDate="2026-11-01 11:00:00 +0000" endDate="2026-11-01 11:00:00 +0000" value="142"/>
  <Record type="HKQuantityTypeIdentifierBloodPressureDiastolic" sourceName="Cuff" unit="mmHg" startDate="2026-11-01 11:00:00 +0000" endDate="2026-11-01 11:00:00 +0000" value="88"/>
 </Correlation>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Phone" unit="count" startDate="2026-11-01 10:00:00 +0000" endDate="2026-11-01 10:10:00 +0000" value="700"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Watch" unit="count" startDate="2026-11-01 10:00:00 +0000" endDate="2026-11-01 10:10:00 +0000" value="720"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Phone" unit="count" startDate="2026-11-28 10:00:00 +0000" endDate="2026-11-28 10:10:00 +0000" value="30"/>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2026-11-01 22:00:00 +0000" endDate="2026-11-02 07:00:00 +0000" value="HKCategoryValueSleepAnalysisInBed"/>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2026-11-01 22:30:00 +0000" endDate="2026-11-02 02:30:00 +0000" value="HKCategoryValueSleepAnalysisAsleepCore"/>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2026-11-02 02:30:00 +0000" endDate="2026-11-02 06:00:00 +0000" value="HKCategoryValueSleepAnalysisAsleepREM"/>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2026-11-27 22:30:00 +0000" endDate="2026-11-28 02:30:00 +0000" value="HKCategoryValueSleepAnalysisAsleepCore"/>
 <Record type="HKQuantityTypeIdentifierRestingHeartRate" sourceName="Watch" unit="count/min" startDate="2026-11-01 00:00:00 +0000" endDate="2026-11-01 23:00:00 +0000" value="58"/>
 <Record type="HKQuantityTypeIdentifierVO2Max" sourceName="Watch" unit="mL/min·kg" startDate="2026-11-01 00:00:00 +0000" endDate="2026-11-01 23:00:00 +0000" value="40"/>
 <Record type="HKQuantityTypeIdentifierHeight" sourceName="Phone" unit="cm" value="170"/>
 <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="30"><WorkoutEvent type="x"/></Workout>
</HealthData>
"#;

fn expected() -> Vec<String> {
    [
        "blood-pressure 2026-11-01 11:00:00 142/88",
        "pulse 2026-11-01 08:00:05 61",
        "weight 2026-11-01 08:00:00 72.58",
        "oxygen 2026-11-01 10:00:00 97",
        "steps 2026-11-01 10:10:00 720 day",
        "sleep 2026-11-02 06:00:00 7.5 day",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_export_of_apple_health_is_read_by_itself_and_in_its_zip() {
    let cda: &[u8] = b"<ClinicalDocument>";
    let zip = zipped(&[("apple_health_export/export_cda.xml", cda), ("apple_health_export/export.xml", EXPORT.as_bytes())]);
    for (file, name) in [(EXPORT.as_bytes().to_vec(), "export.xml"), (zip, "export.zip")] {
        let (found, summary) = all(file.as_slice(), name).unwrap();
        assert_eq!(told(&found), expected());
        assert_eq!(summary.origin, Origin::AppleHealth);
        let left = [
            (Left::Kind, 1),
            (Left::Malformed, 1),
            (Left::NoDate, 1),
            (Left::Statistic, 1),
            (Left::OtherDevice, 1),
            (Left::LastDay, 2),
        ];
        assert_eq!(summary.left, BTreeMap::from(left));
        let weight = found.iter().find(|one| one.measure == Measure::Weight).unwrap();
        assert_eq!((weight.device.as_str(), weight.taken.original.as_str()), ("Sam's \"Scale\"", "160 lb"));
        assert_eq!(found.iter().find(|one| one.measure == Measure::Pulse).unwrap().settings, "activity=rest");
    }
}

#[test]
fn each_fall_of_apple_health_is_one() {
    let fall = |second: u8, many: u8| {
        let at = format!("2026-11-03 10:15:{second:02} +0000");
        format!(
            "<Record type=\"HKQuantityTypeIdentifierNumberOfTimesFallen\" sourceName=\"Watch\" unit=\"count\" startDate=\"{at}\" endDate=\"{at}\" value=\"{many}\"/>"
        )
    };
    let file = format!("<HealthData>{}{}{}</HealthData>", fall(5, 1), fall(40, 1), fall(50, 0));
    let (found, summary) = all(file.as_bytes(), "export.xml").unwrap();
    assert_eq!(told(&found), ["falls 2026-11-03 10:15:05 1", "falls 2026-11-03 10:15:40 1"]);
    assert_eq!((found[0].device.as_str(), found[0].kept), ("Watch", Kept::Each));
    assert_eq!(summary.left, BTreeMap::from([(Left::Impossible, 1)]), "nought is no fall");
}

#[test]
fn what_is_cut_off_or_something_else_is_told() {
    let cut = |length: usize| all(&EXPORT.as_bytes()[..length], "export.xml").unwrap_err();
    assert!(matches!(cut(EXPORT.len() - 20), ReadError::Damaged));
    assert!(matches!(cut(EXPORT.len() / 2), ReadError::Damaged));
    let fails = |file: &[u8], name: &str| all(file, name).unwrap_err().to_string();
    let unknown = "it is not a kind of file that is known";
    for (file, name) in [
        (&b"<ClinicalDocument/>"[..], "x.xml"),
        (b"<html><body></body></html>", "x.xml"),
        (b"\x89PNG\r\n", "x.png"),
        (b"", "x.json"),
        (b"{}", "x.json"),
        (b"[]", "x.json"),
        (b"[{\"a\":1}]", "x.json"),
        (&zipped(&[("photo.jpg", b"x")]), "x.zip"),
    ] {
        assert_eq!(fails(file, name), unknown, "{name}: {}", String::from_utf8_lossy(file));
    }
    let damaged = "it breaks off, or is damaged";
    for (file, name) in
        [(&b"[1,2"[..], "x.json"), (b"{\"a\"", "x.json"), (b"PK\x03\x04x", "x.zip"), (b"<HealthData><Record", "x.xml")]
    {
        assert_eq!(fails(file, name), damaged, "{}", String::from_utf8_lossy(file));
    }
}

#[test]
fn nothing_without_an_end_is_read_for_ever() {
    for begins in [
        "<",
        "<HealthData a='",
        "<HealthData><Record type='",
        "<HealthData><!--",
        "[{\"a\":\"",
        "[",
        "{\"a\":[[",
        "{\"Data Points\":[{\"a\":\"",
        "[1 ",
    ] {
        let endless = begins.as_bytes().chain(io::repeat(b' '));
        assert!(all(endless, "x.json").is_err(), "{begins}");
    }
}

/// A text over and over, made as it is read.
struct Repeated<'a> {
    text: &'a [u8],
    at: usize,
    left: usize,
}

impl Read for Repeated<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let read = (&self.text[self.at..]).read(into)?;
        self.at += read;
        if self.at == self.text.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        Ok(read)
    }
}

#[test]
fn a_large_file_takes_little_memory() {
    let record = "<Record type=\"HKQuantityTypeIdentifierHeartRate\" sourceName=\"Watch\" unit=\"count/min\" \
        startDate=\"2026-11-01 09:00:05 +0100\" endDate=\"2026-11-01 09:00:05 +0100\" value=\"61\"/>\n";
    let records = Repeated { text: record.as_bytes(), at: 0, left: 100_000 };
    let file = b"<HealthData>".chain(records).chain(&b"</HealthData>"[..]);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let (found, summary) = all(file, "export.xml").unwrap();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(record.len() * 100_000 > 15_000_000 && taken < 2_000_000, "{taken} bytes at most");
    assert_eq!((found.len(), summary.left), (2, BTreeMap::from([(Left::Between, 99_998)])));
}

#[test]
fn the_weight_of_fitbit_is_taken_in_the_unit_that_the_person_says() {
    let file = br#"[{"logId":1,"weight":191.8,"bmi":27.77,"date":"05/18/15","time":"23:59:59","source":"Aria"},
        {"logId":2,"weight":190.0,"bmi":27.6,"date":"18/05/15","time":"23:59:59"}, {"logId":3,"weight":"190","date":"05/19/15","time":"08:00:00"}]"#;
    let name = "weight-2015-05-17.json";
    let (found, summary) = asked(file.as_slice(), name, Some(FitbitWeight::Pounds)).unwrap();
    // By the clock in London, in summer.
    assert_eq!(told(&found), ["weight 2015-05-18 22:59:59 87"]);
    assert_eq!(found[0].taken.original, "191.8 lb");
    assert_eq!(summary.left, BTreeMap::from([(Left::NoDate, 1), (Left::Malformed, 1)]));
    assert_eq!(
        told(&asked(file.as_slice(), name, Some(FitbitWeight::Kilograms)).unwrap().0),
        ["weight 2015-05-18 22:59:59 191.8"]
    );
    let (found, summary) = all(file.as_slice(), name).unwrap();
    assert_eq!((found.len(), summary.left), (0, BTreeMap::from([(Left::Unit, 3)])));
}

#[test]
fn tables_of_takeout_are_read_by_their_first_line_and_their_twins_are_left() {
    let pulse = "timestamp,beats per minute,data source\r\n2026-09-01T06:00:00Z,68,\"Watch, new\"\r\nsoon,70,x\r\n2026-09-01T06:05:00Z,,x\r\n";
    let steps = "timestamp,steps,data source\n2026-07-20T16:39:00Z,34,Radiance\n2026-07-20T16:40:00Z,66,Radiance\n\
                 2026-07-20T16:39:18.008Z,30,Phone Health Connect\n2026-07-21T08:00:00Z,5,Radiance\n";
    let weight = "timestamp,weight grams\n2018-05-28T13:30:12Z,62400\n2018-05-29T13:30:12Z,624000000\n";
    let twin = r#"[{"dateTime":"07/20/26 16:39:00","value":"34"}]"#;
    let old = r#"[{"logId":1,"weight":137.6,"date":"05/28/18","time":"14:30:12"}]"#;
    let base = "Takeout/Google Health/Physical Activity_GoogleData";
    let export = zipped(&[
        (&format!("{base}/heart_rate_2026-09-01.csv"), pulse.as_bytes()),
        (&format!("{base}/steps_2026-07-20.csv"), steps.as_bytes()),
        (&format!("{base}/weight.csv"), weight.as_bytes()),
        (&format!("{base}/daily_resting_heart_rate.csv"), b"timestamp,beats per minute\n2026-09-01T00:00:00Z,57\n"),
        ("Takeout/Google Health/Global Export Data/steps-2026-07-20.json", twin.as_bytes()),
        ("Takeout/Google Health/Global Export Data/weight-2018-05-28.json", old.as_bytes()),
        ("Takeout/Google Health/Your Profile/Profile.csv", b"a,b\n1,2\n"),
    ]);
    let (found, summary) = asked(Cursor::new(export), "takeout.zip", Some(FitbitWeight::Pounds)).unwrap();
    assert_eq!(summary.origin, Origin::Fitbit);
    assert_eq!(
        told(&found),
        ["pulse 2026-09-01 06:00:00 68", "weight 2018-05-28 13:30:12 62.4", "steps 2026-07-20 16:40:00 100 day"]
    );
    let device = |measure| found.iter().find(|one| one.measure == measure).unwrap().device.as_str();
    assert_eq!((device(Measure::Pulse), device(Measure::Steps), device(Measure::Weight)), ("Watch, new", "Radiance", "Fitbit"));
    let left = [(Left::NoDate, 1), (Left::Impossible, 2), (Left::OtherDevice, 1), (Left::LastDay, 1)];
    assert_eq!(summary.left, BTreeMap::from(left));
    // One alone is known too; with another first line it is any table.
    assert_eq!(told(&all(weight.as_bytes(), "weight.csv").unwrap().0), ["weight 2018-05-28 13:30:12 62.4"]);
    let other = b"day,kg\n2026-10-01,70\n";
    let mut nothing = |_| ControlFlow::Continue(());
    assert!(matches!(read(other.as_slice(), "weight.csv", now(), &mut nothing), Ok(Kind::Table(_))));
}

#[test]
fn exports_of_fitbit_are_told_by_the_names_of_their_files() {
    let pulse = r#"[{"dateTime":"01/13/26 08:05:10","value":{"bpm":74,"confidence":2}},{"dateTime":"01/13/26 08:05:15","value":{"bpm":70,"confidence":0}}]"#;
    let steps = r#"[{"dateTime":"07/13/26 23:30:00","value":"100"},{"dateTime":"07/14/26 10:00:00","value":"50"},{"dateTime":"07/15/26 10:00:00","value":"7"}]"#;
    let sleep = r#"[{"logId":1,"dateOfSleep":"2026-01-13","startTime":"2026-01-12T23:30:30.000","endTime":"2026-01-13T07:00:30.000","duration":27000000,"minutesAsleep":420},
        {"logId":2,"dateOfSleep":"2026-01-14","startTime":"2026-01-13T23:30:30.000","endTime":"2026-01-14T07:00:30.000","duration":27000000,"minutesAsleep":400}]"#;
    let weight = r#"[{"logId":1,"weight":160.1,"bmi":24,"date":"01/15/26","time":"08:00:00"}]"#;
    let calories = r#"[{"dateTime":"01/13/26 00:00:00","value":"1.2"}]"#;
    let zip = zipped(&[
        ("Takeout/Fitbit/Global Export Data/heart_rate-2026-01-13.json", pulse.as_bytes()),
        ("Takeout/Fitbit/Global Export Data/steps-2026-07-13.json", steps.as_bytes()),
        ("Takeout/Fitbit/Global Export Data/sleep-2026-01-13.json", sleep.as_bytes()),
        ("Takeout/Fitbit/Global Export Data/weight-2026-01-15.json", weight.as_bytes()),
        ("Takeout/Fitbit/Global Export Data/calories-2026-01-13.json", calories.as_bytes()),
        ("Takeout/Fitbit/Your Profile/Profile.csv", b"a,b\n1,2\n"),
        ("Takeout/archive_browser.html", b"<html>"),
    ]);
    let (found, summary) = all(zip.as_slice(), "takeout.zip").unwrap();
    assert_eq!(summary.origin, Origin::Fitbit);
    // Half past eleven at night in universal time is the next day in summer in London.
    let expected = ["pulse 2026-01-13 08:05:10 74", "steps 2026-07-14 10:00:00 150 day", "sleep 2026-01-13 07:00:30 7 day"];
    assert_eq!(told(&found), expected);
    assert_eq!(summary.left, BTreeMap::from([(Left::Kind, 1), (Left::Unit, 1), (Left::Impossible, 1), (Left::LastDay, 2)]));
    let (found, summary) = all(steps.as_bytes(), "steps-2026-07-13.json").unwrap();
    assert_eq!((found.len(), summary.left), (1, BTreeMap::from([(Left::LastDay, 1)])));
}

#[test]
fn points_of_google_fit_are_read_one_by_one() {
    let point = |kind: &str, values: &str, from: i64, until: i64| {
        format!(
            "{{\"fitValue\":[{values}],\"originDataSourceId\":\"x\",\"endTimeNanos\":{until}000000000,\"dataTypeName\":\"com.google.{kind}\",\"startTimeNanos\":{from}000000000,\"rawTimestampNanos\":0}}"
        )
    };
    let whole = |number: &str| format!("{{\"value\":{{\"intVal\":{number}}}}}");
    let exact = |number: &str| format!("{{\"value\":{{\"fpVal\":{number}}}}}");
    // 1 November 2026, 08:00.
    let at = 1_793_520_000;
    let points = [
        point("weight", &exact("72.5"), at, at),
        point("blood_pressure", &[exact("142.0"), exact("88.0"), whole("1")].join(","), at, at),
        point("step_count.delta", &whole("120"), at, at + 60),
        point("step_count.delta", &whole("30"), at + 600, at + 660),
        point("step_count.delta", &whole("30"), at + 86_400, at + 86_460),
        point("sleep.segment", &whole("1"), at, at + 60),
        point("calories.expended", &exact("1.2"), at, at),
        point("heart_rate.bpm", "", at, at),
    ];
    let file = format!("{{\"Data Source\":\"derived:x\",\"Data Points\":[{}]}}", points.join(","));
    let (found, summary) = all(file.as_bytes(), "derived_com.google.json").unwrap();
    assert_eq!(summary.origin, Origin::GoogleFit);
    let expected =
        ["blood-pressure 2026-11-01 08:00:00 142/88", "weight 2026-11-01 08:00:00 72.5", "steps 2026-11-01 08:11:00 150 day"];
    assert_eq!(told(&found), expected);
    assert!(found.iter().all(|one| one.device.is_empty()));
    assert_eq!(summary.left, BTreeMap::from([(Left::Kind, 1), (Left::Malformed, 1), (Left::LastDay, 1)]));
    // Without a point it is of Google Fit all the same.
    assert_eq!(all(&b"{\"Data Source\":\"x\",\"Data Points\":[]}"[..], "x.json").unwrap().1.origin, Origin::GoogleFit);
}

#[test]
fn sessions_of_exercise_are_summed_by_day() {
    let fitbit = r#"[{"logId":1,"activityName":"Run","startTime":"07/13/26 23:30:00","duration":2000000,"activeDuration":1800000},
        {"logId":2,"activityName":"Walk","startTime":"07/14/26 10:00:00","duration":600000},
        {"logId":3,"activityName":"Walk","startTime":"07/15/26 10:00:00","duration":600000},
        {"logId":4,"activityName":"Walk","startTime":"soon","duration":600000},
        {"logId":5,"activityName":"Walk","startTime":"07/14/26 12:00:00","duration":-1},
        {"logId":6,"activityName":"Walk","startTime":"07/14/26 12:00:00","duration":9223372036854775807}]"#;
    let (found, summary) = all(fitbit.as_bytes(), "exercise-100.json").unwrap();
    // Half past eleven at night in universal time is the next day in summer in London, and what was a break does not count.
    assert_eq!((told(&found), summary.origin), (vec!["exercise 2026-07-14 10:10:00 40 day".to_owned()], Origin::Fitbit));
    assert_eq!(summary.left, BTreeMap::from([(Left::Malformed, 2), (Left::NoDate, 1), (Left::LastDay, 1)]));
    let session = |what: &str, from: &str, until: &str| {
        format!("{{\"fitnessActivity\":\"{what}\",\"startTime\":\"{from}\",\"endTime\":\"{until}\",\"aggregate\":[]}}")
    };
    let walk = session("walking", "2026-11-01T08:00:00.000Z", "2026-11-01T08:45:00.000Z");
    let run = session("running", "2026-11-01T19:00:00.000+01:00", "2026-11-01T19:15:00.000+01:00");
    let last = session("biking", "2026-11-02T08:00:00Z", "2026-11-02T09:00:00Z");
    let (drive, night) = (
        session("in_vehicle", "2026-11-01T09:00:00Z", "2026-11-01T10:00:00Z"),
        session("sleep", "2026-11-01T22:00:00Z", "2026-11-02T06:00:00Z"),
    );
    let zip = zipped(&[
        ("Takeout/Fit/All sessions/2026-11-01T08_00_00Z_WALKING.json", walk.as_bytes()),
        ("Takeout/Fit/All sessions/2026-11-01T18_00_00Z_RUNNING.json", run.as_bytes()),
        ("Takeout/Fit/All sessions/2026-11-02T08_00_00Z_BIKING.json", last.as_bytes()),
        ("Takeout/Fit/All sessions/2026-11-01T09_00_00Z_DRIVING.json", drive.as_bytes()),
        ("Takeout/Fit/All sessions/2026-11-01T22_00_00Z_SLEEP.json", night.as_bytes()),
    ]);
    let (found, summary) = all(zip.as_slice(), "takeout.zip").unwrap();
    assert_eq!((told(&found), summary.origin), (vec!["exercise 2026-11-01 18:15:00 60 day".to_owned()], Origin::GoogleFit));
    assert_eq!(summary.left, BTreeMap::from([(Left::Kind, 2), (Left::LastDay, 1)]));
    // Two apps told of the same walk, one of them of a part and one of a little more.
    let (part, more) = (
        session("walking", "2026-11-01T08:10:00Z", "2026-11-01T08:40:00Z"),
        session("walking", "2026-11-01T08:05:00Z", "2026-11-01T08:50:00Z"),
    );
    let zip = zipped(&[
        ("Takeout/Fit/All sessions/2026-11-01T08_05_00Z_WALKING.json", more.as_bytes()),
        ("Takeout/Fit/All sessions/2026-11-01T08_00_00Z_WALKING.json", walk.as_bytes()),
        ("Takeout/Fit/All sessions/2026-11-01T08_10_00Z_WALKING.json", part.as_bytes()),
        ("Takeout/Fit/All sessions/2026-11-02T08_00_00Z_BIKING.json", last.as_bytes()),
    ]);
    let (found, summary) = all(zip.as_slice(), "takeout.zip").unwrap();
    assert_eq!(told(&found), ["exercise 2026-11-01 08:50:00 50 day"]);
    assert_eq!(summary.left, BTreeMap::from([(Left::OtherDevice, 1), (Left::LastDay, 1)]));
    // What Fitbit counted of the same walk in the same file is not added to it.
    let same = r#"[{"logId":1,"activityName":"Walk","startTime":"11/01/26 08:00:00","duration":2700000}]"#;
    let zip = zipped(&[
        ("Takeout/Fit/All sessions/2026-11-01T08_00_00Z_WALKING.json", walk.as_bytes()),
        ("Takeout/Fit/All sessions/2026-11-01T18_00_00Z_RUNNING.json", run.as_bytes()),
        ("Takeout/Fit/All sessions/2026-11-02T08_00_00Z_BIKING.json", last.as_bytes()),
        ("Takeout/Fitbit/Global Export Data/exercise-0.json", same.as_bytes()),
    ]);
    let (found, summary) = all(zip.as_slice(), "takeout.zip").unwrap();
    assert_eq!(told(&found), ["exercise 2026-11-01 18:15:00 60 day"]);
    assert_eq!(summary.left, BTreeMap::from([(Left::OtherDevice, 1), (Left::LastDay, 1)]));
}

#[test]
fn google_fit_tells_how_a_reading_was_taken() {
    let taken = |kind: &str, values: &str| {
        let file = format!(
            "[{{\"fitValue\":[{values}],\"endTimeNanos\":1793520000000000000,\"dataTypeName\":\"com.google.{kind}\",\"startTimeNanos\":1793520000000000000}}]"
        );
        let (found, _) = all(file.as_bytes(), "raw_com.google.json").unwrap();
        (found[0].taken.said.clone(), found[0].settings.clone())
    };
    let values = |numbers: &[&str], words: &[Option<u8>]| {
        let numbers = numbers.iter().map(|number| format!("{{\"value\":{{\"fpVal\":{number}}}}}"));
        let words = words.iter().map(|word| match word {
            Some(word) => format!("{{\"value\":{{\"intVal\":{word}}}}}"),
            None => "{\"value\":{}}".to_owned(),
        });
        numbers.chain(words).collect::<Vec<_>>().join(",")
    };
    let pressure = |words: &[Option<u8>]| taken("blood_pressure", &values(&["142.0", "88.0"], words)).1;
    assert_eq!(taken("blood_pressure", &values(&["142.0", "88.0"], &[Some(2), Some(3)])).0, "142/88");
    assert_eq!(pressure(&[Some(2), Some(3)]), "arm=left position=sitting");
    assert_eq!(pressure(&[Some(1), Some(2)]), "arm=right position=standing");
    assert_eq!((pressure(&[None, Some(4)]), pressure(&[Some(3), None])), ("arm=right".to_owned(), "position=lying".to_owned()));
    assert_eq!(
        (pressure(&[Some(4), Some(9)]), pressure(&[None, None])),
        (String::new(), String::new()),
        "reclining is none of these"
    );
    assert_eq!((pressure(&[]), pressure(&[Some(3)])), (String::new(), String::new()), "a list that is not whole");
    let sugar = |meal: Option<u8>, sleep: Option<u8>| taken("blood_glucose", &values(&["7.2"], &[meal, Some(1), sleep, None])).1;
    for (meal, sleep, expected) in [
        (Some(3), None, "meal=before"),
        (Some(2), Some(1), "meal=before"),
        (Some(4), None, "meal=after"),
        (Some(2), Some(3), "meal=waking"),
        (None, Some(2), "meal=bedtime"),
        (Some(1), None, ""),
        (None, Some(4), ""),
    ] {
        assert_eq!(sugar(meal, sleep), expected, "{meal:?} {sleep:?}");
    }
}

fn weight() -> Columns {
    Columns {
        measure: Measure::Weight,
        unit: "kg".to_owned(),
        order: DayOrder::DayFirst,
        day: 0,
        time: None,
        numbers: vec![1],
        settings: Vec::new(),
        note: None,
        more: Vec::new(),
    }
}

fn also(measure: Measure, unit: &str, column: usize) -> MoreColumns {
    MoreColumns { measure, unit: unit.to_owned(), numbers: vec![column] }
}

fn rows(file: &[u8], columns: &Columns) -> (Vec<Found>, BTreeMap<Left, u64>) {
    let mut found = Vec::new();
    let mut sink = |one| {
        found.push(one);
        ControlFlow::Continue(())
    };
    let left = table::read(file, columns, now(), &mut sink).unwrap().left;
    (found, left)
}

#[test]
fn a_zip_that_names_more_files_than_anybody_has_is_not_opened() {
    let crowd = |names: &mut dyn Iterator<Item = String>| {
        let names: Vec<String> = names.collect();
        zipped(&names.iter().map(|name| (name.as_str(), &b""[..])).collect::<Vec<_>>())
    };
    // More than an old zip can name, and as many as are read.
    let many = crowd(&mut (0..70_000).map(|at| at.to_string()));
    assert!(matches!(all(many.as_slice(), "x.zip"), Err(ReadError::Unknown)));
    let too_many = crowd(&mut (0..100_001).map(|at| at.to_string()));
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    assert!(matches!(all(too_many.as_slice(), "x.zip"), Err(ReadError::TooLarge)));
    assert!(MEMORY.peak_usage().saturating_sub(before) < 1_000_000, "nothing of its directory is held");
    // Few files, whose names are long; also where its end tells of a short directory.
    let mut long = crowd(&mut (0..400).map(|at| format!("{at}{}", "x".repeat(60_000))));
    assert!(matches!(all(long.as_slice(), "x.zip"), Err(ReadError::TooLarge)));
    let end = long.len() - 22;
    assert_eq!(&long[end..end + 4], b"PK\x05\x06");
    long[end + 12..end + 16].copy_from_slice(&60_000_u32.to_le_bytes());
    assert!(matches!(all(long.as_slice(), "x.zip"), Err(ReadError::TooLarge | ReadError::Damaged)));
}

#[test]
fn a_zip_that_says_itself_that_it_is_too_large_is_not_unpacked() {
    let saying = |names: &[&str]| {
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, EXPORT.as_bytes())).collect();
        let mut zip = zipped(&files);
        assert!(all(zip.as_slice(), "x.zip").is_ok());
        let entries: Vec<usize> = (0..zip.len()).filter(|at| zip[*at..].starts_with(b"PK\x01\x02")).collect();
        assert_eq!(entries.len(), names.len());
        for at in entries {
            // The size that it says the file has once it is unpacked.
            zip[at + 24..at + 28].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
        }
        all(zip.as_slice(), "x.zip")
    };
    assert!(matches!(saying(&["1/export.xml", "2/export.xml", "3/export.xml"]), Err(ReadError::TooLarge)));
    // One alone may be so large.
    assert!(!matches!(saying(&["export.xml"]), Err(ReadError::TooLarge)));
}

/// The end of a zip as it can be made by hand: its record of 64 bits and where that is named, and its record of 32 bits.
#[derive(Clone)]
struct End {
    record: [u8; 4],
    files: u64,
    bytes: u64,
    begins: u64,
    length: u64,
    locator: [u8; 4],
    told_at: u64,
    short: (u16, u32, u32),
}

impl End {
    /// Everything as it should be, of an archive with one file whose directory lies here.
    fn of(directory: &std::ops::Range<usize>) -> Self {
        let [bytes, begins, told_at] =
            [directory.len(), directory.start, directory.end].map(|number| u64::try_from(number).unwrap());
        let (record, locator, short) = (*b"PK\x06\x06", *b"PK\x06\x07", (u16::MAX, u32::MAX, u32::MAX));
        Self { record, files: 1, bytes, begins, length: 44, locator, told_at, short }
    }

    fn after(&self, files_and_directory: &[u8]) -> Vec<u8> {
        let mut zip = [files_and_directory, &self.record, &self.length.to_le_bytes(), &[45, 0, 45, 0], &[0; 8]].concat();
        for number in [self.files, self.files, self.bytes, self.begins] {
            zip.extend(number.to_le_bytes());
        }
        zip.extend(
            [&self.locator[..], &[0; 4], &self.told_at.to_le_bytes(), &1_u32.to_le_bytes(), b"PK\x05\x06", &[0; 4]].concat(),
        );
        let (files, bytes, begins) = self.short;
        zip.extend(
            [&files.to_le_bytes()[..], &files.to_le_bytes(), &bytes.to_le_bytes(), &begins.to_le_bytes(), &[0; 2]].concat(),
        );
        zip
    }
}

/// The end of 32 bits alone.
fn short_end(files: u16, bytes: u32, begins: u32) -> Vec<u8> {
    let (files, bytes, begins) = (files.to_le_bytes(), bytes.to_le_bytes(), begins.to_le_bytes());
    [&b"PK\x05\x06"[..], &[0; 4], &files, &files, &bytes, &begins, &[0; 2]].concat()
}

#[test]
fn a_zip_whose_end_does_not_fit_its_directory_is_damaged() {
    let plain = zipped(&[("export.xml", EXPORT.as_bytes())]);
    let end = plain.len() - 22;
    let word = |at: usize| u32::from_le_bytes(plain[end + at..end + at + 4].try_into().unwrap());
    let (bytes, begins) = (word(12), word(16));
    let directory = usize::try_from(begins).unwrap()..end;
    assert_eq!(directory.len(), usize::try_from(bytes).unwrap());
    let kept = &plain[..end];
    let outcome = |zip: &[u8]| match all(zip, "export.zip") {
        Ok((found, _)) => format!("{} found", found.len()),
        Err(error) => error.to_string(),
    };
    let read = format!("{} found", expected().len());
    let damaged = "it breaks off, or is damaged";
    let good = End::of(&directory);
    let with_room = (1, bytes, begins);
    for (what, end, says) in [
        ("as it should be", good.clone(), read.as_str()),
        ("told in both places", End { short: with_room, ..good.clone() }, &read),
        ("some of it told in both places", End { short: (1, bytes, u32::MAX), ..good.clone() }, &read),
        ("not named", End { locator: *b"PK\x06\x00", ..good.clone() }, damaged),
        (
            "not named, and only where it begins has no room",
            End { locator: [0; 4], short: (1, bytes, u32::MAX), ..good.clone() },
            damaged,
        ),
        ("named, and not there", End { record: [0; 4], ..good.clone() }, damaged),
        ("named, not there and not asked for", End { record: [0; 4], short: with_room, ..good.clone() }, damaged),
        ("named elsewhere", End { told_at: 0, ..good.clone() }, damaged),
        ("named behind the end", End { told_at: u64::MAX, ..good.clone() }, damaged),
        ("shorter than it is", End { length: 20, ..good.clone() }, damaged),
        ("longer than all numbers", End { length: u64::MAX, ..good.clone() }, damaged),
        ("with a directory that goes on behind it", End { begins: good.begins + 1, ..good.clone() }, damaged),
        ("with a directory behind all numbers", End { begins: u64::MAX, ..good.clone() }, damaged),
        ("with more files than have room", End { files: 3, ..good.clone() }, damaged),
        ("with too many files", End { files: 100_001, ..good.clone() }, "it is too large"),
        (
            "with too many files, and one in the other place",
            End { files: 100_001, short: with_room, ..good.clone() },
            "it is too large",
        ),
        ("with too long a directory", End { bytes: u64::MAX, ..good.clone() }, "it is too large"),
        ("with a wrong directory in the other place", End { short: (1, bytes, begins + 500), ..good.clone() }, damaged),
    ] {
        assert_eq!(outcome(&end.after(kept)), says, "{what}");
    }
    for (what, files, bytes, begins, says) in [
        ("as it should be", 1, bytes, begins, read.as_str()),
        ("a directory that goes on behind the end", 1, bytes, begins + 1, damaged),
        ("more files than have room", 3, bytes, begins, damaged),
        ("more files than have room, as many as can be", u16::MAX, bytes, begins, damaged),
        ("a size without room", 1, u32::MAX, begins, damaged),
        ("a beginning without room", 1, bytes, u32::MAX, damaged),
        ("too long a directory", 1, 17 * 1024 * 1024, begins, "it is too large"),
    ] {
        assert_eq!(outcome(&[kept, &short_end(files, bytes, begins)].concat()), says, "{what}");
    }
    // Behind such an end stands a good one, which others may choose.
    let bad = [kept, &short_end(1, u32::MAX, begins)].concat();
    assert_eq!(outcome(&[&bad, &short_end(1, bytes, begins)[..]].concat()), damaged);
}

#[test]
fn as_many_files_as_an_old_zip_can_name_are_read() {
    let names: Vec<String> = (0..65_535).map(|at| at.to_string()).collect();
    let zip = zipped(&names.iter().map(|name| (name.as_str(), &b""[..])).collect::<Vec<_>>());
    let at = zip.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    let ends = at + 46 + 5;
    let begins = zip.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let end = short_end(u16::MAX, u32::try_from(ends - begins).unwrap(), u32::try_from(begins).unwrap());
    let zip = [&zip[..ends], &end[..]].concat();
    assert!(matches!(all(zip.as_slice(), "x.zip"), Err(ReadError::Unknown)));
}

#[test]
fn a_table_in_utf_16_is_read_as_any_other() {
    let text = "Date\tkg\tNote\r\n01/11/2026\t72,5\tnach dem Fr\u{fc}hst\u{fc}ck\r\n";
    let little: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for file in [little, big] {
        let mut nothing = |_| ControlFlow::Continue(());
        let Kind::Table(held) = read(file.as_slice(), "Weights.txt", now(), &mut nothing).unwrap() else { panic!("no table") };
        assert_eq!(table::begin(&held).unwrap().columns, ["Date", "kg", "Note"]);
        let (found, left) = rows(&held, &Columns { note: Some(2), ..weight() });
        assert_eq!((told(&found), left), (vec!["weight 2026-11-01 12:00:00 72,5".to_owned()], BTreeMap::new()));
        assert_eq!(found[0].note, "nach dem Fr\u{fc}hst\u{fc}ck");
    }
}

#[test]
fn a_table_shows_in_which_order_its_days_are_written_or_nobody_knows() {
    let shown = |days: &[&str]| {
        let rows: String = days.iter().map(|day| format!("{day},70\n")).collect();
        order_of(format!("day,kg\n{rows}").as_bytes(), 0).unwrap()
    };
    let (day, month) = (Order::Shown(DayOrder::DayFirst), Order::Shown(DayOrder::MonthFirst));
    for (days, order) in [
        (&["01/02/2026", "13/02/2026"][..], day),
        (&["01/02/2026 08:30", "02/13/2026 8:30pm"], month),
        (&["1.2.26", "3.4.26"], Order::Unknown),
        (&["01/02/2026", "13/02/2026", "02/13/2026"], Order::Unknown),
        // What cannot be read in two ways asks nothing.
        (&["2026-02-01", "1 March 2026", "", "soon"], day),
        (&["03/03/2026"], day),
        (&["99/01/2026", "45/46/2026"], day),
    ] {
        assert_eq!(shown(days), order, "{days:?}");
    }
}

#[test]
fn both_numbers_of_a_pressure_may_be_in_one_column() {
    let both = Columns { measure: Measure::BloodPressure, unit: "mm[Hg]".to_owned(), numbers: vec![1, 1], ..weight() };
    let file = b"day,BP\n2026-11-01,142/88\n2026-11-02,138 / 84 mmHg\n2026-11-03,\n2026-11-04,142\n2026-11-05,88/142\n\
        2026-11-06,142/88 142/86\n2026-11-07,2420/88\n";
    let (found, left) = rows(file, &both);
    let expected = ["blood-pressure 2026-11-01 12:00:00 142/88", "blood-pressure 2026-11-02 12:00:00 138/84"];
    assert_eq!(
        (told(&found), left),
        (expected.map(str::to_owned).to_vec(), BTreeMap::from([(Left::Impossible, 4), (Left::NoNumber, 1)]))
    );
    let mut nothing = |_| ControlFlow::Continue(());
    let listed = table::read(file, &both, now(), &mut nothing).unwrap().listed;
    assert_eq!((listed[0].line, listed[0].why, listed[0].says.as_str()), (4, Left::NoNumber, "2026-11-03"));
    assert_eq!((listed[1].line, listed[1].says.as_str()), (5, "2026-11-04, 142"), "each cell once");
}

#[test]
fn what_is_of_today_without_a_time_is_of_now_until_midday() {
    let at = |now: &str, day: &str| {
        let mut found = Vec::new();
        let mut sink = |one: Found| {
            found.push(one.at.format("%F %H:%M:%S").to_string());
            ControlFlow::Continue(())
        };
        let file = format!("day,kg\n{day},70\n");
        let left = table::read(file.as_bytes(), &weight(), now.parse().unwrap(), &mut sink).unwrap().left;
        (found, left)
    };
    for (now, day, taken) in [
        ("2026-11-29T08:15:00Z", "29/11/2026", "2026-11-29 08:15:00"),
        ("2026-11-29T18:15:00Z", "29/11/2026", "2026-11-29 12:00:00"),
        ("2026-11-29T08:15:00Z", "28/11/2026", "2026-11-28 12:00:00"),
        // The clock of whatever wrote it may be a little ahead.
        ("2026-11-29T08:15:00Z", "29/11/2026 08:17", "2026-11-29 08:15:00"),
    ] {
        assert_eq!(at(now, day), (vec![taken.to_owned()], BTreeMap::new()), "{now} {day}");
    }
    assert_eq!(at("2026-11-29T08:15:00Z", "29/11/2026 12:00"), (vec![], BTreeMap::from([(Left::OtherTime, 1)])));
}

#[test]
fn the_first_rows_that_are_no_readings_are_told_one_by_one() {
    let mut nothing = |_| ControlFlow::Continue(());
    let file = b"day,kg\n01/11/2026,70\n\n02/11/2026,300\nsoon\x1b,70\n04/11/2026,x\n05/11/2027,70\n06/11/2026,\n";
    let listed = table::read(file, &weight(), now(), &mut nothing).unwrap().listed;
    let row = |line, why, says: &str| LeftRow { line, measure: Measure::Weight, why, says: says.to_owned() };
    let expected = [
        row(4, Left::Unusual, "02/11/2026, 300"),
        row(5, Left::NoDate, "soon , 70"),
        row(6, Left::Impossible, "04/11/2026, x"),
        row(7, Left::OtherTime, "05/11/2027, 70"),
        row(8, Left::NoNumber, "06/11/2026"),
    ];
    assert_eq!(listed, expected);
    let windows = String::from_utf8_lossy(file).replace('\n', "\r\n");
    assert_eq!(table::read(windows.as_bytes(), &weight(), now(), &mut nothing).unwrap().listed, expected);
    let many = format!("day,kg\n{}", "01/11/2026,x\n".repeat(300));
    let rows = table::read(many.as_bytes(), &weight(), now(), &mut nothing).unwrap();
    assert_eq!((rows.listed.len(), rows.left), (table::MOST_LISTED, BTreeMap::from([(Left::Impossible, 300)])));
    let long = format!("day,kg\n01/11/2026,{}\n", "x".repeat(5000));
    assert_eq!(table::read(long.as_bytes(), &weight(), now(), &mut nothing).unwrap().listed[0].says.chars().count(), 120);
}

#[test]
fn a_table_is_kept_until_its_columns_are_named() {
    let file = b"\xef\xbb\xbfDate;Weight (kg);\r\n1/11/2026 08:30;72,5;\"a;b\"\r\n";
    let mut nothing = |_| ControlFlow::Continue(());
    let kind = read(&file[..], "Weights.CSV", now(), &mut nothing).unwrap();
    assert_eq!(kind, Kind::Table(file.to_vec()));
    let begins = table::begin(file).unwrap();
    assert_eq!(begins.columns, ["Date", "Weight (kg)", ""]);
    assert_eq!(begins.rows, [["1/11/2026 08:30", "72,5", "a;b"]]);
    let (found, left) = rows(file, &Columns { note: Some(2), ..weight() });
    assert_eq!((told(&found), left), (vec!["weight 2026-11-01 08:30:00 72,5".to_owned()], BTreeMap::new()));
    assert_eq!(found[0].note, "a;b");
    for wrong in [&b"Date\n1\n"[..], b"Date,Weight\n", b""] {
        assert!(table::begin(wrong).is_err());
    }
}

#[test]
fn days_and_times_are_read_as_people_write_them() {
    let when = |cell: &str, order: DayOrder| {
        let file = format!("a\tb\n{cell}\t70\n");
        let (found, left) = rows(file.as_bytes(), &Columns { order, ..weight() });
        found.first().map_or_else(|| format!("{left:?}"), |one| one.at.format("%F %H:%M:%S").to_string())
    };
    for (cell, at) in [
        ("2026-11-01", "2026-11-01 12:00:00"),
        ("2026-07-01T08:30:05Z", "2026-07-01 08:30:05"),
        ("2026-07-01 08:30:05 +0200", "2026-07-01 06:30:05"),
        ("2026-07-01 08:30", "2026-07-01 07:30:00"),
        ("01/07/2026 8:30am", "2026-07-01 07:30:00"),
        ("01/07/2026 8:30 pm", "2026-07-01 19:30:00"),
        ("01.07.26 20:30:10", "2026-07-01 19:30:10"),
        ("1 July 2026", "2026-07-01 11:00:00"),
        ("1 Jul 2026", "2026-07-01 11:00:00"),
        ("29/03/2026 02:00", "2026-03-29 01:00:00"),
        // It was twice, and the first is meant.
        ("25/10/2026 01:30", "2026-10-25 00:30:00"),
    ] {
        assert_eq!(when(cell, DayOrder::DayFirst), at, "{cell}");
    }
    assert_eq!(when("07/01/2026", DayOrder::MonthFirst), "2026-07-01 11:00:00");
    assert_eq!(when("07/01/26", DayOrder::MonthFirst), "2026-07-01 11:00:00");
    for (cell, why) in [
        ("soon", "NoDate"),
        ("", "NoDate"),
        ("31/02/2026", "NoDate"),
        ("01/01/2027", "OtherTime"),
        ("1/7/2026 soon", "NoDate"),
        // It never was: the clock went on at one.
        ("29/03/2026 01:30", "NoSuchTime"),
    ] {
        assert_eq!(when(cell, DayOrder::DayFirst), format!("{{{why}: 1}}"), "{cell}");
    }
}

#[test]
fn rows_that_are_no_readings_are_counted() {
    let file = b"day,value\n2026-11-01,70\n2026-11-02,\n2026-11-03,x\n2026-11-04,7000\n2026-11-05,300\n\n2026-11-06\n";
    let (found, left) = rows(file, &weight());
    assert_eq!(told(&found), ["weight 2026-11-01 12:00:00 70"]);
    assert_eq!(left, BTreeMap::from([(Left::Impossible, 2), (Left::Unusual, 1), (Left::NoNumber, 2)]));
    // What is no row of anything is left out of nothing.
    assert_eq!(rows(b"day,value,sum\n2026-11-01,70,\n,,\n,,70\n", &weight()).1, BTreeMap::new());
    let pressures = Columns { measure: Measure::BloodPressure, unit: "mm[Hg]".to_owned(), numbers: vec![1, 2], ..weight() };
    let (found, left) = rows(b"day,top,bottom\n2026-11-01,142,88\n2026-11-01,88,120\n2026-11-01,142,\n", &pressures);
    assert_eq!(told(&found), ["blood-pressure 2026-11-01 12:00:00 142/88"]);
    assert_eq!(left, BTreeMap::from([(Left::Impossible, 2)]));
    // A comma before three digits is of thousands where there are no decimals, and else of nobody knows what.
    let steps = Columns { measure: Measure::Steps, unit: "{steps}".to_owned(), ..weight() };
    let (found, _) = rows(b"day;steps\n2026-11-01;8,000\n", &steps);
    assert_eq!(found.iter().map(|one| one.taken.first.to_string()).collect::<Vec<_>>(), ["8000"]);
    assert_eq!(rows(b"day;kg\n2026-11-01;78,400\n", &weight()).1, BTreeMap::from([(Left::Impossible, 1)]));
}

#[test]
fn a_table_tells_how_a_reading_was_taken_and_a_row_with_an_unknown_word_is_left() {
    let sugars = Columns { measure: Measure::Glucose, unit: "mmol/L".to_owned(), settings: vec![("meal", 2)], ..weight() };
    let file = "day,mmol/L,When\n2026-11-01,7.2,before meal\n2026-11-02,8,After dinner\n2026-11-03,6,\n2026-11-04,5.5,FASTING\n\
                2026-11-05,9,1 hour after\n2026-11-06,6.1,Before a meal\n2026-11-07,,after the walk\n";
    let (found, left) = rows(file.as_bytes(), &sugars);
    let told: Vec<_> =
        found.iter().map(|one| (one.taken.said.as_str(), one.settings.as_str(), one.taken.original.as_str())).collect();
    let expected = [
        ("7.2", "meal=before", "before meal"),
        ("8", "meal=after", "After dinner"),
        ("6", "", ""),
        ("5.5", "meal=before", "FASTING"),
        ("6.1", "meal=before", ""),
    ];
    assert_eq!((told.as_slice(), left), (&expected[..], BTreeMap::from([(Left::Context, 1), (Left::NoNumber, 1)])));
    let mut nothing = |_| ControlFlow::Continue(());
    let listed = table::read(file.as_bytes(), &sugars, now(), &mut nothing).unwrap().listed;
    let row = |line, why, says: &str| LeftRow { line, measure: Measure::Glucose, why, says: says.to_owned() };
    let expected = [row(6, Left::Context, "2026-11-05, 9, 1 hour after"), row(8, Left::NoNumber, "2026-11-07, after the walk")];
    assert_eq!(listed, expected);
    let pressures = Columns {
        measure: Measure::BloodPressure,
        unit: "mm[Hg]".to_owned(),
        numbers: vec![1, 2],
        settings: vec![("position", 4), ("arm", 3)],
        ..weight()
    };
    let file =
        b"day,top,bottom,arm,how\n2026-11-01,142,88,Left,seated\n2026-11-02,138,84,right arm,\n2026-11-03,138,84,leg,sitting\n";
    let (found, left) = rows(file, &pressures);
    let told: Vec<_> = found.iter().map(|one| (one.settings.as_str(), one.taken.original.as_str())).collect();
    assert_eq!(told, [("arm=left position=sitting", "seated"), ("arm=right", "right arm")]);
    assert_eq!(left, BTreeMap::from([(Left::Context, 1)]));
}

#[test]
fn a_row_of_a_table_is_a_reading_of_each_measure_that_has_a_number_in_it() {
    let cuff = Columns {
        measure: Measure::BloodPressure,
        unit: "mm[Hg]".to_owned(),
        time: Some(1),
        numbers: vec![2, 3],
        settings: vec![("arm", 6)],
        note: Some(7),
        more: vec![also(Measure::Pulse, "/min", 4), also(Measure::Oxygen, "%", 5)],
        ..weight()
    };
    assert_eq!(cuff.measures(), [Measure::BloodPressure, Measure::Pulse, Measure::Oxygen]);
    let file = b"date,time,sys,dia,pulse,spo2,arm,note\n\
        01/11/2026,08:30,142,88,71,97,left,after tea\n\
        02/11/2026,08:30,138,84,,,,\n\
        03/11/2026,08:30,,,68,,,\n\
        04/11/2026,08:30,E,E,E,96,,\n\
        05/11/2026,08:30,136,82,7000,95,,\n\
        soon,08:30,136,82,,95,,\n\
        07/11/2026,08:30,,,,,,\n\
        08/11/2026,08:30,136,82,70,,nose,\n";
    let (found, left) = rows(file, &cuff);
    let expected = [
        "blood-pressure 2026-11-01 08:30:00 142/88",
        "pulse 2026-11-01 08:30:00 71",
        "oxygen 2026-11-01 08:30:00 97",
        "blood-pressure 2026-11-02 08:30:00 138/84",
        "pulse 2026-11-03 08:30:00 68",
        "oxygen 2026-11-04 08:30:00 96",
        "blood-pressure 2026-11-05 08:30:00 136/82",
        "oxygen 2026-11-05 08:30:00 95",
        "pulse 2026-11-08 08:30:00 70",
    ];
    let mut told = told(&found);
    let mut expected = expected.map(str::to_owned).to_vec();
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    // What was written to it, and how it was taken, is of the first.
    let first: Vec<_> = found.iter().take(2).map(|one| (one.settings.as_str(), one.note.as_str())).collect();
    assert_eq!(first, [("arm=left", "after tea"), ("", "")]);
    assert_eq!(left, BTreeMap::from([(Left::NoDate, 2), (Left::Impossible, 3), (Left::Context, 1), (Left::NoNumber, 1)]));
    // A line is told once, as the first of its measures that is none.
    let mut nothing = |_| ControlFlow::Continue(());
    let listed = table::read(file, &cuff, now(), &mut nothing).unwrap().listed;
    let row = |line, measure, why, says: &str| LeftRow { line, measure, why, says: says.to_owned() };
    let expected = [
        row(5, Measure::BloodPressure, Left::Impossible, "04/11/2026, 08:30, E, E"),
        row(6, Measure::Pulse, Left::Impossible, "05/11/2026, 08:30, 7000"),
        row(7, Measure::BloodPressure, Left::NoDate, "soon, 08:30, 136, 82"),
        row(8, Measure::BloodPressure, Left::NoNumber, "07/11/2026, 08:30"),
        row(9, Measure::BloodPressure, Left::Context, "08/11/2026, 08:30, 136, 82, nose"),
    ];
    assert_eq!(listed, expected);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..EXPORT.len(), cut in 0..40_usize, name in "(steps-2026-01-13|heart_rate-2026-01-13|x)\\.(json|csv|xml|zip)") {
        for begins in [&b""[..], b"[", b"{\"Data Points\":[", b"PK\x03\x04", b"<HealthData>", b"a,b\n"] {
            let file = [begins, &bytes].concat();
            let mut nothing = |_| ControlFlow::Continue(());
            if let Ok(Kind::Table(held)) = read(file.as_slice(), &name, now(), &mut nothing) {
                let _ = table::begin(&held);
                let _ = table::read(&held, &weight(), now(), &mut nothing);
            }
        }
        let mut text = EXPORT.as_bytes().to_vec();
        text.splice(at..(at + cut).min(EXPORT.len()), bytes);
        let _ = all(text.as_slice(), "export.xml");
    }

    #[test]
    fn what_was_exported_is_found(weights in prop::collection::vec((0..86_400_i64, 25_000..200_000_i64), 1..40)) {
        let mut text = "<HealthData>".to_owned();
        for (second, grams) in &weights {
            let at = DateTime::from_timestamp(1_790_000_000 + second, 0).unwrap().format("%F %T +0000");
            text += &format!("<Record value=\"{}.{:03}\" unit=\"kg\" endDate=\"{at}\" startDate=\"{at}\" type=\"HKQuantityTypeIdentifierBodyMass\"/>\n", grams / 1000, grams % 1000);
        }
        let (found, summary) = all((text + "</HealthData>").as_bytes(), "export.xml").unwrap();
        let found: Vec<_> = found.iter().map(|one| (one.at.timestamp() - 1_790_000_000, one.taken.first.thousandths())).collect();
        prop_assert_eq!(found, weights);
        prop_assert_eq!(summary.left, BTreeMap::new());
    }

    #[test]
    fn the_order_of_days_is_asked_about_only_where_no_day_shows_it(
        days in prop::collection::vec((1..=28_u32, 1..=12_u32), 1..20),
        is_month_first: bool,
        sign in prop::sample::select(vec!['/', '.', '-']),
        clock in prop::sample::select(vec!["", " 08:30", " 8:30pm"]),
    ) {
        let mut text = "day,kg\n".to_owned();
        for (day, month) in &days {
            let (first, second) = if is_month_first { (month, day) } else { (day, month) };
            text += &format!("{first:02}{sign}{second:02}{sign}2026{clock},70\n");
        }
        let written = if is_month_first { DayOrder::MonthFirst } else { DayOrder::DayFirst };
        let expected = if days.iter().any(|(day, _)| *day > 12) {
            Order::Shown(written)
        } else if days.iter().any(|(day, month)| day != month) {
            Order::Unknown
        } else {
            // What is the same both ways needs no order.
            Order::Shown(DayOrder::DayFirst)
        };
        prop_assert_eq!(order_of(text.as_bytes(), 0).unwrap(), expected);
    }

    #[test]
    fn every_row_is_handed_over_or_counted(numbers in prop::collection::vec(prop::option::of(0..400_u32), 1..60)) {
        let mut text = "day,value\n".to_owned();
        for number in &numbers {
            text += &format!("2026-11-01 08:30,{}\n", number.map_or_else(|| "x".to_owned(), |number| number.to_string()));
        }
        let (found, left) = rows(text.as_bytes(), &weight());
        let left: u64 = left.values().sum();
        prop_assert_eq!(found.len() + usize::try_from(left).unwrap(), numbers.len());
    }

    #[test]
    fn every_measure_of_a_row_is_handed_over_or_counted_or_has_no_number_beside_one(cells in prop::collection::vec((prop::option::of(0..400_u32), prop::option::of(0..400_u32)), 1..60)) {
        let mut text = "day,kg,pulse\n".to_owned();
        let cell = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
        for (kilos, beats) in &cells {
            text += &format!("2026-11-01 08:30,{},{}\n", cell(*kilos), cell(*beats));
        }
        let columns = Columns { more: vec![also(Measure::Pulse, "/min", 2)], ..weight() };
        let (found, left) = rows(text.as_bytes(), &columns);
        let left: u64 = left.values().sum();
        let numbers = cells.iter().flat_map(|(kilos, beats)| [kilos, beats]).flatten().count();
        let without = cells.iter().filter(|(kilos, beats)| kilos.is_none() && beats.is_none()).count();
        prop_assert_eq!(found.len() + usize::try_from(left).unwrap(), numbers + without);
        // Each is as it is where its measure is named alone.
        let (alone, _) = rows(text.as_bytes(), &weight());
        let of_weight: Vec<Found> = found.into_iter().filter(|one| one.measure == Measure::Weight).collect();
        prop_assert_eq!(of_weight, alone);
    }
}
