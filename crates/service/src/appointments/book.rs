//! Booking, changing and giving up: one transaction each, once for each form.

use super::outside::{ASKED, REFUSED, Settled, ask_to_book, ask_to_cancel};
use super::referrals::{all_of, chosen, open_referrals};
use super::{
    Appointments, BY_THEMSELF, LISTED, at_desk, booker, channel, refused, settle, take_reminders_back, tell, tell_of_act, theirs,
    touch,
};
use crate::activity::{self, Event};
use crate::mail::Letter;
use crate::records::purpose;
use crate::typed::text;
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::{Flag, Refusal, Status, Terms, few, overlap};
use domain::audit::Action;
use domain::team::WorkKind;
use domain::when::london_day;
use domain::{AccountId, AppointmentId, OrganisationId, PersonId, ServiceId, SlotId, WorkItemId};
use store::appointment::{self, AppointmentRow, Change, NewAppointment};
use store::slot::SlotRow;
use store::work::{self, NewWorkItem};
use store::{Tx, diary, outside, person, person_write, slot};
use uuid::Uuid;

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
    /// Whether the service's own system has been asked for it and has not answered yet.
    pub asked: bool,
    /// The same form had booked it before; nothing was done now.
    pub again: bool,
}

/// How a giving up ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenUp {
    /// It does not take place any more.
    Done,
    /// The service's own system has been asked and has not answered yet; until then it stands.
    Asked,
}

impl Appointments {
    /// Books a time; or changes an appointment for it, where the new one is taken before the old is given up, both or
    /// neither. The same form twice is one booking, and of two who book one time, one gets it.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`slot`, `reason`, `flag`, `instead_of`) in words that say what to do instead;
    /// [`ServiceError::NotFound`] for a time or an appointment that is not there, and to whoever may not book for the person.
    ///
    /// Where the service keeps its appointments in a system of its own, that system is asked, and asked again later where it
    /// gives no answer; until then nothing counts as booked, and the old one stays.
    pub async fn book(&self, actor: &Actor, person: PersonId, form: &BookForm) -> Result<Booked, ServiceError> {
        let form = form.clone();
        let changes = !form.instead_of.is_empty();
        let (booked, terms, ask) = self
            .act(actor, person, move |core, tx, actor| {
                Box::pin(async move {
                    let subject = access::require(&core, tx, &actor, person, Ask::BookAppointments).await?;
                    let asked = read(&form)?;
                    // One act at a time for each person, so that a form sent twice at once is one booking.
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    if let Some(id) = appointment::by_submission(tx, person, asked.submission).await? {
                        return again(tx, person, id).await;
                    }
                    let booked = book(&core, tx, (&actor, subject), person, asked).await?;
                    settle(&core, tx, person).await?;
                    Ok(booked)
                })
            })
            .await?;
        let Some(ask) = ask else { return Ok(booked) };
        match self.settle(person, ask, false).await? {
            Settled::Done => {
                let mut tx = self.core.read().await?;
                let row = appointment::one(&mut tx, person, booked.id).await?.ok_or(ServiceError::NotFound)?;
                let status = row.status()?;
                Ok(Booked { pending: status == Status::Pending, asked: status == Status::Proposed, ..booked })
            }
            Settled::Refused(refusal) => {
                Err(refused(if changes && refusal.is_of_the_old() { "instead_of" } else { "slot" }, refusal, &terms))
            }
            Settled::Waiting => Ok(Booked { asked: true, ..booked }),
        }
    }

    /// Gives an appointment up. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it is too late, switched off or over, in words that say what to do
    /// instead, and (`reason`); [`ServiceError::NotFound`] for one that is not theirs, and to whoever may not book for the
    /// person.
    pub async fn cancel(&self, actor: &Actor, person: PersonId, id: AppointmentId, why: &str) -> Result<GivenUp, ServiceError> {
        let why = text("reason", why);
        let asked = self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::BookAppointments).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                theirs(&actor, subject, OrganisationId::from_uuid(row.organisation_id))?;
                if row.status()? == Status::Cancelled {
                    return Ok(None);
                }
                let why = why.map_err(|problem| ServiceError::Fields(vec![problem]))?;
                let by = if channel(&actor, subject) == "team" { "team" } else { "person" };
                let why = Some(why).filter(|why| !why.is_empty());
                let event = Event::on_record(&actor, subject, Action::AppointmentCancelled, purpose(subject));
                let event = event.about("appointment", id);
                if row.outside_id.is_some() {
                    let terms = may_give_up(tx, (&actor, subject), &row, "", core.now()).await?;
                    let ask = ask_to_cancel(&core, tx, &row, None, (by, why)).await?;
                    activity::append(&core, tx, event.about("what", "asked")).await?;
                    return Ok(Some((ask, terms)));
                }
                touch(tx, [row.clinic_id]).await?;
                give_up(&core, tx, (&actor, subject), &row, (by, why)).await?;
                settle(&core, tx, person).await?;
                if channel(&actor, subject) != BY_THEMSELF {
                    tell_of_act(&core, tx, &actor, (person, id), "cancelled").await?;
                }
                activity::append(&core, tx, event).await?;
                Ok(None)
            })
        });
        let Some((ask, terms)) = asked.await? else { return Ok(GivenUp::Done) };
        match self.settle(person, ask, false).await? {
            Settled::Done => Ok(GivenUp::Done),
            Settled::Refused(refusal) => Err(refused("", refusal, &terms)),
            Settled::Waiting => Ok(GivenUp::Asked),
        }
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
                if !row.status()?.is_ahead(row.starts_at, core.now()) {
                    return Err(ServiceError::NotFound);
                }
                if !appointment::wait(tx, person, id, waits, core.now()).await? {
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
    /// What is wrong with it is told with what else is missing.
    reason: Result<String, FieldProblem>,
    flag: String,
    instead_of: Option<AppointmentId>,
    waits: bool,
    submission: Uuid,
}

fn read(form: &BookForm) -> Result<Asked, ServiceError> {
    let slot = form.slot.parse().map_err(|_| FieldProblem::new("slot", "Choose a time"));
    let instead_of = match form.instead_of.as_str() {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| FieldProblem::new("instead_of", "Choose what to change")),
    };
    let submission = form.submission.parse().map_err(|_| FieldProblem::not_whole());
    match (slot, instead_of, submission) {
        (Ok(slot), Ok(instead_of), Ok(submission)) => {
            let (reason, flag, waits) = (text("reason", &form.reason), form.flag.clone(), form.waits == "yes");
            Ok(Asked { slot, reason, flag, instead_of, waits, submission })
        }
        (slot, instead_of, submission) => {
            let wrong = [slot.err(), instead_of.err(), submission.err()];
            Err(ServiceError::Fields(wrong.into_iter().flatten().collect()))
        }
    }
}

/// What came of a form that was sent before.
async fn again(tx: &mut Tx, person: PersonId, id: AppointmentId) -> Result<(Booked, Terms, Option<Uuid>), ServiceError> {
    let row = appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
    let terms = diary::service(tx, ServiceId::from_uuid(row.service_id)).await?.ok_or(ServiceError::NotFound)?.terms()?;
    if row.cancelled_by.as_deref() == Some(REFUSED) {
        return Err(ServiceError::field("slot", "This time could not be booked. Choose another"));
    }
    let status = row.status()?;
    Ok((Booked { id, pending: status == Status::Pending, asked: status == Status::Proposed, again: true }, terms, None))
}

async fn book(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    person: PersonId,
    asked: Asked,
) -> Result<(Booked, Terms, Option<Uuid>), ServiceError> {
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
    let mut problems: Vec<FieldProblem> = Vec::new();
    if !answered && !at_desk && service.kind()?.asks_flags() && asked.flag != NO_FLAG {
        problems.push(match Flag::from_code(&asked.flag) {
            Some(_) => FieldProblem::new("flag", "Do not wait for an appointment: get help now"),
            None => FieldProblem::new("flag", "Choose what is happening now, or \u{2018}None of these\u{2019}"),
        });
    }
    let why = match asked.reason {
        Ok(why) if why.is_empty() && !answered && !at_desk && service.asks_reason => {
            problems.push(FieldProblem::new("reason", "Say in a few words what it is about"));
            why
        }
        Ok(why) => why,
        Err(problem) => {
            problems.push(problem);
            String::new()
        }
    };
    if !problems.is_empty() {
        return Err(ServiceError::Fields(problems));
    }
    let referrals = match terms.referral_needed {
        true => open_referrals(core, tx, actor, person, asked.instead_of).await?,
        false => Vec::new(),
    };
    let who = booker(core, tx, (person, all_of(&referrals)), row.organisation(), london_day(row.starts_at)).await?;
    if !at_desk {
        terms.admit(&who).map_err(|refusal| refused("slot", refusal, &terms))?;
    }
    let now = core.now();
    already(tx, person, &row, old.as_ref(), &terms).await?;
    if !at_desk && old.is_none() {
        let (with_service, altogether) = appointment::coming_of(tx, person, row.service(), now).await?;
        few(with_service, altogether).map_err(|refusal| refused("slot", refusal, &terms))?;
    }
    if row.status != "free" {
        return Err(refused("slot", row.why_not(now), &terms));
    }
    touch(tx, std::iter::once(row.clinic_id).chain(old.as_ref().map(|old| old.clinic_id))).await?;
    if !slot::take(tx, asked.slot, actor.account(), now).await? {
        return Err(refused("slot", row.why_not(now), &terms));
    }
    // A system of its own is asked first; until it has answered, nothing counts, and nothing is given up.
    let elsewhere = outside::of(tx, row.organisation()).await?.is_some();
    let old_elsewhere = old.as_ref().is_some_and(|old| old.outside_id.is_some());
    if elsewhere && person::by_id(tx, person).await?.is_none_or(|who| who.nhs_number.is_none()) {
        return Err(refused("slot", Refusal::NotKnown, &terms));
    }
    let (reason, reason_by) = match &old {
        // What was written for one service is not for another to read; and what somebody wrote stays theirs, whoever changes it.
        Some(old) if answered && why.is_empty() => (old.reason.clone(), old.reason_by.map(AccountId::from_uuid)),
        _ => (why, actor.account()),
    };
    let new = NewAppointment {
        person,
        id: AppointmentId::from_uuid(core.new_id()),
        slot: asked.slot,
        status: match (elsewhere || old_elsewhere, terms.confirms && !at_desk) {
            (true, _) => Status::Proposed,
            (false, true) => Status::Pending,
            (false, false) => Status::Booked,
        },
        reason,
        reason_by,
        channel: channel(actor, subject),
        booked_by: actor.account(),
        submission: asked.submission,
        moved_from: old.as_ref().map(AppointmentRow::appointment),
        referral: chosen(&referrals, &terms),
        waits_for_earlier: asked.waits || old.as_ref().is_some_and(|old| old.waits_for_earlier),
    };
    appointment::insert(tx, &new, now).await?;
    // Whoever waited for an earlier time and was to be rung is not any more.
    work::close(tx, row.organisation(), (WorkKind::EarlierTime, row.id), None, "taken", now).await?;
    if new.status == Status::Pending {
        to_confirm(core, tx, row.organisation(), (person, new.id)).await?;
    }
    let action = if old.is_some() { Action::AppointmentMoved } else { Action::AppointmentBooked };
    let event = Event::on_record(actor, subject, action, purpose(subject)).about("appointment", new.id);
    let ask = match &old {
        Some(old) if elsewhere || old_elsewhere => {
            may_give_up(tx, (actor, subject), old, "instead_of", now).await?;
            if elsewhere {
                Some(ask_to_book(core, tx, (person, new.id), row.organisation()).await?)
            } else {
                Some(ask_to_cancel(core, tx, old, Some(new.id), ("moved", None)).await?)
            }
        }
        Some(old) => {
            give_up(core, tx, (actor, subject), old, ("moved", None)).await?;
            None
        }
        None if elsewhere => Some(ask_to_book(core, tx, (person, new.id), row.organisation()).await?),
        None => None,
    };
    let event = if ask.is_some() { event.about("what", "asked") } else { event };
    activity::append(core, tx, event).await?;
    if ask.is_none() && new.channel != BY_THEMSELF {
        tell_of_act(core, tx, actor, (person, new.id), "booked").await?;
    }
    Ok((Booked { id: new.id, pending: new.status == Status::Pending, asked: ask.is_some(), again: false }, terms, ask))
}

/// Asks the service to confirm a booking.
pub(super) async fn to_confirm(
    core: &Core,
    tx: &mut Tx,
    organisation: OrganisationId,
    (person, id): (PersonId, AppointmentId),
) -> Result<(), ServiceError> {
    let item = NewWorkItem { organisation, team: None, kind: WorkKind::Booking, person, about: id.as_uuid(), urgent: false };
    work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await?;
    Ok(())
}

/// Whether an appointment may be given up, by the rules of its service where it is not the service itself that does.
async fn may_give_up(
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    row: &AppointmentRow,
    field: &str,
    now: DateTime<Utc>,
) -> Result<Terms, ServiceError> {
    let terms = diary::service(tx, ServiceId::from_uuid(row.service_id)).await?.ok_or(ServiceError::NotFound)?.terms()?;
    let at = OrganisationId::from_uuid(row.organisation_id);
    let may = match (at_desk(actor, subject, at), terms.let_go(row.status()?, row.starts_at, now)) {
        // At the desk only what is over cannot be given up.
        (true, Err(Refusal::TooLate | Refusal::CancellingOff)) => Ok(()),
        (_, may) => may,
    };
    may.map_err(|refusal| refused(field, refusal, &terms))?;
    // What is asked about it comes first.
    let asked = outside::asked_of(tx, row.person()).await?.contains(&row.appointment());
    if asked { Err(ServiceError::field(field, ASKED)) } else { Ok(terms) }
}

/// Refuses a second appointment with the same service at the same time.
async fn already(
    tx: &mut Tx,
    person: PersonId,
    slot: &SlotRow,
    old: Option<&AppointmentRow>,
    terms: &Terms,
) -> Result<(), ServiceError> {
    for one in appointment::of_person(tx, person, LISTED).await? {
        let same = one.service_id == slot.service_id && old.is_none_or(|old| old.id != one.id);
        if same && one.status()?.is_open() && overlap((one.starts_at, one.ends_at), (slot.starts_at, slot.ends_at)) {
            return Err(refused("slot", Refusal::Already, terms));
        }
    }
    Ok(())
}

/// Gives an appointment up, by the rules of its service where it is not the service itself that does: its time is free
/// again, its reminders are taken back, and those are told who wait for an earlier one.
async fn give_up(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    row: &AppointmentRow,
    (by, why): (&'static str, Option<String>),
) -> Result<(), ServiceError> {
    let (now, at) = (core.now(), OrganisationId::from_uuid(row.organisation_id));
    may_give_up(tx, (actor, subject), row, if by == "moved" { "instead_of" } else { "" }, now).await?;
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
    take_reminders_back(tx, row.person(), row.appointment()).await?;
    opened(core, tx, row).await
}

/// What the notice that a time is free is called among those of a later appointment.
pub(super) fn earlier_notice(slot: Uuid) -> String {
    format!("earlier-{slot}")
}

/// Frees the time of an appointment that was given up, and tells those who wait for an earlier one.
pub(crate) async fn opened(core: &Core, tx: &mut Tx, row: &AppointmentRow) -> Result<(), ServiceError> {
    if !slot::free(tx, SlotId::from_uuid(row.slot_id)).await? || row.starts_at <= core.now() {
        return Ok(());
    }
    let mut first = None;
    for (person, id) in appointment::waiting(tx, ServiceId::from_uuid(row.service_id), row.starts_at).await? {
        if person != row.person() {
            first.get_or_insert(person);
            tell(core, tx, person, id, &Letter::EarlierTime, &earlier_notice(row.slot_id)).await?;
        }
    }
    // Whoever waits longest can be rung too: not everybody reads mail in time.
    if let Some(person) = first {
        let organisation = OrganisationId::from_uuid(row.organisation_id);
        let item =
            NewWorkItem { organisation, team: None, kind: WorkKind::EarlierTime, person, about: row.slot_id, urgent: false };
        work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await?;
    }
    Ok(())
}
