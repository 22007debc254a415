//! A care team's own pages: what waits, whom they look for, and who works there.

pub mod about;
mod alerts;
mod answers;
pub mod choose;
mod copying;
mod corrections;
pub mod diary;
pub mod emergency;
pub mod goals;
pub mod identity;
pub mod learn;
pub mod medicine_diary;
pub mod medicines;
pub mod orders;
pub mod patient;
pub mod people;
pub mod plain_words;
pub mod questionnaires;
pub mod readings;
pub mod record;
pub mod results;
pub mod rules;
pub mod staff;
pub mod targets;
pub mod timeline;
pub mod weeks;
pub mod work;

use crate::ctx::Failure;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::PersonId;
use domain::linkage::Level;
use domain::when::day_in_words;
use service::PersonSummary;
use std::str::FromStr;

/// Where somebody's page for the team is.
#[must_use]
pub fn patient_page(person: PersonId) -> String {
    format!("/team/people/{person}")
}

/// Where something that waits is.
#[must_use]
pub fn work_page(id: domain::WorkItemId) -> String {
    format!("/team/work/{id}")
}

/// The id in a path.
pub(crate) fn id_in<Id: FromStr>(path: Result<Path<String>, PathRejection>) -> Result<Id, Failure> {
    path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)
}

/// "Born 3 May 1950 (age 76) · NHS number 999 012 3456", the number never broken across lines.
fn identity_line(person: &PersonSummary) -> String {
    let born = person.birth_date.map_or_else(
        || "Date of birth not known".to_owned(),
        |birth| {
            let age = person.age.map(|age| format!(" (age {age})")).unwrap_or_default();
            format!("Born {}{age}", day_in_words(birth))
        },
    );
    let number = person
        .nhs_number
        .as_ref()
        .map_or_else(|| "No NHS number".to_owned(), |number| format!("NHS number {}", number.to_string().replace(' ', "\u{a0}")));
    let died = if person.deceased { " · Has died" } else { "" };
    format!("{born} · {number}{died}")
}

/// How surely an account belongs to a person, in words.
const fn level(level: Level) -> &'static str {
    match level {
        Level::VerifiedInPerson => "Has an account, checked face to face",
        Level::Linked => "Has an account, linked with the code from a letter",
        Level::None => "Has an account that opens nothing",
    }
}
