//! Files that come with entries of a record, and who has read them. What of an entry is open is decided where the entry is read.

use crate::{StoreError, Tx, an_id, on, statements};
use chrono::{DateTime, Utc};
use domain::document::{DocumentKind, DocumentWords};
use domain::{AccountId, DocumentId, EntryId, PersonId, ResourceId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many entries [`seen`] is asked about at once.
pub const SEEN_AT_ONCE: usize = 50;

/// How many entries [`worded`] is asked about at once.
pub const WORDED_AT_ONCE: usize = 32;

/// Files of an entry, without those whose Binary may not be shown to the person it is about.
macro_rules! held {
    () => {
        " FROM document d JOIN record_entry e ON e.person_id = d.person_id AND e.id = d.entry_id \
         LEFT JOIN record_entry b ON b.person_id = d.person_id AND b.organisation_id = e.organisation_id AND b.resource_type = 'Binary' \
         AND b.logical_id = d.binary_id WHERE d.person_id = $1 AND d.entry_id = $2 AND (b.id IS NULL OR b.release = 'released')"
    };
}

/// Without files that also came with a result that is not shown yet.
macro_rules! apart {
    ($at:literal) => {
        concat!(
            " AND NOT EXISTS (SELECT 1 FROM document w JOIN result_hold x ON x.person_id = w.person_id AND x.entry_id = w.entry_id \
             WHERE w.person_id = $1 AND w.hash = d.hash AND x.opens_at > ",
            $at,
            ")"
        )
    };
}

statements! {
    KEEP = "INSERT INTO document_content (person_id, hash, bytes) VALUES ($1, $2, $3) ON CONFLICT (person_id, hash) DO NOTHING";
    ADD = "INSERT INTO document (person_id, id, entry_id, place, title, content_type, kind, binary_id, size, hash, words, text) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    DROP = "DELETE FROM document WHERE person_id = $1 AND entry_id = $2";
    /// Bytes of which no entry tells any more; their resource has them.
    SWEEP = "DELETE FROM document_content WHERE person_id = $1 AND NOT EXISTS \
             (SELECT 1 FROM document d WHERE d.person_id = document_content.person_id AND d.hash = document_content.hash)";
    OF = concat!("SELECT d.id, d.place, d.title, d.content_type, d.kind, d.binary_id, d.size, d.hash, d.words", held!(), " ORDER BY d.place");
    SHOWN = concat!(
        "SELECT d.id, d.place, d.title, d.content_type, d.kind, d.binary_id, d.size, d.hash, d.words", held!(), apart!("$3"), " ORDER BY d.place"
    );
    BYTES = "SELECT c.bytes FROM document d JOIN document_content c ON c.person_id = d.person_id AND c.hash = d.hash \
             WHERE d.person_id = $1 AND d.entry_id = $2 AND d.id = $3";
    TEXTS = concat!("SELECT d.id, d.text", held!(), apart!("$3"), " AND d.text IS NOT NULL ORDER BY d.place");
    /// The words of files of entries that are shown, without files that also came with a result that is not.
    WORDED = concat!(
        "SELECT d.entry_id, e.organisation_id, e.resource_type, d.binary_id, SUBSTR(d.text, 1, 60000) AS text \
         FROM document d JOIN record_entry e ON e.person_id = d.person_id AND e.id = d.entry_id \
         LEFT JOIN record_entry b ON b.person_id = d.person_id AND b.organisation_id = e.organisation_id AND b.resource_type = 'Binary' \
         AND b.logical_id = d.binary_id WHERE d.person_id = $1 AND d.text IS NOT NULL AND e.release = 'released' \
         AND e.id NOT IN (SELECT x.entry_id FROM result_hold x WHERE x.person_id = $1 AND x.opens_at > $2) \
         AND (b.id IS NULL OR b.release = 'released')",
        apart!("$2"),
        " AND d.entry_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, \
         $26, $27, $28, $29, $30, $31, $32, $33, $34) ORDER BY d.entry_id, d.place"
    );
    VERSION = "SELECT resource_id FROM record_entry WHERE person_id = $1 AND id = $2";
    HAS_SEEN = "SELECT CAST(COUNT(*) AS BIGINT) FROM document_read WHERE person_id = $1 AND account_id = $2 AND entry_id = $3 AND resource_id = $4";
    SEE = "INSERT INTO document_read (person_id, account_id, entry_id, resource_id) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (person_id, account_id, entry_id) DO UPDATE SET resource_id = excluded.resource_id";
    SEEN = "SELECT d.entry_id FROM document_read d JOIN record_entry e ON e.person_id = d.person_id AND e.id = d.entry_id \
            AND e.resource_id = d.resource_id WHERE d.person_id = $1 AND d.account_id = $2 AND d.entry_id IN ($3, $4, $5, $6, $7, $8, $9, \
            $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, \
            $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52)";
}

/// A file that is added to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDocument {
    /// Its id.
    pub id: DocumentId,
    /// What it is called.
    pub title: Option<String>,
    /// What kind it is said to be.
    pub content_type: Option<String>,
    /// What it is.
    pub kind: DocumentKind,
    /// The Binary that holds it, by its id at the source.
    pub binary: Option<String>,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of its bytes; absent where there are none.
    pub hash: Option<Vec<u8>>,
    /// What became of its words.
    pub words: DocumentWords,
    /// They, as plain text.
    pub text: Option<String>,
}

/// A file of an entry, without its bytes and its words.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DocumentRow {
    /// Its id.
    pub id: Uuid,
    /// Its place among the files of the entry, from 0.
    pub place: i32,
    /// What it is called.
    pub title: Option<String>,
    /// What kind it is said to be.
    pub content_type: Option<String>,
    /// [`DocumentKind`] by code.
    pub kind: String,
    /// The Binary that holds it, by its id at the source.
    pub binary_id: Option<String>,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of its bytes; absent where there are none.
    pub hash: Option<Vec<u8>>,
    /// [`DocumentWords`] by code.
    pub words: String,
}

/// The words of a file, as much of them as is looked through ([`domain::search::LONGEST_FILE`]).
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WordedRow {
    /// Of which entry.
    pub entry_id: Uuid,
    /// From whom that came.
    pub organisation_id: Uuid,
    /// The entry's FHIR type.
    pub resource_type: String,
    /// The Binary that holds it, by its id at the source.
    pub binary_id: Option<String>,
    /// They.
    pub text: String,
}

impl DocumentRow {
    /// What it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn kind(&self) -> Result<DocumentKind, StoreError> {
        DocumentKind::from_code(&self.kind).ok_or_else(|| StoreError::corrupt("a file is of an unknown kind"))
    }

    /// What became of its words.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn words(&self) -> Result<DocumentWords, StoreError> {
        DocumentWords::from_code(&self.words)
            .ok_or_else(|| StoreError::corrupt("of a file is not known what became of its words"))
    }
}

/// Keeps bytes, once.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn keep(tx: &mut Tx, person: PersonId, hash: &[u8], bytes: &[u8]) -> Result<(), StoreError> {
    Ok(on!(tx, c, sqlx::query(KEEP).bind(person.as_uuid()).bind(hash).bind(bytes).execute(c).await.map(|_| ()))?)
}

/// Puts these files in the place of those that an entry has. Their bytes are kept before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn replace(tx: &mut Tx, person: PersonId, entry: EntryId, files: &[NewDocument]) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(DROP).bind(person.as_uuid()).bind(entry.as_uuid()).execute(c).await.map(|_| ()))?;
    for (place, file) in files.iter().enumerate() {
        on!(
            tx,
            c,
            sqlx::query(ADD)
                .bind(person.as_uuid())
                .bind(file.id.as_uuid())
                .bind(entry.as_uuid())
                .bind(i32::try_from(place).unwrap_or(i32::MAX))
                .bind(&file.title)
                .bind(&file.content_type)
                .bind(file.kind.code())
                .bind(&file.binary)
                .bind(file.size)
                .bind(&file.hash)
                .bind(file.words.code())
                .bind(&file.text)
                .execute(c)
                .await
                .map(|_| ())
        )?;
    }
    Ok(())
}

/// Drops bytes of which no entry tells any more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sweep(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    Ok(on!(tx, c, sqlx::query(SWEEP).bind(person.as_uuid()).execute(c).await.map(|_| ()))?)
}

/// The files of an entry that may be shown at this instant, in their order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn shown(tx: &mut Tx, person: PersonId, entry: EntryId, at: DateTime<Utc>) -> Result<Vec<DocumentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(SHOWN).bind(person.as_uuid()).bind(entry.as_uuid()).bind(at).fetch_all(c).await)?)
}

/// All files of an entry, in their order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of(tx: &mut Tx, person: PersonId, entry: EntryId) -> Result<Vec<DocumentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF).bind(person.as_uuid()).bind(entry.as_uuid()).fetch_all(c).await)?)
}

/// The bytes of a file that [`shown`] gives.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn bytes(tx: &mut Tx, person: PersonId, entry: EntryId, id: DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = on!(
        tx,
        c,
        sqlx::query_as(BYTES).bind(person.as_uuid()).bind(entry.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await
    )?;
    Ok(row.map(|(bytes,)| bytes))
}

/// The words of the files of an entry that have any, each by its id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn texts(tx: &mut Tx, person: PersonId, entry: EntryId, at: DateTime<Utc>) -> Result<Vec<(Uuid, String)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(TEXTS).bind(person.as_uuid()).bind(entry.as_uuid()).bind(at).fetch_all(c).await)?)
}

/// The words of the files of up to [`WORDED_AT_ONCE`] entries that are shown at this instant, in the order of the files.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn worded(tx: &mut Tx, person: PersonId, entries: &[EntryId], at: DateTime<Utc>) -> Result<Vec<WordedRow>, StoreError> {
    let Some(last) = entries.last() else { return Ok(Vec::new()) };
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(WORDED).bind(person.as_uuid()).bind(at);
        for place in 0..WORDED_AT_ONCE {
            query = query.bind(entries.get(place).unwrap_or(last).as_uuid());
        }
        query.fetch_all(c).await
    })?)
}

/// The version of which an entry tells.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn version(tx: &mut Tx, person: PersonId, entry: EntryId) -> Result<Option<ResourceId>, StoreError> {
    Ok(an_id!(tx, VERSION, person.as_uuid(), entry.as_uuid())?.map(ResourceId::from_uuid))
}

/// Whether somebody has read this version of an entry.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn has_seen(
    tx: &mut Tx,
    person: PersonId,
    reader: AccountId,
    entry: EntryId,
    version: ResourceId,
) -> Result<bool, StoreError> {
    let (count,): (i64,) = on!(
        tx,
        c,
        sqlx::query_as(HAS_SEEN)
            .bind(person.as_uuid())
            .bind(reader.as_uuid())
            .bind(entry.as_uuid())
            .bind(version.as_uuid())
            .fetch_one(c)
            .await
    )?;
    Ok(count > 0)
}

/// Notes that somebody has read this version of an entry.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn see(
    tx: &mut Tx,
    person: PersonId,
    reader: AccountId,
    entry: EntryId,
    version: ResourceId,
) -> Result<(), StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query(SEE)
            .bind(person.as_uuid())
            .bind(reader.as_uuid())
            .bind(entry.as_uuid())
            .bind(version.as_uuid())
            .execute(c)
            .await
            .map(|_| ())
    )?)
}

/// Which of up to [`SEEN_AT_ONCE`] entries somebody has read as they are now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn seen(
    tx: &mut Tx,
    person: PersonId,
    reader: AccountId,
    entries: &[EntryId],
) -> Result<BTreeSet<EntryId>, StoreError> {
    let Some(last) = entries.last() else { return Ok(BTreeSet::new()) };
    let rows: Vec<(Uuid,)> = on!(tx, c, {
        let mut query = sqlx::query_as(SEEN).bind(person.as_uuid()).bind(reader.as_uuid());
        for place in 0..SEEN_AT_ONCE {
            query = query.bind(entries.get(place).unwrap_or(last).as_uuid());
        }
        query.fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(id,)| EntryId::from_uuid(id)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::search::LONGEST_FILE;

    #[test]
    fn as_much_of_a_file_is_read_as_is_looked_through() {
        assert!(WORDED.contains(&format!("SUBSTR(d.text, 1, {LONGEST_FILE})")));
        assert!(WORDED.contains(&format!("${})", WORDED_AT_ONCE + 2)));
    }
}
