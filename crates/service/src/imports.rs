//! Taking source data into a person's record: read and mapped first, then one transaction for the whole file.

mod loading;

pub use loading::{LoadBegun, LoadFile, LoadPerson, LoadReady, LoadSource, LoadedPerson};

use crate::activity::{self, Event};
use crate::appointments::settle;
use crate::documents::{self, Kept, Patience};
use crate::organisations::upkeep;
use crate::relatives::Relatives;
use crate::releases::{self, Arrival};
use crate::{Core, PlainWords, ServiceError, access, corrections, profile};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask};
use domain::audit::{Action, Purpose};
use domain::person::{Demographics, Teller};
use domain::record::{Category, EntryFacts, Release};
use domain::release::{Change, ResultKind, is_named, is_to_come, waits_with_results};
use domain::search::{Told, words_of};
use domain::{EntryId, ImportId, NhsNumber, OrganisationId, PersonId, ResourceId};
use fhir::map::{Names, PackageSubject};
use fhir::{Limits, Package, ReadError, Received};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{Read, Seek};
use std::sync::Arc;
use store::person::PersonRow;
use store::record::{self, Failure, HeldRow, Import, NewEntry, NewResource, RAW_AT_ONCE, Source, Text, result};
use store::{Tx, organisation, person, person_write, registration};
use tokio::sync::Semaphore;

/// From how many resources on everything that is held is looked up at once.
const MANY: usize = 64;
/// The most problems that a report lists; of the others it gives the number.
const PROBLEMS: usize = 1000;

/// Two files are read through at a time: letters in them are opened, which takes memory.
static PREPARING: Semaphore = Semaphore::const_new(2);

/// Whom the operator expects a file to be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A person whose record is held.
    Person(PersonId),
    /// The person with this NHS number.
    NhsNumber(NhsNumber),
}

/// From whom a file comes and whom it should be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRequest {
    /// The organisation whose system it comes from: ids in the file are that system's.
    pub organisation: OrganisationId,
    /// Whom it must be about; anybody if absent.
    pub expected: Option<Expected>,
}

/// Something in a file that could not be taken in or read; it did not stop the rest. Holds no content of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportProblem {
    /// Where: `Bundle.entry[3].resource`.
    pub path: String,
    /// Why, in one sentence.
    pub reason: String,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Whose record it went into.
    pub person: PersonId,
    /// They were not known before.
    pub person_created: bool,
    /// Resources that were not held before.
    pub added: u64,
    /// Resources of which a newer version came; the one before is kept as history.
    pub updated: u64,
    /// Resources that are held already exactly so.
    pub unchanged: u64,
    /// Versions older than what is held: kept as history.
    pub older: u64,
    /// Resources of types that no page shows, by type: kept, and part of every export.
    pub kept_unmapped: BTreeMap<String, u64>,
    /// Entries in the file by category.
    pub by_category: BTreeMap<Category, u64>,
    /// What could not be taken in or read, each by its path; at most a thousand.
    pub problems: Vec<ImportProblem>,
}

/// The use cases of taking in source data: for the operator and the service itself.
#[derive(Clone)]
pub struct Imports {
    core: Core,
    plain_words: Arc<PlainWords>,
}

impl Imports {
    pub(crate) fn new(core: Core, plain_words: Arc<PlainWords>) -> Self {
        Self { core, plain_words }
    }

    /// Takes a file into the record of the person whom it is about: a FHIR Bundle, one resource, or one resource a line;
    /// plain or gzip. See [`Imports::import_package`].
    ///
    /// # Errors
    /// As [`Imports::import_package`]; [`ServiceError::Fields`] too when the file cannot be read or is beyond the limits.
    pub async fn import(
        &self,
        actor: &Actor,
        file: impl Read + Seek + Send + 'static,
        request: ImportRequest,
    ) -> Result<ImportReport, ServiceError> {
        self.import_read(actor, move || fhir::read(file, &Limits::default()), request).await
    }

    /// The same with what can be gone through only once, such as a pipe. Until it is read it is kept in the folder for
    /// temporary files.
    ///
    /// # Errors
    /// As [`Imports::import`].
    pub async fn import_stream(
        &self,
        actor: &Actor,
        stream: impl Read + Send + 'static,
        request: ImportRequest,
    ) -> Result<ImportReport, ServiceError> {
        self.import_read(actor, move || fhir::read_stream(stream, &Limits::default()), request).await
    }

    async fn import_read(
        &self,
        actor: &Actor,
        read: impl FnOnce() -> Result<Package, ReadError> + Send + 'static,
        request: ImportRequest,
    ) -> Result<ImportReport, ServiceError> {
        self.may(actor).await?;
        let package = tokio::task::spawn_blocking(read).await.map_err(ServiceError::internal)?;
        match package {
            Ok(package) => self.import_package(actor, package, request).await,
            Err(error) => {
                self.note_failure(actor, Keys::default(), &request, Failure::Unreadable).await;
                Err(ServiceError::field("file", error.to_string()))
            }
        }
    }

    /// Takes what was read into the record of the person whom it is about, whole or not at all.
    ///
    /// The person is found by NHS number, else by the id that the source gave them before, else added. The same file
    /// twice changes nothing. A newer version of a resource (by the time of the source's last change, else by arrival)
    /// takes the place of the one held, which is kept as history; an older one is kept as history. A resource that cannot
    /// be read is reported and kept as it is.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with one sentence when the file is about nobody, about two patients, about another person
    /// than expected, about somebody who cannot be told, or from an unknown organisation; refusals for anybody but the
    /// operator and the service itself.
    pub async fn import_package(
        &self,
        actor: &Actor,
        package: Package,
        request: ImportRequest,
    ) -> Result<ImportReport, ServiceError> {
        self.may(actor).await?;
        let plain = Arc::clone(&self.plain_words);
        let turn = PREPARING.acquire().await.map_err(ServiceError::internal)?;
        let work = move || {
            let file = prepare(package, &plain);
            drop(turn);
            file
        };
        let file = tokio::task::spawn_blocking(work).await.map_err(ServiceError::internal)?;
        let file = match file {
            Ok(file) => file,
            Err(error) => {
                self.note_failure(actor, Keys::default(), &request, Failure::Unreadable).await;
                return Err(error);
            }
        };
        let (keys, by, asked) = (file.who.keys(), actor.clone(), request.clone());
        let taken = self.core.write(move |core, tx| Box::pin(async move { take_in(&core, tx, &by, file, &asked).await })).await;
        if let Err(error) = &taken
            && let Some(failure) = failure(error)
        {
            self.note_failure(actor, keys, &request, failure).await;
        }
        taken
    }

    /// Notes for the person, where it is clear who that is, that something this source sent could not be taken in. Where that cannot be
    /// noted either, the log says so: why it could not be taken in is told in any case.
    async fn note_failure(&self, actor: &Actor, keys: Keys, request: &ImportRequest, failure: Failure) {
        let (actor, request) = (actor.clone(), request.clone());
        let noted: Result<(), ServiceError> = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let Some(source) = organisation::by_id(tx, request.organisation).await? else { return Ok(()) };
                    let source = OrganisationId::from_uuid(source.id);
                    let Some(person) = meant(tx, source, &keys, request.expected.as_ref()).await? else { return Ok(()) };
                    let subject = access::require(&core, tx, &actor, person, Ask::ImportRecord).await?;
                    record::note_failure(tx, person, source, core.now(), failure).await?;
                    let event = Event::on_record(&actor, subject, Action::Import, Purpose::RecordUpkeep)
                        .about("organisation", source)
                        .about("failed", failure.code());
                    activity::append(&core, tx, event).await?;
                    Ok(())
                })
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, "it could not be noted that what a source sent was not taken in");
        }
    }

    /// Reads the records again of up to `limit` people behind `after` of whom not everything was read by the rules of this program
    /// ([`VERSION`](domain::search::VERSION)): for what was taken in by an older one. Gives how many were read, and behind whom to go on; each
    /// is an act of its own, and whoever was read is not read again.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; when the database fails. Somebody whose record cannot be read is
    /// passed over.
    pub async fn index_waiting(
        &self,
        actor: &Actor,
        after: Option<PersonId>,
        limit: i64,
    ) -> Result<(u64, Option<PersonId>), ServiceError> {
        self.may(actor).await?;
        let mut tx = self.core.read().await?;
        let people = record::unindexed(&mut tx, after.map_or(uuid::Uuid::nil(), |person| person.as_uuid()), limit).await?;
        drop(tx);
        let mut done = 0;
        for person in &people {
            match self.reindex(actor, *person).await {
                Ok(_) => done += 1,
                Err(error) => tracing::warn!(%error, "a record could not be read again"),
            }
        }
        Ok((done, people.last().copied()))
    }

    /// Reads what is held of a person again, for when the way in which resources are read was put right: every entry then
    /// says what its resource says, under the same id as before. Gives the number of entries.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such person; refusals for anybody but the operator and the service itself.
    pub async fn reindex(&self, actor: &Actor, person: PersonId) -> Result<u64, ServiceError> {
        self.may(actor).await?;
        let mut tx = self.core.read().await?;
        if person::by_id(&mut tx, person).await?.is_none() {
            return Err(ServiceError::NotFound);
        }
        let mut sources: BTreeMap<OrganisationId, Vec<Received>> = BTreeMap::new();
        let (current, mut places) = (record::current(&mut tx, person).await?, HashMap::new());
        for row in &current {
            places.insert(row.id, OrganisationId::from_uuid(row.organisation_id));
        }
        let ids: Vec<_> = current.iter().map(|row| row.id).collect();
        for ids in ids.chunks(RAW_AT_ONCE) {
            for row in record::raw(&mut tx, person, ids).await? {
                if let (Some(place), Ok(received)) = (places.get(&row.id), Received::new("stored", row.full_url, row.raw)) {
                    sources.entry(*place).or_default().push(received);
                }
            }
        }
        let relatives = Relatives::load(&mut tx, person).await?;
        drop(tx);
        let plain = Arc::clone(&self.plain_words);
        let turn = PREPARING.acquire().await.map_err(ServiceError::internal)?;
        let read = tokio::task::spawn_blocking(move || {
            let again = |source, resources: Vec<Received>| facts_again(&resources, &plain, (&relatives, source));
            let read = sources.into_iter().map(|(source, resources)| Ok((source, again(source, resources)?)));
            let read = read.collect::<Result<Vec<_>, ServiceError>>();
            drop(turn);
            read
        });
        let read = read.await.map_err(ServiceError::internal)??;
        let actor = actor.clone();
        self.core.write(move |core, tx| Box::pin(say_again(core, tx, actor, person, read))).await
    }

    async fn may(&self, actor: &Actor) -> Result<(), ServiceError> {
        match upkeep(actor) {
            Ok(()) => Ok(()),
            Err(error) => Err(access::refused(&self.core, actor, error, "import").await),
        }
    }
}

/// A resource with what it says, and the files that it holds.
struct Prepared {
    received: Received,
    facts: Option<Said>,
    files: Vec<Kept>,
}

/// What a resource says, and the words by which it is found, without those of who sent it.
struct Said {
    facts: EntryFacts,
    words: BTreeSet<String>,
}

impl Said {
    fn of(facts: EntryFacts, files: &[Kept], plain: &PlainWords) -> Self {
        let known = plain.find(facts.category, facts.code.as_slice(), &facts.title);
        let files: Vec<&str> = files.iter().filter_map(Kept::text).collect();
        let told = Told {
            title: &facts.title,
            kind: &facts.kind,
            plain: known.map(|words| words.name.as_str()),
            display: facts.code.as_ref().and_then(|code| code.display.as_deref()),
            value: facts.value.as_ref().map(|value| value.text.as_str()),
            details: &facts.details,
            author: facts.author.as_deref(),
            place: facts.place.as_deref(),
            sent_by: None,
            files: &files,
        };
        let words = told.words();
        Self { words, facts }
    }
}

/// By what a file says whom it is about.
#[derive(Clone, Debug, Default)]
struct Keys {
    nhs_number: Option<NhsNumber>,
    logical_ids: Vec<String>,
}

/// Whom a file is about.
enum Who {
    /// It holds their Patient resource.
    Told {
        /// What that says of them.
        demographics: Demographics,
        /// The ids by which the file knows them; the Patient's own first.
        logical_ids: Vec<String>,
    },
    /// It only refers to them.
    Named { logical_id: Option<String>, nhs_number: Option<NhsNumber> },
}

impl Who {
    fn keys(&self) -> Keys {
        match self {
            Self::Told { demographics, logical_ids } => {
                Keys { nhs_number: demographics.nhs_number.clone(), logical_ids: logical_ids.clone() }
            }
            Self::Named { logical_id, nhs_number } => {
                Keys { nhs_number: nhs_number.clone(), logical_ids: logical_id.iter().cloned().collect() }
            }
        }
    }
}

/// Why something could not be taken in, where that says anything of what its source sent.
fn failure(error: &ServiceError) -> Option<Failure> {
    match error {
        ServiceError::Fields(problems) if problems.iter().all(|problem| problem.field == "file") => Some(Failure::NotMatched),
        ServiceError::Unavailable(_) | ServiceError::Internal(_) => Some(Failure::Ours),
        _ => None,
    }
}

/// The one person who can be meant, if all that is said of whom it is about agrees.
async fn meant(
    tx: &mut Tx,
    source: OrganisationId,
    keys: &Keys,
    expected: Option<&Expected>,
) -> Result<Option<PersonId>, ServiceError> {
    let mut people = BTreeSet::new();
    let numbers = match expected {
        Some(Expected::Person(id)) => {
            people.extend(person::by_id(tx, *id).await?.map(|row| row.person()));
            [keys.nhs_number.as_ref(), None]
        }
        Some(Expected::NhsNumber(number)) => [keys.nhs_number.as_ref(), Some(number)],
        None => [keys.nhs_number.as_ref(), None],
    };
    for number in numbers.into_iter().flatten() {
        people.extend(person::by_nhs_number(tx, number).await?.map(|row| row.person()));
    }
    for logical_id in &keys.logical_ids {
        people.extend(person_write::meant_by(tx, source, logical_id).await?);
    }
    Ok(if people.len() == 1 { people.pop_first() } else { None })
}

/// A file, ready to be taken in.
struct File {
    who: Who,
    resources: Vec<Prepared>,
    kept_unmapped: BTreeMap<String, u64>,
    by_category: BTreeMap<Category, u64>,
    problems: Vec<ImportProblem>,
}

fn refuse<T>(field: &str, message: impl Into<String>) -> Result<T, ServiceError> {
    Err(ServiceError::field(field, message))
}

/// Reads everything that the file says. Pure and slow: it runs off the asynchronous threads and before the transaction.
fn prepare(package: Package, plain: &PlainWords) -> Result<File, ServiceError> {
    let who = who(&package)?;
    let mut file =
        File { who, resources: Vec::new(), kept_unmapped: BTreeMap::new(), by_category: BTreeMap::new(), problems: Vec::new() };
    let (names, patience) = (Names::of(&package), Patience::new());
    let mut mapped = Vec::with_capacity(package.resources.len());
    for problem in &package.problems {
        file.problem(problem.path.clone(), problem.reason.clone());
    }
    for received in &package.resources {
        let facts = match fhir::map::entry(received, &names) {
            Ok(Some(facts)) => {
                *file.by_category.entry(facts.category).or_default() += 1;
                Some(storable(received, facts)?)
            }
            Ok(None) => {
                *file.kept_unmapped.entry(received.resource_type.clone()).or_default() += 1;
                None
            }
            Err(error) => {
                file.problem(format!("{}: {}", received.path, error.path), error.reason);
                None
            }
        };
        let files = if facts.is_some() { documents::prepare(received, &names, &patience) } else { Vec::new() };
        mapped.push((facts.map(|facts| Said::of(facts, &files, plain)), files));
    }
    drop(names);
    let all = package.resources.into_iter().zip(mapped);
    file.resources = all.map(|(received, (facts, files))| Prepared { received, facts, files }).collect();
    Ok(file)
}

impl File {
    fn problem(&mut self, path: String, reason: String) {
        if self.problems.len() < PROBLEMS {
            self.problems.push(ImportProblem { path, reason });
        }
    }
}

fn who(package: &Package) -> Result<Who, ServiceError> {
    let subject = fhir::map::subject_of_package(package).map_err(|error| ServiceError::field("file", error.to_string()))?;
    match subject {
        PackageSubject::Included(received) => {
            let facts = fhir::map::patient(received).map_err(|error| {
                ServiceError::field("file", format!("The file's Patient cannot be read. {}: {}", error.path, error.reason))
            })?;
            let mut logical_ids = vec![received.id.clone()];
            for other in package.resources.iter().filter(|other| other.resource_type == "Patient") {
                if !logical_ids.contains(&other.id) {
                    logical_ids.push(other.id.clone());
                }
            }
            Ok(Who::Told { demographics: without_nul(&facts.demographics)?, logical_ids })
        }
        PackageSubject::Referenced { logical_id, nhs_number, .. } => {
            let nhs_number = nhs_number
                .map(NhsNumber::parse)
                .transpose()
                .map_err(|error| ServiceError::field("file", format!("The file's NHS number cannot be used: {error}.")))?;
            Ok(Who::Named { logical_id: logical_id.map(ToOwned::to_owned), nhs_number })
        }
    }
}

/// The same with the replacement character in place of each NUL.
fn without_nul<T: Serialize + DeserializeOwned>(value: &T) -> Result<T, ServiceError> {
    fn clean(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{FFFD}"),
            serde_json::Value::Array(all) => all.iter_mut().for_each(clean),
            serde_json::Value::Object(fields) => fields.values_mut().for_each(clean),
            _ => {}
        }
    }
    let mut json = serde_json::to_value(value).map_err(ServiceError::internal)?;
    clean(&mut json);
    serde_json::from_value(json).map_err(ServiceError::internal)
}

/// What resources say now; of those that cannot be read, or that no page shows, only the withheld ones.
fn facts_again(
    resources: &[Received],
    plain: &PlainWords,
    (relatives, source): (&Relatives, OrganisationId),
) -> Result<Vec<Again>, ServiceError> {
    let (names, patience) = (Names::among(resources), Patience::new());
    let mut all = Vec::new();
    for received in resources {
        let facts = match fhir::map::entry(received, &names) {
            Ok(Some(mut facts)) => {
                // Of whom only an older version told.
                if relatives.tells_of_one(source, &received.raw) {
                    facts.release = Release::Withheld;
                }
                Some(storable(received, facts)?)
            }
            Ok(None) | Err(_) if fhir::map::withheld(&received.raw) => None,
            Ok(None) | Err(_) => continue,
        };
        let files = if facts.is_some() { documents::prepare(received, &names, &patience) } else { Vec::new() };
        let facts = facts.map(|facts| Said::of(facts, &files, plain));
        let key = (received.resource_type.clone(), received.id.clone());
        all.push(Again { key, hash: received.hash.to_vec(), facts, files });
    }
    Ok(all)
}

/// PostgreSQL's text cannot hold the character NUL, which JSON can.
fn storable(received: &Received, facts: EntryFacts) -> Result<EntryFacts, ServiceError> {
    if received.raw.contains("\\u0000") { without_nul(&facts) } else { Ok(facts) }
}

/// A resource that was read again.
struct Again {
    key: (String, String),
    hash: Vec<u8>,
    /// `None`: it cannot be read, or no page shows it, and it is withheld.
    facts: Option<Said>,
    files: Vec<Kept>,
}

async fn say_again(
    core: Core,
    tx: &mut Tx,
    actor: Actor,
    person: PersonId,
    read: Vec<(OrganisationId, Vec<Again>)>,
) -> Result<u64, ServiceError> {
    let subject = access::require(&core, tx, &actor, person, Ask::ImportRecord).await?;
    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let mut count = 0_u64;
    for (organisation, resources) in read {
        let import = Import { person, organisation, id: ImportId::from_uuid(core.new_id()), at: core.now() };
        let source = organisation::by_id(tx, organisation).await?.ok_or(ServiceError::NotFound)?;
        let mut changes = Changes::over(record::held(tx, person, organisation).await?, &source.name);
        // A count that is wrong is put right.
        changes.counts_again = true;
        for Again { key, hash, facts, files } in resources {
            // What was replaced meanwhile was read then.
            let current = changes.held.get(&key).filter(|held| held.hash == hash).map(|held| held.current);
            match (current, facts) {
                (Some(Where::Stored(resource)), Some(facts)) => {
                    changes.tell(&core, &key, resource, (facts, files));
                    count += 1;
                }
                (Some(_), None) => changes.hold_back(&key),
                (None | Some(Where::New(_)), _) => {}
            }
        }
        let mut arrived = changes.arrived();
        arrived.extend(changes.renewed(tx, import).await?);
        let adds = !changes.entries.is_empty();
        let takes_back = changes.takes_back();
        changes.save(&core, tx, import).await?;
        if adds {
            record::date_as_received(tx, import).await?;
        }
        releases::hold(&core, tx, import, arrived).await?;
        if takes_back {
            releases::taken_back(tx, import).await?;
        }
    }
    record::mark_indexed(tx, person).await?;
    settle(&core, tx, person).await?;
    let event = Event::on_record(&actor, subject, Action::Import, Purpose::RecordUpkeep).about("reindexed", count);
    activity::append(&core, tx, event).await?;
    Ok(count)
}

async fn take_in(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    file: File,
    request: &ImportRequest,
) -> Result<ImportReport, ServiceError> {
    let Some(source) = organisation::by_id(tx, request.organisation).await? else {
        return refuse("organisation", "The organisation that the file comes from is not known.");
    };
    let (row, created) = find_person(core, tx, &file.who, request).await?;
    let subject = access::require(core, tx, actor, row.person(), Ask::ImportRecord).await?;
    let import = Import {
        person: subject.person,
        organisation: OrganisationId::from_uuid(source.id),
        id: ImportId::from_uuid(core.new_id()),
        at: core.now(),
    };
    let mut report = ImportReport {
        person: subject.person,
        person_created: created,
        added: 0,
        updated: 0,
        unchanged: 0,
        older: 0,
        kept_unmapped: file.kept_unmapped,
        by_category: file.by_category,
        problems: file.problems,
    };
    let mut changes = Changes::over(held(tx, import, &file.resources).await?, &source.name);
    // Of whom nothing was held, all is read as this program reads it; of others that is not known.
    let first = !record::has_resources(tx, import.person).await?;
    let patient = match &file.who {
        Who::Told { logical_ids, .. } => logical_ids.first().cloned(),
        Who::Named { .. } => None,
    };
    let mut told = None;
    // Of whom an earlier file told, this one knows nothing.
    let relatives = Relatives::of_source(tx, import.person, import.organisation).await?;
    for mut resource in file.resources {
        if relatives.tells_of_one(import.organisation, &resource.received.raw)
            && let Some(said) = &mut resource.facts
        {
            said.facts.release = Release::Withheld;
        }
        let is_patient = resource.received.resource_type == "Patient" && Some(&resource.received.id) == patient.as_ref();
        let last_updated = resource.received.last_updated;
        let outcome = changes.take(core, resource);
        match outcome {
            Outcome::Added => report.added += 1,
            Outcome::Updated => report.updated += 1,
            Outcome::Unchanged | Outcome::Before => report.unchanged += 1,
            Outcome::Older => report.older += 1,
        }
        if is_patient {
            told = match outcome {
                Outcome::Added | Outcome::Updated => Some((last_updated, true)),
                Outcome::Unchanged => told.or(Some((last_updated, false))),
                Outcome::Before | Outcome::Older => told,
            };
        }
    }
    let mut arrived = changes.arrived();
    arrived.extend(changes.renewed(tx, import).await?);
    let takes_back = changes.takes_back();
    changes.save(core, tx, import).await?;
    let waiting = releases::hold(core, tx, import, arrived).await?;
    if takes_back {
        releases::taken_back(tx, import).await?;
    }
    corrections::settle(core, tx, import.person, import.at).await?;
    if first {
        record::mark_indexed(tx, import.person).await?;
    }
    record::clear_failure(tx, import.person, import.organisation).await?;
    settle(core, tx, import.person).await?;
    let json = serde_json::to_value(&report).map_err(ServiceError::internal)?;
    record::add_run(tx, import, &json).await?;
    // The first records of a practice say that the person has moved there; later ones of a practice they have left do not.
    if registration::is_new(tx, import.person, import.organisation).await? {
        registration::register(tx, import.person, import.organisation, import.at).await?;
        profile::moved(core, tx, import.person, import.at).await?;
    }
    // Now that it is known at which practice they are registered.
    if let (Who::Told { demographics, .. }, Some(told)) = (&file.who, told)
        && !created
    {
        update_person(tx, import, &row, demographics, told).await?;
    }
    let event = Event::on_record(actor, subject, Action::Import, Purpose::RecordUpkeep)
        .about("import", import.id)
        .about("organisation", import.organisation)
        .about("added", report.added)
        .about("updated", report.updated)
        .about("unchanged", report.unchanged)
        .about("older", report.older)
        .about("waiting", waiting);
    activity::append(core, tx, event).await?;
    Ok(report)
}

/// Finds the person whom the file is about, or adds them, and holds them until the transaction ends. `true` when added.
async fn find_person(core: &Core, tx: &mut Tx, who: &Who, request: &ImportRequest) -> Result<(PersonRow, bool), ServiceError> {
    let organisation = request.organisation;
    let (number, logical_ids): (Option<&NhsNumber>, Vec<&String>) = match who {
        Who::Told { demographics, logical_ids } => (demographics.nhs_number.as_ref(), logical_ids.iter().collect()),
        Who::Named { logical_id, nhs_number } => (nhs_number.as_ref(), logical_id.iter().collect()),
    };
    let expected = expected(tx, request, number).await?;
    // Somebody else may be adding the same person: the second look finds them.
    for _ in 0..2 {
        let by_number = match number {
            Some(number) => person::by_nhs_number(tx, number).await?.map(|row| row.person()),
            None => None,
        };
        let mut by_source = None;
        for logical_id in &logical_ids {
            let meant = person_write::meant_by(tx, organisation, logical_id).await?;
            if let (Some(one), Some(other)) = (by_source, meant)
                && one != other
            {
                return refuse("file", "The file takes two people for one: its patient ids belong to different people here.");
            }
            by_source = by_source.or(meant);
        }
        if let (Some(one), Some(other)) = (by_number, by_source)
            && one != other
        {
            return refuse("file", "The file's NHS number is one person's here and its patient id another's.");
        }
        let known = by_number.or(by_source);
        if let (Some(known), Some(expected)) = (known, expected)
            && known != expected
        {
            return refuse("person", "The file is about another person than the one you named.");
        }
        let Who::Told { demographics, .. } = who else {
            let Some(known) = known else {
                return refuse(
                    "file",
                    "The file names a patient whom this source has not told us about. Import a file with their Patient first.",
                );
            };
            let row = person_write::lock(tx, known).await?.ok_or(ServiceError::NotFound)?;
            let held = row.demographics()?;
            if let (Some(number), Some(held)) = (number, &held.nhs_number)
                && number != held
            {
                return refuse("file", "The file gives another NHS number than the one we hold for this patient.");
            }
            note(tx, organisation, &logical_ids, known).await?;
            return Ok((row, false));
        };
        if let Some(known) = known.or(expected) {
            let row = person_write::lock(tx, known).await?.ok_or(ServiceError::NotFound)?;
            same_person(&row.demographics()?, demographics, by_source.is_some())?;
            note(tx, organisation, &logical_ids, known).await?;
            return Ok((row, false));
        }
        let id = PersonId::from_uuid(core.new_id());
        if !person_write::insert(tx, id, demographics, core.now()).await? {
            continue;
        }
        let mut first = true;
        for logical_id in &logical_ids {
            first &= person_write::note_meaning(tx, organisation, logical_id, id).await?;
            if !first {
                break;
            }
        }
        if first {
            let row = person_write::lock(tx, id).await?.ok_or(ServiceError::NotFound)?;
            return Ok((row, true));
        }
        person_write::withdraw(tx, id).await?;
    }
    Err(ServiceError::Unavailable("the person is being added by another import".to_owned()))
}

/// Whom the operator named, if they named somebody who is known here.
async fn expected(tx: &mut Tx, request: &ImportRequest, number: Option<&NhsNumber>) -> Result<Option<PersonId>, ServiceError> {
    match &request.expected {
        None => Ok(None),
        Some(Expected::Person(id)) => match person::by_id(tx, *id).await? {
            Some(row) => Ok(Some(row.person())),
            None => refuse("person", "We hold no record of the person you named."),
        },
        Some(Expected::NhsNumber(wanted)) => {
            if number.is_some_and(|number| number != wanted) {
                return refuse("person", "The file is about another person than the one you named: its NHS number is different.");
            }
            match person::by_nhs_number(tx, wanted).await? {
                Some(row) => Ok(Some(row.person())),
                None if number == Some(wanted) => Ok(None),
                None => {
                    refuse("person", "We hold no record of the person you named, and the file does not give their NHS number.")
                }
            }
        }
    }
}

/// Makes sure that a Patient is the person held: the one thing that must never go wrong.
///
/// `known` is whether this source has told of this patient under the same id before: then it may correct a birth date.
fn same_person(held: &Demographics, told: &Demographics, known: bool) -> Result<(), ServiceError> {
    let differ = |a: Option<&NhsNumber>, b: Option<&NhsNumber>| matches!((a, b), (Some(a), Some(b)) if a != b);
    if differ(held.nhs_number.as_ref(), told.nhs_number.as_ref()) {
        return refuse("file", "The file gives another NHS number than the one we hold for this patient.");
    }
    if known {
        return Ok(());
    }
    match (held.birth_date, told.birth_date) {
        (Some(held), Some(told)) if held != told => {
            refuse("file", "The file gives another date of birth than the one we hold for this patient.")
        }
        (Some(_), Some(_)) => Ok(()),
        // Without a birth date on both sides, at least the NHS number or the family name must be the same.
        _ if held.nhs_number.is_some() && held.nhs_number == told.nhs_number => Ok(()),
        _ if held.family_name.to_lowercase() == told.family_name.to_lowercase() => Ok(()),
        _ => refuse("file", "We cannot tell that the file's patient is the person you named."),
    }
}

/// Notes that the source means this person by these ids.
async fn note(tx: &mut Tx, organisation: OrganisationId, logical_ids: &[&String], person: PersonId) -> Result<(), ServiceError> {
    for logical_id in logical_ids {
        if !person_write::note_meaning(tx, organisation, logical_id, person).await?
            && person_write::meant_by(tx, organisation, logical_id).await? != Some(person)
        {
            return refuse("file", "The file takes two people for one: its patient ids belong to different people here.");
        }
    }
    Ok(())
}

/// Changes what is known of the person, as far as the word of this source counts beside that of others. What it says again without a change
/// counts where it is their practice, which it may not have been when it said so first; but for a death, of which it has nothing new to tell.
async fn update_person(
    tx: &mut Tx,
    import: Import,
    row: &PersonRow,
    told: &Demographics,
    (last_updated, is_changed): (Option<DateTime<Utc>>, bool),
) -> Result<(), ServiceError> {
    let held = row.demographics()?;
    let elsewhere = record::told_elsewhere(tx, import.person, import.organisation).await?;
    let is_older = matches!((last_updated, elsewhere), (Some(told), Some(elsewhere)) if told < elsewhere);
    let by = if registration::current(tx, import.person).await? == Some(import.organisation) {
        Teller::Practice
    } else if record::told_by_practice(tx, import.person).await? {
        Teller::BesidePractice
    } else {
        Teller::WithoutPractice
    };
    if !is_changed && by != Teller::Practice {
        return Ok(());
    }
    let new = held.after(told, by, is_changed && !is_older);
    if new != held {
        person_write::update(tx, import.person, &new, import.at).await?;
    }
    Ok(())
}

async fn held(tx: &mut Tx, import: Import, resources: &[Prepared]) -> Result<Vec<HeldRow>, ServiceError> {
    if resources.len() >= MANY {
        return Ok(record::held(tx, import.person, import.organisation).await?);
    }
    let mut rows = Vec::new();
    for Prepared { received, .. } in resources {
        let source =
            Source { organisation: import.organisation, resource_type: &received.resource_type, logical_id: &received.id };
        rows.extend(record::held_of(tx, import.person, source).await?);
    }
    Ok(rows)
}

/// How one resource was taken.
#[derive(Clone, Copy)]
enum Outcome {
    Added,
    Updated,
    /// It is what is held.
    Unchanged,
    /// It is held as an earlier version.
    Before,
    Older,
}

/// Where a row is: in the database, or among those about to be added.
#[derive(Clone, Copy)]
enum Where<T> {
    Stored(T),
    New(usize),
}

/// What is held of one resource.
struct Held {
    versions: i32,
    current: Where<ResourceId>,
    hash: Vec<u8>,
    updated_at: Option<DateTime<Utc>>,
    earlier: Vec<Vec<u8>>,
    entry: Option<Where<EntryId>>,
    /// The entry holds nothing that anybody was shown: it may not be, or it was only ordered.
    to_come: bool,
    /// The version that the entry tells of.
    tells: Option<ResourceId>,
}

/// Whether an entry is a result, or a document that is the report of a test or may wait with one, and may be shown.
fn is_result(entry: &NewEntry) -> bool {
    let facts = &entry.facts;
    let may_wait = facts.category == Category::Result || ResultKind::of(facts).is_some() || waits_with_results(facts);
    facts.release == Release::Released && may_wait
}

fn arrival(entry: &NewEntry, before: Option<(ResourceId, Change)>) -> Arrival {
    let key = (entry.resource_type.clone(), entry.logical_id.clone());
    Arrival { id: entry.id, key, facts: entry.facts.clone(), before }
}

/// What an import changes, gathered before it is written.
#[derive(Default)]
struct Changes {
    held: HashMap<(String, String), Held>,
    retired: Vec<ResourceId>,
    resources: Vec<NewResource>,
    entries: Vec<NewEntry>,
    changed: HashMap<EntryId, NewEntry>,
    held_back: HashSet<EntryId>,
    /// The words by which what is told is found.
    words: HashMap<EntryId, BTreeSet<String>>,
    /// Those of whoever sends it.
    sent_by: BTreeSet<String>,
    /// The files of those that are told anew.
    files: BTreeMap<(String, String), Vec<Kept>>,
    /// Whether what may be shown is counted again though nothing changes.
    counts_again: bool,
}

impl Changes {
    /// Over what is held of a source of this name, oldest versions first.
    fn over(rows: Vec<HeldRow>, source: &str) -> Self {
        let mut held: HashMap<(String, String), Held> = HashMap::new();
        for row in rows {
            let entry = row.entry_id.map(|id| Where::Stored(EntryId::from_uuid(id)));
            let slot = held.entry((row.resource_type, row.logical_id)).or_insert_with(|| Held {
                versions: 0,
                current: Where::Stored(ResourceId::from_uuid(row.id)),
                hash: Vec::new(),
                updated_at: None,
                earlier: Vec::new(),
                entry,
                to_come: row.entry_release.as_deref() == Some(Release::Withheld.code())
                    || is_to_come(row.entry_status.as_deref()),
                tells: row.entry_tells.map(ResourceId::from_uuid),
            });
            slot.versions = slot.versions.max(row.version);
            if row.is_current {
                slot.current = Where::Stored(ResourceId::from_uuid(row.id));
                slot.hash = row.hash;
                slot.updated_at = row.source_updated_at;
            } else {
                slot.earlier.push(row.hash);
            }
        }
        let mut sent_by = BTreeSet::new();
        words_of(source, &mut sent_by);
        Self { held, sent_by, ..Self::default() }
    }

    fn take(&mut self, core: &Core, resource: Prepared) -> Outcome {
        let Prepared { received, facts, files } = resource;
        let id = ResourceId::from_uuid(core.new_id());
        let hash = received.hash.to_vec();
        let updated_at = received.last_updated.and_then(|at| DateTime::from_timestamp_micros(at.timestamp_micros()));
        let key = (received.resource_type.clone(), received.id.clone());
        let at = self.resources.len();
        let (outcome, version) = match self.held.get_mut(&key) {
            None => (Outcome::Added, 1),
            Some(held) if held.hash == hash => return Outcome::Unchanged,
            // A text with a time of change says the same whenever it arrives; one without may say that all is as before.
            Some(held) if updated_at.is_some() && held.earlier.contains(&hash) => return Outcome::Before,
            Some(held) => {
                held.versions += 1;
                let older = matches!((updated_at, held.updated_at), (Some(new), Some(held)) if new < held);
                (if older { Outcome::Older } else { Outcome::Updated }, held.versions)
            }
        };
        let is_current = !matches!(outcome, Outcome::Older);
        if let Some(held) = self.held.get_mut(&key) {
            if is_current {
                match held.current {
                    Where::Stored(before) => self.retired.push(before),
                    Where::New(before) => {
                        if let Some(before) = self.resources.get_mut(before) {
                            before.is_current = false;
                        }
                    }
                }
                held.current = Where::New(at);
                held.updated_at = updated_at;
                held.earlier.push(std::mem::replace(&mut held.hash, hash.clone()));
            } else {
                held.earlier.push(hash.clone());
            }
        } else {
            let held = Held {
                versions: 1,
                current: Where::New(at),
                hash: hash.clone(),
                updated_at,
                earlier: Vec::new(),
                entry: None,
                to_come: false,
                tells: None,
            };
            self.held.insert(key.clone(), held);
        }
        match facts {
            Some(facts) if is_current => self.tell(core, &key, id, (facts, files)),
            // What cannot be read leaves the entry to tell of the version before, unless it is withheld.
            None if is_current && self.entry_of(&key).is_some() && fhir::map::withheld(&received.raw) => self.hold_back(&key),
            Some(_) | None => {}
        }
        let plain = |text: Option<String>| text.map(|text| text.replace('\0', "\u{FFFD}"));
        self.resources.push(NewResource {
            id,
            resource_type: key.0,
            logical_id: key.1,
            version,
            is_current,
            source_version: plain(received.version),
            source_updated_at: updated_at,
            full_url: plain(received.full_url),
            raw: received.raw,
            hash,
        });
        outcome
    }

    /// Makes the entry of a resource say this.
    fn tell(&mut self, core: &Core, key: &(String, String), resource_id: ResourceId, (said, files): (Said, Vec<Kept>)) {
        let Some(held) = self.held.get_mut(key) else { return };
        if fhir::document::holds_files(&key.0) {
            self.files.insert(key.clone(), files);
        }
        let Said { facts, mut words } = said;
        words.extend(self.sent_by.iter().cloned());
        let (resource_type, logical_id) = key.clone();
        match held.entry {
            Some(Where::Stored(id)) => {
                self.held_back.remove(&id);
                self.words.insert(id, words);
                self.changed.insert(id, NewEntry { id, resource_id, resource_type, logical_id, facts });
            }
            Some(Where::New(at)) => {
                if let Some(entry) = self.entries.get_mut(at) {
                    self.words.insert(entry.id, words);
                    (entry.resource_id, entry.facts) = (resource_id, facts);
                }
            }
            None => {
                held.entry = Some(Where::New(self.entries.len()));
                let id = EntryId::from_uuid(core.new_id());
                self.words.insert(id, words);
                self.entries.push(NewEntry { id, resource_id, resource_type, logical_id, facts });
            }
        }
    }

    fn entry_of(&self, key: &(String, String)) -> Option<Where<EntryId>> {
        self.held.get(key).and_then(|held| held.entry)
    }

    /// Makes the entry of a resource one that may not be shown.
    fn hold_back(&mut self, key: &(String, String)) {
        match self.entry_of(key) {
            Some(Where::Stored(id)) => {
                self.held_back.insert(id);
            }
            Some(Where::New(at)) => {
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.facts.release = Release::Withheld;
                }
            }
            None => {}
        }
    }

    /// Whether an entry that was held comes to be one that may not be shown.
    fn takes_back(&self) -> bool {
        !self.held_back.is_empty() || self.changed.values().any(|entry| entry.facts.release == Release::Withheld)
    }

    /// The entries that come to be ones that may be shown and may wait, results and people and places: new ones, and those that were
    /// withheld or only ordered.
    fn arrived(&self) -> Vec<Arrival> {
        let changed = self.changed.values().filter(|entry| self.was_to_come(entry));
        let waits = |entry: &&NewEntry| is_result(entry) || is_named(&entry.resource_type);
        self.entries.iter().chain(changed).filter(waits).map(|entry| arrival(entry, None)).collect()
    }

    /// Whether nobody was shown anything of an entry that is changed.
    fn was_to_come(&self, entry: &NewEntry) -> bool {
        let held = self.held.get(&(entry.resource_type.clone(), entry.logical_id.clone()));
        held.is_some_and(|held| held.to_come)
    }

    /// The results that were shown and now say what may wait anew, each with the version that was shown and what became of it.
    async fn renewed(&self, tx: &mut Tx, import: Import) -> Result<Vec<Arrival>, ServiceError> {
        let shown = |entry: &&NewEntry| is_result(entry) && !self.was_to_come(entry) && !self.held_back.contains(&entry.id);
        let tells = |entry: &NewEntry| {
            let held = self.held.get(&(entry.resource_type.clone(), entry.logical_id.clone()))?;
            held.tells.filter(|before| *before != entry.resource_id)
        };
        let changed: Vec<(&NewEntry, ResourceId)> =
            self.changed.values().filter(shown).filter_map(|entry| Some((entry, tells(entry)?))).collect();
        let now: HashMap<ResourceId, &str> = match changed.is_empty() {
            true => HashMap::new(),
            false => self.resources.iter().map(|resource| (resource.id, resource.raw.as_str())).collect(),
        };
        let mut renewed = Vec::new();
        for some in changed.chunks(RAW_AT_ONCE) {
            let before: Vec<_> = some.iter().map(|(_, before)| before.as_uuid()).collect();
            let mut texts = record::raw(tx, import.person, &before).await?;
            // What is read again was stored before.
            let stored = some.iter().map(|(entry, _)| entry.resource_id).filter(|id| !now.contains_key(id));
            let stored: Vec<_> = stored.map(|id| id.as_uuid()).collect();
            texts.extend(record::raw(tx, import.person, &stored).await?);
            let texts: HashMap<_, _> = texts.into_iter().map(|text| (text.id, text.raw)).collect();
            let text = |id: ResourceId| now.get(&id).copied().or_else(|| texts.get(&id.as_uuid()).map(String::as_str));
            for (entry, before) in some {
                let (Some(was), Some(is)) = (text(*before), text(entry.resource_id)) else { continue };
                renewed.push(arrival(entry, Some((*before, fhir::map::change(was, is)))));
            }
        }
        Ok(renewed)
    }

    /// The words by which what was told is found, and that what is held back is not found any more.
    fn texts(&mut self) -> Vec<Text> {
        let told = self.entries.iter().map(|entry| (entry, true)).chain(self.changed.values().map(|entry| (entry, false)));
        let mut texts: Vec<Text> = told
            .map(|(entry, is_new)| {
                let shown = entry.facts.release == Release::Released
                    && !matches!(entry.facts.category, Category::People | Category::Other)
                    && !self.held_back.contains(&entry.id);
                let words = self.words.remove(&entry.id).filter(|_| shown);
                Text { entry: entry.id, at: record::sort_at(&entry.facts), words, is_new }
            })
            .collect();
        let gone = self.held_back.iter().filter(|id| !self.changed.contains_key(id));
        texts.extend(gone.map(|id| Text { entry: *id, at: DateTime::UNIX_EPOCH, words: None, is_new: false }));
        texts
    }

    async fn save(mut self, core: &Core, tx: &mut Tx, import: Import) -> Result<(), ServiceError> {
        let files = std::mem::take(&mut self.files);
        let files: Vec<_> = files.into_iter().filter_map(|(key, files)| Some((self.id_of(&key)?, files))).collect();
        let texts = self.texts();
        for id in self.retired {
            record::retire(tx, import.person, id).await?;
        }
        record::add_resources(tx, import, &self.resources).await?;
        record::add_entries(tx, import, &self.entries).await?;
        result::add(tx, import, &self.entries).await?;
        let changed: Vec<&NewEntry> = self.changed.values().collect();
        let held_back: Vec<EntryId> = self.held_back.into_iter().collect();
        if self.counts_again || !changed.is_empty() || !held_back.is_empty() {
            record::change_entries(tx, import, &changed, &held_back).await?;
        }
        for entry in changed {
            result::change(tx, import, entry).await?;
        }
        for id in held_back {
            result::forget_numbers(tx, import, id).await?;
        }
        record::index(tx, import.person, &texts).await?;
        documents::save(core, tx, import, files).await
    }

    /// The id of the entry of a resource.
    fn id_of(&self, key: &(String, String)) -> Option<EntryId> {
        match self.entry_of(key)? {
            Where::Stored(id) => Some(id),
            Where::New(at) => self.entries.get(at).map(|entry| entry.id),
        }
    }
}
