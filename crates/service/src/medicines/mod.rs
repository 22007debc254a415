//! Medicines: one list of them from every source, ordering repeats, the practice's answer, what people add themselves, and
//! reminders with a diary of doses.

mod decide;
mod doses;
mod list;
mod load;
mod order;
mod outside;
mod own;
mod queue;
mod remind;
mod reminders;
mod rules;

pub use decide::{DecideForm, TeamItem, TeamOrder};
pub use doses::{DayOfDoses, DoseDiary, DoseForm, DoseSeen};
pub use list::{ChangeSeen, MedicineSeen, MedicineSource, MedicinesSeen, WarningSeen};
pub(crate) use list::{all_allergies, current_medicines, own_open};
pub use load::DictionaryReport;
pub use order::{GoesTo, ItemSeen, OrderForm, OrderSeen, Ordered, OrderingItem, OrderingSeen};
pub use outside::{OrdersAsked, OrdersLooked, OutsideMark, OutsidePrescribingSeen, TakenBack};
pub use own::OwnMedicineForm;
pub use queue::{ApproveForm, OrderQueue, OrdersApproved, OrdersChosen, QueuedOrder};
pub use remind::MedicineRemindersDone;
pub use reminders::{DoseRemindersSeen, MedicineNow, Reach, Remindable, ReminderForm, ReminderSeen};
pub(crate) use reminders::{reach, ways};
pub use rules::{OrderRulesForm, OrderRulesSeen};

use crate::mail::{self, Letter};
use crate::reader::{Reader, allowed};
use crate::typed::text;
use crate::{Core, FieldProblem, ServiceError};
use domain::access::{Actor, Ask, Assurance, Subject};
use domain::medicine::{CannotOrder, EndDay};
use domain::when::day_in_words;
use domain::{AccountId, PersonId};
use futures::future::BoxFuture;
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Tx, account, link, outbox, person, record};
use uuid::Uuid;

/// How long whoever looks on waits for others' systems, all in all: less than a page may take (`PATIENCE` in `server::http`).
const PATIENCE: Duration = Duration::from_secs(20);

/// The use cases of medicines.
#[derive(Clone)]
pub struct Medicines {
    core: Core,
    patience: Duration,
}

impl Medicines {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core, patience: PATIENCE }
    }

    /// The same, where whoever looks on waits so long for others' systems.
    #[must_use]
    pub const fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// A snapshot, for whoever may order for the person; a refusal is audited.
    async fn enter(&self, actor: &Actor, person: PersonId, what: &'static str) -> Result<(Tx, Subject, Reader), ServiceError> {
        self.core.enter(actor, person, Ask::OrderMedicines, what).await
    }

    /// Lets through whoever may order for the person, and add what they take.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not.
    pub async fn may_order(&self, actor: &Actor, person: PersonId) -> Result<(), ServiceError> {
        self.enter(actor, person, "medicines").await.map(|_| ())
    }

    /// Does an act for a person in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, person: PersonId, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.core.act_on(actor, person, "medicines", body).await
    }

    /// Does an act of a care team in one transaction; a refusal is audited.
    async fn act_in_team<T, F>(&self, actor: &Actor, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.core.act_in_team(actor, "medicines", body).await
    }
}

/// Lets through whoever may order for the person, with what they may see of the record.
pub(crate) async fn orders(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<(Subject, Reader), ServiceError> {
    allowed(core, tx, actor, person, Ask::OrderMedicines).await
}

/// What this account, which is not at work, may see of the record; absent where it may not order for the person.
pub(crate) async fn may_order(
    core: &Core,
    tx: &mut Tx,
    account: AccountId,
    person: PersonId,
) -> Result<Option<Reader>, ServiceError> {
    let carer = Actor::Account { id: account, assurance: Assurance::SecondStep };
    match orders(core, tx, &carer, person).await {
        Ok((_, reader)) => Ok(Some(reader)),
        Err(ServiceError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Why a medicine cannot be ordered now, and what to do instead; a sentence without its full stop.
#[must_use]
pub(crate) fn in_words(why: CannotOrder) -> String {
    match why {
        CannotOrder::Ended(None) => "It is stopped or finished. If you still need it, ask your practice".to_owned(),
        CannotOrder::Ended(Some(end @ EndDay::On(_))) => {
            format!("It ended {}. If you still need it, ask your practice", end.in_words())
        }
        CannotOrder::Ended(Some(end @ EndDay::By(_))) => {
            format!("It had ended {}. If you still need it, ask your practice", end.in_words())
        }
        CannotOrder::NotRepeat => "It is not a repeat medicine. If you need more, ask your practice".to_owned(),
        CannotOrder::FromPharmacy => "Your pharmacy gives it to you without an order. Ask them when the next is ready".to_owned(),
        CannotOrder::FromHospital => "A hospital or clinic gives it. Ask them for more".to_owned(),
        CannotOrder::NotYours => "This practice does not look after you now. Ask your own practice".to_owned(),
        CannotOrder::NotHere => "This practice does not take orders here. Ask them how to order".to_owned(),
        CannotOrder::NotTellable => {
            "We cannot tell your practice’s own system which medicine this is. Ask them how to order it".to_owned()
        }
        CannotOrder::AlreadyAsked(day) => {
            format!("It was ordered on {} and is not decided yet", day_in_words(day))
        }
        CannotOrder::Paused => "It is paused. Ask your practice before you take it again".to_owned(),
        CannotOrder::ReviewDue(day) => {
            format!("It had to be looked at by {}. Ask your practice for a medicine review", day_in_words(day))
        }
        CannotOrder::NoneLeft => "It has been given as often as was agreed. Ask your practice for a medicine review".to_owned(),
        CannotOrder::TooSoon(day) => format!("You can order it from {}", day_in_words(day)),
        CannotOrder::TooSoonAndReview { from, review_on } => format!(
            "You can order it from {}, but first it has to be looked at, by {}. Ask your practice for a medicine review",
            day_in_words(from),
            day_in_words(review_on)
        ),
    }
}

/// A text of several lines in which something must be said.
fn said(field: &str, typed: &str, missing: &str) -> Result<String, FieldProblem> {
    let text = text(field, typed)?;
    if text.is_empty() { Err(FieldProblem::new(field, missing)) } else { Ok(text) }
}

/// Writes to the person that something is new about what was ordered by these entries, and to whoever ordered it, while they still
/// may and see one of them; not to whoever did it.
async fn tell(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    (orderer, entries): (AccountId, &[Uuid]),
    but: Option<AccountId>,
) -> Result<(), ServiceError> {
    let dead = person::by_id(tx, person).await?.is_some_and(|row| row.deceased);
    let links = link::of_person(tx, person).await?;
    let own = links.iter().filter(|row| row.relation == "self" && !dead);
    let mut to: BTreeSet<AccountId> = own.map(|row| AccountId::from_uuid(row.account_id)).collect();
    if Some(orderer) != but
        && !to.contains(&orderer)
        && let Some(reader) = may_order(core, tx, orderer, person).await?
    {
        let open = record::ordered(tx, person, &reader.filter).await?;
        if entries.iter().any(|entry| open.contains(entry)) {
            to.insert(orderer);
        }
    }
    for id in to.into_iter().filter(|id| Some(*id) != but) {
        if let Some(account) = account::by_id(tx, id).await? {
            outbox::insert(tx, &mail::written(core, &account.email, &Letter::OrderNews)).await?;
        }
    }
    Ok(())
}
