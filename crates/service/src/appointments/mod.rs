//! The citizen's side of appointments: finding a time, holding it while deciding, booking, changing, giving up, checking in,
//! and being reminded. Staff do the same for a person at the desk.

mod book;
mod earlier;
mod outside;
mod referrals;
mod reminders;
mod search;
mod seen;
mod stays;
mod visits;

pub(crate) use book::opened;
pub use book::{BookForm, Booked, GivenUp, NO_FLAG};
pub use earlier::EarlierDone;
pub use outside::{OutsideChecked, OutsideDiarySeen, OutsideDone, Refreshed};
pub use referrals::{Provider, ReferralSeen};
pub use reminders::{ReminderChoice, Reminders, RemindersDone};
pub use search::{Choices, Closed, Found, MILES, PlaceChoice, SearchForm, SlotDetail, SlotSeen};
pub use seen::{Ahead, AppointmentPage, AppointmentSeen, CheckIn};
pub(crate) use stays::settle;
pub use stays::{HospitalSeen, StaysDone};

use crate::mail::{self, Letter};
use crate::text::{self, Note};
use crate::{Core, FieldProblem, ServiceError, carers, mobiles};
use domain::access::{Actor, Subject};
use domain::appointment::{Booker, Referred, Refusal, Release, Status, Terms};
use domain::scope::{Categories, Scope};
use domain::team::WorkKind;
use domain::when::{london_day, minute_in_words};
use domain::{AccountId, AppointmentId, ClinicId, OrganisationId, PersonId};
use futures::future::BoxFuture;
use outside::ASKED;
use std::collections::BTreeSet;
use std::time::Duration;
use store::appointment::{self, Change};
use store::outbox::OutboxRow;
use store::{Tx, account, diary, let_in, link, outbox, person, relationship, staff, work};
use uuid::Uuid;

/// How long whoever looks on waits for others' systems, all in all: less than a page may take (`PATIENCE` in `server::http`).
const PATIENCE: Duration = Duration::from_secs(20);

/// The use cases of appointments.
#[derive(Clone)]
pub struct Appointments {
    core: Core,
    patience: Duration,
}

impl Appointments {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core, patience: PATIENCE }
    }

    /// The same, where whoever looks on waits so long for others' systems.
    #[must_use]
    pub const fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Does an act for a person in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, person: PersonId, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.core.act_on(actor, person, "appointments", body).await
    }
}

/// When the times of a service come to be bookable, where that is not as soon as they are there.
fn released(release: Release) -> Option<String> {
    match release {
        Release::AtOnce => None,
        Release::DaysBefore(1) => Some("the day before".to_owned()),
        Release::DaysBefore(days) => Some(format!("{days} days before")),
        Release::OnTheDay(minute) => Some(format!("on the day, from {}", minute_in_words(minute))),
    }
}

/// What a refusal says, and what to do instead.
#[must_use]
pub(crate) fn in_words(refusal: Refusal, terms: &Terms) -> String {
    match refusal {
        Refusal::SlotGone => "Somebody else has just taken this time. Choose another".to_owned(),
        Refusal::Past => "This time has passed. Choose a later one".to_owned(),
        Refusal::NotReleased => {
            let when = released(terms.release).unwrap_or_else(|| "later".to_owned());
            format!("This time cannot be booked yet. Choose another, or try again {when}")
        }
        Refusal::NotRegistered => "Only people whom this service looks after can book here. Ask your own practice".to_owned(),
        Refusal::TooYoung => {
            format!("This service is for people from {} years of age. Ask your practice", terms.min_age.unwrap_or_default())
        }
        Refusal::TooOld => {
            format!("This service is for people up to {} years of age. Ask your practice", terms.max_age.unwrap_or_default())
        }
        Refusal::NoReferral => "This service needs a referral. Ask your practice for one".to_owned(),
        Refusal::TooLate => match terms.cancel_hours {
            // Its own system alone knows until when.
            0 => "It is too late to change this here. Ring the service".to_owned(),
            1 => "It is too late to change this here: that is possible until 1 hour before. Ring the service".to_owned(),
            hours => format!("It is too late to change this here: that is possible until {hours} hours before. Ring the service"),
        },
        Refusal::CancellingOff => "This service does not let you change or cancel here. Ring the service".to_owned(),
        Refusal::NotOpen => "This cannot be changed any more".to_owned(),
        Refusal::TooMany => "You have several appointments coming already. Cancel one that you do not need first".to_owned(),
        Refusal::Already => "You have an appointment with this service at that time already".to_owned(),
        Refusal::Asked => ASKED.to_owned(),
        Refusal::NotKnown => "The service's own system does not know you. Ring the service".to_owned(),
        Refusal::NotAllowed => "This service does not let people do this online. Ring the service".to_owned(),
        Refusal::NotTaken => "The service's own system did not accept this. Nothing has changed. Ring the service".to_owned(),
        Refusal::Unreachable => {
            "The service's own system does not answer at the moment. Nothing has changed. Try again later, or ring the service"
                .to_owned()
        }
        Refusal::BothStand => {
            "You have both times now: the service does not let people give one back here. Ring it to give back the one that you \
             do not need"
                .to_owned()
        }
    }
}

/// What is said before somebody books what they can then not change or give up here; nothing where that is not why.
fn once_booked(refusal: Refusal, terms: &Terms) -> Option<String> {
    let until = match (refusal, terms.cancel_hours) {
        (Refusal::CancellingOff, _) | (Refusal::TooLate, 0) => String::new(),
        (Refusal::TooLate, 1) => ": that is possible until 1 hour before".to_owned(),
        (Refusal::TooLate, hours) => format!(": that is possible until {hours} hours before"),
        _ => return None,
    };
    Some(format!("Once it is booked, you cannot change or cancel it here{until}"))
}

fn refused(field: &str, refusal: Refusal, terms: &Terms) -> ServiceError {
    ServiceError::Fields(vec![FieldProblem::new(field, in_words(refusal, terms))])
}

/// Who would book with an organisation, on the day of the appointment, by these referrals.
///
/// # Errors
/// [`ServiceError::Fields`] (`slot`) for somebody who has died.
async fn booker(
    core: &Core,
    tx: &mut Tx,
    (who, referred): (PersonId, Referred),
    at: OrganisationId,
    on: chrono::NaiveDate,
) -> Result<Booker, ServiceError> {
    let born = alive(tx, who).await?;
    let registered = staff::has_person(tx, at, who).await? || let_in::holds(tx, who, at, london_day(core.now())).await?;
    Ok(Booker { registered, age: Booker::age_on(born, on), referred })
}

/// When somebody was born, where that is known to the day.
///
/// # Errors
/// [`ServiceError::Fields`] (`slot`) for somebody who has died.
async fn alive(tx: &mut Tx, who: PersonId) -> Result<Option<chrono::NaiveDate>, ServiceError> {
    let row = person::by_id(tx, who).await?.ok_or(ServiceError::NotFound)?;
    if row.deceased {
        return Err(ServiceError::field("slot", "The record says that this person has died. Check whose it is"));
    }
    Ok(row.birth_date)
}

/// Staff book, change and give up only what is with the organisation for which they work; to them the rest does not exist.
fn theirs(actor: &Actor, subject: Subject, at: OrganisationId) -> Result<(), ServiceError> {
    let elsewhere = matches!(actor, Actor::Staff { .. }) && subject.organisation != Some(at);
    if elsewhere { Err(ServiceError::NotFound) } else { Ok(()) }
}

/// What it is called where somebody books for themself.
const BY_THEMSELF: &str = "self";
/// The most appointments of a person that are looked through.
pub(crate) const LISTED: i64 = 200;

/// How somebody books: for themself, for somebody whom they look after, or at the desk.
fn channel(actor: &Actor, subject: Subject) -> &'static str {
    match (actor, subject.relationship) {
        (Actor::Staff { .. } | Actor::Operator, _) => "team",
        (_, Some(_)) => "carer",
        (_, None) => BY_THEMSELF,
    }
}

/// Whether the organisation with which it is books or gives up for the person itself: then it may set its own rules aside.
fn at_desk(actor: &Actor, subject: Subject, at: OrganisationId) -> bool {
    matches!(actor, Actor::Operator) || matches!(actor, Actor::Staff { .. }) && subject.organisation == Some(at)
}

/// Keeps others from booking and giving up at these clinics until this act ends, so that whoever cancels a clinic has seen
/// everybody whom that affects.
pub(crate) async fn touch(tx: &mut Tx, clinics: impl IntoIterator<Item = Uuid>) -> Result<(), ServiceError> {
    // In the order of their ids, so that no two wait for each other.
    for clinic in clinics.into_iter().collect::<BTreeSet<_>>() {
        diary::touch_clinic(tx, ClinicId::from_uuid(clinic)).await?;
    }
    Ok(())
}

/// What stands where the service did not confirm what was asked for.
const DECLINED: &str = "declined";
/// How often it is tried to cancel what others change at the same time.
const TRIES: usize = 3;
/// Behind every appointment of one instant.
const LAST: AppointmentId = AppointmentId::from_uuid(Uuid::max());

/// Cancels an appointment because the service does not keep it, takes its reminders back, and tells the person; `false` where
/// it is over, or was cancelled by somebody else meanwhile.
pub(crate) async fn cancelled_by_team(
    core: &Core,
    tx: &mut Tx,
    (who, id): (PersonId, AppointmentId),
) -> Result<bool, ServiceError> {
    for _ in 0..TRIES {
        let row = appointment::one(tx, who, id).await?.ok_or(ServiceError::NotFound)?;
        // Whoever has checked in waits there, and is told too.
        if !row.status()?.comes() {
            return Ok(false);
        }
        let change = Change {
            status: Status::Cancelled,
            cancelled_by: Some(if row.status()? == Status::Pending { DECLINED } else { "team" }),
            cancel_reason: None,
            arrived_at: row.arrived_at,
            waits_for_earlier: false,
        };
        if appointment::change(tx, who, (id, row.version), &change, core.now()).await? {
            take_reminders_back(tx, who, id).await?;
            let at = OrganisationId::from_uuid(row.organisation_id);
            for kind in [WorkKind::MayNotCome, WorkKind::OutsideMissing, WorkKind::BothStand] {
                work::close(tx, at, (kind, row.id), None, "cancelled", core.now()).await?;
            }
            tell(core, tx, who, id, &Letter::AppointmentNews, "cancelled").await?;
            return Ok(true);
        }
    }
    Err(ServiceError::field("", "Somebody has just changed this. Look at how it stands now"))
}

/// What a reminder by mail is called among the notices of an appointment.
const REMINDER: &str = "reminder";
/// What a reminder by text message is called among them.
pub(crate) const REMINDER_TEXT: &str = "reminder-text";

/// Takes back the reminders of an appointment that have not been sent.
async fn take_reminders_back(tx: &mut Tx, who: PersonId, id: AppointmentId) -> Result<(), ServiceError> {
    for what in [REMINDER, REMINDER_TEXT] {
        appointment::take_back(tx, who, id, what).await?;
    }
    Ok(())
}

/// The person's own account.
pub(crate) async fn own_account(tx: &mut Tx, who: PersonId) -> Result<Option<AccountId>, ServiceError> {
    let own = link::of_person(tx, who).await?.into_iter().find(|row| row.relation == "self");
    Ok(own.map(|row| AccountId::from_uuid(row.account_id)))
}

/// Who is written to about an appointment: the person, where they have an account; else whoever booked it, as long as they
/// may book for the person.
async fn reader(core: &Core, tx: &mut Tx, who: PersonId, id: AppointmentId) -> Result<Option<AccountId>, ServiceError> {
    if let Some(own) = own_account(tx, who).await? {
        return Ok(Some(own));
    }
    let Some(by) = appointment::one(tx, who, id).await?.and_then(|row| row.booked_by).map(AccountId::from_uuid) else {
        return Ok(None);
    };
    let Some(row) = relationship::between(tx, by, who).await? else { return Ok(None) };
    let held = carers::delegation(core, tx, &row, Categories::NONE).await?;
    Ok((held.is_in_force(london_day(core.now())) && held.scopes.has(Scope::Appointments)).then_some(by))
}

/// The mail about an appointment; nothing where there is nobody to write to.
async fn mail_about(
    core: &Core,
    tx: &mut Tx,
    (who, id): (PersonId, AppointmentId),
    letter: &Letter,
) -> Result<Option<OutboxRow>, ServiceError> {
    let Some(reader) = reader(core, tx, who, id).await? else { return Ok(None) };
    Ok(account::by_id(tx, reader).await?.map(|account| mail::written(core, &account.email, letter)))
}

/// Writes to the person about an appointment, each thing once; to whoever booked it where they have no account.
pub(crate) async fn tell(
    core: &Core,
    tx: &mut Tx,
    who: PersonId,
    id: AppointmentId,
    letter: &Letter,
    what: &str,
) -> Result<bool, ServiceError> {
    match mail_about(core, tx, (who, id), letter).await? {
        Some(row) => once(core, tx, (who, id), &row, what).await,
        None => Ok(false),
    }
}

/// The same about what somebody has just done: to them it is no news.
async fn tell_of_act(
    core: &Core,
    tx: &mut Tx,
    by: &Actor,
    of: (PersonId, AppointmentId),
    what: &str,
) -> Result<(), ServiceError> {
    if by.account().is_none() || reader(core, tx, of.0, of.1).await? != by.account() {
        tell(core, tx, of.0, of.1, &Letter::AppointmentNews, what).await?;
    }
    Ok(())
}

/// Writes to the person by text message; nothing where they have no number.
async fn tell_by_text(
    core: &Core,
    tx: &mut Tx,
    who: PersonId,
    id: AppointmentId,
    note: &Note,
    what: &str,
) -> Result<bool, ServiceError> {
    let Some(own) = own_account(tx, who).await? else { return Ok(false) };
    let Some(number) = mobiles::confirmed(tx, own).await? else { return Ok(false) };
    let row = text::written(core, &number, note);
    once(core, tx, (who, id), &row, what).await
}

/// Puts something about an appointment into the outbox, unless that was done before.
async fn once(
    core: &Core,
    tx: &mut Tx,
    of: (PersonId, AppointmentId),
    row: &OutboxRow,
    what: &str,
) -> Result<bool, ServiceError> {
    if !appointment::notice(tx, of, what, row.id, core.now()).await? {
        return Ok(false);
    }
    outbox::insert(tx, row).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_time_limit_is_so() {
        let terms = |cancel_hours, release| Terms {
            registered_only: false,
            min_age: None,
            max_age: None,
            referral_needed: false,
            specialty: None,
            release,
            may_cancel: true,
            cancel_hours,
            confirms: false,
        };
        let late = |hours| in_words(Refusal::TooLate, &terms(hours, Release::AtOnce));
        assert_eq!(late(0), "It is too late to change this here. Ring the service");
        assert_eq!(late(1), "It is too late to change this here: that is possible until 1 hour before. Ring the service");
        assert!(late(24).contains("until 24 hours before"));
        let early = |release| in_words(Refusal::NotReleased, &terms(24, release));
        assert!(early(Release::AtOnce).ends_with("try again later"));
        assert!(early(Release::DaysBefore(1)).ends_with("try again the day before"));
        assert!(early(Release::DaysBefore(14)).ends_with("try again 14 days before"));
        assert!(early(Release::OnTheDay(8 * 60)).ends_with("try again on the day, from 8am"));
    }
}
