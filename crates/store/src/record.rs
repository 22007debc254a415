//! A person's record: every version of every resource as it was received, and the entries that pages read.

use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::record::{Category, Code, Detail, EntryFacts, Range, Sensitivity, Value};
use domain::{EntryId, ImportId, OrganisationId, PersonId, ResourceId, When};
use sqlx::QueryBuilder;
use sqlx::types::Json;
use uuid::Uuid;

statements! {
    HELD = "SELECT r.id, r.resource_type, r.logical_id, r.version, r.is_current, r.source_updated_at, r.hash, e.id AS entry_id \
            FROM resource r LEFT JOIN record_entry e ON e.person_id = r.person_id AND e.organisation_id = r.organisation_id \
            AND e.resource_type = r.resource_type AND e.logical_id = r.logical_id \
            WHERE r.person_id = $1 AND r.organisation_id = $2 ORDER BY r.version";
    HELD_ONE = "SELECT r.id, r.resource_type, r.logical_id, r.version, r.is_current, r.source_updated_at, r.hash, e.id AS entry_id \
                FROM resource r LEFT JOIN record_entry e ON e.person_id = r.person_id AND e.organisation_id = r.organisation_id \
                AND e.resource_type = r.resource_type AND e.logical_id = r.logical_id \
                WHERE r.person_id = $1 AND r.organisation_id = $2 AND r.resource_type = $3 AND r.logical_id = $4 ORDER BY r.version";
    RETIRE = "UPDATE resource SET is_current = FALSE WHERE person_id = $1 AND id = $2";
    CHANGE_ENTRY = "UPDATE record_entry SET resource_id = $3, category = $4, kind = $5, title = $6, code_system = $7, code = $8, \
                    code_display = $9, status = $10, happened = $11, ended = $12, recorded = $13, sort_at = $14, value_text = $15, \
                    value_number = $16, value_unit = $17, range_low = $18, range_high = $19, range_text = $20, interpretation = $21, \
                    author = $22, place = $23, details = $24, none_known = $25, sensitivity = $26, release = $27, updated_at = $28 \
                    WHERE person_id = $1 AND id = $2";
    NEW_RUN = "INSERT INTO import_run (person_id, id, organisation_id, ran_at, report) VALUES ($1, $2, $3, $4, $5)";
    OTHER_PATIENT = "SELECT MAX(source_updated_at) FROM resource \
                     WHERE person_id = $1 AND organisation_id <> $2 AND resource_type = 'Patient' AND is_current";
    COUNTS = "SELECT c.category, c.entries, c.none_known, \
              (SELECT e.happened FROM record_entry e WHERE e.person_id = $1 AND e.category = c.category AND e.release = 'released' \
               ORDER BY e.sort_at DESC, e.id DESC LIMIT 1) AS latest \
              FROM (SELECT category, CAST(SUM(CASE WHEN none_known THEN 0 ELSE 1 END) AS BIGINT) AS entries, \
                    CAST(SUM(CASE WHEN none_known THEN 1 ELSE 0 END) AS BIGINT) AS none_known \
                    FROM record_entry WHERE person_id = $1 AND release = 'released' GROUP BY category) c";
    NEWEST = "SELECT id, category, kind, title, status, happened, value_text, value_number, value_unit, range_low, range_high, range_text, \
              interpretation, author, place, none_known, sensitivity FROM record_entry \
              WHERE person_id = $1 AND release = 'released' AND category NOT IN ('people', 'other') \
              ORDER BY added_at DESC, sort_at DESC, id DESC LIMIT $2";
    COMING = "SELECT id, category, kind, title, status, happened, value_text, value_number, value_unit, range_low, range_high, range_text, \
              interpretation, author, place, none_known, sensitivity FROM record_entry \
              WHERE person_id = $1 AND category = 'visits' AND release = 'released' AND sort_at >= $2 \
              AND (status IS NULL OR status NOT IN ('cancelled', 'revoked', 'noshow', 'entered-in-error')) \
              ORDER BY sort_at, id LIMIT $3";
    SOURCES = "SELECT o.name, MAX(r.ran_at) AS last_updated FROM import_run r JOIN organisation o ON o.id = r.organisation_id \
               WHERE r.person_id = $1 GROUP BY o.id, o.name";
    LISTED_ALL = "SELECT CAST(COUNT(*) AS BIGINT) FROM record_entry WHERE person_id = $1 AND category = $2 AND release = 'released'";
    LISTED = "SELECT CAST(COUNT(*) AS BIGINT) FROM record_entry WHERE person_id = $1 AND category = $2 AND release = 'released' \
              AND ($3 = 'all' OR CASE WHEN status IN ('inactive', 'remission', 'resolved', 'completed', 'stopped', 'cancelled', 'ended', \
              'revoked', 'rejected', 'not-taken', 'not-done', 'refuted') THEN 'past' ELSE 'current' END = $3)";
    PLACE = "SELECT sort_at FROM record_entry WHERE person_id = $1 AND id = $2 AND category = $3";
    FIRST_PAGE = "SELECT id, category, kind, title, status, happened, value_text, value_number, value_unit, range_low, range_high, \
                  range_text, interpretation, author, place, none_known, sensitivity FROM record_entry \
                  WHERE person_id = $1 AND category = $2 AND release = 'released' \
                  AND ($3 = 'all' OR CASE WHEN status IN ('inactive', 'remission', 'resolved', 'completed', 'stopped', 'cancelled', 'ended', \
                  'revoked', 'rejected', 'not-taken', 'not-done', 'refuted') THEN 'past' ELSE 'current' END = $3) \
                  ORDER BY sort_at DESC, id DESC LIMIT $4";
    NEXT_PAGE = "SELECT id, category, kind, title, status, happened, value_text, value_number, value_unit, range_low, range_high, \
                 range_text, interpretation, author, place, none_known, sensitivity FROM record_entry \
                 WHERE person_id = $1 AND category = $2 AND release = 'released' \
                 AND ($3 = 'all' OR CASE WHEN status IN ('inactive', 'remission', 'resolved', 'completed', 'stopped', 'cancelled', 'ended', \
                 'revoked', 'rejected', 'not-taken', 'not-done', 'refuted') THEN 'past' ELSE 'current' END = $3) \
                 AND (sort_at, id) < ($5, $6) ORDER BY sort_at DESC, id DESC LIMIT $4";
    ENTRY = "SELECT e.id, e.category, e.kind, e.title, e.status, e.happened, e.value_text, e.value_number, e.value_unit, e.range_low, \
             e.range_high, e.range_text, e.interpretation, e.author, e.place, e.none_known, e.sensitivity, e.organisation_id, \
             e.resource_type, e.logical_id, e.code_system, e.code, e.code_display, e.ended, e.recorded, e.details, \
             o.name AS organisation, r.version, r.is_current, r.received_at \
             FROM record_entry e JOIN organisation o ON o.id = e.organisation_id \
             JOIN resource r ON r.person_id = e.person_id AND r.id = e.resource_id \
             WHERE e.person_id = $1 AND e.id = $2 AND e.release = 'released'";
    VERSIONS = "SELECT version, is_current, received_at, source_updated_at FROM resource \
                WHERE person_id = $1 AND organisation_id = $2 AND resource_type = $3 AND logical_id = $4 \
                ORDER BY is_current DESC, version DESC";
    VERSION = "SELECT full_url, raw, received_at FROM resource \
               WHERE person_id = $1 AND organisation_id = $2 AND resource_type = $3 AND logical_id = $4 AND version = $5";
    NAMING = "SELECT full_url, raw FROM resource WHERE person_id = $1 AND organisation_id = $2 AND is_current AND resource_type IN \
              ('Practitioner', 'PractitionerRole', 'Organization', 'Location', 'HealthcareService', 'Medication', 'Encounter')";
    CURRENT = "SELECT id, organisation_id, resource_type, logical_id FROM resource WHERE person_id = $1 AND is_current";
    CURRENT_RELEASED = "SELECT r.id, r.organisation_id, r.resource_type, r.logical_id FROM resource r \
                        WHERE r.person_id = $1 AND r.is_current AND NOT EXISTS (SELECT 1 FROM record_entry e \
                        WHERE e.person_id = r.person_id AND e.organisation_id = r.organisation_id \
                        AND e.resource_type = r.resource_type AND e.logical_id = r.logical_id AND e.release <> 'released')";
    RAW = "SELECT id, full_url, raw FROM resource WHERE person_id = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
           $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)";
}

/// How many resources [`raw`] fetches at once.
pub const RAW_AT_ONCE: usize = 32;
/// How many rows one insert statement holds: a full one is prepared once and used again.
const ROWS: usize = 64;

const NEW_RESOURCE: &str = "INSERT INTO resource (person_id, id, organisation_id, resource_type, logical_id, version, is_current, \
                            source_version, source_updated_at, full_url, raw, hash, import_id, received_at) ";
const NEW_ENTRY: &str = "INSERT INTO record_entry (person_id, id, resource_id, organisation_id, resource_type, logical_id, category, kind, \
                         title, code_system, code, code_display, status, happened, ended, recorded, sort_at, value_text, value_number, \
                         value_unit, range_low, range_high, range_text, interpretation, author, place, details, none_known, sensitivity, \
                         release, added_at, updated_at) ";

/// What every row of one import has in common.
#[derive(Clone, Copy, Debug)]
pub struct Import {
    /// Whose record.
    pub person: PersonId,
    /// From whom.
    pub organisation: OrganisationId,
    /// Which run.
    pub id: ImportId,
    /// When.
    pub at: DateTime<Utc>,
}

/// A version of a resource that is held.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldRow {
    /// Its id.
    pub id: Uuid,
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
    /// Its number, from 1 in the order in which versions arrived.
    pub version: i32,
    /// It is the one that counts.
    pub is_current: bool,
    /// When the source last changed it.
    pub source_updated_at: Option<DateTime<Utc>>,
    /// SHA-256 of its text.
    pub hash: Vec<u8>,
    /// The entry that shows the resource, if there is one.
    pub entry_id: Option<Uuid>,
}

/// A version of a resource to be added.
#[derive(Clone, Debug)]
pub struct NewResource {
    /// Its id.
    pub id: ResourceId,
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
    /// Its number.
    pub version: i32,
    /// It is the one that counts.
    pub is_current: bool,
    /// The source's own word for the version.
    pub source_version: Option<String>,
    /// When the source last changed it.
    pub source_updated_at: Option<DateTime<Utc>>,
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
    /// SHA-256 of that.
    pub hash: Vec<u8>,
}

/// An entry to be added, or its facts to be changed.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Its id.
    pub id: EntryId,
    /// The version that it tells of.
    pub resource_id: ResourceId,
    /// The FHIR type of that.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
    /// What it says.
    pub facts: EntryFacts,
}

/// An entry as lists read it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LineRow {
    /// Its id.
    pub id: Uuid,
    /// [`Category`] by code.
    pub category: String,
    /// What sort of thing it is, in plain words.
    pub kind: String,
    /// Its name.
    pub title: String,
    /// The source's status word.
    pub status: Option<String>,
    /// When it happened, as a FHIR date or time.
    pub happened: Option<String>,
    /// Its value as shown.
    pub value_text: Option<String>,
    /// Decimal text.
    pub value_number: Option<String>,
    /// As recorded.
    pub value_unit: Option<String>,
    /// Decimal text.
    pub range_low: Option<String>,
    /// Decimal text.
    pub range_high: Option<String>,
    /// In words.
    pub range_text: Option<String>,
    /// What the laboratory said of the value.
    pub interpretation: Option<String>,
    /// Who recorded it.
    pub author: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// It says that there is none.
    pub none_known: bool,
    /// [`Sensitivity`] by code.
    pub sensitivity: String,
}

impl LineRow {
    /// Where it belongs.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn category(&self) -> Result<Category, StoreError> {
        Category::from_code(&self.category).ok_or_else(|| StoreError::corrupt("an entry has an unknown category"))
    }

    /// How sensitive it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn sensitivity(&self) -> Result<Sensitivity, StoreError> {
        Sensitivity::from_code(&self.sensitivity).ok_or_else(|| StoreError::corrupt("an entry has an unknown sensitivity"))
    }

    /// When it happened.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is no date.
    pub fn happened(&self) -> Result<Option<When>, StoreError> {
        when(self.happened.as_deref())
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        let range = Range { low: self.range_low.clone(), high: self.range_high.clone(), text: self.range_text.clone() };
        self.value_text.clone().map(|text| Value {
            text,
            number: self.value_number.clone(),
            unit: self.value_unit.clone(),
            range: (range != Range::default()).then_some(range),
            interpretation: self.interpretation.clone(),
        })
    }
}

/// An entry as its own page reads it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryRow {
    /// What lists read.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// The source.
    pub organisation_id: Uuid,
    /// The FHIR type of the resource.
    pub resource_type: String,
    /// The resource's id at the source.
    pub logical_id: String,
    /// Of the code.
    pub code_system: Option<String>,
    /// Of what it is about.
    pub code: Option<String>,
    /// The words that came with the code.
    pub code_display: Option<String>,
    /// As a FHIR date or time.
    pub ended: Option<String>,
    /// As a FHIR date or time.
    pub recorded: Option<String>,
    /// Further facts.
    pub details: Json<Vec<Detail>>,
    /// The source's name.
    pub organisation: String,
    /// The number of the version that it tells of.
    pub version: i32,
    /// Whether that version is the one that counts: if not, the one that counts could not be read.
    pub is_current: bool,
    /// When that version was received.
    pub received_at: DateTime<Utc>,
}

impl EntryRow {
    /// The code of what it is about.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        let (system, code) = (self.code_system.clone()?, self.code.clone()?);
        Some(Code { system, code, display: self.code_display.clone() })
    }

    /// When it ended.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is no date.
    pub fn ended(&self) -> Result<Option<When>, StoreError> {
        when(self.ended.as_deref())
    }

    /// When it was written down.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is no date.
    pub fn recorded(&self) -> Result<Option<When>, StoreError> {
        when(self.recorded.as_deref())
    }

    /// Which resource it shows.
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        Source {
            organisation: OrganisationId::from_uuid(self.organisation_id),
            resource_type: &self.resource_type,
            logical_id: &self.logical_id,
        }
    }
}

fn when(text: Option<&str>) -> Result<Option<When>, StoreError> {
    text.map(When::parse).transpose().map_err(|_| StoreError::corrupt("an entry has a date that is none"))
}

/// Which resource: all of its versions have this in common.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// From whom.
    pub organisation: OrganisationId,
    /// Its FHIR type.
    pub resource_type: &'a str,
    /// Its id at the source.
    pub logical_id: &'a str,
}

/// How many entries of one category there are.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CountRow {
    /// [`Category`] by code.
    pub category: String,
    /// Entries that say something.
    pub entries: i64,
    /// Entries that say that there is none.
    pub none_known: i64,
    /// When the newest of them happened, as a FHIR date or time.
    pub latest: Option<String>,
}

impl CountRow {
    /// When the newest happened.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is no date.
    pub fn latest(&self) -> Result<Option<When>, StoreError> {
        when(self.latest.as_deref())
    }
}

/// A source of a record.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SourceRow {
    /// Its name.
    pub name: String,
    /// When something was last received from it.
    pub last_updated: DateTime<Utc>,
}

/// A version of a resource, without its text.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VersionRow {
    /// Its number.
    pub version: i32,
    /// It is the one that counts.
    pub is_current: bool,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// When the source last changed it.
    pub source_updated_at: Option<DateTime<Utc>>,
}

/// The text of a version of a resource.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VersionTextRow {
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

/// The text of a resource that others refer to by name.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamingRow {
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
}

/// Which resource is current, for an export.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CurrentRow {
    /// Its id.
    pub id: Uuid,
    /// From whom.
    pub organisation_id: Uuid,
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
}

/// The text of a resource by its id.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RawRow {
    /// Its id.
    pub id: Uuid,
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
}

/// Every version of everything that is held of a person from one source, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn held(tx: &mut Tx, person: PersonId, organisation: OrganisationId) -> Result<Vec<HeldRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(HELD).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_all(c).await)?)
}

/// Every version of one resource that is held, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn held_of(tx: &mut Tx, person: PersonId, source: Source<'_>) -> Result<Vec<HeldRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(HELD_ONE)
            .bind(person.as_uuid())
            .bind(source.organisation.as_uuid())
            .bind(source.resource_type)
            .bind(source.logical_id)
            .fetch_all(c)
            .await
    )?)
}

/// Makes a version history.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn retire(tx: &mut Tx, person: PersonId, id: ResourceId) -> Result<(), StoreError> {
    Ok(on!(tx, c, sqlx::query(RETIRE).bind(person.as_uuid()).bind(id.as_uuid()).execute(c).await.map(|_| ()))?)
}

/// Adds versions of resources.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_resources(tx: &mut Tx, import: Import, rows: &[NewResource]) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_RESOURCE);
            insert.push_values(rows, |mut b, row| {
                b.push_bind(import.person.as_uuid())
                    .push_bind(row.id.as_uuid())
                    .push_bind(import.organisation.as_uuid())
                    .push_bind(&row.resource_type)
                    .push_bind(&row.logical_id)
                    .push_bind(row.version)
                    .push_bind(row.is_current)
                    .push_bind(&row.source_version)
                    .push_bind(row.source_updated_at)
                    .push_bind(&row.full_url)
                    .push_bind(&row.raw)
                    .push_bind(&row.hash)
                    .push_bind(import.id.as_uuid())
                    .push_bind(import.at);
            });
            insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Where an entry stands in lists: by when it happened, else was written down, else ended; what has no date comes last.
fn sort_at(facts: &EntryFacts) -> DateTime<Utc> {
    let when = facts.happened.or(facts.recorded).or(facts.ended);
    // Both engines keep microseconds; before this instant nothing is recorded.
    let undated = DateTime::from_timestamp(-62_135_596_800, 0).unwrap_or_default();
    when.and_then(|when| DateTime::from_timestamp_micros(when.sort_key().timestamp_micros()))
        .map_or(undated, |at| at.max(undated))
}

/// The columns that follow from an entry's facts, in the order of both statements that write them.
macro_rules! facts {
    ($b:expr, $bind:ident, $facts:expr) => {{
        let facts = $facts;
        let (code, value) = (facts.code.as_ref(), facts.value.as_ref());
        let range = value.and_then(|value| value.range.as_ref());
        $b.$bind(facts.category.code())
            .$bind(&facts.kind)
            .$bind(&facts.title)
            .$bind(code.map(|code| &code.system))
            .$bind(code.map(|code| &code.code))
            .$bind(code.and_then(|code| code.display.as_ref()))
            .$bind(&facts.status)
            .$bind(facts.happened.map(|when| when.to_string()))
            .$bind(facts.ended.map(|when| when.to_string()))
            .$bind(facts.recorded.map(|when| when.to_string()))
            .$bind(sort_at(facts))
            .$bind(value.map(|value| &value.text))
            .$bind(value.and_then(|value| value.number.as_ref()))
            .$bind(value.and_then(|value| value.unit.as_ref()))
            .$bind(range.and_then(|range| range.low.as_ref()))
            .$bind(range.and_then(|range| range.high.as_ref()))
            .$bind(range.and_then(|range| range.text.as_ref()))
            .$bind(value.and_then(|value| value.interpretation.as_ref()))
            .$bind(&facts.author)
            .$bind(&facts.place)
            .$bind(Json(&facts.details))
            .$bind(facts.none_known)
            .$bind(facts.sensitivity.code())
            .$bind(facts.release.code())
    }};
}

/// Adds entries.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_entries(tx: &mut Tx, import: Import, rows: &[NewEntry]) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_ENTRY);
            insert.push_values(rows, |mut b, row| {
                b.push_bind(import.person.as_uuid())
                    .push_bind(row.id.as_uuid())
                    .push_bind(row.resource_id.as_uuid())
                    .push_bind(import.organisation.as_uuid())
                    .push_bind(&row.resource_type)
                    .push_bind(&row.logical_id);
                facts!(b, push_bind, &row.facts).push_bind(import.at).push_bind(import.at);
            });
            insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Makes an entry tell of another version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_entry(tx: &mut Tx, import: Import, entry: &NewEntry) -> Result<(), StoreError> {
    Ok(on!(tx, c, {
        let change =
            sqlx::query(CHANGE_ENTRY).bind(import.person.as_uuid()).bind(entry.id.as_uuid()).bind(entry.resource_id.as_uuid());
        facts!(change, bind, &entry.facts).bind(import.at).execute(c).await.map(|_| ())
    })?)
}

/// Notes a run of an import and what it did.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_run(tx: &mut Tx, import: Import, report: &serde_json::Value) -> Result<(), StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query(NEW_RUN)
            .bind(import.person.as_uuid())
            .bind(import.id.as_uuid())
            .bind(import.organisation.as_uuid())
            .bind(import.at)
            .bind(Json(report))
            .execute(c)
            .await
            .map(|_| ())
    )?)
}

/// When another source than this last changed what it says of who the person is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn told_elsewhere(
    tx: &mut Tx,
    person: PersonId,
    organisation: OrganisationId,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (at,): (Option<DateTime<Utc>>,) =
        on!(tx, c, sqlx::query_as(OTHER_PATIENT).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_one(c).await)?;
    Ok(at)
}

/// How many entries of each category may be shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn counts(tx: &mut Tx, person: PersonId) -> Result<Vec<CountRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(COUNTS).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// The entries that were added last.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<LineRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NEWEST).bind(person.as_uuid()).bind(limit).fetch_all(c).await)?)
}

/// Visits from this moment on that were not called off, the next one first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn coming(tx: &mut Tx, person: PersonId, from: DateTime<Utc>, limit: i64) -> Result<Vec<LineRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(COMING).bind(person.as_uuid()).bind(from).bind(limit).fetch_all(c).await)?)
}

/// Where the record comes from.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sources(tx: &mut Tx, person: PersonId) -> Result<Vec<SourceRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(SOURCES).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// How many entries a list has. `which` is `all`, `current` or `past`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listed(tx: &mut Tx, person: PersonId, category: Category, which: &str) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, {
        if which == "all" {
            sqlx::query_as(LISTED_ALL).bind(person.as_uuid()).bind(category.code()).fetch_one(c).await
        } else {
            sqlx::query_as(LISTED).bind(person.as_uuid()).bind(category.code()).bind(which).fetch_one(c).await
        }
    })?;
    Ok(count)
}

/// Where in its list an entry stands.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn place(tx: &mut Tx, person: PersonId, category: Category, id: EntryId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let found: Option<(DateTime<Utc>,)> = on!(
        tx,
        c,
        sqlx::query_as(PLACE).bind(person.as_uuid()).bind(id.as_uuid()).bind(category.code()).fetch_optional(c).await
    )?;
    Ok(found.map(|(at,)| at))
}

/// A part of a list, newest first, from after the given place. `which` is `all`, `current` or `past`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn page(
    tx: &mut Tx,
    person: PersonId,
    category: Category,
    which: &str,
    after: Option<(DateTime<Utc>, EntryId)>,
    limit: i64,
) -> Result<Vec<LineRow>, StoreError> {
    let statement = if after.is_some() { NEXT_PAGE } else { FIRST_PAGE };
    Ok(on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(category.code()).bind(which).bind(limit);
        match after {
            Some((at, id)) => query.bind(at).bind(id.as_uuid()).fetch_all(c).await,
            None => query.fetch_all(c).await,
        }
    })?)
}

/// An entry that may be shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn entry(tx: &mut Tx, person: PersonId, id: EntryId) -> Result<Option<EntryRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ENTRY).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The versions of a resource: the one that counts, then the others, the last received first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn versions(tx: &mut Tx, person: PersonId, source: Source<'_>) -> Result<Vec<VersionRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(VERSIONS)
            .bind(person.as_uuid())
            .bind(source.organisation.as_uuid())
            .bind(source.resource_type)
            .bind(source.logical_id)
            .fetch_all(c)
            .await
    )?)
}

/// One version of a resource.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn version(
    tx: &mut Tx,
    person: PersonId,
    source: Source<'_>,
    number: i32,
) -> Result<Option<VersionTextRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(VERSION)
            .bind(person.as_uuid())
            .bind(source.organisation.as_uuid())
            .bind(source.resource_type)
            .bind(source.logical_id)
            .bind(number)
            .fetch_optional(c)
            .await
    )?)
}

/// What other resources of a source refer to by name: people, organisations, places, medicines and visits.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn naming(tx: &mut Tx, person: PersonId, organisation: OrganisationId) -> Result<Vec<NamingRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NAMING).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_all(c).await)?)
}

/// Which resources are current, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn current(tx: &mut Tx, person: PersonId) -> Result<Vec<CurrentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CURRENT).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Which resources are current and not held back from the person they are about, in no order. A resource that has no
/// entry is not held back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn current_released(tx: &mut Tx, person: PersonId) -> Result<Vec<CurrentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CURRENT_RELEASED).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// The texts of up to [`RAW_AT_ONCE`] resources, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn raw(tx: &mut Tx, person: PersonId, ids: &[Uuid]) -> Result<Vec<RawRow>, StoreError> {
    let Some(last) = ids.last() else { return Ok(Vec::new()) };
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(RAW).bind(person.as_uuid());
        for place in 0..RAW_AT_ONCE {
            query = query.bind(ids.get(place).unwrap_or(last));
        }
        query.fetch_all(c).await
    })?)
}
