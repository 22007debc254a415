//! Who is signed in, as the session remembers it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::account::ABSOLUTE;
use domain::profile::Display;
use domain::{AccountId, MemberId, PersonId};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// The session's key for [`SignedIn`]. The session store reads the account from below it.
pub const SIGNED_IN: &str = "signed-in";
/// The field of it that says how pages look. The session store puts there what the account chose last, in whatever browser.
pub const DISPLAY: &str = "display";

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
    /// Their own record, where the account is linked to one.
    pub own: Option<PersonId>,
    /// For whom they act now instead of for themselves.
    #[serde(default)]
    pub acting: Option<ActingFor>,
    /// The place as which they work, once they have chosen it. Whether they still have it is asked each time.
    #[serde(default)]
    pub working_as: Option<MemberId>,
    /// How pages look for this account, where it ever chose that.
    #[serde(default)]
    pub display: Option<Display>,
}

/// Somebody for whom a carer acts, as the frame of every page names them. Whether they still may is asked each time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingFor {
    /// Who.
    pub person: PersonId,
    /// The name by which pages call them.
    pub name: String,
    /// Whether the carer sees and books their appointments.
    #[serde(default)]
    pub books: bool,
    /// Whether the carer sees their medicines.
    #[serde(default)]
    pub medicines: bool,
    /// Whether the carer sees their readings.
    #[serde(default)]
    pub readings: bool,
}

impl SignedIn {
    /// The actor that the services are told of.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        let assurance = if self.second_step_at.is_some() { Assurance::SecondStep } else { Assurance::FirstStep };
        Actor::Account { id: self.account, assurance }
    }

    /// The actor that the services are told of while they are at work.
    #[must_use]
    pub fn staff(&self) -> Option<Actor> {
        let assurance = if self.second_step_at.is_some() { Assurance::SecondStep } else { Assurance::FirstStep };
        self.working_as.map(|member| Actor::Staff { id: self.account, assurance, member })
    }

    /// Whose record is open: that of the person for whom they act, else their own.
    #[must_use]
    pub fn subject(&self) -> Option<PersonId> {
        self.acting.as_ref().map(|acting| acting.person).or(self.own)
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

    /// Writes what changed to the session, under the id that it has: nothing more opens than before.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn update(&self, session: &Session) -> Result<(), tower_sessions::session::Error> {
        session.insert(SIGNED_IN, self).await
    }
}
