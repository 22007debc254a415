//! What a source's system warned of. Nothing is ever found here that no source said.

use crate::record::coded;

coded! {
    /// How serious a source says that it is (FHIR R4 `detectedissue-severity`).
    Severity {
        /// It may threaten life, or do lasting harm.
        High = "high",
        /// It may need something to be done.
        Moderate = "moderate",
        /// It may do little harm.
        Low = "low",
    }
}

impl Severity {
    /// The word that people see.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::High => "Serious",
            Self::Moderate => "Moderate",
            Self::Low => "Minor",
        }
    }
}

/// A warning about medicines, as its source gave it (FHIR R4 `DetectedIssue`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is about: references as they stand there.
    pub about: Vec<String>,
    /// What it says, in the source's words.
    pub words: String,
    /// How serious, where the source says so.
    pub severity: Option<Severity>,
    /// What was done about it, in the source's words.
    pub done: Vec<String>,
}

/// Whether a reference is to a resource of this type and id, which stood at this address where it was sent in a Bundle.
#[must_use]
pub fn refers_to(reference: &str, kind: &str, id: &str, full_url: Option<&str>) -> bool {
    let mut parts = reference.split("/_history/").next().unwrap_or_default().rsplit('/');
    (parts.next() == Some(id) && parts.next() == Some(kind)) || full_url == Some(reference)
}

impl Warning {
    /// What sort of entry it is, in plain words.
    pub const KIND: &'static str = "Warning about medicines";

    /// Whether it is about a resource of this type and id, which stood at this address where it was sent in a Bundle.
    #[must_use]
    pub fn is_about(&self, kind: &str, id: &str, full_url: Option<&str>) -> bool {
        self.about.iter().any(|one| refers_to(one, kind, id, full_url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_about_what_it_names_however_that_is_written() {
        let of = |reference: &str| Warning {
            about: vec![reference.to_owned()],
            words: String::new(),
            severity: None,
            done: Vec::new(),
        };
        for reference in [
            "MedicationRequest/m1",
            "https://gp.example/fhir/MedicationRequest/m1",
            "MedicationRequest/m1/_history/3",
            "urn:uuid:7",
        ] {
            assert!(of(reference).is_about("MedicationRequest", "m1", Some("urn:uuid:7")), "{reference}");
        }
        for reference in ["", "m1", "MedicationRequest/m12", "MedicationStatement/m1", "urn:uuid:8", "MedicationRequest/"] {
            assert!(!of(reference).is_about("MedicationRequest", "m1", Some("urn:uuid:7")), "{reference}");
        }
        assert!(!of("urn:uuid:7").is_about("MedicationRequest", "m1", None));
    }
}
