//! Telling people of their prescriptions: that something of them is ready or is not given, and once more where what is ready was
//! not collected for days. By day, once, as the person chose, and not of what is so no more.

use super::Prescriptions;
use super::seen::visible;
use super::take_in::progress;
use crate::mail::{self, Letter};
use crate::medicines::may_order;
use crate::text::{self, Note};
use crate::{Core, ServiceError, access, appointments, mobiles};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::appointment::awake;
use domain::{AccountId, MobileNumber, PersonId, PrescriptionItemId};
use std::collections::{BTreeMap, BTreeSet};
use store::outbox::{self, OutboxRow};
use store::prescription::{self, NewNotice, Several};
use store::{Tx, account, medicine, person_write, relationship, reminding};

/// After how long somebody is told once more of what waits for them.
pub(super) const AGAIN: TimeDelta = TimeDelta::days(3);
/// How long after that there is still use in it, where the server was down.
const LATE: TimeDelta = TimeDelta::days(7);
/// For how long a text message of it is of use.
const OF_USE: TimeDelta = TimeDelta::days(2);
/// Among how many prescriptions, the last of which something was told, all are of which anybody is still to be told.
const NEWEST: i64 = 200;

/// What is told of an item.
pub(super) struct News {
    /// As it is kept with the item; empty where it is told once more.
    pub(super) word: String,
    /// It can be collected: how they are told of that the person chooses.
    pub(super) collects: bool,
}

/// What is told of a person's prescriptions, by item.
pub(super) type AllNews = BTreeMap<PrescriptionItemId, News>;

impl Prescriptions {
    /// Reminds people once more of what was ready three days ago and still is, by day. Safe to run at any time and by several
    /// servers at once. Gives how many messages were put into the outbox.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the service and its operator; or when the database fails.
    pub async fn run_collect_reminders(&self, actor: &Actor) -> Result<u64, ServiceError> {
        access::for_all(actor)?;
        let (core, now) = (&self.core, self.core.now());
        if awake(now) > now {
            return Ok(0);
        }
        core.each_due(
            "somebody could not be reminded of what is ready",
            |mut tx, after, most| async move { prescription::people_again(&mut tx, now, after, most).await },
            |person| core.write(move |core, tx| Box::pin(async move { once_more(&core, tx, person).await })),
        )
        .await
    }
}

/// Tells one person once more of what is due to be looked at and still waits for them.
async fn once_more(core: &Core, tx: &mut Tx, person: PersonId) -> Result<u64, ServiceError> {
    let (whose, now) = (person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?, core.now());
    let Several { items, steps, .. } = prescription::newest(tx, person, NEWEST).await?;
    let mut news = AllNews::new();
    for mut item in items {
        // Another server may have done it meanwhile.
        let Some(due) = item.again_at.filter(|due| *due <= now) else { continue };
        item.again_at = None;
        prescription::update_item(tx, &item).await?;
        let waits = progress(steps.iter().filter(|step| step.item_id == item.id))?.is_to_collect();
        if waits && now - due < LATE && !whose.deceased {
            news.insert(item.item(), News { word: String::new(), collects: true });
        }
    }
    tell(core, tx, person, &news, true).await
}

/// Somebody who is told.
struct Recipient {
    account: AccountId,
    email: String,
    /// Their number, where they are the person themself.
    number: Option<MobileNumber>,
    /// Of which items.
    sees: BTreeSet<PrescriptionItemId>,
}

/// Puts one mail and one text message for each who is to be told into the outbox; how many.
pub(super) async fn tell(core: &Core, tx: &mut Tx, person: PersonId, news: &AllNews, still: bool) -> Result<u64, ServiceError> {
    if news.is_empty() {
        return Ok(0);
    }
    prescription::forget_sent(tx, person).await?;
    let (choice, mut sent) = (reminding::choice(tx, person).await?, 0);
    for to in recipients(core, tx, person, news).await? {
        let number = to.number.as_ref().filter(|_| choice.collect_by_text);
        // Who chose text messages and has no number any more is not left without a word.
        let by_mail = choice.collect_by_mail || (choice.collect_by_text && number.is_none());
        let of = || news.iter().filter(|(item, _)| to.sees.contains(item));
        let letter = if still { Letter::CollectReminder } else { Letter::PrescriptionNews };
        let mail = mail::written(core, &to.email, &letter);
        sent += put(tx, (person, to.account), &mail, of().filter(|(_, one)| by_mail || !one.collects)).await?;
        if let Some(number) = number {
            let text = text::written(core, number, &Note::CollectReminder { until: core.now() + OF_USE, still });
            sent += put(tx, (person, to.account), &text, of().filter(|(_, one)| one.collects)).await?;
        }
    }
    Ok(sent)
}

/// Puts a message about these items into the outbox, and notes of which it tells; none where there is nothing to tell.
async fn put(
    tx: &mut Tx,
    (person, account): (PersonId, AccountId),
    row: &OutboxRow,
    of: impl Iterator<Item = (&PrescriptionItemId, &News)>,
) -> Result<u64, ServiceError> {
    let mut any = false;
    for (item, news) in of {
        let notice = NewNotice { item: *item, mail: row.id, account, word: &news.word, collects: news.collects };
        prescription::notice(tx, person, &notice).await?;
        any = true;
    }
    if any {
        outbox::insert(tx, row).await?;
    }
    Ok(u64::from(any))
}

/// Who is told: the person, where they have an account; else, of each item, whoever ordered it, as long as they may order for the
/// person and see it, or else everybody who may and does.
async fn recipients(core: &Core, tx: &mut Tx, person: PersonId, news: &AllNews) -> Result<Vec<Recipient>, ServiceError> {
    let own = appointments::own_account(tx, person).await?;
    let number = match own {
        Some(own) if core.settings().texts => mobiles::confirmed(tx, own).await?,
        _ => None,
    };
    let all = match own {
        Some(own) => BTreeMap::from([(own, news.keys().copied().collect())]),
        None => carers(core, tx, person, news).await?,
    };
    let mut to = Vec::new();
    for (id, sees) in all {
        if let Some(row) = account::by_id(tx, id).await? {
            to.push(Recipient { account: id, email: row.email, number: number.clone(), sees });
        }
    }
    Ok(to)
}

async fn carers(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    news: &AllNews,
) -> Result<BTreeMap<AccountId, BTreeSet<PrescriptionItemId>>, ServiceError> {
    let mut all = BTreeMap::new();
    for row in relationship::of_person(tx, person).await? {
        let Some(account) = row.carer_account_id.map(AccountId::from_uuid) else { continue };
        let sees = seen_by(core, tx, person, account).await?;
        all.insert(account, sees.into_iter().filter(|item| news.contains_key(item)).collect::<BTreeSet<_>>());
    }
    for row in prescription::newest(tx, person, NEWEST).await?.items {
        let (item, Some(ordered)) = (row.item(), row.order_item().filter(|_| news.contains_key(&row.item()))) else { continue };
        let by = medicine::item(tx, person, ordered).await?.map(|row| AccountId::from_uuid(row.ordered_by));
        if by.and_then(|by| all.get(&by)).is_some_and(|sees| sees.contains(&item)) {
            for (_, sees) in all.iter_mut().filter(|(account, _)| Some(**account) != by) {
                sees.remove(&item);
            }
        }
    }
    Ok(all)
}

/// Which items of a person's prescriptions somebody sees who acts for them; none who may not order for them.
async fn seen_by(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    account: AccountId,
) -> Result<BTreeSet<PrescriptionItemId>, ServiceError> {
    let Some(reader) = may_order(core, tx, account, person).await? else { return Ok(BTreeSet::new()) };
    let Several { prescriptions, items, .. } = prescription::newest(tx, person, NEWEST).await?;
    Ok(visible(tx, &reader, &prescriptions, items).await?.items.iter().map(|item| item.item()).collect())
}

/// Takes back what waits to be sent about an item; gives what was not told by that.
pub(super) async fn take_back(tx: &mut Tx, person: PersonId, item: PrescriptionItemId) -> Result<Vec<String>, ServiceError> {
    let mut untold = Vec::new();
    for row in prescription::waiting(tx, person).await?.into_iter().filter(|row| row.item_id == item.as_uuid()) {
        prescription::take_notice_back(tx, person, (row.item_id, row.mail_id)).await?;
        untold.push(row.word);
    }
    Ok(untold)
}

/// Takes back what waits to be sent of what can be collected: the person wants no such reminders any more.
pub(crate) async fn unwanted(tx: &mut Tx, person: PersonId) -> Result<(), ServiceError> {
    for row in prescription::waiting(tx, person).await?.into_iter().filter(|row| row.collects) {
        prescription::take_notice_back(tx, person, (row.item_id, row.mail_id)).await?;
    }
    Ok(())
}

/// Takes back what waits to be sent to others than the person about what they do not see any more.
pub(crate) async fn hidden(core: &Core, tx: &mut Tx, person: PersonId) -> Result<(), ServiceError> {
    let own = appointments::own_account(tx, person).await?;
    for row in prescription::waiting(tx, person).await? {
        let to = AccountId::from_uuid(row.account_id);
        if Some(to) != own && !seen_by(core, tx, person, to).await?.contains(&PrescriptionItemId::from_uuid(row.item_id)) {
            prescription::take_notice_back(tx, person, (row.item_id, row.mail_id)).await?;
        }
    }
    Ok(())
}
