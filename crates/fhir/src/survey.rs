//! A first look over a file's text as it passes by, before memory is taken for it: what would be refused anyway is
//! refused then.

use crate::read::{Limits, ReadError};
use crate::scan::{Scanner, Step};

const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// The brackets of one value, from where it begins.
#[derive(Clone, Copy, Debug)]
enum Value {
    Open(Scanner),
    /// It is whole, with nothing but space after it.
    Whole,
    /// It nests too deep, from this byte of the file on.
    TooDeep(usize),
    /// It is whole, and there is more after it.
    Followed,
}

impl Value {
    fn take(&mut self, byte: u8, at: usize, max_depth: usize) {
        match self {
            Self::Open(scanner) => match scanner.step(byte, max_depth) {
                Step::On => {}
                Step::TooDeep => *self = Self::TooDeep(at),
                Step::Complete => *self = Self::Whole,
            },
            Self::Whole if !is_space(byte) => *self = Self::Followed,
            Self::Whole | Self::TooDeep(_) | Self::Followed => {}
        }
    }

    /// Whether no more bytes can change it.
    fn is_settled(self) -> bool {
        matches!(self, Self::TooDeep(_) | Self::Followed)
    }
}

/// Whether a byte may be space in one of the many characters that count as such.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ') || !byte.is_ascii()
}

/// A line so far.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// From 1.
    number: usize,
    /// Where it begins, in bytes of the file.
    start: usize,
    /// Its first byte that is not space.
    first: Option<u8>,
    value: Value,
}

impl Line {
    fn new(number: usize, start: usize) -> Self {
        Self { number, start, first: None, value: Value::Open(Scanner::default()) }
    }
}

/// What is known of a text, of which one part after the other is given to [`Survey::take`]. Constant memory.
///
/// It refuses for certain reasons alone: what it lets pass may still be found wanting when it is read.
#[derive(Debug)]
pub(crate) struct Survey {
    limits: Limits,
    /// Bytes so far.
    at: usize,
    /// The first byte of the text that is not space.
    first: Option<u8>,
    /// The text as one value.
    whole: Value,
    line: Line,
    /// How many lines hold anything, without the one under way.
    filled: usize,
    /// One of the first two of them may be a resource by itself.
    by_line: bool,
    /// The first line that is too long for a file of one resource a line.
    too_long: Option<usize>,
}

impl Survey {
    /// Of a text of which nothing is known.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            at: 0,
            first: None,
            whole: Value::Open(Scanner::default()),
            line: Line::new(1, 0),
            filled: 0,
            by_line: false,
            too_long: None,
        }
    }

    /// Looks at the next part of the text.
    ///
    /// # Errors
    /// [`ReadError`] as soon as it is certain that the text cannot be read within the limits.
    pub(crate) fn take(&mut self, part: &[u8]) -> Result<(), ReadError> {
        for byte in part {
            self.byte(*byte)?;
        }
        Ok(())
    }

    /// Ends the text; gives its length in bytes.
    ///
    /// # Errors
    /// As [`Survey::take`].
    pub(crate) fn finish(mut self) -> Result<usize, ReadError> {
        if self.first.is_none() {
            return Err(ReadError::Empty);
        }
        self.end_line();
        self.judge()?;
        Ok(self.at)
    }

    fn byte(&mut self, byte: u8) -> Result<(), ReadError> {
        let (at, max_depth) = (self.at, self.limits.max_depth);
        self.at += 1;
        if at == self.line.start && BYTE_ORDER_MARK.get(at) == Some(&byte) {
            self.line.start = self.at;
            return Ok(());
        }
        if self.first.is_none() && !(byte.is_ascii() && is_space(byte)) {
            self.first = Some(byte);
            if byte.is_ascii() {
                opening(byte, || (self.line.number, self.at - self.line.start))?;
            }
        }
        let brackets = self.first == Some(b'{');
        if brackets {
            let before = self.whole.is_settled();
            self.whole.take(byte, at, max_depth);
            if self.whole.is_settled() != before {
                self.judge()?;
            }
        }
        if byte == b'\n' {
            self.end_line();
            self.line = Line::new(self.line.number + 1, self.at);
            return self.judge();
        }
        if brackets {
            self.line.value.take(byte, at, max_depth);
            if let Value::TooDeep(at) = self.line.value {
                return Err(ReadError::TooDeep { limit: max_depth, at });
            }
            if self.line.first.is_none() && !is_space(byte) {
                self.line.first = Some(byte);
            }
            if self.too_long.is_none() && self.at - self.line.start > self.limits.max_line {
                self.too_long = Some(self.line.number);
                return self.judge();
            }
        }
        Ok(())
    }

    fn end_line(&mut self) {
        if let Some(first) = self.line.first {
            self.filled += 1;
            self.by_line |= self.filled <= 2 && first == b'{' && matches!(self.line.value, Value::Whole);
        }
    }

    /// Refuses what is certain by now.
    fn judge(&self) -> Result<(), ReadError> {
        let Limits { max_depth, max_line, max_resources, .. } = self.limits;
        match (self.whole, self.by_line) {
            (Value::TooDeep(at), false) if self.filled >= 2 => Err(ReadError::TooDeep { limit: max_depth, at }),
            // It is one resource a line or cannot be read at all.
            (Value::TooDeep(_) | Value::Followed, true) => match self.too_long {
                Some(line) => Err(ReadError::LineTooLong { line, limit: max_line }),
                None if self.filled > max_resources => Err(ReadError::TooMany { limit: max_resources }),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// Refuses a text by its first character, which stands at this line and column (from 1, in bytes).
///
/// # Errors
/// [`ReadError`] for anything but an object.
pub(crate) fn opening(first: u8, place: impl FnOnce() -> (usize, usize)) -> Result<(), ReadError> {
    match first {
        b'{' => Ok(()),
        b'<' => Err(ReadError::Markup),
        b'[' => Err(ReadError::BareList),
        _ => {
            let (line, column) = place();
            Err(ReadError::NotJson { line, column })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::take_apart;
    use proptest::prelude::*;

    fn surveyed(text: &[u8], limits: &Limits) -> Result<usize, ReadError> {
        let mut survey = Survey::new(limits);
        survey.take(text)?;
        survey.finish()
    }

    fn lines() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            Just("{\"resourceType\":\"A\",\"id\":\"1\"}".to_owned()),
            Just("{\"resourceType\":\"A\",\"id\":\"2\",\"x\":[[1]]}".to_owned()),
            Just("{\"resourceType\":\"Bundle\",\"entry\":[".to_owned()),
            Just("{\"resource\":{\"resourceType\":\"A\",\"id\":\"3\"}}".to_owned()),
            Just("]}".to_owned()),
            Just(",".to_owned()),
            "[\\{\\}\\[\\]\",:\\\\ a\r\u{A0}]{0,12}",
        ];
        prop::collection::vec(line, 0..6).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn nothing_is_refused_that_can_be_read(text in lines(), mark in any::<bool>(), max_depth in 1..6_usize, max_line in 20..60_usize) {
            let text = if mark { format!("\u{FEFF}{text}") } else { text };
            let limits = Limits { max_depth, max_line, ..Limits::default() };
            match (surveyed(text.as_bytes(), &limits), take_apart(text.as_bytes(), &limits)) {
                (Ok(size), _) => prop_assert_eq!(size, text.len()),
                (Err(_), Err(_)) => {}
                (Err(early), Ok(package)) => prop_assert!(false, "{early} {package:?}"),
            }
        }
    }

    #[test]
    fn what_is_refused_early_is_told_as_if_it_had_been_read() {
        let limits = Limits { max_depth: 2, max_line: 40, ..Limits::default() };
        for text in [
            "",
            " \r\n",
            "\u{FEFF}\n <",
            "\n[",
            "\u{FEFF}\n\r\n  x",
            "{\"a\":[[",
            "{\n\"a\":\n[\n[",
            "\u{FEFF}{\"resourceType\":\"A\"}\n{\"a\":[[",
            "{\"resourceType\":\"A\"}\n\n{\"resourceType\":\"A\",\"x\":\"12345678901234567890\"}\n",
        ] {
            let early = surveyed(text.as_bytes(), &limits).unwrap_err();
            assert_eq!(early.to_string(), take_apart(text.as_bytes(), &limits).unwrap_err().to_string());
        }
    }
}
