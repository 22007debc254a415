//! A circuit breaker around the service that tells where prescriptions stand: while it does not answer, nobody waits for it in
//! vain, and it can come back.

use crate::breaker::Circuit;
use async_trait::async_trait;
use domain::NhsNumber;
use service::{Clock, PrescriptionTracker, Tracked, TrackerFault};
use std::sync::{Mutex, PoisonError};

/// The service, left alone for a while after it has not answered five times, and for as long as it says that it is busy.
pub struct TrackerBreaker<S, C> {
    system: S,
    clock: C,
    circuit: Mutex<Circuit>,
}

impl<S: PrescriptionTracker, C: Clock> TrackerBreaker<S, C> {
    /// A breaker around this.
    pub const fn new(system: S, clock: C) -> Self {
        Self { system, clock, circuit: Mutex::new(Circuit::Closed(0)) }
    }

    fn change<T>(&self, change: impl FnOnce(Circuit) -> (T, Circuit)) -> T {
        let mut circuit = self.circuit.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, then) = change(*circuit);
        *circuit = then;
        told
    }
}

#[async_trait]
impl<S: PrescriptionTracker, C: Clock> PrescriptionTracker for TrackerBreaker<S, C> {
    fn is_on(&self) -> bool {
        self.system.is_on()
    }

    async fn of_person(&self, number: &NhsNumber) -> Result<Tracked, TrackerFault> {
        if !self.change(|circuit| circuit.ask(self.clock.now())) {
            return Err(TrackerFault::LeftAlone);
        }
        let answer = self.system.of_person(number).await;
        // A refusal is an answer.
        let answered = matches!(answer, Ok(_) | Err(TrackerFault::Refused(_)));
        self.change(|circuit| {
            let now = self.clock.now();
            let then = match &answer {
                Err(TrackerFault::Busy(Some(wanted))) => circuit.waits(*wanted, now),
                _ => circuit.told(answered, now),
            };
            if matches!(then, Circuit::Open(..)) && circuit != then {
                tracing::warn!("the service that tells where prescriptions stand does not answer and is left alone for a while");
            }
            ((), then)
        });
        answer
    }
}
