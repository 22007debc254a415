//! Mail waiting to be sent, and sent.

use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::MailId;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO outbox (id, recipient, subject, body, created_at, next_try_at, attempts) VALUES ($1, $2, $3, $4, $5, $5, 0)";
    /// Takes the mail that has waited longest, and keeps it from others until $2. The condition stands twice because
    /// another server may take it between the two.
    CLAIM = "UPDATE outbox SET next_try_at = $2, attempts = attempts + 1 WHERE sent_at IS NULL AND next_try_at <= $1 AND id = \
             (SELECT o.id FROM outbox o WHERE o.sent_at IS NULL AND o.next_try_at <= $1 AND o.attempts < $3 \
             ORDER BY o.next_try_at, o.id LIMIT 1) RETURNING id, recipient, subject, body, created_at, attempts";
    SENT = "UPDATE outbox SET sent_at = $2, body = '' WHERE id = $1";
    AGAIN = "UPDATE outbox SET next_try_at = $2 WHERE id = $1 AND sent_at IS NULL";
    WAITING = "SELECT CAST(COUNT(*) AS BIGINT) FROM outbox WHERE sent_at IS NULL";
    PURGE = "DELETE FROM outbox WHERE created_at < $1";
}

/// A mail as it is stored.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OutboxRow {
    /// Its id.
    pub id: Uuid,
    /// One address.
    pub recipient: String,
    /// Says nothing clinical.
    pub subject: String,
    /// Plain text. Forgotten once sent, because of the secrets in its links.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// How often it was tried, this time included.
    pub attempts: i32,
}

/// Puts a mail into the outbox, in the transaction of what it tells of.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &OutboxRow) -> Result<(), StoreError> {
    on!(
        tx,
        c,
        sqlx::query(INSERT)
            .bind(row.id)
            .bind(&row.recipient)
            .bind(&row.subject)
            .bind(&row.body)
            .bind(row.created_at)
            .execute(c)
            .await
            .map(|_| ())
    )?;
    Ok(())
}

/// Takes one mail to be sent, and keeps it from others until `lease`; `None` when none waits. A mail tried `attempts`
/// times is left alone.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn claim(
    tx: &mut Tx,
    now: DateTime<Utc>,
    lease: DateTime<Utc>,
    attempts: i32,
) -> Result<Option<OutboxRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CLAIM).bind(now).bind(lease).bind(attempts).fetch_optional(c).await)?)
}

/// Notes that a mail was handed over, and forgets its body.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sent(tx: &mut Tx, id: MailId, now: DateTime<Utc>) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(SENT).bind(id.as_uuid()).bind(now).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Has a mail tried again at `at`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn again(tx: &mut Tx, id: MailId, at: DateTime<Utc>) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(AGAIN).bind(id.as_uuid()).bind(at).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// How many mails have not been handed over.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(tx: &mut Tx) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(WAITING).fetch_one(c).await)?;
    Ok(count)
}

/// Forgets the mails written before then, sent or not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn purge(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(on!(tx, c, sqlx::query(PURGE).bind(before).execute(c).await.map(|done| done.rows_affected()))?)
}
