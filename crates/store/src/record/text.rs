//! The words by which entries are found, kept beside them in the same transactions, and the search by them.
//!
//! What is found goes through the same conditions as every other read of a record: the words only say where to look.

use super::timeline::WHOLE;
use super::{Filter, LineRow, Narrowed};
use crate::dialect::{Begun, Each, bare, words_for};
use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, TimeDelta, Utc};
use domain::record::{Code, Detail};
use domain::search::{Query, Term, VERSION};
use domain::when::FIRST_INSTANT;
use domain::{EntryId, PersonId};
use sqlx::QueryBuilder;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A page of what is found, behind a place. The words lead, newest first, so that no more is read than a page and what on the way to its
/// end is not open.
macro_rules! find {
    ($from:literal, $place:literal, $open:expr) => {
        concat!(
            "SELECT t.place AS stands, ",
            line!(),
            ", e.code_system, e.code, e.code_display, e.details FROM ",
            $from,
            " AND t.person_id = $2 AND e.category NOT IN ('people', 'other')",
            shown!(),
            " AND ($5 = '' OR e.category = $5) AND ($6 = '' OR e.organisation_id = $7) \
             AND ($8 = '' OR COALESCE(e.chosen_sensitivity, e.sensitivity) = $8) \
             AND ($10 = 0 OR LENGTH(COALESCE(e.happened, e.recorded, e.ended)) <= $10)",
            $open,
            " AND ",
            $place,
            " >= $3 AND ",
            $place,
            " < $4 ORDER BY ",
            $place,
            " DESC LIMIT $9"
        )
    };
}

macro_rules! find_each {
    ($open:expr) => {
        Each {
            sqlite: find!(
                "record_words CROSS JOIN record_text t ON t.place = record_words.rowid \
                 CROSS JOIN record_entry e ON e.person_id = t.person_id AND e.id = t.entry_id WHERE record_words MATCH $1",
                "record_words.rowid",
                $open
            ),
            postgres: find!(
                "record_text t JOIN record_entry e ON e.person_id = t.person_id AND e.id = t.entry_id \
                 WHERE t.found @@ CAST(CAST($1 AS TEXT) AS TSQUERY)",
                "t.place",
                $open
            ),
        }
    };
}

/// The same on `PostgreSQL` among the newest [`NEAR`] of that stretch: its index of words gives what it holds in no order, so that of a
/// word that stands in every entry it would read all of them for a page.
macro_rules! find_near {
    ($open:expr) => {
        find!(
            "(SELECT w.* FROM record_text w WHERE w.person_id = $2 AND w.place >= $3 AND w.place < $4 ORDER BY w.place DESC LIMIT 500) t \
             JOIN record_entry e ON e.person_id = t.person_id AND e.id = t.entry_id WHERE t.found @@ CAST(CAST($1 AS TEXT) AS TSQUERY)",
            "t.place",
            $open
        )
    };
}

const FIND_NEAR: &str = find_near!(opened!("$2", "$11"));
const FIND_NEAR_OPEN: &str = find_near!(concat!(open_to!("$11", "$12", "$13"), opened!("$2", "$14")));
const FIND: Each = find_each!(opened!("$2", "$11"));
const FIND_OPEN: Each = find_each!(concat!(open_to!("$11", "$12", "$13"), opened!("$2", "$14")));
/// Places that are taken: on `SQLite` everybody's are in one row.
const TAKEN: Each = Each {
    sqlite: "SELECT place FROM record_text WHERE $1 IS NOT NULL AND place >= $2 AND place < $3",
    postgres: "SELECT place FROM record_text WHERE person_id = $1 AND place >= $2 AND place < $3",
};
/// The same as `BEGINNING` of several words at once on `PostgreSQL`, where each statement goes there and back: words of letters and digits with a
/// space between them.
const BEGINNINGS: &str = "SELECT w.word, t.term, CAST(t.uses AS BIGINT) AS uses FROM unnest(string_to_array($2, ' ')) AS w(word) \
                          CROSS JOIN LATERAL (SELECT r.term, r.uses FROM record_term r WHERE r.person_id = $1 AND r.term >= w.word \
                          AND r.term < w.word || '{' ORDER BY r.term LIMIT $3) t";
/// The same as `STARTING` of several letters, each with its least length.
const STARTINGS: &str = "SELECT t.term FROM unnest(string_to_array($2, ' '), string_to_array($3, ' ')) AS l(letter, least) \
                         CROSS JOIN LATERAL (SELECT r.term FROM record_term r WHERE r.person_id = $1 AND r.term >= l.letter \
                         AND r.term < l.letter || '{' AND LENGTH(r.term) >= CAST(l.least AS BIGINT) ORDER BY r.term LIMIT $4) t";
const NEW: &str = "INSERT INTO record_text (person_id, entry_id, place, words) ";
const COUNTED: &str = "INSERT INTO record_term (person_id, term, uses) ";
const COUNTED_TOO: &str = " ON CONFLICT (person_id, term) DO UPDATE SET uses = record_term.uses + excluded.uses";
/// How many rows one statement writes: a full one is prepared once and used again.
const ROWS: usize = 64;
/// How many words of a record that begin alike are compared with what was typed.
const COMPARED: i64 = 4000;
/// How many words of a record that begin as was typed are looked for one by one; of more, their beginning is. FTS5 makes one list in
/// memory of all entries of all words that begin so, before it gives the first.
const BEGUN: usize = 40;
/// Fewer entries than this are found by the index of words, also where each of them has the word.
const NEAR: i64 = 500;

statements! {
    HELD = "SELECT place, words FROM record_text WHERE person_id = $1 AND entry_id = $2";
    REMOVE = "DELETE FROM record_text WHERE person_id = $1 AND entry_id = $2";
    UNUSED = "DELETE FROM record_term WHERE person_id = $1 AND uses <= 0";
    BEGINNING = "SELECT term, CAST(uses AS BIGINT) AS uses FROM record_term WHERE person_id = $1 AND term >= $2 AND term < $3 ORDER BY term LIMIT $4";
    STARTING = "SELECT term FROM record_term WHERE person_id = $1 AND term >= $2 AND term < $3 AND LENGTH(term) >= $4 ORDER BY term LIMIT $5";
    PLACE = "SELECT place FROM record_text WHERE person_id = $1 AND entry_id = $2";
    HAS_RESOURCES = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 FROM resource WHERE person_id = $1 LIMIT 1) r";
    INDEXED = "INSERT INTO record_indexed (person_id, version) VALUES ($1, $2) ON CONFLICT (person_id) DO UPDATE SET version = excluded.version";
    UNINDEXED = "SELECT p.id FROM person p WHERE p.id > $1 \
                 AND NOT EXISTS (SELECT 1 FROM record_indexed i WHERE i.person_id = p.id AND i.version = $2) \
                 AND EXISTS (SELECT 1 FROM resource r WHERE r.person_id = p.id) ORDER BY p.id LIMIT $3";
}

/// The words by which an entry is found from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Which entry.
    pub entry: EntryId,
    /// When it happened, as lists order it.
    pub at: DateTime<Utc>,
    /// Its words; `None` where it is not to be found.
    pub words: Option<BTreeSet<String>>,
    /// It was added in this transaction, so that it has no words yet.
    pub is_new: bool,
}

/// An entry that was found.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FoundRow {
    /// Where it stands.
    pub stands: i64,
    /// As lists read it.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// Of its code.
    pub code_system: Option<String>,
    /// Of what it is about.
    pub code: Option<String>,
    /// The words that came with the code.
    pub code_display: Option<String>,
    /// What else it says.
    pub details: Json<Vec<Detail>>,
}

impl FoundRow {
    /// The code of what it is about.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        let (system, code) = (self.code_system.clone()?, self.code.clone()?);
        Some(Code { system, code, display: self.code_display.clone() })
    }
}

/// The minute in which something stands, from the year 1 on, and room behind it for all that stands in it.
fn place_at(at: DateTime<Utc>) -> i64 {
    (at.timestamp().saturating_sub(FIRST_INSTANT.timestamp()).max(0) / 60) << 30
}

/// The end of an entry's id, by which it stands in its minute.
fn within(entry: EntryId) -> i64 {
    i64::try_from(entry.as_uuid().as_u128() & 0x3FFF_FFFF).unwrap_or_default()
}

/// Where an entry stands: in its minute, by the end of its id.
fn place_of(text: &Text) -> i64 {
    place_at(text.at) | within(text.entry)
}

/// Keeps the words of entries, and takes back those of which there are none any more. Whoever calls it holds the person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn index(tx: &mut Tx, person: PersonId, texts: &[Text]) -> Result<(), StoreError> {
    let mut uses: BTreeMap<String, i64> = BTreeMap::new();
    let mut new: Vec<(EntryId, i64, String)> = Vec::new();
    for text in texts {
        let words = text.words.as_ref().map(|words| words.iter().map(String::as_str).collect::<Vec<_>>().join(" "));
        let place = place_of(text);
        if !text.is_new
            && let Some((held_at, held)) = held(tx, person, text.entry).await?
        {
            // In its minute it may have had to make room.
            if words.as_ref() == Some(&held) && held_at >> 30 == place >> 30 {
                continue;
            }
            on!(tx, c, sqlx::query(REMOVE).bind(person.as_uuid()).bind(text.entry.as_uuid()).execute(c).await.map(|_| ()))?;
            for word in held.split(' ').filter(|word| !word.is_empty()) {
                *uses.entry(word.to_owned()).or_default() -= 1;
            }
        }
        if let Some(words) = words {
            for word in words.split(' ').filter(|word| !word.is_empty()) {
                *uses.entry(word.to_owned()).or_default() += 1;
            }
            new.push((text.entry, place, words));
        }
    }
    new.sort_unstable_by_key(|(_, place, _)| *place);
    make_room(tx, person, &mut new).await?;
    for rows in new.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW);
            insert.push_values(rows, |mut b, (entry, place, words)| {
                b.push_bind(person.as_uuid()).push_bind(entry.as_uuid()).push_bind(*place).push_bind(words);
            });
            insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    count(tx, person, uses).await
}

/// The words of a new entry, with where it stands in time.
pub(super) struct NewText<'a> {
    pub(super) person: PersonId,
    pub(super) entry: EntryId,
    pub(super) at: DateTime<Utc>,
    pub(super) words: &'a str,
}

/// Keeps words of several people, of whom there were none, and whose entries have ids that all end otherwise; and in how many entries
/// each word stands. So many rows with each statement.
pub(super) async fn add(
    tx: &mut Tx,
    texts: &[NewText<'_>],
    terms: &[(PersonId, String, i64)],
    at_once: usize,
) -> Result<(), StoreError> {
    for rows in texts.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW);
            insert.push_values(rows, |mut b, row| {
                b.push_bind(row.person.as_uuid())
                    .push_bind(row.entry.as_uuid())
                    .push_bind(place_at(row.at) | within(row.entry))
                    .push_bind(row.words);
            });
            insert.build().persistent(rows.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    for rows in terms.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(COUNTED);
            insert.push_values(rows, |mut b, (person, term, uses)| {
                b.push_bind(person.as_uuid()).push_bind(term).push_bind(*uses);
            });
            insert.build().persistent(rows.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Moves those whose place is taken to the next that is free.
async fn make_room(tx: &mut Tx, person: PersonId, new: &mut [(EntryId, i64, String)]) -> Result<(), StoreError> {
    /// So far behind a place it is looked whether the next are taken.
    const FAR: i64 = 1 << 10;
    let (mut taken, mut looked_to): (BTreeSet<i64>, i64) = (BTreeSet::new(), i64::MIN);
    for (_, place, _) in new {
        loop {
            if *place >= looked_to {
                let rows: Vec<(i64,)> = {
                    let statement = TAKEN.of(tx);
                    let to = place.saturating_add(FAR);
                    on!(tx, c, sqlx::query_as(statement).bind(person.as_uuid()).bind(*place).bind(to).fetch_all(c).await)?
                };
                taken.extend(rows.into_iter().map(|(place,)| place));
                looked_to = place.saturating_add(FAR);
            }
            if taken.insert(*place) {
                break;
            }
            *place = place.saturating_add(1);
        }
    }
    Ok(())
}

/// Counts in how many entries words stand from now on.
async fn count(tx: &mut Tx, person: PersonId, mut uses: BTreeMap<String, i64>) -> Result<(), StoreError> {
    uses.retain(|_, change| *change != 0);
    let fewer = uses.values().any(|change| *change < 0);
    let uses: Vec<(String, i64)> = uses.into_iter().collect();
    for rows in uses.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(COUNTED);
            insert.push_values(rows, |mut b, (term, change)| {
                b.push_bind(person.as_uuid()).push_bind(term).push_bind(*change);
            });
            insert.push(COUNTED_TOO);
            insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    if fewer {
        on!(tx, c, sqlx::query(UNUSED).bind(person.as_uuid()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

async fn held(tx: &mut Tx, person: PersonId, entry: EntryId) -> Result<Option<(i64, String)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(HELD).bind(person.as_uuid()).bind(entry.as_uuid()).fetch_optional(c).await)?)
}

/// What is looked for, and where.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The words.
    pub query: &'a Query,
    /// To what it is narrowed down.
    pub narrowed: &'a Narrowed,
    /// Behind this place.
    pub behind: Option<i64>,
    /// So many at most.
    pub limit: i64,
}

/// The entries that are found, newest first. What is known to the month or the year in which their period begins comes last.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(tx: &mut Tx, person: PersonId, filter: &Filter, asked: Found<'_>) -> Result<Vec<FoundRow>, StoreError> {
    let (begun, most) = begun(tx, person, asked.query).await?;
    // Where no word of the record is one of those, there is nothing to be looked up.
    if most == 0 {
        return Ok(Vec::new());
    }
    let words = words_for(tx, person, asked.query, &begun);
    let end = asked.narrowed.before.map_or(i64::MAX, place_at);
    let end = asked.behind.map_or(end, |behind| end.min(behind));
    let all = (place_at(asked.narrowed.begins()), end, WHOLE);
    if matches!(tx, Tx::Postgres(_)) && most >= NEAR {
        let near = filter.choose(FIND_NEAR, FIND_NEAR_OPEN);
        let rows = found(tx, person, filter, &asked, (near, &words, all)).await?;
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) >= asked.limit {
            return Ok(rows);
        }
    }
    let statement = match filter {
        Filter::Everything { .. } => FIND,
        Filter::Only { .. } => FIND_OPEN,
    };
    let statement = statement.of(tx);
    let mut rows = found(tx, person, filter, &asked, (statement, &words, all)).await?;
    for (at, longest) in asked.narrowed.begun() {
        let limit = asked.limit.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
        if limit <= 0 {
            break;
        }
        let minute = (place_at(at), end.min(place_at(at + TimeDelta::minutes(1))), longest);
        rows.extend(found(tx, person, filter, &Found { limit, ..asked }, (statement, &words, minute)).await?);
    }
    Ok(rows)
}

async fn found(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    asked: &Found<'_>,
    (statement, words, (from, to, longest)): (&'static str, &str, (i64, i64, i32)),
) -> Result<Vec<FoundRow>, StoreError> {
    let (one, source) = asked.narrowed.source();
    Ok(on!(tx, c, {
        let query = sqlx::query_as(statement).bind(words).bind(person.as_uuid()).bind(from).bind(to);
        let query = query.bind(asked.narrowed.category()).bind(one).bind(source).bind(asked.narrowed.label());
        let query = query.bind(asked.limit).bind(longest);
        bind_filter!(query, filter).fetch_all(c).await
    })?)
}

/// The words of the record for each beginning that was typed, and in how many entries at most all that is looked for can stand: no more
/// than the rarest part of it.
async fn begun(tx: &mut Tx, person: PersonId, query: &Query) -> Result<(Begun, i64), StoreError> {
    let terms = query.wanted().iter().flat_map(|wanted| wanted.0.iter().flatten());
    let words: BTreeSet<String> = terms.filter(|term| term.begins).map(bare).collect();
    let (mut begun, mut uses): (Begun, BTreeMap<String, i64>) = (Begun::new(), BTreeMap::new());
    for (word, rows) in beginnings(tx, person, words).await? {
        let many = if rows.len() > BEGUN { i64::MAX } else { rows.iter().map(|(_, uses)| *uses).sum() };
        uses.insert(word.clone(), many);
        if rows.len() <= BEGUN {
            begun.insert(word, rows.into_iter().map(|(term, _)| term).collect());
        }
    }
    let way = |way: &Vec<Term>| way.iter().filter_map(|term| uses.get(&bare(term))).copied().min().unwrap_or(i64::MAX);
    let wanted = query.wanted().iter().map(|wanted| wanted.0.iter().map(way).fold(0, i64::saturating_add));
    Ok((begun, wanted.min().unwrap_or_default()))
}

/// The words of the record that begin with each of these, and in how many entries each stands: one more of them than are looked for one
/// by one.
async fn beginnings(
    tx: &mut Tx,
    person: PersonId,
    words: BTreeSet<String>,
) -> Result<BTreeMap<String, Vec<(String, i64)>>, StoreError> {
    let limit = i64::try_from(BEGUN + 1).unwrap_or(i64::MAX);
    let mut all: BTreeMap<String, Vec<(String, i64)>> = words.into_iter().map(|word| (word, Vec::new())).collect();
    if matches!(tx, Tx::Postgres(_)) && !all.contains_key("") {
        let words = all.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
        let rows: Vec<(String, String, i64)> =
            on!(tx, c, sqlx::query_as(BEGINNINGS).bind(person.as_uuid()).bind(&words).bind(limit).fetch_all(c).await)?;
        for (word, term, uses) in rows {
            all.entry(word).or_default().push((term, uses));
        }
        return Ok(all);
    }
    for (word, rows) in &mut all {
        // No letter or digit of ASCII comes behind "z" of those of which words are made.
        let end = format!("{word}{{");
        *rows = on!(tx, c, sqlx::query_as(BEGINNING).bind(person.as_uuid()).bind(word).bind(end).bind(limit).fetch_all(c).await)?;
    }
    Ok(all)
}

/// Where the words of an entry stand.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn place_in_text(tx: &mut Tx, person: PersonId, entry: EntryId) -> Result<Option<i64>, StoreError> {
    let found: Option<(i64,)> =
        on!(tx, c, sqlx::query_as(PLACE).bind(person.as_uuid()).bind(entry.as_uuid()).fetch_optional(c).await)?;
    Ok(found.map(|(place,)| place))
}

/// The words of somebody's entries that begin with this letter and have at least so many: to be compared, never to be shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn starting(tx: &mut Tx, person: PersonId, letter: char, least: i64) -> Result<Vec<String>, StoreError> {
    let from = letter.to_string();
    let to = char::from_u32(u32::from(letter) + 1).unwrap_or(letter).to_string();
    let rows: Vec<(String,)> = on!(
        tx,
        c,
        sqlx::query_as(STARTING).bind(person.as_uuid()).bind(from).bind(to).bind(least).bind(COMPARED).fetch_all(c).await
    )?;
    Ok(rows.into_iter().map(|(term,)| term).collect())
}

/// The same of several letters, each with its least number of letters.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn starting_with(tx: &mut Tx, person: PersonId, letters: &[(char, i64)]) -> Result<Vec<String>, StoreError> {
    if matches!(tx, Tx::Postgres(_)) {
        let joined = |part: &dyn Fn(&(char, i64)) -> String| letters.iter().map(part).collect::<Vec<_>>().join(" ");
        let (letters, least) = (joined(&|one| one.0.to_string()), joined(&|one| one.1.to_string()));
        let rows: Vec<(String,)> = on!(
            tx,
            c,
            sqlx::query_as(STARTINGS).bind(person.as_uuid()).bind(&letters).bind(&least).bind(COMPARED).fetch_all(c).await
        )?;
        return Ok(rows.into_iter().map(|(term,)| term).collect());
    }
    let mut words = Vec::new();
    for (letter, least) in letters {
        words.extend(starting(tx, person, *letter, *least).await?);
    }
    Ok(words)
}

/// Whether anything was ever sent for a record, whether or not a page shows it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn has_resources(tx: &mut Tx, person: PersonId) -> Result<bool, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(HAS_RESOURCES).bind(person.as_uuid()).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Notes that all that somebody's sources sent is told as this program tells it, and can be found by its words.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn mark_indexed(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    Ok(on!(tx, c, sqlx::query(INDEXED).bind(person.as_uuid()).bind(VERSION).execute(c).await.map(|_| ()))?)
}

/// The next of those of whom not everything was read by the rules of this program, behind this one in the order of their ids.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unindexed(tx: &mut Tx, after: Uuid, limit: i64) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(Uuid,)> = on!(tx, c, sqlx::query_as(UNINDEXED).bind(after).bind(VERSION).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_stands_in_its_minute_and_every_minute_has_its_place() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (early, late) = (place_at(at("2026-11-03T10:40:00Z")), place_at(at("2026-11-03T10:41:00Z")));
        assert_eq!(late - early, 1 << 30);
        assert_eq!(place_at(FIRST_INSTANT), 0);
        assert!(place_at(at("9999-12-31T23:59:59Z")) < i64::MAX - (1 << 30));
        let entry = EntryId::from_uuid(Uuid::from_u128(u128::MAX));
        let text = Text { entry, at: at("2026-11-03T10:40:59Z"), words: None, is_new: true };
        assert_eq!(place_of(&text) >> 30, early >> 30);
    }
}
