//! Links sent by mail. One use each; the token is kept as SHA-256.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::AccountId;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO mailed_link (token_hash, account_id, purpose, email, password_hash, created_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "SELECT token_hash, account_id, purpose, email, password_hash, created_at, expires_at, used_at FROM mailed_link \
            WHERE token_hash = $1 AND purpose = $2";
    CLAIM = "UPDATE mailed_link SET used_at = $3 WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 \
             RETURNING token_hash, account_id, purpose, email, password_hash, created_at, expires_at, used_at";
    RETIRE = "DELETE FROM mailed_link WHERE account_id = $1 AND purpose = $2 AND used_at IS NULL";
    PURGE = "DELETE FROM mailed_link WHERE expires_at < $1";
}

/// A mailed link as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MailedLinkRow {
    /// SHA-256 of the token in the link.
    pub token_hash: Vec<u8>,
    /// Whose account.
    pub account_id: Uuid,
    /// `confirm`, `reset` or `email`.
    pub purpose: String,
    /// The new address, for `email`.
    pub email: Option<String>,
    /// For `confirm`: the password that was given when it was asked for, which takes effect with it.
    pub password_hash: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// Keeps a link that is about to be mailed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &MailedLinkRow) -> Result<(), StoreError> {
    run!(
        tx,
        INSERT,
        &row.token_hash,
        row.account_id,
        &row.purpose,
        &row.email,
        &row.password_hash,
        row.created_at,
        row.expires_at
    )?;
    Ok(())
}

/// The link with this token, whether it still works or not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(tx: &mut Tx, token_hash: &[u8], purpose: &str) -> Result<Option<MailedLinkRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(FIND).bind(token_hash).bind(purpose).fetch_optional(c).await)?)
}

/// Uses a link up; `None` when it does not work (any more).
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn claim(
    tx: &mut Tx,
    token_hash: &[u8],
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<Option<MailedLinkRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CLAIM).bind(token_hash).bind(purpose).bind(now).fetch_optional(c).await)?)
}

/// Makes the account's unused links of this purpose work no more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn retire(tx: &mut Tx, account: AccountId, purpose: &str) -> Result<(), StoreError> {
    run!(tx, RETIRE, account.as_uuid(), purpose)?;
    Ok(())
}

/// Forgets the links that expired before then.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn purge(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(run!(tx, PURGE, before)?)
}
