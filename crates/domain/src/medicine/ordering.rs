//! Whether a repeat medicine can be ordered now, and if not, why not and from when (NHS App, "Order repeat prescriptions";
//! GP Connect Patient Facing Prescriptions).

use super::{Course, Standing};
use crate::when::day_in_words;
use chrono::{Days, NaiveDate};

/// How many days before a medicine runs out a practice may let people order it, at most.
pub const EARLIEST: u16 = 28;

/// How many days back it is looked how much was given.
const HALF_A_YEAR: i64 = 182;

/// For how many days a repeat that is over still stands among what cannot be ordered.
const LISTED_FOR: i64 = 365;

/// What a practice lets people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRules {
    /// It takes orders here.
    pub takes_orders: bool,
    /// How many days before a medicine runs out it can be ordered.
    pub early_days: u16,
}

/// When something ended, as far as its source tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndDay {
    /// On this day, as the source says.
    On(NaiveDate),
    /// On this day or before: then the source last changed what it says of it.
    By(NaiveDate),
}

impl EndDay {
    /// The day that is named.
    #[must_use]
    pub const fn day(self) -> NaiveDate {
        match self {
            Self::On(day) | Self::By(day) => day,
        }
    }

    /// "on 3 March 2026", "by 3 March 2026".
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::On(day) => format!("on {}", day_in_words(day)),
            Self::By(day) => format!("by {}", day_in_words(day)),
        }
    }
}

/// A medicine that may be ordered again, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// How it is supplied.
    pub course: Course,
    /// Whether it is taken now.
    pub standing: Standing,
    /// When it ended, where it has.
    pub ended: Option<EndDay>,
    /// When it was written.
    pub written_on: Option<NaiveDate>,
    /// The day from which it must be reviewed first.
    pub review_on: Option<NaiveDate>,
    /// When it was given last.
    pub last_issued: Option<NaiveDate>,
    /// For how many days that lasts.
    pub supply_days: Option<u16>,
    /// How often it may still be given; absent where that is not limited.
    pub issues_left: Option<u32>,
    /// Since when an order for it waits.
    pub asked_on: Option<NaiveDate>,
    /// Its practice looks after the person.
    pub theirs: bool,
    /// Its practice can be told which medicine is meant.
    pub tellable: bool,
}

/// Why a medicine cannot be ordered now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CannotOrder {
    /// It is not taken any more, since this day where that is known.
    Ended(Option<EndDay>),
    /// It was for one time, or for a short while.
    NotRepeat,
    /// The pharmacy gives it without an order.
    FromPharmacy,
    /// A hospital or a clinic gives it.
    FromHospital,
    /// Its practice does not look after the person.
    NotYours,
    /// The practice does not take orders here.
    NotHere,
    /// The practice's own system cannot be told which medicine is meant.
    NotTellable,
    /// It was ordered on this day, and the practice has not decided yet.
    AlreadyAsked(NaiveDate),
    /// It is paused.
    Paused,
    /// It must be reviewed, since this day.
    ReviewDue(NaiveDate),
    /// It has been given as often as it may.
    NoneLeft,
    /// There should be enough; it can be ordered from this day on.
    TooSoon(NaiveDate),
    /// The same, and until then it must be reviewed.
    TooSoonAndReview {
        /// From this day on it can be ordered, if it is reviewed.
        from: NaiveDate,
        /// From this day on it must be reviewed first.
        review_on: NaiveDate,
    },
}

impl CannotOrder {
    /// Whether somebody who says why, because they travel for instance, may order it all the same.
    #[must_use]
    pub const fn yields_to_reason(self) -> bool {
        matches!(self, Self::TooSoon(_) | Self::TooSoonAndReview { .. })
    }
}

/// The day on which what was given last should be used up; absent where the source does not say for how long it lasts.
///
/// An estimate from the day and the length of supply that the source states. Nothing is worked out from the dose.
#[must_use]
pub fn runs_out(last_issued: Option<NaiveDate>, supply_days: Option<u16>) -> Option<NaiveDate> {
    let days = supply_days.filter(|days| *days > 0)?;
    last_issued?.checked_add_days(Days::new(u64::from(days)))
}

/// Whether more has been given than was used up: what was given within the last half year, but for the last time, was meant
/// to last for at least one supply longer than it did. The days are those on which it was given, in any order.
#[must_use]
pub fn overused(given: &[NaiveDate], supply_days: Option<u16>, today: NaiveDate) -> bool {
    let Some(days) = supply_days.filter(|days| *days > 0).map(i64::from) else { return false };
    let recent = given.iter().copied().filter(|day| *day <= today && (today - *day).num_days() <= HALF_A_YEAR);
    let recent: std::collections::BTreeSet<NaiveDate> = recent.collect();
    let (Some(first), Some(last)) = (recent.first(), recent.last()) else { return false };
    let before_the_last = i64::try_from(recent.len()).unwrap_or(i64::MAX).saturating_sub(1);
    before_the_last.saturating_mul(days) - (*last - *first).num_days() >= days
}

impl Repeat {
    /// Whether it can be ordered on this day.
    ///
    /// # Errors
    /// [`CannotOrder`], where several hold the one that lasts longest: what ends it, before what waits, before what passes.
    pub fn orderable(&self, rules: &OrderRules, today: NaiveDate) -> Result<(), CannotOrder> {
        match (self.standing, self.course) {
            (Standing::Ended, _) => return Err(CannotOrder::Ended(self.ended)),
            (_, Course::RepeatDispensing) => return Err(CannotOrder::FromPharmacy),
            (_, Course::Hospital) => return Err(CannotOrder::FromHospital),
            (_, Course::Acute | Course::OverTheCounter | Course::Unknown) => return Err(CannotOrder::NotRepeat),
            (_, Course::Repeat) => {}
        }
        if !self.theirs {
            return Err(CannotOrder::NotYours);
        }
        if !rules.takes_orders {
            return Err(CannotOrder::NotHere);
        }
        if !self.tellable {
            return Err(CannotOrder::NotTellable);
        }
        if let Some(day) = self.asked_on {
            return Err(CannotOrder::AlreadyAsked(day));
        }
        if self.standing == Standing::Paused {
            return Err(CannotOrder::Paused);
        }
        if let Some(day) = self.review_on.filter(|day| *day <= today) {
            return Err(CannotOrder::ReviewDue(day));
        }
        if self.issues_left == Some(0) {
            return Err(CannotOrder::NoneLeft);
        }
        // Never on the day on which it was given: that order has just been filled, however long it lasts.
        let next = self.last_issued.and_then(|day| day.succ_opt());
        let Some(from) = self.from(rules).max(next).filter(|from| *from > today) else { return Ok(()) };
        match self.review_on.filter(|day| *day <= from) {
            Some(review_on) => Err(CannotOrder::TooSoonAndReview { from, review_on }),
            None => Err(CannotOrder::TooSoon(from)),
        }
    }

    /// Whether it stands on the page of ordering, with why it cannot be ordered where it cannot. Of what is over only a repeat
    /// does, for a year: after it ended or, where its source does not say when that was, after it last told of it.
    #[must_use]
    pub fn is_listed(&self, today: NaiveDate) -> bool {
        match (self.standing, self.course) {
            (Standing::Ended, Course::Repeat | Course::RepeatDispensing) => {
                let last = self.ended.map(EndDay::day).or_else(|| self.last_issued.max(self.written_on));
                last.is_none_or(|last| (today - last).num_days() <= LISTED_FOR)
            }
            (Standing::Ended, _) | (_, Course::OverTheCounter) => false,
            _ => true,
        }
    }

    /// From which day on there is room for the next order; absent where nothing says how long the last lasts.
    #[must_use]
    pub fn from(&self, rules: &OrderRules) -> Option<NaiveDate> {
        let end = runs_out(self.last_issued, self.supply_days)?;
        let from = end.checked_sub_days(Days::new(u64::from(rules.early_days.min(EARLIEST))))?;
        Some(from.max(self.last_issued?.succ_opt()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(ahead: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 1).unwrap() + chrono::TimeDelta::days(ahead)
    }

    const RULES: OrderRules = OrderRules { takes_orders: true, early_days: 7 };

    fn repeat() -> Repeat {
        Repeat {
            course: Course::Repeat,
            standing: Standing::Current,
            ended: None,
            written_on: None,
            review_on: None,
            last_issued: None,
            supply_days: None,
            issues_left: None,
            asked_on: None,
            theirs: true,
            tellable: true,
        }
    }

    #[test]
    fn each_reason_is_given_where_it_alone_holds() {
        let cases = [
            (repeat(), Ok(())),
            (Repeat { standing: Standing::Ended, ..repeat() }, Err(CannotOrder::Ended(None))),
            (
                Repeat { standing: Standing::Ended, ended: Some(EndDay::On(day(-9))), ..repeat() },
                Err(CannotOrder::Ended(Some(EndDay::On(day(-9))))),
            ),
            (Repeat { standing: Standing::Paused, ..repeat() }, Err(CannotOrder::Paused)),
            (Repeat { course: Course::Acute, ..repeat() }, Err(CannotOrder::NotRepeat)),
            (Repeat { course: Course::OverTheCounter, ..repeat() }, Err(CannotOrder::NotRepeat)),
            (Repeat { course: Course::Unknown, ..repeat() }, Err(CannotOrder::NotRepeat)),
            (Repeat { course: Course::RepeatDispensing, ..repeat() }, Err(CannotOrder::FromPharmacy)),
            (Repeat { course: Course::Hospital, ..repeat() }, Err(CannotOrder::FromHospital)),
            (Repeat { theirs: false, ..repeat() }, Err(CannotOrder::NotYours)),
            (Repeat { theirs: false, course: Course::Hospital, ..repeat() }, Err(CannotOrder::FromHospital)),
            (Repeat { tellable: false, ..repeat() }, Err(CannotOrder::NotTellable)),
            (Repeat { asked_on: Some(day(-1)), ..repeat() }, Err(CannotOrder::AlreadyAsked(day(-1)))),
            (Repeat { review_on: Some(day(0)), ..repeat() }, Err(CannotOrder::ReviewDue(day(0)))),
            (Repeat { review_on: Some(day(1)), ..repeat() }, Ok(())),
            (Repeat { issues_left: Some(0), ..repeat() }, Err(CannotOrder::NoneLeft)),
            (Repeat { issues_left: Some(1), ..repeat() }, Ok(())),
            (Repeat { last_issued: Some(day(-10)), supply_days: Some(28), ..repeat() }, Err(CannotOrder::TooSoon(day(11)))),
            (Repeat { last_issued: Some(day(-21)), supply_days: Some(28), ..repeat() }, Ok(())),
            (
                Repeat { last_issued: Some(day(-10)), supply_days: Some(28), review_on: Some(day(11)), ..repeat() },
                Err(CannotOrder::TooSoonAndReview { from: day(11), review_on: day(11) }),
            ),
            (
                Repeat { last_issued: Some(day(-10)), supply_days: Some(28), review_on: Some(day(12)), ..repeat() },
                Err(CannotOrder::TooSoon(day(11))),
            ),
            (Repeat { last_issued: Some(day(0)), supply_days: Some(5), ..repeat() }, Err(CannotOrder::TooSoon(day(1)))),
            (Repeat { last_issued: Some(day(0)), ..repeat() }, Err(CannotOrder::TooSoon(day(1)))),
            (
                Repeat { last_issued: Some(day(0)), review_on: Some(day(1)), ..repeat() },
                Err(CannotOrder::TooSoonAndReview { from: day(1), review_on: day(1) }),
            ),
            (Repeat { last_issued: Some(day(-1)), ..repeat() }, Ok(())),
        ];
        for (one, answer) in cases {
            assert_eq!(one.orderable(&RULES, day(0)), answer, "{one:?}");
        }
        let closed = OrderRules { takes_orders: false, ..RULES };
        assert_eq!(repeat().orderable(&closed, day(0)), Err(CannotOrder::NotHere));
        // Of a practice that is not theirs nothing is known of what it takes.
        assert_eq!(Repeat { theirs: false, ..repeat() }.orderable(&closed, day(0)), Err(CannotOrder::NotYours));
        assert_eq!(Repeat { last_issued: Some(day(0)), ..repeat() }.from(&RULES), None, "no reminder without an estimate");
    }

    #[test]
    fn what_ended_stands_there_for_a_year_where_it_was_a_repeat() {
        let over = Repeat { standing: Standing::Ended, ..repeat() };
        let cases = [
            (repeat(), true),
            (Repeat { course: Course::Acute, ..repeat() }, true),
            (Repeat { course: Course::OverTheCounter, ..repeat() }, false),
            (Repeat { course: Course::Acute, ..over }, false),
            (over, true),
            (Repeat { ended: Some(EndDay::On(day(-365))), ..over }, true),
            (Repeat { ended: Some(EndDay::By(day(-366))), ..over }, false),
            (Repeat { ended: Some(EndDay::On(day(-366))), last_issued: Some(day(-1)), ..over }, false),
            (Repeat { course: Course::RepeatDispensing, ended: Some(EndDay::On(day(0))), ..over }, true),
            (Repeat { written_on: Some(day(-900)), ..over }, false),
            (Repeat { written_on: Some(day(-900)), last_issued: Some(day(-100)), ..over }, true),
        ];
        for (one, listed) in cases {
            assert_eq!(one.is_listed(day(0)), listed, "{one:?}");
        }
        let said = [EndDay::On(day(0)), EndDay::By(day(0))].map(EndDay::in_words);
        assert_eq!(said, ["on 1 November 2026", "by 1 November 2026"]);
    }

    #[test]
    fn too_much_is_a_whole_supply_more_than_was_used() {
        let on_time: Vec<_> = [-84, -56, -28, 0].map(day).to_vec();
        assert!(!overused(&on_time, Some(28), day(0)));
        let a_week_early: Vec<_> = [-63, -42, -21, 0].map(day).to_vec();
        assert!(!overused(&a_week_early, Some(28), day(0)), "21 days over, not a supply");
        let twice: Vec<_> = [-63, -42, -30, -10, 0].map(day).to_vec();
        assert!(overused(&twice, Some(28), day(0)));
        assert!(!overused(&twice, None, day(0)) && !overused(&[], Some(28), day(0)));
        let long_ago: Vec<_> = [-400, -399, -398, 0].map(day).to_vec();
        assert!(!overused(&long_ago, Some(28), day(0)));
    }

    fn any_repeat() -> impl Strategy<Value = Repeat> {
        let days = || proptest::option::of(-60_i64..60);
        (
            0..Course::ALL.len(),
            0..Standing::ALL.len(),
            days(),
            proptest::option::of(-60_i64..=0),
            proptest::option::of(0_u16..100),
            proptest::option::of(0_u32..3),
            proptest::option::of(-60_i64..=0),
            any::<bool>(),
            any::<bool>(),
        )
            .prop_map(|(course, standing, review, last, supply_days, issues_left, asked, theirs, tellable)| Repeat {
                course: Course::ALL[course],
                standing: Standing::ALL[standing],
                ended: None,
                written_on: None,
                review_on: review.map(day),
                last_issued: last.map(day),
                supply_days,
                issues_left,
                asked_on: asked.map(day),
                theirs,
                tellable,
            })
    }

    proptest! {
        /// "From" is kept: on the day that was named it can be ordered, or is to be reviewed where that was said, and on the day
        /// before it could not.
        #[test]
        fn the_day_that_is_named_is_the_day(one in any_repeat(), early_days in 0_u16..60) {
            let rules = OrderRules { takes_orders: true, early_days };
            match one.orderable(&rules, day(0)) {
                Err(CannotOrder::TooSoon(from)) => {
                    prop_assert!(from > day(0));
                    prop_assert_eq!(one.orderable(&rules, from), Ok(()));
                    prop_assert_eq!(one.orderable(&rules, from.pred_opt().unwrap()), Err(CannotOrder::TooSoon(from)));
                }
                Err(CannotOrder::TooSoonAndReview { from, review_on }) => {
                    prop_assert!(from > day(0) && review_on > day(0) && review_on <= from);
                    prop_assert_eq!(one.orderable(&rules, from), Err(CannotOrder::ReviewDue(review_on)));
                    prop_assert!(one.orderable(&rules, from.pred_opt().unwrap()).is_err());
                    let reviewed = Repeat { review_on: None, ..one };
                    prop_assert_eq!(reviewed.orderable(&rules, day(0)), Err(CannotOrder::TooSoon(from)));
                }
                _ => {}
            }
        }

        /// What can be ordered is a repeat that is taken, that nobody has asked for, and that needs no review.
        #[test]
        fn nothing_else_can_be_ordered(one in any_repeat()) {
            if one.orderable(&RULES, day(0)).is_ok() {
                prop_assert!(one.course == Course::Repeat && one.standing == Standing::Current && one.asked_on.is_none());
                prop_assert!(one.theirs && one.tellable && one.last_issued != Some(day(0)));
                prop_assert!(one.review_on.is_none_or(|review| review > day(0)) && one.issues_left != Some(0));
            }
        }

        /// A practice that lets people order earlier refuses nothing that it allowed before.
        #[test]
        fn more_room_never_closes(one in any_repeat(), a in 0_u16..30, b in 0_u16..30) {
            let at = |early_days| one.orderable(&OrderRules { takes_orders: true, early_days }, day(0)).is_ok();
            prop_assert!(!at(a.min(b)) || at(a.max(b)));
        }
    }
}
