//! Counters behind rate limits. A key is a SHA-256, so that it holds no address.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};

statements! {
    /// Counts one more. A count begun at $3 or before is over and starts anew; the count that reaches $4 restarts its
    /// time, so that what is then refused is refused for a whole span.
    COUNT = "INSERT INTO throttle (key, began_at, count) VALUES ($1, $2, 1) ON CONFLICT (key) DO UPDATE SET \
             count = CASE WHEN throttle.began_at <= $3 THEN 1 ELSE throttle.count + 1 END, \
             began_at = CASE WHEN throttle.began_at <= $3 OR throttle.count + 1 = $4 THEN $2 ELSE throttle.began_at END \
             RETURNING began_at, count";
    FIND = "SELECT began_at, count FROM throttle WHERE key = $1 AND began_at > $2";
    UNCOUNT = "UPDATE throttle SET count = count - 1 WHERE key = $1 AND count > 0";
    CLEAR = "DELETE FROM throttle WHERE key = $1";
    PURGE = "DELETE FROM throttle WHERE began_at < $1";
}

/// A counter as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    /// When its span began.
    pub began_at: DateTime<Utc>,
    /// How often since.
    pub count: i32,
}

/// Counts one more. A span that began at `over` or before is over.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn count(tx: &mut Tx, key: &[u8], now: DateTime<Utc>, over: DateTime<Utc>, limit: i32) -> Result<Counted, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(COUNT).bind(key).bind(now).bind(over).bind(limit).fetch_one(c).await)?)
}

/// The counter, unless its span began at `over` or before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(tx: &mut Tx, key: &[u8], over: DateTime<Utc>) -> Result<Option<Counted>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(FIND).bind(key).bind(over).fetch_optional(c).await)?)
}

/// Takes one count back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn uncount(tx: &mut Tx, key: &[u8]) -> Result<(), StoreError> {
    run!(tx, UNCOUNT, key)?;
    Ok(())
}

/// Forgets the counter.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn clear(tx: &mut Tx, key: &[u8]) -> Result<(), StoreError> {
    run!(tx, CLEAR, key)?;
    Ok(())
}

/// Forgets the counters begun before then.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn purge(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(run!(tx, PURGE, before)?)
}
