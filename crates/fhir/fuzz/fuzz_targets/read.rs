//! Whatever a file holds, reading it neither panics nor goes beyond its limits.
#![no_main]

#[path = "../bodies/read.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
