//! Where one text of SQL does not serve both engines well.

use crate::{StoreError, Tx};
use domain::PersonId;
use domain::search::{Query, Term};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

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

/// What `PostgreSQL` looks up and keeps in order with each row of some tables, in the words of its own catalogue: it does both much sooner
/// for all rows at once.
#[derive(Debug, Default)]
pub(crate) struct SetAside {
    /// Tables with the names and the words of their references to other tables.
    references: Vec<(String, String, String)>,
    /// Names and words of the indexes that are not a table's own keys.
    indexes: Vec<(String, String)>,
}

const REFERENCES: &str = "SELECT CAST(CAST(c.conrelid AS REGCLASS) AS TEXT), quote_ident(c.conname), pg_get_constraintdef(c.oid) \
                          FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid IN \
                          (SELECT CAST(CAST(t.name AS REGCLASS) AS OID) FROM unnest(string_to_array($1, ' ')) AS t(name)) ORDER BY 1, 2";
const INDEXES: &str = "SELECT CAST(CAST(i.indexrelid AS REGCLASS) AS TEXT), pg_get_indexdef(i.indexrelid) FROM pg_index i \
                       WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) AND i.indrelid IN \
                       (SELECT CAST(CAST(t.name AS REGCLASS) AS OID) FROM unnest(string_to_array($1, ' ')) AS t(name)) ORDER BY 1";
/// Room for sorting what an index is made of; for this transaction.
const ROOM: &str = "SET LOCAL maintenance_work_mem = '256MB'";

/// Takes the references and the indexes of these tables away, with a space between their names. `SQLite` keeps them: they are a small
/// part there of what a row costs.
pub(crate) async fn set_aside(tx: &mut Tx, tables: &'static str) -> Result<SetAside, StoreError> {
    let Tx::Postgres(tx) = tx else { return Ok(SetAside::default()) };
    let references: Vec<(String, String, String)> = sqlx::query_as(REFERENCES).bind(tables).fetch_all(&mut **tx).await?;
    let indexes: Vec<(String, String)> = sqlx::query_as(INDEXES).bind(tables).fetch_all(&mut **tx).await?;
    for (table, name, _) in &references {
        let words = AssertSqlSafe(format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
        sqlx::query(words).execute(&mut **tx).await?;
    }
    for (name, _) in &indexes {
        sqlx::query(AssertSqlSafe(format!("DROP INDEX {name}"))).execute(&mut **tx).await?;
    }
    Ok(SetAside { references, indexes })
}

/// Puts them back as they were; what does not fit fails.
pub(crate) async fn put_back(tx: &mut Tx, aside: &SetAside) -> Result<(), StoreError> {
    let Tx::Postgres(tx) = tx else { return Ok(()) };
    sqlx::query(ROOM).execute(&mut **tx).await?;
    for (_, words) in &aside.indexes {
        sqlx::query(AssertSqlSafe(words.clone())).execute(&mut **tx).await?;
    }
    for (table, name, words) in &aside.references {
        let add = AssertSqlSafe(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {words}"));
        sqlx::query(add).execute(&mut **tx).await?;
    }
    Ok(())
}

/// A statement that is another on each engine.
#[derive(Clone, Copy)]
pub(crate) struct Each {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Each {
    /// The statement of this engine.
    pub(crate) const fn of(self, tx: &Tx) -> &'static str {
        match tx {
            Tx::Sqlite(_) => self.sqlite,
            Tx::Postgres(_) => self.postgres,
        }
    }
}

/// What begins each word of somebody's entries in the index: the end of their id, as the migration `0044_search` writes it.
fn whose(person: PersonId) -> String {
    let id = person.as_uuid().simple().to_string();
    format!("p{}", id.get(id.len().saturating_sub(10)..).unwrap_or_default())
}

/// The words of a record that begin with those of which the beginning was typed; a beginning that stands here with none is looked for as
/// such.
pub(crate) type Begun = BTreeMap<String, Vec<String>>;

/// The word of a term as engines are given it: letters and digits of ASCII, whatever was typed.
pub(crate) fn bare(term: &Term) -> String {
    term.word.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// What is looked for in the words of this engine: those of FTS5 on `SQLite`, of `tsquery` on `PostgreSQL`. It holds letters and digits of
/// ASCII and the signs that stand here, whatever was typed.
pub(crate) fn words_for(tx: &Tx, person: PersonId, query: &Query, begun: &Begun) -> String {
    let (and, or, quote, begins) = match tx {
        Tx::Sqlite(_) => (" AND ", " OR ", "\"", " *"),
        Tx::Postgres(_) => (" & ", " | ", "'", ":*"),
    };
    let whose = whose(person);
    let term = |term: &Term| {
        let word = bare(term);
        match begun.get(&word).filter(|words| term.begins && !words.is_empty()) {
            Some(words) => {
                let words = words.iter().map(|word| format!("{quote}{whose}{word}{quote}"));
                format!("({})", words.collect::<Vec<_>>().join(or))
            }
            None => format!("{quote}{whose}{word}{quote}{}", if term.begins { begins } else { "" }),
        }
    };
    let way = |way: &Vec<Term>| format!("({})", way.iter().map(term).collect::<Vec<_>>().join(and));
    let wanted = query.wanted().iter().map(|wanted| format!("({})", wanted.0.iter().map(way).collect::<Vec<_>>().join(or)));
    wanted.collect::<Vec<_>>().join(and)
}
