//! What waits for a care team: one list, and a part of it for each team; taken, given on, passed, noted and done so that two
//! people who act at once never lose or double anything.

use crate::activity::{self, Event};
use crate::listing::{self, List};
use crate::typed::some_lines;
use crate::{Core, PersonSummary, ServiceError, Team, TeamNeeds, access, profile};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::profile::PhoneNumber;
use domain::team::{StaffRole, TeamAsk, WorkKind};
use domain::{MemberId, OrganisationId, PersonId, TeamId, WorkItemId};
use futures::future::BoxFuture;
use serde::Serialize;
use store::staff::{self, MemberRow, TeamRow};
use store::work::{self, NewWorkItem, TeamCount, Waits, WorkRow};
use store::{StoreError, Tx, person};
use uuid::Uuid;

/// The most that a list shows.
const PAGE: i64 = 200;
/// What stands for every team where one is chosen.
pub const EVERY_TEAM: &str = "every";
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
    pub team: Option<Team>,
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
    /// To which teams it can be passed: those in which somebody deals with such things, by name.
    pub teams: Vec<Team>,
    /// What whoever it is about needs, and who acts for them; nothing where that is not open to the reader.
    pub needs: TeamNeeds,
    /// Whose it is; with their NHS number where the reader may find them or read their record.
    pub whose: PersonSummary,
    /// Their phone numbers as they say, the mobile first, where what they say of themselves is open to the reader.
    pub phones: Vec<PhoneNumber>,
}

/// What something that waits is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkAbout {
    /// Of what kind it is.
    pub kind: WorkKind,
    /// About whom.
    pub person: PersonId,
    /// The application, the question or the check itself.
    pub about: Uuid,
}

/// Of which part a list of what waits is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum WorkPart {
    /// What waits for the reader's own teams and for every team, and what they deal with.
    Mine,
    /// Everything.
    All,
    /// What waits for one team and no other.
    Team(TeamId),
}

/// What waits, or a part of it, and how much the other parts hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkList {
    /// Which part it is.
    pub part: WorkPart,
    /// What waits: the urgent first, then the oldest.
    pub items: Vec<WorkItem>,
    /// How much waits altogether.
    pub all: u64,
    /// How much waits for the reader; absent for somebody who is in no team.
    pub mine: Option<u64>,
    /// Every team of the organisation, by name, with how much waits for it.
    pub teams: Vec<(Team, u64)>,
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
        Ok(self.part(actor, Some(WorkPart::All)).await?.items)
    }

    /// The same, or a part of it. Where no part is asked for, somebody who is in teams is shown what waits for them, and
    /// anybody else everything.
    ///
    /// # Errors
    /// As [`Work::list`]; [`ServiceError::NotFound`] too for a team that is not the organisation's.
    pub async fn part(&self, actor: &Actor, asked: Option<WorkPart>) -> Result<WorkList, ServiceError> {
        let mut tx = self.core.read().await?;
        let place = access::in_team(&mut tx, actor, TeamAsk::SeeTeam).await?;
        let (role, at, member) = (place.role()?, place.organisation(), place.member());
        let kinds: Vec<WorkKind> = WorkKind::ALL.iter().copied().filter(|kind| kind.is_for(role)).collect();
        let counts = work::counts(&mut tx, at, &kinds, member).await?;
        let teams: Vec<Team> = staff::teams(&mut tx, at).await?.into_iter().map(team).collect();
        let own = staff::team_members(&mut tx, at).await?.into_iter().filter(|(_, who)| *who == member);
        let own: Vec<TeamId> = own.map(|(team, _)| team).collect();
        let part = match asked {
            Some(WorkPart::Team(asked)) if !teams.iter().any(|team| team.id == asked) => {
                drop(tx);
                return Err(access::refused(&self.core, actor, ServiceError::NotFound, "work").await);
            }
            None | Some(WorkPart::Mine) => {
                if own.is_empty() {
                    WorkPart::All
                } else {
                    WorkPart::Mine
                }
            }
            Some(asked) => asked,
        };
        let waits = match part {
            WorkPart::Mine => Waits::ForMember(member),
            WorkPart::All => Waits::ForAnybody,
            WorkPart::Team(team) => Waits::ForTeam(team),
        };
        let rows = work::waiting(&mut tx, at, &kinds, waits, PAGE).await?;
        drop(tx);
        let items = rows.into_iter().map(|row| item(row, member)).collect::<Result<Vec<_>, _>>()?;
        listing::disclose(&self.core, actor, &place, List::Work, items.iter().map(|item| item.person)).await?;
        let of_team = |count: &TeamCount| count.team_id.map(TeamId::from_uuid);
        let mine = |count: &TeamCount| {
            let theirs = of_team(count).is_none_or(|team| own.contains(&team));
            if theirs { count.waiting } else { count.claimed }
        };
        let many = |count: i64| u64::try_from(count).unwrap_or_default();
        Ok(WorkList {
            part,
            items,
            all: many(counts.iter().map(|count| count.waiting).sum()),
            mine: (!own.is_empty()).then(|| many(counts.iter().map(mine).sum())),
            teams: teams
                .into_iter()
                .map(|team| {
                    let count = counts.iter().find(|count| of_team(count) == Some(team.id));
                    (team, many(count.map_or(0, |count| count.waiting)))
                })
                .collect(),
        })
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
        let mut colleagues = able(&mut tx, &row).await?;
        colleagues.retain(|(member, _)| Some(member.as_uuid()) != row.claimed_by);
        let teams = able_teams(&mut tx, &row).await?;
        let needs = profile::team_needs(&self.core, &mut tx, actor, row.person()).await?;
        let (whose, phones) = identity(&self.core, &mut tx, actor, row.person()).await?;
        drop(tx);
        let event = about(actor, &place, &row, Action::Read)?.about("page", activity::WORK_ITEM);
        activity::disclose(&self.core, event).await?;
        Ok(WorkDetail {
            item: item(row, place.member())?,
            notes: notes.into_iter().map(|note| Note { name: note.name, text: note.text, at: note.created_at }).collect(),
            colleagues,
            teams,
            needs,
            whose,
            phones,
        })
    }

    /// What something that waits or waited is about, and whom, for whoever answers it: the answer is audited, and nothing is shown.
    ///
    /// # Errors
    /// As [`Work::item`].
    pub async fn about(&self, actor: &Actor, id: WorkItemId) -> Result<WorkAbout, ServiceError> {
        let mut tx = self.core.read().await?;
        let found = mine(&mut tx, actor, id).await;
        drop(tx);
        match found {
            Ok((_, row)) => Ok(WorkAbout { kind: row.kind()?, person: row.person(), about: row.about_id }),
            Err(error) => Err(access::refused(&self.core, actor, error, "work").await),
        }
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

    /// Lets something wait for a team of the organisation, or for every team. Whoever dealt with it lets it go: one's own
    /// or nobody's can be passed, and by a manager anybody's. Doing so twice changes nothing. `to` is the team's id, or
    /// [`EVERY_TEAM`].
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`for_team`) for a team that is not the organisation's, or in which nobody deals with such
    /// things; as [`Work::claim`] otherwise.
    pub async fn pass(&self, actor: &Actor, id: WorkItemId, version: i32, to: &str) -> Result<(), ServiceError> {
        let to = if to == EVERY_TEAM { Ok(None) } else { to.parse::<TeamId>().map(Some) };
        self.act(actor, id, move |core, tx, at_work| {
            Box::pin(async move {
                in_hand(&at_work.place, &at_work.row)?;
                let none = || ServiceError::field("for_team", "Choose a team, or every team");
                let to = to.map_err(|_| none())?;
                if let Some(team) = to
                    && !able_teams(tx, &at_work.row).await?.iter().any(|able| able.id == team)
                {
                    return Err(none());
                }
                let row = &at_work.row;
                if row.team_id == to.map(|team| team.as_uuid()) && row.claimed_by.is_none() {
                    return Ok(());
                }
                let at = at_work.place.organisation();
                if !work::pass(tx, at, (id, version), to).await? {
                    return Err(overtaken(tx, at, id).await?);
                }
                let event = at_work.event("passed")?;
                let team = to.map_or_else(|| EVERY_TEAM.to_owned(), |team| team.to_string());
                activity::append(&core, tx, event.about("team", team)).await
            })
        })
        .await
    }

    /// Writes a note. The same `submission` twice is one note.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`note`) when it is empty, too long, or no plain text; [`ServiceError::NotFound`] as [`Work::item`].
    pub async fn note(&self, actor: &Actor, id: WorkItemId, submission: Uuid, text: &str) -> Result<(), ServiceError> {
        let text = some_lines("note", text, LONGEST_NOTE);
        self.act(actor, id, move |core, tx, at_work| {
            Box::pin(async move {
                let text = text.map_err(|problem| ServiceError::Fields(vec![problem]))?;
                if text.is_empty() {
                    return Err(ServiceError::field("note", "Write a note"));
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

    /// It need not be done any more, or it is: for what ends by hand ([`WorkKind::ends_by_hand`]), such as an identity check.
    /// What has an answer of its own (an application, a question, a booking) is done by giving that.
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
                let outcome = match at_work.row.kind()? {
                    WorkKind::IdentityCheck => "not-needed",
                    kind if kind.may_be_ended_by(at_work.place.role()?) => "seen-to",
                    kind if kind.ends_by_hand() => {
                        return Err(ServiceError::field("", "Only somebody who gives care can say that this is dealt with"));
                    }
                    _ => return Err(ServiceError::field("", "This is done once it has been answered")),
                };
                let (at, member) = (at_work.place.organisation(), at_work.place.member());
                if !work::done(tx, at, (id, version), member, outcome, core.now()).await? {
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
                    let subject = access::require(&core, tx, &by, person, Ask::CheckIdentity).await?;
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
pub(crate) async fn mine(tx: &mut Tx, actor: &Actor, id: WorkItemId) -> Result<(MemberRow, WorkRow), ServiceError> {
    let place = access::in_team(tx, actor, TeamAsk::SeeTeam).await?;
    let row = work::by_id(tx, place.organisation(), id).await?.ok_or(ServiceError::NotFound)?;
    access::also(actor, &place, TeamAsk::DoWork(row.kind()?))?;
    Ok((place, row))
}

/// Everybody at the organisation who deals with such things, by name.
async fn able(tx: &mut Tx, row: &WorkRow) -> Result<Vec<(MemberId, String)>, ServiceError> {
    let kind = row.kind()?;
    let mut able = Vec::new();
    for colleague in staff::of_organisation(tx, OrganisationId::from_uuid(row.organisation_id)).await? {
        let place = colleague.place;
        if place.ended_at.is_none() && kind.is_for(place.role()?) {
            able.push((place.member(), place.name));
        }
    }
    Ok(able)
}

/// The organisation's teams in which somebody deals with such things, by name: what waits for any other is lost.
async fn able_teams(tx: &mut Tx, row: &WorkRow) -> Result<Vec<Team>, ServiceError> {
    let at = OrganisationId::from_uuid(row.organisation_id);
    let able = able(tx, row).await?;
    let within = staff::team_members(tx, at).await?;
    let has = |team: TeamId| within.iter().any(|(of, who)| *of == team && able.iter().any(|(member, _)| member == who));
    Ok(staff::teams(tx, at).await?.into_iter().map(team).filter(|team| has(team.id)).collect())
}

fn team(row: TeamRow) -> Team {
    Team { id: row.team(), name: row.name }
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
pub(crate) fn in_hand(place: &MemberRow, row: &WorkRow) -> Result<(), ServiceError> {
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
        WorkKind::Booking
        | WorkKind::EarlierTime
        | WorkKind::OutsideDiary
        | WorkKind::OutsideMissing
        | WorkKind::BothStand
        | WorkKind::MayNotCome
        | WorkKind::NotTold
        | WorkKind::MedicineOrder
        | WorkKind::OutsideOrder
        | WorkKind::QuestionnaireAlert
        | WorkKind::ReadingAlert
        | WorkKind::ReadingDigest
        | WorkKind::ResultComment
        | WorkKind::Correction
        | WorkKind::ContactChange
        | WorkKind::SummaryChoice => Purpose::DirectCare,
    };
    Ok(Event::on_record(actor, subject, action, purpose).about("work", row.id).about("kind", kind.code()))
}

/// By what somebody is known for certain, and how to ring them, as far as it is open to the reader.
async fn identity(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    id: PersonId,
) -> Result<(PersonSummary, Vec<PhoneNumber>), ServiceError> {
    let finds = access::allows(core, tx, actor, id, Ask::FindPerson).await?
        || access::allows(core, tx, actor, id, Ask::ReadRecord).await?;
    let whose = PersonSummary::of(&person::by_id(tx, id).await?.ok_or(ServiceError::NotFound)?, core.now())?;
    let whose = match finds {
        true => whose,
        false => PersonSummary { nhs_number: None, age: None, gender: None, ..whose },
    };
    let row = match access::allows(core, tx, actor, id, Ask::SeeProfile).await? {
        true => store::profile::newest(tx, id).await?,
        false => None,
    };
    let contact = row.map(|row| row.contact_details()).transpose()?;
    let phones = contact.into_iter().flat_map(|contact| contact.mobile.into_iter().chain(contact.phone));
    Ok((whose, phones.collect()))
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
        team: row.team_id.zip(row.team_name).map(|(id, name)| Team { id: TeamId::from_uuid(id), name }),
        claimed,
        done,
        version: row.version,
    })
}
