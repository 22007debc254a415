//! Signing in: the password, the second step, and what is noted of it.

use crate::accounts::{self, Accounts, read_email};
use crate::activity::{self, Event};
use crate::factors::{Passkeys, SecondSteps, matching_step, totp};
use crate::hashing::{Compared, Hashing, new_token, sha256};
use crate::limits::{self, Attempt};
use crate::mail::{self, Letter};
use crate::sessions::Origin;
use crate::{Core, FieldProblem, ServiceError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::account::{Email, TRUSTED_FOR};
use domain::audit::{Action, Purpose};
use domain::linkage::PaperCode;
use domain::{AccountId, DeviceId};
use store::account::{self, AccountRow};
use store::device::{self, DeviceRow};
use store::{Tx, factor};

/// The one message for a password that does not fit, whatever the reason.
const REFUSED: &str = "The email address and password do not match an account. If you have just registered, open the link we sent \
                       you first";
/// What is said where no code was typed.
pub(crate) const NO_CODE: &str = "Enter the 6 digit code from your authenticator app";
const WRONG_CODE: &str = "That code did not work. Check the time on your phone, wait for a new code and enter it";
const WRONG_RECOVERY: &str = "That recovery code did not work. Check it, or use another one: each works once";
const PASSKEY_REFUSED: &str = "That passkey did not work here. Try again, or sign in with your password";

/// A finished sign-in: what the session is to hold from now on. The session's id must change.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub account: AccountId,
    /// How far.
    pub assurance: Assurance,
    /// When: the sign-in is fresh from then on.
    pub at: DateTime<Utc>,
    /// For the device's cookie, where the browser has none yet; to be kept for a year and more.
    pub device_token: Option<String>,
    /// How many recovery codes are left, after one was used.
    pub recovery_codes_left: Option<i64>,
}

/// Where a right password leads.
#[derive(Clone, PartialEq, Eq)]
pub enum PasswordOutcome {
    /// The second step is to follow.
    SecondStep {
        /// Whose: to be kept in the session for ten minutes at most, never in a form.
        account: AccountId,
        /// What it can be done with.
        steps: SecondSteps,
    },
    /// Signed in: from a trusted device, or to set up a second step where there is none.
    SignedIn(SignedIn),
}

/// What has to be shown beside the password by somebody who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BesidePassword {
    /// Nothing: there is no second step, or the device is trusted.
    Nothing,
    /// A code of the authenticator, or a passkey in the place of both.
    Code,
    /// A passkey in the place of the password: there is no authenticator.
    Passkey,
}

/// A challenge for a passkey.
#[derive(Clone, PartialEq, Eq)]
pub struct PasskeyChallenge {
    /// JSON for the browser: an object with `publicKey`, its bytes in base64url.
    pub options: String,
    /// To be kept in the session and used once.
    pub state: String,
}

/// The use cases about signing in.
#[derive(Clone)]
pub struct SignIn {
    core: Core,
    hashing: Hashing,
    passkeys: Passkeys,
    accounts: Accounts,
}

/// What the first look at a sign-in found.
struct Looked {
    row: Option<AccountRow>,
    /// What the limit on passwords counts by.
    counted_by: String,
    attempt: Attempt,
    /// The address has failed too often.
    closed: Option<TimeDelta>,
}

/// How somebody signed in, as the account of who did what has it.
#[derive(Clone, Copy)]
enum How {
    Password,
    TrustedDevice,
    Code { trust: bool },
    RecoveryCode,
    Passkey,
}

impl How {
    const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::TrustedDevice => "trusted-device",
            Self::Code { .. } => "code",
            Self::RecoveryCode => "recovery-code",
            Self::Passkey => "passkey",
        }
    }
}

/// Notes a failure; where it was the last allowed, that the account is locked for that long, and tells its owner by that
/// letter.
pub(crate) async fn failed(
    core: &Core,
    tx: &mut Tx,
    row: Option<&AccountRow>,
    what: &'static str,
    lock: Option<(TimeDelta, Letter)>,
) -> Result<(), ServiceError> {
    let event = |action| {
        let event = Event::on_account(&Actor::Nobody, action, Purpose::AccountCare).about("with", what);
        row.map_or(event.clone(), |row| event.concerning(row.account()))
    };
    activity::append(core, tx, event(Action::SignInRefused)).await?;
    if let Some((span, letter)) = lock {
        activity::append(core, tx, event(Action::Locked)).await?;
        if let Some(row) = row {
            account::set_locked_until(tx, row.account(), Some(core.now() + span)).await?;
            mail::enqueue(core, tx, &row.email, &letter).await?;
        }
    }
    Ok(())
}

/// Finishes a sign-in: knows the browser again or notes it, and tells the owner of a new one.
async fn finish(
    core: &Core,
    tx: &mut Tx,
    row: &AccountRow,
    how: How,
    origin: &Origin,
    device_token: Option<&str>,
) -> Result<SignedIn, ServiceError> {
    let (id, now) = (row.account(), core.now());
    let assurance = if matches!(how, How::Password) { Assurance::FirstStep } else { Assurance::SecondStep };
    let trusted_until = matches!(how, How::Code { trust: true }).then(|| now + TRUSTED_FOR);
    let known = match device_token {
        Some(token) => device::by_token(tx, id, &sha256(token.as_bytes())).await?,
        None => None,
    };
    let (device_id, new_token) = match known {
        Some(device) => {
            device::seen(tx, id, DeviceId::from_uuid(device.id), &origin.label(), trusted_until, now).await?;
            (device.id, None)
        }
        None => {
            let is_first = device::of_account(tx, id).await?.is_empty();
            let (token, hash) = new_token(core.random());
            let device = DeviceRow {
                account_id: row.id,
                id: core.new_id(),
                token_hash: hash.to_vec(),
                label: origin.label(),
                trusted_until,
                first_seen_at: now,
                last_seen_at: now,
            };
            device::insert(tx, &device).await?;
            if !is_first {
                mail::enqueue(core, tx, &row.email, &Letter::NewDevice { label: device.label }).await?;
            }
            (device.id, Some(token))
        }
    };
    let actor = Actor::Account { id, assurance };
    let event =
        Event::on_account(&actor, Action::SignedIn, Purpose::AccountCare).about("with", how.word()).about("device", device_id);
    activity::append(core, tx, event).await?;
    Ok(SignedIn { account: id, assurance, at: now, device_token: new_token, recovery_codes_left: None })
}

/// Counts what came of a step of signing in, of whomever; gives it on.
fn counted<T>(step: &'static str, done: Result<T, ServiceError>, whole: impl Fn(&T) -> bool) -> Result<T, ServiceError> {
    let outcome = match &done {
        Ok(done) if whole(done) => "signed_in",
        Ok(_) => "second_step_to_follow",
        Err(ServiceError::Fields(_)) => "refused",
        Err(ServiceError::TooMany(_)) => "too_many",
        Err(_) => "failed",
    };
    metrics::counter!("selfheal_sign_ins_total", "step" => step, "outcome" => outcome).increment(1);
    done
}

impl SignIn {
    pub(crate) const fn new(core: Core, hashing: Hashing, passkeys: Passkeys, accounts: Accounts) -> Self {
        Self { core, hashing, passkeys, accounts }
    }

    /// Signs in by password: the first step. An address that nobody has, one not confirmed and a wrong password get the
    /// same answer, after the same work, and the same lock. The right password of an address not confirmed mails the link
    /// again.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`email`, `password`), [`ServiceError::TooMany`] when locked, [`ServiceError::Unavailable`].
    pub async fn password(
        &self,
        email: &str,
        typed: &str,
        origin: &Origin,
        device_token: Option<&str>,
    ) -> Result<PasswordOutcome, ServiceError> {
        let done = self.by_password(email, typed, origin, device_token).await;
        counted("password", done, |done| matches!(done, PasswordOutcome::SignedIn(_)))
    }

    async fn by_password(
        &self,
        email: &str,
        typed: &str,
        origin: &Origin,
        device_token: Option<&str>,
    ) -> Result<PasswordOutcome, ServiceError> {
        let missing = typed.is_empty().then(|| FieldProblem::new("password", "Enter your password"));
        let email = match (read_email(email), missing) {
            (Ok(email), None) => email,
            (read, missing) => return Err(ServiceError::Fields(read.err().into_iter().chain(missing).collect())),
        };
        let turn = self.hashing.turn().await?;
        let looked = self.look(email, origin, device_token).await?;
        if let Some(wait) = looked.closed {
            return Err(ServiceError::TooMany(wait));
        }
        let last = match looked.attempt {
            Attempt::Allowed { last } => last,
            Attempt::Refused(wait) => return Err(ServiceError::TooMany(wait)),
        };
        let (secret, fits) = accounts::comparable(typed);
        let stored = looked.row.as_ref().and_then(|row| row.password_hash.clone());
        let compared = self.hashing.compare(turn, self.core.random(), &secret, stored.as_deref().filter(|_| fits)).await?;
        let (origin, device_token) = (origin.clone(), device_token.map(ToOwned::to_owned));
        let Looked { row, counted_by, .. } = looked;
        let outcome = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    // The password may have been changed while it was compared.
                    let still = match &row {
                        Some(row) => {
                            account::by_id(tx, row.account()).await?.filter(|now| now.password_hash == row.password_hash)
                        }
                        None => None,
                    };
                    let right = match (compared, still) {
                        (Compared::Same { raised }, Some(row)) => Some((raised, row)),
                        _ => None,
                    };
                    let (raised, row) = match right {
                        Some((raised, row)) if row.email_confirmed_at.is_some() => (raised, row),
                        right => {
                            let lock = last.then(|| (limits::PASSWORD.span(), Letter::Locked));
                            failed(&core, tx, row.as_ref(), "password", lock).await?;
                            if let Some((_, row)) = right {
                                mail_link_again(&core, tx, &row).await?;
                            }
                            return Ok(None);
                        }
                    };
                    limits::PASSWORD.clear(tx, &counted_by).await?;
                    limits::ADDRESS.uncount(tx, &limits::network(origin.address)).await?;
                    if let (Some(raised), Some(before)) = (raised, &row.password_hash) {
                        account::raise_hash(tx, row.account(), before, &raised, core.now()).await?;
                    }
                    accepted(&core, tx, &row, &origin, device_token.as_deref()).await.map(Some)
                })
            })
            .await?;
        outcome.ok_or_else(|| ServiceError::field("password", REFUSED))
    }

    /// Counts the attempt before it is judged, and finds the account.
    async fn look(&self, email: Email, origin: &Origin, device_token: Option<&str>) -> Result<Looked, ServiceError> {
        let (network, token_hash) = (limits::network(origin.address), device_token.map(|token| sha256(token.as_bytes())));
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let row = account::by_email_key(tx, email.key()).await?;
                    let known = match (&row, token_hash) {
                        (Some(row), Some(hash)) => device::by_token(tx, row.account(), &hash).await?,
                        _ => None,
                    };
                    // A browser that signed in before is counted by itself, so that strangers cannot lock its owner out.
                    let counted_by =
                        known.map_or_else(|| email.key().to_owned(), |device| limits::from_device(email.key(), device.id));
                    if let Attempt::Refused(wait) = limits::ADDRESS.count(&core, tx, &network).await? {
                        return Ok(Looked { row: None, counted_by, attempt: Attempt::Refused(wait), closed: Some(wait) });
                    }
                    let attempt = limits::PASSWORD.count(&core, tx, &counted_by).await?;
                    Ok(Looked { row, counted_by, attempt, closed: None })
                })
            })
            .await
    }

    /// Signs in by a code of the authenticator: the second step after the password. Each step's code works once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`code`), [`ServiceError::TooMany`] when locked, [`ServiceError::NotSignedIn`] when there
    /// is no such account.
    pub async fn code(
        &self,
        account: AccountId,
        code: &str,
        trust_device: bool,
        origin: &Origin,
        device_token: Option<&str>,
    ) -> Result<SignedIn, ServiceError> {
        let typed = bare_code(code);
        if typed.is_empty() {
            return Err(ServiceError::field("code", NO_CODE));
        }
        let found = self.second_step(account, origin, device_token, How::Code { trust: trust_device }, move |core, tx| {
            Box::pin(async move { is_code(&core, tx, account, &typed).await })
        });
        let done = found.await.and_then(|found| found.ok_or_else(|| ServiceError::field("code", WRONG_CODE)));
        counted("code", done, |_| true)
    }

    /// Signs in by a recovery code: the second step after the password, for who has lost the other. Each works once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`code`), [`ServiceError::TooMany`] when locked, [`ServiceError::Unavailable`],
    /// [`ServiceError::NotSignedIn`] when there is no such account.
    pub async fn recovery_code(
        &self,
        account: AccountId,
        code: &str,
        origin: &Origin,
        device_token: Option<&str>,
    ) -> Result<SignedIn, ServiceError> {
        let code = PaperCode::parse(code);
        if code == Err(domain::linkage::PaperCodeError::Empty) {
            return Err(ServiceError::field("code", "Enter one of your recovery codes"));
        }
        let done = self.by_recovery_code(account, code.ok(), origin, device_token).await;
        let mut signed_in = counted("recovery_code", done, |_| true)?;
        let mut tx = self.core.read().await?;
        signed_in.recovery_codes_left = Some(factor::counts(&mut tx, account).await?.recovery_codes);
        Ok(signed_in)
    }

    async fn by_recovery_code(
        &self,
        account: AccountId,
        code: Option<PaperCode>,
        origin: &Origin,
        device_token: Option<&str>,
    ) -> Result<SignedIn, ServiceError> {
        let kept = match code {
            Some(code) => self.kept_recovery_code(account, &code, origin).await?,
            None => None,
        };
        let found = self.second_step(account, origin, device_token, How::RecoveryCode, move |core, tx| {
            Box::pin(async move {
                match kept {
                    Some(kept) => Ok(factor::use_recovery_code(tx, account, &kept, core.now()).await?),
                    None => Ok(false),
                }
            })
        });
        found.await?.ok_or_else(|| ServiceError::field("code", WRONG_RECOVERY))
    }

    /// What this recovery code is kept as, if it is one of the account's. Nothing is hashed where the attempt would be refused.
    async fn kept_recovery_code(
        &self,
        account: AccountId,
        code: &PaperCode,
        origin: &Origin,
    ) -> Result<Option<Vec<u8>>, ServiceError> {
        let turn = self.hashing.turn().await?;
        let mut tx = self.core.read().await?;
        for (limit, what) in [(limits::ADDRESS, limits::network(origin.address)), (limits::CODE, account.to_string())] {
            if let Some(wait) = limit.closed(&self.core, &mut tx, &what).await? {
                return Err(ServiceError::TooMany(wait));
            }
        }
        let kept = factor::unused_recovery_codes(&mut tx, account).await?;
        drop(tx);
        self.hashing.find_among(turn, code.as_bare(), kept).await
    }

    /// Counts an attempt at the second step, judges it, and finishes the sign-in or notes the failure (`None`).
    async fn second_step<F>(
        &self,
        id: AccountId,
        origin: &Origin,
        device_token: Option<&str>,
        how: How,
        judge: F,
    ) -> Result<Option<SignedIn>, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx) -> store::BoxFuture<'t, Result<bool, ServiceError>> + Send + 'static,
    {
        let (origin, device_token) = (origin.clone(), device_token.map(ToOwned::to_owned));
        let outcome = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotSignedIn)?;
                    let (key, network) = (id.to_string(), limits::network(origin.address));
                    if let Attempt::Refused(wait) = limits::ADDRESS.count(&core, tx, &network).await? {
                        return Ok(Err(wait));
                    }
                    let last = match limits::CODE.count(&core, tx, &key).await? {
                        Attempt::Allowed { last } => last,
                        Attempt::Refused(wait) => return Ok(Err(wait)),
                    };
                    if !judge(core.clone(), tx).await? {
                        let lock = last.then(|| (limits::CODE.span(), Letter::LockedAfterPassword));
                        failed(&core, tx, Some(&row), how.word(), lock).await?;
                        return Ok(Ok(None));
                    }
                    limits::CODE.clear(tx, &key).await?;
                    limits::ADDRESS.uncount(tx, &network).await?;
                    finish(&core, tx, &row, how, &origin, device_token.as_deref()).await.map(|done| Ok(Some(done)))
                })
            })
            .await?;
        outcome.map_err(ServiceError::TooMany)
    }

    /// Whether passkeys can be used here: the public address must have a name, not a number.
    #[must_use]
    pub fn passkeys_available(&self) -> bool {
        self.passkeys.available()
    }

    /// A challenge for whichever passkey the browser has: it is both steps at once, and needs no email address.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where passkeys cannot be used.
    pub async fn start_passkey(&self) -> Result<PasskeyChallenge, ServiceError> {
        self.passkeys.challenge(&self.core)
    }

    /// Signs in by the passkey's answer to the challenge.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`passkey`), [`ServiceError::TooMany`] from one network address, [`ServiceError::NotFound`]
    /// where passkeys cannot be used.
    pub async fn finish_passkey(
        &self,
        state: &str,
        response: &str,
        origin: &Origin,
        device_token: Option<&str>,
    ) -> Result<SignedIn, ServiceError> {
        counted("passkey", self.by_passkey(state, response, origin, device_token).await, |_| true)
    }

    async fn by_passkey(
        &self,
        state: &str,
        response: &str,
        origin: &Origin,
        device_token: Option<&str>,
    ) -> Result<SignedIn, ServiceError> {
        let network = limits::network(origin.address);
        let mut tx = self.core.read().await?;
        if let Some(wait) = limits::ADDRESS.closed(&self.core, &mut tx, &network).await? {
            return Err(ServiceError::TooMany(wait));
        }
        let judged = self.passkeys.judge(&self.core, &mut tx, state, response).await?;
        drop(tx);
        let (origin, device_token) = (origin.clone(), device_token.map(ToOwned::to_owned));
        let once = hex::encode(sha256(state.as_bytes()));
        let outcome = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let fresh = matches!(limits::ANSWER.count(&core, tx, &once).await?, Attempt::Allowed { .. });
                    let Some((passkey, credential)) = judged.filter(|_| fresh) else {
                        limits::ADDRESS.count(&core, tx, &network).await?;
                        failed(&core, tx, None, "passkey", None).await?;
                        return Ok(None);
                    };
                    let row = account::by_id(tx, AccountId::from_uuid(passkey.account_id)).await?;
                    // It may have been removed meanwhile.
                    let kept = factor::use_passkey(tx, &passkey, &credential, core.now()).await?;
                    let Some(row) = row.filter(|_| kept) else { return Ok(None) };
                    finish(&core, tx, &row, How::Passkey, &origin, device_token.as_deref()).await.map(Some)
                })
            })
            .await?;
        outcome.ok_or_else(|| ServiceError::field("passkey", PASSKEY_REFUSED))
    }

    /// What has to be shown beside the password before something that needs a fresh sign-in: as at a sign-in from this browser.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`].
    pub async fn beside_password(&self, actor: &Actor, device_token: Option<&str>) -> Result<BesidePassword, ServiceError> {
        let id = actor.account().ok_or(ServiceError::NotSignedIn)?;
        let mut tx = self.core.read().await?;
        let steps = SecondSteps::of(factor::counts(&mut tx, id).await?);
        if !steps.any() || is_trusted(&self.core, &mut tx, id, device_token).await? {
            return Ok(BesidePassword::Nothing);
        }
        Ok(if steps.authenticator { BesidePassword::Code } else { BesidePassword::Passkey })
    }

    /// Shows again that it is them, by all that a sign-in from this browser asks for, before something that needs a fresh sign-in.
    /// Gives the time from which it is fresh.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::Fields`] (`password`, `code`), [`ServiceError::TooMany`].
    pub async fn refresh(
        &self,
        actor: &Actor,
        typed: &str,
        code: &str,
        device_token: Option<&str>,
    ) -> Result<DateTime<Utc>, ServiceError> {
        let id = actor.account().ok_or(ServiceError::NotSignedIn)?;
        let beside = self.beside_password(actor, device_token).await?;
        if beside == BesidePassword::Passkey {
            return Err(ServiceError::field("password", "Use your passkey here. Your password alone is not enough"));
        }
        let code = bare_code(code);
        let no_password = typed.is_empty().then(|| FieldProblem::new("password", "Enter your password"));
        let no_code = (beside == BesidePassword::Code && code.is_empty()).then(|| FieldProblem::new("code", NO_CODE));
        let problems: Vec<FieldProblem> = no_password.into_iter().chain(no_code).collect();
        if !problems.is_empty() {
            return Err(ServiceError::Fields(problems));
        }
        self.accounts.check_current(id, "password", typed).await?;
        if beside == BesidePassword::Code {
            self.code_again(id, code).await?;
        }
        Ok(self.core.now())
    }

    /// Counts and judges a code of somebody who is signed in.
    async fn code_again(&self, id: AccountId, typed: String) -> Result<(), ServiceError> {
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotSignedIn)?;
                    let key = id.to_string();
                    let last = match limits::CODE.count(&core, tx, &key).await? {
                        Attempt::Allowed { last } => last,
                        Attempt::Refused(wait) => return Ok(Err(ServiceError::TooMany(wait))),
                    };
                    if !is_code(&core, tx, id, &typed).await? {
                        let lock = last.then(|| (limits::CODE.span(), Letter::WrongCodesAgain));
                        failed(&core, tx, Some(&row), How::Code { trust: false }.word(), lock).await?;
                        return Ok(Err(ServiceError::field("code", WRONG_CODE)));
                    }
                    limits::CODE.clear(tx, &key).await?;
                    Ok(Ok(()))
                })
            })
            .await?
    }

    /// What the account has for a second step.
    ///
    /// # Errors
    /// A failing database.
    pub async fn second_steps(&self, account: AccountId) -> Result<SecondSteps, ServiceError> {
        let mut tx = self.core.read().await?;
        Ok(SecondSteps::of(factor::counts(&mut tx, account).await?))
    }

    /// The code that this account's authenticator shows and that would be accepted now. For demonstrations only: the
    /// caller makes sure that this is one.
    ///
    /// # Errors
    /// A failing database.
    pub async fn current_demo_code(&self, email: &str) -> Result<Option<String>, ServiceError> {
        let Ok(email) = Email::parse(email) else { return Ok(None) };
        let mut tx = self.core.read().await?;
        let Some(row) = account::by_email_key(&mut tx, email.key()).await? else { return Ok(None) };
        let Some(authenticator) = factor::authenticator(&mut tx, row.account()).await? else { return Ok(None) };
        let Some(secret) = authenticator.secret else { return Ok(None) };
        let totp = totp(secret, "")?;
        let now = self.core.now().timestamp() / 30;
        let step = [now, now + 1].into_iter().find(|step| *step > authenticator.last_step);
        Ok(step.and_then(|step| u64::try_from(step * 30).ok()).map(|second| totp.generate(second).to_string()))
    }
}

/// Mails the link to confirm an address again, with the password that it was asked for with, within the limit on mails.
async fn mail_link_again(core: &Core, tx: &mut Tx, row: &AccountRow) -> Result<(), ServiceError> {
    let may_mail = matches!(limits::MAIL.count(core, tx, &row.email_key).await?, Attempt::Allowed { .. });
    if let Some(hash) = row.password_hash.as_deref().filter(|_| may_mail) {
        accounts::mail_confirmation(core, tx, row, hash).await?;
    }
    Ok(())
}

/// A code as it was typed, without what people put between its digits.
pub(crate) fn bare_code(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// Whether this is a code of the account's authenticator that was not used yet; it is used by that.
async fn is_code(core: &Core, tx: &mut Tx, account: AccountId, typed: &str) -> Result<bool, ServiceError> {
    let Some(secret) = factor::authenticator(tx, account).await?.and_then(|row| row.secret) else { return Ok(false) };
    match matching_step(&totp(secret, "")?, typed, core.now()) {
        Some(step) => Ok(factor::use_step(tx, account, step).await?),
        None => Ok(false),
    }
}

/// Whether the account trusts the device with this token now.
async fn is_trusted(core: &Core, tx: &mut Tx, id: AccountId, device_token: Option<&str>) -> Result<bool, ServiceError> {
    let device = match device_token {
        Some(token) => device::by_token(tx, id, &sha256(token.as_bytes())).await?,
        None => None,
    };
    Ok(device.and_then(|device| device.trusted_until).is_some_and(|until| until > core.now()))
}

/// After a right password of a confirmed address: the second step, or the end.
async fn accepted(
    core: &Core,
    tx: &mut Tx,
    row: &AccountRow,
    origin: &Origin,
    device_token: Option<&str>,
) -> Result<PasswordOutcome, ServiceError> {
    let id = row.account();
    let steps = SecondSteps::of(factor::counts(tx, id).await?);
    if !steps.any() {
        return Ok(PasswordOutcome::SignedIn(finish(core, tx, row, How::Password, origin, device_token).await?));
    }
    if is_trusted(core, tx, id, device_token).await? {
        return Ok(PasswordOutcome::SignedIn(finish(core, tx, row, How::TrustedDevice, origin, device_token).await?));
    }
    Ok(PasswordOutcome::SecondStep { account: id, steps })
}
