//! What forms do: read what was typed, call the service, say what happened, go on; and [`consent`], [`observations`], [`prescriptions`]
//! and [`texts`], which programs ask. No rules of their own.

pub mod account;
pub mod acting;
pub mod activity;
pub mod appointments;
pub mod carers;
pub mod consent;
pub mod corrections;
pub mod devices;
pub mod diary;
pub mod documents;
pub mod emergency;
pub mod intake;
pub mod link;
pub mod medicines;
pub mod observations;
pub mod passkey;
pub mod pharmacy;
pub mod photos;
pub mod prescriptions;
pub mod privacy;
pub mod profile;
pub mod questionnaires;
pub mod readings;
pub mod recorded;
pub mod register;
pub mod release;
pub mod reminders;
pub mod reset;
pub mod second_step;
pub mod self_care;
pub mod session;
pub mod sharing;
pub mod sign_in;
pub mod summary;
pub mod targets;
pub mod team;
pub mod texts;
pub mod weeks;

use crate::forms::Typed;

/// What was typed in a field; empty when it was not sent at all.
pub(crate) fn field<'t>(typed: &'t Typed, name: &str) -> &'t str {
    typed.get(name).map_or("", String::as_str)
}

/// A day in three fields, as it was typed.
pub(crate) fn date(typed: &Typed, name: &str) -> [String; 3] {
    ["day", "month", "year"].map(|part| field(typed, &format!("{name}_{part}")).to_owned())
}
