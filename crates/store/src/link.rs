//! Whose records an account may open.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{AccountId, PersonId};
use uuid::Uuid;

statements! {
    BETWEEN = "SELECT account_id, person_id, relation, level, evidence, linked_at FROM account_person \
               WHERE account_id = $1 AND person_id = $2";
    OF_ACCOUNT = "SELECT account_id, person_id, relation, level, evidence, linked_at FROM account_person \
                  WHERE account_id = $1 ORDER BY linked_at, person_id";
    OF_PERSON = "SELECT account_id, person_id, relation, level, evidence, linked_at FROM account_person \
                 WHERE person_id = $1 ORDER BY linked_at, account_id";
    INSERT = "INSERT INTO account_person (account_id, person_id, relation, level, evidence, linked_at) \
              VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_id, person_id) DO NOTHING";
    HAD_ONE = "UPDATE person SET had_account = $2 WHERE id = $1";
    HAS_HAD_ONE = "SELECT had_account FROM person WHERE id = $1";
    SET_LEVEL = "UPDATE account_person SET level = $3, evidence = $4 WHERE account_id = $1 AND person_id = $2";
    REMOVE_ALL = "DELETE FROM account_person WHERE account_id = $1 RETURNING person_id";
}

/// A link between an account and a person.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkRow {
    /// Who signs in.
    pub account_id: Uuid,
    /// Whose record.
    pub person_id: Uuid,
    /// `self`: the person's own account.
    pub relation: String,
    /// `linked` or `verified-in-person`.
    pub level: String,
    /// On what the match rests: the way, and the id of the code that was used.
    pub evidence: String,
    /// When.
    pub linked_at: DateTime<Utc>,
}

/// The link between this account and this person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn between(tx: &mut Tx, account: AccountId, person: PersonId) -> Result<Option<LinkRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BETWEEN).bind(account.as_uuid()).bind(person.as_uuid()).fetch_optional(c).await)?)
}

/// Everybody whose record this account may open, in the order in which they were linked.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<LinkRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_ACCOUNT).bind(account.as_uuid()).fetch_all(c).await)?)
}

/// Every account that may open this person's record.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<LinkRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Whether the person has, or once had, an account of their own.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn has_had_own(tx: &mut Tx, person: PersonId) -> Result<bool, StoreError> {
    let row: Option<(bool,)> = on!(tx, c, sqlx::query_as(HAS_HAD_ONE).bind(person.as_uuid()).fetch_optional(c).await)?;
    Ok(row.is_some_and(|(had,)| had))
}

/// Links an account to a person; `false` when they were linked already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, link: &LinkRow) -> Result<bool, StoreError> {
    let done = run!(tx, INSERT, link.account_id, link.person_id, &link.relation, &link.level, &link.evidence, link.linked_at)?;
    if link.relation == "self" {
        run!(tx, HAD_ONE, link.person_id, true)?;
    }
    Ok(done == 1)
}

/// Ends every link of an account. Gives whose records it could open, by id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_all(tx: &mut Tx, account: AccountId) -> Result<Vec<PersonId>, StoreError> {
    let ended: Vec<(Uuid,)> = on!(tx, c, sqlx::query_as(REMOVE_ALL).bind(account.as_uuid()).fetch_all(c).await)?;
    let mut people: Vec<PersonId> = ended.into_iter().map(|(person,)| PersonId::from_uuid(person)).collect();
    people.sort();
    Ok(people)
}

/// Notes how surely an account belongs to a person, and on what that rests now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_level(tx: &mut Tx, account: AccountId, person: PersonId, level: &str, evidence: &str) -> Result<(), StoreError> {
    run!(tx, SET_LEVEL, account.as_uuid(), person.as_uuid(), level, evidence)?;
    Ok(())
}
