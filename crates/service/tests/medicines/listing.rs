//! The list: one line for each medicine, whatever its sources, and only what is open to the reader.

use crate::medicines::town::not_found;
use crate::medicines::world::{
    AMLODIPINE, AMOXICILLIN, ATENOLOL, FUROSEMIDE, IBUPROFEN, LANSOPRAZOLE, METFORMIN, METHOTREXATE, RAMIPRIL, SALBUTAMOL,
    SIMVASTATIN, SNOMED, World, dose, issue, medicine, repeat,
};
use domain::audit::{Action, Basis};
use domain::medicine::{CannotOrder, Group, Severity};
use domain::record::Category;
use serde_json::json;
use service::{HiddenFrom, MedicinesSeen};
use testkit::Place;

fn names(seen: &MedicinesSeen) -> Vec<&str> {
    seen.medicines.iter().map(|one| one.name.as_str()).collect()
}

testkit::both_engines! {
    async fn every_medicine_is_one_line_under_its_heading_with_what_can_be_done(place: &Place) {
        let world = World::at(place).await;
        let day = |text: &str| text.parse().unwrap();
        let seen = world.list(&world.edna.actor).await;
        let all: Vec<_> = seen.medicines.iter().map(|one| (one.group, one.name.as_str(), one.order)).collect();
        assert_eq!(all, [
            (Group::Repeat, AMLODIPINE, Some(Err(CannotOrder::NoneLeft))),
            (Group::Repeat, FUROSEMIDE, Some(Err(CannotOrder::Paused))),
            (Group::Repeat, METFORMIN, Some(Err(CannotOrder::TooSoon(day("2026-11-15"))))),
            (Group::Repeat, RAMIPRIL, Some(Ok(()))),
            (Group::Repeat, SALBUTAMOL, Some(Ok(()))),
            (Group::Repeat, SIMVASTATIN, Some(Err(CannotOrder::ReviewDue(day("2026-10-01"))))),
            (Group::RepeatDispensing, LANSOPRAZOLE, Some(Err(CannotOrder::FromPharmacy))),
            (Group::Acute, AMOXICILLIN, Some(Err(CannotOrder::NotRepeat))),
            (Group::Hospital, METHOTREXATE, Some(Err(CannotOrder::FromHospital))),
            (Group::Stopped, ATENOLOL, Some(Err(CannotOrder::Ended(None)))),
            (Group::Stopped, IBUPROFEN, Some(Err(CannotOrder::Ended(None)))),
        ]);
        assert!(seen.may_order && seen.none_said.is_empty());
        assert_eq!(seen.allergies.as_ref().unwrap().iter().map(|line| line.title.as_str()).collect::<Vec<_>>(), ["Penicillin"]);
        let of = |name: &str| seen.medicines.iter().find(|one| one.name == name).unwrap();
        // Of the practice three entries, of the hospital one, which has the code by reference.
        let ramipril = of(RAMIPRIL);
        let mut from: Vec<_> = ramipril.sources.iter().map(|source| (source.organisation.as_str(), source.doses.join(""))).collect();
        from.sort_unstable();
        assert_eq!(from, [
            ("Musgrove Park", "Two capsules each morning".to_owned()), ("Riverside Surgery", String::new()),
            ("Riverside Surgery", String::new()), ("Riverside Surgery", "One capsule OD".to_owned()),
        ]);
        assert!(ramipril.doses_differ && !ramipril.paused);
        assert_eq!(ramipril.doses, ["One capsule OD"]);
        assert_eq!(ramipril.reasons, ["High blood pressure"]);
        assert_eq!((ramipril.last_issued, ramipril.runs_out), (Some(day("2026-10-08")), Some(day("2026-11-05"))));
        assert_eq!(ramipril.quantity.as_deref(), Some("28 capsules"));
        let metformin = of(METFORMIN);
        assert!(!metformin.doses_differ);
        assert_eq!(metformin.why_not().unwrap(), "You can order it from 15 November 2026");
        assert_eq!(of(ATENOLOL).why_changed, ["Made her dizzy"]);
        assert_eq!(of(IBUPROFEN).why_changed, ["This says that the medicine should not be taken"]);
        assert!(of(FUROSEMIDE).paused);
        assert_eq!((ramipril.doubt(), metformin.doubt()), (Some("Places differ on how to take it"), None));
        let whose = (seen.whose.display_name.as_str(), seen.whose.birth_date, seen.whose.nhs_number.is_some());
        assert_eq!(whose, ("Edna Hughes", Some(day("1948-03-27")), true));
    }

    async fn what_was_given_for_less_runs_out_sooner(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let day = |text: &str| text.parse().unwrap();
        let week = |id: &str, name: &str, code: &str, on: &str| {
            let mut one = issue(id, name, code, on);
            one["dispenseRequest"] = json!({ "expectedSupplyDuration": { "value": 7, "code": "d" } });
            one
        };
        // Of Salbutamol only what was given says how long it lasts; of Metformin that is less than what may be given again.
        let given = [week("m3b", METFORMIN, "103", "2026-10-30"), week("m2a", SALBUTAMOL, "102", "2026-11-01")];
        world.take_in(world.town.practice, &given).await;
        let (metformin, salbutamol) = (world.one(me, METFORMIN).await, world.one(me, SALBUTAMOL).await);
        assert_eq!((metformin.last_issued, metformin.runs_out, metformin.order), (Some(day("2026-10-30")), Some(day("2026-11-06")), Some(Ok(()))));
        assert_eq!((salbutamol.runs_out, salbutamol.order), (Some(day("2026-11-08")), Some(Ok(()))));
        // What is approved here is as much as may be given again.
        let order = world.order(me, &[METFORMIN]).await;
        world.decide(&world.town.clinician, order, &[METFORMIN], "approve", "").await.unwrap();
        assert_eq!(world.one(me, METFORMIN).await.runs_out, Some(day("2026-12-01")));
    }

    async fn what_was_given_today_is_not_ordered_again_before_tomorrow(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let order = world.order(me, &[SALBUTAMOL]).await;
        world.decide(&world.town.clinician, order, &[SALBUTAMOL], "approve", "").await.unwrap();
        let seen = world.one(me, SALBUTAMOL).await;
        assert_eq!((seen.order, seen.runs_out), (Some(Err(CannotOrder::TooSoon("2026-11-04".parse().unwrap()))), None));
        world.advance_days(1);
        assert_eq!(world.one(me, SALBUTAMOL).await.order, Some(Ok(())));
    }

    async fn a_repeat_of_a_hospital_is_asked_for_there_whatever_its_system_says_of_it(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        let unsaid = medicine("h4", "Azathioprine 50mg tablets", "122", &json!({}));
        world.take_in(world.hospital, &[repeat("h3", "Tacrolimus 1mg capsules", "121", "One twice a day"), unsaid]).await;
        for name in ["Tacrolimus 1mg capsules", "Azathioprine 50mg tablets"] {
            let seen = world.one(me, name).await;
            assert_eq!((seen.group, seen.order, seen.plan), (Group::Hospital, Some(Err(CannotOrder::FromHospital)), None), "{name}");
        }
    }

    async fn a_look_is_one_event_and_a_stranger_gets_nothing(place: &Place) {
        let world = World::at(place).await;
        let before = world.events().await;
        world.list(&world.edna.actor).await;
        assert_eq!(world.events().await, before + 1);
        assert_eq!(world.last().await, (Action::Read, Basis::Own));
        let stranger = world.town.citizen("Stone").await;
        let account = stranger.actor.account().unwrap().as_uuid();
        let medicines = &world.town.services.medicines;
        for times in 1..=3 {
            let (before, mine) = (world.events().await, world.chain(account).await);
            match times {
                1 => not_found(medicines.list(&stranger.actor, world.edna.person).await),
                2 => not_found(medicines.orders(&stranger.actor, world.edna.person).await),
                _ => not_found(medicines.order(&stranger.actor, world.edna.person, &world.form(&[RAMIPRIL]).await).await),
            }
            // Whoever is a stranger to her is told of to themself and to whoever watches, not to her. The form itself was a look.
            assert_eq!(world.events().await, before + i64::from(times == 3));
            assert_eq!(world.chain(account).await, mine + 1);
        }
        // The practice's privacy officer and a clinic that has nothing to do with her see nothing either.
        not_found(medicines.list(&world.town.officer, world.edna.person).await);
        not_found(medicines.list(&world.town.stranger, world.edna.person).await);
        world.town.verify().await;
    }

    async fn a_carer_sees_what_their_scope_opens_and_orders_where_it_says_so(place: &Place) {
        let world = World::at(place).await;
        let (orders, _) = world.carer("Stone", "PRESCR").await;
        let (reads, _) = world.carer("Holt", "RECRD").await;
        let (books, _) = world.carer("Shah", "APPT").await;
        let mine = world.list(&world.edna.actor).await;
        let before = world.events().await;
        let seen = world.list(&orders.actor).await;
        assert_eq!((names(&seen), seen.may_order), (names(&mine), true));
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Carer)));
        // Allergies are no part of what they may see.
        assert_eq!(seen.allergies, None);
        let seen = world.list(&reads.actor).await;
        assert_eq!((names(&seen), seen.may_order), (names(&mine), false));
        assert!(seen.medicines.iter().all(|one| one.order.is_none()));
        assert_eq!(seen.allergies.unwrap().len(), 1);
        not_found(world.try_order(&reads.actor, &[RAMIPRIL]).await);
        not_found(world.town.services.medicines.orders(&reads.actor, world.edna.person).await);
        not_found(world.town.services.medicines.list(&books.actor, world.edna.person).await);
        world.order(&orders.actor, &[RAMIPRIL]).await;
    }

    async fn what_is_hidden_from_a_carer_is_in_no_list_and_no_order(place: &Place) {
        let world = World::at(place).await;
        let (carer, relationship) = world.carer("Stone", "PRESCR").await;
        let both = world.order(&world.edna.actor, &[RAMIPRIL, SALBUTAMOL]).await;
        let medicines = &world.town.services.medicines;
        let hidings = &world.town.services.hidings;
        let (me, person) = (&world.edna.actor, world.edna.person);
        let item = world.item(both, SALBUTAMOL).await;
        let hiding = hidings.hide_entry(me, person, item.entry, HiddenFrom::Relationship(relationship)).await.unwrap();
        let seen = world.list(&carer.actor).await;
        assert!(!names(&seen).contains(&SALBUTAMOL) && names(&seen).contains(&RAMIPRIL));
        let order = medicines.one_order(&carer.actor, person, both).await.unwrap();
        assert_eq!(order.items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), [RAMIPRIL]);
        assert_eq!(world.orders(&carer.actor).await, std::slice::from_ref(&order));
        not_found(medicines.cancel(&carer.actor, person, item.id).await);
        not_found(medicines.reply(&carer.actor, person, item.id, "Yes").await);
        // It cannot be ordered either, and that says no more than of an id that nobody has.
        let theirs = world.form(&[SALBUTAMOL]).await;
        let nobodys = service::OrderForm { medicines: world.town.services.core.new_id().to_string(), ..theirs.clone() };
        let told = crate::medicines::town::problems(medicines.order(&carer.actor, person, &theirs).await);
        assert_eq!(told, crate::medicines::town::problems(medicines.order(&carer.actor, person, &nobodys).await));
        // An order of which all is hidden is not there.
        let other = world.item(both, RAMIPRIL).await;
        let second = hidings.hide_entry(me, person, other.entry, HiddenFrom::All).await.unwrap();
        assert!(world.orders(&carer.actor).await.is_empty());
        not_found(medicines.one_order(&carer.actor, person, both).await);
        for hiding in [hiding, second] {
            hidings.show_again(me, person, hiding).await.unwrap();
        }
        assert_eq!(world.orders(&carer.actor).await[0].items.len(), 2);
        assert_eq!(world.orders(me).await[0].items.len(), 2);
    }

    async fn a_carer_from_whom_all_medicines_are_hidden_sees_as_much_as_where_there_are_none(place: &Place) {
        let world = World::at(place).await;
        let (carer, relationship) = world.carer("Stone", "PRESCR RECRD").await;
        for category in [Category::Medicine, Category::Allergy] {
            let hidings = &world.town.services.hidings;
            hidings.hide_category(&world.edna.actor, world.edna.person, category, HiddenFrom::Relationship(relationship)).await.unwrap();
        }
        let seen = world.list(&carer.actor).await;
        // Somebody of whom nothing is known at all.
        let other = world.town.citizen("Shah").await;
        world.town.let_act(&other, &carer, "PRESCR RECRD").await;
        let theirs = world.town.services.medicines.list(&carer.actor, other.person).await.unwrap();
        assert_eq!(MedicinesSeen { whose: theirs.whose.clone(), ..seen }, theirs);
    }

    async fn what_is_known_by_reference_alone_is_not_told_where_that_is_hidden(place: &Place) {
        let world = World::at(place).await;
        let medication = json!({ "coding": [{ "system": SNOMED, "code": "111", "display": METHOTREXATE }] });
        let medication = json!({ "resourceType": "Medication", "id": "d2", "code": medication });
        world.take_in(world.hospital, &[medication, json!({
            "resourceType": "MedicationRequest", "id": "h3", "status": "active", "intent": "order", "subject": { "reference": "Patient/p1" },
            "medicationReference": { "reference": "Medication/d2", "display": "SECRET" }, "dosageInstruction": dose("Weekly"),
        })]).await;
        let (carer, relationship) = world.carer("Stone", "PRESCR").await;
        let hers = world.one(&world.edna.actor, METHOTREXATE).await;
        assert_eq!(hers.sources.len(), 2);
        let records = &world.town.services.records;
        let lines = records.list(&world.edna.actor, world.edna.person, Category::Medicine, service::Which::All, None).await.unwrap().lines;
        let medication = lines.iter().find(|line| line.kind == "Medicine" && line.title == METHOTREXATE).unwrap().id;
        let from = HiddenFrom::Relationship(relationship);
        world.town.services.hidings.hide_entry(&world.edna.actor, world.edna.person, medication, from).await.unwrap();
        let seen = world.list(&carer.actor).await;
        // Neither its name nor its code tells that the two are one.
        assert!(!format!("{seen:?}").contains("ethotrexate") && !format!("{seen:?}").contains("SECRET"), "{seen:?}");
        let nameless: Vec<_> = seen.medicines.iter().filter(|one| one.doses.join("").to_lowercase().contains("week")).collect();
        assert_eq!(nameless.iter().map(|one| one.sources.len()).collect::<Vec<_>>(), [1, 1]);
    }

    async fn what_a_carer_may_not_know_by_name_they_cannot_order(place: &Place) {
        let world = World::at(place).await;
        let named = json!({ "coding": [{ "system": SNOMED, "code": "199", "display": "Secretol 1mg tablets" }] });
        let mut weekly = repeat("m9", "", "", "One each week");
        weekly.as_object_mut().unwrap().remove("medicationCodeableConcept");
        weekly["medicationReference"] = json!({ "reference": "Medication/d9" });
        let named = json!({ "resourceType": "Medication", "id": "d9", "code": named });
        world.take_in(world.town.practice, &[named, weekly]).await;
        let (carer, relationship) = world.carer("Stone", "PRESCR").await;
        let order = async || {
            let seen = world.list(&carer.actor).await;
            seen.medicines.into_iter().find(|one| one.doses == ["One each week"]).unwrap().order
        };
        assert_eq!(order().await, Some(Ok(())));
        let records = &world.town.services.records;
        let lines = records.list(&world.edna.actor, world.edna.person, Category::Medicine, service::Which::All, None).await.unwrap().lines;
        let medication = lines.iter().find(|line| line.kind == "Medicine" && line.title == "Secretol 1mg tablets").unwrap().id;
        let from = HiddenFrom::Relationship(relationship);
        world.town.services.hidings.hide_entry(&world.edna.actor, world.edna.person, medication, from).await.unwrap();
        assert_eq!(order().await, None);
        assert_eq!(world.one(&world.edna.actor, "Secretol 1mg tablets").await.order, Some(Ok(())));
    }

    async fn a_warning_is_what_a_source_says_and_nothing_else(place: &Place) {
        let world = World::at(place).await;
        let warning = |id: &str, status: &str, words: &str, about: &[&str]| {
            let about: Vec<_> = about.iter().map(|one| json!({ "reference": format!("MedicationRequest/{one}") })).collect();
            json!({
                "resourceType": "DetectedIssue", "id": id, "status": status, "severity": "high", "patient": { "reference": "Patient/p1" },
                "code": { "text": "Drug interaction" }, "detail": words, "implicated": about,
                "mitigation": [{ "action": { "text": "Blood test each month" } }],
            })
        };
        let of = |seen: service::MedicineSeen| seen.warnings.into_iter().map(|one| (one.organisation, one.words)).collect::<Vec<_>>();
        assert_eq!(of(world.one(&world.edna.actor, RAMIPRIL).await), []);
        world.take_in(world.town.practice, &[
            warning("w1", "final", "May raise potassium", &["m1", "m2"]), warning("w2", "cancelled", "Not so", &["m1"]),
        ]).await;
        // The hospital's m2 is not the practice's.
        world.take_in(world.hospital, &[warning("w3", "final", "Twice", &["h1", "m2"])]).await;
        let at_practice = ("Riverside Surgery".to_owned(), "Drug interaction. May raise potassium".to_owned());
        let at_hospital = ("Musgrove Park".to_owned(), "Drug interaction. Twice".to_owned());
        let mut ramipril = of(world.one(&world.edna.actor, RAMIPRIL).await);
        ramipril.sort();
        assert_eq!(ramipril, [at_hospital, at_practice.clone()]);
        let salbutamol = world.one(&world.edna.actor, SALBUTAMOL).await;
        assert_eq!((salbutamol.warnings[0].severity, salbutamol.warnings[0].done.join("")), (Some(Severity::High), "Blood test each month".to_owned()));
        assert_eq!(of(salbutamol), std::slice::from_ref(&at_practice));
        assert_eq!(of(world.one(&world.edna.actor, METFORMIN).await), []);
        // Those who decide see what their own system warned of.
        let order = world.order(&world.edna.actor, &[RAMIPRIL]).await;
        let item = world.at_work(&world.town.clinician, order).await.items.remove(0);
        assert_eq!(item.warnings.into_iter().map(|one| (one.organisation, one.words)).collect::<Vec<_>>(), [at_practice]);
        // Its words may name the other medicine, which is hidden from the carer: so the warning is too.
        let (carer, relationship) = world.carer("Stone", "PRESCR").await;
        assert_eq!(of(world.one(&carer.actor, RAMIPRIL).await).len(), 1);
        let hidden = world.plan(SALBUTAMOL).await;
        let from = HiddenFrom::Relationship(relationship);
        world.town.services.hidings.hide_entry(&world.edna.actor, world.edna.person, hidden, from).await.unwrap();
        assert_eq!(of(world.one(&carer.actor, RAMIPRIL).await), []);
    }

    async fn a_source_that_says_again_or_differently_changes_its_line(place: &Place) {
        let world = World::at(place).await;
        let before = world.list(&world.edna.actor).await;
        world.take_in(world.town.practice, &[repeat("m1", RAMIPRIL, "101", "One capsule OD")]).await;
        assert_eq!(names(&world.list(&world.edna.actor).await), names(&before));
        // Given today: there is enough for now. And a name alone is enough where no code says otherwise.
        world.take_in(world.town.practice, &[issue("m1c", RAMIPRIL, "101", "2026-11-03")]).await;
        let by_name = json!({ "medicationCodeableConcept": { "text": "salbutamol 100micrograms  INHALER" }, "category": [{ "coding": [{ "code": "outpatient" }] }] });
        world.take_in(world.hospital, &[medicine("h9", "", "", &by_name)]).await;
        let ramipril = world.one(&world.edna.actor, RAMIPRIL).await;
        assert_eq!(ramipril.order, Some(Err(CannotOrder::TooSoon("2026-11-24".parse().unwrap()))));
        assert_eq!(world.one(&world.edna.actor, SALBUTAMOL).await.sources.len(), 2);
        // An issue that was cancelled was not given.
        let mut gone = issue("m1c", RAMIPRIL, "101", "2026-11-03");
        gone["status"] = json!("cancelled");
        gone["meta"] = json!({ "lastUpdated": "2026-11-03T10:40:00Z" });
        world.take_in(world.town.practice, &[gone]).await;
        assert_eq!(world.one(&world.edna.actor, RAMIPRIL).await.order, Some(Ok(())));
    }

    async fn a_repeat_that_ended_is_listed_for_a_year_with_when_and_why(place: &Place) {
        let world = World::at(place).await;
        let mut over = repeat("m10", ATENOLOL, "110", "One each morning");
        over["status"] = json!("stopped");
        over["meta"] = json!({ "lastUpdated": "2026-10-20T10:00:00Z" });
        over["extension"] = json!([{
            "url": "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-MedicationStatusReason-1",
            "extension": [
                { "url": "statusReason", "valueCodeableConcept": { "text": "Slow pulse" } },
                { "url": "statusChangeDate", "valueDateTime": "2026-10-14" },
            ],
        }]);
        world.take_in(world.town.practice, std::slice::from_ref(&over)).await;
        let listed = async || {
            let all = world.list(&world.edna.actor).await.medicines;
            all.into_iter().filter(|one| one.listed && one.group == Group::Stopped).collect::<Vec<_>>()
        };
        // What must not be taken never was a repeat that ended.
        let [atenolol] = listed().await.try_into().unwrap();
        assert_eq!((atenolol.name.as_str(), atenolol.why_changed.as_slice()), (ATENOLOL, ["Slow pulse".to_owned()].as_slice()));
        assert_eq!(atenolol.why_not().unwrap(), "It ended on 14 October 2026. If you still need it, ask your practice");
        // Where only its last word is known, it had ended by then.
        over.as_object_mut().unwrap().remove("extension");
        over["meta"] = json!({ "lastUpdated": "2026-10-21T10:00:00Z" });
        world.take_in(world.town.practice, &[over]).await;
        assert_eq!(listed().await[0].why_not().unwrap(), "It had ended by 21 October 2026. If you still need it, ask your practice");
        world.advance_days(370);
        assert_eq!(listed().await, []);
        assert_eq!(world.one(&world.edna.actor, ATENOLOL).await.group, Group::Stopped);
    }

    async fn what_changed_at_the_hospital_is_told_with_both_doses_and_why(place: &Place) {
        let world = World::at(place).await;
        let discharge = json!([{ "coding": [{ "code": "discharge" }] }]);
        let at_hospital = |id: &str, name: &str, code: &str, on: &str, how: &str, more: serde_json::Value| {
            let mut all = medicine(id, name, code, &json!({ "category": discharge, "authoredOn": on, "dosageInstruction": dose(how) }));
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            all
        };
        world.take_in(world.hospital, &[
            at_hospital("c1", METFORMIN, "103", "2026-10-30", "Two tablets with breakfast", json!({
                "statusReason": { "text": "Sugar too high" }, "note": [{ "text": "Blood test in 2 weeks" }],
                "reasonReference": [{ "reference": "Condition/c9" }],
            })),
            at_hospital("c2", SIMVASTATIN, "104", "2026-10-30", "One at night", json!({
                "doNotPerform": true, "statusReason": { "text": "Sore muscles" },
            })),
            json!({
                "resourceType": "MedicationStatement", "id": "c4", "status": "active", "subject": { "reference": "Patient/p1" },
                "medicationCodeableConcept": { "text": SALBUTAMOL }, "effectivePeriod": { "start": "2019-01-01" },
                "dateAsserted": "2026-10-30", "dosage": dose("4 puffs when needed"),
            }),
            at_hospital("c3", "Bisoprolol 2.5mg tablets", "120", "2026-10-30", "One each morning", json!({})),
            json!({ "resourceType": "Condition", "id": "c9", "subject": { "reference": "Patient/p1" }, "code": { "text": "Type 2 diabetes" } }),
        ]).await;
        let metformin = world.one(&world.edna.actor, METFORMIN).await;
        let [change] = metformin.changes.as_slice() else { panic!("{:?}", metformin.changes) };
        assert_eq!(change.in_words(), "Changed on 30 October 2026 at Musgrove Park");
        assert_eq!((change.before.join(""), change.after.join("")), ("One tablet with breakfast".to_owned(), "Two tablets with breakfast".to_owned()));
        let said = |all: &[String]| all.join(" | ");
        assert_eq!((said(&change.why), said(&change.reasons), said(&change.notes)),
            ("Sugar too high".to_owned(), "Type 2 diabetes".to_owned(), "Blood test in 2 weeks".to_owned()));
        assert_eq!(metformin.lately.as_ref(), Some(change));
        // The line itself says no more than the practice wrote.
        assert_eq!(metformin.doses, ["One tablet with breakfast"]);
        let simvastatin = world.one(&world.edna.actor, SIMVASTATIN).await;
        assert!(simvastatin.stopped_elsewhere && simvastatin.group == Group::Repeat);
        assert_eq!(simvastatin.changes[0].in_words(), "Stopped on 30 October 2026 at Musgrove Park");
        assert!(simvastatin.changes[0].why.contains(&"Sore muscles".to_owned()), "{:?}", simvastatin.changes);
        // Written then, although it tells of what began before.
        assert_eq!(world.one(&world.edna.actor, SALBUTAMOL).await.changes[0].in_words(), "Changed on 30 October 2026 at Musgrove Park");
        let bisoprolol = world.one(&world.edna.actor, "Bisoprolol 2.5mg tablets").await;
        assert_eq!(bisoprolol.changes[0].in_words(), "Started on 30 October 2026 at Musgrove Park");
        // A carer from whom the condition is hidden reads the rest.
        let (carer, relationship) = world.carer("Stone", "PRESCR COND").await;
        assert_eq!(world.one(&carer.actor, METFORMIN).await.changes, metformin.changes);
        let records = &world.town.services.records;
        let problems = records.list(&world.edna.actor, world.edna.person, Category::Problem, service::Which::All, None).await.unwrap().lines;
        let from = HiddenFrom::Relationship(relationship);
        world.town.services.hidings.hide_entry(&world.edna.actor, world.edna.person, problems[0].id, from).await.unwrap();
        let theirs = world.one(&carer.actor, METFORMIN).await.changes;
        assert_eq!((said(&theirs[0].why), said(&theirs[0].reasons)), ("Sugar too high".to_owned(), String::new()));
        // Half a year later it is history.
        world.advance_days(200);
        assert_eq!(world.one(&world.edna.actor, METFORMIN).await.lately, None);
    }

    async fn a_strength_that_takes_the_place_of_another_says_of_which(place: &Place) {
        let world = World::at(place).await;
        let mut other = repeat("m20", "Atenolol 25mg tablets", "130", "One each morning.");
        other["priorPrescription"] = json!({ "reference": "MedicationRequest/m10" });
        other["authoredOn"] = json!("2026-10-28");
        world.take_in(world.town.practice, &[other]).await;
        let change = world.one(&world.edna.actor, "Atenolol 25mg tablets").await.changes.remove(0);
        assert_eq!((change.instead_of.as_deref(), change.before.join("")), (Some(ATENOLOL), "One each morning".to_owned()));
        assert_eq!((change.in_words(), change.why), ("Changed on 28 October 2026 at Riverside Surgery".to_owned(), vec!["Made her dizzy".to_owned()]));
    }

    async fn none_known_is_not_the_same_as_no_information(place: &Place) {
        let world = World::at(place).await;
        let other = world.town.citizen("Stone").await;
        let seen = world.town.services.medicines.list(&other.actor, other.person).await.unwrap();
        assert_eq!((seen.none_said.len(), seen.medicines.len(), seen.allergies.unwrap().len()), (0, 0, 0));
        world.take_in(world.hospital, &[json!({
            "resourceType": "MedicationStatement", "id": "n1", "status": "active", "subject": { "reference": "Patient/p1" },
            "medicationCodeableConcept": { "coding": [{ "code": "no-known-medications" }], "text": "No known medications" },
        })]).await;
        let seen = world.list(&world.edna.actor).await;
        assert!(seen.none_said == ["No known medications"] && !names(&seen).contains(&"No known medications"));
    }
}
