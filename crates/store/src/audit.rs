//! The account of who did what: appended, chained by hash, never changed.

mod stretch;

pub use stretch::{Stretch, Written, stretch};

use crate::dialect::{Each, acts_together};
use crate::{Store, StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::PersonId;
use sqlx::QueryBuilder;
use std::collections::BTreeMap;
use std::time::Instant;
use uuid::Uuid;

/// Names the columns of an event in the order in which `bind_event` binds its values: first what the end of its chain takes too.
macro_rules! new_events {
    () => {
        "INSERT INTO audit_event (chain_id, hash, seq, id, at, actor_kind, actor_id, subject_id, action, basis, purpose, detail) "
    };
}

macro_rules! append {
    () => {
        concat!(new_events!(), "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
    };
}

macro_rules! set_head {
    () => {
        "UPDATE audit_head SET hash = $2 WHERE chain_id = $1"
    };
}

statements! {
    TAKE_HEAD = "UPDATE audit_head SET seq = seq + 1 WHERE chain_id = $1 RETURNING seq, hash";
    NEW_HEAD = "INSERT INTO audit_head (chain_id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (chain_id) DO NOTHING";
    SET_HEAD = set_head!();
    APPEND = append!();
    LATEST = "SELECT chain_id, seq, id, at, actor_kind, actor_id, subject_id, action, basis, purpose, detail, hash \
              FROM audit_event WHERE chain_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    FILTERED = "SELECT chain_id, seq, id, at, actor_kind, actor_id, subject_id, action, basis, purpose, detail, hash \
                FROM audit_event WHERE chain_id = $1 AND seq < $2 AND $3 LIKE '% ' || basis || ' %' AND $4 LIKE '% ' || action || ' %' \
                AND detail LIKE $5 AND at >= $6 AND at < $7 ORDER BY seq DESC LIMIT $8";
    ONE = "SELECT chain_id, seq, id, at, actor_kind, actor_id, subject_id, action, basis, purpose, detail, hash \
           FROM audit_event WHERE chain_id = $1 AND seq = $2";
    OLDEST = "SELECT chain_id, seq, id, at, actor_kind, actor_id, subject_id, action, basis, purpose, detail, hash \
              FROM audit_event WHERE chain_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    ACROSS = "SELECT chain_id, seq, id, at, actor_kind, actor_id, subject_id, action, basis, purpose, detail, hash \
              FROM audit_event WHERE (chain_id, seq) > ($1, $2) ORDER BY chain_id, seq LIMIT $3";
    HEADS = "SELECT chain_id, seq, hash FROM audit_head WHERE chain_id >= $1 ORDER BY chain_id LIMIT $2";
    HEAD = "SELECT seq, hash FROM audit_head WHERE chain_id = $1";
    HEADLESS = "SELECT CAST(COUNT(*) AS BIGINT) FROM audit_event e WHERE NOT EXISTS \
                (SELECT 1 FROM audit_head h WHERE h.chain_id = e.chain_id)";
}

/// Both at once: one message to the thread of the embedded engine, one way there and back to a server.
const APPEND_AND_SET: Each =
    Each { sqlite: concat!(append!(), "; ", set_head!()), postgres: concat!("WITH event AS (", append!(), ") ", set_head!()) };
/// PostgreSQL's own, which hashes as [`Around`] says: an event that stands by itself, in its place, with one statement.
const APPEND_AT_END: &str = "WITH head AS (UPDATE audit_head SET seq = seq + 1, \
     hash = sha256(int8send(CAST(octet_length(hash) AS BIGINT)) || hash || $11 || int8send(seq + 1) || $12) \
     WHERE chain_id = $1 RETURNING seq, hash) \
     INSERT INTO audit_event (chain_id, seq, id, at, actor_kind, actor_id, subject_id, action, basis, purpose, detail, hash) \
     SELECT $1, h.seq, CAST($2 AS UUID), CAST($3 AS TIMESTAMPTZ), $4, CAST($5 AS UUID), CAST($6 AS UUID), $7, $8, $9, $10, h.hash \
     FROM head h";
/// How many chains or events one statement holds at most: those of each number are prepared once and used again.
const AT_ONCE: usize = 25;
/// PostgreSQL's own: they are served in the order in which they came, and let go at the end of the transaction.
const TAKE_TURN: &str = "SELECT pg_advisory_xact_lock($1)";
const TAKE_HEADS: &str = "INSERT INTO audit_head (chain_id, seq, hash) ";
const NEXT_OF_EACH: &str =
    " ON CONFLICT (chain_id) DO UPDATE SET seq = audit_head.seq + excluded.seq RETURNING chain_id, seq, hash";
const NEW_EVENTS: &str = new_events!();
const NEW_VISITS: &str = "INSERT INTO visitor (person_id, visitor_id, first_at) ";
const SET_HEADS: &str = "UPDATE audit_head SET hash = v.column2 FROM (";

/// Binds the values of an event in the order in which `new_events` names its columns.
macro_rules! bind_event {
    ($to:expr, $bind:ident, $row:expr) => {
        $to.$bind($row.chain_id)
            .$bind(&$row.hash)
            .$bind($row.seq)
            .$bind($row.id)
            .$bind($row.at)
            .$bind(&$row.actor_kind)
            .$bind($row.actor_id)
            .$bind($row.subject_id)
            .$bind(&$row.action)
            .$bind(&$row.basis)
            .$bind(&$row.purpose)
            .$bind(&$row.detail)
    };
}

/// The place in a chain that a new event takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number, from 1.
    pub seq: i64,
    /// The hash of the event before it; 32 zeros before the first.
    pub before: Vec<u8>,
}

/// One event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditRow {
    /// The chain: a person's, an account's, or the service's own (all zeros).
    pub chain_id: Uuid,
    /// Its number in the chain, from 1 without gaps.
    pub seq: i64,
    /// Its own id.
    pub id: Uuid,
    /// When, UTC, to the microsecond.
    pub at: DateTime<Utc>,
    /// What kind of actor.
    pub actor_kind: String,
    /// The acting account, where it was one.
    pub actor_id: Option<Uuid>,
    /// The person whom it is about.
    pub subject_id: Option<Uuid>,
    /// [`domain::audit::Action`] by code.
    pub action: String,
    /// [`domain::audit::Basis`] by code.
    pub basis: String,
    /// [`domain::audit::Purpose`] by code.
    pub purpose: String,
    /// What it was about, as JSON. Holds ids and categories, no clinical words.
    pub detail: String,
    /// SHA-256 over the hash before it and everything above.
    pub hash: Vec<u8>,
}

/// What an event's hash is made of. First comes the hash before it, with its length before it as every field has; then what stands between,
/// its number, and what stands after. Lengths and numbers are eight bytes, the highest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// What stands between the hash before it and its number.
    pub between: Vec<u8>,
    /// What stands after its number.
    pub after: Vec<u8>,
}

/// The end of one chain.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeadRow {
    /// Which chain.
    pub chain_id: Uuid,
    /// The number of its last event.
    pub seq: i64,
    /// That event's hash.
    pub hash: Vec<u8>,
}

/// Takes the next place in a chain, and holds the chain until the transaction ends.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_place(tx: &mut Tx, chain: Uuid) -> Result<Place, StoreError> {
    for _ in 0..2 {
        let taken: Option<(i64, Vec<u8>)> = on!(tx, c, sqlx::query_as(TAKE_HEAD).bind(chain).fetch_optional(c).await)?;
        if let Some((seq, before)) = taken {
            return Ok(Place { seq, before });
        }
        run!(tx, NEW_HEAD, chain, vec![0_u8; 32])?;
    }
    Err(StoreError::corrupt("an audit chain has no head"))
}

/// Appends an event in the place taken for it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn append(tx: &mut Tx, row: &AuditRow) -> Result<(), StoreError> {
    let statement = APPEND_AND_SET.of(tx);
    on!(tx, c, bind_event!(sqlx::query(statement), bind, row).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Appends an event that stands by itself at the end of its chain, durably, where the engine makes its hash; its number and its hash are not
/// read from the row. `false` where the engine makes none, and where the chain has not begun: then nothing was appended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn append_at_end(store: &Store, row: &AuditRow, around: &Around) -> Result<bool, StoreError> {
    let Some(pool) = store.server() else { return Ok(false) };
    let began = Instant::now();
    let done = sqlx::query(APPEND_AT_END)
        .bind(row.chain_id)
        .bind(row.id)
        .bind(row.at)
        .bind(&row.actor_kind)
        .bind(row.actor_id)
        .bind(row.subject_id)
        .bind(&row.action)
        .bind(&row.basis)
        .bind(&row.purpose)
        .bind(&row.detail)
        .bind(&around.between)
        .bind(&around.after)
        .execute(pool)
        .await;
    metrics::histogram!("selfheal_database_act_seconds").record(began.elapsed());
    Ok(done?.rows_affected() == 1)
}

/// Takes the next places, so many as stand beside each, in several chains, in their order, and holds them until the transaction ends: as
/// [`take_place`] for one after another, with fewer statements. Gives the first in each. To be filled by [`append_each`].
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_places(tx: &mut Tx, chains: &BTreeMap<Uuid, i64>) -> Result<BTreeMap<Uuid, Place>, StoreError> {
    let in_order: Vec<(Uuid, i64)> = chains.iter().map(|(chain, many)| (*chain, *many)).collect();
    let mut places = BTreeMap::new();
    for some in in_order.chunks(AT_ONCE) {
        // Those who look at the same people come to their turn as they came: of many who wait for a row PostgreSQL lets any go first.
        if let (Some((first, _)), true) = (some.first(), acts_together(tx)) {
            let turn = first.as_u64_pair().1.cast_signed();
            run!(tx, TAKE_TURN, turn)?;
        }
        // Whoever needs several of the same takes them in the same order, so nobody waits in a circle.
        let heads: Vec<(Uuid, i64, Vec<u8>)> = on!(tx, c, {
            let mut take = QueryBuilder::new(TAKE_HEADS);
            take.push_values(some, |mut b, (chain, many)| {
                b.push_bind(*chain).push_bind(*many).push_bind(vec![0_u8; 32]);
            });
            take.push(NEXT_OF_EACH);
            take.build_query_as().fetch_all(c).await
        })?;
        for (chain, last, before) in heads {
            let many = chains.get(&chain).copied().unwrap_or(1);
            places.insert(chain, Place { seq: last - many + 1, before });
        }
    }
    Ok(places)
}

/// Appends events to several chains, in the places taken for them and in their order, and notes beside each the visitor to its subject's
/// record of whom it tells. Gives those people at whose record a visitor looked for the first time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn append_each(tx: &mut Tx, rows: &[(AuditRow, Option<Uuid>)]) -> Result<Vec<PersonId>, StoreError> {
    let (together, mut first) = (acts_together(tx), Vec::new());
    for some in rows.chunks(AT_ONCE) {
        let visits: Vec<_> = some.iter().filter_map(|(row, visitor)| Some((row.subject_id?, (*visitor)?, row.at))).collect();
        // The last of those of a chain is its end.
        let ends: BTreeMap<Uuid, &[u8]> = some.iter().map(|(row, _)| (row.chain_id, row.hash.as_slice())).collect();
        // Of each number there is one statement then; of what is mixed in one there may be many.
        let kept = !together || (ends.len() == some.len() && [0, some.len()].contains(&visits.len()));
        let found: Vec<(Uuid,)> = on!(tx, c, {
            let mut sql = QueryBuilder::new(if together { "WITH events AS (" } else { "" });
            sql.push(NEW_EVENTS).push_values(some, |mut b, (row, _)| {
                bind_event!(b, push_bind, row);
            });
            if together {
                sql.push(if visits.is_empty() { ") " } else { "), heads AS (" });
            } else {
                sql.build().persistent(kept).execute(&mut *c).await?;
                sql = QueryBuilder::new("");
            }
            sql.push(SET_HEADS).push_values(&ends, |mut b, (chain, hash)| {
                b.push_bind(*chain).push_bind(*hash);
            });
            // So both engines name the columns of what has no names.
            sql.push(") AS v WHERE audit_head.chain_id = v.column1");
            if visits.is_empty() || !together {
                sql.build().persistent(kept).execute(&mut *c).await?;
                sql = QueryBuilder::new("");
            } else {
                sql.push(") ");
            }
            if visits.is_empty() {
                continue;
            }
            sql.push(NEW_VISITS).push_values(visits, |mut b, (person, visitor, at)| {
                b.push_bind(person).push_bind(visitor).push_bind(at);
            });
            sql.push(" ON CONFLICT (person_id, visitor_id) DO NOTHING RETURNING person_id");
            sql.build_query_as().persistent(kept).fetch_all(&mut *c).await
        })?;
        first.extend(found.into_iter().map(|(id,)| PersonId::from_uuid(id)));
    }
    Ok(first)
}

/// Begins chains that are not there yet, with their events and their ends, so many rows with each statement.
pub(crate) async fn begin_chains(tx: &mut Tx, events: &[AuditRow], ends: &[HeadRow], at_once: usize) -> Result<(), StoreError> {
    for some in ends.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(TAKE_HEADS);
            insert.push_values(some, |mut b, end| {
                b.push_bind(end.chain_id).push_bind(end.seq).push_bind(&end.hash);
            });
            insert.build().persistent(some.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    for some in events.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_EVENTS);
            insert.push_values(some, |mut b, row| {
                bind_event!(b, push_bind, row);
            });
            insert.build().persistent(some.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Up to `limit` events of a chain numbered below `before`, newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn latest(tx: &mut Tx, chain: Uuid, before: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LATEST).bind(chain).bind(before).bind(limit).fetch_all(c).await)?)
}

/// Up to `limit` events of a chain numbered above `after`, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn oldest(tx: &mut Tx, chain: Uuid, after: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OLDEST).bind(chain).bind(after).bind(limit).fetch_all(c).await)?)
}

/// Which events of a chain are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// On which basis: words of [`domain::audit::Basis`].
    pub bases: Vec<&'static str>,
    /// What was done: words of [`domain::audit::Action`].
    pub actions: Vec<&'static str>,
    /// One thing that it was about, and its id.
    pub about: Option<(&'static str, Uuid)>,
    /// From then on.
    pub from: DateTime<Utc>,
    /// Before then.
    pub until: DateTime<Utc>,
}

/// Up to `limit` events of a chain numbered below `before` that are asked for, newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn wanted(tx: &mut Tx, chain: Uuid, wanted: &Wanted, before: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    let words = |words: &[&str]| format!(" {} ", words.join(" "));
    let about = wanted.about.map_or_else(|| "%".to_owned(), |(key, id)| format!("%\"{key}\":\"{id}\"%"));
    Ok(on!(
        tx,
        c,
        sqlx::query_as(FILTERED)
            .bind(chain)
            .bind(before)
            .bind(words(&wanted.bases))
            .bind(words(&wanted.actions))
            .bind(about)
            .bind(wanted.from)
            .bind(wanted.until)
            .bind(limit)
            .fetch_all(c)
            .await
    )?)
}

/// One event of a chain.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, chain: Uuid, seq: i64) -> Result<Option<AuditRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(chain).bind(seq).fetch_optional(c).await)?)
}

/// Up to `limit` events of all chains after this place, by chain and number.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn across(tx: &mut Tx, after: (Uuid, i64), limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ACROSS).bind(after.0).bind(after.1).bind(limit).fetch_all(c).await)?)
}

/// Up to `limit` ends of chains, by id, from this one on.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn heads(tx: &mut Tx, from: Uuid, limit: i64) -> Result<Vec<HeadRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(HEADS).bind(from).bind(limit).fetch_all(c).await)?)
}

/// How many events belong to no known chain; there must be none.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn headless(tx: &mut Tx) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(HEADLESS).fetch_one(c).await)?;
    Ok(count)
}

/// The end of this chain; `None` when it has none.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn head(tx: &mut Tx, chain: Uuid) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(HEAD).bind(chain).fetch_optional(c).await)?)
}
