//! The person changes, stops, takes up again and ends; the carer gives up.

use super::apply::{settle, wait_for_practice};
use super::{
    APPLIED, CarerRefusal, Carers, alone, citizen, is_the_persons, labels_of, last_by, last_day, load, purpose, save, scopes_of,
    stale, step, subject, tell_both, tell_carer,
};
use crate::activity::{self, Event};
use crate::mail::CarerNews;
use crate::{Core, ServiceError, access};
use chrono::NaiveDate;
use domain::access::{Actor, Ask, Subject};
use domain::audit::{Action, Basis};
use domain::relationship::{By, Reason, Standing, Status, TransitionError};
use domain::when::london_day;
use domain::{AccountId, PersonId, RelationshipId};
use store::relationship::RelationshipRow;
use store::{Tx, account, invitation};

/// What a person changes about somebody who acts for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeForm {
    /// [`domain::scope::Scopes`] as words.
    pub scopes: String,
    /// [`domain::scope::Labels`] as words; what is general needs no choosing.
    pub labels: String,
    /// Last day, if there is to be one: day, month and year.
    pub ends_on: [String; 3],
    /// The version that the page showed.
    pub version: i32,
}

/// What a person says when somebody may act for them again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResumeForm {
    /// Last day, if there is to be one: day, month and year. Asked where the last one has passed.
    pub ends_on: [String; 3],
}

impl Carers {
    /// Changes what a carer may see and do, and until when.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`scopes`, `labels`, `ends_on`; no field when it has changed meanwhile, is over, or is
    /// the practice's to change); [`ServiceError::NotFound`] to anybody but the person.
    pub async fn change(
        &self,
        actor: &Actor,
        person: PersonId,
        id: RelationshipId,
        form: &ChangeForm,
    ) -> Result<(), ServiceError> {
        self.may_manage(actor, person).await?;
        let today = london_day(self.core.now());
        let (scopes, labels) = (scopes_of(&form.scopes), labels_of(&form.labels));
        let ends_on = last_day(form.ends_on.each_ref().map(String::as_str), today);
        let (scopes, labels, ends_on) = match (scopes, labels, ends_on) {
            (Ok(scopes), Ok(labels), Ok(ends_on)) => (scopes.to_string(), labels.to_string(), ends_on),
            (scopes, labels, ends_on) => {
                return Err(ServiceError::Fields([scopes.err(), labels.err(), ends_on.err()].into_iter().flatten().collect()));
            }
        };
        let version = form.version;
        self.act(actor, person, id, move |core, tx, act| {
            Box::pin(async move {
                only_the_persons(&act.row)?;
                let row = &act.row;
                let same = row.scopes == scopes && row.labels == labels && row.ends_on == ends_on;
                if same && row.version >= version {
                    return Ok(());
                }
                if row.version != version {
                    return Err(stale());
                }
                Ok(amend(core, tx, By::Person, act, (scopes, labels, ends_on)).await?)
            })
        })
        .await
    }

    /// Stops a carer for the time being, from their next click on. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field when it is over or not yet in force; [`ServiceError::NotFound`] to anybody
    /// but the person.
    pub async fn suspend(&self, actor: &Actor, person: PersonId, id: RelationshipId) -> Result<(), ServiceError> {
        self.act(actor, person, id, |core, tx, act| Box::pin(async move { Ok(suspended(core, tx, act, None).await?) })).await
    }

    /// Lets a carer act again, after the person stopped them, or their last day or a long silence did. Doing so twice
    /// changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`ends_on`; no field when it is the practice's to do, or cannot be done any more);
    /// [`ServiceError::NotFound`] to anybody but the person.
    pub async fn resume(
        &self,
        actor: &Actor,
        person: PersonId,
        id: RelationshipId,
        form: &ResumeForm,
    ) -> Result<(), ServiceError> {
        self.may_manage(actor, person).await?;
        let today = london_day(self.core.now());
        let ends_on = last_day(form.ends_on.each_ref().map(String::as_str), today)
            .map_err(|problem| ServiceError::Fields(vec![problem]))?;
        self.act(actor, person, id, move |core, tx, act| {
            Box::pin(async move { Ok(resumed(core, tx, act, ends_on.map(Some), None).await?) })
        })
        .await
    }

    /// Ends it for good, from the carer's next click on: what is in force, what is stopped, and what was only asked for.
    /// Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where the practice decided for the person; [`ServiceError::NotFound`] to
    /// anybody but the person.
    pub async fn end(&self, actor: &Actor, person: PersonId, id: RelationshipId) -> Result<(), ServiceError> {
        self.act(actor, person, id, |core, tx, act| {
            Box::pin(async move {
                let standing = act.row.standing()?;
                if !standing.is_open() {
                    return Ok(());
                }
                let asked = standing.status == Status::Proposed;
                let reason = if asked { Reason::ApplicationWithdrawn } else { Reason::DeactivatedPatientRequest };
                Ok(ended(core, tx, act, reason, None).await?)
            })
        })
        .await
    }

    /// The carer acts for the person no more. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when they never acted for the person through this; [`ServiceError::NotSignedIn`],
    /// [`ServiceError::NeedsSecondStep`].
    pub async fn give_up(&self, actor: &Actor, person: PersonId, id: RelationshipId) -> Result<(), ServiceError> {
        let account = citizen(actor)?;
        let who = actor.clone();
        let done = self
            .core
            .write(move |core, tx| Box::pin(async move { give_up(&core, tx, (&who, account), (person, id)).await }))
            .await;
        match done {
            Ok(()) => Ok(()),
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "carers").await),
        }
    }

    /// Does something that the person decides, in one act, and audits the refusal of anybody else.
    async fn act<F>(&self, actor: &Actor, person: PersonId, id: RelationshipId, body: F) -> Result<(), ServiceError>
    where
        F: for<'t> FnOnce(&'t Core, &'t mut Tx, Act) -> store::BoxFuture<'t, Result<(), ServiceError>> + Send + 'static,
    {
        let who = actor.clone();
        let done = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    if let Some(account) = who.account() {
                        account::hold(tx, account, core.now()).await?;
                    }
                    let own = access::require(&core, tx, &who, person, Ask::ManageSharing).await?;
                    let row = load(tx, person, id).await?;
                    let about = Subject { relationship: Some(id), ..own };
                    body(&core, tx, Act { actor: who, about, row }).await
                })
            })
            .await;
        match done {
            Ok(()) => Ok(()),
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "carers").await),
        }
    }
}

/// What an act is about, once it is clear that it may be asked for.
pub(super) struct Act {
    pub(super) actor: Actor,
    pub(super) about: Subject,
    pub(super) row: RelationshipRow,
}

/// Refuses to let the person change alone what the practice decided for them.
pub(super) fn only_the_persons(row: &RelationshipRow) -> Result<(), CarerRefusal> {
    if is_the_persons(row.legal_basis()?) { Ok(()) } else { Err(CarerRefusal::NotAlone) }
}

/// Changes what a carer may see and do, and until when, where it is in force or stopped for the time being.
pub(super) async fn amend(
    core: &Core,
    tx: &mut Tx,
    by: By,
    Act { actor, about, mut row }: Act,
    (scopes, labels, ends_on): (String, String, Option<NaiveDate>),
) -> Result<(), CarerRefusal> {
    let standing = row.standing()?;
    if standing.status != Status::Active && !standing.is_suspended() {
        return Err(TransitionError::Illegal.into());
    }
    if row.ends_on != ends_on {
        row.told_until = None;
    }
    (row.scopes, row.labels, row.ends_on) = (scopes, labels, ends_on);
    let row = save(core, tx, row, (by, &actor)).await?;
    activity::append(core, tx, Event::on_record(&actor, about, Action::CarerChanged, purpose(by))).await?;
    Ok(tell_both(core, tx, &row, CarerNews::Changed).await?)
}

/// The person stops it for the time being.
pub(super) async fn suspended(
    core: &Core,
    tx: &mut Tx,
    Act { actor, about, row }: Act,
    text: Option<&str>,
) -> Result<(), CarerRefusal> {
    if row.standing()?.is_suspended() {
        return Ok(());
    }
    let to = Standing { status: Status::Inactive, reason: Reason::Suspended };
    let row = step(core, tx, row, to, text, (By::Person, &actor)).await?;
    if !is_the_persons(row.legal_basis()?) {
        wait_for_practice(core, tx, &row).await?;
    }
    activity::append(core, tx, Event::on_record(&actor, about, Action::CarerSuspended, purpose(By::Person))).await?;
    Ok(tell_both(core, tx, &row, CarerNews::Suspended).await?)
}

/// The person lets it go on, until `ends_on` where that is given, else until the day that was set, if that is still to come.
pub(super) async fn resumed(
    core: &Core,
    tx: &mut Tx,
    Act { actor, about, mut row }: Act,
    ends_on: Option<Option<NaiveDate>>,
    text: Option<&str>,
) -> Result<(), CarerRefusal> {
    if row.status == Status::Active.code() {
        return Ok(());
    }
    if !may_resume(tx, &row).await? {
        return Err(CarerRefusal::NotAlone);
    }
    alone(tx, &row).await?;
    let today = london_day(core.now());
    if row.ends_on.is_none_or(|last| last < today) || ends_on.is_some() {
        (row.ends_on, row.told_until) = (ends_on.flatten(), None);
    }
    let to = Standing { status: Status::Active, reason: Reason::RoleReactivated };
    let row = step(core, tx, row, to, text, (By::Person, &actor)).await?;
    settle(core, tx, &row, &actor, "allowed-by-person").await?;
    activity::append(core, tx, Event::on_record(&actor, about, Action::CarerAllowed, purpose(By::Person))).await?;
    Ok(tell_both(core, tx, &row, CarerNews::Resumed).await?)
}

/// The person ends it for good, or takes back or refuses what was only asked for.
pub(super) async fn ended(
    core: &Core,
    tx: &mut Tx,
    Act { actor, about, row }: Act,
    reason: Reason,
    text: Option<&str>,
) -> Result<(), CarerRefusal> {
    only_the_persons(&row)?;
    let asked = row.status == Status::Proposed.code();
    let action = if asked { Action::CarerRefused } else { Action::CarerEnded };
    let row = step(core, tx, row, Standing { status: Status::Inactive, reason }, text, (By::Person, &actor)).await?;
    invitation::expire(tx, row.person(), row.relationship(), core.now()).await?;
    settle(core, tx, &row, &actor, "ended-by-person").await?;
    activity::append(core, tx, Event::on_record(&actor, about, action, purpose(By::Person))).await?;
    if asked && row.origin == APPLIED {
        // An application that the person does not want has been refused, to the applicant.
        return Ok(tell_carer(core, tx, &row, CarerNews::Refused).await?);
    }
    Ok(tell_both(core, tx, &row, CarerNews::Ended).await?)
}

/// The carer acts for the person no more.
pub(super) async fn gave_up(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    row: RelationshipRow,
    text: Option<&str>,
) -> Result<(), CarerRefusal> {
    let to = Standing { status: Status::Inactive, reason: Reason::DeactivatedChange };
    let row = step(core, tx, row, to, text, (By::Carer, actor)).await?;
    settle(core, tx, &row, actor, "given-up").await?;
    let event = Event::on_record(actor, subject(&row, Basis::Carer), Action::CarerEnded, purpose(By::Carer));
    activity::append(core, tx, event).await?;
    Ok(tell_both(core, tx, &row, CarerNews::Ended).await?)
}

/// Whether the person may let the carer act again by themself: not what the practice, or a rule about what the practice
/// decided, has stopped; nor what has ended for good.
pub(super) async fn may_resume(tx: &mut Tx, row: &RelationshipRow) -> Result<bool, ServiceError> {
    let standing = row.standing()?;
    if row.carer_account_id.is_none() || standing.status != Status::Inactive {
        return Ok(false);
    }
    let again = matches!(standing.reason, Reason::Suspended | Reason::DeactivatedEndDate | Reason::DeactivatedUnused);
    Ok(again
        && match last_by(tx, row).await? {
            By::Person => true,
            By::Rule => row.organisation_id.is_none(),
            By::Carer | By::Practice => false,
        })
}

async fn give_up(
    core: &Core,
    tx: &mut Tx,
    (actor, account): (&Actor, AccountId),
    (person, id): (PersonId, RelationshipId),
) -> Result<(), ServiceError> {
    account::hold(tx, account, core.now()).await?;
    let row = load(tx, person, id).await?;
    if row.carer_account_id != Some(account.as_uuid()) || row.decided_on.is_none() {
        return Err(ServiceError::NotFound);
    }
    if !row.standing()?.is_open() {
        return Ok(());
    }
    Ok(gave_up(core, tx, actor, row, None).await?)
}
