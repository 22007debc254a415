//! What the product is measured against.

use std::time::Duration;

use super::figures::{grouped, megabytes, micros, millis};

/// A floor, below which the product is not good enough, and a goal.
#[derive(Clone, Copy)]
pub struct Bar {
    /// By what name the plans call it.
    pub id: &'static str,
    /// So many a second, and 99 of 100 answers within that time.
    floor: (u64, Option<Duration>),
    /// The same, for the goal.
    goal: (u64, Option<Duration>),
}

/// The signed-in record page, audited, per core, over 32 connections.
pub const RECORD_PAGE: Bar =
    Bar { id: "P1", floor: (3000, Some(Duration::from_millis(15))), goal: (6000, Some(Duration::from_millis(8))) };
/// The same while each fdatasync takes 4 ms.
pub const SLOW_DISK: Bar = Bar { id: "P2", floor: (1000, None), goal: (3000, None) };
/// One FHIR resource read, audited, per core.
pub const FHIR_READ: Bar = Bar { id: "P3", floor: (4000, None), goal: (8000, None) };
/// Twenty FHIR resources searched for, audited.
pub const FHIR_SEARCH: Bar = Bar { id: "P4", floor: (1500, None), goal: (3100, None) };
/// Attempts to book, while 1,000 people want 200 times at once.
pub const RUSH: Bar =
    Bar { id: "P6", floor: (500, Some(Duration::from_millis(500))), goal: (2000, Some(Duration::from_millis(500))) };
/// Resources imported.
pub const IMPORT: Bar = Bar { id: "P5", floor: (8500, None), goal: (20_000, None) };
/// Other pages while people sign in: only their time counts.
pub const BESIDE_SIGN_INS: Bar =
    Bar { id: "P7", floor: (0, Some(Duration::from_millis(50))), goal: (0, Some(Duration::from_millis(50))) };
/// The search for appointments among a million times, over 8 connections: only its time counts.
pub const SEARCH: Bar =
    Bar { id: "Search", floor: (0, Some(Duration::from_millis(20))), goal: (0, Some(Duration::from_millis(20))) };
/// A page of a practice's queue with 50,000 medicines that wait, over 8 connections: only its time counts.
pub const QUEUE: Bar =
    Bar { id: "Queue", floor: (0, Some(Duration::from_millis(25))), goal: (0, Some(Duration::from_millis(25))) };
/// The list of somebody with 400 entries about medicines, over 8 connections: only its time counts.
pub const MEDICINES: Bar =
    Bar { id: "Medicines", floor: (0, Some(Duration::from_millis(25))), goal: (0, Some(Duration::from_millis(25))) };
/// The chart of ten years of daily readings, or of 90 days of one each five minutes, over 8 connections: only its time counts.
pub const READINGS: Bar =
    Bar { id: "Charts", floor: (0, Some(Duration::from_millis(30))), goal: (0, Some(Duration::from_millis(30))) };
/// From sending a reading until its page shows it, over 8 connections: only its time counts.
pub const ENTRY: Bar =
    Bar { id: "Entry", floor: (0, Some(Duration::from_millis(50))), goal: (0, Some(Duration::from_millis(50))) };
/// A page of the timeline, of what a search finds, and of one thing over time, of somebody with 10,000 entries, over 8 connections:
/// only its time counts.
pub const RECORD: Bar =
    Bar { id: "Record", floor: (0, Some(Duration::from_millis(25))), goal: (0, Some(Duration::from_millis(25))) };
/// Events of the audit chain verified.
pub const VERIFY: Bar = Bar { id: "P12", floor: (1_000_000, None), goal: (1_000_000, None) };

/// A time that nothing may exceed.
#[derive(Clone, Copy)]
pub struct Longest(&'static str, Duration);

/// The record page while it is asked for at a fixed rate: 99 of 100.
pub const RECORD_PAGE_OFFERED: Longest = Longest("P1", Duration::from_millis(15));
/// Until somebody who signs in is let in, or told to come back.
pub const SIGN_IN: Longest = Longest("P7", Duration::from_secs(2));
/// From the start of the process until it is ready.
pub const START: Longest = Longest("P10", Duration::from_millis(300));
/// All of 10,000 resources written to a file.
pub const EXPORT: Longest = Longest("P12", Duration::from_secs(1));

impl Longest {
    /// "P12: 1,000 ms (held)".
    pub fn note(self, measured: Duration) -> String {
        format!("{}: {} ({})", self.0, millis(self.1), held(measured <= self.1))
    }
}

/// A size that nothing may exceed, in bytes.
#[derive(Clone, Copy)]
pub struct Largest(&'static str, u64);

/// Memory of a server that nobody asks.
pub const IDLE: Largest = Largest("P10", 40_000_000);
/// Memory of a server under the load of P1.
pub const AT_WORK: Largest = Largest("P10", 150_000_000);
/// The write-ahead log beside an embedded database.
pub const LOG: Largest = Largest("P13", 256_000_000);
/// The HTML of a signed-in page as it travels.
pub const PAGE: Largest = Largest("P8", 10_000);

impl Largest {
    /// "P13: 256.0 MB (held)".
    pub fn note(self, measured: u64) -> String {
        format!("{}: {} ({})", self.0, size(self.1), held(measured <= self.1))
    }
}

/// Bytes in the unit that suits them.
pub fn size(bytes: u64) -> String {
    if bytes < 1_000_000 { format!("{} bytes", grouped(bytes)) } else { megabytes(bytes) }
}

const fn held(is: bool) -> &'static str {
    if is { "held" } else { "missed" }
}

/// How many times as long something may take with many entries as with few (P11): 1.5, and 1.2 as a goal.
pub fn growth(few: Duration, many: Duration) -> String {
    let tenths = |tenths: u64| micros(many).saturating_mul(10) <= micros(few).saturating_mul(tenths);
    let verdict = match (tenths(12), tenths(15)) {
        (true, _) => "goal met",
        (false, true) => "floor held",
        (false, false) => "below floor",
    };
    format!("P11: 1.5 times; goal 1.2 times ({verdict})")
}

impl Bar {
    /// So many a second at least.
    pub const fn least(&self) -> u64 {
        self.floor.0
    }

    /// How a measure stands to it.
    pub fn verdict(&self, rate: u64, p99: Option<Duration>) -> &'static str {
        let reaches = |(least, longest): (u64, Option<Duration>)| {
            rate >= least && longest.is_none_or(|longest| p99.is_some_and(|p99| p99 <= longest))
        };
        match (reaches(self.goal), reaches(self.floor)) {
            (true, _) => "goal met",
            (false, true) => "floor held",
            (false, false) => "below floor",
        }
    }

    /// "P1: 3,000/s, p99 15.00 ms; goal 6,000/s, 8.00 ms".
    pub fn words(&self) -> String {
        let part = |(least, longest): (u64, Option<Duration>)| {
            let rate = (least > 0).then(|| format!("{}/s", grouped(least)));
            let time = longest.map(|longest| format!("p99 {}", millis(longest)));
            rate.into_iter().chain(time).collect::<Vec<_>>().join(", ")
        };
        let (floor, goal) = (part(self.floor), part(self.goal));
        if floor == goal { format!("{}: {floor}", self.id) } else { format!("{}: {floor}; goal {goal}", self.id) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_asks_for_the_rate_and_for_the_time() {
        let ms = |ms| Some(Duration::from_millis(ms));
        assert_eq!(RECORD_PAGE.verdict(6000, ms(8)), "goal met");
        assert_eq!(RECORD_PAGE.verdict(9000, ms(9)), "floor held");
        assert_eq!(RECORD_PAGE.verdict(9000, ms(16)), "below floor");
        assert_eq!(RECORD_PAGE.verdict(2999, ms(1)), "below floor");
        assert_eq!(RECORD_PAGE.verdict(9000, None), "below floor");
        assert_eq!(IMPORT.verdict(8500, None), "floor held");
        assert_eq!(BESIDE_SIGN_INS.verdict(3, ms(50)), "goal met");
    }

    #[test]
    fn what_may_not_be_exceeded_is_held_at_its_very_end() {
        let ms = Duration::from_millis;
        assert_eq!([START.note(ms(300)), START.note(ms(301))], ["P10: 300 ms (held)", "P10: 300 ms (missed)"]);
        assert_eq!([LOG.note(256_000_000), LOG.note(256_000_001)], ["P13: 256.0 MB (held)", "P13: 256.0 MB (missed)"]);
        assert_eq!(PAGE.note(9_999), "P8: 10,000 bytes (held)");
    }

    #[test]
    fn growth_is_how_many_times_as_long() {
        let of = |many| growth(Duration::from_millis(10), Duration::from_millis(many));
        assert!(of(5).ends_with("(goal met)") && of(12).ends_with("(goal met)"));
        assert!(of(13).ends_with("(floor held)") && of(15).ends_with("(floor held)") && of(16).ends_with("(below floor)"));
    }

    #[test]
    fn a_bar_is_said_in_a_few_words() {
        assert_eq!(RECORD_PAGE.words(), "P1: 3,000/s, p99 15.00 ms; goal 6,000/s, p99 8.00 ms");
        assert_eq!(BESIDE_SIGN_INS.words(), "P7: p99 50.00 ms");
        assert_eq!(VERIFY.words(), "P12: 1,000,000/s");
        assert_eq!(SEARCH.words(), "Search: p99 20.00 ms");
        assert_eq!([QUEUE.words(), MEDICINES.words()], ["Queue: p99 25.00 ms", "Medicines: p99 25.00 ms"]);
    }
}
