//! Reminding people to measure: never twice, by day, not of what is measured already, paused or ended, and not too late.

use super::weeks::{diary_of, plan, timetable};
use super::{Readings, allowed, opens};
use crate::mail::{self, Letter};
use crate::text::{self, Note};
use crate::{Core, ServiceError, access, appointments, mobiles};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ask, Assurance};
use domain::medicine::REMINDED_WITHIN;
use domain::reading::week::State;
use domain::{AccountId, MobileNumber, PersonId};
use store::outbox::{self, MAIL, OutboxRow, TEXT};
use store::week::{self, WeekRow};
use store::{Tx, account, person_write};

impl Readings {
    /// Puts the reminders to measure that are due into the outbox, each person's in an act of its own, and says how many. Safe to run
    /// at any time and by several servers at once.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_week_reminders(&self, actor: &Actor) -> Result<u64, ServiceError> {
        access::for_all(actor)?;
        let (core, now) = (&self.core, self.core.now());
        core.each_due(
            "somebody could not be reminded to measure",
            |mut tx, after, most| async move { week::due_people(&mut tx, now, after, most).await },
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
    for row in week::due(tx, person, now).await? {
        let Some(looked_at) = row.next_due_at else { continue };
        let plan = plan(&row)?;
        let table = timetable(&plan, &row.times);
        let from = |at: DateTime<Utc>| table.as_ref().and_then(|table| table.next(at + TimeDelta::microseconds(1)));
        // Another server may have done it meanwhile.
        if !week::set_next(tx, (person, row.week()), looked_at, from(now)).await? {
            continue;
        }
        // What was due before, while nothing ran, is of no use any more.
        let Some(due) = from(now - REMINDED_WITHIN).filter(|due| looked_at <= *due && *due <= now) else { continue };
        let measured = diary_of(tx, person, &row, now).await?.now().is_some_and(|part| part.state == State::Done);
        if measured {
            continue;
        }
        let (to, until) = (recipient(core, tx, person, &row).await?, due + REMINDED_WITHIN);
        let mut all: Vec<(String, OutboxRow)> = Vec::new();
        if let Some((email, number)) = &to {
            let own = messages(core, &row, (email, number.as_ref()), until);
            all.extend(own.into_iter().map(|(channel, message)| (channel.to_owned(), message)));
        }
        for (account, email) in helpers(core, tx, person, &row).await? {
            // Whoever gets the reminders of the week itself by mail gets no second one.
            if !row.by_mail || to.as_ref().is_none_or(|(told, _)| *told != email) {
                all.push((week::helper_channel(account), mail::written(core, &email, &Letter::WeekReminder { until })));
            }
        }
        for (channel, message) in all {
            if week::notice(tx, (person, row.week(), due), &channel, message.id).await? {
                outbox::insert(tx, &message).await?;
                done += 1;
            }
        }
    }
    Ok(done)
}

/// Who acts for the person and asked to be reminded too, as long as they may record this for the person.
async fn helpers(core: &Core, tx: &mut Tx, person: PersonId, row: &WeekRow) -> Result<Vec<(AccountId, String)>, ServiceError> {
    let mut all = Vec::new();
    for by in week::helpers(tx, person, row.week()).await? {
        if may_record(core, tx, (person, by), row).await? {
            all.extend(account::by_id(tx, by).await?.map(|account| (by, account.email)));
        }
    }
    Ok(all)
}

async fn may_record(core: &Core, tx: &mut Tx, (person, by): (PersonId, AccountId), row: &WeekRow) -> Result<bool, ServiceError> {
    let carer = Actor::Account { id: by, assurance: Assurance::SecondStep };
    match allowed(core, tx, &carer, person, Ask::RecordReadings).await {
        Ok((_, reader)) => Ok(opens(&reader, row.protocol()?.measure())),
        Err(ServiceError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

fn messages(
    core: &Core,
    row: &WeekRow,
    (email, number): (&str, Option<&MobileNumber>),
    until: DateTime<Utc>,
) -> Vec<(&'static str, OutboxRow)> {
    let mail = row.by_mail.then(|| (MAIL, mail::written(core, email, &Letter::WeekReminder { until })));
    let text = number.filter(|_| row.by_text).map(|number| (TEXT, text::written(core, number, &Note::WeekReminder { until })));
    mail.into_iter().chain(text).collect()
}

/// To whom reminders go: to the person, where they have an account, or else to whoever began the week, as long as they may record
/// for the person.
async fn recipient(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    row: &WeekRow,
) -> Result<Option<(String, Option<MobileNumber>)>, ServiceError> {
    let own = appointments::own_account(tx, person).await?;
    let to = match own {
        Some(own) => own,
        None => {
            let by = AccountId::from_uuid(row.created_by);
            if !may_record(core, tx, (person, by), row).await? {
                return Ok(None);
            }
            by
        }
    };
    let number = match own {
        Some(own) if core.settings().texts => mobiles::confirmed(tx, own).await?,
        _ => None,
    };
    Ok(account::by_id(tx, to).await?.map(|account| (account.email, number)))
}
