//! What people say about themselves: how to reach them, whom to tell, what they need, and how pages look for them.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::appointment::Postcode;
use domain::profile::{Contact, ContactDetails, Display, Ethnicity, Language, Needs, PhoneNumber, Way};
use domain::{AccountId, ClinicId, OrganisationId, PersonId};
use uuid::Uuid;

/// What is read of a version of somebody's details, as [`ProfileRow`].
macro_rules! profile {
    () => {
        "SELECT version, part, address, postcode, mobile, phone, email, preferred, contacts, ethnicity, language, other_language, \
         account_id, at FROM profile_version"
    };
}

/// What is read of a version of somebody's needs, as [`NeedsRow`].
macro_rules! needs {
    () => {
        "SELECT id, version, chosen, interpreter, other_language, impairments, own_words, account_id, at FROM needs_version"
    };
}

statements! {
    NEWEST = concat!(profile!(), " WHERE person_id = $1 ORDER BY version DESC LIMIT 1");
    /// What counted at an instant.
    NEWEST_BY = concat!(profile!(), " WHERE person_id = $1 AND at <= $2 ORDER BY version DESC LIMIT 1");
    NEWEST_BEFORE = concat!(profile!(), " WHERE person_id = $1 AND at < $2 ORDER BY version DESC LIMIT 1");
    VERSIONS = concat!(profile!(), " WHERE person_id = $1 ORDER BY version DESC LIMIT $2");
    BY_SUBMISSION = "SELECT version FROM profile_version WHERE person_id = $1 AND submission_id = $2";
    ADD = "INSERT INTO profile_version (person_id, version, submission_id, part, address, postcode, mobile, phone, email, preferred, \
           contacts, ethnicity, language, other_language, account_id, at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING";
    NEEDS = concat!(needs!(), " WHERE person_id = $1 ORDER BY version DESC LIMIT 1");
    NEEDS_OF_ACCOUNT = concat!(needs!(), " WHERE owner_id = $1 ORDER BY version DESC LIMIT 1");
    NEEDS_BY = concat!(needs!(), " WHERE person_id = $1 AND at <= $2 ORDER BY version DESC LIMIT 1");
    NEEDS_OF_ACCOUNT_BY = concat!(needs!(), " WHERE owner_id = $1 AND at <= $2 ORDER BY version DESC LIMIT 1");
    /// What counts of those who come to a clinic; of whoever said nothing with their record, what their own account said before that.
    NEEDS_AT_CLINIC = "SELECT v.person_id AS whose, v.id, v.version, v.chosen, v.interpreter, v.other_language, v.impairments, \
                       v.own_words, v.account_id, v.at FROM needs_version v WHERE v.person_id IN (SELECT a.person_id FROM clinic k \
                       JOIN appointment a ON a.clinic_id = k.id WHERE k.id = $1 AND k.organisation_id = $2 AND a.status <> 'cancelled') \
                       AND NOT EXISTS (SELECT 1 FROM needs_version w WHERE w.person_id = v.person_id AND w.version > v.version) \
                       UNION ALL SELECT l.person_id AS whose, v.id, v.version, v.chosen, v.interpreter, v.other_language, v.impairments, \
                       v.own_words, v.account_id, v.at FROM account_person l JOIN needs_version v ON v.owner_id = l.account_id \
                       WHERE l.relation = 'self' AND l.person_id IN (SELECT a.person_id FROM clinic k \
                       JOIN appointment a ON a.clinic_id = k.id WHERE k.id = $1 AND k.organisation_id = $2 AND a.status <> 'cancelled') \
                       AND NOT EXISTS (SELECT 1 FROM needs_version w WHERE w.owner_id = v.owner_id AND w.version > v.version) \
                       AND NOT EXISTS (SELECT 1 FROM needs_version w WHERE w.person_id = l.person_id) \
                       AND NOT EXISTS (SELECT 1 FROM account_person f WHERE f.person_id = l.person_id AND f.relation = 'self' \
                       AND (f.linked_at, f.account_id) < (l.linked_at, l.account_id))";
    NEEDS_VERSIONS = concat!(needs!(), " WHERE person_id = $1 ORDER BY version DESC LIMIT $2");
    NEEDS_VERSIONS_OF_ACCOUNT = concat!(needs!(), " WHERE owner_id = $1 ORDER BY version DESC LIMIT $2");
    NEEDS_BY_SUBMISSION = "SELECT version FROM needs_version WHERE person_id = $1 AND submission_id = $2";
    NEEDS_BY_SUBMISSION_OF_ACCOUNT = "SELECT version FROM needs_version WHERE owner_id = $1 AND submission_id = $2";
    ADD_NEEDS = "INSERT INTO needs_version (id, person_id, owner_id, version, submission_id, chosen, interpreter, other_language, \
                 impairments, own_words, account_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
                 ON CONFLICT DO NOTHING";
    DISPLAY = "SELECT settings FROM account_display WHERE account_id = $1";
    SET_DISPLAY = "INSERT INTO account_display (account_id, settings, changed_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (account_id) DO UPDATE SET settings = $2, changed_at = $3";
}

/// A version of what somebody says of themselves.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ProfileRow {
    /// Its number, from 1.
    pub version: i32,
    /// Which part was changed by it.
    pub part: String,
    /// The lines of the address.
    pub address: String,
    /// Its postcode; empty where there is none.
    pub postcode: String,
    /// The mobile number; empty where there is none.
    pub mobile: String,
    /// Another number; empty where there is none.
    pub phone: String,
    /// The email address; empty where there is none.
    pub email: String,
    /// [`Way`] by code; may be empty.
    pub preferred: String,
    /// Whom to tell, as JSON.
    pub contacts: String,
    /// [`Ethnicity`] by code; may be empty.
    pub ethnicity: String,
    /// [`Language`] by code; may be empty.
    pub language: String,
    /// Its name, where it is none of the list.
    pub other_language: String,
    /// Who made it what it is.
    pub account_id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
}

impl std::fmt::Debug for ProfileRow {
    /// The number alone: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProfileRow").field("version", &self.version).finish_non_exhaustive()
    }
}

fn unknown(what: &'static str) -> StoreError {
    StoreError::corrupt(what)
}

/// What a word says; nothing where it is empty.
fn word<T>(text: &str, read: impl Fn(&str) -> Option<T>, what: &'static str) -> Result<Option<T>, StoreError> {
    if text.is_empty() { Ok(None) } else { read(text).map(Some).ok_or_else(|| unknown(what)) }
}

impl ProfileRow {
    /// How they are reached.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when something of it cannot be read.
    pub fn contact_details(&self) -> Result<ContactDetails, StoreError> {
        let number = |text: &str| word(text, |text| PhoneNumber::parse(text).ok(), "a phone number is none");
        Ok(ContactDetails {
            address: self.address.lines().map(str::to_owned).collect(),
            postcode: word(&self.postcode, |text| Postcode::parse(text).ok(), "a postcode is none")?,
            mobile: number(&self.mobile)?,
            phone: number(&self.phone)?,
            email: self.email.clone(),
            preferred: word(&self.preferred, Way::from_code, "a way to reach somebody is unknown")?,
        })
    }

    /// Whom to tell.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it cannot be read.
    pub fn contacts(&self) -> Result<Vec<Contact>, StoreError> {
        serde_json::from_str(&self.contacts).map_err(|_| unknown("whom to tell cannot be read"))
    }

    /// What they say their ethnic background is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the code.
    pub fn ethnicity(&self) -> Result<Option<Ethnicity>, StoreError> {
        word(&self.ethnicity, Ethnicity::from_code, "an ethnic category is unknown")
    }

    /// Their main language.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the code.
    pub fn language(&self) -> Result<Option<Language>, StoreError> {
        word(&self.language, Language::from_code, "a language is unknown")
    }
}

/// A version of what somebody needs.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NeedsRow {
    /// Its id.
    pub id: Uuid,
    /// Its number, from 1.
    pub version: i32,
    /// [`domain::profile::Need`]s by code.
    pub chosen: String,
    /// [`Language`] by code; empty where no interpreter is needed.
    pub interpreter: String,
    /// Its name, where it is none of the list.
    pub other_language: String,
    /// [`domain::profile::Impairment`]s by code.
    pub impairments: String,
    /// What else they need.
    pub own_words: String,
    /// Who made it what it is.
    pub account_id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
}

impl std::fmt::Debug for NeedsRow {
    /// The number alone: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NeedsRow").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What one of several people needs.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NeedsOfRow {
    /// Who.
    pub whose: Uuid,
    /// The version that counts.
    #[sqlx(flatten)]
    pub needs: NeedsRow,
}

impl NeedsRow {
    /// What they need.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know a word.
    pub fn needs(&self) -> Result<Needs, StoreError> {
        Ok(Needs {
            chosen: Needs::read(&self.chosen).map_err(|_| unknown("a need is unknown"))?,
            interpreter: word(&self.interpreter, Language::from_code, "a language is unknown")?,
            other_language: self.other_language.clone(),
            impairments: Needs::read_impairments(&self.impairments).map_err(|_| unknown("an impairment is unknown"))?,
            own_words: self.own_words.clone(),
        })
    }
}

/// Whose needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person's.
    Person(PersonId),
    /// Those of an account that has no record of its own.
    Account(AccountId),
}

/// The version that counts.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest(tx: &mut Tx, person: PersonId) -> Result<Option<ProfileRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NEWEST).bind(person.as_uuid()).fetch_optional(c).await)?)
}

/// The version that counted at this instant.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest_by(tx: &mut Tx, person: PersonId, until: DateTime<Utc>) -> Result<Option<ProfileRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NEWEST_BY).bind(person.as_uuid()).bind(until).fetch_optional(c).await)?)
}

/// The version that counted just before this instant.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest_before(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Option<ProfileRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NEWEST_BEFORE).bind(person.as_uuid()).bind(at).fetch_optional(c).await)?)
}

/// Every version, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn versions(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<ProfileRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(VERSIONS).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Whether this form was kept before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn has_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<bool, StoreError> {
    let row: Option<(i32,)> =
        on!(tx, c, sqlx::query_as(BY_SUBMISSION).bind(person.as_uuid()).bind(submission).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Keeps a version; `false` where its number is taken.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(tx: &mut Tx, person: PersonId, submission: Uuid, row: &ProfileRow) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        ADD,
        person.as_uuid(),
        row.version,
        submission,
        &row.part,
        &row.address,
        &row.postcode,
        &row.mobile,
        &row.phone,
        &row.email,
        &row.preferred,
        &row.contacts,
        &row.ethnicity,
        &row.language,
        &row.other_language,
        row.account_id,
        row.at
    )?;
    Ok(done == 1)
}

/// What somebody needs now; nothing where they were never asked.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn needs(tx: &mut Tx, holder: Holder) -> Result<Option<NeedsRow>, StoreError> {
    let (statement, id) = match holder {
        Holder::Person(person) => (NEEDS, person.as_uuid()),
        Holder::Account(account) => (NEEDS_OF_ACCOUNT, account.as_uuid()),
    };
    Ok(on!(tx, c, sqlx::query_as(statement).bind(id).fetch_optional(c).await)?)
}

/// What somebody needed at this instant, as they had said until then; nothing where they had not been asked.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn needs_by(tx: &mut Tx, holder: Holder, until: DateTime<Utc>) -> Result<Option<NeedsRow>, StoreError> {
    let (statement, id) = match holder {
        Holder::Person(person) => (NEEDS_BY, person.as_uuid()),
        Holder::Account(account) => (NEEDS_OF_ACCOUNT_BY, account.as_uuid()),
    };
    Ok(on!(tx, c, sqlx::query_as(statement).bind(id).bind(until).fetch_optional(c).await)?)
}

/// What those need who come to a clinic of an organisation, as they or their own accounts said; nobody who was never asked.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn needs_at_clinic(tx: &mut Tx, at: OrganisationId, clinic: ClinicId) -> Result<Vec<NeedsOfRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NEEDS_AT_CLINIC).bind(clinic.as_uuid()).bind(at.as_uuid()).fetch_all(c).await)?)
}

/// Every version of it, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn needs_versions(tx: &mut Tx, holder: Holder, most: i64) -> Result<Vec<NeedsRow>, StoreError> {
    let (statement, id) = match holder {
        Holder::Person(person) => (NEEDS_VERSIONS, person.as_uuid()),
        Holder::Account(account) => (NEEDS_VERSIONS_OF_ACCOUNT, account.as_uuid()),
    };
    Ok(on!(tx, c, sqlx::query_as(statement).bind(id).bind(most).fetch_all(c).await)?)
}

/// Whether this form was kept before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn has_needs_submission(tx: &mut Tx, holder: Holder, submission: Uuid) -> Result<bool, StoreError> {
    let (statement, id) = match holder {
        Holder::Person(person) => (NEEDS_BY_SUBMISSION, person.as_uuid()),
        Holder::Account(account) => (NEEDS_BY_SUBMISSION_OF_ACCOUNT, account.as_uuid()),
    };
    let row: Option<(i32,)> = on!(tx, c, sqlx::query_as(statement).bind(id).bind(submission).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Keeps a version; `false` where its number is taken.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_needs(tx: &mut Tx, holder: Holder, submission: Uuid, row: &NeedsRow) -> Result<bool, StoreError> {
    let (person, account) = match holder {
        Holder::Person(person) => (Some(person.as_uuid()), None),
        Holder::Account(account) => (None, Some(account.as_uuid())),
    };
    let done = run!(
        tx,
        ADD_NEEDS,
        row.id,
        person,
        account,
        row.version,
        submission,
        &row.chosen,
        &row.interpreter,
        &row.other_language,
        &row.impairments,
        &row.own_words,
        row.account_id,
        row.at
    )?;
    Ok(done == 1)
}

/// How pages look for an account; nothing where it never chose.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn display(tx: &mut Tx, account: AccountId) -> Result<Option<Display>, StoreError> {
    let row: Option<(String,)> = on!(tx, c, sqlx::query_as(DISPLAY).bind(account.as_uuid()).fetch_optional(c).await)?;
    Ok(row.map(|(words,)| Display::read(&words)))
}

/// Chooses that.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_display(tx: &mut Tx, account: AccountId, display: Display, now: DateTime<Utc>) -> Result<(), StoreError> {
    let words = display.to_string();
    run!(tx, SET_DISPLAY, account.as_uuid(), &words, now)?;
    Ok(())
}
