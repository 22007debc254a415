//! What care teams want of somebody's readings: targets, rules, when they look, and what came up.

use crate::reading::seen_by_rules;
use crate::{StoreError, Tx, on, people, run, statements};
use chrono::{DateTime, Utc};
use domain::appointment::Weekdays;
use domain::reading::{AlertState, Amount, Colour, Condition, Hours, Measure, Observed, Range, Rule, Target, thing_of};
use domain::{MemberId, OrganisationId, PersonId, ReadingAlertId, ReadingId, ReadingRuleId};
use uuid::Uuid;

/// What is read of a rule, as [`RuleRow`].
macro_rules! rule {
    () => {
        "SELECT r.id, r.organisation_id, o.name AS organisation, r.measure, r.condition, r.colour, r.ready, r.words, r.why, r.version, \
         r.round, r.settled_at, r.set_at, r.changed_at, r.changed_by, m.name AS changed_name FROM reading_rule r JOIN organisation o ON o.id = r.organisation_id \
         JOIN staff_member m ON m.id = r.changed_by "
    };
}

/// What is read of an alert, as [`AlertRow`].
macro_rules! alert {
    () => {
        "SELECT a.id, a.person_id, a.rule_id, a.round, a.organisation_id, o.name AS organisation, a.measure, a.other_measure, a.colour, a.ready, a.found, \
         a.rule_said, a.words, a.reading_id, a.raised_at, a.told_at, a.state, a.version FROM reading_alert a \
         JOIN organisation o ON o.id = a.organisation_id "
    };
}

/// What is read of a target, as [`TargetRow`].
macro_rules! target {
    () => {
        "SELECT t.measure, t.version, t.first_low, t.first_high, t.second_low, t.second_high, t.after_low, t.after_high, \
         t.waking_low, t.waking_high, t.why, t.set_at, t.set_by, m.name AS set_name, \
         o.name AS organisation FROM reading_target t JOIN staff_member m ON m.id = t.set_by \
         JOIN organisation o ON o.id = t.organisation_id "
    };
}

statements! {
    /// Every version, the last of each measure first.
    TARGETS = concat!(target!(), "WHERE t.person_id = $1 ORDER BY t.measure, t.version DESC");
    TARGET = concat!(target!(), "WHERE t.person_id = $1 AND t.measure = $2 ORDER BY t.version DESC LIMIT 1");
    SET_TARGET = "INSERT INTO reading_target (person_id, measure, version, first_low, first_high, second_low, second_high, why, \
                  organisation_id, set_by, set_at, after_low, after_high, waking_low, waking_high) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (person_id, measure, version) DO NOTHING";
    RULES = concat!(rule!(), "WHERE r.person_id = $1 AND r.ended_at IS NULL ORDER BY r.created_at, r.id");
    RULE = concat!(rule!(), "WHERE r.person_id = $1 AND r.id = $2 AND r.ended_at IS NULL");
    ENDED = "SELECT organisation_id, measure FROM reading_rule WHERE person_id = $1 AND id = $2 AND ended_at IS NOT NULL";
    ADD_RULE = "INSERT INTO reading_rule (person_id, id, organisation_id, measure, kind, condition, colour, ready, words, why, created_at, \
                changed_by, changed_at, set_at, version, round) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $11, 1, 0) \
                ON CONFLICT (person_id, id) DO NOTHING";
    KEEP_RULE = "INSERT INTO reading_rule_version (person_id, rule_id, version, condition, colour, words, why, changed_by, changed_at) \
                 SELECT person_id, id, version, condition, colour, words, why, changed_by, changed_at FROM reading_rule \
                 WHERE person_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL";
    CHANGE_RULE = "UPDATE reading_rule SET set_at = CASE WHEN condition = $4 AND colour = $5 THEN set_at ELSE $9 END, \
                   round = CASE WHEN condition = $4 AND colour = $5 THEN round ELSE round + 1 END, \
                   condition = $4, colour = $5, words = $6, why = $7, changed_by = $8, changed_at = $9, \
                   version = version + 1 WHERE person_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL";
    END_RULE = "UPDATE reading_rule SET ended_at = $4, changed_by = $5, changed_at = $4, why = $6, version = version + 1 \
                WHERE person_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL";
    RULE_VERSIONS = "SELECT v.version, v.condition, v.colour, v.words, v.why, v.changed_at, m.name AS changed_name \
                     FROM reading_rule_version v JOIN staff_member m ON m.id = v.changed_by \
                     WHERE v.person_id = $1 AND v.rule_id = $2 ORDER BY v.version DESC";
    SETTLE_RULE = "UPDATE reading_rule SET round = round + 1, settled_at = $3 WHERE person_id = $1 AND id = $2";
    WATCHES = "SELECT organisation_id, days, opens, closes FROM reading_watch WHERE person_id = $1";
    SET_WATCH = "INSERT INTO reading_watch (person_id, organisation_id, days, opens, closes, changed_by, changed_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, organisation_id) DO UPDATE SET days = excluded.days, \
                 opens = excluded.opens, closes = excluded.closes, changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    /// What a rule looks at, the newest first.
    TAKEN = "SELECT id, taken_at, COALESCE(said_at, changed_at) AS known, first_value, second_value, settings, note FROM reading \
             WHERE person_id = $1 AND measure = $2 AND removed_at IS NULL AND taken_at >= $3 AND taken_at <= $4 \
             ORDER BY taken_at DESC, id DESC LIMIT $5";
    /// The last before an instant.
    LAST_TAKEN = "SELECT id, taken_at, COALESCE(said_at, changed_at) AS known, first_value, second_value, settings, note FROM reading WHERE person_id = $1 AND measure = $2 \
                  AND removed_at IS NULL AND taken_at < $3 ORDER BY taken_at DESC, id DESC LIMIT 1";
    /// The highest of a measure since an instant.
    BEST = "SELECT MAX(first_value) FROM reading WHERE person_id = $1 AND measure = $2 AND removed_at IS NULL AND taken_at >= $3";
    RAISE = "INSERT INTO reading_alert (person_id, id, rule_id, round, organisation_id, measure, colour, ready, found, rule_said, words, \
             reading_id, raised_at, told_at, other_measure, state, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'new', 1) \
             ON CONFLICT (person_id, rule_id, round) DO NOTHING";
    JOIN = "UPDATE reading_alert SET found = $3, reading_id = $4, state = 'new', version = version + 1 \
            WHERE person_id = $1 AND id = $2 AND closed_at IS NULL";
    /// The same thing in other words: nobody needs to look again.
    REWORD = "UPDATE reading_alert SET found = $3 WHERE person_id = $1 AND id = $2 AND closed_at IS NULL";
    /// What nobody was told of, and is so no more.
    WITHDRAW = "DELETE FROM reading_alert WHERE person_id = $1 AND id = $2 AND told_at IS NULL";
    TELL = "UPDATE reading_alert SET told_at = $3, version = version + 1 WHERE person_id = $1 AND id = $2 AND told_at IS NULL";
    OPEN_ALERTS = concat!(alert!(), "WHERE a.person_id = $1 AND a.closed_at IS NULL ORDER BY a.raised_at DESC, a.id DESC");
    /// What is open, and what was closed of late.
    ALERTS = concat!(
        alert!(),
        "WHERE a.person_id = $1 AND (a.closed_at IS NULL OR a.closed_at >= $2) ORDER BY a.raised_at DESC, a.id DESC"
    );
    ALERT = concat!(alert!(), "WHERE a.person_id = $1 AND a.id = $2");
    STEP = "UPDATE reading_alert SET state = $4, closed_at = $5, version = version + 1 \
            WHERE person_id = $1 AND id = $2 AND version = $3 AND closed_at IS NULL";
    ADD_ACT = "INSERT INTO reading_alert_act (person_id, alert_id, number, act, words, member_id, at) VALUES ($1, $2, \
               (SELECT COUNT(*) + 1 FROM reading_alert_act WHERE person_id = $1 AND alert_id = $2), $3, $4, $5, $6)";
    ACTS = "SELECT c.alert_id, c.act, c.words, c.at, m.name FROM reading_alert_act c JOIN staff_member m ON m.id = c.member_id \
            JOIN reading_alert a ON a.person_id = c.person_id AND a.id = c.alert_id \
            WHERE c.person_id = $1 AND (a.closed_at IS NULL OR a.closed_at >= $2 OR a.id = $3) ORDER BY c.alert_id, c.number";
    /// Those of whom something is still to be told that came up before an instant, or waits, or who are to record something at all.
    DUE = "SELECT p.id FROM person p WHERE p.id > $1 AND (EXISTS (SELECT 1 FROM reading_alert a WHERE a.person_id = p.id \
           AND a.closed_at IS NULL AND (a.told_at IS NOT NULL OR a.raised_at < $2)) OR EXISTS (SELECT 1 FROM reading_rule r WHERE r.person_id = p.id \
           AND r.kind = 'missing' AND r.ended_at IS NULL)) ORDER BY p.id LIMIT $3";
}

/// A version of a target.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TargetRow {
    /// [`Measure`] by code.
    pub measure: String,
    /// Which version.
    pub version: i32,
    /// The lower end of the first number, in thousandths.
    pub first_low: Option<i64>,
    /// Its upper end.
    pub first_high: Option<i64>,
    /// The lower end of the second.
    pub second_low: Option<i64>,
    /// Its upper end.
    pub second_high: Option<i64>,
    /// The lower end of the first number after meals, where it is wanted elsewhere then.
    pub after_low: Option<i64>,
    /// Its upper end.
    pub after_high: Option<i64>,
    /// The lower end of the first number on waking, where it is wanted elsewhere then.
    pub waking_low: Option<i64>,
    /// Its upper end.
    pub waking_high: Option<i64>,
    /// Why it was set.
    pub why: String,
    /// When.
    pub set_at: DateTime<Utc>,
    /// By whom.
    pub set_by: Uuid,
    /// Their name.
    pub set_name: String,
    /// Where they work.
    pub organisation: String,
}

impl TargetRow {
    /// Of which measure.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn measure(&self) -> Result<Measure, StoreError> {
        measure(&self.measure)
    }

    /// What it says; `None` where it was ended.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        let end = |end: Option<i64>| end.map(Amount::from_thousandths);
        let target = Target {
            first: Range::of(end(self.first_low), end(self.first_high)),
            second: Range::of(end(self.second_low), end(self.second_high)),
            after: Range::of(end(self.after_low), end(self.after_high)),
            waking: Range::of(end(self.waking_low), end(self.waking_high)),
        };
        (target != Target::default()).then_some(target)
    }
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RuleRow {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Their name.
    pub organisation: String,
    /// [`Measure`] by code.
    pub measure: String,
    /// [`Condition`], as JSON.
    pub condition: String,
    /// [`Colour`] by code.
    pub colour: String,
    /// From which ready rule it was made.
    pub ready: String,
    /// What the person is to do.
    pub words: String,
    /// Why it is there.
    pub why: String,
    /// Goes up with every change.
    pub version: i32,
    /// How often what it raised was closed.
    pub round: i32,
    /// When last.
    pub settled_at: Option<DateTime<Utc>>,
    /// When its condition and its colour were set.
    pub set_at: DateTime<Utc>,
    /// When it was made what it is.
    pub changed_at: DateTime<Utc>,
    /// By whom.
    pub changed_by: Uuid,
    /// Their name.
    pub changed_name: String,
}

impl RuleRow {
    /// Whether it was made what it is by this member, who said this of the version before.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the condition cannot be written.
    pub fn is_changed(&self, version: i32, said: &RuleSaid, by: MemberId) -> Result<bool, StoreError> {
        let is = (self.changed_by, self.version, &self.words, &self.why)
            == (by.as_uuid(), version.saturating_add(1), &said.words, &said.why);
        Ok(is && self.condition == said.as_json()? && self.colour == said.colour.code())
    }

    /// As it is looked at.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know its words.
    pub fn rule(&self) -> Result<Rule, StoreError> {
        Ok(Rule {
            id: ReadingRuleId::from_uuid(self.id),
            by: OrganisationId::from_uuid(self.organisation_id),
            measure: measure(&self.measure)?,
            condition: condition(&self.condition)?,
            colour: colour(&self.colour)?,
            set_at: self.set_at,
            settled_at: self.settled_at,
            round: self.round,
        })
    }
}

fn measure(word: &str) -> Result<Measure, StoreError> {
    Measure::from_code(word).ok_or_else(|| StoreError::corrupt("a target or a rule is of an unknown measure"))
}

fn condition(text: &str) -> Result<Condition, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::corrupt("a rule has a condition that cannot be read"))
}

fn colour(word: &str) -> Result<Colour, StoreError> {
    Colour::from_code(word).ok_or_else(|| StoreError::corrupt("a rule is of an unknown colour"))
}

/// A rule as it was.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RuleVersionRow {
    /// Which version it was.
    pub version: i32,
    /// [`Condition`], as JSON.
    pub condition: String,
    /// [`Colour`] by code.
    pub colour: String,
    /// What the person was to do.
    pub words: String,
    /// Why it was there.
    pub why: String,
    /// When it was made so.
    pub changed_at: DateTime<Utc>,
    /// By whom.
    pub changed_name: String,
}

impl RuleVersionRow {
    /// What it said.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know its words.
    pub fn said(&self) -> Result<(Condition, Colour), StoreError> {
        Ok((condition(&self.condition)?, colour(&self.colour)?))
    }
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSaid {
    /// What raises it.
    pub condition: Condition,
    /// How soon the care team is told.
    pub colour: Colour,
    /// What the person is to do.
    pub words: String,
    /// Why it is there.
    pub why: String,
}

impl RuleSaid {
    fn as_json(&self) -> Result<String, StoreError> {
        serde_json::to_string(&self.condition).map_err(|_| StoreError::corrupt("a condition cannot be written"))
    }
}

/// A rule that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRule {
    /// About whom.
    pub person: PersonId,
    /// Its id.
    pub id: ReadingRuleId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Of which measure.
    pub measure: Measure,
    /// From which ready rule it was made; empty for one of their own.
    pub ready: &'static str,
    /// What it says.
    pub said: RuleSaid,
    /// By whom.
    pub by: MemberId,
}

/// When a care team looks.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WatchRow {
    /// Which.
    pub organisation_id: Uuid,
    /// [`Weekdays`] by code.
    pub days: String,
    /// From which minute of the day.
    pub opens: i32,
    /// Until which.
    pub closes: i32,
}

impl WatchRow {
    /// On which days and when.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when these are no hours.
    pub fn hours(&self) -> Result<Hours, StoreError> {
        let corrupt = || StoreError::corrupt("a care team looks at no hours");
        let minute = |minute: i32| u16::try_from(minute).map_err(|_| corrupt());
        let days = Weekdays::from_code(&self.days).ok_or_else(corrupt)?;
        Ok(Hours { days, from: minute(self.opens)?, until: minute(self.closes)? })
    }
}

#[derive(sqlx::FromRow)]
struct TakenRow {
    id: Uuid,
    taken_at: DateTime<Utc>,
    known: DateTime<Utc>,
    first_value: i64,
    second_value: Option<i64>,
    settings: String,
    note: String,
}

impl TakenRow {
    fn observed(self, measure: Measure) -> Observed {
        let (active, meal) = seen_by_rules(&self.settings);
        Observed {
            id: ReadingId::from_uuid(self.id),
            measure,
            at: self.taken_at,
            known: self.known,
            first: Amount::from_thousandths(self.first_value),
            second: self.second_value.map(Amount::from_thousandths),
            active,
            meal,
            thing: if measure.needs_note() { thing_of(&self.note) } else { 0 },
        }
    }
}

/// Something that came up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAlert {
    /// About whom.
    pub person: PersonId,
    /// Its id.
    pub id: ReadingAlertId,
    /// Which rule, in which round.
    pub identity: (ReadingRuleId, i32),
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Of which measure.
    pub measure: Measure,
    /// The other, of two together.
    pub other: Option<Measure>,
    /// How soon the care team is told.
    pub colour: Colour,
    /// From which ready rule that was made.
    pub ready: String,
    /// What raised it, in words.
    pub found: String,
    /// What the rule says.
    pub rule_said: String,
    /// What the person is to do.
    pub words: String,
    /// The newest reading that raised it.
    pub reading: Option<ReadingId>,
}

/// Something that came up, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AlertRow {
    /// Its id.
    pub id: Uuid,
    /// About whom.
    pub person_id: Uuid,
    /// Which rule.
    pub rule_id: Uuid,
    /// In which round.
    pub round: i32,
    /// Of which organisation.
    pub organisation_id: Uuid,
    /// Their name.
    pub organisation: String,
    /// [`Measure`] by code.
    pub measure: String,
    /// The other, of two together.
    pub other_measure: Option<String>,
    /// [`Colour`] by code.
    pub colour: String,
    /// From which ready rule it came.
    pub ready: String,
    /// What raised it, in words.
    pub found: String,
    /// What the rule said.
    pub rule_said: String,
    /// What the person was to do.
    pub words: String,
    /// The newest reading that raised it.
    pub reading_id: Option<Uuid>,
    /// When it came up.
    pub raised_at: DateTime<Utc>,
    /// When the care team was told.
    pub told_at: Option<DateTime<Utc>>,
    /// [`AlertState`] by code.
    pub state: String,
    /// Goes up with every change.
    pub version: i32,
}

impl AlertRow {
    /// Its id.
    #[must_use]
    pub const fn alert(&self) -> ReadingAlertId {
        ReadingAlertId::from_uuid(self.id)
    }

    /// Of which measure.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn measure(&self) -> Result<Measure, StoreError> {
        measure(&self.measure)
    }

    /// The other measure, of two together.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn other(&self) -> Result<Option<Measure>, StoreError> {
        self.other_measure.as_deref().map(measure).transpose()
    }

    /// How soon the care team is told.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn colour(&self) -> Result<Colour, StoreError> {
        colour(&self.colour)
    }

    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn state(&self) -> Result<AlertState, StoreError> {
        AlertState::from_code(&self.state).ok_or_else(|| StoreError::corrupt("an alert stands nowhere"))
    }
}

/// What was done with an alert.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ActRow {
    /// Which.
    pub alert_id: Uuid,
    /// What, by code.
    pub act: String,
    /// What the person was told.
    pub words: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub name: String,
}

/// Every version of every target of somebody: of each measure the last first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn targets(tx: &mut Tx, person: PersonId) -> Result<Vec<TargetRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(TARGETS).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// The newest version of the target of a measure, also where that ended it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn target(tx: &mut Tx, person: PersonId, measure: Measure) -> Result<Option<TargetRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(TARGET).bind(person.as_uuid()).bind(measure.code()).fetch_optional(c).await)?)
}

/// Sets a target as this version, or ends it; `false` where there is that version already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_target(
    tx: &mut Tx,
    (person, measure, version): (PersonId, Measure, i32),
    target: Option<Target>,
    why: &str,
    (organisation, by): (OrganisationId, MemberId),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let target = target.unwrap_or_default();
    let end = |end: Option<Amount>| end.map(Amount::thousandths);
    let done = run!(
        tx,
        SET_TARGET,
        person.as_uuid(),
        measure.code(),
        version,
        end(target.first.low),
        end(target.first.high),
        end(target.second.low),
        end(target.second.high),
        why,
        organisation.as_uuid(),
        by.as_uuid(),
        now,
        end(target.after.low),
        end(target.after.high),
        end(target.waking.low),
        end(target.waking.high)
    )?;
    Ok(done == 1)
}

/// The rules about somebody that hold, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn rules(tx: &mut Tx, person: PersonId) -> Result<Vec<RuleRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(RULES).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// One of them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn rule(tx: &mut Tx, person: PersonId, id: ReadingRuleId) -> Result<Option<RuleRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(RULE).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// Adds a rule; `false` where it was added before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_rule(tx: &mut Tx, new: &NewRule, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let condition = new.said.as_json()?;
    let done = run!(
        tx,
        ADD_RULE,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.organisation.as_uuid(),
        new.measure.code(),
        new.said.condition.kind().code(),
        condition,
        new.said.colour.code(),
        new.ready,
        &new.said.words,
        &new.said.why,
        now,
        new.by.as_uuid()
    )?;
    Ok(done == 1)
}

/// Changes a rule and keeps what it was; `false` where that has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_rule(
    tx: &mut Tx,
    (person, id, version): (PersonId, ReadingRuleId, i32),
    said: &RuleSaid,
    by: MemberId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let condition = said.as_json()?;
    if !keep_rule(tx, (person, id, version)).await? {
        return Ok(false);
    }
    let done = run!(
        tx,
        CHANGE_RULE,
        person.as_uuid(),
        id.as_uuid(),
        version,
        condition,
        said.colour.code(),
        &said.words,
        &said.why,
        by.as_uuid(),
        now
    )?;
    Ok(done == 1)
}

/// Ends a rule and keeps what it was; `false` where that has changed since this version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end_rule(
    tx: &mut Tx,
    (person, id, version): (PersonId, ReadingRuleId, i32),
    why: &str,
    by: MemberId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if !keep_rule(tx, (person, id, version)).await? {
        return Ok(false);
    }
    let done = run!(tx, END_RULE, person.as_uuid(), id.as_uuid(), version, now, by.as_uuid(), why)?;
    Ok(done == 1)
}

async fn keep_rule(tx: &mut Tx, (person, id, version): (PersonId, ReadingRuleId, i32)) -> Result<bool, StoreError> {
    let done = run!(tx, KEEP_RULE, person.as_uuid(), id.as_uuid(), version)?;
    Ok(done == 1)
}

/// What a rule was before, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn rule_versions(tx: &mut Tx, person: PersonId, id: ReadingRuleId) -> Result<Vec<RuleVersionRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(RULE_VERSIONS).bind(person.as_uuid()).bind(id.as_uuid()).fetch_all(c).await)?)
}

/// What was written down until now raises this rule no more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn settle_rule(tx: &mut Tx, person: PersonId, id: ReadingRuleId, now: DateTime<Utc>) -> Result<(), StoreError> {
    run!(tx, SETTLE_RULE, person.as_uuid(), id.as_uuid(), now)?;
    Ok(())
}

/// When the care teams that said so look at what comes up about somebody.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn watches(tx: &mut Tx, person: PersonId) -> Result<Vec<WatchRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(WATCHES).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Says when a care team does.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_watch(
    tx: &mut Tx,
    person: PersonId,
    hours: &Hours,
    (organisation, by): (OrganisationId, MemberId),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(
        tx,
        SET_WATCH,
        person.as_uuid(),
        organisation.as_uuid(),
        hours.days.code(),
        i32::from(hours.from),
        i32::from(hours.until),
        by.as_uuid(),
        now
    )?;
    Ok(())
}

/// Whose a rule was that has ended, and of which measure; `None` where none of this id has.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ended(tx: &mut Tx, person: PersonId, id: ReadingRuleId) -> Result<Option<(OrganisationId, Measure)>, StoreError> {
    let row: Option<(Uuid, String)> =
        on!(tx, c, sqlx::query_as(ENDED).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?;
    row.map(|(organisation, word)| Ok((OrganisationId::from_uuid(organisation), measure(&word)?))).transpose()
}

/// The readings of a measure that were taken from one instant to another, as rules look at them, the newest first; where there are
/// more than so many, the newest of them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn taken(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    most: i64,
) -> Result<Vec<Observed>, StoreError> {
    let rows: Vec<TakenRow> = on!(
        tx,
        c,
        sqlx::query_as(TAKEN).bind(person.as_uuid()).bind(measure.code()).bind(from).bind(until).bind(most).fetch_all(c).await
    )?;
    Ok(rows.into_iter().map(|row| row.observed(measure)).collect())
}

/// The last reading of a measure that was taken before an instant.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn last_taken(
    tx: &mut Tx,
    person: PersonId,
    measure: Measure,
    before: DateTime<Utc>,
) -> Result<Option<Observed>, StoreError> {
    let row: Option<TakenRow> =
        on!(tx, c, sqlx::query_as(LAST_TAKEN).bind(person.as_uuid()).bind(measure.code()).bind(before).fetch_optional(c).await)?;
    Ok(row.map(|row| row.observed(measure)))
}

/// The highest number of a measure since an instant.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn best(tx: &mut Tx, person: PersonId, measure: Measure, since: DateTime<Utc>) -> Result<Option<Amount>, StoreError> {
    let (best,): (Option<i64>,) =
        on!(tx, c, sqlx::query_as(BEST).bind(person.as_uuid()).bind(measure.code()).bind(since).fetch_one(c).await)?;
    Ok(best.map(Amount::from_thousandths))
}

/// Notes that something came up, and where `told` that it is on the care team's list; `false` where that was noted before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn raise(tx: &mut Tx, new: &NewAlert, told: bool, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        RAISE,
        new.person.as_uuid(),
        new.id.as_uuid(),
        new.identity.0.as_uuid(),
        new.identity.1,
        new.organisation.as_uuid(),
        new.measure.code(),
        new.colour.code(),
        &new.ready,
        &new.found,
        &new.rule_said,
        &new.words,
        new.reading.map(|id| id.as_uuid()),
        now,
        told.then_some(now),
        new.other.map(Measure::code)
    )?;
    Ok(done == 1)
}

/// More came up that belongs to it: it is new again.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn join(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingAlertId),
    found: &str,
    reading: Option<ReadingId>,
) -> Result<(), StoreError> {
    run!(tx, JOIN, person.as_uuid(), id.as_uuid(), found, reading.map(|id| id.as_uuid()))?;
    Ok(())
}

/// Says what came up in other words. What was done about it stays as it is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn reword(tx: &mut Tx, person: PersonId, id: ReadingAlertId, found: &str) -> Result<(), StoreError> {
    run!(tx, REWORD, person.as_uuid(), id.as_uuid(), found)?;
    Ok(())
}

/// Forgets what nobody was told of.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn withdraw(tx: &mut Tx, person: PersonId, id: ReadingAlertId) -> Result<(), StoreError> {
    run!(tx, WITHDRAW, person.as_uuid(), id.as_uuid())?;
    Ok(())
}

/// It is on the care team's list now; `false` where it was.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn tell(tx: &mut Tx, person: PersonId, id: ReadingAlertId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, TELL, person.as_uuid(), id.as_uuid(), now)?;
    Ok(done == 1)
}

/// What came up about somebody and is not closed, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open_alerts(tx: &mut Tx, person: PersonId) -> Result<Vec<AlertRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OPEN_ALERTS).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// The same, and what was closed since.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn alerts(tx: &mut Tx, person: PersonId, since: DateTime<Utc>) -> Result<Vec<AlertRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ALERTS).bind(person.as_uuid()).bind(since).fetch_all(c).await)?)
}

/// One of them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn alert(tx: &mut Tx, person: PersonId, id: ReadingAlertId) -> Result<Option<AlertRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ALERT).bind(person.as_uuid()).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// It stands so now, as it was seen in this version; `false` where it has changed since, or is closed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn step(
    tx: &mut Tx,
    (person, id, version): (PersonId, ReadingAlertId, i32),
    state: AlertState,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done =
        run!(tx, STEP, person.as_uuid(), id.as_uuid(), version, state.code(), (state == AlertState::Closed).then_some(now))?;
    Ok(done == 1)
}

/// Notes what was done with it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_act(
    tx: &mut Tx,
    (person, id): (PersonId, ReadingAlertId),
    (act, words): (&str, &str),
    by: MemberId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, ADD_ACT, person.as_uuid(), id.as_uuid(), act, words, by.as_uuid(), now)?;
    Ok(())
}

/// What was done with what is open, was closed since, or is this one: of each the first first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn acts(
    tx: &mut Tx,
    person: PersonId,
    since: DateTime<Utc>,
    id: Option<ReadingAlertId>,
) -> Result<Vec<ActRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ACTS).bind(person.as_uuid()).bind(since).bind(id.map(|id| id.as_uuid())).fetch_all(c).await)?)
}

/// Up to `most` people after this one of whom something that came up before an instant is still to be told, or waits to be closed, or
/// who are to record something at all, in order of id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due(tx: &mut Tx, after: PersonId, before: DateTime<Utc>, most: i64) -> Result<Vec<PersonId>, StoreError> {
    Ok(people!(tx, DUE, after.as_uuid(), before, most)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reading::Bound;

    #[test]
    fn a_rule_from_before_there_were_meals_is_of_all_readings() {
        let kept = r#"{"kind":"single","bound":{"side":"above","first":11000,"second":null}}"#;
        let condition: Condition = serde_json::from_str(kept).unwrap();
        assert_eq!(condition, Condition::Single { bound: Bound::above(Amount::whole(11), None) });
        assert_eq!(serde_json::to_string(&condition).unwrap(), kept, "and is kept as it was");
    }
}
