//! A clinic of one day is held by somebody else, or somewhere else: who has booked keeps their time, and is told.

use super::busy::free_on;
use super::clinics::{comes, kept_here};
use super::setting::changed;
use super::{CLINIC_OVERTAKEN, Diary};
use crate::activity::{self, Event};
use crate::appointments::tell;
use crate::error::gather;
use crate::mail::Letter;
use crate::{FieldProblem, ServiceError, access};
use domain::access::{Actor, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::team::TeamAsk;
use domain::{AppointmentId, ClinicId, PersonId, PlaceId, PractitionerId};
use store::{appointment, diary};

/// What is chosen to change a clinic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClinicForm {
    /// Who holds it, by id.
    pub practitioner: String,
    /// Where, by id.
    pub place: String,
}

impl Diary {
    /// Changes who holds a clinic and where, as long as it stands as it was seen; everybody who has booked keeps their time and
    /// is told. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`practitioner`, also for whoever holds another clinic at that time; `place`), and with no field
    /// where it is cancelled, over, or has changed since;
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to anybody but a manager.
    pub async fn change_clinic(&self, actor: &Actor, id: ClinicId, version: i32, form: &ClinicForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let (at, now) = (place.organisation(), core.now());
                // So that nobody gives the same person another clinic meanwhile.
                diary::lock(tx, at).await?;
                let row = diary::clinic(tx, at, id).await?.ok_or(ServiceError::NotFound)?;
                kept_here(tx, at).await?;
                let people = diary::practitioners(tx, at).await?;
                let places = diary::places(tx, at).await?;
                gather! {
                    practitioner = people
                        .iter()
                        .find(|one| one.id.to_string() == form.practitioner && one.ended_at.is_none())
                        .map(|one| PractitionerId::from_uuid(one.id))
                        .ok_or_else(|| FieldProblem::new("practitioner", "Choose who holds it"));
                    there = places
                        .iter()
                        .find(|one| one.id.to_string() == form.place && one.ended_at.is_none())
                        .map(|one| PlaceId::from_uuid(one.id))
                        .ok_or_else(|| FieldProblem::new("place", "Choose where it is"));
                }
                if (row.practitioner_id, row.place_id) == (practitioner.as_uuid(), there.as_uuid()) {
                    return Ok(());
                }
                if row.cancelled_at.is_some() || row.ends_at <= now {
                    return Err(ServiceError::field("", "This clinic is over or cancelled, so it cannot be changed"));
                }
                if row.practitioner_id != practitioner.as_uuid() {
                    free_on(tx, at, practitioner, id, (row.day, row.starts_at, row.ends_at)).await?;
                }
                if !diary::change_clinic(tx, at, (id, version), practitioner, there, now).await? {
                    return Err(ServiceError::field("", CLINIC_OVERTAKEN));
                }
                for row in appointment::of_clinic(tx, at, id).await? {
                    if !comes(&row)? || row.starts_at <= now {
                        continue;
                    }
                    let (person, appointment) = (PersonId::from_uuid(row.person_id), AppointmentId::from_uuid(row.id));
                    tell(&core, tx, person, appointment, &Letter::AppointmentNews, &format!("clinic-{version}")).await?;
                    let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
                    let event = Event::on_record(&actor, subject, Action::AppointmentChanged, Purpose::DirectCare);
                    activity::append(&core, tx, event.about("what", "clinic-changed").about("appointment", row.id)).await?;
                }
                changed(&core, tx, &actor, &place, "clinic-changed", id.as_uuid()).await
            })
        })
        .await
    }
}
