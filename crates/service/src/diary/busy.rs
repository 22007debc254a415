//! Nobody holds two clinics at once: what a clinic that recurs, or one of a day, would meet.

use crate::{Core, ServiceError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::appointment::overlap;
use domain::when::{day_in_words, london_day};
use domain::{ClinicId, OrganisationId, PractitionerId};
use std::collections::BTreeSet;
use store::diary::{self, TemplateRow};
use store::{StoreError, Tx};
use uuid::Uuid;

/// What is said where somebody holds another clinic.
fn taken(day: NaiveDate) -> ServiceError {
    let day = format!("{} {}", day.format("%A"), day_in_words(day));
    let told = format!("They hold another clinic at that time on {day}. Choose another time, or somebody else");
    ServiceError::field("practitioner", told)
}

/// Lets through a clinic that recurs where whoever holds it holds no other at that time; `instead_of` makes room for it.
///
/// The caller has locked the diary.
///
/// # Errors
/// [`ServiceError::Fields`] (`practitioner`), with the first day on which there is another.
pub(super) async fn once_at_a_time(
    core: &Core,
    tx: &mut Tx,
    row: &TemplateRow,
    instead_of: Option<Uuid>,
) -> Result<(), ServiceError> {
    let (now, template) = (core.now(), row.template()?);
    let at = OrganisationId::from_uuid(row.organisation_id);
    let today = london_day(now);
    let held = diary::held(tx, at, PractitionerId::from_uuid(row.practitioner_id), today).await?;
    // What is in the diary stands as it is there; only of what is not, the pattern counts.
    let made: BTreeSet<(Uuid, NaiveDate)> = held.iter().filter_map(|one| Some((one.template_id?, one.day))).collect();
    let meets = |starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, day: NaiveDate| {
        let spans = template.spans(day);
        spans.iter().any(|span| span.from > now && overlap((span.from, span.to), (starts_at, ends_at)))
    };
    let in_diary = held
        .iter()
        .filter(|one| one.practitioner_id == row.practitioner_id && one.cancelled_at.is_none())
        .filter(|one| instead_of.is_none() || one.template_id != instead_of)
        .find(|one| meets(one.starts_at, one.ends_at, one.day))
        .map(|one| one.day);
    let tomorrow = today.succ_opt().unwrap_or(today);
    let others = diary::templates(tx, at)
        .await?
        .into_iter()
        .filter(|other| other.practitioner_id == row.practitioner_id && other.id != row.id && Some(other.id) != instead_of);
    let days = others.map(|other| Ok(template.meets(&other.template()?, tomorrow, |day| !made.contains(&(other.id, day)))));
    let recurring = days.collect::<Result<Vec<_>, StoreError>>()?.into_iter().flatten();
    match recurring.chain(in_diary).min() {
        Some(day) => Err(taken(day)),
        None => Ok(()),
    }
}

/// Lets through a clinic of one day where whoever would hold it holds no other from then to then.
///
/// The caller has locked the diary.
///
/// # Errors
/// [`ServiceError::Fields`] (`practitioner`) where they do.
pub(super) async fn free_on(
    tx: &mut Tx,
    at: OrganisationId,
    by: PractitionerId,
    clinic: ClinicId,
    (day, from, to): (NaiveDate, DateTime<Utc>, DateTime<Utc>),
) -> Result<(), ServiceError> {
    let held = diary::held(tx, at, by, day).await?;
    let other = held.iter().any(|one| {
        one.practitioner_id == by.as_uuid()
            && one.cancelled_at.is_none()
            && one.id != clinic.as_uuid()
            && overlap((one.starts_at, one.ends_at), (from, to))
    });
    if other { Err(taken(day)) } else { Ok(()) }
}
