//! Medicines: ordering, taking back, answering, and adding one's own.

use super::{date, field};
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::{Typed, gathered};
use crate::pages::appointments::{Part, id_in};
use crate::pages::medicines::order::{self, CHECK, PAGE};
use crate::pages::medicines::own::ADD;
use crate::pages::medicines::pharmacy::FIND_FOR_ORDER;
use crate::pages::medicines::{LIST, order_page};
use crate::pages::team::{orders, work_page};
use crate::words;
use axum::Form;
use domain::team::WorkKind;
use domain::{OrderId, OrderItemId, OwnMedicineId, WorkItemId};
use service::{ApproveForm, DecideForm, OrderRulesForm, OrdersApproved, OwnMedicineForm, ServiceError, TakenBack};

/// Boxes of one name come as often as they are ticked.
type Sent = Form<Vec<(String, String)>>;

/// Keeps what was chosen, and leads to the page that checks it.
pub async fn choose(ctx: Ctx, Form(sent): Sent) -> Answer {
    let typed = gathered(sent);
    let before = order::kept(&ctx).await?.unwrap_or_default();
    let choice = order::chosen(&ctx, &typed)?.after(before);
    match ctx.services().medicines.ordering(&ctx.actor(), ctx.person()?, &choice.form(&Typed::new())).await {
        Ok(_) => {
            order::keep(&ctx, &choice).await?;
            Ok(ctx.go(CHECK))
        }
        Err(error) => ctx.send_back(error, "medicine-order", PAGE, typed).await,
    }
}

/// Sends the order.
pub async fn send(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let choice = order::chosen(&ctx, &typed)?;
    if field(&typed, "dispenser") == order::ANOTHER {
        order::keep(&ctx, &choice.typed(typed)).await?;
        return Ok(ctx.go(FIND_FOR_ORDER));
    }
    match ctx.services().medicines.order(&ctx.actor(), ctx.person()?, &choice.form(&typed)).await {
        Ok(ordered) => {
            order::forget(&ctx).await?;
            let page = match ordered.orders.as_slice() {
                [one] => order_page(*one),
                _ => LIST.to_owned(),
            };
            if ordered.again {
                return Ok(ctx.go(&page));
            }
            match ordered.waits {
                true => {
                    ctx.done(&page, "We are sending your order", Some("Your practice has not said yet that it has it.")).await
                }
                false => ctx.done(&page, "Your order is sent", None).await,
            }
        }
        Err(ServiceError::Fields(problems)) => {
            let chosen = problems.iter().any(|problem| matches!(problem.field.as_str(), "medicines" | "early_reason"));
            let (form, page) = if chosen { ("medicine-order", PAGE) } else { (order::FORM, CHECK) };
            order::keep(&ctx, &choice).await?;
            ctx.send_back(ServiceError::Fields(problems), form, page, typed).await
        }
        Err(error) => Err(error.into()),
    }
}

fn item(typed: &Typed) -> Result<OrderItemId, Failure> {
    field(typed, "item").parse().map_err(|_| Failure::not_found())
}

/// Takes one medicine of an order back.
pub async fn cancel(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let (id, item) = (id_in::<OrderId>(path)?, item(&typed)?);
    match ctx.services().medicines.cancel(&ctx.actor(), ctx.person()?, item).await {
        Ok(TakenBack { order, asked: true }) => {
            ctx.done(&order_page(order), "We have asked your practice to cancel it", Some("Look here again for its answer."))
                .await
        }
        Ok(TakenBack { order, asked: false }) => {
            ctx.done(&order_page(order), "It is taken back", Some("You can order it again.")).await
        }
        Err(error) => ctx.send_back(error, "medicine-item", &order_page(id), typed).await,
    }
}

/// Answers the practice's question.
pub async fn reply(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let (id, item) = (id_in::<OrderId>(path)?, item(&typed)?);
    match ctx.services().medicines.reply(&ctx.actor(), ctx.person()?, item, field(&typed, "reply")).await {
        Ok(order) => ctx.done(&order_page(order), "Your answer is sent", None).await,
        Err(error) => ctx.send_back(error, "medicine-item", &order_page(id), typed).await,
    }
}

/// Adds a medicine that the person takes of their own accord.
pub async fn add(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name: &str| field(&typed, name).to_owned();
    let form = OwnMedicineForm {
        name: part("name"),
        dose: part("dose"),
        reason: part("reason"),
        started_on: date(&typed, "started_on"),
        submission: part("submission"),
    };
    match ctx.services().medicines.add_own(&ctx.actor(), ctx.person()?, &form).await {
        Ok(()) => ctx.done(LIST, "The medicine is added", Some("It is in the list below.")).await,
        Err(error) => ctx.send_back(error, "own-medicine", ADD, typed).await,
    }
}

/// Says that one is not taken any more.
pub async fn stop(ctx: Ctx, path: Part) -> Answer {
    let id = id_in::<OwnMedicineId>(path)?;
    ctx.services().medicines.stop_own(&ctx.actor(), ctx.person()?, id).await?;
    ctx.done(LIST, "It stands among what was stopped", None).await
}

/// Acts on medicines of an order that waits on the work list.
pub async fn decide(ctx: Ctx, path: Part, Form(sent): Sent) -> Answer {
    let (id, typed) = (id_in::<WorkItemId>(path)?, gathered(sent));
    let (staff, page) = (ctx.staff()?, work_page(id));
    let work = ctx.services().work.about(&staff, id).await?;
    if work.kind != WorkKind::MedicineOrder {
        return Err(Failure::not_found());
    }
    let part = |name: &str| field(&typed, name).to_owned();
    let form = DecideForm { items: part("items"), act: part("act"), words: part("words"), prescription: part("prescription") };
    match ctx.services().medicines.decide(&staff, OrderId::from_uuid(work.about), &form).await {
        Ok(()) if form.act == DecideForm::PREPARE => ctx.done(&page, "You noted that it is prepared", None).await,
        Ok(()) => ctx.done(&page, "It is done", Some("The person is told by email that there is something new.")).await,
        Err(error) => ctx.send_back(error, "work", &page, typed).await,
    }
}

/// Keeps which medicines of the orders that wait were chosen, and leads to the page that checks them.
pub async fn choose_waiting(ctx: Ctx, Form(sent): Sent) -> Answer {
    let typed = gathered(sent);
    let back = orders::address(field(&typed, "show"), field(&typed, "after"));
    let plain = if field(&typed, orders::ALL).is_empty() { "" } else { field(&typed, orders::PLAIN) };
    let items = format!("{} {plain}", field(&typed, "items"));
    if items.trim().is_empty() {
        return ctx
            .send_back(ServiceError::field("items", "Tick at least one medicine"), orders::FORM, &back, Typed::new())
            .await;
    }
    orders::keep(&ctx, items, back).await?;
    Ok(ctx.go(orders::CHECK))
}

/// Approves those that were ticked on the page that checks them.
pub async fn approve(ctx: Ctx, Form(sent): Sent) -> Answer {
    let typed = gathered(sent);
    let looked = field(&typed, "looked");
    let ids: Vec<&str> = looked.split_whitespace().filter_map(|word| word.split(':').nth(1)).collect();
    let form = ApproveForm { items: format!("{} {looked}", field(&typed, "items")), looked: ids.join(" ") };
    match ctx.services().medicines.approve(&ctx.staff()?, &form).await {
        Ok(OrdersApproved { approved, not }) => {
            let back = orders::kept(&ctx).await?.map_or_else(|| orders::PAGE.to_owned(), |chosen| chosen.back);
            orders::forget(&ctx).await?;
            let count =
                words::how_many(u64::try_from(approved).unwrap_or_default(), "medicine is approved", "medicines are approved");
            let told = not.iter().map(|(person, medicine, why)| format!("Not approved: {medicine} for {person}. {why}."));
            let told: Vec<String> = told.collect();
            let text = if told.is_empty() { "Each person is told by email.".to_owned() } else { told.join(" ") };
            ctx.done(&back, &count, Some(&text)).await
        }
        Err(error) => ctx.send_back(error, orders::CHECK_FORM, orders::CHECK, typed).await,
    }
}

/// Changes what the practice lets its people order.
pub async fn rules(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    const RULES: &str = "/team/medicines";
    let part = |name: &str| field(&typed, name).to_owned();
    let form = OrderRulesForm {
        takes_orders: part("takes_orders"),
        asks_reason: part("asks_reason"),
        early_days: part("early_days"),
        version: part("version"),
    };
    match ctx.services().medicines.change_rules(&ctx.staff()?, &form).await {
        Ok(()) => ctx.done(RULES, "Your changes are saved", Some("They count from now on.")).await,
        Err(error) => ctx.send_back(error, "order-rules", RULES, typed).await,
    }
}
