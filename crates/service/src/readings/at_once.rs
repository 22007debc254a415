//! What to do at once about a reading, however it came and wherever it is read: it turns on whom it is of, on the zones of their plan,
//! and on what was measured in the same sitting.

use super::weeks::{taken, taken_row, zones};
use crate::ServiceError;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::PersonId;
use domain::reading::week::{Protocol, Taken, Zones, at_once};
use domain::reading::{About, Advice, Measure};
use domain::when::london_day;
use store::reading::ReadingRow;
use store::{Tx, person, week};

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
        Ok(Self { about: About::on(day, who.birth_date, who.gender.as_deref()), zones: zones_on(tx, person, day).await? })
    }
}

/// The zones of somebody's peak flow on a day, for every page and every way in: of the diary of that day, else of the last one before
/// it, and where there is none before it, of the next. Of those of the last two years that have a personal best.
pub(super) async fn zones_on(tx: &mut Tx, person: PersonId, day: NaiveDate) -> Result<Option<Zones>, ServiceError> {
    let since = day.checked_sub_days(BEST_HOLDS).unwrap_or(day);
    let weeks = week::listed(tx, person, MOST_WEEKS).await?;
    let of_peak_flow = weeks.iter().filter(|row| row.protocol == Protocol::PeakFlow.code() && row.last_on >= since);
    let known: Vec<_> = of_peak_flow.filter_map(|row| Some((row.first_on, row.last_on, zones(row.best())?))).collect();
    let begun = known.iter().filter(|(first, ..)| *first <= day).max_by_key(|(first, last, _)| (*last, *first));
    let to_come = || known.iter().min_by_key(|(first, ..)| *first);
    Ok(begun.or_else(to_come).map(|(.., zones)| *zones))
}

/// The blood pressures of the sitting up to this instant, and others of just before it.
pub(super) async fn pressures(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Vec<Taken>, ServiceError> {
    let span = (at - SITTING, at + TimeDelta::microseconds(1));
    Ok(week::taken(tx, person, Measure::BloodPressure, span, MOST).await?.into_iter().map(taken_row).collect())
}

/// What to do about this reading, and the zones by which that was said.
pub(super) async fn of_reading(
    tx: &mut Tx,
    person: PersonId,
    row: &ReadingRow,
) -> Result<(Option<&'static Advice>, Option<Zones>), ServiceError> {
    of_taken(tx, person, (row.measure()?, &taken(row))).await
}

/// The same of what a diary holds.
pub(super) async fn of_taken(
    tx: &mut Tx,
    person: PersonId,
    (measure, one): (Measure, &Taken),
) -> Result<(Option<&'static Advice>, Option<Zones>), ServiceError> {
    let known = Known::load(tx, person, one.at).await?;
    let mut readings = match measure {
        Measure::BloodPressure => pressures(tx, person, one.at).await?,
        _ => Vec::new(),
    };
    readings.retain(|other| other < one);
    readings.push(one.clone());
    let zones = known.zones.filter(|_| measure == Measure::PeakFlow);
    Ok((at_once(measure, &readings, known.about, zones), zones))
}
