//! Guided weeks: beginning them, recording in them, pausing and ending them, and what they come to.

use super::at_once::Said;
use super::record::{ShownWithForm, Told, at_one_time, keep, last_unit, taken_at, told_at, told_by, told_shown};
use super::told::Owner;
use super::unkept::{ToDo, each_of, to_do_of};
use super::{
    HoldsNow, PAGE, ReadingForm, Readings, SignsBefore, TargetVersion, WatchSeen, Watched, allowed, any_holds, at_once, may_type,
    opens, rules, told_before,
};
use crate::activity::{self, Event};
use crate::error::gather;
use crate::eyes::{Eyes, NotedBy};
use crate::medicines::{Reach, reach, ways};
use crate::reader::Reader;
use crate::records::{self, purpose};
use crate::{Core, FieldProblem, PersonSummary, ServiceError, access};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::Weekdays;
use domain::audit::Action;
use domain::medicine::{Times, Timetable};
use domain::reading::week::{
    Counts, Diary, Mean, Outcome, Plan, Protocol, SittingSeen, Taken, Target, WeekEnd, Works, Zones, best_of, diary_day, outcome,
};
use domain::reading::{About, Advice, Amount, Heard, Measure, Origin, Typed, Unit, hear};
use domain::when::{LAST_DAY, age_on, is_night, london_day, minute_in_words};
use domain::{AccountId, PersonId, ReadingId, WeekId};
use fhir::own::Subject as Whose;
use std::collections::BTreeMap;
use store::reading::{self, ReadingRow};
use store::week::{self, Best, NewWeek, TakenRow, WeekRow};
use store::{Tx, person, person_write};
use uuid::Uuid;

/// How many weeks are looked through for one that is to be heeded.
const MOST: i64 = 50;
/// How many weeks that are over a page lists.
const PER_PAGE: usize = 20;
/// How many readings of a week are read at one time.
const AT_ONE_TIME: i64 = 2000;
/// For how long after a reading its page says what to do about it.
const AT_ONCE: TimeDelta = TimeDelta::hours(6);
/// Asked of whoever types two readings at once.
pub(super) const NOT_WAITED: &str =
    "Tick this if you waited at least 1 minute between the readings. If you did not, type only the first of them";
/// The most readings that one form records.
const MOST_SAVED: usize = 4;
/// What tells the one-time id of what was shown with a reading of a form from those of its readings, which differ by their place.
const SHOWN_WITH: u128 = 1 << 8;

/// Readings by their instant.
type ByInstant = BTreeMap<DateTime<Utc>, Taken>;

/// What is sent to begin a week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartForm {
    /// `today` or `tomorrow`.
    pub first: String,
    /// For how many days.
    pub length: String,
    /// The personal best, of what has zones.
    pub best: String,
    /// From how many per cent of it on it is green.
    pub green: String,
    /// From how many on amber.
    pub amber: String,
    /// When it reminds, with commas between.
    pub times: String,
    /// How: of `mail` and `text`, none, one or both.
    pub how: String,
    /// The form's one-time id.
    pub submission: String,
}

/// What is sent to change the personal best of a week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BestForm {
    /// The personal best.
    pub best: String,
    /// From how many per cent of it on it is green.
    pub green: String,
    /// From how many on amber.
    pub amber: String,
}

/// What is sent to record in a week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekForm {
    /// The numbers of each reading, or each number of which the best is kept.
    pub readings: Vec<Vec<String>>,
    /// Of which of these they were asked whether it is right, and said so.
    pub sure: Vec<bool>,
    /// What the same device showed with each of them.
    pub shown_with: Vec<ShownWithForm>,
    /// In which unit (UCUM); empty for the measure's own.
    pub unit: String,
    /// They say that they waited between two readings: what is typed at once shows no time between.
    pub waited: bool,
    /// What was answered about how it was taken, by field.
    pub settings: BTreeMap<String, String>,
    /// What was written to it.
    pub note: String,
    /// The day of the first, as day, month and year; empty for today.
    pub day: [String; 3],
    /// Its time; empty for now where the day is empty too.
    pub time: String,
    /// The form's one-time id.
    pub submission: String,
}

/// What can be done with a week that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeekAct {
    /// Pause it.
    Pause,
    /// Take it up again.
    Resume,
    /// End it now.
    End,
}

/// A week in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekLine {
    /// Its id.
    pub id: WeekId,
    /// What is measured, and when.
    pub plan: Plan,
    /// It is paused.
    pub paused: bool,
    /// It goes on.
    pub runs: bool,
    /// How it ended; absent where its last day is over, or it goes on.
    pub ended: Option<WeekEnd>,
}

/// Every week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeeksSeen {
    /// Whose they are.
    pub whose: PersonSummary,
    /// The gravest that holds now of any reading, whatever is measured next; nothing for a care team.
    pub holds: Option<HoldsNow>,
    /// Those that go on, before a page of the others, the newest first; on a later page the others alone.
    pub weeks: Vec<WeekLine>,
    /// The last of these where there are more, to go on from.
    pub more: Option<WeekId>,
    /// It is a later page.
    pub is_later: bool,
    /// What can be begun.
    pub can_start: Vec<Protocol>,
    /// Who is told of any reading.
    pub watch: WatchSeen,
    /// Whether the reader may record.
    pub may_record: bool,
}

/// A personal best as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BestSeen {
    /// It and its zones; absent where none was known.
    pub zones: Option<Zones>,
    /// Who changed it.
    pub by: NotedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// A week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekSeen {
    /// In short.
    pub line: WeekLine,
    /// What to do about what was typed in a form that came back.
    pub unkept: ToDo,
    /// Whose.
    pub name: String,
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// What advice turns on, as of its last day.
    pub about: About,
    /// What was measured, laid over what was to be.
    pub diary: Diary,
    /// What that comes to.
    pub outcome: Outcome,
    /// What an average is compared with.
    pub target: Target,
    /// Where a care team wanted what is measured, at the end of its last day; absent where none said.
    pub team: Option<domain::reading::Target>,
    /// Where a care team wants it now, where it said so after that day; absent where that is the same.
    pub team_since: Option<TargetVersion>,
    /// The zones of a personal best: its own, else those that the person has on its last day.
    pub zones: Option<Zones>,
    /// What these were before, the newest first.
    pub bests: Vec<BestSeen>,
    /// The readings that were just saved, in the order of time.
    pub saved: Vec<Taken>,
    /// What to do at once about each of these and about what was measured last, where there is anything to do.
    pub told: Vec<(&'static Advice, Taken)>,
    /// What the same device showed with the readings of the diary ([`Measure::shown_with`]), by their instant.
    pub shown: BTreeMap<DateTime<Utc>, Taken>,
    /// What to do at once about what was shown with those that were just saved and with what was measured last: the most urgent of it,
    /// with the reading that it is about.
    pub shown_advice: Option<(&'static Advice, Taken)>,
    /// The signs of before by which what to do about any of these holds, with the reading that it is about.
    pub signs: Vec<(ReadingId, SignsBefore)>,
    /// What care teams say of these and of what was measured last, and who is told.
    pub watched: Watched,
    /// When it reminds, as it is typed.
    pub times: String,
    /// By mail.
    pub by_mail: bool,
    /// By text message.
    pub by_text: bool,
    /// Where messages can go.
    pub reach: Reach,
    /// Whether the reader may choose how it reminds.
    pub may_remind: bool,
    /// Whether the reader, who acts for the person and may record, is reminded too; absent where that is none of theirs to choose.
    pub reminded_too: Option<bool>,
    /// Whether the reader may record in it.
    pub may_record: bool,
    /// In which unit the reader typed it last.
    pub unit: &'static Unit,
    /// Now.
    pub now: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
}

impl WeekSeen {
    /// What to do at once about what was just saved, whenever it was taken, and about what was measured last: the most urgent of
    /// it, with the reading that it is about.
    #[must_use]
    pub fn advice(&self) -> Option<(&'static Advice, &Taken)> {
        // Of those that were taken together the last holds, which is what measuring again is for.
        let followed = |one: &Taken| {
            part_of(&self.diary, one).is_some_and(|part| self.saved.iter().any(|later| later > one && holds(part, later)))
        };
        let told = self.told.iter().filter(|(_, one)| !followed(one)).map(|(advice, one)| (*advice, one));
        told.max_by_key(|(advice, one)| (advice.urgency, one.at))
    }

    /// Whether a reading was taken more than a day ago, so that what to do about it may be over.
    #[must_use]
    pub fn is_past(&self, one: &Taken) -> bool {
        self.now - one.at > at_once::PAST
    }
}

/// What was measured last, as long as that is not long ago.
fn last(diary: &Diary, now: DateTime<Utc>) -> Option<&Taken> {
    diary.all().last().filter(|last| last.at > now - AT_ONCE)
}

fn holds(part: &SittingSeen, one: &Taken) -> bool {
    part.counted.iter().chain(&part.others).any(|other| other.id == one.id)
}

/// The part of a day in which a reading was taken; absent for one outside the days of the diary.
fn part_of<'d>(diary: &'d Diary, one: &Taken) -> Option<&'d SittingSeen> {
    diary.days.iter().flat_map(|day| &day.sittings).find(|part| holds(part, one))
}

pub(super) fn taken(row: &ReadingRow) -> Taken {
    Taken {
        at: row.taken_at,
        id: ReadingId::from_uuid(row.id),
        first: Amount::from_thousandths(row.first_value),
        second: row.second_value.map(Amount::from_thousandths),
        settings: row.settings.clone(),
        by_hand: is_by_hand(Measure::from_code(&row.measure), &row.source),
    }
}

/// Whether a person measured what is from this source.
pub(super) fn is_by_hand(measure: Option<Measure>, source: &str) -> bool {
    Origin::from_code(source).is_none_or(|origin| measure.is_some_and(|measure| origin.is_by_hand(measure)))
}

/// A reading of this measure.
pub(super) fn taken_row(measure: Measure, row: TakenRow) -> Taken {
    Taken {
        at: row.taken_at,
        id: ReadingId::from_uuid(row.id),
        first: Amount::from_thousandths(row.first_value),
        second: row.second_value.map(Amount::from_thousandths),
        settings: row.settings,
        by_hand: is_by_hand(Some(measure), &row.source),
    }
}

/// Whoever may begin a week for a person who lives, with the form's one-time id. Nobody else writes about the person meanwhile.
pub(super) async fn begins(
    core: &Core,
    tx: &mut Tx,
    (actor, person): (&Actor, PersonId),
    (protocol, submission): (Protocol, &str),
) -> Result<(Subject, AccountId, Uuid), ServiceError> {
    let (subject, reader) = allowed(core, tx, actor, person, Ask::RecordReadings).await?;
    let by = actor.account().filter(|_| opens(&reader, protocol.measure())).ok_or(ServiceError::NotFound)?;
    let submission = submission.parse().map_err(|_| ServiceError::not_whole())?;
    let row = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    if row.deceased {
        return Err(ServiceError::field("", "The record says that this person has died. Check whose it is"));
    }
    Ok((subject, by, submission))
}

/// Ways to measure the same thing, of which one can go on at a time: each reading counts in all of them.
fn alike(protocol: Protocol) -> impl Iterator<Item = Protocol> {
    Protocol::ALL.iter().copied().filter(move |other| other.measure() == protocol.measure())
}

/// Ends the week before another where it is over; where it goes on, `goes_on` says what to do.
pub(super) async fn end_before(
    tx: &mut Tx,
    (person, protocol): (PersonId, Protocol),
    now: DateTime<Utc>,
    goes_on: &'static str,
) -> Result<(), ServiceError> {
    for protocol in alike(protocol) {
        let Some(before) = week::running(tx, person, protocol).await? else { continue };
        let plan = plan(&before)?;
        if !plan.is_over(now) {
            return Err(ServiceError::field("", goes_on));
        }
        week::end(tx, (person, before.week(), before.version), WeekEnd::Over, (plan.last, plan.span().1)).await?;
    }
    Ok(())
}

pub(super) fn plan(row: &WeekRow) -> Result<Plan, ServiceError> {
    Ok(Plan { protocol: row.protocol()?, first: row.first_on, last: row.last_on, begun: Some(row.created_at) })
}

fn line(row: &WeekRow, now: DateTime<Utc>) -> Result<WeekLine, ServiceError> {
    let plan = plan(row)?;
    Ok(WeekLine {
        id: row.week(),
        plan,
        paused: row.paused_at.is_some(),
        runs: row.ended_at.is_none() && !plan.is_over(now),
        ended: row.end_reason()?,
    })
}

/// What is measured now for some days in a row, as far as it is open to the reader.
pub(crate) async fn running(core: &Core, tx: &mut Tx, reader: &Reader) -> Result<Vec<WeekLine>, ServiceError> {
    let mut lines = Vec::new();
    for row in week::listed(tx, reader.person, MOST).await? {
        let line = line(&row, core.now())?;
        if line.runs && opens(reader, line.plan.protocol.measure()) {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// A page of the weeks that are over, before a place in their order, as far as they are open to the reader; and the last of them where
/// there are more that are.
async fn weeks_on(
    tx: &mut Tx,
    reader: &Reader,
    mut before: (NaiveDate, WeekId),
    now: DateTime<Utc>,
) -> Result<(Vec<WeekLine>, Option<WeekId>), ServiceError> {
    let most = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let mut lines: Vec<WeekLine> = Vec::new();
    loop {
        let rows = week::over(tx, reader.person, before, most).await?;
        for row in &rows {
            let line = line(row, now)?;
            if opens(reader, line.plan.protocol.measure()) {
                lines.push(line);
            }
        }
        let is_last = rows.len() <= PER_PAGE;
        match rows.last() {
            // What is not open leaves no gap in a page.
            Some(row) if !is_last && lines.len() <= PER_PAGE => before = (row.first_on, row.week()),
            _ => break,
        }
    }
    let is_more = lines.len() > PER_PAGE;
    lines.truncate(PER_PAGE);
    let more = lines.last().filter(|_| is_more).map(|line| line.id);
    Ok((lines, more))
}

/// The week of this id, where what it measures is open to the reader.
async fn seen_row(tx: &mut Tx, reader: &Reader, id: WeekId) -> Result<WeekRow, ServiceError> {
    let row = week::one(tx, reader.person, id).await?.ok_or(ServiceError::NotFound)?;
    if opens(reader, row.protocol()?.measure()) { Ok(row) } else { Err(ServiceError::NotFound) }
}

/// What was measured in a week until it ended.
pub(super) async fn diary_of(tx: &mut Tx, person: PersonId, row: &WeekRow, now: DateTime<Utc>) -> Result<Diary, ServiceError> {
    let plan = plan(row)?;
    let (from, until) = plan.span();
    let until = row.ended_at.map_or(until, |ended| until.min(ended + TimeDelta::microseconds(1)));
    let all = taken_between(tx, person, plan.protocol.measure(), (from, until)).await?;
    Ok(plan.diary(&all, now))
}

/// Every reading of a measure from the first instant on and before the second, in the order of time.
pub(super) async fn taken_between(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    (mut from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Taken>, ServiceError> {
    // A sensor tells more than one statement reads, and what it tells last may be what is low.
    let mut all: Vec<Taken> = Vec::new();
    loop {
        let rows = week::taken(tx, person, measure, (from, until), AT_ONE_TIME).await?;
        let is_last = i64::try_from(rows.len()).is_ok_and(|many| many < AT_ONE_TIME);
        let before = all.len();
        for one in rows.into_iter().map(|row| taken_row(measure, row)) {
            if all.last().is_none_or(|last| *last < one) {
                all.push(one);
            }
        }
        match all.last() {
            Some(last) if !is_last && all.len() > before => from = last.at,
            _ => return Ok(all),
        }
    }
}

/// What an average blood pressure is compared with: what the care team set, and for somebody who was born then the guideline on that
/// day where it set nothing.
fn target(team: Option<domain::reading::Target>, born: Option<NaiveDate>, on: NaiveDate) -> Target {
    Target::of_guideline(born.and_then(|born| age_on(born, on))).with(team.unwrap_or_default())
}

pub(super) fn zones(best: Option<Best>) -> Option<Zones> {
    let best = best?;
    let percent = |number: i32| u8::try_from(number).ok();
    Some(Zones { best: Amount::from_thousandths(best.value), green: percent(best.green)?, amber: percent(best.amber)? })
}

/// When a plan reminds: at these times of each of its days.
pub(super) fn timetable(plan: &Plan, times: &str) -> Option<Timetable> {
    let days = Weekdays::WEEK.into_iter().fold(Weekdays::default(), Weekdays::with);
    Some(Timetable { times: Times::parse(times).ok()?, days, from: plan.first, until: Some(plan.last) })
}

/// The first reminder after this instant, where any is wanted.
fn next(plan: &Plan, times: &str, ways: (bool, bool), now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let table = timetable(plan, times).filter(|_| ways.0 || ways.1)?;
    table.next(now + TimeDelta::microseconds(1))
}

/// Whether somebody chooses how the person is reminded: the person, and whoever gets the messages because the person has no account.
const fn chooses(subject: Subject, reach: Reach) -> bool {
    subject.relationship.is_none() || !reach.own_account
}

/// "8am, 8pm", as people type it.
fn times_in_words(times: &str) -> String {
    let words = |times: Times| times.minutes().map(minute_in_words).collect::<Vec<_>>().join(", ");
    Times::parse(times).map(words).unwrap_or_default()
}

fn times(typed: &str) -> Result<String, FieldProblem> {
    let times = Times::parse(typed).map_err(|_| FieldProblem::new("times", "Enter times with commas between, like 8am, 8pm"))?;
    let night: Vec<String> = times.minutes().filter(|minute| is_night(*minute)).map(minute_in_words).collect();
    match night.is_empty() {
        true => Ok(times.code()),
        false => Err(FieldProblem::new("times", format!("{} is at night. Choose times from 7am to 10pm", night.join(" and ")))),
    }
}

/// How and when it reminds; nothing where the actor does not choose that.
fn reminders(
    (typed, how): (&str, &str),
    (protocol, subject, reach): (Protocol, Subject, Reach),
) -> Result<(String, (bool, bool)), ServiceError> {
    if !chooses(subject, reach) {
        return Ok((protocol.times().to_owned(), (false, false)));
    }
    gather! {
        times = times(typed);
        ways = ways("how", how, reach);
    }
    Ok((times, ways))
}

fn percent(field: &str, typed: &str) -> Result<u8, FieldProblem> {
    let read = typed.trim().trim_end_matches('%').trim().parse().ok().filter(|number| (1..100).contains(number));
    read.ok_or_else(|| FieldProblem::new(field, "Enter a whole number from 1 to 99"))
}

/// The personal best and its zones, of what has any.
fn best_at_start(protocol: Protocol, form: &StartForm) -> Result<Option<Best>, ServiceError> {
    if protocol.works() != Works::Zones || form.best.trim().is_empty() {
        return Ok(None);
    }
    let form = BestForm { best: form.best.clone(), green: form.green.clone(), amber: form.amber.clone() };
    best(protocol, &form).map(Some)
}

/// A personal best and its zones as they are typed.
pub(super) fn best(protocol: Protocol, form: &BestForm) -> Result<Best, ServiceError> {
    let typed = Typed { numbers: std::slice::from_ref(&form.best), unit: "", sure: true };
    gather! {
        heard = hear(protocol.measure(), &typed).map_err(|_| FieldProblem::new("best", "Enter a number between 20 and 900, such as 450"));
        green = percent("green", &form.green);
        amber = percent("amber", &form.amber);
    }
    if amber >= green {
        return Err(ServiceError::field("amber", "Amber must begin below green"));
    }
    Ok(Best { value: heard.first.thousandths(), green: i32::from(green), amber: i32::from(amber) })
}

/// The first and the last day.
fn days(protocol: Protocol, form: &StartForm, now: DateTime<Utc>) -> Result<(NaiveDate, NaiveDate), ServiceError> {
    let today = diary_day(now);
    gather! {
        first = match form.first.as_str() {
            "today" => Ok(today),
            "tomorrow" => Ok(today.succ_opt().unwrap_or(today)),
            _ => Err(FieldProblem::new("first", "Choose when you begin")),
        };
        length = form.length.parse::<u16>().ok().filter(|days| protocol.lengths().contains(days))
            .ok_or_else(|| FieldProblem::new("length", "Choose for how many days"));
    }
    let last = first.checked_add_days(Days::new(u64::from(length.saturating_sub(1)))).unwrap_or(first);
    Ok((first, last))
}

async fn note(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    (what, id): (&'static str, WeekId),
) -> Result<(), ServiceError> {
    activity::append(core, tx, note_of_week((actor, subject), (what, id))).await
}

pub(super) fn note_of_week((actor, subject): (&Actor, Subject), (what, id): (&'static str, WeekId)) -> Event {
    let event = Event::on_record(actor, subject, Action::WeekChanged, purpose(subject));
    event.about("what", what).about("week", id)
}

impl Readings {
    /// Every week that is open to the reader. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn weeks(&self, actor: &Actor, person: PersonId) -> Result<WeeksSeen, ServiceError> {
        self.weeks_after(actor, person, None).await
    }

    /// The same, going on after one that is over.
    ///
    /// # Errors
    /// As [`Readings::weeks`], and [`ServiceError::NotFound`] for one to go on from that is not there.
    pub async fn weeks_after(&self, actor: &Actor, person: PersonId, after: Option<WeekId>) -> Result<WeeksSeen, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person, Ask::RecordReadings).await?;
        let now = self.core.now();
        let found = match after {
            None => weeks_on(&mut tx, &reader, (LAST_DAY, WeekId::from_uuid(Uuid::max())), now).await,
            Some(id) => match seen_row(&mut tx, &reader, id).await {
                Ok(row) => weeks_on(&mut tx, &reader, (row.first_on, id), now).await,
                Err(error) => Err(error),
            },
        };
        let (over, more) = match found {
            Ok(found) => found,
            Err(error) => {
                drop(tx);
                return Err(access::refused_on(&self.core, actor, person, error, PAGE).await);
            }
        };
        let mut weeks = Vec::new();
        for row in week::open(&mut tx, person).await? {
            let line = line(&row, now)?;
            if after.is_none() && opens(&reader, line.plan.protocol.measure()) {
                weeks.push(line);
            }
        }
        weeks.extend(over);
        weeks.sort_by_key(|line| !line.runs);
        let watch = rules::watch_of(&self.core, &mut tx, person, &reader).await?;
        let whose = records::summary(&mut tx, &reader).await?;
        let newest = reading::newest(&mut tx, person).await?;
        let holds = any_holds(&mut tx, actor, (&reader, &newest), now).await?;
        drop(tx);
        let can_start = Protocol::ALL.iter().copied().filter(|protocol| {
            let runs = weeks.iter().any(|line| line.runs && line.plan.protocol.measure() == protocol.measure());
            may_record && after.is_none() && !runs && opens(&reader, protocol.measure())
        });
        let can_start = can_start.collect();
        self.looked_at_weeks(actor, subject).await?;
        Ok(WeeksSeen { whose, holds, weeks, more, is_later: after.is_some(), can_start, watch, may_record })
    }

    /// One week. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, and to whoever may not see what it measures.
    pub async fn week(&self, actor: &Actor, person: PersonId, id: WeekId) -> Result<WeekSeen, ServiceError> {
        self.week_after(actor, person, id, &[]).await
    }

    /// The same after these readings were saved, of which it says what to do. Ids of anything else are passed over.
    ///
    /// # Errors
    /// As [`Readings::week`].
    pub async fn week_after(
        &self,
        actor: &Actor,
        person: PersonId,
        id: WeekId,
        saved: &[ReadingId],
    ) -> Result<WeekSeen, ServiceError> {
        self.week_and_typed(actor, person, id, (saved, |_| None)).await
    }

    /// The same with what to do about what was typed in a form that came back, as far as the reader may record; `typed` is that of a form
    /// of this protocol.
    ///
    /// # Errors
    /// As [`Readings::week`].
    pub async fn week_and_typed(
        &self,
        actor: &Actor,
        person: PersonId,
        id: WeekId,
        (saved, typed): (&[ReadingId], impl FnOnce(Protocol) -> Option<WeekForm> + Send),
    ) -> Result<WeekSeen, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person, Ask::RecordReadings).await?;
        let row = match seen_row(&mut tx, &reader, id).await {
            Ok(row) => row,
            Err(error) => {
                drop(tx);
                return Err(access::refused_on(&self.core, actor, person, error, PAGE).await);
            }
        };
        let now = self.core.now();
        let diary = diary_of(&mut tx, person, &row, now).await?;
        let who = person::by_id(&mut tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
        let whose = records::summary(&mut tx, &reader).await?;
        let reach = reach(&self.core, &mut tx, person).await?;
        let line = line(&row, now)?;
        let measure = line.plan.protocol.measure();
        // What was set later is none of this week.
        let team = rules::target_on(&mut tx, person, measure, row.last_on).await?;
        let set_later = |now: &TargetVersion| london_day(now.at) > row.last_on && now.target != team;
        let team_since = rules::target_of(&mut tx, person, measure).await?.filter(set_later);
        let rows = rows_of(&mut tx, person, measure, (saved, last(&diary, now))).await?;
        let (shown, of_shown) = shown_in(&mut tx, &reader, &diary, (saved, now)).await?;
        let all_rows: Vec<&ReadingRow> = rows.iter().chain(&of_shown).collect();
        let watched = watched(&self.core, &mut tx, (person, &reader), measure, &all_rows).await?;
        let of_other = match measure.shown_with() {
            Some(other) => advice_of_shown(&mut tx, person, other, &of_shown).await?,
            None => None,
        };
        let read: Vec<Taken> = rows.iter().map(taken).collect();
        let said = at_once::of_each(&mut tx, person, (measure, &read)).await?;
        let both = said.iter().zip(&read).chain(of_other.iter().map(|(said, one)| (said, one)));
        let both: Vec<(Said, ReadingId)> = both.map(|(said, one)| (*said, one.id)).collect();
        let signs = signs_of(&mut tx, (actor, person), &both).await?;
        let shown_advice = of_other.and_then(|(said, one)| Some((said.advice?, one)));
        let told = said.into_iter().zip(&read).filter_map(|(said, one)| Some((said.advice?, one.clone()))).collect();
        let mut saved: Vec<Taken> = read.into_iter().filter(|one| saved.contains(&one.id)).collect();
        saved.sort();
        let by = Eyes::of(&mut tx, actor, person).await?;
        let bests = week::bests(&mut tx, person, id).await?.into_iter();
        let bests =
            bests.map(|was| BestSeen { zones: zones(was.best()), by: by.by(was.changed_by), at: was.changed_at }).collect();
        let unit = last_unit(&mut tx, actor, person, measure, now).await?;
        let zones = match zones(row.best()) {
            None if line.plan.protocol.works() == Works::Zones => at_once::zones_on(&mut tx, person, row.last_on).await?,
            own => own,
        };
        let reminded_too = match actor.account().filter(|_| may_record && line.runs) {
            // Whoever asked for it can always say no more.
            Some(by) => {
                Some(week::helpers(&mut tx, person, id).await?.contains(&by)).filter(|is| *is || !chooses(subject, reach))
            }
            None => None,
        };
        let typed = typed(line.plan.protocol).filter(|_| may_record && may_type(&reader, measure));
        let typed = typed.map(|form| each_of(line.plan.protocol, &form)).unwrap_or_default();
        let unkept = to_do_of(&mut tx, (person, true), (measure, None), (&typed, now)).await?;
        drop(tx);
        self.looked_at_weeks(actor, subject).await?;
        Ok(WeekSeen {
            line,
            unkept,
            name: who.display_name(),
            whose,
            about: About::on(row.last_on, who.birth_date, who.gender.as_deref()),
            outcome: outcome(&diary, zones),
            diary,
            target: target(team, who.birth_date, row.last_on),
            team,
            team_since,
            zones,
            bests,
            saved,
            told,
            shown,
            shown_advice,
            signs,
            watched,
            times: times_in_words(&row.times),
            by_mail: row.by_mail,
            by_text: row.by_text,
            reach,
            may_remind: may_record && line.runs && chooses(subject, reach),
            reminded_too,
            may_record,
            unit,
            now,
            version: row.version,
        })
    }

    async fn looked_at_weeks(&self, actor: &Actor, subject: Subject) -> Result<(), ServiceError> {
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "weeks");
        activity::disclose(&self.core, event).await
    }

    /// Lets through whoever may begin this for the person, and says where its reminders could go, and whether they choose that.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not.
    pub async fn may_start(&self, actor: &Actor, person: PersonId, protocol: Protocol) -> Result<(Reach, bool), ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::RecordReadings).await?;
        if !opens(&reader, protocol.measure()) {
            drop(tx);
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        }
        let reach = reach(&self.core, &mut tx, person).await?;
        Ok((reach, chooses(subject, reach)))
    }

    /// Lets through whoever may type in a diary of this from paper, and says which one goes on, where that has to end first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not.
    pub async fn may_type_in(&self, actor: &Actor, person: PersonId, protocol: Protocol) -> Result<Option<WeekId>, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::RecordReadings).await?;
        if !opens(&reader, protocol.measure()) {
            drop(tx);
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        }
        let mut goes_on = None;
        for protocol in alike(protocol) {
            if let Some(row) = week::running(&mut tx, person, protocol).await?
                && !plan(&row)?.is_over(self.core.now())
            {
                goes_on = Some(row.week());
            }
        }
        drop(tx);
        self.looked_at_weeks(actor, subject).await?;
        Ok(goes_on)
    }

    /// Begins a week. The same form twice begins one.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`first`, `length`, `best`, `green`, `amber`, `times`, `how`, and with no field where one runs already);
    /// [`ServiceError::NotFound`] to whoever may not record this for the person.
    pub async fn start_week(
        &self,
        actor: &Actor,
        person: PersonId,
        protocol: Protocol,
        form: &StartForm,
    ) -> Result<WeekId, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, by, submission) = begins(&core, tx, (&actor, person), (protocol, &form.submission)).await?;
                if let Some(before) = week::by_submission(tx, person, submission).await? {
                    return Ok(before);
                }
                let now = core.now();
                let reach = reach(&core, tx, person).await?;
                let (mut problems, days) = (Vec::new(), days(protocol, &form, now));
                let best = best_at_start(protocol, &form);
                let reminders = reminders((&form.times, &form.how), (protocol, subject, reach));
                for told in [days.as_ref().err(), best.as_ref().err(), reminders.as_ref().err()].into_iter().flatten() {
                    if let ServiceError::Fields(told) = told {
                        problems.extend(told.iter().cloned());
                    }
                }
                if !problems.is_empty() {
                    return Err(ServiceError::Fields(problems));
                }
                let (days, best, (times, ways)) = (days?, best?, reminders?);
                end_before(tx, (person, protocol), now, "You are doing this already. End it before you begin again").await?;
                let id = WeekId::from_uuid(core.new_id());
                let next_due_at = next(&Plan { protocol, first: days.0, last: days.1, begun: Some(now) }, &times, ways, now);
                let new = NewWeek { person, id, submission, protocol, days, best, times, ways, next_due_at, by };
                week::add(tx, &new, now).await?;
                note(&core, tx, (&actor, subject), ("begun", id)).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Takes over a week that was kept elsewhere, such as on paper: of these days, which may be over. It reminds of nothing.
    ///
    /// # Errors
    /// As [`Readings::start_week`].
    pub async fn take_over_week(
        &self,
        actor: &Actor,
        person: PersonId,
        (protocol, days): (Protocol, (NaiveDate, NaiveDate)),
        form: Option<BestForm>,
    ) -> Result<WeekId, ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().filter(|_| opens(&reader, protocol.measure())).ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                for protocol in alike(protocol) {
                    if week::running(tx, person, protocol).await?.is_some() {
                        return Err(ServiceError::field("", "You are doing this already. End it before you begin again"));
                    }
                }
                let best = form.map(|form| best(protocol, &form)).transpose()?;
                let (id, submission) = (WeekId::from_uuid(core.new_id()), core.new_id());
                let (times, plan) = (protocol.times().to_owned(), Plan { protocol, first: days.0, last: days.1, begun: None });
                let new =
                    NewWeek { person, id, submission, protocol, days, best, times, ways: (false, false), next_due_at: None, by };
                week::add(tx, &new, core.now()).await?;
                if plan.is_over(core.now()) {
                    let row = week::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                    let valid = diary_of(tx, person, &row, core.now()).await?.is_valid();
                    let why = if valid { WeekEnd::Finished } else { WeekEnd::Over };
                    week::end(tx, (person, id, row.version), why, (plan.last, plan.span().1)).await?;
                }
                note(&core, tx, (&actor, subject), ("begun", id)).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Pauses a week, takes it up again or ends it, as it was seen in this version.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it has changed since; [`ServiceError::NotFound`] for one that is not there, and to
    /// whoever may not record this for the person.
    pub async fn change_week(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (WeekId, i32),
        act: WeekAct,
    ) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = seen_row(tx, &reader, id).await?;
                let (now, plan) = (core.now(), plan(&row)?);
                // Pressed twice, it is done already.
                let is_done = match act {
                    WeekAct::Pause => row.ended_at.is_none() && row.paused_at.is_some(),
                    WeekAct::Resume => row.ended_at.is_none() && row.paused_at.is_none(),
                    WeekAct::End => row.ended_at.is_some(),
                };
                if is_done {
                    return Ok(());
                }
                let (done, what) = match act {
                    WeekAct::Pause => (week::pause(tx, (person, id, version), now).await?, "paused"),
                    WeekAct::Resume => {
                        let too = !week::helpers(tx, person, id).await?.is_empty();
                        let next = next(&plan, &row.times, (row.by_mail || too, row.by_text), now);
                        (week::resume(tx, (person, id, version), next).await?, "resumed")
                    }
                    WeekAct::End => {
                        let valid = diary_of(tx, person, &row, now).await?.is_valid();
                        let why = if valid { WeekEnd::Finished } else { WeekEnd::Stopped };
                        let last = diary_day(now).clamp(plan.first, plan.last);
                        (week::end(tx, (person, id, version), why, (last, now)).await?, why.code())
                    }
                };
                if !done {
                    return Err(ServiceError::changed_since());
                }
                note(&core, tx, (&actor, subject), (what, id)).await
            })
        })
        .await
    }

    /// Changes when and how a week reminds, as it was seen in this version.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`times`, `how`, and with no field where it has changed since); [`ServiceError::NotFound`] as
    /// [`Readings::change_week`], and to whoever does not choose how the person is reminded.
    pub async fn remind_of_week(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (WeekId, i32),
        (typed, how): (&str, &str),
    ) -> Result<(), ServiceError> {
        let (typed, how) = (typed.to_owned(), how.to_owned());
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = seen_row(tx, &reader, id).await?;
                let reach = reach(&core, tx, person).await?;
                if !chooses(subject, reach) {
                    return Err(ServiceError::NotFound);
                }
                let plan = plan(&row)?;
                let (times, ways) = reminders((&typed, &how), (plan.protocol, subject, reach))?;
                if (&times, ways) == (&row.times, (row.by_mail, row.by_text)) {
                    return Ok(());
                }
                let too = !week::helpers(tx, person, id).await?.is_empty();
                let next = next(&plan, &times, (ways.0 || too, ways.1), core.now()).filter(|_| row.paused_at.is_none());
                if !week::remind(tx, (person, id, version), (&times, ways), next).await? {
                    return Err(ServiceError::changed_since());
                }
                note(&core, tx, (&actor, subject), ("reminders", id)).await
            })
        })
        .await
    }

    /// Says whether somebody who acts for the person is reminded of a week too, at its times and by mail alone. It changes nothing of how
    /// the person is. Said again, it is so already.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, and to whoever may not record this for the person; to be reminded, also of
    /// one that goes on no more, and to whoever chooses the reminders of the week itself.
    pub async fn remind_too(&self, actor: &Actor, person: PersonId, id: WeekId, wants: bool) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = seen_row(tx, &reader, id).await?;
                let (now, plan, reach) = (core.now(), plan(&row)?, reach(&core, tx, person).await?);
                if wants && (chooses(subject, reach) || row.ended_at.is_some() || plan.is_over(now)) {
                    return Err(ServiceError::NotFound);
                }
                if week::helpers(tx, person, id).await?.contains(&by) == wants {
                    return Ok(());
                }
                match wants {
                    true => week::add_helper(tx, (person, id), by, now).await?,
                    false => week::remove_helper(tx, (person, id), by).await?,
                }
                if let Some(first) = next(&plan, &row.times, (wants, false), now) {
                    week::set_first(tx, (person, id), first).await?;
                }
                note(&core, tx, (&actor, subject), (if wants { "helper" } else { "helper-ended" }, id)).await
            })
        })
        .await
    }

    /// Changes the personal best of a week that goes on, as it was seen in this version. What it was is kept.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`best`, `green`, `amber`, and with no field where it has changed since); [`ServiceError::NotFound`] as
    /// [`Readings::change_week`], and for what has no zones.
    pub async fn change_best(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (WeekId, i32),
        form: &BestForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = seen_row(tx, &reader, id).await?;
                let plan = plan(&row)?;
                if plan.protocol.works() != Works::Zones || row.ended_at.is_some() || plan.is_over(core.now()) {
                    return Err(ServiceError::NotFound);
                }
                let best = best(plan.protocol, &form)?;
                if row.best() == Some(best) {
                    return Ok(());
                }
                if !week::set_best(tx, (person, id, version), best, by, core.now()).await? {
                    return Err(ServiceError::changed_since());
                }
                note(&core, tx, (&actor, subject), ("best", id)).await
            })
        })
        .await
    }

    /// Records what was measured in a week that runs, and what the same device showed with it, each as an ordinary reading: all of them,
    /// or none where anything is wrong with one, and gives their ids. Several are taken to be a minute apart, the last now where nothing
    /// else is said. The same form twice adds each once.
    ///
    /// # Errors
    /// As [`Readings::add`], where the fields of the second reading and of what was shown with it end in `_2` and so on;
    /// [`ServiceError::NotFound`] as [`Readings::change_week`].
    pub async fn record_in_week(
        &self,
        actor: &Actor,
        person: PersonId,
        id: WeekId,
        form: &WeekForm,
    ) -> Result<Vec<ReadingId>, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = seen_row(tx, &reader, id).await?;
                let (now, plan) = (core.now(), plan(&row)?);
                if row.ended_at.is_some() || plan.is_over(now) {
                    return Err(ServiceError::field("", "This has ended. Record it as a reading by itself"));
                }
                let readings = of_form(plan.protocol, &form, now)?;
                if readings.iter().any(|(measure, ..)| !opens(&reader, *measure)) {
                    return Err(ServiceError::NotFound);
                }
                let readings = at_one_time(tx, person, readings).await?;
                keep(&core, tx, (&actor, subject, by), readings, None).await
            })
        })
        .await
    }

    /// The average of a week of blood pressure as a FHIR R4 `Observation`, as far as it is valid. It is audited as an export.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is none, and to whoever may not take the record away.
    pub async fn export_week(&self, actor: &Actor, who: PersonId, id: WeekId) -> Result<Vec<u8>, ServiceError> {
        let mut tx = self.core.read().await?;
        let subject = match access::require(&self.core, &mut tx, actor, who, Ask::ExportRecord).await {
            Ok(subject) => subject,
            Err(error) => {
                drop(tx);
                return Err(access::refused_on(&self.core, actor, who, error, "export").await);
            }
        };
        let row = week::one(&mut tx, who, id).await?.ok_or(ServiceError::NotFound)?;
        let diary = diary_of(&mut tx, who, &row, self.core.now()).await?;
        let owner = Owner::load(&mut tx, who).await?;
        drop(tx);
        let (_, observation) = average_told(&row, &diary, owner.subject()).ok_or(ServiceError::NotFound)?;
        let event = Event::on_record(actor, subject, Action::Export, purpose(subject)).about("what", "week").about("week", id);
        activity::disclose(&self.core, event).await?;
        serde_json::to_vec_pretty(&observation).map_err(ServiceError::internal)
    }
}

/// The average of a week of blood pressure, and the same as a FHIR R4 `Observation`; nothing as long as it is not valid.
pub(super) fn average_told(row: &WeekRow, diary: &Diary, subject: &Whose) -> Option<(Mean, serde_json::Value)> {
    let (Outcome::Average(Some(mean)), true) = (outcome(diary, None), diary.is_valid()) else { return None };
    let counted: Vec<DateTime<Utc>> = diary.counted().map(|one| one.at).collect();
    let told = fhir::home_pressure::Told {
        id: row.week().to_string(),
        nhs_number: subject.nhs_number.as_deref(),
        name: subject.name.clone(),
        period: (*counted.first()?, *counted.last()?),
        mean,
        days: diary.days.iter().filter(|day| !day.dropped && day.sittings.iter().any(|one| !one.counted.is_empty())).count(),
    };
    Some((mean, fhir::home_pressure::observation(&told)))
}

/// The readings that a form tells, or everything that is wrong with any of them.
fn of_form(protocol: Protocol, form: &WeekForm, now: DateTime<Utc>) -> Result<Vec<Told>, ServiceError> {
    let measure = protocol.measure();
    let forms = match protocol.blows() {
        0 | 1 => apart(protocol, form, now)?,
        many => vec![(best_blow(protocol, form, many.into())?, None)],
    };
    let submission: Uuid = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
    let (mut readings, mut wrong) = (Vec::new(), Vec::new());
    for (at, (one, when)) in forms.iter().enumerate() {
        let one = when.map_or_else(|| told_by(measure, one, now), |when| told_at(measure, one, when));
        let taken_at = one.as_ref().map_or(now, |(_, said, _)| said.taken_at);
        // Each is a reading of its own, the same for the same form.
        let own = Uuid::from_u128(submission.as_u128() ^ (SHOWN_WITH + u128::try_from(at).unwrap_or_default()));
        let with = form.shown_with.get(at).map_or(Ok(None), |shown| told_shown(measure, shown, (taken_at, own)));
        match one {
            Ok(one) => readings.push(one),
            Err(ServiceError::Fields(problems)) => {
                let of_this = problems.into_iter().filter(|problem| at == 0 || is_own(measure, problem));
                wrong.extend(of_this.map(|problem| in_place(measure, (at, "Reading"), problem)));
            }
            Err(error) => return Err(error),
        }
        match with {
            Ok(with) => readings.extend(with),
            Err(ServiceError::Fields(problems)) => {
                wrong.extend(problems.into_iter().map(|problem| in_place(measure, (at, "Reading"), problem)));
            }
            Err(error) => return Err(error),
        }
    }
    // Those that say that they were typed at once.
    if !form.waited && forms.iter().any(|(one, _)| one.settings.contains_key("waited")) {
        wrong.push(FieldProblem::new("waited", NOT_WAITED));
    }
    if wrong.is_empty() { Ok(readings) } else { Err(ServiceError::Fields(wrong)) }
}

/// The rows of these readings of this measure, and of the last one.
async fn rows_of(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    (saved, last): (&[ReadingId], Option<&Taken>),
) -> Result<Vec<ReadingRow>, ServiceError> {
    let mut ids: Vec<ReadingId> = saved.iter().copied().take(MOST_SAVED).chain(last.map(|last| last.id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut rows = Vec::new();
    for id in ids {
        rows.extend(reading::one(tx, person, id).await?.filter(|row| row.measure == measure.code()));
    }
    Ok(rows)
}

/// What the same device showed with the readings of a diary, by their instant, as far as it is open to the reader; and the rows of that
/// which was shown with those that were just saved and with what was measured last.
async fn shown_in(
    tx: &mut Tx,
    reader: &Reader,
    diary: &Diary,
    (saved, now): (&[ReadingId], DateTime<Utc>),
) -> Result<(ByInstant, Vec<ReadingRow>), ServiceError> {
    let (measure, person) = (diary.plan.protocol.measure(), reader.person);
    let Some(other) = measure.shown_with().filter(|other| opens(reader, *other)) else {
        return Ok((BTreeMap::new(), Vec::new()));
    };
    let rows = week::shown(tx, person, (measure, other), diary.plan.span(), AT_ONE_TIME).await?;
    let shown: ByInstant = rows.into_iter().map(|row| taken_row(other, row)).map(|one| (one.at, one)).collect();
    let with_last = last(diary, now).and_then(|last| shown.get(&last.at));
    let rows = rows_of(tx, person, other, (saved, with_last)).await?;
    Ok((shown, rows))
}

/// What to do at once about these readings of one measure: the most urgent of it, with the reading that it is about.
async fn advice_of_shown(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    rows: &[ReadingRow],
) -> Result<Option<(Said, Taken)>, ServiceError> {
    let all: Vec<Taken> = rows.iter().map(taken).collect();
    let said = at_once::of_each(tx, person, (measure, &all)).await?;
    let told = said.into_iter().zip(all).filter(|(said, _)| said.advice.is_some());
    Ok(told.max_by_key(|(said, one)| (said.advice.map(|advice| advice.urgency), one.at)))
}

/// The signs of before by which what to do about any of these readings holds.
async fn signs_of(
    tx: &mut Tx,
    (actor, person): (&Actor, PersonId),
    all: &[(Said, ReadingId)],
) -> Result<Vec<(ReadingId, SignsBefore)>, ServiceError> {
    let mut signs = Vec::new();
    for (said, id) in all {
        signs.extend(told_before(tx, (actor, person), (said.held, said.advice)).await?.map(|signs| (*id, signs)));
    }
    Ok(signs)
}

/// What care teams say of these readings, each thing once, and who is told of their measure.
async fn watched(
    core: &Core,
    tx: &mut Tx,
    (person, reader): (PersonId, &Reader),
    measure: Measure,
    rows: &[&ReadingRow],
) -> Result<Watched, ServiceError> {
    let mut all = Watched { watch: rules::watch_of(core, tx, person, reader).await?.of(measure), ..Watched::default() };
    for row in rows.iter().copied() {
        let one = rules::of_reading(core, tx, person, reader, row).await?;
        for found in one.found {
            if !all.found.iter().any(|other| (&other.organisation, &other.words) == (&found.organisation, &found.words)) {
                all.found.push(found);
            }
        }
        for alert in one.alerts {
            if !all.alerts.iter().any(|other| other.id == alert.id) {
                all.alerts.push(alert);
            }
        }
    }
    all.found.sort_by_key(|found| std::cmp::Reverse(found.colour));
    Ok(all)
}

/// Whether a problem is of one reading or of what was shown with it, and not of what is said of all of them.
fn is_own(measure: Measure, told: &FieldProblem) -> bool {
    let is_shown = |other: Measure| told.field.starts_with(&ShownWithForm::field(other, ""));
    told.field == "sure"
        || measure.parts().iter().any(|part| part.field == told.field)
        || measure.shown_with().is_some_and(is_shown)
}

/// A problem of the reading or the blow in this place: its own fields have names of their own.
fn in_place(measure: Measure, (at, called): (usize, &str), told: FieldProblem) -> FieldProblem {
    match at {
        1.. if is_own(measure, &told) => FieldProblem {
            field: format!("{}_{}", told.field, at + 1),
            message: format!("{called} {}. {}", at + 1, told.message),
        },
        _ => told,
    }
}

pub(super) fn one_reading(protocol: Protocol, form: &WeekForm, at: usize) -> ReadingForm {
    let mut settings: BTreeMap<String, String> =
        protocol.taken().iter().map(|(field, answer)| ((*field).to_owned(), (*answer).to_owned())).collect();
    settings.extend(
        form.settings.iter().filter(|(_, answer)| !answer.is_empty()).map(|(field, answer)| (field.clone(), answer.clone())),
    );
    ReadingForm {
        numbers: form.readings.get(at).cloned().unwrap_or_default(),
        unit: form.unit.clone(),
        sure: form.sure.get(at).copied().unwrap_or_default(),
        settings,
        note: form.note.clone(),
        day: form.day.clone(),
        time: form.time.clone(),
        submission: form.submission.clone(),
        ..ReadingForm::default()
    }
}

/// The readings of a form with when each was taken, where that is not what the form says: so far apart as they say that they waited,
/// the last where the form says, or now.
#[expect(clippy::type_complexity, reason = "a form and its instant")]
fn apart(
    protocol: Protocol,
    form: &WeekForm,
    now: DateTime<Utc>,
) -> Result<Vec<(ReadingForm, Option<DateTime<Utc>>)>, ServiceError> {
    let is_filled = |at: &usize| {
        let has_number = form.readings.get(*at).is_some_and(|numbers| numbers.iter().any(|text| !text.trim().is_empty()));
        has_number
            || (protocol.measure().shown_with().is_some() && form.shown_with.get(*at).is_some_and(ShownWithForm::is_filled))
    };
    // What is left empty after the first is measured later.
    let many = (1..protocol.each()).take_while(is_filled).count() + 1;
    let mut forms: Vec<_> = (0..many).map(|at| (one_reading(protocol, form, at), None)).collect();
    let submission: Uuid = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
    let Counts::First(_, step) = protocol.counts() else { return Ok(forms) };
    let Ok(first) = taken_at(&form.day, &form.time, now) else { return Ok(forms) };
    if many < 2 {
        return Ok(forms);
    }
    let steps = |many: usize| step * i32::try_from(many).unwrap_or(1);
    let first = first.min(now - steps(many - 1));
    for (at, (one, when)) in forms.iter_mut().enumerate() {
        // As an instant: the clock shows some minutes twice.
        *when = Some(first + steps(at));
        if at > 0 {
            one.settings.insert("waited".to_owned(), "said".to_owned());
        }
        // Each is a reading of its own, the same for the same form.
        one.submission = Uuid::from_u128(submission.as_u128() ^ u128::try_from(at).unwrap_or_default()).to_string();
    }
    Ok(forms)
}

/// The best of the blows that are typed as one reading, with all of them in its note: whoever is too breathless for the next one is told
/// what to do by those that there are.
pub(super) fn best_blow(protocol: Protocol, form: &WeekForm, many: usize) -> Result<ReadingForm, ServiceError> {
    let measure = protocol.measure();
    let (mut blows, mut problems) = (Vec::new(), Vec::new());
    let is_filled = |at: &usize| form.readings.get(*at).is_some_and(|numbers| numbers.iter().any(|text| !text.trim().is_empty()));
    let mut places: Vec<usize> = (0..many).filter(is_filled).collect();
    if places.is_empty() {
        places.push(0);
    }
    for at in places {
        let numbers = form.readings.get(at).cloned().unwrap_or_default();
        let sure = form.sure.get(at).copied().unwrap_or_default();
        match hear(measure, &Typed { numbers: &numbers, unit: &form.unit, sure }) {
            Ok(Heard { first, said, .. }) => blows.push((first, said.join(""), sure)),
            Err(doubts) => {
                let told = super::record::in_words(measure, &Typed { numbers: &numbers, unit: &form.unit, sure }, &doubts);
                problems.extend(told.into_iter().map(|told| in_place(measure, (at, "Blow"), told)));
            }
        }
    }
    if !problems.is_empty() {
        return Err(ServiceError::Fields(problems));
    }
    let all: Vec<Amount> = blows.iter().map(|(amount, ..)| *amount).collect();
    let best = best_of(&all).and_then(|best| blows.iter().find(|(amount, ..)| *amount == best));
    let (_, said, sure) = best.ok_or_else(ServiceError::not_whole)?;
    let said_all: Vec<&str> = blows.iter().map(|(_, said, _)| said.as_str()).collect();
    let done = if said_all.len() < many { format!("{} of {many} blows", said_all.len()) } else { format!("{many} blows") };
    let note = format!("{}\n{done}: {}", form.note.trim(), said_all.join(", "));
    Ok(ReadingForm { numbers: vec![said.clone()], sure: *sure, note: note.trim().to_owned(), ..one_reading(protocol, form, 0) })
}
