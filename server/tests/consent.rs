//! What people share with organisations, and emergencies, as a browser without script does it.

use crate::common::TestApp;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta};
use domain::PersonId;
use domain::access::Actor;
use domain::record::{Category, Sensitivity};
use domain::team::StaffRole;
use service::{ImportRequest, OrganisationKind, Which};
use std::io::Cursor;
use testkit::Place;

const ALL: &str = "general mental sexual social";

/// A page's own form, with an id that was not sent before.
fn choice<'a>(app: &TestApp, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let mut form: Vec<_> = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    form.push(("submission", app.services.core.new_id().to_string()));
    form
}

fn refs<'a>(form: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    form.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Sam, with something private that a hospital wrote.
async fn sam(app: &TestApp) -> PersonId {
    let person = app.person("999 000 0018", "Rivers", "Asthma").await;
    let operator = Actor::Operator;
    let hospital = app.services.organisations.ensure(&operator, "Y9H01", "Prunella Vale Hospitals", OrganisationKind::Hospital);
    let bundle = r#"{"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"h1",
          "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],
          "name":[{"family":"Rivers","given":["Sam"]}],"birthDate":"1980-03-31"}},
        {"resource":{"resourceType":"Condition","id":"hc1","subject":{"reference":"Patient/h1"},
          "code":{"text":"Low mood"},"onsetDateTime":"2020-05-01","clinicalStatus":{"coding":[{"code":"active"}]}}}]}"#;
    let request = ImportRequest { organisation: hospital.await.unwrap().id, expected: None };
    app.services.imports.import(&operator, Cursor::new(bundle.as_bytes().to_vec()), request).await.unwrap();
    let account = app.account("sam@example.org", Some(person)).await;
    let owner = Actor::Account { id: account, assurance: domain::access::Assurance::SecondStep };
    let page = app.services.records.list(&owner, person, Category::Problem, Which::All, None).await.unwrap();
    let id = page.lines.iter().find(|line| line.title == "Low mood").unwrap().id;
    app.services.hidings.relabel(&owner, person, id, Some(Sensitivity::Mental)).await.unwrap();
    person
}

testkit::both_engines! {
    async fn a_person_chooses_and_takes_back_and_the_practice_sees_less_and_more(place: &Place) {
        let app = TestApp::over(place);
        let person = sam(&app).await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let mut gp = app.signed_in("gp@example.org").await;
        let problems = format!("/team/people/{person}/record/problems");
        gp.get(&problems).await.says("Asthma").says("Low mood");
        gp.get(&format!("/team/people/{person}")).await.says("They have not chosen here. The NHS keeps it unless they said no elsewhere");

        let mut browser = app.signed_in("sam@example.org").await;
        let page = browser.get("/sharing/services").await;
        page.says("What services can see").says("GP surgery: they see everything").says("The fuller summary, unless you said no to your GP surgery").says("You have not chosen here. You can answer now, or leave it.");
        page.says("NHS 111 or out-of-hours service: they see everything").says("Hospice: they see everything");
        page.says("Yes: you are counted, without your name").says("href=\"/sharing/people\"").does_not_say("What is new");
        browser.get("/sharing/people").await.says("href=\"/sharing/services\"");
        browser.get("/sharing/services/receipts").await.says("No choices yet");

        let less = choice(&app, &[("purpose", "direct-care"), ("kind", "practice"), ("notice", "2"), ("labels", "general"), ("labels", "social")]);
        let after = browser.post_and_follow("/sharing/services", &refs(&less)).await;
        after.says("Your choice was saved").says("GP surgery: they see general health and social care");
        // The form that changes it is on no paper, and the choice is.
        after.says("<p class=\"sh-print-only\">GP surgery: they see general health and social care. You chose this on ");
        gp.get(&problems).await.says("Asthma").does_not_say("Low mood");
        // Sent again, it is the same choice.
        browser.post_and_follow("/sharing/services", &refs(&less)).await.says("GP surgery: they see general health and social care");

        let nothing = choice(&app, &[("purpose", "direct-care"), ("kind", "practice"), ("notice", "2"), ("labels", "general"), ("nothing", "true")]);
        browser.post_and_follow("/sharing/services", &refs(&nothing)).await.says("GP surgery: they see nothing that others wrote");
        gp.get(&problems).await.says("Asthma").does_not_say("Low mood");

        let mut all = vec![("purpose", "direct-care"), ("kind", "practice"), ("notice", "2")];
        all.extend(ALL.split(' ').map(|label| ("labels", label)));
        let all = choice(&app, &all);
        browser.post_and_follow("/sharing/services", &refs(&all)).await.says("GP surgery: they see everything");
        gp.get(&problems).await.says("Low mood");

        let yes = choice(&app, &[("purpose", "summary"), ("kind", ""), ("notice", "1"), ("labels", ALL)]);
        browser.post_and_follow("/sharing/services", &refs(&yes)).await.says("Yes: the fuller summary");
        gp.get(&format!("/team/people/{person}")).await.says("Fuller summary for urgent care").says("Yes, they want it");
        let summary = browser.get("/record/summary").await;
        summary.says("Core NHS summary").says("Additional information").says("You said yes to the fuller summary.");
        summary.says("We asked Riverside Surgery to record your choice. It has not said yet that it did.");
        summary.says("The short one would leave out what is on this page about: health problems now");
        let list = gp.get("/team").await;
        list.says("A choice about the Summary Care Record to record");
        let id = list.body.split_once("/team/work/").unwrap().1.split('"').next().unwrap().to_owned();
        let item = gp.get(&format!("/team/work/{id}")).await;
        item.says("Medicines, allergies, adverse reactions and additional information").says("It is in our own system now");
        let no = choice(&app, &[("purpose", "planning"), ("kind", ""), ("notice", "1"), ("labels", "")]);
        browser.post_and_follow("/sharing/services", &refs(&no)).await.says("No: you are not counted").says("Count me");

        let receipts = browser.get("/sharing/services/receipts").await;
        receipts.says("This holds").says("You chose anew since").says("Version 2, from 1 October 2026").says("GP surgery");
        assert_eq!(receipts.body.matches("What we told you").count(), 5);
        for forged in [
            vec![("purpose", "direct-care"), ("kind", "shop"), ("notice", "2"), ("labels", "general")],
            vec![("purpose", "planning"), ("kind", ""), ("notice", "1"), ("labels", "general")],
            vec![("purpose", "emergency"), ("kind", ""), ("notice", "1"), ("closed", "nonsense")],
            vec![("purpose", "nonsense")],
        ] {
            let form = choice(&app, &forged);
            browser.post_and_follow("/sharing/services", &refs(&form)).await.says("The page was not whole");
        }
        assert_eq!(browser.get("/sharing/services/receipts").await.body.matches("What we told you").count(), 5);
    }

    async fn who_wants_no_summary_is_told_of_no_fuller_one(place: &Place) {
        let app = TestApp::over(place);
        sam(&app).await;
        let mut browser = app.signed_in("sam@example.org").await;
        let no = choice(&app, &[("purpose", "summary-at-all"), ("kind", ""), ("notice", "1"), ("labels", "")]);
        let page = browser.post_and_follow("/sharing/services", &refs(&no)).await;
        page.says("No: no summary at all").says("None: you want no summary at all");
        page.does_not_say("The fuller summary, unless you said no to your GP surgery");
    }

    async fn a_notice_that_changed_says_so_first(place: &Place) {
        let app = TestApp::over(place);
        app.clock.set(DateTime::parse_from_rfc3339("2026-09-15T10:00:00Z").unwrap().to_utc());
        sam(&app).await;
        let mut browser = app.signed_in("sam@example.org").await;
        let no = choice(&app, &[("purpose", "direct-care"), ("kind", "hospital"), ("notice", "1"), ("labels", "")]);
        browser.post_and_follow("/sharing/services", &refs(&no)).await.says("Your choice was saved").does_not_say("What is new");

        app.clock.set(DateTime::parse_from_rfc3339("2026-10-02T10:00:00Z").unwrap().to_utc());
        let mut browser = app.signed_in("sam@example.org").await;
        browser.get("/").await.does_not_say("What is new since you chose");
        let page = browser.get("/sharing/services").await;
        page.says("What is new since you chose").says("one by one").says("version 2, from 1 October 2026");
        let at = |text: &str| page.body.find(text).unwrap();
        assert!(at("What is new since") < at("action=\"/sharing/services\""), "it is said first");
        let old = choice(&app, &[("purpose", "direct-care"), ("kind", "hospital"), ("notice", "1"), ("labels", "general")]);
        browser.post_and_follow("/sharing/services", &refs(&old)).await.says("Read what is new, then choose again");
        let new = choice(&app, &[("purpose", "direct-care"), ("kind", "hospital"), ("notice", "2"), ("labels", "general")]);
        browser.post_and_follow("/sharing/services", &refs(&new)).await.does_not_say("What is new since you chose");
    }

    async fn an_emergency_opens_is_told_is_checked_and_ends(place: &Place) {
        let app = TestApp::over(place);
        let person = sam(&app).await;
        app.services.organisations.ensure(&Actor::Operator, "Y9H02", "Elm Hospital", OrganisationKind::Hospital).await.unwrap();
        app.staff("eve@example.org", "Y9H02", StaffRole::Clinician).await;
        app.staff("priya@example.org", "Y9H02", StaffRole::PrivacyOfficer).await;
        app.staff("desk@example.org", "Y9H02", StaffRole::Reception).await;
        let mut browser = app.signed_in("sam@example.org").await;
        let closed = choice(&app, &[("purpose", "emergency"), ("kind", ""), ("notice", "1"), ("closed", "mental")]);
        browser.post_and_follow("/sharing/services", &refs(&closed)).await.says("Closed even in an emergency: mental health");

        let mut eve = app.signed_in("eve@example.org").await;
        eve.get("/team/people").await.does_not_say("This is an emergency");
        let found = eve.post_and_follow("/team/people", &[("nhs_number", "999 000 0018"), ("reason", "care")]).await;
        found.says("Nobody found").says("href=\"/team/emergency\"").says("This is an emergency");
        let here = format!("/team/people/{person}");
        assert_eq!(eve.get(&here).await.status, StatusCode::NOT_FOUND);
        eve.get("/team/emergency").await.says("Only to keep somebody safe now");

        let who = [("birth_date_day", "31"), ("birth_date_month", "3"), ("birth_date_year", "1980")];
        let why = [("reason", "cannot-say"), ("text", "Found at the bus stop and does not answer")];
        // Without a reason, somebody who exists and somebody who does not look the same.
        let mut answers = Vec::new();
        for number in ["999 000 0018", "999 000 0026"] {
            let mut fields = who.to_vec();
            fields.push(("nhs_number", number));
            let form = choice(&app, &fields);
            let answer = eve.post_and_follow("/team/emergency", &refs(&form)).await;
            answer.says("Choose why you have to open the record");
            let id = answer.body.split("name=\"submission\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            answers.push(answer.body.replace(number, "").replace(&id, ""));
        }
        assert_eq!(answers[0], answers[1]);
        let nobody = choice(&app, &[&who[..], &why[..], &[("nhs_number", "999 000 0026")]].concat());
        eve.post_and_follow("/team/emergency", &refs(&nobody)).await.says("Nobody here has this number and this date of birth");

        let form = choice(&app, &[&who[..], &why[..], &[("nhs_number", "999 000 0018")]].concat());
        let band = "Opened in an emergency until 2:4";
        let opened = eve.post_and_follow("/team/emergency", &refs(&form)).await;
        opened.says("The record is open until").says(band).says("Sam Rivers").does_not_say("Check who they are");
        let list = eve.get(&format!("{here}/record/problems")).await;
        list.says(band).says("Asthma").does_not_say("Low mood");
        let at = list.body.find("/entries/").unwrap();
        let entry = list.body[at + "/entries/".len()..].split('"').next().unwrap().to_owned();
        eve.get(&format!("{here}/entries/{entry}")).await.says(band).says("Asthma");
        assert_eq!(eve.get(&format!("{here}/identity")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(eve.get("/team/emergencies").await.status, StatusCode::NOT_FOUND);

        // The person is told at once, by mail and in their list.
        let link = app.mailed_link("sam@example.org").await;
        assert_eq!(link, "/activity");
        browser.get("/activity").await.says("opened your record in an emergency, because you could not be asked").says("Elm Hospital");

        let mut priya = app.signed_in("priya@example.org").await;
        assert_eq!(priya.get("/team/emergency").await.status, StatusCode::NOT_FOUND);
        priya.get("/team").await.says("href=\"/team/emergencies\"");
        let seen = priya.get("/team/emergencies").await;
        seen.says("Sam Rivers").says("Found at the bus stop").says("They are unconscious or cannot say").says("Nobody yet");
        let at = seen.body.find("/team/emergencies/").unwrap();
        let check = seen.body[at..].split('"').next().unwrap().to_owned();
        priya.post_and_follow(&check, &[]).await.does_not_say("Nobody yet").does_not_say("I have looked at this");
        let mut desk = app.signed_in("desk@example.org").await;
        for page in ["/team/emergency", "/team/emergencies"] {
            assert_eq!(desk.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
        }

        // Four hours by the clock, and it is over.
        app.clock.advance(TimeDelta::hours(4));
        let mut eve = app.signed_in("eve@example.org").await;
        for page in [here.clone(), format!("{here}/record/problems"), format!("{here}/entries/{entry}")] {
            let answer = eve.get(&page).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
            answer.does_not_say("Rivers").does_not_say("Asthma");
        }
        let again = choice(&app, &[&who[..], &why[..], &[("nhs_number", "999 000 0018")]].concat());
        eve.post_and_follow("/team/emergency", &refs(&again)).await.says("Sam Rivers");
        eve.post_and_follow(&format!("{here}/emergency/close"), &[]).await.says("You closed the record");
        assert_eq!(eve.get(&here).await.status, StatusCode::NOT_FOUND);
    }
}
