//! The person a record is about.

use crate::NhsNumber;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who a person is, as the last source told it.
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
