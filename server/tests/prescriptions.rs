//! Following prescriptions, and telling of them, as browsers without script and pharmacies' systems do it.

use crate::common::{Answer, Browser, TestApp};
use app::ctx::PeerAddress;
use app::state::{AppState, Assets};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use domain::NhsNumber;
use domain::access::Actor;
use domain::medicine::{Course, DispenseStatus, DispenseStep, Issues, PrescriptionNumber};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use service::{NoTracker, TrackedItem, TrackedPlace, TrackedPrescription, Tracking};
use std::sync::Arc;
use testkit::Place;
use tower::ServiceExt;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const SECRET: &str = "the-pharmacies-say-this-and-no-other";
const NUMBER: &str = "04F4C2-A99968-7F717P";
const OTHER: &str = "24F5DA-A83008-7EFE6Z";

/// Tells of one prescription of Sam's.
async fn tell(
    app: &TestApp,
    number: &str,
    place: Option<TrackedPlace>,
    issues: Option<Issues>,
    items: &[(&str, DispenseStatus, i64)],
) {
    let now = app.services.core.now();
    let item = |(name, status, hours): &(&str, DispenseStatus, i64)| TrackedItem {
        number: None,
        name: (*name).to_owned(),
        code: None,
        quantity: "28 tablets".to_owned(),
        note: "Locker 3 <b>".to_owned(),
        steps: vec![DispenseStep { at: now - TimeDelta::hours(*hours), status: *status }],
    };
    let one = TrackedPrescription {
        number: PrescriptionNumber::parse(number).unwrap(),
        course: if issues.is_some() { Course::RepeatDispensing } else { Course::Acute },
        written_on: "2026-11-01".parse().ok(),
        prescriber: "Riverside Surgery".to_owned(),
        issues,
        place,
        items: items.iter().map(item).collect(),
    };
    let sam = NhsNumber::parse("9990000018").unwrap();
    app.services.prescriptions.told(&Actor::System, &sam, now, vec![one]).await.unwrap();
}

fn pharmacy() -> TrackedPlace {
    TrackedPlace {
        ods: "FZ901".to_owned(),
        name: "Bridge & Sons Pharmacy".to_owned(),
        phone: "01632 960401".to_owned(),
        address: "12 Bridge Street, ZZ99 1AB".to_owned(),
        web: "www.example.org".to_owned(),
    }
}

/// The address of the prescription in whose row these words stand.
fn link(page: &Answer, at: usize) -> String {
    let parts: Vec<&str> = page.body.split("href=\"/medicines/prescriptions/").skip(1).collect();
    let id = parts.get(at).unwrap_or_else(|| panic!("no row {at} in {}", page.body)).split('"').next().unwrap();
    format!("/medicines/prescriptions/{id}")
}

async fn sam(app: &TestApp) -> Browser {
    let person = app.person("999 000 0018", "Rivers", "Asthma").await;
    app.account(SAM, Some(person)).await;
    app.signed_in(SAM).await
}

testkit::both_engines! {
    async fn each_item_says_where_it_stands_and_what_happens_next(place: &Place) {
        use DispenseStatus::{Collected, NotDispensed, NotTracked, PreparingRemainder, ReadyToCollect, Unavailable, WithPharmacy};
        let app = TestApp::over(place);
        let mut sam = sam(&app).await;
        sam.get("/medicines").await.says("See how far your prescriptions are");
        sam.get("/medicines/prescriptions").await.says("No prescriptions here");
        let items = [("Ramipril & more", ReadyToCollect, 2), ("Metformin", PreparingRemainder, 2), ("Iron", NotDispensed, 2)];
        tell(&app, NUMBER, Some(pharmacy()), None, &items).await;
        let issues = Issues { issue: 2, of: 6, from: "2026-11-02".parse().ok(), days: Some(28) };
        tell(&app, OTHER, Some(pharmacy()), Some(issues), &[("Aspirin", WithPharmacy, 30)]).await;
        tell(&app, OTHER, Some(pharmacy()), Some(issues), &[("Aspirin", Unavailable, 1)]).await;
        tell(&app, "CDF34E-A99968-4FF3BQ", Some(pharmacy()), None, &[("Amoxicillin", Collected, 300)]).await;
        tell(&app, "566946-B86044-FEFEFN", Some(pharmacy()), None, &[("Zinc", NotTracked, 3)]).await;
        let page = sam.get("/medicines/prescriptions").await;
        page.says("On their way").says("Earlier").says("3 medicines").says("Ramipril &amp; more: Ready to collect").says("Iron: Not given");
        page.says("Bridge &amp; Sons Pharmacy").says("Issue 2 of 6, next from 30 November 2026").says("Collected");
        page.says("We see here only what a pharmacy or your practice tells us");
        assert!(page.body.find("On their way").unwrap() < page.body.find("Earlier").unwrap());
        let all: Vec<String> = (0..4).map(|at| link(&page, at)).collect();
        let mut shown = Vec::new();
        for path in &all {
            shown.push(sam.get(path).await);
        }
        let with = |words: &str| shown.iter().find(|page| page.body.contains(words)).unwrap_or_else(|| panic!("{words}"));
        let one = with("Metformin");
        one.says(NUMBER).says("You can collect it from the pharmacy.").says("You have a part of it.").says("The pharmacy did not give it.");
        one.says("Bridge &amp; Sons Pharmacy").says("12 Bridge Street, ZZ99 1AB").says("href=\"tel:01632960401\"").says("www.example.org");
        one.says("Locker 3 &lt;b&gt;").says("28 tablets").says("1 November 2026").says("Riverside Surgery").does_not_say("bar code");
        let repeat = with("Aspirin");
        repeat.says("Issue 2 of 6, next from 30 November 2026. 4 issues left").says("With the pharmacy").says("nobody can tell us how it goes on");
        repeat.says("What we were told so far");
        with("Amoxicillin").says("There is nothing more to do.");
        with("Zinc").says("With the pharmacy").says("This pharmacy does not tell us how far it is. Ring them before you go.");
        // One that a pharmacy has needs no number.
        assert_eq!(sam.get(&format!("{}/token", all[0])).await.status, StatusCode::NOT_FOUND);
    }

    async fn one_that_no_pharmacy_has_shows_its_number_with_a_bar_code(place: &Place) {
        let app = TestApp::over(place);
        let mut sam = sam(&app).await;
        tell(&app, NUMBER, None, None, &[("Ramipril", DispenseStatus::Approved, 2)]).await;
        let page = sam.get("/medicines/prescriptions").await;
        page.says("With no pharmacy yet").says("Approved");
        let path = link(&page, 0);
        sam.get(&path).await.says("It is with no pharmacy yet").says(&format!("href=\"{path}/token\""));
        let token = sam.get(&format!("{path}/token")).await;
        token.says("Show this to a pharmacy").says(&format!("aria-label=\"Bar code of prescription {NUMBER}\"")).says("<svg").says("Ramipril");
        token.says(&format!("<strong>{NUMBER}</strong>"));
        // 20 characters with start, check and stop, within ten modules on each side.
        token.says("viewBox=\"0 0 275 60\"");
        // Another person's ids look like those of nothing.
        let other = app.person("999 000 0026", "Stone", "Gout").await;
        app.account(ANN, Some(other)).await;
        let mut ann = app.signed_in(ANN).await;
        for path in [path.clone(), format!("{path}/token"), "/medicines/prescriptions/nonsense".to_owned(), "/medicines/prescriptions/nonsense/token".to_owned()] {
            let answer = ann.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            answer.does_not_say("Ramipril");
        }
        ann.get("/medicines/prescriptions").await.says("No prescriptions here").does_not_say("Ramipril");
    }

    async fn a_pharmacy_tells_with_its_secret_alone_and_is_answered_in_fhir(place: &Place) {
        let app = TestApp::over(place);
        let mut sam = sam(&app).await;
        let tracking = Tracking { tracker: Box::new(NoTracker), push_secret: Some(SECRET.parse().unwrap()) };
        let services = place.services_tracking(&app.clock, tracking);
        let state = AppState { services: Arc::new(services), assets: Arc::new(Assets::default()), demo: None, secure: true };
        let router = server::http::router(state, place.folder.path(), false, None);
        let task = |item: &str, status: &str, at: DateTime<Utc>| json!({
            "resourceType": "Task", "basedOn": [{ "identifier": { "value": NUMBER } }],
            "focus": { "identifier": { "value": item }, "display": "Ramipril" }, "for": { "identifier": { "value": "9990000018" } },
            "businessStatus": { "coding": [{ "system": "https://fhir.nhs.uk/CodeSystem/task-businessStatus-nppt", "code": status }] },
            "owner": { "identifier": { "value": "FZ901" } }, "lastModified": at.to_rfc3339(),
        });
        let bundle = |tasks: &[Value]| {
            let entry: Vec<Value> = tasks.iter().map(|task| json!({ "resource": task })).collect();
            json!({ "resourceType": "Bundle", "type": "transaction", "entry": entry }).to_string()
        };
        let send = async |secret: Option<&str>, kind: &str, body: String| -> (StatusCode, Value, bool) {
            let mut request = Request::post("/fhir/R4/prescription-status").header(header::CONTENT_TYPE, kind).header(header::HOST, "localhost:8080");
            if let Some(secret) = secret {
                request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
            }
            let mut request = request.body(Body::from(body)).unwrap();
            request.extensions_mut().insert(PeerAddress([192, 0, 2, 1].into()));
            let response = router.clone().oneshot(request).await.unwrap();
            let asks = response.headers().contains_key(header::WWW_AUTHENTICATE);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/fhir+json");
            let status = response.status();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, serde_json::from_slice(&body).unwrap(), asks)
        };
        let now = app.services.core.now();
        let good = bundle(&[task("i1", "Ready to Collect", now), task("i2", "With Pharmacy", now)]);
        let fhir = "application/fhir+json; charset=utf-8";
        for secret in [None, Some("another-secret-of-thirty-two-characters")] {
            let (status, body, asks) = send(secret, fhir, good.clone()).await;
            assert_eq!((status, asks, &body["resourceType"]), (StatusCode::UNAUTHORIZED, true, &json!("OperationOutcome")));
        }
        sam.get("/medicines/prescriptions").await.says("No prescriptions here");
        let (status, body, _) = send(Some(SECRET), fhir, bundle(&[task("i1", "Ready to Collect", now), task("i2", "Eaten", now)])).await;
        assert_eq!((status, body["issue"][0]["expression"][0].as_str()), (StatusCode::BAD_REQUEST, Some("Bundle.entry[1].resource.businessStatus")));
        assert_eq!(send(Some(SECRET), "text/plain", good.clone()).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let (status, body, _) = send(Some(SECRET), fhir, " ".repeat(300 * 1024)).await;
        assert_eq!((status, body["issue"][0]["diagnostics"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("The Bundle is too large.")));
        assert_eq!(send(Some(SECRET), fhir, String::new()).await.0, StatusCode::BAD_REQUEST, "it is of the right kind, and empty");
        sam.get("/medicines/prescriptions").await.says("No prescriptions here");
        for _ in 0..2 {
            let (status, body, _) = send(Some(SECRET), fhir, good.clone()).await;
            assert_eq!((status, body["entry"].as_array().unwrap().len()), (StatusCode::OK, 2), "{body}");
        }
        // Somebody who is not held is answered alike.
        let (_, known, _) = send(Some(SECRET), fhir, good.clone()).await;
        let (_, unknown, _) = send(Some(SECRET), fhir, good.replace("9990000018", "9449304130")).await;
        assert_eq!(known, unknown);
        let page = sam.get("/medicines/prescriptions").await;
        page.says("2 medicines").says("Ramipril: Ready to collect").says("A pharmacy with the code FZ901");
        assert_eq!(app.mailed_link(SAM).await, "/news");
        // Where no secret is set, nothing is there.
        let request = Request::post("/fhir/R4/prescription-status").header(header::CONTENT_TYPE, "application/fhir+json");
        let answer = app.browser().send(request.header(header::AUTHORIZATION, format!("Bearer {SECRET}")), Body::from(good)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}
