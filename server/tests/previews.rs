//! What others would see, shown to the person before and after they let them in, as a browser without script sees it.

use crate::common::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use domain::access::{Actor, Assurance};
use domain::record::{Category, Sensitivity};
use domain::team::StaffRole;
use domain::{AccountId, EntryId, OrganisationId, PersonId};
use service::{ImportRequest, InviteForm, OrganisationKind, Which};
use std::io::Cursor;
use testkit::Place;

const NOBODY: &str = "019a5f00-0000-7000-8000-000000000000";
/// Every name of something in the record.
const NAMES: [&str; 4] = ["Asthma", "Low mood", "Broken arm", "Peak flow"];

/// Sam, with a problem of the practice, two of the hospital, of which one is about mental health, and a result.
struct World {
    app: TestApp,
    person: PersonId,
    account: AccountId,
    practice: OrganisationId,
    hospital: OrganisationId,
    /// Every entry, by name.
    entries: Vec<(String, EntryId)>,
}

fn actor(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}

async fn world(place: &Place) -> World {
    let app = TestApp::over(place);
    let operator = Actor::Operator;
    let person = app.person("999 000 0018", "Rivers", "Asthma").await;
    let hospital = app.services.organisations.ensure(&operator, "Y9H01", "Prunella Vale Hospitals", OrganisationKind::Hospital);
    let hospital = hospital.await.unwrap().id;
    let bundle = r#"{"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"h1",
          "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],
          "name":[{"family":"Rivers","given":["Sam"]}],"birthDate":"1980-03-31"}},
        {"resource":{"resourceType":"Condition","id":"hc1","subject":{"reference":"Patient/h1"},
          "code":{"text":"Low mood"},"onsetDateTime":"2020-05-01","clinicalStatus":{"coding":[{"code":"active"}]}}},
        {"resource":{"resourceType":"Condition","id":"hc2","subject":{"reference":"Patient/h1"},
          "code":{"text":"Broken arm"},"onsetDateTime":"2021-05-01","clinicalStatus":{"coding":[{"code":"resolved"}]}}},
        {"resource":{"resourceType":"Observation","id":"ho1","status":"final","subject":{"reference":"Patient/h1"},
          "category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Peak flow"},
          "effectiveDateTime":"2026-03-04T10:40:00Z","valueQuantity":{"value":420,"unit":"L/min"}}}]}"#;
    let request = ImportRequest { organisation: hospital, expected: None };
    app.services.imports.import(&operator, Cursor::new(bundle.as_bytes().to_vec()), request).await.unwrap();
    let practice = app.services.organisations.by_code(&operator, "Y90001").await.unwrap().id;
    let account = app.account("sam@example.org", Some(person)).await;
    let mut entries = Vec::new();
    for category in [Category::Problem, Category::Result] {
        let page = app.services.records.list(&actor(account), person, category, Which::All, None).await.unwrap();
        entries.extend(page.lines.into_iter().map(|line| (line.title, line.id)));
    }
    assert_eq!(entries.len(), NAMES.len(), "{entries:?}");
    let low_mood = entries.iter().find(|(name, _)| name == "Low mood").unwrap().1;
    app.services.hidings.relabel(&actor(account), person, low_mood, Some(Sensitivity::Mental)).await.unwrap();
    World { app, person, account, practice, hospital, entries }
}

impl World {
    /// The names of entries that the pages of a record say, and those whose own page opens; `at` is where the pages are,
    /// `lists` what stands before the word of a category.
    async fn seen(&self, browser: &mut Browser, at: &str, lists: &str) -> (Vec<&'static str>, Vec<&'static str>) {
        let mut said = String::new();
        for category in [Category::Problem, Category::Result] {
            let answer = browser.get(&format!("{at}{lists}/{}", category.code())).await;
            // A category that is closed altogether does not exist at work, and is empty elsewhere.
            assert!([StatusCode::OK, StatusCode::NOT_FOUND].contains(&answer.status), "{answer:?}");
            said.push_str(&answer.body);
        }
        let listed = NAMES.into_iter().filter(|name| said.contains(name)).collect();
        let mut opened = Vec::new();
        for name in NAMES {
            let id = self.entries.iter().find(|(title, _)| title == name).unwrap().1;
            let answer = browser.get(&format!("{at}/entries/{id}")).await;
            if answer.status == StatusCode::OK {
                answer.says(name);
                opened.push(name);
            } else {
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{answer:?}");
                answer.does_not_say(name);
            }
        }
        (listed, opened)
    }

    async fn shares(&self, kind: &str, labels: &str) {
        let form = service::ChoiceForm {
            purpose: "direct-care".to_owned(),
            kind: kind.to_owned(),
            labels: labels.to_owned(),
            notice_version: 2,
            submission: self.app.services.core.new_id().to_string(),
        };
        self.app.services.sharing.choose(&actor(self.account), self.person, &form).await.unwrap();
    }

    /// Somebody whom Sam lets in, with a record of their own or without.
    async fn carer(&self, email: &str, own: Option<PersonId>, scopes: &str, labels: &str) -> domain::RelationshipId {
        let carer = self.app.account(email, own).await;
        let form = InviteForm {
            email: email.to_owned(),
            name: "Tom".to_owned(),
            relation: "son".to_owned(),
            scopes: scopes.to_owned(),
            labels: labels.to_owned(),
            submission: self.app.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = self.app.services.carers.invite(&actor(self.account), self.person, &form).await.unwrap();
        let link = self.app.mailed_link(email).await;
        let token = link.split_once("token=").unwrap().1;
        self.app.services.carers.accept(&actor(carer), token, &invited.code).await.unwrap();
        invited.relationship
    }
}

/// The address of the link with these words.
#[track_caller]
fn link_of(page: &Answer, words: &str) -> String {
    let before = page.body.split_once(words).unwrap_or_else(|| panic!("no {words:?} in {}", page.body)).0;
    before.rsplit_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

const INVITE: &str = "/sharing/people/invite";
const DRAFT: &str = "/sharing/preview/draft";

testkit::both_engines! {
    async fn a_person_sees_what_those_see_who_work_where_they_are_looked_after(place: &Place) {
        let world = world(place).await;
        world.app.staff("gp@example.org", "Y90001", StaffRole::Clinician).await;
        world.app.staff("ward@example.org", "Y9H01", StaffRole::Clinician).await;
        world.app.staff("desk@example.org", "Y90001", StaffRole::Reception).await;
        let mut sam = world.app.signed_in("sam@example.org").await;
        let mut all_seen = Vec::new();
        for shared in ["general mental sexual social", "general", ""] {
            for kind in ["practice", "hospital"] {
                world.shares(kind, shared).await;
            }
            for (email, word, organisation) in [
                ("gp@example.org", "team", world.practice),
                ("ward@example.org", "team", world.hospital),
                ("desk@example.org", "desk", world.practice),
            ] {
                world.app.clock.advance(chrono::TimeDelta::minutes(1));
                let mut staff = world.app.signed_in(email).await;
                let really = world.seen(&mut staff, &format!("/team/people/{}", world.person), "/record").await;
                let shown = world.seen(&mut sam, &format!("/sharing/preview/{word}/{organisation}"), "").await;
                assert_eq!(shown, really, "{email} {shared}");
                all_seen.push(shown.0);
            }
        }
        // What each of them saw, the more the less was shared.
        let (all, open) = (NAMES.to_vec(), vec!["Asthma", "Broken arm", "Peak flow"]);
        let own = vec!["Low mood", "Broken arm", "Peak flow"];
        assert_eq!(all_seen, [all.clone(), all.clone(), vec![], open, all, vec![], vec!["Asthma"], own, vec![]]);

        let page = sam.get("/sharing/services").await;
        page.says("See what they would see").says("These places look after you, or you let them in");
        let team = link_of(&page, "A clinician at <bdi>Prunella Vale Hospitals");
        assert_eq!(team, format!("/sharing/preview/team/{}", world.hospital));
        let page = sam.get(&team).await;
        page.says("What a clinician at Prunella Vale Hospitals sees").says("outside an emergency");
        page.says("They always see what they supplied themselves").says("href=\"/sharing/services\"");
        page.says(&format!("href=\"{team}/problems\"")).does_not_say("href=\"/record/problems\"");
        let page = sam.get(&format!("/sharing/preview/desk/{}", world.practice)).await;
        page.says("What the reception at Riverside Surgery sees");
        sam.get("/activity?own=yes").await.says("looked at what somebody else would see").says("looked at which services look after you");
    }

    async fn an_organisation_that_does_not_look_after_the_person_does_not_exist(place: &Place) {
        let world = world(place).await;
        let elsewhere = world.app.services.organisations.ensure(&Actor::Operator, "Y9H02", "Elm Hospital", OrganisationKind::Hospital);
        let elsewhere = elsewhere.await.unwrap().id.to_string();
        let mut sam = world.app.signed_in("sam@example.org").await;
        sam.get("/sharing/services").await.does_not_say("Elm Hospital");
        for id in [elsewhere.as_str(), NOBODY, "nonsense", "%ff"] {
            for (word, rest) in [("team", ""), ("team", "/problems"), ("desk", ""), ("team", &*format!("/entries/{NOBODY}"))] {
                let answer = sam.get(&format!("/sharing/preview/{word}/{id}{rest}")).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{word} {id}{rest}");
                answer.does_not_say("Elm Hospital");
            }
        }
        let nothing_of = format!("/sharing/preview/team/{}/nonsense", world.practice);
        assert_eq!(sam.get(&nothing_of).await.status, StatusCode::NOT_FOUND);
        // Without a form there is nothing that it would open.
        for path in [DRAFT.to_owned(), format!("{DRAFT}/problems"), format!("{DRAFT}/entries/{NOBODY}")] {
            assert_eq!(sam.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn before_inviting_somebody_one_sees_what_they_would_see(place: &Place) {
        let world = world(place).await;
        let mut sam = world.app.signed_in("sam@example.org").await;
        sam.get(INVITE).await.says("See what they would see");
        let typed = [
            ("sent", "1"), ("submission", "x"), ("name", "Zoë \u{1f33c}"), ("relation", "niece"), ("email", "zoe@exam"), ("scopes", "COND"),
            ("labels", "mental"), ("ends_on_day", "31"), ("ends_on_month", "3"), ("ends_on_year", "2030"), ("pressed", "yes"),
            ("look", "true"),
        ];
        let answer = sam.post(INVITE, &typed).await;
        // Nothing that was typed is in the address.
        assert_eq!(answer.location(), DRAFT);
        let page = sam.get(DRAFT).await;
        page.says("What Zoë \u{1f33c} would see").says("Nothing is sent yet");
        let shown = world.seen(&mut sam, DRAFT, "").await;
        assert_eq!(shown.0, ["Asthma", "Low mood", "Broken arm"]);
        world.app.services.outbox.deliver_waiting(&world.app.mail, None).await.unwrap();
        sam.get("/sharing/people").await.says("Nobody can act for you");

        // Back at the form, what was typed is still there, however often one goes there and back; but for the private answer.
        let back = link_of(&page, "Back to the invitation");
        for _ in 0..2 {
            let form = sam.get(&back).await;
            form.says("value=\"Zoë \u{1f33c}\"").says("value=\"niece\"").says("value=\"zoe@exam\"").says("value=\"2030\"");
            form.says("value=\"COND\" checked").says("value=\"mental\" checked").does_not_say("value=\"PRESCR\" checked");
            form.does_not_say("value=\"yes\" checked").does_not_say("There is a problem");
        }
        // By itself the form is a new one.
        sam.get(INVITE).await.does_not_say("zoe@exam").says("value=\"PRESCR\" checked");
        // What is ticked otherwise opens something else, and what is wrong with it is said at the form.
        let other = [("sent", "1"), ("scopes", "TEST"), ("look", "true")];
        sam.post_and_follow(INVITE, &other).await.says("What they would see");
        assert_eq!(world.seen(&mut sam, DRAFT, "").await.0, ["Peak flow"]);
        let nothing = [("sent", "1"), ("name", "Zoë"), ("look", "true")];
        let page = sam.post_and_follow(INVITE, &nothing).await;
        page.says("Choose at least one thing that they can see or do").says("value=\"Zoë\"").does_not_say("Enter an email address");
        for forged in [("scopes", "NOSUCH"), ("labels", "secret")] {
            sam.post_and_follow(INVITE, &[("sent", "1"), forged, ("look", "true")]).await.says("There is a problem");
        }

        // What the draft showed is what somebody sees who was let into the same.
        world.carer("tom@example.org", None, "COND", "mental").await;
        let mut tom = world.app.signed_in("tom@example.org").await;
        tom.post_and_follow("/acting", &[("person", &world.person.to_string())]).await.says("You are looking after");
        assert_eq!(world.seen(&mut tom, "/record", "").await, shown);
    }

    async fn before_changing_what_a_carer_sees_one_sees_what_they_would_see(place: &Place) {
        let world = world(place).await;
        let tom = world.carer("tom@example.org", None, "PRESCR", "").await;
        let one = format!("/sharing/people/{tom}");
        // What is hidden from Tom stays so.
        let asthma = world.entries.iter().find(|(name, _)| name == "Asthma").unwrap().1;
        let from = service::HiddenFrom::Relationship(tom);
        world.app.services.hidings.hide_entry(&actor(world.account), world.person, asthma, from).await.unwrap();
        let mut sam = world.app.signed_in("sam@example.org").await;
        let page = sam.get(&one).await;
        let version = page.body.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut change = vec![("sent", "1"), ("version", version.as_str()), ("scopes", "COND"), ("scopes", "TEST")];
        let mut look = change.clone();
        look.push(("look", "true"));
        let page = sam.post_and_follow(&format!("{one}/change"), &look).await;
        page.says("What Tom would see").says("Nothing is saved yet");
        let shown = world.seen(&mut sam, DRAFT, "").await;
        assert_eq!(shown.0, ["Broken arm", "Peak flow"]);
        let form = sam.get(&link_of(&page, "Back to your changes")).await;
        form.says("value=\"COND\" checked").says("value=\"TEST\" checked").does_not_say("value=\"PRESCR\" checked");
        form.says("<details").says("see and order medicines");
        sam.get(&one).await.says("value=\"PRESCR\" checked");

        change.push(("labels", "social"));
        sam.post_and_follow(&format!("{one}/change"), &change).await.says("Your changes are saved");
        let mut tom = world.app.signed_in("tom@example.org").await;
        tom.post_and_follow("/acting", &[("person", &world.person.to_string())]).await.says("You are looking after");
        assert_eq!(world.seen(&mut tom, "/record", "").await, shown);
        // Done is done: the draft is gone.
        assert_eq!(sam.get(DRAFT).await.status, StatusCode::NOT_FOUND);
        // Another's relationship does not exist.
        let answer = sam.post(&format!("/sharing/people/{NOBODY}/change"), &look).await;
        assert_eq!(answer.location(), DRAFT);
        assert_eq!(sam.get(DRAFT).await.status, StatusCode::NOT_FOUND);
    }

    async fn while_acting_for_somebody_else_these_pages_do_not_exist(place: &Place) {
        let world = world(place).await;
        let other = world.app.person("999 000 0026", "Stone", "Gout").await;
        let relationship = world.carer("tom@example.org", Some(other), "COND", "mental").await;
        let mut tom = world.app.signed_in("tom@example.org").await;
        let look = [("sent", "1"), ("name", "Una"), ("scopes", "COND"), ("look", "true")];
        tom.post_and_follow(INVITE, &look).await.says("What Una would see");
        tom.get(&format!("{DRAFT}/problems")).await.says("Gout");
        tom.post_and_follow("/acting", &[("person", &world.person.to_string())]).await.says("You are looking after");
        for path in [INVITE.to_owned(), format!("/sharing/people/{relationship}/change")] {
            assert_eq!(tom.post(&path, &look).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for at in [
            format!("/sharing/preview/team/{}", world.practice), format!("/sharing/preview/desk/{}", world.practice),
            format!("/sharing/preview/{relationship}"), DRAFT.to_owned(),
        ] {
            for rest in ["", "/problems"] {
                let answer = tom.get(&format!("{at}{rest}")).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{at}{rest}");
                answer.does_not_say("Riverside Surgery").does_not_say("Asthma").does_not_say("Una");
            }
        }
        // Nor is there anything of the draft on a form about somebody else.
        assert_eq!(tom.get(&format!("{INVITE}?as-typed")).await.status, StatusCode::NOT_FOUND);
        tom.post("/acting", &[("person", "")]).await;
        tom.get(&format!("{DRAFT}/problems")).await.says("Gout");
        tom.get(&format!("{INVITE}?as-typed")).await.says("value=\"Una\"");
    }
}
