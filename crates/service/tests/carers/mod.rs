//! Acting for somebody, from being asked to the end, on both engines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod applying;
mod consents;
mod inviting;
mod managing;
mod rules;
mod world;
