//! On the day: checking in, the place in the queue, and noting who came.

use crate::appointments::town::{Citizen, Town, at, not_found, refused, template_form, wanted};
use domain::access::Actor;
use domain::appointment::{ServiceKind, Status};
use domain::audit::{Action, Basis};
use service::{NeedsForm, NeedsOf, TemplateForm};
use testkit::Place;

testkit::both_engines! {
    async fn whoever_comes_checks_in_from_an_hour_before_to_a_quarter_of_an_hour_after(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let appointments = &town.services.appointments;
        let id = town.book(&who, "2026-11-05T09:00:00Z").await;
        let check_in = async || appointments.check_in(&who.actor, who.person, id).await;
        for now in ["2026-11-04T09:00:00Z", "2026-11-05T07:59:59Z", "2026-11-05T09:15:01Z"] {
            town.clock.set(at(now));
            refused(check_in().await, "", "Tell the front desk");
            assert!(!town.one(&who, id).await.may_check_in);
        }
        assert_eq!(appointments.page(&who.actor, who.person, id).await.unwrap().ahead, None);
        town.clock.set(at("2026-11-05T08:00:00Z"));
        assert!(town.one(&who, id).await.may_check_in);
        for _ in 0..3 {
            assert_eq!(check_in().await.unwrap().ahead, 0);
        }
        let seen = town.one(&who, id).await;
        assert_eq!((seen.status, seen.arrived_at, seen.may_check_in), (Status::Arrived, Some(at("2026-11-05T08:00:00Z")), false));
        assert_eq!(town.acts(who.person).await, [(Action::AppointmentBooked, Basis::Own), (Action::AppointmentChanged, Basis::Own)]);
        // Whoever is there does not give it up any more here.
        refused(appointments.cancel(&who.actor, who.person, id, "").await, "", "cannot be changed any more");
        town.verify().await;
    }

    async fn what_somebody_needs_is_told_where_they_are_met_and_each_look_is_written_down(place: &Place) {
        let town = Town::at(place).await;
        let (who, plain) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        town.book(&who, "2026-11-05T09:00:00Z").await;
        town.book(&plain, "2026-11-05T09:10:00Z").await;
        let clinic = town.clinic("2026-11-05T09:00:00Z").await.id;
        let form = NeedsForm {
            chosen: "easy-read".to_owned(),
            needs_interpreter: "no".to_owned(),
            version: "0".to_owned(),
            submission: town.services.core.new_id().to_string(),
            ..NeedsForm::default()
        };
        town.services.profile.save_needs(&who.actor, NeedsOf::Person(who.person), &form).await.unwrap();
        let told = async |by: &Actor| -> Vec<String> {
            let attendees = town.services.diary.clinic(by, clinic).await.unwrap().attendees;
            attendees.into_iter().map(|one| one.needs).collect()
        };
        let looks = async |of: &Citizen| -> Vec<(String, Basis)> {
            let (items, _) = town.services.activity.of_record(&Actor::Operator, of.person, None).await.unwrap();
            let about = |page: &String| page.ends_with("needs");
            let pages = items.into_iter().rev().filter_map(|item| Some((item.detail.get("page").cloned().filter(about)?, item.basis)));
            pages.collect()
        };
        let needs = ["Needs easy read.".to_owned(), String::new()];
        let (alone, with_why) = (("needs".to_owned(), Basis::CareTeam), ("appointment-needs".to_owned(), Basis::CareTeam));
        assert_eq!(told(&town.reception).await, needs);
        assert_eq!(told(&town.clinician).await, needs);
        assert_eq!(looks(&who).await, [alone.clone(), with_why.clone()]);
        assert!(looks(&plain).await.is_empty(), "there was nothing to read");
        // Whoever is expected is met, wherever they are registered by then.
        town.services.people.register(&Actor::Operator, who.person, town.other).await.unwrap();
        assert_eq!(told(&town.reception).await, needs);
        assert_eq!(looks(&who).await, [alone.clone(), with_why.clone(), alone.clone()]);
        // What they need later is no business of where they were once.
        town.clock.set(at("2026-11-06T09:00:00Z"));
        assert_eq!(told(&town.reception).await, [String::new(), String::new()]);
        assert_eq!(looks(&who).await.len(), 3);
        town.verify().await;
    }

    async fn checking_in_several_times_at_once_is_once(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let id = town.book(&who, "2026-11-05T09:00:00Z").await;
        town.clock.set(at("2026-11-05T08:50:00Z"));
        let acts: Vec<_> = (0..6)
            .map(|_| {
                let (appointments, who) = (town.services.appointments.clone(), who.clone());
                tokio::spawn(async move { appointments.check_in(&who.actor, who.person, id).await })
            })
            .collect();
        for act in acts {
            assert_eq!(act.await.unwrap().unwrap().ahead, 0);
        }
        assert_eq!(town.acts(who.person).await.len(), 2);
    }

    async fn only_those_who_come_in_person_check_in(place: &Place) {
        let town = Town::at(place).await;
        let form = TemplateForm { mode: "phone".to_owned(), ..template_form(town.gp, "thu", "11:00", "12:00") };
        town.template(&town.manager, &form).await;
        let who = town.citizen("Rivers").await;
        let id = town.book(&who, "2026-11-05T11:00:00Z").await;
        town.clock.set(at("2026-11-05T11:00:00Z"));
        refused(town.services.appointments.check_in(&who.actor, who.person, id).await, "", "check in");
        assert!(!town.one(&who, id).await.may_check_in);
    }

    async fn each_is_told_how_many_come_before_them_until_they_were_seen(place: &Place) {
        let town = Town::at(place).await;
        let (appointments, diary) = (&town.services.appointments, &town.services.diary);
        let mut people = Vec::new();
        for (number, minute) in [0, 10, 20, 30].into_iter().enumerate() {
            let who = town.citizen(&format!("Rivers{number}")).await;
            let id = town.book(&who, &format!("2026-11-05T09:{minute:02}:00Z")).await;
            people.push((who, id));
        }
        // Another clinic at the same time is another queue.
        let twin = crate::appointments::town::Offer {
            practitioner: diary.add_practitioner(&town.manager, &crate::appointments::town::practitioner_form("Dr Twin")).await.unwrap(),
            ..town.gp
        };
        town.template(&town.manager, &template_form(twin, "thu", "8:55", "9:55")).await;
        let other = town.citizen("Stone").await;
        let other_id = town.book(&other, "2026-11-05T08:55:00Z").await;
        town.clock.set(at("2026-11-05T08:40:00Z"));
        assert_eq!(appointments.check_in(&other.actor, other.person, other_id).await.unwrap().ahead, 0);
        // They come in another order than they are seen in; the second does not come.
        for (number, ahead) in [(3, 0), (0, 0), (2, 1)] {
            let (who, id) = &people[number];
            assert_eq!(appointments.check_in(&who.actor, who.person, *id).await.unwrap().ahead, ahead);
        }
        let ahead = async |number: usize| {
            let (who, id) = &people[number];
            appointments.page(&who.actor, who.person, *id).await.unwrap().ahead
        };
        assert_eq!([ahead(0).await, ahead(1).await, ahead(2).await, ahead(3).await], [Some(0), None, Some(1), Some(2)]);
        let clinic = town.clinic("2026-11-05T09:00:00Z").await.id;
        let attendees = diary.clinic(&town.clinician, clinic).await.unwrap().attendees;
        assert_eq!(attendees.iter().map(|one| one.status).collect::<Vec<_>>(), [
            Status::Arrived,
            Status::Booked,
            Status::Arrived,
            Status::Arrived,
        ]);
        let note = async |number: usize, to| {
            let attendee = diary.clinic(&town.clinician, clinic).await.unwrap().attendees[number].clone();
            diary.note_attendance(&town.clinician, attendee.appointment, attendee.version, to).await
        };
        note(0, Status::Fulfilled).await.unwrap();
        assert_eq!([ahead(0).await, ahead(2).await, ahead(3).await], [None, Some(0), Some(1)]);
        // Whoever has not come by their time is late, and not before.
        refused(note(1, Status::NoShow).await, "", "You can note it from Thursday 5 November 2026, 9:10am");
        town.clock.set(at("2026-11-05T09:10:00Z"));
        note(1, Status::NoShow).await.unwrap();
        // Whoever was marked too soon waits again.
        note(0, Status::Arrived).await.unwrap();
        assert_eq!(ahead(3).await, Some(2));
        for number in [0, 2, 3] {
            note(number, Status::Fulfilled).await.unwrap();
        }
        refused(note(0, Status::Booked).await, "", "not possible");
        refused(note(0, Status::Cancelled).await, "", "not possible");
        assert_eq!(town.one(&people[1].0, people[1].1).await.status, Status::NoShow);
        assert_eq!(town.acts(people[3].0.person).await, [
            (Action::AppointmentBooked, Basis::Own),
            (Action::AppointmentChanged, Basis::Own),
            (Action::AppointmentChanged, Basis::CareTeam),
        ]);
        town.verify().await;
    }

    async fn a_page_that_shows_how_it_was_changes_nothing(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let diary = &town.services.diary;
        let id = town.book(&who, "2026-11-05T09:00:00Z").await;
        town.clock.set(at("2026-11-05T09:00:00Z"));
        town.services.appointments.check_in(&who.actor, who.person, id).await.unwrap();
        refused(diary.note_attendance(&town.reception, id, 1, Status::NoShow).await, "", "just changed");
        not_found(diary.note_attendance(&town.officer, id, 2, Status::Fulfilled).await);
        not_found(diary.note_attendance(&who.actor, id, 2, Status::Fulfilled).await);
        diary.note_attendance(&town.reception, id, 2, Status::Fulfilled).await.unwrap();
        // Noting the same again changes nothing, from whatever page.
        diary.note_attendance(&town.reception, id, 1, Status::Fulfilled).await.unwrap();
        assert_eq!(town.acts(who.person).await.len(), 3);
    }

    async fn who_came_is_noted_around_the_time_and_not_days_before(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let diary = &town.services.diary;
        let id = town.book(&who, "2026-11-05T09:00:00Z").await;
        for (to, too_early, from, words) in [
            (Status::NoShow, "2026-11-05T08:59:59Z", "2026-11-05T09:00:00Z", "9am"),
            (Status::Fulfilled, "2026-11-05T08:29:59Z", "2026-11-05T08:30:00Z", "8:30am"),
            (Status::Arrived, "2026-11-05T07:59:59Z", "2026-11-05T08:00:00Z", "8am"),
        ] {
            let version = diary.booking(&town.reception, id).await.unwrap().version;
            for now in ["2026-11-03T10:40:00Z", too_early] {
                town.clock.set(at(now));
                refused(diary.note_attendance(&town.reception, id, version, to).await, "", &format!("from Thursday 5 November 2026, {words}"));
            }
            town.clock.set(at(from));
            diary.note_attendance(&town.reception, id, version, to).await.unwrap();
            assert_eq!(town.one(&who, id).await.status, to);
            // Long after it, too, it can be put right.
            town.clock.set(at("2026-11-09T09:00:00Z"));
            let version = diary.booking(&town.reception, id).await.unwrap().version;
            if to != Status::Arrived {
                diary.note_attendance(&town.reception, id, version, Status::Arrived).await.unwrap();
                diary.note_attendance(&town.reception, id, version + 1, Status::Booked).await.unwrap();
            }
        }
    }

    async fn those_at_the_desk_check_somebody_in(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let id = town.book(&who, "2026-11-05T09:00:00Z").await;
        town.clock.set(at("2026-11-05T08:50:00Z"));
        assert_eq!(town.services.appointments.check_in(&town.reception, who.person, id).await.unwrap().ahead, 0);
        assert_eq!(town.acts(who.person).await.last(), Some(&(Action::AppointmentChanged, Basis::CareTeam)));
        not_found(town.services.appointments.check_in(&town.stranger, who.person, id).await);
    }

    async fn everybody_in_a_clinic_is_told_that_their_name_was_shown(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        town.book(&who, "2026-11-05T09:00:00Z").await;
        let clinic = town.clinic("2026-11-05T09:00:00Z").await.id;
        for _ in 0..2 {
            town.services.diary.clinic(&town.reception, clinic).await.unwrap();
        }
        let (items, _) = town.services.activity.of_record(&Actor::Operator, who.person, None).await.unwrap();
        let shown = items.iter().filter(|item| item.action == Action::Read && item.basis == Basis::CareTeam).count();
        assert_eq!(shown, 1);
        // A search tells nothing about anybody else.
        assert!(town.found(&who, &wanted(ServiceKind::Gp)).await.iter().all(|slot| slot.starts_at != at("2026-11-05T09:00:00Z")));
    }
}
