//! What people have booked, or had; and what they were told about it.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, Utc};
use domain::appointment::{Mode, Status};
use domain::person::Demographics;
use domain::{AccountId, AppointmentId, ClinicId, EntryId, OrganisationId, PersonId, ServiceId, SlotId};
use sqlx::types::Json;
use uuid::Uuid;

/// An appointment with the names that pages show, as [`AppointmentRow`] reads it.
macro_rules! named {
    () => {
        "a.person_id, a.id, a.slot_id, a.clinic_id, a.organisation_id, a.service_id, a.place_id, a.practitioner_id, a.mode, \
         a.starts_at, a.ends_at, a.status, a.reason, a.reason_by, a.channel, a.booked_by, a.moved_from, a.cancelled_by, \
         a.cancel_reason, a.arrived_at, a.waits_for_earlier, a.created_at, a.updated_at, a.version, a.outside_id, \
         a.practitioner_changed_at, a.place_changed_at, s.name AS service_name, \
         s.kind, s.prepare, s.video_link, s.video_test, o.name AS organisation_name, p.name AS place_name, p.address, p.postcode, \
         p.directions, p.phone, x.name AS practitioner_name, x.job AS practitioner_job FROM appointment a \
         JOIN service s ON s.id = a.service_id JOIN organisation o ON o.id = a.organisation_id JOIN place p ON p.id = a.place_id \
         JOIN practitioner x ON x.id = a.practitioner_id"
    };
}

statements! {
    INSERT = "INSERT INTO appointment (person_id, id, slot_id, clinic_id, organisation_id, service_id, place_id, practitioner_id, mode, \
              starts_at, ends_at, status, reason, channel, booked_by, submission_id, moved_from, waits_for_earlier, created_at, \
              updated_at, version, referral_id, reason_by) SELECT $1, $2, t.id, t.clinic_id, t.organisation_id, t.service_id, t.place_id, t.practitioner_id, \
              t.mode, t.starts_at, t.ends_at, $4, $5, $6, $7, $8, $9, $10, $11, $11, 1, $12, $13 FROM slot t WHERE t.id = $3";
    BY_SUBMISSION = "SELECT id FROM appointment WHERE person_id = $1 AND submission_id = $2";
    ONE = concat!("SELECT ", named!(), " WHERE a.person_id = $1 AND a.id = $2");
    OF_PERSON = concat!(
        "SELECT ", named!(), " WHERE a.person_id = $1 AND COALESCE(a.cancelled_by, '') <> 'refused' \
         ORDER BY a.starts_at DESC, a.id DESC LIMIT $2"
    );
    /// With the names of the people, for those who hold the clinic.
    OF_CLINIC = "SELECT a.person_id, a.id, a.starts_at, a.ends_at, a.status, a.mode, a.reason, a.arrived_at, a.version, \
                 n.family_name, n.given_names, n.prefix, n.birth_date FROM appointment a JOIN person n ON n.id = a.person_id \
                 WHERE a.clinic_id = $1 AND a.organisation_id = $2 AND a.status <> 'cancelled' ORDER BY a.starts_at, a.id";
    /// Those whose appointment at a clinic the organisation cancelled, and whether a message to them went out.
    LOST = "SELECT a.person_id, a.starts_at, n.family_name, n.given_names, n.prefix, \
            CASE WHEN EXISTS (SELECT 1 FROM appointment_notice t WHERE t.person_id = a.person_id AND t.appointment_id = a.id \
            AND t.what = $3) THEN TRUE ELSE FALSE END AS told FROM appointment a JOIN person n ON n.id = a.person_id \
            WHERE a.clinic_id = $1 AND a.organisation_id = $2 AND a.status = 'cancelled' AND a.cancelled_by IN ('team', 'declined') \
            ORDER BY a.starts_at, a.id";
    NOTICED = "SELECT CAST(COUNT(*) AS BIGINT) FROM appointment_notice WHERE person_id = $1 AND appointment_id = $2 AND what = $3";
    AT_SLOT = "SELECT id FROM appointment WHERE person_id = $1 AND slot_id = $2 AND status <> 'cancelled'";
    BY_ID_AT = "SELECT person_id FROM appointment WHERE id = $1 AND organisation_id = $2";
    CHANGE = "UPDATE appointment SET status = $4, cancelled_by = $5, cancel_reason = $6, arrived_at = $7, waits_for_earlier = $8, \
              updated_at = $9, version = version + 1 WHERE person_id = $1 AND id = $2 AND version = $3";
    /// What is free as they begin to wait is there for them to see.
    WAIT = "UPDATE appointment SET waits_for_earlier = $3, earlier_told_at = $4 WHERE person_id = $1 AND id = $2 AND waits_for_earlier <> $3";
    WAITING = "SELECT person_id, id FROM appointment WHERE service_id = $1 AND starts_at > $2 AND waits_for_earlier \
               AND status IN ('pending', 'booked') ORDER BY created_at, id LIMIT 200";
    /// Who waits and was not told lately, where a time is free that came to be bookable since they saw or were told of all. What
    /// is asked of its beginning is a value, so that the few times that are new are read, and not all that are earlier.
    EARLIER_DUE = "SELECT a.person_id, a.id, a.starts_at FROM appointment a JOIN person p ON p.id = a.person_id AND NOT p.deceased \
                   WHERE a.waits_for_earlier AND a.status IN ('pending', 'booked') AND a.starts_at >= $1 \
                   AND (a.starts_at > $1 OR a.id > $2) \
                   AND EXISTS (SELECT 1 FROM slot t WHERE t.service_id = a.service_id AND t.status = 'free' \
                   AND t.bookable_from > COALESCE(a.earlier_told_at, a.created_at) AND t.bookable_from <= $3 \
                   AND CASE WHEN t.starts_at > $3 AND t.starts_at < a.starts_at AND (t.held_until IS NULL OR t.held_until <= $3) \
                   THEN 1 ELSE 0 END = 1) \
                   AND NOT EXISTS (SELECT 1 FROM appointment_notice n WHERE n.person_id = a.person_id AND n.what LIKE 'earlier-%' \
                   AND n.created_at > $4) ORDER BY a.starts_at, a.id LIMIT $5";
    /// The same of one of them, and which times those are.
    EARLIER_NEW = "SELECT t.id FROM appointment a JOIN slot t ON t.service_id = a.service_id AND t.status = 'free' \
                   AND t.bookable_from > COALESCE(a.earlier_told_at, a.created_at) AND t.bookable_from <= $3 \
                   WHERE a.person_id = $1 AND a.id = $2 AND a.waits_for_earlier AND a.status IN ('pending', 'booked') \
                   AND CASE WHEN t.starts_at > $3 AND t.starts_at < a.starts_at AND (t.held_until IS NULL OR t.held_until <= $3) \
                   THEN 1 ELSE 0 END = 1 AND NOT EXISTS (SELECT 1 FROM appointment_notice n WHERE n.person_id = a.person_id \
                   AND n.what LIKE 'earlier-%' AND n.created_at > $4) ORDER BY t.starts_at, t.id LIMIT $5";
    EARLIER_TOLD = "UPDATE appointment SET earlier_told_at = $3 WHERE person_id = $1 AND id = $2";
    /// Those who are there before somebody in the same clinic, and not yet seen.
    AHEAD = "SELECT CAST(COUNT(*) AS BIGINT) FROM appointment WHERE clinic_id = $1 AND status = 'arrived' \
             AND (starts_at < $2 OR (starts_at = $2 AND id < $3))";
    LAST_SEEN = "SELECT MAX(starts_at) FROM appointment WHERE clinic_id = $1 AND status = 'fulfilled'";
    NOTICE = "INSERT INTO appointment_notice (person_id, appointment_id, what, mail_id, created_at) VALUES ($1, $2, $3, $4, $5) \
              ON CONFLICT (person_id, appointment_id, what) DO NOTHING";
    TAKE_BACK = "DELETE FROM outbox WHERE sent_at IS NULL AND id IN (SELECT mail_id FROM appointment_notice WHERE person_id = $1 \
                 AND appointment_id = $2 AND what = $3)";
    TAKE_ALL_BACK = "DELETE FROM outbox WHERE sent_at IS NULL AND id IN (SELECT mail_id FROM appointment_notice WHERE person_id = $1 \
                     AND what = $2)";
    /// Many begin at one time, so that a page ends at an appointment, not at a time. For somebody without an account it is
    /// whoever booked who is reminded. Who never chose a way and was reminded by text message needs to be contacted so.
    COMING = "SELECT a.person_id, a.id, a.starts_at, a.created_at, r.by_mail, r.by_text, r.days_before FROM appointment a \
              LEFT JOIN reminder_choice r ON r.person_id = a.person_id JOIN person p ON p.id = a.person_id AND NOT p.deceased \
              WHERE (EXISTS (SELECT 1 FROM account_person k WHERE k.person_id = a.person_id AND k.relation = 'self') \
              OR EXISTS (SELECT 1 FROM relationship g WHERE g.person_id = a.person_id AND g.carer_account_id = a.booked_by \
              AND g.status = 'active' AND g.scopes LIKE '%APPT%')) AND a.status = 'booked' AND a.starts_at >= $1 \
              AND (a.starts_at > $1 OR a.id > $2) AND a.starts_at <= $3 \
              AND ((COALESCE(r.by_mail, TRUE) AND NOT EXISTS (SELECT 1 FROM appointment_notice n WHERE n.person_id = a.person_id \
              AND n.appointment_id = a.id AND n.what = 'reminder') AND (r.by_mail IS NOT NULL OR NOT EXISTS (SELECT 1 \
              FROM appointment_notice n WHERE n.person_id = a.person_id AND n.appointment_id = a.id AND n.what = 'reminder-text'))) \
              OR ($5 AND COALESCE(r.by_text, FALSE) AND EXISTS (SELECT 1 FROM account_person k JOIN mobile m ON m.account_id = k.account_id \
              WHERE k.person_id = a.person_id AND k.relation = 'self' AND m.number IS NOT NULL) \
              AND NOT EXISTS (SELECT 1 FROM appointment_notice n WHERE n.person_id = a.person_id AND n.appointment_id = a.id \
              AND n.what = 'reminder-text'))) ORDER BY a.starts_at, a.id LIMIT $4";
    COMING_OF = "SELECT CAST(COALESCE(SUM(CASE WHEN service_id = $2 THEN 1 ELSE 0 END), 0) AS BIGINT), CAST(COUNT(*) AS BIGINT) \
                 FROM appointment WHERE person_id = $1 AND starts_at > $3 AND status IN ('proposed', 'pending', 'booked')";
    REFERRALS_USED = "SELECT referral_id, id, starts_at FROM appointment WHERE person_id = $1 AND referral_id IS NOT NULL \
                      AND status NOT IN ('cancelled', 'noshow') ORDER BY starts_at, id";
    LOCK_BOOKED = "UPDATE appointment SET version = version WHERE person_id = $1 AND id = $2 AND status = 'booked'";
    CHOICE = "SELECT by_mail, by_text, days_before FROM reminder_choice WHERE person_id = $1";
    CHOOSE = "INSERT INTO reminder_choice (person_id, by_mail, by_text, days_before, changed_at) VALUES ($1, $2, $3, $4, $5) \
              ON CONFLICT (person_id) DO UPDATE SET by_mail = $2, by_text = $3, days_before = $4, changed_at = $5";
}

/// A booking that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAppointment {
    /// For whom.
    pub person: PersonId,
    /// Its id.
    pub id: AppointmentId,
    /// Which time.
    pub slot: SlotId,
    /// Where it stands.
    pub status: Status,
    /// Why.
    pub reason: String,
    /// Which account wrote that.
    pub reason_by: Option<AccountId>,
    /// How it was booked: `self`, `carer` or `team`.
    pub channel: &'static str,
    /// By which account.
    pub booked_by: Option<AccountId>,
    /// The form that it was sent with.
    pub submission: Uuid,
    /// The one that is given up for it.
    pub moved_from: Option<AppointmentId>,
    /// The referral that it is booked with.
    pub referral: Option<EntryId>,
    /// Whether they want to be told when an earlier one opens.
    pub waits_for_earlier: bool,
}

/// An appointment, with the names that pages show.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AppointmentRow {
    /// For whom.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Which time.
    pub slot_id: Uuid,
    /// At which clinic.
    pub clinic_id: Uuid,
    /// With whom.
    pub organisation_id: Uuid,
    /// For which service.
    pub service_id: Uuid,
    /// Where.
    pub place_id: Uuid,
    /// With whom.
    pub practitioner_id: Uuid,
    /// [`Mode`] by code.
    pub mode: String,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// [`Status`] by code.
    pub status: String,
    /// Why, in the citizen's words.
    pub reason: String,
    /// Which account wrote that; absent where it is not known.
    pub reason_by: Option<Uuid>,
    /// How it was booked.
    pub channel: String,
    /// By which account.
    pub booked_by: Option<Uuid>,
    /// The one that was given up for it.
    pub moved_from: Option<Uuid>,
    /// Who cancelled it: `person`, `team` or `moved`; `declined` where the service did not confirm it, `refused` or `not-booked`
    /// where another system did not take it.
    pub cancelled_by: Option<String>,
    /// Why.
    pub cancel_reason: Option<String>,
    /// When the person checked in.
    pub arrived_at: Option<DateTime<Utc>>,
    /// Whether they want to be told when an earlier one opens.
    pub waits_for_earlier: bool,
    /// When it was booked.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
    /// What the organisation's own system calls it, where it is kept in one.
    pub outside_id: Option<String>,
    /// When the service gave it to somebody else.
    pub practitioner_changed_at: Option<DateTime<Utc>>,
    /// When the service moved it to another place.
    pub place_changed_at: Option<DateTime<Utc>>,
    /// The service's name.
    pub service_name: String,
    /// The service's kind, by code.
    pub kind: String,
    /// What to bring.
    pub prepare: String,
    /// Where people join by video.
    pub video_link: Option<String>,
    /// Where they can try whether that works.
    pub video_test: Option<String>,
    /// The organisation's name.
    pub organisation_name: String,
    /// The place's name.
    pub place_name: String,
    /// Street and town.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// How to get there.
    pub directions: String,
    /// Whom to ring.
    pub phone: String,
    /// The name of whoever holds the clinic.
    pub practitioner_name: String,
    /// Their job.
    pub practitioner_job: String,
}

fn status(code: &str) -> Result<Status, StoreError> {
    Status::from_code(code).ok_or_else(|| StoreError::corrupt("an appointment has an unknown status"))
}

fn mode(code: &str) -> Result<Mode, StoreError> {
    Mode::from_code(code).ok_or_else(|| StoreError::corrupt("an appointment is held in an unknown way"))
}

impl AppointmentRow {
    /// Its id.
    #[must_use]
    pub const fn appointment(&self) -> AppointmentId {
        AppointmentId::from_uuid(self.id)
    }

    /// For whom.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.person_id)
    }

    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn status(&self) -> Result<Status, StoreError> {
        status(&self.status)
    }

    /// How it is held.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn mode(&self) -> Result<Mode, StoreError> {
        mode(&self.mode)
    }
}

/// An appointment as those see it who hold the clinic.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AttendeeRow {
    /// Who.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// [`Status`] by code.
    pub status: String,
    /// [`Mode`] by code.
    pub mode: String,
    /// Why, in the citizen's words.
    pub reason: String,
    /// When they checked in.
    pub arrived_at: Option<DateTime<Utc>>,
    /// Goes up with every change.
    pub version: i32,
    /// Last name.
    pub family_name: String,
    /// First names.
    pub given_names: Json<Vec<String>>,
    /// Title.
    pub prefix: Option<String>,
    /// Date of birth.
    pub birth_date: Option<chrono::NaiveDate>,
}

impl AttendeeRow {
    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn status(&self) -> Result<Status, StoreError> {
        status(&self.status)
    }

    /// The person's name, as pages show it.
    #[must_use]
    pub fn person_name(&self) -> String {
        name_of(&self.family_name, &self.given_names.0, self.prefix.as_deref())
    }
}

/// A person's name, as pages show it.
fn name_of(family_name: &str, given_names: &[String], prefix: Option<&str>) -> String {
    Demographics {
        nhs_number: None,
        family_name: family_name.to_owned(),
        given_names: given_names.to_vec(),
        prefix: prefix.map(str::to_owned),
        birth_date: None,
        gender: None,
        deceased: false,
    }
    .display_name()
}

/// Somebody whose appointment the organisation cancelled.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LostRow {
    /// Who.
    pub person_id: Uuid,
    /// When they would have come.
    pub starts_at: DateTime<Utc>,
    /// Last name.
    pub family_name: String,
    /// First names.
    pub given_names: Json<Vec<String>>,
    /// Title.
    pub prefix: Option<String>,
    /// A message about it went out.
    pub told: bool,
}

impl LostRow {
    /// The person's name, as pages show it.
    #[must_use]
    pub fn person_name(&self) -> String {
        name_of(&self.family_name, &self.given_names.0, self.prefix.as_deref())
    }
}

/// What becomes of an appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it comes to stand.
    pub status: Status,
    /// Who cancelled it.
    pub cancelled_by: Option<&'static str>,
    /// Why.
    pub cancel_reason: Option<String>,
    /// When they checked in.
    pub arrived_at: Option<DateTime<Utc>>,
    /// Whether they still want to be told of an earlier one.
    pub waits_for_earlier: bool,
}

/// How somebody is reminded.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReminderRow {
    /// By mail.
    pub by_mail: bool,
    /// By text message.
    pub by_text: bool,
    /// How many days before.
    pub days_before: i32,
}

/// An appointment of which somebody is still to be reminded, with how its person chose to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ComingRow {
    /// For whom.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// When it was booked.
    pub created_at: DateTime<Utc>,
    /// By mail; absent when they did not choose.
    pub by_mail: Option<bool>,
    /// By text message; absent when they did not choose.
    pub by_text: Option<bool>,
    /// How many days before; absent when they did not choose.
    pub days_before: Option<i32>,
}

/// Writes a booking down for a time that was just taken in this transaction.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, new: &NewAppointment, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(
        tx,
        INSERT,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.slot.as_uuid(),
        new.status.code(),
        &new.reason,
        new.channel,
        new.booked_by.map(|id| id.as_uuid()),
        new.submission,
        new.moved_from.map(|id| id.as_uuid()),
        new.waits_for_earlier,
        now,
        new.referral.map(|id| id.as_uuid()),
        new.reason_by.map(|id| id.as_uuid())
    )?;
    Ok(())
}

/// What was booked with this form.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Option<AppointmentId>, StoreError> {
    Ok(an_id!(tx, BY_SUBMISSION, person.as_uuid(), submission)?.map(AppointmentId::from_uuid))
}

/// One appointment of a person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: AppointmentId) -> Result<Option<AppointmentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// What a person has booked at this time and not given up.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn at_slot(tx: &mut Tx, person: PersonId, slot: SlotId) -> Result<Option<AppointmentId>, StoreError> {
    Ok(an_id!(tx, AT_SLOT, person.as_uuid(), slot.as_uuid())?.map(AppointmentId::from_uuid))
}

/// Up to `limit` appointments of a person, the latest first; what was refused as they asked is not among them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<AppointmentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).bind(limit).fetch_all(c).await)?)
}

/// Who comes to a clinic of an organisation, in order; what was cancelled is not among them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_clinic(tx: &mut Tx, at: OrganisationId, clinic: ClinicId) -> Result<Vec<AttendeeRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_CLINIC).bind(clinic.as_uuid()).bind(at.as_uuid()).fetch_all(c).await)?)
}

/// Those whose appointment at a clinic the organisation cancelled, in order, and whether a message of this name went out.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lost_at(tx: &mut Tx, at: OrganisationId, clinic: ClinicId, what: &str) -> Result<Vec<LostRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LOST).bind(clinic.as_uuid()).bind(at.as_uuid()).bind(what).fetch_all(c).await)?)
}

/// Whether something was put into the outbox about an appointment.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn noticed(tx: &mut Tx, (person, id): (PersonId, AppointmentId), what: &str) -> Result<bool, StoreError> {
    let (count,): (i64,) =
        on!(tx, c, sqlx::query_as(NOTICED).bind(person.as_uuid()).bind(id.as_uuid()).bind(what).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whose an organisation's appointment is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn whose(tx: &mut Tx, at: OrganisationId, id: AppointmentId) -> Result<Option<PersonId>, StoreError> {
    Ok(an_id!(tx, BY_ID_AT, id.as_uuid(), at.as_uuid())?.map(PersonId::from_uuid))
}

/// Changes an appointment that stands as it was seen; `false` when it does not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change(
    tx: &mut Tx,
    person: PersonId,
    (id, version): (AppointmentId, i32),
    change: &Change,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        CHANGE,
        person.as_uuid(),
        id.as_uuid(),
        version,
        change.status.code(),
        change.cancelled_by,
        change.cancel_reason.as_deref(),
        change.arrived_at,
        change.waits_for_earlier,
        now
    )?;
    Ok(done == 1)
}

/// Notes whether a person wants to be told when an earlier one opens; `false` when that was so already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn wait(tx: &mut Tx, person: PersonId, id: AppointmentId, waits: bool, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, WAIT, person.as_uuid(), id.as_uuid(), waits, now)?;
    Ok(done == 1)
}

/// Up to `limit` appointments, from behind this one on, whose people wait for an earlier time, were told of none since that
/// instant, and for whom one is free that they have neither seen nor been told of.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn earlier_due(
    tx: &mut Tx,
    after: (DateTime<Utc>, AppointmentId),
    now: DateTime<Utc>,
    told_since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(PersonId, AppointmentId, DateTime<Utc>)>, StoreError> {
    let rows: Vec<(Uuid, Uuid, DateTime<Utc>)> = on!(
        tx,
        c,
        sqlx::query_as(EARLIER_DUE)
            .bind(after.0)
            .bind(after.1.as_uuid())
            .bind(now)
            .bind(told_since)
            .bind(limit)
            .fetch_all(c)
            .await
    )?;
    Ok(rows.into_iter().map(|(person, id, at)| (PersonId::from_uuid(person), AppointmentId::from_uuid(id), at)).collect())
}

/// Up to `limit` of those times for one of them, the earliest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn earlier_new(
    tx: &mut Tx,
    (person, id): (PersonId, AppointmentId),
    now: DateTime<Utc>,
    told_since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<SlotId>, StoreError> {
    let rows: Vec<(Uuid,)> = on!(
        tx,
        c,
        sqlx::query_as(EARLIER_NEW)
            .bind(person.as_uuid())
            .bind(id.as_uuid())
            .bind(now)
            .bind(told_since)
            .bind(limit)
            .fetch_all(c)
            .await
    )?;
    Ok(rows.into_iter().map(|(slot,)| SlotId::from_uuid(slot)).collect())
}

/// Notes that a person was told of all earlier times that there were until now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn earlier_told(tx: &mut Tx, person: PersonId, id: AppointmentId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, EARLIER_TOLD, person.as_uuid(), id.as_uuid(), now)?;
    Ok(())
}

/// Who wants to be told that this time of a service is free: those whose own is later, the longest waiting first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(
    tx: &mut Tx,
    service: ServiceId,
    free_at: DateTime<Utc>,
) -> Result<Vec<(PersonId, AppointmentId)>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> = on!(tx, c, sqlx::query_as(WAITING).bind(service.as_uuid()).bind(free_at).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(person, id)| (PersonId::from_uuid(person), AppointmentId::from_uuid(id))).collect())
}

/// How many people are there and come before somebody at the same clinic.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ahead(tx: &mut Tx, clinic: Uuid, starts_at: DateTime<Utc>, id: AppointmentId) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(AHEAD).bind(clinic).bind(starts_at).bind(id.as_uuid()).fetch_one(c).await)?;
    Ok(count)
}

/// The latest time of a clinic at which somebody was seen.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last_seen(tx: &mut Tx, clinic: Uuid) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (at,): (Option<DateTime<Utc>>,) = on!(tx, c, sqlx::query_as(LAST_SEEN).bind(clinic).fetch_one(c).await)?;
    Ok(at)
}

/// Notes that something was put into the outbox about an appointment; `false` when it was before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn notice(
    tx: &mut Tx,
    (person, id): (PersonId, AppointmentId),
    what: &str,
    mail: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, NOTICE, person.as_uuid(), id.as_uuid(), what, mail, now)?;
    Ok(done == 1)
}

/// Takes out of the outbox what was put there about an appointment and has not been sent.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_back(tx: &mut Tx, person: PersonId, id: AppointmentId, what: &str) -> Result<(), StoreError> {
    run!(tx, TAKE_BACK, person.as_uuid(), id.as_uuid(), what)?;
    Ok(())
}

/// Takes out of the outbox what was put there about any appointment of a person and has not been sent.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take_all_back(tx: &mut Tx, person: PersonId, what: &str) -> Result<(), StoreError> {
    run!(tx, TAKE_ALL_BACK, person.as_uuid(), what)?;
    Ok(())
}

/// Keeps others from changing an appointment that is booked until this act ends; `false` when it is not booked.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lock_booked(tx: &mut Tx, person: PersonId, id: AppointmentId) -> Result<bool, StoreError> {
    let done = run!(tx, LOCK_BOOKED, person.as_uuid(), id.as_uuid())?;
    Ok(done == 1)
}

/// Up to `limit` appointments, from behind this one on and up to an instant, of which somebody was not yet reminded in a way
/// that they chose; with `texts`, text messages are one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn coming(
    tx: &mut Tx,
    after: (DateTime<Utc>, AppointmentId),
    until: DateTime<Utc>,
    limit: i64,
    texts: bool,
) -> Result<Vec<ComingRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(COMING).bind(after.0).bind(after.1.as_uuid()).bind(until).bind(limit).bind(texts).fetch_all(c).await
    )?)
}

/// How many appointments of a person are coming: with this service, and altogether.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn coming_of(tx: &mut Tx, person: PersonId, service: ServiceId, now: DateTime<Utc>) -> Result<(i64, i64), StoreError> {
    let (person, service) = (person.as_uuid(), service.as_uuid());
    Ok(on!(tx, c, sqlx::query_as(COMING_OF).bind(person).bind(service).bind(now).fetch_one(c).await)?)
}

/// The referrals of a person with which something is booked, or took place: the entry, the appointment, and when it is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn referrals_used(tx: &mut Tx, person: PersonId) -> Result<Vec<(EntryId, AppointmentId, DateTime<Utc>)>, StoreError> {
    let rows: Vec<(Uuid, Uuid, DateTime<Utc>)> =
        on!(tx, c, sqlx::query_as(REFERRALS_USED).bind(person.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(entry, id, at)| (EntryId::from_uuid(entry), AppointmentId::from_uuid(id), at)).collect())
}

/// How a person chose to be reminded; absent when they did not choose.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn reminder_choice(tx: &mut Tx, person: PersonId) -> Result<Option<ReminderRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CHOICE).bind(person.as_uuid()).fetch_optional(c).await)?)
}

/// Keeps how a person chose to be reminded.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn choose_reminder(tx: &mut Tx, person: PersonId, row: &ReminderRow, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, CHOOSE, person.as_uuid(), row.by_mail, row.by_text, row.days_before, now)?;
    Ok(())
}
