//! Other hours for clinics: whoever fits keeps their time, everybody else is seen first and told, and nobody is lost unseen.

use crate::appointments::town::{
    Citizen, Town, at, day, fields, not_found, place_form, practitioner_form, refused, template_form, wanted,
};
use chrono::NaiveDate;
use domain::access::Actor;
use domain::appointment::{ServiceKind, Status};
use domain::{AppointmentId, TemplateId};
use service::{HoursForm, ServiceError, TemplateForm, TemplateSeen};
use testkit::Place;

const THURSDAY: &str = "2026-11-05T09:00:00Z";

fn hours(starts: &str, ends: &str, minutes: &str) -> HoursForm {
    HoursForm { starts: starts.to_owned(), ends: ends.to_owned(), minutes: minutes.to_owned() }
}

fn date(text: &str) -> [String; 3] {
    let mut parts: Vec<String> = text.split('-').map(str::to_owned).collect();
    parts.reverse();
    parts.try_into().unwrap()
}

impl Town {
    /// The GP times of a day that are free, as clocks show them.
    async fn free(&self, who: &Citizen, on: &str) -> Vec<String> {
        let found = self.found(who, &wanted(ServiceKind::Gp)).await.into_iter();
        let of_day = found.filter(|slot| domain::when::london_day(slot.starts_at) == day(on));
        of_day.map(|slot| format!("{}-{}", slot.starts_at.format("%H:%M"), slot.ends_at.format("%H:%M"))).collect()
    }

    /// Three people who have booked on Thursday, at 9:00, 9:20 and 9:50.
    async fn three(&self) -> [(Citizen, AppointmentId); 3] {
        let mut three = Vec::new();
        for (name, time) in [("Rivers", THURSDAY), ("Stone", "2026-11-05T09:20:00Z"), ("Hill", "2026-11-05T09:50:00Z")] {
            let who = self.citizen(name).await;
            let id = self.book(&who, time).await;
            three.push((who, id));
        }
        self.mail().await;
        three.try_into().unwrap_or_else(|_| panic!("three"))
    }

    async fn recurring(&self) -> Vec<TemplateSeen> {
        let mut all = self.services.diary.templates(&self.manager).await.unwrap();
        all.sort_by_key(|one| one.template.from);
        all
    }

    async fn amend(&self, was: Option<NaiveDate>, form: &TemplateForm, seen: &str) -> Result<bool, ServiceError> {
        self.services.diary.change_template(&self.manager, self.template, was, form, seen).await
    }
}

testkit::both_engines! {
    async fn a_clinic_of_a_day_has_other_hours_and_only_those_without_room_lose_their_time(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, first), (stone, second), (hill, third)] = town.three().await;
        let clinic = town.clinic(THURSDAY).await;
        let change = async |by: &Actor, form: &HoursForm, seen: &str| diary.change_hours(by, clinic.id, form, seen).await;
        assert_eq!(fields(change(&town.manager, &HoursForm::default(), "").await), ["starts", "ends"]);
        assert_eq!(fields(change(&town.manager, &hours("10:00", "9:00", "10"), "").await), ["ends"]);
        assert_eq!(fields(change(&town.manager, &hours("9:00", "9:10", "20"), "").await), ["minutes"]);
        for by in [&town.reception, &town.clinician, &town.stranger, &rivers.actor] {
            not_found(change(by, &hours("9:00", "10:00", "10"), "").await);
            not_found(diary.affected_by_hours(by, clinic.id, &hours("9:00", "10:00", "10")).await);
        }
        // As it is, it stays, and nobody is told.
        assert!(!change(&town.manager, &hours("9:00", "10:00", "10"), "").await.unwrap());
        // Longer: everybody keeps their time, and there are more.
        assert!(change(&town.manager, &hours("9:00", "10:30", ""), "").await.unwrap());
        assert_eq!(town.free(&rivers, "2026-11-05").await, ["09:10-09:20", "09:30-09:40", "09:40-09:50", "10:00-10:10", "10:10-10:20", "10:20-10:30"]);
        assert_eq!(town.mail().await, []);
        // Shorter: who has no room is seen first.
        let shorter = hours("9:10", "9:55", "15");
        refused(change(&town.manager, &shorter, "").await, "", "has just changed");
        let shown = diary.affected_by_hours(&town.manager, clinic.id, &shorter).await.unwrap();
        assert_eq!(shown.affected.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Sam Rivers", "Sam Hill"]);
        let late = town.citizen("Late").await;
        let fourth = town.book(&late, "2026-11-05T09:10:00Z").await;
        town.mail().await;
        refused(change(&town.manager, &shorter, &shown.seen).await, "", "has just changed");
        let shown = diary.affected_by_hours(&town.manager, clinic.id, &shorter).await.unwrap();
        for done in [true, false] {
            assert_eq!(change(&town.manager, &shorter, &shown.seen).await.unwrap(), done);
        }
        assert_eq!(town.told("something new").await, [hill.email.as_str(), &rivers.email]);
        for (who, id, status) in [
            (&rivers, first, Status::Cancelled), (&stone, second, Status::Booked), (&hill, third, Status::Cancelled), (&late, fourth, Status::Booked),
        ] {
            assert_eq!(town.one(who, id).await.status, status, "{}", who.email);
        }
        // The new times stand beside what stays.
        assert_eq!(town.free(&rivers, "2026-11-05").await, ["09:40-09:55"]);
        let after = town.clinic("2026-11-05T09:10:00Z").await;
        assert_eq!((after.ends_at, after.free, after.taken), (at("2026-11-05T09:55:00Z"), 1, 2));
        // Back again, what was cancelled stays so, and its time is free.
        assert!(change(&town.manager, &hours("9:00", "10:00", "10"), "").await.unwrap());
        assert_eq!(town.free(&rivers, "2026-11-05").await, ["09:00-09:10", "09:30-09:40", "09:40-09:50", "09:50-10:00"]);
        assert_eq!(town.one(&rivers, first).await.status, Status::Cancelled);
        town.book(&hill, THURSDAY).await;
        // The other days are as they were, and what is over is not changed.
        assert_eq!(town.free(&rivers, "2026-11-06").await.len(), 6);
        town.clock.set(at("2026-11-05T09:15:00Z"));
        refused(change(&town.manager, &hours("9:00", "9:10", "10"), "").await, "ends", "still to come");
        assert!(change(&town.manager, &hours("9:00", "10:10", "10"), "").await.unwrap());
        assert_eq!(town.free(&rivers, "2026-11-05").await, ["09:30-09:40", "09:40-09:50", "09:50-10:00", "10:00-10:10"]);
        town.clock.set(at("2026-11-05T10:10:00Z"));
        refused(change(&town.manager, &hours("9:00", "11:00", "10"), "").await, "", "over or cancelled");
        town.verify().await;
    }

    async fn whoever_cannot_be_told_is_on_the_work_list_to_be_rung(place: &Place) {
        let town = Town::at(place).await;
        let (diary, work) = (&town.services.diary, &town.services.work);
        let [(rivers, _), ..] = town.three().await;
        let nobody = town.person("Young", "2015-03-31").await;
        town.services.people.register(&Actor::Operator, nobody, town.practice).await.unwrap();
        let slot = town.slot(&rivers, "2026-11-05T09:10:00Z").await;
        town.try_book(&town.reception, nobody, slot).await.unwrap();
        let to_ring = async || {
            let list = work.part(&town.reception, Some(service::WorkPart::All)).await.unwrap();
            list.items.into_iter().filter(|item| item.kind == domain::team::WorkKind::NotTold).collect::<Vec<_>>()
        };
        // Who holds it changes, and the one without an account must be rung.
        let clinic = town.clinic(THURSDAY).await;
        let locum = diary.add_practitioner(&town.manager, &practitioner_form("Dr Lo Cum")).await.unwrap();
        let form = service::ClinicForm { practitioner: locum.to_string(), place: town.gp.place.to_string() };
        diary.change_clinic(&town.manager, clinic.id, clinic.version, &form).await.unwrap();
        let items = to_ring().await;
        assert_eq!(items.iter().map(|item| item.person).collect::<Vec<_>>(), [nobody]);
        let detail = work.item(&town.reception, items[0].id).await.unwrap().item;
        work.done(&town.reception, detail.id, detail.version).await.unwrap();
        assert!(to_ring().await.is_empty());
        // The clinic is cancelled: they wait to be rung again, and the clinic still says who lost what.
        let clinic = town.clinic(THURSDAY).await;
        diary.cancel_clinic(&town.manager, clinic.id, clinic.version).await.unwrap();
        assert_eq!(to_ring().await.iter().map(|item| item.person).collect::<Vec<_>>(), [nobody]);
        let detail = diary.clinic(&town.reception, clinic.id).await.unwrap();
        let lost: Vec<_> = detail.lost.iter().map(|one| (one.name.as_str(), one.told)).collect();
        assert_eq!(lost, [("Sam Rivers", true), ("Sam Young", false), ("Sam Stone", true), ("Sam Hill", true)]);
        assert!(detail.attendees.is_empty());
        town.verify().await;
    }

    async fn nobody_holds_two_clinics_at_once_by_longer_hours(place: &Place) {
        let town = Town::at(place).await;
        town.template(&town.manager, &template_form(town.gp, "thu", "10:00", "11:00")).await;
        let clinic = town.clinic(THURSDAY).await;
        let longer = hours("9:00", "10:10", "10");
        refused(town.services.diary.change_hours(&town.manager, clinic.id, &longer, "").await, "starts", "another clinic at that time");
        let form = template_form(town.gp, "mon tue wed thu fri", "9:00", "10:10");
        refused(town.amend(None, &form, "").await, "practitioner", "another clinic at that time");
        assert_eq!(town.recurring().await.len(), 2);
    }

    async fn a_clinic_that_recurs_is_another_from_a_day_on(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, first), (stone, second), (hill, third)] = town.three().await;
        town.book(&town.citizen("Next").await, "2026-11-12T09:10:00Z").await;
        town.mail().await;
        let cancelled = town.clinic("2026-11-20T09:00:00Z").await;
        diary.cancel_clinic(&town.manager, cancelled.id, cancelled.version).await.unwrap();
        let form = TemplateForm { from: date("2026-11-05"), minutes: "15".to_owned(), ..template_form(town.gp, "mon thu fri", "9:20", "11:00") };
        let wrong = TemplateForm { from: date("2026-11-03"), ..form.clone() };
        refused(town.amend(None, &wrong, "").await, "from", "from tomorrow on");
        assert_eq!(fields(town.amend(None, &TemplateForm { days: String::new(), ..form.clone() }, "").await), ["days"]);
        for by in [&town.reception, &town.clinician, &town.stranger, &rivers.actor] {
            not_found(diary.change_template(by, town.template, None, &form, "").await);
            not_found(diary.affected_by_change(by, town.template, &form).await);
        }
        refused(town.amend(None, &form, "").await, "", "Something has just changed");
        let shown = diary.affected_by_change(&town.manager, town.template, &form).await.unwrap();
        assert_eq!(shown.affected.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Sam Rivers", "Sam Next"]);
        refused(town.amend(Some(day("2026-12-01")), &form, &shown.seen).await, "", "Something has just changed");
        for _ in 0..2 {
            assert!(town.amend(None, &form, &shown.seen).await.unwrap());
        }
        assert_eq!(town.told("something new").await, ["next@example.org", "rivers@example.org"]);
        assert_eq!(town.one(&rivers, first).await.status, Status::Cancelled);
        for (who, id) in [(&stone, second), (&hill, third)] {
            assert_eq!(town.one(who, id).await.status, Status::Booked);
        }
        // Until then it stays as it is; from then on it is the other.
        assert_eq!(town.free(&rivers, "2026-11-04").await.len(), 6);
        assert_eq!(town.free(&rivers, "2026-11-05").await, ["09:35-09:50", "10:05-10:20", "10:20-10:35", "10:35-10:50"]);
        assert_eq!(town.free(&rivers, "2026-11-09").await.len(), 6);
        assert_eq!(town.free(&rivers, "2026-11-10").await, Vec::<String>::new());
        assert_eq!(town.free(&rivers, "2026-11-20").await, Vec::<String>::new());
        let recurring = town.recurring().await;
        assert_eq!((recurring[0].template.until, recurring[1].template.from), (Some(day("2026-11-04")), day("2026-11-05")));
        // Neither makes a clinic twice, nor what was cancelled.
        assert_eq!(diary.make_ahead(&Actor::Operator).await.unwrap(), 0);
        assert_eq!(diary.clinics(&town.reception, day("2026-11-20"), 1).await.unwrap().len(), 1);
        // Once its last day is over, the first is not shown any more.
        town.clock.set(at("2026-11-05T08:00:00Z"));
        assert_eq!(town.recurring().await.iter().map(|one| one.id).collect::<Vec<TemplateId>>(), [recurring[1].id]);
        town.verify().await;
    }

    async fn a_clinic_that_recurs_goes_to_somebody_else_and_those_who_keep_their_time_are_told(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let [(rivers, first), ..] = town.three().await;
        let locum = diary.add_practitioner(&town.manager, &practitioner_form("Dr Lo Cum")).await.unwrap();
        let annexe = diary.add_place(&town.manager, &place_form("Annexe")).await.unwrap();
        // One of a day was given to somebody else before: it stays theirs.
        let friday = town.clinic("2026-11-06T09:00:00Z").await;
        let other = diary.add_practitioner(&town.manager, &practitioner_form("Dr New")).await.unwrap();
        let form = service::ClinicForm { practitioner: other.to_string(), place: town.gp.place.to_string() };
        assert!(diary.change_clinic(&town.manager, friday.id, friday.version, &form).await.unwrap());
        let offer = crate::appointments::town::Offer { practitioner: locum, place: annexe, ..town.gp };
        let form = template_form(offer, "mon tue wed thu fri", "9:00", "10:00");
        for _ in 0..2 {
            assert!(town.amend(None, &form, "").await.unwrap());
        }
        assert_eq!(town.told("something new").await, ["hill@example.org", "rivers@example.org", "stone@example.org"]);
        let one = town.one(&rivers, first).await;
        assert_eq!((one.practitioner.as_str(), one.place.as_str(), one.status), ("Dr Lo Cum", "Annexe", Status::Booked));
        let friday = town.clinic("2026-11-06T09:00:00Z").await;
        assert_eq!((friday.practitioner.as_str(), friday.place.as_str()), ("Dr New", "Annexe"));
        // As it is, it stays.
        let now = town.recurring().await.pop().unwrap();
        assert!(!diary.change_template(&town.manager, now.id, None, &form, "").await.unwrap());
        assert_eq!(town.mail().await, []);
    }

    async fn a_clinic_that_recurs_changes_before_it_begins_and_beyond_what_is_made(place: &Place) {
        let town = Town::at(place).await;
        let diary = &town.services.diary;
        let spring = TemplateForm { from: date("2027-03-01"), ..template_form(town.gp, "mon", "14:00", "15:00") };
        let id = diary.add_template(&town.manager, &spring).await.unwrap();
        // It had not begun: nothing is left of what it was.
        let later = TemplateForm { from: date("2027-02-01"), ..template_form(town.gp, "tue", "15:00", "16:00") };
        assert!(diary.change_template(&town.manager, id, None, &later, "").await.unwrap());
        let recurring = town.recurring().await;
        assert_eq!(recurring.iter().map(|one| one.template.from).collect::<Vec<_>>(), [day("2026-11-03"), day("2027-02-01")]);
        refused(diary.change_template(&town.manager, id, None, &spring, "").await, "", "Something has just changed");
        // Every second week stays in step.
        let second = TemplateForm { every_weeks: "2".to_owned(), from: date("2026-11-02"), ..template_form(town.gp, "wed", "16:00", "17:00") };
        let id = diary.add_template(&town.manager, &second).await.unwrap();
        let second = TemplateForm { from: date("2026-11-12"), ends: "17:30".to_owned(), ..second };
        assert!(diary.change_template(&town.manager, id, None, &second, "").await.unwrap());
        let on = async |on: &str| {
            let clinics = diary.clinics(&town.reception, day(on), 1).await.unwrap().into_iter();
            clinics.filter(|one| one.starts_at.format("%H").to_string() == "16").map(|one| one.free).collect::<Vec<_>>()
        };
        assert_eq!((on("2026-11-04").await, on("2026-11-11").await, on("2026-11-18").await), (vec![6], vec![], vec![9]));
    }
}
