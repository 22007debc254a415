//! Changing for whom the reader acts.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::signed_in::ActingFor;
use axum::Form;
use domain::PersonId;
use domain::record::Category;
use domain::scope::Scope;

/// Begins to act for the person who was chosen; nobody chosen is oneself.
pub async fn change(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let mut reader = ctx.reader()?.clone();
    let chosen = field(&typed, "person");
    let said = if chosen.is_empty() {
        reader.acting = None;
        "You are back at your own record".to_owned()
    } else {
        let person: PersonId = chosen.parse().map_err(|_| Failure::not_found())?;
        let acting = ctx.services().carers.acting(&ctx.actor(), person).await?;
        let said = format!("You are now looking after {}", acting.name);
        let books = acting.scopes.has(Scope::Appointments);
        reader.acting = Some(ActingFor {
            person,
            name: acting.name,
            books,
            medicines: acting.scopes.opens(Category::Medicine),
            readings: acting.scopes.has(Scope::Readings),
        });
        said
    };
    reader.update(&ctx.session).await?;
    ctx.done("/", &said, None).await
}
