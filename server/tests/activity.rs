//! Who has looked at a record, as its owner sees it: the list, its choices, questions, downloads, and nobody else's way in.

use crate::common::{Browser, TestApp};
use axum::http::{StatusCode, header};
use domain::access::{Actor, Assurance, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::{MemberId, OrganisationId, PersonId};
use service::activity::{Event, append};
use service::{OrganisationKind, ServiceError};
use testkit::Place;

/// A person signed in, whose practice's doctor has looked.
struct World {
    app: TestApp,
    person: PersonId,
    sam: Browser,
    doctor: Actor,
    practice: OrganisationId,
}

impl World {
    async fn at(place: &Place) -> Self {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let account = app.account("bea@example.org", None).await;
        let ensured =
            app.services.organisations.ensure(&Actor::Operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
        let practice = ensured.await.unwrap().id;
        let member = MemberId::from_uuid(app.services.core.new_id());
        let insert = format!(
            "INSERT INTO staff_member (id, account_id, organisation_id, name, job, role, created_at) VALUES ({}, {}, {}, \
             '=Bea \"B\" Holt', 'GP', 'clinician', '2026-01-01T00:00:00+00:00')",
            place.id_in_sql(member.as_uuid()),
            place.id_in_sql(account.as_uuid()),
            place.id_in_sql(practice.as_uuid())
        );
        place.alter(&insert).await;
        let doctor = Actor::Staff { id: account, assurance: Assurance::SecondStep, member };
        let sam = app.signed_in("sam@example.org").await;
        let world = Self { app, person, sam, doctor, practice };
        world.doctor_looks().await;
        world
    }

    async fn doctor_looks(&self) {
        let subject = Subject { organisation: Some(self.practice), ..Subject::new(self.person, Basis::CareTeam) };
        let event = Event::on_record(&self.doctor, subject, Action::Read, Purpose::DirectCare).about("page", "overview");
        let core = self.app.services.core.clone();
        let done: Result<(), ServiceError> =
            self.app.services.core.store().write(move |tx| Box::pin(async move { append(&core, tx, event).await })).await;
        done.unwrap();
    }

    /// The number of the doctor's look.
    async fn look(&self) -> i64 {
        let (items, _) = self.app.services.activity.of_record(&Actor::Operator, self.person, None).await.unwrap();
        items.iter().find(|item| item.basis == Basis::CareTeam).unwrap().seq
    }
}

testkit::both_engines! {
    async fn the_list_names_who_looked_and_folds_away_what_i_did(place: &Place) {
        let mut world = World::at(place).await;
        for _ in 0..2 {
            world.doctor_looks().await;
        }
        world.sam.get("/record").await;
        let list = world.sam.get("/activity").await;
        list.says("=Bea \"B\" Holt, GP at Riverside Surgery").says("looked at the overview of your record, 3 times").says("To give you care");
        list.does_not_say("<strong>You</strong>").says("Show what you did too");
        let own = world.sam.get("/activity?own=yes").await;
        own.says("<strong>You</strong>").says("Hide what you did");
        let teams = world.sam.get("/activity?by=teams&own=yes").await;
        teams.says("Holt, GP").does_not_say("The team that runs Selfheal</strong>");
        world.sam.get("/activity?by=carers").await.says("Nothing else fits");
        world.sam.get("/activity?kind=refused&days=7").await.says("Nothing else fits");
        world.sam.get("/activity?by=member%3Ax&kind=zz&days=x&before=x").await.says("Holt, GP");
    }

    async fn a_question_is_asked_once_and_its_answer_is_read(place: &Place) {
        let mut world = World::at(place).await;
        world.sam.get("/activity/queries").await.says("You have not asked anything");
        let page = format!("/activity/{}/query", world.look().await);
        world.sam.get("/activity").await.says(&page);
        world.sam.get(&page).await.says("What do you want to know?").says("Holt, GP at Riverside Surgery");
        let empty = world.sam.post_and_follow(&page, &[("question", " ")]).await;
        empty.says("Enter your question").says("There is a problem");
        let long = format!("<b>Why?</b> {}", "x".repeat(1000));
        let kept = world.sam.post_and_follow(&page, &[("question", &long)]).await;
        kept.says("Use no more than 1000").says("\n&lt;b&gt;Why?&lt;/b&gt;");
        let asked = world.sam.post_and_follow(&page, &[("question", "<b>Why?</b>\r\nI was away.")]).await;
        asked.says("Your question was sent").says("&lt;b&gt;Why?&lt;/b&gt;").says("Riverside Surgery has not answered yet");
        world.sam.post_and_follow(&page, &[("question", "Again")]).await.says("You had asked about this before").does_not_say("Again");
        world.sam.get(&page).await.says("You asked about this").does_not_say("Send your question");
        let query = world.app.services.activity.queries_waiting(&Actor::Operator).await.unwrap()[0].id;
        // Somebody had looked for the first time: that letter is of the same moment, and goes in any order.
        assert_eq!(world.app.mailed_link("sam@example.org").await, "/activity");
        world.app.services.activity.answer(&Actor::Operator, world.person, query, "A letter was written.").await.unwrap();
        assert_eq!(world.app.mailed_link("sam@example.org").await, "/activity/queries");
        world.sam.get("/activity/queries").await.says("A letter was written.").does_not_say("has not answered yet");
    }

    async fn what_is_not_there_to_ask_about_is_a_page_that_says_so(place: &Place) {
        let mut world = World::at(place).await;
        for seq in ["0", "-1", "99999", "x", "9223372036854775808"] {
            let page = format!("/activity/{seq}/query");
            assert_eq!(world.sam.get(&page).await.status, StatusCode::NOT_FOUND, "{seq}");
            assert_eq!(world.sam.post(&page, &[("question", "Why?")]).await.status, StatusCode::NOT_FOUND, "{seq}");
        }
        let mut stranger = world.app.signed_in("bea@example.org").await;
        let page = format!("/activity/{}/query", world.look().await);
        for path in ["/activity", "/activity/queries", "/activity/download", "/activity/download/csv", "/activity/download/fhir", &page] {
            let answer = stranger.get(path).await;
            assert!(answer.status == StatusCode::NOT_FOUND || answer.status == StatusCode::SEE_OTHER, "{path}: {}", answer.status);
            answer.does_not_say("Holt");
        }
    }

    async fn the_account_is_taken_away_as_a_table_and_for_health_apps(place: &Place) {
        let mut world = World::at(place).await;
        world.sam.get("/activity/download").await.says("/activity/download/csv").says("/activity/download/fhir");
        let table = world.sam.get("/activity/download/csv").await;
        assert_eq!(table.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        let lines: Vec<&str> = table.body.split_terminator("\r\n").collect();
        assert_eq!(lines[0], "Number,When,When (UTC),Who,What they did,Why,Let in");
        let look = lines.iter().find(|line| line.contains("Holt")).unwrap();
        assert!(look.contains(",\"'=Bea \"\"B\"\" Holt, GP at Riverside Surgery\",looked at the overview of your record,To give you care,Yes"), "{look}");
        let bundle = world.sam.get("/activity/download/fhir").await;
        let bundle: serde_json::Value = serde_json::from_str(&bundle.body).unwrap();
        assert!(bundle["entry"].as_array().unwrap().iter().all(|entry| entry["resource"]["resourceType"] == "AuditEvent"));
        world.sam.get("/activity?kind=copies&own=yes").await.says("downloaded this list, 2 times");
    }

    async fn being_told_of_somebody_new_is_switched_off_and_on(place: &Place) {
        let mut world = World::at(place).await;
        assert_eq!(world.app.mailed_link("sam@example.org").await, "/activity");
        world.sam.get("/activity").await.says("Stop writing to me");
        let off = world.sam.post_and_follow("/activity/tell", &[("tell", "no")]).await;
        off.says("We will not write to you when somebody new looks").says("Write to me");
        world.sam.post_and_follow("/activity/tell", &[("tell", "maybe")]).await.says("Write to me");
        world.sam.post_and_follow("/activity/tell", &[("tell", "yes")]).await.says("Stop writing to me");
    }
}
