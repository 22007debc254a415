//! Ending a service, a place, or somebody's clinics: with the clinics that need it, and everybody who has booked there.

use super::clinics::{Affected, TemplateSeen, cancel};
use super::setting::changed;
use super::{Diary, OVERTAKEN, hold_still, standing};
use crate::{ServiceError, access};
use domain::OrganisationId;
use domain::access::Actor;
use domain::appointment::Part;
use domain::team::TeamAsk;
use domain::when::london_day;
use store::{Tx, diary};

/// What ends with a service, a place or somebody's clinics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Its name.
    pub name: String,
    /// It has ended.
    pub ended: bool,
    /// The recurring clinics that end with it.
    pub recurring: Vec<TemplateSeen>,
    /// How many clinics are cancelled.
    pub clinics: u64,
    /// Who has booked there.
    pub affected: Vec<Affected>,
    /// How everything stands that is shown, as a word: whoever ends it says what they saw.
    pub seen: String,
}

/// The name, the version, and whether it has ended; `None` for what is not the organisation's.
async fn held(tx: &mut Tx, at: OrganisationId, part: Part) -> Result<Option<(String, i32, bool)>, ServiceError> {
    let held = match part {
        Part::Service(id) => {
            diary::service(tx, id).await?.map(|row| (row.organisation_id, (row.name, row.version, row.ended_at.is_some())))
        }
        Part::Place(id) => {
            diary::place(tx, id).await?.map(|row| (row.organisation_id, (row.name, row.version, row.ended_at.is_some())))
        }
        Part::Practitioner(id) => {
            diary::practitioner(tx, id).await?.map(|row| (row.organisation_id, (row.name, row.version, row.ended_at.is_some())))
        }
    };
    Ok(held.filter(|(whose, _)| *whose == at.as_uuid()).map(|(_, held)| held))
}

const fn what(part: Part) -> &'static str {
    match part {
        Part::Service(_) => "service-ended",
        Part::Place(_) => "place-ended",
        Part::Practitioner(_) => "practitioner-ended",
    }
}

impl Diary {
    /// What ends with this, and who has booked there.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for what is not the organisation's, and to anybody but a manager.
    pub async fn ending(&self, actor: &Actor, part: Part) -> Result<Ending, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::ManageDiary, "diary").await?;
        let found = held(&mut tx, place.organisation(), part).await?;
        let (mut tx, (name, version, ended)) = self.found(actor, tx, found, "diary").await?;
        let (at, now) = (place.organisation(), self.core.now());
        let recurring = super::clinics::templates(&mut tx, at, Some(part), london_day(now)).await?;
        let clinics = diary::coming_of(&mut tx, at, part, london_day(now), now).await?;
        let seen = standing(version, &clinics);
        let count = u64::try_from(clinics.len()).unwrap_or_default();
        let affected = self.affected(tx, actor, &place, clinics.into_iter().map(|(id, _)| id).collect()).await?;
        Ok(Ending { name, ended, recurring, clinics: count, affected, seen })
    }

    /// Ends a service, a place or somebody's clinics, where all stands as it was seen: the recurring clinics that need it end
    /// too, those to come are cancelled, and everybody who has booked is told. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where something has changed since, such as that somebody has booked; as
    /// [`Diary::ending`] otherwise.
    pub async fn end(&self, actor: &Actor, part: Part, seen: &str) -> Result<(), ServiceError> {
        let seen = seen.to_owned();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let (at, now) = (place.organisation(), core.now());
                // So that no clinic is made, and nothing of it changed, meanwhile.
                diary::lock(tx, at).await?;
                let (_, version, ended) = held(tx, at, part).await?.ok_or(ServiceError::NotFound)?;
                if ended {
                    return Ok(());
                }
                let clinics = diary::coming_of(tx, at, part, london_day(now), now).await?;
                let (before, after) = hold_still(tx, clinics).await?;
                if standing(version, &before) != seen || !diary::end_part(tx, at, (part, version), now).await? {
                    return Err(ServiceError::field("", OVERTAKEN));
                }
                diary::end_templates_of(tx, at, part, now).await?;
                for clinic in after {
                    cancel(&core, tx, &actor, &place, clinic).await?;
                }
                changed(&core, tx, &actor, &place, what(part), part.as_uuid()).await
            })
        })
        .await
    }
}
