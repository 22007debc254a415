//! Whatever a record of Health Connect holds, making a reading of it neither panics nor hands over what cannot be.
#![no_main]

#[path = "../bodies/health_connect.rs"]
mod body;
#[path = "../bodies/sound.rs"]
mod sound;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
