//! What people chose to share, with which kind of organisation, for what. Every choice is kept; the last one counts.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::consent::SharingPurpose;
use domain::scope::Labels;
use domain::{OrganisationId, PersonId};
use uuid::Uuid;

statements! {
    OF_PERSON = "SELECT person_id, purpose, organisation_kind, version, labels, notice_version, submission_id, chosen_at \
                 FROM sharing_choice WHERE person_id = $1 ORDER BY chosen_at DESC, version DESC, purpose, organisation_kind";
    BY_SUBMISSION = "SELECT person_id, purpose, organisation_kind, version, labels, notice_version, submission_id, chosen_at \
                     FROM sharing_choice WHERE person_id = $1 AND submission_id = $2";
    LAST = "SELECT CAST(COALESCE(MAX(version), 0) AS INTEGER) FROM sharing_choice \
            WHERE person_id = $1 AND purpose = $2 AND organisation_kind = $3";
    INSERT = "INSERT INTO sharing_choice (person_id, purpose, organisation_kind, version, labels, notice_version, submission_id, \
              chosen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    PRACTICES = "SELECT id, code FROM organisation WHERE kind = 'practice' ORDER BY code";
    /// How many of a practice's living people have an entry in a category, without those who refused.
    ENTRY_COUNTS = "SELECT e.category, p.birth_date, p.gender, CAST(COUNT(DISTINCT p.id) AS BIGINT) AS people FROM person p \
              JOIN record_entry e ON e.person_id = p.id AND e.release = 'released' AND NOT e.none_known \
              WHERE NOT p.deceased AND EXISTS (SELECT 1 FROM registration s WHERE s.person_id = p.id AND s.organisation_id = $1 AND s.ended_at IS NULL) \
              AND NOT EXISTS (SELECT 1 FROM sharing_choice c WHERE c.person_id = p.id AND c.purpose = $2 AND c.labels = '' \
              AND c.version = (SELECT MAX(d.version) FROM sharing_choice d WHERE d.person_id = c.person_id \
              AND d.purpose = c.purpose AND d.organisation_kind = c.organisation_kind)) \
              GROUP BY e.category, p.birth_date, p.gender";
}

/// A choice.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChoiceRow {
    /// Whose.
    pub person_id: Uuid,
    /// [`SharingPurpose`] by code.
    pub purpose: String,
    /// For which kind of organisation, by code; [`domain::consent::EVERY_KIND`] where it is for all.
    pub organisation_kind: String,
    /// Which of the person's choices for this purpose and kind, from 1 on.
    pub version: i32,
    /// [`Labels`] as words; none is a refusal.
    pub labels: String,
    /// Which notice they had before them.
    pub notice_version: i32,
    /// The form that it was sent with.
    pub submission_id: Uuid,
    /// When.
    pub chosen_at: DateTime<Utc>,
}

impl ChoiceRow {
    /// For what.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn purpose(&self) -> Result<SharingPurpose, StoreError> {
        SharingPurpose::from_code(&self.purpose).ok_or_else(|| StoreError::corrupt("a choice has an unknown purpose"))
    }

    /// What is shared.
    ///
    /// # Errors
    /// As [`ChoiceRow::purpose`].
    pub fn labels(&self) -> Result<Labels, StoreError> {
        self.labels.parse().map_err(|_| StoreError::corrupt("a choice has an unknown label"))
    }
}

/// How many people of one birth date and gender have an entry in a category.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CountRow {
    /// The category by code.
    pub category: String,
    /// Their date of birth, where it is known.
    pub birth_date: Option<NaiveDate>,
    /// Their FHIR administrative gender code, where it is known.
    pub gender: Option<String>,
    /// How many.
    pub people: i64,
}

/// Every choice of a person, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<ChoiceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// The choice that was sent with this form.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Option<ChoiceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_SUBMISSION).bind(person.as_uuid()).bind(submission).fetch_optional(c).await)?)
}

/// The number of the last choice for this purpose and kind; 0 when there is none.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last(tx: &mut Tx, person: PersonId, purpose: SharingPurpose, kind: &str) -> Result<i32, StoreError> {
    let (version,): (i32,) =
        on!(tx, c, sqlx::query_as(LAST).bind(person.as_uuid()).bind(purpose.code()).bind(kind).fetch_one(c).await)?;
    Ok(version)
}

/// Keeps a choice; `false` when its number or its form is there already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &ChoiceRow) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        INSERT,
        row.person_id,
        &row.purpose,
        &row.organisation_kind,
        row.version,
        &row.labels,
        row.notice_version,
        row.submission_id,
        row.chosen_at
    )?;
    Ok(done == 1)
}

/// Every practice with its code, by code.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn practices(tx: &mut Tx) -> Result<Vec<(OrganisationId, String)>, StoreError> {
    let rows: Vec<(Uuid, String)> = on!(tx, c, sqlx::query_as(PRACTICES).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, code)| (OrganisationId::from_uuid(id), code)).collect())
}

/// How many of an organisation's living people have an entry in each category, by date of birth and gender. Who last
/// refused this purpose is not counted.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn counts(tx: &mut Tx, of: OrganisationId, purpose: SharingPurpose) -> Result<Vec<CountRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ENTRY_COUNTS).bind(of.as_uuid()).bind(purpose.code()).fetch_all(c).await)?)
}
