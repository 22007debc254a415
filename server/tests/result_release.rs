//! Results that are not shown as soon as they come, as browsers without script see them.

use crate::common::{Answer, TestApp};
use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::release::ResultKind;
use domain::team::StaffRole;
use service::{ImportRequest, InviteForm, OrganisationKind};
use std::io::Cursor;
use testkit::Place;

const SAM: &str = "sam@example.org";
const GP: &str = "gp@example.org";
const MANAGER: &str = "manager@example.org";
const DESK: &str = "desk@example.org";
const CHOICES: &str = "/record/results/choices";

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// The first address on a page that begins so and goes on.
#[track_caller]
fn link(page: &Answer, begins: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("href=\"{begins}")).unwrap_or_else(|| panic!("no {begins} in {}", page.body));
    format!("{begins}{}", rest.split('"').next().unwrap())
}

struct Surgery {
    app: TestApp,
    sam: PersonId,
}

async fn surgery(place: &Place) -> Surgery {
    let app = TestApp::over(place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    app.account(SAM, Some(sam)).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    app.staff(MANAGER, "Y90001", StaffRole::Manager).await;
    app.staff(DESK, "Y90001", StaffRole::Reception).await;
    Surgery { app, sam }
}

impl Surgery {
    /// A biopsy comes.
    async fn receive(&self) {
        self.send("A harmless mole", (1, 0)).await;
    }

    /// A biopsy comes with this conclusion: so many resources are added, and so many updated.
    async fn send(&self, conclusion: &str, (added, updated): (u64, u64)) {
        let services = &self.app.services;
        let organisation = services
            .organisations
            .ensure(&Actor::Operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice)
            .await
            .unwrap();
        let issued = services.core.now().to_rfc3339();
        let report = format!(
            r#"{{"resourceType":"DiagnosticReport","id":"r1","status":"final","subject":{{"reference":"Patient/p9990000018"}},
            "category":[{{"coding":[{{"code":"LAB"}}]}}],"code":{{"text":"Skin biopsy"}},"issued":"{issued}","conclusion":"{conclusion}"}}"#
        );
        let request = ImportRequest { organisation: organisation.id, expected: None };
        let report = services.imports.import(&Actor::Operator, Cursor::new(report.into_bytes()), request).await.unwrap();
        assert_eq!((report.person, report.added, report.updated), (self.sam, added, updated));
    }
}

/// Every field of a form with one for each kind.
fn by_kind<'a>(kind: ResultKind, value: &'a str, others: &'a str, version: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut fields: Vec<(&str, &str)> =
        ResultKind::ALL.iter().map(|one| (one.code(), if *one == kind { value } else { others })).collect();
    fields.push(("version", version));
    fields
}

testkit::both_engines! {
    async fn a_newer_version_waits_and_the_page_leads_to_the_one_before(place: &Place) {
        let surgery = surgery(place).await;
        let app = &surgery.app;
        surgery.receive().await;
        let mut sam = app.signed_in(SAM).await;
        let list = sam.get("/record/results").await;
        list.says("Skin biopsy");
        let entry = link(&list, "/record/entries/");
        let mut manager = app.signed_in(MANAGER).await;
        manager.post_and_follow("/team/results", &by_kind(ResultKind::Tissue, "5", "", "0")).await.says("Your changes are saved");
        surgery.send("A melanoma", (0, 1)).await;
        let list = sam.get("/record/results").await;
        list.says("There is a newer version of a result or letter that was here before").says("Read the version before").does_not_say("biopsy");
        list.says(&format!("href=\"{entry}\""));
        let before = format!("{entry}/versions/1");
        assert_eq!(sam.get(&entry).await.location(), before);
        let page = sam.get(&before).await;
        page.says("A harmless mole").says("They have sent a newer version").says("Do not rely on what stands here").does_not_say("melanoma");
        assert_eq!(sam.get(&format!("{entry}/versions/2")).await.status, StatusCode::NOT_FOUND);
        let mut gp = app.signed_in(GP).await;
        let work = link(&gp.get("/team").await, "/team/work/");
        gp.get(&work).await.says("A melanoma").says("It is a newer version of what the person could read before");
        app.clock.advance(TimeDelta::days(5));
        let mut sam = app.signed_in(SAM).await;
        sam.get(&entry).await.says("A melanoma").says("What it said before");
    }

    async fn a_practice_writes_first_and_the_page_says_until_when(place: &Place) {
        let surgery = surgery(place).await;
        let app = &surgery.app;
        let mut manager = app.signed_in(MANAGER).await;
        let page = manager.get("/team/results").await;
        page.says("talks with the person about it first (label TBOO). It waits the days that you set for its kind");
        page.says("Results to write about first").says("14 days at the most");
        let wrong = manager.post_and_follow("/team/results", &by_kind(ResultKind::Tissue, "99", "", &hidden(&page, "version"))).await;
        wrong.says("enter a number of days from 1 to 14").says("value=\"99\"").says("href=\"#tissue\"");
        let saved = manager.post_and_follow("/team/results", &by_kind(ResultKind::Tissue, "5", "", "0")).await;
        saved.says("Your changes are saved").says("value=\"5\"");
        let stale = manager.post_and_follow("/team/results", &by_kind(ResultKind::Tissue, "6", "", "0")).await;
        stale.says("This has just changed");
        surgery.receive().await;
        let mut sam = app.signed_in(SAM).await;
        let page = sam.get("/record/results").await;
        page.says("has come. They want to write to you about it first. You will see it by").says("at the latest").does_not_say("biopsy");
        for path in ["/", "/record", "/record/summary"] {
            sam.get(path).await.does_not_say("biopsy");
        }
        sam.get("/").await.says("For you now").says("A test result has come").says("See when you can read it");
        sam.get("/record").await.says("1 has come. See when you can read it");
        // Reception does not see that it waits, a manager not what it says.
        let mut desk = app.signed_in(DESK).await;
        desk.get("/team").await.does_not_say("A result to write about first");
        let work = link(&manager.get("/team").await, "/team/work/");
        manager.get(&work).await.says("Clinicians see the result").does_not_say("harmless");
        assert_eq!(desk.get(&work).await.status, StatusCode::NOT_FOUND);
        let mut gp = app.signed_in(GP).await;
        let page = gp.get(&work).await;
        page.says("A result to write about first").says("A harmless mole").says("They see it by");
        let (submission, seen) = (hidden(&page, "submission"), hidden(&page, "seen"));
        let form = |act: &'static str, words: &'static str| {
            [("act", act.to_owned()), ("words", words.to_owned()), ("seen", seen.clone()), ("submission", submission.clone())]
        };
        let send = |form: &[(&'static str, String)]| form.iter().map(|(name, value)| (*name, value.clone())).collect::<Vec<_>>();
        let path = format!("{work}/result");
        let nothing = send(&form("write", ""));
        let nothing: Vec<_> = nothing.iter().map(|(name, value)| (*name, value.as_str())).collect();
        gp.post_and_follow(&path, &nothing).await.says("Write to the person what the result means").says("href=\"#words\"");
        let words = send(&form("write", "It is nothing to worry about."));
        let words: Vec<_> = words.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(manager.post(&path, &words).await.status, StatusCode::NOT_FOUND);
        for _ in 0..2 {
            gp.post_and_follow(&path, &words).await.says("Your words are sent");
        }
        let page = sam.get("/record/results").await;
        page.says("Skin biopsy").does_not_say("They want to write to you");
        let entry = sam.get(&link(&page, "/record/entries/")).await;
        entry.says("What your care team says about it").says("It is nothing to worry about.").says("Name of clinician, ");
    }

    async fn the_first_page_and_the_overview_tell_a_carer_only_of_what_they_may_know_of(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        let owner = Actor::Account { id: app.account(SAM, Some(sam)).await, assurance: Assurance::SecondStep };
        app.staff(MANAGER, "Y90001", StaffRole::Manager).await;
        let surgery = Surgery { app, sam };
        let app = &surgery.app;
        let mut manager = app.signed_in(MANAGER).await;
        manager.post_and_follow("/team/results", &by_kind(ResultKind::Tissue, "5", "", "0")).await.says("Your changes are saved");
        surgery.receive().await;
        for (email, scopes, is_told) in [("ann@example.org", "COND TEST", true), ("ben@example.org", "COND", false)] {
            let carer = Actor::Account { id: app.account(email, None).await, assurance: Assurance::SecondStep };
            let form = InviteForm {
                email: email.to_owned(),
                name: "Ann".to_owned(),
                relation: "daughter".to_owned(),
                scopes: scopes.to_owned(),
                labels: "general".to_owned(),
                submission: app.services.core.new_id().to_string(),
                ..InviteForm::default()
            };
            let invited = app.services.carers.invite(&owner, sam, &form).await.unwrap();
            let link = app.mailed_link(email).await;
            app.services.carers.accept(&carer, link.split_once("token=").unwrap().1, &invited.code).await.unwrap();
            let mut browser = app.signed_in(email).await;
            browser.post_and_follow("/acting", &[("person", &sam.to_string())]).await.says("You are looking after");
            for (path, words) in [("/", "A test result has come"), ("/record", "1 has come. See when you can read it")] {
                let page = browser.get(path).await;
                page.does_not_say("biopsy");
                assert_eq!(page.body.contains(words), is_told, "{email} {path}: {}", page.body);
            }
        }
    }

    async fn a_result_opens_by_itself_and_somebody_is_told(place: &Place) {
        let surgery = surgery(place).await;
        let app = &surgery.app;
        let mut manager = app.signed_in(MANAGER).await;
        manager.post_and_follow("/team/results", &by_kind(ResultKind::Tissue, "1", "", "0")).await.says("Your changes are saved");
        surgery.receive().await;
        app.clock.advance(TimeDelta::days(1));
        let mut sam = app.signed_in(SAM).await;
        sam.get("/record/results").await.says("Skin biopsy").does_not_say("They want to write to you");
        for path in ["/", "/record"] {
            sam.get(path).await.does_not_say("See when you can read it");
        }
        assert_eq!(app.services.releases.run_told(&Actor::System).await.unwrap(), 1);
        sam.get("/activity").await.says("told you that something new is there");
    }

    async fn what_waits_by_ones_own_choice_says_so_and_how_to_see_it_now(place: &Place) {
        let app = TestApp::over(place);
        let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(sam)).await;
        let surgery = Surgery { app, sam };
        let mut sam = surgery.app.signed_in(SAM).await;
        let version = hidden(&sam.get(CHOICES).await, "version");
        sam.post_and_follow(CHOICES, &by_kind(ResultKind::Tissue, "after-comment", "at-once", &version)).await.says("Your choices are saved");
        surgery.receive().await;
        let page = sam.get("/record/results").await;
        page.says("You asked us to wait until somebody has written to you about it.").says("Nobody at Riverside Surgery can write to you here.");
        page.says("You will see it by").says("Change your choice to see it now").does_not_say("They want to write").does_not_say("biopsy");
        surgery.app.staff(GP, "Y90001", StaffRole::Clinician).await;
        sam.get("/record/results").await.says("You asked us to wait").does_not_say("Nobody at Riverside Surgery");
        let version = hidden(&sam.get(CHOICES).await, "version");
        sam.post_and_follow(CHOICES, &by_kind(ResultKind::Tissue, "at-once", "at-once", &version)).await.says("Your choices are saved");
        sam.get("/record/results").await.says("Skin biopsy").does_not_say("You asked us to wait");
    }

    async fn a_care_team_sees_that_the_person_has_not_seen_a_result_yet(place: &Place) {
        let surgery = surgery(place).await;
        let app = &surgery.app;
        let mut manager = app.signed_in(MANAGER).await;
        manager.post_and_follow("/team/results", &by_kind(ResultKind::Tissue, "5", "", "0")).await.says("Your changes are saved");
        surgery.receive().await;
        let at_work = format!("/team/people/{}", surgery.sam);
        let (list, short) = (format!("{at_work}/record/results"), "Not seen by the person yet");
        let mut gp = app.signed_in(GP).await;
        let page = gp.get(&list).await;
        page.says("Skin biopsy").says(short).does_not_say("at the latest");
        let entry = link(&page, &format!("{at_work}/entries/"));
        // The same words as where the person chose so.
        let page = gp.get(&entry).await;
        page.says("A harmless mole").says("has not seen this yet. Ask first how they want to hear about it.");
        page.does_not_say("write to them about it first").does_not_say("at the latest");
        gp.get(&format!("{at_work}/timeline")).await.says("Skin biopsy").says(short);
        app.clock.advance(TimeDelta::days(5));
        let mut gp = app.signed_in(GP).await;
        gp.get(&list).await.says("Skin biopsy").does_not_say(short);
        gp.get(&entry).await.says("A harmless mole").does_not_say("has not seen this yet");
    }

    async fn somebody_reads_when_they_are_ready(place: &Place) {
        let surgery = surgery(place).await;
        let mut sam = surgery.app.signed_in(SAM).await;
        let page = sam.get("/record/results").await;
        page.says(&format!("href=\"{CHOICES}\""));
        let page = sam.get(CHOICES).await;
        page.says("When you see new results").says("Cells and tissue");
        page.says("letters and files whose title or type says that they are the report of a test");
        page.says("a letter that only mentions a result");
        let version = hidden(&page, "version");
        let nothing = sam.post_and_follow(CHOICES, &[("version", version.as_str())]).await;
        nothing.says("Choose when you want to read: Cells and tissue").says("href=\"#tissue\"");
        let chosen = sam.post_and_follow(CHOICES, &by_kind(ResultKind::Tissue, "with-someone", "at-once", &version)).await;
        chosen.says("Your choices are saved");
        surgery.receive().await;
        let page = sam.get("/record/results").await;
        page.says("You asked us to tell you to be with someone").says("it shows like any other result").does_not_say("biopsy");
        // At work it is said that they have not seen it, and not what they chose.
        let mut gp = surgery.app.signed_in(GP).await;
        let at_work = format!("/team/people/{}", surgery.sam);
        let entry = link(&gp.get(&format!("{at_work}/record/results")).await, &format!("{at_work}/entries/"));
        let seen = gp.get(&entry).await;
        seen.says("has not seen this yet. Ask first how they want to hear about it.").does_not_say("asked to be with").does_not_say("at the latest");
        let ready = link(&page, "/record/results/waiting/");
        sam.get(&ready).await.says("Are you ready to read this result?").does_not_say("biopsy");
        let shown = sam.post_and_follow(&ready, &[]).await;
        shown.says("Skin biopsy").says("A harmless mole");
        // Sent twice, or looked at again when it is open.
        sam.post_and_follow(&ready, &[]).await.says("Skin biopsy");
        assert_eq!(sam.get(&ready).await.status, StatusCode::NOT_FOUND);
    }
}
