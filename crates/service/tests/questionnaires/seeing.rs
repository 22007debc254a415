//! Who sees questionnaires and fills them in.

use crate::questionnaires::town::not_found;
use crate::questionnaires::world::World;
use crate::questionnaires::{answered, file, phq};
use domain::audit::{Action, Basis};
use domain::record::Category;
use domain::scope::Labels;
use service::{ChangeForm, HiddenFrom, NotedBy};
use testkit::Place;

testkit::both_engines! {
    async fn a_clinician_sees_what_is_finished_and_fills_nothing_in_and_the_desk_sees_nothing(place: &Place) {
        let world = World::at(place).await;
        let (town, person, questionnaires) = (&world.town, world.edna.person, &world.town.services.questionnaires);
        let id = world.fill_in(2, 0).await;
        let begun = world.begin(&world.edna.actor, "gad-7").await.unwrap();
        let before = world.events().await;
        let seen = questionnaires.overview(&town.clinician, person).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::CareTeam)));
        let filled: Vec<_> = seen.all.iter().filter(|one| !one.responses.is_empty()).map(|one| one.id.as_str()).collect();
        assert_eq!((filled, seen.may_fill, seen.person_name.as_str()), (vec!["phq-9"], false, "Edna Hughes"));
        assert!(seen.all.iter().all(|one| one.begun.is_none()), "what is not finished is the person's own");
        let one = questionnaires.response(&town.clinician, person, (None, id)).await.unwrap();
        assert_eq!((one.score, one.by, world.last().await), (Some(16), NotedBy::Person, (Action::Read, Basis::CareTeam)));
        not_found(questionnaires.response(&town.clinician, person, (None, begun)).await);
        not_found(world.begin(&town.clinician, "phq-9").await);
        not_found(questionnaires.finish(&town.clinician, person, ("gad-7", begun)).await);
        let form = answered(&file("gad-7"), 0, phq(1, 0));
        not_found(questionnaires.save(&town.clinician, person, ("gad-7", begun), &form).await);
        for nobody in [&town.reception, &town.manager, &town.officer, &town.stranger] {
            not_found(questionnaires.overview(nobody, person).await);
            not_found(questionnaires.response(nobody, person, (None, id)).await);
        }
    }

    async fn a_carer_sees_and_fills_in_what_their_scope_and_its_labels_open(place: &Place) {
        let world = World::at(place).await;
        let (person, questionnaires) = (world.edna.person, &world.town.services.questionnaires);
        let (reads, relationship) = world.carer("Stone", "READ").await;
        let (orders, _) = world.carer("Holt", "PRESCR").await;
        let id = world.fill_in(1, 0).await;
        not_found(questionnaires.overview(&orders.actor, person).await);
        not_found(world.begin(&orders.actor, "falls-risk").await);
        // What is about mental health is closed to a carer who was not let into it, as if it were not there.
        let open = |seen: service::QuestionnairesSeen| seen.all.into_iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!(open(questionnaires.overview(&reads.actor, person).await.unwrap()), ["falls-risk"]);
        not_found(questionnaires.one(&reads.actor, person, "phq-9").await);
        not_found(questionnaires.response(&reads.actor, person, (None, id)).await);
        not_found(world.begin(&reads.actor, "phq-9").await);
        world.begin(&reads.actor, "falls-risk").await.unwrap();
        assert_eq!(world.last().await, (Action::QuestionnaireChanged, Basis::Carer));
        let carers = &world.town.services.carers;
        let version = carers.one(&world.edna.actor, person, relationship).await.unwrap().0.version;
        let form = ChangeForm { scopes: "READ".into(), labels: Labels::all().to_string(), version, ..ChangeForm::default() };
        carers.change(&world.edna.actor, person, relationship, &form).await.unwrap();
        let seen = questionnaires.response(&reads.actor, person, (Some("phq-9"), id)).await.unwrap();
        assert_eq!((seen.by, seen.may_fill), (NotedBy::Person, true));
        assert_eq!(questionnaires.response(&world.edna.actor, person, (None, id)).await.unwrap().by, NotedBy::You);
        // From whomever results are hidden, these are.
        let hidings = &world.town.services.hidings;
        hidings.hide_category(&world.edna.actor, person, Category::Result, HiddenFrom::Relationship(relationship)).await.unwrap();
        assert_eq!(open(questionnaires.overview(&reads.actor, person).await.unwrap()), Vec::<String>::new());
    }

    async fn what_asks_about_whoever_fills_it_in_stays_in_their_own_record(place: &Place) {
        let world = World::at(place).await;
        let (person, edna, questionnaires) = (world.edna.person, &world.edna.actor, &world.town.services.questionnaires);
        let (carer, _) = world.carer("Stone", "READ").await;
        let lists = |seen: service::QuestionnairesSeen| seen.all.iter().any(|one| one.id == "carer-strain");
        // Who acts for her cannot write it into her record, nor read what she says of herself as a carer.
        not_found(world.begin(&carer.actor, "carer-strain").await);
        let id = world.begin(edna, "carer-strain").await.unwrap();
        let file = file("carer-strain");
        questionnaires.save(edna, person, ("carer-strain", id), &answered(&file, 0, |_| Some(1))).await.unwrap();
        assert!(!lists(questionnaires.overview(&carer.actor, person).await.unwrap()));
        not_found(questionnaires.one(&carer.actor, person, "carer-strain").await);
        not_found(questionnaires.response(&carer.actor, person, (None, id)).await);
        not_found(questionnaires.save(&carer.actor, person, ("carer-strain", id), &answered(&file, 0, |_| Some(2))).await);
        not_found(questionnaires.finish(&carer.actor, person, ("carer-strain", id)).await);
        // In their own record it is there, and hers is there for her and for the practice that may ask for it.
        assert!(lists(questionnaires.overview(&carer.actor, carer.person).await.unwrap()));
        assert!(lists(questionnaires.overview(edna, person).await.unwrap()));
        assert!(lists(questionnaires.overview(&world.town.clinician, person).await.unwrap()));
        // What a carer wrote into her record before it was refused is shown to nobody there, and she does not go on with it.
        let (by, other) = (carer.actor.account().unwrap(), domain::QuestionnaireResponseId::from_uuid(world.town.services.core.new_id()));
        let (submission, now) = (world.town.services.core.new_id(), world.town.services.core.now());
        let store = world.town.services.core.store().clone();
        let of_carer = store.write(move |tx| {
            Box::pin(async move {
                store::questionnaire::set_aside(tx, (person, id), by, now).await?;
                let of = store::questionnaire::Of {
                    questionnaire: "carer-strain",
                    version: "1",
                    title: "Looking after somebody: how are you?",
                    sensitivity: domain::record::Sensitivity::General,
                };
                store::questionnaire::begin(tx, (person, other, submission), of, by, now).await
            })
        });
        of_carer.await.unwrap();
        not_found(questionnaires.response(edna, person, (None, other)).await);
        let seen = questionnaires.one(edna, person, "carer-strain").await.unwrap().0;
        assert_eq!((seen.begun, seen.responses.len()), (None, 0));
        assert!(questionnaires.responses(edna, person).await.unwrap().iter().all(|one| one["id"] != other.to_string()));
        assert_ne!(world.begin(edna, "carer-strain").await.unwrap(), other);
    }

    async fn somebody_elses_looks_like_one_that_does_not_exist(place: &Place) {
        let world = World::at(place).await;
        let questionnaires = &world.town.services.questionnaires;
        let id = world.fill_in(1, 0).await;
        let stranger = world.town.citizen("Stone").await;
        not_found(questionnaires.overview(&stranger.actor, world.edna.person).await);
        not_found(questionnaires.response(&stranger.actor, world.edna.person, (None, id)).await);
        not_found(questionnaires.response(&stranger.actor, stranger.person, (None, id)).await);
        let form = answered(&file("phq-9"), 0, phq(3, 0));
        not_found(questionnaires.save(&stranger.actor, stranger.person, ("phq-9", id), &form).await);
        not_found(questionnaires.finish(&stranger.actor, stranger.person, ("phq-9", id)).await);
        not_found(questionnaires.response(&world.edna.actor, world.edna.person, (Some("gad-7"), id)).await);
    }
}
