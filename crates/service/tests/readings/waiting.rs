//! What waits for somebody on their first page.

use crate::readings::town::not_found;
use crate::readings::world::World;
use crate::readings::{add, form, how};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::goal::{CheckIn, Kind, State};
use domain::reading::week::Protocol;
use domain::reading::{AlertAct, Measure};
use domain::record::Category;
use domain::team::WorkKind;
use service::{AlertForm, GoalForm, HiddenFrom, RuleForm, StartForm, Waits, WeekAct, WeekForm};
use testkit::Place;

async fn waits(world: &World) -> Waits {
    world.town.services.readings.waits(&world.edna.actor, world.edna.person).await.unwrap()
}

testkit::both_engines! {
    async fn nothing_waits_unless_something_does_and_no_look_is_written_down(place: &Place) {
        let world = World::at(place).await;
        let before = world.events().await;
        assert_eq!((waits(&world).await, world.events().await), (Waits::default(), before));
        let stranger = world.town.citizen("Stone").await;
        not_found(world.town.services.readings.waits(&stranger.actor, world.edna.person).await);
    }

    async fn a_sitting_waits_while_it_is_due_and_not_done(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        world.set("2026-11-03T11:00:00Z");
        let start = StartForm {
            first: "today".to_owned(),
            length: "7".to_owned(),
            times: "8am, 8pm".to_owned(),
            submission: world.town.services.core.new_id().to_string(),
            ..StartForm::default()
        };
        let week = all.start_week(me, person, Protocol::HomePressure, &start).await.unwrap();
        let before = world.events().await;
        let due = waits(&world).await.sitting.unwrap();
        assert_eq!((due.week, due.sitting.title, due.begun), (week, "Morning", false));
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)));
        let record = async |many| {
            let form = WeekForm {
                waited: true,
                readings: vec![vec!["142".to_owned(), "88".to_owned()]; many],
                submission: world.town.services.core.new_id().to_string(),
                ..WeekForm::default()
            };
            all.record_in_week(me, person, week, &form).await.unwrap();
        };
        record(1).await;
        assert!(waits(&world).await.sitting.unwrap().begun);
        world.town.advance(TimeDelta::minutes(3));
        record(1).await;
        assert_eq!(waits(&world).await.sitting, None);
        world.set("2026-11-03T19:00:00Z");
        assert_eq!(waits(&world).await.sitting.unwrap().sitting.title, "Evening");
        // Whoever sees readings and records none has nothing to do; results hidden hide it.
        let (carer, relationship) = world.carer("Ann", "READ").await;
        assert!(all.waits(&carer.actor, person).await.unwrap().sitting.is_some());
        let hidden = HiddenFrom::Relationship(relationship);
        world.town.services.hidings.hide_category(me, person, Category::Result, hidden).await.unwrap();
        assert_eq!(all.waits(&carer.actor, person).await.unwrap(), Waits::default());
        let version = all.week(me, person, week).await.unwrap().version;
        all.change_week(me, person, (week, version), WeekAct::Pause).await.unwrap();
        assert_eq!(waits(&world).await.sitting, None, "a pause asks for nothing");
    }

    async fn questions_wait_that_a_team_asks_for_or_that_were_begun(place: &Place) {
        let world = World::at(place).await;
        let (me, person, all) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        let submission = world.town.services.core.new_id().to_string();
        all.begin(me, person, ("falls-risk", &submission)).await.unwrap();
        let begun = waits(&world).await.questions.unwrap();
        assert_eq!((begun.questionnaire.as_str(), begun.asked_by, begun.begun), ("falls-risk", None, true));
        let submission = world.town.services.core.new_id().to_string();
        all.ask(&world.town.clinician, person, ("gad-7", &submission)).await.unwrap();
        let asked = waits(&world).await.questions.unwrap();
        assert_eq!((asked.questionnaire.as_str(), asked.begun), ("gad-7", false), "what somebody waits for comes first");
        assert_eq!(asked.asked_by.as_deref(), Some("Riverside Surgery"));
        // It is about mental health: a carer without that label hears of the other one.
        let (carer, _) = world.carer("Ann", "READ").await;
        let theirs = world.town.services.readings.waits(&carer.actor, person).await.unwrap().questions;
        assert_eq!(theirs.map(|one| one.questionnaire).as_deref(), Some("falls-risk"));
        world.town.advance(TimeDelta::days(15));
        let theirs = world.town.services.readings.waits(&carer.actor, person).await.unwrap().questions;
        assert_eq!(theirs, None, "what was left for two weeks asks no more");
    }

    async fn what_a_team_did_about_a_reading_is_news_and_is_mailed_without_a_word_of_it(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let fields = [("colour", "red"), ("side", "below"), ("first", "92"), ("words", "Ring us"), ("why", "You have COPD")];
        let rule = RuleForm {
            kind: "single".to_owned(),
            typed: fields.iter().map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect(),
            submission: town.services.core.new_id().to_string(),
            ..RuleForm::default()
        };
        town.services.readings.add_rule(&town.clinician, person, Measure::Oxygen, &rule).await.unwrap();
        let reading = add(town, &world.edna, person, Measure::Oxygen, &form(town, &["90"])).await;
        assert_eq!(waits(&world).await.news, None, "nobody has looked yet");
        town.mail().await;
        let item = town.services.work.list(&town.clinician).await.unwrap()[0].id;
        let answer = async |act: &str, words: &str, version| {
            let form = AlertForm { act: act.to_owned(), words: words.to_owned(), version };
            town.services.readings.answer_alert(&town.clinician, item, &form).await.unwrap();
        };
        answer("see", "", 1).await;
        let seen = waits(&world).await.news.unwrap();
        assert_eq!((seen.act, seen.measure, seen.reading), (AlertAct::See, Measure::Oxygen, Some(reading)));
        assert_eq!(seen.organisation, "Riverside Surgery");
        town.advance(TimeDelta::hours(1));
        answer("close", "Use your inhaler and measure again", 2).await;
        let closed = waits(&world).await.news.unwrap();
        assert_eq!((closed.act, closed.words.as_str()), (AlertAct::Close, "Use your inhaler and measure again"));
        let mail = town.mail().await;
        assert_eq!(mail.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [world.edna.email.as_str(); 2]);
        assert!(mail.iter().all(|mail| !mail.body.contains("Riverside") && !mail.body.to_lowercase().contains("oxygen")), "{mail:?}");
        town.services.readings.remove(&world.edna.actor, person, (reading, 1)).await.unwrap();
        assert_eq!(waits(&world).await.news.unwrap().reading, None, "the reading is gone, what was done is not");
        town.advance(TimeDelta::days(8));
        assert_eq!(waits(&world).await.news, None, "after a week it is news no more");
    }

    async fn what_is_to_be_done_by_signs_of_before_says_by_which(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let typed = [("colour", "red"), ("words", "Ring us"), ("why", "We agreed"), ("side", "below"), ("first", "92")];
        let rule = RuleForm {
            kind: "single".to_owned(),
            typed: typed.iter().map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect(),
            submission: town.services.core.new_id().to_string(),
            ..RuleForm::default()
        };
        town.services.readings.add_rule(&town.clinician, person, Measure::Oxygen, &rule).await.unwrap();
        let told = how(form(town, &["95"]), &[("signs", "yes")]);
        let first = add(town, &world.edna, person, Measure::Oxygen, &told).await;
        assert_eq!(waits(&world).await.red, None);
        town.advance(TimeDelta::minutes(10));
        let second = add(town, &world.edna, person, Measure::Oxygen, &form(town, &["90"])).await;
        let red = waits(&world).await.red.unwrap();
        assert_eq!(red.advice.map(|advice| advice.title), Some("What you see needs 999 now, whatever the number is"));
        assert_eq!((red.reading, red.held.map(|held| (held.told_with, held.minutes))), (Some(second), Some((first, 10))));
        town.advance(TimeDelta::days(1));
        let red = waits(&world).await.red.unwrap();
        assert_eq!((red.advice, red.held), (None, None), "neither is said days later");
    }

    async fn what_a_red_rule_asks_for_waits_until_the_team_does_something(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let set = async |measure, kind: &str, fields: &[(&str, &str)]| {
            let all = [("colour", "red"), ("words", "Ring us"), ("why", "We agreed")].iter().chain(fields);
            let rule = RuleForm {
                kind: kind.to_owned(),
                typed: all.map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect(),
                submission: town.services.core.new_id().to_string(),
                ..RuleForm::default()
            };
            town.services.readings.add_rule(&town.clinician, person, measure, &rule).await.unwrap();
        };
        set(Measure::Weight, "missing", &[("days", "3")]).await;
        set(Measure::Oxygen, "single", &[("side", "below"), ("first", "92")]).await;
        assert_eq!(waits(&world).await.red, None);
        // Nothing was written down, and no page of a reading says it.
        world.set("2026-11-09T09:00:00Z");
        assert_eq!(town.services.readings.run_rules(&Actor::System).await.unwrap().raised, 1);
        let before = world.events().await;
        let red = waits(&world).await.red.unwrap();
        assert_eq!((red.measure, red.reading, red.words.as_str()), (Measure::Weight, None, "Ring us"));
        assert_eq!(red.advice, None);
        assert_eq!((red.organisation.as_str(), red.found.as_str()), ("Riverside Surgery", "nothing since 3 November 2026"));
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)));
        // The newest comes first.
        town.advance(TimeDelta::hours(1));
        let reading = add(town, &world.edna, person, Measure::Oxygen, &form(town, &["90"])).await;
        let red = waits(&world).await.red.unwrap();
        assert_eq!((red.measure, red.reading, red.found.as_str()), (Measure::Oxygen, Some(reading), "90%"));
        // What is to be done now stands beside the words of the team.
        assert_eq!(red.advice.map(|advice| advice.title), Some("This oxygen level is very low"));
        assert_eq!(red.held, None, "it says so itself");
        let (carer, relationship) = world.carer("Ann", "READ").await;
        assert_eq!(town.services.readings.waits(&carer.actor, person).await.unwrap().red, Some(red));
        let hidden = HiddenFrom::Relationship(relationship);
        town.services.hidings.hide_category(&world.edna.actor, person, Category::Result, hidden).await.unwrap();
        assert_eq!(town.services.readings.waits(&carer.actor, person).await.unwrap().red, None);
        // What was to be done now is not said days later, beside the words of the team that stay.
        town.advance(TimeDelta::days(1));
        let red = waits(&world).await.red.unwrap();
        assert_eq!((red.reading, red.words.as_str(), red.advice), (Some(reading), "Ring us", None));
        // Seen it still asks; once something was done it does not, nor does a silence that has ended.
        let all = town.services.work.list(&town.clinician).await.unwrap();
        let item = all.into_iter().rfind(|item| item.kind == WorkKind::ReadingAlert).unwrap().id;
        for (act, words, version, left) in [("see", "", 1, Measure::Oxygen), ("act", "We rang you", 2, Measure::Weight)] {
            let answer = AlertForm { act: act.to_owned(), words: words.to_owned(), version };
            town.services.readings.answer_alert(&town.clinician, item, &answer).await.unwrap();
            assert_eq!(waits(&world).await.red.unwrap().measure, left, "{act}");
        }
        town.advance(TimeDelta::hours(1));
        add(town, &world.edna, person, Measure::Weight, &form(town, &["70"])).await;
        assert_eq!(waits(&world).await.red, None);
    }

    async fn a_goal_in_hand_is_the_newest_that_goes_on_and_is_open_to_the_reader(place: &Place) {
        let world = World::at(place).await;
        let (me, person, care) = (&world.edna.actor, world.edna.person, &world.town.services.self_care);
        let form = |words: &str, target: &str| GoalForm {
            words: words.to_owned(),
            target: target.to_owned(),
            submission: world.town.services.core.new_id().to_string(),
            ..GoalForm::default()
        };
        let suggested = care.propose_goal(&world.town.clinician, person, "activity", &form("", "60")).await.unwrap();
        let goal = waits(&world).await.goal.unwrap();
        assert_eq!((goal.id, goal.state, goal.proposed_by.is_some()), (suggested, State::Proposed, true));
        let mut set = Vec::new();
        for (kind, words, target) in [(Kind::Own, "Paint again", ""), (Kind::Steps, "", "8000")] {
            world.town.advance(TimeDelta::seconds(1));
            set.push(care.set_goal(me, person, kind, &form(words, target)).await.unwrap());
        }
        add(&world.town, &world.edna, person, Measure::Steps, &crate::readings::form(&world.town, &["4000"])).await;
        care.check_in(me, person, set[1], ("some", "", &world.town.services.core.new_id().to_string())).await.unwrap();
        let goal = waits(&world).await.goal.unwrap();
        assert_eq!((goal.id, goal.now), (set[1], Some(domain::reading::Amount::whole(4000))));
        assert_eq!(goal.check_in.map(|(how, _)| how), Some(CheckIn::Some));
        care.act_on_goal(me, person, (set[1], 1), domain::goal::Act::Pause).await.unwrap();
        assert_eq!(waits(&world).await.goal.unwrap().id, set[0]);
        let (carer, _) = world.carer("Ann", "READ").await;
        assert_eq!(world.town.services.readings.waits(&carer.actor, person).await.unwrap().goal.unwrap().id, set[0]);
    }
}
