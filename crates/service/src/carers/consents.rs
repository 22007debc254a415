//! Relationships as the API tells of them, and changes of them by status and reason: the same acts as those of the pages.

use super::decide::{CarerDecision, CarerTerms, asked_again, not_about_themself, put_through, theirs};
use super::manage::{Act, amend, ended, gave_up, only_the_persons, resumed, suspended};
use super::seen::note_all;
use super::{CarerRefusal, Carers, as_last_day, decider, delegation, last_by, load, purpose, subject};
use crate::activity::{self, Event};
use crate::{Core, ServiceError, access, records};
use domain::access::{Actor, Ask, Assurance, Subject};
use domain::audit::{Action, Basis};
use domain::relationship::{By, Reason, Standing, Status, TransitionError};
use domain::scope::Categories;
use domain::when::london_day;
use domain::{AccountId, PersonId, RelationshipId};
use fhir::consent::{Change, Party, Relationship};
use serde_json::Value;
use store::relationship::{self, RelationshipRow};
use store::{Tx, account, link, organisation, person};

/// A relationship as its reader may know it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentSeen {
    /// Its version, which a change may name.
    pub version: i32,
    /// Where it stands.
    pub status: Status,
    /// All of it, as FHIR R4 `Consent`.
    pub resource: Value,
}

/// Somebody who comes to a relationship, with what they may do there.
struct Visit {
    by: By,
    act: Act,
}

impl Carers {
    /// The relationships about this person, who is the reader, and those in which the reader is the carer.
    ///
    /// What was only asked for is not among the latter, so that nobody learns from it whom an application fits.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the person is not the reader; [`ServiceError::NotSignedIn`],
    /// [`ServiceError::NeedsSecondStep`].
    pub async fn consents(&self, actor: &Actor, person: Option<PersonId>) -> Result<Vec<ConsentSeen>, ServiceError> {
        let (account, citizen) = citizen_behind(actor)?;
        let mut tx = self.core.read().await?;
        let (mut seen, mut about) = (Vec::new(), None);
        if let Some(person) = person {
            match access::require(&self.core, &mut tx, &citizen, person, Ask::ManageSharing).await {
                Ok(subject) => about = Some(subject),
                Err(error) => {
                    drop(tx);
                    return Err(access::refused_on(&self.core, &citizen, person, error, "carers").await);
                }
            }
            for row in relationship::of_person(&mut tx, person).await? {
                seen.push(told(&self.core, &mut tx, By::Person, &row).await?);
            }
        }
        let mut cared = Vec::new();
        for row in relationship::of_carer(&mut tx, account).await?.into_iter().map(|row| row.relationship) {
            if row.decided_on.is_some() && Some(row.person()) != person {
                seen.push(told(&self.core, &mut tx, By::Carer, &row).await?);
                cared.push(row);
            }
        }
        let in_force = in_force(&self.core, &mut tx, cared).await?;
        drop(tx);
        if let Some(about) = about {
            let event = Event::on_record(&citizen, about, Action::Read, records::purpose(about)).about("page", "carers");
            activity::disclose(&self.core, event).await?;
        }
        note_all(&self.core, &citizen, in_force).await?;
        Ok(seen)
    }

    /// One relationship: to the person, to the carer once it was decided, and to the practice that decides.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody else, exactly as where there is none; [`ServiceError::NotSignedIn`],
    /// [`ServiceError::NeedsSecondStep`].
    pub async fn consent(&self, actor: &Actor, id: RelationshipId) -> Result<ConsentSeen, ServiceError> {
        let person = self.whose(actor, id).await?;
        let mut tx = self.core.read().await?;
        let visit = match visit(&self.core, &mut tx, actor, (person, id)).await {
            Ok(visit) => visit,
            Err(error) => {
                drop(tx);
                return Err(access::refused_on(&self.core, actor, person, error, "carers").await);
            }
        };
        let seen = told(&self.core, &mut tx, visit.by, &visit.act.row).await?;
        drop(tx);
        let page = match visit.by {
            By::Carer => "cared-for",
            By::Practice => "carer",
            By::Person | By::Rule => "carers",
        };
        let event = Event::on_record(&visit.act.actor, visit.act.about, Action::Read, purpose(visit.by)).about("page", page);
        activity::disclose(&self.core, event).await?;
        Ok(seen)
    }

    /// Changes a relationship, if it is still in one of these versions, where some are given; gives its version then.
    ///
    /// The same change again, of what stands there already for that reason, changes nothing, whatever versions are given.
    ///
    /// # Errors
    /// [`CarerRefusal`]: its transition as [`Standing::change`] decides; [`ServiceError::NotFound`] as for
    /// [`Carers::consent`].
    pub async fn patch_consent(
        &self,
        actor: &Actor,
        id: RelationshipId,
        versions: Option<Vec<i32>>,
        change: Change,
    ) -> Result<i32, CarerRefusal> {
        let person = self.whose(actor, id).await?;
        let who = actor.clone();
        let done = self
            .core
            .try_write(move |core, tx| {
                Box::pin(async move {
                    if let Some(account) = who.account() {
                        account::hold(tx, account, core.now()).await?;
                    }
                    let visit = visit(&core, tx, &who, (person, id)).await?;
                    patch(&core, tx, visit, versions.as_deref(), &change).await?;
                    Ok(load(tx, person, id).await?.version)
                })
            })
            .await;
        match done {
            Err(CarerRefusal::Other(error)) => Err(access::refused_on(&self.core, actor, person, error, "carers").await.into()),
            done => done,
        }
    }

    /// Whose record a relationship is about.
    async fn whose(&self, actor: &Actor, id: RelationshipId) -> Result<PersonId, ServiceError> {
        citizen_behind(actor)?;
        let mut tx = self.core.read().await?;
        let found = relationship::whose(&mut tx, id).await?;
        drop(tx);
        match found {
            Some(person) => Ok(person),
            None => Err(access::refused(&self.core, actor, ServiceError::NotFound, "carers").await),
        }
    }
}

/// The account that acts, and the same account as a citizen, where it is at work.
fn citizen_behind(actor: &Actor) -> Result<(AccountId, Actor), ServiceError> {
    match actor {
        Actor::Account { id, assurance: Assurance::SecondStep } | Actor::Staff { id, assurance: Assurance::SecondStep, .. } => {
            Ok((*id, Actor::Account { id: *id, assurance: Assurance::SecondStep }))
        }
        Actor::Account { .. } | Actor::Staff { .. } => Err(ServiceError::NeedsSecondStep),
        Actor::Device { .. } | Actor::Operator | Actor::System | Actor::Nobody => Err(ServiceError::NotSignedIn),
    }
}

/// As whom somebody comes to a relationship: as the person, else as the carer, else for the practice that decides.
async fn visit(core: &Core, tx: &mut Tx, actor: &Actor, (person, id): (PersonId, RelationshipId)) -> Result<Visit, ServiceError> {
    let (account, citizen) = citizen_behind(actor)?;
    let row = load(tx, person, id).await?;
    if link::between(tx, account, person).await?.is_some_and(|link| link.relation == "self") {
        let own = access::require(core, tx, &citizen, person, Ask::ManageSharing).await?;
        let about = Subject { relationship: Some(id), ..own };
        return Ok(Visit { by: By::Person, act: Act { actor: citizen, about, row } });
    }
    if row.carer_account_id == Some(account.as_uuid()) && row.decided_on.is_some() {
        let about = subject(&row, Basis::Carer);
        return Ok(Visit { by: By::Carer, act: Act { actor: citizen, about, row } });
    }
    if !matches!(actor, Actor::Staff { .. }) {
        return Err(ServiceError::NotFound);
    }
    let (about, row) = theirs(core, tx, actor, person, id).await?;
    Ok(Visit { by: By::Practice, act: Act { actor: actor.clone(), about, row } })
}

async fn patch(
    core: &Core,
    tx: &mut Tx,
    Visit { by, act }: Visit,
    versions: Option<&[i32]>,
    change: &Change,
) -> Result<(), CarerRefusal> {
    let row = &act.row;
    let from = row.standing()?;
    let to = Standing { status: change.status.unwrap_or(from.status), reason: change.reason.unwrap_or(from.reason) };
    if let Some(code) = &change.grantor
        && granted_by(tx, row).await?.is_none_or(|decides| !decides.eq_ignore_ascii_case(code))
    {
        return Err(CarerRefusal::Grantor);
    }
    let text = change.text.as_deref();
    let there = to == from
        && (text.is_none() || text == row.reason_text.as_deref())
        // Nobody finds out by trying why it stands there.
        && (change.reason.is_none() || is_told_why(tx, row, by).await?);
    if there && change.ends_on.is_none_or(|last| last == row.ends_on) {
        return Ok(());
    }
    if versions.is_some_and(|versions| !versions.contains(&row.version)) {
        return Err(CarerRefusal::Stale);
    }
    if by == By::Practice {
        not_about_themself(tx, &act.actor, row).await?;
    }
    let today = london_day(core.now());
    let ends_on = change.ends_on.map(|last| last.map(|day| as_last_day(day, today)).transpose()).transpose()?;
    if there {
        match by {
            By::Person => only_the_persons(row)?,
            By::Practice => {}
            By::Carer | By::Rule => return Err(TransitionError::NotTheirs.into()),
        }
        let (scopes, labels) = (row.scopes.clone(), row.labels.clone());
        let ends_on = ends_on.unwrap_or(row.ends_on);
        return amend(core, tx, by, act, (scopes, labels, ends_on)).await;
    }
    from.change(to, text, by)?;
    if ends_on.is_some() && to.status != Status::Active {
        return Err(CarerRefusal::LastDay);
    }
    match (by, to.reason) {
        (By::Person, Reason::Suspended) => suspended(core, tx, act, text).await,
        (By::Person, Reason::RoleReactivated) => resumed(core, tx, act, ends_on, text).await,
        (By::Person, reason @ (Reason::DeactivatedPatientRequest | Reason::ApplicationWithdrawn)) => {
            ended(core, tx, act, reason, text).await
        }
        (By::Carer, Reason::DeactivatedChange) => gave_up(core, tx, &act.actor, act.row, text).await,
        (By::Practice, _) => decided(core, tx, act, (to, text), ends_on).await,
        // An invitation is taken up with its code, and an application taken back where it was made.
        (By::Person | By::Carer | By::Rule, _) => Err(TransitionError::NotTheirs.into()),
    }
}

/// What the practice decides; what may be seen and done stays as it was asked for, or as it was.
async fn decided(
    core: &Core,
    tx: &mut Tx,
    act: Act,
    (to, text): (Standing, Option<&str>),
    ends_on: Option<Option<chrono::NaiveDate>>,
) -> Result<(), CarerRefusal> {
    let (row, today) = (&act.row, london_day(core.now()));
    let reason = to.reason;
    let decision = match to.status {
        Status::Proposed => return asked_again(core, tx, act, to, text).await,
        Status::Active => CarerDecision::Activate(CarerTerms {
            scopes: row.scopes()?,
            labels: row.labels()?,
            ends_on: ends_on.unwrap_or(row.ends_on.filter(|last| *last >= today)),
            review_on: row.review_on.filter(|day| *day > today),
        }),
        Status::Rejected => CarerDecision::Reject { reason, text: None },
        Status::Inactive if reason == Reason::Suspended => CarerDecision::Suspend,
        Status::Inactive | Status::EnteredInError => CarerDecision::End { reason, text: None },
    };
    put_through(core, tx, act, &decision, (to, text)).await
}

/// The code of the organisation that decides about a relationship.
async fn granted_by(tx: &mut Tx, row: &RelationshipRow) -> Result<Option<String>, ServiceError> {
    let Some(id) = decider(row) else { return Ok(None) };
    Ok(organisation::by_id(tx, id).await?.map(|found| found.code))
}

/// Whether the reader is told why it stands where it does. What the practice refused or ended it explains to neither
/// (DAPB3051 4.6), and the carer is not told that it was the person who ended it.
async fn is_told_why(tx: &mut Tx, row: &RelationshipRow, by: By) -> Result<bool, ServiceError> {
    Ok(match by {
        By::Practice | By::Rule => true,
        By::Person | By::Carer if row.standing()?.is_open() => true,
        By::Person => last_by(tx, row).await? != By::Practice,
        By::Carer => last_by(tx, row).await? == By::Carer,
    })
}

/// Those that are in force today.
async fn in_force(core: &Core, tx: &mut Tx, rows: Vec<RelationshipRow>) -> Result<Vec<RelationshipRow>, ServiceError> {
    let (mut held, today) = (Vec::new(), london_day(core.now()));
    for row in rows {
        if delegation(core, tx, &row, Categories::NONE).await?.is_in_force(today) {
            held.push(row);
        }
    }
    Ok(held)
}

/// A relationship as this reader may know it. Everybody is told their own NHS number, and the practice both; a carer is told
/// who the person is only while they may act for them.
async fn told(core: &Core, tx: &mut Tx, by: By, row: &RelationshipRow) -> Result<ConsentSeen, ServiceError> {
    let standing = row.standing()?;
    let who = person::by_id(tx, row.person()).await?.ok_or(ServiceError::NotFound)?.demographics()?;
    let today = london_day(core.now());
    let named = by != By::Carer || delegation(core, tx, row, Categories::NONE).await?.is_in_force(today);
    let patient = Party {
        nhs_number: who.nhs_number.as_ref().filter(|_| by != By::Carer).map(|number| number.as_digits().to_owned()),
        id: Some(row.person_id.to_string()),
        name: named.then(|| who.display_name()),
    };
    let carer = Party {
        nhs_number: if by == By::Person { None } else { number_of(tx, row).await? },
        id: None,
        name: Some(row.carer_name.clone()),
    };
    let explained = is_told_why(tx, row, by).await?;
    let held = Relationship {
        id: row.id.to_string(),
        version: row.version,
        status: standing.status,
        reason: explained.then_some(standing.reason),
        reason_text: row.reason_text.clone().filter(|_| by == By::Practice),
        legal_basis: row.legal_basis()?,
        scopes: row.scopes()?,
        patient,
        carer,
        organisation: granted_by(tx, row).await?,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        decided_on: row.decided_on,
        asked_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok(ConsentSeen { version: row.version, status: standing.status, resource: fhir::consent::resource(&held) })
}

/// The carer's own NHS number, where their account opens a record of their own.
async fn number_of(tx: &mut Tx, row: &RelationshipRow) -> Result<Option<String>, ServiceError> {
    let Some(id) = row.carer_account_id else { return Ok(None) };
    let links = link::of_account(tx, AccountId::from_uuid(id)).await?;
    let Some(own) = links.iter().find(|link| link.relation == "self") else { return Ok(None) };
    Ok(person::by_id(tx, PersonId::from_uuid(own.person_id)).await?.and_then(|person| person.nhs_number))
}
