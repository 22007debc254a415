//! What devices send and ask with their tokens, for programs: FHIR R4 `Observation`. No session counts here, and no browser sends a
//! token by itself.

use crate::ctx::{Answer, Ctx};
use crate::outcome;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::ReadingId;
use fhir::observation::{Answered, Fault, Problem, batch_response, outcome as told};
use service::{DeviceAdded, DeviceCall, DeviceRefusal};

/// What it is sent as.
const KINDS: [&str; 2] = ["application/fhir+json", "application/json"];
const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");

/// The reading in a path.
type OfReading = Result<Path<String>, PathRejection>;

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn call<'h>(ctx: &Ctx, headers: &'h HeaderMap) -> DeviceCall<'h> {
    let said = text(headers, header::AUTHORIZATION).and_then(|value| value.split_once(' '));
    let token = said.filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    DeviceCall { token, from: ctx.origin.address }
}

fn fits(headers: &HeaderMap) -> bool {
    let kind = text(headers, header::CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    KINDS.iter().any(|one| kind.eq_ignore_ascii_case(one))
}

/// Where a reading is.
fn place(ctx: &Ctx, id: ReadingId) -> String {
    format!("{}/fhir/device/R4/Observation/{id}", ctx.services().core.settings().public_url)
}

fn shown(ctx: &Ctx, added: &DeviceAdded) -> Response {
    let status = if added.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = outcome::answer(status, &added.resource);
    for (name, value) in [(header::LOCATION, place(ctx, added.id)), (header::ETAG, format!("W/\"{}\"", added.version))] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// What is refused; sent as another kind, nothing of it was read, so that it is the kind that is told.
fn refused(refusal: &DeviceRefusal, fits: bool) -> Response {
    match refusal {
        DeviceRefusal::Problems(problems) if !fits && problems.iter().all(|problem| problem.fault == Fault::Structure) => {
            outcome::of_device(&[Problem::of(Fault::Media, "It is sent as application/fhir+json.")])
        }
        refusal => outcome::device_refused(refusal),
    }
}

/// Adds a reading.
pub async fn create(ctx: Ctx, headers: HeaderMap, body: Bytes) -> Answer {
    let fits = fits(&headers);
    let body = if fits { body } else { Bytes::new() };
    let added = ctx.services().readings.device_adds(call(&ctx, &headers), &body, text(&headers, IF_NONE_EXIST)).await;
    Ok(match added {
        Ok(added) => shown(&ctx, &added),
        Err(refusal) => refused(&refusal, fits),
    })
}

/// Adds the readings of a batch.
pub async fn batch(ctx: Ctx, headers: HeaderMap, body: Bytes) -> Answer {
    let fits = fits(&headers);
    let body = if fits { body } else { Bytes::new() };
    let answers = match ctx.services().readings.device_batch(call(&ctx, &headers), &body).await {
        Ok(answers) => answers,
        Err(refusal) => return Ok(refused(&refusal, fits)),
    };
    let answered = answers.into_iter().map(|answer| match answer {
        Ok(added) => Answered {
            status: if added.is_new { 201 } else { 200 },
            place: Some((place(&ctx, added.id), added.version)),
            body: added.resource,
        },
        Err(refusal) => {
            let problems = outcome::problems(&refusal);
            let status = problems.first().map_or(500, |problem| problem.fault.status());
            Answered { status, place: None, body: told(&problems) }
        }
    });
    Ok(outcome::answer(StatusCode::OK, &batch_response(&answered.collect::<Vec<_>>())))
}

/// One reading that the device sent.
pub async fn read(ctx: Ctx, headers: HeaderMap, path: OfReading) -> Answer {
    let id = path.map(|Path(id)| id).unwrap_or_default();
    let read = ctx.services().readings.device_reads(call(&ctx, &headers), &id).await;
    Ok(match read {
        Ok(read) => shown(&ctx, &read),
        Err(refusal) => refused(&refusal, true),
    })
}

/// Changes it, or takes it out.
pub async fn change(ctx: Ctx, headers: HeaderMap, path: OfReading, body: Bytes) -> Answer {
    let id = path.map(|Path(id)| id).unwrap_or_default();
    let fits = fits(&headers);
    let body = if fits { body } else { Bytes::new() };
    let if_match = text(&headers, header::IF_MATCH);
    let changed = ctx.services().readings.device_changes(call(&ctx, &headers), &id, &body, if_match).await;
    Ok(match changed {
        Ok(Some(changed)) => shown(&ctx, &changed),
        Ok(None) => outcome::answer(StatusCode::OK, &fhir::observation::done("It was taken out.")),
        Err(refusal) => refused(&refusal, fits),
    })
}
