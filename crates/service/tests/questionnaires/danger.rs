//! An answer that may tell of danger to life: who hears of it, when, and how often.

use crate::town::{Town, day, fields, not_found, refused};
use crate::world::World;
use crate::{NINE, answered, file, phq};
use domain::access::Actor;
use domain::consent::{SharingPurpose, in_force};
use domain::team::WorkKind;
use service::{ChoiceForm, Next, QuestionnaireRulesForm, WorkItem};
use testkit::Place;

async fn waiting(town: &Town, by: &Actor) -> Vec<WorkItem> {
    let all = town.services.work.list(by).await.unwrap();
    all.into_iter().filter(|item| item.kind == WorkKind::QuestionnaireAlert).collect()
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

    async fn the_practice_that_wants_to_be_is_told_once_and_sees_the_answer_also_unfinished(place: &Place) {
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
        not_found(questionnaires.response(&world.town.manager, person, (None, id)).await);
        // Dealt with, it does not come back, whatever is done with the same response.
        let work = &world.town.services.work;
        work.claim(&world.town.clinician, items[0].id, items[0].version).await.unwrap();
        work.done(&world.town.clinician, items[0].id, items[0].version + 1).await.unwrap();
        for page in 0..4 {
            world.save("phq-9", id, &answered(&phq9, page, phq(1, 3))).await.unwrap();
        }
        questionnaires.finish(me, person, ("phq-9", id)).await.unwrap();
        world.save("phq-9", id, &answered(&phq9, 2, phq(1, 0))).await.unwrap();
        world.save("phq-9", id, &answered(&phq9, 2, phq(1, 2))).await.unwrap();
        assert_eq!(waiting(&world.town, &world.town.clinician).await, []);
        // The next time is another.
        world.fill_in(0, 1).await;
        assert_eq!(waiting(&world.town, &world.town.clinician).await.len(), 1);
        world.town.verify().await;
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
