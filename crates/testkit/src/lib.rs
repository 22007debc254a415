//! What tests share: both engines behind one harness, a clock that stands still until it is moved, and seeded ids.

mod engines;
mod stubs;

pub use engines::{Place, fresh, fresh_embedded};
pub use stubs::{MockClock, Phones, ProviderDoes, SeededRandom, authenticator_code};

use domain::age_rules::Rules;
use service::{Core, DiarySystem, NoDiaries, PasswordCost, PrescribingSystem, Services, Settings, Texting, Tracking};

/// Makes a test of an async body run once on SQLite and once on PostgreSQL, each on a migrated, empty database of its own.
///
/// ```ignore
/// testkit::both_engines! {
///     async fn an_act_is_kept(place: &testkit::Place) { … place.store … }
/// }
/// ```
#[macro_export]
macro_rules! both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($place:ident: $kind:ty) $body:block)*) => {$(
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports, reason = "a body may need nothing from around it")]
            use super::*;

            async fn body($place: $kind) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let place = $crate::fresh("sqlite").await;
                body(&place).await;
                place.clear().await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let place = $crate::fresh("postgres").await;
                body(&place).await;
                place.clear().await;
            }
        }
    )*};
}

/// When every test's clock starts: a Tuesday, 10:40 in London, in winter time.
pub const START: &str = "2026-11-03T10:40:00Z";

impl Place {
    /// The use cases over this database, with the clock given and ids from a fixed seed.
    #[must_use]
    pub fn services(&self, clock: &MockClock) -> Services {
        self.services_of(clock, NoDiaries, true)
    }

    /// The same where nothing is there to send text messages by.
    #[must_use]
    pub fn services_without_texts(&self, clock: &MockClock) -> Services {
        self.services_of(clock, NoDiaries, false)
    }

    /// The same, with these as the systems in which others keep their appointments.
    #[must_use]
    pub fn services_with(&self, clock: &MockClock, diaries: impl DiarySystem) -> Services {
        self.services_of(clock, diaries, true)
    }

    /// The same, with these as the systems in which practices decide about orders of medicines.
    #[must_use]
    pub fn services_prescribing(&self, clock: &MockClock, prescribing: impl PrescribingSystem) -> Services {
        Services::new(self.core(clock, 7, NoDiaries, true).with_prescribing(prescribing))
    }

    /// The same, with these ways by which it is told where prescriptions stand; its ids are others than those of the rest.
    #[must_use]
    pub fn services_tracking(&self, clock: &MockClock, tracking: Tracking) -> Services {
        Services::new(self.core(clock, 21, NoDiaries, true).with_tracking(tracking))
    }

    /// The same, taking in text messages; its ids are others than those of the rest.
    #[must_use]
    pub fn services_texting(&self, clock: &MockClock, texting: Texting) -> Services {
        Services::new(self.core(clock, 33, NoDiaries, true).with_texting(Some(texting)))
    }

    fn services_of(&self, clock: &MockClock, diaries: impl DiarySystem, texts: bool) -> Services {
        Services::new(self.core(clock, 7, diaries, texts))
    }

    fn core(&self, clock: &MockClock, seed: u64, diaries: impl DiarySystem, texts: bool) -> Core {
        let settings = Settings {
            public_url: "http://localhost:8080".to_owned(),
            password_cost: PasswordCost::CHEAP,
            carer_rules: Rules::default(),
            texts,
        };
        Core::new(self.store.clone(), clock.clone(), SeededRandom::new(seed), diaries, settings)
    }
}
