//! Booking, changing and giving up: one transaction each, once for each form.

use super::search::why_not;
use super::{Appointments, REMINDER, at_desk, booker, channel, refused, tell, theirs, touch};
use crate::activity::{self, Event};
use crate::mail::Letter;
use crate::records::purpose;
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::{Flag, Refusal, ServiceKind, Status, Terms, overlap};
use domain::audit::Action;
use domain::team::WorkKind;
use domain::when::london_day;
use domain::{AppointmentId, OrganisationId, PersonId, ServiceId, SlotId, WorkItemId};
use store::appointment::{self, AppointmentRow, Change, NewAppointment};
use store::slot::SlotRow;
use store::work::{self, NewWorkItem};
use store::{Tx, diary, person_write, slot};
use uuid::Uuid;

/// The most characters of a reason.
const LONGEST: usize = 500;
/// How many appointments of a person are looked through for one at the same time.
const LOOKED: i64 = 200;
/// How many appointments that are coming a person may have with one service, booked by themself or a carer.
const MOST_WITH_ONE: i64 = 3;
/// How many they may have altogether.
const MOST: i64 = 12;
/// What is answered where none of what needs help at once applies.
pub const NO_FLAG: &str = "none";

/// What is sent to book a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookForm {
    /// Which, by id.
    pub slot: String,
    /// Why, in the citizen's own words.
    pub reason: String,
    /// [`Flag`] by code, or [`NO_FLAG`].
    pub flag: String,
    /// The appointment that is given up for it, by id; empty for a new one.
    pub instead_of: String,
    /// `yes`: tell them when an earlier one opens.
    pub waits: String,
    /// The form's one-time id.
    pub submission: String,
}

/// What was booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
    /// Its id.
    pub id: AppointmentId,
    /// Whether the service still has to confirm it.
    pub pending: bool,
    /// The same form had booked it before; nothing was done now.
    pub again: bool,
}

impl Appointments {
    /// Whether somebody who books with a service of this kind is asked first whether they need help at once.
    #[must_use]
    pub const fn asks_flags(kind: ServiceKind) -> bool {
        matches!(kind, ServiceKind::Gp | ServiceKind::Nurse | ServiceKind::Hub)
    }

    /// Books a time; or changes an appointment for it, where the new one is taken before the old is given up, both or
    /// neither. The same form twice is one booking, and of two who book one time, one gets it.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`slot`, `reason`, `flag`, `instead_of`) in words that say what to do instead;
    /// [`ServiceError::NotFound`] for a time or an appointment that is not there, and to whoever may not book for the person.
    pub async fn book(&self, actor: &Actor, person: PersonId, form: &BookForm) -> Result<Booked, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::BookAppointments).await?;
                let asked = read(&form)?;
                // One act at a time for each person, so that a form sent twice at once is one booking.
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if let Some(id) = appointment::by_submission(tx, person, asked.submission).await? {
                    let row = appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                    return Ok(Booked { id, pending: row.status()? == Status::Pending, again: true });
                }
                book(&core, tx, (&actor, subject), person, asked).await
            })
        })
        .await
    }

    /// Gives an appointment up. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it is too late, switched off or over, in words that say what to do
    /// instead, and (`reason`); [`ServiceError::NotFound`] for one that is not theirs, and to whoever may not book for the
    /// person.
    pub async fn cancel(&self, actor: &Actor, person: PersonId, id: AppointmentId, why: &str) -> Result<(), ServiceError> {
        let why = reason("reason", why);
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::BookAppointments).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                theirs(&actor, subject, OrganisationId::from_uuid(row.organisation_id))?;
                if row.status()? == Status::Cancelled {
                    return Ok(());
                }
                let why = why.map_err(|problem| ServiceError::Fields(vec![problem]))?;
                let by = if channel(&actor, subject) == "team" { "team" } else { "person" };
                let why = Some(why).filter(|why| !why.is_empty());
                touch(tx, [row.clinic_id]).await?;
                give_up(&core, tx, (&actor, subject), &row, (by, why)).await?;
                if channel(&actor, subject) != "self" {
                    tell(&core, tx, person, id, &Letter::AppointmentNews, "cancelled").await?;
                }
                let event = Event::on_record(&actor, subject, Action::AppointmentCancelled, purpose(subject));
                activity::append(&core, tx, event.about("appointment", id)).await
            })
        })
        .await
    }

    /// Says whether the person wants to be told when an earlier time opens.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs or is over, and to whoever may not book for the person.
    pub async fn wait_for_earlier(
        &self,
        actor: &Actor,
        person: PersonId,
        id: AppointmentId,
        waits: bool,
    ) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::BookAppointments).await?;
                let row = appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                theirs(&actor, subject, OrganisationId::from_uuid(row.organisation_id))?;
                if !row.status()?.is_open() || row.starts_at <= core.now() {
                    return Err(ServiceError::NotFound);
                }
                if !appointment::wait(tx, person, id, waits).await? {
                    return Ok(());
                }
                let event = Event::on_record(&actor, subject, Action::AppointmentChanged, purpose(subject));
                let what = if waits { "waits-for-earlier" } else { "waits-no-more" };
                activity::append(&core, tx, event.about("what", what).about("appointment", id)).await
            })
        })
        .await
    }
}

/// What was sent, once it was read.
struct Asked {
    slot: SlotId,
    reason: String,
    flag: String,
    instead_of: Option<AppointmentId>,
    waits: bool,
    submission: Uuid,
}

fn reason(field: &'static str, text: &str) -> Result<String, FieldProblem> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > LONGEST {
        return Err(FieldProblem::new(field, format!("Use no more than {LONGEST} letters and spaces")));
    }
    if text.contains(|c: char| c.is_control() && c != '\n') {
        return Err(FieldProblem::new(field, "Use only letters, numbers and marks such as full stops"));
    }
    Ok(text)
}

fn read(form: &BookForm) -> Result<Asked, ServiceError> {
    let slot = form.slot.parse().map_err(|_| FieldProblem::new("slot", "Choose a time"));
    let why = reason("reason", &form.reason);
    let instead_of = match form.instead_of.as_str() {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| FieldProblem::new("instead_of", "Choose what to change")),
    };
    let submission = form.submission.parse().map_err(|_| FieldProblem::new("", "The page was not whole. Send it again"));
    match (slot, why, instead_of, submission) {
        (Ok(slot), Ok(reason), Ok(instead_of), Ok(submission)) => {
            Ok(Asked { slot, reason, flag: form.flag.clone(), instead_of, waits: form.waits == "yes", submission })
        }
        (slot, why, instead_of, submission) => {
            let wrong = [slot.err(), why.err(), instead_of.err(), submission.err()];
            Err(ServiceError::Fields(wrong.into_iter().flatten().collect()))
        }
    }
}

async fn book(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    person: PersonId,
    asked: Asked,
) -> Result<Booked, ServiceError> {
    let row = slot::one(tx, asked.slot).await?.ok_or(ServiceError::NotFound)?;
    theirs(actor, subject, row.organisation())?;
    let service = diary::service(tx, row.service()).await?.ok_or(ServiceError::NotFound)?;
    let (terms, at_desk) = (service.terms()?, at_desk(actor, subject, row.organisation()));
    let old = match asked.instead_of {
        Some(id) => Some(appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?),
        None => None,
    };
    if let Some(old) = &old {
        theirs(actor, subject, OrganisationId::from_uuid(old.organisation_id))?;
    }
    // Whoever changes an appointment with a service has answered both when they booked it.
    let answered = old.as_ref().is_some_and(|old| old.service_id == row.service_id);
    if !answered && !at_desk {
        if Appointments::asks_flags(service.kind()?) && asked.flag != NO_FLAG {
            let told = match Flag::from_code(&asked.flag) {
                Some(_) => "Do not wait for an appointment: get help now",
                None => "Say whether any of these is so now",
            };
            return Err(ServiceError::field("flag", told));
        }
        if service.asks_reason && asked.reason.is_empty() {
            return Err(ServiceError::field("reason", "Say in a few words what it is about"));
        }
    }
    let who = booker(core, tx, subject, row.organisation(), london_day(row.starts_at)).await?;
    if !at_desk {
        terms.admit(&who).map_err(|refusal| refused("slot", refusal, &terms))?;
    }
    let now = core.now();
    already(tx, person, &row, old.as_ref(), &terms).await?;
    if !at_desk && old.is_none() {
        few(tx, person, row.service(), now).await?.map_or(Ok(()), |refusal| Err(refused("slot", refusal, &terms)))?;
    }
    if row.status != "free" {
        return Err(refused("slot", why_not(&row, now), &terms));
    }
    touch(tx, std::iter::once(row.clinic_id).chain(old.as_ref().map(|old| old.clinic_id))).await?;
    if !slot::take(tx, asked.slot, actor.account(), now).await? {
        return Err(refused("slot", why_not(&row, now), &terms));
    }
    let reason = match &old {
        // What was written for one service is not for another to read.
        Some(old) if answered && asked.reason.is_empty() => old.reason.clone(),
        _ => asked.reason,
    };
    let new = NewAppointment {
        person,
        id: AppointmentId::from_uuid(core.new_id()),
        slot: asked.slot,
        status: if terms.confirms && !at_desk { Status::Pending } else { Status::Booked },
        reason,
        channel: channel(actor, subject),
        booked_by: actor.account(),
        submission: asked.submission,
        moved_from: old.as_ref().map(AppointmentRow::appointment),
        waits_for_earlier: asked.waits || old.as_ref().is_some_and(|old| old.waits_for_earlier),
    };
    appointment::insert(tx, &new, now).await?;
    if new.status == Status::Pending {
        let item = NewWorkItem {
            organisation: row.organisation(),
            team: None,
            kind: WorkKind::Booking,
            person,
            about: new.id.as_uuid(),
            urgent: false,
        };
        work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, now).await?;
    }
    let action = if let Some(old) = &old {
        give_up(core, tx, (actor, subject), old, ("moved", None)).await?;
        Action::AppointmentMoved
    } else {
        Action::AppointmentBooked
    };
    if new.channel != "self" {
        tell(core, tx, person, new.id, &Letter::AppointmentNews, "booked").await?;
    }
    let event = Event::on_record(actor, subject, action, purpose(subject)).about("appointment", new.id);
    activity::append(core, tx, event).await?;
    Ok(Booked { id: new.id, pending: new.status == Status::Pending, again: false })
}

/// Whether somebody has as many appointments coming as one person may book: nobody takes a whole diary.
async fn few(tx: &mut Tx, person: PersonId, service: ServiceId, now: DateTime<Utc>) -> Result<Option<Refusal>, ServiceError> {
    let (with_service, altogether) = appointment::coming_of(tx, person, service, now).await?;
    Ok((with_service >= MOST_WITH_ONE || altogether >= MOST).then_some(Refusal::TooMany))
}

/// Refuses a second appointment with the same service at the same time.
async fn already(
    tx: &mut Tx,
    person: PersonId,
    slot: &SlotRow,
    old: Option<&AppointmentRow>,
    terms: &Terms,
) -> Result<(), ServiceError> {
    for one in appointment::of_person(tx, person, LOOKED).await? {
        let same = one.service_id == slot.service_id && old.is_none_or(|old| old.id != one.id);
        if same && one.status()?.is_open() && overlap((one.starts_at, one.ends_at), (slot.starts_at, slot.ends_at)) {
            return Err(refused("slot", Refusal::Already, terms));
        }
    }
    Ok(())
}

/// Gives an appointment up, by the rules of its service where it is not the service itself that does: its time is free
/// again, its reminder is taken back, and those are told who wait for an earlier one.
async fn give_up(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    row: &AppointmentRow,
    (by, why): (&'static str, Option<String>),
) -> Result<(), ServiceError> {
    let (now, service) = (core.now(), ServiceId::from_uuid(row.service_id));
    let terms = diary::service(tx, service).await?.ok_or(ServiceError::NotFound)?.terms()?;
    let at = OrganisationId::from_uuid(row.organisation_id);
    let may = match (at_desk(actor, subject, at), terms.let_go(row.status()?, row.starts_at, now)) {
        // At the desk only what is over cannot be given up.
        (true, Err(Refusal::TooLate | Refusal::CancellingOff)) => Ok(()),
        (_, may) => may,
    };
    may.map_err(|refusal| refused(if by == "moved" { "instead_of" } else { "" }, refusal, &terms))?;
    let change = Change {
        status: Status::Cancelled,
        cancelled_by: Some(by),
        cancel_reason: why,
        arrived_at: row.arrived_at,
        waits_for_earlier: false,
    };
    if !appointment::change(tx, row.person(), (row.appointment(), row.version), &change, now).await? {
        return Err(ServiceError::field("", "This has changed since you opened the page. Look at how it stands now"));
    }
    work::close(tx, at, (WorkKind::Booking, row.id), None, "given-up", now).await?;
    appointment::take_back(tx, row.person(), row.appointment(), REMINDER).await?;
    opened(core, tx, row).await
}

/// Frees the time of an appointment that was given up, and tells those who wait for an earlier one.
pub(crate) async fn opened(core: &Core, tx: &mut Tx, row: &AppointmentRow) -> Result<(), ServiceError> {
    if !slot::free(tx, SlotId::from_uuid(row.slot_id)).await? || row.starts_at <= core.now() {
        return Ok(());
    }
    for (person, id) in appointment::waiting(tx, ServiceId::from_uuid(row.service_id), row.starts_at).await? {
        if person != row.person() {
            tell(core, tx, person, id, &Letter::EarlierTime, &format!("earlier-{}", row.slot_id)).await?;
        }
    }
    Ok(())
}
