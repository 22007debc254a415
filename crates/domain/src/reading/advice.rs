//! What to do at once about a reading, from public guidance, where no care team has said anything else. It is about the one
//! reading: nothing here tells what somebody has.

use super::{Amount, Measure, Range};
use chrono::{Datelike, NaiveDate};

/// How soon something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Worth knowing.
    Note,
    /// Today.
    Soon,
    /// Now.
    Now,
    /// By calling 999, before anything else.
    Emergency,
}

/// What to do about a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// How soon.
    pub urgency: Urgency,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What to do, in the order in which to do it.
    pub does: &'static [&'static str],
    /// When to call 999; empty where nothing asks for that.
    pub emergency: &'static str,
    /// From where it is taken.
    pub source: &'static str,
}

/// Whoever a reading is of, as far as what to do turns on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// How old they were when it was taken, in whole months; absent where that is not known.
    pub months: Option<u32>,
    /// Whether they may be pregnant, as far as age and sex say. Nobody is asked whether they are: the answer would stand beside the
    /// reading for everybody who may read it.
    pub may_be_pregnant: bool,
    /// Where their care team wants their oxygen level; absent where none says. There is no such range of any other measure: those are
    /// aims, and are not made to silence danger.
    pub oxygen: Option<Range>,
}

impl About {
    /// Somebody who was born then, with this FHIR administrative gender, on this day.
    #[must_use]
    pub fn on(day: NaiveDate, born: Option<NaiveDate>, gender: Option<&str>) -> Self {
        let months = born.and_then(|born| {
            let whole = (day.year() - born.year()) * 12 + day.month0().cast_signed() - born.month0().cast_signed();
            u32::try_from(whole - i32::from(day.day() < born.day())).ok()
        });
        // From the first periods to after the last.
        let of_age = months.is_none_or(|months| (11 * 12..56 * 12).contains(&months));
        Self { months, may_be_pregnant: of_age && gender != Some("male") && months.is_some(), oxygen: None }
    }

    /// Whether they are known to be under 18, for whom the guidelines of adults say nothing.
    #[must_use]
    pub fn is_child(&self) -> bool {
        self.months.is_some_and(|months| months < 18 * 12)
    }

    /// Whether NEWS2 is about them, which it is of people of 16 and over; also where nobody knows how old they are.
    fn has_early_warnings(&self) -> bool {
        self.months.is_none_or(|months| months >= 16 * 12)
    }

    /// Whether an oxygen level is where their care team wants it. A range without a lower end says nothing of what is low, and below 85%
    /// none does: the lowest range that guidance gives is 88% to 92% (BTS guideline for oxygen use, 2017), and a slip of a digit is no aim.
    fn wants_oxygen(&self, level: Amount) -> bool {
        self.oxygen.is_some_and(|range| range.low.is_some() && range.holds(level)) && level >= LOWEST_OXYGEN_AIM
    }

    /// Whether an oxygen level is above where their care team wants it, of a range that ends below what is usual for most people. Such a
    /// range is set because more can be too much (BTS guideline for oxygen use, 2017); one that ends at 95% or above, such as 94% to 98%,
    /// warns of nothing at its top, and one that ends below 85% is a slip.
    fn has_more_oxygen_than_wanted(&self, level: Amount) -> bool {
        let top = self.oxygen.and_then(|range| range.high);
        top.is_some_and(|top| (LOWEST_OXYGEN_AIM..Amount::whole(95)).contains(&top) && level > top)
    }
}

/// Below this no range of oxygen is an aim.
const LOWEST_OXYGEN_AIM: Amount = Amount::whole(85);

/// Very high blood pressure: NICE NG136, 1.5 (clinic blood pressure of 180/120 mmHg or higher), and the words of the NHS.
pub(super) const VERY_HIGH_PRESSURE: Advice = Advice {
    urgency: Urgency::Now,
    title: "This blood pressure is very high",
    does: &[
        "Sit quietly for 5 minutes and measure again.",
        "If it is still 180/120 or higher, ask for an urgent GP appointment or call 111.",
    ],
    emergency: "you also have chest pain, are short of breath, feel confused, cannot see or speak as usual, or a part of your body is weak or numb",
    source: "NHS: High blood pressure; NICE NG136, 1.5",
};

/// With signs of harm to heart, brain or eyes it is for the same day, by ambulance.
const EMERGENCY_PRESSURE: Advice = Advice {
    urgency: Urgency::Emergency,
    title: "This is an emergency. Call 999",
    does: &[
        "Call 999 now. Say what the blood pressure is, and what you feel.",
        "Do not drive to hospital yourself.",
        "Sit down and rest until help comes.",
    ],
    emergency: "",
    source: "NICE NG136, 1.5; NHS: High blood pressure",
};

/// The same for somebody who may be pregnant.
const EMERGENCY_OR_PREGNANT: Advice = Advice {
    does: &[
        "Call 999 now. Say what the blood pressure is, and what you feel.",
        "If you are pregnant or had a baby in the last 6 weeks, say that first. Then call your maternity unit too.",
        "Do not drive to hospital yourself.",
        "Sit down and rest until help comes.",
    ],
    source: "NICE NG136, 1.5; NICE NG133, severe hypertension (160/110 mmHg or more); NHS: High blood pressure",
    ..EMERGENCY_PRESSURE
};

/// What somebody feels counts also where the number is not high.
pub(super) const SIGNS_PRESSURE: Advice = Advice {
    urgency: Urgency::Now,
    title: "What you feel needs help now, whatever the number is",
    does: &["If it is mild, or comes and goes, call 111 now.", "Do not drive yourself, and do not wait for another reading."],
    emergency: "chest pain is sudden, tight, heavy or spreads, a face, arm or side is weak or numb, somebody cannot speak or see as usual, is suddenly confused, or struggles to breathe",
    source: "NHS: Chest pain; Stroke, symptoms; Shortness of breath",
};

/// The same where the number is high for somebody who is pregnant, and they may be.
pub(super) const SIGNS_OR_PREGNANT: Advice = Advice {
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call your maternity unit now. Say what you feel, and what the blood pressure is.",
        "If not, and it is mild, or comes and goes, call 111 now.",
        "Do not drive yourself, and do not wait for another reading.",
    ],
    emergency: SIGNS_AND_PREGNANT,
    source: SIGNS_AND_PREGNANT_FROM,
    ..SIGNS_PRESSURE
};

/// The same where it would be severe.
const SIGNS_SEVERE_OR_PREGNANT: Advice = Advice {
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call 999 now. Say that you are, what you feel, and what the blood pressure is.",
        "If not, and it is mild, or comes and goes, call 111 now.",
        "Do not drive yourself, and do not wait for another reading.",
    ],
    ..SIGNS_OR_PREGNANT
};

/// The same of what somebody says in words, and sends no number.
#[cfg(any(feature = "server", test))]
pub(super) const IN_WORDS: Advice = Advice {
    title: "What you feel needs help now",
    does: &["If it is mild, or comes and goes, call 111 now.", "Do not drive yourself."],
    ..SIGNS_PRESSURE
};

/// The same for somebody who may be pregnant.
#[cfg(any(feature = "server", test))]
pub(super) const IN_WORDS_OR_PREGNANT: Advice = Advice {
    title: IN_WORDS.title,
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call your maternity unit now. Say what you feel.",
        "If not, and it is mild, or comes and goes, call 111 now.",
        "Do not drive yourself.",
    ],
    ..SIGNS_OR_PREGNANT
};

/// A child before its birth that moves less, or a baby that does not move: the two are said alike.
#[cfg(any(feature = "server", test))]
pub(super) const BABY_STILL: Advice = Advice {
    urgency: Urgency::Now,
    title: "A baby who moves less than usual needs help now",
    does: &["If you are pregnant, call your midwife or maternity unit now, day or night. Do not wait until tomorrow."],
    emergency: "a baby who is born does not move, cannot be woken or does not breathe as usual",
    source: "NHS: Your baby's movements; When to call 999",
};

/// Waters that broke: whoever is pregnant is looked at, in labour or not.
#[cfg(any(feature = "server", test))]
pub(super) const WATERS: Advice = Advice {
    urgency: Urgency::Now,
    title: "When your waters break you need help now",
    does: &["Call your midwife or maternity unit now, day or night, also if you have no pain."],
    emergency: "you bleed heavily, you see or feel a cord, the baby is coming, or you have a fit",
    source: "NHS: Signs that labour has begun; NICE NG235",
};

const SIGNS_AND_PREGNANT: &str = "chest pain is sudden, tight, heavy or spreads, a face, arm or side is weak or numb, somebody cannot speak or see as usual, is suddenly confused, or struggles to breathe. Also if you are pregnant or had a baby in the last 6 weeks, and have a bad headache, blurred or flashing sight, bad pain just below the ribs, are sick, have sudden swelling of face, hands or feet, or have a fit";
const SIGNS_AND_PREGNANT_FROM: &str = "NHS: Chest pain; Stroke, symptoms; Shortness of breath; NICE NG133, hypertension (140/90 mmHg or more) and 1.1, symptoms of pre-eclampsia";

/// Very high for somebody who may be pregnant: the signs of pre-eclampsia are for 999 as well (NICE NG133).
pub(super) const VERY_HIGH_OR_PREGNANT: Advice = Advice {
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call your maternity unit now. You need to be seen today.",
        "If not, sit quietly for 5 minutes and measure again.",
        "If it is still 180/120 or higher, ask for an urgent GP appointment or call 111.",
    ],
    emergency: "you also have chest pain, are short of breath, feel confused, cannot see or speak as usual, or a part of your body is weak or numb. Also if you are pregnant or had a baby in the last 6 weeks, and have a bad headache, blurred or flashing sight, bad pain just below the ribs, are sick, have sudden swelling of face, hands or feet, or have a fit",
    source: "NHS: High blood pressure; NICE NG136, 1.5; NICE NG133, severe hypertension (160/110 mmHg or more) and 1.1, symptoms of pre-eclampsia",
    ..VERY_HIGH_PRESSURE
};

/// Severe hypertension in pregnancy is 160/110 or more: NICE NG133, which has it seen in hospital at once; the signs are its own of
/// pre-eclampsia.
pub(super) const SEVERE_IF_PREGNANT: Advice = Advice {
    urgency: Urgency::Now,
    title: "If you are pregnant, this blood pressure is very high",
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call your maternity unit now. You need to be seen today.",
        "If not, measure again on other days. If it stays high, tell your GP practice.",
    ],
    emergency: "you are pregnant or had a baby in the last 6 weeks, and also have a bad headache, blurred or flashing sight, bad pain just below the ribs, are sick, have sudden swelling of face, hands or feet, or have a fit",
    source: "NICE NG133, severe hypertension (160/110 mmHg or more) and 1.1, symptoms of pre-eclampsia",
};

pub(super) const HIGH_IF_PREGNANT: Advice = Advice {
    urgency: Urgency::Soon,
    title: "If you are pregnant, this blood pressure is high",
    does: &[
        "If you are pregnant or had a baby in the last 6 weeks, call your midwife or maternity unit today.",
        "If not, measure again on other days. If it stays high, tell your GP practice.",
    ],
    emergency: SEVERE_IF_PREGNANT.emergency,
    source: "NICE NG133, hypertension (140/90 mmHg or more) and 1.1, symptoms of pre-eclampsia",
};

/// No guideline of ours says what is high or low for them.
pub(super) const CHILD_PRESSURE: Advice = Advice {
    urgency: Urgency::Note,
    title: "Blood pressure under 18 is different",
    does: &[
        "What is usual changes with age and height. We cannot say if this is high or low.",
        "Ask your care team what is right for you or your child.",
    ],
    emergency: "",
    source: "NICE NG136, which is about adults of 18 and over",
};

/// What is very high in an adult is in anybody.
const CHILD_VERY_HIGH: Advice = Advice {
    does: &[
        "Sit quietly for 5 minutes and measure again. The cuff must be of the right size for you or your child.",
        "If it is still 180/120 or higher, call 111 now. Say how old you or your child is.",
    ],
    source: "NHS: High blood pressure; NICE NG136, 1.5, which is about adults",
    ..VERY_HIGH_PRESSURE
};

/// Usual for some; with signs of shock, of sepsis or of a bleeding it is none to wait with.
pub(super) const LOW_PRESSURE: Advice = Advice {
    urgency: Urgency::Note,
    title: "This blood pressure is low",
    does: &[
        "If you feel faint now, lie down and raise your legs. If that does not pass soon, or you feel unwell, call 111.",
        "Do you feel well? For some people this is usual. Get up slowly, and drink enough.",
        "If you often feel dizzy or faint, see a GP.",
    ],
    emergency: "somebody has fainted and does not wake within a minute, is confused or very drowsy, has cold, clammy, pale or blotchy skin, struggles to breathe, has chest pain, or bleeds heavily",
    source: "NHS: Low blood pressure (hypotension); Fainting; Sepsis; First aid, shock; When to call 999",
};

pub(super) const LOW_SUGAR: Advice = Advice {
    urgency: Urgency::Now,
    title: "This blood sugar is low",
    does: &[
        "If you have diabetes, have a sugary drink or snack now, such as a small glass of fruit juice or 5 jelly babies.",
        "Test again after 10 to 15 minutes. If it is still below 4, have another, and test again.",
        "When it is 4 or more, eat your meal if it is time, or a snack such as a slice of toast.",
    ],
    emergency: "somebody with low blood sugar is unconscious, drowsy or having a fit. Give them nothing to eat or drink",
    source: "NHS: Low blood sugar (hypoglycaemia)",
};

/// With signs that the brain has too little sugar, or where nothing can be swallowed.
const EMERGENCY_LOW_SUGAR: Advice = Advice {
    urgency: Urgency::Emergency,
    title: "This low blood sugar is an emergency. Call 999",
    does: &[
        "Call 999 now. Say that the blood sugar is low, what it is, and what you see.",
        "Give nothing to eat or drink to somebody who is very drowsy, has a fit, cannot swallow or cannot be woken. They can choke.",
        "Put them on their side, with their head tilted back. If there is a glucagon injection and you know how to give it, give it.",
        "Somebody who is awake and can swallow safely has a sugary drink now, such as a small glass of fruit juice.",
    ],
    emergency: "",
    source: "NHS: Low blood sugar (hypoglycaemia); NICE NG17, hypoglycaemia",
};

/// The same signs where the blood sugar is not low: of ketoacidosis, of a stroke, or of something else.
const SUGAR_WITH_SIGNS: Advice = Advice {
    urgency: Urgency::Emergency,
    title: "What you see needs 999 now, whatever the blood sugar is",
    does: &[
        "Call 999 now. Say what you see or feel, what the blood sugar is, and if you or they have diabetes.",
        "Give nothing to eat or drink to somebody who is very drowsy, has a fit, cannot swallow or cannot be woken.",
        "If they cannot be woken but are breathing, put them on their side.",
    ],
    emergency: "",
    source: "NHS: Diabetic ketoacidosis; Stroke, symptoms; When to call 999",
};

/// What ketones mean, and the signs of diabetic ketoacidosis: the levels are those of the NHS, of strips "2+" itself on the safe side.
const KETOACIDOSIS: &str = "your blood ketones are over 3 or a strip in pee shows 2+ or more. Also if you feel sick or are sick, have tummy pain, are very thirsty, breathe fast or deeply, are sleepy or confused, or your breath smells of fruit, and you do not know your ketones or have not been told that you have diabetes";
const KETONES: &str = "If you feel unwell, test your ketones if you can. From 0.6 to 1.5: test again in 2 hours. From 1.6 to 3: call your GP or diabetes team now, or 111.";

/// The signs of ketoacidosis where the blood sugar is neither low nor above 11: with some medicines ketones rise beside a usual one.
const KETONES_AT_USUAL_SUGAR: Advice = Advice {
    urgency: Urgency::Now,
    title: "If you have diabetes, what you feel can be from ketones",
    does: &[
        "If you have diabetes, test your ketones now if you can, whatever your blood sugar is. With some diabetes tablets, whose names end in gliflozin, ketones can be high while it is not.",
        "From 0.6 to 1.5: test again in 2 hours. From 1.6 to 3, or if you cannot test: call your GP or diabetes team now, or 111.",
        "If you do not have diabetes and do not feel better soon, call 111.",
    ],
    emergency: "your blood ketones are over 3 or a strip in pee shows 2+ or more. Also if you have diabetes and breathe fast or deeply, are confused or very drowsy, or your breath smells of fruit",
    source: "NHS: Diabetic ketoacidosis; MHRA: SGLT2 inhibitors, updated advice on the risk of diabetic ketoacidosis (2016)",
};

pub(super) const HIGH_SUGAR: Advice = Advice {
    urgency: Urgency::Note,
    title: "This blood sugar is above 11",
    does: &[
        "If you have diabetes, do what your plan says for high blood sugar.",
        KETONES,
        "If it stays high, speak to your diabetes team.",
    ],
    emergency: KETOACIDOSIS,
    source: "NHS: High blood sugar (hyperglycaemia); Diabetic ketoacidosis",
};

pub(super) const HIGHER_SUGAR: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This blood sugar is 15 or more",
    does: &[
        "Do now what your plan says for high blood sugar. Drink plenty of water.",
        KETONES,
        "If it stays at 15 or more, or insulin does not bring it down, call your diabetes team today, or 111. Do this even if your ketones are fine.",
    ],
    emergency: KETOACIDOSIS,
    source: "NHS: Diabetic ketoacidosis; Diabetes UK: Hyperosmolar hyperglycaemic state (15 mmol/L)",
};

pub(super) const EXTREME_SUGAR: Advice = Advice {
    urgency: Urgency::Now,
    title: "This blood sugar is 30 or more",
    does: &[
        "Wash your hands and test again now.",
        "If it is still 30 or more, go to A&E now, even if you feel well. It can be an emergency. Do not drive yourself.",
        "On the way, drink water if you can. Keep taking your diabetes medicine as you were told.",
    ],
    emergency: "somebody is very thirsty, confused, very drowsy or cannot be woken, feels or is sick, has tummy pain, breathes fast or deeply, or their breath smells of fruit",
    source: "JBDS: Hyperosmolar hyperglycaemic state, 2022 (30 mmol/L or more); NHS: Diabetic ketoacidosis",
};

/// The same of what is too high for a meter to show: from where on that is differs by meter.
#[cfg(any(feature = "server", test))]
pub(super) const OFF_METER_SUGAR: Advice = Advice {
    title: "This blood sugar is too high for the meter to show",
    does: &[
        "Wash your hands and test again now.",
        "If it shows HI again, or 30 or more, go to A&E now, even if you feel well. It can be an emergency. Do not drive yourself.",
        "On the way, drink water if you can. Keep taking your diabetes medicine as you were told.",
    ],
    ..EXTREME_SUGAR
};

pub(super) const VERY_LOW_OXYGEN: Advice = Advice {
    urgency: Urgency::Now,
    title: "This oxygen level is very low",
    does: &[
        "Measure again now: warm hands, no nail varnish, finger still for a minute.",
        "If it is still 92 or less, call 999, unless your care team has told you that this is usual for you.",
    ],
    emergency: "it stays at 92 or less, or you are very short of breath",
    source: "NHS England: Pulse oximetry at home",
};

pub(super) const LOW_OXYGEN: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This oxygen level is lower than usual",
    does: &[
        "Measure again within an hour: warm hands, no nail varnish, finger still for a minute.",
        "If it is still 93 or 94, call 111 or your GP practice, unless your care team has told you that this is usual for you.",
    ],
    emergency: "you are very short of breath",
    source: "NHS England: Pulse oximetry at home",
};

/// Low for most people, and in the range that a care team set: some with COPD are at risk of too much carbon dioxide above it. When to
/// call 999 does not turn on the number.
const OXYGEN_AS_WANTED: Advice = Advice {
    urgency: Urgency::Note,
    title: "This oxygen level is where your care team wants it",
    does: &[
        "It is low for most people, and in the range that your care team set for you.",
        "If you feel worse than usual, call your GP practice or 111 today, whatever the number is.",
    ],
    emergency: BREATHLESS,
    source: "BTS guideline for oxygen use (2017); NHS: Shortness of breath",
};

/// Above a range that ends below 95%. Whoever breathes oxygen may have too much of it, and on air nothing is wrong (NEWS2, SpO2 scale 2:
/// from 93% on it scores on oxygen, and nothing on air). Nobody is asked which it is: what to do of both stands there.
const OXYGEN_ABOVE_WANTED: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This oxygen level is above where your care team wants it",
    does: &[
        "It is not low. For some people too much oxygen is harmful.",
        "If you use oxygen, check that it is set as your care team told you. If it is set higher, set it back. Do not stop your oxygen by yourself.",
        "If you use oxygen and the level stays above your range, call your oxygen team or GP practice today, or 111 if they are closed.",
        "If you do not use oxygen, you do not need to do anything now. Tell your care team at your next visit.",
    ],
    emergency: "somebody is very drowsy, suddenly confused or cannot be woken, is struggling to breathe, gasps, chokes or cannot get words out, or their lips or skin turn very pale, blue or grey",
    source: "RCP National Early Warning Score (NEWS2), 2017: SpO2 scale 2; BTS guideline for oxygen use (2017); NHS: Shortness of breath",
};

/// When to call 999 about breathing: NHS, Shortness of breath.
const BREATHLESS: &str = "you are struggling to breathe, gasp, choke or cannot get words out, your lips or skin turn very pale, blue or grey, your chest feels tight or heavy, pain spreads to your arms, back, neck or jaw, or you are suddenly confused";

/// Signs that breathing fails, or of the heart, beside an oxygen level or a breathing rate, whatever it is and whatever a care team wants.
pub(super) const BREATHING_EMERGENCY: Advice = Advice {
    urgency: Urgency::Emergency,
    title: "What you see needs 999 now, whatever the number is",
    does: &[
        "Call 999 now. Say what you see or feel, and what the number is. Do not measure again first.",
        "Sit upright, rest, and stay calm. Do not drive to hospital yourself.",
        "If they cannot be woken but are breathing, put them on their side.",
    ],
    emergency: "",
    source: "NHS: Shortness of breath; Chest pain; When to call 999; NHS England: Pulse oximetry at home",
};

/// The same of what somebody says in words, and sends no number: what to do comes first.
#[cfg(any(feature = "server", test))]
pub(super) const IN_WORDS_EMERGENCY: Advice = Advice {
    title: "Call 999",
    does: &[
        "Call 999 now. Say what you see or feel.",
        "If somebody is not breathing, say that first. Whoever answers tells you what to do.",
        "If they cannot be woken but are breathing, put them on their side.",
    ],
    source: "NHS: When to call 999; Shortness of breath; Severe allergic reaction (anaphylaxis)",
    ..BREATHING_EMERGENCY
};

/// What scores 3 of NEWS2, for which its report asks for an urgent look by a clinician.
const BREATHING_OUT_OF_RANGE: Advice = Advice {
    urgency: Urgency::Now,
    title: "This breathing rate is far outside the usual range",
    does: &[
        "Sit upright, rest, and count again for a whole minute.",
        "If it is still 25 or more, or 8 or less, call 111 now or ask for an urgent GP appointment, unless your care team has told you that this is usual for you.",
    ],
    emergency: "you are struggling to breathe, gasp, choke or cannot get words out, your lips or skin turn very pale, blue or grey, your chest feels tight or heavy, pain spreads to your arms, back, neck or jaw, or you are suddenly confused. Also if somebody is very drowsy or cannot be woken",
    source: "RCP National Early Warning Score (NEWS2), 2017: 25 or more, or 8 or less, scores 3; NHS: Shortness of breath",
};

/// What scores 2.
const FAST_BREATHING: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This breathing rate is faster than usual",
    does: &[
        "Rest for 5 minutes and count again for a whole minute.",
        "If it is still 21 or more at rest, call your GP practice or 111 today, unless your care team has told you that this is usual for you.",
    ],
    emergency: BREATHLESS,
    source: "RCP National Early Warning Score (NEWS2), 2017: 21 to 24 scores 2; NHS: Shortness of breath",
};

/// What scores 1 on the slow side, where medicines that slow the breathing show first.
const SLOW_BREATHING: Advice = Advice {
    urgency: Urgency::Note,
    title: "This breathing rate is slower than usual",
    does: &[
        "Rest, and count again for a whole minute.",
        "If it is still 11 or less and you feel unwell, or take medicine that can slow your breathing, such as morphine or another strong painkiller, call 111 now.",
        "For some people this is usual. If it stays 11 or less, tell your GP practice.",
    ],
    emergency: BREATHING_OUT_OF_RANGE.emergency,
    source: "RCP National Early Warning Score (NEWS2), 2017: 9 to 11 scores 1; NHS: Shortness of breath; Morphine",
};

/// NEWS2 says nothing of them.
const CHILD_BREATHING: Advice = Advice {
    urgency: Urgency::Note,
    title: "Breathing rate under 16 is different",
    does: &[
        "What is usual changes with age. We cannot say if this is high or low.",
        "If you are worried about how you or your child breathes, call 111 now.",
    ],
    emergency: "a child finds it hard to breathe, grunts or sucks their stomach in under the ribs, their lips or skin turn very pale, blue or grey, they are suddenly confused, or they are limp, floppy or do not respond as usual",
    source: "RCP National Early Warning Score (NEWS2), 2017, which is about people of 16 and over; NHS: Shortness of breath",
};

const FEVER: Advice = Advice {
    urgency: Urgency::Note,
    title: "This is a high temperature",
    does: &[
        "If you have treatment for cancer, ring your 24-hour helpline now. Do not wait, and take nothing for the fever first.",
        "Rest, and drink plenty.",
        "Call 111 if it lasts, if you feel much worse, or if you have a weak immune system.",
    ],
    emergency: FEVER_SIGNS,
    source: "NHS: High temperature (fever) in adults; in children; Chemotherapy, side effects",
};

const FEVER_SIGNS: &str =
    "you also have a stiff neck, a rash that does not fade under a glass, a fit, or are confused or very short of breath";

pub(super) const VERY_HIGH_FEVER: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This temperature is very high",
    does: &[
        "If you have treatment for cancer, ring your 24-hour helpline now. Do not wait, and take nothing for the fever first.",
        "If you have been in the heat, lie down in a cool place, cool your skin with water, and drink.",
        "Measure again in half an hour. If it is still 40 or more, call 111.",
    ],
    emergency: "you feel no better after 30 minutes in a cool place, or you have a stiff neck, a rash that does not fade under a glass, a fit, or are confused or very short of breath",
    source: "NHS: Heat exhaustion and heatstroke; High temperature (fever) in adults; in children",
};

const BABY_FEVER: Advice = Advice {
    urgency: Urgency::Now,
    title: "This temperature is too high for a baby this young",
    does: &[
        "Call 111 or your GP practice now. Say how old your baby is, and what the temperature is.",
        "Go on with feeds. Do not cover your baby up more, and do not sponge with water.",
    ],
    emergency: "your baby is blue, pale, floppy or hard to wake, has a fit, struggles to breathe, or has a rash that does not fade under a glass",
    source: "NHS: High temperature (fever) in children (under 3 months 38°C, 3 to 6 months 39°C)",
};

/// Signs of sepsis, of meningitis, or of too much heat or cold, whatever the temperature is: many with sepsis have none that is high.
const TEMPERATURE_EMERGENCY: Advice = Advice {
    urgency: Urgency::Emergency,
    title: "What you see needs 999 now, whatever the temperature is",
    does: &[
        "Call 999 now. Say what you see, and what the temperature is. Say if you think that it could be sepsis or meningitis.",
        "Do not wait until more signs come, or until a rash fades.",
        "Give nothing to eat or drink to somebody who has a fit or is hard to wake. If they breathe, put them on their side.",
        "If they are very cold, wrap them in dry blankets. If they have been in the heat, cool their skin with water.",
    ],
    emergency: "",
    source: "NHS: Sepsis; Meningitis; High temperature (fever) in adults; in children; Heat exhaustion and heatstroke; Hypothermia",
};

pub(super) const COLD: Advice = Advice {
    urgency: Urgency::Now,
    title: "This temperature is very low",
    does: &[
        "Measure again now.",
        "If it is still below 35, call 999 or go to A&E. It is an emergency.",
        "Until help comes: go indoors, change wet clothes for dry ones, and wrap up in blankets. No hot bath, and do not rub arms or legs.",
    ],
    emergency: "it is still below 35, or somebody is confused, very drowsy, slurs their words or has stopped shivering",
    source: "NHS: Hypothermia",
};

/// What makes an emergency of a pulse, as far as somebody feels it.
const FAINT: &str = "you also have chest pain, are short of breath, or feel that you will faint";

/// Signs of the heart or of the circulation beside a pulse, whatever it is.
const PULSE_EMERGENCY: Advice = Advice {
    urgency: Urgency::Emergency,
    title: "What you see needs 999 now, whatever the pulse is",
    does: &[
        "Call 999 now. Say what you see or feel, and what the pulse is. Do not measure again first.",
        "Sit or lie down, and rest. Do not drive to hospital yourself.",
        "If they cannot be woken, say so at once. Whoever answers tells you what to do until help comes.",
    ],
    emergency: "",
    source: "NHS: Heart palpitations; Chest pain; Shortness of breath; When to call 999",
};

/// What scores 3 of NEWS2.
pub(super) const PULSE_FAR_OUT_OF_RANGE: Advice = Advice {
    urgency: Urgency::Now,
    title: "This pulse is far outside the usual range",
    does: &[
        "Rest for 5 minutes and measure again.",
        "If it is still 131 or more, or 40 or less, call 111 now or ask for an urgent GP appointment, unless your care team has told you that this is usual for you.",
    ],
    emergency: FAINT,
    source: "RCP National Early Warning Score (NEWS2), 2017: 131 or more, or 40 or less, scores 3; NHS: How to check your pulse; Heart palpitations",
};

/// What scores 2.
pub(super) const PULSE_OUT_OF_RANGE: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This pulse is outside the usual range",
    does: &[
        "Rest for 5 minutes and measure again.",
        "If it is still 111 or more at rest, call your GP practice or 111 today, unless your care team has told you that this is usual for you.",
    ],
    emergency: FAINT,
    source: "RCP National Early Warning Score (NEWS2), 2017: 111 to 130 scores 2; NHS: How to check your pulse; Heart palpitations",
};

/// What scores 1 on the slow side.
const SLOW_PULSE: Advice = Advice {
    urgency: Urgency::Note,
    title: "This pulse is slower than usual",
    does: &[
        "Rest for 5 minutes and measure again.",
        "For some people this is usual, such as those who are very fit or take beta blockers.",
        "If it is new for you and stays 50 or less, tell your GP practice. If you feel dizzy or very tired, call 111 now.",
    ],
    emergency: FAINT,
    source: "RCP National Early Warning Score (NEWS2), 2017: 41 to 50 scores 1; NHS: How to check your pulse; Beta blockers",
};

/// NEWS2 says nothing of them.
const CHILD_PULSE: Advice = Advice {
    urgency: Urgency::Note,
    title: "Pulse under 16 is different",
    does: &[
        "What is usual changes with age. We cannot say if this pulse is high or low.",
        "If you are worried about your pulse, or about how your child is, call 111 now.",
    ],
    emergency: "a child faints, has chest pain or finds it hard to breathe, their lips or skin turn very pale, blue or grey, they are suddenly confused, or they are limp, floppy or do not respond as usual",
    source: "RCP National Early Warning Score (NEWS2), 2017, which is about people of 16 and over; NHS: How to check your pulse; Heart palpitations; When to call 999",
};

/// What scores 3 in adults for being slow. Children have a faster pulse, and so it is no less grave in them.
const SLOW_CHILD_PULSE: Advice = Advice {
    urgency: Urgency::Now,
    title: "This pulse is very slow for somebody under 16",
    does: &[
        "Call 111 now, unless their care team has said that this is usual for them. Say what the pulse is, and how old they are.",
        "While you wait for the answer, count the pulse again for 1 minute. Say what it was too.",
    ],
    emergency: CHILD_PULSE.emergency,
    source: "RCP National Early Warning Score (NEWS2), 2017: 40 or less scores 3 in people of 16 and over, whose pulse is slower; NHS: How to check your pulse; When to call 999",
};

pub(super) const VERY_LOW_MOOD: Advice = Advice {
    urgency: Urgency::Soon,
    title: "If you feel very low, you do not have to be alone with it",
    does: &[
        "Talk to somebody you trust, or call Samaritans free on 116 123, at any time.",
        "For urgent help with your mental health call 111 and choose the mental health option.",
        "If you have felt like this for 2 weeks or more, see a GP.",
    ],
    emergency: "you have hurt yourself, or feel that you may",
    source: "NHS: Where to get urgent help for mental health; Low mood, sadness and depression",
};

pub(super) const HEAD: Advice = Advice {
    urgency: Urgency::Now,
    title: "A head was hit in this fall",
    does: &[
        "Go to A&E now if you were knocked out and woke up, were sick since, or have a headache that painkillers do not take away.",
        "Go too if you are not yourself, forget things, drank alcohol or took drugs just before, or a baby or small child cries more than usual.",
        "Go too if you take medicine that thins the blood, such as warfarin or apixaban, have a disease in which blood does not clot, or once had surgery on your brain.",
        "If none of this is so, rest, and let an adult stay with you for 24 hours. Signs can come later, for up to 3 weeks.",
        "Call 111 if you are not sure.",
    ],
    emergency: "somebody was knocked out and has not woken up, has trouble staying awake or keeping their eyes open, has a fit, is confused, is weak or numb in a part of their body, or cannot see, hear, speak, understand, write, walk or keep their balance as usual. Also if clear fluid comes from an ear or the nose, an ear bleeds, there is bruising behind an ear, or an eye is black that was not hit. Also if there is a dent in the head or something in the wound, or they fell more than 1 metre or 5 stairs. Call 999 too if you cannot get to A&E safely",
    source: "NHS: Head injury and concussion",
};

pub(super) const HURT: Advice = Advice {
    urgency: Urgency::Soon,
    title: "Somebody was hurt in this fall",
    does: &[
        "Go to A&E if you cannot put weight on it, it looks out of shape, or it hurts badly.",
        "Call 111 if the pain does not ease, or you feel unwell.",
        "Tell your GP practice that you fell, also if you feel well again.",
    ],
    emergency: "you cannot get up, your hip, back or neck hurts badly, or it bleeds and does not stop",
    source: "NHS: Falls; Broken hip",
};

/// Pain of 7 or more out of 10. The number says nothing of what it is, and so the signs of what cannot wait stand with it.
const SEVERE_PAIN: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This pain is very bad",
    does: &[
        "If it is new or worse than usual, or you do not know what it is from, call 111 now or ask for an urgent GP appointment.",
        "If you often have it, do what your care team agreed with you. Tell them today if that does not help.",
    ],
    emergency: "chest pain is sudden, tight, heavy or spreads, somebody struggles to breathe, a face, arm or side is weak or numb, somebody cannot speak or see as usual, is suddenly confused, has a fit, or bleeds heavily and it does not stop. Also if a headache or stomach ache came on suddenly and is very bad",
    source: "NHS: When to call 999; Chest pain; Stroke, symptoms; Shortness of breath; Headaches; Stomach ache",
};

/// The same of any other symptom, which stands in a note in words of their own.
const SEVERE_SYMPTOM: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This symptom is very bad",
    does: &[
        "If it is new or worse than usual, call 111 now or ask for an urgent GP appointment. Say what it is, and since when you have it.",
        "If it is about your mental health, call 111 now and choose the mental health option.",
        "If you often have it, do what your care team agreed with you. Tell them today if that does not help.",
    ],
    emergency: "chest pain is sudden, tight, heavy or spreads, somebody struggles to breathe, a face, arm or side is weak or numb, somebody cannot speak or see as usual, is suddenly confused, has a fit, or bleeds heavily and it does not stop. Also if lips, mouth, throat or tongue suddenly swell, or you have hurt yourself or feel that you may",
    source: "NHS: When to call 999; Chest pain; Stroke, symptoms; Shortness of breath; Where to get urgent help for mental health",
};

impl Advice {
    /// Whether it says itself what comes before the next measurement, if there is to be one: no other wait stands beside it then.
    #[must_use]
    pub fn comes_before_measuring(&self) -> bool {
        self.urgency >= Urgency::Now || self.asks_again()
    }

    /// Whether a step of it is to rest and measure again, so that there must be a place for what that shows.
    #[must_use]
    pub fn asks_again(&self) -> bool {
        self.does.iter().any(|step| step.contains("minutes and measure again"))
    }
}

/// What to do at once about a reading, in the measure's own unit, by its numbers as they are shown; `settings` as they are kept.
#[must_use]
pub fn advice(measure: Measure, first: Amount, second: Option<Amount>, settings: &str, about: About) -> Option<&'static Advice> {
    let (first, second) = (measure.rounded(first), second.map(|second| measure.rounded(second)));
    let at = |thousandths: i64| Amount::from_thousandths(thousandths);
    let has = |word: &str| settings.split(' ').any(|setting| setting == word);
    match measure {
        Measure::BloodPressure if has("eclampsia=yes") => Some(with_signs(at_least_high((first, second)), about)),
        Measure::BloodPressure => pressure((first, second), has("signs=yes"), about),
        Measure::Glucose if has("signs=yes") && first < at(4000) => Some(&EMERGENCY_LOW_SUGAR),
        Measure::Glucose if has("signs=yes") || (has("signs=ketones") && is_high_sugar(first)) => Some(&SUGAR_WITH_SIGNS),
        Measure::Glucose if has("signs=ketones") && first >= at(4000) => Some(&KETONES_AT_USUAL_SUGAR),
        Measure::Glucose if first < at(4000) => Some(&LOW_SUGAR),
        Measure::Glucose if first >= at(30_000) => Some(&EXTREME_SUGAR),
        Measure::Glucose if first >= at(15_000) => Some(&HIGHER_SUGAR),
        Measure::Glucose if is_high_sugar(first) => Some(&HIGH_SUGAR),
        Measure::Oxygen | Measure::Breathing if has("signs=yes") => Some(&BREATHING_EMERGENCY),
        Measure::Temperature if has("signs=yes") => Some(&TEMPERATURE_EMERGENCY),
        Measure::Oxygen if first < at(95_000) && about.wants_oxygen(first) => Some(&OXYGEN_AS_WANTED),
        Measure::Oxygen if about.has_more_oxygen_than_wanted(first) => Some(&OXYGEN_ABOVE_WANTED),
        Measure::Oxygen if first < at(93_000) => Some(&VERY_LOW_OXYGEN),
        Measure::Oxygen if first < at(95_000) => Some(&LOW_OXYGEN),
        Measure::Temperature if first >= at(38_000) => Some(fever(first, about)),
        Measure::Temperature if first < at(35_000) => Some(&COLD),
        Measure::Pulse if has("signs=yes") => Some(&PULSE_EMERGENCY),
        Measure::Pulse => pulse(first, has("activity=active"), about),
        Measure::Breathing => breathing(first, has("activity=active"), about),
        Measure::Pain if first >= at(7000) => Some(&SEVERE_PAIN),
        Measure::Symptom if first >= at(7000) => Some(&SEVERE_SYMPTOM),
        Measure::Mood if first <= at(1000) => Some(&VERY_LOW_MOOD),
        Measure::Fall if has("hurt=head") => Some(&HEAD),
        Measure::Fall if has("hurt=yes") => Some(&HURT),
        _ => None,
    }
}

/// Whether a blood sugar is above 11 mmol/L, from where on the signs of ketoacidosis are for 999 (NHS, Diabetic ketoacidosis).
pub(super) fn is_high_sugar(first: Amount) -> bool {
    Measure::Glucose.rounded(first) > Amount::whole(11)
}

/// By NEWS2, at rest: somebody who was active breathes faster, and nobody breathes so slowly.
fn breathing(rate: Amount, active: bool, about: About) -> Option<&'static Advice> {
    match rate {
        _ if !about.has_early_warnings() => Some(&CHILD_BREATHING),
        _ if rate <= Amount::whole(8) => Some(&BREATHING_OUT_OF_RANGE),
        _ if rate <= Amount::whole(11) => Some(&SLOW_BREATHING),
        _ if active => None,
        _ if rate >= Amount::whole(25) => Some(&BREATHING_OUT_OF_RANGE),
        _ if rate >= Amount::whole(21) => Some(&FAST_BREATHING),
        _ => None,
    }
}

/// By NEWS2, at rest: somebody who was active has a faster pulse, and nobody has so slow a one. What scores 1 on the fast side, 91 to 110,
/// is usual in many at home and says nothing. Under 16 it has no bounds; what is very slow in adults is so in children all the more.
fn pulse(rate: Amount, active: bool, about: About) -> Option<&'static Advice> {
    match rate {
        _ if !about.has_early_warnings() && rate <= Amount::whole(40) => Some(&SLOW_CHILD_PULSE),
        _ if !about.has_early_warnings() => Some(&CHILD_PULSE),
        _ if rate <= Amount::whole(40) => Some(&PULSE_FAR_OUT_OF_RANGE),
        _ if rate <= Amount::whole(50) => Some(&SLOW_PULSE),
        _ if active => None,
        _ if rate >= Amount::whole(131) => Some(&PULSE_FAR_OUT_OF_RANGE),
        _ if rate >= Amount::whole(111) => Some(&PULSE_OUT_OF_RANGE),
        _ => None,
    }
}

fn fever(degrees: Amount, about: About) -> &'static Advice {
    match about.months {
        Some(..3) => &BABY_FEVER,
        Some(3..=6) if degrees >= Amount::whole(39) => &BABY_FEVER,
        _ if degrees >= Amount::whole(40) => &VERY_HIGH_FEVER,
        _ => &FEVER,
    }
}

/// Whether a blood pressure is at 180/120 or more.
pub(super) fn is_very_high(first: Amount, second: Option<Amount>) -> bool {
    is_from((first, second), 180, 120)
}

fn is_from((first, second): (Amount, Option<Amount>), top: i32, bottom: i32) -> bool {
    let round = |number| Measure::BloodPressure.rounded(number);
    round(first) >= Amount::whole(top) || second.is_some_and(|second| round(second) >= Amount::whole(bottom))
}

fn pressure(both: (Amount, Option<Amount>), signs: bool, about: About) -> Option<&'static Advice> {
    let is_low = both.0 < Amount::whole(90) || both.1.is_some_and(|second| second < Amount::whole(60));
    if signs {
        return Some(with_signs(both, about));
    }
    match (is_very_high(both.0, both.1), about.is_child(), about.may_be_pregnant) {
        (true, true, false) => Some(&CHILD_VERY_HIGH),
        (true, _, true) => Some(&VERY_HIGH_OR_PREGNANT),
        (true, false, false) => Some(&VERY_HIGH_PRESSURE),
        (false, _, true) if is_from(both, 140, 90) => if_pregnant(both),
        (false, true, _) => Some(&CHILD_PRESSURE),
        (false, false, _) => is_low.then_some(&LOW_PRESSURE),
    }
}

/// What to do about a blood pressure where somebody said that there are signs of harm; what holds in pregnancy stands with it.
pub(super) fn with_signs(both: (Amount, Option<Amount>), about: About) -> &'static Advice {
    match (is_very_high(both.0, both.1), about.may_be_pregnant) {
        (true, true) => &EMERGENCY_OR_PREGNANT,
        (true, false) => &EMERGENCY_PRESSURE,
        (false, true) if is_from(both, 160, 110) => &SIGNS_SEVERE_OR_PREGNANT,
        (false, true) if is_from(both, 140, 90) => &SIGNS_OR_PREGNANT,
        (false, _) => &SIGNS_PRESSURE,
    }
}

/// A blood pressure with signs of pre-eclampsia, which ask for what one does that is high in pregnancy where it is lower.
pub(super) fn at_least_high((first, second): (Amount, Option<Amount>)) -> (Amount, Option<Amount>) {
    (first.max(Amount::whole(140)), second)
}

/// Whether a blood pressure is one that is severe in pregnancy, at 160/110 or more (NICE NG133).
pub(super) fn is_severe_if_pregnant(both: (Amount, Option<Amount>)) -> bool {
    is_from(both, 160, 110)
}

/// What to do about a blood pressure where somebody is pregnant or had a baby of late.
pub(super) fn if_pregnant(both: (Amount, Option<Amount>)) -> Option<&'static Advice> {
    match both {
        _ if is_severe_if_pregnant(both) => Some(&SEVERE_IF_PREGNANT),
        _ if is_from(both, 140, 90) => Some(&HIGH_IF_PREGNANT),
        _ => None,
    }
}

/// That the first table below these words of the hazard log has a row for each of these, in their order: its source, when it is shown, and
/// a risk and a control that no other has; what a control quotes are words of its advice.
#[cfg(test)]
pub(super) fn each_is_logged(below: &str, all: &[Advice]) {
    use std::collections::BTreeSet;

    let log = include_str!("../../../../docs/CLINICAL-SAFETY.md");
    let (_, after) = log.split_once(below).unwrap_or_default();
    let lines = after.lines().skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = lines.map(cells).collect();
    assert_eq!(rows.len(), all.len(), "one is not in the hazard log, or one there is not in the program");
    let (mut risks, mut controls) = (BTreeSet::new(), BTreeSet::new());
    for (row, one) in rows.iter().zip(all) {
        assert!(row.len() == 5 && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        assert_eq!((row[0].as_str(), row[1].as_str()), (one.title, one.source));
        assert!(risks.insert(&row[3]) && controls.insert(&row[4]), "another has the same risk or control: {row:?}");
        let quoted = row[4].split('\u{201c}').skip(1).filter_map(|rest| rest.split('\u{201d}').next());
        let quoted: Vec<&str> = quoted.collect();
        assert!(!quoted.is_empty(), "nothing is quoted: {row:?}");
        for words in quoted {
            let says = one.does.iter().chain(std::iter::once(&one.emergency)).any(|said| said.contains(words));
            assert!(says, "{} does not say {words:?}", one.title);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn title(measure: Measure, first: &str, second: Option<&str>, settings: &str) -> &'static str {
        let read = |text: &str| Amount::parse(text).unwrap();
        advice(measure, read(first), second.map(read), settings, About::default()).map_or("", |advice| advice.title)
    }

    #[test]
    fn each_bound_is_on_the_side_that_its_source_says() {
        let table = [
            (Measure::BloodPressure, "180", Some("80"), "", VERY_HIGH_PRESSURE.title),
            (Measure::BloodPressure, "150", Some("120"), "", VERY_HIGH_PRESSURE.title),
            (Measure::BloodPressure, "179", Some("119"), "", ""),
            (Measure::BloodPressure, "179", Some("119"), "signs=no arm=left", ""),
            (Measure::BloodPressure, "179", Some("119"), "signs=yes arm=left", SIGNS_PRESSURE.title),
            (Measure::BloodPressure, "120", Some("80"), "signs=yes", SIGNS_PRESSURE.title),
            (Measure::BloodPressure, "180", Some("80"), "signs=yes", EMERGENCY_PRESSURE.title),
            (Measure::BloodPressure, "150", Some("120"), "signs=yes", EMERGENCY_PRESSURE.title),
            (Measure::BloodPressure, "90", Some("60"), "", ""),
            (Measure::BloodPressure, "89", Some("60"), "", LOW_PRESSURE.title),
            (Measure::BloodPressure, "100", Some("59"), "", LOW_PRESSURE.title),
            (Measure::Glucose, "3.9", None, "", LOW_SUGAR.title),
            (Measure::Glucose, "4", None, "", ""),
            (Measure::Glucose, "3.9", None, "meal=before signs=no", LOW_SUGAR.title),
            (Measure::Glucose, "3.9", None, "signs=shaky", LOW_SUGAR.title),
            (Measure::Glucose, "3.9", None, "meal=before signs=yes", EMERGENCY_LOW_SUGAR.title),
            (Measure::Glucose, "4", None, "signs=shaky", ""),
            (Measure::Glucose, "4", None, "signs=yes", SUGAR_WITH_SIGNS.title),
            (Measure::Glucose, "3.996", None, "signs=yes", SUGAR_WITH_SIGNS.title),
            (Measure::Glucose, "3.9", None, "signs=ketones", LOW_SUGAR.title),
            (Measure::Glucose, "4", None, "signs=ketones", KETONES_AT_USUAL_SUGAR.title),
            (Measure::Glucose, "11", None, "meal=after signs=ketones", KETONES_AT_USUAL_SUGAR.title),
            (Measure::Glucose, "11.1", None, "signs=ketones", SUGAR_WITH_SIGNS.title),
            (Measure::Glucose, "31", None, "signs=ketones", SUGAR_WITH_SIGNS.title),
            (Measure::Glucose, "7", None, "signs=yes", SUGAR_WITH_SIGNS.title),
            (Measure::Glucose, "31", None, "signs=yes", SUGAR_WITH_SIGNS.title),
            (Measure::Glucose, "31", None, "signs=no", EXTREME_SUGAR.title),
            (Measure::Glucose, "11", None, "", ""),
            (Measure::Glucose, "11.1", None, "", HIGH_SUGAR.title),
            (Measure::Glucose, "14.9", None, "", HIGH_SUGAR.title),
            (Measure::Glucose, "14.95", None, "", HIGHER_SUGAR.title),
            (Measure::Glucose, "29.9", None, "", HIGHER_SUGAR.title),
            (Measure::Glucose, "30", None, "", EXTREME_SUGAR.title),
            (Measure::Glucose, "60", None, "", EXTREME_SUGAR.title),
            // 72 mg/dL is 3.996 mmol/L and shown as 4; 200 mg/dL is 11.1.
            (Measure::Glucose, "3.996", None, "", ""),
            (Measure::Glucose, "3.94", None, "", LOW_SUGAR.title),
            (Measure::Glucose, "11.04", None, "", ""),
            (Measure::Temperature, "37.96", None, "", FEVER.title),
            (Measure::Temperature, "34.96", None, "", ""),
            (Measure::BloodPressure, "179.6", Some("80"), "", VERY_HIGH_PRESSURE.title),
            (Measure::Oxygen, "92.4", None, "", VERY_LOW_OXYGEN.title),
            (Measure::Oxygen, "92.6", None, "", LOW_OXYGEN.title),
            (Measure::Oxygen, "92", None, "", VERY_LOW_OXYGEN.title),
            (Measure::Oxygen, "93", None, "", LOW_OXYGEN.title),
            (Measure::Oxygen, "94", None, "", LOW_OXYGEN.title),
            (Measure::Oxygen, "95", None, "", ""),
            (Measure::Oxygen, "95", None, "signs=yes", BREATHING_EMERGENCY.title),
            (Measure::Oxygen, "93", None, "activity=rest signs=yes", BREATHING_EMERGENCY.title),
            (Measure::Oxygen, "100", None, "activity=active signs=yes", BREATHING_EMERGENCY.title),
            (Measure::Oxygen, "95", None, "activity=rest signs=no", ""),
            (Measure::Oxygen, "92", None, "signs=no", VERY_LOW_OXYGEN.title),
            (Measure::Breathing, "16", None, "signs=yes", BREATHING_EMERGENCY.title),
            (Measure::Breathing, "30", None, "activity=active signs=yes", BREATHING_EMERGENCY.title),
            (Measure::Breathing, "16", None, "signs=no", ""),
            (Measure::Temperature, "36.8", None, "signs=yes", TEMPERATURE_EMERGENCY.title),
            (Measure::Temperature, "38.5", None, "signs=yes", TEMPERATURE_EMERGENCY.title),
            (Measure::Temperature, "34.5", None, "signs=yes", TEMPERATURE_EMERGENCY.title),
            (Measure::Temperature, "38.5", None, "signs=no", FEVER.title),
            (Measure::Temperature, "37.9", None, "", ""),
            (Measure::Temperature, "38", None, "", FEVER.title),
            (Measure::Temperature, "35", None, "", ""),
            (Measure::Temperature, "34.9", None, "", COLD.title),
            (Measure::Pulse, "40", None, "", PULSE_FAR_OUT_OF_RANGE.title),
            (Measure::Pulse, "39", None, "activity=active", PULSE_FAR_OUT_OF_RANGE.title),
            (Measure::Pulse, "41", None, "", SLOW_PULSE.title),
            (Measure::Pulse, "50", None, "activity=rest signs=no", SLOW_PULSE.title),
            (Measure::Pulse, "51", None, "", ""),
            (Measure::Pulse, "110", None, "", ""),
            (Measure::Pulse, "111", None, "", PULSE_OUT_OF_RANGE.title),
            (Measure::Pulse, "130", None, "activity=rest", PULSE_OUT_OF_RANGE.title),
            (Measure::Pulse, "130.4", None, "", PULSE_OUT_OF_RANGE.title),
            (Measure::Pulse, "131", None, "", PULSE_FAR_OUT_OF_RANGE.title),
            (Measure::Pulse, "131", None, "activity=active", ""),
            (Measure::Pulse, "72", None, "signs=yes", PULSE_EMERGENCY.title),
            (Measure::Pulse, "150", None, "activity=active signs=yes", PULSE_EMERGENCY.title),
            (Measure::Breathing, "8", None, "", BREATHING_OUT_OF_RANGE.title),
            (Measure::Breathing, "8", None, "activity=active", BREATHING_OUT_OF_RANGE.title),
            (Measure::Breathing, "8.4", None, "", BREATHING_OUT_OF_RANGE.title),
            (Measure::Breathing, "9", None, "", SLOW_BREATHING.title),
            (Measure::Breathing, "10", None, "activity=rest", SLOW_BREATHING.title),
            (Measure::Breathing, "11", None, "", SLOW_BREATHING.title),
            (Measure::Breathing, "11", None, "activity=active", SLOW_BREATHING.title),
            (Measure::Breathing, "11.4", None, "", SLOW_BREATHING.title),
            (Measure::Breathing, "12", None, "", ""),
            (Measure::Breathing, "12", None, "activity=rest", ""),
            (Measure::Breathing, "20", None, "", ""),
            (Measure::Breathing, "20.4", None, "", ""),
            (Measure::Breathing, "21", None, "", FAST_BREATHING.title),
            (Measure::Breathing, "24", None, "activity=rest", FAST_BREATHING.title),
            (Measure::Breathing, "24", None, "activity=active", ""),
            (Measure::Breathing, "25", None, "", BREATHING_OUT_OF_RANGE.title),
            (Measure::Breathing, "40", None, "activity=rest", BREATHING_OUT_OF_RANGE.title),
            (Measure::Breathing, "40", None, "activity=active", ""),
            (Measure::Pain, "6", None, "", ""),
            (Measure::Pain, "7", None, "", SEVERE_PAIN.title),
            (Measure::Pain, "10", None, "", SEVERE_PAIN.title),
            (Measure::Symptom, "6", None, "", ""),
            (Measure::Symptom, "7", None, "", SEVERE_SYMPTOM.title),
            (Measure::Symptom, "10", None, "", SEVERE_SYMPTOM.title),
            (Measure::Mood, "1", None, "", VERY_LOW_MOOD.title),
            (Measure::Mood, "2", None, "", ""),
            (Measure::Fall, "1", None, "hurt=head", HEAD.title),
            (Measure::Fall, "1", None, "hurt=yes", HURT.title),
            (Measure::Fall, "1", None, "hurt=no", ""),
            (Measure::Temperature, "39.9", None, "", FEVER.title),
            (Measure::Temperature, "40", None, "", VERY_HIGH_FEVER.title),
            (Measure::Weight, "70", None, "", ""),
        ];
        for (measure, first, second, settings, expected) in table {
            assert_eq!(title(measure, first, second, settings), expected, "{measure:?} {first} {second:?} {settings}");
        }
    }

    #[test]
    fn what_a_blood_pressure_asks_for_differs_by_age_and_where_somebody_may_be_pregnant() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let on = |born: &str, gender: &str| About::on(day("2026-11-29"), Some(day(born)), Some(gender));
        let (man, woman, older) = (on("1980-01-01", "male"), on("1990-05-05", "female"), on("1948-03-09", "female"));
        let (toddler, boy, girl) = (on("2024-11-30", "female"), on("2008-11-30", "male"), on("2011-04-01", "female"));
        let table = [
            (man, 165, 112, ""),
            (man, 139, 89, ""),
            (man, 89, 60, LOW_PRESSURE.title),
            (older, 165, 112, ""),
            (woman, 139, 89, ""),
            (woman, 140, 80, HIGH_IF_PREGNANT.title),
            (woman, 120, 90, HIGH_IF_PREGNANT.title),
            (woman, 159, 109, HIGH_IF_PREGNANT.title),
            (woman, 160, 80, SEVERE_IF_PREGNANT.title),
            (woman, 150, 110, SEVERE_IF_PREGNANT.title),
            (woman, 165, 112, SEVERE_IF_PREGNANT.title),
            (woman, 180, 100, VERY_HIGH_PRESSURE.title),
            (toddler, 85, 50, CHILD_PRESSURE.title),
            (toddler, 130, 80, CHILD_PRESSURE.title),
            (boy, 130, 80, CHILD_PRESSURE.title),
            (boy, 180, 80, VERY_HIGH_PRESSURE.title),
            (girl, 130, 80, CHILD_PRESSURE.title),
            (girl, 165, 112, SEVERE_IF_PREGNANT.title),
            (About::default(), 165, 112, ""),
        ];
        for (about, first, second, expected) in table {
            let told = advice(Measure::BloodPressure, Amount::whole(first), Some(Amount::whole(second)), "", about);
            assert_eq!(told.map_or("", |told| told.title), expected, "{about:?} {first}/{second}");
        }
        let at = |about| advice(Measure::BloodPressure, Amount::whole(185), Some(Amount::whole(100)), "", about).unwrap().does[0];
        assert!(
            at(woman).contains("call your maternity unit now")
                && at(boy).contains("right size")
                && !at(man).contains("maternity")
        );
    }

    #[test]
    fn whoever_may_be_pregnant_reads_of_the_maternity_unit_and_of_pre_eclampsia_however_high_it_is_and_whatever_they_feel() {
        let woman = About { months: Some(360), may_be_pregnant: true, ..About::default() };
        let told = |first, second, signs, about| {
            advice(Measure::BloodPressure, Amount::whole(first), Some(Amount::whole(second)), signs, about).unwrap()
        };
        for (first, second) in [(140, 80), (159, 109), (160, 80), (179, 119), (180, 80), (150, 120), (220, 130)] {
            for signs in ["", "signs=no", "signs=yes"] {
                let told = told(first, second, signs, woman);
                let all = format!("{} {}", told.does.join(" "), told.emergency);
                assert!(all.contains("If you are pregnant or had a baby in the last 6 weeks"), "{first}/{second} {signs}: {all}");
                if told.urgency != Urgency::Emergency {
                    for sign in ["headache", "flashing sight", "pain just below the ribs", "sick", "sudden swelling", "a fit"] {
                        assert!(told.emergency.contains(sign), "{first}/{second} {signs}: {sign}");
                    }
                }
                if signs == "signs=yes" && (first >= 160 || second >= 110) {
                    assert!(all.contains("call 999 now") || all.contains("Call 999 now"), "{first}/{second}: {all}");
                }
            }
        }
        // Above 180/120 nothing is left out that others read.
        for sign in ["chest pain", "short of breath", "confused", "see or speak", "weak or numb"] {
            assert!(told(180, 80, "", woman).emergency.contains(sign) && VERY_HIGH_PRESSURE.emergency.contains(sign), "{sign}");
        }
        assert!(told(180, 80, "", woman).emergency.starts_with(VERY_HIGH_PRESSURE.emergency));
        assert!(SIGNS_AND_PREGNANT.starts_with(SIGNS_PRESSURE.emergency));
        assert_eq!(told(185, 90, "signs=yes", woman).urgency, Urgency::Emergency);
        for told in [told(185, 90, "signs=yes", About::default()), told(150, 95, "signs=yes", About::default())] {
            assert!(!format!("{told:?}").contains("pregnant"), "{}", told.title);
        }
    }

    #[test]
    fn how_old_somebody_is_goes_by_whole_months() {
        let months = |born: &str, day: &str| About::on(day.parse().unwrap(), Some(born.parse().unwrap()), None).months;
        for (born, day, expected) in [
            ("2026-11-29", "2026-11-29", Some(0)),
            ("2026-08-30", "2026-11-29", Some(2)),
            ("2026-08-29", "2026-11-29", Some(3)),
            ("2025-12-31", "2026-02-28", Some(1)),
            ("2008-11-30", "2026-11-29", Some(215)),
            ("2008-11-29", "2026-11-29", Some(216)),
            ("2026-12-01", "2026-11-29", None),
        ] {
            assert_eq!(months(born, day), expected, "{born} {day}");
        }
        assert!(!About::on("2026-11-29".parse().unwrap(), None, Some("female")).may_be_pregnant, "an age that nobody knows");
    }

    #[test]
    fn a_fever_asks_for_more_the_younger_a_baby_is() {
        for (months, degrees, expected) in [
            (Some(0), "37.9", ""),
            (Some(0), "38", BABY_FEVER.title),
            (Some(2), "38", BABY_FEVER.title),
            (Some(3), "38.9", FEVER.title),
            (Some(3), "39", BABY_FEVER.title),
            (Some(6), "39", BABY_FEVER.title),
            (Some(7), "39.9", FEVER.title),
            (Some(7), "40", VERY_HIGH_FEVER.title),
            (None, "39.5", FEVER.title),
        ] {
            let about = About { months, ..About::default() };
            let told = advice(Measure::Temperature, Amount::parse(degrees).unwrap(), None, "", about);
            assert_eq!(told.map_or("", |told| told.title), expected, "{months:?} {degrees}");
        }
        assert!(FEVER.does[0].contains("ring your 24-hour helpline now") && VERY_HIGH_FEVER.does[0].contains("24-hour helpline"));
    }

    #[test]
    fn nobody_under_16_is_told_that_they_breathe_fast_or_slowly_by_bounds_of_adults() {
        for (months, rate, expected) in [
            (Some(0), 45, CHILD_BREATHING.title),
            (Some(60), 24, CHILD_BREATHING.title),
            (Some(60), 8, CHILD_BREATHING.title),
            (Some(60), 10, CHILD_BREATHING.title),
            (Some(16 * 12 - 1), 16, CHILD_BREATHING.title),
            (Some(16 * 12), 11, SLOW_BREATHING.title),
            (Some(16 * 12), 16, ""),
            (Some(16 * 12), 24, FAST_BREATHING.title),
            (Some(70 * 12), 25, BREATHING_OUT_OF_RANGE.title),
            (None, 25, BREATHING_OUT_OF_RANGE.title),
        ] {
            let about = About { months, ..About::default() };
            let told = advice(Measure::Breathing, Amount::whole(rate), None, "", about);
            assert_eq!(told.map_or("", |told| told.title), expected, "{months:?} {rate}");
        }
        for sign in ["grunts", "under the ribs", "blue or grey", "confused", "floppy"] {
            assert!(CHILD_BREATHING.emergency.contains(sign), "{sign}");
        }
    }

    #[test]
    fn nobody_under_16_is_told_that_their_pulse_is_fast_or_slow_by_bounds_of_adults() {
        for (months, rate, expected) in [
            (Some(24), 125, CHILD_PULSE.title),
            (Some(0), 150, CHILD_PULSE.title),
            (Some(120), 45, CHILD_PULSE.title),
            (Some(120), 41, CHILD_PULSE.title),
            (Some(120), 40, SLOW_CHILD_PULSE.title),
            (Some(0), 30, SLOW_CHILD_PULSE.title),
            (Some(16 * 12 - 1), 40, SLOW_CHILD_PULSE.title),
            (Some(16 * 12), 40, PULSE_FAR_OUT_OF_RANGE.title),
            (Some(16 * 12 - 1), 72, CHILD_PULSE.title),
            (Some(16 * 12), 72, ""),
            (Some(16 * 12), 45, SLOW_PULSE.title),
            (Some(70 * 12), 125, PULSE_OUT_OF_RANGE.title),
            (Some(70 * 12), 131, PULSE_FAR_OUT_OF_RANGE.title),
            (None, 40, PULSE_FAR_OUT_OF_RANGE.title),
        ] {
            let about = About { months, ..About::default() };
            let told = advice(Measure::Pulse, Amount::whole(rate), None, "", about);
            assert_eq!(told.map_or("", |told| told.title), expected, "{months:?} {rate}");
        }
        for sign in ["faints", "chest pain", "hard to breathe", "blue or grey", "confused", "floppy"] {
            assert!(CHILD_PULSE.emergency.contains(sign), "{sign}");
        }
        for (news2, breathing) in [(&PULSE_FAR_OUT_OF_RANGE, &BREATHING_OUT_OF_RANGE), (&PULSE_OUT_OF_RANGE, &FAST_BREATHING)] {
            assert_eq!(news2.urgency, breathing.urgency, "the same score is as urgent: {}", news2.title);
        }
    }

    #[test]
    fn what_is_very_bad_stands_with_the_signs_of_what_cannot_wait() {
        for one in [&SEVERE_PAIN, &SEVERE_SYMPTOM] {
            for sign in
                ["chest pain", "struggles to breathe", "weak or numb", "speak or see", "confused", "a fit", "bleeds heavily"]
            {
                assert!(one.emergency.contains(sign), "{}: {sign}", one.title);
            }
            assert!(one.does[0].contains("call 111 now or ask for an urgent GP appointment"), "{}", one.title);
        }
        assert!(SEVERE_PAIN.emergency.contains("headache or stomach ache came on suddenly"));
        assert!(SEVERE_SYMPTOM.emergency.contains("throat or tongue suddenly swell"));
        assert!(BREATHING_OUT_OF_RANGE.emergency.starts_with(BREATHLESS) && FAST_BREATHING.emergency == BREATHLESS);
    }

    #[test]
    fn an_oxygen_level_is_told_by_what_a_care_team_wants_and_keeps_when_to_call_999() {
        let range = |low: Option<i32>, high: Option<i32>| Some(Range::of(low.map(Amount::whole), high.map(Amount::whole)));
        let copd = range(Some(88), Some(92));
        let table = [
            (copd, "87", VERY_LOW_OXYGEN.title),
            (copd, "87.4", VERY_LOW_OXYGEN.title),
            (copd, "87.6", OXYGEN_AS_WANTED.title),
            (copd, "88", OXYGEN_AS_WANTED.title),
            (copd, "92", OXYGEN_AS_WANTED.title),
            // Above it, it is never called low.
            (copd, "92.4", OXYGEN_AS_WANTED.title),
            (copd, "92.6", OXYGEN_ABOVE_WANTED.title),
            (copd, "93", OXYGEN_ABOVE_WANTED.title),
            (copd, "94", OXYGEN_ABOVE_WANTED.title),
            (copd, "95", OXYGEN_ABOVE_WANTED.title),
            (copd, "100", OXYGEN_ABOVE_WANTED.title),
            (range(Some(90), Some(94)), "94", OXYGEN_AS_WANTED.title),
            (range(Some(90), Some(94)), "95", OXYGEN_ABOVE_WANTED.title),
            (range(Some(85), Some(88)), "90", OXYGEN_ABOVE_WANTED.title),
            // What is usual for most people is not too much, whatever the top of a range.
            (range(Some(90), Some(95)), "96", ""),
            (range(Some(94), Some(98)), "99", ""),
            (range(Some(94), Some(98)), "93", LOW_OXYGEN.title),
            // No aim ends so low.
            (range(Some(80), Some(84)), "90", VERY_LOW_OXYGEN.title),
            (range(Some(93), None), "92", VERY_LOW_OXYGEN.title),
            (range(Some(93), None), "94", OXYGEN_AS_WANTED.title),
            (range(Some(93), None), "97", ""),
            (range(Some(95), None), "94", LOW_OXYGEN.title),
            // What has no lower end says nothing of what is low.
            (range(None, Some(92)), "80", VERY_LOW_OXYGEN.title),
            (range(None, Some(92)), "92", VERY_LOW_OXYGEN.title),
            (range(None, Some(92)), "94", OXYGEN_ABOVE_WANTED.title),
            (range(None, None), "90", VERY_LOW_OXYGEN.title),
            (None, "90", VERY_LOW_OXYGEN.title),
        ];
        for (oxygen, level, expected) in table {
            let about = About { oxygen, ..About::default() };
            let told = advice(Measure::Oxygen, Amount::parse(level).unwrap(), None, "", about);
            assert_eq!(told.map_or("", |told| told.title), expected, "{oxygen:?} {level}");
        }
        assert_eq!(OXYGEN_AS_WANTED.urgency, Urgency::Note);
        let above = OXYGEN_ABOVE_WANTED.does.join(" ");
        assert!(above.contains("It is not low") && above.contains("Do not stop your oxygen by yourself"), "{above}");
        for sign in ["very drowsy", "confused", "cannot be woken"] {
            assert!(OXYGEN_ABOVE_WANTED.emergency.contains(sign), "{sign}");
        }
        for sign in ["struggling to breathe", "cannot get words out", "blue or grey", "suddenly confused"] {
            assert!(OXYGEN_AS_WANTED.emergency.contains(sign), "{sign}");
        }
        // Nothing else turns on it.
        let about = About { oxygen: range(Some(0), Some(92)), ..About::default() };
        let told = |measure, first, second| advice(measure, Amount::whole(first), second, "", about).unwrap().title;
        assert_eq!(told(Measure::BloodPressure, 185, Some(Amount::whole(90))), VERY_HIGH_PRESSURE.title);
        assert_eq!(told(Measure::Pulse, 30, None), PULSE_FAR_OUT_OF_RANGE.title);
        assert_eq!(told(Measure::Glucose, 3, None), LOW_SUGAR.title);
    }

    #[test]
    fn signs_beside_an_oxygen_level_a_breathing_rate_a_pulse_or_a_temperature_are_for_999_before_anything_else() {
        let baby = About { months: Some(1), ..About::default() };
        let copd = About { oxygen: Some(Range::of(Some(Amount::whole(88)), Some(Amount::whole(92)))), ..About::default() };
        for (measure, about, numbers) in [
            (Measure::Oxygen, About::default(), [70, 93, 100]),
            (Measure::Oxygen, copd, [87, 90, 97]),
            (Measure::Breathing, About::default(), [6, 16, 40]),
            (Measure::Breathing, baby, [20, 40, 70]),
            (Measure::Pulse, About::default(), [35, 72, 150]),
            (Measure::Pulse, baby, [60, 120, 180]),
            (Measure::Temperature, About::default(), [33, 37, 41]),
            (Measure::Temperature, baby, [35, 37, 39]),
        ] {
            let setting = measure.settings().iter().find(|setting| setting.field == "signs").unwrap();
            assert_eq!(setting.asked, crate::reading::Asked::Plain, "{measure:?}");
            for number in numbers {
                let told = advice(measure, Amount::whole(number), None, "signs=yes", about).unwrap();
                assert_eq!(told.urgency, Urgency::Emergency, "{measure:?} {number}");
                assert!(told.does[0].starts_with("Call 999 now"), "{measure:?} {number}");
                let silent = advice(measure, Amount::whole(number), None, "", about);
                assert_eq!(advice(measure, Amount::whole(number), None, "signs=no", about), silent, "{measure:?} {number}");
            }
        }
        let yes = |measure: Measure| {
            let setting = measure.settings().iter().find(|setting| setting.field == "signs").unwrap();
            setting.answers.iter().find(|(code, _)| *code == "yes").unwrap().1
        };
        for sign in ["lue or grey lips", "struggling to breathe", "whole sentence", "confused", "very drowsy", "chest pain"] {
            assert!(yes(Measure::Oxygen).contains(sign) && yes(Measure::Breathing).contains(sign), "{sign}");
        }
        for sign in ["hest pain", "short of breath", "faint", "confused", "very drowsy"] {
            assert!(yes(Measure::Pulse).contains(sign), "{sign}");
        }
        for sign in ["does not fade", "stiff neck", "confused", "a fit", "hard to wake", "struggling to breathe", "blotchy"] {
            assert!(yes(Measure::Temperature).contains(sign), "{sign}");
        }
    }

    #[cfg(feature = "server")]
    #[test]
    fn such_signs_are_heard_of_a_text_message_too() {
        use crate::reading::{Texted, understand};

        for (text, measure) in [
            ("oxygen 95 confused", Measure::Oxygen),
            ("breathing 18 drowsy", Measure::Breathing),
            ("temp 38.5 confused", Measure::Temperature),
            ("pulse 118 chest pain", Measure::Pulse),
        ] {
            let Ok(Texted::Readings(told)) = understand(text) else { panic!("{text}") };
            assert_eq!(told.len(), 1, "{text}");
            assert_eq!(told[0].measure, measure, "{text}");
            assert_eq!(told[0].settings, [("signs", "yes")], "{text}");
        }
    }

    #[test]
    fn who_hit_their_head_is_sent_to_a_and_e_for_each_thing_that_the_nhs_names() {
        assert!(HEAD.does[0].starts_with("Go to A&E now") && HEAD.does[1..3].iter().all(|step| step.starts_with("Go too if")));
        let to_a_and_e = HEAD.does[..3].join(" ");
        for sign in [
            "knocked out and woke up",
            "were sick since",
            "headache that painkillers",
            "not yourself",
            "forget",
            "alcohol",
            "drugs",
            "cries more",
            "thins the blood",
            "blood does not clot",
            "surgery on your brain",
        ] {
            assert!(to_a_and_e.contains(sign), "{sign}");
        }
        for sign in [
            "knocked out and has not woken up",
            "staying awake",
            "eyes open",
            "a fit",
            "confused",
            "weak or numb",
            "see",
            "hear",
            "speak",
            "understand",
            "write",
            "walk",
            "balance",
            "clear fluid comes from an ear or the nose",
            "an ear bleeds",
            "behind an ear",
            "eye is black",
            "dent in the head",
            "1 metre or 5 stairs",
            "cannot get to A&E safely",
        ] {
            assert!(HEAD.emergency.contains(sign), "{sign}");
        }
        assert!(HURT.emergency.contains("cannot get up") && HURT.does[0].contains("A&E"));
    }

    #[test]
    fn whoever_is_too_cold_is_sent_for_help_first() {
        assert_eq!(COLD.does.len(), 3);
        assert!(COLD.does[1].contains("call 999 or go to A&E") && COLD.does[2].contains("No hot bath"));
        assert!(COLD.emergency.starts_with("it is still below 35"), "{}", COLD.emergency);
    }

    #[test]
    fn what_says_when_to_measure_again_or_not_to_comes_before_the_next_reading() {
        for one in [&VERY_HIGH_PRESSURE, &VERY_HIGH_OR_PREGNANT, &CHILD_VERY_HIGH, &EMERGENCY_PRESSURE, &SIGNS_PRESSURE] {
            assert!(one.comes_before_measuring(), "{}", one.title);
        }
        assert!(PULSE_OUT_OF_RANGE.comes_before_measuring(), "it has somebody rest first");
        for one in [&VERY_HIGH_PRESSURE, &VERY_HIGH_OR_PREGNANT, &CHILD_VERY_HIGH] {
            assert!(one.asks_again(), "{}", one.title);
        }
        for one in [&EMERGENCY_PRESSURE, &SIGNS_PRESSURE, &SEVERE_IF_PREGNANT] {
            assert!(!one.asks_again(), "{}", one.title);
        }
        // On other days, or not at all.
        for one in [&LOW_PRESSURE, &CHILD_PRESSURE, &HIGH_IF_PREGNANT] {
            assert!(!one.comes_before_measuring(), "{}", one.title);
        }
    }

    #[test]
    fn a_low_blood_pressure_says_what_to_do_now_before_what_can_wait() {
        let told = advice(Measure::BloodPressure, Amount::whole(85), Some(Amount::whole(50)), "", About::default()).unwrap();
        for sign in ["fainted", "confused", "cold, clammy", "chest pain", "bleeds heavily"] {
            assert!(told.emergency.contains(sign), "{sign}");
        }
        assert!(told.does[0].contains("faint now") && told.does[0].contains("call 111"), "{told:?}");
        assert!(told.does.last().unwrap().contains("see a GP") && !told.comes_before_measuring(), "{told:?}");
    }

    #[test]
    fn signs_of_ketoacidosis_are_for_999_and_its_levels_are_those_of_the_nhs() {
        for high in [&HIGH_SUGAR, &HIGHER_SUGAR] {
            let steps = high.does.join(" ");
            assert!(steps.contains("0.6 to 1.5: test again in 2 hours") && steps.contains("1.6 to 3: call your GP"), "{steps}");
            for sign in ["over 3", "2+", "sick", "tummy pain", "breathe fast", "fruit", "do not know", "not been told"] {
                assert!(high.emergency.contains(sign), "{}: {sign}", high.title);
            }
            for sign in ["sick", "tummy", "breath"] {
                assert!(!steps.contains(sign), "{}: {sign} is not for 111", high.title);
            }
        }
        let usual = &KETONES_AT_USUAL_SUGAR;
        assert!(usual.does[0].contains("test your ketones now") && usual.urgency == Urgency::Now, "{usual:?}");
        assert!(usual.does[1].contains("or if you cannot test: call your GP or diabetes team now, or 111"), "{usual:?}");
        let asked = Measure::Glucose.settings().iter().find(|setting| setting.field == "signs").unwrap();
        let (_, answer) = asked.answers.iter().find(|(code, _)| *code == "ketones").unwrap();
        for sign in ["being sick", "tummy pain", "fast or deep breathing", "very thirsty", "sleepy", "smells of fruit"] {
            assert!(answer.contains(sign), "{sign}");
        }
        for high in [&EXTREME_SUGAR, &OFF_METER_SUGAR] {
            assert!(high.does[1].contains("go to A&E now") && high.urgency == Urgency::Now, "{}", high.title);
        }
    }

    #[test]
    fn nobody_is_fed_who_cannot_swallow_and_999_comes_before_anything_else() {
        for one in [&EMERGENCY_LOW_SUGAR, &SUGAR_WITH_SIGNS] {
            assert!(one.does[0].starts_with("Call 999 now") && one.urgency == Urgency::Emergency, "{}", one.title);
            assert!(one.does[1].starts_with("Give nothing to eat or drink"), "{}", one.title);
            for sign in ["very drowsy", "has a fit", "cannot swallow", "cannot be woken"] {
                assert!(one.does[1].contains(sign), "{}: {sign}", one.title);
            }
        }
        for sign in ["unconscious", "drowsy", "a fit", "nothing to eat or drink"] {
            assert!(LOW_SUGAR.emergency.contains(sign), "{sign}");
        }
    }

    #[test]
    fn each_stands_in_the_hazard_log_with_its_source_and_a_risk_and_a_control_of_its_own() {
        let all = [
            VERY_HIGH_PRESSURE,
            EMERGENCY_PRESSURE,
            EMERGENCY_OR_PREGNANT,
            SIGNS_PRESSURE,
            SIGNS_OR_PREGNANT,
            SIGNS_SEVERE_OR_PREGNANT,
            IN_WORDS,
            IN_WORDS_OR_PREGNANT,
            BABY_STILL,
            WATERS,
            VERY_HIGH_OR_PREGNANT,
            SEVERE_IF_PREGNANT,
            HIGH_IF_PREGNANT,
            CHILD_PRESSURE,
            CHILD_VERY_HIGH,
            LOW_PRESSURE,
            LOW_SUGAR,
            EMERGENCY_LOW_SUGAR,
            SUGAR_WITH_SIGNS,
            KETONES_AT_USUAL_SUGAR,
            HIGH_SUGAR,
            HIGHER_SUGAR,
            EXTREME_SUGAR,
            OFF_METER_SUGAR,
            VERY_LOW_OXYGEN,
            LOW_OXYGEN,
            OXYGEN_AS_WANTED,
            OXYGEN_ABOVE_WANTED,
            BREATHING_EMERGENCY,
            IN_WORDS_EMERGENCY,
            BREATHING_OUT_OF_RANGE,
            FAST_BREATHING,
            SLOW_BREATHING,
            CHILD_BREATHING,
            FEVER,
            VERY_HIGH_FEVER,
            BABY_FEVER,
            TEMPERATURE_EMERGENCY,
            COLD,
            PULSE_EMERGENCY,
            PULSE_FAR_OUT_OF_RANGE,
            PULSE_OUT_OF_RANGE,
            SLOW_PULSE,
            CHILD_PULSE,
            SLOW_CHILD_PULSE,
            VERY_LOW_MOOD,
            HEAD,
            HURT,
            SEVERE_PAIN,
            SEVERE_SYMPTOM,
        ];
        let written =
            include_str!("advice.rs").lines().filter(|line| line.contains(": Advice = Advice {") && !line.contains('"'));
        assert_eq!(written.count(), all.len(), "one is not looked at here");
        each_is_logged("# General advice about one reading", &all);
        // Behind "From" it is still a sentence.
        for one in &all {
            assert!(!one.source.replace("which is about", "").contains(" is about "), "{}", one.source);
        }
    }

    proptest! {
        #[test]
        fn a_higher_pressure_is_never_less_urgent(
            first in 90..300_i32,
            more in 0..60_i32,
            second in 60..150_i32,
            months in prop::option::of(0..1200_u32),
            may_be_pregnant: bool,
            signs in prop::sample::select(vec!["", "signs=no", "signs=yes"]),
        ) {
            let about = About { months, may_be_pregnant, ..About::default() };
            let urgency = |first| advice(Measure::BloodPressure, Amount::whole(first), Some(Amount::whole(second)), signs, about)
                .map(|advice| advice.urgency);
            prop_assert!(urgency(first) <= urgency(first + more));
        }

        #[test]
        fn a_higher_fever_is_never_less_urgent(first in 38_000..42_000_i64, more in 0..3000_i64, months in prop::option::of(0..24_u32)) {
            let about = About { months, ..About::default() };
            let urgency = |first| advice(Measure::Temperature, Amount::from_thousandths(first), None, "", about).map(|advice| advice.urgency);
            prop_assert!(urgency(first) <= urgency(first + more));
        }

        #[test]
        fn faster_breathing_and_worse_pain_or_symptoms_are_never_less_urgent(
            rate in 12..90_i32,
            more in 0..40_i32,
            bad in 0..11_i32,
            worse in 0..10_i32,
            months in prop::option::of(0..1200_u32),
            settings in prop::sample::select(vec!["", "activity=rest", "activity=active"]),
        ) {
            let about = About { months, ..About::default() };
            let urgency = |measure, first| {
                advice(measure, Amount::whole(first), None, settings, about).map(|advice| advice.urgency)
            };
            prop_assert!(urgency(Measure::Breathing, rate) <= urgency(Measure::Breathing, rate + more));
            for measure in [Measure::Pain, Measure::Symptom] {
                prop_assert!(urgency(measure, bad) <= urgency(measure, bad + worse));
            }
        }

        #[test]
        fn below_what_a_care_team_wants_an_oxygen_level_is_as_urgent_as_for_anybody_and_above_it_never_low(
            level in 50..101_i32,
            low in 80..96_i32,
            wide in 0..8_i32,
        ) {
            let oxygen = Some(Range::of(Some(Amount::whole(low)), Some(Amount::whole(low + wide))));
            let told = |about| advice(Measure::Oxygen, Amount::whole(level), None, "", about);
            let (anybody, theirs) = (told(About::default()), told(About { oxygen, ..About::default() }));
            if level > low + wide && (85..95).contains(&(low + wide)) {
                prop_assert_eq!(theirs, Some(&OXYGEN_ABOVE_WANTED));
            } else if level < low || level > low + wide || !(85..95).contains(&level) {
                prop_assert_eq!(anybody, theirs);
            } else {
                prop_assert!(theirs.is_some_and(|told| told.urgency == Urgency::Note && !told.emergency.is_empty()));
            }
        }

        #[test]
        fn a_higher_blood_sugar_is_never_less_urgent(first in 4000..60_000_i64, more in 0..30_000_i64) {
            let told = |first, settings| {
                advice(Measure::Glucose, Amount::from_thousandths(first), None, settings, About::default()).map(|advice| advice.urgency)
            };
            prop_assert!(told(first, "") <= told(first + more, ""));
            prop_assert!(told(first, "signs=ketones") <= told(first + more, "signs=ketones"));
            prop_assert!(told(first, "signs=ketones") >= told(first, "signs=no").max(Some(Urgency::Now)));
            prop_assert!(told(first, "signs=yes") == Some(Urgency::Emergency) && told(first, "signs=no") == told(first, "signs=shaky"));
        }
    }
}
