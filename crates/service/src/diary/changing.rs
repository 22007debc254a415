//! A clinic of one day is held by somebody else, or somewhere else: who has booked keeps their time, and is told.

use super::busy::free_on;
use super::clinics::kept_here;
use super::hours::tell_of_move;
use super::setting::changed;
use super::{CLINIC_OVER, CLINIC_OVERTAKEN, Diary};
use crate::error::gather;
use crate::{FieldProblem, ServiceError, access};
use domain::access::Actor;
use domain::team::TeamAsk;
use domain::{ClinicId, PlaceId, PractitionerId};
use store::diary;

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
    /// is told. `false` where it was so before, and then nobody is told.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`practitioner`, also for whoever holds another clinic at that time; `place`), and with no field
    /// where it is cancelled, over, or has changed since;
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to anybody but a manager.
    pub async fn change_clinic(
        &self,
        actor: &Actor,
        id: ClinicId,
        version: i32,
        form: &ClinicForm,
    ) -> Result<bool, ServiceError> {
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
                    return Ok(false);
                }
                if row.cancelled_at.is_some() || row.ends_at <= now {
                    return Err(ServiceError::field("", CLINIC_OVER));
                }
                if row.practitioner_id != practitioner.as_uuid() {
                    free_on(tx, at, practitioner, id, (row.day, row.starts_at, row.ends_at)).await?;
                }
                if !diary::change_clinic(tx, at, (id, version), (practitioner, there, row.mode()?), now).await? {
                    return Err(ServiceError::field("", CLINIC_OVERTAKEN));
                }
                tell_of_move(&core, tx, &actor, &place, &row).await?;
                changed(&core, tx, &actor, &place, "clinic-changed", id.as_uuid()).await?;
                Ok(true)
            })
        })
        .await
    }
}
