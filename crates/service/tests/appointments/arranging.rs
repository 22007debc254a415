//! How a manager arranges the diary: nobody holds two clinics at once, nobody loses a booking unseen, and each look and act
//! leaves a trace.

use crate::appointments::town::{
    Offer, Town, at, day, not_found, place_form, practitioner_form, problems, refused, service_form, template_form, wanted,
};
use domain::access::Actor;
use domain::appointment::{ServiceKind, Status};
use domain::audit::Action;
use service::{BookForm, ClinicForm, ServiceForm, TemplateForm};
use testkit::Place;

const THURSDAY: &str = "2026-11-05T09:00:00Z";

impl Town {
    /// How often somebody was refused.
    async fn refusals(&self, actor: &Actor) -> usize {
        let items = self.services.activity.of_account(actor).await.unwrap();
        items.iter().filter(|item| item.action == Action::Refused).count()
    }

    /// The same practitioner as of the GP clinics, for another service.
    async fn nurse_offer(&self) -> Offer {
        self.offer(&self.manager, &service_form(ServiceKind::Nurse, "Nurse appointments"), "Dr Ada Ray").await
    }
}

testkit::both_engines! {
    async fn whoever_has_checked_in_is_told_too_where_their_clinic_goes(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let rivers = town.citizen("Rivers").await;
        let id = town.book(&rivers, THURSDAY).await;
        let locum = diary.add_practitioner(&town.manager, &practitioner_form("Dr Lo Cum")).await.unwrap();
        let annexe = diary.add_place(&town.manager, &place_form("Annexe")).await.unwrap();
        town.clock.set(at("2026-11-05T08:30:00Z"));
        town.services.appointments.check_in(&rivers.actor, rivers.person, id).await.unwrap();
        town.mail().await;
        let clinic = town.clinic(THURSDAY).await;
        let form = ClinicForm { practitioner: locum.to_string(), place: annexe.to_string() };
        diary.change_clinic(&town.manager, clinic.id, clinic.version, &form).await.unwrap();
        let one = town.one(&rivers, id).await;
        assert_eq!((one.practitioner.as_str(), one.place.as_str()), ("Dr Lo Cum", "Annexe"));
        assert_eq!(town.told("something new").await, [rivers.email.as_str()]);
        town.verify().await;
    }

    async fn nobody_holds_two_clinics_at_once(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let nurse = town.nurse_offer().await;
        let add = async |form: &TemplateForm| diary.add_template(&town.manager, form).await;
        // They hold the GP clinics from 9 to 10 on every weekday.
        refused(add(&template_form(nurse, "sun mon", "9:50", "11:00")).await, "practitioner", "another clinic at that time");
        let told = problems(add(&template_form(nurse, "thu", "8:00", "12:00")).await);
        assert!(told[0].1.contains("Thursday 5 November 2026"), "{told:?}");
        add(&template_form(nurse, "mon", "10:00", "11:00")).await.unwrap();
        // What lies beyond the weeks that are made counts too, and what is over before it begins does not.
        let far = |day: &str, month: &str| [day.to_owned(), month.to_owned(), "2027".to_owned()];
        let late = TemplateForm { from: far("1", "6"), ..template_form(nurse, "tue", "9:30", "9:40") };
        refused(add(&late).await, "practitioner", "another clinic at that time on Tuesday 1 June 2027");
        let summer = TemplateForm { from: far("1", "6"), until: far("30", "6"), ..template_form(nurse, "tue", "11:00", "12:00") };
        add(&summer).await.unwrap();
        add(&TemplateForm { from: far("1", "7"), ..template_form(nurse, "tue", "11:00", "12:00") }).await.unwrap();
        refused(add(&TemplateForm { from: far("30", "6"), ..template_form(nurse, "wed tue", "11:30", "12:30") }).await, "practitioner", "6 July 2027");
        // Every second week beside every second week, in turn, never meets.
        let second = |from: &str| {
            let from = [from.to_owned(), "11".to_owned(), "2026".to_owned()];
            TemplateForm { every_weeks: "2".to_owned(), from, ..template_form(nurse, "fri", "15:00", "16:00") }
        };
        add(&second("6")).await.unwrap();
        add(&second("13")).await.unwrap();
        refused(add(&TemplateForm { place: diary.add_place(&town.manager, &place_form("Annexe")).await.unwrap().to_string(), ..second("20") }).await, "practitioner", "another clinic");
    }

    async fn a_clinic_is_not_given_to_whoever_holds_another_at_that_hour(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let other = town.offer(&town.manager, &service_form(ServiceKind::Nurse, "Nurse appointments"), "Nurse Ann").await;
        town.template(&town.manager, &template_form(other, "thu", "9:30", "11:00")).await;
        let [mine, hers] = [town.clinic(THURSDAY).await, town.clinic("2026-11-05T09:30:00Z").await];
        let give = async |clinic: &service::ClinicSeen, who: domain::PractitionerId| {
            let form = ClinicForm { practitioner: who.to_string(), place: town.gp.place.to_string() };
            diary.change_clinic(&town.manager, clinic.id, clinic.version, &form).await
        };
        refused(give(&mine, other.practitioner).await, "practitioner", "another clinic at that time");
        refused(give(&hers, town.gp.practitioner).await, "practitioner", "another clinic at that time");
        // Of two that are given to one person at once, one is.
        let locum = diary.add_practitioner(&town.manager, &practitioner_form("Dr Lo Cum")).await.unwrap();
        let acts = [&mine, &hers].map(|clinic| {
            let form = ClinicForm { practitioner: locum.to_string(), place: town.gp.place.to_string() };
            let (diary, manager, id, version) = (diary.clone(), town.manager.clone(), clinic.id, clinic.version);
            tokio::spawn(async move { diary.change_clinic(&manager, id, version, &form).await })
        });
        let mut done = 0;
        for act in acts {
            match act.await.unwrap() {
                Ok(true) => done += 1,
                lost => refused(lost, "practitioner", "another clinic at that time"),
            }
        }
        assert_eq!(done, 1);
        // One that is cancelled is nobody's.
        let left = [town.clinic(THURSDAY).await, town.clinic("2026-11-05T09:30:00Z").await];
        let (theirs, free): (Vec<_>, Vec<_>) = left.into_iter().partition(|one| one.practitioner_id == locum);
        diary.cancel_clinic(&town.manager, theirs[0].id, theirs[0].version).await.unwrap();
        give(&free[0], locum).await.unwrap();
    }

    async fn a_booking_that_comes_from_another_organisation_counts_where_it_comes_to(place: &Place) {
        let town = Town::at(place).await;
        let rivers = town.citizen("Rivers").await;
        let open = ServiceForm { registered_only: String::new(), ..service_form(ServiceKind::Gp, "Hilltop GP") };
        let hilltop = town.offer(&town.stranger, &open, "Dr Hill").await;
        town.template(&town.stranger, &template_form(hilltop, "mon", "9:00", "10:00")).await;
        let old = town.book(&rivers, THURSDAY).await;
        let there = town.found(&rivers, &wanted(ServiceKind::Gp)).await.into_iter().find(|slot| slot.organisation == "Hilltop Practice");
        let form = BookForm { instead_of: old.to_string(), ..town.form(there.unwrap().id) };
        let moved = town.services.appointments.book(&rivers.actor, rivers.person, &form).await.unwrap().id;
        let counted = async |who: &Actor| town.services.diary.uptake(who).await.unwrap().by_self;
        assert_eq!((counted(&town.manager).await, counted(&town.stranger).await), (1, 1));
        // Within one organisation it is one booking still.
        let next = town.found(&rivers, &wanted(ServiceKind::Gp)).await.into_iter().find(|slot| slot.organisation == "Hilltop Practice");
        let form = BookForm { instead_of: moved.to_string(), ..town.form(next.unwrap().id) };
        town.services.appointments.book(&rivers.actor, rivers.person, &form).await.unwrap();
        assert_eq!((counted(&town.manager).await, counted(&town.stranger).await), (1, 1));
    }

    async fn nobody_is_cancelled_by_a_manager_who_has_not_seen_them(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let (rivers, stone) = (town.citizen("Rivers").await, town.citizen("Stone").await);
        let thursday = day("2026-11-05");
        let close = async |seen: &str| diary.close_day(&town.manager, Some(thursday), "Training", seen).await;
        let id = town.book(&rivers, THURSDAY).await;
        let shown = diary.affected_by_closing(&town.manager, &[thursday]).await.unwrap();
        let ending = diary.affected_by_end(&town.manager, town.template).await.unwrap();
        assert_eq!((shown.affected.len(), ending.affected.len()), (1, 1));
        // Somebody books while the manager reads.
        let other = town.book(&stone, "2026-11-05T09:10:00Z").await;
        refused(close(&shown.seen).await, "", "Look at who is affected now");
        refused(close("").await, "", "Look at who is affected now");
        refused(diary.end_template(&town.manager, town.template, &ending.seen).await, "", "Look at who is affected now");
        assert!(diary.closed_days(&town.manager).await.unwrap().is_empty());
        for (who, id) in [(&rivers, id), (&stone, other)] {
            assert_eq!(town.one(who, id).await.status, Status::Booked);
        }
        let shown = diary.affected_by_closing(&town.manager, &[thursday]).await.unwrap();
        for _ in 0..2 {
            close(&shown.seen).await.unwrap();
        }
        assert_eq!(town.told("something new").await, [rivers.email.as_str(), &stone.email]);
        // What nobody has booked needs no second look.
        diary.close_day(&town.manager, Some(day("2026-11-06")), "Training", "").await.unwrap();
        let ending = diary.affected_by_end(&town.manager, town.template).await.unwrap();
        for _ in 0..2 {
            diary.end_template(&town.manager, town.template, &ending.seen).await.unwrap();
        }
        town.verify().await;
    }

    async fn every_refusal_leaves_a_trace(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let rivers = town.citizen("Rivers").await;
        let slot = town.slot(&rivers, "2026-11-05T09:30:00Z").await;
        let id = town.book(&rivers, THURSDAY).await;
        let clinic = town.clinic(THURSDAY).await;
        let thursday = day("2026-11-05");
        not_found(diary.templates(&town.officer).await);
        not_found(diary.clinics(&town.officer, thursday, 1).await);
        not_found(diary.closed_days(&town.officer).await);
        not_found(diary.services(&town.officer).await);
        not_found(diary.places(&town.officer).await);
        not_found(diary.practitioners(&town.officer).await);
        not_found(diary.clinic(&town.officer, clinic.id).await);
        not_found(diary.booking(&town.officer, id).await);
        not_found(diary.free_time(&town.officer, slot).await);
        assert_eq!(town.refusals(&town.officer).await, 9);
        not_found(diary.affected_by_end(&town.reception, town.template).await);
        not_found(diary.affected_by_cancelling(&town.reception, clinic.id).await);
        not_found(diary.affected_by_closing(&town.reception, &[thursday]).await);
        assert_eq!(town.refusals(&town.reception).await, 3);
        // So does the guess at what is another organisation's.
        not_found(diary.affected_by_end(&town.stranger, town.template).await);
        not_found(diary.affected_by_cancelling(&town.stranger, clinic.id).await);
        not_found(diary.free_time(&town.stranger, slot).await);
        not_found(diary.booking(&town.stranger, id).await);
        assert_eq!(town.refusals(&town.stranger).await, 4);
        town.verify().await;
    }
}
