//! The one writer of the embedded engine: it folds what arrives together into one durable commit.
//!
//! A commit costs an fsync whatever it holds, so a hundred small acts are committed as quickly as one. Each act runs in
//! a savepoint: one that is refused undoes only itself. Nobody is answered before the commit is on the disk. After the disk has once failed
//! to say that it is, nothing more is taken: what the disk says then is not to be relied on.

use crate::{StoreError, Tx};
use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::SqlitePool;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// How many acts may wait; more are refused as busy, after a moment's patience.
const QUEUE: usize = 4096;
/// How many are folded into one commit at most.
const BATCH: usize = 512;
/// How long an act waits for a place in the queue.
const PATIENCE: Duration = Duration::from_secs(2);

/// An act that waits for its turn.
trait Act: Send {
    /// Does it. `true` keeps what it changed, `false` undoes it.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    /// Tells whoever waits how it ended, when the commit has.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Pending<F, T, E> {
    body: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Act for Pending<F, T, E>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        async move {
            let Some(body) = self.body.take() else { return false };
            // A panic in one act is that act's failure; the writer and its neighbours go on.
            let outcome = AssertUnwindSafe(async { body(tx).await }).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| Err(StoreError::Statement("the act panicked".into()).into()));
            let keep = outcome.is_ok();
            self.outcome = Some(outcome);
            keep
        }
        .boxed()
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) | (Err(_), Some(outcome @ Err(_))) => outcome,
            (Ok(()), None) => Err(StoreError::Busy.into()),
            (Err(error), Some(Ok(_)) | None) => Err(error.into()),
        };
        // Whoever asked may have gone away; the act stands all the same.
        drop(self.reply.send(outcome));
    }
}

/// The way in to the writer. Clones share it.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Act>>,
    /// The disk did not keep what was written.
    lost: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the writer over a pool that holds exactly one connection to this file.
    pub(crate) fn start(pool: SqlitePool, file: PathBuf) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let lost = Arc::new(AtomicBool::new(false));
        tokio::spawn(work(pool, file, waiting, Arc::clone(&lost)));
        Self { queue, lost }
    }

    /// Whether anything is written still.
    ///
    /// # Errors
    /// [`StoreError::NotDurable`] once the disk did not keep what was written.
    pub(crate) fn is_well(&self) -> Result<(), StoreError> {
        if self.lost.load(Ordering::SeqCst) { Err(StoreError::NotDurable) } else { Ok(()) }
    }

    /// How many acts wait for their turn.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.max_capacity().saturating_sub(self.queue.capacity())
    }

    /// Does an act and answers when it is durable.
    pub(crate) async fn write<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let act = Box::new(Pending { body: Some(body), outcome: None, reply });
        self.queue.send_timeout(act, PATIENCE).await.map_err(|_| StoreError::Busy)?;
        answer.await.unwrap_or_else(|_| Err(StoreError::unavailable("its writer stopped").into()))
    }
}

async fn work(pool: SqlitePool, file: PathBuf, mut waiting: mpsc::Receiver<Box<dyn Act>>, lost: Arc<AtomicBool>) {
    let mut acts = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut acts, BATCH).await > 0 {
        let began = Instant::now();
        let committed = match lost.load(Ordering::SeqCst) {
            true => Err(StoreError::NotDurable),
            false => commit_together(&pool, &mut acts).await.map_err(|error| error.of_file(&file)),
        };
        metrics::histogram!("selfheal_database_commit_seconds").record(began.elapsed());
        metrics::histogram!("selfheal_database_acts_together").record(u32::try_from(acts.len()).unwrap_or(u32::MAX));
        if let Err(error) = &committed {
            metrics::counter!("selfheal_database_commit_failures_total").increment(1);
            if matches!(error, StoreError::NotDurable) {
                lost.store(true, Ordering::SeqCst);
            }
            tracing::error!(%error, acts = acts.len(), "acts could not be committed");
        }
        for act in acts.drain(..) {
            act.answer(committed.clone());
        }
    }
}

async fn commit_together(pool: &SqlitePool, acts: &mut [Box<dyn Act>]) -> Result<(), StoreError> {
    let mut tx = Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?);
    if let [act] = acts {
        // Alone it has no neighbours to protect: the transaction is its savepoint.
        return if act.run(&mut tx).await { tx.commit().await } else { tx.rollback().await };
    }
    savepoint(&mut tx, "SAVEPOINT act").await?;
    for act in acts {
        let kept = act.run(&mut tx).await;
        // One message to the connection's thread instead of two or three.
        savepoint(&mut tx, if kept { "RELEASE act; SAVEPOINT act" } else { "ROLLBACK TO act" }).await?;
    }
    savepoint(&mut tx, "RELEASE act").await?;
    tx.commit().await
}

/// A savepoint command. It fails when SQLite has already given up the whole transaction (a full disk): then the batch
/// fails, and everybody in it is told so.
async fn savepoint(tx: &mut Tx, command: &'static str) -> Result<(), StoreError> {
    let Tx::Sqlite(tx) = tx else { return Err(StoreError::Statement(Arc::from("the writer is SQLite's"))) };
    sqlx::raw_sql(command).execute(&mut **tx).await?;
    Ok(())
}
