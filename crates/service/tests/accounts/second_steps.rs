//! Setting up, changing and removing second steps.

use crate::world::*;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::Action;
use service::{CurrentSession, PasswordOutcome, ServiceError};
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
}
