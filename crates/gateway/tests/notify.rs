//! Text messages by a service of the shape of GOV.UK Notify, against one within the test that gives every answer.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gateway::text::{Notify, NotifyTexter};
use serde_json::{Value, json};
use service::{Clock, TextError, TextMessage, Texter};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::MockClock;
use tokio::net::TcpListener;
use uuid::Uuid;

const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";
const TEMPLATE: &str = "f33517ff-2a88-4f6e-b855-c550268ce08a";
const NUMBER: &str = "+447700900123";

/// What the provider does with the next request.
#[derive(Clone)]
enum Does {
    /// Keeps a message and says so.
    Takes,
    /// Keeps it and never answers.
    TakesAndHangs,
    /// Keeps it and answers this with status 201.
    TakesAndSays(&'static str),
    /// Answers this, and keeps nothing.
    Says(u16, String),
}

#[derive(Default)]
struct Inside {
    does: VecDeque<Does>,
    /// What was posted, whole.
    posted: Vec<Value>,
    /// What it has: reference and status.
    has: Vec<(String, String)>,
    /// How often it was asked what it has.
    asked: u32,
}

#[derive(Clone)]
struct Provider {
    inside: Arc<Mutex<Inside>>,
    clock: MockClock,
}

impl Provider {
    /// Refuses whatever is not signed with the key of the service, at this moment.
    fn refuses(&self, headers: &HeaderMap) -> Option<Response> {
        let refused = |message: &str| {
            let error = json!({ "error": "AuthError", "message": message });
            Some((StatusCode::FORBIDDEN, Json(json!({ "status_code": 403, "errors": [error] }))).into_response())
        };
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let parts: Vec<&str> = bearer.strip_prefix("Bearer ").unwrap_or_default().split('.').collect();
        let [head, claims, signature] = parts.as_slice() else {
            return refused("Unauthorized: authentication token must be provided");
        };
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        if ring::hmac::verify(&key, format!("{head}.{claims}").as_bytes(), &signature).is_err() {
            return refused("Invalid token: signature, api token not found");
        }
        let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(read(head), json!({ "typ": "JWT", "alg": "HS256" }));
        let claims = read(claims);
        assert_eq!(claims["iss"], SERVICE);
        if (claims["iat"].as_i64().unwrap() - self.clock.now().timestamp()).abs() > 30 {
            return refused("Error: Your system clock must be accurate to within 30 seconds");
        }
        None
    }
}

async fn take(State(provider): State<Provider>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if let Some(refused) = provider.refuses(&headers) {
        return refused;
    }
    let reference = body["reference"].as_str().unwrap().to_owned();
    let does = {
        let mut inside = provider.inside.lock().unwrap();
        inside.posted.push(body);
        let does = inside.does.pop_front().unwrap_or(Does::Takes);
        if !matches!(does, Does::Says(..)) {
            inside.has.push((reference.clone(), "sending".to_owned()));
        }
        does
    };
    let taken = json!({ "id": Uuid::nil(), "reference": reference, "content": {}, "uri": "", "template": {} });
    match does {
        Does::Takes => (StatusCode::CREATED, Json(taken)).into_response(),
        Does::TakesAndHangs => std::future::pending().await,
        Does::TakesAndSays(body) => (StatusCode::CREATED, body).into_response(),
        Does::Says(status, body) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
    }
}

async fn list(State(provider): State<Provider>, headers: HeaderMap, Query(query): Query<BTreeMap<String, String>>) -> Response {
    if let Some(refused) = provider.refuses(&headers) {
        return refused;
    }
    let mut inside = provider.inside.lock().unwrap();
    inside.asked += 1;
    if let Some(Does::Says(status, body)) = inside.does.pop_front_if(|does| matches!(does, Does::Says(..))) {
        return (StatusCode::from_u16(status).unwrap(), body).into_response();
    }
    let found: Vec<Value> = inside
        .has
        .iter()
        .filter(|(reference, _)| Some(reference) == query.get("reference"))
        .map(|(reference, status)| json!({ "id": Uuid::nil(), "reference": reference, "status": status, "type": "sms" }))
        .collect();
    Json(json!({ "notifications": found, "links": { "current": "" } })).into_response()
}

struct World {
    inside: Arc<Mutex<Inside>>,
    clock: MockClock,
    texter: NotifyTexter<MockClock>,
}

impl World {
    async fn new() -> Self {
        Self::with(SERVICE, SECRET).await
    }

    async fn with(service: &str, secret: &str) -> Self {
        let (inside, clock) = (Arc::new(Mutex::new(Inside::default())), MockClock::default());
        let provider = Provider { inside: Arc::clone(&inside), clock: clock.clone() };
        let router =
            Router::new().route("/v2/notifications/sms", post(take)).route("/v2/notifications", get(list)).with_state(provider);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        // The texter has a clock of its own, that starts as the provider's does.
        let own = MockClock::default();
        let key = format!("a-name-{service}-{secret}").parse().unwrap();
        let notify = Notify::new(&base, key, TEMPLATE.parse().unwrap()).unwrap();
        let texter = NotifyTexter::new(notify, own.clone()).unwrap().within(Duration::from_millis(400));
        Self { inside, clock: own, texter }
    }

    fn does(&self, does: impl IntoIterator<Item = Does>) {
        self.inside.lock().unwrap().does.extend(does);
    }

    fn has(&self, statuses: &[&str]) {
        let reference = text(true).reference.to_string();
        self.inside.lock().unwrap().has = statuses.iter().map(|status| (reference.clone(), (*status).to_owned())).collect();
    }

    /// How many messages it has, how many were posted, and how often it was asked.
    fn counts(&self) -> (usize, usize, u32) {
        let inside = self.inside.lock().unwrap();
        (inside.has.len(), inside.posted.len(), inside.asked)
    }

    async fn send(&self, again: bool) -> Result<(), TextError> {
        self.texter.send(&text(again)).await
    }
}

fn text(again: bool) -> TextMessage {
    TextMessage { reference: Uuid::from_u128(7), to: NUMBER.to_owned(), body: "You have an appointment".to_owned(), again }
}

fn says(status: u16, error: &str, message: &str) -> Does {
    Does::Says(status, json!({ "status_code": status, "errors": [{ "error": error, "message": message }] }).to_string())
}

/// What it says of it, and that it is to be tried again.
#[track_caller]
fn later(outcome: Result<(), TextError>) -> String {
    match outcome {
        Err(TextError::Later(fault)) => {
            assert!(!fault.contains("900123") && !fault.contains(SECRET) && !fault.contains("appointment"), "{fault}");
            fault
        }
        other => panic!("not to be tried again: {other:?}"),
    }
}

#[tokio::test]
async fn a_message_is_posted_once_as_the_service_asks_for_it() {
    let world = World::new().await;
    world.send(false).await.unwrap();
    let expected = json!({
        "phone_number": NUMBER,
        "template_id": TEMPLATE,
        "personalisation": { "message": "You have an appointment" },
        "reference": Uuid::from_u128(7),
    });
    assert_eq!(world.inside.lock().unwrap().posted, [expected]);
    // What was never tried needs no question.
    assert_eq!(world.counts(), (1, 1, 0));
}

#[tokio::test]
async fn a_number_that_takes_none_is_given_up_and_not_repeated() {
    let world = World::new().await;
    for (error, message) in [
        ("ValidationError", "phone_number Not enough digits"),
        ("ValidationError", "phone_number +447700900123 is not a valid number"),
        ("BadRequestError", "Cannot send to international mobile numbers"),
    ] {
        world.does([says(400, error, message)]);
        match world.send(false).await {
            Err(TextError::Never(fault)) => assert!(!fault.contains("900123"), "{fault}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_whoever_runs_it_can_put_right_is_tried_again() {
    let world = World::new().await;
    let cases = [
        (says(400, "BadRequestError", "Template not found"), "the provider answered 400: check the template"),
        (says(400, "ValidationError", "template_id is not a valid UUID"), "the provider answered 400"),
        (says(400, "BadRequestError", "Can't send to this recipient using a team-only API key +447700900123"), "answered 400"),
        (Does::Says(400, "<html>+447700900123</html>".to_owned()), "the provider answered 400"),
        (says(403, "AuthError", "Invalid token: API key not found"), "the provider answered 403: check the key"),
        (says(429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"), "answered 429"),
        (says(429, "TooManyRequestsError", "Exceeded send limits (250,000) for today"), "the provider answered 429"),
        (says(500, "Exception", "Internal server error"), "the provider answered 500"),
        (Does::Says(503, String::new()), "the provider answered 503"),
        (Does::Says(302, String::new()), "the provider answered 302"),
        (Does::Says(200, "{}".to_owned()), "the provider answered 200"),
    ];
    for (does, words) in cases {
        world.does([does]);
        let fault = later(world.send(false).await);
        assert!(fault.contains(words), "{fault}");
    }
    assert_eq!(world.counts().0, 0);
    world.send(true).await.unwrap();
    assert_eq!(world.counts().0, 1);
}

#[tokio::test]
async fn whoever_does_not_answer_is_asked_before_it_is_sent_again() {
    for does in [
        Does::TakesAndHangs,
        Does::TakesAndSays("garbage +447700900123"),
        Does::TakesAndSays("{\"reference\":null}"),
        Does::TakesAndSays(""),
    ] {
        let world = World::new().await;
        world.does([does.clone()]);
        let fault = later(world.send(false).await);
        let hung = matches!(does, Does::TakesAndHangs);
        assert_eq!(
            fault,
            if hung { "the provider did not answer in time" } else { "the provider's answer cannot be understood" }
        );
        // It has it, so that it is not sent again, however often that is tried.
        for asked in 1..=3 {
            world.send(true).await.unwrap();
            assert_eq!(world.counts(), (1, 1, asked));
        }
    }
}

#[tokio::test]
async fn where_nobody_can_say_whether_it_went_nothing_is_sent() {
    let world = World::new().await;
    for does in [
        says(500, "Exception", "Internal server error"),
        says(429, "RateLimitError", "Exceeded rate limit"),
        says(403, "AuthError", "Invalid token"),
        Does::Says(200, "garbage".to_owned()),
        Does::Says(200, "{\"notifications\":[{\"reference\":1}]}".to_owned()),
        Does::Says(200, format!("\"{}\"", "x".repeat(300_000))),
        Does::Says(404, String::new()),
    ] {
        world.does([does]);
        later(world.send(true).await);
        assert_eq!(world.counts().1, 0);
    }
}

#[tokio::test]
async fn what_became_of_it_decides_whether_it_is_sent_again() {
    for (statuses, sent, posted) in [
        (&[][..], true, 1),
        (&["technical-failure"], true, 1),
        (&["created"], true, 0),
        (&["pending"], true, 0),
        (&["delivered"], true, 0),
        (&["temporary-failure"], true, 0),
        (&["technical-failure", "sending"], true, 0),
        (&["permanent-failure"], false, 0),
        (&["technical-failure", "permanent-failure"], false, 0),
    ] {
        let world = World::new().await;
        world.has(statuses);
        let outcome = world.send(true).await;
        assert_eq!((outcome.is_ok(), world.counts().1), (sent, posted), "{statuses:?}");
        assert_eq!(matches!(outcome, Err(TextError::Never(_))), !sent, "{statuses:?}");
    }
}

#[tokio::test]
async fn another_messages_fate_is_not_taken_for_this_ones() {
    let world = World::new().await;
    // A provider that does not heed what it is asked for.
    let other = json!({ "notifications": [{ "id": Uuid::nil(), "reference": null, "status": "sending" },
        { "id": Uuid::nil(), "reference": "another", "status": "delivered" }] });
    world.does([Does::Says(200, other.to_string())]);
    world.send(true).await.unwrap();
    assert_eq!(world.counts(), (1, 1, 1));
}

#[tokio::test]
async fn a_wrong_key_or_clock_and_a_provider_that_is_not_there_are_told_in_plain_words() {
    let wrong = World::with(SERVICE, "00000000-8d35-48ac-975b-e847b4f122b0").await;
    assert!(later(wrong.send(false).await).contains("check the key, and the clock"));
    let late = World::new().await;
    late.clock.advance(chrono::TimeDelta::seconds(31));
    assert!(later(late.send(false).await).contains("check the key, and the clock"));
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let key = format!("n-{SERVICE}-{SECRET}").parse().unwrap();
    let notify = Notify::new(&format!("http://{closed}"), key, TEMPLATE.parse().unwrap()).unwrap();
    let texter = NotifyTexter::new(notify, MockClock::default()).unwrap();
    assert_eq!(later(texter.send(&text(false)).await), "the provider cannot be reached");
}
