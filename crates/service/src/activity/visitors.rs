//! Telling a person when somebody looks at their record who never did before.

use super::{Activity, Event};
use crate::mail::{self, Letter};
use crate::{Core, ServiceError, access};
use domain::access::{Actor, Ask};
use domain::audit::{Action, Basis, Purpose};
use domain::{AccountId, MemberId, OrganisationId, PersonId, RelationshipId};
use std::collections::BTreeSet;
use store::{Tx, account, link, visitor};
use uuid::Uuid;

/// A look by somebody other than the person.
pub(super) struct Visit {
    person: PersonId,
    pub(super) visitor: Uuid,
}

impl Visit {
    /// The visit that an event tells of, if it tells of one.
    pub(super) fn of(event: &Event) -> Option<Self> {
        let looked = matches!(event.action, Action::Read | Action::Export)
            && event.detail.get("page").is_none_or(|page| !super::NOT_THE_RECORD.contains(&page.as_str()));
        let key = match event.basis {
            Basis::Carer => "relationship",
            Basis::CareTeam | Basis::LetIn | Basis::Emergency => "member",
            Basis::Own | Basis::Operator | Basis::System | Basis::Unknown => return None,
        };
        let visitor = event.detail.get(key).filter(|_| looked)?.parse().ok()?;
        Some(Self { person: event.subject?, visitor })
    }

    /// Notes it; the first time, and where the person wants to be told, a mail waits from then on in the same transaction.
    pub(super) async fn note(self, core: &Core, tx: &mut Tx) -> Result<(), ServiceError> {
        if !visitor::note(tx, self.person, self.visitor, core.now()).await? || !tells(tx, self.person).await? {
            return Ok(());
        }
        write_to(core, tx, self.person, &Letter::SomebodyNewLooked).await
    }
}

/// Tells those people, each in the transaction in which somebody looked at their record for the first time, as [`Visit::note`] does: of each
/// who did by a mail of its own.
pub(super) async fn tell_each(core: &Core, tx: &mut Tx, people: &[PersonId]) -> Result<(), ServiceError> {
    let mut left = people.to_vec();
    while !left.is_empty() {
        // The store gives whoever stands there twice once.
        let (mut once, mut again) = (BTreeSet::new(), Vec::new());
        for person in &left {
            if !once.insert(*person) {
                again.push(*person);
            }
        }
        let once: Vec<PersonId> = once.into_iter().collect();
        for email in visitor::to_tell(tx, &once).await? {
            mail::enqueue(core, tx, &email, &Letter::SomebodyNewLooked).await?;
        }
        left = again;
    }
    Ok(())
}

async fn tells(tx: &mut Tx, person: PersonId) -> Result<bool, ServiceError> {
    Ok(visitor::wants_telling(tx, person).await?.unwrap_or(true))
}

/// Writes to the person's own accounts.
pub(crate) async fn write_to(core: &Core, tx: &mut Tx, person: PersonId, letter: &Letter) -> Result<(), ServiceError> {
    for row in link::of_person(tx, person).await?.into_iter().filter(|row| row.relation == "self") {
        if let Some(account) = account::by_id(tx, AccountId::from_uuid(row.account_id)).await? {
            mail::enqueue(core, tx, &account.email, letter).await?;
        }
    }
    Ok(())
}

/// Somebody who has looked, to choose from in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitors {
    /// Those who act, acted or would act for the person, with their names.
    pub carers: Vec<(RelationshipId, String)>,
    /// Members of staff, with name, job and organisation.
    pub members: Vec<(MemberId, String)>,
    /// The organisations of these.
    pub organisations: Vec<(OrganisationId, String)>,
}

impl Activity {
    /// Who acts for the person, and who of which organisation has looked: what a list can be narrowed to.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn visitors(&self, actor: &Actor, person: PersonId) -> Result<Visitors, ServiceError> {
        let (mut tx, _) = self.open(actor, person).await?;
        let carers = visitor::carers(&mut tx, person).await?;
        let members = visitor::members_of(&mut tx, person).await?;
        let mut organisations: Vec<(OrganisationId, String)> =
            members.iter().map(|row| (OrganisationId::from_uuid(row.organisation_id), row.organisation.clone())).collect();
        organisations.dedup();
        Ok(Visitors {
            carers: carers.into_iter().map(|row| (RelationshipId::from_uuid(row.id), row.carer_name)).collect(),
            members: members
                .into_iter()
                .map(|row| (MemberId::from_uuid(row.id), format!("{}, {}, {}", row.name, row.job, row.organisation)))
                .collect(),
            organisations,
        })
    }

    /// Whether the person is told by mail when somebody new looks.
    ///
    /// # Errors
    /// As [`Activity::visitors`].
    pub async fn is_told_of_visitors(&self, actor: &Actor, person: PersonId) -> Result<bool, ServiceError> {
        let (mut tx, _) = self.open(actor, person).await?;
        tells(&mut tx, person).await
    }

    /// Sets whether the person is told by mail when somebody new looks.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn tell_of_visitors(&self, actor: &Actor, person: PersonId, tell: bool) -> Result<(), ServiceError> {
        let who = actor.clone();
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &who, person, Ask::ManageSharing).await?;
                if tells(tx, person).await? == tell {
                    return Ok(());
                }
                visitor::set_telling(tx, person, tell, core.now()).await?;
                let event = Event::on_record(&who, subject, Action::SharingChanged, Purpose::OwnCare)
                    .about("what", if tell { "tell-on" } else { "tell-off" });
                super::append(&core, tx, event).await
            })
        });
        match done.await {
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "activity").await),
            done => done,
        }
    }
}
