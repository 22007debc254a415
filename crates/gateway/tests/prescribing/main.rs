//! Orders of medicines that practices decide elsewhere, over HTTP and on both engines: what holds wherever a practice decides,
//! every way in which its system can fail, and a server that is killed at each step.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod contract;
mod faults;
mod gp_system;
mod killed;
mod village;
