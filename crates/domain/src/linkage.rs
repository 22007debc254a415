//! Linking an account to a record: the code in the practice's letter, and the comparison of names.

use crate::record::coded;
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many days a linkage code may be used for after it was issued.
pub const CODE_DAYS: i64 = 28;
/// How many attempts one linkage code allows, and one account in a day.
pub const ATTEMPTS: i32 = 5;

coded! {
    /// How surely an account belongs to the person whose record it opens.
    Level {
        /// Not at all: nothing opens.
        None = "none",
        /// Matched by NHS number, date of birth, surname and a code from the practice.
        Linked = "linked",
        /// Checked face to face by the care team.
        VerifiedInPerson = "verified-in-person",
    }
}

/// Ten characters as people read them from paper, shown as 5-5: 50 bits. No I, L, O or U, and whoever types them in
/// spite of that is understood (Crockford's base 32).
#[derive(Clone, PartialEq, Eq)]
pub struct PaperCode(String);

/// A text that is not such a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperCodeError {
    /// Nothing was given.
    #[error("no code given")]
    Empty,
    /// It is not ten letters and digits.
    #[error("a code has 10 letters and numbers")]
    Form,
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl PaperCode {
    /// A code made of ten random bytes, five bits of each.
    #[must_use]
    pub fn from_random(bytes: [u8; 10]) -> Self {
        let letter = |byte: u8| ALPHABET.get(usize::from(byte & 31)).copied().map_or('0', char::from);
        Self(bytes.into_iter().map(letter).collect())
    }

    /// Reads a code in any case, with or without spaces and hyphens.
    ///
    /// # Errors
    /// [`PaperCodeError`] when it is empty or not ten letters and digits.
    pub fn parse(text: &str) -> Result<Self, PaperCodeError> {
        let bare: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                'U' => 'V',
                other => other,
            })
            .collect();
        if bare.is_empty() {
            return Err(PaperCodeError::Empty);
        }
        let fit = bare.len() == 10 && bare.bytes().all(|byte| ALPHABET.contains(&byte));
        if fit { Ok(Self(bare)) } else { Err(PaperCodeError::Form) }
    }

    /// The ten characters with nothing between them: what is hashed.
    #[must_use]
    pub fn as_bare(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PaperCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = self.0.split_at_checked(5).unwrap_or((&self.0, ""));
        write!(f, "{left}-{right}")
    }
}

impl fmt::Debug for PaperCode {
    /// Leaves the code out: it is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaperCode")
    }
}

/// A surname as it is compared: without accents, case, spaces, hyphens, apostrophes and full stops.
#[must_use]
pub fn surname_key(name: &str) -> String {
    name.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        // Some lower-case letters bring marks of their own (İ), and some letters have no accent to take away.
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(|c| {
            let spelt: &[char] = match c {
                'ß' => &['s', 's'],
                'æ' => &['a', 'e'],
                'œ' => &['o', 'e'],
                'ø' => &['o'],
                'ł' => &['l'],
                'đ' | 'ð' => &['d'],
                'þ' => &['t', 'h'],
                'ı' => &['i'],
                _ => &[],
            };
            let itself = (spelt.is_empty() && c.is_alphanumeric()).then_some(c);
            spelt.iter().copied().chain(itself)
        })
        .collect()
}

/// Whether two surnames are the same to somebody who types without accents, capitals or punctuation. Empty ones never are.
#[must_use]
pub fn same_surname(one: &str, other: &str) -> bool {
    let one = surname_key(one);
    !one.is_empty() && one == surname_key(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn surnames_match_whatever_the_accents_case_and_punctuation() {
        for (one, other) in [
            ("O'Brien", "obrien"),
            ("O’Brien", "O BRIEN"),
            ("Smith-Jones", "smith jones"),
            ("Zoë", "ZOE"),
            ("Müller", "muller"),
            ("Groß", "GROSS"),
            ("Łukasz", "lukasz"),
            ("Ångström", "angstrom"),
            ("İnan", "inan"),
            ("Nguyễn", "nguyen"),
            ("St. John", "st john"),
            ("王", "王"),
            ("ﬁsher", "Fisher"),
        ] {
            assert!(same_surname(one, other), "{one} {other}");
        }
        for (one, other) in [("Smith", "Smyth"), ("", ""), ("-", "'"), ("Ellis", "Elis")] {
            assert!(!same_surname(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_code_is_understood_as_people_type_it() {
        let code = PaperCode::from_random([0, 1, 2, 3, 4, 5, 6, 7, 8, 255]);
        assert_eq!(code.to_string(), "01234-5678Z");
        for typed in ["01234-5678z", "o1234 5678Z", "OI234–5678Z", " 0L2345678Z "] {
            assert_eq!(PaperCode::parse(typed).as_ref(), Ok(&code), "{typed}");
        }
        assert_eq!(PaperCode::parse(" - "), Err(PaperCodeError::Empty));
        for unfit in ["01234-5678", "01234-5678ZZ", "01234-5678é", "01234_5678Z"] {
            assert_eq!(PaperCode::parse(unfit), Err(PaperCodeError::Form), "{unfit}");
        }
        assert!(!format!("{code:?}").contains("01234"));
    }

    proptest! {
        #[test]
        fn every_code_reads_back(bytes: [u8; 10]) {
            let code = PaperCode::from_random(bytes);
            prop_assert_eq!(PaperCode::parse(&code.to_string()), Ok(code.clone()));
            prop_assert_eq!(PaperCode::parse(&code.as_bare().to_lowercase()), Ok(code));
        }

        #[test]
        fn a_surname_matches_itself_in_any_case(name in "\\PC{0,30}") {
            let key = surname_key(&name);
            prop_assert_eq!(surname_key(&key), key.clone());
            prop_assert_eq!(same_surname(&name, &name), !key.is_empty());
        }

        #[test]
        fn case_and_punctuation_never_matter(name in "[A-Za-zÀ-ÖØ-öø-ſ]{1,20}", at in 0_usize..20) {
            let mut other: Vec<char> = name.to_uppercase().chars().collect();
            other.insert(at.min(other.len()), '-');
            other.insert(0, '\'');
            let other: String = other.into_iter().collect();
            prop_assert!(same_surname(&name, &other), "{} {}", name, other);
        }

        #[test]
        fn no_text_makes_a_code_panic(text in "\\PC{0,20}") {
            let _ = PaperCode::parse(&text);
        }
    }
}
