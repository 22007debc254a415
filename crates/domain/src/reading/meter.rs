//! What a blood glucose meter shows in place of a number that it cannot measure.

use super::Measure;

/// What is too low or too high for a meter to show as a number. Where its bounds lie differs by meter (most show "LO" below 1.1 or
/// 0.6 mmol/L and "HI" above 27.8 or 33.3 mmol/L, by what their makers' manuals say), so that no number is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutOfRange {
    /// It shows "LO".
    Low,
    /// It shows "HI".
    High,
}

impl OutOfRange {
    /// What the meter shows.
    #[must_use]
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Low => "LO",
            Self::High => "HI",
        }
    }
}

/// The same of what was typed for the number of this measure: only a blood glucose meter shows such a word.
#[must_use]
pub fn off_meter(measure: Measure, text: &str) -> Option<OutOfRange> {
    if measure == Measure::Glucose { out_of_range(text) } else { None }
}

/// What was typed, if it is what a meter shows out of its range and nothing besides: "LO", "Hi", "low", "HIGH", however it is spaced and
/// whether quotes or full stops are about it.
#[must_use]
pub fn out_of_range(text: &str) -> Option<OutOfRange> {
    let is_about = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '.' | '!' | '-');
    let word = text.trim_matches(is_about);
    let is = |one: &str| word.eq_ignore_ascii_case(one);
    if is("lo") || is("low") {
        Some(OutOfRange::Low)
    } else if is("hi") || is("high") {
        Some(OutOfRange::High)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Amount;
    use proptest::prelude::*;

    #[test]
    fn what_a_meter_shows_out_of_its_range_is_heard_however_it_is_written() {
        for typed in ["LO", "lo", "Lo", " LO ", "low", "LOW", "Low.", "\"LO\"", "‘lo’", "lo!"] {
            assert_eq!(out_of_range(typed), Some(OutOfRange::Low), "{typed:?}");
        }
        for typed in ["HI", "hi", "Hi", "\u{a0}HI", "high", "HIGH", "High!", "'HI'", "hi."] {
            assert_eq!(out_of_range(typed), Some(OutOfRange::High), "{typed:?}");
        }
    }

    #[test]
    fn only_a_blood_glucose_meter_shows_it() {
        for (text, shown) in [("lo", OutOfRange::Low), ("High", OutOfRange::High)] {
            assert_eq!(off_meter(Measure::Glucose, text), Some(shown));
            assert_eq!(off_meter(Measure::Glucose, shown.shown()), Some(shown));
            assert_eq!(off_meter(Measure::Oxygen, text), None, "{text}");
        }
        assert_eq!(off_meter(Measure::Glucose, "7.2"), None);
    }

    #[test]
    fn nothing_else_is() {
        for typed in ["", " ", ".", "l", "h", "1.0", "L0", "lower", "hi there", "not low", "low high", "hello", "below 4", "<1.1"]
        {
            assert_eq!(out_of_range(typed), None, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_a_number_is_never_out_of_range(text in "[0-9 ,.]{0,12}|\\PC{0,12}") {
            prop_assert!(Amount::parse(&text).is_err() || out_of_range(&text).is_none());
        }
    }
}
