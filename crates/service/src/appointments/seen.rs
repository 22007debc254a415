//! What a person has booked, and had; and checking in.

use super::outside::{ASKED, NOT_BOOKED};
use super::stays::{self, HospitalSeen};
use super::visits::{Told, reader_of};
use super::{Appointments, DECLINED, LISTED, SlotSeen, in_words, theirs};
use crate::activity::{self, Event};
use crate::records::purpose;
use crate::{ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::{Mode, ServiceKind, Status, may_check_in, overlap};
use domain::audit::{Action, Basis};
use domain::{AppointmentId, EntryId, OrganisationId, PersonId, ServiceId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use store::appointment::{self, AppointmentRow, Change};
use store::{StoreError, Tx, diary, outside, person, person_write};

/// An appointment, as whoever it is for sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointmentSeen {
    /// Its id.
    pub id: AppointmentId,
    /// What sort of service it is.
    pub kind: ServiceKind,
    /// Which service.
    pub service_id: ServiceId,
    /// The service's name.
    pub service: String,
    /// The organisation's name.
    pub organisation: String,
    /// The name of whoever sees them.
    pub practitioner: String,
    /// Their job.
    pub job: String,
    /// How it is held.
    pub mode: Mode,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Where it stands.
    pub status: Status,
    /// Why, in the citizen's own words.
    pub reason: String,
    /// The place's name.
    pub place: String,
    /// Street and town.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// How to get there.
    pub directions: String,
    /// Whom to ring.
    pub phone: String,
    /// What to bring, and how to prepare.
    pub prepare: String,
    /// Where it is joined, where it is held by video and the service says so.
    pub video_link: Option<String>,
    /// Where it can be tried whether that works.
    pub video_test: Option<String>,
    /// Who cancelled it: `person`, `team` or `moved`; `declined` where the service did not confirm it, `refused` or
    /// `not-booked` where its own system did not take it.
    pub cancelled_by: Option<String>,
    /// The service does not keep it, its time has not come, and nothing was booked with that service since: they may still
    /// count on it.
    pub lost: bool,
    /// The appointment for which it was given up, where it was changed.
    pub moved_to: Option<AppointmentId>,
    /// When they checked in.
    pub arrived_at: Option<DateTime<Utc>>,
    /// When the service gave it to somebody else after it was booked.
    pub practitioner_changed_at: Option<DateTime<Utc>>,
    /// When the service moved it to another place after it was booked; only where they come there.
    pub place_changed_at: Option<DateTime<Utc>>,
    /// Whether they want to be told when an earlier one opens.
    pub waits_for_earlier: bool,
    /// Another appointment of theirs is at the same time, or a visit of which another source tells.
    pub clashes: bool,
    /// The entry that tells of such a visit, where it is one.
    pub clashing_visit: Option<EntryId>,
    /// Why it cannot be changed or cancelled here, and what to do instead; absent where it can.
    pub locked: Option<String>,
    /// Whether they can check in now.
    pub may_check_in: bool,
    /// The stay in hospital for which they may miss it, where the reader may see that; they may come all the same.
    pub hospital: Option<HospitalSeen>,
}

impl AppointmentSeen {
    /// Whether it can be changed or cancelled here.
    #[must_use]
    pub fn can_change(&self, now: DateTime<Utc>) -> bool {
        self.status.is_ahead(self.starts_at, now) && self.locked.is_none()
    }

    /// When the service last gave it to somebody else, or moved it; absent where it is as it was booked.
    #[must_use]
    pub fn changed_at(&self) -> Option<DateTime<Utc>> {
        self.practitioner_changed_at.max(self.place_changed_at)
    }
}

/// What somebody has to know first of their appointments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ahead {
    /// The next that is still to come or goes on.
    pub next: Option<AppointmentSeen>,
    /// Those that the service does not keep and on which they may still count, the soonest first.
    pub lost: Vec<AppointmentSeen>,
}

/// An appointment, with what its own page says beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct AppointmentPage {
    /// The appointment.
    pub seen: AppointmentSeen,
    /// The name of whoever it is for.
    pub person: String,
    /// How many people come before somebody who has checked in; absent for one who has not.
    pub ahead: Option<u32>,
    /// The first earlier time of the same service on each of up to three days, where it can be changed for one.
    pub earlier: Vec<SlotSeen>,
}

/// Somebody has checked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckIn {
    /// How many people come before them.
    pub ahead: u32,
}

impl Appointments {
    /// What the person has booked, and had, the latest first, at most 200. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn list(&self, actor: &Actor, person: PersonId) -> Result<Vec<AppointmentSeen>, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let rows = appointment::of_person(&mut tx, person, LISTED).await?;
        let seen = self.seen(&mut tx, &rows, actor, subject).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "appointments");
        activity::disclose(&self.core, with_entries(event, seen.iter())).await?;
        Ok(seen)
    }

    /// The next of them that is still to come or goes on, and those that the service does not keep; the look is audited where
    /// there is one.
    ///
    /// # Errors
    /// As [`Appointments::list`].
    pub async fn ahead(&self, actor: &Actor, person: PersonId) -> Result<Ahead, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let (now, mut told) = (self.core.now(), Vec::new());
        let rows = appointment::of_person(&mut tx, person, LISTED).await?;
        for row in &rows {
            if row.status()?.is_coming(row.ends_at, now) || is_lost(row, &rows, now)? {
                told.push(row.clone());
            }
        }
        let seen = self.seen(&mut tx, &told, actor, subject).await?;
        drop(tx);
        // The last of them begins first.
        let (lost, mut coming): (Vec<_>, Vec<_>) = seen.into_iter().rev().partition(|one| one.lost);
        coming.truncate(1);
        let ahead = Ahead { next: coming.pop(), lost };
        if ahead != Ahead::default() {
            let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "next-appointment");
            activity::disclose(&self.core, with_entries(event, ahead.next.iter())).await?;
        }
        Ok(ahead)
    }

    /// One of them. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs, and as [`Appointments::list`].
    pub async fn one(&self, actor: &Actor, person: PersonId, id: AppointmentId) -> Result<AppointmentSeen, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let (seen, _) = self.found(&mut tx, (actor, subject), id).await?;
        drop(tx);
        self.looked(actor, subject, &seen).await?;
        Ok(seen)
    }

    /// One of them, how many people come before them, and the earlier times that they could have instead. The look is
    /// audited, once for all of it.
    ///
    /// # Errors
    /// As [`Appointments::one`].
    pub async fn page(&self, actor: &Actor, person: PersonId, id: AppointmentId) -> Result<AppointmentPage, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let (seen, row) = self.found(&mut tx, (actor, subject), id).await?;
        let ahead = match seen.status {
            Status::Arrived => u32::try_from(appointment::ahead(&mut tx, row.clinic_id, row.starts_at, id).await?).ok(),
            _ => None,
        };
        let can_change = seen.can_change(self.core.now());
        // Whoever only sees appointments is offered nothing.
        let may_book = can_change && access::allows(&self.core, &mut tx, actor, person, Ask::BookAppointments).await?;
        let earlier = match may_book {
            true => self.earlier(&mut tx, actor, (seen.service_id, row.starts_at)).await?,
            false => Vec::new(),
        };
        let name = person::by_id(&mut tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?.display_name();
        drop(tx);
        self.looked(actor, subject, &seen).await?;
        Ok(AppointmentPage { seen, person: name, ahead, earlier })
    }

    /// Of these appointments of the person, those that wait for an earlier time where one is free: each with the first of each
    /// day, at most three. Nothing more is read of the person, and nothing offered to whoever may not book for them.
    ///
    /// # Errors
    /// [`ServiceError`] when the database fails.
    pub async fn offers(
        &self,
        actor: &Actor,
        person: PersonId,
        seen: &[AppointmentSeen],
    ) -> Result<Vec<(AppointmentId, Vec<SlotSeen>)>, ServiceError> {
        let (now, mut offers) = (self.core.now(), Vec::new());
        let waiting: Vec<_> = seen.iter().filter(|one| one.waits_for_earlier && one.can_change(now)).collect();
        if waiting.is_empty() {
            return Ok(offers);
        }
        let mut tx = self.core.read().await?;
        if !access::allows(&self.core, &mut tx, actor, person, Ask::BookAppointments).await? {
            return Ok(offers);
        }
        for one in waiting {
            let earlier = self.earlier(&mut tx, actor, (one.service_id, one.starts_at)).await?;
            if !earlier.is_empty() {
                offers.push((one.id, earlier));
            }
        }
        Ok(offers)
    }

    /// One of them, among the others that may be at the same time.
    async fn found(
        &self,
        tx: &mut Tx,
        (actor, subject): (&Actor, Subject),
        id: AppointmentId,
    ) -> Result<(AppointmentSeen, AppointmentRow), ServiceError> {
        let mut rows = appointment::of_person(tx, subject.person, LISTED).await?;
        if !rows.iter().any(|row| row.appointment() == id) {
            // One from long ago.
            rows = appointment::one(tx, subject.person, id).await?.into_iter().collect();
        }
        let seen = self.seen(tx, &rows, actor, subject).await?;
        seen.into_iter().zip(rows).find(|(seen, _)| seen.id == id).ok_or(ServiceError::NotFound)
    }

    async fn looked(&self, actor: &Actor, subject: Subject, seen: &AppointmentSeen) -> Result<(), ServiceError> {
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "appointments");
        let event = event.about("appointment", seen.id);
        activity::disclose(&self.core, with_entries(event, std::iter::once(seen))).await
    }

    /// Checks the person in who has come, and says how many come before them. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it is not the time for it; [`ServiceError::NotFound`] for one that is
    /// not theirs, and to whoever may not book for the person.
    pub async fn check_in(&self, actor: &Actor, person: PersonId, id: AppointmentId) -> Result<CheckIn, ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::BookAppointments).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                theirs(&actor, subject, OrganisationId::from_uuid(row.organisation_id))?;
                let (status, now) = (row.status()?, core.now());
                if status != Status::Arrived {
                    if !may_check_in(status, row.mode()?, row.starts_at, now) {
                        let told = "You can check in from an hour before until 15 minutes after it begins. Tell the front desk";
                        return Err(ServiceError::field("", told));
                    }
                    let change = Change {
                        status: Status::Arrived,
                        cancelled_by: None,
                        cancel_reason: None,
                        arrived_at: Some(now),
                        waits_for_earlier: false,
                    };
                    if !appointment::change(tx, person, (id, row.version), &change, now).await? {
                        return Err(ServiceError::field("", "This has just changed. Look at how it stands now"));
                    }
                    let event = Event::on_record(&actor, subject, Action::AppointmentChanged, purpose(subject));
                    activity::append(&core, tx, event.about("what", "arrived").about("appointment", id)).await?;
                    stays::settle(&core, tx, person).await?;
                }
                let ahead = appointment::ahead(tx, row.clinic_id, row.starts_at, id).await?;
                Ok(CheckIn { ahead: u32::try_from(ahead).unwrap_or(u32::MAX) })
            })
        })
        .await
    }

    /// A snapshot, for whoever may see the person's appointments; a refusal is audited.
    pub(super) async fn open(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Subject), ServiceError> {
        let (tx, subject, _) = self.core.enter(actor, person, Ask::SeeAppointments, "appointments").await?;
        Ok((tx, subject))
    }

    /// Why somebody comes was written for those who give care: a carer reads it only where they wrote it.
    async fn seen(
        &self,
        tx: &mut Tx,
        rows: &[AppointmentRow],
        actor: &Actor,
        subject: Subject,
    ) -> Result<Vec<AppointmentSeen>, ServiceError> {
        let now = self.core.now();
        let asked = outside::asked_of(tx, subject.person).await?;
        let mut coming = false;
        for row in rows {
            let status = row.status()?;
            coming |= status.is_coming(row.ends_at, now) || (status.is_open() && row.ends_at > now);
        }
        // Where nothing is coming, nothing need be read.
        let reader = if coming { reader_of(&self.core, tx, actor, subject.person).await? } else { None };
        let visits = match &reader {
            Some(reader) => Told::read(&self.core, tx, reader).await?,
            None => Told::default(),
        };
        let (mut seen, mut known) = (Vec::with_capacity(rows.len()), BTreeMap::new());
        for row in rows {
            let status = row.status()?;
            let locked = if asked.contains(&row.appointment()) {
                Some(ASKED.to_owned())
            } else if status.is_ahead(row.starts_at, now) {
                let terms = match known.entry(row.service_id) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(unknown) => {
                        let service = diary::service(tx, ServiceId::from_uuid(row.service_id)).await?;
                        let service = service.ok_or_else(|| StoreError::corrupt("an appointment is with no service"))?;
                        unknown.insert(service.terms()?)
                    }
                };
                terms.let_go(status, row.starts_at, now).err().map(|refusal| in_words(refusal, terms))
            } else {
                None
            };
            let span = (row.starts_at, row.ends_at);
            let mut clashes = false;
            for other in rows.iter().filter(|other| other.id != row.id) {
                clashes |= status.is_open() && other.status()?.is_open() && overlap(span, (other.starts_at, other.ends_at));
            }
            let clashing_visit = if status.is_coming(row.ends_at, now) { visits.at(span) } else { None };
            let mut told = one(row, now, locked, (clashes, clashing_visit))?;
            told.lost = is_lost(row, rows, now)?;
            let took_place_of =
                |other: &&AppointmentRow| other.moved_from == Some(row.id) && other.cancelled_by.as_deref() != Some(NOT_BOOKED);
            told.moved_to = rows.iter().find(took_place_of).map(AppointmentRow::appointment);
            if subject.basis != Basis::Own && row.reason_by != actor.account().map(|id| id.as_uuid()) {
                told.reason.clear();
            }
            seen.push(told);
        }
        if let Some(reader) = reader {
            stays::mark(&self.core, tx, &reader, &mut seen).await?;
        }
        Ok(seen)
    }
}

/// Whether the service does not keep what is still ahead, and nothing stands that was booked with it since.
fn is_lost(row: &AppointmentRow, rows: &[AppointmentRow], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let by_service = matches!(row.cancelled_by.as_deref(), Some("team" | DECLINED | NOT_BOOKED));
    if row.status()? != Status::Cancelled || !by_service || row.starts_at <= now {
        return Ok(false);
    }
    for other in rows.iter().filter(|other| other.service_id == row.service_id && other.created_at >= row.updated_at) {
        if other.status()?.is_live() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The same event, with the entries of the record that were told of beside an appointment.
fn with_entries<'a>(event: Event, mut seen: impl Iterator<Item = &'a AppointmentSeen> + Clone) -> Event {
    let event = match seen.clone().find_map(|one| one.hospital.as_ref()) {
        Some(hospital) => event.about("stay", hospital.entry),
        None => event,
    };
    match seen.find_map(|one| one.clashing_visit) {
        Some(visit) => event.about("visit", visit),
        None => event,
    }
}

fn one(
    row: &AppointmentRow,
    now: DateTime<Utc>,
    locked: Option<String>,
    (clashes, clashing_visit): (bool, Option<EntryId>),
) -> Result<AppointmentSeen, StoreError> {
    let (status, mode) = (row.status()?, row.mode()?);
    Ok(AppointmentSeen {
        id: row.appointment(),
        kind: ServiceKind::from_code(&row.kind).ok_or_else(|| StoreError::corrupt("a service is of an unknown kind"))?,
        service_id: ServiceId::from_uuid(row.service_id),
        service: row.service_name.clone(),
        organisation: row.organisation_name.clone(),
        practitioner: row.practitioner_name.clone(),
        job: row.practitioner_job.clone(),
        mode,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        status,
        reason: row.reason.clone(),
        place: row.place_name.clone(),
        address: row.address.clone(),
        postcode: row.postcode.clone(),
        directions: row.directions.clone(),
        phone: row.phone.clone(),
        prepare: row.prepare.clone(),
        video_link: row.video_link.clone().filter(|_| mode == Mode::Video),
        video_test: row.video_test.clone().filter(|_| mode == Mode::Video),
        cancelled_by: row.cancelled_by.clone(),
        lost: false,
        moved_to: None,
        arrived_at: row.arrived_at,
        practitioner_changed_at: row.practitioner_changed_at,
        // Where nobody comes to, a place is nothing to know.
        place_changed_at: row.place_changed_at.filter(|_| mode == Mode::InPerson),
        waits_for_earlier: row.waits_for_earlier,
        clashes: clashes || clashing_visit.is_some(),
        clashing_visit,
        locked,
        may_check_in: may_check_in(status, mode, row.starts_at, now),
        hospital: None,
    })
}
