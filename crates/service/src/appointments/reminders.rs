//! Reminding people of what is coming: as they chose, never at night, never twice, and not of what was cancelled.

use super::{Appointments, REMINDER, tell};
use crate::activity::{self, Event};
use crate::mail::Letter;
use crate::records::purpose;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ask, Decision, decide_for_all};
use domain::appointment::{Status, awake, due_at};
use domain::audit::Action;
use domain::{AppointmentId, PersonId};
use store::Tx;
use store::appointment::{self, ReminderRow};
use uuid::Uuid;

/// How many days before somebody can be reminded at most.
const LONGEST: u16 = 14;
/// Behind every appointment of one instant.
const LAST: AppointmentId = AppointmentId::from_uuid(Uuid::max());
/// How many appointments are looked at in one read.
const STRIDE: i64 = 500;

/// How somebody is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderChoice {
    /// By mail; otherwise not at all.
    pub by_mail: bool,
    /// How many days before.
    pub days_before: u16,
}

impl Default for ReminderChoice {
    fn default() -> Self {
        Self { by_mail: true, days_before: 2 }
    }
}

/// What a run of the reminders did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RemindersDone {
    /// How many reminders were put into the outbox.
    pub reminded: u64,
}

impl Appointments {
    /// How the person is reminded.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn reminders(&self, actor: &Actor, person: PersonId) -> Result<ReminderChoice, ServiceError> {
        let mut tx = self.core.read().await?;
        if let Err(error) = access::require(&self.core, &mut tx, actor, person, Ask::SeeAppointments).await {
            drop(tx);
            return Err(access::refused_on(&self.core, actor, person, error, "appointments").await);
        }
        chosen(&mut tx, person).await
    }

    /// Keeps how the person is reminded.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`days_before`); [`ServiceError::NotFound`] to whoever may not book for the person.
    pub async fn choose_reminders(&self, actor: &Actor, person: PersonId, choice: ReminderChoice) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::BookAppointments).await?;
                if choice.days_before > LONGEST {
                    let told = format!("Choose a number of days from 0 to {LONGEST}");
                    return Err(ServiceError::field("days_before", told));
                }
                if chosen(tx, person).await? == choice {
                    return Ok(());
                }
                let row = ReminderRow { by_mail: choice.by_mail, days_before: i32::from(choice.days_before) };
                appointment::choose_reminder(tx, person, &row, core.now()).await?;
                let event = Event::on_record(&actor, subject, Action::AppointmentChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "reminders")).await
            })
        })
        .await
    }

    /// Puts the reminders that are due into the outbox, each in an act of its own. Safe to run at any time and by several
    /// servers at once: nobody is reminded twice, at night, or of what was cancelled.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_reminders(&self, actor: &Actor) -> Result<RemindersDone, ServiceError> {
        if let Decision::Deny(denial) = decide_for_all(actor, Ask::ImportRecord) {
            return Err(denial.into());
        }
        let mut done = RemindersDone::default();
        let now = self.core.now();
        if awake(now) > now {
            return Ok(done);
        }
        let (mut after, until) = ((now, LAST), now + TimeDelta::days(i64::from(LONGEST) + 1));
        loop {
            let mut tx = self.core.read().await?;
            let rows = appointment::coming(&mut tx, after, until, STRIDE).await?;
            drop(tx);
            let more = rows.len() == usize::try_from(STRIDE).unwrap_or(usize::MAX);
            for row in rows {
                let (person, id) = (PersonId::from_uuid(row.person_id), AppointmentId::from_uuid(row.id));
                after = (row.starts_at, id);
                let chosen = row.by_mail.zip(row.days_before).map(|(by_mail, days_before)| ReminderRow { by_mail, days_before });
                // Most of what is coming is not due yet, and costs no act.
                if !choice(chosen).is_due(row.starts_at, now) {
                    continue;
                }
                let told = self.core.write(move |core, tx| Box::pin(async move { remind(&core, tx, (person, id)).await }));
                match told.await {
                    Ok(told) => done.reminded += u64::from(told),
                    // One that cannot be read must not keep the others from theirs.
                    Err(ServiceError::Internal(error)) => {
                        tracing::error!(appointment = %id, error, "nobody could be reminded of an appointment");
                    }
                    Err(other) => return Err(other),
                }
            }
            if !more {
                return Ok(done);
            }
        }
    }
}

impl ReminderChoice {
    /// Whether they are to be reminded by now of what begins then.
    fn is_due(self, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.by_mail && starts_at > now && due_at(starts_at, self.days_before) <= now
    }
}

fn choice(row: Option<ReminderRow>) -> ReminderChoice {
    row.map_or_else(ReminderChoice::default, |row| ReminderChoice {
        by_mail: row.by_mail,
        days_before: u16::try_from(row.days_before).unwrap_or_default(),
    })
}

async fn chosen(tx: &mut Tx, person: PersonId) -> Result<ReminderChoice, ServiceError> {
    Ok(choice(appointment::reminder_choice(tx, person).await?))
}

/// Reminds of one appointment as it stands now, where that is due.
async fn remind(core: &Core, tx: &mut Tx, (person, id): (PersonId, AppointmentId)) -> Result<bool, ServiceError> {
    let Some(row) = appointment::one(tx, person, id).await? else { return Ok(false) };
    let due = row.status()? == Status::Booked && chosen(tx, person).await?.is_due(row.starts_at, core.now());
    // Whoever gives it up at this moment does so before, or takes the reminder back after.
    if !due || !appointment::lock_booked(tx, person, id).await? {
        return Ok(false);
    }
    tell(core, tx, person, id, &Letter::AppointmentReminder(row.starts_at), REMINDER).await
}
