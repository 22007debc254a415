//! Body mass index: worked out from a weight and a height, for adults alone, and never typed.

use super::Amount;
use super::amount::divided;

/// From which age on it says something. For children it is compared with others of their age and sex, which is not done here.
pub const ADULT: u32 = 18;

/// What is too far from any adult to be right: then weight or height is wrong.
const LIKELY: (Amount, Amount) = (Amount::whole(8), Amount::whole(150));

/// Weight in kilograms by the square of height in metres (the height is in centimetres), to one decimal: what is shown is what
/// counts. `None` where that cannot be.
#[must_use]
pub fn bmi(weight: Amount, height: Amount) -> Option<Amount> {
    let (weight, height) = (i128::from(weight.thousandths()), i128::from(height.thousandths()));
    // The square of metres is that of thousandths of a centimetre by 10^10; one digit more is kept, to be rounded once.
    let square = height.checked_mul(height).filter(|square| *square > 0)?;
    let exact = weight.checked_mul(100_000_000_000)? / square;
    let exact = i64::try_from(exact).ok().filter(|exact| (0..100_000_000).contains(exact))?;
    let found = Amount::from_thousandths(divided(exact, 1000) * 100);
    (LIKELY.0 <= found && found <= LIKELY.1).then_some(found)
}

/// In which range it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BmiRange {
    /// Below 18.5.
    Underweight,
    /// Up to 24.9; with a lower threshold up to 22.9.
    Healthy,
    /// Up to 29.9; with a lower threshold up to 27.4.
    Overweight,
    /// Up to 39.9; with a lower threshold up to 37.4.
    Obese,
    /// From there on.
    SeverelyObese,
}

impl BmiRange {
    /// All, the lowest first.
    pub const ALL: [Self; 5] = [Self::Underweight, Self::Healthy, Self::Overweight, Self::Obese, Self::SeverelyObese];

    /// Where the words and numbers are from.
    pub const SOURCE: &'static str =
        "NHS: Calculate your body mass index (BMI) for adults; NICE NG246 (2025), 1.9, which took the place of CG189";

    /// For whom the thresholds are lower, because illness comes at a lower BMI.
    pub const LOWER_FOR: &'static str =
        "South Asian, Chinese, other Asian, Middle Eastern, Black African or African-Caribbean family background";

    /// From where on it is this, in tenths; with the lower threshold or not. The NHS calls classes 1 and 2 of NICE's obesity obese, and
    /// class 3 severely obese; the lower threshold of class 3 is 2.5 below the usual (NG246, 1.9).
    const fn begins(self, lower: bool) -> i64 {
        match (self, lower) {
            (Self::Underweight, _) => 0,
            (Self::Healthy, _) => 185,
            (Self::Overweight, false) => 250,
            (Self::Overweight, true) => 230,
            (Self::Obese, false) => 300,
            (Self::Obese, true) => 275,
            (Self::SeverelyObese, false) => 400,
            (Self::SeverelyObese, true) => 375,
        }
    }

    /// The range of a BMI, by the usual thresholds or the lower ones.
    #[must_use]
    pub fn of(bmi: Amount, lower: bool) -> Self {
        let reached = |range: &&Self| bmi.thousandths() >= range.begins(lower) * 100;
        Self::ALL.iter().rev().find(reached).copied().unwrap_or(Self::Underweight)
    }

    /// As the NHS calls it: "the healthy weight range".
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Underweight => "the underweight range",
            Self::Healthy => "the healthy weight range",
            Self::Overweight => "the overweight range",
            Self::Obese => "the obese range",
            Self::SeverelyObese => "the severely obese range",
        }
    }

    /// "18.5 to 24.9", "below 18.5", "40 or more".
    #[must_use]
    pub fn numbers(self, lower: bool) -> String {
        let tenths = |tenths: i64| Amount::from_thousandths(tenths * 100);
        let next = Self::ALL.iter().find(|range| **range > self);
        match next {
            Some(next) if self == Self::Underweight => format!("below {}", tenths(next.begins(lower))),
            Some(next) => format!("{} to {}", tenths(self.begins(lower)), tenths(next.begins(lower) - 1)),
            None => format!("{} or more", tenths(self.begins(lower))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(weight: &str, height: &str) -> Option<String> {
        bmi(Amount::parse(weight).unwrap(), Amount::parse(height).unwrap()).map(|bmi| bmi.to_string())
    }

    #[test]
    fn it_is_weight_by_the_square_of_height_rounded_once() {
        let said = |text: &str| Some(text.to_owned());
        // By hand: 70 by 1.75 squared is 22.857; 92 by 1.68 squared is 32.596; 78.018 (12 st 4 lb) by 1.778 squared (5 ft 10) is 24.679.
        assert_eq!(of("70", "175"), said("22.9"));
        assert_eq!(of("92", "168"), said("32.6"));
        assert_eq!(of("78.018", "177.8"), said("24.7"));
        assert_eq!(of("74", "200"), said("18.5"), "exactly");
        assert_eq!(of("99.8", "200"), said("25"), "24.95 is shown, and counts, as 25");
        for (weight, height) in [("70", "0"), ("650", "100"), ("3", "170"), ("70", "1.7")] {
            assert_eq!(of(weight, height), None, "{weight} {height}");
        }
    }

    #[test]
    fn its_ranges_are_those_of_the_nhs_and_of_nice() {
        use BmiRange::{Healthy, Obese, Overweight, SeverelyObese, Underweight};
        let table = [
            ("18.4", Underweight, Underweight),
            ("18.5", Healthy, Healthy),
            ("22.9", Healthy, Healthy),
            ("23", Healthy, Overweight),
            ("24.9", Healthy, Overweight),
            ("25", Overweight, Overweight),
            ("27.4", Overweight, Overweight),
            ("27.5", Overweight, Obese),
            ("29.9", Overweight, Obese),
            ("30", Obese, Obese),
            ("37.5", Obese, SeverelyObese),
            ("39.9", Obese, SeverelyObese),
            ("40", SeverelyObese, SeverelyObese),
        ];
        for (number, usual, lower) in table {
            let bmi = Amount::parse(number).unwrap();
            assert_eq!((BmiRange::of(bmi, false), BmiRange::of(bmi, true)), (usual, lower), "{number}");
        }
        let words = |lower| BmiRange::ALL.map(|range| range.numbers(lower));
        assert_eq!(words(false), ["below 18.5", "18.5 to 24.9", "25 to 29.9", "30 to 39.9", "40 or more"]);
        assert_eq!(words(true), ["below 18.5", "18.5 to 22.9", "23 to 27.4", "27.5 to 37.4", "37.5 or more"]);
    }

    proptest! {
        #[test]
        fn more_weight_is_no_less_and_a_lower_threshold_never_says_less(
            weight in 500..650_000_i64, more in 0..50_000_i64, height in 100_000..220_000_i64,
        ) {
            let height = Amount::from_thousandths(height);
            let of = |weight| bmi(Amount::from_thousandths(weight), height);
            if let (Some(less), Some(more)) = (of(weight), of(weight + more)) {
                prop_assert!(less <= more);
                prop_assert!(BmiRange::of(less, false) <= BmiRange::of(less, true));
                prop_assert!(BmiRange::of(less, false) <= BmiRange::of(more, false));
            }
        }

        #[test]
        fn no_numbers_panic(weight: i64, height: i64) {
            let _ = bmi(Amount::from_thousandths(weight), Amount::from_thousandths(height));
        }
    }
}
