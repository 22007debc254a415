//! Traces of requests for OpenTelemetry, where an operator has a collector: a span for each request, with its method, the shape of its
//! path, its status and its time. As with the counts no path, no address, no name and no id of anybody comes into one; the ids in it are
//! made up for the request, or come from the proxy in front.

use crate::measures::method_word;
use axum::http::{HeaderMap, Method, StatusCode};
use gateway::traces::Collector;
use serde_json::{Value, json};
use service::{Clock, Random, SystemClock, SystemRandom};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::Interval;

/// How often spans are handed over.
pub const EVERY: Duration = Duration::from_secs(1);
/// How many wait for it at most; more are left out.
const WAITING: usize = 8_192;
/// How many are handed over at once.
const TOGETHER: usize = 512;
/// OTLP's word for a span of who answers (`SPAN_KIND_SERVER`).
const SERVER: u8 = 2;
/// OTLP's word for what went wrong (`STATUS_CODE_ERROR`).
const ERROR: u8 = 2;

/// Where spans of this process go, once that was begun.
static BEGUN: OnceLock<Begun> = OnceLock::new();
/// How many were left out, since that was last told.
static LEFT_OUT: AtomicU64 = AtomicU64::new(0);

/// How spans are made.
struct Begun {
    spans: Sender<Span>,
    /// A proxy in front says to which trace a request belongs; from anybody else that is not taken.
    joins: bool,
}

/// A request that is traced. It ends when this is dropped, which is also how it ends where its sender no longer waits for an answer.
#[derive(Debug)]
pub struct Open {
    span: Span,
    spans: Sender<Span>,
}

/// A request that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    trace: u128,
    id: u64,
    parent: Option<u64>,
    /// In nanoseconds since 1970.
    began: i64,
    ended: i64,
    method: &'static str,
    route: Option<&'static str>,
    /// `None` without an answer.
    status: Option<u16>,
}

/// Where a request comes from, as `traceparent` tells (W3C Trace Context).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parent {
    trace: u128,
    id: u64,
    is_wanted: bool,
}

/// Begins to make spans, once in a process; gives where they wait. `joins`: a proxy in front says to which trace a request belongs.
///
/// # Errors
/// One plain sentence when something else in this process does so already.
pub fn begin(joins: bool) -> Result<Receiver<Span>, String> {
    let (spans, waiting) = mpsc::channel(WAITING);
    match BEGUN.set(Begun { spans, joins }) {
        Ok(()) => Ok(waiting),
        Err(_) => Err("Traces are made already in this process.".to_owned()),
    }
}

/// A span for a request with these headers, the shape of its path and its method; `None` where nobody wants it.
#[must_use]
pub fn opened(headers: &HeaderMap, shape: Option<&'static str>, method: &Method) -> Option<Open> {
    BEGUN.get()?.open(headers, shape, method)
}

impl Begun {
    fn open(&self, headers: &HeaderMap, shape: Option<&'static str>, method: &Method) -> Option<Open> {
        let parent = self.joins.then(|| parent(headers)).flatten();
        if parent.is_some_and(|parent| !parent.is_wanted) {
            return None;
        }
        let (mut trace, mut id) = ([0_u8; 16], [0_u8; 8]);
        SystemRandom.fill(&mut trace);
        SystemRandom.fill(&mut id);
        let began = now();
        // None of them is 0, which is no id.
        let span = Span {
            trace: parent.map_or(u128::from_be_bytes(trace).max(1), |parent| parent.trace),
            id: u64::from_be_bytes(id).max(1),
            parent: parent.map(|parent| parent.id),
            began,
            ended: began,
            method: method_word(method),
            route: shape,
            status: None,
        };
        Some(Open { span, spans: self.spans.clone() })
    }
}

impl Open {
    /// Ends it with its answer.
    pub fn answered(mut self, status: StatusCode) {
        self.span.status = Some(status.as_u16());
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.span.ended = now().max(self.span.began);
        if self.spans.try_send(self.span).is_err() {
            LEFT_OUT.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn now() -> i64 {
    SystemClock.now().timestamp_nanos_opt().unwrap_or_default()
}

/// Reads `traceparent`: `00-` with 32 digits, 16 digits and 2 digits; a later version may have more behind.
fn parent(headers: &HeaderMap) -> Option<Parent> {
    let mut parts = headers.get("traceparent")?.to_str().ok()?.split('-');
    let mut next = |length: usize| {
        let part = parts.next()?;
        let is_digits = part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (part.len() == length && is_digits).then_some(part)
    };
    let (version, trace, id, flags) = (next(2)?, next(32)?, next(16)?, next(2)?);
    if version == "ff" || version == "00" && parts.next().is_some() {
        return None;
    }
    let (trace, id) = (u128::from_str_radix(trace, 16).ok()?, u64::from_str_radix(id, 16).ok()?);
    let is_wanted = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
    (trace != 0 && id != 0).then_some(Parent { trace, id, is_wanted })
}

/// The way of spans to a collector.
pub struct HandOver {
    collector: Collector,
    waiting: Receiver<Span>,
    is_failing: bool,
}

impl HandOver {
    /// From where they wait to this collector.
    #[must_use]
    pub const fn new(collector: Collector, waiting: Receiver<Span>) -> Self {
        Self { collector, waiting, is_failing: false }
    }

    /// Hands over what waits, at each tick, until the order to stop. What is being handed over then is still handed over, and what was
    /// traced since is left.
    pub async fn until(mut self, mut tick: Interval, stop: impl Future<Output = ()>) -> Self {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                _ = tick.tick() => self.round().await,
                () = &mut stop => return self,
            }
        }
    }

    /// Hands over what waits. What is not taken is lost, and the log says so once until some is taken again.
    pub async fn round(&mut self) {
        let mut spans = Vec::new();
        loop {
            while spans.len() < TOGETHER
                && let Ok(span) = self.waiting.try_recv()
            {
                spans.push(span);
            }
            if spans.is_empty() {
                return;
            }
            let left_out = LEFT_OUT.swap(0, Ordering::Relaxed);
            if left_out > 0 && !self.is_failing {
                tracing::warn!(left_out, "more requests than can be handed over were traced");
            }
            let taken = self.collector.take(&told(&spans)).await;
            spans.clear();
            match taken {
                Ok(()) => self.is_failing = false,
                Err(why) => {
                    if !self.is_failing {
                        tracing::warn!(%why, "traces are not taken");
                    }
                    self.is_failing = true;
                    return;
                }
            }
        }
    }
}

/// Spans as an `ExportTraceServiceRequest` in JSON: ids in hexadecimal digits, whole numbers of 64 bits in quotes.
fn told(spans: &[Span]) -> Value {
    let spans: Vec<Value> = spans.iter().map(Span::told).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": [word("service.name", "selfheal"), word("service.version", env!("CARGO_PKG_VERSION"))] },
        "scopeSpans": [{ "scope": { "name": "selfheal" }, "spans": spans }],
    }] })
}

fn word(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

impl Span {
    fn told(&self) -> Value {
        let mut attributes = vec![word("http.request.method", self.method)];
        attributes.extend(
            self.status.map(|status| json!({ "key": "http.response.status_code", "value": { "intValue": status.to_string() } })),
        );
        attributes.extend(self.route.map(|route| word("http.route", route)));
        let mut span = json!({
            "traceId": format!("{:032x}", self.trace),
            "spanId": format!("{:016x}", self.id),
            "name": self.route.map_or_else(|| self.method.to_owned(), |route| format!("{} {route}", self.method)),
            "kind": SERVER,
            "startTimeUnixNano": self.began.to_string(),
            "endTimeUnixNano": self.ended.to_string(),
            "attributes": attributes,
            "status": if self.status.is_none_or(|status| status >= 500) { json!({ "code": ERROR }) } else { json!({}) },
        });
        if let Some(parent) = self.parent {
            span["parentSpanId"] = json!(format!("{parent:016x}"));
        }
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::sync::oneshot;

    fn told_by(text: &'static str) -> Option<Parent> {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", HeaderValue::from_static(text));
        parent(&headers)
    }

    #[test]
    fn the_trace_of_a_proxy_is_read_and_nothing_else_is_taken_for_one() {
        let told = told_by("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assert_eq!(
            told,
            Some(Parent { trace: 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c, id: 0xb7ad_6b71_6920_3331, is_wanted: true })
        );
        assert!(told_by("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00").is_some_and(|parent| !parent.is_wanted));
        assert!(told_by("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-more").is_some());
        for none in [
            "",
            "margaret",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        ] {
            assert_eq!(told_by(none), None, "{none}");
        }
    }

    #[test]
    fn a_span_is_told_as_the_protocol_says() {
        let failed = Span {
            trace: 10,
            id: 11,
            parent: Some(12),
            began: 1_000,
            ended: 3_000,
            method: "GET",
            route: Some("/results/{code}"),
            status: Some(503),
        };
        let told = told(&[failed]);
        let span = &told["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        let expected = json!({
            "traceId": "0000000000000000000000000000000a",
            "spanId": "000000000000000b",
            "parentSpanId": "000000000000000c",
            "name": "GET /results/{code}",
            "kind": 2,
            "startTimeUnixNano": "1000",
            "endTimeUnixNano": "3000",
            "attributes": [
                { "key": "http.request.method", "value": { "stringValue": "GET" } },
                { "key": "http.response.status_code", "value": { "intValue": "503" } },
                { "key": "http.route", "value": { "stringValue": "/results/{code}" } },
            ],
            "status": { "code": 2 },
        });
        assert_eq!(*span, expected);
        let other = Span { parent: None, method: "POST", route: None, status: Some(404), ..failed }.told();
        assert_eq!((&other["name"], &other["status"]), (&json!("POST"), &json!({})));
        assert!(other.get("parentSpanId").is_none());
    }

    #[test]
    fn a_request_whose_sender_left_is_a_span_without_an_answer() {
        let (spans, mut waiting) = mpsc::channel(4);
        let begun = Begun { spans, joins: false };
        let open = || begun.open(&HeaderMap::new(), Some("/record"), &Method::GET).unwrap();
        drop(open());
        open().answered(StatusCode::OK);
        let left = waiting.try_recv().unwrap().told();
        assert_eq!((&left["name"], &left["status"]), (&json!("GET /record"), &json!({ "code": 2 })));
        assert_eq!(left["attributes"], json!([word("http.request.method", "GET"), word("http.route", "/record")]));
        assert_eq!(waiting.try_recv().unwrap().status, Some(200));
        assert!(waiting.try_recv().is_err(), "a request is more than one span");
    }

    #[tokio::test]
    async fn what_is_being_handed_over_at_the_order_to_stop_is_still_handed_over() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let collector = Collector::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let (spans, waiting) = mpsc::channel(4);
        drop(Begun { spans, joins: false }.open(&HeaderMap::new(), None, &Method::GET));
        let (stop, stopping) = oneshot::channel::<()>();
        let hand_over = HandOver::new(collector, waiting);
        let mut handing = tokio::spawn(hand_over.until(tokio::time::interval(EVERY), async move { drop(stopping.await) }));
        let (mut asked, _) = listener.accept().await.unwrap();
        let read = asked.read(&mut [0; 1_024]).await.unwrap();
        assert!(read > 0);
        stop.send(()).unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(200), &mut handing).await.is_err(), "it was given up");
        asked.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        let hand_over = handing.await.unwrap();
        assert!(!hand_over.is_failing && hand_over.waiting.is_empty());
    }
}
