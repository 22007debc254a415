//! "I do not recognise this": a person's questions about who looked, and their answers.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{AccessQueryId, MemberId, OrganisationId, PersonId};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO access_query (person_id, id, audit_seq, organisation_id, question, asked_at) VALUES ($1, $2, $3, $4, $5, $6) \
              ON CONFLICT (person_id, audit_seq) DO NOTHING";
    OF_PERSON = "SELECT q.person_id, q.id, q.audit_seq, q.organisation_id, q.question, q.asked_at, q.answer, q.answered_by, q.answered_at, \
                 o.name AS organisation FROM access_query q LEFT JOIN organisation o ON o.id = q.organisation_id \
                 WHERE q.person_id = $1 ORDER BY q.asked_at DESC, q.id DESC";
    BY_ID = "SELECT q.person_id, q.id, q.audit_seq, q.organisation_id, q.question, q.asked_at, q.answer, q.answered_by, q.answered_at, \
             o.name AS organisation FROM access_query q LEFT JOIN organisation o ON o.id = q.organisation_id WHERE q.person_id = $1 AND q.id = $2";
    WAITING = "SELECT q.person_id, q.id, q.audit_seq, q.organisation_id, q.question, q.asked_at, q.answer, q.answered_by, q.answered_at, \
               o.name AS organisation FROM access_query q LEFT JOIN organisation o ON o.id = q.organisation_id \
               WHERE q.answered_at IS NULL ORDER BY q.asked_at, q.id LIMIT $1";
    ANSWER = "UPDATE access_query SET answer = $3, answered_by = $4, answered_at = $5 \
              WHERE person_id = $1 AND id = $2 AND answered_at IS NULL";
}

/// A question as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct QueryRow {
    /// Who asks.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// The number of the event in the person's chain that it is about.
    pub audit_seq: i64,
    /// Who is to answer; absent: the operator.
    pub organisation_id: Option<Uuid>,
    /// In the person's own words.
    pub question: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The answer.
    pub answer: Option<String>,
    /// Who answered; absent where the operator did.
    pub answered_by: Option<Uuid>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// The name of the organisation that is to answer.
    pub organisation: Option<String>,
}

/// Keeps a question; `false` when there is one about the same event already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &QueryRow) -> Result<bool, StoreError> {
    let done = run!(tx, INSERT, row.person_id, row.id, row.audit_seq, row.organisation_id, &row.question, row.asked_at)?;
    Ok(done == 1)
}

/// Everything that a person asked, newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<QueryRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// One question of a person's.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(tx: &mut Tx, person: PersonId, id: AccessQueryId) -> Result<Option<QueryRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_ID).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Up to `limit` questions without an answer, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(tx: &mut Tx, limit: i64) -> Result<Vec<QueryRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(WAITING).bind(limit).fetch_all(c).await)?)
}

/// Keeps an answer; `false` when there is one already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn answer(
    tx: &mut Tx,
    person: PersonId,
    id: AccessQueryId,
    text: &str,
    by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, ANSWER, person.as_uuid(), id.as_uuid(), text, by.map(|member| member.as_uuid()), now)?;
    Ok(done == 1)
}

impl QueryRow {
    /// Who is to answer.
    #[must_use]
    pub fn for_organisation(&self) -> Option<OrganisationId> {
        self.organisation_id.map(OrganisationId::from_uuid)
    }
}
