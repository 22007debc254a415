//! The end of a sign-in, and its putting off.

use crate::ctx::{Answer, Ctx, Failure, is_ours};
use crate::forms::{self, Interrupted, Typed};
use crate::guard::NEXT;
use crate::routes::TABLE;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use chrono::TimeDelta;

/// Ends the sign-in, and asks the browser to forget the pages it has seen.
pub async fn sign_out(ctx: Ctx) -> Answer {
    ctx.services().sessions.end_this(&ctx.current_session().id_hash).await?;
    ctx.session.flush().await?;
    let mut response = ctx.go("/signed-out");
    let forget = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), forget);
    Ok(response)
}

/// A page that is at home in anybody's history.
const ELSEWHERE: &str = "https://www.bbc.co.uk/weather";

/// The quick way out: the sign-in ends, so that going back shows nothing, and the browser goes elsewhere. It needs no
/// script and no form, because it must work at once; only a page of ours may ask for it, and no browser beforehand.
pub async fn leave_site(ctx: Ctx, headers: HeaderMap) -> Answer {
    let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let meant = told("sec-fetch-site").is_none_or(|site| site == "same-origin")
        && told("sec-purpose").is_none_or(|purpose| !purpose.contains("prefetch"));
    if meant {
        ctx.services().sessions.end_this(&ctx.current_session().id_hash).await?;
        ctx.session.flush().await?;
    }
    let mut response = ctx.go(ELSEWHERE);
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

/// Where a page that was left alone goes by itself, without script. Another tab may be in use: then nothing ends.
pub async fn ended(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    if ctx.signed_in.is_some() && in_use(&ctx).await? {
        return Ok(ctx.go(next(&query).unwrap_or("/")));
    }
    end(&ctx, next(&query)).await
}

/// Where a script goes that has seen every tab left alone.
pub async fn leave(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    end(&ctx, next(&query)).await
}

fn next(query: &Typed) -> Option<&str> {
    query.get("next").map(String::as_str).filter(|next| is_ours(next))
}

/// The sign-in ends; the way back, and a form that was kept, are there after signing in again.
async fn end(ctx: &Ctx, next: Option<&str>) -> Answer {
    let interrupted = forms::interrupted(&ctx.session).await?;
    if ctx.signed_in.is_some() {
        ctx.services().sessions.end_this(&ctx.current_session().id_hash).await?;
        ctx.session.flush().await?;
    }
    if let Some(form) = interrupted {
        forms::interrupt(&ctx.session, form).await?;
    }
    if let Some(next) = next {
        ctx.session.insert(NEXT, next).await?;
    }
    ctx.done("/sign-in", "You are signed out", Some("You did nothing here for 30 minutes. Sign in to go on where you were."))
        .await
}

/// Whether the session was used in the last 25 minutes, not counting this request.
async fn in_use(ctx: &Ctx) -> Result<bool, Failure> {
    const RECENT: TimeDelta = TimeDelta::minutes(25);
    let stored = ctx.services().sessions.load(&ctx.current_session().id_hash).await?;
    Ok(stored.is_some_and(|stored| ctx.services().core.now() - stored.last_seen_at < RECENT))
}

/// The reader is still there: this request has put the end off.
pub async fn stay(ctx: Ctx) -> Answer {
    ctx.reader()?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Keeps what was typed in a form whose page is about to be left for want of a request. No button was pressed, so a form with
/// nothing in it is not kept.
pub async fn keep(ctx: Ctx, Path(name): Path<String>, Form(sent): Form<Vec<(String, String)>>) -> Answer {
    let typed = forms::gathered(sent);
    let account = ctx.reader()?.account;
    // A page that is one of many is not known by the form's name.
    let known = TABLE.iter().filter_map(|row| row.form).find(|(form, page)| *form == name && !page.contains('{'));
    if let Some((form, page)) = known.filter(|_| forms::is_anything_typed(&typed)) {
        let kept = Interrupted { account, form: form.to_owned(), page: page.to_owned(), typed };
        forms::interrupt(&ctx.session, kept).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
