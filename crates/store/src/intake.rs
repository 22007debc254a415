//! Readings that are brought in from elsewhere: what was found in a file, until it is among the readings or thrown away, and what
//! became of each file.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::reading::{Amount, ImportState, Kept, Measure, Origin};
use domain::{AccountId, PersonId, ReadingImportId};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// How many rows one insert statement holds, and how many readings are added in one transaction.
pub const ROWS: usize = 500;
/// The same, as statements take it.
const MOST: i64 = 500;

/// Whether what was found (`f`) is here already: the same measure and amount in the same minute, from wherever it came, also where
/// somebody removed it, but not where it left with the whole of its import; and of what is summed by day, anything else of that day,
/// so that the steps of a phone, of a watch and of a table are never added up. Two falls of one import are two, also within a minute.
macro_rules! here {
    () => {
        concat!(
            "(",
            same!(),
            "(r.removed_at IS NULL OR i.undone_at IS NULL OR i.undone_at <> r.removed_at)) OR ",
            has_its_day!(),
            ")"
        )
    };
}

/// Whether there is the same as what was found (`f`), the same measure and amount in the same minute, of which more holds that follows.
macro_rules! same {
    () => {
        "EXISTS (SELECT 1 FROM reading r LEFT JOIN reading_import i ON i.person_id = r.person_id AND i.id = r.import_id \
         WHERE r.person_id = f.person_id AND r.measure = f.measure AND r.taken_at >= f.minute_from AND r.taken_at < f.minute_until \
         AND r.first_value = f.first_value AND r.second_value IS NOT DISTINCT FROM f.second_value \
         AND (f.measure <> 'falls' OR r.import_id IS DISTINCT FROM f.import_id) AND "
    };
}

/// Whether what was found (`f`) is summed by day, and something of its day is here that is not of its import. Falls are each told by
/// itself: one more of a day is one more.
macro_rules! has_its_day {
    () => {
        "((f.kept = 'day' OR f.measure IN ('steps', 'exercise', 'sleep', 'smoking', 'alcohol')) \
         AND EXISTS (SELECT 1 FROM reading d WHERE d.person_id = f.person_id AND d.measure = f.measure \
         AND d.taken_on = f.taken_on AND d.removed_at IS NULL AND d.import_id IS DISTINCT FROM f.import_id))"
    };
}

/// Whether a reading (of this alias) is as its import brought it: nobody changed it since, but for the device that sent it.
macro_rules! unchanged {
    ($r:literal) => {
        concat!(
            $r,
            ".removed_at IS NULL AND (",
            $r,
            ".version = 1 OR EXISTS (SELECT 1 FROM reading_sent s WHERE s.person_id = ",
            $r,
            ".person_id AND s.reading_id = ",
            $r,
            ".id AND s.version = ",
            $r,
            ".version))"
        )
    };
}

macro_rules! import {
    () => {
        "SELECT i.id, i.made_by, i.made_at, i.file_name, i.origin, i.state, i.found, i.added, i.same, i.confirmed_at, i.undone_at, \
         i.undone_by, i.read_times, CAST((SELECT COUNT(*) FROM reading_found f WHERE f.person_id = i.person_id AND f.import_id = i.id) AS BIGINT) \
         AS waiting FROM reading_import i"
    };
}

const NEW_FOUND: &str = "INSERT INTO reading_found (person_id, import_id, id, measure, taken_at, minute_from, minute_until, taken_on, \
    first_value, second_value, unit, said, settings, note, device, original, kept) ";
const ONCE: &str = " ON CONFLICT (person_id, import_id, id) DO NOTHING";

statements! {
    ADD = "INSERT INTO reading_import (person_id, id, made_by, made_at, file_name, origin, state, found, added, same) \
           VALUES ($1, $2, $3, $4, $5, '', 'reading', 0, 0, 0)";
    ONE = concat!(import!(), " WHERE i.person_id = $1 AND i.id = $2 AND i.state <> 'discarded'");
    STATE = "SELECT state FROM reading_import WHERE person_id = $1 AND id = $2";
    LIST = concat!(import!(), " WHERE i.person_id = $1 AND i.state NOT IN ('reading', 'discarded') AND i.origin <> 'device' ORDER BY i.made_at DESC, i.id DESC LIMIT $2");
    HELD = "SELECT held FROM reading_import WHERE person_id = $1 AND id = $2";
    /// What was sent and neither confirmed nor thrown away, by one account or before an instant.
    UNCONFIRMED = "SELECT person_id, id FROM reading_import WHERE state IN ('reading', 'columns', 'ready') \
                   AND ((person_id = $1 AND made_by = $2 AND state <> 'reading') OR made_at < $3) LIMIT 100";
    /// What is to be gone on with; what was thrown away, which nobody waits for, last.
    WAITING = "SELECT person_id, id FROM reading_import WHERE state IN ('running', 'undoing', 'discarded') \
               ORDER BY CASE state WHEN 'discarded' THEN 1 ELSE 0 END, made_at LIMIT 1";
    IS_READ = "UPDATE reading_import SET state = $3, origin = $4, found = $5, held = COALESCE($6, held) WHERE person_id = $1 AND id = $2";
    READ_AGAIN = "UPDATE reading_import SET state = 'columns', found = 0, read_times = read_times + 1 WHERE person_id = $1 AND id = $2";
    BEING_READ = "SELECT 1 FROM reading_import WHERE person_id = $1 AND id = $2 AND read_times = $3 AND state IN ('reading', 'columns')";
    CONFIRM = "UPDATE reading_import SET state = 'running', confirmed_at = $3, held = NULL WHERE person_id = $1 AND id = $2";
    ADD_MEASURES = "INSERT INTO reading_measure (person_id, measure) SELECT DISTINCT person_id, measure FROM reading_found \
                    WHERE person_id = $1 AND import_id = $2 ON CONFLICT (person_id, measure) DO NOTHING";
    /// The last of the next ones of an import that wait, in the order of their ids, where there are so many. What is done with them is
    /// done up to it: asked for them as a list, PostgreSQL goes through that list for each that waits.
    LAST_OF_NEXT = "SELECT n.id FROM reading_found n WHERE n.person_id = $1 AND n.import_id = $2 ORDER BY n.id LIMIT 1 OFFSET $3";
    ADD_NEXT = concat!(
        "INSERT INTO reading (person_id, id, submission_id, measure, taken_at, taken_on, first_value, second_value, unit, said, settings, \
         note, source, created_by, created_at, changed_by, changed_at, version, import_id, device, original, kept) \
         SELECT f.person_id, f.id, f.id, f.measure, f.taken_at, f.taken_on, f.first_value, f.second_value, f.unit, f.said, f.settings, \
         f.note, m.origin, m.made_by, m.confirmed_at, m.made_by, $4, 1, f.import_id, f.device, f.original, f.kept \
         FROM reading_found f JOIN reading_import m ON m.person_id = f.person_id AND m.id = f.import_id \
         WHERE f.person_id = $1 AND f.import_id = $2 AND f.id <= $3 AND NOT ", here!()
    );
    DROP_NEXT = "DELETE FROM reading_found WHERE person_id = $1 AND import_id = $2 AND id <= $3";
    ADDED = "UPDATE reading_import SET added = added + $3, same = same + $4, state = $5 WHERE person_id = $1 AND id = $2";
    UNDO = "UPDATE reading_import SET state = 'undoing', undone_to = NULL, undone_at = $3, undone_by = $4 WHERE person_id = $1 AND id = $2";
    UNDONE_TO = "SELECT undone_to FROM reading_import WHERE person_id = $1 AND id = $2";
    /// The next readings of an import that is being undone, after those of before.
    NEXT_UNDONE = concat!(
        "SELECT n.id FROM reading n WHERE n.person_id = $1 AND n.import_id = $2 AND n.id > $3 AND ", unchanged!("n"),
        " ORDER BY n.id LIMIT $4"
    );
    KEEP_UNDONE = concat!(
        "INSERT INTO reading_version (person_id, reading_id, version, taken_at, first_value, second_value, unit, said, settings, note, \
         changed_by, changed_at) SELECT r.person_id, r.id, r.version, r.taken_at, r.first_value, r.second_value, r.unit, r.said, \
         r.settings, r.note, r.changed_by, r.changed_at FROM reading r WHERE r.person_id = $1 AND r.import_id = $2 AND r.id > $3 AND r.id <= $4 AND ",
        unchanged!("r")
    );
    REMOVE_NEXT = concat!(
        "UPDATE reading SET removed_at = (SELECT i.undone_at FROM reading_import i WHERE i.person_id = $1 AND i.id = $2), \
         changed_by = (SELECT i.undone_by FROM reading_import i WHERE i.person_id = $1 AND i.id = $2), \
         changed_at = (SELECT i.undone_at FROM reading_import i WHERE i.person_id = $1 AND i.id = $2), version = version + 1 \
         WHERE person_id = $1 AND import_id = $2 AND id > $3 AND id <= $4 AND ", unchanged!("reading")
    );
    UNDONE_SO_FAR = "UPDATE reading_import SET undone_to = $3 WHERE person_id = $1 AND id = $2";
    UNDONE = "UPDATE reading_import SET state = 'undone' WHERE person_id = $1 AND id = $2";
    DISCARD = "UPDATE reading_import SET state = 'discarded', held = NULL WHERE person_id = $1 AND id = $2";
    FORGET_LEFT = "DELETE FROM reading_left WHERE person_id = $1 AND import_id = $2";
    FORGET_LEFT_ROWS = "DELETE FROM reading_left_row WHERE person_id = $1 AND import_id = $2";
    FORGET = "DELETE FROM reading_import WHERE person_id = $1 AND id = $2";
    ADD_LEFT = "INSERT INTO reading_left (person_id, import_id, why, times) VALUES ($1, $2, $3, $4)";
    ADD_LEFT_ROW = "INSERT INTO reading_left_row (person_id, import_id, line, measure, why, says) VALUES ($1, $2, $3, $4, $5, $6) \
                    ON CONFLICT (person_id, import_id, line) DO NOTHING";
    LEFT_ROWS = "SELECT line, measure, why, says FROM reading_left_row WHERE person_id = $1 AND import_id = $2 ORDER BY line";
    LEFT = "SELECT why, times FROM reading_left WHERE person_id = $1 AND import_id = $2 ORDER BY why";
    FOUND_MEASURES = "SELECT DISTINCT measure FROM reading_found WHERE person_id = $1 AND import_id = $2";
    /// What was found of each measure, and on how many days of it something else is here, which stays.
    FOUND = concat!(
        "SELECT f.measure, CAST(COUNT(*) AS BIGINT) AS readings, MIN(f.taken_on) AS first_on, MAX(f.taken_on) AS last_on, \
         MIN(f.first_value) AS lowest, MAX(f.first_value) AS highest, \
         MIN(f.second_value) AS lowest_second, MAX(f.second_value) AS highest_second, CAST(SUM(CASE WHEN ", here!(), " THEN 1 ELSE 0 END) AS BIGINT) AS here, \
         CAST(COUNT(DISTINCT CASE WHEN ", has_its_day!(), " AND NOT EXISTS (SELECT 1 FROM reading e WHERE e.person_id = f.person_id \
         AND e.measure = f.measure AND e.taken_on = f.taken_on AND e.first_value = f.first_value AND e.removed_at IS NULL) \
         THEN f.taken_on END) AS BIGINT) AS other_days FROM reading_found f WHERE f.person_id = $1 AND f.import_id = $2 GROUP BY f.measure"
    );
    /// The same of what it added and what is still there.
    STILL = "SELECT measure, CAST(COUNT(*) AS BIGINT) AS readings, MIN(taken_on) AS first_on, MAX(taken_on) AS last_on, \
             MIN(first_value) AS lowest, MAX(first_value) AS highest, \
             MIN(second_value) AS lowest_second, MAX(second_value) AS highest_second, CAST(0 AS BIGINT) AS here, CAST(0 AS BIGINT) AS other_days FROM reading \
             WHERE person_id = $1 AND import_id = $2 AND removed_at IS NULL GROUP BY measure";
    /// The newest of what was found, from an instant on, but for what somebody removed here: that is not added.
    FOUND_SINCE = concat!(
        "SELECT f.id, f.measure, f.taken_at, f.first_value, f.second_value, f.settings FROM reading_found f \
         WHERE f.person_id = $1 AND f.import_id = $2 AND f.taken_at >= $3 AND (", same!(), "r.removed_at IS NULL) OR NOT ", same!(),
        "(i.undone_at IS NULL OR i.undone_at <> r.removed_at))) ORDER BY f.taken_at DESC, f.id DESC LIMIT $4"
    );
    /// The same of what it added and what is still there.
    STILL_SINCE = "SELECT id, measure, taken_at, first_value, second_value, settings FROM reading \
                   WHERE person_id = $1 AND import_id = $2 AND removed_at IS NULL AND taken_at >= $3 \
                   ORDER BY taken_at DESC, id DESC LIMIT $4";
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
    /// How often its file was begun to be read.
    pub read_times: i32,
    /// How many wait to be added.
    pub waiting: i64,
}

impl ImportRow {
    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn state(&self) -> Result<ImportState, StoreError> {
        state_of(&self.state)
    }
}

fn state_of(word: &str) -> Result<ImportState, StoreError> {
    ImportState::from_code(word).ok_or_else(|| StoreError::corrupt("an import of readings has an unknown state"))
}

/// A row of a table that was no reading.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LeftRow {
    /// On which line of the file it is.
    pub line: i64,
    /// Of what the table is, as [`Measure`] by code.
    pub measure: String,
    /// Why, by word.
    pub why: String,
    /// What stands in it.
    pub says: String,
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
    /// The lowest second number, of what has two.
    pub lowest_second: Option<i64>,
    /// The highest.
    pub highest_second: Option<i64>,
    /// How many are here already.
    pub here: i64,
    /// Of how many days something else is here, of what is summed by day.
    pub other_days: i64,
}

/// The numbers of a reading that a file brought.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NumbersRow {
    /// The id it has as a reading, or is to have.
    pub id: Uuid,
    /// [`Measure`] by code.
    pub measure: String,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// Its first number, in thousandths of the measure's own unit.
    pub first_value: i64,
    /// Its second.
    pub second_value: Option<i64>,
    /// How it was taken.
    pub settings: String,
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
    run!(tx, ADD, person.as_uuid(), id.as_uuid(), by.as_uuid(), now, file_name)?;
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

/// Where an import stands; `None` where there is none.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn state(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<Option<ImportState>, StoreError> {
    let row: Option<(String,)> =
        on!(tx, c, sqlx::query_as(STATE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?;
    row.map(|(state,)| state_of(&state)).transpose()
}

/// Whether a file is still being read as it was begun to be read for this time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_being_read(tx: &mut Tx, (person, id): (PersonId, ReadingImportId), times: i32) -> Result<bool, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query(BEING_READ)
            .bind(person.as_uuid())
            .bind(id.as_uuid())
            .bind(times)
            .fetch_optional(c)
            .await
            .map(|row| row.is_some())
    )?)
}

/// Notes that a file was read: what it is, what was found, how often something was left out and why, some of the rows of a table that
/// were, and the table where its columns are not named yet.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_read(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingImportId),
    origin: Origin,
    (found, left, rows): (u64, &[(&str, u64)], &[LeftRow]),
    table: Option<&[u8]>,
) -> Result<(), StoreError> {
    let state = if table.is_some() { ImportState::Columns } else { ImportState::Ready };
    let many = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    run!(tx, IS_READ, person.as_uuid(), id.as_uuid(), state.code(), origin.code(), many(found), table)?;
    forget_left(tx, person, id).await?;
    for row in rows {
        run!(tx, ADD_LEFT_ROW, person.as_uuid(), id.as_uuid(), row.line, &row.measure, &row.why, &row.says)?;
    }
    for (why, times) in left {
        run!(tx, ADD_LEFT, person.as_uuid(), id.as_uuid(), *why, many(*times))?;
    }
    Ok(())
}

/// Notes that a table is to be read again by other columns. What was found of it until then is to be dropped first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn read_again(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<(), StoreError> {
    run!(tx, READ_AGAIN, person.as_uuid(), id.as_uuid())?;
    Ok(())
}

/// Drops the next [`ROWS`] of what was found; `true` where there may be more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn drop_next(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<bool, StoreError> {
    let last = last_of_next(tx, person, id).await?;
    Ok(dropped(tx, (person, id), last).await? == MOST)
}

/// The last of the next [`ROWS`] of what was found; where fewer are left, what stands behind all of them.
async fn last_of_next(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<Uuid, StoreError> {
    let row: Option<(Uuid,)> = on!(tx, c, {
        sqlx::query_as(LAST_OF_NEXT).bind(person.as_uuid()).bind(id.as_uuid()).bind(MOST - 1).fetch_optional(c).await
    })?;
    Ok(row.map_or(Uuid::max(), |(last,)| last))
}

async fn dropped(tx: &mut Tx, (person, id): (PersonId, ReadingImportId), last: Uuid) -> Result<i64, StoreError> {
    let gone = run!(tx, DROP_NEXT, person.as_uuid(), id.as_uuid(), last)?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

async fn forget_left(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<(), StoreError> {
    for statement in [FORGET_LEFT, FORGET_LEFT_ROWS] {
        run!(tx, statement, person.as_uuid(), id.as_uuid())?;
    }
    Ok(())
}

/// Throws away an import of which nothing was added: it is there for nobody any more, and forgotten a batch at a time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn discard(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<(), StoreError> {
    run!(tx, DISCARD, person.as_uuid(), id.as_uuid())?;
    Ok(())
}

/// Forgets the next [`ROWS`] of what was thrown away, and after the last of them the import; `true` where there may be more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn forget_next(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<bool, StoreError> {
    if drop_next(tx, person, id).await? {
        return Ok(true);
    }
    forget_left(tx, person, id).await?;
    run!(tx, FORGET, person.as_uuid(), id.as_uuid())?;
    Ok(false)
}

/// Notes that somebody said yes.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn confirm(tx: &mut Tx, person: PersonId, id: ReadingImportId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, CONFIRM, person.as_uuid(), id.as_uuid(), now)?;
    run!(tx, ADD_MEASURES, person.as_uuid(), id.as_uuid())?;
    Ok(())
}

/// Adds the next [`ROWS`] of an import that are not here yet, as what is known from now on; `true` where there may be more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_next(tx: &mut Tx, person: PersonId, id: ReadingImportId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let last = last_of_next(tx, person, id).await?;
    let added = run!(tx, ADD_NEXT, person.as_uuid(), id.as_uuid(), last, now)?;
    let (added, gone) = (i64::try_from(added).unwrap_or(i64::MAX), dropped(tx, (person, id), last).await?);
    let (more, person, id) = (gone == MOST, person.as_uuid(), id.as_uuid());
    let state = if more { ImportState::Running } else { ImportState::Done };
    run!(tx, ADDED, person, id, added, gone - added, state.code())?;
    Ok(more)
}

/// Notes that an import is to be taken out again; what of it was not added yet is not added any more, and is to be dropped first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn undo(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingImportId),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, UNDO, person.as_uuid(), id.as_uuid(), now, by.as_uuid())?;
    Ok(())
}

/// Removes the next [`ROWS`] readings of an import that nobody changed since, and keeps what they were; `true` where there may be
/// more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_next(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<bool, StoreError> {
    let (person, id) = (person.as_uuid(), id.as_uuid());
    let so_far: Option<(Option<Uuid>,)> = on!(tx, c, sqlx::query_as(UNDONE_TO).bind(person).bind(id).fetch_optional(c).await)?;
    let from = so_far.and_then(|(to,)| to).unwrap_or(Uuid::nil());
    let next: Vec<(Uuid,)> =
        on!(tx, c, sqlx::query_as(NEXT_UNDONE).bind(person).bind(id).bind(from).bind(MOST).fetch_all(c).await)?;
    if let Some((to,)) = next.last() {
        for statement in [KEEP_UNDONE, REMOVE_NEXT] {
            run!(tx, statement, person, id, from, to)?;
        }
        run!(tx, UNDONE_SO_FAR, person, id, to)?;
    }
    let more = next.len() == ROWS;
    if !more {
        run!(tx, UNDONE, person, id)?;
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

/// The rows of a table that were no readings, as far as they were kept.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn left_rows(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<Vec<LeftRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LEFT_ROWS).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

/// Of what the readings are that wait to be added, by code.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn found_measures(tx: &mut Tx, person: PersonId, id: ReadingImportId) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> =
        on!(tx, c, sqlx::query_as(FOUND_MEASURES).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(measure,)| measure).collect())
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

/// Up to so many of what waits to be added and was taken since an instant, the newest first; without what somebody removed here.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn found_since(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingImportId),
    since: DateTime<Utc>,
    most: i64,
) -> Result<Vec<NumbersRow>, StoreError> {
    let (person, id) = (person.as_uuid(), id.as_uuid());
    Ok(on!(tx, c, sqlx::query_as(FOUND_SINCE).bind(person).bind(id).bind(since).bind(most).fetch_all(c).await)?)
}

/// The same of what an import added and is still there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn still_since(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingImportId),
    since: DateTime<Utc>,
    most: i64,
) -> Result<Vec<NumbersRow>, StoreError> {
    let (person, id) = (person.as_uuid(), id.as_uuid());
    Ok(on!(tx, c, sqlx::query_as(STILL_SINCE).bind(person).bind(id).bind(since).bind(most).fetch_all(c).await)?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_total_of_its_day_is_what_the_catalogue_says() {
        let totals: Vec<String> =
            Measure::ALL.iter().filter(|measure| measure.is_total()).map(|measure| format!("'{}'", measure.code())).collect();
        let listed = format!("f.measure IN ({})", totals.join(", "));
        assert!(has_its_day!().contains(&listed), "{listed}");
    }
}
