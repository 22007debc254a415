//! Codes, with the check digits by which a slip is found.

use crate::record::{Code, coded};
use serde::Deserialize;

coded! {
    /// A list of codes by which entries are known.
    CodeList {
        /// SNOMED CT, from which the dictionary of medicines and devices (dm+d) takes its codes.
        Snomed = "snomed",
        /// LOINC.
        Loinc = "loinc",
        /// RxNorm, which American sources use for medicines.
        RxNorm = "rxnorm",
        /// CVX, which American sources use for vaccines.
        Cvx = "cvx",
    }
}

impl CodeList {
    /// What the list is called by those who keep it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Snomed => "SNOMED CT",
            Self::Loinc => "LOINC",
            Self::RxNorm => "RxNorm",
            Self::Cvx => "CVX",
        }
    }

    fn of(uri: &str) -> Option<Self> {
        Some(match uri.trim().trim_end_matches('/') {
            "http://snomed.info/sct" | "https://dmd.nhs.uk" | "http://dmd.nhs.uk" => Self::Snomed,
            "http://loinc.org" => Self::Loinc,
            "http://www.nlm.nih.gov/research/umls/rxnorm" => Self::RxNorm,
            "http://hl7.org/fhir/sid/cvx" => Self::Cvx,
            _ => return None,
        })
    }

    fn has(self, code: &str) -> bool {
        match self {
            Self::Snomed => (6..=18).contains(&code.len()) && all_digits(code) && verhoeff(code),
            Self::Loinc => code.rsplit_once('-').is_some_and(|(body, check)| {
                (1..=7).contains(&body.len()) && all_digits(body) && check.parse() == Ok(mod_10(body))
            }),
            Self::RxNorm | Self::Cvx => (1..=8).contains(&code.len()) && all_digits(code),
        }
    }
}

/// A code of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct PlainCode {
    /// Which list.
    pub list: CodeList,
    /// The code.
    pub code: String,
}

impl PlainCode {
    /// The code of an entry; `None` where its list is not one of these.
    #[must_use]
    pub fn of(code: &Code) -> Option<Self> {
        CodeList::of(&code.system).map(|list| Self { list, code: code.code.trim().to_owned() })
    }
}

impl TryFrom<String> for PlainCode {
    type Error = String;

    /// Reads "snomed 195967001".
    fn try_from(text: String) -> Result<Self, String> {
        let lists = CodeList::ALL.iter().map(|list| list.code()).collect::<Vec<_>>().join(", ");
        let (list, code) = text.split_once(' ').unwrap_or((&text, ""));
        let list = CodeList::from_code(list).ok_or_else(|| format!("the code \"{text}\" must begin with one of {lists}"))?;
        match list.has(code) {
            true => Ok(Self { list, code: code.to_owned() }),
            false => Err(format!("the code \"{text}\" is none: its form or its check digit is wrong")),
        }
    }
}

impl std::fmt::Display for PlainCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.list.code(), self.code)
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn digits(text: &str) -> impl Iterator<Item = usize> {
    text.bytes().rev().map(|byte| usize::from(byte.wrapping_sub(b'0')))
}

/// Whether the last digit is the check digit of the others (J. Verhoeff, 1969; SNOMED CT Release File Specification, 2.5).
fn verhoeff(code: &str) -> bool {
    // One step of the permutation; a place takes as many steps as it is away from the check digit.
    const STEP: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    // The dihedral group of the pentagon: turns are 0 to 4, flips 5 to 9.
    let product = |a: usize, b: usize| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    digits(code).enumerate().fold(0, |sum, (place, digit)| product(sum, (0..place % 8).fold(digit, |at, _| STEP[at]))) == 0
}

/// The check digit of LOINC (LOINC Users' Guide, appendix on check digits): Luhn's, of the digits before the hyphen.
fn mod_10(body: &str) -> usize {
    let parts = digits(body).enumerate().map(|(place, digit)| match place % 2 {
        0 if digit > 4 => digit * 2 - 9,
        0 => digit * 2,
        _ => digit,
    });
    (10 - parts.sum::<usize>() % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<PlainCode, String> {
        text.to_owned().try_into()
    }

    #[test]
    fn codes_of_others_are_codes() {
        for text in [
            "snomed 22298006",
            "snomed 195967001",
            "snomed 1091811000000102",
            "snomed 39732011000001102",
            "snomed 703907006",
            "loinc 718-7",
            "loinc 4548-4",
            "loinc 85354-9",
            "loinc 62238-1",
            "loinc 2708-6",
            "rxnorm 313782",
            "cvx 03",
        ] {
            assert_eq!(read(text).unwrap().to_string(), text);
        }
        for text in [
            "snomed 22298007",
            "snomed 195967010",
            "snomed 12345",
            "snomed x22298006",
            "snomed ",
            "loinc 718-8",
            "loinc 7187",
            "loinc 718-77",
            "loinc -0",
            "rxnorm 31a",
            "cvx ",
            "rxnorm 123456789",
        ] {
            assert_eq!(read(text).unwrap_err(), format!("the code \"{text}\" is none: its form or its check digit is wrong"));
        }
        for text in ["icd10 J45", "", "22298006"] {
            assert_eq!(read(text).unwrap_err(), format!("the code \"{text}\" must begin with one of snomed, loinc, rxnorm, cvx"));
        }
    }

    #[test]
    fn a_code_of_the_dictionary_of_medicines_is_one_of_snomed() {
        let code = |system: &str| {
            PlainCode::of(&Code { system: system.to_owned(), code: " 42084911000001109 ".to_owned(), display: None })
        };
        assert_eq!(code("https://dmd.nhs.uk"), read("snomed 42084911000001109").ok());
        assert_eq!(code("https://dmd.nhs.uk/"), code("http://snomed.info/sct"));
        assert_eq!(code("http://read.info/readv2"), None);
    }

    proptest! {
        #[test]
        fn one_wrong_digit_or_two_that_changed_places_are_found(at in 0_usize..16, by in 1_u8..10) {
            let code = "1091811000000102";
            let mut wrong = code.as_bytes().to_vec();
            wrong[at] = b'0' + (wrong[at] - b'0' + by) % 10;
            prop_assert!(!verhoeff(&String::from_utf8(wrong).unwrap()));
            let mut swapped = code.as_bytes().to_vec();
            if at > 0 && swapped[at] != swapped[at - 1] {
                swapped.swap(at, at - 1);
                prop_assert!(!verhoeff(&String::from_utf8(swapped).unwrap()));
            }
        }

        #[test]
        fn ten_codes_have_one_check_digit(body in "[1-9][0-9]{0,6}") {
            let right = (0..10).filter(|check| read(&format!("loinc {body}-{check}")).is_ok()).count();
            prop_assert_eq!(right, 1);
        }

        #[test]
        fn anything_typed_is_read_or_refused(text in "\\PC{0,40}") {
            if let Ok(code) = read(&text) {
                prop_assert_eq!(code.to_string(), text);
            }
        }
    }
}
