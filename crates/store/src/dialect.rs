//! Where one text of SQL does not serve both engines well.

use crate::{StoreError, Tx};

/// Whether the parts of a `UNION ALL` in one order are merged as they are read, so that a part is read no further than is
/// taken of it.
///
/// `SQLite` always does (its code of compound `SELECT`s with `ORDER BY`). `PostgreSQL` plans such a statement without knowing its
/// `LIMIT`, expects to take a tenth of a million rows, and sorts them all: there each part needs a limit of its own.
pub(crate) const fn merges_as_it_reads(tx: &Tx) -> bool {
    matches!(tx, Tx::Sqlite(_))
}

/// Whether one statement may write to several tables. On `SQLite`, which has one writer and no way between, several statements cost
/// little more; on `PostgreSQL` others may wait for what is held while each goes there and back.
pub(crate) const fn acts_together(tx: &Tx) -> bool {
    matches!(tx, Tx::Postgres(_))
}

/// From here to the end of the transaction each statement is run by the plan of its text, whatever is bound to it.
///
/// `SQLite` is built so (`.cargo/config.toml`). `PostgreSQL` plans most statements with many bound values anew each time, which takes
/// longer than some of them run. What depends on a bound value that is unlike the others, as the search of appointments does, is
/// better planned for it: so this is asked for where it was measured.
pub(crate) async fn plan_once(tx: &mut Tx) -> Result<(), StoreError> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query("SET LOCAL plan_cache_mode = force_generic_plan").execute(&mut **tx).await?;
    }
    Ok(())
}
