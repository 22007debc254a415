//! One medicine as a source tells of it, and which of them are the same.

use crate::record::{Code, coded};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

coded! {
    /// How a medicine is supplied (FHIR R4 `MedicationRequest.courseOfTherapyType`, UK Core).
    Course {
        /// Again and again, each time the person asks.
        Repeat = "repeat",
        /// Again and again from the pharmacy, without asking the practice each time.
        RepeatDispensing = "repeat-dispensing",
        /// Once, or for a short while.
        Acute = "acute",
        /// Given by a hospital or a clinic.
        Hospital = "hospital",
        /// Bought, or taken without a prescription.
        OverTheCounter = "over-the-counter",
        /// The source does not say.
        Unknown = "unknown",
    }
}

coded! {
    /// Whether a medicine is taken now, by the status of its source.
    Standing {
        /// It is.
        Current = "current",
        /// It is paused.
        Paused = "paused",
        /// It is not taken any more.
        Ended = "ended",
    }
}

impl Standing {
    /// By the status words of FHIR R4 (`medicationrequest-status`, `medication-statement-status`). A word that is not known
    /// counts as current, so that a medicine is never left out.
    #[must_use]
    pub fn of(status: Option<&str>) -> Self {
        match status {
            Some("on-hold") => Self::Paused,
            Some("stopped" | "completed" | "cancelled" | "not-taken" | "ended") => Self::Ended,
            _ => Self::Current,
        }
    }
}

coded! {
    /// Under which heading a medicine stands.
    Group {
        /// It can be asked for again.
        Repeat = "repeat",
        /// The pharmacy gives it again without an order.
        RepeatDispensing = "repeat-dispensing",
        /// Short courses and others that are taken now.
        Other = "other",
        /// From a hospital or a clinic.
        Hospital = "hospital",
        /// Bought, or added by the person.
        OverTheCounter = "over-the-counter",
        /// Not taken any more.
        Stopped = "stopped",
    }
}

impl Group {
    /// Where a medicine of this course belongs.
    #[must_use]
    pub const fn of(course: Course, standing: Standing) -> Self {
        match (standing, course) {
            (Standing::Ended, _) => Self::Stopped,
            (_, Course::Repeat) => Self::Repeat,
            (_, Course::RepeatDispensing) => Self::RepeatDispensing,
            (_, Course::Hospital) => Self::Hospital,
            (_, Course::OverTheCounter) => Self::OverTheCounter,
            (_, Course::Acute | Course::Unknown) => Self::Other,
        }
    }

    /// The heading people see.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Repeat => "Repeat medicines",
            Self::RepeatDispensing => "Repeat medicines from your pharmacy",
            Self::Other => "Other medicines now",
            Self::Hospital => "From a hospital or clinic",
            Self::OverTheCounter => "Bought without a prescription",
            Self::Stopped => "Stopped or finished",
        }
    }
}

/// What one entry of the record says of a medicine, beyond what every entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prescribed {
    /// The medicine's codes, each with its system: dm+d codes are SNOMED CT ones (<http://snomed.info/sct>).
    pub codes: Vec<Code>,
    /// How it is supplied.
    pub course: Option<Course>,
    /// It stands for what may be given again and again, and not for one time that it was given.
    pub is_plan: bool,
    /// It says that the medicine must not be taken.
    pub do_not_take: bool,
    /// The dose: exactly as the source wrote it, or put together from its parts where it wrote no text.
    pub doses: Vec<String>,
    /// The reason, as the source wrote it.
    pub reasons: Vec<String>,
    /// Why it was changed or stopped, as the source wrote it.
    pub why_changed: Vec<String>,
    /// The day from which it must be reviewed before more is given.
    pub review_on: Option<NaiveDate>,
    /// How much is given at a time, in the source's words: "28 tablet".
    pub quantity: Option<String>,
    /// For how many days that lasts, as the source says.
    pub supply_days: Option<u16>,
    /// How often it may still be given, as the source says.
    pub issues_left: Option<u32>,
    /// The day on which it was written.
    pub written_on: Option<NaiveDate>,
    /// What its source calls it, where it is what may be ordered again (FHIR `MedicationRequest.id` with the intent `plan`).
    pub plan: Option<String>,
    /// Its business identifiers, each as `system|value`.
    pub identifiers: Vec<String>,
}

/// What the short forms in a dose mean, in the order in which they stand there. The dose itself stays as it was written.
///
/// Those that prescribers are taught (BNF, "Latin abbreviations"); what has two meanings is left out.
#[must_use]
pub fn short_forms(dose: &str) -> Vec<(&'static str, &'static str)> {
    const KNOWN: &[(&str, &str)] = &[
        ("ac", "before food"),
        ("bd", "twice a day"),
        ("caps", "capsules"),
        ("mane", "in the morning"),
        ("mcg", "micrograms"),
        ("nocte", "at night"),
        ("od", "once a day"),
        ("pc", "after food"),
        ("po", "by mouth"),
        ("pr", "into the bottom"),
        ("prn", "when needed"),
        ("qds", "4 times a day"),
        ("sl", "under the tongue"),
        ("stat", "straight away"),
        ("tabs", "tablets"),
        ("tds", "3 times a day"),
        ("top", "on the skin"),
    ];
    let mut found: Vec<(&str, &str)> = Vec::new();
    for word in dose.split(|c: char| !c.is_alphanumeric()) {
        let known = KNOWN.iter().find(|(short, _)| short.eq_ignore_ascii_case(word));
        found.extend(known.filter(|known| !found.contains(known)));
    }
    found
}

/// The name by which medicines without a code in common are compared.
fn folded(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Puts together what is about one medicine: those with a code in common, and those of one name, unless codes of one system
/// say that they are two; no name is nobody's. Gives the places of each medicine, in the order in which they came.
///
/// Two strengths are two medicines: dm+d gives each a VMP of its own.
#[must_use]
pub fn same_medicine(all: &[(&str, &[Code])]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(Vec<usize>, Vec<&Code>)> = Vec::new();
    let mut by_code: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, (name, codes)) in all.iter().enumerate() {
        let key = |code: &'_ Code| by_code.get(&(code.system.as_str(), code.code.as_str())).copied();
        let mut with: BTreeSet<usize> = codes.iter().filter_map(key).collect();
        let name = folded(name);
        if with.is_empty() && !name.is_empty() {
            let fits = |group: &usize| groups.get(*group).is_some_and(|(_, others)| !differ(codes, others));
            with.extend(by_name.get(&name).into_iter().flatten().copied().find(fits));
        }
        // One that has codes of two shows that they are one.
        let group = with.pop_first().unwrap_or(groups.len());
        if group == groups.len() {
            groups.push((Vec::new(), Vec::new()));
        }
        for other in with {
            let (places, others) = groups.get_mut(other).map(std::mem::take).unwrap_or_default();
            if let Some(kept) = groups.get_mut(group) {
                kept.0.extend(places);
                kept.1.extend(others);
            }
            for index in by_code.values_mut().chain(by_name.values_mut().flatten()).filter(|index| **index == other) {
                *index = group;
            }
        }
        if let Some(kept) = groups.get_mut(group) {
            kept.0.push(at);
            kept.1.extend(codes.iter());
        }
        by_code.extend(codes.iter().map(|code| ((code.system.as_str(), code.code.as_str()), group)));
        by_name.entry(name).or_default().push(group);
    }
    let mut places: Vec<Vec<usize>> = groups.into_iter().map(|(places, _)| places).filter(|places| !places.is_empty()).collect();
    for group in &mut places {
        group.sort_unstable();
    }
    places.sort();
    places
}

/// Medicines that are put together once, to find those of one more among them.
#[derive(Debug)]
pub struct Medicines<'m> {
    all: &'m [(&'m str, &'m [Code])],
    groups: Vec<Vec<usize>>,
    /// The group of each.
    of: BTreeMap<usize, usize>,
    by_code: BTreeMap<(&'m str, &'m str), Vec<usize>>,
    by_name: BTreeMap<String, Vec<usize>>,
}

impl<'m> Medicines<'m> {
    /// Puts these together, as [`same_medicine`] does.
    #[must_use]
    pub fn of(all: &'m [(&'m str, &'m [Code])]) -> Self {
        let groups = same_medicine(all);
        let of = groups.iter().enumerate().flat_map(|(group, places)| places.iter().map(move |at| (*at, group))).collect();
        let (mut by_code, mut by_name) = (BTreeMap::<_, Vec<usize>>::new(), BTreeMap::<_, Vec<usize>>::new());
        for (at, (name, codes)) in all.iter().enumerate() {
            for code in *codes {
                by_code.entry((code.system.as_str(), code.code.as_str())).or_default().push(at);
            }
            by_name.entry(folded(name)).or_default().push(at);
        }
        Self { all, groups, of, by_code, by_name }
    }

    /// The places of all that may be this medicine, and of whatever is one with any of them. Of one name several may be, where
    /// codes say that they are two and this has none: then all of them.
    #[must_use]
    pub fn like(&self, name: &str, codes: &[Code]) -> BTreeSet<usize> {
        let coded = codes.iter().filter_map(|code| self.by_code.get(&(code.system.as_str(), code.code.as_str()))).flatten();
        let name = folded(name);
        let named = if name.is_empty() { None } else { self.by_name.get(&name) };
        let fits = |at: &&usize| self.all.get(**at).is_some_and(|(_, theirs)| !differ(codes, &theirs.iter().collect::<Vec<_>>()));
        let found = coded.chain(named.into_iter().flatten().filter(fits));
        found.filter_map(|at| self.groups.get(*self.of.get(at)?)).flatten().copied().collect()
    }
}

/// Whether both have codes of one system, and none of it in common.
fn differ(mine: &[Code], theirs: &[&Code]) -> bool {
    mine.iter().any(|code| {
        let mut same_system = theirs.iter().filter(|other| other.system == code.system).peekable();
        let known = same_system.peek().is_some();
        known && !same_system.any(|other| mine.contains(other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DMD: &str = "http://snomed.info/sct";

    fn code(system: &str, code: &str) -> Code {
        Code { system: system.to_owned(), code: code.to_owned(), display: None }
    }

    fn grouped(all: &[(&str, Vec<Code>)]) -> Vec<Vec<usize>> {
        let all: Vec<(&str, &[Code])> = all.iter().map(|(name, codes)| (*name, codes.as_slice())).collect();
        same_medicine(&all)
    }

    #[test]
    fn a_code_or_a_name_in_common_makes_one_medicine_and_a_strength_another() {
        let all = [
            ("Ramipril 5mg capsules", vec![code(DMD, "1")]),
            ("RAMIPRIL 5 mg", vec![code(DMD, "1")]),
            ("ramipril  5mg Capsules", vec![]),
            ("Ramipril 2.5mg capsules", vec![code(DMD, "2")]),
            ("Ramipril 5mg capsules", vec![code("rxnorm", "9")]),
            ("Ramipril 5mg capsules", vec![code(DMD, "3")]),
        ];
        assert_eq!(grouped(&all), [vec![0, 1, 2, 4], vec![3], vec![5]]);
        assert_eq!(grouped(&[(" ", vec![]), ("", vec![]), ("", vec![code(DMD, "1")])]), [[0], [1], [2]]);
    }

    #[test]
    fn where_each_stands_is_by_its_status_first() {
        for course in Course::ALL {
            assert_eq!(Group::of(*course, Standing::of(Some("stopped"))), Group::Stopped);
            assert_ne!(Group::of(*course, Standing::of(Some("active"))), Group::Stopped);
            assert_ne!(Group::of(*course, Standing::of(Some("a word of tomorrow"))), Group::Stopped);
        }
        assert_eq!(Group::of(Course::Repeat, Standing::of(Some("on-hold"))), Group::Repeat);
    }

    #[test]
    fn short_forms_are_told_once_each_and_only_as_words() {
        assert_eq!(short_forms("1 BD pc, bd"), [("bd", "twice a day"), ("pc", "after food")]);
        assert_eq!(short_forms("One tablet each morning, modified"), []);
    }

    proptest! {
        #[test]
        fn what_is_put_together_once_hides_nothing_that_is_the_same(
            all in proptest::collection::vec(("[ab]{0,2}", prop::option::of(("[xy]", "[1-3]"))), 0..10),
            one in ("[ab]{0,2}", prop::option::of(("[xy]", "[1-3]"))),
        ) {
            let coded = |of: &Option<(String, String)>| -> Vec<Code> { of.iter().map(|(system, one)| code(system, one)).collect() };
            let all: Vec<(String, Vec<Code>)> = all.iter().map(|(name, of)| (name.clone(), coded(of))).collect();
            let all: Vec<(&str, &[Code])> = all.iter().map(|(name, codes)| (name.as_str(), codes.as_slice())).collect();
            let theirs = coded(&one.1);
            let found = Medicines::of(&all).like(&one.0, &theirs);
            // As if it were the first of them.
            let with: Vec<(&str, &[Code])> = std::iter::once((one.0.as_str(), theirs.as_slice())).chain(all.iter().copied()).collect();
            let group = same_medicine(&with).swap_remove(0);
            prop_assert!(group.iter().filter_map(|at| at.checked_sub(1)).all(|at| found.contains(&at)));
            // And nothing that no code and no name leads to.
            let groups = same_medicine(&all);
            let leads = |at: &usize| (!one.0.is_empty() && all[*at].0 == one.0) || all[*at].1.iter().any(|code| theirs.contains(code));
            prop_assert!(groups.iter().filter(|group| group.iter().any(|at| found.contains(at))).all(|group| group.iter().any(leads)));
        }

        #[test]
        fn each_is_in_one_medicine_and_a_common_code_never_parts(
            all in proptest::collection::vec(("[ab]{1,2}", proptest::collection::vec("[1-4]", 0..3)), 0..12),
        ) {
            let all: Vec<(&str, Vec<Code>)> =
                all.iter().map(|(name, codes)| (name.as_str(), codes.iter().map(|one| code(DMD, one)).collect())).collect();
            let groups = grouped(&all);
            let mut seen: Vec<usize> = groups.iter().flatten().copied().collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..all.len()).collect::<Vec<_>>());
            let of = |at: usize| groups.iter().position(|group| group.contains(&at));
            for (a, (_, mine)) in all.iter().enumerate() {
                for (b, (_, theirs)) in all.iter().enumerate() {
                    if mine.iter().any(|code| theirs.contains(code)) {
                        prop_assert_eq!(of(a), of(b));
                    }
                }
            }
        }
    }
}
