//! Who did what: one event for each read and each act, chained so that a change or a gap shows.

use crate::{Core, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::{AccountId, PersonId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::audit::{self, AuditRow};
use store::{StoreError, Tx};
use uuid::Uuid;

/// The chain of what belongs to no person and no account.
const SERVICE_CHAIN: Uuid = Uuid::nil();
/// How many events a page of the list holds.
pub const PAGE: usize = 50;

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
        Self {
            chain: subject.person.as_uuid(),
            actor: actor.clone(),
            subject: Some(subject.person),
            action,
            basis: subject.basis,
            purpose,
            detail: BTreeMap::new(),
        }
    }

    /// An event on the actor's own account.
    #[must_use]
    pub fn on_account(actor: &Actor, action: Action, purpose: Purpose) -> Self {
        let (chain, basis) = match actor {
            Actor::Account { id, .. } => (id.as_uuid(), Basis::Own),
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
    let place = audit::take_place(tx, event.chain).await?;
    let actor_kind = match event.actor {
        Actor::Account { .. } => "account",
        Actor::Operator => "operator",
        Actor::System => "system",
        Actor::Nobody => "nobody",
    };
    let mut row = AuditRow {
        chain_id: event.chain,
        seq: place.seq,
        id: core.new_id(),
        at: core.now(),
        actor_kind: actor_kind.to_owned(),
        actor_id: event.actor.account().map(|id| id.as_uuid()),
        subject_id: event.subject.map(|id| id.as_uuid()),
        action: event.action.code().to_owned(),
        basis: event.basis.code().to_owned(),
        purpose: event.purpose.code().to_owned(),
        detail: serde_json::to_string(&event.detail).map_err(ServiceError::internal)?,
        hash: Vec::new(),
    };
    row.hash = seal(&place.before, &row);
    Ok(audit::append(tx, &row).await?)
}

/// The hash of an event: SHA-256 over the hash before it and each of its fields with its length before it, so that no
/// two different events read the same.
fn seal(before: &[u8], row: &AuditRow) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    };
    add(before);
    add(row.chain_id.as_bytes());
    add(&row.seq.to_be_bytes());
    add(row.id.as_bytes());
    add(&row.at.timestamp_micros().to_be_bytes());
    add(row.actor_kind.as_bytes());
    add(row.actor_id.as_ref().map_or(&[], |id| id.as_bytes().as_slice()));
    add(row.subject_id.as_ref().map_or(&[], |id| id.as_bytes().as_slice()));
    for text in [&row.action, &row.basis, &row.purpose, &row.detail] {
        add(text.as_bytes());
    }
    hash.finalize().to_vec()
}

/// One event as pages read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActivityItem {
    /// Its number in the chain: the key of the next page.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: ActorSeen,
    /// What.
    pub action: Action,
    /// On what basis.
    pub basis: Basis,
    /// Why.
    pub purpose: Purpose,
    /// What it was about.
    pub detail: BTreeMap<String, String>,
}

/// Who acted, as the person whose record it is is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ActorSeen {
    /// The reader themself.
    You,
    /// Another account.
    Other,
    /// The operator of the service.
    Operator,
    /// The service itself.
    Service,
    /// Nobody signed in.
    Nobody,
}

/// What a check of every chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Chains walked.
    pub chains: u64,
    /// Events checked.
    pub events: u64,
    /// What is wrong, one sentence each; empty when all is well.
    pub faults: Vec<String>,
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

    /// What was done with a person's record, newest first, from below the number `before`; the look itself is audited.
    /// Gives the number to go on from when there is more.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn of_record(
        &self,
        actor: &Actor,
        person: PersonId,
        before: Option<i64>,
    ) -> Result<(Vec<ActivityItem>, Option<i64>), ServiceError> {
        let mut tx = self.core.read().await?;
        let subject = match access::require(&mut tx, actor, person, Ask::ReadActivity).await {
            Ok(subject) => subject,
            Err(error) => return Err(access::refused(&self.core, actor, error, "activity").await),
        };
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut rows = audit::latest(&mut tx, person.as_uuid(), before.unwrap_or(i64::MAX), limit).await?;
        drop(tx);
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().map(|row| row.seq).filter(|_| more);
        let items = rows.into_iter().map(|row| seen(row, actor)).collect::<Result<Vec<_>, _>>()?;
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
        Ok(rows.into_iter().map(|row| seen(row, actor)).collect::<Result<Vec<_>, _>>()?)
    }

    /// Walks every chain and checks that no event was changed, removed or added by another hand.
    ///
    /// # Errors
    /// [`ServiceError`] when the database fails. Faults are no error but part of the answer.
    pub async fn verify(&self) -> Result<Verification, ServiceError> {
        let mut tx = self.core.read().await?;
        let mut found = Verification::default();
        let mut after = Uuid::nil();
        // The nil chain sorts first and is not "after" anything, so it is asked for by itself.
        let mut heads = audit::heads(&mut tx, after, 500).await?;
        if !audit::oldest(&mut tx, SERVICE_CHAIN, 0, 1).await?.is_empty() {
            let head = audit::head(&mut tx, SERVICE_CHAIN).await?;
            walk(&mut tx, SERVICE_CHAIN, head, &mut found).await?;
        }
        while let Some(last) = heads.last() {
            after = last.chain_id;
            for head in heads {
                walk(&mut tx, head.chain_id, Some((head.seq, head.hash)), &mut found).await?;
            }
            heads = audit::heads(&mut tx, after, 500).await?;
        }
        let headless = audit::headless(&mut tx).await?;
        if headless > 0 {
            found.faults.push(format!("{headless} events belong to no chain: the end of their chain was removed"));
        }
        Ok(found)
    }
}

/// Answers for a read only once its event is durable: if it cannot be written, nothing is shown.
pub(crate) async fn disclose(core: &Core, event: Event) -> Result<(), ServiceError> {
    core.write(move |core, tx| Box::pin(async move { append(&core, tx, event).await })).await
}

async fn walk(tx: &mut Tx, chain: Uuid, head: Option<(i64, Vec<u8>)>, found: &mut Verification) -> Result<(), ServiceError> {
    const STRIDE: i64 = 1000;
    found.chains += 1;
    let (mut seq, mut before) = (0_i64, vec![0_u8; 32]);
    loop {
        let rows = audit::oldest(tx, chain, seq, STRIDE).await?;
        let Some(last) = rows.last() else { break };
        let end = (last.seq, last.hash.clone());
        for row in rows {
            found.events += 1;
            if row.seq != seq + 1 {
                found.faults.push(format!("chain {chain}: an event is missing before number {}", row.seq));
            } else if seal(&before, &row) != row.hash {
                found.faults.push(format!("chain {chain}: event number {} is not as it was written", row.seq));
            }
            seq = row.seq;
            before = row.hash;
        }
        (seq, before) = end;
    }
    match head {
        Some(head) if head == (seq, before) => {}
        _ => found.faults.push(format!("chain {chain}: its end is not where it was left, after number {seq}")),
    }
    Ok(())
}

fn seen(row: AuditRow, reader: &Actor) -> Result<ActivityItem, StoreError> {
    let unknown = || StoreError::corrupt("an audit event has an unknown word");
    let actor = match (row.actor_kind.as_str(), row.actor_id) {
        ("account", id) if id.is_some() && id == reader.account().map(|id| id.as_uuid()) => ActorSeen::You,
        ("account", _) => ActorSeen::Other,
        ("operator", _) => ActorSeen::Operator,
        ("system", _) => ActorSeen::Service,
        ("nobody", _) => ActorSeen::Nobody,
        _ => return Err(unknown()),
    };
    Ok(ActivityItem {
        seq: row.seq,
        at: row.at,
        actor,
        action: Action::from_code(&row.action).ok_or_else(unknown)?,
        basis: Basis::from_code(&row.basis).ok_or_else(unknown)?,
        purpose: Purpose::from_code(&row.purpose).ok_or_else(unknown)?,
        detail: serde_json::from_str(&row.detail).map_err(|_| unknown())?,
    })
}
