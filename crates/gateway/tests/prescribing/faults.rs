//! Every way in which a GP system can fail: the citizen always gets a clear answer, and there is one order.

use crate::gp_system::Fault;
use crate::village::{ATENOLOL, Decides, METFORMIN, RAMIPRIL, SALBUTAMOL, Village, said};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::medicine::{ItemStatus, OrderRefusal};
use domain::team::WorkKind;
use service::{Connection, ConnectionOf, OrdersAsked, OrdersLooked, OutsideMark};
use std::time::Duration;
use testkit::Place;

const DONE: OrdersAsked = OrdersAsked { settled: 1, waiting: 0 };
const WAITS: OrdersAsked = OrdersAsked { settled: 0, waiting: 1 };
const NONE: OrdersAsked = OrdersAsked { settled: 0, waiting: 0 };

/// What a GP system says to an order, by the tables of the specification, and what the citizen reads.
const ORDERING: [(u16, &str, &str, &str, &str); 14] = [
    (400, "BAD_REQUEST", "", "X-Request-ID is not present", "did not take the order. Ring them to order it"),
    (403, "ACCESS_DENIED", "", "Access denied", "does not let you order online. Ring them"),
    (
        409,
        "DUPLICATE_REJECTED",
        "",
        "Create would lead to creation of a duplicate resource",
        "has an order for this medicine already",
    ),
    (400, "DUPLICATE_REJECTED", "duplicate", "Duplicate prescription request", "has an order for this medicine already"),
    (422, "INVALID_RESOURCE", "", "Task resource failed validation", "did not take the order"),
    (422, "REFERENCE_NOT_FOUND", "", "focus reference to MedicationRequest not valid", "among the medicines that you can order"),
    (422, "REFERENCE_NOT_FOUND", "", "for reference to Patient not valid", "does not know you"),
    (400, "CONFLICTING_VALUES", "business-rule", "Mismatched prescribed item to quantity", "with another name or amount"),
    (400, "INVALID_CODE_VALUE", "code-invalid", "Invalid prescribed item code", "with another name or amount"),
    (400, "INVALID_NHS_NUMBER", "value", "Invalid patient ID", "does not know you. Ring them"),
    (400, "INVALID_VALUE", "value", "Invalid prescribed item quantity", "with another name or amount"),
    (400, "INVALID_VALUE", "too-long", "Note too long", "note is too long"),
    (400, "INVALID_VALUE", "value", "Task or request date not in past", "did not take the order"),
    (400, "INVALID_PARAMETER", "value", "Invalid date", "did not take the order"),
];

/// What it says to taking one back.
const CANCELLING: [(u16, &str, &str, &str, &str); 5] = [
    (
        400,
        "INVALID_REQUEST_STATE",
        "value",
        "Attempted cancellation once cancelled or prescribed",
        "dealt with this order already",
    ),
    (404, "RESOURCE_NOT_FOUND", "", "The request is for a Task that has already been actioned", "dealt with this order already"),
    (400, "INVALID_IDENTIFIER_VALUE", "value", "Invalid task ID", "did not take this. Ring them"),
    (422, "INVALID_PARAMETER", "", "The Task id supplied is invalid", "did not take this. Ring them"),
    (403, "ACCESS_DENIED", "", "Access denied", "does not let you do this online"),
];

testkit::both_engines! {
    async fn every_refusal_of_an_order_is_said_and_it_can_be_ordered_again(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        for (status, code, issue, words, told) in ORDERING {
            village.system.fail("order", Fault::Refuse(status, code, issue, words));
            let order = village.order(&sam, &[RAMIPRIL]).await;
            let item = village.item(&sam, order, RAMIPRIL).await;
            assert_eq!((item.status, item.answer.as_str()), (ItemStatus::Declined, ""), "{status} {code}");
            let said = item.outside.unwrap().in_words("The Trevelyan Practice");
            assert!(said.contains(told), "{status} {code} {words}: {said}");
            assert!(village.system.kept().is_empty(), "{status} {code}");
        }
        village.order(&sam, &[RAMIPRIL]).await;
        assert_eq!(village.system.kept().len(), 1);
        // Each was seen as it was sent.
        assert_eq!(village.mail().await, [""; 0]);
        assert_eq!(village.waiting().await, []);
        village.verify().await;
    }

    async fn every_refusal_of_taking_back_is_said_and_the_order_stands(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        let order = village.order(&sam, &[RAMIPRIL]).await;
        let item = village.item(&sam, order, RAMIPRIL).await.id;
        for (status, code, issue, words, told) in CANCELLING {
            village.system.fail("cancel", Fault::Refuse(status, code, issue, words));
            let said = said(village.cancel(&sam, item).await);
            assert!(said.contains(told), "{status} {code}: {said}");
            let (status, mark) = village.stands(&sam, RAMIPRIL).await;
            assert_eq!(status, ItemStatus::Requested);
            assert!(matches!(mark, Some(OutsideMark::NotCancelled(_))), "{mark:?}");
        }
        assert_eq!(village.noted(&sam).await[1..], ["outside-cancel-refused"; CANCELLING.len()]);
        // Once it is prescribed that is learnt at the next look.
        village.system.set("m1", "completed", None, Some("CDT38E-Y765968-4FG3BQ"));
        let told = said(village.cancel(&sam, item).await);
        assert!(told.contains("Your practice has dealt with this order already"), "{told}");
        assert_eq!(village.look(0).await, OrdersLooked { looked: 1, changed: 1 });
        assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Approved, None));
        village.verify().await;
    }

    async fn where_no_answer_says_whether_it_was_ordered_it_is_asked_again_and_ordered_once(place: &Place) {
        let faults = [
            Fault::DoneBut(500), Fault::NotDoneBut(500), Fault::DoneBut(504), Fault::NotDoneBut(502), Fault::NotDoneBut(503),
            Fault::DoneAndSilent, Fault::Silent, Fault::DoneAndGarbage, Fault::DoneAndTruncated, Fault::Nonsense,
        ];
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        for (round, fault) in faults.into_iter().enumerate() {
            let what = format!("{fault:?}");
            village.system.fail("order", fault);
            let ordered = village.try_order(&sam, &[RAMIPRIL]).await.unwrap();
            assert!(ordered.waits, "{what}");
            let item = village.item(&sam, ordered.orders[0], RAMIPRIL).await;
            assert_eq!((item.status, item.outside), (ItemStatus::Requested, Some(OutsideMark::Delayed)), "{what}");
            let told = item.outside.unwrap().in_words("The Trevelyan Practice");
            assert!(told.contains("If you need it within 2 days, ring The Trevelyan Practice"), "{told}");
            assert!(said(village.cancel(&sam, item.id).await).contains("We are still sending"), "{what}");
            // Not before its time, and once.
            assert_eq!(village.later(0).await, NONE, "{what}");
            assert_eq!(village.later(2).await, DONE, "{what}");
            assert_eq!(village.later(2).await, NONE, "{what}");
            assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Requested, Some(OutsideMark::There)), "{what}");
            assert_eq!((village.system.kept().len(), village.system.ids()), (round + 1, round + 1), "{what}");
            assert!(!village.cancel(&sam, item.id).await.unwrap().asked, "{what}");
        }
        assert_eq!(village.system.kept()[0].note.as_deref(), Some("Thank you"));
        assert_eq!(village.mail().await, [""; 0]);
        village.verify().await;
    }

    async fn an_order_that_was_sent_stands_whatever_the_database_does_after_it(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        let form = village.form(&sam, &[RAMIPRIL]).await;
        // What is answered cannot be kept.
        let (fails, works) = match place.id_in_sql(uuid::Uuid::nil()).starts_with('X') {
            true => (
                "CREATE TRIGGER fails BEFORE UPDATE ON prescribing_ask WHEN NEW.state <> 'asked' BEGIN SELECT RAISE(ABORT, 'no'); END",
                "DROP TRIGGER fails",
            ),
            false => (
                "CREATE FUNCTION fails() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql; \
                 CREATE TRIGGER fails BEFORE UPDATE ON prescribing_ask FOR EACH ROW WHEN (NEW.state <> 'asked') EXECUTE FUNCTION fails()",
                "DROP TRIGGER fails ON prescribing_ask",
            ),
        };
        place.alter(fails).await;
        let ordered = village.send(&sam, &form).await.unwrap();
        assert!(ordered.waits && village.system.kept().len() == 1);
        place.alter(works).await;
        let again = village.send(&sam, &form).await.unwrap();
        assert!(again.again && again.waits && again.orders == ordered.orders);
        assert_eq!(village.later(2).await, DONE);
        assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Requested, Some(OutsideMark::There)));
        assert_eq!(village.system.kept().len(), 1);
        village.verify().await;
    }

    async fn a_refusal_that_comes_late_is_told(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        village.system.fail("order", Fault::NotDoneBut(503));
        assert!(village.try_order(&sam, &[RAMIPRIL]).await.unwrap().waits);
        village.system.lose_patients();
        assert_eq!(village.later(2).await, DONE);
        let mark = Some(OutsideMark::NotTaken(OrderRefusal::NotKnown));
        assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Declined, mark));
        assert_eq!(village.mail().await, [sam.email.as_str()]);
    }

    async fn one_that_the_practice_has_from_elsewhere_is_not_taken_for_ours(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        let order = village.order(&sam, &[RAMIPRIL]).await;
        let item = village.item(&sam, order, RAMIPRIL).await.id;
        village.cancel(&sam, item).await.unwrap();
        // Somebody ordered it at the practice meanwhile.
        village.system.fail("order", Fault::Refuse(409, "DUPLICATE_REJECTED", "", ""));
        village.order(&sam, &[RAMIPRIL]).await;
        let mark = Some(OutsideMark::NotTaken(OrderRefusal::Duplicate));
        let all = village.services.medicines.orders(&sam.actor, sam.person).await.unwrap();
        assert_eq!((all[0].items[0].status, all[0].items[0].outside), (ItemStatus::Declined, mark));
    }

    async fn after_a_day_people_look_into_it_and_the_person_is_told_to_ring(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        let mut tries = 0;
        for _ in 0..40 {
            village.system.fail("tasks", Fault::NotDoneBut(500));
        }
        village.system.fail("order", Fault::DoneBut(500));
        assert!(village.try_order(&sam, &[RAMIPRIL]).await.unwrap().waits);
        let mut late = Vec::new();
        while village.later(30).await != DONE {
            tries += 1;
            assert!(tries < 60);
            late.extend(village.mail().await.into_iter().map(|to| (tries, to)));
        }
        assert!(tries > 40, "{tries}");
        // Long before, whoever has left the page learnt that it is late: once.
        assert!(late.len() == 1 && (4..12).contains(&late[0].0) && late[0].1 == sam.email, "{late:?}");
        // Not asked more often than about once an hour.
        assert!(village.system.asked().len() < 40);
        assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Cancelled, Some(OutsideMark::NotSent)));
        assert!(OutsideMark::NotSent.in_words("The Trevelyan Practice").contains("Ring The Trevelyan Practice"));
        assert_eq!(village.waiting().await, [WorkKind::OutsideOrder]);
        assert_eq!(village.noted(&sam).await, ["outside-unknown", "outside-looked-into"]);
        assert_eq!(village.mail().await, [sam.email.as_str()]);
        let item = village.services.work.list(&village.manager).await.unwrap().remove(0);
        village.services.work.done(&village.manager, item.id, item.version).await.unwrap();
        assert_eq!(village.waiting().await, []);
        village.verify().await;
    }

    async fn where_taking_back_is_not_answered_it_is_asked_again(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        for fault in [Fault::DoneBut(500), Fault::NotDoneBut(500), Fault::NotDoneBut(429), Fault::DoneAndGarbage, Fault::Silent] {
            let what = format!("{fault:?}");
            let order = village.order(&sam, &[RAMIPRIL]).await;
            let item = village.item(&sam, order, RAMIPRIL).await.id;
            village.system.fail("cancel", fault);
            for _ in 0..2 {
                assert!(village.cancel(&sam, item).await.unwrap().asked, "{what}");
            }
            assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Requested, Some(OutsideMark::Cancelling)), "{what}");
            village.mail().await;
            assert_eq!(village.later(2).await, DONE, "{what}");
            assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Cancelled, None), "{what}");
            assert_eq!(village.mail().await, [sam.email.as_str()], "{what}");
        }
        village.verify().await;
    }

    async fn what_is_not_taken_back_within_a_day_comes_to_people_and_is_followed_still(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        let order = village.order(&sam, &[RAMIPRIL]).await;
        let item = village.item(&sam, order, RAMIPRIL).await.id;
        for _ in 0..60 {
            village.system.fail("cancel", Fault::NotDoneBut(500));
        }
        assert!(village.cancel(&sam, item).await.unwrap().asked);
        village.mail().await;
        let mut tries = 0;
        while village.later(30).await != DONE {
            tries += 1;
            assert!(tries < 60);
        }
        assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Requested, Some(OutsideMark::CancelUnknown)));
        assert_eq!(village.waiting().await, [WorkKind::OutsideOrder]);
        assert_eq!(village.noted(&sam).await, ["outside-ordered", "outside-cancel-unknown", "outside-looked-into"]);
        assert_eq!(village.mail().await, [sam.email.as_str(), sam.email.as_str()], "that it is late, and that nobody knows");
        village.system.set("m1", "completed", None, None);
        assert_eq!(village.look(0).await, OrdersLooked { looked: 1, changed: 1 });
        assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Approved, None));
        village.verify().await;
    }

    async fn a_system_that_does_not_answer_is_left_alone_and_comes_back(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        for _ in 0..5 {
            village.system.fail("order", Fault::NotDoneBut(503));
            village.system.fail("tasks", Fault::NotDoneBut(503));
        }
        assert!(village.try_order(&sam, &[RAMIPRIL, SALBUTAMOL]).await.unwrap().waits);
        assert_eq!(village.later(2).await, OrdersAsked { settled: 0, waiting: 2 });
        assert_eq!(village.later(3).await, OrdersAsked { settled: 0, waiting: 2 });
        // The fifth fault opened it: the second was not asked any more.
        assert_eq!(village.system.asked(), ["order", "order", "tasks", "tasks", "tasks"]);
        for _ in 0..20 {
            village.later(30).await;
        }
        for name in [RAMIPRIL, SALBUTAMOL] {
            assert_eq!(village.stands(&sam, name).await, (ItemStatus::Requested, Some(OutsideMark::There)));
        }
        assert_eq!(village.system.kept().len(), 2);
    }

    async fn whoever_looks_on_does_not_wait_for_ever(place: &Place) {
        let mut village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        village.services.medicines = village.services.medicines.clone().within(Duration::from_millis(50));
        village.system.fail("order", Fault::DoneAndSilent);
        assert!(village.try_order(&sam, &[RAMIPRIL, SALBUTAMOL]).await.unwrap().waits);
        let marks = [village.stands(&sam, RAMIPRIL).await.1, village.stands(&sam, SALBUTAMOL).await.1];
        assert!(marks.contains(&Some(OutsideMark::Delayed)) && marks.contains(&Some(OutsideMark::Sending)), "{marks:?}");
        assert_eq!(village.later(2).await, OrdersAsked { settled: 2, waiting: 0 });
        assert_eq!(village.system.kept().len(), 2);
    }

    async fn a_medicine_is_found_by_its_identifier_and_one_that_cannot_be_told_is_not_ordered(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        village.order(&sam, &[METFORMIN]).await;
        assert_eq!(village.system.asked(), ["order", "plans", "order"]);
        assert_eq!(village.system.kept()[0].plan, "new-m3");
        let why = village.why_not(&sam, ATENOLOL).await.unwrap();
        assert!(why.contains("cannot tell your practice’s own system which medicine this is"), "{why}");
        assert!(said(village.try_order(&sam, &[ATENOLOL]).await).contains("Ask them how to order it"));
    }

    async fn how_it_stands_is_asked_ever_less_often_and_when_the_page_is_opened(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        let order = village.order(&sam, &[RAMIPRIL]).await;
        village.system.asked();
        village.system.set("m1", "in-progress", None, None);
        // It was heard of just now.
        assert_eq!(village.item(&sam, order, RAMIPRIL).await.outside, Some(OutsideMark::There));
        village.clock.advance(TimeDelta::minutes(11));
        assert_eq!(village.item(&sam, order, RAMIPRIL).await.outside, Some(OutsideMark::InProgress));
        assert_eq!(village.item(&sam, order, RAMIPRIL).await.outside, Some(OutsideMark::InProgress));
        assert_eq!(village.system.asked(), ["tasks"]);
        let mut asked = 0;
        for _ in 0..(4 * 48) {
            asked += village.look(15).await.looked;
        }
        // Every quarter of an hour for two hours, then every hour until a day is over, then every six.
        assert!((30..40).contains(&asked), "{asked}");
        // A look that fails changes nothing.
        village.system.fail("tasks", Fault::NotDoneBut(500));
        assert_eq!(village.look(6 * 60).await, OrdersLooked::default());
        assert_eq!(village.stands(&sam, RAMIPRIL).await.1, Some(OutsideMark::InProgress));
        village.system.set("m1", "cancelled", Some("Ordered at the desk"), None);
        assert_eq!(village.look(6 * 60).await, OrdersLooked { looked: 1, changed: 1 });
        let item = village.item(&sam, order, RAMIPRIL).await;
        assert_eq!((item.status, item.outside), (ItemStatus::Cancelled, Some(OutsideMark::CancelledThere)));
        assert_eq!(item.answer, "Ordered at the desk");
        assert_eq!(village.mail().await, [sam.email.as_str()]);
        assert_eq!(village.look(24 * 60).await, OrdersLooked::default());
        // Each change is told once, however often it was looked at.
        assert_eq!(village.noted(&sam).await, ["outside-ordered", "outside-in-progress", "outside-cancelled"]);
        village.verify().await;
    }

    async fn the_person_reads_since_when_the_system_does_not_answer(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        let of = async || {
            let seen = village.services.records.sources(&sam.actor, sam.person).await.unwrap();
            seen.connections.into_iter().next()
        };
        let mut seen = Connection {
            name: "The Trevelyan Practice".to_owned(),
            of: ConnectionOf::Orders,
            last_success: None,
            failing: None,
            last_failure: None,
        };
        assert_eq!(of().await, Some(seen.clone()));
        village.order(&sam, &[RAMIPRIL]).await;
        seen.last_success = Some(village.services.core.now());
        assert_eq!(of().await, Some(seen.clone()));
        // That it answers again at once is not written down anew, and one slip is none that anybody needs to know.
        village.order(&sam, &[SALBUTAMOL]).await;
        village.system.fail("order", Fault::NotDoneBut(503));
        village.try_order(&sam, &[METFORMIN]).await.unwrap();
        assert_eq!(of().await, Some(seen.clone()));
        assert_eq!(village.later(2).await, DONE);
        village.system.fail("tasks", Fault::NotDoneBut(500));
        assert_eq!(village.look(16).await, OrdersLooked::default());
        let broke = Some(village.services.core.now());
        (seen.failing, seen.last_failure) = (broke, broke);
        assert_eq!(of().await, Some(seen.clone()));
        let listed = village.services.medicines.outside_prescribing(&Actor::Operator).await.unwrap();
        assert_eq!((listed[0].answered_at, listed[0].failing), (seen.last_success, broke));
        assert_eq!(village.look(16).await.looked, 3);
        (seen.failing, seen.last_success) = (None, Some(village.services.core.now()));
        assert_eq!(of().await, Some(seen));
        village.verify().await;
    }

    async fn one_that_is_there_no_more_is_said_so(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        let order = village.order(&sam, &[RAMIPRIL]).await;
        village.system.forget();
        assert_eq!(village.look(16).await, OrdersLooked { looked: 1, changed: 0 });
        let item = village.item(&sam, order, RAMIPRIL).await;
        assert_eq!((item.status, item.outside), (ItemStatus::Requested, Some(OutsideMark::Missing)));
        assert!(item.outside.unwrap().in_words("The Trevelyan Practice").contains("Ring The Trevelyan Practice"));
        assert_eq!(village.look(16).await, OrdersLooked { looked: 1, changed: 0 });
        assert_eq!(village.noted(&sam).await, ["outside-ordered", "outside-missing"]);
    }

    async fn a_practice_moves_there_and_back_and_loses_no_order(place: &Place) {
        let village = Village::at(place, Decides::Here).await;
        let sam = village.citizen(0).await;
        village.order(&sam, &[RAMIPRIL]).await;
        for wrong in ["", "http://gp.example.org", "https://gp.example.org/?x=1"] {
            assert!(said(village.outside(Some(wrong)).await).contains("must be like"), "{wrong}");
        }
        assert!(village.services.medicines.prescribe_outside(&sam.actor, village.practice, None).await.is_err());
        village.outside(Some(&village.system.url)).await.unwrap();
        assert_eq!(village.services.medicines.rules(&village.manager).await.unwrap().outside.as_ref(), Some(&village.system.url));
        // What was ordered before is decided here.
        assert_eq!(village.waiting().await, [WorkKind::MedicineOrder]);
        assert_eq!(village.stands(&sam, RAMIPRIL).await, (ItemStatus::Requested, None));
        let there = village.order(&sam, &[SALBUTAMOL]).await;
        assert_eq!(village.waiting().await, [WorkKind::MedicineOrder]);
        village.system.fail("order", Fault::NotDoneBut(503));
        village.try_order(&sam, &[METFORMIN]).await.unwrap();
        assert!(said(village.outside(None).await).contains("has not answered"));
        let listed = village.services.medicines.outside_prescribing(&Actor::Operator).await.unwrap();
        assert_eq!((listed[0].organisation.as_str(), listed[0].waiting), ("A00001", 1));
        assert_eq!(village.later(2).await, DONE);
        village.outside(None).await.unwrap();
        village.outside(None).await.unwrap();
        assert_eq!(village.waiting().await, [WorkKind::MedicineOrder; 3]);
        let moved = village.noted(&sam).await.into_iter().filter(|what| what == "outside-moved").count();
        assert_eq!(moved, 2, "once for each that came back");
        assert_eq!(village.stands(&sam, SALBUTAMOL).await, (ItemStatus::Requested, None));
        let seen = village.services.medicines.order_for_team(&village.clinician, there).await.unwrap();
        assert_eq!(seen.items.len(), 1);
        assert_eq!(village.look(60).await, OrdersLooked::default());
        assert_eq!(village.services.medicines.outside_prescribing(&Actor::Operator).await.unwrap(), []);
    }

    async fn a_practice_without_people_here_takes_orders_until_somebody_says_otherwise(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let sam = village.citizen(0).await;
        assert!(village.services.medicines.rules(&village.manager).await.unwrap().takes_orders);
        village.rule("no").await;
        assert!(said(village.try_order(&sam, &[RAMIPRIL]).await).contains("does not take orders here"));
        village.rule("yes").await;
        village.order(&sam, &[RAMIPRIL]).await;
    }

    async fn somebody_without_an_answer_waits_and_others_do_not(place: &Place) {
        let village = Village::at(place, Decides::Outside).await;
        let (sam, stone) = (village.citizen(0).await, village.citizen(1).await);
        village.system.fail("order", Fault::NotDoneBut(503));
        assert!(village.try_order(&sam, &[RAMIPRIL]).await.unwrap().waits);
        village.order(&stone, &[RAMIPRIL]).await;
        village.system.fail("tasks", Fault::NotDoneBut(503));
        assert_eq!(village.later(2).await, WAITS);
        assert_eq!(village.stands(&stone, RAMIPRIL).await.1, Some(OutsideMark::There));
        assert_eq!(village.system.kept()[0].patient, stone.number);
    }
}
