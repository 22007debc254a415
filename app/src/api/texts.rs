//! Text messages that come in, as a service of the shape of GOV.UK Notify hands them over (its callback for received text messages).

use crate::ctx::{Answer, Ctx};
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use service::{ServiceError, TextIn, TextRefusal};

/// The header of a signature: `t=SECONDS,v1=HEX`.
const SIGNATURE: &str = "selfheal-signature";
/// The most characters of an id: it is a UUID there.
const LONGEST_ID: usize = 100;

#[derive(Deserialize)]
struct Received {
    id: String,
    source_number: String,
    message: String,
    date_received: DateTime<Utc>,
}

/// Takes in a text message.
pub async fn receive(ctx: Ctx, headers: HeaderMap, body: Bytes) -> Answer {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let secret = said(header::AUTHORIZATION.as_str()).and_then(|value| value.split_once(' '));
    let secret = secret.filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer")).map(|(_, secret)| secret.trim());
    let readings = &ctx.services().readings;
    if let Err(refusal) = readings.may_hand_over((said(SIGNATURE), secret), ctx.origin.address, &body).await {
        return Ok(match refusal {
            TextRefusal::Off => StatusCode::NOT_FOUND.into_response(),
            TextRefusal::Unknown => {
                (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))]).into_response()
            }
            TextRefusal::Other(error) => failed(&error),
        });
    }
    // Not every database keeps every control sign; no id holds one.
    let is_known_by_its_id = |one: &Received| (1..=LONGEST_ID).contains(&one.id.len()) && !one.id.contains(char::is_control);
    let Some(received) = serde_json::from_slice::<Received>(&body).ok().filter(is_known_by_its_id) else {
        return Ok((StatusCode::BAD_REQUEST, "id, source_number, message and date_received are needed").into_response());
    };
    // It writes numbers with their country and without the plus.
    let plus = if received.source_number.starts_with(['+', '0']) { "" } else { "+" };
    let from = format!("{plus}{}", received.source_number);
    let message = TextIn { id: received.id, from, text: received.message, at: received.date_received };
    Ok(match readings.texted(&message).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => failed(&error),
    })
}

fn failed(error: &ServiceError) -> axum::response::Response {
    match error {
        ServiceError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS.into_response(),
        error => {
            tracing::error!(%error, "a text message was not taken in");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
