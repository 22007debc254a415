//! Ordering: one order for one form, one open order of one medicine, and the reason where there is none.

use crate::medicines::reminding::hide;
use crate::medicines::town::{fields, not_found, problems, refused};
use crate::medicines::world::{
    AMLODIPINE, AMOXICILLIN, ATENOLOL, FUROSEMIDE, LANSOPRAZOLE, METFORMIN, METHOTREXATE, RAMIPRIL, SALBUTAMOL, SIMVASTATIN,
    WORDS, World, repeat,
};
use domain::access::{Actor, Assurance};
use domain::audit::{Action, Basis};
use domain::medicine::{CannotOrder, ItemStatus};
use domain::team::WorkKind;
use service::{OrderForm, ServiceError};
use std::collections::BTreeMap;
use testkit::Place;

testkit::both_engines! {
    async fn an_order_waits_once_at_the_practice_and_once_in_the_log(place: &Place) {
        let world = World::at(place).await;
        let medicines = &world.town.services.medicines;
        let (me, person) = (&world.edna.actor, world.edna.person);
        let form = OrderForm { note: " Please\r\nsoon ".to_owned(), ..world.form(&[RAMIPRIL, SALBUTAMOL]).await };
        let before = world.events().await;
        let checked = medicines.ordering(me, person, &form).await.unwrap();
        assert_eq!(checked.items.iter().map(|item| (item.name.as_str(), item.organisation.as_str(), item.early)).collect::<Vec<_>>(), [
            (RAMIPRIL, "Riverside Surgery", false), (SALBUTAMOL, "Riverside Surgery", false),
        ]);
        assert!(!checked.asks_reason);
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)));
        let ordered = medicines.order(me, person, &form).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::MedicinesOrdered, Basis::Own)));
        assert_eq!((ordered.orders.len(), ordered.again), (1, false));
        let order = medicines.one_order(me, person, ordered.orders[0]).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 3, (Action::Read, Basis::Own)));
        assert_eq!((order.organisation.as_str(), order.note.as_str(), order.mine, order.by_carer), ("Riverside Surgery", "Please\nsoon", true, false));
        let items: Vec<_> = order.items.iter().map(|item| (item.name.as_str(), item.dose.as_str(), item.quantity.as_str(), item.status)).collect();
        assert_eq!(items, [
            (RAMIPRIL, "One capsule OD", "28 capsules", ItemStatus::Requested), (SALBUTAMOL, "2 puffs when needed", "", ItemStatus::Requested),
        ]);
        assert_eq!(world.orders(me).await, [order]);
        assert_eq!(world.events().await, before + 4);
        let waiting = world.waiting().await;
        assert_eq!(waiting.iter().map(|item| (item.kind, item.person, item.about)).collect::<Vec<_>>(), [
            (WorkKind::MedicineOrder, person, ordered.orders[0].as_uuid()),
        ]);
        assert_eq!(world.one(me, RAMIPRIL).await.order, Some(Err(CannotOrder::AlreadyAsked("2026-11-03".parse().unwrap()))));
        // She knows what she did.
        assert!(world.told().await.is_empty());
        world.town.verify().await;
    }

    async fn what_cannot_be_ordered_is_refused_in_words_that_say_why(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna.actor;
        for (name, words) in [
            (METFORMIN, "You can order it from 15 November 2026"),
            (SIMVASTATIN, "It had to be looked at by 1 October 2026. Ask your practice for a medicine review"),
            (AMLODIPINE, "It has been given as often as was agreed"),
            (FUROSEMIDE, "It is paused"),
        ] {
            refused(world.try_order(me, &[RAMIPRIL, name]).await, "medicines", &format!("{name}: {words}"));
        }
        // What is no repeat is not among what can be chosen.
        for name in [LANSOPRAZOLE, AMOXICILLIN, METHOTREXATE, ATENOLOL] {
            refused(world.try_order(me, &[name]).await, "medicines", "Choose again");
        }
        for ids in ["7", "01890000-0000-7000-8000-000000000000"] {
            let form = OrderForm { medicines: ids.to_owned(), ..world.form(&[]).await };
            refused(world.town.services.medicines.order(me, world.edna.person, &form).await, "medicines", "Choose again");
        }
        refused(world.try_order(me, &[]).await, "medicines", "Choose at least one");
        let many = (0..61).map(|_| world.town.services.core.new_id().to_string()).collect::<Vec<_>>().join(" ");
        let form = OrderForm { medicines: many, ..world.form(&[]).await };
        refused(world.town.services.medicines.order(me, world.edna.person, &form).await, "medicines", "no more than 60");
        assert!(world.orders(me).await.is_empty() && world.waiting().await.is_empty());
        world.order(me, &[RAMIPRIL]).await;
        refused(world.try_order(me, &[RAMIPRIL, SALBUTAMOL]).await, "medicines", "It was ordered on 3 November 2026 and is not decided yet");
        assert_eq!(world.orders(me).await.len(), 1);
        // Where the practice takes none, and where she is none of its own.
        world.rule("no", "no").await;
        refused(world.try_order(me, &[SALBUTAMOL]).await, "medicines", "This practice does not take orders here");
        world.rule("yes", "no").await;
        world.town.services.people.register(&Actor::Operator, world.edna.person, world.town.other).await.unwrap();
        refused(world.try_order(me, &[SALBUTAMOL]).await, "medicines", "This practice does not look after you now. Ask your own practice");
    }

    async fn what_is_too_soon_is_ordered_with_a_reason_and_on_its_day_without(place: &Place) {
        let world = World::at(place).await;
        let (me, medicines) = (&world.edna.actor, &world.town.services.medicines);
        let form = world.form(&[METFORMIN]).await;
        let early = OrderForm { medicines: String::new(), early: form.medicines.clone(), ..form.clone() };
        refused(medicines.ordering(me, world.edna.person, &early).await, "early_reason", "Say why you need it early");
        refused(medicines.order(me, world.edna.person, &early).await, "early_reason", "Say why you need it early");
        let early = OrderForm { early_reason: "We travel to Wales".to_owned(), ..early };
        assert!(medicines.ordering(me, world.edna.person, &early).await.unwrap().items[0].early);
        let order = medicines.order(me, world.edna.person, &early).await.unwrap().orders[0];
        assert_eq!(world.item(order, METFORMIN).await.early_reason, "We travel to Wales");
        let at_work = world.at_work(&world.town.clinician, order).await;
        assert_eq!(at_work.items[0].early_reason, "We travel to Wales");
        assert_eq!((at_work.items[0].last_issued, at_work.items[0].runs_out), (Some("2026-10-25".parse().unwrap()), Some("2026-11-22".parse().unwrap())));
        // No reason opens what is not only too soon.
        let review = OrderForm { early: world.plan(SIMVASTATIN).await.to_string(), ..early.clone() };
        let review = OrderForm { submission: world.town.services.core.new_id().to_string(), ..review };
        refused(medicines.order(me, world.edna.person, &review).await, "medicines", "medicine review");
        medicines.cancel(me, world.edna.person, world.item(order, METFORMIN).await.id).await.unwrap();
        world.set("2026-11-14T23:30:00Z");
        refused(world.try_order(me, &[METFORMIN]).await, "medicines", "15 November");
        world.set("2026-11-15T00:00:00Z");
        // A reason for what is not too soon any more is not kept.
        let form = world.form(&[METFORMIN]).await;
        let form = OrderForm { early: form.medicines.clone(), early_reason: "We travel".to_owned(), ..form };
        let order = medicines.order(me, world.edna.person, &form).await.unwrap().orders[0];
        assert_eq!(world.item(order, METFORMIN).await.early_reason, "");
    }

    async fn where_the_practice_asks_why_each_needs_a_reason(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        world.rule("yes", "yes").await;
        let form = world.form(&[RAMIPRIL, SALBUTAMOL]).await;
        assert!(medicines.ordering(me, person, &form).await.unwrap().asks_reason);
        let (ramipril, salbutamol) = (world.plan(RAMIPRIL).await, world.plan(SALBUTAMOL).await);
        let reasons = |of: &[(String, &str)]| of.iter().map(|(id, text)| (id.clone(), (*text).to_owned())).collect::<BTreeMap<_, _>>();
        let long = "x".repeat(501);
        let wrong = OrderForm { reasons: reasons(&[(ramipril.to_string(), WORDS), (salbutamol.to_string(), " ")]), note: long, ..form.clone() };
        assert_eq!(problems(medicines.order(me, person, &wrong).await), [
            (format!("reason_{salbutamol}"), "Say in a few words why you need it".to_owned()),
            ("note".to_owned(), "Use no more than 500 letters and spaces".to_owned()),
        ]);
        let turned = OrderForm { reasons: reasons(&[(ramipril.to_string(), "a\u{202e}b"), (salbutamol.to_string(), "\u{7}")]), ..form.clone() };
        let mut both = [format!("reason_{ramipril}"), format!("reason_{salbutamol}")];
        both.sort();
        let mut told = fields(medicines.order(me, person, &turned).await);
        told.sort();
        assert_eq!(told, both);
        let right = OrderForm { reasons: reasons(&[(ramipril.to_string(), WORDS), (salbutamol.to_string(), "Gone")]), ..form };
        let order = medicines.order(me, person, &right).await.unwrap().orders[0];
        assert_eq!(world.item(order, RAMIPRIL).await.reason, WORDS);
        assert_eq!(world.at_work(&world.town.reception, order).await.items[1].reason, "Gone");
    }

    async fn the_same_form_is_one_order_and_another_form_is_refused_in_words(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let (first, second) = (world.form(&[RAMIPRIL]).await, world.form(&[RAMIPRIL]).await);
        let order = medicines.order(me, person, &first).await.unwrap();
        let events = world.events().await;
        let again = medicines.order(me, person, &first).await.unwrap();
        assert_eq!((again.orders, again.again), (order.orders, true));
        assert_eq!(world.events().await, events);
        refused(medicines.order(me, person, &second).await, "medicines", "is not decided yet");
        let no_id = OrderForm { submission: "x".to_owned(), ..second };
        refused(medicines.order(me, person, &no_id).await, "", "Send it again");
        assert_eq!((world.orders(me).await.len(), world.waiting().await.len()), (1, 1));
        // The same id in somebody else's form is nothing of theirs.
        let other = world.town.citizen("Stone").await;
        assert_eq!(fields(medicines.order(&other.actor, other.person, &first).await), ["medicines"]);
    }

    async fn patient_and_carer_at_once_are_one_open_order(place: &Place) {
        let world = World::at(place).await;
        let (carer, _) = world.carer("Stone", "PRESCR").await;
        for round in 0..6 {
            let mut acts = Vec::new();
            for number in 0..8 {
                let form = world.form(&[RAMIPRIL]).await;
                let by = if number % 2 == 0 { world.edna.actor.clone() } else { carer.actor.clone() };
                let (medicines, person) = (world.town.services.medicines.clone(), world.edna.person);
                acts.push(async move { medicines.order(&by, person, &form).await });
            }
            let outcomes = futures::future::join_all(acts.into_iter().map(tokio::spawn)).await;
            let mut done = Vec::new();
            for outcome in outcomes {
                match outcome.unwrap() {
                    Ok(ordered) => done.push(ordered.orders[0]),
                    lost => refused(lost, "medicines", "is not decided yet"),
                }
            }
            assert_eq!((done.len(), world.waiting().await.len()), (1, 1), "round {round}");
            let item = world.item(done[0], RAMIPRIL).await;
            world.town.services.medicines.cancel(&world.edna.actor, world.edna.person, item.id).await.unwrap();
        }
        assert_eq!(world.orders(&world.edna.actor).await.len(), 6);
        world.town.verify().await;
    }

    async fn one_form_many_times_at_once_is_one_order(place: &Place) {
        let world = World::at(place).await;
        let form = world.form(&[RAMIPRIL, SALBUTAMOL]).await;
        let acts = (0..8).map(|_| {
            let (medicines, form, me, person) = (world.town.services.medicines.clone(), form.clone(), world.edna.actor.clone(), world.edna.person);
            tokio::spawn(async move { medicines.order(&me, person, &form).await.unwrap() })
        });
        let done: Vec<_> = futures::future::join_all(acts).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(done.iter().filter(|one| !one.again).count(), 1);
        assert!(done.iter().all(|one| one.orders == done[0].orders));
        assert_eq!((world.orders(&world.edna.actor).await.len(), world.waiting().await.len()), (1, 1));
    }

    async fn of_two_practices_the_newer_is_theirs_and_the_other_says_so(place: &Place) {
        let world = World::at(place).await;
        world.take_in(world.town.other, &[repeat("x1", "Bisoprolol 5mg tablets", "120", "One each morning")]).await;
        // It told of her last, so she is one of its own, and it takes no orders; the one of before may take them, and not hers.
        refused(world.try_order(&world.edna.actor, &["Bisoprolol 5mg tablets"]).await, "medicines", "does not take orders here");
        refused(world.try_order(&world.edna.actor, &[SALBUTAMOL]).await, "medicines", "This practice does not look after you now. Ask your own practice");
    }

    async fn it_is_taken_back_until_it_is_decided_and_then_not_any_more(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let order = world.order(me, &[RAMIPRIL, SALBUTAMOL]).await;
        let (ramipril, salbutamol) = (world.item(order, RAMIPRIL).await, world.item(order, SALBUTAMOL).await);
        let before = world.events().await;
        assert_eq!(medicines.cancel(me, person, ramipril.id).await.unwrap().order, order);
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::OrderCancelled, Basis::Own)));
        // Twice is once.
        assert_eq!(medicines.cancel(me, person, ramipril.id).await.unwrap().order, order);
        assert_eq!(world.events().await, before + 1);
        assert_eq!(world.item(order, RAMIPRIL).await.status, ItemStatus::Cancelled);
        assert_eq!(world.waiting().await.len(), 1, "the other is still open");
        // It can be ordered anew, which is another thing that waits.
        let second = world.order(me, &[RAMIPRIL]).await;
        assert_eq!(world.waiting().await.len(), 2);
        world.decide(&world.town.clinician, order, &[SALBUTAMOL], "approve", "").await.unwrap();
        refused(medicines.cancel(me, person, salbutamol.id).await, "", "decided");
        assert_eq!(world.item(order, SALBUTAMOL).await.status, ItemStatus::Approved);
        let waiting = world.waiting().await;
        assert_eq!(waiting.iter().map(|item| item.about).collect::<Vec<_>>(), [second.as_uuid()]);
        medicines.cancel(me, person, world.item(second, RAMIPRIL).await.id).await.unwrap();
        assert!(world.waiting().await.is_empty());
        assert_eq!(world.told().await, [world.edna.email.as_str()], "of the approval alone");
        // And the next order waits again.
        world.order(me, &[RAMIPRIL]).await;
        assert_eq!(world.waiting().await.len(), 1);
    }

    async fn nobody_reaches_an_order_through_another_person(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let order = world.order(me, &[RAMIPRIL]).await;
        let item = world.item(order, RAMIPRIL).await.id;
        let other = world.town.citizen("Stone").await;
        let first_step = Actor::Account { id: me.account().unwrap(), assurance: Assurance::FirstStep };
        // With her own record, and with hers.
        for whose in [other.person, person] {
            not_found(medicines.one_order(&other.actor, whose, order).await);
            not_found(medicines.cancel(&other.actor, whose, item).await);
            not_found(medicines.reply(&other.actor, whose, item, "Yes").await);
        }
        assert!(matches!(medicines.cancel(&first_step, person, item).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(medicines.list(&Actor::Nobody, person).await, Err(ServiceError::NotSignedIn)));
        // Staff do not order for her, though they may read.
        not_found(medicines.cancel(&world.town.clinician, person, item).await);
        not_found(world.try_order(&world.town.clinician, &[SALBUTAMOL]).await);
        assert!(!world.list(&world.town.clinician).await.may_order);
        assert_eq!(world.item(order, RAMIPRIL).await.status, ItemStatus::Requested);
        // Refusals of her own practice's staff and of a carer's are among what she is told.
        assert_eq!(world.town.services.activity.of_account(&other.actor).await.unwrap().iter().filter(|one| one.was_refused()).count(), 6);
    }

    async fn a_carer_is_told_nothing_of_what_was_hidden_from_them_since(place: &Place) {
        let world = World::at(place).await;
        let (carer, relationship) = world.carer("Stone", "PRESCR").await;
        let order = world.order(&carer.actor, &[RAMIPRIL, SALBUTAMOL]).await;
        hide(&world, RAMIPRIL, relationship).await;
        world.town.mail().await;
        world.decide(&world.town.clinician, order, &[RAMIPRIL], "approve", "").await.unwrap();
        assert_eq!(world.told().await, [world.edna.email.as_str()]);
        world.decide(&world.town.clinician, order, &[SALBUTAMOL], "approve", "").await.unwrap();
        assert_eq!(world.told().await, [world.edna.email.as_str(), carer.email.as_str()]);
    }

    async fn a_carers_order_is_told_to_the_person_and_its_words_stay_the_carers(place: &Place) {
        let world = World::at(place).await;
        let (carer, relationship) = world.carer("Stone", "PRESCR").await;
        let medicines = &world.town.services.medicines;
        let form = OrderForm { note: "She forgets it".to_owned(), ..world.form(&[RAMIPRIL, SALBUTAMOL]).await };
        let before = world.events().await;
        let order = medicines.order(&carer.actor, world.edna.person, &form).await.unwrap().orders[0];
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::MedicinesOrdered, Basis::Carer)));
        assert_eq!(world.told().await, [world.edna.email.as_str()]);
        let hers = medicines.one_order(&world.edna.actor, world.edna.person, order).await.unwrap();
        assert_eq!((hers.by_carer, hers.mine, hers.note.as_str()), (true, false, ""));
        let carers = medicines.one_order(&carer.actor, world.edna.person, order).await.unwrap();
        assert_eq!((carers.by_carer, carers.mine, carers.note.as_str()), (true, true, "She forgets it"));
        let at_work = world.at_work(&world.town.reception, order).await;
        assert_eq!((at_work.by_carer, at_work.note.as_str(), at_work.may_decide), (true, "She forgets it", false));
        // Each is told what the other does about it; what the practice does both are told, while the carer still may.
        medicines.cancel(&world.edna.actor, world.edna.person, world.item(order, SALBUTAMOL).await.id).await.unwrap();
        assert_eq!(world.told().await, [carer.email.as_str()]);
        world.decide(&world.town.reception, order, &[RAMIPRIL], "ask", "Since when?").await.unwrap();
        assert_eq!(world.told().await, [world.edna.email.as_str(), carer.email.as_str()]);
        medicines.reply(&carer.actor, world.edna.person, world.item(order, RAMIPRIL).await.id, "Since May").await.unwrap();
        assert_eq!(world.told().await, [world.edna.email.as_str()]);
        assert_eq!(world.item(order, RAMIPRIL).await.reply, "", "not her words");
        world.town.services.carers.end(&world.edna.actor, world.edna.person, relationship).await.unwrap();
        world.town.mail().await;
        world.decide(&world.town.clinician, order, &[RAMIPRIL], "approve", "").await.unwrap();
        assert_eq!(world.told().await, [world.edna.email.as_str()]);
        not_found(medicines.one_order(&carer.actor, world.edna.person, order).await);
    }
}
