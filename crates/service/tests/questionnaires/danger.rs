//! An answer that may tell of danger to life: who hears of it, when, and how often.

use crate::questionnaires::town::{Town, day, fields, not_found, refused};
use crate::questionnaires::world::World;
use crate::questionnaires::{NINE, answered, file, phq};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::consent::{SharingPurpose, in_force};
use domain::team::WorkKind;
use fhir::questionnaire_response::Line;
use service::{ChoiceForm, Next, QuestionnaireRulesForm, WorkItem};
use testkit::Place;

async fn waiting(town: &Town, by: &Actor) -> Vec<WorkItem> {
    let all = town.services.work.list(by).await.unwrap();
    all.into_iter().filter(|item| item.kind == WorkKind::QuestionnaireAlert).collect()
}

/// A clinician takes what waits and says that it is dealt with.
async fn deal_with(town: &Town) {
    let (item, work) = (waiting(town, &town.clinician).await.remove(0), &town.services.work);
    work.claim(&town.clinician, item.id, item.version).await.unwrap();
    work.done(&town.clinician, item.id, item.version + 1).await.unwrap();
    assert_eq!(waiting(town, &town.clinician).await, []);
}

testkit::both_engines! {
    async fn it_is_heard_at_once_and_nobody_is_told_until_the_practice_wants_to_be(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        let phq9 = file("phq-9");
        let id = world.begin(me, "phq-9").await.unwrap();
        // It is kept although the others of its page are missing, so that the next page can say who helps.
        let alone = answered(&phq9, 2, |link| (link == NINE).then_some(1));
        assert_eq!(fields(world.save("phq-9", id, &alone).await), ["q7", "q8"]);
        let seen = questionnaires.response(me, person, (Some("phq-9"), id)).await.unwrap();
        assert_eq!((seen.crisis, seen.told, seen.watching), (true, None, None));
        assert_eq!(waiting(&world.town, &world.town.clinician).await, []);
        not_found(questionnaires.response(&world.town.clinician, person, (None, id)).await);
        // Of a page with nothing wrong the next page is the one that helps.
        world.save("phq-9", id, &answered(&phq9, 2, phq(0, 0))).await.unwrap();
        assert_eq!(world.save("phq-9", id, &answered(&phq9, 2, phq(0, 1))).await.unwrap(), Next::Help);
    }

    async fn the_practice_that_wants_to_be_is_told_and_sees_the_answer_also_unfinished(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        world.tell("yes").await;
        let (one, seen) = questionnaires.one(me, person, "phq-9").await.unwrap();
        assert_eq!((seen.watching.as_deref(), one.responses.len()), (Some("Riverside Surgery"), 0));
        assert_eq!(questionnaires.one(me, person, "gad-7").await.unwrap().1.watching, None, "it asks of no danger");
        let (phq9, id) = (file("phq-9"), world.begin(me, "phq-9").await.unwrap());
        let before = world.events().await;
        assert_eq!(world.save("phq-9", id, &answered(&phq9, 2, phq(0, 3))).await.unwrap(), Next::Help);
        assert_eq!(world.events().await, before + 1);
        let items = waiting(&world.town, &world.town.clinician).await;
        assert_eq!((items.len(), items[0].urgent, items[0].person, items[0].about), (1, true, person, id.as_uuid()));
        assert_eq!(waiting(&world.town, &world.town.manager).await.len(), 1);
        assert_eq!(waiting(&world.town, &world.town.reception).await, []);
        let seen = questionnaires.response(&world.town.clinician, person, (None, id)).await.unwrap();
        assert_eq!((seen.crisis, seen.whole, seen.may_fill), (true, false, false));
        assert_eq!(seen.told.unwrap().0, "Riverside Surgery");
        assert_eq!(seen.looked_from, Some(day("2026-11-04")));
        not_found(questionnaires.response(&world.town.manager, person, (None, id)).await);
        // Dealt with, it does not come back as long as the answer stays.
        deal_with(&world.town).await;
        for page in 0..4 {
            world.save("phq-9", id, &answered(&phq9, page, phq(1, 3))).await.unwrap();
        }
        questionnaires.finish(me, person, ("phq-9", id)).await.unwrap();
        assert_eq!(waiting(&world.town, &world.town.clinician).await, []);
        // Taken back and said again it is new, and the page says when of that they were told.
        let told = async || questionnaires.response(me, person, (None, id)).await.unwrap();
        let first = told().await.told.unwrap().1;
        world.advance_days(3);
        assert_eq!(told().await.looked_from, None, "that day is there");
        world.save("phq-9", id, &answered(&phq9, 2, phq(1, 0))).await.unwrap();
        assert_eq!(waiting(&world.town, &world.town.clinician).await, []);
        assert_eq!(world.save("phq-9", id, &answered(&phq9, 2, phq(1, 2))).await.unwrap(), Next::Help);
        assert_eq!(waiting(&world.town, &world.town.clinician).await.len(), 1);
        assert_eq!((told().await.told.unwrap().1 - first, told().await.told_of_all), (TimeDelta::days(3), true));
        // So is a worse answer, and a milder one is not.
        deal_with(&world.town).await;
        world.save("phq-9", id, &answered(&phq9, 2, phq(1, 3))).await.unwrap();
        assert_eq!(waiting(&world.town, &world.town.clinician).await.len(), 1);
        deal_with(&world.town).await;
        world.save("phq-9", id, &answered(&phq9, 2, phq(1, 1))).await.unwrap();
        assert_eq!(waiting(&world.town, &world.town.clinician).await, []);
        // Nobody wants to be told any more: it does not say that somebody was of what it says now.
        world.tell("no").await;
        world.save("phq-9", id, &answered(&phq9, 2, phq(1, 3))).await.unwrap();
        assert_eq!((waiting(&world.town, &world.town.clinician).await, told().await.told_of_all), (Vec::new(), false));
        world.tell("yes").await;
        // The next time is another.
        world.fill_in(0, 1).await;
        assert_eq!(waiting(&world.town, &world.town.clinician).await.len(), 1);
        world.town.verify().await;
    }

    async fn the_list_says_which_answers_tell_of_danger_also_where_nobody_is_told(place: &Place) {
        let world = World::at(place).await;
        let (person, questionnaires) = (world.edna.person, &world.town.services.questionnaires);
        let phq9 = file("phq-9");
        let mild = world.fill_in(0, 0).await;
        world.advance_days(1);
        let grave = world.fill_in(0, 1).await;
        let lines = async || {
            let before = world.events().await;
            let seen = questionnaires.overview(&world.town.clinician, person).await.unwrap();
            assert_eq!(world.events().await, before + 1);
            let one = seen.all.into_iter().find(|one| one.id == "phq-9").unwrap();
            one.responses.iter().map(|line| (line.id, line.crisis, line.told, line.tells_of_danger())).collect::<Vec<_>>()
        };
        assert_eq!(lines().await, [(grave, true, false, true), (mild, false, false, false)]);
        // Told and changed since, it is told of still.
        world.tell("yes").await;
        world.advance_days(1);
        let told = world.fill_in(1, 2).await;
        world.save("phq-9", told, &answered(&phq9, 2, phq(1, 0))).await.unwrap();
        assert_eq!(lines().await.first(), Some(&(told, false, true, true)));
    }

    async fn what_was_told_can_still_be_read_when_it_is_taken_back(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        world.tell("yes").await;
        let (phq9, id) = (file("phq-9"), world.begin(me, "phq-9").await.unwrap());
        world.save("phq-9", id, &answered(&phq9, 2, phq(0, 3))).await.unwrap();
        world.save("phq-9", id, &answered(&phq9, 2, phq(0, 0))).await.unwrap();
        let seen = questionnaires.response(&world.town.clinician, person, (None, id)).await.unwrap();
        assert_eq!((seen.crisis, seen.tells_of_danger(), seen.whole), (false, true, false));
        let said = |lines: &[Line]| lines.iter().map(|line| line.answer.clone()).collect::<Vec<_>>();
        assert_eq!(seen.versions.len(), 1);
        assert!(said(&seen.versions[0].lines).contains(&"Nearly every day".to_owned()), "{:?}", seen.versions);
        assert!(!said(&seen.lines).contains(&"Nearly every day".to_owned()), "{:?}", seen.lines);
        world.town.verify().await;
    }

    async fn whoever_manages_cannot_end_what_they_may_not_read(place: &Place) {
        let world = World::at(place).await;
        let (town, work) = (&world.town, &world.town.services.work);
        world.tell("yes").await;
        world.fill_in(0, 2).await;
        let item = waiting(town, &town.manager).await.remove(0);
        work.claim(&town.manager, item.id, item.version).await.unwrap();
        refused(work.done(&town.manager, item.id, item.version + 1).await, "", "Only somebody who gives care");
        assert_eq!(waiting(town, &town.clinician).await.len(), 1);
        work.release(&town.manager, item.id, item.version + 1).await.unwrap();
        deal_with(town).await;
    }

    async fn nothing_is_told_to_a_practice_with_which_it_is_not_shared(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        world.tell("yes").await;
        let choice = ChoiceForm {
            purpose: "direct-care".to_owned(),
            kind: "practice".to_owned(),
            labels: "general".to_owned(),
            notice_version: in_force(SharingPurpose::DirectCare, day("2026-11-03")).unwrap().version,
            submission: world.town.services.core.new_id().to_string(),
        };
        world.town.services.sharing.choose(me, person, &choice).await.unwrap();
        assert_eq!(questionnaires.one(me, person, "phq-9").await.unwrap().1.watching, None);
        let id = world.fill_in(0, 2).await;
        assert_eq!(waiting(&world.town, &world.town.clinician).await, []);
        let seen = questionnaires.response(me, person, (None, id)).await.unwrap();
        assert_eq!((seen.crisis, seen.told), (true, None));
        not_found(questionnaires.response(&world.town.clinician, person, (None, id)).await);
    }

    async fn only_a_manager_sees_and_changes_whether_the_practice_is_told(place: &Place) {
        let world = World::at(place).await;
        let (town, questionnaires) = (&world.town, &world.town.services.questionnaires);
        let form = |alerts: &str, version: &str| QuestionnaireRulesForm { alerts: alerts.to_owned(), version: version.to_owned() };
        for actor in [&town.reception, &town.clinician, &town.officer, &world.edna.actor, &Actor::Nobody] {
            assert!(questionnaires.rules(actor).await.is_err() && questionnaires.change_rules(actor, &form("yes", "0")).await.is_err());
        }
        refused(questionnaires.change_rules(&town.manager, &form("", "0")).await, "alerts", "Choose yes or no");
        refused(questionnaires.change_rules(&town.manager, &form("yes", "x")).await, "", "Send it again");
        for _ in 0..2 {
            questionnaires.change_rules(&town.manager, &form("yes", "0")).await.unwrap();
        }
        let rules = questionnaires.rules(&town.manager).await.unwrap();
        assert_eq!((rules.alerts, rules.version), (true, 1));
        refused(questionnaires.change_rules(&town.manager, &form("no", "0")).await, "", "Somebody has just changed this");
        // The other practice has said nothing.
        assert!(!questionnaires.rules(&town.stranger).await.unwrap().alerts);
    }
}
