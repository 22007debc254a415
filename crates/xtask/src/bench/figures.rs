//! Counts and times, and how they are written.

use std::time::Duration;

/// How long each of many answers took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times(Vec<u64>);

impl Times {
    /// From microseconds in any order.
    pub fn of(mut micros: Vec<u64>) -> Self {
        micros.sort_unstable();
        Self(micros)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }

    /// The time that so many of a hundred did not exceed (nearest rank); zero when there is none.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent.min(100)).div_ceil(100);
        Duration::from_micros(self.0.get(rank.saturating_sub(1)).copied().unwrap_or_default())
    }
}

/// A duration in whole microseconds.
pub fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// How many a second, rounded down.
pub fn per_second(count: u64, time: Duration) -> u64 {
    u64::try_from(u128::from(count) * 1_000_000_000 / time.as_nanos().max(1)).unwrap_or(u64::MAX)
}

/// "12,345".
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "4.07 ms"; to the whole millisecond from a hundred on.
pub fn millis(time: Duration) -> String {
    let micros = micros(time);
    if micros >= 100_000 {
        format!("{} ms", grouped(micros.saturating_add(500) / 1000))
    } else {
        let hundredths = micros.saturating_add(5) / 10;
        format!("{}.{:02} ms", hundredths / 100, hundredths % 100)
    }
}

/// How many times as long one time is as another: "1.3"; what took no time counts as a millionth of a second.
pub fn tenths(one: Duration, other: Duration) -> String {
    let other = micros(other).max(1);
    let tenths = micros(one).saturating_mul(10).saturating_add(other / 2) / other;
    format!("{}.{}", grouped(tenths / 10), tenths % 10)
}

/// A million bytes as "1.0 MB".
pub fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_add(50_000) / 100_000;
    format!("{}.{} MB", grouped(tenths / 10), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_smallest_time_that_so_many_did_not_exceed() {
        let times = Times::of((1..=200).rev().collect());
        assert_eq!(times.count(), 200);
        assert_eq!(times.percentile(50), Duration::from_micros(100));
        assert_eq!(times.percentile(99), Duration::from_micros(198));
        assert_eq!(times.percentile(100), Duration::from_micros(200));
        assert_eq!(times.percentile(0), Duration::from_micros(1));
    }

    #[test]
    fn of_few_times_the_ninety_ninth_percentile_is_the_longest() {
        assert_eq!(Times::of(vec![7, 3, 5]).percentile(99), Duration::from_micros(7));
        assert_eq!(Times::of(vec![7, 3, 5]).percentile(50), Duration::from_micros(5));
        assert_eq!(Times::of(vec![9]).percentile(50), Duration::from_micros(9));
        assert_eq!(Times::default().percentile(50), Duration::ZERO);
    }

    #[test]
    fn rates_are_by_the_second_and_nothing_in_no_time_is_no_fault() {
        assert_eq!(per_second(500, Duration::from_millis(250)), 2000);
        assert_eq!(per_second(1, Duration::from_secs(3)), 0);
        assert_eq!(per_second(0, Duration::ZERO), 0);
    }

    #[test]
    fn numbers_are_written_for_reading() {
        assert_eq!(["0", "999", "1,000", "12,345,678"], [0, 999, 1000, 12_345_678].map(grouped).each_ref().map(String::as_str));
        assert_eq!(millis(Duration::from_micros(4)), "0.00 ms");
        assert_eq!(millis(Duration::from_micros(4075)), "4.08 ms");
        assert_eq!(millis(Duration::from_micros(99_999)), "100.00 ms");
        assert_eq!(millis(Duration::from_micros(1_234_567)), "1,235 ms");
        let times = |one, other| tenths(Duration::from_micros(one), Duration::from_micros(other));
        assert_eq!([times(4000, 4000), times(5180, 4000), times(1, 0), times(0, 7)], ["1.0", "1.3", "1.0", "0.0"]);
        assert_eq!(megabytes(1_950_000), "2.0 MB");
        assert_eq!(megabytes(123_449_999), "123.4 MB");
    }
}
