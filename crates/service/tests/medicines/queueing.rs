//! The practice's queue: what waits a page at a time, whoever it is for, and approving medicines of several orders at once.

use crate::medicines::town::{Citizen, fields, member, not_found, refused};
use crate::medicines::world::{METFORMIN, RAMIPRIL, SALBUTAMOL, World, issue};
use chrono::{NaiveDate, TimeDelta};
use domain::audit::{Action, Basis};
use domain::medicine::{Flag, ItemStatus, QueuePart};
use domain::pharmacy::OdsCode;
use domain::team::{StaffRole, WorkKind};
use domain::{EntryId, OrderId, OrderItemId, WorkItemId};
use serde_json::json;
use service::{ApproveForm, OrderForm, OrderQueue, QueuedOrder};
use store::medicine::{NewItem, NewOrder};
use store::work::NewWorkItem;
use testkit::Place;

/// What is ordered of which not the record tells.
#[derive(Clone, Copy, Default)]
struct Of {
    review_on: Option<NaiveDate>,
    early: bool,
    overused: bool,
    /// To whom the prescription goes, for this order alone.
    to: Option<&'static str>,
}

/// An order of one medicine that waits at the practice, as it would be had the record told of that.
async fn waits(world: &World, who: &Citizen, name: &str, of: Of) -> OrderId {
    let core = &world.town.services.core;
    world.town.advance(TimeDelta::seconds(1));
    let (id, at, person, account) =
        (OrderId::from_uuid(core.new_id()), world.town.practice, who.person, who.actor.account().unwrap());
    let new = NewOrder {
        person,
        id,
        organisation: at,
        submission: core.new_id(),
        note: "Thank you".to_owned(),
        channel: "self",
        ordered_by: account,
        dispenser: of.to.map(|code| OdsCode::parse(code).unwrap()),
        dispenser_once: of.to.is_some(),
    };
    let item = NewItem {
        id: OrderItemId::from_uuid(core.new_id()),
        entry: EntryId::from_uuid(core.new_id()),
        name: name.to_owned(),
        dose: "One OD".to_owned(),
        quantity: "28 capsules".to_owned(),
        last_issued: None,
        runs_out: None,
        review_on: of.review_on,
        overused: of.overused,
        reason: String::new(),
        early_reason: if of.early { "We travel".to_owned() } else { String::new() },
    };
    let about = id.as_uuid();
    let work = NewWorkItem { organisation: at, team: None, kind: WorkKind::MedicineOrder, person, about, urgent: false };
    let (work_id, now) = (WorkItemId::from_uuid(core.new_id()), core.now());
    let written: Result<(), store::StoreError> = core
        .store()
        .write(move |tx| {
            Box::pin(async move {
                store::medicine::insert(tx, &new, now).await?;
                assert!(store::medicine::insert_item(tx, (person, id), &item, now).await?);
                assert!(store::work::insert(tx, work_id, &work, now).await?);
                Ok(())
            })
        })
        .await;
    written.unwrap();
    id
}

async fn queue(world: &World, part: QueuePart) -> OrderQueue {
    world.town.services.medicines.queue(&world.town.clinician, part, None).await.unwrap()
}

fn ids(queue: &OrderQueue) -> Vec<OrderId> {
    queue.orders.iter().map(|order| order.id).collect()
}

/// What a box on the page sends for each medicine of these.
fn all_of(orders: &[QueuedOrder]) -> String {
    let of = |order: &QueuedOrder| {
        order.items.iter().map(|item| format!("{}:{}:{}", order.id, item.id, item.version)).collect::<Vec<_>>()
    };
    orders.iter().flat_map(of).collect::<Vec<_>>().join(" ")
}

fn approving(items: String) -> ApproveForm {
    ApproveForm { items, ..ApproveForm::default() }
}

testkit::both_engines! {
    async fn what_waits_is_read_the_oldest_first_with_one_event_for_each_person(place: &Place) {
        let world = World::at(place).await;
        let stone = world.town.born("Stone", "1961-05-02").await;
        let first = world.order(&world.edna.actor, &[RAMIPRIL, SALBUTAMOL]).await;
        let second = waits(&world, &stone, "Amlodipine", Of::default()).await;
        world.town.advance(TimeDelta::days(2));
        let third = waits(&world, &world.edna, "Sertraline", Of::default()).await;
        world.decide(&world.town.reception, first, &[RAMIPRIL], "prepare", "").await.unwrap();
        world.town.mail().await;
        let before = (world.events().await, world.chain(stone.person.as_uuid()).await);
        let seen = queue(&world, QueuePart::All).await;
        assert_eq!((world.events().await, world.chain(stone.person.as_uuid()).await), (before.0 + 1, before.1 + 1));
        assert_eq!(world.last().await, (Action::Read, Basis::CareTeam));
        assert_eq!((ids(&seen), seen.next, seen.may_decide), (vec![first, second, third], None, true));
        let order = &seen.orders[0];
        assert_eq!((order.person_name.as_str(), order.birth_date.unwrap().to_string().as_str()), ("Edna Hughes", "1948-03-27"));
        assert_eq!((order.by_carer, order.taken_by.as_ref()), (false, None));
        // Each as it stands on its own page.
        let own = world.at_work(&world.town.clinician, first).await;
        assert_eq!(order.items, own.items);
        assert_eq!(order.items[0].prepared.as_ref().unwrap().0, "Cleo Clerk");
        assert_eq!(seen.orders[1].note, "Thank you");
        // Those whom it shows are told of somebody new, once.
        let of = |mail: Vec<service::Mail>| {
            let mut to: Vec<String> = mail.into_iter().filter(|mail| mail.body.contains("not done so before")).map(|mail| mail.to).collect();
            to.sort();
            to
        };
        assert_eq!(of(world.town.mail().await), [world.edna.email.clone(), stone.email.clone()]);
        queue(&world, QueuePart::All).await;
        assert_eq!(of(world.town.mail().await), [""; 0]);
        assert!(!world.town.services.medicines.queue(&world.town.reception, QueuePart::All, None).await.unwrap().may_decide);
        // What is decided waits no more, and what waits still of the same order stays.
        world.decide(&world.town.clinician, first, &[RAMIPRIL], "approve", "").await.unwrap();
        let seen = queue(&world, QueuePart::All).await;
        assert_eq!(seen.orders[0].items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), [SALBUTAMOL]);
        world.decide(&world.town.clinician, first, &[SALBUTAMOL], "decline", "No").await.unwrap();
        assert_eq!(ids(&queue(&world, QueuePart::All).await), [second, third]);
        world.town.verify().await;
    }

    async fn where_each_prescription_goes_stands_on_the_page_and_on_the_check(place: &Place) {
        let world = World::with_pharmacies(place).await;
        let (medicines, clinician) = (&world.town.services.medicines, &world.town.clinician);
        let mut all = Vec::new();
        for to in [Some("FA001"), None, Some("FA002"), Some("FA001")] {
            all.push(waits(&world, &world.edna, "Amlodipine", Of { to, ..Of::default() }).await);
        }
        world.close_all_but_bell().await;
        let seen = queue(&world, QueuePart::All).await.orders;
        let to = |order: &QueuedOrder| order.goes_to.as_ref().map(|to| (to.name.clone(), to.once, to.closed));
        let bell = Some(("Bell Pharmacy".to_owned(), true, false));
        let expected = [bell.clone(), None, Some(("Night Owl Pharmacy".to_owned(), true, true)), bell];
        assert_eq!(seen.iter().map(to).collect::<Vec<_>>(), expected);
        for (id, order) in all.iter().zip(&seen) {
            assert_eq!(order.goes_to, world.at_work(clinician, *id).await.goes_to, "as on its own page");
        }
        let chosen = medicines.chosen(clinician, &all_of(&seen)).await.unwrap().orders;
        assert_eq!(chosen.iter().map(to).collect::<Vec<_>>(), expected, "whoever approves reads it last there");
    }

    async fn pages_follow_one_another_whatever_is_decided_between(place: &Place) {
        let world = World::at(place).await;
        let mut all = Vec::new();
        for number in 0..60 {
            all.push(waits(&world, &world.edna, &format!("Medicine {number}"), Of::default()).await);
        }
        let medicines = &world.town.services.medicines;
        let first = queue(&world, QueuePart::All).await;
        assert_eq!(ids(&first), all[..25]);
        // The order at which the next page begins is decided meanwhile.
        medicines.approve(&world.town.clinician, &approving(all_of(&first.orders[20..]))).await.unwrap();
        let second = medicines.queue(&world.town.clinician, QueuePart::All, first.next).await.unwrap();
        assert_eq!(ids(&second), all[25..50]);
        let third = medicines.queue(&world.town.clinician, QueuePart::All, second.next).await.unwrap();
        assert_eq!((ids(&third), third.next), (all[50..].to_vec(), None));
        let other = member(&world.town.services, world.town.other, StaffRole::Clinician, "Dr Hill").await;
        assert_eq!(medicines.queue(&other, QueuePart::All, None).await.unwrap().orders, []);
        not_found(medicines.queue(&other, QueuePart::All, first.next).await);
        not_found(medicines.queue(&world.town.clinician, QueuePart::All, Some(WorkItemId::from_uuid(world.edna.person.as_uuid()))).await);
    }

    async fn each_part_holds_what_it_says(place: &Place) {
        let world = World::at(place).await;
        let me = &world.edna;
        let today = domain::when::london_day(world.town.services.core.now());
        let plain = world.order(&me.actor, &[SALBUTAMOL]).await;
        let mut flagged = Vec::new();
        for of in [Of { review_on: Some(today), ..Of::default() }, Of { early: true, ..Of::default() }, Of { overused: true, ..Of::default() }] {
            flagged.push(waits(&world, me, "Amlodipine", of).await);
        }
        let coming = waits(&world, me, "Atenolol", Of { review_on: today.succ_opt(), ..Of::default() }).await;
        assert_eq!(ids(&queue(&world, QueuePart::Flagged).await), flagged);
        let flags: Vec<_> = queue(&world, QueuePart::All).await.orders.into_iter().flat_map(|order| order.items).map(|item| item.flags).collect();
        let expected = [vec![], vec![Flag::ReviewDue(today)], vec![Flag::Early], vec![Flag::Overused], vec![]];
        assert_eq!(flags, expected);
        // A warning is told with the medicines that it is about, and no other order is counted for it.
        world.town.advance(TimeDelta::seconds(1));
        let early = OrderForm { early: world.plan(METFORMIN).await.to_string(), early_reason: "We travel".to_owned(), ..world.form(&[]).await };
        let early = world.town.services.medicines.order(&me.actor, me.person, &early).await.unwrap().orders[0];
        let warning = |id: &str, about: &str| json!({
            "resourceType": "DetectedIssue", "id": id, "status": "final", "patient": { "reference": "Patient/p1" },
            "detail": "May raise potassium", "implicated": [{ "reference": format!("MedicationRequest/{about}") }],
        });
        world.take_in(world.town.practice, &[warning("w1", "m2")]).await;
        world.take_in(world.hospital, &[warning("w2", "m3")]).await;
        let seen = queue(&world, QueuePart::Flagged).await;
        assert_eq!(ids(&seen), [vec![plain], flagged.clone(), vec![early]].concat());
        let item = &seen.orders[0].items[0];
        assert_eq!((item.flags.as_slice(), item.warnings[0].words.as_str()), ([Flag::Warned].as_slice(), "May raise potassium"));
        assert_eq!(seen.orders.last().unwrap().items[0].flags, [Flag::Early], "what the hospital warned of is not the practice's to see");
        // Nobody else is on it although something is warned of.
        assert!(!ids(&seen).contains(&coming));
        assert_eq!(ids(&queue(&world, QueuePart::Prepared).await), []);
        world.decide(&world.town.reception, plain, &[SALBUTAMOL], "prepare", "").await.unwrap();
        assert_eq!(ids(&queue(&world, QueuePart::Prepared).await), [plain]);
        world.decide(&world.town.reception, early, &[METFORMIN], "ask", "Why?").await.unwrap();
        let asked = queue(&world, QueuePart::Asked).await;
        assert_eq!((ids(&asked), asked.orders[0].items[0].flags.as_slice()), (vec![early], [Flag::Early, Flag::Asked].as_slice()));
        let item = world.item(early, METFORMIN).await.id;
        world.town.services.medicines.reply(&me.actor, me.person, item, "Wales").await.unwrap();
        assert_eq!(ids(&queue(&world, QueuePart::Asked).await), []);
    }

    async fn several_orders_are_approved_at_once_and_what_changed_is_told_and_left(place: &Place) {
        let world = World::at(place).await;
        let (medicines, clinician) = (&world.town.services.medicines, &world.town.clinician);
        let stone = world.town.born("Stone", "1961-05-02").await;
        let first = world.order(&world.edna.actor, &[RAMIPRIL, SALBUTAMOL]).await;
        let second = waits(&world, &stone, "Amlodipine", Of::default()).await;
        let all = all_of(&queue(&world, QueuePart::All).await.orders);
        // Meanwhile somebody prepares one of them: what was seen is not what stands there.
        world.decide(&world.town.reception, first, &[SALBUTAMOL], "prepare", "").await.unwrap();
        let events = world.events().await;
        let chosen = medicines.chosen(clinician, &all).await.unwrap();
        assert_eq!(world.events().await, events + 1, "the check is a look of its own");
        let changed = world.item(first, SALBUTAMOL).await.id;
        assert_eq!((chosen.changed.into_iter().collect::<Vec<_>>(), chosen.gone, chosen.orders.len()), (vec![changed], 0, 2));
        world.told().await;
        let events = world.events().await;
        let done = medicines.approve(clinician, &approving(all.clone())).await.unwrap();
        assert_eq!(done.approved, 2);
        let (person, medicine, why) = &done.not[0];
        assert_eq!((done.not.len(), person.as_str(), medicine.as_str()), (1, "Edna Hughes", SALBUTAMOL));
        assert!(why.contains("Somebody has just changed this"), "{why}");
        assert_eq!((world.item(first, RAMIPRIL).await.status, world.item(first, SALBUTAMOL).await.status), (ItemStatus::Approved, ItemStatus::Requested));
        let mut told = world.told().await;
        told.sort();
        assert_eq!(told, [world.edna.email.clone(), stone.email.clone()], "each person once");
        assert_eq!(world.events().await, events + 3, "one for what was approved, and two looks of hers");
        // Twice is once.
        let events = (world.chain(stone.person.as_uuid()).await, world.events().await);
        let again = medicines.approve(clinician, &approving(all.clone())).await.unwrap();
        assert_eq!((again.approved, again.not.len()), (2, 1));
        assert_eq!((world.chain(stone.person.as_uuid()).await, world.events().await), events);
        assert!(world.told().await.is_empty());
        // One of two is done with, and the other order is off the list.
        assert_eq!(ids(&queue(&world, QueuePart::All).await), [first]);
        assert_eq!(world.waiting().await.len(), 1);
        let chosen = medicines.chosen(clinician, &all).await.unwrap();
        assert_eq!((chosen.gone, chosen.orders.len()), (2, 1));
        medicines.cancel(&world.edna.actor, world.edna.person, changed).await.unwrap();
        let none = medicines.approve(clinician, &approving(all)).await.unwrap();
        assert_eq!((none.approved, none.not[0].2.contains("taken back")), (2, true));
        assert_eq!(world.at_work(clinician, second).await.items[0].status, ItemStatus::Approved);
        world.town.verify().await;
    }

    async fn what_has_something_to_look_at_is_approved_only_by_itself(place: &Place) {
        let world = World::at(place).await;
        let (medicines, clinician) = (&world.town.services.medicines, &world.town.clinician);
        waits(&world, &world.edna, "Amlodipine", Of::default()).await;
        waits(&world, &world.edna, "Sertraline", Of { overused: true, ..Of::default() }).await;
        let orders = queue(&world, QueuePart::All).await.orders;
        let flagged = orders[1].items[0].id;
        let form = approving(all_of(&orders));
        assert_eq!(fields(medicines.approve(clinician, &form).await), [format!("looked_{flagged}")]);
        let other = ApproveForm { looked: orders[0].items[0].id.to_string(), ..form.clone() };
        refused(medicines.approve(clinician, &other).await, &format!("looked_{flagged}"), "when you have looked at it");
        assert_eq!(queue(&world, QueuePart::All).await.orders.len(), 2, "nothing is approved");
        let looked = ApproveForm { looked: flagged.to_string(), ..form };
        assert_eq!(medicines.approve(clinician, &looked).await.unwrap().approved, 2);
        assert_eq!(queue(&world, QueuePart::All).await.orders, []);
    }

    async fn what_was_given_since_it_was_ordered_is_looked_at_before_it_is_approved(place: &Place) {
        let world = World::at(place).await;
        let (medicines, clinician) = (&world.town.services.medicines, &world.town.clinician);
        world.order(&world.edna.actor, &[RAMIPRIL, SALBUTAMOL]).await;
        let orders = queue(&world, QueuePart::All).await.orders;
        let form = approving(all_of(&orders));
        let flags = async || {
            let chosen = medicines.chosen(clinician, &form.items).await.unwrap().orders.remove(0);
            chosen.items.into_iter().map(|item| item.flags).collect::<Vec<_>>()
        };
        assert_eq!(flags().await, [vec![], vec![]]);
        // The practice gave one in its own system while the order waited here.
        world.take_in(world.town.practice, &[issue("m1c", RAMIPRIL, "101", "2026-11-02")]).await;
        assert_eq!(flags().await, [vec![Flag::IssuedSince("2026-11-02".parse().unwrap())], vec![]]);
        let ramipril = orders[0].items[0].id;
        assert_eq!(fields(medicines.approve(clinician, &form).await), [format!("looked_{ramipril}")]);
        let looked = ApproveForm { looked: ramipril.to_string(), ..form.clone() };
        assert_eq!(medicines.approve(clinician, &looked).await.unwrap().approved, 2);
    }

    async fn only_whoever_prescribes_there_approves_and_only_what_was_sent_there(place: &Place) {
        let world = World::at(place).await;
        let medicines = &world.town.services.medicines;
        waits(&world, &world.edna, "Amlodipine", Of::default()).await;
        let items = all_of(&queue(&world, QueuePart::All).await.orders);
        let elsewhere = member(&world.town.services, world.town.other, StaffRole::Clinician, "Dr Hill").await;
        let events = world.events().await;
        for actor in [&world.town.reception, &world.town.manager, &world.town.officer, &elsewhere, &world.edna.actor] {
            let account = actor.account().unwrap().as_uuid();
            let before = world.chain(account).await;
            not_found(medicines.chosen(actor, &items).await);
            not_found(medicines.approve(actor, &approving(items.clone())).await);
            assert_eq!(world.chain(account).await, before + 2);
        }
        not_found(medicines.queue(&world.town.officer, QueuePart::All, None).await);
        not_found(medicines.queue(&world.edna.actor, QueuePart::All, None).await);
        assert_eq!(world.events().await, events, "nobody was shown anything");
        for wrong in ["x", "x:y:1", &items.replace(":1", ":x"), &format!("{items}:1"), &items[..72]] {
            refused(medicines.approve(&world.town.clinician, &approving(wrong.to_owned())).await, "items", "Choose again");
        }
        for none in ["", "  "] {
            refused(medicines.chosen(&world.town.clinician, none).await, "items", "at least one");
        }
        let many = (0..101).map(|_| items.replacen(&items[37..73], &world.town.services.core.new_id().to_string(), 1));
        refused(medicines.chosen(&world.town.clinician, &many.collect::<Vec<_>>().join(" ")).await, "items", "no more than 100");
        let nobodys = format!("{}:{}:1", world.town.services.core.new_id(), world.town.services.core.new_id());
        not_found(medicines.approve(&world.town.clinician, &approving(format!("{items} {nobodys}"))).await);
        assert_eq!(queue(&world, QueuePart::All).await.orders.len(), 1);
    }

    async fn many_read_and_approve_at_once_and_every_look_is_written_down(place: &Place) {
        let world = World::at(place).await;
        let mut people = vec![world.edna.clone()];
        for number in 0..5 {
            people.push(world.town.born(&format!("Stone{number}"), "1961-05-02").await);
        }
        for (number, who) in people.iter().cycle().take(24).enumerate() {
            waits(&world, who, &format!("Medicine {number}"), Of::default()).await;
        }
        let roe = member(&world.town.services, world.town.practice, StaffRole::Clinician, "Dr Roe").await;
        let orders = queue(&world, QueuePart::All).await.orders;
        let before = world.chain(people[1].person.as_uuid()).await;
        let mut acts = Vec::new();
        for (number, some) in orders.chunks(6).enumerate() {
            let by = if number % 2 == 0 { world.town.clinician.clone() } else { roe.clone() };
            let (medicines, form) = (world.town.services.medicines.clone(), approving(all_of(some)));
            acts.push(tokio::spawn(async move {
                for _ in 0..3 {
                    medicines.queue(&by, QueuePart::All, None).await.unwrap();
                }
                medicines.approve(&by, &form).await.unwrap().approved
            }));
        }
        let mut approved = 0;
        for act in acts {
            approved += act.await.unwrap();
        }
        assert_eq!((approved, queue(&world, QueuePart::All).await.orders.len()), (24, 0));
        assert!(world.chain(people[1].person.as_uuid()).await >= before + 4 + 3);
        world.town.verify().await;
    }
}
