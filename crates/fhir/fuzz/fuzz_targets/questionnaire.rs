//! Whatever stands in a file of a questionnaire, reading it does not panic, and what is read can be filled in.
#![no_main]

#[path = "../bodies/questionnaire.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
