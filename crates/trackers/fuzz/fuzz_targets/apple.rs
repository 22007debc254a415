//! Whatever stands in an export of Apple Health, reading it neither panics nor hands over what cannot be.
#![no_main]

#[path = "../bodies/apple.rs"]
mod body;
#[path = "../bodies/sound.rs"]
mod sound;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
