//! What care teams want of somebody's readings: targets, rules, and what comes up of them.

mod alerts;
mod daily;
mod plan;
mod setting;
mod unseen;

pub use alerts::{AlertForm, AlertPage, DigestForm, DigestSeen, NewerSeen};
pub use daily::ReadingRulesRun;
pub use plan::{
    ActSeen, AlertSeen, PlanSeen, ReadingRuleSeen, ReadingSince, ReadingThen, RuleAsked, RuleFound, RulePage, RuleSince,
    RuleTold, RuleVersion, TargetSeen, TargetVersion, WatchSeen, Watched, Watcher,
};
pub use setting::{RuleForm, TargetForm, WatchForm};

pub(crate) use plan::agreed;
pub(super) use plan::{of_reading, target_of, target_on, watch_of};

use super::opens;
use crate::activity::Event;
use crate::reader::Reader;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::reading::{
    AlertState, Colour, Evidence, Finding, Measure, Observed, ReadyRule, Rule, RuleKind, findings, same_name, to_tell,
};
use domain::team::WorkKind;
use domain::{AccountId, OrganisationId, PersonId, ReadingAlertId, ReadingRuleId, WorkItemId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use store::Tx;
use store::reading;
use store::reading_rule::{self, AlertRow, NewAlert, RuleRow};
use store::work::{self, NewWorkItem};

/// How what waited came to its end, where its care team may not see it any more.
const NOT_OPEN: &str = "not-open";

/// The most readings of one measure at which rules look, the newest: a sensor's glucose of sixty days is 17,280. Of more than these the
/// oldest are left out, of an average over many days too; what is new is always looked at.
const MOST_LOOKED_AT: i64 = 20_000;

/// How much of the name of a symptom an alert says: some write a story.
const LONGEST_NAME: usize = 60;

/// A rule that holds.
struct Known {
    row: RuleRow,
    rule: Rule,
}

/// What a care team may see of somebody's readings today.
struct Sees(access::Bond);

impl Sees {
    fn sees(&self, measures: [Option<Measure>; 2]) -> bool {
        let theirs = self.0.own_person || self.0.let_in;
        theirs && measures.into_iter().flatten().all(|measure| self.0.shared.has(measure.sensitivity()))
    }
}

type Bonds = BTreeMap<OrganisationId, Sees>;

async fn bond<'b>(
    core: &Core,
    tx: &mut Tx,
    (person, organisation): (PersonId, OrganisationId),
    bonds: &'b mut Bonds,
) -> Result<&'b Sees, ServiceError> {
    Ok(match bonds.entry(organisation) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(place) => place.insert(Sees(access::bond(core, tx, person, organisation).await?)),
    })
}

/// Those of these rules whose care team may see today what they are about: no other is looked at, and none of them watches.
async fn in_force(core: &Core, tx: &mut Tx, person: PersonId, rows: Vec<RuleRow>) -> Result<Vec<Known>, ServiceError> {
    let (mut bonds, mut known) = (Bonds::new(), Vec::new());
    for row in rows {
        let rule = row.rule()?;
        let measures = [Some(rule.measure), rule.condition.other()];
        if bond(core, tx, (person, rule.by), &mut bonds).await?.sees(measures) {
            known.push(Known { row, rule });
        }
    }
    Ok(known)
}

/// The readings at which these rules look at an instant; of what somebody is to go on recording the last in any case.
async fn looked_at(tx: &mut Tx, person: PersonId, rules: &[Rule], now: DateTime<Utc>) -> Result<Vec<Observed>, ServiceError> {
    let mut back: BTreeMap<Measure, i64> = BTreeMap::new();
    for rule in rules {
        for measure in std::iter::once(rule.measure).chain(rule.condition.other()) {
            let days = back.entry(measure).or_default();
            *days = (*days).max(rule.condition.looks_back());
        }
    }
    let is_awaited =
        |measure: Measure| rules.iter().any(|rule| rule.measure == measure && rule.condition.kind() == RuleKind::Missing);
    let mut all = Vec::new();
    for (measure, days) in back {
        let from = now - TimeDelta::days(days);
        let some = reading_rule::taken(tx, person, measure, (from, now), MOST_LOOKED_AT).await?;
        if some.is_empty() && is_awaited(measure) {
            all.extend(reading_rule::last_taken(tx, person, measure, from).await?);
        }
        all.extend(some);
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

/// As `settled` where nobody has a page of it before them: time has passed, or a device or a file brought something. Whoever what is red
/// asks for something is written to, once for all of it, and never again of the same. Says whether anything red came up.
pub(super) async fn settle_unseen(core: &Core, tx: &mut Tx, person: PersonId) -> Result<bool, ServiceError> {
    let red = settled(core, tx, person).await?;
    unseen::tell(core, tx, person, (&red, None)).await?;
    Ok(!red.is_empty())
}

/// As `settled` where the person themselves did something, and as [`settle_unseen`] where somebody else did: then the page that says it is
/// not the person's. `by` is the account of somebody who reads it on the page that follows, and is not written to.
pub(super) async fn settle_by(
    core: &Core,
    tx: &mut Tx,
    (subject, by): (Subject, Option<AccountId>),
) -> Result<bool, ServiceError> {
    let red = settled(core, tx, subject.person).await?;
    if subject.basis != Basis::Own {
        unseen::tell(core, tx, subject.person, (&red, by)).await?;
    }
    Ok(!red.is_empty())
}

/// Something red that has just come up.
struct Red {
    /// Of which measure, and the other of two together.
    measures: [Option<Measure>; 2],
    /// Whether it asks the person for anything.
    asks: bool,
}

/// Looks at every rule about the person, whom the caller holds locked, after something of theirs was written down or time has passed.
/// What came up is noted once: red on the care team's list at once, amber for the next day; gives what is red. What nobody was told of yet
/// is forgotten where it would not have come up as the readings are now; that time has passed since is no reason.
async fn settled(core: &Core, tx: &mut Tx, person: PersonId) -> Result<Vec<Red>, ServiceError> {
    let rows = reading_rule::rules(tx, person).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let known = in_force(core, tx, person, rows).await?;
    let rules: Vec<Rule> = known.iter().map(|one| one.rule).collect();
    let now = core.now();
    let readings = looked_at(tx, person, &rules, now).await?;
    let found = findings(&rules, &readings, now);
    let told = to_tell(&found);
    let open = reading_rule::open_alerts(tx, person).await?;
    let mut red = Vec::new();
    for finding in &told {
        let Some(one) = known.iter().find(|one| one.rule.id == finding.rule.id) else { continue };
        let words = in_words(tx, person, finding).await?;
        let newest = finding.newest.map(|id| id.as_uuid());
        match open.iter().find(|alert| is_of(alert, finding)) {
            // An older program did not name it.
            Some(alert) if alert.reading_id == newest && alert.found != words && alert.found == finding.in_words() => {
                reading_rule::reword(tx, person, alert.alert(), &words).await?;
            }
            Some(alert) if alert.reading_id != newest || alert.found != words => {
                reading_rule::join(tx, (person, alert.alert()), &words, finding.newest).await?;
                // What nobody has looked at waits as long as it did.
                if one.rule.colour == Colour::Red && alert.state()? != AlertState::New {
                    work::again(tx, one.rule.by, (WorkKind::ReadingAlert, alert.id), now).await?;
                }
            }
            None if raise(core, tx, (person, one), (finding, words.as_str())).await? => red.push(Red {
                measures: [Some(one.rule.measure), one.rule.condition.other()],
                asks: !one.row.words.trim().is_empty(),
            }),
            Some(_) | None => {}
        }
    }
    for alert in open.iter().filter(|alert| alert.told_at.is_none() && !told.iter().any(|finding| is_of(alert, finding))) {
        if !still_stands(tx, person, &rules, &found, alert).await? {
            reading_rule::withdraw(tx, person, alert.alert()).await?;
        }
    }
    Ok(red)
}

/// What came up, in words. Where it is of one of several things that only a note tells apart, such as symptoms, it says of which: alike for
/// notes that name one thing, so that another note on it is nothing new.
async fn in_words(tx: &mut Tx, person: PersonId, finding: &Finding) -> Result<String, ServiceError> {
    let words = finding.in_words();
    let is_of_one = match finding.evidence {
        Evidence::One(_) | Evidence::Mean { .. } | Evidence::Change(..) => finding.rule.measure.needs_note(),
        Evidence::Pair(..) | Evidence::Silence(_) => false,
    };
    let Some(id) = finding.newest.filter(|_| is_of_one) else { return Ok(words) };
    let name = reading::one(tx, person, id).await?.map(|row| same_name(&row.note)).unwrap_or_default();
    let short: String = name.chars().take(LONGEST_NAME).collect();
    Ok(match short.is_empty() {
        true => words,
        false if short.len() < name.len() => format!("{words} ({short}\u{2026})"),
        false => format!("{words} ({short})"),
    })
}

/// The event of something red that came up by itself: by time, or of what is brought in.
pub(super) fn raised(person: PersonId) -> Event {
    by_itself(&Actor::System, person, "raised")
}

/// The event of what was done about somebody's readings by nobody.
fn by_itself(actor: &Actor, person: PersonId, what: &'static str) -> Event {
    let subject = Subject::new(person, Basis::System);
    Event::on_record(actor, subject, Action::ReadingAlert, Purpose::DirectCare).about("what", what)
}

/// Whether a care team is to be told of something although it has not come up now: it did then, and only time has passed, or the rule
/// was changed. A silence that has ended is not told of.
async fn still_stands(
    tx: &mut Tx,
    person: PersonId,
    rules: &[Rule],
    found: &[Finding],
    alert: &AlertRow,
) -> Result<bool, ServiceError> {
    let Some(rule) = rules.iter().find(|rule| rule.id.as_uuid() == alert.rule_id) else { return Ok(false) };
    if rule.condition.kind() == RuleKind::Missing || found.iter().any(|other| rule.is_settled_with(&other.rule)) {
        return Ok(false);
    }
    if rule.round != alert.round {
        return Ok(true);
    }
    let readings = looked_at(tx, person, std::slice::from_ref(rule), alert.raised_at).await?;
    Ok(!findings(std::slice::from_ref(rule), &readings, alert.raised_at).is_empty())
}

/// Closes what came up and is not open any more to the care team that was told of it, which could not: the person is no longer theirs,
/// or keeps it to themself. Says whether anything was.
pub(super) async fn close_shut(core: &Core, tx: &mut Tx, person: PersonId) -> Result<bool, ServiceError> {
    let (mut closed, mut bonds) = (false, BTreeMap::new());
    let open = reading_rule::open_alerts(tx, person).await?;
    let mut digests: BTreeMap<OrganisationId, bool> = BTreeMap::new();
    for alert in open.iter().filter(|alert| alert.told_at.is_some()) {
        let organisation = OrganisationId::from_uuid(alert.organisation_id);
        let is_open = bond(core, tx, (person, organisation), &mut bonds).await?.sees([Some(alert.measure()?), alert.other()?]);
        let is_amber = alert.colour()? == Colour::Amber;
        if !is_open {
            reading_rule::step(tx, (person, alert.alert(), alert.version), AlertState::Closed, core.now()).await?;
            reading_rule::settle_rule(tx, person, ReadingRuleId::from_uuid(alert.rule_id), core.now()).await?;
            closed = true;
            if !is_amber {
                let about = (WorkKind::ReadingAlert, alert.id);
                work::close(tx, organisation, about, None, NOT_OPEN, core.now()).await?;
            }
        }
        if is_amber {
            *digests.entry(organisation).or_default() |= is_open;
        }
    }
    for (organisation, _) in digests.into_iter().filter(|(_, waits)| !waits) {
        let about = (WorkKind::ReadingDigest, person.as_uuid());
        work::close(tx, organisation, about, None, NOT_OPEN, core.now()).await?;
    }
    Ok(closed)
}

/// Notes something new; says whether it is on the care team's list now.
async fn raise(
    core: &Core,
    tx: &mut Tx,
    (person, one): (PersonId, &Known),
    (finding, words): (&Finding, &str),
) -> Result<bool, ServiceError> {
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
        found: words.to_owned(),
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

/// Whether a rule says something else than the ready one that it was made from.
fn has_changed(one: &Known) -> bool {
    ReadyRule::of(&one.row.ready).is_some_and(|ready| !ready.gives(&one.rule.condition))
}
