//! Giving out the files that came with a report.

use crate::ctx::{Answer, Ctx, Failure};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::IntoResponse;
use domain::access::Actor;
use domain::{EntryId, PersonId};

/// A file of a report.
pub async fn file(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let Ok(Path((id, place))) = path else { return Err(Failure::not_found()) };
    let (actor, person) = (ctx.actor(), ctx.person()?);
    given(&ctx, &actor, person, &id, &place).await
}

/// The same to a care team.
pub async fn file_team(ctx: Ctx, path: Result<Path<(String, String, String)>, PathRejection>) -> Answer {
    let Ok(Path((person, id, place))) = path else { return Err(Failure::not_found()) };
    let person = person.parse().map_err(|_| Failure::not_found())?;
    let actor = ctx.staff()?;
    given(&ctx, &actor, person, &id, &place).await
}

async fn given(ctx: &Ctx, actor: &Actor, person: PersonId, id: &str, place: &str) -> Answer {
    let id: EntryId = id.parse().map_err(|_| Failure::not_found())?;
    let place: usize = place.parse().map_err(|_| Failure::not_found())?;
    let (file, bytes) = ctx.services().records.result_file(actor, person, id, place).await?;
    let (kind, ending) = served_as(file.content_type.as_deref());
    // What a browser might run is only ever saved, never opened here.
    let how = if ending == "bin" { "attachment" } else { "inline" };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{how}; filename=\"report-{}.{ending}\"", place + 1)),
    ];
    Ok((headers, bytes).into_response())
}

/// As what a file is given out, and how its name ends: only pictures, PDF and plain text are opened by browsers.
fn served_as(content_type: Option<&str>) -> (&'static str, &'static str) {
    let bare = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match bare.as_str() {
        "application/pdf" => ("application/pdf", "pdf"),
        "image/png" => ("image/png", "png"),
        "image/jpeg" => ("image/jpeg", "jpg"),
        "image/gif" => ("image/gif", "gif"),
        "text/plain" => ("text/plain; charset=utf-8", "txt"),
        _ => ("application/octet-stream", "bin"),
    }
}

#[cfg(test)]
mod tests {
    use super::served_as;

    #[test]
    fn only_what_a_browser_cannot_run_is_opened_by_it() {
        assert_eq!(served_as(Some("application/pdf")).1, "pdf");
        assert_eq!(served_as(Some("Image/PNG; name=x")).1, "png");
        for kind in ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "", "application/javascript"] {
            assert_eq!(served_as(Some(kind)), ("application/octet-stream", "bin"), "{kind}");
        }
        assert_eq!(served_as(None).1, "bin");
    }
}
