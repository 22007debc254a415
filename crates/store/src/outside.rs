//! Appointment systems that organisations keep themselves: which there are, what of theirs is copied here, and what they
//! are asked to do.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc, Weekday};
use domain::appointment::{Mode, ServiceKind};
use domain::{AppointmentId, ClinicId, OrganisationId, PersonId, PlaceId, PractitionerId, ServiceId, SlotId};
use std::collections::BTreeSet;
use uuid::Uuid;

statements! {
    SET = "INSERT INTO outside_diary (organisation_id, base_url, created_at) VALUES ($1, $2, $3) \
           ON CONFLICT (organisation_id) DO UPDATE SET base_url = excluded.base_url, \
           failing_since = CASE WHEN outside_diary.base_url = excluded.base_url THEN outside_diary.failing_since END, \
           failed_at = CASE WHEN outside_diary.base_url = excluded.base_url THEN outside_diary.failed_at END, \
           fault = CASE WHEN outside_diary.base_url = excluded.base_url THEN outside_diary.fault END, \
           refreshed_at = CASE WHEN outside_diary.base_url = excluded.base_url THEN outside_diary.refreshed_at END";
    REMOVE = "DELETE FROM outside_diary WHERE organisation_id = $1 \
              AND NOT EXISTS (SELECT 1 FROM outside_ask a WHERE a.organisation_id = $1 AND a.state = 'asked')";
    OF = "SELECT d.organisation_id, d.base_url, d.refreshed_at, d.failing_since, d.fault, o.code, o.name FROM outside_diary d \
          JOIN organisation o ON o.id = d.organisation_id WHERE d.organisation_id = $1";
    ALL = "SELECT d.organisation_id, d.base_url, d.refreshed_at, d.failing_since, d.fault, o.code, o.name FROM outside_diary d \
           JOIN organisation o ON o.id = d.organisation_id ORDER BY o.code";
    REFRESHED = "UPDATE outside_diary SET refreshed_at = $2, failing_since = NULL, fault = NULL WHERE organisation_id = $1";
    FAILED = "UPDATE outside_diary SET failing_since = COALESCE(failing_since, $2), failed_at = $2, fault = $3 WHERE organisation_id = $1";
    SERVICE_NAMED = "SELECT id FROM service WHERE organisation_id = $1 AND name = $2";
    PLACE_NAMED = "SELECT id FROM place WHERE organisation_id = $1 AND name = $2";
    PRACTITIONER_NAMED = "SELECT id FROM practitioner WHERE organisation_id = $1 AND name = $2";
    CLINIC = "SELECT id FROM clinic WHERE organisation_id = $1 AND template_id IS NULL AND service_id = $2 AND place_id = $3 \
              AND practitioner_id = $4 AND mode = $5 AND day = $6 AND cancelled_at IS NULL ORDER BY id LIMIT 1";
    STRETCH_CLINIC = "UPDATE clinic SET starts_at = CASE WHEN starts_at > $2 THEN $2 ELSE starts_at END, \
                      ends_at = CASE WHEN ends_at < $3 THEN $3 ELSE ends_at END WHERE id = $1 AND (starts_at > $2 OR ends_at < $3)";
    /// A name that stands for another time now lets go of the one that it stood for.
    LET_GO_SLOT = "UPDATE slot SET outside_id = NULL, status = 'withdrawn', held_by = NULL, held_until = NULL WHERE organisation_id = $1 \
                   AND outside_id = $2 AND status <> 'taken' AND (clinic_id <> $3 OR starts_at <> $4)";
    /// A session that was made anew gives its times new names, and may make them longer: whoever holds one that is not as it was
    /// shown to them holds it no more. One that is taken here stays as it is.
    RENEW_SLOT = "UPDATE slot SET held_by = CASE WHEN ends_at = $4 AND status = 'free' THEN held_by ELSE NULL END, \
                  held_until = CASE WHEN ends_at = $4 AND status = 'free' THEN held_until ELSE NULL END, \
                  outside_id = $3, outside_place = $5, ends_at = $4, status = 'free' WHERE clinic_id = $1 AND starts_at = $2 \
                  AND status <> 'taken' AND (outside_id IS NULL OR outside_id <> $3 OR ends_at <> $4 OR status <> 'free' \
                  OR COALESCE(outside_place, '') <> COALESCE($5, '')) \
                  AND NOT EXISTS (SELECT 1 FROM slot x WHERE x.organisation_id = slot.organisation_id AND x.outside_id = $3 AND x.id <> slot.id) \
                  AND NOT EXISTS (SELECT 1 FROM appointment a WHERE a.slot_id = slot.id AND a.status <> 'cancelled')";
    PUT_SLOT = "INSERT INTO slot (id, clinic_id, organisation_id, service_id, place_id, practitioner_id, kind, mode, starts_at, \
                ends_at, day, minute, bookable_from, weekday, status, outside_id, outside_place) \
                SELECT $1, c.id, c.organisation_id, c.service_id, c.place_id, c.practitioner_id, $3, c.mode, $4, $5, c.day, $6, $7, $10, \
                'free', $8, $9 FROM clinic c WHERE c.id = $2 AND NOT EXISTS (SELECT 1 FROM slot x WHERE x.clinic_id = c.id \
                AND x.starts_at = $4) ON CONFLICT DO NOTHING";
    /// Those that a question about the span tells: what reaches over its end is in no answer.
    FREE_SLOTS = "SELECT id, outside_id FROM slot WHERE organisation_id = $1 AND status = 'free' AND outside_id IS NOT NULL \
                  AND starts_at >= $2 AND ends_at <= $3";
    WITHDRAW_COPIED = "UPDATE slot SET status = 'withdrawn', held_by = NULL, held_until = NULL WHERE organisation_id = $1 \
                       AND outside_id IS NOT NULL AND status = 'free'";
    WITHDRAW_MADE = "UPDATE slot SET status = 'withdrawn', held_by = NULL, held_until = NULL WHERE organisation_id = $1 \
                     AND outside_id IS NULL AND status = 'free'";
    END_TEMPLATES = "UPDATE clinic_template SET ended_at = $2 WHERE organisation_id = $1 AND ended_at IS NULL";
    KEEP_HERE = "UPDATE appointment SET outside_id = NULL WHERE organisation_id = $1 AND outside_id IS NOT NULL";
    CANCELLING_OFF = "UPDATE service SET may_cancel = FALSE, cancel_refused_at = $2, version = version + 1 WHERE id = $1 AND may_cancel";
    CANCELLING_AGAIN = "UPDATE service SET may_cancel = TRUE, cancel_refused_at = NULL, version = version + 1 WHERE organisation_id = $1 \
                        AND cancel_refused_at <= $2";
    WITHDRAW_SLOT = "UPDATE slot SET status = 'withdrawn', held_by = NULL, held_until = NULL WHERE id = $1 AND status = 'free'";
    ASK = "INSERT INTO outside_ask (person_id, id, organisation_id, appointment_id, what, for_id, cancelled_by, cancel_reason, state, \
           tries, next_try_at, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'asked', 0, $9, $10) ON CONFLICT DO NOTHING";
    /// All that has to be known to ask.
    ONE = "SELECT q.person_id, q.id, q.organisation_id, q.appointment_id, q.what, q.for_id, q.cancelled_by, q.cancel_reason, q.state, \
           q.tries, q.next_try_at, q.asked_at, d.base_url, o.code, p.nhs_number, a.slot_id, a.starts_at, a.ends_at, a.reason, \
           a.outside_id, t.outside_id AS slot_outside_id, t.outside_place FROM outside_ask q \
           LEFT JOIN outside_diary d ON d.organisation_id = q.organisation_id JOIN organisation o ON o.id = q.organisation_id \
           JOIN person p ON p.id = q.person_id JOIN appointment a ON a.person_id = q.person_id AND a.id = q.appointment_id \
           JOIN slot t ON t.id = a.slot_id WHERE q.person_id = $1 AND q.id = $2";
    /// Page by page, with whom those have something booked that has not been asked about since $3.
    TO_CHECK = "SELECT DISTINCT a.person_id, a.organisation_id, d.base_url, o.code, p.nhs_number FROM appointment a \
                JOIN outside_diary d ON d.organisation_id = a.organisation_id JOIN organisation o ON o.id = a.organisation_id \
                JOIN person p ON p.id = a.person_id WHERE a.outside_id IS NOT NULL AND a.status = 'booked' AND a.starts_at > $1 \
                AND a.starts_at <= $2 AND (a.outside_checked_at IS NULL OR a.outside_checked_at <= $3) \
                AND (a.person_id > $4 OR (a.person_id = $4 AND a.organisation_id > $5)) ORDER BY a.person_id, a.organisation_id LIMIT $6";
    /// Takes them for oneself: of two servers one asks.
    CLAIM_CHECK = "UPDATE appointment SET outside_checked_at = $6 WHERE person_id = $1 AND organisation_id = $2 AND outside_id IS NOT NULL \
                   AND status = 'booked' AND starts_at > $3 AND starts_at <= $4 \
                   AND (outside_checked_at IS NULL OR outside_checked_at <= $5) RETURNING id, outside_id, starts_at, ends_at";
    /// What is asked about, and what it would take the place of, or would have: neither can be changed meanwhile.
    ASKED_OF = "SELECT q.appointment_id, CASE WHEN q.what = 'book' OR q.cancelled_by = 'refused' THEN a.moved_from ELSE NULL END \
                FROM outside_ask q JOIN appointment a ON a.person_id = q.person_id AND a.id = q.appointment_id \
                WHERE q.person_id = $1 AND q.state = 'asked'";
    DUE = "SELECT person_id, id FROM outside_ask WHERE state = 'asked' AND next_try_at <= $1 ORDER BY next_try_at, id LIMIT $2";
    TRY = "UPDATE outside_ask SET tries = tries + 1, next_try_at = $4 WHERE person_id = $1 AND id = $2 AND tries = $3 AND state = 'asked'";
    SETTLE = "UPDATE outside_ask SET state = $3, settled_at = $4 WHERE person_id = $1 AND id = $2 AND state = 'asked'";
    NAMED = "UPDATE appointment SET outside_id = $3 WHERE person_id = $1 AND id = $2";
}

/// An organisation's own appointment system.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OutsideDiaryRow {
    /// Whose.
    pub organisation_id: Uuid,
    /// Where it is.
    pub base_url: String,
    /// When its free times were last taken over.
    pub refreshed_at: Option<DateTime<Utc>>,
    /// Since when that fails.
    pub failing_since: Option<DateTime<Utc>>,
    /// Why.
    pub fault: Option<String>,
    /// The organisation's code (Organisation Data Service).
    pub code: String,
    /// The organisation's name.
    pub name: String,
}

impl OutsideDiaryRow {
    /// Whose.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId::from_uuid(self.organisation_id)
    }
}

/// A free time of another system, for a clinic that stands for it here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideSlot<'a> {
    /// Its id here, if it is new.
    pub id: SlotId,
    /// At which clinic.
    pub clinic: ClinicId,
    /// Of which kind.
    pub kind: ServiceKind,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// The minute of the day that the clock in London shows.
    pub minute: u16,
    /// The day of the week that the clock in London shows.
    pub weekday: Weekday,
    /// What the other system calls it.
    pub outside_id: &'a str,
    /// What the other system calls the place.
    pub outside_place: Option<&'a str>,
}

/// What a clinic that stands for times of another system is told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClinicKey {
    /// Whose.
    pub organisation: OrganisationId,
    /// For which service.
    pub service: ServiceId,
    /// Where.
    pub place: PlaceId,
    /// With whom.
    pub practitioner: PractitionerId,
    /// On which day.
    pub day: NaiveDate,
}

/// What another system is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAsk {
    /// For whom.
    pub person: PersonId,
    /// Its id; every request about it carries it, so that the other system can tell a repeat.
    pub id: Uuid,
    /// Whose system.
    pub organisation: OrganisationId,
    /// What is booked or cancelled.
    pub appointment: AppointmentId,
    /// `book` or `cancel`.
    pub what: &'static str,
    /// The appointment for which this one is given up.
    pub for_id: Option<AppointmentId>,
    /// Who cancels it.
    pub cancelled_by: Option<&'static str>,
    /// Why.
    pub cancel_reason: Option<String>,
    /// From when somebody else may try.
    pub next_try_at: DateTime<Utc>,
}

/// What another system is to do, with all that it has to be told.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AskRow {
    /// For whom.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Whose system.
    pub organisation_id: Uuid,
    /// What is booked or cancelled.
    pub appointment_id: Uuid,
    /// `book` or `cancel`.
    pub what: String,
    /// The appointment for which this one is given up.
    pub for_id: Option<Uuid>,
    /// Who cancels it.
    pub cancelled_by: Option<String>,
    /// Why.
    pub cancel_reason: Option<String>,
    /// `asked`, `done`, `refused` or `given-up`.
    pub state: String,
    /// How often it was tried.
    pub tries: i32,
    /// From when it may be tried again.
    pub next_try_at: DateTime<Utc>,
    /// Since when it is wanted.
    pub asked_at: DateTime<Utc>,
    /// Where the system is; absent where the organisation has none any more.
    pub base_url: Option<String>,
    /// The organisation's code.
    pub code: String,
    /// The person's NHS number.
    pub nhs_number: Option<String>,
    /// Which time, here.
    pub slot_id: Uuid,
    /// From when the appointment is.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Why they come.
    pub reason: String,
    /// What the other system calls the appointment.
    pub outside_id: Option<String>,
    /// What the other system calls the time.
    pub slot_outside_id: Option<String>,
    /// What the other system calls the place.
    pub outside_place: Option<String>,
}

/// Somebody who has something booked in another system that is to be asked about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ToCheckRow {
    /// Who.
    pub person_id: Uuid,
    /// With whom.
    pub organisation_id: Uuid,
    /// Where the system is.
    pub base_url: String,
    /// The organisation's code.
    pub code: String,
    /// The person's NHS number.
    pub nhs_number: Option<String>,
}

/// An appointment that is booked in another system, as far as is known here.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StandingRow {
    /// Its id.
    pub id: Uuid,
    /// What the other system calls it.
    pub outside_id: String,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
}

impl AskRow {
    /// For whom.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.person_id)
    }

    /// What is booked or cancelled.
    #[must_use]
    pub const fn appointment(&self) -> AppointmentId {
        AppointmentId::from_uuid(self.appointment_id)
    }

    /// Whose system.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId::from_uuid(self.organisation_id)
    }

    /// Whether it asks for a booking; otherwise for a cancelling.
    #[must_use]
    pub fn books(&self) -> bool {
        self.what == "book"
    }
}

/// Says that an organisation keeps its appointments itself, in the system that is there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set(tx: &mut Tx, at: OrganisationId, base_url: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, SET, at.as_uuid(), base_url, now)?;
    Ok(())
}

/// Ends what an organisation made here, because it keeps its appointments itself from now on: nobody books a time of it any
/// more, and none is made. What is booked stands.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end_made_here(tx: &mut Tx, at: OrganisationId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, END_TEMPLATES, at.as_uuid(), now)?;
    run!(tx, WITHDRAW_MADE, at.as_uuid())?;
    Ok(())
}

/// Says that an organisation keeps no appointments of its own; `false`, and nothing is changed, where it does not, or where
/// something is asked of it still. What is booked there is kept here from then on; its times are nobody's to book.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx, at: OrganisationId) -> Result<bool, StoreError> {
    let done = run!(tx, REMOVE, at.as_uuid())?;
    if done == 0 {
        return Ok(false);
    }
    run!(tx, WITHDRAW_COPIED, at.as_uuid())?;
    keep_here(tx, at).await?;
    Ok(true)
}

/// Says that what is booked with an organisation is kept here.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn keep_here(tx: &mut Tx, at: OrganisationId) -> Result<(), StoreError> {
    run!(tx, KEEP_HERE, at.as_uuid())?;
    Ok(())
}

/// Notes that a service's own system lets nobody cancel.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn cancelling_off(tx: &mut Tx, service: ServiceId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, CANCELLING_OFF, service.as_uuid(), now)?;
    Ok(())
}

/// Lets people try again to cancel with the services of an organisation whose system let nobody until `before`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn cancelling_again(tx: &mut Tx, at: OrganisationId, before: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, CANCELLING_AGAIN, at.as_uuid(), before)?;
    Ok(())
}

/// The system of an organisation; absent where its appointments are kept here.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of(tx: &mut Tx, at: OrganisationId) -> Result<Option<OutsideDiaryRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF).bind(at.as_uuid()).fetch_optional(c).await)?)
}

/// Every such system, by the code of its organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<OutsideDiaryRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ALL).fetch_all(c).await)?)
}

/// Notes that the free times of a system were taken over.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn refreshed(tx: &mut Tx, at: OrganisationId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, REFRESHED, at.as_uuid(), now)?;
    Ok(())
}

/// Notes that they could not be.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn failed(tx: &mut Tx, at: OrganisationId, fault: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, FAILED, at.as_uuid(), now, fault)?;
    Ok(())
}

async fn named(tx: &mut Tx, sql: &'static str, at: OrganisationId, name: &str) -> Result<Option<Uuid>, StoreError> {
    Ok(an_id!(tx, sql, at.as_uuid(), name)?)
}

/// The service of an organisation with this name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn service_named(tx: &mut Tx, at: OrganisationId, name: &str) -> Result<Option<ServiceId>, StoreError> {
    Ok(named(tx, SERVICE_NAMED, at, name).await?.map(ServiceId::from_uuid))
}

/// The place of an organisation with this name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn place_named(tx: &mut Tx, at: OrganisationId, name: &str) -> Result<Option<PlaceId>, StoreError> {
    Ok(named(tx, PLACE_NAMED, at, name).await?.map(PlaceId::from_uuid))
}

/// Whoever holds clinics at an organisation under this name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn practitioner_named(tx: &mut Tx, at: OrganisationId, name: &str) -> Result<Option<PractitionerId>, StoreError> {
    Ok(named(tx, PRACTITIONER_NAMED, at, name).await?.map(PractitionerId::from_uuid))
}

/// The clinic that stands for such times of another system.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn clinic(tx: &mut Tx, key: &ClinicKey, mode: Mode) -> Result<Option<ClinicId>, StoreError> {
    Ok(an_id!(
        tx,
        CLINIC,
        key.organisation.as_uuid(),
        key.service.as_uuid(),
        key.place.as_uuid(),
        key.practitioner.as_uuid(),
        mode.code(),
        key.day
    )?
    .map(ClinicId::from_uuid))
}

/// Makes a clinic reach over a time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn stretch(tx: &mut Tx, id: ClinicId, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Result<(), StoreError> {
    run!(tx, STRETCH_CLINIC, id.as_uuid(), from, to)?;
    Ok(())
}

/// Takes a free time of another system over, as it is there now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put_slot(tx: &mut Tx, at: OrganisationId, slot: &OutsideSlot<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, LET_GO_SLOT, at.as_uuid(), slot.outside_id, slot.clinic.as_uuid(), slot.starts_at)?;
    run!(tx, RENEW_SLOT, slot.clinic.as_uuid(), slot.starts_at, slot.outside_id, slot.ends_at, slot.outside_place)?;
    run!(
        tx,
        PUT_SLOT,
        slot.id.as_uuid(),
        slot.clinic.as_uuid(),
        slot.kind.code(),
        slot.starts_at,
        slot.ends_at,
        i32::from(slot.minute),
        now,
        slot.outside_id,
        slot.outside_place,
        i32::try_from(slot.weekday.number_from_monday()).unwrap_or_default()
    )?;
    Ok(())
}

/// The free times that were taken over and lie within a span, with what the other system calls them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn free_slots(
    tx: &mut Tx,
    at: OrganisationId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(SlotId, String)>, StoreError> {
    let rows: Vec<(Uuid, String)> =
        on!(tx, c, sqlx::query_as(FREE_SLOTS).bind(at.as_uuid()).bind(from).bind(to).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, outside)| (SlotId::from_uuid(id), outside)).collect())
}

/// Withdraws a time that is not free any more in the other system.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw(tx: &mut Tx, id: SlotId) -> Result<(), StoreError> {
    run!(tx, WITHDRAW_SLOT, id.as_uuid())?;
    Ok(())
}

/// Writes down what another system is to do; `false` where something is asked about this appointment already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ask(tx: &mut Tx, new: &NewAsk, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        ASK,
        new.person.as_uuid(),
        new.id,
        new.organisation.as_uuid(),
        new.appointment.as_uuid(),
        new.what,
        new.for_id.map(|id| id.as_uuid()),
        new.cancelled_by,
        new.cancel_reason.as_deref(),
        new.next_try_at,
        now
    )?;
    Ok(done == 1)
}

/// What is asked, with all that has to be told.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: Uuid) -> Result<Option<AskRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id).fetch_optional(c).await)?)
}

/// The appointments of a person that cannot be changed until another system has answered: those it was asked about, and those
/// that are changed for one of these.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn asked_of(tx: &mut Tx, person: PersonId) -> Result<BTreeSet<AppointmentId>, StoreError> {
    let rows: Vec<(Uuid, Option<Uuid>)> = on!(tx, c, sqlx::query_as(ASKED_OF).bind(person.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().flat_map(|(id, old)| std::iter::once(id).chain(old)).map(AppointmentId::from_uuid).collect())
}

/// Up to `limit` people who have something booked in another system that begins within a span and was not asked about since
/// `before`: those behind this person at this organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn to_check(
    tx: &mut Tx,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    before: DateTime<Utc>,
    (person, organisation): (Uuid, Uuid),
    limit: i64,
) -> Result<Vec<ToCheckRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(TO_CHECK).bind(from).bind(to).bind(before).bind(person).bind(organisation).bind(limit).fetch_all(c).await
    )?)
}

/// Takes for oneself to ask about what somebody has booked in another system within a span, if nobody has since `before`; gives
/// what that is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn claim_check(
    tx: &mut Tx,
    row: &ToCheckRow,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<StandingRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(CLAIM_CHECK)
            .bind(row.person_id)
            .bind(row.organisation_id)
            .bind(from)
            .bind(to)
            .bind(before)
            .bind(now)
            .fetch_all(c)
            .await
    )?)
}

/// Up to `limit` that may be tried again by now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<(PersonId, Uuid)>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> = on!(tx, c, sqlx::query_as(DUE).bind(now).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(person, id)| (PersonId::from_uuid(person), id)).collect())
}

/// Takes the next try for oneself; `false` where somebody else has, or it is settled.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_try(tx: &mut Tx, row: &AskRow, next: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, TRY, row.person_id, row.id, row.tries, next)?;
    Ok(done == 1)
}

/// Settles it: `done`, `refused` or `given-up`; `false` where that happened before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn settle(tx: &mut Tx, row: &AskRow, state: &'static str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, SETTLE, row.person_id, row.id, state, now)?;
    Ok(done == 1)
}

/// Keeps what the other system calls an appointment.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn name(tx: &mut Tx, (person, id): (PersonId, AppointmentId), outside_id: &str) -> Result<(), StoreError> {
    run!(tx, NAMED, person.as_uuid(), id.as_uuid(), outside_id)?;
    Ok(())
}
