//! Devices that may add readings by themselves, and what each sent. What a device sent belongs to an import of the same id, so that
//! [`crate::intake`] takes it out again as it does a file.

use crate::reading::Said;
use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::reading::{Amount, ImportState, Kept, Measure};
use domain::{AccountId, PersonId, ReadingDeviceId, ReadingId};
use uuid::Uuid;

macro_rules! device {
    () => {
        "SELECT d.person_id, d.id, d.name, d.measures, d.token_begins, d.made_by, d.made_at, d.used_at, d.stopped_at, i.state, i.added \
         FROM reading_device d JOIN reading_import i ON i.person_id = d.person_id AND i.id = d.id"
    };
}

statements! {
    ADD_IMPORT = "INSERT INTO reading_import (person_id, id, made_by, made_at, file_name, origin, state, found, added, same, confirmed_at) \
                  VALUES ($1, $2, $3, $4, $5, 'device', 'done', 0, 0, 0, $4)";
    ADD = "INSERT INTO reading_device (person_id, id, name, measures, token_hash, token_begins, made_by, made_at, \
           submission_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_SUBMISSION = concat!(device!(), " WHERE d.person_id = $1 AND d.submission_id = $2");
    BY_TOKEN = "SELECT person_id, id, made_by FROM reading_device WHERE token_hash = $1 AND stopped_at IS NULL";
    USED = "UPDATE reading_device SET used_at = $3 WHERE person_id = $1 AND id = $2";
    ONE = concat!(device!(), " WHERE d.person_id = $1 AND d.id = $2");
    LIST = concat!(device!(), " WHERE d.person_id = $1 ORDER BY d.made_at DESC, d.id DESC LIMIT $2");
    LIVE = "SELECT CAST(COUNT(*) AS BIGINT) FROM reading_device WHERE person_id = $1 AND stopped_at IS NULL";
    STOP = "UPDATE reading_device SET stopped_at = $3, stopped_by = $4 WHERE person_id = $1 AND id = $2 AND stopped_at IS NULL";
    ADD_READING = "INSERT INTO reading (person_id, id, submission_id, measure, taken_at, taken_on, first_value, second_value, unit, said, \
                   settings, note, source, created_by, created_at, changed_by, changed_at, version, import_id, device, original, kept) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'device', $13, $14, $13, $14, 1, $15, $16, $17, $18)";
    ADD_SENT = "INSERT INTO reading_sent (person_id, reading_id, device_id, identifier_system, identifier_value, version) \
                VALUES ($1, $2, $3, $4, $5, 1)";
    ADD_MEASURE = "INSERT INTO reading_measure (person_id, measure) VALUES ($1, $2) ON CONFLICT (person_id, measure) DO NOTHING";
    COUNT = "UPDATE reading_import SET found = found + 1, added = added + 1 WHERE person_id = $1 AND id = $2";
    SENT = "SELECT identifier_system, identifier_value, version FROM reading_sent WHERE person_id = $1 AND device_id = $2 \
            AND reading_id = $3";
    AMENDED = "UPDATE reading SET original = $3 WHERE person_id = $1 AND id = $2";
    SENT_AGAIN = "UPDATE reading_sent SET version = $3 WHERE person_id = $1 AND reading_id = $2";
    /// The same measure and amount in the same minute, from wherever it came, as [`crate::intake`] finds it.
    SAME = "SELECT r.id FROM reading r LEFT JOIN reading_import i ON i.person_id = r.person_id AND i.id = r.import_id \
            WHERE r.person_id = $1 AND r.measure = $2 AND r.taken_at >= $3 AND r.taken_at < $4 AND r.first_value = $5 \
            AND r.second_value IS NOT DISTINCT FROM $6 \
            AND (r.removed_at IS NULL OR i.undone_at IS NULL OR i.undone_at <> r.removed_at) ORDER BY r.removed_at IS NULL DESC, r.id LIMIT 1";
    /// Anything of a day.
    OF_DAY = "SELECT id FROM reading WHERE person_id = $1 AND measure = $2 AND taken_on = $3 AND removed_at IS NULL ORDER BY id LIMIT 1";
}

/// A device that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice<'a> {
    /// Whose record it adds to.
    pub person: PersonId,
    /// Its id, which its import has too.
    pub id: ReadingDeviceId,
    /// What people call it.
    pub name: &'a str,
    /// What it may send, by code, with a space between.
    pub measures: &'a str,
    /// SHA-256 of its token.
    pub token_hash: &'a [u8],
    /// How its token begins.
    pub token_begins: &'a str,
    /// Who lets it.
    pub by: AccountId,
    /// The form's one-time id.
    pub submission: Uuid,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DeviceRow {
    /// Whose record it adds to.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What it may send, by code, with a space between.
    pub measures: String,
    /// How its token begins.
    pub token_begins: String,
    /// Who let it.
    pub made_by: Uuid,
    /// When.
    pub made_at: DateTime<Utc>,
    /// When it last sent or asked something.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was stopped.
    pub stopped_at: Option<DateTime<Utc>>,
    /// [`ImportState`] by code, of what it sent.
    pub state: String,
    /// How many readings it added.
    pub added: i64,
}

impl DeviceRow {
    /// Where stands what it sent.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn state(&self) -> Result<ImportState, StoreError> {
        ImportState::from_code(&self.state).ok_or_else(|| StoreError::corrupt("what a device sent has an unknown state"))
    }

    /// What it may send.
    #[must_use]
    pub fn measures(&self) -> Vec<Measure> {
        self.measures.split(' ').filter_map(Measure::from_code).collect()
    }
}

/// A reading that a device sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSent<'a> {
    /// Of whom.
    pub person: PersonId,
    /// Its id.
    pub id: ReadingId,
    /// What tells it from everything else that was sent.
    pub submission: Uuid,
    /// Of what.
    pub measure: Measure,
    /// What it says.
    pub said: &'a Said,
    /// By which device.
    pub device: ReadingDeviceId,
    /// What people call that.
    pub name: &'a str,
    /// Who let it.
    pub by: AccountId,
    /// What was written, where that says something else.
    pub original: &'a str,
    /// What of many readings it is.
    pub kept: Kept,
    /// As the device calls it: the system and the value; both empty where it does not.
    pub identifier: (&'a str, &'a str),
}

/// What is known of a reading that a device sent.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SentRow {
    /// As the device calls it: the system.
    pub identifier_system: String,
    /// And the value.
    pub identifier_value: String,
    /// The last version that the device made.
    pub version: i32,
}

/// Adds a device.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(tx: &mut Tx, new: &NewDevice<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, ADD_IMPORT, new.person.as_uuid(), new.id.as_uuid(), new.by.as_uuid(), now, new.name)?;
    run!(
        tx,
        ADD,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.name,
        new.measures,
        new.token_hash,
        new.token_begins,
        new.by.as_uuid(),
        now,
        new.submission
    )?;
    Ok(())
}

/// Whose token this is, given by its SHA-256, and who let that device; `None` where it was stopped.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_token(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<(PersonId, ReadingDeviceId, AccountId)>, StoreError> {
    let row: Option<(Uuid, Uuid, Uuid)> = on!(tx, c, sqlx::query_as(BY_TOKEN).bind(token_hash).fetch_optional(c).await)?;
    Ok(row.map(|(person, id, by)| (PersonId::from_uuid(person), ReadingDeviceId::from_uuid(id), AccountId::from_uuid(by))))
}

/// Notes that it was used.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn used(tx: &mut Tx, person: PersonId, id: ReadingDeviceId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, USED, person.as_uuid(), id.as_uuid(), now)?;
    Ok(())
}

/// One device.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: ReadingDeviceId) -> Result<Option<DeviceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The device that this form added.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Option<DeviceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_SUBMISSION).bind(person.as_uuid()).bind(submission).fetch_optional(c).await)?)
}

/// The devices of a person, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<DeviceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LIST).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// How many devices of a person may add readings now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn live(tx: &mut Tx, person: PersonId) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(LIVE).bind(person.as_uuid()).fetch_one(c).await)?;
    Ok(count)
}

/// Stops a device; `false` where it was before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn stop(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingDeviceId),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, STOP, person.as_uuid(), id.as_uuid(), now, by.as_uuid())?;
    Ok(done == 1)
}

/// Adds a reading that a device sends.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_reading(tx: &mut Tx, new: &NewSent<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (person, id, device) = (new.person.as_uuid(), new.id.as_uuid(), new.device.as_uuid());
    run!(
        tx,
        ADD_READING,
        person,
        id,
        new.submission,
        new.measure.code(),
        new.said.taken_at,
        new.said.taken_on,
        new.said.first.thousandths(),
        new.said.second.map(Amount::thousandths),
        new.said.unit,
        &new.said.said,
        &new.said.settings,
        &new.said.note,
        new.by.as_uuid(),
        now,
        device,
        new.name,
        new.original,
        new.kept.code()
    )?;
    run!(tx, ADD_SENT, person, id, device, new.identifier.0, new.identifier.1)?;
    run!(tx, ADD_MEASURE, person, new.measure.code())?;
    run!(tx, COUNT, person, device)?;
    Ok(())
}

/// What is known of a reading that this device sent.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sent(
    tx: &mut Tx,
    (person, device): (PersonId, ReadingDeviceId),
    reading: ReadingId,
) -> Result<Option<SentRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(SENT).bind(person.as_uuid()).bind(device.as_uuid()).bind(reading.as_uuid()).fetch_optional(c).await
    )?)
}

/// Notes that the device changed or removed a reading of its own, which is this version now, and what it wrote.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sent_again(
    tx: &mut Tx,
    (person, reading): (PersonId, ReadingId),
    version: i32,
    original: &str,
) -> Result<(), StoreError> {
    let (person, reading) = (person.as_uuid(), reading.as_uuid());
    run!(tx, AMENDED, person, reading, original)?;
    run!(tx, SENT_AGAIN, person, reading, version)?;
    Ok(())
}

/// A reading of the same measure and amount between two instants that is here already, or that somebody removed by itself.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn same(
    tx: &mut Tx,
    (person, measure): (PersonId, Measure),
    minute: (DateTime<Utc>, DateTime<Utc>),
    (first, second): (Amount, Option<Amount>),
) -> Result<Option<ReadingId>, StoreError> {
    Ok(an_id!(
        tx,
        SAME,
        person.as_uuid(),
        measure.code(),
        minute.0,
        minute.1,
        first.thousandths(),
        second.map(Amount::thousandths)
    )?
    .map(ReadingId::from_uuid))
}

/// A reading of a measure on a day.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_day(tx: &mut Tx, person: PersonId, measure: Measure, day: NaiveDate) -> Result<Option<ReadingId>, StoreError> {
    Ok(an_id!(tx, OF_DAY, person.as_uuid(), measure.code(), day)?.map(ReadingId::from_uuid))
}
