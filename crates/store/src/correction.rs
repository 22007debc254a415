//! Mistakes that people report in entries of their records, with each state that a report reached.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, Utc};
use domain::correction::State;
use domain::{AccountId, CorrectionId, EntryId, MemberId, OrganisationId, PersonId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is read of a report, as [`CorrectionRow`].
macro_rules! correction {
    () => {
        "SELECT k.person_id, k.id, k.entry_id, k.organisation_id, o.name AS organisation, k.entry_version, k.wrong, k.should_say, k.why, \
         k.state, k.reported_by, k.reported_at, k.accepted_version, k.corrected_version, k.changed_at, k.version \
         FROM correction k JOIN organisation o ON o.id = k.organisation_id WHERE k.person_id = $1"
    };
}

statements! {
    ADD = "INSERT INTO correction (person_id, id, entry_id, organisation_id, entry_version, wrong, should_say, why, state, reported_by, \
           reported_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 1)";
    ADD_STEP = "INSERT INTO correction_step (person_id, correction_id, version, submission_id, state, words, account_id, member_id, at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_SUBMISSION = "SELECT correction_id FROM correction_step WHERE person_id = $1 AND submission_id = $2";
    ONE = concat!(correction!(), " AND k.id = $2");
    LISTED = concat!(correction!(), " ORDER BY k.reported_at DESC, k.id DESC LIMIT $2");
    ABOUT = concat!(correction!(), " AND k.entry_id = $2 ORDER BY k.reported_at DESC, k.id DESC LIMIT $3");
    /// Of which entries that an organisation sent a mistake is reported to it and not over, and what was reported still stands: not
    /// where the entry tells of a newer version since the organisation agreed.
    REPORTED = "SELECT DISTINCT k.entry_id FROM correction k WHERE k.person_id = $1 AND k.organisation_id = $2 \
            AND k.state IN ('sent', 'with-organisation', 'accepted') AND NOT (k.state = 'accepted' AND EXISTS (SELECT 1 \
            FROM record_entry e JOIN resource r ON r.person_id = e.person_id AND r.id = e.resource_id WHERE e.person_id = k.person_id \
            AND e.id = k.entry_id AND e.release = 'released' AND r.version > k.accepted_version))";
    STEPS = "SELECT s.version, s.state, s.words, m.name, s.at FROM correction_step s LEFT JOIN staff_member m ON m.id = s.member_id \
             WHERE s.person_id = $1 AND s.correction_id = $2 ORDER BY s.version";
    MOVE_ON = "UPDATE correction SET state = $4, accepted_version = COALESCE($5, accepted_version), \
               corrected_version = COALESCE($6, corrected_version), changed_at = $7, version = version + 1 \
               WHERE person_id = $1 AND id = $2 AND version = $3";
    /// Of which version an entry tells now, and whether it may be shown.
    ENTRY_NOW = "SELECT r.version, e.release FROM record_entry e JOIN resource r ON r.person_id = e.person_id AND r.id = e.resource_id \
                 WHERE e.person_id = $1 AND e.id = $2";
    /// Those that an organisation agreed to, where a newer version of the entry may be read, or its source withholds it.
    ANSWERED = "SELECT k.id, k.version, r.version AS now, e.release, c.id AS newest, c.version AS newest_version FROM correction k \
                JOIN record_entry e ON e.person_id = k.person_id AND e.id = k.entry_id \
                JOIN resource r ON r.person_id = e.person_id AND r.id = e.resource_id \
                JOIN resource c ON c.person_id = e.person_id AND c.organisation_id = e.organisation_id \
                AND c.resource_type = e.resource_type AND c.logical_id = e.logical_id AND c.is_current \
                WHERE k.person_id = $1 AND k.state = 'accepted' AND (e.release <> 'released' OR (r.version > k.accepted_version \
                AND e.id NOT IN (SELECT x.entry_id FROM result_hold x WHERE x.person_id = $1 AND x.opens_at > $2))) ORDER BY k.id";
}

/// A report that begins.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCorrection {
    /// Which entry.
    pub entry: EntryId,
    /// Who sent it.
    pub organisation: OrganisationId,
    /// Of which version it tells.
    pub entry_version: i32,
    /// What is wrong.
    pub wrong: String,
    /// What it should say; may be empty.
    pub should_say: String,
    /// Why they think so; may be empty.
    pub why: String,
    /// Where it begins.
    pub state: State,
}

/// A report.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CorrectionRow {
    /// In whose record.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Which entry.
    pub entry_id: Uuid,
    /// Who sent that.
    pub organisation_id: Uuid,
    /// The name of those.
    pub organisation: String,
    /// Which version of the entry's resource it is about, by the number of its arrival.
    pub entry_version: i32,
    /// What is wrong.
    pub wrong: String,
    /// What it should say; may be empty.
    pub should_say: String,
    /// Why they think so; may be empty.
    pub why: String,
    /// [`State`] by code.
    pub state: String,
    /// Whose account it was.
    pub reported_by: Uuid,
    /// When.
    pub reported_at: DateTime<Utc>,
    /// Which version was there when the organisation agreed.
    pub accepted_version: Option<i32>,
    /// Which version was there when it was corrected.
    pub corrected_version: Option<i32>,
    /// When it came to where it stands.
    pub changed_at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
}

impl std::fmt::Debug for CorrectionRow {
    /// The id alone: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CorrectionRow").field("id", &self.id).finish_non_exhaustive()
    }
}

impl CorrectionRow {
    /// Its id.
    #[must_use]
    pub const fn correction(&self) -> CorrectionId {
        CorrectionId::from_uuid(self.id)
    }

    /// In whose record.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.person_id)
    }

    /// Which entry.
    #[must_use]
    pub const fn entry(&self) -> EntryId {
        EntryId::from_uuid(self.entry_id)
    }

    /// Who sent the entry.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId::from_uuid(self.organisation_id)
    }

    /// Whose account it was.
    #[must_use]
    pub const fn reporter(&self) -> AccountId {
        AccountId::from_uuid(self.reported_by)
    }

    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn state(&self) -> Result<State, StoreError> {
        state_of(&self.state)
    }
}

/// A state that a report reached.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StepRow {
    /// Which version of the report that made.
    pub version: i32,
    /// [`State`] by code.
    pub state: String,
    /// What was said; may be empty.
    pub words: String,
    /// Who of the organisation it was, by name; absent for anybody else.
    pub name: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

impl std::fmt::Debug for StepRow {
    /// The number alone: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StepRow").field("version", &self.version).finish_non_exhaustive()
    }
}

impl StepRow {
    /// Which state.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn state(&self) -> Result<State, StoreError> {
        state_of(&self.state)
    }
}

fn state_of(word: &str) -> Result<State, StoreError> {
    State::from_code(word).ok_or_else(|| StoreError::corrupt("a report of a mistake has an unknown state"))
}

/// Of which version an entry tells now.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryNowRow {
    /// The number of its arrival.
    pub version: i32,
    /// [`domain::record::Release`] by code.
    pub release: String,
}

/// A report to which a newer version of the entry has come, or whose entry its source withholds.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AnsweredRow {
    /// Its id.
    pub id: Uuid,
    /// Its version.
    pub version: i32,
    /// Of which version of its resource the entry tells now.
    pub now: i32,
    /// [`domain::record::Release`] of the entry, by code.
    pub release: String,
    /// The newest version of the resource, by its id, whether the entry tells of it or not.
    pub newest: Uuid,
    /// The number of that.
    pub newest_version: i32,
}

/// What a report becomes.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Which version of it is changed.
    pub version: i32,
    /// Where it stands then.
    pub state: State,
    /// The form with which it is done.
    pub submission: Uuid,
    /// What is said.
    pub words: &'a str,
    /// Whose account; absent where the service found it by itself.
    pub account: Option<AccountId>,
    /// Who of the organisation.
    pub member: Option<MemberId>,
    /// The version of the entry's resource that is there as they agree.
    pub accepted_version: Option<i32>,
    /// The version that is there as it is corrected.
    pub corrected_version: Option<i32>,
}

/// Keeps a report, as it begins.
///
/// # Errors
/// [`StoreError`] when the database fails, or its form sent one before.
pub async fn add(
    tx: &mut Tx,
    (person, id, submission): (PersonId, CorrectionId, Uuid),
    new: &NewCorrection,
    (by, now): (AccountId, DateTime<Utc>),
) -> Result<(), StoreError> {
    run!(
        tx,
        ADD,
        person.as_uuid(),
        id.as_uuid(),
        new.entry.as_uuid(),
        new.organisation.as_uuid(),
        new.entry_version,
        &new.wrong,
        &new.should_say,
        &new.why,
        new.state.code(),
        by.as_uuid(),
        now,
    )?;
    run!(
        tx,
        ADD_STEP,
        person.as_uuid(),
        id.as_uuid(),
        1_i32,
        submission,
        new.state.code(),
        "",
        Some(by.as_uuid()),
        None::<Uuid>,
        now,
    )?;
    Ok(())
}

/// The report that this form sent or changed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Option<CorrectionId>, StoreError> {
    Ok(an_id!(tx, BY_SUBMISSION, person.as_uuid(), submission)?.map(CorrectionId::from_uuid))
}

/// One report.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: CorrectionId) -> Result<Option<CorrectionRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Reports in a person's record, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listed(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<CorrectionRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LISTED).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Those about an entry.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn about(tx: &mut Tx, person: PersonId, entry: EntryId, most: i64) -> Result<Vec<CorrectionRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ABOUT).bind(person.as_uuid()).bind(entry.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Of which entries of a record, that this organisation sent, a mistake is reported to it and not over, and stands there still: all at
/// once.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open(tx: &mut Tx, person: PersonId, organisation: OrganisationId) -> Result<BTreeSet<EntryId>, StoreError> {
    let rows: Vec<(Uuid,)> =
        on!(tx, c, sqlx::query_as(REPORTED).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| EntryId::from_uuid(id)).collect())
}

/// Each state that a report reached, the first first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn steps(tx: &mut Tx, person: PersonId, id: CorrectionId) -> Result<Vec<StepRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(STEPS).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

/// Moves a report on; `false`, and nothing is changed, where it has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn move_on(
    tx: &mut Tx,
    (person, id): (PersonId, CorrectionId),
    step: &Step<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = run!(
        tx,
        MOVE_ON,
        person.as_uuid(),
        id.as_uuid(),
        step.version,
        step.state.code(),
        step.accepted_version,
        step.corrected_version,
        now,
    )?;
    if changed == 0 {
        return Ok(false);
    }
    run!(
        tx,
        ADD_STEP,
        person.as_uuid(),
        id.as_uuid(),
        step.version.saturating_add(1),
        step.submission,
        step.state.code(),
        step.words,
        step.account.map(|account| account.as_uuid()),
        step.member.map(|member| member.as_uuid()),
        now,
    )?;
    Ok(true)
}

/// Of which version an entry tells now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn entry_now(tx: &mut Tx, person: PersonId, entry: EntryId) -> Result<Option<EntryNowRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ENTRY_NOW).bind(person.as_uuid()).bind(entry.as_uuid()).fetch_optional(c).await)?)
}

/// Those to which an organisation agreed, where what it sent has changed since and may be read at this instant, or is withheld.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn answered(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Vec<AnsweredRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ANSWERED).bind(person.as_uuid()).bind(at).fetch_all(c).await)?)
}
