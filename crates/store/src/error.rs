//! What can go wrong below.

use std::sync::Arc;

/// Why the store could not do what was asked. Nothing was changed, unless it says otherwise.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or cannot be written to just now.
    #[error("the database is not available: {0}")]
    Unavailable(Arc<str>),
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
}

/// SQLite's own words for a database that cannot be used at the moment: busy, locked, read-only, IO error, corrupt,
/// full, cannot open, not a database (primary result codes 5, 6, 8, 10, 11, 13, 14, 26; extended codes hold them in the low byte).
fn is_sqlite_fault(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 11 | 13 | 14 | 26))
}

/// PostgreSQL's classes for the same: connection exceptions, insufficient resources, operator intervention, system
/// error, and a rolled back transaction.
fn is_postgres_fault(code: &str) -> bool {
    code.len() == 5 && matches!(code.get(..2), Some("08" | "53" | "57" | "58" | "40" | "25" | "28" | "3D"))
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let text: Arc<str> = match &error {
            sqlx::Error::Database(database) => database.message().into(),
            other => other.to_string().into(),
        };
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(text),
            sqlx::Error::Database(database) => match database.code() {
                Some(code) if is_sqlite_fault(&code) || is_postgres_fault(&code) => Self::Unavailable(text),
                _ => Self::Statement(text),
            },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::RowNotFound => Self::Corrupt(text),
            _ => Self::Statement(text),
        }
    }
}
