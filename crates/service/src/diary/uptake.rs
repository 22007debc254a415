//! How a practice's people use the service, in numbers that name nobody.

use super::Diary;
use crate::ServiceError;
use crate::activity::{self, Event};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Purpose};
use domain::team::TeamAsk;
use store::{StoreError, uptake};

/// Over how many days it is counted.
pub const UPTAKE_DAYS: u16 = 90;
/// The share of its people, in percent, that a practice is at least to have signed in.
pub const UPTAKE_FLOOR: u16 = 10;

/// How many people do what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uptake {
    /// Registered with the practice.
    pub people: u64,
    /// Of them, with an account that opens their record.
    pub linked: u64,
    /// Of these, signed in within [`UPTAKE_DAYS`].
    pub active: u64,
    /// Bookings that people made themselves within [`UPTAKE_DAYS`].
    pub by_self: u64,
    /// Bookings by somebody who acts for them.
    pub by_carer: u64,
    /// Bookings at the desk.
    pub by_team: u64,
    /// How often somebody did not come.
    pub missed: u64,
}

impl Uptake {
    /// The share of the people who have signed in, in tenths of a percent, rounded down; `None` where there are no people.
    #[must_use]
    pub const fn share(&self) -> Option<u64> {
        self.active.saturating_mul(1000).checked_div(self.people)
    }

    /// Whether that is at least [`UPTAKE_FLOOR`].
    #[must_use]
    pub fn reaches_floor(&self) -> bool {
        self.share().is_some_and(|share| share >= u64::from(UPTAKE_FLOOR) * 10)
    }

    /// All bookings.
    #[must_use]
    pub const fn booked(&self) -> u64 {
        self.by_self + self.by_carer + self.by_team
    }
}

impl Diary {
    /// How the people of the actor's practice use the service. The look is audited on the actor's account.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn uptake(&self, actor: &Actor) -> Result<Uptake, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::ManageDiary, "uptake").await?;
        let since = self.core.now() - TimeDelta::days(i64::from(UPTAKE_DAYS));
        let counts = uptake::counts(&mut tx, place.organisation(), since).await?;
        drop(tx);
        let event = Event::on_account(actor, Action::Read, Purpose::Operations).about("page", "uptake");
        let event = event.about("organisation", place.organisation_id).about("member", place.id);
        activity::disclose(&self.core, event).await?;
        let number = |count: i64| u64::try_from(count).map_err(|_| StoreError::corrupt("a count is below nothing"));
        let by = |channel: &str| counts.booked.iter().find(|(code, _)| code == channel).map_or(0, |(_, count)| *count);
        Ok(Uptake {
            people: number(counts.people)?,
            linked: number(counts.linked)?,
            active: number(counts.active)?,
            by_self: number(by("self"))?,
            by_carer: number(by("carer"))?,
            by_team: number(by("team"))?,
            missed: number(counts.missed)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_all_people_and_of_nobody_there_is_none() {
        let uptake = |people, active| Uptake { people, active, ..Uptake::default() };
        assert_eq!(uptake(0, 0).share(), None);
        assert!(!uptake(0, 0).reaches_floor());
        assert_eq!(uptake(3, 1).share(), Some(333));
        assert_eq!(uptake(1000, 99).share(), Some(99));
        assert!(!uptake(1000, 99).reaches_floor());
        assert!(uptake(1000, 100).reaches_floor());
        assert_eq!(uptake(7, 7).share(), Some(1000));
    }
}
