//! The account of who looked, from end to end, on both engines: what another hand did to it is found; who acted has a
//! name; a person can ask, is told, and can take it away.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod asking;
mod finding;
mod tampering;
mod world;
