//! Mistakes that people report in entries: sent, taken back, and answered by the organisation that sent the entry.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::pages::record::mistakes::{FORM, WITHDRAW_FORM, mistake_page, report_page};
use crate::pages::team::{id_in, work_page};
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::correction::Act;
use domain::{CorrectionId, EntryId, WorkItemId};
use service::{CorrectionAnswer, CorrectionForm};

type Id = Result<Path<String>, PathRejection>;

/// Reports a mistake in an entry.
pub async fn report(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let entry: EntryId = id_in(path)?;
    let part = |name: &str| field(&typed, name).to_owned();
    let form = CorrectionForm {
        wrong: part("wrong"),
        should_say: part("should_say"),
        why: part("why"),
        seen: part("seen"),
        submission: part("submission"),
    };
    match ctx.services().corrections.report(&ctx.actor(), ctx.person()?, entry, &form).await {
        Ok(id) => {
            let text =
                "It is on the work list of the place that sent the entry. We write to you when they do something about it.";
            ctx.done(&mistake_page(id), "Your report is sent", Some(text)).await
        }
        Err(error) => ctx.send_back(error, FORM, &report_page(entry), typed).await,
    }
}

/// Takes a report back.
pub async fn withdraw(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: CorrectionId = id_in(path)?;
    let version = field(&typed, "version").parse::<i32>().map_err(|_| Failure::not_found())?;
    match ctx.services().corrections.withdraw(&ctx.actor(), ctx.person()?, (id, version)).await {
        Ok(()) => ctx.done(&mistake_page(id), "Your report is taken back", None).await,
        Err(error) => ctx.send_back(error, WITHDRAW_FORM, &mistake_page(id), typed).await,
    }
}

/// Answers a report, or begins to look at it.
pub async fn answer(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: WorkItemId = id_in(path)?;
    let part = |name: &str| field(&typed, name).to_owned();
    let submission = field(&typed, "submission").parse().map_err(|_| Failure::not_found())?;
    let form = CorrectionAnswer { act: part("act"), words: part("words"), version: part("version"), submission };
    match ctx.services().corrections.answer(&ctx.staff()?, id, &form).await {
        Ok(()) => {
            let (said, text) = match Act::from_code(&form.act) {
                Some(Act::Decline) => ("Your answer is sent", None),
                Some(Act::Correct) => ("The person is told that it is corrected", None),
                Some(Act::Accept) => {
                    ("Your answer is sent", Some("Correct it in your own system. This waits until the corrected entry comes."))
                }
                _ => ("The person is told that you are looking at it", None),
            };
            ctx.done(&work_page(id), said, text).await
        }
        Err(error) => ctx.send_back(error, "work", &work_page(id), typed).await,
    }
}
