//! What is made of a reading as somebody typed it: kept as it is, asked about, or refused. Nothing is ever changed unasked.

use super::texted::with_unit;
use super::week::tells_danger;
use super::{Amount, AmountError, Measure, Unit};

/// The most characters of a number, with a unit beside it: "12 stones and 13 pounds".
const LONGEST: usize = 30;

/// A reading as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed<'a> {
    /// Its numbers, in the order of [`Measure::parts`].
    pub numbers: &'a [String],
    /// In which unit (UCUM); empty for the measure's own. One that is written beside the number counts before it.
    pub unit: &'a str,
    /// They were asked whether it is right, and said so.
    pub sure: bool,
}

impl Typed<'_> {
    /// In which unit its numbers are, and these without spaces around them and without a unit beside them. Who writes "12st 4lb" says the
    /// unit, whichever is chosen below. The unit is `None` where the chosen one is none of the measure's.
    #[must_use]
    pub fn read(&self, measure: Measure) -> (Option<&'static Unit>, Vec<String>) {
        let chosen = if self.unit.is_empty() { Some(measure.unit()) } else { measure.unit_of(self.unit) };
        let text = |place: usize| self.numbers.get(place).map_or("", |text| text.trim());
        let written = (measure.parts().len() == 1 && !is_too_long(text(0))).then(|| with_unit(measure, text(0))).flatten();
        match written {
            Some((unit, number)) => (Some(unit), vec![number]),
            None => (chosen, (0..measure.parts().len()).map(|place| text(place).to_owned()).collect()),
        }
    }
}

/// Whether it is longer than anything that is measured, noughts before it included.
fn is_too_long(text: &str) -> bool {
    text.chars().nth(LONGEST).is_some()
}

/// A reading that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// In which unit it was typed.
    pub unit: &'static Unit,
    /// Its first number in the measure's own unit.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// Its numbers as they were typed, without the spaces around them and without a unit beside them.
    pub said: Vec<String>,
}

/// What is wrong with it, or asked about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The unit is none of the measure's.
    NoSuchUnit,
    /// Nothing was typed.
    Missing,
    /// It is no number.
    NotANumber,
    /// It is longer than any number that is measured. Nobody is shown it again.
    TooLong,
    /// It has more decimals than such a thing is measured with.
    TooExact(u8),
    /// It cannot be: between which numbers, in the unit in which it was typed as far as that is the measure's own.
    Impossible(Amount, Amount),
    /// The second number is not below the first.
    WrongWayRound,
    /// Its comma may be of thousands or of decimals.
    Comma,
    /// It would be right in another unit: which, what that is in the measure's own, and whether it may be in the one that was said.
    OtherUnit(&'static Unit, Amount, bool),
    /// It may be, but hardly is.
    Unlikely,
}

impl Doubt {
    /// Whether they may say that it is right all the same.
    #[must_use]
    pub const fn can_be_sure(self) -> bool {
        matches!(self, Self::OtherUnit(.., true) | Self::Unlikely)
    }
}

/// Reads what was typed.
///
/// # Errors
/// For each number what is wrong with it or asked about it, with its place among the numbers.
pub fn hear(measure: Measure, typed: &Typed<'_>) -> Result<Heard, Vec<(usize, Doubt)>> {
    let (unit, said) = typed.read(measure);
    let Some(unit) = unit else { return Err(vec![(0, Doubt::NoSuchUnit)]) };
    let (mut amounts, mut all, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
    for (place, (part, text)) in measure.parts().iter().zip(&said).enumerate() {
        let number = match number(text, unit, part.is_whole()) {
            Ok(number) => number,
            Err(doubt) => {
                doubts.push((place, doubt));
                continue;
            }
        };
        let own = unit.to_own.apply(number);
        all.push(own);
        let inside = |(lowest, highest): (Amount, Amount), it: Amount| lowest <= it && it <= highest;
        // One more than is measured: meters of other units and imports show it. What is counted has none, and no meter shows a
        // part of a mmHg.
        let more = u8::from(!measure.is_counted() && measure != Measure::BloodPressure);
        let exact = unit.pair.is_none() && number.decimals() > part.decimals + more;
        if inside(part.likely, own) && !exact {
            amounts.push(own);
            continue;
        }
        // Two numbers with a space are of no other unit.
        let others = measure.units().iter().filter(|other| **other != *unit && unit.pair.is_none());
        let alone = others.clone().filter(|other| other.pair.is_none()).map(|other| (other, other.to_own.apply(number)));
        // A whole number may be the first of two: "12" of stones.
        let paired = others.filter(|_| number.decimals() == 0).filter_map(|other| {
            let (per, ..) = other.pair?;
            Some((other, other.to_own.apply(Amount::from_thousandths(number.thousandths() * per))))
        });
        let other = alone.chain(paired).find(|(_, it)| inside(part.likely, *it));
        match other {
            _ if exact => doubts.push((place, Doubt::TooExact(part.decimals))),
            Some(_) | None if typed.sure && inside(part.possible, own) => amounts.push(own),
            Some((other, it)) => {
                doubts.push((place, Doubt::OtherUnit(other, it.rounded(part.decimals), inside(part.possible, own))));
            }
            None if inside(part.possible, own) => doubts.push((place, Doubt::Unlikely)),
            None => doubts.push((place, Doubt::Impossible(part.possible.0, part.possible.1))),
        }
    }
    // Asked whether numbers in the wrong order are right, they would say so and be refused.
    let is_swapped = matches!(all.as_slice(), [first, second] if second >= first);
    match amounts.as_slice() {
        _ if is_swapped && doubts.iter().all(|(_, doubt)| doubt.can_be_sure()) => Err(vec![(0, Doubt::WrongWayRound)]),
        _ if !doubts.is_empty() => Err(doubts),
        [first] => Ok(Heard { unit, first: *first, second: None, said }),
        [first, second] if second < first => Ok(Heard { unit, first: *first, second: Some(*second), said }),
        _ => Err(vec![(0, Doubt::WrongWayRound)]),
    }
}

/// The same of a reading with which this was answered of how it was taken ([`settings`]): a number that is only unlikely is not asked about
/// where there are signs of danger, so that both are kept at once. Whoever gasps sends nothing twice, and may not come back to a form.
/// Which of two units it is in is still asked.
///
/// # Errors
/// As [`hear`].
pub fn hear_beside(measure: Measure, typed: &Typed<'_>, settings: &str) -> Result<Heard, Vec<(usize, Doubt)>> {
    hear(measure, typed).or_else(|doubts| {
        let is_only_unlikely = doubts.iter().all(|(_, doubt)| *doubt == Doubt::Unlikely);
        if is_only_unlikely && tells_danger(settings) { hear(measure, &Typed { sure: true, ..*typed }) } else { Err(doubts) }
    })
}

/// For how many days a weight says what the next one hardly is: half a year, the longest over which MUST looks at a loss of weight.
pub const LAST_WEIGHT_DAYS: i64 = 183;

/// A weight that is so far from the last one that it is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarWeight {
    /// What the same number of pounds would be in kilograms, where that is not far from the last one.
    pub in_pounds: Option<Amount>,
}

/// Whether a weight, in kilograms, that was typed in this unit is by a fifth or more above or below the last one of the same person. In half
/// a year a tenth is a great loss (BAPEN, Malnutrition Universal Screening Tool); twice that is more often another unit, or a slip. It may
/// be right, and is kept once they say so.
#[must_use]
pub fn far_weight(unit: &Unit, weight: Amount, last: Amount) -> Option<FarWeight> {
    let is_far = |weight: Amount| (weight.thousandths() - last.thousandths()).abs() * 5 >= last.thousandths();
    if !is_far(weight) {
        return None;
    }
    let is_in_kilograms = *unit == *Measure::Weight.unit();
    let pounds = Measure::Weight.unit_of("[lb_av]").filter(|_| is_in_kilograms);
    let in_pounds = pounds.map(|pounds| pounds.to_own.apply(weight)).filter(|weight| !is_far(*weight));
    Some(FarWeight { in_pounds: in_pounds.map(|weight| Measure::Weight.rounded(weight)) })
}

/// One number, or two with a space where the unit is written so ("12 4", "12st 4lb", "5' 10"), as a number of that unit.
fn number(text: &str, unit: &Unit, is_whole: bool) -> Result<Amount, Doubt> {
    if is_too_long(text) {
        return Err(Doubt::TooLong);
    }
    let read = |text: &str| {
        let amount = if is_whole { Amount::parse_whole(text) } else { Amount::parse(text) };
        amount.map_err(|error| match error {
            AmountError::Empty => Doubt::Missing,
            AmountError::NotANumber => Doubt::NotANumber,
            AmountError::Comma => Doubt::Comma,
            AmountError::TooExact => Doubt::TooExact(3),
            AmountError::TooLong => Doubt::TooLong,
        })
    };
    let Some((per, ..)) = unit.pair else { return read(text) };
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|word| !word.is_empty()).collect();
    let (big, small) = match words.as_slice() {
        [] if text.is_empty() => return Err(Doubt::Missing),
        [big] => (read(big)?, Amount::default()),
        [big, small] => (read(big)?, read(small)?),
        _ => return Err(Doubt::NotANumber),
    };
    // "12.5" stone: half a stone, or five pounds? Nobody can know.
    let whole = big.decimals() == 0 && small.thousandths() < per * 1000;
    if !whole { Err(Doubt::NotANumber) } else { Ok(Amount::from_thousandths(big.thousandths() * per + small.thousandths())) }
}

/// What was answered about how it was taken, as it is kept: `arm=left position=sitting`. What is not an answer is left out.
#[must_use]
pub fn settings<'a>(measure: Measure, answer: impl Fn(&str) -> &'a str) -> String {
    let kept = measure.settings().iter().filter_map(|setting| {
        let said = answer(setting.field);
        setting.answers.iter().find(|(code, _)| *code == said).map(|(code, _)| format!("{}={code}", setting.field))
    });
    kept.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Numbers = (String, Option<String>);

    fn heard(measure: Measure, numbers: &[&str], unit: &str, sure: bool) -> Result<Numbers, Vec<(usize, Doubt)>> {
        let numbers: Vec<String> = numbers.iter().map(|text| (*text).to_owned()).collect();
        let heard = hear(measure, &Typed { numbers: &numbers, unit, sure })?;
        Ok((heard.first.to_string(), heard.second.map(|second| second.to_string())))
    }

    #[test]
    fn what_is_likely_is_kept_as_it_is() {
        assert_eq!(heard(Measure::BloodPressure, &["142", " 88 "], "", false), Ok(("142".to_owned(), Some("88".to_owned()))));
        assert_eq!(heard(Measure::Glucose, &["7,2"], "mmol/L", false), Ok(("7.2".to_owned(), None)));
        assert_eq!(heard(Measure::Glucose, &["130"], "mg/dL", false), Ok(("7.215".to_owned(), None)));
        for stones in ["12 4", "12st 4lb", "12 st 4"] {
            assert_eq!(heard(Measure::Weight, &[stones], "[lb_av]", false), Ok(("78.018".to_owned(), None)), "{stones}");
        }
        assert_eq!(heard(Measure::Height, &["5' 10"], "[in_i]", false), Ok(("177.8".to_owned(), None)));
    }

    #[test]
    fn a_unit_that_is_written_beside_the_number_counts_before_the_one_that_is_chosen() {
        type Read = Result<(&'static str, String, String), Vec<(usize, Doubt)>>;
        let read = |measure: Measure, text: &str, unit: &str| -> Read {
            let heard = hear(measure, &Typed { numbers: &[text.to_owned()], unit, sure: false })?;
            Ok((heard.unit.ucum, heard.first.to_string(), heard.said.join("/")))
        };
        let stones = |kilograms: &str, said: &str| -> Read { Ok(("[lb_av]", kilograms.to_owned(), said.to_owned())) };
        for text in ["12st 4lb", "12 st 4", "12 stone 4", "12St4", " 12 stones and 4 pounds ", "12st4lbs"] {
            for unit in ["", "kg", "[lb_av]"] {
                assert_eq!(read(Measure::Weight, text, unit), stones("78.018", "12 4"), "{text} {unit}");
            }
        }
        assert_eq!(read(Measure::Weight, "12 stone", "kg"), stones("76.204", "12"));
        assert_eq!(read(Measure::Weight, "78.4 kg", "[lb_av]"), Ok(("kg", "78.4".to_owned(), "78.4".to_owned())));
        assert_eq!(read(Measure::Height, "5ft 10", "cm"), Ok(("[in_i]", "177.8".to_owned(), "5 10".to_owned())));
        assert_eq!(read(Measure::Height, "5'10\"", "cm"), Ok(("[in_i]", "177.8".to_owned(), "5 10".to_owned())));
        assert_eq!(read(Measure::Glucose, "7.2mmol/L", "mg/dL"), Ok(("mmol/L", "7.2".to_owned(), "7.2".to_owned())));
        // What is not whole, of another measure, or says more than a number and its unit is none.
        for text in [
            "12 kg 4",
            "12 lb",
            "12 4 kg",
            "-78 kg",
            "78 kg or so",
            "weight 78 kg",
            "78 mmol",
            "12 st 14 lb",
            "12.5 st",
            "78 kg 2",
        ] {
            assert_eq!(read(Measure::Weight, text, "kg"), Err(vec![(0, Doubt::NotANumber)]), "{text}");
        }
        // It is still asked about where it is unlikely.
        assert_eq!(read(Measure::Weight, "3 st 2", "kg"), Err(vec![(0, Doubt::Unlikely)]));
    }

    #[test]
    fn what_is_longer_than_any_number_is_refused_for_that_alone() {
        let long = |digit: &str| digit.repeat(400);
        for text in
            [long("7"), long("0"), long("x"), format!("{},500", long("1")), format!("78.{}", long("0")), "1234567890".to_owned()]
        {
            for unit in ["kg", "[lb_av]"] {
                assert_eq!(heard(Measure::Weight, &[text.as_str()], unit, true), Err(vec![(0, Doubt::TooLong)]), "{unit} {text}");
            }
        }
        assert_eq!(heard(Measure::BloodPressure, &[long("1").as_str(), "88"], "", false), Err(vec![(0, Doubt::TooLong)]));
    }

    #[test]
    fn another_unit_is_asked_about_and_never_taken() {
        let mg = Measure::Glucose.unit_of("mg/dL").unwrap();
        let asked = Err(vec![(0, Doubt::OtherUnit(mg, Amount::from_thousandths(7200), false))]);
        assert_eq!(heard(Measure::Glucose, &["130"], "mmol/L", false), asked);
        assert_eq!(heard(Measure::Glucose, &["130"], "mmol/L", true), asked, "it cannot be, however sure they are");
        let own = Measure::Glucose.unit();
        assert_eq!(
            heard(Measure::Glucose, &["7.2"], "mg/dL", false),
            Err(vec![(0, Doubt::OtherUnit(own, Amount::from_thousandths(7200), false))])
        );
        let fahrenheit = Measure::Temperature.unit_of("[degF]").unwrap();
        assert_eq!(
            heard(Measure::Temperature, &["98.6"], "", false),
            Err(vec![(0, Doubt::OtherUnit(fahrenheit, Amount::whole(37), false))])
        );
    }

    #[test]
    fn a_whole_number_that_would_be_right_in_stones_or_feet_is_asked_about() {
        let stones = Measure::Weight.unit_of("[lb_av]").unwrap();
        let asked = Err(vec![(0, Doubt::OtherUnit(stones, Amount::from_thousandths(76_200), true))]);
        assert_eq!(heard(Measure::Weight, &["12"], "kg", false), asked);
        assert_eq!(heard(Measure::Weight, &["12"], "kg", true), Ok(("12".to_owned(), None)), "a child");
        assert_eq!(heard(Measure::Weight, &["168"], "kg", false), Ok(("168".to_owned(), None)));
        assert_eq!(heard(Measure::Weight, &["12.5"], "kg", false), Err(vec![(0, Doubt::Unlikely)]));
        assert_eq!(heard(Measure::Weight, &["2"], "kg", false), Err(vec![(0, Doubt::Unlikely)]), "nobody weighs 2 stones");
        let feet = Measure::Height.unit_of("[in_i]").unwrap();
        let asked = Err(vec![(0, Doubt::OtherUnit(feet, Amount::from_thousandths(152_400), false))]);
        assert_eq!(heard(Measure::Height, &["5"], "cm", true), asked);
        let metres = Measure::Height.unit_of("m").unwrap();
        let asked = Err(vec![(0, Doubt::OtherUnit(metres, Amount::whole(200), false))]);
        assert_eq!(heard(Measure::Height, &["2"], "cm", false), asked, "a unit of one number comes first");
    }

    #[test]
    fn what_is_unlikely_is_not_asked_about_beside_signs_of_danger() {
        let kept = |measure: Measure, number: &str, settings: &str| {
            let numbers = [number.to_owned()];
            hear_beside(measure, &Typed { numbers: &numbers, unit: "", sure: false }, settings).is_ok()
        };
        assert!(kept(Measure::Oxygen, "80", "signs=yes") && kept(Measure::Oxygen, "80", "activity=rest signs=yes"));
        assert!(kept(Measure::Glucose, "1.9", "signs=yes"));
        for settings in ["", "signs=no", "activity=rest"] {
            assert!(!kept(Measure::Oxygen, "80", settings), "{settings}");
        }
        assert!(!kept(Measure::Oxygen, "30", "signs=yes"), "it cannot be");
        assert!(!kept(Measure::Glucose, "40", "signs=yes"), "it may be in another unit");
        assert!(!kept(Measure::Glucose, "1.9", "signs=shaky"), "milder");
    }

    #[test]
    fn what_may_be_in_its_own_unit_is_kept_once_they_are_sure() {
        let table = [
            (Measure::Glucose, "40", "mmol/L", "40"),
            (Measure::Glucose, "25", "mg/dL", "1.388"),
            (Measure::Hba1c, "15", "", "15"),
            (Measure::Exercise, "12", "h", "720"),
            (Measure::Weight, "3 2", "[lb_av]", "19.958"),
            (Measure::Weight, "3", "[lb_av]", "19.051"),
        ];
        for (measure, number, unit, kept) in table {
            let asked = heard(measure, &[number], unit, false).unwrap_err();
            assert!(asked.iter().all(|(_, doubt)| doubt.can_be_sure()), "{measure:?} {number} {asked:?}");
            assert_eq!(heard(measure, &[number], unit, true), Ok((kept.to_owned(), None)), "{measure:?} {number}");
        }
        // Stones are never taken for kilograms.
        assert_eq!(heard(Measure::Weight, &["3 2"], "[lb_av]", false), Err(vec![(0, Doubt::Unlikely)]));
    }

    #[test]
    fn thousands_and_decimals_are_never_taken_for_one_another() {
        let table = [
            (Measure::Steps, "8,000", Ok("8000")),
            (Measure::Steps, "8 000", Ok("8000")),
            (Measure::Steps, "8,00", Ok("8")),
            (Measure::Steps, "8.5", Err(Doubt::TooExact(0))),
            (Measure::Pain, "4.5", Err(Doubt::TooExact(0))),
            (Measure::Glucose, "7,200", Err(Doubt::Comma)),
            (Measure::Weight, "78,400", Err(Doubt::Comma)),
            (Measure::Weight, "12 4", Err(Doubt::NotANumber)),
            (Measure::Pulse, "7 2", Err(Doubt::NotANumber)),
        ];
        for (measure, typed, expected) in table {
            let expected = expected.map(|kept| (kept.to_owned(), None)).map_err(|doubt| vec![(0, doubt)]);
            assert_eq!(heard(measure, &[typed], "", true), expected, "{measure:?} {typed}");
        }
    }

    #[test]
    fn what_is_unlikely_is_asked_about_and_what_cannot_be_is_refused() {
        assert_eq!(heard(Measure::BloodPressure, &["250", "95"], "", false), Err(vec![(0, Doubt::Unlikely)]));
        assert_eq!(heard(Measure::BloodPressure, &["250", "95"], "", true), Ok(("250".to_owned(), Some("95".to_owned()))));
        let impossible = Doubt::Impossible(Amount::whole(30), Amount::whole(350));
        assert_eq!(heard(Measure::BloodPressure, &["1420", "88"], "", true), Err(vec![(0, impossible)]));
        assert_eq!(heard(Measure::BloodPressure, &["88", "100"], "", true), Err(vec![(0, Doubt::WrongWayRound)]));
        assert_eq!(heard(Measure::BloodPressure, &["90", "90"], "", true), Err(vec![(0, Doubt::WrongWayRound)]));
        // Nobody is asked whether what is refused then is right.
        assert_eq!(heard(Measure::BloodPressure, &["88", "142"], "", false), Err(vec![(0, Doubt::WrongWayRound)]));
        assert_eq!(heard(Measure::BloodPressure, &["60", "145"], "", false), Err(vec![(0, Doubt::WrongWayRound)]));
        assert_eq!(heard(Measure::BloodPressure, &["88", "1420"], "", false).unwrap_err()[0].0, 1, "what cannot be comes first");
        assert_eq!(heard(Measure::BloodPressure, &["", "x"], "", false), Err(vec![(0, Doubt::Missing), (1, Doubt::NotANumber)]));
        // A slip of "142/88" is asked about, and no part of a mmHg is kept.
        assert_eq!(heard(Measure::BloodPressure, &["142.5", "88"], "", true), Err(vec![(0, Doubt::TooExact(0))]));
        assert_eq!(heard(Measure::BloodPressure, &["142.0", "88"], "", false), Ok(("142".to_owned(), Some("88".to_owned()))));
        assert_eq!(heard(Measure::Temperature, &["37.123"], "", false), Err(vec![(0, Doubt::TooExact(1))]));
        assert_eq!(heard(Measure::Weight, &["12.5"], "[lb_av]", false), Err(vec![(0, Doubt::NotANumber)]));
        assert_eq!(heard(Measure::Weight, &["12 15"], "[lb_av]", false), Err(vec![(0, Doubt::NotANumber)]));
        assert_eq!(heard(Measure::Weight, &["70"], "furlong", false), Err(vec![(0, Doubt::NoSuchUnit)]));
    }

    #[test]
    fn a_weight_that_is_far_from_the_last_is_asked_about_with_what_it_is_in_pounds() {
        let weight = |text: &str| Amount::parse(text).unwrap();
        let (kilograms, stones) = (Measure::Weight.unit(), Measure::Weight.unit_of("[lb_av]").unwrap());
        let asked = |in_pounds: Option<&str>| Some(FarWeight { in_pounds: in_pounds.map(weight) });
        let table = [
            (kilograms, "165", "74.9", asked(Some("74.8"))),
            (kilograms, "180", "74.9", asked(Some("81.6"))),
            (kilograms, "89.8", "74.9", None),
            (kilograms, "89.9", "74.9", asked(None)),
            (kilograms, "60", "74.9", None),
            (kilograms, "59", "74.9", asked(None)),
            (kilograms, "74.9", "74.9", None),
            // In stones and pounds nobody means pounds alone.
            (stones, "165", "74.9", asked(None)),
        ];
        for (unit, typed, last, expected) in table {
            assert_eq!(far_weight(unit, weight(typed), weight(last)), expected, "{typed} {last}");
        }
    }

    #[test]
    fn only_answers_of_the_measure_are_kept() {
        let said = |field: &str| match field {
            "arm" => "left",
            "position" => "upside-down",
            _ => "",
        };
        assert_eq!(settings(Measure::BloodPressure, said), "arm=left");
        assert_eq!(settings(Measure::Height, said), "");
    }

    proptest! {
        #[test]
        fn a_weight_near_the_last_is_never_asked_about_and_one_twice_as_much_always_is(
            last in 2_000..300_000_i64, share in 81..120_i64,
        ) {
            let (unit, last) = (Measure::Weight.unit(), Amount::from_thousandths(last));
            let near = Amount::from_thousandths(last.thousandths() * share / 100);
            let far = Amount::from_thousandths(last.thousandths() * 2);
            prop_assert_eq!(far_weight(unit, near, last), None);
            // Twice as much in pounds is a tenth less.
            let in_pounds = far_weight(unit, far, last).and_then(|far| far.in_pounds);
            prop_assert!(in_pounds.is_some_and(|it| it < last));
        }

        #[test]
        fn what_is_only_asked_about_is_kept_once_they_are_sure(
            place in 0..Measure::ALL.len(),
            numbers in prop::collection::vec("[0-9]{1,3}", 2..3),
            unit in 0..4_usize,
        ) {
            let measure = Measure::ALL[place];
            let unit = measure.units().get(unit).map_or("", |unit| unit.ucum);
            let told = |sure: bool| hear(measure, &Typed { numbers: &numbers, unit, sure });
            if let Err(doubts) = told(false) {
                let can_be_sure = doubts.iter().all(|(_, doubt)| doubt.can_be_sure());
                prop_assert_eq!(can_be_sure, told(true).is_ok());
            }
        }

        #[test]
        fn whatever_is_typed_is_kept_possible_and_in_order(
            place in 0..Measure::ALL.len(),
            numbers in prop::collection::vec("[0-9., a-z/]{0,8}|[0-9]{6,12}( [0-9]{1,12})?|[0-9]{1,3} ?(st|kg|ft|cm|h|%) ?[0-9]{0,2}", 0..3),
            unit in 0..4_usize,
            sure: bool,
        ) {
            let measure = Measure::ALL[place];
            let unit = measure.units().get(unit).map_or("", |unit| unit.ucum);
            if let Ok(heard) = hear(measure, &Typed { numbers: &numbers, unit, sure }) {
                let amounts: Vec<Amount> = std::iter::once(heard.first).chain(heard.second).collect();
                prop_assert_eq!(amounts.len(), measure.parts().len());
                for (part, amount) in measure.parts().iter().zip(&amounts) {
                    prop_assert!(part.possible.0 <= *amount && *amount <= part.possible.1);
                    prop_assert!(sure || (part.likely.0 <= *amount && *amount <= part.likely.1));
                }
                prop_assert!(heard.second.is_none_or(|second| second < heard.first));
            }
        }
    }
}
