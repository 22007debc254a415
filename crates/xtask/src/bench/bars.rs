//! What the product is measured against.

use std::time::Duration;

use super::figures::{grouped, millis};

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

impl Bar {
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
    fn a_bar_is_said_in_a_few_words() {
        assert_eq!(RECORD_PAGE.words(), "P1: 3,000/s, p99 15.00 ms; goal 6,000/s, p99 8.00 ms");
        assert_eq!(BESIDE_SIGN_INS.words(), "P7: p99 50.00 ms");
        assert_eq!(VERIFY.words(), "P12: 1,000,000/s");
        assert_eq!(SEARCH.words(), "Search: p99 20.00 ms");
        assert_eq!([QUEUE.words(), MEDICINES.words()], ["Queue: p99 25.00 ms", "Medicines: p99 25.00 ms"]);
    }
}
