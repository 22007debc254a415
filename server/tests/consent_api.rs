//! Relationships as programs read and change them over HTTP, with the browser's session.

use crate::common::{Answer, Browser, PASSWORD, TestApp};
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use domain::access::{Actor, Assurance};
use domain::team::StaffRole;
use domain::{AccountId, PersonId, RelationshipId};
use serde_json::{Value, json};
use server::limit::Limit;
use service::{ApplyForm, InviteForm};
use std::num::NonZeroU32;
use std::time::Duration;
use testkit::Place;

const EDNA: &str = "edna@example.org";
const TOM: &str = "tom@example.org";
const NOWHERE: &str = "/fhir/R4/Consent/019a5f00-0000-7000-8000-000000000000";

fn citizen(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}

struct World {
    app: TestApp,
    edna: PersonId,
    relationship: RelationshipId,
}

impl World {
    /// Edna, and Tom whom she let act for her.
    async fn new(place: &Place) -> Self {
        let app = TestApp::over(place);
        let edna = app.person("999 000 0018", "Rivers", "Asthma").await;
        let owner = citizen(app.account(EDNA, Some(edna)).await);
        let carer = citizen(app.account(TOM, None).await);
        let form = InviteForm {
            email: TOM.to_owned(),
            name: "Tom".to_owned(),
            relation: "son".to_owned(),
            scopes: "COND TEST".to_owned(),
            labels: "general".to_owned(),
            submission: app.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = app.services.carers.invite(&owner, edna, &form).await.unwrap();
        let link = app.mailed_link(TOM).await;
        let token = link.split_once("token=").unwrap().1;
        app.services.carers.accept(&carer, token, &invited.code).await.unwrap();
        Self { app, edna, relationship: invited.relationship }
    }

    fn at(&self) -> String {
        at(self.relationship)
    }
}

fn at(id: RelationshipId) -> String {
    format!("/fhir/R4/Consent/{id}")
}

fn patch(status: &str, reason: &str) -> Value {
    json!([
        { "op": "replace", "path": "/status", "value": status },
        { "op": "add", "path": "/extension/-", "value": [{
            "url": "https://fhir.nhs.uk/England/StructureDefinition/Extension-England-Consent-Status-Reason",
            "valueCodeableConcept": { "coding": [{
                "system": "https://fhir.nhs.uk/England/CodeSystem/England-ConsentStatusReason", "code": reason,
            }] },
        }] },
    ])
}

async fn send(browser: &mut Browser, path: &str, body: &Value, version: Option<&str>) -> Answer {
    let mut request = Request::patch(path)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json-patch+json; charset=utf-8");
    if let Some(version) = version {
        request = request.header(header::IF_MATCH, version);
    }
    browser.send(request, Body::from(body.to_string())).await
}

/// The resource in an answer, which is FHIR whatever came of it, and kept by nobody.
#[track_caller]
fn resource(answer: &Answer) -> Value {
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/fhir+json", "{} {}", answer.status, answer.body);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    serde_json::from_str(&answer.body).unwrap()
}

/// What is wrong, by its code.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    let said = resource(answer);
    let told = said["issue"][0]["details"]["coding"][0]["code"].as_str().unwrap_or_default();
    assert_eq!((answer.status.as_u16(), told), (status, code), "{}", answer.body);
    assert_eq!(said["resourceType"], "OperationOutcome");
    assert_eq!(
        said["issue"][0]["details"]["coding"][0]["system"],
        "https://fhir.nhs.uk/R4/CodeSystem/ValidatedRelationships-ErrorOrWarningCode"
    );
}

fn tag(answer: &Answer) -> String {
    answer.headers[header::ETAG].to_str().unwrap().to_owned()
}

testkit::both_engines! {
    async fn the_person_reads_and_changes_who_acts_for_her(place: &Place) {
        let world = World::new(place).await;
        let (mut edna, at) = (world.app.signed_in(EDNA).await, world.at());
        let first = edna.get(&at).await;
        let consent = resource(&first);
        assert_eq!((first.status, &consent["resourceType"], &consent["status"]), (StatusCode::OK, &json!("Consent"), &json!("active")));
        assert_eq!(consent["patient"]["identifier"]["value"], "9990000018");
        let stop = patch("inactive", "ROLE_SUSPENDED_PENDING_REVIEW");
        let stopped = send(&mut edna, &at, &stop, Some(&tag(&first))).await;
        assert_eq!((stopped.status, resource(&stopped)["issue"][0]["severity"].clone()), (StatusCode::OK, json!("information")));
        let second = edna.get(&at).await;
        assert_eq!(tag(&stopped), tag(&second));
        assert_ne!(tag(&first), tag(&second));
        assert_eq!(resource(&second)["status"], "inactive");
        // Once more, as after an answer that got lost; then something else from what was read before.
        assert_eq!(send(&mut edna, &at, &stop, Some(&tag(&first))).await.status, StatusCode::OK);
        let start = patch("active", "ROLE_REACTIVATED");
        refused(&send(&mut edna, &at, &start, Some(&tag(&first))).await, 412, "PRECONDITION_FAILED");
        assert_eq!(send(&mut edna, &at, &start, Some(&tag(&second))).await.status, StatusCode::OK);
        let end = json!([{ "op": "add", "path": "/provision/period/end", "value": "2027-03-27" }]);
        assert_eq!(send(&mut edna, &at, &end, None).await.status, StatusCode::OK);
        assert_eq!(resource(&edna.get(&at).await)["provision"]["period"]["end"], "2027-03-27");
        edna.get("/sharing/people").await.says("Can act for you");
        assert_eq!(world.app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn whoever_lets_somebody_act_again_showed_who_they_are_within_five_minutes(place: &Place) {
        let world = World::new(place).await;
        let (mut edna, at) = (world.app.signed_in(EDNA).await, world.at());
        world.app.clock.advance(TimeDelta::minutes(6));
        // To stop somebody is never made harder.
        assert_eq!(send(&mut edna, &at, &patch("inactive", "ROLE_SUSPENDED_PENDING_REVIEW"), None).await.status, StatusCode::OK);
        let start = patch("active", "ROLE_REACTIVATED");
        let end = json!([{ "op": "add", "path": "/provision/period/end", "value": "2027-03-27" }]);
        for body in [&start, &end] {
            let answer = send(&mut edna, &at, body, None).await;
            refused(&answer, 403, "FORBIDDEN");
            answer.says("confirm that it is you");
        }
        assert_eq!(resource(&edna.get(&at).await)["status"], "inactive");
        let code = world.app.code(EDNA).await;
        assert_eq!(edna.post("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await.location(), "/");
        for body in [&start, &end] {
            assert_eq!(send(&mut edna, &at, body, None).await.status, StatusCode::OK);
        }
        assert_eq!(resource(&edna.get(&at).await)["provision"]["period"]["end"], "2027-03-27");
    }

    async fn what_cannot_be_is_refused_by_its_code(place: &Place) {
        let world = World::new(place).await;
        let (mut edna, at) = (world.app.signed_in(EDNA).await, world.at());
        let because = |reason: &str| patch("inactive", reason);
        let only_status = json!([{ "op": "replace", "path": "/status", "value": "inactive" }]);
        let table = [
            (json!({}), 400, "INVALID_PATCH_FORMAT"),
            (json!([{ "op": "replace", "path": "/patient", "value": "x" }]), 400, "INVALID_PATCH_PATH"),
            (patch("off", "OTHER"), 422, "INVALID_STATUS_CODE"),
            (because("NO_SUCH"), 422, "INVALID_STATUS_REASON"),
            (because("ROLE_CREATED"), 422, "INVALID_STATUS_REASON"),
            (only_status, 422, "INVALID_STATE_TRANSITION"),
            (patch("rejected", "APPLICATION_REJECTED_NO_CONSENT"), 422, "INVALID_STATE_TRANSITION"),
            (patch("active", "ROLE_REACTIVATED"), 422, "INVALID_STATE_TRANSITION"),
            (because("OTHER"), 400, "MISSING_FREE_TEXT_FOR_OTHER"),
            (because("ROLE_DEACTIVATED_MISUSE_OF_SYSTEM"), 403, "FORBIDDEN"),
            (json!([{ "op": "add", "path": "/provision/period/end", "value": "2020-01-01" }]), 422, "INVALID_END_DATE"),
        ];
        for (body, status, code) in table {
            refused(&send(&mut edna, &at, &body, None).await, status, code);
        }
        for path in [NOWHERE, "/fhir/R4/Consent/nonsense"] {
            refused(&send(&mut edna, path, &because("ROLE_SUSPENDED_PENDING_REVIEW"), None).await, 404, "RESOURCE_NOT_FOUND");
            refused(&edna.get(path).await, 404, "RESOURCE_NOT_FOUND");
        }
        refused(&edna.get("/fhir/R4/Patient").await, 404, "NOT_FOUND");
        // What is no JSON Patch, what is too large, and what comes from elsewhere.
        let same = |request: Builder| request.header("sec-fetch-site", "same-origin");
        let form = same(Request::patch(&at)).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        refused(&edna.send(form, Body::from("status=inactive")).await, 415, "UNSUPPORTED_MEDIA");
        let large = same(Request::patch(&at)).header(header::CONTENT_TYPE, "application/json-patch+json");
        refused(&edna.send(large, Body::from(" ".repeat(1 << 20))).await, 413, "INVALID_PATCH_FORMAT");
        refused(&edna.post(&at, &[]).await, 405, "METHOD_NOT_ALLOWED");
        let other = Request::patch(&at).header("sec-fetch-site", "cross-site").header(header::CONTENT_TYPE, "application/json-patch+json");
        let body = because("ROLE_SUSPENDED_PENDING_REVIEW").to_string();
        refused(&edna.send(other, Body::from(body)).await, 403, "FORBIDDEN");
        assert_eq!(resource(&edna.get(&at).await)["status"], "active");
    }

    async fn the_carer_reads_gives_up_and_is_a_stranger_to_the_rest(place: &Place) {
        let world = World::new(place).await;
        let (mut tom, at) = (world.app.signed_in(TOM).await, world.at());
        let consent = tom.get(&at).await;
        consent.says("Sam Rivers").does_not_say("9990000018");
        refused(&send(&mut tom, &at, &patch("inactive", "ROLE_DEACTIVATED_PATIENT_REQUEST"), None).await, 403, "FORBIDDEN");
        // Also while he acts for her, and right after he has given up: he is sent to no page.
        tom.post("/acting", &[("person", &world.edna.to_string())]).await;
        assert_eq!(tom.get(&at).await.status, StatusCode::OK);
        let give_up = patch("inactive", "ROLE_DEACTIVATED_CHANGE_IN_RELATIONSHIP");
        assert_eq!(send(&mut tom, &at, &give_up, Some(&tag(&consent))).await.status, StatusCode::OK);
        let after = tom.get(&at).await;
        assert_eq!(resource(&after)["status"], "inactive");
        after.does_not_say("Rivers");
        refused(&send(&mut tom, &at, &patch("active", "ROLE_REACTIVATED"), None).await, 422, "INVALID_STATE_TRANSITION");
        world.app.account("stranger@example.org", None).await;
        let mut stranger = world.app.signed_in("stranger@example.org").await;
        for answer in [stranger.get(&at).await, send(&mut stranger, &at, &give_up, None).await] {
            refused(&answer, 404, "RESOURCE_NOT_FOUND");
        }
        assert_eq!(resource(&stranger.get("/fhir/R4/Consent").await)["total"], 0);
    }

    async fn whoever_is_not_signed_in_so_far_is_told_so_and_sent_nowhere(place: &Place) {
        let world = World::new(place).await;
        let stop = patch("inactive", "ROLE_SUSPENDED_PENDING_REVIEW");
        let mut nobody = world.app.browser();
        for path in [world.at().as_str(), "/fhir/R4/Consent", NOWHERE] {
            refused(&nobody.get(path).await, 401, "ACCESS_DENIED");
        }
        refused(&send(&mut nobody, &world.at(), &stop, None).await, 401, "ACCESS_DENIED");
        let mut halfway = world.app.browser();
        halfway.post("/sign-in", &[("email", EDNA), ("password", PASSWORD)]).await;
        refused(&halfway.get(&world.at()).await, 403, "FORBIDDEN");
        refused(&send(&mut halfway, &world.at(), &stop, None).await, 403, "FORBIDDEN");
        // What was asked for is no page to go on to after signing in.
        let code = world.app.code(EDNA).await;
        assert_eq!(halfway.post("/sign-in/code", &[("code", &code)]).await.location(), "/");
        assert_eq!(resource(&halfway.get(&world.at()).await)["status"], "active");
    }

    async fn the_practice_that_decides_decides_and_another_sees_nothing(place: &Place) {
        let app = TestApp::over(place);
        let (edna, ada) = (app.person("999 000 0018", "Rivers", "Asthma").await, app.person("999 000 0026", "Stone", "Gout").await);
        let owner = citizen(app.account(EDNA, Some(edna)).await);
        let applicant = citizen(app.account("ada@example.org", Some(ada)).await);
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        app.staff("elsewhere@example.org", "Y9H01", StaffRole::Clinician).await;
        let form = ApplyForm {
            nhs_number: "999 000 0018".to_owned(),
            birth_date: ["31", "3", "1980"].map(str::to_owned),
            family_name: "Rivers".to_owned(),
            relation: "sister".to_owned(),
            legal_basis: "best-interest".to_owned(),
            scopes: "COND".to_owned(),
            submission: app.services.core.new_id().to_string(),
            ..ApplyForm::default()
        };
        app.services.carers.apply(&applicant, &form).await.unwrap();
        let at = at(app.services.carers.of_person(&owner, edna).await.unwrap()[0].id);
        let allow = patch("active", "ROLE_ACTIVATED");
        let (mut gp, mut elsewhere) = (app.signed_in("gp@example.org").await, app.signed_in("elsewhere@example.org").await);
        let mut ada = app.signed_in("ada@example.org").await;
        for other in [&mut elsewhere, &mut ada] {
            refused(&other.get(&at).await, 404, "RESOURCE_NOT_FOUND");
            refused(&send(other, &at, &allow, None).await, 404, "RESOURCE_NOT_FOUND");
        }
        // The applicant does not learn from it whether there is such a person.
        assert_eq!(resource(&ada.get("/fhir/R4/Consent").await)["total"], 0);
        let asked = gp.get(&at).await;
        assert_eq!(resource(&asked)["status"], "proposed");
        asked.says("9990000026");
        // At work nobody is asked again who they are.
        app.clock.advance(TimeDelta::minutes(6));
        assert_eq!(send(&mut gp, &at, &allow, Some(&tag(&asked))).await.status, StatusCode::OK);
        gp.get("/team").await.does_not_say("Somebody asks to act");
        let found = resource(&ada.get("/fhir/R4/Consent?status=active,proposed").await);
        assert_eq!((&found["type"], &found["total"]), (&json!("searchset"), &json!(1)));
        assert_eq!(found["link"][0]["url"], "http://localhost:8080/fhir/R4/Consent?status=active,proposed");
        assert_eq!(found["entry"][0]["fullUrl"], format!("http://localhost:8080{at}"));
        assert_eq!(resource(&ada.get("/fhir/R4/Consent?status=inactive").await)["entry"], json!([]));
        for query in ["status=on", "patient:identifier=9990000018"] {
            refused(&ada.get(&format!("/fhir/R4/Consent?{query}")).await, 422, "INVALID_PARAMETER");
        }
        // Edna sees it too, and cannot end alone what the practice decided.
        let mut edna = app.signed_in(EDNA).await;
        assert_eq!(resource(&edna.get("/fhir/R4/Consent").await)["total"], 1);
        let ended = send(&mut edna, &at, &patch("inactive", "ROLE_DEACTIVATED_PATIENT_REQUEST"), None).await;
        refused(&ended, 403, "FORBIDDEN");
        ended.says("Your practice decided this");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_over_its_limit_is_told_so_in_fhir() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::limited(&place, Limit::one_in(Duration::from_secs(3600), NonZeroU32::MIN).unwrap());
    let mut browser = app.browser();
    refused(&browser.get("/fhir/R4/Consent").await, 401, "ACCESS_DENIED");
    let answer = browser.get("/fhir/R4/Consent").await;
    refused(&answer, 429, "THROTTLED");
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    place.clear().await;
}
