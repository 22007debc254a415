//! When a medicine is to be taken, what became of each dose, and when it is time to order more.

use crate::appointment::{Weekdays, clock_of, read_clock};
use crate::record::coded;
use crate::when::is_night;
use crate::{EntryId, OwnMedicineId};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// How many times of one day there can be at most.
pub const MOST_TIMES: usize = 8;
/// For how long after its time a dose waits to be answered before it counts as not recorded.
pub const ANSWERED_WITHIN: TimeDelta = TimeDelta::hours(6);
/// How long before its time a dose can be answered.
pub const ANSWERED_BEFORE: TimeDelta = TimeDelta::hours(2);
/// For how long after its time a dose can be answered, or an answer taken back.
pub const ANSWERED_UNTIL: TimeDelta = TimeDelta::days(14);
/// How late somebody is reminded at most: what is later is of no use.
pub const REMINDED_WITHIN: TimeDelta = TimeDelta::hours(1);
/// For how many days after its first day there is still use in a reminder to order.
const ORDER_DAYS: i64 = 28;

/// The minute after the last of a day.
const DAY: u16 = 24 * 60;

/// A medicine of which somebody is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MedicineRef {
    /// One of the record, by the entry that tells of it.
    Entry(EntryId),
    /// One that was added.
    Own(OwnMedicineId),
}

impl MedicineRef {
    /// The word by which addresses and forms name it: "entry-019a…".
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Entry(id) => format!("entry-{id}"),
            Self::Own(id) => format!("own-{id}"),
        }
    }

    /// The one that has this word; `None` when there is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let (kind, id) = code.split_once('-')?;
        match kind {
            "entry" => id.parse().ok().map(Self::Entry),
            "own" => id.parse().ok().map(Self::Own),
            _ => None,
        }
    }
}

/// From one to [`MOST_TIMES`] minutes of the day, as the clock in London shows them, the first first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times(Vec<u16>);

/// Why times of day cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimesError {
    /// There is none.
    #[error("no time is given")]
    None,
    /// There are more than [`MOST_TIMES`].
    #[error("there are too many times")]
    TooMany,
    /// This is no time of day.
    #[error("{0} is no time of day")]
    NotOne(String),
}

impl Times {
    /// Reads times of day as people write them, with commas, semicolons, lines or "and" between: "8am, 1:30pm and 22:00". A
    /// time that stands there twice counts once.
    ///
    /// # Errors
    /// [`TimesError`], the first that applies.
    pub fn parse(text: &str) -> Result<Self, TimesError> {
        let text = text.to_lowercase().replace(" and ", ",");
        let parts = text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let read = |part: &str| match part {
            "midnight" => Ok(0),
            _ => read_clock(part).map(|minute| minute % DAY).ok_or_else(|| TimesError::NotOne(part.to_owned())),
        };
        let mut minutes = parts.map(read).collect::<Result<Vec<u16>, _>>()?;
        minutes.sort_unstable();
        minutes.dedup();
        match minutes.len() {
            0 => Err(TimesError::None),
            1..=MOST_TIMES => Ok(Self(minutes)),
            _ => Err(TimesError::TooMany),
        }
    }

    /// As they are stored, and as [`Times::parse`] reads them: "08:00, 22:30".
    #[must_use]
    pub fn code(&self) -> String {
        self.0.iter().map(|minute| clock_of(*minute)).collect::<Vec<_>>().join(", ")
    }

    /// Each minute of the day, the first first.
    pub fn minutes(&self) -> impl Iterator<Item = u16> + '_ {
        self.0.iter().copied()
    }
}

/// On which days, and when, a medicine is to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timetable {
    /// At which times of these days.
    pub times: Times,
    /// On which days of the week.
    pub days: Weekdays,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; absent where there is none.
    pub until: Option<NaiveDate>,
}

impl Timetable {
    /// Whether every dose that is due at night by this one is due by another too: it wakes nobody whom that does not wake.
    #[must_use]
    pub fn wakes_no_more_than(&self, other: &Self) -> bool {
        let there = |minute| other.times.minutes().any(|one| one == minute);
        let mut night = self.times.minutes().filter(|minute| is_night(*minute)).peekable();
        night.peek().is_none()
            || night.all(there)
                && Weekdays::WEEK.into_iter().all(|day| !self.days.has(day) || other.days.has(day))
                && self.from >= other.from
                && other.until.is_none_or(|last| self.until.is_some_and(|until| until <= last))
    }
}

coded! {
    /// Who may see the diary of somebody's doses, beside the person.
    DiaryShare {
        /// Nobody.
        Nobody = "nobody",
        /// Those who act for the person and may see the medicine.
        Carers = "carers",
        /// They, and the care team.
        Team = "team",
    }
}

coded! {
    /// Why a reminder ended.
    EndReason {
        /// It was changed for another.
        Changed = "changed",
        /// Somebody ended it.
        Ended = "ended",
        /// The record says that the medicine is stopped, or tells of it no more.
        Stopped = "stopped",
        /// The record says that it is paused.
        Paused = "paused",
    }
}

coded! {
    /// What somebody says of a dose.
    DoseAnswer {
        /// It was taken.
        Taken = "taken",
        /// It was not taken.
        Skipped = "skipped",
    }
}

/// What is known of a dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoseState {
    /// Its time is to come.
    Coming,
    /// It is time, and nobody has said yet what became of it.
    Due,
    /// Nobody said what became of it. That does not mean that it was not taken.
    NotRecorded,
    /// It was taken.
    Taken,
    /// It was not taken.
    Skipped,
}

impl DoseState {
    /// What is known at `now` of a dose that was, or is, to be taken at `due`.
    #[must_use]
    pub fn of(due: DateTime<Utc>, answer: Option<DoseAnswer>, now: DateTime<Utc>) -> Self {
        match answer {
            Some(DoseAnswer::Taken) => Self::Taken,
            Some(DoseAnswer::Skipped) => Self::Skipped,
            None if due > now => Self::Coming,
            None if now - due < ANSWERED_WITHIN => Self::Due,
            None => Self::NotRecorded,
        }
    }
}

/// Whether a dose of this time can be answered, or its answer be taken back, at `now`.
#[must_use]
pub fn can_answer(due: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    due - now <= ANSWERED_BEFORE && now - due <= ANSWERED_UNTIL
}

/// How many doses there were, and what is known of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Taken.
    pub taken: u32,
    /// Not taken.
    pub skipped: u32,
    /// Nobody said.
    pub not_recorded: u32,
    /// Due now, and not answered yet.
    pub due: u32,
    /// To come.
    pub coming: u32,
}

impl Tally {
    /// Counts one more.
    #[must_use]
    pub fn and(self, state: DoseState) -> Self {
        let Self { taken, skipped, not_recorded, due, coming } = self;
        match state {
            DoseState::Taken => Self { taken: taken + 1, ..self },
            DoseState::Skipped => Self { skipped: skipped + 1, ..self },
            DoseState::NotRecorded => Self { not_recorded: not_recorded + 1, ..self },
            DoseState::Due => Self { due: due + 1, ..self },
            DoseState::Coming => Self { coming: coming + 1, ..self },
        }
    }

    /// How many of them were due by now.
    #[must_use]
    pub const fn until_now(self) -> u32 {
        self.taken + self.skipped + self.not_recorded + self.due
    }
}

/// Whether `today` is a day on which there is use in reminding somebody who can order since `from`.
#[must_use]
pub fn is_order_time(from: NaiveDate, today: NaiveDate) -> bool {
    (0..ORDER_DAYS).contains(&(today - from).num_days())
}

#[cfg(feature = "server")]
mod london {
    use super::Timetable;
    use crate::appointment::shown_at;
    use crate::when::london_day;
    use chrono::{DateTime, Datelike, NaiveDate, Utc};

    impl Timetable {
        /// The instants of a day in London at which a dose is due, the first first. A time that the clocks show twice that night
        /// is due once, at the first; one that they leave out is due at the next that they show, together with any dose that is due
        /// then anyway.
        #[must_use]
        pub fn due(&self, day: NaiveDate) -> Vec<DateTime<Utc>> {
            if day < self.from || self.until.is_some_and(|until| day > until) || !self.days.has(day.weekday()) {
                return Vec::new();
            }
            // The clocks leave an hour out, so that the next that they show is never further away.
            let shown = |minute: u16| (minute..minute + 120).find_map(|minute| shown_at(day, minute));
            let mut due: Vec<_> = self.times.minutes().filter_map(shown).collect();
            due.sort_unstable();
            due.dedup();
            due
        }

        /// Every dose from one instant on and before another, the first first.
        #[must_use]
        pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
            let first = london_day(from).max(self.from);
            let days = first.iter_days().take_while(|day| *day <= london_day(to));
            days.flat_map(|day| self.due(day)).filter(|at| (from..to).contains(at)).collect()
        }

        /// The first dose at or after this instant; absent where there is none.
        #[must_use]
        pub fn next(&self, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
            let first = london_day(from).max(self.from);
            // Each day of the week comes once within 7 days; what was due on the first may be over.
            first.iter_days().take(8).flat_map(|day| self.due(day)).find(|at| *at >= from)
        }

        /// Whether a dose is due at this very instant.
        #[must_use]
        pub fn is_due_at(&self, at: DateTime<Utc>) -> bool {
            self.due(london_day(at)).contains(&at)
        }
    }
}

#[cfg(test)]
#[cfg(feature = "server")]
mod tests {
    use super::*;
    use crate::when::{london_day, minute_of_day};
    use chrono::Weekday;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn every_day(times: &str) -> Timetable {
        let days = Weekdays::WEEK.into_iter().fold(Weekdays::default(), Weekdays::with);
        Timetable { times: Times::parse(times).unwrap(), days, from: day("2026-01-01"), until: None }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let read = |text: &str| Times::parse(text).map(|times| times.code());
        assert_eq!(read("8am, 10:30PM and 13.15"), Ok("08:00, 13:15, 22:30".to_owned()));
        assert_eq!(read("midnight; midday\n24:00,,"), Ok("00:00, 12:00".to_owned()));
        assert_eq!(read(" , "), Err(TimesError::None));
        assert_eq!(read("8am, soon"), Err(TimesError::NotOne("soon".to_owned())));
        assert_eq!(read("1am,2am,3am,4am,5am,6am,7am,8am,9am"), Err(TimesError::TooMany));
        assert_eq!(read("1am,2am,3am,4am,5am,6am,7am,8am,08:00").map(|code| code.len()), Ok(8 * 7 - 2));
    }

    #[test]
    fn a_time_that_exists_twice_is_due_once_and_one_that_does_not_at_the_next() {
        let table = every_day("01:30, 2am, 8am");
        assert_eq!(
            table.due(day("2026-10-25")),
            ["2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z", "2026-10-25T08:00:00Z"].map(at)
        );
        // 1.30am is left out that night: it is due at 2am, as is the other.
        assert_eq!(table.due(day("2026-03-29")), ["2026-03-29T01:00:00Z", "2026-03-29T07:00:00Z"].map(at));
        assert_eq!(every_day("01:10").due(day("2026-03-29")).len(), 1);
        assert_eq!(table.due(day("2026-07-01"))[2], at("2026-07-01T07:00:00Z"));
    }

    #[test]
    fn a_medicine_is_known_by_its_word_again() {
        let id = uuid::Uuid::from_u128(7);
        for one in [MedicineRef::Entry(EntryId::from_uuid(id)), MedicineRef::Own(OwnMedicineId::from_uuid(id))] {
            assert_eq!(MedicineRef::from_code(&one.code()), Some(one));
        }
        assert!(
            ["", "entry", "entry-", "entry-7", &format!("other-{id}")].iter().all(|code| MedicineRef::from_code(code).is_none())
        );
    }

    #[test]
    fn it_is_due_on_its_days_from_the_first_to_the_last() {
        let days = Weekdays::default().with(Weekday::Mon).with(Weekday::Thu);
        let table = Timetable { days, from: day("2026-11-03"), until: Some(day("2026-11-12")), ..every_day("9am") };
        let due = table.between(at("2026-10-01T00:00:00Z"), at("2026-12-01T00:00:00Z"));
        assert_eq!(due, ["2026-11-05T09:00:00Z", "2026-11-09T09:00:00Z", "2026-11-12T09:00:00Z"].map(at));
        assert_eq!(table.next(at("2026-01-01T00:00:00Z")), Some(due[0]));
        assert_eq!(table.next(due[1]), Some(due[1]));
        assert_eq!(table.next(at("2026-11-09T09:00:01Z")), Some(due[2]));
        assert_eq!(table.next(at("2026-11-12T09:00:01Z")), None);
        assert!(table.is_due_at(due[0]) && !table.is_due_at(at("2026-11-05T09:00:01Z")));
        let weekly = Timetable { days: Weekdays::default().with(Weekday::Mon), until: None, ..table };
        assert_eq!(weekly.next(at("2026-11-09T10:00:00Z")), Some(at("2026-11-16T09:00:00Z")));
    }

    #[test]
    fn silence_is_never_a_missed_dose() {
        let due = at("2026-11-03T08:00:00Z");
        let of = |answer, hours| DoseState::of(due, answer, due + TimeDelta::hours(hours));
        assert_eq!([-1, 0, 5, 6, 99].map(|hours| of(None, hours)), {
            use DoseState::{Coming, Due, NotRecorded};
            [Coming, Due, Due, NotRecorded, NotRecorded]
        });
        assert_eq!(of(Some(DoseAnswer::Skipped), 99), DoseState::Skipped);
        assert_eq!(of(Some(DoseAnswer::Taken), -1), DoseState::Taken);
        let can = |hours| can_answer(due, due + TimeDelta::hours(hours));
        assert!(can(-2) && can(0) && can(14 * 24) && !can(-3) && !can(14 * 24 + 1));
    }

    #[test]
    fn every_dose_is_counted_once() {
        use DoseState::{Coming, Due, NotRecorded, Skipped, Taken};
        let all = [Taken, Taken, Skipped, NotRecorded, Due, Coming].into_iter().fold(Tally::default(), Tally::and);
        assert_eq!(all, Tally { taken: 2, skipped: 1, not_recorded: 1, due: 1, coming: 1 });
        assert_eq!(all.until_now(), 5);
    }

    #[test]
    fn an_order_is_reminded_of_from_its_day_and_not_long_after() {
        let from = day("2026-11-15");
        let of = |text: &str| is_order_time(from, day(text));
        assert!(!of("2026-11-14") && of("2026-11-15") && of("2026-12-12") && !of("2026-12-13"));
    }

    fn any_table() -> impl Strategy<Value = Timetable> {
        let minutes = proptest::collection::btree_set(0_u16..DAY, 1..=MOST_TIMES);
        (minutes, 1_u32..128).prop_map(|(minutes, bits)| {
            let days = Weekdays::WEEK.into_iter().enumerate().filter(|(place, _)| bits & (1 << place) != 0);
            let days = days.fold(Weekdays::default(), |days, (_, day)| days.with(day));
            let text: Vec<String> = minutes.into_iter().map(clock_of).collect();
            Timetable { times: Times::parse(&text.join(",")).unwrap(), days, ..every_day("9am") }
        })
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_is_read_is_read_again(text in "\\PC{0,40}") {
            if let Ok(times) = Times::parse(&text) {
                prop_assert_eq!(Times::parse(&times.code()), Ok(times.clone()));
                prop_assert!((1..=MOST_TIMES).contains(&times.minutes().count()));
            }
        }

        /// On whatever day, those of the clock changes among them: each time is due once, on that day, and at its minute or, where
        /// the clocks leave that out, at the first minute after it.
        #[test]
        fn each_time_of_a_day_is_due_once(table in any_table(), ahead in 0_u64..1_500) {
            let day = table.from + chrono::Days::new(ahead);
            let due = table.due(day);
            prop_assert!(due.is_sorted() && due.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(due.iter().all(|at| london_day(*at) == day));
            if !due.is_empty() {
                let shown: Vec<u16> = due.iter().map(|at| minute_of_day(*at)).collect();
                for minute in table.times.minutes() {
                    let left_out = crate::appointment::shown_at(day, minute).is_none();
                    let expected = if left_out { 120 } else { minute };
                    prop_assert!(shown.contains(&expected));
                }
                prop_assert!(due.len() <= table.times.minutes().count());
            }
        }

        /// What wakes no more than another is due at no instant of a night at which that is not.
        #[test]
        fn what_wakes_no_more_is_due_at_no_other_hour_of_the_night(one in any_table(), other in any_table(), same in any::<bool>(), ends in 0_u64..9) {
            let until = |table: Timetable| Timetable { until: table.from.checked_add_days(chrono::Days::new(ends)), ..table };
            let other = until(other);
            let one = if same { Timetable { times: other.times.clone(), ..until(one) } } else { one };
            let night = |table: &Timetable, day| -> Vec<_> {
                table.due(day).into_iter().filter(|at| is_night(minute_of_day(*at))).collect()
            };
            let days = one.from.iter_days().take(12);
            let more = days.filter(|day| night(&one, *day).iter().any(|at| !night(&other, *day).contains(at))).count();
            if one.wakes_no_more_than(&other) {
                prop_assert_eq!(more, 0);
            }
            prop_assert!(other.wakes_no_more_than(&other));
        }

        /// Night by the minute of the day is night by the instant.
        #[test]
        fn it_is_night_when_nobody_is_written_to(minutes in 0_i64..3_000_000) {
            let now = at("2024-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
            prop_assert_eq!(is_night(minute_of_day(now)), crate::appointment::awake(now) != now);
        }

        /// Going on from each to the next finds what lies between, and nothing else.
        #[test]
        fn the_next_and_the_next_are_all(table in any_table(), start in 0_i64..1_000_000) {
            let from = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(start);
            let to = from + TimeDelta::days(10);
            let (mut found, mut now) = (Vec::new(), from);
            while let Some(next) = table.next(now).filter(|next| *next < to) {
                prop_assert!(table.is_due_at(next));
                found.push(next);
                now = next + TimeDelta::microseconds(1);
            }
            prop_assert_eq!(found, table.between(from, to));
        }
    }
}
