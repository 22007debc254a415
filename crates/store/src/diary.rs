//! What can be booked: services, places, those who hold clinics, clinics as they recur and on their day.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::appointment::{Mode, Part, Position, Release, ServiceKind, Specialty, Template, Terms, Weekdays};
use domain::{ClinicId, OrganisationId, PersonId, PlaceId, PractitionerId, ServiceId, TemplateId};
use uuid::Uuid;

/// Whether the organisation `o` looks after the person `$1`, or was let in by them until a day that has not passed `$2`.
macro_rules! theirs {
    () => {
        "((o.kind = 'practice' AND EXISTS (SELECT 1 FROM registration g WHERE g.person_id = $1 AND g.organisation_id = o.id \
         AND g.ended_at IS NULL)) \
         OR (o.kind <> 'practice' AND EXISTS (SELECT 1 FROM person_source h WHERE h.person_id = $1 AND h.organisation_id = o.id)) \
         OR EXISTS (SELECT 1 FROM let_in l WHERE l.person_id = $1 AND l.organisation_id = o.id AND l.ended_at IS NULL \
         AND l.ends_on >= $2))"
    };
}

/// What is read of a service `s` of an organisation `o` that somebody may look for.
macro_rules! offered {
    () => {
        "s.id, s.organisation_id, s.kind, s.name, s.about, s.prepare, s.minutes, s.registered_only, s.min_age, s.max_age, \
         s.referral_needed, s.specialty, s.video_link, s.video_test, s.asks_reason, s.release, s.may_cancel, s.cancel_hours, s.confirms, s.created_at, s.ended_at, s.version, \
         o.name AS organisation_name"
    };
}

/// What is read of a service.
macro_rules! service {
    () => {
        "id, organisation_id, kind, name, about, prepare, minutes, registered_only, min_age, max_age, referral_needed, specialty, \
         video_link, video_test, asks_reason, release, may_cancel, cancel_hours, confirms, created_at, ended_at, version "
    };
}

/// What is read of a place.
macro_rules! place {
    () => {
        "id, organisation_id, name, address, postcode, directions, phone, latitude, longitude, created_at, ended_at, version "
    };
}

/// What is read of a clinic that recurs.
macro_rules! template {
    () => {
        "id, organisation_id, service_id, place_id, practitioner_id, mode, days, starts, ends, minutes, every_weeks, from_day, \
         until_day, created_at, ended_at "
    };
}

/// What is read of a clinic `c` with somebody `x`, and from where.
macro_rules! clinic {
    () => {
        "c.id, c.organisation_id, c.template_id, c.service_id, c.place_id, c.practitioner_id, c.mode, c.day, c.starts_at, c.ends_at, \
         c.cancelled_at, c.version, s.name AS service_name, p.name AS place_name, x.name AS practitioner_name, \
         CAST((SELECT COUNT(*) FROM slot t WHERE t.clinic_id = c.id AND t.status = 'free') AS BIGINT) AS free, \
         CAST((SELECT COUNT(*) FROM slot t WHERE t.clinic_id = c.id AND t.status = 'taken') AS BIGINT) AS taken \
         FROM clinic c JOIN service s ON s.id = c.service_id JOIN place p ON p.id = c.place_id \
         JOIN practitioner x ON x.id = c.practitioner_id "
    };
}

statements! {
    /// Of every kind where none is named.
    OFFERED = concat!(
        "SELECT ", offered!(), ", CASE WHEN ", theirs!(), " THEN TRUE ELSE FALSE END AS is_theirs FROM service s \
         JOIN organisation o ON o.id = s.organisation_id WHERE s.ended_at IS NULL AND (s.kind = $3 OR $3 = '') \
         AND (NOT s.registered_only OR ", theirs!(), ") ORDER BY s.id"
    );
    NOT_THEIRS = concat!(
        "SELECT ", offered!(), ", FALSE AS is_theirs FROM service s JOIN organisation o ON o.id = s.organisation_id \
         WHERE s.ended_at IS NULL AND s.kind = $3 AND s.registered_only AND NOT ", theirs!(), " ORDER BY s.id LIMIT $4"
    );
    /// Places of organisations that offer something of this kind, or of any where none is named.
    PLACES_OFFERING = concat!(
        "SELECT ", place!(), "FROM place p WHERE p.ended_at IS NULL AND EXISTS (SELECT 1 FROM service s \
         WHERE s.organisation_id = p.organisation_id AND s.ended_at IS NULL AND (s.kind = $1 OR $1 = '')) ORDER BY p.name, p.id"
    );
    /// Those at the organisation of a service with whom a time of it can be booked.
    PRACTITIONERS_FREE = "SELECT x.id, x.organisation_id, x.name, x.job, x.created_at, x.ended_at, x.version FROM service s \
                          JOIN practitioner x ON x.organisation_id = s.organisation_id WHERE s.id = $1 AND EXISTS (SELECT 1 FROM slot t \
                          WHERE t.service_id = s.id AND t.practitioner_id = x.id AND t.status = 'free' AND t.starts_at > $2 \
                          AND t.bookable_from <= $2) ORDER BY x.name, x.id LIMIT $3";
    SERVICES = concat!("SELECT ", service!(), "FROM service WHERE organisation_id = $1 ORDER BY name, id");
    SERVICE = concat!("SELECT ", service!(), "FROM service WHERE id = $1");
    INSERT_SERVICE = "INSERT INTO service (id, organisation_id, kind, name, about, prepare, minutes, registered_only, min_age, max_age, \
                      referral_needed, asks_reason, release, may_cancel, cancel_hours, confirms, created_at, specialty, video_link, video_test) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT DO NOTHING";
    CHANGE_SERVICE = "UPDATE service SET name = $4, about = $5, prepare = $6, minutes = $7, registered_only = $8, min_age = $9, \
                      max_age = $10, referral_needed = $11, asks_reason = $12, release = $13, may_cancel = $14, cancel_hours = $15, \
                      confirms = $16, specialty = $17, video_link = $18, video_test = $19, version = version + 1 WHERE id = $1 AND organisation_id = $2 AND version = $3 \
                      AND ended_at IS NULL";
    END_SERVICE = "UPDATE service SET ended_at = $4, version = version + 1 WHERE id = $1 AND organisation_id = $2 AND version = $3 \
                   AND ended_at IS NULL";
    PLACES = concat!("SELECT ", place!(), "FROM place WHERE organisation_id = $1 ORDER BY name, id");
    PLACE = concat!("SELECT ", place!(), "FROM place WHERE id = $1");
    INSERT_PLACE = "INSERT INTO place (id, organisation_id, name, address, postcode, directions, phone, latitude, longitude, created_at) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    CHANGE_PLACE = "UPDATE place SET name = $4, address = $5, postcode = $6, directions = $7, phone = $8, latitude = $9, longitude = $10, \
                    version = version + 1 WHERE id = $1 AND organisation_id = $2 AND version = $3 AND ended_at IS NULL";
    END_PLACE = "UPDATE place SET ended_at = $4, version = version + 1 WHERE id = $1 AND organisation_id = $2 AND version = $3 \
                 AND ended_at IS NULL";
    PRACTITIONERS = "SELECT id, organisation_id, name, job, created_at, ended_at, version FROM practitioner WHERE organisation_id = $1 \
                     ORDER BY name, id";
    PRACTITIONER = "SELECT id, organisation_id, name, job, created_at, ended_at, version FROM practitioner WHERE id = $1";
    CHANGE_PRACTITIONER = "UPDATE practitioner SET name = $4, job = $5, version = version + 1 WHERE id = $1 AND organisation_id = $2 \
                           AND version = $3 AND ended_at IS NULL";
    END_PRACTITIONER = "UPDATE practitioner SET ended_at = $4, version = version + 1 WHERE id = $1 AND organisation_id = $2 \
                        AND version = $3 AND ended_at IS NULL";
    INSERT_PRACTITIONER = "INSERT INTO practitioner (id, organisation_id, name, job, created_at) VALUES ($1, $2, $3, $4, $5) \
                           ON CONFLICT DO NOTHING";
    TEMPLATES = concat!(
        "SELECT ", template!(), "FROM clinic_template WHERE organisation_id = $1 AND ended_at IS NULL ORDER BY starts, id"
    );
    TEMPLATE = concat!("SELECT ", template!(), "FROM clinic_template WHERE id = $1 AND organisation_id = $2");
    ALL_TEMPLATES = concat!("SELECT ", template!(), "FROM clinic_template WHERE ended_at IS NULL ORDER BY id");
    INSERT_TEMPLATE = "INSERT INTO clinic_template (id, organisation_id, service_id, place_id, practitioner_id, mode, days, starts, ends, \
                       minutes, every_weeks, from_day, until_day, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    END_TEMPLATE = "UPDATE clinic_template SET ended_at = $3 WHERE id = $1 AND organisation_id = $2 AND ended_at IS NULL";
    END_TEMPLATE_ON = "UPDATE clinic_template SET until_day = $3 WHERE id = $1 AND organisation_id = $2 AND ended_at IS NULL";
    HAND_ON_CANCELLED = "UPDATE clinic SET template_id = $2 WHERE template_id = $1 AND day >= $3 AND cancelled_at IS NOT NULL";
    /// Ids are of one kind only, so that it makes no difference which of the three is named.
    END_TEMPLATES_OF = "UPDATE clinic_template SET ended_at = $3 WHERE organisation_id = $1 AND ended_at IS NULL \
                        AND (service_id = $2 OR place_id = $2 OR practitioner_id = $2)";
    COMING_OF = "SELECT id, version FROM clinic WHERE organisation_id = $1 AND day >= $3 AND ends_at > $4 AND cancelled_at IS NULL \
                 AND (service_id = $2 OR place_id = $2 OR practitioner_id = $2) ORDER BY id";
    RELEASE = "UPDATE slot SET bookable_from = $5 WHERE starts_at > $4 AND clinic_id IN (SELECT id FROM clinic \
               WHERE organisation_id = $1 AND day = $2 AND service_id = $3)";
    RELEASED_DAYS = "SELECT DISTINCT day FROM clinic WHERE organisation_id = $1 AND day >= $2 AND service_id = $3 ORDER BY day";
    CLOSED_DAYS = "SELECT day, name FROM closed_day WHERE organisation_id = $1 AND day >= $2 ORDER BY day";
    CLOSE_DAY = "INSERT INTO closed_day (organisation_id, day, name) VALUES ($1, $2, $3) ON CONFLICT (organisation_id, day) DO NOTHING";
    OPEN_DAY = "DELETE FROM closed_day WHERE organisation_id = $1 AND day = $2";
    IS_CLOSED = "SELECT CAST(COUNT(*) AS BIGINT) FROM closed_day WHERE organisation_id = $1 AND day = $2";
    /// The slots' own columns are copied from it.
    INSERT_CLINIC = "INSERT INTO clinic (id, organisation_id, template_id, service_id, place_id, practitioner_id, mode, day, starts_at, \
                     ends_at, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11) ON CONFLICT DO NOTHING";
    CLINICS_OF_DAY = concat!(
        "SELECT ", clinic!(), "WHERE c.organisation_id = $1 AND c.day >= $2 AND c.day <= $3 ORDER BY c.starts_at, x.name, c.id"
    );
    CLINIC = concat!("SELECT ", clinic!(), "WHERE c.id = $1 AND c.organisation_id = $2");
    CANCEL_CLINIC = "UPDATE clinic SET cancelled_at = $4, version = version + 1 WHERE id = $1 AND organisation_id = $2 AND version = $3 \
                     AND cancelled_at IS NULL";
    CHANGE_CLINIC = "UPDATE clinic SET practitioner_id = $4, place_id = $5, version = version + 1 WHERE id = $1 AND organisation_id = $2 \
                     AND version = $3 AND cancelled_at IS NULL";
    LAY_CLINIC = "UPDATE clinic SET template_id = $2, practitioner_id = $3, place_id = $4, mode = $5, starts_at = $6, ends_at = $7 \
                  WHERE id = $1";
    /// What the slots and the appointments say is copied from the clinic.
    CHANGE_SLOTS = "UPDATE slot SET practitioner_id = $2, place_id = $3, mode = $4 WHERE clinic_id = $1";
    /// Each notes when it was that it changed.
    CHANGE_BOOKED = "UPDATE appointment SET practitioner_changed_at = CASE WHEN practitioner_id <> $2 THEN $5 ELSE practitioner_changed_at END, \
                     place_changed_at = CASE WHEN place_id <> $3 THEN $5 ELSE place_changed_at END, \
                     practitioner_id = $2, place_id = $3, mode = $4, updated_at = $5, version = version + 1 \
                     WHERE clinic_id = $1 AND status IN ('proposed', 'pending', 'booked', 'arrived') AND starts_at > $5";
    TOUCH_CLINIC = "UPDATE clinic SET version = version + 1 WHERE id = $1 RETURNING version";
    LOCK = "UPDATE organisation SET name = name WHERE id = $1";
    COMING_OF_TEMPLATE = "SELECT id, version FROM clinic WHERE template_id = $1 AND day >= $2 AND ends_at > $3 AND cancelled_at IS NULL \
                          ORDER BY id";
    /// What one of them holds, and what was made of their recurring clinics, which another may hold now.
    HELD = "SELECT c.id, c.template_id, c.practitioner_id, c.day, c.starts_at, c.ends_at, c.cancelled_at FROM clinic c \
            WHERE c.organisation_id = $1 AND c.day >= $3 AND (c.practitioner_id = $2 OR EXISTS (SELECT 1 FROM clinic_template t \
            WHERE t.id = c.template_id AND t.practitioner_id = $2)) ORDER BY c.starts_at, c.id";
    COMING_OF_DAY = "SELECT id, version FROM clinic WHERE organisation_id = $1 AND day = $2 AND ends_at > $3 AND cancelled_at IS NULL \
                     ORDER BY id";
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ServiceRow {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// [`ServiceKind`] by code.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What to bring, and how to prepare.
    pub prepare: String,
    /// How long an appointment usually is, in minutes.
    pub minutes: i32,
    /// Only for people whom the organisation looks after.
    pub registered_only: bool,
    /// From this age on.
    pub min_age: Option<i32>,
    /// Up to this age.
    pub max_age: Option<i32>,
    /// Only with a referral.
    pub referral_needed: bool,
    /// [`Specialty`] by code: what it treats.
    pub specialty: Option<String>,
    /// Where people join by video.
    pub video_link: Option<String>,
    /// Where they can try whether that works.
    pub video_test: Option<String>,
    /// Whether a reason must be given.
    pub asks_reason: bool,
    /// [`Release`] by code.
    pub release: String,
    /// Whether the citizen can give an appointment up.
    pub may_cancel: bool,
    /// Until how many hours before.
    pub cancel_hours: i32,
    /// Whether the service confirms each booking.
    pub confirms: bool,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// Since when it is not.
    pub ended_at: Option<DateTime<Utc>>,
    /// Goes up with every change.
    pub version: i32,
}

fn small(number: i32) -> Result<u16, StoreError> {
    u16::try_from(number).map_err(|_| StoreError::corrupt("a number of a diary is out of bounds"))
}

fn mode(code: &str) -> Result<Mode, StoreError> {
    Mode::from_code(code).ok_or_else(|| StoreError::corrupt("a clinic is held in an unknown way"))
}

impl ServiceRow {
    /// Its id.
    #[must_use]
    pub const fn service(&self) -> ServiceId {
        ServiceId::from_uuid(self.id)
    }

    /// Whose.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId::from_uuid(self.organisation_id)
    }

    /// What sort it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn kind(&self) -> Result<ServiceKind, StoreError> {
        ServiceKind::from_code(&self.kind).ok_or_else(|| StoreError::corrupt("a service is of an unknown kind"))
    }

    /// What it asks and allows.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not understand it.
    pub fn terms(&self) -> Result<Terms, StoreError> {
        let release = Release::from_code(&self.release).ok_or_else(|| StoreError::corrupt("a service has an unknown release"));
        let specialty = self
            .specialty
            .as_deref()
            .map(|code| Specialty::from_code(code).ok_or_else(|| StoreError::corrupt("a service treats what is not known")));
        Ok(Terms {
            registered_only: self.registered_only,
            min_age: self.min_age.map(small).transpose()?,
            max_age: self.max_age.map(small).transpose()?,
            referral_needed: self.referral_needed,
            specialty: specialty.transpose()?,
            release: release?,
            may_cancel: self.may_cancel,
            cancel_hours: small(self.cancel_hours)?,
            confirms: self.confirms,
        })
    }
}

/// A service that somebody may look for.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OfferedRow {
    /// Which.
    #[sqlx(flatten)]
    pub service: ServiceRow,
    /// The name of its organisation.
    pub organisation_name: String,
    /// Whether that organisation looks after them, or was let in by them.
    pub is_theirs: bool,
}

/// A place.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct PlaceRow {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Its name.
    pub name: String,
    /// Street and town, on lines.
    pub address: String,
    /// Its postcode.
    pub postcode: String,
    /// How to get there.
    pub directions: String,
    /// Whom to ring.
    pub phone: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// Since when it is not.
    pub ended_at: Option<DateTime<Utc>>,
    /// Goes up with every change.
    pub version: i32,
}

impl PlaceRow {
    /// Its id.
    #[must_use]
    pub const fn place(&self) -> PlaceId {
        PlaceId::from_uuid(self.id)
    }

    /// Where on the earth it is, if that is known.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.latitude.zip(self.longitude).and_then(|(latitude, longitude)| Position::new(latitude, longitude))
    }
}

/// Somebody who holds clinics.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PractitionerRow {
    /// Their id.
    pub id: Uuid,
    /// Where.
    pub organisation_id: Uuid,
    /// Their name.
    pub name: String,
    /// Their job.
    pub job: String,
    /// Since when they are there.
    pub created_at: DateTime<Utc>,
    /// Since when they are not.
    pub ended_at: Option<DateTime<Utc>>,
    /// Goes up with every change.
    pub version: i32,
}

/// A clinic as it recurs.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TemplateRow {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// For which service.
    pub service_id: Uuid,
    /// Where.
    pub place_id: Uuid,
    /// By whom.
    pub practitioner_id: Uuid,
    /// [`Mode`] by code.
    pub mode: String,
    /// [`Weekdays`] by code.
    pub days: String,
    /// When it begins, in minutes from midnight by the clock in London.
    pub starts: i32,
    /// When it ends, in the same.
    pub ends: i32,
    /// The length of an appointment, in minutes.
    pub minutes: i32,
    /// Every how many weeks.
    pub every_weeks: i32,
    /// Its first day.
    pub from_day: NaiveDate,
    /// Its last day.
    pub until_day: Option<NaiveDate>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when it makes no more.
    pub ended_at: Option<DateTime<Utc>>,
}

impl TemplateRow {
    /// How it is held.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn mode(&self) -> Result<Mode, StoreError> {
        mode(&self.mode)
    }

    /// When it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not understand it.
    pub fn template(&self) -> Result<Template, StoreError> {
        Ok(Template {
            days: Weekdays::from_code(&self.days).ok_or_else(|| StoreError::corrupt("a clinic is on an unknown day"))?,
            starts: small(self.starts)?,
            ends: small(self.ends)?,
            minutes: small(self.minutes)?,
            every_weeks: small(self.every_weeks)?,
            from: self.from_day,
            until: self.until_day,
        })
    }
}

/// A clinic that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClinic {
    /// Its id.
    pub id: ClinicId,
    /// Whose.
    pub organisation: OrganisationId,
    /// From which template; absent for one by itself.
    pub template: Option<TemplateId>,
    /// For which service.
    pub service: ServiceId,
    /// Where.
    pub place: PlaceId,
    /// By whom.
    pub practitioner: PractitionerId,
    /// How it is held.
    pub mode: Mode,
    /// On which day in London.
    pub day: NaiveDate,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
}

/// A clinic on its day, with the names that a list shows.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ClinicRow {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// From which template.
    pub template_id: Option<Uuid>,
    /// For which service.
    pub service_id: Uuid,
    /// Where.
    pub place_id: Uuid,
    /// By whom.
    pub practitioner_id: Uuid,
    /// [`Mode`] by code.
    pub mode: String,
    /// On which day.
    pub day: NaiveDate,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Goes up with every change.
    pub version: i32,
    /// The service's name.
    pub service_name: String,
    /// The place's name.
    pub place_name: String,
    /// The name of whoever holds it.
    pub practitioner_name: String,
    /// How many of its times are free.
    pub free: i64,
    /// How many are taken.
    pub taken: i64,
}

impl ClinicRow {
    /// Its id.
    #[must_use]
    pub const fn clinic(&self) -> ClinicId {
        ClinicId::from_uuid(self.id)
    }

    /// How it is held.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn mode(&self) -> Result<Mode, StoreError> {
        mode(&self.mode)
    }
}

/// A clinic that somebody holds, or that was made of one of theirs that recurs.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldRow {
    /// Its id.
    pub id: Uuid,
    /// From which template.
    pub template_id: Option<Uuid>,
    /// Who holds it.
    pub practitioner_id: Uuid,
    /// On which day in London.
    pub day: NaiveDate,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// The services of an organisation, by name, those that have ended among them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn services(tx: &mut Tx, at: OrganisationId) -> Result<Vec<ServiceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(SERVICES).bind(at.as_uuid()).fetch_all(c).await)?)
}

/// The services of this kind, or of every kind, that a person may look for on this day: those for everybody, and those of
/// the organisations that look after them or that they let in.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn offered(
    tx: &mut Tx,
    person: PersonId,
    today: NaiveDate,
    kind: Option<ServiceKind>,
) -> Result<Vec<OfferedRow>, StoreError> {
    let kind = kind.map_or("", ServiceKind::code);
    Ok(on!(tx, c, sqlx::query_as(OFFERED).bind(person.as_uuid()).bind(today).bind(kind).fetch_all(c).await)?)
}

/// Up to `limit` services of this kind that are only for those whom other organisations look after.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn not_theirs(
    tx: &mut Tx,
    person: PersonId,
    today: NaiveDate,
    kind: ServiceKind,
    limit: i64,
) -> Result<Vec<OfferedRow>, StoreError> {
    let (person, kind) = (person.as_uuid(), kind.code());
    Ok(on!(tx, c, sqlx::query_as(NOT_THEIRS).bind(person).bind(today).bind(kind).bind(limit).fetch_all(c).await)?)
}

/// Up to `limit` of those with whom a time of a service can be booked now, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn practitioners_free(
    tx: &mut Tx,
    service: ServiceId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PractitionerRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PRACTITIONERS_FREE).bind(service.as_uuid()).bind(now).bind(limit).fetch_all(c).await)?)
}

/// One service.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn service(tx: &mut Tx, id: ServiceId) -> Result<Option<ServiceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(SERVICE).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Adds a service; `false` when the organisation has one of this name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_service(tx: &mut Tx, row: &ServiceRow) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        INSERT_SERVICE,
        row.id,
        row.organisation_id,
        &row.kind,
        &row.name,
        &row.about,
        &row.prepare,
        row.minutes,
        row.registered_only,
        row.min_age,
        row.max_age,
        row.referral_needed,
        row.asks_reason,
        &row.release,
        row.may_cancel,
        row.cancel_hours,
        row.confirms,
        row.created_at,
        &row.specialty,
        &row.video_link,
        &row.video_test
    )?;
    Ok(done == 1)
}

/// Changes a service but for its kind, as long as it stands as it was seen; `false` when it does not, or has ended.
///
/// The caller has seen that no other of the organisation has its name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_service(tx: &mut Tx, row: &ServiceRow) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        CHANGE_SERVICE,
        row.id,
        row.organisation_id,
        row.version,
        &row.name,
        &row.about,
        &row.prepare,
        row.minutes,
        row.registered_only,
        row.min_age,
        row.max_age,
        row.referral_needed,
        row.asks_reason,
        &row.release,
        row.may_cancel,
        row.cancel_hours,
        row.confirms,
        &row.specialty,
        &row.video_link,
        &row.video_test
    )?;
    Ok(done == 1)
}

/// The days from this one on, on which a service has clinics.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn days_of_service(
    tx: &mut Tx,
    at: OrganisationId,
    service: ServiceId,
    from: NaiveDate,
) -> Result<Vec<NaiveDate>, StoreError> {
    let rows: Vec<(NaiveDate,)> =
        on!(tx, c, sqlx::query_as(RELEASED_DAYS).bind(at.as_uuid()).bind(from).bind(service.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(day,)| day).collect())
}

/// Says from when the times of a service on a day that have not begun can be booked.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn release(
    tx: &mut Tx,
    at: OrganisationId,
    (service, day): (ServiceId, NaiveDate),
    bookable_from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, RELEASE, at.as_uuid(), day, service.as_uuid(), now, bookable_from)?;
    Ok(())
}

/// The places of an organisation, by name, those that have ended among them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn places(tx: &mut Tx, at: OrganisationId) -> Result<Vec<PlaceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PLACES).bind(at.as_uuid()).fetch_all(c).await)?)
}

/// The places of those organisations that offer something of this kind, or anything where none is named, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn places_offering(tx: &mut Tx, kind: Option<ServiceKind>) -> Result<Vec<PlaceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PLACES_OFFERING).bind(kind.map_or("", ServiceKind::code)).fetch_all(c).await)?)
}

/// One place.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn place(tx: &mut Tx, id: PlaceId) -> Result<Option<PlaceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PLACE).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Adds a place; `false` when the organisation has one of this name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_place(tx: &mut Tx, row: &PlaceRow) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        INSERT_PLACE,
        row.id,
        row.organisation_id,
        &row.name,
        &row.address,
        &row.postcode,
        &row.directions,
        &row.phone,
        row.latitude,
        row.longitude,
        row.created_at
    )?;
    Ok(done == 1)
}

/// Changes a place that stands as it was seen; `false` when it does not, or has ended.
///
/// The caller has seen that no other of the organisation has its name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_place(tx: &mut Tx, row: &PlaceRow) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        CHANGE_PLACE,
        row.id,
        row.organisation_id,
        row.version,
        &row.name,
        &row.address,
        &row.postcode,
        &row.directions,
        &row.phone,
        row.latitude,
        row.longitude
    )?;
    Ok(done == 1)
}

/// Those who hold clinics at an organisation, by name, those who have ended among them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn practitioners(tx: &mut Tx, at: OrganisationId) -> Result<Vec<PractitionerRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PRACTITIONERS).bind(at.as_uuid()).fetch_all(c).await)?)
}

/// One of them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn practitioner(tx: &mut Tx, id: PractitionerId) -> Result<Option<PractitionerRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(PRACTITIONER).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Adds somebody who holds clinics; `false` when the organisation has somebody of this name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_practitioner(tx: &mut Tx, row: &PractitionerRow) -> Result<bool, StoreError> {
    let done = run!(tx, INSERT_PRACTITIONER, row.id, row.organisation_id, &row.name, &row.job, row.created_at)?;
    Ok(done == 1)
}

/// Changes the name and the job of somebody who holds clinics and stands as they were seen; `false` when they do not, or have
/// ended.
///
/// The caller has seen that nobody else at the organisation has their name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_practitioner(tx: &mut Tx, row: &PractitionerRow) -> Result<bool, StoreError> {
    let done = run!(tx, CHANGE_PRACTITIONER, row.id, row.organisation_id, row.version, &row.name, &row.job)?;
    Ok(done == 1)
}

/// Ends what clinics need, where it stands as it was seen; `false` when it does not, or has ended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end_part(
    tx: &mut Tx,
    at: OrganisationId,
    (part, version): (Part, i32),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let statement = match part {
        Part::Service(_) => END_SERVICE,
        Part::Place(_) => END_PLACE,
        Part::Practitioner(_) => END_PRACTITIONER,
    };
    let done = run!(tx, statement, part.as_uuid(), at.as_uuid(), version, now)?;
    Ok(done == 1)
}

/// Ends the recurring clinics that need one of them: how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end_templates_of(tx: &mut Tx, at: OrganisationId, part: Part, now: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(run!(tx, END_TEMPLATES_OF, at.as_uuid(), part.as_uuid(), now)?)
}

/// The clinics from this day on that need one of them and are not over, with their versions, in the order of their ids.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn coming_of(
    tx: &mut Tx,
    at: OrganisationId,
    part: Part,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<(ClinicId, i32)>, StoreError> {
    let rows: Vec<(Uuid, i32)> =
        on!(tx, c, sqlx::query_as(COMING_OF).bind(at.as_uuid()).bind(part.as_uuid()).bind(today).bind(now).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, version)| (ClinicId::from_uuid(id), version)).collect())
}

/// The recurring clinics of an organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn templates(tx: &mut Tx, at: OrganisationId) -> Result<Vec<TemplateRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(TEMPLATES).bind(at.as_uuid()).fetch_all(c).await)?)
}

/// Every recurring clinic there is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn all_templates(tx: &mut Tx) -> Result<Vec<TemplateRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ALL_TEMPLATES).fetch_all(c).await)?)
}

/// One recurring clinic of an organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn template(tx: &mut Tx, at: OrganisationId, id: TemplateId) -> Result<Option<TemplateRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(TEMPLATE).bind(id.as_uuid()).bind(at.as_uuid()).fetch_optional(c).await)?)
}

/// Adds a recurring clinic.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_template(tx: &mut Tx, row: &TemplateRow) -> Result<(), StoreError> {
    run!(
        tx,
        INSERT_TEMPLATE,
        row.id,
        row.organisation_id,
        row.service_id,
        row.place_id,
        row.practitioner_id,
        &row.mode,
        &row.days,
        row.starts,
        row.ends,
        row.minutes,
        row.every_weeks,
        row.from_day,
        row.until_day,
        row.created_at
    )?;
    Ok(())
}

/// Ends a recurring clinic; `false` when it had ended, or is not the organisation's.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end_template(tx: &mut Tx, at: OrganisationId, id: TemplateId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, END_TEMPLATE, id.as_uuid(), at.as_uuid(), now)?;
    Ok(done == 1)
}

/// Lets a recurring clinic be on this day for the last time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end_template_on(tx: &mut Tx, at: OrganisationId, id: TemplateId, last: NaiveDate) -> Result<(), StoreError> {
    run!(tx, END_TEMPLATE_ON, id.as_uuid(), at.as_uuid(), last)?;
    Ok(())
}

/// Hands the cancelled clinics of a template from this day on to another, which does not make them again.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn hand_on_cancelled(tx: &mut Tx, from: TemplateId, to: TemplateId, day: NaiveDate) -> Result<(), StoreError> {
    run!(tx, HAND_ON_CANCELLED, from.as_uuid(), to.as_uuid(), day)?;
    Ok(())
}

/// The days from this one on, on which an organisation has no clinics, with their names.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn closed_days(tx: &mut Tx, at: OrganisationId, from: NaiveDate) -> Result<Vec<(NaiveDate, String)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CLOSED_DAYS).bind(at.as_uuid()).bind(from).fetch_all(c).await)?)
}

/// Closes a day; `false` when it was closed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn close_day(tx: &mut Tx, at: OrganisationId, day: NaiveDate, name: &str) -> Result<bool, StoreError> {
    let done = run!(tx, CLOSE_DAY, at.as_uuid(), day, name)?;
    Ok(done == 1)
}

/// Opens a day again; `false` when it was open.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open_day(tx: &mut Tx, at: OrganisationId, day: NaiveDate) -> Result<bool, StoreError> {
    let done = run!(tx, OPEN_DAY, at.as_uuid(), day)?;
    Ok(done == 1)
}

/// Whether a day is closed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_closed(tx: &mut Tx, at: OrganisationId, day: NaiveDate) -> Result<bool, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(IS_CLOSED).bind(at.as_uuid()).bind(day).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Makes a clinic; `false` when its template has made it for this day before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_clinic(tx: &mut Tx, new: &NewClinic, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        INSERT_CLINIC,
        new.id.as_uuid(),
        new.organisation.as_uuid(),
        new.template.map(|id| id.as_uuid()),
        new.service.as_uuid(),
        new.place.as_uuid(),
        new.practitioner.as_uuid(),
        new.mode.code(),
        new.day,
        new.starts_at,
        new.ends_at,
        now
    )?;
    Ok(done == 1)
}

/// The clinics of an organisation on these days, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn clinics(tx: &mut Tx, at: OrganisationId, from: NaiveDate, to: NaiveDate) -> Result<Vec<ClinicRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CLINICS_OF_DAY).bind(at.as_uuid()).bind(from).bind(to).fetch_all(c).await)?)
}

/// One clinic of an organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn clinic(tx: &mut Tx, at: OrganisationId, id: ClinicId) -> Result<Option<ClinicRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CLINIC).bind(id.as_uuid()).bind(at.as_uuid()).fetch_optional(c).await)?)
}

/// Cancels a clinic that stands as it was seen; `false` when it does not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn cancel_clinic(
    tx: &mut Tx,
    at: OrganisationId,
    (id, version): (ClinicId, i32),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, CANCEL_CLINIC, id.as_uuid(), at.as_uuid(), version, now)?;
    Ok(done == 1)
}

/// Changes who holds a clinic that stands as it was seen, and where, and all of its times and what is booked that is to come;
/// `false` where it does not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_clinic(
    tx: &mut Tx,
    at: OrganisationId,
    (id, version): (ClinicId, i32),
    (practitioner, place, mode): (PractitionerId, PlaceId, Mode),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, CHANGE_CLINIC, id.as_uuid(), at.as_uuid(), version, practitioner.as_uuid(), place.as_uuid())?;
    if done != 1 {
        return Ok(false);
    }
    move_booked(tx, id, (practitioner, place, mode), now).await?;
    Ok(true)
}

/// Says of all times of a clinic, and of what is booked there that is to come, who holds it, where, and how.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn move_booked(
    tx: &mut Tx,
    clinic: ClinicId,
    (practitioner, place, mode): (PractitionerId, PlaceId, Mode),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (clinic, who, there, how) = (clinic.as_uuid(), practitioner.as_uuid(), place.as_uuid(), mode.code());
    run!(tx, CHANGE_SLOTS, clinic, who, there, how)?;
    run!(tx, CHANGE_BOOKED, clinic, who, there, how, now)?;
    Ok(())
}

/// Writes down what a clinic has become, but for its times; the caller has raised its version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lay_clinic(tx: &mut Tx, clinic: &NewClinic) -> Result<(), StoreError> {
    run!(
        tx,
        LAY_CLINIC,
        clinic.id.as_uuid(),
        clinic.template.map(|id| id.as_uuid()),
        clinic.practitioner.as_uuid(),
        clinic.place.as_uuid(),
        clinic.mode.code(),
        clinic.starts_at,
        clinic.ends_at
    )?;
    Ok(())
}

/// Keeps others from booking and giving up at a clinic until this act ends, and notes that it is not as it was seen before:
/// its new version.
///
/// Whoever touches several does so in the order of their ids, so that no two wait for each other.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn touch_clinic(tx: &mut Tx, id: ClinicId) -> Result<Option<i32>, StoreError> {
    let row: Option<(i32,)> = on!(tx, c, sqlx::query_as(TOUCH_CLINIC).bind(id.as_uuid()).fetch_optional(c).await)?;
    Ok(row.map(|(version,)| version))
}

/// Keeps others from making and closing an organisation's clinics until this act ends.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lock(tx: &mut Tx, at: OrganisationId) -> Result<(), StoreError> {
    run!(tx, LOCK, at.as_uuid())?;
    Ok(())
}

/// The clinics that a template made for this day and later ones and that are not over, with their versions, in the order of
/// their ids.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn coming_of_template(
    tx: &mut Tx,
    id: TemplateId,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<(ClinicId, i32)>, StoreError> {
    let rows: Vec<(Uuid, i32)> =
        on!(tx, c, sqlx::query_as(COMING_OF_TEMPLATE).bind(id.as_uuid()).bind(from).bind(now).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, version)| (ClinicId::from_uuid(id), version)).collect())
}

/// The clinics of an organisation on a day that are not over, with their versions, in the order of their ids.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn coming_of_day(
    tx: &mut Tx,
    at: OrganisationId,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<(ClinicId, i32)>, StoreError> {
    let rows: Vec<(Uuid, i32)> =
        on!(tx, c, sqlx::query_as(COMING_OF_DAY).bind(at.as_uuid()).bind(day).bind(now).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, version)| (ClinicId::from_uuid(id), version)).collect())
}

/// What somebody holds from a day on, and what was made of their recurring clinics, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn held(tx: &mut Tx, at: OrganisationId, by: PractitionerId, from: NaiveDate) -> Result<Vec<HeldRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(HELD).bind(at.as_uuid()).bind(by.as_uuid()).bind(from).fetch_all(c).await)?)
}
