//! How far a care team is with something that its rules told it of.

use crate::record::coded;

coded! {
    /// Where an alert stands.
    AlertState {
        /// Nobody has said that they saw it.
        New = "new",
        /// Somebody has seen it.
        Seen = "seen",
        /// Something was done, and the person was told what.
        Acted = "acted",
        /// It is over: what comes up from here on is another thing.
        Closed = "closed",
    }
}

coded! {
    /// What a clinician does with it.
    AlertAct {
        /// Says that they have seen it.
        See = "see",
        /// Does something, and tells the person what.
        Act = "act",
        /// Ends it.
        Close = "close",
    }
}

impl AlertState {
    /// Where it stands after an act; `None` where that act changes nothing, or comes too late. It goes forward only.
    #[must_use]
    pub const fn after(self, act: AlertAct) -> Option<Self> {
        match (self, act) {
            (Self::New, AlertAct::See) => Some(Self::Seen),
            // Something can be done, and told, more than once.
            (Self::New | Self::Seen | Self::Acted, AlertAct::Act) => Some(Self::Acted),
            (Self::New | Self::Seen | Self::Acted, AlertAct::Close) => Some(Self::Closed),
            (Self::Seen | Self::Acted | Self::Closed, AlertAct::See) | (Self::Closed, AlertAct::Act | AlertAct::Close) => None,
        }
    }

    /// Whether the person must be told something when it is closed from here: what was done, or why nothing was.
    #[must_use]
    pub const fn owes_words(self) -> bool {
        matches!(self, Self::New | Self::Seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_goes_forward_only() {
        use AlertState::{Acted, Closed, New, Seen};
        let table = [
            (New, [Some(Seen), Some(Acted), Some(Closed)]),
            (Seen, [None, Some(Acted), Some(Closed)]),
            (Acted, [None, Some(Acted), Some(Closed)]),
            (Closed, [None, None, None]),
        ];
        for (state, expected) in table {
            let after: Vec<_> = AlertAct::ALL.iter().map(|act| state.after(*act)).collect();
            assert_eq!(after, expected, "{state:?}");
            assert!(after.into_iter().flatten().all(|next| next >= state), "{state:?}");
        }
        assert_eq!([New, Seen, Acted].map(AlertState::owes_words), [true, true, false]);
    }
}
