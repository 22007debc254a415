//! What is booked in others' systems stands as people see it; and where nobody can know, people look into it.

use crate::gp_system::Fault;
use crate::village::{Keeps, NINE, TEN_PAST, TWENTY_PAST, Village, at, said};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::appointment::Status;
use service::{GivenUp, OutsideChecked, OutsideDone};
use std::time::{Duration, Instant};
use testkit::Place;

const DONE: OutsideDone = OutsideDone { settled: 1, waiting: 0 };

impl Village {
    /// The kinds of what waits for the practice, and what it is about.
    async fn waits(&self) -> Vec<(&'static str, uuid::Uuid)> {
        let waits = self.services.work.list(&self.manager).await.unwrap();
        waits.into_iter().map(|item| (item.kind.code(), item.about)).collect()
    }

    /// Asks what became of what is booked, so many minutes later.
    async fn check(&self, minutes: i64) -> OutsideChecked {
        self.clock.advance(TimeDelta::minutes(minutes));
        self.services.appointments.check_outside(&Actor::System).await.unwrap()
    }
}

testkit::both_engines! {
    async fn where_neither_time_can_be_given_back_both_stand_and_everybody_knows(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let old = village.book(&rivers, NINE).await;
        village.system.let_cancel(false);
        let told = said(village.change(&rivers, old, TWENTY_PAST).await);
        assert!(told.contains("You have both times now"), "{told}");
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked), (at(TWENTY_PAST), Status::Booked)]);
        village.agrees(&[&rivers]).await;
        assert_eq!(village.mail().await, ["rivers0@example.org"]);
        let new = village.services.appointments.list(&rivers.actor, rivers.person).await.unwrap()[0].id;
        assert_eq!(village.waits().await, [("both-stand", new.as_uuid())]);
        // The next change is refused before anything is taken for it.
        village.system.asked();
        assert!(said(village.change(&rivers, old, TEN_PAST).await).contains("does not let you change or cancel here"));
        assert_eq!(village.system.asked(), [""; 0]);
        // A day later they may try again.
        village.system.let_cancel(true);
        village.clock.advance(TimeDelta::hours(24));
        village.refresh().await;
        assert_eq!(village.cancel(&rivers, new).await.unwrap(), GivenUp::Done);
        assert_eq!(village.waits().await, []);
        village.agrees(&[&rivers]).await;
        village.verify().await;
    }

    async fn where_that_comes_out_later_the_person_is_told_too(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let old = village.book(&rivers, NINE).await;
        village.system.let_cancel(false);
        village.system.fail("book", Fault::DoneAndSilent);
        assert!(village.change(&rivers, old, TWENTY_PAST).await.unwrap().asked);
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.open(&rivers).await, [at(NINE), at(TWENTY_PAST)]);
        assert_eq!(village.waits().await.len(), 1);
        assert!(village.mail().await.contains(&"rivers0@example.org".to_owned()));
        village.agrees(&[&rivers]).await;
    }

    async fn while_a_change_has_no_answer_neither_of_the_two_can_be_changed(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let old = village.book(&rivers, NINE).await;
        village.system.fail("book", Fault::DoneAndSilent);
        assert!(village.change(&rivers, old, TEN_PAST).await.unwrap().asked);
        assert!(said(village.change(&rivers, old, TWENTY_PAST).await).contains("We have asked the service's own system"));
        assert!(said(village.cancel(&rivers, old).await).contains("We have asked the service's own system"));
        let seen = village.services.appointments.one(&rivers.actor, rivers.person, old).await.unwrap();
        assert!(seen.locked.unwrap().contains("We have asked"));
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.open(&rivers).await, [at(TEN_PAST)]);
        let seen = village.services.appointments.one(&rivers.actor, rivers.person, old).await.unwrap();
        assert_eq!(seen.locked, None);
        village.agrees(&[&rivers]).await;
    }

    async fn what_is_asked_of_a_system_that_is_gone_comes_to_people_and_keeps_nobody_else_waiting(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        village.system.fail("book", Fault::Silent);
        let id = village.try_book(&rivers, NINE).await.unwrap().id;
        let kept = village.services.appointments.keep_outside(&Actor::Operator, village.practice, None).await;
        assert!(said(kept).contains("has been asked something"));
        place.alter("DELETE FROM outside_diary").await;
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled)]);
        assert_eq!(village.waits().await, [("outside-diary", id.as_uuid())]);
        assert_eq!(village.mail().await, ["rivers0@example.org"]);
    }

    async fn one_that_cannot_be_settled_keeps_no_other_from_its_answer(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        let old = village.book(&rivers, NINE).await;
        village.system.fail("book", Fault::Silent);
        village.change(&rivers, old, TEN_PAST).await.unwrap();
        village.system.fail("book", Fault::Silent);
        village.try_book(&stone, TWENTY_PAST).await.unwrap();
        // The appointment that is changed is not there any more.
        place.alter("UPDATE appointment SET moved_from = slot_id WHERE moved_from IS NOT NULL").await;
        village.clock.advance(TimeDelta::minutes(2));
        village.services.appointments.run_outside(&Actor::System).await.unwrap();
        assert_eq!(village.list(&stone).await, [(at(TWENTY_PAST), Status::Booked)]);
    }

    async fn what_is_cancelled_by_another_question_already_stops_no_change(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let old = village.book(&rivers, NINE).await;
        village.system.fail("book", Fault::Silent);
        village.change(&rivers, old, TEN_PAST).await.unwrap();
        place.alter(
            "INSERT INTO outside_ask (person_id, id, organisation_id, appointment_id, what, cancelled_by, state, tries, next_try_at, \
             asked_at) SELECT q.person_id, a.id, q.organisation_id, a.id, 'cancel', 'person', 'asked', 0, '2026-11-03T11:40:00Z', q.asked_at \
             FROM outside_ask q JOIN appointment a ON a.person_id = q.person_id AND a.moved_from IS NULL WHERE q.state = 'asked'",
        ).await;
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.later(60).await, DONE);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled), (at(TEN_PAST), Status::Booked)]);
        village.agrees(&[&rivers]).await;
    }

    async fn nobody_waits_longer_than_a_page_may_take(place: &Place) {
        let mut village = Village::at(place, Keeps::Outside).await.patient(place);
        let rivers = village.citizen(0).await;
        let old = village.book(&rivers, NINE).await;
        village.services.appointments = village.services.appointments.clone().within(Duration::from_millis(700));
        village.system.fail("cancel", Fault::DoneAndSilent);
        let began = Instant::now();
        assert!(village.change(&rivers, old, TWENTY_PAST).await.unwrap().asked);
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Cancelled), (at(TWENTY_PAST), Status::Booked)]);
        village.agrees(&[&rivers]).await;
    }

    async fn no_record_of_a_patient_means_that_they_have_nothing_there(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        village.system.tell_none_by_404();
        let rivers = village.citizen(0).await;
        // It was not booked, so it is asked for again.
        village.system.fail("book", Fault::Silent);
        assert!(village.try_book(&rivers, NINE).await.unwrap().asked);
        assert_eq!(village.later(2).await, DONE);
        village.agrees(&[&rivers]).await;
        // It was taken away, so it is missing; and cancelling it needs nothing more.
        let id = village.services.appointments.list(&rivers.actor, rivers.person).await.unwrap()[0].id;
        village.system.forget();
        assert_eq!(village.check(0).await, OutsideChecked { checked: 1, cancelled: 0, missing: 1 });
        assert_eq!(village.waits().await, [("outside-missing", id.as_uuid())]);
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Done);
        assert_eq!(village.waits().await, []);
    }

    async fn whoever_has_left_the_practice_is_looked_into_and_told_to_ring(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let id = village.book(&rivers, NINE).await;
        village.system.fail("book", Fault::Silent);
        village.try_book(&rivers, TEN_PAST).await.unwrap();
        village.system.lose_patients();
        assert_eq!(village.check(0).await, OutsideChecked { checked: 1, cancelled: 0, missing: 1 });
        assert_eq!(village.waits().await, [("outside-missing", id.as_uuid())]);
        village.system.fail("book", Fault::Refuse(404, "PATIENT_NOT_FOUND", "Patient record not found"));
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked), (at(TEN_PAST), Status::Cancelled)]);
        village.system.fail("cancel", Fault::Silent);
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Asked);
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.open(&rivers).await, [at(NINE)]);
    }

    async fn what_staff_have_looked_into_does_not_come_back_unless_it_was_found_between(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let rivers = village.citizen(0).await;
        let id = village.book(&rivers, NINE).await;
        let kept = village.system.forget();
        assert_eq!(village.check(0).await.missing, 1);
        // It is found again, and then it is missing once more.
        village.system.remember(kept);
        assert_eq!(village.check(61).await, OutsideChecked { checked: 1, cancelled: 0, missing: 0 });
        assert_eq!(village.waits().await, []);
        village.system.forget();
        assert_eq!(village.check(61).await.missing, 1);
        let item = village.services.work.list(&village.manager).await.unwrap().remove(0);
        assert_eq!(item.kind.code(), "outside-missing");
        village.services.work.done(&village.manager, item.id, item.version).await.unwrap();
        for _ in 0..2 {
            assert_eq!(village.check(61).await.missing, 1);
            assert_eq!(village.waits().await, []);
        }
        assert_eq!(village.list(&rivers).await, [(at(NINE), Status::Booked)]);
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Done);
    }

    async fn whoever_cancels_while_it_is_asked_about_is_not_missing(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await.patient(place);
        let rivers = village.citizen(0).await;
        let id = village.book(&rivers, NINE).await;
        village.system.fail("list", Fault::Held);
        let appointments = village.services.appointments.clone();
        let check = tokio::spawn(async move { appointments.check_outside(&Actor::System).await.unwrap() });
        village.system.killed.notified().await;
        assert_eq!(village.cancel(&rivers, id).await.unwrap(), GivenUp::Done);
        village.system.forget();
        village.system.go.notify_one();
        assert_eq!(check.await.unwrap(), OutsideChecked { checked: 1, cancelled: 0, missing: 0 });
        assert_eq!(village.waits().await, []);
    }

    async fn two_servers_share_the_asking_and_each_person_is_asked_about_once_an_hour(place: &Place) {
        let village = Village::at(place, Keeps::Outside).await;
        let (rivers, stone) = (village.citizen(0).await, village.citizen(1).await);
        village.book(&rivers, NINE).await;
        village.book(&rivers, TWENTY_PAST).await;
        village.book(&stone, TEN_PAST).await;
        village.system.asked();
        let appointments = &village.services.appointments;
        let (one, two) = tokio::join!(appointments.check_outside(&Actor::System), appointments.check_outside(&Actor::System));
        assert_eq!(one.unwrap().checked + two.unwrap().checked, 3);
        assert_eq!(village.system.asked(), ["list", "list"]);
        assert_eq!(village.check(59).await, OutsideChecked::default());
        assert_eq!(village.check(2).await.checked, 3);
        assert_eq!(village.system.asked(), ["list", "list"]);
    }
}
