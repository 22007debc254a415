//! Goals as they are shown: all of them, and one with its chart and its history.

use super::goals::{MOST, content_of, open_row, says};
use super::{SelfCare, open_kinds, opens};
use crate::eyes::{NotedBy, Who};
use crate::reader::Reader;
use crate::readings::{Chart, chart};
use crate::records;
use crate::{Core, PersonSummary, ServiceError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Subject};
use domain::goal::{About, Aim, Caution, CheckIn, Kind, Recorded, Runs, Standing, State, cautions, encouragement};
use domain::reading::{Amount, Measure, Span, Target};
use domain::when::{age_on, london_day};
use domain::{GoalId, PersonId};
use std::collections::HashMap;
use store::goal::{self, CheckInRow, EventRow, GoalRow};
use store::{Tx, person, reading};
use uuid::Uuid;

/// The most that is shown of what was done with a goal.
const MOST_EVENTS: i64 = 200;

/// A goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalSeen {
    /// Its id.
    pub id: GoalId,
    /// What it is about.
    pub kind: Kind,
    /// The words of one of their own.
    pub words: String,
    /// What it says in a sentence.
    pub says: String,
    /// Where they begin.
    pub start: Option<Amount>,
    /// Where they want to be.
    pub target: Option<Amount>,
    /// In which unit they write both, by its UCUM code.
    pub unit: String,
    /// By when.
    pub by_on: Option<NaiveDate>,
    /// Why it matters to them.
    pub why: String,
    /// Their first step.
    pub first_step: String,
    /// Where it stands.
    pub state: State,
    /// Who in a care team proposed it, and where they work.
    pub proposed_by: Option<(String, String)>,
    /// Where they are by their readings.
    pub now: Option<Amount>,
    /// Of how much of the time that is.
    pub recorded: Recorded,
    /// How far that is.
    pub standing: Standing,
    /// How the last week went as they said, and when.
    pub check_in: Option<(CheckIn, DateTime<Utc>)>,
    /// What to be careful with.
    pub cautions: Vec<Caution>,
    /// Who is reminded once a week.
    pub reminds: Option<NotedBy>,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
}

impl GoalSeen {
    /// One calm sentence about how it goes.
    #[must_use]
    pub fn encouragement(&self) -> &'static str {
        encouragement(self.kind, self.state, self.standing, self.check_in.map(|(last, _)| last))
    }

    /// Where they are by their readings, in words.
    #[must_use]
    pub fn now_in_words(&self) -> Option<String> {
        self.now.map(|now| self.kind.now_in_words(now, &self.unit, self.recorded))
    }
}

/// All of somebody's goals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalsSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The newest first.
    pub goals: Vec<GoalSeen>,
    /// Whether the reader may set goals.
    pub may_record: bool,
    /// What goals may be about that the reader sets or suggests.
    pub kinds: Vec<Kind>,
    /// The person's name.
    pub person_name: String,
    /// Until when the record is open in an emergency.
    pub emergency_until: Option<DateTime<Utc>>,
}

/// What somebody of a care team wrote to a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentSeen {
    /// What.
    pub words: String,
    /// Who.
    pub by: String,
    /// Where they work.
    pub organisation: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something that was done with a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalEvent {
    /// What, in a word.
    pub what: String,
    /// What the goal said from then on, or how the week went.
    pub said: String,
    /// What was written to it.
    pub note: String,
    /// The person, or who acts for them; absent for somebody of a care team.
    pub by: Option<NotedBy>,
    /// Who of a care team, and where they work.
    pub member: Option<(String, String)>,
    /// When.
    pub at: DateTime<Utc>,
}

/// One goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalPage {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The goal.
    pub goal: GoalSeen,
    /// The chart of the last four weeks, and where its readings are wanted.
    pub chart: Option<(Measure, Chart, Option<Target>)>,
    /// What care teams wrote, the newest first.
    pub comments: Vec<CommentSeen>,
    /// Everything that was done with it, the newest first.
    pub history: Vec<GoalEvent>,
    /// Whether the reader may change it.
    pub may_record: bool,
}

impl SelfCare {
    /// The person's goals, as far as they are open to the reader. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn goals(&self, actor: &Actor, person: PersonId) -> Result<GoalsSeen, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person).await?;
        let who = Who::of(&self.core, &mut tx, actor, subject).await?;
        let goals = all(&self.core, &mut tx, &reader, &who).await?;
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        self.looked(actor, subject, "goals").await?;
        let kinds = open_kinds(&reader);
        Ok(GoalsSeen { whose, goals, may_record, kinds, person_name: who.name, emergency_until: who.emergency_until })
    }

    /// One goal, with its chart and its history. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, and to whoever may not see it.
    pub async fn goal(&self, actor: &Actor, person: PersonId, id: GoalId) -> Result<GoalPage, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person).await?;
        let page = self.page_of(&mut tx, actor, (subject, &reader, may_record), id).await;
        drop(tx);
        match page {
            Err(error) => Err(self.refused(actor, person, error).await),
            Ok(page) => {
                self.looked(actor, subject, "goal").await?;
                Ok(page)
            }
        }
    }

    async fn page_of(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (subject, reader, may_record): (Subject, &Reader, bool),
        id: GoalId,
    ) -> Result<GoalPage, ServiceError> {
        let row = open_row(tx, reader, id).await?;
        let who = Who::of(&self.core, tx, actor, subject).await?;
        let mut known = Known::load(&self.core, tx, subject.person).await?;
        let goal = known.seen(&self.core, tx, Some(&who), row).await?;
        let chart = match goal.kind.measure() {
            Some(measure) => {
                let today = london_day(self.core.now());
                let band = Aim { kind: goal.kind, start: goal.start, target: goal.target }.band();
                Some((measure, chart(tx, (subject.person, band), measure, (Span::Month, today)).await?, band))
            }
            None => None,
        };
        let rows = goal::events(tx, subject.person, id, MOST_EVENTS).await?;
        let comments = rows.iter().filter(|row| row.what == "comment").map(comment).collect();
        let history = rows.into_iter().map(|row| event(&who, row)).collect();
        Ok(GoalPage { whose: records::summary(tx, reader).await?, goal, chart, comments, history, may_record })
    }
}

fn comment(row: &EventRow) -> CommentSeen {
    CommentSeen {
        words: row.note.clone(),
        by: row.member_name.clone().unwrap_or_default(),
        organisation: row.organisation_name.clone().unwrap_or_default(),
        at: row.at,
    }
}

fn event(who: &Who, row: EventRow) -> GoalEvent {
    GoalEvent {
        by: row.account_id.map(|id| who.eyes.by(id)),
        member: row.member_name.zip(row.organisation_name),
        what: row.what,
        said: row.said,
        note: row.note,
        at: row.at,
    }
}

/// Every goal that is open to the reader.
pub(super) async fn all(core: &Core, tx: &mut Tx, reader: &Reader, who: &Who) -> Result<Vec<GoalSeen>, ServiceError> {
    let mut known = Known::load(core, tx, reader.person).await?;
    let mut goals = Vec::new();
    for row in goal::listed(tx, reader.person, MOST).await? {
        if opens(reader, row.kind()?.sensitivity()) {
            goals.push(known.seen(core, tx, Some(who), row).await?);
        }
    }
    Ok(goals)
}

/// The newest goal that goes on and is open to the reader; where none does, the newest that a care team proposes.
pub(crate) async fn in_hand(core: &Core, tx: &mut Tx, reader: &Reader) -> Result<Option<GoalSeen>, ServiceError> {
    let (mut active, mut proposed) = (None, None);
    for row in goal::listed(tx, reader.person, MOST).await? {
        if opens(reader, row.kind()?.sensitivity()) {
            match row.state()? {
                State::Active => active = active.or(Some(row)),
                State::Proposed => proposed = proposed.or(Some(row)),
                State::Paused | State::Reached | State::LetGo | State::Declined => {}
            }
        }
    }
    match active.or(proposed) {
        None => Ok(None),
        Some(row) => Ok(Some(Known::load(core, tx, reader.person).await?.seen(core, tx, None, row).await?)),
    }
}

/// What is read once for all goals of a person.
struct Known {
    person: PersonId,
    about: About,
    check_ins: HashMap<Uuid, CheckInRow>,
    /// Where they are, by kind: goals of one kind share a chart.
    now: Vec<(Kind, (Option<Amount>, Recorded))>,
}

impl Known {
    async fn load(core: &Core, tx: &mut Tx, person: PersonId) -> Result<Self, ServiceError> {
        let rows = goal::last_check_ins(tx, person).await?;
        let check_ins = rows.into_iter().map(|row| (row.goal_id, row)).collect();
        Ok(Self { person, about: about(core, tx, person).await?, check_ins, now: Vec::new() })
    }

    async fn now_of(&mut self, core: &Core, tx: &mut Tx, kind: Kind) -> Result<(Option<Amount>, Recorded), ServiceError> {
        if let Some((_, now)) = self.now.iter().find(|(of, _)| *of == kind) {
            return Ok(*now);
        }
        let now = now_of(core, tx, self.person, kind).await?;
        self.now.push((kind, now));
        Ok(now)
    }

    /// A goal as `who` sees it; without them, nobody is said to be reminded.
    async fn seen(&mut self, core: &Core, tx: &mut Tx, who: Option<&Who>, row: GoalRow) -> Result<GoalSeen, ServiceError> {
        let (kind, state, says) = (row.kind()?, row.state()?, says(row.kind()?, &content_of(&row)));
        let aim = Aim {
            kind,
            start: row.start_value.map(Amount::from_thousandths),
            target: row.target_value.map(Amount::from_thousandths),
        };
        // What does not go on is not looked after.
        let (now, recorded) =
            if state == State::Active { self.now_of(core, tx, kind).await? } else { (None, Recorded::default()) };
        let check_in = self.check_ins.remove(&row.id);
        let runs = Runs { from: london_day(row.created_at), by: row.by_on };
        let over = matches!(state, State::Reached | State::LetGo | State::Declined);
        Ok(GoalSeen {
            id: row.goal(),
            kind,
            says,
            start: aim.start,
            target: aim.target,
            state,
            now,
            recorded,
            standing: aim.standing_by(now, recorded),
            check_in: check_in.and_then(|row| Some((CheckIn::from_code(&row.said)?, row.at))),
            cautions: if over { Vec::new() } else { cautions(&aim, runs, self.about) },
            reminds: row.remind_account_id.zip(who).map(|(id, who)| who.eyes.by(id)),
            proposed_by: row.member_name.zip(row.organisation_name),
            words: row.words,
            unit: row.unit,
            by_on: row.by_on,
            why: row.why,
            first_step: row.first_step,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// Where somebody is by their readings, as charts show them, and of how much of the time that is.
pub(super) async fn now_of(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    kind: Kind,
) -> Result<(Option<Amount>, Recorded), ServiceError> {
    let Some(measure) = kind.measure() else { return Ok((None, Recorded::default())) };
    let chart = chart(tx, (person, None), measure, (kind.looks_back(), london_day(core.now()))).await?;
    let last = chart.first.last().and_then(|point| DateTime::from_timestamp(point.at, 0)).map(london_day);
    // A row of its table is a day.
    let recorded = Recorded { days: chart.rows.len(), last };
    Ok((kind.now(&chart.first, chart.average.map(|average| average.first)), recorded))
}

/// How old the person is, in years.
pub(super) async fn age(core: &Core, tx: &mut Tx, who: PersonId) -> Result<Option<u32>, ServiceError> {
    let row = person::by_id(tx, who).await?.ok_or(ServiceError::NotFound)?;
    Ok(row.demographics()?.birth_date.and_then(|born| age_on(born, london_day(core.now()))))
}

/// What of the person is needed to be careful.
async fn about(core: &Core, tx: &mut Tx, who: PersonId) -> Result<About, ServiceError> {
    let age = age(core, tx, who).await?;
    let mut height = None;
    for row in reading::newest(tx, who).await? {
        if row.measure()? == Measure::Height {
            height = Some(Amount::from_thousandths(row.first_value));
        }
    }
    Ok(About { age, height })
}
