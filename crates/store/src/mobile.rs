//! Where accounts get text messages, and numbers that wait for their code.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{AccountId, PersonId};
use uuid::Uuid;

statements! {
    OF_ACCOUNT = "SELECT account_id, number, confirmed_at, takes_readings, pending_number, pending_code, pending_at FROM mobile WHERE account_id = $1";
    BEGIN = "INSERT INTO mobile (account_id, pending_number, pending_code, pending_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (account_id) DO UPDATE SET pending_number = $2, pending_code = $3, pending_at = $4";
    CONFIRM = "UPDATE mobile SET number = pending_number, confirmed_at = $3, takes_readings = FALSE, pending_number = NULL, pending_code = NULL, \
               pending_at = NULL WHERE account_id = $1 AND pending_code = $2";
    DROP_PENDING = "UPDATE mobile SET pending_number = NULL, pending_code = NULL, pending_at = NULL WHERE account_id = $1";
    TAKE_READINGS = "UPDATE mobile SET takes_readings = $2 WHERE account_id = $1 AND number IS NOT NULL AND takes_readings <> $2";
    TEXTING = "SELECT account_id FROM mobile WHERE number = $1 AND takes_readings ORDER BY account_id LIMIT 2";
    IS_KNOWN = "SELECT COUNT(*) FROM mobile WHERE number = $1";
    REMOVE = "DELETE FROM mobile WHERE account_id = $1";
    READDRESS = "UPDATE outbox SET recipient = $3 WHERE sent_at IS NULL AND given_up_at IS NULL AND channel = 'text' AND id IN \
                 (SELECT mail_id FROM appointment_notice WHERE person_id = $1 AND what = $2)";
}

/// An account's number, and the one that it is about to take.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MobileRow {
    /// Whose.
    pub account_id: Uuid,
    /// The number, with `+` and the code of its country, once a code has shown that it is theirs.
    pub number: Option<String>,
    /// Since when.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Readings are taken from it.
    pub takes_readings: bool,
    /// A number that no code has confirmed yet.
    pub pending_number: Option<String>,
    /// SHA-256 of the account, that number and its code.
    pub pending_code: Option<Vec<u8>>,
    /// When that code was made.
    pub pending_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for MobileRow {
    /// The id alone: the rest is personal or secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MobileRow").field("account_id", &self.account_id).finish_non_exhaustive()
    }
}

/// The numbers of an account; absent when it never gave one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Option<MobileRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_ACCOUNT).bind(account.as_uuid()).fetch_optional(c).await)?)
}

/// Keeps a number until its code confirms it, in place of one that waited before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn begin(
    tx: &mut Tx,
    account: AccountId,
    number: &str,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, BEGIN, account.as_uuid(), number, code_hash, now)?;
    Ok(())
}

/// Makes the number that waits the one that counts; `false` when another waits by now, or none.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn confirm(tx: &mut Tx, account: AccountId, code_hash: &[u8], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, CONFIRM, account.as_uuid(), code_hash, now)?;
    Ok(done == 1)
}

/// Forgets a number that waits for its code.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn drop_pending(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    run!(tx, DROP_PENDING, account.as_uuid())?;
    Ok(())
}

/// Sets whether readings are taken from an account's number; `false` where that changes nothing.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_readings(tx: &mut Tx, account: AccountId, takes: bool) -> Result<bool, StoreError> {
    let done = run!(tx, TAKE_READINGS, account.as_uuid(), takes)?;
    Ok(done == 1)
}

/// Two accounts at most that take readings from this number.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn texting(tx: &mut Tx, number: &str) -> Result<Vec<AccountId>, StoreError> {
    let rows: Vec<(Uuid,)> = on!(tx, c, sqlx::query_as(TEXTING).bind(number).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| AccountId::from_uuid(id)).collect())
}

/// Whether this is the confirmed number of any account, whatever is taken from it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_known(tx: &mut Tx, number: &str) -> Result<bool, StoreError> {
    let (known,): (i64,) = on!(tx, c, sqlx::query_as(IS_KNOWN).bind(number).fetch_one(c).await)?;
    Ok(known > 0)
}

/// Forgets both numbers of an account.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    run!(tx, REMOVE, account.as_uuid())?;
    Ok(())
}

/// Sends to another number what waits in the outbox about the appointments of a person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn readdress(tx: &mut Tx, person: PersonId, what: &str, number: &str) -> Result<(), StoreError> {
    run!(tx, READDRESS, person.as_uuid(), what, number)?;
    Ok(())
}
