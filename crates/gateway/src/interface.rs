//! Asking a FHIR interface over HTTP: what the adapters to GP systems share.

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;
use service::{Clock, OutsideFault, Random};
use std::time::Duration;
use uuid::Uuid;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take, all in all: somebody waits for it.
pub const ANSWER: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// What both sides speak.
pub const FHIR: &str = "application/fhir+json";

/// What an adapter asks for, and what an answer that is not the one hoped for means.
pub trait Asked: Copy {
    /// Why it may be refused.
    type Refusal;

    /// Whether something is done by it; otherwise it only tells.
    fn does(self) -> bool;

    /// What a status and a body mean that are not the ones hoped for.
    fn refused(self, status: u16, body: Option<&Value>) -> OutsideFault<Self::Refusal>;

    /// A fault after which it is not known whether anything was done; what only tells does nothing.
    fn unsure(self, why: &str) -> OutsideFault<Self::Refusal> {
        match self.does() {
            false => OutsideFault::NotDone(why.to_owned()),
            true => OutsideFault::Unknown(why.to_owned()),
        }
    }
}

/// What connections to other systems are made by.
///
/// # Errors
/// One sentence where the machine has no safe way to make them.
pub fn client() -> Result<Client, String> {
    Client::builder()
        .connect_timeout(CONNECT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("Selfheal")
        .build()
        .map_err(|_| "No way to make connections to other systems could be set up.".to_owned())
}

/// Why an answer could not be read to its end.
pub enum BodyFault {
    /// It broke off.
    Broken(reqwest::Error),
    /// It is too long.
    TooLong,
}

/// A way to FHIR interfaces.
pub struct Interface<C, R> {
    client: Client,
    token: Option<String>,
    clock: C,
    random: R,
    answer: Duration,
}

impl<C: Clock, R: Random> Interface<C, R> {
    /// A way to them, with the bearer token that they ask for.
    ///
    /// # Errors
    /// One sentence where the machine has no safe way to make connections.
    pub fn new(token: Option<String>, clock: C, random: R) -> Result<Self, String> {
        let client = client()?;
        Ok(Self { client, token, clock, random, answer: ANSWER })
    }

    /// The same, where an answer may take this long.
    #[must_use]
    pub const fn within(mut self, answer: Duration) -> Self {
        self.answer = answer;
        self
    }

    /// A request with this id.
    ///
    /// # Errors
    /// [`OutsideFault::NotDone`] for an address that cannot be used.
    pub fn request<F>(
        &self,
        base_url: &str,
        method: Method,
        path: &[&str],
        request: Uuid,
    ) -> Result<RequestBuilder, OutsideFault<F>> {
        let fault = || OutsideFault::NotDone("its address cannot be used".to_owned());
        let mut url = Url::parse(base_url).map_err(|_| fault())?;
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

    /// A request that only asks to be told, with an id of its own.
    ///
    /// # Errors
    /// As [`Interface::request`].
    pub fn question<F>(&self, base_url: &str, path: &[&str]) -> Result<RequestBuilder, OutsideFault<F>> {
        self.request(base_url, Method::GET, path, self.random.id(self.clock.now()))
    }

    /// What was answered, where that was the status expected, or 200.
    ///
    /// # Errors
    /// [`OutsideFault`].
    pub async fn answer<A: Asked>(
        &self,
        request: RequestBuilder,
        asked: A,
        expected: StatusCode,
    ) -> Result<Value, OutsideFault<A::Refusal>> {
        let response = request.send().await.map_err(|error| unanswered(&error, asked))?;
        let status = response.status();
        let body = whole(response, LONGEST).await.map_err(|fault| match fault {
            BodyFault::Broken(_) => asked.unsure("its answer broke off"),
            BodyFault::TooLong => asked.unsure("its answer is too long"),
        })?;
        let value: Option<Value> = serde_json::from_slice(&body).ok();
        if status != expected && status != StatusCode::OK {
            return Err(asked.refused(status.as_u16(), value.as_ref()));
        }
        value.ok_or_else(|| asked.unsure("its answer cannot be understood"))
    }
}

/// No answer came. The words of the error are not kept: they may hold the address, which holds an NHS number.
fn unanswered<A: Asked>(error: &reqwest::Error, asked: A) -> OutsideFault<A::Refusal> {
    if error.is_connect() {
        return OutsideFault::NotDone("it cannot be reached".to_owned());
    }
    if error.is_builder() {
        return OutsideFault::NotDone("it cannot be asked like this".to_owned());
    }
    asked.unsure(if error.is_timeout() { "it did not answer in time" } else { "the connection broke off" })
}

/// The whole of an answer, unless it is longer than so many bytes.
///
/// # Errors
/// [`BodyFault`].
pub async fn whole(mut response: Response, longest: usize) -> Result<Vec<u8>, BodyFault> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(BodyFault::Broken)? {
        if body.len() + part.len() > longest {
            return Err(BodyFault::TooLong);
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// The resources of a bundle, each with its type.
pub fn resources(bundle: &Value) -> Option<Vec<(&str, &Value)>> {
    if bundle.get("resourceType")?.as_str()? != "Bundle" {
        return None;
    }
    // A bundle that holds nothing has no entries.
    let entries = bundle.get("entry").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let named = entries.iter().filter_map(|entry| {
        let resource = entry.get("resource")?;
        Some((resource.get("resourceType")?.as_str()?, resource))
    });
    Some(named.collect())
}

/// The error code, the issue type, and the words in small letters of an `OperationOutcome`; empty where there are none.
pub fn outcome(body: Option<&Value>) -> (String, String, String) {
    let Some(body) = body else { return Default::default() };
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default();
    let words = ["/issue/0/details/coding/0/display", "/issue/0/details/text", "/issue/0/diagnostics"].map(text);
    (text("/issue/0/details/coding/0/code").to_owned(), text("/issue/0/code").to_owned(), words.join(" ").to_lowercase())
}

/// As FHIR writes an instant.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, false)
}
