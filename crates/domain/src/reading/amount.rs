//! Numbers as people write them: exact, to three decimals.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number in thousandths, so that nothing is lost between what was typed and what is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(i64);

/// Why a text is no number that can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing was written.
    #[error("nothing was written")]
    Empty,
    /// It is no number.
    #[error("it is not a number")]
    NotANumber,
    /// Its comma may be of thousands or of decimals.
    #[error("its comma can mean two things")]
    Comma,
    /// It has more than three decimals.
    #[error("it has too many decimals")]
    TooExact,
    /// It is beyond anything that is measured.
    #[error("it has too many digits")]
    TooLong,
}

impl Amount {
    /// The most digits before the decimal point.
    const MOST_DIGITS: usize = 9;

    /// So many thousandths.
    #[must_use]
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// A whole number.
    #[must_use]
    pub const fn whole(number: i32) -> Self {
        // Cannot overflow: an i32 times a thousand fits.
        #[expect(clippy::as_conversions, reason = "a constant cannot call `From`")]
        Self(number as i64 * 1000)
    }

    /// In thousandths.
    #[must_use]
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// Reads what somebody typed of what has decimals: a comma for the point is fine, spaces around it, and spaces between whole groups
    /// of thousands.
    ///
    /// # Errors
    /// [`AmountError`] when it is no number of at most nine digits and three decimals. A minus is none.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        Self::read(text, false)
    }

    /// The same of what has none: a comma before three digits groups thousands.
    ///
    /// # Errors
    /// As [`Amount::parse`].
    pub fn parse_whole(text: &str) -> Result<Self, AmountError> {
        Self::read(text, true)
    }

    fn read(text: &str, is_whole: bool) -> Result<Self, AmountError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        let groups = |text: &str, between: fn(char) -> bool| grouped(text, between).ok_or(AmountError::NotANumber);
        let (whole, decimals) = match (text.split_once('.'), text.rsplit_once(',')) {
            // "8,000.5" can only be grouped.
            (Some((whole, decimals)), Some(_)) => (groups(whole, |c| c == ',')?, decimals),
            (Some((whole, decimals)), None) => (spaced(whole)?, decimals),
            (None, Some((whole, decimals))) if decimals.len() == 3 || whole.contains(',') => {
                if !is_whole && !whole.contains(',') {
                    return Err(AmountError::Comma);
                }
                (grouped(text, |c| c == ',').ok_or(AmountError::Comma)?, "")
            }
            (None, Some((whole, decimals))) => (spaced(whole)?, decimals),
            (None, None) => (spaced(text)?, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&whole) || !digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
            return Err(AmountError::NotANumber);
        }
        let decimals = decimals.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        if whole.len() > Self::MOST_DIGITS {
            return Err(AmountError::TooLong);
        }
        if decimals.len() > 3 {
            return Err(AmountError::TooExact);
        }
        format!("{whole}{decimals:0<3}").parse().map(Self).map_err(|_| AmountError::NotANumber)
    }

    /// How many decimals it has: 0 to 3.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        match self.0.unsigned_abs() {
            n if n % 1000 == 0 => 0,
            n if n % 100 == 0 => 1,
            n if n % 10 == 0 => 2,
            _ => 3,
        }
    }

    /// The nearest number with so many decimals; of two as near, the one further from nought.
    #[must_use]
    pub const fn rounded(self, decimals: u8) -> Self {
        let step = match decimals {
            0 => 1000,
            1 => 100,
            2 => 10,
            _ => 1,
        };
        Self(divided(self.0, step) * step)
    }
}

/// Digits without what is between their groups: one to three, then three in each. `None` for other groups, and for a first that begins
/// with a nought.
fn grouped(text: &str, between: fn(char) -> bool) -> Option<String> {
    let mut groups = text.split(between);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()) && !first.starts_with('0'))?;
    groups.try_fold(first.to_owned(), |all, group| (group.len() == 3).then(|| all + group))
}

/// The same where spaces may be between, or nothing.
fn spaced(text: &str) -> Result<String, AmountError> {
    if !text.contains(char::is_whitespace) {
        return Ok(text.to_owned());
    }
    grouped(text, char::is_whitespace).ok_or(AmountError::NotANumber)
}

/// Divides and takes the nearest whole; of two as near, the one further from nought.
pub(super) const fn divided(number: i64, by: i64) -> i64 {
    let half = by / 2;
    if number < 0 { (number - half) / by } else { (number + half) / by }
}

impl fmt::Display for Amount {
    /// "7.2", "130": no more decimals than it has.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, rest) = (size / 1000, format!("{:03}", size % 1000));
        match rest.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            decimals => write!(f, "{sign}{whole}.{decimals}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (typed, read) in [
            ("7.2", Ok(7200)),
            (" 7,2 ", Ok(7200)),
            ("130", Ok(130_000)),
            ("0130.0", Ok(130_000)),
            ("12 000", Ok(12_000_000)),
            ("1\u{a0}234\u{202f}567", Ok(1_234_567_000)),
            ("12 000.5", Ok(12_000_500)),
            ("8,000.5", Ok(8_000_500)),
            ("1,234,567", Ok(1_234_567_000)),
            ("8,00", Ok(8000)),
            ("0,5", Ok(500)),
            (".5", Ok(500)),
            ("5.", Ok(5000)),
            ("0", Ok(0)),
            ("", Err(AmountError::Empty)),
            (".", Err(AmountError::NotANumber)),
            ("-3", Err(AmountError::NotANumber)),
            ("1.2.3", Err(AmountError::NotANumber)),
            ("12 4", Err(AmountError::NotANumber)),
            ("1 2 3", Err(AmountError::NotANumber)),
            ("1234 567", Err(AmountError::NotANumber)),
            ("0 500", Err(AmountError::NotANumber)),
            ("7. 2", Err(AmountError::NotANumber)),
            ("7 ,2", Err(AmountError::NotANumber)),
            ("1.234,5", Err(AmountError::NotANumber)),
            ("12,34,567", Err(AmountError::Comma)),
            ("8,000", Err(AmountError::Comma)),
            ("0,500", Err(AmountError::Comma)),
            ("1e3", Err(AmountError::NotANumber)),
            ("٣", Err(AmountError::NotANumber)),
            ("1.2345", Err(AmountError::TooExact)),
            ("1234567890", Err(AmountError::TooLong)),
            ("1234567890.2345", Err(AmountError::TooLong)),
        ] {
            assert_eq!(Amount::parse(typed).map(Amount::thousandths), read, "{typed:?}");
        }
    }

    #[test]
    fn a_comma_groups_thousands_of_what_has_no_decimals() {
        for (typed, read) in [
            ("8,000", Ok(8_000_000)),
            ("12,345", Ok(12_345_000)),
            ("8 000", Ok(8_000_000)),
            ("8000", Ok(8_000_000)),
            ("8,5", Ok(8500)),
            ("0,500", Err(AmountError::Comma)),
            ("1234,000", Err(AmountError::Comma)),
        ] {
            assert_eq!(Amount::parse_whole(typed).map(Amount::thousandths), read, "{typed:?}");
        }
    }

    #[test]
    fn rounding_takes_the_nearest() {
        let round = |number, decimals| Amount(number).rounded(decimals).0;
        assert_eq!((round(7215, 1), round(7250, 1), round(7249, 1), round(7500, 0)), (7200, 7300, 7200, 8000));
        assert_eq!((round(-7250, 1), round(7215, 3)), (-7300, 7215));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(thousandths in 0..1_000_000_000_000_i64) {
            let amount = Amount(thousandths);
            prop_assert_eq!(Amount::parse(&amount.to_string()), Ok(amount));
            prop_assert_eq!(amount.rounded(amount.decimals()), amount);
        }

        #[test]
        fn a_space_or_comma_never_joins_what_are_no_thousands(
            groups in prop::collection::vec("[0-9]{1,4}", 2..4),
            between in prop::sample::select(vec![" ", "\u{a0}", ","]),
        ) {
            let typed = groups.join(between);
            let plain = Amount::parse(&groups.concat());
            let thousands = groups[0].len() <= 3 && !groups[0].starts_with('0') && groups[1..].iter().all(|group| group.len() == 3);
            let read = Amount::parse_whole(&typed);
            if thousands {
                prop_assert_eq!(read, plain);
            } else if between == "," && groups.len() == 2 && groups[1].len() != 3 {
                // Decimals then: they have to be.
                prop_assert!(read.is_err() || read.is_ok_and(|read| read < Amount::whole(10_000)));
            } else {
                prop_assert!(read.is_err(), "{} was read as {:?}", typed, read);
            }
        }

        #[test]
        fn nothing_that_is_typed_panics(text in "\\PC{0,24}|[0-9 ,.]{0,24}") {
            let _ = (Amount::parse(&text), Amount::parse_whole(&text));
        }
    }
}
