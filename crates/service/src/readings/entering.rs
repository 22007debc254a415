//! What a care team enters for somebody who told it by phone, or whom it measured.

use super::record::{
    ReadingForm, ReadingsAdded, Told, asked_beside_last, asked_beside_other, at_one_time, changed_since, keep, last_unit,
    saved_otherwise, told, told_with,
};
use super::unkept::{ToDo, to_do_of};
use super::{PAGE, Readings, allowed, may_type, rules};
use crate::activity::{self, Event};
use crate::care_team::{Patient, patient_looked_at, patient_of};
use crate::records::purpose;
use crate::{Core, FieldProblem, ServiceError, access};
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::reading::{Entered, Measure, Unit};
use domain::{AccountId, MemberId, PersonId, ReadingId};
use store::reading;
use store::{Tx, person_write};

/// A reading as a care team enters it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnterForm {
    /// The reading.
    pub reading: ReadingForm,
    /// [`Entered`] by code.
    pub how: String,
}

/// The form in which a care team enters a reading for somebody.
#[derive(Clone, Debug)]
pub struct EnterPage {
    /// For whom.
    pub patient: Patient,
    /// In which unit the reader entered this measure last.
    pub unit: &'static Unit,
    /// What to do about what was typed in it, where it came back.
    pub to_do: ToDo,
}

/// That a form was saved before and was changed since, in words: `saved` is the number that it saved.
fn saved_before(saved: &str) -> String {
    format!(
        "You saved {saved} from this page before, so what you typed now is not saved. Is that one wrong? Go to it, and take it back first. Is \
         this another reading? Save it again"
    )
}

/// Who of a care team entered a reading, and how they came to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnteredBy {
    /// Their name.
    pub name: String,
    /// Where they work.
    pub organisation: String,
    /// How.
    pub how: Entered,
    /// It was entered where the reader is at work, and nobody changed it since: they may take it back.
    pub may_take_back: bool,
}

/// A member of staff who enters something for somebody.
struct AtDesk {
    subject: Subject,
    by: AccountId,
    member: MemberId,
}

/// Lets through whoever may enter this for the person.
async fn at_desk(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId, measure: Measure) -> Result<AtDesk, ServiceError> {
    let (subject, reader) = allowed(core, tx, actor, person, Ask::EnterReadings).await?;
    match actor {
        Actor::Staff { id, member, .. } if may_type(&reader, measure) => Ok(AtDesk { subject, by: *id, member: *member }),
        _ => Err(ServiceError::NotFound),
    }
}

/// What is asked before what was typed is written down, all at once: of a weight that is far from the last one, and of another reading of
/// the same time.
async fn asked_at_desk(
    tx: &mut Tx,
    who: (PersonId, AccountId, Entered),
    (form, all): (&ReadingForm, &[Told]),
) -> Result<Vec<FieldProblem>, ServiceError> {
    let far = match all.first().filter(|_| !form.sure) {
        Some((measure, said, _)) => asked_beside_last(tx, (who.0, None), (*measure, said)).await?,
        None => None,
    };
    Ok(far.into_iter().chain(asked_beside_other(tx, who, (form, all)).await?).collect())
}

impl Readings {
    /// Lets through whoever of a care team may enter this for the person, and says in which unit they did so last.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not.
    pub async fn may_enter(&self, actor: &Actor, person: PersonId, measure: Measure) -> Result<&'static Unit, ServiceError> {
        let mut tx = self.core.read().await?;
        match at_desk(&self.core, &mut tx, actor, person, measure).await {
            Ok(_) => last_unit(&mut tx, actor, person, measure, self.core.now()).await,
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, PAGE).await)
            }
        }
    }

    /// The form in which whoever of a care team may enter this for the person does so, with what to do about what was typed in it, where it
    /// came back. That it was looked at is audited once: as a look at the person's readings where what to do about it was read from them,
    /// and else as a look at who they are.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not.
    pub async fn entering(
        &self,
        actor: &Actor,
        person: PersonId,
        measure: Measure,
        typed: &[ReadingForm],
    ) -> Result<EnterPage, ServiceError> {
        let unit = self.may_enter(actor, person, measure).await?;
        let (patient, subject) = patient_of(&self.core, actor, person).await?;
        let asks = (Ask::EnterReadings, Ask::SeeReadings);
        let (mut tx, .., may_see) = self.core.enter_and(actor, person, asks, PAGE).await?;
        let to_do = to_do_of(&mut tx, (person, may_see), (measure, None), (typed, self.core.now())).await?;
        drop(tx);
        if may_see && !to_do.is_empty() {
            self.looked(actor, subject, Some(measure)).await?;
        } else {
            activity::disclose(&self.core, patient_looked_at(actor, subject)).await?;
        }
        Ok(EnterPage { patient, unit, to_do })
    }

    /// Enters a reading for the person, with what the same device showed with it, and gives their ids: by the same rules as their own,
    /// with who entered each and how they came to know it, which the person reads. The same form twice enters each once.
    ///
    /// # Errors
    /// As [`Readings::add`], and `how`.
    pub async fn enter_for(
        &self,
        actor: &Actor,
        person: PersonId,
        measure: Measure,
        form: &EnterForm,
    ) -> Result<ReadingsAdded, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let AtDesk { subject, by, member } = at_desk(&core, tx, &actor, person, measure).await?;
                let all = told_with(measure, &form.reading, core.now());
                let Some(how) = Entered::from_code(&form.how) else {
                    let how = FieldProblem::new("how", "Choose how you know it");
                    return Err(match all {
                        Err(ServiceError::Fields(problems)) => {
                            ServiceError::Fields(std::iter::once(how).chain(problems).collect())
                        }
                        Err(other) => other,
                        Ok(_) => ServiceError::Fields(vec![how]),
                    });
                };
                let all = all?;
                for (other, ..) in all.iter().skip(1) {
                    at_desk(&core, tx, &actor, person, *other).await?;
                }
                let submission = all.first().map(|one| one.2).ok_or_else(ServiceError::not_whole)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let is_new = reading::by_submission(tx, person, submission).await?.is_none();
                if let Some((_, saved)) = saved_otherwise(tx, (person, by), (&form.reading, all.as_slice())).await? {
                    return Err(ServiceError::field("", saved_before(&saved)));
                }
                if is_new {
                    let asked = asked_at_desk(tx, (person, by, how), (&form.reading, all.as_slice())).await?;
                    if !asked.is_empty() {
                        return Err(ServiceError::Fields(asked));
                    }
                }
                let all = at_one_time(tx, person, all).await?;
                let kept = keep(&core, tx, (&actor, subject, by), all, None).await?;
                for id in &kept {
                    reading::entered(tx, (person, *id), (member, how)).await?;
                }
                ReadingsAdded::of(&kept)
            })
        })
        .await
    }

    /// Takes a reading back that was entered where the actor works, as it was seen in this version, because it was wrong. It is there no
    /// more, what it was is kept, and who took it back stands in the account of who did what.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where the person changed it since; [`ServiceError::NotFound`] for one that is not there or
    /// was not entered there, and to whoever may not enter this for the person.
    pub async fn take_back(
        &self,
        actor: &Actor,
        person: PersonId,
        (measure, id): (Measure, ReadingId),
        version: i32,
    ) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let AtDesk { subject, by, .. } = at_desk(&core, tx, &actor, person, measure).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = reading::one(tx, person, id).await?.filter(|row| row.measure == measure.code());
                let there = subject.organisation.map(|organisation| organisation.as_uuid());
                let row = row.filter(|row| row.member_at.is_some() && row.member_at == there).ok_or(ServiceError::NotFound)?;
                if row.version != 1 || !reading::withdraw(tx, (person, id, version), by, core.now()).await? {
                    return Err(changed_since());
                }
                let event = Event::on_record(&actor, subject, Action::ReadingChanged, purpose(subject));
                let event = event.about("what", "taken-back").about("reading", id);
                let event = told(event, rules::settle_by(&core, tx, (subject, None)).await?);
                activity::append(&core, tx, event).await
            })
        })
        .await
    }
}
