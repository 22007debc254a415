//! Browsers that an account has signed in from, and whether it trusts them.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{AccountId, DeviceId};
use uuid::Uuid;

statements! {
    OF_ACCOUNT = "SELECT account_id, id, token_hash, label, trusted_until, first_seen_at, last_seen_at FROM device \
                  WHERE account_id = $1 ORDER BY last_seen_at DESC, id";
    BY_TOKEN = "SELECT account_id, id, token_hash, label, trusted_until, first_seen_at, last_seen_at FROM device \
                WHERE account_id = $1 AND token_hash = $2";
    INSERT = "INSERT INTO device (account_id, id, token_hash, label, trusted_until, first_seen_at, last_seen_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (account_id, token_hash) DO NOTHING";
    SEEN = "UPDATE device SET label = $3, trusted_until = COALESCE($4, trusted_until), last_seen_at = $5 WHERE account_id = $1 AND id = $2";
    DISTRUST = "UPDATE device SET trusted_until = NULL WHERE account_id = $1 AND id = $2";
    DISTRUST_ALL = "UPDATE device SET trusted_until = NULL WHERE account_id = $1 AND trusted_until IS NOT NULL";
    FORGET_OLD = "DELETE FROM device WHERE last_seen_at < $1";
}

/// A browser as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DeviceRow {
    /// Whose.
    pub account_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of the token in its cookie.
    pub token_hash: Vec<u8>,
    /// "Chrome on Android".
    pub label: String,
    /// Until when it needs no code.
    pub trusted_until: Option<DateTime<Utc>>,
    /// When the account first signed in from it.
    pub first_seen_at: DateTime<Utc>,
    /// When it last did.
    pub last_seen_at: DateTime<Utc>,
}

/// The browsers that the account has signed in from, the latest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<DeviceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_ACCOUNT).bind(account.as_uuid()).fetch_all(c).await)?)
}

/// The account's browser with this token, given by its SHA-256.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_token(tx: &mut Tx, account: AccountId, token_hash: &[u8]) -> Result<Option<DeviceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_TOKEN).bind(account.as_uuid()).bind(token_hash).fetch_optional(c).await)?)
}

/// Notes a browser seen for the first time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &DeviceRow) -> Result<(), StoreError> {
    run!(tx, INSERT, row.account_id, row.id, &row.token_hash, &row.label, row.trusted_until, row.first_seen_at)?;
    Ok(())
}

/// Notes a browser seen again: what it calls itself now, and when. Its trust stays as it is, unless it is `trusted` anew.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn seen(
    tx: &mut Tx,
    account: AccountId,
    id: DeviceId,
    label: &str,
    trusted: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, SEEN, account.as_uuid(), id.as_uuid(), label, trusted, now)?;
    Ok(())
}

/// Ends the trust in one browser; `false` when the account has no such browser.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn distrust(tx: &mut Tx, account: AccountId, id: DeviceId) -> Result<bool, StoreError> {
    let done = run!(tx, DISTRUST, account.as_uuid(), id.as_uuid())?;
    Ok(done == 1)
}

/// Ends the trust in every browser of the account.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn distrust_all(tx: &mut Tx, account: AccountId) -> Result<u64, StoreError> {
    Ok(run!(tx, DISTRUST_ALL, account.as_uuid())?)
}

/// Forgets the browsers not seen since `before`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn forget_old(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(run!(tx, FORGET_OLD, before)?)
}
