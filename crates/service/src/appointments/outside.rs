//! Appointments that an organisation keeps in a system of its own. Its free times are copied here, so that a search asks nobody.
//! What it is to do is written down in the act that wants it, told to it once that act is kept, and settled by its answer:
//! a crash at any point leaves something that is asked again, with an id by which a repeat is told.

use super::book::{opened, to_confirm};
use super::{Appointments, TRIES, cancelled_by_team, settle, take_reminders_back, tell};
use crate::activity::{self, Event};
use crate::address::interface;
use crate::diary::located;
use crate::mail::Letter;
use crate::{
    Core, OutsideAppointment, OutsideBooking, OutsideCancelling, OutsideDiary, OutsideFault, OutsideSlot, ServiceError, access,
    profile,
};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use domain::access::{Actor, Subject};
use domain::appointment::{GIVE_UP, Postcode, Refusal, ServiceKind, Status, kind_of, next_try};
use domain::audit::{Action, Basis, Purpose};
use domain::team::WorkKind;
use domain::when::{london_day, minute_of_day};
use domain::{AppointmentId, ClinicId, OrganisationId, PersonId, PlaceId, PractitionerId, ServiceId, SlotId, WorkItemId};
use std::collections::{BTreeMap, BTreeSet};
use store::appointment::{self, AppointmentRow, Change};
use store::diary::{self, NewClinic, PlaceRow, PractitionerRow, ServiceRow};
use store::outside::{self, AskRow, ClinicKey, NewAsk, OutsideDiaryRow, StandingRow, ToCheckRow};
use store::work::{self, NewWorkItem};
use store::{Tx, person_write, slot};
use uuid::Uuid;

/// How long whoever asks first has to hear the answer before anybody else may ask.
const FIRST: TimeDelta = TimeDelta::minutes(1);
/// How many of what waits for an answer are asked again in one run.
const STRIDE: i64 = 200;
/// What is read of a system at once: the longest span that GP Connect allows.
const WINDOW: TimeDelta = TimeDelta::days(14);
/// How many of them: eight weeks, as far as clinics are made here.
const WINDOWS: i32 = 4;
/// How old the copy of a system's free times may become.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// How often it is asked whether what is booked there still stands.
const RECHECK: TimeDelta = TimeDelta::hours(1);
/// How long it is believed that a service lets nobody cancel.
const CANCELLING_OFF: TimeDelta = TimeDelta::hours(24);
/// The most characters of a name that is taken over.
const LONGEST_NAME: usize = 100;
/// The most characters of an address that is taken over.
const LONGEST_ADDRESS: usize = 300;
/// The most characters of a phone number that is taken over.
const LONGEST_PHONE: usize = 40;
/// The most characters of what another system calls something; FHIR allows 64.
const LONGEST_ID: usize = 200;
/// Who cancelled what was asked for and refused while the person looked on: no page lists it.
pub(super) const REFUSED: &str = "refused";
/// Who cancelled what was asked for and did not come about later.
pub(super) const NOT_BOOKED: &str = "not-booked";

/// How something that was asked of another system stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It is done.
    Done,
    /// It was refused, and all is as it was before.
    Refused(Refusal),
    /// There is no answer yet; it will be asked again.
    Waiting,
}

/// What was done about the systems of others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutsideDone {
    /// How many questions were settled.
    pub settled: u64,
    /// How many wait for an answer still.
    pub waiting: u64,
}

/// What became of what is booked in others' systems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutsideChecked {
    /// How many appointments were asked about and answered.
    pub checked: u64,
    /// Of them, how many were cancelled there.
    pub cancelled: u64,
    /// How many are not to be found there.
    pub missing: u64,
}

/// A system in which an organisation keeps its appointments itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideDiarySeen {
    /// The organisation's code.
    pub organisation: String,
    /// The organisation's name.
    pub name: String,
    /// Where it is.
    pub base_url: String,
    /// When its free times were last copied.
    pub refreshed_at: Option<DateTime<Utc>>,
    /// Since when that fails, and why.
    pub failing: Option<(DateTime<Utc>, String)>,
}

/// How the copies of others' free times stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// How many systems told theirs.
    pub told: u64,
    /// How many did not.
    pub failed: u64,
}

/// Writes down that the organisation's own system is to book what was just taken here.
pub(super) async fn ask_to_book(
    core: &Core,
    tx: &mut Tx,
    (person, id): (PersonId, AppointmentId),
    at: OrganisationId,
) -> Result<Uuid, ServiceError> {
    let ask = NewAsk {
        person,
        id: core.new_id(),
        organisation: at,
        appointment: id,
        what: "book",
        for_id: None,
        cancelled_by: None,
        cancel_reason: None,
        next_try_at: core.now() + FIRST,
    };
    outside::ask(tx, &ask, core.now()).await?;
    Ok(ask.id)
}

/// Writes down that the organisation's own system is to cancel an appointment; for which other one, where it is changed.
///
/// # Errors
/// [`ServiceError::Fields`] with no field where something is asked about it already.
pub(super) async fn ask_to_cancel(
    core: &Core,
    tx: &mut Tx,
    row: &AppointmentRow,
    for_id: Option<AppointmentId>,
    (by, why): (&'static str, Option<String>),
) -> Result<Uuid, ServiceError> {
    let ask = NewAsk {
        person: row.person(),
        id: core.new_id(),
        organisation: OrganisationId::from_uuid(row.organisation_id),
        appointment: row.appointment(),
        what: "cancel",
        for_id,
        cancelled_by: Some(by),
        cancel_reason: why,
        next_try_at: core.now() + FIRST,
    };
    if !outside::ask(tx, &ask, core.now()).await? {
        return Err(ServiceError::field("", ASKED));
    }
    Ok(ask.id)
}

/// What is said of an appointment about which another system has been asked.
pub(super) const ASKED: &str = "We have asked the service's own system about this and wait for its answer. Look here again later";

/// What another system answered.
enum Answer {
    Booked(OutsideAppointment),
    Cancelled,
    Refused(Refusal),
    Waiting,
}

impl Appointments {
    /// Says where an organisation keeps its appointments: in a system of its own at this address, or here.
    ///
    /// Where it moves to a system of its own, its recurring clinics end and nobody books their times any more; where it comes
    /// back, nobody books what was copied. What is booked stands in both cases, and is kept here from then on.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`url`) for an address that cannot be used, and where its system has been asked something and has
    /// not answered; refusals for anybody but the operator and the service itself.
    pub async fn keep_outside(&self, actor: &Actor, at: OrganisationId, url: Option<&str>) -> Result<(), ServiceError> {
        access::for_all(actor)?;
        let url = url.map(interface).transpose()?;
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    match url {
                        Some(url) => {
                            let before = outside::of(tx, at).await?;
                            outside::set(tx, at, &url, core.now()).await?;
                            if before.is_none() {
                                // So that no clinic is made, and no time of one taken, while they end.
                                diary::lock(tx, at).await?;
                                outside::end_made_here(tx, at, core.now()).await?;
                            }
                        }
                        None if outside::of(tx, at).await?.is_none() => {}
                        None => {
                            if !outside::remove(tx, at).await? {
                                let told = "Its system has been asked something and has not answered: wait, then try again.";
                                return Err(ServiceError::field("url", told));
                            }
                        }
                    }
                    Ok(())
                })
            })
            .await
    }

    /// The systems in which organisations keep their appointments themselves, by the code of the organisation.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn outside_diaries(&self, actor: &Actor) -> Result<Vec<OutsideDiarySeen>, ServiceError> {
        access::for_all(actor)?;
        let mut tx = self.core.read().await?;
        let rows = outside::all(&mut tx).await?.into_iter().map(|row| OutsideDiarySeen {
            organisation: row.code,
            name: row.name,
            base_url: row.base_url,
            refreshed_at: row.refreshed_at,
            failing: row.failing_since.zip(row.fault),
        });
        Ok(rows.collect())
    }

    /// Asks for everything that waits for an answer and may be asked again, and gives up what has waited too long: then people
    /// look into it. Safe to run at any time and by several servers at once.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_outside(&self, actor: &Actor) -> Result<OutsideDone, ServiceError> {
        access::for_all(actor)?;
        let mut done = OutsideDone::default();
        let mut tx = self.core.read().await?;
        let due = outside::due(&mut tx, self.core.now(), STRIDE).await?;
        drop(tx);
        for (person, id) in due {
            match self.settle(person, id, true).await {
                Ok(Settled::Waiting) => done.waiting += 1,
                Ok(Settled::Done | Settled::Refused(_)) => done.settled += 1,
                // One that cannot be settled must not keep the others from their answer; it comes again later.
                Err(error) => tracing::error!(ask = %id, %error, "what another system was asked could not be settled"),
            }
        }
        Ok(done)
    }

    /// Asks each system whether what is booked there for the next two weeks still stands, about each person once an hour. What
    /// was cancelled there is cancelled here too, and the person is told; what is not to be found there comes to the practice,
    /// until somebody has dealt with it. Safe to run at any time and by several servers at once: they share the asking.
    ///
    /// # Errors
    /// As [`Appointments::run_outside`].
    pub async fn check_outside(&self, actor: &Actor) -> Result<OutsideChecked, ServiceError> {
        access::for_all(actor)?;
        let (now, mut after, mut done) = (self.core.now(), (Uuid::nil(), Uuid::nil()), OutsideChecked::default());
        loop {
            let mut tx = self.core.read().await?;
            let rows = outside::to_check(&mut tx, (now, now + WINDOW), now - RECHECK, after, STRIDE).await?;
            drop(tx);
            let Some(last) = rows.last() else { return Ok(done) };
            after = (last.person_id, last.organisation_id);
            for row in rows {
                let person = row.person_id;
                match self.check(row).await {
                    Ok(OutsideChecked { checked, cancelled, missing }) => {
                        done.checked += checked;
                        done.cancelled += cancelled;
                        done.missing += missing;
                    }
                    // One that cannot be read must not keep the others from being asked about.
                    Err(error) => tracing::error!(%person, %error, "what is booked in an outside diary could not be looked at"),
                }
            }
        }
    }

    /// Asks about all that a person has booked in one system.
    async fn check(&self, row: ToCheckRow) -> Result<OutsideChecked, ServiceError> {
        let done = OutsideChecked::default();
        let Some(number) = row.nhs_number.clone() else { return Ok(done) };
        let claimed = {
            let row = row.clone();
            self.core.write(move |core, tx| {
                Box::pin(async move {
                    let now = core.now();
                    Ok(outside::claim_check(tx, &row, (now, now + WINDOW), now - RECHECK, now).await?)
                })
            })
        };
        let claimed = claimed.await?;
        let from = claimed.iter().map(|one| one.starts_at).min();
        let Some((from, to)) = from.zip(claimed.iter().map(|one| one.ends_at).max()) else { return Ok(done) };
        let found = match self.core.diaries().of_patient(&place_of(&row.base_url, &row.code), &number, (from, to)).await {
            Ok(found) => found,
            // Whoever it does not know has nothing there.
            Err(OutsideFault::Refused(Refusal::NotKnown)) => Vec::new(),
            Err(fault) => {
                tracing::warn!(organisation = row.code, %fault, "an outside diary did not say what stands in it");
                return Ok(done);
            }
        };
        let (person, at) = (PersonId::from_uuid(row.person_id), OrganisationId::from_uuid(row.organisation_id));
        let there = |one: StandingRow| {
            let there = match found.iter().find(|there| there.id == one.outside_id) {
                Some(there) if there.cancelled => There::Cancelled,
                Some(_) => There::Stands,
                None => There::Missing,
            };
            (one, there)
        };
        let claimed: Vec<_> = claimed.into_iter().map(there).collect();
        let counted = self.core.write(move |core, tx| {
            Box::pin(async move {
                let mut done =
                    OutsideChecked { checked: u64::try_from(claimed.len()).unwrap_or(u64::MAX), ..OutsideChecked::default() };
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let asked = outside::asked_of(tx, person).await?;
                for (one, there) in claimed.iter().filter(|(one, _)| !asked.contains(&AppointmentId::from_uuid(one.id))) {
                    match (compared(&core, tx, (person, at), one, *there).await?, there) {
                        (true, There::Cancelled) => done.cancelled += 1,
                        (true, There::Missing) => done.missing += 1,
                        _ => {}
                    }
                }
                Ok(done)
            })
        });
        counted.await
    }

    /// Copies the free times of every system whose copy is older than five minutes.
    ///
    /// # Errors
    /// As [`Appointments::run_outside`].
    pub async fn refresh_outside(&self, actor: &Actor) -> Result<Refreshed, ServiceError> {
        access::for_all(actor)?;
        let mut tx = self.core.read().await?;
        let diaries = outside::all(&mut tx).await?;
        drop(tx);
        let mut done = Refreshed::default();
        for row in diaries {
            let now = self.core.now();
            if row.failing_since.is_none() && row.refreshed_at.is_some_and(|at| now - at < FRESH) {
                continue;
            }
            // One whose times cannot be kept must not keep the others from being copied.
            let copied = self.refresh(&row).await.unwrap_or_else(|error| {
                tracing::error!(organisation = row.code, %error, "the free times of an outside diary could not be kept");
                Err("what it told could not be kept".to_owned())
            });
            match copied {
                Ok(()) => done.told += 1,
                Err(fault) => {
                    tracing::warn!(organisation = row.code, fault, "the free times of an outside diary could not be read");
                    done.failed += 1;
                    let (at, now) = (row.organisation(), self.core.now());
                    self.core
                        .write(move |_, tx| Box::pin(async move { Ok(outside::failed(tx, at, &fault, now).await?) }))
                        .await?;
                }
            }
        }
        Ok(done)
    }

    async fn refresh(&self, row: &OutsideDiaryRow) -> Result<Result<(), String>, ServiceError> {
        let (at, begin) = (row.organisation(), self.core.now());
        for window in 0..WINDOWS {
            let span = (begin + WINDOW * window, begin + WINDOW * (window + 1));
            let found = match self.core.diaries().free(&place_of(&row.base_url, &row.code), span).await {
                Ok(found) => found,
                Err(fault) => return Ok(Err(fault.to_string())),
            };
            let name = row.name.clone();
            self.core.write(move |core, tx| Box::pin(async move { copy(&core, tx, (at, &name), span, &found).await })).await?;
        }
        let now = self.core.now();
        self.core
            .write(move |_, tx| {
                Box::pin(async move {
                    outside::cancelling_again(tx, at, now - CANCELLING_OFF).await?;
                    Ok(outside::refreshed(tx, at, now).await?)
                })
            })
            .await?;
        Ok(Ok(()))
    }

    /// Asks, and does what the answer means, until nothing more is to be asked or no answer comes; `late` where the person does
    /// not look on and has to be told. Whoever looks on does not wait for ever: what has no answer in time is asked
    /// again later.
    pub(super) async fn settle(&self, person: PersonId, id: Uuid, late: bool) -> Result<Settled, ServiceError> {
        // What is asked next, as part of the same, does not wait for its time.
        let (mut id, mut refusal, mut in_time) = (id, None, late);
        let until = tokio::time::Instant::now() + self.patience;
        loop {
            let taken = self
                .core
                .write(move |core, tx| Box::pin(async move { take_try(&core, tx, (person, id), in_time).await }))
                .await?;
            let row = match taken {
                Taken::Mine(row) => *row,
                Taken::Over(settled) => return Ok(settled),
            };
            let needs = self.needs_with(&row).await?;
            let answer = match late {
                true => self.asked(&row, &needs).await,
                false => tokio::time::timeout_at(until, self.asked(&row, &needs)).await.unwrap_or_else(|_| {
                    tracing::warn!(ask = %row.id, "another system is slower than anybody waits");
                    Answer::Waiting
                }),
            };
            let done = self.core.write(move |core, tx| {
                Box::pin(async move {
                    // One act at a time for each person, as where they book themselves.
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    let done = apply(&core, tx, &row, &answer, late).await?;
                    settle(&core, tx, person).await?;
                    Ok(done)
                })
            });
            let (next, settled) = done.await?;
            // What is undone because of a refusal ends as that refusal; unless it cannot be undone.
            match settled {
                Settled::Refused(Refusal::BothStand) => refusal = Some(Refusal::BothStand),
                Settled::Refused(why) => _ = refusal.get_or_insert(why),
                Settled::Done | Settled::Waiting => {}
            }
            match (next, settled, refusal) {
                (Some(next), ..) => (id, in_time) = (next, false),
                (None, Settled::Waiting, _) => return Ok(Settled::Waiting),
                (None, _, Some(why)) => return Ok(Settled::Refused(why)),
                (None, settled, None) => return Ok(settled),
            }
        }
    }

    /// What the system is told of the person's needs, with what it is to book: whoever they come to has to know before they come
    /// (Accessible Information Standard, DAPB1605). Empty where something is given up.
    async fn needs_with(&self, row: &AskRow) -> Result<String, ServiceError> {
        if !row.books() {
            return Ok(String::new());
        }
        let mut tx = self.core.read().await?;
        profile::in_words(&mut tx, PersonId::from_uuid(row.person_id)).await
    }

    /// Asks the system. Where it was asked before, first whether it has done it.
    async fn asked(&self, row: &AskRow, needs: &str) -> Answer {
        // Where it is gone, take_try has given it up.
        let Some(base_url) = &row.base_url else { return Answer::Waiting };
        let (at, system) = (place_of(base_url, &row.code), self.core.diaries());
        let Some(nhs_number) = &row.nhs_number else { return Answer::Refused(Refusal::NotKnown) };
        let again = row.tries > 0;
        let span = (row.starts_at, row.ends_at);
        if row.books() {
            let Some(slot) = &row.slot_outside_id else { return Answer::Refused(Refusal::SlotGone) };
            let mine = |found: Vec<OutsideAppointment>| found.into_iter().find(|one| !one.cancelled && one.slots.contains(slot));
            if again {
                match system.of_patient(&at, nhs_number, span).await {
                    Ok(found) => {
                        if let Some(kept) = mine(found) {
                            return Answer::Booked(kept);
                        }
                    }
                    // Whoever it does not know has nothing there, and will be told so.
                    Err(OutsideFault::Refused(Refusal::NotKnown)) => {}
                    Err(fault) => return waiting(row, &fault),
                }
            }
            let booking = OutsideBooking {
                request: row.id,
                nhs_number: nhs_number.clone(),
                slot: slot.clone(),
                place: row.outside_place.clone(),
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                reason: row.reason.clone(),
                needs: needs.to_owned(),
                asked_at: row.asked_at,
            };
            match system.book(&at, &booking).await {
                Ok(kept) => Answer::Booked(kept),
                // It may have been given to the person themself, by a request whose answer never came.
                Err(OutsideFault::Refused(Refusal::SlotGone)) if again => match system.of_patient(&at, nhs_number, span).await {
                    Ok(found) => mine(found).map_or(Answer::Refused(Refusal::SlotGone), Answer::Booked),
                    Err(fault) => waiting(row, &fault),
                },
                Err(OutsideFault::Refused(refusal)) => Answer::Refused(refusal),
                Err(OutsideFault::NotDone(fault)) if !again => {
                    tracing::warn!(ask = %row.id, fault, "another system does not answer");
                    Answer::Refused(Refusal::Unreachable)
                }
                Err(fault) => waiting(row, &fault),
            }
        } else {
            let Some(outside_id) = &row.outside_id else { return Answer::Cancelled };
            let stands = |found: Vec<OutsideAppointment>| found.into_iter().find(|one| one.id == *outside_id && !one.cancelled);
            if again {
                match system.of_patient(&at, nhs_number, span).await.map(stands) {
                    Ok(Some(_)) => {}
                    Ok(None) => return Answer::Cancelled,
                    // Whether it takes place they have to ask there.
                    Err(OutsideFault::Refused(refusal @ Refusal::NotKnown)) => return Answer::Refused(refusal),
                    Err(fault) => return waiting(row, &fault),
                }
            }
            let reason = row.cancel_reason.clone().unwrap_or_default();
            let cancelling = OutsideCancelling { request: row.id, id: outside_id.clone(), reason };
            match system.cancel(&at, &cancelling).await {
                Ok(()) => Answer::Cancelled,
                // It may be cancelled already, there or by a request whose answer never came.
                Err(OutsideFault::Refused(Refusal::NotOpen)) => {
                    match system.of_patient(&at, nhs_number, span).await.map(stands) {
                        Ok(None) => Answer::Cancelled,
                        Ok(Some(_)) => Answer::Refused(Refusal::NotOpen),
                        Err(OutsideFault::Refused(refusal @ Refusal::NotKnown)) => Answer::Refused(refusal),
                        Err(fault) => waiting(row, &fault),
                    }
                }
                Err(OutsideFault::Refused(refusal)) => Answer::Refused(refusal),
                Err(OutsideFault::NotDone(fault))
                    if !again && row.for_id.is_none() && row.cancelled_by.as_deref() != Some(REFUSED) =>
                {
                    tracing::warn!(ask = %row.id, fault, "another system does not answer");
                    Answer::Refused(Refusal::Unreachable)
                }
                Err(fault) => waiting(row, &fault),
            }
        }
    }
}

fn waiting(row: &AskRow, fault: &OutsideFault) -> Answer {
    tracing::warn!(ask = %row.id, tries = row.tries, %fault, "another system gave no certain answer");
    Answer::Waiting
}

fn place_of(base_url: &str, code: &str) -> OutsideDiary {
    OutsideDiary { base_url: base_url.to_owned(), organisation: code.to_owned() }
}

/// Whether a try is one's own.
enum Taken {
    /// It is, with what has to be told.
    Mine(Box<AskRow>),
    /// Somebody else has it, or it is over.
    Over(Settled),
}

/// Takes the next try, not before its time where that is asked; or gives up what has waited too long.
async fn take_try(core: &Core, tx: &mut Tx, (person, id): (PersonId, Uuid), in_time: bool) -> Result<Taken, ServiceError> {
    let row = outside::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
    let now = core.now();
    if row.state != "asked" {
        return Ok(Taken::Over(if row.state == "done" { Settled::Done } else { Settled::Refused(Refusal::NotOpen) }));
    }
    if in_time && row.next_try_at > now {
        return Ok(Taken::Over(Settled::Waiting));
    }
    if row.base_url.is_none() {
        // Nobody is there to answer any more, about this or about anything else that stood there.
        outside::keep_here(tx, row.organisation()).await?;
    }
    if row.base_url.is_none() || row.tries > 0 && now - row.asked_at >= GIVE_UP {
        give_up(core, tx, &row).await?;
        return Ok(Taken::Over(Settled::Refused(Refusal::Unreachable)));
    }
    let next = next_try(u32::try_from(row.tries).unwrap_or_default() + 1, now);
    if !outside::take_try(tx, &row, next).await? {
        return Ok(Taken::Over(Settled::Waiting));
    }
    Ok(Taken::Mine(Box::new(row)))
}

/// Does what the answer means, once; and says what is to be asked next.
async fn apply(
    core: &Core,
    tx: &mut Tx,
    ask: &AskRow,
    answer: &Answer,
    late: bool,
) -> Result<(Option<Uuid>, Settled), ServiceError> {
    let (now, state) = match answer {
        Answer::Waiting => return Ok((None, Settled::Waiting)),
        Answer::Booked(_) | Answer::Cancelled => (core.now(), "done"),
        Answer::Refused(_) => (core.now(), "refused"),
    };
    if !outside::settle(tx, ask, state, now).await? {
        return Ok((None, Settled::Waiting));
    }
    work::close(tx, ask.organisation(), (WorkKind::OutsideDiary, ask.appointment_id), None, state, now).await?;
    if matches!(answer, Answer::Cancelled) {
        for kind in [WorkKind::OutsideMissing, WorkKind::BothStand] {
            work::close(tx, ask.organisation(), (kind, ask.appointment_id), None, "cancelled", now).await?;
        }
    }
    let row = appointment::one(tx, ask.person(), ask.appointment()).await?.ok_or(ServiceError::NotFound)?;
    match answer {
        Answer::Booked(kept) => {
            outside::name(tx, (ask.person(), ask.appointment()), &kept.id).await?;
            let next = booked(core, tx, &row).await?;
            told_late(core, tx, &row, late, "booked").await?;
            note(core, tx, &row, "outside-booked").await?;
            Ok((next, Settled::Done))
        }
        Answer::Cancelled => {
            let by = match ask.cancelled_by.as_deref() {
                Some("team") => "team",
                Some("moved") => "moved",
                Some(REFUSED) => REFUSED,
                _ => "person",
            };
            change(core, tx, &row, Status::Cancelled, Some((by, ask.cancel_reason.clone()))).await?;
            take_reminders_back(tx, ask.person(), ask.appointment()).await?;
            opened(core, tx, &row).await?;
            if let Some(new) = ask.for_id {
                let new =
                    appointment::one(tx, ask.person(), AppointmentId::from_uuid(new)).await?.ok_or(ServiceError::NotFound)?;
                confirmed(core, tx, &new).await?;
            }
            if by != REFUSED {
                told_late(core, tx, &row, late, "cancelled").await?;
            }
            note(core, tx, &row, "outside-cancelled").await?;
            Ok((None, Settled::Done))
        }
        Answer::Refused(refusal) if ask.books() => {
            not_booked(core, tx, &row, late, *refusal == Refusal::SlotGone).await?;
            note(core, tx, &row, "outside-refused").await?;
            Ok((None, Settled::Refused(*refusal)))
        }
        Answer::Refused(refusal) => {
            note(core, tx, &row, "outside-refused").await?;
            if *refusal == Refusal::CancellingOff {
                outside::cancelling_off(tx, ServiceId::from_uuid(row.service_id), now).await?;
            }
            if ask.cancelled_by.as_deref() == Some(REFUSED) {
                both_stand(core, tx, ask).await?;
                return Ok((None, Settled::Refused(Refusal::BothStand)));
            }
            let Some(new) = ask.for_id else {
                told_late(core, tx, &row, late, "not-cancelled").await?;
                return Ok((None, Settled::Refused(*refusal)));
            };
            // The old one stays: what was taken for it is given back.
            let new = appointment::one(tx, ask.person(), AppointmentId::from_uuid(new)).await?.ok_or(ServiceError::NotFound)?;
            let next = if new.outside_id.is_some() {
                Some(ask_to_cancel(core, tx, &new, None, (REFUSED, None)).await?)
            } else {
                not_booked(core, tx, &new, late, false).await?;
                None
            };
            Ok((next, Settled::Refused(*refusal)))
        }
        Answer::Waiting => Ok((None, Settled::Waiting)),
    }
}

/// What was asked for takes place in the other system: it does here too, and the one that it is instead of is given up.
async fn booked(core: &Core, tx: &mut Tx, row: &AppointmentRow) -> Result<Option<Uuid>, ServiceError> {
    change(core, tx, row, Status::Booked, None).await?;
    let Some(old) = row.moved_from else { return Ok(None) };
    let old = appointment::one(tx, row.person(), AppointmentId::from_uuid(old)).await?.ok_or(ServiceError::NotFound)?;
    if !old.status()?.is_open() {
        return Ok(None);
    }
    if old.outside_id.is_some() {
        // What is cancelled by another question already is not asked for again.
        if outside::asked_of(tx, row.person()).await?.contains(&old.appointment()) {
            return Ok(None);
        }
        return ask_to_cancel(core, tx, &old, Some(row.appointment()), ("moved", None)).await.map(Some);
    }
    change(core, tx, &old, Status::Cancelled, Some(("moved", None))).await?;
    let at = OrganisationId::from_uuid(old.organisation_id);
    work::close(tx, at, (WorkKind::Booking, old.id), None, "given-up", core.now()).await?;
    take_reminders_back(tx, old.person(), old.appointment()).await?;
    opened(core, tx, &old).await?;
    Ok(None)
}

/// What waited for the old one to be given up stands now.
async fn confirmed(core: &Core, tx: &mut Tx, new: &AppointmentRow) -> Result<(), ServiceError> {
    if new.status()? != Status::Proposed {
        return Ok(());
    }
    let terms = diary::service(tx, ServiceId::from_uuid(new.service_id)).await?.ok_or(ServiceError::NotFound)?.terms()?;
    let status = if terms.confirms && new.channel != "team" { Status::Pending } else { Status::Booked };
    change(core, tx, new, status, None).await?;
    if status == Status::Pending {
        to_confirm(core, tx, OrganisationId::from_uuid(new.organisation_id), (new.person(), new.appointment())).await?;
    }
    Ok(())
}

/// What was asked for does not take place. `gone` where somebody else has the time.
async fn not_booked(core: &Core, tx: &mut Tx, row: &AppointmentRow, late: bool, gone: bool) -> Result<(), ServiceError> {
    change(core, tx, row, Status::Cancelled, Some((if late { NOT_BOOKED } else { REFUSED }, None))).await?;
    let slot = SlotId::from_uuid(row.slot_id);
    if gone {
        slot::lose(tx, slot).await?;
    } else {
        slot::free(tx, slot).await?;
    }
    told_late(core, tx, row, late, "not-booked").await
}

/// Tells the person what came of it where they could not see it themselves.
async fn told_late(core: &Core, tx: &mut Tx, row: &AppointmentRow, late: bool, what: &str) -> Result<(), ServiceError> {
    if late || row.channel != "self" {
        tell(core, tx, row.person(), row.appointment(), &Letter::AppointmentNews, what).await?;
    }
    Ok(())
}

/// What was taken for a change cannot be given back, and the old time neither: the person is told, and people help them.
async fn both_stand(core: &Core, tx: &mut Tx, ask: &AskRow) -> Result<(), ServiceError> {
    for_people(core, tx, ask.organisation(), WorkKind::BothStand, (ask.person(), ask.appointment())).await?;
    tell(core, tx, ask.person(), ask.appointment(), &Letter::AppointmentNews, "both-stand").await?;
    Ok(())
}

/// Nobody knows how the other system stands: people look into it.
async fn give_up(core: &Core, tx: &mut Tx, ask: &AskRow) -> Result<(), ServiceError> {
    if !outside::settle(tx, ask, "given-up", core.now()).await? {
        return Ok(());
    }
    let row = appointment::one(tx, ask.person(), ask.appointment()).await?.ok_or(ServiceError::NotFound)?;
    if ask.books() {
        not_booked(core, tx, &row, true, true).await?;
    } else {
        told_late(core, tx, &row, true, "not-cancelled").await?;
        if let Some(new) = ask.for_id {
            let new = appointment::one(tx, ask.person(), AppointmentId::from_uuid(new)).await?.ok_or(ServiceError::NotFound)?;
            // What was taken here for it and waits is given back: nobody holds two times for one.
            if new.status()? == Status::Proposed {
                not_booked(core, tx, &new, true, false).await?;
            }
        }
    }
    for_people(core, tx, ask.organisation(), WorkKind::OutsideDiary, (ask.person(), ask.appointment())).await?;
    note(core, tx, &row, "outside-unknown").await
}

/// Puts an appointment on the work list of those whose system knows more.
async fn for_people(
    core: &Core,
    tx: &mut Tx,
    organisation: OrganisationId,
    kind: WorkKind,
    (person, id): (PersonId, AppointmentId),
) -> Result<(), ServiceError> {
    let item = NewWorkItem { organisation, team: None, kind, person, about: id.as_uuid(), urgent: true };
    work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await?;
    Ok(())
}

/// How something that is booked here stands in the other system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum There {
    Stands,
    Cancelled,
    Missing,
}

/// Makes of the answer about an appointment what it means, if that still is as it was asked about; `false` where it is not.
async fn compared(
    core: &Core,
    tx: &mut Tx,
    (person, at): (PersonId, OrganisationId),
    asked: &StandingRow,
    there: There,
) -> Result<bool, ServiceError> {
    let id = AppointmentId::from_uuid(asked.id);
    let held = appointment::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
    if held.status()? != Status::Booked || held.outside_id.as_ref() != Some(&asked.outside_id) {
        return Ok(false);
    }
    match there {
        There::Stands => {
            // It is there again.
            work::close(tx, at, (WorkKind::OutsideMissing, asked.id), None, "found", core.now()).await?;
        }
        There::Cancelled => {
            if cancelled_by_team(core, tx, (person, id)).await? {
                // Whether it is free again the next copy tells.
                slot::lose(tx, SlotId::from_uuid(held.slot_id)).await?;
                note(core, tx, &held, "outside-cancelled").await?;
            }
        }
        // It may have been moved there: people look into it, and until then it stands.
        There::Missing => {
            let kind = WorkKind::OutsideMissing;
            let item = NewWorkItem { organisation: at, team: None, kind, person, about: asked.id, urgent: true };
            if work::insert_unless_dealt_with(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await? {
                note(core, tx, &held, "outside-unknown").await?;
            }
        }
    }
    Ok(true)
}

/// Says in the account of the record what came of it.
async fn note(core: &Core, tx: &mut Tx, row: &AppointmentRow, what: &'static str) -> Result<(), ServiceError> {
    let at = OrganisationId::from_uuid(row.organisation_id);
    let subject = Subject { organisation: Some(at), ..Subject::new(row.person(), Basis::System) };
    let event = Event::on_record(&Actor::System, subject, Action::AppointmentChanged, Purpose::DirectCare);
    activity::append(core, tx, event.about("what", what).about("appointment", row.id)).await
}

/// Changes an appointment as it stands now.
async fn change(
    core: &Core,
    tx: &mut Tx,
    row: &AppointmentRow,
    status: Status,
    cancelled: Option<(&'static str, Option<String>)>,
) -> Result<(), ServiceError> {
    let (by, why) = cancelled.map_or((None, None), |(by, why)| (Some(by), why));
    for _ in 0..TRIES {
        let now = appointment::one(tx, row.person(), row.appointment()).await?.ok_or(ServiceError::NotFound)?;
        let change = Change {
            status,
            cancelled_by: by,
            cancel_reason: why.clone(),
            arrived_at: now.arrived_at,
            waits_for_earlier: now.waits_for_earlier && status != Status::Cancelled,
        };
        if appointment::change(tx, row.person(), (row.appointment(), now.version), &change, core.now()).await? {
            return Ok(());
        }
    }
    Err(ServiceError::internal("an appointment changes faster than it can be settled"))
}

/// Takes the free times of a window over as they are, and withdraws those that are free there no more.
async fn copy(
    core: &Core,
    tx: &mut Tx,
    (at, organisation): (OrganisationId, &str),
    span: (DateTime<Utc>, DateTime<Utc>),
    found: &[OutsideSlot],
) -> Result<(), ServiceError> {
    diary::lock(tx, at).await?;
    let (now, mut known) = (core.now(), Known::default());
    let usable = |one: &&OutsideSlot| {
        let ids = std::iter::once(&one.id).chain(&one.place.id);
        let kept = ids.into_iter().all(|id| id.chars().count() <= LONGEST_ID && !id.contains(char::is_control));
        kept && one.starts_at > now && one.starts_at >= span.0 && one.ends_at <= span.1 && one.ends_at > one.starts_at
    };
    let found: Vec<_> = found.iter().filter(usable).collect();
    let there: BTreeSet<&str> = found.iter().map(|one| one.id.as_str()).collect();
    for (id, outside_id) in outside::free_slots(tx, at, span).await? {
        if !there.contains(outside_id.as_str()) {
            outside::withdraw(tx, id).await?;
        }
    }
    for one in found {
        let kind = kind_of(&one.service, &one.job);
        let key = ClinicKey {
            organisation: at,
            service: known.service(core, tx, at, kind, one).await?,
            place: known.place(core, tx, at, organisation, one).await?,
            practitioner: known.practitioner(core, tx, at, one).await?,
            day: london_day(one.starts_at),
        };
        let clinic = known.clinic(core, tx, &key, one).await?;
        let slot = outside::OutsideSlot {
            id: SlotId::from_uuid(core.new_id()),
            clinic,
            kind,
            starts_at: one.starts_at,
            ends_at: one.ends_at,
            minute: minute_of_day(one.starts_at),
            weekday: key.day.weekday(),
            outside_id: &one.id,
            outside_place: one.place.id.as_deref(),
        };
        outside::put_slot(tx, at, &slot, now).await?;
    }
    Ok(())
}

/// What has been found or made already in one copying, so that each is asked for once.
#[derive(Default)]
struct Known {
    services: BTreeMap<String, ServiceId>,
    places: BTreeMap<String, PlaceId>,
    practitioners: BTreeMap<String, PractitionerId>,
    clinics: BTreeMap<(ClinicKey, &'static str), ClinicId>,
}

/// What can be kept of a text, on one line and no longer than this.
fn line(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}

/// A name on one line, no longer than names may be.
fn name(text: &str, instead: &str) -> String {
    let text = line(text, LONGEST_NAME);
    if text.is_empty() { instead.to_owned() } else { text }
}

impl Known {
    async fn service(
        &mut self,
        core: &Core,
        tx: &mut Tx,
        at: OrganisationId,
        kind: ServiceKind,
        one: &OutsideSlot,
    ) -> Result<ServiceId, ServiceError> {
        let name = name(&one.service, "Appointment");
        if let Some(id) = self.services.get(&name) {
            return Ok(*id);
        }
        let id = if let Some(id) = outside::service_named(tx, at, &name).await? {
            id
        } else {
            let minutes = (one.ends_at - one.starts_at).num_minutes().clamp(1, 480);
            let row = ServiceRow {
                id: core.new_id(),
                organisation_id: at.as_uuid(),
                kind: kind.code().to_owned(),
                name: name.clone(),
                about: String::new(),
                prepare: String::new(),
                minutes: i32::try_from(minutes).unwrap_or(10),
                registered_only: true,
                min_age: None,
                max_age: None,
                referral_needed: false,
                specialty: None,
                video_link: None,
                video_test: None,
                asks_reason: false,
                release: "at-once".to_owned(),
                // Its own system says whether and until when.
                may_cancel: true,
                cancel_hours: 0,
                confirms: false,
                created_at: core.now(),
                ended_at: None,
                version: 1,
            };
            diary::insert_service(tx, &row).await?;
            row.service()
        };
        self.services.insert(name, id);
        Ok(id)
    }

    async fn place(
        &mut self,
        core: &Core,
        tx: &mut Tx,
        at: OrganisationId,
        organisation: &str,
        one: &OutsideSlot,
    ) -> Result<PlaceId, ServiceError> {
        let name = name(&one.place.name, organisation);
        if let Some(id) = self.places.get(&name) {
            return Ok(*id);
        }
        let id = if let Some(id) = outside::place_named(tx, at, &name).await? {
            id
        } else {
            let row = PlaceRow {
                id: core.new_id(),
                organisation_id: at.as_uuid(),
                name: name.clone(),
                address: line(&one.place.address, LONGEST_ADDRESS),
                postcode: Postcode::parse(&one.place.postcode).map(|postcode| postcode.as_str().to_owned()).unwrap_or_default(),
                directions: String::new(),
                phone: line(&one.place.phone, LONGEST_PHONE),
                latitude: None,
                longitude: None,
                created_at: core.now(),
                ended_at: None,
                version: 1,
            };
            let row = located(tx, row).await?;
            diary::insert_place(tx, &row).await?;
            PlaceId::from_uuid(row.id)
        };
        self.places.insert(name, id);
        Ok(id)
    }

    async fn practitioner(
        &mut self,
        core: &Core,
        tx: &mut Tx,
        at: OrganisationId,
        one: &OutsideSlot,
    ) -> Result<PractitionerId, ServiceError> {
        let called = name(&one.practitioner, "Whoever is on duty");
        if let Some(id) = self.practitioners.get(&called) {
            return Ok(*id);
        }
        let id = if let Some(id) = outside::practitioner_named(tx, at, &called).await? {
            id
        } else {
            let row = PractitionerRow {
                id: core.new_id(),
                organisation_id: at.as_uuid(),
                name: called.clone(),
                job: name(&one.job, "Clinician"),
                created_at: core.now(),
                ended_at: None,
                version: 1,
            };
            diary::insert_practitioner(tx, &row).await?;
            PractitionerId::from_uuid(row.id)
        };
        self.practitioners.insert(called, id);
        Ok(id)
    }

    async fn clinic(&mut self, core: &Core, tx: &mut Tx, key: &ClinicKey, one: &OutsideSlot) -> Result<ClinicId, ServiceError> {
        let id = match self.clinics.get(&(*key, one.mode.code())) {
            Some(id) => *id,
            None => match outside::clinic(tx, key, one.mode).await? {
                Some(id) => id,
                None => {
                    let new = NewClinic {
                        id: ClinicId::from_uuid(core.new_id()),
                        organisation: key.organisation,
                        template: None,
                        service: key.service,
                        place: key.place,
                        practitioner: key.practitioner,
                        mode: one.mode,
                        day: key.day,
                        starts_at: one.starts_at,
                        ends_at: one.ends_at,
                    };
                    diary::insert_clinic(tx, &new, core.now()).await?;
                    new.id
                }
            },
        };
        self.clinics.insert((*key, one.mode.code()), id);
        outside::stretch(tx, id, (one.starts_at, one.ends_at)).await?;
        Ok(id)
    }
}
