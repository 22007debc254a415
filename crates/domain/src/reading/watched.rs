//! When somebody of a care team looks at what its rules tell it of.

use crate::appointment::{Nation, Weekdays, bank_holidays_between};
use crate::when::{london_day, minute_in_words, minute_of_day, weekday_in_words};
use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};

/// On which days, and between which minutes of the day as the clock in London shows them. Never on bank holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// On which days of the week.
    pub days: Weekdays,
    /// From this minute.
    pub from: u16,
    /// Until this one.
    pub until: u16,
}

impl Default for Hours {
    /// The core hours of general practice in England: Monday to Friday, 8am to 6:30pm (GMS contract).
    fn default() -> Self {
        let days = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        Self { days: days.into_iter().fold(Weekdays::default(), Weekdays::with), from: 8 * 60, until: 18 * 60 + 30 }
    }
}

impl Hours {
    /// Whether somebody looks at this instant.
    #[must_use]
    pub fn are_now(&self, now: DateTime<Utc>) -> bool {
        let (day, minute) = (london_day(now), minute_of_day(now));
        let open = self.days.has(day.weekday()) && (self.from..self.until).contains(&minute);
        open && bank_holidays_between(Nation::EnglandAndWales, day, day).is_empty()
    }

    /// "Monday to Friday, 8am to 6:30pm".
    #[must_use]
    pub fn in_words(&self) -> String {
        let all: Vec<Weekday> = Weekdays::WEEK.into_iter().filter(|day| self.days.has(*day)).collect();
        let mut runs: Vec<(Weekday, Weekday)> = Vec::new();
        for day in all {
            match runs.last_mut() {
                Some((_, last)) if last.succ() == day => *last = day,
                _ => runs.push((day, day)),
            }
        }
        let days: Vec<String> = runs
            .into_iter()
            .flat_map(|(first, last)| match first {
                _ if first == last => vec![weekday_in_words(first).to_owned()],
                // Two days in a row are said one by one.
                _ if first.succ() == last => vec![weekday_in_words(first).to_owned(), weekday_in_words(last).to_owned()],
                _ => vec![format!("{} to {}", weekday_in_words(first), weekday_in_words(last))],
            })
            .collect();
        format!("{}, {} to {}", days.join(", "), minute_in_words(self.from), minute_in_words(self.until))
    }
}

/// The working day in England after the day of an instant, as the clock in London shows it: Monday to Friday and no bank holiday. Of a
/// practice that has not said when it is open nobody can say that somebody looks before it. `None` where no calendar goes on.
#[must_use]
pub fn next_working_day(at: DateTime<Utc>) -> Option<NaiveDate> {
    let week = Hours::default().days;
    let works =
        |day: &NaiveDate| week.has(day.weekday()) && bank_holidays_between(Nation::EnglandAndWales, *day, *day).is_empty();
    london_day(at).iter_days().skip(1).take(14).find(works)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn somebody_looks_in_these_hours_and_not_on_bank_holidays() {
        let hours = Hours::default();
        let table = [
            ("2026-11-03T10:40:00Z", true),
            ("2026-11-03T07:59:00Z", false),
            ("2026-11-03T08:00:00Z", true),
            ("2026-11-03T18:29:00Z", true),
            ("2026-11-03T18:30:00Z", false),
            // A Saturday, and Christmas Day on a Friday.
            ("2026-11-07T10:00:00Z", false),
            ("2026-12-25T10:00:00Z", false),
            // 8am by the clock of summer.
            ("2026-07-01T07:00:00Z", true),
        ];
        for (now, expected) in table {
            assert_eq!(hours.are_now(at(now)), expected, "{now}");
        }
    }

    #[test]
    fn the_next_working_day_passes_over_weekends_and_bank_holidays_by_the_clock_in_london() {
        let table = [
            ("2026-11-03T10:40:00Z", "2026-11-04"),
            // A Friday, a Saturday and a Sunday.
            ("2026-11-06T18:00:00Z", "2026-11-09"),
            ("2026-11-07T03:00:00Z", "2026-11-09"),
            ("2026-11-08T23:59:00Z", "2026-11-09"),
            // Christmas Eve: Christmas Day is a Friday, and Boxing Day is kept on the Monday.
            ("2026-12-24T20:00:00Z", "2026-12-29"),
            ("2026-12-31T20:00:00Z", "2027-01-04"),
            // Before Good Friday and Easter Monday.
            ("2027-03-25T09:00:00Z", "2027-03-30"),
            // In summer it is past midnight in London an hour before, and so on a Friday.
            ("2026-07-02T22:59:00Z", "2026-07-03"),
            ("2026-07-02T23:30:00Z", "2026-07-06"),
            // The nights on which the clock changes: both are of a Sunday.
            ("2026-03-29T00:30:00Z", "2026-03-30"),
            ("2026-03-29T23:30:00Z", "2026-03-31"),
            ("2026-10-25T00:30:00Z", "2026-10-26"),
            ("2026-10-25T23:30:00Z", "2026-10-26"),
        ];
        for (told, expected) in table {
            assert_eq!(next_working_day(at(told)).map(|day| day.to_string()).as_deref(), Some(expected), "{told}");
        }
    }

    proptest! {
        #[test]
        fn somebody_looks_at_midday_of_the_next_working_day_and_on_no_day_between(seconds in 1_700_000_000_i64..2_200_000_000) {
            let told = DateTime::from_timestamp(seconds, 0).unwrap();
            let next = next_working_day(told).unwrap();
            let noon = |day: NaiveDate| day.and_hms_opt(12, 0, 0).unwrap().and_utc();
            prop_assert!(next > london_day(told) && Hours::default().are_now(noon(next)));
            for day in london_day(told).iter_days().skip(1).take_while(|day| *day < next) {
                prop_assert!(!Hours::default().are_now(noon(day)));
            }
        }
    }

    #[test]
    fn hours_are_said_as_people_say_them() {
        let hours = |days: &str, from, until| Hours { days: Weekdays::from_code(days).unwrap(), from, until }.in_words();
        assert_eq!(Hours::default().in_words(), "Monday to Friday, 8am to 6:30pm");
        assert_eq!(hours("mon wed", 9 * 60, 720), "Monday, Wednesday, 9am to midday");
        assert_eq!(hours("sat sun", 0, 1440), "Saturday, Sunday, midnight to midnight");
    }
}
