//! Orders that a practice decides about in a prescribing system of its own. What it is to do is written down in the act that
//! wants it, told to it once that act is kept, and settled by its answer; how it stands there is asked again and again. A crash
//! at any point leaves something that is asked again, with an id by which a repeat is told.

use super::decide::signed;
use super::order::{changed, keeping};
use super::{Medicines, tell};
use crate::activity::{self, Event};
use crate::address::interface;
use crate::{Core, OrderFault, OutsideFault, OutsideOrder, OutsideOrdering, OutsidePractice, ServiceError, access};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Subject};
use domain::appointment::{GIVE_UP, TELLS_LATE, next_try};
use domain::audit::{Action, Basis, Purpose};
use domain::medicine::{ItemAct, OrderRefusal, PrescriptionNumber, TaskProgress, next_look};
use domain::team::WorkKind;
use domain::{AccountId, OrderId, OrderItemId, OrganisationId, PersonId, WorkItemId};
use std::collections::BTreeMap;
use std::time::Duration;
use store::medicine::{self, Change};
use store::prescribing::{self, AskRow, Heard, LookedRow, MarkRow, NewAsk, PrescribingRow, ToLookRow};
use store::work::{self, NewWorkItem};
use store::{Tx, person_write};
use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;

/// How long whoever asks first has to hear the answer before anybody else may ask.
const FIRST: TimeDelta = TimeDelta::minutes(1);
/// How many of what waits are asked in one run.
const STRIDE: i64 = 200;
/// How old what a page shows of another system may be.
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// How long whoever opens a page waits for that.
const GLANCE: Duration = Duration::from_secs(5);
/// When it is asked again how an order stands where no answer came.
const AGAIN: TimeDelta = TimeDelta::minutes(15);
/// How often at most it is written down that a practice's system answers, or still does not.
const NOTED: TimeDelta = TimeDelta::minutes(5);
/// The most characters of what a practice says in its own system that are kept.
const LONGEST: usize = 1000;
/// The most characters of what another system calls something; FHIR allows 64.
const LONGEST_ID: usize = 200;
/// What a practice's own system is told where a carer orders.
const BY_CARER: &str = "Sent by somebody who looks after the patient.";
/// What is said to whoever takes back what is not there yet.
const STILL_SENDING: &str =
    "We are still sending this order to your practice. You can cancel it here once they have it. If it is urgent, ring them";

/// How a medicine stands that was ordered from a practice with a system of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsideMark {
    /// It is being sent.
    Sending,
    /// The system has not been reached yet; it is tried again.
    Delayed,
    /// It is there, and nobody has begun with it.
    There,
    /// Somebody deals with it there.
    InProgress,
    /// It was there, and is to be found there no more.
    Missing,
    /// The system did not take it.
    NotTaken(OrderRefusal),
    /// The system gave no certain answer for a day.
    NotSent,
    /// It is to be taken back; there is no answer yet.
    Cancelling,
    /// It could not be taken back.
    NotCancelled(OrderRefusal),
    /// Whether it was taken back could not be known for a day.
    CancelUnknown,
    /// The practice cancelled it in its own system.
    CancelledThere,
}

impl OutsideMark {
    /// The word that a page puts on it; absent where the status of the medicine says it.
    #[must_use]
    pub const fn title(self) -> Option<&'static str> {
        Some(match self {
            Self::Sending => "Being sent",
            Self::Delayed => "Delayed",
            Self::InProgress => "Your practice is working on it",
            Self::Missing => "Ring your practice",
            Self::NotSent => "Not sent",
            Self::NotTaken(_) => "Not taken",
            Self::Cancelling => "Being cancelled",
            Self::There | Self::NotCancelled(_) | Self::CancelUnknown | Self::CancelledThere => return None,
        })
    }

    /// Whether somebody has to do something about it.
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Delayed | Self::Missing | Self::NotTaken(_) | Self::NotSent | Self::CancelUnknown)
    }

    /// Whether it can be taken back.
    #[must_use]
    pub const fn can_be_cancelled(self) -> bool {
        matches!(self, Self::There | Self::InProgress | Self::Missing | Self::NotCancelled(_) | Self::CancelUnknown)
    }

    /// What it means and what to do, in sentences. `practice` is its name.
    #[must_use]
    pub fn in_words(self, practice: &str) -> String {
        match self {
            Self::Sending => format!("We are sending it to the system of {practice}."),
            Self::Delayed => format!(
                "We have not been able to reach your practice’s system yet. We keep trying. If you need it within 2 days, ring \
                 {practice}."
            ),
            Self::There => "Your practice has it in its own system, and has not decided yet.".to_owned(),
            Self::InProgress => "Somebody at your practice has begun with it. It is not decided yet.".to_owned(),
            Self::Missing => {
                format!("Your practice’s system does not show this order any more. Ring {practice} and ask how it stands.")
            }
            Self::NotTaken(refusal) => format!("{}.", refusal_in_words(refusal)),
            Self::NotSent => format!(
                "We tried for a day and could not send it. Ring {practice}. Ask if they have it before you order it again: we \
                 cannot be sure that it did not reach them."
            ),
            Self::Cancelling => {
                "We have asked your practice’s system to cancel it, and wait for the answer. Until then it may still be prescribed."
                    .to_owned()
            }
            Self::NotCancelled(refusal) => format!("It could not be cancelled. {}.", cancel_in_words(refusal)),
            Self::CancelUnknown => {
                format!("We tried for a day to cancel it and got no answer. If you do not want it, ring {practice}.")
            }
            Self::CancelledThere => "Your practice cancelled it.".to_owned(),
        }
    }
}

/// What a refusal of an order says, and what to do instead; without the last full stop.
fn refusal_in_words(refusal: OrderRefusal) -> &'static str {
    match refusal {
        OrderRefusal::Duplicate => {
            "Your practice has an order for this medicine already, so this one was not taken. If you did not make it, ring them"
        }
        OrderRefusal::NotKnown => "Your practice’s system does not know you. Ring them to order it",
        OrderRefusal::NotAllowed => "Your practice does not let you order online. Ring them to order it",
        OrderRefusal::NotThere => "Your practice’s system does not have this among the medicines that you can order. Ring them",
        OrderRefusal::Differs => {
            "Your practice’s system has this medicine with another name or amount, so it did not take the order. Ring them"
        }
        OrderRefusal::NoteTooLong => "Your note is too long for your practice’s system. Order it again with a shorter note",
        OrderRefusal::TooLate | OrderRefusal::NotTaken => "Your practice’s system did not take the order. Ring them to order it",
    }
}

/// The same of taking an order back.
fn cancel_in_words(refusal: OrderRefusal) -> &'static str {
    match refusal {
        OrderRefusal::TooLate => "Your practice has dealt with this order already. If you do not want the medicine, ring them",
        OrderRefusal::NotKnown => "Your practice’s system does not know you. Ring them",
        OrderRefusal::NotAllowed => "Your practice does not let you do this online. Ring them",
        _ => "Your practice’s system did not take this. Ring them if you do not want the medicine",
    }
}

/// What came of taking a medicine of an order back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenBack {
    /// Of which order it is.
    pub order: OrderId,
    /// The practice's own system was asked, and has not answered yet.
    pub asked: bool,
}

/// A system in which a practice decides about orders of medicines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsidePrescribingSeen {
    /// The organisation's code.
    pub organisation: String,
    /// The organisation's name.
    pub name: String,
    /// Where it is.
    pub base_url: String,
    /// Since when orders go there.
    pub since: DateTime<Utc>,
    /// When it last answered, to within five minutes; absent where it never did.
    pub answered_at: Option<DateTime<Utc>>,
    /// Since when it does not.
    pub failing: Option<DateTime<Utc>>,
    /// To how much it gave no certain answer yet.
    pub waiting: u64,
}

/// What was done about orders that wait for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrdersAsked {
    /// How many questions were settled.
    pub settled: u64,
    /// How many wait for an answer still.
    pub waiting: u64,
}

/// What was learnt about orders in others' systems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrdersLooked {
    /// How many orders were asked about and answered.
    pub looked: u64,
    /// How many of them were decided or cancelled there.
    pub changed: u64,
}

/// How something that was asked of another system stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    Done,
    Refused(OrderRefusal),
    Waiting,
}

/// What another system answered.
enum Answer {
    Made(OutsideOrder),
    Cancelled,
    Refused(OrderRefusal),
    Waiting(OrderFault),
}

/// How everything stands that was asked for a person, by the medicine of an order.
#[derive(Default)]
pub(super) struct Marks(BTreeMap<Uuid, (Option<MarkRow>, Option<MarkRow>)>);

impl Marks {
    pub(super) async fn of(tx: &mut Tx, person: PersonId) -> Result<Self, ServiceError> {
        let mut marks = Self::default();
        for row in prescribing::marks(tx, person).await? {
            let (order, cancel) = marks.0.entry(row.item_id).or_default();
            // The last of each counts.
            let place = if row.what == "order" { order } else { cancel };
            *place = Some(row);
        }
        Ok(marks)
    }

    /// Whether anything there was last asked about before then.
    pub(super) fn were_asked_before(&self, at: OrganisationId, before: DateTime<Utc>) -> bool {
        let rows = self.0.values().flat_map(|(order, cancel)| order.iter().chain(cancel));
        rows.filter(|row| row.organisation_id == at.as_uuid()).any(|row| row.looked_at.is_some_and(|looked| looked <= before))
    }

    /// How one medicine of an order stands, and when its practice's system last said so. `open` is whether it waits.
    pub(super) fn one(&self, item: Uuid, open: bool, cancelled: bool) -> (Option<OutsideMark>, Option<DateTime<Utc>>) {
        let Some((Some(order), cancel)) = self.0.get(&item) else { return (None, None) };
        let refusal = |row: &MarkRow| row.refusal.as_deref().and_then(OrderRefusal::from_code).unwrap_or(OrderRefusal::NotTaken);
        let back = cancel.as_ref().map(|row| (row.state.as_str(), row));
        let mark = match (order.state.as_str(), back) {
            ("asked", _) if order.fault.is_some() => Some(OutsideMark::Delayed),
            ("asked", _) => Some(OutsideMark::Sending),
            ("refused", _) => Some(OutsideMark::NotTaken(refusal(order))),
            ("given-up", _) => Some(OutsideMark::NotSent),
            ("done", Some(("asked", _))) if open => Some(OutsideMark::Cancelling),
            ("done", Some(("refused", row))) if open => Some(OutsideMark::NotCancelled(refusal(row))),
            ("done", Some(("given-up", _))) if open => Some(OutsideMark::CancelUnknown),
            ("done", _) if open => Some(match order.progress.as_deref().and_then(TaskProgress::from_code) {
                Some(TaskProgress::InProgress) => OutsideMark::InProgress,
                Some(TaskProgress::Missing) => OutsideMark::Missing,
                _ => OutsideMark::There,
            }),
            ("done", Some(("done", _))) => None,
            ("done", _) if cancelled => Some(OutsideMark::CancelledThere),
            _ => None,
        };
        (mark, order.heard_at)
    }
}

/// Writes down that a practice's own system is to prescribe a medicine that was just ordered here.
pub(super) async fn ask_to_order(
    core: &Core,
    tx: &mut Tx,
    (person, item): (PersonId, OrderItemId),
    at: OrganisationId,
    (plan, identifiers): &(Option<String>, Vec<String>),
) -> Result<(), ServiceError> {
    let ask = NewAsk {
        person,
        id: core.new_id(),
        organisation: at,
        item,
        what: "order",
        plan: plan.clone(),
        identifiers: identifiers.join("\n"),
        task: None,
        next_try_at: core.now() + FIRST,
    };
    prescribing::ask(tx, &ask, core.now()).await?;
    Ok(())
}

/// Writes down that a practice's own system is to take a medicine of an order back. Absent where the practice decides here;
/// gives no id where it was asked already.
///
/// # Errors
/// [`ServiceError::Fields`] with no field where the order is not there yet.
pub(super) async fn ask_to_cancel(
    core: &Core,
    tx: &mut Tx,
    (person, item): (PersonId, OrderItemId),
) -> Result<Option<Option<Uuid>>, ServiceError> {
    let Some(row) = prescribing::of_item(tx, person, item).await? else { return Ok(None) };
    match row.state.as_str() {
        "asked" => return Err(ServiceError::field("", STILL_SENDING)),
        // What is to be found there no more cannot be taken back there: it ends here.
        "done" if row.progress.as_deref() == Some(TaskProgress::Missing.code()) => return Ok(None),
        "done" => {}
        _ => return Ok(None),
    }
    let ask = NewAsk {
        person,
        id: core.new_id(),
        organisation: row.organisation(),
        item,
        what: "cancel",
        plan: row.plan.clone(),
        identifiers: row.identifiers.clone(),
        task: row.task_id.clone(),
        next_try_at: core.now() + FIRST,
    };
    Ok(Some(prescribing::ask(tx, &ask, core.now()).await?.then_some(ask.id)))
}

impl Medicines {
    /// Says where a practice decides about orders of medicines: in a system of its own at this address, or here.
    ///
    /// Where it moves to a system of its own, what waits on its work list stays there. Where it comes back, what waits to be
    /// decided there comes to its work list here.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`url`) for an address that cannot be used, and where its system has been asked something and
    /// has not answered; refusals for anybody but the operator and the service itself.
    pub async fn prescribe_outside(&self, actor: &Actor, at: OrganisationId, url: Option<&str>) -> Result<(), ServiceError> {
        access::for_all(actor)?;
        let url = url.map(interface).transpose()?;
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    if let Some(url) = url {
                        prescribing::set(tx, at, &url, core.now()).await?;
                        return Ok(());
                    }
                    if prescribing::of(tx, at).await?.is_none() {
                        return Ok(());
                    }
                    let told = "Its system has been asked something and has not answered: wait, then try again.";
                    let open = prescribing::remove(tx, at).await?.ok_or_else(|| ServiceError::field("url", told))?;
                    for (person, order) in open {
                        to_the_list(&core, tx, at, (person, order), WorkKind::MedicineOrder).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// The systems in which practices decide about orders of medicines themselves, by the code of the practice.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn outside_prescribing(&self, actor: &Actor) -> Result<Vec<OutsidePrescribingSeen>, ServiceError> {
        access::for_all(actor)?;
        let mut tx = self.core.read().await?;
        let mut seen = Vec::new();
        for row in prescribing::all(&mut tx).await? {
            let waiting = prescribing::waiting(&mut tx, OrganisationId::from_uuid(row.organisation_id)).await?;
            seen.push(OutsidePrescribingSeen {
                organisation: row.code,
                name: row.name,
                base_url: row.base_url,
                since: row.since,
                answered_at: row.answered_at,
                failing: row.failing_since,
                waiting: u64::try_from(waiting).unwrap_or_default(),
            });
        }
        Ok(seen)
    }

    /// Asks for everything that waits for an answer and may be asked again, and gives up what has waited too long: then people
    /// look into it. Safe to run at any time and by several servers at once.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_outside(&self, actor: &Actor) -> Result<OrdersAsked, ServiceError> {
        access::for_all(actor)?;
        let mut tx = self.core.read().await?;
        let due = prescribing::due(&mut tx, self.core.now(), STRIDE).await?;
        drop(tx);
        let mut done = OrdersAsked::default();
        for (person, id) in due {
            match self.settle_outside(person, id, None).await {
                Ok(Settled::Waiting) => done.waiting += 1,
                Ok(Settled::Done | Settled::Refused(_)) => done.settled += 1,
                // One that cannot be settled must not keep the others from their answer; it comes again later.
                Err(error) => tracing::error!(ask = %id, %error, "what a prescribing system was asked could not be settled"),
            }
        }
        Ok(done)
    }

    /// Asks how orders stand about which it is time to ask, and tells people what was decided. Safe to run at any time and by
    /// several servers at once: they share the asking.
    ///
    /// # Errors
    /// As [`Medicines::run_outside`].
    pub async fn look_outside(&self, actor: &Actor) -> Result<OrdersLooked, ServiceError> {
        access::for_all(actor)?;
        let now = self.core.now();
        let mut tx = self.core.read().await?;
        let rows = prescribing::to_look(&mut tx, now, STRIDE).await?;
        drop(tx);
        let mut done = OrdersLooked::default();
        for row in rows {
            let person = row.person_id;
            match self.look(row, (now, now)).await {
                Ok(OrdersLooked { looked, changed }) => {
                    done.looked += looked;
                    done.changed += changed;
                }
                // One that cannot be read must not keep the others from being asked about.
                Err(error) => tracing::error!(%person, %error, "how orders stand elsewhere could not be looked at"),
            }
        }
        Ok(done)
    }

    /// Asks how what somebody ordered from a practice stands, if that was not asked for a while; `true` where it was answered.
    pub(super) async fn glance(&self, person: PersonId, at: OrganisationId, marks: &Marks) -> Result<bool, ServiceError> {
        let before = self.core.now() - FRESH;
        if !marks.were_asked_before(at, before) {
            return Ok(false);
        }
        let mut tx = self.core.read().await?;
        let row = prescribing::stale(&mut tx, (person, at), before).await?;
        drop(tx);
        let Some(row) = row else { return Ok(false) };
        // Whatever is planned: it is looked at now.
        let ever = self.core.now() + TimeDelta::days(365);
        match timeout(GLANCE.min(self.patience), self.look(row, (ever, before))).await {
            Ok(Ok(done)) => Ok(done != OrdersLooked::default()),
            // The page shows what is known; a job asks again.
            Ok(Err(error)) => {
                tracing::warn!(%person, %error, "how orders stand elsewhere could not be looked at");
                Ok(false)
            }
            Err(_) => Ok(false),
        }
    }

    /// Asks how all stands that a person has ordered from one practice.
    async fn look(&self, row: ToLookRow, (due, before): (DateTime<Utc>, DateTime<Utc>)) -> Result<OrdersLooked, ServiceError> {
        let Some(number) = row.nhs_number.clone() else { return Ok(OrdersLooked::default()) };
        let (claiming, now) = (row.clone(), self.core.now());
        let claimed = self.core.write(move |_, tx| {
            Box::pin(async move { Ok(prescribing::claim_look(tx, &claiming, (due, before), (now, now + AGAIN)).await?) })
        });
        let claimed = claimed.await?;
        if claimed.is_empty() {
            return Ok(OrdersLooked::default());
        }
        let (person, at) = (PersonId::from_uuid(row.person_id), OrganisationId::from_uuid(row.organisation_id));
        let since = since(claimed.iter().map(|one| one.asked_at).min().unwrap_or(now));
        let found = match self.core.prescribing().of_patient(&place_of(&row.base_url, &row.code), &number, since).await {
            Ok(found) => found,
            // Whoever it does not know has nothing there.
            Err(OutsideFault::Refused(OrderRefusal::NotKnown)) => Vec::new(),
            Err(fault) => {
                tracing::warn!(organisation = row.code, %fault, "a prescribing system did not say how orders stand");
                let answered = matches!(fault, OutsideFault::Refused(_));
                // It is asked again ever less often, as when it answers.
                let later = self.core.write(move |core, tx| {
                    Box::pin(async move {
                        for one in &claimed {
                            let item = OrderItemId::from_uuid(one.item_id);
                            prescribing::look_soon(tx, person, item, next_look(one.asked_at, core.now())).await?;
                        }
                        Ok(())
                    })
                });
                let later = later.await;
                self.note_system(at, answered).await;
                return later.map(|()| OrdersLooked::default());
            }
        };
        let done = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    let (mut done, mut tell_whom) = (OrdersLooked::default(), BTreeMap::<AccountId, Vec<Uuid>>::new());
                    for one in &claimed {
                        done.looked += 1;
                        let there = found.iter().find(|there| is_the_one(there, one)).cloned().unwrap_or_else(missing);
                        if let Some((orderer, entry)) = hear(&core, tx, (person, at), one, &there).await? {
                            done.changed += 1;
                            tell_whom.entry(orderer).or_default().push(entry);
                        }
                    }
                    for (orderer, entries) in tell_whom {
                        tell(&core, tx, person, (orderer, &entries), None).await?;
                    }
                    Ok(done)
                })
            })
            .await;
        self.note_system(at, true).await;
        done
    }

    /// Keeps that a practice's system answered, or did not, for those who read where a record comes from. That is apart from what was
    /// asked, and breaks nothing of it: where it cannot be kept, the log says so.
    async fn note_system(&self, at: OrganisationId, answered: bool) {
        if let Err(error) = self.keep_system(at, answered).await {
            tracing::warn!(organisation = %at.as_uuid(), %error, "whether a prescribing system answers could not be kept");
        }
    }

    async fn keep_system(&self, at: OrganisationId, answered: bool) -> Result<(), ServiceError> {
        let now = self.core.now();
        let mut tx = self.core.read().await?;
        let row = prescribing::of(&mut tx, at).await?;
        drop(tx);
        if row.is_none_or(|row| !is_news(&row, answered, now)) {
            return Ok(());
        }
        self.core.write(move |_, tx| Box::pin(async move { Ok(prescribing::note_system(tx, at, answered, now).await?) })).await
    }

    /// Asks at once for all that was just ordered; `true` where something has no answer yet.
    pub(super) async fn ask_at_once(&self, person: PersonId, orders: &[OrderId]) -> Result<bool, ServiceError> {
        let (until, mut waits) = (Instant::now() + self.patience, false);
        for order in orders {
            let mut tx = self.core.read().await?;
            let asks = prescribing::of_order(&mut tx, person, *order).await?;
            drop(tx);
            for ask in asks {
                // Nobody waits longer: the rest is asked in a minute.
                waits |= Instant::now() >= until || self.settle_outside(person, ask, Some(until)).await? == Settled::Waiting;
            }
        }
        Ok(waits)
    }

    /// Whether something of these orders waits for an answer.
    pub(super) async fn waits(&self, person: PersonId, orders: &[OrderId]) -> Result<bool, ServiceError> {
        let mut tx = self.core.read().await?;
        for order in orders {
            if !prescribing::of_order(&mut tx, person, *order).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Asks to take a medicine of an order back, for whoever looks on.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where that is refused.
    pub(super) async fn cancel_at_once(&self, person: PersonId, ask: Uuid) -> Result<bool, ServiceError> {
        match self.settle_outside(person, ask, Some(Instant::now() + self.patience)).await? {
            Settled::Done => Ok(false),
            Settled::Waiting => Ok(true),
            Settled::Refused(refusal) => Err(ServiceError::field("", cancel_in_words(refusal))),
        }
    }

    /// Asks, and does what the answer means. Whoever looks on waits `until` then and no longer, and what has no answer by then is
    /// asked again; without that the person does not look on, and has to be told.
    async fn settle_outside(&self, person: PersonId, id: Uuid, until: Option<Instant>) -> Result<Settled, ServiceError> {
        let late = until.is_none();
        let taken =
            self.core.write(move |core, tx| Box::pin(async move { take_try(&core, tx, (person, id), late).await })).await?;
        let row = match taken {
            Taken::Mine(row) => *row,
            Taken::Over(settled) => return Ok(settled),
        };
        let answer = match until {
            None => Some(self.asked(&row).await),
            Some(until) => timeout_at(until, self.asked(&row)).await.ok(),
        };
        // Where somebody waited no longer, it may answer yet: whoever asks again in a minute hears it.
        let (at, answered) = (row.organisation(), answer.as_ref().and_then(|answer| has_answered(&row, answer)));
        let slow = || Answer::Waiting(OutsideFault::Unknown("it is slower than anybody waits".to_owned()));
        let answer = answer.unwrap_or_else(slow);
        let settled = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    // One act at a time for each person, as where the practice decides here.
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    apply(&core, tx, &row, &answer, late).await
                })
            })
            .await;
        if let Some(answered) = answered {
            self.note_system(at, answered).await;
        }
        settled
    }

    /// Asks the system. Where it was asked before, first whether it has done it.
    async fn asked(&self, row: &AskRow) -> Answer {
        // Where it is gone, take_try has dealt with it.
        let Some(base_url) = &row.base_url else { return Answer::Refused(OrderRefusal::NotTaken) };
        let Some(number) = &row.nhs_number else { return Answer::Refused(OrderRefusal::NotKnown) };
        let (at, again) = (place_of(base_url, &row.code), row.tries > 0);
        if row.orders() {
            self.asked_to_order(row, &at, number, again).await
        } else {
            self.asked_to_cancel(row, &at, number, again).await
        }
    }

    async fn asked_to_order(&self, row: &AskRow, at: &OutsidePractice, number: &str, again: bool) -> Answer {
        let system = self.core.prescribing();
        let mine = |found: Vec<OutsideOrder>| found.into_iter().find(|one| knows(one, row.id));
        if again {
            match system.of_patient(at, number, since(row.ordered_at)).await {
                Ok(found) => {
                    if let Some(made) = mine(found) {
                        return Answer::Made(made);
                    }
                }
                // Whoever it does not know has nothing there, and will be told so.
                Err(OutsideFault::Refused(OrderRefusal::NotKnown)) => {}
                Err(fault) => return Answer::Waiting(fault),
            }
        }
        let Some(plan) = row.plan.clone() else { return Answer::Refused(OrderRefusal::NotThere) };
        // The other system knows no carers: that one ordered is told in words.
        let by = if row.channel == "carer" { BY_CARER } else { "" };
        let said = [by, &row.early_reason, &row.reason, &row.note];
        let ordering = OutsideOrdering {
            request: row.id,
            nhs_number: number.to_owned(),
            plan,
            identifiers: row.identifiers.lines().map(ToOwned::to_owned).collect(),
            note: said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n"),
            pharmacy: row.dispenser.clone(),
            asked_at: row.ordered_at,
        };
        match system.order(at, &ordering).await {
            Ok(made) => Answer::Made(made),
            // It may be this very one, of a request whose answer never came.
            Err(OutsideFault::Refused(OrderRefusal::Duplicate)) => {
                match system.of_patient(at, number, since(row.ordered_at)).await {
                    Ok(found) => mine(found).map_or(Answer::Refused(OrderRefusal::Duplicate), Answer::Made),
                    Err(fault) => Answer::Waiting(fault),
                }
            }
            Err(OutsideFault::Refused(refusal)) => Answer::Refused(refusal),
            Err(fault) => Answer::Waiting(fault),
        }
    }

    async fn asked_to_cancel(&self, row: &AskRow, at: &OutsidePractice, number: &str, again: bool) -> Answer {
        let system = self.core.prescribing();
        // It never said what it calls it.
        let Some(task) = &row.task_id else { return Answer::Refused(OrderRefusal::NotTaken) };
        let stands =
            |found: Vec<OutsideOrder>| found.into_iter().find(|one| one.id.as_ref() == Some(task)).map(|one| one.progress);
        if again {
            match system.of_patient(at, number, since(row.ordered_at)).await.map(stands) {
                Ok(Some(TaskProgress::Cancelled)) => return Answer::Cancelled,
                Ok(Some(TaskProgress::Completed | TaskProgress::Rejected)) => return Answer::Refused(OrderRefusal::TooLate),
                Ok(_) => {}
                Err(OutsideFault::Refused(refusal)) => return Answer::Refused(refusal),
                Err(fault) => return Answer::Waiting(fault),
            }
        }
        match system.cancel(at, row.id, number, task).await {
            Ok(()) => Answer::Cancelled,
            // It may be cancelled already, there or by a request whose answer never came.
            Err(OutsideFault::Refused(OrderRefusal::TooLate)) => {
                match system.of_patient(at, number, since(row.ordered_at)).await.map(stands) {
                    Ok(Some(TaskProgress::Cancelled)) => Answer::Cancelled,
                    Ok(_) | Err(OutsideFault::Refused(_)) => Answer::Refused(OrderRefusal::TooLate),
                    Err(fault) => Answer::Waiting(fault),
                }
            }
            Err(OutsideFault::Refused(refusal)) => Answer::Refused(refusal),
            Err(fault) => Answer::Waiting(fault),
        }
    }
}

fn place_of(base_url: &str, code: &str) -> OutsidePractice {
    OutsidePractice { base_url: base_url.to_owned(), organisation: code.to_owned() }
}

/// Whether a system answered what it was asked; absent where it was not asked.
fn has_answered(row: &AskRow, answer: &Answer) -> Option<bool> {
    let named = if row.orders() { row.plan.is_some() } else { row.task_id.is_some() };
    match answer {
        Answer::Made(_) | Answer::Cancelled => Some(true),
        // What lacks something is refused here.
        Answer::Refused(_) => (named && row.base_url.is_some() && row.nhs_number.is_some()).then_some(true),
        Answer::Waiting(_) => Some(false),
    }
}

/// Whether it is worth writing down that a system answered now, or did not. One that answers again is always; one slip soon after an
/// answer is not.
fn is_news(row: &PrescribingRow, answered: bool, now: DateTime<Utc>) -> bool {
    let is_old = |at: Option<DateTime<Utc>>| at.is_none_or(|at| now - at >= NOTED);
    match answered {
        true => row.failing_since.is_some() || is_old(row.answered_at),
        false => is_old(row.answered_at.max(row.failed_at)),
    }
}

/// From which day on an order stands there that was asked for then, by whatever clock it goes.
fn since(asked_at: DateTime<Utc>) -> NaiveDate {
    (asked_at - TimeDelta::days(1)).date_naive()
}

/// Whether an order there is what was asked for by this request.
fn knows(one: &OutsideOrder, request: Uuid) -> bool {
    one.requests.iter().any(|text| text.parse() == Ok(request))
}

fn is_the_one(there: &OutsideOrder, asked: &LookedRow) -> bool {
    match (&there.id, &asked.task_id) {
        (Some(id), Some(task)) => id == task,
        _ => knows(there, asked.id),
    }
}

/// What stands for an order that is not to be found.
fn missing() -> OutsideOrder {
    OutsideOrder {
        id: None,
        requests: Vec::new(),
        progress: TaskProgress::Missing,
        words: String::new(),
        prescription: None,
        changed_at: None,
    }
}

/// What can be kept of a practice's own words.
fn kept(text: &str, most: usize) -> String {
    let text = text.trim().replace("\r\n", "\n");
    text.chars().filter(|c| (!c.is_control() || *c == '\n') && !domain::shown::turns(*c)).take(most).collect()
}

fn id_kept(id: Option<&str>) -> Option<&str> {
    id.filter(|id| !id.is_empty() && id.chars().count() <= LONGEST_ID && !id.contains(char::is_control))
}

/// Takes over what the practice's system says of an order; gives who is to be told, and of which entry, where it is decided or
/// cancelled by that.
async fn hear(
    core: &Core,
    tx: &mut Tx,
    (person, at): (PersonId, OrganisationId),
    asked: &LookedRow,
    there: &OutsideOrder,
) -> Result<Option<(AccountId, Uuid)>, ServiceError> {
    let (now, item) = (core.now(), OrderItemId::from_uuid(asked.item_id));
    let row = medicine::item(tx, person, item).await?.ok_or(ServiceError::NotFound)?;
    let open = row.status()?.is_open();
    let heard = Heard {
        task: id_kept(there.id.as_deref()),
        progress: there.progress,
        prescription: id_kept(there.prescription.as_deref()),
        next_look_at: (open && !there.progress.is_over()).then(|| next_look(asked.asked_at, now)),
    };
    prescribing::heard(tx, (person, asked.id), &heard, now).await?;
    let (act, what) = match there.progress {
        TaskProgress::Requested | TaskProgress::InProgress | TaskProgress::Missing => {
            let before = asked.progress.as_deref().and_then(TaskProgress::from_code);
            // What is heard first is told by whoever ordered it.
            if open && before.is_some_and(|before| before != there.progress) {
                let what = match there.progress {
                    TaskProgress::InProgress => "outside-in-progress",
                    TaskProgress::Missing => "outside-missing",
                    _ => "outside-ordered",
                };
                note(core, tx, (person, at), (row.order_id, Some(row.entry_id)), what).await?;
            }
            return Ok(None);
        }
        TaskProgress::Completed => (ItemAct::Approve, "outside-approved"),
        TaskProgress::Rejected => (ItemAct::Decline, "outside-declined"),
        TaskProgress::Cancelled => (ItemAct::Cancel, "outside-cancelled"),
    };
    let Some(status) = row.status()?.after(act) else { return Ok(None) };
    let words = kept(&there.words, LONGEST);
    let when = there.changed_at.filter(|at| *at >= row.created_at && *at <= now).unwrap_or(now);
    let change = Change { answer: &words, decided: act.decides().then_some((None, when)), ..keeping(&row, status) };
    if !medicine::change(tx, person, (item, row.version), &change).await? {
        return Err(changed());
    }
    note(core, tx, (person, at), (row.order_id, Some(row.entry_id)), what).await?;
    let told = (AccountId::from_uuid(row.ordered_by), row.entry_id);
    let number = there.prescription.as_deref().and_then(|number| PrescriptionNumber::parse(number).ok());
    if let Some(number) = number.filter(|_| act == ItemAct::Approve) {
        let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::System) };
        signed(core, tx, (&Actor::System, subject), (at, number), vec![row]).await?;
    }
    Ok(Some(told))
}

/// Lets an item of an order go where an act leads, without a word of the practice.
async fn leads(core: &Core, tx: &mut Tx, ask: &AskRow, act: ItemAct, what: &'static str) -> Result<(), ServiceError> {
    let row = medicine::item(tx, ask.person(), ask.item()).await?.ok_or(ServiceError::NotFound)?;
    if let Some(status) = row.status()?.after(act)
        && !medicine::change(tx, ask.person(), (ask.item(), row.version), &keeping(&row, status)).await?
    {
        return Err(changed());
    }
    note(core, tx, (ask.person(), ask.organisation()), (row.order_id, Some(row.entry_id)), what).await
}

/// Whether a try is one's own.
enum Taken {
    /// It is, with what has to be told.
    Mine(Box<AskRow>),
    /// Somebody else has it, or it is over.
    Over(Settled),
}

/// Takes the next try, not before its time where that is asked; or gives up what has waited too long.
async fn take_try(core: &Core, tx: &mut Tx, (person, id): (PersonId, Uuid), in_time: bool) -> Result<Taken, ServiceError> {
    let whose = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let row = prescribing::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
    let now = core.now();
    if row.state != "asked" {
        return Ok(Taken::Over(row.refusal().map_or(Settled::Done, Settled::Refused)));
    }
    if in_time && row.next_try_at > now {
        return Ok(Taken::Over(Settled::Waiting));
    }
    if row.base_url.is_none() {
        moved(core, tx, &row).await?;
        return Ok(Taken::Over(Settled::Done));
    }
    // For somebody who has died nothing is sent any more; what may have been sent comes to the practice's work list.
    if (row.tries > 0 && now - row.asked_at >= GIVE_UP) || (whose.deceased && row.orders()) {
        give_up(core, tx, &row).await?;
        return Ok(Taken::Over(Settled::Done));
    }
    let next = next_try(u32::try_from(row.tries).unwrap_or_default() + 1, now);
    if !prescribing::take_try(tx, &row, next).await? {
        return Ok(Taken::Over(Settled::Waiting));
    }
    Ok(Taken::Mine(Box::new(row)))
}

/// Does what the answer means, once.
async fn apply(core: &Core, tx: &mut Tx, ask: &AskRow, answer: &Answer, late: bool) -> Result<Settled, ServiceError> {
    let now = core.now();
    let state = match answer {
        Answer::Waiting(fault) => {
            tracing::warn!(ask = %ask.id, tries = ask.tries, %fault, "a prescribing system gave no certain answer");
            prescribing::failed(tx, ask, &fault.to_string()).await?;
            // Whoever has left the page learns that it is late: once, for no try is taken twice.
            if late && u32::try_from(ask.tries + 1) == Ok(TELLS_LATE) {
                tell(core, tx, ask.person(), (ask.orderer(), &[ask.entry_id]), None).await?;
            }
            return Ok(Settled::Waiting);
        }
        Answer::Made(_) | Answer::Cancelled => ("done", None),
        Answer::Refused(refusal) => ("refused", Some(*refusal)),
    };
    if !prescribing::settle(tx, ask, state, now).await? {
        return Ok(Settled::Waiting);
    }
    let told = match answer {
        Answer::Made(made) => {
            let subject = (ask.person(), ask.organisation());
            let asked = LookedRow { id: ask.id, item_id: ask.item_id, task_id: None, asked_at: ask.asked_at, progress: None };
            let decided = hear(core, tx, subject, &asked, made).await?.is_some();
            if !decided {
                note(core, tx, subject, (ask.order_id, Some(ask.entry_id)), "outside-ordered").await?;
            }
            decided
        }
        Answer::Cancelled => {
            leads(core, tx, ask, ItemAct::Cancel, "outside-cancelled").await?;
            prescribing::look_no_more(tx, ask.person(), ask.item()).await?;
            late
        }
        Answer::Refused(_) if ask.orders() => {
            leads(core, tx, ask, ItemAct::Decline, "outside-refused").await?;
            late
        }
        Answer::Refused(_) => {
            note_ask(core, tx, ask, "outside-cancel-refused").await?;
            // How it stands is worth knowing now.
            prescribing::look_soon(tx, ask.person(), ask.item(), now).await?;
            late
        }
        Answer::Waiting(_) => false,
    };
    if told {
        tell(core, tx, ask.person(), (ask.orderer(), &[ask.entry_id]), None).await?;
    }
    Ok(state.1.map_or(Settled::Done, Settled::Refused))
}

/// Nobody knows whether the other system has it: people look into it.
async fn give_up(core: &Core, tx: &mut Tx, ask: &AskRow) -> Result<(), ServiceError> {
    if !prescribing::settle(tx, ask, ("given-up", None), core.now()).await? {
        return Ok(());
    }
    if ask.orders() {
        leads(core, tx, ask, ItemAct::Cancel, "outside-unknown").await?;
    } else {
        note_ask(core, tx, ask, "outside-cancel-unknown").await?;
    }
    let order = OrderId::from_uuid(ask.order_id);
    to_the_list(core, tx, ask.organisation(), (ask.person(), order), WorkKind::OutsideOrder).await?;
    tell(core, tx, ask.person(), (ask.orderer(), &[ask.entry_id]), None).await
}

/// The practice decides here since: it does so about this too.
async fn moved(core: &Core, tx: &mut Tx, ask: &AskRow) -> Result<(), ServiceError> {
    if !prescribing::settle(tx, ask, ("moved", None), core.now()).await? {
        return Ok(());
    }
    if ask.orders() {
        let order = OrderId::from_uuid(ask.order_id);
        return to_the_list(core, tx, ask.organisation(), (ask.person(), order), WorkKind::MedicineOrder).await;
    }
    leads(core, tx, ask, ItemAct::Cancel, "outside-cancelled").await
}

/// Puts an order on the work list of its practice, if it does not stand there.
async fn to_the_list(
    core: &Core,
    tx: &mut Tx,
    organisation: OrganisationId,
    (person, order): (PersonId, OrderId),
    kind: WorkKind,
) -> Result<(), ServiceError> {
    let urgent = kind == WorkKind::OutsideOrder;
    let item = NewWorkItem { organisation, team: None, kind, person, about: order.as_uuid(), urgent };
    if work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await? {
        let what = if urgent { "outside-looked-into" } else { "outside-moved" };
        note(core, tx, (person, organisation), (order.as_uuid(), None), what).await?;
    }
    Ok(())
}

/// Says in the account of the record what came of something that was asked.
async fn note_ask(core: &Core, tx: &mut Tx, ask: &AskRow, what: &'static str) -> Result<(), ServiceError> {
    note(core, tx, (ask.person(), ask.organisation()), (ask.order_id, Some(ask.entry_id)), what).await
}

/// Says in the account of the record what came of an order, or of one medicine of it.
async fn note(
    core: &Core,
    tx: &mut Tx,
    (person, at): (PersonId, OrganisationId),
    (order, entry): (Uuid, Option<Uuid>),
    what: &'static str,
) -> Result<(), ServiceError> {
    let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::System) };
    let event = Event::on_record(&Actor::System, subject, Action::OrderChanged, Purpose::DirectCare);
    let event = event.about("what", what).about("order", order);
    activity::append(core, tx, entry.map_or_else(|| event.clone(), |entry| event.clone().about("entry", entry))).await
}
