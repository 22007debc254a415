//! What people at work in a care team do, as a browser without script does it.

use crate::common::{PASSWORD, TestApp};
use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::team::StaffRole;
use service::{ApplyForm, OrganisationKind, StaffForm};
use testkit::Place;

async fn actions(app: &TestApp, person: PersonId) -> Vec<Action> {
    let (items, _) = app.services.activity.of_record(&Actor::Operator, person, None).await.unwrap();
    items.into_iter().map(|item| item.action).collect()
}

const FIND: &[(&str, &str)] = &[("nhs_number", "999 000 0018"), ("reason", "care")];

const CHECK: &[(&str, &str)] = &[("evidence", "passport"), ("seen", "true")];

testkit::both_engines! {
    async fn a_gp_finds_somebody_and_opens_their_record(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let mut browser = app.signed_in("gp@example.org").await;
        assert_eq!(browser.get("/").await.location(), "/team");
        browser.get("/team").await.says("At work").says("Riverside Surgery").says("clinician").says("Nothing waits");
        browser.get("/team/people").await.says("Find somebody").does_not_say("found");
        let found = browser.post_and_follow("/team/people", FIND).await;
        found.says("1 person found").says("Sam Rivers").says("31 March 1980");
        let page = browser.get(&format!("/team/people/{person}")).await;
        page.says("Sam Rivers").says("Health problems").says("Test results").says("Riverside Surgery");
        let list = browser.get(&format!("/team/people/{person}/record/problems")).await;
        list.says("Asthma").says("sh-heading__whose\">Sam Rivers").says("1 entry").says("Current health problems").does_not_say("Past health problems");
        let at = list.body.find("/entries/").unwrap();
        let entry = list.body[at + "/entries/".len()..].split('"').next().unwrap().to_owned();
        browser.get(&format!("/team/people/{person}/entries/{entry}")).await.says("Asthma").says("In the record of");
        let seen = actions(&app, person).await;
        assert!(seen.contains(&Action::Searched), "{seen:?}");
        // Who they are is looked at on each page, and what is opened as well.
        assert!(seen.iter().filter(|one| **one == Action::Read).count() >= 4, "{seen:?}");
    }

    async fn reception_sees_visits_and_nothing_more(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let mut browser = app.signed_in("desk@example.org").await;
        let page = browser.get(&format!("/team/people/{person}")).await;
        page.says("Consultations and visits").does_not_say("Health problems").does_not_say("Asthma");
        browser.get(&format!("/team/people/{person}/record/visits")).await.says("Consultations and visits");
        for closed in ["problems", "medicines", "results", "nonsense"] {
            let answer = browser.get(&format!("/team/people/{person}/record/{closed}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{closed}");
            answer.does_not_say("Asthma").says("At work");
        }
        let list = |actor| {
            app.services.records.list(actor, person, domain::record::Category::Problem, service::Which::All, None)
        };
        let entry = list(&Actor::Operator).await.unwrap().lines[0].id;
        let answer = browser.get(&format!("/team/people/{person}/entries/{entry}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        answer.does_not_say("Asthma");
    }

    async fn another_organisations_person_does_not_exist(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.staff("hospital@example.org", "Y9H01", StaffRole::Clinician).await;
        let before = actions(&app, person).await.len();
        let mut browser = app.signed_in("hospital@example.org").await;
        browser.post_and_follow("/team/people", FIND).await.says("Nobody found").does_not_say("Rivers");
        let nobody = "019a5f00-0000-7000-8000-000000000000";
        for page in ["", "/record/problems", "/identity", "/letter"] {
            let theirs = browser.get(&format!("/team/people/{person}{page}")).await;
            let none = browser.get(&format!("/team/people/{nobody}{page}")).await;
            assert_eq!((theirs.status, none.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{page}");
            let same = |body: &str| {
                let ids = [person.to_string(), nobody.to_owned()];
                ids.iter().fold(body.to_owned(), |body, id| body.replace(id, "").replace(&app::routes::in_query(id), ""))
            };
            assert_eq!(same(&theirs.body), same(&none.body), "{page}");
        }
        let check = [("evidence", "passport"), ("seen", "true")];
        assert_eq!(browser.post(&format!("/team/people/{person}/identity"), &check).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.post(&format!("/team/people/{person}/identity/ask"), &[]).await.status, StatusCode::NOT_FOUND);
        // Nothing came into the record's own account of who looked but this test's own look before.
        assert!(actions(&app, person).await.iter().take(before).all(|one| *one != Action::Searched));
    }

    async fn a_citizen_has_no_team_and_an_ended_place_is_over_at_the_next_click(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let mut citizen = app.signed_in("sam@example.org").await;
        for path in ["/team", "/team/people", "/team/staff", "/team/choose"] {
            assert_eq!(citizen.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        citizen.get("/account").await.does_not_say("/team");
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let at = app.services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().id;
        let mut browser = app.signed_in("gp@example.org").await;
        browser.get(&format!("/team/people/{person}")).await.says("Sam Rivers");
        let staff = app.services.care_team.staff(&Actor::Operator, at).await.unwrap();
        app.services.care_team.end(&Actor::Operator, staff[0].member).await.unwrap();
        let after = browser.get(&format!("/team/people/{person}")).await;
        assert_eq!(after.status, StatusCode::NOT_FOUND);
        after.does_not_say("Rivers").does_not_say("At work");
        assert_eq!(browser.get("/").await.location(), "/link");
    }

    async fn somebody_with_a_record_goes_to_work_from_their_account_and_chooses_among_places(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let first = app.services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().id;
        let desk = StaffForm {
            email: "sam@example.org".to_owned(),
            name: "Sam".to_owned(),
            job: "Receptionist".to_owned(),
            role: "reception".to_owned(),
        };
        app.services.care_team.add(&Actor::Operator, first, &desk).await.unwrap();
        let mut browser = app.signed_in("sam@example.org").await;
        browser.get("/").await.says("Hello, Sam Rivers").does_not_say("At work");
        browser.get("/account").await.says("/team/choose");
        browser.get("/team").await.says("At work");
        // Their own pages stay their own.
        browser.get("/record/problems").await.says("Asthma").does_not_say("At work");
        let second = app.services.organisations.ensure(&Actor::Operator, "Y9H01", "The Infirmary", OrganisationKind::Hospital);
        let second = second.await.unwrap().id;
        let form = StaffForm { job: "Manager".to_owned(), role: "manager".to_owned(), ..desk };
        let other = app.services.care_team.add(&Actor::Operator, second, &form).await.unwrap();
        let mut browser = { app.clock.advance(TimeDelta::minutes(1)); app.signed_in("sam@example.org").await };
        assert_eq!(browser.get("/team").await.location(), "/team/choose");
        browser.get("/team/choose").await.says("Riverside Surgery").says("The Infirmary");
        browser.post_and_follow("/team/choose", &[("member", &other.to_string())]).await.says("At work").says("The Infirmary");
        let staff = app.services.care_team.staff(&Actor::Operator, first).await.unwrap();
        let forged = "019a5f00-0000-7000-8000-000000000000";
        assert_eq!(browser.post("/team/choose", &[("member", forged)]).await.status, StatusCode::NOT_FOUND);
        let mine = staff[0].member.to_string();
        browser.post_and_follow("/team/choose", &[("member", &mine)]).await.says("Riverside Surgery");
    }

    async fn a_check_at_the_desk_gives_a_letter_that_opens_the_record(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let mut browser = app.signed_in("desk@example.org").await;
        browser.post_and_follow(&format!("/team/people/{person}/identity/ask"), &[]).await.says("A check is on the work list");
        browser.get("/team").await.says("1 thing waits").says("An identity check").says("Sam Rivers");
        let form = format!("/team/people/{person}/identity");
        browser.get(&form).await.says("Passport").says("Check who they are");
        browser.post_and_follow(&form, &[("evidence", "passport")]).await.says("Tick this once you have seen them");
        let letter = browser.post_and_follow(&form, &[("evidence", "passport"), ("seen", "true")]).await;
        letter.says("Your letter to see your health record").says("Dear").says("999\u{a0}000\u{a0}0018").says("/register");
        let at = letter.body.find("sh-letter__code\">").unwrap();
        let code: String = letter.body[at + "sh-letter__code\">".len()..].chars().take(11).collect();
        // Once: whoever sits at the desk next does not see the code.
        browser.get(&format!("/team/people/{person}/letter")).await.says("There is no letter to print").does_not_say(&code);
        browser.get("/team").await.says("Nothing waits");
        app.account("sam@example.org", None).await;
        let mut citizen = app.signed_in("sam@example.org").await;
        let linked = [
            ("nhs_number", "9990000018"),
            ("birth_date_day", "31"),
            ("birth_date_month", "3"),
            ("birth_date_year", "1980"),
            ("family_name", "Rivers"),
            ("code", &code),
        ];
        assert_eq!(citizen.post("/link", &linked).await.location(), "/");
        citizen.get("/account").await.says("By your care team, face to face");
        browser.get(&format!("/team/people/{person}")).await.says("checked face to face");
        let seen = actions(&app, person).await;
        assert!(seen.contains(&Action::IdentityChecked) && seen.contains(&Action::LinkageIssued), "{seen:?}");
    }

    async fn the_letter_that_was_shown_is_downloaded_once_as_a_pdf(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let mut browser = app.signed_in("desk@example.org").await;
        let download = format!("/team/people/{person}/letter/pdf");
        assert_eq!(browser.post(&download, &[]).await.status, StatusCode::NOT_FOUND);
        let shown = browser.post_and_follow(&format!("/team/people/{person}/identity"), CHECK).await;
        shown.says("Go to <strong>").says("Download as PDF").says(&format!("action=\"{download}\"")).says("next 15 minutes");
        let file = browser.post(&download, &[]).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.body.starts_with("%PDF-1.7"));
        assert_eq!(file.headers["content-type"], "application/pdf");
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"selfheal-letter.pdf\"");
        assert_eq!(file.headers["cache-control"], "no-store");
        let taken = |seen: Vec<Action>| seen.iter().filter(|one| **one == Action::Export).count();
        assert_eq!(taken(actions(&app, person).await), 1);
        let gone = browser.post(&download, &[]).await;
        assert_eq!(gone.location(), format!("/team/people/{person}/letter"));
        browser.get(gone.location()).await.says("There is no letter to print").does_not_say("Download as PDF");
        assert_eq!(taken(actions(&app, person).await), 1);
    }

    async fn only_whoever_was_shown_the_letter_downloads_it_and_only_for_a_short_time(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        let other = app.person("999 000 0026", "Stone", "Gout").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        app.staff("hospital@example.org", "Y9H01", StaffRole::Clinician).await;
        let mut desk = app.signed_in("desk@example.org").await;
        let download = format!("/team/people/{person}/letter/pdf");
        desk.post_and_follow(&format!("/team/people/{person}/identity"), CHECK).await.says("Download as PDF");
        for elsewhere in ["gp@example.org", "hospital@example.org"] {
            let answer = app.signed_in(elsewhere).await.post(&download, &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{elsewhere}");
        }
        assert_eq!(desk.post(&format!("/team/people/{other}/letter/pdf"), &[]).await.status, StatusCode::NOT_FOUND);
        let mut late = desk.clone();
        app.clock.advance(TimeDelta::minutes(15));
        late.post_and_follow(&download, &[]).await.says("There is no letter to print");
        assert!(!actions(&app, person).await.contains(&Action::Export));
    }

    async fn a_letter_is_not_downloaded_once_its_place_has_ended(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let at = app.services.organisations.by_code(&Actor::Operator, "Y90001").await.unwrap().id;
        let mut browser = app.signed_in("desk@example.org").await;
        browser.post_and_follow(&format!("/team/people/{person}/identity"), CHECK).await.says("Download as PDF");
        let staff = app.services.care_team.staff(&Actor::Operator, at).await.unwrap();
        app.services.care_team.end(&Actor::Operator, staff[0].member).await.unwrap();
        let answer = browser.post(&format!("/team/people/{person}/letter/pdf"), &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }

    async fn two_people_take_the_same_work_and_one_is_told(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        let (mut desk, mut gp) = (app.signed_in("desk@example.org").await, app.signed_in("gp@example.org").await);
        desk.post(&format!("/team/people/{person}/identity/ask"), &[]).await;
        let list = desk.get("/team").await;
        let at = list.body.find("/team/work/").unwrap();
        let work = list.body[at..].split('"').next().unwrap().to_owned();
        let version = [("version", "1")];
        gp.get(&work).await.says("Nobody has taken it").says("Take this");
        desk.post_and_follow(&format!("{work}/claim"), &version).await.says("You are dealing with it");
        let late = gp.post_and_follow(&format!("{work}/claim"), &version).await;
        late.says("Name of reception has just taken this").says("There is a problem");
        desk.post_and_follow(&format!("{work}/note"), &[("note", "Comes on Thursday")]).await.says("Comes on Thursday");
        gp.get(&work).await.says("Comes on Thursday").says("Name of reception");
        desk.post_and_follow(&format!("{work}/done"), &[("version", "2")]).await.says("It is off the list");
        gp.get("/team").await.says("Nothing waits");
    }

    async fn a_manager_adds_and_ends_places_and_others_only_see_them(place: &Place) {
        let app = TestApp::over(place);
        app.person("999 000 0018", "Rivers", "Asthma").await;
        app.staff("boss@example.org", "Y90001", StaffRole::Manager).await;
        app.staff("officer@example.org", "Y90001", StaffRole::PrivacyOfficer).await;
        app.account("new@example.org", None).await;
        let new = [("email", "new@example.org"), ("name", "Nell New"), ("job", "Nurse"), ("role", "clinician")];
        let mut officer = app.signed_in("officer@example.org").await;
        officer.get("/team/staff").await.says("Privacy officer").does_not_say("Add somebody").does_not_say("boss@example.org");
        assert_eq!(officer.post("/team/staff", &new).await.status, StatusCode::NOT_FOUND);
        officer.get("/team/people").await.says("Your role does not look for people");
        assert_eq!(officer.post("/team/people", FIND).await.status, StatusCode::NOT_FOUND);
        let mut boss = app.signed_in("boss@example.org").await;
        boss.post_and_follow("/team/staff", &[("email", "new@example.org")]).await.says("Enter their name").says("new@example.org");
        let page = boss.post_and_follow("/team/staff", &new).await;
        page.says("They can work here now").says("Nell New");
        let account = Actor::Account {
            id: app.services.accounts.find(&Actor::Operator, "new@example.org").await.unwrap().id,
            assurance: Assurance::SecondStep,
        };
        let nell = app.services.care_team.places(&account).await.unwrap()[0].member.to_string();
        boss.get(&format!("/team/staff/{nell}")).await.says("new@example.org").says("End their place");
        assert_eq!(officer.get(&format!("/team/staff/{nell}")).await.status, StatusCode::NOT_FOUND);
        let changed = [("job", "Head nurse"), ("role", "manager")];
        boss.post_and_follow(&format!("/team/staff/{nell}"), &changed).await.says("The change was saved").says("Head nurse");
        boss.post_and_follow("/team/staff/end", &[("member", &nell)]).await.says("Their place has ended").says("Works here no more");
        assert!(app.services.care_team.places(&account).await.unwrap().is_empty());
        // A password alone opens nothing at work.
        let mut half = app.browser();
        half.post("/sign-in", &[("email", "boss@example.org"), ("password", PASSWORD)]).await;
        assert_eq!(half.get("/team").await.location(), "/second-step");
    }

    async fn a_gp_decides_about_an_application_and_the_carer_may_act(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        let own = app.person("999 000 0026", "Stone", "Gout").await;
        let ada = Actor::Account { id: app.account("ada@example.org", Some(own)).await, assurance: Assurance::SecondStep };
        app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let apply = ApplyForm {
            nhs_number: "999 000 0018".to_owned(),
            birth_date: ["31", "3", "1980"].map(str::to_owned),
            family_name: "Rivers".to_owned(),
            relation: "sister".to_owned(),
            legal_basis: "consent".to_owned(),
            evidence: String::new(),
            scopes: "PRESCR TEST".to_owned(),
            reason: String::new(),
            submission: "019a5f00-0000-7000-8000-000000000001".to_owned(),
        };
        app.services.carers.apply(&ada, &apply).await.unwrap();
        // It is not for the front desk to decide, so it is not on its list.
        app.signed_in("desk@example.org").await.get("/team").await.says("Nothing waits");
        let mut gp = app.signed_in("gp@example.org").await;
        let list = gp.get("/team").await;
        list.says("Somebody asks to act for a patient").says("Sam Rivers");
        let at = list.body.find("/team/work/").unwrap();
        let work = list.body[at..].split('"').next().unwrap().to_owned();
        gp.get(&work).await.says("Take it first, then decide").says("sister").does_not_say("Let them act");
        gp.post_and_follow(&format!("{work}/claim"), &[("version", "1")]).await.says("Let them act").says("Refuse");
        let decide = format!("{work}/decide");
        gp.post_and_follow(&decide, &[("decision", "refuse"), ("version", "1")]).await.says("Choose why");
        let version = value_of(&gp.get(&work).await.body, "version", "allow");
        let wrong = [("decision", "allow"), ("version", &version), ("scopes", "PRESCR"), ("ends_on_day", "31"), ("ends_on_month", "2")];
        gp.post_and_follow(&decide, &wrong).await.says("Enter the last day");
        let nothing = [("decision", "allow"), ("version", version.as_str())];
        gp.post_and_follow(&decide, &nothing).await.says("Choose at least one thing");
        let allow =
            [("decision", "allow"), ("version", &version), ("scopes", "PRESCR"), ("scopes", "VACC"), ("labels", "general")];
        gp.post_and_follow(&decide, &allow).await.says("The decision was written down");
        let acting = app.services.carers.acting(&ada, person).await.unwrap();
        assert_eq!(acting.scopes.to_string(), "PRESCR VACC");
        gp.get("/team").await.says("Nothing waits");
        assert!(actions(&app, person).await.contains(&Action::CarerAllowed));
    }

    async fn a_privacy_officer_answers_who_looked(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        let sam = Actor::Account { id: app.account("sam@example.org", Some(person)).await, assurance: Assurance::SecondStep };
        app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        app.staff("officer@example.org", "Y90001", StaffRole::PrivacyOfficer).await;
        let mut desk = app.signed_in("desk@example.org").await;
        desk.get(&format!("/team/people/{person}")).await.says("Sam Rivers");
        let (items, _) = app.services.activity.of_record(&sam, person, None).await.unwrap();
        let looked = items.iter().find(|item| item.detail.contains_key("organisation")).unwrap().seq;
        app.services.activity.query(&sam, person, looked, "Who is this?").await.unwrap();
        desk.get("/team").await.says("Nothing waits");
        let mut officer = app.signed_in("officer@example.org").await;
        let list = officer.get("/team").await;
        list.says("A question about who looked");
        let at = list.body.find("/team/work/").unwrap();
        let work = list.body[at..].split('"').next().unwrap().to_owned();
        assert_eq!(desk.get(&work).await.status, StatusCode::NOT_FOUND);
        officer.get(&work).await.says("Who is this?").says("Take it first, then answer");
        officer.post_and_follow(&format!("{work}/claim"), &[("version", "1")]).await.says("Send the answer");
        officer.post_and_follow(&format!("{work}/answer"), &[("answer", " ")]).await.says("Enter your answer");
        officer.post_and_follow(&format!("{work}/answer"), &[("answer", "Our receptionist.")]).await.says("Your answer was sent");
        let asked = app.services.activity.queries(&sam, person).await.unwrap();
        assert_eq!(asked[0].answer.as_ref().unwrap().0, "Our receptionist.");
        officer.get("/team").await.says("Nothing waits");
    }
}

/// The value of a hidden field of the form whose decision is this.
fn value_of(page: &str, field: &str, decision: &str) -> String {
    let form = page.split("<form").find(|form| form.contains(&format!("value=\"{decision}\""))).unwrap();
    let at = form.find(&format!("name=\"{field}\" value=\"")).unwrap();
    form[at..].split('"').nth(3).unwrap().to_owned()
}
