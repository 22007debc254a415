//! Notes of a person's own in the order of time, each with whether what it is about is open to whoever reads.

use super::{Filter, Narrowed};
use crate::own_note::NoteRow;
use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::{EntryId, PersonId};
use uuid::Uuid;

/// Those that are not removed, of a day or later and behind a place: the columns of [`NoteRow`]. Of an entry that is not open it is not
/// told whether it is there.
macro_rules! noted {
    ($open:expr) => {
        concat!(
            "SELECT n.id, n.entry_id, n.title, n.words, n.happened_on, n.shared, n.written_by, n.created_at, n.changed_at, n.removed_at, \
             n.version, EXISTS (SELECT 1 FROM record_entry e WHERE e.person_id = n.person_id AND e.id = n.entry_id",
            shown!(),
            $open,
            ") AS about_open FROM own_note n WHERE n.person_id = $1 AND n.removed_at IS NULL AND n.happened_on >= $2 \
             AND (n.happened_on, n.id) < ($3, $4) ORDER BY n.happened_on DESC, n.id DESC LIMIT $5"
        )
    };
}

statements! {
    NOTED = noted!(opened!("$6"));
    NOTED_OPEN = noted!(open!("$6", "$7", "$8", "$9"));
}

/// A note, and whether what it is about is open.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NoteInTimeRow {
    /// The note.
    #[sqlx(flatten)]
    pub note: NoteRow,
    /// The entry that it is about is open to whoever reads; never so where it is about none.
    pub about_open: bool,
}

/// Among what days: from the first on, and before a place in the order of days and ids. What is known to the day stands at its
/// beginning in UTC, as entries do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnDays {
    /// The first day.
    pub first: NaiveDate,
    /// Before this day, or on it with a smaller id.
    pub before: (NaiveDate, Uuid),
}

impl OwnDays {
    /// Those to which a record is narrowed down, behind a place in time.
    #[must_use]
    pub fn of(narrowed: &Narrowed, after: Option<(DateTime<Utc>, EntryId)>) -> Self {
        let (at, id) = narrowed.ends(after);
        let end = first_from(at);
        // Of a day that has begun by then all is before it.
        let before = if begins(end) == at { (end, id) } else { (end, Uuid::nil()) };
        // Of years beyond it one engine makes words in another order.
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
        Self { first: first_from(narrowed.begins()), before: before.min((last, Uuid::max())) }
    }

    /// Whether something of this day is among them.
    #[must_use]
    pub fn has(&self, day: NaiveDate, id: Uuid) -> bool {
        day >= self.first && (day, id) < self.before
    }

    /// The same behind this one.
    #[must_use]
    pub const fn behind(self, day: NaiveDate, id: Uuid) -> Self {
        Self { first: self.first, before: (day, id) }
    }
}

fn begins(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The first day that begins then or later.
fn first_from(at: DateTime<Utc>) -> NaiveDate {
    let day = at.date_naive();
    let next = || day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    if begins(day) >= at { day } else { next() }
}

/// Up to `limit` notes among these days, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn notes_in_time(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    days: OwnDays,
    limit: i64,
) -> Result<Vec<NoteInTimeRow>, StoreError> {
    let statement = filter.choose(NOTED, NOTED_OPEN);
    let (day, id) = days.before;
    Ok(on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(days.first).bind(day).bind(id).bind(limit);
        bind_filter!(query, filter).fetch_all(c).await
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_before_a_place_where_its_beginning_is() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let entry = |id: u128| EntryId::from_uuid(Uuid::from_u128(id));
        let noon = OwnDays::of(&Narrowed::default(), Some((at("2026-03-04T12:00:00Z"), entry(7))));
        assert!(noon.has(day("2026-03-04"), Uuid::max()) && !noon.has(day("2026-03-05"), Uuid::nil()));
        let midnight = OwnDays::of(&Narrowed::default(), Some((at("2026-03-04T00:00:00Z"), entry(7))));
        let same = |id: u128| midnight.has(day("2026-03-04"), Uuid::from_u128(id));
        assert_eq!([6, 7, 8].map(same), [true, false, false]);
        assert!(midnight.has(day("2026-03-03"), Uuid::max()));
        // In summer a day in London begins an hour before it does in UTC.
        let june =
            Narrowed { from: Some(at("2026-05-31T23:00:00Z")), before: Some(at("2026-06-30T23:00:00Z")), ..Narrowed::default() };
        let june = OwnDays::of(&june, None);
        let among = ["2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01"].map(|one| june.has(day(one), Uuid::max()));
        assert_eq!(among, [false, true, true, false]);
        let all = OwnDays::of(&Narrowed::default(), None);
        assert!(all.has(day("0001-01-01"), Uuid::nil()) && all.has(day("9999-12-31"), Uuid::nil()));
    }
}
