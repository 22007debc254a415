//! A record in the order of time: days, and within a day the visits.

use crate::profile::{OwnEyes, OwnLine};
use crate::reader::{Reader, allowed};
use crate::records::{Marks, Records, lines, read, summary};
use crate::sources::{OutOfDate, out_of_date};
use crate::{Cursor, EntryLine, PersonSummary, ServiceError, activity};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask};
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
    /// To what the person wrote themself.
    pub own: bool,
}

impl Narrowing {
    /// Whether it leaves anything out.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }

    /// Whether what the person wrote themself is there: it is of no kind of entry, no organisation sent it, and none labelled it.
    pub(crate) const fn takes_own(&self) -> bool {
        self.kind.is_none() && self.source.is_none() && self.label.is_none()
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
    /// What the person wrote themself of that day, beside it.
    pub own: Vec<OwnLine>,
}

/// A page of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimelinePage {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// Of which sources of what it is narrowed down to the newest may be missing; on the first page alone, and not at work.
    pub out_of_date: Vec<OutOfDate>,
    /// Newest first.
    pub days: Vec<TimelineDay>,
    /// How many entries are on this page.
    pub entries: u64,
    /// How many things on it the person wrote themself.
    pub own: u64,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
    /// To what it can be narrowed down.
    pub choices: TimelineChoices,
    /// What marks entries to whoever gives care; nothing to anybody else.
    #[serde(skip)]
    pub marks: Marks,
}

impl Records {
    /// A page of everything in the record that has a place in time and is open, newest first, from after the given place; with what the
    /// person wrote themself beside it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a place that is not there; [`ServiceError`] as [`access`](domain::access) decides, or when the
    /// database fails.
    pub async fn timeline(
        &self,
        actor: &Actor,
        person: PersonId,
        narrowing: Narrowing,
        after: Option<Cursor>,
    ) -> Result<TimelinePage, ServiceError> {
        let (mut tx, subject, reader, marks) = self.open_marked(actor, person, "timeline").await?;
        let eyes = OwnEyes::of(&self.core, &mut tx, actor, &reader).await?;
        let mut page = TimelinePage { marks, ..page(&mut tx, &reader, &eyes, narrowing, after).await? };
        // What somebody wrote themself comes from no source.
        if after.is_none() && !narrowing.own {
            page.out_of_date = out_of_date(&mut tx, &reader, narrowing.kind).await?;
            page.out_of_date.retain(|one| narrowing.source.is_none_or(|source| source == one.id));
        }
        drop(tx);
        activity::disclose(&self.core, read(actor, subject, "timeline")).await?;
        Ok(page)
    }

    /// The medicines that the person takes of their own accord, for the list of medicines, beside which they stand: that page is audited,
    /// and shows no more of them than this.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn own_medicines(&self, actor: &Actor, person: PersonId) -> Result<Vec<OwnLine>, ServiceError> {
        let mut tx = self.core.read().await?;
        let (_, reader) = allowed(&self.core, &mut tx, actor, person, Ask::ReadRecord).await?;
        let eyes = OwnEyes::of(&self.core, &mut tx, actor, &reader).await?;
        eyes.medicines(&mut tx, &reader).await
    }
}

/// A page of the timeline, as a reader sees it.
pub(crate) async fn page(
    tx: &mut Tx,
    reader: &Reader,
    eyes: &OwnEyes,
    narrowing: Narrowing,
    after: Option<Cursor>,
) -> Result<TimelinePage, ServiceError> {
    let Reader { person, filter, .. } = reader;
    let narrowed = narrowing.stored();
    let after = match after {
        Some(Cursor(id)) => Some((place(tx, reader, eyes, id).await?, id)),
        None => None,
    };
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let (mut rows, mut own) = (Vec::new(), Vec::new());
    if !narrowing.own {
        rows = record::timeline(tx, *person, filter, &narrowed, after, limit).await?;
    }
    if narrowing.takes_own() {
        own = eyes.in_time(tx, reader, &narrowed, after, PAGE + 1).await?;
    }
    let merged = merged(rows.iter().map(|row| (row.sort_at, row.line.id)), own.iter().map(|line| (line.at(), line.id())), PAGE);
    rows.truncate(merged.entries);
    own.truncate(merged.own);
    // What stands in time has an id among all that does.
    let next = merged.next.map(|id| Cursor(EntryId::from_uuid(id)));
    let entries = u64::try_from(rows.len()).unwrap_or_default();
    let count = u64::try_from(own.len()).unwrap_or_default();
    let choices = choices(tx, reader).await?;
    let days = by_day(tx, reader, (rows, own), &merged.order).await?;
    let (whose, out_of_date, marks) = (summary(tx, reader).await?, Vec::new(), Marks::default());
    Ok(TimelinePage { whose, out_of_date, days, entries, own: count, next, choices, marks })
}

/// Where something stands in time.
async fn place(tx: &mut Tx, reader: &Reader, eyes: &OwnEyes, id: EntryId) -> Result<DateTime<Utc>, ServiceError> {
    if let Some(at) = record::place_in_time(tx, reader.person, &reader.filter, id).await? {
        return Ok(at);
    }
    eyes.place(tx, reader, id.as_uuid()).await?.ok_or(ServiceError::NotFound)
}

/// A place in time: when, and of what is at the same time the greater id first.
type Stands = (DateTime<Utc>, Uuid);

/// How two lists that each are in order become a page of one.
#[derive(Debug, PartialEq, Eq)]
struct Merged {
    /// How many of the first and of the second are on it.
    entries: usize,
    own: usize,
    /// Of which of the two each is, in order: `true` for the second.
    order: Vec<bool>,
    /// Which is the last on it, where there is more.
    next: Option<Uuid>,
}

/// A page of two lists together, newest first, which parts nothing that is at one moment where it need not. Of each as many have to be
/// given as a page holds, and one, where there are so many.
fn merged(entries: impl Iterator<Item = Stands>, own: impl Iterator<Item = Stands>, most: usize) -> Merged {
    let mut all: Vec<(Stands, bool)> = entries.map(|stands| (stands, false)).chain(own.map(|stands| (stands, true))).collect();
    all.sort_by(|(a, _), (b, _)| b.cmp(a));
    let more = all.len() > most;
    all.truncate(if more { end(&all, most) } else { most });
    let own = all.iter().filter(|(_, own)| *own).count();
    Merged {
        entries: all.len() - own,
        own,
        next: all.last().map(|((_, id), _)| *id).filter(|_| more),
        order: all.into_iter().map(|(_, own)| own).collect(),
    }
}

/// Where a page of so many ends if there is more: before what is at one moment and would not be whole on it, as a report with its values,
/// unless that leaves less than a quarter of it.
fn end(all: &[(Stands, bool)], most: usize) -> usize {
    let at = |place: usize| all.get(place).map(|((at, _), _)| *at);
    let whole = (1..=most).rev().find(|place| at(*place - 1) != at(*place)).unwrap_or(most);
    if whole > most / 4 { whole } else { most }
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

/// Where entries stand together: a day, who sent them, and in which visit.
type Together = (Option<When>, Uuid, Option<String>);

/// Of which entries of a page which others of it are parts, by their places on it: the whole and the part.
async fn parts(tx: &mut Tx, person: PersonId, rows: &[TimelineRow]) -> Result<Vec<(usize, usize)>, ServiceError> {
    let is_result = |row: &&TimelineRow| row.line.category == Category::Result.code();
    let results: Vec<Uuid> = rows.iter().filter(is_result).map(|row| row.line.id).collect();
    let all = record::parts(tx, person, &results).await?;
    let wholes: HashMap<Uuid, usize> = rows.iter().enumerate().map(|(at, row)| (row.line.id, at)).collect();
    let named: HashMap<(Uuid, &str, &str), usize> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| ((row.organisation_id, row.resource_type.as_str(), row.logical_id.as_str()), at))
        .collect();
    let found = all.iter().filter_map(|part| {
        let name = (part.organisation_id, part.resource_type.as_str(), part.logical_id.as_str());
        Some((*wholes.get(&part.entry_id)?, *named.get(&name)?))
    });
    Ok(found.collect())
}

/// Which entry comes in which place: what is part of another that stands together with it comes right below that, and each day keeps its places.
fn below_their_wholes(places: &[Together], parts: &[(usize, usize)]) -> Vec<usize> {
    let (mut within, mut inner): (BTreeMap<usize, Vec<usize>>, BTreeSet<usize>) = (BTreeMap::new(), BTreeSet::new());
    for (whole, part) in parts {
        let together = places.get(*whole).is_some_and(|place| places.get(*part) == Some(place));
        if whole != part && together && inner.insert(*part) {
            within.entry(*whole).or_default().push(*part);
        }
    }
    let mut days: HashMap<Option<When>, Vec<usize>> = HashMap::new();
    for (at, (day, ..)) in places.iter().enumerate() {
        days.entry(*day).or_default().push(at);
    }
    let mut sequence: Vec<usize> = (0..places.len()).collect();
    for slots in days.values() {
        let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
        // Those that are parts of one another in a circle come last.
        for top in slots.iter().filter(|at| !inner.contains(*at)).chain(slots) {
            let mut next = vec![*top];
            while let Some(at) = next.pop() {
                if seen.insert(at) {
                    order.push(at);
                    next.extend(within.get(&at).into_iter().flatten().rev().copied());
                }
            }
        }
        for (slot, at) in slots.iter().zip(order) {
            if let Some(place) = sequence.get_mut(*slot) {
                *place = at;
            }
        }
    }
    sequence
}

/// What a page holds by day, and entries within a day by visit, each in the order in which its first came; the values of a report below it. `order` says of each that comes
/// next whether the person wrote it themself.
async fn by_day(
    tx: &mut Tx,
    reader: &Reader,
    (rows, own): (Vec<TimelineRow>, Vec<OwnLine>),
    order: &[bool],
) -> Result<Vec<TimelineDay>, ServiceError> {
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
    let places = places.collect::<Result<Vec<Together>, store::StoreError>>()?;
    let sequence = below_their_wholes(&places, &parts(tx, reader.person, &rows).await?);
    let rows = lines(tx, reader, rows.into_iter().map(|row| row.line).collect()).await?;
    let mut rows: Vec<Option<(EntryLine, Together)>> = rows.into_iter().zip(places).map(Some).collect();
    let (mut rows, mut own) = (sequence.into_iter().filter_map(|at| rows.get_mut(at).and_then(Option::take)), own.into_iter());
    let mut days: Vec<(Option<When>, Vec<Gathered>, Vec<OwnLine>)> = Vec::new();
    for is_own in order {
        if *is_own {
            let Some(line) = own.next() else { continue };
            let when = Some(When::Day(line.day));
            match days.iter_mut().rfind(|(day, ..)| *day == when) {
                Some((.., own)) => own.push(line),
                None => days.push((when, Vec::new(), vec![line])),
            }
            continue;
        }
        let Some((line, (when, source, visit))) = rows.next() else { continue };
        // One that is not open is as one that was never told of.
        let visit = visit.map(|id| (source, id)).filter(|key| visits.contains_key(key));
        let at = days.iter().rposition(|(day, ..)| *day == when).unwrap_or(days.len());
        if at == days.len() {
            days.push((when, Vec::new(), Vec::new()));
        }
        let Some((_, groups, _)) = days.get_mut(at) else { continue };
        let known = match &visit {
            Some(_) => groups.iter_mut().find(|group| group.visit == visit),
            None => groups.last_mut().filter(|group| group.visit.is_none()),
        };
        match known {
            Some(group) => group.lines.push(line),
            None => groups.push(Gathered { visit, lines: vec![line] }),
        }
    }
    let day = |(when, gathered, own): (_, Vec<Gathered>, Vec<OwnLine>)| {
        let mut groups: Vec<TimelineGroup> = Vec::new();
        for group in gathered.into_iter().map(|group| group.done(&visits)) {
            match groups.last_mut() {
                Some(last) if last.visit.is_none() && group.visit.is_none() => last.lines.extend(group.lines),
                _ => groups.push(group),
            }
        }
        TimelineDay { when, groups, own }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stands() -> impl Strategy<Value = Vec<Stands>> {
        // Few times and few ids, so that many are at the same time; no id twice.
        prop::collection::btree_map(0_u128..200, 0_i64..4, 0..60).prop_map(|all| {
            let one = |(id, day): (u128, i64)| (DateTime::from_timestamp(day * 86_400, 0).unwrap(), Uuid::from_u128(id));
            let mut all: Vec<Stands> = all.into_iter().map(one).collect();
            all.sort_unstable_by(|a, b| b.cmp(a));
            all
        })
    }

    #[test]
    fn a_page_ends_before_what_would_not_be_whole_on_it() {
        let at = |second: i64, id: u128| (DateTime::from_timestamp(second, 0).unwrap(), Uuid::from_u128(id));
        let page = |all: &[Stands], most: usize| {
            let page = merged(all.iter().copied(), std::iter::empty(), most);
            (page.entries, page.next)
        };
        let all = [at(9, 9), at(8, 8), at(7, 7), at(1, 6), at(1, 5), at(1, 4)];
        assert_eq!(page(&all, 5), (3, Some(Uuid::from_u128(7))));
        assert_eq!(page(&all, 3), (3, Some(Uuid::from_u128(7))));
        assert_eq!(page(&all, 6), (6, None));
        // What is longer than a page is parted, and so is what would leave next to nothing on it.
        assert_eq!(page(&all[3..], 2), (2, Some(Uuid::from_u128(5))));
        assert_eq!(page(&[at(9, 9), at(1, 8), at(1, 7), at(1, 6), at(1, 5)], 4), (4, Some(Uuid::from_u128(6))));
    }

    #[test]
    fn the_parts_of_a_report_come_below_it_and_nothing_else_moves() {
        let day = |text: &str| Some(When::parse(text).unwrap());
        let (first, second) = (day("2026-03-05"), day("2026-03-04"));
        let place = |when: Option<When>, visit: Option<&str>| (when, Uuid::nil(), visit.map(str::to_owned));
        let places = [
            place(first, None),
            place(first, None),
            place(first, None),
            place(first, Some("v")),
            place(second, None),
            place(first, None),
        ];
        assert_eq!(below_their_wholes(&places, &[]), [0, 1, 2, 3, 4, 5]);
        // Two of the same day, one in a visit, one of another day.
        assert_eq!(below_their_wholes(&places, &[(1, 5), (1, 0), (1, 3), (1, 4)]), [1, 5, 0, 2, 4, 3]);
        assert_eq!(below_their_wholes(&places, &[(0, 1), (1, 0), (2, 2), (9, 1), (1, 9)]), [2, 3, 5, 0, 4, 1]);
    }

    proptest! {
        #[test]
        fn whatever_is_part_of_what_each_entry_keeps_its_day_and_none_is_lost(
            days in prop::collection::vec(0_i32..3, 0..12),
            parts in prop::collection::vec((0_usize..12, 0_usize..12), 0..20),
        ) {
            let places: Vec<Together> = days.iter().map(|day| (Some(When::Year(2000 + day)), Uuid::nil(), None)).collect();
            let sequence = below_their_wholes(&places, &parts);
            let mut all = sequence.clone();
            all.sort_unstable();
            prop_assert_eq!(all, (0..places.len()).collect::<Vec<_>>());
            let moved: Vec<_> = sequence.iter().map(|at| places[*at].0).collect();
            prop_assert_eq!(moved, places.iter().map(|place| place.0).collect::<Vec<_>>());
        }

        #[test]
        fn page_by_page_two_lists_are_one_in_order(entries in stands(), own in stands(), most in 1_usize..8) {
            // What the person wrote has ids of its own.
            let own: Vec<Stands> = own.into_iter().map(|(at, id)| (at, Uuid::from_u128(id.as_u128() * 2 + 1))).collect();
            let entries: Vec<Stands> = entries.into_iter().map(|(at, id)| (at, Uuid::from_u128(id.as_u128() * 2))).collect();
            let mut expected: Vec<Stands> = entries.iter().chain(&own).copied().collect();
            expected.sort_unstable_by(|a, b| b.cmp(a));
            let (mut seen, mut after): (Vec<Stands>, Option<Stands>) = (Vec::new(), None);
            loop {
                let part = |all: &[Stands]| {
                    let behind = |one: &&Stands| after.is_none_or(|after| **one < after);
                    all.iter().filter(behind).take(most + 1).copied().collect::<Vec<_>>()
                };
                let (mut first, mut second) = (part(&entries), part(&own));
                let page = merged(first.iter().copied(), second.iter().copied(), most);
                prop_assert_eq!(page.entries + page.own, page.order.len());
                prop_assert!(page.order.len() <= most);
                first.truncate(page.entries);
                second.truncate(page.own);
                let (mut first, mut second) = (first.into_iter(), second.into_iter());
                let took = seen.len();
                seen.extend(page.order.iter().filter_map(|own| if *own { second.next() } else { first.next() }));
                prop_assert_eq!(seen.len() - took, page.order.len());
                match page.next {
                    Some(id) => {
                        after = seen.last().copied();
                        prop_assert_eq!(after.map(|(_, last)| last), Some(id));
                    }
                    None => break,
                }
            }
            prop_assert_eq!(seen, expected);
        }
    }
}
