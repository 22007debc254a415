//! Setting up, changing and removing second steps.

use crate::accounts::world::*;
use chrono::TimeDelta;
use domain::AccountId;
use domain::access::{Actor, Assurance};
use domain::audit::{Action, Basis};
use service::activity::ActorSeen;
use service::{
    CurrentSession, InviteForm, LinkForm, OrganisationKind, PasswordOutcome, SecondSteps, ServiceError, Services, StaffForm,
};
use testkit::Place;

/// The code that an authenticator with this secret, in base 32 in fours, shows at this second.
fn code_of(secret: &str, second: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name("x")
        .build()
        .unwrap()
        .generate(second.try_into().unwrap())
        .to_string()
}

testkit::both_engines! {
    async fn an_authenticator_counts_once_its_first_code_is_entered(place: &Place) {
        let world = World::new(place);
        let factors = &world.services.factors;
        let account = world.account(EMAIL).await;
        let actor = first_step(account);
        let set_up = factors.begin_authenticator(&actor, &world.session()).await.unwrap();
        assert!(set_up.url.starts_with("otpauth://totp/Selfheal:Margaret.Ellis%40example.org?"), "{}", set_up.url);
        assert!(set_up.url.contains(&set_up.secret.replace(' ', "")) && set_up.url.contains("issuer=Selfheal"));
        assert!(set_up.qr.len() > 20 && set_up.qr.iter().all(|row| row.len() == set_up.qr.len()));
        // A page that is loaded again shows the same.
        assert!(factors.begin_authenticator(&actor, &world.session()).await.unwrap() == set_up);
        assert!(matches!(world.try_password(EMAIL, PASSWORD).await, Ok(PasswordOutcome::SignedIn(_))));
        assert_eq!(fields(factors.confirm_authenticator(&actor, "").await), ["code"]);
        assert_eq!(fields(factors.confirm_authenticator(&actor, "000000").await), ["code"]);
        let code = code_of(&set_up.secret, world.now().timestamp());
        let recovery = factors.confirm_authenticator(&actor, &code).await.unwrap();
        assert_eq!(recovery.len(), 10);
        assert!(recovery.iter().all(|code| code.len() == 11 && code.as_bytes()[5] == b'-'));
        assert_eq!(world.subjects().await.last().unwrap(), "A change to how you sign in");
        assert!(matches!(world.try_password(EMAIL, PASSWORD).await, Ok(PasswordOutcome::SecondStep { .. })));
        // The code that set it up does not sign in as well.
        assert_eq!(fields(world.services.sign_in.code(account, &code, false, &here(), None).await), ["code"]);
        assert!(world.actions(account).await.contains(&Action::FactorChanged));
        let overview = factors.overview(&second_step(account)).await.unwrap();
        assert_eq!((overview.authenticator_since, overview.recovery_codes_left), (Some(world.now()), 10));
        // With a second step there, the first step alone changes nothing any more.
        assert!(matches!(factors.overview(&actor).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(factors.begin_authenticator(&actor, &world.session()).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(factors.start_passkey(&actor, &world.session()).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(factors.new_recovery_codes(&actor, &world.session()).await, Err(ServiceError::NeedsSecondStep)));
        let change = world.services.accounts.change_email(&actor, &world.session(), "x@example.org", &here()).await;
        assert!(matches!(change, Err(ServiceError::NeedsSecondStep)));
        world.verify().await;
    }

    async fn another_authenticator_takes_the_place_of_the_first_only_when_confirmed(place: &Place) {
        let world = World::new(place);
        let factors = &world.services.factors;
        let account = world.account_with_authenticator(EMAIL).await;
        let actor = second_step(account);
        let stale = CurrentSession { id_hash: [1; 32], fresh_at: Some(world.now() - TimeDelta::minutes(6)) };
        assert!(matches!(factors.begin_authenticator(&actor, &stale).await, Err(ServiceError::NeedsFreshSignIn)));
        let set_up = factors.begin_authenticator(&actor, &world.session()).await.unwrap();
        let old = world.code(EMAIL).await;
        world.services.sign_in.code(account, &old, false, &here(), None).await.unwrap();
        world.clock.advance(TimeDelta::seconds(60));
        let old = world.code(EMAIL).await;
        let new = code_of(&set_up.secret, world.now().timestamp());
        factors.confirm_authenticator(&actor, &new).await.unwrap();
        assert_eq!(fields(world.services.sign_in.code(account, &old, false, &here(), None).await), ["code"]);
        assert!(matches!(factors.confirm_authenticator(&actor, &new).await, Err(ServiceError::NotFound)));
    }

    async fn a_secret_waits_an_hour_for_its_first_code(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        let actor = first_step(account);
        let set_up = world.services.factors.begin_authenticator(&actor, &world.session()).await.unwrap();
        world.advance_minutes(60);
        let code = code_of(&set_up.secret, world.now().timestamp());
        assert!(matches!(world.services.factors.confirm_authenticator(&actor, &code).await, Err(ServiceError::NotFound)));
        assert!(world.services.factors.begin_authenticator(&actor, &world.session()).await.unwrap() != set_up);
    }

    async fn wrong_codes_while_setting_up_are_limited_too(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        let actor = first_step(account);
        world.services.factors.begin_authenticator(&actor, &world.session()).await.unwrap();
        for n in 0..5 {
            assert_eq!(fields(world.services.factors.confirm_authenticator(&actor, &format!("00000{n}")).await), ["code"]);
        }
        assert!(matches!(world.services.factors.confirm_authenticator(&actor, "000000").await, Err(ServiceError::TooMany(_))));
    }

    async fn the_last_second_step_cannot_be_removed(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        let removed = world.services.factors.remove_authenticator(&second_step(account), &world.session()).await;
        assert_eq!(fields(removed), ["authenticator"]);
        let none = world.account("b@example.org").await;
        let removed = world.services.factors.remove_authenticator(&first_step(none), &world.session()).await;
        assert!(matches!(removed, Err(ServiceError::NotFound)));
    }

    async fn recovery_codes_are_made_anew_only_freshly_and_beside_a_second_step(place: &Place) {
        let world = World::new(place);
        let factors = &world.services.factors;
        let account = world.account_with_authenticator(EMAIL).await;
        let session = world.session();
        world.advance_minutes(6);
        assert!(matches!(factors.new_recovery_codes(&second_step(account), &session).await, Err(ServiceError::NeedsFreshSignIn)));
        let never = CurrentSession { id_hash: [1; 32], fresh_at: None };
        assert!(matches!(factors.new_recovery_codes(&second_step(account), &never).await, Err(ServiceError::NeedsFreshSignIn)));
        let none = world.account("b@example.org").await;
        assert!(matches!(factors.new_recovery_codes(&first_step(none), &world.session()).await, Err(ServiceError::NeedsSecondStep)));
        assert!(matches!(factors.overview(&Actor::Nobody).await, Err(ServiceError::NotSignedIn)));
    }

    async fn a_demonstration_shows_a_code_only_where_there_is_an_authenticator(place: &Place) {
        let world = World::new(place);
        world.account("b@example.org").await;
        world.account_with_authenticator(EMAIL).await;
        let code = |email: &'static str| { let services = world.services.clone(); async move { services.sign_in.current_demo_code(email).await.unwrap() } };
        assert_eq!(code("b@example.org").await, None);
        assert_eq!(code("nobody@example.org").await, None);
        assert_eq!(code("").await, None);
        assert_eq!(code(EMAIL).await.unwrap().len(), 6);
    }

    async fn the_operator_resets_second_steps_and_the_record_stays_closed_until_it_is_linked_again(place: &Place) {
        let world = World::new(place);
        let Services { accounts, factors, linking, records, sessions, sign_in, .. } = &world.services;
        let account = world.account_with_authenticator(EMAIL).await;
        let actor = second_step(account);
        let person = world.person("999 000 0018", "Ellis").await;
        linking.link_in_person(&Actor::Operator, account, person).await.unwrap();
        let recovery = factors.new_recovery_codes(&actor, &world.session()).await.unwrap();
        let device = sign_in.code(account, &world.code(EMAIL).await, true, &here(), None).await.unwrap().device_token;
        // A new authenticator waits for its first code, and codes are locked.
        let waiting = factors.begin_authenticator(&actor, &world.session()).await.unwrap();
        for n in 0..5 {
            assert_eq!(fields(sign_in.code(account, &format!("00000{n}"), false, &here(), None).await), ["code"]);
        }
        sessions.save(&[7; 32], "{}".into(), Some(account), "Chrome".into()).await.unwrap();
        world.services.accounts.change_email(&actor, &world.session(), "another@example.org", &here()).await.unwrap();
        let new_email = world.mail().await.iter().find(|mail| mail.subject == "Confirm your new email address").map(token_in);
        records.overview(&actor, person).await.unwrap();

        assert_eq!(accounts.reset_second_steps(&Actor::Operator, account).await.unwrap(), [person]);
        let left = accounts.find(&Actor::Operator, EMAIL).await.unwrap();
        assert_eq!((left.second_steps, left.people), (SecondSteps::default(), Vec::new()));
        assert!(sessions.load(&[7; 32]).await.unwrap().is_none());
        assert!(!accounts.email_change_works(&new_email.unwrap()).await.unwrap());
        let mail = world.mail().await;
        assert_eq!((mail.len(), mail[0].to.as_str(), mail[0].subject.as_str()), (1, EMAIL, "Your second step was reset"));

        // The password alone, even where a device was trusted, leads to a new second step and to no record.
        let done = signed_in(sign_in.password(EMAIL, PASSWORD, &here(), device.as_deref()).await.unwrap());
        assert_eq!(done.assurance, Assurance::FirstStep);
        assert!(matches!(records.overview(&first_step(account), person).await, Err(ServiceError::NeedsSecondStep)));
        assert!(factors.overview(&first_step(account)).await.unwrap().devices.is_empty());
        assert!(sign_in.recovery_code(account, &recovery[0], &here(), None).await.is_err());
        let code = code_of(&waiting.secret, world.now().timestamp());
        assert!(matches!(factors.confirm_authenticator(&first_step(account), &code).await, Err(ServiceError::NotFound)));
        let set_up = factors.begin_authenticator(&first_step(account), &world.session()).await.unwrap();
        let code = code_of(&set_up.secret, world.now().timestamp());
        factors.confirm_authenticator(&first_step(account), &code).await.unwrap();
        assert!(linking.people(&actor).await.unwrap().is_empty());
        assert!(matches!(records.overview(&actor, person).await, Err(ServiceError::NotFound)));

        // A new letter opens it again, and everything is in the account of who did what.
        let code = linking.issue_code(&Actor::Operator, person).await.unwrap().code;
        let form = LinkForm {
            nhs_number: "999 000 0018".into(), day: "27".into(), month: "3".into(), year: "1948".into(), family_name: "Ellis".into(), code,
        };
        linking.link(&actor, &form).await.unwrap();
        records.overview(&actor, person).await.unwrap();
        let (of_record, _) = world.services.activity.of_record(&actor, person, None).await.unwrap();
        let ended = of_record.iter().find(|item| item.action == Action::Unlinked).unwrap();
        assert_eq!((ended.actor.clone(), ended.basis, ended.detail["account"].as_str()), (ActorSeen::Operator, Basis::Operator, account.to_string().as_str()));
        let of_account = world.services.activity.of_account(&actor).await.unwrap();
        let reset = of_account.iter().find(|item| item.detail.get("what").is_some_and(|what| what == "second-steps-reset")).unwrap();
        assert_eq!((reset.action, reset.basis), (Action::FactorChanged, Basis::Operator));
        assert!(of_account.iter().any(|item| item.action == Action::Unlinked && item.detail["person"] == person.to_string()));
        assert!(of_account.iter().any(|item| item.action == Action::SignedOut && item.actor == ActorSeen::Operator));
        world.verify().await;
    }

    async fn nobody_but_the_operator_resets_second_steps(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        let account = world.account_with_authenticator(EMAIL).await;
        for actor in [Actor::Nobody, Actor::System, first_step(account), second_step(account)] {
            assert!(matches!(accounts.reset_second_steps(&actor, account).await, Err(ServiceError::NotFound)));
        }
        let nobody = AccountId::from_uuid(uuid::Uuid::nil());
        assert!(matches!(accounts.reset_second_steps(&Actor::Operator, nobody).await, Err(ServiceError::NotFound)));
        assert!(accounts.find(&Actor::Operator, EMAIL).await.unwrap().second_steps.authenticator);
        assert!(world.mail().await.is_empty());
    }

    async fn second_steps_are_not_reset_while_the_account_opens_records_of_others(place: &Place) {
        let world = World::new(place);
        let Services { accounts, care_team, carers, linking, organisations, .. } = &world.services;
        let account = world.account_with_authenticator(EMAIL).await;
        let reset = || accounts.reset_second_steps(&Actor::Operator, account);
        let edna = world.person("999 000 0018", "Hughes").await;
        let ednas = world.account_with_authenticator("edna@example.org").await;
        linking.link_in_person(&Actor::Operator, ednas, edna).await.unwrap();
        let form = InviteForm {
            email: EMAIL.into(), name: "Margaret".into(), relation: "daughter".into(), scopes: "PRESCR APPT".into(),
            submission: account.to_string(), ..InviteForm::default()
        };
        let invited = carers.invite(&second_step(ednas), edna, &form).await.unwrap();
        carers.accept(&second_step(account), &world.token().await, &invited.code).await.unwrap();
        assert_eq!(fields(reset().await), ["account"]);
        carers.suspend(&second_step(ednas), edna, invited.relationship).await.unwrap();
        assert_eq!(fields(reset().await), ["account"]);
        assert!(accounts.find(&Actor::Operator, EMAIL).await.unwrap().second_steps.authenticator);
        carers.end(&second_step(ednas), edna, invited.relationship).await.unwrap();
        let practice = organisations.ensure(&Actor::Operator, "A81001", "Riverside Surgery", OrganisationKind::Practice).await.unwrap();
        let place = StaffForm { email: EMAIL.into(), name: "Margaret Ellis".into(), job: "Nurse".into(), role: "manager".into() };
        let member = care_team.add(&Actor::Operator, practice.id, &place).await.unwrap();
        assert_eq!(fields(reset().await), ["account"]);
        care_team.end(&Actor::Operator, member).await.unwrap();
        assert!(reset().await.unwrap().is_empty());
        world.verify().await;
    }
}
