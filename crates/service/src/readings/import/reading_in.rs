//! A file becomes rows that wait: it is read in a thread of its own, and what is found is kept a batch at a time, so that memory
//! holds a few batches of even the largest file.

use super::decided;
use crate::hashing::sha256;
use crate::{Core, ServiceError};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use domain::reading::{Amount, Kept, Measure, with_signs_of_note};
use domain::{PersonId, ReadingImportId};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::ControlFlow;
use store::intake::{self, NewFound, ROWS};
use store::person_write;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use trackers::{Found, Left, ReadError, Sink};
use uuid::Uuid;

/// How many batches wait for the database while a file is read on.
const AHEAD: usize = 4;
/// The most readings of one file.
const MOST_FOUND: u64 = 1_000_000;
/// What stands twice in one file, in the table of what was left out.
const TWICE: &str = "twice";
/// What whoever sent it may not record.
const CLOSED: &str = "closed";

/// The bytes of a file as they come in. One that breaks off has no end.
pub(super) struct Incoming {
    chunks: mpsc::Receiver<Option<Vec<u8>>>,
    chunk: io::Cursor<Vec<u8>>,
    ended: bool,
}

impl Incoming {
    pub(super) fn of(chunks: mpsc::Receiver<Option<Vec<u8>>>) -> Self {
        Self { chunks, chunk: io::Cursor::default(), ended: false }
    }
}

impl Read for Incoming {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.chunk.read(into)?;
            if read > 0 || into.is_empty() || self.ended {
                return Ok(read);
            }
            match self.chunks.blocking_recv() {
                Some(Some(chunk)) => self.chunk = io::Cursor::new(chunk),
                Some(None) => self.ended = true,
                None => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it breaks off")),
            }
        }
    }
}

/// What was kept of what was found.
#[derive(Debug, Default)]
pub(super) struct Staged {
    pub(super) found: u64,
    twice: u64,
    closed: u64,
}

impl Staged {
    /// What was left out and why, by word.
    pub(super) fn left(&self, left: &BTreeMap<Left, u64>) -> Vec<(&'static str, u64)> {
        let all = left.iter().map(|(why, times)| (why.code(), *times));
        all.chain([(TWICE, self.twice), (CLOSED, self.closed)]).filter(|(_, times)| *times > 0).collect()
    }
}

/// Reads something in a thread of its own and keeps what is found, as far as its measure is among these. Where the file is begun to be
/// read again meanwhile, or is decided about, nothing more of it is kept. `turn` lasts until the thread is done, whoever waits for it.
pub(super) async fn read_in<T: Send + 'static>(
    core: &Core,
    (import, times): ((PersonId, ReadingImportId), i32),
    open: Vec<Measure>,
    turn: impl Send + 'static,
    read: impl FnOnce(Sink<'_>) -> Result<T, ReadError> + Send + 'static,
) -> Result<(Result<T, ReadError>, Staged), ServiceError> {
    let (reading, batches) = in_a_thread(turn, read);
    let staged = stage(core, (import, times), &open, batches).await;
    let read = reading.await.map_err(ServiceError::internal)?;
    Ok((read, staged?))
}

/// Begins to read, and gives what is found in batches. Nothing stops a thread, so the turn is held by it and not by whoever waits.
pub(super) fn in_a_thread<T: Send + 'static>(
    turn: impl Send + 'static,
    read: impl FnOnce(Sink<'_>) -> Result<T, ReadError> + Send + 'static,
) -> (JoinHandle<Result<T, ReadError>>, mpsc::Receiver<Vec<Found>>) {
    let (send, batches) = mpsc::channel::<Vec<Found>>(AHEAD);
    let reading = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let mut batch = Vec::with_capacity(ROWS);
        let mut sink = |found| {
            batch.push(found);
            let full = batch.len() == ROWS;
            match !full || send.blocking_send(std::mem::replace(&mut batch, Vec::with_capacity(ROWS))).is_ok() {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        };
        let read = read(&mut sink);
        // Nobody there to take it is as good: what failed there is told.
        let _ = send.blocking_send(batch);
        read
    });
    (reading, batches)
}

async fn stage(
    core: &Core,
    (import, times): ((PersonId, ReadingImportId), i32),
    open: &[Measure],
    mut batches: mpsc::Receiver<Vec<Found>>,
) -> Result<Staged, ServiceError> {
    let mut staged = Staged::default();
    let mut falls: BTreeMap<(DateTime<Utc>, Amount), u32> = BTreeMap::new();
    while let Some(batch) = batches.recv().await {
        let count = |many: usize| u64::try_from(many).unwrap_or(u64::MAX);
        let all = count(batch.len());
        let mut rows: BTreeMap<Uuid, NewFound> = BTreeMap::new();
        let mut closed = 0;
        for found in batch {
            if open.contains(&found.measure) {
                // One fall more within a minute is one more.
                let nth = if found.measure == Measure::Fall {
                    let before = falls.entry((minute(found.at), found.taken.first)).or_default();
                    *before += 1;
                    *before
                } else {
                    1
                };
                let row = row(import.1, found, nth);
                rows.entry(row.id).or_insert(row);
            } else {
                closed += 1;
            }
        }
        let rows: Vec<NewFound> = rows.into_values().collect();
        let new = core
            .write(move |_, tx| {
                Box::pin(async move {
                    person_write::lock(tx, import.0).await?.ok_or(ServiceError::NotFound)?;
                    if !intake::is_being_read(tx, import, times).await? {
                        return Err(decided());
                    }
                    Ok(intake::keep_found(tx, import, &rows).await?)
                })
            })
            .await?;
        staged.found += new;
        staged.closed += closed;
        staged.twice += all.saturating_sub(closed + new);
        if staged.found > MOST_FOUND {
            // Whoever reads is told that nobody takes what is found.
            return Ok(staged);
        }
    }
    Ok(staged)
}

/// When the minute of an instant begins.
pub(super) fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(at)
}

/// A reading as it waits. Its id tells it from every other of its import: of what is the same measure and amount in the same
/// minute there is one, but of falls each in its turn (`nth`), and of a whole day one.
fn row(import: ReadingImportId, found: Found, nth: u32) -> NewFound {
    let from = minute(found.at);
    let second = found.taken.second.map(|second| second.to_string()).unwrap_or_default();
    let turn = if nth > 1 { format!(" {nth}") } else { String::new() };
    let what = match found.kept {
        Kept::Day => found.day.to_string(),
        Kept::Each | Kept::Lowest | Kept::Highest => format!("{} {} {second}{turn}", from.timestamp(), found.taken.first),
    };
    let hash = sha256(format!("{import} {} {what}", found.measure.code()).as_bytes());
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(hash) {
        *to = from;
    }
    NewFound {
        id: Uuid::from_bytes(id),
        measure: found.measure,
        taken_at: found.at,
        minute: (from, from + TimeDelta::minutes(1)),
        taken_on: found.day,
        first: found.taken.first,
        second: found.taken.second,
        unit: found.taken.unit.ucum,
        said: found.taken.said,
        settings: with_signs_of_note(found.measure, &found.settings, &found.note),
        note: found.note,
        device: found.device,
        original: found.taken.original,
        kept: found.kept,
    }
}

/// Why a file could not be read, in words.
pub(super) fn in_words(error: &ReadError) -> ServiceError {
    ServiceError::field(
        "file",
        match error {
            ReadError::Unknown => {
                "We do not know this kind of file. Choose a file from Apple Health, Health Connect, Fitbit, Google Fit or Open mHealth, or a table (CSV)"
            }
            ReadError::Damaged => "The file is damaged, or part of it is missing. Save it again, and send it again",
            ReadError::TooLarge | ReadError::Gone => "There is more in this file than we can read. Send a smaller part of it",
            ReadError::Io(_) => "The file did not arrive whole. Send it again",
        },
    )
}
