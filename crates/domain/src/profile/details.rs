//! How somebody is reached, and whom to tell.

use crate::appointment::Postcode;
use crate::record::coded;
use crate::shown::refused;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The most letters of a line: a name, a street.
pub const LONGEST_LINE: usize = 100;
/// The most lines of an address.
pub const LONGEST_ADDRESS: usize = 6;
/// The most people to tell.
pub const MOST_CONTACTS: usize = 6;
/// The most digits of a number with its country (ITU-T E.164, 6.2), and the fewest of any that is worth ringing.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// The digits of a British number after its 0: nine or ten (Ofcom, National Telephone Numbering Plan).
const BRITISH: std::ops::RangeInclusive<usize> = 9..=10;

coded! {
    /// How somebody likes best to be reached. What they need is among their needs.
    Way {
        /// By phone.
        Phone = "phone",
        /// By text message.
        Text = "text",
        /// By mail.
        Email = "email",
        /// By letter.
        Letter = "letter",
    }
}

impl Way {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Phone => "Phone",
            Self::Text => "Text message",
            Self::Email => "Email",
            Self::Letter => "Letter",
        }
    }
}

/// A phone number of any kind, as it is rung: digits alone, with `+` before the code of another country.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// Why a text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// It holds something other than digits, a `+` before them, and what people put between them.
    #[error("a phone number has only digits")]
    NotDigits,
    /// It has too many digits or too few.
    #[error("the phone number has too many or too few digits")]
    Length,
    /// It has neither the 0 of a British number nor the code of a country.
    #[error("a British number begins with 0, one of another country with +")]
    NoCountry,
}

impl PhoneNumber {
    /// Reads a number, with or without spaces, hyphens, dots and brackets: `020 7946 0018`, `+44 (0)20 7946 0018`, `0033 …`.
    ///
    /// # Errors
    /// [`PhoneError`] when it holds anything else, has another length, or begins with neither 0 nor +.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let between = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}');
        let bare: String = text.chars().filter(|c| !between(*c)).collect();
        let digits = bare.strip_prefix('+').unwrap_or(&bare);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneError::NotDigits);
        }
        let abroad = if bare.starts_with('+') { Some(digits) } else { digits.strip_prefix("00") };
        let national = match abroad {
            Some(full) => match full.strip_prefix("44") {
                Some(rest) => rest.strip_prefix('0').unwrap_or(rest),
                None if full.starts_with('0') => return Err(PhoneError::NoCountry),
                None if DIGITS.contains(&full.len()) => return Ok(Self(format!("+{full}"))),
                None => return Err(PhoneError::Length),
            },
            None => digits.strip_prefix('0').ok_or(PhoneError::NoCountry)?,
        };
        // No British number has a second 0.
        if !BRITISH.contains(&national.len()) || national.starts_with('0') {
            return Err(PhoneError::Length);
        }
        Ok(Self(format!("0{national}")))
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNumber {
    /// With a space where most people put one: `020 7946 0018`, `01632 960 123`; another country's as it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let area = if self.0.starts_with("02") { 3 } else { 5 };
        match self.0.starts_with('0').then(|| self.0.split_at_checked(area)).flatten() {
            Some((area, rest)) => match rest.len().checked_sub(4).and_then(|at| rest.split_at_checked(at)) {
                Some((middle, last)) if area.len() == 3 && !middle.is_empty() => write!(f, "{area} {middle} {last}"),
                _ => write!(f, "{area} {rest}"),
            },
            None => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for PhoneNumber {
    /// Leaves the number out, so that no log holds it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber")
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

/// Why a line or an address cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It is longer than anybody's.
    #[error("too long")]
    Long,
    /// It has more lines than an address.
    #[error("too many lines")]
    Lines,
    /// It has a sign that cannot be shown; with what to do about it, as of [`refused`].
    #[error("it has signs that cannot be shown")]
    Signs(String),
}

/// A text of one line, with single spaces; may be empty.
///
/// # Errors
/// [`LineError`] where it is longer than [`LONGEST_LINE`] or has signs that cannot be shown.
pub fn line(text: &str) -> Result<String, LineError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(told) = refused(&text, false) {
        return Err(LineError::Signs(told));
    }
    if text.chars().count() > LONGEST_LINE { Err(LineError::Long) } else { Ok(text) }
}

/// The lines of an address as they were typed, without empty ones; none where nothing was typed.
///
/// # Errors
/// [`LineError`] where there are more than [`LONGEST_ADDRESS`], or one cannot be kept.
pub fn address_lines(text: &str) -> Result<Vec<String>, LineError> {
    let lines: Vec<String> = text.lines().map(line).collect::<Result<_, _>>()?;
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    if lines.len() > LONGEST_ADDRESS { Err(LineError::Lines) } else { Ok(lines) }
}

/// How somebody is reached, as they keep it here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactDetails {
    /// Where they live, a line each, without the postcode.
    pub address: Vec<String>,
    /// Its postcode.
    pub postcode: Option<Postcode>,
    /// Their mobile number.
    pub mobile: Option<PhoneNumber>,
    /// Another number.
    pub phone: Option<PhoneNumber>,
    /// Their email address; empty where they keep none.
    pub email: String,
    /// How they like best to be reached.
    pub preferred: Option<Way>,
}

impl ContactDetails {
    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The address with its postcode, a line each.
    #[must_use]
    pub fn whole_address(&self) -> Vec<String> {
        self.address.iter().cloned().chain(self.postcode.as_ref().map(|postcode| postcode.as_str().to_owned())).collect()
    }
}

/// Somebody to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Their name.
    pub name: String,
    /// What they are to the person: "daughter".
    pub relation: String,
    /// Their number.
    pub phone: PhoneNumber,
    /// They are the next of kin: to be told first.
    pub next_of_kin: bool,
}

impl Contact {
    /// "Anita Rao, daughter, 07700 900123. Next of kin".
    #[must_use]
    pub fn in_line(&self) -> String {
        let kin = if self.next_of_kin { ". Next of kin" } else { "" };
        format!("{}, {}, {}{kin}", self.name, self.relation, self.phone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_in_every_form_in_which_people_write_it() {
        for (text, kept, shown) in [
            ("020 7946 0018", "02079460018", "020 7946 0018"),
            ("+44 (0)20 7946-0018", "02079460018", "020 7946 0018"),
            ("0044 20 7946 0018", "02079460018", "020 7946 0018"),
            ("07700 900123", "07700900123", "07700 900123"),
            ("01632 960 123", "01632960123", "01632 960123"),
            ("0800 1111 11", "0800111111", "08001 11111"),
            ("+33 6 12 34 56 78", "+33612345678", "+33612345678"),
            ("00353 85 012 3456", "+353850123456", "+353850123456"),
        ] {
            let number = PhoneNumber::parse(text).unwrap();
            assert_eq!((number.as_str(), number.to_string().as_str()), (kept, shown), "{text}");
        }
        assert_eq!(format!("{:?}", PhoneNumber::parse("07700 900123").unwrap()), "PhoneNumber");
    }

    #[test]
    fn each_mistake_in_a_number_has_its_own_reason() {
        for (text, reason) in [
            ("", PhoneError::NotDigits),
            ("ring me", PhoneError::NotDigits),
            ("0770O 900123", PhoneError::NotDigits),
            ("07700 90", PhoneError::Length),
            ("07700 9001234", PhoneError::Length),
            ("+44 999", PhoneError::Length),
            ("0001", PhoneError::NoCountry),
            ("+0612345678", PhoneError::NoCountry),
            ("7700900123", PhoneError::NoCountry),
        ] {
            assert_eq!(PhoneNumber::parse(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn an_address_is_a_few_lines() {
        assert_eq!(address_lines(" 14  Mill Lane\r\n\r\nOtley ").unwrap(), ["14 Mill Lane", "Otley"]);
        assert_eq!(address_lines(" \n ").unwrap(), Vec::<String>::new());
        assert_eq!(address_lines("a\nb\nc\nd\ne\nf\ng"), Err(LineError::Lines));
        assert_eq!(address_lines(&"x".repeat(101)), Err(LineError::Long));
        let told = "Take out the hidden mark that turns the writing round (U+202E) after \u{201c}14\u{201d}".to_owned();
        assert_eq!(line("14 \u{202e}enaL lliM"), Err(LineError::Signs(told.clone())));
        assert_eq!(address_lines("Otley\n14 \u{202e}enaL lliM"), Err(LineError::Signs(told)));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_number_panic_and_what_is_read_reads_back(text in "\\PC{0,24}") {
            if let Ok(number) = PhoneNumber::parse(&text) {
                prop_assert_eq!(&PhoneNumber::parse(&number.to_string()).unwrap(), &number);
                prop_assert_eq!(&PhoneNumber::parse(number.as_str()).unwrap(), &number);
            }
        }

        #[test]
        fn what_stands_between_the_digits_makes_no_difference(
            rest in "[1-9][0-9]{9}",
            gaps in proptest::collection::vec("[ \\-.()]{0,2}", 11),
            before in prop_oneof![Just("0"), Just("+44"), Just("0044"), Just("+440")],
        ) {
            let spread: String = rest.chars().zip(&gaps).flat_map(|(digit, gap)| format!("{digit}{gap}").chars().collect::<Vec<_>>()).collect();
            let number = PhoneNumber::parse(&format!("{before}{spread}")).unwrap();
            prop_assert_eq!(number.as_str(), format!("0{rest}"));
        }

        #[test]
        fn no_address_makes_it_panic_and_what_is_kept_stays_as_it_is(text in "(\\PC|[\n\r\t\u{202e}]){0,80}") {
            if let Ok(lines) = address_lines(&text) {
                prop_assert!(lines.len() <= LONGEST_ADDRESS);
                prop_assert!(lines.iter().all(|line| !line.is_empty() && line.trim() == line && !line.contains(char::is_control)));
                prop_assert_eq!(address_lines(&lines.join("\n")).unwrap(), lines);
            }
        }

        #[test]
        fn a_line_is_one_line(text in "(\\PC|[\n\t]){0,140}") {
            if let Ok(read) = line(&text) {
                prop_assert!(!read.contains(['\n', '\t']) && read.chars().count() <= LONGEST_LINE);
                prop_assert_eq!(line(&read).unwrap(), read);
            }
        }
    }
}
