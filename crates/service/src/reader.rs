//! Somebody who reads a record: what the store gives them, and what their entries say without what is not open to them.
//!
//! An entry may take words from others: a report the names and values of its results, a visit the reason for it. Its row
//! holds them as its owner sees them. For anybody else such an entry is told anew from its own text, with the names of
//! those resources alone that are open to them, so that it says the same whether the others are hidden or were never
//! there. To the owner an entry is told anew where it takes words from what is not shown to them: from what its source withholds,
//! or from a result that they do not read yet.

use crate::{Core, PersonSummary, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Audience, Subject, View};
use domain::record::{EntryFacts, Release, Sensitivity};
use domain::{OrganisationId, PersonId};
use fhir::Received;
use fhir::address::Addresses;
use fhir::document::Shown;
use fhir::map::Names;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;
use store::Tx;
use store::record::{self, AddressRow, ClosedRow, EntryRow, Filter, MentionedRow, RAW_AT_ONCE, ToldRow, VersionTextRow};
use uuid::Uuid;

/// Types from which a line of a list takes nothing; an entry's own page may.
const NOT_IN_LINES: &[&str] =
    &["Binary", "Observation", "Condition", "DiagnosticReport", "DocumentReference", "Composition", "Media", "ImagingStudy"];
/// How often what was found to be mentioned is fetched: a role's person and organisation are two steps away.
const STEPS: usize = 3;

/// Whose record is read, and through which view.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    /// Whose record.
    pub(crate) person: PersonId,
    /// What of it is open.
    pub(crate) view: View,
    /// The same for the store.
    pub(crate) filter: Filter,
    /// When they read: the filter is of another instant to whoever reads what waits.
    pub(crate) now: DateTime<Utc>,
    /// What the owner is not shown at the instant of the filter, once it was asked for.
    closed: OnceLock<HashSet<ClosedRow>>,
    /// By which addresses that is known at each source, once it was asked for.
    known_by: OnceLock<HashMap<Uuid, KnownBy>>,
    /// Whose it is, as far as they may know, once it was asked for.
    pub(crate) whose: OnceLock<PersonSummary>,
}

/// By which addresses others of a source may refer to what the owner is not shown.
#[derive(Clone, Debug, Default)]
struct KnownBy {
    /// What that is, by type and id.
    keys: Vec<(String, String)>,
    /// Which of them an address leads to.
    places: Addresses<'static, usize>,
    /// The addresses that they had in Bundles.
    rows: Vec<AddressRow>,
}

impl KnownBy {
    /// Which of them has this address.
    fn at(&self, address: &str) -> Option<&(String, String)> {
        self.keys.get(self.places.find(address)?)
    }
}

impl Reader {
    /// Somebody who reads at this instant.
    pub(crate) fn new(person: PersonId, view: View, now: DateTime<Utc>) -> Self {
        Self::through(person, view, Filter::of(&view, now), now)
    }

    /// The person themself, who looks at what somebody with this view sees.
    pub(crate) fn previewed(person: PersonId, view: View, now: DateTime<Utc>) -> Self {
        Self::through(person, view, Filter::waiting(&view, now), now)
    }

    /// Somebody who reads what the store gives through this.
    const fn through(person: PersonId, view: View, filter: Filter, now: DateTime<Utc>) -> Self {
        Self { person, view, filter, now, closed: OnceLock::new(), known_by: OnceLock::new(), whose: OnceLock::new() }
    }

    /// Notes that nothing is kept from the owner at the instant of the filter, so that it need not be asked for.
    pub(crate) fn closes_nothing(&self) {
        drop(self.closed.set(HashSet::new()));
    }

    /// Whether everything is open: the person themself, or the operator for them.
    pub(crate) fn is_owner(&self) -> bool {
        self.view.is_everything()
    }

    /// Whether a version from this source is open that says this of itself, where its entry is open. `chosen` is how
    /// sensitive the person says that the entry is.
    fn opens(&self, organisation: OrganisationId, facts: &EntryFacts, chosen: Option<Sensitivity>) -> bool {
        self.view.audience() == Audience::Organisation(organisation)
            || self.view.opens(facts.category, chosen.unwrap_or(facts.sensitivity))
    }
}

/// Lets through whoever may do this to the person's record, with what they may see of it.
///
/// # Errors
/// As [`access::require`].
pub(crate) async fn allowed(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    ask: Ask,
) -> Result<(Subject, Reader), ServiceError> {
    let allowed = access::open(core, tx, actor, person, ask).await?;
    Ok((allowed.subject, Reader::new(person, allowed.view, core.now())))
}

/// What those of the entries say that take words from others, with only what is open; the whole, or as far as a line of a
/// list needs it. `None` for one that cannot be read. To the owner only those are told anew that take words from what they are
/// not shown.
pub(crate) async fn told_anew(
    tx: &mut Tx,
    reader: &Reader,
    entries: &[Uuid],
    whole: bool,
) -> Result<HashMap<Uuid, Option<EntryFacts>>, ServiceError> {
    if entries.is_empty() {
        return Ok(HashMap::new());
    }
    let closed = match reader.is_owner() {
        true => Some(closed(tx, reader).await?),
        false => None,
    };
    if closed.is_some_and(HashSet::is_empty) {
        return Ok(HashMap::new());
    }
    let mut rows = texts(tx, reader, entries).await?;
    if let Some(closed) = closed {
        let takes = |row: &ToldRow, one: &ClosedRow| {
            row.organisation_id == one.organisation_id
                && row.mentioned().any(|(kind, id)| kind == one.resource_type && id == one.logical_id)
        };
        rows.retain(|row| row.mentions.is_none() || closed.iter().any(|one| takes(row, one)));
    }
    read_anew(tx, reader, rows, whole, facts).await
}

/// Which of these messages are not told whole to this reader: their files repeat what is left out.
pub(crate) async fn cut_messages(tx: &mut Tx, reader: &Reader, messages: &[Uuid]) -> Result<HashSet<Uuid>, ServiceError> {
    let rows = texts(tx, reader, messages).await?;
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let whole = read_anew(tx, reader, rows, true, is_told_whole).await?;
    Ok(whole.into_iter().filter(|(_, whole)| !whole).map(|(entry, _)| entry).collect())
}

/// The texts of those of these entries that take words from others. What the owner is not shown is among what an entry mentions also where it
/// names that by an address that it had in a Bundle, whichever file that came with.
async fn texts(tx: &mut Tx, reader: &Reader, entries: &[Uuid]) -> Result<Vec<ToldRow>, ServiceError> {
    let mut rows = Vec::new();
    for some in entries.chunks(RAW_AT_ONCE) {
        rows.extend(record::told(tx, reader.person, some).await?);
    }
    if !reader.is_owner() || rows.iter().all(|row| row.addressed().next().is_none()) {
        return Ok(rows);
    }
    let known_by = known_by(tx, reader).await?;
    for row in &mut rows {
        let Some(known) = known_by.get(&row.organisation_id) else { continue };
        let named: BTreeSet<&(String, String)> = row.addressed().filter_map(|address| known.at(address)).collect();
        for (kind, id) in named {
            row.mention(kind, id);
        }
    }
    Ok(rows)
}

/// What is read in entries among what they take words from, of which only what is open may be told; all of that, or as far as a line of
/// a list needs it.
async fn read_anew<T: Send + 'static>(
    tx: &mut Tx,
    reader: &Reader,
    mut rows: Vec<ToldRow>,
    whole: bool,
    read: fn(Option<String>, String, &Names<'_>) -> T,
) -> Result<HashMap<Uuid, T>, ServiceError> {
    let owner = reader.is_owner();
    let mut asked: BTreeMap<Uuid, BTreeSet<(String, String)>> = BTreeMap::new();
    for row in &rows {
        let wanted = row.mentioned().filter(|(kind, _)| whole || !NOT_IN_LINES.contains(kind));
        asked.entry(row.organisation_id).or_default().extend(wanted.map(|(kind, id)| (kind.to_owned(), id.to_owned())));
    }
    let mut held = HashMap::new();
    for (organisation, which) in asked {
        let which: Vec<_> = which.into_iter().collect();
        held.insert(organisation, mentioned(tx, reader, OrganisationId::from_uuid(organisation), &which).await?);
    }
    let tell = move || {
        let mut told = HashMap::new();
        for (organisation, others) in held {
            let others = Others::of(others, owner);
            let names = others.names();
            for row in rows.extract_if(.., |row| row.organisation_id == organisation) {
                told.insert(row.entry_id, read(row.full_url, row.raw, &names));
            }
        }
        told
    };
    tokio::task::spawn_blocking(tell).await.map_err(ServiceError::internal)
}

/// What the owner of a record is not shown, asked for once by each reader; to anybody else all that takes words from others is told
/// anew.
async fn closed<'r>(tx: &mut Tx, reader: &'r Reader) -> Result<&'r HashSet<ClosedRow>, ServiceError> {
    if let Some(closed) = reader.closed.get() {
        return Ok(closed);
    }
    let rows = record::closed(tx, reader.person, reader.filter.at()).await?;
    Ok(reader.closed.get_or_init(|| rows.into_iter().collect()))
}

/// By which addresses each source may refer to what the owner is not shown, asked for once by each reader.
async fn known_by<'r>(tx: &mut Tx, reader: &'r Reader) -> Result<&'r HashMap<Uuid, KnownBy>, ServiceError> {
    if let Some(known) = reader.known_by.get() {
        return Ok(known);
    }
    let mut sources: HashMap<Uuid, KnownBy> = HashMap::new();
    for ClosedRow { organisation_id, resource_type, logical_id } in closed(tx, reader).await? {
        let known = sources.entry(*organisation_id).or_default();
        known.places.add((resource_type.as_str(), logical_id.as_str()), None, known.keys.len());
        known.keys.push((resource_type.clone(), logical_id.clone()));
    }
    for (source, known) in &mut sources {
        for which in known.keys.chunks(RAW_AT_ONCE) {
            let rows = record::addresses(tx, reader.person, OrganisationId::from_uuid(*source), which).await?;
            known.rows.extend(rows);
        }
        for row in &known.rows {
            if let Some(place) = known.places.find(&format!("{}/{}", row.resource_type, row.logical_id)) {
                known.places.add_address(&row.full_url, place);
            }
        }
    }
    Ok(reader.known_by.get_or_init(|| sources))
}

/// Whether entries say to this reader what they said when they came in: to the owner, where nothing is kept from them.
pub(crate) async fn is_told_all(tx: &mut Tx, reader: &Reader) -> Result<bool, ServiceError> {
    Ok(reader.is_owner() && closed(tx, reader).await?.is_empty())
}

/// What a version of an entry says, with only what is open; `None` where it cannot be read or is not open itself.
pub(crate) async fn version_anew(
    tx: &mut Tx,
    reader: &Reader,
    row: &EntryRow,
    text: VersionTextRow,
    chosen: Option<Sensitivity>,
) -> Result<Option<EntryFacts>, ServiceError> {
    let organisation = row.source().organisation;
    let now = texts(tx, reader, &[row.line.id]).await?;
    let mut which: BTreeSet<(String, String)> =
        now.iter().flat_map(|now| now.mentioned()).map(|(kind, id)| (kind.to_owned(), id.to_owned())).collect();
    let (owner, mut told) = (reader.is_owner(), None);
    for _ in 0..STEPS {
        let asked: Vec<_> = which.iter().cloned().collect();
        let others = mentioned(tx, reader, organisation, &asked).await?;
        let (full_url, raw) = (text.full_url.clone(), text.raw.clone());
        let tell = move || {
            let others = Others::of(others, owner);
            facts(full_url, raw, &others.names())
        };
        told = tokio::task::spawn_blocking(tell).await.map_err(ServiceError::internal)?;
        let (before, knew) = (which.len(), reader.known_by.get().is_some());
        let mentions: Vec<&String> = told.iter().flat_map(|facts: &EntryFacts| &facts.mentions).collect();
        let more = mentions.iter().filter_map(|mention| mention.split_once('/'));
        which.extend(more.map(|(kind, id)| (kind.to_owned(), id.to_owned())));
        if owner && mentions.iter().any(|mention| mention.contains(':')) {
            let known = known_by(tx, reader).await?.get(&organisation.as_uuid());
            if let Some(known) = known {
                which.extend(mentions.iter().filter_map(|mention| known.at(mention)).cloned());
            }
        }
        // What is mentioned already is looked for by its addresses too, once these are known.
        if which.len() == before && knew == reader.known_by.get().is_some() {
            break;
        }
    }
    Ok(told.filter(|facts| facts.release == Release::Released && reader.opens(organisation, facts, chosen)))
}

/// What a Composition says in its sections, with only what is open; `None` where it says nothing.
pub(crate) async fn composed(tx: &mut Tx, reader: &Reader, row: &EntryRow) -> Result<Option<Shown>, ServiceError> {
    let Some(text) = record::version(tx, reader.person, row.source(), row.version).await? else { return Ok(None) };
    let now = texts(tx, reader, &[row.line.id]).await?;
    let which: BTreeSet<(String, String)> =
        now.iter().flat_map(|now| now.mentioned()).map(|(kind, id)| (kind.to_owned(), id.to_owned())).collect();
    let which: Vec<_> = which.into_iter().collect();
    let others = mentioned(tx, reader, row.source().organisation, &which).await?;
    let owner = reader.is_owner();
    let tell = move || {
        let others = Others::of(others, owner);
        let received = Received::new("stored", text.full_url, text.raw).ok()?;
        fhir::document::composition(&received, &others.names())
    };
    tokio::task::spawn_blocking(tell).await.map_err(ServiceError::internal)
}

async fn mentioned(
    tx: &mut Tx,
    reader: &Reader,
    organisation: OrganisationId,
    which: &[(String, String)],
) -> Result<Vec<MentionedRow>, ServiceError> {
    let mut rows = Vec::new();
    for which in which.chunks(RAW_AT_ONCE) {
        rows.extend(record::mentioned(tx, reader.person, organisation, &reader.filter, which).await?);
    }
    if let Some(known) = reader.known_by.get().and_then(|all| all.get(&organisation.as_uuid())) {
        // The same again by each address that it had.
        let mut again = Vec::new();
        for row in rows.iter().filter(|row| !row.open) {
            let is_it = |one: &&AddressRow| one.resource_type == row.resource_type && one.logical_id == row.logical_id;
            let others = known.rows.iter().filter(is_it).filter(|one| row.full_url.as_ref() != Some(&one.full_url));
            again.extend(others.map(|one| MentionedRow { full_url: Some(one.full_url.clone()), ..row.clone() }));
        }
        rows.extend(again);
    }
    Ok(rows)
}

/// The resources that are mentioned, and which of them may not be told of.
struct Others {
    resources: Vec<Received>,
    closed: HashSet<(String, String)>,
    owner: bool,
}

impl Others {
    fn of(rows: Vec<MentionedRow>, owner: bool) -> Self {
        let (mut resources, mut closed) = (Vec::with_capacity(rows.len()), HashSet::new());
        for row in rows {
            if !row.open {
                closed.insert((row.resource_type, row.logical_id));
            }
            resources.extend(Received::new("stored", row.full_url, row.raw));
        }
        Self { resources, closed, owner }
    }

    fn names(&self) -> Names<'_> {
        let open = |one: &Received| !self.closed.contains(&(one.resource_type.clone(), one.id.clone()));
        if self.owner { Names::shown_among(&self.resources, open) } else { Names::open_among(&self.resources, open) }
    }
}

fn facts(full_url: Option<String>, raw: String, names: &Names<'_>) -> Option<EntryFacts> {
    let received = Received::new("stored", full_url, raw).ok()?;
    fhir::map::entry(&received, names).ok().flatten()
}

fn is_told_whole(full_url: Option<String>, raw: String, names: &Names<'_>) -> bool {
    Received::new("stored", full_url, raw).is_ok_and(|received| fhir::map::is_told_whole(&received, names))
}
