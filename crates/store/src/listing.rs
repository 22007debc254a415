//! Whose names stood in the lists that members of staff read, so that each person is told once a day.

use crate::{StoreError, Tx, people, run, statements};
use chrono::NaiveDate;
use domain::{MemberId, PersonId};

statements! {
    TODAY = "SELECT person_id FROM listing WHERE member_id = $1 AND list = $2 AND listed_on = $3";
    NOTE = "INSERT INTO listing (person_id, member_id, list, listed_on) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (person_id, member_id, list) DO UPDATE SET listed_on = $4 WHERE listing.listed_on < $4";
}

/// Of whom it was noted on this day that a member of staff read their name in a list.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn noted(tx: &mut Tx, member: MemberId, list: &str, today: NaiveDate) -> Result<Vec<PersonId>, StoreError> {
    Ok(people!(tx, TODAY, member.as_uuid(), list, today)?)
}

/// Notes that a person's name stood in a list that a member of staff read; `true` the first time on a day.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn note(tx: &mut Tx, person: PersonId, member: MemberId, list: &str, today: NaiveDate) -> Result<bool, StoreError> {
    let done = run!(tx, NOTE, person.as_uuid(), member.as_uuid(), list, today)?;
    Ok(done == 1)
}
