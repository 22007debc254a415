//! Clinics: made ahead once, by the clock in London, and cancelled with everybody told.

use crate::appointments::town::{Town, at, day, fields, not_found, problems, refused, service_form, template_form, wanted};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use domain::access::Actor;
use domain::appointment::{ServiceKind, Status};
use domain::audit::{Action, Basis};
use service::{ClinicSeen, TemplateForm};
use std::collections::BTreeSet;
use testkit::Place;

impl Town {
    /// Every clinic from this day on, for two months.
    async fn clinics(&self, from: &str) -> Vec<ClinicSeen> {
        let mut clinics = self.services.diary.clinics(&self.reception, day(from), 31).await.unwrap();
        let next = day(from) + chrono::Days::new(31);
        clinics.extend(self.services.diary.clinics(&self.reception, next, 99).await.unwrap());
        clinics
    }

    async fn free_at(&self, clinic: &ClinicSeen) -> Vec<DateTime<Utc>> {
        self.services.diary.clinic(&self.reception, clinic.id).await.unwrap().free
    }
}

fn clocks(times: &[DateTime<Utc>]) -> Vec<String> {
    times.iter().map(|time| time.format("%d %H:%M").to_string()).collect()
}

testkit::both_engines! {
    async fn one_template_that_cannot_be_read_keeps_no_other_from_its_clinics(place: &Place) {
        let town = Town::at(place).await;
        let nurse = town.offer(&town.stranger, &service_form(ServiceKind::Nurse, "Nurse"), "Nina Nurse").await;
        place.alter("UPDATE clinic_template SET mode = 'odd'").await;
        town.template(&town.stranger, &template_form(nurse, "mon", "9:00", "10:00")).await;
        town.clock.advance(TimeDelta::days(7));
        assert_eq!(town.services.diary.make_ahead(&Actor::System).await.unwrap(), 1);
    }

    async fn a_template_makes_its_clinics_for_eight_weeks_and_no_time_twice(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let made = town.clinics("2026-11-03").await;
        // Today's had begun at 9am when it was made; the last is 8 weeks ahead.
        assert_eq!((made[0].day, made.last().unwrap().day, made.len()), (day("2026-11-04"), day("2026-12-29"), 40));
        assert!(made.iter().all(|clinic| clinic.free == 6 && clinic.taken == 0 && clinic.day.weekday().number_from_monday() < 6));
        assert_eq!(diary.make_ahead(&Actor::Operator).await.unwrap(), 0);
        assert_eq!(diary.make_ahead(&Actor::System).await.unwrap(), 0);
        town.advance(TimeDelta::days(7));
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let diary = diary.clone();
                tokio::spawn(async move { diary.make_ahead(&Actor::System).await.unwrap() })
            })
            .collect();
        let mut total = 0;
        for run in runs {
            total += run.await.unwrap();
        }
        assert_eq!(total, 5);
        let made = town.clinics("2026-11-04").await;
        let days: BTreeSet<_> = made.iter().map(|clinic| (clinic.day, clinic.free)).collect();
        assert_eq!((made.len(), days.len(), days.last().copied()), (44, 44, Some((day("2027-01-04"), 6))));
        let made = town.clinics("2026-11-10").await;
        let days: BTreeSet<_> = made.iter().map(|clinic| (clinic.day, clinic.free)).collect();
        assert_eq!((made.len(), days.len(), days.last().copied()), (41, 41, Some((day("2027-01-05"), 6))));
    }

    async fn of_a_clinic_that_goes_on_only_what_is_to_come_is_made(place: &Place) {
        let town = Town::at(place).await;
        town.template(&town.manager, &template_form(town.gp, "tue", "10:00", "11:10")).await;
        let clinic = town.clinic("2026-11-03T10:50:00Z").await;
        assert_eq!(clocks(&town.free_at(&clinic).await), ["03 10:50", "03 11:00"]);
    }

    async fn a_closed_day_has_no_clinics_whichever_came_first(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let christmas = day("2026-12-25");
        assert_eq!(fields(diary.close_day(&town.manager, None, " ", "").await), ["day", "name"]);
        assert_eq!(fields(diary.close_day(&town.manager, Some(day("2026-11-02")), "Yesterday", "").await), ["day"]);
        let who = town.citizen("Rivers").await;
        let booked = town.book(&who, "2026-12-25T09:00:00Z").await;
        let shown = diary.affected_by_closing(&town.manager, &[christmas]).await.unwrap();
        assert_eq!(shown.affected[0].name, "Sam Rivers");
        for _ in 0..2 {
            diary.close_day(&town.manager, Some(christmas), "Christmas Day", &shown.seen).await.unwrap();
        }
        assert_eq!(town.told("something new").await, [who.email.as_str()]);
        assert_eq!(town.one(&who, booked).await.status, Status::Cancelled);
        let closed = diary.closed_days(&town.reception).await.unwrap();
        assert_eq!(closed.iter().map(|one| (one.day, one.name.as_str())).collect::<Vec<_>>(), [(christmas, "Christmas Day")]);
        // Neither the one that is there nor a new one makes anything of it.
        town.template(&town.manager, &template_form(town.gp, "fri", "14:00", "15:00")).await;
        diary.make_ahead(&Actor::Operator).await.unwrap();
        let clinics = diary.clinics(&town.reception, christmas, 1).await.unwrap();
        assert!(clinics.len() == 1 && clinics[0].cancelled && clinics[0].free + clinics[0].taken == 0, "{clinics:?}");
        assert_eq!(diary.clinics(&town.reception, day("2026-12-18"), 1).await.unwrap().len(), 2);
        // A day to come is closed before anything is made for it.
        diary.close_day(&town.manager, Some(day("2027-01-01")), "New Year's Day", "").await.unwrap();
        town.advance(TimeDelta::days(7));
        diary.make_ahead(&Actor::Operator).await.unwrap();
        assert!(diary.clinics(&town.reception, day("2027-01-01"), 1).await.unwrap().is_empty());
    }

    async fn bank_holidays_are_closed_in_one_act_and_nobody_loses_a_booking_unseen(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let nation = domain::appointment::Nation::EnglandAndWales;
        let holidays = diary.holidays(&town.manager, nation).await.unwrap();
        assert_eq!((holidays.len(), holidays[0].day, holidays[1].name.as_str()), (8, day("2026-12-25"), "Boxing Day (substitute day)"));
        let days: Vec<_> = holidays.iter().map(|one| one.day).collect();
        let close = async |days: &[chrono::NaiveDate], seen: &str| diary.close_holidays(&town.manager, nation, days, seen).await;
        assert_eq!(fields(close(&[], "").await), ["days"]);
        assert_eq!(fields(close(&[day("2026-12-24")], "").await), ["days"]);
        let who = town.citizen("Rivers").await;
        let booked = town.book(&who, "2026-12-28T09:00:00Z").await;
        refused(close(&days, "").await, "", "Something has just changed");
        assert!(diary.closed_days(&town.reception).await.unwrap().is_empty());
        let shown = diary.affected_by_closing(&town.manager, &days).await.unwrap();
        for _ in 0..2 {
            assert_eq!(close(&days, &shown.seen).await.unwrap(), 8);
        }
        assert_eq!(town.told("something new").await, [who.email.as_str()]);
        assert_eq!(town.one(&who, booked).await.status, Status::Cancelled);
        assert!(diary.holidays(&town.manager, nation).await.unwrap().iter().all(|one| one.closed));
        // Where they are kept on other days, those are still open.
        let scotland = diary.holidays(&town.manager, domain::appointment::Nation::Scotland).await.unwrap();
        let open: Vec<_> = scotland.iter().filter(|one| !one.closed).map(|one| one.name.as_str()).collect();
        assert_eq!(open, ["St Andrew's Day", "2nd January (substitute day)", "Summer bank holiday"]);
        for actor in [&town.reception, &town.clinician, &who.actor] {
            not_found(diary.holidays(actor, nation).await);
            not_found(diary.close_holidays(actor, nation, &days, "").await);
        }
    }

    async fn over_the_night_in_october_each_time_is_there_once_and_mornings_stay_at_nine(place: &Place) {
        let town = Town::since(place, "2026-10-20T10:00:00Z").await;
        town.template(&town.manager, &TemplateForm { minutes: "30".to_owned(), ..template_form(town.gp, "sun", "0:00", "3:00") }).await;
        let night = town.services.diary.clinics(&town.reception, day("2026-10-25"), 1).await.unwrap();
        let free = town.free_at(&night[0]).await;
        assert_eq!(clocks(&free), ["24 23:00", "24 23:30", "25 00:00", "25 00:30", "25 02:00", "25 02:30"]);
        // Before and after it the clock says nine.
        town.clinic("2026-10-23T08:00:00Z").await;
        town.clinic("2026-10-26T09:00:00Z").await;
        // It is found as what it is in London: a Sunday, in the small hours.
        let who = town.citizen("Rivers").await;
        let form = service::SearchForm { weekday: "sun".to_owned(), time: "morning".to_owned(), ..wanted(ServiceKind::Gp) };
        let found: Vec<_> = town.found(&who, &form).await.into_iter().map(|slot| slot.starts_at).take(6).collect();
        assert_eq!(found, free);
        // Both that show half past one can be booked by different people, and do not clash.
        for time in [at("2026-10-25T00:30:00Z"), at("2026-10-25T02:30:00Z")] {
            let slot = town.found(&who, &form).await.into_iter().find(|slot| slot.starts_at == time).unwrap();
            town.try_book(&who.actor, who.person, slot.id).await.unwrap();
        }
        assert!(town.list(&who).await.iter().all(|one| !one.clashes));
    }

    async fn over_the_night_in_march_there_is_no_hour_that_no_clock_shows(place: &Place) {
        let town = Town::since(place, "2027-03-20T10:00:00Z").await;
        town.template(&town.manager, &TemplateForm { minutes: "30".to_owned(), ..template_form(town.gp, "sun", "0:00", "3:00") }).await;
        let night = town.services.diary.clinics(&town.reception, day("2027-03-28"), 1).await.unwrap();
        assert_eq!(clocks(&town.free_at(&night[0]).await), ["28 00:00", "28 00:30", "28 01:00", "28 01:30"]);
        town.clinic("2027-03-26T09:00:00Z").await;
        town.clinic("2027-03-29T08:00:00Z").await;
    }

    async fn whoever_cancels_a_clinic_sees_first_whom_that_affects_and_each_is_told_once(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let (rivers, stone, hill) = (town.citizen("Rivers").await, town.citizen("Stone").await, town.citizen("Hill").await);
        let first = town.book(&rivers, "2026-11-05T09:00:00Z").await;
        town.book(&stone, "2026-11-05T09:50:00Z").await;
        let gone = town.book(&hill, "2026-11-05T09:30:00Z").await;
        town.services.appointments.cancel(&hill.actor, hill.person, gone, "").await.unwrap();
        let clinic = town.clinic("2026-11-05T09:00:00Z").await;
        assert_eq!((clinic.free, clinic.taken), (4, 2));
        let affected = diary.affected_by_cancelling(&town.manager, clinic.id).await.unwrap();
        let names: Vec<_> = affected.iter().map(|one| (one.name.as_str(), one.starts_at.format("%H:%M").to_string())).collect();
        assert_eq!(names, [("Sam Rivers", "09:00".to_owned()), ("Sam Stone", "09:50".to_owned())]);
        // Somebody books meanwhile, whom the manager has not seen.
        town.book(&hill, "2026-11-05T09:40:00Z").await;
        refused(diary.cancel_clinic(&town.manager, clinic.id, clinic.version).await, "", "has just changed");
        assert_eq!(town.one(&rivers, first).await.status, Status::Booked);
        let clinic = town.clinic("2026-11-05T09:00:00Z").await;
        refused(diary.cancel_clinic(&town.manager, clinic.id, clinic.version + 1).await, "", "has just changed");
        let slots = town.found(&stone, &wanted(ServiceKind::Gp)).await.len();
        town.mail().await;
        for _ in 0..2 {
            diary.cancel_clinic(&town.manager, clinic.id, clinic.version).await.unwrap();
        }
        assert_eq!(town.told("something new").await, [hill.email.as_str(), &rivers.email, &stone.email]);
        let seen = town.one(&rivers, first).await;
        assert_eq!((seen.status, seen.cancelled_by.as_deref()), (Status::Cancelled, Some("team")));
        assert_eq!(town.acts(rivers.person).await, [
            (Action::AppointmentBooked, Basis::Own),
            (Action::AppointmentCancelled, Basis::CareTeam),
        ]);
        // Its three free times are gone, and what was booked is not free either.
        let now = town.clinic("2026-11-05T09:00:00Z").await;
        assert!(now.cancelled && now.free == 0 && now.taken == 0, "{now:?}");
        let left = town.found(&stone, &wanted(ServiceKind::Gp)).await;
        assert_eq!(left.len(), slots - 3);
        assert!(left.iter().all(|slot| domain::when::london_day(slot.starts_at) != day("2026-11-05")));
        assert!(diary.affected_by_cancelling(&town.manager, clinic.id).await.unwrap().is_empty());
        assert_eq!(diary.make_ahead(&Actor::Operator).await.unwrap(), 0);
        town.verify().await;
    }

    async fn a_time_of_a_cancelled_clinic_cannot_be_booked_any_more(place: &Place) {
        let town = Town::at(place).await;
        let (who, other) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let slot = town.slot(&who, "2026-11-05T09:00:00Z").await;
        let later = town.book(&other, "2026-11-05T09:10:00Z").await;
        town.services.appointments.hold(&who.actor, who.person, slot).await.unwrap();
        let clinic = town.clinic("2026-11-05T09:00:00Z").await;
        town.services.diary.cancel_clinic(&town.manager, clinic.id, clinic.version).await.unwrap();
        refused(town.try_book(&who.actor, who.person, slot).await, "slot", "Choose another");
        refused(town.services.appointments.hold(&who.actor, who.person, slot).await.map(|_| ()), "slot", "Choose another");
        // Giving up again what the practice cancelled changes nothing and opens nothing.
        town.services.appointments.cancel(&other.actor, other.person, later, "").await.unwrap();
        assert_eq!(town.clinic("2026-11-05T09:00:00Z").await.free, 0);
    }

    async fn a_template_that_ended_makes_nothing_and_what_has_begun_stays(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let (rivers, stone) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let begun = town.book(&rivers, "2026-11-05T09:00:00Z").await;
        let coming = town.book(&stone, "2026-11-05T09:50:00Z").await;
        let later = town.book(&rivers, "2026-11-16T09:00:00Z").await;
        town.clock.set(at("2026-11-05T09:20:00Z"));
        let shown = diary.affected_by_end(&town.manager, town.template).await.unwrap();
        let affected: Vec<_> = shown.affected.iter().map(|one| one.starts_at).collect();
        assert_eq!(affected, [at("2026-11-05T09:50:00Z"), at("2026-11-16T09:00:00Z")]);
        for _ in 0..2 {
            diary.end_template(&town.manager, town.template, &shown.seen).await.unwrap();
        }
        assert_eq!(town.told("something new").await, [rivers.email.as_str(), &stone.email]);
        assert_eq!(town.one(&rivers, begun).await.status, Status::Booked);
        assert_eq!(town.one(&stone, coming).await.status, Status::Cancelled);
        assert_eq!(town.one(&rivers, later).await.status, Status::Cancelled);
        assert!(diary.templates(&town.manager).await.unwrap().is_empty());
        assert!(town.found(&stone, &wanted(ServiceKind::Gp)).await.is_empty());
        town.advance(TimeDelta::days(30));
        assert_eq!(diary.make_ahead(&Actor::Operator).await.unwrap(), 0);
        // Who came before it ended can still be noted.
        let version = diary.clinic(&town.reception, town.clinic("2026-11-05T09:00:00Z").await.id).await.unwrap().attendees[0].version;
        diary.note_attendance(&town.reception, begun, version, Status::Fulfilled).await.unwrap();
        not_found(diary.end_template(&town.manager, domain::TemplateId::from_uuid(uuid::Uuid::nil()), "").await);
    }

    /// However the two meet: whoever is told that they have booked comes to a clinic that takes place, or is told that it does not.
    async fn nobody_is_left_with_a_booking_at_a_clinic_that_was_cancelled_at_that_moment(place: &Place) {
        let town = Town::at(place).await;
        let mut people = Vec::new();
        for number in 0..6 {
            people.push(town.citizen(&format!("Rivers{number}")).await);
        }
        let slots = town.found(&people[0], &wanted(ServiceKind::Gp)).await;
        for (round, on) in ["2026-11-05", "2026-11-06", "2026-11-09", "2026-11-10"].into_iter().enumerate() {
            let mine: Vec<_> = slots.iter().filter(|slot| domain::when::london_day(slot.starts_at) == day(on)).collect();
            // Half of them have one there already, which they change for another of the same clinic.
            let mut acts = Vec::new();
            let mut moves = Vec::new();
            for (who, slot) in people.iter().zip(&mine).take(2) {
                moves.push(town.try_book(&who.actor, who.person, slot.id).await.unwrap().id);
            }
            for (number, (who, slot)) in people.iter().zip(mine.iter().skip(2)).enumerate() {
                let instead_of = moves.get(number).map(ToString::to_string).unwrap_or_default();
                let form = service::BookForm { instead_of, ..town.form(slot.id) };
                let (appointments, who) = (town.services.appointments.clone(), who.clone());
                acts.push(tokio::spawn(async move { appointments.book(&who.actor, who.person, &form).await.map(|_| ()) }));
                if number == round {
                    let (diary, manager) = (town.services.diary.clone(), town.manager.clone());
                    acts.push(tokio::spawn(async move {
                        // Whoever books meanwhile is seen first.
                        loop {
                            let shown = diary.affected_by_closing(&manager, &[day(on)]).await.unwrap();
                            let done = diary.close_day(&manager, Some(day(on)), "Storm", &shown.seen).await;
                            if done.is_ok() {
                                return done;
                            }
                            refused(done, "", "Look at who is affected now");
                        }
                    }));
                }
            }
            for act in acts {
                let done = act.await.unwrap();
                assert!(done.is_ok() || problems(done).iter().all(|(field, _)| field == "slot" || field == "instead_of" || field.is_empty()));
            }
            for who in &people {
                let left = town.standing(who).await.into_iter().filter(|(starts, _)| domain::when::london_day(*starts) == day(on));
                assert!(left.map(|(_, status)| status).all(|status| status == Status::Cancelled), "{on}");
            }
            assert!(town.services.diary.clinics(&town.reception, day(on), 1).await.unwrap().iter().all(|one| one.cancelled && one.taken == 0));
        }
        town.verify().await;
    }
}
