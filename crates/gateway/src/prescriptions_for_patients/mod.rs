//! Prescriptions for Patients (FHIR R4): where all of a person's prescriptions stand.
//!
//! Source: NHSDigital/prescriptionsforpatients, packages/specification/prescriptions-for-patients.yaml and its examples. It tells;
//! it is never asked to do anything, so that asking again does no harm.

mod read;

use crate::interface::{ANSWER, BodyFault, FHIR, client, whole};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::NhsNumber;
use reqwest::{Client, Response, StatusCode, Url};
use service::{Clock, PrescriptionTracker, Random, Tracked, TrackerFault};
use std::time::Duration;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 8 * 1024 * 1024;
/// How often it is asked where the connection breaks off, or what stands in front of it cannot reach it.
const TRIES: usize = 2;
/// How far ahead of ours its clock may be.
const AHEAD: TimeDelta = TimeDelta::minutes(15);

/// The national service, or one of its shape.
pub struct PrescriptionsForPatients<C, R> {
    client: Client,
    address: Url,
    token: Option<String>,
    clock: C,
    random: R,
    answer: Duration,
}

impl<C: Clock, R: Random> PrescriptionsForPatients<C, R> {
    /// A way to it, from where its FHIR interface begins, with the bearer token that it asks for.
    ///
    /// # Errors
    /// One sentence where the address cannot be used, or the machine has no safe way to make connections.
    pub fn new(base: &str, token: Option<String>, clock: C, random: R) -> Result<Self, String> {
        let wrong =
            || "The address of Prescriptions for Patients must be like https://prescriptions.example.org/FHIR/R4.".to_owned();
        let mut address = service::safe_address(base).ok_or_else(wrong)?;
        address.path_segments_mut().map_err(|()| wrong())?.pop_if_empty().push("Bundle");
        let client = client()?;
        Ok(Self { client, address, token, clock, random, answer: ANSWER })
    }

    /// The same, where an answer may take this long.
    #[must_use]
    pub const fn within(mut self, answer: Duration) -> Self {
        self.answer = answer;
        self
    }

    async fn ask(&self, number: &NhsNumber, correlation: uuid::Uuid) -> Result<Vec<u8>, (TrackerFault, bool)> {
        let digits = number.as_digits();
        let mut request = self
            .client
            .get(self.address.clone())
            .timeout(self.answer)
            .header("accept", FHIR)
            .header("x-request-id", self.random.id(self.clock.now()).to_string())
            .header("x-correlation-id", correlation.to_string())
            .header("x-nhs-number", digits)
            .header("nhsd-nhslogin-user", format!("P9:{digits}"));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(|error| unanswered(&error))?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(refused(&response, self.clock.now()));
        }
        let body = whole(response, LONGEST).await;
        body.map_err(|fault| match fault {
            BodyFault::Broken(error) => unanswered(&error),
            BodyFault::TooLong => (TrackerFault::Unreadable("it is too long".to_owned()), false),
        })
    }
}

#[async_trait]
impl<C: Clock, R: Random> PrescriptionTracker for PrescriptionsForPatients<C, R> {
    fn is_on(&self) -> bool {
        true
    }

    async fn of_person(&self, number: &NhsNumber) -> Result<Tracked, TrackerFault> {
        let correlation = self.random.id(self.clock.now());
        let mut tried = 1;
        let body = loop {
            match self.ask(number, correlation).await {
                Ok(body) => break body,
                Err((_, true)) if tried < TRIES => tried += 1,
                Err((fault, _)) => return Err(fault),
            }
        };
        let bundle = serde_json::from_slice(&body).map_err(|_| TrackerFault::Unreadable("it is no JSON".to_owned()))?;
        let latest = self.clock.now() + AHEAD;
        read::tracked(&bundle, number, latest)
            .ok_or_else(|| TrackerFault::Unreadable("it is no list of prescriptions".to_owned()))
    }
}

/// No answer came, and whether it is worth asking again at once. The words of the error are not kept.
fn unanswered(error: &reqwest::Error) -> (TrackerFault, bool) {
    let (words, again) = match error {
        _ if error.is_timeout() => ("it did not answer in time", false),
        _ if error.is_connect() => ("it cannot be reached", true),
        _ => ("the connection broke off", true),
    };
    (TrackerFault::NoAnswer(words.to_owned()), again)
}

/// What each status that is not 200 means, by the specification, and whether it is worth asking again at once.
fn refused(response: &Response, now: DateTime<Utc>) -> (TrackerFault, bool) {
    let status = response.status().as_u16();
    let words = || format!("it answered {status}");
    let wait = || {
        let text = response.headers().get("retry-after").and_then(|value| value.to_str().ok())?;
        match text.trim().parse::<u32>() {
            Ok(seconds) => Some(TimeDelta::seconds(i64::from(seconds))),
            Err(_) => DateTime::parse_from_rfc2822(text.trim()).ok().map(|at| (at.to_utc() - now).max(TimeDelta::zero())),
        }
    };
    match status {
        429 => (TrackerFault::Busy(wait()), false),
        503 if response.headers().contains_key("retry-after") => (TrackerFault::Busy(wait()), false),
        // What stands in front of it could not reach it.
        502..=504 => (TrackerFault::NoAnswer(words()), true),
        408 | 425 | 500..=599 => (TrackerFault::NoAnswer(words()), false),
        _ => (TrackerFault::Refused(words()), false),
    }
}
