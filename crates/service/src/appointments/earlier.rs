//! Telling those who wait for an earlier time, whatever made it free: a new clinic, an opened day, a release, or times that were
//! copied. Whoever gives one up tells them at once.

use super::book::earlier_notice;
use super::{Appointments, LAST, mail_about};
use crate::mail::Letter;
use crate::{Core, ServiceError, access};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::appointment::awake;
use domain::{AppointmentId, PersonId};
use store::{Tx, appointment, outbox, person_write};

/// For how long somebody is told of no other.
const AT_MOST_EVERY: TimeDelta = TimeDelta::days(1);
/// How many appointments are looked at in one read.
const STRIDE: i64 = 500;
/// Of how many times that opened at once it is noted that somebody was told.
const NOTED: i64 = 50;

/// What a look through those who wait did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EarlierDone {
    /// How many were told.
    pub told: u64,
}

impl Appointments {
    /// Tells those who wait for an earlier time where one is free that came to be bookable since they saw, or were told of, all
    /// that there were: at most once a day for each person, by day, and never twice of one time. Each is an act of its own.
    /// Safe to run at any time and by several servers at once.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_earlier(&self, actor: &Actor) -> Result<EarlierDone, ServiceError> {
        access::for_all(actor)?;
        let (mut done, now) = (EarlierDone::default(), self.core.now());
        if awake(now) > now {
            return Ok(done);
        }
        let mut after = (now, LAST);
        loop {
            let mut tx = self.core.read().await?;
            let rows = appointment::earlier_due(&mut tx, after, now, now - AT_MOST_EVERY, STRIDE).await?;
            drop(tx);
            let more = rows.len() == usize::try_from(STRIDE).unwrap_or(usize::MAX);
            for (person, id, starts_at) in rows {
                after = (starts_at, id);
                let told =
                    self.core.write(move |core, tx| Box::pin(async move { tell_of_earlier(&core, tx, (person, id)).await }));
                match told.await {
                    Ok(told) => done.told += u64::from(told),
                    // One that cannot be read must not keep the others from theirs.
                    Err(ServiceError::Internal(error)) => {
                        tracing::error!(appointment = %id, error, "nobody could be told of an earlier time");
                    }
                    Err(other) => return Err(other),
                }
            }
            if !more {
                return Ok(done);
            }
        }
    }
}

/// Tells one of them, as it stands now.
async fn tell_of_earlier(core: &Core, tx: &mut Tx, of: (PersonId, AppointmentId)) -> Result<bool, ServiceError> {
    // Whoever is told about another appointment at this moment is told of one of them.
    person_write::lock(tx, of.0).await?.ok_or(ServiceError::NotFound)?;
    let now = core.now();
    let new = appointment::earlier_new(tx, of, now, now - AT_MOST_EVERY, NOTED).await?;
    if new.is_empty() {
        return Ok(false);
    }
    appointment::earlier_told(tx, of.0, of.1, now).await?;
    let Some(mail) = mail_about(core, tx, of, &Letter::EarlierTime).await? else { return Ok(false) };
    let mut told = false;
    for slot in new {
        told |= appointment::notice(tx, of, &earlier_notice(slot.as_uuid()), mail.id, now).await?;
    }
    if told {
        outbox::insert(tx, &mail).await?;
    }
    Ok(told)
}
