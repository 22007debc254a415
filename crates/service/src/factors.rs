//! Second steps: the authenticator and its recovery codes, passkeys, trusted devices.

use crate::activity::{self, Event};
use crate::hashing::{Hashing, Turn};
use crate::limits::{self, Attempt};
use crate::mail::{self, Letter};
use crate::sessions::CurrentSession;
use crate::sign_in::{NO_CODE, PasskeyChallenge, bare_code};
use crate::{Core, ServiceError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::audit::{Action, Purpose};
use domain::linkage::PaperCode;
use domain::{AccountId, DeviceId, PasskeyId};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::factor::{Counts, PasskeyRow};
use store::{Tx, account, device, factor};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url, Webauthn,
    WebauthnBuilder,
};

/// How long a secret may wait for its first code.
const PENDING_FOR: TimeDelta = TimeDelta::hours(1);
/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
/// How long a passkey may take to answer.
const ANSWER_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// The most characters of a passkey's name.
const LONGEST_NAME: usize = 60;

/// What an account can sign in with beside its password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecondSteps {
    /// At least one passkey.
    pub passkey: bool,
    /// An authenticator.
    pub authenticator: bool,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
}

impl SecondSteps {
    pub(crate) const fn of(counts: Counts) -> Self {
        Self { passkey: counts.passkeys > 0, authenticator: counts.authenticators > 0, recovery_codes: counts.recovery_codes }
    }

    /// Whether there is any. Recovery codes alone are none.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.passkey || self.authenticator
    }
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeySeen {
    /// Names it.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last used to sign in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A trusted device as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSeen {
    /// Names it.
    pub id: DeviceId,
    /// "Chrome on Android".
    pub label: String,
    /// Until when it needs no code.
    pub trusted_until: DateTime<Utc>,
    /// When it last signed in.
    pub last_seen_at: DateTime<Utc>,
}

/// Everything that an account signs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInOverview {
    /// Passkeys, oldest first.
    pub passkeys: Vec<PasskeySeen>,
    /// Since when there is an authenticator.
    pub authenticator_since: Option<DateTime<Utc>>,
    /// How many recovery codes are left.
    pub recovery_codes_left: i64,
    /// Devices trusted now, the last used first.
    pub devices: Vec<DeviceSeen>,
    /// Whether passkeys can be used here.
    pub passkeys_available: bool,
}

/// What an authenticator needs to be set up.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticatorSetUp {
    /// The secret in base 32, in fours, to be typed.
    pub secret: String,
    /// The secret as an address that opens an authenticator on the same phone.
    pub url: String,
    /// The same to be scanned: rows of modules, true is dark. Needs a quiet margin of four modules around it.
    pub qr: Vec<Vec<bool>>,
}

/// A passkey was added.
#[derive(Clone, PartialEq, Eq)]
pub struct AddedPasskey {
    /// Names it.
    pub id: PasskeyId,
    /// New recovery codes, where the account had none: to be shown once.
    pub recovery_codes: Option<Vec<String>>,
}

/// The use cases about second steps.
#[derive(Clone)]
pub struct Factors {
    core: Core,
    hashing: Hashing,
    passkeys: Passkeys,
}

/// The account of an actor who may look at and change how they sign in: with the second step, where there is one.
pub(crate) async fn allowed(tx: &mut Tx, actor: &Actor) -> Result<(AccountId, Counts), ServiceError> {
    let Actor::Account { id, assurance } = actor else { return Err(ServiceError::NotSignedIn) };
    let counts = factor::counts(tx, *id).await?;
    match assurance {
        Assurance::FirstStep if SecondSteps::of(counts).any() => Err(ServiceError::NeedsSecondStep),
        Assurance::FirstStep | Assurance::SecondStep => Ok((*id, counts)),
    }
}

/// The authenticator with this secret, six digits each 30 seconds by SHA-1: what every authenticator app understands.
pub(crate) fn totp(secret: Vec<u8>, email: &str) -> Result<Totp, ServiceError> {
    Builder::new()
        .with_secret(secret)
        .with_account_name(email)
        .with_issuer(Some("Selfheal"))
        .build()
        .map_err(|_| ServiceError::internal("an authenticator's secret cannot be used"))
}

/// The step whose code this is: this one, the one before or the one after.
pub(crate) fn matching_step(totp: &Totp, typed: &str, now: DateTime<Utc>) -> Option<i64> {
    let seconds = u64::try_from(now.timestamp()).ok()?;
    totp.check(typed, seconds).and_then(|step| i64::try_from(step).ok())
}

fn grouped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn modules(text: &str) -> Result<Vec<Vec<bool>>, ServiceError> {
    let code =
        QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| ServiceError::internal("the QR code would be too large"))?;
    Ok((0..code.size()).map(|y| (0..code.size()).map(|x| code.get_module(x, y)).collect()).collect())
}

/// Tells the owner, and the account of who did what, that a way to sign in was changed.
async fn tell(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    id: AccountId,
    what: &'static str,
    words: &'static str,
) -> Result<(), ServiceError> {
    let event = Event::on_account(actor, Action::FactorChanged, Purpose::AccountCare).about("what", what);
    activity::append(core, tx, event).await?;
    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotSignedIn)?;
    mail::enqueue(core, tx, &row.email, &Letter::SignInChanged { what: words }).await
}

impl Factors {
    pub(crate) const fn new(core: Core, hashing: Hashing, passkeys: Passkeys) -> Self {
        Self { core, hashing, passkeys }
    }

    /// New recovery codes, and what each is kept as.
    async fn new_codes(&self, turn: Turn) -> Result<(Vec<String>, Vec<Vec<u8>>), ServiceError> {
        let code = |_| {
            let mut bytes = [0_u8; 10];
            self.core.random().fill(&mut bytes);
            PaperCode::from_random(bytes)
        };
        let codes: Vec<PaperCode> = (0..RECOVERY_CODES).map(code).collect();
        let bare = codes.iter().map(|code| code.as_bare().to_owned()).collect();
        let kept = self.hashing.hash_together(turn, self.core.random(), bare).await?;
        Ok((codes.iter().map(ToString::to_string).collect(), kept))
    }

    /// Everything that the actor's account signs in with.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`].
    pub async fn overview(&self, actor: &Actor) -> Result<SignInOverview, ServiceError> {
        let mut tx = self.core.read().await?;
        let (id, counts) = allowed(&mut tx, actor).await?;
        let passkeys = factor::passkeys(&mut tx, id).await?.into_iter().map(|row| PasskeySeen {
            id: PasskeyId::from_uuid(row.id),
            name: row.name,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        });
        let now = self.core.now();
        let devices = device::of_account(&mut tx, id).await?.into_iter().filter_map(|row| {
            let trusted_until = row.trusted_until.filter(|until| *until > now)?;
            Some(DeviceSeen { id: DeviceId::from_uuid(row.id), label: row.label, trusted_until, last_seen_at: row.last_seen_at })
        });
        Ok(SignInOverview {
            passkeys: passkeys.collect(),
            authenticator_since: factor::authenticator(&mut tx, id).await?.and_then(|row| row.confirmed_at),
            recovery_codes_left: counts.recovery_codes,
            devices: devices.collect(),
            passkeys_available: self.passkeys.available(),
        })
    }

    /// Makes a secret for an authenticator, or gives again the one that waits for its first code. An authenticator that
    /// is there stays until then.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`]; [`ServiceError::NeedsFreshSignIn`] where there is a
    /// second step already.
    pub async fn begin_authenticator(&self, actor: &Actor, session: &CurrentSession) -> Result<AuthenticatorSetUp, ServiceError> {
        let (actor, session) = (actor.clone(), *session);
        let (secret, email) = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let (id, counts) = allowed(tx, &actor).await?;
                    if SecondSteps::of(counts).any() {
                        session.must_be_fresh(&core)?;
                    }
                    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotSignedIn)?;
                    let waiting = factor::authenticator(tx, id).await?.and_then(|row| row.pending_secret.zip(row.pending_at));
                    if let Some((secret, _)) = waiting.filter(|(_, at)| *at > core.now() - PENDING_FOR) {
                        return Ok((secret, row.email));
                    }
                    // 160 bits, as RFC 4226 recommends.
                    let mut secret = vec![0_u8; 20];
                    core.random().fill(&mut secret);
                    factor::begin_authenticator(tx, id, &secret, core.now()).await?;
                    Ok((secret, row.email))
                })
            })
            .await?;
        let plain = Secret::from(secret.clone()).to_base32();
        let url =
            totp(secret, &email)?.to_url().map_err(|_| ServiceError::internal("no address can be made for the authenticator"))?;
        Ok(AuthenticatorSetUp { secret: grouped(&plain), qr: modules(&url)?, url })
    }

    /// Makes the authenticator count, by its first code. Gives new recovery codes, to be shown once; those before work no
    /// more. The session that asks has then passed the second step.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::Fields`] (`code`),
    /// [`ServiceError::TooMany`], [`ServiceError::Unavailable`]; [`ServiceError::NotFound`] when no secret waits for a code.
    pub async fn confirm_authenticator(&self, actor: &Actor, code: &str) -> Result<Vec<String>, ServiceError> {
        let typed = bare_code(code);
        if typed.is_empty() {
            return Err(ServiceError::field("code", NO_CODE));
        }
        let turn = self.hashing.turn().await?;
        let (secret, step) = self.first_code(actor, typed).await?;
        let (codes, kept) = self.new_codes(turn).await?;
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let (id, _) = allowed(tx, &actor).await?;
                    if !factor::confirm_authenticator(tx, id, &secret, core.now(), step).await? {
                        return Err(ServiceError::NotFound);
                    }
                    limits::CODE.clear(tx, &id.to_string()).await?;
                    factor::replace_recovery_codes(tx, id, &kept).await?;
                    tell(&core, tx, &actor, id, "authenticator-added", "an authenticator app was added to").await
                })
            })
            .await?;
        Ok(codes)
    }

    /// Counts and judges the first code of an authenticator that waits for it; gives its secret and the step whose code it is.
    async fn first_code(&self, actor: &Actor, typed: String) -> Result<(Vec<u8>, i64), ServiceError> {
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let (id, _) = allowed(tx, &actor).await?;
                    let waiting = factor::authenticator(tx, id).await?.and_then(|row| row.pending_secret.zip(row.pending_at));
                    let Some((secret, _)) = waiting.filter(|(_, at)| *at > core.now() - PENDING_FOR) else {
                        return Err(ServiceError::NotFound);
                    };
                    if let Attempt::Refused(wait) = limits::CODE.count(&core, tx, &id.to_string()).await? {
                        return Ok(Err(ServiceError::TooMany(wait)));
                    }
                    let message = "That code did not work. Check the time on your phone, wait for a new code and enter it";
                    let step = matching_step(&totp(secret.clone(), "")?, &typed, core.now());
                    Ok(step.map(|step| (secret, step)).ok_or_else(|| ServiceError::field("code", message)))
                })
            })
            .await?
    }

    /// Removes the authenticator.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::NeedsFreshSignIn`];
    /// [`ServiceError::Fields`] (`authenticator`) when it is the last second step; [`ServiceError::NotFound`] when there is none.
    pub async fn remove_authenticator(&self, actor: &Actor, session: &CurrentSession) -> Result<(), ServiceError> {
        self.change(actor, session, move |core, tx, actor, id, counts| {
            Box::pin(async move {
                if counts.authenticators == 0 {
                    return Err(ServiceError::NotFound);
                }
                if counts.passkeys == 0 {
                    let message =
                        "You need one way to show that it is you. Add a passkey before you remove your authenticator app";
                    return Err(ServiceError::field("authenticator", message));
                }
                factor::remove_authenticator(tx, id).await?;
                tell(&core, tx, &actor, id, "authenticator-removed", "an authenticator app was removed from").await
            })
        })
        .await
    }

    /// Gives new recovery codes, to be shown once; those before work no more.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::NeedsFreshSignIn`],
    /// [`ServiceError::Unavailable`].
    pub async fn new_recovery_codes(&self, actor: &Actor, session: &CurrentSession) -> Result<Vec<String>, ServiceError> {
        let turn = self.hashing.turn().await?;
        let mut tx = self.core.read().await?;
        allowed(&mut tx, actor).await?;
        drop(tx);
        session.must_be_fresh(&self.core)?;
        let (codes, kept) = self.new_codes(turn).await?;
        self.change(actor, session, move |core, tx, actor, id, counts| {
            Box::pin(async move {
                if !SecondSteps::of(counts).any() {
                    return Err(ServiceError::NeedsSecondStep);
                }
                factor::replace_recovery_codes(tx, id, &kept).await?;
                tell(&core, tx, &actor, id, "recovery-codes", "new recovery codes were made for").await
            })
        })
        .await?;
        Ok(codes)
    }

    /// Changes how an account signs in, one change at a time, freshly signed in.
    async fn change<T, F>(&self, actor: &Actor, session: &CurrentSession, act: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor, AccountId, Counts) -> store::BoxFuture<'t, Result<T, ServiceError>>
            + Send
            + 'static,
        T: Send + 'static,
    {
        let (actor, session) = (actor.clone(), *session);
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let id = actor.account().ok_or(ServiceError::NotSignedIn)?;
                    account::hold(tx, id, core.now()).await?;
                    let (id, counts) = allowed(tx, &actor).await?;
                    session.must_be_fresh(&core)?;
                    act(core, tx, actor, id, counts).await
                })
            })
            .await
    }

    /// A challenge to make a new passkey.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`]; [`ServiceError::NeedsFreshSignIn`] where there is a
    /// second step already; [`ServiceError::NotFound`] where passkeys cannot be used.
    pub async fn start_passkey(&self, actor: &Actor, session: &CurrentSession) -> Result<PasskeyChallenge, ServiceError> {
        let mut tx = self.core.read().await?;
        let (id, counts) = allowed(&mut tx, actor).await?;
        if SecondSteps::of(counts).any() {
            session.must_be_fresh(&self.core)?;
        }
        let row = account::by_id(&mut tx, id).await?.ok_or(ServiceError::NotSignedIn)?;
        let known = factor::passkeys(&mut tx, id).await?;
        self.passkeys.invitation(&self.core, id, &row.email, &known)
    }

    /// Adds the passkey that answered the challenge. The session that asks has then passed the second step.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::Fields`] (`passkey`, `name`),
    /// [`ServiceError::Unavailable`].
    pub async fn finish_passkey(
        &self,
        actor: &Actor,
        state: &str,
        response: &str,
        name: &str,
    ) -> Result<AddedPasskey, ServiceError> {
        let name = passkey_name(name)?;
        let unfit = || ServiceError::field("passkey", "That passkey could not be added. Try again");
        let id = actor.account().ok_or(ServiceError::NotSignedIn)?;
        let passkey = self.passkeys.register(&self.core, id, state, response)?.ok_or_else(unfit)?;
        let credential = serde_json::to_string(&passkey).map_err(ServiceError::internal)?;
        let mut tx = self.core.read().await?;
        let (_, counts) = allowed(&mut tx, actor).await?;
        drop(tx);
        let first = if counts.recovery_codes == 0 { Some(self.new_codes(self.hashing.turn().await?).await?) } else { None };
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    account::hold(tx, id, core.now()).await?;
                    let (id, counts) = allowed(tx, &actor).await?;
                    let row = PasskeyRow {
                        account_id: id.as_uuid(),
                        id: core.new_id(),
                        name,
                        credential_id: passkey.cred_id().to_vec(),
                        credential,
                        created_at: core.now(),
                        last_used_at: None,
                    };
                    if !factor::add_passkey(tx, &row).await? {
                        return Err(ServiceError::field("passkey", "This passkey was added already"));
                    }
                    let recovery_codes = match first.filter(|_| counts.recovery_codes == 0) {
                        Some((codes, kept)) => {
                            factor::replace_recovery_codes(tx, id, &kept).await?;
                            Some(codes)
                        }
                        None => None,
                    };
                    tell(&core, tx, &actor, id, "passkey-added", "a passkey was added to").await?;
                    Ok(AddedPasskey { id: PasskeyId::from_uuid(row.id), recovery_codes })
                })
            })
            .await
    }

    /// Gives a passkey another name.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::Fields`] (`name`),
    /// [`ServiceError::NotFound`] when the account has no such passkey.
    pub async fn rename_passkey(&self, actor: &Actor, passkey: PasskeyId, name: &str) -> Result<(), ServiceError> {
        let name = passkey_name(name)?;
        let actor = actor.clone();
        self.core
            .write(move |_, tx| {
                Box::pin(async move {
                    let (id, _) = allowed(tx, &actor).await?;
                    if factor::rename_passkey(tx, id, passkey, &name).await? { Ok(()) } else { Err(ServiceError::NotFound) }
                })
            })
            .await
    }

    /// Removes a passkey.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::NeedsFreshSignIn`];
    /// [`ServiceError::Fields`] (`passkey`) when it is the last second step; [`ServiceError::NotFound`] when there is none such.
    pub async fn remove_passkey(&self, actor: &Actor, session: &CurrentSession, passkey: PasskeyId) -> Result<(), ServiceError> {
        self.change(actor, session, move |core, tx, actor, id, counts| {
            Box::pin(async move {
                if !factor::remove_passkey(tx, id, passkey).await? {
                    return Err(ServiceError::NotFound);
                }
                if counts.passkeys + counts.authenticators <= 1 {
                    let message = "You need one way to show that it is you. Add another passkey or an authenticator app before you remove this one";
                    return Err(ServiceError::field("passkey", message));
                }
                tell(&core, tx, &actor, id, "passkey-removed", "a passkey was removed from").await
            })
        })
        .await
    }

    /// Ends the trust in one device: it needs a code the next time.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::NotFound`] when there is none such.
    pub async fn forget_device(&self, actor: &Actor, device: DeviceId) -> Result<(), ServiceError> {
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let (id, _) = allowed(tx, &actor).await?;
                    if !device::distrust(tx, id, device).await? {
                        return Err(ServiceError::NotFound);
                    }
                    let event = Event::on_account(&actor, Action::FactorChanged, Purpose::AccountCare);
                    activity::append(&core, tx, event.about("what", "device-forgotten").about("device", device)).await
                })
            })
            .await
    }
}

fn passkey_name(name: &str) -> Result<String, ServiceError> {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.trim();
    match name.chars().count() {
        0 => Err(ServiceError::field("name", "Enter a name for this passkey, like My phone")),
        count if count > LONGEST_NAME => Err(ServiceError::field("name", "Use 60 characters or fewer for the name")),
        _ => Ok(name.to_owned()),
    }
}

/// What passkeys need of this address. Clones share it.
#[derive(Clone)]
pub(crate) struct Passkeys(Option<Arc<Webauthn>>);

/// A challenge that waits for its answer.
#[derive(Serialize, Deserialize)]
struct Waiting<S> {
    at: DateTime<Utc>,
    account: Option<Uuid>,
    state: S,
}

impl Passkeys {
    /// For the service at this address; none where its host is a number.
    pub(crate) fn new(public_url: &str) -> Self {
        let webauthn = || {
            let url = Url::parse(public_url).ok()?;
            let name = url.domain()?.to_owned();
            WebauthnBuilder::new(&name, &url).ok()?.rp_name("Selfheal").build().ok()
        };
        Self(webauthn().map(Arc::new))
    }

    pub(crate) const fn available(&self) -> bool {
        self.0.is_some()
    }

    fn webauthn(&self) -> Result<&Webauthn, ServiceError> {
        self.0.as_deref().ok_or(ServiceError::NotFound)
    }

    /// A challenge for any passkey that the browser has for this address.
    pub(crate) fn challenge(&self, core: &Core) -> Result<PasskeyChallenge, ServiceError> {
        let (options, state) = self.webauthn()?.start_discoverable_authentication().map_err(ServiceError::internal)?;
        let mut options = serde_json::to_value(options).map_err(ServiceError::internal)?;
        // It is asked for by a button, not offered while typing.
        if let Some(options) = options.as_object_mut() {
            options.remove("mediation");
        }
        pack(core, None, &options, state)
    }

    /// A challenge to make a passkey that is found without an email address.
    fn invitation(
        &self,
        core: &Core,
        id: AccountId,
        email: &str,
        known: &[PasskeyRow],
    ) -> Result<PasskeyChallenge, ServiceError> {
        let known = known.iter().map(|row| row.credential_id.clone()).collect();
        let (options, state) = self
            .webauthn()?
            .start_passkey_registration(id.as_uuid(), email, email, Some(known))
            .map_err(ServiceError::internal)?;
        let mut options = serde_json::to_value(options).map_err(ServiceError::internal)?;
        if let Some(choice) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(serde_json::Value::as_object_mut)
        {
            choice.insert("residentKey".to_owned(), "required".into());
            choice.insert("requireResidentKey".to_owned(), true.into());
        }
        pack(core, Some(id), &options, state)
    }

    /// The passkey that answered an invitation; `None` when the answer does not hold.
    fn register(&self, core: &Core, id: AccountId, state: &str, response: &str) -> Result<Option<Passkey>, ServiceError> {
        let webauthn = self.webauthn()?;
        let Some(waiting) = unpack::<PasskeyRegistration>(core, Some(id), state) else { return Ok(None) };
        let Ok(response) = serde_json::from_str::<RegisterPublicKeyCredential>(response) else { return Ok(None) };
        Ok(webauthn.finish_passkey_registration(&response, &waiting).ok())
    }

    /// The passkey that answered a challenge, and what it is to be kept as from now on; `None` when the answer does not
    /// hold.
    pub(crate) async fn judge(
        &self,
        core: &Core,
        tx: &mut Tx,
        state: &str,
        response: &str,
    ) -> Result<Option<(PasskeyRow, String)>, ServiceError> {
        let webauthn = self.webauthn()?;
        let Some(waiting) = unpack::<DiscoverableAuthentication>(core, None, state) else { return Ok(None) };
        let Ok(response) = serde_json::from_str::<PublicKeyCredential>(response) else { return Ok(None) };
        let Ok((owner, credential_id)) = webauthn.identify_discoverable_authentication(&response) else { return Ok(None) };
        let Some(row) = factor::passkey_by_credential(tx, credential_id).await?.filter(|row| row.account_id == owner) else {
            return Ok(None);
        };
        let mut passkey: Passkey = serde_json::from_str(&row.credential).map_err(ServiceError::internal)?;
        let Ok(result) = webauthn.finish_discoverable_authentication_v2(&response, waiting, &passkey) else { return Ok(None) };
        passkey.update_credential(&result);
        let credential = serde_json::to_string(&passkey).map_err(ServiceError::internal)?;
        Ok(Some((row, credential)))
    }
}

fn pack<S: Serialize>(
    core: &Core,
    account: Option<AccountId>,
    options: &serde_json::Value,
    state: S,
) -> Result<PasskeyChallenge, ServiceError> {
    let waiting = Waiting { at: core.now(), account: account.map(|id| id.as_uuid()), state };
    Ok(PasskeyChallenge { options: options.to_string(), state: serde_json::to_string(&waiting).map_err(ServiceError::internal)? })
}

fn unpack<S: for<'de> Deserialize<'de>>(core: &Core, account: Option<AccountId>, state: &str) -> Option<S> {
    let waiting: Waiting<S> = serde_json::from_str(state).ok()?;
    let age = core.now() - waiting.at;
    let holds = age >= TimeDelta::zero() && age <= ANSWER_WITHIN && waiting.account == account.map(|id| id.as_uuid());
    holds.then_some(waiting.state)
}
