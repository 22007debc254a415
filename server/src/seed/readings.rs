//! What people of the demonstration have measured at home, for months until the day before the seed's day. The same day gives the same
//! readings.

use chrono::{Days, NaiveDate};
use domain::goal::{CheckIn, Kind};
use domain::reading::Measure;
use domain::reading::week::Protocol;

/// Somebody who measures at home.
pub struct AtHome {
    /// Who.
    pub key: &'static str,
    /// What they have measured.
    pub readings: Vec<DemoReading>,
    /// What they kept, or keep, for some days in a row: the first day and the last, and a personal best with its zones.
    pub weeks: Vec<DemoWeek>,
    /// Questionnaires that they answered: which, how many days ago, and the place of the answer to each question, and of the last one,
    /// how hard it makes things.
    pub answered: Vec<(&'static str, u64, Vec<usize>)>,
    /// The measures with a target of a guideline, by its code.
    pub targets: &'static [(Measure, &'static str)],
    /// The ready rules that are on, by code.
    pub rules: &'static [&'static str],
    /// The goals that they set: the kind, and what they wrote.
    pub goals: &'static [DemoGoal],
    /// What they measure on the day itself, once the rules are on.
    pub last: Option<(Measure, &'static str)>,
}

/// What somebody keeps for some days in a row, with a personal best and its zones.
type DemoWeek = (Protocol, (NaiveDate, NaiveDate), Option<[&'static str; 3]>);

/// A goal.
pub struct DemoGoal {
    /// What it is about.
    pub kind: Kind,
    /// In their own words, where it is nothing that is counted.
    pub words: &'static str,
    /// Where they want to be.
    pub target: &'static str,
    /// Why it matters to them.
    pub why: &'static str,
    /// Their first step.
    pub first_step: &'static str,
    /// How the last week went, where they said so.
    pub check_in: Option<(CheckIn, &'static str)>,
}

/// A reading.
pub struct DemoReading {
    /// Of what.
    pub measure: Measure,
    /// On which day.
    pub day: NaiveDate,
    /// When.
    pub time: &'static str,
    /// Its numbers.
    pub numbers: Vec<String>,
    /// How it was taken.
    pub settings: How,
    /// What was written to it.
    pub note: &'static str,
}

/// A number between nought and `most`, the same for the same reading.
fn chance(salt: u64, day: u64, most: u64) -> i64 {
    let mut x = salt.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(day.wrapping_mul(0xBF58_476D_1CE4_E5B9));
    x = (x ^ (x >> 30)).wrapping_mul(0x94D0_49BB_1331_11EB);
    i64::try_from((x ^ (x >> 31)) % (most + 1)).unwrap_or_default()
}

/// A number around the middle that goes in a straight line from one value, so many days ago, to another today.
fn about(salt: u64, ago: u64, (from, to, days): (i64, i64, u64), width: u64) -> i64 {
    let (back, days) = (i64::try_from(ago).unwrap_or_default(), i64::try_from(days).unwrap_or(1).max(1));
    let middle = to + (from - to) * back / days;
    middle + chance(salt, ago, 2 * width) - i64::try_from(width).unwrap_or_default()
}

/// Tenths as they are typed: 754 is "75.4".
fn tenths(number: i64) -> String {
    format!("{}.{}", number / 10, number % 10)
}

struct Diary {
    today: NaiveDate,
    readings: Vec<DemoReading>,
}

/// How a reading was taken, as its form sends it.
type How = &'static [(&'static str, &'static str)];

impl Diary {
    const fn new(today: NaiveDate) -> Self {
        Self { today, readings: Vec::new() }
    }

    fn add(
        &mut self,
        measure: Measure,
        (ago, time): (u64, &'static str),
        numbers: Vec<String>,
        (settings, note): (How, &'static str),
    ) {
        self.readings.push(DemoReading { measure, day: self.today - Days::new(ago), time, numbers, settings, note });
    }
}

const SITTING: How = &[("arm", "left"), ("position", "sitting")];
const BEFORE_RELIEVER: How = &[("reliever", "before")];

/// High blood pressure that comes down, blood sugar before and after meals, and a weight that does too.
fn margaret(today: NaiveDate) -> AtHome {
    let mut diary = Diary::new(today);
    let week = 11..=17;
    for ago in (1..=150).step_by(3).filter(|ago| !week.contains(ago)) {
        let numbers = vec![about(1, ago, (151, 134, 150), 6).to_string(), about(2, ago, (91, 82, 150), 4).to_string()];
        diary.add(Measure::BloodPressure, (ago, "8:10am"), numbers, (SITTING, ""));
    }
    for ago in week {
        for (salt, time, top) in [(3, "8am", 139), (4, "8:02am", 137), (5, "8pm", 136), (6, "8:02pm", 134)] {
            let numbers =
                vec![about(salt, ago, (top, top, 1), 5).to_string(), about(salt + 10, ago, (85, 84, 150), 3).to_string()];
            diary.add(Measure::BloodPressure, (ago, time), numbers, (SITTING, ""));
        }
    }
    for ago in (1..=176).step_by(7) {
        diary.add(Measure::Weight, (ago, "7:45am"), vec![tenths(about(20, ago, (786, 752, 176), 3))], (&[], ""));
    }
    for ago in (1..=60).step_by(2) {
        let (waking, after) = (about(21, ago, (71, 63, 60), 8), about(22, ago, (92, 82, 60), 11));
        diary.add(Measure::Glucose, (ago, "7:30am"), vec![tenths(waking)], (&[("meal", "waking")], ""));
        diary.add(Measure::Glucose, (ago, "2pm"), vec![tenths(after)], (&[("meal", "after")], ""));
    }
    AtHome {
        key: "margaret",
        readings: diary.readings,
        weeks: vec![(Protocol::HomePressure, (today - Days::new(17), today - Days::new(11)), None)],
        answered: Vec::new(),
        targets: &[(Measure::BloodPressure, "pressure-under-80")],
        rules: &["pressure-very-high", "pressure-average"],
        goals: &[DemoGoal {
            kind: Kind::Weight,
            words: "",
            target: "72",
            why: "To walk up to the allotment without stopping.",
            first_step: "Walk to the shop and back after lunch",
            check_in: Some((CheckIn::Well, "Walked on five days.")),
        }],
        last: None,
    }
}

/// Asthma with a bad cold five weeks ago, and a mood that gets better.
fn jordan(today: NaiveDate) -> AtHome {
    let mut diary = Diary::new(today);
    for ago in 1..=90 {
        let cold = if (33..=40).contains(&ago) { 120 } else { 0 };
        let note = if ago == 38 { "Bad cold, used my blue inhaler 4 times" } else { "" };
        let numbers = |salt: u64| vec![(about(salt, ago, (442, 448, 90), 18) - cold).to_string()];
        diary.add(Measure::PeakFlow, (ago, "8am"), numbers(30), (BEFORE_RELIEVER, note));
        if ago <= 5 {
            diary.add(Measure::PeakFlow, (ago, "8pm"), numbers(31), (BEFORE_RELIEVER, ""));
        }
    }
    for ago in (1..=120).step_by(2) {
        let note = match ago {
            101 => "Could not get up",
            21 => "Football with Ade again",
            _ => "",
        };
        let mood = (about(32, ago, (20, 38, 120), 9) / 10).clamp(1, 5);
        diary.add(Measure::Mood, (ago, "9pm"), vec![mood.to_string()], (&[], note));
    }
    AtHome {
        key: "jordan",
        readings: diary.readings,
        weeks: vec![(Protocol::PeakFlow, (today - Days::new(5), today + Days::new(8)), Some(["480", "80", "50"]))],
        answered: vec![
            ("phq-9", 112, vec![2, 2, 2, 1, 2, 2, 1, 1, 0, 1]),
            ("gad-7", 112, vec![2, 2, 1, 2, 1, 2, 1, 1]),
            ("phq-9", 77, vec![2, 1, 2, 1, 1, 2, 1, 1, 0, 1]),
            ("gad-7", 77, vec![2, 1, 1, 2, 1, 1, 1, 1]),
            ("phq-9", 42, vec![1, 1, 1, 1, 1, 1, 1, 1, 0, 1]),
            ("gad-7", 42, vec![1, 1, 1, 1, 1, 1, 1, 1]),
            ("phq-9", 7, vec![1, 1, 0, 1, 1, 0, 1, 0, 0, 1]),
            ("gad-7", 7, vec![1, 1, 0, 1, 0, 1, 0, 1]),
        ],
        targets: &[],
        rules: &[],
        goals: &[DemoGoal {
            kind: Kind::Own,
            words: "Play football with Ade every Sunday",
            target: "",
            why: "I feel better all week after it.",
            first_step: "Take my blue inhaler along and text Ade on Saturday",
            check_in: None,
        }],
        last: None,
    }
}

/// Heart failure and COPD: a steady weight that went up in the last days, so that his practice is told today.
fn derek(today: NaiveDate) -> AtHome {
    let mut diary = Diary::new(today);
    for ago in 1..=75 {
        let weight = match ago {
            1 => 829,
            2 => 822,
            3 => 816,
            _ => about(40, ago, (818, 813, 75), 3),
        };
        diary.add(Measure::Weight, (ago, "7am"), vec![tenths(weight)], (&[], ""));
    }
    for ago in (1..=75).step_by(2) {
        let oxygen = about(41, ago, (90, 91, 75), 1).to_string();
        diary.add(Measure::Oxygen, (ago, "7:05am"), vec![oxygen], (&[("activity", "rest")], ""));
    }
    AtHome {
        key: "derek",
        readings: diary.readings,
        weeks: Vec::new(),
        answered: Vec::new(),
        targets: &[(Measure::Oxygen, "oxygen-copd")],
        rules: &["weight-heart-failure"],
        goals: &[],
        last: Some((Measure::Weight, "83.7")),
    }
}

/// Everybody who measures at home, as it is on `today`.
#[must_use]
pub fn at_home(today: NaiveDate) -> Vec<AtHome> {
    vec![margaret(today), jordan(today), derek(today)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reading::{Typed, hear};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_reading_is_one_that_the_form_takes_unasked_and_is_before_the_day() {
        for today in ["2026-11-29", "2027-03-28", "2028-02-29"] {
            for person in at_home(day(today)) {
                for one in &person.readings {
                    let typed = Typed { numbers: &one.numbers, unit: "", sure: false };
                    assert!(hear(one.measure, &typed).is_ok(), "{} {:?} {:?}", person.key, one.measure, one.numbers);
                    assert!(one.day < day(today), "{}", person.key);
                    for (field, answer) in one.settings {
                        let setting = one.measure.settings().iter().find(|setting| setting.field == *field).unwrap();
                        assert!(setting.answers.iter().any(|(code, _)| code == answer), "{field} {answer}");
                    }
                }
                let months = person.readings.iter().map(|one| one.day).min().unwrap();
                assert!((day(today) - months).num_days() >= 60, "{}", person.key);
            }
        }
    }

    #[test]
    fn the_same_day_gives_the_same_readings_and_another_moves_them() {
        let said = |today: &str| -> Vec<Vec<String>> {
            at_home(day(today)).into_iter().flat_map(|person| person.readings).map(|one| one.numbers).collect()
        };
        assert_eq!(said("2026-11-29"), said("2026-11-29"));
        assert_eq!(said("2026-11-29"), said("2026-12-24"), "what is so many days ago is the same");
    }
}
