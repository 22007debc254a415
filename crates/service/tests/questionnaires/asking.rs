//! A care team asks somebody to fill one in.

use crate::questionnaires::file;
use crate::questionnaires::town::{not_found, refused};
use crate::questionnaires::world::World;
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
