//! Devices that may add readings, as pages and as programs that send.

use crate::common::{Answer, Browser, TestApp};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::team::StaffRole;
use serde_json::{Value, json};
use testkit::Place;

const SAM: &str = "sam@example.org";
const WEIGHT: &str = r#"{"resourceType":"Observation","status":"final","identifier":[{"system":"urn:scales","value":"1"}],
    "code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"effectiveDateTime":"2026-10-02T08:00:00Z",
    "valueQuantity":{"value":70.4,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}"#;

/// A program, which has no cookies and is of no site.
struct Program {
    browser: Browser,
    token: String,
}

impl Program {
    async fn ask(&mut self, method: Method, path: &str, kind: &str, body: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, kind);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let answer = self.browser.send(request, Body::from(body.to_owned())).await;
        assert!(self.browser.cookies.is_empty() && !answer.headers.contains_key("access-control-allow-origin"));
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/fhir+json");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        answer
    }

    async fn send(&mut self, body: &str) -> Answer {
        self.ask(Method::POST, "/fhir/device/R4/Observation", "application/fhir+json; charset=utf-8", body).await
    }
}

fn said(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

/// The kind of the first issue.
fn issue(answer: &Answer) -> String {
    let outcome = said(answer);
    assert_eq!(outcome["resourceType"], "OperationOutcome");
    outcome["issue"][0]["code"].as_str().unwrap().to_owned()
}

/// The token that the page shows, in groups of four.
fn token(page: &Answer) -> String {
    let (_, secret) = page.body.split_once("sh-secret\"").unwrap_or_else(|| panic!("no token in {}", page.body));
    let (secret, _) = secret.split_once("</p>").unwrap();
    let groups = secret.split("sh-secret__group\">").skip(1).map(|group| group.split('<').next().unwrap());
    groups.collect()
}

/// The one-time id of the form on its page.
async fn submission(browser: &mut Browser) -> String {
    let page = browser.get("/readings/devices/new").await;
    let (_, rest) = page.body.split_once("name=\"submission\" value=\"").unwrap_or_else(|| panic!("no form in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// Sends the form of its page.
async fn connect(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    let submission = submission(browser).await;
    browser.post_and_follow("/readings/devices/new", &[&[("submission", submission.as_str())], fields].concat()).await
}

testkit::both_engines! {
    async fn a_device_is_connected_sends_and_is_stopped(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let mut sam = app.signed_in(SAM).await;
        sam.get("/readings").await.says("href=\"/readings/devices\"");
        sam.get("/readings/devices").await.says("No device is connected").says("href=\"/readings/devices/new\"");
        sam.get("/readings/devices/new").await.says("Blood pressure").does_not_say("value=\"mood\"");
        let page = connect(&mut sam, &[("name", ""), ("measures", "weight")]).await;
        page.says("Enter a name for the device").says("There is a problem");
        assert!(page.body.split("value=\"weight\"").nth(1).unwrap().split('>').next().unwrap().contains("checked"), "what was chosen stays");
        let page = connect(&mut sam, &[("name", "Scales <b>"), ("measures", "weight"), ("measures", "pulse")]).await;
        page.says("Copy it now. We cannot show it again.").says("http://localhost:8080/fhir/device/R4/Observation").says("Scales &lt;b&gt;").does_not_say("Scales <b>");
        let mut scales = Program { browser: app.browser(), token: token(&page) };
        let device = sam.get("/readings/devices").await.body.split("href=\"/readings/devices/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let device = format!("/readings/devices/{device}");
        sam.get(&device).await.says("Token begins with").does_not_say("Copy it now").does_not_say(&scales.token);

        let sent = scales.send(WEIGHT).await;
        assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.body);
        let at = sent.headers[header::LOCATION].to_str().unwrap().strip_prefix("http://localhost:8080").unwrap().to_owned();
        assert_eq!((sent.headers[header::ETAG].to_str().unwrap(), said(&sent)["valueQuantity"]["value"].as_f64()), ("W/\"1\"", Some(70.4)));
        let again = scales.send(WEIGHT).await;
        assert_eq!((again.status, &again.body), (StatusCode::OK, &sent.body));
        let read = scales.ask(Method::GET, &at, "", "").await;
        assert_eq!((read.status, &read.body), (StatusCode::OK, &sent.body));
        sam.get("/readings/weight").await.says("70.4 kg").says("From a connected device (Scales &lt;b&gt;)");
        sam.get(&device).await.says("Sent and still here").says("70.4 kg");
        sam.get("/activity?by=you").await.says("added a reading by a device").says("let a device add readings").says("looked by a device at a reading that it sent");
        // A care team sees from where it is.
        app.clock.advance(chrono::TimeDelta::minutes(1));
        let mut gp = app.signed_in("gp@example.org").await;
        gp.get(&format!("/team/people/{person}/readings/weight")).await.says("From a connected device (Scales &lt;b&gt;)");

        let changed = scales.ask(Method::PUT, &at, "application/json", &WEIGHT.replace("70.4", "71").replace("final", "corrected")).await;
        assert_eq!((changed.status, changed.headers[header::ETAG].to_str().unwrap()), (StatusCode::OK, "W/\"2\""));
        sam.get("/readings/weight").await.says("71 kg");
        let gone = scales.ask(Method::PUT, &at, "application/json", r#"{"resourceType":"Observation","status":"entered-in-error"}"#).await;
        assert_eq!((gone.status, issue(&gone).as_str()), (StatusCode::OK, "informational"));
        let gone = scales.ask(Method::GET, &at, "", "").await;
        assert_eq!((gone.status, issue(&gone).as_str()), (StatusCode::NOT_FOUND, "not-found"));

        scales.send(&WEIGHT.replace("\"1\"", "\"2\"").replace("70.4", "72")).await;
        let page = sam.post_and_follow(&format!("{device}/stop"), &[]).await;
        page.says("The device is stopped").says("Take out all that it sent").does_not_say("Stop this device");
        let refused = scales.send(WEIGHT).await;
        assert_eq!((refused.status, issue(&refused).as_str(), refused.headers[header::WWW_AUTHENTICATE].to_str().unwrap()), (StatusCode::UNAUTHORIZED, "login", "Bearer"));
        let page = sam.post_and_follow(&format!("{device}/undo"), &[]).await;
        page.says("What it sent was taken out again");
        sam.get("/readings/weight").await.says("Nothing is recorded yet");
        sam.get("/readings/devices").await.says("Stopped");
        // One of somebody else looks like none.
        let theirs = app.person("999 000 0026", "Stone", "Gout").await;
        app.account("other@example.org", Some(theirs)).await;
        let mut other = app.signed_in("other@example.org").await;
        for path in [device.clone(), format!("{device}/stop"), format!("{device}/undo")] {
            let answer = if path == device { other.get(&path).await } else { other.post(&path, &[]).await };
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(app.browser().get(&device).await.location(), "/sign-in");
    }

    async fn a_body_mass_index_that_a_device_sent_can_be_removed_and_is_typed_by_nobody(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let page = connect(&mut sam, &[("name", "Scales"), ("measures", "body-mass-index")]).await;
        let mut scales = Program { browser: app.browser(), token: token(&page) };
        let sent = scales.send(&WEIGHT.replace("29463-7", "39156-5").replace("70.4", "24.5").replace("kg", "kg/m2")).await;
        assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.body);
        let here = format!("/readings/body-mass-index/{}", said(&sent)["id"].as_str().unwrap());
        let page = sam.get(&here).await;
        page.says("24.5 kg/m²").says("Remove this reading").does_not_say("Add another reading").does_not_say("Change it");
        assert_eq!(sam.get(&format!("{here}/change")).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_form_that_is_sent_twice_shows_the_token_of_its_one_device(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let once = submission(&mut sam).await;
        let fields = [("submission", once.as_str()), ("name", "Scales"), ("measures", "weight")];
        // A double click: the browser follows the second answer alone.
        sam.post("/readings/devices/new", &fields).await;
        let page = sam.post_and_follow("/readings/devices/new", &fields).await;
        page.says("This device was connected already").says("Copy it now. We cannot show it again.").does_not_say("stop this device and connect it again");
        let mut scales = Program { browser: app.browser(), token: token(&page) };
        assert_eq!(scales.send(WEIGHT).await.status, StatusCode::CREATED);
        // Once it was shown, it is shown no more.
        let page = sam.post_and_follow("/readings/devices/new", &fields).await;
        page.says("This device was connected already").says("stop this device and connect it again").does_not_say("Copy it now").does_not_say(&scales.token);
        let page = sam.get("/readings/devices").await;
        assert_eq!(page.body.matches("Scales").count(), 1, "{}", page.body);
    }

    async fn each_fault_has_its_status_and_its_code(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let page = connect(&mut sam, &[("name", "Scales"), ("measures", "weight")]).await;
        let mut scales = Program { browser: app.browser(), token: token(&page) };
        let path = "/fhir/device/R4/Observation";
        let json = "application/fhir+json";
        let table = [
            (Method::POST, path, json, "{".to_owned(), StatusCode::BAD_REQUEST, "structure"),
            (Method::POST, path, "text/plain", WEIGHT.to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported"),
            (Method::POST, path, json, " ".repeat(300_000), StatusCode::PAYLOAD_TOO_LARGE, "too-long"),
            (Method::POST, path, json, "[".repeat(1000), StatusCode::PAYLOAD_TOO_LARGE, "too-long"),
            (Method::POST, path, json, WEIGHT.replace("29463-7", "0"), StatusCode::UNPROCESSABLE_ENTITY, "code-invalid"),
            (Method::POST, path, json, WEIGHT.replace("70.4", "7040"), StatusCode::UNPROCESSABLE_ENTITY, "value"),
            (Method::POST, path, json, WEIGHT.replace("29463-7", "8867-4").replace("\"kg\"", "\"/min\""), StatusCode::FORBIDDEN, "forbidden"),
            (Method::POST, "/fhir/device/R4", json, WEIGHT.to_owned(), StatusCode::BAD_REQUEST, "structure"),
            (Method::GET, path, "", String::new(), StatusCode::METHOD_NOT_ALLOWED, "not-supported"),
            (Method::DELETE, "/fhir/device/R4/Observation/1", "", String::new(), StatusCode::METHOD_NOT_ALLOWED, "not-supported"),
            (Method::OPTIONS, path, "", String::new(), StatusCode::METHOD_NOT_ALLOWED, "not-supported"),
            (Method::GET, "/fhir/device/R4/Observation/1", "", String::new(), StatusCode::NOT_FOUND, "not-found"),
            (Method::PUT, "/fhir/device/R4/Observation/1", json, WEIGHT.to_owned(), StatusCode::NOT_FOUND, "not-found"),
        ];
        for (method, path, kind, body, status, code) in table {
            let answer = scales.ask(method.clone(), path, kind, &body).await;
            assert_eq!((answer.status, issue(&answer).as_str()), (status, code), "{method} {path} {}", answer.body);
        }
        assert_eq!(scales.send(WEIGHT).await.status, StatusCode::CREATED);
        let conflict = scales.send(&WEIGHT.replace("70.4", "71")).await;
        assert_eq!((conflict.status, issue(&conflict).as_str()), (StatusCode::CONFLICT, "conflict"));
        let duplicate = scales.send(&WEIGHT.replace("\"1\"", "\"2\"")).await;
        assert_eq!((duplicate.status, issue(&duplicate).as_str()), (StatusCode::CONFLICT, "duplicate"));
        let entry = |body: String| json!({ "resource": serde_json::from_str::<Value>(&body).unwrap(), "request": { "method": "POST", "url": "Observation" } });
        let entries = [entry(WEIGHT.to_owned()), entry(WEIGHT.replace("\"1\"", "\"3\"").replace("70.4", "73")), entry(WEIGHT.replace("70.4", "7040"))];
        let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries }).to_string();
        let answer = scales.ask(Method::POST, "/fhir/device/R4", json, &bundle).await;
        let all = said(&answer);
        assert_eq!((answer.status, &all["type"]), (StatusCode::OK, &json!("batch-response")));
        let statuses: Vec<_> = all["entry"].as_array().unwrap().iter().map(|one| one["response"]["status"].clone()).collect();
        assert_eq!(statuses, ["200 OK", "201 Created", "422"]);
        assert!(all["entry"][1]["response"]["location"].as_str().unwrap().starts_with("http://localhost:8080/fhir/device/R4/Observation/"));
        // A browser's session is nothing here, and a form of another site comes to nothing.
        let request = Request::post(path).header("sec-fetch-site", "cross-site").header(header::CONTENT_TYPE, json);
        let answer = sam.send(request, Body::from(WEIGHT)).await;
        assert_eq!((answer.status, issue(&answer).as_str()), (StatusCode::UNAUTHORIZED, "login"));
        // Guesses are counted by network.
        let mut guess = Program { browser: app.browser(), token: "selfheal_device_guess".to_owned() };
        for _ in 0..20 {
            assert_eq!(guess.send(WEIGHT).await.status, StatusCode::UNAUTHORIZED);
        }
        let answer = guess.send(WEIGHT).await;
        assert_eq!((answer.status, issue(&answer).as_str()), (StatusCode::TOO_MANY_REQUESTS, "throttled"));
        assert!(answer.headers[header::RETRY_AFTER].to_str().unwrap().parse::<u32>().unwrap() > 60);
        assert_eq!(scales.send(WEIGHT).await.status, StatusCode::OK);
    }

    async fn a_carer_connects_a_device_for_whom_they_look_after(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        let owner = app.account(SAM, Some(person)).await;
        let theirs = app.person("999 000 0026", "Stone", "Gout").await;
        let carer = app.account("carer@example.org", Some(theirs)).await;
        let second = |id| domain::access::Actor::Account { id, assurance: domain::access::Assurance::SecondStep };
        let form = service::InviteForm {
            email: "carer@example.org".to_owned(),
            name: "Somebody Near".to_owned(),
            relation: "daughter".to_owned(),
            scopes: "READ".to_owned(),
            submission: app.services.core.new_id().to_string(),
            ..service::InviteForm::default()
        };
        let invited = app.services.carers.invite(&second(owner), person, &form).await.unwrap();
        let link = app.mailed_link("carer@example.org").await;
        let token_of = link.split_once("token=").unwrap().1.to_owned();
        app.services.carers.accept(&second(carer), &token_of, &invited.code).await.unwrap();
        let mut browser = app.signed_in("carer@example.org").await;
        browser.post("/acting", &[("person", &person.to_string())]).await;
        browser.get("/readings/devices/new").await.says("Its readings go into the record of Sam Rivers");
        let page = connect(&mut browser, &[("name", "Scales"), ("measures", "weight")]).await;
        let mut scales = Program { browser: app.browser(), token: token(&page) };
        assert_eq!(scales.send(WEIGHT).await.status, StatusCode::CREATED);
        app.clock.advance(chrono::TimeDelta::minutes(1));
        let mut sam = app.signed_in(SAM).await;
        sam.get("/readings/weight").await.says("From a connected device (Scales)");
        sam.get("/readings/devices").await.says("Scales");
    }
}
