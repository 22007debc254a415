//! A clock and randomness that do as the test says.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use service::{Clock, Random, TextError, TextMessage, Texter};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// A clock that stands still until it is moved. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct MockClock(Arc<Mutex<DateTime<Utc>>>);

impl Default for MockClock {
    fn default() -> Self {
        let start = DateTime::parse_from_rfc3339(crate::START).map(|start| start.to_utc()).unwrap_or_default();
        Self(Arc::new(Mutex::new(start)))
    }
}

impl MockClock {
    /// Moves it on (or, with a negative span, back).
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }

    /// Sets it.
    pub fn set(&self, to: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }
}

impl Clock for MockClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that are the same in every run (SplitMix64), for ids and secrets that a test can expect.
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// Starts from this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            for (to, from) in chunk.iter_mut().zip((z ^ (z >> 31)).to_le_bytes()) {
                *to = from;
            }
        }
    }
}

/// What the provider of text messages does with the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderDoes {
    /// Sends it on, and says so.
    Takes,
    /// Sends it on, and says nothing that can be understood.
    TakesUnsaid,
    /// Sends it on, and whoever handed it over is never answered.
    TakesAndHangs,
    /// Does not take it.
    Refuses(TextError),
}

#[derive(Debug, Default)]
struct Inside {
    does: VecDeque<ProviderDoes>,
    has: Vec<TextMessage>,
    read: usize,
}

/// A provider of text messages, and the phones behind it: it takes a message as often as it is handed one, and says which it
/// has when it is asked, as the real one does. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Phones(Arc<Mutex<Inside>>, Arc<Notify>);

impl Phones {
    /// Does this with the next message, and after those that it was told of before.
    pub fn next(&self, does: ProviderDoes) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).does.push_back(does);
    }

    /// The messages that came since this was asked last, the first first.
    pub fn read(&self) -> Vec<TextMessage> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = inside.has.iter().skip(inside.read).cloned().collect();
        inside.read = inside.has.len();
        new
    }

    /// Waits until a message has come.
    pub async fn ring(&self) {
        self.1.notified().await;
    }
}

#[async_trait]
impl Texter for Phones {
    async fn send(&self, text: &TextMessage) -> Result<(), TextError> {
        let does = {
            let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if text.again && inside.has.iter().any(|has| has.reference == text.reference) {
                return Ok(());
            }
            let does = inside.does.pop_front().unwrap_or(ProviderDoes::Takes);
            if !matches!(does, ProviderDoes::Refuses(_)) {
                inside.has.push(text.clone());
                self.1.notify_one();
            }
            does
        };
        match does {
            ProviderDoes::Takes => Ok(()),
            ProviderDoes::TakesUnsaid => Err(TextError::Later("the provider's answer cannot be understood".to_owned())),
            ProviderDoes::TakesAndHangs => std::future::pending().await,
            ProviderDoes::Refuses(error) => Err(error),
        }
    }
}

/// The code that an authenticator app shows for this secret (base 32) at this moment.
///
/// # Panics
/// When the text is no secret.
#[must_use]
#[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
pub fn authenticator_code(secret: &str, clock: &MockClock) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).expect("a secret in base 32");
    let app = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    app.generate(u64::try_from(clock.now().timestamp()).unwrap_or_default()).to_string()
}
