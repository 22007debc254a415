//! What entries are about in plain words, as browsers without script read it.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::team::StaffRole;
use serde_json::{Value, json};
use service::{Expected, ImportRequest, InviteForm, OrganisationKind, PlainWords};
use std::io::Cursor;
use testkit::Place;

const SAM: &str = "sam@example.org";
const ANN: &str = "ann@example.org";
const GP: &str = "gp@example.org";
const BOSS: &str = "boss@example.org";

const MISSING: &str = "We have no plain words for this yet";

struct Town {
    app: TestApp,
    sam: PersonId,
    sam_actor: Actor,
    ann_actor: Actor,
}

fn coded(kind: &str, id: &str, system: &str, code: &str, words: &str, more: &Value) -> Value {
    let mut all = json!({
        "resourceType": kind, "id": id, "subject": { "reference": "Patient/p9990000018" },
        "code": { "coding": [{ "system": system, "code": code, "display": words }], "text": words },
    });
    for (field, value) in more.as_object().unwrap() {
        all[field] = value.clone();
    }
    all
}

fn entries() -> Vec<Value> {
    let (snomed, loinc) = ("http://snomed.info/sct", "http://loinc.org");
    let active = json!({ "clinicalStatus": { "coding": [{ "code": "active" }] }, "onsetDateTime": "2020-01-02" });
    let value = json!({
        "status": "final", "effectiveDateTime": "2026-01-02", "valueQuantity": { "value": 48, "unit": "mmol/mol" },
        "referenceRange": [{ "low": { "value": 20 }, "high": { "value": 41 } }],
    });
    let done = json!({ "status": "completed", "performedDateTime": "2025-05-06" });
    let medicine = |id: &str, name: &str| {
        json!({
            "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "plan", "authoredOn": "2026-01-12",
            "subject": { "reference": "Patient/p9990000018" }, "medicationCodeableConcept": { "text": name },
            "courseOfTherapyType": { "coding": [{ "code": "continuous" }] },
        })
    };
    vec![
        coded("Condition", "high", snomed, "59621000", "Essential hypertension", &active),
        coded("Condition", "rare", snomed, "55464009", "Systemic lupus erythematosus", &active),
        coded("Observation", "sugar", loinc, "59261-8", "Haemoglobin A1c", &value),
        coded("Procedure", "camera", snomed, "73761001", "Colonoscopy", &done),
        medicine("lisinopril", "Lisinopril 10mg tablets"),
        medicine("both", "Lisinopril 10mg / Hydrochlorothiazide 12.5mg tablets"),
        json!({
            "resourceType": "Immunization", "id": "jab", "status": "completed", "occurrenceDateTime": "2025-10-01",
            "patient": { "reference": "Patient/p9990000018" },
            "vaccineCode": { "coding": [{ "system": snomed, "code": "1181000221105" }], "text": "Influenza virus vaccine" },
        }),
        json!({
            "resourceType": "AllergyIntolerance", "id": "none", "patient": { "reference": "Patient/p9990000018" },
            "clinicalStatus": { "coding": [{ "code": "active" }] },
            "code": { "coding": [{ "system": snomed, "code": "716186003", "display": "No known allergy" }] },
        }),
    ]
}

async fn town(app: TestApp) -> Town {
    let sam = app.person("999 000 0018", "Rivers", "Broken nail").await;
    let operator = Actor::Operator;
    let at =
        app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice).await.unwrap().id;
    let all: Vec<Value> = entries().into_iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": all }).to_string();
    let request = ImportRequest { organisation: at, expected: Some(Expected::Person(sam)) };
    let report = app.services.imports.import(&operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
    let actor = |id| Actor::Account { id, assurance: Assurance::SecondStep };
    let sam_actor = actor(app.account(SAM, Some(sam)).await);
    let ann_actor = actor(app.account(ANN, None).await);
    Town { app, sam, sam_actor, ann_actor }
}

/// The address of the entry with this name in a list.
#[track_caller]
fn link_to(list: &Answer, name: &str) -> String {
    let named = list.body.split("href=\"").skip(1).find(|part| part.split("</a>").next().unwrap().contains(name));
    named.unwrap_or_else(|| panic!("no {name} in {}", list.body)).split('"').next().unwrap().to_owned()
}

async fn entry(browser: &mut Browser, list: &str, name: &str) -> Answer {
    let list = browser.get(list).await;
    browser.get(&link_to(&list, name)).await
}

testkit::both_engines! {
    async fn each_kind_of_entry_says_what_it_is_from_where_and_of_when(place: &Place) {
        let town = town(TestApp::over(place)).await;
        let mut sam = town.app.signed_in(SAM).await;
        let page = entry(&mut sam, "/record/problems", "Essential hypertension").await;
        page.says("What this is").says("High blood pressure").says("Your heart pushes blood").does_not_say(MISSING);
        page.says("From: The NHS website. Last checked: 29 November 2026.").does_not_say("more than 3 years ago");
        page.says("href=\"https://www.nhs.uk/conditions/high-blood-pressure/\" rel=\"noreferrer\"").says("Read more on the NHS website");
        page.says("It leaves this site");
        let page = entry(&mut sam, "/record/results", "Haemoglobin A1c").await;
        page.says("HbA1c (sugar over 3 months)").says("What it looks at").says("What can change it");
        page.says("This is about the test and not about your result");
        // The plain name of a test stands first, and that of the record below it.
        let first = page.body.split("<h1").nth(1).unwrap().split("</h1>").next().unwrap();
        assert!(first.contains("HbA1c (sugar over 3 months)") && !first.contains("Haemoglobin"), "{first}");
        page.says("Called in the record: Haemoglobin A1c");
        entry(&mut sam, "/record/procedures", "Colonoscopy").await.says("Camera test of the bowel").does_not_say("What it is for");
        entry(&mut sam, "/record/immunisations", "Influenza virus vaccine").await.says("It cannot give you flu");
        // A medicine by its name, in the record and among the medicines; not what has another substance in it.
        for list in ["/record/medicines", "/medicines"] {
            let page = entry(&mut sam, list, "Lisinopril 10mg tablets").await;
            page.says("What it is for").says("Most people take it for high blood pressure").says("Take it as your prescription says");
            let page = entry(&mut sam, list, "Hydrochlorothiazide").await;
            page.says(MISSING).says("href=\"https://www.nhs.uk/medicines/\"").does_not_say("Most people take it");
        }
    }

    async fn what_is_not_explained_is_said_and_nothing_of_it_goes_into_an_address(place: &Place) {
        let town = town(TestApp::over(place)).await;
        let mut sam = town.app.signed_in(SAM).await;
        for name in ["Systemic lupus", "Broken nail"] {
            let page = entry(&mut sam, "/record/problems", name).await;
            page.says("What this is").says(MISSING).says("href=\"https://www.nhs.uk/conditions/\" rel=\"noreferrer\"");
            let addresses = page.body.split("href=\"").skip(1).map(|part| part.split('"').next().unwrap().to_lowercase());
            let told: Vec<_> = addresses.filter(|address| ["lupus", "nail", "55464009"].iter().any(|word| address.contains(word))).collect();
            assert_eq!(told, Vec::<String>::new());
        }
        // Nothing known is not a thing.
        let list = sam.get("/record/allergies").await;
        sam.get(&link_to(&list, "See this entry")).await.says("No known allergy").does_not_say("What this is");
    }

    async fn a_carer_reads_it_with_what_is_open_to_them_and_each_look_is_one_event(place: &Place) {
        let town = town(TestApp::over(place)).await;
        let form = InviteForm {
            email: ANN.to_owned(), name: "Ann".to_owned(), relation: "daughter".to_owned(), scopes: "COND".to_owned(),
            labels: "general".to_owned(), submission: town.app.services.core.new_id().to_string(), ..InviteForm::default()
        };
        let invited = town.app.services.carers.invite(&town.sam_actor, town.sam, &form).await.unwrap();
        let token = town.app.mailed_link(ANN).await.split_once("token=").unwrap().1.to_owned();
        town.app.services.carers.accept(&town.ann_actor, &token, &invited.code).await.unwrap();
        let mut sam = town.app.signed_in(SAM).await;
        let list = sam.get("/record/problems").await;
        let high = link_to(&list, "Essential hypertension");
        let sugar = link_to(&sam.get("/record/results").await, "Haemoglobin A1c");
        let mut ann = town.app.signed_in(ANN).await;
        ann.get(&high).await.does_not_say("High blood pressure");
        ann.post("/acting", &[("person", &town.sam.to_string())]).await;
        let count = async || town.app.services.activity.of_record(&Actor::Operator, town.sam, None).await.unwrap().0.len();
        let before = count().await;
        ann.get(&high).await.says("High blood pressure").says("Your heart pushes blood");
        // The page, and the look of this test itself.
        assert_eq!(count().await, before + 2);
        ann.get(&sugar).await.does_not_say("HbA1c").does_not_say("What this is");
        // A stranger and a care team get nothing of it on their pages.
        town.app.staff(GP, "Y90001", StaffRole::Clinician).await;
        let mut gp = town.app.signed_in(GP).await;
        gp.get(&high).await.does_not_say("What this is");
    }

    async fn a_manager_sees_what_is_explained_from_where_and_which_is_old(place: &Place) {
        let own = r#"{"entries": [{"id": "lupus", "kind": "condition", "name": "Lupus", "codes": ["snomed 55464009"],
            "what": "The body fights itself.", "url": "https://lupus.example.org/about", "source": "Our own hospital", "reviewed": "2021-03-04"}]}"#;
        let today = domain::when::london_day(TestApp::over(place).services.core.now());
        let words = PlainWords::with_files(&[("own.json".to_owned(), own.as_bytes().to_vec())], today).unwrap();
        let town = town(TestApp::explaining(place, words)).await;
        town.app.staff(BOSS, "Y90001", StaffRole::Manager).await;
        town.app.staff(GP, "Y90001", StaffRole::Clinician).await;
        let mut boss = town.app.signed_in(BOSS).await;
        let before = town.app.services.activity.of_record(&Actor::Operator, town.sam, None).await.unwrap().0.len();
        boss.get("/team").await.says("href=\"/team/plain-words\"").says("What is explained in plain words");
        let page = boss.get("/team/plain-words").await;
        page.says("Checked more than 3 years ago").says("Lupus").says("Our own hospital").says("4 March 2021").says("More than 3 years ago");
        page.says("SNOMED CT 55464009").says("href=\"https://lupus.example.org/about\" rel=\"noreferrer\"").says("Added by whoever runs this service");
        page.says("High blood pressure").says("SNOMED CT 59621000, SNOMED CT 38341003").says("The NHS website").says("29 November 2026");
        page.says("href=\"https://www.nhs.uk/conditions/high-blood-pressure/\" rel=\"noreferrer\"").does_not_say("Lisinopril");
        assert_eq!(page.body.matches("<h1").count(), 1);
        assert!(!page.body.contains("style=\""));
        let page = boss.get("/team/plain-words?kind=medicine").await;
        page.says("Lisinopril").says("names that begin with Lisinopril").says("aria-current=\"page\"").does_not_say("High blood pressure<");
        boss.get("/team/plain-words?kind=test").await.says("LOINC 4548-4");
        assert_eq!(boss.get("/team/plain-words?kind=nonsense").await.status, StatusCode::NOT_FOUND);
        // It is about no person, so nothing is written into a record; the words beside an entry are as they were.
        assert_eq!(town.app.services.activity.of_record(&Actor::Operator, town.sam, None).await.unwrap().0.len(), before + 1);
        for who in [GP, SAM] {
            let mut other = town.app.signed_in(who).await;
            let answer = other.get("/team/plain-words").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{who}");
            answer.does_not_say("Lupus");
        }
        town.app.signed_in(GP).await.get("/team").await.does_not_say("/team/plain-words");
    }

    async fn words_of_the_operator_are_shown_with_their_site_and_that_they_are_old(place: &Place) {
        let own = r#"{"entries": [{"id": "lupus", "kind": "condition", "name": "Lupus", "codes": ["snomed 55464009"],
            "what": "The body fights itself.", "url": "https://lupus.example.org/about", "source": "Our own hospital", "reviewed": "2021-03-04"}]}"#;
        let today = domain::when::london_day(TestApp::over(place).services.core.now());
        let words = PlainWords::with_files(&[("own.json".to_owned(), own.as_bytes().to_vec())], today).unwrap();
        let town = town(TestApp::explaining(place, words)).await;
        let mut sam = town.app.signed_in(SAM).await;
        let page = entry(&mut sam, "/record/problems", "Systemic lupus").await;
        page.says("The body fights itself.").says("From: Our own hospital. Last checked: 4 March 2021.").says("more than 3 years ago");
        page.says("href=\"https://lupus.example.org/about\" rel=\"noreferrer\"").says("Read more on lupus.example.org");
    }
}
