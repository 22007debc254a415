//! An answer, and what is made of one as it was typed.

use super::{Asks, Bounds, Question};
use crate::reading::{Amount, AmountError};
use crate::shown::refused;
use chrono::NaiveDate;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// An answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes or no.
    Yes(bool),
    /// A number, of the question's unit where it has one.
    Number(Amount),
    /// A day.
    Date(NaiveDate),
    /// Words.
    Words(String),
    /// One of the question's own answers, by its code.
    Choice(String),
    /// Words in place of one of them.
    Other(String),
}

/// Answers by the `linkId` of their questions.
pub type Answers = BTreeMap<String, Answer>;

impl Answer {
    /// The order of two numbers or two days; `None` for what has none.
    #[must_use]
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(mine), Self::Number(theirs)) => Some(mine.cmp(theirs)),
            (Self::Date(mine), Self::Date(theirs)) => Some(mine.cmp(theirs)),
            _ => None,
        }
    }
}

/// An answer as it was typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said<'a> {
    /// What was chosen or typed.
    pub text: &'a str,
    /// What was written beside [`Said::OTHER`].
    pub other: &'a str,
    /// The day, where a day is asked.
    pub day: Option<NaiveDate>,
}

impl Said<'_> {
    /// Chosen where something else is written; no code of a file begins so.
    pub const OTHER: &'static str = "=other";
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is none of the answers.
    NotAnAnswer,
    /// Something else was chosen, and nothing written.
    NothingWritten,
    /// It is no number.
    NotANumber,
    /// It has decimals.
    NotWhole,
    /// It is lower than this.
    TooLow(Amount),
    /// It is higher than this.
    TooHigh(Amount),
    /// It has more characters than this.
    TooLong(usize),
    /// It holds a sign that cannot be kept; with what to do about it, as of [`refused`].
    NotPlain(String),
}

/// Reads what was typed; `None` where nothing was.
///
/// # Errors
/// What is [`Wrong`] with it.
pub fn hear(question: &Question, said: &Said<'_>) -> Result<Option<Answer>, Wrong> {
    let text = said.text.trim();
    let answer = match &question.asks {
        Asks::Date => said.day.map(Answer::Date),
        _ if text.is_empty() => None,
        Asks::Boolean => Some(Answer::Yes(match text {
            "yes" => true,
            "no" => false,
            _ => return Err(Wrong::NotAnAnswer),
        })),
        Asks::Integer(_) => Some(Answer::Number(number(Amount::parse_whole(text))?)),
        Asks::Decimal(_) | Asks::Quantity(..) => Some(Answer::Number(number(Amount::parse(text))?)),
        Asks::Line(_) | Asks::Text(_) => Some(Answer::Words(text.replace("\r\n", "\n"))),
        Asks::Choice { open: true, .. } if text == Said::OTHER => match said.other.trim() {
            "" => return Err(Wrong::NothingWritten),
            other => Some(Answer::Other(other.to_owned())),
        },
        Asks::Choice { .. } => Some(Answer::Choice(text.to_owned())),
    };
    match answer {
        Some(answer) => question.wrong(&answer).map_or(Ok(Some(answer)), Err),
        None => Ok(None),
    }
}

fn number(read: Result<Amount, AmountError>) -> Result<Amount, Wrong> {
    read.map_err(|error| match error {
        AmountError::Empty | AmountError::NotANumber | AmountError::Comma => Wrong::NotANumber,
        AmountError::TooLong | AmountError::TooExact => Wrong::TooLong(9),
    })
}

/// The most characters of words in place of an answer.
const LONGEST_OTHER: usize = 200;

impl Question {
    /// What is wrong with an answer to it; `None` for one that fits.
    #[must_use]
    pub fn wrong(&self, answer: &Answer) -> Option<Wrong> {
        match (&self.asks, answer) {
            (Asks::Boolean, Answer::Yes(_)) | (Asks::Date, Answer::Date(_)) => None,
            (Asks::Integer(_), Answer::Number(number)) if number.decimals() > 0 => Some(Wrong::NotWhole),
            (Asks::Integer(bounds) | Asks::Decimal(bounds) | Asks::Quantity(bounds, _), Answer::Number(number)) => {
                bounds.wrong(*number)
            }
            (Asks::Line(most) | Asks::Text(most), Answer::Words(words)) => {
                plain(words, *most, matches!(self.asks, Asks::Text(_)))
            }
            (Asks::Choice { options, .. }, Answer::Choice(code)) => {
                (!options.iter().any(|option| option.code == *code)).then_some(Wrong::NotAnAnswer)
            }
            (Asks::Choice { open: true, .. }, Answer::Other(words)) => plain(words, LONGEST_OTHER, false),
            _ => Some(Wrong::NotAnAnswer),
        }
    }
}

fn plain(words: &str, most: usize, lines: bool) -> Option<Wrong> {
    if words.trim().is_empty() {
        Some(Wrong::NothingWritten)
    } else if words.chars().count() > most {
        Some(Wrong::TooLong(most))
    } else {
        refused(words, lines).map(Wrong::NotPlain)
    }
}

impl Bounds {
    fn wrong(self, number: Amount) -> Option<Wrong> {
        match (self.lowest, self.highest) {
            (Some(lowest), _) if number < lowest => Some(Wrong::TooLow(lowest)),
            (_, Some(highest)) if number > highest => Some(Wrong::TooHigh(highest)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{QuestionChoice, Unit};
    use super::*;
    use proptest::prelude::*;

    fn question(asks: Asks) -> Question {
        Question { code: None, required: true, asks, crisis_above: None }
    }

    fn between(lowest: i32, highest: i32) -> Bounds {
        Bounds { lowest: Some(Amount::whole(lowest)), highest: Some(Amount::whole(highest)) }
    }

    fn choice(open: bool) -> Asks {
        let option = |code: &str| QuestionChoice { system: None, code: code.to_owned(), display: code.to_owned(), weight: None };
        Asks::Choice { options: vec![option("a"), option("b")], open }
    }

    fn every_kind() -> Vec<Asks> {
        let unit = || Unit { code: "kg".to_owned(), shown: "kg".to_owned() };
        vec![
            Asks::Boolean,
            Asks::Integer(between(0, 10)),
            Asks::Decimal(Bounds::default()),
            Asks::Quantity(between(1, 5), unit()),
            Asks::Date,
            Asks::Line(5),
            Asks::Text(5),
            choice(false),
            choice(true),
        ]
    }

    #[test]
    fn what_is_typed_is_an_answer_or_is_refused_with_why() {
        let words = |text: &str| Ok(Some(Answer::Words(text.to_owned())));
        let number = |n| Ok(Some(Answer::Number(Amount::whole(n))));
        let not_plain = |told: &str| Err(Wrong::NotPlain(told.to_owned()));
        let table = [
            (Asks::Boolean, "yes", "", Ok(Some(Answer::Yes(true)))),
            (Asks::Boolean, "no", "", Ok(Some(Answer::Yes(false)))),
            (Asks::Boolean, "maybe", "", Err(Wrong::NotAnAnswer)),
            (Asks::Boolean, " ", "", Ok(None)),
            (Asks::Integer(between(0, 10)), " 7 ", "", number(7)),
            (Asks::Integer(Bounds::default()), "8,000", "", number(8000)),
            (Asks::Decimal(Bounds::default()), "8,000", "", Err(Wrong::NotANumber)),
            (Asks::Integer(between(0, 10)), "7.5", "", Err(Wrong::NotWhole)),
            (Asks::Integer(between(0, 10)), "11", "", Err(Wrong::TooHigh(Amount::whole(10)))),
            (Asks::Integer(between(2, 10)), "1", "", Err(Wrong::TooLow(Amount::whole(2)))),
            (Asks::Integer(Bounds::default()), "seven", "", Err(Wrong::NotANumber)),
            (Asks::Decimal(Bounds::default()), "7,5", "", Ok(Some(Answer::Number(Amount::from_thousandths(7500))))),
            (Asks::Line(5), "hello", "", words("hello")),
            (Asks::Line(5), "hello!", "", Err(Wrong::TooLong(5))),
            (Asks::Line(9), "a\nb", "", not_plain("Take out the new line after \u{201c}a\u{201d}")),
            (Asks::Text(9), "a\r\nb", "", words("a\nb")),
            (
                Asks::Text(9),
                "a\u{202e}b",
                "",
                not_plain("Take out the hidden mark that turns the writing round (U+202E) after \u{201c}a\u{201d}"),
            ),
            (choice(false), "b", "", Ok(Some(Answer::Choice("b".to_owned())))),
            (choice(false), "c", "", Err(Wrong::NotAnAnswer)),
            (choice(false), Said::OTHER, "mine", Err(Wrong::NotAnAnswer)),
            (choice(true), Said::OTHER, " mine ", Ok(Some(Answer::Other("mine".to_owned())))),
            (choice(true), Said::OTHER, " ", Err(Wrong::NothingWritten)),
            (choice(true), "a", "mine", Ok(Some(Answer::Choice("a".to_owned())))),
        ];
        for (asks, text, other, expected) in table {
            assert_eq!(hear(&question(asks.clone()), &Said { text, other, day: None }), expected, "{asks:?} {text}");
        }
        let day = NaiveDate::from_ymd_opt(2026, 11, 3);
        let said = Said { day, ..Said::default() };
        assert_eq!(hear(&question(Asks::Date), &said), Ok(day.map(Answer::Date)));
    }

    proptest! {
        #[test]
        fn whatever_is_heard_fits(place in 0..9_usize, text in "\\PC{0,8}|[0-9.]{1,4}|a|b|yes|no|=other", other in "\\PC{0,8}") {
            let question = question(every_kind().remove(place));
            if let Ok(Some(answer)) = hear(&question, &Said { text: &text, other: &other, day: None }) {
                prop_assert_eq!(question.wrong(&answer), None);
            }
        }
    }
}
