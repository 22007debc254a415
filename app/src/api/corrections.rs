//! Mistakes that people report in entries: sent, taken back, and answered by the organisation that sent the entry, here or by letter.

use super::{date, field};
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::pages::record::mistake_letter::{TITLE, words};
use crate::pages::record::mistakes::{ACT_FORM, FORM, mistake_page, report_page};
use crate::pages::team::{id_in, work_page};
use crate::pdf;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::IntoResponse;
use domain::correction::Act;
use domain::{CorrectionId, EntryId, WorkItemId};
use service::{CorrectionAnswer, CorrectionByLetter, CorrectionForm};

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
        by_letter: field(&typed, "by_letter") == "yes",
        submission: part("submission"),
    };
    match ctx.services().corrections.report(&ctx.actor(), ctx.person()?, entry, &form).await {
        Ok(id) => {
            let (said, text) = if form.by_letter {
                ("Your letter is ready", "Print it and send it. We do not send it for you.")
            } else {
                (
                    "Your report is sent",
                    "It is on the work list of the place that sent the entry. We write to you when they do something about it.",
                )
            };
            ctx.done(&mistake_page(id), said, Some(text)).await
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
        Err(error) => ctx.send_back(error, ACT_FORM, &mistake_page(id), typed).await,
    }
}

/// Hands over the letter about a mistake as a PDF, while it is to be sent or answered.
pub async fn letter(ctx: Ctx, path: Id) -> Answer {
    let id: CorrectionId = id_in(path)?;
    let page = ctx.services().corrections.one(&ctx.actor(), ctx.person()?, id).await?;
    let letter = page.letter.as_ref().ok_or_else(Failure::not_found)?;
    let (from, paragraphs) = (letter.name.clone(), words(&page, letter));
    let file = tokio::task::spawn_blocking(move || {
        let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
        pdf::plain_letter(&from, TITLE, &paragraphs)
    });
    let file = file.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"selfheal-mistake.pdf\""),
    ];
    Ok((headers, file).into_response())
}

/// Writes down that the letter was sent, or what was answered.
pub async fn write_down(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: CorrectionId = id_in(path)?;
    let part = |name: &str| field(&typed, name).to_owned();
    let submission = field(&typed, "submission").parse().map_err(|_| Failure::not_found())?;
    let form = CorrectionByLetter {
        act: part("act"),
        sent: date(&typed, "sent"),
        words: part("words"),
        version: part("version"),
        submission,
    };
    match ctx.services().corrections.write_down(&ctx.actor(), ctx.person()?, id, &form).await {
        Ok(()) => {
            let (said, text) = match Act::from_code(&form.act) {
                Some(Act::Post) => ("Your letter is sent", Some("Come back here when they answer.")),
                _ => ("What they said is written down", None),
            };
            ctx.done(&mistake_page(id), said, text).await
        }
        Err(error) => ctx.send_back(error, ACT_FORM, &mistake_page(id), typed).await,
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
