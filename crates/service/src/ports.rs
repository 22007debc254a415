//! What the use cases need from outside: the time, randomness, and a way to send mail.

use async_trait::async_trait;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::Uuid;

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// Now, UTC, cut to the microsecond so that both engines keep it exactly.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the injected clock")]
    fn now(&self) -> DateTime<Utc> {
        let now = Utc::now();
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }
}

/// Where randomness comes from. Secrets are made of it.
pub trait Random: Send + Sync + 'static {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// A new id in order of time (UUID version 7: 48 bits of milliseconds, 74 random bits).
    fn id(&self, now: DateTime<Utc>) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// A new secret of 256 bits.
    fn secret(&self) -> [u8; 32] {
        let mut secret = [0_u8; 32];
        self.fill(&mut secret);
        secret
    }
}

/// The operating system's generator, by way of a per-thread one that it seeds.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        rand::fill(buffer);
    }
}

/// A mail to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// One address.
    pub to: String,
    /// Says nothing clinical.
    pub subject: String,
    /// Plain text. Says nothing clinical.
    pub body: String,
}

/// A mail that could not be handed over; it will be tried again.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the mail could not be sent: {0}")]
pub struct MailError(pub String);

/// Hands mail over to something that delivers it.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Hands over one mail.
    ///
    /// # Errors
    /// [`MailError`] when it was not taken.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}
