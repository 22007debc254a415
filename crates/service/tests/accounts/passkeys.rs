//! Passkeys, with an authenticator made up here: keys, attestation objects and signatures as WebAuthn Level 2 has them.

use crate::accounts::world::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::AccountId;
use domain::access::{Actor, Assurance};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use service::hashing::sha256;
use service::{AddedPasskey, PasskeyChallenge, PasswordOutcome, ServiceError, SignedIn};
use testkit::Place;

struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    owner: Vec<u8>,
    counter: u32,
    origin: &'static str,
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Authenticator {
    fn new(n: u8) -> Self {
        let key = SigningKey::from_slice(&[n; 32]).unwrap();
        Self { key, id: vec![n; 16], owner: Vec::new(), counter: 1, origin: "http://localhost:8080" }
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = sha256(b"localhost").to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = options["publicKey"]["challenge"].as_str().unwrap();
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string().into_bytes()
    }

    /// The answer to an invitation to make a passkey.
    fn make(&mut self, challenge: &PasskeyChallenge) -> String {
        let options: Value = serde_json::from_str(&challenge.options).unwrap();
        assert_eq!(options["publicKey"]["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["publicKey"]["authenticatorSelection"]["userVerification"], "required");
        self.owner = URL_SAFE_NO_PAD.decode(options["publicKey"]["user"]["id"].as_str().unwrap()).unwrap();
        let client = self.client_data("webauthn.create", &options);
        // Present, verified, with a new credential.
        let mut data = self.data(0x45);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        let point = self.key.verifying_key().to_sec1_point(false);
        // COSE: EC2, ES256, P-256, x, y.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().unwrap());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().unwrap());
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt");
        object.push(0x64);
        object.extend(b"none");
        object.push(0x67);
        object.extend(b"attStmt");
        object.extend([0xa0, 0x68]);
        object.extend(b"authData");
        object.extend([0x58, u8::try_from(data.len()).unwrap()]);
        object.extend(data);
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "response": { "attestationObject": encode(&object), "clientDataJSON": encode(&client) },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    /// The answer to a challenge to sign in.
    fn answer(&mut self, challenge: &PasskeyChallenge) -> String {
        let options: Value = serde_json::from_str(&challenge.options).unwrap();
        let client = self.client_data("webauthn.get", &options);
        self.counter += 1;
        let data = self.data(0x05);
        let signature: Signature = self.key.sign(&[data.as_slice(), &sha256(&client)].concat());
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "response": {
                "authenticatorData": encode(&data), "clientDataJSON": encode(&client),
                "signature": encode(signature.to_der().as_bytes()), "userHandle": encode(&self.owner),
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }
}

async fn add(
    world: &World,
    account: AccountId,
    authenticator: &mut Authenticator,
    name: &str,
) -> Result<AddedPasskey, ServiceError> {
    let factors = &world.services.factors;
    let assured = if factors.overview(&first_step(account)).await.is_ok() { first_step(account) } else { second_step(account) };
    let challenge = factors.start_passkey(&assured, &world.session()).await?;
    let response = authenticator.make(&challenge);
    factors.finish_passkey(&assured, &challenge.state, &response, name).await
}

async fn sign_in(world: &World, authenticator: &mut Authenticator) -> Result<SignedIn, ServiceError> {
    let challenge = world.services.sign_in.start_passkey().await?;
    let response = authenticator.answer(&challenge);
    world.services.sign_in.finish_passkey(&challenge.state, &response, &here(), None).await
}

testkit::both_engines! {
    async fn a_passkey_signs_in_by_itself_with_both_steps(place: &Place) {
        let world = World::new(place);
        assert!(world.services.sign_in.passkeys_available());
        let account = world.account(EMAIL).await;
        let mut phone = Authenticator::new(1);
        let added = add(&world, account, &mut phone, " My phone ").await.unwrap();
        assert_eq!(added.recovery_codes.unwrap().len(), 10);
        let done = sign_in(&world, &mut phone).await.unwrap();
        assert_eq!((done.account, done.assurance, done.at), (account, Assurance::SecondStep, world.now()));
        let overview = world.services.factors.overview(&second_step(account)).await.unwrap();
        assert_eq!((overview.passkeys[0].name.as_str(), overview.passkeys[0].last_used_at), ("My phone", Some(world.now())));
        let outcome = world.try_password(EMAIL, PASSWORD).await.unwrap();
        assert!(matches!(outcome, PasswordOutcome::SecondStep { steps, .. } if steps.passkey && !steps.authenticator));
        // Where a passkey is the only second step, the password alone does not show again who it is.
        let again = world.services.sign_in.refresh(&second_step(account), PASSWORD, "", None).await;
        assert_eq!(fields(again), ["password"]);
        // The counter of the authenticator is kept.
        sign_in(&world, &mut phone).await.unwrap();
        phone.counter -= 2;
        assert_eq!(fields(sign_in(&world, &mut phone).await), ["passkey"]);
        world.verify().await;
    }

    async fn an_answer_works_once_within_ten_minutes_and_for_its_own_challenge(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        let mut phone = Authenticator::new(1);
        add(&world, account, &mut phone, "My phone").await.unwrap();
        let sign_in = &world.services.sign_in;
        let challenge = sign_in.start_passkey().await.unwrap();
        let response = phone.answer(&challenge);
        let other = sign_in.start_passkey().await.unwrap();
        assert_eq!(fields(sign_in.finish_passkey(&other.state, &response, &here(), None).await), ["passkey"]);
        let uses = (0..3).map(|_| {
            let (services, state, response) = (world.services.clone(), challenge.state.clone(), response.clone());
            tokio::spawn(async move { services.sign_in.finish_passkey(&state, &response, &here(), None).await.is_ok() })
        });
        let mut signed_in = 0;
        for one in uses.collect::<Vec<_>>() {
            signed_in += i32::from(one.await.unwrap());
        }
        assert_eq!(signed_in, 1);
        let late = sign_in.start_passkey().await.unwrap();
        let response = phone.answer(&late);
        world.clock.advance(TimeDelta::minutes(11));
        assert_eq!(fields(sign_in.finish_passkey(&late.state, &response, &here(), None).await), ["passkey"]);
        for nonsense in ["", "{}", "null"] {
            assert_eq!(fields(sign_in.finish_passkey(&late.state, nonsense, &here(), None).await), ["passkey"]);
            assert_eq!(fields(sign_in.finish_passkey(nonsense, &response, &here(), None).await), ["passkey"]);
        }
    }

    async fn what_is_forged_or_from_another_address_does_not_sign_in(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        let mut phone = Authenticator::new(1);
        add(&world, account, &mut phone, "My phone").await.unwrap();
        let mut forged = Authenticator { id: phone.id.clone(), owner: phone.owner.clone(), counter: 9, ..Authenticator::new(2) };
        assert_eq!(fields(sign_in(&world, &mut forged).await), ["passkey"]);
        let mut unknown = Authenticator { owner: phone.owner.clone(), ..Authenticator::new(3) };
        assert_eq!(fields(sign_in(&world, &mut unknown).await), ["passkey"]);
        phone.origin = "https://selfheal.example";
        assert_eq!(fields(sign_in(&world, &mut phone).await), ["passkey"]);
    }

    async fn a_passkey_is_added_once_to_the_account_it_was_made_for(place: &Place) {
        let world = World::new(place);
        let factors = &world.services.factors;
        let (account, other) = (world.account(EMAIL).await, world.account("b@example.org").await);
        let mut phone = Authenticator::new(1);
        let challenge = factors.start_passkey(&first_step(account), &world.session()).await.unwrap();
        let response = phone.make(&challenge);
        assert_eq!(fields(factors.finish_passkey(&first_step(account), &challenge.state, &response, " ").await), ["name"]);
        assert_eq!(fields(factors.finish_passkey(&first_step(account), &challenge.state, &response, &"x".repeat(61)).await), ["name"]);
        assert_eq!(fields(factors.finish_passkey(&first_step(other), &challenge.state, &response, "Mine").await), ["passkey"]);
        factors.finish_passkey(&first_step(account), &challenge.state, &response, "Mine").await.unwrap();
        let again = factors.finish_passkey(&second_step(account), &challenge.state, &response, "Mine").await;
        assert_eq!(fields(again), ["passkey"]);
        // With a passkey there, the first step alone adds no other.
        let refused = factors.finish_passkey(&first_step(account), &challenge.state, &response, "Mine").await;
        assert!(matches!(refused, Err(ServiceError::NeedsSecondStep)));
    }

    async fn passkeys_are_named_and_removed_but_not_the_last_second_step(place: &Place) {
        let world = World::new(place);
        let factors = &world.services.factors;
        let account = world.account(EMAIL).await;
        let (mut phone, mut laptop) = (Authenticator::new(1), Authenticator::new(2));
        let first = add(&world, account, &mut phone, "My phone").await.unwrap().id;
        let actor = second_step(account);
        assert_eq!(fields(factors.remove_passkey(&actor, &world.session(), first).await), ["passkey"]);
        sign_in(&world, &mut phone).await.unwrap();
        let second = add(&world, account, &mut laptop, "My laptop").await.unwrap();
        assert!(second.recovery_codes.is_none());
        factors.rename_passkey(&actor, second.id, "Our laptop").await.unwrap();
        assert_eq!(fields(factors.rename_passkey(&actor, second.id, "").await), ["name"]);
        let other = world.account_with_authenticator("b@example.org").await;
        assert!(matches!(factors.rename_passkey(&second_step(other), first, "Mine").await, Err(ServiceError::NotFound)));
        assert!(matches!(factors.remove_passkey(&second_step(other), &world.session(), first).await, Err(ServiceError::NotFound)));
        // Both removed at once: one stays.
        let removals = [first, second.id].map(|id| {
            let (services, actor, session) = (world.services.clone(), actor.clone(), world.session());
            tokio::spawn(async move { services.factors.remove_passkey(&actor, &session, id).await.is_ok() })
        });
        let mut removed = 0;
        for one in removals {
            removed += i32::from(one.await.unwrap());
        }
        assert_eq!(removed, 1);
        let left = factors.overview(&actor).await.unwrap().passkeys;
        assert_eq!(left.len(), 1);
        let gone = if left[0].id == first { &mut laptop } else { &mut phone };
        assert_eq!(fields(sign_in(&world, gone).await), ["passkey"]);
        world.advance_minutes(6);
        let stale = service::CurrentSession { id_hash: [1; 32], fresh_at: Some(world.now() - TimeDelta::minutes(6)) };
        assert!(matches!(factors.remove_passkey(&actor, &stale, left[0].id).await, Err(ServiceError::NeedsFreshSignIn)));
        assert!(matches!(factors.start_passkey(&actor, &stale).await, Err(ServiceError::NeedsFreshSignIn)));
    }

    async fn at_an_address_without_a_name_there_are_no_passkeys(place: &Place) {
        let world = World::new(place);
        let mut settings = world.services.core.settings().clone();
        settings.public_url = "http://127.0.0.1:8080".to_owned();
        let services = service::Services::new(service::Core::new(place.store.clone(), world.clock.clone(), testkit::SeededRandom::new(9), service::NoDiaries, settings));
        assert!(!services.sign_in.passkeys_available());
        assert!(matches!(services.sign_in.start_passkey().await, Err(ServiceError::NotFound)));
        let account = world.account(EMAIL).await;
        assert!(matches!(services.factors.start_passkey(&first_step(account), &world.session()).await, Err(ServiceError::NotFound)));
    }

    async fn a_passkey_that_the_operator_took_away_signs_nobody_in(place: &Place) {
        let world = World::new(place);
        let account = world.account(EMAIL).await;
        let mut phone = Authenticator::new(1);
        add(&world, account, &mut phone, "My phone").await.unwrap();
        // Its answer is under way meanwhile.
        let challenge = world.services.sign_in.start_passkey().await.unwrap();
        let response = phone.answer(&challenge);
        world.services.accounts.reset_second_steps(&Actor::Operator, account).await.unwrap();
        assert_eq!(fields(world.services.sign_in.finish_passkey(&challenge.state, &response, &here(), None).await), ["passkey"]);
        assert_eq!(fields(sign_in(&world, &mut phone).await), ["passkey"]);
        assert_eq!(signed_in(world.try_password(EMAIL, PASSWORD).await.unwrap()).assurance, Assurance::FirstStep);
        // The same phone can be added again.
        add(&world, account, &mut phone, "My phone").await.unwrap();
        sign_in(&world, &mut phone).await.unwrap();
    }
}
