//! Orders that go to a practice's own prescribing system: why it refuses, how far it is, and how often it is asked.

use crate::record::coded;
use chrono::{DateTime, TimeDelta, Utc};

coded! {
    /// Why a practice's own system did not do what it was asked (GP Connect Patient Facing Prescriptions, errors).
    OrderRefusal {
        /// It has an order for this medicine already (`DUPLICATE_REJECTED`).
        Duplicate = "duplicate",
        /// It does not know the person (`INVALID_NHS_NUMBER`, `PATIENT_NOT_FOUND`), or they have no NHS number.
        NotKnown = "not-known",
        /// The practice does not let this person order online (`ACCESS_DENIED`).
        NotAllowed = "not-allowed",
        /// The medicine is not among those that it would give again (`REFERENCE_NOT_FOUND`).
        NotThere = "not-there",
        /// It has the medicine with another name, code or amount (`CONFLICTING_VALUES`, `INVALID_CODE_VALUE`, `INVALID_VALUE`).
        Differs = "differs",
        /// What was written to the practice is too long for it (`INVALID_VALUE`, `too-long`).
        NoteTooLong = "note-too-long",
        /// It is decided, prescribed or cancelled already, and nothing can be taken back (`INVALID_REQUEST_STATE`).
        TooLate = "too-late",
        /// Another reason (`INVALID_RESOURCE`, `INVALID_PARAMETER`, `INVALID_IDENTIFIER_VALUE`, `BAD_REQUEST`).
        NotTaken = "not-taken",
    }
}

impl std::fmt::Display for OrderRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

coded! {
    /// How far an order is in the practice's own system (FHIR R4 `Task.status`).
    TaskProgress {
        /// It is there, and nobody has begun with it (`requested`, `received`).
        Requested = "requested",
        /// Somebody deals with it (`accepted`, `in-progress`, `on-hold`, `ready`).
        InProgress = "in-progress",
        /// It is prescribed (`completed`).
        Completed = "completed",
        /// It is refused (`rejected`, `failed`).
        Rejected = "rejected",
        /// It was taken back (`cancelled`, `entered-in-error`).
        Cancelled = "cancelled",
        /// It was there, and is to be found there no more.
        Missing = "missing",
    }
}

impl TaskProgress {
    /// By what FHIR calls it; absent for a word that it does not have.
    #[must_use]
    pub fn of_task(status: &str) -> Option<Self> {
        Some(match status {
            "draft" | "requested" | "received" => Self::Requested,
            "accepted" | "ready" | "in-progress" | "on-hold" => Self::InProgress,
            "completed" => Self::Completed,
            "rejected" | "failed" => Self::Rejected,
            "cancelled" | "entered-in-error" => Self::Cancelled,
            _ => return None,
        })
    }

    /// Whether nothing more will come of it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Rejected | Self::Cancelled)
    }
}

/// How long after it was asked for it is looked how an order stands, for how long at a time: ever less often.
const LOOKS: [(TimeDelta, TimeDelta); 3] = [
    (TimeDelta::hours(2), TimeDelta::minutes(15)),
    (TimeDelta::days(1), TimeDelta::hours(1)),
    (TimeDelta::days(14), TimeDelta::hours(6)),
];
/// How often it is looked after that.
const SELDOM: TimeDelta = TimeDelta::days(1);

/// When to look next how an order stands that was asked for then.
#[must_use]
pub fn next_look(asked_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let age = now - asked_at;
    now + LOOKS.iter().find(|(until, _)| age < *until).map_or(SELDOM, |(_, wait)| *wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_status_of_a_task_is_known() {
        // FHIR R4, TaskStatus.
        let table = [
            ("draft", TaskProgress::Requested),
            ("requested", TaskProgress::Requested),
            ("received", TaskProgress::Requested),
            ("accepted", TaskProgress::InProgress),
            ("rejected", TaskProgress::Rejected),
            ("ready", TaskProgress::InProgress),
            ("cancelled", TaskProgress::Cancelled),
            ("in-progress", TaskProgress::InProgress),
            ("on-hold", TaskProgress::InProgress),
            ("failed", TaskProgress::Rejected),
            ("completed", TaskProgress::Completed),
            ("entered-in-error", TaskProgress::Cancelled),
        ];
        for (status, progress) in table {
            assert_eq!(TaskProgress::of_task(status), Some(progress), "{status}");
            assert_eq!(progress.is_over(), !matches!(progress, TaskProgress::Requested | TaskProgress::InProgress), "{status}");
        }
        assert_eq!(TaskProgress::of_task("missing"), None);
        assert!(!TaskProgress::Missing.is_over());
    }

    proptest! {
        #[test]
        fn it_is_looked_ever_less_often_and_at_most_every_15_minutes(a in 0_i64..5_000_000, b in 0_i64..5_000_000) {
            let asked = DateTime::<Utc>::UNIX_EPOCH;
            let wait = |age: i64| next_look(asked, asked + TimeDelta::seconds(age)) - (asked + TimeDelta::seconds(age));
            prop_assert!(wait(a.min(b)) <= wait(a.max(b)));
            prop_assert!(wait(a) >= TimeDelta::minutes(15) && wait(a) <= TimeDelta::days(1));
        }
    }
}
