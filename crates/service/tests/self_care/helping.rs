//! Apps, groups and helplines: what fits, finding, and one's own list; and the plan that brings all together.

use crate::self_care::problem;
use crate::self_care::town::not_found;
use crate::self_care::world::World;
use domain::audit::{Action, Basis};
use domain::goal::Kind;
use domain::reading::Measure;
use domain::reading::week::Protocol;
use domain::self_care::{GivenAnswer, Topic};
use service::{StartForm, SupportAsked, TargetForm};
use testkit::Place;

testkit::both_engines! {
    async fn what_fits_is_suggested_found_and_kept(place: &Place) {
        let world = World::at(place).await;
        let (town, me, care, person) = (&world.town, &world.edna.actor, &world.town.services.self_care, world.edna.person);
        world.take_in(town.practice, &[problem("c1", "44054006", "Type 2 diabetes")]).await;
        let asked = SupportAsked::default();
        let seen = care.find_support(me, person, &asked).await.unwrap();
        let ids = |all: &[std::sync::Arc<domain::self_care::Support>]| all.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&seen.suggested), ["active-10", "nhs-weight-loss-plan", "diabetes-uk"]);
        assert_eq!((seen.found.len(), seen.topics.len(), seen.saved.len()), (26, Topic::ALL.len(), 0));
        let before = world.events().await;
        for _ in 0..2 {
            care.keep_support(me, person, "diabetes-uk", true).await.unwrap();
        }
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::SupportChanged, Basis::Own)));
        let seen = care.find_support(me, person, &asked).await.unwrap();
        assert_eq!((ids(&seen.suggested), seen.saved[0].name.as_str()), (vec!["active-10".to_owned(), "nhs-weight-loss-plan".to_owned()], "Diabetes UK"));
        assert!(care.support(me, person, "diabetes-uk").await.unwrap().saved);
        let found = |words: &str, topic| SupportAsked { words: words.to_owned(), topic, ..SupportAsked::default() };
        assert_eq!(ids(&care.find_support(me, person, &found("helpline NURSES", None)).await.unwrap().found), ["dementia-uk", "british-heart-foundation", "asthma-lung-uk"]);
        assert_eq!(ids(&care.find_support(me, person, &found("", Some(Topic::Stroke))).await.unwrap().found), ["stroke-association"]);
        for _ in 0..2 {
            care.keep_support(me, person, "diabetes-uk", false).await.unwrap();
        }
        assert_eq!(world.last().await, (Action::SupportChanged, Basis::Own));
        assert!(care.find_support(me, person, &asked).await.unwrap().saved.is_empty());
        not_found(care.support(me, person, "nothing").await);
        not_found(care.keep_support(me, person, "nothing", true).await);
        not_found(care.find_support(&town.stranger, person, &asked).await);
        not_found(care.keep_support(&town.clinician, person, "mind", true).await);
    }

    async fn a_carer_does_not_see_what_is_kept_about_mental_health(place: &Place) {
        let world = World::at(place).await;
        let (me, care, person) = (&world.edna.actor, &world.town.services.self_care, world.edna.person);
        for id in ["samaritans", "age-uk"] {
            care.keep_support(me, person, id, true).await.unwrap();
        }
        let (daughter, _) = world.carer("Daughter", "READ").await;
        let hers = care.find_support(&daughter.actor, person, &SupportAsked::default()).await.unwrap();
        assert_eq!(hers.saved.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["age-uk"]);
        let seen = care.support(&daughter.actor, person, "samaritans").await.unwrap();
        assert!(!seen.saved && !seen.may_record);
        not_found(care.keep_support(&daughter.actor, person, "samaritans", true).await);
        care.keep_support(&daughter.actor, person, "samaritans", false).await.unwrap();
        assert_eq!(care.find_support(me, person, &SupportAsked::default()).await.unwrap().saved.len(), 2);
    }

    async fn the_plan_brings_together_what_stands_elsewhere(place: &Place) {
        let world = World::at(place).await;
        let (town, me, care, person) = (&world.town, &world.edna.actor, &world.town.services.self_care, world.edna.person);
        let plan = care.plan(me, person).await.unwrap();
        assert!(plan.goals.is_empty() && plan.weeks.is_empty() && plan.reading.is_empty() && plan.saved.is_empty() && plan.targets.is_empty());
        let going = world.set_goal(me, Kind::Own, &world.own_goal("Paint again")).await.unwrap();
        town.advance(chrono::TimeDelta::seconds(1));
        let over = world.set_goal(me, Kind::Own, &world.own_goal("Old")).await.unwrap();
        care.act_on_goal(me, person, (over, 1), domain::goal::Act::LetGo).await.unwrap();
        care.give_article(&town.clinician, person, ("sleep", "", &world.new_id())).await.unwrap();
        town.advance(chrono::TimeDelta::seconds(1));
        care.give_article(&town.clinician, person, ("anxiety", "", &world.new_id())).await.unwrap();
        care.answer_article(me, person, "anxiety", Some(GivenAnswer::Done)).await.unwrap();
        care.keep_support(me, person, "age-uk", true).await.unwrap();
        let week = StartForm { first: "today".to_owned(), length: "7".to_owned(), times: "8am, 8pm".to_owned(), submission: world.new_id(), ..StartForm::default() };
        town.services.readings.start_week(me, person, Protocol::HomePressure, &week).await.unwrap();
        let target = TargetForm { first_high: "135".to_owned(), second_high: "85".to_owned(), why: "As agreed".to_owned(), ..TargetForm::default() };
        town.services.readings.set_target(&town.clinician, person, Measure::BloodPressure, &target).await.unwrap();
        let before = world.events().await;
        let plan = care.plan(me, person).await.unwrap();
        assert_eq!(world.events().await, before + 1, "the whole page is one look");
        care.check_in(me, person, going, ("well", "Twice", &world.new_id())).await.unwrap();
        let mut file = Vec::new();
        town.services.exports.bundle(me, person, &mut file).await.unwrap();
        assert_eq!(world.last().await, (Action::Export, Basis::Own));
        let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
        let all = file["entry"].as_array().unwrap().iter().map(|one| &one["resource"]);
        let own: Vec<_> = all.filter(|one| ["Goal", "Task", "List"].iter().any(|kind| one["resourceType"] == *kind)).collect();
        let kinds: Vec<_> = own.iter().map(|one| one["resourceType"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["Goal", "Goal", "Task", "Task", "List"]);
        let notes = |place: usize| own[place]["note"].as_array().unwrap().iter().filter(|note| note["text"] == "It went well. Twice").count();
        assert_eq!((notes(0), notes(1)), (0, 1), "each goal has what was done with it alone");
        let status = |place: usize, field: &str| own[place][field].as_str().unwrap().to_owned();
        let all = [status(0, "lifecycleStatus"), status(1, "lifecycleStatus"), status(2, "status"), status(3, "status")];
        assert_eq!(all, ["cancelled", "active", "completed", "requested"]);
        assert_eq!(plan.goals.iter().map(|goal| goal.id).collect::<Vec<_>>(), [going]);
        assert_eq!(plan.weeks.iter().map(|week| week.plan.protocol).collect::<Vec<_>>(), [Protocol::HomePressure]);
        assert_eq!(plan.reading.iter().map(|one| one.article.as_str()).collect::<Vec<_>>(), ["sleep"]);
        assert_eq!((plan.saved[0].name.as_str(), plan.targets[0].now.why.as_str(), plan.may_record), ("Age UK", "As agreed", true));
    }
}
