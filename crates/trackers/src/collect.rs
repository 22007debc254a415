//! What is kept of what a format holds: each reading by itself, the lowest and the highest of an hour where a device measures all
//! the time, and the sum of a day of what is counted.

use crate::{FitbitWeight, Found, Left, ReadError, Sink};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::reading::{Amount, Kept, Measure, Untaken, take};
use domain::shown::{line, turns};
use domain::when::london_day;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

/// What devices measure all the time: of an hour with more than two readings the lowest and the highest are kept, each as it was
/// read. Never an average, which could be taken for a reading.
const OFTEN: [Measure; 3] = [Measure::Pulse, Measure::Oxygen, Measure::Breathing];
/// The most hours that are held in memory: 19 years of three measures.
const MOST_HOURS: usize = 500_000;
/// The most days of sums that are held in memory.
const MOST_DAYS: usize = 200_000;
/// The most sessions that are held in memory.
const MOST_SESSIONS: usize = 200_000;
/// By what sessions are told apart from the exercise that another source counted: like a name of a file, it is shown to nobody.
const SESSIONS: &str = "sessions.json";
/// The most devices that are told from one another.
const MOST_DEVICES: usize = 200;
/// The longest name of a device, in characters.
const LONGEST_NAME: usize = 80;
/// The longest note, in characters: what a form takes.
const LONGEST_NOTE: usize = 500;
/// How far ahead the clock of a device may be.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);
/// The longest time that a count is of, so that it is of a day.
const LONGEST_STRETCH: TimeDelta = TimeDelta::hours(25);

/// A reading as a format holds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read<'a> {
    pub(crate) measure: Measure,
    pub(crate) at: DateTime<Utc>,
    pub(crate) unit: &'a str,
    pub(crate) numbers: &'a [&'a str],
    pub(crate) device: &'a str,
    /// As [`domain::reading::settings`] keeps it.
    pub(crate) settings: &'a str,
    pub(crate) note: &'a str,
}

/// Something that was counted over a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch<'a> {
    pub(crate) measure: Measure,
    pub(crate) from: DateTime<Utc>,
    pub(crate) until: DateTime<Utc>,
    pub(crate) unit: &'a str,
    pub(crate) number: &'a str,
    pub(crate) device: &'a str,
}

/// One reading of an hour.
#[derive(Clone, Copy)]
struct Slot {
    at: DateTime<Utc>,
    first: Amount,
    /// 1 at rest, 2 active, 0 where nothing says.
    activity: u8,
}

struct Hour {
    count: u64,
    low: Slot,
    high: Slot,
}

/// What one device counted on a day, in thousandths of steps or in seconds.
#[derive(Clone, Copy, Default)]
struct Sum {
    amount: i64,
    last: DateTime<Utc>,
}

pub(crate) struct Collector<'a> {
    now: DateTime<Utc>,
    sink: Sink<'a>,
    left: BTreeMap<Left, u64>,
    /// The last day of a sum may not be over: files that are exported at any time of a day.
    pub(crate) leaves_last_day: bool,
    /// In which unit Fitbit shows weight, where the person said so.
    pub(crate) fitbit_weight: Option<FitbitWeight>,
    /// Each by the whole of its name, however long, and as people read it.
    devices: Vec<(u64, String)>,
    hours: HashMap<(Measure, usize, i64), Hour>,
    sums: BTreeMap<(Measure, NaiveDate), BTreeMap<usize, Sum>>,
    /// Sessions of exercise, each from when until when.
    sessions: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(now: DateTime<Utc>, sink: Sink<'a>, leaves_last_day: bool) -> Self {
        let (left, devices, hours, sums) = (BTreeMap::new(), Vec::new(), HashMap::new(), BTreeMap::new());
        Self { now, sink, left, leaves_last_day, fitbit_weight: None, devices, hours, sums, sessions: Vec::new() }
    }

    /// Counts something that is no reading here.
    pub(crate) fn leave(&mut self, why: Left) {
        *self.left.entry(why).or_default() += 1;
    }

    fn leave_untaken(&mut self, why: Untaken) {
        self.leave(match why {
            Untaken::UnknownUnit => Left::Unit,
            Untaken::NotANumber | Untaken::Impossible => Left::Impossible,
        });
    }

    /// Whether something can have been then; counted where not.
    fn can_be(&mut self, at: DateTime<Utc>) -> bool {
        let can =
            at <= self.now + CLOCKS_DIFFER && NaiveDate::from_ymd_opt(1900, 1, 1).is_some_and(|first| london_day(at) >= first);
        if !can {
            self.leave(Left::OtherTime);
        }
        can
    }

    /// Which device this is; `None` for one more than are told apart.
    fn device(&mut self, name: &str) -> Option<usize> {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let whole = hasher.finish();
        match self.devices.iter().position(|(known, _)| *known == whole) {
            None if self.devices.len() < MOST_DEVICES => {
                self.devices.push((whole, shown(name)));
                Some(self.devices.len() - 1)
            }
            place => place,
        }
    }

    /// Takes a reading.
    pub(crate) fn read(&mut self, read: &Read<'_>) -> Result<(), ReadError> {
        if !self.can_be(read.at) {
            return Ok(());
        }
        let taken = match take(read.measure, read.unit, read.numbers) {
            Ok(taken) => taken,
            Err(why) => {
                self.leave_untaken(why);
                return Ok(());
            }
        };
        let at = read.at.min(self.now);
        if OFTEN.contains(&read.measure) && read.note.is_empty() {
            let activity = match read.settings {
                "activity=rest" => 1,
                "activity=active" => 2,
                _ => 0,
            };
            return self.within_hour(read.measure, read.device, Slot { at, first: taken.first, activity });
        }
        let found = Found {
            measure: read.measure,
            at,
            day: london_day(at),
            taken,
            settings: read.settings.to_owned(),
            note: lines(read.note, LONGEST_NOTE),
            device: line(read.device, LONGEST_NAME),
            kept: Kept::Each,
        };
        self.give(found)
    }

    /// The same as a table holds it, each row by itself; `false` where it cannot have been then.
    pub(crate) fn row(&mut self, found: Found) -> Result<bool, ReadError> {
        if !self.can_be(found.at) {
            return Ok(false);
        }
        let at = found.at.min(self.now);
        self.give(Found { at, ..found }).map(|()| true)
    }

    fn within_hour(&mut self, measure: Measure, device: &str, slot: Slot) -> Result<(), ReadError> {
        // Of those that are not told apart the lowest and the highest are so of all of them.
        let device = self.device(device).unwrap_or(MOST_DEVICES);
        let key = (measure, device, slot.at.timestamp().div_euclid(60 * 60));
        if self.hours.len() >= MOST_HOURS && !self.hours.contains_key(&key) {
            self.give_hours()?;
        }
        match self.hours.get_mut(&key) {
            None => {
                self.hours.insert(key, Hour { count: 1, low: slot, high: slot });
            }
            Some(hour) => {
                hour.count += 1;
                if slot.first < hour.low.first {
                    hour.low = slot;
                } else if slot.first > hour.high.first || hour.count == 2 {
                    hour.high = slot;
                }
            }
        }
        Ok(())
    }

    /// Takes what was counted over a time. A night counts on the day on which it ends; anything else on that on which it begins.
    pub(crate) fn stretch(&mut self, stretch: &Stretch<'_>) -> Result<(), ReadError> {
        if stretch.until < stretch.from {
            self.leave(Left::NoDate);
            return Ok(());
        }
        if stretch.until - stretch.from > LONGEST_STRETCH {
            self.leave(Left::Statistic);
            return Ok(());
        }
        if !self.can_be(stretch.from) || !self.can_be(stretch.until) {
            return Ok(());
        }
        let taken = match take(stretch.measure, stretch.unit, &[stretch.number]) {
            Ok(taken) => taken,
            Err(why) => {
                self.leave_untaken(why);
                return Ok(());
            }
        };
        let amount = match stretch.measure {
            // In seconds, so that nothing is rounded before it is summed.
            Measure::Sleep | Measure::Exercise => seconds(stretch.unit, stretch.number),
            _ => Some(taken.first.thousandths()),
        };
        let Some(amount) = amount else {
            self.leave(Left::Unit);
            return Ok(());
        };
        let day = match stretch.measure {
            Measure::Sleep => london_day(stretch.until + TimeDelta::hours(6)),
            _ => london_day(stretch.from),
        };
        let Some(device) = self.device(stretch.device) else {
            self.leave(Left::OtherDevice);
            return Ok(());
        };
        if self.sums.len() >= MOST_DAYS && !self.sums.contains_key(&(stretch.measure, day)) {
            return Err(ReadError::TooLarge);
        }
        let sum = self.sums.entry((stretch.measure, day)).or_default().entry(device).or_default();
        sum.amount = sum.amount.saturating_add(amount);
        sum.last = sum.last.max(stretch.until.min(self.now));
        Ok(())
    }

    /// Takes a session of exercise of which nothing says who told of it: two apps may have told of the same walk, so that the time
    /// that several of them share counts once.
    pub(crate) fn session(&mut self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<(), ReadError> {
        if until < from {
            self.leave(Left::NoDate);
            return Ok(());
        }
        if until - from > LONGEST_STRETCH {
            self.leave(Left::Statistic);
            return Ok(());
        }
        if !self.can_be(from) || !self.can_be(until) {
            return Ok(());
        }
        if let Err(why) = take(Measure::Exercise, "s", &[&length(from, until)]) {
            self.leave_untaken(why);
            return Ok(());
        }
        if self.sessions.len() >= MOST_SESSIONS {
            return Err(ReadError::TooLarge);
        }
        self.sessions.push((from, until));
        Ok(())
    }

    /// Counts of each session what none before it has.
    fn count_sessions(&mut self) -> Result<(), ReadError> {
        let mut sessions = std::mem::take(&mut self.sessions);
        sessions.sort_unstable();
        let mut counted: Option<DateTime<Utc>> = None;
        for (from, until) in sessions {
            if counted.is_some_and(|counted| until <= counted) {
                self.leave(Left::OtherDevice);
                continue;
            }
            let from = counted.map_or(from, |counted| from.max(counted));
            let (measure, number) = (Measure::Exercise, length(from, until));
            self.stretch(&Stretch { measure, from, until, unit: "s", number: &number, device: SESSIONS })?;
            counted = Some(until);
        }
        Ok(())
    }

    /// Hands over what was held back, and tells what was left out.
    pub(crate) fn finish(mut self) -> Result<BTreeMap<Left, u64>, ReadError> {
        self.count_sessions()?;
        self.give_hours()?;
        self.give_days()?;
        Ok(self.left)
    }

    fn give(&mut self, found: Found) -> Result<(), ReadError> {
        match (self.sink)(found) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ReadError::Gone),
        }
    }

    fn give_hours(&mut self) -> Result<(), ReadError> {
        let mut hours: Vec<_> = std::mem::take(&mut self.hours).into_iter().collect();
        hours.sort_unstable_by_key(|(key, _)| *key);
        for ((measure, device, _), hour) in hours {
            let device = self.devices.get(device).map(|(_, shown)| shown.clone()).unwrap_or_default();
            let (low, high) = if hour.count > 2 { (Kept::Lowest, Kept::Highest) } else { (Kept::Each, Kept::Each) };
            for (slot, kept) in [(hour.low, low), (hour.high, high)].into_iter().take(usize::try_from(hour.count).unwrap_or(2)) {
                let Ok(mut taken) = take(measure, measure.unit().ucum, &[&slot.first.to_string()]) else { continue };
                taken.original.clear();
                let settings = match slot.activity {
                    1 => "activity=rest",
                    2 => "activity=active",
                    _ => "",
                };
                self.give(Found {
                    measure,
                    at: slot.at,
                    day: london_day(slot.at),
                    taken,
                    settings: settings.to_owned(),
                    note: String::new(),
                    device: device.clone(),
                    kept,
                })?;
            }
            if hour.count > 2 {
                *self.left.entry(Left::Between).or_default() += hour.count - 2;
            }
        }
        Ok(())
    }

    /// Of several devices that counted on one day the one that counted most is believed: a phone and a watch count the same steps.
    fn give_days(&mut self) -> Result<(), ReadError> {
        let sums = std::mem::take(&mut self.sums);
        let today = london_day(self.now);
        for ((measure, day), devices) in &sums {
            // In the order of days: where the next is of this measure too, this one is over.
            let is_last = sums.range((*measure, *day)..).nth(1).is_none_or(|((of, _), _)| of != measure);
            if *day >= today || (self.leaves_last_day && is_last) {
                self.leave(Left::LastDay);
                continue;
            }
            let Some((device, sum)) = devices.iter().max_by_key(|(place, sum)| (sum.amount, std::cmp::Reverse(**place))) else {
                continue;
            };
            for _ in 1..devices.len() {
                self.leave(Left::OtherDevice);
            }
            let number = match measure {
                Measure::Sleep | Measure::Exercise => sum.amount.to_string(),
                _ => Amount::from_thousandths(sum.amount).to_string(),
            };
            let unit = if matches!(measure, Measure::Sleep | Measure::Exercise) { "s" } else { measure.unit().ucum };
            match take(*measure, unit, &[&number]) {
                Ok(mut taken) => {
                    taken.original.clear();
                    let device = self.devices.get(*device).map(|(_, shown)| shown.clone()).unwrap_or_default();
                    // What ends after the midnight of its day counts there all the same.
                    let (settings, note) = (String::new(), String::new());
                    self.give(Found {
                        measure: *measure,
                        at: sum.last,
                        day: *day,
                        taken,
                        settings,
                        note,
                        device,
                        kept: Kept::Day,
                    })?;
                }
                Err(why) => self.leave_untaken(why),
            }
        }
        Ok(())
    }
}

/// From one instant to another in whole seconds, as a file would say it.
fn length(from: DateTime<Utc>, until: DateTime<Utc>) -> String {
    (until - from).num_seconds().to_string()
}

/// A length of time in whole seconds.
fn seconds(unit: &str, number: &str) -> Option<i64> {
    let per: f64 = match unit {
        "ms" => 0.001,
        "s" | "sec" => 1.0,
        "min" | "minutes" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let seconds = number.trim().parse::<f64>().ok()? * per;
    let whole = (0.0..=10_000_000.0).contains(&seconds).then(|| format!("{:.0}", seconds.round()))?;
    whole.parse().ok()
}

/// Words on several lines, without what cannot be shown or turns what stands around it.
fn lines(text: &str, most: usize) -> String {
    let shown = text.chars().filter(|c| *c == '\n' || !(c.is_control() || turns(*c)));
    shown.take(most).collect::<String>().trim().to_owned()
}

/// What people read as the device: the name of a file only tells counts apart.
fn shown(device: &str) -> String {
    if device.ends_with(".json") { String::new() } else { line(device, LONGEST_NAME) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn collected(leaves_last_day: bool, fill: impl FnOnce(&mut Collector<'_>)) -> (Vec<Found>, BTreeMap<Left, u64>) {
        let mut found = Vec::new();
        let mut sink = |one| {
            found.push(one);
            ControlFlow::Continue(())
        };
        let mut collector = Collector::new(at("2026-11-29T12:00:00Z"), &mut sink, leaves_last_day);
        fill(&mut collector);
        let left = collector.finish().unwrap();
        (found, left)
    }

    fn pulse<'a>(when: &str, numbers: &'a [&'a str], device: &'a str) -> Read<'a> {
        Read { measure: Measure::Pulse, at: at(when), unit: "bpm", numbers, device, settings: "activity=rest", note: "" }
    }

    fn steps<'a>(from: &str, until: &str, number: &'a str, device: &'a str) -> Stretch<'a> {
        Stretch { measure: Measure::Steps, from: at(from), until: at(until), unit: "count", number, device }
    }

    #[test]
    fn of_an_hour_with_many_readings_the_lowest_and_the_highest_are_kept_as_they_were_read() {
        let (found, left) = collected(true, |all| {
            for (minute, bpm) in [(0, "70"), (5, "64"), (10, "120"), (15, "64"), (20, "120")] {
                all.read(&pulse(&format!("2026-11-01T08:{minute:02}:00Z"), &[bpm], "Watch")).unwrap();
            }
            all.read(&pulse("2026-11-01T09:00:00Z", &["80"], "Watch")).unwrap();
            all.read(&pulse("2026-11-01T10:00:00Z", &["80"], "Watch")).unwrap();
            all.read(&pulse("2026-11-01T10:30:00Z", &["80"], "Watch")).unwrap();
            all.read(&pulse("2026-11-01T08:30:00Z", &["90"], "Strap")).unwrap();
        });
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.at.format("%H:%M").to_string(), one.taken.said.as_str(), one.kept, one.device.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("08:05".to_owned(), "64", Kept::Lowest, "Watch"),
                ("08:10".to_owned(), "120", Kept::Highest, "Watch"),
                ("09:00".to_owned(), "80", Kept::Each, "Watch"),
                ("10:00".to_owned(), "80", Kept::Each, "Watch"),
                ("10:30".to_owned(), "80", Kept::Each, "Watch"),
                ("08:30".to_owned(), "90", Kept::Each, "Strap"),
            ]
        );
        assert!(found.iter().all(|one| one.settings == "activity=rest"));
        assert_eq!(left, BTreeMap::from([(Left::Between, 3)]));
    }

    #[test]
    fn a_day_is_the_sum_of_the_device_that_counted_most_and_the_last_day_is_left_out() {
        let fill = |all: &mut Collector<'_>| {
            for (device, counts) in [("Phone", ["1000", "2000"]), ("Watch", ["2500", "1500"])] {
                all.stretch(&steps("2026-11-01T08:00:00Z", "2026-11-01T09:00:00Z", counts[0], device)).unwrap();
                all.stretch(&steps("2026-11-01T23:50:00Z", "2026-11-02T00:10:00Z", counts[1], device)).unwrap();
            }
            all.stretch(&steps("2026-11-03T08:00:00Z", "2026-11-03T09:00:00Z", "10", "Phone")).unwrap();
        };
        let (found, left) = collected(true, fill);
        let told: Vec<_> =
            found.iter().map(|one| (one.day.to_string(), one.taken.said.as_str(), one.device.as_str(), one.kept)).collect();
        assert_eq!(told, [("2026-11-01".to_owned(), "4000", "Watch", Kept::Day)]);
        assert_eq!(left, BTreeMap::from([(Left::OtherDevice, 1), (Left::LastDay, 1)]));
        assert_eq!(collected(false, fill).0.len(), 2);
        // Today is never over.
        let (found, left) =
            collected(false, |all| all.stretch(&steps("2026-11-29T08:00:00Z", "2026-11-29T09:00:00Z", "9", "")).unwrap());
        assert_eq!((found.len(), left), (0, BTreeMap::from([(Left::LastDay, 1)])));
    }

    #[test]
    fn sources_with_long_names_are_told_apart_and_more_than_are_told_apart_are_not_added_up() {
        let long = |ends: &str| format!("derived_com.google.step_count.delta_{}_{ends}.json", "a".repeat(100));
        let (found, left) = collected(false, |all| {
            for (ends, count) in [("phone", "1000"), ("watch", "900")] {
                all.stretch(&steps("2026-11-01T08:00:00Z", "2026-11-01T09:00:00Z", count, &long(ends))).unwrap();
            }
        });
        let told: Vec<_> = found.iter().map(|one| (one.taken.said.as_str(), one.device.as_str())).collect();
        assert_eq!((told, left), (vec![("1000", "")], BTreeMap::from([(Left::OtherDevice, 1)])));
        let (found, _) = collected(false, |all| {
            for device in 0..MOST_DEVICES + 50 {
                all.stretch(&steps("2026-11-01T08:00:00Z", "2026-11-01T09:00:00Z", "1000", &device.to_string())).unwrap();
            }
        });
        assert_eq!(found.iter().map(|one| one.taken.said.as_str()).collect::<Vec<_>>(), ["1000"]);
    }

    #[test]
    fn a_night_counts_on_the_day_on_which_it_ends() {
        let (found, _) = collected(false, |all| {
            for (from, until) in
                [("2026-11-01T22:30:00Z", "2026-11-01T23:45:30Z"), ("2026-11-02T00:00:00Z", "2026-11-02T06:14:30Z")]
            {
                let length = (at(until) - at(from)).num_seconds().to_string();
                let (measure, unit) = (Measure::Sleep, "s");
                all.stretch(&Stretch { measure, from: at(from), until: at(until), unit, number: &length, device: "Watch" })
                    .unwrap();
            }
        });
        let told: Vec<_> =
            found.iter().map(|one| (one.day.to_string(), one.taken.said.as_str(), one.taken.original.as_str())).collect();
        assert_eq!(told, [("2026-11-02".to_owned(), "7.5", "")]);
    }

    #[test]
    fn what_cannot_be_is_counted_by_why() {
        let (found, left) = collected(false, |all| {
            all.read(&pulse("2026-11-30T08:00:00Z", &["70"], "")).unwrap();
            all.read(&pulse("1899-11-30T08:00:00Z", &["70"], "")).unwrap();
            all.read(&pulse("2026-11-01T08:00:00Z", &["700"], "")).unwrap();
            all.read(&Read { unit: "kg", ..pulse("2026-11-01T08:00:00Z", &["70"], "") }).unwrap();
            all.stretch(&steps("2026-11-01T08:00:00Z", "2026-11-08T08:00:00Z", "70000", "")).unwrap();
            all.stretch(&steps("2026-11-01T08:00:00Z", "2026-11-01T07:00:00Z", "70", "")).unwrap();
        });
        assert_eq!(found, []);
        let expected = [(Left::OtherTime, 2), (Left::Impossible, 1), (Left::Unit, 1), (Left::Statistic, 1), (Left::NoDate, 1)];
        assert_eq!(left, BTreeMap::from(expected));
    }

    proptest! {
        #[test]
        fn time_that_sessions_share_counts_once_in_any_order(sessions in prop::collection::vec((0..300_i64, 0..120_i64), 0..12)) {
            let begin = at("2026-11-01T08:00:00Z");
            let minute = |minutes: i64| begin + TimeDelta::minutes(minutes);
            let (found, _) = collected(false, |all| {
                for (from, minutes) in &sessions {
                    all.session(minute(*from), minute(from + minutes)).unwrap();
                }
            });
            let shared: std::collections::BTreeSet<i64> =
                sessions.iter().flat_map(|(from, minutes)| *from..from + minutes).collect();
            let told: i64 = found.iter().map(|one| one.taken.first.thousandths()).sum();
            prop_assert_eq!(told, i64::try_from(shared.len()).unwrap() * 1000);
        }

        #[test]
        fn every_reading_is_handed_over_or_counted(readings in prop::collection::vec((0..5_i64, 0..3600_i64, 20..200_i32, 0..2_usize), 0..60)) {
            let (found, left) = collected(true, |all| {
                for (hour, second, bpm, device) in &readings {
                    let when = at("2026-11-01T08:00:00Z") + TimeDelta::seconds(hour * 3600 + second);
                    let number = bpm.to_string();
                    all.read(&Read { at: when, ..pulse("2026-11-01T08:00:00Z", &[&number], ["Watch", "Strap"][*device]) }).unwrap();
                }
            });
            let between = left.get(&Left::Between).copied().unwrap_or_default();
            prop_assert_eq!(found.len() + usize::try_from(between).unwrap(), readings.len());
            let told = |highest: bool| {
                let all = found.iter().map(|one| one.taken.first);
                if highest { all.max() } else { all.min() }
            };
            let read = |highest: bool| {
                let all = readings.iter().map(|one| Amount::whole(one.2));
                if highest { all.max() } else { all.min() }
            };
            prop_assert_eq!((told(true), told(false)), (read(true), read(false)));
        }
    }
}
