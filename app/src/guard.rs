//! Who may come to a route at all. What they may see there, the services decide.

use crate::ctx::{Ctx, Failure, is_ours};
use crate::forms::{self, Interrupted, Typed};
use crate::routes::Row;
use crate::state::AppState;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use service::ServiceError;

/// Where to go after signing in.
pub const NEXT: &str = "next";
/// How much of an interrupted form is kept, in bytes.
const KEPT: usize = 64 * 1024;

/// What a route asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// Nothing: the page is for everybody, signed in or not.
    Open,
    /// A sign-in with the first step at least.
    FirstStep,
    /// A sign-in with the second step too.
    SecondStep,
    /// The second step, not more than five minutes ago.
    Fresh,
    /// The second step, and a link to a person: the record opens.
    Record,
}

/// Lets in who may come, with the [`Ctx`] ready for the handler; sends others to where they can sign in, and back.
pub async fn guard(row: &'static Row, State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut ctx = match Ctx::from_request_parts(&mut parts, &state).await {
        Ok(ctx) => ctx,
        Err(failure) => return failure.into_response(),
    };
    match open(row.door, &mut ctx).await {
        Ok(()) => {
            parts.extensions.insert(ctx);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(Failure(error)) => {
            let kept = keep_for_later(row, &ctx, &parts.method, body).await;
            let mut response = kept.err().map_or_else(|| turn_away(&ctx, &error), IntoResponse::into_response);
            if ctx.signed_in.is_none() && parts.method == Method::POST && row.form.is_none() {
                response.extensions_mut().insert(SecondPress);
            }
            response
        }
    }
}

async fn open(door: Door, ctx: &mut Ctx) -> Result<(), Failure> {
    if door == Door::Open {
        return Ok(());
    }
    let Some(signed_in) = ctx.signed_in.clone() else { return Err(ServiceError::NotSignedIn.into()) };
    if door == Door::FirstStep {
        return Ok(());
    }
    if signed_in.second_step_at.is_none() {
        return Err(ServiceError::NeedsSecondStep.into());
    }
    match door {
        Door::Fresh if !signed_in.is_fresh(ctx.services().core.now()) => Err(ServiceError::NeedsFreshSignIn.into()),
        Door::Record => {
            let person = signed_in.looking_at.ok_or(Failure(ServiceError::NotFound))?;
            ctx.person = Some(person);
            Ok(())
        }
        Door::Open | Door::FirstStep | Door::SecondStep | Door::Fresh => Ok(()),
    }
}

fn turn_away(ctx: &Ctx, error: &ServiceError) -> Response {
    match error {
        // Signed in, but to an account that is linked to nobody yet.
        ServiceError::NotFound => ctx.go("/link"),
        other => ctx.failed(other),
    }
}

/// Remembers the page that was asked for, or the form that was sent, for after the sign-in.
async fn keep_for_later(row: &Row, ctx: &Ctx, method: &Method, body: Body) -> Result<(), Failure> {
    if method == Method::GET {
        if is_ours(&ctx.path) {
            ctx.session.insert(NEXT, &ctx.path).await?;
        }
        return Ok(());
    }
    let (Some((form, page)), Some(account)) = (row.form, owner(ctx).await?) else { return Ok(()) };
    let Ok(bytes) = to_bytes(body, KEPT).await else { return Ok(()) };
    let typed: Typed = serde_urlencoded::from_bytes(&bytes).unwrap_or_default();
    let kept = Interrupted { account, form: form.to_owned(), page: page.to_owned(), typed };
    Ok(forms::interrupt(&ctx.session, kept).await?)
}

/// Whose form it is: the account still signed in, or the one whose session has just ended.
async fn owner(ctx: &Ctx) -> Result<Option<domain::AccountId>, Failure> {
    if let Some(signed_in) = &ctx.signed_in {
        return Ok(Some(signed_in.account));
    }
    let Some(id) = ctx.asked_session else { return Ok(None) };
    Ok(ctx.services().sessions.owner_of_expired(&session_hash(&id)).await?)
}

/// The SHA-256 of a session's id: all that the database knows of it.
#[must_use]
pub fn session_hash(id: &tower_sessions::session::Id) -> [u8; 32] {
    service::hashing::sha256(&id.0.to_be_bytes())
}

/// Whether a form could not even be read, or was not sent at all, which axum says in a bare line or not at all.
fn is_bare_refusal(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    response.status() == StatusCode::METHOD_NOT_ALLOWED || response.status().is_client_error() && kind.starts_with("text/plain")
}

/// Marks the answer to a form that came with a session that is over: it may be the second press of a button whose first
/// press has just changed the session's id.
#[derive(Clone, Copy)]
struct SecondPress;

/// Outside the sessions: a second press must not take away the cookie that the first has just set.
pub async fn keep_cookie(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.extensions().get::<SecondPress>().is_some() {
        response.headers_mut().remove(header::SET_COOKIE);
    }
    response
}

/// Around all routes: gives each failure its page, and each request with no route the page that says so.
pub async fn frame(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let ctx = Ctx::from_request_parts(&mut parts, &state).await;
    let response = next.run(Request::from_parts(parts, body)).await;
    match (response.extensions().get::<Failure>(), ctx) {
        (Some(Failure(error)), Ok(ctx)) => ctx.failed(error),
        (None, Ok(ctx)) if is_bare_refusal(&response) => ctx.refused(response.status()),
        (None, _) => response,
        (_, Err(Failure(error))) => {
            tracing::error!(%error, "a request failed before it had a page");
            (StatusCode::SERVICE_UNAVAILABLE, "The service is not available. Try again in a minute.").into_response()
        }
    }
}
