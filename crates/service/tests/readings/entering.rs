//! What a care team enters for somebody who told it by phone, or whom it measured.

use crate::readings::town::{Citizen, fields, not_found, refused};
use crate::readings::world::World;
use crate::readings::{add, form, with_pulse};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::reading::{Entered, Measure, Span};
use domain::team::StaffRole;
use domain::{PersonId, ReadingId};
use service::{EnterForm, ReadingForm, RuleForm, ServiceError};
use std::collections::BTreeSet;
use testkit::Place;

const PRESSURE: Measure = Measure::BloodPressure;
const OXYGEN: Measure = Measure::Oxygen;

fn entry(world: &World, how: &str, numbers: &[&str]) -> EnterForm {
    EnterForm { reading: form(&world.town, numbers), how: how.to_owned() }
}

/// Less than 92% of oxygen is red for the person from now on, and what was mailed before is read.
async fn watched(world: &World) {
    let town = &world.town;
    let typed = [("words", "Ring us today"), ("why", "You have COPD"), ("colour", "red"), ("side", "below"), ("first", "92")];
    let rule = RuleForm {
        kind: "single".to_owned(),
        typed: typed.map(|(field, said)| (field.to_owned(), said.to_owned())).into(),
        submission: town.services.core.new_id().to_string(),
        ready: "oxygen-very-low".to_owned(),
        ..RuleForm::default()
    };
    town.services.readings.add_rule(&town.clinician, world.edna.person, OXYGEN, &rule).await.unwrap();
    town.advance(TimeDelta::hours(1));
    town.mail().await;
}

/// To whom mail went that something red asks to be done.
async fn told_of_red(world: &World) -> Vec<String> {
    let mail = world.town.mail().await;
    mail.into_iter().filter(|mail| mail.body.contains("asks you to do something")).map(|mail| mail.to).collect()
}

async fn enter(world: &World, by: &Actor, form: &EnterForm) -> Result<ReadingId, ServiceError> {
    world.town.services.readings.enter_for(by, world.edna.person, PRESSURE, form).await.map(|added| added.id)
}

testkit::both_engines! {
    async fn a_clinician_enters_what_was_rung_in_and_the_person_reads_who_did(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        assert_eq!(readings.may_enter(&town.clinician, person, PRESSURE).await.unwrap().ucum, "mm[Hg]");
        assert!(readings.measure(&town.clinician, person, (PRESSURE, Span::Week, None)).await.unwrap().may_enter);
        let rung = entry(&world, "phone", &["184", "122"]);
        let before = world.events().await;
        let (one, two) = tokio::join!(enter(&world, &town.clinician, &rung), enter(&world, &town.clinician, &rung));
        let id = one.unwrap();
        assert_eq!((two.unwrap(), world.events().await), (id, before + 1));
        assert_eq!(world.last().await, (Action::ReadingAdded, Basis::CareTeam));
        let (seen, _, may_change) = readings.one(me, person, (PRESSURE, id)).await.unwrap();
        let entered = seen.entered.clone().unwrap();
        assert_eq!((entered.name.as_str(), entered.how, entered.may_take_back), ("Dr Doe", Entered::Phone, false));
        assert!(may_change && seen.advice.is_some(), "it is their reading, with what to do about it");
        let (theirs, _, may_change) = readings.one(&town.clinician, person, (PRESSURE, id)).await.unwrap();
        assert!(theirs.entered.unwrap().may_take_back && theirs.advice.is_some() && !may_change);
        assert_eq!(readings.measure(me, person, (PRESSURE, Span::Week, None)).await.unwrap().readings.len(), 1);
        // Taken away, it says who entered it.
        let told = readings.observation(me, person, id).await.unwrap();
        assert_eq!(told["performer"][0]["type"], "Practitioner");
        assert!(told["performer"][0]["display"].as_str().unwrap().starts_with("Dr Doe, "));
        // Changed by the person it is theirs, and nobody takes it back from them.
        let changed = ReadingForm { note: "I read it wrongly".to_owned(), ..form(town, &["148", "92"]) };
        readings.change(me, person, (id, 1), &changed).await.unwrap();
        refused(readings.take_back(&town.clinician, person, (PRESSURE, id), 1).await, "", "changed this reading meanwhile");
        let (seen, old, _) = readings.one(me, person, (PRESSURE, id)).await.unwrap();
        assert!(seen.entered.is_some() && old[0].entered.is_some());
        world.town.verify().await;
    }

    async fn a_pulse_that_was_told_with_the_pressure_is_entered_with_it(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        let told = EnterForm { reading: with_pulse(form(town, &["142", "88"]), "125"), how: "phone".to_owned() };
        let before = world.events().await;
        let (one, two) = tokio::join!(
            readings.enter_for(&town.clinician, person, PRESSURE, &told),
            readings.enter_for(&town.clinician, person, PRESSURE, &told),
        );
        let added = one.unwrap();
        assert_eq!((two.unwrap(), world.events().await), (added, before + 2));
        for one in [(PRESSURE, added.id), (Measure::Pulse, added.shown_with.unwrap())] {
            let (seen, ..) = readings.one(me, person, one).await.unwrap();
            let entered = seen.entered.unwrap();
            assert_eq!((entered.name.as_str(), entered.how), ("Dr Doe", Entered::Phone));
            readings.take_back(&town.clinician, person, one, 1).await.unwrap();
        }
        let wrong = EnterForm { reading: with_pulse(form(town, &["142", "88"]), "fast"), how: String::new() };
        assert_eq!(fields(readings.enter_for(&town.clinician, person, PRESSURE, &wrong).await), ["how", "pulse_value"]);
        assert!(readings.overview(me, person).await.unwrap().newest.is_empty());
        world.town.verify().await;
    }

    async fn a_form_that_was_saved_asks_nothing_when_it_comes_again(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        let weigh = async |one: &EnterForm| {
            town.clock.advance(TimeDelta::minutes(20));
            town.services.readings.enter_for(&town.clinician, world.edna.person, Measure::Weight, one).await
        };
        let first = entry(&world, "phone", &["74.9"]);
        let saved = weigh(&first).await.unwrap();
        let other = entry(&world, "phone", &["165"]);
        weigh(&EnterForm { reading: ReadingForm { sure: true, ..other.reading }, ..other }).await.unwrap();
        // It is far from the weight that was entered meanwhile.
        let before = world.events().await;
        assert_eq!((weigh(&first).await.unwrap(), world.events().await), (saved, before));
        refused(weigh(&entry(&world, "phone", &["74.9"])).await, "sure", "very different from the last weight");
    }

    async fn the_same_entered_again_at_once_is_asked_about_for_whoever_entered_it(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let typed = || {
            let one = entry(&world, "phone", &["142", "88"]);
            EnterForm { reading: ReadingForm { asks_of_same: true, ..one.reading }, ..one }
        };
        let first = typed();
        let id = enter(&world, &town.clinician, &first).await.unwrap();
        assert_eq!(enter(&world, &town.clinician, &first).await.unwrap(), id, "the same form is the same reading");
        let numbers = vec!["124".to_owned(), "88".to_owned()];
        let changed = EnterForm { reading: ReadingForm { numbers, ..first.reading.clone() }, ..first.clone() };
        let before = "You saved 142/88 mmHg from this page before, so what you typed now is not saved";
        refused(enter(&world, &town.clinician, &changed).await, "", before);
        refused(enter(&world, &town.clinician, &typed()).await, "another", "You have just saved the same reading");
        let seen = town.services.readings.overview(&world.edna.actor, person).await.unwrap();
        assert_eq!(seen.newest.iter().map(|one| one.id).collect::<Vec<_>>(), [id], "nothing was stored twice");
        // They say that it is another one, and after a while nobody asks.
        let other = typed();
        let other = EnterForm { reading: ReadingForm { is_another: true, ..other.reading }, ..other };
        let id = enter(&world, &town.clinician, &other).await.unwrap();
        assert_eq!(enter(&world, &town.clinician, &other).await.unwrap(), id, "pressed twice it is one");
        town.clock.advance(TimeDelta::minutes(11));
        enter(&world, &town.clinician, &typed()).await.unwrap();
    }

    async fn another_number_entered_at_once_is_asked_about_for_whoever_entered_it(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let typed = |numbers: &[&str], is_another: bool| {
            let one = entry(&world, "phone", numbers);
            EnterForm { reading: ReadingForm { asks_of_same: true, is_another, ..one.reading }, ..one }
        };
        let by = &town.clinician;
        let id = enter(&world, by, &typed(&["142", "88"], false)).await.unwrap();
        let asked = "You saved 142/88 mmHg of the same time. Is that one wrong?";
        refused(enter(&world, by, &typed(&["124", "88"], false)).await, "another", asked);
        // So it is where how it is known, the arm or the note were put right too, and where what is unlikely was said to be right.
        let here = EnterForm { how: "practice".to_owned(), ..typed(&["128", "82"], false) };
        let with = |settings: &[(&str, &str)], note: &str, sure: bool| {
            let one = typed(&["142", "88"], false);
            let settings = settings.iter().map(|(field, answer)| ((*field).to_owned(), (*answer).to_owned())).collect();
            EnterForm { reading: ReadingForm { settings, note: note.to_owned(), sure, ..one.reading }, ..one }
        };
        for other in [here, with(&[("arm", "left")], "", false), with(&[], "After a walk", false), with(&[("arm", "left")], "", true)] {
            refused(enter(&world, by, &other).await, "another", asked);
        }
        let seen = town.services.readings.overview(&world.edna.actor, person).await.unwrap();
        assert_eq!(seen.newest.iter().map(|one| one.id).collect::<Vec<_>>(), [id], "nothing was stored beside it");
        // The first is taken back, and nothing is asked about it.
        town.services.readings.take_back(by, person, (PRESSURE, id), 1).await.unwrap();
        enter(&world, by, &typed(&["124", "88"], false)).await.unwrap();
        // They say that it is another one, once however often it is sent; what comes a while later is another one.
        let other = typed(&["126", "84"], true);
        let id = enter(&world, by, &other).await.unwrap();
        assert_eq!(enter(&world, by, &other).await.unwrap(), id);
        town.clock.advance(TimeDelta::minutes(1));
        enter(&world, by, &typed(&["122", "80"], false)).await.unwrap();
    }

    async fn what_others_recorded_of_the_same_time_is_asked_about_and_not_told(place: &Place) {
        let world = World::at(place).await;
        let (town, person) = (&world.town, world.edna.person);
        let typed = |is_another: bool| {
            let one = entry(&world, "phone", &["124", "88"]);
            EnterForm { reading: ReadingForm { asks_of_same: true, is_another, ..one.reading }, ..one }
        };
        let own = add(town, &world.edna, person, PRESSURE, &form(town, &["142", "88"])).await;
        let Err(ServiceError::Fields(asked)) = enter(&world, &town.clinician, &typed(false)).await else { panic!("not asked") };
        let asked: Vec<_> = asked.iter().map(|one| (one.field.as_str(), one.message.contains("142"))).collect();
        assert_eq!(asked, [("another", false)]);
        let listed = || async {
            let seen = town.services.readings.measure(&world.edna.actor, person, (PRESSURE, Span::Week, None)).await.unwrap();
            seen.readings.iter().map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(listed().await, [own], "nothing was stored beside it");
        let id = enter(&world, &town.clinician, &typed(true)).await.unwrap();
        assert_eq!(listed().await.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([own, id]));
    }

    async fn what_was_entered_by_mistake_is_taken_back_and_nobody_puts_it_back(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        let id = enter(&world, &town.clinician, &entry(&world, "practice", &["142", "88"])).await.unwrap();
        let own = add(town, &world.edna, person, PRESSURE, &form(town, &["140", "86"])).await;
        not_found(readings.take_back(&town.clinician, person, (PRESSURE, own), 1).await);
        not_found(readings.take_back(&town.clinician, person, (Measure::Pulse, id), 1).await);
        not_found(readings.take_back(me, person, (PRESSURE, id), 1).await);
        readings.take_back(&town.clinician, person, (PRESSURE, id), 1).await.unwrap();
        assert_eq!(world.last().await, (Action::ReadingChanged, Basis::CareTeam));
        not_found(readings.one(me, person, (PRESSURE, id)).await);
        assert!(readings.removed(me, person, (PRESSURE, None)).await.unwrap().readings.is_empty());
        not_found(readings.put_back(me, person, (id, 2)).await);
        not_found(readings.take_back(&town.clinician, person, (PRESSURE, id), 2).await);
    }

    async fn the_same_rules_hold_and_nobody_else_enters_anything(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let readings = &town.services.readings;
        assert_eq!(fields(enter(&world, &town.clinician, &entry(&world, "", &["", "88"])).await), ["how", "systolic"]);
        assert_eq!(fields(enter(&world, &town.clinician, &entry(&world, "guess", &["142", "88"])).await), ["how"]);
        refused(enter(&world, &town.clinician, &entry(&world, "phone", &["250", "95"])).await, "sure", "very unusual");
        let high = entry(&world, "phone", &["250", "95"]).reading;
        // One look at the form is one event, whether it is new or came back with what to do.
        let before = world.events().await;
        let new = readings.entering(&town.clinician, person, PRESSURE, &[]).await.unwrap();
        assert_eq!((new.unit.ucum, new.to_do.len(), world.events().await), ("mm[Hg]", 0, before + 1));
        let back = readings.entering(&town.clinician, person, PRESSURE, std::slice::from_ref(&high)).await.unwrap();
        assert_eq!(back.to_do.first().map(|(_, advice)| advice.title), Some("This blood pressure is very high"));
        assert_eq!(world.events().await, before + 2);
        assert_eq!(world.last().await, (Action::Read, Basis::CareTeam));
        let (carer, _) = world.carer("Stone", "READ").await;
        let stranger: Citizen = town.citizen("Reed").await;
        let form = entry(&world, "phone", &["142", "88"]);
        for nobody in [me, &carer.actor, &stranger.actor, &town.reception, &town.manager, &town.officer, &town.stranger] {
            not_found(enter(&world, nobody, &form).await);
            not_found(readings.may_enter(nobody, person, PRESSURE).await);
            not_found(readings.entering(nobody, person, PRESSURE, &[]).await);
        }
        assert!(readings.measure(me, person, (PRESSURE, Span::Week, None)).await.unwrap().readings.is_empty());
        // Elsewhere nobody enters it for somebody who is not theirs.
        let elsewhere = crate::readings::town::member(&town.services, town.other, StaffRole::Clinician, "Dr Far").await;
        not_found(enter(&world, &elsewhere, &form).await);
        let nobody: PersonId = PersonId::from_uuid(town.services.core.new_id());
        not_found(readings.enter_for(&town.clinician, nobody, PRESSURE, &form).await);
    }

    async fn the_person_is_told_of_red_that_their_care_team_entered(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        watched(&world).await;
        let form = EnterForm { reading: form(town, &["90"]), how: "phone".to_owned() };
        town.services.readings.enter_for(&town.clinician, world.edna.person, OXYGEN, &form).await.unwrap();
        assert_eq!(told_of_red(&world).await, std::slice::from_ref(&world.edna.email));
    }

    async fn the_person_is_told_of_red_that_somebody_who_acts_for_them_entered(place: &Place) {
        let world = World::at(place).await;
        let (carer, _) = world.carer("Stone", "READ").await;
        watched(&world).await;
        add(&world.town, &carer, world.edna.person, OXYGEN, &form(&world.town, &["90"])).await;
        assert_eq!(told_of_red(&world).await, std::slice::from_ref(&world.edna.email));
    }

    async fn the_person_is_not_mailed_of_red_that_their_own_page_shows(place: &Place) {
        let world = World::at(place).await;
        watched(&world).await;
        add(&world.town, &world.edna, world.edna.person, OXYGEN, &form(&world.town, &["90"])).await;
        assert!(told_of_red(&world).await.is_empty());
    }
}
