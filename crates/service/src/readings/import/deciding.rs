//! What becomes of a file that was read: its columns are named, it is added, taken out again, or thrown away.

use super::super::{Readings, opens, rules};
use super::reading_in::{in_words, read_in};
use super::with_import;
use crate::activity::{self, Event};
use crate::records::purpose;
use crate::{FieldProblem, ServiceError, access};
use domain::access::Actor;
use domain::audit::Action;
use domain::reading::{ImportState, Measure};
use domain::{PersonId, ReadingImportId};
use store::{intake, person_write};
use trackers::table::{self, Columns, DayOrder};

/// How many batches are done at once, before the page is answered: most files are done with it.
const AT_ONCE: usize = 4;
/// How many batches a job does before it looks whether it is to stop.
const A_ROUND: u64 = 20;

/// What the columns of a table are, as the form sends it. Columns are numbers from 0; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnsForm {
    /// [`Measure`] by code.
    pub measure: String,
    /// In which unit (UCUM); empty where the measure has only one.
    pub unit: String,
    /// `day` or `month`: which of them comes first in its days.
    pub order: String,
    /// The day.
    pub day: String,
    /// The time.
    pub time: String,
    /// The numbers, in the order of [`Measure::parts`].
    pub numbers: Vec<String>,
    /// The note.
    pub note: String,
}

impl ColumnsForm {
    /// What was said, or all that is wrong with it.
    fn read(&self, measure: Measure, width: usize) -> Result<Columns, ServiceError> {
        let mut problems = Vec::new();
        let mut problem = |field: &str, words: &str| problems.push(FieldProblem::new(field, words));
        let column = |text: &str| text.parse::<usize>().ok().filter(|column| *column < width);
        let day = column(&self.day);
        if day.is_none() {
            problem("day", "Choose the column with the day");
        }
        // Where there are several, nobody can know which of them a table means.
        let only = measure.units().len() == 1 && self.unit.is_empty();
        let unit = if only { measure.unit().ucum } else { &self.unit };
        if measure.unit_of(unit).is_none() {
            problem("unit", "Choose the unit");
        }
        let mut numbers = Vec::new();
        for (place, part) in measure.parts().iter().enumerate() {
            match self.numbers.get(place).and_then(|text| column(text)) {
                Some(column) if Some(column) == day || numbers.contains(&column) => {
                    problem(part.field, "Choose another column: this one is something else already");
                }
                Some(column) => numbers.push(column),
                None => problem(part.field, "Choose the column with the number"),
            }
        }
        let note = column(&self.note);
        if measure.needs_note() && note.is_none() {
            problem("note", "Choose the column that says what it is");
        }
        let order = if self.order == "month" { DayOrder::MonthFirst } else { DayOrder::DayFirst };
        let time = column(&self.time);
        match day {
            Some(day) if problems.is_empty() => Ok(Columns { measure, unit: unit.to_owned(), order, day, time, numbers, note }),
            _ => Err(ServiceError::Fields(problems)),
        }
    }
}

fn decided() -> ServiceError {
    ServiceError::field("", "This file was decided about meanwhile. Look at it again")
}

impl Readings {
    /// Says what the columns of a table are, and reads it; also a second time, until it is confirmed.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`measure`, `unit`, `day`, the measure's parts, `note`, `file`); [`ServiceError::NotFound`] for an
    /// import that is not theirs.
    pub async fn name_columns(
        &self,
        actor: &Actor,
        (person, id): (PersonId, ReadingImportId),
        form: &ColumnsForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        let (columns, bytes) = self
            .act(actor, person, move |core, tx, actor| {
                Box::pin(async move {
                    let (bringing, row) = with_import(&core, tx, &actor, (person, id)).await?;
                    let measure = Measure::from_code(&form.measure).filter(|measure| opens(&bringing.reader, *measure));
                    let measure = measure.ok_or_else(|| ServiceError::field("measure", "Choose what the table is about"))?;
                    if !matches!(row.state()?, ImportState::Columns | ImportState::Ready) {
                        return Err(decided());
                    }
                    let bytes = intake::held(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                    let width = table::begin(&bytes).map_err(|error| in_words(&error))?.columns.len();
                    let columns = form.read(measure, width)?;
                    intake::read_again(tx, person, id).await?;
                    let event = Event::on_record(&actor, bringing.subject, Action::ReadingsImported, purpose(bringing.subject));
                    activity::append(&core, tx, event.about("what", "columns").about("import", id)).await?;
                    Ok((columns, bytes))
                })
            })
            .await?;
        let (now, measure) = (self.core.now(), columns.measure);
        let read = read_in(&self.core, (person, id), vec![measure], move |sink| table::read(&bytes, &columns, now, sink));
        let (read, staged) = read.await?;
        let summary = read.map_err(|error| in_words(&error))?;
        let left = staged.left(&summary.left);
        self.core
            .write(move |_, tx| {
                Box::pin(async move {
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    let row = intake::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                    if !matches!(row.state()?, ImportState::Columns | ImportState::Ready) {
                        return Err(decided());
                    }
                    Ok(intake::is_read(tx, (person, id), summary.origin, (staged.found, &left), None).await?)
                })
            })
            .await
    }

    /// Says yes: what was found and is not here yet is added. A small file is done with when this answers.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] where it cannot be any more; [`ServiceError::NotFound`] for an import that is not theirs.
    pub async fn confirm_import(&self, actor: &Actor, (person, id): (PersonId, ReadingImportId)) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (bringing, row) = with_import(&core, tx, &actor, (person, id)).await?;
                match row.state()? {
                    ImportState::Running | ImportState::Done => return Ok(()),
                    ImportState::Ready if row.waiting > 0 => {}
                    _ => return Err(decided()),
                }
                intake::confirm(tx, person, id, core.now()).await?;
                let event = Event::on_record(&actor, bringing.subject, Action::ReadingsImported, purpose(bringing.subject));
                activity::append(&core, tx, event.about("what", "added").about("import", id)).await
            })
        })
        .await?;
        self.go_on((person, id), AT_ONCE).await
    }

    /// Takes out again, as one, what an import added and nobody changed since. What it was is kept, and shown to nobody.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] where nothing of it was added; [`ServiceError::NotFound`] for an import that is not theirs.
    pub async fn undo_import(&self, actor: &Actor, (person, id): (PersonId, ReadingImportId)) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (bringing, row) = with_import(&core, tx, &actor, (person, id)).await?;
                match row.state()? {
                    ImportState::Undoing | ImportState::Undone => return Ok(()),
                    ImportState::Running | ImportState::Done => {}
                    ImportState::Reading | ImportState::Columns | ImportState::Ready => return Err(decided()),
                }
                intake::undo(tx, (person, id), bringing.by, core.now()).await?;
                let event = Event::on_record(&actor, bringing.subject, Action::ReadingsImported, purpose(bringing.subject));
                activity::append(&core, tx, event.about("what", "undone").about("import", id)).await
            })
        })
        .await?;
        self.go_on((person, id), AT_ONCE).await
    }

    /// Throws away a file to which nobody said yes.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] where somebody did; [`ServiceError::NotFound`] for an import that is not theirs.
    pub async fn discard_import(&self, actor: &Actor, (person, id): (PersonId, ReadingImportId)) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (bringing, row) = with_import(&core, tx, &actor, (person, id)).await?;
                if !matches!(row.state()?, ImportState::Columns | ImportState::Ready) {
                    return Err(decided());
                }
                intake::forget(tx, person, id).await?;
                let event = Event::on_record(&actor, bringing.subject, Action::ReadingsImported, purpose(bringing.subject));
                activity::append(&core, tx, event.about("what", "discarded").about("import", id)).await
            })
        })
        .await
    }

    /// Goes on with what was said yes to, in batches, until there is no more or this many are done; gives how many were. What was
    /// under way when a server ended is gone on with by the next.
    ///
    /// # Errors
    /// A failing database; refusals for anybody but the service itself and its operator.
    pub async fn run_imports(&self, actor: &Actor) -> Result<u64, ServiceError> {
        access::for_all(actor)?;
        let mut done = 0;
        while done < A_ROUND {
            let mut tx = self.core.read().await?;
            let next = intake::waiting(&mut tx).await?;
            drop(tx);
            let Some(next) = next else { break };
            self.go_on(next, 1).await?;
            done += 1;
        }
        Ok(done)
    }

    /// Does up to so many batches of an import.
    pub(in super::super) async fn go_on(
        &self,
        (person, id): (PersonId, ReadingImportId),
        most: usize,
    ) -> Result<(), ServiceError> {
        for _ in 0..most {
            let more = self
                .core
                .write(move |core, tx| {
                    Box::pin(async move {
                        // Two servers take turns, and nobody undoes what is being added at the same time.
                        person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                        let row = intake::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                        let more = match row.state()? {
                            ImportState::Running => intake::add_next(tx, person, id, core.now()).await?,
                            ImportState::Undoing => intake::remove_next(tx, person, id).await?,
                            _ => return Ok(false),
                        };
                        if !more && rules::settle(&core, tx, person).await? {
                            activity::append(&core, tx, rules::raised(person)).await?;
                        }
                        Ok(more)
                    })
                })
                .await?;
            if !more {
                break;
            }
        }
        Ok(())
    }
}
