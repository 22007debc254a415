//! Questionnaires as they are shown: all of them, one with its scores over time, and one response.

use super::fill::is_old;
use super::{PAGE, Questionnaires, age_at, is_for, opens, shows, watching};
use crate::activity::{self, Event};
use crate::eyes::{NotedBy, Who};
use crate::reader::Reader;
use crate::readings::Owner;
use crate::records::{self, purpose};
use crate::{PersonSummary, ServiceError, access};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::questionnaire::{Answers, Band, Questionnaire};
use domain::reading::next_working_day;
use domain::when::london_day;
use domain::{PersonId, QuestionnaireRequestId, QuestionnaireResponseId};
use fhir::questionnaire_response::{self, Line};
use serde_json::Value;
use std::sync::Arc;
use store::questionnaire::{self, RequestRow, ResponseRow};
use store::{StoreError, Tx};

/// The most responses of a person that are read.
pub(super) const MOST: i64 = 500;
/// The most earlier versions that are shown.
const MOST_VERSIONS: i64 = 20;

/// A response in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseLine {
    /// Its id.
    pub id: QuestionnaireResponseId,
    /// When it was whole for the first time.
    pub at: DateTime<Utc>,
    /// Its score.
    pub score: Option<u16>,
    /// The highest that there could be.
    pub highest: Option<u16>,
    /// What the score means, in a few words.
    pub band: String,
    /// Whether it was changed since.
    pub amended: bool,
    /// Whether an answer may tell of danger to life.
    pub crisis: bool,
    /// Whether a practice was told of that; also where the answers were changed since.
    pub told: bool,
    /// When it became what it is.
    pub changed_at: DateTime<Utc>,
}

impl ResponseLine {
    /// Whether an answer may tell of danger to life, or did when a practice was told.
    #[must_use]
    pub const fn tells_of_danger(&self) -> bool {
        self.crisis || self.told
    }
}

/// Somebody was asked to fill one in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestSeen {
    /// Its id.
    pub id: QuestionnaireRequestId,
    /// The word of the questionnaire.
    pub questionnaire: String,
    /// What it is called.
    pub title: String,
    /// Who asked.
    pub by: String,
    /// Where they work.
    pub organisation: String,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// A response that is not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BegunSeen {
    /// Its id.
    pub id: QuestionnaireResponseId,
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// Whether that was so long ago that it may be begun anew.
    pub old: bool,
}

/// One questionnaire, as it stands with a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionnaireSeen {
    /// Its word.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its file; absent where there is none any more.
    pub file: Option<Arc<Questionnaire>>,
    /// The whole responses, the newest first.
    pub responses: Vec<ResponseLine>,
    /// The response that is not finished.
    pub begun: Option<BegunSeen>,
    /// Who asked for it, and waits.
    pub asked: Option<RequestSeen>,
    /// Whether it may be begun by somebody of the person's age: it is for them, or a care team asks for it.
    pub offered: bool,
}

/// All of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionnairesSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The person's name.
    pub person_name: String,
    /// Until when the record is open in an emergency.
    pub emergency_until: Option<DateTime<Utc>>,
    /// Each that is open to the reader.
    pub all: Vec<QuestionnaireSeen>,
    /// What was asked for: of a care team that looks, all that it asked for itself.
    pub asked: Vec<RequestSeen>,
    /// The practice that is told of danger to life, where one is.
    pub watching: Option<String>,
    /// Whether the reader may fill in.
    pub may_fill: bool,
}

/// A response as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseVersion {
    /// Its questions and answers.
    pub lines: Vec<Line>,
    /// Its score.
    pub score: Option<u16>,
    /// Who made it so.
    pub by: NotedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// One response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseSeen {
    /// Its id.
    pub id: QuestionnaireResponseId,
    /// The word of its questionnaire.
    pub questionnaire: String,
    /// What it is called.
    pub title: String,
    /// Its file; absent where there is none any more.
    pub file: Option<Arc<Questionnaire>>,
    /// The answers that are kept, as far as they fit the file.
    pub answers: Answers,
    /// Questions and answers in the words in which they stood.
    pub lines: Vec<Line>,
    /// Whether it is whole.
    pub whole: bool,
    /// Its score.
    pub score: Option<u16>,
    /// The highest that there could be.
    pub highest: Option<u16>,
    /// What the score means, in a few words.
    pub band: String,
    /// Whether an answer may tell of danger to life.
    pub crisis: bool,
    /// The practice that was told of that, and when the last time; also where the answers were changed since.
    pub told: Option<(String, DateTime<Utc>)>,
    /// Whether it was told of all that the answers say of danger now.
    pub told_of_all: bool,
    /// The working day before which it may be that nobody there looks, as nobody knows when they are open; absent once that day is there.
    pub looked_from: Option<NaiveDate>,
    /// The practice that would be told.
    pub watching: Option<String>,
    /// Who began it.
    pub by: NotedBy,
    /// When.
    pub begun_at: DateTime<Utc>,
    /// Who made it what it is.
    pub changed_by: NotedBy,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// When it was whole for the first time.
    pub completed_at: Option<DateTime<Utc>>,
    /// What it was before, once it had been whole.
    pub versions: Vec<ResponseVersion>,
    /// How old the person was when it was whole, in years, or is now; absent where that is not known.
    pub age: Option<u32>,
    /// Whether the reader may fill it in, and change it.
    pub may_fill: bool,
    /// The person's name.
    pub person_name: String,
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// Until when the record is open in an emergency.
    pub emergency_until: Option<DateTime<Utc>>,
}

impl ResponseSeen {
    /// Whether an answer may tell of danger to life, or did when a practice was told.
    #[must_use]
    pub const fn tells_of_danger(&self) -> bool {
        self.crisis || self.told.is_some()
    }

    /// What the score means and what to do, as long as the file is the one by which it was scored.
    #[must_use]
    pub fn advice(&self) -> Option<&Band> {
        let band = self.file.as_ref()?.band_at(self.score?, self.age)?;
        (band.title == self.band).then_some(band)
    }

    /// About whom those words are, where they may be about the person and may not.
    #[must_use]
    pub fn about_whom(&self) -> Option<&str> {
        self.advice().and_then(|_| self.file.as_ref()?.about_whom(self.age))
    }
}

impl Questionnaires {
    /// Every questionnaire that is open to the reader, with what was filled in. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn overview(&self, actor: &Actor, person: PersonId) -> Result<QuestionnairesSeen, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let seen = self.all(&mut tx, actor, (subject, &reader)).await?;
        drop(tx);
        self.looked(actor, subject).await?;
        Ok(seen)
    }

    /// The same of one questionnaire. The look is audited.
    ///
    /// # Errors
    /// As [`Questionnaires::overview`]; [`ServiceError::NotFound`] too for one that is not there, or not open.
    pub async fn one(
        &self,
        actor: &Actor,
        person: PersonId,
        questionnaire: &str,
    ) -> Result<(QuestionnaireSeen, QuestionnairesSeen), ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let mut seen = self.all(&mut tx, actor, (subject, &reader)).await?;
        let Some(at) = seen.all.iter().position(|one| one.id == questionnaire) else {
            drop(tx);
            return Err(self.refused(actor, person, ServiceError::NotFound).await);
        };
        let one = seen.all.swap_remove(at);
        if let Some(file) = one.file.as_ref().filter(|file| file.asks_of_crisis()) {
            seen.watching = watching(&self.core, &mut tx, person, file.sensitivity).await?.map(|(_, name)| name);
        }
        drop(tx);
        self.looked(actor, subject).await?;
        Ok((one, seen))
    }

    async fn all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (subject, reader): (Subject, &Reader),
    ) -> Result<QuestionnairesSeen, ServiceError> {
        let who = Who::of(&self.core, tx, actor, subject).await?;
        let files = self.core.questionnaires().all().iter().filter(|file| is_for(reader, file));
        let mut all: Vec<QuestionnaireSeen> = files.map(of_file).collect();
        for row in questionnaire::newest(tx, subject.person, MOST).await? {
            if row.is_set_aside() || !self.is_open(reader, &who, &row)? {
                continue;
            }
            let at = all.iter().position(|one| one.id == row.questionnaire).unwrap_or_else(|| {
                all.push(QuestionnaireSeen {
                    id: row.questionnaire.clone(),
                    title: row.title.clone(),
                    file: None,
                    responses: Vec::new(),
                    begun: None,
                    asked: None,
                    offered: false,
                });
                all.len() - 1
            });
            let one = all.get_mut(at).ok_or_else(|| ServiceError::internal("a place in a list"))?;
            match row.completed_at.filter(|_| row.is_whole()) {
                Some(completed_at) => one.responses.push(ResponseLine {
                    id: row.response(),
                    at: completed_at,
                    score: number(row.score),
                    highest: number(row.highest),
                    band: row.band.clone(),
                    amended: row.status == AMENDED,
                    crisis: row.crisis,
                    told: row.alerted_at.is_some(),
                    changed_at: row.changed_at,
                }),
                None if one.begun.is_none() => {
                    let old = is_old(row.created_at, self.core.now());
                    one.begun = Some(BegunSeen { id: row.response(), at: row.created_at, old });
                }
                None => {}
            }
        }
        let mut asked = Vec::new();
        for row in questionnaire::asked(tx, subject.person, MOST).await? {
            let mine = who.at.is_none_or(|at| at.as_uuid() == row.organisation_id);
            if !mine || !opens(reader, row.sensitivity()?) {
                continue;
            }
            let one = all.iter_mut().find(|one| one.id == row.questionnaire);
            let (open, seen) = (row.is_open(), request(row));
            if let Some(one) = one.filter(|one| open && one.asked.is_none()) {
                one.asked = Some(seen.clone());
            }
            asked.push(seen);
        }
        let age = age_at(tx, subject.person, self.core.now()).await?;
        for one in &mut all {
            one.responses.sort_by_key(|line| std::cmp::Reverse((line.at, line.id)));
            one.offered = one.asked.is_some() || one.file.as_ref().is_some_and(|file| file.is_offered_at(age));
        }
        // A care team may ask for any; what was filled in stays to be read.
        all.retain(|one| who.at.is_some() || one.offered || one.begun.is_some() || !one.responses.is_empty());
        Ok(QuestionnairesSeen {
            whose: records::summary(tx, reader).await?,
            person_name: who.name,
            emergency_until: who.emergency_until,
            all,
            asked,
            watching: None,
            may_fill: self.fills(tx, actor, subject.person).await?,
        })
    }

    /// One response, with what it was before. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, or of another questionnaire; to whoever may not see it; and to a care
    /// team as long as it is not whole, unless the team was told of it.
    pub async fn response(
        &self,
        actor: &Actor,
        person: PersonId,
        (questionnaire, id): (Option<&str>, QuestionnaireResponseId),
    ) -> Result<ResponseSeen, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let seen = self.open_response(&mut tx, actor, (subject, &reader), (questionnaire, id)).await;
        drop(tx);
        match seen {
            Err(error) => Err(self.refused(actor, person, error).await),
            Ok(seen) => {
                self.looked(actor, subject).await?;
                Ok(seen)
            }
        }
    }

    /// Every response that is open to the reader as a FHIR R4 `QuestionnaireResponse`, the newest first. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn responses(&self, actor: &Actor, person: PersonId) -> Result<Vec<Value>, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let (who, owner) = (Who::of(&self.core, &mut tx, actor, subject).await?, Owner::load(&mut tx, person).await?);
        let mut all = Vec::new();
        for row in questionnaire::newest(&mut tx, person, MOST).await? {
            if self.is_open(&reader, &who, &row)? {
                all.push(owner.response(&row)?);
            }
        }
        drop(tx);
        self.looked(actor, subject).await?;
        Ok(all)
    }

    /// One of them. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, and to whoever may not see it.
    pub async fn response_told(
        &self,
        actor: &Actor,
        person: PersonId,
        id: QuestionnaireResponseId,
    ) -> Result<Value, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let (who, owner) = (Who::of(&self.core, &mut tx, actor, subject).await?, Owner::load(&mut tx, person).await?);
        let row = questionnaire::one(&mut tx, person, id).await?;
        drop(tx);
        let open = match &row {
            Some(row) => self.is_open(&reader, &who, row)?,
            None => false,
        };
        let Some(row) = row.filter(|_| open) else {
            return Err(self.refused(actor, person, ServiceError::NotFound).await);
        };
        let told = owner.response(&row)?;
        self.looked(actor, subject).await?;
        Ok(told)
    }

    /// Whether a response is shown: open by its row and by its file, and at work whole, or told.
    fn is_open(&self, reader: &Reader, who: &Who, row: &ResponseRow) -> Result<bool, StoreError> {
        let file = self.core.questionnaires().find(&row.questionnaire);
        Ok(who.sees(row) && shows(reader, (row, file), who.eyes.own)?)
    }

    async fn open_response(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (subject, reader): (Subject, &Reader),
        (questionnaire, id): (Option<&str>, QuestionnaireResponseId),
    ) -> Result<ResponseSeen, ServiceError> {
        let who = Who::of(&self.core, tx, actor, subject).await?;
        let row = questionnaire::one(tx, subject.person, id).await?.ok_or(ServiceError::NotFound)?;
        let file = self.core.questionnaires().find(&row.questionnaire).cloned();
        if !self.is_open(reader, &who, &row)? || questionnaire.is_some_and(|word| word != row.questionnaire) {
            return Err(ServiceError::NotFound);
        }
        let items = items(&row.items)?;
        let mut versions = Vec::new();
        for old in questionnaire::versions(tx, subject.person, id, MOST_VERSIONS).await? {
            versions.push(ResponseVersion {
                lines: questionnaire_response::lines(&self::items(&old.items)?),
                score: number(old.score),
                by: who.eyes.by(old.changed_by),
                at: old.changed_at,
            });
        }
        let age = age_at(tx, subject.person, row.completed_at.unwrap_or_else(|| self.core.now())).await?;
        let watched = match &file {
            Some(file) if file.asks_of_crisis() => watching(&self.core, tx, subject.person, file.sensitivity).await?,
            _ => None,
        };
        let answers = file.as_ref().map(|file| questionnaire_response::answers(file, &items)).unwrap_or_default();
        let weighs = file.as_ref().map_or_else(|| u16::from(row.crisis), |file| file.course(&answers).crisis());
        Ok(ResponseSeen {
            id,
            title: file.as_ref().map_or_else(|| row.title.clone(), |file| file.title.clone()),
            told_of_all: weighs <= row.told_weight(),
            answers,
            lines: questionnaire_response::lines(&items),
            file,
            whole: row.is_whole(),
            score: number(row.score),
            highest: number(row.highest),
            crisis: row.crisis,
            told: row.alerted_name.clone().zip(row.alerted_at),
            looked_from: row.alerted_at.and_then(next_working_day).filter(|day| *day > london_day(self.core.now())),
            watching: watched.map(|(_, name)| name),
            by: who.eyes.by(row.created_by),
            begun_at: row.created_at,
            changed_by: who.eyes.by(row.changed_by),
            changed_at: row.changed_at,
            completed_at: row.completed_at,
            versions,
            age,
            may_fill: !row.is_set_aside() && self.fills(tx, actor, subject.person).await?,
            person_name: who.name.clone(),
            whose: records::summary(tx, reader).await?,
            emergency_until: who.emergency_until,
            questionnaire: row.questionnaire,
            band: row.band,
        })
    }

    async fn fills(&self, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<bool, ServiceError> {
        access::allows(&self.core, tx, actor, person, Ask::RecordReadings).await
    }

    async fn looked(&self, actor: &Actor, subject: Subject) -> Result<(), ServiceError> {
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        activity::disclose(&self.core, event).await
    }
}

/// The status of a response that was changed after it was whole.
pub(super) const AMENDED: &str = "amended";

impl Who {
    /// Whether a response is shown: at work only one that is whole, or of which that team was told.
    fn sees(&self, row: &ResponseRow) -> bool {
        self.at.is_none_or(|at| row.is_whole() || row.alerted_organisation_id == Some(at.as_uuid()))
    }
}

fn of_file(file: &Arc<Questionnaire>) -> QuestionnaireSeen {
    QuestionnaireSeen {
        id: file.id.clone(),
        title: file.title.clone(),
        file: Some(Arc::clone(file)),
        responses: Vec::new(),
        begun: None,
        asked: None,
        offered: false,
    }
}

fn request(row: RequestRow) -> RequestSeen {
    RequestSeen {
        id: QuestionnaireRequestId::from_uuid(row.id),
        questionnaire: row.questionnaire,
        title: row.title,
        by: row.member_name,
        organisation: row.organisation_name,
        at: row.created_at,
        done_at: row.done_at,
        withdrawn_at: row.withdrawn_at,
    }
}

fn number(score: Option<i32>) -> Option<u16> {
    score.and_then(|score| u16::try_from(score).ok())
}

/// The items as they are kept.
pub(super) fn items(text: &str) -> Result<Value, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::corrupt("the answers of a questionnaire are no JSON"))
}
