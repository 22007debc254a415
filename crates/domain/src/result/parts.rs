//! Results that have several values, such as a blood pressure: each of their parts over time.

use super::{Amount, Band, Comparator, Decimal, band, same_unit};
use crate::reading::Point;
use crate::record::{Range, ResultFacts, ResultPart, Value};

/// By what the higher number of a blood pressure is known, whatever its code.
pub const SYSTOLIC: &str = "systolic";
/// By what the lower number is.
pub const DIASTOLIC: &str = "diastolic";
/// What people read of them.
const NAMES: [(&str, &str); 2] = [(SYSTOLIC, "Top number (systolic)"), (DIASTOLIC, "Bottom number (diastolic)")];
/// The most parts that have a line of their own; the others stand in tables.
const MOST_LINES: usize = 6;

/// One part of several results over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartLine {
    /// By what it is known.
    pub key: String,
    /// What it is called where it was measured last.
    pub name: String,
    /// Its unit where it was measured last; what came in another is not drawn.
    pub unit: Option<String>,
    /// Its values, in the order of time: seconds and thousandths.
    pub points: Vec<Point>,
    /// Those of which only a limit is known, in the order of time: seconds, thousandths, and whether it is less than that; else more.
    pub limits: Vec<(i64, i64, bool)>,
    /// The smallest step of the values, in thousandths.
    pub finest: i64,
    /// The range that stands for all of them.
    pub band: Band,
}

/// The two numbers of "120/80"; `None` for everything else.
fn pair(value: &Value) -> Option<[Value; 2]> {
    let (upper, lower) = value.text.split_once('/')?;
    let one = |text: &str| {
        let text = text.trim();
        Decimal::parse(text)?;
        let text = text.to_owned();
        Some(Value { number: Some(text.clone()), text, unit: value.unit.clone(), range: None, interpretation: None })
    };
    Some([one(upper)?, one(lower)?])
}

/// The parts of one result: those that were told with it, and the two numbers of a blood pressure, whose value holds them both.
#[must_use]
pub fn parts_of(value: Option<&Value>, is_pressure: bool, told: &[ResultPart]) -> Vec<ResultPart> {
    let pressure = value.filter(|_| is_pressure).and_then(pair);
    let is_said = pressure.is_some();
    // What was told apart has its own range and its own word, where it is the number that is shown, and not that of another measurement.
    let keyed = |key: &str, shown: &Value| part_with(told, key).filter(|part| part.value.text == shown.text).cloned();
    let both = NAMES.into_iter().zip(pressure.into_iter().flatten()).map(|((key, name), value)| {
        let part = keyed(key, &value).unwrap_or_else(|| ResultPart {
            key: Some(key.to_owned()),
            name: String::new(),
            value,
            unit_code: None,
            ranges: Vec::new(),
        });
        ResultPart { name: name.to_owned(), ..part }
    });
    let is_one = |part: &&ResultPart| !is_said || !NAMES.iter().any(|(key, _)| part.key.as_deref() == Some(*key));
    both.chain(told.iter().filter(is_one).cloned()).collect()
}

/// A value as a chart counts it, in thousandths; `None` where it is no exact number.
#[must_use]
pub fn thousandths(value: &Value) -> Option<i64> {
    Amount::read(value).filter(|amount| amount.comparator == Comparator::Exactly)?.number.thousandths()
}

/// The number of a value of which only a limit is known, in thousandths, and whether it is less than that; else it is more.
#[must_use]
pub fn limit_of(value: &Value) -> Option<(i64, bool)> {
    let amount = Amount::read(value).filter(|amount| amount.comparator != Comparator::Exactly)?;
    Some((amount.number.thousandths()?, matches!(amount.comparator, Comparator::Below | Comparator::AtMost)))
}

/// The smallest step between values: a whole one, a tenth, a hundredth or a thousandth; in thousandths.
#[must_use]
pub fn finest(points: &[Point]) -> i64 {
    [1000, 100, 10].into_iter().find(|step| points.iter().all(|point| point.high % step == 0)).unwrap_or(1)
}

/// The part of a result that has this key; `None` where two have it, because nothing says which is meant.
#[must_use]
pub fn part_with<'a>(parts: &'a [ResultPart], key: &str) -> Option<&'a ResultPart> {
    let mut those = parts.iter().filter(|part| part.key.as_deref() == Some(key));
    those.next().filter(|_| those.next().is_none())
}

/// By what a result is found over time, each once: what it is itself, and each part that is known by a code. A part that has the code
/// of the whole, or stands twice, is read with the whole alone, because nothing says which is meant; so are the two numbers of a blood
/// pressure, which belong together.
#[must_use]
pub fn measures(facts: &ResultFacts) -> Vec<&str> {
    let own = facts.analyte.as_deref();
    let is_one =
        |key: &&str| *key != SYSTOLIC && *key != DIASTOLIC && own != Some(*key) && part_with(&facts.parts, key).is_some();
    let parts = facts.parts.iter().filter_map(|part| part.key.as_deref()).filter(is_one);
    own.into_iter().chain(parts).collect()
}

struct Found<'a> {
    key: &'a str,
    name: &'a str,
    unit: Option<&'a str>,
    points: Vec<Point>,
    limits: Vec<(i64, i64, bool)>,
    ranges: Vec<Option<&'a Range>>,
}

/// The lines of the parts of several results, the newest first, each with its moment in seconds. A part is known by its key and by
/// its name never; what is no number, has no date or came in another unit than the newest that is exact is in no line.
#[must_use]
pub fn part_lines<'a>(results: impl IntoIterator<Item = (Option<i64>, &'a [ResultPart])>) -> Vec<PartLine> {
    let mut all: Vec<Found<'a>> = Vec::new();
    let results: Vec<(Option<i64>, &'a [ResultPart])> = results.into_iter().collect();
    for (at, parts) in results.iter().copied() {
        for part in parts {
            let Some(key) = part.key.as_deref().filter(|key| part_with(parts, key).is_some()) else { continue };
            let Some((at, value)) = at.zip(thousandths(&part.value)) else { continue };
            let (point, range, unit) =
                (Point { at, low: value, high: value }, part.value.range.as_ref(), part.value.unit.as_deref());
            match all.iter_mut().find(|line| line.key == key) {
                Some(line) if same_unit(line.unit, unit) => {
                    line.points.push(point);
                    line.ranges.push(range);
                }
                Some(_) => {}
                None => {
                    let (points, ranges) = (vec![point], vec![range]);
                    all.push(Found { key, name: &part.name, unit, points, limits: Vec::new(), ranges });
                }
            }
        }
    }
    all.truncate(MOST_LINES);
    // The unit of a line is known once all of it was looked through.
    for (at, parts) in results {
        for line in &mut all {
            let Some(part) = part_with(parts, line.key) else { continue };
            let Some((at, (value, below))) = at.zip(limit_of(&part.value)) else { continue };
            if same_unit(line.unit, part.value.unit.as_deref()) {
                line.limits.push((at, value, below));
                line.ranges.push(part.value.range.as_ref());
            }
        }
    }
    let line = |mut found: Found<'_>| {
        found.points.reverse();
        found.limits.reverse();
        PartLine {
            key: found.key.to_owned(),
            name: found.name.to_owned(),
            unit: found.unit.map(ToOwned::to_owned),
            finest: finest(&found.points),
            points: found.points,
            limits: found.limits,
            band: band(found.ranges),
        }
    };
    all.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str, unit: &str) -> Value {
        Value { text: text.to_owned(), number: None, unit: Some(unit.to_owned()), range: None, interpretation: None }
    }

    fn part(key: Option<&str>, text: &str, unit: &str) -> ResultPart {
        ResultPart {
            key: key.map(ToOwned::to_owned),
            name: "Part".to_owned(),
            value: value(text, unit),
            unit_code: None,
            ranges: Vec::new(),
        }
    }

    fn told(parts: &[ResultPart]) -> Vec<(&str, &str)> {
        parts.iter().map(|part| (part.name.as_str(), part.value.text.as_str())).collect()
    }

    #[test]
    fn a_pressure_has_two_parts_and_only_a_pressure_has() {
        let pressure = value("142/88", "mmHg");
        let both = [("Top number (systolic)", "142"), ("Bottom number (diastolic)", "88")];
        assert_eq!(told(&parts_of(Some(&pressure), true, &[])), both);
        assert_eq!(parts_of(Some(&pressure), false, &[]), []);
        assert_eq!(parts_of(Some(&value("Refused", "mmHg")), true, &[]), []);
        assert_eq!(parts_of(Some(&value("<142/88", "mmHg")), true, &[]), []);
        assert_eq!(parts_of(None, true, &[]), []);
        // What was told of one of them stands in its place, with its range.
        let range = Range { low: Some("90".to_owned()), high: Some("140".to_owned()), text: None };
        let mut own = part(Some(SYSTOLIC), "142", "mmHg");
        own.value.range = Some(range.clone());
        let mean = part(Some("loinc:8478-0"), "106", "mmHg");
        let found = parts_of(Some(&pressure), true, &[mean.clone(), own]);
        assert_eq!(told(&found), [both[0], both[1], ("Part", "106")]);
        assert_eq!(found[0].value.range, Some(range));
        // Without a value the parts are those that were told.
        assert_eq!(parts_of(None, false, std::slice::from_ref(&mean)), [mean]);
    }

    #[test]
    fn a_line_is_of_one_thing_in_one_unit() {
        let newest = [part(Some("a"), "2.5", "g/L"), part(Some("b"), "7", ""), part(None, "9", "")];
        let middle = [part(Some("a"), "<2", "g/L"), part(Some("b"), "5", "%")];
        let oldest = [part(Some("a"), "1", "g/l"), part(Some("b"), "4", ""), part(Some("b"), "6", "")];
        let lines = part_lines([(Some(30), &newest[..]), (Some(20), &middle[..]), (None, &newest[..]), (Some(10), &oldest[..])]);
        let drawn = |line: &PartLine| line.points.iter().map(|point| (point.at, point.high)).collect::<Vec<_>>();
        assert_eq!(lines.iter().map(|line| line.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((drawn(&lines[0]), lines[0].finest), (vec![(10, 1000), (30, 2500)], 100));
        // In another unit, and twice in one result: not drawn.
        assert_eq!(drawn(&lines[1]), [(30, 7000)]);
        assert_eq!((lines[0].limits.as_slice(), lines[1].limits.len()), (&[(20, 2000, true)][..], 0));
        assert_eq!(lines[0].band, Band::Absent);
        let many: Vec<ResultPart> = (0..9).map(|number| part(Some(&number.to_string()), "1", "")).collect();
        assert_eq!(part_lines([(Some(1), many.as_slice())]).len(), MOST_LINES);
    }

    #[test]
    fn a_limit_is_in_the_line_of_its_unit_and_its_range_counts() {
        let ranged = |text: &str, unit: &str, low: &str| {
            let mut one = part(Some("a"), text, unit);
            one.value.range = Some(Range { low: Some(low.to_owned()), high: None, text: None });
            vec![one]
        };
        // The newest is a limit; the unit is that of the newest number.
        let of = |low: &str| {
            [
                (50, ">9", "g/L", "1"),
                (40, "≤2", "g/L", low),
                (30, "3", "g/L", "1"),
                (20, "<4", "mg/L", "7"),
                (10, "2", "g/L", "1"),
            ]
            .map(|(at, text, unit, low)| (Some(at), ranged(text, unit, low)))
        };
        let line = |results: &[(Option<i64>, Vec<ResultPart>)]| {
            part_lines(results.iter().map(|(at, parts)| (*at, parts.as_slice()))).remove(0)
        };
        let (one, other) = (line(&of("1")), line(&of("5")));
        assert_eq!(one.points.iter().map(|point| point.at).collect::<Vec<_>>(), [10, 30]);
        assert_eq!(one.limits, [(40, 2000, true), (50, 9000, false)]);
        assert_eq!(one.band, Band::One { low: Some("1".to_owned()), high: None });
        assert_eq!(other.band, Band::Differ, "what is drawn as a limit has a range too");
        // Where there is no number there is no line.
        let only = [part(Some("a"), "<2", "g/L")];
        assert!(part_lines([(Some(1), &only[..])]).is_empty());
    }

    #[test]
    fn a_part_with_a_code_of_its_own_is_found_by_it() {
        let of = |analyte: Option<&str>, keys: &[Option<&str>]| ResultFacts {
            analyte: analyte.map(ToOwned::to_owned),
            parts: keys.iter().map(|key| part(*key, "1", "g/L")).collect(),
            ..ResultFacts::default()
        };
        assert_eq!(measures(&of(Some("loinc:57698-3"), &[Some("hdl"), None, Some("ldl")])), ["loinc:57698-3", "hdl", "ldl"]);
        assert_eq!(measures(&of(None, &[Some("hdl")])), ["hdl"], "what stands within a report");
        assert_eq!(measures(&of(Some("hdl"), &[Some("hdl"), Some("ldl")])), ["hdl", "ldl"], "the whole is what it says itself");
        assert_eq!(measures(&of(Some("a"), &[Some("hdl"), Some("hdl"), Some("ldl")])), ["a", "ldl"], "which of the two?");
        assert_eq!(measures(&of(Some("a"), &[Some(SYSTOLIC), Some(DIASTOLIC)])), ["a"]);
        assert!(measures(&of(None, &[None])).is_empty());
    }

    proptest! {
        /// A result is found by everything once, and by nothing that it does not say, or says twice.
        #[test]
        fn a_result_is_found_once_by_what_it_says(own in "[a-d]?", keys in prop::collection::vec("[a-d]?", 0..8)) {
            let known = |key: &String| (!key.is_empty()).then(|| key.clone());
            let facts = ResultFacts {
                analyte: known(&own),
                parts: keys.iter().map(|key| part(known(key).as_deref(), "1", "g/L")).collect(),
                ..ResultFacts::default()
            };
            let found = measures(&facts);
            for key in ["a", "b", "c", "d"] {
                let parts = keys.iter().filter(|one| one.as_str() == key).count();
                let expected = own == key || parts == 1;
                prop_assert_eq!(found.iter().filter(|one| **one == key).count(), usize::from(expected));
            }
        }

        /// Both numbers of each pressure are drawn, each once, in the order of time, whatever they are.
        #[test]
        fn every_pressure_is_in_both_lines(pressures in prop::collection::vec((40_i64..300, 20_i64..200), 1..20)) {
            let results: Vec<Vec<ResultPart>> = pressures
                .iter()
                .map(|(upper, lower)| parts_of(Some(&value(&format!("{upper}/{lower}"), "mmHg")), true, &[]))
                .collect();
            // The newest first.
            let moments = (1_i64..).zip(&results).map(|(number, parts)| (Some(-number), parts.as_slice()));
            let lines = part_lines(moments);
            prop_assert_eq!(lines.iter().map(|line| line.key.as_str()).collect::<Vec<_>>(), [SYSTOLIC, DIASTOLIC]);
            for (line, of) in lines.iter().zip([|one: &(i64, i64)| one.0, |one: &(i64, i64)| one.1]) {
                let expected: Vec<i64> = pressures.iter().rev().map(|one| of(one) * 1000).collect();
                prop_assert_eq!(line.points.iter().map(|point| point.high).collect::<Vec<_>>(), expected);
                prop_assert!(line.points.is_sorted_by_key(|point| point.at));
                prop_assert_eq!(line.finest, 1000);
            }
        }

        /// Nothing is drawn that was not said, whatever came.
        #[test]
        fn a_line_has_only_numbers_that_came_in_its_unit(
            all in prop::collection::vec(prop::collection::vec((0_usize..3, "[<0-9./a-z]{0,4}", "(g|mg|)"), 0..4), 0..8),
        ) {
            let results: Vec<Vec<ResultPart>> = all
                .iter()
                .map(|parts| parts.iter().map(|(key, text, unit)| part(Some(&key.to_string()), text, unit)).collect())
                .collect();
            for line in part_lines(results.iter().map(|parts| (Some(1), parts.as_slice()))) {
                let fits = results.iter().filter(|parts| {
                    part_with(parts, &line.key)
                        .is_some_and(|one| thousandths(&one.value).is_some() && same_unit(one.value.unit.as_deref(), line.unit.as_deref()))
                });
                prop_assert_eq!(line.points.len(), fits.count());
            }
        }
    }
}
