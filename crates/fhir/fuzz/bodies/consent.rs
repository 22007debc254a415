//! Whatever is sent as a change of a `Consent`, reading it does not panic.

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    if let Ok(change) = fhir::consent::parse(bytes) {
        assert!(change.status.is_none() || change.reason.is_some());
    }
}
