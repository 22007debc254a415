//! Things to read: given by a care team, read, put aside, opened again and taken back.

use crate::self_care::problem;
use crate::self_care::town::{not_found, refused};
use crate::self_care::world::World;
use domain::audit::{Action, Basis};
use domain::self_care::GivenAnswer;
use service::NotedBy;
use testkit::Place;

testkit::both_engines! {
    async fn what_is_given_waits_once_and_both_see_whether_it_is_read(place: &Place) {
        let world = World::at(place).await;
        let (town, me, care, person) = (&world.town, &world.edna.actor, &world.town.services.self_care, world.edna.person);
        let (submission, before) = (world.new_id(), world.events().await);
        for _ in 0..2 {
            care.give_article(&town.clinician, person, ("sleep", "Try the first part", &submission)).await.unwrap();
        }
        care.give_article(&town.clinician, person, ("sleep", "", &world.new_id())).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::LearningChanged, Basis::CareTeam)));
        let mail = town.mail().await;
        assert_eq!((mail.len(), mail[0].to.as_str()), (1, world.edna.email.as_str()));
        assert!(mail[0].body.contains("/self-care") && !mail[0].body.to_lowercase().contains("sleep"), "{}", mail[0].body);
        let seen = care.learning(me, person).await.unwrap();
        assert_eq!((seen.given.len(), seen.given[0].note.as_str(), seen.given[0].is_open()), (1, "Try the first part", true));
        assert_eq!(seen.given[0].organisation, "Riverside Surgery");
        let before = world.events().await;
        for _ in 0..2 {
            care.answer_article(me, person, "sleep", Some(GivenAnswer::Done)).await.unwrap();
        }
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::LearningChanged, Basis::Own)));
        let theirs = care.learning(&town.clinician, person).await.unwrap();
        assert_eq!(theirs.given[0].answer, Some((GivenAnswer::Done, NotedBy::Person, town.services.core.now())));
        assert!(theirs.given[0].own && !theirs.may_record);
        care.answer_article(me, person, "sleep", None).await.unwrap();
        assert!(care.learning(me, person).await.unwrap().given[0].is_open());
        care.answer_article(me, person, "sleep", Some(GivenAnswer::NotForMe)).await.unwrap();
        // It can be given again, and only the newest is opened again.
        town.advance(chrono::TimeDelta::days(1));
        care.give_article(&town.clinician, person, ("sleep", "", &world.new_id())).await.unwrap();
        care.answer_article(me, person, "sleep", Some(GivenAnswer::Done)).await.unwrap();
        care.answer_article(me, person, "sleep", None).await.unwrap();
        let answers: Vec<_> = care.learning(me, person).await.unwrap().given.iter().map(|one| one.answer.map(|(answer, ..)| answer)).collect();
        assert_eq!(answers, [None, Some(GivenAnswer::NotForMe)]);
        let open = care.learning(&town.clinician, person).await.unwrap().given[0].id;
        for _ in 0..2 {
            care.withdraw_article(&town.clinician, person, open).await.unwrap();
        }
        assert_eq!(world.last().await, (Action::LearningChanged, Basis::CareTeam));
        assert!(care.learning(me, person).await.unwrap().given[0].withdrawn_at.is_some());
    }

    async fn nobody_gives_or_answers_what_is_not_theirs(place: &Place) {
        let world = World::at(place).await;
        let (town, me, care, person) = (&world.town, &world.edna.actor, &world.town.services.self_care, world.edna.person);
        for nobody in [&town.reception, &town.manager, &town.officer, &town.stranger, me] {
            not_found(care.give_article(nobody, person, ("sleep", "", &world.new_id())).await);
        }
        refused(care.give_article(&town.clinician, person, ("nothing", "", &world.new_id())).await, "article", "Choose what they should read");
        refused(care.give_article(&town.clinician, person, ("sleep", &"w".repeat(501), &world.new_id())).await, "note", "500 letters");
        not_found(care.answer_article(me, person, "sleep", Some(GivenAnswer::Done)).await);
        not_found(care.article(me, person, "nothing").await);
        not_found(care.learning(&town.stranger, person).await);
        care.give_article(&town.clinician, person, ("sleep", "", &world.new_id())).await.unwrap();
        not_found(care.answer_article(&town.clinician, person, "sleep", Some(GivenAnswer::Done)).await);
        let stranger = town.citizen("Stranger").await;
        not_found(care.answer_article(&stranger.actor, stranger.person, "sleep", Some(GivenAnswer::Done)).await);
    }

    async fn what_somebody_has_leads_to_what_fits_and_mental_health_stays_with_those_who_see_it(place: &Place) {
        let world = World::at(place).await;
        let (town, me, care, person) = (&world.town, &world.edna.actor, &world.town.services.self_care, world.edna.person);
        world.take_in(town.practice, &[problem("c1", "59621000", "High blood pressure"), problem("c2", "35489007", "Depression")]).await;
        let fits = |seen: service::LearningSeen| seen.suggested.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        assert_eq!(fits(care.learning(me, person).await.unwrap()), ["high-blood-pressure", "low-mood"]);
        care.give_article(&town.clinician, person, ("low-mood", "", &world.new_id())).await.unwrap();
        let (daughter, _) = world.carer("Daughter", "READ COND").await;
        let hers = care.learning(&daughter.actor, person).await.unwrap();
        assert!(hers.given.is_empty() && hers.all.iter().all(|one| one.id != "low-mood"));
        assert_eq!(fits(hers), ["high-blood-pressure"]);
        not_found(care.article(&daughter.actor, person, "low-mood").await);
        not_found(care.answer_article(&daughter.actor, person, "low-mood", Some(GivenAnswer::Done)).await);
        // Without problems nothing is suggested by them.
        let (friend, _) = world.carer("Friend", "READ").await;
        assert!(fits(care.learning(&friend.actor, person).await.unwrap()).is_empty());
    }
}
