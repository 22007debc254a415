//! What the columns of a table are, as far as the names say it that apps, devices and people give them. It is shown to whoever names the
//! columns, and taken for nothing before they said so.

use super::how::plain;
use super::texted::{Texted, understand};
use super::{Measure, Unit};

/// What is in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// The day, with the time or without it.
    Day,
    /// The time.
    Time,
    /// A number of a measure, by its place among [`Measure::parts`].
    Number(Measure, usize),
    /// Both numbers of a measure that has two: "142/88".
    Both(Measure),
    /// How it was taken, by the field of one of [`Measure::told_in_tables`].
    How(&'static str),
    /// What was written to it.
    Note,
}

/// Names beside those that the catalogue and text messages have for a measure: in small letters and figures, without what stands in
/// brackets.
const NAMES: &[(Heading, &[&str])] = &[
    (
        Heading::Day,
        &[
            "date",
            "date and time",
            "date recorded",
            "date taken",
            "date time",
            "datetime",
            "datum",
            "day",
            "measured at",
            "measured on",
            "measurement date",
            "reading date",
            "recorded at",
            "recorded on",
            "taken at",
            "taken on",
            "timestamp",
            "when",
            "when measured",
            "when recorded",
            "when taken",
        ],
    ),
    (Heading::Time, &["clock", "measurement time", "reading time", "time", "time of day", "time recorded", "time taken"]),
    (
        Heading::Number(Measure::BloodPressure, 0),
        &[
            "blood pressure systolic",
            "bp systolic",
            "sbp",
            "sys",
            "sys bp",
            "systolic",
            "systolic blood pressure",
            "systolic bp",
            "systolic pressure",
            "top",
            "top number",
            "upper",
            "upper number",
        ],
    ),
    (
        Heading::Number(Measure::BloodPressure, 1),
        &[
            "blood pressure diastolic",
            "bottom",
            "bottom number",
            "bp diastolic",
            "dbp",
            "dia",
            "dia bp",
            "diastolic",
            "diastolic blood pressure",
            "diastolic bp",
            "diastolic pressure",
            "lower",
            "lower number",
        ],
    ),
    (
        Heading::Number(Measure::Pulse, 0),
        &["beats a minute", "beats per minute", "bpm", "heart beats", "heartbeats", "puls", "pulse rate", "pulses"],
    ),
    (Heading::Number(Measure::Glucose, 0), &["blood glucose", "blood sugar level", "glucose level", "glucose value"]),
    (Heading::Number(Measure::Weight, 0), &["body weight", "gewicht", "kg", "kilograms"]),
    (Heading::Number(Measure::Height, 0), &["body height"]),
    (Heading::Number(Measure::PeakFlow, 0), &["pef", "peak expiratory flow"]),
    (Heading::Number(Measure::Oxygen, 0), &["blood oxygen", "oxygen saturation", "saturation"]),
    (Heading::Number(Measure::Temperature, 0), &["body temperature"]),
    (Heading::Number(Measure::Breathing, 0), &["breaths a minute", "breaths per minute", "respiratory rate"]),
    (Heading::Number(Measure::Steps, 0), &["step count"]),
    (Heading::How("meal"), &["meal", "meal context", "meals", "relation to meal"]),
    (Heading::How("arm"), &["arm", "cuff arm", "which arm"]),
    (Heading::How("position"), &["body position", "position", "posture"]),
    (Heading::How("activity"), &["activity", "activity level"]),
    (Heading::How("reliever"), &["inhaler", "reliever", "reliever inhaler"]),
    (Heading::Note, &["comment", "comments", "memo", "note", "notes", "remark", "remarks"]),
];

/// Units that stand behind a name, without brackets around them.
const UNITS: &[&str] = &[" beats min", " bpm", " cm", " kg", " mmhg", " mmol l"];

/// The name of a column without what stands in brackets and a unit behind it.
fn bare(name: &str) -> String {
    let (mut open, mut outside) = (0_usize, String::new());
    for letter in name.chars() {
        match letter {
            '(' | '[' => {
                open += 1;
                outside.push(' ');
            }
            ')' | ']' => open = open.saturating_sub(1),
            _ if open == 0 => outside.push(letter),
            _ => {}
        }
    }
    let name = plain(&outside);
    let without = UNITS.iter().find_map(|unit| name.strip_suffix(unit));
    without.map_or_else(|| name.clone(), str::to_owned)
}

/// What the name of a column says that is in it, in whatever case it is written; `None` where nobody can be sure.
#[must_use]
pub fn heading(name: &str) -> Option<Heading> {
    let name = bare(name);
    if let Some((heading, _)) = NAMES.iter().find(|(_, names)| names.contains(&name.as_str())) {
        return Some(*heading);
    }
    // A text message says each of these as one word.
    let joined = name.replace(' ', "");
    let named = |measure: &&Measure| plain(measure.name()) == name || measure.texted().contains(&joined.as_str());
    let measure = Measure::ALL.iter().find(named).filter(|measure| !measure.is_worked_out())?;
    Some(if measure.parts().len() == 1 { Heading::Number(*measure, 0) } else { Heading::Both(*measure) })
}

/// The one column whose name says that this is in it; `None` where several do. Where both numbers of a measure are in one, that is the
/// column of either.
#[must_use]
pub fn column_of(columns: &[String], wanted: Heading) -> Option<usize> {
    let named = |wanted: Heading| {
        let mut all = columns.iter().enumerate().filter(|(_, name)| heading(name) == Some(wanted)).map(|(at, _)| at);
        let first = all.next();
        (first.filter(|_| all.next().is_none()), first.is_some())
    };
    match (named(wanted), wanted) {
        ((None, false), Heading::Number(measure, _)) if measure.parts().len() > 1 => named(Heading::Both(measure)).0,
        ((column, _), _) => column,
    }
}

/// Units as the names of columns have them in brackets, in small letters without spaces, and their codes (UCUM).
const IN_BRACKETS: &[(&str, &str)] = &[
    ("cm", "cm"),
    ("kg", "kg"),
    ("kgs", "kg"),
    ("lb", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("pounds", "[lb_av]"),
    ("mg/dl", "mg/dL"),
    ("mmol/l", "mmol/L"),
    ("c", "Cel"),
    ("°c", "Cel"),
    ("f", "[degF]"),
    ("°f", "[degF]"),
];

/// In which unit the column of a measure's first number is, where its name says so in brackets: "Glucose (mg/dL)".
#[must_use]
pub fn unit_named(columns: &[String], measure: Measure) -> Option<&'static Unit> {
    let name = columns.get(column_of(columns, Heading::Number(measure, 0))?)?;
    let (_, behind) = name.split_once(['(', '['])?;
    let (inside, _) = behind.split_once([')', ']'])?;
    let inside: String = inside.to_lowercase().split_whitespace().collect();
    let (_, ucum) = IN_BRACKETS.iter().find(|(said, _)| *said == inside)?;
    measure.unit_of(ucum)
}

/// What a table is about, as far as the names of its columns say where all numbers of a measure are; what is nothing without its note
/// first.
#[must_use]
pub fn measures_of(columns: &[String]) -> Vec<Measure> {
    let has = |measure: &Measure| {
        (0..measure.parts().len()).all(|place| column_of(columns, Heading::Number(*measure, place)).is_some())
    };
    let mut measures: Vec<Measure> = Measure::ALL.iter().copied().filter(has).collect();
    measures.sort_by_key(|measure| !measure.needs_note());
    measures
}

/// The two numbers of a blood pressure that stand in one cell, as a text message says them: "142/88", "142 over 88 mmHg". `None` where it
/// says anything else.
#[must_use]
pub fn pressure_in(cell: &str) -> Option<Vec<String>> {
    let Ok(Texted::Readings(told)) = understand(cell) else { return None };
    match told.as_slice() {
        [one] if one.measure == Measure::BloodPressure && one.settings.is_empty() => Some(one.numbers.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn where_is(names: &[&str], wanted: Heading) -> Option<usize> {
        column_of(&columns(names), wanted)
    }

    const TOP: Heading = Heading::Number(Measure::BloodPressure, 0);
    const BOTTOM: Heading = Heading::Number(Measure::BloodPressure, 1);
    const PULSE: Heading = Heading::Number(Measure::Pulse, 0);

    #[test]
    fn columns_are_known_by_the_names_that_apps_and_people_give_them() {
        for (name, expected) in [
            ("Date", Some(Heading::Day)),
            ("DATE/TIME", Some(Heading::Day)),
            ("Measurement Date", Some(Heading::Day)),
            ("When taken", Some(Heading::Day)),
            ("Datum", Some(Heading::Day)),
            ("time", Some(Heading::Time)),
            ("Systolic", Some(TOP)),
            ("SYS(mmHg)", Some(TOP)),
            ("Systolic mmHg", Some(TOP)),
            ("Sys [mmHg]", Some(TOP)),
            ("Dia", Some(BOTTOM)),
            ("Diastolic (mmHg)", Some(BOTTOM)),
            ("BP", Some(Heading::Both(Measure::BloodPressure))),
            ("Blood Pressure (mmHg)", Some(Heading::Both(Measure::BloodPressure))),
            ("Pulse", Some(PULSE)),
            ("Heart rate", Some(PULSE)),
            ("Heart Rate (bpm)", Some(PULSE)),
            ("Pulse bpm", Some(PULSE)),
            ("Heart beats", Some(PULSE)),
            ("Gewicht (kg)", Some(Heading::Number(Measure::Weight, 0))),
            ("Weight (kg)", Some(Heading::Number(Measure::Weight, 0))),
            ("SpO2", Some(Heading::Number(Measure::Oxygen, 0))),
            ("Peak flow", Some(Heading::Number(Measure::PeakFlow, 0))),
            ("Blood sugar", Some(Heading::Number(Measure::Glucose, 0))),
            ("Note", Some(Heading::Note)),
            ("Comments", Some(Heading::Note)),
            ("Meal", Some(Heading::How("meal"))),
            // What could be anything, and what is worked out.
            ("", None),
            ("(mmHg)", None),
            ("Value", None),
            ("Date of birth", None),
            ("Body mass index (BMI)", None),
            ("Mean pressure", None),
        ] {
            assert_eq!(heading(name), expected, "{name}");
        }
    }

    #[test]
    fn a_column_is_chosen_where_one_alone_has_its_name() {
        let cuff = ["Date", "Time", "Systolic", "Diastolic", "Pulse", "Note"];
        let wanted = [Heading::Day, Heading::Time, TOP, BOTTOM, PULSE, Heading::Note];
        assert_eq!(wanted.map(|wanted| where_is(&cuff, wanted)), [0, 1, 2, 3, 4, 5].map(Some));
        assert_eq!(measures_of(&columns(&cuff)), [Measure::BloodPressure, Measure::Pulse]);
        // Both numbers in one column are there.
        let both = ["When", "BP"];
        assert_eq!((where_is(&both, TOP), where_is(&both, BOTTOM), where_is(&both, PULSE)), (Some(1), Some(1), None));
        assert_eq!(measures_of(&columns(&both)), [Measure::BloodPressure]);
        // Of two nobody knows which.
        let twice = ["Date", "Sys", "Systolic", "Dia", "BP"];
        assert_eq!((where_is(&twice, TOP), where_is(&twice, BOTTOM)), (None, Some(3)));
        assert!(measures_of(&columns(&twice)).is_empty());
    }

    #[test]
    fn two_numbers_in_one_cell_are_a_pressure_as_in_a_text_message() {
        for cell in ["142/88", " 142 / 88 ", "142/88 mmHg", "142 over 88"] {
            assert_eq!(pressure_in(cell), Some(columns(&["142", "88"])), "{cell}");
        }
        for cell in ["", "142", "4/10", "142/88/71", "142/88 71", "1/2/2026", "142/88 chest pain", "not 142/88", "142-88"] {
            assert_eq!(pressure_in(cell), None, "{cell}");
        }
    }

    #[test]
    fn what_is_told_in_tables_has_a_heading_and_no_name_is_of_two() {
        for setting in Measure::ALL.iter().flat_map(|measure| measure.told_in_tables()) {
            assert_eq!(heading(setting.field), Some(Heading::How(setting.field)));
        }
        let all: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for name in &all {
            assert_eq!(all.iter().filter(|other| *other == name).count(), 1, "{name}");
            assert_eq!(bare(name), *name);
        }
    }

    /// A name with its heading.
    fn any_name() -> impl Strategy<Value = (&'static str, Heading)> {
        let all: Vec<_> = NAMES.iter().flat_map(|(heading, names)| names.iter().map(move |name| (*name, *heading))).collect();
        prop::sample::select(all)
    }

    #[test]
    fn a_unit_is_taken_from_the_brackets_of_the_column_that_has_the_number() {
        let unit = |names: &[&str], measure| unit_named(&columns(names), measure).map(|unit| unit.ucum);
        for (names, measure, expected) in [
            (&["Date", "Glucose (mg/dL)"][..], Measure::Glucose, Some("mg/dL")),
            (&["Date", "Glucose [mmol / L]"], Measure::Glucose, Some("mmol/L")),
            (&["Date", "Weight (lb)"], Measure::Weight, Some("[lb_av]")),
            (&["Date", "Weight (KG)"], Measure::Weight, Some("kg")),
            (&["Date", "Weight"], Measure::Weight, None),
            (&["Date", "Weight (morning)"], Measure::Weight, None),
            (&["Date", "Weight (mg/dL)"], Measure::Weight, None),
            (&["Date (kg)", "Glucose"], Measure::Glucose, None),
            (&["Weight (lb)", "Weight (kg)"], Measure::Weight, None),
        ] {
            assert_eq!(unit(names, measure), expected, "{names:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_known_in_any_case_and_with_a_unit_or_signs_around_it(
            (name, expected) in any_name(),
            capitals in prop::collection::vec(any::<bool>(), 30),
            before in "[ _*\"]{0,2}",
            between in "[ _/.-]",
            behind in "[ :_*]{0,2}( ?\\([a-z/% 0-9]{0,8}\\)| ?\\[[A-Za-z/%]{0,8}\\])?",
        ) {
            let mut capitals = capitals.into_iter().cycle();
            let turn = |letter: char| {
                let is_capital = capitals.next() == Some(true);
                match letter {
                    ' ' => between.clone(),
                    _ if is_capital => letter.to_uppercase().to_string(),
                    _ => letter.to_string(),
                }
            };
            let turned: String = name.chars().map(turn).collect();
            prop_assert_eq!(heading(&format!("{before}{turned}{behind}")), Some(expected));
        }

        #[test]
        fn a_column_is_chosen_for_one_thing_at_most_and_says_so_itself(
            names in prop::collection::vec(prop_oneof![any_name().prop_map(|(name, _)| name.to_owned()), Just("BP".to_owned()), "\\PC{0,12}"], 0..10),
        ) {
            let wanted = [Heading::Day, Heading::Time, TOP, BOTTOM, PULSE, Heading::How("arm"), Heading::Note];
            let chosen: Vec<(Heading, usize)> =
                wanted.into_iter().filter_map(|wanted| Some((wanted, column_of(&names, wanted)?))).collect();
            for (wanted, column) in &chosen {
                let said = heading(&names[*column]);
                let both = Heading::Both(Measure::BloodPressure);
                prop_assert!(said == Some(*wanted) || (said == Some(both) && matches!(*wanted, TOP | BOTTOM)));
                // No other column says it.
                prop_assert_eq!(names.iter().filter(|name| heading(name) == said).count(), 1);
                let also = chosen.iter().filter(|(_, other)| other == column).count();
                prop_assert!(also == 1 || said == Some(both));
            }
        }

        #[test]
        fn a_cell_that_is_a_pressure_has_its_two_numbers_as_they_are_written(
            top in 30..350_u16, bottom in 10..250_u16, sign in prop::sample::select(vec!["/", " / ", "\\", " over "]),
        ) {
            let told = pressure_in(&format!("{top}{sign}{bottom}"));
            prop_assert_eq!(told, Some(vec![top.to_string(), bottom.to_string()]));
        }
    }
}
