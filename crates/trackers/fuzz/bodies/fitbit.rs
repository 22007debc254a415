//! Whatever stands in a file of Fitbit, reading it neither panics nor hands over what cannot be.

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
    let weight = Some(trackers::FitbitWeight::Pounds);
    for name in ["steps-2026-01-13.json", "heart_rate-2026-01-13.json", "sleep-2026-01-13.json", "weight-2026-01-13.json"] {
        let file = [&b"["[..], bytes, b"]"].concat();
        let _ = trackers::read_asked(file.as_slice(), name, now, weight, &mut sink);
    }
}
