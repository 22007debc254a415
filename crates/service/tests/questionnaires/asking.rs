//! A care team asks somebody to fill one in.

use crate::questionnaires::file;
use crate::questionnaires::town::{not_found, refused};
use crate::questionnaires::world::World;
use domain::PersonId;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use testkit::Place;

testkit::both_engines! {
    async fn a_clinician_asks_once_the_person_is_told_and_both_see_whether_it_is_done(place: &Place) {
        let world = World::at(place).await;
        let (town, person, questionnaires) = (&world.town, world.edna.person, &world.town.services.questionnaires);
        let new = || town.services.core.new_id().to_string();
        let (submission, before) = (new(), world.events().await);
        for _ in 0..2 {
            questionnaires.ask(&town.clinician, person, ("phq-9", &submission)).await.unwrap();
        }
        questionnaires.ask(&town.clinician, person, ("phq-9", &new())).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::QuestionnaireChanged, Basis::CareTeam)));
        let mail = town.mail().await;
        assert_eq!(mail.iter().map(|one| one.to.as_str()).collect::<Vec<_>>(), [world.edna.email.as_str()]);
        assert!(mail[0].body.contains("/questionnaires") && !mail[0].body.to_lowercase().contains("mood"), "{}", mail[0].body);
        let mine = questionnaires.overview(&world.edna.actor, person).await.unwrap();
        let asked = mine.all[0].asked.clone().unwrap();
        assert_eq!((asked.by.as_str(), asked.organisation.as_str(), asked.done_at), ("Dr Doe", "Riverside Surgery", None));
        world.fill_in(1, 0).await;
        let mine = questionnaires.overview(&world.edna.actor, person).await.unwrap();
        assert_eq!((mine.all[0].asked.as_ref(), mine.asked.len()), (None, 1));
        let theirs = questionnaires.overview(&town.clinician, person).await.unwrap();
        assert_eq!(theirs.asked[0].done_at, Some(town.services.core.now()));
        // It can be asked for again, and taken back.
        questionnaires.ask(&town.clinician, person, ("phq-9", &new())).await.unwrap();
        let open = questionnaires.overview(&town.clinician, person).await.unwrap().asked[0].clone();
        assert_eq!(open.done_at, None);
        for _ in 0..2 {
            questionnaires.withdraw(&town.clinician, person, open.id).await.unwrap();
        }
        let theirs = questionnaires.overview(&town.clinician, person).await.unwrap();
        assert!(theirs.asked.iter().any(|one| one.withdrawn_at.is_some()));
        assert_eq!(questionnaires.overview(&world.edna.actor, person).await.unwrap().all[0].asked, None);
    }

    async fn what_is_for_adults_is_not_offered_to_somebody_younger_unless_their_team_asks(place: &Place) {
        let world = World::at(place).await;
        let (town, questionnaires) = (&world.town, &world.town.services.questionnaires);
        let (young, grown) = (town.born("Young", "2008-11-04").await, town.born("Grown", "2008-11-03").await);
        let new = || town.services.core.new_id().to_string();
        let words = async |by: &Actor, person: PersonId| -> Vec<String> {
            questionnaires.overview(by, person).await.unwrap().all.into_iter().map(|one| one.id).collect()
        };
        assert_eq!(words(&grown.actor, grown.person).await, ["phq-9", "gad-7", "audit-c", "carer-strain", "falls-risk"]);
        assert_eq!(words(&young.actor, young.person).await, ["carer-strain", "falls-risk"]);
        for word in ["phq-9", "gad-7", "audit-c"] {
            not_found(questionnaires.one(&young.actor, young.person, word).await);
            not_found(questionnaires.begin(&young.actor, young.person, (word, &new())).await);
        }
        // Their team may ask for any, and then that one is there.
        assert!(words(&town.clinician, young.person).await.contains(&"phq-9".to_owned()));
        questionnaires.ask(&town.clinician, young.person, ("phq-9", &new())).await.unwrap();
        assert_eq!(words(&young.actor, young.person).await, ["phq-9", "carer-strain", "falls-risk"]);
        questionnaires.begin(&young.actor, young.person, ("phq-9", &new())).await.unwrap();
        not_found(questionnaires.begin(&young.actor, young.person, ("gad-7", &new())).await);
    }

    async fn nobody_else_asks_and_only_for_what_there_is(place: &Place) {
        let world = World::at(place).await;
        let (town, person, questionnaires) = (&world.town, world.edna.person, &world.town.services.questionnaires);
        let submission = town.services.core.new_id().to_string();
        for nobody in [&town.reception, &town.manager, &town.officer, &town.stranger, &world.edna.actor] {
            not_found(questionnaires.ask(nobody, person, (&file("phq-9").id, &submission)).await);
        }
        refused(questionnaires.ask(&town.clinician, person, ("", &submission)).await, "questionnaire", "Choose what they should fill in");
        let elsewhere = town.person("Stone", "1980-05-02").await;
        not_found(questionnaires.ask(&town.clinician, elsewhere, ("phq-9", &submission)).await);
        assert!(questionnaires.overview(&world.edna.actor, person).await.unwrap().asked.is_empty() && town.mail().await.is_empty());
    }
}
