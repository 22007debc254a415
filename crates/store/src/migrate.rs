//! Migrations: embedded, forward only, checked at every start.

use crate::StoreError;
use sqlx::migrate::{MigrateError, Migrator};

pub(crate) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Schema(
                format!(
                    "the database has migration {version}, which this program does not know: it was made by a newer version; \
                     run that one, or restore a backup"
                )
                .into(),
            ),
            MigrateError::VersionMismatch(version) => Self::Schema(
                format!(
                    "migration {version} of the database is not the one in this program: one of the two was edited; \
                     nothing was changed"
                )
                .into(),
            ),
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) if is_refused(&error) => Self::Schema(
                "the schema is not this program's, and this account of the database may not change it: run \"selfheal migrate\" with one \
                 that may"
                    .into(),
            ),
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Schema(other.to_string().into()),
        }
    }
}

/// PostgreSQL's own word for what an account has no right to (`insufficient_privilege`).
fn is_refused(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "42501")
}

/// A short word that changes whenever a migration of either engine is added or edited; tests name their templates by it.
#[must_use]
pub fn schema_fingerprint() -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    for migration in SQLITE.iter().chain(POSTGRES.iter()) {
        (migration.version, migration.checksum.as_ref()).hash(&mut hasher);
    }
    // Always of one length: PostgreSQL cuts names after 63 characters.
    format!("{:016x}", hasher.finish())
}
