//! Reminding people of what is coming: as they chose, never at night, never twice, and not of what was cancelled.

use super::{Appointments, LAST, REMINDER, REMINDER_TEXT, own_account, tell, tell_by_text};
use crate::activity::{self, Event};
use crate::mail::Letter;
use crate::records::purpose;
use crate::text::Note;
use crate::{Core, FieldProblem, ServiceError, access, mobiles, profile};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ask};
use domain::appointment::{Status, awake, remind_at};
use domain::audit::Action;
use domain::profile::{Needs, Way};
use domain::{AppointmentId, PersonId};
use store::Tx;
use store::appointment::{self, ReminderRow};

/// How many days before somebody can be reminded at most.
const LONGEST: u16 = 14;
/// How many appointments are looked at in one read.
const STRIDE: i64 = 500;

/// How somebody is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderChoice {
    /// By mail.
    pub by_mail: bool,
    /// By text message.
    pub by_text: bool,
    /// How many days before.
    pub days_before: u16,
}

impl Default for ReminderChoice {
    fn default() -> Self {
        Self { by_mail: true, by_text: false, days_before: 2 }
    }
}

/// How somebody is reminded, and how they can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminders {
    /// As they chose.
    pub choice: ReminderChoice,
    /// Text messages are sent, and their own account has a number for them.
    pub can_text: bool,
    /// Text messages are sent at all.
    pub texts: bool,
}

/// What a run of the reminders did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RemindersDone {
    /// How many reminders were put into the outbox.
    pub reminded: u64,
}

impl Appointments {
    /// How the person is reminded. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn reminders(&self, actor: &Actor, person: PersonId) -> Result<Reminders, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let (choice, can_text) = (chosen(&self.core, &mut tx, person).await?, can_text(&self.core, &mut tx, person).await?);
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "reminders");
        activity::disclose(&self.core, event).await?;
        Ok(Reminders { choice, can_text, texts: self.core.settings().texts })
    }

    /// Keeps how the person is reminded, and takes back what waits to be sent in a way that they do not want any more.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`by_text` where there is no number, `days_before`); [`ServiceError::NotFound`] to whoever may not book for the person.
    pub async fn choose_reminders(&self, actor: &Actor, person: PersonId, choice: ReminderChoice) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::BookAppointments).await?;
                let days = (choice.days_before > LONGEST)
                    .then(|| FieldProblem::new("days_before", format!("Choose a number of days from 0 to {LONGEST}")));
                let number = (choice.by_text && !can_text(&core, tx, person).await?)
                    .then(|| FieldProblem::new("by_text", "Add a mobile number to the account first"));
                if days.is_some() || number.is_some() {
                    return Err(ServiceError::Fields(number.into_iter().chain(days).collect()));
                }
                let before = chosen(&core, tx, person).await?;
                if before == choice {
                    return Ok(());
                }
                for (had, wants, what) in
                    [(before.by_mail, choice.by_mail, REMINDER), (before.by_text, choice.by_text, REMINDER_TEXT)]
                {
                    if had && !wants {
                        appointment::take_all_back(tx, person, what).await?;
                    }
                }
                let row =
                    ReminderRow { by_mail: choice.by_mail, by_text: choice.by_text, days_before: i32::from(choice.days_before) };
                appointment::choose_reminder(tx, person, &row, core.now()).await?;
                let event = Event::on_record(&actor, subject, Action::AppointmentChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "reminders")).await
            })
        })
        .await
    }

    /// Puts the reminders that are due into the outbox, each in an act of its own. Safe to run at any time and by several
    /// servers at once: nobody is reminded twice in one way, at night, or of what was cancelled.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_reminders(&self, actor: &Actor) -> Result<RemindersDone, ServiceError> {
        access::for_all(actor)?;
        let mut done = RemindersDone::default();
        let now = self.core.now();
        if awake(now) > now {
            return Ok(done);
        }
        let (mut after, until) = ((now, LAST), now + TimeDelta::days(i64::from(LONGEST) + 1));
        loop {
            let mut tx = self.core.read().await?;
            let rows = appointment::coming(&mut tx, after, until, STRIDE, self.core.settings().texts).await?;
            drop(tx);
            let more = rows.len() == usize::try_from(STRIDE).unwrap_or(usize::MAX);
            for row in rows {
                let (person, id) = (PersonId::from_uuid(row.person_id), AppointmentId::from_uuid(row.id));
                after = (row.starts_at, id);
                let chosen = match (row.by_mail, row.by_text, row.days_before) {
                    (Some(by_mail), Some(by_text), Some(days_before)) => Some(ReminderRow { by_mail, by_text, days_before }),
                    _ => None,
                };
                // Most of what is coming is not due yet, and costs no act.
                if !choice(chosen).is_due((row.starts_at, row.created_at), now) {
                    continue;
                }
                let told = self.core.write(move |core, tx| Box::pin(async move { remind(&core, tx, (person, id)).await }));
                match told.await {
                    Ok(told) => done.reminded += told,
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

impl Reminders {
    /// Whether any reminder reaches them.
    #[must_use]
    pub const fn reach(&self) -> bool {
        self.choice.by_mail || self.choice.by_text && self.can_text
    }
}

impl ReminderChoice {
    /// Whether they are to be reminded by now of what begins then and was booked at that instant.
    fn is_due(self, (starts_at, booked_at): (DateTime<Utc>, DateTime<Utc>), now: DateTime<Utc>) -> bool {
        let is_time = || remind_at(starts_at, self.days_before, booked_at).is_some_and(|at| at <= now);
        (self.by_mail || self.by_text) && starts_at > now && is_time()
    }
}

fn choice(row: Option<ReminderRow>) -> ReminderChoice {
    row.map_or_else(ReminderChoice::default, |row| ReminderChoice {
        by_mail: row.by_mail,
        by_text: row.by_text,
        days_before: u16::try_from(row.days_before).unwrap_or_default(),
    })
}

/// How somebody is reminded: as they chose; and until they do, as they said that they need to be contacted, where that can be done.
async fn chosen(core: &Core, tx: &mut Tx, person: PersonId) -> Result<ReminderChoice, ServiceError> {
    let row = appointment::reminder_choice(tx, person).await?;
    if row.is_some() {
        return Ok(choice(row));
    }
    let needs = profile::needs_of(tx, person).await?.map(|row| row.needs()).transpose()?;
    let ways: Vec<Way> = needs.iter().flat_map(Needs::written_to).collect();
    let by_text = ways.contains(&Way::Text) && can_text(core, tx, person).await?;
    // Who cannot be reached by text message is better written to than not reminded.
    Ok(ReminderChoice { by_mail: !by_text || ways.contains(&Way::Email), by_text, ..ReminderChoice::default() })
}

/// Whether the person can be reminded by text message.
async fn can_text(core: &Core, tx: &mut Tx, person: PersonId) -> Result<bool, ServiceError> {
    let own = if core.settings().texts { own_account(tx, person).await? } else { None };
    match own {
        Some(account) => Ok(mobiles::confirmed(tx, account).await?.is_some()),
        None => Ok(false),
    }
}

/// Reminds of one appointment as it stands now, where that is due, in each way that they chose; says in how many.
async fn remind(core: &Core, tx: &mut Tx, (person, id): (PersonId, AppointmentId)) -> Result<u64, ServiceError> {
    let Some(row) = appointment::one(tx, person, id).await? else { return Ok(0) };
    let choice = chosen(core, tx, person).await?;
    let due = row.status()? == Status::Booked && choice.is_due((row.starts_at, row.created_at), core.now());
    // Whoever gives it up at this moment does so before, or takes the reminders back after.
    if !due || !appointment::lock_booked(tx, person, id).await? {
        return Ok(0);
    }
    let mut told = 0;
    if choice.by_mail {
        told += u64::from(tell(core, tx, person, id, &Letter::AppointmentReminder(row.starts_at), REMINDER).await?);
    }
    if choice.by_text && core.settings().texts {
        told += u64::from(tell_by_text(core, tx, person, id, &Note::AppointmentReminder(row.starts_at), REMINDER_TEXT).await?);
    }
    Ok(told)
}
