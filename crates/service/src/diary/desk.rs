//! The desk: what somebody has booked with the organisation, and the times that are free for them there.

use super::Diary;
use crate::activity::{self, Event};
use crate::appointments::{LISTED, SlotSeen};
use crate::records::purpose;
use crate::{ServiceError, access};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::{Mode, Status};
use domain::audit::{Action, Basis, Purpose};
use domain::team::{StaffRole, TeamAsk};
use domain::when::london_midnight;
use domain::{AppointmentId, ClinicId, OrganisationId, PersonId, PractitionerId, ServiceId, SlotId};
use store::appointment::{self, AppointmentRow};
use store::slot::{self, SlotRow, Wanted};
use store::{StoreError, Tx, diary};
use uuid::Uuid;

/// How many free times are shown.
const OFFERED: usize = 20;
/// How many of those who hold clinics can be chosen.
const PEOPLE: i64 = 50;

/// Which free times are asked for at the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimesWanted {
    /// Of which service.
    pub service: Option<ServiceId>,
    /// From which day on; from now on where none is named.
    pub from: Option<NaiveDate>,
    /// With whom.
    pub practitioner: Option<PractitionerId>,
    /// Only those behind this one.
    pub after: Option<SlotId>,
}

/// The free times that fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimesFree {
    /// The times, the earliest first.
    pub slots: Vec<SlotSeen>,
    /// The one behind which there are more.
    pub next: Option<SlotId>,
    /// With whom a time of the service is free, by name.
    pub people: Vec<(PractitionerId, String)>,
}

/// A booking, as the organisation sees it with which it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingSeen {
    /// Whose.
    pub person: PersonId,
    /// The appointment.
    pub appointment: AppointmentId,
    /// At which clinic.
    pub clinic: ClinicId,
    /// For which service, by id.
    pub service_id: ServiceId,
    /// The service's name.
    pub service: String,
    /// The name of whoever sees them.
    pub practitioner: String,
    /// The place's name.
    pub place: String,
    /// How it is held.
    pub mode: Mode,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Where it stands.
    pub status: Status,
    /// Why, in the citizen's words; told only to those who give care.
    pub reason: String,
    /// Goes up with every change.
    pub version: i32,
    /// Whether it can be cancelled at the desk.
    pub may_cancel: bool,
}

fn seen(row: AppointmentRow, role: StaffRole, now: DateTime<Utc>) -> Result<BookingSeen, StoreError> {
    let status = row.status()?;
    Ok(BookingSeen {
        person: row.person(),
        appointment: row.appointment(),
        clinic: ClinicId::from_uuid(row.clinic_id),
        mode: row.mode()?,
        may_cancel: status.is_ahead(row.starts_at, now),
        status,
        service_id: ServiceId::from_uuid(row.service_id),
        service: row.service_name,
        practitioner: row.practitioner_name,
        place: row.place_name,
        starts_at: row.starts_at,
        reason: if role == StaffRole::Clinician { row.reason } else { String::new() },
        version: row.version,
    })
}

impl Diary {
    /// One booking with the actor's organisation. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to whoever does not see the diary.
    pub async fn booking(&self, actor: &Actor, id: AppointmentId) -> Result<BookingSeen, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::SeeDiary, "clinic").await?;
        let at = place.organisation();
        let row = match appointment::whose(&mut tx, at, id).await? {
            Some(person) => appointment::one(&mut tx, person, id).await?,
            None => None,
        };
        let (tx, row) = self.found(actor, tx, row, "clinic").await?;
        drop(tx);
        let subject = Subject { organisation: Some(at), ..Subject::new(row.person(), Basis::CareTeam) };
        let event = Event::on_record(actor, subject, Action::Read, Purpose::DirectCare).about("page", "appointments");
        activity::disclose(&self.core, event.about("appointment", id)).await?;
        Ok(seen(row, place.role()?, self.core.now())?)
    }

    /// A time of the actor's organisation, where the actor could book it now.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to whoever does not see the diary.
    pub async fn free_time(&self, actor: &Actor, id: SlotId) -> Result<Option<SlotSeen>, ServiceError> {
        let (tx, row) = self.time(actor, id).await?;
        drop(tx);
        let free = row.free_for(actor.account(), self.core.now()).is_ok();
        Ok(free.then(|| SlotSeen::try_from(row)).transpose()?)
    }

    /// What a person has with the service of a time at the actor's organisation and would give up for it: a later one, of which
    /// they asked to be told when an earlier one opens.
    ///
    /// # Errors
    /// As [`Diary::free_time`].
    pub async fn gives_up_for(&self, actor: &Actor, person: PersonId, id: SlotId) -> Result<Option<AppointmentId>, ServiceError> {
        let (mut tx, row) = self.time(actor, id).await?;
        let waiting = appointment::waiting(&mut tx, row.service(), row.starts_at).await?;
        Ok(waiting.into_iter().find(|(who, _)| *who == person).map(|(_, appointment)| appointment))
    }

    /// What a person has booked, and had, with the actor's organisation, the latest first. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's appointments.
    pub async fn bookings_of(&self, actor: &Actor, person: PersonId) -> Result<Vec<BookingSeen>, ServiceError> {
        let (mut tx, subject, at) = self.at_desk(actor, person, Ask::SeeAppointments).await?;
        let role = access::in_team(&mut tx, actor, TeamAsk::SeeDiary).await?.role()?;
        let rows = appointment::of_person(&mut tx, person, LISTED).await?;
        drop(tx);
        let now = self.core.now();
        let here = rows.into_iter().filter(|row| row.organisation_id == at.as_uuid());
        let bookings = here.map(|row| seen(row, role, now)).collect::<Result<_, _>>()?;
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "appointments");
        activity::disclose(&self.core, event).await?;
        Ok(bookings)
    }

    /// What a person has coming with a service of the actor's organisation, the earliest first: whoever books a second one says
    /// so. Of what was booked with this very form it says nothing. The look is audited where there is any.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's appointments.
    pub async fn coming_with(
        &self,
        actor: &Actor,
        person: PersonId,
        service: ServiceId,
        submission: &str,
    ) -> Result<Vec<BookingSeen>, ServiceError> {
        let (mut tx, subject, at) = self.at_desk(actor, person, Ask::SeeAppointments).await?;
        let role = access::in_team(&mut tx, actor, TeamAsk::SeeDiary).await?.role()?;
        if let Ok(submission) = submission.parse()
            && appointment::by_submission(&mut tx, person, submission).await?.is_some()
        {
            return Ok(Vec::new());
        }
        let rows = appointment::of_person(&mut tx, person, LISTED).await?;
        drop(tx);
        let now = self.core.now();
        let here = rows.into_iter().filter(|row| row.organisation_id == at.as_uuid() && row.service_id == service.as_uuid());
        let mut coming = here.map(|row| seen(row, role, now)).collect::<Result<Vec<_>, _>>()?;
        coming.retain(|one| one.may_cancel);
        coming.reverse();
        if !coming.is_empty() {
            let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "appointments");
            activity::disclose(&self.core, event).await?;
        }
        Ok(coming)
    }

    /// The next free times of a service of the actor's organisation, the earliest first; without a service none, once it is
    /// clear that the actor may book for the person. It reads nothing of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not book for the person, and for a service or a time of another organisation.
    pub async fn free_for(&self, actor: &Actor, person: PersonId, asked: TimesWanted) -> Result<TimesFree, ServiceError> {
        let (mut tx, _, at) = self.at_desk(actor, person, Ask::BookAppointments).await?;
        let Some(id) = asked.service else { return Ok(TimesFree::default()) };
        diary::service(&mut tx, id).await?.filter(|row| row.organisation() == at).ok_or(ServiceError::NotFound)?;
        let now = self.core.now();
        let from = asked.from.map_or(now, london_midnight).max(now);
        let after = match asked.after {
            None => (from, Uuid::nil()),
            Some(slot) => {
                let row = slot::one(&mut tx, slot).await?.filter(|row| row.organisation() == at);
                let row = row.ok_or(ServiceError::NotFound)?;
                (row.starts_at, row.id)
            }
        };
        let wanted = Wanted { practitioner: asked.practitioner, ..Wanted::any_of(id, from, None) };
        // One more than is shown tells whether there are more.
        let mut rows = slot::search(&mut tx, &wanted, after, now, actor.account(), OFFERED + 1).await?;
        let more = rows.len() > OFFERED;
        rows.truncate(OFFERED);
        let next = rows.last().filter(|_| more).map(SlotRow::slot);
        let people = diary::practitioners_free(&mut tx, id, now, PEOPLE).await?.into_iter();
        Ok(TimesFree {
            slots: rows.into_iter().map(SlotSeen::try_from).collect::<Result<_, _>>()?,
            next,
            people: people.map(|row| (PractitionerId::from_uuid(row.id), row.name)).collect(),
        })
    }

    /// A time of the actor's organisation.
    async fn time(&self, actor: &Actor, id: SlotId) -> Result<(Tx, SlotRow), ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::SeeDiary, "clinic").await?;
        let row = slot::one(&mut tx, id).await?.filter(|row| row.organisation() == place.organisation());
        self.found(actor, tx, row, "clinic").await
    }

    /// Lets through whoever may do this for the person at the organisation for which they work.
    async fn at_desk(&self, actor: &Actor, person: PersonId, ask: Ask) -> Result<(Tx, Subject, OrganisationId), ServiceError> {
        let mut tx = self.core.read().await?;
        let allowed = access::require(&self.core, &mut tx, actor, person, ask).await;
        match allowed.and_then(|subject| Ok((subject, subject.organisation.ok_or(ServiceError::NotFound)?))) {
            Ok((subject, at)) => Ok((tx, subject, at)),
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, "appointments").await)
            }
        }
    }
}
