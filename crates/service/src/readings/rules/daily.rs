//! What time brings up: silences, and once a day everything amber. Safe to run at any time and by several servers at once.

use super::super::Readings;
use super::{by_itself, close_shut, settle_unseen};
use crate::activity;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::appointment::shown_at;
use domain::reading::Colour;
use domain::team::WorkKind;
use domain::when::london_day;
use domain::{OrganisationId, PersonId, WorkItemId};
use std::collections::BTreeSet;
use std::ops::AddAssign;
use store::reading_rule;
use store::work::{self, NewWorkItem};
use store::{Tx, person_write};

/// The minute of the day, in London, from which what came up before it is told: before anybody begins to work.
const TOLD_AT: u16 = 7 * 60;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadingRulesRun {
    /// About how many people something red came up.
    pub raised: u64,
    /// About how many people care teams were told what came up since the day before.
    pub told: u64,
}

impl AddAssign for ReadingRulesRun {
    fn add_assign(&mut self, other: Self) {
        self.raised += other.raised;
        self.told += other.told;
    }
}

impl Readings {
    /// Looks at what time alone brings up, and tells care teams what came up before the last morning, each person's in an act of its
    /// own.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; or when the database fails.
    pub async fn run_rules(&self, actor: &Actor) -> Result<ReadingRulesRun, ServiceError> {
        access::for_all(actor)?;
        let before = last_morning(self.core.now());
        let core = &self.core;
        core.each_due(
            "the rules about somebody's readings could not be looked at",
            |mut tx, after, most| async move { reading_rule::due(&mut tx, after, before, most).await },
            |person| {
                let by = actor.clone();
                core.write(move |core, tx| Box::pin(async move { look(&core, tx, (by, person), before).await }))
            },
        )
        .await
    }
}

/// The last instant at which it was morning.
fn last_morning(now: DateTime<Utc>) -> DateTime<Utc> {
    let today = london_day(now);
    match shown_at(today, TOLD_AT) {
        Some(morning) if morning <= now => morning,
        _ => today.pred_opt().and_then(|before| shown_at(before, TOLD_AT)).unwrap_or(now),
    }
}

/// Looks at one person's.
async fn look(
    core: &Core,
    tx: &mut Tx,
    (actor, person): (Actor, PersonId),
    before: DateTime<Utc>,
) -> Result<ReadingRulesRun, ServiceError> {
    let Some(row) = person_write::lock(tx, person).await? else { return Ok(ReadingRulesRun::default()) };
    if row.deceased {
        return Ok(ReadingRulesRun::default());
    }
    let closed = close_shut(core, tx, person).await?;
    let raised = settle_unseen(core, tx, person).await?;
    let mut teams: BTreeSet<OrganisationId> = BTreeSet::new();
    for alert in reading_rule::open_alerts(tx, person).await? {
        let waits = alert.told_at.is_none() && alert.colour()? == Colour::Amber && alert.raised_at < before;
        if waits && reading_rule::tell(tx, person, alert.alert(), core.now()).await? {
            teams.insert(OrganisationId::from_uuid(alert.organisation_id));
        }
    }
    for organisation in &teams {
        let item = NewWorkItem {
            organisation: *organisation,
            team: None,
            kind: WorkKind::ReadingDigest,
            person,
            about: person.as_uuid(),
            urgent: false,
        };
        // What waits already shows this as well.
        work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await?;
    }
    let told = !teams.is_empty();
    if raised || told || closed {
        let what = match (raised, told) {
            (true, _) => "raised",
            (false, true) => "digested",
            (false, false) => super::NOT_OPEN,
        };
        activity::append(core, tx, by_itself(&actor, person, what)).await?;
    }
    Ok(ReadingRulesRun { raised: u64::from(raised), told: u64::from(told) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_morning_is_by_the_clock_in_london() {
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        let table = [
            ("2026-11-03T10:40:00Z", "2026-11-03T07:00:00Z"),
            ("2026-11-03T07:00:00Z", "2026-11-03T07:00:00Z"),
            ("2026-11-03T06:59:59Z", "2026-11-02T07:00:00Z"),
            ("2026-07-01T06:00:00Z", "2026-07-01T06:00:00Z"),
            ("2026-07-01T05:59:00Z", "2026-06-30T06:00:00Z"),
        ];
        for (now, morning) in table {
            assert_eq!(last_morning(at(now)), at(morning), "{now}");
        }
    }
}
