//! What people write down for themselves, with every version of it.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{AccountId, EntryId, OwnNoteId, PersonId};
use uuid::Uuid;

/// What is read of a note, as [`NoteRow`].
macro_rules! note {
    () => {
        "SELECT id, entry_id, title, words, happened_on, shared, written_by, created_at, changed_at, removed_at, version FROM own_note"
    };
}

statements! {
    /// Nothing where its form wrote one before.
    ADD = "INSERT INTO own_note (person_id, id, submission_id, entry_id, title, words, happened_on, shared, written_by, created_at, \
           changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 1) ON CONFLICT DO NOTHING";
    BY_SUBMISSION = "SELECT id FROM own_note WHERE person_id = $1 AND submission_id = $2";
    ONE = concat!(note!(), " WHERE person_id = $1 AND id = $2");
    LISTED = concat!(note!(), " WHERE person_id = $1 ORDER BY happened_on DESC, created_at DESC, id DESC LIMIT $2");
    /// As they were at an instant, without those that were removed by then.
    LISTED_BY = "SELECT n.id, n.entry_id, v.title, v.words, v.happened_on, v.shared, n.written_by, n.created_at, v.at AS changed_at, \
                 n.removed_at, v.version FROM own_note n \
                 JOIN own_note_version v ON v.person_id = n.person_id AND v.note_id = n.id AND v.at <= $2 AND v.what <> 'removed' \
                 WHERE n.person_id = $1 AND NOT EXISTS (SELECT 1 FROM own_note_version w WHERE w.person_id = v.person_id \
                 AND w.note_id = v.note_id AND w.version > v.version AND w.at <= $2) \
                 ORDER BY v.happened_on DESC, n.created_at DESC, n.id DESC LIMIT $3";
    COUNT = "SELECT CAST(COUNT(*) AS BIGINT) FROM own_note WHERE person_id = $1";
    ABOUT = concat!(
        note!(), " WHERE person_id = $1 AND entry_id = $2 AND removed_at IS NULL ORDER BY happened_on DESC, created_at DESC, id DESC LIMIT $3"
    );
    CHANGE = "UPDATE own_note SET title = $4, words = $5, happened_on = $6, shared = $7, changed_at = $8, version = version + 1 \
              WHERE person_id = $1 AND id = $2 AND version = $3 AND removed_at IS NULL";
    REMOVE = "UPDATE own_note SET removed_at = $4, changed_at = $4, version = version + 1 \
              WHERE person_id = $1 AND id = $2 AND version = $3 AND removed_at IS NULL";
    /// What the note says now becomes a version.
    KEEP = "INSERT INTO own_note_version (person_id, note_id, version, what, title, words, happened_on, shared, account_id, at) \
            SELECT person_id, id, version, $3, title, words, happened_on, shared, $4, $5 FROM own_note \
            WHERE person_id = $1 AND id = $2";
    VERSIONS = "SELECT version, what, title, words, happened_on, shared, account_id, at FROM own_note_version \
                WHERE person_id = $1 AND note_id = $2 ORDER BY version DESC LIMIT $3";
}

/// What a note says.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// What it is called; may be empty.
    pub title: String,
    /// What it says.
    pub words: String,
    /// Of which day it is.
    pub happened_on: NaiveDate,
    /// Those who may see what it is about may read it too.
    pub shared: bool,
}

/// A note.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NoteRow {
    /// Its id.
    pub id: Uuid,
    /// The entry that it is about.
    pub entry_id: Option<Uuid>,
    /// What it is called; may be empty.
    pub title: String,
    /// What it says.
    pub words: String,
    /// Of which day it is.
    pub happened_on: NaiveDate,
    /// Those who may see what it is about may read it too.
    pub shared: bool,
    /// Who wrote it.
    pub written_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// When it was removed.
    pub removed_at: Option<DateTime<Utc>>,
    /// Goes up with every change.
    pub version: i32,
}

impl std::fmt::Debug for NoteRow {
    /// The id alone: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NoteRow").field("id", &self.id).finish_non_exhaustive()
    }
}

impl NoteRow {
    /// Its id.
    #[must_use]
    pub const fn note(&self) -> OwnNoteId {
        OwnNoteId::from_uuid(self.id)
    }

    /// The entry that it is about.
    #[must_use]
    pub fn entry(&self) -> Option<EntryId> {
        self.entry_id.map(EntryId::from_uuid)
    }
}

/// A version of a note.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NoteVersionRow {
    /// Its number, from 1.
    pub version: i32,
    /// `written`, `changed` or `removed`.
    pub what: String,
    /// What it was called.
    pub title: String,
    /// What it said.
    pub words: String,
    /// Of which day it was.
    pub happened_on: NaiveDate,
    /// Whether others could read it.
    pub shared: bool,
    /// Who made it so.
    pub account_id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
}

impl std::fmt::Debug for NoteVersionRow {
    /// The number alone: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NoteVersionRow").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Writes a note; `false` where its form wrote one before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(
    tx: &mut Tx,
    (person, id, submission): (PersonId, OwnNoteId, Uuid),
    entry: Option<EntryId>,
    content: &Content,
    (by, now): (AccountId, DateTime<Utc>),
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        ADD,
        person.as_uuid(),
        id.as_uuid(),
        submission,
        entry.map(|entry| entry.as_uuid()),
        &content.title,
        &content.words,
        content.happened_on,
        content.shared,
        by.as_uuid(),
        now,
    )?;
    Ok(done == 1)
}

/// The note that this form wrote.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Option<OwnNoteId>, StoreError> {
    Ok(an_id!(tx, BY_SUBMISSION, person.as_uuid(), submission)?.map(OwnNoteId::from_uuid))
}

/// One note, also one that is removed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: OwnNoteId) -> Result<Option<NoteRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// A person's notes, also those that are removed, the newest day first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listed(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<NoteRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LISTED).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// A person's notes as they were at this instant, the newest day first, without those that were removed by then. Only of when one is
/// removed it may say what came later.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listed_by(tx: &mut Tx, person: PersonId, until: DateTime<Utc>, most: i64) -> Result<Vec<NoteRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LISTED_BY).bind(person.as_uuid()).bind(until).bind(most).fetch_all(c).await)?)
}

/// How many notes a person has, also those that are removed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn count(tx: &mut Tx, person: PersonId) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(COUNT).bind(person.as_uuid()).fetch_one(c).await)?;
    Ok(count)
}

/// Those about an entry that are not removed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn about(tx: &mut Tx, person: PersonId, entry: EntryId, most: i64) -> Result<Vec<NoteRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ABOUT).bind(person.as_uuid()).bind(entry.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Changes what a note says; `false` where it has changed since this version, or is removed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change(
    tx: &mut Tx,
    (person, id, version): (PersonId, OwnNoteId, i32),
    content: &Content,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        CHANGE,
        person.as_uuid(),
        id.as_uuid(),
        version,
        &content.title,
        &content.words,
        content.happened_on,
        content.shared,
        now,
    )?;
    Ok(done == 1)
}

/// Removes a note; `false` where it has changed since this version, or was removed before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(
    tx: &mut Tx,
    (person, id, version): (PersonId, OwnNoteId, i32),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    Ok(run!(tx, REMOVE, person.as_uuid(), id.as_uuid(), version, now)? == 1)
}

/// Keeps what a note says now as a version of it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn keep(
    tx: &mut Tx,
    (person, id): (PersonId, OwnNoteId),
    what: &str,
    (by, now): (AccountId, DateTime<Utc>),
) -> Result<(), StoreError> {
    run!(tx, KEEP, person.as_uuid(), id.as_uuid(), what, by.as_uuid(), now)?;
    Ok(())
}

/// The versions of a note, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn versions(tx: &mut Tx, person: PersonId, id: OwnNoteId, most: i64) -> Result<Vec<NoteVersionRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(VERSIONS).bind(person.as_uuid()).bind(id.as_uuid()).bind(most).fetch_all(c).await)?)
}
