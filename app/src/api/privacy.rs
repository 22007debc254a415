//! Hiding, showing again, and saying how private an entry is.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::pages::record::privacy::address;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::record::{Category, Sensitivity};
use domain::{EntryId, HidingId};
use service::HiddenFrom;

/// What the path names.
fn entry(path: Result<Path<String>, PathRejection>) -> Result<EntryId, Failure> {
    path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)
}

/// From whom, as the form says it.
fn from(typed: &Typed) -> Result<HiddenFrom, Failure> {
    match field(typed, "from") {
        "" | "all" => Ok(HiddenFrom::All),
        one => one.parse().map(HiddenFrom::Relationship).map_err(|_| Failure::not_found()),
    }
}

/// Hides an entry.
pub async fn hide_entry(ctx: Ctx, path: Result<Path<String>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let id = entry(path)?;
    ctx.services().hidings.hide_entry(&ctx.actor(), ctx.person()?, id, from(&typed)?).await?;
    ctx.done(&address(id), "The entry is hidden", Some("Nobody is told.")).await
}

/// Shows an entry again: to those from whom this choice hid it, or to all.
pub async fn show_entry(ctx: Ctx, path: Result<Path<String>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let id = entry(path)?;
    let (actor, person, hidings) = (ctx.actor(), ctx.person()?, &ctx.services().hidings);
    match field(&typed, "hiding") {
        "" => {
            for hiding in hidings.of_entry(&actor, person, id).await?.hidings {
                hidings.show_again(&actor, person, hiding.id).await?;
            }
        }
        one => hidings.show_again(&actor, person, one.parse::<HidingId>().map_err(|_| Failure::not_found())?).await?,
    }
    ctx.done(&address(id), "The entry is shown again", None).await
}

/// Says how private an entry is; nothing chosen is what its source says.
pub async fn relabel(ctx: Ctx, path: Result<Path<String>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let id = entry(path)?;
    let chosen = match field(&typed, "label") {
        "" => None,
        code => Some(Sensitivity::from_code(code).ok_or_else(Failure::not_found)?),
    };
    ctx.services().hidings.relabel(&ctx.actor(), ctx.person()?, id, chosen).await?;
    ctx.done(&address(id), "Saved how private it is", None).await
}

/// Hides everything of a kind. Hiding never asks who it is, so it does not lead to the list where that would.
pub async fn hide_category(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let category = Category::from_code(field(&typed, "category")).ok_or_else(Failure::not_found)?;
    ctx.services().hidings.hide_category(&ctx.actor(), ctx.person()?, category, from(&typed)?).await?;
    let page = if ctx.reader()?.is_fresh(ctx.services().core.now()) { "/sharing/hidden" } else { "/sharing/people" };
    ctx.done(page, &format!("{} are hidden", category.title()), Some("Nobody is told.")).await
}

/// Shows again what a choice hid.
pub async fn show_again(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let id = field(&typed, "hiding").parse::<HidingId>().map_err(|_| Failure::not_found())?;
    ctx.services().hidings.show_again(&ctx.actor(), ctx.person()?, id).await?;
    ctx.done("/sharing/hidden", "It is shown again", None).await
}
