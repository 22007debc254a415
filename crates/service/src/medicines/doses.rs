//! The doses of somebody's medicines: what is to be taken on a day, what was said of each, and the diary of a week.

use super::reminders::{Cabinet, MedicineNow, shared, theirs};
use super::{Medicines, orders, text};
use crate::activity::{self, Event};
use crate::eyes::{Eyes, NotedBy};
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, FieldProblem, ServiceError, access, appointments};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use domain::access::{Actor, Ask, Audience};
use domain::appointment::awake;
use domain::audit::Action;
use domain::medicine::{ANSWERED_BEFORE, DiaryShare, DoseAnswer, DoseState, MedicineRef, Tally, can_answer};
use domain::record::Category;
use domain::when::{london_day, london_midnight};
use domain::{AccountId, DoseReminderId, PersonId};
use std::collections::{BTreeMap, HashMap};
use store::reminding::{self, DoseRow};
use store::{Tx, link, person_write};
use uuid::Uuid;

/// The most reminders that are looked through for a diary.
const MOST: i64 = 500;
/// The most characters of a note to a dose.
const LONGEST_NOTE: usize = 200;

/// A dose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseSeen {
    /// Of which reminder.
    pub reminder: DoseReminderId,
    /// When it is, or was, to be taken.
    pub due_at: DateTime<Utc>,
    /// What the person calls the medicine.
    pub name: String,
    /// How it is taken, as its source wrote it; empty in a diary.
    pub doses: Vec<String>,
    /// What is known of it.
    pub state: DoseState,
    /// Who said so, and when.
    pub noted: Option<(NotedBy, DateTime<Utc>)>,
    /// What they wrote to it.
    pub note: String,
    /// Whether the record says that the medicine is taken now; absent in a diary.
    pub now: Option<MedicineNow>,
    /// Whether it can be said now what became of it, or taken back.
    pub can_answer: bool,
    /// Nothing is sent at this time, because it is night and the person did not choose to be woken.
    pub held_back: bool,
}

/// The doses of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOfDoses {
    /// Which day.
    pub day: NaiveDate,
    /// Whether the person lets the reader see what became of their doses; if not, there are none here.
    pub open: bool,
    /// Its doses, the first first.
    pub doses: Vec<DoseSeen>,
}

/// The diary of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseDiary {
    /// The Monday of the week.
    pub week: NaiveDate,
    /// Whether the person lets the reader see it; if not, there is nothing here.
    pub open: bool,
    /// Its doses, the first first.
    pub doses: Vec<DoseSeen>,
    /// How many, and what is known of them.
    pub tally: Tally,
    /// Who may see it beside the person; only the person is told.
    pub share: Option<DiaryShare>,
    /// It is the week of today.
    pub is_this_week: bool,
}

/// What is sent about a dose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoseForm {
    /// Of which reminder.
    pub reminder: String,
    /// When it was due (RFC 3339).
    pub due_at: String,
    /// [`DoseAnswer`] by code, or [`DoseForm::TAKE_BACK`].
    pub act: String,
    /// What is written to it.
    pub note: String,
}

impl DoseForm {
    /// To take back what was said.
    pub const TAKE_BACK: &'static str = "undo";
}

/// What somebody reads of a diary, and from when to when.
struct Look<'a> {
    /// The medicines that they see; absent where what stands in the record makes no difference.
    cabinet: Option<&'a Cabinet>,
    reader: &'a Reader,
    account: Option<AccountId>,
    span: (DateTime<Utc>, DateTime<Utc>),
}

/// Whether somebody who may order for the person sees what became of the doses: the person themself, and carers to whom the diary
/// is open. Where the person never had an account, those who act for them keep it: who loses their second step loses no choice.
async fn is_open(tx: &mut Tx, reader: &Reader) -> Result<bool, ServiceError> {
    if reader.is_owner() {
        return Ok(true);
    }
    let open = shared(tx, reader.person).await? != DiaryShare::Nobody;
    Ok(open || !link::has_had_own(tx, reader.person).await?)
}

async fn doses(core: &Core, tx: &mut Tx, look: Look<'_>) -> Result<Vec<DoseSeen>, ServiceError> {
    let Look { cabinet, reader, account, span } = look;
    let (person, now) = (reader.person, core.now());
    let eyes = Eyes { reader: account, own: appointments::own_account(tx, person).await? };
    let mut answers: HashMap<Uuid, BTreeMap<DateTime<Utc>, DoseRow>> = HashMap::new();
    for row in reminding::answers(tx, person, span).await? {
        answers.entry(row.reminder_id).or_default().insert(row.due_at, row);
    }
    let mut all = Vec::new();
    for row in reminding::within(tx, person, (span.0 - ANSWERED_BEFORE, span.1), MOST).await? {
        let medicine: MedicineRef = row.medicine()?;
        if !reader.is_owner() && !cabinet.is_some_and(|cabinet| cabinet.has(medicine)) {
            continue;
        }
        let (from, to) = (span.0.max(row.starts_at), row.ended_at.map_or(span.1, |ended| ended.min(span.1)));
        let mut said = answers.remove(&row.id).unwrap_or_default();
        let mut due = row.table()?.between(from, to);
        // What was said before its time stays, though the reminder ended before it.
        due.extend(said.keys().filter(|at| **at >= to));
        for due_at in due {
            let said = said.remove(&due_at);
            let answer = said.as_ref().map(DoseRow::answer).transpose()?;
            all.push(DoseSeen {
                reminder: row.reminder(),
                due_at,
                name: row.name.clone(),
                doses: cabinet.map(|cabinet| cabinet.doses(medicine)).unwrap_or_default(),
                state: DoseState::of(due_at, answer, now),
                noted: said.as_ref().map(|said| (eyes.by(said.answered_by), said.answered_at)),
                note: said.map(|said| said.note).unwrap_or_default(),
                now: cabinet.map(|cabinet| cabinet.now(medicine)),
                can_answer: can_answer(due_at, now),
                held_back: (row.by_mail || row.by_text) && !row.at_night && awake(due_at) > due_at,
            });
        }
    }
    all.sort_by(|a, b| (a.due_at, &a.name, a.reminder).cmp(&(b.due_at, &b.name, b.reminder)));
    Ok(all)
}

fn span(from: NaiveDate, days: u64) -> (DateTime<Utc>, DateTime<Utc>) {
    (london_midnight(from), london_midnight(from.checked_add_days(Days::new(days)).unwrap_or(from)))
}

/// The Monday of the week of a day, no later than that of today.
fn monday(day: NaiveDate, today: NaiveDate) -> NaiveDate {
    let day = day.min(today);
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day)
}

impl Medicines {
    /// The doses of a day that is not after today; today's where none is named. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn doses_of_day(
        &self,
        actor: &Actor,
        person: PersonId,
        day: Option<NaiveDate>,
    ) -> Result<DayOfDoses, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, "medicine-doses").await?;
        let today = london_day(self.core.now());
        let day = day.map_or(today, |day| day.min(today));
        let open = is_open(&mut tx, &reader).await?;
        let mut all = Vec::new();
        if open {
            let cabinet = Cabinet::open(&self.core, &mut tx, &reader).await?;
            let look = Look { cabinet: Some(&cabinet), reader: &reader, account: actor.account(), span: span(day, 1) };
            all = doses(&self.core, &mut tx, look).await?;
        }
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "medicine-doses");
        activity::disclose(&self.core, event).await?;
        Ok(DayOfDoses { day, open, doses: all })
    }

    /// The diary of the week of a day that is not after today; of this week where none is named. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn dose_diary(&self, actor: &Actor, person: PersonId, day: Option<NaiveDate>) -> Result<DoseDiary, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, "medicine-diary").await?;
        let open = is_open(&mut tx, &reader).await?;
        let share = if reader.is_owner() { Some(shared(&mut tx, person).await?) } else { None };
        let diary = self.week(&mut tx, (actor, &reader), day, open).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "medicine-diary");
        activity::disclose(&self.core, event).await?;
        Ok(DoseDiary { share, ..diary })
    }

    /// The same for a care team with which the person shares it. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's medicines at work.
    pub async fn dose_diary_for_team(
        &self,
        actor: &Actor,
        person: PersonId,
        day: Option<NaiveDate>,
    ) -> Result<DoseDiary, ServiceError> {
        let mut tx = self.core.read().await?;
        let allowed = match access::open(&self.core, &mut tx, actor, person, Ask::ReadRecord).await {
            Ok(allowed)
                if matches!(allowed.view.audience(), Audience::Organisation(_)) && allowed.view.has(Category::Medicine) =>
            {
                allowed
            }
            other => {
                drop(tx);
                let error = other.err().unwrap_or(ServiceError::NotFound);
                return Err(access::refused_on(&self.core, actor, person, error, "medicine-diary").await);
            }
        };
        let reader = Reader::new(person, allowed.view, self.core.now());
        let open = shared(&mut tx, person).await? == DiaryShare::Team;
        let diary = self.week(&mut tx, (actor, &reader), day, open).await?;
        drop(tx);
        let event = Event::on_record(actor, allowed.subject, Action::Read, purpose(allowed.subject));
        activity::disclose(&self.core, event.about("page", "medicine-diary")).await?;
        Ok(diary)
    }

    async fn week(
        &self,
        tx: &mut Tx,
        (actor, reader): (&Actor, &Reader),
        day: Option<NaiveDate>,
        open: bool,
    ) -> Result<DoseDiary, ServiceError> {
        let today = london_day(self.core.now());
        let week = monday(day.unwrap_or(today), today);
        let mut all = Vec::new();
        if open {
            let cabinet = if reader.is_owner() { None } else { Some(Cabinet::open(&self.core, tx, reader).await?) };
            let look = Look { cabinet: cabinet.as_ref(), reader, account: actor.account(), span: span(week, 7) };
            all = doses(&self.core, tx, look).await?;
        }
        let tally = all.iter().fold(Tally::default(), |tally, dose| tally.and(dose.state));
        Ok(DoseDiary { week, open, doses: all, tally, share: None, is_this_week: week == monday(today, today) })
    }

    /// Notes what became of a dose, or takes such a note back. The same twice changes nothing; what somebody said already is
    /// taken back before something else is said.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`note`, `act`, and with no field where something else was said already, or it is too early or too
    /// late to say); [`ServiceError::NotFound`] for a dose that is not there or that the actor does not see, and to whoever may not
    /// order for the person or to whom the diary is not open.
    pub async fn note_dose(&self, actor: &Actor, person: PersonId, form: &DoseForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = orders(&core, tx, &actor, person).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                let id: DoseReminderId = form.reminder.parse().map_err(|_| ServiceError::NotFound)?;
                let due_at: DateTime<Utc> = form.due_at.parse().map_err(|_| ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if !is_open(tx, &reader).await? {
                    return Err(ServiceError::NotFound);
                }
                let row = theirs(&core, tx, &reader, id).await?;
                let undoes = form.act == DoseForm::TAKE_BACK;
                let counts = due_at >= row.starts_at && (undoes || row.ended_at.is_none_or(|ended| due_at < ended));
                if !counts || !row.table()?.is_due_at(due_at) {
                    return Err(ServiceError::NotFound);
                }
                if !can_answer(due_at, core.now()) {
                    let told = "It is too early, or too late, to say what became of this dose";
                    return Err(ServiceError::field("", told));
                }
                let what = match form.act.as_str() {
                    DoseForm::TAKE_BACK => {
                        if !reminding::take_answer_back(tx, (person, id, due_at)).await? {
                            return Ok(());
                        }
                        "taken-back"
                    }
                    act => {
                        let said = DoseAnswer::from_code(act);
                        let said = said.ok_or_else(|| ServiceError::field("act", "Choose what became of it"))?;
                        let words = note(&form.note).map_err(|problem| ServiceError::Fields(vec![problem]))?;
                        if !reminding::answer(tx, (person, id, due_at), (said, &words), by, core.now()).await? {
                            return stands(tx, (person, id, due_at), said).await;
                        }
                        said.code()
                    }
                };
                let event = Event::on_record(&actor, subject, Action::DoseNoted, purpose(subject));
                activity::append(&core, tx, event.about("what", what).about("reminder", id)).await
            })
        })
        .await
    }
}

/// Answers where something was said of a dose already: nothing where it was the same.
async fn stands(
    tx: &mut Tx,
    (person, id, due_at): (PersonId, DoseReminderId, DateTime<Utc>),
    said: DoseAnswer,
) -> Result<(), ServiceError> {
    let until = due_at + chrono::TimeDelta::seconds(1);
    let rows = reminding::answers(tx, person, (due_at, until)).await?;
    let row = rows.iter().find(|row| row.reminder_id == id.as_uuid() && row.due_at == due_at);
    match row.map(DoseRow::answer).transpose()? {
        Some(DoseAnswer::Taken) if said == DoseAnswer::Skipped => {
            Err(ServiceError::field("", "It is noted already that this dose was taken. Take that back first"))
        }
        Some(DoseAnswer::Skipped) if said == DoseAnswer::Taken => {
            Err(ServiceError::field("", "It is noted already that this dose was not taken. Take that back first"))
        }
        _ => Ok(()),
    }
}

fn note(typed: &str) -> Result<String, FieldProblem> {
    let words = text("note", &typed.split_whitespace().collect::<Vec<_>>().join(" "))?;
    if words.chars().count() > LONGEST_NOTE {
        return Err(FieldProblem::new("note", format!("Use no more than {LONGEST_NOTE} letters and spaces")));
    }
    Ok(words)
}
