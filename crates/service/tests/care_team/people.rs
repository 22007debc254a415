//! Whom staff find, what they open, and how they check who somebody is.

use crate::care_team::{Town, fields, member_of, not_found};
use chrono::TimeDelta;
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::linkage::Level;
use domain::record::Category;
use domain::team::StaffRole;
use service::{Checked, FindForm, IdentityForm, LinkForm, OrganisationKind, ServiceError, Which};
use testkit::Place;

fn number(text: &str) -> FindForm {
    FindForm { nhs_number: text.to_owned(), reason: "care".to_owned(), ..FindForm::default() }
}

fn named(name: &str) -> FindForm {
    FindForm {
        name: name.to_owned(),
        day: "31".to_owned(),
        month: "3".to_owned(),
        year: "1980".to_owned(),
        reason: "desk".to_owned(),
        ..FindForm::default()
    }
}

fn checked(evidence: &str) -> IdentityForm {
    IdentityForm { evidence: evidence.to_owned(), seen: "true".to_owned(), ..IdentityForm::default() }
}

testkit::both_engines! {
    async fn only_the_organisations_own_people_are_found_and_each_search_is_written_down(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        let mine = town.person(town.practice, Some("999 000 0018"), "O'Neill-Ångström").await;
        let theirs = town.person(town.hospital, Some("999 000 0026"), "Stone").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        for form in [number("9990000018"), named("oneill angstrom"), named("Sam O’Neill-Angstrom"), named("SAM ALEX ONEILL ANGSTROM")] {
            let found = team.find(&clerk, &form).await.unwrap();
            assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [mine], "{}", form.name);
        }
        let before = town.actions(theirs).await.len();
        for form in [number("999 000 0026"), named("Stone"), number("999 000 0034"), named("Nobody"), named("Alex")] {
            assert!(team.find(&clerk, &form).await.unwrap().is_empty());
        }
        // The one who was looked for elsewhere is not told either: there is nothing to be seen. (One look is this test's own.)
        assert_eq!(town.actions(theirs).await.len(), before + 1);
        assert_eq!(town.actions(mine).await.iter().filter(|one| **one == Action::Searched).count(), 4);
        assert_eq!(town.own_actions(&clerk).await.iter().filter(|one| **one == Action::Searched).count(), 9);
        // Whom the session remembers is asked for again, and a forged id opens nothing.
        let found = team.found(&clerk, &[mine, theirs]).await.unwrap();
        assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [mine]);
    }

    async fn what_was_typed_is_written_down_nowhere(place: &Place) {
        let town = Town::at(place).await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        town.services.care_team.find(&clerk, &named("Zzyzx")).await.unwrap();
        let account = Actor::Account { id: clerk.account().unwrap(), assurance: Assurance::SecondStep };
        let items = town.services.activity.of_account(&account).await.unwrap();
        let search = items.iter().find(|item| item.action == Action::Searched).unwrap();
        assert_eq!(search.detail.get("found").map(String::as_str), Some("0"));
        assert_eq!(search.detail.get("reason").map(String::as_str), Some("desk"));
        assert!(!format!("{items:?}").contains("Zzyzx"));
    }

    async fn whoever_does_not_look_for_people_finds_nobody(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let officer = town.member(town.practice, StaffRole::PrivacyOfficer, "Otto Officer").await;
        not_found(town.services.care_team.find(&officer, &number("999 000 0018")).await);
        not_found(town.services.care_team.patient(&officer, person).await);
        not_found(town.services.care_team.check_identity(&officer, person, &checked("passport")).await);
        assert_eq!(town.own_actions(&officer).await.iter().filter(|one| **one == Action::Refused).count(), 3);
        let citizen = Actor::Account { id: officer.account().unwrap(), assurance: Assurance::SecondStep };
        not_found(town.services.care_team.find(&citizen, &number("999 000 0018")).await);
    }

    async fn each_role_opens_what_it_needs_and_no_more(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let opens = async |actor: &Actor| town.services.care_team.patient(actor, person).await.unwrap().opens;
        let doctor = town.member(town.practice, StaffRole::Clinician, "Dr Doe").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        let manager = town.member(town.practice, StaffRole::Manager, "Mara Manager").await;
        let elsewhere = town.member(town.hospital, StaffRole::Clinician, "Dr Hill").await;
        assert_eq!(opens(&doctor).await, Category::SHOWN);
        assert_eq!(opens(&clerk).await, [Category::Visit, Category::People]);
        assert_eq!(opens(&manager).await, []);
        not_found(town.services.care_team.patient(&elsewhere, person).await);
        let list = async |actor: &Actor, category| town.services.records.list(actor, person, category, Which::All, None).await;
        assert_eq!(list(&doctor, Category::Problem).await.unwrap().total, 1);
        assert_eq!(list(&clerk, Category::Visit).await.unwrap().total, 1);
        let closed = list(&clerk, Category::Problem).await;
        assert!(closed.as_ref().map_or(true, |page| page.total == 0 && page.lines.is_empty()), "{closed:?}");
        not_found(list(&elsewhere, Category::Problem).await);
        not_found(list(&manager, Category::Problem).await);
        let entry = list(&doctor, Category::Problem).await.unwrap().lines[0].id;
        assert!(town.services.records.entry(&doctor, person, entry).await.is_ok());
        not_found(town.services.records.entry(&clerk, person, entry).await);
        assert!(town.actions(person).await.contains(&Action::Read));
    }

    async fn a_check_makes_an_account_surely_theirs(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        let account = town.account("sam@example.org").await;
        let code = town.services.linking.issue_code(&Actor::Operator, person).await.unwrap().code;
        let citizen = Actor::Account { id: account, assurance: Assurance::SecondStep };
        town.services.linking.link(&citizen, &link_form(&code)).await.unwrap();
        assert_eq!(team.patient(&clerk, person).await.unwrap().accounts, [Level::Linked]);
        assert_eq!(fields(team.check_identity(&clerk, person, &IdentityForm::default()).await).len(), 2);
        let doctor = town.member(town.hospital, StaffRole::Clinician, "Dr Hill").await;
        let stranger = IdentityForm { vouched_by: member_of(&doctor).to_string(), ..checked("vouched") };
        assert_eq!(fields(team.check_identity(&clerk, person, &stranger).await.map(|_| ()))[0].0, "vouched_by");
        town.services.work.ask_identity_check(&clerk, person, true).await.unwrap();
        for _ in 0..2 {
            assert!(team.check_identity(&clerk, person, &checked("passport")).await.unwrap() == Checked::Account);
        }
        assert_eq!(team.patient(&clerk, person).await.unwrap().accounts, [Level::VerifiedInPerson]);
        assert!(town.services.work.list(&clerk).await.unwrap().is_empty());
        assert_eq!(town.actions(person).await.iter().filter(|one| **one == Action::IdentityChecked).count(), 2);
    }

    async fn without_an_account_a_check_makes_a_letter_that_carries_it(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        let vouched = IdentityForm { vouched_by: member_of(&clerk).to_string(), ..checked("vouched") };
        let Checked::Letter(first) = team.check_identity(&clerk, person, &vouched).await.unwrap() else { panic!("no letter") };
        let Checked::Letter(letter) = team.check_identity(&clerk, person, &checked("passport")).await.unwrap() else {
            panic!("no letter")
        };
        assert_eq!((letter.name.as_str(), letter.nhs_number.as_str()), ("Sam Rivers", "999 000 0018"));
        assert_eq!(letter.organisation, "Riverside Surgery");
        let citizen = Actor::Account { id: town.account("sam@example.org").await, assurance: Assurance::SecondStep };
        // Only the newest letter works.
        assert_eq!(fields(town.services.linking.link(&citizen, &link_form(&first.code)).await)[0].0, "code");
        town.services.linking.link(&citizen, &link_form(&letter.code)).await.unwrap();
        assert_eq!(team.patient(&clerk, person).await.unwrap().accounts, [Level::VerifiedInPerson]);
    }

    async fn whoever_finds_nobody_again_and_again_has_to_wait(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        for _ in 0..60 {
            assert!(team.find(&clerk, &named("Nobody")).await.unwrap().is_empty());
        }
        assert!(matches!(team.find(&clerk, &named("Rivers")).await, Err(ServiceError::TooMany(_))));
        town.clock.advance(TimeDelta::hours(1));
        assert_eq!(team.find(&clerk, &named("Rivers")).await.unwrap().len(), 1);
    }

    /// A letter is for the person in front of the desk, never for whoever made it.
    async fn nobody_opens_a_record_with_a_letter_of_their_own_making(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        let Checked::Letter(letter) = town.services.care_team.check_identity(&clerk, person, &checked("passport")).await.unwrap()
        else {
            panic!("no letter")
        };
        let own = Actor::Account { id: clerk.account().unwrap(), assurance: Assurance::SecondStep };
        let refused = fields(town.services.linking.link(&own, &link_form(&letter.code)).await.map(|_| ()));
        assert!(refused[0].0 == "code" && refused[0].1.contains("A colleague has to check"), "{refused:?}");
        assert!(town.actions(person).await.contains(&Action::LinkRefused));
        let citizen = Actor::Account { id: town.account("sam@example.org").await, assurance: Assurance::SecondStep };
        town.services.linking.link(&citizen, &link_form(&letter.code)).await.unwrap();
    }

    /// From the day on which another practice has them, the first one finds them no more and decides nothing; its late
    /// letters change nothing about that.
    async fn a_move_of_practice_takes_the_person_along(place: &Place) {
        let town = Town::at(place).await;
        let team = &town.services.care_team;
        let ensured = town.services.organisations.ensure(&Actor::Operator, "Y90002", "Hill Surgery", OrganisationKind::Practice);
        let hill = ensured.await.unwrap().id;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let (here, there) = (
            town.member(town.practice, StaffRole::Clinician, "Dr Doe").await,
            town.member(hill, StaffRole::Clinician, "Dr Hill").await,
        );
        let found = async |actor: &Actor| !team.find(actor, &named("Rivers")).await.unwrap().is_empty();
        assert!(found(&here).await && !found(&there).await);
        town.clock.advance(TimeDelta::days(1));
        assert_eq!(town.person(hill, Some("999 000 0018"), "Rivers").await, person);
        assert!(!found(&here).await && found(&there).await);
        not_found(team.patient(&here, person).await);
        assert!(team.find(&here, &number("999 000 0018")).await.unwrap().is_empty());
        town.clock.advance(TimeDelta::days(1));
        town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        assert!(!found(&here).await && found(&there).await);
        // They come back, and the operator says so; said twice, it is written down once.
        for _ in 0..2 {
            town.services.people.register(&Actor::Operator, person, town.practice).await.unwrap();
        }
        assert!(found(&here).await && !found(&there).await);
        assert_eq!(town.actions(person).await.iter().filter(|one| **one == Action::Registration).count(), 1);
        let refused = town.services.people.register(&Actor::Operator, person, town.hospital).await;
        assert_eq!(fields(refused)[0].0, "practice");
        not_found(town.services.people.register(&here, person, hill).await);
        // Another organisation has whomever it holds a record of, wherever they are registered.
        let ward = town.member(town.hospital, StaffRole::Clinician, "Dr Ward").await;
        assert!(!found(&ward).await);
        town.person(town.hospital, Some("999 000 0018"), "Rivers").await;
        assert!(found(&ward).await && found(&here).await);
    }

    async fn nobody_checks_who_they_are_themselves(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, Some("999 000 0018"), "Rivers").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        town.services.linking.link_in_person(&Actor::Operator, clerk.account().unwrap(), person).await.unwrap();
        let done = town.services.care_team.check_identity(&clerk, person, &checked("passport")).await;
        assert_eq!(fields(done)[0].0, "evidence");
        let other = town.member(town.practice, StaffRole::Reception, "Ola Other").await;
        assert!(town.services.care_team.check_identity(&other, person, &checked("passport")).await.unwrap() == Checked::Account);
    }

    async fn somebody_without_a_number_is_checked_but_gets_no_letter(place: &Place) {
        let town = Town::at(place).await;
        let person = town.person(town.practice, None, "Newcomer").await;
        let clerk = town.member(town.practice, StaffRole::Reception, "Cleo Clerk").await;
        assert_eq!(town.services.care_team.find(&clerk, &named("Newcomer")).await.unwrap()[0].id, person);
        let done = town.services.care_team.check_identity(&clerk, person, &checked("identity-card")).await.unwrap();
        assert!(done == Checked::NoNumber);
    }
}

fn link_form(code: &str) -> LinkForm {
    LinkForm {
        nhs_number: "999 000 0018".to_owned(),
        day: "31".to_owned(),
        month: "3".to_owned(),
        year: "1980".to_owned(),
        family_name: "Rivers".to_owned(),
        code: code.to_owned(),
    }
}
