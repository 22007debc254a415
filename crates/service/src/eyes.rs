//! Who looks at what people said, and who said it as they see it.

use crate::{Core, ServiceError, appointments, emergencies};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Subject};
use domain::{AccountId, OrganisationId, PersonId};
use store::{Tx, person};
use uuid::Uuid;

/// Who said something, or did something, as a reader is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum NotedBy {
    /// The reader.
    You,
    /// The person whose it is.
    Person,
    /// Somebody who acts, or acted, for the person.
    Carer,
}

/// Who looks, and whose it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Eyes {
    /// The reader's account, unless they are at work.
    pub(crate) reader: Option<AccountId>,
    /// The person's own account.
    pub(crate) own: Option<AccountId>,
}

impl Eyes {
    /// Those of this actor, who looks at what is this person's.
    pub(crate) async fn of(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Self, ServiceError> {
        // At work nobody is here as themself.
        let reader = if matches!(actor, Actor::Account { .. }) { actor.account() } else { None };
        Ok(Self { reader, own: appointments::own_account(tx, person).await? })
    }

    /// Who this account is to them.
    pub(crate) fn by(self, account: Uuid) -> NotedBy {
        match AccountId::from_uuid(account) {
            id if Some(id) == self.reader => NotedBy::You,
            id if Some(id) == self.own => NotedBy::Person,
            _ => NotedBy::Carer,
        }
    }
}

/// Who looks at a page, and what its head says of the person.
pub(crate) struct Who {
    /// Who looks, and whose it is.
    pub(crate) eyes: Eyes,
    /// Where they are at work, if they are.
    pub(crate) at: Option<OrganisationId>,
    /// What the person is called.
    pub(crate) name: String,
    /// Until when the record is open to them in an emergency.
    pub(crate) emergency_until: Option<DateTime<Utc>>,
}

impl Who {
    /// This actor, who may look at what is this subject's.
    pub(crate) async fn of(core: &Core, tx: &mut Tx, actor: &Actor, subject: Subject) -> Result<Self, ServiceError> {
        let row = person::by_id(tx, subject.person).await?.ok_or(ServiceError::NotFound)?;
        Ok(Self {
            eyes: Eyes::of(tx, actor, subject.person).await?,
            at: subject.organisation,
            name: row.demographics()?.display_name(),
            emergency_until: emergencies::until(core, tx, actor, subject.person).await?,
        })
    }
}
