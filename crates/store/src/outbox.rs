//! Mail and text messages waiting to be sent, and sent.

use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, Utc};
use domain::MailId;
use uuid::Uuid;

/// The channel of mail.
pub const MAIL: &str = "mail";
/// The channel of text messages.
pub const TEXT: &str = "text";

statements! {
    INSERT = "INSERT INTO outbox (id, channel, recipient, subject, body, created_at, next_try_at, attempts, waits_for_day, useless_from) \
              VALUES ($1, $2, $3, $4, $5, $6, $6, 0, $7, $8)";
    /// Whether anything can be taken now: a look, so that a server with nothing to do writes nothing.
    DUE = "SELECT id FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= $1 AND attempts < $2 \
           AND (NOT waits_for_day OR $3) AND (channel = 'mail' OR $4) LIMIT 1";
    /// Takes what has waited longest, and keeps it from others until $2. The condition stands twice because another server
    /// may take it between the two.
    CLAIM = "UPDATE outbox SET next_try_at = $2, attempts = attempts + 1 WHERE sent_at IS NULL AND given_up_at IS NULL \
             AND next_try_at <= $1 AND id = \
             (SELECT o.id FROM outbox o WHERE o.sent_at IS NULL AND o.given_up_at IS NULL AND o.next_try_at <= $1 AND o.attempts < $3 \
             AND (NOT o.waits_for_day OR $4) AND (o.channel = 'mail' OR $5) ORDER BY o.next_try_at, o.id LIMIT 1) \
             RETURNING id, channel, recipient, subject, body, created_at, attempts, waits_for_day, useless_from";
    SENT = "UPDATE outbox SET sent_at = $2, body = '' WHERE id = $1";
    GIVEN_UP = "UPDATE outbox SET given_up_at = $2, body = '' WHERE id = $1 AND sent_at IS NULL";
    /// Whether anything was taken for the last time, and nobody said in time what came of it: a look, as above.
    TRIED = "SELECT id FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= $1 AND attempts >= $2 LIMIT 1";
    GIVE_UP_TRIED = "UPDATE outbox SET given_up_at = $1, body = '' WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= $1 \
                     AND attempts >= $2";
    AGAIN = "UPDATE outbox SET next_try_at = $2 WHERE id = $1 AND sent_at IS NULL AND given_up_at IS NULL";
    WAITING_OF_EACH = "SELECT channel, CAST(COUNT(*) AS BIGINT) FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL GROUP BY channel";
    WAITING = "SELECT CAST(COUNT(*) AS BIGINT) FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL";
    PURGE = "DELETE FROM outbox WHERE created_at < $1";
}

/// A mail or a text message as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OutboxRow {
    /// Its id.
    pub id: Uuid,
    /// [`MAIL`] or [`TEXT`].
    pub channel: String,
    /// One address, or one number.
    pub recipient: String,
    /// Says nothing clinical; empty for a text message.
    pub subject: String,
    /// Plain text. Forgotten once sent or given up, because of the secrets in it.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// It waits through the night, so that it wakes nobody.
    pub waits_for_day: bool,
    /// From when on it is of no use.
    pub useless_from: Option<DateTime<Utc>>,
}

/// What can be taken out of the outbox now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    /// What was tried so often is left alone.
    pub attempts: i32,
    /// It is day: what waits for that goes too.
    pub by_day: bool,
    /// Text messages can be sent.
    pub texts: bool,
}

/// Puts a mail or a text message into the outbox, in the transaction of what it tells of.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &OutboxRow) -> Result<(), StoreError> {
    run!(
        tx,
        INSERT,
        row.id,
        &row.channel,
        &row.recipient,
        &row.subject,
        &row.body,
        row.created_at,
        row.waits_for_day,
        row.useless_from
    )?;
    Ok(())
}

/// Whether anything can be taken now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_due(tx: &mut Tx, now: DateTime<Utc>, takes: Takes) -> Result<bool, StoreError> {
    Ok(an_id!(tx, DUE, now, takes.attempts, takes.by_day, takes.texts)?.is_some())
}

/// Takes one to be sent, and keeps it from others until `lease`; `None` when none waits.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn claim(tx: &mut Tx, now: DateTime<Utc>, lease: DateTime<Utc>, takes: Takes) -> Result<Option<OutboxRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(CLAIM)
            .bind(now)
            .bind(lease)
            .bind(takes.attempts)
            .bind(takes.by_day)
            .bind(takes.texts)
            .fetch_optional(c)
            .await
    )?)
}

/// Notes that it was handed over, and forgets its body.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sent(tx: &mut Tx, id: MailId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, SENT, id.as_uuid(), now)?;
    Ok(())
}

/// Notes that it will never be handed over, and forgets its body.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn give_up(tx: &mut Tx, id: MailId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, GIVEN_UP, id.as_uuid(), now)?;
    Ok(())
}

/// Whether anything was taken for the last of `attempts` tries by somebody who has not said in time what came of it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_tried_too_often(tx: &mut Tx, now: DateTime<Utc>, attempts: i32) -> Result<bool, StoreError> {
    Ok(an_id!(tx, TRIED, now, attempts)?.is_some())
}

/// Gives such messages up, and forgets their bodies; how many they were.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn give_up_tried(tx: &mut Tx, now: DateTime<Utc>, attempts: i32) -> Result<u64, StoreError> {
    Ok(run!(tx, GIVE_UP_TRIED, now, attempts)?)
}

/// Has it tried again at `at`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn again(tx: &mut Tx, id: MailId, at: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, AGAIN, id.as_uuid(), at)?;
    Ok(())
}

/// How many have been neither handed over nor given up.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(tx: &mut Tx) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(WAITING).fetch_one(c).await)?;
    Ok(count)
}

/// The same by channel: [`MAIL`] and [`TEXT`], without those in which nothing waits.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting_of_each(tx: &mut Tx) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(WAITING_OF_EACH).fetch_all(c).await)?)
}

/// Forgets what was written before then, sent or not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn purge(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(run!(tx, PURGE, before)?)
}
