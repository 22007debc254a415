//! Rules and targets that public guidance gives, for a clinician to pick from and adjust. None is on by itself. Each is listed with its
//! risk and its control in `docs/CLINICAL-SAFETY.md`, which a test compares.

use super::rule::{Bound, Colour, Condition, Side};
use super::target::{Range, Target};
use super::{Amount, Meal, Measure};

/// A rule to pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadyRule {
    /// Its word in addresses, and in what was made of it.
    pub code: &'static str,
    /// What a clinician reads.
    pub title: &'static str,
    /// Of which measure.
    pub measure: Measure,
    /// What raises it. Where it is a part of the person's own best, its bound is to be filled in.
    pub condition: Condition,
    /// The part of the person's own best that its bound is, in per cent.
    pub of_best: Option<i64>,
    /// How soon the care team is told.
    pub colour: Colour,
    /// What the person is to do, for the clinician to change.
    pub words: &'static str,
    /// From where it is taken.
    pub source: &'static str,
}

/// A target to pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadyTarget {
    /// Its word in addresses.
    pub code: &'static str,
    /// For whom it is.
    pub title: &'static str,
    /// Of which measure.
    pub measure: Measure,
    /// The target.
    pub target: Target,
    /// From where it is taken.
    pub source: &'static str,
}

const fn thousandths(number: i64) -> Amount {
    Amount::from_thousandths(number)
}

const fn single(bound: Bound) -> Condition {
    Condition::Single { bound }
}

/// A bound that is to be filled in.
const OF_BEST: Condition = single(Bound { side: Side::Below, first: None, second: None, meal: None });

impl ReadyRule {
    /// Each of them, by measure.
    pub const ALL: [Self; 14] = [
        Self {
            code: "pressure-very-high",
            title: "Very high blood pressure",
            measure: Measure::BloodPressure,
            condition: single(Bound::above(Amount::whole(180), Some(Amount::whole(120)))),
            of_best: None,
            colour: Colour::Red,
            words: "If you have measured twice and it is still as high, ask us for an urgent appointment now, or call 111 when we are closed. If you have measured once, sit quietly for 5 minutes and measure again.",
            source: "NICE NG136, 1.5: severe hypertension, 180/120 mmHg or higher",
        },
        Self {
            code: "pressure-average",
            title: "Average blood pressure above the usual target at home",
            measure: Measure::BloodPressure,
            condition: Condition::Average { bound: Bound::above(Amount::whole(135), Some(Amount::whole(85))), days: 7, least: 4 },
            of_best: None,
            colour: Colour::Amber,
            words: "Go on measuring and taking your medicines as agreed. We look at your average and get in touch if something should change.",
            source: "NICE NG136, 1.2 and 1.4: home blood pressure average of 135/85 mmHg or higher",
        },
        Self {
            code: "pressure-low",
            title: "Low blood pressure",
            measure: Measure::BloodPressure,
            condition: single(Bound { second: Some(Amount::whole(59)), ..Bound::below(Amount::whole(89)) }),
            of_best: None,
            colour: Colour::Amber,
            words: "Get up slowly and drink enough. If you feel faint or dizzy, tell us today, or call 111 when we are closed.",
            source: "NHS: Low blood pressure (hypotension), below 90/60 mmHg",
        },
        Self {
            code: "pressure-missing",
            title: "No blood pressure readings",
            measure: Measure::BloodPressure,
            condition: Condition::Missing { days: 7 },
            of_best: None,
            colour: Colour::Amber,
            words: "We agreed that you measure your blood pressure. Please record a reading, or tell us if it does not work for you.",
            source: "NICE NG136, 1.2: home monitoring needs readings on several days",
        },
        Self {
            code: "sugar-low",
            title: "Low blood sugar",
            measure: Measure::Glucose,
            condition: single(Bound::below(thousandths(3900))),
            of_best: None,
            colour: Colour::Red,
            words: "Have a sugary drink or snack now, and test again after 10 to 15 minutes. Then tell us, so that we can look at your treatment.",
            source: "NHS: Low blood sugar (hypoglycaemia), below 4 mmol/L; NICE NG17, 1.10",
        },
        Self {
            code: "sugar-average-before",
            title: "Average blood sugar on waking and before meals above the target range",
            measure: Measure::Glucose,
            condition: Condition::Average { bound: Bound::above(thousandths(7100), None).at(Meal::Before), days: 7, least: 5 },
            of_best: None,
            colour: Colour::Amber,
            words: "Go on as agreed, and do what your plan says for high blood sugar. We look at your average and get in touch.",
            source: "NICE NG17, 1.6: 5 to 7 mmol/L on waking, 4 to 7 mmol/L before meals",
        },
        Self {
            code: "sugar-average",
            title: "Average blood sugar after meals above the target range",
            measure: Measure::Glucose,
            condition: Condition::Average { bound: Bound::above(thousandths(9100), None).at(Meal::After), days: 7, least: 5 },
            of_best: None,
            colour: Colour::Amber,
            words: "Go on as agreed, and do what your plan says for high blood sugar. We look at your average and get in touch.",
            source: "NICE NG17, 1.6: 5 to 9 mmol/L at least 90 minutes after eating",
        },
        Self {
            code: "weight-heart-failure",
            title: "Quick weight gain in heart failure",
            measure: Measure::Weight,
            condition: Condition::Change { side: Side::Above, by: Amount::whole(2), days: 3 },
            of_best: None,
            colour: Colour::Red,
            words: "Your weight went up quickly, which can be fluid. Do what your heart failure plan says and ring us today. Call 999 if you cannot breathe lying down or have chest pain.",
            source: "Heart Failure Association of the ESC: more than 2 kg in 3 days; NICE NG106 for who follows it up",
        },
        Self {
            code: "weight-missing",
            title: "No weight in heart failure",
            measure: Measure::Weight,
            condition: Condition::Missing { days: 3 },
            of_best: None,
            colour: Colour::Amber,
            words: "We agreed that you weigh yourself each day. Please record your weight, or tell us if it does not work for you.",
            source: "Heart Failure Association of the ESC: weight is to be taken each day",
        },
        Self {
            code: "peak-flow-low",
            title: "Peak flow below 75% of the person\u{2019}s best",
            measure: Measure::PeakFlow,
            condition: OF_BEST,
            of_best: Some(75),
            colour: Colour::Amber,
            words: "Do what the amber part of your asthma plan says.",
            source: "BTS/SIGN 158: moderate, 50% to 75% of the best or predicted",
        },
        Self {
            code: "peak-flow-very-low",
            title: "Peak flow below half of the person\u{2019}s best",
            measure: Measure::PeakFlow,
            condition: OF_BEST,
            of_best: Some(50),
            colour: Colour::Red,
            words: "Take your reliever inhaler as your asthma plan says for an attack. Call 999 if it does not help, or if you cannot speak in whole sentences.",
            source: "BTS/SIGN 158: acute severe, 33% to 50% of the best or predicted",
        },
        Self {
            code: "oxygen-very-low",
            title: "Very low oxygen level",
            measure: Measure::Oxygen,
            condition: single(Bound::below(Amount::whole(92))),
            of_best: None,
            colour: Colour::Red,
            words: "If you have measured twice and it is still 92 or less, call 999. If you have measured once, measure again now: warm hands, no nail varnish, finger still.",
            source: "NHS England: Pulse oximetry at home, 92% or less",
        },
        Self {
            code: "oxygen-low",
            title: "Low oxygen level",
            measure: Measure::Oxygen,
            condition: single(Bound::below(Amount::whole(94))),
            of_best: None,
            colour: Colour::Amber,
            words: "Measure again within an hour. If it is still 93 or 94, ring us, or call 111 when we are closed.",
            source: "NHS England: Pulse oximetry at home, 93% or 94%",
        },
        Self {
            code: "oxygen-and-pulse",
            title: "Low oxygen level with a fast pulse",
            measure: Measure::Oxygen,
            condition: Condition::Both {
                bound: Bound::below(Amount::whole(94)),
                other: Measure::Pulse,
                also: Bound::above(Amount::whole(111), None),
            },
            of_best: None,
            colour: Colour::Red,
            words: "Your oxygen is low and your pulse is fast. Call 999 if you are very short of breath. If you have measured both twice and they are still so, call 111. If you have measured once, sit down and measure both again now.",
            source: "NHS England: Pulse oximetry at home, 94% or less; RCP National Early Warning Score (NEWS2): pulse 111 or more scores 2",
        },
    ];

    /// Whether a rule of this condition is as this one gives it: where its bound is to be filled in, with whatever bound.
    #[must_use]
    pub fn gives(&self, condition: &Condition) -> bool {
        match (self.of_best, *condition) {
            (Some(_), Condition::Single { bound }) => single(Bound { first: None, ..bound }) == self.condition,
            _ => *condition == self.condition,
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        const ALL: &[ReadyRule] = &ReadyRule::ALL;
        ALL.iter().find(|one| one.code == code)
    }
}

impl ReadyTarget {
    /// Each of them, by measure.
    pub const ALL: [Self; 5] = [
        Self {
            code: "pressure-under-80",
            title: "Under 80 years",
            measure: Measure::BloodPressure,
            target: pressure(135, 85),
            source: "NICE NG136, 1.4: home average below 135/85 mmHg",
        },
        Self {
            code: "pressure-80-and-over",
            title: "80 years and over",
            measure: Measure::BloodPressure,
            target: pressure(145, 85),
            source: "NICE NG136, 1.4: home average below 145/85 mmHg",
        },
        Self {
            code: "sugar",
            title: "Type 1 diabetes, on waking, before and after meals",
            measure: Measure::Glucose,
            target: Target { first: range(4000, 7000), second: OPEN, after: range(5000, 9000), waking: range(5000, 7000) },
            source: "NICE NG17, 1.6: 5 to 7 mmol/L on waking, 4 to 7 mmol/L before meals, 5 to 9 mmol/L at least 90 minutes after",
        },
        Self {
            code: "oxygen",
            title: "Most people",
            measure: Measure::Oxygen,
            target: one(Some(95_000), None),
            source: "NHS England: Pulse oximetry at home, 95% or more",
        },
        Self {
            code: "oxygen-copd",
            title: "At risk of too much carbon dioxide, such as some with COPD",
            measure: Measure::Oxygen,
            target: one(Some(88_000), Some(92_000)),
            source: "BTS guideline for oxygen use (2017): 88% to 92%",
        },
    ];

    /// The one of this word.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        const ALL: &[ReadyTarget] = &ReadyTarget::ALL;
        ALL.iter().find(|one| one.code == code)
    }
}

const fn one(low: Option<i64>, high: Option<i64>) -> Target {
    let low = match low {
        Some(low) => Some(thousandths(low)),
        None => None,
    };
    let high = match high {
        Some(high) => Some(thousandths(high)),
        None => None,
    };
    Target { first: Range::of(low, high), second: OPEN, after: OPEN, waking: OPEN }
}

const OPEN: Range = Range::of(None, None);

const fn pressure(first: i32, second: i32) -> Target {
    Target { first: Range::below(Amount::whole(first)), second: Range::below(Amount::whole(second)), after: OPEN, waking: OPEN }
}

const fn range(low: i64, high: i64) -> Range {
    Range::of(Some(thousandths(low)), Some(thousandths(high)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::rule::{MOST_DAYS, RuleKind};

    /// The hazard log.
    const SAFETY: &str = include_str!("../../../../docs/CLINICAL-SAFETY.md");

    #[test]
    fn each_stands_in_the_hazard_log_with_its_source() {
        for one in ReadyRule::ALL {
            let row = SAFETY.lines().find(|line| line.contains(&format!("`{}`", one.code)));
            let row = row.unwrap_or_else(|| panic!("{} is not in the hazard log", one.code));
            assert!(row.contains(one.source) && row.contains(one.title), "{row}");
            assert!(
                row.split('|').filter(|cell| !cell.trim().is_empty()).count() >= 4,
                "its risk and its control are missing: {row}"
            );
        }
        for one in ReadyTarget::ALL {
            let row = SAFETY.lines().find(|line| line.contains(&format!("`target {}`", one.code)));
            assert!(row.is_some_and(|row| row.contains(one.source)), "{} is not in the hazard log", one.code);
        }
    }

    #[test]
    fn rules_come_up_at_the_bounds_that_their_sources_give() {
        // The NHS calls below 90/60 low, either number.
        let Condition::Single { bound } = ReadyRule::of("pressure-low").unwrap().condition else { panic!("another kind") };
        for (first, second, low) in [(89, 70, true), (120, 59, true), (90, 60, false), (119, 79, false)] {
            assert_eq!(bound.meets(Amount::whole(first), Some(Amount::whole(second))), low, "{first}/{second}");
        }
        let both = ReadyRule::of("oxygen-and-pulse").unwrap();
        let Condition::Both { bound, also, .. } = both.condition else { panic!("another kind") };
        for (bound, words) in [(bound, "NHS England: Pulse oximetry at home, 94% or less"), (also, "(NEWS2): pulse 111 or more")]
        {
            let number = bound.first.unwrap().to_string();
            assert!(both.source.contains(words) && words.contains(&number), "{number}: {}", both.source);
        }
    }

    #[test]
    fn a_rule_is_as_it_was_picked_until_its_condition_is_another() {
        for one in ReadyRule::ALL {
            assert!(one.gives(&one.condition), "{}", one.code);
            assert!(!one.gives(&Condition::Missing { days: 59 }), "{}", one.code);
        }
        let below = |number| single(Bound::below(Amount::whole(number)));
        let table = [
            ("oxygen-very-low", below(92), true),
            ("oxygen-very-low", below(86), false),
            ("oxygen-very-low", single(Bound::above(Amount::whole(92), None)), false),
            // A part of the person's own best is filled in.
            ("peak-flow-low", below(340), true),
            ("peak-flow-low", single(Bound::above(Amount::whole(340), None)), false),
        ];
        for (code, condition, same) in table {
            assert_eq!(ReadyRule::of(code).unwrap().gives(&condition), same, "{code} {condition:?}");
        }
    }

    #[test]
    fn red_words_that_ask_to_measure_again_say_first_what_to_do_after_two_readings() {
        let mut asked = 0;
        for one in ReadyRule::ALL.iter().filter(|one| one.colour == Colour::Red) {
            let Some(again) = one.words.find(" again now").or_else(|| one.words.find("measure again")) else { continue };
            asked += 1;
            assert!(one.words.find("If you have measured").is_some_and(|twice| twice < again), "{}: {}", one.code, one.words);
        }
        assert_eq!(asked, 3);
    }

    #[test]
    fn each_is_whole_and_of_its_measure() {
        for one in ReadyRule::ALL {
            assert_eq!(ReadyRule::of(one.code), Some(&one));
            assert!((1..=500).contains(&one.words.chars().count()), "{}", one.code);
            let bounds = match one.condition {
                Condition::Single { bound } => vec![(one.measure, bound)],
                Condition::Average { bound, days, least } => {
                    assert!(days <= MOST_DAYS && least >= 2, "{}", one.code);
                    vec![(one.measure, bound)]
                }
                Condition::Both { bound, other, also } => vec![(one.measure, bound), (other, also)],
                Condition::Change { .. } | Condition::Missing { .. } => Vec::new(),
            };
            for (measure, bound) in bounds {
                let parts = measure.parts();
                assert_eq!(bound.first.is_none(), one.of_best.is_some(), "{}", one.code);
                for (bound, part) in [bound.first, bound.second].into_iter().zip(parts) {
                    assert!(bound.is_none_or(|it| part.possible.0 <= it && it <= part.possible.1), "{}", one.code);
                }
                assert!(bound.second.is_none() || parts.len() == 2, "{}", one.code);
            }
        }
        for kind in RuleKind::ALL {
            assert!(ReadyRule::ALL.iter().any(|one| one.condition.kind() == *kind), "{kind:?}");
        }
        for one in ReadyTarget::ALL {
            assert_eq!(ReadyTarget::of(one.code), Some(&one));
            assert!(!one.target.first.is_open(), "{}", one.code);
        }
    }
}
