//! What programs are answered that ask for FHIR: resources, and `OperationOutcome` where a page would say what is wrong.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fhir::consent::{Fault, outcome};
use fhir::observation::{self, Problem};
use serde_json::{Value, json};
use service::{CarerRefusal, DeviceRefusal, ServiceError};

/// Where everything stands that is for programs.
const PLACE: &str = "/fhir/";
/// Where a batch is sent.
const BASE: &str = "/fhir/device/R4";
/// Where readings stand that devices send.
const READINGS: &str = "/fhir/device/R4/Observation";
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
    matches!(path, "/fhir/R4/prescription-status" | "/texts/received") || is_of_devices(path)
}

/// Whether devices send readings to an address.
fn is_of_devices(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    path == BASE || path.strip_prefix(READINGS).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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
    if is_of_devices(path) {
        return with_error(of_device(&[device_problem(error)]), error);
    }
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
    if is_of_devices(path) {
        return of_device(&[match status {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::of(observation::Fault::TooLarge, "It is too long."),
            StatusCode::METHOD_NOT_ALLOWED => Problem::of(observation::Fault::Method, "The address cannot be used that way."),
            _ => Problem::of(observation::Fault::Structure, "It did not arrive whole."),
        }]);
    }
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

/// What is wrong with what a device sent or asked; the first thing gives the status.
pub(crate) fn of_device(problems: &[Problem]) -> Response {
    let status = problems.first().and_then(|problem| StatusCode::from_u16(problem.fault.status()).ok());
    let mut response = answer(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &observation::outcome(problems));
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// The answer to a device whose request came to nothing.
pub(crate) fn device_refused(refusal: &DeviceRefusal) -> Response {
    let response = of_device(&problems(refusal));
    match refusal {
        DeviceRefusal::Problems(_) => response,
        DeviceRefusal::Other(error) => with_error(response, error),
    }
}

/// What is wrong, as a device is told it.
pub(crate) fn problems(refusal: &DeviceRefusal) -> Vec<Problem> {
    match refusal {
        DeviceRefusal::Problems(problems) => problems.clone(),
        DeviceRefusal::Other(error) => vec![device_problem(error)],
    }
}

fn device_problem(error: &ServiceError) -> Problem {
    match error {
        ServiceError::TooMany(_) => Problem::of(observation::Fault::Throttled, "Too many requests. Wait, then try again."),
        ServiceError::Unavailable(_) => Problem::of(observation::Fault::Busy, "The service is busy. Try again in a minute."),
        ServiceError::NotFound => Problem::of(observation::Fault::NotFound, "There is nothing at this address."),
        _ => Problem::of(observation::Fault::Server, "A fault of this program. Nothing was changed."),
    }
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
