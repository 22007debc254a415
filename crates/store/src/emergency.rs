//! Records that professionals opened in an emergency.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::emergency::EmergencyReason;
use domain::person::Demographics;
use domain::{EmergencyId, MemberId, OrganisationId, PersonId};
use sqlx::types::Json;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO emergency (person_id, id, member_id, organisation_id, reason, reason_text, labels, submission_id, \
              began_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    BY_SUBMISSION = "SELECT ends_at FROM emergency WHERE person_id = $1 AND member_id = $2 AND submission_id = $3";
    LIVE = "SELECT ends_at FROM emergency WHERE person_id = $1 AND member_id = $2 AND began_at <= $3 AND ends_at > $3 \
            ORDER BY began_at DESC LIMIT 1";
    CLOSE = "UPDATE emergency SET ends_at = $3 WHERE person_id = $1 AND member_id = $2 AND ends_at > $3";
    OF_ORGANISATION = "SELECT e.person_id, e.id, e.reason, e.reason_text, e.began_at, e.ends_at, m.name AS member_name, \
                       m.job AS member_job, m.account_id AS member_account, c.name AS checked_name, e.checked_at, p.family_name, p.given_names, p.prefix \
                       FROM emergency e JOIN staff_member m ON m.id = e.member_id JOIN person p ON p.id = e.person_id \
                       LEFT JOIN staff_member c ON c.id = e.checked_by WHERE e.organisation_id = $1 \
                       ORDER BY CASE WHEN e.checked_at IS NULL THEN 0 ELSE 1 END, e.began_at DESC, e.id DESC LIMIT $2";
    WHOSE = "SELECT e.person_id, m.account_id FROM emergency e JOIN staff_member m ON m.id = e.member_id \
             WHERE e.organisation_id = $1 AND e.id = $2";
    CHECK = "UPDATE emergency SET checked_by = $3, checked_at = $4 WHERE person_id = $1 AND id = $2 AND checked_at IS NULL";
}

/// A record opened in an emergency, as it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyRow {
    /// Whose record.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// By whom.
    pub member_id: Uuid,
    /// For which organisation.
    pub organisation_id: Uuid,
    /// [`EmergencyReason`] by code.
    pub reason: String,
    /// Why, in their words.
    pub reason_text: String,
    /// What is open, as words.
    pub labels: String,
    /// The form that it was sent with.
    pub submission_id: Uuid,
    /// From when.
    pub began_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
}

/// The same as those read it who answer for privacy.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EmergencySeenRow {
    /// Whose record.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// [`EmergencyReason`] by code.
    pub reason: String,
    /// Why, in the words of whoever opened it.
    pub reason_text: String,
    /// From when.
    pub began_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Who opened it.
    pub member_name: String,
    /// Their job.
    pub member_job: String,
    /// The account with which they did.
    pub member_account: Uuid,
    /// Who looked at it since.
    pub checked_name: Option<String>,
    /// When they did.
    pub checked_at: Option<DateTime<Utc>>,
    /// Last name of the person.
    pub family_name: String,
    /// First names of the person.
    pub given_names: Json<Vec<String>>,
    /// How the person is addressed.
    pub prefix: Option<String>,
}

impl EmergencySeenRow {
    /// Why.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn reason(&self) -> Result<EmergencyReason, StoreError> {
        EmergencyReason::from_code(&self.reason).ok_or_else(|| StoreError::corrupt("an emergency has an unknown reason"))
    }

    /// The person's name, as pages show it.
    #[must_use]
    pub fn person_name(&self) -> String {
        Demographics {
            nhs_number: None,
            family_name: self.family_name.clone(),
            given_names: self.given_names.0.clone(),
            prefix: self.prefix.clone(),
            birth_date: None,
            gender: None,
            deceased: false,
        }
        .display_name()
    }
}

/// Writes it down; `false` when its form was sent before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &EmergencyRow) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        INSERT,
        row.person_id,
        row.id,
        row.member_id,
        row.organisation_id,
        &row.reason,
        &row.reason_text,
        &row.labels,
        row.submission_id,
        row.began_at,
        row.ends_at
    )?;
    Ok(done == 1)
}

/// When what was opened with this form ends, or ended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(
    tx: &mut Tx,
    person: PersonId,
    member: MemberId,
    submission: Uuid,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (person, member) = (person.as_uuid(), member.as_uuid());
    let row: Option<(DateTime<Utc>,)> =
        on!(tx, c, sqlx::query_as(BY_SUBMISSION).bind(person).bind(member).bind(submission).fetch_optional(c).await)?;
    Ok(row.map(|(ends_at,)| ends_at))
}

/// Until when a record is open to a member of staff in an emergency; `None` when it is not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn live(
    tx: &mut Tx,
    person: PersonId,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (person, member) = (person.as_uuid(), member.as_uuid());
    let row: Option<(DateTime<Utc>,)> =
        on!(tx, c, sqlx::query_as(LIVE).bind(person).bind(member).bind(now).fetch_optional(c).await)?;
    Ok(row.map(|(ends_at,)| ends_at))
}

/// Closes what a member of staff has open of a person; `false` when nothing was.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn close(tx: &mut Tx, person: PersonId, member: MemberId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let (person, member) = (person.as_uuid(), member.as_uuid());
    let done = run!(tx, CLOSE, person, member, now)?;
    Ok(done > 0)
}

/// Up to `limit` of those of an organisation: first those that nobody has looked at, then the newest.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_organisation(tx: &mut Tx, at: OrganisationId, limit: i64) -> Result<Vec<EmergencySeenRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_ORGANISATION).bind(at.as_uuid()).bind(limit).fetch_all(c).await)?)
}

/// Whose record was opened, and by which account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenedRow {
    /// Whose.
    pub person_id: Uuid,
    /// By whom.
    pub account_id: Uuid,
}

impl OpenedRow {
    /// Whose.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.person_id)
    }
}

/// Whose record one of an organisation's was about, and who opened it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn whose(tx: &mut Tx, at: OrganisationId, id: EmergencyId) -> Result<Option<OpenedRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(WHOSE).bind(at.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Notes that somebody who answers for privacy has looked at it; `false` when one had before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn check(tx: &mut Tx, person: PersonId, id: EmergencyId, by: MemberId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let (person, id, by) = (person.as_uuid(), id.as_uuid(), by.as_uuid());
    let done = run!(tx, CHECK, person, id, by, now)?;
    Ok(done == 1)
}
