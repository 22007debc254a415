//! How often a source sends, learned from the days on which it did, and when it is silent for longer than that explains. Whatever sends
//! with no rhythm is never called silent: nobody can know.

use chrono::NaiveDate;

/// The fewest days with something from a source from which a rhythm is learned.
pub const FEWEST_DAYS: usize = 5;
/// From so many of the last days, so that an older rhythm does not count for ever.
pub const MOST_DAYS: usize = 13;

/// How often a source sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Rhythm {
    /// On most days, or on most working days.
    Daily,
    /// About once a week.
    Weekly,
    /// About once a month.
    Monthly,
}

impl Rhythm {
    /// The most days without anything before something is amiss: more than a weekend with holidays on both sides of it (Easter), two
    /// weeks, two months.
    #[must_use]
    pub const fn patience(self) -> i64 {
        match self {
            Self::Daily => 5,
            Self::Weekly => 14,
            Self::Monthly => 62,
        }
    }

    /// The rhythm whose usual gap is so many days.
    const fn of_gap(days: i64) -> Option<Self> {
        match days {
            1..=3 => Some(Self::Daily),
            4..=10 => Some(Self::Weekly),
            11..=45 => Some(Self::Monthly),
            _ => None,
        }
    }
}

/// That nothing has come for longer than is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Silence {
    /// What is usual.
    pub rhythm: Rhythm,
    /// The last day on which something came.
    pub since: NaiveDate,
}

/// The last days on which something came, the newest first, each once.
fn last_days(days: &[NaiveDate]) -> Vec<NaiveDate> {
    let mut days = days.to_vec();
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days.truncate(MOST_DAYS);
    days
}

/// The rhythm of a source that sent something on these days, in any order and however often on each: that of its middle gap. `None` where
/// there are too few, or where more than a quarter of its gaps are longer than its rhythm has patience for.
#[must_use]
pub fn learned(days: &[NaiveDate]) -> Option<Rhythm> {
    let days = last_days(days);
    if days.len() < FEWEST_DAYS {
        return None;
    }
    let mut gaps: Vec<i64> =
        days.iter().zip(days.iter().skip(1)).map(|(later, earlier)| (*later - *earlier).num_days()).collect();
    gaps.sort_unstable();
    let rhythm = Rhythm::of_gap(gaps.get(gaps.len() / 2).copied()?)?;
    let broken = gaps.iter().filter(|gap| **gap > rhythm.patience()).count();
    (broken * 4 <= gaps.len()).then_some(rhythm)
}

/// Whether a source that sent something on these days is silent on this one.
#[must_use]
pub fn silence(days: &[NaiveDate], today: NaiveDate) -> Option<Silence> {
    let rhythm = learned(days)?;
    let since = days.iter().max().copied()?;
    ((today - since).num_days() > rhythm.patience()).then_some(Silence { rhythm, since })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Days, Weekday};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// So many days, this far apart, that end on the first of November 2026.
    fn every(gap: u64, count: u64) -> Vec<NaiveDate> {
        (0..count).map(|at| day("2026-11-01") - Days::new(at * gap)).collect()
    }

    #[test]
    fn a_rhythm_is_learned_from_the_days() {
        for (days, rhythm) in [
            (every(1, 5), Some(Rhythm::Daily)),
            (every(1, 4), None),
            (every(2, 9), Some(Rhythm::Daily)),
            (every(7, 5), Some(Rhythm::Weekly)),
            (every(30, 6), Some(Rhythm::Monthly)),
            (every(90, 9), None),
            (vec![day("2026-11-01"); 40], None),
        ] {
            assert_eq!(learned(&days), rhythm, "{days:?}");
        }
        // On working days alone.
        let working: Vec<_> =
            every(1, 16).into_iter().filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)).collect();
        assert_eq!(learned(&working), Some(Rhythm::Daily));
        // Now and then, as something happens, is no rhythm.
        let now_and_then = ["2026-11-01", "2026-10-31", "2026-08-02", "2026-08-01", "2026-02-01", "2026-01-31"].map(day);
        assert_eq!(learned(&now_and_then), None);
        // What was usual long ago counts no more.
        let mut slower = every(7, 13);
        slower.extend((1..200).map(|at| day("2026-08-01") - Days::new(at)));
        assert_eq!(learned(&slower), Some(Rhythm::Weekly));
    }

    #[test]
    fn a_source_is_silent_once_its_patience_ends_and_not_before() {
        for (gap, count, last_quiet, first_silent) in
            [(1, 9, "2026-11-06", "2026-11-07"), (7, 6, "2026-11-15", "2026-11-16"), (30, 6, "2027-01-02", "2027-01-03")]
        {
            let days = every(gap, count);
            assert_eq!(silence(&days, day(last_quiet)), None, "{gap}");
            assert_eq!(silence(&days, day(first_silent)).map(|silence| silence.since), Some(day("2026-11-01")), "{gap}");
        }
        assert_eq!(silence(&every(90, 9), day("2036-01-01")), None, "nobody can know");
        assert_eq!(silence(&[], day("2036-01-01")), None);
    }

    proptest! {
        #[test]
        fn news_of_today_ends_a_silence_and_order_does_not_matter(back in proptest::collection::vec(0_u64..400, 0..60), on in 0_u64..400) {
            let today = day("2026-11-01") + Days::new(on);
            let days: Vec<_> = back.iter().map(|back| day("2026-11-01") - Days::new(*back)).collect();
            let mut turned = days.clone();
            turned.reverse();
            prop_assert_eq!(silence(&days, today), silence(&turned, today));
            let mut with_news = days;
            with_news.push(today);
            prop_assert_eq!(silence(&with_news, today), None);
        }
    }
}
