//! Whatever is sent as where prescriptions stand, reading it does not panic, and nothing of the time to come is taken.
#![no_main]

#[path = "../bodies/prescription_status.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
