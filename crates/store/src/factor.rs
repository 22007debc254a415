//! Second steps: passkeys, the authenticator, recovery codes.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{AccountId, PasskeyId};
use uuid::Uuid;

statements! {
    COUNTS = "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM passkey WHERE account_id = $1), \
              (SELECT CAST(COUNT(*) AS BIGINT) FROM authenticator WHERE account_id = $1 AND secret IS NOT NULL), \
              (SELECT CAST(COUNT(*) AS BIGINT) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL)";
    AUTHENTICATOR = "SELECT account_id, secret, confirmed_at, pending_secret, pending_at, last_step FROM authenticator \
                     WHERE account_id = $1";
    BEGIN = "INSERT INTO authenticator (account_id, pending_secret, pending_at, last_step, created_at) VALUES ($1, $2, $3, 0, $3) \
             ON CONFLICT (account_id) DO UPDATE SET pending_secret = $2, pending_at = $3";
    CONFIRM = "UPDATE authenticator SET secret = pending_secret, confirmed_at = $3, pending_secret = NULL, pending_at = NULL, \
               last_step = $4 WHERE account_id = $1 AND pending_secret = $2";
    USE_STEP = "UPDATE authenticator SET last_step = $2 WHERE account_id = $1 AND last_step < $2 AND secret IS NOT NULL";
    REMOVE = "DELETE FROM authenticator WHERE account_id = $1";
    DROP_CODES = "DELETE FROM recovery_code WHERE account_id = $1";
    ADD_CODE = "INSERT INTO recovery_code (account_id, hash) VALUES ($1, $2) ON CONFLICT (account_id, hash) DO NOTHING";
    UNUSED_CODES = "SELECT hash FROM recovery_code WHERE account_id = $1 AND used_at IS NULL ORDER BY hash";
    USE_CODE = "UPDATE recovery_code SET used_at = $3 WHERE account_id = $1 AND hash = $2 AND used_at IS NULL";
    PASSKEYS = "SELECT account_id, id, name, credential_id, credential, created_at, last_used_at FROM passkey \
                WHERE account_id = $1 ORDER BY created_at, id";
    PASSKEY_BY_CREDENTIAL = "SELECT account_id, id, name, credential_id, credential, created_at, last_used_at FROM passkey \
                             WHERE credential_id = $1";
    ADD_PASSKEY = "INSERT INTO passkey (account_id, id, name, credential_id, credential, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential_id) DO NOTHING";
    USE_PASSKEY = "UPDATE passkey SET credential = $3, last_used_at = $4 WHERE account_id = $1 AND id = $2";
    RENAME_PASSKEY = "UPDATE passkey SET name = $3 WHERE account_id = $1 AND id = $2";
    REMOVE_PASSKEY = "DELETE FROM passkey WHERE account_id = $1 AND id = $2";
    REMOVE_PASSKEYS = "DELETE FROM passkey WHERE account_id = $1";
}

/// How many of each second step an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Passkeys.
    pub passkeys: i64,
    /// Confirmed authenticators: none or one.
    pub authenticators: i64,
    /// Recovery codes not yet used.
    pub recovery_codes: i64,
}

/// An account's authenticator, and the one that it is about to take.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuthenticatorRow {
    /// Whose.
    pub account_id: Uuid,
    /// The secret shared with it, once a code has confirmed it.
    pub secret: Option<Vec<u8>>,
    /// Since when.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// A secret that no code has confirmed yet.
    pub pending_secret: Option<Vec<u8>>,
    /// When that was made.
    pub pending_at: Option<DateTime<Utc>>,
    /// The latest step of which a code was accepted: none up to it is accepted again.
    pub last_step: i64,
}

/// A passkey as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PasskeyRow {
    /// Whose.
    pub account_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// The id by which the authenticator knows it.
    pub credential_id: Vec<u8>,
    /// The credential, as JSON.
    pub credential: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last used to sign in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// How many second steps the account has.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn counts(tx: &mut Tx, account: AccountId) -> Result<Counts, StoreError> {
    let (passkeys, authenticators, recovery_codes): (i64, i64, i64) =
        on!(tx, c, sqlx::query_as(COUNTS).bind(account.as_uuid()).fetch_one(c).await)?;
    Ok(Counts { passkeys, authenticators, recovery_codes })
}

/// The account's authenticator.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn authenticator(tx: &mut Tx, account: AccountId) -> Result<Option<AuthenticatorRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(AUTHENTICATOR).bind(account.as_uuid()).fetch_optional(c).await)?)
}

/// Keeps a secret until a code confirms it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn begin_authenticator(tx: &mut Tx, account: AccountId, secret: &[u8], now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, BEGIN, account.as_uuid(), secret, now)?;
    Ok(())
}

/// Makes the pending secret the one that counts; `false` when it is no longer pending.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn confirm_authenticator(
    tx: &mut Tx,
    account: AccountId,
    pending: &[u8],
    now: DateTime<Utc>,
    step: i64,
) -> Result<bool, StoreError> {
    let done = run!(tx, CONFIRM, account.as_uuid(), pending, now, step)?;
    Ok(done == 1)
}

/// Uses up the codes of every step up to this one; `false` when they were used up before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn use_step(tx: &mut Tx, account: AccountId, step: i64) -> Result<bool, StoreError> {
    let done = run!(tx, USE_STEP, account.as_uuid(), step)?;
    Ok(done == 1)
}

/// Removes the authenticator.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_authenticator(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    run!(tx, REMOVE, account.as_uuid())?;
    Ok(())
}

/// Puts these recovery codes, by what each is kept as, in the place of those before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn replace_recovery_codes(tx: &mut Tx, account: AccountId, hashes: &[Vec<u8>]) -> Result<(), StoreError> {
    run!(tx, DROP_CODES, account.as_uuid())?;
    for hash in hashes {
        run!(tx, ADD_CODE, account.as_uuid(), hash.as_slice())?;
    }
    Ok(())
}

/// What the account's recovery codes that were not used are kept as.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unused_recovery_codes(tx: &mut Tx, account: AccountId) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows: Vec<(Vec<u8>,)> = on!(tx, c, sqlx::query_as(UNUSED_CODES).bind(account.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

/// Uses up a recovery code; `false` when there is none such, or it was used.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn use_recovery_code(tx: &mut Tx, account: AccountId, hash: &[u8], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, USE_CODE, account.as_uuid(), hash, now)?;
    Ok(done == 1)
}

/// The account's passkeys, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn passkeys(tx: &mut Tx, account: AccountId) -> Result<Vec<PasskeyRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PASSKEYS).bind(account.as_uuid()).fetch_all(c).await)?)
}

/// The passkey that the authenticator knows by this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn passkey_by_credential(tx: &mut Tx, credential: &[u8]) -> Result<Option<PasskeyRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PASSKEY_BY_CREDENTIAL).bind(credential).fetch_optional(c).await)?)
}

/// Adds a passkey; `false` when one with its credential id is registered, to whomever.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_passkey(tx: &mut Tx, row: &PasskeyRow) -> Result<bool, StoreError> {
    let done = run!(tx, ADD_PASSKEY, row.account_id, row.id, &row.name, &row.credential_id, &row.credential, row.created_at)?;
    Ok(done == 1)
}

/// Keeps what a use of the passkey changed in it, and when it was used.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn use_passkey(tx: &mut Tx, row: &PasskeyRow, credential: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, USE_PASSKEY, row.account_id, row.id, credential, now)?;
    Ok(done == 1)
}

/// Gives a passkey another name; `false` when the account has no such passkey.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn rename_passkey(tx: &mut Tx, account: AccountId, id: PasskeyId, name: &str) -> Result<bool, StoreError> {
    let done = run!(tx, RENAME_PASSKEY, account.as_uuid(), id.as_uuid(), name)?;
    Ok(done == 1)
}

/// Removes a passkey; `false` when the account has no such passkey.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_passkey(tx: &mut Tx, account: AccountId, id: PasskeyId) -> Result<bool, StoreError> {
    let done = run!(tx, REMOVE_PASSKEY, account.as_uuid(), id.as_uuid())?;
    Ok(done == 1)
}

/// Removes every second step: passkeys, the authenticator, also one that no code has confirmed, and recovery codes.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_all(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    for statement in [REMOVE_PASSKEYS, REMOVE, DROP_CODES] {
        run!(tx, statement, account.as_uuid())?;
    }
    Ok(())
}
