//! What to do at once about readings that were typed and not kept, because something is asked about them or is wrong: danger does not
//! wait for a form.

use super::at_once::{Before, PAST};
use super::record::taken_at;
use super::weeks::one_reading;
use super::{PAGE, PaperForm, ReadingForm, Readings, WeekForm, may_type};
use crate::ServiceError;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::access::{Actor, Ask};
use domain::reading::week::Protocol;
use domain::reading::{About, Advice, Beside, Measure, TextedReading, Typed, Urgency, hear, to_do_unkept};
use domain::when::instant_in_words;
use domain::{PersonId, ReadingId};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use store::Tx;

/// Of so many things at most a page with a form says what to do: the most urgent.
const MOST: usize = 3;

/// What to do, each with when it holds where what was typed may be two numbers: "If it is 7.2 mmol/L: ". Where it holds by signs
/// that were told of before, with that instead.
pub type ToDo = Vec<(String, &'static Advice)>;

impl Readings {
    /// What to do today or sooner about readings that were typed and not kept, and about what the same device showed with them, the most
    /// urgent first. By what is known of the person, to whoever may see their readings, and that is audited where there is anything to do;
    /// to anybody else who may record, by what was typed alone.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not record readings for the person.
    pub async fn about_typed(
        &self,
        actor: &Actor,
        person: PersonId,
        measure: Measure,
        typed: &[ReadingForm],
    ) -> Result<ToDo, ServiceError> {
        let asks = (Ask::RecordReadings, Ask::SeeReadings);
        let (mut tx, subject, reader, may_see) = self.core.enter_and(actor, person, asks, PAGE).await?;
        if !may_type(&reader, measure) {
            return Ok(ToDo::new());
        }
        let all = to_do_of(&mut tx, (person, may_see), (measure, None), (typed, self.core.now())).await?;
        drop(tx);
        if may_see && !all.is_empty() {
            self.looked(actor, subject, Some(measure)).await?;
        }
        Ok(all)
    }

    /// The same about what was typed of a paper diary that began on this day.
    ///
    /// # Errors
    /// As [`Readings::about_typed`].
    pub async fn about_typed_on_paper(
        &self,
        actor: &Actor,
        person: PersonId,
        (protocol, first): (Protocol, NaiveDate),
        form: &PaperForm,
    ) -> Result<ToDo, ServiceError> {
        let days = first.iter_days().flat_map(|day| protocol.sittings().iter().map(move |_| day));
        let is_filled = |numbers: &Vec<String>| numbers.iter().any(|text| !text.trim().is_empty());
        let lines = days.zip(&form.lines).filter(|(_, line)| line.readings.iter().any(is_filled)).flat_map(|(day, line)| {
            let of_line = WeekForm {
                readings: line.readings.clone(),
                sure: line.sure.clone(),
                unit: line.unit.clone(),
                day: [day.day(), day.month(), day.year_ce().1].map(|part| part.to_string()),
                time: line.time.clone(),
                ..WeekForm::default()
            };
            each_of(protocol, &of_line)
        });
        let typed: Vec<ReadingForm> = lines.collect();
        self.about_typed(actor, person, protocol.measure(), &typed).await
    }

    /// What to do at once about what was typed of a reading that was not taken in, because whoever sent it acts for somebody else by now: by
    /// what was typed alone. Nothing of anybody is read.
    #[must_use]
    pub fn about_typed_alone(&self, measure: Measure, form: &ReadingForm) -> ToDo {
        let about = About { may_be_pregnant: true, ..About::default() };
        let beside = Beside { at: self.core.now(), about, ..Beside::default() };
        let all = to_do_unkept(&told(measure, form), &beside).into_iter();
        let mut all: ToDo = all.filter(|(_, advice)| advice.urgency >= Urgency::Soon).collect();
        all.sort_by_key(|(_, advice)| Reverse(advice.urgency));
        all.truncate(MOST);
        all
    }
}

/// What to do about readings of a measure that were typed and not kept, by what is known of the person where the reader may see it;
/// `changed` is the reading that would be changed, which counts as it was no more.
pub(super) async fn to_do_of(
    tx: &mut Tx,
    (person, may_see): (PersonId, bool),
    (measure, changed): (Measure, Option<ReadingId>),
    (typed, now): (&[ReadingForm], DateTime<Utc>),
) -> Result<ToDo, ServiceError> {
    if typed.is_empty() {
        return Ok(ToDo::new());
    }
    let at = |form: &ReadingForm| taken_at(&form.day, &form.time, now).unwrap_or(now);
    let instants: Vec<DateTime<Utc>> = typed.iter().map(at).collect();
    let before = if may_see {
        let measures: Vec<Measure> = std::iter::once(measure).chain(measure.shown_with()).collect();
        Some(Before::load(tx, person, (&measures, &instants), now).await?)
    } else {
        None
    };
    let mut all = ToDo::new();
    for (form, at) in typed.iter().zip(instants) {
        let about = About { may_be_pregnant: true, ..About::default() };
        let unknown = || Beside { at, about, ..Beside::default() };
        let mut known = before.as_ref().map_or_else(unknown, |before| before.beside(at));
        known.before.retain(|(_, one)| Some(one.id) != changed);
        for (when, advice) in to_do_unkept(&told(measure, form), &known) {
            if advice.urgency >= Urgency::Soon && !all.iter().any(|(_, there)| there.title == advice.title) {
                all.push((format!("{}{when}", if_past(form, at, now)), advice));
            }
        }
    }
    all.sort_by_key(|(_, advice)| Reverse(advice.urgency));
    // Nobody reads of something milder who is to call 999 first.
    if all.first().is_some_and(|(_, advice)| advice.urgency == Urgency::Emergency) {
        all.retain(|(_, advice)| advice.urgency == Urgency::Emergency);
    }
    all.truncate(MOST);
    Ok(all)
}

/// What is said before what to do about a reading that was taken more than a day ago.
pub const IF_PAST: &str =
    "That was more than a day ago. If it may still be so, do this now. If all is well, measure again first.";

/// Which reading is meant, where it was taken more than a day ago: what to do about it may be over. Empty of every other.
fn if_past(form: &ReadingForm, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if now - at <= PAST {
        return String::new();
    }
    let (numbers, taken) = (form.numbers.join("/"), instant_in_words(at));
    format!("{numbers}, taken on {taken}. {IF_PAST} ")
}

/// What a form of a guided week tells of each reading: of those that are typed, or of the first where none is; of blows, the best that can
/// be read.
pub(super) fn each_of(protocol: Protocol, form: &WeekForm) -> Vec<ReadingForm> {
    let measure = protocol.measure();
    let is_filled = |at: &usize| {
        let has_number = form.readings.get(*at).is_some_and(|numbers| numbers.iter().any(|text| !text.trim().is_empty()));
        has_number || form.shown_with.get(*at).is_some_and(|shown| !shown.number.trim().is_empty())
    };
    let mut places: Vec<usize> = (0..form.readings.len()).filter(is_filled).collect();
    if protocol.blows() > 1 {
        let read = |at: &usize| {
            let numbers = form.readings.get(*at)?;
            hear(measure, &Typed { numbers, unit: &form.unit, sure: true }).ok().map(|heard| (heard.first, *at))
        };
        let best = places.iter().filter_map(read).max().map(|(_, at)| at);
        places = best.into_iter().collect();
    }
    if places.is_empty() {
        places.push(0);
    }
    let of = |at: usize| ReadingForm {
        shown_with: form.shown_with.get(at).cloned().unwrap_or_default(),
        ..one_reading(protocol, form, at)
    };
    places.into_iter().map(of).collect()
}

/// What a form tells, as what to do is found of it.
fn told(measure: Measure, form: &ReadingForm) -> Vec<TextedReading> {
    let mut all = vec![reading(measure, (&form.numbers, &form.unit), &form.settings)];
    if let Some(other) = measure.shown_with().filter(|_| form.shown_with.is_filled()) {
        let shown = &form.shown_with;
        all.push(reading(other, (std::slice::from_ref(&shown.number), ""), &shown.settings));
    }
    all
}

fn reading(measure: Measure, (numbers, unit): (&[String], &str), said: &BTreeMap<String, String>) -> TextedReading {
    let settings = measure.settings().iter().filter_map(|setting| {
        let said = said.get(setting.field)?;
        let (code, _) = setting.answers.iter().find(|(code, _)| *code == said.as_str())?;
        Some((setting.field, *code))
    });
    TextedReading {
        measure,
        numbers: numbers.to_vec(),
        unit: measure.unit_of(unit).map_or("", |unit| unit.ucum),
        settings: settings.collect(),
        alone: true,
        unasked: false,
        best_of: 0,
    }
}
