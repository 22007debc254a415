//! When somebody is reminded: so many days before, and never at night.

mod london {
    use crate::appointment::template::instant_at;
    use crate::when::{MORNING, NIGHT, is_night, london_day, minute_of_day};
    use chrono::{DateTime, Days, TimeDelta, Utc};

    /// The first instant from this one on at which somebody may be written to: not from 10pm to 7am in London.
    #[must_use]
    pub fn awake(at: DateTime<Utc>) -> DateTime<Utc> {
        let (minute, day) = (minute_of_day(at), london_day(at));
        if !is_night(minute) {
            return at;
        }
        let days = Days::new(u64::from(minute >= NIGHT));
        instant_at(day.checked_add_days(days).unwrap_or(day), MORNING)
    }

    /// When somebody is reminded of what begins then, where they want it so many days before: at 9am that day, or the day
    /// before it where that would leave them less than an hour.
    #[must_use]
    pub fn due_at(starts_at: DateTime<Utc>, days_before: u16) -> DateTime<Utc> {
        let day = london_day(starts_at);
        let nine = |days: u64| instant_at(day.checked_sub_days(Days::new(days)).unwrap_or(day), 9 * 60);
        let (due, days) = (nine(u64::from(days_before)), u64::from(days_before) + 1);
        if starts_at - due < TimeDelta::hours(1) { nine(days) } else { due }
    }

    /// When somebody is reminded of what they booked at an instant and begins then: as [`due_at`] says, or fewer days before
    /// where that would be less than a day after they booked, when they know it well enough; absent where no day is left.
    #[must_use]
    pub fn remind_at(starts_at: DateTime<Utc>, days_before: u16, booked_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        (0..=days_before).rev().map(|days| due_at(starts_at, days)).find(|due| *due - booked_at >= TimeDelta::days(1))
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use chrono::Timelike;
        use chrono_tz::Europe::London;
        use proptest::prelude::*;

        fn at(text: &str) -> DateTime<Utc> {
            text.parse().unwrap()
        }

        #[test]
        fn nobody_is_woken() {
            let table = [
                ("2026-11-03T10:00:00Z", "2026-11-03T10:00:00Z"),
                ("2026-11-03T22:00:00Z", "2026-11-04T07:00:00Z"),
                ("2026-11-03T21:59:59Z", "2026-11-03T21:59:59Z"),
                ("2026-11-04T06:59:59Z", "2026-11-04T07:00:00Z"),
                // Summer time: 9.30pm UTC is 10.30pm in London.
                ("2026-07-01T21:30:00Z", "2026-07-02T06:00:00Z"),
                // Over both clock changes.
                ("2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z"),
                ("2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z"),
            ];
            for (from, to) in table {
                assert_eq!(awake(at(from)), at(to), "{from}");
            }
        }

        #[test]
        fn a_reminder_is_in_the_morning_and_early_enough() {
            assert_eq!(due_at(at("2026-11-10T15:00:00Z"), 2), at("2026-11-08T09:00:00Z"));
            assert_eq!(due_at(at("2026-07-10T15:00:00Z"), 1), at("2026-07-09T08:00:00Z"));
            assert_eq!(due_at(at("2026-11-10T10:00:00Z"), 0), at("2026-11-10T09:00:00Z"));
            // Somebody who comes at 8am and wants it on the day is told the day before.
            assert_eq!(due_at(at("2026-11-10T08:00:00Z"), 0), at("2026-11-09T09:00:00Z"));
            assert_eq!(due_at(at("2026-11-10T09:30:00Z"), 0), at("2026-11-09T09:00:00Z"));
            assert_eq!(due_at(at("2026-11-10T08:00:00Z"), 1), at("2026-11-09T09:00:00Z"));
        }

        #[test]
        fn nobody_is_reminded_of_what_they_have_just_booked() {
            let starts = at("2026-11-10T15:00:00Z");
            let of = |days, booked: &str| remind_at(starts, days, at(booked));
            assert_eq!(of(2, "2026-11-03T10:00:00Z"), Some(at("2026-11-08T09:00:00Z")));
            // Booked a few hours before the morning, or after it: a day later, as long as one is left.
            assert_eq!(of(2, "2026-11-07T10:00:00Z"), Some(at("2026-11-09T09:00:00Z")));
            assert_eq!(of(2, "2026-11-08T10:00:00Z"), Some(at("2026-11-10T09:00:00Z")));
            assert_eq!(of(7, "2026-11-05T10:00:00Z"), Some(at("2026-11-07T09:00:00Z")));
            assert_eq!((of(2, "2026-11-09T10:00:00Z"), of(0, "2026-11-10T08:00:00Z")), (None, None));
        }

        proptest! {
            #[test]
            fn a_reminder_comes_at_least_a_day_after_booking_and_before_it_begins(ahead in 0_i64..60_000, days in 0_u16..15) {
                let booked = at("2026-10-20T11:00:00Z");
                let starts = booked + TimeDelta::minutes(ahead);
                if let Some(due) = remind_at(starts, days, booked) {
                    prop_assert!(due - booked >= TimeDelta::days(1) && due < starts);
                }
            }

            #[test]
            fn it_is_never_night_and_never_sooner(minutes in 0_i64..3_000_000) {
                let from = at("2024-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
                let to = awake(from);
                prop_assert!(to >= from && to - from <= TimeDelta::hours(10));
                let hour = to.with_timezone(&London).hour();
                prop_assert!((7..22).contains(&hour));
                prop_assert_eq!(awake(to), to);
            }
        }
    }
}
pub use london::{awake, due_at, remind_at};
