//! Whatever is typed into a questionnaire, hearing it does not panic, and what it comes to is within what there can be.
#![no_main]

#[path = "../bodies/questionnaire.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
