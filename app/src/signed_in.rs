//! Who is signed in, as the session remembers it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::account::ABSOLUTE;
use domain::{AccountId, PersonId};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// The session's key for [`SignedIn`]. The session store reads the account from below it.
pub const SIGNED_IN: &str = "signed-in";

/// How long a sign-in with the first step alone waits for the second.
const FIRST_STEP: TimeDelta = TimeDelta::minutes(20);

/// An account signed in to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// When the second step was passed; without it no record opens.
    pub second_step_at: Option<DateTime<Utc>>,
    /// When the sign-in began: confirming that it is still them does not begin it anew.
    pub began_at: DateTime<Utc>,
    /// When they last proved who they are.
    pub fresh_at: DateTime<Utc>,
    /// For whom they look, where the account is linked to several people.
    pub looking_at: Option<PersonId>,
}

impl SignedIn {
    /// The actor that the services are told of.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        let assurance = if self.second_step_at.is_some() { Assurance::SecondStep } else { Assurance::FirstStep };
        Actor::Account { id: self.account, assurance }
    }

    /// Whether they proved who they are in the last five minutes.
    #[must_use]
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        domain::account::is_fresh(self.fresh_at, now)
    }

    /// Whether it is over: after 12 hours in any case, and sooner while the second step is still to come.
    #[must_use]
    pub fn has_lapsed(&self, now: DateTime<Utc>) -> bool {
        now - self.began_at > ABSOLUTE || self.second_step_at.is_none() && now - self.fresh_at > FIRST_STEP
    }

    /// Reads it from the session.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn load(session: &Session) -> Result<Option<Self>, tower_sessions::session::Error> {
        session.get(SIGNED_IN).await
    }

    /// Writes it to the session, under a new id, so that a session id from before is worth nothing.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn store(&self, session: &Session) -> Result<(), tower_sessions::session::Error> {
        session.cycle_id().await?;
        session.insert(SIGNED_IN, self).await
    }
}
