//! People whose record is held, as they are looked up.

use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::person::Demographics;
use domain::{NhsNumber, PersonId};
use sqlx::types::Json;
use uuid::Uuid;

statements! {
    BY_ID = "SELECT id, nhs_number, family_name, given_names, prefix, birth_date, gender, deceased, created_at, updated_at \
             FROM person WHERE id = $1";
    BY_NHS_NUMBER = "SELECT id, nhs_number, family_name, given_names, prefix, birth_date, gender, deceased, created_at, updated_at \
                     FROM person WHERE nhs_number = $1";
}

/// A person as they are stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PersonRow {
    /// Their id.
    pub id: Uuid,
    /// Ten digits; absent for someone who has none yet.
    pub nhs_number: Option<String>,
    /// As written.
    pub family_name: String,
    /// As written.
    pub given_names: Json<Vec<String>>,
    /// "Mrs", "Dr".
    pub prefix: Option<String>,
    /// Absent where it is not known to the day.
    pub birth_date: Option<NaiveDate>,
    /// FHIR administrative gender code.
    pub gender: Option<String>,
    /// Known to have died.
    pub deceased: bool,
    /// When the record was opened.
    pub created_at: DateTime<Utc>,
    /// When a source last changed who they are.
    pub updated_at: DateTime<Utc>,
}

impl PersonRow {
    /// Their id.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.id)
    }

    /// Who they are.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when what is stored is not an NHS number.
    pub fn demographics(&self) -> Result<Demographics, StoreError> {
        let nhs_number = self.nhs_number.as_deref().map(NhsNumber::parse).transpose();
        Ok(Demographics {
            nhs_number: nhs_number.map_err(|_| StoreError::corrupt("a person's NHS number is none"))?,
            family_name: self.family_name.clone(),
            given_names: self.given_names.0.clone(),
            prefix: self.prefix.clone(),
            birth_date: self.birth_date,
            gender: self.gender.clone(),
            deceased: self.deceased,
        })
    }
}

/// The person with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(tx: &mut Tx, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_ID).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The person with this NHS number.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_nhs_number(tx: &mut Tx, number: &NhsNumber) -> Result<Option<PersonRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_NHS_NUMBER).bind(number.as_digits()).fetch_optional(c).await)?)
}
