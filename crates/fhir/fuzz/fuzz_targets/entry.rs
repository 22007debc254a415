//! Whatever a resource says, mapping it does not panic.
#![no_main]

#[path = "../bodies/entry.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
