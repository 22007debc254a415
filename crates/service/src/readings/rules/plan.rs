//! What is agreed about somebody's readings, as the person, their carers and their care team read it.

use super::super::{PAGE, Readings, may_type, opens};
use super::{Known, has_changed, in_force, looked_at, shows, source};
use crate::activity::{self, Event};
use crate::reader::Reader;
use crate::records::{self, purpose};
use crate::{Core, PersonSummary, ServiceError, access};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask};
use domain::audit::Action;
use domain::reading::{
    AlertAct, AlertState, Amount, Colour, Condition, Finding, Hours, Measure, Observed, RECENT_DAYS, ReadyRule, Rule, Target,
    findings,
};
use domain::when::london_day;
use domain::{OrganisationId, PersonId, ReadingAlertId, ReadingId, ReadingRuleId};
use std::collections::{BTreeMap, BTreeSet};
use store::reading::{self, ReadingRow, VersionRow};
use store::reading_rule::{self, ActRow, AlertRow, RuleRow, TargetRow};
use store::{StoreError, Tx};

/// The most earlier versions of a reading that are looked at.
const MOST_VERSIONS: i64 = 50;
/// For how long what was closed stands on a page.
const REMEMBERED: TimeDelta = TimeDelta::days(30);
/// For how long a highest reading counts as somebody's best.
const BEST_SINCE: TimeDelta = TimeDelta::days(730);

/// Where a measure is wanted, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetVersion {
    /// Where; absent from when it was ended.
    pub target: Option<Target>,
    /// Why.
    pub why: String,
    /// Who set it.
    pub by: String,
    /// Where they work.
    pub organisation: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
}

/// Where a measure is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetSeen {
    /// Which measure.
    pub measure: Measure,
    /// Now.
    pub now: TargetVersion,
    /// Before, the newest first.
    pub before: Vec<TargetVersion>,
}

/// A rule as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleVersion {
    /// What raised it.
    pub condition: Condition,
    /// How soon the care team was told.
    pub colour: Colour,
    /// Why.
    pub why: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingRuleSeen {
    /// Its id.
    pub id: ReadingRuleId,
    /// Of which measure.
    pub measure: Measure,
    /// What raises it.
    pub condition: Condition,
    /// How soon the care team is told.
    pub colour: Colour,
    /// From which ready rule it was made; empty for one of their own.
    pub ready: String,
    /// From where that is taken.
    pub source: Option<&'static str>,
    /// It says something else than the ready rule did.
    pub is_changed: bool,
    /// What the person is to do.
    pub words: String,
    /// Why it is there.
    pub why: String,
    /// Who set or changed it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose it is.
    pub organisation: String,
    /// The same by id.
    pub organisation_id: OrganisationId,
    /// Goes up with every change.
    pub version: i32,
}

/// Which rule a form is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleAsked {
    /// A new one, of this measure.
    New(Measure),
    /// One that is there.
    Change(ReadingRuleId),
}

/// What the form of a rule needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RulePage {
    /// The rule, where there is one.
    pub rule: Option<ReadingRuleSeen>,
    /// What it was before, the newest first.
    pub before: Vec<RuleVersion>,
    /// The highest reading of the measure in two years, from which the bound of a new one may be worked out.
    pub best: Option<Amount>,
}

/// A care team that is told of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watcher {
    /// Who.
    pub organisation: String,
    /// The same by id.
    pub organisation_id: OrganisationId,
    /// When somebody there looks.
    pub hours: Hours,
    /// Whether somebody does now.
    pub now: bool,
    /// Of which measures it is told.
    pub measures: Vec<Measure>,
}

/// Who is told of somebody's readings. With nobody, nobody watches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchSeen {
    /// Each care team.
    pub by: Vec<Watcher>,
}

impl WatchSeen {
    /// The same for one measure.
    #[must_use]
    pub fn of(mut self, measure: Measure) -> Self {
        self.by.retain(|one| one.measures.contains(&measure));
        self
    }
}

/// What was done with something that came up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActSeen {
    /// What.
    pub act: AlertAct,
    /// What the person was told.
    pub words: String,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What became of a rule since it raised something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleSince {
    /// It is another now.
    Changed {
        /// What it says now.
        said: String,
        /// How soon the care team is told now.
        colour: Colour,
        /// What the person is to do now.
        words: String,
        /// When it was made so.
        at: DateTime<Utc>,
    },
    /// It was ended.
    Ended,
}

/// What became of a reading since it raised something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingSince {
    /// What it says now, or said last, and since when; absent where its numbers are what they were.
    pub changed: Option<(String, DateTime<Utc>)>,
    /// When it was removed, or taken back as wrong.
    pub removed_at: Option<DateTime<Utc>>,
}

/// The newest reading that raised something, as it stood then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingThen {
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// How it was taken, and whether there were warning signs ([`Measure::taken_in_words`]); empty where nothing says.
    pub how: String,
    /// When it was written down so: what came up may have come up before, of another reading.
    pub known: DateTime<Utc>,
}

/// Something that came up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertSeen {
    /// Its id.
    pub id: ReadingAlertId,
    /// Of which measure.
    pub measure: Measure,
    /// How soon the care team is told.
    pub colour: Colour,
    /// Which care team.
    pub organisation: String,
    /// What raised it.
    pub found: String,
    /// What the rule said when it came up.
    pub rule_said: String,
    /// What the person was to do.
    pub words: String,
    /// What became of the rule since; absent where it is what it was, and where it is shown to anybody but the care team at its work.
    pub since: Option<RuleSince>,
    /// What became of the newest reading that raised it; absent as above, and told beside that reading itself too.
    pub reading_since: Option<ReadingSince>,
    /// That reading as it stood then; absent where there is none.
    pub reading_then: Option<ReadingThen>,
    /// From where the rule was taken.
    pub source: Option<&'static str>,
    /// It says something else than the ready rule did.
    pub is_changed: bool,
    /// The newest reading that raised it.
    pub reading: Option<ReadingId>,
    /// When it came up for the first time: of another reading, where more of the same joined it.
    pub raised_at: DateTime<Utc>,
    /// When the care team was told that it came up.
    pub told_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub state: AlertState,
    /// What was done with it, the first first.
    pub acts: Vec<ActSeen>,
    /// Goes up with every change.
    pub version: i32,
}

/// What is agreed about somebody's readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// Where each measure is wanted, in the order of the catalogue; those that were ended too, for whoever may set them.
    pub targets: Vec<TargetSeen>,
    /// The rules, by measure.
    pub rules: Vec<ReadingRuleSeen>,
    /// Who is told, and when they look.
    pub watch: WatchSeen,
    /// When the reader's own care team looks.
    pub hours: Hours,
    /// What came up and is open, or was closed of late, the newest first.
    pub alerts: Vec<AlertSeen>,
    /// Whether the reader may set targets and rules.
    pub may_set: bool,
    /// What is open to the reader and can be given targets and rules.
    pub open: Vec<Measure>,
    /// For which organisation the reader works.
    pub organisation: Option<OrganisationId>,
}

/// Whether a care team is told of a reading that raises its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleTold {
    /// It will be, with everything else of the day.
    Waits,
    /// It was, of this or of more of the same.
    Told,
    /// It is not: it was too old when it was written down, or nobody waits for it any more.
    Not,
}

/// A rule that a reading raises, or raised when it was new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFound {
    /// How soon the care team is told.
    pub colour: Colour,
    /// Which care team.
    pub organisation: String,
    /// What raised it.
    pub found: String,
    /// Whether they are told of it.
    pub told: RuleTold,
    /// What the rule says.
    pub rule_said: String,
    /// What the person is to do.
    pub words: String,
    /// From where the rule was taken.
    pub source: Option<&'static str>,
    /// It says something else than the ready rule did.
    pub is_changed: bool,
    /// It is about an average, and this reading by itself is not so.
    pub of_average: bool,
}

impl RuleFound {
    /// What is said before the words of a rule that is about an average, and not about the reading beside which they stand: they may ask
    /// for the opposite of the advice about that, where there is any. Empty for any other rule.
    #[must_use]
    pub const fn about(of_average: bool, has_advice: bool) -> &'static str {
        match (of_average, has_advice) {
            (true, true) => "About your average, not this reading: if the two do not fit, ring your care team before you do it.",
            (true, false) => "About your average, not this reading.",
            (false, _) => "",
        }
    }
}

/// What care teams say of one reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Where its measure is wanted.
    pub target: Option<TargetVersion>,
    /// The rules that it raises, the red ones first.
    pub found: Vec<RuleFound>,
    /// What came up of it.
    pub alerts: Vec<AlertSeen>,
    /// Who is told of its measure.
    pub watch: WatchSeen,
}

impl Readings {
    /// What is agreed about the person's readings, as far as it is open to the reader. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see the person's readings.
    pub async fn plan(&self, actor: &Actor, person: PersonId) -> Result<PlanSeen, ServiceError> {
        let (mut tx, subject, reader, may_set) = self.look(actor, person, Ask::SetReadingRules).await?;
        let mut targets = all_targets(&mut tx, person).await?;
        targets.retain(|one| opens(&reader, one.measure) && (may_set || one.now.target.is_some()));
        let known = open_rules(&self.core, &mut tx, person, &reader).await?;
        let hours = all_hours(&mut tx, person).await?;
        let watch = watchers(&known, &hours, self.core.now());
        let mut rules: Vec<ReadingRuleSeen> = known.into_iter().map(rule_seen).collect();
        rules.sort_by_key(|one| one.measure.place());
        let alerts = alerts_seen(&mut tx, person, &reader, self.core.now()).await?;
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        let own = subject.organisation.and_then(|at| hours.get(&at).copied()).unwrap_or_default();
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        activity::disclose(&self.core, event).await?;
        Ok(PlanSeen {
            whose,
            targets,
            rules,
            watch,
            hours: own,
            alerts,
            may_set,
            open: Measure::ALL.iter().copied().filter(|measure| may_type(&reader, *measure)).collect(),
            organisation: subject.organisation,
        })
    }

    /// What the form of a rule needs: a rule of the actor's organisation with what it was before, or what is known for a new one. The
    /// look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not set rules about the person, and for a rule that is not there or another's.
    pub async fn rule_page(&self, actor: &Actor, person: PersonId, asked: RuleAsked) -> Result<RulePage, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SetReadingRules).await?;
        let found = rule_page(&self.core, &mut tx, (person, subject.organisation, &reader), asked).await;
        drop(tx);
        let Some(page) = found? else {
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        };
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        activity::disclose(&self.core, event).await?;
        Ok(page)
    }
}

/// Where readings are wanted, of what care teams want to be told, and who they are, for a page that shows it beside other things.
pub(crate) async fn agreed(
    core: &Core,
    tx: &mut Tx,
    reader: &Reader,
) -> Result<(Vec<TargetSeen>, Vec<ReadingRuleSeen>, WatchSeen), ServiceError> {
    let mut targets = all_targets(tx, reader.person).await?;
    targets.retain(|one| opens(reader, one.measure) && one.now.target.is_some());
    let known = open_rules(core, tx, reader.person, reader).await?;
    let watch = watchers(&known, &all_hours(tx, reader.person).await?, core.now());
    let mut rules: Vec<ReadingRuleSeen> = known.into_iter().map(rule_seen).collect();
    rules.sort_by_key(|one| one.measure.place());
    Ok((targets, rules, watch))
}

async fn rule_page(
    core: &Core,
    tx: &mut Tx,
    (person, at, reader): (PersonId, Option<OrganisationId>, &Reader),
    asked: RuleAsked,
) -> Result<Option<RulePage>, ServiceError> {
    match asked {
        RuleAsked::New(measure) if !may_type(reader, measure) => Ok(None),
        RuleAsked::New(measure) => {
            let best = reading_rule::best(tx, person, measure, core.now() - BEST_SINCE).await?;
            Ok(Some(RulePage { best, ..RulePage::default() }))
        }
        RuleAsked::Change(id) => {
            let known = open_rules(core, tx, person, reader).await?;
            let Some(one) = known.into_iter().find(|one| one.rule.id == id && Some(one.rule.by) == at) else { return Ok(None) };
            let rows = reading_rule::rule_versions(tx, person, id).await?;
            let seen = |row: reading_rule::RuleVersionRow| -> Result<RuleVersion, StoreError> {
                let (condition, colour) = row.said()?;
                Ok(RuleVersion { condition, colour, why: row.why, by: row.changed_name, at: row.changed_at })
            };
            let before = rows.into_iter().map(seen).collect::<Result<_, _>>()?;
            Ok(Some(RulePage { rule: Some(rule_seen(one)), before, best: None }))
        }
    }
}

async fn all_targets(tx: &mut Tx, person: PersonId) -> Result<Vec<TargetSeen>, ServiceError> {
    let mut all: Vec<TargetSeen> = Vec::new();
    for row in reading_rule::targets(tx, person).await? {
        let measure = row.measure()?;
        let version = target_version(row);
        match all.last_mut() {
            Some(last) if last.measure == measure => last.before.push(version),
            _ => all.push(TargetSeen { measure, now: version, before: Vec::new() }),
        }
    }
    all.sort_by_key(|one| one.measure.place());
    Ok(all)
}

fn target_version(row: TargetRow) -> TargetVersion {
    TargetVersion {
        target: row.target(),
        why: row.why,
        by: row.set_name,
        organisation: row.organisation,
        at: row.set_at,
        version: row.version,
    }
}

/// Where a measure is wanted now.
pub(in crate::readings) async fn target_of(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
) -> Result<Option<TargetVersion>, ServiceError> {
    Ok(reading_rule::target(tx, person, measure).await?.map(target_version).filter(|now| now.target.is_some()))
}

/// Where a measure was wanted at the end of this day.
pub(in crate::readings) async fn target_on(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    day: NaiveDate,
) -> Result<Option<Target>, ServiceError> {
    let one = all_targets(tx, person).await?.into_iter().find(|one| one.measure == measure);
    let mut versions = one.into_iter().flat_map(|one| std::iter::once(one.now).chain(one.before));
    Ok(versions.find(|version| london_day(version.at) <= day).and_then(|version| version.target))
}

/// The rules that hold and are open to the reader.
async fn open_rules(core: &Core, tx: &mut Tx, person: PersonId, reader: &Reader) -> Result<Vec<Known>, ServiceError> {
    let rows = reading_rule::rules(tx, person).await?;
    let mut known = in_force(core, tx, person, rows).await?;
    known.retain(|one| opens(reader, one.rule.measure) && one.rule.condition.other().is_none_or(|other| opens(reader, other)));
    Ok(known)
}

async fn all_hours(tx: &mut Tx, person: PersonId) -> Result<BTreeMap<OrganisationId, Hours>, ServiceError> {
    let rows = reading_rule::watches(tx, person).await?;
    let hours = rows.into_iter().map(|row| Ok((OrganisationId::from_uuid(row.organisation_id), row.hours()?)));
    Ok(hours.collect::<Result<_, StoreError>>()?)
}

fn watchers(known: &[Known], hours: &BTreeMap<OrganisationId, Hours>, now: DateTime<Utc>) -> WatchSeen {
    let mut by: Vec<Watcher> = Vec::new();
    let of = |one: &Known| std::iter::once(one.rule.measure).chain(one.rule.condition.other());
    for (one, measure) in known.iter().flat_map(|one| of(one).map(move |measure| (one, measure))) {
        match by.iter_mut().find(|watcher| watcher.organisation_id == one.rule.by) {
            Some(watcher) if watcher.measures.contains(&measure) => {}
            Some(watcher) => watcher.measures.push(measure),
            None => {
                let hours = hours.get(&one.rule.by).copied().unwrap_or_default();
                by.push(Watcher {
                    organisation: one.row.organisation.clone(),
                    organisation_id: one.rule.by,
                    hours,
                    now: hours.are_now(now),
                    measures: vec![measure],
                });
            }
        }
    }
    WatchSeen { by }
}

/// Who is told of the person's readings, as far as that is open to the reader.
pub(in crate::readings) async fn watch_of(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    reader: &Reader,
) -> Result<WatchSeen, ServiceError> {
    let known = open_rules(core, tx, person, reader).await?;
    if known.is_empty() {
        return Ok(WatchSeen::default());
    }
    Ok(watchers(&known, &all_hours(tx, person).await?, core.now()))
}

fn rule_seen(one: Known) -> ReadingRuleSeen {
    ReadingRuleSeen {
        id: one.rule.id,
        measure: one.rule.measure,
        condition: one.rule.condition,
        colour: one.rule.colour,
        source: source(&one.row.ready),
        is_changed: has_changed(&one),
        ready: one.row.ready,
        words: one.row.words,
        why: one.row.why,
        by: one.row.changed_name,
        at: one.row.changed_at,
        organisation: one.row.organisation,
        organisation_id: one.rule.by,
        version: one.row.version,
    }
}

/// Whether what raised it says something else than the ready rule does; of a part of somebody's own best that cannot be told.
fn said_otherwise(row: &AlertRow) -> bool {
    let ready = ReadyRule::of(&row.ready).filter(|ready| ready.of_best.is_none());
    ready.is_some_and(|ready| ready.condition.in_words(ready.measure) != row.rule_said)
}

fn alert_seen(row: AlertRow, acts: &[ActRow]) -> Result<AlertSeen, ServiceError> {
    let acts = acts.iter().filter(|act| act.alert_id == row.id).map(|row| {
        let act = AlertAct::from_code(&row.act).ok_or_else(|| StoreError::corrupt("something unknown was done with an alert"))?;
        Ok(ActSeen { act, words: row.words.clone(), by: row.name.clone(), at: row.at })
    });
    Ok(AlertSeen {
        id: row.alert(),
        measure: row.measure()?,
        colour: row.colour()?,
        state: row.state()?,
        acts: acts.collect::<Result<_, StoreError>>()?,
        source: source(&row.ready),
        is_changed: said_otherwise(&row),
        organisation: row.organisation,
        found: row.found,
        rule_said: row.rule_said,
        words: row.words,
        since: None,
        reading_since: None,
        reading_then: None,
        reading: row.reading_id.map(ReadingId::from_uuid),
        raised_at: row.raised_at,
        told_at: row.told_at,
        version: row.version,
    })
}

/// Whether what came up of a rule of the first measure names these numbers of a reading of the second, in thousandths.
fn names(found: &str, (of, measure): (Measure, Measure), (first, second): (i64, Option<i64>)) -> bool {
    let number = Amount::from_thousandths;
    Finding::names(found, of, (measure, number(first), second.map(number)))
}

/// A row, what it said at some time, and when it was written down so.
type StoodThen<'a> = (&'a ReadingRow, Stood<'a>, DateTime<Utc>);

/// What a reading said from an instant on.
#[derive(Clone, Copy)]
struct Stood<'a> {
    numbers: (i64, Option<i64>),
    taken_at: DateTime<Utc>,
    settings: &'a str,
    at: DateTime<Utc>,
}

impl<'a> Stood<'a> {
    fn before(row: &'a VersionRow) -> Self {
        Self { numbers: (row.first_value, row.second_value), taken_at: row.taken_at, settings: &row.settings, at: row.changed_at }
    }

    fn is_named(&self, found: &str, measures: (Measure, Measure)) -> bool {
        names(found, measures, self.numbers)
    }
}

/// What became since of what raised some alerts: their rules and readings as they are now.
#[derive(Default)]
pub(super) struct Since {
    rules: Vec<RuleRow>,
    readings: Vec<ReadingRow>,
    before: BTreeMap<ReadingId, Vec<VersionRow>>,
}

impl Since {
    /// That of these alerts about the person, with one statement each for all of them.
    pub(super) async fn load(tx: &mut Tx, person: PersonId, alerts: &[AlertRow]) -> Result<Self, ServiceError> {
        if alerts.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self { rules: reading_rule::rules(tx, person).await?, ..Self::of_readings(tx, person, alerts).await? })
    }

    /// The same of their readings alone.
    async fn of_readings(tx: &mut Tx, person: PersonId, alerts: &[AlertRow]) -> Result<Self, ServiceError> {
        let ids: BTreeSet<ReadingId> = alerts.iter().filter_map(|alert| alert.reading_id).map(ReadingId::from_uuid).collect();
        let ids: Vec<ReadingId> = ids.into_iter().collect();
        Ok(Self {
            rules: Vec::new(),
            readings: reading::whatever_of(tx, person, &ids).await?,
            before: reading::versions_of(tx, person, &ids, MOST_VERSIONS).await?,
        })
    }

    /// An alert as the care team reads it at its work.
    pub(super) fn seen(&self, reader: &Reader, row: AlertRow, acts: &[ActRow]) -> Result<AlertSeen, ServiceError> {
        let (since, reading_since, reading_then) = (self.rule(reader, &row)?, self.reading(&row)?, self.reading_then(&row)?);
        Ok(AlertSeen { since, reading_since, reading_then, ..alert_seen(row, acts)? })
    }

    /// What became of the rule since it raised this. Where it was changed and changed back, it is what it was; of one that speaks of a
    /// measure that is not open to the reader now, nothing is told.
    fn rule(&self, reader: &Reader, alert: &AlertRow) -> Result<Option<RuleSince>, ServiceError> {
        let Some(row) = self.rules.iter().find(|row| row.id == alert.rule_id) else { return Ok(Some(RuleSince::Ended)) };
        let rule = row.rule()?;
        if rule.condition.other().is_some_and(|other| !opens(reader, other)) {
            return Ok(None);
        }
        let said = rule.condition.in_words(rule.measure);
        let raises_other = rule.set_at > alert.raised_at && (said != alert.rule_said || rule.colour != alert.colour()?);
        let changed = raises_other || row.words != alert.words;
        Ok(changed.then(|| RuleSince::Changed { said, colour: rule.colour, words: row.words.clone(), at: row.changed_at }))
    }

    /// The newest reading that raised something, and what it was before, the newest first.
    fn raised_by(&self, alert: &AlertRow) -> Option<(&ReadingRow, &[VersionRow])> {
        let id = alert.reading_id?;
        let row = self.readings.iter().find(|row| row.id == id)?;
        Some((row, self.before.get(&ReadingId::from_uuid(id)).map(Vec::as_slice).unwrap_or_default()))
    }

    /// The newest reading that raised this, as it stood when it did: with the number that what came up names, and where that names none, as
    /// it was when it came up.
    fn reading_then(&self, alert: &AlertRow) -> Result<Option<ReadingThen>, ServiceError> {
        let Some((row, then, known)) = self.stood_then(alert)? else { return Ok(None) };
        let how = row.measure()?.taken_in_words(then.settings);
        Ok(Some(ReadingThen { taken_at: then.taken_at, how, known }))
    }

    /// The same as the row that it was then: what its page told turns on that.
    pub(super) fn row_then(&self, alert: &AlertRow) -> Result<Option<ReadingRow>, ServiceError> {
        Ok(self.stood_then(alert)?.map(|(row, then, _)| ReadingRow {
            first_value: then.numbers.0,
            second_value: then.numbers.1,
            taken_at: then.taken_at,
            settings: then.settings.to_owned(),
            ..row.clone()
        }))
    }

    /// The rule as it was when it raised this, where it holds still and is the same.
    pub(super) fn rule_then(&self, alert: &AlertRow) -> Result<Option<Rule>, ServiceError> {
        let Some(row) = self.rules.iter().find(|row| row.id == alert.rule_id) else { return Ok(None) };
        Ok(Some(row.rule()?).filter(|rule| rule.round == alert.round))
    }

    /// The row, what it said then, and when it was written down so.
    fn stood_then(&self, alert: &AlertRow) -> Result<Option<StoodThen<'_>>, ServiceError> {
        let Some((row, before)) = self.raised_by(alert) else { return Ok(None) };
        let (measure, rule_measure) = (row.measure()?, alert.measure()?);
        let now = Stood {
            numbers: (row.first_value, row.second_value),
            taken_at: row.taken_at,
            settings: &row.settings,
            at: row.changed_at,
        };
        let stood = || std::iter::once(now).chain(before.iter().map(Stood::before));
        let is_named = |one: &Stood<'_>| one.is_named(&alert.found, (rule_measure, measure));
        let known = alert.raised_at.max(row.created_at);
        let then = stood().find(is_named).or_else(|| stood().find(|one| one.at <= known)).unwrap_or(now);
        let first = stood().rfind(is_named).map_or(row.created_at, |one| one.at);
        Ok(Some((row, then, first)))
    }

    /// What became of the newest reading that raised this, since it did: whoever typed it wrong changes or removes it, and what came up
    /// stays.
    fn reading(&self, alert: &AlertRow) -> Result<Option<ReadingSince>, ServiceError> {
        let Some((row, before)) = self.raised_by(alert) else { return Ok(None) };
        let (measure, rule_measure, number) = (row.measure()?, alert.measure()?, Amount::from_thousandths);
        let now = (row.first_value, row.second_value);
        let names = |numbers: (i64, Option<i64>)| names(&alert.found, (rule_measure, measure), numbers);
        // Of a reading that joined what had come up before, from when it was written down.
        let known = alert.raised_at.max(row.created_at);
        let same = before.iter().take_while(|old| (old.first_value, old.second_value) == now).last();
        let at = same.map_or(row.changed_at, |old| old.changed_at);
        let then = before.iter().find(|old| old.changed_at <= known).map(|old| (old.first_value, old.second_value));
        // One that joined by being changed is as it joined: what came up names its number then.
        let was_named = before.iter().any(|old| names((old.first_value, old.second_value)));
        let is_changed = !names(now) && (was_named || (at > known && then != Some(now)));
        let changed = if is_changed {
            let unit = measure.unit_of(&row.unit).ok_or_else(|| StoreError::corrupt("a reading is in an unknown unit"))?;
            Some((measure.in_words(unit, &row.said, number(row.first_value), row.second_value.map(number)), at))
        } else {
            None
        };
        let since = ReadingSince { changed, removed_at: row.removed_at };
        Ok((since.changed.is_some() || since.removed_at.is_some()).then_some(since))
    }
}

async fn alerts_seen(tx: &mut Tx, person: PersonId, reader: &Reader, now: DateTime<Utc>) -> Result<Vec<AlertSeen>, ServiceError> {
    let rows = reading_rule::alerts(tx, person, now - REMEMBERED).await?;
    let mut seen = all_seen(tx, person, reader, (rows, now - REMEMBERED)).await?;
    // A reading is changed and removed on its own page: in what is agreed only what came up is told.
    for one in &mut seen {
        one.reading_since = None;
    }
    Ok(seen)
}

async fn all_seen(
    tx: &mut Tx,
    person: PersonId,
    reader: &Reader,
    (rows, since): (Vec<AlertRow>, DateTime<Utc>),
) -> Result<Vec<AlertSeen>, ServiceError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let acts = reading_rule::acts(tx, person, since, None).await?;
    let readings = Since::of_readings(tx, person, &rows).await?;
    let mut seen = Vec::new();
    for row in rows {
        if shows(reader, &row)? {
            let (reading_since, reading_then) = (readings.reading(&row)?, readings.reading_then(&row)?);
            seen.push(AlertSeen { reading_since, reading_then, ..alert_seen(row, &acts)? });
        }
    }
    Ok(seen)
}

/// Whether a care team is told of a reading that raises its rule: only where an alert of that rule is there which can hold it, or one
/// that says something worse of it.
fn told(finding: &Finding, raised: &[Finding], reading: Option<Observed>, alerts: &[AlertRow]) -> RuleTold {
    let Some(reading) = reading else { return RuleTold::Not };
    let was_new = (london_day(reading.known) - london_day(reading.at)).num_days() < RECENT_DAYS;
    let holds = |rule: &Rule, alert: &AlertRow| {
        let is_open = alert.state != AlertState::Closed.code();
        let of_its_time = was_new && (is_open || alert.raised_at >= reading.known);
        alert.rule_id == rule.id.as_uuid() && (of_its_time || alert.reading_id == Some(reading.id.as_uuid()))
    };
    let mut own = alerts.iter().filter(|alert| holds(&finding.rule, alert)).peekable();
    if own.peek().is_some() {
        return if own.any(|alert| alert.told_at.is_some()) { RuleTold::Told } else { RuleTold::Waits };
    }
    let mut worse = raised.iter().filter(|other| finding.rule.is_settled_with(&other.rule));
    let is_held = worse.any(|other| alerts.iter().any(|alert| holds(&other.rule, alert)));
    if is_held { RuleTold::Told } else { RuleTold::Not }
}

/// What care teams say of this reading: as their rules stand now, of what was known when it was taken.
pub(in crate::readings) async fn of_reading(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    reader: &Reader,
    row: &ReadingRow,
) -> Result<Watched, ServiceError> {
    let (measure, id) = (row.measure()?, ReadingId::from_uuid(row.id));
    let target = target_of(tx, person, measure).await?;
    let known = open_rules(core, tx, person, reader).await?;
    let watch = if known.is_empty() {
        WatchSeen::default()
    } else {
        watchers(&known, &all_hours(tx, person).await?, core.now()).of(measure)
    };
    // What is settled is for the care team; what to do about a reading stands on its page all the same.
    let rules: Vec<Rule> = known.iter().map(|one| Rule { settled_at: None, ..one.rule }).collect();
    let readings = looked_at(tx, person, &rules, row.taken_at).await?;
    let mut raised = findings(&rules, &readings, row.taken_at);
    raised.retain(|one| one.newest == Some(id));
    raised.sort_by_key(|one| std::cmp::Reverse(one.rule.colour));
    let since = core.now() - REMEMBERED;
    let rows = reading_rule::alerts(tx, person, since).await?;
    let noted = readings.iter().find(|one| one.id == id).copied();
    let told: Vec<RuleTold> = raised.iter().map(|finding| told(finding, &raised, noted, &rows)).collect();
    let own: Vec<AlertRow> = rows.into_iter().filter(|alert| alert.reading_id == Some(id.as_uuid())).collect();
    let alerts = all_seen(tx, person, reader, (own, since)).await?;
    let found = raised.iter().zip(told).filter_map(|(finding, told)| {
        let one = known.iter().find(|one| one.rule.id == finding.rule.id)?;
        Some(RuleFound {
            colour: one.rule.colour,
            organisation: one.row.organisation.clone(),
            found: finding.in_words(),
            told,
            rule_said: one.rule.condition.in_words(one.rule.measure),
            words: one.row.words.clone(),
            source: source(&one.row.ready),
            is_changed: has_changed(one),
            of_average: match one.rule.condition {
                Condition::Average { bound, .. } => noted.is_none_or(|noted| !bound.meets(noted.first, noted.second)),
                _ => false,
            },
        })
    });
    Ok(Watched { target, found: found.collect(), alerts, watch })
}
