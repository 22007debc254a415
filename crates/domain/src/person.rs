//! The person a record is about.

use crate::NhsNumber;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How much the word of a source counts that tells who a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teller {
    /// It is the practice at which they are registered: what it says counts.
    Practice,
    /// It is another source, and their practice has told too: it fills in only what is missing.
    BesidePractice,
    /// It is another source, and no practice has told: whichever changed it last counts.
    WithoutPractice,
}

/// Who a person is, as the practice at which they are registered told it; where none has, as the last source did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demographics {
    /// Absent for someone who has none yet: they are served all the same.
    pub nhs_number: Option<NhsNumber>,
    /// Family name as written, with its accents and case.
    pub family_name: String,
    /// Given names as written.
    pub given_names: Vec<String>,
    /// Title: "Mrs", "Dr".
    pub prefix: Option<String>,
    /// Date of birth; absent where the source does not know it to the day.
    pub birth_date: Option<NaiveDate>,
    /// FHIR administrative gender code.
    pub gender: Option<String>,
    /// Known to have died.
    pub deceased: bool,
}

impl Demographics {
    /// What is known of the person once a source has told of them: `is_newest` where no other source changed what it says later. What a
    /// source leaves out it does not take back. That somebody has died counts from whoever told last, but beside the word of their practice
    /// nobody else takes it back.
    #[must_use]
    pub fn after(&self, told: &Self, by: Teller, is_newest: bool) -> Self {
        let counts = match by {
            Teller::Practice => true,
            Teller::BesidePractice => false,
            Teller::WithoutPractice => is_newest,
        };
        let (first, second) = if counts { (told, self) } else { (self, told) };
        let named = |who: &Self| !who.family_name.is_empty() || !who.given_names.is_empty();
        let name = if named(first) { first } else { second };
        Self {
            nhs_number: self.nhs_number.clone().or_else(|| told.nhs_number.clone()),
            family_name: name.family_name.clone(),
            given_names: name.given_names.clone(),
            prefix: name.prefix.clone(),
            birth_date: first.birth_date.or(second.birth_date),
            gender: first.gender.clone().or_else(|| second.gender.clone()),
            deceased: match by {
                _ if !is_newest => self.deceased,
                Teller::BesidePractice => self.deceased || told.deceased,
                Teller::Practice | Teller::WithoutPractice => told.deceased,
            },
        }
    }

    /// "Mrs Margaret Ellis": the name by which the person is shown.
    #[must_use]
    pub fn display_name(&self) -> String {
        self.prefix
            .iter()
            .chain(self.given_names.iter().take(1))
            .chain(std::iter::once(&self.family_name))
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(family_name: &str, born: Option<i32>, deceased: bool) -> Demographics {
        Demographics {
            nhs_number: None,
            family_name: family_name.to_owned(),
            given_names: Vec::new(),
            prefix: None,
            birth_date: born.and_then(|year| NaiveDate::from_ymd_opt(year, 2, 3)),
            gender: None,
            deceased,
        }
    }

    #[test]
    fn the_practice_says_who_somebody_is_and_else_whoever_told_last() {
        use Teller::{BesidePractice, Practice, WithoutPractice};
        let held = who("Ellis", Some(1948), false);
        for (by, is_newest, name) in [
            (Practice, true, "Jones"),
            (Practice, false, "Jones"),
            (BesidePractice, true, "Ellis"),
            (BesidePractice, false, "Ellis"),
            (WithoutPractice, true, "Jones"),
            (WithoutPractice, false, "Ellis"),
        ] {
            let new = held.after(&who("Jones", None, false), by, is_newest);
            assert_eq!((new.family_name.as_str(), new.birth_date), (name, held.birth_date), "{by:?} {is_newest}");
            let filled = who("", None, false).after(&held, by, is_newest);
            assert_eq!(filled, held, "what is missing is filled in: {by:?} {is_newest}");
            assert_eq!(held.after(&who("", None, false), by, is_newest), held, "nothing is taken back: {by:?} {is_newest}");
        }
    }

    #[test]
    fn a_death_is_taken_from_whoever_told_last_and_taken_back_by_the_practice() {
        let (alive, dead) = (who("Ellis", None, false), who("Ellis", None, true));
        let after = |held: &Demographics, told: &Demographics, by, is_newest| held.after(told, by, is_newest).deceased;
        for by in [Teller::Practice, Teller::BesidePractice, Teller::WithoutPractice] {
            assert!(after(&alive, &dead, by, true), "{by:?}");
            assert!(!after(&alive, &dead, by, false) && after(&dead, &alive, by, false), "{by:?}");
        }
        assert!(!after(&dead, &alive, Teller::Practice, true));
        assert!(!after(&dead, &alive, Teller::WithoutPractice, true));
        assert!(after(&dead, &alive, Teller::BesidePractice, true));
    }
}
