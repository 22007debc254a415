//! Setting goals, how far they are, who sees and changes them, and what is kept of every change.

use crate::self_care::town::{fields, not_found, refused};
use crate::self_care::world::World;
use chrono::TimeDelta;
use domain::audit::{Action, Basis};
use domain::goal::{Act, CheckIn, Kind, Standing, State};
use domain::reading::{Amount, Measure};
use domain::record::Category;
use service::{GoalForm, NotedBy};
use testkit::Place;

testkit::both_engines! {
    async fn a_goal_begins_where_readings_are_and_goes_with_them(place: &Place) {
        let world = World::at(place).await;
        let (me, before) = (&world.edna.actor, world.events().await);
        world.record(Measure::Steps, "4000").await;
        let form = world.goal("8 000");
        let id = world.set_goal(me, Kind::Steps, &form).await.unwrap();
        assert_eq!(world.set_goal(me, Kind::Steps, &form).await.unwrap(), id, "sent twice it is one");
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::GoalChanged, Basis::Own)));
        let goal = world.seen(me, id).await;
        assert_eq!((goal.says.as_str(), goal.start, goal.state), ("Walk 8000 steps a day", Some(Amount::whole(4000)), State::Active));
        assert_eq!((goal.standing, goal.now_in_words().unwrap().as_str()), (Standing::NotYet, "In the last 7 days: 4000 steps a day on average (1 of 7 days recorded)"));
        // The look is one event.
        assert_eq!((world.events().await, world.last().await), (before + 3, (Action::Read, Basis::Own)));
        world.advance_days(1);
        world.record(Measure::Steps, "8000").await;
        let page = world.town.services.self_care.goal(me, world.edna.person, id).await.unwrap();
        assert_eq!(page.goal.standing, Standing::OnTheWay(50));
        assert_eq!(page.goal.encouragement(), "You are more than half way. Small steps add up.");
        // The chart is the one of readings: of its two days one is where the goal is.
        let (measure, chart, band) = page.chart.unwrap();
        assert_eq!((measure, chart.within, chart.of), (Measure::Steps, Some(1), 2));
        assert!(band.unwrap().holds(Measure::Steps, Amount::whole(8000), None));
        world.advance_days(40);
        assert_eq!(world.seen(me, id).await.standing, Standing::Unknown);
    }

    async fn a_week_of_alcohol_is_its_sum_and_a_weight_is_the_last(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let alcohol = world.set_goal(me, Kind::Alcohol, &GoalForm { start: "30".to_owned(), ..world.goal("14") }).await.unwrap();
        let weight = world.set_goal(me, Kind::Weight, &GoalForm { start: "13 0".to_owned(), unit: "[lb_av]".to_owned(), ..world.goal("12 8") }).await.unwrap();
        for _ in 0..2 {
            world.record(Measure::Alcohol, "6").await;
            world.advance_days(1);
        }
        world.record(Measure::Weight, "82.5").await;
        world.advance_days(20);
        world.record(Measure::Weight, "81").await;
        let goal = world.seen(me, weight).await;
        assert_eq!((goal.says.as_str(), goal.now_in_words().unwrap().as_str()), ("Reach 12 st 8 lb", "Last reading: 12 st 11 lb, on 25 November 2026"));
        assert_eq!(goal.standing, Standing::OnTheWay(57));
        assert_eq!(world.seen(me, alcohol).await.now, None, "none of the last week");
        world.record(Measure::Alcohol, "4.5").await;
        world.record(Measure::Alcohol, "2").await;
        let goal = world.seen(me, alcohol).await;
        assert_eq!((goal.now, goal.standing), (Some(Amount::from_thousandths(6500)), Standing::SoFar), "one day is no week");
        assert_eq!(goal.now_in_words().unwrap(), "In the last 7 days: 6.5 units (1 of 7 days recorded)");
        for _ in 0..6 {
            world.advance_days(1);
            world.record(Measure::Alcohol, "0").await;
        }
        let goal = world.seen(me, alcohol).await;
        assert_eq!((goal.now, goal.standing), (Some(Amount::from_thousandths(6500)), Standing::There));
        // Whoever may depend on alcohol is always told to get help first.
        assert!(goal.cautions[0].words.contains("do not stop all at once") && goal.cautions[0].source.starts_with("NHS"));
    }

    async fn somebody_young_is_cautioned_before_a_goal_is_set_and_on_its_page(place: &Place) {
        let world = World::at(place).await;
        let (young, care) = (world.town.born("Young", "2011-05-02").await, &world.town.services.self_care);
        let known = care.may_set_goal(&young.actor, young.person, Kind::Alcohol).await.unwrap();
        assert_eq!((known.age, known.height), (Some(15), None));
        for (kind, target, words) in [(Kind::Alcohol, "14", "healthiest not to drink"), (Kind::Weight, "50", "still growing")] {
            let id = care.set_goal(&young.actor, young.person, kind, &world.goal(target)).await.unwrap();
            let goal = care.goal(&young.actor, young.person, id).await.unwrap().goal;
            assert!(goal.cautions.iter().any(|one| one.title.contains(words)), "{:?}", goal.cautions);
        }
        not_found(care.may_set_goal(&young.actor, world.edna.person, Kind::Alcohol).await);
    }

    async fn a_weight_that_would_be_too_low_or_too_quick_is_cautioned_and_not_refused(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let by = |day: &str, month: &str| [day.to_owned(), month.to_owned(), "2026".to_owned()];
        let form = GoalForm { start: "60".to_owned(), by: by("1", "12"), ..world.goal("50") };
        let id = world.set_goal(me, Kind::Weight, &form).await.unwrap();
        let titles = |goal: service::GoalSeen| goal.cautions.iter().map(|one| one.title).collect::<Vec<_>>();
        assert_eq!(titles(world.seen(me, id).await), ["This is quicker than the NHS suggests"], "no height is known");
        world.record(Measure::Height, "170").await;
        assert_eq!(titles(world.seen(me, id).await), ["This would be below a healthy weight for your height", "This is quicker than the NHS suggests"]);
        let child = world.town.born("Young", "2014-01-01").await;
        let set = world.town.services.self_care.set_goal(&child.actor, child.person, Kind::Weight, &world.goal("40")).await.unwrap();
        let seen = world.town.services.self_care.goal(&child.actor, child.person, set).await.unwrap().goal;
        assert_eq!(titles(seen), ["Weight is different for people who are still growing"]);
    }

    async fn what_is_wrong_is_said_beside_its_field(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        refused(world.set_goal(me, Kind::Own, &world.own_goal(" ")).await, "words", "Say what you want to do");
        refused(world.set_goal(me, Kind::Steps, &world.goal("")).await, "target", "Enter a number");
        refused(world.set_goal(me, Kind::Steps, &world.goal("many")).await, "target", "Use numbers only");
        refused(world.set_goal(me, Kind::Weight, &world.goal("80.125")).await, "target", "Use fewer numbers");
        refused(world.set_goal(me, Kind::Alcohol, &world.goal("701")).await, "target", "cannot be right");
        refused(world.set_goal(me, Kind::Weight, &GoalForm { unit: "[oz]".to_owned(), ..world.goal("80") }).await, "unit", "Choose a unit");
        let form = GoalForm {
            start: "x".to_owned(),
            by: ["3", "11", "2026"].map(str::to_owned),
            why: "w".repeat(501),
            first_step: "\u{7}".to_owned(),
            ..world.goal("y")
        };
        assert_eq!(fields(world.set_goal(me, Kind::Smoking, &form).await), ["start", "target", "by", "why", "first_step"]);
        let far = GoalForm { by: ["3", "11", "2036"].map(str::to_owned), ..world.goal("8000") };
        refused(world.set_goal(me, Kind::Steps, &far).await, "by", "within 5 years");
        refused(world.set_goal(me, Kind::Steps, &GoalForm { submission: String::new(), ..world.goal("8000") }).await, "", "not whole");
        let goals = world.town.services.self_care.goals(me, world.edna.person).await.unwrap();
        assert!(goals.goals.is_empty() && goals.may_record);
    }

    async fn it_is_changed_paused_reached_and_let_go_and_every_change_is_kept(place: &Place) {
        let world = World::at(place).await;
        let (me, care, person) = (&world.edna.actor, &world.town.services.self_care, world.edna.person);
        let later = || world.town.advance(TimeDelta::seconds(1));
        let id = world.set_goal(me, Kind::Own, &world.own_goal("See  my sister")).await.unwrap();
        let change = GoalForm { why: "I miss her".to_owned(), ..world.own_goal("See my sister on Sundays") };
        later();
        care.change_goal(me, person, (id, 1), &change).await.unwrap();
        later();
        refused(care.change_goal(me, person, (id, 1), &change).await, "", "Somebody changed this meanwhile");
        assert_eq!(care.act_on_goal(me, person, (id, 2), Act::Pause).await.unwrap(), State::Paused);
        refused(care.act_on_goal(me, person, (id, 2), Act::LetGo).await, "", "Somebody changed this meanwhile");
        refused(care.act_on_goal(me, person, (id, 3), Act::Accept).await, "", "Somebody changed this meanwhile");
        later();
        care.act_on_goal(me, person, (id, 3), Act::Resume).await.unwrap();
        later();
        care.act_on_goal(me, person, (id, 4), Act::Reach).await.unwrap();
        not_found(care.change_goal(me, person, (id, 5), &change).await);
        let page = care.goal(me, person, id).await.unwrap();
        let whats: Vec<&str> = page.history.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(whats, ["reach", "resume", "pause", "changed", "set"]);
        assert_eq!((page.history[4].said.as_str(), page.history[3].said.as_str()), ("See my sister", "See my sister on Sundays"));
        assert!(page.history.iter().all(|one| one.by == Some(NotedBy::You) && one.member.is_none()));
        assert_eq!((page.goal.why.as_str(), page.goal.state, page.goal.encouragement()), ("I miss her", State::Reached, "You did it. Be pleased with that."));
    }

    async fn how_a_week_went_is_said_once_for_each_form(place: &Place) {
        let world = World::at(place).await;
        let (me, care, person) = (&world.edna.actor, &world.town.services.self_care, world.edna.person);
        let id = world.set_goal(me, Kind::Own, &world.own_goal("Paint again")).await.unwrap();
        assert_eq!(world.seen(me, id).await.encouragement(), "Begin when you are ready, with your first step.");
        let (submission, before) = (world.new_id(), world.events().await);
        refused(care.check_in(me, person, id, ("fine", "", &submission)).await, "how", "Choose how it went");
        for _ in 0..2 {
            care.check_in(me, person, id, ("not-this-time", "Busy", &submission)).await.unwrap();
        }
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::GoalChanged, Basis::Own)));
        let goal = world.seen(me, id).await;
        assert_eq!(goal.check_in.unwrap().0, CheckIn::NotThisTime);
        assert_eq!(goal.encouragement(), "That happens to everybody. There is another week.");
        care.act_on_goal(me, person, (id, 1), Act::LetGo).await.unwrap();
        not_found(care.check_in(me, person, id, ("well", "", &world.new_id())).await);
    }

    async fn a_carer_with_readings_sets_goals_and_others_see_none(place: &Place) {
        let world = World::at(place).await;
        let (care, person) = (&world.town.services.self_care, world.edna.person);
        let (daughter, relationship) = world.carer("Daughter", "READ").await;
        let id = world.set_goal(&daughter.actor, Kind::Own, &world.own_goal("Walk to the shop")).await.unwrap();
        assert_eq!(world.last().await, (Action::GoalChanged, Basis::Carer));
        let mine = care.goal(&world.edna.actor, person, id).await.unwrap();
        assert_eq!(mine.history[0].by, Some(NotedBy::Carer));
        // Alcohol carries the label of mental health, and is not offered without it.
        let offered = care.kinds_to_set(&daughter.actor, person).await.unwrap();
        assert!(offered.contains(&Kind::Smoking) && !offered.contains(&Kind::Alcohol), "{offered:?}");
        assert_eq!(care.goals(&daughter.actor, person).await.unwrap().kinds, offered);
        not_found(world.set_goal(&daughter.actor, Kind::Alcohol, &world.goal("14")).await);
        assert!(care.kinds_to_set(&world.edna.actor, person).await.unwrap().contains(&Kind::Alcohol));
        let (neighbour, _) = world.carer("Neighbour", "APPT").await;
        let stranger = world.town.citizen("Stranger").await;
        for nobody in [&neighbour.actor, &stranger.actor, &world.town.reception, &world.town.manager, &world.town.stranger] {
            not_found(care.goals(nobody, person).await);
            not_found(care.goal(nobody, person, id).await);
            not_found(world.set_goal(nobody, Kind::Own, &world.own_goal("x")).await);
            not_found(care.act_on_goal(nobody, person, (id, 1), Act::LetGo).await);
            not_found(care.check_in(nobody, person, id, ("well", "", &world.new_id())).await);
            not_found(care.plan(nobody, person).await);
        }
        // Somebody else's goal is not there under one's own record.
        not_found(care.goal(&stranger.actor, stranger.person, id).await);
        // From whomever results are hidden, goals are.
        let hidings = &world.town.services.hidings;
        hidings.hide_category(&world.edna.actor, person, Category::Result, service::HiddenFrom::Relationship(relationship)).await.unwrap();
        assert!(care.goals(&daughter.actor, person).await.unwrap().goals.is_empty());
        not_found(care.goal(&daughter.actor, person, id).await);
    }

    async fn a_clinician_proposes_the_person_decides_and_words_stand_with_it(place: &Place) {
        let world = World::at(place).await;
        let (town, me, care, person) = (&world.town, &world.edna.actor, &world.town.services.self_care, world.edna.person);
        let (gp, form, before) = (&town.clinician, world.goal("150"), world.events().await);
        let id = care.propose_goal(gp, person, "activity", &form).await.unwrap();
        assert_eq!(care.propose_goal(gp, person, "activity", &form).await.unwrap(), id);
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::GoalChanged, Basis::CareTeam)));
        let mail = town.mail().await;
        assert_eq!(mail.iter().map(|one| one.to.as_str()).collect::<Vec<_>>(), [world.edna.email.as_str()]);
        assert!(mail[0].body.contains("/self-care") && !mail[0].body.to_lowercase().contains("active"), "{}", mail[0].body);
        refused(care.propose_goal(gp, person, "fame", &world.goal("1")).await, "kind", "Choose what it is about");
        let goal = world.seen(me, id).await;
        assert_eq!((goal.state, goal.encouragement()), (State::Proposed, "You decide. It is fine to say no."));
        assert_eq!(goal.proposed_by, Some(("Dr Doe".to_owned(), "Riverside Surgery".to_owned())));
        // The team does not say yes for the person, nor change it.
        not_found(care.act_on_goal(gp, person, (id, 1), Act::Accept).await);
        not_found(care.change_goal(gp, person, (id, 1), &form).await);
        assert_eq!(care.act_on_goal(me, person, (id, 1), Act::Accept).await.unwrap(), State::Active);
        let submission = world.new_id();
        refused(care.comment_goal(gp, person, id, (" ", &submission)).await, "note", "Write a few words");
        let before = world.events().await;
        for _ in 0..2 {
            care.comment_goal(gp, person, id, ("Good start", &submission)).await.unwrap();
        }
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::GoalChanged, Basis::CareTeam)));
        assert!(town.mail().await.is_empty(), "nobody is nagged");
        let page = care.goal(me, person, id).await.unwrap();
        assert_eq!((page.comments[0].words.as_str(), page.comments[0].by.as_str()), ("Good start", "Dr Doe"));
        let theirs = care.goals(gp, person).await.unwrap();
        assert_eq!((theirs.goals.len(), theirs.may_record, world.last().await), (1, false, (Action::Read, Basis::CareTeam)));
        let declined = care.propose_goal(gp, person, "steps", &world.goal("5000")).await.unwrap();
        assert_eq!(care.act_on_goal(me, person, (declined, 1), Act::Decline).await.unwrap(), State::Declined);
        for nobody in [&town.reception, &town.manager, &town.stranger, me] {
            not_found(care.propose_goal(nobody, person, "steps", &world.goal("5000")).await);
            not_found(care.comment_goal(nobody, person, id, ("x", &world.new_id())).await);
        }
        world.town.advance(TimeDelta::hours(1));
        assert_eq!(care.goals(me, person).await.unwrap().goals.len(), 2);
    }

    async fn each_of_many_goals_has_what_was_said_of_it_and_where_they_are(place: &Place) {
        let world = World::at(place).await;
        let (me, care, person) = (&world.edna.actor, &world.town.services.self_care, world.edna.person);
        world.record(Measure::Steps, "4000").await;
        let mut ids = Vec::new();
        for target in ["6000", "8000", "9000"] {
            world.town.advance(TimeDelta::seconds(1));
            ids.push(world.set_goal(me, Kind::Steps, &world.goal(target)).await.unwrap());
        }
        for (id, how) in [(ids[0], "well"), (ids[0], "some"), (ids[2], "not-this-time")] {
            world.town.advance(TimeDelta::seconds(1));
            care.check_in(me, person, id, (how, "", &world.new_id())).await.unwrap();
        }
        let goals = care.goals(me, person).await.unwrap().goals;
        let told: Vec<_> = goals.iter().map(|goal| (goal.id, goal.now, goal.check_in.map(|(how, _)| how))).collect();
        let now = Some(Amount::whole(4000));
        let said = [(ids[2], now, Some(CheckIn::NotThisTime)), (ids[1], now, None), (ids[0], now, Some(CheckIn::Some))];
        assert_eq!(told, said);
    }
}
