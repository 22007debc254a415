//! The practice decides about those who would act for its people, and about those who do.

use super::apply::{settle, wait_for_practice};
use super::manage::Act;
use super::seen::{CarerChange, CarerSeen, change_seen};
use super::{CarerRefusal, Carers, alone, decider, load, long, purpose, step, tell_both, tell_person};
use crate::activity::{self, Event};
use crate::mail::CarerNews;
use crate::{Core, ServiceError, access};
use chrono::NaiveDate;
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::relationship::{By, Reason, Standing, Status};
use domain::scope::{Labels, Scopes};
use domain::when::london_day;
use domain::{PersonId, RelationshipId};
use store::relationship::{self, RelationshipRow};
use store::{Tx, link};

/// What the practice decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarerDecision {
    /// They may act for the person, or go on acting after a review.
    Activate(CarerTerms),
    /// They may not.
    Reject {
        /// Why: one of the reasons for refusing, or [`Reason::Other`].
        reason: Reason,
        /// Why, written out. Kept for the practice; neither of the two is told.
        text: Option<String>,
    },
    /// Stopped for now, until somebody has looked at it.
    Suspend,
    /// It is over.
    End {
        /// Why: one of the reasons for ending, or [`Reason::Other`].
        reason: Reason,
        /// Why, written out.
        text: Option<String>,
    },
}

/// What the practice allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarerTerms {
    /// What the carer may see and do.
    pub scopes: Scopes,
    /// Entries of which sensitivity.
    pub labels: Labels,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// When to look at it again.
    pub review_on: Option<NaiveDate>,
}

impl CarerDecision {
    /// Where it leads from there.
    fn to(&self, from: Standing) -> Standing {
        let (status, reason) = match self {
            Self::Activate(_) if from.status == Status::Proposed => (Status::Active, Reason::RoleActivated),
            Self::Activate(_) => (Status::Active, Reason::RoleReactivated),
            // A review that ends with no.
            Self::Reject { reason, .. } if from.is_suspended() => (Status::Inactive, at_a_review(*reason)),
            Self::Reject { reason, .. } => (Status::Rejected, *reason),
            Self::Suspend => (Status::Inactive, Reason::Suspended),
            Self::End { reason, .. } => (Status::Inactive, *reason),
        };
        Standing { status, reason }
    }

    /// Whether a relationship stands already where it leads, on the same terms.
    fn is_done(&self, standing: Standing, row: &RelationshipRow) -> bool {
        match self {
            Self::Activate(terms) => {
                standing.status == Status::Active
                    && row.scopes == terms.scopes.to_string()
                    && row.labels == terms.labels.to_string()
                    && (row.ends_on, row.review_on) == (terms.ends_on, terms.review_on)
            }
            Self::Reject { reason, .. } if standing.status == Status::Inactive => standing.reason == at_a_review(*reason),
            Self::Reject { .. } | Self::Suspend | Self::End { .. } => standing == self.to(standing),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Reject { text, .. } | Self::End { text, .. } => text.as_deref().map(str::trim).filter(|text| !text.is_empty()),
            Self::Activate(_) | Self::Suspend => None,
        }
    }

    /// What is noted, what both are told, and how the work ends.
    const fn words(&self) -> (Action, CarerNews, &'static str) {
        match self {
            Self::Activate(_) => (Action::CarerAllowed, CarerNews::Allowed, "allowed"),
            Self::Reject { .. } => (Action::CarerRefused, CarerNews::Refused, "refused"),
            Self::Suspend => (Action::CarerSuspended, CarerNews::Suspended, "stopped"),
            Self::End { .. } => (Action::CarerEnded, CarerNews::Ended, "ended"),
        }
    }
}

/// The reason for which a review ends what was in force, where an application would have been refused for this one.
const fn at_a_review(reason: Reason) -> Reason {
    match reason {
        Reason::RejectedSafeguarding => Reason::DeactivatedSafeguarding,
        Reason::RejectedNoConsent => Reason::DeactivatedPatientRequest,
        Reason::RejectedProxyCapacity => Reason::DeactivatedProxyCapacity,
        Reason::RejectedProxyAbroad => Reason::DeactivatedProxyAbroad,
        Reason::RejectedNotNeeded | Reason::RejectedIdentity | Reason::RejectedNoLegalBasis => Reason::DeactivatedChange,
        other => other,
    }
}

impl Carers {
    /// Who acts for a person, or would, with its history, as the practice that decides sees it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody who does not decide about it.
    pub async fn for_decision(
        &self,
        actor: &Actor,
        person: PersonId,
        id: RelationshipId,
    ) -> Result<(CarerSeen, Vec<CarerChange>), ServiceError> {
        let mut tx = self.core.read().await?;
        let found = theirs(&self.core, &mut tx, actor, person, id).await;
        let (about, row) = match found {
            Ok(found) => found,
            Err(error) => {
                drop(tx);
                return Err(access::refused_on(&self.core, actor, person, error, "carers").await);
            }
        };
        let seen = CarerSeen::of(&mut tx, &row, None, self.core.now()).await?;
        let history = relationship::history(&mut tx, person, id).await?;
        let history = history.iter().map(change_seen).collect::<Result<Vec<_>, _>>()?;
        drop(tx);
        let event = Event::on_record(actor, about, Action::Read, purpose(By::Practice)).about("page", "carer");
        activity::disclose(&self.core, event).await?;
        Ok((seen, history))
    }

    /// Decides, in the version that was looked at. The same decision twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody who does not decide about it; [`ServiceError::Fields`] (`ends_on`,
    /// `review_on`, `scopes`, `text`), and with no field when it has changed meanwhile or cannot go there.
    pub async fn decide(
        &self,
        actor: &Actor,
        person: PersonId,
        id: RelationshipId,
        version: i32,
        decision: CarerDecision,
    ) -> Result<(), ServiceError> {
        let who = actor.clone();
        let decided = self
            .core
            .write(move |core, tx| Box::pin(async move { Ok(decide(&core, tx, &who, (person, id), version, &decision).await?) }))
            .await;
        match decided {
            Ok(()) => Ok(()),
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "carers").await),
        }
    }
}

/// The relationship, for staff of the organisation that decides about it.
pub(super) async fn theirs(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    id: RelationshipId,
) -> Result<(Subject, RelationshipRow), ServiceError> {
    let about = access::require(core, tx, actor, person, Ask::DecideCarers).await?;
    let row = load(tx, person, id).await?;
    // The operator stands in for no organisation.
    if about.organisation.is_none() || about.organisation != decider(&row) {
        return Err(ServiceError::NotFound);
    }
    Ok((Subject { relationship: Some(id), ..about }, row))
}

/// Refuses to let somebody decide who is the carer, or the person, as a citizen.
pub(super) async fn not_about_themself(tx: &mut Tx, actor: &Actor, row: &RelationshipRow) -> Result<(), CarerRefusal> {
    let Some(account) = actor.account() else { return Ok(()) };
    let is_carer = row.carer_account_id == Some(account.as_uuid());
    if is_carer || link::between(tx, account, row.person()).await?.is_some() {
        return Err(CarerRefusal::AboutThemself);
    }
    Ok(())
}

async fn decide(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    (person, id): (PersonId, RelationshipId),
    version: i32,
    decision: &CarerDecision,
) -> Result<(), CarerRefusal> {
    let (about, row) = theirs(core, tx, actor, person, id).await?;
    not_about_themself(tx, actor, &row).await?;
    let from = row.standing()?;
    if row.version != version {
        return if decision.is_done(from, &row) { Ok(()) } else { Err(CarerRefusal::Stale) };
    }
    let to = decision.to(from);
    if to.reason.needs_text() && decision.text().is_none() {
        return Err(ServiceError::field("text", "Write down why").into());
    }
    put_through(core, tx, Act { actor: actor.clone(), about, row }, decision, (to, decision.text())).await
}

/// Brings a relationship to where the practice decides that it is to stand, for that reason.
pub(super) async fn put_through(
    core: &Core,
    tx: &mut Tx,
    Act { actor, about, mut row }: Act,
    decision: &CarerDecision,
    (to, text): (Standing, Option<&str>),
) -> Result<(), CarerRefusal> {
    if let Some(text) = text {
        long(text, "text")?;
    }
    if let CarerDecision::Activate(terms) = decision {
        let today = london_day(core.now());
        if terms.scopes.is_empty() {
            return Err(ServiceError::field("scopes", "Choose at least one thing that they can see or do").into());
        }
        if terms.ends_on.is_some_and(|last| last < today) {
            return Err(ServiceError::field("ends_on", "The last day must be today or later").into());
        }
        if terms.review_on.is_some_and(|day| day <= today) {
            return Err(ServiceError::field("review_on", "The day of the review must be after today").into());
        }
        alone(tx, &row).await?;
        row.scopes = terms.scopes.to_string();
        row.labels = terms.labels.to_string();
        if (row.ends_on, row.review_on) != (terms.ends_on, terms.review_on) {
            (row.ends_on, row.review_on, row.told_until) = (terms.ends_on, terms.review_on, None);
        }
    }
    let row = step(core, tx, row, to, text, (By::Practice, &actor)).await?;
    let (action, news, outcome) = match (decision.words(), to.status) {
        ((Action::CarerRefused, ..), Status::Inactive) => (Action::CarerEnded, CarerNews::Ended, "refused"),
        (words, _) => words,
    };
    settle(core, tx, &row, &actor, outcome).await?;
    if to.reason == Reason::Suspended {
        wait_for_practice(core, tx, &row).await?;
    }
    activity::append(core, tx, Event::on_record(&actor, about, action, purpose(By::Practice))).await?;
    // Why, neither is told (DAPB3051 4.6).
    Ok(tell_both(core, tx, &row, news).await?)
}

/// Takes a refused application up again, so that it waits for a decision.
pub(super) async fn asked_again(
    core: &Core,
    tx: &mut Tx,
    Act { actor, about, row }: Act,
    to: Standing,
    text: Option<&str>,
) -> Result<(), CarerRefusal> {
    alone(tx, &row).await?;
    let row = step(core, tx, row, to, text, (By::Practice, &actor)).await?;
    wait_for_practice(core, tx, &row).await?;
    activity::append(core, tx, Event::on_record(&actor, about, Action::CarerProposed, purpose(By::Practice))).await?;
    Ok(tell_person(core, tx, row.person(), CarerNews::Asked).await?)
}
