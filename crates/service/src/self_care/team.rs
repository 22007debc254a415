//! What a care team does: propose a goal, write to one, give something to read, and take that back.

use super::goals::{By, GoalForm, Said, audit, open_row};
use super::{SelfCare, allowed, opens, text};
use crate::activity::{self, Event};
use crate::mail::{self, Letter};
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, FieldProblem, ServiceError, access};
use domain::access::{Actor, Ask, Subject};
use domain::audit::{Action, Basis};
use domain::goal::{Kind, State};
use domain::team::TeamAsk;
use domain::{AccountId, GivenArticleId, GoalId, PersonId};
use store::goal::{self, NewEvent};
use store::self_care::{self, NewGiven};
use store::staff::MemberRow;
use store::{Tx, account, link, person};
use uuid::Uuid;

impl SelfCare {
    /// Proposes a goal to somebody, and writes to them that there is something new. They accept it or not. The same form twice proposes one.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`kind`, and as [`SelfCare::set_goal`]); [`ServiceError::NotFound`] to whoever gives no care to the person.
    pub async fn propose_goal(&self, actor: &Actor, who: PersonId, kind: &str, form: &GoalForm) -> Result<GoalId, ServiceError> {
        let (kind, form) = (Kind::from_code(kind), form.clone());
        self.act(actor, who, move |core, tx, actor| {
            Box::pin(async move {
                let (place, subject, reader) = gives_care(&core, tx, (&actor, who)).await?;
                let kind = kind.filter(|kind| opens(&reader, kind.sensitivity()));
                let kind = kind.ok_or_else(|| ServiceError::field("kind", "Choose what it is about"))?;
                let submission = form.submission.parse::<Uuid>().map_err(|_| ServiceError::not_whole())?;
                let before = goal::by_submission(tx, who, submission).await?;
                if let Some(before) = before {
                    return Ok(before);
                }
                let by = By::Member(place.organisation(), place.member());
                let id = Said { kind, form: &form, state: State::Proposed, by }.add(&core, tx, (&actor, subject)).await?;
                tell(&core, tx, who).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Writes something to a goal, which the person reads with it. The same form twice writes it once; nobody is mailed.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`note`); [`ServiceError::NotFound`] for a goal that is not there, and to whoever gives no care to the
    /// person.
    pub async fn comment_goal(
        &self,
        actor: &Actor,
        who: PersonId,
        id: GoalId,
        (note, submission): (&str, &str),
    ) -> Result<(), ServiceError> {
        let (note, submission) = (note.to_owned(), submission.parse::<Uuid>());
        self.act(actor, who, move |core, tx, actor| {
            Box::pin(async move {
                let (place, subject, reader) = gives_care(&core, tx, (&actor, who)).await?;
                open_row(tx, &reader, id).await?;
                let submission = submission.map_err(|_| ServiceError::not_whole())?;
                let note = text("note", &note).map_err(|problem| ServiceError::Fields(vec![problem]))?;
                if note.is_empty() {
                    return Err(ServiceError::Fields(vec![FieldProblem::new("note", "Write a few words")]));
                }
                let event = NewEvent {
                    id: core.new_id(),
                    submission: Some(submission),
                    what: "comment",
                    said: "",
                    note: &note,
                    account: None,
                    member: Some((place.organisation(), place.member())),
                };
                if !goal::note(tx, (who, id), &event, core.now()).await? {
                    return Ok(());
                }
                audit(&core, tx, (&actor, subject), ("comment", id)).await
            })
        })
        .await
    }

    /// Gives somebody something to read, and writes to them that there is something new. It waits once, however often it is given.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`article`, `note`); [`ServiceError::NotFound`] to whoever gives no care to the person.
    pub async fn give_article(
        &self,
        actor: &Actor,
        who: PersonId,
        (article, note, submission): (&str, &str, &str),
    ) -> Result<(), ServiceError> {
        let file = self.core.self_care().article(article).cloned();
        let (note, submission) = (note.to_owned(), submission.parse::<Uuid>());
        self.act(actor, who, move |core, tx, actor| {
            Box::pin(async move {
                let (place, subject, reader) = gives_care(&core, tx, (&actor, who)).await?;
                let file = file.filter(|file| opens(&reader, file.sensitivity()));
                let file = file.ok_or_else(|| ServiceError::field("article", "Choose what they should read"))?;
                let note = text("note", &note).map_err(|problem| ServiceError::Fields(vec![problem]))?;
                let new = NewGiven {
                    id: GivenArticleId::from_uuid(core.new_id()),
                    submission: submission.map_err(|_| ServiceError::not_whole())?,
                    article: &file.id,
                    title: &file.title,
                    sensitivity: file.sensitivity(),
                    note: &note,
                    by: (place.organisation(), place.member()),
                };
                if !self_care::give(tx, who, new, core.now()).await? {
                    return Ok(());
                }
                tell(&core, tx, who).await?;
                let event = Event::on_record(&actor, subject, Action::LearningChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "given").about("article", &file.id)).await
            })
        })
        .await
    }

    /// Takes back what the actor's organisation gave and is not answered yet. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever gives no care to the person.
    pub async fn withdraw_article(&self, actor: &Actor, who: PersonId, id: GivenArticleId) -> Result<(), ServiceError> {
        self.act(actor, who, move |core, tx, actor| {
            Box::pin(async move {
                let (place, subject, _) = gives_care(&core, tx, (&actor, who)).await?;
                if !self_care::withdraw(tx, (who, id), place.organisation(), core.now()).await? {
                    return Ok(());
                }
                let event = Event::on_record(&actor, subject, Action::LearningChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "withdrawn").about("given", id)).await
            })
        })
        .await
    }
}

/// Lets through whoever gives care to the person every day: nobody proposes anything who saw them in an emergency only.
async fn gives_care(
    core: &Core,
    tx: &mut Tx,
    (actor, who): (&Actor, PersonId),
) -> Result<(MemberRow, Subject, Reader), ServiceError> {
    let place = access::in_team(tx, actor, TeamAsk::SeeTeam).await?;
    let (subject, reader) = allowed(core, tx, actor, who, Ask::SeeReadings).await?;
    if subject.basis == Basis::Emergency { Err(ServiceError::NotFound) } else { Ok((place, subject, reader)) }
}

/// Writes to the person's own accounts that there is something new; to nobody where they have died.
async fn tell(core: &Core, tx: &mut Tx, who: PersonId) -> Result<(), ServiceError> {
    if person::by_id(tx, who).await?.is_none_or(|row| row.deceased) {
        return Ok(());
    }
    for row in link::of_person(tx, who).await?.into_iter().filter(|row| row.relation == "self") {
        if let Some(account) = account::by_id(tx, AccountId::from_uuid(row.account_id)).await? {
            mail::enqueue(core, tx, &account.email, &Letter::SelfCareNews).await?;
        }
    }
    Ok(())
}
