//! What is true of every reading that is read out of a file, whatever stands in that.

use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
use trackers::Found;

/// When the files are read.
pub fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// Takes every reading, and stops at one that cannot be.
pub fn sink() -> impl FnMut(Found) -> ControlFlow<()> {
    |found: Found| {
        assert!(found.at <= now());
        for (part, amount) in found.measure.parts().iter().zip(std::iter::once(found.taken.first).chain(found.taken.second)) {
            assert!(part.possible.0 <= amount && amount <= part.possible.1);
        }
        ControlFlow::Continue(())
    }
}
