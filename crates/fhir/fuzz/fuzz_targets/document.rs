//! Files that come with a record never make the program stop, never take long, and never show more than they hold.
#![no_main]

#[path = "../bodies/document.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
