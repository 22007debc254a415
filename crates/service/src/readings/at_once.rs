//! What to do at once about a reading, however it came and wherever it is read: it turns on whom it is of, on the zones of their plan,
//! on what was measured in the same sitting and, of an oxygen level alone, on where their care team wants it.

use super::weeks::{taken, taken_between, taken_row, zones};
use crate::ServiceError;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::PersonId;
use domain::reading::week::{MEASURED_AGAIN, Protocol, Taken, Zones, at_once};
use domain::reading::{About, Advice, Measure, Range};
use domain::when::london_day;
use store::reading::ReadingRow;
use store::{Tx, person, reading_rule, week};

/// For how long a personal best of peak flow holds after the diary for which it was typed: as long as the highest reading from which a
/// care team's rule takes one.
const BEST_HOLDS: Days = Days::new(2 * 365);
/// How many weeks are looked through for it.
const MOST_WEEKS: i64 = 50;
/// How long a sitting can be, of readings that follow on each other.
const SITTING: TimeDelta = TimeDelta::hours(2);
/// The most readings of it.
const MOST: i64 = 200;

/// What is known of a person that advice turns on.
pub(super) struct Known {
    pub(super) about: About,
    /// The zones of [`zones_on`] the day.
    pub(super) zones: Option<Zones>,
}

impl Known {
    pub(super) async fn load(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Self, ServiceError> {
        let who = person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
        let day = london_day(at);
        let about = About { oxygen: wanted(tx, person).await?, ..About::on(day, who.birth_date, who.gender.as_deref()) };
        Ok(Self { about, zones: zones_on(tx, person, day).await? })
    }
}

/// Where a care team wants somebody's oxygen level, as it is set now: the page of a reading says by the same whether it is in it. Other
/// targets are aims, and silence nothing.
async fn wanted(tx: &mut Tx, person: PersonId) -> Result<Option<Range>, ServiceError> {
    let row = reading_rule::target(tx, person, Measure::Oxygen).await?;
    Ok(row.and_then(|row| row.target()).map(|target| target.first))
}

/// The zones of somebody's peak flow on a day, for every page and every way in: of the diary of that day, else of the last one before
/// it, and where there is none before it, of the next. Of those of the last two years that have a personal best.
pub(super) async fn zones_on(tx: &mut Tx, person: PersonId, day: NaiveDate) -> Result<Option<Zones>, ServiceError> {
    Ok(zones_of(&all_zones(tx, person).await?, day))
}

/// The zones of a diary of peak flow, with its first and its last day.
type DiaryZones = (NaiveDate, NaiveDate, Zones);

async fn all_zones(tx: &mut Tx, person: PersonId) -> Result<Vec<DiaryZones>, ServiceError> {
    let weeks = week::listed(tx, person, MOST_WEEKS).await?;
    let of_peak_flow = weeks.iter().filter(|row| row.protocol == Protocol::PeakFlow.code());
    Ok(of_peak_flow.filter_map(|row| Some((row.first_on, row.last_on, zones(row.best())?))).collect())
}

/// Those that hold on a day.
fn zones_of(all: &[DiaryZones], day: NaiveDate) -> Option<Zones> {
    let since = day.checked_sub_days(BEST_HOLDS).unwrap_or(day);
    let known: Vec<DiaryZones> = all.iter().copied().filter(|(_, last, _)| *last >= since).collect();
    let begun = known.iter().filter(|(first, ..)| *first <= day).max_by_key(|(first, last, _)| (*last, *first));
    let to_come = || known.iter().min_by_key(|(first, ..)| *first);
    begun.or_else(to_come).map(|(.., zones)| *zones)
}

/// The readings of a measure in the sitting up to this instant, and others of just before it.
pub(super) async fn just_before(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    at: DateTime<Utc>,
) -> Result<Vec<Taken>, ServiceError> {
    let span = (at - SITTING, at + TimeDelta::microseconds(1));
    Ok(week::taken(tx, person, measure, span, MOST).await?.into_iter().map(taken_row).collect())
}

/// What to do about this reading, and the zones by which that was said.
pub(super) async fn of_reading(
    tx: &mut Tx,
    person: PersonId,
    row: &ReadingRow,
) -> Result<(Option<&'static Advice>, Option<Zones>), ServiceError> {
    let (measure, one) = (row.measure()?, taken(row));
    let known = Known::load(tx, person, one.at).await?;
    let mut readings = match MEASURED_AGAIN.contains(&measure) {
        true => just_before(tx, person, measure, one.at).await?,
        false => Vec::new(),
    };
    readings.retain(|other| *other < one);
    readings.push(one);
    let zones = known.zones.filter(|_| measure == Measure::PeakFlow);
    Ok((at_once(measure, &readings, known.about, zones), zones))
}

/// What to do about each of these readings of one measure, in their order: of each by what is known for its day, and by its own sitting.
pub(super) async fn of_each(
    tx: &mut Tx,
    person: PersonId,
    (measure, all): (Measure, &[Taken]),
) -> Result<Vec<Option<&'static Advice>>, ServiceError> {
    let (Some(first), Some(last)) = (all.iter().map(|one| one.at).min(), all.iter().map(|one| one.at).max()) else {
        return Ok(Vec::new());
    };
    let who = person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
    let diaries = match measure {
        Measure::PeakFlow => all_zones(tx, person).await?,
        _ => Vec::new(),
    };
    let around = match MEASURED_AGAIN.contains(&measure) {
        true => taken_between(tx, person, measure, (first - SITTING, last + TimeDelta::microseconds(1))).await?,
        false => Vec::new(),
    };
    let oxygen = match measure {
        Measure::Oxygen => wanted(tx, person).await?,
        _ => None,
    };
    let told = |one: &Taken| {
        let day = london_day(one.at);
        let about = About { oxygen, ..About::on(day, who.birth_date, who.gender.as_deref()) };
        let of_sitting = around.iter().filter(|other| other.at >= one.at - SITTING && *other < one);
        let readings: Vec<Taken> = of_sitting.chain([one]).cloned().collect();
        at_once(measure, &readings, about, zones_of(&diaries, day))
    };
    Ok(all.iter().map(told).collect())
}
