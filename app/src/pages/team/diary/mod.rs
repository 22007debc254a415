//! The practice's side of appointments: its clinics, who comes, what can be booked, and how it is used.

pub mod booking;
pub mod change;
pub mod clinic;
pub mod day;
pub mod desk;
pub mod ending;
pub mod forms;
pub mod holidays;
pub mod hours;
pub mod settings;
pub mod uptake;

use crate::ui::{EntryList, EntryRow, TagKind};
use crate::words;
use chrono::NaiveDate;
use domain::appointment::{Part, Status};
use domain::when::day_in_words;
use domain::{ClinicId, PersonId};
use leptos::prelude::*;
use service::{Affected, PlaceSeen};
use std::collections::BTreeSet;

/// Where managers say what can be booked.
pub(crate) const SETTINGS: &str = "/team/diary/settings";

/// Where a clinic is.
#[must_use]
pub fn clinic_page(id: ClinicId) -> String {
    format!("/team/diary/clinics/{id}")
}

/// Where the clinics of a day are.
fn day_page(day: NaiveDate) -> String {
    format!("/team/diary?day={day}")
}

/// Where what clinics need is changed.
#[must_use]
pub fn part_page(part: Part) -> String {
    let of = match part {
        Part::Service(_) => "services",
        Part::Place(_) => "places",
        Part::Practitioner(_) => "practitioners",
    };
    format!("/team/diary/{of}/{}", part.as_uuid())
}

/// Street, town and postcode on one line.
fn whole_address(place: &PlaceSeen) -> String {
    format!("{}, {}", place.address.replace('\n', ", "), place.postcode)
}

/// "Tuesday 3 November 2026".
fn whole_day(day: NaiveDate) -> String {
    format!("{} {}", day.format("%A"), day_in_words(day))
}

/// Where an appointment stands, as the team says it.
pub(super) const fn standing(status: Status) -> &'static str {
    match status {
        Status::Proposed => "Waits for your own system",
        Status::Pending => "Waits to be confirmed",
        Status::Booked => "Booked",
        Status::Arrived => "Has arrived",
        Status::Fulfilled => "Was seen",
        Status::Cancelled => "Cancelled",
        Status::NoShow => "Did not come",
    }
}

fn standing_tag(status: Status) -> (String, TagKind) {
    let kind = match status {
        Status::Proposed | Status::Pending => TagKind::Attention,
        Status::Booked | Status::Cancelled => TagKind::Neutral,
        Status::Arrived => TagKind::Info,
        Status::Fulfilled => TagKind::Good,
        Status::NoShow => TagKind::Danger,
    };
    (standing(status).to_owned(), kind)
}

/// Who has booked what would be cancelled.
#[component]
fn WhoIsAffected(affected: Vec<Affected>, today: NaiveDate) -> impl IntoView {
    if affected.is_empty() {
        return view! { <p>"Nobody has booked, so nobody has to be told."</p> }.into_any();
    }
    let count = |many: usize| u64::try_from(many).unwrap_or_default();
    // Somebody may have booked more than once.
    let people: BTreeSet<PersonId> = affected.iter().map(|one| one.person).collect();
    let what = if people.len() == affected.len() {
        String::new()
    } else {
        format!(" {}", words::how_many(count(affected.len()), "appointment", "appointments"))
    };
    let told = format!(
        "{} booked{what}. We tell each of them by email, if they have an account.",
        words::how_many(count(people.len()), "person has", "people have")
    );
    let rows = affected
        .into_iter()
        .map(|one| view! { <EntryRow title=one.name date=words::day_and_clock(one.starts_at, today) /> })
        .collect_view();
    view! {
        <p>{told} " Those who have none come to the work list, to be rung."</p>
        <EntryList>{rows}</EntryList>
    }
    .into_any()
}
