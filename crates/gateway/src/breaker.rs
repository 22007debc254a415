//! A circuit breaker around others' systems: one that does not answer is left alone for a while, so that nobody
//! waits for it in vain and it can come back.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::NhsNumber;
use service::{
    Clock, DiarySystem, OrderFault, OutsideAppointment, OutsideBooking, OutsideCancelling, OutsideDiary, OutsideFault,
    OutsideOrder, OutsideOrdering, OutsidePractice, OutsideSlot, PrescribingSystem, PrescriptionTracker, Tracked, TrackerFault,
};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use uuid::Uuid;

/// After so many faults one after another nobody asks any more.
const FAULTS: u32 = 5;
/// How long, the first time; twice as long each time that it still does not answer.
const SHORTEST: TimeDelta = TimeDelta::seconds(30);
/// How long at most.
const LONGEST: TimeDelta = TimeDelta::minutes(5);
/// How long at most where it says itself for how long.
const LONGEST_WANTED: TimeDelta = TimeDelta::hours(24);

/// What is asked, as it is counted: never which organisation's.
const DIARY: &str = "appointments";
const PRESCRIBING: &str = "prescribing";
const PRESCRIPTIONS: &str = "prescriptions";

/// Counts what came of asking an outside system.
fn count(system: &'static str, outcome: &'static str) {
    metrics::counter!("selfheal_outside_answers_total", "system" => system, "outcome" => outcome).increment(1);
}

/// How one system stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Circuit {
    /// It is asked; so many faults came since it last answered.
    Closed(u32),
    /// It is left alone until then, for so long.
    Open(DateTime<Utc>, TimeDelta),
    /// One asks whether it is back; if nobody tells by then what came of it, another may. It was left alone for so long.
    Trying(DateTime<Utc>, TimeDelta),
}

impl Circuit {
    /// Whether somebody may ask now, and how it stands then.
    fn ask(self, now: DateTime<Utc>) -> (bool, Self) {
        match self {
            Self::Closed(_) => (true, self),
            Self::Open(until, wait) | Self::Trying(until, wait) if until <= now => (true, Self::Trying(now + wait, wait)),
            Self::Open(..) | Self::Trying(..) => (false, self),
        }
    }

    /// How it stands once somebody was asked to wait: it is left alone for so long.
    fn waits(self, wanted: TimeDelta, now: DateTime<Utc>) -> Self {
        let until = now + wanted.clamp(TimeDelta::zero(), LONGEST_WANTED);
        match self {
            Self::Open(before, wait) => Self::Open(before.max(until), wait),
            Self::Closed(_) | Self::Trying(..) => Self::Open(until, SHORTEST),
        }
    }

    /// How it stands once somebody was answered, or not.
    fn told(self, answered: bool, now: DateTime<Utc>) -> Self {
        match (self, answered) {
            (_, true) => Self::Closed(0),
            (Self::Closed(faults), false) if faults + 1 < FAULTS => Self::Closed(faults + 1),
            (Self::Closed(_), false) => Self::Open(now + SHORTEST, SHORTEST),
            (Self::Trying(_, wait), false) => {
                let wait = (wait * 2).min(LONGEST);
                Self::Open(now + wait, wait)
            }
            // Somebody who had asked before it was left alone.
            (Self::Open(..), false) => self,
        }
    }
}

/// Why a system did not do what it was asked.
trait Fault {
    /// That it was not asked: it is left alone.
    fn left_alone() -> Self;

    /// Whether it answered all the same: a refusal is an answer.
    fn is_answer(&self) -> bool;

    /// For how long it asked to be left alone, where it did.
    fn wants_to_wait(&self) -> Option<TimeDelta> {
        None
    }
}

impl<R> Fault for OutsideFault<R> {
    fn left_alone() -> Self {
        Self::NotDone("it has not answered for a while and is left alone".to_owned())
    }

    fn is_answer(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl Fault for TrackerFault {
    fn left_alone() -> Self {
        Self::LeftAlone
    }

    fn is_answer(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    fn wants_to_wait(&self) -> Option<TimeDelta> {
        match self {
            Self::Busy(wanted) => *wanted,
            _ => None,
        }
    }
}

/// Others' systems, each left alone for a while after it has not answered five times. One address may stand for the
/// systems of many organisations: each has a circuit of its own.
pub struct Breaker<S, C> {
    system: S,
    clock: C,
    circuits: Mutex<BTreeMap<(String, String), Circuit>>,
}

impl<S: Sync, C: Clock> Breaker<S, C> {
    /// A breaker around these.
    pub const fn new(system: S, clock: C) -> Self {
        Self { system, clock, circuits: Mutex::new(BTreeMap::new()) }
    }

    /// Asks the system of this organisation at this address, unless it is left alone.
    async fn through<T, F: Fault>(
        &self,
        system: &'static str,
        at: (&str, &str),
        asked: impl Future<Output = Result<T, F>> + Send,
    ) -> Result<T, F> {
        if !self.change(at, |circuit| circuit.ask(self.clock.now())) {
            count(system, "left_alone");
            return Err(F::left_alone());
        }
        let began = Instant::now();
        let answer = asked.await;
        metrics::histogram!("selfheal_outside_seconds", "system" => system).record(began.elapsed());
        let fault = answer.as_ref().err();
        let (answered, wanted) = (fault.is_none_or(F::is_answer), fault.and_then(F::wants_to_wait));
        count(
            system,
            if fault.is_none() {
                "answered"
            } else if answered {
                "refused"
            } else {
                "failed"
            },
        );
        self.change(at, |circuit| {
            let now = self.clock.now();
            let then = wanted.map_or_else(|| circuit.told(answered, now), |wanted| circuit.waits(wanted, now));
            if matches!(then, Circuit::Open(..)) && circuit != then {
                tracing::warn!(organisation = at.1, "an outside system does not answer and is left alone for a while");
            }
            ((), then)
        });
        answer
    }

    fn change<T>(&self, at: (&str, &str), change: impl FnOnce(Circuit) -> (T, Circuit)) -> T {
        let mut circuits = self.circuits.lock().unwrap_or_else(PoisonError::into_inner);
        let circuit = circuits.entry((at.0.to_owned(), at.1.to_owned())).or_insert(Circuit::Closed(0));
        let (told, then) = change(*circuit);
        *circuit = then;
        told
    }
}

#[async_trait]
impl<S: DiarySystem, C: Clock> DiarySystem for Breaker<S, C> {
    async fn free(&self, at: &OutsideDiary, span: (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<OutsideSlot>, OutsideFault> {
        self.through(DIARY, (&at.base_url, &at.organisation), self.system.free(at, span)).await
    }

    async fn book(&self, at: &OutsideDiary, booking: &OutsideBooking) -> Result<OutsideAppointment, OutsideFault> {
        self.through(DIARY, (&at.base_url, &at.organisation), self.system.book(at, booking)).await
    }

    async fn of_patient(
        &self,
        at: &OutsideDiary,
        nhs_number: &str,
        span: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<OutsideAppointment>, OutsideFault> {
        self.through(DIARY, (&at.base_url, &at.organisation), self.system.of_patient(at, nhs_number, span)).await
    }

    async fn cancel(&self, at: &OutsideDiary, cancelling: &OutsideCancelling) -> Result<(), OutsideFault> {
        self.through(DIARY, (&at.base_url, &at.organisation), self.system.cancel(at, cancelling)).await
    }
}

#[async_trait]
impl<S: PrescribingSystem, C: Clock> PrescribingSystem for Breaker<S, C> {
    async fn order(&self, at: &OutsidePractice, ordering: &OutsideOrdering) -> Result<OutsideOrder, OrderFault> {
        self.through(PRESCRIBING, (&at.base_url, &at.organisation), self.system.order(at, ordering)).await
    }

    async fn of_patient(
        &self,
        at: &OutsidePractice,
        nhs_number: &str,
        since: NaiveDate,
    ) -> Result<Vec<OutsideOrder>, OrderFault> {
        self.through(PRESCRIBING, (&at.base_url, &at.organisation), self.system.of_patient(at, nhs_number, since)).await
    }

    async fn cancel(&self, at: &OutsidePractice, request: Uuid, nhs_number: &str, id: &str) -> Result<(), OrderFault> {
        self.through(PRESCRIBING, (&at.base_url, &at.organisation), self.system.cancel(at, request, nhs_number, id)).await
    }
}

#[async_trait]
impl<S: PrescriptionTracker, C: Clock> PrescriptionTracker for Breaker<S, C> {
    fn is_on(&self) -> bool {
        self.system.is_on()
    }

    async fn of_person(&self, number: &NhsNumber) -> Result<Tracked, TrackerFault> {
        self.through(PRESCRIPTIONS, ("", "prescriptions"), self.system.of_person(number)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn five_faults_open_it_and_one_answer_closes_it() {
        let mut circuit = Circuit::Closed(0);
        for _ in 0..4 {
            circuit = circuit.told(false, at(0));
            assert!(circuit.ask(at(0)).0);
        }
        // One answer in between, and it counts from the beginning.
        assert_eq!(circuit.told(true, at(0)), Circuit::Closed(0));
        circuit = circuit.told(false, at(0));
        assert!(!circuit.ask(at(29)).0);
        let (may, trying) = circuit.ask(at(30));
        assert!(may);
        // One asks; the others still do not.
        assert!(!trying.ask(at(31)).0);
        assert_eq!(trying.told(true, at(32)), Circuit::Closed(0));
        assert_eq!(trying.told(false, at(32)), Circuit::Open(at(92), TimeDelta::seconds(60)));
        // Whoever asked and was never heard of again does not keep it shut for ever.
        assert!(trying.ask(at(60)).0);
    }

    /// Answers for one organisation alone.
    struct Half;

    fn half<T>(at: &OutsideDiary, told: T) -> Result<T, OutsideFault> {
        if at.organisation == "A00001" { Ok(told) } else { Err(OutsideFault::NotDone("it is down".to_owned())) }
    }

    #[async_trait]
    impl DiarySystem for Half {
        async fn free(&self, at: &OutsideDiary, _: (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<OutsideSlot>, OutsideFault> {
            half(at, Vec::new())
        }

        async fn book(&self, at: &OutsideDiary, _: &OutsideBooking) -> Result<OutsideAppointment, OutsideFault> {
            half(at, OutsideAppointment { id: String::new(), slots: Vec::new(), cancelled: false })
        }

        async fn of_patient(
            &self,
            at: &OutsideDiary,
            _: &str,
            _: (DateTime<Utc>, DateTime<Utc>),
        ) -> Result<Vec<OutsideAppointment>, OutsideFault> {
            half(at, Vec::new())
        }

        async fn cancel(&self, at: &OutsideDiary, _: &OutsideCancelling) -> Result<(), OutsideFault> {
            half(at, ())
        }
    }

    #[tokio::test]
    async fn one_organisation_that_does_not_answer_keeps_no_other_at_the_same_address_from_being_asked() {
        let breaker = Breaker::new(Half, testkit::MockClock::default());
        let diary = |code: &str| OutsideDiary { base_url: "https://gp.example.org".to_owned(), organisation: code.to_owned() };
        for _ in 0..FAULTS {
            assert!(breaker.free(&diary("A00002"), (at(0), at(60))).await.is_err());
        }
        let left = breaker.free(&diary("A00002"), (at(0), at(60))).await.unwrap_err().to_string();
        assert!(left.contains("left alone"), "{left}");
        assert_eq!(breaker.free(&diary("A00001"), (at(0), at(60))).await, Ok(Vec::new()));
    }

    proptest! {
        #[test]
        fn it_is_never_left_alone_for_longer_than_five_minutes(told in proptest::collection::vec(any::<bool>(), 0..60)) {
            let (mut circuit, mut now) = (Circuit::Closed(0), at(0));
            for answered in told {
                let (may, then) = circuit.ask(now);
                circuit = if may { then.told(answered, now) } else { then };
                now += TimeDelta::minutes(1);
                prop_assert!(circuit.ask(now + LONGEST).0);
            }
        }
    }
}
