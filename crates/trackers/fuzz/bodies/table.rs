//! Whatever stands in a table, reading it neither panics nor hands over what cannot be.

use super::sound;

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    let (now, mut sink) = (sound::now(), sound::sink());
    if let Ok(begins) = trackers::table::begin(bytes) {
        for measure in domain::reading::measures_of(&begins.columns) {
            assert!(domain::reading::column_of(&begins.columns, domain::reading::Heading::Number(measure, 0)).is_some());
        }
    }
    let _ = trackers::table::order_of(bytes, 0);
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
    // Both numbers in one column.
    let both = trackers::table::Columns { numbers: vec![2, 2], ..columns };
    let _ = trackers::table::read(bytes, &both, now, &mut sink);
}
