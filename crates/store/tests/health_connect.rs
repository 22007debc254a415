//! Exports of Health Connect, as they should be and as somebody made them to do harm.
#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::ops::ControlFlow;
use std::path::Path;
use store::health_connect::{HealthConnectError, HealthRecord, read};
use tempfile::NamedTempFile;

/// The columns that every table of records has (`RecordHelper`), those of a moment and those of a time.
const OF_ALL: &str = "row_id INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB NOT NULL UNIQUE, last_modified_time INTEGER, \
                      client_record_id TEXT, client_record_version TEXT, device_info_id INTEGER, app_info_id INTEGER, \
                      recording_method INTEGER, dedupe_hash BLOB UNIQUE";
const OF_MOMENTS: &str =
    "time INTEGER, zone_offset INTEGER, local_date INTEGER, local_date_time INTEGER AS (time + 1000 * zone_offset)";
const OF_TIMES: &str =
    "start_time INTEGER, start_zone_offset INTEGER, end_time INTEGER, end_zone_offset INTEGER, local_date INTEGER";
const AT: i64 = 1_793_520_000_000;

async fn made(statements: &[String]) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    let options = SqliteConnectOptions::new().filename(file.path()).foreign_keys(false);
    let mut raw: SqliteConnection = options.connect().await.unwrap();
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(statement.clone())).execute(&mut raw).await.unwrap();
    }
    raw.close().await.unwrap();
    file
}

fn moments(table: &str, columns: &str) -> String {
    format!("CREATE TABLE {table} ({OF_ALL}, {OF_MOMENTS}, {columns})")
}

fn times(table: &str, columns: &str) -> String {
    format!("CREATE TABLE {table} ({OF_ALL}, {OF_TIMES}{columns})")
}

fn weight(kilos: &str) -> String {
    format!(
        "INSERT INTO weight_record_table (uuid, app_info_id, time, zone_offset, weight) VALUES (randomblob(16), 2, {AT}, 0, {kilos})"
    )
}

fn export() -> Vec<String> {
    let apps = "CREATE TABLE application_info_table (row_id INTEGER PRIMARY KEY, package_name TEXT NOT NULL UNIQUE, app_name TEXT, \
                app_icon BLOB, record_types_used TEXT)";
    let series =
        "CREATE TABLE heart_rate_record_series_table (parent_key INTEGER, beats_per_minute INTEGER, epoch_millis INTEGER)";
    let stages = "CREATE TABLE sleep_stages_table (parent_key INTEGER NOT NULL, stage_start_time INTEGER NOT NULL, \
                  stage_end_time INTEGER NOT NULL, stage_type INTEGER NOT NULL)";
    let time = |table: &str, columns: &str, values: &str| {
        format!(
            "INSERT INTO {table} (uuid, app_info_id, start_time, end_time{columns}) VALUES (randomblob(16), 2, {AT}, {AT} + 3600000{values})"
        )
    };
    vec![
        apps.to_owned(),
        "INSERT INTO application_info_table VALUES (2, 'org.scales', 'Scales', zeroblob(5000), '1'), (3, 'org.cuff', NULL, NULL, '1')".to_owned(),
        moments("weight_record_table", "weight REAL"),
        moments("blood_pressure_record_table", "measurement_location TEXT NOT NULL, systolic REAL, diastolic REAL, body_position TEXT NOT NULL"),
        moments("blood_glucose_record_table", "specimen_source TEXT NOT NULL, level REAL, relation_to_meal TEXT NOT NULL, meal_type TEXT NOT NULL"),
        moments("resting_heart_rate_record_table", "beats_per_minute INTEGER"),
        times("steps_record_table", ", count INTEGER"),
        times("heart_rate_record_table", ""),
        series.to_owned(),
        times("sleep_session_record_table", ", notes TEXT, title TEXT"),
        stages.to_owned(),
        weight("70500.0"),
        weight("71000"),
        format!("INSERT INTO blood_pressure_record_table (uuid, app_info_id, time, measurement_location, systolic, diastolic, body_position) VALUES (randomblob(16), 3, {AT}, '3', 142.0, 88.0, 2)"),
        format!("INSERT INTO blood_glucose_record_table (uuid, app_info_id, time, specimen_source, level, relation_to_meal, meal_type) VALUES (randomblob(16), 9, {AT}, '2', 7.2, '4', '0')"),
        format!("INSERT INTO resting_heart_rate_record_table (uuid, app_info_id, time, beats_per_minute) VALUES (randomblob(16), 2, {AT}, 50)"),
        time("steps_record_table", ", count", ", 400"),
        time("heart_rate_record_table", "", ""),
        format!("INSERT INTO heart_rate_record_series_table VALUES (1, 61, {AT}), (1, 64, {AT} + 5000)"),
        time("sleep_session_record_table", "", ""),
        time("sleep_session_record_table", "", ""),
        format!("INSERT INTO sleep_stages_table VALUES (1, {AT}, {AT} + 60000, 1), (1, {AT} + 60000, {AT} + 120000, 5)"),
    ]
}

async fn records(file: &Path) -> Result<Vec<HealthRecord>, HealthConnectError> {
    let mut all = Vec::new();
    let mut take = |record| {
        all.push(record);
        ControlFlow::Continue(())
    };
    read(file, &mut take).await?;
    Ok(all)
}

/// Each record in few words.
fn told(records: &[HealthRecord]) -> Vec<String> {
    let number = |number: Option<f64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let one = |record: &HealthRecord| {
        let lasts = record.until.zip(record.from).map_or(0, |(until, from)| (until - from) / 1000);
        let how = format!("{}{}", record.place.unwrap_or_default(), record.position.unwrap_or_default());
        format!("{} {} {} {lasts} {how} {}", record.measure.code(), number(record.first), number(record.second), record.app)
    };
    records.iter().map(one).collect()
}

#[tokio::test]
async fn the_records_of_each_table_are_read_with_the_app_that_wrote_them() {
    let file = made(&export()).await;
    let before = std::fs::read(file.path()).unwrap();
    assert_eq!(
        told(&records(file.path()).await.unwrap()),
        [
            "weight 70500 - 0 00 Scales",
            "weight 71000 - 0 00 Scales",
            "blood-pressure 142 88 0 32 org.cuff",
            "blood-glucose 7.2 - 0 40 ",
            "pulse 61 - 0 00 Scales",
            "pulse 64 - 0 00 Scales",
            "steps 400 - 3600 00 Scales",
            "sleep - - 60 00 Scales",
            "sleep - - 3600 00 Scales",
        ]
    );
    assert_eq!(std::fs::read(file.path()).unwrap(), before, "nothing is written to it");
    let mut first = |_| ControlFlow::Break(());
    assert_eq!(read(file.path(), &mut first).await, Err(HealthConnectError::Gone));
}

#[tokio::test]
async fn what_is_no_number_is_none_and_what_is_missing_is_left() {
    let file = made(&[
        moments("weight_record_table", "weight"),
        weight("'seventy'"),
        weight("zeroblob(3000000)"),
        weight("NULL"),
        weight("70000"),
    ])
    .await;
    let all = records(file.path()).await.unwrap();
    assert_eq!(all.iter().map(|record| record.first).collect::<Vec<_>>(), [None, None, None, Some(70_000.0)]);
    let file = made(&[
        times("sleep_session_record_table", ""),
        format!(
            "INSERT INTO sleep_session_record_table (uuid, start_time, end_time) VALUES (randomblob(16), {AT}, {AT} + 60000)"
        ),
        "CREATE TABLE heart_rate_record_series_table (parent_key INTEGER, beats_per_minute INTEGER, epoch_millis INTEGER)"
            .to_owned(),
    ])
    .await;
    assert_eq!(
        told(&records(file.path()).await.unwrap()),
        ["sleep - - 60 00 "],
        "without stages, and a series without its records"
    );
}

#[tokio::test]
async fn what_is_made_to_do_harm_is_not_read() {
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
    let columns = "time, app_info_id, weight";
    for statements in [
        // A view in place of a table, also one without end.
        vec![format!("CREATE VIEW weight_record_table ({columns}) AS {endless} SELECT i, 1, 70000.0 FROM n")],
        // A column that is worked out, of a gigabyte.
        vec![
            "CREATE TABLE weight_record_table (time INTEGER, app_info_id INTEGER, weight AS (zeroblob(900000000)))".to_owned(),
            "INSERT INTO weight_record_table VALUES (1, 1)".to_owned(),
        ],
        // A table made by a module.
        vec![format!("CREATE VIRTUAL TABLE weight_record_table USING fts5({columns})")],
        // Without the columns, or no table at all.
        vec!["CREATE TABLE weight_record_table (time INTEGER, grams REAL)".to_owned()],
        vec!["CREATE TABLE other (x)".to_owned()],
    ] {
        let file = made(&statements).await;
        assert_eq!(records(file.path()).await, Err(HealthConnectError::Damaged), "{statements:?}");
    }
    for content in [&b""[..], b"SQLite format 3\0", b"<html>"] {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        assert_eq!(records(file.path()).await, Err(HealthConnectError::Damaged));
    }
    assert_eq!(records(Path::new("/nowhere/at/all.db")).await, Err(HealthConnectError::Damaged));
}

#[tokio::test]
async fn a_file_with_wrong_bytes_is_read_or_refused() {
    let file = made(&export()).await;
    let whole = std::fs::read(file.path()).unwrap();
    let most = records(file.path()).await.unwrap().len();
    // The same bytes each time: spread over the file, each with three values.
    let mut refused = 0;
    for place in (16..whole.len()).step_by(whole.len() / 150) {
        for with in [0_u8, 0x7f, 0xff] {
            let mut bytes = whole.clone();
            bytes[place] = with;
            let broken = NamedTempFile::new().unwrap();
            std::fs::write(broken.path(), &bytes).unwrap();
            match records(broken.path()).await {
                Ok(all) => assert!(all.len() <= most + 1, "{place} {with}"),
                Err(error) => {
                    assert_eq!(error, HealthConnectError::Damaged);
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 0);
    for length in [100, 4096, whole.len() / 2] {
        let broken = NamedTempFile::new().unwrap();
        std::fs::write(broken.path(), &whole[..length]).unwrap();
        assert_eq!(records(broken.path()).await, Err(HealthConnectError::Damaged), "{length}");
    }
}
