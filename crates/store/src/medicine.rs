//! Medicines: what practices let people order, what was ordered and what became of it, and what people added themselves.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::medicine::{ItemStatus, OrderRules};
use domain::pharmacy::OdsCode;
use domain::{AccountId, EntryId, MemberId, OrderId, OrderItemId, OrganisationId, OwnMedicineId, PersonId};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// What is read of an order, of `medicine_order m`, as [`OrderRow`].
macro_rules! order {
    () => {
        "SELECT m.person_id, m.id, m.organisation_id, m.note, m.channel, m.ordered_by, m.created_at, o.name AS organisation_name, \
         m.dispenser, m.dispenser_once FROM medicine_order m JOIN organisation o ON o.id = m.organisation_id"
    };
}

/// What is read of one medicine of an order, as [`ItemRow`].
macro_rules! item {
    () => {
        "SELECT i.person_id, i.id, i.order_id, m.organisation_id, m.ordered_by, i.entry_id, i.name, i.dose, i.quantity, i.last_issued, \
         i.runs_out, i.review_on, i.overused, i.reason, i.early_reason, i.status, i.question, i.reply, i.answer, \
         p.name AS prepared_name, i.prepared_at, d.name AS decided_name, i.decided_at, i.created_at, i.version \
         FROM medicine_order_item i JOIN medicine_order m ON m.person_id = i.person_id AND m.id = i.order_id \
         LEFT JOIN staff_member p ON p.id = i.prepared_by LEFT JOIN staff_member d ON d.id = i.decided_by"
    };
}

/// The medicines of some orders that wait to be decided here, and not in a system of the practice's own.
const WAITING_OF: &str = concat!(item!(), " WHERE i.status IN ('requested', 'question') AND (i.person_id, i.order_id) IN (");
const NOT_ELSEWHERE: &str = ") AND NOT EXISTS (SELECT 1 FROM prescribing_ask q WHERE q.person_id = i.person_id AND q.item_id = i.id \
                             AND q.what = 'order' AND q.state IN ('asked', 'done')) ORDER BY i.name, i.id";
/// Of how many orders one statement reads: it is prepared once and used again.
const ORDERS: usize = 25;

statements! {
    RULES = "SELECT takes_orders, asks_reason, early_days, version FROM medicine_rules WHERE organisation_id = $1";
    NEW_RULES = "INSERT INTO medicine_rules (organisation_id, takes_orders, asks_reason, early_days, changed_at, version) \
                 VALUES ($1, $2, $3, $4, $5, 1) ON CONFLICT (organisation_id) DO NOTHING";
    CHANGE_RULES = "UPDATE medicine_rules SET takes_orders = $2, asks_reason = $3, early_days = $4, changed_at = $5, \
                    version = version + 1 WHERE organisation_id = $1 AND version = $6";
    INSERT = "INSERT INTO medicine_order (person_id, id, organisation_id, submission_id, note, channel, ordered_by, created_at, \
              dispenser, dispenser_once) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    INSERT_ITEM = "INSERT INTO medicine_order_item (person_id, id, order_id, entry_id, name, dose, quantity, last_issued, runs_out, \
                   review_on, overused, reason, early_reason, status, question, reply, answer, created_at, version) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'requested', '', '', '', $14, 1) \
                   ON CONFLICT DO NOTHING";
    BY_SUBMISSION = "SELECT id FROM medicine_order WHERE person_id = $1 AND submission_id = $2 ORDER BY id";
    WHOSE = "SELECT person_id FROM medicine_order WHERE id = $1 AND organisation_id = $2";
    ONE = concat!(order!(), " WHERE m.person_id = $1 AND m.id = $2");
    OF_PERSON = concat!(order!(), " WHERE m.person_id = $1 ORDER BY m.created_at DESC, m.id DESC LIMIT $2");
    ITEMS = concat!(item!(), " WHERE i.person_id = $1 AND i.order_id = $2 ORDER BY i.name, i.id");
    ITEM = concat!(item!(), " WHERE i.person_id = $1 AND i.id = $2");
    /// The medicines of the last orders of a person.
    ITEMS_OF_PERSON = concat!(
        item!(),
        " WHERE i.person_id = $1 AND i.order_id IN (SELECT id FROM medicine_order WHERE person_id = $1 \
         ORDER BY created_at DESC, id DESC LIMIT $2) ORDER BY i.name, i.id"
    );
    OPEN = "SELECT entry_id, created_at, order_id FROM medicine_order_item WHERE person_id = $1 AND status IN ('requested', 'question')";
    GIVEN = "SELECT entry_id, decided_at FROM medicine_order_item WHERE person_id = $1 AND status IN ('approved', 'changed') \
             AND decided_at >= $2 ORDER BY decided_at";
    ENTRIES_ORDERED = "SELECT id, entry_id FROM medicine_order_item WHERE person_id = $1";
    SENT_TO = "SELECT i.id, m.dispenser FROM medicine_order_item i JOIN medicine_order m ON m.person_id = i.person_id AND m.id = i.order_id \
               WHERE i.person_id = $1 AND m.dispenser IS NOT NULL";
    CHANGE = "UPDATE medicine_order_item SET status = $4, question = $5, reply = $6, answer = $7, decided_by = $8, decided_at = $9, \
              version = version + 1 WHERE person_id = $1 AND id = $2 AND version = $3";
    PREPARE = "UPDATE medicine_order_item SET prepared_by = $4, prepared_at = $5, version = version + 1 \
               WHERE person_id = $1 AND id = $2 AND version = $3 AND status IN ('requested', 'question')";
    ADD_OWN = "INSERT INTO own_medicine (person_id, id, submission_id, name, dose, reason, started_on, added_by, created_at, version) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) ON CONFLICT (person_id, submission_id) DO NOTHING";
    OWN = "SELECT id, name, dose, reason, started_on, stopped_on, added_by, created_at, version FROM own_medicine \
           WHERE person_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2";
    STOP_OWN = "UPDATE own_medicine SET stopped_on = $3, version = version + 1 WHERE person_id = $1 AND id = $2 AND stopped_on IS NULL";
}

/// What a practice lets its people order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RulesRow {
    /// It takes orders.
    pub takes_orders: bool,
    /// It asks for a reason for each medicine.
    pub asks_reason: bool,
    /// How many days before a medicine runs out it can be ordered.
    pub early_days: i32,
    /// Goes up with every change.
    pub version: i32,
}

impl RulesRow {
    /// The same for the rules of ordering.
    #[must_use]
    pub fn rules(&self) -> OrderRules {
        OrderRules { takes_orders: self.takes_orders, early_days: u16::try_from(self.early_days).unwrap_or_default() }
    }
}

/// An order that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// For whom.
    pub person: PersonId,
    /// Its id.
    pub id: OrderId,
    /// To which practice.
    pub organisation: OrganisationId,
    /// The form's one-time id.
    pub submission: Uuid,
    /// What was written to the practice.
    pub note: String,
    /// `self` or `carer`.
    pub channel: &'static str,
    /// By whom.
    pub ordered_by: AccountId,
    /// To whom the prescription goes; absent where that is decided later.
    pub dispenser: Option<OdsCode>,
    /// It was chosen for this order alone.
    pub dispenser_once: bool,
}

/// One medicine of an order that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// Its id.
    pub id: OrderItemId,
    /// The entry of the record.
    pub entry: EntryId,
    /// The medicine's name.
    pub name: String,
    /// The dose as its source wrote it.
    pub dose: String,
    /// How much, as its source wrote it.
    pub quantity: String,
    /// When it was given last.
    pub last_issued: Option<NaiveDate>,
    /// When that should be used up.
    pub runs_out: Option<NaiveDate>,
    /// The day from which it must be reviewed first.
    pub review_on: Option<NaiveDate>,
    /// More was given than was used up.
    pub overused: bool,
    /// Why it is needed; empty where the practice does not ask.
    pub reason: String,
    /// Why it is wanted before its time; empty where it is not.
    pub early_reason: String,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OrderRow {
    /// For whom.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// To which practice.
    pub organisation_id: Uuid,
    /// What was written to the practice.
    pub note: String,
    /// `self` or `carer`.
    pub channel: String,
    /// By whom.
    pub ordered_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// The practice's name.
    pub organisation_name: String,
    /// To whom the prescription goes, by code; absent where that is decided later.
    pub dispenser: Option<String>,
    /// It was chosen for this order alone.
    pub dispenser_once: bool,
}

impl OrderRow {
    /// Its id.
    #[must_use]
    pub const fn order(&self) -> OrderId {
        OrderId::from_uuid(self.id)
    }
}

/// One medicine of an order.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ItemRow {
    /// For whom.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Of which order.
    pub order_id: Uuid,
    /// To which practice.
    pub organisation_id: Uuid,
    /// Who ordered it.
    pub ordered_by: Uuid,
    /// The entry of the record.
    pub entry_id: Uuid,
    /// The medicine's name.
    pub name: String,
    /// The dose as its source wrote it.
    pub dose: String,
    /// How much.
    pub quantity: String,
    /// When it was given last, as known when it was ordered.
    pub last_issued: Option<NaiveDate>,
    /// When that should be used up.
    pub runs_out: Option<NaiveDate>,
    /// The day from which it must be reviewed first.
    pub review_on: Option<NaiveDate>,
    /// More was given than was used up.
    pub overused: bool,
    /// Why it is needed.
    pub reason: String,
    /// Why it is wanted before its time.
    pub early_reason: String,
    /// [`ItemStatus`] by code.
    pub status: String,
    /// The practice's question.
    pub question: String,
    /// The answer to it.
    pub reply: String,
    /// What the practice wrote to its decision.
    pub answer: String,
    /// Who prepared the decision.
    pub prepared_name: Option<String>,
    /// When.
    pub prepared_at: Option<DateTime<Utc>>,
    /// Who decided.
    pub decided_name: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// When it was ordered.
    pub created_at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
}

impl ItemRow {
    /// Its id.
    #[must_use]
    pub const fn item(&self) -> OrderItemId {
        OrderItemId::from_uuid(self.id)
    }

    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn status(&self) -> Result<ItemStatus, StoreError> {
        ItemStatus::from_code(&self.status).ok_or_else(|| StoreError::corrupt("an ordered medicine stands in an unknown way"))
    }
}

/// What becomes of one medicine of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// Where it stands from now on.
    pub status: ItemStatus,
    /// The practice's question.
    pub question: &'a str,
    /// The answer to it.
    pub reply: &'a str,
    /// What the practice writes to its decision.
    pub answer: &'a str,
    /// Who decides, where that is known, and when.
    pub decided: Option<(Option<MemberId>, DateTime<Utc>)>,
}

/// A medicine that somebody adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOwn {
    /// For whom.
    pub person: PersonId,
    /// Its id.
    pub id: OwnMedicineId,
    /// The form's one-time id.
    pub submission: Uuid,
    /// Its name, as typed.
    pub name: String,
    /// How it is taken, as typed.
    pub dose: String,
    /// What for, as typed.
    pub reason: String,
    /// Since when.
    pub started_on: Option<NaiveDate>,
    /// By whom.
    pub added_by: AccountId,
}

/// A medicine that somebody added.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnRow {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How it is taken.
    pub dose: String,
    /// What for.
    pub reason: String,
    /// Since when.
    pub started_on: Option<NaiveDate>,
    /// Until when.
    pub stopped_on: Option<NaiveDate>,
    /// By whom.
    pub added_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
}

/// What a practice lets its people order; absent where it has not said.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn rules(tx: &mut Tx, at: OrganisationId) -> Result<Option<RulesRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(RULES).bind(at.as_uuid()).fetch_optional(c).await)?)
}

/// Says what a practice lets its people order; `false` where that has changed since this version (0: it had not said).
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_rules(tx: &mut Tx, at: OrganisationId, new: &RulesRow, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let statement = if new.version == 0 { NEW_RULES } else { CHANGE_RULES };
    let done = on!(tx, c, {
        let query =
            sqlx::query(statement).bind(at.as_uuid()).bind(new.takes_orders).bind(new.asks_reason).bind(new.early_days).bind(now);
        let query = if new.version == 0 { query } else { query.bind(new.version) };
        query.execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

/// Writes an order down.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, new: &NewOrder, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(
        tx,
        INSERT,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.organisation.as_uuid(),
        new.submission,
        &new.note,
        new.channel,
        new.ordered_by.as_uuid(),
        now,
        new.dispenser.as_ref().map(OdsCode::as_str),
        new.dispenser_once
    )?;
    Ok(())
}

/// Writes one medicine of an order down; `false`, and nothing is written, where an order for it waits already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_item(
    tx: &mut Tx,
    (person, order): (PersonId, OrderId),
    new: &NewItem,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        INSERT_ITEM,
        person.as_uuid(),
        new.id.as_uuid(),
        order.as_uuid(),
        new.entry.as_uuid(),
        &new.name,
        &new.dose,
        &new.quantity,
        new.last_issued,
        new.runs_out,
        new.review_on,
        new.overused,
        &new.reason,
        &new.early_reason,
        now
    )?;
    Ok(done == 1)
}

/// What was ordered with this form: one order for each practice.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Vec<OrderId>, StoreError> {
    let rows: Vec<(Uuid,)> =
        on!(tx, c, sqlx::query_as(BY_SUBMISSION).bind(person.as_uuid()).bind(submission).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| OrderId::from_uuid(id)).collect())
}

/// For whom an order to this practice is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn whose(tx: &mut Tx, at: OrganisationId, id: OrderId) -> Result<Option<PersonId>, StoreError> {
    Ok(an_id!(tx, WHOSE, id.as_uuid(), at.as_uuid())?.map(PersonId::from_uuid))
}

/// One order of a person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: OrderId) -> Result<Option<OrderRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Up to `limit` orders of a person, the last first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<OrderRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).bind(limit).fetch_all(c).await)?)
}

/// The medicines of an order, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn items(tx: &mut Tx, person: PersonId, order: OrderId) -> Result<Vec<ItemRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ITEMS).bind(person.as_uuid()).bind(order.as_uuid()).fetch_all(c).await)?)
}

/// The medicines of these orders that wait to be decided here, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting_items(tx: &mut Tx, orders: &[(PersonId, OrderId)]) -> Result<Vec<ItemRow>, StoreError> {
    let mut found = Vec::new();
    for some in orders.chunks(ORDERS) {
        let Some(last) = some.last() else { continue };
        let rows: Vec<ItemRow> = on!(tx, c, {
            let mut query = QueryBuilder::new(WAITING_OF);
            let all = (0..ORDERS).map(|place| some.get(place).unwrap_or(last));
            query.push_values(all, |mut b, (person, order)| {
                b.push_bind(person.as_uuid()).push_bind(order.as_uuid());
            });
            query.push(NOT_ELSEWHERE).build_query_as().fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// The medicines of the last `limit` orders of a person, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn items_of_person(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<ItemRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ITEMS_OF_PERSON).bind(person.as_uuid()).bind(limit).fetch_all(c).await)?)
}

/// One medicine of an order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn item(tx: &mut Tx, person: PersonId, id: OrderItemId) -> Result<Option<ItemRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ITEM).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// For which entries of the record an order waits, since when, and which it is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open(tx: &mut Tx, person: PersonId) -> Result<Vec<(EntryId, DateTime<Utc>, OrderId)>, StoreError> {
    let rows: Vec<(Uuid, DateTime<Utc>, Uuid)> = on!(tx, c, sqlx::query_as(OPEN).bind(person.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(entry, at, order)| (EntryId::from_uuid(entry), at, OrderId::from_uuid(order))).collect())
}

/// For which entries of the record an order was approved since then, and when, in that order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn given(tx: &mut Tx, person: PersonId, since: DateTime<Utc>) -> Result<Vec<(EntryId, DateTime<Utc>)>, StoreError> {
    let rows: Vec<(Uuid, DateTime<Utc>)> =
        on!(tx, c, sqlx::query_as(GIVEN).bind(person.as_uuid()).bind(since).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, at)| (EntryId::from_uuid(id), at)).collect())
}

/// Of which entry of the record each ordered medicine of a person is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn entries_ordered(tx: &mut Tx, person: PersonId) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ENTRIES_ORDERED).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// To whom the prescription of each ordered medicine of a person is to go, by code; not those of which that is decided later.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sent_to(tx: &mut Tx, person: PersonId) -> Result<Vec<(Uuid, String)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(SENT_TO).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Changes one medicine of an order that stands as it was seen; `false` when it does not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change(
    tx: &mut Tx,
    person: PersonId,
    (id, version): (OrderItemId, i32),
    change: &Change<'_>,
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        CHANGE,
        person.as_uuid(),
        id.as_uuid(),
        version,
        change.status.code(),
        change.question,
        change.reply,
        change.answer,
        change.decided.and_then(|(member, _)| member).map(|member| member.as_uuid()),
        change.decided.map(|(_, at)| at)
    )?;
    Ok(done == 1)
}

/// Notes that somebody has prepared the decision about one medicine that stands as it was seen; `false` when it does not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn prepare(
    tx: &mut Tx,
    person: PersonId,
    (id, version): (OrderItemId, i32),
    by: MemberId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, PREPARE, person.as_uuid(), id.as_uuid(), version, by.as_uuid(), now)?;
    Ok(done == 1)
}

/// Adds a medicine; `false`, and nothing is added, where this form added it before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_own(tx: &mut Tx, new: &NewOwn, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        ADD_OWN,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.submission,
        &new.name,
        &new.dose,
        &new.reason,
        new.started_on,
        new.added_by.as_uuid(),
        now
    )?;
    Ok(done == 1)
}

/// Up to `limit` medicines that were added for a person, the last first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn own(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<OwnRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OWN).bind(person.as_uuid()).bind(limit).fetch_all(c).await)?)
}

/// Says that a medicine that was added is not taken any more; `false` where it was not taken already, or is not there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn stop_own(tx: &mut Tx, person: PersonId, id: OwnMedicineId, on: NaiveDate) -> Result<bool, StoreError> {
    let done = run!(tx, STOP_OWN, person.as_uuid(), id.as_uuid(), on)?;
    Ok(done == 1)
}
