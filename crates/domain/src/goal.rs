//! Goals that people set themselves: what can be one, how far they are, what is said about it, and what to be careful with.

use crate::reading::{Amount, Measure, Point, Range, Span, Target, Unit};
use crate::record::{Sensitivity, coded};
use crate::when::day_in_words;
use chrono::NaiveDate;

coded! {
    /// What a goal is about. A new kind is a new entry of the table below.
    Kind {
        /// Steps in a day.
        Steps = "steps",
        /// Minutes of activity in a week.
        Activity = "activity",
        /// Body weight.
        Weight = "weight",
        /// Cigarettes in a day.
        Smoking = "smoking",
        /// Units of alcohol in a week.
        Alcohol = "alcohol",
        /// Anything else, in their own words.
        Own = "own",
    }
}

coded! {
    /// Where a goal stands.
    State {
        /// A care team proposes it; the person has not said yes or no.
        Proposed = "proposed",
        /// It is gone after.
        Active = "active",
        /// It waits.
        Paused = "paused",
        /// The person says that they reached it.
        Reached = "reached",
        /// The person let it go.
        LetGo = "let-go",
        /// The person does not want what was proposed.
        Declined = "declined",
    }
}

coded! {
    /// What somebody does with a goal.
    Act {
        /// Takes what was proposed as their own.
        Accept = "accept",
        /// Does not want what was proposed.
        Decline = "decline",
        /// Lets it wait.
        Pause = "pause",
        /// Goes on with it.
        Resume = "resume",
        /// Says that they reached it.
        Reach = "reach",
        /// Lets it go.
        LetGo = "let-go",
    }
}

coded! {
    /// How a week went, as the person says.
    CheckIn {
        /// Well.
        Well = "well",
        /// In part.
        Some = "some",
        /// Not this time.
        NotThisTime = "not-this-time",
    }
}

impl CheckIn {
    /// What people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Well => "It went well",
            Self::Some => "Some of it",
            Self::NotThisTime => "Not this time",
        }
    }
}

impl State {
    /// Where it stands after this; absent where that cannot be done now.
    #[must_use]
    pub const fn after(self, act: Act) -> Option<Self> {
        match (self, act) {
            (Self::Proposed, Act::Accept) | (Self::Paused | Self::Reached | Self::LetGo, Act::Resume) => Some(Self::Active),
            (Self::Proposed, Act::Decline) => Some(Self::Declined),
            (Self::Active, Act::Pause) => Some(Self::Paused),
            (Self::Active | Self::Paused, Act::Reach) => Some(Self::Reached),
            (Self::Active | Self::Paused, Act::LetGo) => Some(Self::LetGo),
            _ => None,
        }
    }

    /// What people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Proposed => "Suggested",
            Self::Active => "Going on",
            Self::Paused => "Paused",
            Self::Reached => "Reached",
            Self::LetGo => "Let go",
            Self::Declined => "Not wanted",
        }
    }
}

/// Of which time a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Per {
    Day,
    Week,
    /// Of a reading by itself.
    Reading,
}

/// Which way a goal goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
    /// From where it begins to where it ends.
    Either,
}

/// What there is to say about a kind, in one place.
struct Entry {
    title: &'static str,
    measure: Option<Measure>,
    per: Per,
    way: Way,
    example: &'static str,
    first_step: &'static str,
}

const ENTRIES: [Entry; Kind::ALL.len()] = [
    Entry {
        title: "Walk more",
        measure: Some(Measure::Steps),
        per: Per::Day,
        way: Way::Up,
        example: "How many steps a day? Pick a little more than you walk now.",
        first_step: "For example, get off the bus a stop early",
    },
    Entry {
        title: "Be more active",
        measure: Some(Measure::Exercise),
        per: Per::Week,
        way: Way::Up,
        example: "How many minutes a week? The NHS suggests 150 for adults. Any is better than none.",
        first_step: "For example, a 10-minute walk after lunch",
    },
    Entry {
        title: "Reach a healthy weight",
        measure: Some(Measure::Weight),
        per: Per::Reading,
        way: Way::Either,
        example: "Which weight?",
        first_step: "For example, cook at home on two more days",
    },
    Entry {
        title: "Smoke less or stop",
        measure: Some(Measure::Smoking),
        per: Per::Day,
        way: Way::Down,
        example: "How many cigarettes a day at most? Enter 0 to stop.",
        first_step: "For example, call a stop smoking service",
    },
    Entry {
        title: "Drink less alcohol",
        measure: Some(Measure::Alcohol),
        per: Per::Week,
        way: Way::Down,
        example: "How many units a week at most? For adults the NHS says no more than 14, over 3 days or more.",
        first_step: "For example, choose some days without a drink",
    },
    Entry {
        title: "Something else",
        measure: None,
        per: Per::Reading,
        way: Way::Either,
        example: "Say it in your own words",
        first_step: "The smallest thing that you could do this week",
    },
];

impl Kind {
    fn entry(self) -> &'static Entry {
        // The table has one for each, in their order.
        ENTRIES.get(self.place()).unwrap_or(&ENTRIES[0])
    }

    /// What people choose.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.entry().title
    }

    /// What of the catalogue tells how far it is; absent where only the person can say.
    #[must_use]
    pub fn measure(self) -> Option<Measure> {
        self.entry().measure
    }

    /// What is asked of the number.
    #[must_use]
    pub fn example(self) -> &'static str {
        self.entry().example
    }

    /// A first step that somebody could take.
    #[must_use]
    pub fn first_step(self) -> &'static str {
        self.entry().first_step
    }

    /// Whether its number is what a whole week comes to.
    #[must_use]
    pub fn is_weekly(self) -> bool {
        self.entry().per == Per::Week
    }

    /// How sensitive it is: as the readings that it looks at.
    #[must_use]
    pub fn sensitivity(self) -> Sensitivity {
        self.measure().map_or(Sensitivity::General, Measure::sensitivity)
    }

    /// The number that can be its own, with what a whole week may come to.
    #[must_use]
    pub fn possible(self) -> Option<(Amount, Amount)> {
        let (low, high) = self.measure()?.parts().first()?.possible;
        let times = if self.is_weekly() { 7 } else { 1 };
        Some((low, Amount::from_thousandths(high.thousandths() * times)))
    }

    /// In which units its numbers can be written, the measure's own first; none but that where a whole week is meant.
    #[must_use]
    pub fn units(self) -> &'static [Unit] {
        let units = self.measure().map_or(&[][..], Measure::units);
        if self.is_weekly() { units.get(..1).unwrap_or_default() } else { units }
    }

    fn unit(self, ucum: &str) -> Option<&'static Unit> {
        self.units().iter().find(|unit| unit.ucum == ucum).or_else(|| self.units().first())
    }

    /// A number as people type it in this unit: "80", "12 8" of stones and pounds.
    #[must_use]
    pub fn as_typed(self, number: Amount, ucum: &str) -> String {
        let Some((measure, unit)) = self.measure().zip(self.unit(ucum)) else { return number.to_string() };
        match unit.pair {
            None if *unit == *measure.unit() => measure.rounded(number).to_string(),
            None => unit.to_own.back(number).rounded(1).to_string(),
            Some((per, ..)) => {
                let small = unit.to_own.back(number).rounded(0).thousandths() / 1000;
                format!("{} {}", small / per, small % per)
            }
        }
    }

    /// "8000 steps", "80 kg", "12 st 8 lb".
    #[must_use]
    pub fn amount_in_words(self, number: Amount, ucum: &str) -> String {
        let Some((measure, unit)) = self.measure().zip(self.unit(ucum)) else { return number.to_string() };
        measure.in_words(unit, &self.as_typed(number, ucum), measure.rounded(number), None)
    }

    /// "8000 steps a day", "80 kg".
    #[must_use]
    pub fn number_in_words(self, number: Amount, ucum: &str) -> String {
        let number = self.amount_in_words(number, ucum);
        match self.entry().per {
            Per::Day => format!("{number} a day"),
            Per::Week => format!("{number} a week"),
            Per::Reading => number,
        }
    }

    /// The code (UCUM) of its number in the measure's own unit: "{steps}/d", "{units}/wk", "kg".
    #[must_use]
    pub fn ucum(self) -> String {
        let own = self.units().first().map_or("", |unit| unit.ucum);
        match self.entry().per {
            Per::Day => format!("{own}/d"),
            Per::Week => format!("{own}/wk"),
            Per::Reading => own.to_owned(),
        }
    }

    /// The same as people read it: "steps a day", "kg".
    #[must_use]
    pub fn unit_in_words(self) -> String {
        let own = self.units().first().map_or("", |unit| unit.shown);
        match self.entry().per {
            Per::Day => format!("{own} a day"),
            Per::Week => format!("{own} a week"),
            Per::Reading => own.to_owned(),
        }
    }

    /// How far back is looked for where somebody is.
    #[must_use]
    pub fn looks_back(self) -> Span {
        if self.entry().per == Per::Reading { Span::Month } else { Span::Week }
    }

    /// Where somebody is by what a chart of that time shows: its points, and their average.
    #[must_use]
    pub fn now(self, points: &[Point], average: Option<Amount>) -> Option<Amount> {
        let last = points.last()?;
        Some(match self.entry().per {
            Per::Day => average?,
            Per::Week => Amount::from_thousandths(points.iter().map(|point| point.high).sum()),
            Per::Reading => Amount::from_thousandths(last.high),
        })
    }

    /// The same in words: "In the last 7 days: 9 units (3 of 7 days recorded)", "Last reading: 80 kg, on 3 November 2026".
    #[must_use]
    pub fn now_in_words(self, now: Amount, ucum: &str, recorded: Recorded) -> String {
        let (number, days) = (self.amount_in_words(now, ucum), recorded.days);
        match (self.entry().per, recorded.last) {
            (Per::Day, _) => format!("In the last 7 days: {number} a day on average ({days} of 7 days recorded)"),
            (Per::Week, _) => format!("In the last 7 days: {number} ({days} of 7 days recorded)"),
            (Per::Reading, Some(last)) => format!("Last reading: {number}, on {}", day_in_words(last)),
            (Per::Reading, None) => format!("Last reading: {number}"),
        }
    }

    /// The goal as a sentence without its full stop: "Walk 8000 steps a day". `words` are those of a goal of their own.
    #[must_use]
    pub fn in_words(self, (target, ucum): (Option<Amount>, &str), words: &str) -> String {
        let Some(target) = target else { return words.to_owned() };
        let (number, none) = (self.number_in_words(target, ucum), target == Amount::default());
        match self {
            Self::Steps => format!("Walk {number}"),
            Self::Activity => format!("Be active for {number}"),
            Self::Weight => format!("Reach {number}"),
            Self::Smoking if none => "Stop smoking".to_owned(),
            Self::Smoking => format!("Smoke no more than {number}"),
            Self::Alcohol if none => "Drink no alcohol".to_owned(),
            Self::Alcohol => format!("Drink no more than {number}"),
            Self::Own => words.to_owned(),
        }
    }
}

/// Of how much of the time that is looked at something is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// On how many days of it.
    pub days: usize,
    /// Of which day the last is.
    pub last: Option<NaiveDate>,
}

impl Recorded {
    /// Whether that is each day of a week.
    const fn is_whole_week(self) -> bool {
        self.days >= 7
    }
}

/// How far somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing of the last week tells.
    Unknown,
    /// They are there.
    There,
    /// They keep within a limit of a week so far, and not each of its days is recorded.
    SoFar,
    /// So many per cent of the way, from 1 to 99.
    OnTheWay(u8),
    /// They are where they began, or nothing says where that was.
    NotYet,
    /// They are further away than when they began.
    Away,
}

/// What somebody wants, in numbers of the measure's own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aim {
    /// What it is about.
    pub kind: Kind,
    /// Where they begin.
    pub start: Option<Amount>,
    /// Where they want to be.
    pub target: Option<Amount>,
}

impl Aim {
    /// Whether more is wanted.
    fn is_up(&self, target: Amount) -> bool {
        match self.kind.entry().way {
            Way::Up => true,
            Way::Down => false,
            Way::Either => self.start.is_some_and(|start| start < target),
        }
    }

    /// How far they are, where the last week comes to this.
    #[must_use]
    pub fn standing(&self, now: Option<Amount>) -> Standing {
        let (Some(target), Some(now), Some(measure)) = (self.target, now, self.kind.measure()) else { return Standing::Unknown };
        let now = measure.rounded(now);
        let up = self.is_up(target);
        let there = if up { now >= target } else { now <= target };
        if there {
            return Standing::There;
        }
        let Some(start) = self.start else { return Standing::NotYet };
        let along = |from: Amount, to: Amount| {
            let way = to.thousandths() - from.thousandths();
            if up { way } else { -way }
        };
        let (whole, done) = (along(start, target), along(start, now));
        match done {
            // Whoever began beyond the goal has no way to it that could be counted.
            _ if whole <= 0 => Standing::NotYet,
            0 => Standing::NotYet,
            done if done < 0 => Standing::Away,
            done => Standing::OnTheWay(u8::try_from((done * 100 / whole).clamp(1, 99)).unwrap_or(99)),
        }
    }

    /// The same by what is recorded. What is missing of a week may be more: before each of its days is recorded, nobody is told that they
    /// keep within its limit, or come nearer to it.
    #[must_use]
    pub fn standing_by(&self, now: Option<Amount>, recorded: Recorded) -> Standing {
        let standing = self.standing(now);
        let is_limit = self.kind.is_weekly() && self.kind.entry().way == Way::Down;
        match standing {
            Standing::There if is_limit && !recorded.is_whole_week() => Standing::SoFar,
            Standing::OnTheWay(_) if is_limit && !recorded.is_whole_week() => Standing::NotYet,
            standing => standing,
        }
    }

    /// Where a reading is wanted, to be drawn beside readings; absent where the goal is about more than one.
    #[must_use]
    pub fn band(&self) -> Option<Target> {
        self.kind.measure()?;
        let target = self.target.filter(|_| !self.kind.is_weekly())?;
        let first = if self.is_up(target) { Range::of(Some(target), None) } else { Range::at_most(target) };
        Some(Target { first, ..Target::default() })
    }
}

/// One calm sentence about how it goes. It blames nobody, counts no days in a row, and tells nobody to stop anything.
#[must_use]
pub fn encouragement(kind: Kind, state: State, standing: Standing, last: Option<CheckIn>) -> &'static str {
    match (state, standing, last) {
        (State::Proposed, ..) => "You decide. It is fine to say no.",
        (State::Paused, ..) => "A pause is fine. Go on when it suits you.",
        (State::Reached, ..) => "You did it. Be pleased with that.",
        (State::LetGo | State::Declined, ..) => "Goals change. You can set another at any time.",
        (State::Active, Standing::There, _) => match kind.entry().per {
            Per::Day => "You are there on the days you recorded. Well done.",
            Per::Week => "You are there this week. Well done.",
            Per::Reading => "Your last reading is there. Well done.",
        },
        (State::Active, Standing::SoFar, _) => "So far it is within your goal. Record all 7 days to see the week.",
        (State::Active, Standing::OnTheWay(50..), _) => "You are more than half way. Small steps add up.",
        (State::Active, Standing::OnTheWay(_), _) => "You are on your way. Small steps add up.",
        (State::Active, Standing::NotYet, _) => "Every start is slow. Pick one small thing for this week.",
        (State::Active, Standing::Away, _) => "Weeks go up and down. What would make the next one a little easier?",
        (State::Active, Standing::Unknown, Some(CheckIn::Well)) => "Good to hear. Keep what works for you.",
        (State::Active, Standing::Unknown, Some(CheckIn::Some)) => "Some is good. Small steps add up.",
        (State::Active, Standing::Unknown, Some(CheckIn::NotThisTime)) => "That happens to everybody. There is another week.",
        (State::Active, Standing::Unknown, None) => "Begin when you are ready, with your first step.",
    }
}

/// Something to be careful with: never a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caution {
    /// What it is, in a few words.
    pub title: &'static str,
    /// What to do.
    pub words: &'static str,
    /// From where it is taken.
    pub source: &'static str,
    /// Where to read more.
    pub url: &'static str,
}

/// NHS, Obesity: a body mass index of 18.5 to 24.9 is a healthy weight for most adults.
const UNDERWEIGHT: Caution = Caution {
    title: "This would be below a healthy weight for your height",
    words: "For most adults a body mass index (BMI) below 18.5 is too low. Talk to a GP before you aim for this weight.",
    source: "NHS: Obesity (what a healthy BMI is)",
    url: "https://www.nhs.uk/conditions/obesity/",
};

/// NHS, Obesity, treatment: 0.5 to 1 kg a week.
const TOO_FAST: Caution = Caution {
    title: "This is quicker than the NHS suggests",
    words: "A safe pace is 0.5 to 1 kg (1 to 2 lb) a week. More time, or a goal nearer by, is easier to keep.",
    source: "NHS: Obesity (treatment)",
    url: "https://www.nhs.uk/conditions/obesity/treatment/",
};

/// NHS, Alcohol support: it can be dangerous to stop too quickly.
const DEPENDENT: Caution = Caution {
    title: "If you drink a lot on most days, get help first",
    words: "If you shake, sweat, feel sick or see things when you have not had a drink, do not stop all at once. That can be dangerous. \
            Talk to a GP or call 111 first. Call 999 if somebody has a fit or is confused.",
    source: "NHS: Alcohol support",
    url: "https://www.nhs.uk/live-well/alcohol-advice/alcohol-support/",
};

const YOUNG: Caution = Caution {
    title: "Weight is different for people who are still growing",
    words: "Most children and young people need no weight goal. Talk to a GP, a school nurse or a health visitor first.",
    source: "NHS: Obesity (children)",
    url: "https://www.nhs.uk/conditions/obesity/",
};

/// Chief Medical Officer for England, 2009: an alcohol-free childhood is the healthiest and best option, and not drinking the healthiest of 15
/// to 17 too. The amounts of the low-risk guideline are those of adults.
const YOUNG_AND_ALCOHOL: Caution = Caution {
    title: "Under 18 it is healthiest not to drink alcohol",
    words: "The number of units that is said of adults is not for young people. Nobody under 15 should drink at all. \
            Talk to a parent, a GP or a school nurse, or call FRANK free on 0300 123 6600.",
    source: "Chief Medical Officer for England, 2009: Guidance on the consumption of alcohol by children and young people",
    url: "https://webarchive.nationalarchives.gov.uk/20130103185806/http:/www.dh.gov.uk/en/Publicationsandstatistics/Publications/PublicationsPolicyAndGuidance/DH_110258",
};

/// What is known of the person whose goal it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Their age in years.
    pub age: Option<u32>,
    /// Their height in centimetres.
    pub height: Option<Amount>,
}

/// From when to when a goal runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    /// The day on which it was set.
    pub from: NaiveDate,
    /// By which day.
    pub by: Option<NaiveDate>,
}

/// What to be careful with.
#[must_use]
pub fn cautions(aim: &Aim, runs: Runs, about: About) -> Vec<Caution> {
    let mut found = Vec::new();
    let young = about.age.is_some_and(|age| age < 18);
    match aim.kind {
        Kind::Alcohol => {
            found.push(DEPENDENT);
            found.extend(young.then_some(YOUNG_AND_ALCOHOL));
        }
        Kind::Weight if young => found.push(YOUNG),
        Kind::Weight => {
            if aim.target.zip(about.height).is_some_and(|(weight, height)| is_underweight(weight, height)) {
                found.push(UNDERWEIGHT);
            }
            if loses_too_fast(aim, runs) {
                found.push(TOO_FAST);
            }
        }
        Kind::Steps | Kind::Activity | Kind::Smoking | Kind::Own => {}
    }
    found
}

/// Whether a body mass index is below 18.5: kilograms divided by metres squared, in whole numbers.
fn is_underweight(weight: Amount, height: Amount) -> bool {
    // kg/m² < 18.5, with thousandths of kilograms (g) and of centimetres (10 µm): g × 10^7 < 18.5 × height².
    let (grams, height) = (i128::from(weight.thousandths()), i128::from(height.thousandths()));
    height > 0 && grams * 100_000_000 < 185 * height * height
}

/// More than 1 kg a week from where it begins to where it ends.
fn loses_too_fast(aim: &Aim, runs: Runs) -> bool {
    let (Some(start), Some(target), Some(by)) = (aim.start, aim.target, runs.by) else { return false };
    let (lost, days) = (start.thousandths() - target.thousandths(), (by - runs.from).num_days());
    lost > 0 && lost * 7 > 1000 * days.max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(number: i32) -> Amount {
        Amount::whole(number)
    }

    fn aim(kind: Kind, start: i32, target: i32) -> Aim {
        Aim { kind, start: Some(whole(start)), target: Some(whole(target)) }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn goals_are_said_as_people_say_them() {
        let table = [
            (Kind::Steps, 8000, "Walk 8000 steps a day"),
            (Kind::Activity, 150, "Be active for 150 minutes a week"),
            (Kind::Weight, 80, "Reach 80 kg"),
            (Kind::Smoking, 0, "Stop smoking"),
            (Kind::Smoking, 5, "Smoke no more than 5 cigarettes a day"),
            (Kind::Alcohol, 14, "Drink no more than 14 units a week"),
            (Kind::Alcohol, 0, "Drink no alcohol"),
        ];
        for (kind, target, words) in table {
            assert_eq!(kind.in_words((Some(whole(target)), ""), ""), words);
        }
        assert_eq!(Kind::Own.in_words((None, ""), "See my sister on Sundays"), "See my sister on Sundays");
        // 12 stones and 8 pounds are 176 pounds, 79.832 kg.
        let stones = Amount::from_thousandths(79_832);
        assert_eq!(Kind::Weight.in_words((Some(stones), "[lb_av]"), ""), "Reach 12 st 8 lb");
        assert_eq!(Kind::Weight.as_typed(stones, "[lb_av]"), "12 8");
        assert_eq!(Kind::Weight.now_in_words(stones, "", Recorded::default()), "Last reading: 79.8 kg");
        assert_eq!((Kind::Alcohol.units().len(), Kind::Activity.units().len(), Kind::Weight.units().len()), (1, 1, 2));
    }

    #[test]
    fn where_somebody_is_comes_from_what_is_recorded() {
        let point = |at, value| Point { at, low: value, high: value };
        let points = [point(1, 2000), point(2, 3000)];
        assert_eq!(Kind::Alcohol.now(&points, Some(whole(9))), Some(whole(5)), "a week is all of it");
        assert_eq!(Kind::Smoking.now(&points, Some(whole(9))), Some(whole(9)), "a day is the average of days");
        assert_eq!(Kind::Weight.now(&points, Some(whole(9))), Some(whole(3)), "a weight is the last");
        assert_eq!(Kind::Alcohol.now(&[], None), None);
        let recorded = Recorded { days: 2, last: Some(day("2026-11-03")) };
        let said = |kind: Kind, number| kind.now_in_words(whole(number), "", recorded);
        assert_eq!(said(Kind::Alcohol, 5), "In the last 7 days: 5 units (2 of 7 days recorded)");
        assert_eq!(said(Kind::Steps, 5000), "In the last 7 days: 5000 steps a day on average (2 of 7 days recorded)");
        assert_eq!(said(Kind::Weight, 80), "Last reading: 80 kg, on 3 November 2026");
    }

    #[test]
    fn how_far_somebody_is() {
        let table = [
            (aim(Kind::Steps, 4000, 8000), 4000, Standing::NotYet),
            (aim(Kind::Steps, 4000, 8000), 6000, Standing::OnTheWay(50)),
            (aim(Kind::Steps, 4000, 8000), 7999, Standing::OnTheWay(99)),
            (aim(Kind::Steps, 4000, 8000), 8000, Standing::There),
            (aim(Kind::Steps, 4000, 8000), 3000, Standing::Away),
            (aim(Kind::Weight, 90, 80), 85, Standing::OnTheWay(50)),
            (aim(Kind::Weight, 90, 80), 80, Standing::There),
            (aim(Kind::Weight, 90, 80), 92, Standing::Away),
            (aim(Kind::Weight, 45, 52), 48, Standing::OnTheWay(42)),
            (aim(Kind::Weight, 45, 52), 52, Standing::There),
            (aim(Kind::Weight, 80, 80), 82, Standing::NotYet),
            (aim(Kind::Smoking, 20, 0), 15, Standing::OnTheWay(25)),
            (aim(Kind::Smoking, 20, 0), 0, Standing::There),
            (aim(Kind::Alcohol, 30, 14), 14, Standing::There),
        ];
        for (aim, now, expected) in table {
            assert_eq!(aim.standing(Some(whole(now))), expected, "{aim:?} {now}");
        }
        assert_eq!(aim(Kind::Steps, 1, 2).standing(None), Standing::Unknown);
        assert_eq!(Aim { start: None, ..aim(Kind::Steps, 0, 8000) }.standing(Some(whole(5000))), Standing::NotYet);
        assert_eq!(Aim { kind: Kind::Own, start: None, target: None }.standing(Some(whole(1))), Standing::Unknown);
    }

    #[test]
    fn nobody_is_there_with_a_week_of_which_days_are_missing() {
        let table = [
            (aim(Kind::Alcohol, 30, 14), 3, 1, Standing::SoFar),
            (aim(Kind::Alcohol, 30, 14), 14, 6, Standing::SoFar),
            (aim(Kind::Alcohol, 30, 14), 14, 7, Standing::There),
            (aim(Kind::Alcohol, 30, 14), 22, 6, Standing::NotYet),
            (aim(Kind::Alcohol, 30, 14), 22, 7, Standing::OnTheWay(50)),
            // More than that it is in any case.
            (aim(Kind::Alcohol, 30, 14), 31, 1, Standing::Away),
            // What is missing of something to be reached can only add to it.
            (aim(Kind::Activity, 0, 150), 150, 1, Standing::There),
            (aim(Kind::Weight, 90, 80), 80, 1, Standing::There),
        ];
        for (aim, now, days, expected) in table {
            let recorded = Recorded { days, last: None };
            assert_eq!(aim.standing_by(Some(whole(now)), recorded), expected, "{aim:?} {now} {days}");
        }
        assert_eq!(aim(Kind::Alcohol, 30, 14).standing_by(None, Recorded::default()), Standing::Unknown);
        let there = |kind| encouragement(kind, State::Active, Standing::There, None);
        for kind in [Kind::Weight, Kind::Steps, Kind::Smoking] {
            assert!(!there(kind).contains("this week"), "{kind:?}");
        }
    }

    #[test]
    fn the_band_of_a_chart_holds_what_the_goal_holds() {
        let holds = |aim: Aim, number: i32| {
            let kind = aim.kind;
            aim.band().map(|band| band.holds(kind.measure().unwrap(), whole(number), None))
        };
        assert_eq!((holds(aim(Kind::Steps, 0, 8000), 8000), holds(aim(Kind::Steps, 0, 8000), 7999)), (Some(true), Some(false)));
        assert_eq!((holds(aim(Kind::Smoking, 20, 5), 5), holds(aim(Kind::Smoking, 20, 5), 6)), (Some(true), Some(false)));
        assert_eq!((holds(aim(Kind::Weight, 90, 80), 80), holds(aim(Kind::Weight, 90, 80), 81)), (Some(true), Some(false)));
        assert_eq!((holds(aim(Kind::Weight, 45, 52), 52), holds(aim(Kind::Weight, 45, 52), 51)), (Some(true), Some(false)));
        // What a week comes to is no bar of one day.
        assert_eq!(holds(aim(Kind::Alcohol, 30, 14), 14), None);
    }

    #[test]
    fn cautions_are_given_where_the_nhs_gives_them() {
        let runs = |by: Option<&str>| Runs { from: day("2026-11-03"), by: by.map(day) };
        let tall = About { age: Some(40), height: Some(whole(170)) };
        let titles =
            |aim: Aim, runs: Runs, about: About| cautions(&aim, runs, about).into_iter().map(|one| one.title).collect::<Vec<_>>();
        // 18.5 × 1.7² is 53.465 kg.
        assert_eq!(titles(aim(Kind::Weight, 60, 53), runs(None), tall), [UNDERWEIGHT.title]);
        assert!(titles(aim(Kind::Weight, 60, 54), runs(None), tall).is_empty());
        assert!(titles(aim(Kind::Weight, 60, 53), runs(None), About::default()).is_empty(), "no height, no BMI");
        // 8 kg in 8 weeks is 1 kg a week, a day less is quicker.
        assert!(titles(aim(Kind::Weight, 90, 82), runs(Some("2026-12-29")), tall).is_empty());
        assert_eq!(titles(aim(Kind::Weight, 90, 82), runs(Some("2026-12-28")), tall), [TOO_FAST.title]);
        assert!(titles(aim(Kind::Weight, 82, 90), runs(Some("2026-11-04")), tall).is_empty(), "gaining");
        assert_eq!(titles(aim(Kind::Weight, 60, 50), runs(None), About { age: Some(15), ..tall }), [YOUNG.title]);
        for target in [0, 14] {
            assert_eq!(titles(aim(Kind::Alcohol, 60, target), runs(None), tall), [DEPENDENT.title], "whatever the number is");
        }
        let no_number = Aim { kind: Kind::Alcohol, start: None, target: None };
        for (age, expected) in [(17, &[DEPENDENT.title, YOUNG_AND_ALCOHOL.title][..]), (18, &[DEPENDENT.title][..])] {
            assert_eq!(titles(no_number, runs(None), About { age: Some(age), ..tall }), expected, "{age}");
        }
        assert!(DEPENDENT.words.contains("do not stop all at once") && DEPENDENT.words.contains("GP or call 111 first"));
    }

    #[test]
    fn each_caution_stands_in_the_hazard_log_with_its_source_its_risk_and_its_control() {
        let log = include_str!("../../../docs/CLINICAL-SAFETY.md");
        let (_, table) = log.split_once("# Cautions of goals").unwrap();
        let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let rows: Vec<Vec<String>> = table.lines().skip_while(|line| !line.starts_with("|---")).skip(1).map(cells).collect();
        let all = [UNDERWEIGHT, TOO_FAST, DEPENDENT, YOUNG, YOUNG_AND_ALCOHOL];
        let written =
            include_str!("goal.rs").lines().filter(|line| line.contains(": Caution = Caution {") && !line.contains('"'));
        assert_eq!((written.count(), rows.len()), (all.len(), all.len()), "one is not looked at here");
        for (row, one) in rows.iter().zip(all) {
            assert_eq!((row[0].as_str(), row[1].as_str()), (one.title, one.source));
            assert!(row.len() == 4 && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        }
    }

    /// Every sentence that there is.
    fn sentences() -> Vec<&'static str> {
        let mut all = Vec::new();
        let standings = [
            Standing::SoFar,
            Standing::Unknown,
            Standing::There,
            Standing::OnTheWay(1),
            Standing::OnTheWay(99),
            Standing::NotYet,
            Standing::Away,
        ];
        for state in State::ALL {
            for standing in standings {
                for last in [None, Some(CheckIn::Well), Some(CheckIn::Some), Some(CheckIn::NotThisTime)] {
                    all.extend(Kind::ALL.iter().map(|kind| encouragement(*kind, *state, standing, last)));
                }
            }
        }
        all
    }

    #[test]
    fn no_sentence_blames_counts_days_in_a_row_or_tells_to_stop() {
        for sentence in sentences() {
            let said = sentence.to_lowercase();
            for word in
                ["should", "must", "fail", "missed", "streak", "in a row", "only", "but ", "stop", "quit", "!", "wrong", "bad"]
            {
                assert!(!said.contains(word), "{word}: {sentence}");
            }
            assert!(sentence.split_whitespace().count() <= 16, "{sentence}");
        }
    }

    proptest! {
        #[test]
        fn nearer_is_never_said_to_be_further(
            kind in prop::sample::select(&Kind::ALL[..5]), start in 0..500_i32, target in 0..500_i32, a in 0..500_i32, b in 0..500_i32,
        ) {
            let aim = aim(kind, start, target);
            let rank = |standing| match standing {
                Standing::Unknown => -3,
                Standing::Away => -1,
                Standing::NotYet => 0,
                Standing::OnTheWay(percent) => i32::from(percent),
                Standing::SoFar | Standing::There => 100,
            };
            let up = aim.is_up(whole(target));
            let (near, far) = if (a > b) == up { (a, b) } else { (b, a) };
            prop_assert!(rank(aim.standing(Some(whole(near)))) >= rank(aim.standing(Some(whole(far)))));
            prop_assert_eq!(aim.standing(Some(whole(target))), Standing::There);
        }

        #[test]
        fn more_time_and_a_nearer_goal_never_bring_a_caution(start in 40..200_i32, target in 40..200_i32, days in 0..700_i64, more in 0..700_i64) {
            let from = day("2026-11-03");
            let fast = |target: i32, days: i64| loses_too_fast(&aim(Kind::Weight, start, target), Runs { from, by: Some(from + chrono::TimeDelta::days(days)) });
            prop_assert!(fast(target, days) || !fast(target, days + more));
            prop_assert!(fast(target, days) || target >= start || !fast(target + 1, days));
        }

        #[test]
        fn a_heavier_weight_is_never_underweight_where_a_lighter_is_not(height in 100..220_i32, a in 20..200_i32, b in 20..200_i32) {
            let (light, heavy) = (a.min(b), a.max(b));
            prop_assert!(is_underweight(whole(light), whole(height)) || !is_underweight(whole(heavy), whole(height)));
        }

        #[test]
        fn what_was_proposed_is_only_taken_or_declined_and_what_was_declined_stays_so(acts in prop::collection::vec(prop::sample::select(Act::ALL), 0..12)) {
            let (mut state, mut accepted) = (State::Proposed, false);
            for act in acts {
                let Some(next) = state.after(act) else { continue };
                prop_assert!(state != State::Declined && next != State::Proposed);
                prop_assert!(state != State::Proposed || matches!(act, Act::Accept | Act::Decline));
                accepted |= act == Act::Accept;
                prop_assert_eq!(next == State::Declined, !accepted);
                state = next;
            }
        }
    }
}
