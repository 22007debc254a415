//! Diaries that others keep, over HTTP and on both engines: what holds of every diary, every way in which a GP system can fail,
//! and a server that is killed at each step of a change.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod contract;
mod copying;
mod faults;
mod gp_system;
mod killed;
mod standing;
mod village;
