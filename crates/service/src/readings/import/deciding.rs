//! What becomes of a file that was read: its columns are named, it is added, taken out again, or thrown away.

use super::super::{Readings, opens, rules};
use super::reading_in::{in_words, read_in};
use super::{decided, with_import};
use crate::activity;
use crate::{FieldProblem, ServiceError, access};
use domain::access::Actor;
use domain::reading::{Heading, ImportState, Measure, Origin, heading, pressure_in};
use domain::{PersonId, ReadingImportId};
use std::collections::{BTreeMap, BTreeSet};
use store::intake::LeftRow;
use store::{intake, person_write};
use trackers::table::{self, Beginning, Columns, DayOrder, MoreColumns, Order};

/// How many batches are done at once, before the page is answered: most files are done with it.
const AT_ONCE: usize = 4;
/// How many batches a job does before it looks whether it is to stop.
const A_ROUND: u64 = 20;

/// What is said of a column that is named twice.
const TAKEN: &str = "Choose another column: this one is something else already";
/// What is said where no column was chosen for a number.
const NO_NUMBER: &str = "Choose the column with the number";
/// What is said where a measure has several units and none of them was chosen.
const NO_UNIT: &str = "Choose the unit";

/// What the columns of a table are, as the form sends it. Columns are numbers from 0; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnsForm {
    /// [`Measure`] by code.
    pub measure: String,
    /// In which unit (UCUM); empty where the measure has only one.
    pub unit: String,
    /// `day` or `month`: which of them comes first in its days; empty where the table shows it.
    pub order: String,
    /// The day.
    pub day: String,
    /// The time.
    pub time: String,
    /// The numbers, in the order of [`Measure::parts`]; the same column for both where they are in one: "142/88".
    pub numbers: Vec<String>,
    /// How it was taken, by the field of each of [`Measure::told_in_tables`].
    pub settings: BTreeMap<String, String>,
    /// The note.
    pub note: String,
    /// What else stands in its rows, up to [`ColumnsForm::MOST_MORE`].
    pub more: Vec<MoreColumnsForm>,
}

/// Where another measure stands in the rows of a table, as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoreColumnsForm {
    /// [`Measure`] by code.
    pub measure: String,
    /// In which unit (UCUM); empty where the measure has only one.
    pub unit: String,
    /// The numbers, in the order of [`Measure::parts`].
    pub numbers: Vec<String>,
}

impl MoreColumnsForm {
    /// What a field (`unit`, or that of a part) is called for a measure that is not the first.
    #[must_use]
    pub fn field(measure: Measure, part: &str) -> String {
        format!("{}-{part}", measure.code())
    }
}

/// Which unit of a measure is meant. Where there are several, nobody can know which of them a table means.
fn unit_named(measure: Measure, typed: &str) -> Option<&'static str> {
    match measure.units() {
        [only] if typed.is_empty() => Some(only.ucum),
        _ => measure.unit_of(typed).map(|unit| unit.ucum),
    }
}

/// Whether both numbers of a blood pressure are in this column of a table: its name says so, as where the page chooses it, or its first
/// rows show it.
fn has_pressures(begins: &Beginning, column: usize) -> bool {
    let is_named = begins.columns.get(column).is_some_and(|name| heading(name) == Some(Heading::Both(Measure::BloodPressure)));
    is_named || begins.rows.iter().filter_map(|row| row.get(column)).any(|cell| pressure_in(cell).is_some())
}

impl ColumnsForm {
    /// How many measures a table can be about beside the first.
    pub const MOST_MORE: usize = 3;

    /// Of what its rows are, the first first, each once and as far as it is open.
    fn measures(&self, open: impl Fn(Measure) -> bool) -> Result<(Measure, Vec<Measure>), ServiceError> {
        let wanted = |code: &str| Measure::from_code(code).filter(|measure| open(*measure));
        let first = wanted(&self.measure).ok_or_else(|| ServiceError::field("measure", "Choose what the table is about"))?;
        // One that is nothing without its note has to be the first: the note is of that.
        let more = self.more.iter().map(|more| wanted(&more.measure).filter(|measure| !measure.needs_note()));
        let more: Option<Vec<Measure>> = more.collect();
        let more = more.filter(|more| {
            let all: BTreeSet<Measure> = more.iter().copied().chain([first]).collect();
            more.len() <= Self::MOST_MORE && all.len() == more.len() + 1
        });
        let more = more.ok_or_else(|| ServiceError::field("measure", "Choose what else is in the table once more"))?;
        Ok((first, more))
    }

    /// What was said of this table, or all that is wrong with it.
    fn read(&self, (measure, besides): (Measure, &[Measure]), bytes: &[u8]) -> Result<Columns, ServiceError> {
        let begins = table::begin(bytes).map_err(|error| in_words(&error))?;
        let width = begins.columns.len();
        let is_both = |column: usize| has_pressures(&begins, column);
        let mut problems = Vec::new();
        let mut problem = |field: &str, words: &str| problems.push(FieldProblem::new(field, words));
        let column = |text: &str| text.parse::<usize>().ok().filter(|column| *column < width);
        let day = column(&self.day);
        if day.is_none() {
            problem("day", "Choose the column with the day");
        }
        let unit = unit_named(measure, &self.unit);
        if unit.is_none() {
            problem("unit", NO_UNIT);
        }
        let mut numbers = Vec::new();
        for (place, part) in measure.parts().iter().enumerate() {
            match self.numbers.get(place).and_then(|text| column(text)) {
                Some(column) if Some(column) == day || (numbers.contains(&column) && !is_both(column)) => {
                    problem(part.field, TAKEN);
                }
                Some(column) => numbers.push(column),
                None => problem(part.field, &format!("{NO_NUMBER}: {}", part.label)),
            }
        }
        let (time, note) = (column(&self.time), column(&self.note));
        let is_taken = |column: Option<usize>, others: &[Option<usize>]| {
            column.is_some_and(|column| numbers.contains(&column)) || (column.is_some() && others.contains(&column))
        };
        if is_taken(time, &[day]) {
            problem("time", TAKEN);
        }
        let (mut settings, mut others) = (Vec::new(), vec![day, time]);
        for setting in measure.told_in_tables() {
            let place = self.settings.get(setting.field).and_then(|text| column(text));
            if is_taken(place, &others) {
                problem(setting.field, TAKEN);
            }
            others.push(place);
            settings.extend(place.map(|place| (setting.field, place)));
        }
        if measure.needs_note() && note.is_none() {
            problem("note", "Choose the column that says what it is");
        } else if is_taken(note, &others) {
            problem("note", TAKEN);
        }
        let mut taken: Vec<usize> = numbers.iter().copied().chain([day, time, note].into_iter().flatten()).collect();
        taken.extend(settings.iter().map(|(_, place)| *place));
        let mut more = Vec::new();
        for (other, form) in besides.iter().copied().zip(&self.more) {
            let mut places = Vec::new();
            for (place, part) in other.parts().iter().enumerate() {
                match form.numbers.get(place).and_then(|text| column(text)) {
                    Some(column) if taken.contains(&column) && !(places.contains(&column) && is_both(column)) => {
                        problem(&MoreColumnsForm::field(other, part.field), TAKEN);
                    }
                    Some(column) => {
                        taken.push(column);
                        places.push(column);
                    }
                    None => {
                        let words = format!("{NO_NUMBER}: {} ({})", part.label, other.name());
                        problem(&MoreColumnsForm::field(other, part.field), &words);
                    }
                }
            }
            match unit_named(other, &form.unit) {
                Some(unit) => more.push(MoreColumns { measure: other, unit: unit.to_owned(), numbers: places }),
                None => problem(&MoreColumnsForm::field(other, "unit"), &format!("{NO_UNIT}: {}", other.name())),
            }
        }
        let shown = day.map(|day| table::order_of(bytes, day)).transpose().map_err(|error| in_words(&error))?;
        let order = match (self.order.as_str(), shown) {
            ("day", Some(Order::Shown(DayOrder::MonthFirst))) => Err("In this table the month comes first: choose the month"),
            ("month", Some(Order::Shown(DayOrder::DayFirst))) => Err("In this table the day comes first: choose the day"),
            ("day", _) => Ok(DayOrder::DayFirst),
            ("month", _) => Ok(DayOrder::MonthFirst),
            (_, Some(Order::Shown(order))) => Ok(order),
            (_, Some(Order::Unknown)) => Err("Choose what comes first. The dates in this table can be read both ways"),
            // Without a day there is nothing to ask about yet.
            (_, None) => Ok(DayOrder::DayFirst),
        };
        let order = order.map_err(|words| problem("order", words)).ok();
        match day.zip(order).zip(unit) {
            Some(((day, order), unit)) if problems.is_empty() => {
                Ok(Columns { measure, unit: unit.to_owned(), order, day, time, numbers, settings, note, more })
            }
            _ => Err(ServiceError::Fields(problems)),
        }
    }
}

impl Readings {
    /// Says what the columns of a table are, and reads it; also a second time, until it is confirmed.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`measure`, `unit`, `day`, `time`, `order`, the measure's parts, how it was taken, `note`, `file`, and
    /// [`MoreColumnsForm::field`] of every other measure's parts and its unit);
    /// [`ServiceError::NotFound`] for an import that is not theirs.
    pub async fn name_columns(
        &self,
        actor: &Actor,
        (person, id): (PersonId, ReadingImportId),
        form: &ColumnsForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        let (columns, bytes, times) = self
            .act(actor, person, move |core, tx, actor| {
                Box::pin(async move {
                    let (bringing, row) = with_import(&core, tx, &actor, (person, id)).await?;
                    let (measure, besides) = form.measures(|measure| opens(&bringing.reader, measure))?;
                    if !matches!(row.state()?, ImportState::Columns | ImportState::Ready) {
                        return Err(decided());
                    }
                    let bytes = intake::held(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                    let columns = form.read((measure, &besides), &bytes)?;
                    intake::read_again(tx, person, id).await?;
                    bringing.note(&core, tx, &actor, "columns", ("import", id)).await?;
                    Ok((columns, bytes, row.read_times + 1))
                })
            })
            .await?;
        while self.drop_found((person, id), times).await? {}
        let (now, measures) = (self.core.now(), columns.measures());
        let import = ((person, id), times);
        let read = read_in(&self.core, import, measures, (), move |sink| table::read(&bytes, &columns, now, sink));
        let (read, staged) = read.await?;
        let rows = read.map_err(|error| in_words(&error))?;
        let left = staged.left(&rows.left);
        let listed = rows.listed.into_iter().map(|row| LeftRow {
            line: i64::try_from(row.line).unwrap_or(i64::MAX),
            measure: row.measure.code().to_owned(),
            why: row.why.code().to_owned(),
            says: row.says,
        });
        let listed: Vec<LeftRow> = listed.collect();
        self.core
            .write(move |_, tx| {
                Box::pin(async move {
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    if !intake::is_being_read(tx, (person, id), times).await? {
                        return Err(decided());
                    }
                    Ok(intake::is_read(tx, (person, id), Origin::Table, (staged.found, &left, &listed), None).await?)
                })
            })
            .await
    }

    /// Drops a batch of what an earlier reading of a table found; `true` where there may be more.
    async fn drop_found(&self, (person, id): (PersonId, ReadingImportId), times: i32) -> Result<bool, ServiceError> {
        self.core
            .write(move |_, tx| {
                Box::pin(async move {
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    if !intake::is_being_read(tx, (person, id), times).await? {
                        return Err(decided());
                    }
                    Ok(intake::drop_next(tx, person, id).await?)
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
                // What they may record can have become less since it was read.
                for measure in intake::found_measures(tx, person, id).await? {
                    if !Measure::from_code(&measure).is_some_and(|measure| opens(&bringing.reader, measure)) {
                        return Err(ServiceError::field("", "What you may record has changed. Send the file again"));
                    }
                }
                intake::confirm(tx, person, id, core.now()).await?;
                bringing.note(&core, tx, &actor, "added", ("import", id)).await
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
                    ImportState::Reading | ImportState::Columns | ImportState::Ready | ImportState::Discarded => {
                        return Err(decided());
                    }
                }
                intake::undo(tx, (person, id), bringing.by, core.now()).await?;
                bringing.note(&core, tx, &actor, "undone", ("import", id)).await
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
                intake::discard(tx, person, id).await?;
                bringing.note(&core, tx, &actor, "discarded", ("import", id)).await
            })
        })
        .await?;
        self.go_on((person, id), AT_ONCE).await
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
                        let Some(state) = intake::state(tx, person, id).await? else { return Ok(false) };
                        let more = match state {
                            ImportState::Running => intake::add_next(tx, person, id, core.now()).await?,
                            // What waited is dropped before anything is removed.
                            ImportState::Undoing if intake::drop_next(tx, person, id).await? => true,
                            ImportState::Undoing => intake::remove_next(tx, person, id).await?,
                            ImportState::Discarded => return Ok(intake::forget_next(tx, person, id).await?),
                            _ => return Ok(false),
                        };
                        if !more && rules::settle_unseen(&core, tx, person).await? {
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
