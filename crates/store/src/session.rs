//! Browser sessions. The id in the cookie is never stored, only its SHA-256.

use crate::engine::{Once, in_time};
use crate::{Store, StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{AccountId, SessionId};
use uuid::Uuid;

statements! {
    BY_HASH = "SELECT s.id_hash, s.id, s.account_id, s.data, s.label, s.created_at, s.last_seen_at, s.ended_at, d.settings \
               FROM web_session s LEFT JOIN account_display d ON d.account_id = s.account_id WHERE s.id_hash = $1";
    SAVE = "INSERT INTO web_session (id_hash, id, account_id, data, label, created_at, last_seen_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (id_hash) DO UPDATE SET account_id = $3, data = $4, label = $5, \
            last_seen_at = $6 WHERE web_session.ended_at IS NULL AND web_session.last_seen_at > $7 AND web_session.created_at > $8";
    TOUCH = "UPDATE web_session SET last_seen_at = $2 WHERE id_hash = $1 AND ended_at IS NULL AND last_seen_at < $3 \
             AND last_seen_at > $4";
    END_BY_HASH = "UPDATE web_session SET ended_at = $2, data = '' WHERE id_hash = $1 AND ended_at IS NULL RETURNING account_id";
    LIVE = "SELECT id_hash, id, account_id, data, label, created_at, last_seen_at, ended_at FROM web_session \
            WHERE account_id = $1 AND ended_at IS NULL AND last_seen_at > $2 AND created_at > $3 ORDER BY last_seen_at DESC, id";
    END = "UPDATE web_session SET ended_at = $3, data = '' WHERE account_id = $1 AND id = $2 AND ended_at IS NULL";
    END_ALL_BUT = "UPDATE web_session SET ended_at = $3, data = '' WHERE account_id = $1 AND id_hash <> $2 AND ended_at IS NULL";
    PURGE = "DELETE FROM web_session WHERE last_seen_at < $1 OR (account_id IS NULL AND last_seen_at < $2)";
}

/// A session as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRow {
    /// SHA-256 of the id in the cookie.
    pub id_hash: Vec<u8>,
    /// The id by which its owner names it in the list.
    pub id: Uuid,
    /// Who is signed in, if anybody.
    pub account_id: Option<Uuid>,
    /// What the session holds, as JSON.
    pub data: String,
    /// "Chrome on Android".
    pub label: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it was ended by somebody, rather than by time.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A session with what its account chose since, in whatever browser.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LoadedRow {
    /// The session.
    #[sqlx(flatten)]
    pub session: SessionRow,
    /// How pages look for the account, in words; absent where it never chose that.
    pub settings: Option<String>,
}

/// A session that was last used after `seen_after` and begun after `begun_after` lives.
#[derive(Clone, Copy, Debug)]
pub struct Living {
    /// Idle since then or longer: dead.
    pub seen_after: DateTime<Utc>,
    /// Begun then or earlier: dead.
    pub begun_after: DateTime<Utc>,
}

/// The session with this hash, living or not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_hash(store: &Store, id_hash: &[u8]) -> Result<Option<LoadedRow>, StoreError> {
    Ok(match store.read_once().await? {
        Once::Sqlite(mut c) => sqlx::query_as(BY_HASH).bind(id_hash).fetch_optional(&mut *c).await,
        Once::Postgres(mut c) => in_time(sqlx::query_as(BY_HASH).bind(id_hash).fetch_optional(&mut *c)).await,
    }?)
}

/// Keeps a session, new or living; `false` when there is one that has ended, which stays as it is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn save(tx: &mut Tx, row: &SessionRow, living: Living) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        SAVE,
        &row.id_hash,
        row.id,
        row.account_id,
        &row.data,
        &row.label,
        row.last_seen_at,
        living.seen_after,
        living.begun_after
    )?;
    Ok(done == 1)
}

/// Notes that a living session was used, unless it was noted after `unless_since`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn touch(
    tx: &mut Tx,
    id_hash: &[u8],
    now: DateTime<Utc>,
    unless_since: DateTime<Utc>,
    seen_after: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, TOUCH, id_hash, now, unless_since, seen_after)?;
    Ok(())
}

/// Ends the session with this hash. Gives whose it was, where it had not ended before and somebody was signed in.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end_by_hash(tx: &mut Tx, id_hash: &[u8], now: DateTime<Utc>) -> Result<Option<AccountId>, StoreError> {
    let ended: Option<(Option<Uuid>,)> = on!(tx, c, sqlx::query_as(END_BY_HASH).bind(id_hash).bind(now).fetch_optional(c).await)?;
    Ok(ended.and_then(|(account,)| account).map(AccountId::from_uuid))
}

/// The living sessions of an account, the last used first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn live(tx: &mut Tx, account: AccountId, living: Living) -> Result<Vec<SessionRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(LIVE).bind(account.as_uuid()).bind(living.seen_after).bind(living.begun_after).fetch_all(c).await
    )?)
}

/// Ends one session of the account; `false` when it has no such session, or it had ended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end(tx: &mut Tx, account: AccountId, id: SessionId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, END, account.as_uuid(), id.as_uuid(), now)?;
    Ok(done == 1)
}

/// Ends every session of the account, save the one with this hash (an empty hash: none is saved). Gives how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end_all_but(tx: &mut Tx, account: AccountId, id_hash: &[u8], now: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(run!(tx, END_ALL_BUT, account.as_uuid(), id_hash, now)?)
}

/// Forgets the sessions last used before `before`, and those that nobody is signed in with last used before `nobodys`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn purge(tx: &mut Tx, before: DateTime<Utc>, nobodys: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(run!(tx, PURGE, before, nobodys)?)
}
