//! The record in the order of time, of every kind, newest first, a page at a time.

use super::{Filter, LineRow, when};
use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use domain::record::{Category, Sensitivity};
use domain::when::{FIRST_INSTANT, LAST_INSTANT, london_day};
use domain::{EntryId, OrganisationId, PersonId, When};
use uuid::Uuid;

/// Entries in time: people and places are in no time, and what has no list of its own is not in this one either.
macro_rules! in_time {
    () => {
        concat!(" AND e.category NOT IN ('people', 'other')", shown!())
    };
}

/// Only what has a date that is written no longer than this, so that no more than a month or a year of it is known; 0 for all.
macro_rules! known_to {
    () => {
        " AND ($10 = 0 OR LENGTH(COALESCE(e.happened, e.recorded, e.ended)) <= $10)"
    };
}

/// A page of them. `$lead` says once more, in a way that an index can follow, what narrows it down most.
macro_rules! timeline {
    ($lead:literal, $open:expr) => {
        concat!(
            "SELECT ",
            line!(),
            ", e.organisation_id, e.visit, e.resource_type, e.logical_id, e.ended, e.sort_at FROM record_entry e WHERE e.person_id = $1",
            in_time!(),
            $lead,
            " AND e.sort_at >= $2 AND (e.sort_at, e.id) < ($3, $4) AND ($5 = '' OR e.category = $5) \
             AND ($6 = '' OR e.organisation_id = $7) AND ($8 = '' OR COALESCE(e.chosen_sensitivity, e.sensitivity) = $8)",
            known_to!(),
            $open,
            " ORDER BY e.sort_at DESC, e.id DESC LIMIT $9"
        )
    };
}

/// Up to [`VISITS_AT_ONCE`] visits of one source of which entries of a page say that they are part. Written as `in_time!` writes it, its
/// first condition would have SQLite read all that the source sent, by an index of that, and not each visit by its id.
macro_rules! visits {
    () => {
        concat!(
            "SELECT ",
            line!(),
            ", e.organisation_id, e.logical_id FROM record_entry e WHERE e.person_id = $1 AND e.organisation_id = $2 \
             AND e.resource_type = 'Encounter' AND e.logical_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) \
             AND COALESCE(e.category, '') NOT IN ('people', 'other')",
            shown!()
        )
    };
}

/// Who sent anything that is open.
macro_rules! senders {
    ($open:expr) => {
        concat!(
            "SELECT o.id, o.name FROM (SELECT DISTINCT r.organisation_id FROM import_run r WHERE r.person_id = $1) s \
             JOIN organisation o ON o.id = s.organisation_id WHERE EXISTS (SELECT 1 FROM record_entry e WHERE e.person_id = $1 \
             AND e.organisation_id = o.id",
            in_time!(),
            $open,
            ") ORDER BY o.name, o.id"
        )
    };
}

statements! {
    ALL = timeline!("", opened!("$11"));
    ALL_OPEN = timeline!("", open!("$11", "$12", "$13", "$14"));
    OF_KIND = timeline!(" AND e.category = $5", opened!("$11"));
    OF_KIND_OPEN = timeline!(" AND e.category = $5", open!("$11", "$12", "$13", "$14"));
    OF_SOURCE = timeline!(" AND e.organisation_id = $7", opened!("$11"));
    OF_SOURCE_OPEN = timeline!(" AND e.organisation_id = $7", open!("$11", "$12", "$13", "$14"));
    /// The words of the index `record_entry_label`, as they stand there.
    OF_LABEL = timeline!(" AND COALESCE(e.chosen_sensitivity, e.sensitivity) = $8 AND COALESCE(e.chosen_sensitivity, e.sensitivity) <> 'general'", opened!("$11"));
    OF_LABEL_OPEN = timeline!(
        " AND COALESCE(e.chosen_sensitivity, e.sensitivity) = $8 AND COALESCE(e.chosen_sensitivity, e.sensitivity) <> 'general'",
        open!("$11", "$12", "$13", "$14")
    );
    PLACE = concat!("SELECT e.sort_at FROM record_entry e WHERE e.person_id = $1 AND e.id = $2", in_time!(), opened!("$3"));
    PLACE_OPEN = concat!("SELECT e.sort_at FROM record_entry e WHERE e.person_id = $1 AND e.id = $2", in_time!(), open!("$3", "$4", "$5", "$6"));
    VISITS = concat!(visits!(), opened!("$33"));
    VISITS_OPEN = concat!(visits!(), open!("$33", "$34", "$35", "$36"));
    /// What up to [`VISITS_AT_ONCE`] results are made of, by what the source calls it.
    PARTS = "SELECT l.entry_id, l.organisation_id, l.resource_type, l.logical_id FROM result_link l WHERE l.person_id = $1 \
             AND l.entry_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
             $25, $26, $27, $28, $29, $30, $31) AND l.role = 'member' AND l.resource_type IS NOT NULL AND l.logical_id IS NOT NULL \
             ORDER BY l.entry_id, l.place LIMIT 1000";
    SENDERS = senders!(opened!("$2"));
    SENDERS_OPEN = senders!(open!("$2", "$3", "$4", "$5"));
}

/// How many visits [`visits_named`] asks for at most: as many as a page has entries.
pub const VISITS_AT_ONCE: usize = 30;

/// Whatever is known of a date.
pub(super) const WHOLE: i32 = 0;
/// How long a date is of which no more than the month is known, as in "2026-03".
const MONTH: i32 = 7;
/// The same of the year, as in "2026".
const YEAR: i32 = 4;

/// To what a record is narrowed down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// To entries of this category.
    pub category: Option<Category>,
    /// To what this organisation sent.
    pub source: Option<OrganisationId>,
    /// To this label.
    pub label: Option<Sensitivity>,
    /// To what happened from then on.
    pub from: Option<DateTime<Utc>>,
    /// To what happened before then.
    pub before: Option<DateTime<Utc>>,
}

impl Narrowed {
    /// From when on; without it, what has no date is there too.
    pub(super) fn begins(&self) -> DateTime<Utc> {
        self.from.unwrap_or(FIRST_INSTANT)
    }

    /// What is known to a month or a year alone stands at its beginning. Where the period begins later in that month or year, it may have
    /// been in it, and is there too: where it stands, the later first, and how long its date is written at most.
    pub(super) fn begun(&self) -> Vec<(DateTime<Utc>, i32)> {
        let Some(from) = self.from else { return Vec::new() };
        let first = london_day(from);
        let month = (When::Month(first.year(), first.month()).sort_key(), MONTH);
        let year = (When::Year(first.year()).sort_key(), YEAR);
        // January begins with its year, and no date of a year is longer than one of a month.
        let both = if month.0 == year.0 { vec![month] } else { vec![month, year] };
        both.into_iter().filter(|(at, _)| *at < from).collect()
    }

    /// Before which place: that of its end, or one further back.
    pub(super) fn ends(&self, after: Option<(DateTime<Utc>, EntryId)>) -> (DateTime<Utc>, Uuid) {
        let last = self.before.unwrap_or(LAST_INSTANT);
        let end = (last, Uuid::nil());
        after.map_or(end, |(at, id)| end.min((at, id.as_uuid())))
    }

    /// The word of its category, or none.
    pub(super) fn category(&self) -> &'static str {
        self.category.map_or("", Category::code)
    }

    /// Whether it is narrowed to a source, and to which.
    pub(super) fn source(&self) -> (&'static str, Uuid) {
        self.source.map_or(("", Uuid::nil()), |source| ("one", source.as_uuid()))
    }

    /// The word of its label, or none.
    pub(super) fn label(&self) -> &'static str {
        self.label.map_or("", Sensitivity::code)
    }
}

/// An entry on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TimelineRow {
    /// As lists read it.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// Who sent it.
    pub organisation_id: Uuid,
    /// The visit in which it was done, by its id there.
    pub visit: Option<String>,
    /// The FHIR type of its resource.
    pub resource_type: String,
    /// The resource's id at its source.
    pub logical_id: String,
    /// As a FHIR date or time.
    pub ended: Option<String>,
    /// Where it stands in time.
    pub sort_at: DateTime<Utc>,
}

impl TimelineRow {
    /// By what it stands in time: when it happened, else was written down, else ended.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when that is no date.
    pub fn stands(&self) -> Result<Option<When>, StoreError> {
        Ok(self.line.happened()?.or(self.line.recorded()?).or(when(self.ended.as_deref())?))
    }
}

/// A visit of which an entry of a page says that it is part.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VisitOfRow {
    /// As lists read it.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// Who sent it.
    pub organisation_id: Uuid,
    /// Its id there.
    pub logical_id: String,
}

/// A part of a result, such as one value of a report.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PartRow {
    /// Of which entry it is a part.
    pub entry_id: Uuid,
    /// Who sent it.
    pub organisation_id: Uuid,
    /// The FHIR type of its resource.
    pub resource_type: String,
    /// The resource's id at its source.
    pub logical_id: String,
}

/// An organisation that sent something.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SourceOf {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// Up to `limit` entries behind a place, the newest first. What is known to the month or the year in which their period begins comes last.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn timeline(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    narrowed: &Narrowed,
    after: Option<(DateTime<Utc>, EntryId)>,
    limit: i64,
) -> Result<Vec<TimelineRow>, StoreError> {
    let end = narrowed.ends(after);
    let mut rows = stretch(tx, person, filter, narrowed, (narrowed.begins(), end, WHOLE), limit).await?;
    for (at, longest) in narrowed.begun() {
        let left = limit.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
        if left <= 0 {
            break;
        }
        let end = end.min((at + TimeDelta::seconds(1), Uuid::nil()));
        rows.extend(stretch(tx, person, filter, narrowed, (at, end, longest), left).await?);
    }
    Ok(rows)
}

/// Those from one instant to a place, of which a date is known that is written no longer than this.
async fn stretch(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    narrowed: &Narrowed,
    (from, (at, id), longest): (DateTime<Utc>, (DateTime<Utc>, Uuid), i32),
    limit: i64,
) -> Result<Vec<TimelineRow>, StoreError> {
    let statement = match narrowed {
        Narrowed { category: Some(_), .. } => filter.choose(OF_KIND, OF_KIND_OPEN),
        Narrowed { label: Some(label), .. } if *label != Sensitivity::General => filter.choose(OF_LABEL, OF_LABEL_OPEN),
        Narrowed { source: Some(_), .. } => filter.choose(OF_SOURCE, OF_SOURCE_OPEN),
        _ => filter.choose(ALL, ALL_OPEN),
    };
    let (one, source) = narrowed.source();
    Ok(on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(from).bind(at).bind(id);
        let query = query.bind(narrowed.category()).bind(one).bind(source).bind(narrowed.label()).bind(limit).bind(longest);
        bind_filter!(query, filter).fetch_all(c).await
    })?)
}

/// Where an entry stands in time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn place_in_time(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    id: EntryId,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let statement = filter.choose(PLACE, PLACE_OPEN);
    let found: Option<(DateTime<Utc>,)> = on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(id.as_uuid());
        bind_filter!(query, filter).fetch_optional(c).await
    })?;
    Ok(found.map(|(at,)| at))
}

/// Those of up to [`VISITS_AT_ONCE`] visits of a source that are open, by their ids there, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn visits_named(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    source: OrganisationId,
    which: &[String],
) -> Result<Vec<VisitOfRow>, StoreError> {
    let Some(last) = which.last() else { return Ok(Vec::new()) };
    let statement = filter.choose(VISITS, VISITS_OPEN);
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(statement).bind(person.as_uuid()).bind(source.as_uuid());
        for place in 0..VISITS_AT_ONCE {
            query = query.bind(which.get(place).unwrap_or(last));
        }
        bind_filter!(query, filter).fetch_all(c).await
    })?)
}

/// The parts of up to [`VISITS_AT_ONCE`] results, of each in its own order, whether or not they are open: only for the order of entries that are.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn parts(tx: &mut Tx, person: PersonId, results: &[Uuid]) -> Result<Vec<PartRow>, StoreError> {
    let Some(last) = results.last() else { return Ok(Vec::new()) };
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(PARTS).bind(person.as_uuid());
        for place in 0..VISITS_AT_ONCE {
            query = query.bind(results.get(place).unwrap_or(last));
        }
        query.fetch_all(c).await
    })?)
}

/// Who sent anything of the record that is open, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sources_open(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<SourceOf>, StoreError> {
    let statement = filter.choose(SENDERS, SENDERS_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_begins_within_a_month_and_a_year_or_with_them() {
        let begun = |from: &str| {
            let narrowed = Narrowed { from: Some(from.parse().unwrap()), ..Narrowed::default() };
            let all = narrowed.begun().into_iter().map(|(at, longest)| (at.date_naive().to_string(), longest));
            all.collect::<Vec<_>>()
        };
        let (march, year) = (("2026-03-01".to_owned(), MONTH), ("2026-01-01".to_owned(), YEAR));
        assert_eq!(begun("2026-03-05T00:00:00Z"), [march, year.clone()]);
        assert_eq!(begun("2026-03-01T00:00:00Z"), std::slice::from_ref(&year));
        // The first of June in London, where June stands behind it.
        assert_eq!(begun("2026-05-31T23:00:00Z"), [year]);
        assert_eq!(begun("2026-01-15T00:00:00Z"), [("2026-01-01".to_owned(), MONTH)]);
        assert!(begun("2026-01-01T00:00:00Z").is_empty() && Narrowed::default().begun().is_empty());
    }
}
