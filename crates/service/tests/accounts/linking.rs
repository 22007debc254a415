//! Linking an account to a record by the code in a letter.

use crate::accounts::world::*;
use domain::access::Actor;
use domain::audit::Action;
use domain::linkage::Level;
use domain::{AccountId, PersonId};
use service::{LinkForm, ServiceError};
use testkit::Place;

const NUMBER: &str = "999 000 0018";
const OTHER_NUMBER: &str = "999 000 0026";

fn form(code: &str) -> LinkForm {
    LinkForm {
        nhs_number: NUMBER.into(),
        day: "27".into(),
        month: "3".into(),
        year: "1948".into(),
        family_name: "o'brien-muller".into(),
        code: code.into(),
    }
}

async fn ready(world: &World) -> (AccountId, PersonId, String) {
    let account = world.account_with_authenticator(EMAIL).await;
    let person = world.person(NUMBER, "O’Brien Müller").await;
    let code = world.services.linking.issue_code(&Actor::Operator, person).await.unwrap().code;
    (account, person, code)
}

async fn of_record(world: &World, account: AccountId, person: PersonId) -> Vec<Action> {
    let (items, _) = world.services.activity.of_record(&second_step(account), person, None).await.unwrap();
    items.into_iter().rev().map(|item| item.action).collect()
}

testkit::both_engines! {
    async fn the_details_of_the_letter_link_the_record(place: &Place) {
        let world = World::new(place);
        let (account, person, code) = ready(&world).await;
        assert!(world.services.linking.people(&second_step(account)).await.unwrap().is_empty());
        let typed = code.to_lowercase().replace('-', " ");
        let linked = world.services.linking.link(&second_step(account), &form(&typed)).await.unwrap();
        assert!(linked.person == person && !linked.already);
        let people = world.services.linking.people(&second_step(account)).await.unwrap();
        assert_eq!(people.len(), 1);
        assert_eq!((people[0].person, people[0].level, people[0].relation.as_str()), (person, Level::Linked, "self"));
        let overview = world.services.records.overview(&second_step(account), person).await.unwrap();
        assert_eq!(overview.person.display_name, "Mrs Margaret O’Brien Müller");
        assert_eq!(overview.person.nhs_number.unwrap().to_string(), NUMBER);
        let actions = of_record(&world, account, person).await;
        assert!(actions.contains(&Action::LinkageIssued) && actions.contains(&Action::Linked));
        assert!(world.actions(account).await.contains(&Action::Linked));
        assert_eq!(world.subjects().await, ["Your account is linked to your record"]);
        let mut tx = place.store.read().await.unwrap();
        let link = store::link::between(&mut tx, account, person).await.unwrap().unwrap();
        assert!(link.evidence.contains("linkage-code") && !link.evidence.contains(&code));
        world.verify().await;
    }

    async fn which_records_an_account_opens_tells_nothing_of_whose_they_are(place: &Place) {
        let world = World::new(place);
        let (account, person, code) = ready(&world).await;
        world.services.linking.link(&second_step(account), &form(&code)).await.unwrap();
        let people = world.services.linking.people(&second_step(account)).await.unwrap();
        assert_eq!(people[0].person, person);
        let told = format!("{people:?}");
        for word in ["Margaret", "Müller", "999", "1948"] {
            assert!(!told.contains(word), "{told}");
        }
    }

    async fn sending_the_form_twice_links_once(place: &Place) {
        let world = World::new(place);
        let (account, person, code) = ready(&world).await;
        let sends = (0..4).map(|_| {
            let (services, form) = (world.services.clone(), form(&code));
            tokio::spawn(async move { services.linking.link(&second_step(account), &form).await.unwrap() })
        });
        let mut made = 0;
        for one in sends.collect::<Vec<_>>() {
            let linked = one.await.unwrap();
            assert_eq!(linked.person, person);
            made += i32::from(!linked.already);
        }
        assert_eq!(made, 1);
        assert!(world.services.linking.link(&second_step(account), &form(&code)).await.unwrap().already);
        assert_eq!(world.services.linking.people(&second_step(account)).await.unwrap().len(), 1);
    }

    async fn of_two_accounts_with_one_code_exactly_one_is_linked(place: &Place) {
        let world = World::new(place);
        let (account, _, code) = ready(&world).await;
        let other = world.account_with_authenticator("b@example.org").await;
        let sends = [account, other].map(|account| {
            let (services, form) = (world.services.clone(), form(&code));
            tokio::spawn(async move { services.linking.link(&second_step(account), &form).await.is_ok() })
        });
        let mut linked = 0;
        for one in sends {
            linked += i32::from(one.await.unwrap());
        }
        assert_eq!(linked, 1);
    }

    async fn any_mismatch_gets_one_answer_after_the_same_work_and_is_noted(place: &Place) {
        let world = World::new(place);
        let (account, person, code) = ready(&world).await;
        let mut answers = Vec::new();
        for wrong in [
            LinkForm { nhs_number: OTHER_NUMBER.into(), ..form(&code) },
            LinkForm { day: "28".into(), ..form(&code) },
            LinkForm { family_name: "Smith".into(), ..form(&code) },
            form("AAAAA-AAAAA"),
        ] {
            let before = world.services.hashing.done();
            let answer = problems(world.services.linking.link(&second_step(account), &wrong).await.unwrap_err());
            answers.push((answer, world.services.hashing.done() - before));
        }
        assert!(answers.iter().all(|answer| answer == &answers[0] && answer.1 == 1), "{answers:?}");
        assert_eq!(answers[0].0[0].field, "code");
        assert_eq!(world.actions(account).await.iter().filter(|action| **action == Action::LinkRefused).count(), 4);
        // The fifth attempt is right.
        world.services.linking.link(&second_step(account), &form(&code)).await.unwrap();
        let actions = of_record(&world, account, person).await;
        assert_eq!(actions.iter().filter(|action| **action == Action::LinkRefused).count(), 3);
        world.verify().await;
    }

    async fn an_account_has_five_attempts_a_day(place: &Place) {
        let world = World::new(place);
        let (account, _, code) = ready(&world).await;
        for _ in 0..5 {
            let wrong = LinkForm { nhs_number: OTHER_NUMBER.into(), ..form(&code) };
            assert_eq!(fields(world.services.linking.link(&second_step(account), &wrong).await), ["code"]);
        }
        assert!(matches!(world.services.linking.link(&second_step(account), &form(&code)).await, Err(ServiceError::TooMany(_))));
        world.advance_minutes(24 * 60);
        world.services.linking.link(&second_step(account), &form(&code)).await.unwrap();
    }

    async fn a_code_allows_five_attempts_whoever_makes_them(place: &Place) {
        let world = World::new(place);
        let (account, person, code) = ready(&world).await;
        for n in 0..5 {
            let stranger = world.account_with_authenticator(&format!("stranger{n}@example.org")).await;
            assert_eq!(fields(world.services.linking.link(&second_step(stranger), &form("AAAAA-AAAAA")).await), ["code"]);
        }
        assert_eq!(fields(world.services.linking.link(&second_step(account), &form(&code)).await), ["code"]);
        let fresh = world.services.linking.issue_code(&Actor::Operator, person).await.unwrap().code;
        world.services.linking.link(&second_step(account), &form(&fresh)).await.unwrap();
    }

    async fn what_was_mistyped_is_said_at_once_and_is_no_attempt(place: &Place) {
        let world = World::new(place);
        let (account, _, code) = ready(&world).await;
        for _ in 0..6 {
            let nothing = world.services.linking.link(&second_step(account), &LinkForm::default()).await;
            assert_eq!(fields(nothing), ["nhs_number", "birth_date", "family_name", "code"]);
        }
        world.services.linking.link(&second_step(account), &form(&code)).await.unwrap();
    }

    async fn a_code_expires_and_a_new_one_ends_the_one_before(place: &Place) {
        let world = World::new(place);
        let (account, person, first) = ready(&world).await;
        let second = world.services.linking.issue_code(&Actor::Operator, person).await.unwrap();
        assert_eq!(second.code.len(), 11);
        assert_eq!(second.expires_at, world.now() + chrono::TimeDelta::days(28));
        assert_eq!(fields(world.services.linking.link(&second_step(account), &form(&first)).await), ["code"]);
        world.advance_minutes(28 * 24 * 60);
        assert_eq!(fields(world.services.linking.link(&second_step(account), &form(&second.code)).await), ["code"]);
    }

    async fn a_used_code_links_nobody_else(place: &Place) {
        let world = World::new(place);
        let (account, _, code) = ready(&world).await;
        world.services.linking.link(&second_step(account), &form(&code)).await.unwrap();
        let other = world.account_with_authenticator("b@example.org").await;
        assert_eq!(fields(world.services.linking.link(&second_step(other), &form(&code)).await), ["code"]);
    }

    async fn an_account_has_one_record_of_its_own(place: &Place) {
        let world = World::new(place);
        let (account, _, code) = ready(&world).await;
        world.services.linking.link(&second_step(account), &form(&code)).await.unwrap();
        let child = world.person(OTHER_NUMBER, "Ellis").await;
        let code = world.services.linking.issue_code(&Actor::Operator, child).await.unwrap().code;
        let theirs = LinkForm { nhs_number: OTHER_NUMBER.into(), family_name: "Ellis".into(), ..form(&code) };
        assert_eq!(fields(world.services.linking.link(&second_step(account), &theirs).await), ["nhs_number"]);
        // Nothing is told of a number that nobody has.
        let nobody = LinkForm { nhs_number: "999 000 0034".into(), ..theirs };
        assert_eq!(fields(world.services.linking.link(&second_step(account), &nobody).await), ["nhs_number"]);
    }

    async fn of_two_codes_sent_at_once_an_account_links_one_record_of_its_own(place: &Place) {
        let world = World::new(place);
        let (account, _, code) = ready(&world).await;
        let other = world.person(OTHER_NUMBER, "Ellis").await;
        let theirs = world.services.linking.issue_code(&Actor::Operator, other).await.unwrap().code;
        let theirs = LinkForm { nhs_number: OTHER_NUMBER.into(), family_name: "Ellis".into(), ..form(&theirs) };
        let sends = [form(&code), theirs].map(|form| {
            let services = world.services.clone();
            tokio::spawn(async move { services.linking.link(&second_step(account), &form).await })
        });
        let mut refused = Vec::new();
        for one in sends {
            if let Err(error) = one.await.unwrap() {
                refused.extend(problems(error).into_iter().map(|problem| problem.field));
            }
        }
        assert_eq!(refused, ["nhs_number"]);
        let people = world.services.linking.people(&second_step(account)).await.unwrap();
        assert_eq!(people.len(), 1);
        world.verify().await;
    }

    async fn linking_needs_a_second_step_and_issuing_needs_the_operator(place: &Place) {
        let world = World::new(place);
        let (account, person, code) = ready(&world).await;
        let linking = &world.services.linking;
        assert!(matches!(linking.link(&first_step(account), &form(&code)).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(linking.link(&Actor::Nobody, &form(&code)).await, Err(ServiceError::NotSignedIn)));
        assert!(matches!(linking.people(&first_step(account)).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(linking.issue_code(&second_step(account), person).await, Err(ServiceError::NotFound)));
        assert!(matches!(linking.issue_code(&Actor::Nobody, person).await, Err(ServiceError::NotSignedIn)));
        let nobody = PersonId::from_uuid(account.as_uuid());
        assert!(matches!(linking.issue_code(&Actor::Operator, nobody).await, Err(ServiceError::NotFound)));
    }
}
