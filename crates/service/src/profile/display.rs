//! How pages look for whoever signs in.

use super::Profile;
use crate::ServiceError;
use crate::activity::{self, Event};
use domain::access::Actor;
use domain::audit::{Action, Purpose};
use domain::profile::Display;
use store::profile;

impl Profile {
    /// How pages look for the actor's account; nothing where it never chose.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], or when the database fails.
    pub async fn display(&self, actor: &Actor) -> Result<Option<Display>, ServiceError> {
        let id = actor.account().ok_or(ServiceError::NotSignedIn)?;
        let mut tx = self.core.read().await?;
        Ok(profile::display(&mut tx, id).await?)
    }

    /// Chooses how pages look for the actor's account.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], or when the database fails.
    pub async fn set_display(&self, actor: &Actor, display: Display) -> Result<(), ServiceError> {
        let (id, actor) = (actor.account().ok_or(ServiceError::NotSignedIn)?, actor.clone());
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    if profile::display(tx, id).await? == Some(display) {
                        return Ok(());
                    }
                    profile::set_display(tx, id, display, core.now()).await?;
                    let event = Event::on_account(&actor, Action::ProfileChanged, Purpose::AccountCare).about("what", "display");
                    activity::append(&core, tx, event).await
                })
            })
            .await
    }
}
