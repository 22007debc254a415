//! What is typed into the fields of forms, read.

use crate::FieldProblem;
use chrono::NaiveDate;
use domain::shown::turns;
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
    if text.contains(|c: char| (c.is_control() && c != '\n') || turns(c)) {
        return Err(FieldProblem::new(field, "Use only letters, numbers and marks such as full stops"));
    }
    Ok(text)
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
        assert!(text("words", &"x".repeat(500)).is_ok() && text("words", &"x".repeat(501)).is_err());
    }
}
