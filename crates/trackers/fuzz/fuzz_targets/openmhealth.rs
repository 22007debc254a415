//! Whatever stands in data points of Open mHealth, reading them neither panics nor hands over what cannot be.
#![no_main]

#[path = "../bodies/openmhealth.rs"]
mod body;
#[path = "../bodies/sound.rs"]
mod sound;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
