//! Where another system answers with an address elsewhere, nobody goes there: neither the token nor whom it is about leaves for it. And
//! what another system calls things leads nowhere else on its own machine.
#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use domain::NhsNumber;
use gateway::gp_connect::GpConnect;
use gateway::gp_prescriptions::GpPrescriptions;
use gateway::prescriptions_for_patients::PrescriptionsForPatients;
use gateway::text::{Notify, NotifyTexter};
use service::{
    Clock, DiarySystem, OutsideBooking, OutsideCancelling, OutsideDiary, OutsideOrdering, OutsidePractice, PrescribingSystem,
    PrescriptionTracker, TextMessage, Texter,
};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{MockClock, SeededRandom};
use uuid::Uuid;

const NUMBER: &str = "9449304130";
const KEY: &str = "a-name-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0";
/// Longer than a machine takes to answer itself.
const PATIENCE: Duration = Duration::from_millis(500);

/// A system that answers everything with this status and this address.
#[derive(Clone)]
struct System {
    status: StatusCode,
    leads_to: String,
    asked: Arc<Mutex<Vec<String>>>,
}

async fn answer(State(system): State<System>, uri: Uri) -> Response {
    system.asked.lock().unwrap().push(uri.path().to_owned());
    (system.status, [(header::LOCATION, system.leads_to)]).into_response()
}

impl System {
    fn new(status: StatusCode, leads_to: &str) -> Self {
        Self { status, leads_to: leads_to.to_owned(), asked: Arc::default() }
    }

    /// Begins to serve; gives where its interface begins.
    async fn url(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/fhir", listener.local_addr().unwrap());
        let router: Router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    /// The paths that were asked for since this was asked.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn diary(url: &str) -> (GpConnect<MockClock, SeededRandom>, OutsideDiary) {
    let way = GpConnect::new(Some("token".to_owned()), MockClock::default(), SeededRandom::new(3)).unwrap();
    (way.within(PATIENCE), OutsideDiary { base_url: url.to_owned(), organisation: "A00001".to_owned() })
}

fn practice(url: &str) -> (GpPrescriptions<MockClock, SeededRandom>, OutsidePractice) {
    let way = GpPrescriptions::new(Some("token".to_owned()), MockClock::default(), SeededRandom::new(3)).unwrap();
    (way.within(PATIENCE), OutsidePractice { base_url: url.to_owned(), organisation: "A00001".to_owned() })
}

/// Everything that any other system is ever asked, once. Gives how much of it came to nothing.
async fn ask_everything(url: &str) -> usize {
    let now = MockClock::default().now();
    let span = (now, now + TimeDelta::days(7));
    let request = Uuid::from_u128(7);
    let mut failed = Vec::new();

    let (way, at) = diary(url);
    let booking = OutsideBooking {
        request,
        nhs_number: NUMBER.to_owned(),
        slot: "s1".to_owned(),
        place: None,
        starts_at: now,
        ends_at: now + TimeDelta::minutes(10),
        reason: "My knee".to_owned(),
        needs: String::new(),
        asked_at: now,
    };
    let cancelling = OutsideCancelling { request, id: "a1".to_owned(), reason: String::new() };
    failed.push(way.free(&at, span).await.is_err());
    failed.push(way.book(&at, &booking).await.is_err());
    failed.push(way.of_patient(&at, NUMBER, span).await.is_err());
    failed.push(way.cancel(&at, &cancelling).await.is_err());

    let (way, at) = practice(url);
    let ordering = OutsideOrdering {
        request,
        nhs_number: NUMBER.to_owned(),
        plan: "m1".to_owned(),
        identifiers: Vec::new(),
        note: "My knee".to_owned(),
        pharmacy: None,
        asked_at: now,
    };
    failed.push(way.order(&at, &ordering).await.is_err());
    failed.push(way.of_patient(&at, NUMBER, now.date_naive()).await.is_err());
    failed.push(way.cancel(&at, request, NUMBER, "t1").await.is_err());

    let way = PrescriptionsForPatients::new(url, Some("token".to_owned()), MockClock::default(), SeededRandom::new(3)).unwrap();
    failed.push(way.within(PATIENCE).of_person(&NhsNumber::parse(NUMBER).unwrap()).await.is_err());

    let notify = Notify::new(url, KEY.parse().unwrap(), Uuid::nil()).unwrap();
    let texter = NotifyTexter::new(notify, MockClock::default()).unwrap().within(PATIENCE);
    for again in [false, true] {
        let text = TextMessage { reference: request, to: "+447700900123".to_owned(), body: "Hello".to_owned(), again };
        failed.push(texter.send(&text).await.is_err());
    }
    failed.into_iter().filter(|failed| *failed).count()
}

#[tokio::test]
async fn nobody_goes_where_another_system_leads_away() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let leads_to = format!("http://{}/fhir", elsewhere.local_addr().unwrap());
    for status in [301, 302, 303, 307, 308] {
        let system = System::new(StatusCode::from_u16(status).unwrap(), &leads_to);
        let url = system.url().await;
        assert_eq!(ask_everything(&url).await, 10, "{status} was taken for an answer");
        assert_eq!(system.asked().len(), 10, "{status}");
        let came = elsewhere.accept().map(|(_, from)| from);
        assert!(came.as_ref().is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "{status}: {came:?}");
    }
}

/// Looks whether all that was asked since lies below this path, in one part of it at most; gives how much was asked.
fn stays_below(system: &System, begins: &str, id: &str) -> usize {
    let asked = system.asked();
    for path in &asked {
        let rest = path.strip_prefix(begins).unwrap_or("leads elsewhere");
        let is_one = rest.is_empty() || rest.strip_prefix('/').is_some_and(|part| !part.contains('/') && part != "..");
        assert!(is_one, "{id:?}: {path}");
    }
    asked.len()
}

#[tokio::test]
async fn what_another_system_calls_a_thing_is_one_part_of_an_address() {
    let system = System::new(StatusCode::NOT_FOUND, "/");
    let url = system.url().await;
    let (mut of_diaries, mut of_practices) = (0, 0);
    for id in ["a/../../b?c=d#e", "..", "%2e%2e/admin", "//evil.example/x", "\\..\\x", "a\r\nHost: evil.example", ""] {
        let (way, at) = diary(&url);
        let cancelling = OutsideCancelling { request: Uuid::nil(), id: id.to_owned(), reason: String::new() };
        assert!(way.cancel(&at, &cancelling).await.is_err(), "{id:?}");
        of_diaries += stays_below(&system, "/fhir/Appointment", id);
        let (way, at) = practice(&url);
        assert!(way.cancel(&at, Uuid::nil(), NUMBER, id).await.is_err(), "{id:?}");
        of_practices += stays_below(&system, "/fhir/Task", id);
    }
    assert!(of_diaries > 0 && of_practices > 0, "nothing was asked: {of_diaries} and {of_practices}");
}
