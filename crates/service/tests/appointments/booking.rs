//! Booking: one slot for one person, one form for one booking.

use crate::appointments::town::{Citizen, Town, at, fields, not_found, problems, refused, service_form, template_form, wanted};
use chrono::TimeDelta;
use domain::access::{Actor, Assurance};
use domain::appointment::{ServiceKind, Status};
use domain::audit::{Action, Basis};
use domain::team::WorkKind;
use domain::{AppointmentId, SlotId};
use service::{BookForm, ServiceError, ServiceForm, Services};
use testkit::{Place, SeededRandom};

const RIVALS: usize = 200;

/// A second server on the same database, where the engine is for several; the same one otherwise.
async fn second_server(town: &Town, place: &Place) -> (Services, Option<store::Store>) {
    if !matches!(place.url, store::DatabaseUrl::Postgres(_)) {
        return (town.services.clone(), None);
    }
    let store = store::Store::open(&place.url, store::Options::default()).await.unwrap();
    let settings = town.services.core.settings().clone();
    let core = service::Core::new(store.clone(), town.clock.clone(), SeededRandom::new(77), service::NoDiaries, settings);
    (Services::new(core), Some(store))
}

testkit::both_engines! {
    async fn of_two_hundred_who_want_one_time_at_once_one_gets_it_and_nobody_else_changes_anything(place: &Place) {
        let town = Town::at(place).await;
        let mut rivals: Vec<Citizen> = Vec::new();
        for number in 0..RIVALS {
            rivals.push(town.citizen(&format!("Rivers{number}")).await);
        }
        let slot = town.slot(&rivals[0], "2026-11-05T09:00:00Z").await;
        let (second, store) = second_server(&town, place).await;
        let acts: Vec<_> = rivals
            .iter()
            .enumerate()
            .map(|(number, who)| {
                let services = if number % 2 == 0 { &town.services } else { &second };
                let (appointments, form, who) = (services.appointments.clone(), town.form(slot), who.clone());
                tokio::spawn(async move { appointments.book(&who.actor, who.person, &form).await })
            })
            .collect();
        let mut won = Vec::new();
        for (number, act) in acts.into_iter().enumerate() {
            match act.await.unwrap() {
                Ok(booked) => won.push((number, booked.id)),
                lost => refused(lost, "slot", "Somebody else has just taken this time"),
            }
        }
        let [(winner, id)] = won[..] else { panic!("{} have it", won.len()) };
        let clinic = town.clinic("2026-11-05T09:00:00Z").await;
        assert_eq!((clinic.taken, clinic.free), (1, 5));
        let detail = town.services.diary.clinic(&town.reception, clinic.id).await.unwrap();
        assert_eq!(detail.attendees.iter().map(|one| (one.person, one.appointment)).collect::<Vec<_>>(), [(rivals[winner].person, id)]);
        assert_eq!(town.acts(rivals[winner].person).await, [(Action::AppointmentBooked, Basis::Own)]);
        for (number, who) in rivals.iter().enumerate() {
            assert_eq!(town.list(who).await.len(), usize::from(number == winner));
        }
        assert!(town.mail().await.is_empty());
        assert!(town.services.work.list(&town.reception).await.unwrap().is_empty());
        town.verify().await;
        if let Some(store) = store {
            store.close().await;
        }
    }

    async fn many_who_want_different_times_all_get_theirs(place: &Place) {
        let town = Town::at(place).await;
        let mut people = Vec::new();
        for number in 0..40 {
            people.push(town.citizen(&format!("Rivers{number}")).await);
        }
        let slots = town.found(&people[0], &wanted(ServiceKind::Gp)).await;
        let acts: Vec<_> = people
            .iter()
            .zip(&slots)
            .map(|(who, slot)| {
                let (appointments, form, who) = (town.services.appointments.clone(), town.form(slot.id), who.clone());
                tokio::spawn(async move { appointments.book(&who.actor, who.person, &form).await })
            })
            .collect();
        for act in acts {
            act.await.unwrap().unwrap();
        }
        assert_eq!(town.found(&people[0], &wanted(ServiceKind::Gp)).await.len(), slots.len() - 40);
        town.verify().await;
    }

    async fn one_form_is_one_booking_however_often_it_is_sent(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let form = town.form(town.slot(&who, "2026-11-05T09:00:00Z").await);
        let acts: Vec<_> = (0..8)
            .map(|_| {
                let (appointments, form, who) = (town.services.appointments.clone(), form.clone(), who.clone());
                tokio::spawn(async move { appointments.book(&who.actor, who.person, &form).await.unwrap().id })
            })
            .collect();
        let mut ids = Vec::new();
        for act in acts {
            ids.push(act.await.unwrap());
        }
        let again = town.services.appointments.book(&who.actor, who.person, &form).await.unwrap();
        ids.push(again.id);
        ids.dedup();
        assert_eq!((ids.len(), again.again, again.pending), (1, true, false));
        assert_eq!(town.list(&who).await.len(), 1);
        assert_eq!(town.acts(who.person).await, [(Action::AppointmentBooked, Basis::Own)]);
        // Another person's form of the same id is theirs.
        let other = town.citizen("Stone").await;
        let theirs = BookForm { slot: town.slot(&other, "2026-11-05T09:10:00Z").await.to_string(), ..form };
        assert!(!town.services.appointments.book(&other.actor, other.person, &theirs).await.unwrap().again);
    }

    async fn two_forms_of_one_person_for_one_time_are_one_booking_and_a_refusal(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let slot = town.slot(&who, "2026-11-05T09:00:00Z").await;
        let acts: Vec<_> = (0..4)
            .map(|_| {
                let (appointments, form, who) = (town.services.appointments.clone(), town.form(slot), who.clone());
                tokio::spawn(async move { appointments.book(&who.actor, who.person, &form).await })
            })
            .collect();
        let mut done = 0;
        for act in acts {
            match act.await.unwrap() {
                Ok(_) => done += 1,
                other => refused(other, "slot", "You have an appointment with this service at that time already"),
            }
        }
        assert_eq!((done, town.list(&who).await.len()), (1, 1));
    }

    async fn a_second_one_at_the_same_time_is_refused_with_one_service_and_flagged_with_another(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        // Two at once with the same service, by two practitioners.
        let twin = crate::appointments::town::Offer {
            practitioner: town.services.diary.add_practitioner(&town.manager, &crate::appointments::town::practitioner_form("Dr Twin")).await.unwrap(),
            ..town.gp
        };
        town.template(&town.manager, &template_form(twin, "thu", "9:05", "9:25")).await;
        let nurse = town.offer(&town.manager, &service_form(ServiceKind::Nurse, "Nurse appointments"), "Nurse Ann").await;
        town.template(&town.manager, &template_form(nurse, "thu", "9:05", "9:25")).await;
        town.book(&who, "2026-11-05T09:00:00Z").await;
        let overlapping = town.slot(&who, "2026-11-05T09:05:00Z").await;
        refused(town.try_book(&who.actor, who.person, overlapping).await, "slot", "at that time already");
        // What ends as the other begins does not clash.
        town.book(&who, "2026-11-05T09:10:00Z").await;
        let nurse = town.found(&who, &wanted(ServiceKind::Nurse)).await;
        let nurse = nurse.iter().find(|slot| slot.starts_at == at("2026-11-05T09:05:00Z")).unwrap().id;
        town.try_book(&who.actor, who.person, nurse).await.unwrap();
        assert_eq!(town.list(&who).await.iter().map(|one| one.clashes).collect::<Vec<_>>(), [true, true, true]);
    }

    async fn whoever_needs_help_at_once_is_told_so_before_anything_is_booked(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let kinds = [ServiceKind::Nurse, ServiceKind::Hub, ServiceKind::Phlebotomy];
        for (number, kind) in kinds.into_iter().enumerate() {
            let offer = town.offer(&town.manager, &service_form(kind, kind.title()), "Nurse Ann").await;
            let (from, to) = (format!("{}:00", 12 + number), format!("{}:00", 13 + number));
            town.template(&town.manager, &template_form(offer, "thu", &from, &to)).await;
        }
        let book = async |form: BookForm| town.services.appointments.book(&who.actor, who.person, &form).await;
        for kind in [ServiceKind::Gp, ServiceKind::Nurse, ServiceKind::Hub] {
            let slot = town.found(&who, &wanted(kind)).await[0].id;
            refused(book(BookForm { flag: String::new(), ..town.form(slot) }).await, "flag", "Choose what is happening now");
            refused(book(BookForm { flag: "headache".to_owned(), ..town.form(slot) }).await, "flag", "Choose what is happening now");
            for flag in domain::appointment::FLAGS {
                refused(book(BookForm { flag: flag.code.to_owned(), ..town.form(slot) }).await, "flag", "get help now");
            }
        }
        assert!(town.list(&who).await.is_empty());
        // Nobody asks at a blood test.
        let slot = town.found(&who, &wanted(ServiceKind::Phlebotomy)).await[0].id;
        book(BookForm { flag: String::new(), reason: String::new(), ..town.form(slot) }).await.unwrap();
    }

    async fn what_is_not_whole_is_said_beside_each_field(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let slot = town.slot(&who, "2026-11-05T09:00:00Z").await;
        let book = async |form: BookForm| town.services.appointments.book(&who.actor, who.person, &form).await;
        assert_eq!(fields(book(BookForm::default()).await), ["slot", ""]);
        for reason in ["", "  \n "] {
            refused(book(BookForm { reason: reason.to_owned(), ..town.form(slot) }).await, "reason", "Say in a few words");
        }
        refused(book(BookForm { reason: "x".repeat(501), ..town.form(slot) }).await, "reason", "no more than 500");
        // All that is wrong is said at once.
        for reason in [String::new(), "x".repeat(501)] {
            let form = BookForm { reason, flag: String::new(), ..town.form(slot) };
            assert_eq!(fields(book(form).await), ["flag", "reason"]);
        }
        refused(book(BookForm { reason: "a\u{0}b".to_owned(), ..town.form(slot) }).await, "reason", "(U+0000) after “a”");
        assert_eq!(fields(book(BookForm { instead_of: "that one".to_owned(), ..town.form(slot) }).await), ["instead_of"]);
        let nil = uuid::Uuid::nil();
        not_found(book(town.form(SlotId::from_uuid(nil))).await);
        not_found(book(BookForm { instead_of: AppointmentId::from_uuid(nil).to_string(), ..town.form(slot) }).await);
        book(BookForm { reason: format!(" {}\r\nnow ", "x".repeat(490)), ..town.form(slot) }).await.unwrap();
        assert_eq!(town.list(&who).await[0].reason, format!("{}\nnow", "x".repeat(490)));
        // Only whoever works with patients reads why; the front desk does not.
        let clinic = town.clinic("2026-11-05T09:00:00Z").await.id;
        let reasons = async |actor: &Actor| town.services.diary.clinic(actor, clinic).await.unwrap().attendees[0].reason.clone();
        assert!(reasons(&town.clinician).await.ends_with("now") && reasons(&town.reception).await.is_empty());
    }

    async fn what_the_service_confirms_waits_on_the_teams_list_and_the_person_is_told(place: &Place) {
        let town = Town::at(place).await;
        let form = ServiceForm { confirms: "yes".to_owned(), ..service_form(ServiceKind::Community, "Foot care") };
        let offer = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu", "9:00", "10:00")).await;
        let (rivers, stone, hill) = (town.citizen("Rivers").await, town.citizen("Stone").await, town.citizen("Hill").await);
        let slots = town.found(&rivers, &wanted(ServiceKind::Community)).await;
        let (diary, mut ids) = (&town.services.diary, Vec::new());
        for (who, slot) in [&rivers, &stone, &hill].into_iter().zip(&slots) {
            let booked = town.try_book(&who.actor, who.person, slot.id).await.unwrap();
            assert!(booked.pending);
            ids.push(booked.id);
        }
        let waiting = async || {
            let items = town.services.work.list(&town.reception).await.unwrap();
            assert!(items.iter().all(|item| item.kind == WorkKind::Booking));
            items.len()
        };
        assert_eq!(waiting().await, 3);
        assert_eq!(town.one(&rivers, ids[0]).await.status, Status::Pending);
        not_found(diary.note_attendance(&town.officer, ids[0], 1, Status::Booked).await);
        refused(diary.note_attendance(&town.reception, ids[0], 1, Status::Arrived).await, "", "not possible");
        refused(diary.note_attendance(&town.reception, ids[0], 9, Status::Booked).await, "", "just changed");
        for _ in 0..2 {
            diary.note_attendance(&town.reception, ids[0], 1, Status::Booked).await.unwrap();
        }
        refused(diary.decline(&town.clinician, ids[1], 9).await, "", "just changed");
        for _ in 0..2 {
            diary.decline(&town.clinician, ids[1], 1).await.unwrap();
        }
        town.services.appointments.cancel(&hill.actor, hill.person, ids[2], "").await.unwrap();
        assert_eq!(waiting().await, 0);
        assert_eq!(town.told("something new").await, [rivers.email.as_str(), &stone.email]);
        let statuses = [town.one(&rivers, ids[0]).await.status, town.one(&stone, ids[1]).await.status];
        assert_eq!(statuses, [Status::Booked, Status::Cancelled]);
        assert_eq!(town.acts(rivers.person).await, [(Action::AppointmentBooked, Basis::Own), (Action::AppointmentChanged, Basis::CareTeam)]);
        assert_eq!(town.acts(stone.person).await, [(Action::AppointmentBooked, Basis::Own), (Action::AppointmentCancelled, Basis::CareTeam)]);
        // What was declined can be booked by somebody else.
        town.try_book(&hill.actor, hill.person, slots[1].id).await.unwrap();
        town.verify().await;
    }

    async fn of_a_person_who_gives_up_and_a_team_that_confirms_at_once_one_is_told(place: &Place) {
        let town = Town::at(place).await;
        let form = ServiceForm { confirms: "yes".to_owned(), ..service_form(ServiceKind::Community, "Foot care") };
        let offer = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu", "9:00", "10:00")).await;
        let who = town.citizen("Rivers").await;
        let slots = town.found(&who, &wanted(ServiceKind::Community)).await;
        for (number, slot) in slots.into_iter().take(6).enumerate() {
            // A person each, because nobody may have many coming.
            let who = town.citizen(&format!("Rivers{number}")).await;
            let id = town.try_book(&who.actor, who.person, slot.id).await.unwrap().id;
            let (appointments, by) = (town.services.appointments.clone(), who.clone());
            let give_up = tokio::spawn(async move { appointments.cancel(&by.actor, by.person, id, "").await });
            let (diary, actor) = (town.services.diary.clone(), town.reception.clone());
            let confirm = tokio::spawn(async move { diary.note_attendance(&actor, id, 1, Status::Booked).await });
            let (given_up, confirmed) = (give_up.await.unwrap(), confirm.await.unwrap());
            let status = town.one(&who, id).await.status;
            match (&given_up, &confirmed) {
                (Ok(_), _) => assert_eq!(status, Status::Cancelled),
                (Err(ServiceError::Fields(_)), Ok(())) => assert_eq!(status, Status::Booked),
                other => panic!("{other:?}"),
            }
            assert!(town.services.work.list(&town.reception).await.unwrap().is_empty());
        }
        town.verify().await;
    }

    async fn a_time_is_held_for_five_minutes_for_one_account_and_one_time_each(place: &Place) {
        let town = Town::at(place).await;
        let (rivers, stone) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let appointments = &town.services.appointments;
        let first = town.slot(&rivers, "2026-11-05T09:00:00Z").await;
        let second = town.slot(&rivers, "2026-11-05T09:10:00Z").await;
        let hold = async |who: &Citizen, slot| appointments.hold(&who.actor, who.person, slot).await.map(|(slot, _)| slot.id);
        assert_eq!(hold(&rivers, first).await.unwrap(), first);
        refused(hold(&stone, first).await, "slot", "Somebody else has just taken this time");
        refused(town.try_book(&stone.actor, stone.person, first).await, "slot", "Somebody else has just taken this time");
        // A second hold lets the first go, but one that fails does not.
        hold(&stone, second).await.unwrap();
        refused(hold(&rivers, second).await, "slot", "Somebody else");
        refused(hold(&stone, first).await, "slot", "Somebody else");
        let third = town.slot(&rivers, "2026-11-05T09:20:00Z").await;
        hold(&rivers, third).await.unwrap();
        hold(&stone, first).await.unwrap();
        // One's own does not stand in one's way, and booking lets it go.
        town.try_book(&rivers.actor, rivers.person, third).await.unwrap();
        town.advance(TimeDelta::minutes(5));
        town.try_book(&rivers.actor, rivers.person, first).await.unwrap();
        refused(town.try_book(&stone.actor, stone.person, first).await, "slot", "Somebody else");
        not_found(hold(&stone, SlotId::from_uuid(uuid::Uuid::nil())).await);
        // What was held is written down, and what could not be had is not.
        assert_eq!(town.acts(stone.person).await, [(Action::AppointmentChanged, Basis::Own); 2]);
        town.verify().await;
    }

    async fn of_many_who_hold_one_time_at_once_one_does(place: &Place) {
        let town = Town::at(place).await;
        let mut people = Vec::new();
        for number in 0..16 {
            people.push(town.citizen(&format!("Rivers{number}")).await);
        }
        let slot = town.slot(&people[0], "2026-11-05T09:00:00Z").await;
        let acts: Vec<_> = people
            .iter()
            .map(|who| {
                let (appointments, who) = (town.services.appointments.clone(), who.clone());
                tokio::spawn(async move { appointments.hold(&who.actor, who.person, slot).await.is_ok() })
            })
            .collect();
        let mut holds = 0;
        for act in acts {
            holds += usize::from(act.await.unwrap());
        }
        assert_eq!(holds, 1);
    }

    async fn staff_book_at_the_desk_for_their_own_people_and_set_aside_only_their_own_rules(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let form = ServiceForm { min_age: "65".to_owned(), confirms: "yes".to_owned(), ..service_form(ServiceKind::Nurse, "Over 65s") };
        let offer = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu", "9:00", "10:00")).await;
        let elder = town.born("Wells", "1940-01-01").await;
        let slots = town.found(&elder, &wanted(ServiceKind::Nurse)).await;
        let bare = |slot| BookForm { reason: String::new(), flag: String::new(), ..town.form(slot) };
        for (number, actor) in [&town.reception, &town.clinician, &town.manager].into_iter().enumerate() {
            let slot = slots[number].id;
            let booked = town.services.appointments.book(actor, who.person, &bare(slot)).await.unwrap();
            assert!(!booked.pending);
        }
        assert_eq!(town.told("something new").await.len(), 3);
        assert_eq!(town.acts(who.person).await, [(Action::AppointmentBooked, Basis::CareTeam); 3]);
        not_found(town.services.appointments.book(&town.officer, who.person, &bare(slots[3].id)).await);
        not_found(town.services.appointments.book(&town.stranger, who.person, &bare(slots[3].id)).await);
        // What is with another organisation does not exist to them.
        let form = ServiceForm { asks_reason: "yes".to_owned(), ..service_form(ServiceKind::Community, "Hilltop only") };
        let elsewhere = town.offer(&town.stranger, &form, "Dr Hill").await;
        town.template(&town.stranger, &template_form(elsewhere, "fri", "9:00", "10:00")).await;
        let local = town.citizen("Hill").await;
        town.services.people.register(&Actor::Operator, local.person, town.other).await.unwrap();
        let slot = town.found(&local, &wanted(ServiceKind::Community)).await[0].id;
        not_found(town.services.appointments.book(&town.reception, who.person, &town.form(slot)).await);
        let there = town.try_book(&local.actor, local.person, slot).await.unwrap().id;
        town.services.people.register(&Actor::Operator, local.person, town.practice).await.unwrap();
        not_found(town.services.appointments.cancel(&town.reception, local.person, there, "").await);
        town.verify().await;
    }

    async fn nobody_books_for_a_stranger_or_with_half_a_sign_in(place: &Place) {
        let town = Town::at(place).await;
        let (rivers, stone) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let slot = town.slot(&rivers, "2026-11-05T09:00:00Z").await;
        not_found(town.try_book(&stone.actor, rivers.person, slot).await);
        let half = Actor::Account { id: rivers.actor.account().unwrap(), assurance: Assurance::FirstStep };
        assert!(matches!(town.try_book(&half, rivers.person, slot).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(town.try_book(&Actor::Nobody, rivers.person, slot).await, Err(ServiceError::NotSignedIn)));
        assert!(town.list(&rivers).await.is_empty());
        assert!(problems(town.services.appointments.book(&rivers.actor, rivers.person, &BookForm::default()).await).len() == 2);
    }

    /// Nobody takes a whole diary: three coming with one service are enough, and changing one is always possible.
    async fn nobody_books_more_than_a_few(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let mut last = None;
        for minute in [0, 10, 20] {
            last = Some(town.book(&who, &format!("2026-11-05T09:{minute:02}:00Z")).await);
        }
        let slot = town.slot(&who, "2026-11-05T09:30:00Z").await;
        refused(town.try_book(&who.actor, who.person, slot).await, "slot", "You have several appointments coming already");
        let form = BookForm { instead_of: last.unwrap().to_string(), ..town.form(slot) };
        town.services.appointments.book(&who.actor, who.person, &form).await.unwrap();
    }

    async fn nothing_is_booked_or_kept_for_somebody_who_has_died(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let slot = town.slot(&who, "2026-11-05T09:00:00Z").await;
        let died = who.person;
        town.services
            .core
            .store()
            .write(move |tx| {
                Box::pin(async move {
                    let row = store::person::by_id(tx, died).await?.unwrap();
                    let who = domain::person::Demographics { deceased: true, ..row.demographics()? };
                    store::person_write::update(tx, died, &who, row.updated_at).await.map(|_| ())
                })
            })
            .await
            .map_err(|error: store::StoreError| error)
            .unwrap();
        refused(town.try_book(&who.actor, who.person, slot).await, "slot", "The record says that this person has died");
        let held = town.services.appointments.hold(&who.actor, who.person, slot).await.map(|_| ());
        refused(held, "slot", "The record says that this person has died");
    }

    /// Pressing again keeps a time no longer, and of several at once an account keeps one.
    async fn an_account_keeps_one_time_and_no_longer_than_five_minutes(place: &Place) {
        let town = Town::at(place).await;
        let (who, other) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let appointments = &town.services.appointments;
        let slot = town.slot(&who, "2026-11-05T09:00:00Z").await;
        let (_, until) = appointments.hold(&who.actor, who.person, slot).await.unwrap();
        town.advance(TimeDelta::minutes(3));
        assert_eq!(appointments.hold(&who.actor, who.person, slot).await.unwrap().1, until);
        let mut acts = Vec::new();
        for minute in [10, 20, 30, 40] {
            let (appointments, who) = (appointments.clone(), who.clone());
            let slot = town.slot(&other, &format!("2026-11-05T09:{minute:02}:00Z")).await;
            acts.push(tokio::spawn(async move { appointments.hold(&who.actor, who.person, slot).await.map(|_| ()) }));
        }
        for act in acts {
            act.await.unwrap().unwrap();
        }
        let free = town.found(&other, &wanted(ServiceKind::Gp)).await;
        let kept = ["09:00", "09:10", "09:20", "09:30", "09:40"]
            .iter()
            .filter(|time| !free.iter().any(|slot| slot.starts_at == at(&format!("2026-11-05T{time}:00Z"))))
            .count();
        assert_eq!(kept, 1);
    }
}
