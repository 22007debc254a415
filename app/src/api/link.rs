//! Linking an account to a record.

use super::field;
use crate::ctx::{Answer, Ctx};
use crate::forms::Typed;
use axum::Form;
use service::LinkForm;

/// Matches what is in the letter with the record, and opens it.
pub async fn link(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name| field(&typed, name).to_owned();
    let form = LinkForm {
        nhs_number: part("nhs_number"),
        day: part("birth_date_day"),
        month: part("birth_date_month"),
        year: part("birth_date_year"),
        family_name: part("family_name"),
        code: part("code"),
    };
    match ctx.services().linking.link(&ctx.actor(), &form).await {
        Ok(linked) => {
            let mut reader = ctx.reader()?.clone();
            reader.own = Some(linked.person);
            reader.store(&ctx.session).await?;
            let title = if linked.already { "You had linked your record before" } else { "Your record is linked" };
            ctx.done("/", title, Some("You can now see what your care services hold about you.")).await
        }
        Err(error) => ctx.send_back(error, "link", "/link", typed).await,
    }
}
