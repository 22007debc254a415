//! Organisations that give care or supply records.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{OrganisationId, PersonId};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO organisation (id, code, name, kind, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO NOTHING";
    BY_ID = "SELECT id, code, name, kind, created_at FROM organisation WHERE id = $1";
    BY_CODE = "SELECT id, code, name, kind, created_at FROM organisation WHERE code = $1";
    ALL = "SELECT id, code, name, kind, created_at FROM organisation";
    /// As in `store::staff`: a practice has those who are registered there, another organisation those of whom it holds a record;
    /// and either those who let it in.
    OF_PERSON = "SELECT o.id, o.code, o.name, o.kind, o.created_at FROM organisation o WHERE (o.kind = 'practice' \
                 AND EXISTS (SELECT 1 FROM registration g WHERE g.person_id = $1 AND g.organisation_id = o.id AND g.ended_at IS NULL)) \
                 OR (o.kind <> 'practice' AND EXISTS (SELECT 1 FROM person_source s WHERE s.person_id = $1 \
                 AND s.organisation_id = o.id) AND (NOT EXISTS (SELECT 1 FROM record_entry w WHERE w.person_id = $1 \
                 AND w.organisation_id = o.id) OR EXISTS (SELECT 1 FROM record_count t WHERE t.person_id = $1 \
                 AND t.organisation_id = o.id AND t.entries > 0))) OR EXISTS (SELECT 1 FROM let_in l WHERE l.person_id = $1 AND l.organisation_id = o.id \
                 AND l.ended_at IS NULL AND l.ends_on >= $2) ORDER BY o.name, o.id";
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OrganisationRow {
    /// Its id.
    pub id: Uuid,
    /// The code by which the NHS (Organisation Data Service) or the operator names it; each has one of its own.
    pub code: String,
    /// Its name, for people to read.
    pub name: String,
    /// What sort of organisation it is.
    pub kind: String,
    /// When it was first heard of.
    pub created_at: DateTime<Utc>,
}

/// Adds an organisation; `false` when its code is taken.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &OrganisationRow) -> Result<bool, StoreError> {
    let done = run!(tx, INSERT, row.id, &row.code, &row.name, &row.kind, row.created_at)?;
    Ok(done == 1)
}

/// The organisation with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(tx: &mut Tx, id: OrganisationId) -> Result<Option<OrganisationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_ID).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The organisation with this code.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<OrganisationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_CODE).bind(code).fetch_optional(c).await)?)
}

/// Every organisation, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<OrganisationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ALL).fetch_all(c).await)?)
}

/// Every organisation whose own the person is, or that they let in on this day, by name; none that sent only what may not be shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId, today: NaiveDate) -> Result<Vec<OrganisationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).bind(today).fetch_all(c).await)?)
}
