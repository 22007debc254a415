//! Where a value stands to the range that came with it.

use super::Decimal;
use crate::record::{Range, Value};

/// How a value is bounded where it could not be measured exactly (FHIR R4, quantity-comparator).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// It is the number.
    Exactly,
    /// It is less.
    Below,
    /// It is the number or less.
    AtMost,
    /// It is more.
    Above,
    /// It is the number or more.
    AtLeast,
}

impl Comparator {
    /// The sign before a number.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Exactly => "",
            Self::Below => "<",
            Self::AtMost => "≤",
            Self::Above => ">",
            Self::AtLeast => "≥",
        }
    }
}

/// A value that is a number, or is known to be on one side of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// How the number is meant.
    pub comparator: Comparator,
    /// The number.
    pub number: Decimal,
}

impl Amount {
    /// Reads a value as it is shown: "5.6", "<3", "≥100". `None` for words, ratios, pairs and everything else.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        let text = value.text.trim();
        let signs = [
            ("<=", Comparator::AtMost),
            (">=", Comparator::AtLeast),
            ("≤", Comparator::AtMost),
            ("≥", Comparator::AtLeast),
            ("<", Comparator::Below),
            (">", Comparator::Above),
        ];
        let (comparator, number) = signs
            .iter()
            .find_map(|(sign, meant)| Some((*meant, text.strip_prefix(sign)?)))
            .unwrap_or((Comparator::Exactly, text));
        Some(Self { comparator, number: Decimal::parse(number)? })
    }

    /// "5.6", "<3".
    #[must_use]
    pub fn words(self) -> String {
        format!("{}{}", self.comparator.sign(), self.number)
    }
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Below it.
    Below,
    /// In it; its ends are part of it.
    Within,
    /// Above it.
    Above,
}

/// By what a value is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By the numbers of the laboratory's own range.
    Range,
    /// By what the laboratory called it ("High"), without a range of numbers.
    Word,
}

/// Where a value stands, and by what that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Where.
    pub standing: Standing,
    /// By what.
    pub by: By,
}

/// The ends of a range as numbers; `None` where it has none, an end is no number, or they are the wrong way round.
fn ends(range: &Range) -> Option<(Option<Decimal>, Option<Decimal>)> {
    let end = |text: &Option<String>| match text {
        Some(text) => Decimal::parse(text).map(Some),
        None => Some(None),
    };
    let (low, high) = (end(&range.low)?, end(&range.high)?);
    match (low, high) {
        (None, None) => None,
        (Some(low), Some(high)) if low > high => None,
        ends => Some(ends),
    }
}

/// Where an amount stands to a range; `None` where that cannot be told for sure, as with "<5" and a range from 3 to 10.
fn compared(amount: Amount, range: &Range) -> Option<Standing> {
    let (low, high) = ends(range)?;
    let number = amount.number;
    match amount.comparator {
        Comparator::Exactly => Some(match (low, high) {
            (Some(low), _) if number < low => Standing::Below,
            (_, Some(high)) if number > high => Standing::Above,
            _ => Standing::Within,
        }),
        Comparator::Below | Comparator::AtMost => {
            let is_strict = amount.comparator == Comparator::Below;
            // A range from nought has no lower end: what is counted or measured so is never below it.
            let low = low.filter(|low| !low.is_zero());
            match (low, high) {
                (Some(low), _) if number < low || (is_strict && number == low) => Some(Standing::Below),
                (None, Some(high)) if number <= high => Some(Standing::Within),
                _ => None,
            }
        }
        Comparator::Above | Comparator::AtLeast => {
            let is_strict = amount.comparator == Comparator::Above;
            match (low, high) {
                (_, Some(high)) if number > high || (is_strict && number == high) => Some(Standing::Above),
                (Some(low), None) if number >= low => Some(Standing::Within),
                _ => None,
            }
        }
    }
}

/// What the laboratory's own word says of where a value stands, or its code where a source sends that in place of a word (HL7 v3
/// `ObservationInterpretation`, in capitals); `None` for what says something else ("Abnormal", "Positive").
fn word(interpretation: &str) -> Option<Standing> {
    let said = interpretation.trim();
    match said {
        "H" | "HU" | "HH" | "HX" | ">" => return Some(Standing::Above),
        "L" | "LU" | "LL" | "LX" | "<" => return Some(Standing::Below),
        "N" => return Some(Standing::Within),
        _ => {}
    }
    Some(match said.to_lowercase().as_str() {
        "high" | "very high" | "significantly higher" | "above the range that can be measured" => Standing::Above,
        "low" | "very low" | "significantly lower" | "below the range that can be measured" => Standing::Below,
        "normal" => Standing::Within,
        _ => return None,
    })
}

/// Where a value stands by what came with it. `None` where the laboratory gave neither a range that can be compared nor a word
/// that says so, and where its word and its range do not agree: then each stands as it was given, and nothing is said.
#[must_use]
pub fn placed(value: &Value) -> Option<Placed> {
    let said = value.interpretation.as_deref().map(|said| (word(said), said));
    let counted = value.range.as_ref().and_then(|range| compared(Amount::read(value)?, range));
    let by = |standing, by| Some(Placed { standing, by });
    match (said, counted) {
        (None, Some(standing)) => by(standing, By::Range),
        (Some((Some(said), _)), Some(standing)) if said == standing => by(standing, By::Range),
        (Some((Some(said), _)), None) => by(said, By::Word),
        // Another word, such as "Abnormal", goes with a value outside of the range and against one within it.
        (Some((None, _)), Some(standing)) if standing != Standing::Within => by(standing, By::Range),
        _ => None,
    }
}

/// Where a value stands by the numbers of its range, where its laboratory's own word says another side: the two do not agree. `None`
/// where they do, or where one of them says nothing that can be compared.
#[must_use]
pub fn against_its_word(value: &Value) -> Option<Standing> {
    let said = word(value.interpretation.as_deref()?)?;
    compared(Amount::read(value)?, value.range.as_ref()?).filter(|counted| *counted != said)
}

/// How far a value that is an exact number is outside of its range; `None` where it is not, or is not known to be.
#[must_use]
pub fn beyond(value: &Value) -> Option<Decimal> {
    let amount = Amount::read(value).filter(|amount| amount.comparator == Comparator::Exactly)?;
    let (low, high) = ends(value.range.as_ref()?)?;
    match placed(value)?.standing {
        Standing::Below => low?.less(amount.number),
        Standing::Above => amount.number.less(high?),
        Standing::Within => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str, range: Option<(&str, &str)>, said: Option<&str>) -> Value {
        let end = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Value {
            text: text.to_owned(),
            number: None,
            unit: Some("mmol/L".to_owned()),
            range: range.map(|(low, high)| Range { low: end(low), high: end(high), text: None }),
            interpretation: said.map(ToOwned::to_owned),
        }
    }

    const BELOW: Option<Standing> = Some(Standing::Below);
    const WITHIN: Option<Standing> = Some(Standing::Within);
    const ABOVE: Option<Standing> = Some(Standing::Above);

    #[test]
    fn where_a_value_stands_is_told_by_its_own_range_or_not_at_all() {
        for (text, low, high, expected) in [
            // A number: the ends are part of the range.
            ("3.4", "3.5", "5.3", BELOW),
            ("3.5", "3.5", "5.3", WITHIN),
            ("3.50", "3.5", "5.3", WITHIN),
            ("5.3", "3.5", "5.3", WITHIN),
            ("5.31", "3.5", "5.3", ABOVE),
            ("59", "60", "", BELOW),
            ("60", "60", "", WITHIN),
            ("5.0", "", "5.0", WITHIN),
            ("5.1", "", "5.0", ABOVE),
            ("-3", "-2", "2", BELOW),
            // Less than a number.
            ("<3", "3", "5", BELOW),
            ("<2", "3", "5", BELOW),
            ("<4", "3", "5", None),
            ("<9", "3", "5", None),
            ("<5", "", "5", WITHIN),
            ("<6", "", "5", None),
            ("<1", "0", "5", WITHIN),
            ("<1", "-2", "2", None),
            ("≤3", "3", "5", None),
            ("<=2.9", "3", "5", BELOW),
            ("≤5", "", "5", WITHIN),
            ("<3", "60", "", BELOW),
            ("<70", "60", "", None),
            // More than a number.
            (">100", "", "100", ABOVE),
            (">90", "60", "", WITHIN),
            (">90", "60", "100", None),
            (">50", "60", "", None),
            ("≥100", "", "100", None),
            (">=100.1", "", "100", ABOVE),
            ("≥60", "60", "", WITHIN),
            // Ranges and values that cannot be compared.
            ("5", "", "", None),
            ("5", "7", "3", None),
            ("5", "low", "9", None),
            ("1:40", "0", "80", None),
            ("Positive", "0", "80", None),
            ("120/80", "0", "80", None),
            ("~5", "0", "80", None),
            ("", "0", "80", None),
        ] {
            let found = placed(&value(text, Some((low, high)), None));
            assert_eq!(found.map(|found| found.standing), expected, "{text} in {low} to {high}");
            assert!(found.is_none_or(|found| found.by == By::Range));
        }
        assert_eq!(placed(&value("5", None, None)), None);
    }

    #[test]
    fn the_laboratorys_word_comes_first_and_is_never_gone_against() {
        for (text, range, said, expected) in [
            ("6.1", Some(("3.5", "5.3")), "High", Some((Standing::Above, By::Range))),
            ("5.0", Some(("3.5", "5.3")), "Normal", Some((Standing::Within, By::Range))),
            ("6.1", None, "High", Some((Standing::Above, By::Word))),
            ("Trace", None, "Normal", Some((Standing::Within, By::Word))),
            ("<4", Some(("3", "5")), "Low", Some((Standing::Below, By::Word))),
            // They do not agree: a range for another sex or age, or a slip.
            ("5.0", Some(("3.5", "5.3")), "High", None),
            ("6.1", Some(("3.5", "5.3")), "Normal", None),
            ("6.1", Some(("3.5", "5.3")), "Low", None),
            ("5.0", Some(("3.5", "5.3")), "Abnormal", None),
            ("6.1", Some(("3.5", "5.3")), "Abnormal", Some((Standing::Above, By::Range))),
            ("6.1", None, "Abnormal", None),
            ("Seen", None, "Positive", None),
            // Codes in place of words, and letters that are none.
            ("6.1", None, "HH", Some((Standing::Above, By::Word))),
            ("6.1", Some(("3.5", "5.3")), " H ", Some((Standing::Above, By::Range))),
            ("2.0", None, "L", Some((Standing::Below, By::Word))),
            ("4.0", None, "N", Some((Standing::Within, By::Word))),
            ("6.1", Some(("3.5", "5.3")), "N", None),
            ("6.1", None, "A", None),
            ("6.1", None, "h", None),
        ] {
            let found = placed(&value(text, range, Some(said))).map(|found| (found.standing, found.by));
            assert_eq!(found, expected, "{text} {range:?} {said}");
        }
    }

    #[test]
    fn a_word_and_a_range_that_do_not_agree_are_told_apart_from_those_that_say_nothing() {
        for (text, range, said, expected) in [
            ("<5", Some(("15", "300")), Some("Normal"), BELOW),
            ("6.1", Some(("3.5", "5.3")), Some("N"), ABOVE),
            ("6.1", Some(("3.5", "5.3")), Some("Low"), ABOVE),
            ("5.0", Some(("3.5", "5.3")), Some("High"), WITHIN),
            ("5.0", Some(("3.5", "5.3")), Some("Normal"), None),
            ("<5", Some(("3", "10")), Some("Normal"), None),
            ("6.1", Some(("3.5", "5.3")), Some("Abnormal"), None),
            ("6.1", Some(("3.5", "5.3")), None, None),
            ("6.1", None, Some("Normal"), None),
        ] {
            assert_eq!(against_its_word(&value(text, range, said)), expected, "{text} {range:?} {said:?}");
        }
    }

    #[test]
    fn how_far_outside_is_exact() {
        let far = |text: &str, low: &str, high: &str| beyond(&value(text, Some((low, high)), None)).map(|far| far.to_string());
        assert_eq!(far("6.1", "3.5", "5.3").as_deref(), Some("0.8"));
        assert_eq!(far("3.45", "3.5", "").as_deref(), Some("0.05"));
        assert_eq!(far("5", "3.5", "5.3"), None);
        assert_eq!(far(">6", "", "5"), None);
    }

    proptest! {
        #[test]
        fn a_number_is_on_exactly_one_side(number in -500_i32..1500, low in 0_i32..400, wide in 0_i32..400) {
            let high = low + wide;
            let found = placed(&value(&number.to_string(), Some((&low.to_string(), &high.to_string())), None)).unwrap().standing;
            let expected = if number < low { Standing::Below } else if number > high { Standing::Above } else { Standing::Within };
            prop_assert_eq!(found, expected);
        }

        /// Whatever "<5" turns out to be, what was said of it is true.
        #[test]
        fn what_is_said_of_a_bound_holds_for_every_value_that_it_can_be(
            bound in 0_i32..40, low in prop::option::of(0_i32..40), high in prop::option::of(0_i32..40), sign in 0_usize..4, true_value in 0_i32..80,
        ) {
            prop_assume!(low.zip(high).is_none_or(|(low, high)| low <= high));
            let (text, is_so) = match sign {
                0 => (format!("<{bound}"), true_value < bound),
                1 => (format!("≤{bound}"), true_value <= bound),
                2 => (format!(">{bound}"), true_value > bound),
                _ => (format!("≥{bound}"), true_value >= bound),
            };
            prop_assume!(is_so);
            let words = |end: Option<i32>| end.map(|end| end.to_string()).unwrap_or_default();
            let (low_words, high_words) = (words(low), words(high));
            let range = Some((low_words.as_str(), high_words.as_str()));
            if let Some(said) = placed(&value(&text, range, None)) {
                let truth = placed(&value(&true_value.to_string(), range, None)).unwrap();
                prop_assert_eq!(said.standing, truth.standing, "{} is {}", text, true_value);
            }
        }
    }
}
