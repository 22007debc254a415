//! Whatever is sent as a change of a `Consent`, reading it does not panic.
#![no_main]

#[path = "../bodies/consent.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
