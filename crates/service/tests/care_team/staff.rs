//! Who gives, changes and ends places, and what they open.

use crate::care_team::{Town, fields, form, member_of, not_found};
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::team::StaffRole;
use service::ServiceError;
use testkit::Place;

testkit::both_engines! {
    async fn the_operator_and_managers_give_places_and_nobody_else(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara Manager").await;
        town.account("new@example.org").await;
        let new = form("New@Example.org", StaffRole::Reception, "Nell New");
        for role in [StaffRole::Reception, StaffRole::Clinician, StaffRole::PrivacyOfficer] {
            let other = town.member(town.practice, role, role.code()).await;
            not_found(team.add(&other, town.practice, &new).await);
            not_found(team.end(&other, member_of(&manager)).await);
            not_found(team.staff(&other, town.practice).await);
            not_found(team.add_team(&other, town.practice, "Front desk").await);
            assert!(town.own_actions(&other).await.contains(&Action::Refused), "{role:?}");
        }
        // Not at another organisation either, nor as a citizen.
        not_found(team.add(&manager, town.hospital, &new).await);
        let citizen = Actor::Account { id: manager.account().unwrap(), assurance: Assurance::SecondStep };
        not_found(team.add(&citizen, town.practice, &new).await);
        assert!(matches!(team.add(&Actor::Nobody, town.practice, &new).await, Err(ServiceError::NotSignedIn)));
        let member = team.add(&manager, town.practice, &new).await.unwrap();
        assert_eq!(fields(team.add(&manager, town.practice, &new).await)[0].0, "email");
        let unknown = form("nobody@example.org", StaffRole::Reception, "Nobody");
        assert_eq!(fields(team.add(&manager, town.practice, &unknown).await)[0].0, "email");
        let seen = team.colleagues(&manager).await.unwrap();
        let one = seen.iter().find(|one| one.member == member).unwrap();
        assert_eq!((one.name.as_str(), one.role, one.email.as_deref()), ("Nell New", StaffRole::Reception, Some("new@example.org")));
    }

    async fn a_place_that_ended_opens_nothing_and_lets_go_of_its_work(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara Manager").await;
        let doctor = town.member(town.practice, StaffRole::Clinician, "Dr Doe").await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        town.services.work.ask_identity_check(&doctor, person, false).await.unwrap();
        let item = town.services.work.list(&doctor).await.unwrap().remove(0);
        town.services.work.claim(&doctor, item.id, item.version).await.unwrap();
        team.patient(&doctor, person).await.unwrap();
        team.end(&manager, member_of(&doctor)).await.unwrap();
        not_found(team.end(&manager, member_of(&doctor)).await);
        not_found(team.place(&doctor).await);
        not_found(team.patient(&doctor, person).await);
        not_found(town.services.work.list(&doctor).await);
        not_found(town.services.work.claim(&doctor, item.id, item.version).await);
        assert!(team.places(&doctor).await.unwrap().is_empty());
        assert_eq!(town.services.work.list(&manager).await.unwrap()[0].claimed, None);
        // The place was ended, not forgotten: managers see it, and a new one can be given.
        assert_eq!(team.colleagues(&manager).await.unwrap().iter().filter(|one| one.ended_at.is_some()).count(), 1);
        let again = form("dr.doe@example.org", StaffRole::Clinician, "Dr Doe");
        assert_ne!(team.add(&manager, town.practice, &again).await.unwrap(), member_of(&doctor));
    }

    async fn nobody_changes_their_own_place(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara Manager").await;
        assert!(fields(team.end(&manager, member_of(&manager)).await)[0].1.contains("another manager"));
        assert!(fields(team.change(&manager, member_of(&manager), "clinician", "GP").await)[0].1.contains("another manager"));
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        team.change(&manager, member_of(&clerk), "manager", "Head of the desk").await.unwrap();
        assert_eq!(team.place(&clerk).await.unwrap().role, StaffRole::Manager);
        assert_eq!(town.own_actions(&clerk).await.iter().filter(|one| **one == Action::StaffChanged).count(), 2);
        assert!(town.own_actions(&manager).await.contains(&Action::StaffChanged));
    }

    async fn a_place_opens_only_with_the_second_step_and_to_its_own_account(place: &Place) {
        let town = Town::at(place).await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        let first = Actor::Staff { id: clerk.account().unwrap(), assurance: Assurance::FirstStep, member: member_of(&clerk) };
        assert!(matches!(town.services.care_team.place(&first).await, Err(ServiceError::NeedsSecondStep)));
        let thief = Actor::Staff {
            id: town.account("thief@example.org").await,
            assurance: Assurance::SecondStep,
            member: member_of(&clerk),
        };
        not_found(town.services.care_team.place(&thief).await);
        not_found(town.services.work.list(&thief).await);
    }

    async fn teams_are_made_joined_and_left(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara Manager").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        let stranger = town.member(town.hospital, StaffRole::Reception, "Hal Hospital").await;
        let desk = team.add_team(&manager, town.practice, " Front  desk ").await.unwrap();
        assert_eq!(fields(team.add_team(&manager, town.practice, "Front desk").await)[0].0, "team");
        for _ in 0..2 {
            team.set_team(&manager, desk, member_of(&clerk), true).await.unwrap();
        }
        not_found(team.set_team(&manager, desk, member_of(&stranger), true).await);
        let seen = team.colleagues(&clerk).await.unwrap();
        assert_eq!(seen.iter().find(|one| one.member == member_of(&clerk)).unwrap().teams, ["Front desk"]);
        assert!(seen.iter().all(|one| one.email.is_none()));
        team.set_team(&Actor::Operator, desk, member_of(&clerk), false).await.unwrap();
        assert!(team.colleagues(&clerk).await.unwrap().iter().all(|one| one.teams.is_empty()));
    }

    async fn several_teams_are_joined_and_left_at_once_or_not_at_all(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara Manager").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        let hal = town.member(town.hospital, StaffRole::Manager, "Hal Hospital").await;
        let desk = team.add_team(&manager, town.practice, "Front desk").await.unwrap();
        let night = team.add_team(&manager, town.practice, "Night").await.unwrap();
        let ward = team.add_team(&hal, town.hospital, "Ward").await.unwrap();
        let member = member_of(&clerk);
        team.set_team(&manager, desk, member, true).await.unwrap();
        not_found(team.set_teams(&manager, member, vec![night, ward], vec![desk]).await);
        not_found(team.set_teams(&hal, member, vec![night], vec![]).await);
        not_found(team.set_teams(&clerk, member, vec![night], vec![]).await);
        let before = town.own_actions(&clerk).await.len();
        let done = team.set_teams(&manager, member, vec![night], vec![desk]).await.unwrap();
        assert_eq!((done.joined, done.left), (vec!["Night".to_owned()], vec!["Front desk".to_owned()]));
        assert_eq!(town.own_actions(&clerk).await.len(), before + 2);
        // Sent again, it changes nothing and is not told again.
        let again = team.set_teams(&manager, member, vec![night], vec![desk]).await.unwrap();
        assert!(again.joined.is_empty() && again.left.is_empty());
        assert_eq!(town.own_actions(&clerk).await.len(), before + 2);
        // A manager is in teams like anybody else.
        team.set_teams(&manager, member_of(&manager), vec![desk], vec![]).await.unwrap();
    }
}
