//! One person acting for another: relationships, each change of theirs, and what is hidden from carers.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::person::Demographics;
use domain::record::Category;
use domain::relationship::{Delegation, LegalBasis, Reason, Standing, Status};
use domain::scope::{Categories, Labels, Scopes};
use domain::{AccountId, PersonId, RelationshipId};
use sqlx::types::Json;
use uuid::Uuid;

statements! {
    BETWEEN = "SELECT person_id, id, carer_account_id, carer_name, relation, origin, legal_basis, evidence, status, \
               reason, reason_text, scopes, labels, starts_on, ends_on, review_on, organisation_id, last_used_on, \
               decided_on, told_until, listed_on, version, created_at, updated_at \
               FROM relationship WHERE person_id = $1 AND carer_account_id = $2 \
               ORDER BY CASE WHEN status = 'active' THEN 0 WHEN status = 'proposed' THEN 1 ELSE 2 END, created_at DESC, id DESC LIMIT 1";
    BY_ID = "SELECT person_id, id, carer_account_id, carer_name, relation, origin, legal_basis, evidence, status, \
             reason, reason_text, scopes, labels, starts_on, ends_on, review_on, organisation_id, last_used_on, \
             decided_on, told_until, listed_on, version, created_at, updated_at \
             FROM relationship WHERE person_id = $1 AND id = $2";
    OF_PERSON = "SELECT person_id, id, carer_account_id, carer_name, relation, origin, legal_basis, evidence, status, \
                 reason, reason_text, scopes, labels, starts_on, ends_on, review_on, organisation_id, last_used_on, \
                 decided_on, told_until, listed_on, version, created_at, updated_at \
                 FROM relationship WHERE person_id = $1 ORDER BY created_at DESC, id DESC";
    OF_CARER = "SELECT r.person_id, r.id, r.carer_account_id, r.carer_name, r.relation, r.origin, r.legal_basis, \
                r.evidence, r.status, r.reason, r.reason_text, r.scopes, r.labels, r.starts_on, r.ends_on, \
                r.review_on, r.organisation_id, r.last_used_on, r.decided_on, r.told_until, r.listed_on, r.version, \
                r.created_at, r.updated_at, p.family_name, p.given_names, p.prefix \
                FROM relationship r JOIN person p ON p.id = r.person_id WHERE r.carer_account_id = $1 ORDER BY r.created_at DESC, r.id DESC";
    ACTING = "SELECT r.person_id, r.id, r.carer_account_id, r.carer_name, r.relation, r.origin, r.legal_basis, \
              r.evidence, r.status, r.reason, r.reason_text, r.scopes, r.labels, r.starts_on, r.ends_on, r.review_on, \
              r.organisation_id, r.last_used_on, r.decided_on, r.told_until, r.listed_on, r.version, r.created_at, \
              r.updated_at, p.family_name, p.given_names, p.prefix \
              FROM relationship r JOIN person p ON p.id = r.person_id WHERE r.person_id = $1 AND r.carer_account_id = $2 AND r.status = 'active'";
    WHOSE = "SELECT person_id FROM relationship WHERE id = $1";
    /// What is open, in the order of its key, with the facts that rules look at.
    RULES = "SELECT r.person_id, r.id, r.carer_account_id, r.carer_name, r.relation, r.origin, r.legal_basis, \
             r.evidence, r.status, r.reason, r.reason_text, r.scopes, r.labels, r.starts_on, r.ends_on, r.review_on, \
             r.organisation_id, r.last_used_on, r.decided_on, r.told_until, r.listed_on, r.version, r.created_at, \
             r.updated_at, p.birth_date, p.deceased AS subject_deceased, c.deceased AS carer_deceased, \
             (SELECT g.organisation_id FROM registration g WHERE g.person_id = r.person_id AND g.ended_at IS NULL) AS practice_id, \
             (SELECT MAX(v.expires_at) FROM invitation v WHERE v.person_id = r.person_id AND v.relationship_id = r.id) AS invited_until \
             FROM relationship r JOIN person p ON p.id = r.person_id \
             LEFT JOIN account_person a ON a.account_id = r.carer_account_id AND a.relation = 'self' \
             LEFT JOIN person c ON c.id = a.person_id \
             WHERE (r.person_id > $1 OR (r.person_id = $1 AND r.id > $2)) AND \
             (r.status IN ('proposed', 'active') OR (r.status = 'inactive' AND r.reason = 'ROLE_SUSPENDED_PENDING_REVIEW')) \
             ORDER BY r.person_id, r.id LIMIT $3";
    /// The same of one.
    RULES_OF_ONE = "SELECT r.person_id, r.id, r.carer_account_id, r.carer_name, r.relation, r.origin, r.legal_basis, \
                    r.evidence, r.status, r.reason, r.reason_text, r.scopes, r.labels, r.starts_on, r.ends_on, \
                    r.review_on, r.organisation_id, r.last_used_on, r.decided_on, r.told_until, r.listed_on, \
                    r.version, r.created_at, r.updated_at, p.birth_date, p.deceased AS subject_deceased, \
                    c.deceased AS carer_deceased, \
                    (SELECT g.organisation_id FROM registration g WHERE g.person_id = r.person_id AND g.ended_at IS NULL) AS practice_id, \
                    (SELECT MAX(v.expires_at) FROM invitation v WHERE v.person_id = r.person_id AND v.relationship_id = r.id) AS invited_until \
                    FROM relationship r JOIN person p ON p.id = r.person_id \
                    LEFT JOIN account_person a ON a.account_id = r.carer_account_id AND a.relation = 'self' \
                    LEFT JOIN person c ON c.id = a.person_id \
                    WHERE r.person_id = $1 AND r.id = $2";
    INSERT = "INSERT INTO relationship (person_id, id, carer_account_id, carer_name, relation, origin, legal_basis, \
              evidence, status, reason, reason_text, scopes, labels, starts_on, ends_on, review_on, organisation_id, \
              last_used_on, decided_on, told_until, listed_on, version, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)";
    CHANGE = "UPDATE relationship SET carer_account_id = $4, status = $5, reason = $6, reason_text = $7, scopes = $8, labels = $9, \
              starts_on = $10, ends_on = $11, review_on = $12, decided_on = $13, told_until = $14, updated_at = $15, \
              version = version + 1 WHERE person_id = $1 AND id = $2 AND version = $3";
    INSERT_CHANGE = "INSERT INTO relationship_change (person_id, relationship_id, seq, at, by_whom, by_account_id, status, reason, \
                     reason_text, scopes, labels, ends_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    HISTORY = "SELECT person_id, relationship_id, seq, at, by_whom, by_account_id, status, reason, reason_text, scopes, labels, ends_on \
               FROM relationship_change WHERE person_id = $1 AND relationship_id = $2 ORDER BY seq";
    USED = "UPDATE relationship SET last_used_on = $3 WHERE person_id = $1 AND id = $2 AND (last_used_on IS NULL OR last_used_on < $3)";
    LISTED = "UPDATE relationship SET listed_on = $3 WHERE person_id = $1 AND id = $2 AND (listed_on IS NULL OR listed_on < $3)";
    TOLD = "UPDATE relationship SET told_until = $3 WHERE person_id = $1 AND id = $2 AND (told_until IS NULL OR told_until < $3)";
    HIDDEN_CATEGORIES = "SELECT category FROM hiding WHERE person_id = $1 AND category IS NOT NULL \
                         AND (relationship_id IS NULL OR relationship_id = $2)";
    SAFETY = "INSERT INTO safety_answer (person_id, id, relationship_id, answer, answered_at) VALUES ($1, $2, $3, $4, $5)";
}

/// A relationship as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RelationshipRow {
    /// For whom.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Who acts; absent until an invitation is taken up.
    pub carer_account_id: Option<Uuid>,
    /// The carer's name, as whoever asked wrote it.
    pub carer_name: String,
    /// What the carer is to the person, in their own words: "daughter".
    pub relation: String,
    /// `invited` or `applied`.
    pub origin: String,
    /// [`LegalBasis`] by code.
    pub legal_basis: String,
    /// What shows the basis: [`domain::relationship::ParentalEvidence`] by code, or words.
    pub evidence: Option<String>,
    /// [`Status`] by code.
    pub status: String,
    /// [`Reason`] by code.
    pub reason: String,
    /// The reason written out.
    pub reason_text: Option<String>,
    /// [`Scopes`] as words.
    pub scopes: String,
    /// [`Labels`] as words.
    pub labels: String,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// When it is to be looked at again.
    pub review_on: Option<NaiveDate>,
    /// The organisation that decides.
    pub organisation_id: Option<Uuid>,
    /// The last day on which the carer looked or acted.
    pub last_used_on: Option<NaiveDate>,
    /// The last day on which somebody decided that it is in force.
    pub decided_on: Option<NaiveDate>,
    /// Of what comes up until then both have been told.
    pub told_until: Option<NaiveDate>,
    /// The last day on which the person's name stood in the carer's list.
    pub listed_on: Option<NaiveDate>,
    /// Goes up with every change.
    pub version: i32,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl RelationshipRow {
    /// Its id.
    #[must_use]
    pub const fn relationship(&self) -> RelationshipId {
        RelationshipId::from_uuid(self.id)
    }

    /// For whom.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.person_id)
    }

    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know a word of it.
    pub fn standing(&self) -> Result<Standing, StoreError> {
        let unknown = || StoreError::corrupt("a relationship has an unknown state");
        Ok(Standing {
            status: Status::from_code(&self.status).ok_or_else(unknown)?,
            reason: Reason::from_code(&self.reason).ok_or_else(unknown)?,
        })
    }

    /// On what law it rests.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn legal_basis(&self) -> Result<LegalBasis, StoreError> {
        LegalBasis::from_code(&self.legal_basis).ok_or_else(|| StoreError::corrupt("a relationship has an unknown basis"))
    }

    /// What it opens.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know a word of it.
    pub fn scopes(&self) -> Result<Scopes, StoreError> {
        self.scopes.parse().map_err(|_| StoreError::corrupt("a relationship has an unknown scope"))
    }

    /// Entries of which sensitivity it opens.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know a word of it.
    pub fn labels(&self) -> Result<Labels, StoreError> {
        self.labels.parse().map_err(|_| StoreError::corrupt("a relationship has an unknown label"))
    }

    /// As the decision about access needs it, with the first day on which a rule closes it, where one will.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know a word of it.
    pub fn delegation(&self, hidden: Categories, closes_on: Option<NaiveDate>) -> Result<Delegation, StoreError> {
        Ok(Delegation {
            id: self.relationship(),
            standing: self.standing()?,
            legal_basis: self.legal_basis()?,
            scopes: self.scopes()?,
            labels: self.labels()?,
            hidden,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            closes_on,
        })
    }
}

/// A relationship with the name of the person whom it is about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CaredRow {
    /// The relationship.
    #[sqlx(flatten)]
    pub relationship: RelationshipRow,
    /// The person's family name.
    pub family_name: String,
    /// The person's given names.
    pub given_names: Json<Vec<String>>,
    /// The person's title.
    pub prefix: Option<String>,
}

impl CaredRow {
    /// "Mrs Margaret Ellis".
    #[must_use]
    pub fn name(&self) -> String {
        let who = Demographics {
            nhs_number: None,
            family_name: self.family_name.clone(),
            given_names: self.given_names.0.clone(),
            prefix: self.prefix.clone(),
            birth_date: None,
            gender: None,
            deceased: false,
        };
        who.display_name()
    }
}

/// A relationship with the facts that rules look at.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RuleRow {
    /// The relationship.
    #[sqlx(flatten)]
    pub relationship: RelationshipRow,
    /// When the person was born, where it is known to the day.
    pub birth_date: Option<NaiveDate>,
    /// The person is known to have died.
    pub subject_deceased: bool,
    /// The carer is known to have died; absent where their account opens no record of their own.
    pub carer_deceased: Option<bool>,
    /// The practice at which the person is registered.
    pub practice_id: Option<Uuid>,
    /// Until when an invitation to it works, or worked.
    pub invited_until: Option<DateTime<Utc>>,
}

/// A change of a relationship, as it stood after it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChangeRow {
    /// Whose record it is about.
    pub person_id: Uuid,
    /// Which relationship.
    pub relationship_id: Uuid,
    /// The version of the relationship that it made.
    pub seq: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// `person`, `carer`, `practice` or `rule`.
    pub by_whom: String,
    /// The account that made it.
    pub by_account_id: Option<Uuid>,
    /// [`Status`] by code.
    pub status: String,
    /// [`Reason`] by code.
    pub reason: String,
    /// The reason written out.
    pub reason_text: Option<String>,
    /// [`Scopes`] as words.
    pub scopes: String,
    /// [`Labels`] as words.
    pub labels: String,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
}

/// The relationship by which this account acts for this person: the one in force, else one asked for, else the last.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn between(tx: &mut Tx, account: AccountId, person: PersonId) -> Result<Option<RelationshipRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BETWEEN).bind(person.as_uuid()).bind(account.as_uuid()).fetch_optional(c).await)?)
}

/// The categories that the person hid from this carer, or from all.
///
/// # Errors
/// [`StoreError`] when the database fails; [`StoreError::Corrupt`] when this program does not know a category.
pub async fn hidden_categories(tx: &mut Tx, person: PersonId, relationship: RelationshipId) -> Result<Categories, StoreError> {
    let rows: Vec<(String,)> =
        on!(tx, c, sqlx::query_as(HIDDEN_CATEGORIES).bind(person.as_uuid()).bind(relationship.as_uuid()).fetch_all(c).await)?;
    let known =
        |(word,): (String,)| Category::from_code(&word).ok_or_else(|| StoreError::corrupt("a hidden category is unknown"));
    rows.into_iter().map(known).collect()
}

/// A relationship of this person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(tx: &mut Tx, person: PersonId, id: RelationshipId) -> Result<Option<RelationshipRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_ID).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Whose record a relationship is about.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn whose(tx: &mut Tx, id: RelationshipId) -> Result<Option<PersonId>, StoreError> {
    Ok(an_id!(tx, WHOSE, id.as_uuid())?.map(PersonId::from_uuid))
}

/// Every relationship of a person, the last asked for first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<RelationshipRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Every relationship in which this account is the carer, the last asked for first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_carer(tx: &mut Tx, account: AccountId) -> Result<Vec<CaredRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_CARER).bind(account.as_uuid()).fetch_all(c).await)?)
}

/// The active relationship by which this account acts for this person, with the person's name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn acting(tx: &mut Tx, account: AccountId, person: PersonId) -> Result<Option<CaredRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ACTING).bind(person.as_uuid()).bind(account.as_uuid()).fetch_optional(c).await)?)
}

/// Up to `limit` open relationships after this one, in the order of their keys, with the facts that rules look at.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open_after(tx: &mut Tx, after: (Uuid, Uuid), limit: i64) -> Result<Vec<RuleRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(RULES).bind(after.0).bind(after.1).bind(limit).fetch_all(c).await)?)
}

/// The same facts of one relationship.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn facts(tx: &mut Tx, person: PersonId, id: RelationshipId) -> Result<Option<RuleRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(RULES_OF_ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Keeps a new relationship.
///
/// # Errors
/// [`StoreError`] when the database fails, or the account acts for the person already.
pub async fn insert(tx: &mut Tx, row: &RelationshipRow) -> Result<(), StoreError> {
    run!(
        tx,
        INSERT,
        row.person_id,
        row.id,
        row.carer_account_id,
        &row.carer_name,
        &row.relation,
        &row.origin,
        &row.legal_basis,
        &row.evidence,
        &row.status,
        &row.reason,
        &row.reason_text,
        &row.scopes,
        &row.labels,
        row.starts_on,
        row.ends_on,
        row.review_on,
        row.organisation_id,
        row.last_used_on,
        row.decided_on,
        row.told_until,
        row.listed_on,
        row.version,
        row.created_at,
        row.updated_at
    )?;
    Ok(())
}

/// Writes what may change of a relationship, and counts its version up; `false`, and nothing is changed, when it is not
/// in the version that `row` says any more.
///
/// # Errors
/// [`StoreError`] when the database fails, or the account acts for the person already.
pub async fn change(tx: &mut Tx, row: &RelationshipRow) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        CHANGE,
        row.person_id,
        row.id,
        row.version,
        row.carer_account_id,
        &row.status,
        &row.reason,
        &row.reason_text,
        &row.scopes,
        &row.labels,
        row.starts_on,
        row.ends_on,
        row.review_on,
        row.decided_on,
        row.told_until,
        row.updated_at
    )?;
    Ok(done == 1)
}

/// Keeps a change for the history.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_change(tx: &mut Tx, row: &ChangeRow) -> Result<(), StoreError> {
    run!(
        tx,
        INSERT_CHANGE,
        row.person_id,
        row.relationship_id,
        row.seq,
        row.at,
        &row.by_whom,
        row.by_account_id,
        &row.status,
        &row.reason,
        &row.reason_text,
        &row.scopes,
        &row.labels,
        row.ends_on
    )?;
    Ok(())
}

/// Every change of a relationship, the first one first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn history(tx: &mut Tx, person: PersonId, id: RelationshipId) -> Result<Vec<ChangeRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(HISTORY).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

/// Notes that the carer looked or acted on this day; `false` when that is noted.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn used(tx: &mut Tx, person: PersonId, id: RelationshipId, day: NaiveDate) -> Result<bool, StoreError> {
    let done = run!(tx, USED, person.as_uuid(), id.as_uuid(), day)?;
    Ok(done == 1)
}

/// Notes that the person's name stood in the carer's list on this day; `false` when that is noted.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listed(tx: &mut Tx, person: PersonId, id: RelationshipId, day: NaiveDate) -> Result<bool, StoreError> {
    let done = run!(tx, LISTED, person.as_uuid(), id.as_uuid(), day)?;
    Ok(done == 1)
}

/// Notes that both were told of what comes up until then; `false` when that is noted.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn told(tx: &mut Tx, person: PersonId, id: RelationshipId, until: NaiveDate) -> Result<bool, StoreError> {
    let done = run!(tx, TOLD, person.as_uuid(), id.as_uuid(), until)?;
    Ok(done == 1)
}

/// Keeps what a person answered in private.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_safety_answer(
    tx: &mut Tx,
    person: PersonId,
    id: Uuid,
    relationship: RelationshipId,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, SAFETY, person.as_uuid(), id, relationship.as_uuid(), answer, now)?;
    Ok(())
}
