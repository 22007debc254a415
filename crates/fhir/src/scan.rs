//! A look over JSON bytes before they are parsed: how deep it nests and where its first value ends.

/// What one pass over a text found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// It nests deeper than allowed; the offset of the bracket that is one too many.
    TooDeep(usize),
    /// An object or array ends just before this offset.
    Complete(usize),
    /// The text ends inside an object or array, or holds none.
    Open,
}

/// What one more byte brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing: the text goes on.
    On,
    /// One level too many.
    TooDeep,
    /// The end of the first object or array.
    Complete,
}

/// Where in a text its brackets have been followed to. Brackets within strings do not count.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scanner {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Scanner {
    /// Whether a value within this text may begin with the byte or after it: what is within strings does not.
    fn begins_value(&self, byte: u8) -> bool {
        !self.in_string && matches!(byte, b'{' | b'[' | b',')
    }

    /// Follows the brackets over one more byte.
    pub(crate) fn step(&mut self, byte: u8, max_depth: usize) -> Step {
        if self.in_string {
            if self.escaped {
                self.escaped = false;
            } else {
                self.escaped = byte == b'\\';
                self.in_string = byte != b'"';
            }
            return Step::On;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth > max_depth {
                    return Step::TooDeep;
                }
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Step::Complete;
                }
            }
            _ => {}
        }
        Step::On
    }
}

/// Follows the brackets of `text` up to the end of its first object or array.
///
/// It checks nesting and nothing else: whether the text is JSON is for the parser to say. Constant memory.
pub(crate) fn scan(text: &[u8], max_depth: usize) -> Scan {
    let mut scanner = Scanner::default();
    for (at, byte) in text.iter().enumerate() {
        match scanner.step(*byte, max_depth) {
            Step::On => {}
            Step::TooDeep => return Scan::TooDeep(at),
            Step::Complete => return Scan::Complete(at + 1),
        }
    }
    Scan::Open
}

/// Whether a JSON text holds more values than this. Constant memory.
///
/// Each list and object counts once more than it must: for it and for its first value.
pub(crate) fn has_more_values(text: &[u8], max: usize) -> bool {
    let mut scanner = Scanner::default();
    text.len() > max
        && text
            .iter()
            .filter(|byte| {
                let begins = scanner.begins_value(**byte);
                scanner.step(**byte, usize::MAX);
                begins
            })
            .nth(max)
            .is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_strings() {
        let text = br#"{"a":[{},{},3],"b":",,[{\",,"}"#;
        assert!(has_more_values(text, 6));
        assert!(!has_more_values(text, 7));
    }

    #[test]
    fn brackets_within_strings_do_not_count() {
        let text = br#"{"a":"[[[[{{{{\"[[[\\"}"#;
        assert_eq!(scan(text, 1), Scan::Complete(text.len()));
    }

    #[test]
    fn the_first_bracket_too_deep_is_named_by_its_offset() {
        assert_eq!(scan(b"{\"a\":[[]]}", 2), Scan::TooDeep(6));
        assert_eq!(scan(b"{\"a\":[[]]}", 3), Scan::Complete(10));
    }

    #[test]
    fn a_text_cut_short_stays_open() {
        assert_eq!(scan(b"{\"a\":[{}", 9), Scan::Open);
        assert_eq!(scan(b"{\"a\\", 9), Scan::Open);
        assert_eq!(scan(b"", 9), Scan::Open);
    }
}
