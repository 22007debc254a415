//! The times that can be booked: looked for, held, taken and given back. Of two who take one at once, one gets it.

use crate::dialect::merges_as_it_reads;
use crate::diary::NewClinic;
use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Datelike, Utc, Weekday};
use domain::appointment::{Mode, Refusal, ServiceKind, why_not};
use domain::{AccountId, ClinicId, OrganisationId, PlaceId, PractitionerId, ServiceId, SlotId};
use sqlx::QueryBuilder;
use std::collections::BTreeSet;
use std::ops::Range;
use uuid::Uuid;

/// What is read of a time `t` of a service `s` of an organisation `o` at a place `p` with somebody `x`.
macro_rules! named {
    () => {
        "t.id, t.clinic_id, t.organisation_id, t.service_id, t.place_id, t.practitioner_id, t.kind, t.mode, t.starts_at, \
         t.ends_at, t.bookable_from, t.status, t.held_by, t.held_until, s.name AS service_name, o.name AS organisation_name, \
         p.name AS place_name, x.name AS practitioner_name, x.job AS practitioner_job "
    };
}

/// From where.
macro_rules! joined {
    () => {
        "FROM slot t JOIN service s ON s.id = t.service_id JOIN organisation o ON o.id = t.organisation_id \
         JOIN place p ON p.id = t.place_id JOIN practitioner x ON x.id = t.practitioner_id "
    };
}

statements! {
    ONE = concat!("SELECT ", named!(), joined!(), "WHERE t.id = $1");
    OF_CLINIC = concat!("SELECT ", named!(), joined!(), "WHERE t.clinic_id = $1 ORDER BY t.starts_at, t.id");
    LET_GO = "UPDATE slot SET held_by = NULL, held_until = NULL WHERE held_by = $1 AND id <> $2";
    HOLD = "UPDATE slot SET held_until = CASE WHEN held_by = $2 AND held_until > $4 THEN held_until ELSE $3 END, held_by = $2 WHERE id = $1 AND status = 'free' AND starts_at > $4 AND bookable_from <= $4 \
            AND (held_until IS NULL OR held_until <= $4 OR held_by = $2)";
    TAKE = "UPDATE slot SET status = 'taken', held_by = NULL, held_until = NULL WHERE id = $1 AND status = 'free' AND starts_at > $3 \
            AND bookable_from <= $3 AND (held_until IS NULL OR held_until <= $3 OR held_by = $2)";
    /// Only where the organisation still keeps its appointments where it did when the time was made.
    FREE = "UPDATE slot SET status = 'free', held_by = NULL, held_until = NULL WHERE id = $1 AND status = 'taken' \
            AND (outside_id IS NOT NULL) = EXISTS (SELECT 1 FROM outside_diary d WHERE d.organisation_id = slot.organisation_id)";
    LOSE = "UPDATE slot SET status = 'withdrawn', held_by = NULL, held_until = NULL WHERE id = $1 AND status = 'taken'";
    WITHDRAW = "UPDATE slot SET status = 'withdrawn', held_by = NULL, held_until = NULL WHERE clinic_id = $1 AND status <> 'withdrawn'";
    WITHDRAW_ONE = "UPDATE slot SET status = 'withdrawn', held_by = NULL, held_until = NULL WHERE id = $1";
    OFFER_AGAIN = "UPDATE slot SET status = 'free', ends_at = $2, bookable_from = $3, held_by = NULL, held_until = NULL WHERE id = $1";
    OFFERED = "SELECT MIN(starts_at) AS first, CAST(COUNT(*) AS BIGINT) AS free FROM slot WHERE service_id = $1 AND status = 'free' \
               AND starts_at > $2 AND bookable_from <= $2 AND (held_until IS NULL OR held_until <= $2)";
    PLACES_OFFERED = "SELECT p.name, p.postcode FROM place p WHERE p.id IN (SELECT t.place_id FROM slot t WHERE t.service_id = $1 \
                      AND t.status = 'free' AND t.starts_at > $2 AND t.bookable_from <= $2 AND t.mode = 'in-person') ORDER BY p.name, p.id";
    KINDS = "SELECT DISTINCT s.kind FROM service s WHERE s.ended_at IS NULL AND EXISTS (SELECT 1 FROM slot t \
             WHERE t.service_id = s.id AND t.status = 'free' AND t.starts_at > $1)";
    /// What cannot be booked yet.
    OPENS = "SELECT MIN(bookable_from) FROM slot WHERE service_id = $1 AND status = 'free' AND bookable_from > $2 \
             AND starts_at >= $3 AND starts_at < $4";
}

/// How many times one insert statement holds: a full one is prepared once and used again.
const ROWS: usize = 64;

const NEW: &str = "INSERT INTO slot (id, clinic_id, organisation_id, service_id, place_id, practitioner_id, kind, mode, starts_at, \
                   ends_at, day, minute, bookable_from, weekday, status) ";

/// The most services of which one statement reads.
const SERVICES: usize = 50;

/// The times that stand in `(…) f` behind it, with the names that a list shows.
const NAMED: &str = concat!("SELECT ", named!(), "FROM (");
/// The earliest of them all, before anything else of them is read. The index of each service is in this order.
const FIRST: &str = " ORDER BY starts_at, id LIMIT ";
/// In this order, so that the few times are read first on both engines.
const NAMES: &str = ") f CROSS JOIN slot t CROSS JOIN service s CROSS JOIN organisation o CROSS JOIN place p CROSS JOIN practitioner x \
                     WHERE t.id = f.id AND s.id = t.service_id AND o.id = t.organisation_id AND p.id = t.place_id \
                     AND x.id = t.practitioner_id AND s.ended_at IS NULL ORDER BY t.starts_at, t.id";

/// Asks for the free times of one service that fit, of which the index of each service alone is read.
macro_rules! fitting {
    ($query:ident, $columns:expr, $wanted:expr, $of:expr, $now:expr, $by:expr) => {
        $query.push(concat!("SELECT ", $columns, " FROM slot t WHERE t.status = 'free' AND t.service_id = "));
        $query.push_bind($of.service.as_uuid()).push(" AND t.starts_at >= ").push_bind($of.from);
        $query.push(" AND t.starts_at > ").push_bind($now).push(" AND t.bookable_from <= ").push_bind($now);
        $query.push(" AND (t.held_until IS NULL OR t.held_until <= ").push_bind($now);
        if let Some(by) = $by {
            $query.push(" OR t.held_by = ").push_bind(by.as_uuid());
        }
        $query.push(")");
        if let Some(until) = $of.until {
            $query.push(" AND t.starts_at < ").push_bind(until);
        }
        if let Some(near) = &$of.near {
            $query.push(" AND (t.mode <> 'in-person'");
            for place in near {
                $query.push(" OR t.place_id = ").push_bind(place.as_uuid());
            }
            $query.push(")");
        }
        if let Some(mode) = $wanted.mode {
            $query.push(" AND t.mode = ").push_bind(mode.code());
        }
        if let Some(place) = $wanted.place {
            $query.push(" AND t.place_id = ").push_bind(place.as_uuid());
        }
        if let Some(practitioner) = $wanted.practitioner {
            $query.push(" AND t.practitioner_id = ").push_bind(practitioner.as_uuid());
        }
        if let Some(weekday) = $wanted.weekday {
            $query.push(" AND t.weekday = ").push_bind(number(weekday));
        }
        if $wanted.minutes != (0..DAY) {
            $query.push(" AND t.minute >= ").push_bind(i32::from($wanted.minutes.start));
            $query.push(" AND t.minute < ").push_bind(i32::from($wanted.minutes.end));
        }
    };
}

/// The minutes of a day.
const DAY: u16 = 24 * 60;

/// 1 for Monday, 7 for Sunday.
fn number(weekday: Weekday) -> i32 {
    i32::try_from(weekday.number_from_monday()).unwrap_or_default()
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

    /// Who holds it now, and until when.
    #[must_use]
    pub fn held(&self, now: DateTime<Utc>) -> Option<(AccountId, DateTime<Utc>)> {
        let by = self.held_by.map(AccountId::from_uuid);
        by.zip(self.held_until).filter(|(_, until)| *until > now)
    }

    /// Whether this account could take it now: by the same rule by which it is searched, held and taken.
    ///
    /// # Errors
    /// [`Refusal::Past`], [`Refusal::NotReleased`], [`Refusal::SlotGone`].
    pub fn free_for(&self, by: Option<AccountId>, now: DateTime<Utc>) -> Result<(), Refusal> {
        let kept = self.held(now).is_some_and(|(holder, _)| Some(holder) != by);
        let free = self.status == "free" && self.starts_at > now && self.bookable_from <= now && !kept;
        if free { Ok(()) } else { Err(self.why_not(now)) }
    }

    /// Why it is not to be had, once that is clear.
    #[must_use]
    pub fn why_not(&self, now: DateTime<Utc>) -> Refusal {
        why_not(self.starts_at, self.bookable_from, now)
    }
}

/// A service of which times are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Among {
    /// Which.
    pub service: ServiceId,
    /// Of its times, those from then on.
    pub from: DateTime<Utc>,
    /// Of its times, those before then.
    pub until: Option<DateTime<Utc>>,
    /// Of those for which somebody comes, only the ones at these places.
    pub near: Option<Vec<PlaceId>>,
}

/// What is looked for. What is absent is not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of which services.
    pub of: Vec<Among>,
    /// How it is held.
    pub mode: Option<Mode>,
    /// Where.
    pub place: Option<PlaceId>,
    /// With whom.
    pub practitioner: Option<PractitionerId>,
    /// On which day of the week in London.
    pub weekday: Option<Weekday>,
    /// In which minutes of the day in London.
    pub minutes: Range<u16>,
}

impl Wanted {
    /// Any time, of no service yet.
    #[must_use]
    pub const fn any() -> Self {
        Self { of: Vec::new(), mode: None, place: None, practitioner: None, weekday: None, minutes: 0..DAY }
    }

    /// Any time of this service from then on.
    #[must_use]
    pub fn any_of(service: ServiceId, from: DateTime<Utc>, until: Option<DateTime<Utc>>) -> Self {
        Self { of: vec![Among { service, from, until, near: None }], ..Self::any() }
    }
}

/// Makes the times of a clinic of this kind; those that are there already stay.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_all(tx: &mut Tx, clinic: &NewClinic, kind: ServiceKind, new: &[NewSlot]) -> Result<(), StoreError> {
    for some in new.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW);
            insert.push_values(some, |mut b, slot| {
                b.push_bind(slot.id.as_uuid())
                    .push_bind(clinic.id.as_uuid())
                    .push_bind(clinic.organisation.as_uuid())
                    .push_bind(clinic.service.as_uuid())
                    .push_bind(clinic.place.as_uuid())
                    .push_bind(clinic.practitioner.as_uuid())
                    .push_bind(kind.code())
                    .push_bind(clinic.mode.code())
                    .push_bind(slot.starts_at)
                    .push_bind(slot.ends_at)
                    .push_bind(clinic.day)
                    .push_bind(i32::from(slot.minute))
                    .push_bind(slot.bookable_from)
                    .push_bind(number(clinic.day.weekday()))
                    .push_bind("free");
            });
            insert.push(" ON CONFLICT DO NOTHING");
            insert.build().persistent(some.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
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
    limit: usize,
) -> Result<Vec<SlotRow>, StoreError> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let (mut found, merges): (Vec<SlotRow>, bool) = (Vec::new(), merges_as_it_reads(tx));
    for some in wanted.of.chunks(SERVICES) {
        let rows: Vec<SlotRow> = on!(tx, c, {
            let mut query = QueryBuilder::new(NAMED);
            for (at, of) in some.iter().enumerate() {
                if at > 0 {
                    query.push(" UNION ALL ");
                }
                if !merges {
                    query.push("SELECT * FROM (");
                }
                fitting!(query, "t.id, t.starts_at", wanted, of, now, by);
                query.push(" AND t.starts_at >= ").push_bind(after.0);
                query.push(" AND (t.starts_at > ").push_bind(after.0).push(" OR t.id > ").push_bind(after.1);
                query.push(")");
                if !merges {
                    query.push(FIRST).push_bind(most).push(") one");
                }
            }
            query.push(FIRST).push_bind(most).push(NAMES);
            query.build_query_as().fetch_all(c).await
        })?;
        found.extend(rows);
    }
    if wanted.of.len() > SERVICES {
        found.sort_by_key(|row| (row.starts_at, row.id));
        found.truncate(limit);
    }
    Ok(found)
}

/// Of which of the services a time fits.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn some_fit(
    tx: &mut Tx,
    wanted: &Wanted,
    now: DateTime<Utc>,
    by: Option<AccountId>,
) -> Result<BTreeSet<ServiceId>, StoreError> {
    let mut found = BTreeSet::new();
    for some in wanted.of.chunks(SERVICES) {
        let rows: Vec<(Uuid,)> = on!(tx, c, {
            let mut query = QueryBuilder::new("");
            for (at, of) in some.iter().enumerate() {
                if at > 0 {
                    query.push(" UNION ALL ");
                }
                query.push("SELECT * FROM (");
                fitting!(query, "t.service_id", wanted, of, now, by);
                query.push(" LIMIT 1) one");
            }
            query.build_query_as().fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|(id,)| ServiceId::from_uuid(id)));
    }
    Ok(found)
}

/// Whether any time fits. It looks at one service, and at the others only while it finds none.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn any_fits(tx: &mut Tx, wanted: &Wanted, now: DateTime<Utc>, by: Option<AccountId>) -> Result<bool, StoreError> {
    let (first, others) = wanted.of.split_at(wanted.of.len().min(1));
    for some in [first, others] {
        if !some_fit(tx, &Wanted { of: some.to_vec(), ..wanted.clone() }, now, by).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// When the next of a service's free times comes to be bookable that begins in a span and is not yet.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn opens(
    tx: &mut Tx,
    service: ServiceId,
    span: &Range<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (at,): (Option<DateTime<Utc>>,) =
        on!(tx, c, sqlx::query_as(OPENS).bind(service.as_uuid()).bind(now).bind(span.start).bind(span.end).fetch_one(c).await)?;
    Ok(at)
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
    run!(tx, LET_GO, by.as_uuid(), id.as_uuid())?;
    let done = run!(tx, HOLD, id.as_uuid(), by.as_uuid(), until, now)?;
    Ok(done == 1)
}

/// Takes a time; `false` when it is not to be had: taken, withdrawn, begun, not released, or held by somebody else.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take(tx: &mut Tx, id: SlotId, by: Option<AccountId>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, TAKE, id.as_uuid(), by.map(|id| id.as_uuid()), now)?;
    Ok(done == 1)
}

/// Gives a time back that was taken; `false` where nobody can book it all the same: one of a cancelled clinic stays withdrawn,
/// and one is withdrawn whose organisation keeps its appointments elsewhere by now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn free(tx: &mut Tx, id: SlotId) -> Result<bool, StoreError> {
    let done = run!(tx, FREE, id.as_uuid())?;
    if done == 0 {
        lose(tx, id).await?;
    }
    Ok(done == 1)
}

/// Withdraws a time that was taken here and that another system has given to somebody else, or may have.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lose(tx: &mut Tx, id: SlotId) -> Result<(), StoreError> {
    run!(tx, LOSE, id.as_uuid())?;
    Ok(())
}

/// Withdraws every time of a clinic.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw(tx: &mut Tx, clinic: ClinicId) -> Result<(), StoreError> {
    run!(tx, WITHDRAW, clinic.as_uuid())?;
    Ok(())
}

/// Withdraws a time, whoever has it; the caller has seen to what was booked.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw_one(tx: &mut Tx, id: SlotId) -> Result<(), StoreError> {
    run!(tx, WITHDRAW_ONE, id.as_uuid())?;
    Ok(())
}

/// Offers a time again, with this end, from then on; the caller has seen that nobody has it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn offer_again(
    tx: &mut Tx,
    id: SlotId,
    ends_at: DateTime<Utc>,
    bookable_from: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, OFFER_AGAIN, id.as_uuid(), ends_at, bookable_from)?;
    Ok(())
}

/// What a service offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OfferedRow {
    /// When its first free time is.
    pub first: Option<DateTime<Utc>>,
    /// How many free times it has.
    pub free: i64,
}

/// The first free time of a service that can be booked now, and how many there are.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn offered(tx: &mut Tx, service: ServiceId, now: DateTime<Utc>) -> Result<OfferedRow, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OFFERED).bind(service.as_uuid()).bind(now).fetch_one(c).await)?)
}

/// Where a service has free times that people come to, by name, with the postcode of each.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn places_offered(tx: &mut Tx, service: ServiceId, now: DateTime<Utc>) -> Result<Vec<(String, String)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PLACES_OFFERED).bind(service.as_uuid()).bind(now).fetch_all(c).await)?)
}

/// The kinds of services of which a time is free, whether it can be booked now or opens later.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn kinds(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<ServiceKind>, StoreError> {
    let rows: Vec<(String,)> = on!(tx, c, sqlx::query_as(KINDS).bind(now).fetch_all(c).await)?;
    Ok(rows.iter().filter_map(|(code,)| ServiceKind::from_code(code)).collect())
}
