//! What somebody changed of how to reach them, for their practice to copy into its own system: one thing to do for each person, however
//! often they change something before it is done.

use super::{MOST_VERSIONS, PAGE, Profile};
use crate::{Core, ServiceError, access, sharing, work as items};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::profile::{ContactDetails, DetailChange, detail_changes};
use domain::team::WorkKind;
use domain::{OrganisationId, PersonId, WorkItemId};
use store::profile::{self, ProfileRow};
use store::work::{self, AboutRow, NewWorkItem};
use store::{Tx, organisation, registration, staff};

/// How what waited came to its end where somebody is registered no more.
const MOVED: &str = "moved";

/// What a practice is asked to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToCopy {
    /// What differs from what was kept when it last had nothing to copy; none where it was changed back.
    pub changes: Vec<DetailChange>,
    /// When the last of it was changed.
    pub changed_at: DateTime<Utc>,
}

/// A practice that was asked to copy what somebody changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedToCopy {
    /// Which, by name.
    pub organisation: String,
    /// When it said that it did; absent while it waits.
    pub copied_at: Option<DateTime<Utc>>,
}

impl Profile {
    /// What a practice is asked to copy into its own system, as those see it who deal with it. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not deal with it, or is not let see any more what the person says about themselves.
    pub async fn to_copy(&self, actor: &Actor, item: WorkItemId) -> Result<ToCopy, ServiceError> {
        let mut tx = self.core.read().await?;
        let found = read(&self.core, &mut tx, actor, item).await;
        drop(tx);
        match found {
            Ok((found, subject)) => {
                self.looked(actor, subject, "details").await?;
                Ok(found)
            }
            Err(error) => Err(access::refused(&self.core, actor, error, PAGE).await),
        }
    }
}

async fn read(core: &Core, tx: &mut Tx, actor: &Actor, item: WorkItemId) -> Result<(ToCopy, Subject), ServiceError> {
    let (_, row) = items::mine(tx, actor, item).await?;
    if row.kind()? != WorkKind::ContactChange {
        return Err(ServiceError::NotFound);
    }
    let subject = access::require(core, tx, actor, row.person(), Ask::SeeProfile).await?;
    // It waits since the first change that was not copied.
    let before = profile::newest_before(tx, row.person(), row.waiting_since).await?;
    let now = profile::newest(tx, row.person()).await?.ok_or(ServiceError::NotFound)?;
    Ok((ToCopy { changes: changes(before.as_ref(), &now)?, changed_at: now.at }, subject))
}

fn changes(before: Option<&ProfileRow>, now: &ProfileRow) -> Result<Vec<DetailChange>, ServiceError> {
    let (was, told) = match before {
        Some(row) => (row.contact_details()?, row.contacts()?),
        None => (ContactDetails::default(), Vec::new()),
    };
    Ok(detail_changes((&was, &told), (&now.contact_details()?, &now.contacts()?)))
}

/// Asks the practice at which somebody is registered to copy what they changed, where anybody there would read it. Where it waits already
/// nothing more waits, and whoever had taken it has to look again.
pub(super) async fn ask(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    (before, now): (Option<&ProfileRow>, &ProfileRow),
) -> Result<(), ServiceError> {
    if changes(before, now)?.is_empty() {
        return Ok(());
    }
    ask_practice(core, tx, (person, WorkKind::ContactChange), now.at).await
}

/// Puts something of this kind about a person on the work list of the practice at which they are registered, where anybody there deals
/// with such things: once for each person, until it is done.
pub(crate) async fn ask_practice(
    core: &Core,
    tx: &mut Tx,
    (person, kind): (PersonId, WorkKind),
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let Some(organisation) = registration::current(tx, person).await? else { return Ok(()) };
    if !is_read_at(tx, organisation, kind).await? {
        return Ok(());
    }
    let about = person.as_uuid();
    let item = NewWorkItem { organisation, team: None, kind, person, about, urgent: false };
    if !work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, now).await? {
        work::more(tx, organisation, (kind, about)).await?;
    }
    Ok(())
}

/// Whether somebody at an organisation deals with such things: nothing waits where nobody looks.
async fn is_read_at(tx: &mut Tx, organisation: OrganisationId, kind: WorkKind) -> Result<bool, ServiceError> {
    for colleague in staff::of_organisation(tx, organisation).await? {
        if colleague.place.ended_at.is_none() && kind.is_for(colleague.place.role()?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Somebody is registered at another practice from now on: what waited elsewhere for their practice to copy or record waits there no more,
/// and waits for the new one since it did first, also where they came by a practice at which nobody would read it. Where nothing waits
/// nothing is done.
pub(crate) async fn moved(core: &Core, tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let Some(practice) = registration::current(tx, person).await? else { return Ok(()) };
    for kind in [WorkKind::ContactChange, WorkKind::SummaryChoice] {
        let (rows, mut first) = (work::about_person(tx, kind, person).await?, None::<DateTime<Utc>>);
        for row in &rows {
            let at = OrganisationId::from_uuid(row.organisation_id);
            if at != practice && work::close(tx, at, (kind, row.about_id), None, MOVED, now).await? {
                first = Some(first.map_or(row.waiting_since, |first| first.min(row.waiting_since)));
            }
        }
        if first.is_none() {
            first = left_behind(tx, (person, kind), &rows).await?;
        }
        if let Some(since) = first {
            ask_practice(core, tx, (person, kind), since).await?;
        }
    }
    Ok(())
}

/// Since when something waits that a practice which they left had not done, and nobody was asked since; absent where somebody did it at or
/// after the last change, or it waits. The last practice that was asked had all that waited: what was done before it was asked waits no more.
async fn left_behind(
    tx: &mut Tx,
    (person, kind): (PersonId, WorkKind),
    rows: &[AboutRow],
) -> Result<Option<DateTime<Utc>>, ServiceError> {
    let is_left = |row: &AboutRow| row.outcome.as_deref() == Some(MOVED);
    if !rows.iter().any(is_left) {
        return Ok(None);
    }
    let last = rows.iter().filter(|row| is_left(row) || row.done_by.is_some()).max_by_key(|row| row.done_at);
    // Where it was done, and something was changed since where nobody would read it, that waits since then.
    let since = last.and_then(|row| if is_left(row) { Some(row.waiting_since) } else { row.done_at });
    let changed = match kind {
        WorkKind::SummaryChoice => sharing::summary_changed_at(tx, person).await?,
        _ => changed_at(tx, person).await?,
    };
    let is_settled = |row: &AboutRow| match row.done_at {
        Some(done) => row.done_by.is_some() && changed.is_none_or(|at| done >= at),
        None => true,
    };
    Ok(since.filter(|_| !rows.iter().any(is_settled)))
}

/// When somebody last changed what their practice has to copy; absent where they never did.
pub(super) async fn changed_at(tx: &mut Tx, person: PersonId) -> Result<Option<DateTime<Utc>>, ServiceError> {
    let rows = profile::versions(tx, person, MOST_VERSIONS).await?;
    for (at, now) in rows.iter().enumerate() {
        if !changes(rows.get(at + 1), now)?.is_empty() {
            return Ok(Some(now.at));
        }
    }
    Ok(None)
}

/// Who was asked to do something of this kind about a person, and what became of it. What was done before the last change says nothing of
/// what counts now, and what nobody did says nothing at all.
pub(crate) async fn asked(
    tx: &mut Tx,
    (person, kind): (PersonId, WorkKind),
    changed: Option<DateTime<Utc>>,
) -> Result<Vec<AskedToCopy>, ServiceError> {
    let mut all = Vec::new();
    for row in work::about_person(tx, kind, person).await? {
        if row.done_at.is_some_and(|done| row.done_by.is_none() || changed.is_some_and(|at| done < at)) {
            continue;
        }
        if let Some(at) = organisation::by_id(tx, OrganisationId::from_uuid(row.organisation_id)).await? {
            all.push(AskedToCopy { organisation: at.name, copied_at: row.done_at });
        }
    }
    Ok(all)
}
