//! Prescriptions on their way to people: what others tell of them, where their items stand, and when it was asked.

use crate::{StoreError, Tx, on, people, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::medicine::{DispenseStatus, DispenseStep, PrescriptionNumber};
use domain::{AccountId, OrderId, OrderItemId, PersonId, PrescriptionId, PrescriptionItemId};
use uuid::Uuid;

macro_rules! prescription {
    () => {
        "SELECT person_id, id, number, course, written_on, prescriber, issue, issues, issue_from, issue_days, dispenser_ods, \
         dispenser_at, dispenser_answered, facts_at, place_ods, place_name, place_phone, place_address, place_web, created_at, changed_at \
         FROM prescription WHERE person_id = $1"
    };
}

macro_rules! item {
    () => {
        "SELECT person_id, id, prescription_id, number, name, code_system, code, quantity, note, note_at, note_answered, order_item_id, \
         told, again_at, created_at FROM prescription_item WHERE person_id = $1"
    };
}

/// The prescriptions of a person of which something was told last, up to `$2`.
macro_rules! newest {
    () => {
        "(SELECT n.id FROM prescription n WHERE n.person_id = $1 ORDER BY n.changed_at DESC, n.id DESC LIMIT $2)"
    };
}

/// Those that answer medicines of the order `$2`.
macro_rules! answering {
    () => {
        "(SELECT a.prescription_id FROM medicine_order_item o JOIN prescription_item a ON a.person_id = o.person_id \
         AND a.order_item_id = o.id WHERE o.person_id = $1 AND o.order_id = $2)"
    };
}

macro_rules! step {
    () => {
        "SELECT s.item_id, s.at, s.status, s.source, s.came_at FROM prescription_item i JOIN prescription_item_status s \
         ON s.person_id = i.person_id AND s.item_id = i.id WHERE i.person_id = $1 AND i.prescription_id "
    };
}

statements! {
    ONE = concat!(prescription!(), " AND id = $2");
    BY_NUMBER = concat!(prescription!(), " AND number = $2");
    NEWEST = concat!(prescription!(), " AND id IN ", newest!(), " ORDER BY changed_at DESC, id DESC");
    ANSWERING = concat!(prescription!(), " AND id IN ", answering!(), " ORDER BY changed_at DESC, id DESC");
    INSERT = "INSERT INTO prescription (person_id, id, number, course, written_on, prescriber, issue, issues, issue_from, issue_days, \
              dispenser_ods, dispenser_at, facts_at, place_ods, place_name, place_phone, place_address, place_web, changed_at, \
              dispenser_answered, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
              $18, $19, $20, $21)";
    UPDATE = "UPDATE prescription SET course = $4, written_on = $5, prescriber = $6, issue = $7, issues = $8, issue_from = $9, \
              issue_days = $10, dispenser_ods = $11, dispenser_at = $12, facts_at = $13, place_ods = $14, place_name = $15, \
              place_phone = $16, place_address = $17, place_web = $18, changed_at = $19, dispenser_answered = $20 \
              WHERE person_id = $1 AND id = $2 AND number = $3";
    ITEMS = concat!(item!(), " AND prescription_id = $2 ORDER BY name, id");
    NEWEST_ITEMS = concat!(item!(), " AND prescription_id IN ", newest!(), " ORDER BY name, id");
    ANSWERING_ITEMS = concat!(item!(), " AND prescription_id IN ", answering!(), " ORDER BY name, id");
    INSERT_ITEM = "INSERT INTO prescription_item (person_id, id, prescription_id, number, name, code_system, code, quantity, note, note_at, \
                   order_item_id, told, note_answered, again_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
                   $14, $15)";
    UPDATE_ITEM = "UPDATE prescription_item SET number = $4, name = $5, code_system = $6, code = $7, quantity = $8, note = $9, note_at = $10, \
                   order_item_id = $11, told = $12, note_answered = $13, again_at = $14 WHERE person_id = $1 AND id = $2 AND prescription_id = $3";
    /// For whom something is to be looked at once more.
    PEOPLE_AGAIN = "SELECT DISTINCT i.person_id FROM prescription_item i JOIN person p ON p.id = i.person_id AND NOT p.deceased \
                    WHERE i.again_at <= $1 AND i.person_id > $2 ORDER BY i.person_id LIMIT $3";
    NOTICE = "INSERT INTO prescription_notice (person_id, item_id, mail_id, account_id, word, collects) VALUES ($1, $2, $3, $4, $5, $6)";
    /// The messages of a person that have not gone, by what they tell of.
    WAITING = "SELECT n.item_id, n.mail_id, n.account_id, n.word, n.collects FROM prescription_notice n JOIN outbox o ON o.id = n.mail_id \
               WHERE n.person_id = $1 AND o.sent_at IS NULL AND o.given_up_at IS NULL ORDER BY n.mail_id, n.item_id";
    TAKE_NOTICE_BACK = "DELETE FROM prescription_notice WHERE person_id = $1 AND item_id = $2 AND mail_id = $3";
    /// What tells of something else as well stays.
    TAKE_MAIL_BACK = "DELETE FROM outbox WHERE id = $2 AND sent_at IS NULL AND NOT EXISTS \
                      (SELECT 1 FROM prescription_notice n WHERE n.person_id = $1 AND n.mail_id = $2)";
    FORGET_SENT = "DELETE FROM prescription_notice WHERE person_id = $1 AND NOT EXISTS \
                   (SELECT 1 FROM outbox o WHERE o.id = prescription_notice.mail_id AND o.sent_at IS NULL AND o.given_up_at IS NULL)";
    MOVE_NOTICES = "INSERT INTO prescription_notice (person_id, item_id, mail_id, account_id, word, collects) \
                    SELECT person_id, $3, mail_id, account_id, word, collects FROM prescription_notice WHERE person_id = $1 AND item_id = $2 \
                    ON CONFLICT (person_id, item_id, mail_id) DO NOTHING";
    FORGET_NOTICES = "DELETE FROM prescription_notice WHERE person_id = $1 AND item_id = $2";
    REMOVE_STEPS = "DELETE FROM prescription_item_status WHERE person_id = $1 AND item_id = $2";
    REMOVE_ITEM = "DELETE FROM prescription_item WHERE person_id = $1 AND id = $2";
    ADD_STEP = "INSERT INTO prescription_item_status (person_id, item_id, at, status, source, came_at) VALUES ($1, $2, $3, $4, $5, $6) \
                ON CONFLICT (person_id, item_id, at, status) DO NOTHING";
    STEPS = concat!(step!(), "= $2 ORDER BY s.at, s.status");
    NEWEST_STEPS = concat!(step!(), "IN ", newest!(), " ORDER BY s.at, s.status");
    ANSWERING_STEPS = concat!(step!(), "IN ", answering!(), " ORDER BY s.at, s.status");
    WATCH = "SELECT asked_at, answered_at, failures, fault, held_back, more_held_back, unread FROM prescription_watch \
             WHERE person_id = $1";
    /// Takes the asking about a person, where it is due: at its time, or, where it went well, once it is older than $4.
    CLAIM = "INSERT INTO prescription_watch (person_id, asked_at, next_at, failures, fault, held_back, more_held_back, unread) \
             VALUES ($1, $2, $3, 0, '', '', $5, 0) ON CONFLICT (person_id) DO UPDATE SET asked_at = $2, next_at = $3 \
             WHERE prescription_watch.next_at <= $2 OR (prescription_watch.failures = 0 AND prescription_watch.asked_at <= $4)";
    ANSWERED = "UPDATE prescription_watch SET answered_at = $2, next_at = $3, failures = 0, fault = '', held_back = $4, \
                more_held_back = $5, unread = $6 WHERE person_id = $1";
    FAILED = "UPDATE prescription_watch SET next_at = $2, failures = failures + $4, fault = $3 WHERE person_id = $1";
    /// Who ordered here, for themself or by others, or has an account of their own and something that may be on its way, and is due to
    /// be asked about.
    DUE = "SELECT p.id, p.nhs_number FROM person p LEFT JOIN prescription_watch w ON w.person_id = p.id \
           WHERE p.id > $3 AND p.nhs_number IS NOT NULL AND NOT p.deceased AND (w.next_at IS NULL OR w.next_at <= $1) \
           AND p.id IN (SELECT person_id FROM medicine_order WHERE created_at >= $2 \
           UNION SELECT r.person_id FROM prescription r JOIN account_person l ON l.person_id = r.person_id AND l.relation = 'self' \
           WHERE r.changed_at >= $2) ORDER BY p.id LIMIT $4";
}

macro_rules! bound {
    ($statement:expr, $row:expr) => {
        sqlx::query($statement)
            .bind($row.person_id)
            .bind($row.id)
            .bind(&$row.number)
            .bind(&$row.course)
            .bind($row.written_on)
            .bind(&$row.prescriber)
            .bind($row.issue)
            .bind($row.issues)
            .bind($row.issue_from)
            .bind($row.issue_days)
            .bind(&$row.dispenser_ods)
            .bind($row.dispenser_at)
            .bind($row.facts_at)
            .bind(&$row.place_ods)
            .bind(&$row.place_name)
            .bind(&$row.place_phone)
            .bind(&$row.place_address)
            .bind(&$row.place_web)
            .bind($row.changed_at)
            .bind($row.dispenser_answered)
    };
}

/// A prescription.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PrescriptionRow {
    /// Whose.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// [`domain::medicine::Course`] by code; empty where nobody says.
    pub course: String,
    /// When it was written, or from when it can be given.
    pub written_on: Option<NaiveDate>,
    /// Who prescribed it; empty where nobody says.
    pub prescriber: String,
    /// Which issue this is.
    pub issue: Option<i32>,
    /// Of how many.
    pub issues: Option<i32>,
    /// From when this issue can be given.
    pub issue_from: Option<NaiveDate>,
    /// For how many days each lasts.
    pub issue_days: Option<i32>,
    /// The pharmacy that has it, by its ODS code; empty: none.
    pub dispenser_ods: String,
    /// Since when that is told.
    pub dispenser_at: Option<DateTime<Utc>>,
    /// An answer told it, and not the pharmacy by itself.
    pub dispenser_answered: bool,
    /// When all details were told last.
    pub facts_at: Option<DateTime<Utc>>,
    /// Of which pharmacy the details are, by its ODS code.
    pub place_ods: String,
    /// Its name.
    pub place_name: String,
    /// Its number.
    pub place_phone: String,
    /// Street, town and postcode.
    pub place_address: String,
    /// Its address in the web.
    pub place_web: String,
    /// When it was first heard of here.
    pub created_at: DateTime<Utc>,
    /// When something new was last told of it here.
    pub changed_at: DateTime<Utc>,
}

impl PrescriptionRow {
    /// Its id.
    #[must_use]
    pub const fn prescription(&self) -> PrescriptionId {
        PrescriptionId::from_uuid(self.id)
    }

    /// Its number.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when what is stored is none.
    pub fn number(&self) -> Result<PrescriptionNumber, StoreError> {
        PrescriptionNumber::parse(&self.number).map_err(|_| StoreError::corrupt("a prescription's number is none"))
    }
}

/// One item of a prescription.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PrescriptionItemRow {
    /// Whose.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Of which prescription.
    pub prescription_id: Uuid,
    /// What its source calls it.
    pub number: Option<String>,
    /// The medicine's name; empty until somebody tells it.
    pub name: String,
    /// The system of its code.
    pub code_system: Option<String>,
    /// Its code.
    pub code: Option<String>,
    /// How much.
    pub quantity: String,
    /// What the pharmacy wrote to it.
    pub note: String,
    /// When.
    pub note_at: Option<DateTime<Utc>>,
    /// An answer told it, and not the pharmacy by itself.
    pub note_answered: bool,
    /// The ordered medicine that it answers.
    pub order_item_id: Option<Uuid>,
    /// Of what the person was told.
    pub told: String,
    /// When it is looked at whether it is still ready, as they were told.
    pub again_at: Option<DateTime<Utc>>,
    /// When it was first heard of here.
    pub created_at: DateTime<Utc>,
}

impl PrescriptionItemRow {
    /// Its id.
    #[must_use]
    pub const fn item(&self) -> PrescriptionItemId {
        PrescriptionItemId::from_uuid(self.id)
    }

    /// The ordered medicine that it answers.
    #[must_use]
    pub fn order_item(&self) -> Option<OrderItemId> {
        self.order_item_id.map(OrderItemId::from_uuid)
    }
}

/// That an item stood somewhere.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StepRow {
    /// Which item.
    pub item_id: Uuid,
    /// Since when, by the clock of whoever told.
    pub at: DateTime<Utc>,
    /// [`DispenseStatus`] by code.
    pub status: String,
    /// `practice`, `asked` or `sent`.
    pub source: String,
    /// When it came here.
    pub came_at: DateTime<Utc>,
}

impl StepRow {
    /// The same for the rules.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn step(&self) -> Result<DispenseStep, StoreError> {
        let status = DispenseStatus::from_code(&self.status);
        let status = status.ok_or_else(|| StoreError::corrupt("an item of a prescription stands in an unknown way"))?;
        Ok(DispenseStep { at: self.at, status })
    }
}

/// When it was asked where a person's prescriptions stand, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WatchRow {
    /// When it was asked last.
    pub asked_at: DateTime<Utc>,
    /// When there was an answer last.
    pub answered_at: Option<DateTime<Utc>>,
    /// How often it failed since it last went well.
    pub failures: i32,
    /// Why there was no answer when it was to be asked last; empty where it went well.
    pub fault: String,
    /// Prescriptions that the source holds back, by number with spaces between.
    pub held_back: String,
    /// It holds back others, of which it tells no number.
    pub more_held_back: bool,
    /// How many could not be read.
    pub unread: i32,
}

/// Somebody who is due to be asked about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueRow {
    /// Who.
    pub id: Uuid,
    /// Their NHS number, ten digits.
    pub nhs_number: String,
}

/// What an answer told beside the prescriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldBack {
    /// Numbers with spaces between.
    pub numbers: String,
    /// There are others without a number.
    pub more: bool,
    /// How many could not be read.
    pub unread: i32,
}

/// That a message tells of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice<'w> {
    /// Of which.
    pub item: PrescriptionItemId,
    /// The message, by its id in the outbox.
    pub mail: Uuid,
    /// To whom it goes.
    pub account: AccountId,
    /// What it tells, as in [`PrescriptionItemRow::told`]; empty where it is a second one.
    pub word: &'w str,
    /// It tells of what is to be collected.
    pub collects: bool,
}

/// The same of a message that has not gone.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NoticeRow {
    /// Of which item.
    pub item_id: Uuid,
    /// The message.
    pub mail_id: Uuid,
    /// To whom it goes.
    pub account_id: Uuid,
    /// What it tells.
    pub word: String,
    /// It tells of what is to be collected.
    pub collects: bool,
}

/// One prescription of a person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: PrescriptionId) -> Result<Option<PrescriptionRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The prescription of a person with this number.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_number(
    tx: &mut Tx,
    person: PersonId,
    number: &PrescriptionNumber,
) -> Result<Option<PrescriptionRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_NUMBER).bind(person.as_uuid()).bind(number.as_str()).fetch_optional(c).await)?)
}

/// Several prescriptions of a person, with all their items and where those stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several {
    /// Those of which something was told last first.
    pub prescriptions: Vec<PrescriptionRow>,
    /// By name.
    pub items: Vec<PrescriptionItemRow>,
    /// In order of time.
    pub steps: Vec<StepRow>,
}

/// Up to `limit` prescriptions of a person: those of which something was told last.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Several, StoreError> {
    Ok(Several {
        prescriptions: on!(tx, c, sqlx::query_as(NEWEST).bind(person.as_uuid()).bind(limit).fetch_all(c).await)?,
        items: on!(tx, c, sqlx::query_as(NEWEST_ITEMS).bind(person.as_uuid()).bind(limit).fetch_all(c).await)?,
        steps: on!(tx, c, sqlx::query_as(NEWEST_STEPS).bind(person.as_uuid()).bind(limit).fetch_all(c).await)?,
    })
}

/// The prescriptions that answer medicines of an order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn answering(tx: &mut Tx, person: PersonId, order: OrderId) -> Result<Several, StoreError> {
    let (person, order) = (person.as_uuid(), order.as_uuid());
    Ok(Several {
        prescriptions: on!(tx, c, sqlx::query_as(ANSWERING).bind(person).bind(order).fetch_all(c).await)?,
        items: on!(tx, c, sqlx::query_as(ANSWERING_ITEMS).bind(person).bind(order).fetch_all(c).await)?,
        steps: on!(tx, c, sqlx::query_as(ANSWERING_STEPS).bind(person).bind(order).fetch_all(c).await)?,
    })
}

/// Writes a prescription down.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &PrescriptionRow) -> Result<(), StoreError> {
    on!(tx, c, bound!(INSERT, row).bind(row.created_at).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Changes what is told of a prescription.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn update(tx: &mut Tx, row: &PrescriptionRow) -> Result<(), StoreError> {
    on!(tx, c, bound!(UPDATE, row).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The items of a prescription, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn items(tx: &mut Tx, person: PersonId, id: PrescriptionId) -> Result<Vec<PrescriptionItemRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ITEMS).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

macro_rules! bound_item {
    ($statement:expr, $row:expr) => {
        sqlx::query($statement)
            .bind($row.person_id)
            .bind($row.id)
            .bind($row.prescription_id)
            .bind(&$row.number)
            .bind(&$row.name)
            .bind(&$row.code_system)
            .bind(&$row.code)
            .bind(&$row.quantity)
            .bind(&$row.note)
            .bind($row.note_at)
            .bind($row.order_item_id)
            .bind(&$row.told)
            .bind($row.note_answered)
            .bind($row.again_at)
    };
}

/// Writes an item down.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_item(tx: &mut Tx, row: &PrescriptionItemRow) -> Result<(), StoreError> {
    on!(tx, c, bound_item!(INSERT_ITEM, row).bind(row.created_at).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Changes what is told of an item.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn update_item(tx: &mut Tx, row: &PrescriptionItemRow) -> Result<(), StoreError> {
    on!(tx, c, bound_item!(UPDATE_ITEM, row).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Removes an item that proved to be another one, with what was told of it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_item(tx: &mut Tx, person: PersonId, id: PrescriptionItemId) -> Result<(), StoreError> {
    for statement in [REMOVE_STEPS, REMOVE_ITEM] {
        run!(tx, statement, person.as_uuid(), id.as_uuid())?;
    }
    Ok(())
}

/// Up to `limit` people after this one, by id, of whom an item is to be looked at once more; nobody who has died.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn people_again(tx: &mut Tx, now: DateTime<Utc>, after: PersonId, limit: i64) -> Result<Vec<PersonId>, StoreError> {
    Ok(people!(tx, PEOPLE_AGAIN, now, after.as_uuid(), limit)?)
}

/// Notes that a message tells of an item.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn notice(tx: &mut Tx, person: PersonId, new: &NewNotice<'_>) -> Result<(), StoreError> {
    run!(tx, NOTICE, person.as_uuid(), new.item.as_uuid(), new.mail, new.account.as_uuid(), new.word, new.collects)?;
    Ok(())
}

/// What waits to be sent about a person's items.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(tx: &mut Tx, person: PersonId) -> Result<Vec<NoticeRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(WAITING).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Lets a message that has not gone tell of this item no more, and takes it back where it told of nothing else.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_notice_back(tx: &mut Tx, person: PersonId, (item, mail): (Uuid, Uuid)) -> Result<(), StoreError> {
    run!(tx, TAKE_NOTICE_BACK, person.as_uuid(), item, mail)?;
    run!(tx, TAKE_MAIL_BACK, person.as_uuid(), mail)?;
    Ok(())
}

/// Forgets of what messages told that have gone.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn forget_sent(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    run!(tx, FORGET_SENT, person.as_uuid())?;
    Ok(())
}

/// Lets what tells of one item tell of another, because they are one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn move_notices(
    tx: &mut Tx,
    person: PersonId,
    (from, to): (PrescriptionItemId, PrescriptionItemId),
) -> Result<(), StoreError> {
    let (whose, from, to) = (person.as_uuid(), from.as_uuid(), to.as_uuid());
    run!(tx, MOVE_NOTICES, whose, from, to)?;
    run!(tx, FORGET_NOTICES, whose, from)?;
    Ok(())
}

/// Adds what was told of where an item stands; `false` where the same was told before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_step(
    tx: &mut Tx,
    person: PersonId,
    id: PrescriptionItemId,
    step: DispenseStep,
    (source, now): (&str, DateTime<Utc>),
) -> Result<bool, StoreError> {
    let done = run!(tx, ADD_STEP, person.as_uuid(), id.as_uuid(), step.at, step.status.code(), source, now)?;
    Ok(done == 1)
}

/// All that was told of where the items of a prescription stand, in order of time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn steps(tx: &mut Tx, person: PersonId, id: PrescriptionId) -> Result<Vec<StepRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(STEPS).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

/// When it was asked where a person's prescriptions stand; absent where it never was.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn watch(tx: &mut Tx, person: PersonId) -> Result<Option<WatchRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(WATCH).bind(person.as_uuid()).fetch_optional(c).await)?)
}

/// Takes the asking about a person until `next`, where it is due, or went well and is older than `before`; `false` where it is not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn claim(
    tx: &mut Tx,
    person: PersonId,
    (now, next): (DateTime<Utc>, DateTime<Utc>),
    before: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, CLAIM, person.as_uuid(), now, next, before, false)?;
    Ok(done == 1)
}

/// Notes an answer, and when to ask again.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn answered(
    tx: &mut Tx,
    person: PersonId,
    (now, next): (DateTime<Utc>, DateTime<Utc>),
    held_back: &HeldBack,
) -> Result<(), StoreError> {
    run!(tx, ANSWERED, person.as_uuid(), now, next, &held_back.numbers, held_back.more, held_back.unread)?;
    Ok(())
}

/// Notes that there was no answer, why, whether that was a failure of whoever was asked, and when to ask again.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn failed(tx: &mut Tx, person: PersonId, next: DateTime<Utc>, (fault, failed): (&str, bool)) -> Result<(), StoreError> {
    run!(tx, FAILED, person.as_uuid(), next, fault, i32::from(failed))?;
    Ok(())
}

/// Up to `limit` people after this one who are due to be asked about, and ordered or had something on its way since then.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due(
    tx: &mut Tx,
    (now, since): (DateTime<Utc>, DateTime<Utc>),
    after: Uuid,
    limit: i64,
) -> Result<Vec<DueRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(DUE).bind(now).bind(since).bind(after).bind(limit).fetch_all(c).await)?)
}
