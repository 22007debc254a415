//! Organisations that a person let in although they hold nothing of theirs.

use crate::organisation::OrganisationRow;
use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{OrganisationId, PersonId};
use uuid::Uuid;

statements! {
    HOLDS = "SELECT CAST(COUNT(*) AS BIGINT) FROM let_in WHERE person_id = $1 AND organisation_id = $2 AND ended_at IS NULL \
             AND ends_on >= $3";
    OF_PERSON = "SELECT l.began_at, l.ends_on, o.id, o.code, o.name, o.kind, o.created_at FROM let_in l \
                 JOIN organisation o ON o.id = l.organisation_id WHERE l.person_id = $1 AND l.ended_at IS NULL AND l.ends_on >= $2 \
                 ORDER BY o.name, o.id";
    WAS_SENT = "SELECT CAST(COUNT(*) AS BIGINT) FROM let_in WHERE person_id = $1 AND submission_id = $2";
    END = "UPDATE let_in SET ended_at = $3 WHERE person_id = $1 AND organisation_id = $2 AND ended_at IS NULL";
    INSERT = "INSERT INTO let_in (person_id, id, organisation_id, submission_id, began_at, ends_on) VALUES ($1, $2, $3, $4, $5, $6)";
}

/// An organisation that a person let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLetIn {
    /// Who.
    pub person: PersonId,
    /// Its id.
    pub id: Uuid,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The form that it was sent with.
    pub submission: Uuid,
    /// From when.
    pub began_at: DateTime<Utc>,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// An organisation that is let in now.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LetInRow {
    /// Since when.
    pub began_at: DateTime<Utc>,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// Which.
    #[sqlx(flatten)]
    pub organisation: OrganisationRow,
}

/// Whether a person has let an organisation in on this day.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn holds(tx: &mut Tx, person: PersonId, at: OrganisationId, today: NaiveDate) -> Result<bool, StoreError> {
    let (count,): (i64,) =
        on!(tx, c, sqlx::query_as(HOLDS).bind(person.as_uuid()).bind(at.as_uuid()).bind(today).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whom a person lets in on this day, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId, today: NaiveDate) -> Result<Vec<LetInRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).bind(today).fetch_all(c).await)?)
}

/// Whether this form was acted on before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn was_sent(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<bool, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(WAS_SENT).bind(person.as_uuid()).bind(submission).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Shuts an organisation out; `false` when it was not let in.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end(tx: &mut Tx, person: PersonId, at: OrganisationId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, END, person.as_uuid(), at.as_uuid(), now)?;
    Ok(done > 0)
}

/// Lets an organisation in; it must not be in already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, new: &NewLetIn) -> Result<(), StoreError> {
    run!(tx, INSERT, new.person.as_uuid(), new.id, new.organisation.as_uuid(), new.submission, new.began_at, new.ends_on)?;
    Ok(())
}
