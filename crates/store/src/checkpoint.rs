//! Checkpoints over the account of who did what: what each chain was at a moment, signed.

use crate::audit::HeadRow;
use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use uuid::Uuid;

statements! {
    LAST = "SELECT number, at, chains, hash, public_key, signature FROM audit_checkpoint ORDER BY number DESC LIMIT 1";
    AFTER = "SELECT number, at, chains, hash, public_key, signature FROM audit_checkpoint WHERE number > $1 ORDER BY number LIMIT $2";
    INSERT = "INSERT INTO audit_checkpoint (number, at, chains, hash, public_key, signature) VALUES ($1, $2, $3, $4, $5, $6) \
              ON CONFLICT (number) DO NOTHING";
    GROWN = "SELECT chain_id, seq, hash FROM audit_head h WHERE chain_id >= $1 AND seq > COALESCE( \
             (SELECT m.seq FROM audit_mark m WHERE m.chain_id = h.chain_id ORDER BY m.seq DESC LIMIT 1), 0) \
             ORDER BY chain_id LIMIT $2";
    MARKS = "SELECT chain_id, seq, hash, number FROM audit_mark WHERE (chain_id, seq) > ($1, $2) ORDER BY chain_id, seq LIMIT $3";
    MARKS_OF = "SELECT chain_id, seq, hash FROM audit_mark WHERE number = $1 AND chain_id >= $2 ORDER BY chain_id LIMIT $3";
}

/// How many rows one insert statement holds: a full one is prepared once and used again.
const ROWS: usize = 64;

/// A checkpoint as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CheckpointRow {
    /// Its number, from 1 without gaps.
    pub number: i64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// How many chains it marks: those that have grown since the one before.
    pub chains: i64,
    /// SHA-256 over the checkpoint before it, everything above and each of its marks.
    pub hash: Vec<u8>,
    /// The key that signed it (Ed25519).
    pub public_key: Vec<u8>,
    /// The signature of the hash.
    pub signature: Vec<u8>,
}

/// The end of a chain as a checkpoint saw it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MarkRow {
    /// Which chain.
    pub chain_id: Uuid,
    /// The number of its last event then.
    pub seq: i64,
    /// That event's hash.
    pub hash: Vec<u8>,
    /// Which checkpoint saw it.
    pub number: i64,
}

/// The last checkpoint.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last(tx: &mut Tx) -> Result<Option<CheckpointRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LAST).fetch_optional(c).await)?)
}

/// Up to `limit` checkpoints numbered above `after`, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn after(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<CheckpointRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(AFTER).bind(after).bind(limit).fetch_all(c).await)?)
}

/// Up to `limit` ends of chains that have grown since a checkpoint last marked them, by id, from this one on.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn grown(tx: &mut Tx, from: Uuid, limit: i64) -> Result<Vec<HeadRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(GROWN).bind(from).bind(limit).fetch_all(c).await)?)
}

/// Keeps a checkpoint with its marks; `false`, and nothing kept, when there is one of its number already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &CheckpointRow, marks: &[HeadRow]) -> Result<bool, StoreError> {
    let done = run!(tx, INSERT, row.number, row.at, row.chains, &row.hash, &row.public_key, &row.signature)?;
    if done == 0 {
        return Ok(false);
    }
    for marks in marks.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new("INSERT INTO audit_mark (chain_id, seq, hash, number) ");
            insert.push_values(marks, |mut values, mark| {
                values.push_bind(mark.chain_id).push_bind(mark.seq).push_bind(mark.hash.clone()).push_bind(row.number);
            });
            insert.build().persistent(marks.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    Ok(true)
}

/// Up to `limit` marks of all checkpoints after this place, by chain and number of the event.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn marks(tx: &mut Tx, after: (Uuid, i64), limit: i64) -> Result<Vec<MarkRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(MARKS).bind(after.0).bind(after.1).bind(limit).fetch_all(c).await)?)
}

/// Up to `limit` marks of one checkpoint, by chain, from this chain on.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn marks_of(tx: &mut Tx, number: i64, from: Uuid, limit: i64) -> Result<Vec<HeadRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(MARKS_OF).bind(number).bind(from).bind(limit).fetch_all(c).await)?)
}
