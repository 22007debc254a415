//! Whatever stands in a file that calls itself an export of Health Connect, reading it neither panics nor goes on without an end, changes
//! nothing of it, and hands over no more of an app's name than there may be. The bytes are a file of their own, changes to a sound one, and
//! what a sound one holds where numbers should be.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::ops::ControlFlow;
use std::sync::LazyLock;
use store::health_connect::{HealthConnectError, read};
use tempfile::NamedTempFile;
use tokio::runtime::{Builder, Runtime};

/// No file of these lengths holds more.
const MOST: usize = 1_000_000;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());

const TABLES: &str = "
    PRAGMA page_size = 512;
    CREATE TABLE application_info_table (row_id INTEGER PRIMARY KEY, package_name TEXT NOT NULL, app_name TEXT);
    INSERT INTO application_info_table VALUES (1, 'org.scales', 'Scales'), (2, 'org.cuff', NULL);
    CREATE TABLE weight_record_table (row_id INTEGER PRIMARY KEY, app_info_id, time, weight);
    CREATE TABLE blood_pressure_record_table (row_id INTEGER PRIMARY KEY, app_info_id, time, systolic, diastolic, measurement_location, body_position);
    CREATE TABLE steps_record_table (row_id INTEGER PRIMARY KEY, app_info_id, start_time, end_time, count);
    CREATE TABLE heart_rate_record_table (row_id INTEGER PRIMARY KEY, app_info_id);
    CREATE TABLE heart_rate_record_series_table (parent_key, beats_per_minute, epoch_millis);
    CREATE TABLE sleep_session_record_table (row_id INTEGER PRIMARY KEY, app_info_id, start_time, end_time);
    CREATE TABLE sleep_stages_table (parent_key, stage_start_time, stage_end_time, stage_type);
    INSERT INTO weight_record_table VALUES (1, 1, 1793520000000, 70500.0), (2, 2, 1793520600000, 71000);
    INSERT INTO blood_pressure_record_table VALUES (1, 2, 1793520000000, 142.0, 88.0, '3', 2);
    INSERT INTO steps_record_table VALUES (1, 1, 1793520000000, 1793523600000, 400);
    INSERT INTO heart_rate_record_table VALUES (1, 1);
    INSERT INTO heart_rate_record_series_table VALUES (1, 61, 1793520000000), (1, 64, 1793520005000);
    INSERT INTO sleep_session_record_table VALUES (1, 1, 1793520000000, 1793523600000), (2, 1, 1793520000000, 1793523600000);
    INSERT INTO sleep_stages_table VALUES (1, 1793520060000, 1793520120000, 5);
";

/// A sound export, in which these bytes stand as a name and as numbers, however they are taken.
async fn sound(bytes: &[u8]) -> Vec<u8> {
    let file = NamedTempFile::new().unwrap();
    let mut raw: SqliteConnection = SqliteConnectOptions::new().filename(file.path()).connect().await.unwrap();
    sqlx::raw_sql(TABLES).execute(&mut raw).await.unwrap();
    if !bytes.is_empty() {
        for taken_as in ["CAST($1 AS TEXT)", "$1", "CAST($1 AS INTEGER)", "CAST($1 AS REAL)"] {
            let name = format!("INSERT INTO application_info_table (package_name, app_name) VALUES ({taken_as}, {taken_as})");
            let weight =
                format!("INSERT INTO weight_record_table (app_info_id, time, weight) VALUES (3, {taken_as}, {taken_as})");
            let pressure = format!(
                "INSERT INTO blood_pressure_record_table (app_info_id, time, systolic, diastolic, measurement_location, body_position) \
                 VALUES ({taken_as}, 1793520000000, {taken_as}, {taken_as}, {taken_as}, {taken_as})"
            );
            for statement in [name, weight, pressure] {
                sqlx::query(sqlx::AssertSqlSafe(statement)).bind(bytes).execute(&mut raw).await.unwrap();
            }
        }
    }
    raw.close().await.unwrap();
    std::fs::read(file.path()).unwrap()
}

/// Reads a file of these bytes; gives how many records it handed over.
async fn records(bytes: &[u8]) -> Result<usize, HealthConnectError> {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut many = 0;
    let mut take = |record: store::health_connect::HealthRecord| {
        assert!(record.app.len() <= 400);
        many += 1;
        if many < MOST { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let done = read(file.path(), &mut take).await;
    assert_eq!(std::fs::read(file.path()).unwrap(), bytes, "nothing is written to it");
    assert!(many < MOST, "it does not come to its end");
    done.map(|()| many)
}

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| RUNTIME.block_on(sound(&[])));
    let whole = LazyLock::force(&WHOLE);
    let _ = RUNTIME.block_on(records(bytes));
    let mut changed = whole.clone();
    for change in bytes.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % changed.len();
        changed[place] = change[2];
    }
    let _ = RUNTIME.block_on(records(&changed));
    let holds = RUNTIME.block_on(async { records(&sound(bytes).await).await });
    match holds {
        Ok(many) => assert!(many >= 8, "what a cell holds hides no other record"),
        // Of text that is none.
        Err(error) => assert_eq!(error, HealthConnectError::Damaged),
    }
}
