//! Questionnaires: which can be filled in, filling them in, what the answers come to, and who in a care team is told.

mod fill;
mod library;
mod seen;
mod team;

pub use fill::{AnswersForm, Next};
pub use library::Library;
pub use seen::{BegunSeen, QuestionnaireSeen, QuestionnairesSeen, RequestSeen, ResponseLine, ResponseSeen, ResponseVersion};
pub(crate) use team::own_accounts;
pub use team::{QuestionnaireRulesForm, QuestionnaireRulesSeen};

use crate::reader::{Reader, allowed};
use crate::{Core, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Audience, Subject};
use domain::questionnaire::Questionnaire;
use domain::record::{Category, Sensitivity};
use domain::when::{age_on, london_day};
use domain::{AccountId, OrganisationId, PersonId};
use futures::future::BoxFuture;
use std::sync::Arc;
use store::questionnaire::ResponseRow;
use store::{StoreError, Tx, organisation, person, questionnaire, registration};

/// What an event calls the pages of questionnaires.
const PAGE: &str = "questionnaires";

/// How old somebody was at this instant, in years; nothing where their day of birth is not known.
async fn age_at(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Option<u32>, ServiceError> {
    let born = person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?.birth_date;
    Ok(born.and_then(|born| age_on(born, london_day(at))))
}

/// The use cases of questionnaires.
#[derive(Clone)]
pub struct Questionnaires {
    core: Core,
}

impl Questionnaires {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// A snapshot, for whoever may see what the person filled in; a refusal is audited.
    async fn enter(&self, actor: &Actor, person: PersonId, ask: Ask) -> Result<(Tx, Subject, Reader), ServiceError> {
        self.core.enter(actor, person, ask, PAGE).await
    }

    async fn refused(&self, actor: &Actor, person: PersonId, error: ServiceError) -> ServiceError {
        access::refused_on(&self.core, actor, person, error, PAGE).await
    }

    /// Does an act about a person in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, person: PersonId, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.core.act_on(actor, person, PAGE, body).await
    }
}

/// Whether what is so sensitive is open to the reader: as readings from home are.
pub(crate) fn opens(reader: &Reader, sensitivity: Sensitivity) -> bool {
    reader.is_owner() || reader.view.opens(Category::Result, sensitivity)
}

/// Whether a questionnaire is one for the reader: it is open to them, and one that asks about whoever fills it in stays in the
/// record of that person. Whoever acts for another has their own record for it.
pub(crate) fn is_for(reader: &Reader, file: &Questionnaire) -> bool {
    opens(reader, file.sensitivity) && !(file.about_filler && matches!(reader.view.audience(), Audience::Carer(_)))
}

/// Whether a response tells of the person of this account: one that asks about whoever fills it in may be of another, who acted
/// for the person when it was not refused yet.
pub(crate) fn is_theirs(file: Option<&Arc<Questionnaire>>, row: &ResponseRow, own: Option<AccountId>) -> bool {
    !file.is_some_and(|file| file.about_filler) || own.is_some_and(|own| own.as_uuid() == row.created_by)
}

/// Whether a response is open to the reader by its row and by its file, where there still is one: what is closed by either stays
/// closed. `own` is the person's own account.
pub(crate) fn shows(
    reader: &Reader,
    (row, file): (&ResponseRow, Option<&Arc<Questionnaire>>),
    own: Option<AccountId>,
) -> Result<bool, StoreError> {
    let open = opens(reader, row.sensitivity()?) && file.is_none_or(|file| is_for(reader, file));
    Ok(open && is_theirs(file, row, own))
}

/// The practice that would be told of danger to life: the person's own, where it wants to be told, and the person shares with it
/// what is so sensitive.
async fn watching(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    sensitivity: Sensitivity,
) -> Result<Option<(OrganisationId, String)>, ServiceError> {
    let Some(at) = registration::current(tx, person).await? else { return Ok(None) };
    if !questionnaire::rules(tx, at).await?.is_some_and(|rules| rules.alerts) {
        return Ok(None);
    }
    let bond = access::bond(core, tx, person, at).await?;
    if !(bond.own_person || bond.let_in) || !bond.shared.has(sensitivity) {
        return Ok(None);
    }
    Ok(organisation::by_id(tx, at).await?.map(|row| (at, row.name)))
}
