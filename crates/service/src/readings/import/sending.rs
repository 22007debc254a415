//! A file is sent and read.

use super::super::Readings;
use super::bringing;
use super::reading_in::{Incoming, in_words, read_in};
use crate::ServiceError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Actor;
use domain::reading::{ImportState, Measure, Origin};
use domain::shown::line;
use domain::{AccountId, PersonId, ReadingImportId};
use futures::{Stream, StreamExt};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;
use store::health_connect::{self, HealthConnectError, HealthRecord};
use store::{Tx, intake, person_write};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};
use trackers::health_connect::{Database, Reader, Record};
use trackers::{FitbitWeight, Kind, ReadError, Sink, Summary, table};
use uuid::Uuid;

/// The most bytes of a file as it is sent.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;
/// How long the next bytes of a file are waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many parts of a file wait to be read.
const AHEAD: usize = 8;
/// The longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;
/// How many files are read at once: each takes a core.
static READING: Semaphore = Semaphore::const_new(4);
/// Whose files these are: one of an account, so that nobody keeps the others from theirs.
static SENDERS: LazyLock<Mutex<HashSet<AccountId>>> = LazyLock::new(Mutex::default);

/// The turn of one account to have a file read, until it is dropped.
struct Turn {
    by: AccountId,
    _place: SemaphorePermit<'static>,
}

impl Turn {
    fn take(by: AccountId) -> Result<Self, ServiceError> {
        let mut senders = SENDERS.lock().unwrap_or_else(PoisonError::into_inner);
        if senders.contains(&by) {
            return Err(ServiceError::field(
                "file",
                "We are still reading the file you sent before. Wait until it is done, then send this one",
            ));
        }
        let place = READING.try_acquire();
        let place =
            place.map_err(|_| ServiceError::field("file", "We are reading many files now. Wait a minute, then send it again"))?;
        senders.insert(by);
        Ok(Self { by, _place: place })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        SENDERS.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.by);
    }
}

/// For how long what nobody said yes to is kept.
const UNCONFIRMED_FOR: TimeDelta = TimeDelta::days(1);

/// A file that was sent and read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSent {
    /// Its id.
    pub id: ReadingImportId,
    /// What the files were called that waited for a yes, and were thrown away for this one.
    pub dropped: Vec<String>,
}

/// Throws away what this account sent for this person, and what anybody sent long ago, as far as nobody said yes to it. Gives what the
/// former was called.
async fn drop_waiting(tx: &mut Tx, (person, by): (PersonId, AccountId), now: DateTime<Utc>) -> Result<Vec<String>, ServiceError> {
    let mut names = Vec::new();
    for (of, id) in intake::unconfirmed(tx, (person, by), now - UNCONFIRMED_FOR).await? {
        let row = intake::one(tx, of, id).await?.filter(|row| of == person && row.made_by == by.as_uuid());
        names.extend(row.map(|row| row.file_name));
        intake::discard(tx, of, id).await?;
    }
    Ok(names)
}

impl Readings {
    /// Reads a file of readings as it comes in. What was found waits for a yes; once it is read, what this account sent before for this
    /// person and never said yes to is thrown away.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`file`) with what is wrong with the file; [`ServiceError::NotFound`] to whoever may not record
    /// readings for the person.
    pub async fn send_file<S, B, E>(
        &self,
        actor: &Actor,
        person: PersonId,
        file: (&str, S),
    ) -> Result<ReadingImportId, ServiceError>
    where
        S: Stream<Item = Result<B, E>> + Send + Unpin,
        B: AsRef<[u8]> + Send,
        E: Send,
    {
        Ok(self.send_file_asked(actor, person, file, None).await?.id)
    }

    /// The same, with in which unit Fitbit shows the person's weight, where they said so; gives also what was thrown away for it.
    ///
    /// # Errors
    /// As [`Readings::send_file`].
    pub async fn send_file_asked<S, B, E>(
        &self,
        actor: &Actor,
        person: PersonId,
        (name, bytes): (&str, S),
        weight: Option<FitbitWeight>,
    ) -> Result<FileSent, ServiceError>
    where
        S: Stream<Item = Result<B, E>> + Send + Unpin,
        B: AsRef<[u8]> + Send,
        E: Send,
    {
        let name = line(name, LONGEST_NAME);
        let (id, open, turn) = self.begin_import(actor, person, name.clone()).await?;
        let (send, chunks) = mpsc::channel(AHEAD);
        let now = self.core.now();
        let by = turn.by;
        // It lasts until all has come in and all is read, whichever is later.
        let turn = Arc::new(turn);
        let reading = read_in(&self.core, ((person, id), 0), open, Arc::clone(&turn), move |sink| {
            match trackers::read_asked(Incoming::of(chunks), &name, now, weight, sink)? {
                Kind::HealthConnect(file) => health_connect(&file, now, sink).map(Kind::Readings),
                kind => Ok(kind),
            }
        });
        let (fed, read) = futures::future::join(feed(turn, send, bytes), reading).await;
        let done = match (fed, read) {
            (Err(problem), _) => Err(problem),
            (Ok(()), Err(error)) => Err(error),
            (Ok(()), Ok((Err(error), _))) => Err(in_words(&error)),
            (Ok(()), Ok((Ok(kind), staged))) => match kind {
                // Its records were read above.
                Kind::HealthConnect(_) => Err(in_words(&ReadError::Unknown)),
                Kind::Readings(Summary { origin, left }) => Ok((origin, staged.found, staged.left(&left), None)),
                Kind::Table(bytes) => match table::begin(&bytes) {
                    Ok(_) => Ok((Origin::Table, 0, Vec::new(), Some(bytes))),
                    Err(_) => Err(ServiceError::field(
                        "file",
                        "The table needs a first line with the names of its columns, and a line for each reading",
                    )),
                },
            },
        };
        let sent = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    let row = intake::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                    if row.state()? != ImportState::Reading {
                        return Err(ServiceError::NotFound);
                    }
                    match done {
                        Ok((origin, found, left, held)) => {
                            let dropped = drop_waiting(tx, (person, by), core.now()).await?;
                            intake::is_read(tx, (person, id), origin, (found, &left, &[]), held.as_deref()).await?;
                            Ok(Ok(FileSent { id, dropped }))
                        }
                        Err(problem) => {
                            intake::discard(tx, person, id).await?;
                            Ok(Err(problem))
                        }
                    }
                })
            })
            .await?;
        if sent.is_err() {
            self.go_on((person, id), 1).await?;
        }
        sent
    }

    /// Begins an import, and gives what whoever sends it may record, and their turn.
    async fn begin_import(
        &self,
        actor: &Actor,
        person: PersonId,
        name: String,
    ) -> Result<(ReadingImportId, Vec<Measure>, Turn), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let bringing = bringing(&core, tx, &actor, person).await?;
                let turn = Turn::take(bringing.by)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let now = core.now();
                let id = ReadingImportId::from_uuid(core.new_id());
                intake::add(tx, (person, id), bringing.by, &name, now).await?;
                bringing.note(&core, tx, &actor, "sent", ("import", id)).await?;
                Ok((id, bringing.open(), turn))
            })
        })
        .await
    }

    /// Throws away what nobody said yes to for a day. To be run every hour or so.
    ///
    /// # Errors
    /// A failing database.
    pub async fn tidy_imports(&self) -> Result<u64, ServiceError> {
        let nobody = (PersonId::from_uuid(Uuid::nil()), AccountId::from_uuid(Uuid::nil()));
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let all = intake::unconfirmed(tx, nobody, core.now() - UNCONFIRMED_FOR).await?;
                    for (person, id) in &all {
                        intake::discard(tx, *person, *id).await?;
                    }
                    Ok(u64::try_from(all.len()).unwrap_or(u64::MAX))
                })
            })
            .await
    }
}

/// Reads the records of an export of Health Connect, in the thread that reads files.
fn health_connect(file: &Database, now: DateTime<Utc>, sink: Sink<'_>) -> Result<Summary, ReadError> {
    let (mut reader, mut fault) = (Reader::new(now, sink), None);
    let mut take = |one: HealthRecord| {
        let HealthRecord { measure, from, until, first, second, place, position, app } = one;
        match reader.take(&Record { measure, from, until, first, second, place, position, app }) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                fault = Some(error);
                ControlFlow::Break(())
            }
        }
    };
    let read = Handle::current().block_on(health_connect::read(file.path(), &mut take));
    match (fault, read) {
        (Some(fault), _) => Err(fault),
        (None, Ok(())) => reader.finish(),
        (None, Err(HealthConnectError::Damaged)) => Err(ReadError::Damaged),
        (None, Err(HealthConnectError::TooLarge)) => Err(ReadError::TooLarge),
        (None, Err(HealthConnectError::Gone)) => Err(ReadError::Gone),
    }
}

/// Hands over what comes in, as fast as it is read. Where whoever reads has stopped, the rest is let pass, so that the browser
/// hears why.
async fn feed<S, B, E>(_turn: Arc<Turn>, send: mpsc::Sender<Option<Vec<u8>>>, mut bytes: S) -> Result<(), ServiceError>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let mut size = 0_u64;
    loop {
        match tokio::time::timeout(PATIENCE, bytes.next()).await {
            Ok(Some(Ok(chunk))) => {
                size += u64::try_from(chunk.as_ref().len()).unwrap_or(u64::MAX);
                if size > LARGEST {
                    return Err(in_words(&ReadError::TooLarge));
                }
                // An error means that whoever reads has stopped.
                let _ = send.send(Some(chunk.as_ref().to_vec())).await;
            }
            Ok(None) => {
                let _ = send.send(None).await;
                return Ok(());
            }
            Ok(Some(Err(_))) | Err(_) => {
                let io = std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
                return Err(in_words(&ReadError::Io(io)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading_in::in_a_thread;
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn a_file_is_read_to_its_end_in_its_turn_also_when_its_sender_has_gone() {
        let by = AccountId::from_uuid(Uuid::from_u128(1));
        let (begun, has_begun) = oneshot::channel();
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let turn = Arc::new(Turn::take(by).unwrap());
        let (reading, batches) = in_a_thread(Arc::clone(&turn), move |_| {
            begun.send(()).unwrap();
            may_go_on.recv().unwrap();
            Ok(())
        });
        has_begun.await.unwrap();
        // They hang up: what they sent, and what waits for what is found, is gone.
        drop((turn, batches));
        assert!(Turn::take(by).is_err());
        go_on.send(()).unwrap();
        reading.await.unwrap().unwrap();
        assert!(Turn::take(by).is_ok());
    }
}
