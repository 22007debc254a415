//! What happens to a relationship by itself as time goes by: reviews and ends at birthdays, last days, long silence,
//! deaths and moves.
//!
//! DAPB3051 (proxy access): 4.1.2 (time-bound, review, unused for five years), 7.2 (children: suspended for review at 13
//! or earlier, and stopped at 16, both told ahead of time), 7.3 (both told before a last day).

use crate::relationship::{LegalBasis, Reason, Standing, Status, UNUSED};
use chrono::{Datelike, Days, NaiveDate};

/// At what age parental responsibility alone opens a record no more.
const STOP: i32 = 16;
/// At what age whatever else began for a child ends.
const GROWN: i32 = 18;

/// At what age a parent's access is looked at again: 11, 12 or 13.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewAge(i32);

impl ReviewAge {
    /// This age; `None` unless it is from 11 to 13.
    #[must_use]
    pub const fn new(age: u8) -> Option<Self> {
        match age {
            11 => Some(Self(11)),
            12 => Some(Self(12)),
            13 => Some(Self(13)),
            _ => None,
        }
    }
}

impl Default for ReviewAge {
    /// 11: what the Royal College of General Practitioners advises.
    fn default() -> Self {
        Self(11)
    }
}

/// What the operator decides about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// When a parent's access is looked at again.
    pub review_age: ReviewAge,
    /// How many days ahead both are told of what is coming.
    pub notice_days: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self { review_age: ReviewAge::default(), notice_days: 90 }
    }
}

/// A relationship as the rules look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Where it stands.
    pub standing: Standing,
    /// On what law it rests.
    pub legal_basis: LegalBasis,
    /// When the person was born, where it is known to the day.
    pub birth_date: Option<NaiveDate>,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// When it is to be looked at again.
    pub review_on: Option<NaiveDate>,
    /// The last day on which somebody decided that it is in force.
    pub decided_on: Option<NaiveDate>,
    /// The last day on which the carer looked or acted.
    pub last_used_on: Option<NaiveDate>,
    /// Of what comes up until then both have been told.
    pub told_until: Option<NaiveDate>,
    /// The last day on which the invitation to it works; absent where there is none.
    pub invited_until: Option<NaiveDate>,
    /// The person has died.
    pub subject_deceased: bool,
    /// The carer has died.
    pub carer_deceased: bool,
    /// The person has another practice now than the one that decided.
    pub practice_moved: bool,
}

/// What is to be done today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Tell both what is coming.
    Notify(Coming),
    /// Stop it until somebody has looked at it.
    Suspend,
    /// End it.
    End(Reason),
}

/// Something that will happen by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coming {
    /// The first day on which the carer has no access any more.
    pub on: NaiveDate,
    /// What.
    pub what: What,
}

/// What comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It ends.
    End(Reason),
    /// It stops until somebody has looked at it.
    Review,
}

/// The day on which somebody born on `birth` becomes so many years old. Who was born on 29 February does so on 1 March in
/// other years.
#[must_use]
pub fn birthday(birth: NaiveDate, years: i32) -> Option<NaiveDate> {
    let year = birth.year().checked_add(years)?;
    birth.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
}

/// What is to be done about a relationship today (in London); `None` when nothing is.
///
/// Asked again after it was done, it answers with the next thing, and in the end with none.
#[must_use]
pub fn due(facts: &Facts, rules: &Rules, today: NaiveDate) -> Option<Action> {
    if !facts.standing.is_open() {
        return None;
    }
    if facts.subject_deceased {
        return Some(Action::End(Reason::DeactivatedPatientDeceased));
    }
    if facts.carer_deceased {
        return Some(Action::End(Reason::DeactivatedProxyDeceased));
    }
    if facts.practice_moved {
        return Some(Action::End(Reason::DeactivatedPatientMoved));
    }
    if facts.standing.status == Status::Proposed {
        let lapsed = facts.invited_until.is_some_and(|until| until < today);
        return lapsed.then_some(Action::End(Reason::ApplicationWithdrawn));
    }
    let coming = coming(facts, rules);
    let now = coming.iter().find(|coming| coming.on <= today && matches!(coming.what, What::End(_)));
    if let Some(Coming { what: What::End(reason), .. }) = now {
        return Some(Action::End(*reason));
    }
    if facts.standing.status != Status::Active {
        return None;
    }
    if coming.iter().any(|coming| coming.on <= today) {
        return Some(Action::Suspend);
    }
    let horizon = today.checked_add_days(Days::new(u64::from(rules.notice_days)))?;
    let untold = |coming: &&Coming| coming.on <= horizon && facts.told_until.is_none_or(|told| coming.on > told);
    coming.iter().find(untold).map(|coming| Action::Notify(*coming))
}

/// The first day on which a relationship that is in force opens nothing any more, whether or not the rules have run by
/// then; `None` while none is in sight.
#[must_use]
pub fn closes_on(facts: &Facts, rules: &Rules, today: NaiveDate) -> Option<NaiveDate> {
    if facts.subject_deceased || facts.carer_deceased || facts.practice_moved {
        return Some(today);
    }
    coming(facts, rules).first().map(|coming| coming.on)
}

/// All that will happen to it by itself, the first first.
#[must_use]
pub fn coming(facts: &Facts, rules: &Rules) -> Vec<Coming> {
    let since = facts.decided_on.unwrap_or(facts.starts_on);
    let parental = facts.legal_basis == LegalBasis::ParentalResponsibility;
    let age = |years| facts.birth_date.and_then(|birth| birthday(birth, years));
    let end = |on, reason| Coming { on, what: What::End(reason) };
    let review = |on| Coming { on, what: What::Review };
    let silence = facts.last_used_on.map_or(since, |used| used.max(since)).checked_add_months(UNUSED);
    let mut coming: Vec<Coming> = [
        facts.ends_on.and_then(|last| last.succ_opt()).map(|on| end(on, Reason::DeactivatedEndDate)),
        age(STOP).filter(|_| parental).map(|on| end(on, Reason::DeactivatedChange)),
        age(GROWN).filter(|on| !parental && facts.starts_on < *on).map(|on| end(on, Reason::DeactivatedChange)),
        silence.map(|on| end(on, Reason::DeactivatedUnused)),
        age(rules.review_age.0).filter(|on| parental && since < *on).map(review),
        facts.review_on.filter(|on| since < *on).map(review),
    ]
    .into_iter()
    .flatten()
    .collect();
    coming.sort();
    coming
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn active(legal_basis: LegalBasis, birth: &str, starts: &str) -> Facts {
        Facts {
            standing: Standing { status: Status::Active, reason: Reason::RoleActivated },
            legal_basis,
            birth_date: Some(day(birth)),
            starts_on: day(starts),
            ends_on: None,
            review_on: None,
            decided_on: Some(day(starts)),
            last_used_on: None,
            told_until: None,
            invited_until: None,
            subject_deceased: false,
            carer_deceased: false,
            practice_moved: false,
        }
    }

    /// Thirty years of days, with what is due done on each and the carer looking every month unless they are `silent`.
    /// Whatever is stopped for review is taken up again after ten days.
    fn live(mut facts: Facts, rules: &Rules, silent: bool) -> Vec<String> {
        let (mut story, mut today) = (Vec::new(), facts.starts_on);
        let end = today.checked_add_months(chrono::Months::new(30 * 12)).unwrap();
        let mut stopped = None;
        while today < end {
            if stopped.is_some_and(|since: NaiveDate| (today - since).num_days() == 10) && facts.standing.is_suspended() {
                facts.standing = Standing { status: Status::Active, reason: Reason::RoleReactivated };
                facts.decided_on = Some(today);
                stopped = None;
            }
            for round in 0.. {
                assert!(round < 5, "the rules come to no end on {today}");
                let Some(action) = due(&facts, rules, today) else { break };
                story.push(match action {
                    Action::Notify(coming) => {
                        facts.told_until = Some(coming.on);
                        format!("{today} told of {}", coming.on)
                    }
                    Action::Suspend => {
                        facts.standing = Standing { status: Status::Inactive, reason: Reason::Suspended };
                        stopped = Some(today);
                        format!("{today} stopped")
                    }
                    Action::End(reason) => {
                        facts.standing = Standing { status: Status::Inactive, reason };
                        format!("{today} {}", reason.code())
                    }
                });
            }
            if !silent && today.day() == 1 && facts.standing.status == Status::Active {
                facts.last_used_on = Some(today);
            }
            today = today.succ_opt().unwrap();
        }
        story
    }

    #[test]
    fn thirty_years_of_days() {
        use LegalBasis::{BestInterest, Consent, ParentalResponsibility};
        let rules = |age| Rules { review_age: ReviewAge::new(age).unwrap(), ..Rules::default() };
        let with = |facts: Facts, ends: Option<&str>, review: Option<&str>| Facts {
            ends_on: ends.map(day),
            review_on: review.map(day),
            ..facts
        };
        let baby = active(ParentalResponsibility, "2020-06-15", "2020-07-01");
        let leap = active(ParentalResponsibility, "2020-02-29", "2020-03-10");
        let adult = active(Consent, "1948-03-27", "2026-11-03");
        let table: Vec<(&str, Facts, u8, bool, Vec<&str>)> = vec![
            (
                "a parent of a baby",
                baby,
                11,
                false,
                vec![
                    "2031-03-17 told of 2031-06-15",
                    "2031-06-15 stopped",
                    "2036-03-17 told of 2036-06-15",
                    "2036-06-15 ROLE_DEACTIVATED_CHANGE_IN_RELATIONSHIP",
                ],
            ),
            (
                "the same where the review is at 13",
                baby,
                13,
                false,
                vec![
                    "2033-03-17 told of 2033-06-15",
                    "2033-06-15 stopped",
                    "2036-03-17 told of 2036-06-15",
                    "2036-06-15 ROLE_DEACTIVATED_CHANGE_IN_RELATIONSHIP",
                ],
            ),
            (
                "born on 29 February: 11 on 1 March, 16 on 29 February",
                leap,
                11,
                false,
                vec![
                    "2030-12-01 told of 2031-03-01",
                    "2031-03-01 stopped",
                    "2035-12-01 told of 2036-02-29",
                    "2036-02-29 ROLE_DEACTIVATED_CHANGE_IN_RELATIONSHIP",
                ],
            ),
            (
                "a parent who never looks",
                baby,
                11,
                true,
                vec!["2025-04-02 told of 2025-07-01", "2025-07-01 ROLE_DEACTIVATED_INACTIVE_ROLE"],
            ),
            (
                "a parent of a child of 12: looked at before it began",
                active(ParentalResponsibility, "2014-01-10", "2026-02-01"),
                11,
                false,
                vec!["2029-10-12 told of 2030-01-10", "2030-01-10 ROLE_DEACTIVATED_CHANGE_IN_RELATIONSHIP"],
            ),
            (
                "a parent who begins just before the review",
                active(ParentalResponsibility, "2015-12-01", "2026-11-03"),
                11,
                false,
                vec![
                    "2026-11-03 told of 2026-12-01",
                    "2026-12-01 stopped",
                    "2031-09-02 told of 2031-12-01",
                    "2031-12-01 ROLE_DEACTIVATED_CHANGE_IN_RELATIONSHIP",
                ],
            ),
            (
                "somebody who decides for a disabled child of 14, until 18 and not 16; 18 on 1 March",
                active(BestInterest, "2012-02-29", "2026-11-03"),
                11,
                false,
                vec!["2029-12-01 told of 2030-03-01", "2030-03-01 ROLE_DEACTIVATED_CHANGE_IN_RELATIONSHIP"],
            ),
            ("a carer of an adult who goes on looking", adult, 11, false, vec![]),
            (
                "a last day",
                with(adult, Some("2027-11-02"), None),
                11,
                false,
                vec!["2027-08-05 told of 2027-11-03", "2027-11-03 ROLE_DEACTIVATED_END_DATE_REACHED"],
            ),
            (
                "a review, then a last day",
                with(adult, Some("2028-11-02"), Some("2027-11-03")),
                11,
                false,
                vec![
                    "2027-08-05 told of 2027-11-03",
                    "2027-11-03 stopped",
                    "2028-08-05 told of 2028-11-03",
                    "2028-11-03 ROLE_DEACTIVATED_END_DATE_REACHED",
                ],
            ),
            (
                "a last day close behind a review: told of each once",
                with(adult, Some("2027-11-22"), Some("2027-11-03")),
                11,
                false,
                vec![
                    "2027-08-05 told of 2027-11-03",
                    "2027-08-25 told of 2027-11-23",
                    "2027-11-03 stopped",
                    "2027-11-23 ROLE_DEACTIVATED_END_DATE_REACHED",
                ],
            ),
            ("no date of birth: nothing at any age", Facts { birth_date: None, ..baby }, 11, false, vec![]),
        ];
        for (name, facts, age, silent, expected) in table {
            assert_eq!(live(facts, &rules(age), silent), expected, "{name}");
        }
    }

    #[test]
    fn deaths_moves_and_what_is_over() {
        let rules = Rules::default();
        let today = day("2026-11-03");
        let facts = active(LegalBasis::Consent, "1948-03-27", "2026-01-01");
        let proposed = Standing { status: Status::Proposed, reason: Reason::ApplicationSubmitted };
        let suspended = Standing { status: Status::Inactive, reason: Reason::Suspended };
        let over = Standing { status: Status::Inactive, reason: Reason::DeactivatedPatientRequest };
        for standing in [facts.standing, proposed, suspended] {
            let facts = Facts { standing, ..facts };
            let end = |facts: Facts| due(&facts, &rules, today);
            assert_eq!(end(Facts { subject_deceased: true, ..facts }), Some(Action::End(Reason::DeactivatedPatientDeceased)));
            assert_eq!(end(Facts { carer_deceased: true, ..facts }), Some(Action::End(Reason::DeactivatedProxyDeceased)));
            assert_eq!(end(Facts { practice_moved: true, ..facts }), Some(Action::End(Reason::DeactivatedPatientMoved)));
        }
        let dead = Facts { standing: over, subject_deceased: true, carer_deceased: true, practice_moved: true, ..facts };
        assert_eq!(due(&dead, &rules, today), None);
        let invited = |until| Facts { standing: proposed, invited_until: Some(day(until)), ..facts };
        assert_eq!(due(&invited("2026-11-03"), &rules, today), None);
        assert_eq!(due(&invited("2026-11-02"), &rules, today), Some(Action::End(Reason::ApplicationWithdrawn)));
        // An application waits for the practice as long as it takes.
        assert_eq!(due(&Facts { standing: proposed, ..facts }, &rules, today), None);
        let late = Facts { standing: suspended, ends_on: Some(day("2026-11-02")), ..facts };
        assert_eq!(due(&late, &rules, today), Some(Action::End(Reason::DeactivatedEndDate)));
    }

    #[test]
    fn what_a_rule_asks_for_is_a_change_that_a_rule_may_make() {
        use crate::relationship::By;
        let change = |from: Standing, reason| {
            from.change(Standing { status: Status::Inactive, reason }, None, By::Rule)
                .unwrap_or_else(|error| panic!("{reason:?}: {error}"))
        };
        let active = Standing { status: Status::Active, reason: Reason::RoleActivated };
        let proposed = Standing { status: Status::Proposed, reason: Reason::ApplicationSubmitted };
        let suspended = change(active, Reason::Suspended);
        for from in [active, suspended] {
            for reason in [Reason::DeactivatedEndDate, Reason::DeactivatedChange, Reason::DeactivatedUnused] {
                change(from, reason);
            }
        }
        for from in [active, suspended, proposed] {
            for reason in [Reason::DeactivatedPatientDeceased, Reason::DeactivatedProxyDeceased, Reason::DeactivatedPatientMoved]
            {
                change(from, reason);
            }
        }
        change(proposed, Reason::ApplicationWithdrawn);
    }

    #[test]
    fn a_clock_that_jumps_skips_the_notice_and_not_the_end() {
        let facts = active(LegalBasis::ParentalResponsibility, "2020-06-15", "2020-07-01");
        assert_eq!(due(&facts, &Rules::default(), day("2050-01-01")), Some(Action::End(Reason::DeactivatedUnused)));
        let used = Facts { last_used_on: Some(day("2036-01-01")), ..facts };
        assert_eq!(due(&used, &Rules::default(), day("2036-06-20")), Some(Action::End(Reason::DeactivatedChange)));
        // Back again: nothing that was done is undone, and nothing is due.
        assert_eq!(due(&used, &Rules::default(), day("2020-08-01")), None);
    }

    #[test]
    fn what_the_rules_will_stop_or_end_is_closed_on_that_day_before_they_have_run() {
        let rules = Rules::default();
        let lives = [
            active(LegalBasis::ParentalResponsibility, "2020-06-15", "2020-07-01"),
            active(LegalBasis::ParentalResponsibility, "2020-02-29", "2033-03-10"),
            active(LegalBasis::BestInterest, "2012-02-29", "2026-11-03"),
            Facts { ends_on: Some(day("2027-11-02")), ..active(LegalBasis::Consent, "1948-03-27", "2026-11-03") },
            Facts { review_on: Some(day("2027-11-03")), ..active(LegalBasis::Consent, "1948-03-27", "2026-11-03") },
        ];
        for facts in lives {
            let mut today = facts.starts_on;
            for _ in 0..(20 * 366) {
                let closed = closes_on(&facts, &rules, today).is_some_and(|on| on <= today);
                let ruled = matches!(due(&facts, &rules, today), Some(Action::Suspend | Action::End(_)));
                assert_eq!(closed, ruled, "{facts:?} on {today}");
                today = today.succ_opt().unwrap();
            }
        }
        let dead = Facts { carer_deceased: true, ..lives[2] };
        assert_eq!(closes_on(&dead, &rules, day("2026-12-01")), Some(day("2026-12-01")));
    }

    #[test]
    fn the_review_is_from_11_to_13() {
        assert_eq!([10, 11, 13, 14].map(|age| ReviewAge::new(age).is_some()), [false, true, true, false]);
    }
}
