//! The one writer of the embedded engine: it folds what arrives together into one durable commit.
//!
//! A commit costs an fsync whatever it holds, so a hundred small acts are committed as quickly as one. Each act runs in
//! a savepoint: one that is refused undoes only itself. Nobody is answered before the commit is on the disk. After the disk has once failed
//! to say that it is, nothing more is taken: what the disk says then is not to be relied on.

use crate::error::FAILED_SYNC;
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

    /// Has nothing more be written: the disk did not keep what was.
    pub(crate) fn lose(&self) {
        self.lost.store(true, Ordering::SeqCst);
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
            false => commit_durably(&pool, &mut acts).await.map_err(|error| error.of_file(&file)),
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

/// The same as [`commit_together`], but that it fails where an fsync did, also if only an act was told.
async fn commit_durably(pool: &SqlitePool, acts: &mut [Box<dyn Act>]) -> Result<(), StoreError> {
    let failed = Arc::new(AtomicBool::new(false));
    let committed = FAILED_SYNC.scope(Arc::clone(&failed), commit_together(pool, acts)).await;
    if failed.load(Ordering::SeqCst) { Err(StoreError::NotDurable) } else { committed }
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
    match sqlx::raw_sql(command).execute(&mut **tx).await.map_err(StoreError::from) {
        Ok(_) => Ok(()),
        // "no such savepoint": an act before has failed in a way that ended it. That is no fault of its neighbours.
        Err(StoreError::Statement(_)) => Err(StoreError::unavailable("what was written together was given up")),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DatabaseUrl, Options, Store};
    use sqlx::error::{DatabaseError, ErrorKind};
    use std::borrow::Cow;
    use std::error::Error;
    use std::fmt;
    use tokio::sync::oneshot::Receiver;

    /// What SQLite says of an fsync that failed.
    #[derive(Debug)]
    struct NotSynced;

    impl fmt::Display for NotSynced {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("disk I/O error")
        }
    }

    impl Error for NotSynced {}

    impl DatabaseError for NotSynced {
        fn message(&self) -> &'static str {
            "disk I/O error"
        }
        fn code(&self) -> Option<Cow<'_, str>> {
            Some(Cow::Borrowed("1034"))
        }
        fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
            self
        }
        fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
            self
        }
        fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
            self
        }
        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    /// An act's own error, which does not tell what is behind it.
    #[derive(Debug)]
    struct Hidden;

    impl From<StoreError> for Hidden {
        fn from(_: StoreError) -> Self {
            Self
        }
    }

    #[tokio::test]
    async fn after_an_act_was_told_that_an_fsync_failed_nothing_more_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseUrl::Sqlite(folder.path().join("lost.db")), Options::default()).await.unwrap();
        store.migrate().await.unwrap();
        store.ready().await.unwrap();
        let told = store.write(|_| {
            Box::pin(async move {
                let failed: Result<(), StoreError> = Err(sqlx::Error::from(NotSynced).into());
                failed?;
                Ok::<_, Hidden>(())
            })
        });
        told.await.unwrap_err();
        // The one act is answered after the writer has noted it.
        let later: Result<(), StoreError> = store.write(|_| Box::pin(async move { Ok(()) })).await;
        assert!(matches!(later, Err(StoreError::NotDurable)), "{later:?}");
        assert!(matches!(store.ready().await, Err(StoreError::NotDurable)));
    }

    /// An act and where its answer comes.
    type Asked = (Box<dyn Act>, Receiver<Result<(), StoreError>>);

    fn asked<F>(body: F) -> Asked
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let act: Box<dyn Act> = Box::new(Pending { body: Some(body), outcome: None, reply });
        (act, answer)
    }

    fn act(commands: &'static str) -> Asked {
        asked(move |tx| Box::pin(run(tx, commands)))
    }

    async fn run(tx: &mut Tx, commands: &'static str) -> Result<(), StoreError> {
        let Tx::Sqlite(tx) = tx else { panic!("it is SQLite's") };
        sqlx::raw_sql(commands).execute(&mut **tx).await?;
        Ok(())
    }

    #[tokio::test]
    async fn the_neighbours_of_an_act_that_ended_the_transaction_are_told_to_try_again() {
        let folder = tempfile::tempdir().unwrap();
        let pool = SqlitePool::connect_with(
            sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("together.db")).create_if_missing(true),
        );
        let pool = pool.await.unwrap();
        // The second does what SQLite does by itself when the disk is full.
        let (mut acts, answers): (Vec<_>, Vec<_>) =
            ["CREATE TABLE one (id INTEGER)", "ROLLBACK", "SELECT 1"].map(act).into_iter().unzip();
        let committed = commit_together(&pool, &mut acts).await;
        for act in acts {
            act.answer(committed.clone());
        }
        for answer in answers {
            let answer = answer.await.unwrap();
            assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
        }
    }
}
