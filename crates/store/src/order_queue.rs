//! The orders of medicines that wait at a practice, as those read them who decide: a page at a time, whatever is on it.

use crate::dialect::plan_once;
use crate::work::display_name;
use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::medicine::QueuePart;
use domain::when::LAST_INSTANT;
use domain::{OrderId, OrganisationId, PersonId, WorkItemId};
use sqlx::types::Json;
use uuid::Uuid;

/// What is read of orders that wait, `w`, as [`QueuedRow`].
macro_rules! queued {
    ($waits:expr) => {
        concat!(
            "SELECT w.id AS work_id, w.waiting_since, w.person_id, m.id, m.note, m.channel, m.created_at, m.dispenser, \
             m.dispenser_once, c.name AS claimed_name, p.family_name, p.given_names, p.prefix, p.birth_date FROM ",
            $waits,
            " JOIN medicine_order m ON m.person_id = w.person_id AND m.id = w.about_id JOIN person p ON p.id = w.person_id \
             LEFT JOIN staff_member c ON c.id = w.claimed_by"
        )
    };
}

/// Behind one place in the queue, as far as another. They are found in the order of the index, and no more than a page and one of them,
/// before anything else of them is read: with the rest beside it an engine that does not know the places would sort all that waits.
macro_rules! page {
    ($part:expr) => {
        concat!(
            queued!(concat!(
                "(SELECT w.id, w.waiting_since, w.person_id, w.about_id, w.claimed_by FROM work_item w \
                 WHERE w.organisation_id = $1 AND w.kind = 'medicine-order' AND w.done_at IS NULL \
                 AND (w.waiting_since, w.id) > ($2, $3) AND (w.waiting_since, w.id) <= ($4, $5) ",
                $part,
                "ORDER BY w.waiting_since, w.id LIMIT 26) w"
            )),
            " ORDER BY w.waiting_since, w.id"
        )
    };
}

/// Where one of its medicines that wait is so. It is counted and not joined, so that no engine looks through the medicines of
/// every order first.
macro_rules! with {
    ($is:literal) => {
        concat!(
            "AND (SELECT COUNT(*) FROM medicine_order_item i WHERE i.person_id = w.person_id AND i.order_id = w.about_id \
             AND i.status IN ('requested', 'question') AND ",
            $is,
            ") > 0 "
        )
    };
}

statements! {
    /// The place of an order in the queue.
    PLACE = "SELECT waiting_since, id FROM work_item WHERE id = $1 AND organisation_id = $2";
    /// The place that is so many further.
    FURTHER = "SELECT w.waiting_since, w.id FROM work_item w WHERE w.organisation_id = $1 AND w.kind = 'medicine-order' \
               AND w.done_at IS NULL AND (w.waiting_since, w.id) > ($2, $3) ORDER BY w.waiting_since, w.id LIMIT 1 OFFSET $4";
    ALL = page!("");
    PREPARED = page!(with!("i.prepared_at IS NOT NULL"));
    ASKED = page!(with!("i.status = 'question'"));
    /// Also where the practice's own system warned of anything about the person: of which medicine, its words say.
    FLAGGED = page!(concat!(
        "AND ((SELECT COUNT(*) FROM medicine_order_item i WHERE i.person_id = w.person_id AND i.order_id = w.about_id \
         AND i.status IN ('requested', 'question') \
         AND (i.status = 'question' OR i.overused OR i.early_reason <> '' OR i.review_on <= $6)) > 0 \
         OR (SELECT COUNT(*) FROM record_entry e WHERE e.person_id = w.person_id AND e.organisation_id = w.organisation_id \
         AND e.resource_type = 'DetectedIssue' AND e.release = 'released') > 0) "
    ));
    /// Some of them.
    OF = concat!(
        queued!("work_item w"),
        " WHERE w.organisation_id = $1 AND w.kind = 'medicine-order' AND w.done_at IS NULL AND w.about_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
         $25, $26) ORDER BY w.waiting_since, w.id"
    );
}

/// The place before every other.
pub const FIRST: QueuePlace = QueuePlace { since: DateTime::UNIX_EPOCH, work: WorkItemId::from_uuid(Uuid::nil()) };
/// The place behind every other.
const LAST: QueuePlace = QueuePlace { since: LAST_INSTANT, work: WorkItemId::from_uuid(Uuid::max()) };
/// How many orders a page holds.
pub const PAGE: usize = 25;
/// How many orders [`of`] asks for in one statement.
const AT_ONCE: usize = 25;

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePlace {
    /// Since when what stands there waits.
    pub since: DateTime<Utc>,
    /// What stands there.
    pub work: WorkItemId,
}

/// An order that waits.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct QueuedRow {
    /// What waits on the work list.
    pub work_id: Uuid,
    /// Since when.
    pub waiting_since: DateTime<Utc>,
    /// For whom the order is.
    pub person_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// What was written to the practice.
    pub note: String,
    /// `self` or `carer`.
    pub channel: String,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// To whom the prescription goes, by code; absent where that is decided later.
    pub dispenser: Option<String>,
    /// It was chosen for this order alone.
    pub dispenser_once: bool,
    /// Who deals with it.
    pub claimed_name: Option<String>,
    /// The person's family name.
    pub family_name: String,
    /// The person's given names.
    pub given_names: Json<Vec<String>>,
    /// The person's title.
    pub prefix: Option<String>,
    /// When the person was born.
    pub birth_date: Option<NaiveDate>,
}

impl QueuedRow {
    /// For whom the order is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.person_id)
    }

    /// Its id.
    #[must_use]
    pub const fn order(&self) -> OrderId {
        OrderId::from_uuid(self.id)
    }

    /// Its place.
    #[must_use]
    pub const fn place(&self) -> QueuePlace {
        QueuePlace { since: self.waiting_since, work: WorkItemId::from_uuid(self.work_id) }
    }

    /// "Mrs Margaret Ellis".
    #[must_use]
    pub fn person_name(&self) -> String {
        display_name(&self.family_name, &self.given_names.0, self.prefix.as_deref())
    }
}

/// The place of what waits, or waited, at this organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn place(tx: &mut Tx, at: OrganisationId, work: WorkItemId) -> Result<Option<QueuePlace>, StoreError> {
    let row: Option<(DateTime<Utc>, Uuid)> =
        on!(tx, c, sqlx::query_as(PLACE).bind(work.as_uuid()).bind(at.as_uuid()).fetch_optional(c).await)?;
    Ok(row.map(|(since, id)| QueuePlace { since, work: WorkItemId::from_uuid(id) }))
}

/// The place of the order that stands so many further than this place; absent where there are not so many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn further(tx: &mut Tx, at: OrganisationId, from: QueuePlace, by: i64) -> Result<Option<QueuePlace>, StoreError> {
    let row: Option<(DateTime<Utc>, Uuid)> = on!(
        tx,
        c,
        sqlx::query_as(FURTHER)
            .bind(at.as_uuid())
            .bind(from.since)
            .bind(from.work.as_uuid())
            .bind(by.saturating_sub(1).max(0))
            .fetch_optional(c)
            .await
    )?;
    Ok(row.map(|(since, id)| QueuePlace { since, work: WorkItemId::from_uuid(id) }))
}

/// A page of the orders that wait at an organisation, behind a place and as far as another, the longest first, and one more where
/// there is more. Of those with something to look at, more may be given than there is: whatever is warned of about the person counts.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn page(
    tx: &mut Tx,
    at: OrganisationId,
    (part, today): (QueuePart, NaiveDate),
    (from, until): (QueuePlace, Option<QueuePlace>),
) -> Result<Vec<QueuedRow>, StoreError> {
    let until = until.unwrap_or(LAST);
    // Reading a page takes a dozen statements of up to 425 values.
    plan_once(tx).await?;
    let statement = match part {
        QueuePart::All => ALL,
        QueuePart::Prepared => PREPARED,
        QueuePart::Asked => ASKED,
        QueuePart::Flagged => FLAGGED,
    };
    Ok(on!(tx, c, {
        let query = sqlx::query_as(statement)
            .bind(at.as_uuid())
            .bind(from.since)
            .bind(from.work.as_uuid())
            .bind(until.since)
            .bind(until.work.as_uuid());
        let query = if part == QueuePart::Flagged { query.bind(today) } else { query };
        query.fetch_all(c).await
    })?)
}

/// Those of these orders that wait at an organisation, the longest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of(tx: &mut Tx, at: OrganisationId, orders: &[OrderId]) -> Result<Vec<QueuedRow>, StoreError> {
    let mut found: Vec<QueuedRow> = Vec::new();
    for some in orders.chunks(AT_ONCE) {
        let Some(last) = some.last() else { continue };
        let rows: Vec<QueuedRow> = on!(tx, c, {
            let mut query = sqlx::query_as(OF).bind(at.as_uuid());
            for place in 0..AT_ONCE {
                query = query.bind(some.get(place).unwrap_or(last).as_uuid());
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    found.sort_by_key(|row| (row.waiting_since, row.work_id));
    Ok(found)
}
