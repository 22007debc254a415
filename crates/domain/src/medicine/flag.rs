//! What to look at before an ordered medicine is given. Only what its source said, and what whoever ordered wrote: nothing is found
//! out here about how medicines go together.

use super::ItemStatus;
use crate::record::coded;
use chrono::NaiveDate;

coded! {
    /// Of which orders that wait a list is.
    QueuePart {
        /// Of all.
        All = "all",
        /// Of those that somebody has prepared.
        Prepared = "prepared",
        /// Of those with a question that has no answer.
        Asked = "question",
        /// Of those with something to look at.
        Flagged = "flagged",
    }
}

/// Something that whoever decides has to look at, medicine by medicine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flag {
    /// It had to be reviewed by this day.
    ReviewDue(NaiveDate),
    /// It was given on this day, of which nothing was known when it was ordered.
    IssuedSince(NaiveDate),
    /// It is wanted before its time.
    Early,
    /// More was given in the last half year than was used up.
    Overused,
    /// The practice's own system warned of it.
    Warned,
    /// The person was asked something and has not answered.
    Asked,
}

impl Flag {
    /// That it was given later than was known when it was ordered, where it was.
    #[must_use]
    pub fn issued_since(known_then: Option<NaiveDate>, now: Option<NaiveDate>) -> Option<Self> {
        now.filter(|now| known_then.is_none_or(|then| *now > then)).map(Self::IssuedSince)
    }
}

/// What is known of an ordered medicine, as far as it may have to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flagged {
    /// Where it stands.
    pub status: ItemStatus,
    /// The day from which it must be reviewed first.
    pub review_on: Option<NaiveDate>,
    /// It is wanted before its time.
    pub early: bool,
    /// More was given than was used up.
    pub overused: bool,
    /// The practice's own system warned of it.
    pub warned: bool,
}

impl Flagged {
    /// What has to be looked at on this day. Where it is nothing, the medicine may be approved together with others.
    #[must_use]
    pub fn flags(&self, today: NaiveDate) -> Vec<Flag> {
        let due = self.review_on.filter(|day| *day <= today).map(Flag::ReviewDue);
        let rest = [
            (self.early, Flag::Early),
            (self.overused, Flag::Overused),
            (self.warned, Flag::Warned),
            (self.status == ItemStatus::Question, Flag::Asked),
        ];
        due.into_iter().chain(rest.into_iter().filter_map(|(is, flag)| is.then_some(flag))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn what_was_given_since_is_what_is_later() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day);
        let cases = [
            (None, None, None),
            (day(3), None, None),
            (day(3), day(2), None),
            (day(3), day(3), None),
            (day(3), day(4), day(4)),
            (None, day(4), day(4)),
        ];
        for (then, now, since) in cases {
            assert_eq!(Flag::issued_since(then, now), since.map(Flag::IssuedSince), "{then:?} {now:?}");
        }
    }
    use proptest::prelude::*;

    fn day(ahead: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 3).unwrap() + TimeDelta::days(ahead)
    }

    fn any_medicine() -> impl Strategy<Value = Flagged> {
        (0..ItemStatus::ALL.len(), proptest::option::of(-3_i64..4), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
            |(status, review, early, overused, warned)| Flagged {
                status: ItemStatus::ALL[status],
                review_on: review.map(day),
                early,
                overused,
                warned,
            },
        )
    }

    #[test]
    fn each_is_told_by_itself_and_a_review_on_its_day() {
        let plain =
            Flagged { status: ItemStatus::Requested, review_on: Some(day(1)), early: false, overused: false, warned: false };
        assert_eq!(plain.flags(day(0)), []);
        let cases = [
            (Flagged { review_on: Some(day(0)), ..plain }, Flag::ReviewDue(day(0))),
            (Flagged { early: true, ..plain }, Flag::Early),
            (Flagged { overused: true, ..plain }, Flag::Overused),
            (Flagged { warned: true, ..plain }, Flag::Warned),
            (Flagged { status: ItemStatus::Question, ..plain }, Flag::Asked),
        ];
        for (one, flag) in cases {
            assert_eq!(one.flags(day(0)), [flag], "{one:?}");
        }
    }

    proptest! {
        /// Time and warnings add to what has to be looked at, and take nothing away.
        #[test]
        fn what_was_to_be_looked_at_stays_so(one in any_medicine(), days in 0_i64..5) {
            let now = one.flags(day(0));
            let later = Flagged { warned: true, ..one }.flags(day(days));
            prop_assert!(now.iter().all(|flag| later.contains(flag)));
            prop_assert!(later.contains(&Flag::Warned));
        }

        /// Nothing is told twice, and nothing that is not so.
        #[test]
        fn each_is_told_once_and_only_where_it_is_so(one in any_medicine()) {
            let flags = one.flags(day(0));
            let count = |flag: Flag| flags.iter().filter(|one| **one == flag).count();
            prop_assert_eq!(count(Flag::Early), usize::from(one.early));
            prop_assert_eq!(count(Flag::Overused), usize::from(one.overused));
            prop_assert_eq!(count(Flag::Warned), usize::from(one.warned));
            prop_assert_eq!(count(Flag::Asked), usize::from(one.status == ItemStatus::Question));
            let due = flags.iter().filter(|flag| matches!(flag, Flag::ReviewDue(_))).count();
            prop_assert_eq!(due, usize::from(one.review_on.is_some_and(|review| review <= day(0))));
        }
    }
}
