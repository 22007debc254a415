//! How a care team came to know a reading that it enters for somebody.

use crate::record::coded;

coded! {
    /// How it came to be known.
    Entered {
        /// The person, or somebody with them, told it by phone.
        Phone = "phone",
        /// It was measured where the team works.
        Practice = "practice",
    }
}

impl Entered {
    /// As whoever enters it chooses it.
    #[must_use]
    pub const fn asked(self) -> &'static str {
        match self {
            Self::Phone => "They told us by phone",
            Self::Practice => "We measured it here",
        }
    }

    /// As people read it beside the reading.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Phone => "Told by phone",
            Self::Practice => "Measured at the practice",
        }
    }
}
