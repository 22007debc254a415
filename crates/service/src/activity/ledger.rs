//! Looks that are to be noted at the same moment are noted together: many events cost the embedded engine's thread little more than one.

use super::{Event, append, append_each};
use crate::{Core, ServiceError};
use futures::future::join_all;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use store::StoreError;
use tokio::sync::{mpsc, oneshot};

/// How many looks may wait to be noted; more are refused as busy, after a moment's patience.
const QUEUE: usize = 4096;
/// How many are noted with one act at most.
const TOGETHER: usize = 100;
/// How long a look waits for a place in the queue.
const PATIENCE: Duration = Duration::from_secs(2);

/// A look whose event is not on the disk yet.
struct Look {
    core: Core,
    event: Event,
    reply: oneshot::Sender<Result<(), ServiceError>>,
}

/// Where looks wait to be noted while those before them go to the disk. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Ledger(Arc<OnceLock<mpsc::Sender<Look>>>);

impl Ledger {
    /// Appends an event that nothing goes with, and answers when it is durable.
    pub(super) async fn note(&self, core: &Core, event: Event) -> Result<(), ServiceError> {
        let queue = self.0.get_or_init(|| {
            let (queue, waiting) = mpsc::channel(QUEUE);
            tokio::spawn(work(waiting));
            queue
        });
        let (began, (reply, answer)) = (Instant::now(), oneshot::channel());
        queue.send_timeout(Look { core: core.clone(), event, reply }, PATIENCE).await.map_err(|_| StoreError::Busy)?;
        let done = answer.await.map_err(|_| ServiceError::internal("whoever notes looks has stopped"))?;
        // As of every act: with the time for which it waited.
        metrics::histogram!("selfheal_database_act_seconds").record(began.elapsed());
        done
    }

    /// How many looks wait to be noted.
    pub(crate) fn waiting(&self) -> usize {
        self.0.get().map_or(0, |queue| queue.max_capacity().saturating_sub(queue.capacity()))
    }
}

/// Notes what waits until nobody can ask any more.
async fn work(mut waiting: mpsc::Receiver<Look>) {
    let mut looks = Vec::with_capacity(TOGETHER);
    while waiting.recv_many(&mut looks, TOGETHER).await > 0 {
        note_together(std::mem::take(&mut looks)).await;
    }
}

/// Notes them with one act and answers each.
async fn note_together(looks: Vec<Look>) {
    let Some(core) = looks.first().map(|look| look.core.clone()) else { return };
    let (events, replies): (Vec<_>, Vec<_>) = looks.into_iter().map(|look| (look.event, look.reply)).unzip();
    for (done, reply) in noted(&core, events).await.into_iter().zip(replies) {
        // Whoever looked may have gone away; the event stands all the same.
        drop(reply.send(done));
    }
}

/// How the noting of each ended, in their order. Where the act was refused, none of them stands: each is noted by itself then, so that nobody's
/// event is lost for a neighbour's. Where the database failed it is not tried again: an event that is on the disk after all would stand twice.
async fn noted(core: &Core, events: Vec<Event>) -> Vec<Result<(), ServiceError>> {
    let events = Arc::new(events);
    if events.len() > 1 {
        let (many, together) = (events.len(), Arc::clone(&events));
        let done = core.write(move |core, tx| Box::pin(async move { append_each(&core, tx, &together).await })).await;
        match done {
            Ok(()) | Err(ServiceError::Unavailable(_)) => return vec![done; many],
            Err(error) => tracing::warn!(%error, looks = many, "looks could not be noted together: each is noted by itself"),
        }
    }
    let each = Arc::unwrap_or_clone(events).into_iter().map(|event| noted_alone(core, event));
    join_all(each).await
}

async fn noted_alone(core: &Core, event: Event) -> Result<(), ServiceError> {
    core.write(move |core, tx| Box::pin(async move { append(&core, tx, event).await })).await
}
