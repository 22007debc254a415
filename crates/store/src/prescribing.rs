//! Practices that decide about orders of medicines in a system of their own: which there are, and what they are asked.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::medicine::{OrderRefusal, TaskProgress};
use domain::{AccountId, OrderId, OrderItemId, OrganisationId, PersonId};
use uuid::Uuid;

/// What is read of a question, as [`AskRow`].
macro_rules! ask {
    () => {
        "SELECT q.person_id, q.id, q.organisation_id, q.item_id, q.what, q.plan, q.identifiers, q.state, q.tries, q.next_try_at, \
         q.asked_at, q.refusal, q.task_id, q.progress, s.base_url, o.code, p.nhs_number, i.order_id, i.entry_id, i.reason, i.early_reason, m.note, \
         m.dispenser, m.channel, m.ordered_by, m.created_at AS ordered_at FROM prescribing_ask q \
         LEFT JOIN outside_prescribing s ON s.organisation_id = q.organisation_id JOIN organisation o ON o.id = q.organisation_id \
         JOIN person p ON p.id = q.person_id JOIN medicine_order_item i ON i.person_id = q.person_id AND i.id = q.item_id \
         JOIN medicine_order m ON m.person_id = i.person_id AND m.id = i.order_id"
    };
}

/// Whose orders at which system are to be asked about, as [`ToLookRow`].
macro_rules! look {
    ($which:literal) => {
        concat!(
            "SELECT q.person_id, q.organisation_id, s.base_url, o.code, p.nhs_number, MIN(q.next_look_at) AS due_at \
             FROM prescribing_ask q JOIN outside_prescribing s ON s.organisation_id = q.organisation_id \
             JOIN organisation o ON o.id = q.organisation_id JOIN person p ON p.id = q.person_id WHERE ",
            $which,
            " GROUP BY q.person_id, q.organisation_id, s.base_url, o.code, p.nhs_number"
        )
    };
}

statements! {
    SET = "INSERT INTO outside_prescribing (organisation_id, base_url, since) VALUES ($1, $2, $3) \
           ON CONFLICT (organisation_id) DO UPDATE SET base_url = excluded.base_url, \
           answered_at = CASE WHEN outside_prescribing.base_url = excluded.base_url THEN outside_prescribing.answered_at END, \
           failing_since = CASE WHEN outside_prescribing.base_url = excluded.base_url THEN outside_prescribing.failing_since END, \
           failed_at = CASE WHEN outside_prescribing.base_url = excluded.base_url THEN outside_prescribing.failed_at END";
    REMOVE = "DELETE FROM outside_prescribing WHERE organisation_id = $1 \
              AND NOT EXISTS (SELECT 1 FROM prescribing_ask a WHERE a.organisation_id = $1 AND a.state = 'asked')";
    OF = "SELECT s.organisation_id, s.base_url, s.since, s.answered_at, s.failing_since, s.failed_at, o.code, o.name \
          FROM outside_prescribing s JOIN organisation o ON o.id = s.organisation_id WHERE s.organisation_id = $1";
    ALL = "SELECT s.organisation_id, s.base_url, s.since, s.answered_at, s.failing_since, s.failed_at, o.code, o.name \
           FROM outside_prescribing s JOIN organisation o ON o.id = s.organisation_id ORDER BY o.code";
    SYSTEM_ANSWERED = "UPDATE outside_prescribing SET answered_at = $2, failing_since = NULL WHERE organisation_id = $1";
    SYSTEM_FAILED = "UPDATE outside_prescribing SET failed_at = $2, failing_since = COALESCE(failing_since, $2) WHERE organisation_id = $1";
    WAITING = "SELECT CAST(COUNT(*) AS BIGINT) FROM prescribing_ask WHERE organisation_id = $1 AND state = 'asked' AND fault IS NOT NULL";
    ASK = "INSERT INTO prescribing_ask (person_id, id, organisation_id, item_id, what, plan, identifiers, state, tries, next_try_at, \
           asked_at, task_id) VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked', 0, $8, $9, $10) ON CONFLICT DO NOTHING";
    ONE = concat!(ask!(), " WHERE q.person_id = $1 AND q.id = $2");
    /// What was asked for about one medicine of an order.
    OF_ITEM = concat!(ask!(), " WHERE q.person_id = $1 AND q.item_id = $2 AND q.what = 'order'");
    OF_ORDER = "SELECT q.id FROM prescribing_ask q JOIN medicine_order_item i ON i.person_id = q.person_id AND i.id = q.item_id \
                WHERE q.person_id = $1 AND i.order_id = $2 AND q.state = 'asked' ORDER BY q.id";
    MARKS = "SELECT q.item_id, q.what, q.state, q.tries, q.fault, q.refusal, q.progress, q.heard_at, q.organisation_id, q.looked_at \
             FROM prescribing_ask q WHERE q.person_id = $1 ORDER BY q.asked_at, q.id";
    DUE = "SELECT person_id, id FROM prescribing_ask WHERE state = 'asked' AND next_try_at <= $1 ORDER BY next_try_at, id LIMIT $2";
    TRY = "UPDATE prescribing_ask SET tries = tries + 1, next_try_at = $4 \
           WHERE person_id = $1 AND id = $2 AND tries = $3 AND state = 'asked'";
    FAILED = "UPDATE prescribing_ask SET fault = $3 WHERE person_id = $1 AND id = $2 AND state = 'asked'";
    SETTLE = "UPDATE prescribing_ask SET state = $3, settled_at = $4, refusal = $5 WHERE person_id = $1 AND id = $2 AND state = 'asked'";
    /// Who has something ordered in another system about which it is time to ask.
    TO_LOOK = concat!(look!("q.next_look_at <= $1"), " ORDER BY due_at, q.person_id LIMIT $2");
    /// The same of one person, where nobody has asked since then.
    STALE = look!("q.person_id = $1 AND q.next_look_at IS NOT NULL AND q.looked_at <= $2 AND q.organisation_id = $3");
    /// Takes them for oneself: of two servers one asks.
    CLAIM_LOOK = "UPDATE prescribing_ask SET looked_at = $5, next_look_at = $6 WHERE person_id = $1 AND organisation_id = $2 \
                  AND next_look_at <= $3 AND looked_at <= $4 RETURNING id, item_id, task_id, asked_at, progress";
    HEARD = "UPDATE prescribing_ask SET task_id = COALESCE($3, task_id), progress = $4, prescription = COALESCE($5, prescription), \
             heard_at = $6, looked_at = $6, next_look_at = $7 WHERE person_id = $1 AND id = $2";
    LOOK_NO_MORE = "UPDATE prescribing_ask SET next_look_at = NULL WHERE person_id = $1 AND item_id = $2";
    LOOK_SOON = "UPDATE prescribing_ask SET next_look_at = $3 WHERE person_id = $1 AND item_id = $2 AND next_look_at IS NOT NULL";
    /// The orders at an organisation of which something waits for its own system to decide.
    OPEN_AT = "SELECT DISTINCT i.person_id, i.order_id FROM prescribing_ask q JOIN medicine_order_item i \
               ON i.person_id = q.person_id AND i.id = q.item_id WHERE q.organisation_id = $1 AND q.what = 'order' \
               AND q.state = 'done' AND i.status IN ('requested', 'question')";
    MOVED = "UPDATE prescribing_ask SET state = 'moved', next_look_at = NULL WHERE organisation_id = $1 AND what = 'order' \
             AND state = 'done' AND EXISTS (SELECT 1 FROM medicine_order_item i WHERE i.person_id = prescribing_ask.person_id \
             AND i.id = prescribing_ask.item_id AND i.status IN ('requested', 'question'))";
}

/// A practice's own prescribing system.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PrescribingRow {
    /// Whose.
    pub organisation_id: Uuid,
    /// Where it is.
    pub base_url: String,
    /// Since when orders go there.
    pub since: DateTime<Utc>,
    /// When it was last written down that it answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// Since when it does not.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it was last written down that it did not.
    pub failed_at: Option<DateTime<Utc>>,
    /// The organisation's code (Organisation Data Service).
    pub code: String,
    /// The organisation's name.
    pub name: String,
}

/// What another system is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAsk {
    /// For whom.
    pub person: PersonId,
    /// Its id; every request about it carries it, so that the other system can tell a repeat.
    pub id: Uuid,
    /// Whose system.
    pub organisation: OrganisationId,
    /// Which medicine of an order.
    pub item: OrderItemId,
    /// `order` or `cancel`.
    pub what: &'static str,
    /// What the other system calls what may be given again.
    pub plan: Option<String>,
    /// Its identifiers there (`system|value`, one a line).
    pub identifiers: String,
    /// What the other system calls the order that is cancelled.
    pub task: Option<String>,
    /// From when somebody else may try.
    pub next_try_at: DateTime<Utc>,
}

/// What another system is to do, with all that it has to be told.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AskRow {
    /// For whom.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Whose system.
    pub organisation_id: Uuid,
    /// Which medicine of an order.
    pub item_id: Uuid,
    /// `order` or `cancel`.
    pub what: String,
    /// What the other system calls what may be given again.
    pub plan: Option<String>,
    /// Its identifiers there.
    pub identifiers: String,
    /// `asked`, `done`, `refused`, `given-up` or `moved`.
    pub state: String,
    /// How often it was tried.
    pub tries: i32,
    /// From when it may be tried again.
    pub next_try_at: DateTime<Utc>,
    /// Since when it is wanted.
    pub asked_at: DateTime<Utc>,
    /// [`OrderRefusal`] by code.
    pub refusal: Option<String>,
    /// What the other system calls the order.
    pub task_id: Option<String>,
    /// [`TaskProgress`] by code, as it was heard last.
    pub progress: Option<String>,
    /// Where the system is; absent where the practice has none any more.
    pub base_url: Option<String>,
    /// The practice's code.
    pub code: String,
    /// The person's NHS number.
    pub nhs_number: Option<String>,
    /// Of which order it is.
    pub order_id: Uuid,
    /// The entry of the record that is ordered.
    pub entry_id: Uuid,
    /// Why it is needed.
    pub reason: String,
    /// Why it is wanted before its time.
    pub early_reason: String,
    /// What was written to the practice.
    pub note: String,
    /// To whom the prescription goes, by ODS code.
    pub dispenser: Option<String>,
    /// `self` or `carer`.
    pub channel: String,
    /// Who ordered it.
    pub ordered_by: Uuid,
    /// When it was ordered.
    pub ordered_at: DateTime<Utc>,
}

impl AskRow {
    /// For whom.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.person_id)
    }

    /// Which medicine of an order.
    #[must_use]
    pub const fn item(&self) -> OrderItemId {
        OrderItemId::from_uuid(self.item_id)
    }

    /// Whose system.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId::from_uuid(self.organisation_id)
    }

    /// Who ordered it.
    #[must_use]
    pub const fn orderer(&self) -> AccountId {
        AccountId::from_uuid(self.ordered_by)
    }

    /// Whether it asks for a medicine; otherwise for taking the order back.
    #[must_use]
    pub fn orders(&self) -> bool {
        self.what == "order"
    }

    /// Why it was refused.
    #[must_use]
    pub fn refusal(&self) -> Option<OrderRefusal> {
        self.refusal.as_deref().and_then(OrderRefusal::from_code)
    }
}

/// How what was asked about one medicine of an order stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MarkRow {
    /// Which medicine of an order.
    pub item_id: Uuid,
    /// `order` or `cancel`.
    pub what: String,
    /// `asked`, `done`, `refused`, `given-up` or `moved`.
    pub state: String,
    /// How often it was tried.
    pub tries: i32,
    /// Why the last try was no certain answer.
    pub fault: Option<String>,
    /// [`OrderRefusal`] by code.
    pub refusal: Option<String>,
    /// [`TaskProgress`] by code.
    pub progress: Option<String>,
    /// When the other system last said how it stands.
    pub heard_at: Option<DateTime<Utc>>,
    /// Whose system.
    pub organisation_id: Uuid,
    /// When somebody last set out to ask how it stands.
    pub looked_at: Option<DateTime<Utc>>,
}

/// Somebody who has something ordered in another system that is to be asked about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ToLookRow {
    /// Who.
    pub person_id: Uuid,
    /// With whom.
    pub organisation_id: Uuid,
    /// Where the system is.
    pub base_url: String,
    /// The organisation's code.
    pub code: String,
    /// The person's NHS number.
    pub nhs_number: Option<String>,
}

/// One order there that is asked about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LookedRow {
    /// The id of what was asked for.
    pub id: Uuid,
    /// Which medicine of an order.
    pub item_id: Uuid,
    /// What the other system calls the order.
    pub task_id: Option<String>,
    /// Since when it is wanted.
    pub asked_at: DateTime<Utc>,
    /// [`TaskProgress`] by code, as it was heard last.
    pub progress: Option<String>,
}

/// What another system said of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard<'a> {
    /// What it calls it.
    pub task: Option<&'a str>,
    /// How far it is.
    pub progress: TaskProgress,
    /// What it calls the prescription.
    pub prescription: Option<&'a str>,
    /// When it is asked next; absent where nothing more will come of it.
    pub next_look_at: Option<DateTime<Utc>>,
}

/// Says that a practice decides about orders in the system that is there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set(tx: &mut Tx, at: OrganisationId, base_url: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, SET, at.as_uuid(), base_url, now)?;
    Ok(())
}

/// Says that a practice decides here; `false`, and nothing is changed, where it did already, or where something is asked of its
/// own system still. Gives the orders of which something waits for a decision: from now on it is made here.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx, at: OrganisationId) -> Result<Option<Vec<(PersonId, OrderId)>>, StoreError> {
    let done = run!(tx, REMOVE, at.as_uuid())?;
    if done == 0 {
        return Ok(None);
    }
    let open: Vec<(Uuid, Uuid)> = on!(tx, c, sqlx::query_as(OPEN_AT).bind(at.as_uuid()).fetch_all(c).await)?;
    run!(tx, MOVED, at.as_uuid())?;
    Ok(Some(open.into_iter().map(|(person, order)| (PersonId::from_uuid(person), OrderId::from_uuid(order))).collect()))
}

/// The system of a practice; absent where orders are decided here.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of(tx: &mut Tx, at: OrganisationId) -> Result<Option<PrescribingRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF).bind(at.as_uuid()).fetch_optional(c).await)?)
}

/// Every such system, by the code of its organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<PrescribingRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ALL).fetch_all(c).await)?)
}

/// Notes that a system answered now, or did not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn note_system(tx: &mut Tx, at: OrganisationId, answered: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
    let statement = if answered { SYSTEM_ANSWERED } else { SYSTEM_FAILED };
    run!(tx, statement, at.as_uuid(), now)?;
    Ok(())
}

/// How much a system was asked and has given no certain answer to.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(tx: &mut Tx, at: OrganisationId) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(WAITING).bind(at.as_uuid()).fetch_one(c).await)?;
    Ok(count)
}

/// Writes down what another system is to do; `false` where something is asked about this medicine already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ask(tx: &mut Tx, new: &NewAsk, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        ASK,
        new.person.as_uuid(),
        new.id,
        new.organisation.as_uuid(),
        new.item.as_uuid(),
        new.what,
        new.plan.as_deref(),
        &new.identifiers,
        new.next_try_at,
        now,
        new.task.as_deref()
    )?;
    Ok(done == 1)
}

/// What is asked, with all that has to be told.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: Uuid) -> Result<Option<AskRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id).fetch_optional(c).await)?)
}

/// How one medicine of an order was asked for; absent where its practice decides here.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_item(tx: &mut Tx, person: PersonId, item: OrderItemId) -> Result<Option<AskRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_ITEM).bind(person.as_uuid()).bind(item.as_uuid()).fetch_optional(c).await)?)
}

/// What of an order waits for an answer.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_order(tx: &mut Tx, person: PersonId, order: OrderId) -> Result<Vec<Uuid>, StoreError> {
    let rows: Vec<(Uuid,)> =
        on!(tx, c, sqlx::query_as(OF_ORDER).bind(person.as_uuid()).bind(order.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How everything stands that was asked for a person, in the order in which it was asked.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn marks(tx: &mut Tx, person: PersonId) -> Result<Vec<MarkRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(MARKS).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Up to `limit` that may be tried again by now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<(PersonId, Uuid)>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> = on!(tx, c, sqlx::query_as(DUE).bind(now).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(person, id)| (PersonId::from_uuid(person), id)).collect())
}

/// Takes the next try for oneself; `false` where somebody else has, or it is settled.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_try(tx: &mut Tx, row: &AskRow, next: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, TRY, row.person_id, row.id, row.tries, next)?;
    Ok(done == 1)
}

/// Notes why a try was no certain answer.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn failed(tx: &mut Tx, row: &AskRow, fault: &str) -> Result<(), StoreError> {
    run!(tx, FAILED, row.person_id, row.id, fault)?;
    Ok(())
}

/// Settles it: `done`, `refused` (with why) or `given-up`; `false` where that happened before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn settle(
    tx: &mut Tx,
    row: &AskRow,
    (state, refusal): (&'static str, Option<OrderRefusal>),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, SETTLE, row.person_id, row.id, state, now, refusal.map(OrderRefusal::code))?;
    Ok(done == 1)
}

/// Up to `limit` people about whose orders it is time to ask.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn to_look(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<ToLookRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(TO_LOOK).bind(now).bind(limit).fetch_all(c).await)?)
}

/// The same for what a person has ordered from one practice, where nobody has asked since `before`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn stale(
    tx: &mut Tx,
    (person, at): (PersonId, OrganisationId),
    before: DateTime<Utc>,
) -> Result<Option<ToLookRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(STALE).bind(person.as_uuid()).bind(before).bind(at.as_uuid()).fetch_optional(c).await)?)
}

/// Takes for oneself to ask about what is due by `due` and was not asked about since `before`; gives what that is. Unless
/// somebody says otherwise it is asked about next at `next`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn claim_look(
    tx: &mut Tx,
    row: &ToLookRow,
    (due, before): (DateTime<Utc>, DateTime<Utc>),
    (now, next): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<LookedRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(CLAIM_LOOK)
            .bind(row.person_id)
            .bind(row.organisation_id)
            .bind(due)
            .bind(before)
            .bind(now)
            .bind(next)
            .fetch_all(c)
            .await
    )?)
}

/// Notes what another system said of an order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn heard(tx: &mut Tx, (person, id): (PersonId, Uuid), heard: &Heard<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, HEARD, person.as_uuid(), id, heard.task, heard.progress.code(), heard.prescription, now, heard.next_look_at)?;
    Ok(())
}

/// Says that nobody needs to ask any more how one medicine of an order stands.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn look_no_more(tx: &mut Tx, person: PersonId, item: OrderItemId) -> Result<(), StoreError> {
    run!(tx, LOOK_NO_MORE, person.as_uuid(), item.as_uuid())?;
    Ok(())
}

/// Says that how one medicine of an order stands is to be asked then.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn look_soon(tx: &mut Tx, person: PersonId, item: OrderItemId, at: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, LOOK_SOON, person.as_uuid(), item.as_uuid(), at)?;
    Ok(())
}
