//! Photos of readings.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, Utc};
use domain::reading::Measure;
use domain::{AccountId, PersonId, ReadingId, ReadingPhotoId};
use uuid::Uuid;

/// What is read of the bytes of a photo that is shown: of a reading of this measure, which is there.
macro_rules! bytes {
    ($size:literal) => {
        concat!(
            "SELECT p.",
            $size,
            " FROM reading_photo p JOIN reading r ON r.person_id = p.person_id AND r.id = p.reading_id WHERE p.person_id = $1 \
             AND p.id = $2 AND p.reading_id = $3 AND p.removed_at IS NULL AND r.measure = $4 AND r.removed_at IS NULL"
        )
    };
}

statements! {
    ADD = "INSERT INTO reading_photo (person_id, id, submission_id, reading_id, words, large, small, added_by, added_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_SUBMISSION = "SELECT id FROM reading_photo WHERE person_id = $1 AND submission_id = $2";
    OF = "SELECT id, words, added_by, added_at, removed_by, removed_at FROM reading_photo WHERE person_id = $1 AND reading_id = $2 \
          ORDER BY added_at DESC, id DESC LIMIT $3";
    REMOVE = "UPDATE reading_photo SET removed_by = $4, removed_at = $5 WHERE person_id = $1 AND reading_id = $2 AND id = $3 \
              AND removed_at IS NULL";
    LARGE = bytes!("large");
    SMALL = bytes!("small");
    /// Those that are shown, after this one.
    NEXT = "SELECT p.id, p.reading_id, p.words, p.added_by, p.added_at, p.large FROM reading_photo p \
            JOIN reading r ON r.person_id = p.person_id AND r.id = p.reading_id WHERE p.person_id = $1 AND p.id > $2 \
            AND p.removed_at IS NULL AND r.removed_at IS NULL ORDER BY p.id LIMIT $3";
}

/// A photo that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPhoto {
    /// Of whom.
    pub person: PersonId,
    /// Its id.
    pub id: ReadingPhotoId,
    /// The form's one-time id.
    pub submission: Uuid,
    /// Of which reading.
    pub reading: ReadingId,
    /// What it shows.
    pub words: String,
    /// As it is looked at.
    pub large: Vec<u8>,
    /// As it stands on a page.
    pub small: Vec<u8>,
    /// By whom.
    pub by: AccountId,
}

/// A photo without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PhotoRow {
    /// Its id.
    pub id: Uuid,
    /// What it shows.
    pub words: String,
    /// Who added it.
    pub added_by: Uuid,
    /// When.
    pub added_at: DateTime<Utc>,
    /// Who removed it, or put another in its place.
    pub removed_by: Option<Uuid>,
    /// When.
    pub removed_at: Option<DateTime<Utc>>,
}

/// A photo that is shown, with its bytes.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WholePhoto {
    /// Its id.
    pub id: Uuid,
    /// Of which reading.
    pub reading_id: Uuid,
    /// What it shows.
    pub words: String,
    /// Who added it.
    pub added_by: Uuid,
    /// When.
    pub added_at: DateTime<Utc>,
    /// As it is looked at.
    pub large: Vec<u8>,
}

/// Adds a photo. One that is there must have been removed before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(tx: &mut Tx, new: &NewPhoto, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(
        tx,
        ADD,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.submission,
        new.reading.as_uuid(),
        &new.words,
        &new.large,
        &new.small,
        new.by.as_uuid(),
        now
    )?;
    Ok(())
}

/// Whether this form added one before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_added(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<bool, StoreError> {
    Ok(an_id!(tx, BY_SUBMISSION, person.as_uuid(), submission)?.is_some())
}

/// Every photo that a reading has or had, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of(tx: &mut Tx, person: PersonId, reading: ReadingId, most: i64) -> Result<Vec<PhotoRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF).bind(person.as_uuid()).bind(reading.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Removes the photo that a reading has; `false` where it has not this one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(
    tx: &mut Tx,
    (person, reading, id): (PersonId, ReadingId, ReadingPhotoId),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, REMOVE, person.as_uuid(), reading.as_uuid(), id.as_uuid(), by.as_uuid(), now)?;
    Ok(done == 1)
}

/// The bytes of a photo that is shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn bytes(
    tx: &mut Tx,
    person: PersonId,
    (measure, reading, id): (Measure, ReadingId, ReadingPhotoId),
    large: bool,
) -> Result<Option<Vec<u8>>, StoreError> {
    let statement = if large { LARGE } else { SMALL };
    let row: Option<(Vec<u8>,)> = on!(
        tx,
        c,
        sqlx::query_as(statement)
            .bind(person.as_uuid())
            .bind(id.as_uuid())
            .bind(reading.as_uuid())
            .bind(measure.code())
            .fetch_optional(c)
            .await
    )?;
    Ok(row.map(|(bytes,)| bytes))
}

/// Some of the photos that are shown, in the order of their ids, after this one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn next(tx: &mut Tx, person: PersonId, after: Uuid, most: i64) -> Result<Vec<WholePhoto>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NEXT).bind(person.as_uuid()).bind(after).bind(most).fetch_all(c).await)?)
}
