//! Changing and giving up, by the person, by whoever books for them, and at the desk; and who is told that a time opened.

use crate::appointments::town::{Citizen, Town, at, fields, not_found, problems, refused, service_form, template_form, wanted};
use domain::AppointmentId;
use domain::access::Actor;
use domain::appointment::{ServiceKind, Status};
use domain::audit::{Action, Basis};
use domain::team::WorkKind;
use service::{BookForm, Booked, ServiceError, ServiceForm};
use testkit::Place;

impl Town {
    /// Changes an appointment for the GP time that begins then.
    async fn change(&self, by: &Actor, who: &Citizen, old: AppointmentId, starts: &str) -> Result<Booked, ServiceError> {
        let slot = self.slot(who, starts).await;
        let form = BookForm { flag: String::new(), reason: String::new(), instead_of: old.to_string(), ..self.form(slot) };
        self.services.appointments.book(by, who.person, &form).await
    }

    async fn give_up(&self, by: &Actor, who: &Citizen, id: AppointmentId) -> Result<service::GivenUp, ServiceError> {
        self.services.appointments.cancel(by, who.person, id, "").await
    }

    /// Whether the GP time that begins then can be booked.
    async fn is_free(&self, who: &Citizen, starts: &str) -> bool {
        self.found(who, &wanted(ServiceKind::Gp)).await.iter().any(|slot| slot.starts_at == at(starts))
    }
}

const NINE: &str = "2026-11-05T09:00:00Z";
const TEN_PAST: &str = "2026-11-05T09:10:00Z";
const LATER: &str = "2026-11-12T09:30:00Z";

testkit::both_engines! {
    async fn the_new_time_is_taken_and_the_old_one_is_free_again(place: &Place) {
        let town = Town::at(place).await;
        let (rivers, stone) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let old = town.book(&rivers, NINE).await;
        let new = town.change(&rivers.actor, &rivers, old, LATER).await.unwrap();
        assert!(!new.pending && new.id != old);
        assert_eq!(town.standing(&rivers).await, [(at(LATER), Status::Booked), (at(NINE), Status::Cancelled)]);
        let (was, is) = (town.one(&rivers, old).await, town.one(&rivers, new.id).await);
        assert_eq!((was.cancelled_by.as_deref(), is.reason.as_str()), (Some("moved"), "My knee hurts"));
        assert!(town.is_free(&stone, NINE).await && !town.is_free(&stone, LATER).await);
        town.book(&stone, NINE).await;
        assert_eq!(town.acts(rivers.person).await, [(Action::AppointmentBooked, Basis::Own), (Action::AppointmentMoved, Basis::Own)]);
        assert!(town.mail().await.is_empty());
        town.verify().await;
    }

    async fn where_the_new_time_is_gone_the_old_one_stays(place: &Place) {
        let town = Town::at(place).await;
        let (rivers, stone) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let old = town.book(&rivers, NINE).await;
        let wish = town.slot(&rivers, LATER).await;
        town.book(&stone, LATER).await;
        let form = BookForm { instead_of: old.to_string(), ..town.form(wish) };
        refused(town.services.appointments.book(&rivers.actor, rivers.person, &form).await, "slot", "Somebody else has just taken");
        assert_eq!(town.standing(&rivers).await, [(at(NINE), Status::Booked)]);
        assert!(!town.is_free(&stone, NINE).await);
        assert_eq!(town.acts(rivers.person).await.len(), 1);
    }

    async fn of_several_who_change_to_one_time_at_once_one_does_and_the_others_keep_theirs(place: &Place) {
        let town = Town::at(place).await;
        let mut people = Vec::new();
        for (number, minute) in (0..6).zip([0, 10, 20, 30, 40, 50]) {
            let who = town.citizen(&format!("Rivers{number}")).await;
            let starts = format!("2026-11-05T09:{minute:02}:00Z");
            let id = town.book(&who, &starts).await;
            people.push((who, id, at(&starts)));
        }
        let wish = town.slot(&people[0].0, LATER).await;
        let acts: Vec<_> = people
            .iter()
            .map(|(who, id, _)| {
                let form = BookForm { instead_of: id.to_string(), ..town.form(wish) };
                let (appointments, who) = (town.services.appointments.clone(), who.clone());
                tokio::spawn(async move { appointments.book(&who.actor, who.person, &form).await })
            })
            .collect();
        let mut done = 0;
        for (act, (who, _, starts)) in acts.into_iter().zip(&people) {
            match act.await.unwrap() {
                Ok(_) => {
                    done += 1;
                    assert_eq!(town.standing(who).await, [(at(LATER), Status::Booked), (*starts, Status::Cancelled)]);
                }
                lost => {
                    refused(lost, "slot", "Somebody else");
                    assert_eq!(town.standing(who).await, [(*starts, Status::Booked)]);
                }
            }
        }
        let (was, is) = (town.clinic(NINE).await, town.clinic("2026-11-12T09:00:00Z").await);
        assert_eq!((done, was.taken, was.free, is.taken), (1, 5, 1, 1));
        town.verify().await;
    }

    /// Each to the other's day and back, so that whoever locked in another order would wait for ever.
    async fn people_who_change_across_two_clinics_at_once_do_not_stand_in_each_others_way(place: &Place) {
        let town = Town::at(place).await;
        let mut people = Vec::new();
        for (number, starts) in [NINE, TEN_PAST, "2026-11-12T09:00:00Z", "2026-11-12T09:10:00Z"].into_iter().enumerate() {
            let who = town.citizen(&format!("Rivers{number}")).await;
            let id = town.book(&who, starts).await;
            people.push((who, id));
        }
        let wishes = ["2026-11-12T09:40:00Z", "2026-11-12T09:50:00Z", "2026-11-05T09:40:00Z", "2026-11-05T09:50:00Z"];
        let mut acts = Vec::new();
        for ((who, id), starts) in people.iter().zip(wishes) {
            let form = BookForm { instead_of: id.to_string(), ..town.form(town.slot(who, starts).await) };
            let (appointments, who) = (town.services.appointments.clone(), who.clone());
            acts.push(tokio::spawn(async move { appointments.book(&who.actor, who.person, &form).await }));
        }
        for act in acts {
            act.await.unwrap().unwrap();
        }
        assert_eq!((town.clinic(NINE).await.taken, town.clinic("2026-11-12T09:00:00Z").await.taken), (2, 2));
    }

    async fn too_late_or_switched_off_or_over_leaves_everything_as_it_was(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let off = ServiceForm { may_cancel: "no".to_owned(), ..service_form(ServiceKind::Phlebotomy, "Blood tests") };
        let offer = town.offer(&town.manager, &off, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu", "11:00", "12:00")).await;
        let soon = town.book(&who, NINE).await;
        let fixed = town.found(&who, &wanted(ServiceKind::Phlebotomy)).await[0].id;
        let fixed = town.try_book(&who.actor, who.person, fixed).await.unwrap().id;
        let locked = town.one(&who, fixed).await.locked.unwrap();
        assert!(locked.contains("does not let you change or cancel here. Ring"), "{locked}");
        refused(town.give_up(&who.actor, &who, fixed).await, "", "does not let you change or cancel here");
        // Exactly a day before it is still in time.
        town.clock.set(at("2026-11-04T09:00:00Z"));
        assert_eq!(town.one(&who, soon).await.locked, None);
        town.clock.set(at("2026-11-04T09:00:01Z"));
        let locked = town.one(&who, soon).await.locked.unwrap();
        assert!(locked.contains("too late") && locked.contains("24 hours before. Ring"), "{locked}");
        refused(town.change(&who.actor, &who, soon, LATER).await, "instead_of", "too late");
        refused(town.give_up(&who.actor, &who, soon).await, "", "too late");
        town.clock.set(at(NINE));
        refused(town.change(&who.actor, &who, soon, LATER).await, "instead_of", "cannot be changed any more");
        refused(town.give_up(&who.actor, &who, soon).await, "", "cannot be changed any more");
        assert_eq!(town.standing(&who).await, [(at("2026-11-05T11:00:00Z"), Status::Booked), (at(NINE), Status::Booked)]);
        assert!(town.is_free(&who, LATER).await);
        assert_eq!(town.acts(who.person).await.len(), 2);
    }

    async fn what_was_given_up_cannot_be_changed(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let old = town.book(&who, NINE).await;
        town.change(&who.actor, &who, old, TEN_PAST).await.unwrap();
        refused(town.change(&who.actor, &who, old, LATER).await, "instead_of", "cannot be changed any more");
        assert!(town.is_free(&who, LATER).await);
    }

    async fn of_two_changes_of_one_appointment_at_once_one_is_done(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let old = town.book(&who, NINE).await;
        let mut acts = Vec::new();
        for starts in [TEN_PAST, LATER, "2026-11-13T09:00:00Z"] {
            let form = BookForm { instead_of: old.to_string(), ..town.form(town.slot(&who, starts).await) };
            let (appointments, who) = (town.services.appointments.clone(), who.clone());
            acts.push(tokio::spawn(async move { appointments.book(&who.actor, who.person, &form).await }));
        }
        let (appointments, by) = (town.services.appointments.clone(), who.clone());
        let given_up = tokio::spawn(async move { appointments.cancel(&by.actor, by.person, old, "").await });
        let mut done = 0;
        for act in acts {
            match act.await.unwrap() {
                Ok(_) => done += 1,
                lost => refused(lost, "instead_of", "cannot be changed any more"),
            }
        }
        given_up.await.unwrap().unwrap();
        let live = town.standing(&who).await.into_iter().filter(|(_, status)| *status == Status::Booked).count();
        assert!(done <= 1 && live == done, "{done} {live}");
        town.verify().await;
    }

    async fn a_change_to_another_service_is_asked_what_a_new_one_is(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let offer = town.offer(&town.manager, &service_form(ServiceKind::Phlebotomy, "Blood tests"), "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu", "11:00", "12:00")).await;
        let slot = town.found(&who, &wanted(ServiceKind::Phlebotomy)).await[0].id;
        let old = town.try_book(&who.actor, who.person, slot).await.unwrap().id;
        assert_eq!(fields(town.change(&who.actor, &who, old, NINE).await), ["flag", "reason"]);
        let form = BookForm { instead_of: old.to_string(), ..town.form(town.slot(&who, NINE).await) };
        town.services.appointments.book(&who.actor, who.person, &form).await.unwrap();
    }

    async fn whoever_may_book_for_somebody_does_all_of_it_and_the_person_is_told(place: &Place) {
        let town = Town::at(place).await;
        let (edna, ada) = (town.citizen("Edna").await, town.citizen("Ada").await);
        let stranger = town.citizen("Stone").await;
        let appointments = &town.services.appointments;
        let slot = town.slot(&edna, NINE).await;
        not_found(town.try_book(&ada.actor, edna.person, slot).await);
        let relationship = town.let_book(&edna, &ada).await;
        let slots = appointments.search(&ada.actor, edna.person, &wanted(ServiceKind::Gp)).await.unwrap().slots;
        assert!(slots.iter().any(|one| one.id == slot));
        appointments.hold(&ada.actor, edna.person, slot).await.unwrap();
        let booked = town.try_book(&ada.actor, edna.person, slot).await.unwrap().id;
        assert_eq!(town.told("something new").await, [edna.email.as_str()]);
        let moved = town.change(&ada.actor, &edna, booked, LATER).await.unwrap().id;
        assert_eq!(town.told("something new").await, [edna.email.as_str()]);
        appointments.wait_for_earlier(&ada.actor, edna.person, moved, true).await.unwrap();
        assert_eq!(appointments.list(&ada.actor, edna.person).await.unwrap().len(), 2);
        assert_eq!(appointments.one(&ada.actor, edna.person, moved).await.unwrap().status, Status::Booked);
        for _ in 0..2 {
            town.give_up(&ada.actor, &edna, moved).await.unwrap();
        }
        assert_eq!(town.told("something new").await, [edna.email.as_str()]);
        assert_eq!(town.acts(edna.person).await, [
            (Action::AppointmentChanged, Basis::Carer),
            (Action::AppointmentBooked, Basis::Carer),
            (Action::AppointmentMoved, Basis::Carer),
            (Action::AppointmentChanged, Basis::Carer),
            (Action::AppointmentCancelled, Basis::Carer),
        ]);
        // Nothing of it stands with her own.
        assert!(town.acts(ada.person).await.is_empty() && town.list(&ada).await.is_empty());
        // She books, and reads nothing else.
        let list = town.services.records.list(&ada.actor, edna.person, domain::record::Category::Problem, service::Which::All, None).await;
        not_found(list.and_then(|page| if page.total == 0 { Err(ServiceError::NotFound) } else { Ok(()) }));
        let again = town.book(&edna, NINE).await;
        let wish = town.slot(&edna, TEN_PAST).await;
        town.services.carers.end(&edna.actor, edna.person, relationship).await.unwrap();
        for actor in [&ada.actor, &stranger.actor] {
            not_found(town.try_book(actor, edna.person, wish).await);
            not_found(town.change(actor, &edna, again, TEN_PAST).await);
            not_found(town.give_up(actor, &edna, again).await);
            not_found(appointments.wait_for_earlier(actor, edna.person, again, true).await);
            not_found(appointments.check_in(actor, edna.person, again).await);
            not_found(appointments.list(actor, edna.person).await);
            not_found(appointments.one(actor, edna.person, again).await);
            not_found(appointments.page(actor, edna.person, again).await);
            not_found(appointments.reminders(actor, edna.person).await);
        }
        // An appointment of one person is none of another, whoever asks.
        not_found(town.give_up(&stranger.actor, &stranger, again).await);
        not_found(appointments.one(&stranger.actor, stranger.person, again).await);
        not_found(town.change(&stranger.actor, &stranger, again, TEN_PAST).await);
        assert_eq!(town.one(&edna, again).await.status, Status::Booked);
        town.verify().await;
    }

    async fn whoever_changes_a_time_for_somebody_reads_only_what_they_wrote_themself(place: &Place) {
        let town = Town::at(place).await;
        let (edna, ada) = (town.citizen("Edna").await, town.citizen("Ada").await);
        town.let_book(&edna, &ada).await;
        let appointments = &town.services.appointments;
        let reads = async |who: &Citizen, id| appointments.one(&who.actor, edna.person, id).await.unwrap().reason;
        // What Edna wrote stays hers, whoever changes the time, and however often.
        let first = town.book(&edna, NINE).await;
        let moved = town.change(&ada.actor, &edna, first, LATER).await.unwrap().id;
        let again = town.change(&ada.actor, &edna, moved, "2026-11-12T09:40:00Z").await.unwrap().id;
        for id in [first, moved, again] {
            assert_eq!((reads(&edna, id).await.as_str(), reads(&ada, id).await.as_str()), ("My knee hurts", ""));
        }
        let page = appointments.page(&ada.actor, edna.person, again).await.unwrap();
        let list = appointments.list(&ada.actor, edna.person).await.unwrap();
        assert!(page.seen.reason.is_empty() && list.iter().all(|one| one.reason.is_empty()));
        // What the carer wrote is hers to read, also when Edna changes the time; and what she writes anew.
        let slot = town.slot(&edna, TEN_PAST).await;
        let theirs = town.try_book(&ada.actor, edna.person, slot).await.unwrap().id;
        let theirs = town.change(&edna.actor, &edna, theirs, "2026-11-12T09:50:00Z").await.unwrap().id;
        assert_eq!((reads(&edna, theirs).await.as_str(), reads(&ada, theirs).await.as_str()), ("My knee hurts", "My knee hurts"));
        let slot = town.slot(&edna, NINE).await;
        let form = BookForm { instead_of: again.to_string(), reason: "Her hip".to_owned(), ..town.form(slot) };
        let anew = appointments.book(&ada.actor, edna.person, &form).await.unwrap().id;
        assert_eq!(reads(&ada, anew).await, "Her hip");
    }

    async fn a_carer_who_may_not_book_does_not(place: &Place) {
        let town = Town::at(place).await;
        let (edna, ada) = (town.citizen("Edna").await, town.citizen("Ada").await);
        let relationship = town.let_book(&edna, &ada).await;
        let (seen, _) = town.services.carers.one(&edna.actor, edna.person, relationship).await.unwrap();
        let form = service::ChangeForm { scopes: "RECRD".to_owned(), version: seen.version, ..service::ChangeForm::default() };
        town.services.carers.change(&edna.actor, edna.person, relationship, &form).await.unwrap();
        let slot = town.slot(&edna, NINE).await;
        not_found(town.try_book(&ada.actor, edna.person, slot).await);
        not_found(town.services.appointments.list(&ada.actor, edna.person).await);
    }

    async fn giving_up_opens_the_time_for_somebody_else_and_doing_so_twice_changes_nothing(place: &Place) {
        let town = Town::at(place).await;
        let (rivers, stone) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let id = town.book(&rivers, NINE).await;
        let long = town.services.appointments.cancel(&rivers.actor, rivers.person, id, &"x".repeat(501)).await;
        refused(long, "reason", "no more than 500");
        let acts: Vec<_> = (0..4)
            .map(|_| {
                let (appointments, who) = (town.services.appointments.clone(), rivers.clone());
                tokio::spawn(async move { appointments.cancel(&who.actor, who.person, id, "I feel better").await })
            })
            .collect();
        for act in acts {
            act.await.unwrap().unwrap();
        }
        assert_eq!(town.acts(rivers.person).await, [(Action::AppointmentBooked, Basis::Own), (Action::AppointmentCancelled, Basis::Own)]);
        let taken = town.book(&stone, NINE).await;
        town.give_up(&rivers.actor, &rivers, id).await.unwrap();
        assert_eq!(town.one(&stone, taken).await.status, Status::Booked);
        assert!(!town.is_free(&rivers, NINE).await);
        assert!(town.mail().await.is_empty());
    }

    async fn at_the_desk_what_is_too_late_for_the_citizen_is_given_up_and_they_are_told(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let id = town.book(&who, NINE).await;
        town.clock.set(at("2026-11-05T08:00:00Z"));
        refused(town.give_up(&who.actor, &who, id).await, "", "too late");
        not_found(town.give_up(&town.officer, &who, id).await);
        not_found(town.give_up(&town.stranger, &who, id).await);
        town.give_up(&town.reception, &who, id).await.unwrap();
        assert_eq!(town.told("something new").await, [who.email.as_str()]);
        assert_eq!(town.one(&who, id).await.cancelled_by.as_deref(), Some("team"));
        assert!(town.is_free(&who, NINE).await);
        assert_eq!(town.acts(who.person).await.last(), Some(&(Action::AppointmentCancelled, Basis::CareTeam)));
        // What is over is over there too.
        let id = town.book(&who, TEN_PAST).await;
        town.clock.set(at(TEN_PAST));
        refused(town.give_up(&town.reception, &who, id).await, "", "cannot be changed any more");
    }

    async fn those_who_wait_for_an_earlier_time_are_told_once_and_the_first_takes_it(place: &Place) {
        let town = Town::at(place).await;
        let (holder, rivers, stone) = (town.citizen("Holder").await, town.citizen("Rivers").await, town.citizen("Stone").await);
        let (before, quiet) = (town.citizen("Before").await, town.citizen("Quiet").await);
        let appointments = &town.services.appointments;
        let freed = town.book(&holder, "2026-11-10T09:00:00Z").await;
        let mine = town.book(&rivers, LATER).await;
        let theirs = town.book(&stone, "2026-11-12T09:40:00Z").await;
        let sooner = town.book(&before, NINE).await;
        town.book(&quiet, "2026-11-12T09:50:00Z").await;
        for _ in 0..2 {
            for (who, id) in [(&rivers, mine), (&stone, theirs), (&before, sooner)] {
                appointments.wait_for_earlier(&who.actor, who.person, id, true).await.unwrap();
            }
        }
        assert_eq!(town.acts(rivers.person).await.len(), 2);
        town.give_up(&holder.actor, &holder, freed).await.unwrap();
        assert_eq!(town.told("something earlier").await, [rivers.email.as_str(), &stone.email]);
        // Not again when somebody takes it and gives it back.
        let again = town.book(&holder, "2026-11-10T09:00:00Z").await;
        town.give_up(&holder.actor, &holder, again).await.unwrap();
        assert!(town.mail().await.is_empty());
        // Each is offered what is earlier than their own, and takes it with one press.
        let earlier = async |who: &Citizen, id| appointments.page(&who.actor, who.person, id).await.unwrap().earlier;
        let sooner_ones = earlier(&before, sooner).await;
        let earlier = earlier(&rivers, mine).await;
        // The first of each of three days.
        assert!(earlier.len() == 3 && earlier.iter().all(|slot| slot.starts_at < at(LATER)));
        let days: std::collections::BTreeSet<_> = earlier.iter().map(|slot| domain::when::london_day(slot.starts_at)).collect();
        assert_eq!(days.len(), 3);
        assert!(sooner_ones.iter().all(|slot| slot.starts_at < at(NINE)));
        let new = town.change(&rivers.actor, &rivers, mine, "2026-11-10T09:00:00Z").await.unwrap().id;
        let slot_is_gone = town.found(&stone, &wanted(ServiceKind::Gp)).await;
        assert!(slot_is_gone.iter().all(|slot| slot.starts_at != at("2026-11-10T09:00:00Z")));
        // What Rivers gave up is earlier than what Stone has.
        assert_eq!(town.told("something earlier").await, [stone.email.as_str()]);
        assert!(town.one(&rivers, new).await.waits_for_earlier);
        appointments.wait_for_earlier(&stone.actor, stone.person, theirs, false).await.unwrap();
        town.give_up(&rivers.actor, &rivers, new).await.unwrap();
        assert!(town.mail().await.is_empty());
        not_found(appointments.wait_for_earlier(&rivers.actor, rivers.person, new, true).await);
    }

    async fn a_time_that_opens_is_on_the_work_list_for_whoever_has_waited_longest_until_it_is_gone(place: &Place) {
        let town = Town::at(place).await;
        let (holder, rivers, stone) = (town.citizen("Holder").await, town.citizen("Rivers").await, town.citizen("Stone").await);
        let (appointments, work) = (&town.services.appointments, &town.services.work);
        let waiting = async || {
            let items = work.list(&town.reception).await.unwrap();
            items.into_iter().map(|item| (item.kind, item.person, item.about)).collect::<Vec<_>>()
        };
        let freed = town.slot(&holder, NINE).await;
        let held = town.book(&holder, NINE).await;
        let mine = town.book(&rivers, LATER).await;
        let theirs = town.book(&stone, "2026-11-12T09:40:00Z").await;
        for (who, id) in [(&stone, theirs), (&rivers, mine)] {
            appointments.wait_for_earlier(&who.actor, who.person, id, true).await.unwrap();
        }
        assert!(waiting().await.is_empty());
        town.give_up(&holder.actor, &holder, held).await.unwrap();
        // Rivers booked before Stone did.
        assert_eq!(waiting().await, [(WorkKind::EarlierTime, rivers.person, freed.as_uuid())]);
        let time = town.services.diary.free_time(&town.reception, freed).await.unwrap().unwrap();
        assert_eq!((time.starts_at, time.service.as_str()), (at(NINE), "GP appointments"));
        not_found(town.services.diary.free_time(&town.stranger, freed).await);
        // What somebody else holds cannot be booked at the desk, until they let it go.
        appointments.hold(&stone.actor, stone.person, freed).await.unwrap();
        assert_eq!(town.services.diary.free_time(&town.reception, freed).await.unwrap(), None);
        town.advance(chrono::TimeDelta::minutes(5));
        assert!(town.services.diary.free_time(&town.reception, freed).await.unwrap().is_some());
        // The desk rings, and books it for whoever was rung.
        let form = BookForm { instead_of: theirs.to_string(), ..town.form(freed) };
        appointments.book(&town.reception, stone.person, &form).await.unwrap();
        assert_eq!(town.services.diary.free_time(&town.reception, freed).await.unwrap(), None);
        // Only what Stone gave up for it is there now, and that is later than what Rivers has.
        assert!(waiting().await.is_empty());
        // What passes without anybody taking it goes by itself.
        let moved = town.standing(&stone).await;
        assert_eq!(moved[0], (at("2026-11-12T09:40:00Z"), Status::Cancelled));
        let sooner = appointments.list(&stone.actor, stone.person).await.unwrap().into_iter().find(|one| one.status == Status::Booked);
        town.give_up(&town.reception, &stone, sooner.unwrap().id).await.unwrap();
        assert_eq!(waiting().await.len(), 1);
        town.services.diary.make_ahead(&Actor::System).await.unwrap();
        assert_eq!(waiting().await.len(), 1);
        town.clock.set(at(NINE));
        town.services.diary.make_ahead(&Actor::System).await.unwrap();
        assert!(waiting().await.is_empty());
        town.verify().await;
    }

    async fn what_the_practice_gives_up_opens_for_those_who_wait_too(place: &Place) {
        let town = Town::at(place).await;
        let (holder, rivers) = (town.citizen("Holder").await, town.citizen("Rivers").await);
        let declined = town.book(&holder, "2026-11-10T09:00:00Z").await;
        let mine = town.book(&rivers, LATER).await;
        town.services.appointments.wait_for_earlier(&rivers.actor, rivers.person, mine, true).await.unwrap();
        town.services.diary.decline(&town.reception, declined, 1).await.unwrap();
        assert_eq!(town.told("something earlier").await, [rivers.email.as_str()]);
        // A clinic that does not take place opens nothing.
        town.book(&holder, "2026-11-09T09:00:00Z").await;
        let clinic = town.clinic("2026-11-09T09:00:00Z").await;
        town.services.diary.cancel_clinic(&town.manager, clinic.id, clinic.version).await.unwrap();
        assert!(town.told("something earlier").await.is_empty());
    }

    async fn no_mail_says_what_or_where_or_with_whom(place: &Place) {
        let town = Town::at(place).await;
        let (edna, ada) = (town.citizen("Edna").await, town.citizen("Ada").await);
        let holder = town.citizen("Holder").await;
        let freed = town.book(&holder, "2026-11-10T09:00:00Z").await;
        town.let_book(&edna, &ada).await;
        let slot = town.slot(&edna, LATER).await;
        let id = town.try_book(&ada.actor, edna.person, slot).await.unwrap().id;
        town.services.appointments.wait_for_earlier(&edna.actor, edna.person, id, true).await.unwrap();
        town.give_up(&holder.actor, &holder, freed).await.unwrap();
        town.clock.set(at("2026-11-11T10:00:00Z"));
        town.services.appointments.run_reminders(&Actor::System).await.unwrap();
        town.services.diary.decline(&town.reception, id, 1).await.unwrap_or_else(|error| drop(problems::<()>(Err(error))));
        let mail = town.mail().await;
        assert!(mail.len() >= 3, "{mail:?}");
        for one in mail {
            let whole = format!("{} {}", one.subject, one.body).to_lowercase();
            for word in ["gp", "riverside", "surgery", "ada", "ray", "main building", "river road", "knee", "edna", "sam", "09:30", "9:30"] {
                assert!(!whole.split(|c: char| !c.is_alphanumeric() && c != ':').any(|part| part == word), "{word}: {whole}");
                assert!(!word.contains(' ') || !whole.contains(word), "{word}: {whole}");
            }
        }
    }
}
