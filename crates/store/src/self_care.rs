//! What care teams give people to read, and which apps, groups and helplines people keep in their list.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::record::Sensitivity;
use domain::{AccountId, GivenArticleId, MemberId, OrganisationId, PersonId};
use uuid::Uuid;

statements! {
    /// Nothing where its form gave it before, or the same is given and not answered yet.
    GIVE = "INSERT INTO given_article (person_id, id, submission_id, organisation_id, member_id, article, title, sensitivity, note, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    GIVEN = "SELECT g.id, g.organisation_id, o.name AS organisation_name, m.name AS member_name, g.article, g.title, g.sensitivity, g.note, \
             g.created_at, g.answer, g.answered_by, g.answered_at, g.withdrawn_at FROM given_article g \
             JOIN organisation o ON o.id = g.organisation_id JOIN staff_member m ON m.id = g.member_id \
             WHERE g.person_id = $1 ORDER BY g.created_at DESC, g.id DESC LIMIT $2";
    ANSWER = "UPDATE given_article SET answer = $3, answered_by = $4, answered_at = $5 \
              WHERE person_id = $1 AND article = $2 AND answer IS NULL AND withdrawn_at IS NULL";
    /// What was answered is open again, but for what the same organisation gave anew since.
    REOPEN = "UPDATE given_article SET answer = NULL, answered_by = NULL, answered_at = NULL \
              WHERE person_id = $1 AND article = $2 AND answer IS NOT NULL AND withdrawn_at IS NULL AND NOT EXISTS \
              (SELECT 1 FROM given_article n WHERE n.person_id = $1 AND n.article = $2 AND n.withdrawn_at IS NULL \
              AND n.organisation_id = given_article.organisation_id AND (n.created_at > given_article.created_at \
              OR (n.created_at = given_article.created_at AND n.id > given_article.id)))";
    WITHDRAW = "UPDATE given_article SET withdrawn_at = $4 \
                WHERE person_id = $1 AND id = $2 AND organisation_id = $3 AND answer IS NULL AND withdrawn_at IS NULL";
    SAVE = "INSERT INTO saved_support (person_id, support, name, sensitivity, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6) \
            ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM saved_support WHERE person_id = $1 AND support = $2";
    SAVED = "SELECT support, name, sensitivity, saved_by, saved_at FROM saved_support WHERE person_id = $1 ORDER BY saved_at DESC, support";
}

/// Something to read that is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewGiven<'a> {
    /// Its id.
    pub id: GivenArticleId,
    /// The form's one-time id.
    pub submission: Uuid,
    /// The word of the article.
    pub article: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// How sensitive it is.
    pub sensitivity: Sensitivity,
    /// What the care team writes to it.
    pub note: &'a str,
    /// Who gives it.
    pub by: (OrganisationId, MemberId),
}

/// Something to read that was given.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct GivenRow {
    /// Its id.
    pub id: Uuid,
    /// Who gave it.
    pub organisation_id: Uuid,
    /// What that is called.
    pub organisation_name: String,
    /// Who there gave it.
    pub member_name: String,
    /// The word of the article.
    pub article: String,
    /// What it was called.
    pub title: String,
    /// [`Sensitivity`] by code.
    pub sensitivity: String,
    /// What the care team wrote to it.
    pub note: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// `done` or `not-for-me`.
    pub answer: Option<String>,
    /// Who said so.
    pub answered_by: Option<Uuid>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// Something in somebody's list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SavedRow {
    /// Its word in the directory.
    pub support: String,
    /// What it was called.
    pub name: String,
    /// [`Sensitivity`] by code.
    pub sensitivity: String,
    /// Who put it there.
    pub saved_by: Uuid,
    /// When.
    pub saved_at: DateTime<Utc>,
}

fn label(word: &str) -> Result<Sensitivity, StoreError> {
    Sensitivity::from_code(word).ok_or_else(|| StoreError::corrupt("something to read or a help has an unknown label"))
}

impl GivenRow {
    /// How sensitive it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn sensitivity(&self) -> Result<Sensitivity, StoreError> {
        label(&self.sensitivity)
    }
}

impl SavedRow {
    /// How sensitive it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn sensitivity(&self) -> Result<Sensitivity, StoreError> {
        label(&self.sensitivity)
    }
}

/// Gives somebody something to read; `false` where its form gave it before, or the same is given and not answered yet.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn give(tx: &mut Tx, person: PersonId, new: NewGiven<'_>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        GIVE,
        person.as_uuid(),
        new.id.as_uuid(),
        new.submission,
        new.by.0.as_uuid(),
        new.by.1.as_uuid(),
        new.article,
        new.title,
        new.sensitivity.code(),
        new.note,
        now,
    )?;
    Ok(done == 1)
}

/// What a person was given to read, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn given(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<GivenRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(GIVEN).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Answers what was given of an article and is open, or opens again what was answered; how many that were.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn answer(
    tx: &mut Tx,
    (person, article): (PersonId, &str),
    answer: Option<&str>,
    (by, now): (AccountId, DateTime<Utc>),
) -> Result<u64, StoreError> {
    Ok(match answer {
        Some(answer) => run!(tx, ANSWER, person.as_uuid(), article, answer, by.as_uuid(), now)?,
        None => run!(tx, REOPEN, person.as_uuid(), article)?,
    })
}

/// Takes back what an organisation gave; `false` where that is answered, or was taken back before, or is not its own.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw(
    tx: &mut Tx,
    (person, id): (PersonId, GivenArticleId),
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    Ok(run!(tx, WITHDRAW, person.as_uuid(), id.as_uuid(), organisation.as_uuid(), now)? == 1)
}

/// Keeps something in a person's list; `false` where it is there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn save(
    tx: &mut Tx,
    person: PersonId,
    (support, name, sensitivity): (&str, &str, Sensitivity),
    (by, now): (AccountId, DateTime<Utc>),
) -> Result<bool, StoreError> {
    Ok(run!(tx, SAVE, person.as_uuid(), support, name, sensitivity.code(), by.as_uuid(), now)? == 1)
}

/// Takes something out of a person's list; `false` where it is not there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx, person: PersonId, support: &str) -> Result<bool, StoreError> {
    Ok(run!(tx, REMOVE, person.as_uuid(), support)? == 1)
}

/// A person's list, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn saved(tx: &mut Tx, person: PersonId) -> Result<Vec<SavedRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(SAVED).bind(person.as_uuid()).fetch_all(c).await)?)
}
