//! Adding a reading, changing it and removing it.

use super::photo::{self, picture_of};
use super::{Readings, allowed, may_type, opens, rules};
use crate::activity::{self, Event};
use crate::limits::{self, Attempt};
use crate::records::purpose;
use crate::typed::text;
use crate::{Core, FieldProblem, ServiceError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::{read_clock, shown_at};
use domain::audit::{Action, Basis};
use domain::reading::{
    Amount, Doubt, Entered, Heard, LAST_WEIGHT_DAYS, Measure, Origin, Typed, Unit, far_weight, hear_beside, off_meter, settings,
};
use domain::when::{day_in_words, instant_in_words, london_day, minute_in_words, minute_of_day};
use domain::{AccountId, PersonId, ReadingId};
use std::collections::BTreeMap;
use store::reading::{self, NewReading, ReadingRow, Said};
use store::{Tx, person_write};
use uuid::Uuid;

/// How far ahead a clock that was read may be.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// Among how many of the newest readings the last that somebody typed is looked for.
const LATELY: i64 = 50;

/// For how long a reading counts as just saved.
const JUST_SAVED: TimeDelta = TimeDelta::minutes(10);
/// Two that were taken within less than this are asked about.
const AT_ONCE: TimeDelta = TimeDelta::minutes(1);

/// A reading as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadingForm {
    /// Its numbers, in the order of [`Measure::parts`].
    pub numbers: Vec<String>,
    /// In which unit (UCUM); empty for the measure's own.
    pub unit: String,
    /// They were asked whether it is right, and said so.
    pub sure: bool,
    /// They were asked, at work, whether it is another reading than one of the same time, and said so.
    pub is_another: bool,
    /// It was typed on a page of its own, where somebody who went back to it and saved it again can be asked whether it is another one.
    pub asks_of_same: bool,
    /// What was answered about how it was taken, by field.
    pub settings: BTreeMap<String, String>,
    /// What was written to it.
    pub note: String,
    /// The day, as day, month and year; empty for today.
    pub day: [String; 3],
    /// The time; empty for now where the day is empty too.
    pub time: String,
    /// What the same device showed with it.
    pub shown_with: ShownWithForm,
    /// The form's one-time id.
    pub submission: String,
}

/// What the same device showed with a reading ([`Measure::shown_with`]), as the form of that reading sends it: a reading of its own, of
/// the same time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownWithForm {
    /// Its number; empty where it showed none.
    pub number: String,
    /// They were asked whether it is right, and said so.
    pub sure: bool,
    /// What was answered about how it was taken, by field.
    pub settings: BTreeMap<String, String>,
}

impl ShownWithForm {
    /// Whether a number was typed.
    pub(super) fn is_filled(&self) -> bool {
        !self.number.trim().is_empty()
    }

    /// What a field of it is called in the form of the other reading.
    #[must_use]
    pub fn field(measure: Measure, name: &str) -> String {
        format!("{}_{name}", measure.code())
    }
}

/// What a form added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadingsAdded {
    /// The reading.
    pub id: ReadingId,
    /// What the same device showed with it.
    pub shown_with: Option<ReadingId>,
    /// The form was saved before and said something else: then nothing was added.
    pub saved_before: Option<SavedBefore>,
}

/// What a form saved when it came before, which is not what it says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavedBefore {
    /// Of what the reading is.
    pub measure: Measure,
    /// The reading as it was saved.
    pub id: ReadingId,
    /// What the same device showed with it is not saved as it was typed either.
    pub leaves_other: bool,
}

impl ReadingsAdded {
    /// What [`keep`] gave of [`told_with`].
    pub(super) fn of(kept: &[ReadingId]) -> Result<Self, ServiceError> {
        let id = kept.first().copied().ok_or_else(|| ServiceError::internal("a reading was not kept"))?;
        Ok(Self { id, shown_with: kept.get(1).copied(), saved_before: None })
    }
}

impl Readings {
    /// Adds a reading, with what the same device showed with it where that was typed: both or neither. Gives the id of the reading. The
    /// same form twice adds each once; one that says something else by then adds nothing, as [`Readings::add_with_photo`] tells.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (the measure's parts, `unit`, `sure`, `note`, `day`, `time`, and [`ShownWithForm::field`] of what was
    /// shown with it); [`ServiceError::NotFound`] to whoever may not record this for the person.
    pub async fn add(
        &self,
        actor: &Actor,
        person: PersonId,
        measure: Measure,
        form: &ReadingForm,
    ) -> Result<ReadingId, ServiceError> {
        Ok(self.add_with_photo(actor, person, measure, form, None).await?.id)
    }

    /// The same with a photo of the reading, where one was sent: all of it or nothing. Gives the id of each reading; of a form that this
    /// account saved before, and that says something else now, what it saved, and nothing is added.
    ///
    /// # Errors
    /// As [`Readings::add`], and `photo`: what is wrong with it, or, where something else is wrong, that it has to be chosen again, because
    /// no browser keeps a file.
    pub async fn add_with_photo(
        &self,
        actor: &Actor,
        person: PersonId,
        measure: Measure,
        form: &ReadingForm,
        photo: Option<Vec<u8>>,
    ) -> Result<ReadingsAdded, ServiceError> {
        let form = form.clone();
        let picture = match photo {
            Some(bytes) => {
                self.may_record(actor, person, measure).await?;
                if let Err(ServiceError::Fields(mut problems)) = told_with(measure, &form, self.core.now()) {
                    problems.push(FieldProblem::new("photo", "Choose the photo again"));
                    return Err(ServiceError::Fields(problems));
                }
                Some(picture_of(bytes).await?)
            }
            None => None,
        };
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().filter(|_| may_type(&reader, measure)).ok_or(ServiceError::NotFound)?;
                let all = told_with(measure, &form, core.now())?;
                if all.iter().any(|(measure, ..)| !may_type(&reader, *measure)) {
                    return Err(ServiceError::NotFound);
                }
                let submission = all.first().map(|one| one.2).ok_or_else(ServiceError::not_whole)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let is_new = reading::by_submission(tx, person, submission).await?.is_none();
                if let Some((before, _)) = saved_otherwise(tx, (person, by), (&form, all.as_slice())).await? {
                    return Ok(ReadingsAdded { id: before.id, shown_with: None, saved_before: Some(before) });
                }
                // Whoever may record and not see is told nothing of what others recorded.
                let typed_by = (subject.basis != Basis::Own).then_some(by);
                let typed = (&form, all.as_slice(), core.now());
                if is_new && let Some(asked) = asked_first(tx, (person, by, typed_by), typed).await? {
                    let photo = picture.is_some().then(|| FieldProblem::new("photo", "Choose the photo again"));
                    return Err(ServiceError::Fields(std::iter::once(asked).chain(photo).collect()));
                }
                let all = at_one_time(tx, person, all).await?;
                let added = ReadingsAdded::of(&keep(&core, tx, (&actor, subject, by), all, None).await?)?;
                if let Some(picture) = picture.filter(|_| is_new) {
                    photo::put(&core, tx, (person, added.id, by), (picture, String::new(), submission)).await?;
                }
                Ok(added)
            })
        })
        .await
    }

    /// Takes over readings that were written down elsewhere before, such as on paper, as one act: all of them or none, however many.
    ///
    /// # Errors
    /// As [`Readings::add`].
    pub async fn take_over(
        &self,
        actor: &Actor,
        person: PersonId,
        readings: Vec<(Measure, ReadingForm)>,
    ) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let (now, many) = (core.now(), readings.len());
                for (measure, form) in readings {
                    if !may_type(&reader, measure) {
                        return Err(ServiceError::NotFound);
                    }
                    let (measure, said, submission) = told_by(measure, &form, now)?;
                    let id = ReadingId::from_uuid(core.new_id());
                    reading::add(tx, &NewReading { person, id, submission, measure, said, by, origin: None }, now).await?;
                }
                let event = Event::on_record(&actor, subject, Action::ReadingAdded, purpose(subject)).about("readings", many);
                let event = told(event, rules::settle_by(&core, tx, (subject, Some(by))).await?);
                activity::append(&core, tx, event).await
            })
        })
        .await
    }

    /// Changes a reading, as it was seen in this version. What it was is kept.
    ///
    /// # Errors
    /// As [`Readings::add`]; [`ServiceError::Fields`] with no field where it has changed since; [`ServiceError::NotFound`] for one that
    /// is not there.
    pub async fn change(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (ReadingId, i32),
        form: &ReadingForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = reading::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                let measure = row.measure()?;
                if !may_type(&reader, measure) {
                    return Err(ServiceError::NotFound);
                }
                let mut said = read(measure, &form, core.now())?;
                if shows(&form, row.taken_at) {
                    said.taken_at = row.taken_at;
                }
                let same = (said.taken_at, said.first.thousandths(), said.second.map(Amount::thousandths))
                    == (row.taken_at, row.first_value, row.second_value)
                    && (said.unit, &said.said, &said.settings, &said.note) == (&*row.unit, &row.said, &row.settings, &row.note);
                if same {
                    return Ok(());
                }
                if !reading::change(tx, (person, id, version), (&said, &row), by, core.now()).await? {
                    return Err(changed_since());
                }
                let event = Event::on_record(&actor, subject, Action::ReadingChanged, purpose(subject));
                let event = event.about("what", "changed").about("reading", id);
                let event = told(event, rules::settle_by(&core, tx, (subject, Some(by))).await?);
                activity::append(&core, tx, event).await
            })
        })
        .await
    }

    /// Removes a reading, as it was seen in this version, and gives what it was of. What it was is kept, for the person and whoever
    /// removed it, who can put it back. One that is removed already stays so.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it has changed since; [`ServiceError::NotFound`] for one that is not there, and to
    /// whoever may not record this for the person.
    pub async fn remove(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (ReadingId, i32),
    ) -> Result<Measure, ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let Some(row) = reading::one(tx, person, id).await? else {
                    let measure = reading::removed_after(tx, (person, id, version)).await?;
                    return measure.filter(|measure| opens(&reader, *measure)).ok_or(ServiceError::NotFound);
                };
                let measure = row.measure()?;
                if !opens(&reader, measure) {
                    return Err(ServiceError::NotFound);
                }
                if !reading::remove(tx, (person, id, version), by, core.now()).await? {
                    return Err(changed_since());
                }
                let event = Event::on_record(&actor, subject, Action::ReadingChanged, purpose(subject));
                let event = event.about("what", "removed").about("reading", id);
                let event = told(event, rules::settle_by(&core, tx, (subject, None)).await?);
                activity::append(&core, tx, event).await?;
                Ok(measure)
            })
        })
        .await
    }
}

/// The event of something that was written down, with that a care team is told of it at once.
pub(super) fn told(event: Event, is: bool) -> Event {
    if is { event.about("told", "care-team") } else { event }
}

/// A reading that is to be written down, and the one-time id of what tells it.
pub(super) type Told = (Measure, Said, Uuid);

/// Writes readings of one act down, each with its event, and looks at the rules once; the same submission twice is one. `origin` is how
/// they came, where no form sent them. The person is held. [`ServiceError::Fields`] with no field, and none is written down, where there
/// are too many of a day.
pub(super) async fn keep(
    core: &Core,
    tx: &mut Tx,
    (actor, subject, by): (&Actor, Subject, AccountId),
    readings: Vec<Told>,
    origin: Option<Origin>,
) -> Result<Vec<ReadingId>, ServiceError> {
    let person = subject.person;
    let (mut all, mut added) = (Vec::new(), Vec::new());
    for (measure, said, submission) in readings {
        if let Some(before) = reading::by_submission(tx, person, submission).await? {
            all.push(before);
            continue;
        }
        if let Attempt::Refused(wait) = limits::READINGS.count(core, tx, &person.to_string()).await? {
            return Err(too_many(core.now() + wait));
        }
        let id = ReadingId::from_uuid(core.new_id());
        reading::add(tx, &NewReading { person, id, submission, measure, said, by, origin }, core.now()).await?;
        all.push(id);
        added.push(id);
    }
    let Some(last) = added.last().copied() else { return Ok(all) };
    let is_told = rules::settle_by(core, tx, (subject, Some(by))).await?;
    for id in added {
        let event = Event::on_record(actor, subject, Action::ReadingAdded, purpose(subject)).about("reading", id);
        // A text message is another way in than a sign-in.
        let event = if origin == Some(Origin::Text) { event.about("channel", "text") } else { event };
        activity::append(core, tx, told(event, is_told && id == last)).await?;
    }
    Ok(all)
}

/// What a form tells, to be written down.
pub(super) fn told_by(measure: Measure, form: &ReadingForm, now: DateTime<Utc>) -> Result<Told, ServiceError> {
    let submission = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
    Ok((measure, read(measure, form, now)?, submission))
}

/// The same with what the same device showed with it, or everything that is wrong with either. That is of the same time, and has no note.
pub(super) fn told_with(measure: Measure, form: &ReadingForm, now: DateTime<Utc>) -> Result<Vec<Told>, ServiceError> {
    let one = told_by(measure, form, now);
    if measure.shown_with().is_none() || !form.shown_with.is_filled() {
        return Ok(vec![one?]);
    }
    let submission: Uuid = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
    let taken_at = one.as_ref().map_or(now, |(_, said, _)| said.taken_at);
    // Each is a reading of its own, the same for the same form.
    let own = Uuid::from_u128(submission.as_u128() ^ 1);
    match (one, told_shown(measure, &form.shown_with, (taken_at, own))) {
        (Ok(one), Ok(with)) => Ok(std::iter::once(one).chain(with).collect()),
        (one, with) => {
            let mut problems = problems_of(one)?;
            problems.extend(problems_of(with)?);
            Err(ServiceError::Fields(problems))
        }
    }
}

/// What a form tells, each reading followed by what was shown with it, where it came before without that: this is of the time of its
/// reading as it is kept, and not of when the form came again.
pub(super) async fn at_one_time(tx: &mut Tx, person: PersonId, mut all: Vec<Told>) -> Result<Vec<Told>, ServiceError> {
    if all.len() < 2 {
        return Ok(all);
    }
    // What can be shown with the reading before, and when that was taken.
    let mut shown: Option<(Measure, DateTime<Utc>)> = None;
    for (measure, said, submission) in &mut all {
        let before = shown.take().filter(|(other, _)| *other == *measure);
        if let Some((_, taken_at)) = before {
            (said.taken_at, said.taken_on) = (taken_at, london_day(taken_at));
            continue;
        }
        let Some(other) = measure.shown_with() else { continue };
        let Some(kept) = reading::by_submission(tx, person, *submission).await? else { continue };
        shown = reading::one(tx, person, kept).await?.map(|row| (other, row.taken_at));
    }
    Ok(all)
}

/// What the same device showed with a reading of this measure, which was taken at this instant, as a reading of its own with this one-time
/// id; nothing where it showed none. What is wrong with it is told of the fields of [`ShownWithForm::field`].
pub(super) fn told_shown(
    measure: Measure,
    shown: &ShownWithForm,
    (taken_at, submission): (DateTime<Utc>, Uuid),
) -> Result<Option<Told>, ServiceError> {
    let Some(other) = measure.shown_with().filter(|_| shown.is_filled()) else { return Ok(None) };
    let with = ReadingForm {
        numbers: vec![shown.number.clone()],
        sure: shown.sure,
        settings: shown.settings.clone(),
        submission: submission.to_string(),
        ..ReadingForm::default()
    };
    match told_at(other, &with, taken_at) {
        Ok(told) => Ok(Some(told)),
        Err(ServiceError::Fields(problems)) => {
            let of_other = |told: FieldProblem| FieldProblem {
                field: ShownWithForm::field(other, &told.field),
                message: format!("{}: {}", other.name(), told.message),
            };
            Err(ServiceError::Fields(problems.into_iter().map(of_other).collect()))
        }
        Err(error) => Err(error),
    }
}

/// What is wrong with what was typed; any other failure as it is.
fn problems_of<T>(told: Result<T, ServiceError>) -> Result<Vec<FieldProblem>, ServiceError> {
    match told {
        Ok(_) => Ok(Vec::new()),
        Err(ServiceError::Fields(problems)) => Ok(problems),
        Err(error) => Err(error),
    }
}

/// In which unit somebody typed this last, among the newest readings; the measure's own where they typed none. Only what they typed
/// themselves counts, so that it tells nothing of what others recorded.
pub(super) async fn last_unit(
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    measure: Measure,
    now: DateTime<Utc>,
) -> Result<&'static Unit, ServiceError> {
    if measure.units().len() < 2 {
        return Ok(measure.unit());
    }
    let newest = (now + CLOCKS_DIFFER, ReadingId::from_uuid(Uuid::max()));
    let rows = reading::page(tx, person, measure, newest, LATELY).await?;
    let theirs =
        rows.iter().rev().filter(|row| row.source == "typed" && Some(AccountId::from_uuid(row.created_by)) == actor.account());
    let last = theirs.max_by_key(|row| row.created_at);
    Ok(last.and_then(|row| measure.unit_of(&row.unit)).unwrap_or_else(|| measure.unit()))
}

/// What is asked before what was typed is written down, of the field `sure`, where nobody said yet that it is right: of a weight that is
/// far from the last one ([`asked_beside_last`]), and of what this account has just saved. The form has not come before.
pub(super) async fn asked_first(
    tx: &mut Tx,
    (person, by, typed_by): (PersonId, AccountId, Option<AccountId>),
    (form, all, now): (&ReadingForm, &[Told], DateTime<Utc>),
) -> Result<Option<FieldProblem>, ServiceError> {
    let Some((measure, said, _)) = all.first().filter(|_| !form.sure) else { return Ok(None) };
    if let Some(far) = asked_beside_last(tx, (person, typed_by), (*measure, said)).await? {
        return Ok(Some(far));
    }
    let is_same = form.asks_of_same && is_just_saved(tx, (person, by), (*measure, said), now).await?;
    Ok(is_same.then(|| FieldProblem::new("sure", SAME)))
}

/// What is asked about a weight that is far from the last one before it, of the field `sure`: of what anybody recorded, or of what this
/// account typed alone.
pub(super) async fn asked_beside_last(
    tx: &mut Tx,
    (person, typed_by): (PersonId, Option<AccountId>),
    (measure, said): (Measure, &Said),
) -> Result<Option<FieldProblem>, ServiceError> {
    if measure != Measure::Weight {
        return Ok(None);
    }
    let until = (said.taken_at, ReadingId::from_uuid(Uuid::max()));
    let rows = reading::page(tx, person, measure, until, LATELY).await?;
    let since = said.taken_at - TimeDelta::days(LAST_WEIGHT_DAYS);
    let counts = |by: Uuid| typed_by.is_none_or(|account| account.as_uuid() == by);
    let Some(last) = rows.iter().find(|row| row.taken_at >= since && counts(row.created_by)) else { return Ok(None) };
    let unit = measure.unit_of(said.unit).unwrap_or_else(|| measure.unit());
    let Some(far) = far_weight(unit, said.first, Amount::from_thousandths(last.first_value)) else { return Ok(None) };
    let number = measure.in_words(unit, &said.said, said.first, said.second);
    let words = match far.in_pounds {
        Some(kilograms) => {
            let pounds = said.first.rounded(0).thousandths() / 1000;
            let (stones, rest) = (pounds / 14, pounds % 14);
            format!(
                "{number} is very different from the last weight. Was it {pounds} pounds? That is {stones} st {rest} lb, or {kilograms} kg. \
                 Choose the unit again, or say that it is right"
            )
        }
        None => format!("{number} is very different from the last weight. Check it"),
    };
    Ok(Some(FieldProblem::new("sure", words)))
}

/// What is asked at work, of the field `another`, where nobody said yet that what was typed is another reading, and somebody typed or texted
/// one of the same time, however it was taken and whoever did: somebody who went back to the form to put a number or an arm right saves two.
/// What others recorded is not told here, for whoever may enter may not see all of it. The form has not come before.
pub(super) async fn asked_beside_other(
    tx: &mut Tx,
    (person, by, how): (PersonId, AccountId, Entered),
    (form, all): (&ReadingForm, &[Told]),
) -> Result<Option<FieldProblem>, ServiceError> {
    let Some((measure, said, _)) = all.first().filter(|_| !form.is_another && form.asks_of_same) else { return Ok(None) };
    let mut rows = at_that_time(tx, person, (*measure, said)).await?;
    rows.retain(|row| row.source == "typed" || row.source == Origin::Text.code());
    let is_own = |row: &&ReadingRow| AccountId::from_uuid(row.created_by) == by;
    let Some(last) = rows.iter().filter(is_own).max_by_key(|row| row.created_at) else {
        return Ok((!rows.is_empty()).then(|| FieldProblem::new("another", OF_OTHERS)));
    };
    let is_same = |row: &ReadingRow| {
        (row.first_value, row.second_value) == (said.first.thousandths(), said.second.map(Amount::thousandths))
            && row.settings == said.settings
            && row.note == said.note
            && row.entered_how.as_deref() == Some(how.code())
    };
    if rows.iter().filter(is_own).any(is_same) {
        return Ok(Some(FieldProblem::new("another", SAME)));
    }
    let unit = measure.unit_of(&last.unit).unwrap_or_else(|| measure.unit());
    let number = Amount::from_thousandths;
    let shown = measure.in_words(unit, &last.said, number(last.first_value), last.second_value.map(number));
    let words = format!(
        "You saved {shown} of the same time. Is that one wrong? Go to it, and take it back first. Is this another reading? Save it as another \
         one"
    );
    Ok(Some(FieldProblem::new("another", words)))
}

/// What a form saved when it came before from this account, with its number in words, where it says something else of the same now: it
/// was changed after it was saved, as where a browser brings back a page that was left. How a number was written makes no difference, and
/// no more does when it came, where it says no time.
pub(super) async fn saved_otherwise(
    tx: &mut Tx,
    (person, by): (PersonId, AccountId),
    (form, all): (&ReadingForm, &[Told]),
) -> Result<Option<(SavedBefore, String)>, ServiceError> {
    let says_when = !form.time.trim().is_empty() || form.day.iter().any(|part| !part.trim().is_empty());
    let (mut found, mut unsaved) = (None, 0_usize);
    for (place, (measure, said, submission)) in all.iter().enumerate() {
        let Some(id) = reading::by_submission(tx, person, *submission).await? else {
            unsaved += 1;
            continue;
        };
        // One that was removed is not there.
        let Some(row) = reading::one(tx, person, id).await? else { continue };
        if row.measure()? != *measure || AccountId::from_uuid(row.created_by) != by {
            continue;
        }
        let second = said.second.map(Amount::thousandths);
        let is_same = (said.first.thousandths(), second, said.unit) == (row.first_value, row.second_value, row.unit.as_str())
            && (&said.settings, &said.note) == (&row.settings, &row.note)
            && (place > 0 || !says_when || said.taken_at == row.taken_at || shows(form, row.taken_at));
        if is_same {
            continue;
        }
        unsaved += 1;
        if found.is_none() {
            let unit = measure.unit_of(&row.unit).unwrap_or_else(|| measure.unit());
            let second = row.second_value.map(Amount::from_thousandths);
            let words = measure.in_words(unit, &row.said, Amount::from_thousandths(row.first_value), second);
            found = Some((*measure, id, words));
        }
    }
    Ok(found.map(|(measure, id, words)| (SavedBefore { measure, id, leaves_other: unsaved > 1 }, words)))
}

/// What is asked where just the same was saved before.
const SAME: &str = "You have just saved the same reading. Save it again only if it is another one";
/// What is asked where others saved one of the same time.
const OF_OTHERS: &str = "Somebody else saved a reading of the same time. Is it the same one? Then do not save this. Is this another reading? \
                         Save it as another one";

/// Whether this account typed just the same a moment before: somebody who went back to the form hardly measured twice.
async fn is_just_saved(
    tx: &mut Tx,
    of: (PersonId, AccountId),
    (measure, said): (Measure, &Said),
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let numbers = (said.first.thousandths(), said.second.map(Amount::thousandths));
    let saved = just_saved(tx, of, (measure, said), now).await?;
    Ok(saved.iter().any(|row| (row.first_value, row.second_value) == numbers))
}

/// What this account typed a moment before of the same time, taken in the same way and with the same note, whatever its numbers are.
async fn just_saved(
    tx: &mut Tx,
    (person, by): (PersonId, AccountId),
    (measure, said): (Measure, &Said),
    now: DateTime<Utc>,
) -> Result<Vec<ReadingRow>, ServiceError> {
    let mut rows = at_that_time(tx, person, (measure, said)).await?;
    rows.retain(|row| {
        let is_theirs = AccountId::from_uuid(row.created_by) == by && row.source == "typed";
        is_theirs && row.created_at > now - JUST_SAVED && row.settings == said.settings && row.note == said.note
    });
    Ok(rows)
}

/// The readings of a measure that were taken within less than [`AT_ONCE`] of one.
async fn at_that_time(tx: &mut Tx, person: PersonId, (measure, said): (Measure, &Said)) -> Result<Vec<ReadingRow>, ServiceError> {
    let until = (said.taken_at + AT_ONCE, ReadingId::from_uuid(Uuid::max()));
    let mut rows = reading::page(tx, person, measure, until, LATELY).await?;
    rows.retain(|row| (row.taken_at - said.taken_at).abs() < AT_ONCE);
    Ok(rows)
}

/// The same as [`told_by`] of a form that says nothing of when, which is this instant.
pub(super) fn told_at(measure: Measure, form: &ReadingForm, at: DateTime<Utc>) -> Result<Told, ServiceError> {
    let submission = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
    Ok((measure, read_at(measure, form, Ok(at))?, submission))
}

fn too_many(until: DateTime<Utc>) -> ServiceError {
    let (most, when) = (limits::READINGS.most(), instant_in_words(until));
    let words = format!(
        "No more than {most} readings can be added in 24 hours, and there are so many. Add this one after {when}, or bring in many at once \
         from a file"
    );
    ServiceError::field("", words)
}

pub(super) fn changed_since() -> ServiceError {
    ServiceError::field("", "Somebody changed this reading meanwhile. Look at it again, and change it if it is still wrong")
}

/// Everything that a form says of a reading, or everything that is wrong with it.
pub(super) fn read(measure: Measure, form: &ReadingForm, now: DateTime<Utc>) -> Result<Said, ServiceError> {
    read_at(measure, form, taken_at(&form.day, &form.time, now))
}

fn read_at(measure: Measure, form: &ReadingForm, when: Result<DateTime<Utc>, FieldProblem>) -> Result<Said, ServiceError> {
    let typed = Typed { numbers: &form.numbers, unit: &form.unit, sure: form.sure };
    let settings = settings(measure, |field| form.settings.get(field).map_or("", String::as_str));
    let heard = hear_beside(measure, &typed, &settings).map_err(|doubts| in_words(measure, &typed, &doubts));
    let note = note(measure, &form.note);
    let mut problems = Vec::new();
    if let Err(told) = &heard {
        problems.extend(told.iter().cloned());
    }
    problems.extend(when.as_ref().err().cloned());
    problems.extend(note.as_ref().err().cloned());
    let (Ok(Heard { unit, first, second, said }), Ok(taken_at), Ok(note)) = (heard, when, note) else {
        return Err(ServiceError::Fields(problems));
    };
    Ok(Said { taken_at, taken_on: london_day(taken_at), first, second, unit: unit.ucum, said: said.join("/"), settings, note })
}

fn note(measure: Measure, typed: &str) -> Result<String, FieldProblem> {
    match text("note", typed)? {
        note if note.is_empty() && measure.needs_note() => Err(FieldProblem::new("note", "Say what it is")),
        note => Ok(note),
    }
}

/// What is wrong with the numbers, and what is asked about them, in words.
pub(super) fn in_words(measure: Measure, typed: &Typed<'_>, doubts: &[(usize, Doubt)]) -> Vec<FieldProblem> {
    let (unit, said) = typed.read(measure);
    let unit: &Unit = unit.unwrap_or_else(|| measure.unit());
    let said = |place: usize| said.get(place).map_or("", String::as_str);
    // What is chosen below counts for nothing beside a unit that is written.
    let is_written = |place: usize| typed.numbers.get(place).is_some_and(|text| text.trim() != said(place));
    doubts
        .iter()
        .map(|(place, doubt)| {
            let (field, what) = measure.parts().get(*place).map_or(("", ""), |part| (part.field, part.short));
            let lead = if measure.parts().len() > 1 { format!("{what}: ") } else { String::new() };
            let number = said(*place);
            let problem = |words: String| FieldProblem::new(field, format!("{lead}{words}"));
            let sure = |words: String| FieldProblem::new("sure", format!("{lead}{words}"));
            match doubt {
                Doubt::NoSuchUnit => FieldProblem::new("unit", "Choose the unit"),
                Doubt::Missing if !measure.choices().is_empty() => problem("Choose how you feel".to_owned()),
                Doubt::Missing => problem(format!("{}nter a number", if lead.is_empty() { "E" } else { "e" })),
                Doubt::NotANumber if unit.pair.is_some() => {
                    problem(format!("Write {} with a space between, such as 12 4", unit.shown))
                }
                Doubt::NotANumber if off_meter(measure, number).is_some() => problem(format!(
                    "{number} is not a number, so it was not saved. Do what is said about it first. When you test again, write that number. You can say in its note that the meter showed {number} before"
                )),
                Doubt::NotANumber => problem("Use numbers only, such as 72".to_owned()),
                Doubt::TooLong => problem("This number is too long. Check it".to_owned()),
                Doubt::Comma => problem(format!("Write {number} with a full stop before decimals, and without a comma")),
                Doubt::TooExact(0) => problem("Write it without decimals".to_owned()),
                Doubt::TooExact(1) => problem("Write it with one decimal at most, such as 7.2".to_owned()),
                Doubt::TooExact(decimals) => problem(format!("Write it with {decimals} decimals at most")),
                Doubt::Impossible(lowest, highest) => {
                    problem(format!("It must be between {lowest} and {highest} {}", measure.unit().shown).trim_end().to_owned())
                }
                Doubt::WrongWayRound => problem("It must be higher than the bottom number. Check both".to_owned()),
                Doubt::OtherUnit(other, own, may_be) => {
                    let guess = format!("{own} {}", measure.unit().shown);
                    // Of a unit that is written as two numbers it is the first: "12 stone".
                    let name = other.pair.and_then(|_| other.shown.split(" and ").next()).unwrap_or(other.shown);
                    let guess = if **other == *measure.unit() { guess } else { format!("{number} {name}? That is {guess}") };
                    let mark = if guess.contains('?') { "." } else { "?" };
                    let again = if is_written(*place) { "Write it with its unit again" } else { "Choose the unit again" };
                    let asked = format!("{number} {} would be very unusual. Was it {guess}{mark} {again}", unit.shown);
                    match may_be {
                        true => sure(format!("{asked}, or say that it is right")),
                        false if is_written(*place) => problem(asked),
                        false => FieldProblem::new("unit", asked),
                    }
                }
                Doubt::Unlikely => sure(format!("{number} {} would be very unusual. Check it", unit.shown).replace("  ", " ")),
            }
        })
        .collect()
}

/// Whether a form says the day and the minute of this instant, as it was filled in: then nothing of it was changed, its seconds least.
fn shows(form: &ReadingForm, at: DateTime<Utc>) -> bool {
    let [d, m, y] = &form.day;
    let day = crate::typed::typed_date([d, m, y], "day", "The day").ok().flatten();
    (day, read_clock(form.time.trim())) == (Some(london_day(at)), Some(minute_of_day(at)))
}

/// The instant at which the clock in London first showed this minute of this day; in the night when it goes forward there is none of
/// the hour that it leaves out.
pub(super) fn at_clock(day: NaiveDate, minute: u16) -> Result<DateTime<Utc>, FieldProblem> {
    shown_at(day, minute).ok_or_else(|| {
        let words = format!("The clocks went forward that night. There was no {}", minute_in_words(minute));
        FieldProblem::new("time", words)
    })
}

/// When a reading was taken: now where nothing is said.
pub(super) fn taken_at(day: &[String; 3], time: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, FieldProblem> {
    let [d, m, y] = day;
    let today = london_day(now);
    let typed = crate::typed::typed_date([d, m, y], "day", "The day")?;
    let time = time.trim();
    let at = match (typed, time) {
        (None, "") => return Ok(now),
        (Some(_), "") => return Err(FieldProblem::new("time", "Enter the time too, such as 8:30am")),
        (day, time) => {
            let minute = read_clock(time).ok_or_else(|| FieldProblem::new("time", "Enter a time, such as 8:30am or 20:30"))?;
            let day = day.unwrap_or(today);
            at_clock(day, minute)?
        }
    };
    if at > now + CLOCKS_DIFFER {
        let field = if typed.is_some_and(|day| day > today) { "day" } else { "time" };
        return Err(FieldProblem::new(field, "This is still to come. Enter when you took the reading"));
    }
    let earliest = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(NaiveDate::MIN);
    if london_day(at) < earliest {
        return Err(FieldProblem::new("day", format!("The day must be after {}", day_in_words(earliest))));
    }
    // The minute of now is now, so that two readings of one minute keep their order.
    Ok(if london_day(at) == today && minute_of_day(at) == minute_of_day(now) { now } else { at.min(now) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn taken(day: &str, time: &str, now: &str) -> Result<String, String> {
        let mut parts = day.split(' ').map(str::to_owned);
        let day = std::array::from_fn(|_| parts.next().unwrap_or_default());
        taken_at(&day, time, at(now)).map(|at| at.to_rfc3339()).map_err(|problem| problem.field)
    }

    #[test]
    fn the_time_is_now_or_what_the_clock_in_london_showed() {
        let now = "2026-07-01T09:30:40Z";
        assert_eq!(taken("", "", now).unwrap(), "2026-07-01T09:30:40+00:00");
        assert_eq!(taken("", "8:15am", now).unwrap(), "2026-07-01T07:15:00+00:00");
        assert_eq!(taken("30 6 2026", "20:30", now).unwrap(), "2026-06-30T19:30:00+00:00");
        assert_eq!(taken("", "10:30", now).unwrap(), "2026-07-01T09:30:40+00:00", "the minute of now");
        assert_eq!(taken("", "10:33", now).unwrap(), "2026-07-01T09:30:40+00:00", "a clock that is ahead");
        for (day, time, field) in
            [("", "11am", "time"), ("2 7 2026", "8am", "day"), ("30 6 2026", "", "time"), ("", "soon", "time")]
        {
            assert_eq!(taken(day, time, now).unwrap_err(), field, "{day} {time}");
        }
        assert_eq!(taken("31 12 1899", "8am", now).unwrap_err(), "day");
        assert_eq!(taken("31 2 2026", "8am", now).unwrap_err(), "day");
    }

    #[test]
    fn both_nights_on_which_the_clock_changes_have_their_times() {
        // 2026-03-29 01:00 to 02:00 never was; 2026-10-25 01:00 to 02:00 was twice.
        for time in ["01:00", "1:30am", "01:59"] {
            assert_eq!(taken("29 3 2026", time, "2026-04-01T09:00:00Z").unwrap_err(), "time", "{time}");
        }
        assert_eq!(taken("29 3 2026", "02:00", "2026-04-01T09:00:00Z").unwrap(), "2026-03-29T01:00:00+00:00");
        let day = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap();
        assert_eq!(at_clock(day, 90).unwrap_err().message, "The clocks went forward that night. There was no 1:30am");
        assert_eq!(taken("25 10 2026", "01:30", "2026-11-01T09:00:00Z").unwrap(), "2026-10-25T00:30:00+00:00");
    }
}
