//! An event as the person whose record it is reads it: with the names of who acted.

use crate::ServiceError;
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::audit::{Action, Basis, Purpose};
use domain::{AuditEventId, MemberId, PersonId, RelationshipId};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::audit::AuditRow;
use store::visitor::{self, CarerNameRow, MemberNameRow};
use store::{StoreError, Tx};
use uuid::Uuid;

/// One event as pages read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActivityItem {
    /// Its number in the chain: the key of the next page.
    pub seq: i64,
    /// Its own id.
    pub id: AuditEventId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: ActorSeen,
    /// What.
    pub action: Action,
    /// On what basis.
    pub basis: Basis,
    /// Why.
    pub purpose: Purpose,
    /// What it was about.
    pub detail: BTreeMap<String, String>,
}

impl ActivityItem {
    /// Whether what was asked for was refused.
    #[must_use]
    pub const fn was_refused(&self) -> bool {
        matches!(self.action, Action::Refused | Action::LinkRefused | Action::SignInRefused)
    }
}

/// Who acted, as the person whose record it is is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum ActorSeen {
    /// The reader themself.
    You,
    /// Somebody who acts, acted or would act for the person.
    Carer {
        /// By which relationship; absent where that is no longer known.
        relationship: Option<RelationshipId>,
        /// Their name; empty where it is no longer known.
        name: String,
        /// What they are to the person: "daughter"; may be empty.
        relation: String,
    },
    /// Somebody of a care team.
    Staff {
        /// Their place at the organisation; absent where that is no longer known.
        member: Option<MemberId>,
        /// Their name; empty where it is no longer known.
        name: String,
        /// Their job: "Practice nurse"; may be empty.
        job: String,
        /// The name of the organisation; may be empty.
        organisation: String,
    },
    /// Another account.
    Other,
    /// The operator of the service.
    Operator,
    /// The service itself.
    Service,
    /// Nobody signed in.
    Nobody,
}

/// The names of those who acted, looked up together.
#[derive(Debug, Default)]
struct Names {
    carers: HashMap<Uuid, CarerNameRow>,
    members: HashMap<Uuid, MemberNameRow>,
}

/// What an event was about.
type Detail = BTreeMap<String, String>;

fn id(detail: &Detail, key: &str) -> Option<Uuid> {
    detail.get(key).and_then(|id| id.parse().ok())
}

impl Names {
    async fn load(tx: &mut Tx, person: Option<PersonId>, rows: &[(AuditRow, Detail)]) -> Result<Self, StoreError> {
        let mut names = Self::default();
        let has_carer = rows.iter().any(|(row, _)| row.basis == Basis::Carer.code());
        if let Some(person) = person.filter(|_| has_carer) {
            names.carers = visitor::carers(tx, person).await?.into_iter().map(|row| (row.id, row)).collect();
        }
        let staff = rows.iter().filter(|(row, _)| row.actor_kind == "staff");
        let ids: HashSet<Uuid> = staff.filter_map(|(_, detail)| id(detail, "member")).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        names.members = visitor::members(tx, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
        Ok(names)
    }

    fn carer(&self, detail: &Detail) -> ActorSeen {
        let relationship = id(detail, "relationship");
        let row = relationship.and_then(|id| self.carers.get(&id));
        let (name, relation) = row.map(|row| (row.carer_name.clone(), row.relation.clone())).unwrap_or_default();
        ActorSeen::Carer { relationship: relationship.map(RelationshipId::from_uuid), name, relation }
    }

    fn member(&self, detail: &Detail) -> ActorSeen {
        let member = id(detail, "member");
        let row = member.and_then(|id| self.members.get(&id));
        let (name, job, organisation) =
            row.map(|row| (row.name.clone(), row.job.clone(), row.organisation.clone())).unwrap_or_default();
        ActorSeen::Staff { member: member.map(MemberId::from_uuid), name, job, organisation }
    }
}

/// Events as the reader is told of them. The person is whose record it is; absent for the events of an account.
pub(super) async fn items(
    tx: &mut Tx,
    rows: Vec<AuditRow>,
    person: Option<PersonId>,
    reader: &Actor,
) -> Result<Vec<ActivityItem>, ServiceError> {
    let told = |row: AuditRow| {
        let detail: Detail = serde_json::from_str(&row.detail).map_err(|_| unknown())?;
        Ok((row, detail))
    };
    let rows = rows.into_iter().map(told).collect::<Result<Vec<_>, StoreError>>()?;
    let names = Names::load(tx, person, &rows).await?;
    Ok(rows.into_iter().map(|(row, detail)| item(row, detail, &names, reader)).collect::<Result<Vec<_>, _>>()?)
}

fn unknown() -> StoreError {
    StoreError::corrupt("an audit event has an unknown word")
}

fn item(row: AuditRow, detail: Detail, names: &Names, reader: &Actor) -> Result<ActivityItem, StoreError> {
    let own = row.actor_id.is_some() && row.actor_id == reader.account().map(|id| id.as_uuid());
    let basis = Basis::from_code(&row.basis).ok_or_else(unknown)?;
    let actor = match row.actor_kind.as_str() {
        // What somebody does at work is told apart from what they do for themself.
        "staff" if row.subject_id.is_some() => names.member(&detail),
        // A device acts for whoever let it; what was done tells that it did.
        "account" | "device" | "staff" if own => ActorSeen::You,
        "account" | "device" if basis == Basis::Carer => names.carer(&detail),
        "account" | "device" | "staff" => ActorSeen::Other,
        "operator" => ActorSeen::Operator,
        "system" => ActorSeen::Service,
        "nobody" => ActorSeen::Nobody,
        _ => return Err(unknown()),
    };
    Ok(ActivityItem {
        seq: row.seq,
        id: AuditEventId::from_uuid(row.id),
        at: row.at,
        actor,
        action: Action::from_code(&row.action).ok_or_else(unknown)?,
        basis,
        purpose: Purpose::from_code(&row.purpose).ok_or_else(unknown)?,
        detail,
    })
}
