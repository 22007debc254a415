//! The weekly pattern of a clinic, and the times that it makes of a day in Europe/London.

use super::overlap;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};

/// The shortest slot, in minutes.
const SHORTEST: u16 = 5;
/// The longest slot, in minutes.
const LONGEST: u16 = 240;
/// The last minute of a day, past which nothing goes on.
const DAY: u16 = 24 * 60;
/// For how many days two clinics are laid side by side: whichever weeks they are on, it repeats after 132 weeks (11 times 12),
/// and some weeks more may not count.
const TOGETHER: usize = 150 * 7;

/// A minute of the day as a clock shows it: "08:30".
#[must_use]
pub fn clock_of(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Reads a time of day such as "8:30", "08.30", "24:00", "9am", "1:30 pm" or "midday" as a minute of the day; `None` when it
/// is none.
#[must_use]
pub fn read_clock(text: &str) -> Option<u16> {
    let text = text.trim().to_ascii_lowercase();
    if matches!(text.as_str(), "midday" | "noon") {
        return Some(DAY / 2);
    }
    let half = |half: &str| text.strip_suffix(half).map(str::trim_end);
    let (clock, later) = match (half("am"), half("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(DAY / 2)),
        (None, None) => (text.as_str(), None),
    };
    let (hour, minute) = clock.split_once([':', '.']).or_else(|| later.map(|_| (clock, "00")))?;
    let number = |part: &str, length: std::ops::RangeInclusive<usize>| {
        (length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u16>().ok())
            .flatten()
    };
    let (hour, minute) = (number(hour, 1..=2)?, number(minute, 2..=2)?);
    let minutes = match later {
        None => hour.checked_mul(60)?.checked_add(minute)?,
        // The hours of a half of the day begin with 12.
        Some(later) => (1..=12).contains(&hour).then(|| hour % 12 * 60 + minute + later)?,
    };
    (minute < 60 && minutes <= DAY).then_some(minutes)
}

/// Days of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weekdays(u8);

impl Weekdays {
    /// The days in the order of the week.
    pub const WEEK: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

    fn bit(day: Weekday) -> u8 {
        match day {
            Weekday::Mon => 1,
            Weekday::Tue => 2,
            Weekday::Wed => 4,
            Weekday::Thu => 8,
            Weekday::Fri => 16,
            Weekday::Sat => 32,
            Weekday::Sun => 64,
        }
    }

    /// The same with this day.
    #[must_use]
    pub fn with(self, day: Weekday) -> Self {
        Self(self.0 | Self::bit(day))
    }

    /// Whether this day is among them.
    #[must_use]
    pub fn has(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    /// Whether none is.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// As it is stored: "mon tue".
    #[must_use]
    pub fn code(self) -> String {
        let words: Vec<&str> = Self::WEEK.iter().filter(|day| self.has(**day)).map(|day| word(*day)).collect();
        words.join(" ")
    }

    /// Reads words such as "mon tue"; `None` when one of them is no day.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        code.split_whitespace()
            .try_fold(Self::default(), |days, part| Self::WEEK.iter().find(|day| word(**day) == part).map(|day| days.with(*day)))
    }
}

const fn word(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

/// A clinic as it recurs: on these days, from and to these minutes of the day as the clock in London shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// On which days of the week.
    pub days: Weekdays,
    /// Its first minute of the day.
    pub starts: u16,
    /// The minute at which it ends.
    pub ends: u16,
    /// How long each appointment is, in minutes.
    pub minutes: u16,
    /// Every how many weeks, counted from the week of its first day.
    pub every_weeks: u16,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day, if it has one.
    pub until: Option<NaiveDate>,
}

/// Why a template cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No day of the week.
    #[error("no day is chosen")]
    Days,
    /// It ends before, or as, it begins, or runs past midnight.
    #[error("it does not end after it begins")]
    Times,
    /// The length of an appointment is out of bounds, or longer than the clinic.
    #[error("the length does not fit")]
    Length,
    /// Not every 1 to 12 weeks.
    #[error("the weeks do not fit")]
    Weeks,
    /// Its last day is before its first.
    #[error("the last day is before the first")]
    Until,
}

/// From when to when one appointment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Its beginning.
    pub from: DateTime<Utc>,
    /// Its end.
    pub to: DateTime<Utc>,
}

impl Template {
    /// Whether it can be used.
    ///
    /// # Errors
    /// [`TemplateError`], every one that applies.
    pub fn check(&self) -> Result<(), Vec<TemplateError>> {
        let fits = self.starts < self.ends && self.ends <= DAY;
        let wrong = [
            (self.days.is_empty(), TemplateError::Days),
            (!fits, TemplateError::Times),
            (
                !(SHORTEST..=LONGEST).contains(&self.minutes) || fits && self.minutes > self.ends - self.starts,
                TemplateError::Length,
            ),
            (!(1..=12).contains(&self.every_weeks), TemplateError::Weeks),
            (self.until.is_some_and(|until| until < self.from), TemplateError::Until),
        ];
        let wrong: Vec<TemplateError> = wrong.into_iter().filter(|(is, _)| *is).map(|(_, error)| error).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Whether there is a clinic on this day.
    #[must_use]
    pub fn is_on(&self, day: NaiveDate) -> bool {
        day >= self.from
            && self.until.is_none_or(|until| day <= until)
            && self.days.has(day.weekday())
            && Self::in_step(self.from, day, self.every_weeks)
    }

    /// The first day from this one on of a week that counts.
    #[must_use]
    pub fn week_from(&self, day: NaiveDate) -> NaiveDate {
        let counts = |day: &NaiveDate| Self::in_step(self.from, *day, self.every_weeks);
        day.iter_days().take(7 * usize::from(self.every_weeks.max(1))).find(counts).unwrap_or(day)
    }

    /// Whether a day is in a week that counts, of those that are counted from the week of this first day.
    fn in_step(first: NaiveDate, day: NaiveDate, every_weeks: u16) -> bool {
        let monday = |day: NaiveDate| day.week(Weekday::Mon).checked_first_day();
        let weeks = monday(day).zip(monday(first)).map(|(this, first)| (this - first).num_weeks());
        weeks.is_some_and(|weeks| weeks % i64::from(every_weeks.max(1)) == 0)
    }

    /// From which to which minute of the day it has appointments.
    fn hours(&self) -> std::ops::Range<u16> {
        let whole = self.ends.min(DAY).saturating_sub(self.starts).checked_div(self.minutes).unwrap_or_default();
        self.starts..self.starts.saturating_add(whole.saturating_mul(self.minutes))
    }

    /// The first day from this one on, of those that count, on which this clinic and another go on at the same time.
    #[must_use]
    pub fn meets(&self, other: &Self, from: NaiveDate, counts: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
        let (mine, theirs) = (self.hours(), other.hours());
        if mine.is_empty() || theirs.is_empty() || mine.start >= theirs.end || theirs.start >= mine.end {
            return None;
        }
        let last = [self.until, other.until].into_iter().flatten().min().unwrap_or(NaiveDate::MAX);
        from.max(self.from)
            .max(other.from)
            .iter_days()
            .take(TOGETHER)
            .take_while(|day| *day <= last)
            .find(|day| self.is_on(*day) && other.is_on(*day) && counts(*day))
    }

    /// The minutes of the day at which its appointments begin.
    #[cfg(feature = "server")]
    fn minutes_of_day(&self) -> impl Iterator<Item = u16> + use<> {
        let (length, ends) = (self.minutes.max(1), self.ends.min(DAY));
        let mut next = Some(self.starts);
        std::iter::from_fn(move || {
            let start = next?;
            let end = start.checked_add(length).filter(|end| *end <= ends)?;
            next = Some(end);
            Some(start)
        })
    }
}

#[cfg(feature = "server")]
mod london {
    use super::{DAY, Span, Template};
    use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
    use chrono_tz::Europe::London;

    impl Template {
        /// The appointments of this day, where there is a clinic on it, in order.
        ///
        /// Each begins when the clock in London shows its time and takes its length. A time that the clock never shows (the
        /// hour that is left out in March) makes none; of a time that it shows twice (October) the first is meant.
        #[must_use]
        pub fn spans(&self, day: NaiveDate) -> Vec<Span> {
            if !self.is_on(day) {
                return Vec::new();
            }
            let length = TimeDelta::minutes(i64::from(self.minutes));
            let mut spans: Vec<Span> = Vec::new();
            for from in self.minutes_of_day().filter_map(|minute| shown_at(day, minute)) {
                // Where the clock goes back, an appointment may not run into the next, which begins by the clock.
                if spans.last().is_none_or(|before| before.to <= from) {
                    spans.push(Span { from, to: from + length });
                }
            }
            spans
        }
    }

    impl Template {
        /// From when to when it goes on on this day, by the clock in London; `None` where there is no clinic on it.
        #[must_use]
        pub fn open(&self, day: NaiveDate) -> Option<Span> {
            self.is_on(day).then(|| Span { from: instant_at(day, self.starts), to: instant_at(day, self.ends.min(DAY)) })
        }
    }

    /// The instant at which the clock in London first shows this minute of this day; `None` where it never does.
    #[must_use]
    pub fn shown_at(day: NaiveDate, minute: u16) -> Option<DateTime<Utc>> {
        let (day, minute) = if minute >= DAY { (day.checked_add_days(Days::new(1))?, minute - DAY) } else { (day, minute) };
        let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute) * 60, 0)?;
        match London.from_local_datetime(&day.and_time(time)) {
            LocalResult::Single(local) | LocalResult::Ambiguous(local, _) => Some(local.to_utc()),
            LocalResult::None => None,
        }
    }

    /// The same, where a time that is left out means the next that is shown.
    #[must_use]
    pub(in crate::appointment) fn instant_at(day: NaiveDate, minute: u16) -> DateTime<Utc> {
        let later = |step: u16| shown_at(day, minute.saturating_add(step * 30));
        shown_at(day, minute)
            .or_else(|| (1..=4).find_map(later))
            .unwrap_or_else(|| day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(i64::from(minute)))
    }
}
#[cfg(feature = "server")]
pub(super) use london::instant_at;
#[cfg(feature = "server")]
pub use london::shown_at;

impl Span {
    /// How long it is.
    #[must_use]
    pub fn length(self) -> TimeDelta {
        self.to - self.from
    }

    /// Whether it neither begins before the other nor ends after it.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        other.from <= self.from && self.to <= other.to
    }
}

/// Of these times those that overlap none of those that stay.
#[must_use]
pub fn beside(times: &[Span], stay: &[Span]) -> Vec<Span> {
    let free = |time: &&Span| !stay.iter().any(|one| overlap((time.from, time.to), (one.from, one.to)));
    times.iter().filter(free).copied().collect()
}

#[cfg(test)]
#[cfg(feature = "server")]
mod tests {
    use super::*;
    use crate::when::london_day;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn morning() -> Template {
        let days = Weekdays::from_code("mon tue wed thu fri sat sun").unwrap();
        Template { days, starts: 8 * 60, ends: 9 * 60, minutes: 15, every_weeks: 1, from: day("2026-01-01"), until: None }
    }

    fn starts(template: &Template, on: &str) -> Vec<String> {
        template.spans(day(on)).iter().map(|span| span.from.format("%H:%M").to_string()).collect()
    }

    #[test]
    fn a_morning_clinic_is_at_eight_by_the_clock_in_summer_and_winter() {
        assert_eq!(starts(&morning(), "2026-12-01"), ["08:00", "08:15", "08:30", "08:45"]);
        assert_eq!(starts(&morning(), "2026-07-01"), ["07:00", "07:15", "07:30", "07:45"]);
    }

    #[test]
    fn the_hour_that_is_left_out_makes_no_appointments_and_the_one_that_is_twice_makes_them_once() {
        let night = Template { starts: 0, ends: 3 * 60, minutes: 30, ..morning() };
        // 29 March 2026: from 1am to 2am there is no time on the clock.
        assert_eq!(starts(&night, "2026-03-29"), ["00:00", "00:30", "01:00", "01:30"]);
        // 25 October 2026: the clock shows 1am to 2am twice.
        assert_eq!(starts(&night, "2026-10-25"), ["23:00", "23:30", "00:00", "00:30", "02:00", "02:30"]);
    }

    #[test]
    fn every_second_week_and_only_between_its_days() {
        let odd = Template { every_weeks: 2, from: day("2026-11-04"), until: Some(day("2026-11-30")), ..morning() };
        let on: Vec<String> = (1..=30)
            .filter_map(|date| NaiveDate::from_ymd_opt(2026, 11, date))
            .filter(|date| odd.is_on(*date))
            .map(|date| date.format("%d").to_string())
            .collect();
        assert_eq!(on, ["04", "05", "06", "07", "08", "16", "17", "18", "19", "20", "21", "22", "30"]);
    }

    #[test]
    fn two_clinics_meet_on_the_first_day_that_counts() {
        let every = |_: NaiveDate| true;
        let weekly = |days: &str, starts: u16, ends: u16| Template {
            days: Weekdays::from_code(days).unwrap(),
            starts: starts * 60,
            ends: ends * 60,
            ..morning()
        };
        let from = day("2026-11-03");
        assert_eq!(weekly("mon", 9, 12).meets(&weekly("mon tue", 11, 13), from, every), Some(day("2026-11-09")));
        assert_eq!(
            weekly("mon", 9, 12).meets(&weekly("mon", 11, 13), from, |on| on > day("2026-11-09")),
            Some(day("2026-11-16"))
        );
        for apart in [weekly("tue", 9, 12), weekly("mon", 12, 13), weekly("mon", 8, 9)] {
            assert_eq!(weekly("mon", 9, 12).meets(&apart, from, every), None);
        }
        // The rest of an hour in which no appointment fits is nobody's.
        let odd = Template { minutes: 50, ..weekly("mon", 9, 10) };
        assert_eq!(odd.meets(&Template { starts: 9 * 60 + 50, ..weekly("mon", 9, 11) }, from, every), None);
        let turns = |first: &str, weeks| Template { every_weeks: weeks, from: day(first), ..weekly("mon", 9, 12) };
        assert_eq!(turns("2026-11-02", 2).meets(&turns("2026-11-09", 2), from, every), None);
        assert_eq!(turns("2026-11-02", 11).meets(&turns("2026-11-09", 12), from, every), Some(day("2029-02-26")));
        let ended = Template { until: Some(day("2026-11-15")), ..weekly("mon", 9, 12) };
        assert_eq!(ended.meets(&weekly("mon", 9, 12), day("2026-11-10"), every), None);
    }

    #[test]
    fn what_does_not_fit_is_said_all_at_once() {
        let wrong = Template {
            days: Weekdays::default(),
            starts: 600,
            ends: 600,
            minutes: 4,
            every_weeks: 0,
            until: Some(day("2025-01-01")),
            ..morning()
        };
        use TemplateError::{Days, Length, Times, Until, Weeks};
        assert_eq!(wrong.check(), Err(vec![Days, Times, Length, Weeks, Until]));
        assert_eq!(morning().check(), Ok(()));
        assert_eq!(Template { minutes: 61, ..morning() }.check(), Err(vec![Length]));
        assert!(Template { minutes: 61, ..morning() }.spans(day("2026-12-01")).is_empty());
    }

    #[test]
    fn a_clock_is_read_as_people_write_it() {
        for (text, minute) in [("8:30", 510), ("08.30", 510), (" 00:00 ", 0), ("24:00", 1440)] {
            assert_eq!(read_clock(text), Some(minute), "{text}");
        }
        for text in ["", "8", "8:3", "8:60", "24:01", "25:00", "-1:00", "20:30pm", "\u{661}:30"] {
            assert_eq!(read_clock(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_can_be_typed_as_pages_write_it() {
        for (text, minute) in [
            ("9am", 9 * 60),
            ("9 AM", 9 * 60),
            ("9:30am", 9 * 60 + 30),
            ("1.05 pm", 13 * 60 + 5),
            ("12pm", 12 * 60),
            ("12:10am", 10),
            ("midday", 12 * 60),
            (" Midday ", 12 * 60),
            ("11:59pm", 24 * 60 - 1),
        ] {
            assert_eq!(read_clock(text), Some(minute), "{text}");
        }
        for text in ["am", "13pm", "0am", "9", "9:60am", "9:5am", "9amm", "9:30:00am", "midnight", "24am"] {
            assert_eq!(read_clock(text), None, "{text}");
        }
    }

    #[test]
    fn a_clinic_of_every_second_week_stays_in_step_from_any_day_on() {
        let second = Template { every_weeks: 2, from: day("2026-11-04"), ..morning() };
        let from = |text| second.week_from(day(text)).to_string();
        // Its weeks begin on 2 and 16 November; before them, on 19 October.
        let asked = ["2026-11-05", "2026-11-09", "2026-11-15", "2026-11-16", "2026-11-22", "2026-10-20", "2026-10-26"];
        assert_eq!(
            asked.map(from),
            ["2026-11-05", "2026-11-16", "2026-11-16", "2026-11-16", "2026-11-22", "2026-10-20", "2026-11-02"]
        );
        assert_eq!(morning().week_from(day("2026-11-09")), day("2026-11-09"));
    }

    #[test]
    fn it_goes_on_by_the_clock_and_what_stays_keeps_its_place() {
        let open = |on: &str| morning().open(day(on)).map(|span| (span.from.to_rfc3339(), span.to.to_rfc3339()));
        let at = |from: &str, to: &str| Some((format!("2026-{from}:00:00+00:00"), format!("2026-{to}:00:00+00:00")));
        assert_eq!(open("2026-12-01"), at("12-01T08", "12-01T09"));
        assert_eq!(open("2026-07-01"), at("07-01T07", "07-01T08"));
        assert_eq!(open("2025-12-31"), None);
        let late = Template { starts: 23 * 60, ends: DAY, ..morning() };
        assert_eq!(late.open(day("2026-12-01")).unwrap().to.to_rfc3339(), "2026-12-02T00:00:00+00:00");

        let times = morning().spans(day("2026-12-01"));
        let odd = Span { from: times[1].from + TimeDelta::minutes(5), to: times[1].to + TimeDelta::minutes(5) };
        assert_eq!(beside(&times, &[odd]), [times[0], times[3]]);
        assert_eq!(beside(&times, &[times[1]]), [times[0], times[2], times[3]]);
        let whole = morning().open(day("2026-12-01")).unwrap();
        assert!(odd.is_within(whole) && whole.is_within(whole) && !whole.is_within(odd));
        assert!(!Span { to: whole.to + TimeDelta::minutes(1), ..times[3] }.is_within(whole));
    }

    proptest! {
        /// Over every day of several years, both clock changes of each among them.
        #[test]
        fn the_appointments_of_a_day_never_overlap_are_as_long_as_they_say_and_lie_on_their_day(
            date in 0_u64..2200, starts in 0_u16..1440, length in 1_u16..1440, minutes in 5_u16..240,
        ) {
            let on = day("2024-01-01") + chrono::Days::new(date);
            let template =
                Template { starts, ends: (starts + length).min(1440), minutes, from: day("2024-01-01"), ..morning() };
            let spans = template.spans(on);
            for span in &spans {
                prop_assert_eq!(span.length(), TimeDelta::minutes(i64::from(minutes)));
                prop_assert_eq!(london_day(span.from), on);
            }
            for two in spans.windows(2) {
                prop_assert!(two[0].to <= two[1].from);
            }
        }

        /// Looked at day by day, what they have to do with each other is the same.
        #[test]
        fn clinics_meet_exactly_where_their_appointments_overlap(
            starts in prop::array::uniform2(0_u16..1440), lengths in prop::array::uniform2(1_u16..600),
            weeks in prop::array::uniform2(1_u16..5), days in prop::array::uniform2(1_u8..128), first in 0_u64..60,
        ) {
            let [one, other] = [0, 1].map(|at| Template {
                days: Weekdays(days[at]), starts: starts[at], ends: (starts[at] + lengths[at]).min(1440), minutes: 15,
                every_weeks: weeks[at], from: day("2026-03-30") + chrono::Days::new(first * u64::from(weeks[at])), until: None,
            });
            let from = day("2026-04-15");
            // No clock changes on these days.
            let overlaps = |on: NaiveDate| one.spans(on).iter().any(|a| other.spans(on).iter().any(|b| a.from < b.to && b.from < a.to));
            let summer = |on: NaiveDate| on < day("2026-10-24");
            let expected = from.iter_days().take_while(|on| summer(*on)).find(|on| overlaps(*on));
            prop_assert_eq!(one.meets(&other, from, summer), expected);
            prop_assert_eq!(other.meets(&one, from, summer), expected);
        }

        #[test]
        fn no_text_makes_a_clock_panic(text in "\\PC{0,8}") {
            if let Some(minute) = read_clock(&text) {
                prop_assert_eq!(read_clock(&clock_of(minute)), Some(minute));
            }
        }

        #[test]
        fn days_read_back(bits in 0_u8..128) {
            let days = Weekdays::WEEK.iter().filter(|day| bits & Weekdays::bit(**day) != 0)
                .fold(Weekdays::default(), |days, day| days.with(*day));
            prop_assert_eq!(Weekdays::from_code(&days.code()), Some(days));
        }
    }
}
