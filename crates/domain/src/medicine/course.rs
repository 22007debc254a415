//! One medicine as a source tells of it.

use crate::record::{Code, coded};
use chrono::NaiveDate;

coded! {
    /// How a medicine is supplied (FHIR R4 `MedicationRequest.courseOfTherapyType`, UK Core).
    Course {
        /// Again and again, each time the person asks.
        Repeat = "repeat",
        /// Again and again from the pharmacy, without asking the practice each time.
        RepeatDispensing = "repeat-dispensing",
        /// Once, or for a short while.
        Acute = "acute",
        /// Given by a hospital or a clinic.
        Hospital = "hospital",
        /// Bought, or taken without a prescription.
        OverTheCounter = "over-the-counter",
        /// The source does not say.
        Unknown = "unknown",
    }
}

coded! {
    /// Whether a medicine is taken now, by the status of its source.
    Standing {
        /// It is.
        Current = "current",
        /// It is paused.
        Paused = "paused",
        /// It is not taken any more.
        Ended = "ended",
    }
}

impl Standing {
    /// By the status words of FHIR R4 (`medicationrequest-status`, `medication-statement-status`). A word that is not known
    /// counts as current, so that a medicine is never left out.
    #[must_use]
    pub fn of(status: Option<&str>) -> Self {
        match status {
            Some("on-hold") => Self::Paused,
            Some("stopped" | "completed" | "cancelled" | "not-taken" | "ended") => Self::Ended,
            _ => Self::Current,
        }
    }
}

coded! {
    /// Where a hospital or a clinic said something of a medicine (FHIR R4 `medicationrequest-category`).
    Setting {
        /// While somebody was in hospital.
        Ward = "ward",
        /// At a clinic.
        Clinic = "clinic",
        /// When somebody left hospital.
        Discharge = "discharge",
    }
}

coded! {
    /// Under which heading a medicine stands.
    Group {
        /// It can be asked for again.
        Repeat = "repeat",
        /// The pharmacy gives it again without an order.
        RepeatDispensing = "repeat-dispensing",
        /// For once, or for a short while.
        Acute = "acute",
        /// Others that are taken now: the source does not say how they are supplied.
        Other = "other",
        /// From a hospital or a clinic.
        Hospital = "hospital",
        /// Bought, or added by the person.
        OverTheCounter = "over-the-counter",
        /// Not taken any more.
        Stopped = "stopped",
    }
}

impl Group {
    /// Where a medicine of this course belongs.
    #[must_use]
    pub const fn of(course: Course, standing: Standing) -> Self {
        match (standing, course) {
            (Standing::Ended, _) => Self::Stopped,
            (_, Course::Repeat) => Self::Repeat,
            (_, Course::RepeatDispensing) => Self::RepeatDispensing,
            (_, Course::Hospital) => Self::Hospital,
            (_, Course::OverTheCounter) => Self::OverTheCounter,
            (_, Course::Acute) => Self::Acute,
            (_, Course::Unknown) => Self::Other,
        }
    }

    /// The heading people see.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Repeat => "Repeat medicines",
            Self::RepeatDispensing => "Repeat medicines from your pharmacy",
            Self::Acute => "Short courses",
            Self::Other => "Other medicines now",
            Self::Hospital => "From a hospital or clinic",
            Self::OverTheCounter => "Bought without a prescription",
            Self::Stopped => "Stopped or finished",
        }
    }
}

/// What one entry of the record says of a medicine, beyond what every entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prescribed {
    /// The medicine's codes, each with its system: dm+d codes are SNOMED CT ones (<http://snomed.info/sct>).
    pub codes: Vec<Code>,
    /// How it is supplied.
    pub course: Option<Course>,
    /// Where it was said, if a hospital or a clinic said it.
    pub setting: Option<Setting>,
    /// It stands for what may be given again and again, and not for one time that it was given.
    pub is_plan: bool,
    /// It says that the medicine must not be taken.
    pub do_not_take: bool,
    /// The dose: exactly as the source wrote it, or put together from its parts where it wrote no text.
    pub doses: Vec<String>,
    /// Why it was changed or stopped, as the source wrote it.
    pub why_changed: Vec<String>,
    /// What else the source wrote to it.
    pub notes: Vec<String>,
    /// Since when it is paused or not taken any more, as the source says.
    pub status_since: Option<NaiveDate>,
    /// When the source last changed what it says.
    pub changed_on: Option<NaiveDate>,
    /// The one that it replaces: a reference as it stands there (FHIR `MedicationRequest.priorPrescription`).
    pub replaces: Option<String>,
    /// The day from which it must be reviewed before more is given.
    pub review_on: Option<NaiveDate>,
    /// How much is given at a time, in the source's words: "28 tablet".
    pub quantity: Option<String>,
    /// For how many days that lasts, as the source says.
    pub supply_days: Option<u16>,
    /// How often it may still be given, as the source says.
    pub issues_left: Option<u32>,
    /// The day on which it was written.
    pub written_on: Option<NaiveDate>,
    /// What its source calls it, where it is what may be ordered again (FHIR `MedicationRequest.id` with the intent `plan`).
    pub plan: Option<String>,
    /// Its business identifiers, each as `system|value`.
    pub identifiers: Vec<String>,
}

/// What the short forms in a dose mean, in the order in which they stand there. The dose itself stays as it was written.
///
/// Those that prescribers are taught (BNF, "Latin abbreviations"); what has two meanings is left out.
#[must_use]
pub fn short_forms(dose: &str) -> Vec<(&'static str, &'static str)> {
    const KNOWN: &[(&str, &str)] = &[
        ("ac", "before food"),
        ("bd", "twice a day"),
        ("caps", "capsules"),
        ("mane", "in the morning"),
        ("mcg", "micrograms"),
        ("nocte", "at night"),
        ("od", "once a day"),
        ("pc", "after food"),
        ("po", "by mouth"),
        ("pr", "into the bottom"),
        ("prn", "when needed"),
        ("qds", "4 times a day"),
        ("sl", "under the tongue"),
        ("stat", "straight away"),
        ("tabs", "tablets"),
        ("tds", "3 times a day"),
        ("top", "on the skin"),
    ];
    let is_letter = |part: &&str| part.len() == 1 && part.starts_with(|c: char| c.is_ascii_alphabetic());
    let mut found: Vec<(&str, &str)> = Vec::new();
    for word in dose.split(|c: char| !c.is_alphanumeric() && c != '.') {
        let parts: Vec<&str> = word.split('.').filter(|part| !part.is_empty()).collect();
        // "b.d." is one word, and "meals.BD" is two.
        let words =
            if parts.iter().all(is_letter) { vec![parts.concat()] } else { parts.into_iter().map(String::from).collect() };
        for word in words {
            let known = KNOWN.iter().find(|(short, _)| short.eq_ignore_ascii_case(&word));
            found.extend(known.filter(|known| !found.contains(known)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_each_stands_is_by_its_status_first() {
        for course in Course::ALL {
            assert_eq!(Group::of(*course, Standing::of(Some("stopped"))), Group::Stopped);
            assert_ne!(Group::of(*course, Standing::of(Some("active"))), Group::Stopped);
            assert_ne!(Group::of(*course, Standing::of(Some("a word of tomorrow"))), Group::Stopped);
        }
        assert_eq!(Group::of(Course::Repeat, Standing::of(Some("on-hold"))), Group::Repeat);
    }

    #[test]
    fn short_forms_are_told_once_each_and_only_as_words() {
        assert_eq!(short_forms("1 BD pc, bd"), [("bd", "twice a day"), ("pc", "after food")]);
        assert_eq!(short_forms("One tablet each morning, modified"), []);
        assert_eq!(short_forms("1 b.d. P.C., or p.r.n"), [("bd", "twice a day"), ("pc", "after food"), ("prn", "when needed")]);
        assert_eq!(short_forms("2.5 ml with meals.BD. 1.5 o.d."), [("bd", "twice a day"), ("od", "once a day")]);
        assert_eq!(short_forms("A.N. Other b.dx ..."), []);
    }
}
