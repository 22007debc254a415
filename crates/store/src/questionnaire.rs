//! Questionnaires that people fill in, what care teams ask them to fill in, and which teams are told of danger to life.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, Utc};
use domain::record::Sensitivity;
use domain::{AccountId, MemberId, OrganisationId, PersonId, QuestionnaireRequestId, QuestionnaireResponseId};
use uuid::Uuid;

/// What is read of a response, as [`ResponseRow`].
macro_rules! response {
    () => {
        "SELECT r.id, r.questionnaire, r.file_version, r.title, r.sensitivity, r.status, r.items, r.score, r.highest, r.band, r.crisis, \
         r.alerted_at, r.alerted_weight, r.alerted_organisation_id, o.name AS alerted_name, r.created_by, r.created_at, r.changed_by, r.changed_at, r.completed_at, r.version \
         FROM questionnaire_response r LEFT JOIN organisation o ON o.id = r.alerted_organisation_id"
    };
}

/// What is read of a request, as [`RequestRow`].
macro_rules! request {
    () => {
        "SELECT q.id, q.organisation_id, o.name AS organisation_name, m.name AS member_name, q.questionnaire, q.title, q.sensitivity, \
         q.created_at, q.response_id, q.done_at, q.withdrawn_at FROM questionnaire_request q \
         JOIN organisation o ON o.id = q.organisation_id JOIN staff_member m ON m.id = q.member_id"
    };
}

statements! {
    /// Nothing where its form began one before, or one is not finished yet.
    BEGIN = "INSERT INTO questionnaire_response (person_id, id, submission_id, questionnaire, file_version, title, sensitivity, status, \
             items, band, crisis, created_by, created_at, changed_by, changed_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'in-progress', '[]', '', $10, $8, $9, $8, $9, 1) ON CONFLICT DO NOTHING";
    BY_SUBMISSION = "SELECT id FROM questionnaire_response WHERE person_id = $1 AND submission_id = $2";
    BEGUN = "SELECT id FROM questionnaire_response WHERE person_id = $1 AND questionnaire = $2 AND completed_at IS NULL \
             AND status <> 'stopped'";
    SET_ASIDE = "UPDATE questionnaire_response SET status = 'stopped', changed_by = $3, changed_at = $4, version = version + 1 \
                 WHERE person_id = $1 AND id = $2 AND status = 'in-progress'";
    ONE = concat!(response!(), " WHERE r.person_id = $1 AND r.id = $2");
    NEWEST = concat!(response!(), " WHERE r.person_id = $1 ORDER BY r.created_at DESC, r.id DESC LIMIT $2");
    UNFINISHED = concat!(
        response!(),
        " WHERE r.person_id = $1 AND r.completed_at IS NULL AND r.status <> 'stopped' AND r.changed_at >= $2 ORDER BY r.changed_at DESC, r.id DESC"
    );
    KEEP_VERSION = "INSERT INTO questionnaire_response_version (person_id, response_id, version, items, score, band, changed_by, changed_at) \
                    SELECT person_id, id, version, items, score, band, changed_by, changed_at FROM questionnaire_response \
                    WHERE person_id = $1 AND id = $2 AND version = $3";
    SAVE = "UPDATE questionnaire_response SET file_version = $4, title = $5, sensitivity = $6, status = $7, items = $8, score = $9, \
            highest = $10, band = $11, changed_by = $12, changed_at = $13, completed_at = $14, crisis = $15, alerted_weight = $16, \
            version = version + 1 \
            WHERE person_id = $1 AND id = $2 AND version = $3";
    ALERT = "UPDATE questionnaire_response SET alerted_at = $3, alerted_organisation_id = $4, alerted_weight = $5 \
             WHERE person_id = $1 AND id = $2";
    VERSIONS = "SELECT version, items, score, band, changed_by, changed_at FROM questionnaire_response_version \
                WHERE person_id = $1 AND response_id = $2 ORDER BY version DESC LIMIT $3";
    /// Nothing where its form asked before, or the same is asked for and not done yet.
    ASK = "INSERT INTO questionnaire_request (person_id, id, submission_id, organisation_id, member_id, questionnaire, title, sensitivity, \
           created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    ASKED = concat!(request!(), " WHERE q.person_id = $1 ORDER BY q.created_at DESC, q.id DESC LIMIT $2");
    ANSWER = "UPDATE questionnaire_request SET done_at = $4, response_id = $3 \
              WHERE person_id = $1 AND questionnaire = $2 AND done_at IS NULL AND withdrawn_at IS NULL";
    WITHDRAW = "UPDATE questionnaire_request SET withdrawn_at = $4 \
                WHERE person_id = $1 AND id = $2 AND organisation_id = $3 AND done_at IS NULL AND withdrawn_at IS NULL";
    RULES = "SELECT alerts, version FROM questionnaire_rules WHERE organisation_id = $1";
    NEW_RULES = "INSERT INTO questionnaire_rules (organisation_id, alerts, changed_at, version) VALUES ($1, $2, $3, 1) \
                 ON CONFLICT (organisation_id) DO NOTHING";
    CHANGE_RULES = "UPDATE questionnaire_rules SET alerts = $2, changed_at = $3, version = version + 1 \
                    WHERE organisation_id = $1 AND version = $4";
}

/// Which questionnaire is begun, and what its file says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Of<'a> {
    /// Its word.
    pub questionnaire: &'a str,
    /// The version of its file.
    pub version: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// How sensitive its answers are.
    pub sensitivity: Sensitivity,
}

/// What is saved of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved<'a> {
    /// Of which questionnaire.
    pub of: Of<'a>,
    /// `in-progress`, `completed` or `amended`.
    pub status: &'static str,
    /// The items of a FHIR `QuestionnaireResponse`, as JSON.
    pub items: String,
    /// The score.
    pub score: Option<u16>,
    /// The highest that there could be.
    pub highest: Option<u16>,
    /// What the score means, in a few words.
    pub band: &'a str,
    /// Whether an answer may tell of danger to life.
    pub crisis: bool,
    /// What the answers weigh of whose danger a care team was told; 0 where none is, or they weigh nothing any more.
    pub alerted_weight: u16,
    /// When it was whole for the first time.
    pub completed_at: Option<DateTime<Utc>>,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ResponseRow {
    /// Its id.
    pub id: Uuid,
    /// The word of its questionnaire.
    pub questionnaire: String,
    /// The version of its file.
    pub file_version: String,
    /// What it was called.
    pub title: String,
    /// [`Sensitivity`] by code.
    pub sensitivity: String,
    /// `in-progress`, `completed`, `amended` or `stopped`.
    pub status: String,
    /// The items of a FHIR `QuestionnaireResponse`, as JSON.
    pub items: String,
    /// The score.
    pub score: Option<i32>,
    /// The highest that there could be.
    pub highest: Option<i32>,
    /// What the score means, in a few words.
    pub band: String,
    /// Whether an answer may tell of danger to life.
    pub crisis: bool,
    /// When a care team was told of that the last time.
    pub alerted_at: Option<DateTime<Utc>>,
    /// What the answers weigh of which it was told.
    pub alerted_weight: i32,
    /// Which.
    pub alerted_organisation_id: Option<Uuid>,
    /// What that is called.
    pub alerted_name: Option<String>,
    /// Who began it.
    pub created_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who made it what it is.
    pub changed_by: Uuid,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// When it was whole for the first time.
    pub completed_at: Option<DateTime<Utc>>,
    /// Goes up with every change.
    pub version: i32,
}

impl ResponseRow {
    /// Its id.
    #[must_use]
    pub const fn response(&self) -> QuestionnaireResponseId {
        QuestionnaireResponseId::from_uuid(self.id)
    }

    /// What the answers weigh of whose danger a care team was told.
    #[must_use]
    pub fn told_weight(&self) -> u16 {
        u16::try_from(self.alerted_weight).unwrap_or_default()
    }

    /// Whether it is whole.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.status != IN_PROGRESS && !self.is_set_aside()
    }

    /// Whether it was set aside for a new one before it was whole.
    #[must_use]
    pub fn is_set_aside(&self) -> bool {
        self.status == "stopped"
    }

    /// How sensitive its answers are.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn sensitivity(&self) -> Result<Sensitivity, StoreError> {
        label(&self.sensitivity)
    }
}

/// The status of a response that is not whole.
pub const IN_PROGRESS: &str = "in-progress";

fn label(word: &str) -> Result<Sensitivity, StoreError> {
    Sensitivity::from_code(word).ok_or_else(|| StoreError::corrupt("a questionnaire has an unknown label"))
}

/// A response as it was.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ResponseVersionRow {
    /// Which version it was.
    pub version: i32,
    /// Its items.
    pub items: String,
    /// Its score.
    pub score: Option<i32>,
    /// What that meant.
    pub band: String,
    /// Who made it so.
    pub changed_by: Uuid,
    /// When.
    pub changed_at: DateTime<Utc>,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RequestRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub organisation_id: Uuid,
    /// What that is called.
    pub organisation_name: String,
    /// Who there asked.
    pub member_name: String,
    /// The word of the questionnaire.
    pub questionnaire: String,
    /// What it is called.
    pub title: String,
    /// [`Sensitivity`] by code.
    pub sensitivity: String,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// The response that did it.
    pub response_id: Option<Uuid>,
    /// When.
    pub done_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl RequestRow {
    /// How sensitive its answers are.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn sensitivity(&self) -> Result<Sensitivity, StoreError> {
        label(&self.sensitivity)
    }

    /// Whether it waits to be done.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.done_at.is_none() && self.withdrawn_at.is_none()
    }
}

/// Which teams are told of danger to life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RulesRow {
    /// It is told.
    pub alerts: bool,
    /// Goes up with every change; 0 where it has not said.
    pub version: i32,
}

/// Begins a response; `false` where its form began one before, or one is not finished yet.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn begin(
    tx: &mut Tx,
    (person, id, submission): (PersonId, QuestionnaireResponseId, Uuid),
    of: Of<'_>,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        BEGIN,
        person.as_uuid(),
        id.as_uuid(),
        submission,
        of.questionnaire,
        of.version,
        of.title,
        of.sensitivity.code(),
        by.as_uuid(),
        now,
        false
    )?;
    Ok(done == 1)
}

/// The response that this form began.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(
    tx: &mut Tx,
    person: PersonId,
    submission: Uuid,
) -> Result<Option<QuestionnaireResponseId>, StoreError> {
    Ok(an_id!(tx, BY_SUBMISSION, person.as_uuid(), submission)?.map(QuestionnaireResponseId::from_uuid))
}

/// The response that is begun and was never whole yet.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn begun(tx: &mut Tx, person: PersonId, questionnaire: &str) -> Result<Option<QuestionnaireResponseId>, StoreError> {
    Ok(an_id!(tx, BEGUN, person.as_uuid(), questionnaire)?.map(QuestionnaireResponseId::from_uuid))
}

/// Sets a response aside that is not whole.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_aside(
    tx: &mut Tx,
    (person, id): (PersonId, QuestionnaireResponseId),
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, SET_ASIDE, person.as_uuid(), id.as_uuid(), by.as_uuid(), now)?;
    Ok(())
}

/// One response.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: QuestionnaireResponseId) -> Result<Option<ResponseRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The responses of a person, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<ResponseRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NEWEST).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Those that are not finished, of what was changed since an instant, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unfinished(tx: &mut Tx, person: PersonId, since: DateTime<Utc>) -> Result<Vec<ResponseRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(UNFINISHED).bind(person.as_uuid()).bind(since).fetch_all(c).await)?)
}

/// Saves a response, and keeps what it was where it had been whole, or a care team was told of it; `false` where it has changed
/// since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn save(
    tx: &mut Tx,
    (person, before): (PersonId, &ResponseRow),
    saved: &Saved<'_>,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if before.is_whole() || before.alerted_at.is_some() {
        run!(tx, KEEP_VERSION, person.as_uuid(), before.id, before.version)?;
    }
    let done = run!(
        tx,
        SAVE,
        person.as_uuid(),
        before.id,
        before.version,
        saved.of.version,
        saved.of.title,
        saved.of.sensitivity.code(),
        saved.status,
        &saved.items,
        saved.score.map(i32::from),
        saved.highest.map(i32::from),
        saved.band,
        by.as_uuid(),
        now,
        saved.completed_at,
        saved.crisis,
        i32::from(saved.alerted_weight)
    )?;
    Ok(done == 1)
}

/// Notes that a care team is told of danger to life, of answers that weigh so much.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn alert(
    tx: &mut Tx,
    (person, id): (PersonId, QuestionnaireResponseId),
    (organisation, weight): (OrganisationId, u16),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, ALERT, person.as_uuid(), id.as_uuid(), now, organisation.as_uuid(), i32::from(weight))?;
    Ok(())
}

/// What a response was before, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn versions(
    tx: &mut Tx,
    person: PersonId,
    id: QuestionnaireResponseId,
    most: i64,
) -> Result<Vec<ResponseVersionRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(VERSIONS).bind(person.as_uuid()).bind(id.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Asks a person to fill one in; `false` where its form asked before, or the same is asked for and not done yet.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ask(
    tx: &mut Tx,
    (person, id, submission): (PersonId, QuestionnaireRequestId, Uuid),
    of: Of<'_>,
    (organisation, member): (OrganisationId, MemberId),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        ASK,
        person.as_uuid(),
        id.as_uuid(),
        submission,
        organisation.as_uuid(),
        member.as_uuid(),
        of.questionnaire,
        of.title,
        of.sensitivity.code(),
        now
    )?;
    Ok(done == 1)
}

/// What a person was asked to fill in, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn asked(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<RequestRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ASKED).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Notes that what was asked for is done by this response.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn answer(
    tx: &mut Tx,
    (person, questionnaire): (PersonId, &str),
    by: QuestionnaireResponseId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, ANSWER, person.as_uuid(), questionnaire, by.as_uuid(), now)?;
    Ok(())
}

/// Takes back what an organisation asked for; `false` where that is done, or was taken back before, or is not its own.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw(
    tx: &mut Tx,
    (person, id): (PersonId, QuestionnaireRequestId),
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, WITHDRAW, person.as_uuid(), id.as_uuid(), organisation.as_uuid(), now)?;
    Ok(done == 1)
}

/// Whether an organisation is told of danger to life; absent where it has not said.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn rules(tx: &mut Tx, at: OrganisationId) -> Result<Option<RulesRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(RULES).bind(at.as_uuid()).fetch_optional(c).await)?)
}

/// Says whether it is; `false` where that has changed since this version (0: it had not said).
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_rules(tx: &mut Tx, at: OrganisationId, new: RulesRow, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let statement = if new.version == 0 { NEW_RULES } else { CHANGE_RULES };
    let done = on!(tx, c, {
        let query = sqlx::query(statement).bind(at.as_uuid()).bind(new.alerts).bind(now);
        let query = if new.version == 0 { query } else { query.bind(new.version) };
        query.execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}
