//! Somebody who is in hospital: what they may miss is marked for whoever may see that in their record, and the services that
//! wait for them are told that they may not come, and nothing of where or why.

use super::seen::AppointmentSeen;
use super::{Appointments, LISTED};
use crate::activity::{self, Event};
use crate::reader::{Reader, told_anew};
use crate::{Core, ServiceError, access};
use domain::access::{Actor, Subject};
use domain::appointment::is_news;
use domain::audit::{Action, Basis, Purpose};
use domain::team::WorkKind;
use domain::{AppointmentId, EntryId, OrganisationId, PersonId, WorkItemId};
use std::collections::{BTreeMap, BTreeSet};
use store::record::{self, Filter};
use store::work::{self, NewWorkItem};
use store::{Tx, appointment, person_write};
use uuid::Uuid;

/// A stay in hospital for which somebody may miss an appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HospitalSeen {
    /// The entry that tells of it.
    pub entry: EntryId,
    /// Where, by name.
    pub place: Option<String>,
    /// They are there; otherwise it is planned.
    pub begun: bool,
}

/// What a look through those who are in hospital changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StaysDone {
    /// How many services were told that somebody may not come.
    pub told: u64,
    /// How often that holds no more.
    pub settled: u64,
}

impl Appointments {
    /// Tells services of those who may not come because they are in hospital, and takes back what holds no more: time alone
    /// changes that. Each person is an act of its own. Safe to run at any time and by several servers at once.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_stays(&self, actor: &Actor) -> Result<StaysDone, ServiceError> {
        access::for_all(actor)?;
        let mut tx = self.core.read().await?;
        let mut people: BTreeSet<PersonId> = record::staying(&mut tx).await?.into_iter().collect();
        people.extend(work::people_of(&mut tx, WorkKind::MayNotCome).await?);
        drop(tx);
        let mut done = StaysDone::default();
        for person in people {
            let settled = async {
                let mut tx = self.core.read().await?;
                // For most nothing has changed, which costs no act.
                if due(&self.core, &mut tx, person).await?.is_empty() {
                    return Ok(StaysDone::default());
                }
                drop(tx);
                let act = self.core.write(move |core, tx| {
                    Box::pin(async move {
                        person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                        settle(&core, tx, person).await
                    })
                });
                act.await
            };
            match settled.await {
                Ok(StaysDone { told, settled }) => (done.told, done.settled) = (done.told + told, done.settled + settled),
                // One record that cannot be read must not keep the others from theirs.
                Err(ServiceError::Internal(error)) => tracing::error!(error, "a stay in hospital could not be looked at"),
                Err(other) => return Err(other),
            }
        }
        Ok(done)
    }
}

/// What is to be told, and what holds no more.
#[derive(Default)]
struct Due {
    tell: Vec<(OrganisationId, AppointmentId)>,
    settle: Vec<(OrganisationId, AppointmentId)>,
}

impl Due {
    const fn is_empty(&self) -> bool {
        self.tell.is_empty() && self.settle.is_empty()
    }
}

/// Compares what waits about a person with what their record and their appointments say now.
async fn due(core: &Core, tx: &mut Tx, person: PersonId) -> Result<Due, ServiceError> {
    let known = work::about_person(tx, WorkKind::MayNotCome, person).await?;
    let mut stays = Vec::new();
    for row in record::stays(tx, person, &Filter::Everything { at: core.now() }).await? {
        stays.extend(row.stay()?.map(|stay| (stay, row.updated_at)));
    }
    let mut due = Due::default();
    if stays.is_empty() && known.iter().all(|item| item.done_at.is_some()) {
        return Ok(due);
    }
    let (now, mut missed) = (core.now(), BTreeSet::new());
    let items: BTreeMap<Uuid, _> = known.iter().map(|item| (item.about_id, item)).collect();
    let rows = if stays.is_empty() { Vec::new() } else { appointment::of_person(tx, person, LISTED).await? };
    for row in rows {
        if !row.status()?.is_ahead(row.starts_at, now) {
            continue;
        }
        let stays: Vec<_> = stays.iter().filter(|(stay, _)| stay.keeps_from((row.starts_at, row.ends_at), now)).collect();
        if stays.is_empty() {
            continue;
        }
        missed.insert(row.id);
        // What a member of staff was done with is done; what was taken back may come to hold again.
        let waits = items.get(&row.id).is_some_and(|item| item.done_at.is_none() || item.done_by.is_some());
        let by_themself = row.channel == super::BY_THEMSELF;
        if !waits && stays.iter().any(|(_, told_at)| is_news(by_themself, row.created_at, *told_at)) {
            due.tell.push((OrganisationId::from_uuid(row.organisation_id), row.appointment()));
        }
    }
    let waiting = known.iter().filter(|item| item.done_at.is_none() && !missed.contains(&item.about_id));
    due.settle =
        waiting.map(|item| (OrganisationId::from_uuid(item.organisation_id), AppointmentId::from_uuid(item.about_id))).collect();
    Ok(due)
}

/// Makes what waits about a person fit what their record and their appointments say now. The caller holds the person, so
/// that neither changes meanwhile.
pub(crate) async fn settle(core: &Core, tx: &mut Tx, person: PersonId) -> Result<StaysDone, ServiceError> {
    let (due, mut done) = (due(core, tx, person).await?, StaysDone::default());
    for (at, id) in due.tell {
        let kind = WorkKind::MayNotCome;
        let item = NewWorkItem { organisation: at, team: None, kind, person, about: id.as_uuid(), urgent: false };
        if work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await? {
            done.told += 1;
            note(core, tx, person, at, id, "may-not-come").await?;
        }
    }
    for (at, id) in due.settle {
        if work::close(tx, at, (WorkKind::MayNotCome, id.as_uuid()), None, "holds-no-more", core.now()).await? {
            done.settled += 1;
            note(core, tx, person, at, id, "may-come").await?;
        }
    }
    Ok(done)
}

/// Writes down what the service itself told an organisation.
async fn note(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    at: OrganisationId,
    id: AppointmentId,
    what: &'static str,
) -> Result<(), ServiceError> {
    let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::System) };
    let event = Event::on_record(&Actor::System, subject, Action::WorkChanged, Purpose::DirectCare);
    let event = event.about("what", what).about("kind", WorkKind::MayNotCome.code()).about("appointment", id);
    activity::append(core, tx, event).await
}

/// Marks what somebody may miss because they are in hospital, as far as the reader may see in the record that they are.
pub(super) async fn mark(core: &Core, tx: &mut Tx, reader: &Reader, seen: &mut [AppointmentSeen]) -> Result<(), ServiceError> {
    let now = core.now();
    if !seen.iter().any(|one| one.status.is_open() && one.ends_at > now) {
        return Ok(());
    }
    let rows = record::stays(tx, reader.person, &reader.filter).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.line.id).collect();
    let mut told = told_anew(tx, reader, &ids, false).await?;
    for row in rows {
        let Some(stay) = row.stay()? else { continue };
        let place = match told.remove(&row.line.id) {
            Some(anew) => anew.and_then(|facts| facts.place),
            None => row.line.place,
        };
        let hospital = HospitalSeen { entry: EntryId::from_uuid(row.line.id), place, begun: stay.begun };
        for one in seen.iter_mut().filter(|one| one.status.is_open() && one.hospital.is_none()) {
            one.hospital = stay.keeps_from((one.starts_at, one.ends_at), now).then(|| hospital.clone());
        }
    }
    Ok(())
}
