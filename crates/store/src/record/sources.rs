//! Who sends a record, what of it, when they last did, and when that failed.

use super::Filter;
use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::{OrganisationId, PersonId};
use sqlx::types::Json;
use uuid::Uuid;

statements! {
    /// What each source sent that its owner is shown, by kind.
    KINDS = concat!(
        "SELECT k.organisation_id, o.name, o.kind, k.category, k.entries FROM (SELECT n.organisation_id, n.category, \
         CAST(SUM(n.entries) AS BIGINT) AS entries FROM ",
        tallied!("$2"),
        " WHERE n.category NOT IN ('people', 'other') GROUP BY n.organisation_id, n.category HAVING SUM(n.entries) > 0) k \
         JOIN organisation o ON o.id = k.organisation_id"
    );
    /// What each source sent that is open, counted by kind.
    KINDS_OPEN = concat!(
        "SELECT k.organisation_id, o.name, o.kind, k.category, k.entries FROM (SELECT e.organisation_id, e.category, \
         CAST(COUNT(*) AS BIGINT) AS entries FROM record_entry e WHERE e.person_id = $1 AND e.category NOT IN ('people', 'other')",
        shown!(),
        open!("$2", "$3", "$4", "$5"),
        " GROUP BY e.organisation_id, e.category) k JOIN organisation o ON o.id = k.organisation_id"
    );
    RUNS = concat!(
        "SELECT r.organisation_id, o.name, o.kind, r.ran_at, r.report FROM import_run r JOIN organisation o ON o.id = r.organisation_id \
         WHERE r.person_id = $1 AND r.ran_at = (SELECT MAX(l.ran_at) FROM import_run l WHERE l.person_id = $1 \
         AND l.organisation_id = r.organisation_id)",
        told_of!("$2"),
        " ORDER BY r.id"
    );
    /// When the newest of what is open came.
    RUNS_OPEN = concat!(
        "SELECT n.organisation_id, o.name, o.kind, n.ran_at FROM (SELECT e.organisation_id, \
         MAX(e.updated_at) AS ran_at FROM record_entry e WHERE e.person_id = $1 AND e.category NOT IN ('people', 'other')",
        shown!(),
        open!("$2", "$3", "$4", "$5"),
        " GROUP BY e.organisation_id) n JOIN organisation o ON o.id = n.organisation_id"
    );
    DELIVERIES = "SELECT t.organisation_id, t.ran_at FROM (SELECT organisation_id, ran_at, \
                  ROW_NUMBER() OVER (PARTITION BY organisation_id ORDER BY ran_at DESC) AS place FROM import_run WHERE person_id = $1) t \
                  WHERE t.place <= 60 ORDER BY t.ran_at DESC";
    LAST_BEFORE = "SELECT organisation_id, ran_at FROM import_run WHERE organisation_id = $1 AND ran_at < $2 ORDER BY ran_at DESC LIMIT 1";
    /// The systems of the practice at which somebody is registered that are asked when something is wanted.
    CONNECTED = "SELECT o.name, d.created_at AS diary_since, d.refreshed_at AS diary_answered, d.failing_since AS diary_failing, \
                 d.failed_at AS diary_failed, s.since AS orders_since, s.answered_at AS orders_answered, \
                 s.failing_since AS orders_failing, s.failed_at AS orders_failed FROM registration g \
                 JOIN organisation o ON o.id = g.organisation_id LEFT JOIN outside_diary d ON d.organisation_id = o.id \
                 LEFT JOIN outside_prescribing s ON s.organisation_id = o.id WHERE g.person_id = $1 AND g.ended_at IS NULL \
                 AND (d.organisation_id IS NOT NULL OR s.organisation_id IS NOT NULL)";
    FAILURES = "SELECT organisation_id, failing_since, failed_at, reason FROM source_failure WHERE person_id = $1";
    FAILED = "INSERT INTO source_failure (person_id, organisation_id, failing_since, failed_at, reason) VALUES ($1, $2, $3, $3, $4) \
              ON CONFLICT (person_id, organisation_id) DO UPDATE SET \
              failing_since = COALESCE(source_failure.failing_since, excluded.failing_since), \
              failed_at = excluded.failed_at, reason = excluded.reason";
    WORKED = "UPDATE source_failure SET failing_since = NULL \
              WHERE person_id = $1 AND organisation_id = $2 AND failing_since IS NOT NULL";
}

/// How many entries of a kind a source sent.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KindRow {
    /// Which source.
    pub organisation_id: Uuid,
    /// Its name.
    pub name: String,
    /// Of what sort it is, by the word by which it is stored.
    pub kind: String,
    /// [`Category`](domain::record::Category) by code.
    pub category: String,
    /// How many.
    pub entries: i64,
}

/// When a source last sent something.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct RunRow {
    /// Which source.
    pub organisation_id: Uuid,
    /// Its name.
    pub name: String,
    /// Of what sort it is, by the word by which it is stored.
    pub kind: String,
    /// When.
    pub ran_at: DateTime<Utc>,
    /// What was done with it; the owner alone is told.
    #[sqlx(default)]
    pub report: Option<Json<serde_json::Value>>,
}

/// Why something that a source sent could not be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It could not be read.
    Unreadable,
    /// It could not be told safely that it is about this person.
    NotMatched,
    /// It was no fault of theirs.
    Ours,
}

impl Failure {
    /// The word by which it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotMatched => "not-matched",
            Self::Ours => "ours",
        }
    }
}

/// That something a source sent could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FailureRow {
    /// Which source.
    pub organisation_id: Uuid,
    /// Since when nothing could; absent where something could since.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it last failed.
    pub failed_at: DateTime<Utc>,
    /// [`Failure`] by code.
    pub reason: String,
}

impl FailureRow {
    /// Why.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn reason(&self) -> Result<Failure, StoreError> {
        [Failure::Unreadable, Failure::NotMatched, Failure::Ours]
            .into_iter()
            .find(|reason| reason.code() == self.reason)
            .ok_or_else(|| StoreError::corrupt("what a source sent failed for an unknown reason"))
    }
}

/// That something of a source was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DeliveryRow {
    /// Which source.
    pub organisation_id: Uuid,
    /// When.
    pub ran_at: DateTime<Utc>,
}

/// How the systems of the practice at which somebody is registered answer.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ConnectedRow {
    /// The name of the practice.
    pub name: String,
    /// Since when it keeps its appointments in a system of its own; absent where it does not.
    pub diary_since: Option<DateTime<Utc>>,
    /// When the free times there were last taken over.
    pub diary_answered: Option<DateTime<Utc>>,
    /// Since when they cannot be.
    pub diary_failing: Option<DateTime<Utc>>,
    /// When they last could not be.
    pub diary_failed: Option<DateTime<Utc>>,
    /// Since when orders of medicines go to a system of its own; absent where they do not.
    pub orders_since: Option<DateTime<Utc>>,
    /// When that last answered.
    pub orders_answered: Option<DateTime<Utc>>,
    /// Since when it does not.
    pub orders_failing: Option<DateTime<Utc>>,
    /// When it last did not.
    pub orders_failed: Option<DateTime<Utc>>,
}

/// How the systems answer that the practice at which a person is registered has of its own; absent where it has none.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn connected(tx: &mut Tx, person: PersonId) -> Result<Option<ConnectedRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CONNECTED).bind(person.as_uuid()).fetch_optional(c).await)?)
}

/// When something of each source of a person was taken in, the newest first: the last sixty times of each.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn deliveries(tx: &mut Tx, person: PersonId) -> Result<Vec<DeliveryRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(DELIVERIES).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// When something of a source was last taken in before this moment, whomever it was about.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last_delivery(
    tx: &mut Tx,
    organisation: OrganisationId,
    before: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row: Option<DeliveryRow> =
        on!(tx, c, sqlx::query_as(LAST_BEFORE).bind(organisation.as_uuid()).bind(before).fetch_optional(c).await)?;
    Ok(row.map(|row| row.ran_at))
}

/// How many entries of each kind each source sent that are open, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn kinds_of_sources(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<KindRow>, StoreError> {
    let statement = filter.choose(KINDS, KINDS_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}

/// The last time that something of each source was taken in; to others than the owner, when the newest came of what is open.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last_runs(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<RunRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        match filter {
            Filter::Everything { at } => sqlx::query_as(RUNS).bind(person.as_uuid()).bind(*at).fetch_all(c).await,
            Filter::Only { .. } => bind_filter!(sqlx::query_as(RUNS_OPEN).bind(person.as_uuid()), filter).fetch_all(c).await,
        }
    )?)
}

/// What could not be taken in, of each source at most once.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn failures(tx: &mut Tx, person: PersonId) -> Result<Vec<FailureRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(FAILURES).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Notes that something a source sent could not be taken in.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn note_failure(
    tx: &mut Tx,
    person: PersonId,
    organisation: OrganisationId,
    at: DateTime<Utc>,
    reason: Failure,
) -> Result<(), StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query(FAILED)
            .bind(person.as_uuid())
            .bind(organisation.as_uuid())
            .bind(at)
            .bind(reason.code())
            .execute(c)
            .await
            .map(|_| ())
    )?)
}

/// Notes that something a source sent was taken in.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn clear_failure(tx: &mut Tx, person: PersonId, organisation: OrganisationId) -> Result<(), StoreError> {
    Ok(on!(tx, c, sqlx::query(WORKED).bind(person.as_uuid()).bind(organisation.as_uuid()).execute(c).await.map(|_| ()))?)
}
