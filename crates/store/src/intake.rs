//! Readings that are brought in from elsewhere: what was found in a file, until it is among the readings or thrown away, and what
//! became of each file.

use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::reading::{Amount, ImportState, Kept, Measure, Origin};
use domain::{AccountId, PersonId, ReadingImportId};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// How many rows one insert statement holds, and how many readings are added in one transaction.
pub const ROWS: usize = 500;

/// Whether what was found (`f`) is here already: the same measure and amount in the same minute, from wherever it came, also where
/// somebody removed it, but not where it left with the whole of its import; and of what is a whole day, anything of that day.
macro_rules! here {
    () => {
        "(EXISTS (SELECT 1 FROM reading r LEFT JOIN reading_import i ON i.person_id = r.person_id AND i.id = r.import_id \
         WHERE r.person_id = f.person_id AND r.measure = f.measure AND r.taken_at >= f.minute_from AND r.taken_at < f.minute_until \
         AND r.first_value = f.first_value AND r.second_value IS NOT DISTINCT FROM f.second_value \
         AND (r.removed_at IS NULL OR i.undone_at IS NULL OR i.undone_at <> r.removed_at)) \
         OR (f.kept = 'day' AND EXISTS (SELECT 1 FROM reading d WHERE d.person_id = f.person_id AND d.measure = f.measure \
         AND d.taken_on = f.taken_on AND d.removed_at IS NULL)))"
    };
}

/// The next ones of an import that wait, in the order of their ids.
macro_rules! next_ones {
    () => {
        "(SELECT n.id FROM reading_found n WHERE n.person_id = $1 AND n.import_id = $2 ORDER BY n.id LIMIT $3)"
    };
}

/// The next readings of an import that is being undone, which nobody changed since, but for the device that sent them.
macro_rules! next_undone {
    () => {
        "(SELECT n.id FROM reading n WHERE n.person_id = $1 AND n.import_id = $2 AND n.removed_at IS NULL AND (n.version = 1 \
         OR EXISTS (SELECT 1 FROM reading_sent s WHERE s.person_id = n.person_id AND s.reading_id = n.id AND s.version = n.version)) \
         ORDER BY n.id LIMIT $3)"
    };
}

macro_rules! import {
    () => {
        "SELECT i.id, i.made_by, i.made_at, i.file_name, i.origin, i.state, i.found, i.added, i.same, i.confirmed_at, i.undone_at, \
         i.undone_by, CAST((SELECT COUNT(*) FROM reading_found f WHERE f.person_id = i.person_id AND f.import_id = i.id) AS BIGINT) \
         AS waiting FROM reading_import i"
    };
}

const NEW_FOUND: &str = "INSERT INTO reading_found (person_id, import_id, id, measure, taken_at, minute_from, minute_until, taken_on, \
    first_value, second_value, unit, said, settings, note, device, original, kept) ";
const ONCE: &str = " ON CONFLICT (person_id, import_id, id) DO NOTHING";

statements! {
    ADD = "INSERT INTO reading_import (person_id, id, made_by, made_at, file_name, origin, state, found, added, same) \
           VALUES ($1, $2, $3, $4, $5, '', 'reading', 0, 0, 0)";
    ONE = concat!(import!(), " WHERE i.person_id = $1 AND i.id = $2");
    LIST = concat!(import!(), " WHERE i.person_id = $1 AND i.state <> 'reading' AND i.origin <> 'device' ORDER BY i.made_at DESC, i.id DESC LIMIT $2");
    HELD = "SELECT held FROM reading_import WHERE person_id = $1 AND id = $2";
    /// What was sent and neither confirmed nor thrown away, by one account or before an instant.
    UNCONFIRMED = "SELECT person_id, id FROM reading_import WHERE state IN ('reading', 'columns', 'ready') \
                   AND ((person_id = $1 AND made_by = $2 AND state <> 'reading') OR made_at < $3) LIMIT 100";
    /// What is to be gone on with.
    WAITING = "SELECT person_id, id FROM reading_import WHERE state IN ('running', 'undoing') ORDER BY made_at LIMIT 1";
    IS_READ = "UPDATE reading_import SET state = $3, origin = $4, found = $5, held = COALESCE($6, held) WHERE person_id = $1 AND id = $2";
    READ_AGAIN = "UPDATE reading_import SET state = 'columns', found = 0 WHERE person_id = $1 AND id = $2";
    CONFIRM = "UPDATE reading_import SET state = 'running', confirmed_at = $3, held = NULL WHERE person_id = $1 AND id = $2";
    ADD_MEASURES = "INSERT INTO reading_measure (person_id, measure) SELECT DISTINCT person_id, measure FROM reading_found \
                    WHERE person_id = $1 AND import_id = $2 ON CONFLICT (person_id, measure) DO NOTHING";
    ADD_NEXT = concat!(
        "INSERT INTO reading (person_id, id, submission_id, measure, taken_at, taken_on, first_value, second_value, unit, said, settings, \
         note, source, created_by, created_at, changed_by, changed_at, version, import_id, device, original, kept) \
         SELECT f.person_id, f.id, f.id, f.measure, f.taken_at, f.taken_on, f.first_value, f.second_value, f.unit, f.said, f.settings, \
         f.note, m.origin, m.made_by, m.confirmed_at, m.made_by, $4, 1, f.import_id, f.device, f.original, f.kept \
         FROM reading_found f JOIN reading_import m ON m.person_id = f.person_id AND m.id = f.import_id \
         WHERE f.person_id = $1 AND f.import_id = $2 AND f.id IN ", next_ones!(), " AND NOT ", here!()
    );
    DROP_NEXT = concat!("DELETE FROM reading_found WHERE person_id = $1 AND import_id = $2 AND id IN ", next_ones!());
    ADDED = "UPDATE reading_import SET added = added + $3, same = same + $4, state = $5 WHERE person_id = $1 AND id = $2";
    UNDO = "UPDATE reading_import SET state = 'undoing', undone_at = $3, undone_by = $4 WHERE person_id = $1 AND id = $2";
    KEEP_UNDONE = concat!(
        "INSERT INTO reading_version (person_id, reading_id, version, taken_at, first_value, second_value, unit, said, settings, note, \
         changed_by, changed_at) SELECT r.person_id, r.id, r.version, r.taken_at, r.first_value, r.second_value, r.unit, r.said, \
         r.settings, r.note, r.changed_by, r.changed_at FROM reading r WHERE r.person_id = $1 AND r.id IN ", next_undone!()
    );
    REMOVE_NEXT = concat!(
        "UPDATE reading SET removed_at = (SELECT i.undone_at FROM reading_import i WHERE i.person_id = $1 AND i.id = $2), \
         changed_by = (SELECT i.undone_by FROM reading_import i WHERE i.person_id = $1 AND i.id = $2), \
         changed_at = (SELECT i.undone_at FROM reading_import i WHERE i.person_id = $1 AND i.id = $2), version = version + 1 \
         WHERE person_id = $1 AND id IN ", next_undone!()
    );
    UNDONE = "UPDATE reading_import SET state = 'undone' WHERE person_id = $1 AND id = $2";
    FORGET_FOUND = "DELETE FROM reading_found WHERE person_id = $1 AND import_id = $2";
    FORGET_LEFT = "DELETE FROM reading_left WHERE person_id = $1 AND import_id = $2";
    FORGET = "DELETE FROM reading_import WHERE person_id = $1 AND id = $2";
    ADD_LEFT = "INSERT INTO reading_left (person_id, import_id, why, times) VALUES ($1, $2, $3, $4)";
    LEFT = "SELECT why, times FROM reading_left WHERE person_id = $1 AND import_id = $2 ORDER BY why";
    /// What was found of each measure.
    FOUND = concat!(
        "SELECT f.measure, CAST(COUNT(*) AS BIGINT) AS readings, MIN(f.taken_on) AS first_on, MAX(f.taken_on) AS last_on, \
         MIN(f.first_value) AS lowest, MAX(f.first_value) AS highest, CAST(SUM(CASE WHEN ", here!(), " THEN 1 ELSE 0 END) AS BIGINT) AS here \
         FROM reading_found f WHERE f.person_id = $1 AND f.import_id = $2 GROUP BY f.measure"
    );
    /// The same of what it added and what is still there.
    STILL = "SELECT measure, CAST(COUNT(*) AS BIGINT) AS readings, MIN(taken_on) AS first_on, MAX(taken_on) AS last_on, \
             MIN(first_value) AS lowest, MAX(first_value) AS highest, CAST(0 AS BIGINT) AS here FROM reading \
             WHERE person_id = $1 AND import_id = $2 AND removed_at IS NULL GROUP BY measure";
    /// Whether of a measure the lowest and the highest of an hour are there, from a day until another.
    OF_HOURS = "SELECT 1 FROM reading WHERE person_id = $1 AND measure = $2 AND kept IN ('lowest', 'highest') AND removed_at IS NULL \
                AND taken_on >= $3 AND taken_on <= $4 LIMIT 1";
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportRow {
    /// Its id.
    pub id: Uuid,
    /// Who sent the file.
    pub made_by: Uuid,
    /// When.
    pub made_at: DateTime<Utc>,
    /// What it is called there.
    pub file_name: String,
    /// [`Origin`] by code; empty until that is known.
    pub origin: String,
    /// [`ImportState`] by code.
    pub state: String,
    /// How many readings were found.
    pub found: i64,
    /// How many of them were added.
    pub added: i64,
    /// How many were here already.
    pub same: i64,
    /// When they said yes.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When they said that it is to be taken out again.
    pub undone_at: Option<DateTime<Utc>>,
    /// Who said so.
    pub undone_by: Option<Uuid>,
    /// How many wait to be added.
    pub waiting: i64,
}

impl ImportRow {
    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn state(&self) -> Result<ImportState, StoreError> {
        ImportState::from_code(&self.state).ok_or_else(|| StoreError::corrupt("an import of readings has an unknown state"))
    }
}

/// A reading that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFound {
    /// The id it is to have as a reading; the same for what is the same in its file.
    pub id: Uuid,
    /// Of what.
    pub measure: Measure,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// The minute of that: from when until before when.
    pub minute: (DateTime<Utc>, DateTime<Utc>),
    /// The day on which it counts, in London.
    pub taken_on: NaiveDate,
    /// Its first number, in the measure's own unit.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// In which unit it is kept (UCUM).
    pub unit: &'static str,
    /// Its numbers in that unit.
    pub said: String,
    /// How it was taken.
    pub settings: String,
    /// What was written to it.
    pub note: String,
    /// What measured it.
    pub device: String,
    /// What was written there, where that says something else.
    pub original: String,
    /// What of many readings it is.
    pub kept: Kept,
}

/// What was found of one measure.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FoundRow {
    /// [`Measure`] by code.
    pub measure: String,
    /// How many readings.
    pub readings: i64,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last.
    pub last_on: NaiveDate,
    /// The lowest first number.
    pub lowest: i64,
    /// The highest.
    pub highest: i64,
    /// How many are here already.
    pub here: i64,
}

/// Begins an import.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingImportId),
    by: AccountId,
    file_name: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    on!(
        tx,
        c,
        sqlx::query(ADD)
            .bind(person.as_uuid())
            .bind(id.as_uuid())
            .bind(by.as_uuid())
            .bind(now)
            .bind(file_name)
            .execute(c)
            .await
            .map(|_| ())
    )?;
    Ok(())
}

/// One import.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<Option<ImportRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The imports of a person, the newest first, but for those whose file is still coming in.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<ImportRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LIST).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// The table that an import keeps until its columns are named.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn held(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Option<Vec<u8>>,)> =
        on!(tx, c, sqlx::query_as(HELD).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?;
    Ok(row.and_then(|(held,)| held))
}

fn ids(rows: Vec<(Uuid, Uuid)>) -> Vec<(PersonId, ReadingImportId)> {
    rows.into_iter().map(|(person, id)| (PersonId::from_uuid(person), ReadingImportId::from_uuid(id))).collect()
}

/// Up to a hundred of what this account sent for this person, or anybody before an instant, and nobody said yes to.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unconfirmed(
    tx: &mut Tx,
    (person, by): (PersonId, AccountId),
    before: DateTime<Utc>,
) -> Result<Vec<(PersonId, ReadingImportId)>, StoreError> {
    let rows = on!(tx, c, sqlx::query_as(UNCONFIRMED).bind(person.as_uuid()).bind(by.as_uuid()).bind(before).fetch_all(c).await)?;
    Ok(ids(rows))
}

/// The import that has waited longest to be gone on with.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(tx: &mut Tx) -> Result<Option<(PersonId, ReadingImportId)>, StoreError> {
    let rows = on!(tx, c, sqlx::query_as(WAITING).fetch_all(c).await)?;
    Ok(ids(rows).pop())
}

/// Keeps up to [`ROWS`] of what was found; gives how many were new.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn keep_found(
    tx: &mut Tx,
    (person, import): (PersonId, ReadingImportId),
    rows: &[NewFound],
) -> Result<u64, StoreError> {
    if rows.is_empty() {
        return Ok(0);
    }
    let (person, import) = (person.as_uuid(), import.as_uuid());
    Ok(on!(tx, c, {
        let mut insert = QueryBuilder::new(NEW_FOUND);
        insert.push_values(rows, |mut b, row| {
            b.push_bind(person)
                .push_bind(import)
                .push_bind(row.id)
                .push_bind(row.measure.code())
                .push_bind(row.taken_at)
                .push_bind(row.minute.0)
                .push_bind(row.minute.1)
                .push_bind(row.taken_on)
                .push_bind(row.first.thousandths())
                .push_bind(row.second.map(Amount::thousandths))
                .push_bind(row.unit)
                .push_bind(&row.said)
                .push_bind(&row.settings)
                .push_bind(&row.note)
                .push_bind(&row.device)
                .push_bind(&row.original)
                .push_bind(row.kept.code());
        });
        insert.push(ONCE);
        insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Notes that a file was read: what it is, what was found, how often something was left out and why, and the table where its
/// columns are not named yet.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_read(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingImportId),
    origin: Origin,
    (found, left): (u64, &[(&str, u64)]),
    table: Option<&[u8]>,
) -> Result<(), StoreError> {
    let state = if table.is_some() { ImportState::Columns } else { ImportState::Ready };
    let many = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    on!(
        tx,
        c,
        sqlx::query(IS_READ)
            .bind(person.as_uuid())
            .bind(id.as_uuid())
            .bind(state.code())
            .bind(origin.code())
            .bind(many(found))
            .bind(table)
            .execute(c)
            .await
            .map(|_| ())
    )?;
    on!(tx, c, sqlx::query(FORGET_LEFT).bind(person.as_uuid()).bind(id.as_uuid()).execute(c).await.map(|_| ()))?;
    for (why, times) in left {
        on!(
            tx,
            c,
            sqlx::query(ADD_LEFT)
                .bind(person.as_uuid())
                .bind(id.as_uuid())
                .bind(*why)
                .bind(many(*times))
                .execute(c)
                .await
                .map(|_| ())
        )?;
    }
    Ok(())
}

/// Forgets what was found of a table, so that it is read again by other columns.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn read_again(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(READ_AGAIN).bind(person.as_uuid()).bind(id.as_uuid()).execute(c).await.map(|_| ()))?;
    forget_found(tx, person, id).await
}

async fn forget_found(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(FORGET_FOUND).bind(person.as_uuid()).bind(id.as_uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets an import of which nothing was added.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn forget(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<(), StoreError> {
    for statement in [FORGET_FOUND, FORGET_LEFT, FORGET] {
        on!(tx, c, sqlx::query(statement).bind(person.as_uuid()).bind(id.as_uuid()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Notes that somebody said yes.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn confirm(tx: &mut Tx, person: PersonId, id: ReadingImportId, now: DateTime<Utc>) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(CONFIRM).bind(person.as_uuid()).bind(id.as_uuid()).bind(now).execute(c).await.map(|_| ()))?;
    on!(tx, c, sqlx::query(ADD_MEASURES).bind(person.as_uuid()).bind(id.as_uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Adds the next [`ROWS`] of an import that are not here yet, as what is known from now on; `true` where there may be more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_next(tx: &mut Tx, person: PersonId, id: ReadingImportId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let most = i64::try_from(ROWS).unwrap_or(i64::MAX);
    let (person, id) = (person.as_uuid(), id.as_uuid());
    let added = on!(
        tx,
        c,
        sqlx::query(ADD_NEXT).bind(person).bind(id).bind(most).bind(now).execute(c).await.map(|done| done.rows_affected())
    )?;
    let gone =
        on!(tx, c, sqlx::query(DROP_NEXT).bind(person).bind(id).bind(most).execute(c).await.map(|done| done.rows_affected()))?;
    let [added, gone] = [added, gone].map(|many| i64::try_from(many).unwrap_or(i64::MAX));
    let more = gone == most;
    let state = if more { ImportState::Running } else { ImportState::Done };
    on!(
        tx,
        c,
        sqlx::query(ADDED).bind(person).bind(id).bind(added).bind(gone - added).bind(state.code()).execute(c).await.map(|_| ())
    )?;
    Ok(more)
}

/// Notes that an import is to be taken out again; what of it was not added yet is not added any more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn undo(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingImportId),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    on!(
        tx,
        c,
        sqlx::query(UNDO).bind(person.as_uuid()).bind(id.as_uuid()).bind(now).bind(by.as_uuid()).execute(c).await.map(|_| ())
    )?;
    forget_found(tx, person, id).await
}

/// Removes the next [`ROWS`] readings of an import that nobody changed since, and keeps what they were; `true` where there may be
/// more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_next(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<bool, StoreError> {
    let most = i64::try_from(ROWS).unwrap_or(i64::MAX);
    let mut removed = 0;
    for statement in [KEEP_UNDONE, REMOVE_NEXT] {
        removed = on!(
            tx,
            c,
            sqlx::query(statement)
                .bind(person.as_uuid())
                .bind(id.as_uuid())
                .bind(most)
                .execute(c)
                .await
                .map(|done| done.rows_affected())
        )?;
    }
    let more = i64::try_from(removed).is_ok_and(|removed| removed == most);
    if !more {
        on!(tx, c, sqlx::query(UNDONE).bind(person.as_uuid()).bind(id.as_uuid()).execute(c).await.map(|_| ()))?;
    }
    Ok(more)
}

/// How often something in a file was no reading here, and why.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn left(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LEFT).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

/// What waits to be added, by measure, and how much of it is here already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn found(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<Vec<FoundRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(FOUND).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

/// What an import added and is still there, by measure.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn still(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<Vec<FoundRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(STILL).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

/// Whether of a measure the lowest and the highest of some hours are there alone, from one day to another.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_hours(
    tx: &mut Tx,
    (person, measure): (PersonId, Measure),
    (first, last): (NaiveDate, NaiveDate),
) -> Result<bool, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query(OF_HOURS)
            .bind(person.as_uuid())
            .bind(measure.code())
            .bind(first)
            .bind(last)
            .fetch_optional(c)
            .await
            .map(|row| row.is_some())
    )?)
}
