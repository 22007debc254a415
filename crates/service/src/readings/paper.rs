//! A guided week that was kept on paper and is typed in afterwards: as many readings as there are lines, all or none, by the same rules.

use super::record::{at_clock, told, told_at};
use super::weeks::{BestForm, begins, best, best_blow, diary_of, end_before, note_of_week, one_reading};
use super::{ReadingForm, Readings, WeekForm, at_once, rules};
use crate::activity;
use crate::limits::{self, Attempt};
use crate::{FieldProblem, ServiceError};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::access::Actor;
use domain::appointment::read_clock;
use domain::reading::week::{Counts, DAY_BEGINS, Diary, Protocol, Sitting, Taken, WeekEnd, Works, diary_day};
use domain::when::minute_in_words;
use domain::{PersonId, ReadingId, WeekId};
use std::cmp::Reverse;
use store::Tx;
use store::reading::{self, NewReading};
use store::week::{self, NewWeek};
use uuid::Uuid;

/// How long ago a paper diary may have begun.
const OLDEST: Days = Days::new(2 * 365);
/// Of how many of its readings the next page says what to do: the most urgent.
const MOST_SAID: usize = 4;

/// One line of a paper diary: what stands in a part of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaperLine {
    /// The numbers of each reading, or each number of which the best is kept.
    pub readings: Vec<Vec<String>>,
    /// Of which of these they were asked whether it is right, and said so.
    pub sure: Vec<bool>,
    /// When the first was taken.
    pub time: String,
    /// In which unit (UCUM); empty for the measure's own.
    pub unit: String,
}

/// A paper diary as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaperForm {
    /// Its lines: the parts of the first day, then those of the next.
    pub lines: Vec<PaperLine>,
    /// They say that they waited between two readings.
    pub waited: bool,
    /// The personal best, of what has zones.
    pub best: BestForm,
    /// The form's one-time id.
    pub submission: String,
}

impl PaperForm {
    /// What stands before the name of each field of a line.
    #[must_use]
    pub fn field(line: usize) -> String {
        format!("line{}_", line + 1)
    }
}

/// A paper diary that is typed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedIn {
    /// Its week.
    pub week: WeekId,
    /// Of these readings there is most urgently something to do.
    pub urgent: Vec<ReadingId>,
}

/// The first and the last day of a paper diary that began on this day.
///
/// # Errors
/// A problem of the field `first` where that is still to come or too long ago.
pub fn paper_days(protocol: Protocol, first: NaiveDate, now: DateTime<Utc>) -> Result<(NaiveDate, NaiveDate), FieldProblem> {
    let today = diary_day(now);
    if first > today {
        return Err(FieldProblem::new("first", "This day is still to come. Enter the first day on the paper"));
    }
    if today.checked_sub_days(OLDEST).is_some_and(|oldest| first < oldest) {
        return Err(FieldProblem::new("first", "This is more than 2 years ago. Check the year"));
    }
    let days = protocol.lengths().first().copied().unwrap_or(1);
    Ok((first, first.checked_add_days(Days::new(u64::from(days.saturating_sub(1)))).unwrap_or(first)))
}

impl Readings {
    /// The days of a paper diary whose first day was typed so.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`first`).
    pub fn paper_days(&self, protocol: Protocol, [day, month, year]: &[String; 3]) -> Result<NaiveDate, ServiceError> {
        let first = crate::typed::typed_date([day, month, year], "first", "The first day").map_err(one)?;
        let first = first.ok_or_else(|| ServiceError::field("first", "Enter the first day on the paper"))?;
        Ok(paper_days(protocol, first, self.core.now()).map_err(one)?.0)
    }

    /// Types in a diary that was kept on paper from this day on: the week and all its readings, or none where anything is wrong. Gives
    /// the week, and the readings of which there is most urgently something to do. The same form twice is one.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (the fields of each line behind [`PaperForm::field`], `waited`, `best`, `green`, `amber`, and with no
    /// field where one goes on or nothing is typed); [`ServiceError::NotFound`] to whoever may not record this for the person.
    pub async fn type_in_week(
        &self,
        actor: &Actor,
        person: PersonId,
        (protocol, first): (Protocol, NaiveDate),
        form: &PaperForm,
    ) -> Result<TypedIn, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, by, submission) = begins(&core, tx, (&actor, person), (protocol, &form.submission)).await?;
                if let Some(before) = week::by_submission(tx, person, submission).await? {
                    let row = week::one(tx, person, before).await?.ok_or(ServiceError::NotFound)?;
                    let diary = diary_of(tx, person, &row, core.now()).await?;
                    return Ok(TypedIn { week: before, urgent: most_urgent(tx, person, (protocol, &diary)).await? });
                }
                let now = core.now();
                let days = paper_days(protocol, first, now).map_err(one)?;
                end_before(tx, (person, protocol), now, "You are doing this already. End it before you type in another").await?;
                let readings = of_paper(protocol, &form, (first, now))?;
                let best = match protocol.works() == Works::Zones && !form.best.best.trim().is_empty() {
                    true => Some(best(protocol, &form.best)?),
                    false => None,
                };
                if let Attempt::Refused(_) = limits::READINGS.count(&core, tx, &person.to_string()).await? {
                    return Err(ServiceError::field("", "Too many readings were added today. Type this in tomorrow"));
                }
                let (id, times) = (WeekId::from_uuid(core.new_id()), protocol.times().to_owned());
                let new =
                    NewWeek { person, id, submission, protocol, days, best, times, ways: (false, false), next_due_at: None, by };
                week::add(tx, &new, now).await?;
                let many = readings.len();
                for (place, (one, at)) in readings.into_iter().enumerate() {
                    let (measure, said, _) = told_at(protocol.measure(), &one, at)?;
                    // Each is a reading of its own, the same for the same form.
                    let own = Uuid::from_u128(submission.as_u128() ^ (u128::try_from(place).unwrap_or_default() + 1));
                    let id = ReadingId::from_uuid(core.new_id());
                    reading::add(tx, &NewReading { person, id, submission: own, measure, said, by, origin: None }, now).await?;
                }
                let row = week::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                let diary = diary_of(tx, person, &row, now).await?;
                let plan = diary.plan;
                if plan.is_over(now) {
                    let why = if diary.is_valid() { WeekEnd::Finished } else { WeekEnd::Over };
                    week::end(tx, (person, id, row.version), why, (plan.last, plan.span().1)).await?;
                }
                let urgent = most_urgent(tx, person, (protocol, &diary)).await?;
                let event = note_of_week((&actor, subject), ("typed-in", id)).about("readings", many);
                let is_told = rules::settle_by(&core, tx, (subject, Some(by))).await?;
                activity::append(&core, tx, told(event, is_told)).await?;
                Ok(TypedIn { week: id, urgent })
            })
        })
        .await
    }
}

/// The readings of a diary of which there is most urgently something to do, by what is known of the person.
async fn most_urgent(
    tx: &mut Tx,
    person: PersonId,
    (protocol, diary): (Protocol, &Diary),
) -> Result<Vec<ReadingId>, ServiceError> {
    let all: Vec<Taken> = diary.all().cloned().collect();
    let said = at_once::of_each(tx, person, (protocol.measure(), &all)).await?;
    let mut urgent: Vec<_> = said.into_iter().zip(&all).filter_map(|(said, one)| Some((said.advice?.urgency, one.id))).collect();
    urgent.sort_by_key(|one| Reverse(*one));
    Ok(urgent.into_iter().take(MOST_SAID).map(|(_, id)| id).collect())
}

fn one(problem: FieldProblem) -> ServiceError {
    ServiceError::Fields(vec![problem])
}

/// The readings of a paper diary with when each was taken, or everything that is wrong with any line.
fn of_paper(
    protocol: Protocol,
    form: &PaperForm,
    (first, now): (NaiveDate, DateTime<Utc>),
) -> Result<Vec<(ReadingForm, DateTime<Utc>)>, ServiceError> {
    let (mut readings, mut wrong, mut several) = (Vec::new(), Vec::new(), false);
    let parts = first.iter_days().flat_map(|day| protocol.sittings().iter().map(move |sitting| (day, sitting)));
    for (place, ((day, sitting), line)) in parts.zip(&form.lines).enumerate() {
        match of_line(protocol, line, (day, sitting), now) {
            Ok(line) => {
                several |= line.len() > 1;
                readings.extend(line);
            }
            Err(problems) => wrong.extend(problems.into_iter().map(|problem| FieldProblem {
                field: format!("{}{}", PaperForm::field(place), problem.field),
                message: format!("{}, {}. {}", day.format("%A %-d %B"), sitting.title, problem.message),
            })),
        }
    }
    if several && !form.waited {
        wrong.push(FieldProblem::new("waited", super::weeks::NOT_WAITED));
    }
    match (wrong.is_empty(), readings.is_empty()) {
        (false, _) => Err(ServiceError::Fields(wrong)),
        (true, true) => Err(ServiceError::field("", "Nothing is typed in yet")),
        (true, false) => Ok(readings),
    }
}

/// The readings of one line: none where it is empty.
fn of_line(
    protocol: Protocol,
    line: &PaperLine,
    (day, sitting): (NaiveDate, &Sitting),
    now: DateTime<Utc>,
) -> Result<Vec<(ReadingForm, DateTime<Utc>)>, Vec<FieldProblem>> {
    let measure = protocol.measure();
    let is_filled = |numbers: &[String]| numbers.iter().any(|text| !text.trim().is_empty());
    let (unit, submission) = (line.unit.clone(), Uuid::nil().to_string());
    let mut form = WeekForm { waited: true, unit, submission, ..WeekForm::default() };
    let mut places = Vec::new();
    for (place, numbers) in line.readings.iter().enumerate().filter(|(_, numbers)| is_filled(numbers)) {
        places.push(place);
        form.readings.push(numbers.clone());
        form.sure.push(line.sure.get(place).copied().unwrap_or_default());
    }
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let mut problems = Vec::new();
    let at = taken_at(protocol, &line.time, (day, sitting), now).map_err(|problem| problems.push(problem)).unwrap_or(now);
    // What a part of a day is called says of which meal it is.
    if let Some(meal) = sitting.meals.last() {
        form.settings.insert("meal".to_owned(), (*meal).to_owned());
    }
    let forms = match protocol.blows() > 1 {
        true => {
            let line = WeekForm { readings: line.readings.clone(), sure: line.sure.clone(), ..form };
            best_blow(protocol, &line, protocol.blows().into()).map(|one| vec![one])
        }
        false => Ok((0..places.len()).map(|place| one_reading(protocol, &form, place)).collect()),
    };
    let step = if let Counts::First(_, step) = protocol.counts() { step } else { chrono::TimeDelta::zero() };
    let mut readings = Vec::new();
    match forms {
        Err(ServiceError::Fields(told)) => problems.extend(told),
        Err(_) => problems.push(FieldProblem::new("", "Type this line again")),
        Ok(forms) => {
            for (place, one) in forms.into_iter().enumerate() {
                let at = at + step * i32::try_from(place).unwrap_or_default();
                let mut one = one;
                if place > 0 {
                    one.settings.insert("waited".to_owned(), "said".to_owned());
                }
                match told_at(measure, &one, at) {
                    Ok(_) => readings.push((one, at)),
                    Err(ServiceError::Fields(told)) => {
                        let suffix = places
                            .get(place)
                            .filter(|place| **place > 0)
                            .map_or_else(String::new, |place| format!("_{}", place + 1));
                        problems.extend(
                            told.into_iter().map(|told| FieldProblem { field: format!("{}{suffix}", told.field), ..told }),
                        );
                    }
                    Err(_) => problems.push(FieldProblem::new("", "Type this line again")),
                }
            }
        }
    }
    if problems.is_empty() { Ok(readings) } else { Err(problems) }
}

/// When a line says that it was taken: within its part of the day, and not ahead.
fn taken_at(
    protocol: Protocol,
    time: &str,
    (day, sitting): (NaiveDate, &Sitting),
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, FieldProblem> {
    let minute = read_clock(time.trim()).ok_or_else(|| FieldProblem::new("time", "Enter a time, such as 8:30am or 20:30"))?;
    // What is measured after midnight belongs to the evening before.
    let (on, within) = match minute < DAY_BEGINS {
        true => (day.succ_opt().unwrap_or(day), minute + 24 * 60),
        false => (day, minute),
    };
    if !protocol.belongs(sitting, within) {
        if protocol.works() == Works::Meals {
            return Err(FieldProblem::new("time", "This time belongs to another line. Check the time, or type it there"));
        }
        let (from, until) = (minute_in_words(sitting.from), minute_in_words(sitting.until % (24 * 60)));
        return Err(FieldProblem::new("time", format!("Enter a time from {from} and before {until}")));
    }
    let at = at_clock(on, minute)?;
    if at > now { Err(FieldProblem::new("time", "This is still to come. Leave the line empty")) } else { Ok(at) }
}
