//! Easy words: what the main pages say to whoever reads in short sentences.

use domain::profile::{Display, Setting};
use domain::record::Category;
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

/// What a result means, in easy words, by what the laboratory said of it: the words of its flag.
pub(crate) fn result(flag: Option<&str>) -> Vec<&'static str> {
    let said = match flag.map(str::to_lowercase).as_deref() {
        Some(flag) if flag.contains("high") => Some(RESULT_HIGH),
        Some(flag) if flag.contains("low") => Some(RESULT_LOW),
        Some("normal" | "in range") => Some(RESULT_USUAL),
        _ => None,
    };
    [Some(RESULT), said, Some(RESULT_ASK).filter(|_| said != Some(RESULT_HIGH) && said != Some(RESULT_LOW))]
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reading_age::ease;

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

    #[test]
    fn a_result_is_said_by_what_the_laboratory_said() {
        assert_eq!(result(Some("High")), [RESULT, RESULT_HIGH]);
        assert_eq!(result(Some("Critically low")), [RESULT, RESULT_LOW]);
        assert_eq!(result(Some("Normal")), [RESULT, RESULT_USUAL, RESULT_ASK]);
        assert_eq!(result(Some("Abnormal")), [RESULT, RESULT_ASK]);
        assert_eq!(result(None), [RESULT, RESULT_ASK]);
    }
}
