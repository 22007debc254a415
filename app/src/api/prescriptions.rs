//! Where prescriptions stand, for programs that tell it: FHIR R4 in the shape of NHS England's Prescription Status Update API.

use crate::ctx::{Answer, Ctx};
use crate::outcome;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fhir::consent::Fault;
use fhir::prescription_status::{refused, taken};
use service::PushRefusal;

/// What it is sent as.
const KINDS: [&str; 2] = ["application/fhir+json", "application/json"];

/// Takes in where items of prescriptions stand.
pub async fn push(ctx: Ctx, headers: HeaderMap, body: Bytes) -> Answer {
    let secret = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let secret = secret.and_then(|value| value.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let secret = secret.map(|(_, secret)| secret.trim());
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let fits = KINDS.iter().any(|one| kind.eq_ignore_ascii_case(one));
    let body = if fits { body } else { Bytes::new() };
    Ok(match ctx.services().prescriptions.push(secret, ctx.origin.address, &body).await {
        Ok(count) => outcome::answer(StatusCode::OK, &taken(count)),
        Err(PushRefusal::Off) => outcome::refusal(Fault::NoSuchAddress, None),
        Err(PushRefusal::Unknown) => unknown(),
        Err(PushRefusal::Unread(_)) if !fits => {
            outcome::refusal(Fault::Media, Some("A Bundle is sent as application/fhir+json."))
        }
        Err(PushRefusal::Unread(problems)) => outcome::answer(StatusCode::BAD_REQUEST, &refused(&problems)),
        Err(PushRefusal::Other(error)) => outcome::failed(&ctx.path, &error),
    })
}

fn unknown() -> Response {
    let refusal = outcome::refusal(Fault::AccessDenied, Some("The secret is missing, or is another."));
    ([(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))], refusal).into_response()
}
