//! Appointments on both engines: what a practice offers, how people find it, and what becomes of what they book.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod amending;
mod arranging;
mod attending;
mod booking;
mod changing;
mod clinics;
mod finding_near;
mod hours;
mod killed;
mod referring;
mod reminding;
mod searching;
mod setting;
mod staying;
mod telling;
mod texting;
mod town;
