//! Whatever a device sends, reading it does not panic, and what is taken is possible and of no time to come.

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    let now = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
    let Ok(value) = fhir::observation::json(bytes) else { return };
    let entries = fhir::observation::batch(&value).unwrap_or_default();
    let all = entries.into_iter().filter_map(Result::ok).chain(std::iter::once(&value));
    for told in all.filter_map(|resource| fhir::observation::read(resource, now).ok()) {
        let Some(reading) = told.reading else { continue };
        assert!(reading.at <= now);
        let amounts = std::iter::once(reading.taken.first).chain(reading.taken.second);
        assert!(reading.measure.parts().iter().zip(amounts).all(|(part, it)| part.possible.0 <= it && it <= part.possible.1));
    }
}
