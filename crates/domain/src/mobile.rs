//! Mobile numbers, for text messages.
//!
//! Read here and not by a library: those that know the number plans of every country carry them whole (megabytes of tables),
//! while a text message asks for two rules only: what a British mobile number is, and what any number looks like.

use std::fmt;
use std::str::FromStr;

/// The most digits of a number with its country (ITU-T E.164, 6.2).
const LONGEST: usize = 15;
/// The fewest: the countries with the shortest numbers have four digits after three of the country.
const SHORTEST: usize = 7;
/// The digits of a British number after its country: ten.
const BRITISH: usize = 10;

/// A number that a text message can be sent to: a British mobile number, or one of another country with `+` before it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MobileNumber(String);

/// Why a text is not a mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MobileError {
    /// Nothing was given.
    #[error("no mobile number given")]
    Empty,
    /// It holds something other than digits, a `+` before them, and what people put between them.
    #[error("a mobile number has only digits")]
    NotDigits,
    /// It has too many digits or too few.
    #[error("the mobile number has too many or too few digits")]
    Length,
    /// It is a British number of another kind: a landline, a pager, a personal number.
    #[error("not a mobile number of the United Kingdom")]
    NotMobile,
    /// It has neither the form of a British number nor the code of a country.
    #[error("a number of another country begins with + and the code of the country")]
    NoCountry,
}

impl MobileNumber {
    /// Reads a number, with or without spaces, hyphens, dots and brackets between its parts: `07700 900123`,
    /// `+44 (0)7700 900123`, `0044…`, or `+` and the code of any other country.
    ///
    /// # Errors
    /// [`MobileError`] when it is empty, holds anything else, has another length, or is British and not mobile (Ofcom, National
    /// Telephone Numbering Plan: 071 to 075, 077 to 079, and 07624 on the Isle of Man).
    pub fn parse(text: &str) -> Result<Self, MobileError> {
        let between = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}');
        let bare: String = text.chars().filter(|c| !between(*c)).collect();
        if bare.is_empty() {
            return Err(MobileError::Empty);
        }
        let digits = bare.strip_prefix('+').unwrap_or(&bare);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(MobileError::NotDigits);
        }
        let abroad = if bare.starts_with('+') { Some(digits) } else { digits.strip_prefix("00") };
        let british = match abroad {
            Some(full) => full.strip_prefix("44").map(|rest| rest.strip_prefix('0').unwrap_or(rest)),
            None => digits.strip_prefix('0').or_else(|| digits.strip_prefix("44").filter(|rest| rest.len() == BRITISH)),
        };
        match (british, abroad) {
            (Some(national), _) => Self::of_britain(national),
            (None, Some(full)) => Self::of_elsewhere(full),
            (None, None) => Err(MobileError::NoCountry),
        }
    }

    fn of_britain(national: &str) -> Result<Self, MobileError> {
        let mobile = match national.as_bytes() {
            [b'7', b'1'..=b'5' | b'7'..=b'9', ..] => true,
            [b'7', b'6', ..] => national.starts_with("7624"),
            _ => false,
        };
        match (mobile, national.len()) {
            (false, _) => Err(MobileError::NotMobile),
            (true, BRITISH) => Ok(Self(format!("+44{national}"))),
            (true, _) => Err(MobileError::Length),
        }
    }

    fn of_elsewhere(full: &str) -> Result<Self, MobileError> {
        // No country's code begins with 0.
        if full.starts_with('0') {
            return Err(MobileError::NoCountry);
        }
        if (SHORTEST..=LONGEST).contains(&full.len()) { Ok(Self(format!("+{full}"))) } else { Err(MobileError::Length) }
    }

    /// With `+` and the code of its country, and nothing between the digits (E.164): as systems exchange it.
    #[must_use]
    pub fn as_e164(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MobileNumber {
    /// As its owner knows it: `07700 900123`, or with the code of its country.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.strip_prefix("+44").and_then(|national| national.split_at_checked(4)) {
            Some((area, rest)) => write!(f, "0{area} {rest}"),
            None => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for MobileNumber {
    /// Leaves the number out, so that no log holds it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MobileNumber")
    }
}

impl FromStr for MobileNumber {
    type Err = MobileError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_british_number_is_read_in_every_form_in_which_people_write_it() {
        for text in [
            "07700 900123",
            " 07700900123 ",
            "07700-900-123",
            "(07700) 900 123",
            "+447700900123",
            "+44 7700 900 123",
            "+44 (0)7700 900123",
            "0044 7700 900123",
            "447700900123",
            "07700\u{a0}900\u{2011}123",
        ] {
            let number = MobileNumber::parse(text).unwrap();
            assert_eq!((number.as_e164(), number.to_string().as_str()), ("+447700900123", "07700 900123"), "{text}");
        }
        assert!(MobileNumber::parse("07624 123456").is_ok(), "the Isle of Man");
        assert_eq!(format!("{:?}", MobileNumber::parse("07700 900123").unwrap()), "MobileNumber");
    }

    #[test]
    fn a_number_of_another_country_needs_its_code() {
        for (text, full) in
            [("+33 6 12 34 56 78", "+33612345678"), ("00353 85 012 3456", "+353850123456"), ("+683 4002", "+6834002")]
        {
            let number = MobileNumber::parse(text).unwrap();
            assert_eq!((number.as_e164(), number.to_string().as_str()), (full, full));
        }
        assert_eq!(MobileNumber::parse("33612345678"), Err(MobileError::NoCountry));
        assert_eq!(MobileNumber::parse("+0612345678"), Err(MobileError::NoCountry));
    }

    #[test]
    fn each_mistake_has_its_own_reason() {
        for (text, reason) in [
            ("", MobileError::Empty),
            (" - ", MobileError::Empty),
            ("+", MobileError::NotDigits),
            ("0770O 900123", MobileError::NotDigits),
            ("07700+900123", MobileError::NotDigits),
            ("٠٧٧٠٠٩٠٠١٢٣", MobileError::NotDigits),
            ("sam@example.org", MobileError::NotDigits),
            ("07700 90012", MobileError::Length),
            ("07700 9001234", MobileError::Length),
            ("+336123", MobileError::Length),
            ("+3361234567890123", MobileError::Length),
            ("020 7946 0018", MobileError::NotMobile),
            ("+44 20 7946 0018", MobileError::NotMobile),
            ("07012 345678", MobileError::NotMobile),
            ("07612 345678", MobileError::NotMobile),
            ("999", MobileError::NoCountry),
        ] {
            assert_eq!(MobileNumber::parse(text), Err(reason), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_is_read_reads_back(text in "\\PC{0,24}") {
            if let Ok(number) = MobileNumber::parse(&text) {
                prop_assert_eq!(&MobileNumber::parse(&number.to_string()).unwrap(), &number);
                prop_assert_eq!(&MobileNumber::parse(number.as_e164()).unwrap(), &number);
            }
        }

        #[test]
        fn what_stands_between_the_digits_makes_no_difference(
            rest in "7[1-57-9][0-9]{8}",
            gaps in proptest::collection::vec("[ \\-.()]{0,2}", 11),
            before in prop_oneof![Just("0"), Just("+44"), Just("0044"), Just("44"), Just("+440")],
        ) {
            let spread: String = rest.chars().zip(&gaps).flat_map(|(digit, gap)| format!("{digit}{gap}").chars().collect::<Vec<_>>()).collect();
            let number = MobileNumber::parse(&format!("{before}{spread}")).unwrap();
            prop_assert_eq!(number.as_e164(), format!("+44{rest}"));
        }

        #[test]
        fn a_number_with_plus_is_kept_as_it_is(full in "[1-35-9][0-9]{6,14}") {
            let number = MobileNumber::parse(&format!("+{full}")).unwrap();
            prop_assert_eq!(number.as_e164(), format!("+{full}"));
            prop_assert!(number.as_e164().len() <= LONGEST + 1);
        }
    }
}
