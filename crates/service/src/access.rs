//! The one authorisation point: it loads the facts and asks the domain for the decision.

use crate::{Core, ServiceError, activity};
use domain::access::{Actor, Ask, Decision, Standing, Subject, decide};
use domain::audit::{Action, Purpose};
use domain::{AccountId, PersonId};
use store::Tx;

/// Decides whether the actor may do this to this person's record.
///
/// A refusal of somebody who is signed in is audited by the caller's [`refused`].
///
/// # Errors
/// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], or [`ServiceError::NotFound`] for a record that is
/// not the actor's, exactly as for one that does not exist.
pub(crate) async fn require(tx: &mut Tx, actor: &Actor, person: PersonId, ask: Ask) -> Result<Subject, ServiceError> {
    let standing = match actor.account() {
        Some(account) => standing(tx, account, person).await?,
        None => Standing::None,
    };
    match decide(actor, standing, ask) {
        Decision::Allow(basis) => Ok(Subject { person, basis }),
        Decision::Deny(denial) => Err(denial.into()),
    }
}

async fn standing(tx: &mut Tx, account: AccountId, person: PersonId) -> Result<Standing, ServiceError> {
    let link = store::link::between(tx, account, person).await?;
    Ok(if link.is_some_and(|link| link.relation == "self") { Standing::Own } else { Standing::None })
}

/// Audits a refusal on the actor's own account, so that the person whose record was asked for is not told of strangers'
/// guesses at ids while the operator still sees them. Then gives the refusal back.
pub(crate) async fn refused(core: &Core, actor: &Actor, error: ServiceError, what: &'static str) -> ServiceError {
    let (ServiceError::NotFound, Some(_)) = (&error, actor.account()) else { return error };
    let actor = actor.clone();
    let written = core
        .write(move |core, tx| {
            Box::pin(async move {
                let event = activity::Event::on_account(&actor, Action::Refused, Purpose::OwnCare).about("asked", what);
                activity::append(&core, tx, event).await
            })
        })
        .await;
    written.err().unwrap_or(error)
}
