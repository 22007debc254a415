//! What waits for somebody on their first page, one thing of each kind: what a care team's rule asks for, a sitting that is due,
//! questions to answer, what a care team did about a reading, and a goal.

use super::at_once;
use super::rules::shows;
use super::weeks::{diary_of, plan};
use super::{HoldsNow, PAGE, Readings, any_holds, opens};
use crate::activity::{self, Event};
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, GoalSeen, ServiceError, appointments, questionnaires, self_care};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ask};
use domain::audit::Action;
use domain::reading::week::{Protocol, SignsHeld, Sitting, State};
use domain::reading::{Advice, AlertAct, AlertState, Colour, Measure, Urgency};
use domain::{PersonId, ReadingId, WeekId};
use store::questionnaire;
use store::reading::{self, ReadingRow};
use store::reading_rule::{self, ActRow, AlertRow};
use store::week;
use store::{StoreError, Tx};

/// How many weeks are looked at: of each protocol one runs at most.
const MOST_WEEKS: i64 = 20;
/// The most requests of a person that are read.
const MOST_ASKED: i64 = 50;
/// For how long what was begun and left waits.
const BEGUN_SINCE: TimeDelta = TimeDelta::days(14);
/// For how long after a reading was taken it is said what is to be done about it now.
const NOW_FOR: TimeDelta = TimeDelta::days(1);
/// For how long it is news what a care team did.
const NEWS_FOR: TimeDelta = TimeDelta::days(7);

/// A sitting that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SittingDue {
    /// Of which week.
    pub week: WeekId,
    /// What is measured.
    pub protocol: Protocol,
    /// Which part of the day.
    pub sitting: &'static Sitting,
    /// A part of it is there.
    pub begun: bool,
}

/// Questions that wait to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionsDue {
    /// The word of the questionnaire.
    pub questionnaire: String,
    /// What it is called.
    pub title: String,
    /// Which organisation asked; absent where it was begun unasked.
    pub asked_by: Option<String>,
    /// It was begun and is not finished.
    pub begun: bool,
}

/// Something red that came up, by a reading or for want of one, about which no care team has done anything yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedOpen {
    /// Which organisation is told.
    pub organisation: String,
    /// Of what.
    pub measure: Measure,
    /// What raised it.
    pub found: String,
    /// What the person is to do.
    pub words: String,
    /// The newest reading that raised it, as long as it is there.
    pub reading: Option<ReadingId>,
    /// What public guidance asks for about that reading, where that is to be done now, within a day of the reading.
    pub advice: Option<&'static Advice>,
    /// The signs by which that holds, where they were told of with a reading before that one.
    pub held: Option<SignsHeld>,
    /// When that reading was taken; where there is none, when it came up.
    pub at: DateTime<Utc>,
}

/// What a care team did about a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingNews {
    /// Which organisation.
    pub organisation: String,
    /// Of what.
    pub measure: Measure,
    /// The reading, as long as it is there.
    pub reading: Option<ReadingId>,
    /// What it did.
    pub act: AlertAct,
    /// What it told.
    pub words: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What waits for somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// The gravest that holds now, whatever is measured next.
    pub holds: Option<HoldsNow>,
    /// The newest red thing that is open.
    pub red: Option<RedOpen>,
    /// A sitting, where the reader may record it.
    pub sitting: Option<SittingDue>,
    /// A questionnaire, where the reader may fill it in.
    pub questions: Option<QuestionsDue>,
    /// The newest that a care team did.
    pub news: Option<ReadingNews>,
    /// The goal in hand.
    pub goal: Option<GoalSeen>,
}

impl Readings {
    /// What waits for the reader about the person. The look is audited where there is anything.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn waits(&self, actor: &Actor, person: PersonId) -> Result<Waits, ServiceError> {
        let (mut tx, subject, reader, may_record) = self.look(actor, person, Ask::RecordReadings).await?;
        let since = self.core.now() - NEWS_FOR;
        let alerts = reading_rule::alerts(&mut tx, person, since).await?;
        let red = red(&self.core, &mut tx, &reader, &alerts).await?;
        let news = news(&mut tx, &reader, (&alerts, since)).await?;
        let goal = self_care::in_hand(&self.core, &mut tx, &reader).await?;
        let newest = reading::newest(&mut tx, person).await?;
        let holds = any_holds(&mut tx, actor, (&reader, &newest), self.core.now()).await?;
        let mut waits = Waits { holds, red, news, goal, ..Waits::default() };
        if may_record {
            waits.sitting = sitting(&self.core, &mut tx, &reader).await?;
            waits.questions = questions(&self.core, &mut tx, &reader).await?;
        }
        drop(tx);
        if waits != Waits::default() {
            let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
            activity::disclose(&self.core, event).await?;
        }
        Ok(waits)
    }
}

async fn sitting(core: &Core, tx: &mut Tx, reader: &Reader) -> Result<Option<SittingDue>, ServiceError> {
    let now = core.now();
    for row in week::listed(tx, reader.person, MOST_WEEKS).await? {
        let plan = plan(&row)?;
        let runs = row.ended_at.is_none() && row.paused_at.is_none() && plan.day_number(now).is_some();
        // Nobody has to fall.
        if !runs || !plan.protocol.asks_daily() || !opens(reader, plan.protocol.measure()) {
            continue;
        }
        let diary = diary_of(tx, reader.person, &row, now).await?;
        if let Some(part) = diary.now().filter(|part| matches!(part.state, State::Due | State::Late | State::Half)) {
            let begun = part.state == State::Half;
            return Ok(Some(SittingDue { week: row.week(), protocol: plan.protocol, sitting: part.sitting, begun }));
        }
    }
    Ok(None)
}

async fn questions(core: &Core, tx: &mut Tx, reader: &Reader) -> Result<Option<QuestionsDue>, ServiceError> {
    let files = core.questionnaires();
    // It can be filled in, and is open by its file and by its row.
    let open = |word: &str, sensitivity| {
        let file = files.find(word)?;
        (questionnaires::opens(reader, sensitivity) && questionnaires::is_for(reader, file)).then(|| file.title.clone())
    };
    let (mut begun, own) = (Vec::new(), appointments::own_account(tx, reader.person).await?);
    for row in questionnaire::unfinished(tx, reader.person, core.now() - BEGUN_SINCE).await? {
        if questionnaires::shows(reader, (&row, files.find(&row.questionnaire)), own)? {
            begun.push(row);
        }
    }
    for row in questionnaire::asked(tx, reader.person, MOST_ASKED).await?.iter().filter(|row| row.is_open()) {
        if let Some(title) = open(&row.questionnaire, row.sensitivity()?) {
            let begun = begun.iter().any(|one| one.questionnaire == row.questionnaire);
            let asked_by = Some(row.organisation_name.clone());
            return Ok(Some(QuestionsDue { questionnaire: row.questionnaire.clone(), title, asked_by, begun }));
        }
    }
    for row in begun {
        if let Some(title) = open(&row.questionnaire, row.sensitivity()?) {
            return Ok(Some(QuestionsDue { questionnaire: row.questionnaire, title, asked_by: None, begun: true }));
        }
    }
    Ok(None)
}

/// The reading that raised something, where it is still there.
async fn raised_by(tx: &mut Tx, person: PersonId, alert: &AlertRow) -> Result<Option<ReadingRow>, ServiceError> {
    match alert.reading_id.map(ReadingId::from_uuid) {
        Some(id) => Ok(reading::one(tx, person, id).await?),
        None => Ok(None),
    }
}

/// Whether it was a silence that has ended: then it asks the person for nothing any more.
async fn is_over(core: &Core, tx: &mut Tx, person: PersonId, alert: &AlertRow) -> Result<bool, ServiceError> {
    if alert.reading_id.is_some() {
        return Ok(false);
    }
    let last = reading_rule::last_taken(tx, person, alert.measure()?, core.now() + TimeDelta::days(1)).await?;
    Ok(last.is_some_and(|last| last.at > alert.raised_at))
}

/// The newest that is red, about which its care team has done no more than see it.
async fn red(core: &Core, tx: &mut Tx, reader: &Reader, alerts: &[AlertRow]) -> Result<Option<RedOpen>, ServiceError> {
    for alert in alerts {
        let waits = alert.colour()? == Colour::Red && matches!(alert.state()?, AlertState::New | AlertState::Seen);
        if waits && shows(reader, alert)? && !is_over(core, tx, reader.person, alert).await? {
            let reading = raised_by(tx, reader.person, alert).await?;
            // What was taken out again asks for nothing.
            if alert.reading_id.is_some() && reading.is_none() {
                continue;
            }
            let said = match &reading {
                Some(row) if core.now() - row.taken_at < NOW_FOR => at_once::of_reading(tx, reader.person, row).await?,
                _ => at_once::Said::default(),
            };
            let taken_at = reading.as_ref().map(|row| row.taken_at);
            let advice = said.advice.filter(|advice| advice.urgency >= Urgency::Now);
            return Ok(Some(RedOpen {
                organisation: alert.organisation.clone(),
                measure: alert.measure()?,
                found: alert.found.clone(),
                words: alert.words.clone(),
                reading: reading.map(|row| ReadingId::from_uuid(row.id)),
                advice,
                held: said.held.filter(|_| advice.is_some()),
                at: taken_at.unwrap_or(alert.raised_at),
            }));
        }
    }
    Ok(None)
}

async fn news(
    tx: &mut Tx,
    reader: &Reader,
    (rows, since): (&[AlertRow], DateTime<Utc>),
) -> Result<Option<ReadingNews>, ServiceError> {
    let person = reader.person;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut acts: Vec<ActRow> = reading_rule::acts(tx, person, since, None).await?;
    acts.retain(|act| act.at >= since);
    acts.sort_by_key(|act| std::cmp::Reverse(act.at));
    for done in acts {
        let Some(alert) = rows.iter().find(|row| row.id == done.alert_id) else { continue };
        if !shows(reader, alert)? {
            continue;
        }
        let reading = raised_by(tx, person, alert).await?.map(|row| ReadingId::from_uuid(row.id));
        let act =
            AlertAct::from_code(&done.act).ok_or_else(|| StoreError::corrupt("something unknown was done with an alert"))?;
        return Ok(Some(ReadingNews {
            organisation: alert.organisation.clone(),
            measure: alert.measure()?,
            reading,
            act,
            words: done.words,
            at: done.at,
        }));
    }
    Ok(None)
}
