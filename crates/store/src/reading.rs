//! What people measure and note themselves: the readings, what they were before, and what is drawn of them.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::reading::{Amount, Entered, Meal, Measure, Origin, same_name};
use domain::{AccountId, MemberId, PersonId, ReadingId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is read of a reading, as [`ReadingRow`].
macro_rules! reading {
    () => {
        "SELECT r.id, r.measure, r.taken_at, r.first_value, r.second_value, r.unit, r.said, r.settings, r.note, r.created_by, r.created_at, \
         r.changed_by, r.changed_at, r.version, r.source, r.device, r.original, r.kept, EXISTS (SELECT 1 FROM reading_photo p \
         WHERE p.person_id = r.person_id AND p.reading_id = r.id AND p.removed_at IS NULL) AS has_photo, r.entered_how, \
         m.name AS member_name, o.name AS member_of, m.organisation_id AS member_at, r.removed_at, r.removed_by FROM reading r \
         LEFT JOIN staff_member m ON m.id = r.member_id LEFT JOIN organisation o ON o.id = m.organisation_id"
    };
}

statements! {
    ADD = "INSERT INTO reading (person_id, id, submission_id, measure, taken_at, taken_on, first_value, second_value, unit, said, settings, \
           note, source, created_by, created_at, changed_by, changed_at, version) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $15, $13, $14, $13, $14, 1) \
           ON CONFLICT (person_id, submission_id) DO NOTHING";
    ENTERED = "UPDATE reading SET member_id = $3, entered_how = $4 WHERE person_id = $1 AND id = $2";
    ADD_MEASURE = "INSERT INTO reading_measure (person_id, measure) VALUES ($1, $2) ON CONFLICT (person_id, measure) DO NOTHING";
    MEASURES = "SELECT measure FROM reading_measure WHERE person_id = $1 ORDER BY measure";
    BY_SUBMISSION = "SELECT id FROM reading WHERE person_id = $1 AND submission_id = $2";
    ONE = concat!(reading!(), " WHERE r.person_id = $1 AND r.id = $2 AND r.removed_at IS NULL");
    REMOVED_AFTER = "SELECT measure FROM reading WHERE person_id = $1 AND id = $2 AND version > $3 AND removed_at IS NOT NULL";
    /// The newest of each measure.
    NEWEST = concat!(
        reading!(),
        " WHERE r.person_id = $1 AND r.id IN (SELECT (SELECT n.id FROM reading n WHERE n.person_id = m.person_id \
         AND n.measure = m.measure AND n.removed_at IS NULL ORDER BY n.taken_at DESC, n.id DESC LIMIT 1) \
         FROM reading_measure m WHERE m.person_id = $1)"
    );
    /// Some, whatever became of them.
    WHATEVER_OF = concat!(
        reading!(),
        " WHERE r.person_id = $1 AND r.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
         $22, $23, $24, $25, $26)"
    );
    /// One that somebody removed and that can be put back, or that is there again.
    ANY = concat!(reading!(), " WHERE r.person_id = $1 AND r.id = $2 AND (r.removed_at IS NULL OR r.removed_by IS NOT NULL)");
    /// What was removed, by anybody or by one account, the newest first.
    REMOVED = concat!(
        reading!(),
        " WHERE r.person_id = $1 AND r.measure = $2 AND r.removed_by IS NOT NULL AND (r.removed_by = $3 OR $4) \
         AND (r.removed_at, r.id) < ($5, $6) ORDER BY r.removed_at DESC, r.id DESC LIMIT $7"
    );
    OLDEST = "SELECT taken_on FROM reading WHERE person_id = $1 AND measure = $2 AND removed_at IS NULL ORDER BY taken_on LIMIT 1";
    /// The same of what was not measured at a practice.
    OLDEST_AT_HOME = "SELECT taken_on FROM reading WHERE person_id = $1 AND measure = $2 AND removed_at IS NULL \
                      AND (entered_how IS NULL OR entered_how <> 'practice') ORDER BY taken_on LIMIT 1";
    /// The last day before another with a reading.
    DAY_BEFORE = "SELECT taken_on FROM reading WHERE person_id = $1 AND measure = $2 AND removed_at IS NULL AND taken_on < $3 \
                  ORDER BY taken_on DESC LIMIT 1";
    PAGE = concat!(
        reading!(),
        " WHERE r.person_id = $1 AND r.measure = $2 AND r.removed_at IS NULL AND (r.taken_at, r.id) < ($3, $4) \
         ORDER BY r.taken_at DESC, r.id DESC LIMIT $5"
    );
    /// What was taken after an instant, but for one reading.
    AFTER = concat!(
        reading!(),
        " WHERE r.person_id = $1 AND r.measure = $2 AND r.removed_at IS NULL AND r.taken_at > $3 AND r.id <> $4 \
         ORDER BY r.taken_at DESC, r.id DESC LIMIT $5"
    );
    /// How many of these there are, as far as is counted.
    COUNT_AFTER = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT id FROM reading WHERE person_id = $1 AND measure = $2 \
                   AND removed_at IS NULL AND taken_at > $3 AND id <> $4 LIMIT $5) a";
    /// Each reading from an instant until before another.
    SERIES = "SELECT taken_at, first_value, second_value, settings FROM reading WHERE person_id = $1 AND measure = $2 \
              AND removed_at IS NULL AND taken_at >= $3 AND taken_at < $4 ORDER BY taken_at DESC LIMIT $5";
    /// The same with what was written to each.
    NOTED = "SELECT taken_at, taken_on, first_value, second_value, settings, note FROM reading WHERE person_id = $1 AND measure = $2 \
             AND removed_at IS NULL AND taken_at >= $3 AND taken_at < $4 ORDER BY taken_at DESC, id DESC LIMIT $5";
    /// The same, day by day.
    DAYS = "SELECT taken_on, CAST(COUNT(*) AS BIGINT) AS readings, MIN(first_value) AS first_low, MAX(first_value) AS first_high, \
            CAST(SUM(first_value) AS BIGINT) AS first_sum, MIN(second_value) AS second_low, MAX(second_value) AS second_high, \
            CAST(SUM(second_value) AS BIGINT) AS second_sum FROM reading WHERE person_id = $1 AND measure = $2 AND removed_at IS NULL AND taken_on >= $3 AND taken_on <= $4 \
            GROUP BY taken_on ORDER BY taken_on";
    /// What is drawn of the days of what was not measured at a practice.
    DAYS_AT_HOME = "SELECT taken_on, CAST(COUNT(*) AS BIGINT) AS readings, MIN(first_value) AS first_low, MAX(first_value) AS first_high, \
                    CAST(SUM(first_value) AS BIGINT) AS first_sum, MIN(second_value) AS second_low, MAX(second_value) AS second_high, \
                    CAST(SUM(second_value) AS BIGINT) AS second_sum FROM reading WHERE person_id = $1 AND measure = $2 \
                    AND removed_at IS NULL AND (entered_how IS NULL OR entered_how <> 'practice') AND taken_on >= $3 AND taken_on <= $4 \
                    GROUP BY taken_on ORDER BY taken_on";
    KEEP_VERSION = "INSERT INTO reading_version (person_id, reading_id, version, taken_at, first_value, second_value, unit, said, settings, \
                    note, changed_by, changed_at) SELECT person_id, id, version, taken_at, first_value, second_value, unit, said, settings, \
                    note, changed_by, changed_at FROM reading WHERE person_id = $1 AND id = $2 AND version = $3 AND removed_at IS NULL";
    CHANGE = "UPDATE reading SET taken_at = $4, taken_on = CASE WHEN taken_at = $4 THEN taken_on ELSE $5 END, first_value = $6, \
              second_value = $7, unit = $8, said = $9, settings = $10, note = $11, \
              said_at = CASE WHEN $14 THEN $13 ELSE COALESCE(said_at, changed_at) END, changed_by = $12, changed_at = $13, version = version + 1 \
              WHERE person_id = $1 AND id = $2 AND version = $3 AND removed_at IS NULL";
    REMOVE = "UPDATE reading SET removed_at = $4, removed_by = $6, changed_by = $5, changed_at = $4, version = version + 1 \
              WHERE person_id = $1 AND id = $2 AND version = $3 AND removed_at IS NULL";
    KEEP_REMOVED = "INSERT INTO reading_version (person_id, reading_id, version, taken_at, first_value, second_value, unit, said, settings, \
                    note, changed_by, changed_at, removed_at) SELECT person_id, id, version, taken_at, first_value, second_value, unit, said, \
                    settings, note, changed_by, changed_at, removed_at FROM reading \
                    WHERE person_id = $1 AND id = $2 AND version = $3 AND removed_by IS NOT NULL";
    /// It is written down anew.
    PUT_BACK = "UPDATE reading SET removed_at = NULL, removed_by = NULL, said_at = $4, changed_by = $5, changed_at = $4, \
                version = version + 1 WHERE person_id = $1 AND id = $2 AND version = $3 AND removed_by IS NOT NULL";
    VERSIONS = "SELECT version, taken_at, first_value, second_value, unit, said, settings, note, changed_by, changed_at, removed_at \
                FROM reading_version WHERE person_id = $1 AND reading_id = $2 ORDER BY version DESC LIMIT $3";
    /// The same of some, each with so many.
    VERSIONS_OF = "SELECT t.reading_id, t.version, t.taken_at, t.first_value, t.second_value, t.unit, t.said, t.settings, t.note, \
                   t.changed_by, t.changed_at, t.removed_at FROM (SELECT reading_id, version, taken_at, first_value, second_value, unit, \
                   said, settings, note, changed_by, changed_at, removed_at, \
                   ROW_NUMBER() OVER (PARTITION BY reading_id ORDER BY version DESC) AS place FROM reading_version \
                   WHERE person_id = $1 AND reading_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
                   $20, $21, $22, $23, $24, $25, $26, $27)) t WHERE t.place <= $2 ORDER BY t.reading_id, t.version DESC";
}

/// How many readings [`whatever_of`] and [`versions_of`] ask for in one statement.
const AT_ONCE: usize = 25;

/// The source of a reading that somebody typed here.
const TYPED: &str = "typed";

/// What a reading says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// The day of that in London.
    pub taken_on: NaiveDate,
    /// Its first number, in the measure's own unit.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// In which unit it was typed (UCUM).
    pub unit: &'static str,
    /// What was typed.
    pub said: String,
    /// How it was taken.
    pub settings: String,
    /// What was written to it.
    pub note: String,
}

/// What rules see of how a reading was taken: after being active, and before or after a meal.
pub(crate) fn seen_by_rules(settings: &str) -> (bool, Option<Meal>) {
    (settings.split(' ').any(|setting| setting == "activity=active"), Meal::of(settings))
}

impl Said {
    /// Whether rules see another reading in it than in what it was before: another note or arm is none, another symptom is.
    fn says_another_than(&self, before: &ReadingRow) -> bool {
        let now = (self.taken_at, self.first.thousandths(), self.second.map(Amount::thousandths));
        now != (before.taken_at, before.first_value, before.second_value)
            || seen_by_rules(&self.settings) != seen_by_rules(&before.settings)
            || (before.measure().is_ok_and(Measure::needs_note) && same_name(&self.note) != same_name(&before.note))
    }
}

/// A reading that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReading {
    /// Of whom.
    pub person: PersonId,
    /// Its id.
    pub id: ReadingId,
    /// The form's one-time id.
    pub submission: Uuid,
    /// Of what.
    pub measure: Measure,
    /// What it says.
    pub said: Said,
    /// By whom.
    pub by: AccountId,
    /// How it came, where nobody typed it here.
    pub origin: Option<Origin>,
}

/// A reading.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReadingRow {
    /// Its id.
    pub id: Uuid,
    /// [`Measure`] by code.
    pub measure: String,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// Its first number, in thousandths of the measure's own unit.
    pub first_value: i64,
    /// Its second.
    pub second_value: Option<i64>,
    /// In which unit it was typed (UCUM).
    pub unit: String,
    /// What was typed.
    pub said: String,
    /// How it was taken.
    pub settings: String,
    /// What was written to it.
    pub note: String,
    /// Who added it.
    pub created_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who made it what it is.
    pub changed_by: Uuid,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
    /// From where it is: `typed`, or [`domain::reading::Origin`] by code.
    pub source: String,
    /// What measured it; empty where nothing says.
    pub device: String,
    /// What was written there, where that says something else.
    pub original: String,
    /// [`domain::reading::Kept`] by code.
    pub kept: String,
    /// Whether it has a photo.
    pub has_photo: bool,
    /// [`Entered`] by code, where somebody of a care team entered it.
    pub entered_how: Option<String>,
    /// Their name.
    pub member_name: Option<String>,
    /// Where they work.
    pub member_of: Option<String>,
    /// The organisation of that.
    pub member_at: Option<Uuid>,
    /// When it was removed.
    pub removed_at: Option<DateTime<Utc>>,
    /// Who removed it and can have it put back.
    pub removed_by: Option<Uuid>,
}

impl ReadingRow {
    /// Of what it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn measure(&self) -> Result<Measure, StoreError> {
        Measure::from_code(&self.measure).ok_or_else(|| StoreError::corrupt("a reading is of an unknown measure"))
    }
}

/// A reading as it was.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VersionRow {
    /// Which version it was.
    pub version: i32,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// Its first number.
    pub first_value: i64,
    /// Its second.
    pub second_value: Option<i64>,
    /// In which unit it was typed (UCUM).
    pub unit: String,
    /// What was typed.
    pub said: String,
    /// How it was taken.
    pub settings: String,
    /// What was written to it.
    pub note: String,
    /// Who made it so.
    pub changed_by: Uuid,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// When it was removed, where it was.
    pub removed_at: Option<DateTime<Utc>>,
}

/// One of several readings as it was.
#[derive(sqlx::FromRow)]
struct VersionOfRow {
    reading_id: Uuid,
    #[sqlx(flatten)]
    was: VersionRow,
}

/// One reading of a chart.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SeriesRow {
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// Its first number.
    pub first_value: i64,
    /// Its second.
    pub second_value: Option<i64>,
    /// How it was taken.
    pub settings: String,
}

/// One reading of a chart, with what was written to it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NotedRow {
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// On which day.
    pub taken_on: NaiveDate,
    /// Its first number.
    pub first_value: i64,
    /// Its second.
    pub second_value: Option<i64>,
    /// How it was taken.
    pub settings: String,
    /// What was written to it.
    pub note: String,
}

impl NotedRow {
    /// The same without its note.
    #[must_use]
    pub fn series(&self) -> SeriesRow {
        SeriesRow {
            taken_at: self.taken_at,
            first_value: self.first_value,
            second_value: self.second_value,
            settings: self.settings.clone(),
        }
    }
}

/// One day of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DayRow {
    /// Which day.
    pub taken_on: NaiveDate,
    /// How many readings.
    pub readings: i64,
    /// The lowest first number.
    pub first_low: i64,
    /// The highest.
    pub first_high: i64,
    /// All first numbers together.
    pub first_sum: i64,
    /// The lowest second number.
    pub second_low: Option<i64>,
    /// The highest.
    pub second_high: Option<i64>,
    /// All second numbers together.
    pub second_sum: Option<i64>,
}

/// Adds a reading; `false` where its form added one before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(tx: &mut Tx, new: &NewReading, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        ADD,
        new.person.as_uuid(),
        new.id.as_uuid(),
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
        new.origin.map_or(TYPED, Origin::code)
    )?;
    run!(tx, ADD_MEASURE, new.person.as_uuid(), new.measure.code())?;
    Ok(done == 1)
}

/// Notes who of a care team entered a reading for the person, and how they came to know it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn entered(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingId),
    (member, how): (MemberId, Entered),
) -> Result<(), StoreError> {
    run!(tx, ENTERED, person.as_uuid(), id.as_uuid(), member.as_uuid(), how.code())?;
    Ok(())
}

/// The reading that this form added.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Option<ReadingId>, StoreError> {
    Ok(an_id!(tx, BY_SUBMISSION, person.as_uuid(), submission)?.map(ReadingId::from_uuid))
}

/// One reading.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: ReadingId) -> Result<Option<ReadingRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Of what a reading was that was removed after this version.
///
/// # Errors
/// [`StoreError`] when the database fails, or holds a measure that this program does not know.
pub async fn removed_after(
    tx: &mut Tx,
    (person, id, version): (PersonId, ReadingId, i32),
) -> Result<Option<Measure>, StoreError> {
    let row: Option<(String,)> = on!(
        tx,
        c,
        sqlx::query_as(REMOVED_AFTER).bind(person.as_uuid()).bind(id.as_uuid()).bind(version).fetch_optional(c).await
    )?;
    let known =
        |(word,): (String,)| Measure::from_code(&word).ok_or_else(|| StoreError::corrupt("a reading is of an unknown measure"));
    row.map(known).transpose()
}

/// One reading that is there, or that somebody removed and can have put back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn any(tx: &mut Tx, person: PersonId, id: ReadingId) -> Result<Option<ReadingRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ANY).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// These readings, whatever became of them, in no order: also what is removed, and what was taken back as wrong.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn whatever_of(tx: &mut Tx, person: PersonId, ids: &[ReadingId]) -> Result<Vec<ReadingRow>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let Some(last) = some.last() else { continue };
        let rows: Vec<ReadingRow> = on!(tx, c, {
            let mut query = sqlx::query_as(WHATEVER_OF).bind(person.as_uuid());
            for place in 0..AT_ONCE {
                query = query.bind(some.get(place).unwrap_or(last).as_uuid());
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// The readings of a measure that were removed before a place in their order, the last removed first: by this account, or by anybody.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn removed(
    tx: &mut Tx,
    (person, measure): (PersonId, Measure),
    by: Option<AccountId>,
    before: (DateTime<Utc>, ReadingId),
    most: i64,
) -> Result<Vec<ReadingRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(REMOVED)
            .bind(person.as_uuid())
            .bind(measure.code())
            .bind(by.map(|by| by.as_uuid()))
            .bind(by.is_none())
            .bind(before.0)
            .bind(before.1.as_uuid())
            .bind(most)
            .fetch_all(c)
            .await
    )?)
}

/// The last day before another with a reading of a measure.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn day_before(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    day: NaiveDate,
) -> Result<Option<NaiveDate>, StoreError> {
    let row: Option<(NaiveDate,)> =
        on!(tx, c, sqlx::query_as(DAY_BEFORE).bind(person.as_uuid()).bind(measure.code()).bind(day).fetch_optional(c).await)?;
    Ok(row.map(|(day,)| day))
}

/// The measures of which somebody has recorded anything.
///
/// # Errors
/// [`StoreError`] when the database fails, or holds a measure that this program does not know.
pub async fn measures(tx: &mut Tx, person: PersonId) -> Result<Vec<Measure>, StoreError> {
    let rows: Vec<(String,)> = on!(tx, c, sqlx::query_as(MEASURES).bind(person.as_uuid()).fetch_all(c).await)?;
    let known =
        |(word,): (String,)| Measure::from_code(&word).ok_or_else(|| StoreError::corrupt("a reading is of an unknown measure"));
    rows.into_iter().map(known).collect()
}

/// The newest reading of each measure that there is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest(tx: &mut Tx, person: PersonId) -> Result<Vec<ReadingRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NEWEST).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// The first day with a reading of a measure.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn oldest(tx: &mut Tx, person: PersonId, measure: Measure) -> Result<Option<NaiveDate>, StoreError> {
    let row: Option<(NaiveDate,)> =
        on!(tx, c, sqlx::query_as(OLDEST).bind(person.as_uuid()).bind(measure.code()).fetch_optional(c).await)?;
    Ok(row.map(|(day,)| day))
}

/// The first day with a reading of a measure that was not measured at a practice ([`Entered::Practice`]).
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn oldest_at_home(tx: &mut Tx, person: PersonId, measure: Measure) -> Result<Option<NaiveDate>, StoreError> {
    let row: Option<(NaiveDate,)> =
        on!(tx, c, sqlx::query_as(OLDEST_AT_HOME).bind(person.as_uuid()).bind(measure.code()).fetch_optional(c).await)?;
    Ok(row.map(|(day,)| day))
}

/// The readings of a measure that were taken before a place in their order, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn page(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    before: (DateTime<Utc>, ReadingId),
    most: i64,
) -> Result<Vec<ReadingRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(PAGE)
            .bind(person.as_uuid())
            .bind(measure.code())
            .bind(before.0)
            .bind(before.1.as_uuid())
            .bind(most)
            .fetch_all(c)
            .await
    )?)
}

/// The readings of a measure that were taken after an instant, but for one of them, the newest first: `most.0` of them, and how many there
/// are, of which no more than `most.1` are counted.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn after(
    tx: &mut Tx,
    (person, measure): (PersonId, Measure),
    (instant, but): (DateTime<Utc>, Option<ReadingId>),
    most: (i64, i64),
) -> Result<(Vec<ReadingRow>, i64), StoreError> {
    let but = but.map_or(Uuid::nil(), |id| id.as_uuid());
    let rows: Vec<ReadingRow> = on!(
        tx,
        c,
        sqlx::query_as(AFTER).bind(person.as_uuid()).bind(measure.code()).bind(instant).bind(but).bind(most.0).fetch_all(c).await
    )?;
    let (count,): (i64,) = on!(
        tx,
        c,
        sqlx::query_as(COUNT_AFTER)
            .bind(person.as_uuid())
            .bind(measure.code())
            .bind(instant)
            .bind(but)
            .bind(most.1)
            .fetch_one(c)
            .await
    )?;
    Ok((rows, count))
}

/// The readings of a measure from an instant until before another; the newest where there are more than `most`, and the newest
/// first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn series(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    span: (DateTime<Utc>, DateTime<Utc>),
    most: i64,
) -> Result<Vec<SeriesRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(SERIES)
            .bind(person.as_uuid())
            .bind(measure.code())
            .bind(span.0)
            .bind(span.1)
            .bind(most)
            .fetch_all(c)
            .await
    )?)
}

/// The same with what was written to each.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn noted(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    span: (DateTime<Utc>, DateTime<Utc>),
    most: i64,
) -> Result<Vec<NotedRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(NOTED).bind(person.as_uuid()).bind(measure.code()).bind(span.0).bind(span.1).bind(most).fetch_all(c).await
    )?)
}

/// The days with readings of a measure, from one to another, the first first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn days(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    span: (NaiveDate, NaiveDate),
) -> Result<Vec<DayRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(DAYS).bind(person.as_uuid()).bind(measure.code()).bind(span.0).bind(span.1).fetch_all(c).await)?)
}

/// The same without what was measured at a practice ([`Entered::Practice`]).
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn days_at_home(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    span: (NaiveDate, NaiveDate),
) -> Result<Vec<DayRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(DAYS_AT_HOME).bind(person.as_uuid()).bind(measure.code()).bind(span.0).bind(span.1).fetch_all(c).await
    )?)
}

/// Changes a reading, as it was before, and keeps that; `false` where that has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change(
    tx: &mut Tx,
    (person, id, version): (PersonId, ReadingId, i32),
    (said, before): (&Said, &ReadingRow),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if !keep(tx, KEEP_VERSION, (person, id, version)).await? {
        return Ok(false);
    }
    let done = run!(
        tx,
        CHANGE,
        person.as_uuid(),
        id.as_uuid(),
        version,
        said.taken_at,
        said.taken_on,
        said.first.thousandths(),
        said.second.map(Amount::thousandths),
        said.unit,
        &said.said,
        &said.settings,
        &said.note,
        by.as_uuid(),
        now,
        said.says_another_than(before)
    )?;
    Ok(done == 1)
}

/// Removes a reading, so that whoever does can have it put back, and keeps what it was; `false` where that has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(
    tx: &mut Tx,
    which: (PersonId, ReadingId, i32),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    take_out(tx, which, (by, Some(by)), now).await
}

/// The same where whoever sent or entered it takes it back as wrong: nobody puts it back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw(
    tx: &mut Tx,
    which: (PersonId, ReadingId, i32),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    take_out(tx, which, (by, None), now).await
}

async fn take_out(
    tx: &mut Tx,
    (person, id, version): (PersonId, ReadingId, i32),
    (by, removed_by): (AccountId, Option<AccountId>),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if !keep(tx, KEEP_VERSION, (person, id, version)).await? {
        return Ok(false);
    }
    let done = run!(tx, REMOVE, person.as_uuid(), id.as_uuid(), version, now, by.as_uuid(), removed_by.map(|by| by.as_uuid()))?;
    Ok(done == 1)
}

/// Puts a reading back that somebody removed, as it was removed in this version, and keeps that it was; `false` where it is there again.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put_back(
    tx: &mut Tx,
    (person, id, version): (PersonId, ReadingId, i32),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if !keep(tx, KEEP_REMOVED, (person, id, version)).await? {
        return Ok(false);
    }
    let done = run!(tx, PUT_BACK, person.as_uuid(), id.as_uuid(), version, now, by.as_uuid())?;
    Ok(done == 1)
}

async fn keep(
    tx: &mut Tx,
    statement: &'static str,
    (person, id, version): (PersonId, ReadingId, i32),
) -> Result<bool, StoreError> {
    let done = run!(tx, statement, person.as_uuid(), id.as_uuid(), version)?;
    Ok(done == 1)
}

/// What a reading was before, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn versions(tx: &mut Tx, person: PersonId, id: ReadingId, most: i64) -> Result<Vec<VersionRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(VERSIONS).bind(person.as_uuid()).bind(id.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// What each of these readings was before, the newest first, up to so many of each; nothing of one that was never changed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn versions_of(
    tx: &mut Tx,
    person: PersonId,
    ids: &[ReadingId],
    most: i64,
) -> Result<BTreeMap<ReadingId, Vec<VersionRow>>, StoreError> {
    let mut found: BTreeMap<ReadingId, Vec<VersionRow>> = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let Some(last) = some.last() else { continue };
        let rows: Vec<VersionOfRow> = on!(tx, c, {
            let mut query = sqlx::query_as(VERSIONS_OF).bind(person.as_uuid()).bind(most);
            for place in 0..AT_ONCE {
                query = query.bind(some.get(place).unwrap_or(last).as_uuid());
            }
            query.fetch_all(c).await
        })?;
        for row in rows {
            found.entry(ReadingId::from_uuid(row.reading_id)).or_default().push(row.was);
        }
    }
    Ok(found)
}
