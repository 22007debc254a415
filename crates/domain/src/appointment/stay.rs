//! A stay in hospital, as a record tells of it, and the appointments that somebody may miss for it.

use super::overlap;
use crate::When;
use chrono::{DateTime, TimeDelta, Utc};

/// For how long ahead somebody is taken to stay where it is not known when they leave.
pub const UNKNOWN_STAY: TimeDelta = TimeDelta::days(7);

/// A stay in hospital that goes on or is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// They are there; otherwise it is planned.
    pub begun: bool,
    /// From when; absent where somebody is there and it is not known since when.
    pub from: Option<DateTime<Utc>>,
    /// Until when, where that is known.
    pub until: Option<DateTime<Utc>>,
}

impl Stay {
    /// Reads the status and the period of a FHIR R4 `Encounter`; `None` for a stay that is over, does not take place, or is
    /// planned for nobody knows when.
    #[must_use]
    pub fn read(status: &str, from: Option<When>, until: Option<When>) -> Option<Self> {
        let begun = match status {
            "arrived" | "triaged" | "in-progress" | "onleave" => true,
            "planned" if from.is_some() => false,
            _ => return None,
        };
        Some(Self { begun, from: from.map(|when| when.begins()), until: until.map(|when| when.ends()) })
    }

    /// Whether somebody may miss what is from then until then: it falls into the stay, or, where it is not known when they
    /// leave, into the next 7 days, and of a planned stay into its first 7.
    #[must_use]
    pub fn keeps_from(&self, span: (DateTime<Utc>, DateTime<Utc>), now: DateTime<Utc>) -> bool {
        let from = self.from.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let until = self.until.unwrap_or_else(|| from.max(now) + UNKNOWN_STAY);
        span.1 > now && overlap((from, until), span)
    }
}

/// Whether a service has to be told that somebody may not come: not where they booked it themselves after their record told
/// of the stay.
#[must_use]
pub fn is_news(by_themself: bool, booked_at: DateTime<Utc>, told_at: DateTime<Utc>) -> bool {
    !by_themself || booked_at <= told_at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn stay(status: &str, from: &str, until: &str) -> Option<Stay> {
        Stay::read(status, When::parse(from).ok(), When::parse(until).ok())
    }

    #[test]
    fn only_what_goes_on_or_is_planned_is_a_stay() {
        for status in ["arrived", "triaged", "in-progress", "onleave"] {
            assert!(stay(status, "2026-11-03", "").unwrap().begun, "{status}");
            assert_eq!(stay(status, "", "").unwrap(), Stay { begun: true, from: None, until: None });
        }
        assert!(!stay("planned", "2026-11-03", "").unwrap().begun);
        assert_eq!(stay("planned", "", "2026-11-09"), None);
        for status in ["finished", "cancelled", "entered-in-error", "unknown", "", "IN-PROGRESS"] {
            assert_eq!(stay(status, "2026-11-03", ""), None, "{status}");
        }
    }

    #[test]
    fn an_appointment_is_missed_from_the_beginning_of_the_stay_to_its_end() {
        let now = "2026-11-03T10:00:00Z";
        let missed =
            |stay: Option<Stay>, from: &str| stay.unwrap().keeps_from((at(from), at(from) + TimeDelta::minutes(10)), at(now));
        let known = || stay("in-progress", "2026-11-02T20:00:00Z", "2026-11-06T11:00:00Z");
        assert!(missed(known(), "2026-11-03T11:00:00Z") && missed(known(), "2026-11-06T10:59:00Z"));
        assert!(!missed(known(), "2026-11-06T11:00:00Z"));
        // What is over is missed no more.
        assert!(!missed(known(), "2026-11-03T09:50:00Z") && missed(known(), "2026-11-03T09:50:01Z"));
        // A day lasts until it ends in London, in summer as in winter.
        let days = || stay("in-progress", "2026-11-02", "2026-11-06");
        assert!(missed(days(), "2026-11-06T23:59:00Z") && !missed(days(), "2026-11-07T00:00:00Z"));
        // One that should be over by now keeps from nothing that is to come.
        assert!(!missed(stay("in-progress", "2026-10-01", "2026-10-05"), "2026-11-03T11:00:00Z"));
    }

    #[test]
    fn where_the_end_is_not_known_it_is_taken_to_be_a_week() {
        let missed = |status: &str, begins: &str, from: &str| {
            let stay = stay(status, begins, "").unwrap();
            stay.keeps_from((at(from), at(from) + TimeDelta::minutes(10)), at("2026-11-03T10:00:00Z"))
        };
        for begins in ["2026-10-01", "2026-11-03T09:00:00Z", ""] {
            assert!(missed("in-progress", begins, "2026-11-10T09:59:00Z"), "{begins}");
            assert!(!missed("in-progress", begins, "2026-11-10T10:00:00Z"), "{begins}");
        }
        assert!(!missed("planned", "2026-11-09", "2026-11-08T23:30:00Z"));
        assert!(
            missed("planned", "2026-11-09", "2026-11-09T08:00:00Z") && missed("planned", "2026-11-09", "2026-11-15T23:59:00Z")
        );
        assert!(!missed("planned", "2026-11-09", "2026-11-16T00:00:00Z"));
        // A planned one that nobody said has begun goes on for a week from now.
        assert!(missed("planned", "2026-11-01", "2026-11-10T09:00:00Z"));
    }

    #[test]
    fn whoever_books_knowing_of_their_stay_is_no_news() {
        let (before, told, after) = (at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"), at("2026-11-03T00:00:00Z"));
        assert!(is_news(true, before, told) && is_news(true, told, told) && !is_news(true, after, told));
        assert!(is_news(false, before, told) && is_news(false, after, told));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_every_stay_has_a_bound(
            status in "\\PC{0,12}", known in proptest::sample::select(vec!["planned", "in-progress", "onleave"]),
            from in proptest::option::of(0_i64..3000), until in proptest::option::of(0_i64..3000),
            starts in 0_i64..5000, now in 0_i64..3000,
        ) {
            let hour = |hours: i64| at("2026-01-01T00:00:00Z") + TimeDelta::hours(hours);
            let when = |hours: Option<i64>| hours.map(|hours| When::Instant(hour(hours).fixed_offset()));
            let _ = Stay::read(&status, when(from), when(until));
            let Some(stay) = Stay::read(known, when(from), when(until)) else { return Ok(()) };
            let (span, now) = ((hour(starts), hour(starts) + TimeDelta::minutes(30)), hour(now));
            if stay.keeps_from(span, now) {
                prop_assert!(span.1 > now);
                prop_assert!(stay.from.is_none_or(|from| span.1 > from));
                match stay.until {
                    Some(until) => prop_assert!(span.0 < until),
                    None => prop_assert!(span.0 < stay.from.map_or(now, |from| from.max(now)) + UNKNOWN_STAY),
                }
                // A longer stay never keeps from less.
                let longer = Stay { until: stay.until.map(|until| until + TimeDelta::days(1)), ..stay };
                prop_assert!(longer.keeps_from(span, now));
            }
        }
    }
}
