//! What a chart is drawn from: spans of time, axes with round numbers, and no more points than can be seen.

use crate::record::coded;
use chrono::{Datelike, Days, Months, NaiveDate};

coded! {
    /// How far back a chart goes.
    Span {
        /// A day.
        Day = "day",
        /// A week.
        Week = "week",
        /// Four weeks.
        Month = "month",
        /// A year.
        Year = "year",
        /// Ten years.
        All = "all",
    }
}

/// What a point of a chart stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grain {
    /// One reading.
    #[default]
    Reading,
    /// A day.
    Day,
    /// A week from its Monday.
    Week,
    /// A month.
    Month,
}

impl Span {
    /// What people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Day => "1 day",
            Self::Week => "7 days",
            Self::Month => "4 weeks",
            Self::Year => "1 year",
            Self::All => "10 years",
        }
    }

    /// How many days, with today.
    #[must_use]
    pub const fn days(self) -> u64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 28,
            Self::Year => 365,
            Self::All => 3653,
        }
    }

    /// Its first day, where this is the last.
    #[must_use]
    pub fn first(self, last: NaiveDate) -> NaiveDate {
        last.checked_sub_days(Days::new(self.days() - 1)).unwrap_or(last)
    }

    /// The next that shows less time.
    #[must_use]
    pub fn closer(self) -> Option<Self> {
        Self::ALL.get(self.place().checked_sub(1)?).copied()
    }

    /// The next that shows more.
    #[must_use]
    pub fn wider(self) -> Option<Self> {
        Self::ALL.get(self.place() + 1).copied()
    }

    /// The last day of the same length of time before the one that ends on this day.
    #[must_use]
    pub fn earlier(self, last: NaiveDate) -> NaiveDate {
        last.checked_sub_days(Days::new(self.days())).unwrap_or(last)
    }

    /// The last day of the same length of time after it, today at the latest; `None` where it ends today.
    #[must_use]
    pub fn later(self, last: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
        let later = last.checked_add_days(Days::new(self.days())).unwrap_or(today).min(today);
        (last < today).then_some(later)
    }

    /// What a row of its table is: a day, of a year a week, of ten years a month. More points could not be told from each other on a
    /// phone. Where a day is read by itself, its table has its hours.
    #[must_use]
    pub const fn grain(self) -> Grain {
        match self {
            Self::Day | Self::Week | Self::Month => Grain::Day,
            Self::Year => Grain::Week,
            Self::All => Grain::Month,
        }
    }

    /// The same as the head of its column.
    #[must_use]
    pub const fn row(self) -> &'static str {
        match self {
            Self::Day => "Hour from",
            Self::Week | Self::Month => "Day",
            Self::Year => "Week from",
            Self::All => "Month",
        }
    }

    /// The first day of the row in which a day stands; weeks begin on Monday.
    #[must_use]
    pub fn row_of(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day | Self::Week | Self::Month => day,
            Self::Year => day - Days::new(day.weekday().num_days_from_monday().into()),
            Self::All => day.with_day(1).unwrap_or(day),
        }
    }

    /// The first day after the row that begins on this.
    #[must_use]
    pub fn row_after(self, from: NaiveDate) -> NaiveDate {
        let after = match self {
            Self::Day | Self::Week | Self::Month => from.checked_add_days(Days::new(1)),
            Self::Year => from.checked_add_days(Days::new(7)),
            Self::All => from.checked_add_months(Months::new(1)),
        };
        after.unwrap_or(from)
    }
}

/// What a chart shows at a moment: one value, or all between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When: any unit that grows.
    pub at: i64,
    /// The lowest value.
    pub low: i64,
    /// The highest.
    pub high: i64,
}

/// No more than about `most` points, in the order of time, such that whatever stood out before stands out still: of each of
/// equal parts of the time, the lowest and the highest are kept (min–max decimation), and the first and the last of all.
#[must_use]
pub fn thin(points: &[Point], most: usize) -> Vec<Point> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    if points.len() <= most.max(4) {
        return points.to_vec();
    }
    let parts = i128::try_from((most / 2).max(1)).unwrap_or(1);
    let width = i128::from(last.at - first.at).max(1);
    let part_of = |point: &Point| (i128::from(point.at - first.at) * parts / (width + 1)).max(0);
    let mut kept: Vec<usize> = vec![0];
    let mut from = 0;
    while let Some(start) = points.get(from) {
        let part = part_of(start);
        let until = from + points.get(from..).map_or(0, |rest| rest.partition_point(|point| part_of(point) <= part)).max(1);
        let those = from..until;
        let lowest = those.clone().min_by_key(|i| points.get(*i).map(|point| point.low));
        let highest = those.max_by_key(|i| points.get(*i).map(|point| point.high));
        kept.extend(lowest.into_iter().chain(highest));
        from = until;
    }
    kept.push(points.len() - 1);
    kept.sort_unstable();
    kept.dedup();
    kept.into_iter().filter_map(|i| points.get(i).copied()).collect()
}

/// The moments before which a line is broken, because days are missing there: more than half as long again as is usual between two
/// days with a value, and a whole day at least. Whoever measures each day sees each day that is missing; whoever measures each week
/// sees each week. In the order of time, each moment with its day.
#[must_use]
pub fn gaps(moments: &[(NaiveDate, i64)]) -> Vec<i64> {
    let steps = || moments.windows(2).filter_map(|two| Some(((two.last()?.0 - two.first()?.0).num_days(), two.last()?.1)));
    let mut usual: Vec<i64> = steps().map(|(days, _)| days).filter(|days| *days > 0).collect();
    usual.sort_unstable();
    let usual = usual.get(usual.len().saturating_sub(1) / 2).copied().unwrap_or(1);
    steps().filter(|(days, _)| *days > 1 && days * 2 > usual * 3).map(|(_, at)| at).collect()
}

/// An axis from one round number to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Where it begins.
    pub low: i64,
    /// Where it ends.
    pub high: i64,
    /// How far its marks are from each other.
    pub step: i64,
}

impl Axis {
    /// The axis on which these two fit, with at most six marks, whole steps of 1, 2 or 5 and noughts, and none smaller than
    /// `finest`. What lies closer together than four of these has as much room, so that the smallest change is not the height of the
    /// picture; what is not below nought gets none below it.
    #[must_use]
    pub fn around(low: i64, high: i64, finest: i64) -> Self {
        let (low, high) = (low.min(high), low.max(high));
        let room = finest.max(1).saturating_mul(4);
        let (low, high) = if high - low >= room {
            (low, high)
        } else {
            let below = low - (room - (high - low)) / 2;
            let below = if low >= 0 { below.max(0) } else { below };
            (below, below + room)
        };
        let tens = std::iter::successors(Some(finest.max(1)), |ten| ten.checked_mul(10));
        let sizes = tens.flat_map(|ten| [1, 2, 5].map(|by| ten.saturating_mul(by)));
        let on = |step: i64| {
            let from = low.div_euclid(step);
            // At least one step, so that a line has somewhere to be.
            let to = (high.div_euclid(step) + i64::from(high.rem_euclid(step) != 0)).max(from + 1);
            (from, to)
        };
        let fits = |step: &i64| {
            let (from, to) = on(*step);
            to - from <= 5
        };
        let step = sizes.into_iter().find(fits).unwrap_or(i64::MAX / 8);
        let (from, to) = on(step);
        Self { low: from * step, high: to * step, step }
    }

    /// Its marks, the lowest first.
    pub fn marks(self) -> impl Iterator<Item = i64> {
        let count = (self.high - self.low) / self.step.max(1);
        (0..=count).map(move |i| self.low + i * self.step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn axes_have_round_numbers() {
        let marks = |low, high| Axis::around(low, high, 1).marks().collect::<Vec<_>>();
        assert_eq!(marks(76, 142), [60, 80, 100, 120, 140, 160]);
        assert_eq!(marks(0, 10), [0, 2, 4, 6, 8, 10]);
        assert_eq!(marks(70, 70), [68, 69, 70, 71, 72]);
        assert_eq!(marks(0, 1), [0, 1, 2, 3, 4]);
        assert_eq!(marks(0, 9800), [0, 2000, 4000, 6000, 8000, 10_000]);
    }

    #[test]
    fn a_span_ends_today() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
        assert_eq!(Span::Week.first(today), NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        assert_eq!(Span::Day.first(today), today);
        assert_eq!(Span::All.first(NaiveDate::MIN), NaiveDate::MIN);
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_chart_moves_by_what_it_shows_and_not_beyond_today() {
        let today = day("2026-11-29");
        assert_eq!(Span::Week.earlier(today), day("2026-11-22"), "its days are the seven before");
        assert_eq!(Span::Week.later(day("2026-11-15"), today), Some(day("2026-11-22")));
        assert_eq!(Span::Week.later(day("2026-11-27"), today), Some(today));
        assert_eq!(Span::Week.later(today, today), None);
        // The days on which the clock changes, before and after.
        for (before, changes, after) in [("2026-03-28", "2026-03-29", "2026-03-30"), ("2026-10-24", "2026-10-25", "2026-10-26")] {
            assert_eq!((Span::Day.earlier(day(changes)), Span::Day.earlier(day(after))), (day(before), day(changes)));
            assert_eq!(Span::Day.later(day(before), today), Some(day(changes)));
            assert_eq!(Span::Day.later(day(changes), today), Some(day(after)));
        }
        assert_eq!(Span::Day.later(today, today), None);
        assert_eq!((Span::Day.closer(), Span::Week.closer(), Span::All.closer()), (None, Some(Span::Day), Some(Span::Year)));
        assert_eq!((Span::Day.wider(), Span::Week.wider(), Span::All.wider()), (Some(Span::Week), Some(Span::Month), None));
    }

    #[test]
    fn a_row_of_a_table_begins_on_its_day_its_monday_or_the_first_of_its_month() {
        let sunday = day("2026-11-29");
        let rows = [Span::Day, Span::Week, Span::Month, Span::Year, Span::All].map(|span| span.row_of(sunday));
        assert_eq!(rows, [sunday, sunday, sunday, day("2026-11-23"), day("2026-11-01")]);
        let after = [Span::Day, Span::Week, Span::Month, Span::Year, Span::All].map(|span| span.row_after(span.row_of(sunday)));
        assert_eq!(after, [day("2026-11-30"), day("2026-11-30"), day("2026-11-30"), day("2026-11-30"), day("2026-12-01")]);
    }

    #[test]
    fn what_a_sensor_says_in_a_day_of_25_hours_is_drawn_whole() {
        let every_five_minutes = |at: i64| Point { at: at * 5 * 60, low: 5000 + at % 7, high: 5000 + at % 7 };
        let points: Vec<Point> = (0..25 * 12).map(every_five_minutes).collect();
        assert_eq!(thin(&points, 300), points);
    }

    #[test]
    fn what_is_missing_is_seen_by_what_is_usual() {
        let gaps_of = |days: &[u32]| {
            let moments: Vec<_> =
                days.iter().map(|of| (NaiveDate::from_ymd_opt(2026, 3, *of).unwrap(), i64::from(*of))).collect();
            gaps(&moments)
        };
        assert_eq!(gaps_of(&[1, 2, 3, 5, 6]), [5], "one day of each");
        assert_eq!(gaps_of(&[1, 1, 2, 2, 4, 4]), [4], "morning and evening");
        assert_eq!(gaps_of(&[1, 8, 15, 29]), [29], "one week of each");
        assert_eq!(gaps_of(&[1, 8, 16, 22]), [0; 0], "a week is now and then a day longer");
        assert_eq!(gaps_of(&[4]), [0; 0]);
        assert_eq!(gaps_of(&[]), [0; 0]);
    }

    proptest! {
        #[test]
        fn every_day_stands_in_one_row(of in 0..40_000_u64) {
            let day = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Days::new(of);
            for span in Span::ALL.iter().copied() {
                let from = span.row_of(day);
                prop_assert!(from <= day && day < span.row_after(from));
                prop_assert_eq!(span.row_of(span.row_after(from)), span.row_after(from));
            }
        }

        #[test]
        fn a_line_is_never_broken_where_no_day_is_missing(days in prop::collection::vec(0..3000_i64, 0..200)) {
            let mut days = days;
            days.sort_unstable();
            let first = NaiveDate::from_ymd_opt(2018, 1, 1).unwrap();
            let moments: Vec<_> = days.iter().map(|of| (first + chrono::TimeDelta::days(*of), *of)).collect();
            for at in gaps(&moments) {
                let before = days.iter().copied().filter(|of| *of < at).max().unwrap();
                prop_assert!(at - before > 1);
            }
        }

        #[test]
        fn every_value_lies_on_its_axis(low in -1_000_000..1_000_000_i64, high in -1_000_000..1_000_000_i64, finest in 1..1000_i64) {
            let axis = Axis::around(low, high, finest);
            let (low, high) = (low.min(high), low.max(high));
            prop_assert!(axis.low <= low && high <= axis.high && axis.low < axis.high);
            prop_assert!(axis.marks().count() <= 7 && axis.marks().count() >= 2);
            prop_assert_eq!(axis.marks().last(), Some(axis.high));
        }

        #[test]
        fn thinning_keeps_what_stands_out(
            mut values in prop::collection::vec((0..100_000_i64, -500..500_i64, 0..50_i64), 1..400),
            most in 4..80_usize,
        ) {
            values.sort_unstable();
            let points: Vec<Point> = values.iter().map(|(at, low, more)| Point { at: *at, low: *low, high: low + more }).collect();
            let kept = thin(&points, most);
            prop_assert!(kept.len() <= most.max(4) + 2);
            prop_assert_eq!(kept.first(), points.first());
            prop_assert_eq!(kept.last(), points.last());
            prop_assert_eq!(kept.iter().map(|point| point.low).min(), points.iter().map(|point| point.low).min());
            prop_assert_eq!(kept.iter().map(|point| point.high).max(), points.iter().map(|point| point.high).max());
            prop_assert!(kept.is_sorted_by_key(|point| point.at));
        }
    }
}
