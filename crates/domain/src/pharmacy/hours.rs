//! When a place is open, by the clock on its wall, week by week.

use crate::appointment::{clock_of, read_clock};
use chrono::Weekday;

/// The last minute of a day, past which nothing goes on.
const DAY: u16 = 24 * 60;
/// How many times a place may open on one day.
const MOST: usize = 4;
/// The days in the order of the week.
const WEEK: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// From which to which minute of the day a place is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// The first minute.
    pub from: u16,
    /// The minute at which it closes: 1440 is midnight.
    pub to: u16,
}

/// Why hours cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not of the form 09:00-17:30.
    #[error("hours are written like 09:00-13:00 14:00-18:00, or closed")]
    Form,
    /// It closes before, or as, it opens.
    #[error("it must close after it opens")]
    Backwards,
    /// It opens before it has closed.
    #[error("the hours overlap")]
    Overlap,
    /// More than four times on one day.
    #[error("there are more than 4 times on one day")]
    TooMany,
}

/// When a place is open in each week. Where it never is, its hours are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    days: [Vec<Opening>; 7],
}

/// Whether a place is open. Minutes are of the day; days are counted from the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenState {
    /// It is.
    Open {
        /// On which day and at which minute it closes; absent where it never does.
        until: Option<(u16, u16)>,
    },
    /// It is not.
    Closed {
        /// On which day and at which minute it opens next; absent where its hours are not known.
        opens: Option<(u16, u16)>,
    },
}

/// A day so many days later.
fn later(day: Weekday, days: u16) -> Weekday {
    (0..days % 7).fold(day, |day, _| day.succ())
}

/// Reads the hours of one day: "09:00-13:00 14:00-18:00"; "closed" or nothing where it is not open.
fn read_day(text: &str) -> Result<Vec<Opening>, HoursError> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("closed") {
        return Ok(Vec::new());
    }
    let mut openings = Vec::new();
    for part in text.split(|c: char| c.is_whitespace() || c == ',').filter(|part| !part.is_empty()) {
        let (from, to) = part.split_once(['-', '\u{2013}']).ok_or(HoursError::Form)?;
        let (from, to) = (read_clock(from).ok_or(HoursError::Form)?, read_clock(to).ok_or(HoursError::Form)?);
        if from >= to {
            return Err(HoursError::Backwards);
        }
        openings.push(Opening { from, to });
    }
    openings.sort_unstable();
    let mut joined: Vec<Opening> = Vec::new();
    for next in openings {
        match joined.last_mut() {
            Some(before) if before.to > next.from => return Err(HoursError::Overlap),
            Some(before) if before.to == next.from => before.to = next.to,
            _ => joined.push(next),
        }
    }
    if joined.len() > MOST { Err(HoursError::TooMany) } else { Ok(joined) }
}

impl Hours {
    /// Reads the hours of a week, from Monday to Sunday.
    ///
    /// # Errors
    /// The first day that cannot be used, and why.
    pub fn read(days: [&str; 7]) -> Result<Self, (Weekday, HoursError)> {
        let mut read = Self::default();
        for ((day, text), into) in WEEK.into_iter().zip(days).zip(&mut read.days) {
            *into = read_day(text).map_err(|error| (day, error))?;
        }
        Ok(read)
    }

    /// As it is stored: the days with a semicolon between.
    #[must_use]
    pub fn code(&self) -> String {
        let day = |openings: &Vec<Opening>| {
            let each: Vec<String> = openings.iter().map(|one| format!("{}-{}", clock_of(one.from), clock_of(one.to))).collect();
            each.join(" ")
        };
        self.days.iter().map(day).collect::<Vec<_>>().join(";")
    }

    /// Reads what [`Hours::code`] wrote; `None` when it is not that.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let days: Vec<&str> = code.split(';').collect();
        Self::read(days.try_into().ok()?).ok()
    }

    /// Whether it is known when it is open.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.days.iter().any(|day| !day.is_empty())
    }

    /// When it is open on this day, the earliest first.
    #[must_use]
    pub fn on(&self, day: Weekday) -> &[Opening] {
        let at = WEEK.iter().position(|one| *one == day);
        at.and_then(|at| self.days.get(at)).map_or(&[], Vec::as_slice)
    }

    /// Whether it is open at this minute of this day.
    #[must_use]
    pub fn is_open(&self, day: Weekday, minute: u16) -> bool {
        self.on(day).iter().any(|one| (one.from..one.to).contains(&minute))
    }

    /// Whether it is open at this minute of this day, and until when, or from when on.
    #[must_use]
    pub fn state(&self, day: Weekday, minute: u16) -> OpenState {
        if let Some(now) = self.on(day).iter().find(|one| (one.from..one.to).contains(&minute)) {
            let (mut ahead, mut to) = (0, now.to);
            // What goes on past midnight stands as two days.
            while to == DAY && ahead < 8 {
                let Some(next) = self.on(later(day, ahead + 1)).first().filter(|next| next.from == 0) else { break };
                (ahead, to) = (ahead + 1, next.to);
            }
            return OpenState::Open { until: (ahead < 8).then_some((ahead, to)) };
        }
        let today = self.on(day).iter().find(|one| one.from > minute).map(|one| (0, one.from));
        let next = || (1..=7).find_map(|ahead| self.on(later(day, ahead)).first().map(|one| (ahead, one.from)));
        OpenState::Closed { opens: today.or_else(next) }
    }
}

#[cfg(feature = "server")]
mod london {
    use super::{Hours, OpenState, Opening, later};
    use crate::when::{minute_in_words, minute_of_day, weekday_in_words};
    use chrono::{DateTime, Datelike, Utc, Weekday};
    use chrono_tz::Europe::London;

    impl Hours {
        /// Whether it is open at an instant, by the clock in London.
        #[must_use]
        pub fn open_at(&self, at: DateTime<Utc>) -> bool {
            self.is_open(at.with_timezone(&London).weekday(), minute_of_day(at))
        }

        /// Whether it is open at an instant, in words: "Open today until 6pm", "Closed today. Opens Monday at 9am". Without
        /// its full stop.
        #[must_use]
        pub fn in_words(&self, at: DateTime<Utc>) -> String {
            let day = at.with_timezone(&London).weekday();
            let shut = if self.on(day).is_empty() { "Closed today" } else { "Closed now" };
            let opens = |ahead: u16, minute| {
                let next = if ahead == 7 { "next " } else { "" };
                format!("{shut}. Opens {next}{} at {}", weekday_in_words(later(day, ahead)), minute_in_words(minute))
            };
            match self.state(day, minute_of_day(at)) {
                OpenState::Open { until: None } => "Open all day and all night".to_owned(),
                OpenState::Open { until: Some((0, minute)) } => format!("Open today until {}", minute_in_words(minute)),
                OpenState::Open { until: Some((ahead, minute)) } => {
                    format!("Open now until {} on {}", minute_in_words(minute), weekday_in_words(later(day, ahead)))
                }
                OpenState::Closed { opens: Some((0, minute)) } => format!("{shut}. Opens today at {}", minute_in_words(minute)),
                OpenState::Closed { opens: Some((ahead, minute)) } => opens(ahead, minute),
                OpenState::Closed { opens: None } => "Opening hours not known. Ring first".to_owned(),
            }
        }

        /// When it is open on this day: "9am to 1pm, 2pm to 6pm", "Closed".
        #[must_use]
        pub fn day_in_words(&self, day: Weekday) -> String {
            let one = |one: &Opening| format!("{} to {}", minute_in_words(one.from), minute_in_words(one.to));
            match self.on(day) {
                [] => "Closed".to_owned(),
                [Opening { from: 0, to: super::DAY }] => "All day and all night".to_owned(),
                several => several.iter().map(one).collect::<Vec<_>>().join(", "),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shop() -> Hours {
        let day = "9:00-13:00 14:00-18:00";
        Hours::read([day, day, day, day, "9am-6pm", "09:00-12:00", "closed"]).unwrap()
    }

    #[test]
    fn hours_are_read_and_written_and_what_cannot_be_is_told_by_its_day() {
        let hours = shop();
        assert_eq!(
            hours.code(),
            "09:00-13:00 14:00-18:00;09:00-13:00 14:00-18:00;09:00-13:00 14:00-18:00;09:00-13:00 14:00-18:00;09:00-18:00;09:00-12:00;"
        );
        assert_eq!(Hours::from_code(&hours.code()), Some(hours));
        let wrong = |text| Hours::read(["", "", text, "", "", "", ""]).unwrap_err();
        assert_eq!(wrong("9-5"), (Weekday::Wed, HoursError::Form));
        assert_eq!(wrong("09:00"), (Weekday::Wed, HoursError::Form));
        assert_eq!(wrong("17:00-09:00"), (Weekday::Wed, HoursError::Backwards));
        assert_eq!(wrong("09:00-13:00 12:00-14:00"), (Weekday::Wed, HoursError::Overlap));
        assert_eq!(wrong("1:00-2:00 3:00-4:00 5:00-6:00 7:00-8:00 9:00-10:00"), (Weekday::Wed, HoursError::TooMany));
        assert_eq!(Hours::read(["9:00-12:00, 12:00-17:00", "", "", "", "", "", ""]).unwrap().on(Weekday::Mon).len(), 1);
        assert_eq!((Hours::from_code(""), Hours::from_code(";;;;;;").map(|one| one.is_known())), (None, Some(false)));
    }

    #[cfg(feature = "server")]
    mod said {
        use super::*;

        fn said(hours: &Hours, at: &str) -> String {
            hours.in_words(at.parse().unwrap())
        }

        #[test]
        fn it_is_said_until_when_it_is_open_and_when_it_opens() {
            let hours = shop();
            // A Tuesday.
            assert_eq!(said(&hours, "2026-11-03T08:59:59Z"), "Closed now. Opens today at 9am");
            assert_eq!(said(&hours, "2026-11-03T09:00:00Z"), "Open today until 1pm");
            assert_eq!(said(&hours, "2026-11-03T13:00:00Z"), "Closed now. Opens today at 2pm");
            assert_eq!(said(&hours, "2026-11-03T18:00:00Z"), "Closed now. Opens Wednesday at 9am");
            assert_eq!(said(&hours, "2026-11-07T12:00:00Z"), "Closed now. Opens Monday at 9am");
            assert_eq!(said(&hours, "2026-11-08T10:00:00Z"), "Closed today. Opens Monday at 9am");
            assert_eq!(hours.day_in_words(Weekday::Mon), "9am to 1pm, 2pm to 6pm");
            assert_eq!(hours.day_in_words(Weekday::Sun), "Closed");
            assert_eq!(said(&Hours::default(), "2026-11-08T10:00:00Z"), "Opening hours not known. Ring first");
        }

        #[test]
        fn the_clock_on_the_wall_counts_on_both_sides_of_a_clock_change() {
            let hours = shop();
            // British Summer Time begins on Sunday 29 March 2026 and ends on Sunday 25 October 2026.
            assert!(!hours.open_at("2026-03-27T08:30:00Z".parse().unwrap()));
            assert!(hours.open_at("2026-03-30T08:30:00Z".parse().unwrap()));
            assert!(hours.open_at("2026-10-23T08:30:00Z".parse().unwrap()));
            assert!(!hours.open_at("2026-10-26T08:30:00Z".parse().unwrap()));
            assert_eq!(said(&hours, "2026-10-25T23:30:00Z"), "Closed today. Opens Monday at 9am");
            // It is Monday already in London.
            assert_eq!(said(&hours, "2026-07-05T23:30:00Z"), "Closed now. Opens today at 9am");
            let night = Hours::read(["", "", "", "", "", "", "0:30-2:30"]).unwrap();
            // The hour that is left out, and the one that is shown twice.
            assert_eq!(said(&night, "2026-03-29T00:59:00Z"), "Open today until 2:30am");
            assert_eq!(said(&night, "2026-03-29T01:00:00Z"), "Open today until 2:30am");
            assert_eq!(said(&night, "2026-03-29T01:30:00Z"), "Closed now. Opens next Sunday at 12:30am");
            for at in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:29:00Z"] {
                assert_eq!(said(&night, at), "Open today until 2:30am", "{at}");
            }
        }

        #[test]
        fn what_goes_on_past_midnight_is_one_night() {
            let late = Hours::read(["", "", "", "", "20:00-24:00", "0:00-2:00 9:00-24:00", ""]).unwrap();
            assert_eq!(said(&late, "2026-11-06T22:00:00Z"), "Open now until 2am on Saturday");
            assert_eq!(said(&late, "2026-11-07T22:00:00Z"), "Open today until midnight");
            let always = Hours::read(["0:00-24:00"; 7]).unwrap();
            assert_eq!(said(&always, "2026-11-07T22:00:00Z"), "Open all day and all night");
            assert_eq!(always.day_in_words(Weekday::Sun), "All day and all night");
        }
    }

    fn day() -> impl Strategy<Value = String> {
        proptest::collection::vec(0_u16..=DAY, 0..6).prop_map(|mut minutes| {
            minutes.sort_unstable();
            minutes.dedup();
            let pairs = minutes.chunks_exact(2).filter_map(|pair| Some((pair.first()?, pair.last()?)));
            pairs.map(|(from, to)| format!("{}-{}", clock_of(*from), clock_of(*to))).collect::<Vec<_>>().join(" ")
        })
    }

    proptest! {
        #[test]
        fn no_text_makes_hours_panic_and_what_was_read_reads_back(text in "[0-9:;, apmclosed.-]{0,40}") {
            if let Ok(read) = Hours::read([&text, "", "", "", "", "", &text]) {
                prop_assert_eq!(Hours::from_code(&read.code()), Some(read));
            }
            let _ = Hours::from_code(&text);
        }

        #[test]
        fn it_opens_and_closes_when_it_is_said_to(days in proptest::array::uniform7(day()), at in 0_u16..7, minute in 0_u16..DAY) {
            let week: Vec<&str> = days.iter().map(String::as_str).collect();
            let hours = Hours::read(week.try_into().unwrap()).unwrap();
            prop_assert_eq!(Hours::from_code(&hours.code()), Some(hours.clone()));
            let first = later(Weekday::Mon, at);
            // Minute by minute, as long as nothing changes.
            let is_open = |ahead: u16, minute| hours.is_open(later(first, ahead), minute);
            let now = is_open(0, minute);
            let mut all = (0..=7_u16).flat_map(|ahead| (0..DAY).map(move |minute| (ahead, minute))).skip(usize::from(minute));
            let change = all.find(|(ahead, minute)| is_open(*ahead, *minute) != now);
            match hours.state(first, minute) {
                OpenState::Open { until } => {
                    prop_assert!(now);
                    // Midnight is said of the day that ends with it.
                    let until = until.map(|(ahead, minute)| if minute == DAY { (ahead + 1, 0) } else { (ahead, minute) });
                    prop_assert_eq!(until, change);
                }
                OpenState::Closed { opens } => {
                    prop_assert!(!now);
                    prop_assert_eq!(opens, change);
                }
            }
        }
    }
}
