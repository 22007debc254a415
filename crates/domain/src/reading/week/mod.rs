//! Guided weeks: what is measured at set times for some days in a row, so that one can say at the end what it comes to. One table
//! of protocols; a new one is a new entry in it.

mod blank;
mod diary;
mod outcome;

pub use blank::{Blank, Column};
pub use diary::{DAY_BEGINS, Day, Diary, NotCounted, Plan, SittingSeen, State, TOGETHER, Taken, diary_day};
pub use outcome::{
    LONGEST_SITTING, MEASURED_AGAIN, MealSum, Mean, Outcome, SIGNS_HOLD, SignsHeld, Target, TargetOf, Verdict, Wanted, Zone,
    Zones, at_once, best_of, held_now, holds_instead, mean_if_pregnant, on_paper, outcome, signs_held, signs_hold, tells_danger,
    verdict, what_now, zone_advice,
};

use super::{Meal, Measure};
use crate::record::coded;
use chrono::TimeDelta;

coded! {
    /// Something that is measured for some days in a row. The word is also a part of its pages' addresses.
    Protocol {
        /// Home blood pressure to NICE NG136.
        HomePressure = "blood-pressure",
        /// Peak flow, with the zones of the person's own plan.
        PeakFlow = "peak-flow",
        /// Blood sugar before meals and at bedtime.
        Glucose = "blood-sugar",
        /// Blood sugar before meals, two hours after them, and at bedtime.
        GlucoseProfile = "blood-sugar-profile",
        /// Weight.
        Weight = "weight",
        /// Mood.
        Mood = "mood",
        /// Falls.
        Falls = "falls",
    }
}

coded! {
    /// How a week ended.
    WeekEnd {
        /// With enough for a result.
        Finished = "finished",
        /// Before that, because somebody wanted it so.
        Stopped = "stopped",
        /// Its last day was over when the next one began.
        Over = "over",
    }
}

/// A part of the day in which something is measured. Its minutes are those of the diary's day, which begins at
/// [`DAY_BEGINS`]: 1560 is 2am of the night after it. The sittings of a protocol follow each other without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sitting {
    /// What it is called.
    pub title: &'static str,
    /// When it begins.
    pub from: u16,
    /// Until when it is in good time; later it still counts.
    pub usual_until: u16,
    /// When it ends.
    pub until: u16,
    /// What is answered about the meal of a reading that belongs here; empty where none is asked.
    pub meals: &'static [&'static str],
}

impl Sitting {
    /// Whether a reading that was taken so belongs here, as far as its meal says; one of which nobody said does.
    #[must_use]
    pub fn fits(&self, settings: &str) -> bool {
        self.meals.is_empty() || Meal::answer(settings).is_none_or(|answer| self.meals.contains(&answer))
    }
}

/// Which readings of a sitting count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// The first so many that are at least so far apart, and no further than [`TOGETHER`]; with fewer than these, none.
    First(usize, TimeDelta),
    /// Each.
    Every,
}

/// What is worked out at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Works {
    /// The average, against a target.
    Average,
    /// How often it was in each zone of the personal best.
    Zones,
    /// The average before and after meals, and how often it was low.
    Meals,
    /// The first, the last and the change between.
    Change,
    /// How often each answer was given.
    Answers,
    /// How many there were.
    Total,
}

/// What there is to say about a protocol, in one place.
struct Entry {
    measure: Measure,
    title: &'static str,
    /// In one line, what it is for.
    about: &'static str,
    sittings: &'static [Sitting],
    counts: Counts,
    /// How many numbers are typed for one reading, of which the highest is kept.
    best_of: u8,
    /// For how many days it goes on; the first is offered first.
    lengths: &'static [u16],
    drops_first_day: bool,
    /// How many whole days it needs, beside the day that is left out.
    least: usize,
    /// How many readings that count it needs.
    least_readings: usize,
    /// What its form takes for granted about how a reading is taken.
    taken: &'static [(&'static str, &'static str)],
    /// Readings that were taken so do not count.
    not_counted: &'static [&'static str],
    works: Works,
    how: &'static [&'static str],
    times: &'static str,
    source: &'static str,
}

const fn sitting(title: &'static str, from: u16, usual_until: u16, until: u16) -> Sitting {
    Sitting { title, from: from * 60, usual_until: usual_until * 60, until: until * 60, meals: &[] }
}

const fn meal(title: &'static str, hours: (u16, u16, u16), meals: &'static [&'static str]) -> Sitting {
    Sitting { meals, ..sitting(title, hours.0, hours.1, hours.2) }
}

const MORNING_AND_EVENING: &[Sitting] = &[sitting("Morning", 4, 11, 14), sitting("Evening", 14, 23, 28)];
const ONCE: &[Sitting] = &[sitting("Any time", 4, 22, 28)];

/// The shorter diary of blood sugar, whose rules are those of the longer one too.
const SUGAR: Entry = Entry {
    measure: Measure::Glucose,
    title: "Blood sugar diary",
    about: "Before meals and at bedtime: 4 times a day.",
    sittings: &[
        meal("Before breakfast", (4, 10, 11), &["waking", "before"]),
        meal("Before lunch", (11, 14, 15), &["before"]),
        meal("Before the evening meal", (15, 20, 21), &["before"]),
        meal("At bedtime", (21, 26, 28), &["bedtime"]),
    ],
    counts: Counts::Every,
    best_of: 1,
    lengths: &[7, 3, 14],
    drops_first_day: false,
    least: 0,
    // Each is a result by itself: a low one is told of.
    least_readings: 1,
    taken: &[],
    not_counted: &[],
    works: Works::Meals,
    how: &[
        "Wash your hands with warm water and dry them.",
        "Prick the side of a fingertip. Use a different finger each time.",
        "Note if you tested before a meal, or at least 90 minutes after one.",
        "Do you feel shaky, sweaty, hungry or confused? Test straight away. If it is below 4, have something sugary first. Write the number down after that.",
    ],
    times: "8am, 12:30pm, 6pm, 9:30pm",
    source: "NICE NG17, 1.6; NHS: Low blood sugar (hypoglycaemia)",
};

const ENTRIES: [Entry; Protocol::ALL.len()] = [
    Entry {
        measure: Measure::BloodPressure,
        title: "Blood pressure week",
        about: "Twice each morning and evening, for 4 to 7 days. Then you see your average.",
        sittings: MORNING_AND_EVENING,
        // NICE NG136, 1.2.7: "two consecutive measurements are taken, at least 1 minute apart and with the person seated",
        // "twice daily, ideally in the morning and evening", "at least 4 days, ideally for 7 days"; the measurements of the first
        // day are discarded. So at least 3 whole days beside the first.
        counts: Counts::First(2, TimeDelta::seconds(60)),
        best_of: 1,
        lengths: &[7],
        drops_first_day: true,
        least: 3,
        least_readings: 0,
        taken: &[("position", "sitting")],
        not_counted: &["position=standing", "position=lying"],
        works: Works::Average,
        how: &[
            "Use a monitor for the upper arm that has been tested and gives the right numbers. Use the same arm each time.",
            "For half an hour before, do not smoke, exercise or eat, and do not drink tea or coffee.",
            "Sit for 5 minutes. Lean back in the chair and put your feet flat on the floor. Rest your arm on something level with your heart.",
            "Measure. Wait at least 1 minute, still sitting. Then measure again, within 30 minutes.",
            "Write down every number that it shows, also if it seems too high or too low.",
            "Is your heartbeat uneven? Then a monitor like this can be wrong. Ask your GP practice to measure by hand.",
        ],
        times: "8am, 8pm",
        source: "NICE NG136, 1.1 and 1.2.7; NHS: How to check your blood pressure",
    },
    Entry {
        measure: Measure::PeakFlow,
        title: "Peak flow diary",
        about: "The best of 3 blows each morning and evening. You see the zones of your own plan.",
        sittings: MORNING_AND_EVENING,
        counts: Counts::First(1, TimeDelta::zero()),
        best_of: 3,
        lengths: &[14, 7, 28],
        drops_first_day: false,
        least: 0,
        // One reading is no average.
        least_readings: 2,
        taken: &[],
        not_counted: &[],
        works: Works::Zones,
        how: &[
            "Stand, or sit up straight. Push the marker back to the start of the scale.",
            "Breathe in as deeply as you can. Close your lips around the mouthpiece.",
            "Blow out as hard and as fast as you can. Do this 3 times. Push the marker back each time.",
            "Do this before you use your reliever inhaler, unless your care team told you something else.",
        ],
        times: "8am, 8pm",
        source: "NHS: Peak flow test",
    },
    SUGAR,
    Entry {
        title: "Blood sugar diary, before and after meals",
        about: "Before meals, 2 hours after them, and at bedtime: 7 times a day.",
        // Until a part ends it is in good time: what is answered about the meal places a reading, whenever somebody eats.
        sittings: &[
            meal("Before breakfast", (4, 10, 10), &["waking", "before"]),
            meal("2 hours after breakfast", (10, 12, 12), &["after"]),
            meal("Before lunch", (12, 14, 14), &["before"]),
            meal("2 hours after lunch", (14, 16, 16), &["after"]),
            meal("Before the evening meal", (16, 19, 19), &["before"]),
            meal("2 hours after the evening meal", (19, 21, 21), &["after"]),
            meal("At bedtime", (21, 26, 28), &["bedtime"]),
        ],
        how: &[
            "Wash your hands with warm water and dry them.",
            "Prick the side of a fingertip. Use a different finger each time.",
            "Test just before you eat, and again 2 hours after the meal.",
            "Note if you tested before a meal, or at least 90 minutes after one.",
            "Do you feel shaky, sweaty, hungry or confused? Test straight away. If it is below 4, have something sugary first. Write the number down after that.",
        ],
        times: "8am, 10am, 12:30pm, 2:30pm, 6pm, 8pm, 9:30pm",
        source: "NICE NG17, 1.6; NICE NG28, 1.6; Diabetes UK: Checking your blood sugar levels; NHS: Low blood sugar (hypoglycaemia)",
        ..SUGAR
    },
    Entry {
        measure: Measure::Weight,
        title: "Weight diary",
        about: "Once a day, at the same time. Then you see what changed.",
        sittings: ONCE,
        counts: Counts::First(1, TimeDelta::zero()),
        best_of: 1,
        lengths: &[14, 7, 28],
        drops_first_day: false,
        least: 0,
        // A change is between two.
        least_readings: 2,
        taken: &[],
        not_counted: &[],
        works: Works::Change,
        how: &[
            "Use the same scales on a hard floor.",
            "The best time is in the morning, after you go to the toilet and before breakfast. Wear light clothes.",
        ],
        times: "8am",
        source: "NICE NG106, 1.7",
    },
    Entry {
        measure: Measure::Mood,
        title: "Mood diary",
        about: "Once a day, how you feel. Then you see your good and bad days.",
        sittings: ONCE,
        counts: Counts::First(1, TimeDelta::zero()),
        best_of: 1,
        lengths: &[14, 7, 28],
        drops_first_day: false,
        least: 0,
        // Each day is counted by itself.
        least_readings: 1,
        taken: &[],
        not_counted: &[],
        works: Works::Answers,
        how: &[
            "Think about the whole day.",
            "If you want, write what made it a good or a bad day. It helps you to see what is good for you.",
        ],
        times: "8pm",
        source: "NHS: Mental health, self-help",
    },
    Entry {
        measure: Measure::Fall,
        title: "Falls diary",
        about: "Each fall as it happens. Then you and your care team see when and how.",
        sittings: ONCE,
        counts: Counts::Every,
        best_of: 1,
        lengths: &[28, 14, 84],
        drops_first_day: false,
        least: 0,
        // No fall is a result too.
        least_readings: 0,
        taken: &[],
        not_counted: &[],
        works: Works::Total,
        how: &[
            "A fall is when you end up on the floor, or on something lower than you were, without meaning to. If you slip and catch yourself, it is not a fall.",
            "For each fall, write what you were doing, where you were, and if you were hurt. On days without a fall you do not need to write anything.",
        ],
        times: "7pm",
        source: "NICE NG249, 1.1; NHS: Falls",
    },
];

impl Protocol {
    fn entry(self) -> &'static Entry {
        // The table has one for each, in their order.
        ENTRIES.get(self.place()).unwrap_or(&ENTRIES[0])
    }

    /// What is measured.
    #[must_use]
    pub fn measure(self) -> Measure {
        self.entry().measure
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.entry().title
    }

    /// In one line, what it is for.
    #[must_use]
    pub fn about(self) -> &'static str {
        self.entry().about
    }

    /// The parts of a day in which it is measured.
    #[must_use]
    pub fn sittings(self) -> &'static [Sitting] {
        self.entry().sittings
    }

    /// Which readings of a sitting count.
    #[must_use]
    pub fn counts(self) -> Counts {
        self.entry().counts
    }

    /// How many readings a sitting asks for.
    #[must_use]
    pub fn each(self) -> usize {
        match self.counts() {
            Counts::First(many, _) => many,
            Counts::Every => 1,
        }
    }

    /// How long there has to be between two readings, so that both count.
    #[must_use]
    pub fn apart(self) -> TimeDelta {
        match self.counts() {
            Counts::First(_, apart) => apart,
            Counts::Every => TimeDelta::zero(),
        }
    }

    /// How many numbers are typed for one reading, of which the highest is kept.
    #[must_use]
    pub fn blows(self) -> u8 {
        self.entry().best_of
    }

    /// For how many days it can go on; the first is the usual one.
    #[must_use]
    pub fn lengths(self) -> &'static [u16] {
        self.entry().lengths
    }

    /// Whether what is measured on the first day is left out.
    #[must_use]
    pub fn drops_first_day(self) -> bool {
        self.entry().drops_first_day
    }

    /// How many whole days a result needs, beside the day that is left out.
    #[must_use]
    pub fn least(self) -> usize {
        self.entry().least
    }

    /// How many readings that count a result needs.
    #[must_use]
    pub fn least_readings(self) -> usize {
        self.entry().least_readings
    }

    /// What its form takes for granted about how a reading is taken, by field.
    #[must_use]
    pub fn taken(self) -> &'static [(&'static str, &'static str)] {
        self.entry().taken
    }

    /// What is worked out at the end.
    #[must_use]
    pub fn works(self) -> Works {
        self.entry().works
    }

    /// How to measure, step by step.
    #[must_use]
    pub fn how(self) -> &'static [&'static str] {
        self.entry().how
    }

    /// When somebody is reminded who chooses nothing else.
    #[must_use]
    pub fn times(self) -> &'static str {
        self.entry().times
    }

    /// From where all of it is taken.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.entry().source
    }

    /// Whether a reading that was taken so counts; `settings` as they are kept.
    #[must_use]
    pub fn takes(self, settings: &str) -> bool {
        !settings.split(' ').any(|setting| self.entry().not_counted.contains(&setting))
    }

    /// The place of the part of a day to which a reading belongs: that of the clock, or the one beside it that is of its meal where
    /// that of the clock is not, the nearer of two. What is of no such meal, as after one where none is asked for, stays with the clock.
    #[must_use]
    pub(crate) fn sitting_of(self, minute: u16, settings: &str) -> usize {
        let sittings = self.sittings();
        let clock = sittings.iter().position(|one| (one.from..one.until).contains(&minute)).unwrap_or_default();
        let (before, after) = (clock.checked_sub(1), clock.checked_add(1));
        let is_early = sittings.get(clock).is_some_and(|one| minute.saturating_sub(one.from) < one.until.saturating_sub(minute));
        let all = if is_early { [Some(clock), before, after] } else { [Some(clock), after, before] };
        let fits = |place: &usize| sittings.get(*place).is_some_and(|one| one.fits(settings));
        all.into_iter().flatten().find(fits).unwrap_or(clock)
    }

    /// Whether what was measured at this minute of a diary's day, for what this part of it asks, belongs to this part.
    #[must_use]
    pub fn belongs(self, sitting: &Sitting, minute: u16) -> bool {
        match sitting.meals.last() {
            Some(meal) => self.sittings().get(self.sitting_of(minute, &format!("meal={meal}"))) == Some(sitting),
            None => (sitting.from..sitting.until).contains(&minute),
        }
    }

    /// Whether a part of a day with nothing in it is missing: nobody has to fall.
    #[must_use]
    pub fn asks_daily(self) -> bool {
        self.works() != Works::Total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::medicine::Times;
    use crate::when::is_night;

    #[test]
    fn every_protocol_can_be_followed() {
        for protocol in Protocol::ALL {
            let sittings = protocol.sittings();
            assert_eq!(sittings.first().map(|one| one.from), Some(DAY_BEGINS), "{protocol:?} begins with the day");
            assert_eq!(sittings.last().map(|one| one.until), Some(DAY_BEGINS + 24 * 60), "{protocol:?} ends with it");
            assert!(sittings.windows(2).all(|pair| pair[0].until == pair[1].from), "{protocol:?} has no gap");
            assert!(sittings.iter().all(|one| one.from < one.usual_until && one.usual_until <= one.until), "{protocol:?}");
            let times: Vec<u16> = Times::parse(protocol.times()).unwrap().minutes().collect();
            assert_eq!(times.len(), sittings.len(), "{protocol:?} reminds once of each");
            for (minute, sitting) in times.iter().zip(sittings) {
                assert!((sitting.from..sitting.usual_until).contains(minute) && !is_night(*minute), "{protocol:?} {minute}");
            }
            let days = usize::from(*protocol.lengths().first().unwrap());
            assert!(protocol.least() + usize::from(protocol.drops_first_day()) <= days, "{protocol:?} can be valid");
            assert!(!protocol.how().is_empty() && !protocol.source().is_empty());
            assert_eq!(Protocol::from_code(protocol.code()), Some(*protocol));
            let fields = protocol.measure().settings();
            for (field, answer) in protocol.taken() {
                let known = fields.iter().find(|one| one.field == *field).unwrap();
                assert!(known.answers.iter().any(|(code, _)| code == answer), "{protocol:?} {field}");
            }
        }
    }

    #[test]
    fn a_line_of_paper_takes_the_times_that_place_a_reading_in_it() {
        let takes = |protocol: Protocol, title: &str, hour: u16, minute: u16| {
            let sitting = protocol.sittings().iter().find(|one| one.title == title).unwrap();
            protocol.belongs(sitting, hour * 60 + minute)
        };
        let profile = Protocol::GlucoseProfile;
        for (title, hour, minute, expected) in [
            ("Before breakfast", 8, 0, true),
            // Somebody who sleeps late, and somebody for whom it is lunch.
            ("Before breakfast", 10, 30, true),
            ("Before breakfast", 11, 30, false),
            ("Before lunch", 11, 30, true),
            ("2 hours after breakfast", 9, 0, true),
            ("2 hours after lunch", 9, 0, false),
            ("2 hours after the evening meal", 22, 30, true),
            ("At bedtime", 20, 30, true),
            ("At bedtime", 12, 0, false),
        ] {
            assert_eq!(takes(profile, title, hour, minute), expected, "{title} {hour}:{minute}");
        }
        assert!(takes(Protocol::HomePressure, "Morning", 13, 59) && !takes(Protocol::HomePressure, "Morning", 14, 0));
    }

    #[test]
    fn the_steps_are_short_and_in_everyday_words() {
        for step in Protocol::ALL.iter().flat_map(|protocol| protocol.how()) {
            for sentence in step.split(['.', '?', ':']) {
                assert!(sentence.split_whitespace().count() <= 20, "{step}");
            }
            for hard in ["treat", "whether", "at once", "automatic", "accuracy", "among", "otherwise"] {
                assert!(!step.to_lowercase().contains(hard), "{hard}: {step}");
            }
        }
    }

    #[test]
    fn blood_pressure_counts_only_sitting() {
        let takes = |settings| Protocol::HomePressure.takes(settings);
        assert!(
            takes("") && takes("arm=left position=sitting") && !takes("arm=left position=standing") && !takes("position=lying")
        );
        assert!(Protocol::Weight.takes("position=standing"));
    }
}
