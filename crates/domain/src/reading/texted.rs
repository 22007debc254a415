//! Readings as people send them in a text message: "BP 142/88", "7.2 sugar before tea", "wieght 12st 4".
//!
//! It is only found out what somebody means; what is made of the numbers, [`hear`](super::hear) says as for every other reading. Where
//! more than one thing can be meant, nothing is.

use super::advice::{
    BABY_STILL, BREATHING_EMERGENCY, EXTREME_SUGAR, IN_WORDS, IN_WORDS_EMERGENCY, IN_WORDS_OR_PREGNANT, OFF_METER_SUGAR,
    SIGNS_OR_PREGNANT, SIGNS_PRESSURE, WATERS, if_pregnant, is_severe_if_pregnant,
};
use super::despair::is_of_despair;
use super::week::{SignsHeld, Taken, Zones, at_once, signs_held};
use super::{About, Advice, Doubt, Heard, Measure, OutOfRange, Typed, Unit, Urgency, hear, off_meter, settings};
use crate::ReadingId;
use crate::appointment::shown_at;
use crate::record::Sensitivity;
use crate::when::{london_day, minute_in_words, minute_of_day};
use chrono::{DateTime, TimeDelta, Utc};
use strsim::osa_distance;
use uuid::Uuid;

/// The most readings that one message tells.
pub const MOST: usize = 6;
/// Until which minute of a day, or of its second half, a clock is not taken for the first where it can be of either.
const SMALL_HOURS: u16 = 5 * 60;
/// How long ago a time by the clock may have been on the day before without that being said.
const SINCE_EVENING: TimeDelta = TimeDelta::hours(12);
/// The most characters that are read of one: ten text messages (3GPP TS 23.040: 153 characters of each).
const LONGEST: usize = 1530;

/// What a text message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Texted {
    /// These readings.
    Readings(Vec<TextedReading>),
    /// These, with the time by the clock that it says of them.
    ReadingsAt(Vec<TextedReading>, SaidTime),
    /// What was taken from the last one is wrong.
    Wrong,
    /// They ask how it is done.
    Help,
}

/// A time by the clock, of the day on which it is said or of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaidTime {
    /// The minute of the day; of what can be of either half of it, in the first.
    minute: u16,
    /// It can be of either half: "8:15".
    of_either_half: bool,
    /// It is an hour and no more: "at 8".
    is_hour: bool,
    /// It is of the day before: "yesterday 9pm".
    of_yesterday: bool,
}

/// When a time by the clock was, as far as that is sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidWhen {
    /// At this instant.
    At(DateTime<Utc>),
    /// It is still to come on the day on which it is said.
    ToCome,
    /// It is not said in which half of the day, and was in both, or may be that of the half to come on the day before.
    Unsure,
}

impl SaidTime {
    /// "8" of "at 8", of which nothing says in which half of a day it is.
    fn hour(clock: &str) -> Option<Self> {
        let hour = clock.parse::<u16>().ok().filter(|hour| clock.len() <= 2 && (1..=12).contains(hour))?;
        Some(Self { minute: hour % 12 * 60, of_either_half: true, is_hour: true, of_yesterday: false })
    }

    /// "8", "8:30" or "8.30" in the half of a day that begins at this minute; where none is said "8:30" or "20:30".
    fn parse(clock: &str, half: Option<u16>) -> Option<Self> {
        let parts = clock.split_once(':').or_else(|| half.and_then(|_| clock.split_once('.')));
        let (hour, minutes) = match (parts, half) {
            (Some(parts), _) => parts,
            (None, Some(_)) => (clock, "00"),
            (None, None) => return None,
        };
        let are_digits = [hour, minutes].iter().all(|part| part.bytes().all(|letter| letter.is_ascii_digit()));
        if !are_digits || hour.len() > 2 || minutes.len() != 2 || !is_below(minutes, 60) {
            return None;
        }
        let (written, hour, minutes) = (hour, hour.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
        let is_of_half = (1..=12).contains(&hour);
        let in_half = hour % 12 * 60 + minutes;
        let of = |minute: u16, of_either_half: bool| Self { minute, of_either_half, is_hour: false, of_yesterday: false };
        match half {
            Some(from) => is_of_half.then_some(of(from + in_half, false)),
            None if is_of_half && !written.starts_with('0') => Some(of(in_half, true)),
            None => (hour < 24).then_some(of(hour * 60 + minutes, false)),
        }
    }

    /// When that was, said at this instant: on the same day, or on the one before where that is said, and not after it. What would
    /// still be to come is of the day before where that is 12 hours ago at most: "11pm", said at 1:46am. Hardly anybody measures in the
    /// small hours: what is of either half is of the first one there only where that is said. An hour and no more is too little to be
    /// sure of.
    #[must_use]
    pub fn on_day_of(self, said: DateTime<Utc>) -> SaidWhen {
        if self.is_hour {
            return SaidWhen::Unsure;
        }
        let later = self.of_either_half.then_some(self.minute + 12 * 60);
        let is_small = self.of_either_half && self.minute < SMALL_HOURS;
        let today = london_day(said);
        let day = if self.of_yesterday { today.pred_opt().unwrap_or(today) } else { today };
        let past = std::iter::once(self.minute).chain(later).filter_map(|minute| {
            let at = shown_at(day, minute).filter(|at| *at <= said)?;
            // The minute in which it is said is the instant itself.
            Some(if day == today && minute_of_day(said) == minute { said } else { at })
        });
        let last_evening = || {
            let at = shown_at(today.pred_opt()?, self.minute)?;
            (!self.of_either_half && said - at <= SINCE_EVENING).then_some(at)
        };
        match past.collect::<Vec<_>>().as_slice() {
            [] => last_evening().map_or(SaidWhen::ToCome, SaidWhen::At),
            [at] if !is_small => SaidWhen::At(*at),
            _ => SaidWhen::Unsure,
        }
    }

    /// As people read it: "8:30pm"; of what can be of either half of a day, "8:30", or "8" where no more was said.
    #[must_use]
    pub fn in_words(self) -> String {
        if !self.of_either_half {
            return minute_in_words(self.minute);
        }
        let hour = if self.minute < 60 { 12 } else { self.minute / 60 };
        if self.is_hour { hour.to_string() } else { format!("{hour}:{:02}", self.minute % 60) }
    }
}

/// A reading that a text message tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextedReading {
    /// Of what.
    pub measure: Measure,
    /// Its numbers as they were written, in the order of [`Measure::parts`].
    pub numbers: Vec<String>,
    /// In which unit (UCUM); empty where none was written.
    pub unit: &'static str,
    /// What was said of how it was taken: `meal=before`.
    pub settings: Vec<(&'static str, &'static str)>,
    /// The message tells of nothing of another sensitivity, so all of it may stand beside this.
    pub alone: bool,
    /// The message names a sign of how somebody is that none of its readings asks about, so that no advice is of it.
    pub unasked: bool,
    /// Of how many blows it is the best; nought where only one was told.
    pub best_of: usize,
}

/// Why nothing was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextedError {
    /// There is nothing in it that can be a reading.
    #[error("there is no number")]
    NoNumber,
    /// It is not said of what the numbers are, or more is named than numbers are there.
    #[error("it does not say of what the numbers are")]
    OfWhat,
    /// It tells one number of what has two: "BP 142".
    #[error("the second number is missing")]
    OneOfTwo,
    /// It tells a weight in two numbers without a unit: "weight 12 4" may be 12 stone 4, or 12.4 kg.
    #[error("it does not say in which unit the weight is")]
    WhichWeight,
    /// It tells too many.
    #[error("there are too many readings")]
    TooMany,
    /// It says that it was not now, and of no time of the day for sure.
    #[error("it is of another time")]
    NotNow,
    /// Two numbers with a slash between them beside others are a date, or a pressure that nobody has.
    #[error("it may say a date")]
    Date,
    /// It says that something before was wrong, and more.
    #[error("it says that something was wrong, and more")]
    Correction,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Letters(String),
    Number(String),
    /// Between the two numbers of one reading.
    Slash,
}

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Of(Measure),
    In(&'static str),
    /// The second unit of two, such as pounds behind stones.
    Small(&'static str),
    How(&'static str, &'static str),
    Nothing,
}

/// How people name what they measure, as the catalogue has it.
fn names() -> impl Iterator<Item = (&'static str, Measure)> {
    Measure::ALL.iter().flat_map(|measure| measure.texted().iter().map(|name| (*name, *measure)))
}

/// How people name units, and which of [`Measure::units`] each is.
const UNITS: &[(&str, &str)] = &[
    ("mmhg", "mm[Hg]"),
    ("bpm", "/min"),
    ("mmol", "mmol/L"),
    ("mmols", "mmol/L"),
    ("mmol/l", "mmol/L"),
    ("mg/dl", "mg/dL"),
    ("mgdl", "mg/dL"),
    ("mmol/mol", "mmol/mol"),
    ("%", "%"),
    ("percent", "%"),
    ("kg", "kg"),
    ("kgs", "kg"),
    ("kilos", "kg"),
    ("kilo", "kg"),
    ("st", "[lb_av]"),
    ("stone", "[lb_av]"),
    ("stones", "[lb_av]"),
    ("cm", "cm"),
    ("metres", "m"),
    ("m", "m"),
    ("ft", "[in_i]"),
    ("feet", "[in_i]"),
    ("foot", "[in_i]"),
    ("c", "Cel"),
    ("celsius", "Cel"),
    ("f", "[degF]"),
    ("fahrenheit", "[degF]"),
    ("l/min", "L/min"),
    ("hours", "h"),
    ("hour", "h"),
    ("hrs", "h"),
    ("hr", "h"),
    ("h", "h"),
    ("minutes", "min"),
    ("mins", "min"),
    ("min", "min"),
    ("units", "{units}"),
    ("unit", "{units}"),
];

/// How people name the second unit of two.
const SMALL_UNITS: &[(&str, &str)] = &[
    ("lb", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("pound", "[lb_av]"),
    ("pounds", "[lb_av]"),
    ("in", "[in_i]"),
    ("inch", "[in_i]"),
    ("inches", "[in_i]"),
];

/// What stands behind a number as a unit, and is none of ours. Any other word of one or two letters there is one too, as far as it is
/// none of [`SHORT`].
const OTHER_UNITS: &[&str] = &[
    "bottles",
    "cal",
    "calories",
    "cans",
    "days",
    "gram",
    "grams",
    "glass",
    "glasses",
    "kcal",
    "kilometres",
    "kpa",
    "litre",
    "litres",
    "mcg",
    "mile",
    "miles",
    "months",
    "ounce",
    "ounces",
    "pack",
    "packs",
    "packets",
    "pint",
    "pints",
    "puffs",
    "ton",
    "weeks",
    "years",
];
/// Short words that are no unit.
const SHORT: &[&str] =
    &["an", "as", "by", "do", "dr", "ex", "gp", "he", "if", "it", "mr", "or", "so", "up", "us", "we", "x", "xx"];

/// How people say how it was taken. After a meal is none: it says not whether 90 minutes had passed, and so stays in their words, unless
/// it is so many hours ([`LONG_AFTER`]).
const SETTINGS: &[(&str, &str, &str)] = &[
    ("waking", "meal", "waking"),
    ("woke", "meal", "waking"),
    ("bedtime", "meal", "bedtime"),
    ("sitting", "position", "sitting"),
    ("standing", "position", "standing"),
    ("resting", "activity", "rest"),
];

/// A sign of how somebody is, as people say it: words one behind another, each in any of these ways, with so many others between two at
/// most; and what that is of the signs that are asked about, as [`answer_of`] takes it.
type Sign = (&'static [&'static [&'static str]], usize, &'static str);

/// How people say the signs that the forms ask about ([`Measure::settings`]), the gravest first.
const SIGNS: &[Sign] = &[
    // They breathe, speak, swallow or wake with trouble.
    (&[CANNOT, CAN_DO], 2, "yes"),
    (&[CANNOT, &["breath", "breeth", "brethe", "waking"]], 1, "yes"),
    (&[CANNOT, &["catch", "get"], &["breath"]], 1, "yes"),
    (&[CANNOT, &["get"], CAN_DO], 2, "yes"),
    (&[&["stopped"], &["breathing"]], 0, "yes"),
    (&[&["no"], &["breath"]], 0, "yes"),
    (&[&["no"], &["longer"], CAN_DO], 0, "yes"),
    (&[&["breathing"], &["difficult", "difficulties", "difficulty", "laboured"]], 2, "yes"),
    (&[CANNOT, &["sentence", "sentences"]], 3, "yes"),
    (&[&["too"], &["breathless"]], 0, "yes"),
    (&[&["choking", "gasping", "suffocating"]], 0, "yes"),
    (&[&["confused", "confusion", "confussed", "delirious", "drowsy"]], 0, "yes"),
    (&[&["very"], &["sleepy"]], 0, "yes"),
    (&[&["collapsed", "unconcious", "unconscious", "unresponsive"]], 0, "yes"),
    (&[&["blacked", "passed"], &["out"]], 0, "yes"),
    (&[&["convulsing", "convulsion", "convulsions", "seizure", "seizures"]], 0, "yes"),
    (&[&["a", "had", "has", "having"], &["fit", "fits"]], 0, "yes"),
    (&[&["hes", "is", "keeps", "shes", "started", "still"], &["fitting"]], 0, "yes"),
    (&[BLUE, LIPS], 2, "yes"),
    (&[LIPS, BLUE], 2, "yes"),
    (&[&["going", "gone", "turned", "turning"], &["blue"]], 0, "yes"),
    // They bleed, swell where they breathe, or die.
    (&[&["cough", "coughed", "coughing", "vomit", "vomited", "vomiting"], &["blood"]], 2, "yes"),
    (&[&["bleeding"], &["badly", "heavily", "severely"]], 2, "yes"),
    (&[CANNOT, &["stop"], &["bleeding"]], 2, "yes"),
    (&[AIRWAY, SWELLS], 2, "yes"),
    (&[SWELLS, AIRWAY], 2, "yes"),
    (&[&["am", "hes", "im", "shes"], &["dying"]], 0, "yes"),
    (&[&["fit"]], 0, "yes"),
    // They name what is for 999 by itself.
    (&[&["anaphylactic", "anaphylaxis", "overdose", "overdosed", "sepsis"]], 0, "yes"),
    (&[&["allergic"], &["reaction"]], 0, "yes"),
    (&[FELL, CANNOT, &["get"], &["up"]], 2, "yes"),
    // Of the heart and of the brain.
    (&[&["heart"], &["attack"]], 0, ATTACK),
    (&[&["stroke"]], 0, ATTACK),
    (&[&["face"], &["drop", "dropped", "dropping"]], 2, ATTACK),
    (&[&["chest"], TIGHT], 2, TIGHT_CHEST),
    (&[TIGHT, &["chest"]], 2, TIGHT_CHEST),
    (&[CANNOT, &["feel"], LIMBS], 2, "harm"),
    (&[&["chest"], HURTS], 2, "harm"),
    (&[HURTS, &["chest"]], 2, "harm"),
    (&[&["chest"], &["pressure"]], 0, "harm"),
    (&[&["numb", "numbness", "slurred", "slurring"]], 0, "harm"),
    (&[&["speech"], &["funny", "garbled", "gone", "jumbled"]], 2, "harm"),
    (&[&["lost"], &["speech"]], 2, "harm"),
    (&[MAY_BE, &["heart"], &["attack"]], 2, ATTACK),
    (&[MAY_BE, &["stroke"]], 2, ATTACK),
    (&[CANNOT, &["lift", "move", "moving", "raise"], LIMBS], 2, "harm"),
    (&[LIMBS, WEAK], 2, "harm"),
    (&[WEAK, LIMBS], 2, "harm"),
    (&[CANNOT, &["see", "seeing"]], 1, "harm"),
    (&[&["blurred", "blurry", "double", "lost"], SIGHT], 2, "harm"),
    (&[SIGHT, &["blurred", "blurry", "double", "gone", "lost"]], 2, "harm"),
    // Of the lungs.
    (&[&["breathless", "breathlessness"]], 0, "breath"),
    (&[&["out", "short", "shortness"], &["breath"]], 1, "breath"),
    (&[&["cough", "coughing", "wheeze", "wheezing", "wheezy"]], 0, "wheeze"),
    (&[&["exhausted"]], 0, "spent"),
    // Of meningitis and of sepsis.
    (&[&["stiff"], &["neck"]], 1, "fever"),
    (&[&["neck"], &["stiff", "stiffness"]], 2, "fever"),
    (&[&["rash"]], 0, "fever"),
    // Of a pulse, and of a low blood sugar.
    (&[&["faint", "fainted", "fainting", "faints"]], 0, "faint"),
    (&[&["clammy", "dizzy", "dizziness", "hungry", "shaking", "shaky", "sweating", "sweaty"]], 0, "shaky"),
    (&[&["fast", "racing"], &["heartbeat"]], 0, "shaky"),
    // Of ketoacidosis, beside a blood sugar.
    (&[&["am", "being", "feel", "feeling", "feels", "im", "keep", "keeps"], &["sick"]], 1, KETONES),
    (&[&["nausea", "nauseous", "vomit", "vomited", "vomiting"]], 0, KETONES),
    (&[&["threw", "throwing"], &["up"]], 0, KETONES),
    (&[TUMMY, HURTS], 2, KETONES),
    (&[HURTS, TUMMY], 3, KETONES),
    (&[&["breathe", "breathing"], &["deep", "deeply", "fast", "quickly", "rapidly"]], 0, KETONES),
    (&[&["very"], &["thirsty"]], 0, KETONES),
    (&[&["breath"], &["fruit", "fruity", "smells"]], 1, KETONES),
    (&[&["sleepy"]], 0, KETONES),
    // Of pre-eclampsia, and of a child that may be in danger.
    (&[VERY_BAD, HEADACHE], 1, PREGNANT),
    (&[HEADACHE, VERY_BAD], 2, PREGNANT),
    (&[&["saw", "see", "seeing"], &["flashes", "lights", "spots", "stars"]], 2, PREGNANT),
    (&[&["flashing"], &["light", "lights", "sight", "vision"]], 0, PREGNANT),
    (&[&["spots"], &["eyes", "sight", "vision"]], 3, PREGNANT),
    (&[HURTS, RIBS], 3, PREGNANT),
    (&[RIBS, HURTS], 1, PREGNANT),
    (&[&["swelling", "swollen"], &["face", "hand", "hands"]], 3, PREGNANT),
    (&[&["face", "hand", "hands"], &["swelling", "swollen"]], 2, PREGNANT),
    (&[&["baby"], NOT_AS_USUAL, &["kicking", "move", "moved", "moving"]], 2, BABY),
    (&[&["baby"], &["stopped"], &["kicking", "moving"]], 0, BABY),
    (&[&["waters"], &["breaking", "broke", "broken", "gone", "went"]], 2, LABOUR),
    (&[&["her", "my"], &["water"], &["broke"]], 1, LABOUR),
    // Of a head that was hit.
    (&[FELL, HITS, &["head"]], 5, HEAD),
    (&[HITS, &["head"], FELL], 4, HEAD),
];
/// What somebody names that is a heart attack or a stroke, whatever the number beside it is.
const ATTACK: &str = "attack";
/// A tight chest: of asthma beside a peak flow, and else for 999.
const TIGHT_CHEST: &str = "tight";
/// What is for 999 as it is said, so that no "if" stands before the call.
const OUTRIGHT: &[&str] = &["yes", ATTACK, TIGHT_CHEST];
const FELL: &[&str] = &["fall", "fallen", "fell"];
/// What is a sign beside a blood sugar alone, as its form has it: NHS, Diabetic ketoacidosis.
const KETONES: &str = "ketones";
/// What is one of pre-eclampsia, of whoever may be pregnant: NICE NG133, 1.1.
const PREGNANT: &str = "pregnant";
/// The field of a blood pressure that keeps those.
const ECLAMPSIA: &str = "eclampsia";
/// What is one of a child, born or not.
const BABY: &str = "baby";
/// Waters that broke.
const LABOUR: &str = "labour";
/// A head that was hit, as the form of a fall calls it.
const HEAD: &str = "head";
const HITS: &[&str] = &["banged", "bumped", "hit", "knocked", "smacked", "whacked"];
/// The field in which a reading that stands for words alone says so, and of whom they are.
const TOLD: &str = "told";
const AIRWAY: &[&str] = &["lip", "lips", "mouth", "throat", "tongue"];
const SWELLS: &[&str] = &["closing", "swelled", "swelling", "swells", "swollen"];
const TUMMY: &[&str] = &["abdomen", "belly", "stomach", "tummy"];
const RIBS: &[&str] = &["rib", "ribs"];
const HEADACHE: &[&str] = &["headache", "headaches", "migraine"];
const VERY_BAD: &[&str] = &["awful", "bad", "pounding", "severe", "terrible", "worst"];
const NOT_AS_USUAL: &[&str] = &["hasnt", "isnt", "less", "not"];
/// Beside a heart attack or a stroke and nothing else, what says nothing of another time or of somebody long well again.
const CALLS: &[&str] = &["a", "help", "is", "it", "its", "now", "please"];
/// What stands behind an illness where somebody goes about it, or reads of it.
const GONE_ABOUT: &[&str] = &[
    "appointment",
    "awareness",
    "clinic",
    "course",
    "follow",
    "followup",
    "leaflet",
    "plan",
    "poster",
    "review",
    "survivor",
    "training",
];
/// How long ago an illness was that is over.
const LONG_AGO: &[&str] = &["month", "months", "year", "years"];
/// What somebody cannot do, or only with trouble, who is in danger.
const CAN_DO: &[&str] = &[
    "breathe",
    "breathing",
    "respond",
    "responding",
    "speak",
    "speaking",
    "swallow",
    "swallowing",
    "talk",
    "talking",
    "wake",
    "woken",
];
/// What says so before it; the "t" is that of "can`t".
const CANNOT: &[&str] = &[
    "cannot",
    "cant",
    "couldnt",
    "difficult",
    "difficulty",
    "doesnt",
    "hard",
    "hardly",
    "isnt",
    "not",
    "struggle",
    "struggles",
    "struggling",
    "t",
    "trouble",
    "unable",
    "wont",
];
/// What a chest does that hurts, and what one does that is tight.
const HURTS: &[&str] = &[
    "ache",
    "aches",
    "aching",
    "crushing",
    "discomfort",
    "heaviness",
    "heavy",
    "hurting",
    "hurts",
    "pain",
    "painful",
    "pains",
    "squeezing",
];
const TIGHT: &[&str] = &["tight", "tightness"];
const BLUE: &[&str] = &["blotchy", "blue", "gray", "grey", "mottled"];
const LIPS: &[&str] = &["face", "lip", "lips", "skin", "tongue"];
const LIMBS: &[&str] = &["arm", "face", "leg", "side"];
const WEAK: &[&str] = &["drooped", "drooping", "droops", "weak", "weakness"];
const SIGHT: &[&str] = &["eyesight", "sight", "vision"];
/// What says before a heart attack or a stroke that it may be one now.
const MAY_BE: &[&str] = &["having", "maybe", "possible", "sign", "signs", "symptoms", "think", "this"];
/// What follows where nobody can be seen: "cant see my GP", and where nobody sees them: "GP cant see me".
const NOT_SEEN: &[&str] = &[
    "a", "any", "anybody", "anyone", "doctor", "dr", "gp", "her", "him", "how", "it", "me", "my", "nurse", "the", "them", "till",
    "until", "us", "why", "you",
];
/// To whom nobody speaks who can: "not speaking to him". "Cant talk to me" may be said of somebody who is ill.
const NOT_SPOKEN_TO: &[&str] = &[
    "a",
    "any",
    "anybody",
    "anyone",
    "doctor",
    "dr",
    "gp",
    "her",
    "him",
    "my",
    "nurse",
    "people",
    "reception",
    "somebody",
    "someone",
    "surgery",
    "the",
    "them",
];
/// What may stand between not waking and the night in which somebody slept well.
const UP_AT: &[&str] = &["at", "during", "in", "the", "up"];
/// Beside "cant talk" and nothing else, what says that somebody is busy; where it is a sign, more or less is said.
const BUSY: &[&str] = &[
    "at", "bye", "driving", "hello", "hi", "i", "im", "in", "just", "later", "meeting", "moment", "now", "right", "sorry",
    "text", "thanks", "the", "this", "today", "will", "work",
];
/// What makes anybody short of breath, and what may stand before it.
const EXERTS: &[&str] = &[
    "cycling",
    "exercise",
    "exercising",
    "football",
    "gym",
    "jog",
    "jogging",
    "run",
    "running",
    "swim",
    "swimming",
    "tennis",
    "training",
    "workout",
];
const OF_EXERTION: &[&str] = &["a", "an", "hard", "her", "his", "long", "morning", "my", "our", "short", "the"];

/// What says of a sign behind it that it is not there.
const DENIES: &[&str] =
    &["arent", "didnt", "doesnt", "dont", "hasnt", "havent", "isnt", "neither", "never", "nil", "no", "nor", "not", "without"];
/// What may stand between the two.
const OF_DENIED: &[&str] =
    &["a", "any", "been", "feel", "feeling", "got", "had", "have", "having", "longer", "more", "new", "other"];
/// What is denied beside [`SIGNS`], and is none.
const ILL: &[&str] = &[
    "fever",
    "headache",
    "headaches",
    "nausea",
    "pain",
    "pains",
    "problems",
    "sickness",
    "signs",
    "swelling",
    "symptom",
    "symptoms",
];

/// What a meter shows that reads too little or too much sugar for a number, and what people make of it; as it stands for a number.
const LOW_ON_METER: &[&str] = &["lo", "low"];
const HIGH_ON_METER: &[&str] = &["hi"];
/// What a meter does that shows it, and what else may stand between a blood sugar and what is shown of it.
const SHOWS: &[&str] = &["reading", "reads", "said", "saying", "says", "showed", "showing", "shows"];
const BEFORE_SHOWN: &[&str] = &["is", "just", "meter", "now", "very", "was"];

/// What stands in place of "2 hours after", before a meal: nobody writes it so.
const LONG_AFTER: &str = "long-after";

/// What is eaten, behind "before".
const MEALS: &[&str] = &["breakfast", "dinner", "eating", "food", "lunch", "meal", "meals", "supper", "tea"];
/// What may stand between "before" and that.
const OF_MEALS: &[&str] = &["a", "any", "evening", "had", "having", "i", "main", "my", "our", "the"];

/// What says that something before was wrong.
const CORRECTS: &[&str] = &["correction", "delete", "mistake", "remove", "undo", "wrong"];
/// What says that no more is to be taken from a number.
const STOPS: &[&str] = &["stop", "stopall", "unsubscribe"];
/// What may stand beside that.
const STOPS_WHAT: &[&str] = &["all", "messages", "please", "readings", "texting", "texts"];
/// What turns round what is said, or makes of a number something that was not measured.
const TURNS: &[&str] = &[
    "aim",
    "arent",
    "cant",
    "cannot",
    "couldnt",
    "didnt",
    "doesnt",
    "dont",
    "gain",
    "gained",
    "goal",
    "hardly",
    "hasnt",
    "havent",
    "isnt",
    "lose",
    "losing",
    "lost",
    "neither",
    "never",
    "no",
    "non",
    "none",
    "nonfasting",
    "nope",
    "nor",
    "not",
    "nothing",
    "target",
    "wasnt",
    "werent",
    "wont",
    "without",
];
/// What says that it was on another day, or in what part of one.
const OTHER_TIMES: &[&str] = &[
    "afternoon",
    "ago",
    "earlier",
    "evening",
    "friday",
    "last",
    "lunchtime",
    "midnight",
    "monday",
    "morning",
    "night",
    "noon",
    "overnight",
    "previous",
    "saturday",
    "sunday",
    "teatime",
    "thursday",
    "tomorrow",
    "tuesday",
    "wednesday",
    "weekend",
    "yesterday",
];
/// What says that something was measured at another time than the one by the clock that the same message says.
const OF_NOW: &[&str] = &["just", "now", "tonight"];
/// What tells how somebody is in their mind, besides [`MOODS`].
const OF_THE_MIND: &[&str] = &[
    "anxiety",
    "anxious",
    "crying",
    "depressed",
    "depression",
    "hopeless",
    "lonely",
    "panic",
    "scared",
    "stressed",
    "suicidal",
    "suicide",
    "unhappy",
    "upset",
    "worried",
];

/// What says nothing, so that none of it is taken for a name that it resembles.
const NOTHING: &[&str] = &[
    "a",
    "after",
    "and",
    "arm",
    "at",
    "bed",
    "beats",
    "blood",
    "breakfast",
    "day",
    "dinner",
    "eating",
    "evening",
    "flow",
    "food",
    "for",
    "from",
    "had",
    "has",
    "have",
    "hi",
    "hello",
    "i",
    "is",
    "its",
    "just",
    "level",
    "lunch",
    "meal",
    "me",
    "morning",
    "my",
    "night",
    "now",
    "of",
    "on",
    "out",
    "per",
    "please",
    "rate",
    "reading",
    "rest",
    "results",
    "score",
    "supper",
    "tea",
    "ten",
    "thanks",
    "thank",
    "the",
    "this",
    "to",
    "today",
    "tonight",
    "was",
    "with",
    "you",
];

/// How people say how they feel, in the order of its numbers.
const MOODS: [&[&str]; 5] = [
    &["terrible", "awful"],
    &["low", "bad", "sad", "down"],
    &["ok", "okay", "alright", "fine"],
    &["good", "well", "happy"],
    &["great"],
];

/// Whether a message asks that no more readings are taken from its number: it says that, and nothing that is of anything else.
#[must_use]
pub fn asks_to_stop(text: &str) -> bool {
    let words = all_words(text);
    words.iter().any(|word| word.is_in(STOPS)) && words.iter().all(|word| word.is_in(STOPS) || word.is_in(STOPS_WHAT))
}

/// Finds out what a text message means.
///
/// # Errors
/// [`TextedError`] where that cannot be told for sure.
pub fn understand(text: &str) -> Result<Texted, TextedError> {
    if let [Word::Letters(only)] = all_words(text).as_slice() {
        match only.as_str() {
            "wrong" | "undo" => return Ok(Texted::Wrong),
            "help" | "info" => return Ok(Texted::Help),
            _ => {}
        }
    }
    let words = words(text);
    let found = Found::of(&words);
    if found.numbers.is_empty() && found.feelings.is_empty() {
        return Err(TextedError::NoNumber);
    }
    if words.iter().any(|word| word.is_in(CORRECTS)) {
        return Err(TextedError::Correction);
    }
    if says_a_time(text, &words) {
        return at_a_time(text).ok_or(TextedError::NotNow);
    }
    match tell(text, &words, found) {
        Err(TextedError::OfWhat) => at_an_hour(text).ok_or(TextedError::OfWhat),
        told => told.map(Texted::Readings),
    }
}

/// What a message tells that begins or ends with "at 8", where all the rest is understood without that number.
fn at_an_hour(text: &str) -> Option<Texted> {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let plain = |piece: &str| piece.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let hour = |at: &str, hour: &str| if plain(at) == "at" { SaidTime::hour(&plain(hour)) } else { None };
    let (rest, time) = match pieces.as_slice() {
        [rest @ .., at, clock] if hour(at, clock).is_some() => (rest, hour(at, clock)?),
        [at, clock, rest @ ..] => (rest, hour(at, clock)?),
        _ => return None,
    };
    let rest = rest.join(" ");
    let words = words(&rest);
    let has_another = says_a_time(&rest, &words) || words.iter().any(|word| word.is_in(OF_NOW));
    if has_another || !are_all_known(&words) {
        return None;
    }
    Some(Texted::ReadingsAt(tell(&rest, &words, Found::of(&words)).ok()?, time))
}

/// What a message tells at the one time by the clock that it says; nothing where the time may be that of something else.
fn at_a_time(text: &str) -> Option<Texted> {
    let without_day = without_yesterday(text);
    let (rest, time, is_at_edge) = without_its_time(without_day.as_deref().unwrap_or(text))?;
    let time = SaidTime { of_yesterday: without_day.is_some(), ..time };
    let words = words(&rest);
    let has_another = says_a_time(&rest, &words) || words.iter().any(|word| word.is_in(OF_NOW));
    if has_another || !are_all_known(&words) {
        return None;
    }
    let told = tell(text, &words, Found::of(&words)).ok()?;
    // Between two readings it may be that of one alone.
    (is_at_edge || told.len() == 1).then_some(Texted::ReadingsAt(told, time))
}

/// The readings that these words of a message tell.
fn tell(text: &str, words: &[Word], found: Found) -> Result<Vec<TextedReading>, TextedError> {
    let has = |list: &[&str]| words.iter().any(|word| word.is_in(list));
    let signs = signs_in(words);
    // The "cant" of "cant breathe" is a sign, and turns nothing round.
    let turns = |at: usize, word: &Word| word.is_in(TURNS) && !signs.iter().any(|sign| sign.is_said_with(words, at));
    if words.iter().enumerate().any(|(at, word)| turns(at, word)) || found.is_unclear {
        return Err(TextedError::OfWhat);
    }
    // Somebody sleeps at night.
    let asleep = !found.of.is_empty() && found.of.iter().all(|measure| *measure == Measure::Sleep);
    let other = |at: usize, word: &Word| {
        word.is_in(OTHER_TIMES)
            && !(asleep && word.is_in(&["last", "night"]))
            && !words.get(at + 1).is_some_and(|next| next.is_in(MEALS))
    };
    if words.iter().enumerate().any(|(at, word)| other(at, word)) {
        return Err(TextedError::NotNow);
    }
    let of_the_mind = !found.feelings.is_empty() || has(OF_THE_MIND) || is_of_despair(text);
    let mut told = found.told().or_else(|why| match why {
        TextedError::OfWhat => Found::without(words, &names_in_signs(words)).told(),
        _ => Err(why),
    })?;
    let (first, rest) = told.split_first().ok_or(TextedError::NoNumber)?;
    let kind = first.measure.sensitivity();
    let one_kind = rest.iter().all(|reading| reading.measure.sensitivity() == kind);
    let alone = one_kind && (kind == Sensitivity::Mental || !of_the_mind);
    told.iter_mut().for_each(|reading| reading.alone = alone);
    Ok(told)
}

/// The places of words that name a measure and are of a sign beside a blood sugar ("tummy pain", "breathing fast"): as far as no number
/// stands right behind that sign, and what stands right before it has a name before it.
fn names_in_signs(words: &[Word]) -> Vec<usize> {
    let is_number = |at: usize| matches!(words.get(at), Some(Word::Number(_)));
    let is_of_number = |sign: &Named| {
        let (Some(first), Some(last)) = (sign.at.first().copied(), sign.at.last().copied()) else { return true };
        let before = first.checked_sub(1).filter(|before| is_number(*before));
        let is_named = |number: usize| words.iter().take(number).any(|word| word.named().is_some());
        is_number(last + 1) || before.is_some_and(|number| !is_named(number))
    };
    let signs = signs_in(words);
    let of_signs = signs.iter().filter(|sign| sign.said == KETONES && !is_of_number(sign));
    of_signs.flat_map(|sign| sign.at.iter().copied()).collect()
}

/// The readings that a message may tell of which not everything is understood, so that danger in it is seen. None of them is for keeping.
#[must_use]
pub fn glimpsed(text: &str) -> Vec<TextedReading> {
    let words = words_without_times(text);
    let (signs, meter) = (signs_in(&words), on_a_meter(&words));
    let named = |at: &usize| {
        let is_of_sign = is_of_the_chest(&words, *at) || signs.iter().any(|sign| sign.names_breath(&words, *at));
        let word = words.get(*at).filter(|_| !is_of_sign);
        word.and_then(Word::named).map(|measure| (*at, measure))
    };
    let is_number = |at: &usize| matches!(words.get(*at), Some(Word::Number(_)));
    // What stands beside "LO" has no other number.
    let (mut glimpsed, mut used, mut next) = (Vec::new(), meter.iter().map(|(at, _)| *at).collect::<Vec<usize>>(), 0);
    for (at, word) in words.iter().enumerate() {
        let Word::Number(number) = word else { continue };
        if at < next {
            continue;
        }
        if let (Some(Word::Number(second)), true) = (words.get(at + 2), words.get(at + 1).is_some_and(Word::is_over)) {
            next = at + 3;
            if !is_date(number, second) {
                glimpsed.push(TextedReading::of(Measure::BloodPressure, vec![number.clone(), second.clone()], ""));
            }
            continue;
        }
        let before = (0..at).rev().take_while(|at| !is_number(at)).find_map(|at| named(&at)).filter(|(at, _)| !used.contains(at));
        let free = |at: usize| named(&at).filter(|(at, _)| meter.is_none_or(|(place, _)| place != *at));
        let behind = || (at + 1..words.len()).take_while(|at| !is_number(at)).find_map(free);
        let Some((place, measure)) = before.or_else(behind) else { continue };
        used.push(place);
        if measure.parts().len() == 2 {
            // One that is low may be the bottom number: by itself it says nothing, and the signs beside it count.
            let top = if number.parse::<u16>().is_ok_and(|number| number >= 100) { number.clone() } else { String::new() };
            glimpsed.push(TextedReading::of(measure, vec![top, String::new()], ""));
            continue;
        }
        let unit = words.get(at + 1).and_then(Word::unit).filter(|unit| measure.unit_of(unit).is_some()).unwrap_or_default();
        glimpsed.push(TextedReading::of(measure, vec![number.clone()], unit));
    }
    let found = Found::of(&words);
    if found.of.contains(&Measure::Mood) && found.feelings.contains(&1) {
        glimpsed.push(TextedReading::of(Measure::Mood, vec!["1".to_owned()], ""));
    }
    if let Some((_, shown)) = meter {
        glimpsed.push(TextedReading::of(Measure::Glucose, vec![shown.to_owned()], ""));
    }
    for sign in &signs {
        for reading in &mut glimpsed {
            if let Some(answer) = answer_of(reading.measure, "signs", sign.said) {
                see(&mut reading.settings, answer);
            }
        }
    }
    glimpsed
}

/// Adds to each blood pressure that signs of pre-eclampsia were told with it, where the message of somebody who may be pregnant names one,
/// so that they hold for what is measured next.
pub fn keep_signs_of_pregnancy(text: &str, readings: &mut [TextedReading], about: About) {
    if about.may_be_pregnant && signs_in(&words_without_times(text)).iter().any(|sign| sign.said == PREGNANT) {
        for one in readings.iter_mut().filter(|one| one.measure == Measure::BloodPressure) {
            one.settings.push((ECLAMPSIA, "yes"));
        }
    }
}

/// How signs that a message tells are called that hold for what is measured in the same sitting, whatever they were told with.
pub const SIGNS_TOLD: &[&str] = &["yes", ATTACK, TIGHT_CHEST, "harm", "breath", "fever", "faint", KETONES, PREGNANT];

/// Which of [`SIGNS_TOLD`] a message tells.
#[must_use]
pub fn signs_told(text: &str) -> Vec<&'static str> {
    let signs = signs_in(&words_without_times(text));
    SIGNS_TOLD.iter().copied().filter(|told| signs.iter().any(|sign| sign.said == *told)).collect()
}

/// Which of [`SIGNS_TOLD`] a message tells that none of these readings of it keeps, so that they hold for what is measured next.
#[must_use]
pub fn signs_unkept(text: &str, readings: &[TextedReading]) -> Vec<&'static str> {
    let keeps = |one: &TextedReading, said: &str| {
        let is_eclampsia = said == PREGNANT && one.settings.iter().any(|(field, _)| *field == ECLAMPSIA);
        is_eclampsia || answer_of(one.measure, "signs", said).is_some()
    };
    signs_told(text).into_iter().filter(|said| !readings.iter().any(|one| keeps(one, said))).collect()
}

/// How a reading was taken (`meal=before`), with the signs that the note to it names where its form asks for such: they are heard as those of
/// a message are, and a sign that was answered already stays.
#[must_use]
pub fn with_signs_of_note(measure: Measure, kept: &str, note: &str) -> String {
    let mut heard: Vec<(&'static str, &'static str)> = Vec::new();
    for sign in signs_in(&words_without_times(note)) {
        if let Some(answer) = answer_of(measure, "signs", sign.said) {
            see(&mut heard, answer);
        }
    }
    let answered = |field: &str| kept.split(' ').filter_map(|one| one.split_once('=')).find(|(of, _)| *of == field);
    if heard.is_empty() || answered("signs").is_some() {
        return kept.to_owned();
    }
    let named = |field: &str| heard.iter().find(|(of, _)| *of == field).map_or("", |(_, answer)| *answer);
    settings(measure, |field| answered(field).map_or_else(|| named(field), |(_, answer)| answer))
}

/// Adds a sign of [`SIGNS_TOLD`] that an earlier message told to each of these readings whose form asks for it, where it is one of an
/// emergency there. Says whether any had not told of it itself.
pub fn keep_sign_told(said: &str, readings: &mut [TextedReading], about: About) -> bool {
    let mut is_new = false;
    // What stands for words alone says what is to be done about those.
    for one in readings.iter_mut().filter(|one| !one.is_in_words()) {
        let before = one.settings.clone();
        if said == PREGNANT {
            let is_told = one.settings.iter().any(|(field, _)| *field == ECLAMPSIA);
            if one.measure == Measure::BloodPressure && about.may_be_pregnant && !is_told {
                one.settings.push((ECLAMPSIA, "yes"));
            }
        } else if let Some(answer) = answer_of(one.measure, "signs", said).filter(|answer| ["yes", KETONES].contains(answer)) {
            see(&mut one.settings, answer);
        }
        is_new = is_new || one.settings != before;
    }
    is_new
}

/// What a message says of danger that none of these readings of it asks about, as a reading without a number, so that what to do about it
/// is found as for every other. It is of the measure whose form asks for such signs; none where they are milder.
#[must_use]
pub fn signs_beside(text: &str, readings: &[TextedReading]) -> Option<TextedReading> {
    let words = words_without_times(text);
    // Beside a blood pressure that is no emergency by itself, what it asks of signs is answered with "if": what is named outright is not.
    let is_if = |one: &TextedReading, said: &str| {
        let told = || to_do_unkept(std::slice::from_ref(one), &Beside::default());
        one.measure == Measure::BloodPressure
            && OUTRIGHT.contains(&said)
            && !told().iter().any(|(_, advice)| advice.urgency == Urgency::Emergency)
    };
    let is_asked = |said: &str| readings.iter().any(|one| answer_of(one.measure, "signs", said).is_some() && !is_if(one, said));
    let open: Vec<&str> = signs_in(&words).iter().map(|sign| sign.said).filter(|said| !is_asked(said)).collect();
    // To feel faint beside a low blood pressure, say, is no emergency by itself.
    let faints = if readings.is_empty() { "faint" } else { "yes" };
    let forms = [
        ("fever", Measure::Temperature),
        ("yes", Measure::Oxygen),
        (ATTACK, Measure::Oxygen),
        (TIGHT_CHEST, Measure::Oxygen),
        ("harm", Measure::BloodPressure),
        ("breath", Measure::BloodPressure),
        (faints, Measure::Pulse),
        (PREGNANT, Measure::BloodPressure),
        (HEAD, Measure::Fall),
        (BABY, Measure::Temperature),
        (LABOUR, Measure::Temperature),
    ];
    let (said, measure) = forms.into_iter().find(|(said, _)| open.contains(said))?;
    let settings = match said {
        PREGNANT | BABY | LABOUR => vec![(TOLD, said)],
        HEAD => vec![("hurt", HEAD), (TOLD, "danger")],
        _ => vec![("signs", "yes"), (TOLD, "danger")],
    };
    Some(TextedReading { settings, ..TextedReading::of(measure, vec![String::new(); measure.parts().len()], "") })
}

/// Whether what stands in place of a blood sugar's number is what a meter shows that has none: "LO", "HI".
#[must_use]
pub fn is_off_the_meter(reading: &TextedReading) -> bool {
    shown_by_meter(reading).is_some()
}

/// What advice about a message turns on beside what it says.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// When its readings were taken.
    pub at: DateTime<Utc>,
    /// Whom they are of.
    pub about: About,
    /// The zones of their peak flow.
    pub zones: Option<Zones>,
    /// What they measured just before, in the order of time, as far as advice turns on it ([`SIGNS_HOLD`](super::week::SIGNS_HOLD)).
    pub before: Vec<(Measure, Taken)>,
}

/// A number with its unit as somebody writes both: "12st 4lb", "5ft 10", "78.4 kg". In which unit of the measure it is, and the number
/// without that; `None` where it is something else, or more.
pub(super) fn with_unit(measure: Measure, text: &str) -> Option<(&'static Unit, String)> {
    let is_plain = |letter: char| {
        let is_between = letter.is_whitespace() || matches!(letter, '.' | ',' | '/' | '%');
        letter.is_alphanumeric() || is_between || matches!(letter, '\'' | '"' | '\u{2019}' | '\u{201d}' | '\u{2032}' | '\u{2033}')
    };
    let words = letters_and_numbers(text);
    let is_of_it = |word: &Word| match word {
        Word::Number(_) => true,
        Word::Letters(word) => word == "and" || UNITS.iter().chain(SMALL_UNITS).any(|(name, _)| name == word),
        Word::Slash => false,
    };
    if !matches!(words.first(), Some(Word::Number(_))) || !text.chars().all(is_plain) || !words.iter().all(is_of_it) {
        return None;
    }
    let found = Found::of(&words);
    let ([numbers], false) = (found.numbers.as_slice(), found.is_unclear) else { return None };
    let [unit] = numbers.units.as_slice() else { return None };
    Some((measure.unit_of(unit)?, numbers.said.join(" ")))
}

/// What to do about readings of a message, kept or not, the most urgent first: about each number that can be, as it was written and,
/// where that is unlikely and another unit is not, in that unit too. Where both ask for something each says when ("If it is 7.2 mmol/L: ").
/// What holds by signs that were told of before says that instead, as a sentence ([`SignsHeld::in_short`]).
#[must_use]
pub fn to_do(readings: &[TextedReading], beside: &Beside) -> Vec<(String, &'static Advice)> {
    let mut all: Vec<(String, &'static Advice)> = Vec::new();
    for one in readings {
        let answer = |field: &str| one.settings.iter().find(|(name, _)| *name == field).map_or("", |(_, answer)| answer);
        let settings = settings(one.measure, answer);
        let in_unit = |unit: &str| {
            let heard = hear(one.measure, &Typed { numbers: &one.numbers, unit, sure: true }).ok()?;
            let readings = in_order(one.measure, &heard, settings.clone(), beside);
            let advice = at_once(one.measure, &readings, beside.about, beside.zones)?;
            let held = signs_held(one.measure, &readings, beside.about);
            Some((one.measure.in_words(heard.unit, &heard.said.join("/"), heard.first, heard.second), advice, held))
        };
        let asked = hear(one.measure, &Typed { numbers: &one.numbers, unit: one.unit, sure: false }).err().unwrap_or_default();
        let other = asked.iter().find_map(|(_, doubt)| match doubt {
            Doubt::OtherUnit(other, ..) => in_unit(other.ucum),
            _ => None,
        });
        let mut found: Vec<_> = in_unit(one.unit).into_iter().chain(other).collect();
        let which = found.len() > 1;
        found.retain(|(_, advice, _)| !all.iter().any(|(_, there)| there.title == advice.title));
        let when = |number: String, held: Option<SignsHeld>| match held {
            Some(held) => held.in_short(),
            None if which => format!("If it is {number}: "),
            None => String::new(),
        };
        all.extend(found.into_iter().map(|(number, advice, held)| (when(number, held), advice)));
    }
    all.sort_by_key(|(_, advice)| std::cmp::Reverse(advice.urgency));
    all
}

/// The same about readings that were not kept: of one whose numbers cannot all be read, what those say that can, and where none
/// can, what was answered of how somebody is; of one that is too low or too high for its meter, what holds for that; and of a blood
/// pressure in the wrong order, what holds if it is the other way round and high.
#[must_use]
pub fn to_do_unkept(readings: &[TextedReading], beside: &Beside) -> Vec<(String, &'static Advice)> {
    let of_pregnancy = if beside.about.may_be_pregnant { with_signs_of_pregnancy(readings) } else { None };
    let readings = of_pregnancy.as_deref().unwrap_or(readings);
    let mut all = to_do(&readings.iter().filter_map(|one| as_far_as_read(one, beside)).collect::<Vec<_>>(), beside);
    if readings.iter().any(TextedReading::is_in_words) {
        // Nobody sent the number that it sets aside.
        for told in &mut all {
            told.1 = without_a_number(told.1);
        }
        // "If it is mild, call 111" would take back "call 999 now".
        if all.iter().any(|(_, advice)| **advice == IN_WORDS_EMERGENCY) {
            all.retain(|(_, advice)| ![&IN_WORDS, &IN_WORDS_OR_PREGNANT].contains(advice));
        }
    }
    if readings.iter().any(|one| one.told() == Some(BABY)) {
        all.push((String::new(), &BABY_STILL));
    }
    if beside.about.may_be_pregnant && readings.iter().any(|one| one.told() == Some(LABOUR)) {
        all.push((String::new(), &WATERS));
    }
    if readings.iter().any(|one| shown_by_meter(one) == Some(OutOfRange::High)) {
        // Nobody reads of a number that no meter showed.
        for (_, advice) in all.iter_mut().filter(|(_, advice)| **advice == EXTREME_SUGAR) {
            *advice = &OFF_METER_SUGAR;
        }
    }
    for (number, turned) in readings.iter().filter_map(the_other_way_round) {
        for (_, advice) in to_do(&[turned], beside) {
            if !all.iter().any(|(_, there)| there.title == advice.title) {
                all.push((format!("If it is {number}: "), advice));
            }
        }
    }
    all.sort_by_key(|(_, advice)| std::cmp::Reverse(advice.urgency));
    all
}

/// The same readings where signs of pre-eclampsia are told of, which then are those of each blood pressure, or of one that is high for
/// somebody who is pregnant where none is higher.
fn with_signs_of_pregnancy(readings: &[TextedReading]) -> Option<Vec<TextedReading>> {
    let tells = |one: &TextedReading| one.told() == Some(PREGNANT);
    if !readings.iter().any(tells) {
        return None;
    }
    let has_pressure = readings.iter().any(|one| one.measure == Measure::BloodPressure && !tells(one));
    let is_lower = |one: &TextedReading| {
        let heard = hear(one.measure, &Typed { numbers: &one.numbers, unit: one.unit, sure: true });
        heard.is_ok_and(|heard| if_pregnant((heard.first, heard.second)).is_none())
    };
    let mut all: Vec<TextedReading> = readings.iter().filter(|one| !(has_pressure && tells(one))).cloned().collect();
    for one in all.iter_mut().filter(|one| one.measure == Measure::BloodPressure) {
        see(&mut one.settings, "yes");
        if is_lower(one) {
            (one.numbers, one.unit) = (vec!["140".to_owned(), "90".to_owned()], "");
        }
    }
    Some(all)
}

/// The same advice in the words for somebody who sent no number.
fn without_a_number(advice: &'static Advice) -> &'static Advice {
    match advice {
        one if *one == BREATHING_EMERGENCY => &IN_WORDS_EMERGENCY,
        one if *one == SIGNS_PRESSURE => &IN_WORDS,
        one if *one == SIGNS_OR_PREGNANT => &IN_WORDS_OR_PREGNANT,
        one => one,
    }
}

/// What a meter showed in place of the number of a reading.
fn shown_by_meter(one: &TextedReading) -> Option<OutOfRange> {
    one.numbers.first().and_then(|number| off_meter(one.measure, number))
}

/// A blood pressure whose numbers are in the wrong order as it would be in the right one, with that in words, where it would be as high as
/// is severe in pregnancy or more. What is lower can wait until it is sent again.
fn the_other_way_round(one: &TextedReading) -> Option<(String, TextedReading)> {
    let read = |numbers: &[String]| hear(one.measure, &Typed { numbers, unit: one.unit, sure: true });
    let numbers: Vec<String> = one.numbers.iter().rev().cloned().collect();
    // Only one of the two orders can be right.
    let heard = read(&numbers).ok().filter(|heard| heard.second.is_some() && read(&one.numbers).is_err())?;
    let number = one.measure.in_words(heard.unit, &heard.said.join("/"), heard.first, heard.second);
    is_severe_if_pregnant((heard.first, heard.second)).then(|| (number, TextedReading { numbers, ..one.clone() }))
}

/// This reading behind those of the same measure that were taken before it, in the order of time.
fn in_order(measure: Measure, heard: &Heard, settings: String, beside: &Beside) -> Vec<Taken> {
    let id = ReadingId::from_uuid(Uuid::max());
    let this = Taken { at: beside.at, id, first: heard.first, second: heard.second, settings, by_hand: true };
    let before = beside.before.iter().filter(|(of, _)| *of == measure).map(|(_, taken)| taken.clone());
    before.chain([this]).collect()
}

/// A reading with numbers that ask for nothing in place of those that cannot be read; absent where it then says nothing, and nothing that
/// was told before holds for it.
fn as_far_as_read(one: &TextedReading, beside: &Beside) -> Option<TextedReading> {
    if let Some(shown) = shown_by_meter(one) {
        // A number of which the same holds, and about which nothing is asked.
        let number = if shown == OutOfRange::Low { "2" } else { "30" };
        return Some(TextedReading { numbers: vec![number.to_owned()], unit: "", ..one.clone() });
    }
    let read = |numbers: &[String], unit: &str| hear(one.measure, &Typed { numbers, unit, sure: true });
    let Err(doubts) = read(&one.numbers, one.unit) else { return Some(one.clone()) };
    if one.measure == Measure::BloodPressure && doubts.iter().any(|(_, doubt)| matches!(doubt, Doubt::TooExact(_))) {
        // What the whole numbers say holds whatever stands behind the point.
        let whole = |number: &String| number.split(['.', ',']).next().unwrap_or_default().trim().to_owned();
        let numbers: Vec<String> = one.numbers.iter().map(whole).collect();
        return as_far_as_read(&TextedReading { numbers, ..one.clone() }, beside);
    }
    if doubts.iter().any(|(_, doubt)| matches!(doubt, Doubt::OtherUnit(..))) {
        return Some(one.clone());
    }
    // With signs, a blood pressure from which on what holds in pregnancy is said as well.
    let (usual, beside_signs): (&[&str], &[&str]) = match one.measure {
        Measure::BloodPressure => (&["139", "60"], &["140", "90"]),
        Measure::Glucose => (&["5"], &["5"]),
        Measure::Oxygen => (&["97"], &["97"]),
        Measure::Breathing => (&["16"], &["16"]),
        Measure::Pulse => (&["72"], &["72"]),
        Measure::Temperature => (&["37"], &["37"]),
        Measure::PeakFlow => (&["800"], &["800"]),
        Measure::Fall => (&["1"], &["1"]),
        _ => return None,
    };
    let is_unread = |place: usize| doubts.iter().any(|(at, _)| *at == place);
    let partly = usual.iter().enumerate().map(|(place, usual)| match one.numbers.get(place) {
        Some(number) if !is_unread(place) => number.clone(),
        _ => (*usual).to_owned(),
    });
    let partly: Vec<String> = partly.collect();
    let is_swapped = doubts.iter().any(|(_, doubt)| *doubt == Doubt::WrongWayRound);
    let is_partly = !is_swapped && doubts.len() < usual.len() && read(&partly, "").is_ok();
    let tells_signs = one.settings.iter().any(|(field, answer)| matches!(*field, "signs" | "hurt") && *answer != "no");
    let owned = |numbers: &[&str]| numbers.iter().map(|number| (*number).to_owned()).collect::<Vec<_>>();
    let numbers = match (is_partly, tells_signs) {
        (true, _) => partly,
        (false, true) => owned(beside_signs),
        (false, false) => {
            let numbers = owned(usual);
            let heard = read(&numbers, "").ok()?;
            signs_held(one.measure, &in_order(one.measure, &heard, String::new(), beside), beside.about)?;
            numbers
        }
    };
    Some(TextedReading { numbers, unit: "", ..one.clone() })
}

impl TextedReading {
    /// How it was understood to be taken, in words: "before a meal", "left arm, with warning signs", "the best of 3"; empty where nothing was.
    #[must_use]
    pub fn taken_in_words(&self) -> String {
        let (signs, rest): (Vec<_>, Vec<_>) =
            self.settings.iter().partition(|(field, _)| *field == "signs" || *field == ECLAMPSIA);
        let rest: Vec<String> = rest.into_iter().map(|(field, answer)| format!("{field}={answer}")).collect();
        let taken = self.measure.taken_in_words(&rest.join(" "));
        let blows = (self.best_of > 1).then(|| format!("the best of {}", self.best_of));
        // The question names several signs, and the message may name one.
        let signs = (!signs.is_empty()).then(|| "with warning signs".to_owned());
        let all = [blows, Some(taken).filter(|taken| !taken.is_empty()), signs];
        all.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Whether it stands for what a message says in words alone, as [`signs_beside`] has it, and nobody sent a number of it.
    #[must_use]
    pub fn is_in_words(&self) -> bool {
        self.told().is_some()
    }

    /// Of whom its words are.
    fn told(&self) -> Option<&'static str> {
        self.settings.iter().find(|(field, _)| *field == TOLD).map(|(_, of)| *of)
    }

    const fn of(measure: Measure, numbers: Vec<String>, unit: &'static str) -> Self {
        Self { measure, numbers, unit, settings: Vec::new(), alone: false, unasked: false, best_of: 0 }
    }
}

impl Word {
    fn is_in(&self, list: &[&str]) -> bool {
        matches!(self, Self::Letters(word) if list.contains(&word.as_str()))
    }

    /// Whether it is this word, or a slip for it.
    fn is_or_resembles(&self, name: &str) -> bool {
        matches!(self, Self::Letters(word) if word == name || (!is_known(word) && resembles(word, name)))
    }

    fn is_over(&self) -> bool {
        *self == Self::Slash || self.is_in(&["over"])
    }

    fn named(&self) -> Option<Measure> {
        match self {
            Self::Letters(word) => match meaning(word, false) {
                Meaning::Of(measure) => Some(measure),
                _ => None,
            },
            _ => None,
        }
    }

    fn unit(&self) -> Option<&'static str> {
        match self {
            Self::Letters(word) => UNITS.iter().find(|(name, _)| name == word).map(|(_, unit)| *unit),
            _ => None,
        }
    }
}

/// What a meter shows in place of a blood sugar that it cannot read, with the place of the name that stands beside it. A message of that
/// alone is of a meter too, except that "hi" is a greeting.
fn on_a_meter(words: &[Word]) -> Option<(usize, &'static str)> {
    let shown = |at: usize| {
        let is = |list: &[&str]| words.get(at).is_some_and(|word| word.is_in(list));
        let says = || at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| word.is_in(SHOWS));
        match (is(LOW_ON_METER), is(HIGH_ON_METER) || (is(&["high"]) && says())) {
            (true, _) => Some("lo"),
            (_, true) => Some("hi"),
            _ => None,
        }
    };
    if let [only] = words
        && only.is_in(&["lo"])
    {
        return Some((0, "lo"));
    }
    let named = |at: usize| words.get(at).and_then(Word::named);
    let is = |at: usize, list: &[&str]| is_at(words, at, list);
    let is_number = |at: usize| matches!(words.get(at), Some(Word::Number(_)));
    // "Sugar low 3.1", and not "sugar LO pulse 72" or "sugar LO 72 pulse".
    let has_number = |at: usize| {
        let next =
            (at + 1..words.len()).find(|next| is_number(*next) || named(*next).is_some_and(|other| other != Measure::Glucose));
        next.is_some_and(|next| is_number(next) && named(next + 1).is_none())
    };
    let before = |at: usize| {
        let at = if is(at.checked_sub(1)?, &["blood"]) { at.checked_sub(2)? } else { at.checked_sub(1)? };
        let is_denied = at.checked_sub(1).is_some_and(|before| is(before, DENIES));
        (is(at, LOW_ON_METER) && !is_denied).then_some("lo")
    };
    let mut sugars = (0..words.len()).filter(|at| named(*at) == Some(Measure::Glucose) && !has_number(*at));
    sugars.find_map(|at| {
        let goes_on = |at: usize| is(at, BEFORE_SHOWN) || is(at, SHOWS) || named(at) == Some(Measure::Glucose);
        let is_behind = |next: &usize| *next == at + 1 || goes_on(next - 1);
        let behind = (at + 1..=at + 3).take_while(is_behind).find_map(shown);
        behind.or_else(|| before(at)).map(|shown| (at, shown))
    })
}

/// What somebody feels who says this word, from 1 to 5.
fn feeling(words: &[Word], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let Word::Letters(word) = words.get(at)? else { return None };
    if word == "so" {
        return before.is_some_and(|before| before.is_in(&["so"])).then_some(3);
    }
    let place = MOODS.iter().position(|words| words.contains(&word.as_str()))? + 1;
    let strong = before.is_some_and(|before| before.is_in(&["very"]));
    Some(match place {
        2 if strong => 1,
        4 if strong => 5,
        place => place,
    })
}

/// Whether this is the pain of "chest pain" without a number of its own: a sign, and no measure.
fn is_of_the_chest(words: &[Word], at: usize) -> bool {
    let is_score = |word: &Word| matches!(word, Word::Number(number) if number.parse::<u8>().is_ok_and(|score| score <= 10));
    let chest = at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| word.is_in(&["chest"]));
    chest && words.get(at).is_some_and(|word| word.is_in(&["pain", "pains"])) && !words.get(at + 1).is_some_and(is_score)
}

/// A sign that a message names.
struct Named {
    /// As [`answer_of`] takes it.
    said: &'static str,
    /// The places of its words.
    at: Vec<usize>,
}

impl Named {
    /// Whether a word is one of it, or between two of them.
    fn covers(&self, at: usize) -> bool {
        self.at.first().is_some_and(|first| *first <= at) && self.at.last().is_some_and(|last| at <= *last)
    }

    /// Whether this is one of its own words, and no number stands between them, of which it might be said as well.
    fn is_said_with(&self, words: &[Word], at: usize) -> bool {
        let is_number = |at: usize| matches!(words.get(at), Some(Word::Number(_) | Word::Slash));
        let (Some(first), Some(last)) = (self.at.first().copied(), self.at.last().copied()) else { return false };
        self.at.contains(&at) && !(first..=last).any(is_number)
    }

    /// Whether this is its word for breathing, which then names no measure.
    fn names_breath(&self, words: &[Word], at: usize) -> bool {
        // "Breathing fast 28" is a number of breaths.
        self.said != KETONES
            && self.at.contains(&at)
            && words.get(at).is_some_and(|word| word.is_in(&["breath", "breathe", "breathing"]))
    }
}

/// The signs that these words name.
fn signs_in(words: &[Word]) -> Vec<Named> {
    (0..words.len()).filter_map(|at| sign_at(words, at)).collect()
}

/// The gravest sign that begins with this word; none whose own words say that it is not so: "chest not tight". To be short of breath after
/// exercise is one that no form asks about, so that no advice but whom to call is of it.
fn sign_at(words: &[Word], at: usize) -> Option<Named> {
    SIGNS.iter().find_map(|(parts, between, said)| {
        let places = places_of(words, at, parts, *between)?;
        let said = if is_after_exercise(words, &places) { "exerted" } else { *said };
        (!is_of_another_thing(words, &places)).then_some(Named { said, at: places })
    })
}

/// Whether the word at this place is one of these.
fn is_at(words: &[Word], at: usize, list: &[&str]) -> bool {
    words.get(at).is_some_and(|word| word.is_in(list))
}

/// Whether these are words of a sign that are of something else by what stands beside them: "rash decision", "cant talk to the nurse".
fn is_of_another_thing(words: &[Word], places: &[usize]) -> bool {
    let (Some(first), Some(last)) = (places.first().copied(), places.last().copied()) else { return false };
    let is = |at: usize, list: &[&str]| is_at(words, at, list);
    let next = |list: &[&str]| is(last + 1, list);
    let in_two = |list: &[&str]| next(list) || is(last + 2, list);
    let Some(Word::Letters(word)) = words.get(last) else { return false };
    match word.as_str() {
        "rash" => {
            let is_before = first.checked_sub(1).is_some_and(|before| is(before, &["nappy"]));
            is_before || next(&["decision", "decisions"]) || in_two(&["faded", "fades", "fading"])
        }
        "see" | "seeing" => next(NOT_SEEN),
        "speak" | "speaking" => is_to_somebody(words, last) || in_two(&["english"]),
        "talk" | "talking" => is_to_somebody(words, last) || is_busy(words, (first, last)),
        "wake" | "waking" => {
            let then = words.iter().skip(last + 1).find(|word| !word.is_in(UP_AT));
            then.is_some_and(|word| word.is_in(&["night", "till", "until"]))
        }
        "fit" => next(&["note", "notes"]) || (first == last && words.len() > 1),
        "attack" if is(first, &["heart"]) => !is_alone(words, (first, last)),
        "stroke" if first == last => !is_alone(words, (first, last)),
        "anaphylaxis" | "overdose" | "reaction" | "sepsis" => is_of_another_time(words, (first, last)),
        "blood" => next(&["glucose", "oxygen", "presure", "pressure", "sugar", "sugars", "test", "tests"]),
        "badly" | "heavily" => words.iter().any(|word| word.is_in(&["period", "periods"])),
        "dying" => next(&["for", "to"]),
        "faint" => next(&["line", "lines", "smell"]),
        "fitting" => next(&["better", "in", "into", "nicely", "well"]),
        "confused" => {
            let from = if next(&["about", "by", "with"]) { last + 2 } else { last + 1 };
            (is(from, &["how"]) && is(from + 1, &["to"])) || (from > last + 1 && is(from, &["these", "this", "which", "your"]))
        }
        _ => false,
    }
}

/// Whether it goes on with to whom nobody speaks.
fn is_to_somebody(words: &[Word], last: usize) -> bool {
    is_at(words, last + 1, &["to", "with"]) && is_at(words, last + 2, NOT_SPOKEN_TO)
}

/// Whether all of a message is that somebody is busy: "sorry cant talk now". With a reading or a word more it may be a sign.
fn is_busy(words: &[Word], (first, last): (usize, usize)) -> bool {
    let goes_on = is_at(words, last + 1, &["at", "im", "later", "now", "right", "today"]);
    goes_on && words.iter().enumerate().all(|(at, word)| (first..=last).contains(&at) || word.is_in(BUSY))
}

/// Whether what is named is where somebody goes about it, or of years ago: "sepsis clinic", "had sepsis in 2019". "2 hours ago" is none.
fn is_of_another_time(words: &[Word], (first, last): (usize, usize)) -> bool {
    let is = |at: usize, list: &[&str]| is_at(words, at, list);
    let is_year = |at: usize| {
        let year = |number: &String| number.len() == 4 && ["19", "20"].iter().any(|century| number.starts_with(century));
        matches!(words.get(at), Some(Word::Number(number)) if year(number))
    };
    let is_long_ago = || (last + 1..=last + 4).any(|at| is(at, LONG_AGO) && is(at + 1, &["ago", "back"]));
    let is_after = first.checked_sub(1).is_some_and(|before| is(before, &["after", "previous", "survived"]));
    is_after
        || is(last + 1, GONE_ABOUT)
        || (is(last + 1, &["in"]) && is_year(last + 2))
        || (is(last + 1, &["last"]) && is(last + 2, LONG_AGO))
        || is_long_ago()
}

/// Whether a message says no more than this and what was measured: "heart attack", and not "heart attack clinic on Monday".
fn is_alone(words: &[Word], (first, last): (usize, usize)) -> bool {
    let is_measured = |word: &Word| matches!(word, Word::Number(_)) || word.is_over() || word.named().is_some();
    let is_more = |at: usize, word: &Word| !(first..=last).contains(&at) && !word.is_in(CALLS) && !is_measured(word);
    !words.iter().enumerate().any(|(at, word)| is_more(at, word))
}

/// Whether these words say that somebody was short of breath after exercise, and not that they still are.
fn is_after_exercise(words: &[Word], places: &[usize]) -> bool {
    let Some(last) = places.last().copied() else { return false };
    let is = |at: usize, list: &[&str]| is_at(words, at, list);
    let can = |at: &usize| is(*at, CANNOT) || is(*at, &["no", "too"]);
    let what = words.iter().skip(last + 2).find(|word| !word.is_in(OF_EXERTION));
    is(last, &["breath", "breathless", "breathlessness"])
        && !places.iter().any(can)
        && is(last + 1, &["after", "from"])
        && what.is_some_and(|word| word.is_in(EXERTS))
        && !words.iter().any(|word| word.is_in(&["ago", "still"]))
}

/// The places of these words one behind another from this one on, with at most so many between two, none of which denies.
fn places_of(words: &[Word], at: usize, parts: &[&[&str]], between: usize) -> Option<Vec<usize>> {
    let (first, rest) = parts.split_first()?;
    words.get(at).filter(|word| word.is_in(first))?;
    let mut places = vec![at];
    for part in rest {
        let from = places.last()? + 1;
        let place = (from..=from + between).find(|place| words.get(*place).is_some_and(|word| word.is_in(part)))?;
        if words.get(from..place)?.iter().any(|word| word.is_in(DENIES)) {
            return None;
        }
        places.push(place);
    }
    Some(places)
}

/// These words without the signs that they say are not there: "no chest pain or numbness".
fn without_denied(mut words: Vec<Word>) -> Vec<Word> {
    let mut at = 0;
    while at < words.len() {
        match denied_until(&words, at) {
            Some(end) => drop(words.drain(at..end)),
            None => at += 1,
        }
    }
    words
}

/// Where what is denied from this word on ends. What only stands behind it, and is not joined to it, is not denied.
fn denied_until(words: &[Word], at: usize) -> Option<usize> {
    // "No pain, chest tight": what begins another sign is none of this one.
    let sign = |at: usize| {
        let last = *sign_at(words, at)?.at.last()?;
        // "No chest pain or tummy pain": what is a sign beside something else alone begins none.
        let is_other = sign_at(words, last).is_some_and(|next| ![KETONES, PREGNANT, BABY, LABOUR, HEAD].contains(&next.said));
        (last == at || !is_other).then_some(last)
    };
    let is = |at: usize, list: &[&str]| is_at(words, at, list);
    let what = |from: usize| {
        let mut open = (from..words.len()).take_while(|place| *place == from || is(place - 1, OF_DENIED));
        open.find_map(|place| sign(place).or_else(|| is(place, ILL).then_some(place))).map(|last| last + 1)
    };
    // "Not breathing" is a sign itself.
    let is_sign = || sign_at(words, at).is_some_and(|sign| sign.at.last() == Some(&(at + 1)));
    if !is(at, DENIES) || is_sign() {
        return None;
    }
    let mut end = what(at + 1)?;
    while let Some(more) = is(end, &["nor", "or"]).then(|| what(end + 1)).flatten() {
        end = more;
    }
    // "Never had chest pain like this" is said of one that is worse than any before.
    let is_worse = is(end, &["like"]) || (is(at, &["never"]) && is(end, &["before"]));
    (!is_worse).then_some(end)
}

/// The answer of this measure that is meant by what was said of how it was taken; none where it is not asked that. Being short of breath
/// and a tight chest are signs of asthma beside a peak flow, and for 999 beside a blood pressure, a pulse, an oxygen level, a breathing rate
/// or a temperature; what else hurts or is numb is so beside the first four; a rash or a stiff neck is beside a temperature, fainting
/// beside a pulse, and who is exhausted beside a peak flow (NICE NG136, 1.5; NHS, Asthma attacks; Heart palpitations; Shortness of breath;
/// Sepsis; Meningitis).
fn answer_of(measure: Measure, field: &str, said: &str) -> Option<&'static str> {
    let answer = match (measure, said) {
        (Measure::PeakFlow, "breath" | TIGHT_CHEST) => "wheeze",
        (
            Measure::BloodPressure | Measure::Pulse | Measure::Oxygen | Measure::Breathing,
            "breath" | "harm" | ATTACK | TIGHT_CHEST,
        )
        | (Measure::Temperature, "breath" | "fever" | TIGHT_CHEST)
        | (Measure::Pulse, "faint")
        | (Measure::PeakFlow, "spent") => "yes",
        _ => said,
    };
    let setting = measure.settings().iter().find(|setting| setting.field == field)?;
    setting.answers.iter().find(|(code, _)| *code == answer).map(|(code, _)| *code)
}

/// Adds a sign to what was said of a reading. There can be several: the gravest counts.
fn see(settings: &mut Vec<(&'static str, &'static str)>, answer: &'static str) {
    match settings.iter_mut().find(|(field, _)| *field == "signs") {
        Some((_, other)) if answer == "yes" || (answer == KETONES && *other != "yes") => *other = answer,
        Some(_) => {}
        None => settings.push(("signs", answer)),
    }
}

/// How it was taken, where that takes more than this one word to say.
fn setting(words: &[Word], at: usize) -> Option<(&'static str, &'static str)> {
    let beside = |list: &[&str]| {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        [before, words.get(at + 1)].into_iter().flatten().any(|word| word.is_in(list))
    };
    let word = words.get(at)?;
    if word.is_or_resembles("before") {
        let what = words.iter().skip(at + 1).find(|word| !word.is_in(OF_MEALS))?;
        return match what {
            meal if MEALS.iter().any(|name| meal.is_or_resembles(name)) => Some(("meal", "before")),
            bed if bed.is_in(&["bed", "bedtime"]) => Some(("meal", "bedtime")),
            _ => None,
        };
    }
    let is_fasted = word.is_in(&["fasted", "fasting"]) || (word.is_in(&["empty"]) && beside(&["stomach"]));
    if is_fasted {
        // Who says both fasted since the night.
        let woke = words.iter().any(|word| word.is_in(&["waking", "woke"]));
        return Some(("meal", if woke { "waking" } else { "before" }));
    }
    if word.is_in(&[LONG_AFTER]) {
        return Some(("meal", "after"));
    }
    match (word.is_in(&["left"]), word.is_in(&["right"])) {
        (true, _) if beside(&["arm"]) => Some(("arm", "left")),
        (_, true) if beside(&["arm"]) => Some(("arm", "right")),
        _ => None,
    }
}

#[derive(Default)]
struct Found {
    of: Vec<Measure>,
    numbers: Vec<Numbers>,
    /// Each with its place.
    settings: Vec<(usize, &'static str, &'static str)>,
    feelings: Vec<usize>,
    /// A number has a unit that is not known, or not whole.
    is_unclear: bool,
    /// There is pain in the chest, which may be what a number is of that has no other name.
    has_chest_pain: bool,
}

#[derive(Default)]
struct Numbers {
    said: Vec<String>,
    units: Vec<&'static str>,
    pair: bool,
    /// The place of its first and of its last.
    at: (usize, usize),
}

impl Found {
    fn of(words: &[Word]) -> Self {
        Self::without(words, &[])
    }

    /// The same where the words at these places name no measure.
    fn without(words: &[Word], unnamed: &[usize]) -> Self {
        let (mut found, signs) = (Self::default(), signs_in(words));
        for (at, word) in words.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| words.get(before));
            match word {
                Word::Number(number) => {
                    let and = before.is_some_and(|word| word.is_in(&["and"]));
                    let unit = at.checked_sub(if and { 2 } else { 1 }).and_then(|before| words.get(before)).and_then(Word::unit);
                    found.number((at, number), before.is_some_and(Word::is_over), unit);
                }
                Word::Letters(word) => {
                    found.feelings.extend(feeling(words, at));
                    found.settings.extend(setting(words, at).map(|(field, answer)| (at, field, answer)));
                    let begun = signs.iter().filter(|sign| sign.at.first() == Some(&at));
                    found.settings.extend(begun.map(|sign| (at, "signs", sign.said)));
                    let behind = matches!(before, Some(Word::Number(_)));
                    if is_of_the_chest(words, at) {
                        found.has_chest_pain = true;
                    } else if !unnamed.contains(&at) && !signs.iter().any(|sign| sign.names_breath(words, at)) {
                        found.word((at, word), behind);
                    }
                }
                Word::Slash => {}
            }
        }
        found
    }

    fn word(&mut self, (at, word): (usize, &str), behind_number: bool) {
        match meaning(word, self.of.last() == Some(&Measure::Sleep)) {
            Meaning::Of(measure) if self.of.last() != Some(&measure) || self.numbers.len() >= self.of.len() => {
                self.of.push(measure)
            }
            Meaning::In(unit) => self.unit(unit),
            Meaning::Small(unit) => {
                let whole = self.numbers.last().is_some_and(|last| last.said.len() == 2 && last.units == [unit]);
                // "Pain 4 in my knee": of a height it is a unit, and else a place.
                let place = word == "in" && !self.of.contains(&Measure::Height);
                self.is_unclear |= behind_number && !whole && !place;
            }
            Meaning::How(field, answer) => self.settings.push((at, field, answer)),
            Meaning::Nothing if behind_number => {
                // A word of a script behind Latin, Greek and Cyrillic is no unit of ours: it says no more than an emoji.
                let known = is_known(word) || SHORT.contains(&word) || word.chars().all(|letter| letter >= '\u{530}');
                self.is_unclear |= OTHER_UNITS.contains(&word) || (word.chars().count() <= 2 && !known);
            }
            _ => {}
        }
    }

    fn number(&mut self, (at, number): (usize, &str), over: bool, behind: Option<&str>) {
        match self.numbers.last_mut() {
            Some(last) if over && last.said.len() == 1 => {
                last.said.push(number.to_owned());
                (last.pair, last.at.1) = (true, at);
            }
            // "12 st 4", "5 ft 10": what follows a unit that is written with two numbers is its second.
            Some(last) if last.said.len() == 1 && matches!(behind, Some("[lb_av]" | "[in_i]")) => {
                last.said.push(number.to_owned());
                last.at.1 = at;
            }
            _ => self.numbers.push(Numbers { said: vec![number.to_owned()], at: (at, at), ..Numbers::default() }),
        }
    }

    fn unit(&mut self, unit: &'static str) {
        if let Some(last) = self.numbers.last_mut()
            && last.units.last() != Some(&unit)
        {
            last.units.push(unit);
        }
    }

    /// What they feel, where all that they say of it is the same.
    fn mood(&self) -> Option<usize> {
        let (first, rest) = self.feelings.split_first()?;
        rest.iter().all(|other| other == first).then_some(*first)
    }

    fn told(mut self) -> Result<Vec<TextedReading>, TextedError> {
        if let (Some(mood), [], [Measure::Mood]) = (self.mood(), self.numbers.as_slice(), self.of.as_slice()) {
            self.number((0, &mood.to_string()), false, None);
        }
        if self.numbers.is_empty() {
            let felt = !self.feelings.is_empty() && self.of.contains(&Measure::Mood);
            return Err(if felt { TextedError::OfWhat } else { TextedError::NoNumber });
        }
        if self.numbers.len() > MOST {
            return Err(TextedError::TooMany);
        }
        let best_of = self.take_best_blow();
        let scales: Vec<Option<Measure>> = self.numbers.iter_mut().map(Numbers::take_scale).collect();
        if self.numbers.len() > 1 && self.numbers.iter().any(Numbers::is_like_a_date) {
            return Err(TextedError::Date);
        }
        // What the numbers themselves say comes first; the others have the names that are left, in their order.
        let mut of: Vec<Option<Measure>> = self.numbers.iter().map(Numbers::measure).collect();
        for certain in of.iter().flatten() {
            if let Some(place) = self.of.iter().position(|named| named == certain) {
                self.of.remove(place);
            }
        }
        let open = of.iter().filter(|measure| measure.is_none()).count();
        if self.has_chest_pain && self.of.is_empty() && open == 1 {
            self.of.push(Measure::Pain);
        }
        // "Steps 12000 steps" names one thing twice.
        if open == 1
            && let [first, second] = self.of.as_slice()
            && first == second
        {
            self.of.truncate(1);
        }
        if open != self.of.len() {
            let is_two_of_weight = self.of == [Measure::Weight] && Numbers::are_as_stones(&self.numbers);
            return Err(if is_two_of_weight { TextedError::WhichWeight } else { TextedError::OfWhat });
        }
        let mut names = self.of.iter();
        for measure in of.iter_mut().filter(|measure| measure.is_none()) {
            *measure = names.next().copied();
        }
        let measures: Vec<Measure> = of.into_iter().flatten().collect();
        // "80kg 12st" is one weight twice, and the two may not be the same.
        if measures.iter().filter(|measure| **measure == Measure::Weight).count() > 1 {
            return Err(TextedError::WhichWeight);
        }
        let settings = self.settings_of(&measures)?;
        let unasked = self.has_unasked_sign(&measures);
        let mut told = Vec::new();
        for (((numbers, measure), scale), settings) in self.numbers.into_iter().zip(measures).zip(scales).zip(settings) {
            let unit = match numbers.units.as_slice() {
                [] => "",
                [unit] => unit,
                _ => return Err(TextedError::OfWhat),
            };
            let own = |ucum: &str| measure.unit_of(ucum).is_some();
            // A unit that the measure has not, and numbers that do not fit it, are another thing than what was named.
            let fits = (unit.is_empty() || own(unit)) && numbers.pair == (measure.parts().len() == 2);
            let felt = |feeling: &usize| numbers.said == [feeling.to_string()];
            let is_one = measure != Measure::Mood || self.feelings.iter().all(felt);
            let is_half = measure.parts().len() == 2 && numbers.said.len() == 1 && scale.is_none();
            if is_half && (unit.is_empty() || own(unit)) {
                return Err(TextedError::OneOfTwo);
            }
            if !fits || !is_one || scale.is_some_and(|scale| scale != measure) {
                return Err(TextedError::OfWhat);
            }
            let said = if numbers.pair { numbers.said } else { vec![numbers.said.join(" ")] };
            told.push(TextedReading { settings, unasked, best_of, ..TextedReading::of(measure, said, unit) });
        }
        Ok(told)
    }

    /// Of three blows of one peak flow keeps the best, as the form does, and says how many there were; else changes nothing.
    fn take_best_blow(&mut self) -> usize {
        let is_blow = |one: &Numbers| one.said.len() == 1 && matches!(one.units.as_slice(), [] | ["L/min"]);
        let blow = |one: &Numbers| one.said.first()?.parse::<u16>().ok().filter(|blow| (50..=900).contains(blow));
        let is_one_behind_another = self.numbers.windows(2).all(|two| match two {
            [one, next] => next.at.0.saturating_sub(one.at.1) <= 2,
            _ => true,
        });
        let blows: Option<Vec<u16>> = self.numbers.iter().filter(|one| is_blow(one)).map(blow).collect();
        let Some([first, second, third]) = blows.as_deref() else { return 0 };
        if self.of != [Measure::PeakFlow] || self.numbers.len() != 3 || !is_one_behind_another {
            return 0;
        }
        let best = first.max(second).max(third).to_string();
        self.numbers.retain(|one| one.said == [best.as_str()]);
        self.numbers.truncate(1);
        3
    }

    /// Whether somebody named a sign that none of these asks about.
    fn has_unasked_sign(&self, measures: &[Measure]) -> bool {
        let mut signs = self.settings.iter().filter(|(_, field, _)| *field == "signs");
        signs.any(|(_, field, said)| measures.iter().all(|measure| answer_of(*measure, field, said).is_none()))
    }

    /// What was said of how each was taken: each belongs to the nearest number of what it can be said of, and a sign, which is of the
    /// person, to every one. Nobody can have taken one in two ways.
    fn settings_of(&self, measures: &[Measure]) -> Result<Vec<Vec<(&'static str, &'static str)>>, TextedError> {
        let mut of: Vec<Vec<(&'static str, &'static str)>> = vec![Vec::new(); measures.len()];
        for (at, field, said) in &self.settings {
            let far = |numbers: &Numbers| at.abs_diff(numbers.at.0).min(at.abs_diff(numbers.at.1));
            let all = self.numbers.iter().zip(measures).zip(&mut of);
            let all = all
                .filter_map(|((numbers, measure), settings)| Some((far(numbers), answer_of(*measure, field, said)?, settings)));
            if *field == "signs" {
                all.for_each(|(_, answer, settings)| see(settings, answer));
                continue;
            }
            let Some((_, answer, settings)) = all.min_by_key(|(far, ..)| *far) else { continue };
            match settings.iter().find(|(there, _)| there == field) {
                Some((_, other)) if *other != answer => return Err(TextedError::OfWhat),
                Some(_) => {}
                None => settings.push((*field, answer)),
            }
        }
        Ok(of)
    }
}

impl Numbers {
    /// Whether these are two numbers one right behind the other without a unit, of which the second can be pounds behind stones.
    fn are_as_stones(all: &[Self]) -> bool {
        let [first, second] = all else { return false };
        let is_pounds = second.said.iter().all(|said| is_below(said, 14));
        let are_plain = [first, second].iter().all(|one| one.said.len() == 1 && one.units.is_empty());
        are_plain && is_pounds && first.at.1 + 1 == second.at.0
    }

    /// Whether it is a day and a month, which no pressure can be: "31/02".
    fn is_like_a_date(&self) -> bool {
        matches!(self.said.as_slice(), [day, month] if self.pair && is_date(day, month))
    }

    /// "4/10" is a score, which no pressure can be: then of what, and it becomes one number.
    fn take_scale(&mut self) -> Option<Measure> {
        let [score, most] = self.said.as_slice() else { return None };
        let (measure, most) = match most.as_str() {
            "10" => (Measure::Pain, 10),
            "5" => (Measure::Mood, 5),
            _ => return None,
        };
        if !self.pair || !score.parse::<u8>().is_ok_and(|score| score <= most) {
            return None;
        }
        self.said.truncate(1);
        self.pair = false;
        Some(measure)
    }

    /// What they are of, where they say so by themselves: two with a slash are a blood pressure, and a unit that only one thing has
    /// is enough.
    fn measure(&self) -> Option<Measure> {
        if self.pair {
            return Some(Measure::BloodPressure);
        }
        let [unit] = self.units.as_slice() else { return None };
        // Hours are of sleep or exercise, and a minute's beats or breaths are written alike.
        let mut of = Measure::ALL.iter().filter(|measure| measure.unit_of(unit).is_some());
        let only = of.next().copied();
        if of.next().is_some() { None } else { only }
    }
}

fn meaning(word: &str, after_sleep: bool) -> Meaning {
    // "hr" is a pulse, and behind a time asleep it is an hour.
    if let Some((_, unit)) = UNITS.iter().find(|(name, _)| *name == word).filter(|_| word != "hr" || after_sleep) {
        return Meaning::In(unit);
    }
    if let Some((_, unit)) = SMALL_UNITS.iter().find(|(name, _)| *name == word) {
        return Meaning::Small(unit);
    }
    if let Some((_, measure)) = names().find(|(name, _)| *name == word) {
        return Meaning::Of(measure);
    }
    if let Some((_, field, answer)) = SETTINGS.iter().find(|(name, ..)| *name == word) {
        return Meaning::How(field, answer);
    }
    // "Breath" is also a slip for what names a breathing rate.
    if word != "breath" && SIGNS.iter().any(|(parts, ..)| parts.iter().any(|part| part.contains(&word))) {
        return Meaning::Nothing;
    }
    let mut close = names().filter(|(name, _)| !is_known(word) && resembles(word, name)).map(|(_, measure)| measure);
    match close.next() {
        // As close to two things as this is it neither.
        Some(measure) if close.all(|other| other == measure) => Meaning::Of(measure),
        _ => Meaning::Nothing,
    }
}

/// Whether it is a word of its own, and no slip for another.
fn is_known(word: &str) -> bool {
    let lists = [NOTHING, MEALS, OF_MEALS, CORRECTS, TURNS, OTHER_TIMES, OF_THE_MIND];
    lists.iter().chain(&MOODS).any(|words| words.contains(&word))
}

/// Whether somebody who meant this name may have written that word: one slip, or two in a long one, and the first letter right.
fn resembles(word: &str, name: &str) -> bool {
    let (long, first) = (name.len(), |text: &str| text.chars().next());
    if long < 5 || word.len() < 4 || first(word) != first(name) {
        return false;
    }
    osa_distance(word, name) <= if long >= 8 { 2 } else { 1 }
}

/// A message without the time by the clock of its readings, that time, and whether it stood at the beginning or at the end. It stands
/// there, behind "at", or behind a number, its unit or the name of a measure, and no meal follows it; "sugar 7 am" may be a sugar of 7,
/// "ran 1:30" may be anything, and a clock behind a unit or a name ("45 min 1:15") is one only with "at" or the half of the day.
fn without_its_time(text: &str) -> Option<(String, SaidTime, bool)> {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let bare =
        |at: usize| pieces.get(at).map(|piece| piece.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase());
    let half = |word: &str| match word {
        "am" => Some(0),
        "pm" => Some(12 * 60),
        _ => None,
    };
    let time = |at: usize| {
        let piece = bare(at)?;
        let behind = bare(at + 1).and_then(|next| half(&next));
        let ends = ["am", "pm"].into_iter().find_map(|end| Some((piece.strip_suffix(end)?, half(end))));
        let (clock, half, many) = match ends {
            Some((clock, half)) => (clock, half, 1),
            None if behind.is_some() => (piece.as_str(), behind, 2),
            None => (piece.as_str(), None, 1),
        };
        Some((SaidTime::parse(clock, half)?, half.is_some(), many))
    };
    let (first, (said, has_half, many)) = (0..pieces.len()).find_map(|at| Some((at, time(at)?)))?;
    let has_at = first.checked_sub(1).and_then(bare).is_some_and(|word| word == "at");
    let from = if has_at { first - 1 } else { first };
    let is_last = first + many == pieces.len();
    // The half of the day that stands apart from its hour, and a clock without one, may be something else in the middle.
    let is_clear = has_at || from == 0 || (many == 1 && (has_half || is_last));
    let anchor = from.checked_sub(1).and_then(bare).map(|before| letters_and_numbers(&before));
    let is_of_reading = anchor.is_none_or(|words| match words.last() {
        Some(Word::Letters(letters)) => {
            let is_measured = matches!(meaning(letters, false), Meaning::In(_) | Meaning::Small(_) | Meaning::Of(_));
            // "Before breakfast 7.30am" was measured then, or just before.
            let is_before = from.checked_sub(2).and_then(bare).is_some_and(|word| word == "before");
            let is_before_meal = is_before && is_last && MEALS.contains(&letters.as_str());
            letters == "arm" || ((is_measured || is_before_meal) && (has_at || has_half))
        }
        Some(Word::Number(_)) => true,
        Some(Word::Slash) | None => false,
    });
    let is_of_meal = bare(first + many).is_some_and(|next| MEALS.contains(&next.as_str()));
    let rest = pieces.iter().take(from).chain(pieces.iter().skip(first + many)).copied().collect::<Vec<_>>().join(" ");
    (is_clear && is_of_reading && !is_of_meal).then_some((rest, said, from == 0 || is_last))
}

/// A message without the one "yesterday" that stands right beside its time by the clock, so that it is said of that: "yesterday at 9pm",
/// "8am yesterday".
fn without_yesterday(text: &str) -> Option<String> {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let bare =
        |at: usize| pieces.get(at).map(|piece| piece.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase());
    let is_clock = |at: usize| {
        bare(at).is_some_and(|piece| {
            let is_half = |half: &&str| piece.strip_suffix(*half).is_some_and(|hour| hour.is_empty() || is_hour(hour));
            ["am", "pm"].iter().any(is_half) || is_by_colon(&piece)
        })
    };
    // "9 pm" is two.
    let begins = |at: usize| is_clock(at) || (bare(at).is_some_and(|piece| is_hour(&piece)) && is_clock(at + 1));
    let mut days = (0..pieces.len()).filter(|at| bare(*at).is_some_and(|piece| piece == "yesterday"));
    let (day, None) = (days.next()?, days.next()) else { return None };
    let next = if bare(day + 1).is_some_and(|piece| piece == "at") { day + 2 } else { day + 1 };
    let is_beside = begins(next) || day.checked_sub(1).is_some_and(is_clock);
    let rest = || pieces.iter().take(day).chain(pieces.iter().skip(day + 1)).copied().collect::<Vec<_>>().join(" ");
    is_beside.then(rest)
}

/// Whether every word is one that means something here, so that the time cannot be that of what another one says.
fn are_all_known(words: &[Word]) -> bool {
    let signs = signs_in(words);
    words.iter().enumerate().all(|(at, word)| match word {
        Word::Letters(letters) => {
            let means = is_known(letters) || letters == "over" || meaning(letters, false) != Meaning::Nothing;
            means || setting(words, at).is_some() || signs.iter().any(|sign| sign.covers(at)) || feeling(words, at).is_some()
        }
        Word::Number(_) | Word::Slash => true,
    })
}

/// Whether a message says a time by the clock, such as "8am" or "8:30".
fn says_a_time(text: &str, words: &[Word]) -> bool {
    let of_half = |pair: &[Word]| match pair {
        [Word::Number(number), half] => is_hour(number) && half.is_in(&["am", "pm"]),
        _ => false,
    };
    words.windows(2).any(of_half) || text.split_whitespace().any(is_by_colon)
}

/// The words of a message without the times by the clock that it says, whose numbers are those of no reading.
fn words_without_times(text: &str) -> Vec<Word> {
    let piece = |piece: &str| {
        if is_by_colon(piece) { piece.replace(|letter: char| letter.is_ascii_digit(), " ") } else { piece.to_owned() }
    };
    let line = |line: &str| line.split_whitespace().map(piece).collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = text.lines().map(line).collect();
    let mut words = words(&lines.join("\n"));
    let time = |words: &[Word]| (0..words.len()).find(|at| is_time_of_half(words, *at));
    while let Some(at) = time(&words) {
        words.drain(at..at + 2);
    }
    words
}

/// Whether "8am" or "8.30 pm" begins here. In "sugar 3 am shaky" no other number is that of the sugar.
fn is_time_of_half(words: &[Word], at: usize) -> bool {
    let Some([Word::Number(number), half, behind @ ..]) = words.get(at..) else { return false };
    let mut before = words.iter().take(at).rev().take_while(|word| !matches!(word, Word::Number(_)));
    let is_named = before.any(|word| word.named().is_some());
    let has_other = behind.iter().take_while(|word| word.named().is_none()).any(|word| matches!(word, Word::Number(_)));
    is_hour(number) && (half.is_in(&["pm"]) || (half.is_in(&["am"]) && (has_other || !is_named)))
}

/// Whether it is an hour of half a day, with its minutes or without: "8", "8.30".
fn is_hour(number: &str) -> bool {
    match number.split_once(['.', ',']) {
        None => is_below(number, 13),
        Some((hour, minutes)) => is_below(hour, 13) && minutes.len() == 2 && is_below(minutes, 60),
    }
}

/// Whether it is a time such as "8:30", with letters before or behind it. The 2 of "o2:58" is no hour.
fn is_by_colon(piece: &str) -> bool {
    let clock = piece.trim_matches(|letter: char| !letter.is_ascii_digit()).split_once(':');
    let is_oxygen = piece.to_lowercase().contains("o2:");
    !is_oxygen && clock.is_some_and(|(hour, minutes)| is_below(hour, 24) && minutes.len() == 2 && is_below(minutes, 60))
}

/// Whether these two numbers with a slash can be a day and a month.
fn is_date(day: &str, month: &str) -> bool {
    is_below(day, 32) && is_below(month, 13)
}

/// Whether it is a number of one or two digits below this one.
fn is_below(number: &str, most: u8) -> bool {
    number.len() <= 2 && number.parse::<u8>().is_ok_and(|number| number < most)
}

/// Whether "2 hours after eating" begins here, or more hours, in a message of a blood sugar that has another number for it.
fn is_long_after_a_meal(words: &[Word], at: usize) -> bool {
    let Some([Word::Number(number), hours, after, what @ ..]) = words.get(at..) else { return false };
    let whole = number.split(['.', ',']).next().and_then(|whole| whole.parse::<u8>().ok());
    let is_sugar = |word: &Word| word.named() == Some(Measure::Glucose) || matches!(word.unit(), Some("mmol/L" | "mg/dL"));
    let numbers = words.iter().filter(|word| matches!(word, Word::Number(_))).count();
    // "Sugar 2 hours after eating" may be a sugar of 2.
    let is_named = at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| word.named().is_some());
    whole.is_some_and(|hours| hours >= 2)
        && hours.unit() == Some("h")
        && after.is_in(&["after"])
        && what.iter().find(|word| !word.is_in(OF_MEALS)).is_some_and(|word| word.is_in(MEALS))
        && numbers > 1
        && !is_named
        && words.iter().any(is_sugar)
}

/// The words of a message, without its greeting and the signs of which it says that they are not there.
fn words(text: &str) -> Vec<Word> {
    without_denied(all_words(text))
}

/// The same with those signs; "4 out of 10" is "4/10".
fn all_words(text: &str) -> Vec<Word> {
    let mut words = letters_and_numbers(text);
    if let [first, second, ..] = words.as_slice()
        && first.is_in(&["good"])
        && second.is_in(&["morning", "afternoon", "evening", "day", "night"])
    {
        words.drain(..2);
    }
    // "Out of breath" is no score.
    let is_score = |three: &[Word]| matches!(three, [out, of, Word::Number(_)] if out.is_in(&["out"]) && of.is_in(&["of"]));
    let place = |words: &[Word]| words.windows(3).position(is_score);
    while let Some(at) = place(&words) {
        words.splice(at..at + 2, [Word::Slash]);
    }
    let long_after = |words: &[Word]| (0..words.len()).find(|at| is_long_after_a_meal(words, *at));
    while let Some(at) = long_after(&words) {
        words.splice(at..at + 3, [Word::Letters(LONG_AFTER.to_owned())]);
    }
    words
}

/// A text in which "300,310,320" is "300 310 320": three blows, and no number of millions.
fn with_blows_apart(text: &str) -> String {
    let piece = |piece: &str| {
        let bare = piece.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let numbers: Vec<&str> = bare.split(',').collect();
        let is_three = |number: &&str| number.len() == 3 && number.bytes().all(|letter| letter.is_ascii_digit());
        if numbers.len() == 3 && numbers.iter().all(is_three) { piece.replace(',', " ") } else { piece.to_owned() }
    };
    text.split_inclusive(char::is_whitespace).map(piece).collect()
}

fn letters_and_numbers(text: &str) -> Vec<Word> {
    let text = with_blows_apart(text);
    let mut words = Vec::new();
    let mut letters = text.chars().take(LONGEST).flat_map(char::to_lowercase).peekable();
    while let Some(letter) = letters.next() {
        let mut word = letter.to_string();
        if letter.is_ascii_digit() {
            while let Some(next) = letters.peek().copied() {
                let more = next.is_ascii_digit() || (matches!(next, '.' | ',') && !word.contains(['.', ',']));
                if !more {
                    break;
                }
                word.push(next);
                letters.next();
            }
            // A full stop or comma behind a number ends what was said.
            let number = word.trim_end_matches(['.', ',']);
            words.push(Word::Number(number.to_owned()));
        } else if letter.is_alphabetic() || letter == '%' {
            // "mmol/l" and "spo2" are words, "bp142" is two.
            let has_digit = |word: &str| ["hba1c", "spo2", "o2"].iter().any(|name| name.starts_with(word) && *name != word);
            while let Some(next) = letters.peek().copied() {
                let mut with = word.clone();
                with.push(next);
                let inside = next.is_alphabetic()
                    || matches!(next, '\'' | '\u{2019}')
                    || (next.is_ascii_digit()
                        && has_digit(&word)
                        && ["hba1c", "spo2", "o2"].iter().any(|name| name.starts_with(&with)))
                    || (next == '/' && matches!(word.as_str(), "mmol" | "mg" | "l"));
                if !inside {
                    break;
                }
                if !matches!(next, '\'' | '\u{2019}') {
                    word.push(next);
                }
                letters.next();
            }
            // "No, chest pain" and "no - chest pain" deny what was before, and so does a line that ends with it.
            let ends = |next: char| {
                matches!(next, ',' | '.' | ';' | ':' | '!' | '?' | '-' | '\u{2013}' | '\u{2014}' | '\u{2026}' | '\n' | '\r')
            };
            if word == "no" && letters.clone().find(|next| !matches!(next, ' ' | '\t' | '\u{a0}')).is_some_and(ends) {
                "nope".clone_into(&mut word);
            }
            words.push(Word::Letters(word));
        } else if matches!(letter, '/' | '\\' | '|') {
            words.push(Word::Slash);
        } else if matches!(letter, '\'' | '\u{2019}' | '\u{2032}') && matches!(words.last(), Some(Word::Number(_))) {
            // 5'10
            words.push(Word::Letters("ft".to_owned()));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Amount;
    use proptest::prelude::*;

    /// "blood-pressure 142/88", "weight 12 4 [lb_av]", "blood-glucose 7.2 meal=before".
    fn said(text: &str) -> String {
        let one = |reading: &TextedReading| {
            let mut said = format!("{} {}", reading.measure.code(), reading.numbers.join("/"));
            for more in std::iter::once(reading.unit.to_owned())
                .chain(reading.settings.iter().map(|(field, answer)| format!("{field}={answer}")))
            {
                if !more.is_empty() {
                    said = format!("{said} {more}");
                }
            }
            said
        };
        match understand(text) {
            Ok(Texted::Readings(readings)) => readings.iter().map(one).collect::<Vec<_>>().join(", "),
            Ok(Texted::ReadingsAt(readings, time)) => {
                format!("{} at {}", readings.iter().map(one).collect::<Vec<_>>().join(", "), time.in_words())
            }
            Ok(Texted::Wrong) => "wrong".to_owned(),
            Ok(Texted::Help) => "help".to_owned(),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn messages_are_understood_as_they_are_meant() {
        let table = [
            ("BP 142/88", "blood-pressure 142/88"),
            ("142/88", "blood-pressure 142/88"),
            ("142/88 bp", "blood-pressure 142/88"),
            ("My blood pressure is 142 over 88, left arm", "blood-pressure 142/88 arm=left"),
            ("Good morning! BP 142/88", "blood-pressure 142/88"),
            ("bp142/88", "blood-pressure 142/88"),
            ("blood presure 142 / 88", "blood-pressure 142/88"),
            ("BP 142/88, pulse 72.", "blood-pressure 142/88, pulse 72"),
            ("142/88 BP 72 pulse", "blood-pressure 142/88, pulse 72"),
            ("pulse 72 bp 142/88", "pulse 72, blood-pressure 142/88"),
            ("sugar 7.2 before tea", "blood-glucose 7.2 meal=before"),
            ("7,2 suger", "blood-glucose 7,2"),
            ("Blood sugar 9 after breakfast", "blood-glucose 9"),
            ("glucose 130 mg/dl", "blood-glucose 130 mg/dL"),
            ("7.2 mmol/L", "blood-glucose 7.2 mmol/L"),
            ("hba1c 48 mmol/mol", "hba1c 48 mmol/mol"),
            ("HbA1c 6.5%", "hba1c 6.5 %"),
            ("wieght 12st 4lb", "weight 12 4 [lb_av]"),
            ("12 stone", "weight 12 [lb_av]"),
            ("Weight 78.4kg", "weight 78.4 kg"),
            ("78.4 kilos", "weight 78.4 kg"),
            ("height 5'10", "height 5 10 [in_i]"),
            ("peak flow 420", "peak-flow 420"),
            ("PEF 430", "peak-flow 430"),
            ("peak flow 300,310,320", "peak-flow 320"),
            ("peak flow 300 330 320", "peak-flow 330"),
            ("300, 310 and 290 peak flow", "peak-flow 310"),
            ("peak flow 300 310", "OfWhat"),
            ("peak flow 300 310 72 wheezy 320", "OfWhat"),
            ("pefr: 430", "peak-flow 430"),
            ("sats 97%", "oxygen 97 %"),
            ("O2 97", "oxygen 97"),
            ("spo2 97 hr 80", "oxygen 97, pulse 80"),
            ("tempreture 37.5 c", "temperature 37.5 Cel"),
            ("temp 99.1f", "temperature 99.1 [degF]"),
            ("steps 8000", "steps 8000"),
            ("steps 12000 steps", "steps 12000"),
            ("7 sugar 8 sugar pulse", "OfWhat"),
            ("slept 7 hrs", "sleep 7 h"),
            ("slept 7 hr", "sleep 7 h"),
            ("pain 4", "pain 4"),
            ("mood good", "mood 4"),
            ("Mood: very low", "mood 1"),
            ("mood 3", "mood 3"),
            ("2 units of alcohol", "alcohol 2 {units}"),
            ("Wrong", "wrong"),
            ("wrong!", "wrong"),
            ("HELP", "help"),
            ("pain 4 in my knee", "pain 4"),
            ("pain 4/10", "pain 4"),
            ("4/10 pain", "pain 4"),
            ("pain is 4 out of 10", "pain 4"),
            ("mood 2/5", "mood 2"),
            ("pain 4/10 bp 142/88", "pain 4, blood-pressure 142/88"),
            ("8,000 steps", "steps 8,000"),
            ("height 5ft 10in", "height 5 10 [in_i]"),
            ("12 stone and 4 pounds", "weight 12 4 [lb_av]"),
            ("weight 12 stone in my clothes", "weight 12 [lb_av]"),
            ("weight 12 stone sugar 7", "weight 12 [lb_av], blood-glucose 7"),
            ("mood so so", "mood 3"),
            ("mood very very low", "mood 1"),
            ("slept 7 hours last night", "sleep 7 h"),
            ("BP 142/88 xx", "blood-pressure 142/88"),
            // How something was taken is said of the nearest.
            ("sugar 7.2 before lunch sugar 9.1 after", "blood-glucose 7.2 meal=before, blood-glucose 9.1"),
            ("sugar 7.2 before bed", "blood-glucose 7.2 meal=bedtime"),
            ("7.2 suger befor breakfast", "blood-glucose 7.2 meal=before"),
            ("sugar 7.2 bfore my brekfast", "blood-glucose 7.2 meal=before"),
            ("sugar 7.2 befor bed", "blood-glucose 7.2 meal=bedtime"),
            ("sugar 7.2 before breathing", "OfWhat"),
            // What is seen is said of what it can be a sign of, and the gravest counts.
            ("sugar 3.2 shaky and sweaty", "blood-glucose 3.2 signs=shaky"),
            ("sugar 3.2 shaky and confused", "blood-glucose 3.2 signs=yes"),
            ("confused sugar 3.2 shaky", "blood-glucose 3.2 signs=yes"),
            ("sugar 3.2 wheezy", "blood-glucose 3.2"),
            ("sugar 3.2 not confused", "blood-glucose 3.2"),
            ("peak flow 200 wheezing", "peak-flow 200 signs=wheeze"),
            ("peak flow 200 drowsy", "peak-flow 200 signs=yes"),
            ("BP 142/88 confused", "blood-pressure 142/88 signs=yes"),
            ("weight 78 kg confused", "weight 78 kg"),
            // A sign is of the person, and so of every number that can have it.
            ("confused BP 150/90 sugar 2.1", "blood-pressure 150/90 signs=yes, blood-glucose 2.1 signs=yes"),
            ("BP 150/90 peak flow 300 breathless", "blood-pressure 150/90 signs=yes, peak-flow 300 signs=wheeze"),
            ("BP 150/90 left arm sugar 2.1 shaky", "blood-pressure 150/90 arm=left, blood-glucose 2.1 signs=shaky"),
            ("sugar 2.1 unable to swallow", "blood-glucose 2.1 signs=yes"),
            // What somebody cannot do is a sign, and the number beside it is one that was measured.
            ("bp 195/126 cant speak", "blood-pressure 195/126 signs=yes"),
            ("oxygen 85 can't breathe", "oxygen 85 signs=yes"),
            ("peak flow 150 cant speak", "peak-flow 150 signs=yes"),
            ("not breathing pulse 90", "pulse 90 signs=yes"),
            ("cant do BP 142/88 cant speak", "OfWhat"),
            ("sugar not 7 cant breathe", "OfWhat"),
            ("BP 150/95 breathless", "blood-pressure 150/95 signs=yes"),
            ("BP 150/95 chest pain", "blood-pressure 150/95 signs=yes"),
            ("chest pains 150/95", "blood-pressure 150/95 signs=yes"),
            ("BP 150/95 chest hurts", "blood-pressure 150/95 signs=yes"),
            ("BP 150/95 chest feels tight", "blood-pressure 150/95 signs=yes"),
            ("BP 150/95 tight chest", "blood-pressure 150/95 signs=yes"),
            ("BP 150/95 left arm numb", "blood-pressure 150/95 arm=left signs=yes"),
            ("BP 150/95 speech slurred", "blood-pressure 150/95 signs=yes"),
            ("BP 190/120 chest pain", "blood-pressure 190/120 signs=yes"),
            ("BP 150/95 chest cold", "blood-pressure 150/95"),
            ("BP 150/95 no chest pain", "blood-pressure 150/95"),
            ("sats 95 chest pain", "oxygen 95 signs=yes"),
            ("sats 95 breathless", "oxygen 95 signs=yes"),
            ("oxygen 96 tight chest", "oxygen 96 signs=yes"),
            ("breathing 18 chest pain", "breathing 18 signs=yes"),
            ("breathing 18 breathless", "breathing 18 signs=yes"),
            ("temp 37 breathless", "temperature 37 signs=yes"),
            ("temp 37 chest pain", "temperature 37"),
            ("sats 95 no chest pain", "oxygen 95"),
            // A sign that is not there is none, and what only stands behind it is there.
            ("BP 142/88 no symptoms", "blood-pressure 142/88"),
            ("BP 142/88, no chest pain or numbness", "blood-pressure 142/88"),
            ("not dizzy or confused, sugar 5.4", "blood-glucose 5.4"),
            ("BP 142/88 not feeling breathless", "blood-pressure 142/88"),
            ("BP 142/88 don't have chest pain", "blood-pressure 142/88"),
            ("sats 95 no trouble breathing", "oxygen 95"),
            ("temp 38.5 without a rash", "temperature 38.5"),
            ("BP 142/88 no chest pain, breathless", "blood-pressure 142/88 signs=yes"),
            ("BP 142/88 no pain, chest tight", "blood-pressure 142/88 signs=yes"),
            ("BP 142/88 no dizziness but chest pain", "blood-pressure 142/88 signs=yes"),
            ("No, chest pain, BP 142/88", "OfWhat"),
            ("BP 142/88 no chest pain yesterday", "NotNow"),
            ("no symptoms", "NoNumber"),
            ("peak flow 200 tight chest", "peak-flow 200 signs=wheeze"),
            ("peak flow 200 chest pain", "peak-flow 200"),
            ("sugar 7 chest pain", "blood-glucose 7"),
            ("chest pain 8", "pain 8"),
            ("8/10 chest pain", "pain 8"),
            ("BP 150/95 chest pain 8", "blood-pressure 150/95 signs=yes, pain 8"),
            ("sugar 7.2 before my evening meal", "blood-glucose 7.2 meal=before"),
            ("fasting sugar 5.4", "blood-glucose 5.4 meal=before"),
            ("sugar 5.4 fasted", "blood-glucose 5.4 meal=before"),
            ("sugar 5.4 on an empty stomach", "blood-glucose 5.4 meal=before"),
            ("sugar 5.4 fasting before breakfast", "blood-glucose 5.4 meal=before"),
            ("just woke fasting sugar 5.4", "blood-glucose 5.4 meal=waking"),
            ("sugar 5.4 not fasting", "OfWhat"),
            ("non-fasting sugar 8.5", "OfWhat"),
            ("sugar 8.5 non fasting", "OfWhat"),
            ("nonfasting sugar 8.5", "OfWhat"),
            ("sugar 7.2 2 hours after eating", "blood-glucose 7.2 meal=after"),
            ("2 hrs after my tea sugar 7.2", "blood-glucose 7.2 meal=after"),
            ("7.2 mmol/l 3h after a meal", "blood-glucose 7.2 mmol/L meal=after"),
            (
                "sugar 7.2 2 hours after lunch sugar 8.1 2 hours after dinner",
                "blood-glucose 7.2 meal=after, blood-glucose 8.1 meal=after",
            ),
            ("sugar 7.2 1 hour after eating", "OfWhat"),
            ("sugar 2 hours after eating", "OfWhat"),
            ("slept 7 hours after dinner", "sleep 7 h"),
            ("sugar 7.2 before the walk", "blood-glucose 7.2"),
            ("BP 142/88 all right", "blood-pressure 142/88"),
            ("BP 142/88 right arm pulse 72 resting", "blood-pressure 142/88 arm=right, pulse 72 activity=rest"),
            ("BP 142/88 left arm BP 138/84 right arm", "blood-pressure 142/88 arm=left, blood-pressure 138/84 arm=right"),
            // What can mean two things means none.
            ("sugar 7.2 before tea at bedtime", "OfWhat"),
            ("BP 142/88 left arm right arm", "OfWhat"),
            ("mood not good", "OfWhat"),
            ("mood isn't good", "OfWhat"),
            ("mood isn\u{2019}t great", "OfWhat"),
            ("mood never good", "OfWhat"),
            ("mood low but feeling good", "OfWhat"),
            ("mood 4 low", "OfWhat"),
            ("mood so", "NoNumber"),
            ("lost 12 lbs", "OfWhat"),
            ("lost 3 kg", "OfWhat"),
            ("9lb 4oz", "OfWhat"),
            ("25 lb", "OfWhat"),
            ("weight 168 lbs", "OfWhat"),
            ("weight 12 4", "WhichWeight"),
            ("12 4 weight", "WhichWeight"),
            ("weight 78 72", "OfWhat"),
            ("weight 80kg 12st", "WhichWeight"),
            ("weight 12 and 4", "OfWhat"),
            ("weight 78 at 8", "weight 78 at 8"),
            ("weight 70 oz", "OfWhat"),
            ("height 70 in", "OfWhat"),
            ("height 70 inches", "OfWhat"),
            ("steps 8k", "OfWhat"),
            ("smoked 2 packs", "OfWhat"),
            ("bp 4/10", "OfWhat"),
            ("4/10", "OfWhat"),
            ("BP 190/120 pain in my chest", "OfWhat"),
            ("My target is 130/80", "OfWhat"),
            ("BP is not 142/88", "OfWhat"),
            ("No, 142/88", "OfWhat"),
            ("Wrong, it was 132/84", "Correction"),
            ("bp 142/88 31/02", "Date"),
            ("bp 142/88 on 3/11/2026", "Date"),
            ("bp 12/8", "blood-pressure 12/8"),
            ("bp 142/88 \u{641}\u{64a} \u{627}\u{644}\u{628}\u{64a}\u{62a}", "blood-pressure 142/88"),
            ("weight 78 \u{43a}\u{433}", "OfWhat"),
            ("142/88 yesterday", "NotNow"),
            ("BP last night 142/88", "NotNow"),
            ("BP 142/88 this morning", "NotNow"),
            // The time may be that of something else, or may be a number of something.
            ("BP 142/88 since 8am", "NotNow"),
            ("BP 142/88 after 8am", "NotNow"),
            ("BP 142/88 tablets at 8am", "NotNow"),
            ("8am tablets, BP 142/88", "NotNow"),
            ("8am breakfast, sugar 7.2", "NotNow"),
            ("sugar 7.2 breakfast at 8am", "NotNow"),
            ("ran 1:30 BP 142/88", "NotNow"),
            ("slept 7:30 pulse 60", "NotNow"),
            // An hour alone is one where all else is understood without it.
            ("BP 142/88 at 8", "blood-pressure 142/88 at 8"),
            ("At 12 BP 142/88", "blood-pressure 142/88 at 12"),
            ("sugar at 7", "blood-glucose 7"),
            ("BP 142/88 tablets at 8", "OfWhat"),
            ("BP 142/88 at 20", "OfWhat"),
            ("sugar 7 am", "NotNow"),
            ("sugar 7 am 2.1", "NotNow"),
            ("sugar 7 pm", "NotNow"),
            ("sugar 3 am shaky", "NotNow"),
            ("BP 142/88 at 8am and 9am", "NotNow"),
            ("BP 142/88 at 8am yesterday", "blood-pressure 142/88 at 8am"),
            ("bp 142/88 yesterday 9pm", "blood-pressure 142/88 at 9pm"),
            ("yesterday at 9 pm bp 142/88", "blood-pressure 142/88 at 9pm"),
            ("yesterday bp 142/88 at 9pm", "NotNow"),
            ("bp 142/88 at 9pm yesterday evening", "NotNow"),
            // It is that of one of them, and the other is of now.
            ("BP 142/88 at 8am, now 150/90", "NotNow"),
            ("sugar 3.1 at 8am sugar 7.2 now", "NotNow"),
            ("BP 142/88 at 8am pulse 130 now", "NotNow"),
            ("BP 142/88 at 8am, 150/90", "NotNow"),
            ("BP 142/88 8am pulse 72", "NotNow"),
            ("just BP 142/88 at 8am", "NotNow"),
            ("tonight BP 142/88 at 8:15", "NotNow"),
            ("8am BP 142/88 pulse 72", "blood-pressure 142/88, pulse 72 at 8am"),
            ("BP 142/88 pulse 72 at 8am", "blood-pressure 142/88, pulse 72 at 8am"),
            ("BP 142/88 last night at 11pm", "NotNow"),
            ("BP not 142/88 at 8am", "NotNow"),
            ("8am 7.2", "NotNow"),
            ("BP 142/88 at 14pm", "OfWhat"),
            ("pulse: 72", "pulse 72"),
            ("BP:142/88", "blood-pressure 142/88"),
            ("pulse 72 am tired", "OfWhat"),
            ("sugar 7.2 an hour ago", "NotNow"),
            ("slept 7 hours yesterday", "NotNow"),
            ("No", "NoNumber"),
            ("remove", "NoNumber"),
            ("undo", "wrong"),
            ("BP 142/88 72", "OfWhat"),
            ("7.2", "OfWhat"),
            ("BP 142", "OneOfTwo"),
            ("BP 142 mmhg", "OneOfTwo"),
            ("BP 142 pulse 72", "OneOfTwo"),
            ("BP 142 kg", "OfWhat"),
            ("BP 142 88", "OfWhat"),
            ("sugar 142/88", "OfWhat"),
            ("weight 7.2 mmol/l", "OfWhat"),
            ("BP and pulse 72", "OfWhat"),
            ("60 bpm", "OfWhat"),
            ("hello", "NoNumber"),
            ("", "NoNumber"),
            ("👍🏽", "NoNumber"),
            ("bp fine", "NoNumber"),
            ("pain 1 pain 2 pain 3 pain 4 pain 5 pain 6 pain 7", "TooMany"),
        ];
        for (text, meant) in table {
            assert_eq!(said(text), meant, "{text:?}");
        }
    }

    #[test]
    fn who_asks_to_stop_is_heard_and_who_says_the_word_of_something_else_is_not() {
        for text in ["STOP", "stop", "Stop.", "STOPALL", "stop all", "Please stop", "stop texts please", "Unsubscribe"] {
            assert!(asks_to_stop(text), "{text}");
            assert!(understand(text).is_err(), "it tells no reading: {text}");
        }
        for text in [
            "",
            "please",
            "all",
            "the pain does not stop",
            "stop smoking",
            "cant stop shaking",
            "BP 142/88 stop",
            "dont stop",
            "help",
        ] {
            assert!(!asks_to_stop(text), "{text}");
        }
    }

    #[test]
    fn what_is_understood_is_heard_as_if_it_had_been_typed() {
        for text in ["BP 142/88", "weight 12st 4lb", "height 5'10", "sugar 7,2", "temp 99.1f", "mood good", "glucose 130 mg/dl"] {
            let Ok(Texted::Readings(readings)) = understand(text) else { panic!("{text}") };
            for reading in readings {
                assert!(
                    hear(reading.measure, &Typed { numbers: &reading.numbers, unit: reading.unit, sure: false }).is_ok(),
                    "{text}"
                );
            }
        }
    }

    fn told(text: &str) -> Vec<TextedReading> {
        match understand(text) {
            Ok(Texted::Readings(readings)) => readings,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_one_time_by_the_clock_of_a_message_is_that_of_its_readings() {
        let sent: DateTime<Utc> = "2026-11-29T10:40:30Z".parse().unwrap();
        let plain = |text: &str| match understand(text) {
            Ok(Texted::ReadingsAt(readings, time)) => {
                let numbers: Vec<String> =
                    readings.iter().map(|one| format!("{} {}", one.measure.code(), one.numbers.join("/"))).collect();
                let when = match time.on_day_of(sent) {
                    SaidWhen::At(at) => at.format("%H:%M:%S").to_string(),
                    SaidWhen::ToCome => format!("to come {}", time.in_words()),
                    SaidWhen::Unsure => format!("unsure {}", time.in_words()),
                };
                format!("{}, {when}", numbers.join(", "))
            }
            other => format!("{other:?}"),
        };
        for (text, expected) in [
            ("BP 142/88 at 8am", "blood-pressure 142/88, 08:00:00"),
            ("BP 142/88 at 8 am", "blood-pressure 142/88, 08:00:00"),
            ("08:15 bp 142/88", "blood-pressure 142/88, 08:15:00"),
            ("8:15 bp 142/88", "blood-pressure 142/88, 08:15:00"),
            ("sugar 7.2 at 8am", "blood-glucose 7.2, 08:00:00"),
            ("sugar 7.2 before tea 8.30am", "blood-glucose 7.2, 08:30:00"),
            ("bp 142/88 left arm before breakfast 7.30am", "blood-pressure 142/88, 07:30:00"),
            ("bp 142/88 before breakfast at 7.30am", "blood-pressure 142/88, 07:30:00"),
            ("sugar 7.2 after breakfast 7.30am", "NotNow"),
            ("8.30am sugar 7.2 before tea", "blood-glucose 7.2, 08:30:00"),
            ("BP 142/88, left arm, at 9:05 am", "blood-pressure 142/88, 09:05:00"),
            ("BP 142 over 88 pulse 72 at 10:40", "blood-pressure 142/88, pulse 72, 10:40:30"),
            ("At 10am BP 142/88 chest pain", "blood-pressure 142/88, 10:00:00"),
            ("sugar at 8am 7.2", "blood-glucose 7.2, 08:00:00"),
            ("12am pulse 72", "pulse 72, 00:00:00"),
            ("00:30 pulse 72", "pulse 72, 00:30:00"),
            ("sugar 7.2, 20:15.", "blood-glucose 7.2, to come 8:15pm"),
            ("8:30pm sugar 7.2", "blood-glucose 7.2, to come 8:30pm"),
            ("sugar 7.2 11:05", "blood-glucose 7.2, to come 11:05"),
            ("pulse 72 at 10:41am", "pulse 72, to come 10:41am"),
            ("BP 142/88 at 2:30", "blood-pressure 142/88, unsure 2:30"),
            ("BP 142/88 at 12:30", "blood-pressure 142/88, unsure 12:30"),
            ("BP 142/88 at 4:59", "blood-pressure 142/88, unsure 4:59"),
            ("BP 142/88 at 2:30am", "blood-pressure 142/88, 02:30:00"),
            ("BP 142/88 at 5:00", "blood-pressure 142/88, 05:00:00"),
            ("weight 78 kg at 9:15", "weight 78, 09:15:00"),
            ("bp 142/88 yesterday 9pm", "blood-pressure 142/88, 21:00:00"),
            ("bp 142/88 at 11pm", "blood-pressure 142/88, 23:00:00"),
            ("bp 142/88 at 8:15 yesterday", "blood-pressure 142/88, unsure 8:15"),
            ("weight 78 kg 9:15am", "weight 78, 09:15:00"),
            // How long it took is no time of the day.
            ("weight 78 kg 9:15", "NotNow"),
            ("5000 steps 9:15", "NotNow"),
            ("walked 5000 steps 1:15", "NotNow"),
        ] {
            let expected = if expected == "NotNow" { "Err(NotNow)" } else { expected };
            assert_eq!(plain(text), expected, "{text}");
        }
        // The evening before is another day, said or meant.
        let night: DateTime<Utc> = "2026-11-29T01:46:00Z".parse().unwrap();
        for (text, at) in [
            ("bp 142/88 yesterday 9pm", "2026-11-28T21:00:00Z"),
            ("bp 142/88 at 11pm", "2026-11-28T23:00:00Z"),
            ("8am yesterday bp 142/88", "2026-11-28T08:00:00Z"),
        ] {
            let Ok(Texted::ReadingsAt(_, time)) = understand(text) else { panic!("{text}") };
            assert_eq!(time.on_day_of(night), SaidWhen::At(at.parse().unwrap()), "{text}");
        }
        let Ok(Texted::ReadingsAt(_, time)) = understand("bp 142/88 before breakfast 7.30am") else { panic!("not understood") };
        assert_eq!(time.on_day_of(night), SaidWhen::ToCome, "18 hours ago is no evening");
        // What was in both halves of the day is of neither.
        let Ok(Texted::ReadingsAt(_, time)) = understand("BP 142/88 at 8:15") else { panic!("not understood") };
        let evening: DateTime<Utc> = "2026-11-29T20:30:00Z".parse().unwrap();
        assert_eq!((time.on_day_of(evening), time.in_words().as_str()), (SaidWhen::Unsure, "8:15"));
        assert_eq!(SaidTime::parse("12:30", None).map(SaidTime::in_words).as_deref(), Some("12:30"));
        // By the clock of London, also where it is not that of the world.
        let summer: DateTime<Utc> = "2026-07-01T10:40:00Z".parse().unwrap();
        assert_eq!(time.on_day_of(summer), SaidWhen::At("2026-07-01T07:15:00Z".parse().unwrap()));
    }

    #[test]
    fn a_message_stands_beside_what_is_as_sensitive_as_all_of_it() {
        for (text, alone) in [
            ("BP 142/88 pulse 72 after the gym", true),
            ("mood 2, row with my son", true),
            ("mood 2 BP 142/88", false),
            ("BP 142/88 feeling very low", false),
            ("BP 142/88 so anxious", false),
            ("BP 142/88 want to die", false),
            ("mood 2 want to die", true),
        ] {
            assert!(told(text).iter().all(|reading| reading.alone == alone), "{text}");
        }
    }

    #[test]
    fn how_it_was_understood_to_be_taken_is_said() {
        for (text, taken) in [
            ("sugar 7.2 before tea", "before a meal"),
            ("sugar 7.2 2 hours after eating", "90 minutes or more after a meal"),
            ("BP 142/88 left arm", "left arm"),
            ("BP 142/88 left arm chest pain", "left arm, with warning signs"),
            ("peak flow 300 310 320", "the best of 3"),
            ("peak flow 300 310 320 drowsy", "the best of 3, with warning signs"),
            ("sugar 3.2 shaky", "with warning signs"),
            ("pulse 72", ""),
        ] {
            assert_eq!(told(text)[0].taken_in_words(), taken, "{text}");
        }
    }

    #[test]
    fn a_sign_that_no_reading_asks_about_is_told() {
        for (text, unasked) in [
            ("pulse 118 chest pain", false),
            ("sugar 7 chest pain", true),
            ("temp 37 chest pain", true),
            ("peak flow 400 chest pain", true),
            ("weight 78 kg confused", true),
            ("chest pain 8", true),
            ("weight 78 kg sugar 7 breathless", true),
            ("pulse 118 sats 95 chest pain", false),
            ("BP 150/95 chest pain", false),
            ("sugar 3.2 shaky", false),
            ("pulse 72", false),
        ] {
            assert!(told(text).iter().all(|reading| reading.unasked == unasked), "{text}");
        }
    }

    #[test]
    fn danger_is_seen_whether_it_is_kept_or_understood_or_neither() {
        let titles = |readings: &[TextedReading]| {
            let all = to_do_unkept(readings, &Beside::default());
            all.iter().map(|(when, advice)| format!("{when}{}", advice.title)).collect::<Vec<_>>().join(" | ")
        };
        for (text, expected) in [
            ("BP 235/125", "This blood pressure is very high"),
            ("oxygen 84", "This oxygen level is very low"),
            ("o2:58", "This oxygen level is very low"),
            ("sugar 1.9", "This blood sugar is low"),
            ("sugar 3.1 shaky", "This blood sugar is low"),
            ("sugar 3.1 drowsy", "This low blood sugar is an emergency. Call 999"),
            ("sugar 8 unconscious", "What you see needs 999 now, whatever the blood sugar is"),
            ("peak flow 300 confused", "This asthma attack is an emergency. Call 999"),
            ("peak flow 300 wheezy", "What you feel counts more than this peak flow"),
            ("pulse 185", "This pulse is far outside the usual range"),
            ("temperature 33.9", "This temperature is very low"),
            ("sugar 28", "This blood sugar is 15 or more"),
            ("fever temp 40", "This temperature is very high"),
            ("sugar 50", "If it is 50 mmol/L: This blood sugar is 30 or more | If it is 50 mg/dL: This blood sugar is low"),
            ("sugar 40 mg/dl", "This blood sugar is low"),
            ("temp 104", "This temperature is very high"),
            ("BP 85/50 sugar 3", "This blood sugar is low | This blood pressure is low"),
            ("pain 8", "This pain is very bad"),
            ("breathing 28", "This breathing rate is far outside the usual range"),
            ("BP 190/120 chest pain", "This is an emergency. Call 999"),
            ("BP 150/95 numb", "What you feel needs help now, whatever the number is"),
            ("sats 95 chest pain", "What you see needs 999 now, whatever the number is"),
            ("sats 95 breathless", "What you see needs 999 now, whatever the number is"),
            ("breathing 18 chest pain", "What you see needs 999 now, whatever the number is"),
            ("temp 37 breathless", "What you see needs 999 now, whatever the temperature is"),
            ("BP 88/142 chest pain", "What you feel needs help now, whatever the number is"),
            ("sugar 3.2 not confused", "This blood sugar is low"),
            ("BP 190/120 no chest pain", "This blood pressure is very high"),
            ("BP 190/120 no pain in my chest", "This blood pressure is very high"),
            ("BP 190/120 not numb", "This blood pressure is very high"),
            ("BP 88/142", ""),
            ("BP 142/88", ""),
            ("sugar 2.1 confused cant swallow", "This low blood sugar is an emergency. Call 999"),
            ("sugar 2.1 can\u{2019}t be woken", "This low blood sugar is an emergency. Call 999"),
            ("sugar 2.1 drowsy not responding", "This low blood sugar is an emergency. Call 999"),
            ("sugar 2.1 not able to swallow", "This low blood sugar is an emergency. Call 999"),
            // Who cannot breathe needs more than what a low number asks for by itself.
            ("sats 84 cant breathe", "What you see needs 999 now, whatever the number is"),
            ("peak flow 150 cant speak", "This asthma attack is an emergency. Call 999"),
            ("oxygen 85 can not talk", "What you see needs 999 now, whatever the number is"),
            ("pulse 90 not breathing", "What you see needs 999 now, whatever the pulse is"),
            ("BP 195/126 cant speak", "This is an emergency. Call 999"),
        ] {
            assert_eq!(titles(&told(text)), expected, "{text}");
        }
        for (text, expected) in [
            ("confused since this morning sugar 2.1", "This low blood sugar is an emergency. Call 999"),
            ("sugar 7 chest pain not well", ""),
            ("BP 190/120 chest pain this morning", "This is an emergency. Call 999"),
            ("BP 190/120 pain in my chest", "This is an emergency. Call 999"),
            ("BP 150/95 breathless last night", "What you feel needs help now, whatever the number is"),
            ("peak flow 300 breathless last night", "What you feel counts more than this peak flow"),
            ("190 over 120 and 7", "This blood pressure is very high"),
            ("sugar LO", "This blood sugar is low"),
            ("my blood sugar is low", "This blood sugar is low"),
            ("low sugar drowsy", "This low blood sugar is an emergency. Call 999"),
            ("LO", "This blood sugar is low"),
            ("glucose hi", "This blood sugar is too high for the meter to show"),
            ("sugar meter says high", "This blood sugar is too high for the meter to show"),
            ("BP 142/88 bm LO", "This blood sugar is low"),
            ("sugar LO pulse 185", "This pulse is far outside the usual range | This blood sugar is low"),
            ("sugar not low", ""),
            ("sugar high", ""),
            ("HI", ""),
            ("hi, my sugar", ""),
            ("84 sats 190 pulse not well", "This oxygen level is very low | This pulse is far outside the usual range"),
            ("8:30pm sugar 7.2 tablets", ""),
            ("8:30pm sugar 2.1 tablets", "This blood sugar is low"),
            ("8am tablets sats 84", "This oxygen level is very low"),
            ("sugar 7 am 2.1", "This blood sugar is low"),
            ("sugar 3 am shaky", "This blood sugar is low"),
            ("sugar 3.1 at 8am sugar 7.2 now", "This blood sugar is low"),
            ("BP 142/88 at 8am, now 190/125", "This blood pressure is very high"),
            ("mood very low dont know", "If you feel very low, you do not have to be alone with it"),
            ("BP 142/88 72", ""),
            ("BP 190 chest pain", "This is an emergency. Call 999"),
            ("BP 88 chest pain", "What you feel needs help now, whatever the number is"),
            ("190 bp", "This blood pressure is very high"),
            ("BP 142", ""),
            ("BP 80", ""),
            ("120 80 bp", ""),
            ("hello", ""),
        ] {
            assert!(understand(text).is_err(), "{text}");
            assert_eq!(titles(&glimpsed(text)), expected, "{text}");
        }
    }

    #[test]
    fn of_a_reading_that_is_not_kept_whatever_can_be_read_is_heeded() {
        let pregnant = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let zones = Some(Zones { best: Amount::whole(450), green: 80, amber: 50 });
        let titles = |measure: Measure, numbers: &[&str], settings: &[(&'static str, &'static str)], about: About| {
            let numbers = numbers.iter().map(|number| (*number).to_owned()).collect();
            let one = TextedReading { settings: settings.to_vec(), ..TextedReading::of(measure, numbers, "") };
            let told = to_do_unkept(&[one], &Beside { about, zones, ..Beside::default() });
            told.iter().map(|(_, advice)| advice.title).collect::<Vec<_>>().join(" | ")
        };
        let signs = &[("signs", "yes")][..];
        let (breathing, felt) =
            ("What you see needs 999 now, whatever the number is", "What you feel needs help now, whatever the number is");
        let emergency = "This is an emergency. Call 999";
        for (measure, numbers, settings, expected) in [
            // What is hardly so.
            (Measure::Oxygen, &["80"][..], signs, breathing),
            (Measure::BloodPressure, &["240", "130"], signs, emergency),
            (Measure::BloodPressure, &["240", "130"], &[], "This blood pressure is very high"),
            (Measure::Glucose, &["1.8"], signs, "This low blood sugar is an emergency. Call 999"),
            (Measure::Temperature, &["33"], &[], "This temperature is very low"),
            // What is wrong beside a number that can be read.
            (Measure::BloodPressure, &["190", ""], &[], "This blood pressure is very high"),
            (Measure::BloodPressure, &["", "130"], &[], "This blood pressure is very high"),
            (Measure::BloodPressure, &["190", "x"], signs, emergency),
            (Measure::BloodPressure, &["130", "x"], signs, felt),
            (Measure::BloodPressure, &["190.5", "88"], &[], "This blood pressure is very high"),
            (Measure::BloodPressure, &["130.55", "x"], signs, felt),
            (Measure::BloodPressure, &["130", "x"], &[], ""),
            (Measure::BloodPressure, &["88", "142"], &[], ""),
            (Measure::BloodPressure, &["88", "142"], signs, felt),
            // What can be read nowhere.
            (Measure::BloodPressure, &["", ""], signs, felt),
            (Measure::BloodPressure, &["", ""], &[("signs", "no")], ""),
            (Measure::Oxygen, &["800"], signs, breathing),
            (Measure::Breathing, &["fast"], signs, breathing),
            (Measure::Pulse, &["fast"], signs, "What you see needs 999 now, whatever the pulse is"),
            (Measure::Pulse, &["x"], &[], ""),
            (Measure::Oxygen, &["800"], &[], ""),
            // What a meter shows that has no number is no number, and says enough.
            (Measure::Glucose, &["low"], signs, "This low blood sugar is an emergency. Call 999"),
            (Measure::Glucose, &["LO"], &[], "This blood sugar is low"),
            (Measure::Glucose, &["HI"], &[], OFF_METER_SUGAR.title),
            (Measure::Glucose, &["Hi"], signs, "What you see needs 999 now, whatever the blood sugar is"),
            // In the wrong order it may be dangerously high.
            (Measure::BloodPressure, &["130", "200"], &[], "This blood pressure is very high"),
            (
                Measure::BloodPressure,
                &["90", "190"],
                signs,
                "This is an emergency. Call 999 | What you feel needs help now, whatever the number is",
            ),
            (Measure::BloodPressure, &["112", "165"], &[], ""),
            (Measure::BloodPressure, &["100", "100"], &[], ""),
            (Measure::Temperature, &[""], signs, "What you see needs 999 now, whatever the temperature is"),
            (Measure::PeakFlow, &[""], signs, "This asthma attack is an emergency. Call 999"),
            (Measure::PeakFlow, &[""], &[("signs", "wheeze")], "What you feel counts more than this peak flow"),
            (Measure::PeakFlow, &[""], &[], ""),
            (Measure::Weight, &["x"], &[], ""),
        ] {
            assert_eq!(titles(measure, numbers, settings, About::default()), expected, "{measure:?} {numbers:?} {settings:?}");
        }
        assert!(!titles(Measure::Fall, &["x"], &[("hurt", "head")], About::default()).is_empty());
        assert_eq!(titles(Measure::BloodPressure, &["130", ""], &[], pregnant), "", "nothing is made up of what is not read");
        let told = to_do_unkept(
            &[TextedReading { settings: signs.to_vec(), ..TextedReading::of(Measure::BloodPressure, vec![String::new()], "") }],
            &Beside { about: pregnant, ..Beside::default() },
        );
        assert!(told[0].1.does[0].contains("maternity unit now"), "{told:?}");
    }

    #[test]
    fn what_is_too_low_or_too_high_for_a_meter_is_answered_by_that() {
        let titles = |shown: &str, unit, settings: &[(&'static str, &'static str)]| {
            let mut reading = TextedReading::of(Measure::Glucose, vec![shown.to_owned()], unit);
            reading.settings = settings.to_vec();
            let told = to_do_unkept(&[reading], &Beside::default());
            told.iter().map(|(when, advice)| format!("{when}{}", advice.title)).collect::<Vec<_>>().join(" | ")
        };
        for unit in ["", "mmol/L", "mg/dL"] {
            for (shown, signs, expected) in [
                ("LO", "no", "This blood sugar is low"),
                (" low ", "shaky", "This blood sugar is low"),
                ("Lo", "yes", "This low blood sugar is an emergency. Call 999"),
                ("HI", "no", OFF_METER_SUGAR.title),
                ("high", "shaky", OFF_METER_SUGAR.title),
                ("hi", "yes", "What you see needs 999 now, whatever the blood sugar is"),
                ("nonsense", "no", ""),
            ] {
                assert_eq!(titles(shown, unit, &[("signs", signs)]), expected, "{shown} {signs}");
            }
        }
        assert_eq!(titles("31", "", &[]), "This blood sugar is 30 or more", "a number stays what it is");
    }

    #[test]
    fn a_pressure_in_the_wrong_order_says_of_which_number_it_speaks_and_of_whom_it_holds() {
        let one = TextedReading::of(Measure::BloodPressure, vec!["130".to_owned(), "200".to_owned()], "");
        let told = to_do_unkept(&[one], &Beside::default());
        assert_eq!(told.iter().map(|(when, _)| when.as_str()).collect::<Vec<_>>(), ["If it is 200/130 mmHg: "]);
        let about = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let one = TextedReading::of(Measure::BloodPressure, vec!["112".to_owned(), "165".to_owned()], "");
        let told = to_do_unkept(&[one], &Beside { about, ..Beside::default() });
        assert_eq!(told[0].1.title, "If you are pregnant, this blood pressure is very high");
    }

    #[test]
    fn every_sign_that_a_form_asks_about_is_understood_as_people_say_it() {
        for (measure, reading, signs) in [
            (Measure::BloodPressure, "BP 142/88", SIGNS_OF_HEART_AND_BRAIN),
            (
                Measure::Glucose,
                "sugar 5.4",
                &["confused", "very drowsy", "can't swallow", "had a fit", "cannot be woken", "hard to wake"][..],
            ),
            (
                Measure::PeakFlow,
                "peak flow 400",
                &["too breathless to speak", "can't talk", "exhausted", "confused", "drowsy", "blue lips", "lips are grey"],
            ),
            (Measure::Oxygen, "sats 95", SIGNS_OF_BREATHING),
            (Measure::Breathing, "breaths 16", SIGNS_OF_BREATHING),
            (
                Measure::Pulse,
                "pulse 72",
                &[
                    "chest pain",
                    "short of breath",
                    "out of breath",
                    "fainted",
                    "feel faint",
                    "confused",
                    "very drowsy",
                    "passed out",
                ],
            ),
            (
                Measure::Temperature,
                "temp 38.5",
                &[
                    "rash",
                    "stiff neck",
                    "neck is stiff",
                    "confused",
                    "having a fit",
                    "hard to wake",
                    "struggling to breathe",
                    "blue lips",
                    "grey skin",
                    "blotchy skin",
                ],
            ),
        ] {
            for sign in signs {
                for text in [format!("{reading} {sign}"), format!("{sign} {reading}")] {
                    let heard = match understand(&text) {
                        Ok(Texted::Readings(readings)) => readings,
                        _ => glimpsed(&text),
                    };
                    let of = heard.iter().find(|one| one.measure == measure).map(|one| one.settings.as_slice());
                    assert_eq!(of, Some(&[("signs", "yes")][..]), "{text}");
                }
            }
        }
        let of = |text: &str| told(text)[0].settings.clone();
        for text in ["sugar 3.2 dizzy", "sugar 3.2 hungry", "sugar 3.2 sweaty", "sugar 3.2 racing heartbeat"] {
            assert_eq!(of(text), [("signs", "shaky")], "{text}");
        }
        for text in
            ["peak flow 300 coughing", "peak flow 300 wheeze", "peak flow 300 tight chest", "peak flow 300 short of breath"]
        {
            assert_eq!(of(text), [("signs", "wheeze")], "{text}");
        }
        for text in ["temp 38 rash fades", "BP 142/88 chest cold", "BP 142/88 fit and well", "pulse 72 after a hard walk"] {
            assert!(of(text).is_empty(), "{text}");
        }
        assert!(signs_beside("cant see the doctor until Monday", &[]).is_none());
    }

    const SIGNS_OF_HEART_AND_BRAIN: &[&str] = &[
        "chest pain",
        "short of breath",
        "breathless",
        "confusion",
        "arm weak",
        "one side numb",
        "face drooping",
        "weak on one side",
        "trouble seeing",
        "can't see properly",
        "blurred vision",
        "trouble speaking",
        "can't speak",
        "speech slurred",
        "chest feels heavy",
    ];
    const SIGNS_OF_BREATHING: &[&str] = &[
        "blue lips",
        "grey face",
        "lips have gone blue",
        "struggling to breathe",
        "can't breathe",
        "cant breath",
        "can't catch my breath",
        "cannot say a whole sentence",
        "confused",
        "very drowsy",
        "chest pain",
    ];

    #[test]
    fn a_sign_without_a_reading_that_asks_about_it_is_of_the_form_that_does() {
        let title = |text: &str, readings: &[TextedReading]| {
            let all = to_do_unkept(&signs_beside(text, readings).into_iter().collect::<Vec<_>>(), &Beside::default());
            all.first().map_or("", |(_, advice)| advice.title)
        };
        for (text, expected) in [
            ("chest pain", "What you feel needs help now"),
            ("I\u{2019}m breathless", "What you feel needs help now"),
            ("I can't breathe", "Call 999"),
            ("can`t breathe", "Call 999"),
            ("mum is unconscious", "Call 999"),
            ("he stopped breathing", "Call 999"),
            ("cant get her to wake up", "Call 999"),
            ("she is turning blue", "Call 999"),
            ("think I'm having a heart attack", "Call 999"),
            ("think its a stroke", "Call 999"),
            ("stiff neck and confused", "What you see needs 999 now, whatever the temperature is"),
            ("my face has dropped", "Call 999"),
            ("heart attack", "Call 999"),
            ("stroke", "Call 999"),
            ("Stroke! Help please", "Call 999"),
            ("weight 78 stroke", "Call 999"),
            ("my chest is tight and I feel sick", "Call 999"),
            ("chest tight and heavy, going down my arm", "Call 999"),
            ("sepsis", "Call 999"),
            ("overdose", "Call 999"),
            ("allergic reaction", "Call 999"),
            ("fall cant get up", "Call 999"),
            ("cant feel my left side", "What you feel needs help now"),
            ("help im dying", "Call 999"),
            ("tongue swollen", "Call 999"),
            ("throat swelling", "Call 999"),
            ("coughing blood", "Call 999"),
            ("bleeding heavily", "Call 999"),
            ("it wont stop bleeding", "Call 999"),
            ("fit", "Call 999"),
            ("baby not moving", "A baby who moves less than usual needs help now"),
            ("fell and hit my head", "A head was hit in this fall"),
            ("my waters broke", ""),
            ("fainted", "What you see needs 999 now, whatever the pulse is"),
            ("no chest pain", ""),
            ("shaky", ""),
            ("hello", ""),
        ] {
            assert_eq!(title(text, &[]), expected, "{text}");
        }
        let pregnant = Beside { about: About { may_be_pregnant: true, ..About::default() }, ..Beside::default() };
        let waters: Vec<TextedReading> = signs_beside("my waters have broken", &[]).into_iter().collect();
        let told_of = to_do_unkept(&waters, &pregnant);
        assert!(told_of.len() == 1 && told_of[0].1.does[0].starts_with("Call your midwife or maternity unit now"), "{told_of:?}");
        let pressure = told("bp 142/88 cant speak");
        assert_eq!(title("bp 142/88 cant speak", &pressure), "Call 999", "no \"if\" stands before it");
        let mut both = pressure.clone();
        both.extend(signs_beside("bp 142/88 cant speak", &pressure));
        let all = to_do_unkept(&both, &Beside::default());
        assert!(all.len() == 1 && all[0].1.title == "Call 999", "{all:?}");
        let sugar = told("sugar 7");
        assert_eq!(title("sugar 7 chest pain", &sugar), "What you feel needs help now");
        assert_eq!(title("sugar 7 confused", &sugar), "", "its own form asks about it");
        assert_eq!(title("sugar 7 faint", &sugar), "");
    }

    #[test]
    fn signs_of_ketoacidosis_are_kept_as_such_and_are_for_999_beside_a_high_blood_sugar() {
        let titles = |readings: &[TextedReading]| {
            to_do_unkept(readings, &Beside::default()).iter().map(|(_, advice)| advice.title).collect::<Vec<_>>().join(" | ")
        };
        let danger = "What you see needs 999 now, whatever the blood sugar is";
        for text in [
            "sugar 25 being sick",
            "sugar 12 vomiting",
            "sugar 26 my tummy hurts",
            "sugar 18 very thirsty and sleepy",
            "sugar 31 feel sick",
            "sugar 26 tummy pain breathing fast",
            "sugar 25 shaky and being sick",
            "sugar 25 being sick and shaky",
        ] {
            assert_eq!(titles(&told(text)), danger, "{text}");
            assert_eq!(told(text)[0].settings, [("signs", "ketones")], "{text}");
        }
        // Whoever is confused too is in the graver danger.
        for text in ["sugar 25 being sick and confused", "sugar 25 confused and being sick"] {
            assert_eq!(
                (titles(&told(text)).as_str(), told(text)[0].settings.as_slice()),
                (danger, &[("signs", "yes")][..]),
                "{text}"
            );
        }
        let usual = told("sugar 7 being sick");
        assert_eq!((usual[0].settings.as_slice(), usual[0].unasked), (&[("signs", "ketones")][..], false));
        assert_eq!(titles(&usual), "If you have diabetes, what you feel can be from ketones");
        assert_eq!(titles(&told("sugar 3.1 being sick")), "This blood sugar is low");
        for text in ["sugar HI being sick", "sugar HI vomiting", "tummy pain breathing fast sugar 26 8"] {
            assert!(understand(text).is_err(), "{text}");
            assert_eq!(titles(&glimpsed(text)), danger, "{text}");
        }
        for text in ["sugar 25 not being sick", "sugar 25 no vomiting", "BP 142/88 being sick"] {
            assert!(told(text)[0].settings.is_empty(), "{text}");
        }
        assert_eq!(said("breathing fast 28"), "breathing 28");
        // What may be of either is of neither.
        assert_eq!(said("6 tummy pain sugar"), "OfWhat");
        assert_eq!(said("tummy pain 8 breathing fast"), "pain 8");
    }

    #[test]
    fn signs_of_pre_eclampsia_are_heard_of_whoever_may_be_pregnant() {
        let pregnant = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let all = |text: &str, about: About| {
            let mut readings = match understand(text) {
                Ok(Texted::Readings(readings)) => readings,
                _ => glimpsed(text),
            };
            readings.extend(signs_beside(text, &readings));
            to_do_unkept(&readings, &Beside { about, ..Beside::default() })
        };
        for text in [
            "bp 150/95 headache seeing spots",
            "bp 150/95 bad headache",
            "bp 150/95 flashing lights",
            "bp 150/95 pain under my ribs",
            "bp 150/95 face and hands swollen",
            "bp 128/78 seeing spots",
            "seeing spots",
        ] {
            let told = all(text, pregnant);
            let (_, first) = told.first().unwrap_or_else(|| panic!("{text}"));
            assert!(first.title.starts_with("What you feel needs help now"), "{text}: {}", first.title);
            assert!(
                first.does[0].contains("call your maternity unit now") && first.emergency.contains("flashing sight"),
                "{text}"
            );
            assert_eq!(told.len(), 1, "{text}: {told:?}");
            let other = all(text, About::default());
            assert!(other.iter().all(|(_, advice)| advice.urgency < Urgency::Now), "{text}: {other:?}");
        }
        assert!(all("bp 165/112 seeing spots", pregnant)[0].1.does[0].contains("call 999 now"));
        assert_eq!(all("bp 190/125 seeing spots", pregnant)[0].1.title, "This is an emergency. Call 999");
        assert!(all("bp 150/95 no bad headache", pregnant)[0].1.urgency < Urgency::Now);
    }

    #[test]
    fn signs_that_a_note_names_are_kept_with_how_the_reading_was_taken() {
        for (measure, kept, note, expected) in [
            (Measure::BloodPressure, "", "chest pain", "signs=yes"),
            (Measure::BloodPressure, "arm=left", "Chest pain since 8am", "signs=yes arm=left"),
            (Measure::BloodPressure, "arm=left", "after tea", "arm=left"),
            (Measure::BloodPressure, "arm=left", "", "arm=left"),
            (Measure::BloodPressure, "", "no chest pain", ""),
            (Measure::BloodPressure, "signs=no", "chest pain", "signs=no"),
            (Measure::Oxygen, "", "cant breathe", "signs=yes"),
            (Measure::Weight, "", "chest pain", ""),
        ] {
            assert_eq!(with_signs_of_note(measure, kept, note), expected, "{measure:?} {kept} {note}");
        }
    }

    #[test]
    fn signs_of_pre_eclampsia_are_kept_with_a_blood_pressure_of_whoever_may_be_pregnant() {
        let woman = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let kept = |text: &str, about: About| {
            let mut readings = told(text);
            keep_signs_of_pregnancy(text, &mut readings, about);
            readings
        };
        let one = kept("BP 142/92 bad headache and flashing lights", woman);
        assert_eq!(one[0].settings, [("eclampsia", "yes")]);
        assert_eq!(one[0].taken_in_words(), "with warning signs");
        assert_eq!(
            settings(one[0].measure, |field| if field == "eclampsia" { "yes" } else { "" }),
            "eclampsia=yes",
            "it is kept"
        );
        let both = kept("pulse 72 BP 142/92 chest pain seeing spots", woman);
        assert!(both.iter().any(|one| one.settings == [("signs", "yes"), ("eclampsia", "yes")]), "{both:?}");
        assert!(both.iter().all(|one| one.measure == Measure::BloodPressure || one.settings == [("signs", "yes")]), "{both:?}");
        assert!(kept("BP 142/92 no bad headache", woman)[0].settings.is_empty());
        assert!(kept("BP 142/92 bad headache", About::default())[0].settings.is_empty(), "of nobody else");
    }

    #[test]
    fn what_people_say_of_other_things_in_the_words_of_a_sign_is_none() {
        for text in [
            "sorry cant talk now",
            "cant talk right now im driving",
            "not speaking to him",
            "cant speak to anyone at the surgery",
            "she doesnt speak English",
            "GP cant see me until Friday",
            "it was a rash decision",
            "nappy rash",
            "a faint line on the test",
            "chest cold",
            "need a fit note",
            "fit for work",
            "I stroke the cat",
            "new shoes is fitting well",
            "slept well not waking in the night",
            "did not wake up until 10",
            "confused how to send this",
            "confused by your last text",
            "out of breath after run",
            "breathless from the gym",
            "cant talk now",
            "heart attack clinic on Monday",
            "dad had a stroke in 2019",
            "sepsis clinic on Monday",
            "dad had sepsis in 2019",
            "had an allergic reaction 3 years ago",
            "anaphylaxis training",
            "no heart attack",
            "feeling fit",
            "im dying to know",
            "period bleeding heavily",
            "no swollen tongue",
            "no chest pain or tummy pain",
            "weight 78 kg blood test",
        ] {
            assert_eq!(signs_beside(text, &[]), None, "{text}");
        }
        // With a reading it is noted, and whom to call is said.
        let after = told("pulse 118 out of breath after my long run");
        assert!(after[0].settings.is_empty() && after[0].unasked, "{after:?}");
    }

    #[test]
    fn words_that_are_near_to_those_of_other_things_are_still_signs() {
        for text in [
            "cant talk",
            "cant speak now",
            "mum cant talk now",
            "peak flow 150 cant talk now",
            "she is not talking to me",
            "she cant speak English any more and is slurring",
            "cant see",
            "rash that does not fade",
            "had a fit and fell",
            "he is fitting",
            "not waking up",
            "wont wake up since last night",
            "confused about what day it is",
            "confused this morning",
            "still out of breath after run",
            "out of breath after run an hour ago",
            "cant catch my breath after run",
            "too breathless after running",
            "chest tight after run",
            "out of breath after stairs",
            "not breathing",
            "not breathing, difficulty with everything",
            "breathing is difficult",
            "breathing difficulties",
            "no longer breathing",
            "I have no breath",
            "my chest aches",
            "is this a heart attack",
            "dad has sepsis",
            "sepsis again, had it in 2019",
            "overdose 2 hours ago",
            "allergic reaction in the night",
            "signs of a stroke",
            "cant lift my left arm",
            "his speech is garbled",
            "never had chest pain like this",
            "never had chest pain before",
            "Better? No\nchest pain",
            "no - chest pain",
        ] {
            assert!(signs_beside(text, &[]).is_some(), "{text}");
        }
        for text in ["no chest pain", "never had chest pain", "no difficulty breathing", "no signs of a stroke", "no chest aches"]
        {
            assert_eq!(signs_beside(text, &[]), None, "{text}");
        }
    }

    #[test]
    fn what_was_measured_just_before_and_the_zones_of_a_plan_are_heeded() {
        let at: DateTime<Utc> = "2026-11-29T09:20:00Z".parse().unwrap();
        let before = |minutes: i64| Taken {
            at: at - TimeDelta::minutes(minutes),
            id: ReadingId::from_uuid(Uuid::nil()),
            first: Amount::whole(190),
            second: Some(Amount::whole(112)),
            settings: String::new(),
            by_hand: true,
        };
        let zones = Zones { best: Amount::whole(450), green: 80, amber: 50 };
        let titles = |text: &str, pressures: Vec<Taken>| {
            let before = pressures.into_iter().map(|one| (Measure::BloodPressure, one)).collect();
            let beside = Beside { at, zones: Some(zones), before, ..Beside::default() };
            to_do(&told(text), &beside).iter().map(|(_, advice)| advice.title).collect::<Vec<_>>().join(" | ")
        };
        assert_eq!(titles("BP 184/110", vec![before(20)]), "Your blood pressure is still very high");
        assert_eq!(titles("BP 184/110", vec![before(31)]), "This blood pressure is very high");
        assert_eq!(titles("peak flow 200", Vec::new()), "This peak flow is in your red zone");
        assert_eq!(titles("peak flow 300", Vec::new()), "This peak flow is in your amber zone");
        assert_eq!(titles("peak flow 400", Vec::new()), "");
        assert_eq!(titles("peak flow 400 wheezy", Vec::new()), "What you feel counts more than this peak flow");
        assert_eq!(titles("peak flow 200 drowsy", Vec::new()), "This asthma attack is an emergency. Call 999");
    }

    proptest! {
        #[test]
        fn danger_in_a_pressure_is_seen_in_any_words(
            before in "([a-z]{1,8} ){0,4}",
            behind in "( [a-z]{1,8}){0,4}",
            first in 180..300_u32,
            second in 121..170_u32,
        ) {
            let text = format!("{before}{first}/{second}{behind}");
            let readings = match understand(&text) {
                Ok(Texted::Readings(readings)) => readings,
                _ => glimpsed(&text),
            };
            // The words may be those of a sign, which makes it graver.
            let is_of_height = |title: &str| ["This blood pressure is very high", "This is an emergency. Call 999"].contains(&title);
            prop_assert!(to_do(&readings, &Beside::default()).iter().any(|(_, advice)| is_of_height(advice.title)), "{}", text);
        }

        #[test]
        fn a_sign_of_danger_is_answered_wherever_it_stands(
            before in "((bp|142/88|sugar|7\\.2|my|today|after|tea|pulse|72|and|yesterday|dog|weight|kg) ){0,5}",
            behind in "( (bp|142/88|sugar|7\\.2|my|today|after|tea|pulse|72|and|yesterday|dog|weight|kg)){0,5}",
            said in prop::sample::select(vec![
                "chest pain", "pain in my chest", "can't breathe", "cant speak", "breathless", "unconscious", "stiff neck", "rash",
                "blue lips", "confused", "numb", "had a fit",
            ]),
        ) {
            let text = format!("{before}{said}{behind}");
            let mut readings = match understand(&text) {
                Ok(Texted::Readings(readings) | Texted::ReadingsAt(readings, _)) => readings,
                _ => glimpsed(&text),
            };
            readings.extend(signs_beside(&text, &readings));
            let told = to_do_unkept(&readings, &Beside::default());
            let is_of_signs =
                |title: &str| title.starts_with("What you") || title.contains("emergency") || title == IN_WORDS_EMERGENCY.title;
            prop_assert!(told.iter().any(|(_, advice)| is_of_signs(advice.title)), "{}: {:?}", text, told);
        }

        #[test]
        fn a_sign_that_is_not_there_is_none_and_hides_no_other(
            no in prop::sample::select(vec!["no", "not", "without", "no new", "no more", "dont have", "havent any"]),
            (denied, other) in prop::sample::select(vec![
                ("chest pain", "confused"), ("numbness", "chest pain"), ("rash", "stiff neck"), ("breathless", "cant speak"),
                ("confused", "breathless"), ("dizziness", "unconscious"), ("symptoms", "chest pain"),
            ]),
        ) {
            prop_assert_eq!(said(&format!("BP 142/88 {no} {denied}")), "blood-pressure 142/88");
            prop_assert_eq!(said(&format!("{no} {denied} BP 142/88")), "blood-pressure 142/88");
            let both = format!("{no} {denied}, {other}");
            prop_assert!(signs_beside(&both, &[]).is_some(), "{}", both);
        }

        #[test]
        fn what_tells_a_reading_never_asks_to_stop(
            text in "((stop|please|all|texts|bp|sugar|mood good|[0-9]{1,3}|142/88) ){0,6}(stop)?",
        ) {
            prop_assert!(!asks_to_stop(&text) || understand(&text).is_err(), "{}", text);
        }

        #[test]
        fn what_turns_a_message_round_keeps_nothing_of_it(
            word in prop::sample::select([TURNS, CORRECTS].concat()),
            text in prop::sample::select(vec!["BP 142/88", "mood good", "sugar 7.2 before tea", "weight 12st 4lb"]),
            first: bool,
        ) {
            let text = if first { format!("{word} {text}") } else { format!("{text} {word}") };
            prop_assert!(understand(&text).is_err(), "{}", text);
        }

        #[test]
        fn whatever_is_sent_gives_whole_readings_or_none(text in "\\PC{0,120}|([a-z%]{1,12}|[0-9]{1,4}|[0-9]{1,3}[.,][0-9]|[ /,.']){0,24}") {
            if let Ok(Texted::Readings(readings)) = understand(&text) {
                prop_assert!((1..=MOST).contains(&readings.len()));
                for reading in readings {
                    prop_assert_eq!(reading.numbers.len(), reading.measure.parts().len());
                    prop_assert!(reading.unit.is_empty() || reading.measure.unit_of(reading.unit).is_some());
                }
            }
        }

        #[test]
        fn a_time_by_the_clock_changes_nothing_of_what_is_told_and_is_never_ahead(
            text in prop::sample::select(vec!["BP 142/88", "sugar 7.2", "pulse 72 BP 142/88", "weight 78.4 kg"]),
            (hour, minute) in (0..24_u32, 0..60_u32),
            sent in 0..1440_i64,
            first: bool,
        ) {
            let sent = "2026-11-29T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(sent);
            let whole = if first { format!("{hour:02}:{minute:02} {text}") } else { format!("{text} at {hour:02}:{minute:02}") };
            let Ok(Texted::ReadingsAt(readings, time)) = understand(&whole) else { panic!("{whole}") };
            prop_assert_eq!(readings, told(text));
            match time.on_day_of(sent) {
                SaidWhen::At(at) => prop_assert!(at <= sent && (london_day(at) == london_day(sent) || sent - at <= SINCE_EVENING)),
                SaidWhen::ToCome => prop_assert!(minute_of_day(sent) < u16::try_from(hour * 60 + minute).unwrap()),
                SaidWhen::Unsure => prop_assert!((10..=12).contains(&hour)),
            }
        }

        #[test]
        fn whatever_clock_is_written_is_read_or_not_without_a_panic(clock in "[0-9:.+]{0,6}", half in prop::option::of(prop::sample::select(vec![0_u16, 720]))) {
            if let Some(time) = SaidTime::parse(&clock, half) {
                prop_assert!(time.minute < 1440);
                prop_assert!(!time.of_either_half || time.minute < 720);
            }
        }

        #[test]
        fn both_orders_mean_the_same(name in prop::sample::select(names().collect::<Vec<_>>()), number in 1..200_u32) {
            let (name, measure) = name;
            if measure.parts().len() == 1 {
                prop_assert_eq!(said(&format!("{name} {number}")), said(&format!("{number} {name}")));
            }
        }

        #[test]
        fn one_slip_in_a_long_name_changes_nothing(name in prop::sample::select(names().collect::<Vec<_>>()), at in 1..12_usize) {
            let (name, measure) = name;
            if name.len() >= 8 && measure.parts().len() == 1 && name.is_ascii() {
                let at = 1 + at % (name.len() - 1);
                let slip = format!("{}{}", &name[..at], &name[at + 1..]);
                prop_assert_eq!(said(&format!("{slip} 7")), said(&format!("{name} 7")));
            }
        }
    }
}
