//! What waits: in which order, for whom, and what happens when two people act at once.

use crate::care_team::{Town, fields, member_of, not_found};
use chrono::TimeDelta;
use domain::audit::Action;
use domain::team::{StaffRole, WorkKind};
use domain::{OrganisationId, PersonId, WorkItemId};
use service::{EVERY_TEAM, ServiceError, WorkPart};
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

    /// The check that somebody is to have, in the middle of others.
    async fn check_of(&self, person: PersonId, manager: &domain::access::Actor) -> WorkItemId {
        self.wait(self.practice, WorkKind::IdentityCheck, person, person.as_uuid(), false).await;
        self.clock.advance(TimeDelta::minutes(1));
        let items = self.services.work.list(manager).await.unwrap();
        items.into_iter().find(|item| item.person == person).unwrap().id
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

    /// Each person whose name stood in the list is told so, once a day for each reader; it is no look at their record.
    async fn whose_names_stood_in_the_list_is_written_down_with_each(place: &Place) {
        let town = Town::at(place).await;
        let (sam, kit) = (
            town.person(town.practice, Some("999 000 0018"), "Rivers").await,
            town.person(town.practice, Some("999 000 0026"), "Stone").await,
        );
        for (person, about) in [(sam, 1), (sam, 2), (kit, 3)] {
            town.wait(town.practice, WorkKind::CarerApplication, person, Uuid::from_u128(about), false).await;
        }
        let (doctor, nurse) = (
            town.member(town.practice, StaffRole::Clinician, "Dr Doe").await,
            town.member(town.practice, StaffRole::Clinician, "Nurse Nye").await,
        );
        let listed = async |person| {
            let (items, _) = town.services.activity.of_record(&domain::access::Actor::Operator, person, None).await.unwrap();
            items.into_iter().filter(|item| item.detail.get("page").is_some_and(|page| page == "work-list")).count()
        };
        for _ in 0..3 {
            assert_eq!(town.services.work.list(&doctor).await.unwrap().len(), 3);
        }
        assert_eq!((listed(sam).await, listed(kit).await), (1, 1));
        town.services.work.list(&nurse).await.unwrap();
        town.clock.advance(TimeDelta::days(1));
        town.services.work.list(&doctor).await.unwrap();
        assert_eq!((listed(sam).await, listed(kit).await), (3, 3));
        let mut tx = town.services.core.store().read().await.unwrap();
        assert!(!store::visitor::has_looked(&mut tx, sam, member_of(&doctor).as_uuid()).await.unwrap());
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
        let turned = fields(town.services.work.note(&ada, id, Uuid::from_u128(6), "Ring \u{202e}960").await);
        assert_eq!(turned[0].1, "Take out the hidden mark that turns the writing round (U+202E) after \u{201c}Ring\u{201d}");
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

    async fn whoever_is_in_a_team_is_shown_first_what_waits_for_it_and_can_see_the_rest(place: &Place) {
        let town = Town::at(place).await;
        let (work, team) = (&town.services.work, &town.services.care_team);
        let manager = town.member(town.practice, StaffRole::Manager, "Mara").await;
        let [ada, bea] = [
            town.member(town.practice, StaffRole::Reception, "Ada").await,
            town.member(town.practice, StaffRole::Reception, "Bea").await,
        ];
        // Without teams there is one list.
        let list = work.part(&ada, None).await.unwrap();
        assert_eq!((list.part, list.all, list.mine, list.teams), (WorkPart::All, 0, None, vec![]));
        let front = team.add_team(&manager, town.practice, "Front desk").await.unwrap();
        let night = team.add_team(&manager, town.practice, "Night").await.unwrap();
        team.set_team(&manager, front, member_of(&ada), true).await.unwrap();
        team.set_team(&manager, night, member_of(&bea), true).await.unwrap();
        let mut ids = Vec::new();
        for (number, name) in [("999 000 0018", "Rivers"), ("999 000 0026", "Stone"), ("999 000 0034", "Hill")] {
            let person = town.person(town.practice, Some(number), name).await;
            ids.push(town.check_of(person, &manager).await);
        }
        work.pass(&ada, ids[0], 1, &front.to_string()).await.unwrap();
        work.pass(&ada, ids[1], 1, &night.to_string()).await.unwrap();
        let seen = async |actor, part| {
            let list = work.part(actor, part).await.unwrap();
            let teams: Vec<_> = list.teams.into_iter().map(|(team, count)| (team.name, count)).collect();
            assert_eq!((list.all, teams), (3, vec![("Front desk".to_owned(), 1), ("Night".to_owned(), 1)]));
            (list.part, list.mine, list.items.into_iter().map(|item| item.id).collect::<Vec<_>>())
        };
        assert_eq!(seen(&ada, None).await, (WorkPart::Mine, Some(2), vec![ids[0], ids[2]]));
        assert_eq!(seen(&bea, None).await, (WorkPart::Mine, Some(2), vec![ids[1], ids[2]]));
        assert_eq!(seen(&manager, None).await, (WorkPart::All, None, ids.clone()));
        assert_eq!(seen(&ada, Some(WorkPart::All)).await.2, ids);
        assert_eq!(seen(&ada, Some(WorkPart::Team(night))).await.2, [ids[1]]);
        // What one has taken stays in sight, whosever it is.
        work.claim(&ada, ids[1], 2).await.unwrap();
        assert_eq!(seen(&ada, None).await, (WorkPart::Mine, Some(3), ids));
        // A team that is not the organisation's is none.
        let nowhere = domain::TeamId::from_uuid(Uuid::from_u128(5));
        not_found(work.part(&ada, Some(WorkPart::Team(nowhere))).await);
        let hal = town.member(town.hospital, StaffRole::Manager, "Hal").await;
        not_found(work.part(&hal, Some(WorkPart::Team(front))).await);
        assert!(town.own_actions(&hal).await.contains(&Action::Refused));
        assert_eq!(work.part(&hal, None).await.unwrap().teams, vec![]);
    }

    async fn what_is_passed_waits_for_that_team_and_is_told_once(place: &Place) {
        let town = Town::at(place).await;
        let (work, team) = (&town.services.work, &town.services.care_team);
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara").await;
        let [ada, bea, officer] = [
            town.member(town.practice, StaffRole::Reception, "Ada").await,
            town.member(town.practice, StaffRole::Reception, "Bea").await,
            town.member(town.practice, StaffRole::PrivacyOfficer, "Otto").await,
        ];
        let front = team.add_team(&manager, town.practice, "Front desk").await.unwrap();
        let privacy = team.add_team(&manager, town.practice, "Privacy").await.unwrap();
        let empty = team.add_team(&manager, town.practice, "Nobody yet").await.unwrap();
        team.set_team(&manager, front, member_of(&bea), true).await.unwrap();
        team.set_team(&manager, privacy, member_of(&officer), true).await.unwrap();
        let hal = town.member(town.hospital, StaffRole::Manager, "Hal").await;
        let ward = team.add_team(&hal, town.hospital, "Ward").await.unwrap();
        team.set_team(&hal, ward, member_of(&hal), true).await.unwrap();
        let (id, version) = town.check(person, &manager).await;
        let told = async || town.actions(person).await.iter().filter(|one| **one == Action::WorkChanged).count();
        let before = told().await;
        // Only where somebody deals with such things.
        assert_eq!(work.item(&ada, id).await.unwrap().teams.into_iter().map(|team| team.id).collect::<Vec<_>>(), [front]);
        for nowhere in [privacy.to_string(), empty.to_string(), ward.to_string(), "nonsense".to_owned(), String::new()] {
            assert_eq!(fields(work.pass(&ada, id, version, &nowhere).await)[0].0, "for_team", "{nowhere}");
        }
        not_found(work.pass(&hal, id, version, &ward.to_string()).await);
        not_found(work.pass(&officer, id, version, &front.to_string()).await);
        work.claim(&ada, id, version).await.unwrap();
        // Not what a colleague has, and not from a page that shows how it was.
        assert_eq!(fields(work.pass(&bea, id, version + 1, &front.to_string()).await)[0].1, "Ada has just taken this");
        assert_eq!(fields(work.pass(&ada, id, version, &front.to_string()).await)[0].1, "Ada has just taken this");
        for _ in 0..2 {
            work.pass(&ada, id, version + 1, &front.to_string()).await.unwrap();
        }
        let item = work.item(&bea, id).await.unwrap().item;
        assert_eq!((item.team.unwrap().name.as_str(), item.claimed, item.version), ("Front desk", None, version + 2));
        assert_eq!(told().await, before + 2, "taken, and passed once");
        // Somebody whose page is older is told in plain words, and nothing is lost.
        let stale = fields(work.pass(&ada, id, version + 1, EVERY_TEAM).await);
        assert!(stale[0].1.starts_with("This has just changed"), "{stale:?}");
        work.claim(&bea, id, version + 2).await.unwrap();
        work.pass(&manager, id, version + 3, EVERY_TEAM).await.unwrap();
        let item = work.item(&bea, id).await.unwrap().item;
        assert_eq!((item.team, item.claimed), (None, None));
        work.done(&bea, id, version + 4).await.unwrap();
        assert_eq!(fields(work.pass(&manager, id, version + 5, &front.to_string()).await)[0].1, "Bea has just done this");
    }

    async fn of_two_who_pass_it_at_once_to_different_teams_one_is_told(place: &Place) {
        let town = Town::at(place).await;
        let (work, team) = (&town.services.work, &town.services.care_team);
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara").await;
        let mut teams = Vec::new();
        for name in ["Front desk", "Night", "Phones"] {
            let made = team.add_team(&manager, town.practice, name).await.unwrap();
            team.set_team(&manager, made, member_of(&manager), true).await.unwrap();
            teams.push(made);
        }
        let (id, version) = town.check(person, &manager).await;
        let passes = teams.iter().map(|team| {
            let (work, actor, team) = (work.clone(), manager.clone(), team.to_string());
            tokio::spawn(async move { work.pass(&actor, id, version, &team).await })
        });
        let (mut won, mut told) = (0, 0);
        for pass in passes.collect::<Vec<_>>() {
            match pass.await.unwrap() {
                Ok(()) => won += 1,
                Err(ServiceError::Fields(problems)) => {
                    assert!(problems[0].message.starts_with("This has just changed"), "{problems:?}");
                    told += 1;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((won, told), (1, 2));
        let item = work.item(&manager, id).await.unwrap().item;
        assert!(item.version == version + 1 && item.team.is_some());
    }
}
