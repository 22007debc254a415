//! Medicines that people take of their own accord: kept beside what services recorded, never among it.

use super::list::{MOST_OWN, sees_own};
use super::{Medicines, orders, text};
use crate::activity::{self, Event};
use crate::error::gather;
use crate::records::purpose;
use crate::typed::named;
use crate::{FieldProblem, ServiceError};
use domain::access::Actor;
use domain::audit::Action;
use domain::when::london_day;
use domain::{OwnMedicineId, PersonId};
use store::medicine::{self, NewOwn};
use store::person_write;
use uuid::Uuid;

/// The most characters of a name.
const LONGEST_NAME: usize = 120;

/// What is sent to add a medicine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnMedicineForm {
    /// Its name.
    pub name: String,
    /// How it is taken.
    pub dose: String,
    /// What for.
    pub reason: String,
    /// Since when, as day, month and year; empty where that is not known.
    pub started_on: [String; 3],
    /// The form's one-time id.
    pub submission: String,
}

impl Medicines {
    /// Adds a medicine that the person takes of their own accord. The same form twice adds it once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`name`, `dose`, `reason`, `started_on`); [`ServiceError::NotFound`] to whoever may not order
    /// for the person.
    pub async fn add_own(&self, actor: &Actor, person: PersonId, form: &OwnMedicineForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, _) = orders(&core, tx, &actor, person).await?;
                let added_by = actor.account().ok_or(ServiceError::NotFound)?;
                let today = london_day(core.now());
                gather! {
                    name = name(&form.name);
                    dose = named("How you take it", text("dose", &form.dose));
                    reason = named("What it is for", text("reason", &form.reason));
                    started_on = started(&form.started_on, today);
                    submission = form.submission.parse::<Uuid>().map_err(|_| FieldProblem::not_whole());
                }
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let there = medicine::own(tx, person, MOST_OWN).await?.len();
                let full = i64::try_from(there).is_ok_and(|there| there >= MOST_OWN);
                let id = OwnMedicineId::from_uuid(core.new_id());
                let new = NewOwn { person, id, submission, name, dose, reason, started_on, added_by };
                if !medicine::add_own(tx, &new, core.now()).await? {
                    return Ok(());
                }
                // Said only now, so that a form that added the last of them may come again; nothing is kept.
                if full {
                    return Err(ServiceError::field("name", format!("You can add {MOST_OWN} medicines and no more")));
                }
                let event = Event::on_record(&actor, subject, Action::OwnMedicineChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "added").about("medicine", id)).await
            })
        })
        .await
    }

    /// Says that a medicine that was added is not taken any more. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, and to whoever may not order for the person.
    pub async fn stop_own(&self, actor: &Actor, person: PersonId, id: OwnMedicineId) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = orders(&core, tx, &actor, person).await?;
                if !sees_own(&reader) {
                    return Err(ServiceError::NotFound);
                }
                let all = medicine::own(tx, person, MOST_OWN).await?;
                all.iter().find(|row| row.id == id.as_uuid()).ok_or(ServiceError::NotFound)?;
                if !medicine::stop_own(tx, person, id, london_day(core.now())).await? {
                    return Ok(());
                }
                let event = Event::on_record(&actor, subject, Action::OwnMedicineChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "stopped").about("medicine", id)).await
            })
        })
        .await
    }
}

pub(super) fn name(typed: &str) -> Result<String, FieldProblem> {
    let name = text("name", &typed.split_whitespace().collect::<Vec<_>>().join(" "))?;
    if name.is_empty() {
        return Err(FieldProblem::new("name", "Enter the name of the medicine, as it is on the pack"));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(FieldProblem::new("name", format!("Use no more than {LONGEST_NAME} letters")));
    }
    Ok(name)
}

fn started(parts: &[String; 3], today: chrono::NaiveDate) -> Result<Option<chrono::NaiveDate>, FieldProblem> {
    let [day, month, year] = parts;
    let date = crate::typed::past_date([day, month, year], "started_on", "The day when you began")?;
    if date.is_some_and(|date| date > today) {
        return Err(FieldProblem::new("started_on", "The day when you began must be today or in the past"));
    }
    Ok(date)
}
