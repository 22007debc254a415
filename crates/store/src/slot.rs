//! The times that can be booked: looked for, held, taken and given back. Of two who take one at once, one gets it.

use crate::diary::NewClinic;
use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::appointment::{Mode, ServiceKind};
use domain::{AccountId, ClinicId, OrganisationId, PlaceId, PractitionerId, ServiceId, SlotId};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO slot (id, clinic_id, organisation_id, service_id, place_id, practitioner_id, kind, mode, starts_at, ends_at, \
              day, minute, bookable_from, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'free') \
              ON CONFLICT DO NOTHING";
    /// What is empty or absent is not asked for. Days and minutes are those of London.
    SEARCH = "SELECT t.id, t.clinic_id, t.organisation_id, t.service_id, t.place_id, t.practitioner_id, t.kind, t.mode, t.starts_at, \
              t.ends_at, t.bookable_from, t.status, t.held_by, t.held_until, s.name AS service_name, o.name AS organisation_name, \
              p.name AS place_name, x.name AS practitioner_name, x.job AS practitioner_job \
              FROM slot t JOIN service s ON s.id = t.service_id JOIN organisation o ON o.id = t.organisation_id \
              JOIN place p ON p.id = t.place_id JOIN practitioner x ON x.id = t.practitioner_id \
              WHERE t.status = 'free' AND t.kind = $1 AND t.starts_at >= $2 AND (t.starts_at > $2 OR t.id > $3) AND t.starts_at > $4 \
              AND t.bookable_from <= $4 \
              AND (t.held_until IS NULL OR t.held_until <= $4 OR t.held_by = $5) \
              AND ($6 = '' OR t.mode = $6) AND (t.place_id = $7 OR $7 IS NULL) AND (t.practitioner_id = $8 OR $8 IS NULL) \
              AND (t.day >= $9 OR $9 IS NULL) AND (t.day <= $10 OR $10 IS NULL) AND t.minute >= $11 AND t.minute < $12 \
              AND (t.service_id = $13 OR $13 IS NULL) AND s.ended_at IS NULL \
              ORDER BY t.starts_at, t.id LIMIT $14";
    ONE = "SELECT t.id, t.clinic_id, t.organisation_id, t.service_id, t.place_id, t.practitioner_id, t.kind, t.mode, t.starts_at, \
           t.ends_at, t.bookable_from, t.status, t.held_by, t.held_until, s.name AS service_name, o.name AS organisation_name, \
           p.name AS place_name, x.name AS practitioner_name, x.job AS practitioner_job \
           FROM slot t JOIN service s ON s.id = t.service_id JOIN organisation o ON o.id = t.organisation_id \
           JOIN place p ON p.id = t.place_id JOIN practitioner x ON x.id = t.practitioner_id WHERE t.id = $1";
    OF_CLINIC = "SELECT t.id, t.clinic_id, t.organisation_id, t.service_id, t.place_id, t.practitioner_id, t.kind, t.mode, t.starts_at, \
                 t.ends_at, t.bookable_from, t.status, t.held_by, t.held_until, s.name AS service_name, o.name AS organisation_name, \
                 p.name AS place_name, x.name AS practitioner_name, x.job AS practitioner_job \
                 FROM slot t JOIN service s ON s.id = t.service_id JOIN organisation o ON o.id = t.organisation_id \
                 JOIN place p ON p.id = t.place_id JOIN practitioner x ON x.id = t.practitioner_id WHERE t.clinic_id = $1 \
                 ORDER BY t.starts_at, t.id";
    LET_GO = "UPDATE slot SET held_by = NULL, held_until = NULL WHERE held_by = $1 AND id <> $2";
    HOLD = "UPDATE slot SET held_until = CASE WHEN held_by = $2 AND held_until > $4 THEN held_until ELSE $3 END, held_by = $2 WHERE id = $1 AND status = 'free' AND starts_at > $4 AND bookable_from <= $4 \
            AND (held_until IS NULL OR held_until <= $4 OR held_by = $2)";
    TAKE = "UPDATE slot SET status = 'taken', held_by = NULL, held_until = NULL WHERE id = $1 AND status = 'free' AND starts_at > $3 \
            AND bookable_from <= $3 AND (held_until IS NULL OR held_until <= $3 OR held_by = $2)";
    FREE = "UPDATE slot SET status = 'free', held_by = NULL, held_until = NULL WHERE id = $1 AND status = 'taken'";
    WITHDRAW = "UPDATE slot SET status = 'withdrawn', held_by = NULL, held_until = NULL WHERE clinic_id = $1 AND status <> 'withdrawn'";
    KINDS = "SELECT DISTINCT t.kind FROM slot t WHERE t.status = 'free' AND t.starts_at > $1 AND t.bookable_from <= $1";
}

/// A time that is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSlot {
    /// Its id.
    pub id: SlotId,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// The minute of the day that the clock in London shows.
    pub minute: u16,
    /// From when it can be booked.
    pub bookable_from: DateTime<Utc>,
}

/// A time, with the names that a list shows.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SlotRow {
    /// Its id.
    pub id: Uuid,
    /// At which clinic.
    pub clinic_id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// For which service.
    pub service_id: Uuid,
    /// Where.
    pub place_id: Uuid,
    /// With whom.
    pub practitioner_id: Uuid,
    /// [`ServiceKind`] by code.
    pub kind: String,
    /// [`Mode`] by code.
    pub mode: String,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// From when it can be booked.
    pub bookable_from: DateTime<Utc>,
    /// `free`, `taken` or `withdrawn`.
    pub status: String,
    /// Who holds it.
    pub held_by: Option<Uuid>,
    /// Until when.
    pub held_until: Option<DateTime<Utc>>,
    /// The service's name.
    pub service_name: String,
    /// The organisation's name.
    pub organisation_name: String,
    /// The place's name.
    pub place_name: String,
    /// The name of whoever holds the clinic.
    pub practitioner_name: String,
    /// Their job.
    pub practitioner_job: String,
}

impl SlotRow {
    /// Its id.
    #[must_use]
    pub const fn slot(&self) -> SlotId {
        SlotId::from_uuid(self.id)
    }

    /// For which service.
    #[must_use]
    pub const fn service(&self) -> ServiceId {
        ServiceId::from_uuid(self.service_id)
    }

    /// Whose.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId::from_uuid(self.organisation_id)
    }

    /// How it is held.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn mode(&self) -> Result<Mode, StoreError> {
        Mode::from_code(&self.mode).ok_or_else(|| StoreError::corrupt("a time is held in an unknown way"))
    }
}

/// What is looked for. What is absent is not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of which kind.
    pub kind: ServiceKind,
    /// Of which service.
    pub service: Option<ServiceId>,
    /// How it is held.
    pub mode: Option<Mode>,
    /// Where.
    pub place: Option<PlaceId>,
    /// With whom.
    pub practitioner: Option<PractitionerId>,
    /// From this day in London on.
    pub from_day: Option<NaiveDate>,
    /// Up to this day.
    pub to_day: Option<NaiveDate>,
    /// From this minute of the day on.
    pub from_minute: u16,
    /// Before this minute of the day.
    pub to_minute: u16,
}

/// Makes a time at a clinic of this kind.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, clinic: &NewClinic, kind: ServiceKind, new: &NewSlot) -> Result<(), StoreError> {
    on!(
        tx,
        c,
        sqlx::query(INSERT)
            .bind(new.id.as_uuid())
            .bind(clinic.id.as_uuid())
            .bind(clinic.organisation.as_uuid())
            .bind(clinic.service.as_uuid())
            .bind(clinic.place.as_uuid())
            .bind(clinic.practitioner.as_uuid())
            .bind(kind.code())
            .bind(clinic.mode.code())
            .bind(new.starts_at)
            .bind(new.ends_at)
            .bind(clinic.day)
            .bind(i32::from(new.minute))
            .bind(new.bookable_from)
            .execute(c)
            .await
            .map(|_| ())
    )?;
    Ok(())
}

/// Up to `limit` free times that can be booked now, the earliest first, from behind the one named on; what others hold is
/// not among them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn search(
    tx: &mut Tx,
    wanted: &Wanted,
    after: (DateTime<Utc>, Uuid),
    now: DateTime<Utc>,
    by: Option<AccountId>,
    limit: i64,
) -> Result<Vec<SlotRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(SEARCH)
            .bind(wanted.kind.code())
            .bind(after.0)
            .bind(after.1)
            .bind(now)
            .bind(by.map(|id| id.as_uuid()))
            .bind(wanted.mode.map_or("", Mode::code))
            .bind(wanted.place.map(|id| id.as_uuid()))
            .bind(wanted.practitioner.map(|id| id.as_uuid()))
            .bind(wanted.from_day)
            .bind(wanted.to_day)
            .bind(i32::from(wanted.from_minute))
            .bind(i32::from(wanted.to_minute))
            .bind(wanted.service.map(|id| id.as_uuid()))
            .bind(limit)
            .fetch_all(c)
            .await
    )?)
}

/// One time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, id: SlotId) -> Result<Option<SlotRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The times of a clinic, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_clinic(tx: &mut Tx, clinic: ClinicId) -> Result<Vec<SlotRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_CLINIC).bind(clinic.as_uuid()).fetch_all(c).await)?)
}

/// Holds a time for an account, which lets go of any other; `false` when it is not to be had.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn hold(tx: &mut Tx, id: SlotId, by: AccountId, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    on!(tx, c, sqlx::query(LET_GO).bind(by.as_uuid()).bind(id.as_uuid()).execute(c).await.map(|_| ()))?;
    let done = on!(
        tx,
        c,
        sqlx::query(HOLD)
            .bind(id.as_uuid())
            .bind(by.as_uuid())
            .bind(until)
            .bind(now)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    )?;
    Ok(done == 1)
}

/// Takes a time; `false` when it is not to be had: taken, withdrawn, begun, not released, or held by somebody else.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take(tx: &mut Tx, id: SlotId, by: Option<AccountId>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = on!(
        tx,
        c,
        sqlx::query(TAKE)
            .bind(id.as_uuid())
            .bind(by.map(|id| id.as_uuid()))
            .bind(now)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    )?;
    Ok(done == 1)
}

/// Gives a time back that was taken; one of a cancelled clinic stays withdrawn.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn free(tx: &mut Tx, id: SlotId) -> Result<bool, StoreError> {
    let done = on!(tx, c, sqlx::query(FREE).bind(id.as_uuid()).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Withdraws every time of a clinic.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw(tx: &mut Tx, clinic: ClinicId) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(WITHDRAW).bind(clinic.as_uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The kinds of services of which something can be booked now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn kinds(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<ServiceKind>, StoreError> {
    let rows: Vec<(String,)> = on!(tx, c, sqlx::query_as(KINDS).bind(now).fetch_all(c).await)?;
    Ok(rows.iter().filter_map(|(code,)| ServiceKind::from_code(code)).collect())
}
