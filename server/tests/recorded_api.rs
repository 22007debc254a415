//! What people recorded themselves, as programs read it over HTTP with the browser's session.

use crate::common::{Answer, Browser, TestApp};
use app::routes::TABLE;
use axum::http::StatusCode;
use domain::access::{Actor, Assurance};
use domain::reading::Measure;
use domain::team::StaffRole;
use serde_json::{Value, json};
use service::{InviteForm, NeedsForm, NeedsOf, ReadingForm};
use std::collections::BTreeSet;
use testkit::Place;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const GP: &str = "gp@example.org";
const DESK: &str = "desk@example.org";
const STRANGER: &str = "stranger@example.org";
const READINGS: &str = "/fhir/R4/Observation";
const RESPONSES: &str = "/fhir/R4/QuestionnaireResponse";
const FLAGS: &str = "/fhir/R4/Flag";

fn read(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// What the codes of all that was found are called.
fn names(bundle: &Value) -> Vec<String> {
    let all = bundle["entry"].as_array().unwrap().iter();
    all.map(|entry| entry.pointer("/resource/code/text").unwrap().as_str().unwrap().to_owned()).collect()
}

async fn found(browser: &mut Browser, path: &str) -> Vec<String> {
    names(&read(&browser.get(path).await))
}

testkit::both_engines! {
    async fn readings_and_responses_are_told_to_whom_their_pages_show_them(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        let me = Actor::Account { id: app.account(SAM, Some(sam)).await, assurance: Assurance::SecondStep };
        let other = app.person("999 000 0026", "Stone", "Gout").await;
        app.account(STRANGER, Some(other)).await;
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        app.staff(DESK, "Y90001", StaffRole::Reception).await;
        let (readings, core) = (&app.services.readings, &app.services.core);
        let add = async |measure: Measure, numbers: &[&str]| {
            let form = ReadingForm {
                numbers: numbers.iter().map(|text| (*text).to_owned()).collect(),
                submission: core.new_id().to_string(),
                ..ReadingForm::default()
            };
            readings.add(&me, sam, measure, &form).await.unwrap()
        };
        let pressure = add(Measure::BloodPressure, &["142", "88"]).await;
        let mood = add(Measure::Mood, &["4"]).await;
        let mut pulses = Vec::new();
        for number in ["70", "71", "72"] {
            pulses.push(add(Measure::Pulse, &[number]).await);
        }
        let response = app.services.questionnaires.begin(&me, sam, ("gad-7", &core.new_id().to_string())).await.unwrap();
        let mut browser = app.signed_in(SAM).await;
        let mut newest = found(&mut browser, READINGS).await;
        newest.sort();
        assert_eq!(newest, ["Blood pressure", "Mood", "Pulse"]);
        // One measure, a page at a time.
        let page = read(&browser.get(&format!("{READINGS}?code=8867-4&_count=2")).await);
        assert_eq!(names(&page), ["Pulse", "Pulse"]);
        let next = page["link"][1]["url"].as_str().unwrap().split_once("/fhir").unwrap().1.to_owned();
        let rest = read(&browser.get(&format!("/fhir{next}")).await);
        assert_eq!((names(&rest).len(), rest["link"].as_array().unwrap().len()), (1, 1));
        let one = read(&browser.get(&format!("{READINGS}/{pressure}")).await);
        assert_eq!(one.pointer("/meta/tag/0/code").unwrap(), "self-recorded");
        assert_eq!(one.pointer("/performer/0/identifier/value").unwrap(), "9990000018");
        // Body mass index is worked out, says of what, and is typed by nobody.
        let (weight, height) = (add(Measure::Weight, &["74"]).await, add(Measure::Height, &["175"]).await);
        let all = read(&browser.get(&format!("{READINGS}?code=39156-5")).await);
        assert_eq!(names(&all), ["Body mass index"]);
        let bmi = all.pointer("/entry/0/resource").unwrap();
        assert_eq!(bmi["derivedFrom"], json!([
            { "reference": format!("Observation/{weight}"), "type": "Observation" },
            { "reference": format!("Observation/{height}"), "type": "Observation" },
        ]));
        assert_eq!(bmi.pointer("/valueQuantity/value").unwrap(), 24.2);
        assert_eq!(read(&browser.get(&format!("{READINGS}/{}", bmi["id"].as_str().unwrap())).await)["id"], bmi["id"]);
        assert_eq!(found(&mut browser, READINGS).await.len(), 6);
        assert_eq!(browser.get("/readings/body-mass-index/new").await.status, StatusCode::NOT_FOUND);
        browser.get("/readings/body-mass-index").await.says("Body mass index (BMI)").does_not_say("Add a reading");
        let answers = read(&browser.get(&format!("{RESPONSES}/{response}")).await);
        assert_eq!((answers["status"].as_str(), answers["resourceType"].as_str()), (Some("in-progress"), Some("QuestionnaireResponse")));
        // What no code system has a code for is found by one of our own.
        let own = read(&browser.get(&format!("{READINGS}?code=https://selfheal.example/fhir/CodeSystem/measure%7Cmood")).await);
        assert_eq!((names(&own), own.pointer("/entry/0/resource/code/coding/0/code").unwrap().as_str()), (vec!["Mood".to_owned()], Some("mood")));
        for odd in ["?code=pulse", "?code=1", "?_count=0", "?date=2026", "?_after=x"] {
            let refused = browser.get(&format!("{READINGS}{odd}")).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd}");
            refused.says("INVALID_PARAMETER");
        }
        // A carer without the label of mental health.
        let ann = app.account(ANN, None).await;
        let form = InviteForm {
            email: ANN.to_owned(),
            name: "Ann Near".to_owned(),
            relation: "sister".to_owned(),
            scopes: "READ".to_owned(),
            submission: core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = app.services.carers.invite(&me, sam, &form).await.unwrap();
        let mailed = app.mailed_link(ANN).await;
        let actor = Actor::Account { id: ann, assurance: Assurance::SecondStep };
        app.services.carers.accept(&actor, mailed.split_once("token=").unwrap().1, &invited.code).await.unwrap();
        let mut ann = app.signed_in(ANN).await;
        assert!(found(&mut ann, READINGS).await.is_empty(), "she looks after nobody now");
        ann.post("/acting", &[("person", &sam.to_string())]).await;
        assert_eq!(found(&mut ann, READINGS).await.len(), 5);
        assert_eq!(ann.get(&format!("{READINGS}/{mood}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(ann.get(&format!("{READINGS}?code=mood")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(ann.get(&format!("{RESPONSES}/{response}")).await.status, StatusCode::NOT_FOUND);
        // At work the person is named; what is not whole is the person's own.
        let mut gp = app.signed_in(GP).await;
        assert!(found(&mut gp, READINGS).await.is_empty());
        let of = format!("?patient=Patient/{sam}");
        gp.get("/team").await;
        assert_eq!(found(&mut gp, &format!("{READINGS}{of}")).await.len(), 6);
        assert_eq!(read(&gp.get(&format!("{RESPONSES}{of}")).await)["entry"].as_array().unwrap().len(), 0);
        let before = app.services.activity.of_record(&Actor::Operator, sam, None).await.unwrap().0.len();
        gp.get(&format!("{READINGS}/{}{of}", pulses[0])).await.says("Pulse");
        // One for it, and one for the operator's look before.
        assert_eq!(app.services.activity.of_record(&Actor::Operator, sam, None).await.unwrap().0.len(), before + 2);
        let mut desk = app.signed_in(DESK).await;
        desk.get("/team").await;
        let mut stranger = app.signed_in(STRANGER).await;
        for browser in [&mut desk, &mut stranger] {
            for path in [format!("{READINGS}{of}"), format!("{READINGS}/{pressure}{of}"), format!("{RESPONSES}{of}")] {
                assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
            }
        }
        assert_eq!(stranger.get(&format!("{READINGS}/{pressure}")).await.status, StatusCode::NOT_FOUND);
        assert!(found(&mut stranger, READINGS).await.is_empty());
    }
    async fn needs_are_told_as_flags_to_whom_the_pages_show_them(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        let me = Actor::Account { id: app.account(SAM, Some(sam)).await, assurance: Assurance::SecondStep };
        let other = app.person("999 000 0026", "Stone", "Gout").await;
        app.account(STRANGER, Some(other)).await;
        app.staff(DESK, "Y90001", StaffRole::Reception).await;
        let mut browser = app.signed_in(SAM).await;
        assert!(found(&mut browser, FLAGS).await.is_empty(), "nothing was said yet");
        let form = NeedsForm {
            chosen: "print-24 by-letter".to_owned(),
            needs_interpreter: "yes".to_owned(),
            interpreter: "bfi".to_owned(),
            impairments: "2".to_owned(),
            version: "0".to_owned(),
            submission: app.services.core.new_id().to_string(),
            ..NeedsForm::default()
        };
        app.services.profile.save_needs(&me, NeedsOf::Person(sam), &form).await.unwrap();
        let all = read(&browser.get(FLAGS).await);
        assert_eq!(names(&all), ["Larger print (24 point)", "By letter", "Needs a BSL interpreter"]);
        let first = all.pointer("/entry/0/resource").unwrap();
        assert_eq!(first.pointer("/code/coding/0/code").unwrap(), "957351000000102");
        assert_eq!(first.pointer("/category/0/coding/0/code").unwrap(), "NRAF");
        assert_eq!(first.pointer("/meta/tag/0/code").unwrap(), "self-recorded");
        let one = format!("{FLAGS}/{}", first["id"].as_str().unwrap());
        let before = app.services.activity.of_record(&Actor::Operator, sam, None).await.unwrap().0.len();
        browser.get(&one).await.says("Larger print (24 point)");
        // One for it, and one for the operator's look before.
        assert_eq!(app.services.activity.of_record(&Actor::Operator, sam, None).await.unwrap().0.len(), before + 2);
        assert_eq!(browser.get(&format!("{FLAGS}/x")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get(&format!("{FLAGS}?status=active")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let of = format!("?patient=Patient/{sam}");
        let mut desk = app.signed_in(DESK).await;
        desk.get("/team").await;
        assert_eq!(found(&mut desk, &format!("{FLAGS}{of}")).await.len(), 3);
        let mut stranger = app.signed_in(STRANGER).await;
        assert!(found(&mut stranger, FLAGS).await.is_empty(), "they said nothing");
        for path in [format!("{FLAGS}{of}"), format!("{one}{of}"), one] {
            assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    async fn what_can_be_asked_is_told_to_anybody_and_is_what_there_is(place: &Place) {
        let app = TestApp::over(place);
        let told = read(&app.browser().get("/fhir/R4/metadata").await);
        let resources = told.pointer("/rest/0/resource").unwrap().as_array().unwrap();
        let told: BTreeSet<&str> = resources.iter().map(|one| one["type"].as_str().unwrap()).collect();
        let there = TABLE.iter().filter_map(|row| row.path.strip_prefix("/fhir/R4/")?.split('/').next());
        let there: BTreeSet<&str> = there.filter(|kind| kind.starts_with(char::is_uppercase)).collect();
        assert_eq!(told, there);
    }
}
