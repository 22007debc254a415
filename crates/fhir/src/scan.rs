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

/// Follows the brackets of `text` up to the end of its first object or array. Brackets within strings do not count.
///
/// It checks nesting and nothing else: whether the text is JSON is for the parser to say. Constant memory.
pub(crate) fn scan(text: &[u8], max_depth: usize) -> Scan {
    let mut depth = 0_usize;
    let mut bytes = text.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                while let Some((_, inner)) = bytes.next() {
                    match inner {
                        b'\\' => {
                            bytes.next();
                        }
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            b'{' | b'[' => {
                depth += 1;
                if depth > max_depth {
                    return Scan::TooDeep(at);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Scan::Complete(at + 1);
                }
            }
            _ => {}
        }
    }
    Scan::Open
}

#[cfg(test)]
mod tests {
    use super::*;

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
