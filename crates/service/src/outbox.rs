//! The outbox: mail and text messages wait in it from the act that they tell of, and one worker hands them over, by one order
//! and one rule of trying again.

use crate::{Core, Mail, Mailer, ServiceError, TextError, TextMessage, Texter};
use chrono::TimeDelta;
use domain::MailId;
use domain::appointment::awake;
use store::Tx;
use store::outbox::{self, MAIL, OutboxRow, TEXT, Takes};

/// How long one server has to hand something over before another may try.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// How often it is tried before it is given up: about three days.
const TRIES: i32 = 16;
/// How long the outbox remembers what was sent.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// What a round of deliveries did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Handed over.
    pub sent: u64,
    /// Not taken, to be tried again.
    pub failed: u64,
    /// Given up: too late to be of use, refused for good, or tried too often.
    pub given_up: u64,
}

/// What came of handing over one mail or text message.
enum Outcome {
    Sent,
    Later(String),
    GivenUp(String),
}

/// The mail and the text messages that wait to be sent.
#[derive(Clone)]
pub struct Outbox {
    core: Core,
}

impl Outbox {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Hands over what waits, at most 500 in one call; text messages only where there is something to send them by. Several
    /// servers may do this at once: each mail and each text message is taken by one. What is not taken is tried again after a
    /// minute, then two, four and so on up to six hours. Reminders wait through the night (10pm to 7am in London).
    ///
    /// # Errors
    /// A failing database. A mailer or texter that fails is no error but part of the answer.
    pub async fn deliver_waiting(&self, mailer: &dyn Mailer, texter: Option<&dyn Texter>) -> Result<Delivered, ServiceError> {
        let mut done = Delivered { given_up: self.give_up_tried().await?, ..Delivered::default() };
        for _ in 0..500 {
            let now = self.core.now();
            let takes = Takes { attempts: TRIES, by_day: awake(now) <= now, texts: texter.is_some() };
            let mut tx = self.core.read().await?;
            let is_due = outbox::is_due(&mut tx, now, takes).await?;
            drop(tx);
            if !is_due {
                break;
            }
            let claimed = self
                .core
                .write(move |core, tx| {
                    Box::pin(async move { Ok(outbox::claim(tx, core.now(), core.now() + LEASE, takes).await?) })
                })
                .await?;
            let Some(row) = claimed else { break };
            let (id, attempts, channel) = (MailId::from_uuid(row.id), row.attempts, row.channel.clone());
            match self.hand_over(row, mailer, texter).await {
                Outcome::Sent => {
                    done.sent += 1;
                    self.core.write(move |core, tx| Box::pin(async move { Ok(outbox::sent(tx, id, core.now()).await?) })).await?;
                }
                Outcome::Later(fault) if attempts < TRIES => {
                    done.failed += 1;
                    tracing::warn!(message = %id, channel, attempts, fault, "a message was not taken");
                    let wait = TimeDelta::minutes(1 << attempts.clamp(1, 10).saturating_sub(1)).min(TimeDelta::hours(6));
                    self.core
                        .write(move |core, tx| Box::pin(async move { Ok(outbox::again(tx, id, core.now() + wait).await?) }))
                        .await?;
                }
                Outcome::Later(fault) | Outcome::GivenUp(fault) => {
                    done.given_up += 1;
                    tracing::warn!(message = %id, channel, attempts, fault, "a message was given up");
                    self.core
                        .write(move |core, tx| Box::pin(async move { Ok(outbox::give_up(tx, id, core.now()).await?) }))
                        .await?;
                }
            }
        }
        Ok(done)
    }

    /// Gives up what was taken for the last time by a server that never said what came of it; how many that were.
    async fn give_up_tried(&self) -> Result<u64, ServiceError> {
        let mut tx = self.core.read().await?;
        let tried = outbox::is_tried_too_often(&mut tx, self.core.now(), TRIES).await?;
        drop(tx);
        if !tried {
            return Ok(0);
        }
        let given_up = self
            .core
            .write(move |core, tx| Box::pin(async move { Ok(outbox::give_up_tried(tx, core.now(), TRIES).await?) }))
            .await?;
        tracing::warn!(given_up, "messages were given up: nobody said what came of their last try");
        Ok(given_up)
    }

    async fn hand_over(&self, row: OutboxRow, mailer: &dyn Mailer, texter: Option<&dyn Texter>) -> Outcome {
        if row.useless_from.is_some_and(|from| from <= self.core.now()) {
            return Outcome::GivenUp("it is too late for it".to_owned());
        }
        if row.channel != TEXT {
            let sent = mailer.send(&Mail { reference: row.id, to: row.recipient, subject: row.subject, body: row.body }).await;
            return sent.map_or_else(|fault| Outcome::Later(fault.0), |()| Outcome::Sent);
        }
        // Whoever claimed it before may have handed it over and died before saying so.
        let text = TextMessage { reference: row.id, to: row.recipient, body: row.body, again: row.attempts > 1 };
        let sent = match texter {
            Some(texter) => texter.send(&text).await,
            None => Err(TextError::Later("there is nothing to send it by".to_owned())),
        };
        match sent {
            Ok(()) => Outcome::Sent,
            Err(TextError::Later(fault)) => Outcome::Later(fault),
            Err(TextError::Never(fault)) => Outcome::GivenUp(fault),
        }
    }

    /// How many mails and text messages have been neither handed over nor given up.
    ///
    /// # Errors
    /// A failing database.
    pub async fn waiting(&self) -> Result<i64, ServiceError> {
        let mut tx = self.core.read().await?;
        Ok(outbox::waiting(&mut tx).await?)
    }

    /// The same, mails and text messages by themselves.
    ///
    /// # Errors
    /// A failing database.
    pub async fn waiting_of_each(&self) -> Result<[(&'static str, i64); 2], ServiceError> {
        let mut tx = self.core.read().await?;
        let found = outbox::waiting_of_each(&mut tx).await?;
        let of = |wanted: &str| found.iter().find(|(channel, _)| channel == wanted).map_or(0, |(_, count)| *count);
        Ok([(MAIL, of(MAIL)), (TEXT, of(TEXT))])
    }
}

/// Forgets what is old.
pub(crate) async fn purge(core: &Core, tx: &mut Tx) -> Result<u64, ServiceError> {
    Ok(outbox::purge(tx, core.now() - REMEMBERED).await?)
}
