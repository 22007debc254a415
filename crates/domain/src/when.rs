//! Dates and times as records give them: to the year, the month, the day or the instant.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A FHIR `date`, `dateTime` or `instant`, as precise as it was given (FHIR R4, "Date/Time" datatypes).
///
/// Its text form, and its form in JSON, is the FHIR one; what people see comes from the functions of this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum When {
    /// A year alone.
    Year(i32),
    /// A month of a year.
    Month(i32, u32),
    /// A day, in the place where it happened.
    Day(NaiveDate),
    /// An instant, with the offset that was recorded.
    Instant(DateTime<FixedOffset>),
}

/// The first second of the year 1: nothing is recorded before it, and both engines can keep it.
pub const FIRST_INSTANT: DateTime<Utc> = match DateTime::from_timestamp(-62_135_596_800, 0) {
    Some(at) => at,
    None => DateTime::<Utc>::MIN_UTC,
};
/// The last second of the year 9999: nothing is recorded after it, and both engines can keep it.
pub const LAST_INSTANT: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(at) => at,
    None => DateTime::<Utc>::MAX_UTC,
};
/// The day of [`LAST_INSTANT`].
pub const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// A text that is not a FHIR date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date such as 2026, 2026-11, 2026-11-03 or 2026-11-03T10:40:00Z")]
pub struct WhenError;

impl When {
    /// Reads a FHIR date or time.
    ///
    /// # Errors
    /// [`WhenError`] when it is none.
    pub fn parse(text: &str) -> Result<Self, WhenError> {
        let text = text.trim();
        let number = |part: &str| part.parse::<u32>().map_err(|_| WhenError);
        let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if text.contains('T') {
            return DateTime::parse_from_rfc3339(text).map(Self::Instant).map_err(|_| WhenError);
        }
        let parts: Vec<&str> = text.split('-').collect();
        match parts.as_slice() {
            [year] if digits(year, 4) => Ok(Self::Year(year.parse().map_err(|_| WhenError)?)),
            [year, month] if digits(year, 4) && digits(month, 2) => {
                let (year, month) = (year.parse().map_err(|_| WhenError)?, number(month)?);
                NaiveDate::from_ymd_opt(year, month, 1).map(|_| Self::Month(year, month)).ok_or(WhenError)
            }
            [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => {
                NaiveDate::from_ymd_opt(year.parse().map_err(|_| WhenError)?, number(month)?, number(day)?)
                    .map(Self::Day)
                    .ok_or(WhenError)
            }
            _ => Err(WhenError),
        }
    }

    /// The instant by which entries are put in order: the beginning of what was given, taken as UTC where no offset was.
    #[must_use]
    pub fn sort_key(&self) -> DateTime<Utc> {
        let start = |date: Option<NaiveDate>| date.unwrap_or(NaiveDate::MIN).and_time(NaiveTime::MIN).and_utc();
        match self {
            Self::Year(year) => start(NaiveDate::from_ymd_opt(*year, 1, 1)),
            Self::Month(year, month) => start(NaiveDate::from_ymd_opt(*year, *month, 1)),
            Self::Day(date) => start(Some(*date)),
            Self::Instant(instant) => instant.with_timezone(&Utc),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(date) => write!(f, "{}", date.format("%Y-%m-%d")),
            Self::Instant(instant) => f.write_str(&instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
        }
    }
}

impl TryFrom<String> for When {
    type Error = WhenError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<When> for String {
    fn from(when: When) -> Self {
        when.to_string()
    }
}

/// The first minute of the day at which nobody is written to who did not choose that: 10pm.
pub(crate) const NIGHT: u16 = 22 * 60;
/// The first at which they are again: 7am.
pub(crate) const MORNING: u16 = 7 * 60;

/// Whether nobody is written to at this minute of the day who did not choose that (from 10pm to 7am).
#[must_use]
pub const fn is_night(minute: u16) -> bool {
    minute >= NIGHT || minute < MORNING
}

/// What is wrong with a date that was typed in three fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypedDayError {
    /// Of day, month and year, these are missing.
    #[error("a part of the date is missing")]
    Missing([bool; 3]),
    /// The year has fewer than 4 digits.
    #[error("the year has fewer than 4 digits")]
    ShortYear,
    /// There is no such day.
    #[error("there is no such day")]
    NotReal,
}

impl TypedDayError {
    /// What to say of it: `whose` begins the sentence, `like` is a date of the kind that is meant.
    #[must_use]
    pub fn in_words(self, whose: &str, like: &str) -> String {
        match self {
            Self::Missing(parts) => {
                let parts = parts.into_iter().zip(["a day", "a month", "a year"]);
                let missing: Vec<&str> = parts.filter(|(missing, _)| *missing).map(|(_, name)| name).collect();
                format!("{whose} must include {}", missing.join(" and "))
            }
            Self::ShortYear | Self::NotReal => format!("{whose} must be a real date, like {like}"),
        }
    }
}

/// Reads a date that was typed in three fields: day, month and year, which has 4 digits. `None` when all are empty.
///
/// # Errors
/// [`TypedDayError`] when it is none.
pub fn typed_day(parts: [&str; 3]) -> Result<Option<NaiveDate>, TypedDayError> {
    let parts = parts.map(str::trim);
    let missing = parts.map(str::is_empty);
    if missing == [true; 3] {
        return Ok(None);
    }
    if missing != [false; 3] {
        return Err(TypedDayError::Missing(missing));
    }
    let [Some(day), Some(month), Some(year)] = parts.map(|part| part.parse::<u32>().ok().filter(|_| part.len() <= 4)) else {
        return Err(TypedDayError::NotReal);
    };
    if year < 1000 {
        return Err(TypedDayError::ShortYear);
    }
    let day = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    day.map(Some).ok_or(TypedDayError::NotReal)
}

/// "Monday".
#[must_use]
pub const fn weekday_in_words(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// "3 November 2026".
#[must_use]
pub fn day_in_words(date: NaiveDate) -> String {
    format!("{} {}", date.day(), date.format("%B %Y"))
}

#[cfg(feature = "server")]
mod london {
    use super::{When, day_in_words};
    use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
    use chrono_tz::Europe::London;

    /// "10:40am", "midday", "midnight" (NHS service manual: numbers, dates and times).
    #[must_use]
    pub fn clock_in_words(hour: u32, minute: u32) -> String {
        let (of_day, half) = match hour {
            0 => (12, "am"),
            1..=11 => (hour, "am"),
            12 => (12, "pm"),
            _ => (hour - 12, "pm"),
        };
        match (hour, minute) {
            (0, 0) => "midnight".to_owned(),
            (12, 0) => "midday".to_owned(),
            (_, 0) => format!("{of_day}{half}"),
            _ => format!("{of_day}:{minute:02}{half}"),
        }
    }

    /// The same of a minute of the day; the end of the day is midnight.
    #[must_use]
    pub fn minute_in_words(minute: u16) -> String {
        clock_in_words(u32::from(minute / 60 % 24), u32::from(minute % 60))
    }

    /// "Tuesday 3 November 2026, 10:40am", in the time of Europe/London.
    #[must_use]
    pub fn instant_in_words(instant: DateTime<Utc>) -> String {
        let local = instant.with_timezone(&London);
        format!("{} {}, {}", local.format("%A"), day_in_words(local.date_naive()), clock_in_words(local.hour(), local.minute()))
    }

    /// The day on which an instant falls in Europe/London.
    #[must_use]
    pub fn london_day(instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&London).date_naive()
    }

    /// The instant at which a day begins in Europe/London.
    #[must_use]
    pub fn london_midnight(day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        // The clocks change at one in the morning, so every midnight is one instant.
        midnight.and_local_timezone(London).earliest().map_or_else(|| midnight.and_utc(), |local| local.to_utc())
    }

    /// The minute of the day that the clock in Europe/London shows at an instant.
    #[must_use]
    pub fn minute_of_day(instant: DateTime<Utc>) -> u16 {
        let local = instant.with_timezone(&London);
        u16::try_from(local.hour() * 60 + local.minute()).unwrap_or_default()
    }

    /// "10:40am", in the time of Europe/London.
    #[must_use]
    pub fn clock_at(instant: DateTime<Utc>) -> String {
        let local = instant.with_timezone(&London);
        clock_in_words(local.hour(), local.minute())
    }

    /// When the hour begins in which an instant falls. The clock in Europe/London differs by whole hours from that of the world, so
    /// both begin their hours together.
    #[must_use]
    pub fn hour_of(instant: DateTime<Utc>) -> DateTime<Utc> {
        let seconds = instant.timestamp();
        DateTime::from_timestamp(seconds - seconds.rem_euclid(60 * 60), 0).unwrap_or(instant)
    }

    /// Behind the time of an instant that the clock in Europe/London shows twice, in the night when it goes back: which of the two it
    /// is. Empty behind every other.
    #[must_use]
    pub fn which_of_two(instant: DateTime<Utc>) -> &'static str {
        let shown = |at: DateTime<Utc>| at.with_timezone(&London).naive_local();
        let again =
            |hours: i64| instant.checked_add_signed(TimeDelta::hours(hours)).is_some_and(|other| shown(other) == shown(instant));
        if again(1) {
            ", before the clocks go back"
        } else if again(-1) {
            ", after the clocks go back"
        } else {
            ""
        }
    }

    /// How old somebody born on `birth` is on `day`, in whole years.
    #[must_use]
    pub fn age_on(birth: NaiveDate, day: NaiveDate) -> Option<u32> {
        day.years_since(birth)
    }

    impl When {
        /// As people say it, as precise as it was given: "2019", "March 2019", "3 March 2019", "3 March 2019, 10:40am".
        /// Times are those of Europe/London.
        #[must_use]
        pub fn in_words(&self) -> String {
            match self {
                Self::Year(year) => year.to_string(),
                Self::Month(year, month) => NaiveDate::from_ymd_opt(*year, *month, 1)
                    .map_or_else(|| self.to_string(), |first| first.format("%B %Y").to_string()),
                Self::Day(date) => day_in_words(*date),
                Self::Instant(instant) => {
                    let local = instant.with_timezone(&London);
                    format!("{}, {}", day_in_words(local.date_naive()), clock_in_words(local.hour(), local.minute()))
                }
            }
        }

        /// The same without a time of day.
        #[must_use]
        pub fn day_only(&self) -> String {
            match self {
                Self::Instant(instant) => day_in_words(instant.with_timezone(&London).date_naive()),
                Self::Year(_) | Self::Month(..) | Self::Day(_) => self.in_words(),
            }
        }

        /// Whether it lies ahead of this moment; a day counts until it is over.
        #[must_use]
        pub fn is_to_come(&self, now: DateTime<Utc>) -> bool {
            match self {
                Self::Day(day) => *day >= london_day(now),
                Self::Instant(_) | Self::Month(..) | Self::Year(_) => self.sort_key() > now,
            }
        }

        /// The instant at which it begins in Europe/London.
        #[must_use]
        pub fn begins(&self) -> DateTime<Utc> {
            match self {
                Self::Instant(instant) => instant.to_utc(),
                Self::Day(day) => london_midnight(*day),
                Self::Month(..) | Self::Year(_) => london_midnight(self.sort_key().date_naive()),
            }
        }

        /// The instant at which it is over in Europe/London, as late as what was given allows: of a day the midnight after it.
        #[must_use]
        pub fn ends(&self) -> DateTime<Utc> {
            let next = |first: NaiveDate, months| first.checked_add_months(Months::new(months)).unwrap_or(first);
            let first = self.sort_key().date_naive();
            match self {
                Self::Instant(instant) => instant.to_utc(),
                Self::Day(day) => london_midnight(day.succ_opt().unwrap_or(*day)),
                Self::Month(..) => london_midnight(next(first, 1)),
                Self::Year(_) => london_midnight(next(first, 12)),
            }
        }

        /// The year in which it falls, in Europe/London.
        #[must_use]
        pub fn year(&self) -> i32 {
            match self {
                Self::Year(year) | Self::Month(year, _) => *year,
                Self::Day(date) => date.year(),
                Self::Instant(instant) => instant.with_timezone(&London).year(),
            }
        }
    }
}
#[cfg(feature = "server")]
pub use london::{
    age_on, clock_at, clock_in_words, hour_of, instant_in_words, london_day, london_midnight, minute_in_words, minute_of_day,
    which_of_two,
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_day_of_four_digits_reads_back_as_it_is_typed(days in 0_u64..3_000_000) {
            let day = NaiveDate::from_ymd_opt(1000, 1, 1).unwrap() + chrono::Days::new(days);
            let (date, month, year) = (day.day().to_string(), day.month().to_string(), day.year().to_string());
            prop_assert_eq!(typed_day([&date, &month, &year]), Ok(Some(day)));
        }
    }

    #[test]
    fn each_precision_reads_back_as_it_was_written() {
        for text in ["2019", "2019-03", "2019-03-31", "2019-03-31T01:30:00Z", "2019-03-31T01:30:00.125-05:00"] {
            assert_eq!(When::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "19", "2019-13", "2019-02-30", "2019-3-1", "yesterday", "2019-03-31T25:00:00Z", "2019-03-31T01:30:00"] {
            assert_eq!(When::parse(text), Err(WhenError), "{text}");
        }
    }

    #[test]
    fn the_first_and_the_last_instant_are_those_of_the_years_1_and_9999() {
        assert_eq!(FIRST_INSTANT.to_rfc3339(), "0001-01-01T00:00:00+00:00");
        assert_eq!(LAST_INSTANT.to_rfc3339(), "9999-12-31T23:59:59+00:00");
        assert_eq!(LAST_INSTANT.date_naive(), LAST_DAY);
    }

    #[test]
    fn a_typed_date_is_whole_and_real_and_its_year_has_four_digits() {
        assert_eq!(typed_day(["", " ", ""]), Ok(None));
        assert_eq!(typed_day([" 27", "03", "1948 "]), Ok(NaiveDate::from_ymd_opt(1948, 3, 27)));
        let said = |parts| typed_day(parts).unwrap_err().in_words("The day", "27 3 2027");
        assert_eq!(said(["", "3", ""]), "The day must include a day and a year");
        for parts in [["30", "2", "2027"], ["x", "1", "2027"], ["-1", "1", "2027"], ["1", "1", "20270"], ["1", "1", "27"]] {
            assert_eq!(said(parts), "The day must be a real date, like 27 3 2027");
        }
        assert_eq!(typed_day(["1", "1", "27"]), Err(TypedDayError::ShortYear));
    }

    #[cfg(feature = "server")]
    #[test]
    fn times_are_said_in_the_time_of_london_on_both_sides_of_a_clock_change() {
        let said = |text: &str| When::parse(text).unwrap().in_words();
        assert_eq!(said("2026-03-29T00:59:00Z"), "29 March 2026, 12:59am");
        assert_eq!(said("2026-03-29T01:00:00Z"), "29 March 2026, 2am");
        assert_eq!(said("2026-10-25T00:30:00Z"), "25 October 2026, 1:30am");
        assert_eq!(said("2026-10-25T01:30:00Z"), "25 October 2026, 1:30am");
        assert_eq!(said("2026-07-01T11:00:00Z"), "1 July 2026, midday");
        assert_eq!(said("2026-06-30T23:00:00Z"), "1 July 2026, midnight");
        assert_eq!(said("2026-11-03"), "3 November 2026");
        assert_eq!(said("2026-11"), "November 2026");
        let instant = DateTime::parse_from_rfc3339("2026-11-03T10:40:00Z").unwrap().to_utc();
        assert_eq!(instant_in_words(instant), "Tuesday 3 November 2026, 10:40am");
    }

    #[cfg(feature = "server")]
    #[test]
    fn the_hours_of_a_day_are_told_apart_where_the_clock_changes() {
        let hours = |day: &str| {
            let day: NaiveDate = day.parse().unwrap();
            let (from, until) = (london_midnight(day), london_midnight(day.succ_opt().unwrap()));
            let mut hours = Vec::new();
            let mut at = from;
            while at < until {
                assert_eq!(hour_of(at + chrono::TimeDelta::seconds(3599)), at);
                hours.push(format!("{}{}", clock_at(at), which_of_two(at)));
                at += chrono::TimeDelta::hours(1);
            }
            hours
        };
        let (forward, usual, back) = (hours("2026-03-29"), hours("2026-07-01"), hours("2026-10-25"));
        assert_eq!((forward.len(), usual.len(), back.len()), (23, 24, 25));
        assert_eq!(forward[..3], ["midnight", "2am", "3am"]);
        assert_eq!(usual[..3], ["midnight", "1am", "2am"]);
        assert_eq!(back[..4], ["midnight", "1am, before the clocks go back", "1am, after the clocks go back", "2am"]);
        assert!([forward, usual, back].iter().all(|hours| hours.last().is_some_and(|hour| hour == "11pm")));
    }

    #[cfg(feature = "server")]
    #[test]
    fn what_is_known_to_the_day_or_less_begins_and_ends_in_london() {
        let span = |text: &str| {
            let when = When::parse(text).unwrap();
            [when.begins(), when.ends()].map(|at| at.to_rfc3339())
        };
        assert_eq!(span("2026-11-03T10:40:00+01:00"), ["2026-11-03T09:40:00+00:00"; 2]);
        assert_eq!(span("2026-11-03"), ["2026-11-03T00:00:00+00:00", "2026-11-04T00:00:00+00:00"]);
        assert_eq!(span("2026-03-29"), ["2026-03-29T00:00:00+00:00", "2026-03-29T23:00:00+00:00"]);
        assert_eq!(span("2026-07"), ["2026-06-30T23:00:00+00:00", "2026-07-31T23:00:00+00:00"]);
        assert_eq!(span("2026"), ["2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"]);
    }

    #[cfg(feature = "server")]
    #[test]
    fn a_day_without_a_time_is_to_come_until_it_is_over() {
        let now = DateTime::parse_from_rfc3339("2026-11-20T12:00:00Z").unwrap().to_utc();
        let to_come = |text: &str| When::parse(text).unwrap().is_to_come(now);
        assert!(to_come("2026-11-20") && to_come("2026-11-20T12:30:00Z") && to_come("2027"));
        assert!(!to_come("2026-11-19") && !to_come("2026-11-20T11:30:00Z") && !to_come("2026"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}") {
            if let Ok(when) = When::parse(&text) {
                prop_assert_eq!(When::parse(&when.to_string()), Ok(when));
                let _ = when.sort_key();
                #[cfg(feature = "server")]
                prop_assert!(when.begins() <= when.ends());
            }
        }
    }
}
