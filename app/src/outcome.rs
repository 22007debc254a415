//! What programs are answered that ask for FHIR: resources, and `OperationOutcome` where a page would say what is wrong.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fhir::consent::{Fault, outcome};
use serde_json::{Value, json};
use service::{CarerRefusal, ServiceError};

/// Where everything stands that is for programs.
const PLACE: &str = "/fhir/";
/// Where one relationship stands.
const CONSENT: &str = "/fhir/R4/Consent/";

/// Whether an address is for programs, so that no page is answered there, and nobody is sent to one.
#[must_use]
pub fn is_asked_at(path: &str) -> bool {
    path.starts_with(PLACE)
}

/// Whether other programs tell something at an address, each with a secret of its own and in no browser: what they send is of no
/// site.
#[must_use]
pub fn is_told_at(path: &str) -> bool {
    matches!(path, "/fhir/R4/prescription-status" | "/texts/received")
}

/// A resource.
#[must_use]
pub fn answer(status: StatusCode, resource: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/fhir+json")], resource.to_string()).into_response()
}

/// What is wrong; `said` instead of the sentence that belongs to it.
#[must_use]
pub fn refusal(fault: Fault, said: Option<&str>) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer(status, &outcome(fault, said))
}

/// The answer to a request that failed at this address.
pub(crate) fn failed(path: &str, error: &ServiceError) -> Response {
    let fault = match Fault::from(error) {
        Fault::NotFound if !path.starts_with(CONSENT) => Fault::NoSuchAddress,
        fault => fault,
    };
    with_error(refusal(fault, None), error)
}

/// The answer to a change that was refused.
pub(crate) fn refused(refused: &CarerRefusal) -> Response {
    let response = refusal(refused.fault(), refused.words().as_deref());
    match refused {
        CarerRefusal::Other(error) => with_error(response, error),
        _ => response,
    }
}

/// The answer to a request at this address that could not even be read.
pub(crate) fn unread(path: &str, status: StatusCode) -> Response {
    let fault = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
        StatusCode::METHOD_NOT_ALLOWED => Fault::MethodNotAllowed,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Fault::Media,
        _ => Fault::PatchFormat,
    };
    // Where no patch is sent nothing is said of one.
    match (is_told_at(path), fault) {
        (true, Fault::TooLarge) => problem(StatusCode::PAYLOAD_TOO_LARGE, "too-long", "The Bundle is too large."),
        (true, Fault::Media) => refusal(fault, Some("A Bundle is sent as application/fhir+json.")),
        (true, Fault::PatchFormat) => problem(StatusCode::BAD_REQUEST, "structure", "The Bundle did not arrive whole."),
        (_, fault) => refusal(fault, None),
    }
}

/// What is wrong, where no [`Fault`] says it.
fn problem(status: StatusCode, code: &str, said: &str) -> Response {
    let issue = json!({ "severity": "error", "code": code, "diagnostics": said });
    answer(status, &json!({ "resourceType": "OperationOutcome", "issue": [issue] }))
}

/// Notes a fault of this program, and says after how many seconds it is worth trying again.
fn with_error(mut response: Response, error: &ServiceError) -> Response {
    if response.status().is_server_error() {
        tracing::error!(%error, "a request failed");
    }
    let seconds = match error {
        ServiceError::TooMany(wait) => Some(wait.num_seconds().max(1)),
        ServiceError::Unavailable(_) => Some(10),
        _ => None,
    };
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
