//! Readings as they are shown: the newest of each measure, one measure with its chart, and one reading with its history.

use super::photo::{self, PhotosSeen};
use super::rules::{self, TargetVersion, WatchSeen, Watched};
use super::{PAGE, Readings, opens};
use crate::activity::{self, Event};
use crate::medicines::NotedBy;
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, ServiceError, access, appointments};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::reading::{Advice, Amount, Drawn, Kept, Measure, Origin, Point, Span, Target, Unit, advice, thin};
use domain::when::{london_day, london_midnight};
use domain::{AccountId, PersonId, ReadingId};
use store::intake;
use store::reading::{self, DayRow, ReadingRow, SeriesRow};
use store::{StoreError, Tx};
use uuid::Uuid;

/// How many readings a page lists.
const PER_PAGE: usize = 25;
/// The most readings that are drawn one by one; of more, each day is drawn.
const ONE_BY_ONE: i64 = 2500;
/// The most points that a chart holds.
const MOST_POINTS: usize = 300;
/// The most earlier versions that are shown.
const MOST_VERSIONS: i64 = 50;

/// A reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingSeen {
    /// Its id.
    pub id: ReadingId,
    /// Of what.
    pub measure: Measure,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// Its first number, in the measure's own unit.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// The unit in which it was typed.
    pub unit: &'static Unit,
    /// What was typed.
    pub said: String,
    /// How it was taken, as it is kept.
    pub settings: String,
    /// What was written to it.
    pub note: String,
    /// Who added it.
    pub by: NotedBy,
    /// When.
    pub added_at: DateTime<Utc>,
    /// Which version it is; above one, it was changed.
    pub version: i32,
    /// From where it was brought in; absent where somebody typed it here.
    pub origin: Option<Origin>,
    /// What measured it; empty where nothing says.
    pub device: String,
    /// What was written there, where that says something else.
    pub original: String,
    /// What of many readings it is.
    pub kept: Kept,
    /// Whether it has a photo.
    pub has_photo: bool,
    /// Its photos; on its own page only.
    pub photos: PhotosSeen,
    /// What care teams say of it; on its own page only.
    pub watched: Watched,
}

impl ReadingSeen {
    /// "142/88 mmHg", "130 mg/dL": in the unit in which it was typed.
    #[must_use]
    pub fn in_words(&self) -> String {
        // A device tells more decimals than it measures.
        let decimals = self.measure.parts().first().map_or(0, |part| part.decimals);
        let first = if self.origin.is_some() { self.first.rounded(decimals) } else { self.first };
        self.measure.in_words(self.unit, &self.said, first, self.second)
    }

    /// "From Apple Health (Watch)", "Highest of its hour": what has to be known of a reading that nobody typed here.
    #[must_use]
    pub fn from_where(&self) -> Vec<String> {
        let Some(origin) = self.origin else { return Vec::new() };
        let device = if self.device.is_empty() { String::new() } else { format!(" ({})", self.device) };
        let kept = Some(self.kept.words()).filter(|words| !words.is_empty()).map(str::to_owned);
        std::iter::once(format!("From {}{device}", origin.title())).chain(kept).collect()
    }

    /// The same in the measure's own unit, where it was typed in another.
    #[must_use]
    pub fn in_own_unit(&self) -> Option<String> {
        let decimals = self.measure.parts().first().map_or(0, |part| part.decimals);
        let (own, first) = (self.measure.unit(), self.first.rounded(decimals));
        (*self.unit != *own).then(|| self.measure.in_words(own, "", first, None))
    }

    /// How it was taken: what was asked, and what was answered.
    #[must_use]
    pub fn taken_how(&self) -> Vec<(&'static str, &'static str)> {
        answered(self.measure, &self.settings)
    }

    /// What to do at once about it.
    #[must_use]
    pub fn advice(&self) -> Option<&'static Advice> {
        advice(self.measure, self.first, self.second, &self.settings)
    }
}

/// What was asked about how a reading was taken, and what was answered; `settings` as they are kept.
pub(super) fn answered(measure: Measure, settings: &str) -> Vec<(&'static str, &'static str)> {
    let answer = |setting: &domain::reading::Setting| {
        let said = settings.split(' ').find_map(|one| one.strip_prefix(setting.field)?.strip_prefix('='))?;
        let words = setting.answers.iter().find(|(code, _)| *code == said)?;
        Some((setting.asks, words.1))
    };
    measure.settings().iter().filter_map(answer).collect()
}

/// A reading as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingVersion {
    /// What it said, in the unit in which it was typed.
    pub value: String,
    /// When it was said to be taken.
    pub taken_at: DateTime<Utc>,
    /// What was written to it.
    pub note: String,
    /// Who said so.
    pub by: NotedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// The newest reading of each measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingsSeen {
    /// The newest of each measure that there is, in the order of the catalogue.
    pub newest: Vec<ReadingSeen>,
    /// Everything that is open to the reader.
    pub open: Vec<Measure>,
    /// Who is told of any of it.
    pub watch: WatchSeen,
    /// Whether the reader may record readings.
    pub may_record: bool,
}

/// Several readings in one sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Average {
    /// How many there are.
    pub readings: i64,
    /// Their average, in the measure's own unit; of a measure that is summed, the average of a day.
    pub first: Amount,
    /// The average of their second numbers.
    pub second: Option<Amount>,
    /// The lowest of the first numbers; of a measure that is summed, of a day.
    pub lowest: Amount,
    /// The highest.
    pub highest: Amount,
}

/// What a chart is drawn from. Times are seconds since 1970, values thousandths of the measure's own unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// Where it begins and ends.
    pub span: (i64, i64),
    /// Its first day and its last.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// The first numbers, or their average of each day.
    pub first: Vec<Point>,
    /// The second numbers.
    pub second: Vec<Point>,
    /// From the lowest to the highest of each day, where each point is one.
    pub between: Vec<Point>,
    /// Whether each point is a day.
    pub by_day: bool,
    /// All of it in one sentence; absent where there is nothing.
    pub average: Option<Average>,
    /// How many of its readings, or of its days, are where a care team wants them; absent where none says.
    pub within: Option<usize>,
    /// Of how many.
    pub of: usize,
}

/// One measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureSeen {
    /// Which.
    pub measure: Measure,
    /// A page of its readings, the newest first.
    pub readings: Vec<ReadingSeen>,
    /// The last of these where there are more, to go on from.
    pub more: Option<ReadingId>,
    /// Its chart.
    pub chart: Chart,
    /// Of some hours in it only the lowest and the highest reading are kept.
    pub of_hours: bool,
    /// Where a care team wants it.
    pub target: Option<TargetVersion>,
    /// Who is told of it.
    pub watch: WatchSeen,
    /// Whether the reader may record readings.
    pub may_record: bool,
}

/// Who tells who said something.
pub(super) struct Who {
    reader: Option<AccountId>,
    own: Option<AccountId>,
}

impl Who {
    pub(super) async fn load(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Self, ServiceError> {
        let own = appointments::own_account(tx, person).await?;
        // At work nobody is here as themself.
        let reader = if matches!(actor, Actor::Account { .. }) { actor.account() } else { None };
        Ok(Self { reader, own })
    }

    pub(super) fn by(&self, id: Uuid) -> NotedBy {
        match AccountId::from_uuid(id) {
            id if Some(id) == self.reader => NotedBy::You,
            id if Some(id) == self.own => NotedBy::Person,
            _ => NotedBy::Carer,
        }
    }

    fn seen(&self, row: ReadingRow) -> Result<ReadingSeen, StoreError> {
        let measure = row.measure()?;
        Ok(ReadingSeen {
            id: ReadingId::from_uuid(row.id),
            measure,
            taken_at: row.taken_at,
            first: Amount::from_thousandths(row.first_value),
            second: row.second_value.map(Amount::from_thousandths),
            unit: unit(measure, &row.unit)?,
            said: row.said,
            settings: row.settings,
            note: row.note,
            by: self.by(row.created_by),
            added_at: row.created_at,
            version: row.version,
            origin: Origin::from_code(&row.source),
            device: row.device,
            original: row.original,
            kept: Kept::from_code(&row.kept).ok_or_else(|| StoreError::corrupt("a reading is kept in an unknown way"))?,
            has_photo: row.has_photo,
            photos: PhotosSeen::default(),
            watched: Watched::default(),
        })
    }
}

fn unit(measure: Measure, ucum: &str) -> Result<&'static Unit, StoreError> {
    measure.unit_of(ucum).ok_or_else(|| StoreError::corrupt("a reading is in an unknown unit"))
}

impl Readings {
    /// The newest reading of each measure that is open to the reader. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn overview(&self, actor: &Actor, person: PersonId) -> Result<ReadingsSeen, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person, Ask::RecordReadings).await?;
        let who = Who::load(&mut tx, actor, person).await?;
        let mut newest = Vec::new();
        for row in reading::newest(&mut tx, person).await? {
            if opens(&reader, row.measure()?) {
                newest.push(who.seen(row)?);
            }
        }
        newest.sort_by_key(|one| one.measure.place());
        let open = Measure::ALL.iter().copied().filter(|measure| opens(&reader, *measure)).collect();
        let watch = rules::watch_of(&self.core, &mut tx, person, &reader).await?;
        drop(tx);
        self.looked(actor, subject, None).await?;
        Ok(ReadingsSeen { newest, open, watch, may_record })
    }

    /// One measure: its chart over a span that ends today, and a page of its readings, after this one where it is given. The look
    /// is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see this of the person, and for a reading to go on from that is not there.
    pub async fn measure(
        &self,
        actor: &Actor,
        person: PersonId,
        asked: (Measure, Span, Option<ReadingId>),
    ) -> Result<MeasureSeen, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person, Ask::RecordReadings).await?;
        self.open(actor, &reader, asked.0).await?;
        let seen = measure_seen(&self.core, &mut tx, actor, (person, &reader, may_record), asked).await?;
        drop(tx);
        self.looked(actor, subject, Some(asked.0)).await?;
        Ok(seen)
    }

    /// One reading, what it was before, and whether the reader may change it. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, or of another measure, and to whoever may not see this of the person.
    pub async fn one(
        &self,
        actor: &Actor,
        person: PersonId,
        (measure, id): (Measure, ReadingId),
    ) -> Result<(ReadingSeen, Vec<ReadingVersion>, bool), ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person, Ask::RecordReadings).await?;
        self.open(actor, &reader, measure).await?;
        let row = reading::one(&mut tx, person, id).await?.filter(|row| row.measure == measure.code());
        let row = row.ok_or(ServiceError::NotFound)?;
        let who = Who::load(&mut tx, actor, person).await?;
        let mut versions = Vec::new();
        for old in reading::versions(&mut tx, person, id, MOST_VERSIONS).await? {
            let (unit, number) = (unit(measure, &old.unit)?, Amount::from_thousandths);
            versions.push(ReadingVersion {
                value: measure.in_words(unit, &old.said, number(old.first_value), old.second_value.map(number)),
                taken_at: old.taken_at,
                note: old.note,
                by: who.by(old.changed_by),
                at: old.changed_at,
            });
        }
        let photos = photo::photos(&mut tx, &who, person, id).await?;
        let watched = rules::of_reading(&self.core, &mut tx, person, &reader, &row).await?;
        drop(tx);
        self.looked(actor, subject, Some(measure)).await?;
        Ok((ReadingSeen { photos, watched, ..who.seen(row)? }, versions, may_record))
    }

    /// Refuses what is not open to the reader.
    async fn open(&self, actor: &Actor, reader: &Reader, measure: Measure) -> Result<(), ServiceError> {
        match opens(reader, measure) {
            true => Ok(()),
            false => Err(access::refused_on(&self.core, actor, reader.person, ServiceError::NotFound, PAGE).await),
        }
    }

    pub(super) async fn looked(&self, actor: &Actor, subject: Subject, measure: Option<Measure>) -> Result<(), ServiceError> {
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        let event = measure.map_or_else(|| event.clone(), |measure| event.clone().about("measure", measure.code()));
        activity::disclose(&self.core, event).await
    }
}

/// One measure, as somebody sees it to whom it is open.
pub(super) async fn measure_seen(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    (person, reader, may_record): (PersonId, &Reader, bool),
    (measure, span, after): (Measure, Span, Option<ReadingId>),
) -> Result<MeasureSeen, ServiceError> {
    let now = core.now();
    let before = match after {
        None => (DateTime::<Utc>::MAX_UTC, ReadingId::from_uuid(Uuid::max())),
        Some(id) => {
            let row = reading::one(tx, person, id).await?.filter(|row| row.measure == measure.code());
            (row.ok_or(ServiceError::NotFound)?.taken_at, id)
        }
    };
    // Beyond the years that a database keeps nothing was taken.
    let before = (before.0.min(now + TimeDelta::days(366)), before.1);
    let who = Who::load(tx, actor, person).await?;
    let most = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let rows = reading::page(tx, person, measure, before, most).await?;
    let mut readings = rows.into_iter().map(|row| who.seen(row)).collect::<Result<Vec<_>, _>>()?;
    let more = (readings.len() > PER_PAGE).then(|| readings.truncate(PER_PAGE)).and_then(|()| readings.last()).map(|one| one.id);
    let target = rules::target_of(tx, person, measure).await?;
    let chart = chart(core, tx, (person, target.as_ref().and_then(|target| target.target)), measure, span).await?;
    let of_hours = match chart.days {
        Some(days) => intake::of_hours(tx, (person, measure), days).await?,
        None => false,
    };
    let watch = rules::watch_of(core, tx, person, reader).await?.of(measure);
    Ok(MeasureSeen { measure, readings, more, chart, of_hours, target, watch, may_record })
}

pub(crate) async fn chart(
    core: &Core,
    tx: &mut Tx,
    (person, target): (PersonId, Option<Target>),
    measure: Measure,
    span: Span,
) -> Result<Chart, ServiceError> {
    let last = london_day(core.now());
    let first = span.first(last);
    let (from, until) = (london_midnight(first), london_midnight(last.succ_opt().unwrap_or(last)));
    let empty = Chart { span: (from.timestamp(), until.timestamp()), days: Some((first, last)), ..Chart::default() };
    let close = matches!(span, Span::Week | Span::Month) && measure.drawn() != Drawn::DayTotal;
    if close {
        let mut rows = reading::series(tx, person, measure, (from, until), ONE_BY_ONE).await?;
        if i64::try_from(rows.len()).is_ok_and(|rows| rows < ONE_BY_ONE) {
            rows.reverse();
            return Ok(one_by_one(empty, &rows, (measure, target)));
        }
    }
    let rows = reading::days(tx, person, measure, (first, last)).await?;
    Ok(by_day(empty, &rows, (measure, target)))
}

fn at(time: i64, value: i64) -> Point {
    Point { at: time, low: value, high: value }
}

fn one_by_one(empty: Chart, rows: &[SeriesRow], (measure, target): (Measure, Option<Target>)) -> Chart {
    let first: Vec<Point> = rows.iter().map(|row| at(row.taken_at.timestamp(), row.first_value)).collect();
    let second: Vec<Point> = rows.iter().filter_map(|row| Some(at(row.taken_at.timestamp(), row.second_value?))).collect();
    let readings = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let average = average(readings, (&first, rows.iter().map(|row| row.first_value).sum()), sum_of(&second));
    let within = within(target, measure, rows.iter().map(|row| (row.first_value, row.second_value)));
    let (first, second) = (thin(&first, MOST_POINTS), thin(&second, MOST_POINTS));
    Chart { first, second, average, within, of: rows.len(), ..empty }
}

fn by_day(empty: Chart, rows: &[DayRow], (measure, target): (Measure, Option<Target>)) -> Chart {
    let summed = measure.drawn() == Drawn::DayTotal;
    // Midday, so that a day's point stands above its day.
    let noon = |row: &DayRow| london_midnight(row.taken_on).timestamp() + 12 * 60 * 60;
    let of_day = |row: &DayRow, sum: i64| if summed { sum } else { divided(sum, row.readings) };
    let first: Vec<Point> = rows.iter().map(|row| at(noon(row), of_day(row, row.first_sum))).collect();
    let second: Vec<Point> = rows.iter().filter_map(|row| Some(at(noon(row), of_day(row, row.second_sum?)))).collect();
    let between: Vec<Point> = rows.iter().map(|row| Point { at: noon(row), low: row.first_low, high: row.first_high }).collect();
    let days = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let readings: i64 = rows.iter().map(|row| row.readings).sum();
    let told = match summed {
        true => average(days, (&first, sum_of(&first).unwrap_or_default()), None),
        false => {
            let seconds: Option<i64> = (!second.is_empty()).then(|| rows.iter().filter_map(|row| row.second_sum).sum());
            average(readings, (&between, rows.iter().map(|row| row.first_sum).sum()), seconds)
        }
    };
    let between = if summed || !second.is_empty() { Vec::new() } else { thin(&between, MOST_POINTS) };
    let days = rows.iter().map(|row| (of_day(row, row.first_sum), row.second_sum.map(|sum| of_day(row, sum))));
    let within = within(target, measure, days);
    let (first, second) = (thin(&first, MOST_POINTS), thin(&second, MOST_POINTS));
    Chart { first, second, between, by_day: true, average: told, within, of: rows.len(), ..empty }
}

/// How many of these are where they are wanted.
fn within(target: Option<Target>, measure: Measure, numbers: impl Iterator<Item = (i64, Option<i64>)>) -> Option<usize> {
    let holds = |target: Target, (first, second): (i64, Option<i64>)| {
        target.holds(measure, Amount::from_thousandths(first), second.map(Amount::from_thousandths))
    };
    target.map(|target| numbers.filter(|both| holds(target, *both)).count())
}

fn sum_of(points: &[Point]) -> Option<i64> {
    (!points.is_empty()).then(|| points.iter().map(|point| point.high).sum())
}

fn average(count: i64, (points, sum): (&[Point], i64), second: Option<i64>) -> Option<Average> {
    let lowest = points.iter().map(|point| point.low).min()?;
    let highest = points.iter().map(|point| point.high).max()?;
    let mean = |sum: i64| Amount::from_thousandths(divided(sum, count));
    Some(Average {
        readings: count,
        first: mean(sum),
        second: second.map(mean),
        lowest: Amount::from_thousandths(lowest),
        highest: Amount::from_thousandths(highest),
    })
}

/// The nearest whole of a quotient of what is never below nought.
fn divided(sum: i64, by: i64) -> i64 {
    let by = by.max(1);
    sum.saturating_add(by / 2) / by
}
