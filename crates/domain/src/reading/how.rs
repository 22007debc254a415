//! How a reading was taken, in the words that other programs' tables have for it.

use super::{Measure, Setting};

/// What a table may hold in a column of its own, what that column is called, and what there is to know of it. Whether there are signs,
/// and whether somebody was hurt, is asked of people alone.
const COLUMNS: [(&str, &str, &str); 5] = [
    (
        "meal",
        "before or after a meal",
        "With words such as “before meal”, “after meal” or “fasting”. After a meal counts as 90 minutes or more after it.",
    ),
    ("arm", "arm", "With words such as “left” or “right”."),
    ("position", "sitting, standing or lying", "With words such as “sitting” or “standing”."),
    ("activity", "at rest or active", "With words such as “at rest” or “active”."),
    ("reliever", "before or after your reliever inhaler", "With words such as “before” or “after”."),
];

/// What says that nobody knows, and so nothing.
const NOTHING: &[&str] = &["", "n a", "na", "not set", "not specified", "not stated", "unknown", "unspecified"];

/// Words beside those of the answers themselves, by field and answer. Fasting is before a meal, as in what other formats say.
const WORDS: &[(&str, &str, &[&str])] = &[
    ("meal", "waking", &["waking up", "after waking", "after waking up", "on waking up", "upon waking", "wake up", "wakeup"]),
    ("meal", "before", &["ac", "fasted", "fasting", "premeal", "preprandial"]),
    ("meal", "after", &["2 hours after meal", "2 hours after meals", "2 hours postprandial", "pc", "postmeal", "postprandial"]),
    ("meal", "bedtime", &["bed", "bed time", "before bed", "before bedtime", "before sleep", "before sleeping"]),
    ("meal", "other", &["another time", "general", "not fasting", "other time", "random", "with food", "with meal"]),
    ("arm", "left", &["l", "left arm", "left upper arm", "left wrist", "upper left arm"]),
    ("arm", "right", &["r", "right arm", "right upper arm", "right wrist", "upper right arm"]),
    ("position", "sitting", &["sat", "seated", "sit", "sitting down"]),
    ("position", "standing", &["stand", "standing up", "stood"]),
    ("position", "lying", &["laying down", "lay", "lie", "supine"]),
    ("activity", "rest", &["resting", "sedentary"]),
    ("activity", "active", &["after activity", "after exercise", "during exercise", "exercise", "exercising"]),
    ("reliever", "before", &["before inhaler", "before reliever", "pre", "pre reliever"]),
    ("reliever", "after", &["after inhaler", "after reliever", "post", "post reliever"]),
];
/// What stands before a meal, and after one.
const SIDES: [(&str, &[&str]); 2] = [("before", &["before", "pre"]), ("after", &["after", "post"])];
/// What may stand between, and is passed over.
const BETWEEN: &[&str] = &["a", "any", "each", "evening", "main", "my", "the"];
/// What is eaten.
const MEALS: &[&str] = &["breakfast", "dinner", "eating", "food", "lunch", "meal", "meals", "supper", "tea"];

/// What a word of a table means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// This answer, as it is kept.
    Answer(&'static str),
    /// Nothing.
    Nothing,
    /// Nobody knows what.
    Unknown,
}

impl Measure {
    /// What a table may tell of how it was taken.
    pub fn told_in_tables(self) -> impl Iterator<Item = &'static Setting> {
        self.settings().iter().filter(|setting| COLUMNS.iter().any(|(field, ..)| *field == setting.field))
    }
}

/// Small letters and figures, with one space between words.
pub(super) fn plain(text: &str) -> String {
    let small = text.to_lowercase();
    let words: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

impl Setting {
    /// What its column is called, and what there is to know of it; `None` where a table has none.
    #[must_use]
    pub fn column(&self) -> Option<(&'static str, &'static str)> {
        COLUMNS.iter().find(|(field, ..)| *field == self.field).map(|(_, name, hint)| (*name, *hint))
    }

    /// What a word of a table means.
    #[must_use]
    pub fn told(&self, text: &str) -> Told {
        let text = plain(text);
        if NOTHING.contains(&text.as_str()) {
            return Told::Nothing;
        }
        let said = self.answers.iter().find(|(code, words)| text == plain(code) || text == plain(words));
        let listed = || WORDS.iter().find(|(field, _, words)| *field == self.field && words.contains(&text.as_str()));
        let code = said.map(|(code, _)| *code).or_else(|| listed().map(|(_, code, _)| *code));
        code.or_else(|| self.by_meal(&text)).map_or(Told::Unknown, Told::Answer)
    }

    /// "Before my evening meal".
    fn by_meal(&self, text: &str) -> Option<&'static str> {
        let mut words = text.split(' ');
        let side = words.next().filter(|_| self.field == "meal")?;
        let (code, _) = SIDES.iter().find(|(_, sides)| sides.contains(&side))?;
        let what: Vec<&str> = words.filter(|word| !BETWEEN.contains(word)).collect();
        matches!(what.as_slice(), [meal] if MEALS.contains(meal)).then_some(*code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_of_tables_are_understood_as_they_are_meant_or_not_at_all() {
        let told = |measure: Measure, field: &str, text: &str| {
            let setting = measure.told_in_tables().find(|setting| setting.field == field).unwrap();
            match setting.told(text) {
                Told::Answer(code) => code,
                Told::Nothing => "nothing",
                Told::Unknown => "unknown",
            }
        };
        for (text, code) in [
            ("before meal", "before"),
            ("Before a Meal", "before"),
            ("BEFORE_BREAKFAST", "before"),
            ("pre-meal", "before"),
            ("Before my evening meal", "before"),
            ("Fasting", "before"),
            ("after meal", "after"),
            ("After dinner", "after"),
            ("post-lunch", "after"),
            ("90 minutes or more after a meal", "after"),
            ("2 hours postprandial", "after"),
            ("On waking", "waking"),
            ("bedtime", "bedtime"),
            ("Before bed", "bedtime"),
            ("not fasting", "other"),
            ("", "nothing"),
            (" - ", "nothing"),
            ("N/A", "nothing"),
            ("Unknown", "nothing"),
            // An hour is less than 90 minutes.
            ("1 hour after meal", "unknown"),
            ("after insulin", "unknown"),
            ("not before a meal", "unknown"),
            ("before breakfast after dinner", "unknown"),
            ("before", "before"),
            ("pre", "unknown"),
            ("left", "unknown"),
        ] {
            assert_eq!(told(Measure::Glucose, "meal", text), code, "{text}");
        }
        for (field, text, code) in [
            ("arm", "Left", "left"),
            ("arm", "RIGHT ARM", "right"),
            ("arm", "l", "left"),
            ("arm", "both", "unknown"),
            ("arm", "left leg", "unknown"),
            ("position", "Seated", "sitting"),
            ("position", "lying down", "lying"),
        ] {
            assert_eq!(told(Measure::BloodPressure, field, text), code, "{text}");
        }
        assert_eq!(told(Measure::Pulse, "activity", "at rest"), "rest");
        assert_eq!(told(Measure::PeakFlow, "reliever", "After my reliever inhaler"), "after");
    }

    #[test]
    fn every_answer_is_understood_as_itself_and_no_word_twice() {
        for setting in Measure::ALL.iter().flat_map(|measure| measure.told_in_tables()) {
            assert!(setting.column().is_some());
            for (code, words) in setting.answers {
                assert_eq!((setting.told(code), setting.told(words)), (Told::Answer(code), Told::Answer(code)), "{code}");
            }
        }
        for (at, (field, code, words)) in WORDS.iter().enumerate() {
            let setting =
                Measure::ALL.iter().flat_map(|measure| measure.told_in_tables()).find(|setting| setting.field == *field);
            assert!(setting.unwrap().answers.iter().any(|(answer, _)| answer == code), "{field} {code}");
            for word in *words {
                assert_eq!(setting.unwrap().told(word), Told::Answer(code), "{word}");
                assert_eq!(*word, plain(word));
                let again =
                    WORDS.iter().enumerate().any(|(other, (of, _, words))| other != at && of == field && words.contains(word));
                assert!(!again, "{word}");
            }
        }
        let asked: Vec<_> = Measure::BloodPressure.told_in_tables().map(|setting| setting.field).collect();
        assert_eq!(asked, ["arm", "position"], "no table says how somebody feels");
    }

    proptest! {
        #[test]
        fn how_it_is_written_changes_nothing(text in "[a-zA-Z0-9 ]{0,20}", by in "[-_ /.]{1,3}") {
            for setting in Measure::ALL.iter().flat_map(|measure| measure.told_in_tables()) {
                let other = format!("{by}{}{by}", text.to_uppercase().replace(' ', &by));
                prop_assert_eq!(setting.told(&other), setting.told(&text));
            }
        }
    }
}
