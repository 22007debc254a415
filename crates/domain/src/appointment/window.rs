//! Which of the times of a service are for somebody: how old they are counts on the day of each.

use super::{Booker, Refusal, Terms};
use crate::when::{age_on, london_day, london_midnight};
use chrono::{DateTime, Months, NaiveDate, Utc};
use std::ops::Range;

/// Of the times in a range, which are for somebody, and which are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// When those begin that are.
    pub open: Option<Range<DateTime<Utc>>>,
    /// When those begin that are not, and why; where that is before and after, those before.
    pub shut: Option<(Range<DateTime<Utc>>, Refusal)>,
}

impl Booker {
    /// How old somebody is on a day, in whole years, where it is known to the day when they were born.
    #[must_use]
    pub fn age_on(born: Option<NaiveDate>, on: NaiveDate) -> Option<u16> {
        born.and_then(|born| age_on(born, on)).and_then(|age| u16::try_from(age).ok())
    }
}

/// The first day on which somebody is so old.
fn reaches(born: NaiveDate, years: u32) -> NaiveDate {
    let birthday = born.checked_add_months(Months::new(years.saturating_mul(12))).unwrap_or(NaiveDate::MAX);
    // Whoever was born on 29 February is a year older on 1 March where there is none.
    if age_on(born, birthday).is_none_or(|age| age < years) { birthday.succ_opt().unwrap_or(birthday) } else { birthday }
}

impl Terms {
    /// Of the times that begin in a range, those that are for somebody who was born then; their age in `who` is not looked
    /// at. In a range that is empty, or ends before it begins, there are none of either.
    #[must_use]
    pub fn window(&self, who: &Booker, born: Option<NaiveDate>, all: &Range<DateTime<Utc>>) -> Window {
        if all.is_empty() {
            return Window { open: None, shut: None };
        }
        if let Err(refusal) = self.admit(&Booker { age: None, ..*who }) {
            let first = self.admit(&Booker { age: Booker::age_on(born, london_day(all.start)), ..*who });
            return Window { open: None, shut: Some((all.clone(), first.err().unwrap_or(refusal))) };
        }
        let day = |years: Option<u32>| born.zip(years).map(|(born, years)| london_midnight(reaches(born, years)));
        let within = |from: DateTime<Utc>| from.clamp(all.start, all.end);
        let old_enough = day(self.min_age.map(u32::from)).map_or(all.start, within);
        let too_old = day(self.max_age.map(|age| u32::from(age) + 1)).map_or(all.end, within);
        let open = (old_enough < too_old).then_some(old_enough..too_old);
        let shut = if old_enough > all.start {
            Some((all.start..old_enough, Refusal::TooYoung))
        } else {
            (too_old < all.end).then_some((too_old..all.end, Refusal::TooOld))
        };
        Window { open, shut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointment::{Referred, Release};
    use chrono::Days;
    use proptest::prelude::*;

    fn day(ahead: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2027, 1, 1).unwrap() + Days::new(ahead)
    }

    proptest! {
        #[test]
        fn each_day_is_open_or_shut_as_the_terms_admit_somebody_on_it(
            born in proptest::option::of(0_u64..40_000),
            leap in any::<bool>(),
            min_age in proptest::option::of(0_u16..100), max_age in proptest::option::of(0_u16..100),
            (registered_only, registered, referral_needed, referred) in any::<(bool, bool, bool, bool)>(),
            from in 0_u64..800,
        ) {
            let born = born.map(|days| day(0) - Days::new(days));
            let born = if leap { NaiveDate::from_ymd_opt(1964, 2, 29) } else { born };
            let terms = Terms {
                registered_only, min_age, max_age, referral_needed, specialty: None, release: Release::AtOnce, may_cancel: true,
                cancel_hours: 0, confirms: false,
            };
            // Half of the ranges end as they begin, or before.
            let all = london_midnight(day(from))..london_midnight(day(400));
            let referred = if referred { Referred::by("Patient referral") } else { Referred::default() };
            let who = Booker { registered, age: None, referred };
            let Window { open, shut } = terms.window(&who, born, &all);
            if all.is_empty() {
                prop_assert_eq!((open, shut), (None, None));
                return Ok(());
            }
            for ahead in from..400 {
                let (at, admitted) = (london_midnight(day(ahead)), terms.admit(&Booker { age: Booker::age_on(born, day(ahead)), ..who }));
                prop_assert_eq!(open.as_ref().is_some_and(|open| open.contains(&at)), admitted.is_ok(), "{}", day(ahead));
                if let Some((when, _)) = &shut {
                    prop_assert!(!when.contains(&at) || admitted.is_err());
                }
            }
            if open.is_none() || open.as_ref() != Some(&all) {
                let (when, why) = shut.unwrap();
                let first = terms.admit(&Booker { age: Booker::age_on(born, london_day(when.start)), ..who });
                prop_assert_eq!(first.unwrap_err(), why);
            }
        }
    }
}
