//! How one ordered medicine goes on, from asking to the practice's decision (FHIR R4 `Task`, as GP Connect Patient Facing
//! Prescriptions uses it: requested, in progress, completed, rejected, cancelled).

use crate::record::coded;

coded! {
    /// Where one ordered medicine stands.
    ItemStatus {
        /// It was sent and waits (`Task.status` `requested`).
        Requested = "requested",
        /// The practice has asked something, and waits for the answer (`in-progress`).
        Question = "question",
        /// The practice will give it (`completed`).
        Approved = "approved",
        /// The practice will give something else or another amount (`completed`).
        Changed = "changed",
        /// The practice will not give it (`rejected`).
        Declined = "declined",
        /// Whoever asked took it back (`cancelled`).
        Cancelled = "cancelled",
    }
}

coded! {
    /// What can be done with one ordered medicine.
    ItemAct {
        /// The practice asks something.
        Ask = "ask",
        /// The person answers.
        Answer = "answer",
        /// The practice gives it.
        Approve = "approve",
        /// The practice gives something else.
        Change = "change",
        /// The practice refuses.
        Decline = "decline",
        /// The person takes it back.
        Cancel = "cancel",
    }
}

impl ItemAct {
    /// Whether the practice must say why, or what.
    #[must_use]
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::Ask | Self::Answer | Self::Change | Self::Decline)
    }

    /// Whether it decides, which only those may who prescribe.
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Approve | Self::Change | Self::Decline)
    }
}

impl ItemStatus {
    /// Whether it still waits for the practice or for the person.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Question)
    }

    /// Where an act leads; absent where it cannot be done from here.
    #[must_use]
    pub const fn after(self, act: ItemAct) -> Option<Self> {
        match (self, act) {
            (Self::Requested, ItemAct::Ask) => Some(Self::Question),
            (Self::Question, ItemAct::Answer) => Some(Self::Requested),
            (Self::Requested | Self::Question, ItemAct::Approve) => Some(Self::Approved),
            (Self::Requested | Self::Question, ItemAct::Change) => Some(Self::Changed),
            (Self::Requested | Self::Question, ItemAct::Decline) => Some(Self::Declined),
            (Self::Requested | Self::Question, ItemAct::Cancel) => Some(Self::Cancelled),
            _ => None,
        }
    }

    /// The word that a page puts on it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Requested => "Waiting for your practice",
            Self::Question => "Your practice asks something",
            Self::Approved => "Approved",
            Self::Changed => "Approved with a change",
            Self::Declined => "Not approved",
            Self::Cancelled => "Cancelled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_way_from_every_status() {
        let table: String = ItemStatus::ALL
            .iter()
            .map(|from| {
                let row: String = ItemAct::ALL
                    .iter()
                    .map(|act| from.after(*act).map_or(" -".to_owned(), |to| format!(" {}", to.code())))
                    .collect();
                format!("{}:{row}\n", from.code())
            })
            .collect();
        assert_eq!(
            table,
            "requested: question - approved changed declined cancelled\n\
             question: - requested approved changed declined cancelled\n\
             approved: - - - - - -\n\
             changed: - - - - - -\n\
             declined: - - - - - -\n\
             cancelled: - - - - - -\n"
        );
    }

    proptest! {
        #[test]
        fn what_is_decided_stays_decided(acts in proptest::collection::vec(0..ItemAct::ALL.len(), 0..20)) {
            let mut at = ItemStatus::Requested;
            for act in acts {
                let next = at.after(ItemAct::ALL[act]);
                prop_assert!(at.is_open() || next.is_none());
                at = next.unwrap_or(at);
            }
        }
    }
}
