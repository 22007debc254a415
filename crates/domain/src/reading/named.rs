//! What a reading is of where only its note says it, such as a symptom: two symptoms are never one line or one average.

use std::hash::{DefaultHasher, Hash, Hasher};

/// What a reading with this note is of, as it was written: the first line of it, without a stop at the end.
#[must_use]
pub fn name_of(note: &str) -> &str {
    let line = note.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.trim_end_matches(|end: char| end.is_whitespace() || matches!(end, '.' | ',' | ';' | ':' | '!'))
}

/// The same, alike for notes that name one thing: in small letters, with one space between words. Other words are another thing, because
/// nobody can tell whether they mean the same.
#[must_use]
pub fn same_name(note: &str) -> String {
    name_of(note).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A number that is the same for one name, by which rules tell things apart. It is good for one look and is kept nowhere.
#[must_use]
pub fn thing_of(note: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    same_name(note).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn notes_that_name_one_thing_are_alike_and_others_are_not() {
        for (note, name, same) in [
            ("Cough", "Cough", "cough"),
            ("  cough. ", "cough", "cough"),
            ("Dry   Cough\nworse at night", "Dry   Cough", "dry cough"),
            ("\r\nCough!\r\n", "Cough", "cough"),
            ("Pain, left knee", "Pain, left knee", "pain, left knee"),
            ("Pain, right hip", "Pain, right hip", "pain, right hip"),
            (" . ", "", ""),
            ("", "", ""),
        ] {
            assert_eq!((name_of(note), same_name(note).as_str()), (name, same), "{note:?}");
            assert_eq!(thing_of(note), thing_of(same), "{note:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_of_itself_and_no_letter_case_changes_it(note in "[A-Za-z .,\n]{0,40}") {
            let name = same_name(&note);
            prop_assert_eq!(same_name(&name), name.clone());
            prop_assert_eq!(same_name(&note.to_uppercase()), name);
        }
    }
}
