//! What is mailed to people, and the outbox it waits in. No mail says anything clinical, and none says more than that
//! there is an account.

use crate::{Core, Mail, MailError, Mailer, ServiceError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::MailId;
use domain::when::instant_in_words;
use store::Tx;
use store::outbox::{self, OutboxRow};

/// How long one server has to hand over a mail before another may try.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// How often a mail is tried before it is left: about three days.
const TRIES: i32 = 16;
/// How long the outbox remembers that a mail was sent.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// A mail to be written.
#[derive(Clone, Debug)]
pub(crate) enum Letter {
    /// To confirm the address of a new account.
    Confirm { token: String },
    /// Somebody tried to open a second account with this address.
    AlreadyRegistered,
    /// To set a new password.
    Reset { token: String },
    /// The password was changed or reset.
    PasswordChanged,
    /// Too many wrong passwords.
    Locked,
    /// Too many wrong codes after the right password.
    LockedAfterPassword,
    /// A sign-in from a browser not seen before.
    NewDevice { label: String },
    /// To confirm a new address for an account.
    NewEmail { token: String },
    /// To the old address: a change was asked for.
    EmailChanging,
    /// To the old address: it was changed.
    EmailChanged,
    /// The new address belongs to another account.
    EmailTaken,
    /// A way to sign in was added or removed.
    SignInChanged { what: &'static str },
    /// The account was linked to a record.
    Linked,
}

impl Letter {
    fn write(&self, url: &str, now: DateTime<Utc>) -> (&'static str, String) {
        let when = instant_in_words(now);
        let not_you = format!(
            "If this was not you, choose a new password now: {url}/sign-in/reset\n\nThen look at where you are signed in, and end what you do not know: {url}/account/sign-ins"
        );
        let (subject, body) = match self {
            Self::Confirm { token } => (
                "Confirm your email address",
                format!(
                    "Open this link to confirm your email address and finish opening your Selfheal account:\n\n{url}/register/confirm?token={token}\n\n\
                     The link works once, for 24 hours.\n\nIf you did not ask for this, you do not need to do anything. No account will be opened."
                ),
            ),
            Self::AlreadyRegistered => (
                "You already have an account",
                format!(
                    "Somebody tried to open a Selfheal account with this email address. You already have one.\n\n\
                     Sign in: {url}/sign-in\nIf you have forgotten your password: {url}/sign-in/reset\n\n\
                     If this was not you, you do not need to do anything."
                ),
            ),
            Self::Reset { token } => (
                "Choose a new password",
                format!(
                    "Open this link to choose a new password for Selfheal:\n\n{url}/sign-in/reset/new?token={token}\n\n\
                     The link works once, for 30 minutes. You will still need your passkey or your code to sign in.\n\n\
                     If you did not ask for this, you do not need to do anything. Your password stays the same."
                ),
            ),
            Self::PasswordChanged => (
                "Your password was changed",
                format!("The password of your Selfheal account was changed on {when}.\n\n{not_you}"),
            ),
            Self::Locked => (
                "Sign-in to your account is paused",
                format!(
                    "There were too many tries to sign in to your Selfheal account that did not work. To keep it safe, signing in \
                     is paused for 15 minutes from {when}.\n\nIf it was you, wait, or choose a new password: {url}/sign-in/reset\n\n\
                     If it was not you, you do not need to do anything. Nobody got in."
                ),
            ),
            Self::LockedAfterPassword => (
                "Somebody may know your password",
                format!(
                    "Somebody entered the right password for your Selfheal account, and then too many codes that did not work. To \
                     keep your account safe, codes are not accepted for 15 minutes from {when}. Nobody got in.\n\n\
                     If this was you, wait 15 minutes and try again.\n\n\
                     If this was not you, somebody knows your password. Choose a new one now: {url}/sign-in/reset"
                ),
            ),
            Self::NewDevice { label } => (
                "New sign-in to your account",
                format!(
                    "Somebody signed in to your Selfheal account from a device that you have not used before.\n\n{label}\n{when}\n\n\
                     If this was you, you do not need to do anything.\n\n{not_you}"
                ),
            ),
            Self::NewEmail { token } => (
                "Confirm your new email address",
                format!(
                    "Open this link to use this email address for your Selfheal account:\n\n{url}/account/email/confirm?token={token}\n\n\
                     The link works once, for 24 hours.\n\nIf you did not ask for this, you do not need to do anything."
                ),
            ),
            Self::EmailChanging => (
                "A new email address for your account",
                format!(
                    "On {when} somebody asked to use another email address for your Selfheal account. It changes when the link \
                     that we sent to the new address is opened.\n\nIf this was you, you do not need to do anything.\n\n{not_you}"
                ),
            ),
            Self::EmailChanged => (
                "Your email address was changed",
                format!(
                    "The email address of your Selfheal account was changed on {when}. We will write to the new one from now on.\n\n\
                     If this was not you, ask your practice for help now."
                ),
            ),
            Self::EmailTaken => (
                "This email address has an account",
                format!(
                    "Somebody asked to use this email address for a Selfheal account. It belongs to an account already, so nothing \
                     was changed.\n\nSign in: {url}/sign-in\n\nIf this was not you, you do not need to do anything."
                ),
            ),
            Self::SignInChanged { what } => (
                "A change to how you sign in",
                format!(
                    "On {when} {what} your Selfheal account.\n\nIf this was you, you do not need to do anything.\n\n{not_you}"
                ),
            ),
            Self::Linked => (
                "Your account is linked to your record",
                format!(
                    "On {when} your Selfheal account was linked to a record with a code from a practice.\n\n\
                     If this was not you, tell your practice now."
                ),
            ),
        };
        (subject, format!("{body}\n\nSelfheal\n{url}\n"))
    }
}

/// Puts a mail into the outbox in the transaction of what it tells of.
pub(crate) async fn enqueue(core: &Core, tx: &mut Tx, to: &str, letter: &Letter) -> Result<(), ServiceError> {
    let (subject, body) = letter.write(&core.settings().public_url, core.now());
    let row = OutboxRow {
        id: core.new_id(),
        recipient: to.to_owned(),
        subject: subject.to_owned(),
        body,
        created_at: core.now(),
        attempts: 0,
    };
    Ok(outbox::insert(tx, &row).await?)
}

/// What a round of deliveries did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Mails handed over.
    pub sent: u64,
    /// Mails that were not taken, to be tried again.
    pub failed: u64,
}

/// The mails that wait to be sent.
#[derive(Clone)]
pub struct Outbox {
    core: Core,
}

impl Outbox {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Hands over what waits, at most 500 in one call. Several servers may do this at once: each mail is taken by one.
    /// What is not taken is tried again after a minute, then two, four and so on up to six hours.
    ///
    /// # Errors
    /// A failing database. A mailer that fails is no error but part of the answer.
    pub async fn deliver_waiting(&self, mailer: &dyn Mailer) -> Result<Delivered, ServiceError> {
        let mut done = Delivered::default();
        for _ in 0..500 {
            if self.waiting().await? == 0 {
                break;
            }
            let claimed = self
                .core
                .write(move |core, tx| {
                    Box::pin(async move { Ok(outbox::claim(tx, core.now(), core.now() + LEASE, TRIES).await?) })
                })
                .await?;
            let Some(row) = claimed else { break };
            let id = MailId::from_uuid(row.id);
            let attempts = row.attempts;
            let sent = mailer.send(&Mail { to: row.recipient, subject: row.subject, body: row.body }).await;
            match sent {
                Ok(()) => {
                    done.sent += 1;
                    self.core.write(move |core, tx| Box::pin(async move { Ok(outbox::sent(tx, id, core.now()).await?) })).await?;
                }
                // What the mailer says of it may name the recipient.
                Err(MailError(_)) => {
                    done.failed += 1;
                    tracing::warn!(mail = %id, attempts, "a mail was not taken");
                    let wait = TimeDelta::minutes(1 << attempts.clamp(1, 10).saturating_sub(1)).min(TimeDelta::hours(6));
                    self.core
                        .write(move |core, tx| Box::pin(async move { Ok(outbox::again(tx, id, core.now() + wait).await?) }))
                        .await?;
                }
            }
        }
        Ok(done)
    }

    /// How many mails have not been handed over.
    ///
    /// # Errors
    /// A failing database.
    pub async fn waiting(&self) -> Result<i64, ServiceError> {
        let mut tx = self.core.read().await?;
        Ok(outbox::waiting(&mut tx).await?)
    }
}

/// Forgets old mails.
pub(crate) async fn purge(core: &Core, tx: &mut Tx) -> Result<u64, ServiceError> {
    Ok(outbox::purge(tx, core.now() - REMEMBERED).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://selfheal.example";

    fn every_letter() -> Vec<Letter> {
        let token = || "t".to_owned();
        vec![
            Letter::Confirm { token: token() },
            Letter::AlreadyRegistered,
            Letter::Reset { token: token() },
            Letter::PasswordChanged,
            Letter::Locked,
            Letter::LockedAfterPassword,
            Letter::NewDevice { label: "Firefox on Linux".to_owned() },
            Letter::NewEmail { token: token() },
            Letter::EmailChanging,
            Letter::EmailChanged,
            Letter::EmailTaken,
            Letter::SignInChanged { what: "a passkey was added to" },
            Letter::Linked,
        ]
    }

    #[test]
    fn every_address_in_a_letter_is_one_that_there_is() {
        let mut found: Vec<String> = Vec::new();
        for letter in every_letter() {
            let (_, body) = letter.write(URL, DateTime::UNIX_EPOCH);
            found.extend(body.split(URL).skip(1).map(|rest| {
                let end = rest.find(|c: char| c.is_whitespace() || c == '?').unwrap_or(rest.len());
                rest[..end].to_owned()
            }));
        }
        found.sort();
        found.dedup();
        let known = [
            "",
            "/account/email/confirm",
            "/account/sign-ins",
            "/register/confirm",
            "/sign-in",
            "/sign-in/reset",
            "/sign-in/reset/new",
        ];
        assert_eq!(found, known);
    }
}
