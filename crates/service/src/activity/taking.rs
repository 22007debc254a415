//! Taking the account of who looked away.

use super::seen::items;
use super::{Activity, ActivityItem, ActorSeen, Event};
use crate::ServiceError;
use domain::PersonId;
use domain::access::Actor;
use domain::audit::{Action, Purpose};
use fhir::audit_event::{self, Agent, Told};
use futures::{Stream, StreamExt, stream};
use store::audit;

/// How many events a part holds.
const PART: i64 = 500;

impl Activity {
    /// Everything that was done with a person's record, oldest first, in parts to be sent one after another. What is
    /// given is decided at the beginning, where it is audited; no connection is held between parts.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails; then, or when a part fails,
    /// what was sent is not the whole.
    pub async fn take(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<impl Stream<Item = Result<Vec<ActivityItem>, ServiceError>> + Send + use<>, ServiceError> {
        self.take_as(actor, person, "activity-csv").await
    }

    /// The same as a FHIR R4 `collection` Bundle of `AuditEvent`, after the IHE profile "Basic Audit Log Patterns".
    ///
    /// # Errors
    /// As [`Activity::take`].
    pub async fn take_fhir(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<impl Stream<Item = Result<Vec<u8>, ServiceError>> + Send + use<>, ServiceError> {
        let at = self.core.now();
        let parts = self.take_as(actor, person, "activity-fhir").await?;
        let mut first = true;
        let body = parts.map(move |part| {
            let mut out = Vec::new();
            for item in part? {
                out.extend_from_slice(if std::mem::take(&mut first) { b"\n" } else { b",\n" });
                audit_event::entry(&mut out, &of(&item, person)).map_err(ServiceError::internal)?;
            }
            Ok(out)
        });
        let head = stream::iter([Ok(audit_event::bundle_head(at))]);
        Ok(head.chain(body).chain(stream::iter([Ok(audit_event::BUNDLE_END.to_vec())])))
    }

    async fn take_as(
        &self,
        actor: &Actor,
        person: PersonId,
        what: &'static str,
    ) -> Result<impl Stream<Item = Result<Vec<ActivityItem>, ServiceError>> + Send + use<>, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let last = audit::head(&mut tx, person.as_uuid()).await?.map_or(0, |(seq, _)| seq);
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Export, Purpose::OwnCare).about("what", what).about("events", last);
        super::disclose(&self.core, event).await?;
        let (core, actor) = (self.core.clone(), actor.clone());
        Ok(stream::try_unfold(0_i64, move |after| {
            let (core, actor) = (core.clone(), actor.clone());
            async move {
                if after >= last {
                    return Ok(None);
                }
                let mut tx = core.read().await?;
                let rows = audit::oldest(&mut tx, person.as_uuid(), after, PART.min(last - after)).await?;
                let next = rows.last().map_or(last, |row| row.seq);
                let part = items(&mut tx, rows, Some(person), &actor).await?;
                Ok(Some((part, next)))
            }
        }))
    }
}

/// An event in the terms of FHIR.
fn of(item: &ActivityItem, person: PersonId) -> Told<'_> {
    let agent = match &item.actor {
        ActorSeen::You => Agent::Patient,
        ActorSeen::Carer { name, relation, .. } => Agent::Carer { name, relation },
        ActorSeen::Staff { name, job, organisation, .. } => Agent::Staff { name, job, organisation },
        ActorSeen::Other => Agent::Account,
        ActorSeen::Operator => Agent::Operator,
        ActorSeen::Service => Agent::Service,
        ActorSeen::Nobody => Agent::Nobody,
    };
    Told {
        id: item.id.to_string(),
        at: item.at,
        action: item.action,
        purpose: item.purpose,
        agent,
        patient: person.to_string(),
        detail: &item.detail,
    }
}
