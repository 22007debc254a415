//! What changed in how a medicine is taken: found by comparing what its sources say, never by reading a dose.
//!
//! | A word of a source | and before it | is |
//! | --- | --- | --- |
//! | names another as the one that it replaces | that one, with another dose | a change |
//! | of the same source | one that is over, with another dose | a change; where either was for a short while, a new course |
//! | of the same source | one that still holds, with another dose | no change: both are taken |
//! | when somebody left hospital, or of a clinic | the last of another source, with another dose | a change |
//! | when somebody left hospital, or of a clinic | none, or none that had not ended by then | a start |
//! | of another source, otherwise | one that says something else | no change: the sources differ |
//! | says that it is stopped or paused | no other holds | a stop, a pause |
//! | says so when somebody left hospital, or of a clinic | others hold, all of them written before | a stop, a pause |
//! | says that it came to its end | no other holds | an end |
//! | stands for one time that it was given, or was called off | | nothing |

use super::{EndDay, Standing};
use crate::{OrganisationId, When};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What one entry says of a medicine, as far as a change shows in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// Whose it is.
    pub source: OrganisationId,
    /// It was said when somebody left hospital, or at a clinic.
    pub from_hospital: bool,
    /// When it was written, or began.
    pub at: Option<When>,
    /// Whether the medicine is taken, as it says.
    pub standing: Standing,
    /// Since when that is so, where it is not taken.
    pub since: Option<EndDay>,
    /// It came to its end as it was meant to.
    pub finished: bool,
    /// It says that the medicine is not to be taken, and not how it is or was.
    pub forbids: bool,
    /// It stands for one time that the medicine was given, or was called off.
    pub passing: bool,
    /// It is for once or for a short while.
    pub acute: bool,
    /// The dose, exactly as it was written.
    pub doses: &'a [String],
    /// Where among all of them the one is that it names as replaced.
    pub replaces: Option<usize>,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It was begun, when somebody left hospital or at a clinic.
    Started,
    /// The dose is written in other words.
    Dose,
    /// It is not to be taken for now.
    Paused,
    /// It was stopped.
    Stopped,
    /// It came to its end as it was meant to.
    Finished,
}

impl ChangeKind {
    /// As people read it: "Changed".
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::Dose => "Changed",
            Self::Paused => "Paused",
            Self::Stopped => "Stopped",
            Self::Finished => "Finished",
        }
    }
}

/// A change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What changed.
    pub kind: ChangeKind,
    /// Which word says so.
    pub by: usize,
    /// The word that held before, where another dose was written there.
    pub before: Option<usize>,
    /// When, as far as that is known.
    pub on: Option<When>,
    /// It may have been before that.
    pub at_latest: bool,
}

impl Change {
    fn time(&self) -> Option<DateTime<Utc>> {
        self.on.map(|when| when.sort_key())
    }
}

impl Word<'_> {
    fn time(&self) -> Option<DateTime<Utc>> {
        self.at.map(|when| when.sort_key())
    }

    /// From when on it says what it says.
    fn moment(&self) -> Option<DateTime<Utc>> {
        self.since.map(|end| When::Day(end.day()).sort_key()).or_else(|| self.time())
    }

    fn is_over(&self) -> bool {
        self.standing == Standing::Ended
    }

    /// The dose without what no eye sees.
    fn dose(&self) -> String {
        let words = self.doses.iter().flat_map(|dose| dose.split_whitespace());
        words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
    }

    /// Whether it takes the place of what was said earlier.
    fn follows(&self, earlier: &Self) -> bool {
        if earlier.source == self.source {
            return earlier.is_over() || earlier.dose() == self.dose();
        }
        let ended = earlier.is_over() && earlier.moment() <= self.time();
        self.from_hospital && !ended && !earlier.doses.is_empty() && earlier.time() < self.time()
    }

    /// Whether the other one leaves open that the medicine was begun with this one.
    fn is_new_beside(&self, other: &Self) -> bool {
        other.is_over() || other.time() > self.time()
    }

    /// Whether it says how the medicine is taken from then on; what a hospital says of one that is over is no more than that.
    fn tells_how(&self) -> bool {
        !(self.forbids || (self.is_over() && self.from_hospital))
    }
}

/// What changed in one medicine, the newest first. `all` is what is known of every medicine, `of` the places of this one.
#[must_use]
pub fn changes(all: &[Word<'_>], of: &[usize]) -> Vec<Change> {
    let words = of.iter().filter_map(|place| Some((*place, all.get(*place)?)));
    let mut line: Vec<(usize, &Word<'_>)> = words.filter(|(_, word)| !word.passing).collect();
    line.sort_by_key(|(place, word)| (word.time(), !word.is_over(), Reverse(*place)));
    let (mut found, mut replaced) = (Vec::new(), BTreeSet::new());
    for (nth, (place, word)) in line.iter().enumerate() {
        let earlier = line.get(..nth).unwrap_or_default();
        let named = word.replaces.filter(|other| other != place);
        let before = named.or_else(|| earlier.iter().rev().find(|(_, other)| word.follows(other)).map(|(place, _)| *place));
        let before = before.and_then(|place| Some((place, all.get(place)?)));
        let kind = match before {
            None if word.from_hospital && line.iter().all(|(other, held)| other == place || word.is_new_beside(held)) => {
                ChangeKind::Started
            }
            None => continue,
            Some((other, old)) => {
                replaced.insert(other);
                let both = !old.doses.is_empty() && !word.doses.is_empty() && old.dose() != word.dose();
                if !both || word.acute || old.acute {
                    continue;
                }
                ChangeKind::Dose
            }
        };
        if word.tells_how() {
            found.push(Change { kind, by: *place, before: before.map(|(place, _)| place), on: word.at, at_latest: false });
        }
    }
    for (place, word) in line.iter().filter(|(place, _)| !replaced.contains(place)) {
        let kind = match word.standing {
            Standing::Current => continue,
            Standing::Paused => ChangeKind::Paused,
            Standing::Ended if word.finished => ChangeKind::Finished,
            Standing::Ended => ChangeKind::Stopped,
        };
        let mut holding = line.iter().filter(|(other, held)| other != place && held.standing == Standing::Current).peekable();
        let last = holding.peek().is_none();
        let overrides = word.from_hospital && holding.all(|(_, held)| held.time() < word.moment());
        if last || (overrides && kind != ChangeKind::Finished) {
            let on = word.since.map(|end| When::Day(end.day()));
            let at_latest = matches!(word.since, Some(EndDay::By(_)));
            found.push(Change { kind, by: *place, before: None, on, at_latest });
        }
    }
    found.sort_by_key(|change| Reverse(change.time()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, number).unwrap()
    }

    fn source(number: u128) -> OrganisationId {
        OrganisationId::from_uuid(Uuid::from_u128(number))
    }

    /// What a practice says on a day of March.
    fn word(at: u32, doses: &[String]) -> Word<'_> {
        Word {
            source: source(1),
            from_hospital: false,
            at: Some(When::Day(day(at))),
            standing: Standing::Current,
            since: None,
            finished: false,
            forbids: false,
            passing: false,
            acute: false,
            doses,
            replaces: None,
        }
    }

    fn hospital(at: u32, doses: &[String]) -> Word<'_> {
        Word { source: source(2), from_hospital: true, ..word(at, doses) }
    }

    /// Kind, by which, before which, and the day.
    type Told = (ChangeKind, usize, Option<usize>, Option<When>);

    fn told(all: &[Word<'_>]) -> Vec<Told> {
        let of: Vec<usize> = (0..all.len()).collect();
        changes(all, &of).into_iter().map(|one| (one.kind, one.by, one.before, one.on)).collect()
    }

    #[test]
    fn each_row_of_the_table_holds() {
        use ChangeKind::{Dose, Finished, Paused, Started, Stopped};
        let (one, two) = (["One a day".to_owned()], ["Two a day".to_owned()]);
        let same = ["one  A day".to_owned()];
        let on = |at: u32| Some(When::Day(day(at)));
        let ended =
            |word: Word<'_>, at: u32| Word { standing: Standing::Ended, since: Some(EndDay::On(day(at))), doses: &[], ..word };
        let stopped = |at: u32, until: u32| Word { doses: &one, ..ended(word(at, &[]), until) };
        let cases: Vec<(&str, Vec<Word<'_>>, Vec<Told>)> = vec![
            ("one alone", vec![word(1, &one)], vec![]),
            ("stopped and started anew", vec![stopped(1, 9), word(9, &two)], vec![(Dose, 1, Some(0), on(9))]),
            ("written anew", vec![stopped(1, 9), word(9, &same)], vec![]),
            ("both are taken", vec![word(1, &one), word(9, &two)], vec![]),
            (
                "the one that it names",
                vec![word(1, &one), Word { replaces: Some(0), ..word(9, &two) }],
                vec![(Dose, 1, Some(0), on(9))],
            ),
            ("a new course", vec![Word { acute: true, ..stopped(1, 9) }, Word { acute: true, ..word(12, &two) }], vec![]),
            ("at discharge", vec![word(1, &one), hospital(9, &two)], vec![(Dose, 1, Some(0), on(9))]),
            ("the same at discharge", vec![word(1, &one), hospital(9, &same)], vec![]),
            ("said twice", vec![word(1, &one), hospital(9, &two), hospital(9, &two)], vec![(Dose, 2, Some(0), on(9))]),
            ("the practice later", vec![hospital(1, &one), word(9, &two)], vec![(Started, 0, None, on(1))]),
            ("on the same day", vec![word(1, &one), hospital(1, &two)], vec![]),
            ("from a hospital first", vec![hospital(1, &one)], vec![(Started, 0, None, on(1))]),
            ("begun again", vec![stopped(1, 5), hospital(9, &two)], vec![(Started, 1, None, on(9))]),
            ("stopped", vec![stopped(1, 9)], vec![(Stopped, 0, None, on(9))]),
            ("paused", vec![Word { standing: Standing::Paused, ..word(1, &one) }], vec![(Paused, 0, None, None)]),
            ("finished", vec![Word { finished: true, ..stopped(1, 9) }], vec![(Finished, 0, None, on(9))]),
            ("a hospital stops it", vec![word(1, &one), ended(hospital(2, &one), 9)], vec![(Stopped, 1, None, on(9))]),
            ("and the practice wrote since", vec![word(12, &one), ended(hospital(2, &one), 9)], vec![]),
            (
                "a hospital's supply is used up",
                vec![word(1, &one), Word { finished: true, ..ended(hospital(2, &one), 9) }],
                vec![],
            ),
            (
                "a hospital forbids it",
                vec![word(1, &one), Word { forbids: true, ..ended(hospital(9, &[]), 9) }],
                vec![(Stopped, 1, None, on(9))],
            ),
            ("given once", vec![word(1, &one), Word { passing: true, ..ended(word(9, &two), 9) }], vec![]),
            ("another source differs", vec![word(1, &one), Word { source: source(3), ..word(9, &two) }], vec![]),
        ];
        for (what, words, expected) in cases {
            // The later is the latter of `told`, where it stands twice.
            let found = told(&words);
            match what {
                "said twice" => assert!(found.len() == 1 && found[0].0 == Dose && found[0].2 == Some(0), "{what}: {found:?}"),
                _ => assert_eq!(found, expected, "{what}"),
            }
        }
    }

    #[test]
    fn what_is_known_only_to_be_over_says_by_when() {
        let doses = ["One a day".to_owned()];
        let over = Word { standing: Standing::Ended, since: Some(EndDay::By(day(9))), ..word(1, &doses) };
        let all = [over, Word { since: None, ..over }];
        let [first] = changes(&all, &[0])[..] else { panic!("one change") };
        assert!(first.at_latest && first.on == Some(When::Day(day(9))));
        let [second] = changes(&all, &[1])[..] else { panic!("one change") };
        assert!(!second.at_latest && second.on.is_none());
    }

    #[test]
    fn another_medicine_that_it_names_is_what_was_before() {
        let (one, two) = (["One a day".to_owned()], ["Two a day".to_owned()]);
        let all = [word(1, &one), Word { replaces: Some(0), ..word(9, &two) }];
        assert_eq!(
            changes(&all, &[1]).iter().map(|one| (one.kind, one.before)).collect::<Vec<_>>(),
            [(ChangeKind::Dose, Some(0))]
        );
        assert_eq!(changes(&all, &[0]), []);
    }

    type Drawn = (u128, bool, Option<u32>, usize, Option<u32>, [bool; 4], usize, Option<usize>);

    fn any_words() -> impl Strategy<Value = Vec<Drawn>> {
        let one = (
            1_u128..4,
            any::<bool>(),
            proptest::option::of(1_u32..29),
            0..Standing::ALL.len(),
            proptest::option::of(1_u32..29),
            any::<[bool; 4]>(),
            0_usize..4,
            proptest::option::weighted(0.1, 0_usize..8),
        );
        proptest::collection::vec(one, 0..8)
    }

    fn words<'a>(drawn: &[Drawn], doses: &'a [Vec<String>]) -> Vec<Word<'a>> {
        let of = |(by, from_hospital, at, standing, since, [finished, forbids, passing, acute], dose, replaces): &Drawn| Word {
            source: source(*by),
            from_hospital: *from_hospital,
            at: at.map(|at| When::Day(day(at))),
            standing: Standing::ALL[*standing],
            since: since.map(|at| EndDay::On(day(at))),
            finished: *finished,
            forbids: *forbids,
            passing: *passing,
            acute: *acute,
            doses: &doses[*dose],
            replaces: *replaces,
        };
        drawn.iter().map(of).collect()
    }

    fn doses() -> Vec<Vec<String>> {
        vec![vec![], vec!["One".to_owned()], vec!["Two".to_owned()], vec!["One".to_owned(), "Two".to_owned()]]
    }

    proptest! {
        /// A change is said by an entry of the medicine that lasts, and what was before is another with another dose.
        #[test]
        fn a_change_is_between_two_doses_that_were_written(drawn in any_words(), part in any::<[bool; 8]>()) {
            let doses = doses();
            let all = words(&drawn, &doses);
            let of: Vec<usize> = (0..all.len()).filter(|at| part[*at]).collect();
            let found = changes(&all, &of);
            for one in &found {
                prop_assert!(of.contains(&one.by) && !all[one.by].passing);
                let before = one.before.map(|at| &all[at]);
                prop_assert_eq!(before.is_some(), one.kind == ChangeKind::Dose);
                if let Some(before) = before {
                    let (old, new) = (before.doses, all[one.by].doses);
                    prop_assert!(!old.is_empty() && !new.is_empty() && old != new);
                }
                if matches!(one.kind, ChangeKind::Stopped | ChangeKind::Finished) {
                    prop_assert_eq!(all[one.by].standing, Standing::Ended);
                }
            }
            prop_assert!(found.iter().all(|one| found.iter().filter(|other| other.by == one.by).count() <= 2));
            prop_assert!(found.windows(2).all(|two| two[0].time() >= two[1].time()));
        }

        /// One source that says several things which all hold, and names none as replaced, has changed nothing.
        #[test]
        fn what_one_practice_lets_hold_together_is_no_change(drawn in any_words()) {
            let doses = doses();
            let all: Vec<Word<'_>> = words(&drawn, &doses)
                .into_iter()
                .map(|one| Word { source: source(1), from_hospital: false, standing: Standing::Current, replaces: None, ..one })
                .collect();
            let of: Vec<usize> = (0..all.len()).collect();
            prop_assert_eq!(changes(&all, &of), vec![]);
        }

        /// In which order the entries come does not matter, where each was written on a day of its own.
        #[test]
        fn the_order_of_the_entries_does_not_matter(drawn in any_words(), turned in any::<bool>(), by in 0_usize..8) {
            let doses = doses();
            let all: Vec<Word<'_>> = words(&drawn, &doses)
                .into_iter()
                .zip(1_u32..)
                .map(|(one, at)| Word { at: Some(When::Day(day(at))), replaces: None, ..one })
                .collect();
            let mut of: Vec<usize> = (0..all.len()).collect();
            let mut found: Vec<_> = changes(&all, &of).into_iter().map(|one| (one.by, one.before, one.time(), one.at_latest)).collect();
            let len = of.len().max(1);
            of.rotate_left(by % len);
            if turned {
                of.reverse();
            }
            let mut again: Vec<_> = changes(&all, &of).into_iter().map(|one| (one.by, one.before, one.time(), one.at_latest)).collect();
            found.sort();
            again.sort();
            prop_assert_eq!(found, again);
        }
    }
}
