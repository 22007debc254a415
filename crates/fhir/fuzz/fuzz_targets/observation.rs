//! Whatever a device sends, reading it does not panic, and what is taken is possible and of no time to come.
#![no_main]

#[path = "../bodies/observation.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
