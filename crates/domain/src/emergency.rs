//! Opening a record in an emergency.

use crate::record::coded;
use chrono::TimeDelta;
use std::ops::RangeInclusive;

/// How long a record that was opened in an emergency stays open.
pub const LASTS: TimeDelta = TimeDelta::hours(4);

/// How many characters must say why.
pub const TEXT: RangeInclusive<usize> = 10..=500;

coded! {
    /// Why a professional opens the record of somebody whom they do not look after.
    EmergencyReason {
        /// The person cannot say whether they agree.
        CannotSay = "cannot-say",
        /// The person's life is in danger.
        DangerToLife = "danger-to-life",
        /// Somebody has to be kept safe from harm.
        Safeguarding = "safeguarding",
        /// A court or a law asks for it.
        Law = "law",
        /// Any other.
        Other = "other",
    }
}

impl EmergencyReason {
    /// What a page for professionals calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::CannotSay => "They are unconscious or cannot say",
            Self::DangerToLife => "Their life is in danger",
            Self::Safeguarding => "To keep them or somebody else safe from harm",
            Self::Law => "A court order or a law asks for it",
            Self::Other => "Another reason, written below",
        }
    }

    /// How the person is told of it, after "because".
    #[must_use]
    pub const fn to_person(self) -> &'static str {
        match self {
            Self::CannotSay => "you could not be asked",
            Self::DangerToLife => "your life was in danger",
            Self::Safeguarding => "somebody had to be kept safe from harm",
            Self::Law => "a court order or a law asked for it",
            Self::Other => "of another reason, which they wrote down",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_for_both() {
        for reason in EmergencyReason::ALL {
            assert!(reason.title().starts_with(char::is_uppercase), "{reason:?}");
            assert!(reason.to_person().starts_with(char::is_lowercase), "{reason:?}");
            assert_eq!(EmergencyReason::from_code(reason.code()), Some(*reason));
        }
    }
}
