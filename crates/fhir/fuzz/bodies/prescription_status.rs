//! Whatever is sent as where prescriptions stand, reading it does not panic, and nothing of the time to come is taken.

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    let latest = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
    if let Ok(updates) = fhir::prescription_status::parse(bytes, latest) {
        assert!(!updates.is_empty() && updates.iter().all(|update| update.step.at <= latest));
    }
}
