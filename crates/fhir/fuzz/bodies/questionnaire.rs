//! Whatever stands in a file of a questionnaire, reading it does not panic, and what is read can be filled in.

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    match fhir::questionnaire::parse(bytes) {
        Ok(questionnaire) => assert!(questionnaire.flaws().is_empty() && !questionnaire.pages().is_empty()),
        Err(problems) => assert!(!problems.is_empty()),
    }
}
