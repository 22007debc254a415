//! What is made of a reading that a device or an app wrote down. Nobody is there to be asked: it is taken as it is, in the measure's
//! own unit and within its bounds, or not at all.

use super::catalogue::Linear;
use super::{Amount, Group, Measure, Unit};
use crate::record::coded;

coded! {
    /// From where readings come that nobody typed here.
    Origin {
        /// Data points as Open mHealth and IEEE 1752.1 write them.
        OpenMHealth = "open-mhealth",
        /// A table (CSV) whose columns the person named.
        Table = "table",
        /// What the Health app of an iPhone exports.
        AppleHealth = "apple-health",
        /// What Fitbit exports, by itself or through Google Takeout.
        Fitbit = "fitbit",
        /// What Google Fit exports through Google Takeout.
        GoogleFit = "google-fit",
        /// What Health Connect of Android exports.
        HealthConnect = "health-connect",
        /// A device that may add readings by itself.
        Device = "device",
        /// A text message from the person's own number.
        Text = "text-message",
    }
}

impl Origin {
    /// Whether somebody measured this, and no device or app by itself: a cuff measures when somebody has it measure, however what it
    /// shows comes here.
    #[must_use]
    pub const fn is_by_hand(self, measure: Measure) -> bool {
        matches!(self, Self::Text) || matches!(measure, Measure::BloodPressure)
    }

    /// What people read after "From".
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::OpenMHealth => "an Open mHealth file",
            Self::Table => "a table",
            Self::AppleHealth => "Apple Health",
            Self::Fitbit => "Fitbit",
            Self::GoogleFit => "Google Fit",
            Self::HealthConnect => "Health Connect",
            Self::Device => "a connected device",
            Self::Text => "a text message",
        }
    }
}

coded! {
    /// What of many readings one is.
    Kept {
        /// It stands for itself.
        Each = "each",
        /// The lowest of its hour, of which more than two were read.
        Lowest = "lowest",
        /// The highest of its hour.
        Highest = "highest",
        /// The sum of its day.
        Day = "day",
    }
}

impl Kept {
    /// What people read; empty where there is nothing to say.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Each => "",
            Self::Lowest => "Lowest of its hour",
            Self::Highest => "Highest of its hour",
            Self::Day => "All of the day",
        }
    }
}

coded! {
    /// Where a file of readings stands that somebody brought in.
    ImportState {
        /// It is being read.
        Reading = "reading",
        /// It is a table whose columns are not named yet.
        Columns = "columns",
        /// It waits for a yes.
        Ready = "ready",
        /// Its readings are being added.
        Running = "running",
        /// They were added.
        Done = "done",
        /// They are being taken out again.
        Undoing = "undoing",
        /// They were taken out again.
        Undone = "undone",
        /// It was thrown away before anything of it was added, and is being forgotten.
        Discarded = "discarded",
    }
}

impl Measure {
    /// Whether devices measure or count it, so that they may send it; what else there is only people can say.
    #[must_use]
    pub fn is_sent_by_devices(self) -> bool {
        self.group() == Group::Body || matches!(self, Self::Steps | Self::Exercise | Self::Sleep)
    }
}

/// A reading that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The unit in which it is kept: the one in which it was written, where the measure has it and it is one number.
    pub unit: &'static Unit,
    /// Its first number in the measure's own unit.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// Its numbers as somebody would type them in that unit.
    pub said: String,
    /// What was written, with its unit, where that says something else.
    pub original: String,
}

/// Why one is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untaken {
    /// Nothing says how to turn its unit into the measure's.
    UnknownUnit,
    /// It is no number.
    NotANumber,
    /// It cannot be.
    Impossible,
}

/// The longest original that is kept.
const LONGEST: usize = 60;

/// Takes what a program wrote, in the order of [`Measure::parts`]; `unit` as the program calls it.
///
/// # Errors
/// Why it is not taken.
pub fn take(measure: Measure, unit: &str, numbers: &[&str]) -> Result<Taken, Untaken> {
    let (kept_in, to_own) = way(measure, unit).ok_or(Untaken::UnknownUnit)?;
    let (mut amounts, mut said, mut exact) = (Vec::new(), Vec::new(), kept_in.to_own == to_own);
    if numbers.len() != measure.parts().len() {
        return Err(Untaken::NotANumber);
    }
    for (part, text) in measure.parts().iter().zip(numbers) {
        let number = millionths(text).ok_or(Untaken::NotANumber)?;
        let own = to_own.of_millionths(number).ok_or(Untaken::Impossible)?;
        if own < part.possible.0 || part.possible.1 < own {
            return Err(Untaken::Impossible);
        }
        let shown = if kept_in.to_own == to_own { Linear::SAME.of_millionths(number) } else { Some(own) };
        let shown = shown.ok_or(Untaken::Impossible)?.rounded(part.decimals + 1);
        exact &= i128::from(shown.thousandths()) * 1000 == number;
        amounts.push(own);
        said.push(shown.to_string());
    }
    let original = if exact { String::new() } else { format!("{} {unit}", numbers.join("/")) };
    let (first, second) = match amounts.as_slice() {
        [first] => (*first, None),
        [first, second] if second < first => (*first, Some(*second)),
        _ => return Err(Untaken::Impossible),
    };
    Ok(Taken { unit: kept_in, first, second, said: said.join("/"), original: original.chars().take(LONGEST).collect() })
}

/// In which unit it is kept, and how it is turned into the measure's own.
fn way(measure: Measure, unit: &str) -> Option<(&'static Unit, Linear)> {
    let listed = |ucum: &str| measure.unit_of(ucum).filter(|unit| unit.pair.is_none()).map(|unit| (unit, unit.to_own));
    if let Some(listed) = listed(unit) {
        return Some(listed);
    }
    let turned = |times, by| Some((measure.unit(), Linear::ratio(times, by)));
    match (measure, unit) {
        (Measure::BloodPressure, "mmHg")
        | (Measure::Pulse, "count/min" | "beats/min" | "bpm")
        | (Measure::Breathing, "count/min" | "breaths/min")
        | (Measure::Temperature, "degC" | "C" | "°C")
        | (Measure::Steps, "count" | "steps") => Some((measure.unit(), Linear::SAME)),
        // Open mHealth writes the first so, and HealthKit counts both.
        (Measure::Bmi, "kg/m^2" | "count") | (Measure::Fall, "count") => Some((measure.unit(), Linear::SAME)),
        // HealthKit names the mass of a mole of glucose with it.
        (Measure::Glucose, molar) if molar.starts_with("mmol<") && molar.ends_with(">/L") => Some((measure.unit(), Linear::SAME)),
        (Measure::Temperature, "degF" | "F" | "°F") => listed("[degF]"),
        (Measure::Weight, "g") => turned(1, 1000),
        (Measure::Weight, "lb") => turned(45_359_237, 100_000_000),
        (Measure::Weight, "st") => turned(635_029_318, 100_000_000),
        (Measure::Height, "mm") => turned(1, 10),
        (Measure::Height, "in") => turned(254, 100),
        (Measure::Height, "ft") => turned(3048, 100),
        (Measure::Oxygen, "fraction") => turned(100, 1),
        (Measure::Exercise, "s" | "sec") => turned(1, 60),
        (Measure::Exercise, "ms") => turned(1, 60_000),
        (Measure::Sleep, "s" | "sec") => turned(1, 3600),
        (Measure::Sleep, "ms") => turned(1, 3_600_000),
        _ => None,
    }
}

/// A number as programs write it, with any number of decimals and with or without a power of ten, in millionths.
fn millionths(text: &str) -> Option<i128> {
    let text = text.trim();
    let (number, power) = match text.split_once(['e', 'E']) {
        Some((number, power)) => (number, power.parse::<i32>().ok().filter(|power| (-12..=12).contains(power))?),
        None => (text, 0),
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{decimals}");
    if !(1..=30).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let power = 6 + power - i32::try_from(decimals.len()).ok()?;
    let (number, ten) = (digits.parse::<i128>().ok()?, 10_i128.checked_pow(power.unsigned_abs())?);
    if power < 0 { Some((number + ten / 2) / ten) } else { number.checked_mul(ten) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken(measure: Measure, unit: &str, numbers: &[&str]) -> Result<(String, String, String), Untaken> {
        take(measure, unit, numbers).map(|taken| (taken.first.to_string(), taken.said, taken.original))
    }

    #[test]
    fn a_blood_pressure_is_measured_by_hand_however_it_came() {
        for (origin, measure, by_hand) in [
            (Origin::Device, Measure::BloodPressure, true),
            (Origin::AppleHealth, Measure::BloodPressure, true),
            (Origin::Device, Measure::Glucose, false),
            (Origin::Fitbit, Measure::Pulse, false),
            (Origin::Text, Measure::Glucose, true),
        ] {
            assert_eq!(origin.is_by_hand(measure), by_hand, "{origin:?} {measure:?}");
        }
    }

    #[test]
    fn what_programs_write_is_kept_in_its_unit_or_turned_with_the_original_beside_it() {
        let table = [
            (Measure::Weight, "kg", "72.57478", "72.575", "72.58", "72.57478 kg"),
            (Measure::Weight, "kg", "70.0", "70", "70", ""),
            (Measure::Weight, "lb", "160", "72.575", "72.58", "160 lb"),
            (Measure::Weight, "st", "11.5", "73.028", "73.03", "11.5 st"),
            (Measure::Weight, "g", "7E4", "70", "70", "7E4 g"),
            (Measure::Height, "m", "1.7526", "175.26", "1.75", "1.7526 m"),
            (Measure::Height, "ft", "5.75", "175.26", "175.26", "5.75 ft"),
            (Measure::Glucose, "mg/dL", "95", "5.273", "95", ""),
            (Measure::Glucose, "mmol<180.1558800000541>/L", "5.4", "5.4", "5.4", ""),
            (Measure::Oxygen, "fraction", "0.97", "97", "97", "0.97 fraction"),
            (Measure::Temperature, "degF", "98.6", "37", "98.6", ""),
            (Measure::Temperature, "C", "36.6", "36.6", "36.6", ""),
            (Measure::Sleep, "ms", "27000000", "7.5", "7.5", "27000000 ms"),
            (Measure::Pulse, "count/min", "61.204", "61.204", "61.2", "61.204 count/min"),
            (Measure::Bmi, "kg/m^2", "24.5", "24.5", "24.5", ""),
            (Measure::Bmi, "count", "24.5172", "24.517", "24.52", "24.5172 count"),
        ];
        for (measure, unit, number, first, said, original) in table {
            let expected = Ok((first.to_owned(), said.to_owned(), original.to_owned()));
            assert_eq!(taken(measure, unit, &[number]), expected, "{measure:?} {number} {unit}");
        }
        let pressure = Ok(("142".to_owned(), "142/88".to_owned(), String::new()));
        assert_eq!(taken(Measure::BloodPressure, "mmHg", &["142", "88.0"]), pressure);
    }

    #[test]
    fn what_cannot_be_is_not_taken() {
        let table: [(Measure, &str, &[&str], Untaken); 12] = [
            (Measure::Weight, "furlong", &["70"], Untaken::UnknownUnit),
            // Two numbers with a space are how people write it, not programs.
            (Measure::Weight, "[lb_av]", &["160"], Untaken::UnknownUnit),
            (Measure::Oxygen, "%", &["0.97"], Untaken::Impossible),
            (Measure::Pulse, "bpm", &["-60"], Untaken::NotANumber),
            (Measure::Pulse, "bpm", &["NaN"], Untaken::NotANumber),
            (Measure::Pulse, "bpm", &[""], Untaken::NotANumber),
            (Measure::Pulse, "bpm", &["1e13"], Untaken::NotANumber),
            (Measure::Pulse, "bpm", &["301"], Untaken::Impossible),
            (Measure::BloodPressure, "mmHg", &["120"], Untaken::NotANumber),
            (Measure::BloodPressure, "mmHg", &["80", "120"], Untaken::Impossible),
            (Measure::BloodPressure, "mmHg", &["80", "80"], Untaken::Impossible),
            (Measure::Steps, "count", &["999999999999999999999999999999"], Untaken::Impossible),
        ];
        for (measure, unit, numbers, why) in table {
            assert_eq!(taken(measure, unit, numbers), Err(why), "{measure:?} {numbers:?} {unit}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_possible_and_can_be_typed_again(
            place in 0..Measure::ALL.len(),
            unit in 0..9_usize,
            numbers in prop::collection::vec("[0-9]{0,4}(\\.[0-9]{0,9})?([eE]-?[0-9]{1,2})?", 1..3),
        ) {
            let measure = Measure::ALL[place];
            let unit = ["mmHg", "bpm", "kg", "lb", "cm", "fraction", "C", "count", "ms"][unit];
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            if let Ok(taken) = take(measure, unit, &numbers) {
                let amounts: Vec<Amount> = std::iter::once(taken.first).chain(taken.second).collect();
                prop_assert_eq!(amounts.len(), measure.parts().len());
                for (part, amount) in measure.parts().iter().zip(&amounts) {
                    prop_assert!(part.possible.0 <= *amount && *amount <= part.possible.1);
                }
                prop_assert_eq!(taken.said.split('/').count(), amounts.len());
                prop_assert!(taken.said.split('/').all(|said| Amount::parse(said).is_ok()));
                prop_assert!(measure.unit_of(taken.unit.ucum).is_some_and(|unit| unit.pair.is_none()));
            }
        }

        #[test]
        fn nothing_that_is_written_panics(unit in "\\PC{0,12}", number in "\\PC{0,40}", place in 0..Measure::ALL.len()) {
            let _ = take(Measure::ALL[place], &unit, &[&number]);
        }
    }
}
