//! A record in the order of time: days, and within a day the visits.

use crate::reader::Reader;
use crate::records::{Records, lines, read};
use crate::{Cursor, EntryLine, ServiceError, activity};
use chrono::NaiveDate;
use domain::access::Actor;
use domain::record::{Category, Sensitivity};
use domain::when::{london_day, london_midnight};
use domain::{EntryId, OrganisationId, PersonId, When};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::Tx;
use store::record::{self, Narrowed, TimelineRow, VISITS_AT_ONCE};
use uuid::Uuid;

/// How many entries a page of the timeline holds: no more visits are named at once.
pub(crate) const PAGE: usize = VISITS_AT_ONCE;

/// To what a reader narrows a record down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Narrowing {
    /// To entries of this kind.
    pub kind: Option<Category>,
    /// To what this organisation sent.
    pub source: Option<OrganisationId>,
    /// To what happened on this day in London or later.
    pub from: Option<NaiveDate>,
    /// To what happened on this day in London or before.
    pub to: Option<NaiveDate>,
    /// To what is this sensitive.
    pub label: Option<Sensitivity>,
}

impl Narrowing {
    /// Whether it leaves anything out.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }

    pub(crate) fn stored(&self) -> Narrowed {
        Narrowed {
            category: self.kind,
            source: self.source,
            label: self.label,
            from: self.from.map(london_midnight),
            before: self.to.and_then(|to| to.succ_opt()).map(london_midnight),
        }
    }
}

/// To what this reader can narrow the record down. It names nothing that is not open to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TimelineChoices {
    /// Kinds of entries.
    pub kinds: Vec<Category>,
    /// Organisations that sent something, by name.
    pub sources: Vec<(OrganisationId, String)>,
    /// Labels; empty where only one is open.
    pub labels: Vec<Sensitivity>,
}

/// Entries of one visit, or such as belong to none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimelineGroup {
    /// The visit itself, where it is open and other entries of it are here.
    pub visit: Option<EntryLine>,
    /// The entries, without the visit.
    pub lines: Vec<EntryLine>,
}

/// A day, or a month or year of which no more is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimelineDay {
    /// Which; absent where no date was given.
    pub when: Option<When>,
    /// What was done then, newest first.
    pub groups: Vec<TimelineGroup>,
}

/// A page of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimelinePage {
    /// Newest first.
    pub days: Vec<TimelineDay>,
    /// How many entries are on this page.
    pub entries: u64,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
    /// To what it can be narrowed down.
    pub choices: TimelineChoices,
}

impl Records {
    /// A page of everything in the record that has a place in time and is open, newest first, from after the given entry.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an entry that is not there; [`ServiceError`] as [`access`](domain::access) decides, or when the
    /// database fails.
    pub async fn timeline(
        &self,
        actor: &Actor,
        person: PersonId,
        narrowing: Narrowing,
        after: Option<Cursor>,
    ) -> Result<TimelinePage, ServiceError> {
        let (mut tx, subject, reader) = self.open(actor, person, "timeline").await?;
        let page = page(&mut tx, &reader, narrowing, after).await?;
        drop(tx);
        activity::disclose(&self.core, read(actor, subject, "timeline")).await?;
        Ok(page)
    }
}

async fn page(tx: &mut Tx, reader: &Reader, narrowing: Narrowing, after: Option<Cursor>) -> Result<TimelinePage, ServiceError> {
    let Reader { person, filter, .. } = reader;
    let after = match after {
        Some(Cursor(id)) => Some((record::place_in_time(tx, *person, filter, id).await?.ok_or(ServiceError::NotFound)?, id)),
        None => None,
    };
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = record::timeline(tx, *person, filter, &narrowing.stored(), after, limit).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().map(|row| Cursor(EntryId::from_uuid(row.line.id))).filter(|_| more);
    let entries = u64::try_from(rows.len()).unwrap_or_default();
    let choices = choices(tx, reader).await?;
    let days = by_day(tx, reader, rows).await?;
    Ok(TimelinePage { days, entries, next, choices })
}

/// To what a reader can narrow a record down.
pub(crate) async fn choices(tx: &mut Tx, reader: &Reader) -> Result<TimelineChoices, ServiceError> {
    let in_time = |category: &Category| !matches!(category, Category::People | Category::Other);
    let own = reader.is_owner();
    // The same for everybody: a kind that is missing would tell that it is hidden.
    let kinds = Category::SHOWN.iter().copied().filter(in_time).collect();
    let open: BTreeSet<Sensitivity> =
        reader.view.pairs().filter(|(category, _)| in_time(category)).map(|(_, label)| label).collect();
    let labels: Vec<_> = Sensitivity::ALL.iter().copied().filter(|label| own || open.contains(label)).collect();
    let sources = record::sources_open(tx, reader.person, &reader.filter).await?;
    Ok(TimelineChoices {
        kinds,
        sources: sources.into_iter().map(|one| (OrganisationId::from_uuid(one.id), one.name)).collect(),
        labels: if labels.len() > 1 { labels } else { Vec::new() },
    })
}

/// The day of a date, or the month or year of which no more is known.
fn day_of(when: When) -> When {
    match when {
        When::Instant(instant) => When::Day(london_day(instant.to_utc())),
        When::Day(_) | When::Month(..) | When::Year(_) => when,
    }
}

/// The rows of a page by day, and within a day by visit, each in the order in which its first entry came.
async fn by_day(tx: &mut Tx, reader: &Reader, rows: Vec<TimelineRow>) -> Result<Vec<TimelineDay>, ServiceError> {
    let mut named: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for row in &rows {
        if let Some(visit) = &row.visit {
            named.entry(row.organisation_id).or_default().insert(visit.clone());
        }
    }
    let mut visits = Vec::new();
    for (source, which) in named {
        let (source, which) = (OrganisationId::from_uuid(source), which.into_iter().collect::<Vec<_>>());
        visits.extend(record::visits_named(tx, reader.person, &reader.filter, source, &which).await?);
    }
    let keys: Vec<_> = visits.iter().map(|row| (row.organisation_id, row.logical_id.clone())).collect();
    let told = lines(tx, reader, visits.into_iter().map(|row| row.line).collect()).await?;
    let visits: HashMap<(Uuid, String), EntryLine> = keys.into_iter().zip(told).collect();

    let places = rows.iter().map(|row| Ok((row.stands()?.map(day_of), row.organisation_id, row.visit.clone())));
    let places = places.collect::<Result<Vec<_>, store::StoreError>>()?;
    let rows = lines(tx, reader, rows.into_iter().map(|row| row.line).collect()).await?;
    let mut days: Vec<(Option<When>, Vec<Gathered>)> = Vec::new();
    for (line, (when, source, visit)) in rows.into_iter().zip(places) {
        // One that is not open is as one that was never told of.
        let visit = visit.map(|id| (source, id)).filter(|key| visits.contains_key(key));
        let at = days.iter().rposition(|(day, _)| *day == when).unwrap_or(days.len());
        if at == days.len() {
            days.push((when, Vec::new()));
        }
        let Some((_, groups)) = days.get_mut(at) else { continue };
        let known = match &visit {
            Some(_) => groups.iter_mut().find(|group| group.visit == visit),
            None => groups.last_mut().filter(|group| group.visit.is_none()),
        };
        match known {
            Some(group) => group.lines.push(line),
            None => groups.push(Gathered { visit, lines: vec![line] }),
        }
    }
    let day = |(when, gathered): (_, Vec<Gathered>)| {
        let mut groups: Vec<TimelineGroup> = Vec::new();
        for group in gathered.into_iter().map(|group| group.done(&visits)) {
            match groups.last_mut() {
                Some(last) if last.visit.is_none() && group.visit.is_none() => last.lines.extend(group.lines),
                _ => groups.push(group),
            }
        }
        TimelineDay { when, groups }
    };
    Ok(days.into_iter().map(day).collect())
}

/// Entries of a day that belong together.
struct Gathered {
    visit: Option<(Uuid, String)>,
    lines: Vec<EntryLine>,
}

impl Gathered {
    fn done(self, visits: &HashMap<(Uuid, String), EntryLine>) -> TimelineGroup {
        let Some(visit) = self.visit.and_then(|key| visits.get(&key)) else {
            return TimelineGroup { visit: None, lines: self.lines };
        };
        // Nothing but the visit is here: it is an entry as any other.
        if self.lines.iter().all(|line| line.id == visit.id) {
            return TimelineGroup { visit: None, lines: self.lines };
        }
        let lines = self.lines.into_iter().filter(|line| line.id != visit.id).collect();
        TimelineGroup { visit: Some(visit.clone()), lines }
    }
}
