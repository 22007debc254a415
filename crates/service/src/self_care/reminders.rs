//! Reminding people of their goals, once a week and only who asked for it: never twice, by day, not of what they have just said, and not
//! too late.

use super::goals::next_reminder;
use super::{SelfCare, allowed, opens};
use crate::mail::{self, Letter};
use crate::{Core, ServiceError, access};
use chrono::TimeDelta;
use domain::access::{Actor, Ask, Assurance};
use domain::goal::State;
use domain::{AccountId, PersonId};
use store::goal::{self, GoalRow};
use store::{Tx, account, outbox, person_write};

/// How late a reminder may be.
const WITHIN: TimeDelta = TimeDelta::hours(12);
/// Whoever said so lately how it goes is not asked.
const LATELY: TimeDelta = TimeDelta::days(2);

impl SelfCare {
    /// Puts the reminders of goals that are due into the outbox, each person's in an act of its own, and says how many. Safe to run at any
    /// time and by several servers at once.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_goal_reminders(&self, actor: &Actor) -> Result<u64, ServiceError> {
        access::for_all(actor)?;
        let (core, now) = (&self.core, self.core.now());
        core.each_due(
            "somebody could not be reminded of a goal",
            |mut tx, after, most| async move { goal::due_people(&mut tx, now, after, most).await },
            |person| core.write(move |core, tx| Box::pin(async move { remind(&core, tx, person).await })),
        )
        .await
    }
}

async fn remind(core: &Core, tx: &mut Tx, person: PersonId) -> Result<u64, ServiceError> {
    let (mut done, now) = (0, core.now());
    let row = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    if row.deceased {
        return Ok(0);
    }
    for row in goal::due(tx, person, now).await? {
        let Some(due) = row.next_due_at else { continue };
        // Another server may have done it meanwhile.
        if !goal::set_next(tx, (person, row.goal()), due, next_reminder(due, now + TimeDelta::microseconds(1))).await? {
            continue;
        }
        let said = goal::last_check_in(tx, person, row.goal()).await?.is_some_and(|said| now - said.at < LATELY);
        if now - due > WITHIN || said || row.state()? != State::Active {
            continue;
        }
        let Some(email) = recipient(core, tx, person, &row).await? else { continue };
        let mail = mail::written(core, &email, &Letter::GoalReminder { until: due + WITHIN });
        goal::mailed(tx, (person, row.goal()), mail.id).await?;
        outbox::insert(tx, &mail).await?;
        done += 1;
    }
    Ok(done)
}

/// The address of whoever asked to be reminded, as long as they may record for the person.
async fn recipient(core: &Core, tx: &mut Tx, person: PersonId, row: &GoalRow) -> Result<Option<String>, ServiceError> {
    let Some(by) = row.remind_account_id.map(AccountId::from_uuid) else { return Ok(None) };
    let actor = Actor::Account { id: by, assurance: Assurance::SecondStep };
    match allowed(core, tx, &actor, person, Ask::RecordReadings).await {
        Ok((_, reader)) if opens(&reader, row.kind()?.sensitivity()) => {}
        Ok(_) | Err(ServiceError::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    }
    Ok(account::by_id(tx, by).await?.map(|account| account.email))
}
