//! Goals that people set themselves, and everything that was done with each.

use crate::{StoreError, Tx, an_id, on, people, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::goal::{Kind, State};
use domain::{AccountId, GoalId, MemberId, OrganisationId, PersonId};
use uuid::Uuid;

/// What is read of a goal, as [`GoalRow`].
macro_rules! goal {
    () => {
        "SELECT g.id, g.kind, g.words, g.start_value, g.target_value, g.unit, g.by_on, g.why, g.first_step, g.state, g.proposed_organisation_id, \
         o.name AS organisation_name, m.name AS member_name, g.remind_account_id, g.next_due_at, g.created_at, g.version FROM goal g \
         LEFT JOIN organisation o ON o.id = g.proposed_organisation_id LEFT JOIN staff_member m ON m.id = g.proposed_member_id"
    };
}

/// What is read of what was done with a goal, as [`EventRow`].
macro_rules! event {
    () => {
        "SELECT e.goal_id, e.id, e.what, e.said, e.note, e.account_id, o.name AS organisation_name, m.name AS member_name, e.at \
         FROM goal_event e LEFT JOIN organisation o ON o.id = e.organisation_id LEFT JOIN staff_member m ON m.id = e.member_id"
    };
}

statements! {
    /// Nothing where its form set one before.
    ADD = "INSERT INTO goal (person_id, id, submission_id, kind, words, start_value, target_value, unit, by_on, why, first_step, state, \
           proposed_organisation_id, proposed_member_id, created_at, version) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1) ON CONFLICT DO NOTHING";
    BY_SUBMISSION = "SELECT id FROM goal WHERE person_id = $1 AND submission_id = $2";
    ONE = concat!(goal!(), " WHERE g.person_id = $1 AND g.id = $2");
    LISTED = concat!(goal!(), " WHERE g.person_id = $1 ORDER BY g.created_at DESC, g.id DESC LIMIT $2");
    CHANGE = "UPDATE goal SET words = $4, start_value = $5, target_value = $6, unit = $7, by_on = $8, why = $9, first_step = $10, \
              version = version + 1 WHERE person_id = $1 AND id = $2 AND version = $3";
    /// Nobody is reminded of what does not go on.
    SET_STATE = "UPDATE goal SET state = $4, remind_account_id = NULL, next_due_at = NULL, version = version + 1 \
                 WHERE person_id = $1 AND id = $2 AND version = $3";
    REMIND = "UPDATE goal SET remind_account_id = $4, next_due_at = $5, version = version + 1 \
              WHERE person_id = $1 AND id = $2 AND version = $3";
    TAKE_BACK = "DELETE FROM outbox WHERE sent_at IS NULL AND id IN (SELECT mail_id FROM goal WHERE person_id = $1 AND id = $2)";
    EVENT = "INSERT INTO goal_event (person_id, goal_id, id, submission_id, what, said, note, account_id, organisation_id, member_id, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    EVENTS = concat!(event!(), " WHERE e.person_id = $1 AND e.goal_id = $2 ORDER BY e.at DESC, e.id DESC LIMIT $3");
    /// Of all goals.
    ALL_EVENTS = concat!(event!(), " WHERE e.person_id = $1 ORDER BY e.at DESC, e.id DESC LIMIT $2");
    LAST_CHECK_IN = "SELECT goal_id, said, at FROM goal_event WHERE person_id = $1 AND goal_id = $2 AND what = 'check-in' \
                     ORDER BY at DESC, id DESC LIMIT 1";
    /// The last of each goal.
    LAST_CHECK_INS = "SELECT e.goal_id, e.said, e.at FROM goal_event e WHERE e.person_id = $1 AND e.what = 'check-in' \
                      AND NOT EXISTS (SELECT 1 FROM goal_event n WHERE n.person_id = e.person_id AND n.goal_id = e.goal_id \
                      AND n.what = 'check-in' AND (n.at, n.id) > (e.at, e.id))";
    DUE = concat!(goal!(), " WHERE g.person_id = $1 AND g.next_due_at <= $2 ORDER BY g.next_due_at, g.id");
    DUE_PEOPLE = "SELECT DISTINCT g.person_id FROM goal g JOIN person p ON p.id = g.person_id AND NOT p.deceased \
                  WHERE g.next_due_at <= $1 AND g.person_id > $2 ORDER BY g.person_id LIMIT $3";
    /// Only whoever moves it on from this instant has it to remind of.
    NEXT = "UPDATE goal SET next_due_at = $4 WHERE person_id = $1 AND id = $2 AND next_due_at = $3";
    MAILED = "UPDATE goal SET mail_id = $3 WHERE person_id = $1 AND id = $2";
}

/// What a goal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The words of one of their own; empty for others.
    pub words: String,
    /// Where they begin, in thousandths of the measure's own unit.
    pub start: Option<i64>,
    /// Where they want to be.
    pub target: Option<i64>,
    /// In which unit they write both, by its UCUM code; empty for the measure's own.
    pub unit: String,
    /// By when.
    pub by_on: Option<NaiveDate>,
    /// Why it matters to them.
    pub why: String,
    /// Their first step.
    pub first_step: String,
}

/// A goal that is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGoal {
    /// Whose.
    pub person: PersonId,
    /// Its id.
    pub id: GoalId,
    /// The form's one-time id.
    pub submission: Uuid,
    /// What it is about.
    pub kind: Kind,
    /// What it says.
    pub content: Content,
    /// Where it stands.
    pub state: State,
    /// Who in a care team proposes it.
    pub proposed_by: Option<(OrganisationId, MemberId)>,
}

/// A goal.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct GoalRow {
    /// Its id.
    pub id: Uuid,
    /// [`Kind`] by code.
    pub kind: String,
    /// The words of one of their own.
    pub words: String,
    /// Where they begin, in thousandths.
    pub start_value: Option<i64>,
    /// Where they want to be.
    pub target_value: Option<i64>,
    /// In which unit they write both.
    pub unit: String,
    /// By when.
    pub by_on: Option<NaiveDate>,
    /// Why it matters to them.
    pub why: String,
    /// Their first step.
    pub first_step: String,
    /// [`State`] by code.
    pub state: String,
    /// Whose proposal it was.
    pub proposed_organisation_id: Option<Uuid>,
    /// What that is called.
    pub organisation_name: Option<String>,
    /// Who there proposed it.
    pub member_name: Option<String>,
    /// Who is reminded once a week.
    pub remind_account_id: Option<Uuid>,
    /// The first reminder that was not looked at yet.
    pub next_due_at: Option<DateTime<Utc>>,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
}

impl GoalRow {
    /// Its id.
    #[must_use]
    pub const fn goal(&self) -> GoalId {
        GoalId::from_uuid(self.id)
    }

    /// What it is about.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn kind(&self) -> Result<Kind, StoreError> {
        Kind::from_code(&self.kind).ok_or_else(|| StoreError::corrupt("a goal is of an unknown kind"))
    }

    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn state(&self) -> Result<State, StoreError> {
        State::from_code(&self.state).ok_or_else(|| StoreError::corrupt("a goal is in an unknown state"))
    }
}

/// Something that was done with a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent<'a> {
    /// Its id.
    pub id: Uuid,
    /// The one-time id of a form that may come twice.
    pub submission: Option<Uuid>,
    /// What was done, in a word.
    pub what: &'a str,
    /// What the goal says from then on, or how the week went.
    pub said: &'a str,
    /// What was written to it.
    pub note: &'a str,
    /// The person, or who acts for them.
    pub account: Option<AccountId>,
    /// Somebody of a care team.
    pub member: Option<(OrganisationId, MemberId)>,
}

/// Something that was done with a goal.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EventRow {
    /// With which goal.
    pub goal_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// What was done, in a word.
    pub what: String,
    /// What the goal says from then on, or how the week went.
    pub said: String,
    /// What was written to it.
    pub note: String,
    /// The person, or who acts for them.
    pub account_id: Option<Uuid>,
    /// Whose member did it.
    pub organisation_name: Option<String>,
    /// Who of a care team did it.
    pub member_name: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// How a week went, and when that was said.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CheckInRow {
    /// Of which goal.
    pub goal_id: Uuid,
    /// How, by its word.
    pub said: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Adds a goal; `false` where its form added one before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(tx: &mut Tx, new: &NewGoal, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let content = &new.content;
    let done = run!(
        tx,
        ADD,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.submission,
        new.kind.code(),
        &content.words,
        content.start,
        content.target,
        &content.unit,
        content.by_on,
        &content.why,
        &content.first_step,
        new.state.code(),
        new.proposed_by.map(|(at, _)| at.as_uuid()),
        new.proposed_by.map(|(_, member)| member.as_uuid()),
        now,
    )?;
    Ok(done == 1)
}

/// The goal that this form set.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_submission(tx: &mut Tx, person: PersonId, submission: Uuid) -> Result<Option<GoalId>, StoreError> {
    Ok(an_id!(tx, BY_SUBMISSION, person.as_uuid(), submission)?.map(GoalId::from_uuid))
}

/// One goal.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, id: GoalId) -> Result<Option<GoalRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ONE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// A person's goals, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listed(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<GoalRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LISTED).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// Changes what a goal says; `false` where it has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change(tx: &mut Tx, (person, id, version): (PersonId, GoalId, i32), content: &Content) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        CHANGE,
        person.as_uuid(),
        id.as_uuid(),
        version,
        &content.words,
        content.start,
        content.target,
        &content.unit,
        content.by_on,
        &content.why,
        &content.first_step,
    )?;
    Ok(done == 1)
}

/// Changes where a goal stands, ends its reminders, and takes back what waits to be sent about it; `false` where it has changed since
/// this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_state(tx: &mut Tx, (person, id, version): (PersonId, GoalId, i32), state: State) -> Result<bool, StoreError> {
    let done = run!(tx, SET_STATE, person.as_uuid(), id.as_uuid(), version, state.code())?;
    take_back(tx, person, id).await?;
    Ok(done == 1)
}

/// Changes who is reminded of a goal, and takes back what waits to be sent about it; `false` where it has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remind(
    tx: &mut Tx,
    (person, id, version): (PersonId, GoalId, i32),
    next: Option<(AccountId, DateTime<Utc>)>,
) -> Result<bool, StoreError> {
    let (account, at) = (next.map(|(account, _)| account.as_uuid()), next.map(|(_, at)| at));
    let done = run!(tx, REMIND, person.as_uuid(), id.as_uuid(), version, account, at)?;
    take_back(tx, person, id).await?;
    Ok(done == 1)
}

/// Takes back what waits to be sent about a goal.
async fn take_back(tx: &mut Tx, person: PersonId, id: GoalId) -> Result<(), StoreError> {
    run!(tx, TAKE_BACK, person.as_uuid(), id.as_uuid())?;
    Ok(())
}

/// Writes down what was done with a goal; `false` where its form did so before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn note(
    tx: &mut Tx,
    (person, goal): (PersonId, GoalId),
    event: &NewEvent<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        EVENT,
        person.as_uuid(),
        goal.as_uuid(),
        event.id,
        event.submission,
        event.what,
        event.said,
        event.note,
        event.account.map(|id| id.as_uuid()),
        event.member.map(|(at, _)| at.as_uuid()),
        event.member.map(|(_, member)| member.as_uuid()),
        now,
    )?;
    Ok(done == 1)
}

/// What was done with a goal, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn events(tx: &mut Tx, person: PersonId, id: GoalId, most: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(EVENTS).bind(person.as_uuid()).bind(id.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// What was done with any of a person's goals, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn all_events(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ALL_EVENTS).bind(person.as_uuid()).bind(most).fetch_all(c).await)?)
}

/// How the last week of each of a person's goals went.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last_check_ins(tx: &mut Tx, person: PersonId) -> Result<Vec<CheckInRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LAST_CHECK_INS).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// How the last week went, as somebody said.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last_check_in(tx: &mut Tx, person: PersonId, id: GoalId) -> Result<Option<CheckInRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LAST_CHECK_IN).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// A person's goals of which somebody is to be reminded now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<Vec<GoalRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(DUE).bind(person.as_uuid()).bind(now).fetch_all(c).await)?)
}

/// Up to `limit` people after this one, by id, of whose goals somebody is to be reminded now; nobody who has died.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due_people(tx: &mut Tx, now: DateTime<Utc>, after: PersonId, limit: i64) -> Result<Vec<PersonId>, StoreError> {
    Ok(people!(tx, DUE_PEOPLE, now, after.as_uuid(), limit)?)
}

/// Moves a goal's reminders on from the one that is due then; `false` where somebody else did so meanwhile.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_next(
    tx: &mut Tx,
    (person, id): (PersonId, GoalId),
    due: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    Ok(run!(tx, NEXT, person.as_uuid(), id.as_uuid(), due, next)? == 1)
}

/// Notes which message reminds of a goal.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn mailed(tx: &mut Tx, (person, id): (PersonId, GoalId), mail: Uuid) -> Result<(), StoreError> {
    run!(tx, MAILED, person.as_uuid(), id.as_uuid(), mail)?;
    Ok(())
}
