//! Who has looked at a person's record, by name; who has looked before; and what the person chose to be told.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::PersonId;
use sqlx::QueryBuilder;
use uuid::Uuid;

statements! {
    NEW = "INSERT INTO visitor (person_id, visitor_id, first_at) VALUES ($1, $2, $3) ON CONFLICT (person_id, visitor_id) DO NOTHING";
    BEEN = "SELECT CAST(COUNT(*) AS BIGINT) FROM visitor WHERE person_id = $1 AND visitor_id = $2";
    TELL = "SELECT tell_new_visitor FROM activity_setting WHERE person_id = $1";
    SET_TELL = "INSERT INTO activity_setting (person_id, tell_new_visitor, changed_at) VALUES ($1, $2, $3) \
                ON CONFLICT (person_id) DO UPDATE SET tell_new_visitor = $2, changed_at = $3";
    CARERS = "SELECT id, carer_name, relation FROM relationship WHERE person_id = $1 ORDER BY created_at, id";
    MEMBERS_OF = "SELECT m.id, m.name, m.job, m.organisation_id, o.name AS organisation FROM visitor v \
                  JOIN staff_member m ON m.id = v.visitor_id JOIN organisation o ON o.id = m.organisation_id \
                  WHERE v.person_id = $1 ORDER BY o.name, o.id, m.name, m.id";
    MEMBERS = "SELECT m.id, m.name, m.job, m.organisation_id, o.name AS organisation FROM staff_member m \
               JOIN organisation o ON o.id = m.organisation_id WHERE m.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
               $15, $16)";
}

/// How many places [`members`] asks for in one statement.
const AT_ONCE: usize = 16;

const TO_TELL: &str = "SELECT a.email FROM account_person l JOIN account a ON a.id = l.account_id WHERE l.relation = 'self' \
                       AND NOT EXISTS (SELECT 1 FROM activity_setting s WHERE s.person_id = l.person_id AND NOT s.tell_new_visitor) \
                       AND l.person_id IN (";
/// Of how many people one statement of these is.
const PEOPLE: usize = 25;

/// A carer as the person is told of them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CarerNameRow {
    /// The relationship.
    pub id: Uuid,
    /// The carer's name.
    pub carer_name: String,
    /// What they are to the person: "daughter".
    pub relation: String,
}

/// A member of staff as the person is told of them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MemberNameRow {
    /// Their place at the organisation.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// Their job: "Practice nurse".
    pub job: String,
    /// Where.
    pub organisation_id: Uuid,
    /// Its name.
    pub organisation: String,
}

/// Notes that somebody looked; `true` the first time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn note(tx: &mut Tx, person: PersonId, visitor: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, NEW, person.as_uuid(), visitor, now)?;
    Ok(done == 1)
}

/// The addresses of these people's own accounts, where they want to be told when somebody new looks.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn to_tell(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for some in people.chunks(PEOPLE) {
        let rows: Vec<(String,)> = on!(tx, c, {
            let mut query = QueryBuilder::new(TO_TELL);
            let mut ids = query.separated(", ");
            for person in some {
                ids.push_bind(person.as_uuid());
            }
            query.push(") ORDER BY l.person_id, l.linked_at, l.account_id");
            query.build_query_as().persistent(some.len() == PEOPLE).fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|(email,)| email));
    }
    Ok(found)
}

/// Whether somebody has looked before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn has_looked(tx: &mut Tx, person: PersonId, visitor: Uuid) -> Result<bool, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(BEEN).bind(person.as_uuid()).bind(visitor).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whether the person wants to be told when somebody new looks; `None` when they never chose.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn wants_telling(tx: &mut Tx, person: PersonId) -> Result<Option<bool>, StoreError> {
    let row: Option<(bool,)> = on!(tx, c, sqlx::query_as(TELL).bind(person.as_uuid()).fetch_optional(c).await)?;
    Ok(row.map(|(tell,)| tell))
}

/// Sets whether the person wants to be told when somebody new looks.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_telling(tx: &mut Tx, person: PersonId, tell: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, SET_TELL, person.as_uuid(), tell, now)?;
    Ok(())
}

/// Everybody who acts, acted or would act for a person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn carers(tx: &mut Tx, person: PersonId) -> Result<Vec<CarerNameRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CARERS).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// The members of staff with these ids, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn members(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<MemberNameRow>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let Some(last) = ids.last() else { continue };
        let rows: Vec<MemberNameRow> = on!(tx, c, {
            let mut query = sqlx::query_as(MEMBERS);
            for place in 0..AT_ONCE {
                query = query.bind(ids.get(place).unwrap_or(last));
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// The members of staff who have looked at a person's record, by organisation and name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn members_of(tx: &mut Tx, person: PersonId) -> Result<Vec<MemberNameRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(MEMBERS_OF).bind(person.as_uuid()).fetch_all(c).await)?)
}
