//! How a text becomes words: small letters without accents, the same for what is looked for as for what is looked through.

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Begins what a letter of another script is written as: no word in these letters holds a capital.
pub(super) const MARK: char = 'U';
/// How long a word is kept, in letters as they are written here: what is behind that is not looked at.
const LONG: usize = 64;
/// How many words are kept of one text.
const MOST: usize = 4000;

/// A word, and where it stands in its text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Where it begins.
    pub start: usize,
    /// Behind its last letter.
    pub end: usize,
    /// As it is looked for.
    pub word: String,
}

/// The words of a text in their order.
#[must_use]
pub fn placed(text: &str) -> Vec<Placed> {
    let mut all = Vec::new();
    let (mut word, mut start, mut end) = (String::new(), 0, 0);
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let within = !word.is_empty();
        // "Crohn's" is one word, and the marks above and below letters are part of them.
        let joins = within
            && (is_combining_mark(letter) || matches!(letter, '\'' | '\u{2019}') && next.is_some_and(char::is_alphanumeric));
        if letter.is_alphanumeric() {
            if !within {
                start = at;
            }
            write(letter, &mut word);
        }
        if letter.is_alphanumeric() || joins {
            end = at + letter.len_utf8();
        } else if within {
            all.push(Placed { start, end, word: std::mem::take(&mut word) });
        }
    }
    if !word.is_empty() {
        all.push(Placed { start, end, word });
    }
    all
}

/// Adds the words of a text to others.
pub fn words_of(text: &str, words: &mut BTreeSet<String>) {
    for one in placed(text) {
        if words.len() >= MOST {
            return;
        }
        words.insert(one.word);
    }
}

/// Writes a letter as it is looked for, in ASCII: engines do not agree on what a letter of another script is.
fn write(letter: char, word: &mut String) {
    for small in letter.to_lowercase().nfkd().filter(|one| !is_combining_mark(*one)) {
        let written = match small {
            'ß' => "ss".to_owned(),
            'æ' => "ae".to_owned(),
            'œ' => "oe".to_owned(),
            'ø' => "o".to_owned(),
            'ł' => "l".to_owned(),
            'đ' | 'ð' => "d".to_owned(),
            'þ' => "th".to_owned(),
            'ı' => "i".to_owned(),
            small if small.is_ascii_alphanumeric() => small.to_ascii_lowercase().to_string(),
            small if small.is_alphanumeric() => format!("{MARK}{:x}", u32::from(small)),
            _ => continue,
        };
        if word.len() + written.len() <= LONG {
            word.push_str(&written);
        }
    }
}
