//! Organisations that give care or supply records.

use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::OrganisationId;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO organisation (id, code, name, kind, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO NOTHING";
    BY_ID = "SELECT id, code, name, kind, created_at FROM organisation WHERE id = $1";
    BY_CODE = "SELECT id, code, name, kind, created_at FROM organisation WHERE code = $1";
    ALL = "SELECT id, code, name, kind, created_at FROM organisation";
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
    let done = on!(
        tx,
        c,
        sqlx::query(INSERT)
            .bind(row.id)
            .bind(&row.code)
            .bind(&row.name)
            .bind(&row.kind)
            .bind(row.created_at)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    )?;
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
