//! The pharmacy: choosing it, taking that back, and another for one order.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::pages::appointments::{Part, id_in};
use crate::pages::medicines::order::{self, CHECK};
use crate::pages::medicines::pharmacy::{OTHERS, PAGE, WITHDRAW, nominate_page};
use axum::Form;
use domain::pharmacy::OdsCode;
use service::{NominateForm, WithdrawForm};

/// Lets prescriptions go to this one from now on.
pub async fn nominate(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let code = id_in::<OdsCode>(path)?;
    let part = |name: &str| field(&typed, name).to_owned();
    let form = NominateForm {
        dispenser: code.to_string(),
        version: part("version"),
        registered: part("registered"),
        confirmed: part("confirmed"),
    };
    match ctx.services().pharmacies.nominate(&ctx.actor(), ctx.person()?, &form).await {
        Ok(()) => ctx.done(PAGE, "Prescriptions that you order here go there from now on", Some(OTHERS)).await,
        Err(error) => ctx.send_back(error, "nomination", &nominate_page(code.as_str()), typed).await,
    }
}

/// Lets prescriptions go nowhere by themselves any more.
pub async fn withdraw(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name: &str| field(&typed, name).to_owned();
    let form = WithdrawForm { slot: part("slot"), version: part("version"), confirmed: part("confirmed") };
    let page = format!("{WITHDRAW}?of={}", crate::routes::in_query(&form.slot));
    match ctx.services().pharmacies.withdraw(&ctx.actor(), ctx.person()?, &form).await {
        Ok(()) => ctx.done(PAGE, "Prescriptions that you order here do not go there any more", Some(OTHERS)).await,
        Err(error) => ctx.send_back(error, "nomination", &page, typed).await,
    }
}

/// Chooses one for the order that waits to be sent, and leads back to it.
pub async fn for_order(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let code: OdsCode = field(&typed, "dispenser").parse().map_err(|_| Failure::not_found())?;
    ctx.services().pharmacies.one(&ctx.actor(), ctx.person()?, &code).await?;
    let Some(choice) = order::kept(&ctx).await? else { return Ok(ctx.go(order::PAGE)) };
    order::keep(&ctx, &choice.sent_to(&code)).await?;
    Ok(ctx.go(CHECK))
}
