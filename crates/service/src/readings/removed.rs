//! Readings that were removed: what they were, and putting them back.

use super::record::{changed_since, told};
use super::{PAGE, ReadingSeen, Readings, allowed, opens, rules};
use crate::activity::{self, Event};
use crate::eyes::{Eyes, NotedBy};
use crate::reader::Reader;
use crate::records::{purpose, summary};
use crate::{PersonSummary, ServiceError, access};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ask};
use domain::audit::Action;
use domain::reading::{Kept, Measure};
use domain::{AccountId, PersonId, ReadingId};
use store::reading::{self, ReadingRow};
use store::{Tx, person_write, reading_device};
use uuid::Uuid;

/// How many readings a page lists.
const PER_PAGE: usize = 25;

/// A reading that was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedReading {
    /// What it says.
    pub reading: ReadingSeen,
    /// Who removed it.
    pub by: NotedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// Readings of a measure that were removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// Which measure.
    pub measure: Measure,
    /// A page of them, the last removed first.
    pub readings: Vec<RemovedReading>,
    /// The last of these where there are more, to go on from.
    pub more: Option<ReadingId>,
}

/// Whose removals the reader sees: the person those of anybody, whoever acts for them their own, because the person may have removed
/// something so that they do not see it.
fn whose(reader: &Reader, actor: &Actor) -> Result<Option<AccountId>, ServiceError> {
    match reader.is_owner() {
        true => Ok(None),
        false => actor.account().map(Some).ok_or(ServiceError::NotFound),
    }
}

/// Whether there is anything to be put back by whoever acts.
pub(super) async fn is_any(
    tx: &mut Tx,
    actor: &Actor,
    reader: &Reader,
    measure: Measure,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let by = whose(reader, actor)?;
    Ok(!reading::removed(tx, (reader.person, measure), by, last(now), 1).await?.is_empty())
}

/// The place before which everything is.
fn last(now: DateTime<Utc>) -> (DateTime<Utc>, ReadingId) {
    (now + TimeDelta::days(1), ReadingId::from_uuid(Uuid::max()))
}

impl Readings {
    /// The readings of a measure that were removed by somebody who can have them put back, after one of them. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not record this for the person, and for one to go on from that is not there.
    pub async fn removed(
        &self,
        actor: &Actor,
        person: PersonId,
        (measure, after): (Measure, Option<ReadingId>),
    ) -> Result<RemovedSeen, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::RecordReadings).await?;
        let found = match opens(&reader, measure) {
            true => self.found_removed(&mut tx, (actor, &reader), measure, after).await,
            false => Err(ServiceError::NotFound),
        };
        drop(tx);
        let found = match found {
            Ok(found) => found,
            Err(error) => return Err(access::refused_on(&self.core, actor, person, error, PAGE).await),
        };
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        activity::disclose(&self.core, event.about("measure", measure.code()).about("what", "removed")).await?;
        Ok(found)
    }

    async fn found_removed(
        &self,
        tx: &mut Tx,
        (actor, reader): (&Actor, &Reader),
        measure: Measure,
        after: Option<ReadingId>,
    ) -> Result<RemovedSeen, ServiceError> {
        let (person, by) = (reader.person, whose(reader, actor)?);
        let before = match after {
            None => last(self.core.now()),
            Some(id) => (theirs(tx, person, id, by).await?.1.ok_or(ServiceError::NotFound)?, id),
        };
        let most = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
        let mut rows = reading::removed(tx, (person, measure), by, before, most).await?;
        let is_more = rows.len() > PER_PAGE;
        rows.truncate(PER_PAGE);
        let more = rows.last().filter(|_| is_more).map(|row| ReadingId::from_uuid(row.id));
        let who = Eyes::of(tx, actor, person).await?;
        let mut readings = Vec::new();
        for row in rows {
            let (Some(by), Some(at)) = (row.removed_by, row.removed_at) else { continue };
            readings.push(RemovedReading { by: who.by(by), at, reading: who.seen(row)? });
        }
        let whose = summary(tx, reader).await?;
        Ok(RemovedSeen { whose, measure, readings, more })
    }

    /// Puts a reading back that was removed, as it was seen in this version, and gives what it is of. That it was removed is kept, and
    /// the rules of care teams look at it as at one that is written down now. One that is there again stays as it is.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it was removed again since, or where another total of its day is there;
    /// [`ServiceError::NotFound`] for one that is not there, that somebody else removed for the person, or that left with the whole of
    /// what it came with, and to whoever may not record this for the person.
    pub async fn put_back(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (ReadingId, i32),
    ) -> Result<Measure, ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = allowed(&core, tx, &actor, person, Ask::RecordReadings).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let (row, removed_at) = theirs(tx, person, id, whose(&reader, &actor)?).await?;
                let measure = row.measure()?;
                if !opens(&reader, measure) {
                    return Err(ServiceError::NotFound);
                }
                if removed_at.is_none() {
                    return Ok(measure);
                }
                if row.kept == Kept::Day.code()
                    && reading_device::of_day(tx, person, measure, domain::when::london_day(row.taken_at)).await?.is_some()
                {
                    let words = "There is another total of this day. Remove that first, so that the two are not added up";
                    return Err(ServiceError::field("", words));
                }
                if !reading::put_back(tx, (person, id, version), by, core.now()).await? {
                    return Err(changed_since());
                }
                let event = Event::on_record(&actor, subject, Action::ReadingChanged, purpose(subject));
                let event = event.about("what", "put-back").about("reading", id);
                let event = told(event, rules::settle_by(&core, tx, (subject, Some(by))).await?);
                activity::append(&core, tx, event).await?;
                Ok(measure)
            })
        })
        .await
    }
}

/// A reading that is there, or that was removed by this account or by anybody, and when it was.
async fn theirs(
    tx: &mut Tx,
    person: PersonId,
    id: ReadingId,
    by: Option<AccountId>,
) -> Result<(ReadingRow, Option<DateTime<Utc>>), ServiceError> {
    let row = reading::any(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
    let is_theirs = |by: AccountId| row.removed_by.is_none_or(|removed| removed == by.as_uuid());
    if !by.is_none_or(is_theirs) {
        return Err(ServiceError::NotFound);
    }
    let removed_at = row.removed_at;
    Ok((row, removed_at))
}
