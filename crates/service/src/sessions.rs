//! Browser sessions: kept, found, listed and ended. The web layer holds the cookie and gives the SHA-256 of its id.

use crate::activity::{self, Event};
use crate::{Core, ServiceError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::account::{ABSOLUTE, IDLE, browser_label, is_fresh, session_ends};
use domain::audit::{Action, Purpose};
use domain::profile::Display;
use domain::{AccountId, SessionId};
use std::net::IpAddr;
use store::Tx;
use store::session::{self, Living, LoadedRow, SessionRow};

/// How often at most the use of a session is noted.
const TOUCHED: TimeDelta = TimeDelta::minutes(1);
/// How long a session that timed out is remembered, so that its owner finds again what they had typed.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// Where a request comes from. Good for limits and labels; it proves nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The network address.
    pub address: Option<IpAddr>,
    /// The browser's own words.
    pub user_agent: String,
}

impl Origin {
    /// From this address, with this `User-Agent`.
    pub fn new(address: Option<IpAddr>, user_agent: impl Into<String>) -> Self {
        Self { address, user_agent: user_agent.into() }
    }

    /// "Chrome on Android".
    #[must_use]
    pub fn label(&self) -> String {
        browser_label(&self.user_agent)
    }
}

/// The session in which something is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentSession {
    /// SHA-256 of the id in its cookie.
    pub id_hash: [u8; 32],
    /// When its owner last showed who they are.
    pub fresh_at: Option<DateTime<Utc>>,
}

impl CurrentSession {
    /// Refuses what needs a fresh sign-in where it is not fresh.
    pub(crate) fn must_be_fresh(&self, core: &Core) -> Result<(), ServiceError> {
        if self.fresh_at.is_some_and(|at| is_fresh(at, core.now())) { Ok(()) } else { Err(ServiceError::NeedsFreshSignIn) }
    }
}

/// A session that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// The id by which its owner names it in the list.
    pub id: SessionId,
    /// What it holds.
    pub data: String,
    /// Who is signed in, if anybody.
    pub account: Option<AccountId>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends by itself if it is not used any more.
    pub expires_at: DateTime<Utc>,
    /// Its use should be noted by [`Sessions::touch`]: the last note is older than a minute.
    pub touch_due: bool,
    /// How pages look for the account now, in whatever browser that was chosen; absent where it never was.
    pub display: Option<Display>,
}

/// A session as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSession {
    /// Names it, to end it.
    pub id: SessionId,
    /// "Chrome on Android".
    pub label: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// It is the one that asks.
    pub current: bool,
}

/// The use cases about sessions.
#[derive(Clone)]
pub struct Sessions {
    core: Core,
}

pub(crate) fn living(now: DateTime<Utc>) -> Living {
    Living { seen_after: now - IDLE, begun_after: now - ABSOLUTE }
}

fn lives(row: &SessionRow, now: DateTime<Utc>) -> bool {
    row.ended_at.is_none() && session_ends(row.created_at, row.last_seen_at) > now
}

/// Ends every session of an account save this one, and says so in its chain if any ended.
pub(crate) async fn end_all_but(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    account: AccountId,
    keep: Option<[u8; 32]>,
) -> Result<u64, ServiceError> {
    let keep = keep.map_or(Vec::new(), |hash| hash.to_vec());
    let ended = session::end_all_but(tx, account, &keep, core.now()).await?;
    if ended > 0 {
        let event =
            Event::on_account(actor, Action::SignedOut, Purpose::AccountCare).concerning(account).about("sessions", ended);
        activity::append(core, tx, event).await?;
    }
    Ok(ended)
}

impl Sessions {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// The session with this hash, if it lives: not ended, used in the last 30 minutes, begun in the last 12 hours.
    ///
    /// # Errors
    /// A failing database.
    pub async fn load(&self, id_hash: &[u8; 32]) -> Result<Option<StoredSession>, ServiceError> {
        let now = self.core.now();
        let loaded = session::by_hash(self.core.store(), id_hash).await?.filter(|loaded| lives(&loaded.session, now));
        Ok(loaded.map(|LoadedRow { session: row, settings }| StoredSession {
            display: settings.as_deref().map(Display::read),
            id: SessionId::from_uuid(row.id),
            account: row.account_id.map(AccountId::from_uuid),
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: session_ends(row.created_at, row.last_seen_at),
            touch_due: now - row.last_seen_at > TOUCHED,
            data: row.data,
        }))
    }

    /// Keeps a session, new or living. `false` when it has ended meanwhile: an ended session stays ended.
    ///
    /// # Errors
    /// A failing database.
    pub async fn save(
        &self,
        id_hash: &[u8; 32],
        data: String,
        account: Option<AccountId>,
        label: String,
    ) -> Result<bool, ServiceError> {
        let now = self.core.now();
        let row = SessionRow {
            id_hash: id_hash.to_vec(),
            id: self.core.new_id(),
            account_id: account.map(|account| account.as_uuid()),
            data,
            label,
            created_at: now,
            last_seen_at: now,
            ended_at: None,
        };
        self.core.write(move |_, tx| Box::pin(async move { Ok(session::save(tx, &row, living(now)).await?) })).await
    }

    /// Notes that a session was used; at most once a minute.
    ///
    /// # Errors
    /// A failing database.
    pub async fn touch(&self, id_hash: &[u8; 32]) -> Result<(), ServiceError> {
        let (id_hash, now) = (*id_hash, self.core.now());
        self.core
            .write(move |_, tx| Box::pin(async move { Ok(session::touch(tx, &id_hash, now, now - TOUCHED, now - IDLE).await?) }))
            .await
    }

    /// Ends the session that asks: its owner signs out.
    ///
    /// # Errors
    /// A failing database.
    pub async fn end_this(&self, id_hash: &[u8; 32]) -> Result<(), ServiceError> {
        let id_hash = *id_hash;
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let Some(account) = session::end_by_hash(tx, &id_hash, core.now()).await? else { return Ok(()) };
                    let actor = Actor::Account { id: account, assurance: Assurance::FirstStep };
                    activity::append(&core, tx, Event::on_account(&actor, Action::SignedOut, Purpose::AccountCare)).await
                })
            })
            .await
    }

    /// Ends a session whose place another takes: the id in the cookie was changed. Whatever is still under way with the
    /// old id cannot bring it back.
    ///
    /// # Errors
    /// A failing database.
    pub async fn drop_this(&self, id_hash: &[u8; 32]) -> Result<(), ServiceError> {
        let id_hash = *id_hash;
        self.core
            .write(move |core, tx| Box::pin(async move { Ok(session::end_by_hash(tx, &id_hash, core.now()).await.map(|_| ())?) }))
            .await
    }

    /// The living sessions of the actor's account, the last used first.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], or a failing database.
    pub async fn list(&self, actor: &Actor, current: &[u8; 32]) -> Result<Vec<LiveSession>, ServiceError> {
        let account = actor.account().ok_or(ServiceError::NotSignedIn)?;
        let mut tx = self.core.read().await?;
        let rows = session::live(&mut tx, account, living(self.core.now())).await?;
        let seen = |row: SessionRow| LiveSession {
            id: SessionId::from_uuid(row.id),
            current: row.id_hash == current,
            label: row.label,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
        };
        Ok(rows.into_iter().map(seen).collect())
    }

    /// Ends one session of the actor's account, freshly signed in.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsFreshSignIn`]; [`ServiceError::NotFound`] when the account has no such
    /// living session.
    pub async fn end(&self, actor: &Actor, current: &CurrentSession, id: SessionId) -> Result<(), ServiceError> {
        let account = actor.account().ok_or(ServiceError::NotSignedIn)?;
        current.must_be_fresh(&self.core)?;
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    if !session::end(tx, account, id, core.now()).await? {
                        return Err(ServiceError::NotFound);
                    }
                    let event = Event::on_account(&actor, Action::SignedOut, Purpose::AccountCare).about("session", id);
                    activity::append(&core, tx, event).await
                })
            })
            .await
    }

    /// Ends every session of the actor's account save the one that asks, freshly signed in. Gives how many.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsFreshSignIn`], or a failing database.
    pub async fn end_others(&self, actor: &Actor, current: &CurrentSession) -> Result<u64, ServiceError> {
        let account = actor.account().ok_or(ServiceError::NotSignedIn)?;
        current.must_be_fresh(&self.core)?;
        let (actor, current) = (actor.clone(), current.id_hash);
        self.core
            .write(move |core, tx| Box::pin(async move { end_all_but(&core, tx, &actor, account, Some(current)).await }))
            .await
    }

    /// Whose session this was, if it ended by time alone in the last 24 hours.
    ///
    /// # Errors
    /// A failing database.
    pub async fn owner_of_expired(&self, id_hash: &[u8; 32]) -> Result<Option<AccountId>, ServiceError> {
        let now = self.core.now();
        let row = session::by_hash(self.core.store(), id_hash).await?.map(|loaded| loaded.session);
        let timed_out = |row: &SessionRow| row.ended_at.is_none() && !lives(row, now) && row.last_seen_at > now - REMEMBERED;
        Ok(row.filter(timed_out).and_then(|row| row.account_id).map(AccountId::from_uuid))
    }

    /// Forgets the sessions last used more than 24 hours ago, and those that nobody is signed in with as soon as they are
    /// over. Gives how many.
    ///
    /// # Errors
    /// A failing database.
    pub async fn purge(&self) -> Result<u64, ServiceError> {
        self.core
            .write(move |core, tx| {
                Box::pin(async move { Ok(session::purge(tx, core.now() - REMEMBERED, core.now() - IDLE).await?) })
            })
            .await
    }
}
