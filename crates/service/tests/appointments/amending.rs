//! What a manager has set up is changed, ended and opened again; those who have booked see it, or are told.

use crate::appointments::town::{
    Citizen, Town, at, day, fields, not_found, place_form, practitioner_form, refused, service_form, template_form, wanted,
};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::appointment::{Part, Release, ServiceKind, Status};
use domain::audit::{Action, Basis};
use service::{ClinicForm, PlaceForm, PractitionerForm, ServiceForm};
use testkit::Place;

fn gp() -> ServiceForm {
    ServiceForm { asks_reason: "yes".to_owned(), ..service_form(ServiceKind::Gp, "GP appointments") }
}

impl Town {
    /// How often what can be booked was changed by somebody.
    async fn changes(&self, actor: &Actor) -> usize {
        let items = self.services.activity.of_account(actor).await.unwrap();
        items.iter().filter(|item| item.action == Action::DiaryChanged).count()
    }

    /// Two who have booked, on two days.
    async fn booked(&self) -> [(Citizen, domain::AppointmentId); 2] {
        let (rivers, stone) = (self.citizen("Rivers").await, self.citizen("Stone").await);
        let first = self.book(&rivers, "2026-11-05T09:00:00Z").await;
        let second = self.book(&stone, "2026-11-09T09:00:00Z").await;
        [(rivers, first), (stone, second)]
    }
}

testkit::both_engines! {
    async fn a_changed_service_is_booked_by_its_new_rules(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, id), (stone, _)] = town.booked().await;
        let before = town.changes(&town.manager).await;
        let form = ServiceForm {
            name: "See a GP".to_owned(),
            prepare: "A list of your medicines".to_owned(),
            minutes: "20".to_owned(),
            max_age: "39".to_owned(),
            cancel_hours: "720".to_owned(),
            // What sort of service it is stays.
            kind: "nurse".to_owned(),
            ..gp()
        };
        for _ in 0..2 {
            diary.change_service(&town.manager, town.gp.service, 1, &form).await.unwrap();
        }
        assert_eq!(town.changes(&town.manager).await, before + 1, "sent twice, it is one change");
        let seen = diary.services(&town.reception).await.unwrap().remove(0);
        assert_eq!((seen.name.as_str(), seen.kind, seen.minutes, seen.version), ("See a GP", ServiceKind::Gp, 20, 2));
        let one = town.one(&rivers, id).await;
        assert_eq!((one.service.as_str(), one.prepare.as_str()), ("See a GP", "A list of your medicines"));
        assert!(one.locked.unwrap().contains("720 hours before"));
        // Sam is 40.
        let slot = town.found(&stone, &wanted(ServiceKind::Gp)).await;
        assert!(slot.is_empty());
        // What recurs keeps its length, and what is added takes the new one.
        let lengths = async || {
            let all = diary.templates(&town.manager).await.unwrap();
            all.iter().map(|one| one.template.minutes).collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        assert_eq!(lengths().await, [10]);
        town.template(&town.manager, &template_form(town.gp, "sat", "9:00", "10:00")).await;
        assert_eq!(lengths().await, [10, 20]);
        town.verify().await;
    }

    async fn from_when_times_can_be_booked_changes_for_those_in_the_diary(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let who = town.citizen("Rivers").await;
        let first_and_last = async || {
            let found = town.found(&who, &wanted(ServiceKind::Gp)).await;
            found.first().zip(found.last()).map(|(first, last)| (first.starts_at, last.starts_at))
        };
        let all = first_and_last().await;
        assert_eq!(all, Some((at("2026-11-04T09:00:00Z"), at("2026-12-29T09:50:00Z"))));
        let change = async |version, release| {
            let form = crate::appointments::town::released(release, gp());
            diary.change_service(&town.manager, town.gp.service, version, &form).await.unwrap();
        };
        change(1, Release::DaysBefore(3)).await;
        assert_eq!(first_and_last().await, Some((at("2026-11-04T09:00:00Z"), at("2026-11-06T09:50:00Z"))));
        change(2, Release::OnTheDay(8 * 60)).await;
        assert_eq!(first_and_last().await, None);
        town.clock.set(at("2026-11-04T08:00:00Z"));
        assert_eq!(first_and_last().await, Some((at("2026-11-04T09:00:00Z"), at("2026-11-04T09:50:00Z"))));
        change(3, Release::AtOnce).await;
        assert_eq!(first_and_last().await, all);
    }

    async fn a_changed_place_shows_its_new_directions_to_those_who_have_booked(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, id), _] = town.booked().await;
        let table = std::io::Cursor::new("postcode,latitude,longitude\nTA1 1AA,51.0147,-3.1029\nTA3 3CC,51.2,-3.2\n");
        town.services.postcodes.import(&Actor::Operator, table).await.unwrap();
        let form = PlaceForm { directions: "Bus 21, and in by the green door".to_owned(), ..place_form("Old building") };
        for _ in 0..2 {
            diary.change_place(&town.manager, town.gp.place, 1, &form).await.unwrap();
        }
        let one = town.one(&rivers, id).await;
        assert_eq!((one.place.as_str(), one.directions.as_str()), ("Old building", "Bus 21, and in by the green door"));
        let seen = diary.places(&town.reception).await.unwrap().remove(0);
        assert_eq!((seen.position.map(|at| at.latitude), seen.version), (Some(51.0147), 2));
        let moved = PlaceForm { postcode: "TA3 3CC".to_owned(), ..form.clone() };
        diary.change_place(&town.manager, town.gp.place, 2, &moved).await.unwrap();
        assert_eq!(diary.places(&town.reception).await.unwrap()[0].position.map(|at| at.latitude), Some(51.2));
        let unknown = PlaceForm { postcode: "EX2 2BB".to_owned(), ..form };
        diary.change_place(&town.manager, town.gp.place, 3, &unknown).await.unwrap();
        assert_eq!(diary.places(&town.reception).await.unwrap()[0].position, None);
        assert!(town.mail().await.is_empty());
        assert_eq!(fields(diary.change_place(&town.manager, town.gp.place, 4, &PlaceForm::default()).await), ["name", "address", "postcode"]);
    }

    async fn a_clinic_goes_to_somebody_else_and_those_who_have_booked_keep_their_time_and_are_told_once(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, id), (stone, other)] = town.booked().await;
        let locum = diary.add_practitioner(&town.manager, &practitioner_form("Dr Lo Cum")).await.unwrap();
        let annexe = diary.add_place(&town.manager, &place_form("Annexe")).await.unwrap();
        let clinic = town.clinic("2026-11-05T09:00:00Z").await;
        town.mail().await;
        let form = ClinicForm { practitioner: locum.to_string(), place: annexe.to_string() };
        let change = async |by: &Actor, version: i32, form: &ClinicForm| diary.change_clinic(by, clinic.id, version, form).await;
        assert_eq!(fields(change(&town.manager, clinic.version, &ClinicForm::default()).await), ["practitioner", "place"]);
        for by in [&town.reception, &town.clinician, &town.stranger, &rivers.actor] {
            not_found(change(by, clinic.version, &form).await);
        }
        // Somebody books after the page was made: whoever changes it looks again.
        let late = town.citizen("Late").await;
        town.book(&late, "2026-11-05T09:10:00Z").await;
        refused(change(&town.manager, clinic.version, &form).await, "", "has just changed. Look at who is affected now");
        let version = town.clinic("2026-11-05T09:00:00Z").await.version;
        for done in [true, false] {
            assert_eq!(change(&town.manager, version, &form).await.unwrap(), done);
        }
        let one = town.one(&rivers, id).await;
        assert_eq!((one.practitioner.as_str(), one.place.as_str(), one.starts_at), ("Dr Lo Cum", "Annexe", at("2026-11-05T09:00:00Z")));
        assert_eq!(town.one(&stone, other).await.practitioner, "Dr Ada Ray");
        assert_eq!(town.told("something new").await, [late.email.as_str(), &rivers.email]);
        let free = town.found(&stone, &wanted(ServiceKind::Gp)).await;
        let of_day: Vec<_> = free.iter().filter(|slot| domain::when::london_day(slot.starts_at) == day("2026-11-05")).collect();
        assert!(of_day.len() == 4 && of_day.iter().all(|slot| slot.practitioner == "Dr Lo Cum" && slot.place == "Annexe"));
        assert_eq!(town.acts(rivers.person).await.last(), Some(&(Action::AppointmentChanged, Basis::CareTeam)));
        // What is over or cancelled is not changed, and what has ended is not chosen.
        diary.end(&town.manager, Part::Practitioner(town.gp.practitioner), &diary.ending(&town.manager, Part::Practitioner(town.gp.practitioner)).await.unwrap().seen).await.unwrap();
        let back = ClinicForm { practitioner: town.gp.practitioner.to_string(), ..form.clone() };
        let version = town.clinic("2026-11-05T09:00:00Z").await.version;
        assert_eq!(fields(change(&town.manager, version, &back).await), ["practitioner"]);
        town.clock.set(at("2026-11-05T10:00:00Z"));
        let other = diary.add_practitioner(&town.manager, &practitioner_form("Dr New")).await.unwrap();
        let form = ClinicForm { practitioner: other.to_string(), ..form };
        refused(change(&town.manager, version, &form).await, "", "over or cancelled");
        town.verify().await;
    }

    async fn a_changed_name_and_job_show_on_what_is_booked(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, id), _] = town.booked().await;
        let form = PractitionerForm { name: "Dr Ada Lovell".to_owned(), job: "GP partner".to_owned() };
        diary.change_practitioner(&town.manager, town.gp.practitioner, 1, &form).await.unwrap();
        let one = town.one(&rivers, id).await;
        assert_eq!((one.practitioner.as_str(), one.job.as_str()), ("Dr Ada Lovell", "GP partner"));
        assert_eq!(fields(diary.change_practitioner(&town.manager, town.gp.practitioner, 2, &PractitionerForm::default()).await), ["name", "job"]);
    }

    async fn of_two_managers_who_change_at_once_the_second_is_told(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let forms = ["9", "8", "7", "6"].map(|minutes| ServiceForm { minutes: minutes.to_owned(), ..gp() });
        let acts: Vec<_> = forms
            .into_iter()
            .map(|form| {
                let (diary, manager, id) = (diary.clone(), town.manager.clone(), town.gp.service);
                tokio::spawn(async move { diary.change_service(&manager, id, 1, &form).await })
            })
            .collect();
        let mut done = 0;
        for act in acts {
            match act.await.unwrap() {
                Ok(()) => done += 1,
                lost => refused(lost, "", "Somebody else has just changed this"),
            }
        }
        assert_eq!((done, diary.services(&town.manager).await.unwrap()[0].version), (1, 2));
        let (place, who) = (place_form("Annexe"), practitioner_form("Dr Twin"));
        refused(diary.change_place(&town.manager, town.gp.place, 7, &place).await, "", "has just changed");
        refused(diary.change_practitioner(&town.manager, town.gp.practitioner, 7, &who).await, "", "has just changed");
        // A name that is taken is said, also that of what has ended.
        diary.add_place(&town.manager, &place).await.unwrap();
        let twin = diary.add_practitioner(&town.manager, &who).await.unwrap();
        let nurse = diary.add_service(&town.manager, &service_form(ServiceKind::Nurse, "Nurse")).await.unwrap();
        for part in [Part::Practitioner(twin), Part::Service(nurse)] {
            let seen = diary.ending(&town.manager, part).await.unwrap().seen;
            diary.end(&town.manager, part, &seen).await.unwrap();
        }
        assert_eq!(fields(diary.change_place(&town.manager, town.gp.place, 1, &place).await), ["name"]);
        assert_eq!(fields(diary.change_practitioner(&town.manager, town.gp.practitioner, 1, &who).await), ["name"]);
        assert_eq!(fields(diary.change_service(&town.manager, town.gp.service, 2, &ServiceForm { name: "Nurse".to_owned(), ..gp() }).await), ["name"]);
        refused(diary.change_practitioner(&town.manager, twin, 2, &practitioner_form("Dr Other")).await, "", "has ended");
        refused(diary.change_service(&town.manager, nurse, 2, &gp()).await, "", "has ended");
    }

    async fn whatever_ends_its_clinics_end_with_it_and_everybody_is_told_once(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        // Another clinic that shares nothing with the one that ends.
        let nurse = service_form(ServiceKind::Nurse, "Nurse appointments");
        let other = crate::appointments::town::Offer {
            place: diary.add_place(&town.manager, &place_form("Annexe")).await.unwrap(),
            ..town.offer(&town.manager, &nurse, "Nurse Ann").await
        };
        town.template(&town.manager, &template_form(other, "thu", "9:00", "10:00")).await;
        for (round, which) in ["service", "place", "practitioner"].into_iter().enumerate() {
            let form = ServiceForm { asks_reason: "yes".to_owned(), ..service_form(ServiceKind::Gp, &format!("GP {round}")) };
            let offer = crate::appointments::town::Offer {
                place: diary.add_place(&town.manager, &place_form(&format!("Place {round}"))).await.unwrap(),
                ..town.offer(&town.manager, &form, &format!("Dr {round}")).await
            };
            let hours = [("12:00", "13:00"), ("13:00", "14:00"), ("14:00", "15:00")][round];
            town.template(&town.manager, &template_form(offer, "mon thu", hours.0, hours.1)).await;
            let part = match which {
                "service" => Part::Service(offer.service),
                "place" => Part::Place(offer.place),
                _ => Part::Practitioner(offer.practitioner),
            };
            let (rivers, stone) = (town.citizen(&format!("Rivers{round}")).await, town.citizen(&format!("Stone{round}")).await);
            let begins = |on: &str| format!("2026-11-{on}T{}:00Z", hours.0);
            let first = town.book(&rivers, &begins("05")).await;
            let ending = diary.ending(&town.manager, part).await.unwrap();
            assert_eq!((ending.recurring.len(), ending.clinics, ending.ended), (1, 16, false), "{which}");
            assert_eq!(ending.affected.iter().map(|one| one.person).collect::<Vec<_>>(), [rivers.person]);
            // Somebody books meanwhile, whom the manager has not seen.
            let second = town.book(&stone, &begins("09")).await;
            refused(diary.end(&town.manager, part, &ending.seen).await, "", "Look at who is affected now");
            assert_eq!(town.one(&rivers, first).await.status, Status::Booked);
            let ending = diary.ending(&town.manager, part).await.unwrap();
            assert_eq!(ending.affected.len(), 2);
            let before = town.changes(&town.manager).await;
            town.mail().await;
            for _ in 0..2 {
                diary.end(&town.manager, part, &ending.seen).await.unwrap();
            }
            assert_eq!(town.changes(&town.manager).await, before + 1);
            assert_eq!(town.told("something new").await, [rivers.email.as_str(), &stone.email], "{which}");
            for (who, id) in [(&rivers, first), (&stone, second)] {
                assert_eq!(town.one(who, id).await.status, Status::Cancelled);
                assert_eq!(town.acts(who.person).await.last(), Some(&(Action::AppointmentCancelled, Basis::CareTeam)));
            }
            assert!(diary.ending(&town.manager, part).await.unwrap().ended);
            assert_eq!(diary.ending(&town.manager, part).await.unwrap().clinics, 0);
            // Nothing new comes of it, and nothing new can be added with it.
            assert_eq!(diary.make_ahead(&Actor::Operator).await.unwrap(), 0);
            let again = template_form(offer, "sat", "9:00", "10:00");
            assert_eq!(fields(diary.add_template(&town.manager, &again).await), [which]);
        }
        // What shares nothing with them stands.
        assert_eq!(diary.templates(&town.manager).await.unwrap().len(), 2);
        let left = diary.clinics(&town.reception, day("2026-11-05"), 1).await.unwrap();
        assert_eq!(left.iter().map(|one| one.cancelled).collect::<Vec<_>>(), [false, false, true, true, true]);
        town.verify().await;
    }

    async fn what_is_over_today_stays_when_its_place_ends(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, id), _] = town.booked().await;
        town.clock.set(at("2026-11-05T10:00:00Z"));
        let part = Part::Place(town.gp.place);
        let ending = diary.ending(&town.manager, part).await.unwrap();
        diary.end(&town.manager, part, &ending.seen).await.unwrap();
        assert!(!town.clinic("2026-11-05T09:00:00Z").await.cancelled && town.clinic("2026-11-06T09:00:00Z").await.cancelled);
        assert_eq!(town.one(&rivers, id).await.status, Status::Booked);
        assert!(diary.places(&town.reception).await.unwrap()[0].ended);
    }

    /// However the two meet: whoever is told that they have booked comes to a clinic that takes place, or is told that it does not.
    async fn nobody_is_left_with_a_booking_where_the_service_ends_at_that_moment(place: &Place) {
        let town = Town::at(place).await;
        let mut people = Vec::new();
        for number in 0..6 {
            people.push(town.citizen(&format!("Rivers{number}")).await);
        }
        let slots = town.found(&people[0], &wanted(ServiceKind::Gp)).await;
        let part = Part::Service(town.gp.service);
        let seen = town.services.diary.ending(&town.manager, part).await.unwrap().seen;
        let mut acts = Vec::new();
        for (number, (who, slot)) in people.iter().zip(slots.iter().step_by(6)).enumerate() {
            let (appointments, who, form) = (town.services.appointments.clone(), who.clone(), town.form(slot.id));
            acts.push(tokio::spawn(async move { appointments.book(&who.actor, who.person, &form).await.map(|_| ()) }));
            if number == 2 {
                let (diary, manager, seen) = (town.services.diary.clone(), town.manager.clone(), seen.clone());
                acts.push(tokio::spawn(async move { diary.end(&manager, part, &seen).await }));
            }
        }
        for act in acts {
            let done = act.await.unwrap();
            assert!(done.is_ok() || fields(done).iter().all(|field| field == "slot" || field.is_empty()));
        }
        let ended = town.services.diary.ending(&town.manager, part).await.unwrap().ended;
        for who in &people {
            let standing = town.standing(who).await;
            assert!(standing.iter().all(|(_, status)| (*status == Status::Cancelled) == ended), "{standing:?}");
        }
        town.verify().await;
    }

    async fn a_day_that_is_opened_again_has_its_clinics_and_what_was_cancelled_stays_so(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let who = town.citizen("Rivers").await;
        let booked = town.book(&who, "2026-11-05T09:00:00Z").await;
        let seen = diary.affected_by_closing(&town.manager, &[day("2026-11-05")]).await.unwrap().seen;
        diary.close_day(&town.manager, Some(day("2026-11-05")), "Training", &seen).await.unwrap();
        // A clinic that is added while the day is closed is not made for it.
        town.template(&town.manager, &template_form(town.gp, "thu", "14:00", "15:00")).await;
        let before = town.changes(&town.manager).await;
        assert_eq!(diary.open_day(&town.manager, day("2026-11-05")).await.unwrap(), 1);
        assert_eq!(diary.open_day(&town.manager, day("2026-11-05")).await.unwrap(), 0);
        assert_eq!(town.changes(&town.manager).await, before + 1);
        assert!(diary.closed_days(&town.reception).await.unwrap().is_empty());
        let clinics = diary.clinics(&town.reception, day("2026-11-05"), 1).await.unwrap();
        assert_eq!(clinics.iter().map(|one| (one.cancelled, one.free)).collect::<Vec<_>>(), [(true, 0), (false, 6)]);
        assert_eq!(town.one(&who, booked).await.status, Status::Cancelled);
        town.book(&who, "2026-11-05T14:00:00Z").await;
        assert_eq!(diary.make_ahead(&Actor::Operator).await.unwrap(), 0);
        // One that was closed before anything was made for it.
        diary.close_day(&town.manager, Some(day("2027-01-01")), "New Year's Day", "").await.unwrap();
        town.advance(TimeDelta::days(7));
        diary.make_ahead(&Actor::Operator).await.unwrap();
        assert_eq!(diary.open_day(&town.manager, day("2027-01-01")).await.unwrap(), 1);
        // What is over is not opened.
        not_found(diary.open_day(&town.manager, day("2026-11-09")).await);
        town.verify().await;
    }

    async fn only_the_managers_of_the_organisation_change_and_end(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, id), _] = town.booked().await;
        let parts = [Part::Service(town.gp.service), Part::Place(town.gp.place), Part::Practitioner(town.gp.practitioner)];
        for part in parts {
            let seen = diary.ending(&town.manager, part).await.unwrap().seen;
            for actor in [&town.reception, &town.clinician, &town.officer, &town.stranger, &rivers.actor] {
                not_found(diary.ending(actor, part).await);
                not_found(diary.end(actor, part, &seen).await);
            }
        }
        for actor in [&town.reception, &town.clinician, &town.officer, &town.stranger, &rivers.actor] {
            not_found(diary.change_service(actor, town.gp.service, 1, &gp()).await);
            not_found(diary.change_place(actor, town.gp.place, 1, &place_form("Annexe")).await);
            not_found(diary.change_practitioner(actor, town.gp.practitioner, 1, &practitioner_form("Dr Twin")).await);
        }
        diary.close_day(&town.manager, Some(day("2026-11-06")), "Training", "").await.unwrap();
        for actor in [&town.reception, &town.clinician, &town.officer, &rivers.actor] {
            not_found(diary.open_day(actor, day("2026-11-06")).await);
        }
        // Another organisation opens its own days alone.
        assert_eq!(diary.open_day(&town.stranger, day("2026-11-06")).await.unwrap(), 0);
        assert_eq!(diary.closed_days(&town.reception).await.unwrap().len(), 1);
        assert_eq!(town.one(&rivers, id).await.status, Status::Booked);
    }

    async fn what_the_service_changed_of_an_appointment_and_when_is_known(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, id), (stone, other)] = town.booked().await;
        assert_eq!(town.one(&rivers, id).await.changed_at(), None);
        let annexe = diary.add_place(&town.manager, &place_form("Annexe")).await.unwrap();
        let twin = diary.add_practitioner(&town.manager, &practitioner_form("Dr Twin")).await.unwrap();
        let change = async |practitioner: domain::PractitionerId, place: domain::PlaceId, now: &str| {
            town.clock.set(at(now));
            let clinic = town.clinic("2026-11-05T09:00:00Z").await;
            let form = ClinicForm { practitioner: practitioner.to_string(), place: place.to_string() };
            diary.change_clinic(&town.manager, clinic.id, clinic.version, &form).await.unwrap();
            let seen = town.one(&rivers, id).await;
            (seen.place_changed_at, seen.practitioner_changed_at, seen.changed_at())
        };
        let (first, second) = ("2026-11-03T11:00:00Z", "2026-11-03T12:00:00Z");
        assert_eq!(change(town.gp.practitioner, annexe, first).await, (Some(at(first)), None, Some(at(first))));
        assert_eq!(change(twin, annexe, second).await, (Some(at(first)), Some(at(second)), Some(at(second))));
        // Nothing new is no change.
        assert_eq!(change(twin, annexe, "2026-11-03T13:00:00Z").await.2, Some(at(second)));
        assert_eq!(town.one(&stone, other).await.changed_at(), None);
    }
}
