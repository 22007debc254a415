//! What pages show: to the person, who acts for them; to the carer, for whom they act.

use super::manage::may_resume;
use super::{APPLIED, Carers, citizen, delegation, is_the_persons, purpose, subject};
use crate::activity::{self, Event};
use crate::records;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask};
use domain::audit::{Action, Basis};
use domain::relationship::{By, LegalBasis, Reason, Standing, Status};
use domain::scope::{Categories, Labels, Scopes};
use domain::when::london_day;
use domain::{OrganisationId, PersonId, RelationshipId};
use store::invitation::{self, InvitationRow};
use store::relationship::{self, CaredRow, ChangeRow, RelationshipRow};
use store::{StoreError, Tx, organisation};

/// Where it stands, as somebody reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarerStage {
    /// Invited; the answer is awaited until then.
    Invited(DateTime<Utc>),
    /// Invited, and nobody answered in time.
    Lapsed,
    /// They applied; the practice decides.
    Applied,
    /// In force.
    InForce,
    /// Stopped for the time being.
    Stopped,
    /// The application was refused.
    Refused,
    /// Over, or never begun.
    Over,
}

/// Somebody who acts for the person, did, or would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarerSeen {
    /// Which relationship.
    pub id: RelationshipId,
    /// The carer's name.
    pub name: String,
    /// What they are to the person.
    pub relation: String,
    /// Where the invitation was sent; for the person alone.
    pub email: Option<String>,
    /// They asked for it themselves.
    pub applied: bool,
    /// On what law it rests.
    pub legal_basis: LegalBasis,
    /// What shows it: a [`domain::relationship::ParentalEvidence`] by code.
    pub evidence: Option<String>,
    /// Where it stands, and why.
    pub standing: Standing,
    /// The same, as somebody reads it.
    pub stage: CarerStage,
    /// What the carer may see and do.
    pub scopes: Scopes,
    /// Entries of which sensitivity.
    pub labels: Labels,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
    /// When it is to be looked at again.
    pub review_on: Option<NaiveDate>,
    /// The last day on which the carer looked or acted.
    pub last_used_on: Option<NaiveDate>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// The practice that decides, by name.
    pub practice: Option<String>,
    /// The person may change and end it alone.
    pub is_the_persons: bool,
    /// The person may let them act again alone.
    pub may_resume: bool,
    /// Its version, for the forms about it.
    pub version: i32,
}

/// One change of a relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarerChange {
    /// When.
    pub at: DateTime<Utc>,
    /// Who made it.
    pub by: By,
    /// Where it stood after it, and why.
    pub standing: Standing,
    /// The reason written out: for the practice alone.
    pub text: Option<String>,
    /// What the carer could see and do after it.
    pub scopes: Scopes,
    /// Entries of which sensitivity.
    pub labels: Labels,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
}

/// Somebody for whom the actor acts, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaredFor {
    /// Who.
    pub person: PersonId,
    /// Their name: only while the actor may act for them.
    pub name: Option<String>,
    /// Through which relationship.
    pub relationship: RelationshipId,
    /// What the carer is to the person.
    pub relation: String,
    /// What the carer may see and do.
    pub scopes: Scopes,
    /// Where it stands.
    pub standing: Standing,
    /// It holds today.
    pub in_force: bool,
    /// First day.
    pub since: NaiveDate,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
}

/// For whom the actor acts now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What the carer is to the person.
    pub relation: String,
    /// Through which relationship.
    pub relationship: RelationshipId,
    /// On what law.
    pub legal_basis: LegalBasis,
    /// What the carer may see and do.
    pub scopes: Scopes,
}

impl CarerSeen {
    pub(super) async fn of(
        tx: &mut Tx,
        row: &RelationshipRow,
        sent: Option<&InvitationRow>,
        now: DateTime<Utc>,
    ) -> Result<Self, ServiceError> {
        let standing = row.standing()?;
        let practice = match row.organisation_id {
            Some(id) => organisation::by_id(tx, OrganisationId::from_uuid(id)).await?.map(|found| found.name),
            None => None,
        };
        let ended = row.ends_on.is_some_and(|last| last < london_day(now));
        let stage = match standing.status {
            Status::Proposed if row.origin == APPLIED => CarerStage::Applied,
            Status::Proposed => match sent.filter(|sent| sent.expires_at > now) {
                Some(sent) => CarerStage::Invited(sent.expires_at),
                None => CarerStage::Lapsed,
            },
            Status::Active if ended => CarerStage::Over,
            Status::Active => CarerStage::InForce,
            Status::Rejected => CarerStage::Refused,
            Status::Inactive if standing.is_suspended() => CarerStage::Stopped,
            Status::Inactive | Status::EnteredInError => CarerStage::Over,
        };
        let legal_basis = row.legal_basis()?;
        Ok(Self {
            id: row.relationship(),
            name: row.carer_name.clone(),
            relation: row.relation.clone(),
            email: sent.map(|sent| sent.email.clone()),
            applied: row.origin == APPLIED,
            legal_basis,
            evidence: row.evidence.clone(),
            standing,
            stage,
            scopes: row.scopes()?,
            labels: row.labels()?,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            review_on: row.review_on,
            last_used_on: row.last_used_on,
            asked_at: row.created_at,
            practice,
            is_the_persons: is_the_persons(legal_basis),
            may_resume: may_resume(tx, row).await?,
            version: row.version,
        })
    }
}

pub(super) fn change_seen(row: &ChangeRow) -> Result<CarerChange, StoreError> {
    let unknown = || StoreError::corrupt("a relationship's history has an unknown word");
    Ok(CarerChange {
        at: row.at,
        by: By::from_code(&row.by_whom).ok_or_else(unknown)?,
        standing: Standing {
            status: Status::from_code(&row.status).ok_or_else(unknown)?,
            reason: Reason::from_code(&row.reason).ok_or_else(unknown)?,
        },
        text: row.reason_text.clone(),
        scopes: row.scopes.parse().map_err(|_| unknown())?,
        labels: row.labels.parse().map_err(|_| unknown())?,
        ends_on: row.ends_on,
    })
}

impl Carers {
    /// Who acts for the person, did, or would: the last asked for first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the person, to whom the look is audited.
    pub async fn of_person(&self, actor: &Actor, person: PersonId) -> Result<Vec<CarerSeen>, ServiceError> {
        let mut tx = self.core.read().await?;
        let about = match access::require(&self.core, &mut tx, actor, person, Ask::ManageSharing).await {
            Ok(about) => about,
            Err(error) => {
                drop(tx);
                return Err(access::refused_on(&self.core, actor, person, error, "carers").await);
            }
        };
        let sent = invitation::of_person(&mut tx, person).await?;
        let mut seen = Vec::new();
        for row in relationship::of_person(&mut tx, person).await? {
            let sent = sent.iter().find(|sent| sent.relationship_id == row.id);
            seen.push(CarerSeen::of(&mut tx, &row, sent, self.core.now()).await?);
        }
        drop(tx);
        let event = Event::on_record(actor, about, Action::Read, records::purpose(about)).about("page", "carers");
        activity::disclose(&self.core, event).await?;
        Ok(seen)
    }

    /// One of them, with its history, the last change first. What the practice wrote down about why is not in it.
    ///
    /// # Errors
    /// As [`of_person`](Self::of_person); [`ServiceError::NotFound`] also when there is none.
    pub async fn one(
        &self,
        actor: &Actor,
        person: PersonId,
        id: RelationshipId,
    ) -> Result<(CarerSeen, Vec<CarerChange>), ServiceError> {
        let seen = self.of_person(actor, person).await?.into_iter().find(|seen| seen.id == id).ok_or(ServiceError::NotFound)?;
        let mut tx = self.core.read().await?;
        let history = relationship::history(&mut tx, person, id).await?;
        let history = history.iter().rev().map(|row| Ok(CarerChange { text: None, ..change_seen(row)? }));
        Ok((seen, history.collect::<Result<_, StoreError>>()?))
    }

    /// For whom the actor acts, or did, the last asked for first. What was only asked for is not among them. The person's
    /// own account of who looked says once a day that their name was shown.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], or a failing database.
    pub async fn cared_for(&self, actor: &Actor) -> Result<Vec<CaredFor>, ServiceError> {
        let id = citizen(actor)?;
        let today = london_day(self.core.now());
        let mut tx = self.core.read().await?;
        let rows = relationship::of_carer(&mut tx, id).await?;
        let (mut seen, mut unnoted) = (Vec::new(), Vec::new());
        for row in rows.into_iter().filter(|row| row.relationship.decided_on.is_some()) {
            let held = delegation(&self.core, &mut tx, &row.relationship, Categories::NONE).await?;
            let in_force = held.is_in_force(today);
            if in_force {
                unnoted.push(row.relationship.clone());
            }
            seen.push(CaredFor {
                person: row.relationship.person(),
                name: in_force.then(|| row.name()),
                relationship: held.id,
                relation: row.relationship.relation,
                scopes: held.scopes,
                standing: held.standing,
                in_force,
                since: held.starts_on,
                ends_on: held.ends_on,
            });
        }
        drop(tx);
        note_all(&self.core, actor, unnoted).await?;
        Ok(seen)
    }

    /// For whom the actor acts, where they may today. One read, but for the first in a day, which is noted.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when they may not (any more, or yet), which is audited; [`ServiceError::NotSignedIn`],
    /// [`ServiceError::NeedsSecondStep`].
    pub async fn acting(&self, actor: &Actor, person: PersonId) -> Result<Acting, ServiceError> {
        let id = citizen(actor)?;
        let today = london_day(self.core.now());
        let mut tx = self.core.read().await?;
        let found: Option<CaredRow> = relationship::acting(&mut tx, id, person).await?;
        let held = match found {
            Some(row) => Some((delegation(&self.core, &mut tx, &row.relationship, Categories::NONE).await?, row)),
            None => None,
        };
        drop(tx);
        let Some((held, row)) = held.filter(|(held, _)| held.is_in_force(today)) else {
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, "acting").await);
        };
        if row.relationship.last_used_on.is_none_or(|day| day < today) {
            let relationship = held.id;
            self.core
                .write(move |_, tx| {
                    Box::pin(async move {
                        relationship::used(tx, person, relationship, today).await?;
                        Ok(())
                    })
                })
                .await?;
        }
        Ok(Acting {
            person,
            name: row.name(),
            relation: row.relationship.relation,
            relationship: held.id,
            legal_basis: held.legal_basis,
            scopes: held.scopes,
        })
    }
}

/// Notes on each person's own account of who looked that their name was shown, once a day.
pub(super) async fn note_all(core: &Core, actor: &Actor, mut rows: Vec<RelationshipRow>) -> Result<(), ServiceError> {
    let (actor, today) = (actor.clone(), london_day(core.now()));
    rows.retain(|row| row.listed_on.is_none_or(|day| day < today));
    if rows.is_empty() {
        return Ok(());
    }
    core.write(move |core, tx| Box::pin(async move { note_listed(&core, tx, &actor, &rows, today).await })).await
}

async fn note_listed(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    rows: &[RelationshipRow],
    today: NaiveDate,
) -> Result<(), ServiceError> {
    for row in rows {
        if relationship::listed(tx, row.person(), row.relationship(), today).await? {
            let event = Event::on_record(actor, subject(row, Basis::Carer), Action::Read, purpose(By::Carer));
            activity::append(core, tx, event.about("page", "cared-for")).await?;
        }
    }
    Ok(())
}
