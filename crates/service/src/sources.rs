//! Where a record comes from: who sends what, when it last came, and what is wrong with one.

use crate::exports::open_among;
use crate::organisations::OrganisationKind;
use crate::reader::Reader;
use crate::records::{Records, opens_visits, read, summary};
use crate::relatives::Relatives;
use crate::{PersonSummary, ServiceError, access, activity};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Audience};
use domain::record::Category;
use domain::rhythm::{MOST_DAYS, Silence, silence};
use domain::when::london_day;
use domain::{OrganisationId, PersonId, When};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::organisation::{self, OrganisationRow};
use store::record::{self, ConnectedRow, Failure, FailureRow, MOST_UNSHOWN};
use store::{StoreError, Tx};
use uuid::Uuid;

/// Why what a source sent could not be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SourceFault {
    /// It could not be read.
    Unreadable,
    /// It could not be told safely that it is about this person.
    NotMatched,
    /// It was no fault of theirs.
    Ours,
}

/// How much a source sent of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SourceKind {
    /// Of which kind.
    pub category: Category,
    /// How many entries that are open to the reader.
    pub entries: u64,
}

/// A source of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceDetail {
    /// Its id, by which the timeline is narrowed down.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// What sort of organisation it is.
    pub kind: OrganisationKind,
    /// What it sent, in the order in which the record shows it.
    pub sent: Vec<SourceKind>,
    /// When something of it was last taken in, absent where nothing ever was; to others than the owner, when the newest came of what is
    /// open to them.
    pub last_success: Option<DateTime<Utc>>,
    /// It sent something once alone, so that nothing tells whether it will again; told to the owner.
    pub is_once: bool,
    /// How many things of that could not be read; told to the owner.
    pub unread: u64,
    /// How many things it sent of kinds that no page shows, of those that an export gives out; told to the owner. None where there are
    /// too many to count.
    pub kept: u64,
    /// There are too many of these to count. No number is told then: beside the most that are looked at, it would tell how many of them
    /// are held back.
    pub kept_more: bool,
    /// Since when nothing of it can be taken in, and why.
    pub failing: Option<(DateTime<Utc>, SourceFault)>,
    /// When something of it could last not be taken in, and why.
    pub last_failure: Option<(DateTime<Utc>, SourceFault)>,
    /// It has sent nothing about them for longer than is usual for it, and nothing about anybody else either; told to the owner.
    pub silence: Option<Silence>,
}

/// A source of which the newest may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutOfDate {
    /// Which source.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Since when nothing of it can be taken in, and why.
    pub failing: Option<(DateTime<Utc>, SourceFault)>,
    /// It has sent nothing for longer than is usual for it; told to the owner.
    pub silence: Option<Silence>,
    /// Nothing of it was ever taken in; told to the owner.
    pub never: bool,
    /// Of which kinds it sent something that is open to the reader.
    pub sent: Vec<Category>,
}

/// A source from which nothing has come about anybody for longer than is usual for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SilentSource {
    /// Which source.
    pub id: OrganisationId,
    /// What is usual, and since when.
    pub silence: Silence,
}

/// Where a record comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourcesSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The last updated first.
    pub sources: Vec<SourceDetail>,
    /// What the practice at which the person is registered is asked for, as far as that is open.
    pub connections: Vec<Connection>,
}

/// What a practice's own system is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ConnectionOf {
    /// Appointments.
    Appointments,
    /// Orders of medicines.
    Orders,
}

/// A system of a practice that is asked when something is wanted, and sends nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Connection {
    /// The name of the practice.
    pub name: String,
    /// What it is asked for.
    pub of: ConnectionOf,
    /// When it last answered, to within five minutes; absent where it never did.
    pub last_success: Option<DateTime<Utc>>,
    /// Since when it does not.
    pub failing: Option<DateTime<Utc>>,
    /// When it last did not.
    pub last_failure: Option<DateTime<Utc>>,
}

impl Records {
    /// Who sends the record, as far as something of it is open; to its owner also those of whom nothing could ever be taken in.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn sources(&self, actor: &Actor, person: PersonId) -> Result<SourcesSeen, ServiceError> {
        let (mut tx, subject, reader) = self.open(actor, person, "sources").await?;
        let kinds = record::kinds_of_sources(&mut tx, person, &reader.filter).await?;
        let runs = record::last_runs(&mut tx, person, &reader.filter).await?;
        let failures = record::failures(&mut tx, person).await?;
        let silences = silences(&mut tx, &reader, self.core.now()).await?;
        let failures: HashMap<_, _> = failures.into_iter().map(|row| (row.organisation_id, row)).collect();
        let mut sources: BTreeMap<_, SourceDetail> = BTreeMap::new();
        for row in runs {
            let one = sources.entry(row.organisation_id).or_insert(detail(row.organisation_id, row.name, &row.kind)?);
            one.last_success = Some(row.ran_at);
            let problems = row.report.as_ref().and_then(|report| report.0.get("problems")?.as_array().map(Vec::len));
            one.unread = u64::try_from(problems.unwrap_or_default()).unwrap_or_default();
        }
        for row in kinds {
            let one = sources.entry(row.organisation_id).or_insert(detail(row.organisation_id, row.name, &row.kind)?);
            let category =
                Category::from_code(&row.category).ok_or_else(|| StoreError::corrupt("an entry has an unknown category"))?;
            one.sent.push(SourceKind { category, entries: u64::try_from(row.entries).unwrap_or_default() });
        }
        let times = times(&mut tx, &reader).await?;
        for row in never(&mut tx, &reader, &times, failures.keys().copied()).await? {
            sources.entry(row.id).or_insert(detail(row.id, row.name, &row.kind)?);
        }
        let mut sources: Vec<_> = sources.into_values().collect();
        for one in &mut sources {
            one.is_once = times.get(&one.id.as_uuid()) == Some(&1);
            one.sent.sort_by_key(|kind| kind.category.place());
            one.silence = silences.get(&one.id.as_uuid()).copied();
            if let Some(row) = failures.get(&one.id.as_uuid()) {
                let fault = fault(row)?;
                one.last_failure = Some((row.failed_at, fault));
                one.failing = row.failing_since.map(|since| (since, fault));
            }
        }
        if reader.is_owner() {
            count_unshown(&mut tx, person, &mut sources).await?;
        }
        let connected = record::connected(&mut tx, person).await?;
        let whose = summary(&mut tx, &reader).await?;
        drop(tx);
        let connections = connected.map(|row| connections(row, &reader)).unwrap_or_default();
        sources.sort_by(|a, b| b.last_success.cmp(&a.last_success).then_with(|| a.name.cmp(&b.name)));
        activity::disclose(&self.core, read(actor, subject, "sources")).await?;
        Ok(SourcesSeen { whose, sources, connections })
    }

    /// The sources from which nothing has come about anybody for longer than is usual for each: for those who run the service. It tells
    /// of nobody's record.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; [`ServiceError`] when the database fails.
    pub async fn silent_sources(&self, actor: &Actor) -> Result<Vec<SilentSource>, ServiceError> {
        access::for_all(actor)?;
        let now = self.core.now();
        let mut tx = self.core.read().await?;
        let mut all = Vec::new();
        for row in organisation::all(&mut tx).await? {
            let id = OrganisationId::from_uuid(row.id);
            all.extend(silent(&mut tx, id, now).await?.map(|silence| SilentSource { id, silence }));
        }
        Ok(all)
    }
}

/// Of which of the sources that sent something of a category, or anything, and are open to a reader the newest may be missing, by their
/// names: for the person and those who act for them. Where that is so of none, as nearly always, nothing else is asked.
pub(crate) async fn out_of_date(
    tx: &mut Tx,
    reader: &Reader,
    category: Option<Category>,
) -> Result<Vec<OutOfDate>, ServiceError> {
    if !reader.is_owner() && !matches!(reader.view.audience(), Audience::Carer(_)) {
        return Ok(Vec::new());
    }
    let mut failing = HashMap::new();
    for row in record::failures(tx, reader.person).await? {
        if let Some(since) = row.failing_since {
            failing.insert(row.organisation_id, (since, fault(&row)?));
        }
    }
    let silences = silences(tx, reader, reader.now).await?;
    if failing.is_empty() && silences.is_empty() {
        return Ok(Vec::new());
    }
    let mut open: BTreeMap<Uuid, (String, Vec<Category>)> = BTreeMap::new();
    for row in record::last_runs(tx, reader.person, &reader.filter).await? {
        open.insert(row.organisation_id, (row.name, Vec::new()));
    }
    for row in record::kinds_of_sources(tx, reader.person, &reader.filter).await? {
        let category =
            Category::from_code(&row.category).ok_or_else(|| StoreError::corrupt("an entry has an unknown category"))?;
        open.entry(row.organisation_id).or_insert((row.name, Vec::new())).1.push(category);
    }
    let mut none_came = HashSet::new();
    let times = times(tx, reader).await?;
    for row in never(tx, reader, &times, failing.keys().copied()).await? {
        none_came.insert(row.id);
        open.entry(row.id).or_insert((row.name, Vec::new()));
    }
    let of = |(id, (name, sent)): (Uuid, (String, Vec<Category>))| {
        let (failing, silence) = (failing.get(&id).copied(), silences.get(&id).copied());
        let never = none_came.contains(&id);
        let one = OutOfDate { id: OrganisationId::from_uuid(id), name, failing, silence, never, sent };
        (failing.is_some() || silence.is_some()).then_some(one)
    };
    let mut all: Vec<OutOfDate> = open.into_iter().filter_map(of).collect();
    all.retain(|one| category.is_none_or(|category| one.sent.contains(&category)));
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// How often each source sent something about the reader, whose record it is; of others nothing.
async fn times(tx: &mut Tx, reader: &Reader) -> Result<HashMap<Uuid, u64>, ServiceError> {
    let mut times = HashMap::new();
    if reader.is_owner() {
        for row in record::deliveries(tx, reader.person).await? {
            *times.entry(row.organisation_id).or_insert(0) += 1;
        }
    }
    Ok(times)
}

/// Those of the sources that failed of which nothing was ever taken in (`times`): told to the owner alone.
async fn never(
    tx: &mut Tx,
    reader: &Reader,
    times: &HashMap<Uuid, u64>,
    failed: impl Iterator<Item = Uuid>,
) -> Result<Vec<OrganisationRow>, ServiceError> {
    if !reader.is_owner() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = failed.filter(|id| !times.contains_key(id)).collect();
    let mut all = Vec::new();
    for id in ids {
        all.extend(organisation::by_id(tx, OrganisationId::from_uuid(id)).await?);
    }
    Ok(all)
}

/// Which sources have sent nothing about the reader, whose record it is, for longer than is usual for each, and nothing about anybody else
/// either. To others it would tell that something came which is not open to them.
async fn silences(tx: &mut Tx, reader: &Reader, now: DateTime<Utc>) -> Result<HashMap<Uuid, Silence>, ServiceError> {
    if !reader.is_owner() {
        return Ok(HashMap::new());
    }
    let mut days: HashMap<Uuid, Vec<NaiveDate>> = HashMap::new();
    for row in record::deliveries(tx, reader.person).await? {
        days.entry(row.organisation_id).or_default().push(london_day(row.ran_at));
    }
    let (today, mut all) = (london_day(now), HashMap::new());
    for (id, days) in days {
        let Some(own) = silence(&days, today) else { continue };
        // Somebody of whom much was sent for some days may only be well again: a source that sends of others has not fallen silent.
        if silent(tx, OrganisationId::from_uuid(id), now).await?.is_some() {
            all.insert(id, own);
        }
    }
    Ok(all)
}

/// Counts what each source sent of kinds that no page shows: what must be kept from the person, or is about somebody else, is not told
/// of, not even by number.
async fn count_unshown(tx: &mut Tx, person: PersonId, sources: &mut [SourceDetail]) -> Result<(), ServiceError> {
    let mut relatives = None;
    for one in sources {
        let rows = record::unshown(tx, person, one.id).await?;
        if rows.is_empty() {
            continue;
        }
        let relatives = match &mut relatives {
            Some(known) => known,
            none => none.insert(Relatives::load(tx, person).await?),
        };
        let open = open_among(tx, person, &rows.iter().collect::<Vec<_>>(), relatives).await?;
        one.kept_more = !open.is_empty() && rows.len() >= MOST_UNSHOWN;
        if !one.kept_more {
            one.kept = u64::try_from(open.len()).unwrap_or_default();
        }
    }
    Ok(())
}

/// Whether a source has sent nothing about anybody for longer than is usual for it.
async fn silent(tx: &mut Tx, id: OrganisationId, now: DateTime<Utc>) -> Result<Option<Silence>, ServiceError> {
    let (mut days, mut before) = (Vec::new(), now + TimeDelta::microseconds(1));
    // One step for each day: a source may send of many people on one.
    for _ in 0..=MOST_DAYS {
        let Some(at) = record::last_delivery(tx, id, before).await? else { break };
        let day = london_day(at);
        days.push(day);
        before = When::Day(day).begins();
    }
    Ok(silence(&days, london_day(now)))
}

/// What is told of a practice's own systems: of each to those to whom something is open of what it is asked for.
fn connections(row: ConnectedRow, reader: &Reader) -> Vec<Connection> {
    let medicines = reader.view.has(Category::Medicine);
    let diary = row.diary_since.filter(|_| opens_visits(reader)).map(|_| Connection {
        name: row.name.clone(),
        of: ConnectionOf::Appointments,
        last_success: row.diary_answered,
        failing: row.diary_failing,
        last_failure: row.diary_failed,
    });
    let orders = row.orders_since.filter(|_| medicines).map(|_| Connection {
        name: row.name,
        of: ConnectionOf::Orders,
        last_success: row.orders_answered,
        failing: row.orders_failing,
        last_failure: row.orders_failed,
    });
    diary.into_iter().chain(orders).collect()
}

fn detail(id: Uuid, name: String, kind: &str) -> Result<SourceDetail, StoreError> {
    let kind = OrganisationKind::from_code(kind).ok_or_else(|| StoreError::corrupt("an organisation is of an unknown kind"))?;
    Ok(SourceDetail {
        id: OrganisationId::from_uuid(id),
        name,
        kind,
        sent: Vec::new(),
        last_success: None,
        is_once: false,
        unread: 0,
        kept: 0,
        kept_more: false,
        failing: None,
        last_failure: None,
        silence: None,
    })
}

fn fault(row: &FailureRow) -> Result<SourceFault, StoreError> {
    Ok(match row.reason()? {
        Failure::Unreadable => SourceFault::Unreadable,
        Failure::NotMatched => SourceFault::NotMatched,
        Failure::Ours => SourceFault::Ours,
    })
}
