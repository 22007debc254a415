//! Results of tests, as browsers without script read them.

use crate::common::{Answer, Browser, TestApp};
use axum::http::{StatusCode, header};
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::reading::Measure;
use domain::record::Category;
use domain::team::StaffRole;
use serde_json::{Value, json};
use service::{CorrectionForm, Expected, HiddenFrom, ImportRequest, OrganisationKind, ReadingForm, Which};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::PathBuf;
use testkit::Place;

const SAM: &str = "sam@example.org";
const GP: &str = "gp@example.org";
const MANAGER: &str = "manager@example.org";

fn about(kind: &str, id: &str, words: &str, more: &Value) -> Value {
    let mut all = json!({ "resourceType": kind, "id": id, "status": "final", "subject": { "reference": "Patient/p9990000018" } });
    all["code"] = json!({ "text": words });
    for (field, value) in more.as_object().unwrap() {
        all[field] = value.clone();
    }
    all
}

fn measured(id: &str, code: &str, words: &str, at: &str, quantity: &Value, range: Option<[&str; 2]>) -> Value {
    let end = |text: &str| json!({ "value": serde_json::from_str::<Value>(text).unwrap() });
    let range = range.map(|[low, high]| json!([{ "low": end(low), "high": end(high) }]));
    about(
        "Observation",
        id,
        words,
        &json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": code }], "text": words },
            "category": [{ "coding": [{ "code": "laboratory" }] }], "effectiveDateTime": at, "valueQuantity": quantity,
            "referenceRange": range.unwrap_or_else(|| json!([])),
        }),
    )
}

fn mmol(number: f64) -> Value {
    json!({ "value": number, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L" })
}

/// A part of a result.
fn part(code: &str, words: &str, number: &Value, unit: &str, range: Option<[&str; 2]>) -> Value {
    let measured = measured("part", code, words, "2026-01-01", &json!({ "value": number, "unit": unit }), range);
    json!({ "code": measured["code"], "valueQuantity": measured["valueQuantity"], "referenceRange": measured["referenceRange"] })
}

fn pressure(id: &str, at: &str, systolic: i64, diastolic: i64, ranged: bool) -> Value {
    let parts = json!([
        part("8480-6", "Systolic blood pressure", &json!(systolic), "mmHg", ranged.then_some(["90", "140"])),
        part("8462-4", "Diastolic blood pressure", &json!(diastolic), "mmHg", None),
    ]);
    about(
        "Observation",
        id,
        "",
        &json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9" }], "text": "Blood pressure" },
            "category": [{ "coding": [{ "code": "vital-signs" }] }], "effectiveDateTime": at, "component": parts,
        }),
    )
}

fn breathing(id: &str, at: &str, fev1: &str) -> Value {
    let parts = json!([
        part("20150-9", "FEV1", &serde_json::from_str(fev1).unwrap(), "L", Some(["2.5", "4"])),
        part("19868-9", "FVC", &json!(3.9), "L", None),
    ]);
    about(
        "Observation",
        id,
        "",
        &json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": "81459-0" }], "text": "Breathing test" },
            "category": [{ "coding": [{ "code": "exam" }] }], "effectiveDateTime": at, "component": parts,
        }),
    )
}

async fn import(app: &TestApp, person: PersonId, all: &[Value]) {
    let operator = Actor::Operator;
    let at =
        app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice).await.unwrap().id;
    let all: Vec<Value> = all.iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": all }).to_string();
    let request = ImportRequest { organisation: at, expected: Some(Expected::Person(person)) };
    let report = app.services.imports.import(&operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
}

fn kidneys() -> Vec<Value> {
    let result =
        |ids: &[&str]| -> Vec<Value> { ids.iter().map(|id| json!({ "reference": format!("Observation/{id}") })).collect() };
    vec![
        about(
            "ServiceRequest",
            "s1",
            "Kidney tests, please",
            &json!({
            "status": "active", "intent": "order", "authoredOn": "2026-10-01", "category": [{ "coding": [{ "code": "108252007" }] }] }),
        ),
        about(
            "ServiceRequest",
            "s2",
            "Liver tests",
            &json!({
            "status": "active", "intent": "order", "authoredOn": "2026-10-02", "category": [{ "coding": [{ "code": "108252007" }] }] }),
        ),
        about(
            "ServiceRequest",
            "s3",
            "Called off",
            &json!({
            "status": "revoked", "intent": "order", "authoredOn": "2026-10-02", "category": [{ "coding": [{ "code": "108252007" }] }] }),
        ),
        about(
            "DiagnosticReport",
            "r1",
            "Kidney tests",
            &json!({
            "status": "preliminary", "effectiveDateTime": "2026-10-03", "basedOn": [{ "reference": "ServiceRequest/s1" }],
            "category": [{ "coding": [{ "code": "LAB" }] }], "result": result(&["k3", "na"]), "conclusion": "Please repeat.",
            "presentedForm": [{ "contentType": "text/plain", "title": "The whole report", "data": "SGVsbG8gU2Ft" },
                { "contentType": "text/html", "title": "A page", "data": "PHNjcmlwdD4=" }, { "title": "A letter that stayed there", "url": "https://lab.example/1" }] }),
        ),
        measured("k1", "2823-3", "Potassium", "2026-01-02", &mmol(4.1), Some(["3.5", "5.3"])),
        measured("k2", "2823-3", "Potassium", "2026-05-02", &mmol(4.9), Some(["3.5", "5.3"])),
        measured("k3", "2823-3", "Potassium", "2026-10-03", &mmol(6.1), Some(["3.5", "5.3"])),
        measured("na", "2951-2", "Sodium", "2026-10-03", &mmol(140.0), None),
        measured("sugar", "14749-6", "Glucose", "2026-06-03", &mmol(5.5), Some(["3.0", "6.0"])),
    ]
}

/// The address of what has this name in a page.
#[track_caller]
fn link_to(page: &Answer, name: &str) -> String {
    let named = page.body.split("href=\"").skip(1).find(|part| part.split("</a>").next().unwrap().contains(name));
    named.unwrap_or_else(|| panic!("no {name} in {}", page.body)).split('"').next().unwrap().to_owned()
}

async fn town(place: &Place) -> (TestApp, PersonId, Actor) {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Broken nail").await;
    import(&app, sam, &kidneys()).await;
    let id = app.account(SAM, Some(sam)).await;
    (app, sam, Actor::Account { id, assurance: Assurance::SecondStep })
}

async fn opened(browser: &mut Browser, list: &str, name: &str) -> Answer {
    let list = browser.get(list).await;
    browser.get(&link_to(&list, name)).await
}

testkit::both_engines! {
    async fn the_list_groups_reports_and_says_what_is_not_back(place: &Place) {
        let (app, ..) = town(place).await;
        let mut sam = app.signed_in(SAM).await;
        let list = sam.get("/record/results").await;
        list.says("Tests that are not back yet").says("Liver tests").says("No result here yet").says("Early result: it may change");
        assert_eq!(list.body.matches(">Liver tests</a>").count(), 1, "{}", list.body);
        list.says("Potassium 6.1 mmol/L, Above the range given; Sodium (salt) 140.0 mmol/L").says("1 outside the range given");
        // The value of the report does not stand beside it once more; the older ones stand by themselves.
        assert_eq!(list.body.matches(">Potassium</a>").count(), 2, "{}", list.body);
        assert_eq!(list.body.matches(">Sodium</a>").count(), 0);
        // An early report with values stands among the results alone, and says there that it is early.
        let (waiting, results) = list.body.split_once("Results</h2>").unwrap();
        assert!(waiting.contains(">Liver tests</a>"), "{waiting}");
        assert!(!waiting.contains("Kidney tests") && !waiting.contains("Called off"), "{waiting}");
        assert!(results.contains("Kidney tests") && results.contains("Early result: it may change"), "{results}");
    }

    async fn the_plain_name_of_a_test_stands_first_and_at_work_its_own(place: &Place) {
        let (app, person, _) = town(place).await;
        let coded = json!({ "text": "Glucose again", "coding": [{ "system": "http://loinc.org", "code": "14749-6" }] });
        let order = about("ServiceRequest", "s9", "", &json!({
            "status": "active", "intent": "order", "authoredOn": "2026-10-20", "category": [{ "coding": [{ "code": "108252007" }] }],
            "code": coded,
        }));
        import(&app, person, &[order]).await;
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        let (mut sam, mut gp) = (app.signed_in(SAM).await, app.signed_in(GP).await);
        let small = |name: &str| format!("class=\"sh-entry__also\">{name}</span>");
        // Of what is not back yet as of what is.
        let list = sam.get("/record/results").await;
        list.says(&small("Glucose")).says(&small("Glucose again")).does_not_say(&small("Blood sugar"));
        let report = sam.get(&link_to(&list, "Kidney tests")).await;
        report.says(&small("Sodium")).does_not_say(&small("Potassium"));
        let theirs = gp.get(&format!("/team/people/{person}/record/results")).await;
        theirs.says(&small("Blood sugar")).does_not_say(&small("Glucose"));
    }

    async fn what_newly_arrived_names_a_report_once_and_says_how_many_values_are_new(place: &Place) {
        let (app, person, _) = town(place).await;
        import(&app, person, &[measured("newest", "14749-6", "Glucose", "2026-11-01", &mmol(5.6), None)]).await;
        let mut sam = app.signed_in(SAM).await;
        let home = sam.get("/").await;
        home.says("Newly arrived in your record").says(": 2 new values").does_not_say(">Sodium<");
        // A test by its plain name here too.
        home.says("Blood sugar</a>").says("Called in the record: Glucose");
        sam.get(&link_to(&home, "Kidney tests")).await.says("In the order of the report");
    }

    async fn more_that_is_not_back_than_a_page_shows_is_not_dropped_without_a_word(place: &Place) {
        let (app, person, _) = town(place).await;
        let mut sam = app.signed_in(SAM).await;
        sam.get("/record/results").await.does_not_say("These are the newest");
        let many: Vec<Value> = (0..100).map(|at| about("ServiceRequest", &format!("m{at}"), "Blood count", &json!({
            "status": "active", "intent": "order", "authoredOn": "2026-10-05", "category": [{ "coding": [{ "code": "108252007" }] }],
        }))).collect();
        import(&app, person, &many).await;
        let list = sam.get("/record/results").await;
        list.says("These are the newest 100.").does_not_say("Liver tests");
        assert_eq!(link_to(&list, "Older ones are in the order of time"), "/record/timeline?kind=results");
        list.says("If you have waited longer than you were told to");
        // At work the way leads to the same record, and not to the reader's own.
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        let mut gp = app.signed_in(GP).await;
        let theirs = gp.get(&format!("/team/people/{person}/record/results")).await;
        theirs.says("ask the place that was to do the test").does_not_say("If you have waited longer");
        let older = link_to(&theirs, "Older ones are in the order of time");
        assert_eq!(older, format!("/team/people/{person}/timeline?kind=results"));
        gp.get(&older).await.says("Blood count");
    }

    async fn a_decision_about_cpr_says_what_goes_on_and_whom_to_ask_wherever_it_stands(place: &Place) {
        let (app, person, _) = town(place).await;
        let code = json!({ "coding": [{
            "system": "http://snomed.info/sct", "code": "450476008", "display": "Not for attempted cardiopulmonary resuscitation",
        }] });
        let flag = about("Flag", "f1", "", &json!({
            "status": "active", "code": code, "period": { "start": "2026-10-01", "end": "2027-10-01" },
            "author": { "display": "Dr Ann Lee" },
        }));
        import(&app, person, &[flag]).await;
        let mut sam = app.signed_in(SAM).await;
        let title = "Do not attempt CPR: other treatment goes on";
        let page = opened(&mut sam, "/record/care", title).await;
        page.says("All other care and treatment goes on.").says("you can ask for a talk about it and for it to be looked at again");
        page.says("Whom to ask: Dr Ann Lee, Riverside Surgery, or the GP practice.").says("Ends or is looked at again").says("1 October 2027");
        sam.get("/record/timeline").await.says(title);
        let summary = sam.get("/record/summary").await;
        summary.says("Wishes and decisions about treatment").says(title).says("Dr Ann Lee").says("Other care plans");
        assert!(sam.get("/record/summary/pdf").await.body.starts_with("%PDF-1.7"));
    }

    async fn a_decision_about_cpr_that_ended_says_first_that_it_does_not_hold(place: &Place) {
        let (app, person, _) = town(place).await;
        let code = json!({ "coding": [{ "system": "http://snomed.info/sct", "code": "450476008", "display": "Not for CPR" }] });
        let flag = about("Flag", "f1", "", &json!({ "status": "inactive", "code": code, "author": { "display": "Dr Ann Lee" } }));
        import(&app, person, &[flag]).await;
        let mut sam = app.signed_in(SAM).await;
        let page = opened(&mut sam, "/record/care", "Do not attempt CPR: other treatment goes on").await;
        page.says("This does not hold now.").says("Ask whoever recorded it, or the GP practice, what holds now.");
        page.says("Then it said: CPR tries to start the heart").says("Whom to ask: Dr Ann Lee, Riverside Surgery, or the GP practice.");
        page.does_not_say("you can ask for a talk about it");
        sam.get("/record/summary").await.does_not_say("Do not attempt CPR");
    }

    async fn the_summary_says_of_which_decision_the_day_has_passed_and_that_one_was_taken_back(place: &Place) {
        let (app, person, _) = town(place).await;
        let decision = |id: &str, code: &str, display: &str, until: &str| about("Flag", id, "", &json!({
            "status": "active", "period": { "start": "2019-10-01", "end": until },
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": code, "display": display }] },
        }));
        import(&app, person, &[decision("f1", "450476008", "Not for CPR", "2999-10-01")]).await;
        let mut sam = app.signed_in(SAM).await;
        let (passed, back) = ("This date has passed: ask if it still holds", "An entry says that an advance decision was taken back.");
        let summary = sam.get("/record/summary").await;
        summary.says("1 October 2999").does_not_say(passed).does_not_say(back);
        let over = decision("f2", "735324008", "Treatment escalation plan", "2020-10-01");
        let retracted = decision("f3", "962601000000103", "Advance decision to refuse treatment retracted", "2999-10-01");
        import(&app, person, &[over, retracted]).await;
        let summary = sam.get("/record/summary").await;
        summary.says("Ends or is looked at again: 1 October 2020. This date has passed: ask if it still holds");
        summary.says("Advance decision taken back").says(back).says("Ask which one holds.");
        assert_eq!(summary.body.matches(passed).count(), 1, "{}", summary.body);
    }

    async fn the_summary_has_the_words_of_a_wish_and_says_where_the_rest_of_long_ones_is(place: &Place) {
        let (app, person, _) = town(place).await;
        let statement = |id: &str, words: &str| about("Flag", id, "", &json!({
            "status": "active", "period": { "start": "2026-10-01", "end": "2027-10-01" }, "author": { "display": "Dr Ann Lee" },
            "code": {
                "coding": [{ "system": "http://snomed.info/sct", "code": "816281000000101", "display": "Has advance statement" }],
                "text": words,
            },
        }));
        import(&app, person, &[statement("f1", "Look after me at home. Ask my son")]).await;
        let mut sam = app.signed_in(SAM).await;
        let rest = "The rest is in the record, under \u{201c}Care plans\u{201d}. 1 October 2026, Dr Ann Lee";
        let summary = sam.get("/record/summary").await;
        summary.says("\u{201c}Look after me at home. Ask my son\u{201d}. 1 October 2026, Dr Ann Lee").does_not_say("The rest is");
        let long = format!("{}but not in summer", "Bring my cat to me. ".repeat(30));
        import(&app, person, &[statement("f2", &long)]).await;
        let summary = sam.get("/record/summary").await;
        summary.says("Look after me at home. Ask my son").says("\u{201c}Bring my cat to me. Bring").says(rest);
        summary.does_not_say("but not in summer");
        opened(&mut sam, "/record/summary", "Advance statement").await.says("As it was recorded");
        assert!(sam.get("/record/summary/pdf").await.body.starts_with("%PDF-1.7"));
    }

    async fn the_summary_says_of_a_wish_that_is_only_a_file_that_there_is_a_document_and_where(place: &Place) {
        let (app, person, _) = town(place).await;
        let form = |id: &str, title: &str, kind: &str, data: &str| about("DocumentReference", id, "", &json!({
            "status": "current", "date": "2026-02-01T09:00:00Z", "description": title,
            "type": { "coding": [{ "system": "http://snomed.info/sct", "code": "1382601000000107", "display": "ReSPECT form" }] },
            "content": [{ "attachment": { "contentType": kind, "data": data } }],
        }));
        let files = [
            form("d7", "My ReSPECT form", "application/pdf", "JVBERi0xLjc="),
            form("d8", "My own words", "text/plain", "TG9vayBhZnRlciBtZSBhdCBob21l"),
        ];
        import(&app, person, &files).await;
        let mut sam = app.signed_in(SAM).await;
        let summary = sam.get("/record/summary").await;
        let said = "There is a document, dated 1 February 2026. Riverside Surgery has it. See the document in the record, under \u{201c}Care plans\u{201d}. ReSPECT plan";
        summary.says(said).says("\u{201c}Look after me at home\u{201d}. ReSPECT plan, 1 February 2026, ");
        assert_eq!(summary.body.matches("There is a document").count(), 1, "one has words: {}", summary.body);
        opened(&mut sam, "/record/summary", "My ReSPECT form").await.says("My ReSPECT form").says("PDF");
        assert!(sam.get("/record/summary/pdf").await.body.starts_with("%PDF-1.7"));
    }

    async fn a_report_and_its_values_lead_to_each_other(place: &Place) {
        let (app, ..) = town(place).await;
        let mut sam = app.signed_in(SAM).await;
        let report = opened(&mut sam, "/record/results", "Kidney tests").await;
        report.says("This is an early result. It may change.").says("Please repeat.").says("In the order of the report");
        report.says("6.1 mmol/L").says("3.5 to 5.3 mmol/L").says("Above the range given").says("No range was given");
        report.says("told us of this file and did not send it");
        // The plain name of a value stands below its own where it is another.
        let table = report.body.split("In the order of the report").nth(1).unwrap().split("</table>").next().unwrap();
        assert_eq!((table.matches("Sodium (salt)").count(), table.matches("Potassium").count()), (1, 1), "{table}");
        let potassium = sam.get(&link_to(&report, "Potassium")).await;
        potassium.says("The laboratory\u{2019}s range is 3.5 to 5.3 mmol/L.").says("Part of a report").says("See this over time");
        potassium.says("6.1 is 0.8 above the range that the laboratory gave (3.5 to 5.3 mmol/L).");
        potassium.says("Recorded by").says("No name is given here");
        // What comes next is told from what the record holds, and never from the value.
        potassium.says("What happens next").says("If you are worried or feel unwell, do not wait for an answer.");
        report.says("What happens next").says("This is an early result. Wait for the final one");
        // What was written of the whole report is said of its values.
        potassium.says("The report that this came with says:").says("\u{201c}Please repeat.\u{201d}").does_not_say("Nothing here says what happens next");
        // First what it says and what comes next, then who wrote it down and how it came.
        let at = |words: &str| potassium.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", potassium.body));
        assert!(at("The laboratory\u{2019}s range is") < at("What happens next") && at("What happens next") < at("Where this comes from"));
        assert!(at("class=\"sh-source\"") < at("What happens next") && at("Where this comes from") < at("How it came"));
        assert_eq!(sam.get(&link_to(&potassium, "Kidney tests")).await.body.matches("<h1").count(), 1);
        let order = sam.get(&link_to(&report, "Kidney tests, please")).await;
        order.says("This was answered by");
        link_to(&order, "Kidney tests");
        // What came with it stands on its page, and can be taken away.
        report.says("Hello Sam");
        let here = link_to(&report, "Download the file");
        let text = sam.get(&here).await;
        assert_eq!((text.status, text.body.as_str()), (StatusCode::OK, "Hello Sam"));
        assert!(text.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
        for wrong in ["2", "3", "x", "-1", "99999999999999999999"] {
            let answer = sam.get(&format!("{}/{wrong}", here.rsplit_once('/').unwrap().0)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
        }
    }

    async fn what_happens_next_does_not_contradict_itself(place: &Place) {
        let (app, person, _) = town(place).await;
        let coded = |words: &str| json!({ "text": words, "coding": [{ "system": "http://loinc.org", "code": "24356-8" }] });
        let request = |id: &str, words: &str, intent: &str, not: bool| about("ServiceRequest", id, "", &json!({
            "status": "active", "intent": intent, "doNotPerform": not, "authoredOn": "2026-10-20", "code": coded(words),
            "category": [{ "coding": [{ "code": "108252007" }] }],
        }));
        let report = |id: &str, words: &str, status: &str| about("DiagnosticReport", id, "", &json!({
            "status": status, "effectiveDateTime": "2026-10-03", "category": [{ "coding": [{ "code": "LAB" }] }], "code": coded(words),
        }));
        import(&app, person, &[
            report("r7", "Whole urine report", "final"),
            report("r8", "Early urine report", "preliminary"),
            request("s7", "Urine test that is planned", "plan", false),
            request("s8", "Urine test that is not wanted", "order", true),
        ]).await;
        let mut sam = app.signed_in(SAM).await;
        let (unknown, meaning) = ("Nothing here says what happens next", "Nobody has written here what this result means.");
        // A test that is only planned, or not to be done, was not asked for again.
        let whole = opened(&mut sam, "/record/results", "Whole urine report").await;
        whole.says(unknown).does_not_say(meaning).does_not_say("asked for again");
        // What is to come is not said to be unknown.
        let early = opened(&mut sam, "/record/results", "Early urine report").await;
        early.says("This is an early result. Wait for the final one").says(meaning).says("If you want to know now, ask").does_not_say(unknown);
        let planned = opened(&mut sam, "/record/results", "Urine test that is planned").await;
        planned.says("This test is only planned.").does_not_say("The result is not back yet");
        let unwanted = opened(&mut sam, "/record/results", "Urine test that is not wanted").await;
        unwanted.says("Urine test that is not wanted").does_not_say("What happens next").does_not_say("The result is not back yet");
    }

    async fn an_order_whose_visit_is_still_to_come_says_that_it_may_not_have_been_done(place: &Place) {
        let (app, person, _) = town(place).await;
        let mut sam = app.signed_in(SAM).await;
        let (not_back, not_done) = ("The result is not back yet.", "The test may not have been done yet");
        let order = opened(&mut sam, "/record/results", "Liver tests").await;
        order.says(&format!("{not_back} If you have waited longer than you were told to, ask")).does_not_say(not_done);
        import(&app, person, &[json!({
            "resourceType": "Appointment", "id": "a9", "status": "booked", "description": "Blood test", "start": "2099-12-03T09:00:00Z",
            "participant": [{ "actor": { "reference": "Patient/p9990000018" }, "status": "accepted" }],
        })]).await;
        let order = opened(&mut sam, "/record/results", "Liver tests").await;
        order.says(not_back).says(not_done).says("That visit may be for something else.").says("3 December 2099");
        order.does_not_say("not back yet. If you have waited").does_not_say("You can ask about it there");
        link_to(&order, "Blood test");
        // Of a result it is told as before.
        opened(&mut sam, "/record/results", "Kidney tests").await.says("You can ask about it there").does_not_say(not_done);
    }

    async fn a_report_leads_to_the_scan_that_came_with_it_and_back(place: &Place) {
        let (app, person, _) = town(place).await;
        import(&app, person, &[
            about("DiagnosticReport", "r9", "X-ray of knee", &json!({
                "effectiveDateTime": "2026-04-03", "conclusion": "All well.", "imagingStudy": [{ "reference": "ImagingStudy/i9" }],
            })),
            about("ImagingStudy", "i9", "", &json!({ "status": "available", "description": "Scan of the leg", "started": "2026-04-03" })),
        ]).await;
        let mut sam = app.signed_in(SAM).await;
        let report = opened(&mut sam, "/record/results", "X-ray of knee").await;
        report.says("Pictures and scans").says("These came with it:").does_not_say("Part of a report");
        let scan = sam.get(&link_to(&report, "Scan of the leg")).await;
        scan.says("Part of a report").says("This came with:").does_not_say("Pictures and scans");
        link_to(&scan, "X-ray of knee");
    }

    async fn in_easy_words_a_result_says_where_it_stands_and_loses_nothing(place: &Place) {
        let (app, ..) = town(place).await;
        let mut sam = app.signed_in(SAM).await;
        sam.post("/account/display", &[("settings", "easy-read")]).await;
        let list = sam.get("/record/results").await;
        list.says("These are results of tests. Open one to read what it says. The newest is at the top.").says("sh-easy-picture");
        list.says("Tests that are not back yet").says("1 outside the range given");
        let report = opened(&mut sam, "/record/results", "Kidney tests").await;
        report.says("This is the result of a test.").says("This is an early result. It may change.");
        let potassium = sam.get(&link_to(&report, "Potassium")).await;
        potassium.says("The number is higher than the lab expects. Ask a doctor what it means.");
        potassium.says("Above the range given").says("The laboratory\u{2019}s range is 3.5 to 5.3 mmol/L.").does_not_say("as it should be");
        let order = opened(&mut sam, "/record/results", "Liver tests").await;
        order.says("This test was asked for. The result is not here yet.").does_not_say("This is the result of a test.");
        let trend = sam.get(&link_to(&potassium, "See this over time")).await;
        trend.says("These are results of one test over time. Ask a doctor what they mean.").says("sh-easy-picture");
        trend.says("The newest is 6.1 mmol/L, on 3 October 2026. The number is higher than the lab expects. Ask a doctor what it means.");
        trend.says("The one before was 4.9 mmol/L, on 2 May 2026.").does_not_say("above the range that the laboratory gave").says("Every result");
    }

    async fn another_result_is_drawn_and_listed_below_over_the_same_time(place: &Place) {
        let (app, ..) = town(place).await;
        let mut sam = app.signed_in(SAM).await;
        let report = opened(&mut sam, "/record/results", "Kidney tests").await;
        let potassium = sam.get(&link_to(&report, "Potassium")).await;
        let here = link_to(&potassium, "See this over time");
        let alone = sam.get(&here).await;
        // Its results are of less than a year: no stretch of time shows less than all of them.
        alone.does_not_say("<select").does_not_say("10 years").does_not_say(">Closer<").says("Newest first");
        let choosing = sam.get(&link_to(&alone, "Show another result with it").replace("&amp;", "&")).await;
        choosing.says("Which other result?").says(">Glucose</option>").says(">Sodium</option>").does_not_say(">Potassium</option>");
        let option = choosing.body.split("<option value=\"").find(|part| part.split("</option>").next().unwrap().ends_with(">Glucose")).unwrap();
        let glucose = option.split('"').next().unwrap();
        let both = sam.get(&format!("{here}?span=all&with={glucose}")).await;
        both.says("Potassium, newest first").says("Blood sugar, newest first").says("Blood sugar by itself").does_not_say("Glucose, newest first");
        both.says("The 2 before it were in the range that the laboratory gave. Blood sugar: There is 1 result: 5.5 mmol/L, on 3 June 2026.");
        assert_eq!((both.body.matches("<h1").count(), both.body.matches("<table").count()), (1, 2));
        assert!(!both.body.contains("style=\""));
        // Other stretches of time keep it, and the same thing or an unknown one is as if it was not asked for.
        both.says(&format!("span=five&amp;with={glucose}"));
        for none in ["", "x", "00000000-0000-4000-8000-000000000007"] {
            let answer = sam.get(&format!("{here}?span=all&with={none}")).await;
            assert_eq!((answer.status, answer.body.matches("<table").count()), (StatusCode::OK, 1), "{none}");
        }
    }

    async fn what_is_measured_at_home_of_the_same_thing_is_drawn_and_listed_apart(place: &Place) {
        let (app, person, me) = town(place).await;
        import(&app, person, &[measured("sugar2", "14749-6", "Glucose", "2026-03-03", &mmol(5.1), Some(["3.0", "6.0"]))]).await;
        let mut sam = app.signed_in(SAM).await;
        let here = format!("{}/trend", link_to(&sam.get("/record/results").await, "Glucose"));
        let said = "Your last 2 were in the range that the laboratory gave. The newest is 5.5 mmol/L, on 3 June 2026.";
        sam.get(&here).await.says(said).does_not_say("measured at home");
        for (number, day) in [("7.2", "1"), ("19.4", "1"), ("6.1", "2")] {
            let form = ReadingForm {
                numbers: vec![number.to_owned()],
                day: [day, "9", "2026"].map(str::to_owned),
                time: format!("{day}pm"),
                submission: app.services.core.new_id().to_string(),
                ..ReadingForm::default()
            };
            app.services.readings.add(&me, person, Measure::Glucose, &form).await.unwrap();
        }
        let offered = sam.get(&here).await;
        offered.says("Newest first").does_not_say("Where from");
        let both = sam.get(&link_to(&offered, "Show blood sugar measured at home too").replace("&amp;", "&")).await;
        both.says(said).says("Blood sugar, newest first").says("Blood sugar measured at home, newest first").says("Where from");
        both.says("3 readings from 1 September 2026 to 2 September 2026.").says("7.2 to 19.4 mmol/L").says("Blood sugar measured at home (mmol/L)");
        both.says("These readings were taken at home, not in a laboratory.").says("sh-chart__line sh-chart__line--second");
        assert_eq!(both.body.matches(">Blood sugar measured at home (mmol/L)<").count(), 1, "{}", both.body);
        assert_eq!((both.body.matches("<figure").count(), both.body.matches("<h1").count(), both.body.matches("sh-chart__band").count()), (2, 1, 1));
        assert!(!both.body.contains("style=\""));
        link_to(&both, "All readings of blood sugar");
        let without = sam.get(&link_to(&both, "Leave out blood sugar measured at home").replace("&amp;", "&")).await;
        without.says(said).does_not_say("Where from");
        // At work there is the same way to all of them.
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        let mut gp = app.signed_in(GP).await;
        let entry = here.trim_end_matches("/trend").rsplit('/').next().unwrap();
        let at_work = gp.get(&format!("/team/people/{person}/entries/{entry}/trend?span=all&own=yes")).await;
        let all = link_to(&at_work, "All readings of blood sugar");
        assert_eq!(all, format!("/team/people/{person}/readings/blood-glucose"));
        gp.get(&all).await.says("19.4 mmol/L");
    }

    async fn what_no_laboratory_measures_is_not_said_to_be_a_laboratorys(place: &Place) {
        let (app, person, me) = town(place).await;
        let kilos = json!({ "value": 80, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg" });
        import(&app, person, &[measured("weight", "29463-7", "Body weight", "2026-03-03", &kilos, None)]).await;
        let form = ReadingForm {
            numbers: vec!["79".to_owned()],
            submission: app.services.core.new_id().to_string(),
            ..ReadingForm::default()
        };
        app.services.readings.add(&me, person, Measure::Weight, &form).await.unwrap();
        let mut sam = app.signed_in(SAM).await;
        let entry = link_to(&sam.get("/record/results").await, "Body weight");
        let both = sam.get(&format!("{entry}/trend?span=all&own=yes")).await;
        both.says("These readings were taken at home. A range that came with a result is not meant for them.");
        both.says("79 kg").does_not_say("not in a laboratory");
    }

    async fn one_result_of_what_is_measured_at_home_too_can_be_seen_with_that(place: &Place) {
        let (app, person, me) = town(place).await;
        let mut sam = app.signed_in(SAM).await;
        opened(&mut sam, "/record/results", "Glucose").await.does_not_say("See this over time");
        let form = ReadingForm {
            numbers: vec!["7.2".to_owned()],
            submission: app.services.core.new_id().to_string(),
            ..ReadingForm::default()
        };
        app.services.readings.add(&me, person, Measure::Glucose, &form).await.unwrap();
        let glucose = opened(&mut sam, "/record/results", "Glucose").await;
        let trend = sam.get(&link_to(&glucose, "See this over time")).await;
        let both = sam.get(&link_to(&trend, "Show blood sugar measured at home too").replace("&amp;", "&")).await;
        both.says("There is 1 result: 5.5 mmol/L, on 3 June 2026.").says("1 reading on 3 November 2026: 7.2 mmol/L.").says("Where from");
    }

    async fn one_thing_over_time_is_said_drawn_and_listed(place: &Place) {
        let (app, ..) = town(place).await;
        let mut sam = app.signed_in(SAM).await;
        let report = opened(&mut sam, "/record/results", "Kidney tests").await;
        let potassium = sam.get(&link_to(&report, "Potassium")).await;
        let trend = sam.get(&link_to(&potassium, "See this over time")).await;
        trend.says("Potassium over time").says("The newest is 6.1 mmol/L, on 3 October 2026. It is 0.8 above the range that the laboratory gave (3.5 to 5.3 mmol/L).");
        trend.says("The 2 before it were in the range that the laboratory gave.").says("<svg").says("The green band shows the range");
        trend.says("In the range given").says("Every result");
        assert_eq!(trend.body.matches("<h1").count(), 1);
        assert!(!trend.body.contains("style=\""));
        let here = link_to(&potassium, "See this over time");
        sam.get(&format!("{here}?span=year")).await.says("Potassium over time");
        sam.get(&format!("{here}?span=nonsense&after=nonsense")).await.says("6.1 mmol/L");
        // One alone has a number line, and its value in the other unit.
        let glucose = opened(&mut sam, "/record/results", "Glucose").await;
        glucose.says("There this is 99 mg/dL, and the laboratory\u{2019}s range 54 to 108 mg/dL. We worked it out from 5.5 mmol/L.");
        glucose.does_not_say("See this over time");
        // Without a range nothing is said of a value.
        let sodium = sam.get(&link_to(&report, "Sodium")).await;
        for word in ["In the range", "Above the range", "Below the range"] {
            sodium.does_not_say(word);
        }
    }

    async fn a_value_below_its_range_that_is_called_normal_is_not_shown_as_good(place: &Place) {
        let (app, person, _) = town(place).await;
        let mut iron = measured("iron", "2276-4", "Ferritin", "2026-10-05", &json!({ "value": 5, "comparator": "<", "unit": "ug/L" }), Some(["15", "300"]));
        iron["interpretation"] = json!([{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "N", "display": "Normal",
        }] }]);
        import(&app, person, &[iron]).await;
        let mut sam = app.signed_in(SAM).await;
        sam.get("/record/results").await.says("Normal, but below the range given");
        let page = opened(&mut sam, "/record/results", "Ferritin").await;
        page.says("Normal, but below the range given").does_not_say("nhsuk-tag--good");
        page.says("but it is below the range that the laboratory gave").says("These do not agree. Ask whoever asked for the test which is right.");
    }

    async fn values_of_which_only_a_limit_is_known_are_drawn_up_to_the_newest(place: &Place) {
        let (app, person, _) = town(place).await;
        let less = |id: &str, at: &str| measured(id, "2823-3", "Potassium", at, &json!({
            "value": 1, "comparator": "<", "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L",
        }), None);
        import(&app, person, &[less("k4", "2026-10-28"), less("k5", "2026-11-02")]).await;
        let mut sam = app.signed_in(SAM).await;
        let report = opened(&mut sam, "/record/results", "Kidney tests").await;
        let potassium = sam.get(&link_to(&report, "Potassium")).await;
        let trend = sam.get(&link_to(&potassium, "See this over time")).await;
        assert_eq!(trend.body.matches("sh-chart__limit").count(), 2, "{}", trend.body);
        trend.says("A triangle that points down is a result that is less than the number where it stands.");
        trend.says("Nov 2026").does_not_say("points up").does_not_say("not in the picture").does_not_say("style=\"");
    }

    async fn a_newest_without_a_number_is_said_before_the_newest_number(place: &Place) {
        let (app, person, _) = town(place).await;
        let spoilt = about("Observation", "k4", "Potassium", &json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": "2823-3" }], "text": "Potassium" },
            "category": [{ "coding": [{ "code": "laboratory" }] }], "effectiveDateTime": "2026-10-28",
            "valueString": "Haemolysed: not reported",
        }));
        import(&app, person, &[spoilt]).await;
        let mut sam = app.signed_in(SAM).await;
        let report = opened(&mut sam, "/record/results", "Kidney tests").await;
        let potassium = sam.get(&link_to(&report, "Potassium")).await;
        let trend = sam.get(&link_to(&potassium, "See this over time")).await;
        trend.says("The newest, on 28 October 2026, is not a number: \u{201c}Haemolysed: not reported\u{201d}.");
        trend.says("The newest number is 6.1 mmol/L, on 3 October 2026.").does_not_say("The newest is 6.1");
        trend.says("The 2 numbers before it were in the range that the laboratory gave.");
    }

    async fn a_result_of_several_parts_is_drawn_part_by_part(place: &Place) {
        let (app, person, _) = town(place).await;
        import(&app, person, &[
            pressure("p1", "2026-02-01", 138, 84, false),
            pressure("p2", "2026-09-01", 152, 91, false),
            breathing("b1", "2026-02-03", "2.4"),
            breathing("b2", "2026-09-03", "2.1"),
        ]).await;
        let mut sam = app.signed_in(SAM).await;
        let entry = opened(&mut sam, "/record/results", "Blood pressure").await;
        let here = link_to(&entry, "See this over time");
        let trend = sam.get(&here).await;
        trend.does_not_say("laboratory\u{2019}s range").does_not_say("laboratory gave");
        trend.says("The newest is 152/91 mmHg, on 1 September 2026.").says("The one before it was 138/84 mmHg");
        trend.says("The dashed line is: Bottom number (diastolic).").says("Blood pressure (mmHg)").says("<svg");
        trend.says("sh-chart__line sh-chart__line--second").says("1 September 2026: Top number (systolic) 152 mmHg");
        assert_eq!((trend.body.matches("<figure").count(), trend.body.matches("<h1").count()), (1, 1), "{}", trend.body);
        trend.does_not_say("Its parts");
        trend.does_not_say("are counted here");
        sam.get(&format!("{here}?span=year")).await.says("152/91 mmHg").says(" Only results of the last year are counted here.");
        // A panel without a value of its own: each part has its picture, its sentence and its range.
        let entry = opened(&mut sam, "/record/results", "Breathing test").await;
        entry.says("Its parts");
        let trend = sam.get(&link_to(&entry, "See this over time")).await;
        trend.says("FEV1: The newest is 2.1 L, on 3 September 2026. It is 0.4 below the range that came with it (2.5 to 4 L).");
        trend.says("FVC: The newest is 3.9 L").says("FEV1 (L)").says("The green band shows").says("Several values");
        trend.says("Its parts").says("FEV1 2.1 L (2.5 to 4 L), Below the range given; FVC 3.9 L");
        // What is said of the parts is not denied of the whole.
        trend.says("See its parts").does_not_say("No range was given").does_not_say("Not said");
        assert_eq!(trend.body.matches("class=\"sh-unbroken\"").count(), 2, "no date breaks within a word: {}", trend.body);
        assert_eq!(trend.body.matches("<figure").count(), 2, "{}", trend.body);
        assert!(!trend.body.contains("style=\""));
    }

    async fn a_limit_is_drawn_in_a_panel_and_in_what_is_shown_with_it(place: &Place) {
        let (app, person, _) = town(place).await;
        let mut less = breathing("b3", "2026-10-03", "2");
        less["component"][0]["valueQuantity"]["comparator"] = json!("<");
        let potassium = measured("k4", "2823-3", "Potassium", "2026-10-28", &json!({
            "value": 1, "comparator": "<", "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L",
        }), None);
        import(&app, person, &[breathing("b1", "2026-02-03", "2.4"), breathing("b2", "2026-09-03", "2.1"), less, potassium]).await;
        let mut sam = app.signed_in(SAM).await;
        let entry = opened(&mut sam, "/record/results", "Breathing test").await;
        let here = link_to(&entry, "See this over time");
        let trend = sam.get(&here).await;
        assert_eq!((trend.body.matches("<figure").count(), trend.body.matches("sh-chart__limit").count()), (2, 1), "{}", trend.body);
        trend.says("A triangle that points down is a result that is less than the number where it stands.");
        trend.says("3 October 2026: FEV1 ").does_not_say("points up").does_not_say("not in the picture");
        let report = opened(&mut sam, "/record/results", "Kidney tests").await;
        let other = link_to(&report, "Potassium");
        let both = sam.get(&format!("{here}?span=all&with={}", other.rsplit('/').next().unwrap())).await;
        assert_eq!(both.body.matches("<figure").count(), 3, "{}", both.body);
        // Each in the colour of its line, and no picture says what stands above it once more.
        let classes = ["class=\"sh-chart__limit\"", "class=\"sh-chart__limit sh-chart__limit--second\""];
        assert_eq!(classes.map(|class| both.body.matches(class).count()), [1, 1], "{}", both.body);
        both.says("<h3 class=\"nhsuk-heading-s\">Potassium (mmol/L)</h3>");
        assert_eq!(both.body.matches(">Potassium (mmol/L)<").count(), 1, "{}", both.body);
    }

    async fn a_part_of_a_panel_says_its_value_in_the_other_unit_too(place: &Place) {
        let (app, person, _) = town(place).await;
        let parts = json!([part("14682-9", "Creatinine", &json!(88), "umol/L", Some(["59", "104"])), part("2951-2", "Sodium", &json!(140), "mmol/L", None)]);
        let panel = about("Observation", "panel", "Kidney panel", &json!({
            "category": [{ "coding": [{ "code": "laboratory" }] }], "effectiveDateTime": "2026-09-03", "component": parts,
        }));
        import(&app, person, &[panel]).await;
        let mut sam = app.signed_in(SAM).await;
        opened(&mut sam, "/record/results", "Kidney panel").await.says("Its parts").says("or 1.00 mg/dL");
    }

    async fn a_part_of_a_panel_is_over_time_with_what_was_measured_by_itself(place: &Place) {
        let (app, person, _) = town(place).await;
        let panel = about("Observation", "lipids", "Lipid panel", &json!({
            "code": { "coding": [{ "system": "http://loinc.org", "code": "57698-3" }], "text": "Lipid panel" },
            "category": [{ "coding": [{ "code": "laboratory" }] }], "effectiveDateTime": "2026-09-03",
            "component": [part("14646-4", "HDL", &json!(1.4), "mmol/L", Some(["0.9", "2.1"]))],
        }));
        let alone = measured("hdl", "2085-9", "HDL cholesterol", "2026-02-01", &json!({ "value": 50, "unit": "mg/dL" }), None);
        import(&app, person, &[panel, alone]).await;
        let mut sam = app.signed_in(SAM).await;
        let entry = opened(&mut sam, "/record/results", "HDL cholesterol").await;
        let trend = sam.get(&link_to(&entry, "See this over time")).await;
        trend.says("Good cholesterol (HDL) over time").says("Called in the record: HDL cholesterol").says("The newest is 1.4 mmol/L, on 3 September 2026. It is in the range that the laboratory gave (0.9 to 2.1 mmol/L).");
        trend.says("The one before it was 50 mg/dL (1.3 mmol/L), on 1 February 2026.").says("<svg").says("In the unit of the newest");
        trend.says("in \u{201c}Lipid panel\u{201d}");
        // And leads to its panel.
        let list = sam.get("/record/results").await;
        let panel = link_to(&list, "Lipid panel");
        assert!(trend.body.contains(&format!("\"{panel}\"")), "{panel} in {}", trend.body);
        // From there its part leads to the same line, which stays that of the part.
        list.says("Good cholesterol (HDL) 1.4 mmol/L");
        let panel = sam.get(&panel).await;
        // Its own name stands below the plain one.
        panel.says("Good cholesterol (HDL)").says("class=\"sh-entry__also\">HDL</span>");
        let here = link_to(panel.says("Its parts"), "See this over time");
        assert!(here.ends_with("/trend?part=0"), "{here}");
        let trend = sam.get(&here).await;
        trend.says("Good cholesterol (HDL) over time").says("Called in the record: HDL cholesterol").says("The one before it was 50 mg/dL (1.3 mmol/L)").says("part=0");
        sam.get(&format!("{here}&choose=yes")).await.says("name=\"part\"");
        assert_eq!(sam.get(&here.replace("part=0", "part=1")).await.status, StatusCode::NOT_FOUND);
        // Whoever gives care reads the names of the laboratories, in words and pictures.
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        let mut gp = app.signed_in(GP).await;
        let list = gp.get(&format!("/team/people/{person}/record/results")).await;
        list.says("HDL 1.4 mmol/L").does_not_say("Good cholesterol (HDL) 1.4");
        let panel = gp.get(&link_to(&list, "Lipid panel")).await;
        panel.says("HDL").does_not_say("Good cholesterol (HDL)");
        gp.get(&link_to(&panel, "See this over time")).await.says("HDL cholesterol over time").does_not_say("Good cholesterol");
    }

    async fn what_was_said_of_one_number_of_a_pressure_stands_with_that_number(place: &Place) {
        let (app, person, _) = town(place).await;
        import(&app, person, &[pressure("p1", "2026-02-01", 138, 84, true), pressure("p2", "2026-09-01", 152, 84, true)]).await;
        let mut sam = app.signed_in(SAM).await;
        let entry = opened(&mut sam, "/record/results", "Blood pressure").await;
        let trend = sam.get(&link_to(&entry, "See this over time")).await;
        trend.says("Top number (systolic): The newest is 152 mmHg, on 1 September 2026. It is 12 above the range");
        trend.says("Bottom number (diastolic): The newest is 84 mmHg, on 1 September 2026. No range came with it");
        assert_eq!(trend.body.matches("<figure").count(), 1, "{}", trend.body);
    }

    async fn a_panel_says_its_values_in_the_list_in_the_order_of_its_laboratory_and_who_sent_it(place: &Place) {
        let (app, person, _) = town(place).await;
        let value = |code: &str, words: &str, number: Value, range: Option<[&str; 2]>| part(code, words, &number, "mmol/L", range);
        let parts = json!([
            value("2951-2", "Sodium", json!(140), None),
            value("2823-3", "Potassium", json!(4.1), Some(["3.5", "5.3"])),
            value("2075-0", "Chloride", json!(101), None),
            value("22664-7", "Urea", json!(5.2), None),
            value("2000-8", "Calcium", json!(2.9), Some(["2.2", "2.6"])),
        ]);
        let panel = about("Observation", "panel", "Salts and calcium", &json!({
            "category": [{ "coding": [{ "code": "laboratory" }] }], "effectiveDateTime": "2026-09-03", "component": parts,
        }));
        import(&app, person, &[panel, pressure("p1", "2026-02-01", 138, 84, true)]).await;
        let mut sam = app.signed_in(SAM).await;
        let list = sam.get("/record/results").await;
        list.says("Sodium (salt) 140 mmol/L; Potassium 4.1 mmol/L; Chloride 101 mmol/L; Calcium 2.9 mmol/L, Above the range given; and 1 more");
        // What says its numbers together says them once.
        list.does_not_say("Systolic");
        let row = list.body.split("Salts and calcium</a>").nth(1).unwrap().split("</li>").next().unwrap();
        assert!(row.contains("1 outside the range given") && row.contains("Sent by Riverside Surgery"), "{row}");
    }

    async fn a_range_that_came_in_two_units_is_drawn_as_one(place: &Place) {
        let (app, person, _) = town(place).await;
        let by_mass = |id: &str, at: &str, range: [&str; 2]| {
            let quantity = json!({ "value": 90, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL" });
            measured(id, "2345-7", "Glucose", at, &quantity, Some(range))
        };
        import(&app, person, &[by_mass("sugar2", "2026-03-03", ["54", "108"])]).await;
        let mut sam = app.signed_in(SAM).await;
        let here = format!("{}/trend", link_to(&sam.get("/record/results").await, "Glucose"));
        let trend = sam.get(&here).await;
        trend.says("The green band shows the range that the laboratory gave with every one of these results.");
        trend.says("With some of them it came in another unit: worked out, it is the same range.").says("sh-chart__band");
        import(&app, person, &[by_mass("sugar3", "2026-02-03", ["60", "108"])]).await;
        sam.get(&here).await.says("The laboratories gave different ranges, or none, so no range is drawn.").does_not_say("sh-chart__band");
    }

    async fn a_value_that_is_reported_as_wrong_is_marked_in_its_report_and_over_time(place: &Place) {
        let (app, person, me) = town(place).await;
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        app.staff(MANAGER, "Y90001", StaffRole::Manager).await;
        let lines = app.services.records.list(&me, person, Category::Result, Which::All, None).await.unwrap().lines;
        let potassium = lines.iter().find(|line| line.title == "Potassium").unwrap().id;
        let form = CorrectionForm {
            wrong: "This is not mine".to_owned(),
            seen: "1".to_owned(),
            submission: app.services.core.new_id().to_string(),
            ..CorrectionForm::default()
        };
        app.services.corrections.report(&me, person, potassium, &form).await.unwrap();
        let (mut gp, mut manager, mut sam) = (app.signed_in(GP).await, app.signed_in(MANAGER).await, app.signed_in(SAM).await);
        let report = opened(&mut gp, &format!("/team/people/{person}/record/results"), "Kidney tests").await;
        let table = report.body.split("In the order of the report").nth(1).unwrap().split("</table>").next().unwrap();
        let row = table.split("<tr").find(|row| row.contains("Reported as wrong")).unwrap();
        assert!(row.contains("Potassium") && table.matches("Reported as wrong").count() == 1, "{table}");
        let here = format!("/team/people/{person}/entries/{potassium}/trend");
        let trend = gp.get(&here).await;
        trend.says("1 result here is reported as wrong. It is marked in the table.");
        let row = trend.body.split("<tr").find(|row| row.contains("Reported as wrong")).unwrap();
        assert!(row.contains("6.1 mmol/L") && trend.body.matches("Reported as wrong").count() == 1, "{}", trend.body);
        let spots = trend.body.split("data-spots=\"").nth(1).unwrap().split('"').next().unwrap();
        let spot = spots.lines().find(|line| line.ends_with(", reported as wrong")).unwrap();
        assert!(spot.contains("6.1 mmol/L") && spots.matches("reported as wrong").count() == 1, "{spots}");
        // To nobody else at work: not to somebody who does not answer it.
        manager.get(&here).await.does_not_say("eported as wrong");
        // Whoever it is about reads the same, until it is over.
        let own_trend = format!("/record/entries/{potassium}/trend");
        let own = opened(&mut sam, "/record/results", "Kidney tests").await;
        let row = own.body.split("<tr").find(|row| row.contains("Reported as wrong")).unwrap();
        assert!(row.contains("Potassium") && own.body.matches("Reported as wrong").count() == 1, "{}", own.body);
        let trend = sam.get(&own_trend).await;
        trend.says("1 result here is reported as wrong. It is marked in the table.").says(", reported as wrong");
        assert_eq!(trend.body.matches("Reported as wrong").count(), 1, "{}", trend.body);
        let one = app.services.corrections.list(&me, person).await.unwrap().0.remove(0);
        app.services.corrections.withdraw(&me, person, (one.id, one.version)).await.unwrap();
        opened(&mut sam, "/record/results", "Kidney tests").await.does_not_say("eported as wrong");
        sam.get(&own_trend).await.says("6.1 mmol/L").does_not_say("eported as wrong");
    }

    async fn at_work_and_in_a_preview_the_same_values_are_open(place: &Place) {
        let (app, sam, actor) = town(place).await;
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        let mut gp = app.signed_in(GP).await;
        let list = gp.get(&format!("/team/people/{sam}/record/results")).await;
        list.says("Tests that are not back yet").says("1 outside the range given");
        let report = gp.get(&link_to(&list, "Kidney tests")).await;
        report.says("In the order of the report");
        let potassium = gp.get(&link_to(&report, "Potassium")).await;
        gp.get(&link_to(&potassium, "See this over time")).await.says("Every result").says("6.1 mmol/L");
        assert_eq!(gp.get(&link_to(&report, "Download the file")).await.body, "Hello Sam");
        let lines = app.services.records.list(&actor, sam, Category::Result, Which::All, None).await.unwrap().lines;
        let sodium = lines.iter().find(|line| line.title == "Sodium").unwrap().id;
        app.services.hidings.hide_entry(&actor, sam, sodium, HiddenFrom::All).await.unwrap();
        let mut owner = app.signed_in(SAM).await;
        opened(&mut owner, "/record/results", "Kidney tests").await.says("Sodium");
    }
}

/// What a browser shows of a page, without marks.
fn text_of(html: &str) -> String {
    let main = html.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or(html);
    let mut out = String::new();
    let mut inside = true;
    for letter in main.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => out.push(letter),
            _ => {}
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn every_result_of_the_synthea_records_is_shown_in_words() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let operator = Actor::Operator;
    let at = app.services.organisations.ensure(&operator, "Y9S01", "Synthea", OrganisationKind::Practice).await.unwrap().id;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/synthea");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".json.gz"));
    files.sort();
    assert_eq!(files.len(), 25);
    let (mut reports, mut trends) = (0, 0);
    for (number, path) in files.iter().enumerate() {
        let file = std::fs::File::open(path).unwrap();
        let request = ImportRequest { organisation: at, expected: None };
        let person = app.services.imports.import(&operator, file, request).await.unwrap().person;
        let email = format!("synthea{number}@example.org");
        app.account(&email, Some(person)).await;
        let mut browser = app.signed_in(&email).await;
        let mut page = browser.get("/record/results").await;
        let mut entries = BTreeSet::new();
        loop {
            assert_eq!(page.status, StatusCode::OK);
            let links = page.body.split("href=\"/record/entries/").skip(1).map(|part| part.split('"').next().unwrap().to_owned());
            entries.extend(links);
            match page.body.split("href=\"/record/results?after=").nth(1) {
                Some(rest) => page = browser.get(&format!("/record/results?after={}", rest.split('"').next().unwrap())).await,
                None => break,
            }
        }
        // Every one of them.
        for (nth, entry) in entries.iter().enumerate() {
            let shown = browser.get(&format!("/record/entries/{entry}")).await;
            assert_eq!(shown.status, StatusCode::OK);
            let is_report = shown.body.contains("In the order of the report");
            reports += usize::from(is_report);
            let text = text_of(&shown.body);
            let before_codes = text.split("The medical code").next().unwrap();
            assert!(before_codes.contains("Recorded by"), "{entry} of {} does not say who: {before_codes}", path.display());
            for raw in ["mm[Hg]", "{score}", "10*", "urn:uuid", "loinc.org", "http://", "1.73_m2", "umol/L"] {
                assert!(!before_codes.contains(raw), "{raw} in {entry} of {}: {before_codes}", path.display());
            }
            if is_report && nth < 12 {
                let member = shown.body.split("In the order of the report").nth(1).unwrap();
                let member = member.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
                let value = browser.get(member).await;
                value.says("Part of a report");
                if value.body.contains("See this over time") {
                    let trend = browser.get(&format!("{member}/trend")).await;
                    trend.says("Every result");
                    assert!(
                        ["gave no range", "No range came with it"].iter().any(|said| trend.body.contains(said)),
                        "{}",
                        trend.body
                    );
                    trends += 1;
                }
            }
        }
    }
    assert!(reports > 150 && trends > 20, "{reports} reports, {trends} over time");
    place.clear().await;
}
