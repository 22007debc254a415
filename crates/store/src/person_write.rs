//! Adding people, changing what is known of them, and which source's patient id means whom.

use crate::person::PersonRow;
use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, Utc};
use domain::person::Demographics;
use domain::{NhsNumber, OrganisationId, PersonId};
use sqlx::types::Json;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO person (id, nhs_number, family_name, given_names, prefix, birth_date, gender, deceased, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (nhs_number) DO NOTHING";
    UPDATE = "UPDATE person SET nhs_number = $2, family_name = $3, given_names = $4, prefix = $5, birth_date = $6, gender = $7, \
              deceased = $8, updated_at = $9 WHERE id = $1";
    DELETE = "DELETE FROM person WHERE id = $1";
    LOCK = "UPDATE person SET deceased = deceased WHERE id = $1 \
            RETURNING id, nhs_number, family_name, given_names, prefix, birth_date, gender, deceased, created_at, updated_at";
    PAGE = "SELECT id, nhs_number, family_name, given_names, prefix, birth_date, gender, deceased, created_at, updated_at \
            FROM person WHERE id > $1 ORDER BY id LIMIT $2";
    SOURCE = "SELECT person_id FROM person_source WHERE organisation_id = $1 AND logical_id = $2";
    NEW_SOURCE = "INSERT INTO person_source (organisation_id, logical_id, person_id) VALUES ($1, $2, $3) \
                  ON CONFLICT (organisation_id, logical_id) DO NOTHING";
}

/// Adds a person; `false` when somebody else has the NHS number.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, id: PersonId, who: &Demographics, now: DateTime<Utc>) -> Result<bool, StoreError> {
    write(tx, INSERT, id, who, now).await
}

/// Changes what is known of a person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn update(tx: &mut Tx, id: PersonId, who: &Demographics, now: DateTime<Utc>) -> Result<bool, StoreError> {
    write(tx, UPDATE, id, who, now).await
}

async fn write(
    tx: &mut Tx,
    statement: &'static str,
    id: PersonId,
    who: &Demographics,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        statement,
        id.as_uuid(),
        who.nhs_number.as_ref().map(NhsNumber::as_digits),
        &who.family_name,
        Json(&who.given_names),
        &who.prefix,
        who.birth_date,
        &who.gender,
        who.deceased,
        now
    )?;
    Ok(done == 1)
}

/// Takes back a person added in this transaction, of whom nothing is held yet.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw(tx: &mut Tx, id: PersonId) -> Result<(), StoreError> {
    run!(tx, DELETE, id.as_uuid())?;
    Ok(())
}

/// A person, held so that nobody else changes their record before the transaction ends.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lock(tx: &mut Tx, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LOCK).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Up to `limit` people whose ids follow `after`, in order of id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn page(tx: &mut Tx, after: Uuid, limit: i64) -> Result<Vec<PersonRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PAGE).bind(after).bind(limit).fetch_all(c).await)?)
}

/// Whom a source means by its own patient id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn meant_by(tx: &mut Tx, organisation: OrganisationId, logical_id: &str) -> Result<Option<PersonId>, StoreError> {
    Ok(an_id!(tx, SOURCE, organisation.as_uuid(), logical_id)?.map(PersonId::from_uuid))
}

/// Notes whom a source means by its own patient id; `false` when that was noted before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn note_meaning(
    tx: &mut Tx,
    organisation: OrganisationId,
    logical_id: &str,
    person: PersonId,
) -> Result<bool, StoreError> {
    let done = run!(tx, NEW_SOURCE, organisation.as_uuid(), logical_id, person.as_uuid())?;
    Ok(done == 1)
}
