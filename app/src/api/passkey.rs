//! Passkeys: what the browser's half of a passkey button asks. Answers are JSON: what the browser needs, the page to go
//! on to (`next`), or what went wrong in plain words (`message`).

use super::second_step::{passed, show_once};
use crate::ctx::{Ctx, Failure, too_many};
use crate::{forms, guard};
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use service::{PasskeyChallenge, ServiceError};

/// The session's keys for what the service must remember between its question and the browser's answer.
const SIGN_IN: &str = "passkey-sign-in";
const REGISTER: &str = "passkey-register";

/// What to ask of the browser that wants to sign in.
pub async fn sign_in_start(ctx: Ctx) -> Response {
    let asked = ctx.services().sign_in.start_passkey().await;
    start(&ctx, SIGN_IN, asked).await
}

/// Signs in with what the browser gave.
pub async fn sign_in_finish(ctx: Ctx, response: String) -> Response {
    let done = async {
        let state = take(&ctx, SIGN_IN).await?;
        let device = ctx.device.as_deref();
        let signed_in = ctx.services().sign_in.finish_passkey(&state, &response, &ctx.origin, device).await?;
        let (next, cookie) = ctx.begin(&signed_in).await?;
        let mut answer = go(&next);
        answer.headers_mut().extend(cookie);
        Ok(answer)
    };
    match done.await {
        Ok(answer) => answer,
        Err(failure) => refused(&ctx, failure).await,
    }
}

/// What to ask of the browser that is to keep a new passkey.
pub async fn register_start(ctx: Ctx) -> Response {
    let asked = ctx.services().factors.start_passkey(&ctx.actor(), &ctx.current_session()).await;
    start(&ctx, REGISTER, asked).await
}

/// Adds the passkey that the browser made, under the browser's name; its owner can choose another.
pub async fn register_finish(ctx: Ctx, response: String) -> Response {
    let done = async {
        let state = take(&ctx, REGISTER).await?;
        let added = ctx.services().factors.finish_passkey(&ctx.actor(), &state, &response, &ctx.origin.label()).await?;
        let next = passed(&ctx).await?;
        let next = show_once(&ctx, added.recovery_codes.unwrap_or_default(), next).await?;
        forms::say(&ctx.session, "Your passkey is ready", Some("Next time you can sign in with it, without your password."))
            .await?;
        Ok(go(&next))
    };
    match done.await {
        Ok(answer) => answer,
        Err(failure) => refused(&ctx, failure).await,
    }
}

async fn start(ctx: &Ctx, key: &str, asked: Result<PasskeyChallenge, ServiceError>) -> Response {
    let kept = match asked {
        Ok(challenge) => ctx.session.insert(key, challenge.state).await.map(|()| challenge.options).map_err(Failure::from),
        Err(error) => Err(error.into()),
    };
    match kept {
        Ok(options) => ([(header::CONTENT_TYPE, "application/json")], options).into_response(),
        Err(failure) => refused(ctx, failure).await,
    }
}

/// What was remembered, which serves for one answer.
async fn take(ctx: &Ctx, key: &str) -> Result<String, Failure> {
    let state = ctx.session.remove::<String>(key).await?;
    state.ok_or_else(|| ServiceError::field("passkey", "That took too long. Try again.").into())
}

fn go(next: &str) -> Response {
    Json(json!({ "next": next })).into_response()
}

/// What the browser's half is told of a failure.
async fn refused(ctx: &Ctx, Failure(error): Failure) -> Response {
    let fault = "Sorry, something went wrong. It is our fault, and it has been noted.";
    let (status, message) = match &error {
        ServiceError::NotSignedIn => return go("/sign-in"),
        ServiceError::NeedsSecondStep => return go("/sign-in/code"),
        ServiceError::NeedsFreshSignIn => {
            return match ctx.session.insert(guard::NEXT, "/account/factors").await {
                Ok(()) => go("/sign-in/again"),
                Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "message": fault }))).into_response(),
            };
        }
        ServiceError::Fields(problems) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            problems.first().map_or_else(|| fault.to_owned(), |problem| problem.message.clone()),
        ),
        ServiceError::NotFound => {
            (StatusCode::NOT_FOUND, "Passkeys are not in use here. Sign in with your password and a code.".to_owned())
        }
        ServiceError::TooMany(wait) => (StatusCode::TOO_MANY_REQUESTS, too_many(*wait)),
        ServiceError::Unavailable(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "Sorry, the service is busy. Wait a minute, then try again.".to_owned())
        }
        ServiceError::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, fault.to_owned()),
    };
    if status.is_server_error() {
        tracing::error!(%error, "a passkey request failed");
    }
    (status, Json(json!({ "message": message }))).into_response()
}
