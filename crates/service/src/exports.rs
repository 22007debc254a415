//! Taking the whole record away: what was received exactly as it was, and what was recorded here as FHIR.

use crate::activity::{self, Event};
use crate::readings::Owner;
use crate::records::purpose;
use crate::relatives::Relatives;
use crate::{Core, ServiceError, access, appointments, corrections, profile, questionnaires, self_care};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ask};
use domain::audit::Action;
use domain::reading::Measure;
use domain::{OrganisationId, PersonId, ReadingId};
use fhir::write::Closed;
use futures::{Stream, StreamExt, future, stream};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::io::Write;
use std::pin::pin;
use store::record::{self, BinaryRow, ClosedRow, CurrentRow, RAW_AT_ONCE};
use store::{StoreError, Tx, person, questionnaire, reading, reading_photo, week};
use uuid::Uuid;

/// The use cases of taking a record away.
#[derive(Clone)]
pub struct Exports {
    core: Core,
}

impl Exports {
    pub(crate) fn new(core: Core) -> Self {
        Self { core }
    }

    /// The person's whole record as a FHIR `collection` Bundle: the current version of every resource, exactly as it was
    /// received, in parts to be sent one after another. Patients come first, then the others by type, id and source.
    /// To an account it gives what may be shown: no resource that is withheld, be it by its entry or, where no entry tells
    /// of it, by its own labels, no result that is not shown yet (but the version that was shown before it), no Binary that holds a file of these, no reference to any of
    /// them and no narrative around one, no words and no file of a message that is about one, no words of an opinion or a risk that was made of
    /// one; and after that what was recorded here: readings with their photos, answers to questionnaires, weeks, self-care, what they say about
    /// themselves, and the mistakes that they reported. To the operator it gives everything that was received, and nothing else.
    ///
    /// What is exported is decided at the beginning: what arrives later is not in it. It is audited before the first part.
    /// No connection is held between parts, so that a slow receiver keeps nobody waiting.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails; then, or when a part fails,
    /// what was sent is not a whole Bundle.
    pub async fn stream(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<impl Stream<Item = Result<Vec<u8>, ServiceError>> + Send + use<>, ServiceError> {
        let whole = self.begin(actor, person).await?;
        let parts = self.parts(whole).map(|part| part.map(|(bytes, _)| bytes));
        Ok(parts.filter(|part| future::ready(!matches!(part, Ok(bytes) if bytes.is_empty()))))
    }

    /// The parts of the Bundle, each with the number of its resources.
    fn parts(&self, whole: Whole) -> impl Stream<Item = Result<(Vec<u8>, usize), ServiceError>> + Send + use<> {
        let core = self.core.clone();
        stream::try_unfold((whole, Stage::Received(0), false), move |(whole, stage, begun)| {
            let core = core.clone();
            async move {
                if stage == Stage::Over {
                    return Ok(None);
                }
                let first = stage == Stage::Received(0);
                let (resources, next) = whole.take(&core, stage).await?;
                let many = resources.len();
                let part = part_of_bundle(resources, whole.at, (first, begun, next == Stage::Over))?;
                Ok(Some(((part, many), (whole, next, begun || many > 0))))
            }
        })
    }

    /// Writes the person's whole record, as [`Exports::stream`] gives it, and gives the number of its resources.
    ///
    /// # Errors
    /// As [`Exports::stream`]; [`ServiceError::Unavailable`] when `out` does not take it.
    pub async fn bundle(&self, actor: &Actor, person: PersonId, out: &mut (impl Write + Send)) -> Result<u64, ServiceError> {
        let whole = self.begin(actor, person).await?;
        let mut count = 0;
        let mut parts = pin!(self.parts(whole));
        let cannot = |error: std::io::Error| ServiceError::Unavailable(format!("the export could not be written: {error}"));
        while let Some(part) = parts.next().await {
            let (bytes, many) = part?;
            out.write_all(&bytes).map_err(cannot)?;
            count += many;
        }
        out.flush().map_err(cannot)?;
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }

    /// Decides what is exported, in which order, and audits it.
    async fn begin(&self, actor: &Actor, person: PersonId) -> Result<Whole, ServiceError> {
        let mut tx = self.core.read().await?;
        let subject = match access::require(&self.core, &mut tx, actor, person, Ask::ExportRecord).await {
            Ok(subject) => subject,
            Err(error) => {
                drop(tx);
                return Err(access::refused_on(&self.core, actor, person, error, "export").await);
            }
        };
        if person::by_id(&mut tx, person).await?.is_none() {
            return Err(ServiceError::NotFound);
        }
        let now = self.core.now();
        let (mut rows, own, closed) = match actor {
            Actor::Operator | Actor::System => (record::current(&mut tx, person).await?, None, Closed::default()),
            Actor::Account { .. } | Actor::Staff { .. } | Actor::Device { .. } | Actor::Nobody => {
                let measures = reading::measures(&mut tx, person).await?;
                let mut closed: HashSet<ClosedRow> = record::closed(&mut tx, person, now).await?.into_iter().collect();
                let relatives = Relatives::load(&mut tx, person).await?;
                let (mut rows, untold) = not_withheld(&mut tx, person, now, &closed, &relatives).await?;
                closed.extend(untold);
                let mut kept = Closed::default();
                keep(&mut tx, person, &mut kept, &closed).await?;
                let whole = uncut(&mut tx, person, &rows, &kept).await?;
                let behind = files_behind(&mut tx, person, &whole).await?;
                rows.retain(|row| !behind.contains(&key_of(row)));
                keep(&mut tx, person, &mut kept, &behind).await?;
                rows.extend(shown_before(&mut tx, person, now, &relatives).await?);
                let beside = beside_what_stays(&mut tx, person, &rows).await?;
                rows.retain(|row| !beside.contains(&key_of(row)));
                keep(&mut tx, person, &mut kept, &beside).await?;
                (rows, Some((Owner::load(&mut tx, person).await?, measures)), kept)
            }
        };
        drop(tx);
        rows.sort_by(|a, b| {
            let key = |row: &'_ CurrentRow| row.resource_type != "Patient";
            key(a)
                .cmp(&key(b))
                .then_with(|| a.resource_type.cmp(&b.resource_type))
                .then_with(|| a.logical_id.cmp(&b.logical_id))
                .then_with(|| a.organisation_id.cmp(&b.organisation_id))
        });
        let event = Event::on_record(actor, subject, Action::Export, purpose(subject)).about("resources", rows.len());
        activity::disclose(&self.core, event).await?;
        Ok(Whole { person, ids: rows.into_iter().map(|row| row.id).collect(), closed, at: now, own })
    }
}

/// How many readings stand in one part.
const READINGS_AT_ONCE: i64 = 500;
/// How many photos.
const PHOTOS_AT_ONCE: i64 = 4;
/// The most weeks, and the most responses to questionnaires.
const MOST: i64 = 1000;

/// What is exported.
struct Whole {
    person: PersonId,
    ids: Vec<Uuid>,
    /// What is not in it: nothing that is refers to it.
    closed: Closed,
    at: DateTime<Utc>,
    /// What was recorded here, and of which measures there is any.
    own: Option<(Owner, Vec<Measure>)>,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// What was received, from this place on.
    Received(usize),
    /// Readings of the measure in this place, before this one; after those of the last, what is worked out of them.
    Readings(usize, Option<(DateTime<Utc>, ReadingId)>),
    /// Photos of readings, after this one.
    Photos(Uuid),
    /// Answers to questionnaires.
    Responses,
    /// Weeks.
    Weeks,
    /// Goals, what was given to read, and what is kept of the directory.
    SelfCare,
    /// What they say about themselves, their notes, and the medicines that they take of their own accord.
    Profile,
    /// Mistakes that were reported.
    Corrections,
    /// Nothing.
    Over,
}

/// A resource with its address, as it stands in the Bundle.
type Resource = (Option<String>, String);

fn own(resource: &Value) -> Resource {
    let id = resource.get("id").and_then(Value::as_str).map(|id| format!("urn:uuid:{id}"));
    (id, resource.to_string())
}

impl Whole {
    /// The next resources, and what comes after them.
    async fn take(&self, core: &Core, stage: Stage) -> Result<(Vec<Resource>, Stage), ServiceError> {
        let mut tx = core.read().await?;
        let (tx, person) = (&mut tx, self.person);
        let Some((owner, measures)) = &self.own else {
            return match stage {
                Stage::Received(first) => self.received(tx, first, Stage::Over).await,
                _ => Ok((Vec::new(), Stage::Over)),
            };
        };
        match stage {
            Stage::Received(first) => self.received(tx, first, Stage::Readings(0, None)).await,
            Stage::Readings(place, before) => {
                let Some(measure) = measures.get(place) else {
                    let mut newest = reading::newest(tx, person).await?;
                    newest.retain(|row| row.created_at <= self.at);
                    let bmi = owner.bmi(&newest, self.at, "urn:uuid:");
                    return Ok((bmi.iter().map(|(.., told)| own(told)).collect(), Stage::Photos(Uuid::nil())));
                };
                // Beyond the years that a database keeps nothing was taken.
                let last = (self.at + TimeDelta::days(366), ReadingId::from_uuid(Uuid::max()));
                let rows = reading::page(tx, person, *measure, before.unwrap_or(last), READINGS_AT_ONCE).await?;
                let more = i64::try_from(rows.len()).is_ok_and(|many| many == READINGS_AT_ONCE);
                let next = match rows.last().filter(|_| more) {
                    Some(row) => Stage::Readings(place, Some((row.taken_at, ReadingId::from_uuid(row.id)))),
                    None => Stage::Readings(place + 1, None),
                };
                let known = rows.iter().filter(|row| row.created_at <= self.at);
                let all = known.map(|row| Ok(own(&owner.observation(row)?))).collect::<Result<_, StoreError>>()?;
                Ok((all, next))
            }
            Stage::Photos(after) => {
                let rows = reading_photo::next(tx, person, after, PHOTOS_AT_ONCE).await?;
                let next = rows.last().map_or(Stage::Responses, |row| Stage::Photos(row.id));
                let known = rows.iter().filter(|row| row.added_at <= self.at);
                Ok((known.map(|row| own(&owner.photo(row))).collect(), next))
            }
            Stage::Responses => {
                let rows = questionnaire::newest(tx, person, MOST).await?;
                let (files, account) = (core.questionnaires(), appointments::own_account(tx, person).await?);
                let known = rows.iter().filter(|row| {
                    row.created_at <= self.at && questionnaires::is_theirs(files.find(&row.questionnaire), row, account)
                });
                let all = known.map(|row| Ok(own(&owner.response(row)?))).collect::<Result<_, StoreError>>()?;
                Ok((all, Stage::Weeks))
            }
            Stage::Weeks => {
                let mut all = Vec::new();
                for row in week::listed(tx, person, MOST).await?.iter().filter(|row| row.created_at <= self.at) {
                    let told = owner.week(tx, row, self.at).await?;
                    // A week and its average have one id: the plan alone is known by it.
                    all.extend(told.iter().enumerate().map(|(place, one)| {
                        let (url, text) = own(one);
                        (url.filter(|_| place == 0), text)
                    }));
                }
                Ok((all, Stage::SelfCare))
            }
            Stage::SelfCare => Ok((self_care::resources(tx, person).await?.iter().map(own).collect(), Stage::Profile)),
            Stage::Profile => Ok((profile::resources(tx, person, self.at).await?.iter().map(own).collect(), Stage::Corrections)),
            Stage::Corrections => Ok((corrections::resources(tx, person, self.at).await?.iter().map(own).collect(), Stage::Over)),
            Stage::Over => Ok((Vec::new(), Stage::Over)),
        }
    }

    /// What was received, from this place on; `after` is what comes once that is over.
    async fn received(&self, tx: &mut Tx, first: usize, after: Stage) -> Result<(Vec<Resource>, Stage), ServiceError> {
        let here: Vec<Uuid> = self.ids.iter().skip(first).take(RAW_AT_ONCE).copied().collect();
        let rows = record::raw(tx, self.person, &here).await?;
        let mut texts: HashMap<Uuid, _> =
            rows.into_iter().map(|row| (row.id, (row.full_url, fhir::write::without(row.raw, &self.closed)))).collect();
        let resources = here.iter().map(|id| texts.remove(id)).collect::<Option<Vec<_>>>();
        let resources = resources.ok_or_else(|| StoreError::corrupt("a resource is not where it was"))?;
        let next = first + RAW_AT_ONCE;
        Ok((resources, if next < self.ids.len() { Stage::Received(next) } else { after }))
    }
}

/// The current resources that may be shown to the person they are about, and those of no entry that may not. Where an entry tells of a
/// resource, it was looked at when it came in; any other is looked at now, also for whether it is about somebody else of whom its source
/// told. What is closed is not among them: the Binary that holds a file of an entry that is not shown has an entry of its own.
async fn not_withheld(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
    closed: &HashSet<ClosedRow>,
    relatives: &Relatives,
) -> Result<(Vec<CurrentRow>, Vec<ClosedRow>), ServiceError> {
    let mut rows = record::current_released(tx, person, now).await?;
    rows.retain(|row| !closed.contains(&key_of(&row.current)));
    let untold: Vec<&CurrentRow> = rows.iter().filter(|row| !row.told).map(|row| &row.current).collect();
    let open = open_among(tx, person, &untold, relatives).await?;
    let (shown, held): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.told || open.contains(&row.current.id));
    Ok((shown.into_iter().map(|row| row.current).collect(), held.iter().map(|row| key_of(&row.current)).collect()))
}

/// Which of these may be shown to the person, by what their texts say.
pub(crate) async fn open_among(
    tx: &mut Tx,
    person: PersonId,
    rows: &[&CurrentRow],
    relatives: &Relatives,
) -> Result<HashSet<Uuid>, ServiceError> {
    let sources: HashMap<Uuid, Uuid> = rows.iter().map(|row| (row.id, row.organisation_id)).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut open = HashSet::new();
    for ids in ids.chunks(RAW_AT_ONCE) {
        for text in record::raw(tx, person, ids).await? {
            if sources.get(&text.id).is_some_and(|source| !relatives.withhold(*source, &text.raw)) {
                open.insert(text.id);
            }
        }
    }
    Ok(open)
}

fn key_of(row: &CurrentRow) -> ClosedRow {
    let CurrentRow { organisation_id, resource_type, logical_id, .. } = row.clone();
    ClosedRow { organisation_id, resource_type, logical_id }
}

/// Adds these to what does not go out: by type and id, and by each address by which another may refer to them.
async fn keep(tx: &mut Tx, person: PersonId, closed: &mut Closed, rows: &HashSet<ClosedRow>) -> Result<(), ServiceError> {
    let mut sources: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
    for row in rows {
        closed.add(&row.resource_type, &row.logical_id);
        sources.entry(row.organisation_id).or_default().push((row.resource_type.clone(), row.logical_id.clone()));
    }
    for (source, which) in sources {
        for which in which.chunks(RAW_AT_ONCE) {
            for row in record::addresses(tx, person, OrganisationId::from_uuid(source), which).await? {
                closed.add_address(&row.full_url);
            }
        }
    }
    Ok(())
}

/// Those of what goes out whose files may go out too: a message about what is closed goes without its words and files.
async fn uncut(tx: &mut Tx, person: PersonId, rows: &[CurrentRow], closed: &Closed) -> Result<Vec<CurrentRow>, ServiceError> {
    let messages: Vec<Uuid> = rows.iter().filter(|row| row.resource_type == "Communication").map(|row| row.id).collect();
    let mut cut = HashSet::new();
    for ids in messages.chunks(RAW_AT_ONCE) {
        let texts = record::raw(tx, person, ids).await?;
        cut.extend(texts.into_iter().filter(|text| fhir::write::is_cut(&text.raw, closed)).map(|text| text.id));
    }
    Ok(rows.iter().filter(|row| !cut.contains(&row.id)).cloned().collect())
}

/// The Binaries that hold a file of something that does not go out, whatever that is: a result or a letter, whose files are known, or a
/// message, a picture, a form. `out` is what goes out with its files. A file goes out only where all that refers to it does.
async fn files_behind(tx: &mut Tx, person: PersonId, out: &[CurrentRow]) -> Result<HashSet<ClosedRow>, ServiceError> {
    let binaries = record::binaries(tx, person).await?;
    if binaries.is_empty() {
        return Ok(HashSet::new());
    }
    let going: HashSet<Uuid> = out.iter().map(|row| row.id).collect();
    let mut staying = record::current(tx, person).await?;
    staying.retain(|row| row.resource_type != "Binary" && !going.contains(&row.id));
    let named = named_in(tx, person, &staying).await?;
    let is_named = |row: &BinaryRow| {
        let by = |address: String| named.contains(&(row.organisation_id, address));
        by(format!("Binary/{}", row.logical_id)) || row.full_url.clone().is_some_and(by)
    };
    let behind = binaries.into_iter().filter(is_named).map(|row| ClosedRow {
        organisation_id: row.organisation_id,
        resource_type: "Binary".to_owned(),
        logical_id: row.logical_id,
    });
    Ok(behind.collect())
}

/// By source, the addresses of files and of what else no page shows by itself to which these refer.
async fn named_in(tx: &mut Tx, person: PersonId, rows: &[CurrentRow]) -> Result<HashSet<(Uuid, String)>, ServiceError> {
    let sources: HashMap<Uuid, Uuid> = rows.iter().map(|row| (row.id, row.organisation_id)).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut named = HashSet::new();
    for ids in ids.chunks(RAW_AT_ONCE) {
        for text in record::raw(tx, person, ids).await? {
            if let Some(source) = sources.get(&text.id) {
                named.extend(fhir::write::files_named(&text.raw).into_iter().map(|address| (*source, address)));
            }
        }
    }
    Ok(named)
}

/// What no page shows by itself and what tells of something that does not go out, and of nothing that does: from what a sample was taken, what
/// it holds, and whose service looked at it. `out` is what goes out.
async fn beside_what_stays(tx: &mut Tx, person: PersonId, out: &[CurrentRow]) -> Result<HashSet<ClosedRow>, ServiceError> {
    let is_beside = |row: &&CurrentRow| matches!(row.resource_type.as_str(), "Specimen" | "HealthcareService" | "Substance");
    let mut known_by: HashMap<ClosedRow, HashSet<(Uuid, String)>> = HashMap::new();
    let mut sources: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
    for row in out.iter().filter(is_beside) {
        let key = key_of(row);
        let which = (key.resource_type.clone(), key.logical_id.clone());
        let address = (key.organisation_id, format!("{}/{}", which.0, which.1));
        sources.entry(key.organisation_id).or_default().push(which);
        known_by.entry(key).or_default().insert(address);
    }
    if known_by.is_empty() {
        return Ok(HashSet::new());
    }
    let going: HashSet<Uuid> = out.iter().map(|row| row.id).collect();
    let mut staying = record::current(tx, person).await?;
    staying.retain(|row| !going.contains(&row.id));
    let stays = named_in(tx, person, &staying).await?;
    for (source, which) in sources {
        for which in which.chunks(RAW_AT_ONCE) {
            for row in record::addresses(tx, person, OrganisationId::from_uuid(source), which).await? {
                let key = ClosedRow { organisation_id: source, resource_type: row.resource_type, logical_id: row.logical_id };
                known_by.entry(key).or_default().insert((source, row.full_url));
            }
        }
    }
    known_by.retain(|_, addresses| !addresses.is_disjoint(&stays));
    if known_by.is_empty() {
        return Ok(HashSet::new());
    }
    let others: Vec<CurrentRow> = out.iter().filter(|row| !is_beside(row)).cloned().collect();
    let goes = named_in(tx, person, &others).await?;
    Ok(known_by.into_iter().filter(|(_, addresses)| addresses.is_disjoint(&goes)).map(|(key, _)| key).collect())
}

/// Of results that wait to be shown, the versions that were shown before.
async fn shown_before(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
    relatives: &Relatives,
) -> Result<Vec<CurrentRow>, ServiceError> {
    let mut rows = record::before_released(tx, person, now).await?;
    let open = open_among(tx, person, &rows.iter().collect::<Vec<_>>(), relatives).await?;
    rows.retain(|row| open.contains(&row.id));
    Ok(rows)
}

/// Some resources as a part of a Bundle: with its head if they are the first, with its end if they are the last; `begun` is whether
/// others stand before them.
///
/// The writer gives a whole Bundle with the head as its first line, an entry a line, and the end as its last line.
fn part_of_bundle(
    resources: Vec<Resource>,
    at: DateTime<Utc>,
    (first, begun, last): (bool, bool, bool),
) -> Result<Vec<u8>, ServiceError> {
    const END: &[u8] = b"\n]}\n";
    let mut part = Vec::new();
    fhir::write::bundle(&mut part, resources.into_iter().map(Ok::<_, Infallible>), at).map_err(ServiceError::internal)?;
    let end = part.strip_suffix(END).map(<[u8]>::len).ok_or_else(|| ServiceError::internal("a Bundle without an end"))?;
    part.truncate(end);
    if !first {
        let head = part.iter().position(|byte| *byte == b'\n').unwrap_or(end);
        let comma: &[u8] = if begun && head < end { b"," } else { b"" };
        part.splice(..head, comma.iter().copied());
    }
    if last {
        part.extend_from_slice(END);
    }
    Ok(part)
}
