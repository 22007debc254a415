//! Counts of how a practice's people use the service. They name nobody.

use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::OrganisationId;

statements! {
    PEOPLE = "SELECT CAST(COUNT(*) AS BIGINT) FROM registration WHERE organisation_id = $1 AND ended_at IS NULL";
    LINKED = "SELECT CAST(COUNT(DISTINCT g.person_id) AS BIGINT) FROM registration g JOIN account_person a ON a.person_id = g.person_id \
              WHERE g.organisation_id = $1 AND g.ended_at IS NULL AND a.relation = 'self' AND a.level <> 'none'";
    ACTIVE = "SELECT CAST(COUNT(DISTINCT g.person_id) AS BIGINT) FROM registration g JOIN account_person a ON a.person_id = g.person_id \
              JOIN device d ON d.account_id = a.account_id WHERE g.organisation_id = $1 AND g.ended_at IS NULL \
              AND a.relation = 'self' AND a.level <> 'none' AND d.last_seen_at > $2";
    /// What was changed for another time with the same organisation was booked before; what another system did not take was not.
    BOOKED = "SELECT a.channel, CAST(COUNT(*) AS BIGINT) FROM appointment a WHERE a.organisation_id = $1 AND a.created_at > $2 \
              AND NOT EXISTS (SELECT 1 FROM appointment b WHERE b.person_id = a.person_id AND b.id = a.moved_from \
              AND b.organisation_id = a.organisation_id) \
              AND COALESCE(a.cancelled_by, '') NOT IN ('refused', 'not-booked') GROUP BY a.channel ORDER BY a.channel";
    MISSED = "SELECT CAST(COUNT(*) AS BIGINT) FROM appointment WHERE organisation_id = $1 AND status = 'noshow' AND starts_at > $2";
}

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// People who are registered there.
    pub people: i64,
    /// Of them, those whose record an account of their own opens.
    pub linked: i64,
    /// Of these, those who have signed in since.
    pub active: i64,
    /// Bookings since, by channel.
    pub booked: Vec<(String, i64)>,
    /// How often somebody did not come since.
    pub missed: i64,
}

/// Counts for a practice, from an instant on.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn counts(tx: &mut Tx, at: OrganisationId, since: DateTime<Utc>) -> Result<Counts, StoreError> {
    let (people,): (i64,) = on!(tx, c, sqlx::query_as(PEOPLE).bind(at.as_uuid()).fetch_one(c).await)?;
    let (linked,): (i64,) = on!(tx, c, sqlx::query_as(LINKED).bind(at.as_uuid()).fetch_one(c).await)?;
    let (active,): (i64,) = on!(tx, c, sqlx::query_as(ACTIVE).bind(at.as_uuid()).bind(since).fetch_one(c).await)?;
    let booked: Vec<(String, i64)> = on!(tx, c, sqlx::query_as(BOOKED).bind(at.as_uuid()).bind(since).fetch_all(c).await)?;
    let (missed,): (i64,) = on!(tx, c, sqlx::query_as(MISSED).bind(at.as_uuid()).bind(since).fetch_one(c).await)?;
    Ok(Counts { people, linked, active, booked, missed })
}
