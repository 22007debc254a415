//! Whatever stands in a file of Google Fit, reading it neither panics nor hands over what cannot be.

use std::ops::ControlFlow;
use trackers::Found;

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    let now = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
    let mut sink = |found: Found| {
        assert!(found.at <= now);
        for (part, amount) in found.measure.parts().iter().zip(std::iter::once(found.taken.first).chain(found.taken.second)) {
            assert!(part.possible.0 <= amount && amount <= part.possible.1);
        }
        ControlFlow::Continue(())
    };
    let file = [&b"{\"Data Points\":["[..], bytes, b"]}"].concat();
    let _ = trackers::read(file.as_slice(), "derived.json", now, &mut sink);
}
