//! "I do not recognise this": asked once, answered by whoever must, and told.

use crate::audit::world::World;
use domain::AccessQueryId;
use domain::access::Actor;
use domain::audit::Action;
use service::ServiceError;
use service::activity::QueryAsked;
use testkit::Place;

fn problem<T: std::fmt::Debug>(outcome: Result<T, ServiceError>) -> String {
    match outcome.unwrap_err() {
        ServiceError::Fields(problems) => problems.into_iter().map(|problem| problem.message).collect(),
        other => panic!("{other:?}"),
    }
}

/// How many things wait at the practice.
async fn waiting(world: &World<'_>) -> usize {
    let mut tx = world.services.core.store().read().await.unwrap();
    store::work::waiting(&mut tx, world.practice.id, &[domain::team::WorkKind::AccessQuery], store::work::Waits::ForAnybody, 10)
        .await
        .unwrap()
        .len()
}

testkit::both_engines! {
    async fn a_question_goes_to_the_organisation_that_looked_and_its_answer_comes_back(place: &Place) {
        let world = World::at(place).await;
        let (doctor, _) = world.staff("bea@example.org", "clinician", &world.practice).await;
        let (officer, _) = world.staff("cat@example.org", "privacy-officer", &world.practice).await;
        let (other, _) = world.staff("dan@example.org", "privacy-officer", &world.elsewhere().await).await;
        world.staff_looks(&doctor, &world.practice).await;
        world.mails().await;
        let (activity, person) = (&world.services.activity, world.person);
        let seq = activity.of_record(&world.sam, person, None).await.unwrap().0.iter().find(|item| item.action == Action::Read).unwrap().seq;
        for (text, words) in [("  ", "Enter your question"), ("x".repeat(1001).as_str(), "Use no more than 1000"), ("a\u{7}b", "Take out the mark that cannot be shown (U+0007)")] {
            assert!(problem(activity.query(&world.sam, person, seq, text).await).starts_with(words));
        }
        let asked = activity.query(&world.sam, person, seq, " Why?\r\nI was not there. ").await.unwrap();
        let again = activity.query(&world.sam, person, seq, "Again").await.unwrap();
        assert_eq!(again, QueryAsked { id: asked.id, already: true });
        assert_eq!(waiting(&world).await, 1);
        let (_, query) = activity.event(&world.sam, person, seq).await.unwrap();
        assert_eq!(query.unwrap().question, "Why?\nI was not there.");
        for actor in [&doctor, &other, &world.sam] {
            let refused = activity.answer(actor, person, asked.id, "Because").await;
            assert!(matches!(refused, Err(ServiceError::NotFound)), "{refused:?}");
            assert!(matches!(activity.query_to_answer(actor, person, asked.id).await, Err(ServiceError::NotFound)));
        }
        let shown = activity.query_to_answer(&officer, person, asked.id).await.unwrap();
        assert_eq!((shown.question.as_str(), shown.event.seq, shown.organisation.as_deref()), ("Why?\nI was not there.", seq, Some("Riverside Surgery")));
        assert!(problem(activity.answer(&officer, person, asked.id, "").await).starts_with("Enter your answer"));
        for _ in 0..2 {
            activity.answer(&officer, person, asked.id, "Your referral letter was written.").await.unwrap();
        }
        assert!(problem(activity.answer(&officer, person, asked.id, "Another").await).starts_with("Somebody has answered"));
        assert_eq!(waiting(&world).await, 0);
        assert_eq!(world.mails().await, [("sam@example.org".to_owned(), "There is an answer for you".to_owned())]);
        let queries = activity.queries(&world.sam, person).await.unwrap();
        assert_eq!(queries.len(), 1);
        assert_eq!(queries[0].answer.as_ref().unwrap().0, "Your referral letter was written.");
        let steps: Vec<String> = activity.of_record(&world.sam, person, None).await.unwrap().0.into_iter()
            .filter(|item| item.action == Action::AccessQueried).map(|item| item.detail["step"].clone()).collect();
        assert_eq!(steps, ["answered", "asked"]);
    }

    async fn nobody_answers_for_what_they_did_themselves(place: &Place) {
        let world = World::at(place).await;
        let (doctor, member) = world.staff("bea@example.org", "clinician", &world.practice).await;
        let (officer, _) = world.staff("cat@example.org", "privacy-officer", &world.practice).await;
        world.staff_looks(&doctor, &world.practice).await;
        let (activity, person) = (&world.services.activity, world.person);
        let seen = activity.of_record(&world.sam, person, None).await.unwrap().0;
        let seq = seen.iter().find(|item| item.action == Action::Read).unwrap().seq;
        let asked = activity.query(&world.sam, person, seq, "Why?").await.unwrap();
        world.services.care_team.change(&Actor::Operator, member, "manager", "Manager").await.unwrap();
        assert!(problem(activity.answer(&doctor, person, asked.id, "I had to.").await).contains("somebody else has to answer"));
        assert_eq!(waiting(&world).await, 1);
        activity.answer(&officer, person, asked.id, "They had to.").await.unwrap();
    }

    async fn what_no_organisation_did_is_for_the_operator_to_answer(place: &Place) {
        let world = World::at(place).await;
        let (officer, _) = world.staff("cat@example.org", "privacy-officer", &world.practice).await;
        let (activity, person) = (&world.services.activity, world.person);
        let asked = activity.query(&world.sam, person, 1, "Who brought this in?").await.unwrap();
        let waits: Vec<AccessQueryId> = activity.queries_waiting(&Actor::Operator).await.unwrap().iter().map(|query| query.id).collect();
        assert_eq!(waits, [asked.id]);
        assert!(matches!(activity.queries_waiting(&world.sam).await, Err(ServiceError::NotFound)));
        assert!(matches!(activity.answer(&officer, person, asked.id, "Us").await, Err(ServiceError::NotFound)));
        activity.answer(&Actor::Operator, person, asked.id, "We did.").await.unwrap();
        assert_eq!(activity.queries_waiting(&Actor::Operator).await.unwrap().len(), 0);
    }

    async fn ones_own_acts_and_what_is_not_there_cannot_be_asked_about(place: &Place) {
        let world = World::at(place).await;
        assert!(world.look(&world.sam).await);
        let (activity, person) = (&world.services.activity, world.person);
        let own = activity.of_record(&world.sam, person, None).await.unwrap().0[0].seq;
        for seq in [own, 0, -1, 999, i64::MAX] {
            assert!(matches!(activity.query(&world.sam, person, seq, "Why?").await, Err(ServiceError::NotFound)), "{seq}");
        }
        assert!(matches!(activity.query(&Actor::Operator, person, 1, "Why?").await, Err(ServiceError::NotFound)));
    }
}
