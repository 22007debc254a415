//! Where postcodes are.

use crate::{StoreError, Tx, on, run, statements};
use domain::appointment::{Position, Postcode, Whereabouts};
use sqlx::QueryBuilder;

/// What is kept of a place's postcode: itself, and its district.
macro_rules! known {
    () => {
        " FROM postcode c WHERE c.code IN (REPLACE(place.postcode, ' ', ''), \
         CASE WHEN LENGTH(place.postcode) > 4 THEN SUBSTR(place.postcode, 1, LENGTH(place.postcode) - 4) END)"
    };
}

statements! {
    /// The whole one before its district.
    POSITION = "SELECT latitude, longitude FROM postcode WHERE code = $1 OR code = $2 ORDER BY LENGTH(code) DESC LIMIT 1";
    ANY = "SELECT code FROM postcode LIMIT 1";
    /// Capitals and digits alone: what begins with a district lies between it and it with a bracket.
    MIDDLE = "INSERT INTO postcode (code, latitude, longitude) SELECT $1, AVG(p.latitude), AVG(p.longitude) FROM postcode p \
              WHERE p.code > $1 AND p.code < $2 AND LENGTH(p.code) > 4 AND SUBSTR(p.code, 1, LENGTH(p.code) - 3) = $1 \
              HAVING COUNT(*) > 0 \
              ON CONFLICT (code) DO UPDATE SET latitude = excluded.latitude, longitude = excluded.longitude";
    /// A whole one has one space, before the last three. What another system calls a place's postcode may be none, and shorter:
    /// PostgreSQL cuts no text at less than nothing.
    FIND_PLACES = concat!(
        "UPDATE place SET latitude = (SELECT c.latitude", known!(), " ORDER BY LENGTH(c.code) DESC LIMIT 1), \
         longitude = (SELECT c.longitude", known!(), " ORDER BY LENGTH(c.code) DESC LIMIT 1) WHERE EXISTS (SELECT 1", known!(), ")"
    );
}

/// How many rows one insert statement holds: a full one is prepared once and used again.
pub const ROWS: usize = 500;

const NEW: &str = "INSERT INTO postcode (code, latitude, longitude) ";
const KEEP: &str = " ON CONFLICT (code) DO UPDATE SET latitude = excluded.latitude, longitude = excluded.longitude \
                    WHERE postcode.latitude <> excluded.latitude OR postcode.longitude <> excluded.longitude";

/// Keeps where up to [`ROWS`] postcodes are, each named once; gives how many were new or elsewhere.
///
/// # Errors
/// [`StoreError`] when the database fails, or one is named twice.
pub async fn keep(tx: &mut Tx, rows: &[(Postcode, Position)]) -> Result<u64, StoreError> {
    if rows.is_empty() {
        return Ok(0);
    }
    Ok(on!(tx, c, {
        let mut insert = QueryBuilder::new(NEW);
        insert.push_values(rows, |mut b, (code, at)| {
            b.push_bind(code.bare()).push_bind(at.latitude).push_bind(at.longitude);
        });
        insert.push(KEEP);
        insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Notes the middle of those postcodes of a district that are kept.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn middle(tx: &mut Tx, district: &str) -> Result<(), StoreError> {
    let behind = format!("{district}[");
    run!(tx, MIDDLE, district, behind)?;
    Ok(())
}

/// Where that is: of a whole postcode that is not kept, the middle of its district. Absent where neither is kept.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn position(tx: &mut Tx, of: &Whereabouts) -> Result<Option<Position>, StoreError> {
    let whole = match of {
        Whereabouts::Whole(postcode) => postcode.bare(),
        Whereabouts::District(district) => district.clone(),
    };
    let row: Option<(f64, f64)> = on!(tx, c, sqlx::query_as(POSITION).bind(whole).bind(of.district()).fetch_optional(c).await)?;
    Ok(row.map(|(latitude, longitude)| Position { latitude, longitude }))
}

/// Whether any is kept.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn any(tx: &mut Tx) -> Result<bool, StoreError> {
    let row: Option<(String,)> = on!(tx, c, sqlx::query_as(ANY).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Notes at every place where it is, as far as its postcode is kept; gives of how many it is known.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find_places(tx: &mut Tx) -> Result<u64, StoreError> {
    Ok(run!(tx, FIND_PLACES)?)
}
