//! Prescriptions on their way to people: what others tell of them, by being asked and by telling, and how people follow them.

mod push;
mod refresh;
mod seen;
mod take_in;
mod tell;

pub use push::{PushRefusal, PushSecret};
pub use refresh::PrescriptionsAsked;
pub(crate) use seen::visible;
pub use seen::{DispenserSeen, PrescriptionItemSeen, PrescriptionSeen, PrescriptionsSeen, Watching};
pub(crate) use take_in::{Approved, approved, progress};
pub(crate) use tell::{hidden, unwanted};

use crate::{Core, NoTracker, PrescriptionTracker};

/// Ways by which it is told where prescriptions stand.
pub struct Tracking {
    /// Whom to ask.
    pub tracker: Box<dyn PrescriptionTracker>,
    /// What those say who tell by themselves; without it nobody may.
    pub push_secret: Option<PushSecret>,
}

impl Default for Tracking {
    /// Nobody is asked, and nobody may tell.
    fn default() -> Self {
        Self { tracker: Box::new(NoTracker), push_secret: None }
    }
}

/// The use cases of prescriptions.
#[derive(Clone)]
pub struct Prescriptions {
    core: Core,
}

impl Prescriptions {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }
}
