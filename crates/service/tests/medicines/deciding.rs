//! The practice's side: who may do what, all or nothing, as it was seen, and told once.

use crate::medicines::town::{fields, member, not_found, problems, refused};
use crate::medicines::world::{METFORMIN, RAMIPRIL, SALBUTAMOL, World, issue};
use domain::audit::{Action, Basis};
use domain::medicine::{CannotOrder, ItemStatus};
use domain::team::{StaffRole, WorkKind};
use domain::{OrderId, OrderItemId};
use service::DecideForm;
use testkit::Place;

async fn statuses(world: &World, order: OrderId) -> Vec<ItemStatus> {
    world.at_work(&world.town.reception, order).await.items.iter().map(|item| item.status).collect()
}

testkit::both_engines! {
    async fn reception_prepares_and_asks_and_a_clinician_decides(place: &Place) {
        let world = World::at(place).await;
        let order = world.order(&world.edna.actor, &[RAMIPRIL, SALBUTAMOL]).await;
        let (reception, clinician) = (&world.town.reception, &world.town.clinician);
        for act in ["approve", "change", "decline"] {
            not_found(world.decide(reception, order, &[RAMIPRIL], act, "No").await);
            not_found(world.decide(&world.town.manager, order, &[RAMIPRIL], act, "No").await);
        }
        assert_eq!(statuses(&world, order).await, [ItemStatus::Requested; 2]);
        let form = world.decision(order, &[RAMIPRIL, SALBUTAMOL], DecideForm::PREPARE, "").await;
        let before = world.events().await;
        world.town.services.medicines.decide(reception, order, &form).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 2, (Action::OrderChanged, Basis::CareTeam)), "one for each medicine");
        // Twice is once, and nobody is told.
        world.town.services.medicines.decide(reception, order, &form).await.unwrap();
        assert_eq!(world.events().await, before + 2);
        assert!(world.told().await.is_empty());
        let seen = world.at_work(clinician, order).await;
        assert!(seen.may_decide && seen.items.iter().all(|item| item.prepared.as_ref().is_some_and(|(name, _)| name == "Cleo Clerk")));
        assert_eq!((world.events().await, world.last().await), (before + 3, (Action::Read, Basis::CareTeam)));
        let form = world.decision(order, &[RAMIPRIL, SALBUTAMOL], "approve", "").await;
        world.town.services.medicines.decide(clinician, order, &form).await.unwrap();
        assert_eq!(world.last().await, (Action::OrderDecided, Basis::CareTeam));
        assert_eq!(world.told().await, [world.edna.email.as_str()], "once for both");
        let events = world.events().await;
        world.town.services.medicines.decide(clinician, order, &form).await.unwrap();
        assert_eq!(world.events().await, events);
        assert!(world.told().await.is_empty());
        assert_eq!(statuses(&world, order).await, [ItemStatus::Approved; 2]);
        assert!(world.waiting().await.is_empty());
        assert!(world.at_work(clinician, order).await.items.iter().all(|item| item.decided.as_ref().is_some_and(|(name, _)| name == "Dr Doe")));
        // What is decided is not prepared any more.
        refused(world.decide(reception, order, &[RAMIPRIL], DecideForm::PREPARE, "").await, "", "changed");
        world.town.verify().await;
    }

    async fn what_was_approved_counts_as_given_until_the_source_tells_of_it(place: &Place) {
        let world = World::at(place).await;
        let order = world.order(&world.edna.actor, &[RAMIPRIL]).await;
        world.decide(&world.town.clinician, order, &[RAMIPRIL], "approve", "").await.unwrap();
        let soon = Some(Err(CannotOrder::TooSoon("2026-11-24".parse().unwrap())));
        let seen = world.one(&world.edna.actor, RAMIPRIL).await;
        assert_eq!((seen.order, seen.last_issued), (soon, Some("2026-11-03".parse().unwrap())));
        // A day later the practice's own system tells of the same supply: it is one and not two.
        world.advance_days(1);
        world.take_in(world.town.practice, &[issue("m1c", RAMIPRIL, "101", "2026-11-04")]).await;
        let seen = world.one(&world.edna.actor, RAMIPRIL).await;
        assert_eq!(seen.last_issued, Some("2026-11-04".parse().unwrap()));
        world.set("2026-11-25T10:00:00Z");
        let order = world.order(&world.edna.actor, &[RAMIPRIL]).await;
        assert!(!world.at_work(&world.town.clinician, order).await.items[0].overused);
    }

    async fn more_than_was_used_up_is_shown_to_whoever_decides(place: &Place) {
        let world = World::at(place).await;
        let days = ["2026-08-13", "2026-08-27", "2026-09-24"];
        let more: Vec<_> = days.iter().enumerate().map(|(at, day)| issue(&format!("o{at}"), RAMIPRIL, "101", day)).collect();
        world.take_in(world.town.practice, &more).await;
        let order = world.order(&world.edna.actor, &[RAMIPRIL]).await;
        assert!(world.at_work(&world.town.clinician, order).await.items[0].overused);
    }

    async fn a_change_a_refusal_and_a_question_need_words(place: &Place) {
        let world = World::at(place).await;
        let order = world.order(&world.edna.actor, &[RAMIPRIL, SALBUTAMOL]).await;
        let clinician = &world.town.clinician;
        for (act, words) in [("change", "what is different"), ("decline", "Write why"), ("ask", "what you want to know")] {
            refused(world.decide(clinician, order, &[RAMIPRIL], act, " \r\n").await, "words", words);
            assert_eq!(fields(world.decide(clinician, order, &[RAMIPRIL], act, &"x".repeat(501)).await), ["words"]);
            assert_eq!(fields(world.decide(clinician, order, &[RAMIPRIL], act, "\u{0}").await), ["words"]);
        }
        for act in ["", "answer", "cancel", "x"] {
            refused(world.decide(clinician, order, &[RAMIPRIL], act, "Yes").await, "act", "Choose what to do");
        }
        let form = |items: &str, act: &str| DecideForm { items: items.to_owned(), act: act.to_owned(), ..DecideForm::default() };
        let medicines = &world.town.services.medicines;
        assert_eq!(fields(medicines.decide(clinician, order, &form("", "")).await), ["items", "act"]);
        assert_eq!(fields(medicines.decide(clinician, order, &form(" ", "decline")).await), ["items", "words"]);
        for items in ["x", "x:1", "01890000-0000-7000-8000-000000000000", "01890000-0000-7000-8000-000000000000:y"] {
            refused(medicines.decide(clinician, order, &form(items, "approve")).await, "items", "Choose again");
        }
        not_found(medicines.decide(clinician, order, &form("01890000-0000-7000-8000-000000000000:1", "approve")).await);
        assert_eq!(statuses(&world, order).await, [ItemStatus::Requested; 2]);
        assert!(world.told().await.is_empty());
        world.decide(clinician, order, &[RAMIPRIL], "change", "14 capsules").await.unwrap();
        world.decide(clinician, order, &[SALBUTAMOL], "decline", "Come and see us").await.unwrap();
        assert_eq!(world.told().await, [world.edna.email.as_str(), world.edna.email.as_str()], "one mail for each act");
        let (ramipril, salbutamol) = (world.item(order, RAMIPRIL).await, world.item(order, SALBUTAMOL).await);
        assert_eq!((ramipril.status, ramipril.answer.as_str()), (ItemStatus::Changed, "14 capsules"));
        assert_eq!((salbutamol.status, salbutamol.answer.as_str()), (ItemStatus::Declined, "Come and see us"));
        // What was declined was not given: it can be ordered again.
        assert_eq!(world.one(&world.edna.actor, SALBUTAMOL).await.order, Some(Ok(())));
    }

    async fn a_question_goes_to_the_person_and_their_answer_back(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let order = world.order(me, &[RAMIPRIL]).await;
        let item = world.item(order, RAMIPRIL).await.id;
        refused(medicines.reply(me, person, item, "Yes").await, "", "does not wait for an answer");
        let ask = world.decision(order, &[RAMIPRIL], "ask", "Do you take it each day?").await;
        let before = world.events().await;
        medicines.decide(&world.town.reception, order, &ask).await.unwrap();
        medicines.decide(&world.town.reception, order, &ask).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::OrderChanged, Basis::CareTeam)));
        assert_eq!(world.told().await, [world.edna.email.as_str()]);
        refused(world.decide(&world.town.reception, order, &[RAMIPRIL], "ask", "And at night?").await, "", "waits for the answer");
        let asked = world.item(order, RAMIPRIL).await;
        assert_eq!((asked.status, asked.question.as_str()), (ItemStatus::Question, "Do you take it each day?"));
        assert_eq!(world.waiting().await.len(), 1);
        refused(medicines.reply(me, person, item, " ").await, "reply", "Write your answer");
        let before = world.events().await;
        medicines.reply(me, person, item, "I do").await.unwrap();
        medicines.reply(me, person, item, "I do").await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::OrderChanged, Basis::Own)));
        let seen = world.at_work(&world.town.reception, order).await;
        assert_eq!((seen.items[0].status, seen.items[0].reply.as_str()), (ItemStatus::Requested, "I do"));
        // Another question leaves the first answer behind.
        world.decide(&world.town.clinician, order, &[RAMIPRIL], "ask", "And at night?").await.unwrap();
        assert_eq!(world.item(order, RAMIPRIL).await.reply, "");
        // It can be taken back, and decided, without an answer.
        medicines.cancel(me, person, item).await.unwrap();
        let second = world.order(me, &[RAMIPRIL]).await;
        world.decide(&world.town.reception, second, &[RAMIPRIL], "ask", "Why?").await.unwrap();
        world.decide(&world.town.clinician, second, &[RAMIPRIL], "approve", "").await.unwrap();
        refused(medicines.reply(me, person, world.item(second, RAMIPRIL).await.id, "So").await, "", "decided");
    }

    async fn two_at_once_one_wins_and_the_other_is_told(place: &Place) {
        let world = World::at(place).await;
        let second = member(&world.town.services, world.town.practice, StaffRole::Clinician, "Dr Roe").await;
        for _ in 0..5 {
            let order = world.order(&world.edna.actor, &[SALBUTAMOL]).await;
            world.told().await;
            let mut acts = Vec::new();
            for (number, (act, words)) in [("decline", "No"), ("change", "One"), ("ask", "Why?"), ("change", "Two")].into_iter().enumerate() {
                let form = world.decision(order, &[SALBUTAMOL], act, words).await;
                let by = if number % 2 == 0 { world.town.clinician.clone() } else { second.clone() };
                let medicines = world.town.services.medicines.clone();
                acts.push(tokio::spawn(async move { medicines.decide(&by, order, &form).await }));
            }
            let mut won = 0;
            for act in acts {
                match act.await.unwrap() {
                    Ok(()) => won += 1,
                    lost => {
                        let told = problems(lost);
                        assert!(told.len() == 1 && told[0].0.is_empty() && told[0].1.ends_with("Look at how it stands now"), "{told:?}");
                    }
                }
            }
            assert_eq!((won, world.told().await.len()), (1, 1));
            let item = world.item(order, SALBUTAMOL).await;
            if item.status.is_open() {
                world.town.services.medicines.cancel(&world.edna.actor, world.edna.person, item.id).await.unwrap();
            }
            assert!(world.waiting().await.is_empty());
            // What was given is not ordered again before the next day.
            world.advance_days(1);
        }
    }

    async fn what_has_changed_since_it_was_seen_is_not_decided_and_all_or_none_is_done(place: &Place) {
        let world = World::at(place).await;
        let (me, person, medicines) = (&world.edna.actor, world.edna.person, &world.town.services.medicines);
        let order = world.order(me, &[RAMIPRIL, SALBUTAMOL]).await;
        let both = world.decision(order, &[RAMIPRIL, SALBUTAMOL], "approve", "").await;
        medicines.cancel(me, person, world.item(order, SALBUTAMOL).await.id).await.unwrap();
        refused(medicines.decide(&world.town.clinician, order, &both).await, "", "taken back");
        assert_eq!(statuses(&world, order).await, [ItemStatus::Requested, ItemStatus::Cancelled]);
        // A question was answered meanwhile: whoever decides must have read it.
        let old = world.decision(order, &[RAMIPRIL], "approve", "").await;
        world.decide(&world.town.reception, order, &[RAMIPRIL], "ask", "Why?").await.unwrap();
        medicines.reply(me, person, world.item(order, RAMIPRIL).await.id, "It makes me cough").await.unwrap();
        refused(medicines.decide(&world.town.clinician, order, &old).await, "", "Somebody has just changed this");
        assert_eq!(statuses(&world, order).await, [ItemStatus::Requested, ItemStatus::Cancelled]);
        assert_eq!(world.waiting().await.len(), 1);
    }

    async fn another_organisation_and_another_role_do_not_reach_it(place: &Place) {
        let world = World::at(place).await;
        let order = world.order(&world.edna.actor, &[RAMIPRIL]).await;
        let form = world.decision(order, &[RAMIPRIL], "ask", "Why?").await;
        let elsewhere = member(&world.town.services, world.town.other, StaffRole::Clinician, "Dr Hill").await;
        let medicines = &world.town.services.medicines;
        for actor in [&world.town.stranger, &elsewhere, &world.town.officer, &world.edna.actor] {
            let account = actor.account().unwrap().as_uuid();
            let before = world.chain(account).await;
            not_found(medicines.order_for_team(actor, order).await);
            not_found(medicines.decide(actor, order, &form).await);
            assert_eq!(world.chain(account).await, before + 2);
        }
        let nobodys = OrderId::from_uuid(world.town.services.core.new_id());
        not_found(medicines.order_for_team(&world.town.clinician, nobodys).await);
        not_found(medicines.decide(&world.town.clinician, nobodys, &form).await);
        // An item of another order is none of this one.
        let other = world.order(&world.edna.actor, &[SALBUTAMOL]).await;
        not_found(medicines.decide(&world.town.clinician, other, &form).await);
        let nothing = DecideForm { items: format!("{}:1", OrderItemId::from_uuid(nobodys.as_uuid())), ..form };
        not_found(medicines.decide(&world.town.clinician, order, &nothing).await);
        assert_eq!(statuses(&world, order).await, [ItemStatus::Requested]);
        // It is not ended by hand: its answer ends it.
        let item = world.waiting().await.remove(0);
        // What it is about is told to whoever answers it, and shows nothing.
        let events = world.events().await;
        let about = world.town.services.work.about(&world.town.reception, item.id).await.unwrap();
        assert_eq!((about.kind, about.person, about.about), (WorkKind::MedicineOrder, world.edna.person, order.as_uuid()));
        for actor in [&world.town.stranger, &elsewhere, &world.town.officer, &world.edna.actor] {
            not_found(world.town.services.work.about(actor, item.id).await);
        }
        assert_eq!(world.events().await, events);
        refused(world.town.services.work.done(&world.town.reception, item.id, item.version).await, "", "");
        assert_eq!(world.waiting().await.len(), 2);
    }

    async fn one_who_has_gone_to_another_practice_is_still_answered(place: &Place) {
        let world = World::at(place).await;
        let order = world.order(&world.edna.actor, &[RAMIPRIL]).await;
        world.town.services.people.register(&domain::access::Actor::Operator, world.edna.person, world.town.other).await.unwrap();
        world.decide(&world.town.clinician, order, &[RAMIPRIL], "decline", "Ask your new practice").await.unwrap();
        assert_eq!(world.item(order, RAMIPRIL).await.status, ItemStatus::Declined);
        assert_eq!(world.one(&world.edna.actor, METFORMIN).await.order, Some(Err(CannotOrder::NotYours)));
    }
}
