//! The `SQLite` file that Health Connect of Android gives out, read as what a stranger sent (<https://sqlite.org/security.html>): a
//! copy of its own, read-only and immutable, without memory maps, with a schema that is not trusted and every page looked at before.
//! Only tables are read, and of them only columns that hold what they say; of each value at most a number or a few letters.
//!
//! Tables and columns are those of Android's `packages/modules/HealthFitness` (`…RecordHelper`). Every record has `app_info_id`; one of a
//! moment has `time`, one of a time `start_time` and `end_time`, in milliseconds since 1970.

use domain::reading::Measure;
use futures::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions, Connection, Row};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

/// The most apps whose names are known.
const MOST_APPS: i64 = 500;
/// The most records of all tables together.
const MOST_RECORDS: u64 = 50_000_000;
/// How many steps of a statement are done before it is counted.
const ROUND: i32 = 100_000;
/// The most of these.
const MOST_ROUNDS: u32 = 100_000;

/// Why such a file is not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HealthConnectError {
    /// It is no such file, or damaged, or made to do harm.
    #[error("it is no export of Health Connect, or is damaged")]
    Damaged,
    /// There is more in it than anybody has.
    #[error("there is too much in it")]
    TooLarge,
    /// Whoever takes its records has gone.
    #[error("nobody takes its records")]
    Gone,
}

impl From<sqlx::Error> for HealthConnectError {
    fn from(_: sqlx::Error) -> Self {
        // What it says may repeat what is in the file.
        Self::Damaged
    }
}

/// A record, as it stands in its table.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthRecord {
    /// Of what.
    pub measure: Measure,
    /// When it was taken, or began, in milliseconds since 1970.
    pub from: Option<i64>,
    /// When it ended.
    pub until: Option<i64>,
    /// Its first number.
    pub first: Option<f64>,
    /// Its second.
    pub second: Option<f64>,
    /// Where on the body, or its relation to a meal.
    pub place: Option<i64>,
    /// How somebody was.
    pub position: Option<i64>,
    /// The app that wrote it; empty where nothing says.
    pub app: String,
}

/// A whole number, or nothing.
macro_rules! whole {
    ($column:literal) => {
        concat!("CASE WHEN typeof(", $column, ") = 'integer' THEN ", $column, " END")
    };
}

/// A number, or nothing.
macro_rules! number {
    ($column:literal) => {
        concat!("CASE WHEN typeof(", $column, ") IN ('integer', 'real') THEN CAST(", $column, " AS REAL) END")
    };
}

/// A short code, which may be written as letters; or nothing.
macro_rules! code {
    ($column:literal) => {
        concat!(
            "CASE WHEN typeof(",
            $column,
            ") = 'integer' THEN ",
            $column,
            " WHEN typeof(",
            $column,
            ") = 'text' AND octet_length(",
            $column,
            ") <= 4 THEN CAST(",
            $column,
            " AS INTEGER) END"
        )
    };
}

/// The records of a table of moments with one number.
macro_rules! moments {
    ($table:literal, $number:literal, $place:expr) => {
        concat!(
            "SELECT ",
            whole!("time"),
            ", NULL, ",
            number!($number),
            ", NULL, ",
            $place,
            ", NULL, ",
            whole!("app_info_id"),
            " FROM ",
            $table
        )
    };
}

/// What is read of a table.
struct Table {
    name: &'static str,
    measure: Measure,
    columns: &'static [&'static str],
    /// A table that is read with it.
    with: Option<(&'static str, &'static [&'static str])>,
    /// Its records: from, until, two numbers, place, position, app.
    records: &'static str,
    /// The same where the other table is not there.
    alone: Option<&'static str>,
}

const TABLES: [Table; 11] = [
    Table {
        name: "weight_record_table",
        measure: Measure::Weight,
        columns: &["time", "app_info_id", "weight"],
        with: None,
        records: moments!("weight_record_table", "weight", "NULL"),
        alone: None,
    },
    Table {
        name: "height_record_table",
        measure: Measure::Height,
        columns: &["time", "app_info_id", "height"],
        with: None,
        records: moments!("height_record_table", "height", "NULL"),
        alone: None,
    },
    Table {
        name: "blood_pressure_record_table",
        measure: Measure::BloodPressure,
        columns: &["time", "app_info_id", "systolic", "diastolic", "measurement_location", "body_position"],
        with: None,
        records: concat!(
            "SELECT ",
            whole!("time"),
            ", NULL, ",
            number!("systolic"),
            ", ",
            number!("diastolic"),
            ", ",
            code!("measurement_location"),
            ", ",
            code!("body_position"),
            ", ",
            whole!("app_info_id"),
            " FROM blood_pressure_record_table"
        ),
        alone: None,
    },
    Table {
        name: "blood_glucose_record_table",
        measure: Measure::Glucose,
        columns: &["time", "app_info_id", "level", "relation_to_meal"],
        with: None,
        records: moments!("blood_glucose_record_table", "level", code!("relation_to_meal")),
        alone: None,
    },
    Table {
        name: "oxygen_saturation_record_table",
        measure: Measure::Oxygen,
        columns: &["time", "app_info_id", "percentage"],
        with: None,
        records: moments!("oxygen_saturation_record_table", "percentage", "NULL"),
        alone: None,
    },
    Table {
        name: "body_temperature_record_table",
        measure: Measure::Temperature,
        columns: &["time", "app_info_id", "temperature"],
        with: None,
        records: moments!("body_temperature_record_table", "temperature", "NULL"),
        alone: None,
    },
    Table {
        name: "respiratory_rate_record_table",
        measure: Measure::Breathing,
        columns: &["time", "app_info_id", "rate"],
        with: None,
        records: moments!("respiratory_rate_record_table", "rate", "NULL"),
        alone: None,
    },
    Table {
        name: "heart_rate_record_series_table",
        measure: Measure::Pulse,
        columns: &["parent_key", "epoch_millis", "beats_per_minute"],
        with: Some(("heart_rate_record_table", &["row_id", "app_info_id"])),
        records: concat!(
            "SELECT ",
            whole!("s.epoch_millis"),
            ", NULL, ",
            number!("s.beats_per_minute"),
            ", NULL, NULL, NULL, ",
            whole!("r.app_info_id"),
            " FROM heart_rate_record_series_table s JOIN heart_rate_record_table r ON r.row_id = s.parent_key"
        ),
        alone: None,
    },
    Table {
        name: "steps_record_table",
        measure: Measure::Steps,
        columns: &["start_time", "end_time", "app_info_id", "count"],
        with: None,
        records: concat!(
            "SELECT ",
            whole!("start_time"),
            ", ",
            whole!("end_time"),
            ", ",
            number!("count"),
            ", NULL, NULL, NULL, ",
            whole!("app_info_id"),
            " FROM steps_record_table"
        ),
        alone: None,
    },
    Table {
        name: "exercise_session_record_table",
        measure: Measure::Exercise,
        columns: &["start_time", "end_time", "app_info_id"],
        with: None,
        records: concat!(
            "SELECT ",
            whole!("start_time"),
            ", ",
            whole!("end_time"),
            ", NULL, NULL, NULL, NULL, ",
            whole!("app_info_id"),
            " FROM exercise_session_record_table"
        ),
        alone: None,
    },
    Table {
        name: "sleep_session_record_table",
        measure: Measure::Sleep,
        columns: &["row_id", "start_time", "end_time", "app_info_id"],
        with: Some(("sleep_stages_table", &["parent_key", "stage_start_time", "stage_end_time", "stage_type"])),
        // 2 is asleep, 4 light, 5 deep, 6 REM; all others are awake or unknown. A session without stages is one sleep.
        records: concat!(
            "SELECT ",
            whole!("s.stage_start_time"),
            ", ",
            whole!("s.stage_end_time"),
            ", NULL, NULL, NULL, NULL, ",
            whole!("r.app_info_id"),
            " FROM sleep_stages_table s JOIN sleep_session_record_table r ON r.row_id = s.parent_key WHERE s.stage_type IN (2, 4, 5, 6) \
             UNION ALL SELECT ",
            whole!("start_time"),
            ", ",
            whole!("end_time"),
            ", NULL, NULL, NULL, NULL, ",
            whole!("app_info_id"),
            " FROM sleep_session_record_table WHERE row_id NOT IN (SELECT parent_key FROM sleep_stages_table WHERE parent_key IS NOT NULL)"
        ),
        alone: Some(concat!(
            "SELECT ",
            whole!("start_time"),
            ", ",
            whole!("end_time"),
            ", NULL, NULL, NULL, NULL, ",
            whole!("app_info_id"),
            " FROM sleep_session_record_table"
        )),
    },
];

/// Hands over the records of such a file, until it breaks off.
///
/// # Errors
/// [`HealthConnectError`].
pub async fn read(file: &Path, take: &mut dyn FnMut(HealthRecord) -> ControlFlow<()>) -> Result<(), HealthConnectError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .immutable(true)
        .create_if_missing(false)
        .foreign_keys(false)
        .statement_cache_capacity(1)
        .row_buffer_size(256)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("mmap_size", "0")
        // What a large file makes it put aside is no load on the memory.
        .pragma("temp_store", "FILE")
        .pragma("query_only", "ON")
        // A table's own conditions would be worked out while it is checked.
        .pragma("ignore_check_constraints", "ON")
        .disable_statement_logging();
    let mut file = options.connect().await?;
    // What never comes to an end is ended.
    let mut rounds = MOST_ROUNDS;
    file.lock_handle().await?.set_progress_handler(ROUND, move || {
        rounds = rounds.saturating_sub(1);
        rounds > 0
    });
    let done = records(&mut file, take).await;
    // Nothing was written that could be lost.
    drop(file.close().await);
    done
}

async fn records(
    file: &mut SqliteConnection,
    take: &mut dyn FnMut(HealthRecord) -> ControlFlow<()>,
) -> Result<(), HealthConnectError> {
    let (sound,): (String,) = sqlx::query_as("PRAGMA quick_check(1)").fetch_one(&mut *file).await?;
    if sound != "ok" {
        return Err(HealthConnectError::Damaged);
    }
    let apps = apps(file).await?;
    let (mut known, mut left) = (false, MOST_RECORDS);
    for table in &TABLES {
        if !is_there(file, table.name, table.columns).await? {
            continue;
        }
        let statement = match table.with {
            None => table.records,
            Some((other, columns)) => match (is_there(file, other, columns).await?, table.alone) {
                (true, _) => table.records,
                (false, Some(alone)) => alone,
                (false, None) => continue,
            },
        };
        known = true;
        let mut rows = sqlx::query(statement).fetch(&mut *file);
        while let Some(row) = rows.try_next().await? {
            left = left.checked_sub(1).ok_or(HealthConnectError::TooLarge)?;
            if take(record(table.measure, &row, &apps)?).is_break() {
                return Err(HealthConnectError::Gone);
            }
        }
    }
    if known { Ok(()) } else { Err(HealthConnectError::Damaged) }
}

/// Whether there is a table of this name, with these columns, of which none is worked out. What looks like one and is a view or made
/// by a module is none.
async fn is_there(file: &mut SqliteConnection, name: &str, columns: &[&str]) -> Result<bool, HealthConnectError> {
    const IS_TABLE: &str = "SELECT COUNT(*) FROM sqlite_schema WHERE name = $1 AND type = 'table' AND octet_length(sql) < 100000 \
                            AND sql LIKE 'CREATE TABLE%'";
    const COLUMNS: &str = "SELECT substr(name, 1, 100) FROM pragma_table_xinfo($1) WHERE hidden = 0";
    let (tables,): (i64,) = sqlx::query_as(IS_TABLE).bind(name).fetch_one(&mut *file).await?;
    if tables != 1 {
        return Ok(false);
    }
    let there: Vec<(String,)> = sqlx::query_as(COLUMNS).bind(name).fetch_all(&mut *file).await?;
    Ok(columns.iter().all(|column| there.iter().any(|(name,)| name == column)))
}

/// The names of the apps, by their numbers.
async fn apps(file: &mut SqliteConnection) -> Result<HashMap<i64, String>, HealthConnectError> {
    const APPS: &str = "SELECT row_id, CASE WHEN octet_length(app_name) <= 400 THEN app_name \
                        WHEN octet_length(package_name) <= 400 THEN package_name END FROM application_info_table \
                        WHERE typeof(row_id) = 'integer' AND typeof(package_name) = 'text' \
                        AND (app_name IS NULL OR typeof(app_name) = 'text') LIMIT $1";
    if !is_there(file, "application_info_table", &["row_id", "package_name", "app_name"]).await? {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, Option<String>)> = sqlx::query_as(APPS).bind(MOST_APPS).fetch_all(&mut *file).await?;
    Ok(rows.into_iter().map(|(id, name)| (id, name.unwrap_or_default())).collect())
}

fn record(measure: Measure, row: &SqliteRow, apps: &HashMap<i64, String>) -> Result<HealthRecord, HealthConnectError> {
    let app: Option<i64> = row.try_get(6)?;
    Ok(HealthRecord {
        measure,
        from: row.try_get(0)?,
        until: row.try_get(1)?,
        first: row.try_get(2)?,
        second: row.try_get(3)?,
        place: row.try_get(4)?,
        position: row.try_get(5)?,
        app: app.and_then(|app| apps.get(&app)).cloned().unwrap_or_default(),
    })
}
