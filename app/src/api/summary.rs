//! Taking the summary of a record away.

use crate::ctx::{Answer, Ctx, Failure};
use crate::pages::record::sources::late;
use crate::pdf::{self, Print};
use crate::summary::parts;
use crate::words;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::IntoResponse;
use domain::profile::Setting;
use domain::when::{day_in_words, london_day};
use service::SummaryForm;
use std::collections::BTreeMap;

/// In which print a summary is asked for: that which the address names, else the smallest large one for whoever reads pages in large
/// text.
fn print(query: Option<&str>, large_text: bool) -> Print {
    let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    let asked = query.get("print").and_then(|code| Print::from_code(code));
    asked.unwrap_or(if large_text { Print::Large20 } else { Print::Usual })
}

/// The summary as a PDF.
pub async fn download(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let print = print(query.as_deref(), ctx.display().has(Setting::LargeText));
    let seen = ctx.services().summaries.read(&ctx.actor(), ctx.person()?, SummaryForm::File).await?;
    let today = london_day(ctx.services().core.now());
    let whose = ctx.whose();
    let parts = parts(&seen, &whose);
    let warned = [words::partial(&whose).map(str::to_owned), late(&seen.out_of_date, &whose)];
    let warned: Vec<String> = warned.into_iter().flatten().collect();
    let warned = (!warned.is_empty()).then(|| warned.join(" "));
    // Setting a long record takes as long as a page may not hold up others.
    let file =
        tokio::task::spawn_blocking(move || pdf::summary(&seen.whose, (&day_in_words(today), warned.as_deref()), &parts, print))
            .await;
    let file = file.map_err(Failure::internal)?.map_err(Failure::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"selfheal-summary-{}.pdf\"", today.format("%Y-%m-%d"))),
    ];
    Ok((headers, file).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_print_is_that_which_is_asked_for_or_that_of_the_pages() {
        for (query, large_text, expected) in [
            (None, false, Print::Usual),
            (None, true, Print::Large20),
            (Some("print=28"), false, Print::Large28),
            (Some("print=24"), true, Print::Large24),
            (Some("print=9"), true, Print::Large20),
            (Some("%"), false, Print::Usual),
        ] {
            assert_eq!(print(query, large_text), expected, "{query:?}");
        }
    }
}
