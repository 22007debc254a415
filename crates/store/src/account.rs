//! Accounts: who signs in.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::AccountId;
use uuid::Uuid;

statements! {
    BY_ID = "SELECT id, email, email_key, email_confirmed_at, password_hash, locked_until, created_at FROM account WHERE id = $1";
    BY_KEY = "SELECT id, email, email_key, email_confirmed_at, password_hash, locked_until, created_at FROM account \
              WHERE email_key = $1";
    PAGE = "SELECT id, email, email_key, email_confirmed_at, password_hash, locked_until, created_at FROM account \
            WHERE email_key > $1 ORDER BY email_key LIMIT $2";
    INSERT = "INSERT INTO account (id, email, email_key, email_confirmed_at, password_hash, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (email_key) DO NOTHING";
    SET_PASSWORD = "UPDATE account SET password_hash = $2, updated_at = $3 WHERE id = $1";
    SET_FIRST_PASSWORD = "UPDATE account SET password_hash = $2, updated_at = $3 WHERE id = $1 AND email_confirmed_at IS NULL";
    RAISE_HASH = "UPDATE account SET password_hash = $3, updated_at = $4 WHERE id = $1 AND password_hash = $2";
    CONFIRM = "UPDATE account SET email_confirmed_at = $2, updated_at = $2 WHERE id = $1 AND email_confirmed_at IS NULL";
    SET_EMAIL = "UPDATE account SET email = $2, email_key = $3, email_confirmed_at = $4, updated_at = $4 WHERE id = $1 \
                 AND NOT EXISTS (SELECT 1 FROM account o WHERE o.email_key = $3 AND o.id <> $1)";
    SET_LOCKED = "UPDATE account SET locked_until = $2 WHERE id = $1";
    HOLD = "UPDATE account SET updated_at = $2 WHERE id = $1";
    NEVER_CONFIRMED = "SELECT id, email, email_key, email_confirmed_at, password_hash, locked_until, created_at FROM account \
                       WHERE email_confirmed_at IS NULL AND updated_at < $1 ORDER BY updated_at LIMIT 500";
    DELETE_LINKS = "DELETE FROM mailed_link WHERE account_id = $1";
    DELETE_UNCONFIRMED = "DELETE FROM account WHERE id = $1 AND email_confirmed_at IS NULL";
}

/// An account as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountRow {
    /// Its id.
    pub id: Uuid,
    /// Where its mail goes, as it was typed.
    pub email: String,
    /// The same in lower case: by this it is found.
    pub email_key: String,
    /// When the address was shown to be theirs.
    pub email_confirmed_at: Option<DateTime<Utc>>,
    /// Argon2id, as a PHC string.
    pub password_hash: Option<String>,
    /// Until when it was locked the last time, after too many failures; for the operator to see.
    pub locked_until: Option<DateTime<Utc>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

impl AccountRow {
    /// Its id.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        AccountId::from_uuid(self.id)
    }
}

impl std::fmt::Debug for AccountRow {
    /// The id alone: the rest is personal or secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The account with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(tx: &mut Tx, id: AccountId) -> Result<Option<AccountRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_ID).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The account with this address, in lower case.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_email_key(tx: &mut Tx, key: &str) -> Result<Option<AccountRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_KEY).bind(key).fetch_optional(c).await)?)
}

/// Up to `limit` accounts whose addresses follow `after`, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn page(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<AccountRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PAGE).bind(after).bind(limit).fetch_all(c).await)?)
}

/// Opens an account; `false` when there is one with this address.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &AccountRow) -> Result<bool, StoreError> {
    let done = run!(tx, INSERT, row.id, &row.email, &row.email_key, row.email_confirmed_at, &row.password_hash, row.created_at)?;
    Ok(done == 1)
}

/// Sets the password's hash.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_password(tx: &mut Tx, id: AccountId, hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, SET_PASSWORD, id.as_uuid(), hash, now)?;
    Ok(())
}

/// Sets the hash of the password of an account whose address was never confirmed; `false`, and nothing is changed, when it
/// was.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_first_password(tx: &mut Tx, id: AccountId, hash: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, SET_FIRST_PASSWORD, id.as_uuid(), hash, now)?;
    Ok(done == 1)
}

/// Puts a stronger hash of the same password in the place of `before`, unless the password was changed meanwhile.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn raise_hash(tx: &mut Tx, id: AccountId, before: &str, hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, RAISE_HASH, id.as_uuid(), before, hash, now)?;
    Ok(())
}

/// Notes that the address was shown to be theirs; `false` when it had been before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn confirm_email(tx: &mut Tx, id: AccountId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, CONFIRM, id.as_uuid(), now)?;
    Ok(done == 1)
}

/// Gives the account another, confirmed address; `false` when another account has it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_email(tx: &mut Tx, id: AccountId, email: &str, key: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, SET_EMAIL, id.as_uuid(), email, key, now)?;
    Ok(done == 1)
}

/// Notes until when the account is locked, for the operator to see.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_locked_until(tx: &mut Tx, id: AccountId, until: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    run!(tx, SET_LOCKED, id.as_uuid(), until)?;
    Ok(())
}

/// Makes other acts on this account wait until this one ends; `false` when there is no such account.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn hold(tx: &mut Tx, id: AccountId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, HOLD, id.as_uuid(), now)?;
    Ok(done == 1)
}

/// Up to 500 accounts whose address was never confirmed and that nothing was done with since `before`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn never_confirmed(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<AccountRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NEVER_CONFIRMED).bind(before).fetch_all(c).await)?)
}

/// Removes an account whose address was never confirmed, with its mailed links. It can have nothing else.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn delete_unconfirmed(tx: &mut Tx, id: AccountId) -> Result<(), StoreError> {
    run!(tx, DELETE_LINKS, id.as_uuid())?;
    run!(tx, DELETE_UNCONFIRMED, id.as_uuid())?;
    Ok(())
}
