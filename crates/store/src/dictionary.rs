//! The dictionary of medicines and devices (dm+d): what its codes are, and of what.

use crate::{StoreError, Tx, on};
use domain::medicine::{Dictionary, Product, ProductKind};
use sqlx::QueryBuilder;
use std::collections::BTreeMap;

/// How many rows one insert statement holds: a full one is prepared once and used again.
pub const ROWS: usize = 500;
/// The most codes that are asked for at once.
const CODES: usize = 2_000;

const NEW: &str = "INSERT INTO dictionary_code (code, kind, name, parent, invalid) ";
const KEEP: &str = " ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, name = excluded.name, parent = excluded.parent, \
    invalid = excluded.invalid WHERE dictionary_code.kind <> excluded.kind OR dictionary_code.name <> excluded.name \
    OR dictionary_code.parent IS DISTINCT FROM excluded.parent OR dictionary_code.invalid <> excluded.invalid";
const NEW_PREVIOUS: &str = "INSERT INTO dictionary_code (code, kind, name, invalid, present) ";
const KEEP_PREVIOUS: &str = " ON CONFLICT (code) DO UPDATE SET present = excluded.present \
    WHERE dictionary_code.present IS DISTINCT FROM excluded.present";

/// What is read of one at each step upwards: a code that is not in use leads to the one that took its place, and is left out.
macro_rules! step {
    () => {
        "d.kind, CASE WHEN d.present IS NOT NULL AND (d.invalid OR d.kind = 'previous') THEN 1 ELSE 0 END, \
         CASE WHEN d.present IS NOT NULL AND (d.invalid OR d.kind = 'previous') THEN d.present ELSE d.parent END"
    };
}

const UP: &str = concat!(
    "WITH RECURSIVE up (asked, code, step, kind, replaced, above) AS (SELECT d.code, d.code, 0, ",
    step!(),
    " FROM dictionary_code d WHERE d.code IN ("
);
/// A maker's product, its virtual one and its substance, each with a code of before.
const AND_ON: &str = concat!(
    ") UNION ALL SELECT u.asked, d.code, u.step + 1, ",
    step!(),
    " FROM up u JOIN dictionary_code d ON d.code = u.above WHERE u.step < 6) \
     SELECT asked, code, kind FROM up WHERE replaced = 0 AND kind <> 'previous' ORDER BY asked, step"
);

/// A code as the dictionary gives it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCode {
    /// The code.
    pub code: String,
    /// What it is.
    pub kind: ProductKind,
    /// Its name.
    pub name: String,
    /// Of an AMP its VMP, of a VMP its VTM.
    pub parent: Option<String>,
    /// It is not in use any more.
    pub invalid: bool,
}

/// Keeps up to [`ROWS`], each code once; gives how many were new or had changed.
///
/// # Errors
/// [`StoreError`] when the database fails, or a code comes twice.
pub async fn keep(tx: &mut Tx, rows: &[NewCode]) -> Result<u64, StoreError> {
    if rows.is_empty() {
        return Ok(0);
    }
    Ok(on!(tx, c, {
        let mut insert = QueryBuilder::new(NEW);
        insert.push_values(rows, |mut b, row| {
            b.push_bind(&row.code)
                .push_bind(row.kind.code())
                .push_bind(&row.name)
                .push_bind(row.parent.as_deref())
                .push_bind(row.invalid);
        });
        insert.push(KEEP);
        insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Keeps which code took the place of each of up to [`ROWS`], none where several did; gives how many were new or had changed.
///
/// # Errors
/// [`StoreError`] when the database fails, or a code comes twice.
pub async fn keep_previous(tx: &mut Tx, rows: &[(String, Option<String>)]) -> Result<u64, StoreError> {
    if rows.is_empty() {
        return Ok(0);
    }
    Ok(on!(tx, c, {
        let mut insert = QueryBuilder::new(NEW_PREVIOUS);
        insert.push_values(rows, |mut b, (code, present)| {
            b.push_bind(code).push_bind("previous").push_bind("").push_bind(false).push_bind(present.as_deref());
        });
        insert.push(KEEP_PREVIOUS);
        insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// What the dictionary says of these codes; of what it does not know, nothing. Of more than two thousand, of the first ones.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of(tx: &mut Tx, codes: impl IntoIterator<Item = &str>) -> Result<Dictionary, StoreError> {
    let codes: Vec<&str> = codes.into_iter().take(CODES).collect();
    if codes.is_empty() {
        return Ok(Dictionary::new());
    }
    let rows: Vec<(String, String, String)> = on!(tx, c, {
        let mut query = QueryBuilder::new(UP);
        let mut list = query.separated(", ");
        for code in &codes {
            list.push_bind(*code);
        }
        query.push(AND_ON);
        query.build_query_as().persistent(false).fetch_all(c).await
    })?;
    let mut steps: BTreeMap<String, Vec<(ProductKind, String)>> = BTreeMap::new();
    for (asked, code, kind) in rows {
        let kind = ProductKind::from_code(&kind).ok_or_else(|| StoreError::corrupt("a code is of an unknown kind"))?;
        steps.entry(asked).or_default().push((kind, code));
    }
    Ok(steps.into_iter().map(|(asked, steps)| (asked, Product::of(steps))).collect())
}
