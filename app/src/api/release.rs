//! When results are read: what people choose, their yes, what an organisation writes first about, and its words.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::pages::record::release::{CHOICES, CHOICES_FORM};
use crate::pages::team::results::{RULES, RULES_FORM};
use crate::pages::team::{id_in, work_page};
use crate::routes;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::release::ResultKind;
use domain::{EntryId, WorkItemId};
use service::{ResultCommentForm, ResultForm};

type Id = Result<Path<String>, PathRejection>;

fn by_kind(typed: &Typed) -> ResultForm {
    let by_kind = ResultKind::ALL.iter().map(|kind| (kind.code().to_owned(), field(typed, kind.code()).to_owned()));
    ResultForm { by_kind: by_kind.collect(), version: field(typed, "version").to_owned() }
}

/// Changes when the person wants to read which results.
pub async fn choose(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().releases.choose(&ctx.actor(), ctx.person()?, &by_kind(&typed)).await {
        Ok(()) => ctx.done(CHOICES, "Your choices are saved", Some("They count for results that you have not seen yet.")).await,
        Err(error) => ctx.send_back(error, CHOICES_FORM, CHOICES, typed).await,
    }
}

/// The person is ready to read a result.
pub async fn ready(ctx: Ctx, path: Id) -> Answer {
    let id = path.ok().and_then(|Path(id)| id.parse::<EntryId>().ok()).ok_or_else(Failure::not_found)?;
    ctx.services().releases.open(&ctx.actor(), ctx.person()?, id).await?;
    Ok(ctx.go(&routes::entry(id)))
}

/// Changes about which results the organisation writes first.
pub async fn rules(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().releases.change_rules(&ctx.staff()?, &by_kind(&typed)).await {
        Ok(()) => ctx.done(RULES, "Your changes are saved", Some("They count for results that come from now on.")).await,
        Err(error) => ctx.send_back(error, RULES_FORM, RULES, typed).await,
    }
}

/// Writes about a result that waits, or lets it go without words.
pub async fn comment(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: WorkItemId = id_in(path)?;
    let part = |name: &str| field(&typed, name).to_owned();
    let submission = field(&typed, "submission").parse().map_err(|_| Failure::not_found())?;
    let form = ResultCommentForm { act: part("act"), words: part("words"), seen: part("seen"), submission };
    match ctx.services().releases.comment(&ctx.staff()?, id, &form).await {
        Ok(()) if form.act == ResultCommentForm::WRITE => {
            ctx.done("/team", "Your words are sent", Some("They stand beside the result, with your name.")).await
        }
        Ok(()) => ctx.done("/team", "The person can read it", None).await,
        Err(error) => ctx.send_back(error, "work", &work_page(id), typed).await,
    }
}
