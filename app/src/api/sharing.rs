//! Choosing what is shared with organisations.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::{Typed, gathered};
use axum::Form;
use domain::consent::SharingPurpose;
use domain::scope::Labels;
use domain::when::day_in_words;
use service::{ChoiceForm, LetInForm};

const PAGE: &str = "/sharing/services";

/// Keeps a choice. A box may be ticked several times, so the form is a list.
pub async fn choose(ctx: Ctx, Form(sent): Form<Vec<(String, String)>>) -> Answer {
    let typed = gathered(sent);
    let part = |name| field(&typed, name).to_owned();
    let labels = match SharingPurpose::from_code(field(&typed, "purpose")) {
        _ if typed.contains_key("nothing") => String::new(),
        // Here the boxes say what stays closed. What is not a label is refused, not left open.
        Some(SharingPurpose::Emergency) => field(&typed, "closed")
            .parse::<Labels>()
            .map_or_else(|_| part("closed"), |closed| Labels::all().without(closed).to_string()),
        _ => part("labels"),
    };
    let form = ChoiceForm {
        purpose: part("purpose"),
        kind: part("kind"),
        labels,
        notice_version: field(&typed, "notice").parse().unwrap_or_default(),
        submission: part("submission"),
    };
    match ctx.services().sharing.choose(&ctx.actor(), ctx.person()?, &form).await {
        Ok(()) => ctx.done(PAGE, "Your choice was saved", Some("It holds from now on. There is a receipt for it.")).await,
        Err(error) => ctx.send_back(error, "sharing", PAGE, typed).await,
    }
}

const LET_IN: &str = "/sharing/services/let-in";

/// Lets an organisation in.
pub async fn let_in(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name| field(&typed, name).to_owned();
    let form = LetInForm { organisation: part("organisation"), how_long: part("how_long"), submission: part("submission") };
    match ctx.services().sharing.let_in(&ctx.actor(), ctx.person()?, &form).await {
        Ok(until) => {
            let text = format!("They can find you and see what you share until the end of {}.", day_in_words(until));
            ctx.done(LET_IN, "You let them in", Some(&text)).await
        }
        Err(error) => ctx.send_back(error, "let-in", LET_IN, typed).await,
    }
}

/// Shuts an organisation out again.
pub async fn shut_out(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let organisation = field(&typed, "organisation").parse().map_err(|_| Failure::not_found())?;
    ctx.services().sharing.shut_out(&ctx.actor(), ctx.person()?, organisation).await?;
    ctx.done(LET_IN, "You shut them out", Some("It holds from their next click on.")).await
}
