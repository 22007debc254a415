//! What to do at once about a reading, however it came and wherever it is read: it turns on whom it is of, on the zones of their plan,
//! on what was measured in the same sitting and, of an oxygen level alone, on where their care team wants it.

use super::weeks::{taken, taken_between, zones};
use crate::ServiceError;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::reading::week::{LONGEST_SITTING, Protocol, SIGNS_HOLD, SignsHeld, Taken, Zones, at_once, held_now, signs_held};
use domain::reading::{About, Advice, Beside, Measure, Range};
use domain::when::london_day;
use domain::{PersonId, ReadingId};
use store::reading::ReadingRow;
use store::{Tx, person, reading_rule, week};

/// For how long a personal best of peak flow holds after the diary for which it was typed: as long as the highest reading from which a
/// care team's rule takes one.
const BEST_HOLDS: Days = Days::new(2 * 365);
/// How many weeks are looked through for it.
const MOST_WEEKS: i64 = 50;
/// For how long before a blood pressure others are read: what is severe in pregnancy holds for the rest of its day, of which the one on
/// which the clocks go back is the longest.
pub(super) const PRESSURES: TimeDelta = TimeDelta::hours(25);
/// The most readings before one of those that are at hand.
const MOST_AT_HAND: usize = 200;

/// After this what to do about a reading may be over.
pub(super) const PAST: TimeDelta = TimeDelta::days(1);

/// How long before a reading of a measure others may be by which it turns what to do about it.
fn looks_back(measure: Measure) -> TimeDelta {
    if measure == Measure::BloodPressure { PRESSURES } else { LONGEST_SITTING }
}

/// What is known of a person that advice turns on, of whichever day.
struct Known {
    born: Option<NaiveDate>,
    gender: Option<String>,
    oxygen: Option<Range>,
    diaries: Vec<DiaryZones>,
}

impl Known {
    async fn load(tx: &mut Tx, person: PersonId) -> Result<Self, ServiceError> {
        let who = person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
        let (oxygen, diaries) = (wanted(tx, person).await?, all_zones(tx, person).await?);
        Ok(Self { born: who.birth_date, gender: who.gender, oxygen, diaries })
    }

    /// Of whom a reading of this instant is.
    fn about(&self, at: DateTime<Utc>) -> About {
        About { oxygen: self.oxygen, ..About::on(london_day(at), self.born, self.gender.as_deref()) }
    }

    /// The zones of [`zones_on`] its day.
    fn zones(&self, at: DateTime<Utc>) -> Option<Zones> {
        zones_of(&self.diaries, london_day(at))
    }
}

/// What advice about readings of several instants turns on beside what they say themselves: it is read once, however many they are.
pub(super) struct Before {
    known: Known,
    /// Each measure in the order of time.
    readings: Vec<(Measure, Taken)>,
}

impl Before {
    /// That of readings of these measures at these instants; those of now are apart from all that were before.
    pub(super) async fn load(
        tx: &mut Tx,
        person: PersonId,
        (measures, instants): (&[Measure], &[DateTime<Utc>]),
        now: DateTime<Utc>,
    ) -> Result<Self, ServiceError> {
        let known = Known::load(tx, person).await?;
        let (of_now, earlier): (Vec<DateTime<Utc>>, Vec<DateTime<Utc>>) = instants.iter().copied().partition(|at| *at >= now);
        let measures: Vec<Measure> = measures.iter().copied().filter(|measure| SIGNS_HOLD.contains(measure)).collect();
        let mut readings = Vec::new();
        for measure in measures {
            let mut read_until = DateTime::<Utc>::MIN_UTC;
            for some in [&earlier, &of_now] {
                let (Some(first), Some(last)) = (some.iter().min(), some.iter().max()) else { continue };
                let span = (read_until.max(*first - looks_back(measure)), *last + TimeDelta::microseconds(1));
                let read = taken_between(tx, person, measure, span).await?;
                readings.extend(read.into_iter().map(|one| (measure, one)));
                read_until = span.1;
            }
        }
        Ok(Self { known, readings })
    }

    /// That of a reading of this instant, of those that it was loaded for.
    pub(super) fn beside(&self, at: DateTime<Utc>) -> Beside {
        let span = |measure: Measure| at - looks_back(measure)..at + TimeDelta::microseconds(1);
        let before = self.readings.iter().filter(|(measure, one)| span(*measure).contains(&one.at)).cloned().collect();
        Beside { at, about: self.known.about(at), zones: self.known.zones(at), before }
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
    let span = (at - looks_back(measure), at + TimeDelta::microseconds(1));
    taken_between(tx, person, measure, span).await
}

/// The readings of a measure by which what to do about those from one instant to another can turn, of which those may be themselves: of
/// before the first as long as others are looked at, and as long after the last as one that holds instead can be.
pub(super) async fn around(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    (first, last): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Taken>, ServiceError> {
    let span = (first - looks_back(measure), last + LONGEST_SITTING + TimeDelta::microseconds(1));
    taken_between(tx, person, measure, span).await
}

/// What there is to do about a reading.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    /// That; absent where there is nothing.
    pub(super) advice: Option<&'static Advice>,
    /// The signs by which it holds, where they were told of before and not with the reading.
    pub(super) held: Option<SignsHeld>,
    /// The zones of a personal best by which it was said, of peak flow.
    pub(super) zones: Option<Zones>,
}

impl Said {
    /// About the last of these readings in the order of time.
    fn of(measure: Measure, readings: &[Taken], about: About, zones: Option<Zones>) -> Self {
        Self { advice: at_once(measure, readings, about, zones), held: signs_held(measure, readings, about), zones }
    }
}

/// What to do about this reading.
pub(super) async fn of_reading(tx: &mut Tx, person: PersonId, row: &ReadingRow) -> Result<Said, ServiceError> {
    let known = Known::load(tx, person).await?;
    of_known(tx, (person, &known), row).await
}

/// What holds now of a measure whatever is measured next, with what there is to do about its last reading, and which that is.
pub(super) async fn held(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    now: DateTime<Utc>,
) -> Result<Option<(SignsHeld, &'static Advice, ReadingId)>, ServiceError> {
    if !SIGNS_HOLD.contains(&measure) {
        return Ok(None);
    }
    let readings = just_before(tx, person, measure, now).await?;
    let Some(last) = readings.last() else { return Ok(None) };
    let who = person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
    let about = About::on(london_day(now), who.birth_date, who.gender.as_deref());
    let Some(held) = held_now(measure, &readings, now, about) else { return Ok(None) };
    let said = of_each(tx, person, (measure, std::slice::from_ref(last))).await?;
    Ok(said.into_iter().find_map(|one| one.advice).map(|advice| (held, advice, last.id)))
}

/// What to do about each of these readings of any measures, in their order.
pub(super) async fn of_several(tx: &mut Tx, person: PersonId, rows: &[ReadingRow]) -> Result<Vec<Said>, ServiceError> {
    let (known, mut all) = (Known::load(tx, person).await?, Vec::new());
    for row in rows {
        all.push(of_known(tx, (person, &known), row).await?);
    }
    Ok(all)
}

async fn of_known(tx: &mut Tx, (person, known): (PersonId, &Known), row: &ReadingRow) -> Result<Said, ServiceError> {
    let (measure, one, at) = (row.measure()?, taken(row), row.taken_at);
    let mut readings = match SIGNS_HOLD.contains(&measure) {
        true => just_before(tx, person, measure, at).await?,
        false => Vec::new(),
    };
    readings.retain(|other| *other < one && other.id != one.id);
    readings.push(one);
    let (about, zones) = (known.about(at), known.zones(at).filter(|_| measure == Measure::PeakFlow));
    Ok(Said::of(measure, &readings, about, zones))
}

/// What to do about each of these readings of any measures in the order of time, whether they are kept or not: of each by what is known
/// for its day, and by those of them that are of its sitting.
pub(super) async fn of_these(tx: &mut Tx, person: PersonId, all: &[(Measure, Taken)]) -> Result<Vec<Said>, ServiceError> {
    let known = Known::load(tx, person).await?;
    let told = |(place, (measure, one)): (usize, &(Measure, Taken))| {
        let is_again = SIGNS_HOLD.contains(measure);
        let before = all.iter().take(place).rev().take_while(|(_, other)| is_again && other.at >= one.at - looks_back(*measure));
        let before = before.filter(|(of, _)| of == measure).take(MOST_AT_HAND).map(|(_, other)| other.clone());
        let mut readings: Vec<Taken> = before.collect();
        readings.reverse();
        readings.push(one.clone());
        let zones = if *measure == Measure::PeakFlow { known.zones(one.at) } else { None };
        Said::of(*measure, &readings, known.about(one.at), zones)
    };
    Ok(all.iter().enumerate().map(told).collect())
}

/// What to do about each of these readings of one measure, in their order: of each by what is known for its day, and by its own sitting.
pub(super) async fn of_each(
    tx: &mut Tx,
    person: PersonId,
    (measure, all): (Measure, &[Taken]),
) -> Result<Vec<Said>, ServiceError> {
    let (Some(first), Some(last)) = (all.iter().map(|one| one.at).min(), all.iter().map(|one| one.at).max()) else {
        return Ok(Vec::new());
    };
    let who = person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
    let diaries = match measure {
        Measure::PeakFlow => all_zones(tx, person).await?,
        _ => Vec::new(),
    };
    let around = match SIGNS_HOLD.contains(&measure) {
        true => taken_between(tx, person, measure, (first - looks_back(measure), last + TimeDelta::microseconds(1))).await?,
        false => Vec::new(),
    };
    let oxygen = match measure {
        Measure::Oxygen => wanted(tx, person).await?,
        _ => None,
    };
    let told = |one: &Taken| {
        let day = london_day(one.at);
        let about = About { oxygen, ..About::on(day, who.birth_date, who.gender.as_deref()) };
        let of_sitting = around.iter().filter(|other| other.at >= one.at - looks_back(measure) && *other < one);
        let readings: Vec<Taken> = of_sitting.chain([one]).cloned().collect();
        Said::of(measure, &readings, about, zones_of(&diaries, day))
    };
    Ok(all.iter().map(told).collect())
}
