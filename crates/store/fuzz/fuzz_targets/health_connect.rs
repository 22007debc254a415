//! Whatever stands in a file that calls itself an export of Health Connect, reading it neither panics nor goes on without an end, changes
//! nothing of it, and hands over no more of an app's name than there may be. The bytes are a file of their own, changes to a sound one, and
//! what a sound one holds where numbers should be.
#![no_main]

#[path = "../bodies/health_connect.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
