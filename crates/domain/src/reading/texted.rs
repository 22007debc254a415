//! Readings as people send them in a text message: "BP 142/88", "7.2 sugar before tea", "wieght 12st 4".
//!
//! It is only found out what somebody means; what is made of the numbers, [`hear`](super::hear) says as for every other reading. Where
//! more than one thing can be meant, nothing is.

use super::Measure;
use strsim::osa_distance;

/// The most readings that one message tells.
pub const MOST: usize = 6;
/// The most characters that are read of one: ten text messages (3GPP TS 23.040: 153 characters of each).
const LONGEST: usize = 1530;

/// What a text message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Texted {
    /// These readings.
    Readings(Vec<TextedReading>),
    /// What was taken from the last one is wrong.
    Wrong,
    /// They ask how it is done.
    Help,
}

/// A reading that a text message tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextedReading {
    /// Of what.
    pub measure: Measure,
    /// Its numbers as they were written, in the order of [`Measure::parts`].
    pub numbers: Vec<String>,
    /// In which unit (UCUM); empty where none was written.
    pub unit: &'static str,
    /// What was said of how it was taken: `meal=before`.
    pub settings: Vec<(&'static str, &'static str)>,
}

/// Why nothing was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextedError {
    /// There is nothing in it that can be a reading.
    #[error("there is no number")]
    NoNumber,
    /// It is not said of what the numbers are, or more is named than numbers are there.
    #[error("it does not say of what the numbers are")]
    OfWhat,
    /// It tells too many.
    #[error("there are too many readings")]
    TooMany,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Letters(String),
    Number(String),
    /// Between the two numbers of one reading.
    Slash,
}

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Of(Measure),
    In(&'static str),
    How(&'static str, &'static str),
    Over,
    Nothing,
}

/// How people name what they measure. One word each: of "blood sugar" the second is enough.
const NAMES: &[(&str, Measure)] = &[
    ("bp", Measure::BloodPressure),
    ("pressure", Measure::BloodPressure),
    ("bloodpressure", Measure::BloodPressure),
    ("pulse", Measure::Pulse),
    ("heartrate", Measure::Pulse),
    ("hr", Measure::Pulse),
    ("heart", Measure::Pulse),
    ("sugar", Measure::Glucose),
    ("glucose", Measure::Glucose),
    ("bloodsugar", Measure::Glucose),
    ("bm", Measure::Glucose),
    ("bg", Measure::Glucose),
    ("hba1c", Measure::Hba1c),
    ("weight", Measure::Weight),
    ("weigh", Measure::Weight),
    ("wt", Measure::Weight),
    ("height", Measure::Height),
    ("peak", Measure::PeakFlow),
    ("peakflow", Measure::PeakFlow),
    ("pf", Measure::PeakFlow),
    ("pefr", Measure::PeakFlow),
    ("oxygen", Measure::Oxygen),
    ("sats", Measure::Oxygen),
    ("spo2", Measure::Oxygen),
    ("o2", Measure::Oxygen),
    ("temperature", Measure::Temperature),
    ("temp", Measure::Temperature),
    ("breathing", Measure::Breathing),
    ("breaths", Measure::Breathing),
    ("respiration", Measure::Breathing),
    ("steps", Measure::Steps),
    ("walked", Measure::Steps),
    ("sleep", Measure::Sleep),
    ("slept", Measure::Sleep),
    ("pain", Measure::Pain),
    ("mood", Measure::Mood),
    ("cigarettes", Measure::Smoking),
    ("cigs", Measure::Smoking),
    ("smoked", Measure::Smoking),
    ("alcohol", Measure::Alcohol),
];

/// How people name units, and which of [`Measure::units`] each is.
const UNITS: &[(&str, &str)] = &[
    ("mmhg", "mm[Hg]"),
    ("bpm", "/min"),
    ("mmol", "mmol/L"),
    ("mmols", "mmol/L"),
    ("mmol/l", "mmol/L"),
    ("mg/dl", "mg/dL"),
    ("mgdl", "mg/dL"),
    ("mmol/mol", "mmol/mol"),
    ("%", "%"),
    ("percent", "%"),
    ("kg", "kg"),
    ("kgs", "kg"),
    ("kilos", "kg"),
    ("kilo", "kg"),
    ("st", "[lb_av]"),
    ("stone", "[lb_av]"),
    ("stones", "[lb_av]"),
    ("lb", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("pounds", "[lb_av]"),
    ("cm", "cm"),
    ("metres", "m"),
    ("m", "m"),
    ("ft", "[in_i]"),
    ("feet", "[in_i]"),
    ("foot", "[in_i]"),
    ("in", "[in_i]"),
    ("inches", "[in_i]"),
    ("c", "Cel"),
    ("celsius", "Cel"),
    ("f", "[degF]"),
    ("fahrenheit", "[degF]"),
    ("l/min", "L/min"),
    ("hours", "h"),
    ("hour", "h"),
    ("hrs", "h"),
    ("hr", "h"),
    ("h", "h"),
    ("minutes", "min"),
    ("mins", "min"),
    ("min", "min"),
    ("units", "{units}"),
    ("unit", "{units}"),
];

/// How people say how it was taken. After a meal is none: it says not whether 90 minutes had passed, and so stays in their words.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("before", "meal", "before"),
    ("waking", "meal", "waking"),
    ("woke", "meal", "waking"),
    ("bedtime", "meal", "bedtime"),
    ("left", "arm", "left"),
    ("right", "arm", "right"),
    ("sitting", "position", "sitting"),
    ("standing", "position", "standing"),
    ("resting", "activity", "rest"),
];

/// What says nothing, so that none of it is taken for a name that it resembles.
const NOTHING: &[&str] = &[
    "a",
    "after",
    "and",
    "arm",
    "at",
    "bed",
    "beats",
    "blood",
    "breakfast",
    "day",
    "dinner",
    "eating",
    "evening",
    "flow",
    "food",
    "for",
    "from",
    "had",
    "has",
    "have",
    "hi",
    "hello",
    "i",
    "is",
    "its",
    "just",
    "level",
    "lunch",
    "meal",
    "me",
    "morning",
    "my",
    "night",
    "now",
    "of",
    "on",
    "out",
    "per",
    "please",
    "rate",
    "reading",
    "rest",
    "results",
    "score",
    "supper",
    "tea",
    "ten",
    "thanks",
    "thank",
    "the",
    "this",
    "to",
    "today",
    "tonight",
    "was",
    "with",
    "you",
];

/// How people say how they feel, in the order of its numbers.
const MOODS: [&[&str]; 5] = [
    &["terrible", "awful"],
    &["low", "bad", "sad", "down"],
    &["ok", "okay", "alright", "fine", "so"],
    &["good", "well", "happy"],
    &["great"],
];

/// Finds out what a text message means.
///
/// # Errors
/// [`TextedError`] where that cannot be told for sure.
pub fn understand(text: &str) -> Result<Texted, TextedError> {
    let words = words(text);
    let only = match words.as_slice() {
        [] => return Err(TextedError::NoNumber),
        [Word::Letters(word)] => word.as_str(),
        _ => "",
    };
    match only {
        "wrong" | "undo" | "no" | "remove" | "delete" | "mistake" => return Ok(Texted::Wrong),
        "help" | "info" => return Ok(Texted::Help),
        _ => {}
    }
    let mut found = Found::default();
    let mut mood = None;
    let mut before = None;
    for word in &words {
        let meaning = match word {
            Word::Number(number) => {
                found.number(number, before == Some(Meaning::Over));
                before = None;
                continue;
            }
            Word::Slash => Meaning::Over,
            Word::Letters(word) => {
                let strong = before_is_very(&words, word);
                mood = mood.or_else(|| feeling(word, strong));
                meaning(word, found.of.last() == Some(&Measure::Sleep))
            }
        };
        match meaning {
            Meaning::Of(measure) if found.of.last() != Some(&measure) || found.numbers.len() >= found.of.len() => {
                found.of.push(measure)
            }
            Meaning::In(unit) => found.unit(unit),
            Meaning::How(field, answer) => found.settings.push((field, answer)),
            _ => {}
        }
        before = Some(meaning);
    }
    found.told(mood).map(Texted::Readings)
}

/// Whether this word follows "very".
fn before_is_very(words: &[Word], word: &str) -> bool {
    let very = |pair: &[Word]| matches!(pair, [Word::Letters(before), Word::Letters(it)] if before == "very" && it == word);
    words.windows(2).any(very)
}

/// What somebody feels, from 1 to 5.
fn feeling(word: &str, strong: bool) -> Option<usize> {
    let place = MOODS.iter().position(|words| words.contains(&word))? + 1;
    Some(match place {
        2 if strong => 1,
        4 if strong => 5,
        place => place,
    })
}

#[derive(Default)]
struct Found {
    of: Vec<Measure>,
    numbers: Vec<Numbers>,
    settings: Vec<(&'static str, &'static str)>,
}

#[derive(Default)]
struct Numbers {
    said: Vec<String>,
    units: Vec<&'static str>,
    pair: bool,
}

impl Found {
    fn number(&mut self, number: &str, over: bool) {
        match self.numbers.last_mut() {
            Some(last) if over && last.said.len() == 1 => {
                last.said.push(number.to_owned());
                last.pair = true;
            }
            // "12 st 4", "5 ft 10": what follows a unit that is written with two numbers is its second.
            Some(last) if last.said.len() == 1 && matches!(last.units.as_slice(), ["[lb_av]" | "[in_i]"]) => {
                last.said.push(number.to_owned());
            }
            _ => self.numbers.push(Numbers { said: vec![number.to_owned()], ..Numbers::default() }),
        }
    }

    fn unit(&mut self, unit: &'static str) {
        if let Some(last) = self.numbers.last_mut()
            && last.units.last() != Some(&unit)
        {
            last.units.push(unit);
        }
    }

    fn told(mut self, mood: Option<usize>) -> Result<Vec<TextedReading>, TextedError> {
        if let (Some(mood), [], [Measure::Mood]) = (mood, self.numbers.as_slice(), self.of.as_slice()) {
            self.number(&mood.to_string(), false);
        }
        if self.numbers.is_empty() {
            return Err(TextedError::NoNumber);
        }
        if self.numbers.len() > MOST {
            return Err(TextedError::TooMany);
        }
        // What the numbers themselves say comes first; the others have the names that are left, in their order.
        let mut of: Vec<Option<Measure>> = self.numbers.iter().map(Numbers::measure).collect();
        for certain in of.iter().flatten() {
            if let Some(place) = self.of.iter().position(|named| named == certain) {
                self.of.remove(place);
            }
        }
        let open = of.iter().filter(|measure| measure.is_none()).count();
        if open != self.of.len() {
            return Err(TextedError::OfWhat);
        }
        let mut names = self.of.iter();
        for measure in of.iter_mut().filter(|measure| measure.is_none()) {
            *measure = names.next().copied();
        }
        let mut told = Vec::new();
        for (numbers, measure) in self.numbers.into_iter().zip(of) {
            let measure = measure.ok_or(TextedError::OfWhat)?;
            let unit = match numbers.units.as_slice() {
                [] => "",
                [unit] => unit,
                _ => return Err(TextedError::OfWhat),
            };
            let own = |ucum: &str| measure.unit_of(ucum).is_some();
            // A unit that the measure has not, and numbers that do not fit it, are another thing than what was named.
            if (!unit.is_empty() && !own(unit)) || numbers.pair != (measure.parts().len() == 2) {
                return Err(TextedError::OfWhat);
            }
            let fits = |(field, answer): &&(&str, &str)| {
                measure
                    .settings()
                    .iter()
                    .any(|setting| setting.field == *field && setting.answers.iter().any(|(code, _)| code == answer))
            };
            let settings = self.settings.iter().filter(fits).copied().collect();
            let said = if numbers.pair { numbers.said } else { vec![numbers.said.join(" ")] };
            told.push(TextedReading { measure, numbers: said, unit, settings });
        }
        Ok(told)
    }
}

impl Numbers {
    /// What they are of, where they say so by themselves: two with a slash are a blood pressure, and a unit that only one thing has
    /// is enough.
    fn measure(&self) -> Option<Measure> {
        if self.pair {
            return Some(Measure::BloodPressure);
        }
        let [unit] = self.units.as_slice() else { return None };
        // Hours are of sleep or exercise, and a minute's beats or breaths are written alike.
        let mut of = Measure::ALL.iter().filter(|measure| measure.unit_of(unit).is_some());
        let only = of.next().copied();
        if of.next().is_some() { None } else { only }
    }
}

fn meaning(word: &str, after_sleep: bool) -> Meaning {
    if word == "over" {
        return Meaning::Over;
    }
    // "hr" is a pulse, and behind a time asleep it is an hour.
    if let Some((_, unit)) = UNITS.iter().find(|(name, _)| *name == word).filter(|_| word != "hr" || after_sleep) {
        return Meaning::In(unit);
    }
    if let Some((_, measure)) = NAMES.iter().find(|(name, _)| *name == word) {
        return Meaning::Of(*measure);
    }
    if let Some((_, field, answer)) = SETTINGS.iter().find(|(name, ..)| *name == word) {
        return Meaning::How(field, answer);
    }
    let known = NOTHING.contains(&word) || MOODS.iter().any(|words| words.contains(&word));
    let mut close = NAMES.iter().filter(|(name, _)| !known && resembles(word, name)).map(|(_, measure)| *measure);
    match close.next() {
        // As close to two things as this is it neither.
        Some(measure) if close.all(|other| other == measure) => Meaning::Of(measure),
        _ => Meaning::Nothing,
    }
}

/// Whether somebody who meant this name may have written that word: one slip, or two in a long one, and the first letter right.
fn resembles(word: &str, name: &str) -> bool {
    let (long, first) = (name.len(), |text: &str| text.chars().next());
    if long < 5 || word.len() < 4 || first(word) != first(name) {
        return false;
    }
    osa_distance(word, name) <= if long >= 8 { 2 } else { 1 }
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut letters = text.chars().take(LONGEST).flat_map(char::to_lowercase).peekable();
    while let Some(letter) = letters.next() {
        let mut word = letter.to_string();
        if letter.is_ascii_digit() {
            while let Some(next) = letters.peek().copied() {
                let more = next.is_ascii_digit() || (matches!(next, '.' | ',') && !word.contains(['.', ',']));
                if !more {
                    break;
                }
                word.push(next);
                letters.next();
            }
            // A full stop or comma behind a number ends what was said.
            let number = word.trim_end_matches(['.', ',']);
            words.push(Word::Number(number.to_owned()));
        } else if letter.is_alphabetic() || letter == '%' {
            // "mmol/l" and "spo2" are words, "bp142" is two.
            let has_digit = |word: &str| ["hba1c", "spo2", "o2"].iter().any(|name| name.starts_with(word) && *name != word);
            while let Some(next) = letters.peek().copied() {
                let mut with = word.clone();
                with.push(next);
                let inside = next.is_alphabetic()
                    || matches!(next, '\'' | '\u{2019}')
                    || (next.is_ascii_digit()
                        && has_digit(&word)
                        && ["hba1c", "spo2", "o2"].iter().any(|name| name.starts_with(&with)))
                    || (next == '/' && matches!(word.as_str(), "mmol" | "mg" | "l"));
                if !inside {
                    break;
                }
                if !matches!(next, '\'' | '\u{2019}') {
                    word.push(next);
                }
                letters.next();
            }
            words.push(Word::Letters(word));
        } else if matches!(letter, '/' | '\\' | '|') {
            words.push(Word::Slash);
        } else if matches!(letter, '\'' | '\u{2019}' | '\u{2032}') && matches!(words.last(), Some(Word::Number(_))) {
            // 5'10
            words.push(Word::Letters("ft".to_owned()));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::{Typed, hear};
    use proptest::prelude::*;

    /// "blood-pressure 142/88", "weight 12 4 [lb_av]", "blood-glucose 7.2 meal=before".
    fn said(text: &str) -> String {
        let one = |reading: &TextedReading| {
            let mut said = format!("{} {}", reading.measure.code(), reading.numbers.join("/"));
            for more in std::iter::once(reading.unit.to_owned())
                .chain(reading.settings.iter().map(|(field, answer)| format!("{field}={answer}")))
            {
                if !more.is_empty() {
                    said = format!("{said} {more}");
                }
            }
            said
        };
        match understand(text) {
            Ok(Texted::Readings(readings)) => readings.iter().map(one).collect::<Vec<_>>().join(", "),
            Ok(Texted::Wrong) => "wrong".to_owned(),
            Ok(Texted::Help) => "help".to_owned(),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn messages_are_understood_as_they_are_meant() {
        let table = [
            ("BP 142/88", "blood-pressure 142/88"),
            ("142/88", "blood-pressure 142/88"),
            ("142/88 bp", "blood-pressure 142/88"),
            ("My blood pressure is 142 over 88 this morning, left arm", "blood-pressure 142/88 arm=left"),
            ("bp142/88", "blood-pressure 142/88"),
            ("blood presure 142 / 88", "blood-pressure 142/88"),
            ("BP 142/88, pulse 72.", "blood-pressure 142/88, pulse 72"),
            ("142/88 BP 72 pulse", "blood-pressure 142/88, pulse 72"),
            ("pulse 72 bp 142/88", "pulse 72, blood-pressure 142/88"),
            ("sugar 7.2 before tea", "blood-glucose 7.2 meal=before"),
            ("7,2 suger", "blood-glucose 7,2"),
            ("Blood sugar 9 after breakfast", "blood-glucose 9"),
            ("glucose 130 mg/dl", "blood-glucose 130 mg/dL"),
            ("7.2 mmol/L", "blood-glucose 7.2 mmol/L"),
            ("hba1c 48 mmol/mol", "hba1c 48 mmol/mol"),
            ("HbA1c 6.5%", "hba1c 6.5 %"),
            ("wieght 12st 4lb", "weight 12 4 [lb_av]"),
            ("12 stone", "weight 12 [lb_av]"),
            ("Weight 78.4kg", "weight 78.4 kg"),
            ("78.4 kilos", "weight 78.4 kg"),
            ("height 5'10", "height 5 10 [in_i]"),
            ("peak flow 420", "peak-flow 420"),
            ("sats 97%", "oxygen 97 %"),
            ("O2 97", "oxygen 97"),
            ("spo2 97 hr 80", "oxygen 97, pulse 80"),
            ("tempreture 37.5 c", "temperature 37.5 Cel"),
            ("temp 99.1f", "temperature 99.1 [degF]"),
            ("steps 8000", "steps 8000"),
            ("slept 7 hrs", "sleep 7 h"),
            ("slept 7 hr", "sleep 7 h"),
            ("pain 4", "pain 4"),
            ("mood good", "mood 4"),
            ("Mood: very low", "mood 1"),
            ("mood 3", "mood 3"),
            ("2 units of alcohol", "alcohol 2 {units}"),
            ("Wrong", "wrong"),
            ("wrong!", "wrong"),
            ("HELP", "help"),
            // What can mean two things means none.
            ("BP 142/88 72", "OfWhat"),
            ("7.2", "OfWhat"),
            ("BP 142", "OfWhat"),
            ("sugar 142/88", "OfWhat"),
            ("weight 7.2 mmol/l", "OfWhat"),
            ("BP and pulse 72", "OfWhat"),
            ("60 bpm", "OfWhat"),
            ("hello", "NoNumber"),
            ("", "NoNumber"),
            ("👍🏽", "NoNumber"),
            ("bp fine", "NoNumber"),
            ("pain 1 pain 2 pain 3 pain 4 pain 5 pain 6 pain 7", "TooMany"),
        ];
        for (text, meant) in table {
            assert_eq!(said(text), meant, "{text:?}");
        }
    }

    #[test]
    fn what_is_understood_is_heard_as_if_it_had_been_typed() {
        for text in ["BP 142/88", "weight 12st 4lb", "height 5'10", "sugar 7,2", "temp 99.1f", "mood good", "glucose 130 mg/dl"] {
            let Ok(Texted::Readings(readings)) = understand(text) else { panic!("{text}") };
            for reading in readings {
                assert!(
                    hear(reading.measure, &Typed { numbers: &reading.numbers, unit: reading.unit, sure: false }).is_ok(),
                    "{text}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_gives_whole_readings_or_none(text in "\\PC{0,120}|([a-z%]{1,12}|[0-9]{1,4}|[0-9]{1,3}[.,][0-9]|[ /,.']){0,24}") {
            if let Ok(Texted::Readings(readings)) = understand(&text) {
                prop_assert!((1..=MOST).contains(&readings.len()));
                for reading in readings {
                    prop_assert_eq!(reading.numbers.len(), reading.measure.parts().len());
                    prop_assert!(reading.unit.is_empty() || reading.measure.unit_of(reading.unit).is_some());
                }
            }
        }

        #[test]
        fn both_orders_mean_the_same(name in prop::sample::select(NAMES.to_vec()), number in 1..200_u32) {
            let (name, measure) = name;
            if measure.parts().len() == 1 {
                prop_assert_eq!(said(&format!("{name} {number}")), said(&format!("{number} {name}")));
            }
        }

        #[test]
        fn one_slip_in_a_long_name_changes_nothing(name in prop::sample::select(NAMES.to_vec()), at in 1..12_usize) {
            let (name, measure) = name;
            if name.len() >= 8 && measure.parts().len() == 1 && name.is_ascii() {
                let at = 1 + at % (name.len() - 1);
                let slip = format!("{}{}", &name[..at], &name[at + 1..]);
                prop_assert_eq!(said(&format!("{slip} 7")), said(&format!("{name} 7")));
            }
        }
    }
}
