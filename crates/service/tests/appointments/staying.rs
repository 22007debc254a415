//! Somebody in hospital: what they may miss is marked for whoever may see that, and the service is told, once.

use crate::appointments::town::{Citizen, Town, at, refused, service_form, template_form, wanted};
use domain::access::Actor;
use domain::appointment::{ServiceKind, Status};
use domain::audit::{Action, Basis};
use domain::record::Category;
use domain::team::WorkKind;
use domain::{AppointmentId, EntryId};
use serde_json::{Value, json};
use service::{BookForm, Expected, HiddenFrom, ImportReport, ImportRequest, InviteForm, OrganisationKind, StaysDone, WorkItem};
use std::io::Cursor;
use testkit::Place;

const BEGINS: &str = "2026-11-03T08:00:00Z";

/// A stay in hospital from the morning of 3 November, until then where that is known.
fn stay(status: &str, until: Option<&str>) -> Value {
    let mut period = json!({ "start": BEGINS });
    if let Some(until) = until {
        period["end"] = until.into();
    }
    json!({
        "resourceType": "Encounter", "id": "e1", "status": status, "period": period,
        "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP" },
        "type": [{ "text": "Emergency admission" }], "subject": { "reference": "Patient/p1" },
        "serviceProvider": { "reference": "Organization/o1" }
    })
}

impl Town {
    /// The hospital tells this of somebody.
    async fn told_of(&self, who: &Citizen, family: &str, encounter: Value) -> ImportReport {
        let hospital = self.services.organisations.ensure(&Actor::Operator, "Y9H01", "St Anne's", OrganisationKind::Hospital);
        let organisation = hospital.await.unwrap().id;
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [
            { "resource": { "resourceType": "Patient", "id": format!("p-{family}"), "name": [{ "family": family, "given": ["Sam"] }], "birthDate": "1986-03-31" } },
            { "resource": { "resourceType": "Organization", "id": "o1", "name": "St Anne's Hospital" } },
            { "resource": with(encounter, "subject", json!({ "reference": format!("Patient/p-{family}") })) }
        ]});
        let request = ImportRequest { organisation, expected: Some(Expected::Person(who.person)) };
        let file = Cursor::new(bundle.to_string().into_bytes());
        let report = self.services.imports.import(&Actor::Operator, file, request).await.unwrap();
        assert_eq!(report.problems, vec![]);
        report
    }

    /// What waits at the practice because somebody may not come.
    async fn may_not_come(&self) -> Vec<WorkItem> {
        let items = self.services.work.list(&self.reception).await.unwrap();
        items.into_iter().filter(|item| item.kind == WorkKind::MayNotCome).collect()
    }

    async fn waits_for(&self) -> Vec<AppointmentId> {
        let mut ids: Vec<_> = self.may_not_come().await.into_iter().map(|item| AppointmentId::from_uuid(item.about)).collect();
        ids.sort();
        ids
    }

    /// Which of the appointments are marked, as this reader sees them.
    async fn marked(&self, reader: &Actor, who: &Citizen) -> Vec<AppointmentId> {
        let list = self.services.appointments.list(reader, who.person).await.unwrap();
        let mut ids: Vec<_> = list.into_iter().filter(|one| one.hospital.is_some()).map(|one| one.id).collect();
        ids.sort();
        ids
    }

    /// Somebody who may act for them, as far as this.
    async fn carer(&self, who: &Citizen, name: &str, scopes: &str, labels: &str) -> Citizen {
        let person = self.person(name, "1990-01-01").await;
        let carer = self.with_account(name, person).await;
        let form = InviteForm {
            email: carer.email.clone(),
            name: name.to_owned(),
            relation: "daughter".to_owned(),
            scopes: scopes.to_owned(),
            labels: labels.to_owned(),
            submission: self.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = self.services.carers.invite(&who.actor, who.person, &form).await.unwrap();
        let mail = self.mail().await;
        let token = mail.iter().find_map(|mail| mail.body.split_once("?token=")).unwrap().1.split_whitespace().next().unwrap();
        self.services.carers.accept(&carer.actor, token, &invited.code).await.unwrap();
        carer
    }

    /// What the service itself told of somebody, the first first.
    async fn notes(&self, who: &Citizen) -> Vec<String> {
        let (mut notes, mut before) = (Vec::new(), None);
        loop {
            let (items, next) = self.services.activity.of_record(&Actor::Operator, who.person, before).await.unwrap();
            let of_stays = items.into_iter().filter(|item| item.action == Action::WorkChanged && item.basis == Basis::System);
            notes.extend(of_stays.map(|item| item.detail["what"].clone()));
            before = next;
            if before.is_none() {
                notes.reverse();
                return notes;
            }
        }
    }

    async fn sweep(&self) -> (u64, u64) {
        let StaysDone { told, settled } = self.services.appointments.run_stays(&Actor::System).await.unwrap();
        (told, settled)
    }
}

fn with(mut resource: Value, key: &str, value: Value) -> Value {
    resource[key] = value;
    resource
}

fn labelled(resource: Value, code: &str) -> Value {
    with(resource, "meta", json!({ "security": [{ "code": code }] }))
}

fn sorted<const N: usize>(mut ids: [AppointmentId; N]) -> Vec<AppointmentId> {
    ids.sort();
    ids.to_vec()
}

testkit::both_engines! {
    async fn an_admission_marks_what_falls_into_it_and_the_service_is_told_once(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let inside = town.book(&who, "2026-11-05T09:00:00Z").await;
        let after = town.book(&who, "2026-11-09T09:00:00Z").await;
        assert!(town.marked(&who.actor, &who).await.is_empty());
        let told = || stay("in-progress", Some("2026-11-06T12:00:00Z"));
        assert_eq!(town.told_of(&who, "Rivers", told()).await.added, 3);
        assert_eq!(town.marked(&who.actor, &who).await, [inside]);
        let hospital = town.one(&who, inside).await.hospital.unwrap();
        assert_eq!((hospital.place.as_deref(), hospital.begun), (Some("St Anne's Hospital"), true));
        assert_eq!(town.one(&who, after).await.hospital, None);
        let next = town.services.appointments.ahead(&who.actor, who.person).await.unwrap().next.unwrap();
        assert_eq!((next.id, next.hospital), (inside, Some(hospital)));
        // The service learns of whom and which appointment, and nothing of where or why.
        let items = town.may_not_come().await;
        assert_eq!(items.iter().map(|item| (item.person, item.about)).collect::<Vec<_>>(), [(who.person, inside.as_uuid())]);
        let told_there = format!("{:?}", town.services.work.item(&town.reception, items[0].id).await.unwrap());
        assert!(!told_there.contains("Anne") && !told_there.contains("Emergency"), "{told_there}");
        assert_eq!(town.notes(&who).await, ["may-not-come"]);
        // However often it is told, also in other words.
        assert_eq!(town.told_of(&who, "Rivers", told()).await.unchanged, 3);
        town.told_of(&who, "Rivers", with(told(), "length", json!({ "value": 3, "unit": "days" }))).await;
        assert_eq!(town.sweep().await, (0, 0));
        assert_eq!((town.waits_for().await, town.notes(&who).await.len()), (vec![inside], 1));
        // What somebody at the desk has dealt with does not come back.
        let item = &town.may_not_come().await[0];
        town.services.work.done(&town.reception, item.id, item.version).await.unwrap();
        town.told_of(&who, "Rivers", stay("in-progress", Some("2026-11-07"))).await;
        assert_eq!(town.sweep().await, (0, 0));
        assert!(town.waits_for().await.is_empty());
        assert_eq!(town.marked(&who.actor, &who).await, [inside]);
        town.verify().await;
    }

    async fn where_the_end_is_not_known_a_week_is_marked_and_goes_on_with_time(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let near = town.book(&who, "2026-11-10T09:50:00Z").await;
        let far = town.book(&who, "2026-11-12T09:00:00Z").await;
        town.told_of(&who, "Rivers", stay("in-progress", None)).await;
        assert_eq!((town.waits_for().await, town.marked(&who.actor, &who).await), (vec![near], vec![near]));
        assert_eq!(town.sweep().await, (0, 0));
        town.clock.set(at("2026-11-05T10:00:00Z"));
        assert_eq!(town.sweep().await, (1, 0));
        assert_eq!((town.waits_for().await, town.marked(&who.actor, &who).await), (sorted([near, far]), sorted([near, far])));
        // What has begun is nobody's to warn of any more.
        town.clock.set(at("2026-11-10T10:00:00Z"));
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let appointments = town.services.appointments.clone();
                tokio::spawn(async move { appointments.run_stays(&Actor::System).await.unwrap().settled })
            })
            .collect();
        let mut settled = 0;
        for run in runs {
            settled += run.await.unwrap();
        }
        assert_eq!((settled, town.waits_for().await), (1, vec![far]));
        for actor in [&who.actor, &town.manager, &Actor::Nobody] {
            assert!(town.services.appointments.run_stays(actor).await.is_err());
        }
        town.verify().await;
    }

    async fn a_stay_that_ends_early_is_taken_back_by_itself(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let [first, second] = [town.book(&who, "2026-11-05T09:00:00Z").await, town.book(&who, "2026-11-09T09:00:00Z").await];
        town.told_of(&who, "Rivers", stay("in-progress", Some("2026-11-20"))).await;
        assert_eq!(town.waits_for().await, sorted([first, second]));
        // They leave before the second.
        town.told_of(&who, "Rivers", stay("in-progress", Some("2026-11-06"))).await;
        assert_eq!((town.waits_for().await, town.marked(&who.actor, &who).await), (vec![first], vec![first]));
        town.told_of(&who, "Rivers", stay("finished", Some("2026-11-04"))).await;
        assert!(town.waits_for().await.is_empty() && town.marked(&who.actor, &who).await.is_empty());
        assert_eq!(town.notes(&who).await, ["may-not-come", "may-not-come", "may-come", "may-come"]);
        // They are there again.
        town.told_of(&who, "Rivers", stay("in-progress", Some("2026-11-06T12:00:00Z"))).await;
        assert_eq!(town.waits_for().await, [first]);
        // It was a mistake.
        town.told_of(&who, "Rivers", stay("entered-in-error", None)).await;
        assert!(town.waits_for().await.is_empty() && town.marked(&who.actor, &who).await.is_empty());
        town.verify().await;
    }

    async fn what_is_cancelled_or_moved_waits_no_more(place: &Place) {
        let town = Town::at(place).await;
        let (diary, appointments) = (&town.services.diary, &town.services.appointments);
        let who = town.citizen("Rivers").await;
        let mut ids = Vec::new();
        for starts in ["2026-11-05T09:00:00Z", "2026-11-06T09:00:00Z"] {
            ids.push(town.book(&who, starts).await);
        }
        let clinic = service_form(ServiceKind::Nurse, "Nurse");
        let offer = town.offer(&town.manager, &clinic, "Nurse Ann").await;
        town.template(&town.manager, &template_form(offer, "thu fri", "12:00", "13:00")).await;
        for (on, minute) in [("05", "00"), ("05", "10"), ("06", "00")] {
            let found = town.found(&who, &wanted(ServiceKind::Nurse)).await;
            let slot = found.into_iter().find(|slot| slot.starts_at == at(&format!("2026-11-{on}T12:{minute}:00Z"))).unwrap();
            ids.push(town.try_book(&who.actor, who.person, slot.id).await.unwrap().id);
        }
        town.told_of(&who, "Rivers", stay("in-progress", Some("2026-11-07"))).await;
        assert_eq!(town.waits_for().await.len(), 5);
        appointments.cancel(&who.actor, who.person, ids[0], "In hospital").await.unwrap();
        assert!(town.waits_for().await.len() == 4 && !town.waits_for().await.contains(&ids[0]));
        // Moved out of it.
        let slot = town.slot(&who, "2026-11-12T09:00:00Z").await;
        let form = BookForm { instead_of: ids[1].to_string(), ..town.form(slot) };
        appointments.book(&who.actor, who.person, &form).await.unwrap();
        assert!(town.waits_for().await.len() == 3 && !town.waits_for().await.contains(&ids[1]));
        diary.decline(&town.reception, ids[2], 1).await.unwrap();
        assert_eq!(town.waits_for().await, sorted([ids[3], ids[4]]));
        // Whoever comes all the same has come.
        town.clock.set(at("2026-11-05T11:30:00Z"));
        diary.note_attendance(&town.reception, ids[3], 1, Status::Arrived).await.unwrap();
        assert_eq!(town.waits_for().await, [ids[4]]);
        let there = town.clinic("2026-11-06T12:00:00Z").await;
        diary.cancel_clinic(&town.manager, there.id, there.version).await.unwrap();
        assert!(town.waits_for().await.is_empty());
        assert_eq!(town.sweep().await, (0, 0));
        town.verify().await;
    }

    async fn the_service_is_told_of_what_somebody_else_books_and_not_of_what_they_book_themselves(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        town.told_of(&who, "Rivers", stay("in-progress", Some("2026-11-07"))).await;
        town.advance(chrono::TimeDelta::minutes(1));
        let own = town.book(&who, "2026-11-05T09:00:00Z").await;
        assert_eq!((town.marked(&who.actor, &who).await, town.waits_for().await.len()), (vec![own], 0));
        let carer = town.carer(&who, "Stone", "APPT", "general").await;
        let slot = town.slot(&who, "2026-11-06T09:00:00Z").await;
        let by_carer = town.try_book(&carer.actor, who.person, slot).await.unwrap().id;
        assert_eq!(town.waits_for().await, [by_carer]);
        let nurse = town.offer(&town.manager, &service_form(ServiceKind::Nurse, "Nurse"), "Nurse Ann").await;
        town.template(&town.manager, &template_form(nurse, "thu", "12:00", "13:00")).await;
        let slot = town.found(&who, &wanted(ServiceKind::Nurse)).await[0].id;
        let at_desk = town.try_book(&town.reception, who.person, slot).await.unwrap().id;
        assert_eq!(town.waits_for().await, sorted([by_carer, at_desk]));
        // Nothing more comes of it with time, or when the same is told again.
        town.told_of(&who, "Rivers", stay("in-progress", Some("2026-11-07"))).await;
        assert_eq!(town.sweep().await, (0, 0));
        assert_eq!(town.waits_for().await, sorted([by_carer, at_desk]));
        // Where the record tells something new, what they booked before counts as well.
        town.told_of(&who, "Rivers", stay("in-progress", Some("2026-11-08"))).await;
        assert_eq!(town.waits_for().await, sorted([own, by_carer, at_desk]));
    }

    async fn only_whoever_may_see_the_stay_is_told_of_it(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let id = town.book(&who, "2026-11-05T09:00:00Z").await;
        let books = town.carer(&who, "Books", "APPT", "general").await;
        let sees = town.carer(&who, "Sees", "APPT CONSULT", "general").await;
        let all = town.carer(&who, "All", "APPT CONSULT", "general mental").await;
        let seen_by = async || {
            let mut seen = Vec::new();
            for reader in [&who, &books, &sees, &all] {
                let (list, one) = (town.marked(&reader.actor, &who).await, town.services.appointments.one(&reader.actor, who.person, id).await);
                let next = town.services.appointments.ahead(&reader.actor, who.person).await.unwrap().next.unwrap();
                let one = one.unwrap().hospital;
                assert!(one.is_some() == (list == [id]) && next.hospital == one);
                seen.push(one.is_some());
            }
            seen
        };
        let told = || stay("in-progress", Some("2026-11-07"));
        town.told_of(&who, "Rivers", told()).await;
        assert_eq!(seen_by().await, [true, false, true, true]);
        let by_sees = town.services.appointments.one(&sees.actor, who.person, id).await.unwrap().hospital.unwrap();
        assert_eq!(town.one(&who, id).await.hospital.unwrap().place.as_deref(), Some("St Anne's Hospital"));
        assert_eq!(by_sees.place.as_deref(), Some("St Anne's Hospital"));
        let entry: EntryId = by_sees.entry;
        town.services.hidings.hide_entry(&who.actor, who.person, entry, HiddenFrom::All).await.unwrap();
        assert_eq!(seen_by().await, [true, false, false, false]);
        let hiding = town.services.hidings.of_person(&who.actor, who.person).await.unwrap()[0].id;
        town.services.hidings.show_again(&who.actor, who.person, hiding).await.unwrap();
        let hiding = town.services.hidings.hide_category(&who.actor, who.person, Category::Visit, HiddenFrom::All).await.unwrap();
        assert_eq!(seen_by().await, [true, false, false, false]);
        town.services.hidings.show_again(&who.actor, who.person, hiding).await.unwrap();
        town.told_of(&who, "Rivers", labelled(told(), "PSY")).await;
        assert_eq!(seen_by().await, [true, false, false, true]);
        // Of all that the service was told once, and nothing of what it is.
        assert_eq!(town.waits_for().await, [id]);
        assert_eq!(town.notes(&who).await, ["may-not-come"]);
        // What the source holds back nobody is told of, and nothing waits.
        town.told_of(&who, "Rivers", with(told(), "meta", json!({ "security": [{ "code": "REDACTED" }] }))).await;
        assert_eq!(seen_by().await, [false, false, false, false]);
        assert!(town.waits_for().await.is_empty());
        town.verify().await;
    }

    async fn a_planned_stay_marks_what_falls_into_it_and_other_visits_mark_nothing(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let id = town.book(&who, "2026-11-12T09:00:00Z").await;
        let planned = |class: &str| {
            let coming = with(stay("planned", None), "period", json!({ "start": "2026-11-11", "end": "2026-11-13" }));
            with(coming, "class", json!({ "code": class }))
        };
        for class in ["AMB", "EMER", "VR", "OBSENC"] {
            town.told_of(&who, "Rivers", planned(class)).await;
            assert!(town.marked(&who.actor, &who).await.is_empty() && town.waits_for().await.is_empty(), "{class}");
        }
        town.told_of(&who, "Rivers", planned("IMP")).await;
        assert!(!town.one(&who, id).await.hospital.unwrap().begun);
        assert_eq!(town.waits_for().await, [id]);
        town.told_of(&who, "Rivers", with(planned("IMP"), "status", "cancelled".into())).await;
        assert!(town.marked(&who.actor, &who).await.is_empty() && town.waits_for().await.is_empty());
    }

    async fn what_waits_is_for_those_who_book_there_and_it_is_they_who_deal_with_it(place: &Place) {
        let town = Town::at(place).await;
        let who = town.citizen("Rivers").await;
        let id = town.book(&who, "2026-11-05T09:00:00Z").await;
        town.told_of(&who, "Rivers", stay("in-progress", None)).await;
        let item = town.may_not_come().await.remove(0);
        let work = &town.services.work;
        for actor in [&town.officer, &town.stranger] {
            assert!(work.list(actor).await.unwrap().is_empty());
            crate::appointments::town::not_found(work.done(actor, item.id, item.version).await);
        }
        assert_eq!(town.services.diary.booking(&town.reception, id).await.unwrap().clinic, town.clinic("2026-11-05T09:00:00Z").await.id);
        refused(work.done(&town.reception, item.id, item.version + 1).await, "", "just changed");
        for _ in 0..2 {
            work.done(&town.reception, item.id, item.version).await.unwrap();
        }
        assert!(town.may_not_come().await.is_empty());
        assert_eq!(town.one(&who, id).await.status, Status::Booked);
    }
}
