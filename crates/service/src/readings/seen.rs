//! Readings as they are shown: the newest of each measure, one measure with its chart, and one reading with its history.

use super::at_once;
use super::entering::EnteredBy;
use super::photo::{self, PhotosSeen};
use super::removed;
use super::rules::{self, TargetVersion, WatchSeen, Watched};
use super::unkept::{self, ToDo};
use super::worked_out::BmiFrom;
use super::{HoldsNow, May, PAGE, ReadingForm, Readings, SignsBefore, any_holds, holds_now, may_type, opens, told_before};
use crate::activity::{self, Event};
use crate::eyes::{Eyes, NotedBy};
use crate::reader::Reader;
use crate::records::{self, purpose};
use crate::{Core, PersonSummary, ServiceError, access};
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::reading::week::Zones;
use domain::reading::{
    Advice, Amount, Drawn, Entered, Grain, Kept, Measure, Origin, Point, Span, Target, Unit, gaps, name_of, same_name, thin,
};
use domain::when::{LAST_DAY, hour_of, london_day, london_midnight};
use domain::{PersonId, ReadingId};
use std::collections::{BTreeSet, HashMap};
use store::intake;
use store::reading::{self, DayRow, NotedRow, ReadingRow, SeriesRow};
use store::{StoreError, Tx, person};
use uuid::Uuid;

/// How many readings a page lists.
const PER_PAGE: usize = 25;
/// The most readings that are drawn one by one; of more, each day is drawn.
const ONE_BY_ONE: i64 = 2500;
/// About how many of these are points.
const MOST_POINTS: usize = 300;
/// The most readings of a chart that are told apart by their notes: five a day for ten years.
const MOST_NOTED: i64 = 20_000;
/// The most things that are drawn of a measure whose readings are told apart so.
const MOST_NAMED: usize = 6;
/// The most years to which a page leads: nothing is recorded from before 1900, and nobody goes through more than these.
const MOST_YEARS: usize = 60;
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
    /// Who of a care team did, where one entered it for the person.
    pub entered: Option<EnteredBy>,
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
    /// What to do at once about it; on its own page, and for a care team in the list of the newest.
    pub advice: Option<&'static Advice>,
    /// The signs told of with a reading before it by which that holds, where it was said of none with this one; as far as that is.
    pub signs: Option<SignsBefore>,
    /// The zones of a personal best, of peak flow; on its own page only.
    pub zones: Option<Zones>,
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
    /// How it was taken: what was asked, and what was answered.
    pub how: Vec<(&'static str, &'static str)>,
    /// What was written to it.
    pub note: String,
    /// Who said so, or removed it.
    pub by: NotedBy,
    /// Who of a care team did, where one entered it for the person.
    pub entered: Option<EnteredBy>,
    /// When.
    pub at: DateTime<Utc>,
    /// It was removed then, and says what the version before it said.
    pub is_removed: bool,
}

/// The newest reading of each measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingsSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The gravest that holds now, whatever is measured next; nothing for a care team, which reads it beside each reading.
    pub holds: Option<HoldsNow>,
    /// The newest of each measure that there is, in the order of the catalogue.
    pub newest: Vec<ReadingSeen>,
    /// Everything that is open to the reader and that people type.
    pub open: Vec<Measure>,
    /// Who is told of any of it.
    pub watch: WatchSeen,
    /// Whether the reader may record readings.
    pub may_record: bool,
    /// Whether the reader may enter readings for the person, at work.
    pub may_enter: bool,
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
    /// The lowest and the highest of the second numbers.
    pub seconds: Option<(Amount, Amount)>,
}

/// What a chart is drawn from. Times are seconds since 1970, values thousandths of the measure's own unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// Where it begins and ends.
    pub span: (i64, i64),
    /// Its first day and its last.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Its newest day with more than one reading, which has more to show by itself; none of what is summed by day.
    pub close: Option<NaiveDate>,
    /// What each point stands for.
    pub each: Grain,
    /// The first numbers, or their averages; of a measure that is summed, those of a day.
    pub first: Vec<Point>,
    /// The second numbers.
    pub second: Vec<Point>,
    /// From the lowest to the highest first number, where a point stands for several.
    pub between: Vec<Point>,
    /// The same of the second numbers.
    pub between_second: Vec<Point>,
    /// The moments before which days are missing.
    pub gaps: Vec<i64>,
    /// What can be read one by one of what is drawn.
    pub spots: Vec<(i64, Average)>,
    /// How the reading of each of these was taken, in words and in their order; empty where they stand for several.
    pub how: Vec<String>,
    /// The same as a table, the newest first.
    pub rows: Vec<ChartRow>,
    /// All of it in one sentence; absent where there is nothing.
    pub average: Option<Average>,
    /// How many of its readings, or of its days, are where a care team wants them; absent where none says.
    pub within: Option<usize>,
    /// Of how many.
    pub of: usize,
}

/// An hour, a day, a week or a month of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartRow {
    /// Its first day.
    pub from: NaiveDate,
    /// When its hour begins, where it is one.
    pub hour: Option<DateTime<Utc>>,
    /// What was recorded in it.
    pub told: Average,
}

/// One thing of a measure whose readings say in a note what they are of, such as one symptom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedChart {
    /// What, as it was written last; empty where nothing was.
    pub name: String,
    /// Its chart.
    pub chart: Chart,
}

/// All such things of a measure, over the time of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Those that were written down last, the newest first; empty of a measure that is one thing.
    pub charts: Vec<NamedChart>,
    /// How many others there are.
    pub more: usize,
}

/// Which part of a measure is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadingsAsked {
    /// Which measure.
    pub measure: Measure,
    /// How much time its chart shows.
    pub span: Span,
    /// On which day that ends; absent for today.
    pub until: Option<NaiveDate>,
    /// Of what else a chart stands below its own.
    pub with: Option<Measure>,
    /// After which reading the list goes on.
    pub after: Option<ReadingId>,
    /// With which month (by any of its days) the list begins; absent for the newest, and where it goes on after a reading.
    pub month: Option<NaiveDate>,
}

impl From<(Measure, Span, Option<ReadingId>)> for ReadingsAsked {
    fn from((measure, span, after): (Measure, Span, Option<ReadingId>)) -> Self {
        Self { measure, span, until: None, with: None, after, month: None }
    }
}

/// Another measure over the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureBeside {
    /// Which.
    pub measure: Measure,
    /// Its chart; without a reading where others stand in place of it.
    pub chart: Chart,
    /// What stands in place of it where its readings are of different things.
    pub named: Named,
    /// Of some hours in it only the lowest and the highest reading are kept.
    pub of_hours: bool,
    /// Where a care team wants it.
    pub target: Option<TargetVersion>,
    /// The zones of a personal best that hold on the last day of the chart, of peak flow.
    pub zones: Option<Zones>,
}

/// What is worked out of the newest weight and height of an adult.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BmiSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The person is known to be an adult.
    pub adult: bool,
    /// The newest weight, where they were one.
    pub weight: Option<ReadingSeen>,
    /// The newest height, where they were one.
    pub height: Option<ReadingSeen>,
    /// Their body mass index; absent where one of these is missing or both cannot be right.
    pub bmi: Option<Amount>,
    /// An app or a device sent some, which are kept beside it.
    pub is_sent: bool,
    /// Whether the reader may record readings.
    pub may_record: bool,
}

/// One measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureSeen {
    /// Which.
    pub measure: Measure,
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// What of it holds now, whatever is measured next; nothing for a care team.
    pub holds: Option<HoldsNow>,
    /// A page of its readings, the newest first.
    pub readings: Vec<ReadingSeen>,
    /// The last of these where there are more, to go on from.
    pub more: Option<ReadingId>,
    /// The years in which there are readings, where they are more than a page, the newest first.
    pub years: Vec<i32>,
    /// The months in which there are, by their first days, of the year of the first reading that is listed.
    pub months: Vec<NaiveDate>,
    /// Whether readings were removed that the reader can put back.
    pub has_removed: bool,
    /// Its chart; without a reading where others stand in place of it.
    pub chart: Chart,
    /// What stands in place of it where its readings are of different things.
    pub named: Named,
    /// There are readings from before it.
    pub has_earlier: bool,
    /// What else is drawn over the same time.
    pub beside: Option<MeasureBeside>,
    /// What else could be.
    pub others: Vec<Measure>,
    /// Of some hours in it only the lowest and the highest reading are kept.
    pub of_hours: bool,
    /// Where a care team wants it.
    pub target: Option<TargetVersion>,
    /// The zones of a personal best that hold on the last day of the chart, of peak flow.
    pub zones: Option<Zones>,
    /// Who is told of it.
    pub watch: WatchSeen,
    /// Whether the reader may record readings.
    pub may_record: bool,
    /// Whether the reader may enter readings for the person, at work.
    pub may_enter: bool,
}

impl Eyes {
    /// A reading as they see it.
    pub(super) fn seen(self, row: ReadingRow) -> Result<ReadingSeen, StoreError> {
        let (measure, entered) = (row.measure()?, entered_by(&row)?);
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
            entered,
            added_at: row.created_at,
            version: row.version,
            origin: Origin::from_code(&row.source),
            device: row.device,
            original: row.original,
            kept: Kept::from_code(&row.kept).ok_or_else(|| StoreError::corrupt("a reading is kept in an unknown way"))?,
            has_photo: row.has_photo,
            photos: PhotosSeen::default(),
            watched: Watched::default(),
            advice: None,
            signs: None,
            zones: None,
        })
    }
}

/// Who of a care team entered a reading, where one did.
fn entered_by(row: &ReadingRow) -> Result<Option<EnteredBy>, StoreError> {
    let (Some(how), Some(name), Some(organisation)) = (&row.entered_how, &row.member_name, &row.member_of) else {
        return Ok(None);
    };
    let how = Entered::from_code(how).ok_or_else(|| StoreError::corrupt("a reading was entered in an unknown way"))?;
    Ok(Some(EnteredBy { name: name.clone(), organisation: organisation.clone(), how, may_take_back: false }))
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
        let (mut tx, subject, reader, may) = self.look_and(actor, person).await?;
        let who = Eyes::of(&mut tx, actor, person).await?;
        let mut rows = Vec::new();
        for row in reading::newest(&mut tx, person).await? {
            if opens(&reader, row.measure()?) {
                rows.push(row);
            }
        }
        let holds = any_holds(&mut tx, actor, (&reader, &rows), self.core.now()).await?;
        let said = match actor {
            Actor::Staff { .. } => at_once::of_several(&mut tx, person, &rows).await?,
            _ => Vec::new(),
        };
        let (mut said, mut newest) = (said.into_iter(), Vec::new());
        for row in rows {
            let said = said.next().unwrap_or_default();
            let signs = told_before(&mut tx, (actor, person), (said.held, said.advice)).await?;
            newest.push(ReadingSeen { advice: said.advice, signs, ..who.seen(row)? });
        }
        newest.sort_by_key(|one| one.measure.place());
        let open = Measure::ALL.iter().copied().filter(|measure| may_type(&reader, *measure)).collect();
        let watch = rules::watch_of(&self.core, &mut tx, person, &reader).await?;
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        self.looked(actor, subject, None).await?;
        Ok(ReadingsSeen { whose, holds, newest, open, watch, may_record: may.record, may_enter: may.enter })
    }

    /// One measure: its chart, that of another beside it, and a page of its readings. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see all of this of the person, and for a reading to go on from that is not there.
    pub async fn measure(
        &self,
        actor: &Actor,
        person: PersonId,
        asked: impl Into<ReadingsAsked> + Send,
    ) -> Result<MeasureSeen, ServiceError> {
        let asked = asked.into();
        let (mut tx, subject, reader, may) = self.look_and(actor, person).await?;
        for measure in std::iter::once(asked.measure).chain(asked.with) {
            self.open(actor, &reader, measure).await?;
        }
        let seen = measure_seen(&self.core, &mut tx, actor, (person, &reader, may), asked).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        let event = event.about("measure", asked.measure.code());
        let event = asked.with.map_or_else(|| event.clone(), |with| event.clone().about("with", with.code()));
        activity::disclose(&self.core, event).await?;
        Ok(seen)
    }

    /// The body mass index of an adult, from their newest weight and height. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see both of the person.
    pub async fn bmi(&self, actor: &Actor, person: PersonId) -> Result<BmiSeen, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person, Ask::RecordReadings).await?;
        for measure in [Measure::Weight, Measure::Height] {
            self.open(actor, &reader, measure).await?;
        }
        let born = person::by_id(&mut tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?.birth_date;
        let who = Eyes::of(&mut tx, actor, person).await?;
        let newest = reading::newest(&mut tx, person).await?;
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        let from = BmiFrom::of(&newest, born, self.core.now());
        let seen = |row: Option<&ReadingRow>| row.map(|row| who.seen(row.clone())).transpose();
        let (weight, height) = (seen(from.and_then(|from| from.weight))?, seen(from.and_then(|from| from.height))?);
        let is_sent = opens(&reader, Measure::Bmi) && newest.iter().any(|row| row.measure == Measure::Bmi.code());
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE).about("measure", "bmi");
        activity::disclose(&self.core, event).await?;
        let found = from.and_then(BmiFrom::worked_out).map(|(.., found)| found);
        Ok(BmiSeen { whose, adult: from.is_some(), weight, height, bmi: found, is_sent, may_record })
    }

    /// One reading, what it was before, and whether the reader may change it. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, or of another measure, and to whoever may not see this of the person.
    pub async fn one(
        &self,
        actor: &Actor,
        person: PersonId,
        of: (Measure, ReadingId),
    ) -> Result<(ReadingSeen, Vec<ReadingVersion>, bool), ServiceError> {
        let (seen, versions, may_change, ..) = self.one_and_typed(actor, person, of, &[]).await?;
        Ok((seen, versions, may_change))
    }

    /// The same with what to do about what was typed in a form that would have changed it, as far as the reader may, and with whose it is,
    /// as far as they may know: it stands on paper.
    ///
    /// # Errors
    /// As [`Readings::one`].
    pub async fn one_and_typed(
        &self,
        actor: &Actor,
        person: PersonId,
        (measure, id): (Measure, ReadingId),
        typed: &[ReadingForm],
    ) -> Result<(ReadingSeen, Vec<ReadingVersion>, bool, ToDo, PersonSummary), ServiceError> {
        let (mut tx, subject, reader, may) = self.look_and(actor, person).await?;
        self.open(actor, &reader, measure).await?;
        let row = reading::one(&mut tx, person, id).await?.filter(|row| row.measure == measure.code());
        let row = row.ok_or(ServiceError::NotFound)?;
        let who = Eyes::of(&mut tx, actor, person).await?;
        let mut entered = entered_by(&row)?;
        if let Some(entered) = &mut entered {
            let here =
                row.member_at.is_some() && row.member_at == subject.organisation.map(|organisation| organisation.as_uuid());
            entered.may_take_back = may.enter && here && row.version == 1;
        }
        let mut versions = Vec::new();
        for old in reading::versions(&mut tx, person, id, MOST_VERSIONS).await? {
            let (unit, number) = (unit(measure, &old.unit)?, Amount::from_thousandths);
            versions.push(ReadingVersion {
                value: measure.in_words(unit, &old.said, number(old.first_value), old.second_value.map(number)),
                taken_at: old.taken_at,
                how: answered(measure, &old.settings),
                note: old.note,
                by: who.by(old.changed_by),
                // Only the first is ever theirs: whoever it is of changes it after that.
                entered: entered.clone().filter(|_| old.version == 1),
                at: old.changed_at,
                is_removed: old.removed_at.is_some(),
            });
        }
        let photos = photo::photos(&mut tx, who, person, id).await?;
        let watched = rules::of_reading(&self.core, &mut tx, person, &reader, &row).await?;
        let at_once::Said { advice, held, zones } = at_once::of_reading(&mut tx, person, &row).await?;
        let signs = told_before(&mut tx, (actor, person), (held, advice)).await?;
        let typed: &[ReadingForm] = if may.record && may_type(&reader, measure) { typed } else { &[] };
        let to_do = unkept::to_do_of(&mut tx, (person, true), (measure, Some(id)), (typed, self.core.now())).await?;
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        self.looked(actor, subject, Some(measure)).await?;
        let seen = ReadingSeen { photos, watched, advice, signs, zones, entered, ..who.seen(row)? };
        Ok((seen, versions, may.record, to_do, whose))
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
    (person, reader, may): (PersonId, &Reader, May),
    asked: ReadingsAsked,
) -> Result<MeasureSeen, ServiceError> {
    let now = core.now();
    let ReadingsAsked { measure, span, until, with, after, month } = asked;
    let before = match (after, month.map(month_after)) {
        (None, None) => (DateTime::<Utc>::MAX_UTC, ReadingId::from_uuid(Uuid::max())),
        (None, Some(next)) => (london_midnight(next), ReadingId::from_uuid(Uuid::nil())),
        (Some(id), _) => {
            let row = reading::one(tx, person, id).await?.filter(|row| row.measure == measure.code());
            (row.ok_or(ServiceError::NotFound)?.taken_at, id)
        }
    };
    // Beyond the years that a database keeps nothing was taken.
    let before = (before.0.min(now + TimeDelta::days(366)), before.1);
    let who = Eyes::of(tx, actor, person).await?;
    let most = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let rows = reading::page(tx, person, measure, before, most).await?;
    let mut readings = rows.into_iter().map(|row| who.seen(row)).collect::<Result<Vec<_>, _>>()?;
    let more = (readings.len() > PER_PAGE).then(|| readings.truncate(PER_PAGE)).and_then(|()| readings.last()).map(|one| one.id);
    let in_year = readings.first().map(|first| london_day(first.taken_at)).or(month);
    let (years, months) = match in_year.filter(|_| more.is_some() || after.is_some() || month.is_some()) {
        Some(day) => (years(tx, person, measure).await?, months(tx, person, measure, day.year()).await?),
        None => (Vec::new(), Vec::new()),
    };
    let has_removed = may.record && removed::is_any(tx, actor, reader, measure, now).await?;
    let today = london_day(now);
    let last = until.map_or(today, |until| until.min(today));
    let MeasureBeside { chart, named, of_hours, target, zones, .. } = drawn(tx, person, measure, (span, last)).await?;
    let has_earlier = reading::oldest(tx, person, measure).await?.is_some_and(|oldest| oldest < span.first(last));
    let mut others = reading::measures(tx, person).await?;
    others.retain(|other| *other != measure && opens(reader, *other));
    others.sort_by_key(|other| other.place());
    let beside = match with.filter(|with| *with != measure) {
        Some(with) => Some(drawn(tx, person, with, (span, last)).await?),
        None => None,
    };
    let watch = rules::watch_of(core, tx, person, reader).await?.of(measure);
    let whose = records::summary(tx, reader).await?;
    let holds = match actor {
        Actor::Staff { .. } => None,
        _ => holds_now(tx, (actor, person), measure, now).await?,
    };
    Ok(MeasureSeen {
        measure,
        whose,
        holds,
        readings,
        more,
        years,
        months,
        has_removed,
        chart,
        named,
        has_earlier,
        beside,
        others,
        of_hours,
        target,
        zones,
        watch,
        may_record: may.record && !measure.is_worked_out(),
        may_enter: may.enter && !measure.is_worked_out(),
    })
}

/// The first day of the month after that of a day.
fn month_after(day: NaiveDate) -> NaiveDate {
    first_of(day).checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX)
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The years in which there are readings of a measure, the newest first: one look for each.
async fn years(tx: &mut Tx, person: PersonId, measure: Measure) -> Result<Vec<i32>, ServiceError> {
    let (mut years, mut before) = (Vec::new(), LAST_DAY);
    while let Some(day) = reading::day_before(tx, person, measure, before).await?.filter(|_| years.len() < MOST_YEARS) {
        years.push(day.year());
        before = NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(NaiveDate::MIN);
    }
    Ok(years)
}

/// The months of a year in which there are, by their first days, the first first: one look for each.
async fn months(tx: &mut Tx, person: PersonId, measure: Measure, year: i32) -> Result<Vec<NaiveDate>, ServiceError> {
    let (mut months, mut before) = (Vec::new(), NaiveDate::from_ymd_opt(year + 1, 1, 1).unwrap_or(LAST_DAY));
    while let Some(day) = reading::day_before(tx, person, measure, before).await?.filter(|day| day.year() == year) {
        before = first_of(day);
        months.push(before);
    }
    months.reverse();
    Ok(months)
}

/// A measure over a span that ends on this day.
async fn drawn(tx: &mut Tx, person: PersonId, measure: Measure, over: (Span, NaiveDate)) -> Result<MeasureBeside, ServiceError> {
    let target = rules::target_of(tx, person, measure).await?;
    let wanted = target.as_ref().and_then(|target| target.target);
    let named = by_name(tx, (person, wanted), measure, over).await?;
    let chart = match named.charts.is_empty() {
        true => chart(tx, (person, wanted), measure, over).await?,
        false => blank(over),
    };
    let of_hours = match chart.days {
        Some(days) => intake::of_hours(tx, (person, measure), days).await?,
        None => false,
    };
    let zones = match measure {
        Measure::PeakFlow => at_once::zones_on(tx, person, over.1).await?,
        _ => None,
    };
    Ok(MeasureBeside { measure, chart, named, of_hours, target, zones })
}

/// The charts of a measure over a span that ends on this day, where its readings say in a note what they are of: one for each, because
/// a cough and a headache have no average.
async fn by_name(
    tx: &mut Tx,
    (person, target): (PersonId, Option<Target>),
    measure: Measure,
    (span, last): (Span, NaiveDate),
) -> Result<Named, ServiceError> {
    if !measure.needs_note() {
        return Ok(Named::default());
    }
    let (from, until) = (london_midnight(span.first(last)), london_midnight(last.succ_opt().unwrap_or(last)));
    let (mut all, mut places): (Vec<Vec<NotedRow>>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
    for row in reading::noted(tx, person, measure, (from, until), MOST_NOTED).await? {
        let place = *places.entry(same_name(&row.note)).or_insert(all.len());
        match all.get_mut(place) {
            Some(rows) => rows.push(row),
            None => all.push(vec![row]),
        }
    }
    let more = all.len().saturating_sub(MOST_NAMED);
    let charts = all.into_iter().take(MOST_NAMED).map(|mut noted| {
        let name = noted.first().map(|row| name_of(&row.note).to_owned()).unwrap_or_default();
        noted.reverse();
        NamedChart { name, chart: of_one(&noted, (measure, target), (span, last)) }
    });
    Ok(Named { charts: charts.collect(), more })
}

/// A chart over a span that ends on this day, without a reading.
fn blank((span, last): (Span, NaiveDate)) -> Chart {
    let first = span.first(last);
    let (from, until) = (london_midnight(first), london_midnight(last.succ_opt().unwrap_or(last)));
    Chart { span: (from.timestamp(), until.timestamp()), days: Some((first, last)), ..Chart::default() }
}

/// The chart of readings that are of one thing, the first first.
fn of_one(noted: &[NotedRow], of: (Measure, Option<Target>), (span, last): (Span, NaiveDate)) -> Chart {
    let days = by_day(noted);
    let (close, rows) = (close(&days, of.0), rows(&days, of.0, span));
    let empty = Chart { close, rows, ..blank((span, last)) };
    let series: Vec<SeriesRow> = noted.iter().map(NotedRow::series).collect();
    match span {
        Span::Day => one_by_one(Chart { rows: hours(&series, last), ..empty }, &series, of),
        Span::Week | Span::Month => one_by_one(empty, &series, of),
        Span::Year | Span::All => by_row(empty, &days, of, (span, last)),
    }
}

/// The same day by day.
fn by_day(noted: &[NotedRow]) -> Vec<DayRow> {
    let day = |all: &[NotedRow]| {
        let first = Part::all(all.iter().map(|row| Part::one(row.first_value)))?;
        let second = Part::all(all.iter().filter_map(|row| row.second_value.map(Part::one)));
        Some(DayRow {
            taken_on: all.first()?.taken_on,
            readings: i64::try_from(all.len()).unwrap_or(i64::MAX),
            first_low: first.low,
            first_high: first.high,
            first_sum: first.sum,
            second_low: second.map(|part| part.low),
            second_high: second.map(|part| part.high),
            second_sum: second.map(|part| part.sum),
        })
    };
    noted.chunk_by(|one, next| one.taken_on == next.taken_on).filter_map(day).collect()
}

/// The chart of a measure over a span that ends on this day.
pub(crate) async fn chart(
    tx: &mut Tx,
    (person, target): (PersonId, Option<Target>),
    measure: Measure,
    (span, last): (Span, NaiveDate),
) -> Result<Chart, ServiceError> {
    let first = span.first(last);
    let (from, until) = (london_midnight(first), london_midnight(last.succ_opt().unwrap_or(last)));
    let days = reading::days(tx, person, measure, (first, last)).await?;
    let by_day = measure.drawn() == Drawn::DayTotal;
    let (close, rows) = (close(&days, measure), rows(&days, measure, span));
    let empty = Chart { close, rows, ..blank((span, last)) };
    if matches!(span, Span::Day | Span::Week | Span::Month) && !by_day {
        let mut rows = reading::series(tx, person, measure, (from, until), ONE_BY_ONE).await?;
        if i64::try_from(rows.len()).is_ok_and(|rows| rows < ONE_BY_ONE) {
            rows.reverse();
            let empty = if span == Span::Day { Chart { rows: hours(&rows, last), ..empty } } else { empty };
            return Ok(one_by_one(empty, &rows, (measure, target)));
        }
    }
    Ok(by_row(empty, &days, (measure, target), (span, last)))
}

/// The newest of these days that has more to show by itself.
fn close(days: &[DayRow], measure: Measure) -> Option<NaiveDate> {
    let by_day = measure.drawn() == Drawn::DayTotal;
    days.iter().rev().find(|day| day.readings > 1 && !by_day).map(|day| day.taken_on)
}

/// The days as rows of a table, each a day, a week or a month, the newest first.
fn rows(days: &[DayRow], measure: Measure, span: Span) -> Vec<ChartRow> {
    let row =
        |days: &[DayRow]| Some(ChartRow { from: span.row_of(days.first()?.taken_on), hour: None, told: told(days, measure)? });
    let parts = days.chunk_by(|one, next| span.row_of(one.taken_on) == span.row_of(next.taken_on));
    parts.rev().filter_map(row).collect()
}

/// The hours of a day as rows of a table, the newest first.
fn hours(rows: &[SeriesRow], from: NaiveDate) -> Vec<ChartRow> {
    let row = |rows: &[SeriesRow]| Some(ChartRow { from, hour: Some(hour_of(rows.first()?.taken_at)), told: of_readings(rows)? });
    let parts = rows.chunk_by(|one, next| hour_of(one.taken_at) == hour_of(next.taken_at));
    parts.rev().filter_map(row).collect()
}

/// What some readings say together.
fn of_readings(rows: &[SeriesRow]) -> Option<Average> {
    let firsts = Part::all(rows.iter().map(|row| Part::one(row.first_value)))?;
    let seconds = Part::all(rows.iter().filter_map(|row| row.second_value.map(Part::one)));
    Some(average(i64::try_from(rows.len()).unwrap_or(i64::MAX), firsts, seconds))
}

fn at(time: i64, value: i64) -> Point {
    Point { at: time, low: value, high: value }
}

/// Each reading as a point, as many as are drawn; whatever stands out in either number is among them.
fn one_by_one(empty: Chart, rows: &[SeriesRow], (measure, target): (Measure, Option<Target>)) -> Chart {
    let first: Vec<Point> = rows.iter().map(|row| at(row.taken_at.timestamp(), row.first_value)).collect();
    let second: Vec<Point> = rows.iter().filter_map(|row| Some(at(row.taken_at.timestamp(), row.second_value?))).collect();
    let kept: BTreeSet<i64> =
        [&first, &second].into_iter().flat_map(|all| thin(all, MOST_POINTS)).map(|point| point.at).collect();
    let spot =
        |row: &SeriesRow| (row.taken_at.timestamp(), average(1, Part::one(row.first_value), row.second_value.map(Part::one)));
    let shown: Vec<&SeriesRow> = rows.iter().filter(|row| kept.contains(&row.taken_at.timestamp())).collect();
    let spots = shown.iter().map(|row| spot(row)).collect();
    let how = shown.iter().map(|row| measure.taken_in_words(&row.settings)).collect();
    let average = of_readings(rows);
    let within = within(target, measure, rows.iter().map(|row| (row.first_value, row.second_value)));
    let gaps = gaps(&rows.iter().map(|row| (london_day(row.taken_at), row.taken_at.timestamp())).collect::<Vec<_>>());
    let drawn = |mut all: Vec<Point>| {
        all.retain(|point| kept.contains(&point.at));
        all
    };
    Chart { first: drawn(first), second: drawn(second), gaps, spots, how, average, within, of: rows.len(), ..empty }
}

/// Each row of the table as a point, in its middle, with a bar from its lowest to its highest: nothing that stood out is lost.
fn by_row(empty: Chart, days: &[DayRow], (measure, target): (Measure, Option<Target>), (span, last): (Span, NaiveDate)) -> Chart {
    let middle = |row: &ChartRow| {
        let (from, until) = (row.from.max(span.first(last)), span.row_after(row.from).min(last.succ_opt().unwrap_or(last)));
        let (from, until) = (london_midnight(from).timestamp(), london_midnight(until).timestamp());
        from + (until - from) / 2
    };
    let spots: Vec<(i64, Average)> = empty.rows.iter().rev().map(|row| (middle(row), row.told)).collect();
    let first = spots.iter().map(|(time, told)| at(*time, told.first.thousandths())).collect();
    let second = spots.iter().filter_map(|(time, told)| Some(at(*time, told.second?.thousandths()))).collect();
    let bar = |at: i64, (low, high): (Amount, Amount)| Point { at, low: low.thousandths(), high: high.thousandths() };
    let single = span.grain() == Grain::Day && measure.drawn() == Drawn::DayTotal;
    let between = spots.iter().filter(|_| !single).map(|(at, told)| bar(*at, (told.lowest, told.highest))).collect();
    let between_second = spots.iter().filter_map(|(at, told)| Some(bar(*at, told.seconds?))).collect();
    let of_day = |row: &DayRow, sum: i64| of_day(row, sum, measure);
    let numbers = days.iter().map(|row| (of_day(row, row.first_sum), row.second_sum.map(|sum| of_day(row, sum))));
    let within = within(target, measure, numbers);
    let gaps = gaps(&empty.rows.iter().rev().map(|row| (row.from, middle(row))).collect::<Vec<_>>());
    let (each, average) = (span.grain(), told(days, measure));
    Chart { each, first, second, between, between_second, gaps, spots, average, within, of: days.len(), ..empty }
}

/// The sum of a day where a measure is summed, else its average.
fn of_day(row: &DayRow, sum: i64, measure: Measure) -> i64 {
    if measure.drawn() == Drawn::DayTotal { sum } else { divided(sum, row.readings) }
}

/// Numbers of one kind, in thousandths.
#[derive(Clone, Copy)]
struct Part {
    low: i64,
    high: i64,
    sum: i64,
}

impl Part {
    const fn one(value: i64) -> Self {
        Self { low: value, high: value, sum: value }
    }

    /// All of these together; `None` where there are none.
    fn all(parts: impl Iterator<Item = Self>) -> Option<Self> {
        parts.reduce(|one, other| Self {
            low: one.low.min(other.low),
            high: one.high.max(other.high),
            sum: one.sum.saturating_add(other.sum),
        })
    }
}

/// What some days say together.
fn told(days: &[DayRow], measure: Measure) -> Option<Average> {
    if measure.drawn() == Drawn::DayTotal {
        let sums = Part::all(days.iter().map(|day| Part::one(day.first_sum)))?;
        return Some(average(i64::try_from(days.len()).unwrap_or(i64::MAX), sums, None));
    }
    let first = Part::all(days.iter().map(|day| Part { low: day.first_low, high: day.first_high, sum: day.first_sum }))?;
    let second = |day: &DayRow| Some(Part { low: day.second_low?, high: day.second_high?, sum: day.second_sum? });
    Some(average(days.iter().map(|day| day.readings).sum(), first, Part::all(days.iter().filter_map(second))))
}

/// How many of these are where they are wanted.
fn within(target: Option<Target>, measure: Measure, numbers: impl Iterator<Item = (i64, Option<i64>)>) -> Option<usize> {
    let holds = |target: Target, (first, second): (i64, Option<i64>)| {
        target.holds(measure, Amount::from_thousandths(first), second.map(Amount::from_thousandths))
    };
    target.map(|target| numbers.filter(|both| holds(target, *both)).count())
}

fn average(count: i64, first: Part, second: Option<Part>) -> Average {
    let mean = |part: Part| Amount::from_thousandths(divided(part.sum, count));
    let ends = |part: Part| (Amount::from_thousandths(part.low), Amount::from_thousandths(part.high));
    let (lowest, highest) = ends(first);
    Average { readings: count, first: mean(first), second: second.map(mean), lowest, highest, seconds: second.map(ends) }
}

/// The nearest whole of a quotient of what is never below nought.
fn divided(sum: i64, by: i64) -> i64 {
    let by = by.max(1);
    sum.saturating_add(by / 2) / by
}
