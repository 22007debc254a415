//! Taking in the records of many made-up people of whom nobody is known yet, for load runs: each resource is read as an import reads it and
//! leaves the same rows. What an import asks the database of each person, whose answer is known of somebody new, is not asked, and many
//! people are written in one transaction.

use super::{File, ImportReport, Imports, Prepared, Said, Who, prepare, upkeep};
use crate::ServiceError;
use crate::activity::{Event, sealed_at};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::record::{Category, Release};
use domain::search::words_of;
use domain::{EntryId, ImportId, OrganisationId, PersonId, ResourceId};
use fhir::{Package, PackageForm, Received};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::audit::{HeadRow, Place};
use store::person_write;
use store::record::bulk::{self, Batch, Begun};
use store::record::{Import, NewEntry, NewResource};
use uuid::Uuid;

/// Who sends records in a load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadSource {
    /// Its id here.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// People are registered there whose records it sends.
    pub is_practice: bool,
}

/// What one of them sends about somebody.
#[derive(Clone, Debug)]
pub struct LoadFile {
    /// From whom.
    pub source: Arc<LoadSource>,
    /// FHIR R4 resources, each as JSON, with their Patient among them; without files in them.
    pub resources: Vec<String>,
}

/// Somebody who is not known yet.
#[derive(Clone, Debug)]
pub struct LoadPerson {
    /// What is sent about them.
    pub files: Vec<LoadFile>,
    /// Of how many of their entries at most the ids are told.
    pub tell: usize,
}

/// People whose records were read, ready to be written.
#[derive(Debug)]
pub struct LoadReady {
    batch: Batch,
    told: Vec<LoadedPerson>,
}

impl LoadReady {
    /// How many entries they have.
    #[must_use]
    pub const fn entries(&self) -> usize {
        self.batch.entries.len()
    }
}

/// Somebody who was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedPerson {
    /// Who.
    pub person: PersonId,
    /// Entries that they may be shown, as many as were asked for, from the whole of the record.
    pub entries: Vec<EntryId>,
}

/// A load that goes on.
#[derive(Debug)]
pub struct LoadBegun(Begun);

impl Imports {
    /// Begins a load into a database that holds nobody and that nobody uses. It is ended by [`Imports::end_load`]; the database of one that
    /// was interrupted is thrown away.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] when the database holds people; refusals for anybody but the operator and the service itself.
    pub async fn begin_load(&self, actor: &Actor) -> Result<LoadBegun, ServiceError> {
        self.may(actor).await?;
        let mut tx = self.core.read().await?;
        if !person_write::page(&mut tx, Uuid::nil(), 1).await?.is_empty() {
            return Err(ServiceError::field("people", "This database holds people already: a load needs a database of its own."));
        }
        drop(tx);
        self.core.store().hurry(true).await?;
        self.core.write(|_, tx| Box::pin(async move { Ok(LoadBegun(bulk::begin(tx).await?)) })).await
    }

    /// Reads what is sent about people, as of this instant. Pure and slow: it is for threads that may be held up. Their ids are made of
    /// numbers from `first` on: one of each person, two of each file and two of each resource at most.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] when something cannot be read without a problem; refusals for anybody but the operator and the service.
    pub fn read_load(
        &self,
        actor: &Actor,
        people: Vec<LoadPerson>,
        at: DateTime<Utc>,
        first: u64,
    ) -> Result<LoadReady, ServiceError> {
        upkeep(actor)?;
        let mut numbers = Numbers::new(at, first);
        let mut ready = LoadReady { batch: Batch::default(), told: Vec::with_capacity(people.len()) };
        for person in people {
            let told = self.read_one(actor, person, at, &mut numbers, &mut ready.batch)?;
            ready.told.push(told);
        }
        Ok(ready)
    }

    fn read_one(
        &self,
        actor: &Actor,
        person: LoadPerson,
        at: DateTime<Utc>,
        numbers: &mut Numbers,
        batch: &mut Batch,
    ) -> Result<LoadedPerson, ServiceError> {
        let id = PersonId::from_uuid(numbers.id());
        let (mut uses, mut shown): (BTreeMap<String, i64>, Vec<EntryId>) = (BTreeMap::new(), Vec::new());
        let (mut end, mut is_new) = (HeadRow { chain_id: id.as_uuid(), seq: 0, hash: vec![0; 32] }, true);
        for LoadFile { source, resources } in person.files {
            let file = self.read_file(resources)?;
            let Who::Told { demographics, logical_ids } = &file.who else {
                return Err(ServiceError::internal("a file of a load has no Patient"));
            };
            let import = Import { person: id, organisation: source.id, id: ImportId::from_uuid(numbers.id()), at };
            if is_new {
                batch.people.push((id, demographics.clone(), at));
            }
            batch.sources.extend(logical_ids.iter().map(|logical_id| (source.id, logical_id.clone(), id)));
            let mut sent_by = BTreeSet::new();
            words_of(&source.name, &mut sent_by);
            let report = ImportReport {
                person: id,
                person_created: is_new,
                added: u64::try_from(file.resources.len()).unwrap_or(u64::MAX),
                updated: 0,
                unchanged: 0,
                older: 0,
                kept_unmapped: file.kept_unmapped,
                by_category: file.by_category,
                problems: file.problems,
            };
            for Prepared { received, facts, files } in file.resources {
                if !files.is_empty() {
                    return Err(ServiceError::internal("a file of a load holds a document's file"));
                }
                let resource_id = ResourceId::from_uuid(numbers.id());
                if let Some(Said { facts, mut words }) = facts {
                    let entry = EntryId::from_uuid(numbers.id());
                    if facts.release == Release::Released && !matches!(facts.category, Category::People | Category::Other) {
                        words.extend(sent_by.iter().cloned());
                        let text = words.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
                        batch.found.push((batch.entries.len(), text));
                        for word in words {
                            *uses.entry(word).or_default() += 1;
                        }
                        shown.push(entry);
                    }
                    let (resource_type, logical_id) = (received.resource_type.clone(), received.id.clone());
                    batch.entries.push((import, NewEntry { id: entry, resource_id, resource_type, logical_id, facts }));
                }
                batch.resources.push((import, received_as(resource_id, received)));
            }
            if is_new && source.is_practice {
                batch.registrations.push((id, source.id, at));
            }
            let event = Event::on_record(actor, Subject::new(id, Basis::Operator), Action::Import, Purpose::RecordUpkeep)
                .about("import", import.id)
                .about("organisation", import.organisation)
                .about("added", report.added)
                .about("updated", report.updated)
                .about("unchanged", report.unchanged)
                .about("older", report.older)
                .about("waiting", 0);
            let event = sealed_at(&event, &Place { seq: end.seq + 1, before: end.hash }, numbers.id(), at)?;
            end = HeadRow { chain_id: event.chain_id, seq: event.seq, hash: event.hash.clone() };
            batch.events.push(event);
            batch.runs.push((import, serde_json::to_value(&report).map_err(ServiceError::internal)?));
            is_new = false;
        }
        batch.ends.push(end);
        batch.terms.extend(uses.into_iter().map(|(word, uses)| (id, word, uses)));
        let step = shown.len().checked_div(person.tell).unwrap_or_default().max(1);
        Ok(LoadedPerson { person: id, entries: shown.into_iter().step_by(step).take(person.tell).collect() })
    }

    fn read_file(&self, resources: Vec<String>) -> Result<File, ServiceError> {
        let received = resources.into_iter().enumerate().map(|(at, raw)| Received::new(format!("resource {at}"), None, raw));
        let resources = received
            .collect::<Result<Vec<_>, _>>()
            .map_err(|problem| ServiceError::internal(format!("{}: {}", problem.path, problem.reason)))?;
        let file = prepare(Package { form: PackageForm::Lines, resources, problems: Vec::new() }, &self.plain_words)?;
        match file.problems.first() {
            Some(problem) => Err(ServiceError::internal(format!("{}: {}", problem.path, problem.reason))),
            None => Ok(file),
        }
    }

    /// Writes people who were read, in one transaction, and tells who they are.
    ///
    /// # Errors
    /// When the database fails, or one of them is known; refusals for anybody but the operator and the service itself.
    pub async fn write_load(&self, actor: &Actor, ready: LoadReady) -> Result<Vec<LoadedPerson>, ServiceError> {
        self.may(actor).await?;
        let LoadReady { batch, told } = ready;
        self.core.write(move |_, tx| Box::pin(async move { Ok(bulk::add(tx, &batch).await?) })).await?;
        Ok(told)
    }

    /// Ends a load: all of it is durable then, and the database is as any other.
    ///
    /// # Errors
    /// When the database fails; refusals for anybody but the operator and the service itself.
    pub async fn end_load(&self, actor: &Actor, begun: LoadBegun) -> Result<(), ServiceError> {
        self.may(actor).await?;
        self.core.write(move |_, tx| Box::pin(async move { Ok(bulk::end(tx, &begun.0).await?) })).await?;
        Ok(self.core.store().hurry(false).await?)
    }
}

/// The first version of a resource.
fn received_as(id: ResourceId, received: Received) -> NewResource {
    let hash = received.hash.to_vec();
    let source_updated_at = received.last_updated.and_then(|at| DateTime::from_timestamp_micros(at.timestamp_micros()));
    NewResource {
        id,
        resource_type: received.resource_type,
        logical_id: received.id,
        version: 1,
        is_current: true,
        source_version: received.version,
        source_updated_at,
        full_url: received.full_url,
        raw: received.raw,
        hash,
    }
}

/// Ids in order, each made of its number in a load: no two end in the same 30 bits, so that all entries of one minute have places of
/// their own in the order of time.
#[derive(Clone, Debug)]
struct Numbers {
    millis: u128,
    next: u64,
}

impl Numbers {
    /// Those from this number on, of a load of that instant.
    fn new(at: DateTime<Utc>, first: u64) -> Self {
        Self { millis: u128::try_from(at.timestamp_millis()).unwrap_or_default(), next: first }
    }

    /// The next of them: UUID version 7 (RFC 9562, section 5.7), with the number and its end in place of random bits.
    fn id(&mut self) -> Uuid {
        let number = u128::from(self.next);
        self.next = self.next.wrapping_add(1);
        // An odd factor makes of the numbers below a power of two each other.
        let end = (number * 0x1E37_79B1) & 0x3FFF_FFFF;
        let high = (self.millis << 80) | (7_u128 << 76) | (((number >> 32) & 0xFFF) << 64);
        Uuid::from_u128(high | (2_u128 << 62) | ((number & 0xFFFF_FFFF) << 30) | end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_load_are_in_order_and_end_otherwise() {
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let mut numbers = Numbers::new(at, 1 << 20);
        let ids: Vec<Uuid> = (0..20_000).map(|_| numbers.id()).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
        let ends: BTreeSet<u128> = ids.iter().map(|id| id.as_u128() & 0x3FFF_FFFF).collect();
        assert_eq!(ends.len(), ids.len());
        let mut again = Numbers::new(at, 1 << 20);
        assert_eq!(again.id(), ids[0]);
    }
}
