//! What was measured, laid over what was to be measured: which parts of which days are done, missing or still to come, and whether
//! that is enough.

use super::{Counts, Protocol, Sitting};
use crate::ReadingId;
use crate::appointment::shown_at;
use crate::reading::Amount;
use crate::when::{london_day, minute_of_day};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// The minute of the clock in London at which a day of a diary begins: what is measured after a late evening belongs to it.
pub const DAY_BEGINS: u16 = 4 * 60;
const DAY: u16 = 24 * 60;

/// The longest time between two readings that are taken one after the other (NICE NG136, 1.2.7: "consecutive measurements"): our own
/// bound, within which nobody has got up and begun anew.
pub const TOGETHER: TimeDelta = TimeDelta::minutes(30);

/// The day of a diary in which an instant falls.
#[must_use]
pub fn diary_day(at: DateTime<Utc>) -> NaiveDate {
    let day = london_day(at);
    if minute_of_day(at) < DAY_BEGINS { day.pred_opt().unwrap_or(day) } else { day }
}

/// The minute of that day.
fn minute(at: DateTime<Utc>) -> u16 {
    let minute = minute_of_day(at);
    if minute < DAY_BEGINS { minute + DAY } else { minute }
}

/// The instant of a minute of a day of a diary. The clocks change between 1am and 2am, so that those of sittings are always shown.
fn instant(day: NaiveDate, minute: u16) -> DateTime<Utc> {
    shown_at(day, minute).unwrap_or_else(|| day.and_time(NaiveTime::MIN).and_utc())
}

/// What is to be measured, and on which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What, and how.
    pub protocol: Protocol,
    /// The first day.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
    /// When it was begun, be that before its first day or, of one that was kept on paper, after it; absent where that is of no matter.
    pub begun: Option<DateTime<Utc>>,
}

/// A reading.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    /// When.
    pub at: DateTime<Utc>,
    /// Which.
    pub id: ReadingId,
    /// Its first number.
    pub first: Amount,
    /// Its second.
    pub second: Option<Amount>,
    /// How it was taken, as it is kept.
    pub settings: String,
    /// Whether a person measured it: a device or an app by itself measures on, whoever is there.
    pub by_hand: bool,
}

impl Taken {
    /// Whether somebody said that it was taken after being active.
    #[must_use]
    pub fn is_after_activity(&self) -> bool {
        self.settings.split(' ').any(|setting| setting == "activity=active")
    }
}

/// How a part of a day stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is to come.
    Later,
    /// It is time.
    Due,
    /// It is later than usual, and still counts.
    Late,
    /// Something is there, and not yet enough.
    Half,
    /// It was over when the plan was begun on its first day, and nothing is there: nobody was to measure then.
    Before,
    /// It is over, and nothing is there.
    Missed,
    /// All is there.
    Done,
}

/// A part of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SittingSeen {
    /// Which.
    pub sitting: &'static Sitting,
    /// How it stands.
    pub state: State,
    /// Whether it can be measured now.
    pub open: bool,
    /// The readings that count, once all of them are there; until then what may come to count.
    pub counted: Vec<Taken>,
    /// The others.
    pub others: Vec<Taken>,
}

/// Why a reading does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCounted {
    /// It was not taken as its protocol has it taken.
    Otherwise,
    /// As many as are wanted were there before it.
    After,
    /// It was taken too soon after another.
    Soon,
    /// No other of as many as are wanted was taken together with it.
    Alone,
}

impl NotCounted {
    /// As it stands behind "does not count, ".
    #[must_use]
    pub fn in_words(self, protocol: Protocol) -> String {
        match (self, protocol.each()) {
            // Blood pressure alone leaves out what was taken otherwise, and has two readings with a wait between them.
            (Self::Otherwise, _) => "not taken sitting".to_owned(),
            (Self::After, 1) => "taken after the one that counts".to_owned(),
            (Self::After, each) => format!("taken after the {each} that count"),
            (Self::Soon, _) => "less than a minute after the one before".to_owned(),
            (Self::Alone, _) => "no second one within 30 minutes".to_owned(),
        }
    }
}

impl SittingSeen {
    /// Why one of its readings that do not count does not.
    #[must_use]
    pub fn why_not(&self, protocol: Protocol, one: &Taken) -> NotCounted {
        let is_taken = |other: &&Taken| protocol.takes(&other.settings);
        let is_after = self.state == State::Done && self.counted.last().is_some_and(|last| last < one);
        let mut others = self.counted.iter().chain(&self.others).filter(is_taken);
        let is_soon = others.any(|other| other < one && one.at - other.at < protocol.apart());
        match (protocol.takes(&one.settings), is_after, is_soon) {
            (false, ..) => NotCounted::Otherwise,
            (true, true, _) => NotCounted::After,
            (true, false, true) => NotCounted::Soon,
            (true, false, false) => NotCounted::Alone,
        }
    }
}

/// A day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub on: NaiveDate,
    /// Its readings are left out.
    pub dropped: bool,
    /// Its parts.
    pub sittings: Vec<SittingSeen>,
}

impl Day {
    /// Whether nothing is missing.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.sittings.iter().all(|one| one.state == State::Done)
    }
}

/// A diary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diary {
    /// What was to be measured.
    pub plan: Plan,
    /// Its days.
    pub days: Vec<Day>,
    /// The last day is over.
    pub over: bool,
}

impl Plan {
    /// The instants from which, and before which, what is measured belongs to it.
    #[must_use]
    pub fn span(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let after = self.last.succ_opt().unwrap_or(self.last);
        (instant(self.first, DAY_BEGINS), instant(after, DAY_BEGINS))
    }

    /// Whether its last day is over.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        diary_day(now) > self.last
    }

    /// Which day of how many it is; the first is 1. Before it begins, and after it has ended, there is none.
    #[must_use]
    pub fn day_number(&self, now: DateTime<Utc>) -> Option<(i64, i64)> {
        let today = diary_day(now);
        let days = |from: NaiveDate, to: NaiveDate| (to - from).num_days() + 1;
        (self.first..=self.last).contains(&today).then(|| (days(self.first, today), days(self.first, self.last)))
    }

    /// Lays these readings, in any order, over the plan as it stands at this instant. What lies outside its days is left aside.
    #[must_use]
    pub fn diary(&self, readings: &[Taken], now: DateTime<Utc>) -> Diary {
        let mut readings: Vec<&Taken> = readings.iter().collect();
        readings.sort_unstable();
        readings.dedup();
        let place = |one: &Taken| self.protocol.sitting_of(minute(one.at), &one.settings);
        let placed: Vec<(NaiveDate, usize, &Taken)> =
            readings.into_iter().map(|one| (diary_day(one.at), place(one), one)).collect();
        let mut days = Vec::new();
        let mut is_first = self.protocol.drops_first_day();
        for on in self.first.iter_days().take_while(|day| *day <= self.last) {
            let of_day = || placed.iter().filter(|(day, ..)| *day == on);
            let sittings = self.protocol.sittings().iter().enumerate().map(|(at, sitting)| {
                let within = of_day().filter(|(_, place, _)| *place == at);
                self.sitting(on, sitting, within.map(|(.., one)| *one), now)
            });
            let sittings = sittings.collect();
            // The first day on which anything was measured, be it the first of the plan or not.
            let dropped = is_first && of_day().any(|(.., one)| self.protocol.takes(&one.settings));
            is_first &= !dropped;
            days.push(Day { on, dropped, sittings });
        }
        Diary { plan: *self, days, over: self.is_over(now) }
    }

    fn sitting<'t>(
        &self,
        on: NaiveDate,
        sitting: &'static Sitting,
        readings: impl Iterator<Item = &'t Taken>,
        now: DateTime<Utc>,
    ) -> SittingSeen {
        let readings: Vec<&Taken> = readings.collect();
        let taken: Vec<&Taken> = readings.iter().copied().filter(|one| self.protocol.takes(&one.settings)).collect();
        let chosen = match self.protocol.counts() {
            Counts::Every => taken,
            Counts::First(many, apart) => together(&taken, many, apart),
        };
        let (counted, others): (Vec<&Taken>, Vec<&Taken>) = readings.into_iter().partition(|one| chosen.contains(one));
        let cloned = |all: Vec<&Taken>| all.into_iter().cloned().collect::<Vec<_>>();
        let (counted, others) = (cloned(counted), cloned(others));
        let [from, usual, until] = [sitting.from, sitting.usual_until, sitting.until].map(|minute| instant(on, minute));
        // What was taken after a meal counts in the result, and is not what this part asks for.
        let fitting = counted.iter().filter(|one| sitting.fits(&one.settings)).count();
        let begun = self.protocol.counts() != Counts::Every && !(counted.is_empty() && others.is_empty());
        let state = match fitting {
            many if many >= self.protocol.each() => State::Done,
            _ if begun => State::Half,
            _ if now < from => State::Later,
            _ if now < usual => State::Due,
            _ if now < until => State::Late,
            _ if on == self.first && self.begun.is_some_and(|begun| diary_day(begun) == on && until <= begun) => State::Before,
            _ => State::Missed,
        };
        SittingSeen { sitting, state, open: from <= now && now < until, counted, others }
    }
}

/// The first so many readings, in the order of time, of which each is so far from the one before and no further than [`TOGETHER`];
/// where there are not so many yet, what the next may be added to.
fn together<'t>(taken: &[&'t Taken], many: usize, apart: TimeDelta) -> Vec<&'t Taken> {
    let from = |start: usize| {
        let mut chosen: Vec<&Taken> = Vec::new();
        for one in taken.iter().skip(start) {
            let follows = chosen.last().is_none_or(|before| (apart..=TOGETHER).contains(&(one.at - before.at)));
            if chosen.len() < many && follows {
                chosen.push(one);
            }
        }
        chosen
    };
    let begun = || {
        let last = taken.last()?;
        taken.iter().position(|one| last.at - one.at <= TOGETHER).map(from)
    };
    (0..taken.len()).map(from).find(|chosen| chosen.len() >= many).or_else(begun).unwrap_or_default()
}

impl Diary {
    /// The readings from which the result is worked out: those that count, of parts of days that are done or where each counts by
    /// itself, without the day that is left out.
    pub fn counted(&self) -> impl Iterator<Item = &Taken> {
        let each = self.plan.protocol.counts() == Counts::Every;
        let parts = self.days.iter().filter(|day| !day.dropped).flat_map(|day| &day.sittings);
        parts.filter(move |one| each || one.state == State::Done).flat_map(|one| &one.counted)
    }

    /// Every reading, in the order of time.
    pub fn all(&self) -> impl Iterator<Item = &Taken> {
        let mut all: Vec<&Taken> =
            self.days.iter().flat_map(|day| &day.sittings).flat_map(|one| one.counted.iter().chain(&one.others)).collect();
        all.sort_unstable();
        all.into_iter()
    }

    /// How many whole days it has, beside the one that is left out.
    #[must_use]
    pub fn whole_days(&self) -> usize {
        self.days.iter().filter(|day| !day.dropped && day.is_whole()).count()
    }

    /// Whether that is enough for a result, so that it may be ended.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let counted = self.counted().take(self.plan.protocol.least_readings()).count();
        counted >= self.plan.protocol.least_readings() && self.whole_days() >= self.plan.protocol.least()
    }

    /// How many more whole days it needs.
    #[must_use]
    pub fn lacks(&self) -> usize {
        self.plan.protocol.least().saturating_sub(self.whole_days())
    }

    /// Whether it can still come to be valid at this instant.
    #[must_use]
    pub fn can_be_valid(&self, now: DateTime<Utc>) -> bool {
        let is_ahead = |day: &Day, one: &SittingSeen| instant(day.on, one.sitting.until) > now;
        let can = |day: &Day| !day.dropped && day.sittings.iter().all(|one| one.state == State::Done || is_ahead(day, one));
        let whole = self.days.iter().filter(|day| can(day)).count();
        // Where nothing was measured yet, the first day that is comes to be left out: today, if a part of it is over.
        let nothing = self.plan.protocol.drops_first_day() && self.days.iter().all(|day| !day.dropped);
        let part_of_today = self.days.iter().any(|day| !can(day) && day.sittings.iter().any(|one| is_ahead(day, one)));
        whole.saturating_sub(usize::from(nothing && !part_of_today)) >= self.plan.protocol.least()
    }

    /// The part of the day in which one can measure now.
    #[must_use]
    pub fn now(&self) -> Option<&SittingSeen> {
        self.days.iter().flat_map(|day| &day.sittings).find(|one| one.open)
    }

    /// The next part that is to come, and its day.
    #[must_use]
    pub fn next(&self) -> Option<(NaiveDate, &SittingSeen)> {
        self.days.iter().flat_map(|day| day.sittings.iter().map(|one| (day.on, one))).find(|(_, one)| one.state == State::Later)
    }

    /// The parts of days that are over and are not done, the first first.
    pub fn missing(&self) -> impl Iterator<Item = (NaiveDate, &SittingSeen)> {
        let parts = self.days.iter().flat_map(|day| day.sittings.iter().map(|one| (day.on, one)));
        parts.filter(|(_, one)| !one.open && matches!(one.state, State::Missed | State::Half))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::reading::week::{Outcome, outcome};
    use chrono::Days;
    use proptest::prelude::*;
    use uuid::Uuid;

    pub fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    pub fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_does_not_count_says_why() {
        let standing = Taken { settings: "position=standing".to_owned(), ..taken("2026-11-04T08:10:00Z", 150, 90) };
        let readings = [
            taken("2026-11-04T07:00:00Z", 141, 88),
            taken("2026-11-04T08:00:00Z", 142, 88),
            taken("2026-11-04T08:00:20Z", 138, 86),
            taken("2026-11-04T08:02:00Z", 140, 87),
            taken("2026-11-04T08:02:30Z", 139, 87),
            standing,
        ];
        let diary = week().diary(&readings, at("2026-11-04T09:00:00Z"));
        let morning = &diary.days[1].sittings[0];
        let why: Vec<(Amount, NotCounted)> =
            morning.others.iter().map(|one| (one.first, morning.why_not(Protocol::HomePressure, one))).collect();
        let expected =
            [(141, NotCounted::Alone), (138, NotCounted::Soon), (139, NotCounted::After), (150, NotCounted::Otherwise)];
        assert_eq!(why, expected.map(|(first, why)| (Amount::whole(first), why)));
        assert_eq!(NotCounted::After.in_words(Protocol::HomePressure), "taken after the 2 that count");
        assert_eq!(NotCounted::After.in_words(Protocol::Weight), "taken after the one that counts");
    }

    pub fn taken(when: &str, first: i32, second: i32) -> Taken {
        let id = ReadingId::from_uuid(Uuid::from_u128(
            u128::from(at(when).timestamp().unsigned_abs()) * 1000 + u128::from(first.unsigned_abs()),
        ));
        Taken {
            at: at(when),
            id,
            first: Amount::whole(first),
            second: Some(Amount::whole(second)),
            settings: String::new(),
            by_hand: true,
        }
    }

    /// A week of blood pressure from 3 November 2026.
    pub fn week() -> Plan {
        Plan { protocol: Protocol::HomePressure, first: day("2026-11-03"), last: day("2026-11-09"), begun: None }
    }

    /// Two readings two minutes apart at this hour of the so manieth day.
    pub fn pair(number: u64, hour: u32, first: i32, second: i32) -> Vec<Taken> {
        let on = day("2026-11-03") + Days::new(number - 1);
        [0, 2].map(|minute| taken(&format!("{on}T{hour:02}:{minute:02}:00Z"), first, second)).to_vec()
    }

    /// Morning and evening of these days.
    fn days(numbers: &[u64]) -> Vec<Taken> {
        numbers.iter().flat_map(|number| [pair(*number, 8, 140, 90), pair(*number, 20, 130, 80)].concat()).collect()
    }

    const END: &str = "2026-11-10T09:00:00Z";

    #[test]
    fn diaries_that_are_valid_and_diaries_that_are_not() {
        let without = |skip: &[(u64, u32)]| -> Vec<Taken> {
            let part = |one: &Taken| {
                !skip.iter().any(|(number, hour)| pair(*number, *hour, 0, 0).iter().any(|other| other.at == one.at))
            };
            days(&[1, 2, 3, 4]).into_iter().filter(part).collect()
        };
        let single: Vec<Taken> =
            days(&[1, 2, 3]).into_iter().chain(pair(4, 8, 140, 90)).chain(pair(4, 20, 140, 90).into_iter().take(1)).collect();
        let close: Vec<Taken> = days(&[1, 2, 3])
            .into_iter()
            .chain(pair(4, 8, 140, 90))
            .chain([taken("2026-11-06T20:00:00Z", 130, 80), taken("2026-11-06T20:00:59Z", 130, 80)])
            .collect();
        let standing: Vec<Taken> = days(&[1, 2, 3, 4])
            .into_iter()
            .map(|one| {
                if one.at == at("2026-11-06T20:02:00Z") { Taken { settings: "position=standing".to_owned(), ..one } } else { one }
            })
            .collect();
        // What was measured, whole days that count, whether it is valid.
        let table: [(&str, Vec<Taken>, usize, bool); 13] = [
            ("nothing", Vec::new(), 0, false),
            ("one day", days(&[1]), 0, false),
            ("three days", days(&[1, 2, 3]), 2, false),
            ("four days", days(&[1, 2, 3, 4]), 3, true),
            ("a whole week", days(&[1, 2, 3, 4, 5, 6, 7]), 6, true),
            ("four days with gaps between", days(&[1, 3, 5, 7]), 3, true),
            ("begun on the second day", days(&[2, 3, 4]), 2, false),
            ("begun on the fourth day, to the end", days(&[4, 5, 6, 7]), 3, true),
            ("a first day without its morning", without(&[(1, 8)]), 3, true),
            ("a fourth day without its evening", without(&[(4, 20)]), 2, false),
            ("one reading in an evening", single, 2, false),
            ("two readings less than a minute apart", close, 2, false),
            ("one reading taken standing", standing, 2, false),
        ];
        for (what, readings, whole, valid) in table {
            let diary = week().diary(&readings, at(END));
            assert_eq!((diary.whole_days(), diary.is_valid()), (whole, valid), "{what}");
            assert_eq!(diary.lacks() == 0, whole >= 3, "{what}");
            assert!(diary.over);
        }
    }

    #[test]
    fn a_part_of_a_day_is_to_come_due_late_half_missed_or_done() {
        let state = |readings: &[Taken], now: &str| week().diary(readings, at(now)).days[1].sittings[0].state;
        let morning = pair(2, 8, 140, 90);
        for (readings, now, expected) in [
            (&morning[..0], "2026-11-04T03:59:59Z", State::Later),
            (&morning[..0], "2026-11-04T04:00:00Z", State::Due),
            (&morning[..0], "2026-11-04T11:00:00Z", State::Late),
            (&morning[..0], "2026-11-04T14:00:00Z", State::Missed),
            (&morning[..1], "2026-11-04T08:01:00Z", State::Half),
            (&morning[..1], "2026-11-05T08:01:00Z", State::Half),
            (&morning[..], "2026-11-04T08:03:00Z", State::Done),
            (&morning[..], "2026-11-09T08:03:00Z", State::Done),
        ] {
            assert_eq!(state(readings, now), expected, "{} readings at {now}", readings.len());
        }
        let now = week().diary(&morning, at("2026-11-04T08:03:00Z"));
        assert_eq!(now.now().unwrap().state, State::Done);
        assert_eq!(now.next().map(|(on, one)| (on, one.sitting.title)), Some((day("2026-11-04"), "Evening")));
        assert_eq!(
            now.missing().map(|(on, one)| (on, one.sitting.title)).collect::<Vec<_>>(),
            [(day("2026-11-03"), "Morning"), (day("2026-11-03"), "Evening")]
        );
        assert_eq!(week().day_number(at("2026-11-04T08:03:00Z")), Some((2, 7)));
        assert_eq!(week().day_number(at(END)), None);
    }

    #[test]
    fn the_first_two_that_are_a_minute_apart_count_and_no_third() {
        let readings = [
            taken("2026-11-04T08:00:00Z", 150, 95),
            taken("2026-11-04T08:00:30Z", 149, 94),
            taken("2026-11-04T08:01:00Z", 148, 93),
            taken("2026-11-04T08:05:00Z", 120, 70),
        ];
        let diary = week().diary(&readings, at(END));
        let morning = &diary.days[1].sittings[0];
        let numbers = |all: &[Taken]| all.iter().map(|one| one.first.thousandths() / 1000).collect::<Vec<_>>();
        assert_eq!((numbers(&morning.counted), numbers(&morning.others)), (vec![150, 148], vec![149, 120]));
    }

    #[test]
    fn blood_sugar_is_placed_by_its_meal_and_what_fits_nowhere_fills_no_part() {
        let plan = Plan { protocol: Protocol::Glucose, ..week() };
        let seen = |time: &str, settings: &str| {
            let one = Taken { settings: settings.to_owned(), second: None, ..taken(&format!("2026-11-04T{time}:00Z"), 7, 0) };
            let diary = plan.diary(&[one], at(END));
            let parts = diary.days[1].sittings.iter().filter(|part| !part.counted.is_empty());
            let [part] = parts.collect::<Vec<_>>()[..] else { panic!("{time} {settings}: not one part") };
            assert_eq!((diary.counted().count(), part.others.len()), (1, 0), "{time} {settings}: it counts in the result");
            (part.sitting.title, part.state)
        };
        let (breakfast, lunch, evening, bedtime) = ("Before breakfast", "Before lunch", "Before the evening meal", "At bedtime");
        for (time, settings, title, state) in [
            ("08:00", "meal=waking", breakfast, State::Done),
            ("08:00", "meal=before", breakfast, State::Done),
            ("08:00", "", breakfast, State::Done),
            // Eaten at 8:30: it is not the reading before breakfast.
            ("10:00", "meal=after", breakfast, State::Missed),
            ("14:00", "meal=after", lunch, State::Missed),
            ("22:00", "meal=after", bedtime, State::Missed),
            // Somebody who sleeps late, eats late, or goes to bed early.
            ("12:00", "meal=waking", breakfast, State::Done),
            ("12:00", "meal=before", lunch, State::Done),
            ("21:30", "meal=before", evening, State::Done),
            ("20:30", "meal=bedtime", bedtime, State::Done),
            ("23:30", "meal=bedtime", bedtime, State::Done),
            // Somebody who works at night: where it stands nobody can guess, so that it stays with the clock.
            ("09:00", "meal=bedtime", breakfast, State::Missed),
            ("17:00", "meal=waking", evening, State::Missed),
            ("13:00", "meal=other", lunch, State::Missed),
        ] {
            assert_eq!(seen(time, settings), (title, state), "{time} {settings}");
        }
    }

    #[test]
    fn a_profile_asks_for_after_meals_too_and_says_which_are_missing() {
        let plan = Plan { protocol: Protocol::GlucoseProfile, ..week() };
        let one = |time: &str, meal: &str| Taken {
            settings: format!("meal={meal}"),
            second: None,
            ..taken(&format!("2026-11-04T{time}:00Z"), 7, 0)
        };
        let parts = |readings: &[Taken], now: &str| {
            let diary = plan.diary(readings, at(now));
            assert_eq!(diary.counted().count(), readings.len(), "each counts in the result");
            diary.days[1].sittings.iter().map(|part| part.state).collect::<Vec<_>>()
        };
        let whole = [
            one("07:40", "waking"),
            one("09:50", "after"),
            one("12:10", "before"),
            one("14:20", "after"),
            one("18:00", "before"),
            one("20:05", "after"),
            one("22:30", "bedtime"),
        ];
        assert_eq!(parts(&whole, END), [State::Done; 7]);
        // After lunch is no reading before it, and the day is not whole.
        let half = [one("08:00", "before"), one("12:30", "before"), one("13:00", "other"), one("21:30", "after")];
        let [done, missed] = [State::Done, State::Missed];
        assert_eq!(parts(&half, END), [done, missed, done, missed, missed, done, missed]);
        let missing = plan.diary(&half, at("2026-11-04T20:00:00Z"));
        let titles: Vec<&str> =
            missing.missing().filter(|(on, _)| *on == day("2026-11-04")).map(|(_, part)| part.sitting.title).collect();
        assert_eq!(titles, ["2 hours after breakfast", "2 hours after lunch", "Before the evening meal"]);
        assert_eq!(missing.now().map(|part| part.sitting.title), Some("2 hours after the evening meal"));
        // Between two meals the nearer of both is meant.
        for (time, meal, title) in [
            ("10:30", "before", "Before breakfast"),
            ("11:30", "before", "Before lunch"),
            ("12:30", "after", "2 hours after breakfast"),
            ("13:30", "after", "2 hours after lunch"),
            ("20:30", "before", "Before the evening meal"),
            ("23:00", "after", "2 hours after the evening meal"),
        ] {
            let diary = plan.diary(&[one(time, meal)], at(END));
            let part = diary.days[1].sittings.iter().find(|part| part.state == State::Done).unwrap();
            assert_eq!(part.sitting.title, title, "{meal} {time}");
        }
    }

    #[test]
    fn two_that_are_not_taken_together_do_not_count_together() {
        let morning = |times: &[&str]| {
            let readings: Vec<Taken> = times.iter().map(|time| taken(&format!("2026-11-04T{time}Z"), 140, 90)).collect();
            let part = week().diary(&readings, at(END)).days[1].sittings[0].clone();
            let times = |all: &[Taken]| all.iter().map(|one| one.at.format("%H:%M:%S").to_string()).collect::<Vec<_>>().join(" ");
            (part.state, times(&part.counted), times(&part.others))
        };
        for (times, state, counted, others) in [
            (&["04:30:00", "13:30:00"][..], State::Half, "13:30:00", "04:30:00"),
            (&["08:00:00", "08:30:00"], State::Done, "08:00:00 08:30:00", ""),
            (&["08:00:00", "08:31:00"], State::Half, "08:31:00", "08:00:00"),
            (&["08:00:00", "09:00:00", "09:02:00"], State::Done, "09:00:00 09:02:00", "08:00:00"),
            (&["08:00:00", "08:02:00", "11:00:00", "11:02:00"], State::Done, "08:00:00 08:02:00", "11:00:00 11:02:00"),
            // The second is too near the first, and the third too far from it, but not from the second.
            (&["08:00:00", "08:00:30", "08:30:15"], State::Done, "08:00:30 08:30:15", "08:00:00"),
            (&["08:00:00", "08:00:30"], State::Half, "08:00:00", "08:00:30"),
        ] {
            assert_eq!(morning(times), (state, counted.to_owned(), others.to_owned()), "{times:?}");
        }
    }

    #[test]
    fn a_late_evening_belongs_to_its_day_also_where_the_clocks_change() {
        let spans = [
            ("2026-11-04T23:30:00Z", "2026-11-04"),
            ("2026-11-05T03:59:00Z", "2026-11-04"),
            ("2026-11-05T04:00:00Z", "2026-11-05"),
            // The clocks go back at 2am of 25 October 2026, 01:00 UTC: 1:30am is shown twice.
            ("2026-10-25T00:30:00Z", "2026-10-24"),
            ("2026-10-25T01:30:00Z", "2026-10-24"),
            ("2026-10-25T03:59:00Z", "2026-10-24"),
            ("2026-10-25T04:00:00Z", "2026-10-25"),
            // They go forward at 1am of 28 March 2027: 4am is 03:00 UTC.
            ("2027-03-28T02:59:00Z", "2027-03-27"),
            ("2027-03-28T03:00:00Z", "2027-03-28"),
        ];
        for (when, expected) in spans {
            assert_eq!(diary_day(at(when)), day(expected), "{when}");
        }
        // Both of an hour that is shown twice are of one evening: 1:50am, and 20 minutes later 1:10am.
        let plan = Plan { protocol: Protocol::HomePressure, first: day("2026-10-24"), last: day("2026-10-30"), begun: None };
        let night = [taken("2026-10-25T00:50:00Z", 140, 90), taken("2026-10-25T01:10:00Z", 138, 88)];
        let diary = plan.diary(&night, at("2026-10-25T03:00:00Z"));
        assert_eq!((diary.days[0].sittings[1].state, diary.days[0].sittings[1].open), (State::Done, true));
        let (from, until) = plan.span();
        assert_eq!((from, until), (at("2026-10-24T03:00:00Z"), at("2026-10-31T04:00:00Z")));
    }

    #[test]
    fn what_was_over_when_it_was_begun_is_not_missing() {
        let begun = |when: &str| Plan { begun: Some(at(when)), ..week() };
        let states = |plan: Plan, readings: &[Taken]| {
            let diary = plan.diary(readings, at("2026-11-04T03:30:00Z"));
            let missing: Vec<&str> = diary.missing().map(|(_, part)| part.sitting.title).collect();
            (diary.days[0].sittings.iter().map(|part| part.state).collect::<Vec<_>>(), missing)
        };
        let (evening, both) = (vec!["Evening"], vec!["Morning", "Evening"]);
        for (when, expected) in [
            // In the evening; while the morning could still be measured in; the day before; and, typed from paper, later.
            ("2026-11-03T20:00:00Z", ([State::Before, State::Late], vec![])),
            ("2026-11-03T09:00:00Z", ([State::Missed, State::Late], vec!["Morning"])),
            ("2026-11-02T20:00:00Z", ([State::Missed, State::Late], vec!["Morning"])),
            ("2026-11-12T20:00:00Z", ([State::Missed, State::Late], vec!["Morning"])),
        ] {
            assert_eq!(states(begun(when), &[]), (expected.0.to_vec(), expected.1), "{when}");
        }
        // What was measured in it all the same counts, and what lacks of that is missing.
        let morning = pair(1, 8, 140, 90);
        assert_eq!(states(begun("2026-11-03T20:00:00Z"), &morning).0, [State::Done, State::Late]);
        let later = |plan: Plan| {
            let diary = plan.diary(&[], at("2026-11-04T04:30:00Z"));
            let missing = diary.missing().map(|(_, part)| part.sitting.title);
            missing.collect::<Vec<_>>()
        };
        assert_eq!((later(begun("2026-11-03T20:00:00Z")), later(begun("2026-11-03T09:00:00Z"))), (evening, both));
    }

    #[test]
    fn whether_it_can_still_be_valid_is_said_in_time() {
        let can = |readings: &[Taken], now: &str| week().diary(readings, at(now)).can_be_valid(at(now));
        assert!(can(&[], "2026-11-03T10:00:00Z"));
        // Nothing until the fourth day: that one is left out, and three are left.
        assert!(can(&[], "2026-11-06T10:00:00Z"));
        assert!(can(&[], "2026-11-06T15:00:00Z"), "what is left of today is left out");
        assert!(!can(&[], "2026-11-07T10:00:00Z"));
        assert!(can(&days(&[1]), "2026-11-07T10:00:00Z"));
        // The morning of the fifth is over.
        assert!(!can(&days(&[1]), "2026-11-07T14:00:00Z"));
        assert!(can(&days(&[1, 2, 3, 4]), END));
    }

    fn anything() -> impl Strategy<Value = Vec<Taken>> {
        let one = (0..12 * 24 * 60_i64, 90..200_i32, 40..89_i32, 0..4_u8).prop_map(|(minute, first, second, how)| {
            let settings = ["", "position=sitting", "position=standing", "arm=left"][usize::from(how)].to_owned();
            Taken { settings, ..taken(&(at("2026-11-01T00:00:00Z") + TimeDelta::minutes(minute)).to_rfc3339(), first, second) }
        });
        prop::collection::vec(one, 0..80)
    }

    proptest! {
        #[test]
        fn the_order_of_readings_makes_no_difference(readings in anything(), seed in any::<prop::sample::Index>(), now in 0..14 * 24 * 60_i64) {
            let now = at("2026-11-01T00:00:00Z") + TimeDelta::minutes(now);
            let mut turned = readings.clone();
            if !turned.is_empty() {
                let by = seed.index(turned.len());
                turned.rotate_left(by);
                turned.reverse();
            }
            prop_assert_eq!(week().diary(&readings, now), week().diary(&turned, now));
        }

        #[test]
        fn no_blood_sugar_is_lost_or_there_twice_wherever_its_meal_places_it(
            readings in anything(),
            meals in prop::collection::vec(prop::sample::select(vec!["", "meal=waking", "meal=before", "meal=after", "meal=bedtime", "meal=other"]), 80),
            protocol in prop::sample::select(vec![Protocol::Glucose, Protocol::GlucoseProfile]),
        ) {
            let plan = Plan { protocol, ..week() };
            let readings: Vec<Taken> = readings.into_iter().zip(meals).map(|(one, meal)| Taken { settings: meal.to_owned(), ..one }).collect();
            let mut inside: Vec<&Taken> = readings.iter().filter(|one| (plan.first..=plan.last).contains(&diary_day(one.at))).collect();
            inside.sort();
            inside.dedup();
            let diary = plan.diary(&readings, at(END));
            prop_assert_eq!(diary.all().collect::<Vec<_>>(), inside.clone());
            prop_assert_eq!(diary.counted().count(), inside.len());
        }

        #[test]
        fn what_counts_is_of_pairs_a_minute_apart_and_never_of_the_first_day(readings in anything()) {
            let diary = week().diary(&readings, at(END));
            let first = readings.iter().filter(|one| Protocol::HomePressure.takes(&one.settings)).map(|one| diary_day(one.at))
                .filter(|on| (week().first..=week().last).contains(on)).min();
            let counted: Vec<&Taken> = diary.counted().collect();
            prop_assert!(counted.iter().all(|one| Some(diary_day(one.at)) != first && Protocol::HomePressure.takes(&one.settings)));
            prop_assert_eq!(counted.len() % 2, 0);
            prop_assert!(counted.chunks(2).all(|pair| (TimeDelta::seconds(60)..=TOGETHER).contains(&(pair[1].at - pair[0].at))));
            // Nothing is lost and nothing is there twice.
            let inside = readings.iter().filter(|one| (week().first..=week().last).contains(&diary_day(one.at)));
            let mut inside: Vec<&Taken> = inside.collect();
            inside.sort();
            inside.dedup();
            prop_assert_eq!(diary.all().collect::<Vec<_>>(), inside);
            // The average lies between the lowest and the highest of what counts.
            if let Outcome::Average(Some(mean)) = outcome(&diary, None) {
                let low = counted.iter().map(|one| one.first).min().unwrap();
                let high = counted.iter().map(|one| one.first).max().unwrap();
                prop_assert!(low <= mean.first && mean.first <= high);
                prop_assert_eq!(mean.readings, counted.len());
            }
        }

        #[test]
        fn measuring_more_on_later_days_never_makes_a_diary_less_valid(readings in anything(), more in 2..8_u64) {
            let before = week().diary(&readings, at(END));
            let with: Vec<Taken> = readings.iter().cloned().chain([pair(more, 8, 130, 80), pair(more, 20, 130, 80)].concat()).collect();
            let dropped = |diary: &Diary| diary.days.iter().find(|day| day.dropped).map(|day| day.on);
            let after = week().diary(&with, at(END));
            // A day before the first that was measured becomes the first; otherwise nothing is lost.
            if dropped(&before) == dropped(&after) {
                prop_assert!(after.whole_days() >= before.whole_days());
            }
        }
    }
}
