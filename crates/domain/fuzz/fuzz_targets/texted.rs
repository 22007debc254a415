//! Whatever a text message says, it is understood or not without a panic, and what it tells is heard as what a form tells.
#![no_main]

#[path = "../bodies/texted.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
