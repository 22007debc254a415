//! A professional opens the record of somebody whom they do not look after.

use super::*;
use chrono::TimeDelta;
use domain::emergency::LASTS;
use service::EmergencyForm;

fn form(nhs_number: &str) -> EmergencyForm {
    EmergencyForm {
        nhs_number: nhs_number.to_owned(),
        day: "31".to_owned(),
        month: "3".to_owned(),
        year: "1980".to_owned(),
        reason: "cannot-say".to_owned(),
        text: "Found at the bus stop and does not answer".to_owned(),
        submission: submission(),
    }
}

/// A hospital that holds nothing of Sam.
async fn elsewhere(world: &World) -> OrganisationId {
    let ensured = world.services.organisations.ensure(&Actor::Operator, "Y9H02", "Elm Hospital", OrganisationKind::Hospital);
    ensured.await.unwrap().id
}

testkit::both_engines! {
    /// It opens for four hours, for the one who opened it, and the person is told at once who and why.
    async fn it_opens_for_a_time_and_the_person_is_told(place: &Place) {
        let world = World::at(place).await;
        let (emergencies, person) = (&world.services.emergencies, world.person);
        let at_elm = elsewhere(&world).await;
        let eve = world.member(at_elm, StaffRole::Clinician, "Eve").await;
        let ned = world.member(at_elm, StaffRole::Clinician, "Ned").await;
        not_found(world.services.care_team.patient(&eve, person).await);
        world.mails("sam@example.org").await;

        let opened = emergencies.open(&eve, &form(SAM)).await.unwrap();
        assert_eq!((opened.person, opened.until), (person, world.services.core.now() + LASTS));
        let mails = world.mails("sam@example.org").await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].subject, "A message about your Selfheal account");
        assert!(mails[0].body.contains("emergency") && !mails[0].body.contains("Eve") && !mails[0].body.contains("bus stop"));
        let told = world.activity().await.into_iter().find(|item| item.action == Action::EmergencyOpened).unwrap();
        let expected = [
            ("reason", "cannot-say".to_owned()),
            ("organisation", at_elm.to_string()),
            ("member", member_of(&eve).to_string()),
        ];
        for (key, value) in expected {
            assert_eq!(told.detail.get(key), Some(&value), "{:?}", told.detail);
        }
        assert!(!told.detail.values().any(|value| value.contains("bus stop")), "no free text in the account of who did what");

        assert_eq!(world.problems(&eve).await.len(), 2);
        let patient = world.services.care_team.patient(&eve, person).await.unwrap();
        assert_eq!((patient.may_check, patient.emergency_until), (false, Some(opened.until)));
        not_found(world.services.care_team.patient(&ned, person).await);

        world.clock.advance(LASTS - TimeDelta::seconds(1));
        assert_eq!(world.problems(&eve).await.len(), 2);
        world.clock.advance(TimeDelta::seconds(1));
        not_found(world.services.records.list(&eve, person, Category::Problem, Which::All, None).await);
        not_found(world.services.care_team.patient(&eve, person).await);
    }

    /// Whoever looked in an emergency and works there no more tries in vain, and the person is told.
    async fn what_is_tried_after_the_place_has_ended_is_told_to_the_person(place: &Place) {
        let world = World::at(place).await;
        let (emergencies, person) = (&world.services.emergencies, world.person);
        let eve = world.member(elsewhere(&world).await, StaffRole::Clinician, "Eve").await;
        emergencies.open(&eve, &form(SAM)).await.unwrap();
        assert_eq!(world.problems(&eve).await.len(), 2);
        world.services.care_team.end(&Actor::Operator, member_of(&eve)).await.unwrap();
        not_found(emergencies.close(&eve, person).await);
        assert!(world.activity().await.iter().any(|item| item.action == Action::Refused));
    }

    /// What the person keeps closed even then is not there; and closing more holds at once.
    async fn it_is_narrower_where_the_person_said_so(place: &Place) {
        let world = World::at(place).await;
        world.private(Sensitivity::Sexual).await;
        let eve = world.member(elsewhere(&world).await, StaffRole::Clinician, "Eve").await;
        world.choose("emergency", "", "general mental social", 1).await.unwrap();
        world.services.emergencies.open(&eve, &form(SAM)).await.unwrap();
        assert_eq!(world.problems(&eve).await, ["Asthma"]);
        world.choose("emergency", "", "general mental sexual social", 1).await.unwrap();
        assert_eq!(world.problems(&eve).await, ["Asthma"], "what was closed at the opening stays so");
        world.choose("emergency", "", "", 1).await.unwrap();
        assert!(world.problems(&eve).await.is_empty());
    }

    /// An emergency takes nothing away of what a care team sees anyway.
    async fn it_is_never_narrower_than_what_is_shared(place: &Place) {
        let world = World::at(place).await;
        let gp = world.member(world.practice, StaffRole::Clinician, "Gail").await;
        world.choose("emergency", "", "", 1).await.unwrap();
        world.services.emergencies.open(&gp, &form(SAM)).await.unwrap();
        assert_eq!(world.problems(&gp).await.len(), 2);
        assert!(world.services.care_team.patient(&gp, world.person).await.unwrap().may_check);
    }

    /// Opening it again, or sending the form twice, is one emergency and one mail; after it was closed it can be opened anew.
    async fn there_is_one_at_a_time(place: &Place) {
        let world = World::at(place).await;
        let (emergencies, person) = (&world.services.emergencies, world.person);
        let eve = world.member(elsewhere(&world).await, StaffRole::Clinician, "Eve").await;
        world.mails("sam@example.org").await;
        let same = form(SAM);
        let done = futures::join!(emergencies.open(&eve, &same), emergencies.open(&eve, &same));
        assert_eq!(done.0.unwrap().until, done.1.unwrap().until);
        world.clock.advance(TimeDelta::minutes(5));
        emergencies.open(&eve, &form(SAM)).await.unwrap();
        assert_eq!(world.count(Action::EmergencyOpened).await, 1);
        assert_eq!(world.mails("sam@example.org").await.len(), 1);

        emergencies.close(&eve, person).await.unwrap();
        not_found(world.services.care_team.patient(&eve, person).await);
        emergencies.close(&eve, person).await.unwrap();
        assert_eq!(world.count(Action::EmergencyClosed).await, 1);
        emergencies.open(&eve, &form(SAM)).await.unwrap();
        assert_eq!(world.count(Action::EmergencyOpened).await, 2);
        assert!(world.services.care_team.patient(&eve, person).await.is_ok());
    }

    /// Whether somebody exists is told only for a reason; nobody found is written down, and guessing ends.
    async fn guesses_are_written_down_and_end(place: &Place) {
        let world = World::at(place).await;
        let emergencies = &world.services.emergencies;
        let eve = world.member(elsewhere(&world).await, StaffRole::Clinician, "Eve").await;
        for number in [SAM, "9990000026"] {
            let unsaid = EmergencyForm { reason: String::new(), text: String::new(), ..form(number) };
            assert_eq!(fields(emergencies.open(&eve, &unsaid).await), ["reason", "text"]);
        }
        let turned = EmergencyForm { text: "They are \u{202e}unconscious".to_owned(), ..form(SAM) };
        assert_eq!(fields(emergencies.open(&eve, &turned).await), ["text"]);
        let wrong_day = EmergencyForm { day: "30".to_owned(), ..form(SAM) };
        for wrong in [wrong_day.clone(), form("9990000026")] {
            assert_eq!(fields(emergencies.open(&eve, &wrong).await), ["nhs_number"]);
        }
        let own = world.services.activity.of_account(&citizen(eve.account().unwrap())).await.unwrap();
        let refused: Vec<_> = own.iter().filter(|item| item.action == Action::Refused).collect();
        assert_eq!(refused.len(), 2);
        assert!(refused.iter().all(|item| item.detail.get("asked").is_some_and(|asked| asked == "emergency")));
        assert_eq!(world.count(Action::Refused).await, 0);
        for _ in 0..8 {
            assert_eq!(fields(emergencies.open(&eve, &wrong_day).await), ["nhs_number"]);
        }
        assert!(matches!(emergencies.open(&eve, &form(SAM)).await, Err(ServiceError::TooMany(_))));
        world.clock.advance(TimeDelta::minutes(61));
        emergencies.open(&eve, &form(SAM)).await.unwrap();
    }

    /// Whoever opened it and came to answer for privacy cannot say themself that it was right; and each look at the list is
    /// told to those who stand in it.
    async fn nobody_looks_after_what_they_opened_themselves(place: &Place) {
        let world = World::at(place).await;
        let emergencies = &world.services.emergencies;
        let at_elm = elsewhere(&world).await;
        let eve = world.member(at_elm, StaffRole::Clinician, "Eve").await;
        emergencies.open(&eve, &form(SAM)).await.unwrap();
        world.services.care_team.change(&Actor::Operator, member_of(&eve), "privacy-officer", "Privacy").await.unwrap();
        let seen = emergencies.list(&eve).await.unwrap().remove(0);
        assert!(seen.mine);
        assert_eq!(fields(emergencies.check(&eve, seen.id).await), [""]);
        let priya = world.member(at_elm, StaffRole::PrivacyOfficer, "Priya").await;
        let again = emergencies.list(&priya).await.unwrap().remove(0);
        assert!(!again.mine && again.checked.is_none());
        emergencies.check(&priya, seen.id).await.unwrap();
        let listed = |item: &ActivityItem| item.detail.get("page").is_some_and(|page| page == "emergencies");
        assert_eq!(world.activity().await.iter().filter(|item| listed(item)).count(), 2);
    }

    /// Only those who give care open; only those who answer for privacy see the list, of their own organisation.
    async fn every_role_does_its_part(place: &Place) {
        let world = World::at(place).await;
        let emergencies = &world.services.emergencies;
        let at_elm = elsewhere(&world).await;
        let eve = world.member(at_elm, StaffRole::Clinician, "Eve").await;
        let priya = world.member(at_elm, StaffRole::PrivacyOfficer, "Priya").await;
        let other = world.member(world.hospital, StaffRole::PrivacyOfficer, "Otto").await;
        let desk = world.member(at_elm, StaffRole::Reception, "Rae").await;
        for actor in [&priya, &desk, &world.sam] {
            not_found(emergencies.open(actor, &form(SAM)).await);
            not_found(emergencies.may_open(actor).await);
        }
        for actor in [&eve, &desk, &world.sam] {
            not_found(emergencies.list(actor).await);
        }
        emergencies.open(&eve, &form(SAM)).await.unwrap();
        let seen = emergencies.list(&priya).await.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].person_name.as_str(), seen[0].by.as_str(), seen[0].checked.as_ref()), ("Sam Rivers", "Eve", None));
        assert_eq!(seen[0].text, "Found at the bus stop and does not answer");
        assert!(emergencies.list(&other).await.unwrap().is_empty());

        not_found(emergencies.check(&other, seen[0].id).await);
        not_found(emergencies.check(&eve, seen[0].id).await);
        emergencies.check(&priya, seen[0].id).await.unwrap();
        emergencies.check(&priya, seen[0].id).await.unwrap();
        let checked = emergencies.list(&priya).await.unwrap().remove(0).checked;
        assert_eq!(checked, Some(("Priya".to_owned(), world.services.core.now())));
        assert_eq!(world.count(Action::WorkChanged).await, 1, "the person is told that it was looked at");

        world.services.care_team.end(&Actor::Operator, member_of(&eve)).await.unwrap();
        not_found(world.services.care_team.patient(&eve, world.person).await);
    }
}
