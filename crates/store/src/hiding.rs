//! What a person hid from those who act for them.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::record::Category;
use domain::{EntryId, HidingId, PersonId, RelationshipId};
use uuid::Uuid;

/// A hiding `h` with the name of the carer from whom it hides and what it hides.
macro_rules! hiding {
    () => {
        "SELECT h.id, h.entry_id, h.category, h.relationship_id, r.carer_name, e.category AS entry_category, e.kind, e.title, \
         e.happened, h.created_at FROM hiding h \
         LEFT JOIN relationship r ON r.person_id = h.person_id AND r.id = h.relationship_id \
         LEFT JOIN record_entry e ON e.person_id = h.person_id AND e.id = h.entry_id AND e.release = 'released' \
         WHERE h.person_id = $1"
    };
}

statements! {
    OF_PERSON = concat!(hiding!(), " ORDER BY h.created_at DESC, h.id DESC");
    OF_ENTRY = concat!(hiding!(), " AND h.entry_id = $2 ORDER BY h.created_at DESC, h.id DESC");
    OF_CATEGORY = concat!(hiding!(), " AND h.category = $2 ORDER BY h.created_at DESC, h.id DESC");
    ADD = "INSERT INTO hiding (person_id, id, entry_id, category, relationship_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    ONE = concat!(hiding!(), " AND h.id = $2");
    REMOVE = "DELETE FROM hiding WHERE person_id = $1 AND id = $2";
    FROM_ALL = "SELECT category FROM hiding WHERE person_id = $1 AND category IS NOT NULL AND relationship_id IS NULL";
}

/// What is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// One entry.
    Entry(EntryId),
    /// A whole category, with what comes into it later.
    Category(Category),
}

/// A choice to hide something.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HidingRow {
    /// Its id.
    pub id: Uuid,
    /// The entry that is hidden, if it is one.
    pub entry_id: Option<Uuid>,
    /// The category that is hidden, if it is one; by code.
    pub category: Option<String>,
    /// From whom; absent: from everybody who acts for the person, now and later.
    pub relationship_id: Option<Uuid>,
    /// That carer's name.
    pub carer_name: Option<String>,
    /// Where the entry belongs, by code; absent where its owner may no longer see it either.
    pub entry_category: Option<String>,
    /// What sort of thing the entry is.
    pub kind: Option<String>,
    /// The entry's name.
    pub title: Option<String>,
    /// When it happened, as a FHIR date or time.
    pub happened: Option<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// Everything that a person hid, the last first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<HidingRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_PERSON).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// From whom one thing is hidden, the last first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of(tx: &mut Tx, person: PersonId, what: Hidden) -> Result<Vec<HidingRow>, StoreError> {
    Ok(on!(tx, c, {
        match what {
            Hidden::Entry(id) => sqlx::query_as(OF_ENTRY).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await,
            Hidden::Category(category) => {
                sqlx::query_as(OF_CATEGORY).bind(person.as_uuid()).bind(category.code()).fetch_all(c).await
            }
        }
    })?)
}

/// One choice.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(tx: &mut Tx, person: PersonId, id: HidingId) -> Result<Option<HidingRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Hides something from a carer, or from all.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(
    tx: &mut Tx,
    person: PersonId,
    id: HidingId,
    what: Hidden,
    from: Option<RelationshipId>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (entry, category) = match what {
        Hidden::Entry(id) => (Some(id.as_uuid()), None),
        Hidden::Category(category) => (None, Some(category.code())),
    };
    Ok(on!(tx, c, {
        let query = sqlx::query(ADD).bind(person.as_uuid()).bind(id.as_uuid()).bind(entry).bind(category);
        query.bind(from.map(|id| id.as_uuid())).bind(at).execute(c).await.map(|_| ())
    })?)
}

/// Takes a choice back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx, person: PersonId, id: HidingId) -> Result<(), StoreError> {
    run!(tx, REMOVE, person.as_uuid(), id.as_uuid())?;
    Ok(())
}

/// The categories that are hidden from everybody who acts for the person, by code.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn from_all(tx: &mut Tx, person: PersonId) -> Result<Vec<(String,)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(FROM_ALL).bind(person.as_uuid()).fetch_all(c).await)?)
}
