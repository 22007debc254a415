//! The NHS number: ten digits, the last a modulus 11 check.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A valid NHS number (NHS Data Dictionary, "NHS NUMBER": ten digits, modulus 11).
///
/// Kept without spaces; [`fmt::Display`] gives the 3-3-4 form in which people see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NhsNumber(String);

/// Why a text is not an NHS number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NhsNumberError {
    /// Nothing was given.
    #[error("no NHS number given")]
    Empty,
    /// It holds something other than digits, spaces and hyphens.
    #[error("an NHS number has only digits")]
    NotDigits,
    /// It has more or fewer than ten digits.
    #[error("an NHS number has 10 digits")]
    Length,
    /// The last digit does not fit the others.
    #[error("the check digit does not match")]
    CheckDigit,
}

impl NhsNumber {
    /// Reads an NHS number, with or without spaces or hyphens between its parts.
    ///
    /// # Errors
    /// [`NhsNumberError`] when it is empty, is not ten digits, or fails its check digit.
    pub fn parse(text: &str) -> Result<Self, NhsNumberError> {
        let bare: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}')).collect();
        if bare.is_empty() {
            return Err(NhsNumberError::Empty);
        }
        let digits = bare.chars().map(|c| c.to_digit(10)).collect::<Option<Vec<u32>>>().ok_or(NhsNumberError::NotDigits)?;
        let [body @ .., check] = digits.as_slice() else { return Err(NhsNumberError::Length) };
        if body.len() != 9 {
            return Err(NhsNumberError::Length);
        }
        if check_digit(body) == Some(*check) { Ok(Self(bare)) } else { Err(NhsNumberError::CheckDigit) }
    }

    /// The ten digits with nothing between them, as systems exchange it.
    #[must_use]
    pub fn as_digits(&self) -> &str {
        &self.0
    }
}

/// The check digit that belongs to nine digits; `None` where the sum gives 10, for which no number is issued.
#[must_use]
pub fn check_digit(nine: &[u32]) -> Option<u32> {
    let sum: u32 = nine.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        digit => Some(digit),
    }
}

impl fmt::Display for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.get(..3), self.0.get(3..6), self.0.get(6..)) {
            (Some(a), Some(b), Some(c)) => write!(f, "{a} {b} {c}"),
            _ => f.write_str(&self.0),
        }
    }
}

impl FromStr for NhsNumber {
    type Err = NhsNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for NhsNumber {
    type Error = NhsNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<NhsNumber> for String {
    fn from(number: NhsNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_with_spaces_and_shown_in_three_parts() {
        let number = NhsNumber::parse(" 943 476-5919 ").unwrap();
        assert_eq!(number.as_digits(), "9434765919");
        assert_eq!(number.to_string(), "943 476 5919");
    }

    #[test]
    fn each_mistake_has_its_own_reason() {
        assert_eq!(NhsNumber::parse("  "), Err(NhsNumberError::Empty));
        assert_eq!(NhsNumber::parse("943 476 591"), Err(NhsNumberError::Length));
        assert_eq!(NhsNumber::parse("943 476 59191"), Err(NhsNumberError::Length));
        assert_eq!(NhsNumber::parse("943 476 591O"), Err(NhsNumberError::NotDigits));
        assert_eq!(NhsNumber::parse("943 476 5910"), Err(NhsNumberError::CheckDigit));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_is_read_reads_back(text in "\\PC{0,20}") {
            if let Ok(number) = NhsNumber::parse(&text) {
                prop_assert_eq!(NhsNumber::parse(&number.to_string()).unwrap(), number);
            }
        }

        #[test]
        fn one_wrong_digit_is_always_noticed(nine in proptest::collection::vec(0u32..10, 9), at in 0usize..10, add in 1u32..10) {
            let Some(check) = check_digit(&nine) else { return Ok(()) };
            let mut digits = nine;
            digits.push(check);
            let text: String = digits.iter().map(ToString::to_string).collect();
            prop_assert!(NhsNumber::parse(&text).is_ok());
            digits[at] = (digits[at] + add) % 10;
            let text: String = digits.iter().map(ToString::to_string).collect();
            prop_assert!(NhsNumber::parse(&text).is_err());
        }
    }
}
