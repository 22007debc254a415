//! Who did what: one event for each read and each act, chained so that a change or a gap shows.

mod checkpoint;
mod filter;
mod ledger;
mod queries;
mod seal;
mod seen;
mod taking;
mod verify;
mod visitors;

pub use checkpoint::{AuditKey, Checkpoint, Witness};
pub use filter::{By, Filter, Kind};
pub(crate) use ledger::Ledger;
pub use queries::{AccessQuery, QueryAsked, QueryToAnswer};
pub use seen::{ActivityItem, ActorSeen};
pub use verify::Verification;
pub use visitors::Visitors;
pub(crate) use visitors::write_to;

use crate::{Core, ServiceError};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::{AccountId, PersonId};
use seal::Sealer;
use std::collections::BTreeMap;
use store::Tx;
use store::audit::{self, AuditRow, Place};
use uuid::Uuid;

/// The chain of what belongs to no person and no account.
const SERVICE_CHAIN: Uuid = Uuid::nil();
/// How many events a page of the list holds.
pub const PAGE: usize = 50;
/// What an event calls the page on which a question is answered.
const QUERY_PAGE: &str = "access-query";
/// What an event calls the page of one thing that waits for a care team.
pub(crate) const WORK_ITEM: &str = "work-item";
/// What an event calls the list of what waits for a care team.
pub(crate) const WORK_LIST: &str = "work-list";
/// What an event calls the list of what was opened in emergencies.
pub(crate) const EMERGENCIES: &str = "emergencies";
/// What an event calls the list of who comes to a clinic.
pub(crate) const CLINIC: &str = "clinic";
/// Pages that name a person or show what they asked, and nothing of their record.
const NOT_THE_RECORD: [&str; 5] = [QUERY_PAGE, WORK_ITEM, WORK_LIST, EMERGENCIES, CLINIC];

/// An event to be written.
#[derive(Clone, Debug)]
pub struct Event {
    chain: Uuid,
    actor: Actor,
    subject: Option<PersonId>,
    action: Action,
    basis: Basis,
    purpose: Purpose,
    detail: BTreeMap<&'static str, String>,
}

impl Event {
    /// An event on a person's record, on the basis that was decided.
    #[must_use]
    pub fn on_record(actor: &Actor, subject: Subject, action: Action, purpose: Purpose) -> Self {
        let event = Self {
            chain: subject.person.as_uuid(),
            actor: actor.clone(),
            subject: Some(subject.person),
            action,
            basis: subject.basis,
            purpose,
            detail: BTreeMap::new(),
        };
        // Through what they stood to the person: kept with the event, whatever becomes of it later.
        let event = subject.relationship.map_or_else(|| event.clone(), |id| event.clone().about("relationship", id));
        let event = subject.organisation.map_or_else(|| event.clone(), |id| event.clone().about("organisation", id));
        match actor {
            Actor::Staff { member, .. } => event.about("member", member),
            Actor::Device { device, .. } => event.about("device", device),
            Actor::Account { .. } | Actor::Operator | Actor::System | Actor::Nobody => event,
        }
    }

    /// An event on the actor's own account.
    #[must_use]
    pub fn on_account(actor: &Actor, action: Action, purpose: Purpose) -> Self {
        let (chain, basis) = match actor {
            Actor::Account { id, .. } | Actor::Staff { id, .. } | Actor::Device { id, .. } => (id.as_uuid(), Basis::Own),
            Actor::Operator => (SERVICE_CHAIN, Basis::Operator),
            Actor::System => (SERVICE_CHAIN, Basis::System),
            Actor::Nobody => (SERVICE_CHAIN, Basis::Unknown),
        };
        Self { chain, actor: actor.clone(), subject: None, action, basis, purpose, detail: BTreeMap::new() }
    }

    /// The same, but in this account's chain: somebody else's act, or an unknown's, that concerns the account.
    #[must_use]
    pub fn concerning(mut self, account: AccountId) -> Self {
        self.chain = account.as_uuid();
        self
    }

    /// Adds what it was about: ids, categories and plain kinds; never clinical words, names or free text.
    #[must_use]
    pub fn about(mut self, key: &'static str, value: impl ToString) -> Self {
        self.detail.insert(key, value.to_string());
        self
    }
}

/// Appends an event in the transaction of what it tells of.
///
/// # Errors
/// [`ServiceError`] when the database fails; then what it tells of must not happen either.
pub async fn append(core: &Core, tx: &mut Tx, event: Event) -> Result<(), ServiceError> {
    let visit = visitors::Visit::of(&event);
    let place = audit::take_place(tx, event.chain).await?;
    audit::append(tx, &sealed(core, &event, &place)?).await?;
    metrics::counter!("selfheal_audit_events_total").increment(1);
    // A person's own acts make no visit, so that they cost nothing more.
    match visit {
        Some(visit) => visit.note(core, tx).await,
        None => Ok(()),
    }
}

/// Appends several events, in the order in which they are given, as [`append`] does each.
async fn append_each(core: &Core, tx: &mut Tx, events: &[Event]) -> Result<(), ServiceError> {
    let mut chains = BTreeMap::new();
    for event in events {
        *chains.entry(event.chain).or_insert(0_i64) += 1;
    }
    let mut places = audit::take_places(tx, &chains).await?;
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        let place = places.get_mut(&event.chain).ok_or_else(|| ServiceError::internal("a chain has no place"))?;
        let row = sealed(core, event, place)?;
        *place = Place { seq: row.seq + 1, before: row.hash.clone() };
        rows.push((row, visitors::Visit::of(event).map(|visit| visit.visitor)));
    }
    let first = audit::append_each(tx, &rows).await?;
    metrics::counter!("selfheal_audit_events_total").increment(u64::try_from(rows.len()).unwrap_or(u64::MAX));
    visitors::tell_each(core, tx, &first).await
}

/// An event as it stands in its place.
fn sealed(core: &Core, event: &Event, place: &Place) -> Result<AuditRow, ServiceError> {
    // The id tells the time too, and both are of the same moment.
    let at = core.now();
    sealed_at(event, place, core.random().id(at), at)
}

/// The same, with this id and at this instant.
pub(crate) fn sealed_at(event: &Event, place: &Place, id: Uuid, at: DateTime<Utc>) -> Result<AuditRow, ServiceError> {
    let mut row = AuditRow { seq: place.seq, ..row_of(event, id, at)? };
    row.hash = Sealer::default().seal(&place.before, &row.written()).to_vec();
    Ok(row)
}

/// An event as it stands before it has its place.
fn row_of(event: &Event, id: Uuid, at: DateTime<Utc>) -> Result<AuditRow, ServiceError> {
    let actor_kind = match event.actor {
        Actor::Account { .. } => "account",
        Actor::Staff { .. } => "staff",
        Actor::Device { .. } => "device",
        Actor::Operator => "operator",
        Actor::System => "system",
        Actor::Nobody => "nobody",
    };
    Ok(AuditRow {
        chain_id: event.chain,
        seq: 0,
        id,
        at,
        actor_kind: actor_kind.to_owned(),
        actor_id: event.actor.account().map(|id| id.as_uuid()),
        subject_id: event.subject.map(|id| id.as_uuid()),
        action: event.action.code().to_owned(),
        basis: event.basis.code().to_owned(),
        purpose: event.purpose.code().to_owned(),
        detail: serde_json::to_string(&event.detail).map_err(ServiceError::internal)?,
        hash: Vec::new(),
    })
}

/// The use cases about who did what.
#[derive(Clone)]
pub struct Activity {
    core: Core,
}

impl Activity {
    pub(crate) fn new(core: Core) -> Self {
        Self { core }
    }

    /// Everything that was done with a person's record, newest first, from below the number `before`; the look itself is
    /// audited. Gives the number to go on from when there is more.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn of_record(
        &self,
        actor: &Actor,
        person: PersonId,
        before: Option<i64>,
    ) -> Result<(Vec<ActivityItem>, Option<i64>), ServiceError> {
        self.find(actor, person, &Filter { own: true, ..Filter::default() }, before).await
    }

    /// The same, but only what is asked for.
    ///
    /// # Errors
    /// As [`Activity::of_record`].
    pub async fn find(
        &self,
        actor: &Actor,
        person: PersonId,
        filter: &Filter,
        before: Option<i64>,
    ) -> Result<(Vec<ActivityItem>, Option<i64>), ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let before = before.unwrap_or(i64::MAX);
        let mut rows = audit::wanted(&mut tx, person.as_uuid(), &filter.wanted(), before, limit).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().map(|row| row.seq).filter(|_| more);
        let items = seen::items(&mut tx, rows, Some(person), actor).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, Purpose::OwnCare).about("page", "activity");
        disclose(&self.core, event).await?;
        Ok((items, next))
    }

    /// What was done with the actor's own account, newest first, at most [`PAGE`].
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], or a failing database.
    pub async fn of_account(&self, actor: &Actor) -> Result<Vec<ActivityItem>, ServiceError> {
        let account = actor.account().ok_or(ServiceError::NotSignedIn)?;
        let mut tx = self.core.read().await?;
        let rows = audit::latest(&mut tx, account.as_uuid(), i64::MAX, i64::try_from(PAGE).unwrap_or(i64::MAX)).await?;
        seen::items(&mut tx, rows, None, actor).await
    }

    /// Notes that a form was refused because its page was made for somebody else than its sender.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse_form(&self, actor: &Actor) -> Result<(), ServiceError> {
        disclose(&self.core, Event::on_account(actor, Action::Refused, Purpose::OwnCare).about("asked", "form")).await
    }

    /// Begins a read of who looked, if the actor may.
    async fn open(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Subject), ServiceError> {
        let (tx, subject, _) = self.core.enter(actor, person, Ask::ReadActivity, "activity").await?;
        Ok((tx, subject))
    }
}

/// Appends an event that nothing goes with, durably, with one statement where the engine can; `false` where nothing was appended.
async fn append_at_end(core: &Core, event: &Event) -> Result<bool, ServiceError> {
    if !core.store().seals() || visitors::Visit::of(event).is_some() {
        return Ok(false);
    }
    let at = core.now();
    let row = row_of(event, core.random().id(at), at)?;
    let appended = audit::append_at_end(core.store(), &row, &seal::around(&row.written())).await?;
    if appended {
        metrics::counter!("selfheal_audit_events_total").increment(1);
    }
    Ok(appended)
}

/// Answers for a read only once its event is durable: if it cannot be written, nothing is shown.
pub(crate) async fn disclose(core: &Core, event: Event) -> Result<(), ServiceError> {
    if append_at_end(core, &event).await? {
        return Ok(());
    }
    if core.store().seals() {
        return core.write(move |core, tx| Box::pin(async move { append(&core, tx, event).await })).await;
    }
    core.ledger().note(core, event).await
}

/// The same for a read of several people's records at once: the event that is given for each of them.
pub(crate) async fn disclose_each(
    core: &Core,
    people: impl IntoIterator<Item = PersonId>,
    event: impl Fn(PersonId) -> Event,
) -> Result<(), ServiceError> {
    let events: BTreeMap<Uuid, Event> = people.into_iter().map(event).map(|event| (event.chain, event)).collect();
    if events.is_empty() {
        return Ok(());
    }
    let events: Vec<Event> = events.into_values().collect();
    core.write(move |core, tx| Box::pin(async move { append_each(&core, tx, &events).await })).await
}
