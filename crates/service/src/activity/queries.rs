//! "I do not recognise this": a person asks about an event, and whoever answers for it tells them.

use super::seen::items;
use super::visitors::write_to;
use super::{Activity, ActivityItem, Event};
use crate::mail::Letter;
use crate::typed::some_lines;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Decision, Subject, decide_for_all};
use domain::audit::{Action, Basis, Purpose};
use domain::team::WorkKind;
use domain::{AccessQueryId, OrganisationId, PersonId, WorkItemId};
use std::collections::HashMap;
use store::access_query::{self, QueryRow};
use store::audit::{self, AuditRow};
use store::work::{self, NewWorkItem};
use store::{StoreError, Tx};

/// The most characters that a question or an answer may have.
const LONGEST: usize = 1000;
/// How many questions the operator is shown.
const SHOWN: i64 = 200;

/// A question that a person asked, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessQuery {
    /// Its id.
    pub id: AccessQueryId,
    /// Who asks.
    pub person: PersonId,
    /// The event that it is about.
    pub event: ActivityItem,
    /// The name of the organisation that is to answer; absent: the operator.
    pub organisation: Option<String>,
    /// In the person's own words.
    pub question: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// The answer, and when it came.
    pub answer: Option<(String, DateTime<Utc>)>,
}

/// A question was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryAsked {
    /// Its id.
    pub id: AccessQueryId,
    /// It had been asked before: there is one for each event.
    pub already: bool,
}

/// A question as whoever is to answer it sees it.
pub type QueryToAnswer = AccessQuery;

impl Activity {
    /// One event of the person's record, with what they asked about it, if they did.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such event; [`ServiceError`] as [`access`](domain::access) decides.
    pub async fn event(
        &self,
        actor: &Actor,
        person: PersonId,
        seq: i64,
    ) -> Result<(ActivityItem, Option<AccessQuery>), ServiceError> {
        let (mut tx, _) = self.open(actor, person).await?;
        let row = audit::one(&mut tx, person.as_uuid(), seq).await?.ok_or(ServiceError::NotFound)?;
        let mut asked = access_query::of_person(&mut tx, person).await?;
        asked.retain(|query| query.audit_seq == seq);
        let asked = told(&mut tx, asked, actor).await?.pop();
        let item = items(&mut tx, vec![row], Some(person), actor).await?.pop().ok_or(ServiceError::NotFound)?;
        Ok((item, asked))
    }

    /// Asks about an event in the person's own record: the organisation concerned, or the operator, must answer. Asked
    /// again about the same event, nothing more happens.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] when the question cannot be used; [`ServiceError::NotFound`] for an event that is not there
    /// or that was done from the same account, and to everybody but the person.
    pub async fn query(&self, actor: &Actor, person: PersonId, seq: i64, question: &str) -> Result<QueryAsked, ServiceError> {
        let who = actor.clone();
        let question = read("question", question, "Enter your question");
        let done = self.core.write(move |core, tx| Box::pin(async move { ask(&core, tx, &who, person, seq, question).await }));
        match done.await {
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "activity").await),
            done => done,
        }
    }

    /// Everything that the person asked, newest first.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn queries(&self, actor: &Actor, person: PersonId) -> Result<Vec<AccessQuery>, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let rows = access_query::of_person(&mut tx, person).await?;
        let asked = told(&mut tx, rows, actor).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, Purpose::OwnCare).about("page", "queries");
        super::disclose(&self.core, event).await?;
        Ok(asked)
    }

    /// The questions without an answer, of every person, the oldest first; for the operator.
    ///
    /// # Errors
    /// Refusals for anybody but the operator; or when the database fails.
    pub async fn queries_waiting(&self, actor: &Actor) -> Result<Vec<AccessQuery>, ServiceError> {
        if let Decision::Deny(denial) = decide_for_all(actor, Ask::AnswerAccessQuery) {
            return Err(denial.into());
        }
        let mut tx = self.core.read().await?;
        let rows = access_query::waiting(&mut tx, SHOWN).await?;
        let waiting = told(&mut tx, rows, actor).await?;
        drop(tx);
        let event =
            Event::on_account(actor, Action::Read, Purpose::Privacy).about("page", "queries").about("queries", waiting.len());
        super::disclose(&self.core, event).await?;
        Ok(waiting)
    }

    /// A question as whoever is to answer it sees it; the look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none for them to answer.
    pub async fn query_to_answer(
        &self,
        actor: &Actor,
        person: PersonId,
        query: AccessQueryId,
    ) -> Result<QueryToAnswer, ServiceError> {
        let mut tx = self.core.read().await?;
        match answerable(&self.core, &mut tx, actor, person, query).await {
            Ok((subject, row)) => {
                let shown = told(&mut tx, vec![row], actor).await?.pop().ok_or(ServiceError::NotFound)?;
                drop(tx);
                let event = Event::on_record(actor, subject, Action::Read, Purpose::Privacy).about("page", super::QUERY_PAGE);
                super::disclose(&self.core, event).await?;
                Ok(shown)
            }
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, "access-query").await)
            }
        }
    }

    /// Answers a question, tells the person that there is an answer, and takes it off the work list.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] when the answer cannot be used, there is another already, or the question is about the actor themself; [`ServiceError::NotFound`] when
    /// there is none for them to answer.
    pub async fn answer(&self, actor: &Actor, person: PersonId, query: AccessQueryId, text: &str) -> Result<(), ServiceError> {
        let who = actor.clone();
        let text = read("answer", text, "Enter your answer");
        let done = self.core.write(move |core, tx| Box::pin(async move { answer(&core, tx, &who, person, query, text).await }));
        match done.await {
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "access-query").await),
            done => done,
        }
    }
}

/// Reads a text of several lines, or says in plain words what to do.
fn read(field: &'static str, text: &str, empty: &str) -> Result<String, ServiceError> {
    let text = some_lines(field, text, LONGEST).map_err(|problem| ServiceError::Fields(vec![problem]))?;
    if text.is_empty() { Err(ServiceError::field(field, empty)) } else { Ok(text) }
}

async fn ask(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    seq: i64,
    question: Result<String, ServiceError>,
) -> Result<QueryAsked, ServiceError> {
    let subject = access::require(core, tx, actor, person, Ask::ReadActivity).await?;
    if subject.basis != Basis::Own {
        return Err(ServiceError::NotFound);
    }
    let event = audit::one(tx, person.as_uuid(), seq).await?.ok_or(ServiceError::NotFound)?;
    if matches!(event.actor_kind.as_str(), "account" | "device") && event.actor_id == actor.account().map(|id| id.as_uuid()) {
        return Err(ServiceError::NotFound);
    }
    let before = access_query::of_person(tx, person).await?.into_iter().find(|query| query.audit_seq == seq);
    if let Some(before) = before {
        return Ok(QueryAsked { id: AccessQueryId::from_uuid(before.id), already: true });
    }
    let organisation = concerned(&event)?;
    let row = QueryRow {
        person_id: person.as_uuid(),
        id: core.new_id(),
        audit_seq: seq,
        organisation_id: organisation.map(|id| id.as_uuid()),
        question: question?,
        asked_at: core.now(),
        answer: None,
        answered_by: None,
        answered_at: None,
        organisation: None,
    };
    if !access_query::insert(tx, &row).await? {
        // Asked in another tab at the same moment: one question is enough.
        return Err(ServiceError::Unavailable("the question is being asked already".to_owned()));
    }
    if let Some(organisation) = organisation {
        let item = NewWorkItem { organisation, team: None, kind: WorkKind::AccessQuery, person, about: row.id, urgent: false };
        work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await?;
    }
    let event = Event::on_record(actor, subject, Action::AccessQueried, Purpose::Privacy)
        .about("query", row.id)
        .about("event", seq)
        .about("step", "asked");
    super::append(core, tx, event).await?;
    Ok(QueryAsked { id: AccessQueryId::from_uuid(row.id), already: false })
}

/// The organisation for which something was done.
fn concerned(event: &AuditRow) -> Result<Option<OrganisationId>, StoreError> {
    let detail: HashMap<String, String> =
        serde_json::from_str(&event.detail).map_err(|_| StoreError::corrupt("an audit event's detail cannot be read"))?;
    let by_staff = event.actor_kind == "staff";
    Ok(detail.get("organisation").filter(|_| by_staff).and_then(|id| id.parse().ok()))
}

/// The question, if it is this actor's to answer.
async fn answerable(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    query: AccessQueryId,
) -> Result<(Subject, QueryRow), ServiceError> {
    let subject = access::require(core, tx, actor, person, Ask::AnswerAccessQuery).await?;
    let row = access_query::by_id(tx, person, query).await?.ok_or(ServiceError::NotFound)?;
    let theirs = *actor == Actor::Operator || subject.organisation.is_some() && subject.organisation == row.for_organisation();
    if theirs { Ok((subject, row)) } else { Err(ServiceError::NotFound) }
}

async fn answer(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    query: AccessQueryId,
    text: Result<String, ServiceError>,
) -> Result<(), ServiceError> {
    let (subject, row) = answerable(core, tx, actor, person, query).await?;
    let text = text?;
    let event = audit::one(tx, person.as_uuid(), row.audit_seq).await?;
    let own = actor.account().is_some_and(|id| event.is_some_and(|event| event.actor_id == Some(id.as_uuid())));
    if own {
        return Err(ServiceError::field("answer", "This is about what you did yourself, so somebody else has to answer"));
    }
    let member = match actor {
        Actor::Staff { member, .. } => Some(*member),
        Actor::Account { .. } | Actor::Device { .. } | Actor::Operator | Actor::System | Actor::Nobody => None,
    };
    if !access_query::answer(tx, person, query, &text, member, core.now()).await? {
        let row = access_query::by_id(tx, person, query).await?.ok_or(ServiceError::NotFound)?;
        // The second press of a button.
        let same = row.answer.as_deref() == Some(&text) && row.answered_by == member.map(|id| id.as_uuid());
        return if same { Ok(()) } else { Err(ServiceError::field("answer", "Somebody has answered this question already")) };
    }
    if let Some(organisation) = row.for_organisation() {
        work::close(tx, organisation, (WorkKind::AccessQuery, row.id), member, "answered", core.now()).await?;
    }
    let event = Event::on_record(actor, subject, Action::AccessQueried, Purpose::Privacy)
        .about("query", row.id)
        .about("event", row.audit_seq)
        .about("step", "answered");
    super::append(core, tx, event).await?;
    write_to(core, tx, person, &Letter::QuestionAnswered).await
}

/// Questions with the events that they are about.
async fn told(tx: &mut Tx, rows: Vec<QueryRow>, reader: &Actor) -> Result<Vec<AccessQuery>, ServiceError> {
    let mut queries = Vec::with_capacity(rows.len());
    for row in rows {
        let person = PersonId::from_uuid(row.person_id);
        let event = audit::one(tx, row.person_id, row.audit_seq).await?;
        let event = event.ok_or_else(|| StoreError::corrupt("a question is about an event that is not there"))?;
        let event = items(tx, vec![event], Some(person), reader).await?.pop();
        queries.push(AccessQuery {
            id: AccessQueryId::from_uuid(row.id),
            person,
            event: event.ok_or(ServiceError::NotFound)?,
            organisation: row.organisation,
            question: row.question,
            asked_at: row.asked_at,
            answer: row.answer.zip(row.answered_at),
        });
    }
    Ok(queries)
}
