//! What a care team wants to be told of somebody's readings: the rules, and which of them have come up.
//!
//! **One thing** is one rule that has come up, from the first reading or silence that raises it until the care team closes it. All
//! that raises it meanwhile belongs to it. Closing it settles everything that was written down until then: only what is written
//! down later, or a silence that begins anew, raises the rule again, and that is another thing ([`Rule::round`]). So is what comes
//! up after the care team has changed when it wants to be told, or how soon.

use super::amount::divided;
use super::{Amount, Drawn, Meal, Measure, Urgency};
use crate::record::coded;
use crate::when::london_day;
use crate::{OrganisationId, ReadingId, ReadingRuleId};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// For so many days a reading may raise a rule: what is written down later than that, or imported, is history.
pub const RECENT_DAYS: i64 = 7;
/// The most days that a rule looks back.
pub const MOST_DAYS: u16 = 60;
/// Two measures are taken together within this time.
pub const TOGETHER: TimeDelta = TimeDelta::hours(6);

coded! {
    /// How soon the care team is told.
    Colour {
        /// With everything else of the day.
        Amber = "amber",
        /// At once.
        Red = "red",
    }
}

impl Measure {
    /// What an average over some days is made of, as people read it: of what is added up over a day, days.
    #[must_use]
    pub fn averaged_from(self) -> &'static str {
        if self.drawn() == Drawn::DayTotal { "days with a reading" } else { "readings" }
    }
}

impl Colour {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Amber => "Amber: once a day",
            Self::Red => "Red: at once",
        }
    }

    /// Whether what a rule of this colour asks the person to do is said beside general advice as urgent as this. What waits for the
    /// morning says to go on as agreed: beside what is to be done now, that would undo it. What is to be done at once may be to measure
    /// again or to ring a surgery: beside a call to 999, that would take it back.
    #[must_use]
    pub fn is_said_beside(self, gravest: Option<Urgency>) -> bool {
        let undone_by = match self {
            Self::Amber => Urgency::Now,
            Self::Red => Urgency::Emergency,
        };
        gravest.is_none_or(|gravest| gravest < undone_by)
    }

    /// Whether it is said as what comes after a call to 999, where there is room to say that: on a page, and not in a text message.
    #[must_use]
    pub fn is_said_after_999(self, gravest: Option<Urgency>) -> bool {
        self == Self::Red && gravest == Some(Urgency::Emergency)
    }
}

coded! {
    /// On which side of a bound something is.
    Side {
        /// At it or above.
        Above = "above",
        /// At it or below.
        Below = "below",
    }
}

impl Side {
    /// What is said behind a bound of this measure on this side: "or higher", "or lower"; of what is added up over a day "or more",
    /// "or fewer", "or less".
    #[must_use]
    pub fn in_words(self, measure: Measure) -> &'static str {
        match (self, measure.drawn(), measure.is_counted()) {
            (Self::Above, Drawn::DayTotal, _) => "or more",
            (Self::Below, Drawn::DayTotal, true) => "or fewer",
            (Self::Below, Drawn::DayTotal, false) => "or less",
            (Self::Above, Drawn::Line | Drawn::Pair, _) => "or higher",
            (Self::Below, Drawn::Line | Drawn::Pair, _) => "or lower",
        }
    }
}

coded! {
    /// The kinds of rules.
    RuleKind {
        /// One reading.
        Single = "single",
        /// An average over days.
        Average = "average",
        /// A change within days.
        Change = "change",
        /// Two measures together.
        Both = "both",
        /// No reading for days.
        Missing = "missing",
    }
}

impl RuleKind {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Single => "One reading",
            Self::Average => "An average over days",
            Self::Change => "A rise or a fall within days",
            Self::Both => "Two measures together",
            Self::Missing => "No readings for days",
        }
    }
}

/// A bound on one or both numbers of a measure: either is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// On which side.
    pub side: Side,
    /// Of the first number.
    pub first: Option<Amount>,
    /// Of the second.
    pub second: Option<Amount>,
    /// Only of readings that were taken then; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meal: Option<Meal>,
}

impl Bound {
    /// At these or above.
    #[must_use]
    pub const fn above(first: Amount, second: Option<Amount>) -> Self {
        Self { side: Side::Above, first: Some(first), second, meal: None }
    }

    /// At this or below.
    #[must_use]
    pub const fn below(first: Amount) -> Self {
        Self { side: Side::Below, first: Some(first), second: None, meal: None }
    }

    /// The same, of readings that were taken then.
    #[must_use]
    pub const fn at(self, meal: Meal) -> Self {
        Self { meal: Some(meal), ..self }
    }

    /// Whether it is about this reading at all.
    fn is_about(&self, one: &Observed) -> bool {
        self.meal.is_none_or(|meal| one.meal.is_some_and(|taken| meal.covers(taken)))
    }

    /// " before meals", or nothing.
    fn when(&self) -> String {
        self.meal.map(|meal| format!(" {}", meal.words())).unwrap_or_default()
    }

    /// Whether one of the numbers is at its bound or beyond.
    #[must_use]
    pub fn meets(&self, first: Amount, second: Option<Amount>) -> bool {
        let beyond = |number: Amount, bound: Amount| match self.side {
            Side::Above => number >= bound,
            Side::Below => number <= bound,
        };
        self.first.is_some_and(|bound| beyond(first, bound))
            || second.zip(self.second).is_some_and(|(number, bound)| beyond(number, bound))
    }

    /// How far beyond its bound the number is that is furthest, in thousandths; below nought where neither is at it.
    fn beyond(&self, first: Amount, second: Option<Amount>) -> i64 {
        let by = |number: Amount, bound: Amount| match self.side {
            Side::Above => number.thousandths() - bound.thousandths(),
            Side::Below => bound.thousandths() - number.thousandths(),
        };
        let both = [self.first.map(|bound| by(first, bound)), second.zip(self.second).map(|(number, bound)| by(number, bound))];
        both.into_iter().flatten().max().unwrap_or(i64::MIN)
    }

    /// Whether whatever is at this bound or beyond is so of another: each number that this sets the other sets no stricter.
    fn implies(&self, other: &Self) -> bool {
        let within = |mine: Option<Amount>, theirs: Option<Amount>| match (mine, theirs, self.side) {
            (None, ..) => true,
            (Some(_), None, _) => false,
            (Some(mine), Some(theirs), Side::Above) => theirs <= mine,
            (Some(mine), Some(theirs), Side::Below) => theirs >= mine,
        };
        let same = (self.side, self.meal) == (other.side, other.meal);
        same && within(self.first, other.first) && within(self.second, other.second)
    }

    /// "180 or higher, or the bottom number 120 or higher", "92% or lower"; of what is added up "2 falls or more", "3000 steps or fewer".
    fn in_words(&self, measure: Measure) -> String {
        let way = self.side.in_words(measure);
        let says = |amount: Amount| format!("{} {way}", measure.in_words(measure.unit(), "", amount, None));
        match (measure.parts().len(), self.first, self.second) {
            (1, Some(first), _) => says(first),
            (_, Some(first), Some(second)) => format!("{first} {way}, or the bottom number is {second} {way}"),
            (_, Some(first), None) => format!("{first} {way} (the top number)"),
            (_, None, Some(second)) => format!("{second} {way} (the bottom number)"),
            (_, None, None) => "not set".to_owned(),
        }
    }
}

/// What raises a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Condition {
    /// One reading of the last [`RECENT_DAYS`] days is at a bound or beyond.
    Single {
        /// Which bound.
        bound: Bound,
    },
    /// The average of the last days, today among them, is.
    Average {
        /// Which bound.
        bound: Bound,
        /// Of how many days.
        days: u16,
        /// From no fewer readings; of what is summed by day, from no fewer days.
        least: u16,
    },
    /// Its first number is so much more, or less, than a reading at most so many days before.
    Change {
        /// Which way.
        side: Side,
        /// By how much, or more.
        by: Amount,
        /// Within how many days.
        days: u16,
    },
    /// It is at a bound or beyond, and another measure taken within [`TOGETHER`] of it is at a bound of its own.
    Both {
        /// Which bound.
        bound: Bound,
        /// Which other measure.
        other: Measure,
        /// The bound of that.
        also: Bound,
    },
    /// So many whole days have passed without a reading.
    Missing {
        /// How many.
        days: u16,
    },
}

impl Condition {
    /// Of what kind it is.
    #[must_use]
    pub const fn kind(&self) -> RuleKind {
        match self {
            Self::Single { .. } => RuleKind::Single,
            Self::Average { .. } => RuleKind::Average,
            Self::Change { .. } => RuleKind::Change,
            Self::Both { .. } => RuleKind::Both,
            Self::Missing { .. } => RuleKind::Missing,
        }
    }

    /// On which side it is, where it has one.
    #[must_use]
    pub const fn side(&self) -> Option<Side> {
        match self {
            Self::Single { bound } | Self::Average { bound, .. } | Self::Both { bound, .. } => Some(bound.side),
            Self::Change { side, .. } => Some(*side),
            Self::Missing { .. } => None,
        }
    }

    /// Of readings before or after meals, where it is about those alone.
    #[must_use]
    pub const fn meal(&self) -> Option<Meal> {
        match self {
            Self::Single { bound } | Self::Average { bound, .. } | Self::Both { bound, .. } => bound.meal,
            Self::Change { .. } | Self::Missing { .. } => None,
        }
    }

    /// The other measure that it looks at.
    #[must_use]
    pub const fn other(&self) -> Option<Measure> {
        match self {
            Self::Both { other, .. } => Some(*other),
            Self::Single { .. } | Self::Average { .. } | Self::Change { .. } | Self::Missing { .. } => None,
        }
    }

    /// Whether what raises this raises another of its kind as well, as far as the numbers go: 180 or higher is 150 or higher too.
    #[must_use]
    pub fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Single { bound }, Self::Single { bound: wider }) => bound.implies(wider),
            (Self::Average { bound, days, .. }, Self::Average { bound: wider, days: of, .. }) => {
                days == of && bound.implies(wider)
            }
            (Self::Change { side, by, days }, Self::Change { side: way, by: less, days: of }) => {
                side == way && by >= less && days <= of
            }
            (Self::Both { bound, other, also }, Self::Both { bound: wider, other: with, also: too }) => {
                other == with && bound.implies(wider) && also.implies(too)
            }
            (Self::Missing { days }, Self::Missing { days: fewer }) => days >= fewer,
            _ => false,
        }
    }

    /// How many days back it looks.
    #[must_use]
    pub fn looks_back(&self) -> i64 {
        match self {
            Self::Single { .. } | Self::Both { .. } => RECENT_DAYS + 1,
            Self::Average { days, .. } => i64::from(*days) + 1,
            Self::Change { days, .. } => RECENT_DAYS + i64::from(*days) + 1,
            Self::Missing { days } => i64::from(*days) + 2,
        }
    }

    /// After "when": "one reading is 180 or higher, or the bottom number is 120 or higher".
    #[must_use]
    pub fn in_words(&self, measure: Measure) -> String {
        let days = |days: u16| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        let alike = if measure.needs_note() { ", all of one symptom" } else { "" };
        // What is added up over a day is looked at as one number of that day.
        let is_total = measure.drawn() == Drawn::DayTotal;
        let one = if is_total { "a day\u{2019}s total" } else { "one reading" };
        match self {
            Self::Single { bound } => format!("{one}{} is {}", bound.when(), bound.in_words(measure)),
            Self::Average { bound, days: of, least } => {
                let from = measure.averaged_from();
                let when = bound.when();
                format!("the average{when} of {} is {}, from {least} {from} or more{alike}", days(*of), bound.in_words(measure))
            }
            Self::Change { side, by, days: of } => {
                let way = if *side == Side::Above { "rises" } else { "falls" };
                let by = measure.in_words(measure.unit(), "", *by, None);
                let what = if is_total { one } else { "it" };
                format!("{what} {way} by {by} or more within {}{alike}", days(*of))
            }
            Self::Both { bound, other, also } => format!(
                "{one}{} is {} and {}{} is {}, within {} hours",
                bound.when(),
                bound.in_words(measure),
                other.name_in_sentence(),
                also.when(),
                also.in_words(*other),
                TOGETHER.num_hours()
            ),
            Self::Missing { days: of } => format!("nothing is recorded for {}", days(*of)),
        }
    }
}

/// A rule of a care team about one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: ReadingRuleId,
    /// Whose.
    pub by: OrganisationId,
    /// Of which measure.
    pub measure: Measure,
    /// What raises it.
    pub condition: Condition,
    /// How soon the care team is told.
    pub colour: Colour,
    /// When its condition and its colour were set: what was written down before raises it only together with something that was not.
    pub set_at: DateTime<Utc>,
    /// When the care team last closed what it raised: what was written down until then is settled, and raises nothing.
    pub settled_at: Option<DateTime<Utc>>,
    /// How often that was, or its condition or colour was changed: with its id, the identity of what it raises.
    pub round: i32,
}

impl Rule {
    /// Whether the closing of what another raised settles this as well: a milder rule of the same care team about the same thing,
    /// which comes up with the other.
    #[must_use]
    pub fn is_settled_with(&self, other: &Self) -> bool {
        let same = (self.by, self.measure) == (other.by, other.measure);
        self.id != other.id && self.colour < other.colour && same && other.condition.implies(&self.condition)
    }
}

/// A reading, as rules look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Which.
    pub id: ReadingId,
    /// Of what.
    pub measure: Measure,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// When it was written down as it is.
    pub known: DateTime<Utc>,
    /// Its first number.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// It was taken after being active.
    pub active: bool,
    /// It was taken before or after a meal, where somebody said so.
    pub meal: Option<Meal>,
    /// Of what it is where its note says that, as [`super::thing_of`] tells it; 0 of any other.
    pub thing: u64,
}

/// What raised a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// One reading; the newest of these.
    One(Observed),
    /// An average, as it was compared: not rounded to what a reading is measured with.
    Mean {
        /// Of the first numbers.
        first: Amount,
        /// Of the second.
        second: Option<Amount>,
        /// From how many readings, or days of what is summed by day.
        count: i64,
    },
    /// From one reading to a later one.
    Change(Observed, Observed),
    /// A reading, and one of the other measure.
    Pair(Observed, Observed),
    /// Nothing since this day.
    Silence(NaiveDate),
}

/// A rule that has come up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// What raised it.
    pub evidence: Evidence,
    /// The newest reading of that.
    pub newest: Option<ReadingId>,
}

impl Finding {
    /// What this one thing is known by.
    #[must_use]
    pub const fn identity(&self) -> (ReadingRuleId, i32) {
        (self.rule.id, self.rule.round)
    }

    /// "142/88 mmHg", "on average 142/88 mmHg, from 12 readings", "70 kg, then 72.4 kg".
    #[must_use]
    pub fn in_words(&self) -> String {
        let measure = self.rule.measure;
        let of = |taken: &Observed| number_in_words(taken.measure, taken.first, taken.second);
        let when = self.rule.condition.meal().map(|meal| format!(" {}", meal.words())).unwrap_or_default();
        match &self.evidence {
            Evidence::One(taken) => format!("{}{when}", of(taken)),
            Evidence::Mean { first, second, count } => {
                let from = if measure.drawn() == Drawn::DayTotal { "days" } else { "readings" };
                let mean = number_in_words(measure, *first, *second);
                format!("on average {mean}, from {count} {from}{when}")
            }
            Evidence::Change(before, after) => format!("{}, then {}", of(before), of(after)),
            Evidence::Pair(one, other) => format!("{}, and {} {}", of(one), other.measure.name_in_sentence(), of(other)),
            Evidence::Silence(day) => format!("nothing since {}", crate::when::day_in_words(*day)),
        }
    }

    /// Whether what came up of a rule of the measure `of`, as [`Self::in_words`] says it and with what it is of behind it in brackets,
    /// names this number of a measure as that of its newest reading. An average and what is summed by day name none.
    #[must_use]
    pub fn names(found: &str, of: Measure, (measure, first, second): (Measure, Amount, Option<Amount>)) -> bool {
        if measure.drawn() == Drawn::DayTotal {
            return false;
        }
        let number = number_in_words(measure, first, second);
        if measure != of {
            return found.ends_with(&format!(", and {} {number}", measure.name_in_sentence()));
        }
        let ends = |rest: &str| rest.is_empty() || rest.starts_with(' ');
        let own = found.strip_prefix(number.as_str());
        let later = found.split_once(", then ").and_then(|(_, after)| after.strip_prefix(number.as_str()));
        own.is_some_and(|rest| ends(rest) || rest.starts_with(", and ")) || later.is_some_and(ends)
    }
}

/// "142/88 mmHg": the number of a reading as rules look at it, and an average to as many decimals as a reading has. What came up is at
/// its bound rounded too, because a bound has no more of them.
fn number_in_words(measure: Measure, first: Amount, second: Option<Amount>) -> String {
    let shown = |amount: Amount| measure.rounded(amount);
    measure.in_words(measure.unit(), "", shown(first), second.map(shown))
}

/// Which rules have come up by now, in the order of the rules. It depends on nothing but these, and on no order of the readings.
#[must_use]
pub fn findings(rules: &[Rule], readings: &[Observed], now: DateTime<Utc>) -> Vec<Finding> {
    rules.iter().filter_map(|rule| look(rule, readings, now)).collect()
}

/// Those of which the care team is told: not an amber one where a red one says the same sort of thing, which is one thing with it.
#[must_use]
pub fn to_tell(findings: &[Finding]) -> Vec<&Finding> {
    let outranked = |one: &Finding| findings.iter().any(|other| one.rule.is_settled_with(&other.rule));
    findings.iter().filter(|one| !outranked(one)).collect()
}

/// Every reading that raises a rule about single readings by this instant, the worst first: the one that is furthest beyond its bound in
/// either number, and of those that are alike the last. None of a rule of another kind, or about what is summed by day.
#[must_use]
pub fn raised_by_each(rule: &Rule, readings: &[Observed], now: DateTime<Utc>) -> Vec<Observed> {
    let Condition::Single { bound } = rule.condition else { return Vec::new() };
    if rule.measure.drawn() == Drawn::DayTotal {
        return Vec::new();
    }
    let mut all = series(rule.measure, readings, rule.settled_at, now);
    all.retain(|one| raises(rule, &bound, one, now));
    all.sort_by_key(|one| std::cmp::Reverse((bound.beyond(one.first, one.second), one.at, one.id)));
    all
}

/// Whether one reading raises a rule about single readings of this bound.
fn raises(rule: &Rule, bound: &Bound, one: &Observed, now: DateTime<Utc>) -> bool {
    let is_recent = (london_day(now) - london_day(one.at)).num_days() < RECENT_DAYS;
    bound.is_about(one) && is_recent && one.known >= rule.set_at && bound.meets(one.first, one.second)
}

/// The readings of a measure in the order of time; what is summed by day as one for each day.
fn series(measure: Measure, readings: &[Observed], settled: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Vec<Observed> {
    // A pulse after being active says nothing of a pulse at rest.
    let rests = matches!(measure, Measure::Pulse | Measure::Breathing);
    let counts = |one: &&Observed| one.measure == measure && one.at <= now && !(rests && one.active);
    let mut all: Vec<Observed> = readings.iter().filter(counts).copied().collect();
    all.sort_by_key(|one| (one.at, one.id));
    if measure.drawn() == Drawn::DayTotal {
        let mut days: Vec<Observed> = Vec::new();
        for one in all {
            match days.last_mut() {
                Some(day) if london_day(day.at) == london_day(one.at) => {
                    day.first = Amount::from_thousandths(day.first.thousandths() + one.first.thousandths());
                    (day.at, day.id, day.known) = (one.at, one.id, day.known.max(one.known));
                }
                _ => days.push(one),
            }
        }
        all = days;
    }
    all.retain(|one| settled.is_none_or(|settled| one.known > settled));
    for one in &mut all {
        (one.first, one.second) = (measure.rounded(one.first), one.second.map(|second| measure.rounded(second)));
    }
    all
}

/// Whether a rule has come up. The average of two symptoms is of nothing, and from one to the other nothing rises: each is looked at by
/// itself, and the newest that came up is found.
fn look(rule: &Rule, readings: &[Observed], now: DateTime<Utc>) -> Option<Finding> {
    let together = matches!(rule.condition, Condition::Average { .. } | Condition::Change { .. });
    if !(together && rule.measure.needs_note()) {
        return look_at(rule, readings, now);
    }
    let things: BTreeSet<u64> = readings.iter().filter(|one| one.measure == rule.measure).map(|one| one.thing).collect();
    let found = things.into_iter().filter_map(|thing| {
        let of: Vec<Observed> = readings.iter().filter(|one| one.thing == thing).copied().collect();
        look_at(rule, &of, now)
    });
    found.max_by_key(|found| readings.iter().filter(|one| Some(one.id) == found.newest).map(|one| (one.at, one.id)).max())
}

fn look_at(rule: &Rule, readings: &[Observed], now: DateTime<Utc>) -> Option<Finding> {
    let today = london_day(now);
    let days_ago = |one: &Observed| (today - london_day(one.at)).num_days();
    let is_recent = |one: &Observed| days_ago(one) < RECENT_DAYS;
    let is_news = |one: &Observed| one.known >= rule.set_at;
    // What is summed by day is too little until the day is over.
    let of = |measure: Measure, side: Option<Side>| {
        let mut all = series(measure, readings, rule.settled_at, now);
        all.retain(|one| side != Some(Side::Below) || measure.drawn() != Drawn::DayTotal || days_ago(one) > 0);
        all
    };
    let own = || of(rule.measure, rule.condition.side());
    let found = |evidence: Evidence, newest: ReadingId| Some(Finding { rule: *rule, evidence, newest: Some(newest) });
    match rule.condition {
        Condition::Single { bound } => {
            let all = own();
            let one = all.iter().rev().find(|one| raises(rule, &bound, one, now))?;
            found(Evidence::One(*one), one.id)
        }
        Condition::Average { bound, days, least } => {
            let mut all = own();
            all.retain(|one| days_ago(one) < i64::from(days) && bound.is_about(one));
            let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
            let newest = all.last()?;
            if count < i64::from(least) || !all.iter().any(is_news) {
                return None;
            }
            // As exact as it is: rounded first, 134.5 would be at a bound of 135.
            let mean = |sum: i64, count: i64| Amount::from_thousandths(divided(sum, count));
            let first = mean(all.iter().map(|one| one.first.thousandths()).sum(), count);
            let seconds: Vec<i64> = all.iter().filter_map(|one| Some(one.second?.thousandths())).collect();
            let second =
                i64::try_from(seconds.len()).ok().filter(|count| *count > 0).map(|count| mean(seconds.iter().sum(), count));
            if !bound.meets(first, second) {
                return None;
            }
            found(Evidence::Mean { first, second, count }, newest.id)
        }
        Condition::Change { side, by, days } => {
            let all = own();
            let mut pairs =
                all.iter().enumerate().rev().filter(|(_, one)| is_recent(one) && is_news(one)).filter_map(|(place, after)| {
                    let within =
                        |before: &&Observed| (london_day(after.at) - london_day(before.at)).num_days() <= i64::from(days);
                    let earlier = all.get(..place)?.iter().filter(within);
                    let before = match side {
                        Side::Above => earlier.min_by_key(|one| (one.first, one.at, one.id)),
                        Side::Below => earlier.max_by_key(|one| (one.first, one.at, one.id)),
                    }?;
                    let grown = after.first.thousandths() - before.first.thousandths();
                    let moved = if side == Side::Above { grown } else { -grown };
                    (moved >= by.thousandths()).then_some((*before, *after))
                });
            let (before, after) = pairs.next()?;
            found(Evidence::Change(before, after), after.id)
        }
        Condition::Both { bound, other, also } => {
            let (mine, theirs) = (own(), of(other, Some(also.side)));
            let pairs = mine.iter().filter(|one| bound.is_about(one) && bound.meets(one.first, one.second)).flat_map(|one| {
                let near = theirs.iter().filter(move |two| also.is_about(two) && (one.at - two.at).abs() <= TOGETHER);
                near.filter(move |two| also.meets(two.first, two.second)).map(move |two| (*one, *two))
            });
            let counts = |(one, two): &(Observed, Observed)| (is_recent(one) || is_recent(two)) && (is_news(one) || is_news(two));
            let (one, two) =
                pairs.filter(counts).max_by_key(|(one, two)| (one.at.max(two.at), one.at, one.id, two.at, two.id))?;
            let newest = if two.at > one.at { two.id } else { one.id };
            found(Evidence::Pair(one, two), newest)
        }
        Condition::Missing { days } => {
            let taken = readings.iter().filter(|one| one.measure == rule.measure && one.at <= now).map(|one| one.at);
            let since = taken.chain([rule.set_at]).chain(rule.settled_at).max()?;
            let whole_days = (today - london_day(since)).num_days() - 1;
            (whole_days >= i64::from(days)).then(|| Finding {
                rule: *rule,
                evidence: Evidence::Silence(london_day(since)),
                newest: None,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Noon of a day of November 2026.
    fn noon(day: u32) -> DateTime<Utc> {
        at(&format!("2026-11-{day:02}T12:00:00Z"))
    }

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    fn rule(measure: Measure, condition: Condition) -> Rule {
        Rule {
            id: ReadingRuleId::from_uuid(Uuid::from_u128(1)),
            by: OrganisationId::from_uuid(Uuid::nil()),
            measure,
            condition,
            colour: Colour::Red,
            set_at: noon(1),
            settled_at: None,
            round: 0,
        }
    }

    fn numbered(rule: Rule, id: u128) -> Rule {
        Rule { id: ReadingRuleId::from_uuid(Uuid::from_u128(id)), ..rule }
    }

    /// A reading that was written down as it was taken.
    fn taken(id: u128, measure: Measure, at: DateTime<Utc>, numbers: &str) -> Observed {
        let (first, second) = numbers.split_once('/').map_or((numbers, None), |(first, second)| (first, Some(second)));
        Observed {
            id: ReadingId::from_uuid(Uuid::from_u128(id)),
            measure,
            at,
            known: at,
            first: amount(first),
            second: second.map(amount),
            active: false,
            meal: None,
            thing: 0,
        }
    }

    /// Readings at noon of these days of November 2026.
    type Days = &'static [(u32, &'static str)];

    /// What comes up of readings at noon of these days.
    fn comes_up(rule: Rule, readings: &[(u32, &str)], now: u32) -> String {
        let readings: Vec<Observed> =
            readings.iter().zip(1..).map(|((day, numbers), id)| taken(id, rule.measure, noon(*day), numbers)).collect();
        findings(&[rule], &readings, noon(now)).first().map_or_else(String::new, Finding::in_words)
    }

    const PRESSURE: Measure = Measure::BloodPressure;

    fn high() -> Rule {
        rule(PRESSURE, Condition::Single { bound: Bound::above(amount("180"), Some(amount("120"))) })
    }

    fn average() -> Rule {
        let bound = Bound::above(amount("135"), Some(amount("85")));
        rule(PRESSURE, Condition::Average { bound, days: 7, least: 3 })
    }

    fn heart() -> Rule {
        rule(Measure::Weight, Condition::Change { side: Side::Above, by: amount("2"), days: 3 })
    }

    fn silent() -> Rule {
        rule(PRESSURE, Condition::Missing { days: 3 })
    }

    #[test]
    fn what_a_rule_asks_for_is_not_said_beside_what_it_would_undo() {
        for gravest in [None, Some(Urgency::Note), Some(Urgency::Soon), Some(Urgency::Now), Some(Urgency::Emergency)] {
            let is_emergency = gravest == Some(Urgency::Emergency);
            assert_eq!(Colour::Red.is_said_beside(gravest), !is_emergency, "{gravest:?}");
            assert_eq!(Colour::Red.is_said_after_999(gravest), is_emergency, "{gravest:?}");
            assert!(!Colour::Amber.is_said_after_999(gravest), "{gravest:?}");
            assert_eq!(Colour::Amber.is_said_beside(gravest), gravest < Some(Urgency::Now), "{gravest:?}");
        }
    }

    #[test]
    fn of_readings_that_raise_one_rule_the_worst_comes_first_and_not_the_newest() {
        let said = |rule: Rule, readings: &[(u32, &str)]| {
            let readings: Vec<Observed> =
                readings.iter().zip(1..).map(|((day, numbers), id)| taken(id, rule.measure, noon(*day), numbers)).collect();
            let all = raised_by_each(&rule, &readings, noon(9));
            all.iter().map(|one| one.id.as_uuid().as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(said(high(), &[(5, "195/126"), (6, "190/125"), (7, "142/88")]), [1, 2]);
        assert_eq!(said(high(), &[(5, "181/90"), (6, "150/130")]), [2, 1], "either number");
        assert_eq!(said(high(), &[(5, "190/100"), (6, "190/100")]), [2, 1], "alike");
        assert_eq!(said(high(), &[(1, "220/130"), (6, "190/100")]), [2], "what is history");
        let low = rule(Measure::Oxygen, Condition::Single { bound: Bound::below(amount("92")) });
        assert_eq!(said(low, &[(5, "91"), (6, "84"), (7, "90")]), [2, 3, 1]);
        assert_eq!(said(average(), &[(5, "195/126")]), [0_u128; 0]);
        let falls = rule(Measure::Fall, Condition::Single { bound: Bound::above(amount("1"), None) });
        assert_eq!(said(falls, &[(5, "1")]), [0_u128; 0], "a day is no reading");
    }

    #[test]
    fn each_kind_comes_up_on_the_side_that_it_says() {
        let table: [(Rule, Days, u32, &str); 30] = [
            (high(), &[(5, "179/119")], 5, ""),
            (high(), &[(5, "180/80")], 5, "180/80 mmHg"),
            (high(), &[(5, "150/120")], 5, "150/120 mmHg"),
            (high(), &[(5, "185/100"), (6, "130/80")], 6, "185/100 mmHg"),
            (high(), &[(5, "185/100"), (6, "190/100")], 6, "190/100 mmHg"),
            // The newest of a week.
            (high(), &[(5, "185/100")], 11, "185/100 mmHg"),
            (high(), &[(5, "185/100")], 12, ""),
            (average(), &[(5, "140/80"), (6, "140/80")], 6, ""),
            (average(), &[(5, "140/80"), (6, "140/80"), (7, "125/80")], 7, "on average 135/80 mmHg, from 3 readings"),
            (average(), &[(5, "120/90"), (6, "120/85"), (7, "120/80")], 7, "on average 120/85 mmHg, from 3 readings"),
            (average(), &[(5, "130/80"), (6, "130/80"), (7, "130/80")], 7, ""),
            // 134.67 is not 135, and what is more than 135 is shown as a reading is.
            (average(), &[(5, "134/80"), (6, "135/80"), (7, "135/80")], 7, ""),
            (average(), &[(5, "134/80"), (6, "135/80"), (7, "134/80"), (7, "135/80")], 7, ""),
            (average(), &[(5, "136/80"), (6, "135/80"), (7, "135/81")], 7, "on average 135/80 mmHg, from 3 readings"),
            (average(), &[(5, "120/84"), (6, "120/85"), (7, "120/85")], 7, ""),
            // Days that have passed count no more.
            (average(), &[(5, "200/80"), (6, "130/80"), (7, "130/80"), (12, "130/80")], 12, ""),
            (heart(), &[(5, "70"), (6, "71.9")], 6, ""),
            (heart(), &[(5, "70"), (8, "72")], 8, "70 kg, then 72 kg"),
            (heart(), &[(5, "70"), (9, "72")], 9, ""),
            (heart(), &[(5, "72"), (6, "70")], 6, ""),
            (heart(), &[(5, "70"), (6, "72.4"), (7, "71")], 7, "70 kg, then 72.4 kg"),
            (heart(), &[(5, "70")], 5, ""),
            (silent(), &[(5, "130/80")], 8, ""),
            (silent(), &[(5, "130/80")], 9, "nothing since 5 November 2026"),
            (silent(), &[], 4, ""),
            (silent(), &[], 5, "nothing since 1 November 2026"),
            (rule(Measure::Oxygen, Condition::Single { bound: Bound::below(amount("92")) }), &[(5, "92")], 5, "92%"),
            (rule(Measure::Oxygen, Condition::Single { bound: Bound::below(amount("92")) }), &[(5, "93")], 5, ""),
            // What is summed by day is its sum.
            (
                rule(Measure::Fall, Condition::Single { bound: Bound::above(amount("2"), None) }),
                &[(5, "1"), (5, "1")],
                5,
                "2 falls",
            ),
            (rule(Measure::Fall, Condition::Single { bound: Bound::above(amount("2"), None) }), &[(5, "1"), (6, "1")], 6, ""),
        ];
        for (rule, readings, now, expected) in table {
            assert_eq!(comes_up(rule, readings, now), expected, "{:?} {readings:?} on {now}", rule.condition);
        }
    }

    #[test]
    fn two_measures_come_up_together_when_they_are_taken_together() {
        let both =
            Condition::Both { bound: Bound::below(amount("94")), other: Measure::Pulse, also: Bound::above(amount("111"), None) };
        let rule = rule(Measure::Oxygen, both);
        let comes_up = |oxygen: &str, pulse: &str, hours: i64, active: bool| {
            let one = taken(1, Measure::Oxygen, noon(5), oxygen);
            let two = Observed { active, ..taken(2, Measure::Pulse, noon(5) + TimeDelta::hours(hours), pulse) };
            findings(&[rule], &[one, two], noon(6)).first().map_or_else(String::new, Finding::in_words)
        };
        assert_eq!(comes_up("94", "111", 6, false), "94%, and pulse 111 beats a minute");
        for (oxygen, pulse, hours, active) in [
            ("95", "120", 0, false),
            ("94", "110", 0, false),
            ("94", "120", 7, false),
            ("94", "120", -7, false),
            ("94", "120", 0, true),
        ] {
            assert_eq!(comes_up(oxygen, pulse, hours, active), "", "{oxygen} {pulse} {hours}");
        }
    }

    #[test]
    fn what_came_up_names_the_number_of_its_newest_reading_and_no_other() {
        let (oxygen, pulse, sugar, weight) = (Measure::Oxygen, Measure::Pulse, Measure::Glucose, Measure::Weight);
        let symptom = Measure::Symptom;
        for (found, of, measure, number, names) in [
            ("180/80 mmHg", PRESSURE, PRESSURE, "180/80", true),
            ("180/80 mmHg", PRESSURE, PRESSURE, "180/81", false),
            ("93%", oxygen, oxygen, "93", true),
            ("93%", oxygen, oxygen, "9", false),
            ("7.2 mmol/L before a meal", sugar, sugar, "7.2", true),
            ("17.2 mmol/L", sugar, sugar, "7.2", false),
            ("8 out of 10 (cough)", symptom, symptom, "8", true),
            ("70 kg, then 72 kg", weight, weight, "72", true),
            ("70 kg, then 72 kg", weight, weight, "70", false),
            ("4 out of 10, then 9 out of 10 (cough)", symptom, symptom, "9", true),
            ("8 out of 10 (worse, then 9)", symptom, symptom, "8", true),
            ("94%, and pulse 111 beats a minute", oxygen, oxygen, "94", true),
            ("94%, and pulse 111 beats a minute", oxygen, pulse, "111", true),
            ("94%, and pulse 111 beats a minute", oxygen, pulse, "11", false),
            ("on average 135/80 mmHg, from 3 readings", PRESSURE, PRESSURE, "135/80", false),
            ("2 falls", Measure::Fall, Measure::Fall, "2", false),
        ] {
            let one = taken(1, measure, noon(5), number);
            assert_eq!(Finding::names(found, of, (measure, one.first, one.second)), names, "{found}: {number}");
        }
    }

    #[test]
    fn an_average_or_a_change_of_symptoms_is_of_one_of_them() {
        let sick =
            |id: u128, day: u32, number: &str, thing: u64| Observed { thing, ..taken(id, Measure::Symptom, noon(day), number) };
        let mean = rule(Measure::Symptom, Condition::Average { bound: Bound::above(amount("5"), None), days: 7, least: 2 });
        let worse = rule(Measure::Symptom, Condition::Change { side: Side::Above, by: amount("4"), days: 7 });
        let comes_up =
            |rule: Rule, all: &[Observed]| findings(&[rule], all, noon(8)).first().map_or_else(String::new, Finding::in_words);
        let (cough, headache) = (1, 2);
        // Of all three the average would be 6, and from a cough of 4 to a headache of 9 it would be 5 more.
        let mixed = [sick(1, 4, "4", cough), sick(2, 5, "9", headache), sick(3, 6, "4", cough)];
        assert_eq!((comes_up(mean, &mixed), comes_up(worse, &mixed)), (String::new(), String::new()));
        let [first, second, third] = mixed;
        let same = [first, second, third, sick(4, 7, "7", headache)];
        assert_eq!(comes_up(mean, &same), "on average 8 out of 10, from 2 readings");
        let more = [first, second, third, sick(4, 7, "9", cough)];
        assert_eq!(comes_up(worse, &more), "4 out of 10, then 9 out of 10");
        assert!(mean.condition.in_words(Measure::Symptom).ends_with("from 2 readings or more, all of one symptom"));
        assert!(worse.condition.in_words(Measure::Symptom).ends_with("within 7 days, all of one symptom"));
    }

    #[test]
    fn sugar_before_meals_is_another_thing_than_sugar_after_them() {
        let sugar = |id: u128, day: u32, number: &str, meal: Option<Meal>| Observed {
            meal,
            ..taken(id, Measure::Glucose, noon(day), number)
        };
        let above = |number: &str, meal| Bound::above(amount(number), None).at(meal);
        let single = |bound| rule(Measure::Glucose, Condition::Single { bound });
        let before = single(above("7.1", Meal::Before));
        let comes_up =
            |rule: Rule, all: &[Observed]| findings(&[rule], all, noon(8)).first().map_or_else(String::new, Finding::in_words);
        assert_eq!(comes_up(before, &[sugar(1, 5, "7.1", Some(Meal::Before))]), "7.1 mmol/L before meals");
        assert_eq!(comes_up(before, &[sugar(1, 5, "12", Some(Meal::After))]), "");
        assert_eq!(comes_up(before, &[sugar(1, 5, "7.1", Some(Meal::Waking))]), "7.1 mmol/L before meals", "on waking too");
        let waking = single(above("7.1", Meal::Waking));
        assert_eq!(comes_up(waking, &[sugar(1, 5, "7.1", Some(Meal::Waking))]), "7.1 mmol/L on waking");
        assert_eq!(comes_up(waking, &[sugar(1, 5, "12", Some(Meal::Before))]), "");
        assert_eq!(comes_up(before, &[sugar(1, 5, "12", None)]), "", "nobody said when it was taken");
        assert_eq!(comes_up(single(Bound::above(amount("11"), None)), &[sugar(1, 5, "12", None)]), "12 mmol/L", "at any time");
        // An average is of those alone, and so is how many are enough.
        let mean = rule(Measure::Glucose, Condition::Average { bound: above("9.1", Meal::After), days: 7, least: 2 });
        let all = [
            sugar(1, 4, "5", Some(Meal::Before)),
            sugar(2, 5, "10", Some(Meal::After)),
            sugar(3, 6, "4", None),
            sugar(4, 7, "9", Some(Meal::After)),
        ];
        assert_eq!(comes_up(mean, &all), "on average 9.5 mmol/L, from 2 readings after meals");
        assert_eq!(comes_up(mean, &all[..3]), "", "one is too few");
        // Of the same number before and after meals both are told; of two before meals the red one.
        let after = numbered(Rule { colour: Colour::Amber, ..single(above("7.1", Meal::After)) }, 2);
        assert!(!after.is_settled_with(&before));
        assert!(numbered(Rule { colour: Colour::Amber, ..before }, 2).is_settled_with(&before));
        assert_eq!(before.condition.in_words(Measure::Glucose), "one reading before meals is 7.1 mmol/L or higher");
        let words = "the average after meals of 7 days is 9.1 mmol/L or higher, from 2 readings or more";
        assert_eq!(mean.condition.in_words(Measure::Glucose), words);
    }

    #[test]
    fn what_is_settled_raises_nothing_and_what_is_written_down_later_does() {
        let before = taken(1, PRESSURE, noon(5), "185/100");
        let settled = Rule { settled_at: Some(noon(6)), round: 1, ..high() };
        assert_eq!(findings(&[settled], &[before], noon(7)), []);
        // It was taken before, and written down, or changed, after.
        let late = Observed { known: noon(7), ..before };
        let found = findings(&[settled], &[late], noon(7));
        assert_eq!((found.len(), found[0].identity()), (1, (settled.id, 1)));
        // What was there when the rule was set raises it only with something new.
        let set = Rule { set_at: noon(6), ..high() };
        assert_eq!(findings(&[set], &[before], noon(6)), []);
        let weight = Rule { set_at: noon(6), ..heart() };
        let (one, two) = (taken(1, Measure::Weight, noon(5), "70"), taken(2, Measure::Weight, noon(7), "72.5"));
        assert_eq!(findings(&[weight], &[one, two], noon(7)).len(), 1);
        assert_eq!(findings(&[Rule { settled_at: Some(noon(6)), ..weight }], &[one, two], noon(7)), []);
        // A silence begins anew.
        let silence = Rule { settled_at: Some(noon(9)), round: 1, ..silent() };
        assert_eq!(findings(&[silence], &[], noon(12)), []);
        assert_eq!(findings(&[silence], &[], noon(13)).len(), 1);
    }

    #[test]
    fn of_red_and_amber_about_one_thing_red_is_told() {
        let amber = numbered(Rule { colour: Colour::Amber, ..high() }, 2);
        let reading = [taken(1, PRESSURE, noon(5), "185/100")];
        let found = findings(&[amber, high()], &reading, noon(5));
        assert_eq!(found.len(), 2);
        assert_eq!(to_tell(&found).into_iter().map(|one| one.rule.colour).collect::<Vec<_>>(), [Colour::Red]);
        assert!(amber.is_settled_with(&high()) && !high().is_settled_with(&amber));
        // An average is another sort of thing, and so is another side, another number, a stricter one, and another care team.
        let single = |bound: Bound| Condition::Single { bound };
        let bottom = Bound { first: None, ..Bound::above(amount("100"), Some(amount("100"))) };
        for other in [
            Rule { condition: average().condition, ..amber },
            Rule { condition: single(Bound::below(amount("200"))), ..amber },
            Rule { condition: single(bottom), ..amber },
            Rule { condition: single(Bound::above(amount("190"), Some(amount("100")))), ..amber },
            Rule { by: OrganisationId::from_uuid(Uuid::max()), ..amber },
        ] {
            assert!(!other.is_settled_with(&high()), "{other:?}");
        }
    }

    #[test]
    fn one_implies_another_where_whatever_raises_it_raises_that() {
        let change = |by: i32, days: u16| Condition::Change { side: Side::Above, by: Amount::whole(by), days };
        let both = |low: i32, other: Measure, high: i32| Condition::Both {
            bound: Bound::below(Amount::whole(low)),
            other,
            also: Bound::above(Amount::whole(high), None),
        };
        let single = |bound: Bound| Condition::Single { bound };
        let table = [
            (change(2, 3), change(2, 3), true),
            (change(2, 3), change(1, 7), true),
            (change(2, 3), change(5, 30), false),
            (change(2, 7), change(1, 3), false),
            (both(92, Measure::Pulse, 120), both(94, Measure::Pulse, 111), true),
            (both(92, Measure::Pulse, 120), both(94, Measure::Temperature, 38), false),
            (both(92, Measure::Pulse, 100), both(94, Measure::Pulse, 111), false),
            (single(Bound::below(amount("92"))), single(Bound::below(amount("94"))), true),
            (single(Bound::below(amount("94"))), single(Bound::below(amount("92"))), false),
            (single(Bound::above(amount("180"), None)), single(Bound::above(amount("150"), Some(amount("90")))), true),
            (single(Bound::above(amount("180"), Some(amount("120")))), single(Bound::above(amount("150"), None)), false),
            (Condition::Missing { days: 7 }, Condition::Missing { days: 3 }, true),
            (Condition::Missing { days: 3 }, Condition::Missing { days: 7 }, false),
        ];
        for (one, other, implies) in table {
            assert_eq!(one.implies(&other), implies, "{one:?} {other:?}");
        }
    }

    #[test]
    fn too_little_of_what_is_summed_by_day_is_seen_once_the_day_is_over() {
        let few = rule(Measure::Steps, Condition::Single { bound: Bound::below(amount("2000")) });
        assert_eq!(comes_up(few, &[(9, "500")], 9), "");
        assert_eq!(comes_up(few, &[(9, "500"), (9, "6000")], 10), "");
        assert_eq!(comes_up(few, &[(9, "500")], 10), "500 steps");
        let many = rule(Measure::Steps, Condition::Single { bound: Bound::above(amount("2000"), None) });
        assert_eq!(comes_up(many, &[(9, "2500")], 9), "2500 steps");
    }

    #[test]
    fn rules_are_said_in_plain_words() {
        let both =
            Condition::Both { bound: Bound::below(amount("94")), other: Measure::Pulse, also: Bound::above(amount("111"), None) };
        let table = [
            (PRESSURE, high().condition, "one reading is 180 or higher, or the bottom number is 120 or higher"),
            (
                PRESSURE,
                average().condition,
                "the average of 7 days is 135 or higher, or the bottom number is 85 or higher, from 3 readings or more",
            ),
            (Measure::Weight, heart().condition, "it rises by 2 kg or more within 3 days"),
            (PRESSURE, silent().condition, "nothing is recorded for 3 days"),
            (Measure::Oxygen, both, "one reading is 94% or lower and pulse is 111 beats a minute or higher, within 6 hours"),
            (PRESSURE, Condition::Single { bound: Bound::below(amount("89")) }, "one reading is 89 or lower (the top number)"),
            (Measure::Fall, Condition::Single { bound: Bound::above(amount("2"), None) }, "a day’s total is 2 falls or more"),
            (Measure::Steps, Condition::Single { bound: Bound::below(amount("3000")) }, "a day’s total is 3000 steps or fewer"),
            (Measure::Sleep, Condition::Single { bound: Bound::below(amount("5")) }, "a day’s total is 5 hours or less"),
            (
                Measure::Steps,
                Condition::Average { bound: Bound::below(amount("3000")), days: 7, least: 3 },
                "the average of 7 days is 3000 steps or fewer, from 3 days with a reading or more",
            ),
            (
                Measure::Steps,
                Condition::Change { side: Side::Below, by: amount("3000"), days: 7 },
                "a day’s total falls by 3000 steps or more within 7 days",
            ),
            (
                Measure::Fall,
                Condition::Both {
                    bound: Bound::above(amount("1"), None),
                    other: Measure::Oxygen,
                    also: Bound::below(amount("92")),
                },
                "a day’s total is 1 fall or more and oxygen level is 92% or lower, within 6 hours",
            ),
        ];
        for (measure, condition, words) in table {
            assert_eq!(condition.in_words(measure), words);
        }
    }

    fn measures() -> impl Strategy<Value = Measure> {
        prop::sample::select(vec![PRESSURE, Measure::Weight, Measure::Oxygen, Measure::Fall])
    }

    prop_compose! {
        fn bounds()(side in prop::sample::select(Side::ALL), first in 40..200_i32, second in prop::option::of(40..120_i32)) -> Bound {
            Bound { side, first: Some(Amount::whole(first)), second: second.map(Amount::whole), meal: None }
        }
    }

    fn conditions() -> impl Strategy<Value = Condition> {
        prop_oneof![
            bounds().prop_map(|bound| Condition::Single { bound }),
            (bounds(), 1..20_u16, 1..5_u16).prop_map(|(bound, days, least)| Condition::Average { bound, days, least }),
            (prop::sample::select(Side::ALL), 1..20_i32, 1..7_u16).prop_map(|(side, by, days)| Condition::Change {
                side,
                by: Amount::whole(by),
                days
            }),
            (bounds(), measures(), bounds()).prop_map(|(bound, other, also)| Condition::Both { bound, other, also }),
            (1..10_u16).prop_map(|days| Condition::Missing { days }),
        ]
    }

    prop_compose! {
        fn rules()(all in prop::collection::vec((measures(), conditions(), any::<bool>(), 1..20_u32, prop::option::of(1..20_u32)), 1..6))
            -> Vec<Rule> {
            all.into_iter().zip(1..).map(|((measure, condition, red, set, settled), id)| Rule {
                colour: if red { Colour::Red } else { Colour::Amber },
                set_at: noon(set),
                settled_at: settled.map(noon),
                ..numbered(rule(measure, condition), id)
            }).collect()
        }
    }

    prop_compose! {
        fn readings()(all in prop::collection::vec((measures(), 1..25_u32, 0..24_i64, 0..3_i64, 40..200_i32, 40..120_i32), 0..30))
            -> Vec<Observed> {
            all.into_iter().zip(1..).map(|((measure, day, hour, later, first, second), id)| {
                let at = noon(day) + TimeDelta::hours(hour);
                Observed {
                    known: at + TimeDelta::days(later),
                    second: (measure == PRESSURE).then(|| Amount::whole(second)),
                    ..taken(id, measure, at, &first.to_string())
                }
            }).collect()
        }
    }

    proptest! {
        #[test]
        fn the_order_in_which_readings_come_does_not_matter(
            rules in rules(), (readings, shuffled) in readings().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            prop_assert_eq!(findings(&rules, &readings, noon(25)), findings(&rules, &shuffled, noon(25)));
        }

        #[test]
        fn an_average_comes_up_where_its_exact_sum_is_at_the_bound(
            numbers in prop::collection::vec(100..180_i32, 1..20), bound in 100..180_i32, above: bool,
        ) {
            let side = if above { Side::Above } else { Side::Below };
            let at = Bound { side, first: Some(Amount::whole(bound)), second: None, meal: None };
            let mean = rule(Measure::Pulse, Condition::Average { bound: at, days: 7, least: 1 });
            let readings: Vec<Observed> =
                numbers.iter().zip(1..).map(|(number, id)| taken(id, Measure::Pulse, noon(5), &number.to_string())).collect();
            let (sum, all) = (numbers.iter().sum::<i32>(), bound * i32::try_from(numbers.len()).unwrap());
            let is_at = if above { sum >= all } else { sum <= all };
            let found = findings(&[mean], &readings, noon(5));
            prop_assert_eq!(found.len(), usize::from(is_at));
            // What is shown of it is rounded, and seems no less to be there.
            for one in found {
                let Evidence::Mean { first, .. } = one.evidence else { panic!("{one:?}") };
                prop_assert!(at.meets(Measure::Pulse.rounded(first), None));
            }
        }

        #[test]
        fn what_came_up_names_its_newest_reading(rules in rules(), readings in readings()) {
            // Two measures together are never one.
            let is_set = |rule: &Rule| rule.condition.other() != Some(rule.measure);
            for finding in findings(&rules, &readings, noon(25)).into_iter().filter(|finding| is_set(&finding.rule)) {
                let Some(newest) = readings.iter().find(|one| Some(one.id) == finding.newest) else { continue };
                let number = (newest.measure, newest.first, newest.second);
                let is_named = Finding::names(&finding.in_words(), finding.rule.measure, number);
                let is_of_some = matches!(finding.evidence, Evidence::Mean { .. }) || newest.measure.drawn() == Drawn::DayTotal;
                prop_assert_eq!(is_named, !is_of_some, "{}", finding.in_words());
            }
        }

        #[test]
        fn a_reading_of_which_no_rule_speaks_changes_nothing(rules in rules(), readings in readings(), day in 1..25_u32) {
            let mut more = readings.clone();
            more.push(taken(99, Measure::Glucose, noon(day), "20"));
            prop_assert_eq!(findings(&rules, &readings, noon(25)), findings(&rules, &more, noon(25)));
        }

        #[test]
        fn amber_never_hides_red_and_what_is_told_is_told_once(rules in rules(), readings in readings()) {
            let found = findings(&rules, &readings, noon(25));
            let told = to_tell(&found);
            for one in found.iter().filter(|one| one.rule.colour == Colour::Red) {
                prop_assert!(told.contains(&one));
            }
            // An amber one that is not told has a red one that is.
            for one in &found {
                prop_assert!(told.contains(&one) || told.iter().any(|other| one.rule.is_settled_with(&other.rule)));
            }
            let mut identities: Vec<_> = told.iter().map(|one| one.identity()).collect();
            identities.sort_unstable();
            identities.dedup();
            prop_assert_eq!(identities.len(), told.len());
        }

        #[test]
        fn a_rule_about_meals_comes_up_of_readings_of_theirs_alone(
            bound in bounds(), meal in prop::sample::select(Meal::ALL), days in 1..20_u16, least in 1..5_u16,
            all in prop::collection::vec((1..25_u32, 0..24_i64, 40..200_i32, prop::option::of(prop::sample::select(Meal::ALL))), 0..20),
        ) {
            let readings: Vec<Observed> = all.into_iter().zip(1..).map(|((day, hour, number, meal), id)| {
                let at = noon(day) + TimeDelta::hours(hour);
                Observed { meal, ..taken(id, Measure::Glucose, at, &number.to_string()) }
            }).collect();
            let of_theirs: Vec<Observed> = readings.iter().filter(|one| one.meal.is_some_and(|taken| meal.covers(taken))).copied().collect();
            let any = |bound| [
                rule(Measure::Glucose, Condition::Single { bound }),
                numbered(rule(Measure::Glucose, Condition::Average { bound, days, least }), 2),
            ];
            let said = |rules: &[Rule], readings: &[Observed]| {
                findings(rules, readings, noon(25)).into_iter().map(|one| (one.newest, one.evidence)).collect::<Vec<_>>()
            };
            prop_assert_eq!(said(&any(bound.at(meal)), &readings), said(&any(bound), &of_theirs));
        }

        #[test]
        fn once_all_is_settled_only_a_new_silence_comes_up(rules in rules(), readings in readings()) {
            let settled: Vec<Rule> = rules.into_iter().map(|rule| Rule { settled_at: Some(noon(28)), ..rule }).collect();
            prop_assert_eq!(findings(&settled, &readings, noon(28)), []);
        }
    }
}
