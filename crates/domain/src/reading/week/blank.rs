//! An empty diary on paper: what stands above its boxes and in them, as the catalogue of what is measured has it.

use super::Protocol;
use crate::reading::Asked;

/// How many falls have a line on one sheet.
const FALLS: u16 = 8;
/// Of so many columns and more, for so many days and fewer, each day is a column: words stand better beside a line than above a column.
const TURNED: (usize, u16) = (4, 7);

/// A column of boxes to write in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands above it, with its unit: "Weight (kg)".
    pub title: String,
    /// What stands in each box: the stroke between two numbers, or the answers of which one is circled. Empty where all of it is written.
    pub holds: Vec<&'static str>,
}

/// An empty diary on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blank {
    /// What the boxes are for.
    pub caption: String,
    /// What stands above the names of the lines.
    pub first: &'static str,
    /// The name of each line: "Day 1".
    pub lines: Vec<String>,
    /// The columns beside that.
    pub columns: Vec<Column>,
    /// What each number of a scale means, from 1 on; empty where it is measured.
    pub scale: &'static [&'static str],
    /// Whether each line of this is better a column of paper.
    pub turned: bool,
    /// For how many days it is, where its lines do not say so.
    pub days: Option<u16>,
}

impl Protocol {
    /// An empty diary of it on paper, for as many days as it usually goes on.
    #[must_use]
    pub fn blank(self) -> Blank {
        let (measure, sittings) = (self.measure(), self.sittings());
        let days = self.lengths().first().copied().unwrap_or(1);
        let (name, unit, scale) = (measure.name(), measure.unit().shown, measure.choices());
        if !self.asks_daily() {
            let answered = measure.settings().iter().filter(|one| one.asked == Asked::Plain);
            let answered = answered.map(|one| Column {
                title: format!("{} Circle one", one.asks),
                holds: one.answers.iter().map(|(_, words)| *words).collect(),
            });
            let asked = Column { title: measure.note().to_owned(), holds: Vec::new() };
            return Blank {
                caption: format!("Use one line for each {}", measure.unit().one),
                first: "Day and time",
                lines: (1..=FALLS).map(|line| line.to_string()).collect(),
                columns: std::iter::once(asked).chain(answered).collect(),
                scale,
                turned: false,
                days: Some(days),
            };
        }
        let blows = usize::from(self.blows());
        // One number has the whole box, and two or more a stroke between them.
        let many = blows.max(measure.parts().len());
        let strokes = vec!["/"; many.saturating_sub(1)];
        let (caption, mut columns) = if let [_] = sittings {
            let holds =
                ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"].into_iter().take(scale.len()).chain(strokes).collect();
            ("Use one line for each day".to_owned(), vec![Column { title: format!("{name} ({unit})"), holds }])
        } else {
            let numbers: Vec<String> = measure.parts().iter().map(|part| part.short.to_lowercase()).collect();
            let which = if numbers.len() > 1 { format!(": {}", numbers.join(" / ")) } else { String::new() };
            let all = sittings.iter().flat_map(|sitting| {
                (1..=self.each()).map(move |at| match (self.each(), blows) {
                    (1, 1) => format!("{} ({unit})", sitting.title),
                    (1, blows) => format!("{}, {blows} blows ({unit})", sitting.title),
                    _ => format!("{}, {at} ({unit})", sitting.title),
                })
            });
            let all = all.map(|title| Column { title, holds: strokes.clone() });
            (format!("{name} ({unit}){which}"), all.collect())
        };
        // What is answered in one's own words has room on the same line.
        if !measure.note().is_empty() {
            columns.push(Column { title: measure.note().to_owned(), holds: Vec::new() });
        }
        Blank {
            caption,
            first: "Day and date",
            lines: (1..=days).map(|day| format!("Day {day}")).collect(),
            turned: columns.len() >= TURNED.0 && days <= TURNED.1 && many == 1,
            columns,
            scale,
            days: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(protocol: Protocol) -> Vec<String> {
        protocol.blank().columns.into_iter().map(|column| column.title).collect()
    }

    #[test]
    fn what_is_measured_has_its_unit_above_each_box() {
        for protocol in Protocol::ALL.iter().filter(|one| one.asks_daily()) {
            let (blank, unit) = (protocol.blank(), format!("({})", protocol.measure().unit().shown));
            let measured = blank.columns.iter().filter(|column| column.title != protocol.measure().note());
            assert!(measured.clone().count() > 0 && measured.clone().all(|column| column.title.ends_with(&unit)), "{blank:?}");
            assert_eq!(blank.lines.len(), usize::from(protocol.lengths()[0]), "{protocol:?} has a line for each day");
        }
        assert_eq!(titles(Protocol::Weight), ["Weight (kg)"]);
        assert_eq!(titles(Protocol::PeakFlow), ["Morning, 3 blows (L/min)", "Evening, 3 blows (L/min)"]);
        assert_eq!(titles(Protocol::Glucose)[..2], ["Before breakfast (mmol/L)", "Before lunch (mmol/L)"]);
        let pressure = ["Morning, 1 (mmHg)", "Morning, 2 (mmHg)", "Evening, 1 (mmHg)", "Evening, 2 (mmHg)"];
        assert_eq!(titles(Protocol::HomePressure), pressure);
        assert_eq!(Protocol::HomePressure.blank().caption, "Blood pressure (mmHg): top number / bottom number");
    }

    #[test]
    fn a_box_shows_how_many_numbers_it_takes() {
        let holds = |protocol: Protocol| protocol.blank().columns[0].holds.clone();
        assert_eq!(holds(Protocol::HomePressure), ["/"]);
        assert_eq!(holds(Protocol::PeakFlow), ["/", "/"]);
        assert!(holds(Protocol::Weight).is_empty() && holds(Protocol::Glucose).is_empty());
    }

    #[test]
    fn a_scale_has_a_word_for_each_of_its_numbers() {
        let mood = Protocol::Mood.blank();
        assert_eq!(titles(Protocol::Mood), ["Mood (out of 5)", "What made it so?"]);
        assert_eq!(mood.columns[0].holds, ["1", "2", "3", "4", "5"]);
        assert_eq!((mood.scale.len(), mood.scale[0], mood.scale[4]), (5, "Very low", "Very good"));
        for protocol in Protocol::ALL.iter().filter(|one| !one.measure().choices().is_empty()) {
            let blank = protocol.blank();
            assert_eq!(blank.columns[0].holds.len(), blank.scale.len(), "{protocol:?}");
        }
    }

    #[test]
    fn falls_have_a_line_each_and_not_one_for_each_day() {
        let falls = Protocol::Falls.blank();
        assert_eq!((falls.lines.len(), falls.days, falls.caption.as_str()), (8, Some(28), "Use one line for each fall"));
        assert_eq!(titles(Protocol::Falls), ["What happened?", "Were you hurt? Circle one"]);
        assert_eq!(falls.columns[1].holds, ["No", "Yes", "Yes, and I hit my head"]);
    }

    #[test]
    fn many_parts_of_a_day_stand_below_each_other() {
        let turned = Protocol::ALL.iter().filter(|one| one.blank().turned);
        assert_eq!(turned.collect::<Vec<_>>(), [&Protocol::Glucose, &Protocol::GlucoseProfile]);
    }
}
