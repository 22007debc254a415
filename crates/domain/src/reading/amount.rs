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
    /// It has more than three decimals, or is beyond anything that is measured.
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

    /// Reads what somebody typed: spaces around it, a comma for the point, and groups of thousands with spaces are fine.
    ///
    /// # Errors
    /// [`AmountError`] when it is no number of at most nine digits and three decimals. A minus is none.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
            return Err(AmountError::NotANumber);
        }
        let decimals = decimals.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        if decimals.len() > 3 || whole.len() > Self::MOST_DIGITS {
            return Err(AmountError::TooLong);
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
            (".5", Ok(500)),
            ("5.", Ok(5000)),
            ("0", Ok(0)),
            ("", Err(AmountError::Empty)),
            (".", Err(AmountError::NotANumber)),
            ("-3", Err(AmountError::NotANumber)),
            ("1.2.3", Err(AmountError::NotANumber)),
            ("1e3", Err(AmountError::NotANumber)),
            ("٣", Err(AmountError::NotANumber)),
            ("1.2345", Err(AmountError::TooLong)),
            ("1234567890", Err(AmountError::TooLong)),
        ] {
            assert_eq!(Amount::parse(typed).map(Amount::thousandths), read, "{typed:?}");
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
        fn nothing_that_is_typed_panics(text in "\\PC{0,24}") {
            let _ = Amount::parse(&text);
        }
    }
}
