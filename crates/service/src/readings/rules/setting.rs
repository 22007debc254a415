//! Setting, changing and ending targets and rules, and saying when somebody looks.

use super::super::{Readings, allowed, may_type};
use crate::activity::{self, Event};
use crate::reader::Reader;
use crate::records::purpose;
use crate::typed::text;
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::{Weekdays, read_clock};
use domain::audit::Action;
use domain::reading::{
    Amount, Bound, Colour, Condition, Hours, MOST_DAYS, Meal, Measure, Part, Range, ReadyRule, RuleKind, Side, Target,
};
use domain::team::TeamAsk;
use domain::{MemberId, OrganisationId, PersonId, ReadingRuleId};
use std::collections::BTreeMap;
use store::reading_rule::{self, NewRule, RuleRow, RuleSaid, WatchRow};
use store::{Tx, person_write};

/// The most rules about one person.
const MOST_RULES: usize = 50;

/// Where a measure is wanted, as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetForm {
    /// The lower end of the first number; empty for none.
    pub first_low: String,
    /// Its upper end.
    pub first_high: String,
    /// The lower end of the second.
    pub second_low: String,
    /// Its upper end.
    pub second_high: String,
    /// The lower end of the first on waking, of what differs by that; empty where it does not.
    pub waking_low: String,
    /// Its upper end.
    pub waking_high: String,
    /// The lower end of the first after meals, of what differs by them; empty where it does not.
    pub after_low: String,
    /// Its upper end.
    pub after_high: String,
    /// Why, as the person reads it.
    pub why: String,
    /// There is none any more.
    pub ends: bool,
    /// The version that was seen; 0 where there was none.
    pub version: i32,
}

/// A rule, as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleForm {
    /// From which ready rule; empty for one of their own.
    pub ready: String,
    /// [`RuleKind`] by code.
    pub kind: String,
    /// What was typed: `colour`, `side`, `first`, `second`, `meal`, `days`, `least`, `by`, `other`, `also_side`, `also_first`,
    /// `also_second`, `also_meal`, `words`, `why`.
    pub typed: BTreeMap<String, String>,
    /// The version that was seen, of one that is there.
    pub version: i32,
    /// The form's one-time id.
    pub submission: String,
}

/// When somebody looks, as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchForm {
    /// [`Weekdays`] by code.
    pub days: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub until: String,
}

/// Somebody who may set rules about a person.
struct Setter {
    subject: Subject,
    reader: Reader,
    at: OrganisationId,
    member: MemberId,
}

impl Setter {
    async fn load(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Self, ServiceError> {
        let (subject, reader) = allowed(core, tx, actor, person, Ask::SetReadingRules).await?;
        let place = access::in_team(tx, actor, TeamAsk::SeeTeam).await?;
        // From here on nobody records a reading, or sets another rule.
        person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
        Ok(Self { subject, reader, at: place.organisation(), member: place.member() })
    }

    fn may(&self, measure: Measure) -> Result<(), ServiceError> {
        if may_type(&self.reader, measure) { Ok(()) } else { Err(ServiceError::NotFound) }
    }

    fn event(&self, actor: &Actor, what: &'static str) -> Event {
        Event::on_record(actor, self.subject, Action::ReadingRulesChanged, purpose(self.subject)).about("what", what)
    }
}

impl Readings {
    /// Sets where a measure is wanted, or ends that. What was before is kept. The same form twice does it once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (each of [`TargetForm`]), with no field where it has changed
    /// since; [`ServiceError::NotFound`] to whoever may not set rules about the person.
    pub async fn set_target(
        &self,
        actor: &Actor,
        person: PersonId,
        measure: Measure,
        form: &TargetForm,
    ) -> Result<(), ServiceError> {
        self.take_over_target(actor, person, measure, (form, self.core.now())).await
    }

    /// The same of a target that was agreed before, such as on paper, at this instant; one that is still to come is now. The account of
    /// who did what says when it was taken over.
    ///
    /// # Errors
    /// As [`Readings::set_target`].
    pub async fn take_over_target(
        &self,
        actor: &Actor,
        person: PersonId,
        measure: Measure,
        (form, at): (&TargetForm, DateTime<Utc>),
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let setter = Setter::load(&core, tx, &actor, person).await?;
                setter.may(measure)?;
                let (target, why) = read_target(measure, &form)?;
                let as_version = (person, measure, form.version.saturating_add(1));
                let last = reading_rule::target(tx, person, measure).await?;
                let is_done = last.as_ref().is_some_and(|row| {
                    (row.version, row.target(), row.why.as_str(), row.set_by)
                        == (as_version.2, target, &why, setter.member.as_uuid())
                });
                if is_done {
                    return Ok(());
                }
                if last.map_or(0, |row| row.version) != form.version {
                    return Err(changed_since());
                }
                let at = at.min(core.now());
                if !reading_rule::set_target(tx, as_version, target, &why, (setter.at, setter.member), at).await? {
                    return Err(changed_since());
                }
                let what = if target.is_some() { "target-set" } else { "target-ended" };
                activity::append(&core, tx, setter.event(&actor, what).about("measure", measure.code())).await
            })
        })
        .await
    }

    /// Adds a rule, and gives its id. The same form twice adds it once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (as [`RuleForm::typed`]); [`ServiceError::NotFound`] to whoever may not set rules about the person.
    pub async fn add_rule(
        &self,
        actor: &Actor,
        person: PersonId,
        measure: Measure,
        form: &RuleForm,
    ) -> Result<ReadingRuleId, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let setter = Setter::load(&core, tx, &actor, person).await?;
                setter.may(measure)?;
                let id: ReadingRuleId = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
                let kind = RuleKind::from_code(&form.kind).ok_or_else(ServiceError::not_whole)?;
                let said = read_rule(measure, kind, &form.typed)?;
                said.condition.other().map_or(Ok(()), |other| setter.may(other))?;
                if reading_rule::rule(tx, person, id).await?.is_some() {
                    return Ok(id);
                }
                if reading_rule::rules(tx, person).await?.len() >= MOST_RULES {
                    return Err(ServiceError::field("", format!("There are {MOST_RULES} rules already. End one first")));
                }
                let ready = ReadyRule::of(&form.ready).filter(|ready| ready.measure == measure).map_or("", |ready| ready.code);
                let new = NewRule { person, id, organisation: setter.at, measure, ready, said, by: setter.member };
                if reading_rule::add_rule(tx, &new, core.now()).await? {
                    let event = setter.event(&actor, "rule-added").about("measure", measure.code()).about("rule", id);
                    activity::append(&core, tx, event).await?;
                }
                Ok(id)
            })
        })
        .await
    }

    /// Changes a rule of the actor's organisation, as it was seen in this version. What it was is kept; what was written down before
    /// raises it only together with something new. The same form twice changes it once.
    ///
    /// # Errors
    /// As [`Readings::add_rule`]; [`ServiceError::Fields`] with no field where it has changed since.
    pub async fn change_rule(
        &self,
        actor: &Actor,
        person: PersonId,
        id: ReadingRuleId,
        form: &RuleForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let setter = Setter::load(&core, tx, &actor, person).await?;
                let row = own_rule(tx, person, id, &setter).await?;
                let rule = row.rule()?;
                let said = read_rule(rule.measure, rule.condition.kind(), &form.typed)?;
                said.condition.other().map_or(Ok(()), |other| setter.may(other))?;
                if row.is_changed(form.version, &said, setter.member)? {
                    return Ok(());
                }
                if !reading_rule::change_rule(tx, (person, id, form.version), &said, setter.member, core.now()).await? {
                    return Err(changed_since());
                }
                activity::append(&core, tx, setter.event(&actor, "rule-changed").about("rule", id)).await
            })
        })
        .await
    }

    /// Ends a rule of the actor's organisation, as it was seen in this version; one that has ended stays so. Of what it raised and nobody was told of yet, nobody is.
    ///
    /// # Errors
    /// As [`Readings::change_rule`]; [`ServiceError::Fields`] (`end_why`).
    pub async fn end_rule(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (ReadingRuleId, i32),
        why: &str,
    ) -> Result<(), ServiceError> {
        let why = why.to_owned();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let setter = Setter::load(&core, tx, &actor, person).await?;
                if let Some((organisation, measure)) = reading_rule::ended(tx, person, id).await? {
                    setter.may(measure)?;
                    return if organisation == setter.at { Ok(()) } else { Err(ServiceError::NotFound) };
                }
                own_rule(tx, person, id, &setter).await?;
                let why = said("end_why", &why, "Say why, in words for the person")
                    .map_err(|problem| ServiceError::Fields(vec![problem]))?;
                if !reading_rule::end_rule(tx, (person, id, version), &why, setter.member, core.now()).await? {
                    return Err(changed_since());
                }
                for alert in reading_rule::open_alerts(tx, person).await? {
                    if alert.rule_id == id.as_uuid() && alert.told_at.is_none() {
                        reading_rule::withdraw(tx, person, alert.alert()).await?;
                    }
                }
                activity::append(&core, tx, setter.event(&actor, "rule-ended").about("rule", id)).await
            })
        })
        .await
    }

    /// Says when the actor's organisation looks at what comes up about the person. Where it is said already, nothing is done.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`days`, `from`, `until`); [`ServiceError::NotFound`] to whoever may not set rules about the person.
    pub async fn set_hours(&self, actor: &Actor, person: PersonId, form: &WatchForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let setter = Setter::load(&core, tx, &actor, person).await?;
                let hours = read_hours(&form)?;
                let said = reading_rule::watches(tx, person).await?;
                let said = said.iter().find(|row| row.organisation_id == setter.at.as_uuid()).map(WatchRow::hours).transpose()?;
                if said.as_ref() == Some(&hours) {
                    return Ok(());
                }
                reading_rule::set_watch(tx, person, &hours, (setter.at, setter.member), core.now()).await?;
                activity::append(&core, tx, setter.event(&actor, "hours-set")).await
            })
        })
        .await
    }
}

/// A rule of the setter's own organisation that is open to them.
async fn own_rule(tx: &mut Tx, person: PersonId, id: ReadingRuleId, setter: &Setter) -> Result<RuleRow, ServiceError> {
    let row = reading_rule::rule(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
    let rule = row.rule()?;
    if rule.by != setter.at {
        return Err(ServiceError::NotFound);
    }
    setter.may(rule.measure)?;
    Ok(row)
}

fn changed_since() -> ServiceError {
    ServiceError::field("", "A colleague changed this meanwhile. Look at it again")
}

/// A text that must be there.
fn said(field: &str, typed: &str, missing: &str) -> Result<String, FieldProblem> {
    match text(field, typed)? {
        text if text.is_empty() => Err(FieldProblem::new(field, missing)),
        text => Ok(text),
    }
}

/// A number of this part in the measure's own unit; nothing where nothing was typed.
fn number(field: &str, typed: &str, measure: Measure, part: &Part) -> Result<Option<Amount>, FieldProblem> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let problem = |words: String| Err(FieldProblem::new(field, words));
    let Ok(amount) = Amount::parse(typed) else { return problem("Use numbers only, such as 135".to_owned()) };
    let (lowest, highest) = part.possible;
    match amount {
        _ if amount.decimals() > part.decimals => problem(match part.decimals {
            0 => "Write it without decimals".to_owned(),
            decimals => format!("Write it with no more than {decimals} decimals"),
        }),
        _ if amount < lowest || highest < amount => {
            problem(format!("It must be between {lowest} and {highest} {}", measure.unit().shown).trim_end().to_owned())
        }
        _ => Ok(Some(amount)),
    }
}

/// By how much a measure changes: by no more than it can at all.
fn change_by(typed: &str, measure: Measure) -> Result<Amount, FieldProblem> {
    let problem = |words: String| FieldProblem::new("by", words);
    let by = Amount::parse(typed).ok().filter(|by| by.thousandths() > 0);
    let by = by.ok_or_else(|| problem("Enter by how much, such as 2".to_owned()))?;
    let Some(part) = measure.parts().first() else { return Ok(by) };
    let most = Amount::from_thousandths(part.possible.1.thousandths() - part.possible.0.thousandths());
    if by.decimals() > part.decimals {
        return Err(problem(match part.decimals {
            0 => "Write it without decimals".to_owned(),
            decimals => format!("Write it with no more than {decimals} decimals"),
        }));
    }
    if by > most {
        return Err(problem(format!("It cannot be more than {most} {}", measure.unit().shown).trim_end().to_owned()));
    }
    Ok(by)
}

fn read_target(measure: Measure, form: &TargetForm) -> Result<(Option<Target>, String), ServiceError> {
    let mut problems = Vec::new();
    let mut target = Target::default();
    if !form.ends {
        let [first, second] = [measure.parts().first(), measure.parts().get(1)];
        let fields = [
            ("first_low", &form.first_low, "first_high", &form.first_high, first),
            ("second_low", &form.second_low, "second_high", &form.second_high, second),
            ("after_low", &form.after_low, "after_high", &form.after_high, first.filter(|_| measure.has_meals())),
            ("waking_low", &form.waking_low, "waking_high", &form.waking_high, first.filter(|_| measure.has_meals())),
        ];
        let mut ranges = [Range::default(); 4];
        for ((low, low_typed, high, high_typed, part), range) in fields.into_iter().zip(&mut ranges) {
            let Some(part) = part else { continue };
            let (from, to) = (number(low, low_typed, measure, part), number(high, high_typed, measure, part));
            if let (Ok(Some(from)), Ok(Some(to))) = (&from, &to)
                && from >= to
            {
                problems.push(FieldProblem::new(high, "It must be higher than the lower end"));
            }
            problems.extend(from.as_ref().err().cloned());
            problems.extend(to.as_ref().err().cloned());
            *range = Range::of(from.ok().flatten(), to.ok().flatten());
        }
        let [first, second, after, waking] = ranges;
        target = Target { first, second, after, waking };
        if problems.is_empty() && target == Target::default() {
            problems.push(FieldProblem::new("first_low", "Enter a lower end, an upper end, or both"));
        }
    }
    let why = said("why", &form.why, "Say why, in words for the person");
    problems.extend(why.as_ref().err().cloned());
    match why {
        Ok(why) if problems.is_empty() => Ok(((!form.ends).then_some(target), why)),
        _ => Err(ServiceError::Fields(problems)),
    }
}

/// What is typed in the form of a rule, and what is wrong with it.
struct Sheet<'a> {
    typed: &'a BTreeMap<String, String>,
    problems: Vec<FieldProblem>,
}

impl Sheet<'_> {
    fn get(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", |typed| typed.trim())
    }

    fn take<T>(&mut self, read: Result<T, FieldProblem>) -> Option<T> {
        read.map_err(|problem| self.problems.push(problem)).ok()
    }

    fn one_of<T>(&mut self, field: &str, of: impl Fn(&str) -> Option<T>, missing: &str) -> Option<T> {
        let read = of(self.get(field)).ok_or_else(|| FieldProblem::new(field, missing));
        self.take(read)
    }

    fn count(&mut self, field: &str, most: u16, what: &str) -> Option<u16> {
        let number = self.get(field).parse::<u16>().ok().filter(|number| (1..=most).contains(number));
        let read = number.ok_or_else(|| FieldProblem::new(field, format!("Enter {what} from 1 to {most}")));
        self.take(read)
    }

    /// The bound of a measure whose fields begin so.
    fn bound(&mut self, begins: &str, measure: Measure) -> Option<Bound> {
        let field = |name: &str| format!("{begins}{name}");
        let [above, below] = [Side::Above, Side::Below].map(|side| side.in_words(measure));
        let missing = format!("Choose \u{201c}{above}\u{201d} or \u{201c}{below}\u{201d}");
        let side = self.one_of(&field("side"), Side::from_code, &missing);
        let mut numbers = [None; 2];
        for ((name, part), place) in ["first", "second"].into_iter().zip(measure.parts()).zip(&mut numbers) {
            let read = number(&field(name), self.get(&field(name)), measure, part);
            *place = self.take(read)?;
        }
        let [first, second] = numbers;
        if first.is_none() && second.is_none() {
            self.problems.push(FieldProblem::new(field("first"), "Enter a number"));
            return None;
        }
        let meal = match self.get(&field("meal")) {
            "" => None,
            _ if !measure.has_meals() => None,
            word => {
                let read =
                    Meal::from_code(word).ok_or_else(|| FieldProblem::new(field("meal"), "Choose which readings it is about"));
                Some(self.take(read)?)
            }
        };
        Some(Bound { side: side?, first, second, meal })
    }
}

fn read_rule(measure: Measure, kind: RuleKind, typed: &BTreeMap<String, String>) -> Result<RuleSaid, ServiceError> {
    let mut sheet = Sheet { typed, problems: Vec::new() };
    let colour = sheet.one_of("colour", Colour::from_code, "Choose how soon you want to be told");
    let condition = match kind {
        RuleKind::Single => sheet.bound("", measure).map(|bound| Condition::Single { bound }),
        RuleKind::Average => {
            let (bound, days) = (sheet.bound("", measure), sheet.count("days", MOST_DAYS, "a number of days"));
            let least = sheet.count("least", 200, &format!("how many {} are enough,", measure.averaged_from()));
            bound.zip(days).zip(least).map(|((bound, days), least)| Condition::Average { bound, days, least })
        }
        RuleKind::Change => {
            let side = sheet.one_of("side", Side::from_code, "Choose a rise or a fall");
            let by = change_by(sheet.get("by"), measure);
            let by = sheet.take(by);
            let days = sheet.count("days", MOST_DAYS, "a number of days");
            side.zip(by).zip(days).map(|((side, by), days)| Condition::Change { side, by, days })
        }
        RuleKind::Both => {
            let bound = sheet.bound("", measure);
            let other = sheet.one_of(
                "other",
                |word| Measure::from_code(word).filter(|other| *other != measure),
                "Choose another measure",
            );
            let also = other.and_then(|other| sheet.bound("also_", other));
            bound.zip(other).zip(also).map(|((bound, other), also)| Condition::Both { bound, other, also })
        }
        RuleKind::Missing => sheet.count("days", MOST_DAYS, "a number of days").map(|days| Condition::Missing { days }),
    };
    let words = said("words", sheet.get("words"), "Say what the person is to do");
    let words = sheet.take(words);
    let why = said("why", sheet.get("why"), "Say why, in words for the person");
    let why = sheet.take(why);
    match (condition, colour, words, why) {
        (Some(condition), Some(colour), Some(words), Some(why)) if sheet.problems.is_empty() => {
            Ok(RuleSaid { condition, colour, words, why })
        }
        _ => Err(ServiceError::Fields(sheet.problems)),
    }
}

fn read_hours(form: &WatchForm) -> Result<Hours, ServiceError> {
    let days = Weekdays::from_code(&form.days).filter(|days| !days.is_empty());
    let clock = |field: &'static str, typed: &str| {
        read_clock(typed).ok_or_else(|| FieldProblem::new(field, "Enter a time, such as 8am or 18:30"))
    };
    let (from, until) = (clock("from", &form.from), clock("until", &form.until));
    let mut problems = Vec::new();
    if days.is_none() {
        problems.push(FieldProblem::new("days", "Choose at least one day"));
    }
    problems.extend(from.as_ref().err().cloned());
    problems.extend(until.as_ref().err().cloned());
    if let (Ok(from), Ok(until)) = (&from, &until)
        && from >= until
    {
        problems.push(FieldProblem::new("until", "It must be later than when they begin"));
    }
    match (days, from, until) {
        (Some(days), Ok(from), Ok(until)) if problems.is_empty() => Ok(Hours { days, from, until }),
        _ => Err(ServiceError::Fields(problems)),
    }
}
