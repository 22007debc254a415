//! Reminders: as somebody chose, by day, once, and only of what takes place.

use crate::appointments::town::{Citizen, Town, at, fields, not_found, service_form, template_form, wanted};
use domain::access::Actor;
use domain::appointment::{ServiceKind, Status};
use domain::audit::{Action, Basis};
use service::{BookForm, ReminderChoice, ServiceForm};
use testkit::Place;

impl Town {
    pub async fn remind(&self, now: &str) -> u64 {
        self.clock.set(at(now));
        self.services.appointments.run_reminders(&Actor::System).await.unwrap().reminded
    }

    async fn choose(&self, who: &Citizen, by_mail: bool, days_before: u16) {
        let choice = ReminderChoice { by_mail, days_before, ..ReminderChoice::default() };
        self.services.appointments.choose_reminders(&who.actor, who.person, choice).await.unwrap();
    }
}

testkit::both_engines! {
    async fn somebody_is_reminded_two_days_before_or_as_they_chose(place: &Place) {
        let town = Town::at(place).await;
        let (usual, week, same, never) =
            (town.citizen("Usual").await, town.citizen("Week").await, town.citizen("Same").await, town.citizen("Never").await);
        let appointments = &town.services.appointments;
        let by_itself = ReminderChoice { by_mail: true, by_text: false, days_before: 2 };
        assert_eq!(appointments.reminders(&usual.actor, usual.person).await.unwrap().choice, by_itself);
        town.choose(&week, true, 7).await;
        town.choose(&same, true, 0).await;
        town.choose(&never, false, 3).await;
        let wrong = ReminderChoice { days_before: 15, ..by_itself };
        assert_eq!(fields(appointments.choose_reminders(&usual.actor, usual.person, wrong).await), ["days_before"]);
        not_found(appointments.choose_reminders(&usual.actor, week.person, wrong).await);
        // Choosing the same again is nothing new.
        town.choose(&never, false, 3).await;
        assert_eq!(town.acts(never.person).await, [(Action::AppointmentChanged, Basis::Own)]);
        for (who, minute) in [(&usual, "00"), (&week, "10"), (&same, "20"), (&never, "30")] {
            town.book(who, &format!("2026-11-26T09:{minute}:00Z")).await;
        }
        assert_eq!(town.remind("2026-11-19T08:59:59Z").await, 0);
        assert_eq!(town.remind("2026-11-19T09:00:00Z").await, 1);
        assert_eq!(town.told("coming up on 26 November 2026").await, [week.email.as_str()]);
        assert_eq!(town.remind("2026-11-24T08:59:00Z").await, 0);
        assert_eq!(town.remind("2026-11-24T09:00:00Z").await, 1);
        assert_eq!(town.told("coming up").await, [usual.email.as_str()]);
        // At 9.20am on the day 9am is too late to be of use: it is the morning before.
        assert_eq!(town.remind("2026-11-25T09:00:00Z").await, 1);
        assert_eq!(town.told("coming up").await, [same.email.as_str()]);
        assert_eq!(town.remind("2026-11-26T08:00:00Z").await, 0);
        assert!(town.mail().await.is_empty());
        not_found(appointments.run_reminders(&usual.actor).await);
        not_found(appointments.run_reminders(&town.manager).await);
    }

    async fn nobody_is_woken(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        town.book(&who, "2026-11-12T09:00:00Z").await;
        for night in ["2026-11-10T22:00:00Z", "2026-11-10T23:59:00Z", "2026-11-11T03:00:00Z", "2026-11-11T06:59:59Z"] {
            assert_eq!(town.remind(night).await, 0, "{night}");
        }
        assert_eq!(town.remind("2026-11-11T07:00:00Z").await, 1);
        assert_eq!(town.mail().await.len(), 1);
    }

    async fn in_summer_the_night_is_that_of_london(place: &Place) {
        let town = Town::since(place, "2026-06-30T10:00:00Z").await;
        let who = town.citizen("Rivers").await;
        town.book(&who, "2026-07-03T08:00:00Z").await;
        for night in ["2026-07-02T21:00:00Z", "2026-07-03T05:59:59Z"] {
            assert_eq!(town.remind(night).await, 0, "{night}");
        }
        assert_eq!(town.remind("2026-07-03T06:00:00Z").await, 1);
    }

    async fn nobody_is_reminded_twice_however_often_and_by_how_many_it_is_run(place: &Place) {
        let town = Town::at(place).await;
        let mut people = Vec::new();
        for number in 0..12 {
            people.push(town.citizen(&format!("Rivers{number:02}")).await);
        }
        let slots = town.found(&people[0], &wanted(ServiceKind::Gp)).await;
        for (who, slot) in people.iter().zip(slots.iter().filter(|slot| slot.starts_at > at("2026-11-12T00:00:00Z"))) {
            town.try_book(&who.actor, who.person, slot.id).await.unwrap();
        }
        town.clock.set(at("2026-11-11T12:00:00Z"));
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let appointments = town.services.appointments.clone();
                tokio::spawn(async move { appointments.run_reminders(&Actor::System).await.unwrap().reminded })
            })
            .collect();
        let mut total = 0;
        for run in runs {
            total += run.await.unwrap();
        }
        assert_eq!(total, 12);
        let expected: Vec<_> = people.iter().map(|who| who.email.clone()).collect();
        assert_eq!(town.told("coming up").await, expected);
        for _ in 0..3 {
            assert_eq!(town.remind("2026-11-11T13:00:00Z").await, 0);
        }
        assert!(town.mail().await.is_empty());
    }

    async fn what_is_cancelled_is_not_reminded_of_even_where_the_mail_waits_already(place: &Place) {
        let town = Town::at(place).await;
        let (rivers, stone, hill) = (town.citizen("Rivers").await, town.citizen("Stone").await, town.citizen("Hill").await);
        let appointments = &town.services.appointments;
        let early = town.book(&rivers, "2026-11-12T09:00:00Z").await;
        appointments.cancel(&rivers.actor, rivers.person, early, "").await.unwrap();
        let mine = town.book(&rivers, "2026-11-12T09:10:00Z").await;
        town.book(&stone, "2026-11-12T09:20:00Z").await;
        let theirs = town.book(&hill, "2026-11-13T09:20:00Z").await;
        assert_eq!(town.remind("2026-11-10T12:00:00Z").await, 2);
        // One is given up, the clinic of the other is cancelled, before either mail went.
        appointments.cancel(&rivers.actor, rivers.person, mine, "").await.unwrap();
        let clinic = town.clinic("2026-11-12T09:00:00Z").await;
        town.services.diary.cancel_clinic(&town.manager, clinic.id, clinic.version).await.unwrap();
        let mail = town.mail().await;
        assert!(mail.iter().all(|one| !one.body.contains("coming up")), "{mail:?}");
        assert_eq!(mail.len(), 1);
        assert_eq!(town.remind("2026-11-11T12:00:00Z").await, 1);
        town.services.diary.decline(&town.reception, theirs, 1).await.unwrap();
        let mail = town.mail().await;
        assert!(mail.len() == 1 && mail[0].to == hill.email && mail[0].body.contains("something new"), "{mail:?}");
    }

    async fn whoever_changed_is_reminded_of_the_new_time(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let old = town.book(&who, "2026-11-12T09:00:00Z").await;
        assert_eq!(town.remind("2026-11-10T12:00:00Z").await, 1);
        let slot = town.slot(&who, "2026-11-19T09:00:00Z").await;
        let form = BookForm { instead_of: old.to_string(), ..town.form(slot) };
        town.services.appointments.book(&who.actor, who.person, &form).await.unwrap();
        assert!(town.mail().await.is_empty());
        assert_eq!(town.remind("2026-11-11T12:00:00Z").await, 0);
        assert_eq!(town.remind("2026-11-17T09:00:00Z").await, 1);
        assert_eq!(town.told("coming up on 19 November 2026").await, [who.email.as_str()]);
    }

    async fn what_still_has_to_be_confirmed_is_not_reminded_of_nor_what_has_begun(place: &Place) {
        let town = Town::at(place).await;
        let form = ServiceForm { confirms: "yes".to_owned(), ..service_form(ServiceKind::Community, "Foot care") };
        let offer = town.offer(&town.manager, &form, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu", "9:00", "10:00")).await;
        let who = town.citizen("Rivers").await;
        let slots = town.found(&who, &wanted(ServiceKind::Community)).await;
        let slot = slots.iter().find(|slot| slot.starts_at == at("2026-11-12T09:00:00Z")).unwrap().id;
        let id = town.try_book(&who.actor, who.person, slot).await.unwrap().id;
        assert_eq!(town.remind("2026-11-11T12:00:00Z").await, 0);
        town.services.diary.note_attendance(&town.reception, id, 1, Status::Booked).await.unwrap();
        assert_eq!(town.remind("2026-11-12T09:00:00Z").await, 0);
        assert_eq!(town.remind("2026-11-12T08:59:59Z").await, 1);
    }

    /// Many begin at one time, more than are looked at at once, and those who come first want no mail.
    async fn of_very_many_at_one_time_the_last_is_reminded_too(place: &Place) {
        let town = Town::at(place).await;
        let (quiet, last) = (town.citizen("Quiet").await, town.citizen("Last").await);
        let booked = town.book(&last, "2026-11-12T09:00:00Z").await;
        town.choose(&quiet, false, 2).await;
        // 600 more of somebody who wants none, at the same moment, with ids before the other's.
        let id = match &place.url {
            store::DatabaseUrl::Sqlite(_) => "unhex(printf('%032d', n))",
            store::DatabaseUrl::Postgres(_) => "lpad(n::text, 32, '0')::uuid",
        };
        let (person, of) = (place.id_in_sql(quiet.person.as_uuid()), place.id_in_sql(booked.as_uuid()));
        place
            .alter(&format!(
                "DROP INDEX appointment_slot; \
                 WITH RECURSIVE m (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM m WHERE n < 600) \
                 INSERT INTO appointment (person_id, id, slot_id, clinic_id, organisation_id, service_id, place_id, practitioner_id, \
                 mode, starts_at, ends_at, status, reason, channel, booked_by, submission_id, waits_for_earlier, created_at, \
                 updated_at, version) \
                 SELECT {person}, {id}, a.slot_id, a.clinic_id, a.organisation_id, a.service_id, a.place_id, a.practitioner_id, \
                 a.mode, a.starts_at, a.ends_at, a.status, a.reason, a.channel, a.booked_by, {id}, a.waits_for_earlier, \
                 a.created_at, a.updated_at, 1 FROM appointment a, m WHERE a.id = {of}"
            ))
            .await;
        assert_eq!(town.remind("2026-11-11T12:00:00Z").await, 1);
        assert_eq!(town.told("coming up").await, [last.email.as_str()]);
    }

    async fn nobody_is_reminded_of_what_they_have_just_booked(place: &Place) {
        let town = Town::at(place).await;
        let (soon, days, late) = (town.citizen("Soon").await, town.citizen("Days").await, town.citizen("Late").await);
        // The next day; in two days, at a time of which the morning before is less than a day after they booked; in three days.
        town.book(&soon, "2026-11-04T09:00:00Z").await;
        town.book(&days, "2026-11-05T09:00:00Z").await;
        town.book(&late, "2026-11-06T09:00:00Z").await;
        assert_eq!(town.remind("2026-11-03T10:45:00Z").await, 0);
        assert_eq!(town.remind("2026-11-04T10:00:00Z").await, 0);
        assert_eq!(town.remind("2026-11-05T09:00:00Z").await, 1);
        assert_eq!(town.told("coming up on 6 November 2026").await, [late.email.as_str()]);
    }
}
