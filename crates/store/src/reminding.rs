//! Reminders of medicines: to take them, with what was said of each dose, and to order more.

use crate::{StoreError, Tx, an_id, on, people, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::appointment::Weekdays;
use domain::medicine::{DiaryShare, DoseAnswer, EndReason, MedicineRef, Times, Timetable};
use domain::{AccountId, DoseReminderId, EntryId, OwnMedicineId, PersonId};
use uuid::Uuid;

/// What is read of a reminder, as [`ReminderRow`].
macro_rules! reminder {
    () => {
        "SELECT id, entry_id, own_id, name, times, days, from_on, until_on, by_mail, by_text, at_night, starts_at, ended_at, end_reason, \
         next_due_at, created_by, created_at FROM medicine_reminder"
    };
}

statements! {
    ADD = "INSERT INTO medicine_reminder (person_id, id, submission_id, entry_id, own_id, name, times, days, from_on, until_on, by_mail, \
           by_text, at_night, starts_at, next_due_at, created_by, created_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
           ON CONFLICT (person_id, submission_id) DO NOTHING";
    BY_SUBMISSION = "SELECT id FROM medicine_reminder WHERE person_id = $1 AND submission_id = $2";
    ONE = concat!(reminder!(), " WHERE person_id = $1 AND id = $2");
    WITHIN = concat!(
        reminder!(),
        " WHERE person_id = $1 AND (ended_at IS NULL OR ended_at > $2) AND starts_at < $3 ORDER BY created_at DESC, id DESC LIMIT $4"
    );
    /// Those that hold, before those that the record ended.
    LISTED = concat!(
        reminder!(),
        " WHERE person_id = $1 AND (ended_at IS NULL OR (ended_at > $2 AND end_reason IN ('stopped', 'paused'))) \
         ORDER BY (ended_at IS NOT NULL), created_at DESC, id DESC LIMIT $3"
    );
    DUE = concat!(reminder!(), " WHERE person_id = $1 AND ended_at IS NULL AND next_due_at <= $2 ORDER BY next_due_at, id");
    COUNT = "SELECT CAST(COUNT(*) AS BIGINT) FROM medicine_reminder WHERE person_id = $1 AND ended_at IS NULL";
    END = "UPDATE medicine_reminder SET ended_at = $3, end_reason = $4, next_due_at = NULL \
           WHERE person_id = $1 AND id = $2 AND ended_at IS NULL";
    NEXT = "UPDATE medicine_reminder SET next_due_at = $3 WHERE person_id = $1 AND id = $2 AND ended_at IS NULL";
    /// For whom a dose is due that has not been looked at.
    DUE_PEOPLE = "SELECT DISTINCT r.person_id FROM medicine_reminder r JOIN person p ON p.id = r.person_id AND NOT p.deceased \
                  WHERE r.ended_at IS NULL AND r.next_due_at <= $1 AND r.person_id > $2 ORDER BY r.person_id LIMIT $3";
    ANSWERS = "SELECT reminder_id, due_at, answer, note, answered_by, answered_at FROM medicine_dose \
               WHERE person_id = $1 AND due_at >= $2 AND due_at < $3 ORDER BY due_at";
    MOVE_ANSWER = "UPDATE medicine_dose SET reminder_id = $3 WHERE person_id = $1 AND reminder_id = $2 AND due_at = $4";
    ANSWER = "INSERT INTO medicine_dose (person_id, reminder_id, due_at, answer, note, answered_by, answered_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, reminder_id, due_at) DO NOTHING";
    TAKE_ANSWER_BACK = "DELETE FROM medicine_dose WHERE person_id = $1 AND reminder_id = $2 AND due_at = $3";
    NOTICE = "INSERT INTO medicine_notice (person_id, reminder_id, due_at, channel, mail_id) VALUES ($1, $2, $3, $4, $5) \
              ON CONFLICT (person_id, reminder_id, due_at, channel) DO NOTHING";
    FORGET_NOTICES = "DELETE FROM medicine_notice WHERE person_id = $1 AND due_at < $2";
    /// What is about another reminder as well stays.
    TAKE_BACK = "DELETE FROM outbox WHERE sent_at IS NULL AND id IN (SELECT n.mail_id FROM medicine_notice n WHERE n.person_id = $1 \
                 AND n.reminder_id = $2 AND NOT EXISTS (SELECT 1 FROM medicine_notice o WHERE o.person_id = n.person_id \
                 AND o.mail_id = n.mail_id AND o.reminder_id <> n.reminder_id))";
    FORGET_OF = "DELETE FROM medicine_notice WHERE person_id = $1 AND reminder_id = $2";
    CHOICE = "SELECT diary, order_by_mail, order_by_text, order_chosen_by, order_checked_on, collect_by_mail, collect_by_text \
              FROM medicine_choice WHERE person_id = $1";
    SHARE = "INSERT INTO medicine_choice (person_id, diary, order_by_mail, order_by_text, changed_at) VALUES ($1, $2, FALSE, FALSE, $3) \
             ON CONFLICT (person_id) DO UPDATE SET diary = $2, changed_at = $3";
    CHOOSE_ORDER = "INSERT INTO medicine_choice (person_id, diary, order_by_mail, order_by_text, order_chosen_by, changed_at) \
                    VALUES ($1, 'nobody', $2, $3, $4, $5) \
                    ON CONFLICT (person_id) DO UPDATE SET order_by_mail = $2, order_by_text = $3, order_chosen_by = $4, changed_at = $5";
    CHOOSE_COLLECT = "INSERT INTO medicine_choice (person_id, diary, order_by_mail, order_by_text, collect_by_mail, collect_by_text, changed_at) \
                      VALUES ($1, 'nobody', FALSE, FALSE, $2, $3, $4) \
                      ON CONFLICT (person_id) DO UPDATE SET collect_by_mail = $2, collect_by_text = $3, changed_at = $4";
    CHECKED = "UPDATE medicine_choice SET order_checked_on = $2 WHERE person_id = $1";
    ORDER_PEOPLE = "SELECT m.person_id FROM medicine_choice m JOIN person p ON p.id = m.person_id AND NOT p.deceased \
                    WHERE (m.order_by_mail OR m.order_by_text) AND (m.order_checked_on IS NULL OR m.order_checked_on < $1) \
                    AND m.person_id > $2 ORDER BY m.person_id LIMIT $3";
    ORDER_REMINDED = "SELECT entry_id, supply_on FROM order_reminder WHERE person_id = $1 AND supply_on >= $2";
    ORDER_REMIND = "INSERT INTO order_reminder (person_id, entry_id, supply_on, created_at) VALUES ($1, $2, $3, $4) \
                    ON CONFLICT (person_id, entry_id, supply_on) DO NOTHING";
}

/// The entry of the record, and the medicine that was added: one of them.
fn ids(medicine: MedicineRef) -> (Option<Uuid>, Option<Uuid>) {
    match medicine {
        MedicineRef::Entry(id) => (Some(id.as_uuid()), None),
        MedicineRef::Own(id) => (None, Some(id.as_uuid())),
    }
}

/// A reminder that is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReminder {
    /// For whom.
    pub person: PersonId,
    /// Its id.
    pub id: DoseReminderId,
    /// The form's one-time id.
    pub submission: Uuid,
    /// Of which medicine.
    pub medicine: MedicineRef,
    /// What the person calls it.
    pub name: String,
    /// When.
    pub table: Timetable,
    /// By mail.
    pub by_mail: bool,
    /// By text message.
    pub by_text: bool,
    /// Between 10pm and 7am too.
    pub at_night: bool,
    /// The instant from which its doses count.
    pub starts_at: DateTime<Utc>,
    /// By whom.
    pub created_by: AccountId,
}

/// A reminder to take a medicine.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReminderRow {
    /// Its id.
    pub id: Uuid,
    /// The entry of the record.
    pub entry_id: Option<Uuid>,
    /// The medicine that was added.
    pub own_id: Option<Uuid>,
    /// What the person calls it.
    pub name: String,
    /// [`Times`] by code.
    pub times: String,
    /// [`Weekdays`] by code.
    pub days: String,
    /// The first day.
    pub from_on: NaiveDate,
    /// The last day.
    pub until_on: Option<NaiveDate>,
    /// By mail.
    pub by_mail: bool,
    /// By text message.
    pub by_text: bool,
    /// Between 10pm and 7am too.
    pub at_night: bool,
    /// The instant from which its doses count.
    pub starts_at: DateTime<Utc>,
    /// The instant before which they do.
    pub ended_at: Option<DateTime<Utc>>,
    /// [`EndReason`] by code.
    pub end_reason: Option<String>,
    /// The first dose that has not been looked at.
    pub next_due_at: Option<DateTime<Utc>>,
    /// By whom it was set up.
    pub created_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl ReminderRow {
    /// Its id.
    #[must_use]
    pub const fn reminder(&self) -> DoseReminderId {
        DoseReminderId::from_uuid(self.id)
    }

    /// Of which medicine.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it names none.
    pub fn medicine(&self) -> Result<MedicineRef, StoreError> {
        match (self.entry_id, self.own_id) {
            (Some(id), _) => Ok(MedicineRef::Entry(EntryId::from_uuid(id))),
            (None, Some(id)) => Ok(MedicineRef::Own(OwnMedicineId::from_uuid(id))),
            (None, None) => Err(StoreError::corrupt("a reminder is of no medicine")),
        }
    }

    /// Why it ended; absent where it has not.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn end_reason(&self) -> Result<Option<EndReason>, StoreError> {
        let odd = || StoreError::corrupt("a reminder ended for an unknown reason");
        self.end_reason.as_deref().map(|code| EndReason::from_code(code).ok_or_else(odd)).transpose()
    }

    /// When.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program cannot read it.
    pub fn table(&self) -> Result<Timetable, StoreError> {
        let odd = || StoreError::corrupt("the times of a reminder cannot be read");
        Ok(Timetable {
            times: Times::parse(&self.times).map_err(|_| odd())?,
            days: Weekdays::from_code(&self.days).ok_or_else(odd)?,
            from: self.from_on,
            until: self.until_on,
        })
    }
}

/// What somebody said of a dose.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DoseRow {
    /// Of which reminder.
    pub reminder_id: Uuid,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// [`DoseAnswer`] by code.
    pub answer: String,
    /// What was written to it.
    pub note: String,
    /// By whom.
    pub answered_by: Uuid,
    /// When.
    pub answered_at: DateTime<Utc>,
}

impl DoseRow {
    /// What was said.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn answer(&self) -> Result<DoseAnswer, StoreError> {
        DoseAnswer::from_code(&self.answer).ok_or_else(|| StoreError::corrupt("what was said of a dose is an unknown word"))
    }
}

/// What a person chose about their medicines as a whole.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChoiceRow {
    /// Who sees the diary: [`DiaryShare`] by code.
    pub diary: String,
    /// Reminders to order come by mail.
    pub order_by_mail: bool,
    /// They come by text message.
    pub order_by_text: bool,
    /// Who chose that.
    pub order_chosen_by: Option<Uuid>,
    /// The last day on which it was looked whether something is to be ordered.
    pub order_checked_on: Option<NaiveDate>,
    /// Reminders to collect come by mail.
    pub collect_by_mail: bool,
    /// They come by text message.
    pub collect_by_text: bool,
}

impl Default for ChoiceRow {
    /// What holds where they chose nothing.
    fn default() -> Self {
        Self {
            diary: DiaryShare::Nobody.code().to_owned(),
            order_by_mail: false,
            order_by_text: false,
            order_chosen_by: None,
            order_checked_on: None,
            collect_by_mail: true,
            collect_by_text: false,
        }
    }
}

impl ChoiceRow {
    /// Who sees the diary.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn diary(&self) -> Result<DiaryShare, StoreError> {
        DiaryShare::from_code(&self.diary).ok_or_else(|| StoreError::corrupt("a diary is shared in an unknown way"))
    }
}

/// Sets a reminder up; `false`, and nothing is written, where this form did so before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(
    tx: &mut Tx,
    new: &NewReminder,
    next_due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (entry, own) = ids(new.medicine);
    let done = run!(
        tx,
        ADD,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.submission,
        entry,
        own,
        &new.name,
        new.table.times.code(),
        new.table.days.code(),
        new.table.from,
        new.table.until,
        new.by_mail,
        new.by_text,
        new.at_night,
        new.starts_at,
        next_due_at,
        new.created_by.as_uuid(),
        now
    )?;
    Ok(done == 1)
}

/// Whether this form set one up before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_sent(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<bool, StoreError> {
    Ok(an_id!(tx, BY_SUBMISSION, person.as_uuid(), submission)?.is_some())
}

/// One reminder of a person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: DoseReminderId) -> Result<Option<ReminderRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Up to `limit` reminders of a person that held at any time from one instant on and before another, the last first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn within(
    tx: &mut Tx,
    person: PersonId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<ReminderRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(WITHIN).bind(person.as_uuid()).bind(from).bind(to).bind(limit).fetch_all(c).await)?)
}

/// Up to `limit` reminders of a person that hold, or that the record has ended since then.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listed(tx: &mut Tx, person: PersonId, then: DateTime<Utc>, limit: i64) -> Result<Vec<ReminderRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LISTED).bind(person.as_uuid()).bind(then).bind(limit).fetch_all(c).await)?)
}

/// The reminders of a person with a dose that is due and has not been looked at.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<Vec<ReminderRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(DUE).bind(person.as_uuid()).bind(now).fetch_all(c).await)?)
}

/// How many reminders of a person have not ended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn count(tx: &mut Tx, person: PersonId) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(COUNT).bind(person.as_uuid()).fetch_one(c).await)?;
    Ok(count)
}

/// Ends a reminder and takes back what waits to be sent about it alone; `false` where it has ended already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end(
    tx: &mut Tx,
    person: PersonId,
    id: DoseReminderId,
    at: DateTime<Utc>,
    why: EndReason,
) -> Result<bool, StoreError> {
    let done = run!(tx, END, person.as_uuid(), id.as_uuid(), at, why.code())?;
    for statement in [TAKE_BACK, FORGET_OF] {
        run!(tx, statement, person.as_uuid(), id.as_uuid())?;
    }
    Ok(done == 1)
}

/// Notes which dose of a reminder is looked at next.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_next(tx: &mut Tx, person: PersonId, id: DoseReminderId, next: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    run!(tx, NEXT, person.as_uuid(), id.as_uuid(), next)?;
    Ok(())
}

/// Up to `limit` people after this one, by id, for whom a dose is due that has not been looked at; nobody who has died.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due_people(tx: &mut Tx, now: DateTime<Utc>, after: PersonId, limit: i64) -> Result<Vec<PersonId>, StoreError> {
    Ok(people!(tx, DUE_PEOPLE, now, after.as_uuid(), limit)?)
}

/// What was said of a person's doses that were due from one instant on and before another, in that order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn answers(
    tx: &mut Tx,
    person: PersonId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<DoseRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ANSWERS).bind(person.as_uuid()).bind(from).bind(to).fetch_all(c).await)?)
}

/// Lets what was said of a dose of one reminder be said of the same dose of another.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn move_answer(
    tx: &mut Tx,
    person: PersonId,
    (from, to): (DoseReminderId, DoseReminderId),
    due_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (from, to) = (from.as_uuid(), to.as_uuid());
    run!(tx, MOVE_ANSWER, person.as_uuid(), from, to, due_at)?;
    Ok(())
}

/// Notes what somebody says of a dose; `false`, and nothing is written, where somebody said something already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn answer(
    tx: &mut Tx,
    (person, id, due_at): (PersonId, DoseReminderId, DateTime<Utc>),
    (answer, note): (DoseAnswer, &str),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, ANSWER, person.as_uuid(), id.as_uuid(), due_at, answer.code(), note, by.as_uuid(), now)?;
    Ok(done == 1)
}

/// Takes back what was said of a dose; `false` where nothing was.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_answer_back(
    tx: &mut Tx,
    (person, id, due_at): (PersonId, DoseReminderId, DateTime<Utc>),
) -> Result<bool, StoreError> {
    let done = run!(tx, TAKE_ANSWER_BACK, person.as_uuid(), id.as_uuid(), due_at)?;
    Ok(done == 1)
}

/// Notes that this message is about a dose; `false`, and nothing is written, where one went this way before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn notice(
    tx: &mut Tx,
    (person, id, due_at): (PersonId, DoseReminderId, DateTime<Utc>),
    channel: &'static str,
    mail: Uuid,
) -> Result<bool, StoreError> {
    let done = run!(tx, NOTICE, person.as_uuid(), id.as_uuid(), due_at, channel, mail)?;
    Ok(done == 1)
}

/// Forgets what was sent about a person's doses that were due before then.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn forget_notices(tx: &mut Tx, person: PersonId, before: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, FORGET_NOTICES, person.as_uuid(), before)?;
    Ok(())
}

/// What a person chose, or what holds where they chose nothing.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn choice(tx: &mut Tx, person: PersonId) -> Result<ChoiceRow, StoreError> {
    let row: Option<ChoiceRow> = on!(tx, c, sqlx::query_as(CHOICE).bind(person.as_uuid()).fetch_optional(c).await)?;
    Ok(row.unwrap_or_default())
}

/// Keeps who sees the diary.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn share(tx: &mut Tx, person: PersonId, diary: DiaryShare, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, SHARE, person.as_uuid(), diary.code(), now)?;
    Ok(())
}

/// Keeps how somebody is reminded to order: by mail, by text message.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn choose_order(
    tx: &mut Tx,
    person: PersonId,
    (by_mail, by_text): (bool, bool),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, CHOOSE_ORDER, person.as_uuid(), by_mail, by_text, by.as_uuid(), now)?;
    Ok(())
}

/// Keeps how somebody is reminded to collect: by mail, by text message.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn choose_collect(
    tx: &mut Tx,
    person: PersonId,
    (by_mail, by_text): (bool, bool),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, CHOOSE_COLLECT, person.as_uuid(), by_mail, by_text, now)?;
    Ok(())
}

/// Notes that it was looked on this day whether something is to be ordered.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn checked(tx: &mut Tx, person: PersonId, today: NaiveDate) -> Result<(), StoreError> {
    run!(tx, CHECKED, person.as_uuid(), today)?;
    Ok(())
}

/// Up to `limit` people after this one, by id, for whom it has not been looked today; nobody who has died.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn order_people(tx: &mut Tx, today: NaiveDate, after: PersonId, limit: i64) -> Result<Vec<PersonId>, StoreError> {
    Ok(people!(tx, ORDER_PEOPLE, today, after.as_uuid(), limit)?)
}

/// Of which supplies that were given on this day or later somebody was reminded.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn order_reminded(tx: &mut Tx, person: PersonId, since: NaiveDate) -> Result<Vec<(EntryId, NaiveDate)>, StoreError> {
    let rows: Vec<(Uuid, NaiveDate)> =
        on!(tx, c, sqlx::query_as(ORDER_REMINDED).bind(person.as_uuid()).bind(since).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, on)| (EntryId::from_uuid(id), on)).collect())
}

/// Notes that somebody is reminded of the supply that was given on this day; `false` where that was done before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn order_remind(
    tx: &mut Tx,
    (person, entry, supply_on): (PersonId, EntryId, NaiveDate),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, ORDER_REMIND, person.as_uuid(), entry.as_uuid(), supply_on, now)?;
    Ok(done == 1)
}
