//! Whatever stands in a table of Google Takeout, reading it neither panics nor hands over what cannot be.

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
    for (name, head) in
        [("heart_rate_2026-01-13.csv", "beats per minute"), ("steps_2026-01-13.csv", "steps"), ("weight.csv", "weight grams")]
    {
        let file = [format!("timestamp,{head},data source\n").as_bytes(), bytes].concat();
        let _ = trackers::read(file.as_slice(), name, now, &mut sink);
        let _ = trackers::read(bytes, name, now, &mut sink);
    }
}
