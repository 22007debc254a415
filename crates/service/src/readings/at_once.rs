//! What to do at once about a reading, however it came: it turns on whom it is of, on the zones of their plan, and on what was
//! measured within the half hour before.

use super::weeks::{taken, taken_row, zones};
use crate::ServiceError;
use chrono::{DateTime, Days, TimeDelta, Utc};
use domain::PersonId;
use domain::reading::week::{Protocol, TOGETHER, Taken, Zones, at_once};
use domain::reading::{About, Advice, Measure};
use domain::when::london_day;
use store::reading::ReadingRow;
use store::{Tx, person, week};

/// For how long a personal best of peak flow holds after the diary for which it was typed: as long as the highest reading from which a
/// care team's rule takes one.
const BEST_HOLDS: Days = Days::new(2 * 365);
/// How many weeks are looked through for it.
const MOST_WEEKS: i64 = 50;
/// The most readings of half an hour.
const MOST: i64 = 100;

/// What is known of a person that advice turns on.
pub(super) struct Known {
    pub(super) about: About,
    /// The personal best of the diary that goes on, else of the last that had one.
    pub(super) zones: Option<Zones>,
}

impl Known {
    pub(super) async fn load(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Self, ServiceError> {
        let who = person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
        let day = london_day(at);
        let since = day.checked_sub_days(BEST_HOLDS).unwrap_or(day);
        let weeks = week::listed(tx, person, MOST_WEEKS).await?;
        let of_peak_flow = weeks.iter().filter(|row| row.protocol == Protocol::PeakFlow.code() && row.last_on >= since);
        let zones = of_peak_flow.filter_map(|row| zones(row.best())).next();
        Ok(Self { about: About::on(day, who.birth_date, who.gender.as_deref()), zones })
    }
}

/// The blood pressures of the half hour before this instant and at it.
pub(super) async fn pressures(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Vec<Taken>, ServiceError> {
    let span = (at - TOGETHER, at + TimeDelta::microseconds(1));
    Ok(week::taken(tx, person, Measure::BloodPressure, span, MOST).await?.into_iter().map(taken_row).collect())
}

/// What to do about this reading, and the zones by which that was said.
pub(super) async fn of_reading(
    tx: &mut Tx,
    person: PersonId,
    row: &ReadingRow,
) -> Result<(Option<&'static Advice>, Option<Zones>), ServiceError> {
    let (measure, one, known) = (row.measure()?, taken(row), Known::load(tx, person, row.taken_at).await?);
    let mut readings = match measure {
        Measure::BloodPressure => pressures(tx, person, row.taken_at).await?,
        _ => Vec::new(),
    };
    readings.retain(|other| *other < one);
    readings.push(one);
    let zones = known.zones.filter(|_| measure == Measure::PeakFlow);
    Ok((at_once(measure, &readings, known.about, zones), zones))
}
