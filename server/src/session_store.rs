//! The session store behind tower-sessions: nothing is cached, so that an ended session is over at once, and the
//! database knows of a session's id only its SHA-256.

use app::guard::session_hash;
use app::signed_in::{DISPLAY, SIGNED_IN, SignedIn};
use async_trait::async_trait;
use domain::AccountId;
use service::Sessions;
use std::collections::HashMap;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

tokio::task_local! {
    /// What the browser of the request under way calls itself, for the list of sign-ins.
    pub static USER_AGENT: String;
    /// Whether the request under way counts as a use of the session: the end of a page that was left alone does not.
    pub static USES: bool;
}

/// Keeps sessions by way of the service.
#[derive(Clone)]
pub struct Store(pub Sessions);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

fn account(record: &Record) -> Option<AccountId> {
    let signed_in = record.data.get(SIGNED_IN)?;
    serde_json::from_value::<SignedIn>(signed_in.clone()).ok().map(|signed_in| signed_in.account)
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // Always an id of its own, of 128 random bits: a session that was flushed would else come back under the id that
        // has just ended.
        record.id = Id::default();
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let agent = USER_AGENT.try_with(Clone::clone).unwrap_or_default();
        let label = domain::account::browser_label(&agent);
        // `false`: the session has ended meanwhile, and stays so.
        self.0.save(&session_hash(&record.id), data, account(record), label).await.map(|_| ()).map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let hash = session_hash(id);
        let Some(stored) = self.0.load(&hash).await.map_err(backend)? else { return Ok(None) };
        if stored.touch_due && USES.try_with(|uses| *uses).unwrap_or(true) {
            // What was read stands where nothing can be written.
            if let Err(error) = self.0.touch(&hash).await {
                tracing::warn!(%error, "the use of a session could not be noted");
            }
        }
        let mut data: HashMap<String, serde_json::Value> =
            serde_json::from_str(&stored.data).map_err(|error| Error::Decode(error.to_string()))?;
        // What the account chose in another browser since counts here too.
        let reader = data.get_mut(SIGNED_IN).and_then(serde_json::Value::as_object_mut);
        if let (Some(reader), Some(display)) = (reader, stored.display) {
            let display = serde_json::to_value(display).map_err(|error| Error::Encode(error.to_string()))?;
            reader.insert(DISPLAY.to_owned(), display);
        }
        // The database decides when a session ends; this date only has to lie ahead.
        let ahead = time::OffsetDateTime::now_utc() + time::Duration::hours(12);
        Ok(Some(Record { id: *id, data, expiry_date: ahead }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.drop_this(&session_hash(id)).await.map_err(backend)
    }
}
