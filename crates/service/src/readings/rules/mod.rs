//! What care teams want of somebody's readings: targets, rules, and what comes up of them.

mod alerts;
mod daily;
mod plan;
mod setting;

pub use alerts::{AlertForm, AlertPage, DigestForm};
pub use daily::ReadingRulesRun;
pub use plan::{
    ActSeen, AlertSeen, PlanSeen, ReadingRuleSeen, RuleAsked, RuleFound, RulePage, RuleVersion, TargetSeen, TargetVersion,
    WatchSeen, Watched, Watcher,
};
pub use setting::{RuleForm, TargetForm, WatchForm};

pub(crate) use plan::agreed;
pub(super) use plan::{of_reading, target_of, watch_of};

use super::opens;
use crate::reader::Reader;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, TimeDelta, Utc};
use domain::reading::{Colour, Finding, Measure, Observed, ReadyRule, Rule, findings, to_tell};
use domain::team::WorkKind;
use domain::{OrganisationId, PersonId, ReadingAlertId, WorkItemId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use store::Tx;
use store::reading_rule::{self, AlertRow, NewAlert, RuleRow};
use store::work::{self, NewWorkItem};

/// A rule that holds.
struct Known {
    row: RuleRow,
    rule: Rule,
}

/// Those of these rules whose care team may see today what they are about: no other is looked at, and none of them watches.
async fn in_force(core: &Core, tx: &mut Tx, person: PersonId, rows: Vec<RuleRow>) -> Result<Vec<Known>, ServiceError> {
    let mut bonds: BTreeMap<OrganisationId, access::Bond> = BTreeMap::new();
    let mut known = Vec::new();
    for row in rows {
        let rule = row.rule()?;
        if let Entry::Vacant(place) = bonds.entry(rule.by) {
            place.insert(access::bond(core, tx, person, rule.by).await?);
        }
        let holds = bonds.get(&rule.by).is_some_and(|bond| {
            let sees = |measure: Measure| bond.shared.has(measure.sensitivity());
            (bond.own_person || bond.let_in) && sees(rule.measure) && rule.condition.other().is_none_or(sees)
        });
        if holds {
            known.push(Known { row, rule });
        }
    }
    Ok(known)
}

/// The readings at which these rules look at an instant.
async fn looked_at(tx: &mut Tx, person: PersonId, rules: &[Rule], now: DateTime<Utc>) -> Result<Vec<Observed>, ServiceError> {
    let mut back: BTreeMap<Measure, i64> = BTreeMap::new();
    for rule in rules {
        for measure in std::iter::once(rule.measure).chain(rule.condition.other()) {
            let days = back.entry(measure).or_default();
            *days = (*days).max(rule.condition.looks_back());
        }
    }
    let mut all = Vec::new();
    for (measure, days) in back {
        all.extend(reading_rule::taken(tx, person, measure, (now - TimeDelta::days(days), now)).await?);
    }
    Ok(all)
}

/// Whether what came up is open to the reader, with both its measures.
pub(super) fn shows(reader: &Reader, alert: &AlertRow) -> Result<bool, ServiceError> {
    Ok(opens(reader, alert.measure()?) && alert.other()?.is_none_or(|other| opens(reader, other)))
}

fn is_of(alert: &AlertRow, finding: &Finding) -> bool {
    let (rule, round) = finding.identity();
    (alert.rule_id, alert.round) == (rule.as_uuid(), round)
}

/// Looks at every rule about the person, whom the caller holds locked, after something of theirs was written down or time has passed.
/// What came up is noted once: red on the care team's list at once, amber for the next day; says whether anything red did. What
/// nobody was told of yet and is so no more is forgotten.
pub(super) async fn settle(core: &Core, tx: &mut Tx, person: PersonId) -> Result<bool, ServiceError> {
    let rows = reading_rule::rules(tx, person).await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let known = in_force(core, tx, person, rows).await?;
    let rules: Vec<Rule> = known.iter().map(|one| one.rule).collect();
    let now = core.now();
    let readings = looked_at(tx, person, &rules, now).await?;
    let found = findings(&rules, &readings, now);
    let told = to_tell(&found);
    let open = reading_rule::open_alerts(tx, person).await?;
    let mut red = false;
    for finding in &told {
        let Some(one) = known.iter().find(|one| one.rule.id == finding.rule.id) else { continue };
        let words = finding.in_words();
        match open.iter().find(|alert| is_of(alert, finding)) {
            Some(alert) if alert.reading_id != finding.newest.map(|id| id.as_uuid()) || alert.found != words => {
                reading_rule::join(tx, (person, alert.alert()), &words, finding.newest).await?;
            }
            Some(_) => {}
            None => red |= raise(core, tx, (person, one), finding).await?,
        }
    }
    for alert in open.iter().filter(|alert| alert.told_at.is_none() && !told.iter().any(|finding| is_of(alert, finding))) {
        reading_rule::withdraw(tx, person, alert.alert()).await?;
    }
    Ok(red)
}

/// Notes something new; says whether it is on the care team's list now.
async fn raise(core: &Core, tx: &mut Tx, (person, one): (PersonId, &Known), finding: &Finding) -> Result<bool, ServiceError> {
    let (id, is_red) = (ReadingAlertId::from_uuid(core.new_id()), one.rule.colour == Colour::Red);
    let new = NewAlert {
        person,
        id,
        identity: finding.identity(),
        organisation: one.rule.by,
        measure: one.rule.measure,
        other: one.rule.condition.other(),
        colour: one.rule.colour,
        ready: one.row.ready.clone(),
        found: finding.in_words(),
        rule_said: one.rule.condition.in_words(one.rule.measure),
        words: one.row.words.clone(),
        reading: finding.newest,
    };
    if !reading_rule::raise(tx, &new, is_red, core.now()).await? || !is_red {
        return Ok(false);
    }
    let item = NewWorkItem {
        organisation: one.rule.by,
        team: None,
        kind: WorkKind::ReadingAlert,
        person,
        about: id.as_uuid(),
        urgent: true,
    };
    Ok(work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await?)
}

/// From where a rule was taken, where it was made from a ready one.
fn source(ready: &str) -> Option<&'static str> {
    ReadyRule::of(ready).map(|ready| ready.source)
}
