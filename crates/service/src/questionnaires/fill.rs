//! Filling in a questionnaire: beginning, a page at a time, finishing, and changing it afterwards.

use super::seen::{AMENDED, MOST, items};
use super::{Questionnaires, age_at, allowed, is_for, shows, watching};
use crate::activity::{self, Event};
use crate::appointments::own_account;
use crate::reader::Reader;
use crate::records::purpose;
use crate::typed::typed_date;
use crate::{Core, FieldProblem, ServiceError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::questionnaire::{Answers, Asks, Item, Question, Questionnaire, Said, Wrong, hear};
use domain::team::WorkKind;
use domain::{AccountId, OrganisationId, PersonId, QuestionnaireResponseId, WorkItemId};
use fhir::questionnaire_response;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::questionnaire::{self, IN_PROGRESS, Of, ResponseRow, Saved};
use store::work::{self, NewWorkItem};
use store::{Tx, person_write};
use uuid::Uuid;

/// A page of answers as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswersForm {
    /// Which page, from 0.
    pub page: usize,
    /// The version of the file of which the page was made.
    pub version: String,
    /// What was typed and chosen, by [`AnswersForm::field`].
    pub typed: BTreeMap<String, String>,
}

impl AnswersForm {
    /// The field of a question's answer. Words of one's own are in the same with `_other` behind, the parts of a day in the
    /// same with `_day`, `_month` and `_year`.
    #[must_use]
    pub fn field(questionnaire: &Questionnaire, item: &Item) -> String {
        let place = questionnaire.questions().iter().position(|(other, _)| other.link == item.link);
        format!("q{}", place.map_or(0, |place| place + 1))
    }
}

/// Where to go on after a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To who can help at once.
    Help,
    /// To this page of questions, from 0.
    Page(usize),
    /// To the answers, to be looked at before it is finished.
    Check,
    /// To what they come to: it had been finished before.
    Result,
}

impl Questionnaires {
    /// Begins one for the person, or goes on with the one that is not finished. The same form twice begins one.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, and to whoever may not fill it in for the person.
    pub async fn begin(
        &self,
        actor: &Actor,
        person: PersonId,
        (questionnaire, submission): (&str, &str),
    ) -> Result<QuestionnaireResponseId, ServiceError> {
        self.begin_or(actor, person, (questionnaire, submission), false).await
    }

    /// The same, but of one that was begun so long ago that its answers may hold no more ([`is_old`]) nothing is taken on: it is set
    /// aside, and counts nowhere.
    ///
    /// # Errors
    /// As [`Questionnaires::begin`].
    pub async fn begin_anew(
        &self,
        actor: &Actor,
        person: PersonId,
        (questionnaire, submission): (&str, &str),
    ) -> Result<QuestionnaireResponseId, ServiceError> {
        self.begin_or(actor, person, (questionnaire, submission), true).await
    }

    async fn begin_or(
        &self,
        actor: &Actor,
        person: PersonId,
        (questionnaire, submission): (&str, &str),
        anew: bool,
    ) -> Result<QuestionnaireResponseId, ServiceError> {
        let file = self.core.questionnaires().find(questionnaire).cloned();
        let submission = submission.parse::<Uuid>();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let file = file.filter(|file| is_for(&reader, file)).ok_or(ServiceError::NotFound)?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                let submission = submission.map_err(|_| ServiceError::not_whole())?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if let Some(before) = questionnaire::by_submission(tx, person, submission).await? {
                    return Ok(before);
                }
                if let Some(begun) = questionnaire::begun(tx, person, &file.id).await? {
                    let row = questionnaire::one(tx, person, begun).await?.ok_or(ServiceError::NotFound)?;
                    let own = own_account(tx, person).await?;
                    if shows(&reader, (&row, Some(&file)), own)? && !(anew && is_old(row.created_at, core.now())) {
                        return Ok(begun);
                    }
                    questionnaire::set_aside(tx, (person, begun), by, core.now()).await?;
                }
                if !file.is_offered_at(age_at(tx, person, core.now()).await?) {
                    let asked = questionnaire::asked(tx, person, MOST).await?;
                    if !asked.iter().any(|row| row.is_open() && row.questionnaire == file.id) {
                        return Err(ServiceError::NotFound);
                    }
                }
                let id = QuestionnaireResponseId::from_uuid(core.new_id());
                questionnaire::begin(tx, (person, id, submission), of(&file), by, core.now()).await?;
                activity::append(&core, tx, event(&actor, subject, "begun", id)).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Takes over a response that was given elsewhere at another time, such as on paper: of each question, in their order, the place
    /// of the answer that was ticked, whole or not at all.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where something has no answer, or one that it cannot have; [`ServiceError::NotFound`] as
    /// [`Questionnaires::begin`].
    pub async fn take_over(
        &self,
        actor: &Actor,
        person: PersonId,
        questionnaire: &str,
        (ticked, at): (Vec<usize>, DateTime<Utc>),
    ) -> Result<(), ServiceError> {
        let (word, file) = (questionnaire.to_owned(), self.core.questionnaires().find(questionnaire).cloned());
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (_, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let file = file.filter(|file| is_for(&reader, file)).ok_or(ServiceError::NotFound)?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                let mut given = Answers::default();
                for ((item, question), place) in file.questions().into_iter().zip(ticked) {
                    let Asks::Choice { options, .. } = &question.asks else { continue };
                    let text = options.get(place).map_or("", |option| option.code.as_str());
                    let said = Said { text, other: "", day: None };
                    let answer = hear(question, &said).map_err(|wrong| ServiceError::field("", in_words(wrong)))?;
                    given.extend(answer.map(|answer| (item.link.clone(), answer)));
                }
                if !file.course(&given).missing().is_empty() {
                    return Err(ServiceError::field("", "Some questions have no answer"));
                }
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let id = QuestionnaireResponseId::from_uuid(core.new_id());
                if !questionnaire::begin(tx, (person, id, core.new_id()), of(&file), by, at).await? {
                    return Err(ServiceError::field("", "One is not finished yet. Finish it first"));
                }
                let open = Open { at, ..Open::load(&core, tx, &actor, person, (&word, id)).await? };
                open.save(&core, tx, (&actor, &given), COMPLETED).await
            })
        })
        .await
    }

    /// Saves a page of answers and says where to go on. What is right on it is kept also where something else is wrong, so that
    /// an answer that tells of danger is never lost; one that was finished before is changed as a whole or not at all. The care
    /// team is told of danger, and of more of it, where it wants to be.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (by [`AnswersForm::field`]); [`ServiceError::NotFound`] for a response or a page that is not there,
    /// and to whoever may not fill it in.
    pub async fn save(
        &self,
        actor: &Actor,
        person: PersonId,
        (questionnaire, id): (&str, QuestionnaireResponseId),
        form: &AnswersForm,
    ) -> Result<Next, ServiceError> {
        let (word, form) = (questionnaire.to_owned(), form.clone());
        let saved = self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let open = Open::load(&core, tx, &actor, person, (&word, id)).await?;
                let file = Arc::clone(&open.file);
                if form.version != file.version {
                    return Err(ServiceError::field("", "The questions have changed. Look at them, and answer them again"));
                }
                let pages = file.pages();
                let page = pages.get(form.page).ok_or(ServiceError::NotFound)?;
                let before = questionnaire_response::answers(&file, &items(&open.row.items)?);
                let (now, problems) = {
                    let course = file.course(&before);
                    let asked = page.questions().filter(|(item, _)| course.is_there(item));
                    let mut now = before.clone();
                    let problems = read(&file, asked, &form, &mut now);
                    (now, problems)
                };
                if !problems.is_empty() && open.row.is_whole() {
                    return Err(ServiceError::Fields(problems));
                }
                let course = file.course(&now);
                let danger = course.crisis() > file.course(&before).crisis();
                if now != before {
                    let whole = open.row.is_whole() && course.missing().is_empty();
                    open.save(&core, tx, (&actor, &now), if whole { AMENDED } else { IN_PROGRESS }).await?;
                }
                if !problems.is_empty() {
                    return Ok(Err(problems));
                }
                Ok(Ok(if danger {
                    Next::Help
                } else if let Some(next) = course.next(&pages, Some(form.page)).filter(|_| !open.row.is_whole()) {
                    Next::Page(next)
                } else if open.row.is_whole() && course.missing().is_empty() {
                    Next::Result
                } else {
                    course.resume(&pages).map_or(Next::Check, Next::Page)
                }))
            })
        });
        saved.await?.map_err(ServiceError::Fields)
    }

    /// Finishes it: from now on its score counts and the care team sees it. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where something has no answer yet; [`ServiceError::NotFound`] as
    /// [`Questionnaires::save`].
    pub async fn finish(
        &self,
        actor: &Actor,
        person: PersonId,
        (questionnaire, id): (&str, QuestionnaireResponseId),
    ) -> Result<(), ServiceError> {
        let word = questionnaire.to_owned();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let open = Open::load(&core, tx, &actor, person, (&word, id)).await?;
                if open.row.is_whole() {
                    return Ok(());
                }
                let answers = questionnaire_response::answers(&open.file, &items(&open.row.items)?);
                if !open.file.course(&answers).missing().is_empty() {
                    return Err(ServiceError::field("", "Some questions have no answer yet. Go on where you stopped"));
                }
                let status = if open.row.completed_at.is_some() { AMENDED } else { COMPLETED };
                open.save(&core, tx, (&actor, &answers), status).await?;
                Ok(questionnaire::answer(tx, (person, &open.file.id), id, core.now()).await?)
            })
        })
        .await
    }
}

const COMPLETED: &str = "completed";

/// After how long what was begun may be begun anew: what most of them ask about is 2 weeks.
const OLD: TimeDelta = TimeDelta::days(14);

/// Whether one that was begun then was so long ago that its answers may hold no more.
pub(super) fn is_old(begun: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    begun < now - OLD
}

fn event(actor: &Actor, subject: Subject, what: &'static str, id: QuestionnaireResponseId) -> Event {
    let event = Event::on_record(actor, subject, Action::QuestionnaireChanged, purpose(subject));
    event.about("what", what).about("response", id)
}

fn of(file: &Questionnaire) -> Of<'_> {
    Of { questionnaire: &file.id, version: &file.version, title: &file.title, sensitivity: file.sensitivity }
}

/// A response that somebody fills in.
struct Open {
    subject: Subject,
    by: AccountId,
    row: ResponseRow,
    file: Arc<Questionnaire>,
    /// When it is filled in.
    at: DateTime<Utc>,
}

impl Open {
    /// Loads it for whoever may fill it in, and keeps others from the person's meanwhile.
    async fn load(
        core: &Core,
        tx: &mut Tx,
        actor: &Actor,
        person: PersonId,
        (word, id): (&str, QuestionnaireResponseId),
    ) -> Result<Self, ServiceError> {
        let (subject, reader): (Subject, Reader) = allowed(core, tx, actor, person, Ask::RecordReadings).await?;
        let by = actor.account().ok_or(ServiceError::NotFound)?;
        person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
        let row = questionnaire::one(tx, person, id).await?.filter(|row| row.questionnaire == word && !row.is_set_aside());
        let row = row.ok_or(ServiceError::NotFound)?;
        let file = core.questionnaires().find(word).cloned().ok_or(ServiceError::NotFound)?;
        let own = own_account(tx, person).await?;
        match shows(&reader, (&row, Some(&file)), own)? {
            true => Ok(Self { subject, by, row, file, at: core.now() }),
            false => Err(ServiceError::NotFound),
        }
    }

    /// Saves these answers, tells the care team of danger where it is to be told, and writes all of it down as one event.
    async fn save(
        &self,
        core: &Core,
        tx: &mut Tx,
        (actor, answers): (&Actor, &Answers),
        status: &'static str,
    ) -> Result<(), ServiceError> {
        let (person, id, whole) = (self.subject.person, self.row.response(), status != IN_PROGRESS);
        let course = self.file.course(answers);
        // What was taken back and is said again is told again.
        let known = course.crisis().min(self.row.told_weight());
        // What is asked no more is kept while it may be asked again, and no longer.
        let kept = if whole { course.counted() } else { answers.clone() };
        let completed_at = if whole { self.row.completed_at.or(Some(self.at)) } else { self.row.completed_at };
        let age = age_at(tx, person, completed_at.unwrap_or(self.at)).await?;
        let band = course.score().filter(|_| whole).and_then(|score| self.file.band_at(score, age));
        let saved = Saved {
            of: of(&self.file),
            status,
            items: questionnaire_response::items(&self.file, &kept).to_string(),
            score: course.score().filter(|_| whole),
            highest: self.file.highest().filter(|_| whole),
            band: band.map_or("", |band| &band.title),
            crisis: course.is_crisis(),
            alerted_weight: known,
            completed_at,
        };
        if !questionnaire::save(tx, (person, &self.row), &saved, self.by, self.at).await? {
            return Err(ServiceError::internal("a response changed although its person was locked"));
        }
        let what = match status {
            COMPLETED => "completed",
            AMENDED => "amended",
            _ => "answered",
        };
        let mut event = event(actor, self.subject, what, id);
        if let Some(told) = if course.crisis() > known { self.alert(core, tx, course.crisis()).await? } else { None } {
            event = event.about("told", told);
        }
        activity::append(core, tx, event).await
    }

    /// Puts danger to life on the work list of the practice that wants to be told: it waits there once for each response, and comes
    /// back where it was dealt with.
    async fn alert(&self, core: &Core, tx: &mut Tx, weight: u16) -> Result<Option<OrganisationId>, ServiceError> {
        let (person, id) = (self.subject.person, self.row.response());
        let Some((organisation, _)) = watching(core, tx, person, self.file.sensitivity).await? else { return Ok(None) };
        questionnaire::alert(tx, (person, id), (organisation, weight), core.now()).await?;
        let kind = WorkKind::QuestionnaireAlert;
        let new = NewWorkItem { organisation, team: None, kind, person, about: id.as_uuid(), urgent: true };
        work::insert(tx, WorkItemId::from_uuid(core.new_id()), &new, core.now()).await?;
        Ok(Some(organisation))
    }
}

/// Reads a page of answers into what was answered so far, and says what is wrong.
fn read<'q>(
    file: &Questionnaire,
    asked: impl Iterator<Item = (&'q Item, &'q Question)>,
    form: &AnswersForm,
    into: &mut Answers,
) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    for (item, question) in asked {
        let field = AnswersForm::field(file, item);
        let typed = |behind: &str| form.typed.get(&format!("{field}{behind}")).map_or("", String::as_str);
        let day = match question.asks {
            Asks::Date => typed_date([typed("_day"), typed("_month"), typed("_year")], &field, "The day"),
            _ => Ok(None),
        };
        let day = match day {
            Ok(day) => day,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        match hear(question, &Said { text: typed(""), other: typed("_other"), day }) {
            Ok(Some(answer)) => {
                into.insert(item.link.clone(), answer);
            }
            Ok(None) if question.required => problems.push(FieldProblem::new(field, about(missing(question), item))),
            Ok(None) => {
                into.remove(&item.link);
            }
            Err(wrong) => {
                let field = if wrong == Wrong::NothingWritten { format!("{field}_other") } else { field };
                problems.push(FieldProblem::new(field, about(&in_words(wrong), item)));
            }
        }
    }
    problems
}

/// What is wrong with which question: at the top of a page it stands away from it, and several may be wrong alike.
fn about(wrong: &str, item: &Item) -> String {
    format!("{wrong}: {}", item.text)
}

const fn missing(question: &Question) -> &'static str {
    match question.asks {
        Asks::Boolean => "Choose yes or no",
        Asks::Choice { .. } => "Choose an answer",
        Asks::Integer(_) | Asks::Decimal(_) | Asks::Quantity(..) => "Enter a number",
        Asks::Date => "Enter a day",
        Asks::Line(_) | Asks::Text(_) => "Write an answer",
    }
}

fn in_words(wrong: Wrong) -> String {
    match wrong {
        Wrong::NotAnAnswer => "Choose one of the answers".to_owned(),
        Wrong::NothingWritten => "Write your own answer, or choose one of the others".to_owned(),
        Wrong::NotANumber => "Use numbers only, such as 3".to_owned(),
        Wrong::NotWhole => "Write a whole number, without decimals".to_owned(),
        Wrong::TooLow(lowest) => format!("It must be {lowest} or more"),
        Wrong::TooHigh(highest) => format!("It must be {highest} or less"),
        Wrong::TooLong(most) => format!("Use no more than {most} letters or numbers"),
        Wrong::NotPlain(told) => told,
    }
}
