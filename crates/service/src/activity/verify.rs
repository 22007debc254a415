//! Checking that no event was changed, removed, added, moved or dated back by another hand.

use super::Activity;
use super::checkpoint::{AT_ONCE, Checkpoint, Sum, Witness, is_signed};
use super::seal::Sealer;
use crate::ServiceError;
use futures::future::join;
use std::collections::VecDeque;
use store::audit::{self, HeadRow, Written};
use store::checkpoint::{self, CheckpointRow, MarkRow};
use store::{StoreError, Tx};
use uuid::Uuid;

/// How many ends and marks are read at once.
const STRIDE: i64 = 2000;
/// How many events are: so few that their bytes stay in a processor's own memory.
const EVENTS: i64 = 1000;
/// What stands before the first event of a chain.
const NOTHING: &[u8] = &[0; 32];
/// How many faults are said one by one.
const SAID: usize = 1000;

/// What a check of every chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Chains walked.
    pub chains: u64,
    /// Events checked.
    pub events: u64,
    /// Checkpoints checked.
    pub checkpoints: u64,
    /// What is wrong, one sentence each, the first thousand; empty when all is well.
    pub faults: Vec<String>,
    /// How many more there are.
    pub unsaid: u64,
}

impl Verification {
    fn fault(&mut self, words: String) {
        if self.faults.len() < SAID {
            self.faults.push(words);
        } else {
            self.unsaid += 1;
        }
    }
}

impl Activity {
    /// Walks every chain and every checkpoint by what the database alone can tell.
    ///
    /// # Errors
    /// [`ServiceError`] when the database fails. Faults are no error but part of the answer.
    pub async fn verify(&self) -> Result<Verification, ServiceError> {
        self.verify_with(&Witness::default()).await
    }

    /// The same with what is known outside the database: whose signatures are good, and which checkpoints there must be.
    ///
    /// # Errors
    /// As [`Activity::verify`].
    pub async fn verify_with(&self, witness: &Witness) -> Result<Verification, ServiceError> {
        // One snapshot: what is appended meanwhile is not looked at.
        let mut tx = self.core.read().await?;
        let mut found = Verification::default();
        let marks = checkpoints(&mut tx, witness, &mut found).await?;
        let seen = chains(&mut tx, &mut found).await?;
        if marks != seen {
            found.fault(format!(
                "the checkpoints tell of {marks} ends of chains, but {seen} are kept: some were removed or added"
            ));
        }
        Ok(found)
    }
}

/// Checks the checkpoints, and gives how many marks they tell of.
async fn checkpoints(tx: &mut Tx, witness: &Witness, found: &mut Verification) -> Result<u64, ServiceError> {
    let mut before: Option<CheckpointRow> = None;
    let mut told = witness.written.values().peekable();
    let mut marks = 0;
    loop {
        let rows = checkpoint::after(tx, before.as_ref().map_or(i64::MIN, |last| last.number), AT_ONCE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let number = row.number;
            found.checkpoints += 1;
            marks += u64::try_from(row.chains).unwrap_or_default();
            if number != before.as_ref().map_or(1, |last| last.number + 1) {
                found.fault(format!("checkpoint {number}: the one before it was removed"));
            }
            if !witness.key.as_ref().map_or_else(|| is_signed(&row), |key| key.has_signed(&row)) {
                found.fault(format!("checkpoint {number}: it is not signed with the key of this service"));
            }
            let mut sum = Sum::over(before.as_ref().map_or(&[], |last| &last.hash), number, row.at, row.chains);
            let mut from = Uuid::nil();
            loop {
                let marks = checkpoint::marks_of(tx, number, from, STRIDE).await?;
                marks.iter().for_each(|mark| sum.mark(mark));
                let Some(next) = marks.last().and_then(|last| following(last.chain_id)) else { break };
                from = next;
            }
            if sum.finish() != row.hash {
                found.fault(format!("checkpoint {number}: it is not as it was written"));
            }
            while let Some(lost) = told.next_if(|told| told.number < number) {
                gone(lost, found);
            }
            if told.next_if(|told| told.number == number).is_some_and(|told| *told != Checkpoint::from(&row)) {
                found.fault(format!("checkpoint {number}: the file beside the key holds another of this number"));
            }
            before = Some(row);
        }
    }
    told.for_each(|lost| gone(lost, found));
    Ok(marks)
}

fn gone(lost: &Checkpoint, found: &mut Verification) {
    found.fault(format!(
        "checkpoint {} of {} is in the file beside the key and not in the database: the database was put back to what it was before",
        lost.number,
        lost.at.format("%Y-%m-%d %H:%M UTC")
    ));
}

/// The chain after this one; `None` after the last that there can be.
fn following(chain: Uuid) -> Option<Uuid> {
    chain.as_u128().checked_add(1).map(Uuid::from_u128)
}

/// What is read beside the events, in the same order.
struct Beside<T> {
    rows: VecDeque<T>,
    over: bool,
}

impl<T> Beside<T> {
    const fn new() -> Self {
        Self { rows: VecDeque::new(), over: false }
    }

    fn fill(&mut self, rows: Vec<T>) {
        self.over = rows.is_empty();
        self.rows.extend(rows);
    }
}

/// The ends of all chains, in order.
struct Heads {
    beside: Beside<HeadRow>,
    from: Option<Uuid>,
}

impl Heads {
    /// The next, if it comes before the chain given (all the rest where none is given).
    async fn next_before(&mut self, tx: &mut Tx, chain: Option<Uuid>) -> Result<Option<HeadRow>, StoreError> {
        self.peek(tx).await?;
        let is_before = |head: &HeadRow| chain.is_none_or(|chain| head.chain_id < chain);
        Ok(if self.beside.rows.front().is_some_and(is_before) { self.beside.rows.pop_front() } else { None })
    }

    async fn peek(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        if self.beside.rows.is_empty() && !self.beside.over {
            let rows = match self.from {
                Some(from) => audit::heads(tx, from, STRIDE).await?,
                None => Vec::new(),
            };
            self.from = rows.last().and_then(|last| following(last.chain_id));
            self.beside.fill(rows);
        }
        Ok(())
    }
}

/// The marks of all checkpoints, in the order of the events.
struct Marks {
    beside: Beside<MarkRow>,
    after: (Uuid, i64),
    seen: u64,
}

impl Marks {
    /// The next, if it is not after the place given (all the rest where none is given).
    async fn next_until(&mut self, tx: &mut Tx, place: Option<(Uuid, i64)>) -> Result<Option<MarkRow>, StoreError> {
        if self.beside.rows.is_empty() && !self.beside.over {
            let rows = checkpoint::marks(tx, self.after, STRIDE).await?;
            self.after = rows.last().map_or(self.after, |last| (last.chain_id, last.seq));
            self.beside.fill(rows);
        }
        let is_until = |mark: &MarkRow| place.is_none_or(|place| (mark.chain_id, mark.seq) <= place);
        if !self.beside.rows.front().is_some_and(is_until) {
            return Ok(None);
        }
        self.seen += 1;
        Ok(self.beside.rows.pop_front())
    }
}

/// A chain as far as it was walked.
struct Walk {
    chain: Uuid,
    seq: i64,
    before: Vec<u8>,
}

impl Walk {
    fn of(chain: Uuid) -> Self {
        Self { chain, seq: 0, before: NOTHING.to_vec() }
    }

    /// Checks the next event, of which [`are_sealed`] says whether its hash is good.
    fn step(&mut self, event: &Written<'_>, is_sealed: bool, found: &mut Verification) {
        let (chain, seq) = (event.chain_id, event.seq);
        found.events += 1;
        if seq != self.seq + 1 {
            let missing = if seq == self.seq + 2 {
                format!("event number {} was removed", self.seq + 1)
            } else {
                format!("event numbers {} to {} were removed", self.seq + 1, seq - 1)
            };
            found.fault(format!("chain {chain}: {missing}"));
        } else if !is_sealed {
            let how = if is_dated_otherwise(event) { "its time was changed" } else { "it was changed, or is not in its place" };
            found.fault(format!("chain {chain}: event number {seq} is not as it was written: {how}"));
        }
        self.seq = seq;
        self.before.clear();
        self.before.extend_from_slice(event.hash);
    }

    /// Checks that the chain ends where it was left.
    fn end(&self, head: Option<&HeadRow>, found: &mut Verification) {
        found.chains += 1;
        let chain = self.chain;
        match head {
            Some(head) if head.seq == self.seq && head.hash == self.before => {}
            Some(head) if head.seq > self.seq => {
                found.fault(format!(
                    "chain {chain}: it was left at number {}, but ends after number {}: its end was removed",
                    head.seq, self.seq
                ));
            }
            Some(_) => found.fault(format!("chain {chain}: its end is not where it was left, after number {}", self.seq)),
            None => found.fault(format!("chain {chain}: where it ends is kept nowhere, after number {}", self.seq)),
        }
    }
}

/// Whether an event's time is not that of its id, which was made at the same moment.
fn is_dated_otherwise(event: &Written<'_>) -> bool {
    let millis = event.id.as_u128() >> 80;
    u128::try_from(event.at.div_euclid(1000)).is_ok_and(|at| at != millis)
}

/// Of each of these events, whether its hash is that of what it says and of the hash before it; they follow on what was walked.
fn are_sealed<'e>(walk: Option<&'e Walk>, events: &[Written<'e>]) -> Vec<bool> {
    let mut sealer = Sealer::default();
    let (mut chain, mut before) = (walk.map(|walk| walk.chain), walk.map_or(NOTHING, |walk| walk.before.as_slice()));
    let is_sealed = |event: &Written<'e>| {
        if chain != Some(event.chain_id) {
            (chain, before) = (Some(event.chain_id), NOTHING);
        }
        let hash = sealer.seal(before, event);
        before = event.hash;
        hash.as_slice() == event.hash
    };
    events.iter().map(is_sealed).collect()
}

/// Walks the events of all chains beside their ends and marks, and gives how many marks there are.
async fn chains(tx: &mut Tx, found: &mut Verification) -> Result<u64, ServiceError> {
    let mut heads = Heads { beside: Beside::new(), from: Some(Uuid::nil()) };
    let mut marks = Marks { beside: Beside::new(), after: (Uuid::nil(), i64::MIN), seen: 0 };
    let mut walk: Option<Walk> = None;
    let mut stretch = audit::stretch(tx, (Uuid::nil(), i64::MIN), EVENTS).await?;
    while let Some(last) = stretch.last() {
        let events = stretch.events();
        // The database looks for the next ones while these are hashed.
        let sealed = async { are_sealed(walk.as_ref(), &events) };
        let (next, sealed) = join(audit::stretch(tx, last, EVENTS), sealed).await;
        for (event, is_sealed) in events.iter().zip(sealed) {
            if walk.as_ref().is_none_or(|walk| walk.chain != event.chain_id) {
                leave(tx, walk.take(), &mut heads, Some(event.chain_id), found).await?;
            }
            while let Some(mark) = marks.next_until(tx, Some((event.chain_id, event.seq))).await? {
                compare(&mark, Some(event), found);
            }
            walk.get_or_insert_with(|| Walk::of(event.chain_id)).step(event, is_sealed, found);
        }
        stretch = next?;
    }
    leave(tx, walk, &mut heads, None, found).await?;
    while let Some(mark) = marks.next_until(tx, None).await? {
        compare(&mark, None, found);
    }
    Ok(marks.seen)
}

/// Ends a chain, and passes over the ends of chains of which no event is left before the next one.
async fn leave(
    tx: &mut Tx,
    walk: Option<Walk>,
    heads: &mut Heads,
    next: Option<Uuid>,
    found: &mut Verification,
) -> Result<(), ServiceError> {
    let mut walk = walk;
    while let Some(head) = heads.next_before(tx, next).await? {
        if walk.as_ref().is_some_and(|walk| walk.chain < head.chain_id)
            && let Some(walk) = walk.take()
        {
            walk.end(None, found);
        }
        match walk.take_if(|walk| walk.chain == head.chain_id) {
            Some(walk) => walk.end(Some(&head), found),
            None => Walk::of(head.chain_id).end(Some(&head), found),
        }
    }
    if let Some(walk) = walk {
        walk.end(None, found);
    }
    Ok(())
}

/// Compares what a checkpoint saw with the event that is in its place, if one is.
fn compare(mark: &MarkRow, event: Option<&Written<'_>>, found: &mut Verification) {
    let MarkRow { chain_id: chain, seq, number, .. } = mark;
    match event.filter(|event| event.chain_id == mark.chain_id && event.seq == mark.seq) {
        Some(event) if event.hash == mark.hash => {}
        Some(_) => found.fault(format!(
            "chain {chain}: event number {seq} is not the one that checkpoint {number} signed: it or one before it was changed"
        )),
        None => found.fault(format!("chain {chain}: event number {seq}, which checkpoint {number} signed, was removed")),
    }
}
