//! What can go wrong below.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

tokio::task_local! {
    /// Set when an fsync fails under the embedded engine's writer, whoever is told of it: an act may answer with an error of its own.
    pub(crate) static FAILED_SYNC: Arc<AtomicBool>;
}

/// What the operator reads before the reason.
const NOT_AVAILABLE: &str = "the database is not available";

/// Why the store could not do what was asked. Nothing was changed, unless it says otherwise.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or cannot be written to just now.
    #[error("{0}")]
    Unavailable(Arc<str>),
    /// The disk said that what was written may not be on it: nothing more is written until the program starts again.
    #[error("the disk did not keep what was written: nothing more is written before a restart")]
    NotDurable,
    /// So much is waiting to be written that no more is taken on.
    #[error("the database is too busy")]
    Busy,
    /// The database's schema is not this program's.
    #[error("{0}")]
    Schema(Arc<str>),
    /// The database holds something that this program cannot have written.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(Arc<str>),
    /// A statement failed. It is a fault of this program.
    #[error("a statement failed: {0}")]
    Statement(Arc<str>),
}

impl StoreError {
    /// A value that cannot have been written by this program.
    pub fn corrupt(what: impl Into<Arc<str>>) -> Self {
        Self::Corrupt(what.into())
    }

    /// A database that is not available, for this reason.
    pub(crate) fn unavailable(reason: impl Display) -> Self {
        Self::Unavailable(format!("{NOT_AVAILABLE}: {reason}").into())
    }

    /// The same, with the name of the file that it is about.
    pub(crate) fn of_file(self, file: &Path) -> Self {
        match self {
            Self::Unavailable(text) => match text.strip_prefix(NOT_AVAILABLE) {
                Some(reason) => Self::Unavailable(format!("the database {} is not available{reason}", file.display()).into()),
                None => Self::Unavailable(text),
            },
            other => other,
        }
    }
}

/// SQLite's own words for a database that cannot be used at the moment: busy, locked, read-only, IO error, corrupt,
/// full, cannot open, not a database (primary result codes 5, 6, 8, 10, 11, 13, 14, 26; extended codes hold them in the low byte).
fn is_sqlite_fault(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 11 | 13 | 14 | 26))
}

/// SQLite's own words for an fsync that failed, of a file or of its folder (`SQLITE_IOERR_FSYNC`, `SQLITE_IOERR_DIR_FSYNC`). The system
/// forgets that it failed: the next one says that all is well, whatever was lost (<https://wiki.postgresql.org/wiki/Fsync_Errors>).
fn is_failed_sync(code: &str) -> bool {
    matches!(code, "1034" | "1290")
}

/// PostgreSQL's classes for the same: connection exceptions, insufficient resources, operator intervention, system
/// error, and a rolled back transaction.
fn is_postgres_fault(code: &str) -> bool {
    code.len() == 5 && matches!(code.get(..2), Some("08" | "53" | "57" | "58" | "40" | "25" | "28" | "3D"))
}

/// What went wrong in the engine's own words, without sqlx' around them.
pub(crate) fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => match database.message() {
            // SQLite says the same of the file and of its folder.
            "attempt to write a readonly database" => "it, or the folder that it is in, cannot be written to".to_owned(),
            message => message.to_owned(),
        },
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::PoolTimedOut => "no connection was to be had in time".to_owned(),
        other => other.to_string(),
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let text: Arc<str> = reason(&error).into();
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::unavailable(text),
            sqlx::Error::Database(database) => match database.code() {
                Some(code) if is_failed_sync(&code) => {
                    // Outside the writer there is nobody to tell.
                    FAILED_SYNC.try_with(|failed| failed.store(true, Ordering::SeqCst)).unwrap_or_default();
                    Self::NotDurable
                }
                Some(code) if is_sqlite_fault(&code) || is_postgres_fault(&code) => Self::unavailable(text),
                _ => Self::Statement(text),
            },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::RowNotFound => Self::Corrupt(text),
            _ => Self::Statement(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_fsync_that_failed_is_told_from_other_faults_of_the_disk() {
        // SQLITE_IOERR is 10, and what went wrong stands in the byte above: 1 reading, 3 writing, 4 fsync, 5 fsync of the folder.
        for (detail, failed) in [(0, false), (1, false), (3, false), (4, true), (5, true)] {
            let code = (10 + (detail << 8)).to_string();
            assert!(is_sqlite_fault(&code));
            assert_eq!(is_failed_sync(&code), failed, "{code}");
        }
    }
}
