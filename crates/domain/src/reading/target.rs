//! Where a care team wants a measure to be, for one person.

use super::{Amount, Meal, Measure};
use std::cmp::Ordering;

/// From where to where a number is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// No lower than this.
    pub low: Option<Amount>,
    /// The upper end: with a lower one no higher than this ("4 to 9"), by itself not reached ("below 135"), as guidelines say it.
    pub high: Option<Amount>,
    /// Whether an upper end by itself may be reached ("72 kg or less"), as a person says what they aim at.
    pub or_less: bool,
}

impl Range {
    /// From one end to the other, as guidelines say it; either may be open.
    #[must_use]
    pub const fn of(low: Option<Amount>, high: Option<Amount>) -> Self {
        Self { low, high, or_less: false }
    }

    /// Below this.
    #[must_use]
    pub const fn below(high: Amount) -> Self {
        Self::of(None, Some(high))
    }

    /// This or less.
    #[must_use]
    pub const fn at_most(high: Amount) -> Self {
        Self { low: None, high: Some(high), or_less: true }
    }

    /// Whether nothing is said.
    #[must_use]
    pub const fn is_open(self) -> bool {
        self.low.is_none() && self.high.is_none()
    }

    /// Whether a number is where it is wanted.
    #[must_use]
    pub fn holds(self, number: Amount) -> bool {
        match (self.low, self.high) {
            (Some(low), Some(high)) => low <= number && number <= high,
            (Some(low), None) => low <= number,
            (None, Some(high)) => number < high || (self.or_less && number == high),
            (None, None) => true,
        }
    }
}

/// Where each number of a measure is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The first number.
    pub first: Range,
    /// The second, where there is one.
    pub second: Range,
    /// The first number after a meal, where it is wanted elsewhere then; open where it is not.
    pub after: Range,
    /// The first number on waking, where it is wanted elsewhere then than before meals; open where it is not.
    pub waking: Range,
}

impl Measure {
    /// To as many decimals as it is measured with: what people are shown is what counts.
    #[must_use]
    pub fn rounded(self, amount: Amount) -> Amount {
        amount.rounded(self.parts().first().map_or(0, |part| part.decimals))
    }
}

impl Target {
    /// Whether a reading is where it is wanted, with both its numbers. Of what differs by meals any range is enough.
    #[must_use]
    pub fn holds(&self, measure: Measure, first: Amount, second: Option<Amount>) -> bool {
        self.holds_at(measure, first, second, None)
    }

    /// The same of a reading of which it is known whether it was taken on waking, before or after a meal.
    #[must_use]
    pub fn holds_at(&self, measure: Measure, first: Amount, second: Option<Amount>, meal: Option<Meal>) -> bool {
        let holds = |range: Range, number: Amount| range.holds(measure.rounded(number));
        let is_first = match meal {
            Some(meal) => holds(self.at(meal), first),
            None => Meal::ALL.iter().any(|meal| holds(self.at(*meal), first)),
        };
        is_first && second.is_none_or(|second| holds(self.second, second))
    }

    /// Where the first number is wanted at a time: where nothing is said of that time, as before meals.
    const fn at(&self, meal: Meal) -> Range {
        match meal {
            Meal::Waking if !self.waking.is_open() => self.waking,
            Meal::After if !self.after.is_open() => self.after,
            Meal::Waking | Meal::Before | Meal::After => self.first,
        }
    }

    /// Where the first number is wanted at a time, in words ("4 to 7 mmol/L"), and how this one stands to that as it is shown: less than
    /// it, in it or more. Absent where nothing is said of that time.
    #[must_use]
    pub fn stands_at(&self, measure: Measure, first: Amount, meal: Meal) -> Option<(String, Ordering)> {
        let (range, number) = (self.at(meal), measure.rounded(first));
        if range.is_open() {
            return None;
        }
        let stands = match range.holds(number) {
            true => Ordering::Equal,
            false if range.low.is_some_and(|low| number < low) => Ordering::Less,
            false => Ordering::Greater,
        };
        Some((one(range, measure), stands))
    }

    /// Whether it differs by meals.
    #[must_use]
    pub const fn has_meals(&self) -> bool {
        !self.after.is_open() || !self.waking.is_open()
    }

    /// From where to where the first number is wanted at any time: what is drawn.
    #[must_use]
    pub fn spread(&self) -> Range {
        let all: Vec<Range> = Meal::ALL.iter().map(|meal| self.at(*meal)).collect();
        let lows: Option<Vec<Amount>> = all.iter().map(|range| range.low).collect();
        let highs: Option<Vec<Amount>> = all.iter().map(|range| range.high).collect();
        Range {
            low: lows.and_then(|all| all.into_iter().min()),
            high: highs.and_then(|all| all.into_iter().max()),
            or_less: all.iter().any(|range| range.or_less),
        }
    }

    /// "below 135 over 85", "4 to 9 mmol/L", "95% or more".
    #[must_use]
    pub fn in_words(&self, measure: Measure) -> String {
        if measure.parts().len() < 2 {
            if !self.has_meals() {
                return one(self.first, measure);
            }
            let all = [(self.waking, Meal::Waking), (self.first, Meal::Before), (self.after, Meal::After)];
            let said = all.iter().filter(|(range, _)| !range.is_open());
            let said: Vec<String> = said.map(|(range, meal)| format!("{} {}", one(*range, measure), meal.words())).collect();
            return said.join(", ");
        }
        let bare = |range: Range| match (range.low, range.high) {
            (None, Some(high)) if range.or_less => format!("{high} or less"),
            (Some(low), Some(high)) => format!("{low} to {high}"),
            (Some(low), None) => format!("{low} or more"),
            (None, Some(high)) => format!("below {high}"),
            (None, None) => "not set".to_owned(),
        };
        match (self.first, self.second) {
            (Range { low: None, high: Some(first), or_less: false }, Range { low: None, high: Some(second), or_less: false }) => {
                format!("below {first} over {second}")
            }
            (first, second) if second.is_open() => format!("top number {}", bare(first)),
            (first, second) if first.is_open() => format!("bottom number {}", bare(second)),
            (first, second) => format!("top number {}, bottom number {}", bare(first), bare(second)),
        }
    }
}

fn one(range: Range, measure: Measure) -> String {
    let with_unit = |amount: Amount| measure.in_words(measure.unit(), "", amount, None);
    match (range.low, range.high) {
        (Some(low), Some(high)) if measure.choices().is_empty() => format!("{low} to {}", with_unit(high)),
        (Some(low), Some(high)) => format!("{} to {}", with_unit(low), with_unit(high)),
        (Some(low), None) => format!("{} or more", with_unit(low)),
        (None, Some(high)) if range.or_less => format!("{} or less", with_unit(high)),
        (None, Some(high)) => format!("below {}", with_unit(high)),
        (None, None) => "not set".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(low: Option<&str>, high: Option<&str>) -> Range {
        let read = |text: &str| Amount::parse(text).unwrap();
        Range::of(low.map(read), high.map(read))
    }

    #[test]
    fn a_number_stands_to_the_target_of_its_meal() {
        let target = Target { first: range(Some("4"), Some("7")), after: range(None, Some("8.5")), ..Target::default() };
        let stands = |number: &str, meal| target.stands_at(Measure::Glucose, Amount::parse(number).unwrap(), meal);
        for (number, meal, expected) in [
            ("3.9", Meal::Before, Ordering::Less),
            ("4", Meal::Before, Ordering::Equal),
            ("7.04", Meal::Before, Ordering::Equal),
            ("7.1", Meal::Waking, Ordering::Greater),
            ("8.4", Meal::After, Ordering::Equal),
            ("8.5", Meal::After, Ordering::Greater),
        ] {
            let said = if meal == Meal::After { "below 8.5 mmol/L" } else { "4 to 7 mmol/L" };
            assert_eq!(stands(number, meal), Some((said.to_owned(), expected)), "{number} {meal:?}");
        }
        let only_after = Target { after: range(None, Some("8.5")), ..Target::default() };
        assert_eq!(only_after.stands_at(Measure::Glucose, Amount::whole(6), Meal::Before), None);
    }

    #[test]
    fn targets_are_said_as_guidelines_say_them() {
        let table = [
            (Measure::BloodPressure, range(None, Some("135")), range(None, Some("85")), "below 135 over 85"),
            (Measure::BloodPressure, range(Some("100"), Some("135")), Range::default(), "top number 100 to 135"),
            (Measure::BloodPressure, Range::default(), range(None, Some("85")), "bottom number below 85"),
            (
                Measure::BloodPressure,
                range(Some("100"), Some("135")),
                range(None, Some("85")),
                "top number 100 to 135, bottom number below 85",
            ),
            (Measure::Glucose, range(Some("4"), Some("9")), Range::default(), "4 to 9 mmol/L"),
            (Measure::Oxygen, range(Some("88"), Some("92")), Range::default(), "88 to 92%"),
            (Measure::Oxygen, range(Some("95"), None), Range::default(), "95% or more"),
            (Measure::Hba1c, range(None, Some("48")), Range::default(), "below 48 mmol/mol"),
            (Measure::Mood, range(Some("4"), None), Range::default(), "Good or more"),
            (Measure::Weight, Range::at_most(Amount::whole(72)), Range::default(), "72 kg or less"),
            (
                Measure::BloodPressure,
                Range::at_most(Amount::whole(135)),
                Range::below(Amount::whole(85)),
                "top number 135 or less, bottom number below 85",
            ),
        ];
        for (measure, first, second, words) in table {
            assert_eq!(Target { first, second, ..Target::default() }.in_words(measure), words);
        }
    }

    #[test]
    fn an_end_is_within_or_not_as_it_is_said() {
        let table = [
            (range(None, Some("135")), "134", true),
            (range(None, Some("135")), "135", false),
            (range(Some("4"), Some("9")), "4", true),
            (range(Some("4"), Some("9")), "9", true),
            (range(Some("4"), Some("9")), "9.1", false),
            (range(Some("95"), None), "95", true),
            (range(Some("95"), None), "94", false),
        ];
        for (range, number, expected) in table {
            assert_eq!(range.holds(Amount::parse(number).unwrap()), expected, "{range:?} {number}");
        }
        let pressure = Target { first: range(None, Some("135")), second: range(None, Some("85")), ..Target::default() };
        let both = |first, second| pressure.holds(Measure::BloodPressure, Amount::whole(first), Some(Amount::whole(second)));
        assert_eq!([both(130, 80), both(140, 80), both(130, 90)], [true, false, false], "both numbers count");
        // 130 mg/dL is 7.215 mmol/L, and shown as 7.2.
        let sugar = Target { first: range(Some("4"), Some("7.2")), ..Target::default() };
        assert!(sugar.holds(Measure::Glucose, Amount::from_thousandths(7215), None));
    }

    #[test]
    fn sugar_is_wanted_elsewhere_after_meals() {
        let sugar = Target { first: range(Some("4"), Some("7")), after: range(Some("5"), Some("9")), ..Target::default() };
        assert_eq!(sugar.in_words(Measure::Glucose), "4 to 7 mmol/L before meals, 5 to 9 mmol/L after meals");
        let table = [
            ("4.5", [true, false, true]),
            ("6", [true, true, true]),
            ("8.5", [false, true, true]),
            ("9.1", [false, false, false]),
            ("3.9", [false, false, false]),
        ];
        for (number, expected) in table {
            let holds = |meal| sugar.holds_at(Measure::Glucose, Amount::parse(number).unwrap(), None, meal);
            assert_eq!([holds(Some(Meal::Before)), holds(Some(Meal::After)), holds(None)], expected, "{number}");
        }
        assert_eq!(sugar.spread(), range(Some("4"), Some("9")));
        // NICE NG17, 1.6: on waking no lower than 5.
        let waking = Target { waking: range(Some("5"), Some("7")), ..sugar };
        let words = "5 to 7 mmol/L on waking, 4 to 7 mmol/L before meals, 5 to 9 mmol/L after meals";
        assert_eq!((waking.in_words(Measure::Glucose).as_str(), waking.spread()), (words, range(Some("4"), Some("9"))));
        for (number, expected) in [("4.5", [false, true, false]), ("6", [true; 3]), ("8", [false, false, true])] {
            let holds = |meal| waking.holds_at(Measure::Glucose, Amount::parse(number).unwrap(), None, Some(meal));
            assert_eq!([Meal::Waking, Meal::Before, Meal::After].map(holds), expected, "{number}");
        }
        assert!(waking.holds_at(Measure::Glucose, Amount::parse("4.5").unwrap(), None, None), "nobody said when");
        assert!(sugar.holds_at(Measure::Glucose, Amount::parse("4.5").unwrap(), None, Some(Meal::Waking)), "as before meals");
        let after = Target { after: range(None, Some("7.8")), ..Target::default() };
        assert_eq!(after.in_words(Measure::Glucose), "below 7.8 mmol/L after meals");
        assert!(after.holds_at(Measure::Glucose, Amount::whole(12), None, Some(Meal::Before)), "nothing is said of before meals");
        assert!(!after.holds_at(Measure::Glucose, Amount::whole(12), None, Some(Meal::After)));
        let same = Target { first: range(Some("4"), Some("9")), ..Target::default() };
        assert!(Meal::ALL.iter().all(|meal| same.holds_at(Measure::Glucose, Amount::whole(8), None, Some(*meal))));
    }

    proptest! {
        #[test]
        fn a_reading_of_unknown_time_is_within_where_it_would_be_at_either(
            ends in prop::array::uniform6(prop::option::of(1..30_i32)), number in 1..30_i32,
        ) {
            let [low, high, after_low, after_high, waking_low, waking_high] = ends.map(|end| end.map(Amount::whole));
            let target = Target {
                first: Range::of(low, high),
                after: Range::of(after_low, after_high),
                waking: Range::of(waking_low, waking_high),
                ..Target::default()
            };
            let holds = |meal| target.holds_at(Measure::Glucose, Amount::whole(number), None, meal);
            prop_assert_eq!(holds(None), Meal::ALL.iter().any(|meal| holds(Some(*meal))));
        }

        #[test]
        fn whatever_is_between_two_that_are_within_is_within(
            low in prop::option::of(0..1000_i32), high in prop::option::of(0..1000_i32), mut three in prop::array::uniform3(0..1000_i32),
        ) {
            three.sort_unstable();
            let range = Range::of(low.map(Amount::whole), high.map(Amount::whole));
            let [a, b, c] = three.map(|number| range.holds(Amount::whole(number)));
            prop_assert!(!(a && c) || b);
        }
    }
}
