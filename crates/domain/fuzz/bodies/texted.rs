//! Whatever a text message says, it is understood or not without a panic, danger in it is looked for, and what it tells is heard as what a form tells.

use domain::reading::{Beside, Texted, Typed, glimpsed, hear, settings, signs_beside, to_do_unkept, understand};

/// Does it with these bytes, where they are text.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    // Danger is looked for whether it is understood or not, and the most urgent comes first.
    let mut seen = glimpsed(text);
    seen.extend(signs_beside(text, &seen));
    assert!(seen.iter().all(|one| one.numbers.len() == one.measure.parts().len()));
    let told = to_do_unkept(&seen, &Beside::default());
    assert!(told.is_sorted_by(|(_, one), (_, next)| one.urgency >= next.urgency));
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
