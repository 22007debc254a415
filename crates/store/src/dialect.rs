//! Where one text of SQL does not serve both engines well.

use crate::Tx;

/// Whether the parts of a `UNION ALL` in one order are merged as they are read, so that a part is read no further than is
/// taken of it.
///
/// `SQLite` always does (its code of compound `SELECT`s with `ORDER BY`). `PostgreSQL` plans such a statement without knowing its
/// `LIMIT`, expects to take a tenth of a million rows, and sorts them all: there each part needs a limit of its own.
pub(crate) const fn merges_as_it_reads(tx: &Tx) -> bool {
    matches!(tx, Tx::Sqlite(_))
}

/// Whether whoever reads a row to change it has to hold it: `SQLite` has one writer.
pub(crate) const fn locks_rows(tx: &Tx) -> bool {
    matches!(tx, Tx::Postgres(_))
}
