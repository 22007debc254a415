//! Taking the whole record away, exactly as it was received.

use crate::activity::{self, Event};
use crate::records::purpose;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::access::{Actor, Ask};
use domain::audit::Action;
use futures::{Stream, StreamExt, stream};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::io::Write;
use std::pin::pin;
use store::record::{self, CurrentRow, RAW_AT_ONCE};
use store::{StoreError, Tx, person};
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
    /// of it, by its own labels. To the operator it gives everything.
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
        let (ids, at) = self.begin(actor, person).await?;
        Ok(self.parts(person, ids, at))
    }

    /// The parts of the Bundle of these resources.
    fn parts(
        &self,
        person: PersonId,
        ids: Vec<Uuid>,
        at: DateTime<Utc>,
    ) -> impl Stream<Item = Result<Vec<u8>, ServiceError>> + Send + use<> {
        let core = self.core.clone();
        let parts = ids.len().div_ceil(RAW_AT_ONCE).max(1);
        stream::iter(0..parts).then(move |part| {
            let (core, first) = (core.clone(), part * RAW_AT_ONCE);
            let here: Vec<Uuid> = ids.iter().skip(first).take(RAW_AT_ONCE).copied().collect();
            async move {
                let mut tx = core.read().await?;
                let rows = record::raw(&mut tx, person, &here).await?;
                drop(tx);
                let mut texts: HashMap<Uuid, _> = rows.into_iter().map(|row| (row.id, (row.full_url, row.raw))).collect();
                let resources = here.iter().map(|id| texts.remove(id)).collect::<Option<Vec<_>>>();
                let resources = resources.ok_or_else(|| StoreError::corrupt("a resource is not where it was"))?;
                part_of_bundle(resources, at, part == 0, part + 1 == parts)
            }
        })
    }

    /// Writes the person's whole record, as [`Exports::stream`] gives it, and gives the number of its resources.
    ///
    /// # Errors
    /// As [`Exports::stream`]; [`ServiceError::Unavailable`] when `out` does not take it.
    pub async fn bundle(&self, actor: &Actor, person: PersonId, out: &mut (impl Write + Send)) -> Result<u64, ServiceError> {
        let (ids, at) = self.begin(actor, person).await?;
        let count = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let mut parts = pin!(self.parts(person, ids, at));
        let cannot = |error: std::io::Error| ServiceError::Unavailable(format!("the export could not be written: {error}"));
        while let Some(part) = parts.next().await {
            out.write_all(&part?).map_err(cannot)?;
        }
        out.flush().map_err(cannot)?;
        Ok(count)
    }

    /// Decides what is exported, in which order, and audits it.
    async fn begin(&self, actor: &Actor, person: PersonId) -> Result<(Vec<Uuid>, DateTime<Utc>), ServiceError> {
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
        let mut rows = match actor {
            Actor::Operator | Actor::System => record::current(&mut tx, person).await?,
            Actor::Account { .. } | Actor::Staff { .. } | Actor::Device { .. } | Actor::Nobody => {
                not_withheld(&mut tx, person).await?
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
        Ok((rows.into_iter().map(|row| row.id).collect(), self.core.now()))
    }
}

/// The current resources that may be shown to the person they are about. Where an entry tells of a resource, it was looked
/// at when it came in; any other is looked at now.
async fn not_withheld(tx: &mut Tx, person: PersonId) -> Result<Vec<CurrentRow>, ServiceError> {
    let rows = record::current_released(tx, person).await?;
    let untold: Vec<Uuid> = rows.iter().filter(|row| !row.told).map(|row| row.current.id).collect();
    let mut open = HashSet::new();
    for ids in untold.chunks(RAW_AT_ONCE) {
        let texts = record::raw(tx, person, ids).await?;
        open.extend(texts.into_iter().filter(|text| !fhir::map::withheld(&text.raw)).map(|text| text.id));
    }
    Ok(rows.into_iter().filter(|row| row.told || open.contains(&row.current.id)).map(|row| row.current).collect())
}

/// Some resources as a part of a Bundle: with its head if they are the first, with its end if they are the last.
///
/// The writer gives a whole Bundle with the head as its first line, an entry a line, and the end as its last line.
fn part_of_bundle(
    resources: Vec<(Option<String>, String)>,
    at: DateTime<Utc>,
    first: bool,
    last: bool,
) -> Result<Vec<u8>, ServiceError> {
    let mut part = Vec::new();
    fhir::write::bundle(&mut part, resources.into_iter().map(Ok::<_, Infallible>), at).map_err(ServiceError::internal)?;
    if !first {
        let head = part.iter().position(|byte| *byte == b'\n').ok_or_else(|| ServiceError::internal("a Bundle without lines"))?;
        part.splice(..head, *b",");
    }
    if !last {
        let end =
            part.strip_suffix(b"\n]}\n").map(<[u8]>::len).ok_or_else(|| ServiceError::internal("a Bundle without an end"))?;
        part.truncate(end);
    }
    Ok(part)
}
