//! What a practice lets its people order.

use super::Medicines;
use crate::activity::{self, Event};
use crate::error::gather;
use crate::{FieldProblem, ServiceError, access};
use domain::OrganisationId;
use domain::access::Actor;
use domain::audit::{Action, Purpose};
use domain::medicine::EARLIEST;
use domain::team::TeamAsk;
use store::medicine::{self, RulesRow};
use store::{StoreError, Tx, prescribing};

/// How many days before a medicine runs out it can be ordered where a practice has not said.
const USUAL_DAYS: i32 = 7;
/// What a practice that decides in a system of its own lets people order where it has not said: nobody may work for it here.
const USUAL: RulesRow = RulesRow { takes_orders: true, asks_reason: false, early_days: USUAL_DAYS, version: 0 };

/// What a practice lets its people order; `elsewhere` where it decides in a system of its own. Absent where it has not said.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub(super) async fn of(tx: &mut Tx, at: OrganisationId, elsewhere: bool) -> Result<Option<RulesRow>, StoreError> {
    Ok(medicine::rules(tx, at).await?.or_else(|| elsewhere.then_some(USUAL)))
}

/// What a practice lets its people order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRulesSeen {
    /// It takes orders here.
    pub takes_orders: bool,
    /// It asks for a reason for each medicine.
    pub asks_reason: bool,
    /// How many days before a medicine runs out it can be ordered.
    pub early_days: i32,
    /// Goes up with every change; 0 where the practice has not said.
    pub version: i32,
    /// Where the practice's own prescribing system is, to which orders go; absent where they come to the work list here.
    pub outside: Option<String>,
}

/// What is sent to change that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderRulesForm {
    /// `yes` or `no`.
    pub takes_orders: String,
    /// `yes` or `no`.
    pub asks_reason: String,
    /// A number of days.
    pub early_days: String,
    /// The version that was seen.
    pub version: String,
}

impl Medicines {
    /// What the actor's practice lets its people order.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not manage there.
    pub async fn rules(&self, actor: &Actor) -> Result<OrderRulesSeen, ServiceError> {
        let mut tx = self.core.read().await?;
        let place = match access::in_team(&mut tx, actor, TeamAsk::ManageMedicines).await {
            Ok(place) => place,
            Err(error) => {
                drop(tx);
                return Err(access::refused(&self.core, actor, error, "order-rules").await);
            }
        };
        let outside = prescribing::of(&mut tx, place.organisation()).await?.map(|row| row.base_url);
        let row = of(&mut tx, place.organisation(), outside.is_some()).await?;
        let row = row.unwrap_or(RulesRow { takes_orders: false, ..USUAL });
        Ok(OrderRulesSeen {
            takes_orders: row.takes_orders,
            asks_reason: row.asks_reason,
            early_days: row.early_days,
            version: row.version,
            outside,
        })
    }

    /// Changes it. Sending the same twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`takes_orders`, `asks_reason`, `early_days`, and with no field where somebody has changed it
    /// since it was seen); [`ServiceError::NotFound`] as [`Medicines::rules`].
    pub async fn change_rules(&self, actor: &Actor, form: &OrderRulesForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act_in_team(actor, move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageMedicines).await?;
                let at = place.organisation();
                gather! {
                    takes_orders = yes("takes_orders", &form.takes_orders);
                    asks_reason = yes("asks_reason", &form.asks_reason);
                    early_days = days(&form.early_days);
                    version = form.version.parse::<i32>().map_err(|_| FieldProblem::not_whole());
                }
                let new = RulesRow { takes_orders, asks_reason, early_days, version };
                let now = medicine::rules(tx, at).await?;
                if now.is_some_and(|now| RulesRow { version, ..now } == new) {
                    return Ok(());
                }
                if !medicine::change_rules(tx, at, &new, core.now()).await? {
                    return Err(super::order::changed());
                }
                let event = Event::on_account(&actor, Action::OrderRulesChanged, Purpose::Operations).about("organisation", at);
                activity::append(&core, tx, event).await
            })
        })
        .await
    }
}

fn yes(field: &str, typed: &str) -> Result<bool, FieldProblem> {
    match typed {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(FieldProblem::new(field, "Choose yes or no")),
    }
}

fn days(typed: &str) -> Result<i32, FieldProblem> {
    let days = typed.trim().parse::<u16>().ok().filter(|days| *days <= EARLIEST);
    days.map(i32::from).ok_or_else(|| FieldProblem::new("early_days", format!("Enter a number of days from 0 to {EARLIEST}")))
}
