//! Who comes to a clinic, and noting who came.

use super::clinics::CANCELLED;
use super::{ClinicSeen, Diary};
use crate::activity::{self, Event};
use crate::appointments::{cancelled_by_team, opened, tell, touch};
use crate::listing::{self, List};
use crate::mail::Letter;
use crate::records::purpose;
use crate::{ServiceError, access, profile};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Subject};
use domain::appointment::{Mode, Status, noted_from};
use domain::audit::{Action, Basis, Purpose};
use domain::team::{TeamAsk, WorkKind};
use domain::when::instant_in_words;
use domain::{AppointmentId, ClinicId, PersonId};
use store::appointment::{self, AttendeeRow, Change, LostRow};
use store::{StoreError, diary, slot, work};

/// Somebody who comes to a clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    /// Who.
    pub person: PersonId,
    /// The appointment.
    pub appointment: AppointmentId,
    /// Their name.
    pub name: String,
    /// Their date of birth.
    pub birth_date: Option<NaiveDate>,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// How it is held.
    pub mode: Mode,
    /// Where it stands.
    pub status: Status,
    /// Why, in the citizen's words; told only to those who give care.
    pub reason: String,
    /// When they checked in.
    pub arrived_at: Option<DateTime<Utc>>,
    /// What they need, in a sentence; empty where they need nothing or did not say.
    pub needs: String,
    /// Goes up with every change.
    pub version: i32,
}

/// A clinic with everybody who comes to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClinicDetail {
    /// The clinic.
    pub clinic: ClinicSeen,
    /// Who comes, in order.
    pub attendees: Vec<Attendee>,
    /// Those whose appointment was cancelled here, in order.
    pub lost: Vec<Lost>,
    /// When the times that are free begin.
    pub free: Vec<DateTime<Utc>>,
}

/// Somebody whose appointment was cancelled by those who hold the clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// When they would have come.
    pub starts_at: DateTime<Utc>,
    /// A message about it went out; whoever has no account must be rung.
    pub told: bool,
}

impl From<LostRow> for Lost {
    fn from(row: LostRow) -> Self {
        Self { person: PersonId::from_uuid(row.person_id), name: row.person_name(), starts_at: row.starts_at, told: row.told }
    }
}

fn attendee(row: AttendeeRow, needs: String, gives_care: bool) -> Result<Attendee, StoreError> {
    Ok(Attendee {
        person: PersonId::from_uuid(row.person_id),
        appointment: AppointmentId::from_uuid(row.id),
        name: row.person_name(),
        status: row.status()?,
        mode: Mode::from_code(&row.mode).ok_or_else(|| StoreError::corrupt("an appointment is held in an unknown way"))?,
        birth_date: row.birth_date,
        starts_at: row.starts_at,
        reason: if gives_care { row.reason } else { String::new() },
        arrived_at: row.arrived_at,
        needs,
        version: row.version,
    })
}

impl Diary {
    /// A clinic of the actor's organisation with everybody who comes to it; each is told that their name was shown.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to whoever does not see the diary.
    pub async fn clinic(&self, actor: &Actor, id: ClinicId) -> Result<ClinicDetail, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::SeeDiary, "clinic").await?;
        let at = place.organisation();
        let row = diary::clinic(&mut tx, at, id).await?;
        let (mut tx, row) = self.found(actor, tx, row, "clinic").await?;
        let rows = appointment::of_clinic(&mut tx, at, id).await?;
        let slots = slot::of_clinic(&mut tx, id).await?;
        let lost = appointment::lost_at(&mut tx, at, id, CANCELLED).await?;
        let told = access::needs_at_clinic(&self.core, &mut tx, actor, (&place, id)).await?;
        let mut needs = profile::needs_at_clinic(&mut tx, at, id).await?;
        drop(tx);
        needs.retain(|person, _| told.contains_key(person));
        let gives_care = place.role()? == domain::team::StaffRole::Clinician;
        let attendees = rows.into_iter().map(|row| {
            let needs = needs.get(&PersonId::from_uuid(row.person_id)).cloned().unwrap_or_default();
            attendee(row, needs, gives_care)
        });
        let attendees = attendees.collect::<Result<Vec<_>, _>>()?;
        let lost: Vec<Lost> = lost.into_iter().map(Lost::from).collect();
        let named = attendees.iter().map(|one| one.person).chain(lost.iter().map(|one| one.person));
        listing::disclose(&self.core, actor, &place, List::Clinic, named).await?;
        // Why somebody comes and what they need is part of their record: each look at it is written down.
        let read = attendees.iter().filter_map(|one| {
            let here = Subject { organisation: Some(at), ..Subject::new(one.person, Basis::CareTeam) };
            let (subject, page) = match (one.reason.is_empty(), told.get(&one.person).filter(|_| !one.needs.is_empty())) {
                (true, None) => return None,
                (false, None) => (here, "appointment"),
                (true, Some(subject)) => (*subject, "needs"),
                (false, Some(subject)) => (*subject, "appointment-needs"),
            };
            Some((subject, page, one.appointment))
        });
        let read: Vec<_> = read.collect();
        if !read.is_empty() {
            let who = actor.clone();
            self.core
                .write(move |core, tx| {
                    Box::pin(async move {
                        for (subject, page, appointment) in read {
                            let event = Event::on_record(&who, subject, Action::Read, purpose(subject));
                            let event = event.about("page", page).about("appointment", appointment);
                            activity::append(&core, tx, event).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
        }
        let free = slots.into_iter().filter(|slot| slot.status == "free").map(|slot| slot.starts_at).collect();
        Ok(ClinicDetail { clinic: ClinicSeen::try_from(row)?, attendees, lost, free })
    }

    /// Notes what became of an appointment: confirmed, arrived, seen, absent. Noting the same twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it cannot come to stand there, or has changed since it was seen;
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to whoever does not see the diary.
    pub async fn note_attendance(&self, actor: &Actor, id: AppointmentId, version: i32, to: Status) -> Result<(), ServiceError> {
        self.act(actor, "clinic", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::SeeDiary).await?;
                let at = place.organisation();
                let person = appointment::whose(tx, at, id).await?.ok_or(ServiceError::NotFound)?;
                let row = appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                let from = row.status()?;
                if from == to {
                    return Ok(());
                }
                answered(from)?;
                if to == Status::Cancelled || to == Status::Pending || !from.may_become(to) {
                    return Err(ServiceError::field("", "This is not possible any more. Look at how it stands now"));
                }
                if let Some(from) = noted_from(to, row.starts_at).filter(|from| *from > core.now()) {
                    let told = format!("It is too early for this. You can note it from {}", instant_in_words(from));
                    return Err(ServiceError::field("", told));
                }
                let change = Change {
                    status: to,
                    cancelled_by: None,
                    cancel_reason: None,
                    arrived_at: match to {
                        Status::Arrived => Some(row.arrived_at.unwrap_or_else(|| core.now())),
                        Status::Booked => None,
                        _ => row.arrived_at,
                    },
                    waits_for_earlier: row.waits_for_earlier,
                };
                if !appointment::change(tx, person, (id, version), &change, core.now()).await? {
                    return Err(ServiceError::field("", "Somebody has just changed this. Look at how it stands now"));
                }
                if noted_from(to, row.starts_at).is_some() {
                    work::close(tx, at, (WorkKind::MayNotCome, id.as_uuid()), Some(place.member()), to.code(), core.now())
                        .await?;
                }
                let what = if from == Status::Pending { "confirmed" } else { to.code() };
                if from == Status::Pending {
                    work::close(tx, at, (WorkKind::Booking, id.as_uuid()), Some(place.member()), "confirmed", core.now()).await?;
                    tell(&core, tx, person, id, &Letter::AppointmentNews, "confirmed").await?;
                }
                let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
                let event = Event::on_record(&actor, subject, Action::AppointmentChanged, Purpose::DirectCare);
                activity::append(&core, tx, event.about("what", what).about("appointment", id)).await
            })
        })
        .await
    }

    /// Takes a booking away that stands as it was seen: the time is free again, and the person is told. Doing so twice changes
    /// nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it is over, or has changed since it was seen;
    /// [`ServiceError::NotFound`] as [`Diary::note_attendance`].
    pub async fn decline(&self, actor: &Actor, id: AppointmentId, version: i32) -> Result<(), ServiceError> {
        self.act(actor, "clinic", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::SeeDiary).await?;
                let at = place.organisation();
                let person = appointment::whose(tx, at, id).await?.ok_or(ServiceError::NotFound)?;
                let row = appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                if row.status()? == Status::Cancelled {
                    return Ok(());
                }
                answered(row.status()?)?;
                if row.outside_id.is_some() {
                    let told = "This is kept in your own appointment system. Cancel it there";
                    return Err(ServiceError::field("", told));
                }
                touch(tx, [row.clinic_id]).await?;
                if !row.status()?.is_open() {
                    return Err(ServiceError::field("", "This is not possible any more. Look at how it stands now"));
                }
                if row.version != version || !cancelled_by_team(&core, tx, (person, id)).await? {
                    return Err(ServiceError::field("", "Somebody has just changed this. Look at how it stands now"));
                }
                opened(&core, tx, &row).await?;
                work::close(tx, at, (WorkKind::Booking, id.as_uuid()), Some(place.member()), "declined", core.now()).await?;
                let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
                let event = Event::on_record(&actor, subject, Action::AppointmentCancelled, Purpose::DirectCare);
                activity::append(&core, tx, event.about("appointment", id)).await
            })
        })
        .await
    }
}

/// Lets through only what the organisation's own system has answered about, if it was asked.
fn answered(status: Status) -> Result<(), ServiceError> {
    match status {
        Status::Proposed => {
            Err(ServiceError::field("", "Your own appointment system has been asked about this and has not answered yet"))
        }
        _ => Ok(()),
    }
}
