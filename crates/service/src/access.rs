//! The one authorisation point: it loads the facts and asks the domain for the decision.

use crate::records::purpose;
use crate::{Core, OrganisationKind, ServiceError, activity, carers, sharing};
use chrono::NaiveDate;
use domain::access::{Actor, Ask, Decision, Standing, Subject, View, decide, decide_for_all};
use domain::audit::{Action, Basis, Purpose};
use domain::record::Category;
use domain::scope::{Labels, Scopes};
use domain::team::{Membership, Post, TeamAsk, decide_in_team};
use domain::when::london_day;
use domain::{ClinicId, OrganisationId, PersonId, When};
use std::collections::BTreeMap;
use store::staff::MemberRow;
use store::{StoreError, Tx, let_in, link, relationship, staff, visitor};

/// The purpose of a sharing choice: the person's own care.
const DIRECT_CARE: &str = "direct-care";

/// Decides whether the actor may do this to this person's record.
///
/// A refusal of somebody who is signed in is audited by the caller's [`refused`].
///
/// # Errors
/// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], or [`ServiceError::NotFound`] for a record that is
/// not the actor's, exactly as for one that does not exist.
pub(crate) async fn require(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    ask: Ask,
) -> Result<Subject, ServiceError> {
    let allowed = open(core, tx, actor, person, ask).await?;
    // Whoever reads and does not look at the view may read everything or nothing.
    let blind = matches!(ask, Ask::ReadRecord | Ask::ExportRecord) && !allowed.view.is_everything();
    if blind { Err(ServiceError::NotFound) } else { Ok(allowed.subject) }
}

/// The same for what shows the record: with the part of it that is open.
///
/// # Errors
/// As [`require`].
pub(crate) async fn open(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId, ask: Ask) -> Result<Allowed, ServiceError> {
    Facts::load(core, tx, actor, person).await?.open(actor, ask)
}

/// The same, and whether they may do each of other things as well: how they stand to the person is loaded once.
///
/// # Errors
/// As [`require`] of the first.
pub(crate) async fn open_and<const N: usize>(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    (ask, also): (Ask, [Ask; N]),
) -> Result<(Allowed, [bool; N]), ServiceError> {
    let facts = Facts::load(core, tx, actor, person).await?;
    Ok((facts.open(actor, ask)?, also.map(|one| facts.open(actor, one).is_ok())))
}

/// Whether the actor may do it: where a page offers it, or shows what goes with it. Nothing is audited.
///
/// # Errors
/// As [`require`], but for [`ServiceError::NotFound`], which is a no.
pub(crate) async fn allows(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId, ask: Ask) -> Result<bool, ServiceError> {
    match require(core, tx, actor, person, ask).await {
        Ok(_) => Ok(true),
        Err(ServiceError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// How the actor stands to the person today.
struct Facts {
    person: PersonId,
    standing: Standing,
    today: NaiveDate,
}

impl Facts {
    async fn load(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Self, ServiceError> {
        Ok(Self { person, standing: standing(core, tx, actor, person).await?, today: london_day(core.now()) })
    }

    fn open(&self, actor: &Actor, ask: Ask) -> Result<Allowed, ServiceError> {
        match decide(actor, &self.standing, ask, self.today) {
            Decision::Allow(access) => {
                let mut subject = Subject::new(self.person, access.basis);
                match self.standing {
                    Standing::Carer(delegation) => subject.relationship = Some(delegation.id),
                    Standing::Member(place) => subject.organisation = Some(place.organisation),
                    Standing::Own | Standing::None => {}
                }
                Ok(Allowed { subject, view: access.view, scopes: access.scopes })
            }
            Decision::Deny(denial) => Err(denial.into()),
        }
    }
}

/// What was allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed {
    /// Whose record, and on what basis.
    pub(crate) subject: Subject,
    /// What part of the record is open.
    pub(crate) view: View,
    /// What of it a carer may do.
    pub(crate) scopes: Scopes,
}

impl Allowed {
    /// Whether there is a page of this category. A carer has it as well where everything of it is hidden from them: that looks
    /// as if there were nothing.
    pub(crate) fn shows(&self, category: Category) -> bool {
        self.view.has(category) || self.scopes.opens(category)
    }
}

/// Of whom of those who come to a clinic of the actor's place it may be told what they need, and on what basis: decided for each as
/// [`open`] does, and loaded for all at once. Whom the place expects it looks after until the day is over, whoever they are: they are
/// met there.
///
/// # Errors
/// [`ServiceError`] when the database fails.
pub(crate) async fn needs_at_clinic(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    (place, clinic): (&MemberRow, ClinicId),
) -> Result<BTreeMap<PersonId, Subject>, ServiceError> {
    let now = core.now();
    let (today, role) = (london_day(now), place.role()?);
    let times = (When::Day(today).sort_key(), today, now);
    let mut allowed = BTreeMap::new();
    for row in staff::at_clinic(tx, (place.organisation(), place.member()), clinic, times).await? {
        let standing = Standing::Member(Membership {
            member: place.member(),
            organisation: place.organisation(),
            role,
            ended: place.ended_at.is_some(),
            own_person: row.looked_after,
            let_in: row.let_in,
            // What they share of their record has no part in it.
            shared: Labels::NONE,
            emergency: row.in_emergency.then_some(Labels::NONE),
        });
        let facts = Facts { person: PersonId::from_uuid(row.person_id), standing, today };
        if let Ok(one) = facts.open(actor, Ask::SeeProfile) {
            allowed.insert(facts.person, one.subject);
        }
    }
    Ok(allowed)
}

/// Loads how the actor stands to the person.
async fn standing(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Standing, ServiceError> {
    match actor {
        Actor::Account { id, .. } | Actor::Device { id, .. } => {
            let link = link::between(tx, *id, person).await?;
            if link.is_some_and(|link| link.relation == "self") {
                return Ok(Standing::Own);
            }
            let Some(row) = relationship::between(tx, *id, person).await? else { return Ok(Standing::None) };
            let hidden = relationship::hidden_categories(tx, person, row.relationship()).await?;
            Ok(Standing::Carer(carers::delegation(core, tx, &row, hidden).await?))
        }
        Actor::Staff { id, member, .. } => {
            let row = staff::member(tx, *member).await?.filter(|row| row.account_id == id.as_uuid());
            let Some(row) = row else { return Ok(Standing::None) };
            Ok(Standing::Member(membership(core, tx, &row, person).await?))
        }
        Actor::Operator | Actor::System | Actor::Nobody => Ok(Standing::None),
    }
}

/// What binds a member of staff to the person.
async fn membership(core: &Core, tx: &mut Tx, row: &MemberRow, person: PersonId) -> Result<Membership, ServiceError> {
    let Bond { shared, own_person, let_in } = bond(core, tx, person, row.organisation()).await?;
    let emergency = match staff::emergency(tx, person, row.member(), core.now()).await?.map(labels).transpose()? {
        // What the person closes holds at once.
        Some(opened) => Some(opened.and(sharing::in_emergency(tx, person).await?)),
        None => None,
    };
    Ok(Membership {
        member: row.member(),
        organisation: row.organisation(),
        role: row.role()?,
        ended: row.ended_at.is_some(),
        own_person,
        let_in,
        shared,
        emergency,
    })
}

/// What binds an organisation to a person.
pub(crate) struct Bond {
    /// What the person shares with it for their care.
    pub(crate) shared: Labels,
    /// They are one of its own.
    pub(crate) own_person: bool,
    /// They let it in.
    pub(crate) let_in: bool,
}

/// Loads what binds an organisation to a person today.
pub(crate) async fn bond(core: &Core, tx: &mut Tx, person: PersonId, organisation: OrganisationId) -> Result<Bond, ServiceError> {
    let kind = staff::kind(tx, organisation).await?.unwrap_or_default();
    let mut chosen = staff::choice(tx, person, DIRECT_CARE, &kind).await?;
    let until = OrganisationKind::from_code(&kind).and_then(OrganisationKind::until_chosen).filter(|_| chosen.is_none());
    if let Some(other) = until {
        chosen = staff::choice(tx, person, DIRECT_CARE, other.code()).await?;
    }
    let chosen = chosen.map(labels).transpose()?;
    Ok(Bond {
        // Sharing for somebody's own care needs no asking first (common law, implied consent); they may narrow it.
        shared: chosen.unwrap_or_else(Labels::all),
        own_person: staff::has_person(tx, organisation, person).await?,
        let_in: let_in::holds(tx, person, organisation, london_day(core.now())).await?,
    })
}

fn labels(words: String) -> Result<Labels, StoreError> {
    words.parse().map_err(|_| StoreError::corrupt("a choice has an unknown label"))
}

/// Lets through the service itself and its operator, who take in and keep up everybody's record.
///
/// # Errors
/// Refusals for anybody else.
pub(crate) fn for_all(actor: &Actor) -> Result<(), ServiceError> {
    match decide_for_all(actor, Ask::ImportRecord) {
        Decision::Deny(denial) => Err(denial.into()),
        Decision::Allow { .. } => Ok(()),
    }
}

/// Decides whether the actor may do this at the organisation for which they work now, and gives their place there.
///
/// # Errors
/// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], or [`ServiceError::NotFound`] for whoever may not.
pub(crate) async fn in_team(tx: &mut Tx, actor: &Actor, ask: TeamAsk) -> Result<MemberRow, ServiceError> {
    let row = place(tx, actor).await?;
    let at = row.as_ref().map_or(OrganisationId::from_uuid(uuid::Uuid::nil()), MemberRow::organisation);
    decided(actor, row.as_ref(), at, ask)?;
    row.ok_or(ServiceError::NotFound)
}

/// Decides whether the actor may also do this at the place that [`in_team`] gave in the same snapshot.
///
/// # Errors
/// As [`in_team`].
pub(crate) fn also(actor: &Actor, place: &MemberRow, ask: TeamAsk) -> Result<(), ServiceError> {
    decided(actor, Some(place), place.organisation(), ask)
}

/// The same for one organisation, which the operator may name too.
///
/// # Errors
/// As [`in_team`].
pub(crate) async fn in_organisation(tx: &mut Tx, actor: &Actor, at: OrganisationId, ask: TeamAsk) -> Result<(), ServiceError> {
    decided(actor, place(tx, actor).await?.as_ref(), at, ask)
}

fn decided(actor: &Actor, place: Option<&MemberRow>, at: OrganisationId, ask: TeamAsk) -> Result<(), ServiceError> {
    let post = match place {
        Some(row) => Some(Post {
            member: row.member(),
            organisation: row.organisation(),
            role: row.role()?,
            ended: row.ended_at.is_some(),
        }),
        None => None,
    };
    Ok(decide_in_team(actor, post.as_ref(), at, ask)?)
}

/// The place as which the actor works now.
async fn place(tx: &mut Tx, actor: &Actor) -> Result<Option<MemberRow>, ServiceError> {
    let Actor::Staff { id, member, .. } = actor else { return Ok(None) };
    Ok(staff::member(tx, *member).await?.filter(|row| row.account_id == id.as_uuid()))
}

/// Audits a refusal on the actor's own account, so that the person whose record was asked for is not told of strangers'
/// guesses at ids while the operator still sees them. Then gives the refusal back.
pub(crate) async fn refused(core: &Core, actor: &Actor, error: ServiceError, what: &'static str) -> ServiceError {
    refuse(core, actor, None, error, what).await
}

/// The same, and tells the person too where the actor is no stranger to them: somebody who acts, acted or would act for
/// them, or who works, or worked, where their record is held or was looked at.
pub(crate) async fn refused_on(
    core: &Core,
    actor: &Actor,
    person: PersonId,
    error: ServiceError,
    what: &'static str,
) -> ServiceError {
    refuse(core, actor, Some(person), error, what).await
}

async fn refuse(core: &Core, actor: &Actor, person: Option<PersonId>, error: ServiceError, what: &'static str) -> ServiceError {
    let (ServiceError::NotFound, Some(_)) = (&error, actor.account()) else { return error };
    let actor = actor.clone();
    let written =
        core.write(move |core, tx| Box::pin(async move { note_refusal(&core, tx, (&actor, person), what).await })).await;
    written.err().unwrap_or(error)
}

/// Audits a refusal as [`refused_on`] does, in the transaction of what else was done.
pub(crate) async fn note_refusal(
    core: &Core,
    tx: &mut Tx,
    (actor, person): (&Actor, Option<PersonId>),
    what: &'static str,
) -> Result<(), ServiceError> {
    let event = activity::Event::on_account(actor, Action::Refused, Purpose::OwnCare).about("asked", what);
    activity::append(core, tx, event).await?;
    let Some(person) = person else { return Ok(()) };
    let Some(subject) = acquainted(tx, actor, person).await? else { return Ok(()) };
    let event = activity::Event::on_record(actor, subject, Action::Refused, purpose(subject)).about("asked", what);
    activity::append(core, tx, event).await
}

/// How somebody who was refused stands, or stood, to the person; `None` for a stranger.
async fn acquainted(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Option<Subject>, ServiceError> {
    match actor {
        Actor::Account { id, .. } | Actor::Device { id, .. } => {
            let row = relationship::between(tx, *id, person).await?;
            let subject = |relationship| Subject { relationship: Some(relationship), ..Subject::new(person, Basis::Carer) };
            Ok(row.map(|row| subject(row.relationship())))
        }
        Actor::Staff { id, member, .. } => {
            let row = staff::member(tx, *member).await?.filter(|row| row.account_id == id.as_uuid());
            let Some(row) = row else { return Ok(None) };
            let known = staff::has_supplied(tx, row.organisation(), person).await?
                || visitor::has_looked(tx, person, member.as_uuid()).await?;
            let subject = Subject { organisation: Some(row.organisation()), ..Subject::new(person, Basis::CareTeam) };
            Ok(known.then_some(subject))
        }
        Actor::Operator | Actor::System | Actor::Nobody => Ok(None),
    }
}
