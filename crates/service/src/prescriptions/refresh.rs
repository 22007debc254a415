//! Asking where prescriptions stand: by itself, and when somebody looks.

use super::Prescriptions;
use super::take_in::{Source, Told, take_in};
use crate::ports::{Tracked, TrackedPrescription, TrackerFault};
use crate::{Core, ServiceError, access};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Actor;
use domain::{NhsNumber, PersonId};
use std::time::Duration;
use store::person;
use store::prescription::{self, HeldBack};
use uuid::Uuid;

/// How often it is asked by itself.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// How old an answer may be when somebody looks.
const OLD: TimeDelta = TimeDelta::minutes(15);
/// How long somebody who looks waits for a new one.
const PATIENCE: Duration = Duration::from_secs(2);
/// For how long after an order, or after the last news, it is asked.
const SINCE: TimeDelta = TimeDelta::days(100);
/// How many people are looked up at once.
const STRIDE: i64 = 100;
/// The longest wait after faults.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// What came of asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrescriptionsAsked {
    /// About how many people there was an answer.
    pub answered: usize,
    /// About how many there was none.
    pub failed: usize,
    /// Of how many prescriptions something was new.
    pub changed: usize,
}

impl Prescriptions {
    /// Asks about everybody for whom something was ordered, or who has an account and something on its way, and about whom it was not
    /// asked for an hour; later where that failed. Safe to run at any time and by several servers at once: they share the asking.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the service and its operator; or when the database fails.
    pub async fn refresh(&self, actor: &Actor) -> Result<PrescriptionsAsked, ServiceError> {
        access::for_all(actor)?;
        let (mut done, mut after) = (PrescriptionsAsked::default(), Uuid::nil());
        if !self.core.tracking().tracker.is_on() {
            return Ok(done);
        }
        let now = self.core.now();
        loop {
            let mut tx = self.core.read().await?;
            let rows = prescription::due(&mut tx, (now, now - SINCE), after, STRIDE).await?;
            drop(tx);
            let Some(last) = rows.last() else { return Ok(done) };
            after = last.id;
            for row in rows {
                let person = PersonId::from_uuid(row.id);
                let Ok(number) = NhsNumber::parse(&row.nhs_number) else { continue };
                if !claim(&self.core, person, EVERY).await? {
                    continue;
                }
                match ask(&self.core, person, &number).await {
                    Ok(Ok(changed)) => {
                        done.answered += 1;
                        done.changed += changed;
                    }
                    // Nobody was asked: the others wait for the next time.
                    Ok(Err(TrackerFault::LeftAlone)) => return Ok(done),
                    Ok(Err(fault)) => {
                        done.failed += 1;
                        // It would answer nobody else either.
                        if matches!(fault, TrackerFault::Refused(_) | TrackerFault::Busy(Some(_))) {
                            return Ok(done);
                        }
                    }
                    // One that cannot be kept must not keep the others from being asked about.
                    Err(error) => tracing::error!(%person, %error, "where prescriptions stand could not be kept"),
                }
            }
        }
    }

    /// Takes in what is told of a person's prescriptions at a time, as if it had been asked. Gives how many changed.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the service and its operator, and for somebody who is not held.
    pub async fn told(
        &self,
        actor: &Actor,
        number: &NhsNumber,
        at: DateTime<Utc>,
        all: Vec<TrackedPrescription>,
    ) -> Result<usize, ServiceError> {
        access::for_all(actor)?;
        let mut tx = self.core.read().await?;
        let person = person::by_nhs_number(&mut tx, number).await?.ok_or(ServiceError::NotFound)?.person();
        drop(tx);
        let tracked = Tracked { prescriptions: all, ..Tracked::default() };
        keep(&self.core, person, at, tracked, false).await
    }

    /// Asks about somebody at whose prescriptions somebody looks, where the last answer is old, and waits for it for a short while:
    /// what comes later is there at the next look.
    pub(super) async fn freshen(&self, person: PersonId, number: Option<NhsNumber>) -> Result<(), ServiceError> {
        let Some(number) = number.filter(|_| self.core.tracking().tracker.is_on()) else { return Ok(()) };
        if !claim(&self.core, person, OLD).await? {
            return Ok(());
        }
        let core = self.core.clone();
        let asking = tokio::spawn(async move {
            if let Err(error) = ask(&core, person, &number).await {
                tracing::error!(%person, %error, "where prescriptions stand could not be kept");
            }
        });
        // What was not in time goes on by itself.
        drop(tokio::time::timeout(PATIENCE, asking).await);
        Ok(())
    }
}

/// Takes the asking about a person, where the last answer is older than this.
async fn claim(core: &Core, person: PersonId, older: TimeDelta) -> Result<bool, ServiceError> {
    core.write(move |core, tx| {
        Box::pin(async move {
            let now = core.now();
            Ok(prescription::claim(tx, person, (now, now + EVERY), now - older).await?)
        })
    })
    .await
}

/// Asks about a person and keeps what is told; how many prescriptions changed.
async fn ask(core: &Core, person: PersonId, number: &NhsNumber) -> Result<Result<usize, TrackerFault>, ServiceError> {
    let at = core.now();
    match core.tracking().tracker.of_person(number).await {
        Ok(tracked) => keep(core, person, at, tracked, true).await.map(Ok),
        Err(fault) => {
            tracing::warn!(%person, %fault, "it was not told where prescriptions stand");
            let kept = fault.clone();
            let noted = core.write(move |core, tx| {
                Box::pin(async move {
                    // Whom nobody asked did not fail.
                    let failed = kept != TrackerFault::LeftAlone;
                    let failures = prescription::watch(tx, person).await?.map_or(0, |row| row.failures);
                    let wait = wait(if failed { failures } else { 0 }, &kept);
                    Ok(prescription::failed(tx, person, core.now() + wait, (kept.code(), failed)).await?)
                })
            });
            noted.await?;
            Ok(Err(fault))
        }
    }
}

/// How long to wait after so many faults and one more: 2, 4, 8 minutes up to an hour, and as long as whoever was asked wants.
fn wait(failures: i32, fault: &TrackerFault) -> TimeDelta {
    let doubled = u32::try_from(failures).unwrap_or_default().min(6);
    let wait = TimeDelta::minutes(2 << doubled).min(LONGEST_WAIT);
    match fault {
        TrackerFault::Busy(Some(wanted)) => wait.max((*wanted).min(TimeDelta::hours(24))),
        _ => wait,
    }
}

/// Keeps what was told at a time of all of a person's prescriptions.
async fn keep(
    core: &Core,
    person: PersonId,
    at: DateTime<Utc>,
    tracked: Tracked,
    was_asked: bool,
) -> Result<usize, ServiceError> {
    core.write(move |core, tx| {
        Box::pin(async move {
            let told = |prescription| Told { source: Source::Asked, at, prescription, orders: &[] };
            let all: Vec<Told<'_>> = tracked.prescriptions.iter().map(told).collect();
            let changed = take_in(&core, tx, person, &all).await?;
            if was_asked {
                let numbers: Vec<&str> = tracked.held_back.iter().map(|number| number.as_str()).collect();
                let held_back = HeldBack {
                    numbers: numbers.join(" "),
                    more: tracked.more_held_back,
                    unread: i32::try_from(tracked.unread).unwrap_or(i32::MAX),
                };
                prescription::answered(tx, person, (core.now(), at + EVERY), &held_back).await?;
            }
            Ok(changed)
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_ever_longer_and_as_long_as_is_wanted() {
        let fault = TrackerFault::NoAnswer(String::new());
        let waits: Vec<i64> = [0, 1, 2, 3, 4, 5, 50].iter().map(|failures| wait(*failures, &fault).num_minutes()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait(0, &TrackerFault::Busy(Some(TimeDelta::minutes(20)))).num_minutes(), 20);
        assert_eq!(wait(0, &TrackerFault::Busy(Some(TimeDelta::days(900)))).num_hours(), 24);
        assert_eq!(wait(5, &TrackerFault::Busy(None)).num_minutes(), 60);
    }
}
