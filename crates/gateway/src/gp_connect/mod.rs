//! GP Connect (patient facing) Appointment Management, FHIR STU3: free slots, booking, a patient's appointments, cancelling.
//!
//! Source: NHSDigital/gp-connect-appointments-management-fhir, specification/gp-connect-appointments-management-fhir.yaml.
//! It knows no change: who uses it books first and cancels then.

mod fault;
mod read;
mod write;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::appointment::Refusal;
use fault::{Act, refused, unanswered};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;
use service::{
    Clock, DiarySystem, OutsideAppointment, OutsideBooking, OutsideCancelling, OutsideDiary, OutsideFault, OutsideSlot, Random,
};
use std::time::Duration;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take, all in all: somebody waits for it.
const ANSWER: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// What both sides speak.
const FHIR: &str = "application/fhir+json";

/// GP systems, by GP Connect.
pub struct GpConnect<C, R> {
    client: Client,
    token: Option<String>,
    clock: C,
    random: R,
    answer: Duration,
}

impl<C: Clock, R: Random> GpConnect<C, R> {
    /// A way to them, with the bearer token that they ask for.
    ///
    /// # Errors
    /// One sentence where the machine has no safe way to make connections.
    pub fn new(token: Option<String>, clock: C, random: R) -> Result<Self, String> {
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("Selfheal")
            .build()
            .map_err(|_| "No way to make connections to other systems could be set up.".to_owned())?;
        Ok(Self { client, token, clock, random, answer: ANSWER })
    }

    /// The same, where an answer may take this long.
    #[must_use]
    pub const fn within(mut self, answer: Duration) -> Self {
        self.answer = answer;
        self
    }

    fn request(
        &self,
        at: &OutsideDiary,
        method: Method,
        path: &[&str],
        request: uuid::Uuid,
    ) -> Result<RequestBuilder, OutsideFault> {
        let fault = || OutsideFault::NotDone("its address cannot be used".to_owned());
        let mut url = Url::parse(&at.base_url).map_err(|_| fault())?;
        // Ids come from outside: each is one segment, whatever it holds.
        url.path_segments_mut().map_err(|()| fault())?.pop_if_empty().extend(path);
        let mut builder = self
            .client
            .request(method, url)
            .timeout(self.answer)
            .header("accept", FHIR)
            .header("x-request-id", request.to_string())
            .header("x-correlation-id", request.to_string());
        if let Some(token) = &self.token {
            builder = builder.bearer_auth(token);
        }
        Ok(builder)
    }

    fn question(&self, at: &OutsideDiary, path: &[&str]) -> Result<RequestBuilder, OutsideFault> {
        self.request(at, Method::GET, path, self.random.id(self.clock.now()))
    }

    /// What was answered, where that was the status expected.
    async fn answer(&self, request: RequestBuilder, act: Act, expected: StatusCode) -> Result<Value, OutsideFault> {
        let response = request.send().await.map_err(|error| unanswered(&error, act))?;
        let status = response.status();
        let body = whole(response).await.map_err(|error| act.unsure(&error))?;
        let value: Option<Value> = serde_json::from_slice(&body).ok();
        if status != expected && status != StatusCode::OK {
            return Err(refused(status.as_u16(), value.as_ref(), act));
        }
        value.ok_or_else(|| act.unsure("its answer cannot be understood"))
    }
}

/// The whole of an answer, unless it is too long.
async fn whole(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|_| "its answer broke off".to_owned())? {
        if body.len() + part.len() > LONGEST {
            return Err("its answer is too long".to_owned());
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// As FHIR writes an instant.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, false)
}

#[async_trait]
impl<C: Clock, R: Random> DiarySystem for GpConnect<C, R> {
    async fn free(&self, at: &OutsideDiary, span: (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<OutsideSlot>, OutsideFault> {
        let organisation = format!("https://fhir.nhs.uk/Id/ods-organization-code|{}", at.organisation);
        let request = self.question(at, &["Slot"])?.query(&[
            ("start", format!("ge{}", instant(span.0))),
            ("end", format!("le{}", instant(span.1))),
            ("status", "free".to_owned()),
            ("_include", "Slot:schedule".to_owned()),
            ("_include:recurse", "Schedule:actor:Practitioner".to_owned()),
            ("_include:recurse", "Schedule:actor:Location".to_owned()),
            ("searchFilter", organisation),
        ]);
        let bundle = self.answer(request, Act::Look, StatusCode::OK).await?;
        read::slots(&bundle).ok_or_else(|| Act::Look.unsure("its answer is no list of slots"))
    }

    async fn book(&self, at: &OutsideDiary, booking: &OutsideBooking) -> Result<OutsideAppointment, OutsideFault> {
        let body = write::appointment(at, booking);
        let request = self.request(at, Method::POST, &["Appointment"], booking.request)?;
        let request = request.header("content-type", FHIR).body(body.to_string());
        let made = self.answer(request, Act::Book, StatusCode::CREATED).await?;
        read::appointment(&made).filter(|made| !made.cancelled).ok_or_else(|| Act::Book.unsure("its answer is no appointment"))
    }

    async fn of_patient(
        &self,
        at: &OutsideDiary,
        nhs_number: &str,
        span: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<OutsideAppointment>, OutsideFault> {
        // It asks by days; what begins on either side of midnight is among them.
        let day = |at: DateTime<Utc>| at.date_naive().format("%Y-%m-%d").to_string();
        let request = self.question(at, &["Patient", nhs_number, "Appointment"])?.query(&[
            ("start", format!("ge{}", day(span.0 - TimeDelta::days(1)))),
            ("start", format!("le{}", day(span.1 + TimeDelta::days(1)))),
        ]);
        let bundle = match self.answer(request, Act::Look, StatusCode::OK).await {
            // How it says that they have nothing there (404 NO_RECORD_FOUND).
            Err(OutsideFault::Refused(Refusal::NotOpen)) => return Ok(Vec::new()),
            told => told?,
        };
        read::appointments(&bundle).ok_or_else(|| Act::Look.unsure("its answer is no list of appointments"))
    }

    /// Reads the appointment first: it has to be sent back as it is, with its version, but for the cancelling.
    async fn cancel(&self, at: &OutsideDiary, cancelling: &OutsideCancelling) -> Result<(), OutsideFault> {
        let path = ["Appointment", cancelling.id.as_str()];
        let looked = self.answer(self.question(at, &path)?, Act::Look, StatusCode::OK).await;
        let mut appointment = match looked {
            Err(OutsideFault::Refused(Refusal::NotTaken | Refusal::NotOpen)) => {
                return Err(OutsideFault::Refused(Refusal::NotOpen));
            }
            looked => looked?,
        };
        let stands = read::appointment(&appointment)
            .filter(|one| one.id == cancelling.id)
            .ok_or_else(|| Act::Look.unsure("its answer is no appointment"))?;
        if stands.cancelled {
            return Ok(());
        }
        let version = read::version(&appointment);
        write::cancel(&mut appointment, &cancelling.reason);
        let mut request = self.request(at, Method::PUT, &path, cancelling.request)?.header("content-type", FHIR);
        if let Some(version) = version {
            request = request.header("if-match", format!("W/\"{version}\""));
        }
        let changed = self.answer(request.body(appointment.to_string()), Act::Cancel, StatusCode::OK).await?;
        match read::appointment(&changed) {
            Some(one) if one.cancelled => Ok(()),
            _ => Err(Act::Cancel.unsure("its answer is no cancelled appointment")),
        }
    }
}
