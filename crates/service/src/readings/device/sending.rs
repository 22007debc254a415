//! What a device asks for with its token: to add a reading, several, to change or take out one that it sent, or to read one.
//!
//! Each request is decided as an act of the device for the account that let it ([`Actor::Device`]), so that what that account may not
//! do any more its devices cannot, and leaves one event.

use super::super::record::told;
use super::super::{Readings, allowed, opens, rules};
use crate::activity::{self, Event};
use crate::hashing::sha256;
use crate::limits::{self, Attempt};
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::reading::{Amount, Kept};
use domain::when::london_day;
use domain::{AccountId, PersonId, ReadingDeviceId, ReadingId};
use fhir::observation::{self, Fault, Problem, Reading, Shown, Told, Whom};
use serde_json::Value;
use std::net::IpAddr;
use store::reading::{self, ReadingRow, Said};
use store::reading_device::{self, DeviceRow, NewSent, SentRow};
use store::{StoreError, Tx, person_write};
use uuid::Uuid;

/// What an event calls what devices ask.
const PAGE: &str = "device";

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub struct DeviceCall<'a> {
    /// What it says as its token.
    pub token: Option<&'a str>,
    /// From where.
    pub from: Option<IpAddr>,
}

/// Why a request of a device came to nothing.
#[derive(Clone, Debug)]
pub enum DeviceRefusal {
    /// What is wrong with it; at least one thing.
    Problems(Vec<Problem>),
    /// Something else: too many requests, or a failing database.
    Other(ServiceError),
}

impl From<ServiceError> for DeviceRefusal {
    fn from(error: ServiceError) -> Self {
        Self::Other(error)
    }
}

impl From<StoreError> for DeviceRefusal {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<Problem> for DeviceRefusal {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

/// A reading of a device, as it stands after what it asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAdded {
    /// Its id.
    pub id: ReadingId,
    /// Its version.
    pub version: i32,
    /// The `Observation`.
    pub resource: Value,
    /// Whether it was not here before.
    pub is_new: bool,
}

/// What becomes of a request, after which its transaction holds: what was refused is written down too.
type Outcome = Result<DeviceAdded, Problem>;

/// A device whose token was right.
#[derive(Clone, Copy, Debug)]
struct Key {
    person: PersonId,
    device: ReadingDeviceId,
    by: AccountId,
}

impl Key {
    fn actor(self) -> Actor {
        Actor::Device { id: self.by, device: self.device }
    }
}

/// What a device is let in with.
struct Visit {
    subject: Subject,
    reader: Reader,
    row: DeviceRow,
    nhs_number: Option<String>,
}

fn forbidden(at: &'static str, what: &'static str) -> Problem {
    Problem::at(Fault::Forbidden, at, what)
}

fn login() -> Problem {
    Problem::of(Fault::Login, "The token is missing, unknown, or of a device that was stopped.")
}

fn not_found() -> Problem {
    Problem::of(Fault::NotFound, "This device sent no such reading, or it is not there any more.")
}

impl Readings {
    /// Adds the reading that an `Observation` tells. The same identifier twice is one reading; without one, the same measure and
    /// amount in the same minute. `if_none_exist` is the header of that name.
    ///
    /// # Errors
    /// [`DeviceRefusal`].
    pub async fn device_adds(
        &self,
        call: DeviceCall<'_>,
        body: &[u8],
        if_none_exist: Option<&str>,
    ) -> Result<DeviceAdded, DeviceRefusal> {
        let key = self.let_in(call).await?;
        let read = observation::json(body).map_err(|problem| vec![problem]).and_then(|resource| {
            let mut told = observation::read(&resource, self.core.now())?;
            if let Some(header) = if_none_exist {
                told.identifier = one_identifier(told.identifier, header).map_err(|problem| vec![problem])?;
            }
            Ok(told)
        });
        match read {
            Ok(told) => self.add_one(key, told).await,
            Err(problems) => Err(self.refuse(key, problems).await?),
        }
    }

    /// Adds the readings of a batch, each by itself: what is wrong with one keeps no other out.
    ///
    /// # Errors
    /// [`DeviceRefusal`] where none of it is taken.
    pub async fn device_batch(
        &self,
        call: DeviceCall<'_>,
        body: &[u8],
    ) -> Result<Vec<Result<DeviceAdded, DeviceRefusal>>, DeviceRefusal> {
        let key = self.let_in(call).await?;
        let bundle = match observation::json(body) {
            Ok(bundle) => bundle,
            Err(problem) => return Err(self.refuse(key, vec![problem]).await?),
        };
        let entries = match observation::batch(&bundle) {
            Ok(entries) => entries,
            Err(problem) => return Err(self.refuse(key, vec![problem]).await?),
        };
        // The first is counted with the request.
        self.count(key, entries.len().saturating_sub(1)).await?;
        let mut answers = Vec::new();
        for entry in entries {
            let read = entry.map_err(|problem| vec![problem]).and_then(|resource| observation::read(resource, self.core.now()));
            answers.push(match read {
                Ok(told) => self.add_one(key, told).await,
                Err(problems) => Err(self.refuse(key, problems).await?),
            });
        }
        Ok(answers)
    }

    /// One reading that this device sent.
    ///
    /// # Errors
    /// [`DeviceRefusal`].
    pub async fn device_reads(&self, call: DeviceCall<'_>, id: &str) -> Result<DeviceAdded, DeviceRefusal> {
        let key = self.let_in(call).await?;
        let id: Option<ReadingId> = id.parse().ok();
        self.decide(key, move |core, tx, visit| {
            Box::pin(async move {
                let Some((row, sent)) = own(tx, key, id).await? else { return Ok(Err(not_found())) };
                let event = Event::on_record(&key.actor(), visit.subject, Action::Read, purpose(visit.subject));
                activity::append(&core, tx, event.about("page", PAGE).about("reading", ReadingId::from_uuid(row.id))).await?;
                Ok(Ok(added(&row, &sent, &visit, false)?))
            })
        })
        .await
    }

    /// Changes a reading that this device sent, or takes it out where it was entered in error. What it was is kept. `if_match` is
    /// the header of that name.
    ///
    /// # Errors
    /// [`DeviceRefusal`]; `Ok(None)` where it was taken out.
    pub async fn device_changes(
        &self,
        call: DeviceCall<'_>,
        id: &str,
        body: &[u8],
        if_match: Option<&str>,
    ) -> Result<Option<DeviceAdded>, DeviceRefusal> {
        let key = self.let_in(call).await?;
        let resource = observation::json(body).map_err(|problem| vec![problem]);
        let told = match resource.and_then(|resource| observation::read(&resource, self.core.now())) {
            Ok(told) if told.id.as_deref().is_none_or(|said| said == id) => told,
            Ok(_) => {
                let problem = Problem::at(Fault::Structure, "Observation.id", "It is another than that of the address.");
                return Err(self.refuse(key, vec![problem]).await?);
            }
            Err(problems) => return Err(self.refuse(key, problems).await?),
        };
        let if_match = if_match.map(str::to_owned);
        let (id, gone): (Option<ReadingId>, bool) = (id.parse().ok(), told.reading.is_none());
        let done = self.decide(key, move |core, tx, visit| {
            Box::pin(async move { change(&core, tx, key, visit, (id, if_match.as_deref()), told).await })
        });
        done.await.map(|done| (!gone).then_some(done))
    }

    /// Lets in a device whose token is right. Wrong ones are counted by network, right ones by device.
    async fn let_in(&self, call: DeviceCall<'_>) -> Result<Key, DeviceRefusal> {
        // Nothing said is no guess.
        let Some(token) = call.token else { return Err(login().into()) };
        let (hash, network) = (sha256(token.as_bytes()), crate::network(call.from));
        let found = self.core.write(move |core, tx| {
            Box::pin(async move {
                // Looked up by its hash: how long that takes tells nothing of the token.
                match reading_device::by_token(tx, &hash).await? {
                    None => Ok(match limits::DEVICE_TOKEN.count(&core, tx, &network).await? {
                        Attempt::Refused(wait) => Err(Some(wait)),
                        Attempt::Allowed { .. } => Err(None),
                    }),
                    Some((person, device, by)) => {
                        let counted = limits::DEVICE.count(&core, tx, &device.to_string()).await?;
                        if let Attempt::Refused(wait) = counted {
                            return Ok(Err(Some(wait)));
                        }
                        reading_device::used(tx, person, device, core.now()).await?;
                        Ok(Ok(Key { person, device, by }))
                    }
                }
            })
        });
        match found.await? {
            Ok(key) => Ok(key),
            Err(Some(wait)) => Err(ServiceError::TooMany(wait).into()),
            Err(None) => Err(login().into()),
        }
    }

    /// Counts more of what a device asks in one request.
    async fn count(&self, key: Key, more: usize) -> Result<(), DeviceRefusal> {
        let counted = self.core.write(move |core, tx| {
            Box::pin(async move {
                for _ in 0..more {
                    if let Attempt::Refused(wait) = limits::DEVICE.count(&core, tx, &key.device.to_string()).await? {
                        return Ok(Some(wait));
                    }
                }
                Ok(None)
            })
        });
        counted.await?.map_or(Ok(()), |wait| Err(ServiceError::TooMany(wait).into()))
    }

    /// Does something that a device asks, as far as whoever let it still may, in one transaction. What is refused is written down.
    async fn decide<F>(&self, key: Key, body: F) -> Result<DeviceAdded, DeviceRefusal>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Visit) -> futures::future::BoxFuture<'t, Result<Outcome, ServiceError>>
            + Send
            + 'static,
    {
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let person = person_write::lock(tx, key.person).await?.ok_or(ServiceError::NotFound)?;
                let row = reading_device::one(tx, key.person, key.device).await?.filter(|row| row.stopped_at.is_none());
                let Some(row) = row else { return Ok(Err(login())) };
                let (subject, reader) = allowed(&core, tx, &key.actor(), key.person, Ask::RecordReadings).await?;
                let outcome = if person.deceased {
                    Err(forbidden("", "This record takes no readings any more."))
                } else {
                    let visit = Visit { subject, reader, row, nhs_number: person.nhs_number };
                    body(core.clone(), &mut *tx, visit).await?
                };
                if let Err(problem) = &outcome {
                    write_down(&core, tx, key, subject, problem).await?;
                }
                Ok(outcome)
            })
        });
        match done.await {
            Ok(outcome) => Ok(outcome?),
            Err(ServiceError::NotFound) => {
                // Whoever let it may not do this any more.
                match access::refused_on(&self.core, &key.actor(), key.person, ServiceError::NotFound, PAGE).await {
                    ServiceError::NotFound => {
                        Err(forbidden("", "Whoever connected this device may not record readings here any more.").into())
                    }
                    error => Err(error.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn add_one(&self, key: Key, told: Told) -> Result<DeviceAdded, DeviceRefusal> {
        self.decide(key, move |core, tx, visit| Box::pin(async move { add(&core, tx, key, visit, told).await })).await
    }

    /// Writes down that something was sent that could not be read, and gives what is wrong with it.
    async fn refuse(&self, key: Key, problems: Vec<Problem>) -> Result<DeviceRefusal, DeviceRefusal> {
        let Some(first) = problems.first().cloned() else { return Ok(DeviceRefusal::Problems(problems)) };
        match self.decide(key, move |_, _, _| Box::pin(async move { Ok(Err(first)) })).await {
            // It is told all that is wrong, not the first thing alone.
            Err(DeviceRefusal::Problems(said)) if said.first() == problems.first() => Ok(DeviceRefusal::Problems(problems)),
            Err(other) => Ok(other),
            Ok(_) => Err(ServiceError::internal("what was refused was done").into()),
        }
    }
}

/// The event of something that was not taken.
async fn write_down(core: &Core, tx: &mut Tx, key: Key, subject: Subject, problem: &Problem) -> Result<(), ServiceError> {
    let event = Event::on_record(&key.actor(), subject, Action::Refused, purpose(subject));
    activity::append(core, tx, event.about("asked", PAGE).about("why", problem.fault.status())).await
}

/// The identifier of a reading and of the condition under which it is sent, which have to be one.
fn one_identifier(said: (String, String), header: &str) -> Result<(String, String), Problem> {
    match observation::if_none_exist(header) {
        Some(asked) if said.1.is_empty() || said == asked => Ok(asked),
        _ => Err(Problem::of(
            Fault::Structure,
            "If-None-Exist has to name the identifier of what is sent: identifier=system|value.",
        )),
    }
}

/// A reading of this device that is there, and what is known of it.
async fn own(tx: &mut Tx, key: Key, id: Option<ReadingId>) -> Result<Option<(ReadingRow, SentRow)>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    let Some(sent) = reading_device::sent(tx, (key.person, key.device), id).await? else { return Ok(None) };
    Ok(reading::one(tx, key.person, id).await?.map(|row| (row, sent)))
}

fn added(row: &ReadingRow, sent: &SentRow, visit: &Visit, is_new: bool) -> Result<DeviceAdded, StoreError> {
    let measure = row.measure()?;
    let shown = Shown {
        id: row.id.to_string(),
        version: row.version,
        person: visit.subject.person.to_string(),
        measure,
        at: row.taken_at,
        day: london_day(row.taken_at),
        first: Amount::from_thousandths(row.first_value),
        second: row.second_value.map(Amount::from_thousandths),
        unit: measure.unit_of(&row.unit).ok_or_else(|| StoreError::corrupt("a reading is in an unknown unit"))?,
        said: &row.said,
        original: &row.original,
        settings: &row.settings,
        note: &row.note,
        identifier: (&sent.identifier_system, &sent.identifier_value),
        device: &visit.row.name,
        issued: row.changed_at,
    };
    Ok(DeviceAdded { id: ReadingId::from_uuid(row.id), version: row.version, resource: observation::resource(&shown), is_new })
}

/// What keeps a reading out, whoever sends it: it is about somebody else, or of what this device may not send.
fn closed(key: Key, visit: &Visit, told: &Told) -> Option<Problem> {
    let is_theirs = match &told.whom {
        Whom::Unsaid => true,
        Whom::Patient(id) => *id == key.person.to_string(),
        Whom::NhsNumber(number) => visit.nhs_number.as_deref() == Some(number.replace(' ', "").as_str()),
    };
    if !is_theirs {
        return Some(forbidden("Observation.subject", "It is about somebody else than whose device this is."));
    }
    // A carer from whom a measure is closed by now sends no more of it either.
    let may = |reading: &Reading| visit.row.measures().contains(&reading.measure) && opens(&visit.reader, reading.measure);
    let may = told.reading.as_ref().is_none_or(may);
    (!may).then(|| forbidden("Observation.code", "This device may not send this measure."))
}

fn minute(at: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let from = at.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(at);
    (from, from + TimeDelta::minutes(1))
}

/// What tells a reading from everything else that this device sent: as it calls it, else what it says.
fn submission(key: Key, told: &Told, reading: &Reading) -> Uuid {
    let (system, value) = &told.identifier;
    let what = match (value.as_str(), reading.kept) {
        ("", Kept::Day) => format!("day {} {}", reading.measure.code(), reading.day),
        ("", _) => {
            let second = reading.taken.second.map(|second| second.to_string()).unwrap_or_default();
            let from = minute(reading.at).0.timestamp();
            format!("reading {} {from} {} {second}", reading.measure.code(), reading.taken.first)
        }
        // Lengths first, so that no two pairs are one text.
        (value, _) => format!("identifier {} {system} {value}", system.len()),
    };
    let hash = sha256(format!("{} {what}", key.device).as_bytes());
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(hash) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

fn said(reading: &Reading) -> Said {
    Said {
        taken_at: reading.at,
        taken_on: reading.day,
        first: reading.taken.first,
        second: reading.taken.second,
        unit: reading.taken.unit.ucum,
        said: reading.taken.said.clone(),
        settings: reading.settings.clone(),
        note: reading.note.clone(),
    }
}

fn says_the_same(row: &ReadingRow, reading: &Reading) -> bool {
    let amounts = (row.first_value, row.second_value.map(Amount::from_thousandths));
    let is_when = if reading.kept == Kept::Day { london_day(row.taken_at) == reading.day } else { row.taken_at == reading.at };
    is_when
        && row.measure == reading.measure.code()
        && amounts == (reading.taken.first.thousandths(), reading.taken.second)
        && (row.unit.as_str(), &row.said) == (reading.taken.unit.ucum, &reading.taken.said)
        && (&row.settings, &row.note) == (&reading.settings, &reading.note)
}

async fn add(core: &Core, tx: &mut Tx, key: Key, visit: Visit, told: Told) -> Result<Outcome, ServiceError> {
    let Some(reading) = told.reading.clone() else {
        let what = "Nothing was sent before that could be in error. Send it to the address of the reading, by PUT.";
        return Ok(Err(Problem::at(Fault::Unsupported, "Observation.status", what)));
    };
    if let Some(problem) = closed(key, &visit, &told) {
        return Ok(Err(problem));
    }
    let subject = visit.subject;
    let submission = submission(key, &told, &reading);
    if let Some(before) = reading::by_submission(tx, key.person, submission).await? {
        let Some((row, sent)) = own(tx, key, Some(before)).await? else {
            return Ok(Err(Problem::of(Fault::Duplicate, "It was sent before, and somebody took it out.")));
        };
        // What the person changed since stays as it is; what the device says otherwise it has to say so.
        if row.version == sent.version && row.version == 1 && !says_the_same(&row, &reading) {
            let what = "It was sent before as another reading. To change that, send it to its address by PUT.";
            return Ok(Err(Problem::at(Fault::Conflict, "Observation.identifier", what)));
        }
        return again(core, tx, key, visit, (row, sent)).await;
    }
    let here = match reading.kept {
        Kept::Day => reading_device::of_day(tx, key.person, reading.measure, reading.day).await?,
        _ => {
            let amounts = (reading.taken.first, reading.taken.second);
            reading_device::same(tx, (key.person, reading.measure), minute(reading.at), amounts).await?
        }
    };
    if let Some(here) = here {
        return match own(tx, key, Some(here)).await? {
            Some(both) if reading.kept != Kept::Day && told.identifier.1.is_empty() => again(core, tx, key, visit, both).await,
            Some(_) if reading.kept == Kept::Day => {
                let what = "This device sent another of this day. To change that, send it to its address by PUT.";
                Ok(Err(Problem::at(Fault::Conflict, "Observation.effective", what)))
            }
            _ => Ok(Err(Problem::of(Fault::Duplicate, "It is here already, or somebody took it out."))),
        };
    }
    let id = ReadingId::from_uuid(core.new_id());
    let said = said(&reading);
    let new = NewSent {
        person: key.person,
        id,
        submission,
        measure: reading.measure,
        said: &said,
        device: key.device,
        name: &visit.row.name,
        by: key.by,
        original: &reading.taken.original,
        kept: reading.kept,
        identifier: (&told.identifier.0, &told.identifier.1),
    };
    reading_device::add_reading(tx, &new, core.now()).await?;
    let event = Event::on_record(&key.actor(), subject, Action::ReadingAdded, purpose(subject)).about("reading", id);
    let event = self::told(event, rules::settle_unseen(core, tx, key.person).await?);
    activity::append(core, tx, event).await?;
    let both = own(tx, key, Some(id)).await?;
    let (row, sent) = both.ok_or_else(|| ServiceError::internal("a reading that was added is not there"))?;
    Ok(Ok(added(&row, &sent, &visit, true)?))
}

/// The same once more, which changes nothing.
async fn again(
    core: &Core,
    tx: &mut Tx,
    key: Key,
    visit: Visit,
    (row, sent): (ReadingRow, SentRow),
) -> Result<Outcome, ServiceError> {
    let event = Event::on_record(&key.actor(), visit.subject, Action::Read, purpose(visit.subject));
    activity::append(core, tx, event.about("page", PAGE).about("reading", ReadingId::from_uuid(row.id))).await?;
    Ok(Ok(added(&row, &sent, &visit, false)?))
}

async fn change(
    core: &Core,
    tx: &mut Tx,
    key: Key,
    visit: Visit,
    (id, if_match): (Option<ReadingId>, Option<&str>),
    told: Told,
) -> Result<Outcome, ServiceError> {
    let Some((row, sent)) = own(tx, key, id).await? else { return Ok(Err(not_found())) };
    if let Some(problem) = closed(key, &visit, &told) {
        return Ok(Err(problem));
    }
    if if_match.is_some_and(|asked| asked.trim().trim_start_matches("W/").trim_matches('"') != row.version.to_string()) {
        return Ok(Err(Problem::of(Fault::Stale, "It has changed since it was read.")));
    }
    if row.version != sent.version {
        return Ok(Err(Problem::of(Fault::Conflict, "Somebody changed it since this device sent it, and theirs stays.")));
    }
    let said_identifier = (&told.identifier.0, &told.identifier.1);
    if !told.identifier.1.is_empty() && said_identifier != (&sent.identifier_system, &sent.identifier_value) {
        return Ok(Err(Problem::at(Fault::Conflict, "Observation.identifier", "It is another than that of this reading.")));
    }
    let (id, subject) = (ReadingId::from_uuid(row.id), visit.subject);
    let event = Event::on_record(&key.actor(), subject, Action::ReadingChanged, purpose(subject)).about("reading", id);
    let place = (key.person, id, row.version);
    let (done, event, original) = match &told.reading {
        None => (reading::withdraw(tx, place, key.by, core.now()).await?, event.about("what", "removed"), row.original.clone()),
        Some(reading) if reading.measure.code() != row.measure => {
            return Ok(Err(Problem::at(Fault::Conflict, "Observation.code", "It is of another measure than this reading.")));
        }
        Some(reading) if says_the_same(&row, reading) => return again(core, tx, key, visit, (row, sent)).await,
        Some(reading) => {
            let other = reading.kept == Kept::Day
                && reading_device::of_day(tx, key.person, reading.measure, reading.day).await?.is_some_and(|other| other != id);
            if other {
                return Ok(Err(Problem::at(Fault::Conflict, "Observation.effective", "There is another of this day.")));
            }
            let done = reading::change(tx, place, (&said(reading), &row), key.by, core.now()).await?;
            (done, event.about("what", "changed"), reading.taken.original.clone())
        }
    };
    if !done {
        return Err(ServiceError::internal("a reading that is held changed"));
    }
    reading_device::sent_again(tx, (key.person, id), row.version + 1, &original).await?;
    let event = self::told(event, rules::settle_unseen(core, tx, key.person).await?);
    activity::append(core, tx, event).await?;
    Ok(Ok(match own(tx, key, Some(id)).await? {
        Some((row, sent)) => added(&row, &sent, &visit, false)?,
        // Taken out: nobody is shown it.
        None => DeviceAdded { id, version: row.version + 1, resource: observation::done("It was taken out."), is_new: false },
    }))
}
