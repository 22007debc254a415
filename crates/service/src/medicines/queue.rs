//! The practice's queue: the orders of medicines that wait, a page at a time, and approving medicines of several at once.

use super::decide::{done, item, medicines_elsewhere, warnings_of};
use super::list::known;
use super::order::{GoesTo, settle};
use super::{Medicines, TeamItem, tell};
use crate::activity::{self, Event};
use crate::reader::Reader;
use crate::{Core, FieldProblem, ServiceError, access, pharmacies};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Subject, View};
use domain::audit::{Action, Basis, Purpose};
use domain::medicine::{Flag, ItemAct, QueuePart};
use domain::team::{TeamAsk, WorkKind};
use domain::when::london_day;
use domain::{AccountId, EntryId, OrderId, OrderItemId, OrganisationId, PersonId, WorkItemId};
use std::collections::{BTreeMap, BTreeSet};
use store::medicine::{self, ItemRow};
use store::order_queue::{self, PAGE, QueuedRow};
use store::{Tx, person_write, record};
use uuid::Uuid;

/// How many orders are looked through at most for a page of those that are asked for.
const LOOKED_THROUGH: i64 = 1_000;
/// The most medicines that are approved at once.
const MOST: usize = 100;
/// What an event calls the queue.
const QUEUE: &str = "order-queue";

/// An order that waits, with what waits of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedOrder {
    /// Its id.
    pub id: OrderId,
    /// What waits on the work list.
    pub work: WorkItemId,
    /// For whom.
    pub person: PersonId,
    /// Their name.
    pub person_name: String,
    /// When they were born; absent where it is not known to the day.
    pub birth_date: Option<NaiveDate>,
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// It was sent by somebody who acts for the person.
    pub by_carer: bool,
    /// What was written to the practice.
    pub note: String,
    /// To whom the prescription goes; absent where that is decided later.
    pub goes_to: Option<GoesTo>,
    /// Who has taken it.
    pub taken_by: Option<String>,
    /// Its medicines that wait, by name.
    pub items: Vec<TeamItem>,
}

/// A page of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderQueue {
    /// The orders, the longest waiting first. It may hold none although there is more.
    pub orders: Vec<QueuedOrder>,
    /// Behind which the next page begins, where there is more to look through.
    pub next: Option<WorkItemId>,
    /// Whether the reader may decide.
    pub may_decide: bool,
}

/// What was chosen to be approved, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrdersChosen {
    /// The orders, each with those of its medicines that were chosen and wait still.
    pub orders: Vec<QueuedOrder>,
    /// Those of the medicines that have changed since they were chosen.
    pub changed: BTreeSet<OrderItemId>,
    /// How many of those that were chosen wait no more.
    pub gone: usize,
}

/// What is sent to approve medicines of several orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApproveForm {
    /// Those that are meant, each as its order, its id and the version that was seen: `…:…:3`, with spaces between.
    pub items: String,
    /// Those of them that were looked at by themselves, by id, with spaces between.
    pub looked: String,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrdersApproved {
    /// How many are approved.
    pub approved: usize,
    /// What is not: the person's name, the medicine, and why.
    pub not: Vec<(String, String, String)>,
}

/// The medicines that are meant and the version of each that was seen, by their orders.
type Chosen = BTreeMap<OrderId, BTreeMap<OrderItemId, i32>>;

fn chosen(words: &str) -> Result<Chosen, ServiceError> {
    let again = || ServiceError::field("items", "The page was not whole. Choose again");
    let mut chosen = Chosen::new();
    for word in words.split_whitespace() {
        let mut parts = word.split(':');
        let (order, item, version) = (parts.next(), parts.next(), parts.next());
        let order = order.and_then(|order| order.parse().ok()).ok_or_else(again)?;
        let item = item.and_then(|item| item.parse().ok()).ok_or_else(again)?;
        let version = version.and_then(|version| version.parse().ok()).filter(|_| parts.next().is_none()).ok_or_else(again)?;
        chosen.entry(order).or_default().insert(item, version);
    }
    match chosen.values().map(BTreeMap::len).sum() {
        0 => Err(ServiceError::field("items", "Choose at least one medicine")),
        count if count > MOST => Err(ServiceError::field("items", format!("Choose no more than {MOST} medicines at a time"))),
        _ => Ok(chosen),
    }
}

/// These orders with what waits of each to be decided here; those of which nothing does are left out. However many they are, they
/// are read with a few statements, and a few more for each person about whom the practice's own system warns.
async fn seen(core: &Core, tx: &mut Tx, at: OrganisationId, rows: Vec<QueuedRow>) -> Result<Vec<QueuedOrder>, ServiceError> {
    let orders: Vec<_> = rows.iter().map(|row| (row.person(), row.order())).collect();
    let people: BTreeSet<PersonId> = rows.iter().map(QueuedRow::person).collect();
    let mut items: BTreeMap<Uuid, Vec<ItemRow>> = BTreeMap::new();
    for row in medicine::waiting_items(tx, &orders).await? {
        items.entry(row.order_id).or_default().push(row);
    }
    let mut warned = BTreeMap::new();
    for person in record::warned_people(tx, at, &people.into_iter().collect::<Vec<_>>()).await? {
        warned.insert(person, warnings_of(core, tx, person, at).await?);
    }
    let places = pharmacies::of_codes(tx, rows.iter().filter_map(|row| row.dispenser.as_deref()).collect()).await?;
    let (today, mut seen) = (london_day(core.now()), Vec::new());
    for row in rows {
        let Some(items) = items.remove(&row.id) else { continue };
        let of = |entry: Uuid| warned.get(&row.person())?.get(&EntryId::from_uuid(entry)).cloned();
        let items = items.into_iter().map(|row| {
            let warnings = of(row.entry_id).unwrap_or_default();
            item(row, warnings, today)
        });
        let items = items.collect::<Result<_, _>>()?;
        let place = row.dispenser.as_ref().and_then(|code| places.get(code).cloned());
        seen.push(QueuedOrder {
            id: row.order(),
            work: row.place().work,
            person: row.person(),
            person_name: row.person_name(),
            birth_date: row.birth_date,
            at: row.created_at,
            by_carer: row.channel == "carer",
            note: row.note,
            goes_to: place.map(|one| GoesTo::new(one, row.dispenser_once)),
            taken_by: row.claimed_name,
            items,
        });
    }
    Ok(seen)
}

async fn page(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    (part, after): (QueuePart, Option<WorkItemId>),
) -> Result<(OrganisationId, OrderQueue), ServiceError> {
    let place = access::in_team(tx, actor, TeamAsk::DoWork(WorkKind::MedicineOrder)).await?;
    let at = place.organisation();
    let from = match after {
        Some(work) => order_queue::place(tx, at, work).await?.ok_or(ServiceError::NotFound)?,
        None => order_queue::FIRST,
    };
    // However few there are among however many, a page reads no further than so.
    let until = match part {
        QueuePart::All => None,
        _ => order_queue::further(tx, at, from, LOOKED_THROUGH).await?,
    };
    let mut rows = order_queue::page(tx, at, (part, london_day(core.now())), (from, until)).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = if more { rows.last().map(QueuedRow::place) } else { until };
    let mut orders = seen(core, tx, at, rows).await?;
    if part == QueuePart::Flagged {
        orders.retain(|order| order.items.iter().any(|item| !item.flags.is_empty()));
    }
    let may_decide = access::also(actor, &place, TeamAsk::DecideMedicines).is_ok();
    Ok((at, OrderQueue { orders, next: next.map(|place| place.work), may_decide }))
}

/// The organisation at which the actor decides about orders.
async fn deciding(tx: &mut Tx, actor: &Actor) -> Result<store::staff::MemberRow, ServiceError> {
    let place = access::in_team(tx, actor, TeamAsk::DoWork(WorkKind::MedicineOrder)).await?;
    access::also(actor, &place, TeamAsk::DecideMedicines)?;
    Ok(place)
}

/// What was chosen, as far as it waits, with what was given of it since it was ordered: worked out here, where it is little, and not
/// for each page of the queue.
async fn as_it_stands(core: &Core, tx: &mut Tx, at: OrganisationId, chosen: &Chosen) -> Result<Vec<QueuedOrder>, ServiceError> {
    let ids: Vec<OrderId> = chosen.keys().copied().collect();
    let rows = order_queue::of(tx, at, &ids).await?;
    for id in &ids {
        // What waits no more was an order to this practice all the same.
        if !rows.iter().any(|row| row.order() == *id) && medicine::whose(tx, at, *id).await?.is_none() {
            return Err(ServiceError::NotFound);
        }
    }
    let mut orders = seen(core, tx, at, rows).await?;
    for order in &mut orders {
        order.items.retain(|item| chosen.get(&order.id).is_some_and(|items| items.contains_key(&item.id)));
    }
    orders.retain(|order| !order.items.is_empty());
    let people: BTreeSet<PersonId> = orders.iter().map(|order| order.person).collect();
    for person in people {
        let given = given_last(core, tx, person).await?;
        for item in orders.iter_mut().filter(|order| order.person == person).flat_map(|order| &mut order.items) {
            item.flags.extend(Flag::issued_since(item.last_issued, given.get(&item.entry).copied()));
        }
    }
    Ok(orders)
}

/// When each medicine of somebody was given last as the record stands now, by each entry about it.
async fn given_last(core: &Core, tx: &mut Tx, person: PersonId) -> Result<BTreeMap<EntryId, NaiveDate>, ServiceError> {
    let all = known(core, tx, &Reader::new(person, View::everything(), core.now()), true).await?.0;
    let of = all.into_iter().filter_map(|one| Some((one.seen.last_issued?, one.seen.sources)));
    Ok(of.flat_map(|(day, sources)| sources.into_iter().map(move |source| (source.entry, day))).collect())
}

impl Medicines {
    /// A page of the orders that wait at the actor's practice, the longest waiting first, from behind one of them on. The look is
    /// audited for each person on it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not deal with orders, and behind what never waited there.
    pub async fn queue(&self, actor: &Actor, part: QueuePart, after: Option<WorkItemId>) -> Result<OrderQueue, ServiceError> {
        let mut tx = self.core.read().await?;
        let read = page(&self.core, &mut tx, actor, (part, after)).await;
        drop(tx);
        let (at, queue) = match read {
            Ok(read) => read,
            Err(error) => return Err(access::refused(&self.core, actor, error, QUEUE).await),
        };
        self.shown(actor, at, &queue.orders).await?;
        Ok(queue)
    }

    /// What was chosen to be approved, as it stands now: the step before it is. The look is audited for each person.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`items`); [`ServiceError::NotFound`] for what was sent elsewhere, and to whoever does not prescribe.
    pub async fn chosen(&self, actor: &Actor, items: &str) -> Result<OrdersChosen, ServiceError> {
        let mut tx = self.core.read().await?;
        let read = async {
            let at = deciding(&mut tx, actor).await?.organisation();
            let chosen = chosen(items)?;
            let orders = as_it_stands(&self.core, &mut tx, at, &chosen).await?;
            Ok((at, chosen, orders))
        };
        let read = read.await;
        drop(tx);
        let (at, chosen, orders) = match read {
            Ok(read) => read,
            Err(error) => return Err(access::refused(&self.core, actor, error, QUEUE).await),
        };
        self.shown(actor, at, &orders).await?;
        let saw = |order: &QueuedOrder, item: &TeamItem| chosen.get(&order.id)?.get(&item.id).copied();
        let items = orders.iter().flat_map(|order| order.items.iter().map(move |item| (order, item)));
        let changed = items.filter(|(order, item)| saw(order, item) != Some(item.version)).map(|(_, item)| item.id).collect();
        let waits: usize = orders.iter().map(|order| order.items.len()).sum();
        let all: usize = chosen.values().map(BTreeMap::len).sum();
        Ok(OrdersChosen { orders, changed, gone: all.saturating_sub(waits) })
    }

    /// Approves medicines of several orders, each as it was seen: what has changed since is told and left, the others are approved.
    /// One with something to look at is approved only where whoever approves says of it by itself that they looked. Each person is
    /// told. Doing the same twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`items`, and `looked_` with the id of what was not looked at), and nothing is approved;
    /// [`ServiceError::NotFound`] as [`Medicines::chosen`].
    pub async fn approve(&self, actor: &Actor, form: &ApproveForm) -> Result<OrdersApproved, ServiceError> {
        let mut tx = self.core.read().await?;
        let read = async {
            let at = deciding(&mut tx, actor).await?.organisation();
            let chosen = chosen(&form.items)?;
            let orders = as_it_stands(&self.core, &mut tx, at, &chosen).await?;
            Ok((chosen, orders))
        };
        let read = read.await;
        drop(tx);
        let (chosen, orders) = match read {
            Ok(read) => read,
            Err(error) => return Err(access::refused(&self.core, actor, error, QUEUE).await),
        };
        let looked: BTreeSet<&str> = form.looked.split_whitespace().collect();
        let items = orders.iter().flat_map(|order| &order.items);
        let missed = items.filter(|item| !item.flags.is_empty() && !looked.contains(item.id.to_string().as_str()));
        let told = |item: &TeamItem| {
            FieldProblem::new(format!("looked_{}", item.id), "Tick it when you have looked at it, or leave it out")
        };
        let missed: Vec<FieldProblem> = missed.map(told).collect();
        if !missed.is_empty() {
            return Err(ServiceError::Fields(missed));
        }
        let mut all = OrdersApproved::default();
        for (order, items) in chosen {
            match self.approve_of(actor, order, items).await {
                Ok(OrdersApproved { approved, not }) => {
                    all.approved += approved;
                    all.not.extend(not);
                }
                // What is approved already stays so, and whoever did it has to know of it.
                Err(ServiceError::Unavailable(_) | ServiceError::Internal(_)) if all.approved > 0 => {
                    let left =
                        orders.iter().filter(|one| one.id == order).flat_map(|one| one.items.iter().map(move |item| (one, item)));
                    let why = || "It could not be done just now. Try it again".to_owned();
                    all.not.extend(left.map(|(one, item)| (one.person_name.clone(), item.name.clone(), why())));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// The same for medicines of one order.
    async fn approve_of(
        &self,
        actor: &Actor,
        order: OrderId,
        items: BTreeMap<OrderItemId, i32>,
    ) -> Result<OrdersApproved, ServiceError> {
        self.act_in_team(actor, move |core, tx, actor| {
            Box::pin(async move {
                let place = deciding(tx, &actor).await?;
                let at = place.organisation();
                let person = medicine::whose(tx, at, order).await?.ok_or(ServiceError::NotFound)?;
                let elsewhere = medicines_elsewhere(tx, person).await?;
                let who = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
                let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
                let (mut all, mut orderer, mut entries) = (OrdersApproved::default(), None, Vec::new());
                for (item, version) in items {
                    let row = medicine::item(tx, person, item).await?.filter(|row| row.order_id == order.as_uuid());
                    let row = row.filter(|row| !elsewhere.contains(&row.id)).ok_or(ServiceError::NotFound)?;
                    let (name, entry) = (row.name.clone(), row.entry_id);
                    let by = (&actor, place.member(), subject);
                    match done(&core, tx, by, (row, version), (ItemAct::Approve, "")).await {
                        Ok(now) => {
                            all.approved += 1;
                            entries.push(entry);
                            orderer = now.map(|row| AccountId::from_uuid(row.ordered_by)).or(orderer);
                        }
                        Err(ServiceError::Fields(problems)) => {
                            let why = problems.into_iter().map(|problem| problem.message).collect();
                            all.not.push((who.display_name(), name, why));
                        }
                        Err(error) => return Err(error),
                    }
                }
                if let Some(orderer) = orderer {
                    settle(&core, tx, person, order, at, Some(place.member())).await?;
                    tell(&core, tx, person, (orderer, &entries), None).await?;
                }
                Ok(all)
            })
        })
        .await
    }

    /// Answers for orders that are shown: one event for each person.
    async fn shown(&self, actor: &Actor, at: OrganisationId, orders: &[QueuedOrder]) -> Result<(), ServiceError> {
        activity::disclose_each(&self.core, orders.iter().map(|order| order.person), |person| {
            let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
            Event::on_record(actor, subject, Action::Read, Purpose::DirectCare).about("page", QUEUE)
        })
        .await
    }
}
