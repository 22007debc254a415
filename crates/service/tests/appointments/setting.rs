//! What a practice offers: each field that is wrong is said, and only those who may change it do.

use crate::appointments::town::{Offer, Town, fields, not_found, place_form, practitioner_form, service_form, template_form};
use domain::appointment::ServiceKind;
use service::{PlaceForm, PractitionerForm, ServiceForm, TemplateForm};
use testkit::Place;

fn nurse() -> ServiceForm {
    service_form(ServiceKind::Nurse, "Nurse appointments")
}

fn text(text: &str) -> String {
    text.to_owned()
}

testkit::both_engines! {
    async fn what_is_wrong_with_a_service_is_said_all_at_once_and_nothing_is_kept(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        assert_eq!(fields(diary.add_service(&town.manager, &ServiceForm::default()).await), ["kind", "name", "minutes", "release"]);
        let table = [
            ("kind", ServiceForm { kind: text("dentist"), ..nurse() }),
            ("name", ServiceForm { name: text(" \t "), ..nurse() }),
            ("name", ServiceForm { name: "n".repeat(101), ..nurse() }),
            ("name", ServiceForm { name: text("a\u{0}b"), ..nurse() }),
            ("name", ServiceForm { name: text("  GP   appointments "), ..nurse() }),
            ("about", ServiceForm { about: "a".repeat(1001), ..nurse() }),
            ("video_link", ServiceForm { video_link: text("http://video.example.org/room"), ..nurse() }),
            ("video_link", ServiceForm { video_link: text("https://nowhere"), ..nurse() }),
            ("video_link", ServiceForm { video_link: text("https://a:b@video.example.org/"), ..nurse() }),
            ("video_link", ServiceForm { video_link: format!("https://video.example.org/{}", "a".repeat(500)), ..nurse() }),
            ("video_test", ServiceForm { video_test: text("javascript:alert(1)"), ..nurse() }),
            ("video_test", ServiceForm { video_test: text("https://video.example.org/\"x"), ..nurse() }),
            ("specialty", ServiceForm { specialty: text("999"), ..nurse() }),
            ("prepare", ServiceForm { prepare: text("a\u{7}b"), ..nurse() }),
            ("minutes", ServiceForm { minutes: text(""), ..nurse() }),
            ("minutes", ServiceForm { minutes: text("4"), ..nurse() }),
            ("minutes", ServiceForm { minutes: text("241"), ..nurse() }),
            ("minutes", ServiceForm { minutes: text("ten"), ..nurse() }),
            ("minutes", ServiceForm { minutes: text("-10"), ..nurse() }),
            ("min_age", ServiceForm { min_age: text("121"), ..nurse() }),
            ("max_age", ServiceForm { max_age: text("old"), ..nurse() }),
            ("max_age", ServiceForm { min_age: text("18"), max_age: text("17"), ..nurse() }),
            ("release", ServiceForm { release: text("never"), ..nurse() }),
            ("release_days", ServiceForm { release: text("days"), ..nurse() }),
            ("release_days", ServiceForm { release: text("days"), release_days: text("0"), ..nurse() }),
            ("release_days", ServiceForm { release: text("days"), release_days: text("366"), ..nurse() }),
            ("release_time", ServiceForm { release: text("day"), ..nurse() }),
            ("release_time", ServiceForm { release: text("day"), release_time: text("24:00"), ..nurse() }),
            ("cancel_hours", ServiceForm { cancel_hours: text("721"), ..nurse() }),
        ];
        for (field, form) in table {
            assert_eq!(fields(diary.add_service(&town.manager, &form).await), [field], "{form:?}");
        }
        assert_eq!(diary.services(&town.manager).await.unwrap().len(), 1);
        diary.add_service(&town.manager, &nurse()).await.unwrap();
        // Each organisation has names of its own.
        diary.add_service(&town.stranger, &nurse()).await.unwrap();
        let names: Vec<_> = diary.services(&town.clinician).await.unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["GP appointments", "Nurse appointments"]);
    }

    async fn what_is_wrong_with_a_place_or_a_practitioner_is_said(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        assert_eq!(fields(diary.add_place(&town.manager, &PlaceForm::default()).await), ["name", "address", "postcode"]);
        let annexe = || place_form("Annexe");
        let table = [
            ("name", PlaceForm { name: text("Main building"), ..annexe() }),
            ("address", PlaceForm { address: "a".repeat(1001), ..annexe() }),
            ("postcode", PlaceForm { postcode: text("TA1"), ..annexe() }),
            ("directions", PlaceForm { directions: text("a\u{0}"), ..annexe() }),
            ("phone", PlaceForm { phone: "1".repeat(101), ..annexe() }),
        ];
        for (field, form) in table {
            assert_eq!(fields(diary.add_place(&town.manager, &form).await), [field], "{form:?}");
        }
        diary.add_place(&town.manager, &annexe()).await.unwrap();
        let places = diary.places(&town.reception).await.unwrap();
        assert_eq!(places.iter().map(|one| one.postcode.as_str()).collect::<Vec<_>>(), ["TA1 1AA", "TA1 1AA"]);
        assert_eq!(fields(diary.add_practitioner(&town.manager, &PractitionerForm::default()).await), ["name", "job"]);
        assert_eq!(fields(diary.add_practitioner(&town.manager, &practitioner_form("Dr  Ada Ray")).await), ["name"]);
        let long = PractitionerForm { job: "j".repeat(101), ..practitioner_form("Nurse Nye") };
        assert_eq!(fields(diary.add_practitioner(&town.manager, &long).await), ["job"]);
        diary.add_practitioner(&town.manager, &practitioner_form("Nurse Nye")).await.unwrap();
        assert_eq!(diary.practitioners(&town.clinician).await.unwrap().len(), 2);
    }

    async fn what_is_wrong_with_a_recurring_clinic_is_said_all_at_once(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let nothing = fields(diary.add_template(&town.manager, &TemplateForm::default()).await);
        assert_eq!(nothing, ["service", "place", "practitioner", "mode", "starts", "ends", "days"]);
        let good = || template_form(town.gp, "sat", "9:00", "10:00");
        let elsewhere = town.offer(&town.stranger, &nurse(), "Dr Hill").await;
        let table = [
            ("service", TemplateForm { service: elsewhere.service.to_string(), ..good() }),
            ("place", TemplateForm { place: elsewhere.place.to_string(), ..good() }),
            ("practitioner", TemplateForm { practitioner: elsewhere.practitioner.to_string(), ..good() }),
            ("mode", TemplateForm { mode: text("post"), ..good() }),
            ("days", TemplateForm { days: text("sat someday"), ..good() }),
            ("starts", TemplateForm { starts: text("9"), ..good() }),
            ("ends", TemplateForm { ends: text("25:00"), ..good() }),
            ("ends", TemplateForm { ends: text("9:00"), ..good() }),
            ("minutes", TemplateForm { minutes: text("4"), ..good() }),
            ("minutes", TemplateForm { minutes: text("61"), ..good() }),
            ("every_weeks", TemplateForm { every_weeks: text("13"), ..good() }),
            ("every_weeks", TemplateForm { every_weeks: text("0"), ..good() }),
            ("from", TemplateForm { from: ["31", "2", "2027"].map(str::to_owned), ..good() }),
            ("from", TemplateForm { from: ["", "2", "2027"].map(str::to_owned), ..good() }),
            ("until", TemplateForm { until: ["2", "11", "2026"].map(str::to_owned), ..good() }),
            ("until", TemplateForm { until: ["2", "11", "26"].map(str::to_owned), ..good() }),
        ];
        for (field, form) in table {
            assert_eq!(fields(diary.add_template(&town.manager, &form).await), [field], "{form:?}");
        }
        assert_eq!(diary.templates(&town.reception).await.unwrap().len(), 1);
        let all = diary.add_template(&town.manager, &TemplateForm { minutes: text("60"), every_weeks: text("12"), ..good() }).await;
        assert!(all.is_ok());
    }

    async fn only_managers_change_what_is_offered_those_at_the_desk_see_it_and_nobody_else(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let citizen = town.citizen("Rivers").await;
        let (clinic, today) = (town.clinic("2026-11-04T09:00:00Z").await, crate::appointments::town::day("2026-11-03"));
        let new = template_form(town.gp, "sat", "9:00", "10:00");
        for actor in [&town.reception, &town.clinician, &town.officer, &citizen.actor] {
            not_found(diary.add_service(actor, &nurse()).await);
            not_found(diary.add_place(actor, &place_form("Annexe")).await);
            not_found(diary.add_practitioner(actor, &practitioner_form("Nurse Nye")).await);
            not_found(diary.add_template(actor, &new).await);
            not_found(diary.affected_by_end(actor, town.template).await);
            not_found(diary.end_template(actor, town.template, "").await);
            not_found(diary.affected_by_cancelling(actor, clinic.id).await);
            not_found(diary.cancel_clinic(actor, clinic.id, clinic.version).await);
            not_found(diary.affected_by_closing(actor, &[today]).await);
            not_found(diary.close_day(actor, Some(today), "Storm", "").await);
            not_found(diary.make_ahead(actor).await);
        }
        for actor in [&town.manager, &town.reception, &town.clinician] {
            assert_eq!(diary.services(actor).await.unwrap().len(), 1);
            assert_eq!(diary.places(actor).await.unwrap().len(), 1);
            assert_eq!(diary.practitioners(actor).await.unwrap().len(), 1);
            assert_eq!(diary.templates(actor).await.unwrap().len(), 1);
            assert!(diary.closed_days(actor).await.unwrap().is_empty());
            assert_eq!(diary.clinics(actor, today, 2).await.unwrap().len(), 1);
            assert_eq!(diary.clinic(actor, clinic.id).await.unwrap().free.len(), 6);
        }
        for actor in [&town.officer, &citizen.actor] {
            not_found(diary.services(actor).await);
            not_found(diary.places(actor).await);
            not_found(diary.practitioners(actor).await);
            not_found(diary.templates(actor).await);
            not_found(diary.closed_days(actor).await);
            not_found(diary.clinics(actor, today, 2).await);
            not_found(diary.clinic(actor, clinic.id).await);
        }
    }

    async fn what_belongs_to_another_organisation_does_not_exist(place: &Place) {
        let town = Town::at(place).await;
        let (diary, citizen) = (&town.services.diary, town.citizen("Rivers").await);
        let clinic = town.clinic("2026-11-04T09:00:00Z").await;
        let booked = town.book(&citizen, "2026-11-05T09:00:00Z").await;
        let (hal, today) = (&town.stranger, crate::appointments::town::day("2026-11-03"));
        not_found(diary.clinic(hal, clinic.id).await);
        not_found(diary.affected_by_cancelling(hal, clinic.id).await);
        not_found(diary.cancel_clinic(hal, clinic.id, clinic.version).await);
        not_found(diary.affected_by_end(hal, town.template).await);
        not_found(diary.end_template(hal, town.template, "").await);
        not_found(diary.note_attendance(hal, booked, 1, domain::appointment::Status::Arrived).await);
        not_found(diary.decline(hal, booked, 1).await);
        assert!(diary.clinics(hal, today, 31).await.unwrap().is_empty());
        assert!(diary.services(hal).await.unwrap().is_empty() && diary.templates(hal).await.unwrap().is_empty());
        // A day that one closes is closed there alone.
        diary.close_day(hal, Some(crate::appointments::town::day("2026-11-05")), "Moving house", "").await.unwrap();
        assert!(!town.clinic("2026-11-05T09:00:00Z").await.cancelled);
        assert_eq!(town.one(&citizen, booked).await.status, domain::appointment::Status::Booked);
    }

    async fn the_other_practice_is_booked_by_its_own_people(place: &Place) {
        let town = Town::at(place).await;
        let Offer { service, .. } = town.offer(&town.stranger, &nurse(), "Nurse Hill").await;
        assert_eq!(town.services.diary.services(&town.stranger).await.unwrap()[0].id, service);
        assert_eq!(town.services.diary.services(&town.manager).await.unwrap().len(), 1);
    }
}
