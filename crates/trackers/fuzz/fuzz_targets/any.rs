//! Whatever is sent as a file, reading it neither panics nor hands over what cannot be.
#![no_main]

#[path = "../bodies/any.rs"]
mod body;
#[path = "../bodies/sound.rs"]
mod sound;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
