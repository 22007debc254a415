//! Easy words: what the main pages say to whoever reads in short sentences.

use crate::ui::TagKind;
use crate::words::flag_tag;
use domain::profile::{Display, Setting};
use domain::record::{Category, Value};
use domain::result::{Standing, placed};
use leptos::prelude::use_context;

/// Whether the page is for somebody who reads in easy words.
pub(crate) fn is_on() -> bool {
    use_context::<Display>().is_some_and(|display| display.has(Setting::EasyRead))
}

/// The usual words, or the easy ones where these are wanted.
pub(crate) fn say(usual: impl Into<String>, easy: &str) -> String {
    if is_on() { easy.to_owned() } else { usual.into() }
}

/// The first page.
pub(crate) const HOME: &str = "This is your page. Choose what you want to see.";
/// The same of somebody whom the reader looks after.
pub(crate) const HOME_OF_ANOTHER: &str = "You look after this person. Choose what you want to see.";
/// What is under the big pictures of the first page.
pub(crate) const MY_RECORD: &str = "What doctors and nurses wrote.";
pub(crate) const MY_MEDICINES: &str = "The medicines to take.";
pub(crate) const MY_APPOINTMENTS: &str = "When to go, and where.";
pub(crate) const MY_HEALTH: &str = "Write down how you are.";
/// What can be done next.
pub(crate) const FIND: &str = "Pick a day and a time.";
pub(crate) const READING: &str = "Write down your weight, mood or pain.";
pub(crate) const CHECK: &str = "Is something wrong? Tell your doctor.";
pub(crate) const LOOKED: &str = "See who read your record.";
pub(crate) const COPY: &str = "Save a copy to keep.";
/// The record.
pub(crate) const RECORD: &str = "Doctors and nurses wrote this. Choose a picture to read more.";
/// The list of medicines.
pub(crate) const MEDICINES: &str = "These are the medicines to take. Do not stop one by yourself. Ask your doctor first.";
pub(crate) const ASK_ABOUT_MEDICINES: &str = "Are you not sure? Ask at the pharmacy.";
/// The list of appointments.
pub(crate) const APPOINTMENTS: &str = "Here you see when to go, and where.";
pub(crate) const CANNOT_GO: &str = "You cannot go? Open it. Then choose another time.";
/// A result.
pub(crate) const RESULT: &str = "This is the result of a test.";
pub(crate) const RESULT_HIGH: &str = "The number is higher than the lab expects. Ask your doctor what it means for you.";
pub(crate) const RESULT_LOW: &str = "The number is lower than the lab expects. Ask your doctor what it means for you.";
pub(crate) const RESULT_USUAL: &str = "The lab says this is as it should be.";
pub(crate) const RESULT_WITHIN: &str = "The number is where the lab expects it to be.";
pub(crate) const RESULT_MARKED: &str = "The lab wants somebody to look at this. Ask your doctor what it means for you.";
pub(crate) const RESULT_ASK: &str = "Do you have a question? Ask your doctor or nurse.";

/// What a category of the record is.
pub(crate) const fn category(category: Category) -> &'static str {
    match category {
        Category::Problem => "What is wrong with your health.",
        Category::Medicine => "The medicines you have.",
        Category::Allergy => "Things that make you ill.",
        Category::Immunisation => "The jabs you had.",
        Category::Result => "Tests of your blood and more.",
        Category::Visit => "When you saw a doctor or nurse.",
        Category::Procedure => "What was done, such as an X-ray.",
        Category::Document => "Letters about you.",
        Category::Care => "Plans for your care.",
        Category::People => "People who look after you.",
        Category::Other => "Other things.",
    }
}

/// What a result means, in easy words: where its value stands by what came with it, as the other pages say it too, or that the
/// laboratory marked it. Where its word and its range do not agree it is not said on which side it is.
pub(crate) fn result(value: Option<&Value>, flag: Option<&str>) -> Vec<&'static str> {
    let marked = flag.map(flag_tag).is_some_and(|(_, kind)| kind == TagKind::Attention);
    let said = match value.and_then(placed).map(|placed| placed.standing) {
        Some(Standing::Above) => Some(RESULT_HIGH),
        Some(Standing::Below) => Some(RESULT_LOW),
        Some(Standing::Within) if flag.is_some() => Some(RESULT_USUAL),
        Some(Standing::Within) => Some(RESULT_WITHIN),
        None => Some(RESULT_MARKED).filter(|_| marked),
    };
    // Those that ask to speak with a doctor say so themselves.
    let ask = Some(RESULT_ASK).filter(|_| !matches!(said, Some(RESULT_HIGH | RESULT_LOW | RESULT_MARKED)));
    [Some(RESULT), said, ask].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reading_age::ease;
    use domain::record::Range;

    /// Easy read asks for short words in short sentences (Department of Health, "Making written information easier to understand
    /// for people with learning disabilities", 2010).
    #[test]
    fn easy_words_are_easy() {
        let texts = [
            HOME,
            HOME_OF_ANOTHER,
            MY_RECORD,
            MY_MEDICINES,
            MY_APPOINTMENTS,
            MY_HEALTH,
            FIND,
            READING,
            CHECK,
            LOOKED,
            COPY,
            RECORD,
            MEDICINES,
            ASK_ABOUT_MEDICINES,
            APPOINTMENTS,
            CANNOT_GO,
            RESULT,
            RESULT_HIGH,
            RESULT_LOW,
            RESULT_USUAL,
            RESULT_WITHIN,
            RESULT_MARKED,
            RESULT_ASK,
        ];
        let categories = Category::ALL.iter().map(|one| category(*one));
        for text in texts.into_iter().chain(categories) {
            // Short texts swing: of one of a few words the sentences alone are looked at.
            let ease = ease(text, &["medicine", "doctor", "appointment", "pharmacy", "picture", "record", "person", "question"])
                .unwrap();
            assert!(ease.sentence <= 10.0, "{text}: {} words in a sentence", ease.sentence);
            assert!(text.split_whitespace().count() < 8 || ease.age() <= 9.0, "{text}: {} years", ease.age());
        }
    }

    fn said(text: &str, range: Option<(&str, &str)>, flag: Option<&str>) -> Vec<&'static str> {
        let end = |text: &str| Some(text.to_owned());
        let value = Value {
            text: text.to_owned(),
            number: None,
            unit: None,
            range: range.map(|(low, high)| Range { low: end(low), high: end(high), text: None }),
            interpretation: flag.map(ToOwned::to_owned),
        };
        result(Some(&value), flag)
    }

    #[test]
    fn a_result_is_said_by_where_it_stands_and_never_by_letters_in_a_word() {
        for flag in ["High", "Very high", "H", "HH", "HX"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_HIGH], "{flag}");
        }
        for flag in ["Low", "Very low", "L", "LL", "Below the range that can be measured"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_LOW], "{flag}");
        }
        for flag in ["Normal", "N"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_USUAL, RESULT_ASK], "{flag}");
        }
        for flag in ["Abnormal", "Very abnormal"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_MARKED], "{flag}");
        }
        // Words that hold "high" or "low" and say something else, and an H in a word.
        for flag in ["Not high", "Highly sensitive method", "Follow up", "Slowly rising", "Haemolysed", "Negative", "n"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_ASK], "{flag}");
        }
        // By the range alone, and where the word and the range do not agree.
        assert_eq!(said("9", Some(("3", "5")), None), [RESULT, RESULT_HIGH]);
        assert_eq!(said("2", Some(("3", "5")), None), [RESULT, RESULT_LOW]);
        assert_eq!(said("4", Some(("3", "5")), None), [RESULT, RESULT_WITHIN, RESULT_ASK]);
        assert_eq!(said("4", Some(("3", "5")), Some("Normal")), [RESULT, RESULT_USUAL, RESULT_ASK]);
        assert_eq!(said("9", Some(("3", "5")), Some("N")), [RESULT, RESULT_ASK]);
        assert_eq!(said("4", Some(("3", "5")), Some("High")), [RESULT, RESULT_MARKED]);
        assert_eq!(said("9", Some(("3", "5")), Some("Abnormal")), [RESULT, RESULT_HIGH]);
        assert_eq!(result(None, None), [RESULT, RESULT_ASK]);
    }
}
