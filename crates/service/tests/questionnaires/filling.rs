//! Beginning, going on, finishing and changing.

use crate::questionnaires::town::{fields, not_found, refused};
use crate::questionnaires::world::World;
use crate::questionnaires::{answered, file, phq};
use domain::audit::{Action, Basis};
use domain::questionnaire::Answer;
use service::{AnswersForm, Next, NotedBy};
use testkit::Place;

const CHANGED: (Action, Basis) = (Action::QuestionnaireChanged, Basis::Own);

testkit::both_engines! {
    async fn it_is_filled_in_a_page_at_a_time_gone_on_with_later_and_scored(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        let (phq9, before) = (file("phq-9"), world.events().await);
        let id = world.begin(me, "phq-9").await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, CHANGED));
        assert_eq!(world.save("phq-9", id, &answered(&phq9, 0, phq(1, 0))).await.unwrap(), Next::Page(1));
        assert_eq!((world.events().await, world.last().await), (before + 2, CHANGED));
        // Another day they find it where it was.
        world.advance_days(1);
        let seen = questionnaires.response(me, person, (Some("phq-9"), id)).await.unwrap();
        assert_eq!((seen.answers.len(), seen.lines.len(), seen.whole, seen.score), (3, 3, false, None));
        assert_eq!(world.begin(me, "phq-9").await.unwrap(), id, "the one that is not finished is gone on with");
        refused(questionnaires.finish(me, person, ("phq-9", id)).await, "", "Some questions have no answer yet");
        assert_eq!(world.save("phq-9", id, &answered(&phq9, 1, phq(1, 0))).await.unwrap(), Next::Page(2));
        // How hard it makes things is asked, because there is something.
        assert_eq!(world.save("phq-9", id, &answered(&phq9, 2, phq(1, 0))).await.unwrap(), Next::Page(3));
        assert_eq!(world.save("phq-9", id, &answered(&phq9, 3, phq(1, 0))).await.unwrap(), Next::Check);
        let before = world.events().await;
        questionnaires.finish(me, person, ("phq-9", id)).await.unwrap();
        questionnaires.finish(me, person, ("phq-9", id)).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, CHANGED), "twice it is finished once");
        let seen = questionnaires.response(me, person, (Some("phq-9"), id)).await.unwrap();
        assert_eq!((seen.whole, seen.score, seen.highest, seen.crisis, seen.by), (true, Some(8), Some(27), false, NotedBy::You));
        assert_eq!((seen.band.as_str(), seen.lines.len()), ("Some signs of low mood", 10));
        assert!(seen.advice().unwrap().does[2].contains("NHS talking therapies"));
        assert_eq!(seen.lines[0].answer, "Several days");
        let (one, _) = questionnaires.one(me, person, "phq-9").await.unwrap();
        assert_eq!((one.responses.len(), one.responses[0].score, one.begun), (1, Some(8), None));
        // The next is another.
        assert_ne!(world.begin(me, "phq-9").await.unwrap(), id);
    }

    async fn one_form_begins_one_and_saves_once_however_often_it_is_sent(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        let submission = world.town.services.core.new_id().to_string();
        let before = world.events().await;
        let (one, two, three) = tokio::join!(
            questionnaires.begin(me, person, ("gad-7", &submission)),
            questionnaires.begin(me, person, ("gad-7", &submission)),
            world.begin(me, "gad-7"),
        );
        let id = one.unwrap();
        assert_eq!((two.unwrap(), three.unwrap(), world.events().await), (id, id, before + 1));
        let form = answered(&file("gad-7"), 0, |_| Some(2));
        let (one, two) = tokio::join!(world.save("gad-7", id, &form), world.save("gad-7", id, &form));
        assert_eq!((one.unwrap(), two.unwrap(), world.events().await), (Next::Page(1), Next::Page(1), before + 2));
        refused(questionnaires.begin(me, person, ("gad-7", "x")).await, "", "Send it again");
        not_found(questionnaires.begin(me, person, ("no-such", &submission)).await);
    }

    async fn what_was_begun_long_ago_can_be_begun_anew_and_the_old_one_counts_nowhere(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        world.tell("yes").await;
        let old = world.answer(1, 1).await;
        let submission = world.town.services.core.new_id().to_string();
        let anew = || questionnaires.begin_anew(me, person, ("phq-9", &submission));
        assert_eq!(anew().await.unwrap(), old, "it is not old yet");
        world.advance_days(15);
        let begun = questionnaires.one(me, person, "phq-9").await.unwrap().0.begun.unwrap();
        assert_eq!((begun.id, begun.old), (old, true));
        let before = world.events().await;
        let (one, two) = tokio::join!(anew(), anew());
        let new = one.unwrap();
        assert_eq!((two.unwrap(), new == old, world.events().await), (new, false, before + 1));
        let begun = questionnaires.one(me, person, "phq-9").await.unwrap().0.begun.unwrap();
        assert_eq!((begun.id, begun.old), (new, false));
        // Nobody fills in the old one any more; of what was told in it the team still reads what it was.
        not_found(world.save("phq-9", old, &answered(&file("phq-9"), 0, phq(2, 0))).await);
        not_found(questionnaires.finish(me, person, ("phq-9", old)).await);
        let seen = questionnaires.response(me, person, (Some("phq-9"), old)).await.unwrap();
        assert_eq!((seen.whole, seen.may_fill, seen.crisis), (false, false, true));
        assert!(questionnaires.response(&world.town.clinician, person, (None, old)).await.unwrap().crisis);
        assert_eq!(questionnaires.overview(&world.town.clinician, person).await.unwrap().all[0].begun, None);
        world.fill_in(0, 0).await;
        assert_eq!(questionnaires.one(me, person, "phq-9").await.unwrap().0.responses.len(), 1);
    }

    async fn what_is_wrong_is_said_beside_its_question_and_what_is_right_is_kept(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        let phq9 = file("phq-9");
        let id = world.begin(me, "phq-9").await.unwrap();
        let mut form = answered(&phq9, 0, |link| (link == "44250-9").then_some(1));
        form.typed.insert("q2".to_owned(), "LA0000-0".to_owned());
        assert_eq!(fields(world.save("phq-9", id, &form).await), ["q2", "q3"]);
        let seen = questionnaires.response(me, person, (Some("phq-9"), id)).await.unwrap();
        assert_eq!(seen.answers.into_iter().collect::<Vec<_>>(), [("44250-9".to_owned(), Answer::Choice("LA6569-3".to_owned()))]);
        let old = AnswersForm { version: "0".to_owned(), ..answered(&phq9, 0, phq(1, 0)) };
        refused(world.save("phq-9", id, &old).await, "", "The questions have changed");
        not_found(world.save("phq-9", id, &AnswersForm { page: 9, ..answered(&phq9, 0, phq(1, 0)) }).await);
        not_found(world.save("gad-7", id, &answered(&file("gad-7"), 0, phq(1, 0))).await);
    }

    async fn every_kind_of_answer_is_read_and_what_is_asked_no_more_never_counts(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        let falls = file("falls-risk");
        let id = world.begin(me, "falls-risk").await.unwrap();
        let pages = falls.pages();
        let at = |link: &str| pages.iter().position(|page| page.questions().any(|(item, _)| item.link == link)).unwrap();
        let typed = |link: &str, all: &[(&str, &str)]| {
            let (item, _) = falls.questions().into_iter().find(|(item, _)| item.link == link).unwrap();
            let field = AnswersForm::field(&falls, item);
            let mut form = answered(&falls, at(link), |_| Some(0));
            form.typed.extend(all.iter().map(|(behind, words)| (format!("{field}{behind}"), (*words).to_owned())));
            form
        };
        assert_eq!(world.save("falls-risk", id, &typed("fell", &[])).await.unwrap(), Next::Page(at("how-often")));
        refused(world.save("falls-risk", id, &typed("how-often", &[("", "2")])).await, "q2", "Choose one of the answers");
        world.save("falls-risk", id, &typed("how-often", &[("", "more")])).await.unwrap();
        world.save("falls-risk", id, &typed("got-up", &[])).await.unwrap();
        assert_eq!(world.save("falls-risk", id, &typed("steady", &[])).await.unwrap(), Next::Page(at("last")));
        refused(world.save("falls-risk", id, &typed("last", &[("_day", "31"), ("_month", "2"), ("_year", "2026")])).await, "q9", "must be a real date");
        world.save("falls-risk", id, &typed("last", &[("_day", "1"), ("_month", "9"), ("_year", "2026")])).await.unwrap();
        assert_eq!(world.save("falls-risk", id, &typed("else", &[("", "On the stairs,\r\nat night")])).await.unwrap(), Next::Check);
        let seen = questionnaires.response(me, person, (Some("falls-risk"), id)).await.unwrap();
        let said: Vec<_> = seen.lines.iter().map(|line| line.answer.as_str()).collect();
        assert_eq!(said, ["Yes", "Twice or more", "Yes", "Yes", "Yes", "Yes", "Yes", "Yes", "1 September 2026", "On the stairs,\nat night"]);
        // They had not fallen after all.
        world.save("falls-risk", id, &answered(&falls, at("fell"), |_| Some(1))).await.unwrap();
        questionnaires.finish(me, person, ("falls-risk", id)).await.unwrap();
        let seen = questionnaires.response(me, person, (Some("falls-risk"), id)).await.unwrap();
        assert_eq!((seen.score, seen.lines.len()), (Some(3), 5));
    }

    async fn a_change_afterwards_counts_and_keeps_what_it_was(place: &Place) {
        let world = World::at(place).await;
        let (me, person, questionnaires) = (&world.edna.actor, world.edna.person, &world.town.services.questionnaires);
        let (phq9, id) = (file("phq-9"), world.fill_in(1, 0).await);
        world.advance_days(1);
        let before = world.events().await;
        for _ in 0..2 {
            assert_eq!(world.save("phq-9", id, &answered(&phq9, 0, phq(3, 0))).await.unwrap(), Next::Result);
        }
        assert_eq!((world.events().await, world.last().await), (before + 1, CHANGED));
        let seen = questionnaires.response(me, person, (Some("phq-9"), id)).await.unwrap();
        assert_eq!((seen.score, seen.whole, seen.versions.len()), (Some(14), true, 1));
        assert_eq!((seen.versions[0].score, seen.versions[0].lines[0].answer.as_str()), (Some(8), "Several days"));
        let (one, _) = questionnaires.one(me, person, "phq-9").await.unwrap();
        assert!(one.responses[0].amended && one.responses[0].at < world.town.services.core.now());
        // Half a change is none.
        let mut half = answered(&phq9, 0, phq(0, 0));
        half.typed.remove("q2");
        assert_eq!(fields(world.save("phq-9", id, &half).await), ["q2"]);
        assert_eq!(questionnaires.response(me, person, (Some("phq-9"), id)).await.unwrap().score, Some(14));
    }
}
