//! Whatever stands in a table, reading it neither panics nor hands over what cannot be.
#![no_main]

#[path = "../bodies/table.rs"]
mod body;
#[path = "../bodies/sound.rs"]
mod sound;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
