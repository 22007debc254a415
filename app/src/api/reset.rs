//! A forgotten password.

use super::field;
use crate::ctx::{Answer, Ctx};
use crate::forms::Typed;
use axum::Form;
use service::ServiceError;

/// Sends the link that lets the owner of an address choose a new password.
pub async fn ask(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().accounts.ask_reset(field(&typed, "email"), &ctx.origin).await {
        Ok(()) => Ok(ctx.go("/sign-in/reset/sent")),
        Err(error) => ctx.send_back(error, "reset", "/sign-in/reset", typed).await,
    }
}

/// Sets the new password by the link that was sent.
pub async fn set(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let token = field(&typed, "token").to_owned();
    match ctx.services().accounts.reset(&token, field(&typed, "password"), &ctx.origin).await {
        Ok(()) => {
            let text = "Every browser that was signed in to your account is now signed out. Sign in with your new password.";
            ctx.done("/sign-in", "Your password is changed", Some(text)).await
        }
        Err(ServiceError::NotFound) => {
            let text = "It may be more than 30 minutes old, or was used before. Ask for a new one.";
            ctx.done("/sign-in/reset", "That link no longer works", Some(text)).await
        }
        Err(error) => {
            let page = format!("/sign-in/reset/new?token={}", crate::routes::in_query(&token));
            ctx.send_back(error, "new-password", &page, typed).await
        }
    }
}
