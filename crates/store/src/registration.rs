//! At which practice a person is registered: that one counts them as its own and decides about those who act for them.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{OrganisationId, PersonId};

statements! {
    CURRENT = "SELECT organisation_id FROM registration WHERE person_id = $1 AND ended_at IS NULL";
    /// Whether an organisation is a practice that has never had the person.
    IS_NEW = "SELECT CAST(COUNT(*) AS BIGINT) FROM organisation o WHERE o.id = $2 AND o.kind = 'practice' \
              AND NOT EXISTS (SELECT 1 FROM registration g WHERE g.person_id = $1 AND g.organisation_id = o.id)";
    IS_PRACTICE = "SELECT CAST(COUNT(*) AS BIGINT) FROM organisation WHERE id = $1 AND kind = 'practice'";
    END_OTHERS = "UPDATE registration SET ended_at = $3 WHERE person_id = $1 AND organisation_id <> $2 AND ended_at IS NULL";
    REGISTER = "INSERT INTO registration (person_id, organisation_id, registered_at) VALUES ($1, $2, $3) \
                ON CONFLICT (person_id, organisation_id) DO UPDATE SET registered_at = $3, ended_at = NULL \
                WHERE registration.ended_at IS NOT NULL";
}

/// The practice at which a person is registered.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn current(tx: &mut Tx, person: PersonId) -> Result<Option<OrganisationId>, StoreError> {
    Ok(an_id!(tx, CURRENT, person.as_uuid())?.map(OrganisationId::from_uuid))
}

/// Whether an organisation is a practice that has never had this person: then its first records say that they moved there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_new(tx: &mut Tx, person: PersonId, organisation: OrganisationId) -> Result<bool, StoreError> {
    let (count,): (i64,) =
        on!(tx, c, sqlx::query_as(IS_NEW).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whether an organisation is a practice.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_practice(tx: &mut Tx, organisation: OrganisationId) -> Result<bool, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(IS_PRACTICE).bind(organisation.as_uuid()).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Registers a person at a practice; every other registration of theirs ends. `false` when they are there already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn register(tx: &mut Tx, person: PersonId, practice: OrganisationId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    run!(tx, END_OTHERS, person.as_uuid(), practice.as_uuid(), now)?;
    let done = run!(tx, REGISTER, person.as_uuid(), practice.as_uuid(), now)?;
    Ok(done == 1)
}
