//! What a diary comes to: an average against a target, zones of a personal best, and what to do about either.

use super::{Diary, Protocol, TOGETHER, Taken, Works, diary_day};
use crate::ReadingId;
use crate::reading::advice::{
    self, CHILD_PRESSURE, COLD, EXTREME_SUGAR, HEAD, HIGH_IF_PREGNANT, HIGH_SUGAR, HIGHER_SUGAR, HURT, LOW_OXYGEN, LOW_PRESSURE,
    LOW_SUGAR, PULSE_FAR_OUT_OF_RANGE, PULSE_OUT_OF_RANGE, SEVERE_IF_PREGNANT, VERY_HIGH_FEVER, VERY_HIGH_OR_PREGNANT,
    VERY_HIGH_PRESSURE, VERY_LOW_MOOD, VERY_LOW_OXYGEN,
};
use crate::reading::amount::divided;
use crate::reading::{About, Advice, Amount, Meal, Measure, Range, Urgency};
use crate::when::clock_at;
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::RangeInclusive;

/// The average of what counts, rounded to the decimals with which it is measured; of two as near, the higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mean {
    /// Of how many readings.
    pub readings: usize,
    /// Of their first numbers.
    pub first: Amount,
    /// Of their second.
    pub second: Option<Amount>,
}

impl Mean {
    /// Of these readings of a measure; absent where there are none.
    #[must_use]
    pub fn of<'t>(measure: Measure, readings: impl Iterator<Item = &'t Taken>) -> Option<Self> {
        let readings: Vec<&Taken> = readings.collect();
        let many = i64::try_from(readings.len()).ok().filter(|many| *many > 0)?;
        let decimals = measure.parts().first().map_or(0, |part| part.decimals);
        // Rounded once, from the exact sum.
        let step = [1000, 100, 10].get(usize::from(decimals)).copied().unwrap_or(1);
        let mean = |sum: i64| Amount::from_thousandths(divided(sum, many * step) * step);
        let first = readings.iter().map(|one| one.first.thousandths()).sum();
        let second: Option<i64> = readings.iter().map(|one| one.second.map(Amount::thousandths)).sum();
        Some(Self { readings: readings.len(), first: mean(first), second: second.map(mean) })
    }
}

/// Who set a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetOf {
    /// Nobody for this person: it is that of the guideline.
    Guideline,
    /// Their care team.
    Team,
}

/// Where one number of an average is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// From where to where.
    pub range: Range,
    /// Who says so.
    pub of: TargetOf,
}

/// Where an average blood pressure at home should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The first number.
    pub first: Wanted,
    /// The second.
    pub second: Wanted,
}

impl Target {
    /// Where the care team set none: below 135/85, and below 145/85 from 80 years on (NICE NG136, 1.4, targets for home monitoring).
    /// Of somebody whose age is not known, the lower.
    #[must_use]
    pub fn of_guideline(age: Option<u32>) -> Self {
        let first = match age {
            Some(80..) => Amount::whole(145),
            _ => Amount::whole(135),
        };
        let below = |high| Wanted { range: Range::below(high), of: TargetOf::Guideline };
        Self { first: below(first), second: below(Amount::whole(85)) }
    }

    /// With what the care team set in place of the guideline's, number by number.
    #[must_use]
    pub fn with(self, team: crate::reading::Target) -> Self {
        let own = |range: Range, other: Wanted| if range.is_open() { other } else { Wanted { range, of: TargetOf::Team } };
        Self { first: own(team.first, self.first), second: own(team.second, self.second) }
    }
}

impl Wanted {
    fn is_above(&self, number: Amount) -> bool {
        !self.range.holds(number) && !self.is_under(number)
    }

    fn is_under(&self, number: Amount) -> bool {
        self.range.low.is_some_and(|low| number < low)
    }
}

/// How an average stands to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// So low that it is worth asking about.
    Low,
    /// Below the lower end that the care team set.
    Under,
    /// Of somebody under 18, about whom the guideline says nothing.
    Child,
    /// Where it is wanted.
    Meets,
    /// At the target or above it.
    Above,
    /// Well above: at 150/95 or more, as in stage 2 hypertension.
    High,
    /// At 180/120 or more.
    VeryHigh,
}

/// Compares an average as it is shown, so that what is said fits what is read.
#[must_use]
pub fn verdict(mean: &Mean, target: &Target, about: About) -> Verdict {
    let at_least =
        |first: i32, second: i32| mean.first >= Amount::whole(first) || mean.second.is_some_and(|it| it >= Amount::whole(second));
    let below = |first: Amount, second: Amount| mean.first < first || mean.second.is_some_and(|it| it < second);
    let above = target.first.is_above(mean.first) || mean.second.is_some_and(|it| target.second.is_above(it));
    let under = target.first.is_under(mean.first) || mean.second.is_some_and(|it| target.second.is_under(it));
    if at_least(180, 120) {
        Verdict::VeryHigh
    } else if about.is_child() {
        Verdict::Child
    } else if above && at_least(150, 95) {
        Verdict::High
    } else if above {
        Verdict::Above
    } else if under {
        Verdict::Under
    } else if below(Amount::whole(90), Amount::whole(60)) {
        Verdict::Low
    } else {
        Verdict::Meets
    }
}

const MEETS: Advice = Advice {
    urgency: Urgency::Note,
    title: "Your average meets the target",
    does: &[
        "Go on as you are. Do not stop or change a medicine because of this result.",
        "Tell your practice if they asked you to measure.",
    ],
    emergency: "",
    source: "NICE NG136, 1.4",
};

/// For the next weeks, and no danger: an average that is one above the target is so as well.
const ABOVE: Advice = Advice {
    urgency: Urgency::Note,
    title: "Your average is above the target",
    does: &[
        "Tell your GP practice this result in the next few weeks. They decide with you what it means.",
        "Do not start, stop or change a medicine by yourself.",
    ],
    emergency: "",
    source: "NICE NG136, 1.2 and 1.4; NHS: High blood pressure",
};

const HIGH: Advice = Advice {
    urgency: Urgency::Soon,
    title: "Your average is well above the target",
    does: &[
        "Call your GP practice in the next few days and tell them this result.",
        "Do not start, stop or change a medicine by yourself.",
    ],
    emergency: VERY_HIGH_PRESSURE.emergency,
    source: "NICE NG136, 1.2 (stage 2 hypertension, average at home of 150/95 or more); NHS: High blood pressure",
};

const UNDER: Advice = Advice {
    urgency: Urgency::Soon,
    title: "Your average is lower than your care team wants it",
    does: &[
        "Call your care team in the next few days and tell them this result. Call today if you feel dizzy or faint.",
        "Do not start, stop or change a medicine by yourself.",
        "Get up slowly, and drink enough.",
    ],
    emergency: "",
    source: "NHS: Low blood pressure (hypotension); the target is your care team’s",
};

const LOW: Advice = Advice { title: "Your average is low", ..LOW_PRESSURE };

/// After a second measurement: the first of [`VERY_HIGH_PRESSURE`]'s steps is done.
const STILL_VERY_HIGH: Advice = Advice {
    title: "Your blood pressure is still very high",
    does: &["Ask for an urgent GP appointment now, or call 111. Say that you measured twice, and what it showed."],
    ..VERY_HIGH_PRESSURE
};

/// The same for somebody who may be pregnant.
const STILL_OR_PREGNANT: Advice = Advice {
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call your maternity unit now. You need to be seen today.",
        "If not, ask for an urgent GP appointment now, or call 111. Say that you measured twice, and what it showed.",
    ],
    emergency: VERY_HIGH_OR_PREGNANT.emergency,
    source: VERY_HIGH_OR_PREGNANT.source,
    ..STILL_VERY_HIGH
};

/// After a reading of the same day that is severe in pregnancy: a lower one takes nothing back of that (NICE NG133).
const SEVERE_BEFORE_IF_PREGNANT: Advice = Advice {
    title: "If you are pregnant, you still need to be seen today",
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call your maternity unit now if you have not yet. You need to be seen today, also if a later reading is lower.",
        "If not, this is not about you.",
    ],
    ..SEVERE_IF_PREGNANT
};

/// The same after one that is very high in anybody: what it called 999 for holds as well.
const VERY_HIGH_BEFORE_IF_PREGNANT: Advice = Advice {
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call your maternity unit now if you have not yet. You need to be seen today, also if a later reading is lower.",
        "If not, do what was said about that reading.",
    ],
    emergency: VERY_HIGH_OR_PREGNANT.emergency,
    source: VERY_HIGH_OR_PREGNANT.source,
    ..SEVERE_BEFORE_IF_PREGNANT
};

/// The same where the later one is low: after one that is severe it may be of a bleeding, or of too much medicine, and its own signs are
/// for 999 as well, of whoever is pregnant and of whoever is not.
const LOW_AFTER_SEVERE_IF_PREGNANT: Advice = Advice {
    title: "If you are pregnant, you still need to be seen today. This blood pressure is low",
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call your maternity unit now, also if you have called before.",
        "If you feel faint now, lie down on your side. If that does not pass soon, or you feel unwell, call 111.",
        "If not, and you feel well, this can be usual for you.",
    ],
    emergency: "somebody has fainted and does not wake within a minute, is confused or very drowsy, has cold, clammy, pale or blotchy skin, struggles to breathe, has chest pain, or bleeds heavily. Also if you are pregnant or had a baby in the last 6 weeks, and have a bad headache, blurred or flashing sight, bad pain just below the ribs, are sick, have sudden swelling of face, hands or feet, or have a fit",
    source: "NHS: Low blood pressure (hypotension); Fainting; Sepsis; First aid, shock; When to call 999; NICE NG133, severe hypertension (160/110 mmHg or more) and 1.1, symptoms of pre-eclampsia",
    ..SEVERE_BEFORE_IF_PREGNANT
};

const VERY_HIGH_AVERAGE: Advice = Advice {
    title: "Your average is very high",
    does: &["Ask for an urgent GP appointment now, or call 111. Say that it is the average of several days."],
    ..VERY_HIGH_PRESSURE
};

/// What to do about an average beside that, where somebody is pregnant or had a baby of late: the target is not theirs.
#[must_use]
pub fn mean_if_pregnant(mean: &Mean, about: About) -> Option<&'static Advice> {
    if about.may_be_pregnant { advice::if_pregnant((mean.first, mean.second)) } else { None }
}

/// What to do about an average that stands so to its target.
#[must_use]
pub const fn what_now(verdict: Verdict) -> &'static Advice {
    match verdict {
        Verdict::Low => &LOW,
        Verdict::Under => &UNDER,
        Verdict::Child => &CHILD_PRESSURE,
        Verdict::Meets => &MEETS,
        Verdict::Above => &ABOVE,
        Verdict::High => &HIGH,
        Verdict::VeryHigh => &VERY_HIGH_AVERAGE,
    }
}

const RED_ZONE: Advice = Advice {
    urgency: Urgency::Now,
    title: "This peak flow is in your red zone",
    does: &[
        "Do now what your asthma action plan says for this.",
        "If you have none, sit up straight. Blue reliever inhaler: take 1 puff every 30 to 60 seconds, up to 10 puffs. AIR or MART inhaler: take 1 puff every 1 to 3 minutes, up to 6 puffs.",
        "If you called 999 and the ambulance has not come after 10 minutes, and you feel no better, take the puffs again in the same way. If that does not help either, call 999 again.",
        "If the puffs help, see a GP today all the same.",
    ],
    emergency: "you do not feel better after the most puffs, you feel worse at any time, or you have no inhaler with you",
    source: "NHS: Asthma attacks; the zones are those of your own plan",
};

const AMBER_ZONE: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This peak flow is in your amber zone",
    does: &[
        "Do today what your asthma action plan says for this.",
        "If you have none, or it does not help, call your GP practice or asthma nurse today.",
    ],
    emergency: "you are too short of breath to speak, or your reliever inhaler does not help",
    source: "NHS: Asthma; the zones are those of your own plan",
};

/// Signs of a life-threatening attack, whatever the number is, and also where nobody knows the zones (BTS/SIGN 158).
const ASTHMA_EMERGENCY: Advice = Advice {
    urgency: Urgency::Emergency,
    title: "This asthma attack is an emergency. Call 999",
    does: &[
        "Call 999 now. Say that it is an asthma attack. Do not drive to hospital yourself.",
        "Sit up straight, and stay calm. Do not lie down.",
        "While you wait, blue reliever inhaler: take 1 puff every 30 to 60 seconds, up to 10 puffs. AIR or MART inhaler: take 1 puff every 1 to 3 minutes, up to 6 puffs.",
        "If the ambulance has not come after 10 minutes, and you feel no better, take the puffs again in the same way. If that does not help either, call 999 again.",
    ],
    emergency: "",
    source: "NHS: Asthma attacks; BTS/SIGN 158, acute asthma",
};

/// Symptoms beside a number that is green, or of which nobody knows the zone.
const ASTHMA_SYMPTOMS: Advice = Advice {
    urgency: Urgency::Soon,
    title: "What you feel counts more than this peak flow",
    does: &[
        "Do now what your asthma action plan says for these symptoms.",
        "If you have none, use your reliever inhaler as you were told.",
        "If it does not help as much as usual, you need it again within 4 hours, or you wake at night from this, call your GP practice or asthma nurse today, or 111.",
    ],
    emergency: "you are too short of breath to speak, eat or sleep, you feel worse at any time, or your reliever inhaler does not help",
    source: "NHS: Asthma; Asthma attacks",
};

/// After a second measurement: the first of [`VERY_LOW_OXYGEN`]'s steps is done.
const STILL_VERY_LOW_OXYGEN: Advice = Advice {
    title: "This oxygen level is still very low",
    does: &[
        "Call 999 now, unless your care team has told you that this is usual for you. Say that you measured twice, and what it showed.",
    ],
    emergency: "you are very short of breath, whatever is usual for you",
    ..VERY_LOW_OXYGEN
};

/// The same of [`LOW_OXYGEN`].
const STILL_LOW_OXYGEN: Advice = Advice {
    title: "This oxygen level is still lower than usual",
    does: &[
        "Call 111 or your GP practice now, unless your care team has told you that this is usual for you. Say that you measured twice, and what it showed.",
    ],
    ..LOW_OXYGEN
};

/// The same of [`EXTREME_SUGAR`].
const STILL_EXTREME_SUGAR: Advice = Advice {
    title: "This blood sugar is still 30 or more",
    does: &[
        "Go to A&E now, even if you feel well. Say that you tested twice, and what it showed. It can be an emergency. Do not drive yourself.",
        "On the way, drink water if you can. Keep taking your diabetes medicine as you were told.",
    ],
    ..EXTREME_SUGAR
};

/// The same of [`COLD`].
const STILL_COLD: Advice = Advice {
    title: "This temperature is still very low",
    does: &[
        "Call 999 or go to A&E now. It is an emergency. Say that you measured twice, and what it showed.",
        "Until help comes: go indoors, change wet clothes for dry ones, and wrap up in blankets. No hot bath, and do not rub arms or legs.",
    ],
    emergency: "somebody is confused, very drowsy, slurs their words or has stopped shivering",
    ..COLD
};

/// The same of [`VERY_HIGH_FEVER`], half an hour later.
const STILL_VERY_HIGH_FEVER: Advice = Advice {
    title: "This temperature is still very high",
    does: &[
        "If you have treatment for cancer, ring your 24-hour helpline now. Do not wait, and take nothing for the fever first.",
        "If not, call 111 now. Say that you measured twice, and what it showed.",
        "If you have been in the heat, stay in a cool place, cool your skin with water, and drink.",
    ],
    ..VERY_HIGH_FEVER
};

/// The same of [`PULSE_OUT_OF_RANGE`].
const STILL_PULSE_OUT_OF_RANGE: Advice = Advice {
    title: "This pulse is still outside the usual range",
    does: &[
        "Call your GP practice or 111 today, unless your care team has told you that this is usual for you. Say that you measured twice, and what it showed.",
    ],
    ..PULSE_OUT_OF_RANGE
};

/// The same of [`PULSE_FAR_OUT_OF_RANGE`].
const STILL_PULSE_FAR_OUT_OF_RANGE: Advice = Advice {
    title: "This pulse is still far outside the usual range",
    does: &[
        "Call 111 now or ask for an urgent GP appointment, unless your care team has told you that this is usual for you. Say that you measured twice, and what it showed.",
    ],
    ..PULSE_FAR_OUT_OF_RANGE
};

/// What asks for a second measurement, and what comes after it.
struct Again {
    /// What the second alone would be answered with.
    now: &'static Advice,
    /// What the first was answered with, or would have been without signs.
    before: &'static [&'static Advice],
    /// How many minutes lie between the two.
    minutes: RangeInclusive<i64>,
    /// What is answered then.
    then: &'static Advice,
}

/// Of all but blood pressure, in the time in which each advice has it measured again, and a little longer.
const AGAIN: &[Again] = &[
    Again { now: &VERY_LOW_OXYGEN, before: &[&VERY_LOW_OXYGEN], minutes: 0..=60, then: &STILL_VERY_LOW_OXYGEN },
    Again { now: &LOW_OXYGEN, before: &[&VERY_LOW_OXYGEN, &LOW_OXYGEN], minutes: 0..=90, then: &STILL_LOW_OXYGEN },
    Again { now: &EXTREME_SUGAR, before: &[&EXTREME_SUGAR], minutes: 0..=60, then: &STILL_EXTREME_SUGAR },
    Again { now: &COLD, before: &[&COLD], minutes: 0..=60, then: &STILL_COLD },
    Again { now: &VERY_HIGH_FEVER, before: &[&VERY_HIGH_FEVER], minutes: 30..=90, then: &STILL_VERY_HIGH_FEVER },
    Again {
        now: &PULSE_OUT_OF_RANGE,
        before: &[&PULSE_FAR_OUT_OF_RANGE, &PULSE_OUT_OF_RANGE],
        minutes: 5..=60,
        then: &STILL_PULSE_OUT_OF_RANGE,
    },
    Again {
        now: &PULSE_FAR_OUT_OF_RANGE,
        before: &[&PULSE_FAR_OUT_OF_RANGE, &PULSE_OUT_OF_RANGE],
        minutes: 5..=60,
        then: &STILL_PULSE_FAR_OUT_OF_RANGE,
    },
];

/// Of what a second reading is answered otherwise than a first one ([`at_once`]).
pub const MEASURED_AGAIN: &[Measure] =
    &[Measure::BloodPressure, Measure::Oxygen, Measure::Glucose, Measure::Temperature, Measure::Pulse];

/// Of what signs of an emergency that were told of with a reading hold for the sitting ([`at_once`]): of what is measured again, and of what
/// nothing is said about a second one.
pub const SIGNS_HOLD: &[Measure] = &[
    Measure::BloodPressure,
    Measure::Oxygen,
    Measure::Glucose,
    Measure::Temperature,
    Measure::Pulse,
    Measure::PeakFlow,
    Measure::Breathing,
];

/// What the last of these readings in the order of time shows again, with those before it that asked to measure again.
fn asked_again(measure: Measure, readings: &[Taken], about: About) -> Option<(&'static Again, Vec<&Taken>)> {
    let (last, before) = readings.split_last()?;
    let of = |one: &Taken, settings: &str| advice::advice(measure, one.first, one.second, settings, about);
    let now = of(last, &last.settings)?;
    let again = AGAIN.iter().find(|again| again.now == now)?;
    let asked = |one: &Taken| {
        let apart = last.at - one.at;
        // The same instant twice is one measurement that came two ways.
        let is_second = apart > TimeDelta::zero() && again.minutes.contains(&apart.num_minutes());
        let settings: Vec<&str> = one.settings.split(' ').filter(|setting| !setting.starts_with("signs=")).collect();
        is_second && of(one, &settings.join(" ")).is_some_and(|told| again.before.contains(&told))
    };
    Some((again, before.iter().filter(|one| asked(one)).collect()))
}

/// What to do about the last of these readings in the order of time, where one before it asked to measure again and it shows the same.
fn measured_again(measure: Measure, readings: &[Taken], about: About) -> Option<&'static Advice> {
    let last = readings.last()?;
    let (again, firsts) = asked_again(measure, readings, about)?;
    if let Some(sign) = sign_in(firsts.iter().copied()) {
        return with_sign(measure, last, sign, about);
    }
    (!firsts.is_empty()).then_some(again.then)
}

/// What to do about a reading where this sign was told of with it, or with one for which it holds still.
fn with_sign(measure: Measure, one: &Taken, sign: &str, about: About) -> Option<&'static Advice> {
    advice::advice(measure, one.first, one.second, &format!("{} {sign}", one.settings), about)
}

/// The gravest sign that was told of with any of these readings, as it is kept. Those of ketoacidosis are signs of an emergency where any
/// of them was above 11 mmol/L: a lower one takes nothing back.
fn sign_in<'t>(readings: impl Iterator<Item = &'t Taken>) -> Option<&'static str> {
    let all: Vec<&Taken> = readings.collect();
    let is_told = |sign: &str| all.iter().any(|one| tells(one, sign));
    let is_high = || all.iter().any(|one| advice::is_high_sugar(one.first));
    match (is_told(EMERGENCY), is_told(KETONES)) {
        (true, _) => Some(EMERGENCY),
        (false, true) => Some(if is_high() { EMERGENCY } else { KETONES }),
        (false, false) => None,
    }
}

/// The same about the last of these readings in the order of time, of one of [`SIGNS_HOLD`], where they were told of in its sitting.
fn signs_of_sitting(measure: Measure, readings: &[Taken], about: About) -> Option<&'static Advice> {
    let last = readings.last().filter(|_| SIGNS_HOLD.contains(&measure))?;
    with_sign(measure, last, sign_in(sitting(readings, last.at).iter())?, about)
}

/// A personal best of peak flow, and the shares of it at which zones begin, as the person's plan says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zones {
    /// The personal best.
    pub best: Amount,
    /// From so many per cent of it on it is green.
    pub green: u8,
    /// From so many on amber; below, red.
    pub amber: u8,
}

/// A zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// Below the amber one.
    Red,
    /// Below the green one.
    Amber,
    /// As it should be.
    Green,
}

impl Zones {
    /// What is offered where somebody has no plan at hand: 80 and 50 per cent (BTS/SIGN 158: moderate from 50 to 75, acute severe
    /// from 33 to 50 per cent; Mayo Clinic, "Peak flow meter": 80 and 50). Plans differ, so that both can be changed.
    pub const USUAL: (u8, u8) = (80, 50);

    /// Where a value lies.
    #[must_use]
    pub fn of(&self, value: Amount) -> Zone {
        let from = |percent: u8| value.thousandths() * 100 >= self.best.thousandths() * i64::from(percent);
        if from(self.green) {
            Zone::Green
        } else if from(self.amber) {
            Zone::Amber
        } else {
            Zone::Red
        }
    }

    /// The lowest whole values of the green and the amber zone.
    #[must_use]
    pub fn bounds(&self) -> (Amount, Amount) {
        let lowest = |percent: u8| {
            let exact = self.best.thousandths() * i64::from(percent);
            Amount::from_thousandths((exact + 99_999).div_euclid(100_000) * 1000)
        };
        (lowest(self.green), lowest(self.amber))
    }
}

impl Zone {
    /// What people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Green => "Green",
            Self::Amber => "Amber",
            Self::Red => "Red",
        }
    }
}

/// What a paper diary of this says about single readings: of which, and what to do.
#[must_use]
pub const fn on_paper(protocol: Protocol) -> &'static [(&'static str, &'static Advice)] {
    match protocol {
        Protocol::HomePressure => &[
            ("If the top number is 180 or higher, or the bottom number is 120 or higher", &VERY_HIGH_PRESSURE),
            (
                "In pregnancy and 6 weeks after: if the top number is 160 or higher, or the bottom number is 110 or higher",
                &SEVERE_IF_PREGNANT,
            ),
            (
                "In pregnancy and 6 weeks after: if the top number is 140 or higher, or the bottom number is 90 or higher",
                &HIGH_IF_PREGNANT,
            ),
        ],
        Protocol::PeakFlow => &[("If it is in your red zone", &RED_ZONE), ("If it is in your amber zone", &AMBER_ZONE)],
        Protocol::Glucose | Protocol::GlucoseProfile => &[
            ("If it is below 4", &LOW_SUGAR),
            ("If it is 30 or more", &EXTREME_SUGAR),
            ("If it is 15 or more", &HIGHER_SUGAR),
            ("If it is above 11", &HIGH_SUGAR),
        ],
        Protocol::Mood => &[("If you feel very low", &VERY_LOW_MOOD)],
        Protocol::Falls => &[("If you hit your head", &HEAD), ("If you are hurt otherwise", &HURT)],
        Protocol::Weight => &[],
    }
}

/// What to do at once about a value in a zone.
#[must_use]
pub const fn zone_advice(zone: Zone) -> Option<&'static Advice> {
    match zone {
        Zone::Green => None,
        Zone::Amber => Some(&AMBER_ZONE),
        Zone::Red => Some(&RED_ZONE),
    }
}

/// What to do at once about a peak flow, by its zone, where one is known, and by what was told of how it is.
fn breath(zone: Option<Zone>, settings: &str) -> Option<&'static Advice> {
    let has = |word: &str| settings.split(' ').any(|setting| setting == word);
    if has("signs=yes") {
        return Some(&ASTHMA_EMERGENCY);
    }
    let felt = || if has("signs=wheeze") { Some(&ASTHMA_SYMPTOMS) } else { None };
    zone.and_then(zone_advice).or_else(felt)
}

/// How long a sitting can be, of readings that follow on each other.
pub const LONGEST_SITTING: TimeDelta = TimeDelta::hours(2);

/// The readings of the sitting of this instant, in the order of time: each within [`TOGETHER`] of the next that a person recorded, the
/// last of the instant, and none longer ago than [`LONGEST_SITTING`]. What comes by itself is of it and makes it no longer.
fn sitting(readings: &[Taken], of: DateTime<Utc>) -> &[Taken] {
    let mut next = of;
    let apart = readings.iter().rposition(|one| {
        let is_apart = next - one.at > TOGETHER || of - one.at > LONGEST_SITTING;
        if one.by_hand {
            next = one.at;
        }
        is_apart
    });
    readings.get(apart.map_or(0, |at| at + 1)..).unwrap_or_default()
}

/// How it is kept that there are signs of an emergency.
const EMERGENCY: &str = "signs=yes";
/// The same of ketoacidosis, beside a blood sugar.
const KETONES: &str = "signs=ketones";
/// What was told of a reading and holds for those of its sitting, the gravest first: the field, and the answer.
const HOLDS: &[(&str, &str)] = &[("signs", "yes"), ("eclampsia", "yes"), ("signs", "ketones")];

/// Whether what was answered of how a reading was taken, as it is kept, names signs that hold for its sitting.
#[must_use]
pub fn tells_danger(settings: &str) -> bool {
    HOLDS.iter().any(|sign| settings.split(' ').any(|setting| setting.split_once('=') == Some(*sign)))
}

/// Whether this was said with a reading.
fn tells(one: &Taken, said: &str) -> bool {
    one.settings.split(' ').any(|setting| setting == said)
}

/// The gravest sign that somebody told of with a reading and that holds for its sitting.
fn sign_of(one: &Taken) -> Option<(&'static str, &'static str)> {
    let is_said = |sign: &(&str, &str)| one.settings.split(' ').any(|setting| setting.split_once('=') == Some(*sign));
    HOLDS.iter().copied().find(is_said)
}

/// Whether somebody said with a reading that there are signs that hold for its sitting.
fn has_signs(one: &Taken) -> bool {
    sign_of(one).is_some()
}

/// With which reading it was said last, in the sitting of these readings of one of [`SIGNS_HOLD`] in the order of time, that there are
/// signs of an emergency, as long as one that is measured now is of that sitting.
#[must_use]
pub fn signs_hold(readings: &[Taken], now: DateTime<Utc>) -> Option<&Taken> {
    sitting(readings, now).iter().rev().find(|one| has_signs(one))
}

/// What holds at this instant of these readings of a measure in the order of time, whatever is measured next: signs of the sitting that goes
/// on, else a blood pressure of the day that is severe in pregnancy, of somebody who may be pregnant.
#[must_use]
pub fn held_now(measure: Measure, readings: &[Taken], now: DateTime<Utc>, about: About) -> Option<SignsHeld> {
    if !SIGNS_HOLD.contains(&measure) {
        return None;
    }
    if let Some(told) = signs_hold(readings, now) {
        return Some(SignsHeld::until(measure, told, now));
    }
    let told = severe_of_day(readings, now, about).filter(|_| measure == Measure::BloodPressure)?;
    Some(SignsHeld { pressure: Some((told.first, told.second)), ..SignsHeld::until(measure, told, now) })
}

/// The worst of these blood pressures that is severe in pregnancy, of somebody who may be pregnant, and of the day of this instant.
fn severe_of_day(readings: &[Taken], now: DateTime<Utc>, about: About) -> Option<&Taken> {
    let is_of_day = |one: &Taken| diary_day(one.at) == diary_day(now) || now - one.at <= LONGEST_SITTING;
    let is_severe = |one: &Taken| about.may_be_pregnant && advice::is_severe_if_pregnant((one.first, one.second));
    let badness = |one: &&Taken| (advice::is_very_high(one.first, one.second), one.first, one.second);
    readings.iter().filter(|one| is_severe(one) && is_of_day(one)).max_by_key(badness)
}

/// What was told with an earlier reading and holds for a later one, about which [`at_once`] says by it what to do, whatever it is: signs of
/// an emergency, or a blood pressure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignsHeld {
    /// Of what both readings are.
    pub measure: Measure,
    /// The blood pressure that holds; absent where signs do.
    pub pressure: Option<(Amount, Option<Amount>)>,
    /// The sign that was told of: the field, and the answer. Of no meaning where a blood pressure holds.
    pub sign: (&'static str, &'static str),
    /// With which reading it was told.
    pub told_with: ReadingId,
    /// When that was measured.
    pub at: DateTime<Utc>,
    /// How many minutes later the other was.
    pub minutes: i64,
    /// With the other somebody answered that there are none.
    pub is_denied: bool,
}

impl SignsHeld {
    /// Signs that were told of with a reading, for what is measured at this instant.
    #[must_use]
    pub fn until(measure: Measure, told_with: &Taken, later: DateTime<Utc>) -> Self {
        let minutes = (later - told_with.at).num_minutes();
        let sign = sign_of(told_with).unwrap_or(("signs", "yes"));
        Self { measure, pressure: None, sign, told_with: told_with.id, at: told_with.at, minutes, is_denied: false }
    }

    /// "186/122".
    fn number(&self) -> Option<String> {
        let (first, second) = self.pressure?;
        Some(second.map_or_else(|| first.to_string(), |second| format!("{first}/{second}")))
    }

    /// What was said, to whoever said it or to somebody else: "At 9:12am you said yes to: Is there chest pain?", "At 6:10pm the reading was
    /// 186/122."
    #[must_use]
    pub fn in_words(&self, by_reader: bool) -> String {
        if let Some(number) = self.number() {
            return format!("At {} the reading was {number}.", clock_at(self.at));
        }
        // Where the answers name the signs, the question does not.
        let (field, answer) = self.sign;
        let question = self.measure.settings().iter().find(|setting| setting.field == field);
        let asks = question.map_or("", |setting| match setting.answers.iter().find(|(code, _)| *code == answer) {
            Some((_, words)) if *words != "Yes" => *words,
            _ => setting.asks,
        });
        format!("At {} {} said yes to: {asks}", clock_at(self.at), if by_reader { "you" } else { "somebody" })
    }

    /// Why it holds for the later reading, also where a no was answered with that.
    #[must_use]
    pub fn why(&self) -> String {
        if !self.is_denied {
            return "That still counts, whatever this reading is.".to_owned();
        }
        let later = match self.minutes {
            ..=0 => "less than a minute".to_owned(),
            1 => "1 minute".to_owned(),
            minutes => format!("{minutes} minutes"),
        };
        format!(
            "With this reading, {later} later, the answer was no. The yes still counts, because signs like these can come and go. If the yes was a mistake, change that answer."
        )
    }

    /// Both as short as can be: "A warning sign told at 9:12am still counts.", "186/122 at 6:10pm still counts."
    #[must_use]
    pub fn in_short(&self) -> String {
        if let Some(number) = self.number() {
            return format!("{number} at {} still counts.", clock_at(self.at));
        }
        format!("A warning sign told at {} still counts.", clock_at(self.at))
    }
}

/// Whether a later reading of the same measure is the one that holds instead of this one: somebody measured it at least a minute after
/// it, and not longer after it than a sitting can be. What a device measures by itself takes nothing back; nor does anything where signs of
/// an emergency were told of with this one, or hold for it (`held`, of [`signs_held`]).
#[must_use]
pub fn holds_instead(measure: Measure, (one, held): (&Taken, Option<SignsHeld>), later: &Taken) -> bool {
    let apart = later.at - one.at;
    let has_signs = has_signs(one) || held.is_some_and(|held| held.pressure.is_none());
    let is_in_time = apart >= TimeDelta::minutes(1) && apart <= LONGEST_SITTING;
    MEASURED_AGAIN.contains(&measure) && later.by_hand && is_in_time && !has_signs
}

/// The signs by which [`at_once`] says what to do about the last of these readings in the order of time, where they were told of with one
/// before it, and not with it; without such signs, the blood pressure of before by which it does.
#[must_use]
pub fn signs_held(measure: Measure, readings: &[Taken], about: About) -> Option<SignsHeld> {
    let last = readings.last().filter(|last| SIGNS_HOLD.contains(&measure) && !has_signs(last))?;
    let asked = || asked_again(measure, readings, about)?.1.into_iter().rev().find(|one| has_signs(one));
    let Some(told) = signs_hold(readings, last.at).or_else(asked) else {
        let (_, told) = if measure == Measure::BloodPressure { pressure_held(readings, about)? } else { return None };
        return Some(SignsHeld { pressure: Some((told.first, told.second)), ..SignsHeld::until(measure, told, last.at) });
    };
    let held = SignsHeld::until(measure, told, last.at);
    let is_denied = last.settings.split(' ').any(|setting| setting.split_once('=') == Some((held.sign.0, "no")));
    Some(SignsHeld { is_denied, ..held })
}

/// What to do about the last of these blood pressures in the order of time, by its own number, by one of just before that was very high
/// too, and by the signs of its sitting.
fn pressure(readings: &[Taken], about: About) -> Option<&'static Advice> {
    let last = readings.last()?;
    let very_high = |one: &Taken| advice::is_very_high(one.first, one.second);
    let sitting = sitting(readings, last.at);
    if sitting.iter().any(has_signs) {
        let highest =
            (sitting.iter().map(|one| one.first).fold(last.first, Ord::max), sitting.iter().filter_map(|one| one.second).max());
        let is_of_pregnancy = sitting.iter().any(|one| tells(one, "eclampsia=yes"));
        return Some(advice::with_signs(if is_of_pregnancy { advice::at_least_high(highest) } else { highest }, about));
    }
    let again = sitting.iter().rev().skip(1).any(|one| last.at - one.at <= TOGETHER && very_high(one));
    match (again && very_high(last), about.may_be_pregnant) {
        (true, true) => Some(&STILL_OR_PREGNANT),
        (true, false) => Some(&STILL_VERY_HIGH),
        (false, _) => advice::advice(Measure::BloodPressure, last.first, last.second, &last.settings, about),
    }
}

/// What a blood pressure before the last of these asked for that the last takes nothing back of, and which one, where that is more urgent
/// than what there is to do about the last itself. One that was taken less than a minute after the one before counts for nothing
/// ([`Protocol::HomePressure`]); and what is severe in pregnancy is to be seen on the same day (NICE NG133), whatever is measured later: on
/// that day of a diary, or where the night ends one, as long after it as a sitting can be. The worst of those is the one that holds, also
/// for a lower one that is severe itself.
fn pressure_held(readings: &[Taken], about: About) -> Option<(&'static Advice, &Taken)> {
    let (last, before) = readings.split_last()?;
    let apart = Protocol::HomePressure.apart();
    let gravest = |one: Option<(&'static Advice, &Taken)>| one.map(|(advice, _)| advice.urgency);
    let severe = severe_of_day(before, last.at, about);
    let is_very_high = |one: &Taken| advice::is_very_high(one.first, one.second);
    let own = pressure(readings, about);
    let is_low = own.is_some_and(|advice| *advice == LOW_PRESSURE);
    let said = |one: &Taken| -> &'static Advice {
        match (is_low, is_very_high(one)) {
            (true, _) => &LOW_AFTER_SEVERE_IF_PREGNANT,
            (false, true) => &VERY_HIGH_BEFORE_IF_PREGNANT,
            (false, false) => &SEVERE_BEFORE_IF_PREGNANT,
        }
    };
    let severe: Option<(&'static Advice, &Taken)> = severe.map(|one| (said(one), one));
    let mut early: Option<(&'static Advice, &Taken)> = None;
    let mut next = last;
    for (place, one) in before.iter().enumerate().rev() {
        if next.at - one.at >= apart {
            break;
        }
        let told = readings.get(..=place).and_then(|some| pressure(some, about)).map(|advice| (advice, one));
        if gravest(told) > gravest(early) {
            early = told;
        }
        next = one;
    }
    // What asks by its own number says more than what holds of the day.
    let is_worse = severe.is_some_and(|(_, one)| is_very_high(one)) && early.is_some_and(|(_, one)| !is_very_high(one));
    let is_early = gravest(early) > gravest(severe) || (gravest(early) == gravest(severe) && !is_worse);
    let held = if is_early { early } else { severe };
    // What is severe in pregnancy alone says less than what is very high.
    let is_milder = own.is_some_and(|advice| *advice == SEVERE_IF_PREGNANT);
    held.filter(|(advice, one)| Some(advice.urgency) > own.map(|advice| advice.urgency) || (is_milder && is_very_high(one)))
}

/// What to do at once about readings in the order of time. The last is what holds; of a blood pressure that was very high too within
/// [`TOGETHER`] before, and of others of [`MEASURED_AGAIN`] that asked for a second measurement, what comes then. Signs that were told of
/// hold for the whole sitting of any of [`SIGNS_HOLD`], of a blood pressure with the highest that was measured in it, and for what an advice had
/// measured again: a second reading that is better, or of which nobody was asked again, takes nothing back. No more does a blood pressure
/// that was taken too early after the one before, or, for whoever may be pregnant, a lower one on a day with one that is severe then.
#[must_use]
pub fn at_once(measure: Measure, readings: &[Taken], about: About, zones: Option<Zones>) -> Option<&'static Advice> {
    let of = |one: &Taken| advice::advice(measure, one.first, one.second, &one.settings, about);
    match readings.last() {
        Some(_) if measure == Measure::BloodPressure => {
            pressure_held(readings, about).map(|(advice, _)| advice).or_else(|| pressure(readings, about))
        }
        Some(last) if measure == Measure::PeakFlow => {
            let held = sign_in(sitting(readings, last.at).iter()).unwrap_or_default();
            breath(zones.map(|zones| zones.of(last.first)), &format!("{} {held}", last.settings))
        }
        Some(last) => {
            signs_of_sitting(measure, readings, about).or_else(|| measured_again(measure, readings, about)).or_else(|| of(last))
        }
        None => None,
    }
}

/// The highest of the numbers that were typed for one reading.
#[must_use]
pub fn best_of(numbers: &[Amount]) -> Option<Amount> {
    numbers.iter().max().copied()
}

/// The readings of one answer to when it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MealSum {
    /// The answer, as people read it.
    pub when: &'static str,
    /// The same, as far as what is wanted differs by it.
    pub meal: Option<Meal>,
    /// Their average.
    pub mean: Mean,
    /// The lowest.
    pub lowest: Amount,
    /// The highest.
    pub highest: Amount,
}

/// What a diary comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The average; absent where nothing counts.
    Average(Option<Mean>),
    /// How many were green, amber and red, with the average; without a personal best none of these.
    Zones(Option<[usize; 3]>, Option<Mean>),
    /// By when they were taken, and how many were below 4 mmol/L.
    Meals(Vec<MealSum>, usize),
    /// The first and the last.
    Change(Option<(Taken, Taken)>),
    /// How often each answer was given, the best first.
    Answers(Vec<(&'static str, usize)>),
    /// How many there were, on how many days.
    Total(i64, usize),
}

/// Works it out.
#[must_use]
pub fn outcome(diary: &Diary, zones: Option<Zones>) -> Outcome {
    let measure = diary.plan.protocol.measure();
    let mean = || Mean::of(measure, diary.counted());
    match diary.plan.protocol.works() {
        Works::Average => Outcome::Average(mean()),
        Works::Zones => {
            let of = |zone: Zone| diary.counted().filter(|one| zones.is_some_and(|zones| zones.of(one.first) == zone)).count();
            Outcome::Zones(zones.map(|_| [Zone::Green, Zone::Amber, Zone::Red].map(of)), mean())
        }
        Works::Meals => {
            let (mut sums, answers) = (Vec::new(), measure.settings().first().map_or(&[][..], |meal| meal.answers));
            let named = |one: &Taken| {
                answers.iter().position(|(code, _)| one.settings.split(' ').any(|it| it.strip_prefix("meal=") == Some(*code)))
            };
            let said = answers.iter().enumerate().map(|(at, (code, words))| (Some(at), *words, Meal::from_code(code)));
            let groups = said.chain([(None, "Not said when", None)]);
            for (at, when, meal) in groups {
                let of = || diary.counted().filter(|one| named(one) == at);
                if let (Some(mean), Some(lowest), Some(highest)) =
                    (Mean::of(measure, of()), of().map(|one| one.first).min(), of().map(|one| one.first).max())
                {
                    sums.push(MealSum { when, meal, mean, lowest, highest });
                }
            }
            // Below 4 it is low (NHS, "Low blood sugar").
            Outcome::Meals(sums, diary.counted().filter(|one| measure.rounded(one.first) < Amount::whole(4)).count())
        }
        Works::Change => {
            let all: Vec<&Taken> = diary.counted().collect();
            Outcome::Change(all.first().zip(all.last()).map(|(first, last)| ((*first).clone(), (*last).clone())))
        }
        Works::Answers => {
            let place = |one: &Taken| usize::try_from(one.first.thousandths() / 1000 - 1).ok();
            let many = |at: usize| diary.counted().filter(|one| place(one) == Some(at)).count();
            Outcome::Answers(measure.choices().iter().enumerate().rev().map(|(at, words)| (*words, many(at))).collect())
        }
        Works::Total => {
            let total: i64 = diary.counted().map(|one| one.first.thousandths() / 1000).sum();
            let days = diary.days.iter().filter(|day| day.sittings.iter().any(|one| !one.counted.is_empty())).count();
            Outcome::Total(total, days)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Plan;
    use super::super::diary::tests::{at, pair, taken, week};
    use super::*;
    use crate::reading;
    use proptest::prelude::*;

    const END: &str = "2026-11-10T09:00:00Z";

    fn mean(first: i32, second: i32) -> Mean {
        Mean { readings: 12, first: Amount::whole(first), second: Some(Amount::whole(second)) }
    }

    #[test]
    fn each_average_stands_to_its_target_as_the_guideline_says() {
        let (younger, older) = (Target::of_guideline(Some(79)), Target::of_guideline(Some(80)));
        let ends = |target: Target| [target.first, target.second].map(|one| (one.range.low, one.range.high.unwrap(), one.of));
        let guideline = |high| (None, Amount::whole(high), TargetOf::Guideline);
        assert_eq!((ends(younger), ends(older)), ([guideline(135), guideline(85)], [guideline(145), guideline(85)]));
        assert_eq!(Target::of_guideline(None), younger);
        let range = |low: Option<i32>, high: i32| Range::of(low.map(Amount::whole), Some(Amount::whole(high)));
        let team =
            younger.with(reading::Target { first: range(None, 160), second: range(None, 100), ..reading::Target::default() });
        // The bottom number stays the guideline's, and is not said to be the team's.
        let between = younger.with(reading::Target { first: range(Some(110), 150), ..reading::Target::default() });
        assert_eq!(ends(between), [(Some(Amount::whole(110)), Amount::whole(150), TargetOf::Team), guideline(85)]);
        assert_eq!(younger.with(reading::Target::default()), younger);
        let table = [
            (younger, 134, 84, Verdict::Meets),
            (younger, 135, 84, Verdict::Above),
            (younger, 134, 85, Verdict::Above),
            (younger, 90, 60, Verdict::Meets),
            (younger, 89, 60, Verdict::Low),
            (younger, 100, 59, Verdict::Low),
            (younger, 140, 59, Verdict::Above),
            (younger, 149, 94, Verdict::Above),
            (younger, 150, 80, Verdict::High),
            (younger, 140, 95, Verdict::High),
            (younger, 179, 119, Verdict::High),
            (younger, 180, 80, Verdict::VeryHigh),
            (younger, 150, 120, Verdict::VeryHigh),
            (older, 144, 84, Verdict::Meets),
            (older, 145, 84, Verdict::Above),
            (older, 144, 85, Verdict::Above),
            (team, 159, 99, Verdict::Meets),
            (team, 160, 99, Verdict::High),
            (team, 180, 99, Verdict::VeryHigh),
            // Both ends of a range are in it.
            (between, 110, 80, Verdict::Meets),
            (between, 150, 80, Verdict::Meets),
            (between, 151, 80, Verdict::High),
            (between, 109, 80, Verdict::Under),
            (between, 88, 55, Verdict::Under),
            (between, 109, 85, Verdict::Above),
            (between, 120, 59, Verdict::Low),
        ];
        for (target, first, second, expected) in table {
            assert_eq!(verdict(&mean(first, second), &target, About::default()), expected, "{first}/{second} to {target:?}");
            assert!(!what_now(expected).source.is_empty());
        }
        // What waits for weeks is not told like danger.
        let soon = [Verdict::Under, Verdict::High, Verdict::VeryHigh].map(|verdict| what_now(verdict).urgency >= Urgency::Soon);
        assert_eq!((what_now(Verdict::Above).urgency, soon), (Urgency::Note, [true; 3]));
    }

    #[test]
    fn nobody_under_18_is_told_that_an_average_meets_or_misses_a_target_of_adults() {
        let about = |months| About { months: Some(months), ..About::default() };
        let target = Target::of_guideline(Some(17));
        for (first, second) in [(130, 80), (85, 50), (140, 90), (160, 100)] {
            assert_eq!(verdict(&mean(first, second), &target, about(17 * 12 + 11)), Verdict::Child, "{first}/{second}");
        }
        assert_eq!(verdict(&mean(180, 90), &target, about(24)), Verdict::VeryHigh);
        assert_eq!(verdict(&mean(130, 80), &target, about(18 * 12)), Verdict::Meets);
        assert!(what_now(Verdict::Child).does[1].starts_with("Ask your care team what is right for you or your child"));
        let woman = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let told = |first, second, about| mean_if_pregnant(&mean(first, second), about).map_or("", |told| told.title);
        assert_eq!(told(139, 89, woman), "");
        assert_eq!(told(142, 80, woman), "If you are pregnant, this blood pressure is high");
        assert_eq!(told(142, 110, woman), "If you are pregnant, this blood pressure is very high");
        assert_eq!(told(142, 110, about(360)), "");
    }

    #[test]
    fn the_average_is_of_all_that_counts_rounded_once() {
        // The first day is left out: of 4 readings each of 141/90 and 134/81 it is 137.5/85.5, which is shown as 138/86.
        let readings = [pair(1, 8, 200, 119), pair(1, 20, 200, 119), pair(2, 8, 141, 90), pair(2, 20, 134, 81)].concat();
        let readings: Vec<Taken> = readings.into_iter().chain([pair(3, 8, 141, 90), pair(3, 20, 134, 81)].concat()).collect();
        let Outcome::Average(Some(it)) = outcome(&week().diary(&readings, at(END)), None) else { panic!("no average") };
        assert_eq!((it.readings, it.first, it.second), (8, Amount::whole(138), Some(Amount::whole(86))));
        assert_eq!(outcome(&week().diary(&[], at(END)), None), Outcome::Average(None));
    }

    #[test]
    fn a_very_high_pressure_is_measured_again_and_then_acted_on() {
        let said = |numbers: &[(i32, i32)]| {
            let readings: Vec<Taken> = numbers
                .iter()
                .enumerate()
                .map(|(at, (first, second))| taken(&format!("2026-11-04T08:{at:02}:00Z"), *first, *second))
                .collect();
            at_once(Measure::BloodPressure, &readings, About::default(), None).map_or("", |told| told.title)
        };
        assert_eq!(said(&[]), "");
        assert_eq!(said(&[(142, 88)]), "");
        assert_eq!(said(&[(184, 110)]), VERY_HIGH_PRESSURE.title);
        assert_eq!(said(&[(184, 110), (182, 108)]), STILL_VERY_HIGH.title);
        assert_eq!(said(&[(150, 124), (181, 90)]), STILL_VERY_HIGH.title);
        assert_eq!(said(&[(184, 110), (170, 100)]), "");
        assert_eq!(said(&[(170, 100), (184, 110)]), VERY_HIGH_PRESSURE.title);
        assert_eq!(said(&[(184, 110), (170, 100), (181, 90)]), STILL_VERY_HIGH.title);
        let hours = [taken("2026-11-04T08:00:00Z", 184, 110), taken("2026-11-04T08:31:00Z", 182, 108)];
        let told = |about| at_once(Measure::BloodPressure, &hours, about, None).unwrap().title;
        assert_eq!(told(About::default()), VERY_HIGH_PRESSURE.title, "it was not measured again, it is another time");
        for told in [&STILL_VERY_HIGH, &VERY_HIGH_AVERAGE, &HIGH] {
            assert!(told.emergency.contains("chest pain") && told.urgency >= Urgency::Soon, "{}", told.title);
        }
    }

    #[test]
    fn a_lower_reading_takes_back_nothing_of_what_is_severe_in_pregnancy_that_day() {
        let woman = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let said = |readings: &[Taken], about| {
            let told = at_once(Measure::BloodPressure, readings, about, None);
            let held = signs_held(Measure::BloodPressure, readings, about);
            (told.map_or("", |told| told.title), held.map(|held| held.in_short()))
        };
        let severe = taken("2026-11-04T18:10:00Z", 186, 122);
        let holds = (SEVERE_BEFORE_IF_PREGNANT.title, Some("186/122 at 6:10pm still counts.".to_owned()));
        for (later, first, second) in [
            ("2026-11-04T18:15:00Z", 138, 86),
            // Past the sitting, past midnight, and high by itself, for which today would be soon enough.
            ("2026-11-04T23:00:00Z", 112, 70),
            ("2026-11-05T03:59:00Z", 120, 80),
            ("2026-11-04T20:00:00Z", 150, 95),
        ] {
            assert_eq!(said(&[severe.clone(), taken(later, first, second)], woman), holds, "{later}");
        }
        assert_eq!(said(&[severe.clone(), taken("2026-11-05T08:00:00Z", 138, 86)], woman), ("", None), "another day");
        assert_eq!(said(&[severe.clone(), taken("2026-11-04T18:15:00Z", 138, 86)], About::default()), ("", None));
        let mild = [taken("2026-11-04T18:10:00Z", 159, 109), taken("2026-11-04T18:15:00Z", 138, 86)];
        assert_eq!(said(&mild, woman), ("", None));
        let lower = taken("2026-11-04T19:10:00Z", 165, 100);
        assert_eq!(said(&[severe.clone(), lower.clone()], woman), holds, "the worse one holds, with all of its signs for 999");
        let higher = [lower.clone(), taken("2026-11-04T19:20:00Z", 170, 105)];
        assert_eq!(said(&higher, woman), (SEVERE_IF_PREGNANT.title, None), "it says so itself");
        let worst = [severe.clone(), lower, taken("2026-11-04T19:10:30Z", 138, 86)];
        assert_eq!(said(&worst, woman), holds, "not the newest");
        let of_worst = at_once(Measure::BloodPressure, &worst, woman, None).unwrap();
        assert!(of_worst.emergency.starts_with(VERY_HIGH_PRESSURE.emergency), "{of_worst:?}");
        let sitting = [taken("2026-11-05T03:50:00Z", 165, 100), taken("2026-11-05T04:05:00Z", 138, 86)];
        assert_eq!(said(&sitting, woman).0, SEVERE_BEFORE_IF_PREGNANT.title, "of one sitting");
        let night = |later: &str| said(&[taken("2026-11-05T03:50:00Z", 165, 100), taken(later, 138, 86)], woman).0;
        assert_eq!(night("2026-11-05T05:50:00Z"), SEVERE_BEFORE_IF_PREGNANT.title, "in the same night");
        assert_eq!(night("2026-11-05T05:51:00Z"), "", "of another day, and long after");
        assert!(
            SEVERE_BEFORE_IF_PREGNANT.does[0].contains("maternity unit now") && SEVERE_BEFORE_IF_PREGNANT.urgency == Urgency::Now
        );
        let held = signs_held(Measure::BloodPressure, &[severe, taken("2026-11-04T18:15:00Z", 138, 86)], woman).unwrap();
        assert_eq!(held.in_words(true), "At 6:10pm the reading was 186/122.");
        assert_eq!(held.why(), "That still counts, whatever this reading is.");
    }

    #[test]
    fn what_holds_now_is_the_signs_of_a_sitting_that_goes_on_and_what_is_severe_in_pregnancy_that_day() {
        let woman = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let said = |readings: &[Taken], now: &str, about| {
            held_now(Measure::BloodPressure, readings, at(now), about).map(|held| held.in_short())
        };
        let severe = taken("2026-11-04T18:10:00Z", 165, 112);
        let signs = Taken { settings: "signs=yes".to_owned(), ..taken("2026-11-04T18:12:00Z", 192, 124) };
        let holds = |text: &str| Some(text.to_owned());
        let (pressure, sign) = (holds("165/112 at 6:10pm still counts."), holds("A warning sign told at 6:12pm still counts."));
        let alone = std::slice::from_ref(&severe);
        assert_eq!(said(alone, "2026-11-04T20:11:00Z", woman), pressure);
        assert_eq!(said(alone, "2026-11-05T09:00:00Z", woman), None, "another day");
        assert_eq!(said(alone, "2026-11-04T18:15:00Z", About::default()), None, "nobody who may be pregnant");
        let both = [severe.clone(), signs];
        assert_eq!(said(&both, "2026-11-04T18:17:00Z", About::default()), sign);
        assert_eq!(said(&both, "2026-11-04T18:43:00Z", About::default()), None, "the sitting is over");
        assert_eq!(said(&both, "2026-11-04T18:17:00Z", woman), sign);
        assert_eq!(said(&both, "2026-11-04T18:43:00Z", woman), holds("192/124 at 6:12pm still counts."));
        assert_eq!(held_now(Measure::Weight, &both, at("2026-11-04T18:17:00Z"), woman), None);
    }

    #[test]
    fn a_low_pressure_after_one_that_is_severe_in_pregnancy_says_both() {
        let woman = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let told = |later: &str, about| {
            let both = [taken("2026-11-04T18:10:00Z", 186, 122), taken(later, 85, 50)];
            let held = signs_held(Measure::BloodPressure, &both, about).map(|held| held.in_short());
            (at_once(Measure::BloodPressure, &both, about, None).copied().unwrap(), held)
        };
        for later in ["2026-11-04T18:15:00Z", "2026-11-04T23:00:00Z"] {
            let (low, held) = told(later, woman);
            assert_eq!((low.urgency, held.as_deref()), (Urgency::Now, Some("186/122 at 6:10pm still counts.")), "{later}");
            assert!(low.title.contains("still need to be seen today") && low.title.contains("is low"), "{}", low.title);
            assert!(low.does[0].contains("maternity unit now") && low.does[0].contains("called before"), "{low:?}");
            // Its own signs are for 999, with those of pre-eclampsia.
            for signs in [LOW_PRESSURE.emergency, "blurred or flashing sight", "have a fit"] {
                assert!(low.emergency.contains(signs), "{signs}");
            }
        }
        assert_eq!(told("2026-11-04T23:00:00Z", About::default()), (LOW_PRESSURE, None), "of nobody who may be pregnant");
        assert_eq!(told("2026-11-05T08:00:00Z", woman), (LOW_PRESSURE, None), "another day");
    }

    #[test]
    fn a_blood_pressure_that_was_taken_too_early_takes_nothing_back() {
        let one = |seconds: i64, first: i32, second: i32| Taken {
            at: at("2026-11-04T18:10:00Z") + TimeDelta::seconds(seconds),
            ..taken("2026-11-04T18:10:00Z", first, second)
        };
        let woman = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let said = |readings: &[Taken], about| {
            let told = at_once(Measure::BloodPressure, readings, about, None);
            let held = signs_held(Measure::BloodPressure, readings, about);
            (told.map_or("", |told| told.title), held.map(|held| held.in_short()))
        };
        let counts = || Some("186/122 at 6:10pm still counts.".to_owned());
        let first = one(0, 186, 122);
        assert_eq!(said(&[first.clone(), one(59, 138, 86)], About::default()), (VERY_HIGH_PRESSURE.title, counts()));
        assert_eq!(said(&[first.clone(), one(60, 138, 86)], About::default()), ("", None), "a minute later it counts");
        let three = [first.clone(), one(30, 138, 86), one(70, 85, 55)];
        assert_eq!(said(&three, About::default()), (VERY_HIGH_PRESSURE.title, counts()), "each too early after the one before");
        let two = [first.clone(), one(120, 184, 121), one(140, 136, 84)];
        assert_eq!(said(&two, About::default()).0, STILL_VERY_HIGH.title, "what the one before asked for");
        assert_eq!(said(&two, woman).0, STILL_VERY_HIGH.title);
        let high = [one(0, 145, 92), one(20, 120, 80)];
        assert_eq!(said(&high, woman).0, HIGH_IF_PREGNANT.title);
        assert_eq!(said(&[one(0, 138, 86), one(20, 186, 122)], About::default()), (VERY_HIGH_PRESSURE.title, None));
    }

    #[test]
    fn what_was_to_be_measured_again_and_shows_the_same_has_a_next_step() {
        let one = |minutes: i64, first: i64, settings: &str| Taken {
            at: at("2026-11-04T08:00:00Z") + TimeDelta::minutes(minutes),
            first: Amount::from_thousandths(first),
            second: None,
            settings: settings.to_owned(),
            ..taken("2026-11-04T08:00:00Z", 0, 0)
        };
        let said = |measure, readings: &[Taken], about| at_once(measure, readings, about, None).map_or("", |told| told.title);
        let nobody = About::default();
        for (measure, first, apart, second, expected) in [
            (Measure::Oxygen, 91_000, 2, 90_000, STILL_VERY_LOW_OXYGEN.title),
            (Measure::Oxygen, 91_000, 61, 90_000, VERY_LOW_OXYGEN.title),
            (Measure::Oxygen, 91_000, 0, 90_000, VERY_LOW_OXYGEN.title),
            (Measure::Oxygen, 93_000, 2, 90_000, VERY_LOW_OXYGEN.title),
            (Measure::Oxygen, 93_000, 60, 94_000, STILL_LOW_OXYGEN.title),
            (Measure::Oxygen, 91_000, 2, 93_000, STILL_LOW_OXYGEN.title),
            (Measure::Oxygen, 91_000, 2, 96_000, ""),
            (Measure::Glucose, 31_000, 3, 30_000, STILL_EXTREME_SUGAR.title),
            (Measure::Glucose, 31_000, 3, 29_900, HIGHER_SUGAR.title),
            (Measure::Glucose, 3500, 15, 3600, LOW_SUGAR.title),
            (Measure::Temperature, 34_000, 2, 34_500, STILL_COLD.title),
            (Measure::Temperature, 40_100, 29, 40_200, VERY_HIGH_FEVER.title),
            (Measure::Temperature, 40_100, 30, 40_200, STILL_VERY_HIGH_FEVER.title),
            (Measure::Temperature, 34_000, 30, 40_200, VERY_HIGH_FEVER.title),
            (Measure::Pulse, 130_000, 4, 130_000, PULSE_OUT_OF_RANGE.title),
            (Measure::Pulse, 130_000, 5, 130_000, STILL_PULSE_OUT_OF_RANGE.title),
            (Measure::Pulse, 140_000, 5, 130_000, STILL_PULSE_OUT_OF_RANGE.title),
            (Measure::Pulse, 140_000, 5, 131_000, STILL_PULSE_FAR_OUT_OF_RANGE.title),
            (Measure::Pulse, 130_000, 5, 131_000, STILL_PULSE_FAR_OUT_OF_RANGE.title),
            (Measure::Pulse, 140_000, 4, 131_000, PULSE_FAR_OUT_OF_RANGE.title),
            (Measure::Pulse, 130_000, 5, 90_000, ""),
        ] {
            let readings = [one(0, first, ""), one(apart, second, "")];
            assert_eq!(said(measure, &readings, nobody), expected, "{measure:?} {first} {apart} {second}");
        }
        // Signs come before all of it, and what was measured with them was measured.
        let signs = "What you see needs 999 now, whatever the number is";
        assert_eq!(said(Measure::Oxygen, &[one(0, 91_000, ""), one(2, 90_000, "signs=yes")], nobody), signs);
        let after = [one(0, 91_000, "activity=rest signs=yes"), one(2, 90_000, "signs=no")];
        assert_eq!(said(Measure::Oxygen, &after, nobody), signs, "the second takes nothing back");
        let active = [one(0, 130_000, "activity=active"), one(6, 130_000, "")];
        assert_eq!(said(Measure::Pulse, &active, nobody), PULSE_OUT_OF_RANGE.title);
        let copd = About { oxygen: Some(Range::of(Some(Amount::whole(88)), Some(Amount::whole(92)))), ..nobody };
        assert_eq!(
            said(Measure::Oxygen, &[one(0, 90_000, ""), one(2, 90_000, "")], copd),
            "This oxygen level is where your care team wants it"
        );
        for again in AGAIN {
            assert!(again.then.urgency >= again.now.urgency && again.then.source == again.now.source, "{}", again.then.title);
            assert!(!again.then.emergency.is_empty() && again.then.does.iter().all(|step| !step.contains("again")));
        }
    }

    #[test]
    fn signs_that_were_told_of_hold_for_the_sitting_whatever_is_measured_next() {
        let one = |when: &str, first, second, signs: &str| Taken {
            settings: signs.to_owned(),
            ..taken(&format!("2026-11-04T{when}:00Z"), first, second)
        };
        let said =
            |readings: &[Taken], about| at_once(Measure::BloodPressure, readings, about, None).map_or("", |told| told.title);
        let nobody = About::default();
        let emergency = "This is an emergency. Call 999";
        let first = one("08:00", 185, 110, "signs=yes arm=left");
        for second in [
            one("08:05", 184, 110, "signs=no"),
            one("08:05", 184, 110, ""),
            one("08:05", 150, 90, ""),
            one("08:30", 120, 80, "signs=no"),
        ] {
            assert_eq!(said(&[first.clone(), second.clone()], nobody), emergency, "{second:?}");
        }
        let chain = [first.clone(), one("08:25", 170, 90, ""), one("08:50", 150, 90, "signs=no")];
        assert_eq!(said(&chain, nobody), emergency, "each within half an hour of the one before");
        let long: Vec<Taken> = (0..6)
            .map(|place| {
                let settings = if place == 0 { "signs=yes" } else { "" };
                let at = at("2026-11-04T08:00:00Z") + TimeDelta::minutes(25 * place);
                Taken { at, settings: settings.to_owned(), ..taken("2026-11-04T08:00:00Z", 150, 90) }
            })
            .collect();
        assert_ne!(said(&long[..5], nobody), "", "100 minutes later");
        assert_eq!(said(&long, nobody), "", "a sitting is no longer than 2 hours");
        assert_eq!(said(&[first, one("08:31", 150, 90, "")], nobody), "", "another sitting");
        let (felt, very_high) = (one("08:00", 150, 90, "signs=yes"), one("08:05", 150, 121, "signs=no"));
        assert_eq!(said(&[felt.clone(), very_high], nobody), emergency, "the signs and the number are of one sitting");
        let helped = "What you feel needs help now, whatever the number is";
        assert_eq!(said(&[felt.clone(), one("08:05", 130, 80, "")], nobody), helped);
        let woman = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let told = at_once(Measure::BloodPressure, &[felt.clone(), one("08:05", 130, 80, "")], woman, None).unwrap();
        assert!(told.does[0].contains("maternity unit now"), "{told:?}");
        // What is measured next is asked for with that it was said, for as long.
        let now = |time: &str| at(&format!("2026-11-04T{time}:00Z"));
        let hold = |readings: &[Taken], time: &str| signs_hold(readings, now(time)).map(|one| one.at);
        assert_eq!(hold(&[felt.clone(), one("08:25", 130, 80, "")], "08:55"), Some(now("08:00")));
        assert_eq!(hold(&[felt.clone(), one("08:25", 130, 80, "")], "08:56"), None, "another sitting");
        assert_eq!(hold(&[felt, one("08:31", 130, 80, "")], "08:32"), None, "of the one before");
        assert_eq!(hold(&[one("08:00", 190, 125, "signs=no")], "08:05"), None);
        assert_eq!(hold(&[], "08:05"), None);
    }

    #[test]
    fn advice_that_comes_from_signs_told_before_says_when_they_were_told_and_why_they_count() {
        let one = |minutes: i64, first: i64, settings: &str| Taken {
            at: at("2026-11-04T09:12:00Z") + TimeDelta::minutes(minutes),
            id: ReadingId::from_uuid(uuid::Uuid::from_u128(minutes.unsigned_abs().into())),
            first: Amount::from_thousandths(first),
            second: None,
            settings: settings.to_owned(),
            ..taken("2026-11-04T09:12:00Z", 0, 0)
        };
        let held = |measure, readings: &[Taken]| signs_held(measure, readings, About::default());
        let told = one(0, 130_000, "signs=yes");
        let later = held(Measure::BloodPressure, &[told.clone(), one(8, 120_000, "")]).unwrap();
        assert_eq!((later.told_with, later.at, later.minutes, later.is_denied), (told.id, told.at, 8, false));
        assert!(later.in_words(true).starts_with("At 9:12am you said yes to: Is there chest pain"), "{later:?}");
        assert!(later.in_words(false).starts_with("At 9:12am somebody said yes to: Is there"), "{later:?}");
        assert_eq!(later.in_short(), "A warning sign told at 9:12am still counts.");
        assert!(!later.why().contains("no"), "nobody was asked again");
        for (minutes, said) in [(0, "less than a minute later"), (1, "1 minute later"), (18, "18 minutes later")] {
            let denied = held(Measure::BloodPressure, &[told.clone(), one(minutes, 120_000, "arm=left signs=no")]).unwrap();
            assert!(denied.is_denied && denied.why().contains(said) && denied.why().contains("answer was no"), "{denied:?}");
        }
        // The answers of an oxygen level name the signs; of a low one that was measured again they hold for longer than a sitting.
        let low = [one(0, 91_000, "signs=yes"), one(50, 90_000, "signs=no")];
        let again = held(Measure::Oxygen, &low).unwrap();
        assert!(again.in_words(true).starts_with("At 9:12am you said yes to: Blue or grey lips"), "{again:?}");
        assert_eq!((again.told_with, again.minutes), (low[0].id, 50));
        // Being sick is no confusion.
        let sick = held(Measure::Glucose, &[one(0, 25_000, "signs=ketones"), one(8, 24_000, "signs=no")]).unwrap();
        assert!(
            sick.in_words(true).starts_with("At 9:12am you said yes to: Feeling or being sick") && sick.is_denied,
            "{sick:?}"
        );
        // A better peak flow after a puff takes nothing back.
        let breathless = held(Measure::PeakFlow, &[one(0, 150_000, "signs=yes"), one(1, 430_000, "signs=no")]).unwrap();
        assert!(breathless.is_denied && breathless.in_words(true).starts_with("At 9:12am you said yes to: "), "{breathless:?}");
        // With signs of its own, in another sitting, without any, and of what is asked without signs, nothing was held.
        assert_eq!(held(Measure::BloodPressure, &[told.clone(), one(8, 120_000, "signs=yes")]), None);
        assert_eq!(held(Measure::BloodPressure, &[told.clone(), one(31, 120_000, "")]), None);
        assert_eq!(held(Measure::BloodPressure, &[one(0, 190_000, "signs=no"), one(8, 120_000, "")]), None);
        assert_eq!(held(Measure::Weight, &[told.clone(), one(8, 120_000, "")]), None);
        assert_eq!((held(Measure::BloodPressure, &[told]), held(Measure::BloodPressure, &[])), (None, None));
    }

    #[test]
    fn signs_of_pre_eclampsia_hold_for_the_sitting_as_those_of_the_form_do() {
        let woman = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let one = |when: &str, first, second, signs: &str| Taken {
            settings: signs.to_owned(),
            ..taken(&format!("2026-11-04T{when}:00Z"), first, second)
        };
        let first = one("08:00", 142, 92, "eclampsia=yes");
        let helped = at_once(Measure::BloodPressure, std::slice::from_ref(&first), woman, None).unwrap();
        assert!(helped.does[0].contains("call your maternity unit now") && helped.urgency == Urgency::Now, "{helped:?}");
        for (second, is_denied) in [
            (one("08:10", 128, 78, ""), false),
            (one("08:10", 128, 78, "signs=no"), false),
            (one("08:30", 85, 50, "eclampsia=no"), true),
        ] {
            let both = [first.clone(), second];
            assert_eq!(at_once(Measure::BloodPressure, &both, woman, None), Some(helped), "{both:?}");
            let held = signs_held(Measure::BloodPressure, &both, woman).unwrap();
            assert!(held.in_words(true).starts_with("At 8am you said yes to: Is there a bad headache"), "{held:?}");
            assert_eq!((held.in_short().as_str(), held.is_denied), ("A warning sign told at 8am still counts.", is_denied));
        }
        let later = [first.clone(), one("08:31", 128, 78, "")];
        assert_eq!(at_once(Measure::BloodPressure, &later, woman, None), None, "another sitting");
        let severe = [first, one("08:10", 165, 100, "")];
        let told = at_once(Measure::BloodPressure, &severe, woman, None).unwrap();
        assert!(told.does[0].contains("call 999 now"), "the signs and the number are of one sitting: {told:?}");
        // A number that reassures is no better alone.
        let usual = [one("08:00", 120, 75, "eclampsia=yes")];
        assert_eq!(at_once(Measure::BloodPressure, &usual, woman, None), Some(helped));
    }

    #[test]
    fn what_somebody_measures_again_within_two_hours_holds_instead_unless_there_were_signs() {
        let one = taken("2026-11-04T08:00:00Z", 186, 122);
        let later = |when: &str| taken(when, 142, 88);
        let holds = |later: &Taken| holds_instead(Measure::BloodPressure, (&one, None), later);
        let table = [
            ("2026-11-04T07:50:00Z", false),
            ("2026-11-04T08:00:00Z", false),
            ("2026-11-04T08:00:59Z", false),
            ("2026-11-04T08:01:00Z", true),
            ("2026-11-04T10:00:00Z", true),
            ("2026-11-04T10:00:01Z", false),
        ];
        for (when, expected) in table {
            assert_eq!(holds(&later(when)), expected, "{when}");
        }
        let again = later("2026-11-04T08:10:00Z");
        assert!(!holds(&Taken { by_hand: false, ..again.clone() }));
        assert!(!holds_instead(Measure::PeakFlow, (&one, None), &again));
        let signs = Taken { settings: "arm=left signs=yes".to_owned(), ..one.clone() };
        assert!(!holds_instead(Measure::BloodPressure, (&signs, None), &again));
        let held = SignsHeld::until(Measure::BloodPressure, &signs, one.at);
        assert!(!holds_instead(Measure::BloodPressure, (&one, Some(held)), &again));
        // A number that held for it is no sign.
        let held = SignsHeld { pressure: Some((one.first, one.second)), ..held };
        assert!(holds_instead(Measure::BloodPressure, (&one, Some(held)), &again));
    }

    #[test]
    fn what_comes_by_itself_makes_the_time_no_longer_for_which_signs_hold() {
        let told = Taken { second: None, settings: "signs=yes".to_owned(), ..taken("2026-11-04T08:00:00Z", 7, 0) };
        let one = |minutes: i64, by_hand: bool| Taken {
            at: at("2026-11-04T08:00:00Z") + TimeDelta::minutes(minutes),
            second: None,
            by_hand,
            ..taken("2026-11-04T08:00:00Z", 7, 0)
        };
        let now = |minutes: i64| at("2026-11-04T08:00:00Z") + TimeDelta::minutes(minutes);
        for (between, last, holds) in [
            (one(20, false), one(30, false), true),
            (one(20, false), one(30, true), true),
            (one(20, false), one(31, false), false),
            (one(20, false), one(31, true), false),
            (one(20, true), one(50, false), true),
            (one(20, true), one(50, true), true),
            (one(20, true), one(51, true), false),
        ] {
            let readings = [told.clone(), between, last];
            assert_eq!(at_once(Measure::Glucose, &readings, About::default(), None).is_some(), holds, "{readings:?}");
            let pressures =
                readings.clone().map(|one| Taken { first: Amount::whole(130), second: Some(Amount::whole(80)), ..one });
            assert_eq!(at_once(Measure::BloodPressure, &pressures, About::default(), None).is_some(), holds, "{readings:?}");
            assert_eq!(signs_hold(&readings, readings[2].at).is_some(), holds, "{readings:?}");
        }
        let by_itself = [told, one(20, false)];
        assert!(signs_hold(&by_itself, now(30)).is_some());
        assert!(signs_hold(&by_itself, now(31)).is_none(), "it was not told of again");
    }

    #[test]
    fn signs_that_were_told_of_with_any_measure_that_is_measured_again_hold_for_the_next() {
        let one = |minutes: i64, first: i64, settings: &str| Taken {
            at: at("2026-11-04T08:00:00Z") + TimeDelta::minutes(minutes),
            first: Amount::from_thousandths(first),
            second: None,
            settings: settings.to_owned(),
            ..taken("2026-11-04T08:00:00Z", 0, 0)
        };
        let said = |measure, readings: &[Taken]| {
            at_once(measure, readings, About::default(), None).map_or(("", Urgency::Note), |told| (told.title, told.urgency))
        };
        let breathing = "What you see needs 999 now, whatever the number is";
        let (low, sugar) =
            ("This low blood sugar is an emergency. Call 999", "What you see needs 999 now, whatever the blood sugar is");
        for (measure, first, signs, apart, second, expected) in [
            (Measure::Oxygen, 95_000, "signs=yes", 5, 96_000, breathing),
            (Measure::Oxygen, 95_000, "activity=rest signs=yes", 30, 98_000, breathing),
            (Measure::Oxygen, 95_000, "signs=yes", 31, 96_000, ""),
            // A low one asked to measure again within an hour, and this is it.
            (Measure::Oxygen, 91_000, "signs=yes", 60, 90_000, breathing),
            (Measure::Oxygen, 91_000, "signs=yes", 61, 90_000, VERY_LOW_OXYGEN.title),
            (Measure::Oxygen, 95_000, "signs=no", 5, 96_000, ""),
            (Measure::Glucose, 3200, "meal=before signs=yes", 15, 3600, low),
            (Measure::Glucose, 3200, "signs=yes", 15, 4500, sugar),
            (Measure::Glucose, 7000, "signs=yes", 15, 3600, low),
            (Measure::Glucose, 3200, "signs=shaky", 15, 3600, LOW_SUGAR.title),
            (Measure::Glucose, 3200, "signs=yes", 31, 3600, LOW_SUGAR.title),
            // Those of ketoacidosis, with the highest of the sitting.
            (Measure::Glucose, 25_000, "signs=ketones", 10, 24_000, sugar),
            (Measure::Glucose, 25_000, "signs=ketones", 10, 9000, sugar),
            (Measure::Glucose, 7000, "signs=ketones", 10, 12_000, sugar),
            (Measure::Glucose, 7000, "signs=ketones", 10, 8000, "If you have diabetes, what you feel can be from ketones"),
            (Measure::Glucose, 31_000, "signs=ketones", 50, 30_000, sugar),
            (Measure::Glucose, 25_000, "signs=ketones", 31, 9000, ""),
            (Measure::Temperature, 36_900, "signs=yes", 10, 36_800, "What you see needs 999 now, whatever the temperature is"),
            (Measure::Temperature, 40_100, "signs=yes", 60, 40_000, "What you see needs 999 now, whatever the temperature is"),
            (Measure::Temperature, 36_900, "signs=yes", 31, 36_800, ""),
            (Measure::Pulse, 72_000, "signs=yes", 5, 80_000, "What you see needs 999 now, whatever the pulse is"),
            (Measure::Pulse, 72_000, "signs=yes", 31, 80_000, ""),
            (Measure::PeakFlow, 150_000, "signs=yes", 1, 430_000, ASTHMA_EMERGENCY.title),
            (Measure::PeakFlow, 150_000, "reliever=before signs=yes", 30, 430_000, ASTHMA_EMERGENCY.title),
            (Measure::PeakFlow, 150_000, "signs=yes", 31, 430_000, ""),
            (Measure::PeakFlow, 150_000, "signs=wheeze", 1, 430_000, ""),
            (Measure::Breathing, 16_000, "signs=yes", 5, 14_000, breathing),
        ] {
            for again in ["", "signs=no"] {
                let (title, urgency) = said(measure, &[one(0, first, signs), one(apart, second, again)]);
                assert_eq!(title, expected, "{measure:?} {first} {signs} {apart} {second} {again}");
                assert!(!title.contains("999") || urgency == Urgency::Emergency, "{title}");
            }
        }
        let chain = [one(0, 95_000, "signs=yes"), one(25, 96_000, ""), one(50, 97_000, "signs=no")];
        assert_eq!(said(Measure::Oxygen, &chain).0, breathing, "each within half an hour of the one before");
    }

    #[test]
    fn each_advice_stands_in_the_hazard_log_with_its_source_and_a_risk_and_a_control_of_its_own() {
        let all = [
            MEETS,
            ABOVE,
            HIGH,
            UNDER,
            LOW,
            STILL_VERY_HIGH,
            STILL_OR_PREGNANT,
            SEVERE_BEFORE_IF_PREGNANT,
            VERY_HIGH_BEFORE_IF_PREGNANT,
            LOW_AFTER_SEVERE_IF_PREGNANT,
            VERY_HIGH_AVERAGE,
            RED_ZONE,
            AMBER_ZONE,
            ASTHMA_EMERGENCY,
            ASTHMA_SYMPTOMS,
            STILL_VERY_LOW_OXYGEN,
            STILL_LOW_OXYGEN,
            STILL_EXTREME_SUGAR,
            STILL_COLD,
            STILL_VERY_HIGH_FEVER,
            STILL_PULSE_OUT_OF_RANGE,
            STILL_PULSE_FAR_OUT_OF_RANGE,
        ];
        let written =
            include_str!("outcome.rs").lines().filter(|line| line.contains(": Advice = Advice {") && !line.contains('('));
        assert_eq!(written.count(), all.len(), "one is not looked at here");
        advice::each_is_logged("The same in a guided week", &all);
    }

    #[test]
    fn a_paper_diary_says_what_to_do_about_a_single_reading() {
        let says = |protocol| on_paper(protocol).iter().map(|(_, told)| told.title).collect::<Vec<_>>();
        assert_eq!(says(Protocol::HomePressure), [VERY_HIGH_PRESSURE.title, SEVERE_IF_PREGNANT.title, HIGH_IF_PREGNANT.title]);
        assert_eq!(says(Protocol::Glucose), [LOW_SUGAR.title, EXTREME_SUGAR.title, HIGHER_SUGAR.title, HIGH_SUGAR.title]);
        assert_eq!(says(Protocol::GlucoseProfile), says(Protocol::Glucose));
        assert_eq!(says(Protocol::PeakFlow), [RED_ZONE.title, AMBER_ZONE.title]);
        let silent = Protocol::ALL.iter().filter(|one| on_paper(**one).is_empty());
        assert_eq!(silent.collect::<Vec<_>>(), [&Protocol::Weight]);
    }

    #[test]
    fn what_somebody_feels_of_their_asthma_counts_beside_the_zone_and_without_one() {
        let zones = Some(Zones { best: Amount::whole(450), green: 80, amber: 50 });
        let table = [
            (zones, 400, "", ""),
            (zones, 400, "signs=no", ""),
            (zones, 400, "reliever=before signs=wheeze", ASTHMA_SYMPTOMS.title),
            (zones, 400, "signs=yes", ASTHMA_EMERGENCY.title),
            (zones, 300, "signs=no", AMBER_ZONE.title),
            (zones, 300, "signs=wheeze", AMBER_ZONE.title),
            (zones, 300, "signs=yes", ASTHMA_EMERGENCY.title),
            (zones, 200, "", RED_ZONE.title),
            (zones, 200, "signs=wheeze", RED_ZONE.title),
            (zones, 200, "reliever=after signs=yes", ASTHMA_EMERGENCY.title),
            (None, 200, "", ""),
            (None, 200, "signs=no", ""),
            (None, 200, "signs=wheeze", ASTHMA_SYMPTOMS.title),
            (None, 200, "signs=yes", ASTHMA_EMERGENCY.title),
        ];
        for (zones, value, settings, expected) in table {
            let one = Taken { second: None, settings: settings.to_owned(), ..taken("2026-11-04T08:00:00Z", value, 0) };
            let told = at_once(Measure::PeakFlow, &[one], About::default(), zones);
            assert_eq!(told.map_or("", |told| told.title), expected, "{zones:?} {value} {settings}");
        }
        assert!(ASTHMA_EMERGENCY.does[0].starts_with("Call 999 now"));
        assert!(ASTHMA_SYMPTOMS.emergency.contains("too short of breath to speak"));
    }

    #[test]
    fn zones_are_shares_of_the_personal_best() {
        let zones = Zones { best: Amount::whole(450), green: 80, amber: 50 };
        assert_eq!(zones.bounds(), (Amount::whole(360), Amount::whole(225)));
        for (value, zone) in [(450, Zone::Green), (360, Zone::Green), (359, Zone::Amber), (225, Zone::Amber), (224, Zone::Red)] {
            assert_eq!(zones.of(Amount::whole(value)), zone, "{value}");
        }
        // Other plans, other zones; 75 per cent of 455 is 341.25.
        let own = Zones { best: Amount::whole(455), green: 75, amber: 60 };
        assert_eq!(
            (own.bounds().0, own.of(Amount::whole(341)), own.of(Amount::whole(342))),
            (Amount::whole(342), Zone::Amber, Zone::Green)
        );
        // Two kinds of inhaler, and each in its own way (NHS, "Asthma attacks").
        let puffs = RED_ZONE.does.join(" ");
        for words in
            ["1 puff every 30 to 60 seconds, up to 10", "AIR or MART", "1 puff every 1 to 3 minutes, up to 6", "10 minutes"]
        {
            assert!(puffs.contains(words), "{words}");
        }
        let red = [taken("2026-11-04T08:00:00Z", 200, 0)];
        assert_eq!(at_once(Measure::PeakFlow, &red, About::default(), Some(zones)).unwrap().title, RED_ZONE.title);
        assert_eq!(at_once(Measure::PeakFlow, &red, About::default(), None), None, "without a plan nobody says what it means");
        assert_eq!(best_of(&[Amount::whole(410), Amount::whole(430), Amount::whole(420)]), Some(Amount::whole(430)));
        assert_eq!(best_of(&[]), None);
    }

    #[test]
    fn every_other_diary_says_what_it_comes_to() {
        let plan = |protocol| Plan { protocol, ..week() };
        let one = |when: &str, first: i64, settings: &str| Taken {
            first: Amount::from_thousandths(first),
            second: None,
            settings: settings.to_owned(),
            ..taken(when, 0, 0)
        };
        let days = ["2026-11-03T08:00:00Z", "2026-11-04T08:00:00Z", "2026-11-05T21:30:00Z"];
        let peaks: Vec<Taken> = days.iter().zip([400_000, 300_000, 200_000]).map(|(when, first)| one(when, first, "")).collect();
        let zones = Zones { best: Amount::whole(450), green: 80, amber: 50 };
        let diary = plan(Protocol::PeakFlow).diary(&peaks, at(END));
        let Outcome::Zones(Some(counts), Some(it)) = outcome(&diary, Some(zones)) else { panic!("no zones") };
        assert_eq!((counts, it.first), ([1, 1, 1], Amount::whole(300)));
        assert!(matches!(outcome(&diary, None), Outcome::Zones(None, Some(_))));
        let sugars = [one(days[0], 3900, "meal=before"), one(days[1], 6100, "meal=before"), one(days[2], 9000, "")];
        let Outcome::Meals(sums, low) = outcome(&plan(Protocol::Glucose).diary(&sugars, at(END)), None) else {
            panic!("no meals")
        };
        assert_eq!((low, sums.len(), sums[0].when, sums[0].mean.first), (1, 2, "Before a meal", Amount::whole(5)));
        assert_eq!(
            (sums[0].lowest, sums[0].highest, sums[1].when),
            (Amount::from_thousandths(3900), Amount::from_thousandths(6100), "Not said when")
        );
        assert_eq!((sums[0].meal, sums[1].meal), (Some(Meal::Before), None));
        let weights = [one(days[0], 80_500, ""), one(days[1], 80_000, ""), one(days[2], 79_800, "")];
        let Outcome::Change(Some((first, last))) = outcome(&plan(Protocol::Weight).diary(&weights, at(END)), None) else {
            panic!("no change")
        };
        assert_eq!((first.first.thousandths(), last.first.thousandths()), (80_500, 79_800));
        let moods = [one(days[0], 4000, ""), one(days[1], 4000, ""), one(days[2], 1000, "")];
        let Outcome::Answers(answers) = outcome(&plan(Protocol::Mood).diary(&moods, at(END)), None) else { panic!("no answers") };
        assert_eq!(answers, [("Very good", 0), ("Good", 2), ("Neither low nor good", 0), ("Low", 0), ("Very low", 1)]);
        let falls = [one(days[0], 1000, "hurt=no"), one(days[0], 2000, "hurt=no"), one(days[2], 1000, "hurt=head")];
        let diary = plan(Protocol::Falls).diary(&falls, at(END));
        assert_eq!((outcome(&diary, None), diary.is_valid()), (Outcome::Total(4, 2), true));
        let none = plan(Protocol::Falls).diary(&[], at(END));
        assert_eq!((outcome(&none, None), none.is_valid()), (Outcome::Total(0, 0), true), "no fall is a result too");
        for (protocol, least) in [(Protocol::Weight, 2), (Protocol::PeakFlow, 2), (Protocol::Glucose, 1), (Protocol::Mood, 1)] {
            for many in 0..=weights.len() {
                let diary = plan(protocol).diary(&weights[..many], at(END));
                assert_eq!(diary.is_valid(), many >= least, "{protocol:?}: {many}");
            }
        }
    }

    proptest! {
        #[test]
        fn another_reading_of_a_sitting_never_makes_signs_less_urgent(
            numbers in prop::collection::vec((90..230_i32, 40..80_i32, 0..31_i64), 1..6),
            signs in 0..6_usize,
            may_be_pregnant: bool,
        ) {
            let about = About { months: Some(360), may_be_pregnant, ..About::default() };
            let (mut when, mut readings) = (at("2026-11-04T08:00:00Z"), Vec::new());
            for (place, (first, below, minutes)) in numbers.iter().enumerate() {
                when += TimeDelta::minutes(*minutes);
                let settings = if place == signs % numbers.len() { "signs=yes" } else { "signs=no" };
                let one = taken("2026-11-04T08:00:00Z", *first, first - below);
                readings.push(Taken { at: when, settings: settings.to_owned(), ..one });
            }
            prop_assume!(when - at("2026-11-04T08:00:00Z") <= LONGEST_SITTING);
            let from = signs % numbers.len() + 1;
            let urgency = |many: usize| at_once(Measure::BloodPressure, &readings[..many], about, None).map(|told| told.urgency);
            for many in from..readings.len() {
                prop_assert!(urgency(many) >= Some(Urgency::Now) && urgency(many) <= urgency(many + 1));
            }
        }

        #[test]
        fn signs_of_a_first_reading_never_make_the_answer_to_a_second_milder(
            measure in prop::sample::select(vec![Measure::Oxygen, Measure::Glucose, Measure::Temperature, Measure::Pulse]),
            numbers in prop::collection::vec((1000..200_000_i64, 0..100_i64), 2..5),
        ) {
            let (mut when, mut with, mut without) = (at("2026-11-04T08:00:00Z"), Vec::new(), Vec::new());
            for (place, (first, minutes)) in numbers.iter().enumerate() {
                when += TimeDelta::minutes(*minutes);
                let number = Taken { first: Amount::from_thousandths(*first), second: None, ..taken("2026-11-04T08:00:00Z", 0, 0) };
                let one = |signs: &str| Taken { at: when, settings: signs.to_owned(), ..number.clone() };
                without.push(one("signs=no"));
                with.push(one(if place == 0 { "signs=yes" } else { "signs=no" }));
            }
            let urgency = |readings: &[Taken]| at_once(measure, readings, About::default(), None).map(|told| told.urgency);
            prop_assert!(urgency(&with) >= urgency(&without));
            let together = numbers.iter().skip(1).all(|(_, minutes)| *minutes <= 30);
            prop_assert!(!together || urgency(&with) == Some(Urgency::Emergency));
        }

        #[test]
        fn a_higher_average_is_never_a_milder_verdict(first in 90..220_i32, second in 60..140_i32, more in 0..60_i32, age in 18..100_u32) {
            let target = Target::of_guideline(Some(age));
            let of = |first, second| verdict(&mean(first, second), &target, About::default());
            prop_assert!(of(first, second) <= of(first + more, second));
            prop_assert!(of(first, second) <= of(first, second + more));
        }

        #[test]
        fn the_bounds_of_zones_are_where_they_change(best in 60..900_i32, green in 2..100_u8, below in 1..99_u8) {
            let zones = Zones { best: Amount::whole(best), green, amber: (green - 1).min(below) };
            let (green, amber) = zones.bounds();
            let less = |it: Amount| Amount::from_thousandths(it.thousandths() - 1000);
            prop_assert_eq!(zones.of(green), Zone::Green);
            prop_assert!(zones.of(less(green)) < Zone::Green);
            prop_assert!(zones.of(amber) >= Zone::Amber);
            prop_assert_eq!(zones.of(less(amber)), Zone::Red);
        }
    }
}
