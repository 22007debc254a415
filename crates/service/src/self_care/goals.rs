//! Setting goals, changing them, saying how it goes, and being reminded.

use super::goals_seen::{age, now_of};
use super::{SelfCare, allowed, open_kinds, opens, text};
use crate::activity::{self, Event};
use crate::error::gather;
use crate::reader::Reader;
use crate::records::purpose;
use crate::typed::{named, typed_date};
use crate::{Core, FieldProblem, ServiceError};
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::Weekdays;
use domain::audit::Action;
use domain::goal::{About, Act, CheckIn, Kind, State};
use domain::medicine::{Times, Timetable};
use domain::reading::{Amount, Doubt, Typed, hear};
use domain::when::london_day;
use domain::{AccountId, GoalId, MemberId, OrganisationId, PersonId};
use store::goal::{self, Content, GoalRow, NewEvent, NewGoal};
use store::{Tx, person_write};
use uuid::Uuid;

/// The most goals of a person that are kept.
pub(super) const MOST: i64 = 200;
/// When reminders come: at this time by the clock in London.
const AT: &str = "10:00";
/// The furthest day, in years.
const YEARS: u32 = 5;
/// The longest goal in somebody's own words, in letters.
const LONGEST_WORDS: usize = 200;

/// A goal as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoalForm {
    /// What they want, in their own words.
    pub words: String,
    /// Where they are now.
    pub start: String,
    /// Where they want to be.
    pub target: String,
    /// In which unit, by its UCUM code.
    pub unit: String,
    /// By when: day, month and year.
    pub by: [String; 3],
    /// Why it matters to them.
    pub why: String,
    /// Their first step.
    pub first_step: String,
    /// The form's one-time id.
    pub submission: String,
}

impl SelfCare {
    /// Lets through whoever may set such a goal for the person, with what is to be known of them before a number is typed: their age.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not.
    pub async fn may_set_goal(&self, actor: &Actor, person: PersonId, kind: Kind) -> Result<About, ServiceError> {
        let (mut tx, _, reader) = self.enter(actor, person, Ask::RecordReadings).await?;
        let age = age(&self.core, &mut tx, person).await;
        drop(tx);
        match opens(&reader, kind.sensitivity()) {
            true => Ok(About { age: age?, height: None }),
            false => Err(self.refused(actor, person, ServiceError::NotFound).await),
        }
    }

    /// What goals may be about that the actor sets for the person.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may set none.
    pub async fn kinds_to_set(&self, actor: &Actor, person: PersonId) -> Result<Vec<Kind>, ServiceError> {
        let (tx, _, reader) = self.enter(actor, person, Ask::RecordReadings).await?;
        drop(tx);
        match open_kinds(&reader) {
            none if none.is_empty() => Err(self.refused(actor, person, ServiceError::NotFound).await),
            kinds => Ok(kinds),
        }
    }

    /// Sets a goal for the person. The same form twice sets one. Where nothing says where they begin, it is where they are by their
    /// readings.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`words`, `start`, `target`, `unit`, `by`, `why`, `first_step`); [`ServiceError::NotFound`] to whoever
    /// may not record this for the person.
    pub async fn set_goal(&self, actor: &Actor, person: PersonId, kind: Kind, form: &GoalForm) -> Result<GoalId, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().filter(|_| opens(&reader, kind.sensitivity())).ok_or(ServiceError::NotFound)?;
                let new = Said { kind, form: &form, state: State::Active, by: By::Account(by) };
                new.add(&core, tx, (&actor, subject)).await
            })
        })
        .await
    }

    /// Changes what a goal says. What it said before stays in its history.
    ///
    /// # Errors
    /// As [`SelfCare::set_goal`]; [`ServiceError::NotFound`] too for one that is not there, or is over; [`ServiceError::Fields`] with no
    /// field where it has changed since it was seen.
    pub async fn change_goal(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (GoalId, i32),
        form: &GoalForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, row, by) = own(&core, tx, (&actor, person), id).await?;
                let kind = row.kind()?;
                if !matches!(row.state()?, State::Active | State::Paused) {
                    return Err(ServiceError::NotFound);
                }
                let content = read(kind, &form, london_day(core.now()))?;
                if !goal::change(tx, (person, id, version), &content).await? {
                    return Err(ServiceError::changed_since());
                }
                done(&core, tx, (&actor, subject), (id, "changed", &says(kind, &content)), By::Account(by)).await
            })
        })
        .await
    }

    /// Pauses a goal, goes on with it, says that it is reached, lets it go, or answers what a care team proposes. Only the person, or who
    /// acts for them, does.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it has changed since it was seen, or this cannot be done with it now;
    /// [`ServiceError::NotFound`] for one that is not there, and to whoever may not record this for the person.
    pub async fn act_on_goal(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (GoalId, i32),
        act: Act,
    ) -> Result<State, ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, row, by) = own(&core, tx, (&actor, person), id).await?;
                let state = row.state()?.after(act).ok_or_else(ServiceError::changed_since)?;
                if !goal::set_state(tx, (person, id, version), state).await? {
                    return Err(ServiceError::changed_since());
                }
                let said = says(row.kind()?, &content_of(&row));
                done(&core, tx, (&actor, subject), (id, act.code(), &said), By::Account(by)).await?;
                Ok(state)
            })
        })
        .await
    }

    /// Says how the week went. The same form twice says it once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`how`, `note`); [`ServiceError::NotFound`] for a goal that is not there or does not go on, and to whoever
    /// may not record this for the person.
    pub async fn check_in(
        &self,
        actor: &Actor,
        person: PersonId,
        id: GoalId,
        (how, note, submission): (&str, &str, &str),
    ) -> Result<(), ServiceError> {
        let (how, note, submission) = (CheckIn::from_code(how), note.to_owned(), submission.parse::<Uuid>());
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, row, by) = own(&core, tx, (&actor, person), id).await?;
                if row.state()? != State::Active {
                    return Err(ServiceError::NotFound);
                }
                gather! {
                    how = how.ok_or_else(|| FieldProblem::new("how", "Choose how it went"));
                    note = text("note", &note);
                    submission = submission.map_err(|_| FieldProblem::not_whole());
                }
                let event = NewEvent {
                    id: core.new_id(),
                    submission: Some(submission),
                    what: "check-in",
                    said: how.code(),
                    note: &note,
                    account: Some(by),
                    member: None,
                };
                if !goal::note(tx, (person, id), &event, core.now()).await? {
                    return Ok(());
                }
                audit(&core, tx, (&actor, subject), ("check-in", id)).await
            })
        })
        .await
    }

    /// Has whoever asks reminded of a goal by mail once a week, or no more.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where the goal has changed since it was seen; [`ServiceError::NotFound`] for one that is not
    /// there or does not go on, and to whoever may not record this for the person.
    pub async fn remind_of_goal(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (GoalId, i32),
        on: bool,
    ) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, row, by) = own(&core, tx, (&actor, person), id).await?;
                if row.state()? != State::Active {
                    return Err(ServiceError::NotFound);
                }
                let next = if on { next_reminder(core.now(), core.now() + TimeDelta::days(6)).map(|at| (by, at)) } else { None };
                if !goal::remind(tx, (person, id, version), next).await? {
                    return Err(ServiceError::changed_since());
                }
                let said = says(row.kind()?, &content_of(&row));
                let what = if on { "reminders-on" } else { "reminders-off" };
                done(&core, tx, (&actor, subject), (id, what, &said), By::Account(by)).await
            })
        })
        .await
    }
}

/// The next reminder from an instant on, on the day of the week of another.
pub(super) fn next_reminder(day: DateTime<Utc>, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let day = london_day(day);
    let table =
        Timetable { times: Times::parse(AT).ok()?, days: Weekdays::default().with(day.weekday()), from: day, until: None };
    table.next(from)
}

/// Who does something with a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The person, or who acts for them.
    Account(AccountId),
    /// Somebody of a care team.
    Member(OrganisationId, MemberId),
}

impl By {
    const fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(account) => Some(account),
            Self::Member(..) => None,
        }
    }

    const fn member(self) -> Option<(OrganisationId, MemberId)> {
        match self {
            Self::Account(_) => None,
            Self::Member(at, member) => Some((at, member)),
        }
    }
}

/// A goal that somebody sets or proposes.
pub(super) struct Said<'a> {
    pub(super) kind: Kind,
    pub(super) form: &'a GoalForm,
    pub(super) state: State,
    pub(super) by: By,
}

impl Said<'_> {
    /// Adds it, once for each form.
    pub(super) async fn add(self, core: &Core, tx: &mut Tx, (actor, subject): (&Actor, Subject)) -> Result<GoalId, ServiceError> {
        let (person, kind) = (subject.person, self.kind);
        let submission = self.form.submission.parse::<Uuid>().map_err(|_| ServiceError::not_whole())?;
        let mut content = read(kind, self.form, london_day(core.now()))?;
        person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
        if let Some(before) = goal::by_submission(tx, person, submission).await? {
            return Ok(before);
        }
        if i64::try_from(goal::listed(tx, person, MOST).await?.len()).is_ok_and(|count| count >= MOST) {
            return Err(ServiceError::field("", "There are as many goals as can be kept here"));
        }
        if content.start.is_none() {
            content.start = now_of(core, tx, person, kind).await?.0.map(Amount::thousandths);
        }
        let (id, said) = (GoalId::from_uuid(core.new_id()), says(kind, &content));
        let proposed_by = self.by.member();
        let new = NewGoal { person, id, submission, kind, content, state: self.state, proposed_by };
        if !goal::add(tx, &new, core.now()).await? {
            return Err(ServiceError::internal("a goal was there although its person was locked"));
        }
        let what = if proposed_by.is_some() { "proposed" } else { "set" };
        done(core, tx, (actor, subject), (id, what, &said), self.by).await?;
        Ok(id)
    }
}

/// A goal, for whoever may record for the person, with who they are; others are kept from it meanwhile.
async fn own(
    core: &Core,
    tx: &mut Tx,
    (actor, person): (&Actor, PersonId),
    id: GoalId,
) -> Result<(Subject, GoalRow, AccountId), ServiceError> {
    let (subject, reader) = allowed(core, tx, actor, person, Ask::RecordReadings).await?;
    let by = actor.account().ok_or(ServiceError::NotFound)?;
    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let row = open_row(tx, &reader, id).await?;
    Ok((subject, row, by))
}

/// A goal that is open to the reader.
pub(super) async fn open_row(tx: &mut Tx, reader: &Reader, id: GoalId) -> Result<GoalRow, ServiceError> {
    let row = goal::one(tx, reader.person, id).await?.ok_or(ServiceError::NotFound)?;
    if opens(reader, row.kind()?.sensitivity()) { Ok(row) } else { Err(ServiceError::NotFound) }
}

/// Writes down what was done with a goal, and audits it.
async fn done(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    (id, what, said): (GoalId, &'static str, &str),
    by: By,
) -> Result<(), ServiceError> {
    let event =
        NewEvent { id: core.new_id(), submission: None, what, said, note: "", account: by.account(), member: by.member() };
    goal::note(tx, (subject.person, id), &event, core.now()).await?;
    audit(core, tx, (actor, subject), (what, id)).await
}

pub(super) async fn audit(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    (what, id): (&'static str, GoalId),
) -> Result<(), ServiceError> {
    let event = Event::on_record(actor, subject, Action::GoalChanged, purpose(subject));
    activity::append(core, tx, event.about("what", what).about("goal", id)).await
}

/// What a goal says in a sentence.
pub(super) fn says(kind: Kind, content: &Content) -> String {
    let target = content.target.map(Amount::from_thousandths);
    let said = kind.in_words((target, &content.unit), &content.words);
    match content.by_on {
        Some(by) => format!("{said} by {}", domain::when::day_in_words(by)),
        None => said,
    }
}

pub(super) fn content_of(row: &GoalRow) -> Content {
    Content {
        words: row.words.clone(),
        start: row.start_value,
        target: row.target_value,
        unit: row.unit.clone(),
        by_on: row.by_on,
        why: row.why.clone(),
        first_step: row.first_step.clone(),
    }
}

/// Reads what was typed of a goal.
fn read(kind: Kind, form: &GoalForm, today: NaiveDate) -> Result<Content, ServiceError> {
    let measured = kind.measure().is_some();
    gather! {
        words = if measured { Ok(String::new()) } else { own_words(&form.words) };
        unit = unit(kind, &form.unit);
        start = number(kind, &form.unit, ("start", &form.start), false);
        target = number(kind, &form.unit, ("target", &form.target), measured);
        by_on = by_when(&form.by, today);
        why = named("Why it matters", text("why", &form.why));
        first_step = named("The first step", text("first_step", &form.first_step));
    }
    Ok(Content { words, start, target, unit, by_on, why, first_step })
}

fn own_words(typed: &str) -> Result<String, FieldProblem> {
    let words = text("words", typed)?.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.chars().count() {
        0 => Err(FieldProblem::new("words", "Say what you want to do")),
        count if count > LONGEST_WORDS => Err(FieldProblem::new("words", format!("Use {LONGEST_WORDS} letters or fewer"))),
        _ => Ok(words),
    }
}

fn unit(kind: Kind, typed: &str) -> Result<String, FieldProblem> {
    let known = typed.is_empty() || kind.units().iter().any(|unit| unit.ucum == typed);
    if known { Ok(typed.to_owned()) } else { Err(FieldProblem::new("unit", "Choose a unit")) }
}

/// A number of a goal in thousandths of the measure's own unit.
fn number(kind: Kind, unit: &str, (field, typed): (&str, &str), needed: bool) -> Result<Option<i64>, FieldProblem> {
    let problem = |message: &str| Err(FieldProblem::new(field, message));
    let Some((measure, (low, high))) = kind.measure().zip(kind.possible()) else { return Ok(None) };
    if typed.trim().is_empty() {
        return if needed { problem("Enter a number") } else { Ok(None) };
    }
    let number = if kind.is_weekly() {
        Amount::parse(typed).map_err(|_| Doubt::NotANumber)
    } else {
        // It is what they want, not what was measured: nothing about it is unlikely.
        let heard = hear(measure, &Typed { numbers: &[typed.to_owned()], unit, sure: true });
        heard.map(|heard| heard.first).map_err(|doubts| doubts.first().map_or(Doubt::NotANumber, |(_, doubt)| *doubt))
    };
    match number {
        Ok(number) if low <= number && number <= high => Ok(Some(number.thousandths())),
        // That is said beside the unit.
        Err(Doubt::NoSuchUnit) => Ok(None),
        Err(Doubt::NotANumber) => problem("Use numbers only, such as 80"),
        Err(Doubt::TooExact(_)) => problem("Use fewer numbers after the point"),
        Ok(_) | Err(_) => problem("This number cannot be right. Check it, and its unit"),
    }
}

fn by_when(typed: &[String; 3], today: NaiveDate) -> Result<Option<NaiveDate>, FieldProblem> {
    let day = typed_date(typed.each_ref().map(String::as_str), "by", "The day")?;
    match day {
        Some(day) if day <= today => Err(FieldProblem::new("by", "The day must be in the future")),
        Some(day) if today.checked_add_months(Months::new(12 * YEARS)).is_some_and(|last| day > last) => {
            Err(FieldProblem::new("by", format!("The day must be within {YEARS} years")))
        }
        day => Ok(day),
    }
}
