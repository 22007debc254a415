//! Ordering repeat medicines, following the orders, answering and taking back.

use super::list::{Known, known};
use super::outside::{Marks, OutsideMark, TakenBack, ask_to_cancel, ask_to_order};
use super::{Medicines, in_words, orders, said, tell, text};
use crate::activity::{self, Event};
use crate::prescriptions::{progress, visible as visible_items};
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, Dispenser, FieldProblem, ServiceError, access, pharmacies};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Subject};
use domain::audit::Action;
use domain::medicine::{DispenseStep, ItemAct, ItemStatus};
use domain::pharmacy::{DispenserKind, NominationSlot, OdsCode};
use domain::team::WorkKind;
use domain::{AccountId, EntryId, OrderId, OrderItemId, OrganisationId, PersonId, PrescriptionId, WorkItemId};
use std::collections::{BTreeMap, BTreeSet};
use store::medicine::{self, Change, ItemRow, NewItem, NewOrder, OrderRow};
use store::prescription::Several;
use store::work::{self, NewWorkItem};
use store::{StoreError, Tx, person_write, prescribing, prescription, record};
use uuid::Uuid;

/// How many orders are shown.
const SHOWN: i64 = 50;
/// The most medicines of one order.
const MOST: usize = 60;

/// What is sent to order medicines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderForm {
    /// The entries of the record that are ordered, by id, with spaces between.
    pub medicines: String,
    /// Those that are wanted before their time, by id, with spaces between.
    pub early: String,
    /// Why.
    pub early_reason: String,
    /// Why each is needed, by the entry's id, where the practice asks.
    pub reasons: BTreeMap<String, String>,
    /// What is written to the practice.
    pub note: String,
    /// To whom the prescription goes, by code; [`OrderForm::LATER`]; empty for whom the person has nominated, if anybody.
    pub dispenser: String,
    /// The form's one-time id.
    pub submission: String,
}

impl OrderForm {
    /// The prescription goes to nobody by itself: it is collected on paper, or that is decided later.
    pub const LATER: &'static str = "none";
}

/// To whom the prescription of an order goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoesTo {
    /// Its code.
    pub code: OdsCode,
    /// Its name.
    pub name: String,
    /// Street, town and postcode.
    pub address: String,
    /// Whom to ring; may be empty.
    pub phone: String,
    /// It was chosen for this order alone, and was not the one that is nominated.
    pub once: bool,
    /// It is closed for good by now.
    pub closed: bool,
}

impl GoesTo {
    pub(super) fn new(one: Dispenser, once: bool) -> Self {
        Self { address: one.address_line(), code: one.code, name: one.name, phone: one.phone, once, closed: one.closed }
    }
}

/// What came of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// The orders: one for each practice.
    pub orders: Vec<OrderId>,
    /// The same form had ordered them before; nothing was done now.
    pub again: bool,
    /// A practice's own system has not answered yet.
    pub waits: bool,
}

/// One medicine of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSeen {
    /// Its id.
    pub id: OrderItemId,
    /// The entry of the record.
    pub entry: EntryId,
    /// The medicine's name.
    pub name: String,
    /// The dose as its source wrote it.
    pub dose: String,
    /// How much.
    pub quantity: String,
    /// Where it stands.
    pub status: ItemStatus,
    /// Why it is needed; empty to whoever did not write it.
    pub reason: String,
    /// Why it is wanted before its time; empty to whoever did not write it.
    pub early_reason: String,
    /// The practice's question.
    pub question: String,
    /// The answer to it; empty to whoever did not order.
    pub reply: String,
    /// What the practice wrote to its decision.
    pub answer: String,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// How it stands in the practice's own system; absent where it has none, or there is nothing to say.
    pub outside: Option<OutsideMark>,
    /// When that system last said how it stands.
    pub heard_at: Option<DateTime<Utc>>,
    /// The prescription that answers it, and where it stands; told by [`Medicines::one_order`] alone.
    pub dispensing: Option<(PrescriptionId, Option<DispenseStep>)>,
    /// Goes up with every change.
    pub version: i32,
}

impl ItemSeen {
    /// Whether it can be taken back.
    #[must_use]
    pub fn can_be_cancelled(&self) -> bool {
        self.status.is_open() && self.outside.is_none_or(OutsideMark::can_be_cancelled)
    }
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderSeen {
    /// Its id.
    pub id: OrderId,
    /// The practice's name.
    pub organisation: String,
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// It was sent by somebody who acts for the person.
    pub by_carer: bool,
    /// The reader sent it.
    pub mine: bool,
    /// What was written to the practice; empty to whoever did not write it.
    pub note: String,
    /// To whom the prescription goes; absent where that is decided later. Told by [`Medicines::one_order`] alone.
    pub goes_to: Option<GoesTo>,
    /// The medicines that the reader may see, by name.
    pub items: Vec<ItemSeen>,
}

impl OrderSeen {
    /// Whether something of it is on its way to the practice's own system.
    #[must_use]
    pub fn is_being_sent(&self) -> bool {
        self.items.iter().any(|item| matches!(item.outside, Some(OutsideMark::Sending | OutsideMark::Delayed)))
    }
}

/// What an order would be, before it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderingSeen {
    /// What is ordered: the entry, the name, the dose, the practice, and whether it is before its time.
    pub items: Vec<OrderingItem>,
    /// Whether a reason is asked for each.
    pub asks_reason: bool,
    /// Whom the person has nominated, the one first to whom it goes where nothing else is said; also those that are closed.
    pub nominated: Vec<Dispenser>,
    /// The one that the form names for this order alone.
    pub once: Option<Dispenser>,
}

/// One medicine that would be ordered.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderingItem {
    /// The entry of the record.
    pub entry: EntryId,
    /// The medicine's name.
    pub name: String,
    /// The dose as its source wrote it.
    pub doses: Vec<String>,
    /// How much is given at a time.
    pub quantity: Option<String>,
    /// The practice to which it goes.
    pub organisation: String,
    /// It is wanted before its time.
    pub early: bool,
    /// What its sources do not agree on, as [`MedicineSeen::doubt`](super::MedicineSeen::doubt).
    pub doubt: Option<&'static str>,
}

/// What was chosen, once it was read.
struct Chosen {
    entries: BTreeSet<EntryId>,
    early: BTreeSet<EntryId>,
    early_reason: String,
}

fn ids(words: &str) -> Option<BTreeSet<EntryId>> {
    words.split_whitespace().map(|word| word.parse().ok()).collect()
}

fn chosen(form: &OrderForm) -> Result<Chosen, ServiceError> {
    let again = || ServiceError::field("medicines", "The list has changed. Choose again");
    let (mut entries, early) = (ids(&form.medicines).ok_or_else(again)?, ids(&form.early).ok_or_else(again)?);
    entries.extend(early.iter().copied());
    if entries.is_empty() {
        return Err(ServiceError::field("medicines", "Choose at least one medicine"));
    }
    if entries.len() > MOST {
        return Err(ServiceError::field("medicines", format!("Choose no more than {MOST} at a time")));
    }
    let early_reason = match early.is_empty() {
        true => String::new(),
        false => said("early_reason", &form.early_reason, "Say why you need it early, for example because you travel")
            .map_err(|problem| ServiceError::Fields(vec![problem]))?,
    };
    Ok(Chosen { entries, early, early_reason })
}

/// The medicines that were chosen, in the order of the list, where each can be ordered.
fn wanted<'k>(all: &'k [Known], chosen: &Chosen) -> Result<Vec<(&'k Known, EntryId)>, ServiceError> {
    let mut found = Vec::new();
    for one in all {
        let Some(id) = one.seen.plan.filter(|id| chosen.entries.contains(id)) else { continue };
        let early = chosen.early.contains(&id);
        match one.seen.order {
            Some(Ok(())) => {}
            Some(Err(why)) if early && why.yields_to_reason() => {}
            Some(Err(why)) => {
                let told = format!("{}: {}", one.seen.name, in_words(why));
                return Err(ServiceError::field("medicines", told));
            }
            None => return Err(ServiceError::NotFound),
        }
        found.push((one, id));
    }
    // What is not there is not told apart from what is not open to whoever asks.
    match found.len() == chosen.entries.len() {
        true => Ok(found),
        false => Err(ServiceError::field("medicines", "The list has changed. Choose again")),
    }
}

/// One order as it stands here, as far as its reader may see it.
struct OneOrder {
    subject: Subject,
    row: OrderRow,
    items: Vec<ItemRow>,
    marks: Marks,
    goes_to: Option<GoesTo>,
    /// The prescriptions that answer its medicines.
    dispensing: BTreeMap<OrderItemId, (PrescriptionId, Option<DispenseStep>)>,
}

impl Medicines {
    /// What an order would be: the step before it is sent. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`medicines`, `early_reason`) as [`Medicines::order`].
    pub async fn ordering(&self, actor: &Actor, person: PersonId, form: &OrderForm) -> Result<OrderingSeen, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, "medicines").await?;
        let chosen = chosen(form)?;
        let (all, _) = known(&self.core, &mut tx, &reader, true).await?;
        let nominated: Vec<Dispenser> = by_preference(&mut tx, person).await?;
        let once = match OdsCode::parse(&form.dispenser) {
            Ok(code) => pharmacies::one(&mut tx, &code).await?.filter(|one| !nominated.contains(one)),
            Err(_) => None,
        };
        drop(tx);
        // What cannot be ordered is told by name: that is a look too.
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "medicines");
        activity::disclose(&self.core, event).await?;
        let mut seen = OrderingSeen { items: Vec::new(), asks_reason: false, nominated, once };
        for (one, entry) in wanted(&all, &chosen)? {
            seen.asks_reason |= one.asks_reason;
            let of = one.seen.sources.iter().find(|source| source.entry == entry);
            seen.items.push(OrderingItem {
                entry,
                name: one.seen.name.clone(),
                doses: one.seen.doses.clone(),
                quantity: one.seen.quantity.clone(),
                organisation: of.map(|source| source.organisation.clone()).unwrap_or_default(),
                early: chosen.early.contains(&entry),
                doubt: one.seen.doubt(),
            });
        }
        Ok(seen)
    }

    /// Orders medicines: one order for each practice. The same form twice is one order, and of one medicine one order waits at
    /// a time, whoever sends it.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`medicines`, `early_reason`, `reason_` with the entry's id, `dispenser`, `note`) in words that say what to
    /// do instead; [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn order(&self, actor: &Actor, person: PersonId, form: &OrderForm) -> Result<Ordered, ServiceError> {
        let form = form.clone();
        let ordered = self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = orders(&core, tx, &actor, person).await?;
                let account = actor.account().ok_or(ServiceError::NotFound)?;
                let submission: Uuid = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
                // One act at a time for each person, so that a form sent twice at once is one order.
                let row = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let before = medicine::by_submission(tx, person, submission).await?;
                if !before.is_empty() {
                    return Ok(Ordered { orders: before, again: true, waits: false });
                }
                if row.deceased {
                    let told = "The record says that this person has died. Check whose it is";
                    return Err(ServiceError::field("medicines", told));
                }
                let sent = send(&core, tx, (&actor, account, subject), (person, &reader), &form, submission).await?;
                if subject.relationship.is_some() {
                    tell(&core, tx, person, (account, &[]), Some(account)).await?;
                }
                Ok(Ordered { orders: sent, again: false, waits: false })
            })
        });
        let ordered = ordered.await?;
        let waits = match ordered.again {
            true => self.waits(person, &ordered.orders).await,
            false => self.ask_at_once(person, &ordered.orders).await,
        };
        // The order stands, whatever fails after it: a job asks again.
        let waits = waits.unwrap_or_else(|error| {
            tracing::warn!(%person, %error, "what became of an order elsewhere could not be kept");
            true
        });
        Ok(Ordered { waits, ..ordered })
    }

    /// The person's last orders with what the reader may see of each, the last first; those of which they may see nothing are
    /// not among them. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn orders(&self, actor: &Actor, person: PersonId) -> Result<Vec<OrderSeen>, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, "medicine-orders").await?;
        let orders = last_orders(&mut tx, &reader, actor.account()).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "medicine-orders");
        activity::disclose(&self.core, event).await?;
        Ok(orders)
    }

    /// One order, as far as the reader may see it; a practice's own system is asked how it stands if it was not for a while. The look is
    /// audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs or of which they may see nothing, and to whoever may not order for
    /// the person.
    pub async fn one_order(&self, actor: &Actor, person: PersonId, id: OrderId) -> Result<OrderSeen, ServiceError> {
        let mut read = self.read_order(actor, person, id).await?;
        if self.glance(person, OrganisationId::from_uuid(read.row.organisation_id), &read.marks).await? {
            read = self.read_order(actor, person, id).await?;
        }
        let event = Event::on_record(actor, read.subject, Action::Read, purpose(read.subject));
        activity::disclose(&self.core, event.about("page", "medicine-order").about("order", id)).await?;
        let mut order = seen(read.row, read.items, &read.marks, read.goes_to, actor.account())?;
        for item in &mut order.items {
            item.dispensing = read.dispensing.get(&item.id).copied();
        }
        Ok(order)
    }

    /// One order as it stands here, for whoever may see it; a refusal is audited.
    async fn read_order(&self, actor: &Actor, person: PersonId, id: OrderId) -> Result<OneOrder, ServiceError> {
        let mut tx = self.core.read().await?;
        let read = async {
            let (subject, reader) = orders(&self.core, &mut tx, actor, person).await?;
            let row = medicine::one(&mut tx, person, id).await?.ok_or(ServiceError::NotFound)?;
            let items = medicine::items(&mut tx, person, id).await?;
            let items = visible(&mut tx, &reader, items).await?;
            let marks = Marks::of(&mut tx, person).await?;
            let goes_to = goes_to(&mut tx, &row).await?;
            let dispensing = dispensing(&mut tx, &reader, id).await?;
            if items.is_empty() {
                Err(ServiceError::NotFound)
            } else {
                Ok(OneOrder { subject, row, items, marks, goes_to, dispensing })
            }
        };
        match read.await {
            Ok(found) => Ok(found),
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, "medicine-orders").await)
            }
        }
    }

    /// Takes one medicine of an order back, as long as it is not decided; a practice's own system is asked to. Doing so twice
    /// changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it is decided, is still being sent, or is not taken back there; [`ServiceError::NotFound`] as [`Medicines::one_order`].
    pub async fn cancel(&self, actor: &Actor, person: PersonId, id: OrderItemId) -> Result<TakenBack, ServiceError> {
        let taken = self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, row) = theirs(&core, tx, &actor, person, id).await?;
                let order = OrderId::from_uuid(row.order_id);
                if row.status()? == ItemStatus::Cancelled {
                    return Ok((order, false, None));
                }
                let change = keeping(&row, next(&row, ItemAct::Cancel)?);
                let event = Event::on_record(&actor, subject, Action::OrderCancelled, purpose(subject));
                let event = event.about("order", order).about("entry", row.entry_id);
                if let Some(ask) = ask_to_cancel(&core, tx, (person, id)).await? {
                    if ask.is_some() {
                        activity::append(&core, tx, event.about("what", "asked")).await?;
                        tell(&core, tx, person, about(&row), actor.account()).await?;
                    }
                    return Ok((order, true, ask));
                }
                if !medicine::change(tx, person, (id, row.version), &change).await? {
                    return Err(changed());
                }
                activity::append(&core, tx, event).await?;
                settle(&core, tx, person, order, OrganisationId::from_uuid(row.organisation_id), None).await?;
                tell(&core, tx, person, about(&row), actor.account()).await?;
                Ok((order, false, None))
            })
        });
        let (order, asked, ask) = taken.await?;
        Ok(match ask {
            Some(ask) => TakenBack { order, asked: self.cancel_at_once(person, ask).await? },
            None => TakenBack { order, asked },
        })
    }

    /// Answers what the practice asked about one medicine of an order. The same answer twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`reply`, and with no field where nothing is asked any more); [`ServiceError::NotFound`] as
    /// [`Medicines::one_order`].
    pub async fn reply(&self, actor: &Actor, person: PersonId, id: OrderItemId, typed: &str) -> Result<OrderId, ServiceError> {
        let typed = typed.to_owned();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, row) = theirs(&core, tx, &actor, person, id).await?;
                let reply = said("reply", &typed, "Write your answer").map_err(|problem| ServiceError::Fields(vec![problem]))?;
                let order = OrderId::from_uuid(row.order_id);
                if row.status()? == ItemStatus::Requested && row.reply == reply {
                    return Ok(order);
                }
                let change = Change { reply: &reply, ..keeping(&row, next(&row, ItemAct::Answer)?) };
                if !medicine::change(tx, person, (id, row.version), &change).await? {
                    return Err(changed());
                }
                let event = Event::on_record(&actor, subject, Action::OrderChanged, purpose(subject));
                let event = event.about("what", "answered").about("order", order).about("entry", row.entry_id);
                activity::append(&core, tx, event).await?;
                tell(&core, tx, person, about(&row), actor.account()).await?;
                Ok(order)
            })
        })
        .await
    }
}

/// The person's last orders, as far as the reader may see them, the last first.
pub(super) async fn last_orders(
    tx: &mut Tx,
    reader: &Reader,
    account: Option<AccountId>,
) -> Result<Vec<OrderSeen>, ServiceError> {
    let rows = medicine::of_person(tx, reader.person, SHOWN).await?;
    let items = medicine::items_of_person(tx, reader.person, SHOWN).await?;
    let items = visible(tx, reader, items).await?;
    let marks = Marks::of(tx, reader.person).await?;
    let mut of: BTreeMap<Uuid, Vec<ItemRow>> = BTreeMap::new();
    for item in items {
        of.entry(item.order_id).or_default().push(item);
    }
    let seen = rows.into_iter().filter_map(|row| {
        let items = of.remove(&row.id)?;
        Some(seen(row, items, &marks, None, account))
    });
    Ok(seen.collect::<Result<_, _>>()?)
}

/// Writes the orders down and lets them wait for each practice.
async fn send(
    core: &Core,
    tx: &mut Tx,
    (actor, account, subject): (&Actor, AccountId, Subject),
    (person, reader): (PersonId, &Reader),
    form: &OrderForm,
    submission: Uuid,
) -> Result<Vec<OrderId>, ServiceError> {
    let chosen = chosen(form)?;
    let (all, _) = known(core, tx, reader, true).await?;
    let mut of: BTreeMap<OrganisationId, Vec<(NewItem, &Known)>> = BTreeMap::new();
    let mut problems: Vec<FieldProblem> = Vec::new();
    for (one, entry) in wanted(&all, &chosen)? {
        let at = one.organisation.ok_or(ServiceError::NotFound)?;
        let field = format!("reason_{entry}");
        let typed = form.reasons.get(&entry.to_string()).map_or("", String::as_str);
        let reason = match one.asks_reason {
            true => said(&field, typed, "Say in a few words why you need it"),
            false => Ok(String::new()),
        };
        let early = chosen.early.contains(&entry) && one.seen.order != Some(Ok(()));
        match reason {
            Err(problem) => problems.push(problem),
            Ok(reason) => of.entry(at).or_default().push((
                NewItem {
                    id: OrderItemId::from_uuid(core.new_id()),
                    entry,
                    name: one.seen.name.clone(),
                    dose: one.seen.doses.join("\n"),
                    quantity: one.seen.quantity.clone().unwrap_or_default(),
                    last_issued: one.seen.last_issued,
                    runs_out: one.seen.runs_out,
                    review_on: one.seen.review_on,
                    overused: one.overused,
                    reason,
                    early_reason: if early { chosen.early_reason.clone() } else { String::new() },
                },
                one,
            )),
        }
    }
    let to = match destination(tx, person, &form.dispenser).await? {
        Ok(to) => to,
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    let note = match text("note", &form.note) {
        Ok(note) if problems.is_empty() => note,
        other => {
            problems.extend(other.err());
            return Err(ServiceError::Fields(problems));
        }
    };
    let mut sent = Vec::new();
    for (at, items) in of {
        let id = OrderId::from_uuid(core.new_id());
        let channel = if subject.relationship.is_some() { "carer" } else { "self" };
        let new = NewOrder {
            person,
            id,
            organisation: at,
            submission,
            note: note.clone(),
            channel,
            ordered_by: account,
            dispenser: to.as_ref().map(|(code, _)| code.clone()),
            dispenser_once: to.as_ref().is_some_and(|(_, once)| *once),
        };
        medicine::insert(tx, &new, core.now()).await?;
        let elsewhere = prescribing::of(tx, at).await?.is_some();
        for (item, known) in &items {
            if !medicine::insert_item(tx, (person, id), item, core.now()).await? {
                let told = format!("{}: it has just been ordered", item.name);
                return Err(ServiceError::field("medicines", told));
            }
            if elsewhere {
                ask_to_order(core, tx, (person, item.id), at, &known.named).await?;
            }
        }
        let waits = NewWorkItem {
            organisation: at,
            team: None,
            kind: WorkKind::MedicineOrder,
            person,
            about: id.as_uuid(),
            urgent: false,
        };
        if !elsewhere {
            work::insert(tx, WorkItemId::from_uuid(core.new_id()), &waits, core.now()).await?;
        }
        let event = Event::on_record(actor, subject, Action::MedicinesOrdered, purpose(subject));
        activity::append(core, tx, event.about("order", id).about("medicines", items.len())).await?;
        sent.push(id);
    }
    Ok(sent)
}

/// What of these the reader may see: what is ordered is a part of the record.
async fn visible(tx: &mut Tx, reader: &Reader, mut items: Vec<ItemRow>) -> Result<Vec<ItemRow>, ServiceError> {
    if reader.is_owner() {
        return Ok(items);
    }
    let open = record::ordered(tx, reader.person, &reader.filter).await?;
    items.retain(|item| open.contains(&item.entry_id));
    Ok(items)
}

/// The prescriptions that answer medicines of an order, as far as the reader may see them, and where those stand.
async fn dispensing(
    tx: &mut Tx,
    reader: &Reader,
    order: OrderId,
) -> Result<BTreeMap<OrderItemId, (PrescriptionId, Option<DispenseStep>)>, ServiceError> {
    let Several { prescriptions, items, steps } = prescription::answering(tx, reader.person, order).await?;
    let mut of = BTreeMap::new();
    for item in visible_items(tx, reader, &prescriptions, items).await?.items {
        let Some(order_item) = item.order_item() else { continue };
        let now = progress(steps.iter().filter(|step| step.item_id == item.id))?.now();
        of.insert(order_item, (PrescriptionId::from_uuid(item.prescription_id), now));
    }
    Ok(of)
}

/// One medicine of an order that the actor may see and act on.
async fn theirs(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    id: OrderItemId,
) -> Result<(Subject, ItemRow), ServiceError> {
    let (subject, reader) = orders(core, tx, actor, person).await?;
    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let row = medicine::item(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
    let row = visible(tx, &reader, vec![row]).await?.pop().ok_or(ServiceError::NotFound)?;
    Ok((subject, row))
}

/// Where an act leads from where a medicine of an order stands.
pub(super) fn next(row: &ItemRow, act: ItemAct) -> Result<ItemStatus, ServiceError> {
    let status = row.status()?;
    status.after(act).ok_or_else(|| {
        let told = match (status.is_open(), act) {
            (true, ItemAct::Answer) => "Your practice does not wait for an answer. Look at how it stands now",
            (true, _) => "Something is asked already and waits for the answer. Look at how it stands now",
            (false, _) => "This is decided or was taken back. Look at how it stands now",
        };
        ServiceError::field("", told)
    })
}

/// Who ordered it, and by which entry.
fn about(row: &ItemRow) -> (AccountId, &[Uuid]) {
    (AccountId::from_uuid(row.ordered_by), std::slice::from_ref(&row.entry_id))
}

/// A change that keeps every word.
pub(super) fn keeping(row: &ItemRow, status: ItemStatus) -> Change<'_> {
    Change { status, question: &row.question, reply: &row.reply, answer: &row.answer, decided: None }
}

pub(super) fn changed() -> ServiceError {
    ServiceError::field("", "Somebody has just changed this. Look at how it stands now")
}

/// Lets an order wait no more once nothing of it is open.
pub(super) async fn settle(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    id: OrderId,
    at: OrganisationId,
    by: Option<domain::MemberId>,
) -> Result<(), ServiceError> {
    let items = medicine::items(tx, person, id).await?;
    let mut open = false;
    for item in &items {
        open |= item.status()?.is_open();
    }
    if !open {
        let outcome = if by.is_some() { "decided" } else { "taken-back" };
        work::close(tx, at, (WorkKind::MedicineOrder, id.as_uuid()), by, outcome, core.now()).await?;
    }
    Ok(())
}

/// Whom the person has nominated, the one first to whom an order goes where nothing else is said. An appliance supplier gives
/// no medicines, so it comes last.
async fn by_preference(tx: &mut Tx, person: PersonId) -> Result<Vec<Dispenser>, ServiceError> {
    let mut all = pharmacies::nominated(tx, person).await?;
    all.sort_by_key(|(slot, _)| (*slot == NominationSlot::Appliance, *slot));
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

/// To whom the prescription of an order goes that says so, and whether for this order alone; or what is wrong with that.
async fn destination(
    tx: &mut Tx,
    person: PersonId,
    said: &str,
) -> Result<Result<Option<(OdsCode, bool)>, FieldProblem>, ServiceError> {
    let problem = |told: String| Ok(Err(FieldProblem::new("dispenser", told)));
    if said == OrderForm::LATER {
        return Ok(Ok(None));
    }
    let nominated = by_preference(tx, person).await?;
    let chosen = match said {
        "" => nominated.iter().find(|one| one.kind != DispenserKind::ApplianceContractor).cloned(),
        code => match OdsCode::parse(code) {
            Ok(code) => pharmacies::one(tx, &code).await?,
            Err(_) => None,
        },
    };
    let Some(one) = chosen else {
        return if said.is_empty() { Ok(Ok(None)) } else { problem("Choose where the prescription goes".to_owned()) };
    };
    if one.closed {
        return problem(format!("{} has closed. Choose another", one.name));
    }
    let once = !nominated.iter().any(|other| other.code == one.code);
    if once && one.kind.asks_to_register() {
        return problem(format!(
            "{} gives medicines only to people who have registered and nominated it. Choose another",
            one.name
        ));
    }
    Ok(Ok(Some((one.code, once))))
}

/// To whom the prescription of this order goes.
pub(super) async fn goes_to(tx: &mut Tx, row: &OrderRow) -> Result<Option<GoesTo>, ServiceError> {
    let one = pharmacies::of_code(tx, row.dispenser.as_deref()).await?;
    Ok(one.map(|one| GoesTo::new(one, row.dispenser_once)))
}

fn seen(
    row: OrderRow,
    items: Vec<ItemRow>,
    marks: &Marks,
    goes_to: Option<GoesTo>,
    reader: Option<AccountId>,
) -> Result<OrderSeen, StoreError> {
    let mine = reader.is_some_and(|id| id.as_uuid() == row.ordered_by);
    let kept = |text: String| if mine { text } else { String::new() };
    let item = |item: ItemRow| {
        let status = item.status()?;
        let (outside, heard_at) = marks.one(item.id, status.is_open(), status == ItemStatus::Cancelled);
        Ok(ItemSeen {
            id: item.item(),
            entry: EntryId::from_uuid(item.entry_id),
            status,
            outside,
            heard_at,
            reason: kept(item.reason),
            early_reason: kept(item.early_reason),
            reply: kept(item.reply),
            name: item.name,
            dose: item.dose,
            quantity: item.quantity,
            question: item.question,
            answer: item.answer,
            decided_at: item.decided_at,
            dispensing: None,
            version: item.version,
        })
    };
    Ok(OrderSeen {
        id: row.order(),
        organisation: row.organisation_name,
        at: row.created_at,
        by_carer: row.channel == "carer",
        mine,
        note: kept(row.note),
        goes_to,
        items: items.into_iter().map(item).collect::<Result<_, StoreError>>()?,
    })
}
