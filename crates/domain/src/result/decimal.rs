//! Numbers as laboratories write them, exact: `0.1` is a tenth, and `1.0` is as much as `1`.

use std::cmp::Ordering;
use std::fmt;

/// The most digits that a number may have; more were never measured.
const DIGITS: usize = 18;
/// The most of them that may stand behind the point.
const PLACES: u32 = 18;

/// An exact decimal number: its digits, and how many of them stand behind the point.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    digits: i128,
    places: u32,
}

impl Decimal {
    /// Reads a FHIR decimal (`5.60`, `-0.1`, `1e3`). `None` for what is none, and for numbers of more than 18 digits or with more
    /// than 18 of them behind the point: nothing is compared or converted that is not held exactly.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (sign, bare) = match mantissa.strip_prefix('-') {
            Some(bare) => (-1_i128, bare),
            None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(part) || (bare.contains('.') && part.is_empty()) {
            return None;
        }
        let both = format!("{whole}{part}");
        let kept = both.trim_start_matches('0');
        if kept.len() > DIGITS {
            return None;
        }
        let number: i128 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
        let places = i32::try_from(part.len()).ok()?.checked_sub(exponent)?;
        let exact = match u32::try_from(places) {
            Ok(places) if places <= PLACES => Self { digits: sign * number, places },
            Ok(_) => return None,
            // 12e3 is 12000: the digits are as many as the exponent says.
            Err(_) => {
                let power = u32::try_from(-places).ok().filter(|power| *power <= PLACES)?;
                Self { digits: (sign * number).checked_mul(10_i128.checked_pow(power)?)?, places: 0 }
            }
        };
        Some(exact)
    }

    /// This many of the smallest steps with so many places: `of(56, 1)` is 5.6. `None` for more places than are kept.
    #[must_use]
    pub fn of(digits: i128, places: u32) -> Option<Self> {
        (places <= PLACES).then_some(Self { digits, places })
    }

    /// A fraction to so many places, halves away from zero. `None` where it is too large, or nothing can be divided by it.
    pub(crate) fn fraction(numerator: i128, denominator: i128, places: u32) -> Option<Self> {
        if denominator <= 0 || places > PLACES {
            return None;
        }
        let scaled = numerator.checked_mul(10_i128.pow(places))?;
        let half = denominator / 2;
        let rounded = if scaled >= 0 { scaled.checked_add(half)? } else { scaled.checked_sub(half)? } / denominator;
        Some(Self { digits: rounded, places })
    }

    /// Its digits without the point, and how many stand behind it.
    pub(crate) const fn parts(self) -> (i128, u32) {
        (self.digits, self.places)
    }

    /// The digits of it with so many places; `None` where that is too large, or would lose some.
    fn at(self, places: u32) -> Option<i128> {
        self.digits.checked_mul(10_i128.checked_pow(places.checked_sub(self.places)?)?)
    }

    /// Rounded to so many places, halves away from zero; as it is where it has no more.
    #[must_use]
    pub fn rounded(self, places: u32) -> Self {
        if self.places <= places {
            return self;
        }
        Self::fraction(self.digits, 10_i128.pow(self.places), places).unwrap_or(self)
    }

    /// How many thousandths it is, as charts count; `None` where it is too large.
    #[must_use]
    pub fn thousandths(self) -> Option<i64> {
        i64::try_from(self.rounded(3).at(3)?).ok()
    }

    /// This less another; `None` where that is too large.
    #[must_use]
    pub fn less(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        Some(Self { digits: self.at(places)?.checked_sub(other.at(places)?)?, places })
    }

    /// As a number of the machine, for a picture.
    #[must_use]
    pub fn to_f64(self) -> Option<f64> {
        self.to_string().parse().ok()
    }

    /// Whether it is nought.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The same without a sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self { digits: self.digits.abs(), places: self.places }
    }

    /// How many digits it has from the first that is not nought on.
    pub(crate) fn significant(self) -> usize {
        self.digits.unsigned_abs().to_string().trim_start_matches('0').len()
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let places = self.places.max(other.places);
        match (self.at(places), other.at(places)) {
            (Some(one), Some(two)) => one.cmp(&two),
            // Cannot be with numbers that were read: 18 digits and 18 more places are held.
            _ => self.digits.cmp(&other.digits),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs().to_string();
        let Some(places) = usize::try_from(self.places).ok().filter(|places| *places > 0) else {
            return write!(f, "{sign}{digits}");
        };
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, part) = padded.split_at(padded.len() - places);
        write!(f, "{sign}{whole}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_they_were_written_or_not_at_all() {
        for (text, shown) in [
            ("5.60", "5.60"),
            ("0", "0"),
            ("-0.05", "-0.05"),
            ("1e3", "1000"),
            ("1.5E-3", "0.0015"),
            (" 7 ", "7"),
            ("000.5", "0.5"),
            ("12e-2", "0.12"),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), shown, "{text}");
        }
        for text in
            ["", "-", ".5", "5.", "five", "1e99", "1e-19", "1234567890123456789", "0x10", "1,5", "NaN", "1.000000000000000001"]
        {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_compare_by_what_they_are() {
        let of = |text: &str| Decimal::parse(text).unwrap();
        assert_eq!(of("1.0"), of("1"));
        assert!(of("-2") < of("-1.99") && of("0.1") < of("0.11") && of("10") > of("9.999"));
        assert_eq!(of("5.65").rounded(1).to_string(), "5.7");
        assert_eq!(of("-5.65").rounded(1).to_string(), "-5.7");
        assert_eq!(of("6.1").less(of("5.3")).unwrap().to_string(), "0.8");
        assert_eq!(of("6.1").thousandths(), Some(6100));
    }

    proptest! {
        #[test]
        fn a_number_is_written_as_it_was_read(digits in -999_999_999_i64..=999_999_999, places in 0_u32..=6) {
            let number = Decimal::of(digits.into(), places).unwrap();
            let again = Decimal::parse(&number.to_string()).unwrap();
            prop_assert_eq!(again, number);
            prop_assert_eq!(again.to_string(), number.to_string());
        }

        #[test]
        fn order_is_that_of_numbers(a in -1_000_000_i32..1_000_000, b in -1_000_000_i32..1_000_000, places in 0_u32..=4) {
            let (one, two) = (Decimal::of(a.into(), places).unwrap(), Decimal::of(b.into(), places).unwrap());
            prop_assert_eq!(one.cmp(&two), a.cmp(&b));
            // More places change nothing.
            let same = Decimal::of(i128::from(a) * 100, places + 2).unwrap();
            prop_assert_eq!(one.cmp(&same), Ordering::Equal);
        }

        #[test]
        fn nothing_that_is_typed_stops_it(text in ".{0,40}") {
            let _ = Decimal::parse(&text);
        }
    }
}
