//! Invitations and applications to act for somebody.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{AccountId, PersonId, RelationshipId};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO invitation (token_hash, person_id, relationship_id, submission_id, email, code_hash, attempts, created_at, \
              expires_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)";
    BY_TOKEN = "SELECT token_hash, person_id, relationship_id, submission_id, email, code_hash, attempts, created_at, expires_at, \
                used_at FROM invitation WHERE token_hash = $1";
    BY_SUBMISSION = "SELECT token_hash, person_id, relationship_id, submission_id, email, code_hash, attempts, created_at, \
                     expires_at, used_at FROM invitation WHERE person_id = $1 AND submission_id = $2";
    OF_PERSON = "SELECT token_hash, person_id, relationship_id, submission_id, email, code_hash, attempts, created_at, expires_at, \
                 used_at FROM invitation WHERE person_id = $1 ORDER BY created_at DESC";
    /// Counts an attempt before it is judged.
    ATTEMPT = "UPDATE invitation SET attempts = attempts + 1 \
               WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 AND attempts < $3 RETURNING attempts";
    USE = "UPDATE invitation SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    EXPIRE = "UPDATE invitation SET expires_at = $3 WHERE person_id = $1 AND relationship_id = $2 AND expires_at > $3";
    INSERT_APPLICATION = "INSERT INTO application (account_id, id, relation, person_id, relationship_id, created_at) \
                          VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_id, id) DO NOTHING";
    APPLICATION = "SELECT a.account_id, a.id, a.relation, a.person_id, a.relationship_id, a.created_at, a.withdrawn_at, r.status \
                   FROM application a LEFT JOIN relationship r ON r.person_id = a.person_id AND r.id = a.relationship_id \
                   WHERE a.account_id = $1 AND a.id = $2";
    APPLICATIONS = "SELECT a.account_id, a.id, a.relation, a.person_id, a.relationship_id, a.created_at, a.withdrawn_at, r.status \
                    FROM application a LEFT JOIN relationship r ON r.person_id = a.person_id AND r.id = a.relationship_id \
                    WHERE a.account_id = $1 ORDER BY a.created_at DESC, a.id DESC";
    WITHDRAW = "UPDATE application SET withdrawn_at = $3 WHERE account_id = $1 AND id = $2 AND withdrawn_at IS NULL";
}

/// An invitation as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct InvitationRow {
    /// SHA-256 of the token in the link.
    pub token_hash: Vec<u8>,
    /// To act for whom.
    pub person_id: Uuid,
    /// Which relationship it makes.
    pub relationship_id: Uuid,
    /// The form that it was sent with.
    pub submission_id: Uuid,
    /// Where the link was mailed to.
    pub email: String,
    /// SHA-256 of the code that is told in person, with the token's hash before it.
    pub code_hash: Vec<u8>,
    /// How many codes were tried.
    pub attempts: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

impl InvitationRow {
    /// To act for whom.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.person_id)
    }

    /// Which relationship it makes.
    #[must_use]
    pub const fn relationship(&self) -> RelationshipId {
        RelationshipId::from_uuid(self.relationship_id)
    }
}

impl std::fmt::Debug for InvitationRow {
    /// The relationship alone: the rest is personal or secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InvitationRow").field("relationship_id", &self.relationship_id).finish_non_exhaustive()
    }
}

/// An application as the applicant sees it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ApplicationRow {
    /// Who applies.
    pub account_id: Uuid,
    /// Its id: that of the form it was sent with.
    pub id: Uuid,
    /// What they said that they are to the person.
    pub relation: String,
    /// The person whom the details fit, if any.
    pub person_id: Option<Uuid>,
    /// The relationship that was proposed.
    pub relationship_id: Option<Uuid>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When they took it back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Where the relationship stands: [`domain::relationship::Status`] by code.
    pub status: Option<String>,
}

/// Keeps an invitation that is about to be mailed.
///
/// # Errors
/// [`StoreError`] when the database fails, or the form made one before.
pub async fn insert(tx: &mut Tx, row: &InvitationRow) -> Result<(), StoreError> {
    run!(
        tx,
        INSERT,
        &row.token_hash,
        row.person_id,
        row.relationship_id,
        row.submission_id,
        &row.email,
        &row.code_hash,
        row.created_at,
        row.expires_at
    )?;
    Ok(())
}

/// The invitation with this token, whether it still works or not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_token(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<InvitationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_TOKEN).bind(token_hash).fetch_optional(c).await)?)
}

/// The invitation that this form made.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Option<InvitationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_SUBMISSION).bind(person.as_uuid()).bind(submission).fetch_optional(c).await)?)
}

/// Every invitation to act for a person, the last first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<InvitationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Counts an attempt at the code, before it is judged; how many there are now. `None` when the invitation does not work
/// any more: used, expired, or tried `most` times.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn attempt(tx: &mut Tx, token_hash: &[u8], now: DateTime<Utc>, most: i32) -> Result<Option<i32>, StoreError> {
    let row: Option<(i32,)> = on!(tx, c, sqlx::query_as(ATTEMPT).bind(token_hash).bind(now).bind(most).fetch_optional(c).await)?;
    Ok(row.map(|(attempts,)| attempts))
}

/// Uses an invitation up; `false` when it does not work any more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn use_up(tx: &mut Tx, token_hash: &[u8], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, USE, token_hash, now)?;
    Ok(done == 1)
}

/// Makes every invitation to this relationship work no more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn expire(tx: &mut Tx, person: PersonId, relationship: RelationshipId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, EXPIRE, person.as_uuid(), relationship.as_uuid(), now)?;
    Ok(())
}

/// Keeps an application; `false` when its form made one before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_application(tx: &mut Tx, row: &ApplicationRow) -> Result<bool, StoreError> {
    let done =
        run!(tx, INSERT_APPLICATION, row.account_id, row.id, &row.relation, row.person_id, row.relationship_id, row.created_at)?;
    Ok(done == 1)
}

/// An application of this account.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn application(tx: &mut Tx, account: AccountId, id: Uuid) -> Result<Option<ApplicationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(APPLICATION).bind(account.as_uuid()).bind(id).fetch_optional(c).await)?)
}

/// Every application of an account, the last first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn applications(tx: &mut Tx, account: AccountId) -> Result<Vec<ApplicationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(APPLICATIONS).bind(account.as_uuid()).fetch_all(c).await)?)
}

/// Notes that an application was taken back; `false` when it had been.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw(tx: &mut Tx, account: AccountId, id: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, WITHDRAW, account.as_uuid(), id, now)?;
    Ok(done == 1)
}
