//! Medicines that people take of their own accord.

use crate::medicines::town::{fields, not_found, refused};
use crate::medicines::world::World;
use domain::OwnMedicineId;
use domain::audit::{Action, Basis};
use domain::medicine::Group;
use domain::record::Category;
use service::{HiddenFrom, MedicineSeen, OwnMedicineForm};
use testkit::Place;

fn form(world: &World, name: &str) -> OwnMedicineForm {
    OwnMedicineForm {
        name: name.to_owned(),
        submission: world.town.services.core.new_id().to_string(),
        ..OwnMedicineForm::default()
    }
}

async fn own(world: &World) -> Vec<MedicineSeen> {
    world.list(&world.edna.actor).await.medicines.into_iter().filter(|one| one.own.is_some()).collect()
}

fn date(text: &str) -> [String; 3] {
    let mut parts = text.split('/').map(ToOwned::to_owned);
    std::array::from_fn(|_| parts.next().unwrap())
}

testkit::both_engines! {
    async fn one_is_added_once_and_stopped_once(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let form = OwnMedicineForm {
            dose: "One a day\r\nwith food".to_owned(),
            reason: "Tired".to_owned(),
            started_on: date("3/11/2026"),
            ..form(&world, "  Iron \t tablets ")
        };
        let before = world.events().await;
        medicines.add_own(me, person, &form).await.unwrap();
        medicines.add_own(me, person, &form).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::OwnMedicineChanged, Basis::Own)));
        let all = own(&world).await;
        assert_eq!(all.len(), 1);
        let iron = &all[0];
        assert_eq!((iron.name.as_str(), iron.group), ("Iron tablets", Group::OverTheCounter));
        assert_eq!((iron.doses.as_slice(), iron.reasons.as_slice()), (["One a day\nwith food".to_owned()].as_slice(), ["Tired".to_owned()].as_slice()));
        assert_eq!((iron.order, iron.started.unwrap().to_string().as_str(), iron.plan), (None, "2026-11-03", None));
        let id = iron.own.unwrap();
        let before = world.events().await;
        medicines.stop_own(me, person, id).await.unwrap();
        medicines.stop_own(me, person, id).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::OwnMedicineChanged, Basis::Own)));
        assert_eq!(own(&world).await[0].group, Group::Stopped);
        not_found(medicines.stop_own(me, person, OwnMedicineId::from_uuid(world.town.services.core.new_id())).await);
        let stranger = world.town.citizen("Stone").await;
        not_found(medicines.stop_own(&stranger.actor, person, id).await);
        not_found(medicines.stop_own(&stranger.actor, stranger.person, id).await);
        not_found(medicines.add_own(&stranger.actor, person, &form).await);
        not_found(medicines.add_own(&world.town.clinician, person, &form).await);
    }

    async fn what_cannot_be_kept_is_said_beside_its_field(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let add = async |form: OwnMedicineForm| medicines.add_own(me, person, &form).await;
        refused(add(form(&world, " \n ")).await, "name", "Enter the name");
        refused(add(form(&world, &"x".repeat(121))).await, "name", "no more than 120");
        for odd in ["a\u{0}b", "a\u{202e}b", "a\u{7f}"] {
            refused(add(form(&world, odd)).await, "name", "Take out the");
        }
        refused(add(OwnMedicineForm { started_on: date("4/11/2026"), ..form(&world, "Iron") }).await, "started_on", "today or in the past");
        for odd in ["31/2/2026", "1//2026", "x/1/2026", "1/13/2026"] {
            assert_eq!(fields(add(OwnMedicineForm { started_on: date(odd), ..form(&world, "Iron") }).await), ["started_on"], "{odd}");
        }
        let all = OwnMedicineForm {
            name: String::new(), dose: "x".repeat(501), reason: "\u{1b}".to_owned(), started_on: date("1/1/3000"), ..form(&world, "")
        };
        assert_eq!(fields(add(all).await), ["name", "dose", "reason", "started_on"]);
        refused(add(OwnMedicineForm { submission: String::new(), ..form(&world, "Iron") }).await, "", "Send it again");
        assert!(own(&world).await.is_empty());
        // As long as may be, in any script.
        let long = "ж".repeat(120);
        add(OwnMedicineForm { dose: "ü".repeat(500), started_on: date("1/1/1990"), ..form(&world, &long) }).await.unwrap();
        assert_eq!(own(&world).await[0].name, long);
    }

    async fn nobody_adds_more_than_two_hundred(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let mut last = form(&world, "0");
        for number in 0..200 {
            last = form(&world, &format!("Tea {number}"));
            medicines.add_own(me, person, &last).await.unwrap();
        }
        // The last of them once more is still the last of them.
        medicines.add_own(me, person, &last).await.unwrap();
        refused(medicines.add_own(me, person, &form(&world, "One too many")).await, "name", "200");
        let all = own(&world).await;
        assert!(all.len() == 200 && all.iter().all(|one| one.name.starts_with("Tea")));
    }

    async fn a_carer_who_orders_sees_adds_and_stops_them_and_one_who_reads_only_sees(place: &Place) {
        let world = World::at(place).await;
        let (person, medicines) = (world.edna.person, &world.town.services.medicines);
        let (orders, relationship) = world.carer("Stone", "PRESCR").await;
        let (reads, _) = world.carer("Holt", "RECRD").await;
        medicines.add_own(&orders.actor, person, &form(&world, "Iron")).await.unwrap();
        assert_eq!(world.last().await, (Action::OwnMedicineChanged, Basis::Carer));
        let id = world.one(&reads.actor, "Iron").await.own.unwrap();
        not_found(medicines.add_own(&reads.actor, person, &form(&world, "Zinc")).await);
        not_found(medicines.stop_own(&reads.actor, person, id).await);
        medicines.stop_own(&orders.actor, person, id).await.unwrap();
        assert_eq!(own(&world).await[0].group, Group::Stopped);
        // A carer from whom medicines are hidden does not see them, nor stop what they do not see.
        let hidings = &world.town.services.hidings;
        medicines.add_own(&world.edna.actor, person, &form(&world, "Zinc")).await.unwrap();
        let zinc = own(&world).await.into_iter().find(|one| one.name == "Zinc").unwrap().own.unwrap();
        hidings.hide_category(&world.edna.actor, person, Category::Medicine, HiddenFrom::Relationship(relationship)).await.unwrap();
        assert!(world.list(&orders.actor).await.medicines.is_empty());
        not_found(medicines.stop_own(&orders.actor, person, zinc).await);
    }
}
