//! Medicines on both engines: one list from every source, ordering more, the practice's answer, and what people add.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod collecting;
mod deciding;
mod dictionary;
mod killed;
mod listing;
mod noting;
mod ordering;
mod owning;
mod pharmacies;
mod queueing;
mod reminding;
mod ruling;
#[expect(dead_code, reason = "the town of appointments has more than is needed here")]
#[path = "../appointments/town.rs"]
mod town;
mod tracking;
mod world;
