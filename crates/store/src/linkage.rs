//! Codes that a practice issued so that a person can link their record.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{LinkageCodeId, PersonId};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO linkage_code (person_id, id, code_hash, issued_at, expires_at, attempts, level, evidence, \
              issued_by) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8)";
    RETIRE = "UPDATE linkage_code SET expires_at = $2 WHERE person_id = $1 AND used_at IS NULL AND expires_at > $2";
    /// The newest that was neither used nor worn out, and has not expired.
    LIVE = "SELECT person_id, id, code_hash, issued_at, expires_at, attempts, used_at, level, evidence, issued_by FROM linkage_code \
            WHERE person_id = $1 AND used_at IS NULL AND expires_at > $2 AND attempts < $3 ORDER BY issued_at DESC, id DESC LIMIT 1";
    ATTEMPT = "UPDATE linkage_code SET attempts = attempts + 1 WHERE person_id = $1 AND id = $2 AND used_at IS NULL AND attempts < $3";
    CLAIM = "UPDATE linkage_code SET used_at = $3 WHERE person_id = $1 AND id = $2 AND used_at IS NULL AND expires_at > $3";
}

/// A linkage code as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkageCodeRow {
    /// For whose record.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Argon2id, as a PHC string.
    pub code_hash: String,
    /// When the practice issued it.
    pub issued_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
    /// How surely whoever uses it is the person: [`domain::linkage::Level`] by code.
    pub level: String,
    /// How they were checked when it was issued, as JSON.
    pub evidence: Option<String>,
    /// The account of whoever issued it; absent where the operator did.
    pub issued_by: Option<Uuid>,
}

/// Keeps a new code.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &LinkageCodeRow) -> Result<(), StoreError> {
    run!(
        tx,
        INSERT,
        row.person_id,
        row.id,
        &row.code_hash,
        row.issued_at,
        row.expires_at,
        &row.level,
        &row.evidence,
        row.issued_by
    )?;
    Ok(())
}

/// Makes the person's unused codes work no more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn retire(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, RETIRE, person.as_uuid(), now)?;
    Ok(())
}

/// The person's code that works now, tried less than `attempts` times.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn live(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
    attempts: i32,
) -> Result<Option<LinkageCodeRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LIVE).bind(person.as_uuid()).bind(now).bind(attempts).fetch_optional(c).await)?)
}

/// Counts an attempt on a code before it is compared; `false` when it allows no more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn attempt(tx: &mut Tx, person: PersonId, id: LinkageCodeId, attempts: i32) -> Result<bool, StoreError> {
    let done = run!(tx, ATTEMPT, person.as_uuid(), id.as_uuid(), attempts)?;
    Ok(done == 1)
}

/// Uses a code up; `false` when it was used or has expired.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn claim(tx: &mut Tx, person: PersonId, id: LinkageCodeId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, CLAIM, person.as_uuid(), id.as_uuid(), now)?;
    Ok(done == 1)
}
