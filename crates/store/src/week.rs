//! What people measure for some days in a row: the plan, its reminders, and the readings of its days.

use crate::outbox::MAIL;
use crate::{StoreError, Tx, an_id, on, people, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::reading::Measure;
use domain::reading::week::{Protocol, WeekEnd};
use domain::{AccountId, PersonId, WeekId};
use uuid::Uuid;

/// What is read of a week, as [`WeekRow`].
macro_rules! week {
    () => {
        "SELECT id, protocol, first_on, last_on, best_value, green_percent, amber_percent, times, by_mail, by_text, next_due_at, paused_at, \
         ended_at, end_reason, created_by, created_at, version FROM reading_week"
    };
}

statements! {
    ADD = "INSERT INTO reading_week (person_id, id, submission_id, protocol, first_on, last_on, best_value, green_percent, amber_percent, \
           times, by_mail, by_text, next_due_at, created_by, created_at, version) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)";
    BY_SUBMISSION = "SELECT id FROM reading_week WHERE person_id = $1 AND submission_id = $2";
    ONE = concat!(week!(), " WHERE person_id = $1 AND id = $2");
    /// Those that run, before those that have ended, each the newest first.
    LISTED = concat!(week!(), " WHERE person_id = $1 ORDER BY (ended_at IS NOT NULL), first_on DESC, id DESC LIMIT $2");
    OPEN = concat!(week!(), " WHERE person_id = $1 AND ended_at IS NULL ORDER BY first_on DESC, id DESC");
    OVER = concat!(
        week!(),
        " WHERE person_id = $1 AND ended_at IS NOT NULL AND (first_on, id) < ($2, $3) ORDER BY first_on DESC, id DESC LIMIT $4"
    );
    RUNNING = concat!(week!(), " WHERE person_id = $1 AND protocol = $2 AND ended_at IS NULL");
    PAUSE = "UPDATE reading_week SET paused_at = $4, next_due_at = NULL, version = version + 1 \
             WHERE person_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL AND paused_at IS NULL";
    RESUME = "UPDATE reading_week SET paused_at = NULL, next_due_at = $4, version = version + 1 \
              WHERE person_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL AND paused_at IS NOT NULL";
    END = "UPDATE reading_week SET ended_at = $4, end_reason = $5, last_on = $6, next_due_at = NULL, version = version + 1 \
           WHERE person_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL";
    REMIND = "UPDATE reading_week SET times = $4, by_mail = $5, by_text = $6, next_due_at = $7, version = version + 1 \
              WHERE person_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL";
    KEEP_BEST = "INSERT INTO reading_week_best (person_id, week_id, version, best_value, green_percent, amber_percent, changed_by, changed_at) \
                 SELECT person_id, id, version, best_value, green_percent, amber_percent, $4, $5 FROM reading_week \
                 WHERE person_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL";
    SET_BEST = "UPDATE reading_week SET best_value = $4, green_percent = $5, amber_percent = $6, version = version + 1 \
                WHERE person_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL";
    BESTS = "SELECT best_value, green_percent, amber_percent, changed_by, changed_at FROM reading_week_best \
             WHERE person_id = $1 AND week_id = $2 ORDER BY version DESC";
    /// Only whoever moves it on from this instant has it to remind of.
    NEXT = "UPDATE reading_week SET next_due_at = $4 WHERE person_id = $1 AND id = $2 AND next_due_at = $3 AND ended_at IS NULL";
    DUE = concat!(week!(), " WHERE person_id = $1 AND next_due_at <= $2 ORDER BY next_due_at, id");
    DUE_PEOPLE = "SELECT DISTINCT w.person_id FROM reading_week w JOIN person p ON p.id = w.person_id AND NOT p.deceased \
                  WHERE w.next_due_at <= $1 AND w.person_id > $2 ORDER BY w.person_id LIMIT $3";
    NOTICE = "INSERT INTO reading_week_notice (person_id, week_id, due_at, channel, mail_id) VALUES ($1, $2, $3, $4, $5) \
              ON CONFLICT (person_id, week_id, due_at, channel) DO NOTHING";
    ADD_HELPER = "INSERT INTO reading_week_helper (person_id, week_id, account_id, asked_at) VALUES ($1, $2, $3, $4) \
                  ON CONFLICT (person_id, week_id, account_id) DO NOTHING";
    REMOVE_HELPER = "DELETE FROM reading_week_helper WHERE person_id = $1 AND week_id = $2 AND account_id = $3";
    HELPERS = "SELECT account_id FROM reading_week_helper WHERE person_id = $1 AND week_id = $2 ORDER BY account_id";
    /// Only where none was to come.
    FIRST_DUE = "UPDATE reading_week SET next_due_at = $3 WHERE person_id = $1 AND id = $2 AND next_due_at IS NULL \
                 AND paused_at IS NULL AND ended_at IS NULL";
    TAKE_BACK = "DELETE FROM outbox WHERE sent_at IS NULL AND id IN \
                 (SELECT mail_id FROM reading_week_notice WHERE person_id = $1 AND week_id = $2)";
    TAKE_BACK_HELPER = "DELETE FROM outbox WHERE sent_at IS NULL AND id IN \
                        (SELECT mail_id FROM reading_week_notice WHERE person_id = $1 AND week_id = $2 AND channel = $3)";
    TAKEN = "SELECT id, taken_at, first_value, second_value, settings, source FROM reading WHERE person_id = $1 AND measure = $2 \
             AND removed_at IS NULL AND taken_at >= $3 AND taken_at < $4 ORDER BY taken_at, id LIMIT $5";
    /// What came with a reading of another measure: of the same instant, by the same way, and no lowest or highest of many.
    SHOWN = "SELECT o.id, o.taken_at, o.first_value, o.second_value, o.settings, o.source FROM reading r \
             JOIN reading o ON o.person_id = r.person_id AND o.measure = $3 AND o.taken_at = r.taken_at AND o.removed_at IS NULL \
             AND o.kept = 'each' AND o.source = r.source AND o.created_by = r.created_by AND o.import_id IS NOT DISTINCT FROM r.import_id \
             WHERE r.person_id = $1 AND r.measure = $2 AND r.removed_at IS NULL AND r.taken_at >= $4 AND r.taken_at < $5 \
             ORDER BY o.taken_at, o.id LIMIT $6";
}

/// A personal best of peak flow, and the per cent of it at which the green and the amber zone begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Best {
    /// In thousandths.
    pub value: i64,
    /// Green from here.
    pub green: i32,
    /// Amber from here.
    pub amber: i32,
}

/// A week that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWeek {
    /// Whose.
    pub person: PersonId,
    /// Its id.
    pub id: WeekId,
    /// The form's one-time id.
    pub submission: Uuid,
    /// What is measured, and how.
    pub protocol: Protocol,
    /// Its first day and its last.
    pub days: (NaiveDate, NaiveDate),
    /// Of peak flow.
    pub best: Option<Best>,
    /// When it reminds.
    pub times: String,
    /// How: by mail, by text message.
    pub ways: (bool, bool),
    /// The first reminder.
    pub next_due_at: Option<DateTime<Utc>>,
    /// By whom.
    pub by: AccountId,
}

/// A week.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WeekRow {
    /// Its id.
    pub id: Uuid,
    /// [`Protocol`] by code.
    pub protocol: String,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last.
    pub last_on: NaiveDate,
    /// A personal best, in thousandths.
    pub best_value: Option<i64>,
    /// The per cent at which the green zone begins.
    pub green_percent: Option<i32>,
    /// The same of the amber one.
    pub amber_percent: Option<i32>,
    /// When it reminds.
    pub times: String,
    /// By mail.
    pub by_mail: bool,
    /// By text message.
    pub by_text: bool,
    /// The first reminder that has not been looked at.
    pub next_due_at: Option<DateTime<Utc>>,
    /// When it was paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// [`WeekEnd`] by code.
    pub end_reason: Option<String>,
    /// Who began it.
    pub created_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
}

impl WeekRow {
    /// Its id.
    #[must_use]
    pub const fn week(&self) -> WeekId {
        WeekId::from_uuid(self.id)
    }

    /// What is measured, and how.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn protocol(&self) -> Result<Protocol, StoreError> {
        Protocol::from_code(&self.protocol).ok_or_else(|| StoreError::corrupt("a week is of an unknown protocol"))
    }

    /// How it ended; absent where it has not.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn end_reason(&self) -> Result<Option<WeekEnd>, StoreError> {
        let odd = || StoreError::corrupt("a week ended in an unknown way");
        self.end_reason.as_deref().map(|code| WeekEnd::from_code(code).ok_or_else(odd)).transpose()
    }

    /// The personal best, where there is one.
    #[must_use]
    pub fn best(&self) -> Option<Best> {
        Some(Best { value: self.best_value?, green: self.green_percent?, amber: self.amber_percent? })
    }
}

/// A personal best as it was until it was changed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BestRow {
    /// In thousandths; absent where none was known.
    pub best_value: Option<i64>,
    /// The per cent at which the green zone began.
    pub green_percent: Option<i32>,
    /// The same of the amber one.
    pub amber_percent: Option<i32>,
    /// Who changed it.
    pub changed_by: Uuid,
    /// When.
    pub changed_at: DateTime<Utc>,
}

impl BestRow {
    /// What it was.
    #[must_use]
    pub fn best(&self) -> Option<Best> {
        Some(Best { value: self.best_value?, green: self.green_percent?, amber: self.amber_percent? })
    }
}

/// A reading of its days.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TakenRow {
    /// Its id.
    pub id: Uuid,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// Its first number.
    pub first_value: i64,
    /// Its second.
    pub second_value: Option<i64>,
    /// How it was taken.
    pub settings: String,
    /// From where: a code of an origin, or that it was typed here.
    pub source: String,
}

/// Begins a week.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(tx: &mut Tx, new: &NewWeek, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(
        tx,
        ADD,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.submission,
        new.protocol.code(),
        new.days.0,
        new.days.1,
        new.best.map(|best| best.value),
        new.best.map(|best| best.green),
        new.best.map(|best| best.amber),
        &new.times,
        new.ways.0,
        new.ways.1,
        new.next_due_at,
        new.by.as_uuid(),
        now
    )?;
    Ok(())
}

/// The week that this form began.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Option<WeekId>, StoreError> {
    Ok(an_id!(tx, BY_SUBMISSION, person.as_uuid(), submission)?.map(WeekId::from_uuid))
}

/// One week.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: WeekId) -> Result<Option<WeekRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The week of this protocol that has not ended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn running(tx: &mut Tx, person: PersonId, protocol: Protocol) -> Result<Option<WeekRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(RUNNING).bind(person.as_uuid()).bind(protocol.code()).fetch_optional(c).await)?)
}

/// Those that have not ended, then the newest of the others.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listed(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<WeekRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LISTED).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Those that have not ended: one of each protocol at most.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open(tx: &mut Tx, person: PersonId) -> Result<Vec<WeekRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OPEN).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Those that have ended before a place in their order, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn over(tx: &mut Tx, person: PersonId, before: (NaiveDate, WeekId), most: i64) -> Result<Vec<WeekRow>, StoreError> {
    let (day, id) = before;
    Ok(on!(tx, c, sqlx::query_as(OVER).bind(person.as_uuid()).bind(day).bind(id.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Pauses a week and takes back what waits to be sent about it; `false` where it has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn pause(tx: &mut Tx, (person, id, version): (PersonId, WeekId, i32), now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, PAUSE, person.as_uuid(), id.as_uuid(), version, now)?;
    take_back(tx, person, id).await?;
    Ok(done == 1)
}

/// Goes on with a week that is paused; `false` where it has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn resume(
    tx: &mut Tx,
    (person, id, version): (PersonId, WeekId, i32),
    next: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let done = run!(tx, RESUME, person.as_uuid(), id.as_uuid(), version, next)?;
    Ok(done == 1)
}

/// Ends a week at this instant, of which this was its last day, and takes back what waits to be sent about it; `false` where it
/// has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end(
    tx: &mut Tx,
    (person, id, version): (PersonId, WeekId, i32),
    why: WeekEnd,
    (last, at): (NaiveDate, DateTime<Utc>),
) -> Result<bool, StoreError> {
    let done = run!(tx, END, person.as_uuid(), id.as_uuid(), version, at, why.code(), last)?;
    take_back(tx, person, id).await?;
    Ok(done == 1)
}

/// Changes when and how a week reminds, and takes back what waits to be sent about it; `false` where it has changed since this
/// version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remind(
    tx: &mut Tx,
    (person, id, version): (PersonId, WeekId, i32),
    (times, ways): (&str, (bool, bool)),
    next: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let done = run!(tx, REMIND, person.as_uuid(), id.as_uuid(), version, times, ways.0, ways.1, next)?;
    take_back(tx, person, id).await?;
    Ok(done == 1)
}

/// Changes the personal best of a week that goes on, and keeps what it was; `false` where it has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_best(
    tx: &mut Tx,
    (person, id, version): (PersonId, WeekId, i32),
    best: Best,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let kept = run!(tx, KEEP_BEST, person.as_uuid(), id.as_uuid(), version, by.as_uuid(), now)?;
    if kept != 1 {
        return Ok(false);
    }
    let done = run!(tx, SET_BEST, person.as_uuid(), id.as_uuid(), version, best.value, best.green, best.amber)?;
    Ok(done == 1)
}

/// What the personal best of a week was before it was changed, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn bests(tx: &mut Tx, person: PersonId, id: WeekId) -> Result<Vec<BestRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BESTS).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

/// Takes back what waits to be sent about a week.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_back(tx: &mut Tx, person: PersonId, id: WeekId) -> Result<(), StoreError> {
    run!(tx, TAKE_BACK, person.as_uuid(), id.as_uuid())?;
    Ok(())
}

/// Moves a week's reminders on from the one that is due then; `false` where somebody else did so meanwhile.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_next(
    tx: &mut Tx,
    (person, id): (PersonId, WeekId),
    due: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let done = run!(tx, NEXT, person.as_uuid(), id.as_uuid(), due, next)?;
    Ok(done == 1)
}

/// A person's weeks of which somebody is to be reminded now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<Vec<WeekRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(DUE).bind(person.as_uuid()).bind(now).fetch_all(c).await)?)
}

/// Up to `limit` people after this one, by id, of whose weeks somebody is to be reminded now; nobody who has died.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due_people(tx: &mut Tx, now: DateTime<Utc>, after: PersonId, limit: i64) -> Result<Vec<PersonId>, StoreError> {
    Ok(people!(tx, DUE_PEOPLE, now, after.as_uuid(), limit)?)
}

/// Notes that somebody who acts for the person wants to be reminded of a week too.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_helper(
    tx: &mut Tx,
    (person, id): (PersonId, WeekId),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, ADD_HELPER, person.as_uuid(), id.as_uuid(), by.as_uuid(), now)?;
    Ok(())
}

/// By which channel a notice of a week says that it went to whoever is reminded too.
#[must_use]
pub fn helper_channel(by: AccountId) -> String {
    format!("{MAIL} {by}")
}

/// Notes that they do not any more, and takes back what waits to be sent to them about it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_helper(tx: &mut Tx, (person, id): (PersonId, WeekId), by: AccountId) -> Result<(), StoreError> {
    run!(tx, REMOVE_HELPER, person.as_uuid(), id.as_uuid(), by.as_uuid())?;
    run!(tx, TAKE_BACK_HELPER, person.as_uuid(), id.as_uuid(), helper_channel(by))?;
    Ok(())
}

/// Who wants to be reminded of a week too.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn helpers(tx: &mut Tx, person: PersonId, id: WeekId) -> Result<Vec<AccountId>, StoreError> {
    let rows: Vec<(Uuid,)> = on!(tx, c, sqlx::query_as(HELPERS).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(account,)| AccountId::from_uuid(account)).collect())
}

/// Lets a week that goes on remind from this instant, where it was to remind of nothing.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_first(tx: &mut Tx, (person, id): (PersonId, WeekId), due: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, FIRST_DUE, person.as_uuid(), id.as_uuid(), due)?;
    Ok(())
}

/// Notes that this message reminds of a week at that instant; `false`, and nothing is written, where one went this way before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn notice(
    tx: &mut Tx,
    (person, id, due_at): (PersonId, WeekId, DateTime<Utc>),
    channel: &str,
    mail: Uuid,
) -> Result<bool, StoreError> {
    let done = run!(tx, NOTICE, person.as_uuid(), id.as_uuid(), due_at, channel, mail)?;
    Ok(done == 1)
}

/// The readings of a measure from an instant until before another, the first first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn taken(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    span: (DateTime<Utc>, DateTime<Utc>),
    most: i64,
) -> Result<Vec<TakenRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(TAKEN).bind(person.as_uuid()).bind(measure.code()).bind(span.0).bind(span.1).bind(most).fetch_all(c).await
    )?)
}

/// The readings of the second measure that came with one of the first, from an instant until before another, the first first: of the same
/// instant, from the same source, file and account, and none that stands for many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn shown(
    tx: &mut Tx,
    person: PersonId,
    (measure, other): (Measure, Measure),
    span: (DateTime<Utc>, DateTime<Utc>),
    most: i64,
) -> Result<Vec<TakenRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(SHOWN)
            .bind(person.as_uuid())
            .bind(measure.code())
            .bind(other.code())
            .bind(span.0)
            .bind(span.1)
            .bind(most)
            .fetch_all(c)
            .await
    )?)
}
