//! Opening an account, confirming its address, resetting and changing its password and address; the operator's part.

use crate::accounts::world::*;
use async_trait::async_trait;
use domain::access::Actor;
use domain::audit::Action;
use service::{Confirmation, PasswordOutcome, ServiceError, Services, StolenPasswords};
use testkit::Place;

/// A list of stolen passwords with one in it: "wobbly teapot forecast".
struct Stolen;

#[async_trait]
impl StolenPasswords for Stolen {
    async fn has(&self, sha1: &str) -> Result<bool, String> {
        Ok(sha1 == "1F31EA2966DA5B35FA7A9A7B97FD2A4855468ED8")
    }
}

testkit::both_engines! {
    async fn an_account_is_opened_by_a_link_to_its_address(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        let mail = world.mail().await;
        assert_eq!((mail.len(), mail[0].to.as_str(), mail[0].subject.as_str()), (1, EMAIL, "Confirm your email address"));
        assert!(mail[0].body.contains("http://localhost:8080/register/confirm?token="));
        let token = token_in(&mail[0]);
        assert!(accounts.confirmation_works(&token).await.unwrap());
        assert!(accounts.confirmation_works(&token).await.unwrap());
        assert_eq!(accounts.confirm(&token).await.unwrap(), Confirmation::Confirmed);
        assert!(!accounts.confirmation_works(&token).await.unwrap());
        // A second click says that it is done.
        assert_eq!(accounts.confirm(&token).await.unwrap(), Confirmation::AlreadyConfirmed);
        let signed_in = signed_in(world.try_password("margaret.ellis@EXAMPLE.org", PASSWORD).await.unwrap());
        assert_eq!(world.actions(signed_in.account).await, [Action::Registered, Action::EmailChanged, Action::SignedIn]);
        world.verify().await;
    }

    async fn a_link_works_for_a_day_and_not_for_another_purpose(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        let token = world.token().await;
        assert!(!accounts.reset_works(&token).await.unwrap());
        assert!(matches!(accounts.reset(&token, "wobbly teapot forecast", &here()).await, Err(ServiceError::NotFound)));
        assert!(matches!(accounts.confirm_email_change(&token).await, Err(ServiceError::NotFound)));
        world.advance_minutes(24 * 60);
        assert!(!accounts.confirmation_works(&token).await.unwrap());
        assert!(matches!(accounts.confirm(&token).await, Err(ServiceError::NotFound)));
        assert!(matches!(accounts.confirm("nothing of the kind").await, Err(ServiceError::NotFound)));
    }

    async fn every_problem_is_said_at_once_and_nothing_is_kept(place: &Place) {
        let world = World::new(place);
        assert_eq!(fields(world.services.accounts.register("margaret", "short", &here()).await), ["email", "password"]);
        assert_eq!(fields(world.services.accounts.register(EMAIL, "liverpool1", &here()).await), ["password"]);
        assert_eq!(fields(world.services.accounts.register(EMAIL, "margaret.ellis1", &here()).await), ["password"]);
        assert!(world.mail().await.is_empty());
        assert!(world.services.accounts.list(&Actor::Operator).await.unwrap().is_empty());
    }

    async fn a_known_address_gets_the_same_answer_after_the_same_work_and_only_its_owner_is_told(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        let before = world.services.hashing.done();
        accounts.register("new@example.org", PASSWORD, &here()).await.unwrap();
        let for_unknown = world.services.hashing.done() - before;
        let account = world.account(EMAIL).await;
        world.mail().await;
        let before = world.services.hashing.done();
        accounts.register(EMAIL, "another good password of mine", &here()).await.unwrap();
        assert_eq!(world.services.hashing.done() - before, for_unknown);
        let mail = world.mail().await;
        assert_eq!((mail.len(), mail[0].subject.as_str()), (1, "You already have an account"));
        assert!(!mail[0].body.contains("token="));
        // The password stays.
        assert_eq!(signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap()).account, account);
        assert_eq!(fields(world.try_password(EMAIL, "another good password of mine").await), ["password"]);
    }

    async fn the_password_that_counts_is_the_one_given_with_the_link_that_is_opened(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        let hers = world.token().await;
        // Somebody else tries to get in before her, with a password of their own.
        accounts.register(EMAIL, "a stranger knows this one", &elsewhere()).await.unwrap();
        let theirs = world.token().await;
        accounts.confirm(&hers).await.unwrap();
        signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap());
        assert_eq!(fields(world.try_password(EMAIL, "a stranger knows this one").await), ["password"]);
        assert!(matches!(accounts.confirm(&theirs).await, Err(ServiceError::NotFound)));
        signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap());
    }

    async fn of_two_uses_of_one_link_at_once_exactly_one_confirms(place: &Place) {
        let world = World::new(place);
        world.services.accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        let token = world.token().await;
        let uses = (0..8).map(|_| {
            let (accounts, token) = (world.services.accounts.clone(), token.clone());
            tokio::spawn(async move { accounts.confirm(&token).await.unwrap() })
        });
        let mut confirmed = 0;
        for one in uses.collect::<Vec<_>>() {
            confirmed += i32::from(one.await.unwrap() == Confirmation::Confirmed);
        }
        assert_eq!(confirmed, 1);
    }

    async fn two_registrations_at_once_open_one_account(place: &Place) {
        let world = World::new(place);
        let tries = (0..6).map(|_| {
            let accounts = world.services.accounts.clone();
            tokio::spawn(async move { accounts.register(EMAIL, PASSWORD, &here()).await })
        });
        for one in tries.collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
        assert_eq!(world.services.accounts.list(&Actor::Operator).await.unwrap().len(), 1);
    }

    async fn mail_to_one_address_and_asking_from_one_network_are_limited(place: &Place) {
        let world = World::new(place);
        for _ in 0..100 {
            world.services.accounts.resend_confirmation(EMAIL, &here()).await.unwrap();
        }
        assert!(matches!(world.services.accounts.ask_reset("x@example.org", &here()).await, Err(ServiceError::TooMany(_))));
        assert!(matches!(world.services.accounts.register("x@example.org", PASSWORD, &here()).await, Err(ServiceError::TooMany(_))));
        world.account("y@example.org").await;
        for _ in 0..10 {
            world.services.accounts.ask_reset("y@example.org", &elsewhere()).await.unwrap();
        }
        assert_eq!(world.mail().await.len(), 5);
        world.advance_minutes(61);
        world.services.accounts.ask_reset("y@example.org", &here()).await.unwrap();
        assert_eq!(world.mail().await.len(), 1);
    }

    async fn the_link_is_mailed_again_only_to_an_account_that_waits_for_it(place: &Place) {
        let world = World::new(place);
        world.services.accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        world.token().await;
        world.services.accounts.resend_confirmation(EMAIL, &here()).await.unwrap();
        let again = world.token().await;
        world.services.accounts.resend_confirmation("nobody@example.org", &here()).await.unwrap();
        assert!(world.mail().await.is_empty());
        world.services.accounts.confirm(&again).await.unwrap();
        world.services.accounts.resend_confirmation(EMAIL, &here()).await.unwrap();
        assert!(world.mail().await.is_empty());
    }

    async fn a_reset_sets_the_password_once_ends_every_session_and_keeps_the_second_step(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        let account = world.account_with_authenticator(EMAIL).await;
        let device = {
            let code = world.code(EMAIL).await;
            world.services.sign_in.code(account, &code, true, &here(), None).await.unwrap().device_token.unwrap()
        };
        signed_in(world.services.sign_in.password(EMAIL, PASSWORD, &here(), Some(&device)).await.unwrap());
        for n in 1..=3 {
            assert!(world.services.sessions.save(&[n; 32], "{}".into(), Some(account), "Chrome".into()).await.unwrap());
        }
        accounts.ask_reset(EMAIL, &here()).await.unwrap();
        let token = world.token().await;
        assert!(accounts.reset_works(&token).await.unwrap());
        // A password that cannot be used leaves the link as it was.
        assert_eq!(fields(accounts.reset(&token, "password", &here()).await), ["password"]);
        accounts.reset(&token, "wobbly teapot forecast", &here()).await.unwrap();
        assert_eq!(world.subjects().await, ["Your password was changed"]);
        assert!(matches!(accounts.reset(&token, "quiet marble lantern", &here()).await, Err(ServiceError::NotFound)));
        assert!(world.services.sessions.list(&second_step(account), &[0; 32]).await.unwrap().is_empty());
        assert!(world.services.sessions.load(&[1; 32]).await.unwrap().is_none());
        assert_eq!(fields(world.try_password(EMAIL, PASSWORD).await), ["password"]);
        // Neither the new password nor the device that was trusted skips the second step.
        let outcome = world.services.sign_in.password(EMAIL, "wobbly teapot forecast", &here(), Some(&device)).await.unwrap();
        assert!(matches!(outcome, PasswordOutcome::SecondStep { steps, .. } if steps.authenticator));
        world.verify().await;
    }

    async fn a_reset_link_works_for_half_an_hour_and_an_unknown_address_gets_none(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        world.services.accounts.ask_reset("nobody@example.org", &here()).await.unwrap();
        assert!(world.mail().await.is_empty());
        world.services.accounts.ask_reset(EMAIL, &here()).await.unwrap();
        let token = world.token().await;
        world.advance_minutes(30);
        assert!(!world.services.accounts.reset_works(&token).await.unwrap());
        assert!(matches!(world.services.accounts.reset(&token, "wobbly teapot forecast", &here()).await, Err(ServiceError::NotFound)));
    }

    async fn a_reset_lifts_the_lock_of_who_forgot(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        for _ in 0..5 {
            assert_eq!(fields(world.try_password(EMAIL, "not this one either").await), ["password"]);
        }
        assert!(matches!(world.try_password(EMAIL, PASSWORD).await, Err(ServiceError::TooMany(_))));
        world.mail().await;
        world.services.accounts.ask_reset(EMAIL, &here()).await.unwrap();
        let token = world.token().await;
        world.services.accounts.reset(&token, "wobbly teapot forecast", &here()).await.unwrap();
        signed_in(world.try_password(EMAIL, "wobbly teapot forecast").await.unwrap());
    }

    async fn a_reset_and_the_operator_lift_the_lock_of_a_browser_that_signed_in_before(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        let device = signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap()).device_token.unwrap();
        let origin = here();
        let from_device = |password: &'static str| world.services.sign_in.password(EMAIL, password, &origin, Some(&device));
        for lift in ["operator", "reset"] {
            for _ in 0..5 {
                assert_eq!(fields(from_device("not this one either").await), ["password"]);
            }
            assert!(matches!(from_device(PASSWORD).await, Err(ServiceError::TooMany(_))));
            world.mail().await;
            if lift == "operator" {
                world.services.accounts.unlock(&Actor::Operator, account).await.unwrap();
                signed_in(from_device(PASSWORD).await.unwrap());
            } else {
                world.services.accounts.ask_reset(EMAIL, &here()).await.unwrap();
                let token = world.token().await;
                world.services.accounts.reset(&token, "wobbly teapot forecast", &here()).await.unwrap();
                signed_in(from_device("wobbly teapot forecast").await.unwrap());
            }
        }
    }

    async fn a_registration_that_was_under_way_does_not_change_the_password_of_an_account_confirmed_meanwhile(place: &Place) {
        let world = World::new(place);
        let set = |account, hash: &'static str| async move {
            let done: Result<bool, store::StoreError> = place
                .store
                .write(move |tx| {
                    Box::pin(async move { store::account::set_first_password(tx, account, hash, chrono::DateTime::UNIX_EPOCH).await })
                })
                .await;
            done.unwrap()
        };
        world.services.accounts.register("waiting@example.org", PASSWORD, &here()).await.unwrap();
        let waiting = world.services.accounts.find(&Actor::Operator, "waiting@example.org").await.unwrap().id;
        assert!(set(waiting, "a hash").await);
        let confirmed = world.account(EMAIL).await;
        assert!(!set(confirmed, "a hash").await);
        signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap());
    }

    async fn of_two_uses_of_one_reset_link_at_once_exactly_one_sets_the_password(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        world.services.accounts.ask_reset(EMAIL, &here()).await.unwrap();
        let token = world.token().await;
        let uses = (0..4).map(|n| {
            let (accounts, token) = (world.services.accounts.clone(), token.clone());
            tokio::spawn(async move { accounts.reset(&token, &format!("wobbly teapot forecast {n}"), &here()).await.is_ok() })
        });
        let mut set = 0;
        for one in uses.collect::<Vec<_>>() {
            set += i32::from(one.await.unwrap());
        }
        assert_eq!(set, 1);
        assert_eq!(world.subjects().await, ["Your password was changed"]);
    }

    async fn changing_the_password_asks_for_the_present_one_freshly_and_ends_the_other_sessions(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        let account = world.account(EMAIL).await;
        let actor = first_step(account);
        let session = world.session();
        for n in 1..=2 {
            world.services.sessions.save(&[n; 32], "{}".into(), Some(account), "Chrome".into()).await.unwrap();
        }
        let new = "wobbly teapot forecast";
        assert_eq!(fields(accounts.change_password(&actor, &session, "", "short").await), ["current_password", "password"]);
        assert_eq!(fields(accounts.change_password(&actor, &session, "wrong one, this", new).await), ["current_password"]);
        accounts.change_password(&actor, &session, PASSWORD, new).await.unwrap();
        let live = world.services.sessions.list(&actor, &[1; 32]).await.unwrap();
        assert!(live.len() == 1 && live[0].current);
        assert_eq!(world.subjects().await, ["Your password was changed"]);
        signed_in(world.try_password(EMAIL, new).await.unwrap());
        world.advance_minutes(6);
        let error = accounts.change_password(&actor, &session, new, "quiet marble lantern").await.unwrap_err();
        assert!(matches!(error, ServiceError::NeedsFreshSignIn));
        let error = accounts.change_password(&Actor::Nobody, &session, new, "quiet marble lantern").await.unwrap_err();
        assert!(matches!(error, ServiceError::NotSignedIn));
    }

    async fn a_password_that_was_stolen_elsewhere_is_refused_wherever_a_new_one_is_chosen(place: &Place) {
        let world = World::new(place);
        let services = Services::new(world.services.core.clone().with_stolen_passwords(Stolen));
        let (accounts, stolen) = (&services.accounts, "wobbly teapot forecast");
        assert_eq!(fields(accounts.register(EMAIL, stolen, &here()).await), ["password"]);
        accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        accounts.confirm(&world.token().await).await.unwrap();
        accounts.ask_reset(EMAIL, &here()).await.unwrap();
        let token = world.token().await;
        assert_eq!(fields(accounts.reset(&token, stolen, &here()).await), ["password"]);
        accounts.reset(&token, "quiet marble lantern", &here()).await.unwrap();
        let account = accounts.find(&Actor::Operator, EMAIL).await.unwrap().id;
        let (actor, session) = (first_step(account), world.session());
        assert_eq!(fields(accounts.change_password(&actor, &session, "quiet marble lantern", stolen).await), ["password"]);
        accounts.change_password(&actor, &session, "quiet marble lantern", PASSWORD).await.unwrap();
        // Where nobody has a list, it is one like others.
        world.services.accounts.change_password(&actor, &session, PASSWORD, stolen).await.unwrap();
    }

    async fn a_new_address_counts_once_its_link_is_opened_and_the_old_one_is_told(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        let account = world.account(EMAIL).await;
        let actor = first_step(account);
        assert_eq!(fields(accounts.change_email(&actor, &world.session(), "nonsense", &here()).await), ["email"]);
        assert_eq!(fields(accounts.change_email(&actor, &world.session(), EMAIL, &here()).await), ["email"]);
        accounts.change_email(&actor, &world.session(), "maggie@example.org", &here()).await.unwrap();
        let mail = world.mail().await;
        let to: Vec<_> = mail.iter().map(|mail| (mail.to.as_str(), mail.subject.as_str())).collect();
        assert_eq!(to, [(EMAIL, "A new email address for your account"), ("maggie@example.org", "Confirm your new email address")]);
        assert!(mail[1].body.contains("http://localhost:8080/account/email/confirm?token="));
        assert_eq!(accounts.details(&actor).await.unwrap().email, EMAIL);
        let token = token_in(&mail[1]);
        assert!(accounts.email_change_works(&token).await.unwrap());
        assert_eq!(accounts.confirm_email_change(&token).await.unwrap(), Confirmation::Confirmed);
        assert_eq!(accounts.confirm_email_change(&token).await.unwrap(), Confirmation::AlreadyConfirmed);
        assert_eq!(accounts.details(&actor).await.unwrap().email, "maggie@example.org");
        let mail = world.mail().await;
        assert_eq!((mail[0].to.as_str(), mail[0].subject.as_str()), (EMAIL, "Your email address was changed"));
        signed_in(world.try_password("maggie@example.org", PASSWORD).await.unwrap());
        assert_eq!(fields(world.try_password(EMAIL, PASSWORD).await), ["password"]);
        world.advance_minutes(6);
        let stale = service::CurrentSession { fresh_at: Some(world.now() - chrono::TimeDelta::minutes(6)), ..world.session() };
        let error = accounts.change_email(&actor, &stale, "new@example.org", &here()).await.unwrap_err();
        assert!(matches!(error, ServiceError::NeedsFreshSignIn));
    }

    async fn an_address_of_another_account_is_not_given_away(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        let account = world.account(EMAIL).await;
        world.account("taken@example.org").await;
        accounts.change_email(&first_step(account), &world.session(), "Taken@example.org", &here()).await.unwrap();
        let mail = world.mail().await;
        assert_eq!(mail[1].subject, "This email address has an account");
        assert!(!mail[1].body.contains("token="));
        // Taken between the asking and the opening.
        accounts.change_email(&first_step(account), &world.session(), "soon@example.org", &here()).await.unwrap();
        let token = token_in(&world.mail().await[1]);
        world.account("soon@example.org").await;
        assert!(matches!(accounts.confirm_email_change(&token).await, Err(ServiceError::NotFound)));
        assert_eq!(accounts.details(&first_step(account)).await.unwrap().email, EMAIL);
    }

    async fn an_account_that_nobody_confirmed_does_not_hold_an_address(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        let account = world.account(EMAIL).await;
        accounts.register("mine@example.org", "a stranger knows this one", &elsewhere()).await.unwrap();
        let theirs = world.token().await;
        accounts.change_email(&first_step(account), &world.session(), "mine@example.org", &here()).await.unwrap();
        let token = token_in(&world.mail().await[1]);
        assert_eq!(accounts.confirm_email_change(&token).await.unwrap(), Confirmation::Confirmed);
        assert!(matches!(accounts.confirm(&theirs).await, Err(ServiceError::NotFound)));
    }

    async fn the_operator_lists_finds_unlocks_and_nobody_else_does(place: &Place) {
        let world = World::new(place);
        let accounts = &world.services.accounts;
        let account = world.account_with_authenticator(EMAIL).await;
        world.account("b@example.org").await;
        assert_eq!(fields(accounts.create_confirmed(&Actor::Operator, EMAIL, PASSWORD, None).await), ["email"]);
        assert_eq!(fields(accounts.create_confirmed(&Actor::Operator, "c", "", Some(vec![1])).await), ["email", "password", "totp_secret"]);
        for _ in 0..5 {
            let _ = world.try_password(EMAIL, "not this one either").await;
        }
        let found = accounts.find(&Actor::Operator, "margaret.ellis@example.org").await.unwrap();
        assert!(found.id == account && found.confirmed && found.second_steps.authenticator && found.locked_until.is_some());
        let emails: Vec<_> = accounts.list(&Actor::Operator).await.unwrap().into_iter().map(|found| found.email).collect();
        assert_eq!(emails, ["b@example.org", EMAIL]);
        world.services.sessions.save(&[1; 32], "{}".into(), Some(account), "Chrome".into()).await.unwrap();
        assert_eq!(accounts.end_sessions(&Actor::Operator, account).await.unwrap(), 1);
        accounts.unlock(&Actor::Operator, account).await.unwrap();
        assert!(accounts.find(&Actor::Operator, EMAIL).await.unwrap().locked_until.is_none());
        assert!(matches!(world.try_password(EMAIL, PASSWORD).await, Ok(PasswordOutcome::SecondStep { .. })));
        for actor in [Actor::Nobody, second_step(account), Actor::System] {
            assert!(matches!(accounts.list(&actor).await, Err(ServiceError::NotFound)));
            assert!(matches!(accounts.find(&actor, EMAIL).await, Err(ServiceError::NotFound)));
            assert!(matches!(accounts.unlock(&actor, account).await, Err(ServiceError::NotFound)));
            assert!(matches!(accounts.end_sessions(&actor, account).await, Err(ServiceError::NotFound)));
            assert!(matches!(accounts.create_confirmed(&actor, "c@example.org", PASSWORD, None).await, Err(ServiceError::NotFound)));
        }
        world.verify().await;
    }

    async fn what_is_over_is_forgotten(place: &Place) {
        let world = World::new(place);
        world.services.accounts.register("never@example.org", PASSWORD, &here()).await.unwrap();
        world.account(EMAIL).await;
        assert_eq!(world.services.accounts.tidy().await.unwrap(), 0);
        world.advance_minutes(8 * 24 * 60);
        assert!(world.services.accounts.tidy().await.unwrap() >= 2);
        let left: Vec<_> = world.services.accounts.list(&Actor::Operator).await.unwrap().into_iter().map(|found| found.email).collect();
        assert_eq!(left, [EMAIL]);
        world.verify().await;
    }
}
