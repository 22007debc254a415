//! Opening an account, its email address and its password; and what the operator does with accounts.

use crate::activity::{self, Event};
use crate::factors::SecondSteps;
use crate::hashing::{Compared, Hashing, new_token, sha1_in_hex, sha256};
use crate::limits::{self, Attempt};
use crate::mail::{self, Letter};
use crate::sessions::{CurrentSession, Origin, end_all_but};
use crate::{Core, FieldProblem, ServiceError, access, outbox};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ask};
use domain::account::{Email, EmailError};
use domain::audit::{Action, Purpose};
use domain::password::{self, PasswordProblem};
use domain::{AccountId, PersonId};
use store::account::AccountRow;
use store::mailed_link::{self, MailedLinkRow};
use store::{Tx, account, device, factor, link, mobile, relationship, staff, throttle};

const CONFIRM: &str = "confirm";
const RESET: &str = "reset";
const NEW_EMAIL: &str = "email";
/// How long a link to confirm an address works.
const CONFIRM_FOR: TimeDelta = TimeDelta::hours(24);
/// How long a link to reset a password works.
const RESET_FOR: TimeDelta = TimeDelta::minutes(30);
/// How long an account may stay unconfirmed.
const UNCONFIRMED_FOR: TimeDelta = TimeDelta::days(7);
/// How long a browser is remembered.
const DEVICE_REMEMBERED: TimeDelta = TimeDelta::days(400);

/// What is said of an account whose second steps cannot be reset yet.
const ACTS_FOR_OTHERS: &str =
    "This account acts for somebody else or works for an organisation. End that first, and let it be given anew afterwards";

/// What is said of a password that was stolen elsewhere.
const STOLEN: &str = "This password was stolen from another website, so others know it. Choose one that you use nowhere else";

/// What opening a link to confirm an address did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The address is confirmed.
    Confirmed,
    /// It had been already, by this same link: a second click.
    AlreadyConfirmed,
}

/// The actor's own account.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountDetails {
    /// Its id.
    pub id: AccountId,
    /// Where its mail goes.
    pub email: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

/// An account as the operator sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountSummary {
    /// Its id.
    pub id: AccountId,
    /// Where its mail goes.
    pub email: String,
    /// Its address was shown to be theirs.
    pub confirmed: bool,
    /// Until when signing in is paused, if it is.
    pub locked_until: Option<DateTime<Utc>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// What it can sign in with beside its password.
    pub second_steps: SecondSteps,
    /// Whose records it may open.
    pub people: Vec<PersonId>,
}

/// The use cases about accounts.
#[derive(Clone)]
pub struct Accounts {
    core: Core,
    hashing: Hashing,
}

/// Reads an email address, or says in plain words what to do.
pub(crate) fn read_email(text: &str) -> Result<Email, FieldProblem> {
    Email::parse(text).map_err(|error| {
        let message = match error {
            EmailError::Empty => "Enter your email address",
            EmailError::Form => "Enter an email address in the right form, like name@example.com",
            EmailError::Length => "Enter an email address that is no longer than 254 characters",
        };
        FieldProblem::new("email", message)
    })
}

fn check_password(field: &str, text: &str, email: Option<&Email>) -> Option<FieldProblem> {
    let words = email.map(Email::words).unwrap_or_default();
    let problem = |problem: PasswordProblem| FieldProblem::new(field, problem.to_string());
    password::check(text, &words).err().map(problem)
}

/// Gathers every problem before anything is done.
fn all<T>(read: Result<T, FieldProblem>, more: impl IntoIterator<Item = FieldProblem>) -> Result<T, ServiceError> {
    let mut problems: Vec<FieldProblem> = more.into_iter().collect();
    match read {
        Ok(value) if problems.is_empty() => Ok(value),
        Ok(_) => Err(ServiceError::Fields(problems)),
        Err(problem) => {
            problems.insert(0, problem);
            Err(ServiceError::Fields(problems))
        }
    }
}

/// Keeps a new link and gives the token that goes into its mail.
async fn new_link(
    core: &Core,
    tx: &mut Tx,
    account: AccountId,
    purpose: &str,
    works_for: TimeDelta,
    email: Option<&Email>,
    password_hash: Option<String>,
) -> Result<String, ServiceError> {
    let (token, hash) = new_token(core.random());
    let row = MailedLinkRow {
        token_hash: hash.to_vec(),
        account_id: account.as_uuid(),
        purpose: purpose.to_owned(),
        email: email.map(|email| email.as_typed().to_owned()),
        password_hash,
        created_at: core.now(),
        expires_at: core.now() + works_for,
        used_at: None,
    };
    mailed_link::insert(tx, &row).await?;
    Ok(token)
}

/// Whether a mail may be sent to this address at somebody else's asking. Whoever asks is not told.
async fn may_mail(core: &Core, tx: &mut Tx, email_key: &str) -> Result<bool, ServiceError> {
    Ok(matches!(limits::MAIL.count(core, tx, email_key).await?, Attempt::Allowed { .. }))
}

/// Counts something asked for by somebody who is not signed in; the time to wait, if it was too often.
async fn asked(core: &Core, tx: &mut Tx, origin: &Origin) -> Result<Option<TimeDelta>, ServiceError> {
    Ok(match limits::ASKING.count(core, tx, &limits::network(origin.address)).await? {
        Attempt::Allowed { .. } => None,
        Attempt::Refused(wait) => Some(wait),
    })
}

/// Mails a link to confirm the address of an account that is not confirmed; with it this password takes effect.
pub(crate) async fn mail_confirmation(
    core: &Core,
    tx: &mut Tx,
    row: &AccountRow,
    password_hash: &str,
) -> Result<(), ServiceError> {
    let token = new_link(core, tx, row.account(), CONFIRM, CONFIRM_FOR, None, Some(password_hash.to_owned())).await?;
    mail::enqueue(core, tx, &row.email, &Letter::Confirm { token }).await
}

/// What was typed as it is compared, and whether it can be a password at all: what is too long is not worth hashing, but
/// takes as long as one that is.
pub(crate) fn comparable(typed: &str) -> (String, bool) {
    let normal = if typed.len() > password::LONGEST_BYTES { String::new() } else { password::normal(typed) };
    let fits = !normal.is_empty() && normal.len() <= password::LONGEST_BYTES;
    (if fits { normal } else { String::new() }, fits)
}

fn operator(actor: &Actor) -> Result<(), ServiceError> {
    if *actor == Actor::Operator { Ok(()) } else { Err(ServiceError::NotFound) }
}

/// Whether an account opens records of others: it acts for somebody, was asked to or asked to, or works for an organisation.
async fn acts_for_others(tx: &mut Tx, id: AccountId) -> Result<bool, ServiceError> {
    for cared in relationship::of_carer(tx, id).await? {
        if cared.relationship.standing()?.is_open() {
            return Ok(true);
        }
    }
    Ok(!staff::of_account(tx, id).await?.is_empty())
}

/// Opens an account whose address needs no confirming, and writes down who did.
async fn open_confirmed(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    email: &Email,
    password_hash: Option<String>,
) -> Result<AccountId, ServiceError> {
    let row = AccountRow {
        id: core.new_id(),
        email: email.as_typed().to_owned(),
        email_key: email.key().to_owned(),
        email_confirmed_at: Some(core.now()),
        password_hash,
        locked_until: None,
        created_at: core.now(),
    };
    if !account::insert(tx, &row).await? {
        return Err(ServiceError::field("email", "There is an account with this email address"));
    }
    let event = Event::on_account(actor, Action::Registered, Purpose::Operations).concerning(row.account());
    activity::append(core, tx, event).await?;
    Ok(row.account())
}

async fn summary(core: &Core, tx: &mut Tx, row: AccountRow) -> Result<AccountSummary, ServiceError> {
    let id = row.account();
    let people = link::of_account(tx, id).await?.into_iter().map(|link| PersonId::from_uuid(link.person_id)).collect();
    Ok(AccountSummary {
        id,
        confirmed: row.email_confirmed_at.is_some(),
        locked_until: row.locked_until.filter(|until| *until > core.now()),
        created_at: row.created_at,
        second_steps: SecondSteps::of(factor::counts(tx, id).await?),
        people,
        email: row.email,
    })
}

impl Accounts {
    pub(crate) const fn new(core: Core, hashing: Hashing) -> Self {
        Self { core, hashing }
    }

    /// Opens an account, to be confirmed by a mailed link. Whether the address is known already makes no difference
    /// to the answer: then the mail says so.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`email`, `password`), [`ServiceError::TooMany`] from one network address, or
    /// [`ServiceError::Unavailable`].
    pub async fn register(&self, email: &str, password: &str, origin: &Origin) -> Result<(), ServiceError> {
        let email = read_email(email);
        let weak = check_password("password", password, email.as_ref().ok());
        let email = all(email, weak)?;
        self.must_not_be_stolen(password).await?;
        let hash = self.hashing.hash(self.core.random(), &password::normal(password)).await?;
        let origin = origin.clone();
        let refused = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    if let Some(wait) = asked(&core, tx, &origin).await? {
                        return Ok(Some(wait));
                    }
                    let may_mail = may_mail(&core, tx, email.key()).await?;
                    let new = AccountRow {
                        id: core.new_id(),
                        email: email.as_typed().to_owned(),
                        email_key: email.key().to_owned(),
                        email_confirmed_at: None,
                        password_hash: Some(hash.clone()),
                        locked_until: None,
                        created_at: core.now(),
                    };
                    let opened = account::insert(tx, &new).await?;
                    let row = account::by_email_key(tx, email.key()).await?.ok_or(ServiceError::NotFound)?;
                    if opened {
                        let event = Event::on_account(&Actor::Nobody, Action::Registered, Purpose::AccountCare);
                        activity::append(&core, tx, event.concerning(row.account())).await?;
                    }
                    // It may have been confirmed a moment ago; then its password stays.
                    if account::set_first_password(tx, row.account(), &hash, core.now()).await? {
                        if may_mail {
                            mail_confirmation(&core, tx, &row, &hash).await?;
                        }
                    } else if may_mail {
                        mail::enqueue(&core, tx, &row.email, &Letter::AlreadyRegistered).await?;
                    }
                    Ok(None)
                })
            })
            .await?;
        refused.map_or(Ok(()), |wait| Err(ServiceError::TooMany(wait)))
    }

    /// Refuses a new password that was stolen elsewhere, where the operator has a list of those.
    async fn must_not_be_stolen(&self, password: &str) -> Result<(), ServiceError> {
        let Some(stolen) = self.core.stolen_passwords() else { return Ok(()) };
        let sha1 = sha1_in_hex(&password::normal(password));
        if stolen.has(&sha1).await.map_err(ServiceError::internal)? {
            return Err(ServiceError::field("password", STOLEN));
        }
        Ok(())
    }

    /// Mails the link to confirm an address again. Always the same answer.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`email`) or [`ServiceError::TooMany`] from one network address.
    pub async fn resend_confirmation(&self, email: &str, origin: &Origin) -> Result<(), ServiceError> {
        let email = all(read_email(email), None)?;
        self.mail_to(email, origin, move |core, tx, row| {
            Box::pin(async move {
                let Some(hash) = row.password_hash.clone().filter(|_| row.email_confirmed_at.is_none()) else { return Ok(()) };
                mail_confirmation(&core, tx, &row, &hash).await
            })
        })
        .await
    }

    /// Does something with the account that has this address, if there is one, within the limits on asking.
    async fn mail_to<F>(&self, email: Email, origin: &Origin, act: F) -> Result<(), ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, AccountRow) -> store::BoxFuture<'t, Result<(), ServiceError>> + Send + 'static,
    {
        let origin = origin.clone();
        let refused = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    if let Some(wait) = asked(&core, tx, &origin).await? {
                        return Ok(Some(wait));
                    }
                    let may_mail = may_mail(&core, tx, email.key()).await?;
                    if let Some(row) = account::by_email_key(tx, email.key()).await?.filter(|_| may_mail) {
                        act(core, tx, row).await?;
                    }
                    Ok(None)
                })
            })
            .await?;
        refused.map_or(Ok(()), |wait| Err(ServiceError::TooMany(wait)))
    }

    async fn works(&self, token: &str, purpose: &str) -> Result<Option<MailedLinkRow>, ServiceError> {
        let mut tx = self.core.read().await?;
        let found = mailed_link::find(&mut tx, &sha256(token.as_bytes()), purpose).await?;
        Ok(found.filter(|row| row.used_at.is_none() && row.expires_at > self.core.now()))
    }

    /// Whether a link to confirm an address works. Looking does not use it up.
    ///
    /// # Errors
    /// A failing database.
    pub async fn confirmation_works(&self, token: &str) -> Result<bool, ServiceError> {
        Ok(self.works(token, CONFIRM).await?.is_some())
    }

    /// Confirms the address of a new account. The password that was given with this link takes effect.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the link does not work.
    pub async fn confirm(&self, token: &str) -> Result<Confirmation, ServiceError> {
        let hash = sha256(token.as_bytes());
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let Some(used) = mailed_link::claim(tx, &hash, CONFIRM, core.now()).await? else {
                        return again(tx, &hash, CONFIRM, core.now()).await;
                    };
                    let id = AccountId::from_uuid(used.account_id);
                    if !account::confirm_email(tx, id, core.now()).await? {
                        return Err(ServiceError::NotFound);
                    }
                    if let Some(password_hash) = &used.password_hash {
                        account::set_password(tx, id, password_hash, core.now()).await?;
                    }
                    // Until now the right password was refused and counted like a wrong one.
                    if let Some(row) = account::by_id(tx, id).await? {
                        limits::forget_wrong_passwords(tx, &row).await?;
                    }
                    mailed_link::retire(tx, id, CONFIRM).await?;
                    let event = Event::on_account(&Actor::Nobody, Action::EmailChanged, Purpose::AccountCare).concerning(id);
                    activity::append(&core, tx, event.about("what", "confirmed")).await?;
                    Ok(Confirmation::Confirmed)
                })
            })
            .await
    }

    /// Mails a link to choose a new password. Always the same answer.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`email`) or [`ServiceError::TooMany`] from one network address.
    pub async fn ask_reset(&self, email: &str, origin: &Origin) -> Result<(), ServiceError> {
        let email = all(read_email(email), None)?;
        self.mail_to(email, origin, move |core, tx, row| {
            Box::pin(async move {
                let token = new_link(&core, tx, row.account(), RESET, RESET_FOR, None, None).await?;
                mail::enqueue(&core, tx, &row.email, &Letter::Reset { token }).await
            })
        })
        .await
    }

    /// Whether a link to choose a new password works. Looking does not use it up.
    ///
    /// # Errors
    /// A failing database.
    pub async fn reset_works(&self, token: &str) -> Result<bool, ServiceError> {
        Ok(self.works(token, RESET).await?.is_some())
    }

    /// Sets a new password by a mailed link, ends every session and the trust in every device, and forgets the wrong
    /// passwords before it. It signs nobody in, and the second step stays as it was.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the link does not work; [`ServiceError::Fields`] (`password`), which leaves the
    /// link as it was; [`ServiceError::Unavailable`].
    pub async fn reset(&self, token: &str, password: &str, origin: &Origin) -> Result<(), ServiceError> {
        let found = self.works(token, RESET).await?.ok_or(ServiceError::NotFound)?;
        let id = AccountId::from_uuid(found.account_id);
        let email = self.email_of(id).await?;
        all(Ok(()), check_password("password", password, Some(&email)))?;
        self.must_not_be_stolen(password).await?;
        let hash = self.hashing.hash(self.core.random(), &password::normal(password)).await?;
        let (token, label) = (sha256(token.as_bytes()), origin.label());
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    mailed_link::claim(tx, &token, RESET, core.now()).await?.ok_or(ServiceError::NotFound)?;
                    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotFound)?;
                    account::set_password(tx, id, &hash, core.now()).await?;
                    // Whoever opens the link has the mailbox.
                    account::confirm_email(tx, id, core.now()).await?;
                    for purpose in [RESET, CONFIRM, NEW_EMAIL] {
                        mailed_link::retire(tx, id, purpose).await?;
                    }
                    mobile::drop_pending(tx, id).await?;
                    end_all_but(&core, tx, &Actor::Nobody, id, None).await?;
                    device::distrust_all(tx, id).await?;
                    limits::forget_wrong_passwords(tx, &row).await?;
                    let event = Event::on_account(&Actor::Nobody, Action::PasswordChanged, Purpose::AccountCare).concerning(id);
                    activity::append(&core, tx, event.about("how", "reset").about("browser", label)).await?;
                    mail::enqueue(&core, tx, &row.email, &Letter::PasswordChanged).await
                })
            })
            .await
    }

    async fn email_of(&self, id: AccountId) -> Result<Email, ServiceError> {
        let mut tx = self.core.read().await?;
        let row = account::by_id(&mut tx, id).await?.ok_or(ServiceError::NotFound)?;
        Email::parse(&row.email).map_err(|_| ServiceError::internal("an account's address is none"))
    }

    /// The actor's own account.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`].
    pub async fn details(&self, actor: &Actor) -> Result<AccountDetails, ServiceError> {
        let id = actor.account().ok_or(ServiceError::NotSignedIn)?;
        let mut tx = self.core.read().await?;
        let row = account::by_id(&mut tx, id).await?.ok_or(ServiceError::NotSignedIn)?;
        Ok(AccountDetails { id, email: row.email, created_at: row.created_at })
    }

    /// Changes the password of somebody signed in; ends their other sessions and the trust in every device.
    ///
    /// # Errors
    /// [`ServiceError::NeedsFreshSignIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::Fields`]
    /// (`current_password`, `password`), [`ServiceError::TooMany`] after wrong current passwords.
    pub async fn change_password(
        &self,
        actor: &Actor,
        session: &CurrentSession,
        current: &str,
        password: &str,
    ) -> Result<(), ServiceError> {
        let id = self.changing(actor, session).await?;
        let email = self.email_of(id).await?;
        let missing = current.is_empty().then(|| FieldProblem::new("current_password", "Enter the password you use now"));
        all(Ok(()), missing.into_iter().chain(check_password("password", password, Some(&email))))?;
        self.must_not_be_stolen(password).await?;
        self.check_current(id, "current_password", current).await?;
        let hash = self.hashing.hash(self.core.random(), &password::normal(password)).await?;
        let (actor, keep) = (actor.clone(), session.id_hash);
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    account::set_password(tx, id, &hash, core.now()).await?;
                    mailed_link::retire(tx, id, RESET).await?;
                    end_all_but(&core, tx, &actor, id, Some(keep)).await?;
                    device::distrust_all(tx, id).await?;
                    activity::append(&core, tx, Event::on_account(&actor, Action::PasswordChanged, Purpose::AccountCare)).await?;
                    mail::enqueue(&core, tx, email.as_typed(), &Letter::PasswordChanged).await
                })
            })
            .await
    }

    /// The account of an actor who may change how they sign in: freshly signed in, with the second step where there is one.
    async fn changing(&self, actor: &Actor, session: &CurrentSession) -> Result<AccountId, ServiceError> {
        let mut tx = self.core.read().await?;
        let (id, _) = crate::factors::allowed(&mut tx, actor).await?;
        session.must_be_fresh(&self.core)?;
        Ok(id)
    }

    /// Compares the password of somebody signed in, within the limit on wrong ones. It is counted apart from sign-ins, so
    /// that strangers cannot get in the way.
    pub(crate) async fn check_current(&self, id: AccountId, field: &'static str, typed: &str) -> Result<(), ServiceError> {
        let turn = self.hashing.turn().await?;
        let (attempt, row) = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let attempt = limits::PASSWORD.count(&core, tx, &id.to_string()).await?;
                    Ok((attempt, account::by_id(tx, id).await?.ok_or(ServiceError::NotSignedIn)?))
                })
            })
            .await?;
        let last = match attempt {
            Attempt::Allowed { last } => last,
            Attempt::Refused(wait) => return Err(ServiceError::TooMany(wait)),
        };
        let (secret, fits) = comparable(typed);
        let stored = row.password_hash.as_deref().filter(|_| fits);
        let same = self.hashing.compare(turn, self.core.random(), &secret, stored).await? != Compared::Different;
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    if same {
                        return limits::PASSWORD.clear(tx, &id.to_string()).await;
                    }
                    let lock = last.then(|| (limits::PASSWORD.span(), Letter::WrongCurrentPassword));
                    crate::sign_in::failed(&core, tx, Some(&row), "password", lock).await
                })
            })
            .await?;
        if same { Ok(()) } else { Err(ServiceError::field(field, "This is not the password you use now")) }
    }

    /// Asks to use another email address: it changes when the link mailed there is opened. Always the same answer.
    ///
    /// # Errors
    /// [`ServiceError::NeedsFreshSignIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::Fields`] (`email`),
    /// [`ServiceError::TooMany`].
    pub async fn change_email(
        &self,
        actor: &Actor,
        session: &CurrentSession,
        email: &str,
        origin: &Origin,
    ) -> Result<(), ServiceError> {
        let id = self.changing(actor, session).await?;
        let email = all(read_email(email), None)?;
        if self.email_of(id).await?.as_typed() == email.as_typed() {
            return Err(ServiceError::field("email", "This is your email address already. Enter another one"));
        }
        let origin = origin.clone();
        let refused = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    if let Some(wait) = asked(&core, tx, &origin).await? {
                        return Ok(Some(wait));
                    }
                    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotSignedIn)?;
                    mail::enqueue(&core, tx, &row.email, &Letter::EmailChanging).await?;
                    if may_mail(&core, tx, email.key()).await? {
                        let other = account::by_email_key(tx, email.key()).await?;
                        if other.is_some_and(|other| other.id != row.id && other.email_confirmed_at.is_some()) {
                            mail::enqueue(&core, tx, email.as_typed(), &Letter::EmailTaken).await?;
                        } else {
                            mailed_link::retire(tx, id, NEW_EMAIL).await?;
                            let token = new_link(&core, tx, id, NEW_EMAIL, CONFIRM_FOR, Some(&email), None).await?;
                            mail::enqueue(&core, tx, email.as_typed(), &Letter::NewEmail { token }).await?;
                        }
                    }
                    Ok(None)
                })
            })
            .await?;
        refused.map_or(Ok(()), |wait| Err(ServiceError::TooMany(wait)))
    }

    /// Whether a link to confirm a new address works. Looking does not use it up.
    ///
    /// # Errors
    /// A failing database.
    pub async fn email_change_works(&self, token: &str) -> Result<bool, ServiceError> {
        Ok(self.works(token, NEW_EMAIL).await?.is_some())
    }

    /// Changes the account's address to the one that the link was mailed to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the link does not work, or the address has an account by now.
    pub async fn confirm_email_change(&self, token: &str) -> Result<Confirmation, ServiceError> {
        let hash = sha256(token.as_bytes());
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let Some(used) = mailed_link::claim(tx, &hash, NEW_EMAIL, core.now()).await? else {
                        return again(tx, &hash, NEW_EMAIL, core.now()).await;
                    };
                    let id = AccountId::from_uuid(used.account_id);
                    let email = used.email.as_deref().map(Email::parse);
                    let Some(Ok(email)) = email else {
                        return Err(ServiceError::internal("a link to change an address has none"));
                    };
                    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotFound)?;
                    // An account that nobody confirmed has no claim to the address.
                    if let Some(other) = account::by_email_key(tx, email.key()).await?
                        && other.id != row.id
                        && other.email_confirmed_at.is_none()
                    {
                        account::delete_unconfirmed(tx, other.account()).await?;
                    }
                    if !account::set_email(tx, id, email.as_typed(), email.key(), core.now()).await? {
                        return Err(ServiceError::NotFound);
                    }
                    mailed_link::retire(tx, id, NEW_EMAIL).await?;
                    mailed_link::retire(tx, id, RESET).await?;
                    let event = Event::on_account(&Actor::Nobody, Action::EmailChanged, Purpose::AccountCare).concerning(id);
                    activity::append(&core, tx, event.about("what", "changed")).await?;
                    mail::enqueue(&core, tx, &row.email, &Letter::EmailChanged).await?;
                    Ok(Confirmation::Confirmed)
                })
            })
            .await
    }

    /// Opens an account whose address needs no confirming, with an authenticator where its secret is given (at least
    /// 16 bytes). For the operator and for demonstration data: of the password only its length is asked.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody else; [`ServiceError::Fields`] (`email`, `password`, `totp_secret`).
    pub async fn create_confirmed(
        &self,
        actor: &Actor,
        email: &str,
        password: &str,
        totp_secret: Option<Vec<u8>>,
    ) -> Result<AccountId, ServiceError> {
        operator(actor)?;
        let short = password::check_length(password).err().map(|problem| FieldProblem::new("password", problem.to_string()));
        let weak = totp_secret.as_ref().is_some_and(|secret| secret.len() < 16);
        let weak = weak.then(|| FieldProblem::new("totp_secret", "The secret must have at least 16 bytes"));
        let email = all(read_email(email), short.into_iter().chain(weak))?;
        let hash = self.hashing.hash(self.core.random(), &password::normal(password)).await?;
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let id = open_confirmed(&core, tx, &actor, &email, Some(hash)).await?;
                    if let Some(secret) = totp_secret {
                        factor::begin_authenticator(tx, id, &secret, core.now()).await?;
                        factor::confirm_authenticator(tx, id, &secret, core.now(), 0).await?;
                    }
                    Ok(id)
                })
            })
            .await
    }

    /// Opens an account with a confirmed address and without a password, so that it is signed in to by sessions alone that are made for
    /// it: for the made-up people of load runs. For the operator.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] about the address; [`ServiceError::NotFound`] to anybody but the operator.
    pub async fn create_without_password(&self, actor: &Actor, email: &str) -> Result<AccountId, ServiceError> {
        operator(actor)?;
        let email = all(read_email(email), None)?;
        let actor = actor.clone();
        self.core.write(move |core, tx| Box::pin(async move { open_confirmed(&core, tx, &actor, &email, None).await })).await
    }

    /// Every account, by address. For the operator.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody else.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<AccountSummary>, ServiceError> {
        operator(actor)?;
        let mut tx = self.core.read().await?;
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let rows = account::page(&mut tx, &after, 500).await?;
            let Some(last) = rows.last() else { return Ok(found) };
            after.clone_from(&last.email_key);
            for row in rows {
                found.push(summary(&self.core, &mut tx, row).await?);
            }
        }
    }

    /// The account with this address. For the operator.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, and to anybody else.
    pub async fn find(&self, actor: &Actor, email: &str) -> Result<AccountSummary, ServiceError> {
        operator(actor)?;
        let email = all(read_email(email), None)?;
        let mut tx = self.core.read().await?;
        let row = account::by_email_key(&mut tx, email.key()).await?.ok_or(ServiceError::NotFound)?;
        summary(&self.core, &mut tx, row).await
    }

    /// Lets a locked account sign in again at once, from every browser. For the operator.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, and to anybody else.
    pub async fn unlock(&self, actor: &Actor, id: AccountId) -> Result<(), ServiceError> {
        operator(actor)?;
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotFound)?;
                    limits::forget_wrong_passwords(tx, &row).await?;
                    limits::CODE.clear(tx, &id.to_string()).await?;
                    account::set_locked_until(tx, id, None).await?;
                    let event = Event::on_account(&actor, Action::Locked, Purpose::Operations).concerning(id);
                    activity::append(&core, tx, event.about("what", "unlocked")).await
                })
            })
            .await
    }

    /// Ends every session of an account and the trust in every device. For the operator. Gives how many sessions.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, and to anybody else.
    pub async fn end_sessions(&self, actor: &Actor, id: AccountId) -> Result<u64, ServiceError> {
        operator(actor)?;
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    account::by_id(tx, id).await?.ok_or(ServiceError::NotFound)?;
                    device::distrust_all(tx, id).await?;
                    end_all_but(&core, tx, &actor, id, None).await
                })
            })
            .await
    }

    /// Takes every second step from an account whose owner has lost them: passkeys, authenticator, recovery codes and the
    /// trust in every device. Ends its sessions and its links, so that a password alone leads to no record: whoever signs
    /// in next sets up a second step and links the record with a new code. For the operator, who knows that the owner
    /// asked. Gives whose records it could open, by id.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`account`) while it acts for somebody else or works for an organisation, which a password
    /// alone must not open either; [`ServiceError::NotFound`] when there is none, and to anybody else.
    pub async fn reset_second_steps(&self, actor: &Actor, id: AccountId) -> Result<Vec<PersonId>, ServiceError> {
        operator(actor)?;
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    account::hold(tx, id, core.now()).await?;
                    let row = account::by_id(tx, id).await?.ok_or(ServiceError::NotFound)?;
                    if acts_for_others(tx, id).await? {
                        return Err(ServiceError::field("account", ACTS_FOR_OTHERS));
                    }
                    let on_account = |action| Event::on_account(&actor, action, Purpose::Operations).concerning(id);
                    let people = link::remove_all(tx, id).await?;
                    for person in &people {
                        let subject = access::require(&core, tx, &actor, *person, Ask::IssueLinkageCode).await?;
                        let event = Event::on_record(&actor, subject, Action::Unlinked, Purpose::Operations);
                        activity::append(&core, tx, event.about("account", id)).await?;
                        activity::append(&core, tx, on_account(Action::Unlinked).about("person", person)).await?;
                    }
                    factor::remove_all(tx, id).await?;
                    device::distrust_all(tx, id).await?;
                    mailed_link::retire(tx, id, NEW_EMAIL).await?;
                    mobile::drop_pending(tx, id).await?;
                    limits::CODE.clear(tx, &id.to_string()).await?;
                    end_all_but(&core, tx, &actor, id, None).await?;
                    let event = on_account(Action::FactorChanged).about("what", "second-steps-reset");
                    activity::append(&core, tx, event).await?;
                    mail::enqueue(&core, tx, &row.email, &Letter::SecondStepsReset).await?;
                    Ok(people)
                })
            })
            .await
    }

    /// Forgets what is over: old links, accounts never confirmed, old counters, what was sent, browsers long unseen. To be
    /// run every hour or so. Gives how many.
    ///
    /// # Errors
    /// A failing database.
    pub async fn tidy(&self) -> Result<u64, ServiceError> {
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let now = core.now();
                    let mut forgotten = 0;
                    for row in account::never_confirmed(tx, now - UNCONFIRMED_FOR).await? {
                        account::delete_unconfirmed(tx, row.account()).await?;
                        forgotten += 1;
                    }
                    forgotten += mailed_link::purge(tx, now - CONFIRM_FOR).await?;
                    forgotten += throttle::purge(tx, now - limits::LONGEST).await?;
                    forgotten += device::forget_old(tx, now - DEVICE_REMEMBERED).await?;
                    forgotten += outbox::purge(&core, tx).await?;
                    Ok(forgotten)
                })
            })
            .await
    }
}

/// A link that does not work: a second click on one that did, or none at all.
async fn again(tx: &mut Tx, hash: &[u8], purpose: &str, now: DateTime<Utc>) -> Result<Confirmation, ServiceError> {
    let found = mailed_link::find(tx, hash, purpose).await?;
    let used = found.is_some_and(|row| row.used_at.is_some() && row.expires_at > now);
    if used { Ok(Confirmation::AlreadyConfirmed) } else { Err(ServiceError::NotFound) }
}
