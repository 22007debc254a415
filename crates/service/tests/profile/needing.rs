//! What somebody needs, who says so, and who sees it first; and how pages look.

use crate::profile::family;
use crate::profile::town::{fields, not_found, refused};
use crate::profile::world::World;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::profile::{Display, Setting};
use serde_json::json;
use service::{CarerDecision, CarerTerms, NeedsForm, NeedsOf, NotedBy, ServiceError, TeamNeeds};
use testkit::Place;

fn form(chosen: &str, interpreter: Option<&str>, version: i32, submission: String) -> NeedsForm {
    NeedsForm {
        chosen: chosen.to_owned(),
        needs_interpreter: if interpreter.is_some() { "yes" } else { "no" }.to_owned(),
        interpreter: interpreter.unwrap_or_default().to_owned(),
        version: version.to_string(),
        submission,
        ..NeedsForm::default()
    }
}

testkit::both_engines! {
    async fn what_is_said_once_stands_first_for_every_service_and_in_the_download(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person, side) = (&world.town, &world.edna.actor, world.edna.person, &world.town.services.profile);
        let of = NeedsOf::Person(person);
        assert!(side.needs(me, of).await.unwrap().now.is_none());
        assert_eq!(town.services.care_team.patient(&town.reception, person).await.unwrap().needs.person, None);
        let first = NeedsForm { impairments: "2".to_owned(), own_words: "A chair with arms".to_owned(), ..form("print-24 hearing-aid", Some("bfi"), 0, world.new_id()) };
        let before = world.events().await;
        for _ in 0..2 {
            side.save_needs(me, of, &first).await.unwrap();
        }
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ProfileChanged, Basis::Own)));
        let before = world.events().await;
        for team in [&town.reception, &town.clinician, &town.manager] {
            let (needs, _) = town.services.care_team.patient(team, person).await.unwrap().needs.person.unwrap();
            assert_eq!(needs.in_short(), "Needs large print (24 point) and a BSL interpreter. Uses a hearing aid.");
        }
        assert_eq!(world.events().await, before + 3, "it is part of the look at who they are");
        let flags = world.downloaded(me, "Flag").await;
        let codes: Vec<_> = flags.iter().map(|one| one.pointer("/code/coding/0/code").and_then(|code| code.as_str().map(str::to_owned))).collect();
        assert_eq!(codes, [Some("957351000000102".to_owned()), Some("285055002".to_owned()), Some("204331000000107".to_owned()), None]);
        let disabled = world.downloaded(me, "Condition").await;
        assert!(disabled.iter().any(|one| one.pointer("/code/coding/0/code") == Some(&json!("2"))));

        refused(side.save_needs(me, of, &form("", None, 0, world.new_id())).await, "", "meanwhile");
        side.save_needs(me, of, &form("easy-read", None, 1, world.new_id())).await.unwrap();
        let seen = side.needs(me, of).await.unwrap();
        let now = seen.now.unwrap();
        assert_eq!((now.needs.in_short().as_str(), now.version, now.by, seen.before.len()), ("Needs easy read.", 2, NotedBy::You, 1));
        assert_eq!(seen.before[0].needs.own_words, "A chair with arms");
        let asked = NeedsForm { needs_interpreter: String::new(), own_words: "x".repeat(501), ..form("", None, 2, world.new_id()) };
        assert_eq!(fields(side.save_needs(me, of, &asked).await), ["needs_interpreter", "own_words"]);
        refused(side.save_needs(me, of, &form("", Some(""), 2, world.new_id())).await, "interpreter", "language");
        refused(side.save_needs(me, of, &form("", Some("other"), 2, world.new_id())).await, "other_language", "name");
        for team in [&town.clinician, &town.stranger, &town.officer] {
            not_found(side.save_needs(team, of, &form("", None, 2, world.new_id())).await);
        }
        not_found(side.needs(&town.stranger, of).await);
    }

    async fn asking_for_a_need_that_is_not_there_leaves_an_event_as_any_refusal_does(place: &Place) {
        let world = World::at(place).await;
        let (town, me, person, side) = (&world.town, &world.edna.actor, world.edna.person, &world.town.services.profile);
        side.save_needs(me, NeedsOf::Person(person), &form("braille-1", None, 0, world.new_id())).await.unwrap();
        let all = side.flags(&town.reception, person).await.unwrap();
        let events = world.events().await;
        side.flag(&town.reception, person, all[0]["id"].as_str().unwrap()).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (events + 1, (Action::Read, Basis::CareTeam)));
        not_found(side.flag(&town.reception, person, "none").await);
        assert_eq!((world.events().await, world.last().await), (events + 2, (Action::Refused, Basis::CareTeam)));
    }

    async fn a_carer_says_what_they_need_themselves_and_the_care_team_of_whom_they_look_after_sees_it(place: &Place) {
        let world = World::at(place).await;
        let (town, person, side) = (&world.town, world.edna.person, &world.town.services.profile);
        let (daughter, relationship) = world.carer("Daughter", "RECRD").await;
        let own = NeedsForm { impairments: "1".to_owned(), ..form("print-20", None, 0, world.new_id()) };
        side.save_needs(&daughter.actor, NeedsOf::Person(daughter.person), &own).await.unwrap();
        let needs = town.services.care_team.patient(&town.reception, person).await.unwrap().needs;
        assert_eq!((needs.person, needs.carers.len()), (None, 1));
        assert_eq!(needs.carers[0].needs.in_short(), "Needs large print (20 point).");
        assert!(needs.carers[0].needs.impairments.is_empty(), "whether a carer is disabled is theirs to tell");
        // Whom she only asked to help does not speak for her.
        not_found(side.save_needs(&daughter.actor, NeedsOf::Person(person), &form("braille-1", None, 0, world.new_id())).await);
        town.services.carers.end(&world.edna.actor, person, relationship).await.unwrap();
        assert!(town.services.care_team.patient(&town.reception, person).await.unwrap().needs.carers.is_empty());
    }

    async fn what_stands_beside_a_page_is_no_look_of_its_own_and_nothing_to_whoever_may_not_see_it(place: &Place) {
        let world = World::at(place).await;
        let (town, person, side) = (&world.town, world.edna.person, &world.town.services.profile);
        side.save_needs(&world.edna.actor, NeedsOf::Person(person), &form("print-20", None, 0, world.new_id())).await.unwrap();
        let before = world.events().await;
        let (needs, _) = side.beside(&town.reception, person).await.unwrap().person.unwrap();
        assert_eq!(needs.in_short(), "Needs large print (20 point).");
        assert_eq!(world.events().await, before, "the page beside which it stands is the look");
        assert_eq!(side.beside(&town.stranger, person).await.unwrap(), TeamNeeds::default());
        assert!(matches!(side.beside(&Actor::Nobody, person).await, Err(ServiceError::NotSignedIn)));
    }

    async fn a_parent_says_what_their_child_needs(place: &Place) {
        let world = family::World::new(place).await;
        let (services, parent) = (&world.services, world.ada());
        let child = world.person(&world.practice.clone(), family::CHILD, "Hughes", "Bea", "2020-11-05", false).await;
        let asked = world.application(family::CHILD, ["5", "11", "2020"], "Hughes", "parental-responsibility");
        services.carers.apply(&parent, &asked).await.unwrap();
        let gp = world.staff("gp@example.org", "clinician", &world.practice).await;
        let item = services.work.list(&gp).await.unwrap().remove(0);
        let id = domain::RelationshipId::from_uuid(item.about);
        let terms = CarerTerms { scopes: "RECRD APPT".parse().unwrap(), labels: "general".parse().unwrap(), ends_on: None, review_on: None };
        services.carers.decide(&gp, child, id, 1, CarerDecision::Activate(terms)).await.unwrap();
        let submission = || services.core.new_id().to_string();
        services.profile.save_needs(&parent, NeedsOf::Person(child), &form("makaton-info uses-makaton low-noise", None, 0, submission())).await.unwrap();
        let now = services.profile.needs(&parent, NeedsOf::Person(child)).await.unwrap();
        assert!(now.may_change && now.now.is_some_and(|now| now.by == NotedBy::You));
        let (needs, _) = services.care_team.patient(&gp, child).await.unwrap().needs.person.unwrap();
        assert_eq!(needs.in_short(), "Needs information in Makaton and a quiet place. Uses Makaton.");
        let actions = world.actions(child).await;
        assert!(actions.contains(&Action::ProfileChanged), "{actions:?}");
    }

    async fn an_account_without_a_record_keeps_its_own_and_brings_them_along(place: &Place) {
        let world = family::World::new(place).await;
        let services = &world.services;
        let id = world.account("new@example.org", None).await;
        let me = family::citizen(id);
        let submission = || services.core.new_id().to_string();
        assert!(services.profile.needs(&me, NeedsOf::Account).await.unwrap().now.is_none());
        services.profile.save_needs(&me, NeedsOf::Account, &form("easy-read", None, 0, submission())).await.unwrap();
        let now = services.profile.needs(&me, NeedsOf::Account).await.unwrap().now.unwrap();
        assert_eq!((now.needs.in_short().as_str(), now.by), ("Needs easy read.", NotedBy::You));
        assert!(services.profile.needs(&family::first_step(id), NeedsOf::Account).await.is_err());
        let mine = world.person(&world.practice.clone(), family::CHILD, "Holt", "Bea", "1975-01-02", false).await;
        services.linking.link_in_person(&Actor::Operator, id, mine).await.unwrap();
        let of = NeedsOf::Person(mine);
        let now = services.profile.needs(&me, of).await.unwrap().now.unwrap();
        assert_eq!(now.needs.in_short(), "Needs easy read.");
        services.profile.save_needs(&me, of, &form("print-20", None, now.version, submission())).await.unwrap();
        assert_eq!(services.profile.needs(&me, of).await.unwrap().now.unwrap().needs.in_short(), "Needs large print (20 point).");
    }

    async fn how_pages_look_is_kept_with_the_account(place: &Place) {
        let world = family::World::new(place).await;
        let (side, me) = (&world.services.profile, world.edna());
        assert_eq!(side.display(&me).await.unwrap(), None);
        let large = Display::NONE.with(Setting::LargeText).with(Setting::EasyRead);
        for _ in 0..2 {
            side.set_display(&me, large).await.unwrap();
        }
        assert_eq!(side.display(&me).await.unwrap(), Some(large));
        side.set_display(&me, Display::NONE).await.unwrap();
        assert_eq!(side.display(&me).await.unwrap(), Some(Display::NONE), "to have chosen nothing is a choice");
        assert_eq!(side.display(&world.ada()).await.unwrap(), None);
        assert!(side.set_display(&Actor::Nobody, large).await.is_err());
    }
}
