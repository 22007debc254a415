//! Text messages that came in, by the id of whoever handed them over, and the readings that each told. What they said is not kept.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::{AccountId, PersonId, ReadingId};
use uuid::Uuid;

statements! {
    BEGIN = "INSERT INTO text_in (id, at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    TELLS = "INSERT INTO text_in_reading (text_id, person_id, reading_id, account_id) VALUES ($1, $2, $3, $4)";
    ASK = "INSERT INTO text_in (id, at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET at = excluded.at";
    WAS_ASKED = "DELETE FROM text_in WHERE id = $1 AND at > $2";
    ASKED_AT = "SELECT at FROM text_in WHERE id = $1 AND at >= $2";
    LAST = "SELECT reading_id FROM text_in_reading WHERE person_id = $1 AND text_id = \
            (SELECT t.id FROM text_in t JOIN text_in_reading r ON r.text_id = t.id WHERE r.account_id = $2 AND r.person_id = $1 AND t.at > $3 \
             AND EXISTS (SELECT 1 FROM reading g WHERE g.person_id = r.person_id AND g.id = r.reading_id AND g.removed_at IS NULL) \
             ORDER BY t.at DESC, t.id DESC LIMIT 1) ORDER BY reading_id";
    FORGET_TOLD = "DELETE FROM text_in_reading WHERE text_id IN (SELECT id FROM text_in WHERE at < $1)";
    FORGET = "DELETE FROM text_in WHERE at < $1";
}

/// A reading that a message told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewTextIn<'a> {
    /// The message's id.
    pub message: &'a str,
    /// Of whom.
    pub person: PersonId,
    /// The reading.
    pub reading: ReadingId,
    /// From whose number.
    pub account: AccountId,
}

/// Notes that a message came in; `false` when it did before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn begin(tx: &mut Tx, id: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, BEGIN, id, now)?;
    Ok(done == 1)
}

/// Notes that a message was asked about, under an id that only the same message has.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ask(tx: &mut Tx, id: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, ASK, id, now)?;
    Ok(())
}

/// Whether it was asked about since then; that is forgotten at once.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn was_asked(tx: &mut Tx, id: &str, since: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, WAS_ASKED, id, since)?;
    Ok(done == 1)
}

/// When that was asked or told of that this id stands for, since then; it stays.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn asked_at(tx: &mut Tx, id: &str, since: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row: Option<(DateTime<Utc>,)> = on!(tx, c, sqlx::query_as(ASKED_AT).bind(id).bind(since).fetch_optional(c).await)?;
    Ok(row.map(|(at,)| at))
}

/// Notes a reading that it told.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn tells(tx: &mut Tx, new: &NewTextIn<'_>) -> Result<(), StoreError> {
    run!(tx, TELLS, new.message, new.person.as_uuid(), new.reading.as_uuid(), new.account.as_uuid())?;
    Ok(())
}

/// The readings that the last message from an account's number told of a person since then, of those that are there still.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last(tx: &mut Tx, account: AccountId, person: PersonId, since: DateTime<Utc>) -> Result<Vec<ReadingId>, StoreError> {
    let rows: Vec<(Uuid,)> =
        on!(tx, c, sqlx::query_as(LAST).bind(person.as_uuid()).bind(account.as_uuid()).bind(since).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| ReadingId::from_uuid(id)).collect())
}

/// Forgets which messages came in before an instant, and gives their number. The readings that they told stay.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    run!(tx, FORGET_TOLD, before)?;
    Ok(run!(tx, FORGET, before)?)
}
