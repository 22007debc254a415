//! Whatever stands in a table, reading it neither panics nor hands over what cannot be.

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
    let _ = trackers::table::begin(bytes);
    let columns = trackers::table::Columns {
        measure: domain::reading::Measure::BloodPressure,
        unit: "mm[Hg]".to_owned(),
        order: trackers::table::DayOrder::DayFirst,
        day: 0,
        time: Some(1),
        numbers: vec![2, 3],
        settings: vec![("arm", 4), ("position", 5)],
        note: Some(6),
        more: vec![trackers::table::MoreColumns {
            measure: domain::reading::Measure::Pulse,
            unit: "/min".to_owned(),
            numbers: vec![3],
        }],
    };
    let _ = trackers::table::read(bytes, &columns, now, &mut sink);
}
