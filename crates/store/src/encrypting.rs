//! A copy of an embedded database that is encrypted with another key, or for the first time.

use crate::StoreError;
use crate::database_key::DatabaseKey;
use crate::engine::{private_file, try_key};
use crate::error::reason;
use sqlx::sqlite::{SqliteConnectOptions, SqliteLockingMode};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// How long whoever has the database open may take to let go of it.
const LET_GO: Duration = Duration::from_secs(2);

/// Writes a copy of the embedded database in `from` to the new file `to`, encrypted with the key `new`. `key` is the key that the database
/// has now, if it has one. Nobody else may have it open, because what they wrote from now on would not be in the copy.
///
/// # Errors
/// [`StoreError::Unavailable`] when the database is open elsewhere or cannot be read, when `key` is not its key, or when the copy cannot
/// be written: what there is of it is no database then.
pub async fn encrypt(from: &Path, key: Option<DatabaseKey>, to: &Path, new: DatabaseKey) -> Result<(), StoreError> {
    let name = to.to_str().ok_or_else(|| StoreError::Unavailable("the copy's path is not plain text".into()))?;
    // Nothing here reads the file before the lock is asked for, so that a connection that cannot have it is ended in order.
    let mut connect = SqliteConnectOptions::new()
        .filename(from)
        .locking_mode(SqliteLockingMode::Exclusive)
        .foreign_keys(false)
        .busy_timeout(LET_GO)
        .pragma("trusted_schema", "OFF")
        // The new key is in what is said, too.
        .disable_statement_logging();
    if let Some(key) = key {
        try_key(from, key).await?;
        connect = connect.pragma("key", key.pragma());
    }
    private_file(to)?;
    let cannot = |error: &sqlx::Error| {
        StoreError::Unavailable(format!("the database {} cannot be encrypted: {}", from.display(), reason(error)).into())
    };
    let mut connection = connect.connect().await.map_err(|error| cannot(&error))?;
    let written = match sqlx::raw_sql("BEGIN EXCLUSIVE; COMMIT").execute(&mut connection).await {
        Ok(_) => write(&mut connection, name, new).await.map_err(|error| cannot(&error)),
        Err(error) if is_locked(&error) => Err(StoreError::Unavailable(
            format!(
                "the database {} is open elsewhere: stop what serves it first, or what is written meanwhile would be missing in the copy",
                from.display()
            )
            .into(),
        )),
        Err(error) => Err(cannot(&error)),
    };
    let closed = connection.close().await;
    written?;
    closed.map_err(|error| cannot(&error))
}

/// Whether SQLite says that somebody else has the database (`SQLITE_BUSY` and what is more exact).
fn is_locked(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|database| database.code()).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

/// Copies all that there is, as <https://www.zetetic.net/sqlcipher/sqlcipher-api/#sqlcipher_export> does.
async fn write(connection: &mut SqliteConnection, to: &str, new: DatabaseKey) -> Result<(), sqlx::Error> {
    sqlx::query("ATTACH $1 AS fresh KEY $2").bind(to).bind(new.raw()).execute(&mut *connection).await?;
    sqlx::query("SELECT sqlcipher_export('fresh')").execute(&mut *connection).await?;
    sqlx::query("DETACH fresh").execute(&mut *connection).await?;
    Ok(())
}
