//! Asking about who looked, choosing to be told, and taking the account of it away.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::pages::activity::query;
use crate::words;
use axum::Form;
use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use domain::when::{instant_in_words, london_day};
use futures::StreamExt;
use service::activity::ActivityItem;

/// Asks about an event.
pub async fn ask(ctx: Ctx, path: Result<Path<i64>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let Path(seq) = path.map_err(|_| Failure::not_found())?;
    match ctx.services().activity.query(&ctx.actor(), ctx.person()?, seq, field(&typed, "question")).await {
        Ok(asked) => {
            let title = if asked.already { "You had asked about this before" } else { "Your question was sent" };
            ctx.done("/activity/queries", title, Some("We write to you when there is an answer.")).await
        }
        Err(error) => ctx.send_back(error, "query", &query::address(seq), typed).await,
    }
}

/// Sets whether the person is told by mail when somebody new looks.
pub async fn tell(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let tell = match field(&typed, "tell") {
        "yes" => true,
        "no" => false,
        _ => return Ok(ctx.go("/activity")),
    };
    ctx.services().activity.tell_of_visitors(&ctx.actor(), ctx.person()?, tell).await?;
    let title =
        if tell { "We will write to you when somebody new looks" } else { "We will not write to you when somebody new looks" };
    ctx.done("/activity", title, None).await
}

/// Hands over the whole account of who looked as a table.
pub async fn csv(ctx: Ctx) -> Answer {
    let parts = ctx.services().activity.take(&ctx.actor(), ctx.person()?).await?;
    let mut first = true;
    let body = parts.map(move |part| {
        part.map(|items| {
            let head = std::mem::take(&mut first).then(|| line(&HEADINGS.map(str::to_owned)));
            head.into_iter().chain(items.iter().map(|item| line(&cells(item)))).collect::<String>()
        })
    });
    Ok(file(&ctx, "text/csv; charset=utf-8", "csv", Body::from_stream(body)))
}

/// Hands over the same as a FHIR Bundle.
pub async fn fhir(ctx: Ctx) -> Answer {
    let parts = ctx.services().activity.take_fhir(&ctx.actor(), ctx.person()?).await?;
    Ok(file(&ctx, "application/fhir+json", "json", Body::from_stream(parts)))
}

fn file(ctx: &Ctx, kind: &str, ending: &str, body: Body) -> Response {
    let day = london_day(ctx.services().core.now()).format("%Y-%m-%d");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"selfheal-who-looked-{day}.{ending}\"")),
    ];
    (headers, body).into_response()
}

const HEADINGS: [&str; 7] = ["Number", "When", "When (UTC)", "Who", "What they did", "Why", "Let in"];

fn cells(item: &ActivityItem) -> [String; 7] {
    [
        item.seq.to_string(),
        instant_in_words(item.at),
        item.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        words::who(&item.actor),
        words::what(item),
        words::why(item.purpose).to_owned(),
        if item.was_refused() { "No" } else { "Yes" }.to_owned(),
    ]
}

/// A line of a table after RFC 4180.
fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell: in quotes where it must be, and never what a spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be() {
        for (text, written) in [
            ("plain", "plain"),
            ("Holt, Bea", "\"Holt, Bea\""),
            ("said \"no\"", "\"said \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), written);
        }
        assert_eq!(line(&["a".to_owned(), "b,c".to_owned()]), "a,\"b,c\"\r\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "\n=1", "=HYPERLINK(\"http://x\",\"y\")"] {
            let written = cell(text);
            assert!(written.starts_with('\'') || written.starts_with("\"'"), "{written}");
        }
    }
}
