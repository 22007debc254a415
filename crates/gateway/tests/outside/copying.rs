//! The copy of others' free times is what they are there, whatever their system tells, and from when a practice moves to a
//! system of its own until it comes back.

use crate::gp_system::Fault;
use crate::village::{Keeps, NINE, TEN_PAST, TWENTY_PAST, Village, at, said};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::appointment::Status;
use service::{Connection, ConnectionOf, GivenUp, OrganisationKind, OutsideDone};
use testkit::Place;

const TEN: &str = "2026-11-05T10:00:00Z";

testkit::both_engines! {
    async fn a_time_that_is_moved_there_is_moved_here(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.system.move_to(NINE, TEN);
        village.refresh().await;
        assert_eq!(village.free(&rivers).await, [at(TEN_PAST), at(TWENTY_PAST), at(TEN)]);
        village.book(&rivers, TEN).await;
        village.agrees(&[&rivers]).await;
        // And back to an hour at which it was before.
        village.system.move_to(TEN_PAST, NINE);
        village.refresh().await;
        assert_eq!(village.free(&rivers).await, [at(NINE), at(TWENTY_PAST)]);
        village.book(&rivers, NINE).await;
        village.agrees(&[&rivers]).await;
    }

    async fn a_time_that_is_made_anew_there_is_as_long_here(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.system.remake(TWENTY_PAST, 25);
        village.refresh().await;
        assert_eq!(village.free(&rivers).await.len(), 3);
        assert_eq!(village.ends(&rivers, TWENTY_PAST).await, at("2026-11-05T09:45:00Z"));
        village.book(&rivers, TWENTY_PAST).await;
        village.agrees(&[&rivers]).await;
    }

    async fn a_time_across_the_edge_of_what_is_read_at_once_stays_with_whoever_holds_it(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        let starts = "2026-11-17T10:48:00Z";
        village.system.add("edge", starts);
        village.refresh().await;
        let slot = village.slot(&rivers, starts).await;
        village.services.appointments.hold(&rivers.actor, rivers.person, slot).await.unwrap();
        // Fourteen days from now it has begun, and has not ended.
        village.clock.set(at("2026-11-03T10:46:30Z"));
        assert_eq!(village.refresh().await.told, 1);
        assert!(village.free(&rivers).await.contains(&at(starts)));
        // Still theirs: nobody else is offered it.
        village.clock.set(at("2026-11-03T10:50:00Z"));
        assert!(!village.free(&stone).await.contains(&at(starts)));
        village.send(&rivers, &village.form(slot)).await.unwrap();
        village.agrees(&[&rivers]).await;
    }

    async fn what_cannot_be_kept_is_left_out_and_the_rest_is_copied(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.system.add("an\u{0}odd one", TEN);
        village.system.add(&"long".repeat(500), "2026-11-05T10:10:00Z");
        village.system.add("far", "2031-11-05T10:20:00Z");
        village.system.add("good", "2026-11-05T10:30:00Z");
        village.system.tell_any_time();
        village.system.tell_odd_place();
        assert_eq!(village.refresh().await.told, 1);
        assert_eq!(village.free(&rivers).await, [at(NINE), at(TEN_PAST), at(TWENTY_PAST), at("2026-11-05T10:30:00Z")]);
        let id = village.book(&rivers, "2026-11-05T10:30:00Z").await;
        let seen = village.services.appointments.one(&rivers.actor, rivers.person, id).await.unwrap();
        for text in [&seen.address, &seen.postcode, &seen.phone] {
            assert!(!text.contains('\u{0}') && text.chars().count() <= 300, "{text:?}");
        }
    }

    async fn an_odd_place_that_is_new_is_kept_as_far_as_it_can_be(place: &Place) {
        let village = Village::at(place, Keeps::Here).await;
        let rivers = village.citizen(0).await;
        place.alter("UPDATE place SET name = 'Another'").await;
        village.system.tell_odd_place();
        village.services.appointments.keep_outside(&Actor::Operator, village.practice, Some(&village.system.url)).await.unwrap();
        assert_eq!(village.refresh().await.told, 1);
        let id = village.book(&rivers, NINE).await;
        let seen = village.services.appointments.one(&rivers.actor, rivers.person, id).await.unwrap();
        assert!(seen.address.starts_with("Trevelyan Square, xxx") && seen.address.chars().count() <= 300, "{}", seen.address);
        assert_eq!((seen.postcode.as_str(), seen.phone.chars().count()), ("", 40));
    }

    async fn one_system_whose_times_cannot_be_kept_stops_no_other(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.neighbour("A00000").await;
        place.alter("ALTER TABLE practitioner RENAME TO practitioner_away").await;
        village.clock.advance(TimeDelta::minutes(6));
        let done = village.services.appointments.refresh_outside(&Actor::System).await.unwrap();
        assert_eq!((done.told, done.failed), (0, 2));
        place.alter("ALTER TABLE practitioner_away RENAME TO practitioner").await;
        let known = village.services.appointments.outside_diaries(&Actor::Operator).await.unwrap();
        assert!(known.iter().all(|one| one.failing.is_some()), "{known:?}");
        assert_eq!(village.refresh().await.told, 2);
        assert_eq!(village.free(&rivers).await.len(), 3);
    }

    async fn a_person_reads_since_when_their_practices_system_does_not_answer(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let first = village.services.core.now();
        let of = async || {
            let seen = village.services.records.sources(&rivers.actor, rivers.person).await.unwrap();
            seen.connections.into_iter().next()
        };
        let answers = Connection {
            name: "The Trevelyan Practice".to_owned(),
            of: ConnectionOf::Appointments,
            last_success: Some(first),
            failing: None,
            last_failure: None,
        };
        assert_eq!(of().await, Some(answers.clone()));
        village.system.fail("slots", Fault::NotDoneBut(503));
        assert_eq!(village.refresh().await.failed, 1);
        let broke = village.services.core.now();
        assert_eq!(of().await, Some(Connection { failing: Some(broke), last_failure: Some(broke), ..answers.clone() }));
        village.system.fail("slots", Fault::Silent);
        assert_eq!(village.refresh().await.failed, 1);
        let still = village.services.core.now();
        assert_eq!(of().await, Some(Connection { failing: Some(broke), last_failure: Some(still), ..answers.clone() }));
        assert_eq!(village.refresh().await.told, 1);
        let now = village.services.core.now();
        let answers = Connection { last_success: Some(now), last_failure: Some(still), ..answers };
        assert_eq!(of().await, Some(answers.clone()));
        // Another practice's system is no matter of theirs, and neither is this one's once they have left.
        village.neighbour("A00000").await;
        assert_eq!(of().await, Some(answers));
        let organisations = &village.services.organisations;
        let other = organisations.ensure(&Actor::Operator, "A00003", "A third", OrganisationKind::Practice).await.unwrap().id;
        village.services.people.register(&Actor::Operator, rivers.person, other).await.unwrap();
        assert_eq!(of().await, None);
        village.verify().await;
    }

    async fn a_practice_that_moves_to_a_system_of_its_own_offers_nothing_from_here(place: &Place) {
        let village = Village::at(place, Keeps::Here).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        let id = village.book(&rivers, NINE).await;
        let wish = village.slot(&stone, TEN_PAST).await;
        // It would go on for ever.
        place.alter("UPDATE clinic_template SET until_day = NULL").await;
        let appointments = &village.services.appointments;
        appointments.keep_outside(&Actor::Operator, village.practice, Some(&village.system.url)).await.unwrap();
        assert_eq!(village.services.diary.make_ahead(&Actor::System).await.unwrap(), 0);
        assert!(village.free(&stone).await.is_empty());
        said(village.send(&stone, &village.form(wish)).await);
        // What was booked here stands, and is given up here; its time is nobody's then.
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked)]);
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Done);
        assert!(village.free(&stone).await.is_empty());
        village.refresh().await;
        assert_eq!(village.free(&stone).await, [at(NINE), at(TEN_PAST), at(TWENTY_PAST)]);
        village.book(&stone, NINE).await;
        assert_eq!(village.system.standing(), [(stone.number.clone(), at(NINE))]);
        // Another address of the same system ends nothing.
        let url = format!("{}/", village.system.url);
        appointments.keep_outside(&Actor::Operator, village.practice, Some(&url)).await.unwrap();
        assert_eq!(village.free(&stone).await, [at(TEN_PAST), at(TWENTY_PAST)]);
    }

    async fn what_stands_when_a_practice_comes_back_is_kept_here(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        let (id, other) = (village.book(&rivers, NINE).await, village.book(&stone, TEN_PAST).await);
        let appointments = &village.services.appointments;
        appointments.keep_outside(&Actor::Operator, village.practice, None).await.unwrap();
        village.system.asked();
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Done);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled)]);
        // Whose the time is now only the other system knows.
        assert!(village.free(&rivers).await.is_empty());
        assert_eq!(village.later(2).await, OutsideDone::default());
        // And where it goes there again, nobody gets the time of somebody who has it here.
        village.system.cancel_all();
        appointments.keep_outside(&Actor::Operator, village.practice, Some(&village.system.url)).await.unwrap();
        village.refresh().await;
        assert_eq!(village.free(&rivers).await, [at(NINE), at(TWENTY_PAST)]);
        assert_eq!(village.cancel(&stone, other).await.unwrap(), GivenUp::Done);
        assert_eq!(village.system.asked(), ["slots"; 4]);
        village.refresh().await;
        assert_eq!(village.free(&rivers).await.len(), 3);
    }
}
