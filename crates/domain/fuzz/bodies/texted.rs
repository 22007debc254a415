//! Whatever a text message says, it is understood or not without a panic, and what it tells is heard as what a form tells.

use domain::reading::{Texted, Typed, hear, settings, understand};

/// Does it with these bytes, where they are text.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(Texted::Readings(readings) | Texted::ReadingsAt(readings, _)) = understand(text) else { return };
    assert!((1..=6).contains(&readings.len()));
    for one in readings {
        assert!(one.unit.is_empty() || one.measure.unit_of(one.unit).is_some());
        assert_eq!(one.numbers.len(), one.measure.parts().len());
        let answered = |field: &str| one.settings.iter().find(|(name, _)| *name == field).map_or("", |(_, answer)| answer);
        // What is said about how it was taken is an answer that the form has too.
        assert_eq!(settings(one.measure, answered).split_whitespace().count(), one.settings.len());
        if let Ok(heard) = hear(one.measure, &Typed { numbers: &one.numbers, unit: one.unit, sure: false }) {
            for (part, amount) in one.measure.parts().iter().zip(std::iter::once(heard.first).chain(heard.second)) {
                assert!(part.likely.0 <= amount && amount <= part.likely.1);
            }
        }
    }
}
