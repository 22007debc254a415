//! Sending reminders of medicines: never twice, at night only to those who chose that, not of what is stopped, and not too late.

use super::list::{Known, known};
use super::reminders::Cabinet;
use super::{Medicines, may_order};
use crate::activity::{self, Event};
use crate::mail::{self, Letter};
use crate::reader::Reader;
use crate::text::{self, Note};
use crate::{Core, ServiceError, access, appointments, mobiles};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Subject, View};
use domain::appointment::awake;
use domain::audit::{Action, Basis, Purpose};
use domain::medicine::{MedicineRef, REMINDED_WITHIN, is_order_time};
use domain::when::{london_day, minute_of_day};
use domain::{AccountId, DoseReminderId, EntryId, MobileNumber, PersonId};
use std::collections::{BTreeMap, HashSet};
use store::outbox::{self, MAIL, OutboxRow, TEXT};
use store::reminding::{self, ReminderRow};
use store::{Tx, account, person_write};
use uuid::Uuid;

/// What the log says of a person of whom something cannot be read.
const NOT_REMINDED: &str = "somebody could not be reminded of medicines";
/// For how long it is remembered what was sent: longer than anything is sent late.
const REMEMBERED: TimeDelta = TimeDelta::days(2);
/// The hours of the day, in London, at which somebody is reminded to order: when a practice can be rung.
const ORDER_HOURS: std::ops::Range<u16> = 9..18;
/// For how many days back a supply may be of which somebody was reminded.
const SUPPLY_DAYS: TimeDelta = TimeDelta::days(400);

/// What a run of the reminders did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MedicineRemindersDone {
    /// How many messages were put into the outbox.
    pub reminded: u64,
    /// How many reminders ended because the record says that the medicine is stopped or paused.
    pub ended: u64,
}

impl std::ops::AddAssign for MedicineRemindersDone {
    fn add_assign(&mut self, other: Self) {
        self.reminded += other.reminded;
        self.ended += other.ended;
    }
}

impl Medicines {
    /// Puts the reminders to take medicines that are due into the outbox, each person's in an act of its own. Safe to run at any
    /// time and by several servers at once.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_dose_reminders(&self, actor: &Actor) -> Result<MedicineRemindersDone, ServiceError> {
        access::for_all(actor)?;
        let now = self.core.now();
        self.core
            .each_due(
                NOT_REMINDED,
                |mut tx, after, most| async move { reminding::due_people(&mut tx, now, after, most).await },
                |person| self.remind(person),
            )
            .await
    }

    /// Reminds those who can order again that they can, once for each supply, by day. Safe to run at any time and by several
    /// servers at once; each person is looked at once a day.
    ///
    /// # Errors
    /// As [`Medicines::run_dose_reminders`].
    pub async fn run_order_reminders(&self, actor: &Actor) -> Result<MedicineRemindersDone, ServiceError> {
        access::for_all(actor)?;
        let now = self.core.now();
        if !ORDER_HOURS.contains(&(minute_of_day(now) / 60)) {
            return Ok(MedicineRemindersDone::default());
        }
        self.core
            .each_due(
                NOT_REMINDED,
                |mut tx, after, most| async move { reminding::order_people(&mut tx, london_day(now), after, most).await },
                |person| self.remind_to_order(person),
            )
            .await
    }
}

impl Medicines {
    /// What somebody takes is read beside the writer, which many may be waiting for at the hour at which most are reminded.
    async fn remind(&self, person: PersonId) -> Result<MedicineRemindersDone, ServiceError> {
        let mut tx = self.core.read().await?;
        let all = Cabinet::open(&self.core, &mut tx, &Reader::new(person, View::everything(), self.core.now())).await?;
        drop(tx);
        self.core.write(move |core, tx| Box::pin(async move { remind(&core, tx, person, &all).await })).await
    }

    /// The same of what they can order.
    async fn remind_to_order(&self, person: PersonId) -> Result<MedicineRemindersDone, ServiceError> {
        let mut tx = self.core.read().await?;
        let supplies = supplies(&self.core, &mut tx, person).await?;
        drop(tx);
        self.core.write(move |core, tx| Box::pin(async move { remind_to_order(&core, tx, person, &supplies).await })).await
    }
}

/// Somebody to whom reminders go.
struct Recipient {
    email: String,
    /// Their number, where they are the person themself.
    number: Option<MobileNumber>,
    /// What they see of the record.
    reader: Reader,
}

/// To whom reminders go: to the person, where they have an account, or else to whoever set the reminder up, as long as they may
/// order for the person.
async fn recipient(
    core: &Core,
    tx: &mut Tx,
    (person, own): (PersonId, Option<AccountId>),
    set_up_by: AccountId,
) -> Result<Option<Recipient>, ServiceError> {
    let (id, reader) = match own {
        Some(own) => (own, Reader::new(person, View::everything(), core.now())),
        None => match may_order(core, tx, set_up_by, person).await? {
            Some(reader) => (set_up_by, reader),
            None => return Ok(None),
        },
    };
    let number = match own {
        Some(own) if core.settings().texts => mobiles::confirmed(tx, own).await?,
        _ => None,
    };
    Ok(account::by_id(tx, id).await?.map(|account| Recipient { email: account.email, number, reader }))
}

/// A dose of which somebody is reminded.
#[derive(Clone, Copy)]
struct Due {
    reminder: DoseReminderId,
    medicine: MedicineRef,
    at: DateTime<Utc>,
    at_night: bool,
}

/// What is to be told to one account.
#[derive(Default)]
struct Waiting {
    mail: Vec<Due>,
    text: Vec<Due>,
    /// Of which medicines the reminder ended.
    ended: Vec<MedicineRef>,
}

/// Reminds one person of what is due now, and ends what the record says is not taken any more.
async fn remind(core: &Core, tx: &mut Tx, person: PersonId, everything: &Cabinet) -> Result<MedicineRemindersDone, ServiceError> {
    let (mut done, now) = (MedicineRemindersDone::default(), core.now());
    // Another server may have done it meanwhile.
    let row = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let rows = reminding::due(tx, person, now).await?;
    if row.deceased || rows.is_empty() {
        return Ok(done);
    }
    reminding::forget_notices(tx, person, now - REMEMBERED).await?;
    let late = now - REMINDED_WITHIN;
    let answered: HashSet<(Uuid, DateTime<Utc>)> = reminding::answers(tx, person, (late, now + TimeDelta::seconds(1)))
        .await?
        .iter()
        .map(|row| (row.reminder_id, row.due_at))
        .collect();
    // With an account of the person's own, everything goes to them, whoever set it up.
    let own = appointments::own_account(tx, person).await?;
    let mut waiting: BTreeMap<AccountId, Waiting> = BTreeMap::new();
    for row in rows {
        let (id, medicine) = (row.reminder(), row.medicine()?);
        let to = own.unwrap_or(AccountId::from_uuid(row.created_by));
        if let Some(why) = everything.now(medicine).ends() {
            // What was due since is not asked for; what was said of it stays.
            reminding::end(tx, person, id, row.next_due_at.unwrap_or(now), why).await?;
            let event = Event::on_record(
                &Actor::System,
                Subject::new(person, Basis::System),
                Action::ReminderChanged,
                Purpose::RecordUpkeep,
            );
            activity::append(core, tx, event.about("what", why.code()).about("reminder", id)).await?;
            waiting.entry(to).or_default().ended.push(medicine);
            done.ended += 1;
            continue;
        }
        let due = fresh(&row, (late, now), &answered)?;
        reminding::set_next(tx, person, id, row.table()?.next(now + TimeDelta::microseconds(1))).await?;
        if due.is_empty() || !(row.by_mail || row.by_text) {
            continue;
        }
        let due: Vec<Due> = due.into_iter().map(|at| Due { reminder: id, medicine, at, at_night: row.at_night }).collect();
        let of = waiting.entry(to).or_default();
        if row.by_mail {
            of.mail.extend(&due);
        }
        if row.by_text {
            of.text.extend(&due);
        }
    }
    for (to, mut of) in waiting {
        let Some(to) = recipient(core, tx, (person, own), to).await? else { continue };
        // Whoever acts for the person is told of what they see alone.
        if !to.reader.is_owner() {
            let cabinet = Cabinet::open(core, tx, &to.reader).await?;
            of.mail.retain(|due| cabinet.has(due.medicine));
            of.text.retain(|due| cabinet.has(due.medicine));
            of.ended.retain(|medicine| cabinet.has(*medicine));
        }
        if !of.ended.is_empty() {
            outbox::insert(tx, &mail::written(core, &to.email, &Letter::ReminderEnded)).await?;
        }
        done.reminded += send(core, tx, person, &to, of).await?;
    }
    Ok(done)
}

/// The doses of a reminder that were due a short while ago, that nobody has answered, and of which something may be sent at their
/// hour.
fn fresh(
    row: &ReminderRow,
    (late, now): (DateTime<Utc>, DateTime<Utc>),
    answered: &HashSet<(Uuid, DateTime<Utc>)>,
) -> Result<Vec<DateTime<Utc>>, ServiceError> {
    let from = row.next_due_at.unwrap_or(now).max(late + TimeDelta::microseconds(1));
    let all = row.table()?.between(from, now + TimeDelta::microseconds(1));
    let may = |at: &DateTime<Utc>| row.at_night || awake(*at) == *at;
    Ok(all.into_iter().filter(|at| may(at) && !answered.contains(&(row.id, *at))).collect())
}

/// Sends one mail and one text message about these doses, as far as none went before; how many.
async fn send(core: &Core, tx: &mut Tx, person: PersonId, to: &Recipient, of: Waiting) -> Result<u64, ServiceError> {
    let mut sent = 0;
    for (channel, all) in [(MAIL, of.mail), (TEXT, of.text)] {
        let Some(last) = all.iter().map(|due| due.at).max() else { continue };
        let (until, at_night) = (last + REMINDED_WITHIN, all.iter().any(|due| due.at_night));
        let Some(row) = message(core, to, channel, until, at_night) else { continue };
        let mut new = false;
        for due in all {
            new |= reminding::notice(tx, (person, due.reminder, due.at), channel, row.id).await?;
        }
        if new {
            outbox::insert(tx, &row).await?;
            sent += 1;
        }
    }
    Ok(sent)
}

fn message(core: &Core, to: &Recipient, channel: &str, until: DateTime<Utc>, at_night: bool) -> Option<OutboxRow> {
    if channel == MAIL {
        return Some(mail::written(core, &to.email, &Letter::DoseReminder { until, at_night }));
    }
    to.number.as_ref().map(|number| text::written(core, number, &Note::DoseReminder { until, at_night }))
}

/// A supply after which it is time to order the next.
struct Supply {
    /// What is ordered.
    entry: EntryId,
    /// Every entry about the medicine.
    sources: Vec<EntryId>,
    /// The day on which it was given.
    on: NaiveDate,
}

/// To whom goes that something can be ordered again.
async fn orders_told(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    chosen_by: Option<AccountId>,
) -> Result<Option<Recipient>, ServiceError> {
    let Some(chosen_by) = chosen_by else { return Ok(None) };
    let own = appointments::own_account(tx, person).await?;
    recipient(core, tx, (person, own), chosen_by).await
}

/// The supplies after which it is time to order, as far as whoever is told of them may see them.
async fn supplies(core: &Core, tx: &mut Tx, person: PersonId) -> Result<Vec<Supply>, ServiceError> {
    let chosen_by = reminding::choice(tx, person).await?.order_chosen_by.map(AccountId::from_uuid);
    let Some(to) = orders_told(core, tx, person, chosen_by).await? else { return Ok(Vec::new()) };
    let (all, _) = known(core, tx, &to.reader, true).await?;
    let today = london_day(core.now());
    Ok(all.iter().filter_map(|one| supply(one, today)).collect())
}

fn supply(one: &Known, today: NaiveDate) -> Option<Supply> {
    let is_time = one.seen.order == Some(Ok(())) && one.order_from.is_some_and(|from| is_order_time(from, today));
    let on = one.seen.last_issued.filter(|_| is_time)?;
    Some(Supply { entry: one.seen.plan?, sources: one.seen.sources.iter().map(|source| source.entry).collect(), on })
}

/// Reminds one person of what they can order again, where there is anything of which they were not reminded yet.
async fn remind_to_order(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    supplies: &[Supply],
) -> Result<MedicineRemindersDone, ServiceError> {
    let (mut done, now) = (MedicineRemindersDone::default(), core.now());
    let today = london_day(now);
    let row = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let choice = reminding::choice(tx, person).await?;
    // Another server may have done it meanwhile.
    if row.deceased || choice.order_checked_on.is_some_and(|on| on >= today) {
        return Ok(done);
    }
    reminding::checked(tx, person, today).await?;
    let chosen_by = choice.order_chosen_by.map(AccountId::from_uuid).filter(|_| !supplies.is_empty());
    let Some(to) = orders_told(core, tx, person, chosen_by).await? else { return Ok(done) };
    let number = to.number.as_ref().filter(|_| choice.order_by_text);
    if !choice.order_by_mail && number.is_none() {
        return Ok(done);
    }
    let told: HashSet<_> = reminding::order_reminded(tx, person, today - SUPPLY_DAYS).await?.into_iter().collect();
    let mut new = false;
    for supply in supplies {
        if !supply.sources.iter().any(|entry| told.contains(&(*entry, supply.on))) {
            new |= reminding::order_remind(tx, (person, supply.entry, supply.on), now).await?;
        }
    }
    if !new {
        return Ok(done);
    }
    if choice.order_by_mail {
        outbox::insert(tx, &mail::written(core, &to.email, &Letter::OrderReminder)).await?;
        done.reminded += 1;
    }
    if let Some(number) = number {
        let note = Note::OrderReminder { until: now + TimeDelta::days(2) };
        outbox::insert(tx, &text::written(core, number, &note)).await?;
        done.reminded += 1;
    }
    Ok(done)
}
