//! Who dispenses, as the operator's table says, and to whom people let their prescriptions go.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::appointment::Position;
use domain::pharmacy::{DispenserKind, Hours, NominationSlot, OdsCode, PharmacyService};
use domain::{AccountId, PersonId};
use sqlx::QueryBuilder;

/// What is read of one, of `dispenser d`, as [`DispenserRow`].
macro_rules! dispenser {
    () => {
        "SELECT d.code, d.kind, d.name, d.address, d.town, d.postcode, d.phone, d.website, d.services, d.hours, d.latitude, \
         d.longitude, d.closed_at FROM dispenser d"
    };
}

/// What is kept of the postcode of one whose position is not known: itself, and its district.
macro_rules! known {
    () => {
        " FROM postcode c WHERE c.code IN (REPLACE(dispenser.postcode, ' ', ''), \
         CASE WHEN LENGTH(dispenser.postcode) > 4 THEN SUBSTR(dispenser.postcode, 1, LENGTH(dispenser.postcode) - 4) END)"
    };
}

statements! {
    ONE = concat!(dispenser!(), " WHERE d.code = $1");
    SOME = concat!(
        dispenser!(),
        " WHERE d.code IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
         $25)"
    );
    ANY = "SELECT code FROM dispenser WHERE closed_at IS NULL LIMIT 1";
    OPEN = "SELECT code FROM dispenser WHERE closed_at IS NULL";
    NEAR = concat!(
        dispenser!(),
        " WHERE d.closed_at IS NULL AND d.latitude BETWEEN $1 AND $2 AND d.longitude BETWEEN $3 AND $4 LIMIT $5"
    );
    OF_WORD = concat!(
        dispenser!(),
        " WHERE d.closed_at IS NULL AND d.code IN (SELECT w.code FROM dispenser_word w WHERE w.word >= $1 AND w.word < $2) \
         ORDER BY d.code LIMIT $3"
    );
    OF_KIND = concat!(dispenser!(), " WHERE d.closed_at IS NULL AND d.kind = $1 ORDER BY d.name, d.code LIMIT $2");
    CLOSE = "UPDATE dispenser SET closed_at = $2, changed_at = $2 WHERE code = $1 AND closed_at IS NULL";
    /// A whole postcode has one space, before the last three.
    FIND_DISPENSERS = concat!(
        "UPDATE dispenser SET latitude = (SELECT c.latitude", known!(), " ORDER BY LENGTH(c.code) DESC LIMIT 1), \
         longitude = (SELECT c.longitude", known!(), " ORDER BY LENGTH(c.code) DESC LIMIT 1) \
         WHERE latitude IS NULL AND EXISTS (SELECT 1", known!(), ")"
    );
    NOWHERE = "SELECT COUNT(*) FROM dispenser WHERE closed_at IS NULL AND latitude IS NULL";
    NOMINATIONS = "SELECT n.slot, n.version, n.dispenser, n.chosen_at FROM nomination n WHERE n.person_id = $1 AND n.version = \
                   (SELECT MAX(m.version) FROM nomination m WHERE m.person_id = $1 AND m.slot = n.slot) ORDER BY n.slot";
    HISTORY = "SELECT slot, version, dispenser, chosen_at FROM nomination WHERE person_id = $1 AND slot = $2 ORDER BY version";
    NOMINATE = "INSERT INTO nomination (person_id, slot, version, dispenser, chosen_by, chosen_at) VALUES ($1, $2, $3, $4, $5, $6) \
                ON CONFLICT (person_id, slot, version) DO NOTHING";
}

/// How many rows one insert statement holds.
pub const ROWS: usize = 200;
/// How many codes [`some`] asks for in one statement.
const AT_ONCE: usize = 25;
/// How many words one insert statement holds.
const WORDS: usize = 2_000;

const NEW: &str = "INSERT INTO dispenser (code, kind, name, address, town, postcode, phone, website, services, hours, latitude, \
                   longitude, changed_at) ";
/// A position that the table does not give stays, as long as the postcode does.
const KEEP: &str = " ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, name = excluded.name, address = excluded.address, \
     town = excluded.town, postcode = excluded.postcode, phone = excluded.phone, website = excluded.website, \
     services = excluded.services, hours = excluded.hours, \
     latitude = COALESCE(excluded.latitude, CASE WHEN dispenser.postcode = excluded.postcode THEN dispenser.latitude END), \
     longitude = COALESCE(excluded.longitude, CASE WHEN dispenser.postcode = excluded.postcode THEN dispenser.longitude END), \
     closed_at = NULL, changed_at = excluded.changed_at \
     WHERE dispenser.closed_at IS NOT NULL OR dispenser.kind <> excluded.kind OR dispenser.name <> excluded.name \
     OR dispenser.address <> excluded.address OR dispenser.town <> excluded.town OR dispenser.postcode <> excluded.postcode \
     OR dispenser.phone <> excluded.phone OR dispenser.website <> excluded.website OR dispenser.services <> excluded.services \
     OR dispenser.hours <> excluded.hours OR dispenser.latitude <> excluded.latitude OR dispenser.longitude <> excluded.longitude \
     OR (dispenser.latitude IS NULL AND excluded.latitude IS NOT NULL) RETURNING code";
const FORGET_WORDS: &str = "DELETE FROM dispenser_word WHERE code IN (";
const NEW_WORDS: &str = "INSERT INTO dispenser_word (word, code) ";

/// One that dispenses.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct DispenserRow {
    /// Its code.
    pub code: String,
    /// [`DispenserKind`] by code.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its street.
    pub address: String,
    /// Its town.
    pub town: String,
    /// Its postcode.
    pub postcode: String,
    /// Whom to ring; may be empty.
    pub phone: String,
    /// Its website; may be empty.
    pub website: String,
    /// [`PharmacyService`]s by code, with spaces between.
    pub services: String,
    /// When it is open, as [`Hours::code`] writes it.
    pub hours: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Since when it is closed for good.
    pub closed_at: Option<DateTime<Utc>>,
}

impl DispenserRow {
    /// Its code.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is none.
    pub fn ods(&self) -> Result<OdsCode, StoreError> {
        OdsCode::parse(&self.code).map_err(|_| StoreError::corrupt("a dispenser has no code"))
    }

    /// What sort it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn kind(&self) -> Result<DispenserKind, StoreError> {
        DispenserKind::from_code(&self.kind).ok_or_else(|| StoreError::corrupt("a dispenser is of an unknown kind"))
    }

    /// What it offers.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know a word.
    pub fn services(&self) -> Result<Vec<PharmacyService>, StoreError> {
        PharmacyService::several(&self.services).ok_or_else(|| StoreError::corrupt("a dispenser offers an unknown service"))
    }

    /// When it is open.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when that cannot be read.
    pub fn hours(&self) -> Result<Hours, StoreError> {
        Hours::from_code(&self.hours).ok_or_else(|| StoreError::corrupt("a dispenser has hours that cannot be read"))
    }

    /// Where it is, as far as that is known.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.latitude.zip(self.longitude).map(|(latitude, longitude)| Position { latitude, longitude })
    }
}

/// One as the operator's table names it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDispenser {
    /// Its code.
    pub code: OdsCode,
    /// What sort it is.
    pub kind: DispenserKind,
    /// Its name.
    pub name: String,
    /// Its street.
    pub address: String,
    /// Its town.
    pub town: String,
    /// Its postcode.
    pub postcode: String,
    /// Whom to ring; may be empty.
    pub phone: String,
    /// Its website; may be empty.
    pub website: String,
    /// What it offers.
    pub services: Vec<PharmacyService>,
    /// When it is open.
    pub hours: Hours,
    /// Where it is, where the table says so.
    pub at: Option<Position>,
}

/// What holds of one kind of nomination.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NominationRow {
    /// [`NominationSlot`] by code.
    pub slot: String,
    /// Goes up with every change.
    pub version: i32,
    /// Who is nominated, by code; absent where it was taken back.
    pub dispenser: Option<String>,
    /// When.
    pub chosen_at: DateTime<Utc>,
}

impl NominationRow {
    /// Which kind it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn slot(&self) -> Result<NominationSlot, StoreError> {
        NominationSlot::from_code(&self.slot).ok_or_else(|| StoreError::corrupt("a nomination is of an unknown kind"))
    }
}

/// A nomination that is made or, without a dispenser, taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNomination<'a> {
    /// Whose.
    pub person: PersonId,
    /// Which kind.
    pub slot: NominationSlot,
    /// One more than that of what holds.
    pub version: i32,
    /// Who is nominated.
    pub dispenser: Option<&'a OdsCode>,
    /// By whom.
    pub by: AccountId,
}

/// The one with this code, also where it is closed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, code: &OdsCode) -> Result<Option<DispenserRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(code.as_str()).fetch_optional(c).await)?)
}

/// Those with these codes, also where they are closed, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn some(tx: &mut Tx, codes: &[&str]) -> Result<Vec<DispenserRow>, StoreError> {
    let mut found = Vec::with_capacity(codes.len());
    for codes in codes.chunks(AT_ONCE) {
        let Some(last) = codes.last() else { continue };
        let rows: Vec<DispenserRow> = on!(tx, c, {
            let mut query = sqlx::query_as(SOME);
            for place in 0..AT_ONCE {
                query = query.bind(*codes.get(place).unwrap_or(last));
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Whether any is there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn any(tx: &mut Tx) -> Result<bool, StoreError> {
    let row: Option<(String,)> = on!(tx, c, sqlx::query_as(ANY).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Up to `limit` that are within so many degrees north and east of a position.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn near(tx: &mut Tx, at: Position, (north, east): (f64, f64), limit: i64) -> Result<Vec<DispenserRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(NEAR)
            .bind(at.latitude - north)
            .bind(at.latitude + north)
            .bind(at.longitude - east)
            .bind(at.longitude + east)
            .bind(limit)
            .fetch_all(c)
            .await
    )?)
}

/// Up to `limit` of which a word begins so.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_word(tx: &mut Tx, begins: &str, limit: i64) -> Result<Vec<DispenserRow>, StoreError> {
    let behind = format!("{begins}\u{10ffff}");
    Ok(on!(tx, c, sqlx::query_as(OF_WORD).bind(begins).bind(behind).bind(limit).fetch_all(c).await)?)
}

/// Up to `limit` of a kind, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_kind(tx: &mut Tx, kind: DispenserKind, limit: i64) -> Result<Vec<DispenserRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_KIND).bind(kind.code()).bind(limit).fetch_all(c).await)?)
}

/// The codes of all that are not closed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = on!(tx, c, sqlx::query_as(OPEN).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// Keeps up to [`ROWS`], each named once; gives the codes of those that were new or had changed.
///
/// # Errors
/// [`StoreError`] when the database fails, or one is named twice.
pub async fn keep(tx: &mut Tx, rows: &[NewDispenser], now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let changed: Vec<(String,)> = on!(tx, c, {
        let mut insert = QueryBuilder::new(NEW);
        insert.push_values(rows, |mut b, row| {
            let services: Vec<&str> = row.services.iter().map(|one| one.code()).collect();
            b.push_bind(row.code.as_str())
                .push_bind(row.kind.code())
                .push_bind(&row.name)
                .push_bind(&row.address)
                .push_bind(&row.town)
                .push_bind(&row.postcode)
                .push_bind(&row.phone)
                .push_bind(&row.website)
                .push_bind(services.join(" "))
                .push_bind(row.hours.code())
                .push_bind(row.at.map(|at| at.latitude))
                .push_bind(row.at.map(|at| at.longitude))
                .push_bind(now);
        });
        insert.push(KEEP);
        insert.build_query_as().persistent(false).fetch_all(c).await
    })?;
    Ok(changed.into_iter().map(|(code,)| code).collect())
}

/// Notes that one is closed; `false` where it was already, or is not there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn close(tx: &mut Tx, code: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, CLOSE, code, now)?;
    Ok(done == 1)
}

/// Lets these be the words by which those of these codes are found, and no others.
///
/// # Errors
/// [`StoreError`] when the database fails, or a word of one is named twice.
pub async fn set_words(tx: &mut Tx, of: &[&str], words: &[(String, OdsCode)]) -> Result<(), StoreError> {
    for some in of.chunks(WORDS) {
        on!(tx, c, {
            let mut forget = QueryBuilder::new(FORGET_WORDS);
            let mut codes = forget.separated(", ");
            for code in some {
                codes.push_bind(*code);
            }
            forget.push(")");
            forget.build().persistent(false).execute(c).await.map(|_| ())
        })?;
    }
    for some in words.chunks(WORDS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_WORDS);
            insert.push_values(some, |mut b, (word, code)| {
                b.push_bind(word).push_bind(code.as_str());
            });
            insert.build().persistent(false).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Notes of those whose position is not known where their postcode is, as far as it is kept.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find_dispensers(tx: &mut Tx) -> Result<u64, StoreError> {
    Ok(run!(tx, FIND_DISPENSERS)?)
}

/// Of how many that are not closed it is not known where they are.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn nowhere(tx: &mut Tx) -> Result<u64, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(NOWHERE).fetch_one(c).await)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// What holds of each kind of nomination of a person, also where it was taken back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn nominations(tx: &mut Tx, person: PersonId) -> Result<Vec<NominationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NOMINATIONS).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// All that held of a kind of nomination, the first first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn history(tx: &mut Tx, person: PersonId, slot: NominationSlot) -> Result<Vec<NominationRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(HISTORY).bind(person.as_uuid()).bind(slot.code()).fetch_all(c).await)?)
}

/// Notes a nomination; `false`, and nothing is noted, where one of this version is there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn nominate(tx: &mut Tx, new: &NewNomination<'_>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        NOMINATE,
        new.person.as_uuid(),
        new.slot.code(),
        new.version,
        new.dispenser.map(OdsCode::as_str),
        new.by.as_uuid(),
        now
    )?;
    Ok(done == 1)
}
