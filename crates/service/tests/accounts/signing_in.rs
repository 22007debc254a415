//! The password, the code, recovery codes, trusted devices, and what happens after too many failures.

use crate::accounts::world::*;
use chrono::TimeDelta;
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use service::{BesidePassword, PasswordCost, PasswordOutcome, ServiceError, Services};
use testkit::Place;

const WRONG: &str = "not this one either";

fn said<T>(outcome: Result<T, ServiceError>) -> String {
    match outcome {
        Err(error) => format!("{error:?}"),
        Ok(_) => panic!("signed in"),
    }
}

testkit::both_engines! {
    async fn unknown_wrong_and_unconfirmed_get_one_answer_after_the_same_work(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        world.services.accounts.register("waiting@example.org", PASSWORD, &here()).await.unwrap();
        let mut answers = Vec::new();
        for email in [EMAIL, "nobody@example.org", "waiting@example.org"] {
            for password in [WRONG.to_owned(), "x".to_owned(), "é".repeat(600)] {
                let before = world.services.hashing.done();
                let answer = said(world.try_password(email, &password).await);
                answers.push((answer, world.services.hashing.done() - before));
            }
        }
        assert!(answers.iter().all(|answer| answer == &answers[0] && answer.1 == 1), "{answers:?}");
    }

    async fn what_is_missing_is_said_at_once(place: &Place) {
        let world = World::new(place);
        assert_eq!(fields(world.try_password("", "").await), ["email", "password"]);
        assert_eq!(fields(world.try_password(EMAIL, "").await), ["password"]);
        assert_eq!(fields(world.try_password("margaret", "x").await), ["email"]);
    }

    async fn a_right_password_of_an_unconfirmed_account_mails_the_link_again_and_is_answered_like_a_wrong_one(place: &Place) {
        let world = World::new(place);
        world.services.accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        world.mail().await;
        let before = world.services.hashing.done();
        let answer = said(world.try_password(EMAIL, PASSWORD).await);
        assert_eq!(world.services.hashing.done() - before, 1);
        assert_eq!(answer, said(world.try_password("nobody@example.org", PASSWORD).await));
        let token = world.token().await;
        assert!(world.try_password(EMAIL, WRONG).await.is_err());
        assert!(world.mail().await.is_empty());
        world.services.accounts.confirm(&token).await.unwrap();
        signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap());
    }

    async fn an_unconfirmed_account_is_locked_like_one_that_nobody_has_until_its_link_is_opened(place: &Place) {
        let world = World::new(place);
        world.services.accounts.register(EMAIL, PASSWORD, &here()).await.unwrap();
        let token = world.token().await;
        let mut answers = [Vec::new(), Vec::new()];
        for (answers, email) in answers.iter_mut().zip([EMAIL, "nobody@example.org"]) {
            for _ in 0..6 {
                answers.push(said(world.try_password(email, PASSWORD).await));
            }
        }
        assert_eq!(answers[0], answers[1]);
        assert!(answers[0][5].starts_with("TooMany"), "{answers:?}");
        world.services.accounts.confirm(&token).await.unwrap();
        signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap());
    }

    async fn a_password_alone_is_the_first_step(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        let done = signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap());
        assert_eq!((done.assurance, done.at), (Assurance::FirstStep, world.now()));
        assert!(done.device_token.is_some());
    }

    async fn five_failures_lock_for_a_quarter_of_an_hour_and_an_unknown_address_alike(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        let mut answers = Vec::new();
        for email in [EMAIL, "nobody@example.org"] {
            let mut of_email = Vec::new();
            for _ in 0..5 {
                of_email.push(said(world.services.sign_in.password(email, WRONG, &here(), None).await));
            }
            // The right password is refused too, and counted nowhere by its time.
            let before = world.services.hashing.done();
            of_email.push(said(world.services.sign_in.password(email, PASSWORD, &here(), None).await));
            assert_eq!(world.services.hashing.done(), before);
            answers.push(of_email);
        }
        assert_eq!(answers[0], answers[1]);
        assert!(answers[0][5].starts_with("TooMany"), "{answers:?}");
        // The owner is told once.
        let _ = world.try_password(EMAIL, WRONG).await;
        assert_eq!(world.subjects().await, ["Sign-in to your account is paused"]);
        let actions = world.actions(account).await;
        assert_eq!(actions.iter().filter(|action| **action == Action::Locked).count(), 1);
        assert_eq!(actions.iter().filter(|action| **action == Action::SignInRefused).count(), 5);
        world.clock.advance(TimeDelta::minutes(14));
        let Err(ServiceError::TooMany(wait)) = world.try_password(EMAIL, PASSWORD).await else { panic!("it is locked") };
        assert_eq!(wait, TimeDelta::minutes(1));
        world.clock.advance(TimeDelta::minutes(1));
        signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap());
        world.verify().await;
    }

    async fn a_right_password_forgets_the_wrong_ones_before_it(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        for _ in 0..3 {
            for _ in 0..4 {
                assert_eq!(fields(world.try_password(EMAIL, WRONG).await), ["password"]);
            }
            signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap());
        }
    }

    async fn guesses_at_the_same_moment_are_all_counted(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        let guesses = (0..20).map(|n| {
            let services = world.services.clone();
            tokio::spawn(async move { services.sign_in.password(EMAIL, &format!("guess number {n}"), &here(), None).await.err() })
        });
        let mut judged = 0;
        for guess in guesses.collect::<Vec<_>>() {
            judged += i32::from(matches!(guess.await.unwrap(), Some(ServiceError::Fields(_))));
        }
        assert_eq!(judged, 5);
        assert_eq!(world.subjects().await, ["Sign-in to your account is paused"]);
    }

    async fn one_network_address_cannot_try_many_accounts(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        for n in 0..30 {
            assert_eq!(fields(world.try_password(&format!("guess{n}@example.org"), WRONG).await), ["password"]);
        }
        assert!(matches!(world.try_password(EMAIL, PASSWORD).await, Err(ServiceError::TooMany(_))));
        signed_in(world.services.sign_in.password(EMAIL, PASSWORD, &elsewhere(), None).await.unwrap());
    }

    async fn strangers_cannot_lock_a_person_out_of_a_browser_they_use(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        let device = signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap()).device_token.unwrap();
        for _ in 0..6 {
            let _ = world.services.sign_in.password(EMAIL, WRONG, &elsewhere(), None).await;
        }
        assert!(matches!(world.try_password(EMAIL, PASSWORD).await, Err(ServiceError::TooMany(_))));
        let done = signed_in(world.services.sign_in.password(EMAIL, PASSWORD, &here(), Some(&device)).await.unwrap());
        assert!(done.device_token.is_none());
    }

    async fn a_code_finishes_the_sign_in_and_works_once(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        let PasswordOutcome::SecondStep { account: whose, steps } = world.try_password(EMAIL, PASSWORD).await.unwrap() else {
            panic!("a second step is asked for")
        };
        assert!(whose == account && steps.authenticator && !steps.passkey);
        let code = world.code(EMAIL).await;
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        let done = world.services.sign_in.code(account, &spaced, false, &here(), None).await.unwrap();
        assert_eq!((done.assurance, done.account, done.at), (Assurance::SecondStep, account, world.now()));
        // Replayed, and the one before it.
        assert_eq!(fields(world.services.sign_in.code(account, &code, false, &here(), None).await), ["code"]);
        // The next one of a clock half a minute ahead is accepted, once.
        let next = world.code(EMAIL).await;
        assert_ne!(next, code);
        world.services.sign_in.code(account, &next, false, &here(), None).await.unwrap();
        assert_eq!(world.services.sign_in.current_demo_code(EMAIL).await.unwrap(), None);
        assert_eq!(fields(world.services.sign_in.code(account, &code, false, &here(), None).await), ["code"]);
        world.clock.advance(TimeDelta::seconds(60));
        let code = world.code(EMAIL).await;
        world.clock.advance(TimeDelta::seconds(30));
        world.services.sign_in.code(account, &code, false, &here(), None).await.unwrap();
        world.clock.advance(TimeDelta::seconds(90));
        let code = world.code(EMAIL).await;
        world.clock.advance(TimeDelta::seconds(60));
        assert_eq!(fields(world.services.sign_in.code(account, &code, false, &here(), None).await), ["code"]);
        assert_eq!(fields(world.services.sign_in.code(account, " ", false, &here(), None).await), ["code"]);
        world.verify().await;
    }

    async fn of_two_uses_of_one_code_at_once_exactly_one_signs_in(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        let code = world.code(EMAIL).await;
        let uses = (0..4).map(|_| {
            let (services, code) = (world.services.clone(), code.clone());
            tokio::spawn(async move { services.sign_in.code(account, &code, false, &here(), None).await.is_ok() })
        });
        let mut signed_in = 0;
        for one in uses.collect::<Vec<_>>() {
            signed_in += i32::from(one.await.unwrap());
        }
        assert_eq!(signed_in, 1);
    }

    async fn wrong_codes_lock_like_wrong_passwords(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        for n in 0..4 {
            assert_eq!(fields(world.services.sign_in.code(account, &format!("00000{n}"), false, &here(), None).await), ["code"]);
        }
        assert_eq!(fields(world.services.sign_in.recovery_code(account, "AAAAA-AAAAA", &here(), None).await), ["code"]);
        let code = world.code(EMAIL).await;
        assert!(matches!(world.services.sign_in.code(account, &code, false, &here(), None).await, Err(ServiceError::TooMany(_))));
        let mail = world.mail().await;
        assert_eq!((mail.len(), mail[0].subject.as_str()), (1, "Somebody may know your password"));
        assert!(mail[0].body.contains("Choose a new one now: http://localhost:8080/sign-in/reset\n"), "{}", mail[0].body);
        assert!(world.actions(account).await.contains(&Action::Locked));
        world.advance_minutes(15);
        let code = world.code(EMAIL).await;
        world.services.sign_in.code(account, &code, false, &here(), None).await.unwrap();
    }

    async fn a_recovery_code_works_once_and_says_how_many_are_left(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        let codes = world.services.factors.new_recovery_codes(&second_step(account), &world.session()).await.unwrap();
        assert_eq!(codes.len(), 10);
        let typed = codes[0].to_lowercase().replace('-', " ");
        let done = world.services.sign_in.recovery_code(account, &typed, &here(), None).await.unwrap();
        assert_eq!((done.assurance, done.recovery_codes_left), (Assurance::SecondStep, Some(9)));
        assert_eq!(fields(world.services.sign_in.recovery_code(account, &codes[0], &here(), None).await), ["code"]);
        assert_eq!(fields(world.services.sign_in.recovery_code(account, "", &here(), None).await), ["code"]);
        assert_eq!(fields(world.services.sign_in.recovery_code(account, "too short", &here(), None).await), ["code"]);
        let other = world.account_with_authenticator("b@example.org").await;
        assert_eq!(fields(world.services.sign_in.recovery_code(other, &codes[1], &here(), None).await), ["code"]);
        let uses = (0..4).map(|_| {
            let (services, code) = (world.services.clone(), codes[2].clone());
            tokio::spawn(async move { services.sign_in.recovery_code(account, &code, &elsewhere(), None).await.is_ok() })
        });
        let mut signed_in = 0;
        for one in uses.collect::<Vec<_>>() {
            signed_in += i32::from(one.await.unwrap());
        }
        assert_eq!(signed_in, 1);
        // New ones end the old ones.
        world.services.factors.new_recovery_codes(&second_step(account), &world.session()).await.unwrap();
        assert_eq!(fields(world.services.sign_in.recovery_code(account, &codes[3], &elsewhere(), None).await), ["code"]);
    }

    async fn recovery_codes_are_kept_under_argon2id_with_one_salt_and_old_ones_under_sha_256_are_taken_once(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        let codes = world.services.factors.new_recovery_codes(&second_step(account), &world.session()).await.unwrap();
        let mut tx = place.store.read().await.unwrap();
        let kept = store::factor::unused_recovery_codes(&mut tx, account).await.unwrap();
        drop(tx);
        let texts: Vec<String> = kept.into_iter().map(|one| String::from_utf8(one).unwrap()).collect();
        assert_eq!(texts.len(), 10);
        let start = |text: &str| text.rsplit_once('$').unwrap().0.to_owned();
        assert!(texts.iter().all(|text| text.starts_with("$argon2id$v=19$") && start(text) == start(&texts[0])), "{texts:?}");
        let before = world.services.hashing.done();
        world.services.sign_in.recovery_code(account, &codes[9], &here(), None).await.unwrap();
        assert_eq!(world.services.hashing.done() - before, 1);

        let old = vec![service::hashing::sha256(b"ABCDE12345").to_vec(), service::hashing::sha256(b"ABCDE67890").to_vec()];
        let done: Result<(), store::StoreError> =
            place.store.write(move |tx| Box::pin(async move { store::factor::replace_recovery_codes(tx, account, &old).await })).await;
        done.unwrap();
        assert_eq!(fields(world.services.sign_in.recovery_code(account, &codes[8], &here(), None).await), ["code"]);
        let done = world.services.sign_in.recovery_code(account, "abcde 12345", &here(), None).await.unwrap();
        assert_eq!((done.assurance, done.recovery_codes_left), (Assurance::SecondStep, Some(1)));
        assert_eq!(fields(world.services.sign_in.recovery_code(account, "ABCDE-12345", &here(), None).await), ["code"]);
        // Where too many were wrong nothing is hashed.
        for _ in 0..4 {
            assert_eq!(fields(world.services.sign_in.recovery_code(account, "AAAAA-AAAAA", &here(), None).await), ["code"]);
        }
        let before = world.services.hashing.done();
        assert!(matches!(
            world.services.sign_in.recovery_code(account, "ABCDE-67890", &here(), None).await,
            Err(ServiceError::TooMany(_))
        ));
        assert_eq!(world.services.hashing.done(), before);
    }

    async fn a_trusted_device_needs_no_code_for_thirty_days(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        let code = world.code(EMAIL).await;
        let device = world.services.sign_in.code(account, &code, true, &here(), None).await.unwrap().device_token.unwrap();
        let overview = world.services.factors.overview(&second_step(account)).await.unwrap();
        assert_eq!(overview.devices.len(), 1);
        assert_eq!(overview.devices[0].label, "Chrome on Android");
        world.advance_minutes(30 * 24 * 60 - 1);
        let password = |device: Option<String>| {
            let services = world.services.clone();
            async move { services.sign_in.password(EMAIL, PASSWORD, &here(), device.as_deref()).await.unwrap() }
        };
        assert_eq!(signed_in(password(Some(device.clone())).await).assurance, Assurance::SecondStep);
        assert!(matches!(password(None).await, PasswordOutcome::SecondStep { .. }));
        assert!(matches!(password(Some("another".to_owned())).await, PasswordOutcome::SecondStep { .. }));
        world.advance_minutes(1);
        // Using it did not prolong the trust.
        assert!(matches!(password(Some(device.clone())).await, PasswordOutcome::SecondStep { .. }));
        let code = world.code(EMAIL).await;
        assert!(world.services.sign_in.code(account, &code, true, &here(), Some(&device)).await.unwrap().device_token.is_none());
        assert!(matches!(password(Some(device.clone())).await, PasswordOutcome::SignedIn(_)));
        let id = world.services.factors.overview(&second_step(account)).await.unwrap().devices[0].id;
        let other = world.account_with_authenticator("b@example.org").await;
        assert!(matches!(world.services.factors.forget_device(&second_step(other), id).await, Err(ServiceError::NotFound)));
        world.services.factors.forget_device(&second_step(account), id).await.unwrap();
        assert!(matches!(password(Some(device)).await, PasswordOutcome::SecondStep { .. }));
        assert!(world.services.factors.overview(&second_step(account)).await.unwrap().devices.is_empty());
    }

    async fn a_sign_in_that_was_under_way_does_not_bring_a_devices_trust_back(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        let code = world.code(EMAIL).await;
        world.services.sign_in.code(account, &code, true, &here(), None).await.unwrap();
        let id = world.services.factors.overview(&second_step(account)).await.unwrap().devices[0].id;
        let now = world.now();
        let seen_again = |trusted| async move {
            let done: Result<(), store::StoreError> = place
                .store
                .write(move |tx| Box::pin(async move { store::device::seen(tx, account, id, "Firefox on Linux", trusted, now).await }))
                .await;
            done.unwrap();
        };
        let devices = || async { world.services.factors.overview(&second_step(account)).await.unwrap().devices };
        seen_again(None).await;
        assert_eq!((devices().await.len(), devices().await[0].label.as_str()), (1, "Firefox on Linux"));
        world.services.factors.forget_device(&second_step(account), id).await.unwrap();
        seen_again(None).await;
        assert!(devices().await.is_empty());
        seen_again(Some(now + TimeDelta::days(1))).await;
        assert_eq!(devices().await.len(), 1);
    }

    async fn the_device_of_one_account_is_nothing_to_another(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        world.account_with_authenticator("b@example.org").await;
        let code = world.code(EMAIL).await;
        let device = world.services.sign_in.code(account, &code, true, &here(), None).await.unwrap().device_token.unwrap();
        let outcome = world.services.sign_in.password("b@example.org", PASSWORD, &here(), Some(&device)).await.unwrap();
        assert!(matches!(outcome, PasswordOutcome::SecondStep { .. }));
    }

    async fn the_owner_is_told_of_a_new_device_but_not_of_the_first(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        let device = signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap()).device_token.unwrap();
        assert!(world.mail().await.is_empty());
        signed_in(world.services.sign_in.password(EMAIL, PASSWORD, &here(), Some(&device)).await.unwrap());
        assert!(world.mail().await.is_empty());
        signed_in(world.services.sign_in.password(EMAIL, PASSWORD, &elsewhere(), None).await.unwrap());
        let mail = world.mail().await;
        assert_eq!(mail[0].subject, "New sign-in to your account");
        assert!(mail[0].body.contains("Firefox on Linux") && mail[0].body.contains("Tuesday 3 November 2026, 10:40am"), "{}", mail[0].body);
    }

    async fn a_password_shows_again_who_it_is(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        world.advance_minutes(10);
        assert_eq!(world.services.sign_in.refresh(&first_step(account), PASSWORD, "", None).await.unwrap(), world.now());
        assert_eq!(fields(world.services.sign_in.refresh(&first_step(account), WRONG, "", None).await), ["password"]);
        assert!(matches!(world.services.sign_in.refresh(&Actor::Nobody, PASSWORD, "", None).await, Err(ServiceError::NotSignedIn)));
        for _ in 0..4 {
            let _ = world.services.sign_in.refresh(&first_step(account), WRONG, "", None).await;
        }
        assert!(matches!(world.services.sign_in.refresh(&first_step(account), PASSWORD, "", None).await, Err(ServiceError::TooMany(_))));
    }

    async fn what_a_sign_in_asks_for_is_asked_for_again(place: &Place) {
        let world = World::new(place);
        let sign_in = &world.services.sign_in;
        let account = world.account_with_authenticator(EMAIL).await;
        let actor = second_step(account);
        let device = sign_in.code(account, &world.code(EMAIL).await, true, &here(), None).await.unwrap().device_token.unwrap();
        world.advance_minutes(6);
        assert_eq!(sign_in.beside_password(&actor, None).await.unwrap(), BesidePassword::Code);
        assert_eq!(fields(sign_in.refresh(&actor, "", "", None).await), ["password", "code"]);
        assert_eq!(fields(sign_in.refresh(&actor, PASSWORD, "", None).await), ["code"]);
        assert_eq!(fields(sign_in.refresh(&actor, PASSWORD, "000000", None).await), ["code"]);
        let code = world.code(EMAIL).await;
        // A wrong password uses no code up.
        assert_eq!(fields(sign_in.refresh(&actor, WRONG, &code, None).await), ["password"]);
        assert_eq!(sign_in.refresh(&actor, PASSWORD, &code, None).await.unwrap(), world.now());
        assert_eq!(fields(sign_in.refresh(&actor, PASSWORD, &code, None).await), ["code"]);
        // A trusted device needs none here either.
        assert_eq!(sign_in.beside_password(&actor, Some(&device)).await.unwrap(), BesidePassword::Nothing);
        assert_eq!(sign_in.refresh(&actor, PASSWORD, "", Some(&device)).await.unwrap(), world.now());
        for _ in 0..4 {
            assert_eq!(fields(sign_in.refresh(&actor, PASSWORD, "000000", None).await), ["code"]);
        }
        assert!(matches!(sign_in.refresh(&actor, PASSWORD, "000000", None).await, Err(ServiceError::TooMany(_))));
        let mail = world.mail().await;
        assert_eq!((mail.len(), mail[0].subject.as_str()), (1, "Somebody may know your password"));
        assert!(mail[0].body.contains("Somebody who is signed in") && !mail[0].body.contains("Nobody got in"), "{}", mail[0].body);
        world.verify().await;
    }

    async fn wrong_current_passwords_are_told_as_what_they_are(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        for _ in 0..5 {
            assert_eq!(fields(world.services.sign_in.refresh(&first_step(account), WRONG, "", None).await), ["password"]);
        }
        let mail = world.mail().await;
        assert_eq!((mail.len(), mail[0].subject.as_str()), (1, "Too many wrong passwords"));
        // Whoever typed them is signed in.
        assert!(!mail[0].body.contains("Nobody got in") && !mail[0].body.contains("signing in is paused"), "{}", mail[0].body);
        assert!(mail[0].body.contains("Somebody who is signed in") && mail[0].body.contains("5 times"), "{}", mail[0].body);
        assert!(mail[0].body.contains("http://localhost:8080/sign-in/reset\n"), "{}", mail[0].body);
        // They can still sign in, and choosing a new password ends whatever sign-in it was.
        signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap());
    }

    async fn a_hash_is_raised_at_the_next_sign_in_when_the_cost_rises(place: &Place) {
        let world = World::new(place);
        world.account(EMAIL).await;
        let mut settings = world.services.core.settings().clone();
        settings.password_cost = PasswordCost { memory_kib: 32, passes: 1, lanes: 1 };
        let dearer = Services::new(service::Core::new(place.store.clone(), world.clock.clone(), testkit::SeededRandom::new(9), service::NoDiaries, settings));
        signed_in(dearer.sign_in.password(EMAIL, PASSWORD, &here(), None).await.unwrap());
        let mut tx = place.store.read().await.unwrap();
        let row = store::account::by_email_key(&mut tx, &EMAIL.to_lowercase()).await.unwrap().unwrap();
        assert!(row.password_hash.unwrap().contains("m=32,t=1,p=1"));
        drop(tx);
        signed_in(dearer.sign_in.password(EMAIL, PASSWORD, &here(), None).await.unwrap());
    }

    async fn no_secret_is_kept_as_it_is(place: &Place) {
        let world = World::new(place);
        let account = world.account_with_authenticator(EMAIL).await;
        let code = world.code(EMAIL).await;
        let device = world.services.sign_in.code(account, &code, true, &here(), None).await.unwrap().device_token.unwrap();
        let mut tx = place.store.read().await.unwrap();
        let rows = store::device::of_account(&mut tx, account).await.unwrap();
        assert_eq!(rows[0].token_hash, service::hashing::sha256(device.as_bytes()));
        let row = store::account::by_id(&mut tx, account).await.unwrap().unwrap();
        assert!(row.password_hash.unwrap().starts_with("$argon2id$"));
    }
}
