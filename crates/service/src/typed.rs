//! What is typed into the fields of forms, read.

use crate::FieldProblem;
use chrono::NaiveDate;
use domain::shown::refused;
use domain::when::typed_day;

/// The most characters of a note, a reason or an answer.
const LONGEST: usize = 500;

/// A date that was typed in three fields; `None` when all are empty. `whose` begins the sentence about what is wrong.
pub(crate) fn typed_date(parts: [&str; 3], field: &str, whose: &str) -> Result<Option<NaiveDate>, FieldProblem> {
    typed_day(parts).map_err(|error| FieldProblem::new(field, error.in_words(whose, "27 3 2027")))
}

/// The same of a day that has been.
pub(crate) fn past_date(parts: [&str; 3], field: &str, whose: &str) -> Result<Option<NaiveDate>, FieldProblem> {
    typed_day(parts).map_err(|error| FieldProblem::new(field, error.in_words(whose, "27 3 2024")))
}

/// A text of several lines; it may be empty.
pub(crate) fn text(field: &str, typed: &str) -> Result<String, FieldProblem> {
    some_lines(field, typed, LONGEST)
}

/// The same of at most so many characters.
pub(crate) fn some_lines(field: &str, typed: &str, most: usize) -> Result<String, FieldProblem> {
    let text = typed.trim().replace("\r\n", "\n");
    if text.chars().count() > most {
        return Err(FieldProblem::new(field, format!("Use no more than {most} letters and spaces")));
    }
    match refused(&text, true) {
        Some(told) => Err(FieldProblem::new(field, told)),
        None => Ok(text),
    }
}

/// The same of one of several texts of a form, whose problem begins with its name: read in a row, each still says of which it is.
pub(crate) fn named(name: &str, read: Result<String, FieldProblem>) -> Result<String, FieldProblem> {
    read.map_err(|problem| FieldProblem { message: format!("{name}: {}", after_colon(&problem.message)), ..problem })
}

/// A sentence as it stands after a colon.
fn after_colon(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_has_been_is_shown_by_one_that_has() {
        let said = past_date(["31", "2", "2026"], "day", "The day of the note").unwrap_err().message;
        assert_eq!(said, "The day of the note must be a real date, like 27 3 2024");
        assert_eq!(past_date(["", "", ""], "day", "The day of the note"), Ok(None));
    }

    #[test]
    fn a_text_of_some_lines_is_trimmed_and_of_some_length_and_reads_one_way() {
        assert_eq!(some_lines("words", " one\r\ntwo ", 7), Ok("one\ntwo".to_owned()));
        assert_eq!(some_lines("words", " ", 7), Ok(String::new()));
        for typed in ["one and two", "a\u{7}b", "a\u{202e}b"] {
            assert!(some_lines("words", typed, 7).is_err(), "{typed:?}");
        }
        let said = |name: &str| named(name, some_lines("words", "a \u{202e}b", 9)).unwrap_err();
        let told = "take out the hidden mark that turns the writing round (U+202E) after \u{201c}a\u{201d}";
        assert_eq!(said("Why"), FieldProblem::new("words", format!("Why: {told}")));
        assert_ne!(said("Why").message, said("What is wrong").message);
        for kept in ["\u{1f44d}\u{1f3fd}", "\u{5de}\u{5e8}\u{5d9}\u{5dd}", "\u{645}\u{631}\u{64a}\u{645}"] {
            assert_eq!(some_lines("words", kept, 9), Ok(kept.to_owned()));
        }
        assert!(text("words", &"x".repeat(500)).is_ok() && text("words", &"x".repeat(501)).is_err());
    }
}
