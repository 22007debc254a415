//! Whatever stands in a file of Google Fit, reading it neither panics nor hands over what cannot be.
#![no_main]

#[path = "../bodies/google.rs"]
mod body;
#[path = "../bodies/sound.rs"]
mod sound;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
