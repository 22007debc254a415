//! The national service, as a server of its own that answers what a test says.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use domain::NhsNumber;
use gateway::prescriptions_for_patients::PrescriptionsForPatients;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{MockClock, SeededRandom};

/// What it does with a request.
#[derive(Clone, Debug)]
pub enum Does {
    /// Answers this.
    Says(u16, String),
    /// Answers this status, and after how long to ask again.
    SaysAfter(u16, &'static str),
    /// Answers nothing.
    Hangs,
    /// Begins an answer and breaks off.
    BreaksOff,
    /// Answers without an end.
    Floods,
}

#[derive(Default)]
struct Inside {
    does: VecDeque<Does>,
    asked: Vec<HeaderMap>,
}

#[derive(Clone)]
pub struct National {
    inside: Arc<Mutex<Inside>>,
    pub url: String,
    pub clock: MockClock,
}

pub fn number() -> NhsNumber {
    NhsNumber::parse("9449304130").unwrap()
}

impl National {
    pub async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/prescriptions-for-patients", listener.local_addr().unwrap());
        let national = Self { inside: Arc::default(), url, clock: MockClock::default() };
        let router = Router::new().route("/prescriptions-for-patients/Bundle", get(answer)).with_state(national.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        national
    }

    /// The next requests go like this, one after another; those after them get an empty list.
    pub fn will(&self, does: impl IntoIterator<Item = Does>) {
        self.inside.lock().unwrap().does.extend(does);
    }

    /// The headers of what was asked since this was asked for.
    pub fn asked(&self) -> Vec<HeaderMap> {
        std::mem::take(&mut self.inside.lock().unwrap().asked)
    }

    /// A way to it.
    pub fn way(&self) -> PrescriptionsForPatients<MockClock, SeededRandom> {
        let way = PrescriptionsForPatients::new(&self.url, Some("token".to_owned()), self.clock.clone(), SeededRandom::new(3));
        way.unwrap().within(Duration::from_millis(500))
    }
}

async fn answer(State(national): State<National>, headers: HeaderMap) -> Response {
    let does = {
        let mut inside = national.inside.lock().unwrap();
        inside.asked.push(headers);
        inside.does.pop_front()
    };
    let with = |status: u16, body: Body| {
        let builder = Response::builder().status(StatusCode::from_u16(status).unwrap());
        builder.header("content-type", "application/fhir+json").body(body).unwrap()
    };
    let chunk = |text: &str| Ok::<_, std::io::Error>(text.to_owned());
    match does {
        None => with(200, Body::from(crate::examples::EMPTY)),
        Some(Does::Says(status, body)) => with(status, Body::from(body)),
        Some(Does::SaysAfter(status, after)) => {
            let mut response = with(status, Body::empty());
            response.headers_mut().insert("retry-after", after.parse().unwrap());
            response
        }
        Some(Does::Hangs) => std::future::pending().await,
        Some(Does::BreaksOff) => {
            let parts = [chunk("{\"resourceType\":\"Bundle\","), Err(std::io::Error::other("it broke"))];
            with(200, Body::from_stream(futures::stream::iter(parts)))
        }
        Some(Does::Floods) => {
            let part = " ".repeat(1024 * 1024);
            with(200, Body::from_stream(futures::stream::iter(std::iter::repeat_with(move || chunk(&part)).take(64))))
        }
    }
}
