//! A clock and randomness that do as the test says.

use chrono::{DateTime, TimeDelta, Utc};
use service::{Clock, Random};
use std::sync::{Arc, Mutex, PoisonError};

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
