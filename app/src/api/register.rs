//! Opening an account.

use super::field;
use crate::ctx::{Answer, Ctx};
use crate::forms::Typed;
use axum::Form;
use service::{Confirmation, ServiceError};

/// Registers an address and a password, and sends the link that confirms it.
pub async fn register(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let done = ctx.services().accounts.register(field(&typed, "email"), field(&typed, "password"), &ctx.origin).await;
    match done {
        Ok(()) => Ok(ctx.go("/register/sent")),
        Err(error) => ctx.send_back(error, "register", "/register", typed).await,
    }
}

/// Confirms the address by the link that was sent to it.
pub async fn confirm(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().accounts.confirm(field(&typed, "token")).await {
        Ok(Confirmation::Confirmed) => ctx.done("/sign-in", "Your email address is confirmed", Some("Sign in to go on.")).await,
        Ok(Confirmation::AlreadyConfirmed) => {
            ctx.done("/sign-in", "Your email address was confirmed before", Some("Sign in to go on.")).await
        }
        Err(ServiceError::NotFound) => {
            let text = "It may be too old, or was used before. Register again and we will send a new one.";
            ctx.done("/register", "That link no longer works", Some(text)).await
        }
        Err(error) => Err(error.into()),
    }
}
