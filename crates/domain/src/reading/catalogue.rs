//! Everything that can be recorded. A new measure is a new entry here.

use super::Amount;
use super::amount::divided;
use crate::record::{Sensitivity, coded};

coded! {
    /// Something that people measure or note themselves. The word is also the last part of its page's address.
    Measure {
        /// Blood pressure.
        BloodPressure = "blood-pressure",
        /// Pulse.
        Pulse = "pulse",
        /// Blood glucose.
        Glucose = "blood-glucose",
        /// Glycated haemoglobin.
        Hba1c = "hba1c",
        /// Body weight.
        Weight = "weight",
        /// Body height.
        Height = "height",
        /// Body mass index.
        Bmi = "body-mass-index",
        /// Peak expiratory flow.
        PeakFlow = "peak-flow",
        /// Oxygen saturation by pulse oximeter.
        Oxygen = "oxygen",
        /// Body temperature.
        Temperature = "temperature",
        /// Breaths in a minute.
        Breathing = "breathing",
        /// Steps in a day.
        Steps = "steps",
        /// Time of exercise.
        Exercise = "exercise",
        /// Time asleep.
        Sleep = "sleep",
        /// Pain, 0 to 10.
        Pain = "pain",
        /// Mood, 1 to 5.
        Mood = "mood",
        /// Any other symptom, and how bad it is.
        Symptom = "symptoms",
        /// Falls.
        Fall = "falls",
        /// Cigarettes smoked in a day.
        Smoking = "smoking",
        /// Units of alcohol in a day.
        Alcohol = "alcohol",
    }
}

coded! {
    /// Where a measure stands in the list of all.
    Group {
        /// What a device measures.
        Body = "body",
        /// What people do.
        Living = "living",
        /// How they feel.
        Feeling = "feeling",
    }
}

coded! {
    /// What an observation of it is, by FHIR's own words (`observation-category`), whoever made it.
    Kind {
        /// Of vital signs.
        VitalSigns = "vital-signs",
        /// Of a laboratory.
        Laboratory = "laboratory",
        /// Of what people do.
        Activity = "activity",
        /// Of how people live.
        SocialHistory = "social-history",
        /// Of what people answer.
        Survey = "survey",
    }
}

impl Kind {
    /// The words that FHIR has for it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::VitalSigns => "Vital Signs",
            Self::Laboratory => "Laboratory",
            Self::Activity => "Activity",
            Self::SocialHistory => "Social History",
            Self::Survey => "Survey",
        }
    }
}

impl Group {
    /// The heading people see.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Body => "Measured",
            Self::Living => "Daily life",
            Self::Feeling => "How you feel",
        }
    }
}

/// How readings of a measure are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// As a line through its values.
    Line,
    /// As a bar between its two numbers.
    Pair,
    /// As a bar for the sum of each day.
    DayTotal,
}

/// A straight line from one unit to another: `(value + add) × times ÷ by`, with `add` in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linear {
    add: i64,
    times: i64,
    by: i64,
}

impl Linear {
    pub(super) const SAME: Self = Self { add: 0, times: 1, by: 1 };

    pub(super) const fn ratio(times: i64, by: i64) -> Self {
        Self { add: 0, times, by }
    }

    /// The number in the other unit, to the thousandth; one beyond anything that is measured stays beyond.
    #[must_use]
    pub fn apply(self, amount: Amount) -> Amount {
        let beyond = if amount.thousandths() < 0 { i64::MIN } else { i64::MAX };
        self.of_millionths(i128::from(amount.thousandths()) * 1000).unwrap_or(Amount::from_thousandths(beyond))
    }

    /// The other way: the number of this unit that is so much in the other.
    #[must_use]
    pub const fn back(self, amount: Amount) -> Amount {
        Amount::from_thousandths(divided(amount.thousandths() * self.by, self.times) - self.add)
    }

    /// The same of a number in millionths; `None` for one beyond anything that is measured.
    pub(super) fn of_millionths(self, millionths: i128) -> Option<Amount> {
        let by = i128::from(self.by) * 1000;
        let product = millionths.checked_add(i128::from(self.add) * 1000)?.checked_mul(i128::from(self.times))?;
        let half = if product < 0 { -by / 2 } else { by / 2 };
        i64::try_from(product.checked_add(half)? / by).ok().map(Amount::from_thousandths)
    }
}

/// A unit in which something is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its code (UCUM).
    pub ucum: &'static str,
    /// As people read it after a number; empty where a number says enough.
    pub shown: &'static str,
    /// To the measure's own unit.
    pub to_own: Linear,
    /// It is written as two numbers with a space, such as stones and pounds: how many of the second make one of the first, and
    /// how people shorten both.
    pub pair: Option<(i64, &'static str, &'static str)>,
    /// As people read it after one, where that is another word: "1 step".
    pub one: &'static str,
    /// It is written close to its number: "97%".
    pub is_close: bool,
}

impl Unit {
    const fn own(ucum: &'static str, shown: &'static str) -> Self {
        Self { ucum, shown, to_own: Linear::SAME, pair: None, one: shown, is_close: false }
    }

    const fn other(ucum: &'static str, shown: &'static str, to_own: Linear) -> Self {
        Self { ucum, shown, to_own, pair: None, one: shown, is_close: false }
    }

    const fn counted(mut self, one: &'static str) -> Self {
        self.one = one;
        self
    }

    const fn close(mut self) -> Self {
        self.is_close = true;
        self
    }
}

/// One number of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The field of its form.
    pub field: &'static str,
    /// What its field is called.
    pub label: &'static str,
    /// What is said below that.
    pub hint: &'static str,
    /// The word in a table.
    pub short: &'static str,
    /// LOINC; empty where there is none.
    pub loinc: &'static str,
    /// SNOMED CT; empty where there is none.
    pub snomed: &'static str,
    /// How many decimals it is measured with.
    pub decimals: u8,
    /// Outside these, in its own unit, nothing is kept.
    pub possible: (Amount, Amount),
    /// Outside these it is asked whether it is right.
    pub likely: (Amount, Amount),
}

/// Where a form asks something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// In plain sight: what to do, or what it counts as, turns on it.
    Plain,
    /// One tap away.
    Apart,
    /// Only where two readings are typed at once, in words of their own.
    Pair,
    /// Only of a reading with which it was told unasked, such as in a text message, where that is changed.
    Told,
}

/// Something about how a reading was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The field of its form.
    pub field: &'static str,
    /// What is asked.
    pub asks: &'static str,
    /// Where.
    pub asked: Asked,
    /// The answers: how each is kept, and how people read it.
    pub answers: &'static [(&'static str, &'static str)],
}

/// What there is to say about a measure, in one place.
struct Entry {
    /// What people call it.
    name: &'static str,
    /// What those who give care call it; the same where that is what people say.
    clinical: &'static str,
    /// The same within a sentence.
    in_sentence: &'static str,
    /// The words by which it is named in a text message, one word each: of "blood sugar" the second is enough. None where it is not taken
    /// from one.
    texted: &'static [&'static str],
    group: Group,
    kind: Kind,
    sensitivity: Sensitivity,
    drawn: Drawn,
    units: &'static [Unit],
    parts: &'static [Part],
    settings: &'static [Setting],
    note: Note,
    /// LOINC and SNOMED CT of the whole, where it is more than its one part.
    panel: Option<(&'static str, &'static str)>,
    /// How people say the number, from 1 on, where they do not say it as one.
    choices: &'static [&'static str],
    /// It is counted or said on a scale, so that half of one is none.
    is_counted: bool,
    /// What apps and devices tell of it is the total of a day, so that two of a day are never added up.
    is_total: bool,
}

/// What the note of a reading is asked for.
#[derive(Clone, Copy)]
enum Note {
    /// It is only a note.
    Plain,
    /// This, if they want.
    Asked(&'static str),
    /// This, without which the reading says nothing.
    Needed(&'static str),
}

const fn bounds(lowest: i64, highest: i64) -> (Amount, Amount) {
    (Amount::from_thousandths(lowest), Amount::from_thousandths(highest))
}

/// A part that is the whole of its measure.
const fn only(label: &'static str, hint: &'static str, codes: (&'static str, &'static str), decimals: u8) -> Part {
    Part {
        field: "value",
        label,
        hint,
        short: "Reading",
        loinc: codes.0,
        snomed: codes.1,
        decimals,
        possible: bounds(0, 0),
        likely: bounds(0, 0),
    }
}

impl Part {
    const fn within(mut self, possible: (i64, i64), likely: (i64, i64)) -> Self {
        self.possible = bounds(possible.0, possible.1);
        self.likely = bounds(likely.0, likely.1);
        self
    }
}

const BREATH_OF_AIR: Setting = Setting {
    field: "activity",
    asks: "When did you take it?",
    asked: Asked::Plain,
    answers: &[("rest", "At rest"), ("active", "After being active")],
};

/// NICE NG136, 1.5: what turns very high blood pressure into an emergency.
const SIGNS: Setting = Setting {
    field: "signs",
    asks: "Is there chest pain, being short of breath, confusion, one side weak or numb, or trouble seeing or speaking?",
    asked: Asked::Plain,
    answers: &[("no", "No"), ("yes", "Yes")],
};

/// NICE NG133, 1.1: the symptoms of pre-eclampsia, of whoever may be pregnant. No form asks everybody for them, but what a text message
/// tells of them is kept.
const ECLAMPSIA_SIGNS: Setting = Setting {
    field: "eclampsia",
    asks: "Is there a bad headache, blurred or flashing sight, bad pain just below the ribs, or sudden swelling of face or hands?",
    asked: Asked::Told,
    answers: &[("no", "No"), ("yes", "Yes")],
};

/// The signs that a question names which is answered with a bare yes: "Is there chest pain, or a fit?" names "chest pain, or a fit".
fn signs_asked(setting: &Setting) -> &'static str {
    let asks = setting.asks.strip_suffix('?').unwrap_or(setting.asks);
    asks.strip_prefix("Is there ").unwrap_or(asks)
}

/// What asks for signs of something that is for 999, or for help soon: the answers name them.
const fn any_of(answers: &'static [(&'static str, &'static str)]) -> Setting {
    Setting { field: "signs", asks: "Is there any of this?", asked: Asked::Plain, answers }
}

/// What tells low blood sugar, what tells ketoacidosis, and what makes an emergency of either, or of any other: NHS, Low blood sugar
/// (hypoglycaemia); Diabetic ketoacidosis; NICE NG17, hypoglycaemia.
const SUGAR_SIGNS: Setting = any_of(&[
    ("no", "No"),
    ("shaky", "Shaky, sweaty, hungry, dizzy or a fast heartbeat"),
    (
        "ketones",
        "Feeling or being sick, tummy pain, fast or deep breathing, very thirsty, sleepy, or breath that smells of fruit",
    ),
    ("yes", "Confused, very drowsy, cannot swallow, has a fit, or cannot be woken"),
]);

/// What tells that asthma gets worse, and what makes an emergency of it: NHS, Asthma attacks; BTS/SIGN 158, acute asthma.
const ASTHMA_SIGNS: Setting = any_of(&[
    ("no", "No"),
    ("wheeze", "Wheezing, coughing, a tight chest, or more short of breath than usual"),
    ("yes", "Too breathless to speak, eat or sleep, exhausted, confused, drowsy, or blue or grey lips"),
]);

/// What is for 999 whatever an oxygen level or a breathing rate is: NHS, Shortness of breath; NHS England, Pulse oximetry at home.
const BREATHING_SIGNS: Setting = any_of(&[
    ("no", "No"),
    (
        "yes",
        "Blue or grey lips or face, struggling to breathe, cannot say a whole sentence, confused, very drowsy, or chest pain",
    ),
]);

/// What is for 999 whatever a pulse is: NHS, Heart palpitations; Chest pain; When to call 999.
const PULSE_SIGNS: Setting =
    any_of(&[("no", "No"), ("yes", "Chest pain, short of breath, fainting or feeling faint, confused, or very drowsy")]);

/// What is for 999 whatever a temperature is: NHS, Sepsis; Meningitis; High temperature (fever) in adults; in children.
const FEVER_SIGNS: Setting = any_of(&[
    ("no", "No"),
    (
        "yes",
        "A rash that does not fade when you press a glass on it, a stiff neck, confused, a fit, hard to wake, struggling to breathe, or blue, grey or blotchy skin or lips",
    ),
]);

/// NICE NG136, 1.2.7: at least a minute. Who types two readings at once is believed, and the minute between is not measured.
const WAITED: Setting = Setting {
    field: "waited",
    asks: "How long after the other reading?",
    asked: Asked::Pair,
    answers: &[("said", "At least 1 minute, as they said. The exact time was not measured")],
};

const ARM: Setting =
    Setting { field: "arm", asks: "Which arm?", asked: Asked::Apart, answers: &[("left", "Left"), ("right", "Right")] };

const SITTING: Setting = Setting {
    field: "position",
    asks: "How were you?",
    asked: Asked::Apart,
    answers: &[("sitting", "Sitting quietly for 5 minutes"), ("standing", "Standing"), ("lying", "Lying down")],
};

const MEAL: Setting = Setting {
    field: "meal",
    asks: "When did you take it?",
    asked: Asked::Plain,
    answers: &[
        ("waking", "On waking"),
        ("before", "Before a meal"),
        ("after", "90 minutes or more after a meal"),
        ("bedtime", "At bedtime"),
        ("other", "At another time"),
    ],
};

const RELIEVER: Setting = Setting {
    field: "reliever",
    asks: "When did you take it?",
    asked: Asked::Plain,
    answers: &[("before", "Before my reliever inhaler"), ("after", "After my reliever inhaler")],
};

/// How somebody says how they feel: kept as its place from 1.
pub(super) const MOODS: [&str; 5] = ["Very low", "Low", "Neither low nor good", "Good", "Very good"];

const ENTRIES: [Entry; Measure::ALL.len()] = [
    Entry {
        name: "Blood pressure",
        clinical: "Blood pressure",
        in_sentence: "blood pressure",
        texted: &["bp", "pressure", "bloodpressure"],
        group: Group::Body,
        kind: Kind::VitalSigns,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Pair,
        units: &[Unit::own("mm[Hg]", "mmHg")],
        parts: &[
            Part {
                field: "systolic",
                short: "Top number",
                ..only("Top number (systolic)", "The higher one", ("8480-6", "72313002"), 0)
            }
            .within((30_000, 350_000), (70_000, 230_000)),
            Part {
                field: "diastolic",
                short: "Bottom number",
                ..only("Bottom number (diastolic)", "The lower one", ("8462-4", "1091811000000102"), 0)
            }
            .within((10_000, 250_000), (40_000, 140_000)),
        ],
        settings: &[SIGNS, ECLAMPSIA_SIGNS, ARM, SITTING, WAITED],
        note: Note::Plain,
        panel: Some(("85354-9", "75367002")),
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Pulse",
        clinical: "Pulse",
        in_sentence: "pulse",
        texted: &["pulse", "heartrate", "hr", "heart"],
        group: Group::Body,
        kind: Kind::VitalSigns,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[Unit::own("/min", "beats a minute")],
        parts: &[only("Your pulse", "Beats in a minute", ("8867-4", "364075005"), 0).within((15_000, 300_000), (35_000, 180_000))],
        settings: &[BREATH_OF_AIR, PULSE_SIGNS],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Blood sugar",
        clinical: "Blood glucose",
        in_sentence: "blood sugar",
        texted: &["sugar", "glucose", "bloodsugar", "bm", "bg"],
        group: Group::Body,
        kind: Kind::Laboratory,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[Unit::own("mmol/L", "mmol/L"), Unit::other("mg/dL", "mg/dL", Linear::ratio(1000, 18_018))],
        parts: &[
            only("Your blood sugar", "As your meter shows it", ("14743-9", "434911002"), 1).within((500, 60_000), (2000, 33_300))
        ],
        settings: &[MEAL, SUGAR_SIGNS],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "HbA1c",
        clinical: "HbA1c",
        in_sentence: "HbA1c",
        texted: &["hba1c"],
        group: Group::Body,
        kind: Kind::Laboratory,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[
            Unit::own("mmol/mol", "mmol/mol"),
            // IFCC to NGSP: NGSP % = 0.09148 × IFCC + 2.152.
            Unit::other("%", "%", Linear { add: -2152, times: 100_000, by: 9148 }).close(),
        ],
        parts: &[only("Your HbA1c", "Average blood sugar over 2 to 3 months", ("59261-8", "999791000000106"), 0)
            .within((10_000, 250_000), (20_000, 180_000))],
        settings: &[],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Weight",
        clinical: "Weight",
        in_sentence: "weight",
        texted: &["weight", "weigh", "wt"],
        group: Group::Body,
        kind: Kind::VitalSigns,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[
            Unit::own("kg", "kg"),
            Unit {
                pair: Some((14, "st", "lb")),
                ..Unit::other("[lb_av]", "stone and pounds", Linear::ratio(45_359_237, 100_000_000))
            },
        ],
        parts: &[only("Your weight", "", ("29463-7", "27113001"), 1).within((500, 650_000), (25_000, 250_000))],
        settings: &[],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Height",
        clinical: "Height",
        in_sentence: "height",
        texted: &["height"],
        group: Group::Body,
        kind: Kind::VitalSigns,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[
            Unit::own("cm", "cm"),
            Unit::other("m", "m", Linear::ratio(100, 1)),
            Unit { pair: Some((12, "ft", "in")), ..Unit::other("[in_i]", "feet and inches", Linear::ratio(254, 100)) },
        ],
        parts: &[only("Your height", "", ("8302-2", "50373000"), 1).within((20_000, 280_000), (100_000, 215_000))],
        settings: &[],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Body mass index (BMI)",
        clinical: "Body mass index",
        in_sentence: "body mass index (BMI)",
        texted: &[],
        group: Group::Body,
        kind: Kind::VitalSigns,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[Unit::own("kg/m2", "kg/m²")],
        parts: &[only("The body mass index", "", ("39156-5", "60621009"), 1).within((5000, 250_000), (8000, 150_000))],
        settings: &[],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Peak flow",
        clinical: "Peak expiratory flow",
        in_sentence: "peak flow",
        texted: &["peak", "peakflow", "pef", "pefr", "pf"],
        group: Group::Body,
        kind: Kind::VitalSigns,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[Unit::own("L/min", "L/min")],
        parts: &[only("Your peak flow", "The best of 3 blows", ("19935-6", "18491006"), 0)
            .within((20_000, 900_000), (60_000, 800_000))],
        settings: &[RELIEVER, ASTHMA_SIGNS],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Oxygen level",
        clinical: "Oxygen saturation (SpO2)",
        in_sentence: "oxygen level",
        texted: &["oxygen", "sats", "spo2", "o2"],
        group: Group::Body,
        kind: Kind::VitalSigns,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[Unit::own("%", "%").close()],
        parts: &[only("Your oxygen level", "As your oximeter shows it (SpO2)", ("2708-6", "431314004"), 0)
            .within((40_000, 100_000), (85_000, 100_000))],
        settings: &[BREATH_OF_AIR, BREATHING_SIGNS],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Temperature",
        clinical: "Temperature",
        in_sentence: "temperature",
        texted: &["temperature", "temp"],
        group: Group::Body,
        kind: Kind::VitalSigns,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[Unit::own("Cel", "°C").close(), Unit::other("[degF]", "°F", Linear { add: -32_000, times: 5, by: 9 }).close()],
        parts: &[only("Your temperature", "", ("8310-5", "276885007"), 1).within((25_000, 45_000), (34_000, 41_500))],
        settings: &[FEVER_SIGNS],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Breathing rate",
        clinical: "Respiratory rate",
        in_sentence: "breathing rate",
        texted: &["breathing", "breaths", "respiration"],
        group: Group::Body,
        kind: Kind::VitalSigns,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[Unit::own("/min", "breaths a minute")],
        parts: &[
            only("Your breathing rate", "Breaths in a minute", ("9279-1", "86290005"), 0).within((3000, 90_000), (8000, 40_000))
        ],
        settings: &[BREATH_OF_AIR, BREATHING_SIGNS],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: false,
    },
    Entry {
        name: "Steps",
        clinical: "Step count",
        in_sentence: "steps",
        texted: &["steps", "walked"],
        group: Group::Living,
        kind: Kind::Activity,
        sensitivity: Sensitivity::General,
        drawn: Drawn::DayTotal,
        units: &[Unit::own("{steps}", "steps").counted("step")],
        parts: &[only("How many steps?", "", ("55423-8", ""), 0).within((0, 200_000_000), (0, 60_000_000))],
        settings: &[],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: true,
        is_total: true,
    },
    Entry {
        name: "Exercise",
        clinical: "Exercise duration",
        in_sentence: "exercise",
        texted: &[],
        group: Group::Living,
        kind: Kind::Activity,
        sensitivity: Sensitivity::General,
        drawn: Drawn::DayTotal,
        units: &[Unit::own("min", "minutes").counted("minute"), Unit::other("h", "hours", Linear::ratio(60, 1)).counted("hour")],
        parts: &[only("How long?", "", ("55411-3", ""), 0).within((0, 1_440_000), (0, 600_000))],
        settings: &[],
        note: Note::Asked("What did you do?"),
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: true,
    },
    Entry {
        name: "Sleep",
        clinical: "Sleep duration",
        in_sentence: "sleep",
        texted: &["sleep", "slept"],
        group: Group::Living,
        kind: Kind::Activity,
        sensitivity: Sensitivity::General,
        drawn: Drawn::DayTotal,
        units: &[Unit::own("h", "hours").counted("hour"), Unit::other("min", "minutes", Linear::ratio(1, 60)).counted("minute")],
        parts: &[only("How long did you sleep?", "", ("93832-4", "248263006"), 1).within((0, 24_000), (1000, 16_000))],
        settings: &[],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: true,
    },
    Entry {
        name: "Pain",
        clinical: "Pain severity",
        in_sentence: "pain",
        texted: &["pain"],
        group: Group::Feeling,
        kind: Kind::Survey,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[Unit::own("{score}", "out of 10")],
        parts: &[only("How bad is it?", "From 0 (none) to 10 (the worst you can think of)", ("72514-3", ""), 0)
            .within((0, 10_000), (0, 10_000))],
        settings: &[],
        note: Note::Asked("Where is it, and what is it like?"),
        panel: None,
        choices: &[],
        is_counted: true,
        is_total: false,
    },
    Entry {
        name: "Mood",
        clinical: "Mood",
        in_sentence: "mood",
        texted: &["mood"],
        group: Group::Feeling,
        kind: Kind::Survey,
        sensitivity: Sensitivity::Mental,
        drawn: Drawn::Line,
        units: &[Unit::own("{score}", "out of 5")],
        parts: &[only("How do you feel?", "", ("", ""), 0).within((1000, 5000), (1000, 5000))],
        settings: &[],
        note: Note::Asked("What made it so?"),
        panel: None,
        choices: &MOODS,
        is_counted: true,
        is_total: false,
    },
    Entry {
        name: "Symptoms",
        clinical: "Symptoms",
        in_sentence: "symptoms",
        texted: &[],
        group: Group::Feeling,
        kind: Kind::Survey,
        sensitivity: Sensitivity::General,
        drawn: Drawn::Line,
        units: &[Unit::own("{score}", "out of 10")],
        parts: &[only("How bad is it?", "From 0 (none) to 10 (the worst you can think of)", ("", ""), 0)
            .within((0, 10_000), (0, 10_000))],
        settings: &[],
        note: Note::Needed("What is it?"),
        panel: None,
        choices: &[],
        is_counted: true,
        is_total: false,
    },
    Entry {
        name: "Falls",
        clinical: "Falls",
        in_sentence: "falls",
        texted: &[],
        group: Group::Living,
        kind: Kind::Survey,
        sensitivity: Sensitivity::General,
        drawn: Drawn::DayTotal,
        units: &[Unit::own("{falls}", "falls").counted("fall")],
        parts: &[only("How many falls?", "", ("", ""), 0).within((1000, 100_000), (1000, 10_000))],
        settings: &[Setting {
            field: "hurt",
            asks: "Were you hurt?",
            asked: Asked::Plain,
            answers: &[("no", "No"), ("yes", "Yes"), ("head", "Yes, and I hit my head")],
        }],
        note: Note::Asked("What happened?"),
        panel: None,
        choices: &[],
        is_counted: true,
        is_total: false,
    },
    Entry {
        name: "Smoking",
        clinical: "Cigarette consumption",
        in_sentence: "smoking",
        texted: &["cigarettes", "cigs", "smoked"],
        group: Group::Living,
        kind: Kind::SocialHistory,
        sensitivity: Sensitivity::General,
        drawn: Drawn::DayTotal,
        units: &[Unit::own("{cigarettes}", "cigarettes").counted("cigarette")],
        parts: &[only("How many cigarettes?", "On this day", ("64218-1", "230056004"), 0).within((0, 200_000), (0, 80_000))],
        settings: &[],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: true,
        is_total: true,
    },
    Entry {
        name: "Alcohol",
        clinical: "Alcohol intake",
        in_sentence: "alcohol",
        texted: &["alcohol"],
        group: Group::Living,
        kind: Kind::SocialHistory,
        sensitivity: Sensitivity::Mental,
        drawn: Drawn::DayTotal,
        units: &[Unit::own("{units}", "units").counted("unit")],
        parts: &[only(
            "How many units?",
            "A pint of ordinary beer or a medium glass of wine is a little over 2 units",
            // SNOMED CT has units of alcohol a week (228958009) and a day, both as units of a number and neither as something that is
            // observed: three of a day must not be read as three of a week.
            ("", ""),
            1,
        )
        .within((0, 100_000), (0, 40_000))],
        settings: &[],
        note: Note::Plain,
        panel: None,
        choices: &[],
        is_counted: false,
        is_total: true,
    },
];

impl Part {
    /// Whether it is read as a whole number, so that a comma in it is of thousands.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.decimals == 0
    }
}

impl Measure {
    fn entry(self) -> &'static Entry {
        // The table has one for each, in their order.
        ENTRIES.get(self.place()).unwrap_or(&ENTRIES[0])
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// What those who give care, and their programs, call it.
    #[must_use]
    pub fn clinical_name(self) -> &'static str {
        self.entry().clinical
    }

    /// Where it stands in the list of all.
    #[must_use]
    pub fn group(self) -> Group {
        self.entry().group
    }

    /// How it is drawn.
    #[must_use]
    pub fn drawn(self) -> Drawn {
        self.entry().drawn
    }

    /// Its units, its own first.
    #[must_use]
    pub fn units(self) -> &'static [Unit] {
        self.entry().units
    }

    /// Its own unit.
    #[must_use]
    pub fn unit(self) -> &'static Unit {
        self.entry().units.first().unwrap_or(&ENTRIES[0].units[0])
    }

    /// The unit of its that has this code.
    #[must_use]
    pub fn unit_of(self, ucum: &str) -> Option<&'static Unit> {
        self.units().iter().find(|unit| unit.ucum == ucum)
    }

    /// The numbers that make a reading: one or two.
    #[must_use]
    pub fn parts(self) -> &'static [Part] {
        self.entry().parts
    }

    /// What is asked about how it was taken.
    #[must_use]
    pub fn settings(self) -> &'static [Setting] {
        self.entry().settings
    }

    /// What its note is asked for; empty where it is only a note.
    #[must_use]
    pub fn note(self) -> &'static str {
        match self.entry().note {
            Note::Plain => "",
            Note::Asked(asks) | Note::Needed(asks) => asks,
        }
    }

    /// Whether a reading says nothing without its note.
    #[must_use]
    pub fn needs_note(self) -> bool {
        matches!(self.entry().note, Note::Needed(_))
    }

    /// LOINC and SNOMED CT of the whole.
    #[must_use]
    pub fn codes(self) -> (&'static str, &'static str) {
        self.entry().panel.or_else(|| self.parts().first().map(|part| (part.loinc, part.snomed))).unwrap_or_default()
    }

    /// How people say the number: mood in words.
    #[must_use]
    pub fn choices(self) -> &'static [&'static str] {
        self.entry().choices
    }

    /// "142/88 mmHg", "12 st 4 lb", "Good": what was typed in this unit, as people read it. The numbers are in its own unit.
    #[must_use]
    pub fn in_words(self, unit: &Unit, said: &str, first: Amount, second: Option<Amount>) -> String {
        let choice = usize::try_from(first.thousandths() / 1000 - 1).ok().and_then(|place| self.choices().get(place));
        let number = match (choice, second, unit.pair) {
            (Some(words), _, _) => return (*words).to_owned(),
            (None, Some(second), _) => format!("{first}/{second}"),
            (None, None, Some((_, big, small))) => {
                let mut words = said.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|word| !word.is_empty());
                let (whole, rest) = (words.next().unwrap_or("0"), words.next().unwrap_or("0"));
                return format!("{whole} {big} {rest} {small}");
            }
            (None, None, None) if *unit == *self.unit() => first.to_string(),
            (None, None, None) => said.to_owned(),
        };
        // What is counted by one is one.
        let shown = if number == "1" { unit.one } else { unit.shown };
        let space = if unit.is_close { "" } else { " " };
        format!("{number}{space}{shown}")
    }

    /// The same within a sentence: what is chosen from words begins small there, as in "mood neither low nor good".
    #[must_use]
    pub fn in_a_sentence(self, unit: &Unit, said: &str, first: Amount, second: Option<Amount>) -> String {
        let words = self.in_words(unit, said, first, second);
        let mut letters = words.chars();
        match letters.next().filter(|_| !self.choices().is_empty()) {
            Some(first) => first.to_lowercase().chain(letters).collect(),
            None => words,
        }
    }

    /// How a reading was taken, as it stands behind its number: "before a meal", "left arm, standing"; empty where nothing was answered.
    /// `settings` as they are kept. A no says nothing there, and how long somebody waited is about two readings. Signs are named: by the
    /// answer, or where that is a bare yes, by what was asked.
    #[must_use]
    pub fn taken_in_words(self, settings: &str) -> String {
        let said = |setting: &Setting| {
            let code = settings.split(' ').find_map(|one| one.strip_prefix(setting.field)?.strip_prefix('='))?;
            let (_, words) = setting.answers.iter().find(|(answer, _)| *answer == code)?;
            let mut letters = words.chars();
            let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
            let small = format!("{first}{}", letters.as_str());
            match setting.field {
                _ if setting.asked == Asked::Pair || code == "no" => None,
                "arm" => Some(format!("{small} arm")),
                "signs" | "eclampsia" if *words == "Yes" => {
                    Some(format!("with warning signs (yes to one or more of: {})", signs_asked(setting)))
                }
                _ => Some(small),
            }
        };
        self.settings().iter().filter_map(said).collect::<Vec<_>>().join(", ")
    }

    /// Its name within a sentence: "blood pressure", "HbA1c".
    #[must_use]
    pub fn name_in_sentence(self) -> String {
        self.entry().in_sentence.to_owned()
    }

    /// The words by which it is named in a text message; none where it is not taken from one.
    #[must_use]
    pub fn texted(self) -> &'static [&'static str] {
        self.entry().texted
    }

    /// What an observation of it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.entry().kind
    }

    /// Whether it is counted or said on a scale, so that half of one is none.
    #[must_use]
    pub fn is_counted(self) -> bool {
        self.entry().is_counted
    }

    /// Whether what apps and devices tell of it is the total of a day, so that two of a day are never added up.
    #[must_use]
    pub fn is_total(self) -> bool {
        self.entry().is_total
    }

    /// Whether it is worked out of other measures, so that nobody types it, texts it or is given a rule about it: it is kept only where an
    /// app or a device sends it, and is worked out at each look.
    #[must_use]
    pub const fn is_worked_out(self) -> bool {
        matches!(self, Self::Bmi)
    }

    /// What the device that measures it at home shows beside it, so that one form takes both: a home blood pressure monitor shows the
    /// pulse. Each is a reading of its own.
    #[must_use]
    pub fn shown_with(self) -> Option<Self> {
        (self == Self::BloodPressure).then_some(Self::Pulse)
    }

    /// What people measure at home of the same thing as the results that are stored by this key ([`crate::result::key_of`]): by the code
    /// that both have, and blood sugar by either row of glucose. A meter at home is another method than a laboratory's, so the two are
    /// shown apart. HbA1c and peak flow are no measure of it: the first is a laboratory's here too, and a peak flow is read by its zones.
    #[must_use]
    pub fn of_result(key: &str) -> Option<Self> {
        if matches!(key, "glucose" | "glucose-blood") {
            return Some(Self::Glucose);
        }
        let has_code = |part: &Part| {
            let is = |word: &str, code: &str| !code.is_empty() && key == format!("{word}:{code}");
            is("loinc", part.loinc) || is("snomed", part.snomed)
        };
        let is_alike = |measure: &Self| {
            let is_left_out = matches!(measure, Self::Hba1c | Self::PeakFlow) || measure.is_worked_out();
            !is_left_out && measure.drawn() == Drawn::Line && measure.parts().len() == 1 && measure.parts().iter().all(has_code)
        };
        Self::ALL.iter().copied().find(is_alike)
    }

    /// How sensitive it is, as people choose whom to show it to.
    #[must_use]
    pub fn sensitivity(self) -> Sensitivity {
        self.entry().sensitivity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_result_is_what_is_measured_at_home_by_its_code_alone() {
        let key = |system: &str, code: &str| {
            crate::result::key_of(&[crate::record::Code { system: system.to_owned(), code: code.to_owned(), display: None }])
                .unwrap()
        };
        let of = |system: &str, code: &str| Measure::of_result(&key(system, code));
        let (loinc, snomed) = ("http://loinc.org", "http://snomed.info/sct");
        assert_eq!((of(loinc, "14749-6"), of(loinc, "15074-8")), (Some(Measure::Glucose), Some(Measure::Glucose)));
        assert_eq!((of(loinc, "29463-7"), of(snomed, "27113001")), (Some(Measure::Weight), Some(Measure::Weight)));
        assert_eq!((of(loinc, "59261-8"), of(loinc, "19935-6"), of(loinc, "39156-5")), (None, None, None), "stay apart");
        assert_eq!((of(loinc, "2823-3"), of(loinc, "85354-9"), of(loinc, "8480-6")), (None, None, None));
        assert_eq!((Measure::of_result(""), Measure::of_result("loinc:"), Measure::of_result("29463-7")), (None, None, None));
    }

    #[test]
    fn what_is_shown_with_a_measure_is_one_number_that_is_typed_and_shown_to_the_same_people() {
        assert_eq!(Measure::BloodPressure.shown_with(), Some(Measure::Pulse));
        for (measure, other) in Measure::ALL.iter().filter_map(|measure| Some((*measure, measure.shown_with()?))) {
            assert!(other != measure && other.parts().len() == 1 && other.units().len() == 1, "{measure:?}");
            assert!(other.choices().is_empty() && !other.needs_note() && !other.is_worked_out(), "{measure:?}");
            assert_eq!((other.sensitivity(), other.shown_with()), (measure.sensitivity(), None), "{measure:?}");
        }
    }

    #[test]
    fn every_measure_is_whole() {
        for measure in Measure::ALL {
            assert!((1..=2).contains(&measure.parts().len()), "{measure:?}");
            assert_eq!(measure.unit().to_own, Linear::SAME, "{measure:?}: its own unit comes first");
            for part in measure.parts() {
                let (possible, likely) = (part.possible, part.likely);
                assert!(possible.0 <= likely.0 && likely.0 < likely.1 && likely.1 <= possible.1, "{measure:?} {part:?}");
            }
            let mut fields: Vec<_> = measure.parts().iter().map(|part| part.field).collect();
            fields.extend(measure.settings().iter().map(|setting| setting.field));
            fields.sort_unstable();
            fields.dedup();
            assert_eq!(
                fields.len(),
                measure.parts().len() + measure.settings().len(),
                "{measure:?}: fields have names of their own"
            );
            assert_eq!(measure.drawn() == Drawn::Pair, measure.parts().len() == 2, "{measure:?}");
            assert!(!measure.name().is_empty() && !measure.unit().ucum.is_empty(), "{measure:?}");
            assert!(!measure.clinical_name().is_empty(), "{measure:?}");
            assert_eq!(measure.name_in_sentence().to_lowercase(), measure.name().to_lowercase(), "{measure:?}");
            assert!(measure.texted().iter().all(|word| !word.is_empty() && *word == word.to_lowercase()), "{measure:?}");
            // What is counted is drawn by day or on a scale, and a total is of a day.
            assert!(!measure.is_counted() || measure.parts().iter().all(|part| part.decimals == 0), "{measure:?}");
            assert!(!measure.is_total() || measure.drawn() == Drawn::DayTotal, "{measure:?}");
            let highest = measure.parts().first().unwrap().possible.1;
            let choices = measure.choices().len();
            assert!(choices == 0 || highest == Amount::whole(i32::try_from(choices).unwrap()), "{measure:?}: a word for each");
            for unit in measure.units() {
                assert!(!unit.shown.is_empty() && !unit.one.is_empty(), "{measure:?} {}", unit.ucum);
                let plural = unit.one == unit.shown || format!("{}s", unit.one) == unit.shown;
                assert!(plural, "{measure:?}: {} and {}", unit.one, unit.shown);
            }
        }
    }

    #[test]
    fn no_word_of_a_text_message_is_of_two_measures_and_what_has_none_says_so() {
        let mut words: Vec<_> = Measure::ALL.iter().flat_map(|measure| measure.texted()).collect();
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), all);
        // What is worked out nobody tells, minutes are of sleep or exercise, and a symptom or a fall is told in words of its own.
        let silent: Vec<_> = Measure::ALL.iter().filter(|measure| measure.texted().is_empty()).collect();
        assert_eq!(silent, [&Measure::Bmi, &Measure::Exercise, &Measure::Symptom, &Measure::Fall]);
    }

    #[test]
    fn everything_that_people_are_asked_to_watch_can_be_recorded() {
        let named = [
            "blood-pressure",
            "pulse",
            "blood-glucose",
            "hba1c",
            "weight",
            "height",
            "peak-flow",
            "oxygen",
            "temperature",
            "steps",
            "exercise",
            "sleep",
            "pain",
            "mood",
            "symptoms",
            "falls",
            "smoking",
            "alcohol",
        ];
        for word in named {
            assert!(Measure::from_code(word).is_some(), "{word}");
        }
    }

    #[test]
    fn people_read_plain_names_and_those_who_give_care_their_own() {
        let named: Vec<_> = Measure::ALL.iter().map(|measure| (measure.name(), measure.clinical_name())).collect();
        for both in [
            ("Blood sugar", "Blood glucose"),
            ("Oxygen level", "Oxygen saturation (SpO2)"),
            ("Breathing rate", "Respiratory rate"),
            ("Peak flow", "Peak expiratory flow"),
            ("Blood pressure", "Blood pressure"),
        ] {
            assert!(named.contains(&both), "{both:?}");
        }
        let mut clinical: Vec<_> = named.iter().map(|(_, clinical)| clinical).collect();
        clinical.sort_unstable();
        clinical.dedup();
        assert_eq!(clinical.len(), named.len(), "each has a name of its own");
    }

    #[test]
    fn what_is_worked_out_has_its_codes_and_is_asked_of_nobody() {
        let worked_out: Vec<_> = Measure::ALL.iter().filter(|measure| measure.is_worked_out()).collect();
        assert_eq!(worked_out, [&Measure::Bmi]);
        for measure in worked_out {
            assert!(measure.texted().is_empty() && measure.settings().is_empty() && !measure.needs_note(), "{measure:?}");
        }
        assert_eq!((Measure::Bmi.codes(), Measure::Bmi.unit().ucum), (("39156-5", "60621009"), "kg/m2"));
    }

    #[test]
    fn mood_and_alcohol_carry_the_label_of_the_questionnaires_and_topics_about_them() {
        let mental: Vec<Measure> =
            Measure::ALL.iter().copied().filter(|measure| measure.sensitivity() == Sensitivity::Mental).collect();
        assert_eq!(mental, [Measure::Mood, Measure::Alcohol]);
    }

    #[test]
    fn what_is_of_a_day_has_no_code_of_a_week() {
        assert_eq!((Measure::Alcohol.codes(), Measure::Alcohol.parts()[0].hint.is_empty()), (("", ""), false));
        let codes = Measure::ALL.iter().flat_map(|measure| measure.parts()).map(|part| part.snomed);
        assert!(codes.into_iter().all(|code| code != "228958009"), "units of alcohol a week");
    }

    #[test]
    fn how_a_reading_was_taken_is_said_behind_its_number() {
        for (measure, settings, expected) in [
            (Measure::Glucose, "meal=before signs=no", "before a meal"),
            (Measure::Glucose, "meal=waking", "on waking"),
            (
                Measure::Glucose,
                "signs=ketones",
                "feeling or being sick, tummy pain, fast or deep breathing, very thirsty, sleepy, or breath that smells of fruit",
            ),
            // As a message of before was kept that told of being sick.
            (Measure::Glucose, "signs=yes", "confused, very drowsy, cannot swallow, has a fit, or cannot be woken"),
            (Measure::Pulse, "activity=rest", "at rest"),
            (Measure::Oxygen, "activity=active signs=no", "after being active"),
            (Measure::PeakFlow, "reliever=after", "after my reliever inhaler"),
            (
                Measure::BloodPressure,
                "signs=yes arm=left position=standing",
                "with warning signs (yes to one or more of: chest pain, being short of breath, confusion, one side weak or numb, or trouble \
                 seeing or speaking), left arm, standing",
            ),
            (
                Measure::Pulse,
                "signs=yes activity=rest",
                "at rest, chest pain, short of breath, fainting or feeling faint, confused, or very drowsy",
            ),
            (Measure::BloodPressure, "signs=no waited=said", ""),
            (
                Measure::BloodPressure,
                "signs=no eclampsia=yes",
                "with warning signs (yes to one or more of: a bad headache, blurred or flashing sight, bad pain just below the ribs, or \
                 sudden swelling of face or hands)",
            ),
            (Measure::BloodPressure, "eclampsia=no", ""),
            (Measure::Glucose, "", ""),
            (Measure::Glucose, "meal=nothing", ""),
            (Measure::Weight, "meal=before", ""),
        ] {
            assert_eq!(measure.taken_in_words(settings), expected, "{measure:?} {settings}");
        }
    }

    #[test]
    fn readings_are_said_as_they_were_typed() {
        let said = |measure: Measure, ucum: &str, said: &str, first: i64, second: Option<i64>| {
            let unit = measure.unit_of(ucum).unwrap();
            measure.in_words(unit, said, Amount::from_thousandths(first), second.map(Amount::from_thousandths))
        };
        assert_eq!(said(Measure::BloodPressure, "mm[Hg]", "142/88", 142_000, Some(88_000)), "142/88 mmHg");
        assert_eq!(said(Measure::Glucose, "mg/dL", "130", 7215, None), "130 mg/dL");
        assert_eq!(said(Measure::Weight, "[lb_av]", "12st 4", 78_018, None), "12 st 4 lb");
        assert_eq!(said(Measure::Weight, "[lb_av]", "12", 76_204, None), "12 st 0 lb");
        assert_eq!(said(Measure::Oxygen, "%", "97", 97_000, None), "97%");
        assert_eq!(said(Measure::Fall, "{falls}", "1", 1000, None), "1 fall");
        assert_eq!(said(Measure::Mood, "{score}", "4", 4000, None), "Good");
    }

    #[test]
    fn what_is_chosen_from_words_begins_small_within_a_sentence() {
        let said =
            |measure: Measure, first: i64| measure.in_a_sentence(measure.unit(), "", Amount::from_thousandths(first), None);
        assert_eq!(
            (said(Measure::Mood, 3000), said(Measure::Mood, 1000)),
            ("neither low nor good".to_owned(), "very low".to_owned())
        );
        assert_eq!((said(Measure::Glucose, 7200), said(Measure::Oxygen, 97_000)), ("7.2 mmol/L".to_owned(), "97%".to_owned()));
    }

    #[test]
    fn units_are_turned_into_one_another_as_their_sources_say() {
        let to_own = |measure: Measure, ucum: &str, amount: &str| {
            let unit = measure.unit_of(ucum).unwrap();
            unit.to_own.apply(Amount::parse(amount).unwrap()).rounded(measure.parts()[0].decimals).to_string()
        };
        assert_eq!(to_own(Measure::Glucose, "mg/dL", "130"), "7.2");
        // NGSP, "IFCC standardization": 6.5 % is 48 mmol/mol, 7.5 % is 58.
        assert_eq!(to_own(Measure::Hba1c, "%", "6.5"), "48");
        assert_eq!(to_own(Measure::Hba1c, "%", "7.5"), "58");
        assert_eq!(to_own(Measure::Temperature, "[degF]", "98.6"), "37");
        assert_eq!(to_own(Measure::Weight, "[lb_av]", "168"), "76.2");
        assert_eq!(to_own(Measure::Height, "[in_i]", "70"), "177.8");
        assert_eq!(to_own(Measure::Sleep, "min", "450"), "7.5");
    }

    proptest! {
        #[test]
        fn a_weight_in_stones_and_pounds_comes_back_as_it_was_typed(pounds in 0..1000_i32) {
            let unit = Measure::Weight.unit_of("[lb_av]").unwrap();
            prop_assert_eq!(unit.to_own.back(unit.to_own.apply(Amount::whole(pounds))).rounded(0), Amount::whole(pounds));
        }

        #[test]
        fn more_is_more_in_every_unit(less in 0..1_000_000_000_000_i64, more in prop_oneof![0..1_000_000_i64, Just(i64::MAX)]) {
            let (less, more) = (less.min(more), less.max(more));
            for unit in Measure::ALL.iter().flat_map(|measure| measure.units()) {
                let apply = |number| unit.to_own.apply(Amount::from_thousandths(number));
                prop_assert!(apply(less) <= apply(more));
            }
        }
    }
}
