//! What a care team does: ask somebody to fill one in, and say whether it is told of danger to life.

use super::{Questionnaires, allowed, opens};
use crate::activity::{self, Event};
use crate::mail::{self, Letter};
use crate::records::purpose;
use crate::{FieldProblem, ServiceError, access};
use domain::access::{Actor, Ask};
use domain::audit::{Action, Basis, Purpose};
use domain::team::TeamAsk;
use domain::{AccountId, PersonId, QuestionnaireRequestId};
use store::questionnaire::{self, Of, RulesRow};
use store::{Tx, account, link, person};
use uuid::Uuid;

/// What an event calls the page of the rule.
const RULES: &str = "questionnaire-rules";

/// Whether a practice is told of danger to life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionnaireRulesSeen {
    /// It is told.
    pub alerts: bool,
    /// Goes up with every change; 0 where the practice has not said.
    pub version: i32,
}

/// What is sent to change that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionnaireRulesForm {
    /// `yes` or `no`.
    pub alerts: String,
    /// The version that was seen.
    pub version: String,
}

impl Questionnaires {
    /// Asks somebody to fill one in, and writes to them that there is something new. It waits once, however often it is asked for.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`questionnaire`) for one that is not there; [`ServiceError::NotFound`] to whoever gives no care to
    /// the person.
    pub async fn ask(&self, actor: &Actor, who: PersonId, (questionnaire, submission): (&str, &str)) -> Result<(), ServiceError> {
        let file = self.core.questionnaires().find(questionnaire).cloned();
        let submission = submission.parse::<Uuid>();
        self.act(actor, who, move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::SeeTeam).await?;
                let (subject, reader) = allowed(&core, tx, &actor, who, Ask::SeeReadings).await?;
                // Nobody is written to by whoever saw them in an emergency only.
                if subject.basis == Basis::Emergency {
                    return Err(ServiceError::NotFound);
                }
                let file = file.filter(|file| opens(&reader, file.sensitivity));
                let file = file.ok_or_else(|| ServiceError::field("questionnaire", "Choose what they should fill in"))?;
                let submission = submission.map_err(|_| ServiceError::not_whole())?;
                let id = QuestionnaireRequestId::from_uuid(core.new_id());
                let of =
                    Of { questionnaire: &file.id, version: &file.version, title: &file.title, sensitivity: file.sensitivity };
                let by = (place.organisation(), place.member());
                if !questionnaire::ask(tx, (who, id, submission), of, by, core.now()).await? {
                    return Ok(());
                }
                for account in own_accounts(tx, who).await? {
                    mail::enqueue(&core, tx, &account, &Letter::QuestionnaireAsked).await?;
                }
                let event = Event::on_record(&actor, subject, Action::QuestionnaireChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "asked").about("request", id)).await
            })
        })
        .await
    }

    /// Takes back what the actor's organisation asked for and is not done yet. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever gives no care to the person.
    pub async fn withdraw(&self, actor: &Actor, who: PersonId, id: QuestionnaireRequestId) -> Result<(), ServiceError> {
        self.act(actor, who, move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::SeeTeam).await?;
                let (subject, _) = allowed(&core, tx, &actor, who, Ask::SeeReadings).await?;
                if !questionnaire::withdraw(tx, (who, id), place.organisation(), core.now()).await? {
                    return Ok(());
                }
                let event = Event::on_record(&actor, subject, Action::QuestionnaireChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "withdrawn").about("request", id)).await
            })
        })
        .await
    }

    /// Whether the actor's practice is told of danger to life.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not manage there.
    pub async fn rules(&self, actor: &Actor) -> Result<QuestionnaireRulesSeen, ServiceError> {
        let mut tx = self.core.read().await?;
        let place = match access::in_team(&mut tx, actor, TeamAsk::ManageQuestionnaires).await {
            Ok(place) => place,
            Err(error) => {
                drop(tx);
                return Err(access::refused(&self.core, actor, error, RULES).await);
            }
        };
        let row = questionnaire::rules(&mut tx, place.organisation()).await?;
        Ok(row.map_or(QuestionnaireRulesSeen { alerts: false, version: 0 }, |row| QuestionnaireRulesSeen {
            alerts: row.alerts,
            version: row.version,
        }))
    }

    /// Changes it. Sending the same twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`alerts`, and with no field where somebody has changed it since it was seen);
    /// [`ServiceError::NotFound`] as [`Questionnaires::rules`].
    pub async fn change_rules(&self, actor: &Actor, form: &QuestionnaireRulesForm) -> Result<(), ServiceError> {
        let (by, form) = (actor.clone(), form.clone());
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let at = access::in_team(tx, &by, TeamAsk::ManageQuestionnaires).await?.organisation();
                let alerts = match form.alerts.as_str() {
                    "yes" => true,
                    "no" => false,
                    _ => return Err(ServiceError::Fields(vec![FieldProblem::new("alerts", "Choose yes or no")])),
                };
                let version = form.version.parse::<i32>();
                let version = version.map_err(|_| ServiceError::not_whole())?;
                if questionnaire::rules(tx, at).await?.is_some_and(|now| now.alerts == alerts) {
                    return Ok(());
                }
                if !questionnaire::change_rules(tx, at, RulesRow { alerts, version }, core.now()).await? {
                    return Err(ServiceError::field("", "Somebody has just changed this. Look at it again"));
                }
                let event = Event::on_account(&by, Action::QuestionnaireChanged, Purpose::Operations);
                activity::append(&core, tx, event.about("what", "rules").about("organisation", at)).await
            })
        });
        match done.await {
            Err(error) => Err(access::refused(&self.core, actor, error, RULES).await),
            Ok(()) => Ok(()),
        }
    }
}

/// The addresses of the person's own accounts; none where they have died.
pub(crate) async fn own_accounts(tx: &mut Tx, who: PersonId) -> Result<Vec<String>, ServiceError> {
    if person::by_id(tx, who).await?.is_none_or(|row| row.deceased) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for row in link::of_person(tx, who).await?.into_iter().filter(|row| row.relation == "self") {
        if let Some(account) = account::by_id(tx, AccountId::from_uuid(row.account_id)).await? {
            found.push(account.email);
        }
    }
    Ok(found)
}
