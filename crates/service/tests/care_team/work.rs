//! What waits: in which order, for whom, and what happens when two people act at once.

use crate::{Town, fields, member_of, not_found};
use chrono::TimeDelta;
use domain::audit::Action;
use domain::team::{StaffRole, WorkKind};
use domain::{OrganisationId, PersonId, WorkItemId};
use service::ServiceError;
use store::work::NewWorkItem;
use testkit::Place;
use uuid::Uuid;

impl Town {
    /// Makes something wait; whether it did not wait already.
    async fn wait(&self, at: OrganisationId, kind: WorkKind, person: PersonId, about: Uuid, urgent: bool) -> bool {
        let (id, now) = (WorkItemId::from_uuid(self.services.core.new_id()), self.services.core.now());
        let item = NewWorkItem { organisation: at, team: None, kind, person, about, urgent };
        let done: Result<bool, store::StoreError> = self
            .services
            .core
            .store()
            .write(move |tx| Box::pin(async move { store::work::insert(tx, id, &item, now).await }))
            .await;
        done.unwrap()
    }

    /// An identity check that waits: its id.
    async fn check(&self, person: PersonId, manager: &domain::access::Actor) -> (WorkItemId, i32) {
        self.wait(self.practice, WorkKind::IdentityCheck, person, person.as_uuid(), false).await;
        let item = self.services.work.list(manager).await.unwrap().remove(0);
        (item.id, item.version)
    }
}

testkit::both_engines! {
    async fn the_urgent_comes_first_then_the_oldest_and_each_role_sees_its_own(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let ids = [1_u128, 2, 3, 4].map(Uuid::from_u128);
        town.wait(town.practice, WorkKind::IdentityCheck, person, ids[0], false).await;
        town.clock.advance(TimeDelta::hours(1));
        town.wait(town.practice, WorkKind::AccessQuery, person, ids[1], false).await;
        town.clock.advance(TimeDelta::hours(1));
        town.wait(town.practice, WorkKind::CarerApplication, person, ids[2], true).await;
        town.wait(town.hospital, WorkKind::CarerApplication, person, ids[3], true).await;
        let list = async |actor| {
            town.services.work.list(&actor).await.unwrap().into_iter().map(|item| item.about.as_u128()).collect::<Vec<_>>()
        };
        let at = |role: StaffRole, name: &'static str| town.member(town.practice, role, name);
        assert_eq!(list(at(StaffRole::Manager, "Mara").await).await, [3, 1, 2]);
        assert_eq!(list(at(StaffRole::Reception, "Cleo").await).await, [1]);
        assert_eq!(list(at(StaffRole::Clinician, "Doe").await).await, [3, 1]);
        assert_eq!(list(at(StaffRole::PrivacyOfficer, "Otto").await).await, [2]);
        assert_eq!(list(town.member(town.hospital, StaffRole::Manager, "Hal").await).await, [4]);
    }

    async fn what_waits_already_does_not_wait_twice_and_may_come_to_wait_again(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara").await;
        let (id, version) = town.check(person, &manager).await;
        assert!(!town.wait(town.practice, WorkKind::IdentityCheck, person, person.as_uuid(), true).await);
        town.services.work.done(&manager, id, version).await.unwrap();
        assert!(town.services.work.list(&manager).await.unwrap().is_empty());
        assert!(town.wait(town.practice, WorkKind::IdentityCheck, person, person.as_uuid(), true).await);
        let again = town.services.work.list(&manager).await.unwrap();
        assert!(again.len() == 1 && again[0].urgent && again[0].claimed.is_none() && again[0].version > version);
    }

    async fn of_two_who_take_it_at_once_one_has_it_and_the_other_is_told(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let mut staff = Vec::new();
        for name in ["Ada", "Bea", "Cat", "Dan"] {
            staff.push(town.member(town.practice, StaffRole::Reception, name).await);
        }
        let (id, version) = town.check(person, &staff[0]).await;
        let takes = staff.iter().cloned().map(|actor| {
            let work = town.services.work.clone();
            tokio::spawn(async move { (work.claim(&actor, id, version).await, actor) })
        });
        let (mut won, mut told) = (Vec::new(), 0);
        for take in takes.collect::<Vec<_>>() {
            match take.await.unwrap() {
                (Ok(()), actor) => won.push(actor),
                (Err(ServiceError::Fields(problems)), _) => {
                    assert!(problems[0].message.ends_with("has just taken this"), "{problems:?}");
                    told += 1;
                }
                (Err(other), _) => panic!("{other:?}"),
            }
        }
        assert_eq!((won.len(), told), (1, 3));
        // Taking again what is one's own changes nothing, however stale the page.
        town.services.work.claim(&won[0], id, version).await.unwrap();
        let detail = town.services.work.item(&won[0], id).await.unwrap();
        assert_eq!(detail.item.claimed.unwrap().member, member_of(&won[0]));
        assert_eq!(detail.item.version, version + 1);
    }

    async fn whoever_does_not_have_it_cannot_give_it_away_or_end_it_but_a_manager_can(place: &Place) {
        let town = Town::at(place).await;
        let work = &town.services.work;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let [ada, bea] = [
            town.member(town.practice, StaffRole::Reception, "Ada").await,
            town.member(town.practice, StaffRole::Reception, "Bea").await,
        ];
        let manager = town.member(town.practice, StaffRole::Manager, "Mara").await;
        let officer = town.member(town.practice, StaffRole::PrivacyOfficer, "Otto").await;
        let (id, version) = town.check(person, &ada).await;
        work.claim(&ada, id, version).await.unwrap();
        let now = version + 1;
        for outcome in [
            work.claim(&bea, id, now).await,
            work.release(&bea, id, now).await,
            work.assign(&bea, id, now, Some(member_of(&bea))).await,
            work.done(&bea, id, now).await,
        ] {
            assert_eq!(fields(outcome)[0].1, "Ada has just taken this");
        }
        not_found(work.item(&officer, id).await);
        not_found(work.claim(&officer, id, now).await);
        assert_eq!(fields(work.assign(&ada, id, now, Some(member_of(&officer))).await)[0].0, "colleague");
        assert_eq!(fields(work.assign(&ada, id, now, None).await)[0].0, "colleague");
        work.assign(&manager, id, now, Some(member_of(&bea))).await.unwrap();
        assert_eq!(fields(work.done(&ada, id, now).await)[0].1, "Bea has just taken this");
        // Whoever has it now, but saw it as it was, is told so too.
        assert_eq!(fields(work.done(&bea, id, now).await)[0].1, "Bea has just taken this");
        work.done(&bea, id, now + 1).await.unwrap();
        work.done(&bea, id, now + 1).await.unwrap();
        assert_eq!(fields(work.claim(&ada, id, now + 2).await)[0].1, "Bea has just done this");
    }

    async fn what_has_an_answer_of_its_own_is_not_done_without_one(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara").await;
        for kind in [WorkKind::CarerApplication, WorkKind::AccessQuery] {
            town.wait(town.practice, kind, person, Uuid::from_u128(9), false).await;
        }
        for item in town.services.work.list(&manager).await.unwrap() {
            assert!(fields(town.services.work.done(&manager, item.id, item.version).await)[0].1.contains("answered"));
        }
    }

    async fn a_note_that_is_sent_twice_is_one_note(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let ada = town.member(town.practice, StaffRole::Reception, "Ada").await;
        let (id, _) = town.check(person, &ada).await;
        let once = Uuid::from_u128(5);
        for _ in 0..2 {
            town.services.work.note(&ada, id, once, " Comes on Thursday ").await.unwrap();
        }
        assert_eq!(fields(town.services.work.note(&ada, id, Uuid::from_u128(6), "  ").await)[0].0, "note");
        assert_eq!(fields(town.services.work.note(&ada, id, Uuid::from_u128(6), &"x".repeat(2001)).await)[0].0, "note");
        assert_eq!(fields(town.services.work.note(&ada, id, Uuid::from_u128(6), "a\u{0}b").await)[0].0, "note");
        let notes = town.services.work.item(&ada, id).await.unwrap().notes;
        assert_eq!(notes.iter().map(|note| (note.name.as_str(), note.text.as_str())).collect::<Vec<_>>(), [("Ada", "Comes on Thursday")]);
        assert_eq!(town.actions(person).await.iter().filter(|one| **one == Action::WorkChanged).count(), 1);
    }

    async fn another_organisations_work_does_not_exist(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let ada = town.member(town.practice, StaffRole::Reception, "Ada").await;
        let (id, version) = town.check(person, &ada).await;
        let hal = town.member(town.hospital, StaffRole::Manager, "Hal").await;
        not_found(town.services.work.item(&hal, id).await);
        not_found(town.services.work.claim(&hal, id, version).await);
        not_found(town.services.work.note(&hal, id, Uuid::from_u128(5), "Mine now").await);
        not_found(town.services.work.ask_identity_check(&hal, person, true).await);
        assert_eq!(town.services.work.list(&ada).await.unwrap()[0].claimed, None);
        assert!(town.own_actions(&hal).await.contains(&Action::Refused));
    }
}
