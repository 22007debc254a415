//! What to do at once about a reading, from public guidance, where no care team has said anything else. It is about the one
//! reading: nothing here tells what somebody has.

use super::{Amount, Measure};

/// How soon something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Worth knowing.
    Note,
    /// Today.
    Soon,
    /// Now.
    Now,
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

pub(super) const LOW_PRESSURE: Advice = Advice {
    urgency: Urgency::Note,
    title: "This blood pressure is low",
    does: &["For some people this is usual.", "If you often feel dizzy or faint, see a GP. Get up slowly, and drink enough."],
    emergency: "",
    source: "NHS: Low blood pressure (hypotension)",
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

pub(super) const HIGH_SUGAR: Advice = Advice {
    urgency: Urgency::Note,
    title: "This blood sugar is above 11",
    does: &[
        "If you have diabetes, do what your plan says for high blood sugar. If it stays high, speak to your diabetes team.",
        "Call 111 now if you also feel or are sick, have tummy pain, breathe fast, or your breath smells of fruit.",
    ],
    emergency: "somebody with high blood sugar is confused, very drowsy or cannot be woken",
    source: "NHS: High blood sugar (hyperglycaemia); Diabetic ketoacidosis",
};

const VERY_LOW_OXYGEN: Advice = Advice {
    urgency: Urgency::Now,
    title: "This oxygen level is very low",
    does: &[
        "Measure again now: warm hands, no nail varnish, finger still for a minute.",
        "If it is still 92 or less, call 999, unless your care team has told you that this is usual for you.",
    ],
    emergency: "it stays at 92 or less, or you are very short of breath",
    source: "NHS England: Pulse oximetry at home",
};

const LOW_OXYGEN: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This oxygen level is lower than usual",
    does: &[
        "Measure again within an hour: warm hands, no nail varnish, finger still for a minute.",
        "If it is still 93 or 94, call 111 or your GP practice, unless your care team has told you that this is usual for you.",
    ],
    emergency: "you are very short of breath",
    source: "NHS England: Pulse oximetry at home",
};

const FEVER: Advice = Advice {
    urgency: Urgency::Note,
    title: "This is a high temperature",
    does: &[
        "Rest, and drink plenty.",
        "Call 111 if it lasts, if you feel much worse, or if you have treatment for cancer or a weak immune system. For a baby under 3 months call 111 now.",
    ],
    emergency: "you also have a stiff neck, a rash that does not fade under a glass, a fit, or are confused or very short of breath",
    source: "NHS: High temperature (fever) in adults; in children",
};

const COLD: Advice = Advice {
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

const PULSE_OUT_OF_RANGE: Advice = Advice {
    urgency: Urgency::Soon,
    title: "This pulse is outside the usual range",
    does: &[
        "Rest for 5 minutes and measure again.",
        "If it stays above 120 or below 40 at rest, speak to a GP or call 111, unless it is usual for you.",
    ],
    emergency: "you also have chest pain, are short of breath, or feel that you will faint",
    source: "NHS: How to check your pulse",
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
    urgency: Urgency::Soon,
    title: "You hit your head",
    does: &[
        "Call 111, or go to A&E, if you take medicine that thins the blood, have a headache that does not go away, or feel or are sick.",
    ],
    emergency: "somebody was knocked out, is confused or drowsy, has a fit, or cannot see, speak or move as usual",
    source: "NHS: Head injury and concussion",
};

/// What to do at once about a reading, in the measure's own unit, by its numbers as they are shown; `settings` as they are kept.
#[must_use]
pub fn advice(measure: Measure, first: Amount, second: Option<Amount>, settings: &str) -> Option<&'static Advice> {
    let (first, second) = (measure.rounded(first), second.map(|second| measure.rounded(second)));
    let at = |thousandths: i64| Amount::from_thousandths(thousandths);
    let has = |word: &str| settings.split(' ').any(|setting| setting == word);
    match measure {
        Measure::BloodPressure if first >= at(180_000) || second >= Some(at(120_000)) => Some(&VERY_HIGH_PRESSURE),
        Measure::BloodPressure if first < at(90_000) || second.is_some_and(|second| second < at(60_000)) => Some(&LOW_PRESSURE),
        Measure::Glucose if first < at(4000) => Some(&LOW_SUGAR),
        Measure::Glucose if first > at(11_000) => Some(&HIGH_SUGAR),
        Measure::Oxygen if first < at(93_000) => Some(&VERY_LOW_OXYGEN),
        Measure::Oxygen if first < at(95_000) => Some(&LOW_OXYGEN),
        Measure::Temperature if first >= at(38_000) => Some(&FEVER),
        Measure::Temperature if first < at(35_000) => Some(&COLD),
        Measure::Pulse if !has("activity=active") && (first > at(120_000) || first < at(40_000)) => Some(&PULSE_OUT_OF_RANGE),
        Measure::Mood if first <= at(1000) => Some(&VERY_LOW_MOOD),
        Measure::Fall if has("hurt=head") => Some(&HEAD),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn title(measure: Measure, first: &str, second: Option<&str>, settings: &str) -> &'static str {
        let read = |text: &str| Amount::parse(text).unwrap();
        advice(measure, read(first), second.map(read), settings).map_or("", |advice| advice.title)
    }

    #[test]
    fn each_bound_is_on_the_side_that_its_source_says() {
        let table = [
            (Measure::BloodPressure, "180", Some("80"), "", VERY_HIGH_PRESSURE.title),
            (Measure::BloodPressure, "150", Some("120"), "", VERY_HIGH_PRESSURE.title),
            (Measure::BloodPressure, "179", Some("119"), "", ""),
            (Measure::BloodPressure, "90", Some("60"), "", ""),
            (Measure::BloodPressure, "89", Some("60"), "", LOW_PRESSURE.title),
            (Measure::BloodPressure, "100", Some("59"), "", LOW_PRESSURE.title),
            (Measure::Glucose, "3.9", None, "", LOW_SUGAR.title),
            (Measure::Glucose, "4", None, "", ""),
            (Measure::Glucose, "11", None, "", ""),
            (Measure::Glucose, "11.1", None, "", HIGH_SUGAR.title),
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
            (Measure::Temperature, "37.9", None, "", ""),
            (Measure::Temperature, "38", None, "", FEVER.title),
            (Measure::Temperature, "35", None, "", ""),
            (Measure::Temperature, "34.9", None, "", COLD.title),
            (Measure::Pulse, "121", None, "", PULSE_OUT_OF_RANGE.title),
            (Measure::Pulse, "121", None, "activity=active", ""),
            (Measure::Pulse, "40", None, "", ""),
            (Measure::Pulse, "39", None, "activity=rest", PULSE_OUT_OF_RANGE.title),
            (Measure::Mood, "1", None, "", VERY_LOW_MOOD.title),
            (Measure::Mood, "2", None, "", ""),
            (Measure::Fall, "1", None, "hurt=head", HEAD.title),
            (Measure::Fall, "1", None, "hurt=yes", ""),
            (Measure::Weight, "70", None, "", ""),
        ];
        for (measure, first, second, settings, expected) in table {
            assert_eq!(title(measure, first, second, settings), expected, "{measure:?} {first} {second:?} {settings}");
        }
    }

    #[test]
    fn whoever_is_too_cold_is_sent_for_help_first() {
        assert_eq!(COLD.does.len(), 3);
        assert!(COLD.does[1].contains("call 999 or go to A&E") && COLD.does[2].contains("No hot bath"));
        assert!(COLD.emergency.starts_with("it is still below 35"), "{}", COLD.emergency);
    }

    #[test]
    fn each_stands_in_the_hazard_log_with_its_source() {
        let log = include_str!("../../../../docs/CLINICAL-SAFETY.md");
        let all = [
            VERY_HIGH_PRESSURE,
            LOW_PRESSURE,
            LOW_SUGAR,
            HIGH_SUGAR,
            VERY_LOW_OXYGEN,
            LOW_OXYGEN,
            FEVER,
            COLD,
            PULSE_OUT_OF_RANGE,
            VERY_LOW_MOOD,
            HEAD,
        ];
        let written =
            include_str!("advice.rs").lines().filter(|line| line.contains(": Advice = Advice {") && !line.contains('"'));
        assert_eq!(written.count(), all.len(), "one is not looked at here");
        for one in all {
            assert!(log.contains(&format!("| {} | {} |", one.title, one.source)), "{} is not in the hazard log", one.title);
        }
    }

    proptest! {
        #[test]
        fn a_higher_pressure_is_never_less_urgent(first in 90..300_i32, more in 0..60_i32, second in 60..150_i32) {
            let urgency = |first| advice(Measure::BloodPressure, Amount::whole(first), Some(Amount::whole(second)), "")
                .map(|advice| advice.urgency);
            prop_assert!(urgency(first) <= urgency(first + more));
        }
    }
}
