//! Taking the summary of a record away.

use crate::ctx::{Answer, Ctx, Failure};
use crate::pdf;
use crate::summary::parts;
use crate::words;
use axum::http::header;
use axum::response::IntoResponse;
use domain::when::{day_in_words, london_day};
use service::SummaryForm;

/// The summary as a PDF.
pub async fn download(ctx: Ctx) -> Answer {
    let seen = ctx.services().summaries.read(&ctx.actor(), ctx.person()?, SummaryForm::File).await?;
    let today = london_day(ctx.services().core.now());
    let (parts, partial) = (parts(&seen, &ctx.whose()), words::partial(&ctx.whose()));
    // Setting a long record takes as long as a page may not hold up others.
    let file = tokio::task::spawn_blocking(move || pdf::summary(&seen.whose, (&day_in_words(today), partial), &parts)).await;
    let file = file.map_err(Failure::internal)?.map_err(Failure::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"selfheal-summary-{}.pdf\"", today.format("%Y-%m-%d"))),
    ];
    Ok((headers, file).into_response())
}
