//! What waits for a care team: one list, taken, given on, noted and done so that two people who act at once never lose or
//! double anything.

use crate::activity::{self, Event};
use crate::{Core, ServiceError, access};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::team::{StaffRole, TeamAsk, WorkKind};
use domain::{MemberId, OrganisationId, PersonId, WorkItemId};
use futures::future::BoxFuture;
use serde::Serialize;
use store::staff::{self, MemberRow};
use store::work::{self, NewWorkItem, WorkRow};
use store::{StoreError, Tx};
use uuid::Uuid;

/// The most that a list shows.
const PAGE: i64 = 200;
/// The most characters of a note.
const LONGEST_NOTE: usize = 2000;

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkItem {
    /// Its id.
    pub id: WorkItemId,
    /// Of what kind.
    pub kind: WorkKind,
    /// About whom.
    pub person: PersonId,
    /// Their name.
    pub person_name: String,
    /// When they were born; absent where it is not known to the day.
    pub birth_date: Option<NaiveDate>,
    /// The application, the question or the check itself.
    pub about: Uuid,
    /// Before what is not urgent.
    pub urgent: bool,
    /// Since when.
    pub waiting_since: DateTime<Utc>,
    /// The team it waits for; absent where it waits for every one.
    pub team: Option<String>,
    /// Who deals with it.
    pub claimed: Option<Claim>,
    /// What came of it, once it waits no more.
    pub done: Option<Done>,
    /// Goes up with every change; whoever acts says which they saw.
    pub version: i32,
}

/// Who deals with something that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Which place.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub at: DateTime<Utc>,
    /// It is the reader themself.
    pub mine: bool,
}

/// The end of something that waited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Done {
    /// Who did it; absent where it was settled elsewhere.
    pub name: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it, as a word.
    pub outcome: String,
}

/// A note on something that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Who wrote it.
    pub name: String,
    /// What they wrote.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something that waits, on its own page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkDetail {
    /// What it is.
    pub item: WorkItem,
    /// The notes on it, oldest first.
    pub notes: Vec<Note>,
    /// To whom it can be given: everybody else at the organisation who deals with such things, by name.
    pub colleagues: Vec<(MemberId, String)>,
}

/// The use cases of the work list.
#[derive(Clone)]
pub struct Work {
    core: Core,
}

impl Work {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// What waits for the actor's organisation, of the kinds that their role deals with: the urgent first, then the
    /// oldest.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the actor does not work there, or no longer.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<WorkItem>, ServiceError> {
        let mut tx = self.core.read().await?;
        let place = access::in_team(&mut tx, actor, TeamAsk::SeeTeam).await?;
        let role = place.role()?;
        let kinds: Vec<WorkKind> = WorkKind::ALL.iter().copied().filter(|kind| kind.is_for(role)).collect();
        let rows = work::waiting(&mut tx, place.organisation(), &kinds, PAGE).await?;
        drop(tx);
        let items = rows.into_iter().map(|row| item(row, place.member())).collect::<Result<Vec<_>, _>>()?;
        let event = Event::on_account(actor, Action::Read, Purpose::Operations).about("page", "work").about("items", items.len());
        let event = event.about("organisation", place.organisation_id).about("member", place.id);
        activity::disclose(&self.core, event).await?;
        Ok(items)
    }

    /// One thing that waits or waited, with its notes.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is another organisation's, or another role's to deal with.
    pub async fn item(&self, actor: &Actor, id: WorkItemId) -> Result<WorkDetail, ServiceError> {
        let mut tx = self.core.read().await?;
        let (place, row) = match mine(&mut tx, actor, id).await {
            Ok(found) => found,
            Err(error) => {
                drop(tx);
                return Err(access::refused(&self.core, actor, error, "work").await);
            }
        };
        let notes = work::notes(&mut tx, id).await?;
        let kind = row.kind()?;
        let mut colleagues = Vec::new();
        for colleague in staff::of_organisation(&mut tx, place.organisation()).await? {
            let place = colleague.place;
            if place.ended_at.is_none() && kind.is_for(place.role()?) && Some(place.id) != row.claimed_by {
                colleagues.push((place.member(), place.name));
            }
        }
        drop(tx);
        let event = about(actor, &place, &row, Action::Read)?.about("page", "work-item");
        activity::disclose(&self.core, event).await?;
        Ok(WorkDetail {
            item: item(row, place.member())?,
            notes: notes.into_iter().map(|note| Note { name: note.name, text: note.text, at: note.created_at }).collect(),
            colleagues,
        })
    }

    /// Takes something that waits. Taking it twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] when a colleague has taken it, or it is done; [`ServiceError::NotFound`] as
    /// [`Work::item`].
    pub async fn claim(&self, actor: &Actor, id: WorkItemId, version: i32) -> Result<(), ServiceError> {
        self.act(actor, id, move |core, tx, at_work| {
            Box::pin(async move {
                let (place, row) = (&at_work.place, &at_work.row);
                if row.done_at.is_none() && row.claimed_by == Some(place.id) {
                    return Ok(());
                }
                free_for(place, row)?;
                give(&core, tx, &at_work, version, Some(place.member()), "claimed").await
            })
        })
        .await
    }

    /// Lets go of something that the actor deals with; a manager may let go of anybody's.
    ///
    /// # Errors
    /// As [`Work::claim`].
    pub async fn release(&self, actor: &Actor, id: WorkItemId, version: i32) -> Result<(), ServiceError> {
        self.act(actor, id, move |core, tx, at_work| {
            Box::pin(async move {
                if at_work.row.done_at.is_none() && at_work.row.claimed_by.is_none() {
                    return Ok(());
                }
                in_hand(&at_work.place, &at_work.row)?;
                give(&core, tx, &at_work, version, None, "released").await
            })
        })
        .await
    }

    /// Gives something that waits to a colleague: one's own or nobody's, and for a manager anybody's.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`colleague`) for somebody who does not deal with such things here; as [`Work::claim`]
    /// otherwise.
    pub async fn assign(&self, actor: &Actor, id: WorkItemId, version: i32, to: Option<MemberId>) -> Result<(), ServiceError> {
        self.act(actor, id, move |core, tx, at_work| {
            Box::pin(async move {
                in_hand(&at_work.place, &at_work.row)?;
                let nobody = || ServiceError::field("colleague", "Choose a colleague");
                let to = to.ok_or_else(nobody)?;
                let row = staff::member(tx, to).await?.filter(|row| row.ended_at.is_none()).ok_or_else(nobody)?;
                let here = row.organisation_id == at_work.place.organisation_id;
                if !here || !at_work.row.kind()?.is_for(row.role()?) {
                    return Err(nobody());
                }
                if at_work.row.claimed_by == Some(row.id) {
                    return Ok(());
                }
                give(&core, tx, &at_work, version, Some(to), "assigned").await
            })
        })
        .await
    }

    /// Writes a note. The same `submission` twice is one note.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`note`) when it is empty, too long, or no plain text; [`ServiceError::NotFound`] as [`Work::item`].
    pub async fn note(&self, actor: &Actor, id: WorkItemId, submission: Uuid, text: &str) -> Result<(), ServiceError> {
        let text = text.trim().to_owned();
        self.act(actor, id, move |core, tx, at_work| {
            Box::pin(async move {
                if text.is_empty() {
                    return Err(ServiceError::field("note", "Write a note"));
                }
                if text.chars().count() > LONGEST_NOTE {
                    return Err(ServiceError::field("note", format!("Use no more than {LONGEST_NOTE} letters")));
                }
                if text.contains(|c: char| c.is_control() && !c.is_whitespace()) {
                    return Err(ServiceError::field("note", "Use only letters, numbers and spaces"));
                }
                let member = at_work.place.member();
                if work::insert_note(tx, id, submission, member, &text, core.now()).await? {
                    activity::append(&core, tx, at_work.event("noted")?).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// It need not be done any more. What has an answer of its own (an application, a question) is done by giving that.
    ///
    /// # Errors
    /// As [`Work::claim`]; [`ServiceError::Fields`] too for what has an answer of its own.
    pub async fn done(&self, actor: &Actor, id: WorkItemId, version: i32) -> Result<(), ServiceError> {
        self.act(actor, id, move |core, tx, at_work| {
            Box::pin(async move {
                if at_work.row.done_by == Some(at_work.place.id) {
                    return Ok(());
                }
                in_hand(&at_work.place, &at_work.row)?;
                if at_work.row.kind()? != WorkKind::IdentityCheck {
                    return Err(ServiceError::field("", "This is done once it has been answered"));
                }
                let (at, member) = (at_work.place.organisation(), at_work.place.member());
                if !work::done(tx, at, (id, version), member, "not-needed", core.now()).await? {
                    return Err(overtaken(tx, at, id).await?);
                }
                activity::append(&core, tx, at_work.event("done")?).await
            })
        })
        .await
    }

    /// Puts it on the list that somebody's identity is to be checked. It waits once, however often it is asked for.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for somebody who is not the organisation's own, and to a role that checks nobody.
    pub async fn ask_identity_check(&self, actor: &Actor, person: PersonId, urgent: bool) -> Result<(), ServiceError> {
        let by = actor.clone();
        let done = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let place = access::in_team(tx, &by, TeamAsk::DoWork(WorkKind::IdentityCheck)).await?;
                    let subject = access::require(&core, tx, &by, person, domain::access::Ask::CheckIdentity).await?;
                    let new = NewWorkItem {
                        organisation: place.organisation(),
                        team: None,
                        kind: WorkKind::IdentityCheck,
                        person,
                        about: person.as_uuid(),
                        urgent,
                    };
                    if work::insert(tx, WorkItemId::from_uuid(core.new_id()), &new, core.now()).await? {
                        let event = Event::on_record(&by, subject, Action::WorkChanged, Purpose::Checking);
                        let event = event.about("what", "asked").about("kind", WorkKind::IdentityCheck.code());
                        activity::append(&core, tx, event).await?;
                    }
                    Ok(())
                })
            })
            .await;
        match done {
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "work").await),
            Ok(()) => Ok(()),
        }
    }

    /// Does an act on something that waits, in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, id: WorkItemId, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, AtWork) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        let by = actor.clone();
        let done = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let (place, row) = mine(tx, &by, id).await?;
                    body(core, tx, AtWork { actor: by, place, row }).await
                })
            })
            .await;
        match done {
            Err(error) => Err(access::refused(&self.core, actor, error, "work").await),
            done => done,
        }
    }
}

/// Somebody at work on something.
struct AtWork {
    actor: Actor,
    place: MemberRow,
    row: WorkRow,
}

impl AtWork {
    fn event(&self, what: &'static str) -> Result<Event, ServiceError> {
        Ok(about(&self.actor, &self.place, &self.row, Action::WorkChanged)?.about("what", what))
    }
}

/// The actor's place and the thing that waits, if they deal with such things.
async fn mine(tx: &mut Tx, actor: &Actor, id: WorkItemId) -> Result<(MemberRow, WorkRow), ServiceError> {
    let place = access::in_team(tx, actor, TeamAsk::SeeTeam).await?;
    let row = work::by_id(tx, place.organisation(), id).await?.ok_or(ServiceError::NotFound)?;
    access::in_team(tx, actor, TeamAsk::DoWork(row.kind()?)).await?;
    Ok((place, row))
}

async fn give(
    core: &Core,
    tx: &mut Tx,
    at_work: &AtWork,
    version: i32,
    to: Option<MemberId>,
    what: &'static str,
) -> Result<(), ServiceError> {
    let (at, id) = (at_work.place.organisation(), at_work.row.item());
    if !work::give(tx, at, (id, version), to, core.now()).await? {
        return Err(overtaken(tx, at, id).await?);
    }
    let event = at_work.event(what)?;
    activity::append(core, tx, to.map_or_else(|| event.clone(), |to| event.clone().about("to", to))).await
}

/// Only what nobody else deals with can be taken.
fn free_for(place: &MemberRow, row: &WorkRow) -> Result<(), ServiceError> {
    match (&row.claimed_name, row.done_at) {
        (_, Some(_)) => Err(over(row)),
        (Some(name), None) if row.claimed_by != Some(place.id) => Err(taken(name)),
        _ => Ok(()),
    }
}

/// Whoever deals with it may go on, and whoever finds it with nobody; a manager in any case.
fn in_hand(place: &MemberRow, row: &WorkRow) -> Result<(), ServiceError> {
    if row.done_at.is_none() && place.role()? == StaffRole::Manager { Ok(()) } else { free_for(place, row) }
}

/// What to say to somebody who saw it as it is no more.
async fn overtaken(tx: &mut Tx, at: OrganisationId, id: WorkItemId) -> Result<ServiceError, ServiceError> {
    let row = work::by_id(tx, at, id).await?.ok_or(ServiceError::NotFound)?;
    Ok(match (&row.claimed_name, row.done_at) {
        (_, Some(_)) => over(&row),
        (Some(name), None) => taken(name),
        (None, None) => ServiceError::field("", "This has just changed. Look at it again, then choose what to do"),
    })
}

fn taken(name: &str) -> ServiceError {
    ServiceError::field("", format!("{name} has just taken this"))
}

fn over(row: &WorkRow) -> ServiceError {
    let message = row
        .done_name
        .as_ref()
        .map_or_else(|| "This has just been settled".to_owned(), |name| format!("{name} has just done this"));
    ServiceError::field("", message)
}

/// An event about the person whom it concerns.
fn about(actor: &Actor, place: &MemberRow, row: &WorkRow, action: Action) -> Result<Event, ServiceError> {
    let subject = Subject { organisation: Some(place.organisation()), ..Subject::new(row.person(), Basis::CareTeam) };
    let kind = row.kind()?;
    let purpose = match kind {
        WorkKind::CarerApplication | WorkKind::IdentityCheck => Purpose::Checking,
        WorkKind::AccessQuery => Purpose::Privacy,
    };
    Ok(Event::on_record(actor, subject, action, purpose).about("work", row.id).about("kind", kind.code()))
}

fn item(row: WorkRow, reader: MemberId) -> Result<WorkItem, StoreError> {
    let claimed = match (row.claimed_by, &row.claimed_name, row.claimed_at) {
        (Some(id), Some(name), Some(at)) => {
            let member = MemberId::from_uuid(id);
            Some(Claim { member, name: name.clone(), at, mine: member == reader })
        }
        _ => None,
    };
    let done = row.done_at.map(|at| Done { name: row.done_name.clone(), at, outcome: row.outcome.clone().unwrap_or_default() });
    Ok(WorkItem {
        id: row.item(),
        kind: row.kind()?,
        person: row.person(),
        person_name: row.person_name(),
        birth_date: row.birth_date,
        about: row.about_id,
        urgent: row.urgent,
        waiting_since: row.waiting_since,
        team: row.team_name,
        claimed,
        done,
        version: row.version,
    })
}
