//! Imports as they are shown: all of them, and one with what was found in it.

use super::super::weeks::is_by_hand;
use super::super::{PAGE, Readings, at_once, opens};
use super::reading_in::minute;
use crate::eyes::{Eyes, NotedBy};
use crate::records::summary;
use crate::{PersonSummary, ServiceError, access};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask};
use domain::reading::week::{LONGEST_SITTING, SIGNS_HOLD, SignsHeld, Taken, holds_instead};
use domain::reading::{Advice, Amount, Heading, ImportState, Measure, Origin, Urgency, column_of};
use domain::when::minute_of_day;
use domain::{PersonId, ReadingId, ReadingImportId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use store::intake::{self, FoundRow, ImportRow, NumbersRow};
use store::{StoreError, Tx};
use trackers::table::{self, Order};

/// How many imports are listed.
const MOST: i64 = 50;
/// Of how long ago a reading of a file may be, so that what to do about it is told: a care team is told of one as long.
const RECENT: TimeDelta = TimeDelta::days(7);
/// The minute of the day at which a row of a table is put that says no time.
const MIDDAY: u16 = 12 * 60;
/// The most readings of that time that are looked at, the newest.
const MOST_RECENT: i64 = 2000;

/// A file of readings that somebody brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportSeen {
    /// Its id.
    pub id: ReadingImportId,
    /// Whose it is; absent until that is known.
    pub origin: Option<Origin>,
    /// What the file is called.
    pub file_name: String,
    /// When it was sent.
    pub made_at: DateTime<Utc>,
    /// By whom.
    pub by: NotedBy,
    /// Where it stands.
    pub state: ImportState,
    /// How many readings were found.
    pub found: u64,
    /// How many of them were added.
    pub added: u64,
    /// How many were here already.
    pub same: u64,
    /// How many wait to be added.
    pub waiting: u64,
    /// When it was taken out again.
    pub undone_at: Option<DateTime<Utc>>,
}

/// What was found of one measure, or was added and is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundSeen {
    /// Of what.
    pub measure: Measure,
    /// How many readings.
    pub readings: u64,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last.
    pub last_on: NaiveDate,
    /// The lowest first number.
    pub lowest: Amount,
    /// The highest.
    pub highest: Amount,
    /// The lowest and the highest second number, of what has two.
    pub second: Option<(Amount, Amount)>,
    /// How many are here already.
    pub here: u64,
    /// Of how many days something else is here, of what is summed by day: that stays, and this is not added.
    pub other_days: u64,
}

/// Readings about which guidance has somebody act at once, of a file or because of it: those of one measure for which it says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrgentSeen {
    /// Of what.
    pub measure: Measure,
    /// When the newest of them was taken.
    pub at: DateTime<Utc>,
    /// Its first number, in the measure's own unit.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// What to do.
    pub advice: &'static Advice,
    /// How many there are.
    pub readings: u64,
    /// The newest was taken more than a day ago.
    pub is_past: bool,
}

/// A row of a table that was no reading here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftRowSeen {
    /// On which line of the file it is.
    pub line: u64,
    /// Why, by word.
    pub why: String,
    /// What stands in it.
    pub says: String,
}

/// The beginning of a table whose columns can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSeen {
    /// What its columns are called.
    pub columns: Vec<String>,
    /// Its first rows.
    pub rows: Vec<Vec<String>>,
    /// What it can be about.
    pub open: Vec<Measure>,
    /// The days in the column whose name says that they are there can be read in two ways, and none shows which.
    pub asks_order: bool,
}

impl TableSeen {
    /// `None` where it is no table any more.
    fn of(bytes: &[u8], open: Vec<Measure>) -> Option<Self> {
        let table::Beginning { columns, rows } = table::begin(bytes).ok()?;
        let day = column_of(&columns, Heading::Day);
        let asks_order = day.is_some_and(|day| table::order_of(bytes, day).is_ok_and(|order| order == Order::Unknown));
        Some(Self { columns, rows, open, asks_order })
    }
}

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPage {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The import.
    pub import: ImportSeen,
    /// What was found and waits, or was added and is still there, in the order of the catalogue.
    pub measures: Vec<FoundSeen>,
    /// About which of these, as far as they are of the last days, guidance has somebody act at once, by all that the record holds
    /// around them; the most urgent first.
    pub urgent: Vec<UrgentSeen>,
    /// How often something was no reading here, and why, by word.
    pub left: Vec<(String, u64)>,
    /// Some of those that were rows of a table, the first ones.
    pub rows: Vec<LeftRowSeen>,
    /// The table it is, until it is confirmed.
    pub table: Option<TableSeen>,
}

fn many(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn import(row: &ImportRow, who: Eyes) -> Result<ImportSeen, StoreError> {
    Ok(ImportSeen {
        id: ReadingImportId::from_uuid(row.id),
        origin: Origin::from_code(&row.origin),
        file_name: row.file_name.clone(),
        made_at: row.made_at,
        by: who.by(row.made_by),
        state: row.state()?,
        found: many(row.found),
        added: many(row.added),
        same: many(row.same),
        waiting: many(row.waiting),
        undone_at: row.undone_at,
    })
}

impl FoundSeen {
    pub(in super::super) fn of(row: &FoundRow) -> Result<Self, StoreError> {
        Ok(Self {
            measure: Measure::from_code(&row.measure).ok_or_else(|| StoreError::corrupt("a reading is of an unknown measure"))?,
            readings: many(row.readings),
            first_on: row.first_on,
            last_on: row.last_on,
            lowest: Amount::from_thousandths(row.lowest),
            highest: Amount::from_thousandths(row.highest),
            second: row
                .lowest_second
                .zip(row.highest_second)
                .map(|(lowest, highest)| (Amount::from_thousandths(lowest), Amount::from_thousandths(highest))),
            here: many(row.here),
            other_days: many(row.other_days),
        })
    }
}

/// What was read of an import, in the order of time, as far as it is open to whoever looks.
fn in_order(rows: Vec<NumbersRow>, origin: &str, is_open: impl Fn(Measure) -> bool) -> Vec<(Measure, Taken)> {
    let all = rows.into_iter().rev().filter_map(|row| {
        let measure = Measure::from_code(&row.measure).filter(|measure| is_open(*measure))?;
        let one = Taken {
            at: row.taken_at,
            id: ReadingId::from_uuid(row.id),
            first: Amount::from_thousandths(row.first_value),
            second: row.second_value.map(Amount::from_thousandths),
            settings: row.settings,
            by_hand: is_by_hand(Some(measure), origin),
        };
        Some((measure, one))
    });
    all.collect()
}

/// Readings of a file, among those of the record by which what to do about them can turn, and about which they turn it.
struct Among {
    /// All of them, in the order of time.
    all: Vec<(Measure, Taken)>,
    /// Those of the file.
    of_file: BTreeSet<ReadingId>,
    /// Those of the file that the record has not from anywhere else.
    new: BTreeSet<ReadingId>,
    /// Their file may say of which day they are and not of what time.
    is_table: bool,
}

impl Among {
    /// The readings of a file of this origin alone, in the order of time.
    fn alone(all: Vec<(Measure, Taken)>, origin: &str) -> Self {
        let of_file: BTreeSet<ReadingId> = all.iter().map(|(_, one)| one.id).collect();
        Self { all, new: of_file.clone(), of_file, is_table: origin == Origin::Table.code() }
    }

    /// The same with those of the record around them. What is in both is one reading, with what the record says of it.
    async fn with_record(mut self, tx: &mut Tx, person: PersonId) -> Result<Self, ServiceError> {
        for &measure in SIGNS_HOLD {
            let (mut span, mut same): (Option<(DateTime<Utc>, DateTime<Utc>)>, _) = (None, BTreeMap::new());
            for (place, (_, one)) in self.all.iter().enumerate().filter(|(_, (of, _))| *of == measure) {
                span = Some((span.map_or(one.at, |(first, _)| first), one.at));
                same.insert((minute(one.at), one.first, one.second), place);
            }
            let Some(span) = span else { continue };
            for one in at_once::around(tx, person, measure, span).await? {
                // What was added already.
                if self.of_file.contains(&one.id) {
                    continue;
                }
                let place = same.remove(&(minute(one.at), one.first, one.second));
                match place.and_then(|place| self.all.get_mut(place)) {
                    Some((_, other)) => {
                        self.of_file.remove(&other.id);
                        self.new.remove(&other.id);
                        self.of_file.insert(one.id);
                        *other = one;
                    }
                    None => self.all.push((measure, one)),
                }
            }
            self.all.sort_by(|(_, one), (_, other)| one.cmp(other));
        }
        Ok(self)
    }

    /// What is said of those that the record has without the file.
    async fn without_file(
        &self,
        tx: &mut Tx,
        person: PersonId,
    ) -> Result<BTreeMap<ReadingId, Option<&'static Advice>>, ServiceError> {
        let before: Vec<(Measure, Taken)> = self.all.iter().filter(|(_, one)| !self.new.contains(&one.id)).cloned().collect();
        if before.is_empty() {
            return Ok(BTreeMap::new());
        }
        let said = at_once::of_these(tx, person, &before).await?;
        Ok(before.iter().zip(said).map(|((_, one), said)| (one.id, said.advice)).collect())
    }

    /// Which reading holds instead of the one at this place, where somebody measured again since: the last.
    fn instead_of(&self, place: usize, held: Option<SignsHeld>) -> Option<usize> {
        let (measure, one) = self.all.get(place)?;
        // A row of a table without a time is put at midday: nobody knows what came after it.
        if self.is_table && self.of_file.contains(&one.id) && minute_of_day(one.at) == MIDDAY {
            return None;
        }
        let later =
            self.all.iter().enumerate().skip(place + 1).take_while(|(_, (_, later))| later.at - one.at <= LONGEST_SITTING);
        let again = later.filter(|(_, (of, later))| of == measure && holds_instead(*measure, (one, held), later));
        again.map(|(place, _)| place).last()
    }
}

/// About which of these readings guidance has somebody act at once: of the file as far as nobody measured again since and it was well, and
/// of the record where it is because of the file.
async fn urgent(tx: &mut Tx, person: PersonId, among: &Among, now: DateTime<Utc>) -> Result<Vec<UrgentSeen>, ServiceError> {
    if among.all.is_empty() {
        return Ok(Vec::new());
    }
    let said = at_once::of_these(tx, person, &among.all).await?;
    let without = among.without_file(tx, person).await?;
    let (mut hold, mut told): (BTreeSet<usize>, BTreeMap<usize, &'static Advice>) = (BTreeSet::new(), BTreeMap::new());
    for (place, ((_, one), about)) in among.all.iter().zip(&said).enumerate().rev() {
        let Some(advice) = about.advice.filter(|advice| advice.urgency >= Urgency::Now) else { continue };
        // A later one that takes nothing back of this one does not either where another comes after it, as one that is severe in pregnancy.
        let counts = |later: usize| {
            let held = said.get(later).and_then(|later| later.held);
            held.is_some_and(|held| held.pressure.is_some() && held.told_with == one.id)
        };
        if among.instead_of(place, about.held).is_some_and(|later| !hold.contains(&later) && !counts(later)) {
            continue;
        }
        hold.insert(place);
        if among.of_file.contains(&one.id) || without.get(&one.id).copied().flatten() != Some(advice) {
            told.insert(place, advice);
        }
    }
    let mut found: Vec<UrgentSeen> = Vec::new();
    for (place, (measure, one)) in among.all.iter().enumerate() {
        let Some(advice) = told.get(&place).copied() else { continue };
        let before = found.iter().position(|other| other.measure == *measure && other.advice == advice);
        let readings = before.map_or(0, |place| found.remove(place).readings) + 1;
        let (at, is_past) = (one.at, now - one.at > at_once::PAST);
        found.push(UrgentSeen { measure: *measure, at, first: one.first, second: one.second, advice, readings, is_past });
    }
    found.sort_by_key(|one| Reverse((one.advice.urgency, one.at)));
    Ok(found)
}

impl Readings {
    /// The files that were brought in, to a carer those that they sent themself, and whose they are, as far as the reader may know: it
    /// stands on paper. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not record readings for the person.
    pub async fn imports(&self, actor: &Actor, person: PersonId) -> Result<(Vec<ImportSeen>, PersonSummary), ServiceError> {
        let (mut tx, bringing) = self.bring(actor, person).await?;
        let who = Eyes::of(&mut tx, actor, person).await?;
        let rows = intake::list(&mut tx, person, MOST).await?;
        let seen = rows.iter().filter(|row| bringing.sees(row)).map(|row| import(row, who)).collect::<Result<Vec<_>, _>>()?;
        let whose = summary(&mut tx, &bringing.reader).await?;
        drop(tx);
        self.looked(actor, bringing.subject, None).await?;
        Ok((seen, whose))
    }

    /// One import with what was found in it. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs, or whose file is still coming in.
    pub async fn import(&self, actor: &Actor, (person, id): (PersonId, ReadingImportId)) -> Result<ImportPage, ServiceError> {
        let (mut tx, bringing) = self.bring(actor, person).await?;
        let row = intake::one(&mut tx, person, id).await?.filter(|row| bringing.sees(row));
        let Some(row) = row.filter(|row| row.state != ImportState::Reading.code()) else {
            drop(tx);
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        };
        let who = Eyes::of(&mut tx, actor, person).await?;
        let import = import(&row, who)?;
        let rows = match import.state {
            ImportState::Ready => intake::found(&mut tx, person, id).await?,
            ImportState::Done | ImportState::Undone => intake::still(&mut tx, person, id).await?,
            _ => Vec::new(),
        };
        let mut measures = rows.iter().map(FoundSeen::of).collect::<Result<Vec<_>, _>>()?;
        measures.retain(|one| opens(&bringing.reader, one.measure));
        measures.sort_by_key(|one| one.measure.place());
        let since = self.core.now() - RECENT;
        let recent = match import.state {
            ImportState::Ready => intake::found_since(&mut tx, (person, id), since, MOST_RECENT).await?,
            ImportState::Done => intake::still_since(&mut tx, (person, id), since, MOST_RECENT).await?,
            _ => Vec::new(),
        };
        let recent = in_order(recent, &row.origin, |measure| opens(&bringing.reader, measure));
        let mut among = Among::alone(recent, &row.origin);
        // Nobody learns by it what they may not see.
        if access::allows(&self.core, &mut tx, actor, person, Ask::SeeReadings).await? {
            among = among.with_record(&mut tx, person).await?;
        }
        let urgent = urgent(&mut tx, person, &among, self.core.now()).await?;
        let left = intake::left(&mut tx, person, id).await?.into_iter().map(|(why, times)| (why, many(times))).collect();
        let rows = intake::left_rows(&mut tx, person, id).await?.into_iter();
        let rows = rows.filter(|row| Measure::from_code(&row.measure).is_some_and(|measure| opens(&bringing.reader, measure)));
        let rows = rows.map(|row| LeftRowSeen { line: many(row.line), why: row.why, says: row.says }).collect();
        let table = match import.state {
            ImportState::Columns | ImportState::Ready => intake::held(&mut tx, person, id).await?,
            _ => None,
        };
        let whose = summary(&mut tx, &bringing.reader).await?;
        drop(tx);
        let table = table.and_then(|bytes| TableSeen::of(&bytes, bringing.open()));
        self.looked(actor, bringing.subject, None).await?;
        Ok(ImportPage { whose, import, measures, urgent, left, rows, table })
    }
}
