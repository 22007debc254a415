//! Where the items of a prescription stand on their way from the prescriber to the person, by the 13 national statuses.
//!
//! Status comes by asking and by being told, out of order and more than once. What is known of an item is the set of all that was
//! ever told of it: to put two together in any order, or twice, makes the same set, and everything else follows from the set.

use crate::record::coded;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

coded! {
    /// Where one item stands, by the national words (`https://fhir.nhs.uk/CodeSystem/task-businessStatus-nppt`). They stand in the
    /// order of the way, so that of two words for the same instant that which is further on counts.
    DispenseStatus {
        /// Nobody can tell just now.
        Unavailable = "Tracking Temporarily Unavailable",
        /// The prescriber has signed it; no pharmacy has it yet.
        Approved = "Prescriber Approved",
        /// A pharmacy has it that does not tell how it goes on.
        NotTracked = "With Pharmacy but Tracking not Supported",
        /// A pharmacy has it.
        WithPharmacy = "With Pharmacy",
        /// A part of it is about to be sent.
        ReadyToDispatchPartial = "Ready to Dispatch - Partial",
        /// A part of it can be collected.
        ReadyToCollectPartial = "Ready to Collect - Partial",
        /// A part was given, and the pharmacy gets the rest ready.
        PreparingRemainder = "With Pharmacy - Preparing Remainder",
        /// It is about to be sent.
        ReadyToDispatch = "Ready to Dispatch",
        /// It can be collected.
        ReadyToCollect = "Ready to Collect",
        /// It was sent.
        Dispatched = "Dispatched",
        /// It was collected.
        Collected = "Collected",
        /// The pharmacy does not give it.
        NotDispensed = "Not Dispensed",
        /// The prescriber took it back.
        Cancelled = "Prescriber Cancelled",
    }
}

coded! {
    /// What of it is worth a message to the person.
    DispenseNews {
        /// All of it is ready.
        Ready = "ready",
        /// A part of it is ready.
        Part = "part",
        /// It is not given.
        NotGiven = "not-given",
    }
}

impl DispenseStatus {
    /// The status that a system names; capital letters make no difference, because the published examples differ in them.
    #[must_use]
    pub fn from_national(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.code().eq_ignore_ascii_case(text.trim()))
    }

    /// In plain words, for a tag.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unavailable => "We cannot tell just now",
            Self::Approved => "Approved",
            Self::NotTracked | Self::WithPharmacy => "With the pharmacy",
            Self::ReadyToDispatchPartial => "Part is about to be sent",
            Self::ReadyToCollectPartial => "Part is ready to collect",
            Self::PreparingRemainder => "Part given, the rest to come",
            Self::ReadyToDispatch => "About to be sent",
            Self::ReadyToCollect => "Ready to collect",
            Self::Dispatched => "Sent",
            Self::Collected => "Collected",
            Self::NotDispensed => "Not given",
            Self::Cancelled => "Cancelled",
        }
    }

    /// What happens next, or what to do.
    #[must_use]
    pub const fn next(self) -> &'static str {
        match self {
            Self::Unavailable => "We ask again by ourselves. If it is urgent, ring the pharmacy.",
            Self::Approved => "It is signed and waits for a pharmacy. The pharmacy gets it ready once it has it.",
            Self::NotTracked => "This pharmacy does not tell us how far it is. Ring them before you go.",
            Self::WithPharmacy => "The pharmacy gets it ready. Wait until it is ready before you go.",
            Self::ReadyToDispatchPartial => "The pharmacy sends a part of it. Ask them when the rest comes.",
            Self::ReadyToCollectPartial => "You can collect a part of it. Ask the pharmacy when the rest is ready.",
            Self::PreparingRemainder => {
                "You have a part of it. The pharmacy gets the rest ready. Keep the note that they gave you."
            }
            Self::ReadyToDispatch => "The pharmacy is about to send it.",
            Self::ReadyToCollect => "You can collect it from the pharmacy.",
            Self::Dispatched => "It is on its way. If it does not come in 5 working days, ring the pharmacy.",
            Self::Collected => "It was collected. There is nothing more to do.",
            Self::NotDispensed => "The pharmacy did not give it. Ask them why. If you still need it, ring whoever prescribed it.",
            Self::Cancelled => "Whoever prescribed it took it back. If you did not expect that, ring them.",
        }
    }

    /// Whether nothing more is to come.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Dispatched | Self::Collected | Self::NotDispensed | Self::Cancelled)
    }

    /// Whether the person can collect it, or a part of it, and has not.
    #[must_use]
    pub const fn is_to_collect(self) -> bool {
        matches!(self, Self::ReadyToCollect | Self::ReadyToCollectPartial)
    }

    /// What of it is worth a message.
    #[must_use]
    pub const fn news(self) -> Option<DispenseNews> {
        match self {
            Self::ReadyToCollect | Self::ReadyToDispatch => Some(DispenseNews::Ready),
            Self::ReadyToCollectPartial | Self::ReadyToDispatchPartial => Some(DispenseNews::Part),
            Self::NotDispensed => Some(DispenseNews::NotGiven),
            _ => None,
        }
    }
}

/// That an item stood somewhere, and since when, by the clock of whoever tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DispenseStep {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Where.
    pub status: DispenseStatus,
}

/// All that was ever told of where one item stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress(BTreeSet<DispenseStep>);

impl Progress {
    /// With one more that was told; the same twice is once.
    pub fn add(&mut self, step: DispenseStep) {
        self.0.insert(step);
    }

    /// What two know together. It makes no difference which is which, which comes first, or how often.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Where it stands: the latest that was told, of the same instant that which is further on. That nobody can tell just now
    /// hides nothing of what is known.
    #[must_use]
    pub fn now(&self) -> Option<DispenseStep> {
        self.0.iter().rev().find(|step| step.status != DispenseStatus::Unavailable).copied()
    }

    /// Whether it, or a part of it, is told to be ready to collect and not to have been collected since.
    #[must_use]
    pub fn is_to_collect(&self) -> bool {
        self.now().is_some_and(|step| step.status.is_to_collect())
    }

    /// Since when nobody can tell, where nothing was told after it.
    #[must_use]
    pub fn unavailable_since(&self) -> Option<DateTime<Utc>> {
        let told = self.now();
        let last = self.0.iter().rev().find(|step| step.status == DispenseStatus::Unavailable)?;
        told.is_none_or(|told| told.at <= last.at).then_some(last.at)
    }
}

impl FromIterator<DispenseStep> for Progress {
    fn from_iter<I: IntoIterator<Item = DispenseStep>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

/// Which of the items that are told of by a number alone is which of those that are told of by name alone: two are one where they
/// stood at the same status at the same instant and no other did, and nothing else says that they are two. Gives the places of
/// both.
///
/// Those who tell by number and those who tell by name have it from the same pharmacy, so that its instants are the same. What
/// stood alike all the way stays apart: to guess would show another medicine as ready.
#[must_use]
pub fn same_steps(numbered: &[Progress], named: &[Progress]) -> Vec<(usize, usize)> {
    let (mut left, mut right): (BTreeSet<usize>, BTreeSet<usize>) = ((0..numbered.len()).collect(), (0..named.len()).collect());
    let mut pairs = Vec::new();
    loop {
        let mut of = BTreeMap::<DispenseStep, (Vec<usize>, Vec<usize>)>::new();
        let told = |all: &[Progress], at: &usize| all.get(*at).map(|one| one.0.clone()).unwrap_or_default();
        // That nobody can tell is not the pharmacy's word.
        let counts = |step: &DispenseStep| step.status != DispenseStatus::Unavailable;
        for at in &left {
            told(numbered, at).into_iter().filter(counts).for_each(|step| of.entry(step).or_default().0.push(*at));
        }
        for at in &right {
            told(named, at).into_iter().filter(counts).for_each(|step| of.entry(step).or_default().1.push(*at));
        }
        let alone = of.into_values().filter_map(|(a, b)| match (a.as_slice(), b.as_slice()) {
            ([a], [b]) => Some((*a, *b)),
            _ => None,
        });
        let alone: BTreeSet<(usize, usize)> = alone.collect();
        let once = |(a, b): &&(usize, usize)| alone.iter().filter(|(c, d)| c == a || d == b).count() == 1;
        let sure: Vec<(usize, usize)> = alone.iter().filter(once).copied().collect();
        if sure.is_empty() {
            return pairs;
        }
        for (a, b) in &sure {
            left.remove(a);
            right.remove(b);
        }
        // Those that are left may be alone now.
        pairs.extend(sure);
    }
}

/// A fact of which pharmacies tell by themselves, and answers to those who ask. Of two the later counts, of the same instant the
/// answer's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stated<T> {
    /// By the clock of whoever tells.
    pub at: DateTime<Utc>,
    /// An answer told it.
    pub answered: bool,
    /// What was told.
    pub value: T,
}

impl<T: Ord + Default> Stated<T> {
    /// The one of two that counts.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        self.max(other)
    }

    /// What is left of it once a newer answer does not tell it any more: an answer takes away only what an answer told.
    #[must_use]
    pub fn unsaid(self) -> Self {
        if self.answered { Self { value: T::default(), ..self } } else { self }
    }
}

/// How often a pharmacy may give a prescription without the prescriber being asked (repeat dispensing).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issues {
    /// Which this is, from 1.
    pub issue: u16,
    /// Of how many; 0 where nobody says.
    pub of: u16,
    /// From when this one can be given.
    pub from: Option<NaiveDate>,
    /// For how many days each lasts.
    pub days: Option<u16>,
}

impl Issues {
    /// For how many days each lasts where nobody says (EPS: `expectedSupplyDuration` defaults to 28).
    pub const DAYS: u16 = 28;

    /// How many are left after this.
    #[must_use]
    pub const fn left(self) -> u16 {
        self.of.saturating_sub(self.issue)
    }

    /// From when the next can be given; absent where there is none, or nobody says when this one began.
    #[must_use]
    pub fn next_on(self) -> Option<NaiveDate> {
        let days = Days::new(u64::from(self.days.unwrap_or(Self::DAYS)));
        self.from.filter(|_| self.left() > 0)?.checked_add_days(days)
    }

    /// What two know together: the later issue, of one issue whoever says more, and the greater number of all.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let weight = |issues: &Self| (issues.issue, issues.from, issues.days);
        let later = if weight(&self) >= weight(&other) { self } else { other };
        Self { of: self.of.max(other.of), ..later }
    }
}

/// The number of a prescription, as it stands beside its barcode: `04F4C2-A99968-7F717P` (EPS, short form prescription id). It
/// holds the code of the practice that prescribes, and ends in a check character (ISO 7064, MOD 37-2, with `+` for 36).
///
/// One of the published examples (29AE98-C153C8-31BC6A) fails its check, so what a system sends is taken by its shape alone
/// ([`PrescriptionNumber::parse`]); what a person types must pass ([`PrescriptionNumber::typed`]).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PrescriptionNumber(String);

/// Why a text is not the number of a prescription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrescriptionNumberError {
    /// Nothing was given.
    #[error("no prescription number given")]
    Empty,
    /// It is not three times six letters and digits.
    #[error("a prescription number has three parts of 6 letters and numbers")]
    Shape,
    /// The last character does not fit the others.
    #[error("the check character does not match")]
    Check,
}

impl PrescriptionNumber {
    /// How many characters there are without the hyphens.
    const LENGTH: usize = 18;

    /// Reads a number by its shape, in letters of either case, with or without hyphens and spaces between its parts.
    ///
    /// # Errors
    /// [`PrescriptionNumberError::Empty`], [`PrescriptionNumberError::Shape`].
    pub fn parse(text: &str) -> Result<Self, PrescriptionNumberError> {
        let bare: Vec<char> = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if bare.is_empty() {
            return Err(PrescriptionNumberError::Empty);
        }
        let ([body @ .., check], Self::LENGTH) = (bare.as_slice(), bare.len()) else {
            return Err(PrescriptionNumberError::Shape);
        };
        let plain = |c: &char| c.is_ascii_digit() || c.is_ascii_uppercase();
        if !body.iter().all(plain) || !(plain(check) || matches!(check, '+' | '*')) {
            return Err(PrescriptionNumberError::Shape);
        }
        let parts: Vec<String> = bare.chunks(6).map(|part| part.iter().collect()).collect();
        Ok(Self(parts.join("-")))
    }

    /// Reads a number that somebody typed: its check character must fit.
    ///
    /// # Errors
    /// [`PrescriptionNumberError`].
    pub fn typed(text: &str) -> Result<Self, PrescriptionNumberError> {
        let number = Self::parse(text)?;
        if number.fits() { Ok(number) } else { Err(PrescriptionNumberError::Check) }
    }

    /// Whether its last character fits the others.
    fn fits(&self) -> bool {
        let values: Vec<u32> = self.0.chars().filter_map(value_of).collect();
        let Some((check, body)) = values.split_last() else { return false };
        (body_sum(body) + check) % 37 == 1
    }

    /// As it is printed: three parts with hyphens between.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a character of a number counts; nothing for a hyphen.
fn value_of(c: char) -> Option<u32> {
    match c {
        '+' | '*' => Some(36),
        _ => c.to_digit(36),
    }
}

/// The sum over all but the check character (ISO 7064, MOD 37-2).
fn body_sum(body: &[u32]) -> u32 {
    body.iter().fold(0, |sum, value| (sum + value) * 2 % 37)
}

impl fmt::Display for PrescriptionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PrescriptionNumber {
    type Err = PrescriptionNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for PrescriptionNumber {
    type Error = PrescriptionNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PrescriptionNumber> for String {
    fn from(number: PrescriptionNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn step(minutes: i64, status: DispenseStatus) -> DispenseStep {
        DispenseStep { at: at(minutes), status }
    }

    #[test]
    fn there_are_thirteen_each_with_words_of_its_own() {
        assert_eq!(DispenseStatus::ALL.len(), 13);
        let next: BTreeSet<&str> = DispenseStatus::ALL.iter().map(|status| status.next()).collect();
        assert_eq!(next.len(), 13);
        for status in DispenseStatus::ALL {
            assert_eq!(DispenseStatus::from_national(status.code()), Some(*status));
            assert!(status.title().chars().count() <= 30, "{}", status.title());
            assert!(status.next().ends_with('.'));
        }
        // So written in a published example.
        assert_eq!(DispenseStatus::from_national("Ready to collect"), Some(DispenseStatus::ReadyToCollect));
        assert_eq!(DispenseStatus::from_national("Ready"), None);
        let over: Vec<&str> = DispenseStatus::ALL.iter().filter(|status| status.is_over()).map(|status| status.code()).collect();
        assert_eq!(over, ["Dispatched", "Collected", "Not Dispensed", "Prescriber Cancelled"]);
    }

    #[test]
    fn what_was_told_last_counts_and_what_nobody_can_tell_hides_nothing() {
        use DispenseStatus::{Approved, Collected, ReadyToCollect, Unavailable, WithPharmacy};
        let mut progress = Progress::default();
        assert_eq!((progress.now(), progress.unavailable_since()), (None, None));
        progress.add(step(5, Unavailable));
        assert_eq!((progress.now(), progress.unavailable_since()), (None, Some(at(5))));
        // Older news that comes later.
        progress.add(step(3, Approved));
        assert_eq!((progress.now(), progress.unavailable_since()), (Some(step(3, Approved)), Some(at(5))));
        progress.add(step(9, WithPharmacy));
        progress.add(step(9, ReadyToCollect));
        assert_eq!((progress.now(), progress.unavailable_since()), (Some(step(9, ReadyToCollect)), None));
        progress.add(step(7, Collected));
        assert_eq!(progress.now(), Some(step(9, ReadyToCollect)));
        assert_eq!(progress.0.len(), 5);
    }

    #[test]
    fn one_that_stood_apart_is_known_and_then_the_other() {
        use DispenseStatus::{ReadyToCollect, Unavailable, WithPharmacy};
        let of = |steps: &[DispenseStep]| -> Progress { steps.iter().copied().collect() };
        let (alike, ready) = (step(1, WithPharmacy), step(2, ReadyToCollect));
        assert_eq!(same_steps(&[of(&[alike])], &[of(&[alike])]), [(0, 0)]);
        assert_eq!(same_steps(&[of(&[alike]), of(&[alike])], &[of(&[alike])]), []);
        assert_eq!(same_steps(&[of(&[alike]), of(&[alike])], &[of(&[alike]), of(&[alike])]), []);
        // The one that is ready leaves only one way for the other.
        assert_eq!(same_steps(&[of(&[alike]), of(&[alike, ready])], &[of(&[alike, ready]), of(&[alike])]), [(1, 0), (0, 1)]);
        // One word for this and another for that: nothing is sure.
        assert_eq!(same_steps(&[of(&[alike, ready])], &[of(&[alike]), of(&[ready])]), []);
        let silent = step(3, Unavailable);
        assert_eq!(same_steps(&[of(&[silent])], &[of(&[silent])]), []);
    }

    #[test]
    fn the_next_issue_is_told_with_its_day() {
        let day = |text: &str| Some(text.parse().unwrap());
        let two = Issues { issue: 2, of: 6, from: day("2026-12-06"), days: None };
        assert_eq!((two.left(), two.next_on()), (4, day("2027-01-03")));
        assert_eq!(Issues { days: Some(56), ..two }.next_on(), day("2027-01-31"));
        assert_eq!(Issues { issue: 6, ..two }.next_on(), None);
        assert_eq!(Issues { issue: 7, ..two }.left(), 0);
        assert_eq!(Issues { from: None, ..two }.next_on(), None);
        assert_eq!(two.merge(Issues { issue: 1, of: 6, from: None, days: None }), two);
    }

    #[test]
    fn the_published_numbers_are_read_and_one_of_them_fails_its_check() {
        let fit = [
            "24F5DA-A83008-7EFE6Z",
            "566946-B86044-FEFEFN",
            "754CB4-E81001-0B9EB8",
            "CDF34E-A99968-4FF3BQ",
            "D7AC09-A99968-4BA59C",
            "04F4C2-A99968-7F717P",
        ];
        for number in fit {
            assert_eq!(PrescriptionNumber::typed(number).unwrap().as_str(), number);
        }
        let odd = "29AE98-C153C8-31BC6A";
        assert_eq!(PrescriptionNumber::parse(odd).unwrap().to_string(), odd);
        assert_eq!(PrescriptionNumber::typed(odd), Err(PrescriptionNumberError::Check));
        assert_eq!(PrescriptionNumber::typed(" 04f4c2 a99968 7f717p ").unwrap().as_str(), "04F4C2-A99968-7F717P");
        for wrong in ["04F4C2-A99968-7F717", "04F4C2-A99968-7F717PP", "04F4C2-A9996é-7F717P", "+4F4C2-A99968-7F717P"] {
            assert_eq!(PrescriptionNumber::parse(wrong), Err(PrescriptionNumberError::Shape), "{wrong}");
        }
        assert_eq!(PrescriptionNumber::parse(" - "), Err(PrescriptionNumberError::Empty));
    }

    fn a_step() -> impl Strategy<Value = DispenseStep> {
        // Few instants, so that many are the same.
        (0_i64..6, 0..DispenseStatus::ALL.len()).prop_map(|(minutes, place)| step(minutes, DispenseStatus::ALL[place]))
    }

    fn some() -> impl Strategy<Value = Progress> {
        proptest::collection::vec(a_step(), 0..8).prop_map(|steps| steps.into_iter().collect())
    }

    proptest! {
        #[test]
        fn any_order_and_any_repetition_ends_in_the_same(
            steps in proptest::collection::vec(a_step(), 1..12),
            order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            let told: Progress = steps.iter().copied().collect();
            // Some of them many times in any order, then all of them backwards.
            let mut other = Progress::default();
            for index in order {
                other.add(*index.get(&steps));
            }
            for step in steps.iter().rev() {
                other.add(*step);
            }
            prop_assert_eq!(&told, &other);
            prop_assert_eq!(told.now(), other.now());
            prop_assert_eq!(told.unavailable_since(), other.unavailable_since());
            // What counts is the greatest of what tells something.
            let counts = steps.iter().copied().filter(|step| step.status != DispenseStatus::Unavailable).max();
            prop_assert_eq!(told.now(), counts);
        }

        /// There is something to collect as long as that was told last, and never once it was collected or is not given.
        #[test]
        fn what_is_over_is_not_to_collect(all in some()) {
            let stands = all.now().map(|step| step.status);
            prop_assert_eq!(all.is_to_collect(), stands.is_some_and(DispenseStatus::is_to_collect));
            for status in DispenseStatus::ALL.iter().copied().filter(|status| status.is_over()) {
                let mut over = all.clone();
                over.add(step(1_000_000, status));
                prop_assert!(!over.is_to_collect() && !status.is_to_collect());
            }
            prop_assert!(!all.is_to_collect() || stands.and_then(DispenseStatus::news).is_some());
        }

        #[test]
        fn merging_is_commutative_associative_and_idempotent(a in some(), b in some(), c in some()) {
            prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
            prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.clone().merge(b.merge(c)));
            prop_assert_eq!(a.clone().merge(a.clone()), a);
        }

        #[test]
        fn what_changes_converges_too(told in proptest::collection::vec((0_i64..4, "[A-C]{0,2}", 1_u16..4), 1..8)) {
            let issues = |(of, _, issue): &(i64, String, u16)| Issues { issue: *issue, of: u16::try_from(*of).unwrap(), from: None, days: Some(*issue + 1) };
            prop_assert_eq!(told.iter().map(issues).reduce(Issues::merge), told.iter().rev().chain(&told).map(issues).reduce(Issues::merge));
        }

        #[test]
        fn what_pharmacies_and_answers_tell_ends_in_the_same_whichever_comes_first(
            sent in proptest::collection::vec((0_i64..8, "[A-C]"), 0..5),
            answers in proptest::collection::vec(prop::option::of("[A-C]"), 0..6),
            order in proptest::collection::vec(any::<bool>(), 12),
        ) {
            // Answers come one after the other; what is sent comes before, between or after them.
            let take = |known: Option<Stated<String>>, new| Some(known.map_or_else(|| Stated::clone(&new), |known| known.merge(new.clone())));
            let by_pharmacy = |known, (minutes, value): &(i64, String)| take(known, Stated { at: at(*minutes), answered: false, value: value.clone() });
            let by_answer = |known: Option<Stated<String>>, (place, value): (usize, &Option<String>)| match value {
                Some(value) => take(known, Stated { at: at(i64::try_from(place).unwrap()), answered: true, value: value.clone() }),
                None => known.map(Stated::unsaid),
            };
            let told = |known: Option<Stated<String>>| known.map(|known| known.value).unwrap_or_default();
            let forth = sent.iter().fold(answers.iter().enumerate().fold(None, by_answer), by_pharmacy);
            let back = answers.iter().enumerate().fold(sent.iter().rev().chain(&sent).fold(None, by_pharmacy), by_answer);
            let (mut mixed, mut left, mut asked) = (None, sent.iter(), answers.iter().enumerate());
            for ask in order {
                mixed = match ask {
                    true => asked.next().map_or(mixed.clone(), |answer| by_answer(mixed, answer)),
                    false => left.next().map_or(mixed.clone(), |one| by_pharmacy(mixed, one)),
                };
            }
            let mixed = left.fold(asked.fold(mixed, by_answer), by_pharmacy);
            prop_assert_eq!(told(forth.clone()), told(back));
            prop_assert_eq!(told(forth.clone()), told(mixed));
            // What a pharmacy told last of all nobody takes away.
            let newest = sent.iter().max().filter(|(minutes, _)| usize::try_from(*minutes).unwrap() >= answers.len());
            prop_assert!(newest.is_none_or(|(_, value)| *value == told(forth)));
        }

        #[test]
        fn two_are_one_only_where_nothing_else_can_be(
            numbered in proptest::collection::vec(some(), 0..5),
            named in proptest::collection::vec(some(), 0..5),
        ) {
            let mut pairs = same_steps(&numbered, &named);
            let mut backwards: Vec<_> = same_steps(&named, &numbered).into_iter().map(|(a, b)| (b, a)).collect();
            pairs.sort_unstable();
            backwards.sort_unstable();
            prop_assert_eq!(&pairs, &backwards);
            let lefts: BTreeSet<usize> = pairs.iter().map(|(a, _)| *a).collect();
            let rights: BTreeSet<usize> = pairs.iter().map(|(_, b)| *b).collect();
            prop_assert_eq!((lefts.len(), rights.len()), (pairs.len(), pairs.len()));
            // Of each pair something was told of both, and of none that is left over.
            for (a, b) in &pairs {
                let alone = |step: &&DispenseStep| {
                    step.status != DispenseStatus::Unavailable
                        && named[*b].0.contains(step)
                        && numbered.iter().enumerate().all(|(at, one)| at == *a || lefts.contains(&at) || !one.0.contains(step))
                        && named.iter().enumerate().all(|(at, one)| at == *b || rights.contains(&at) || !one.0.contains(step))
                };
                prop_assert!(numbered[*a].0.iter().any(|step| alone(&step)));
            }
            // What stood alike all the way stays apart.
            let twice: Vec<Progress> = numbered.iter().flat_map(|one| [one.clone(), one.clone()]).collect();
            prop_assert_eq!(same_steps(&twice, &twice), vec![]);
        }

        #[test]
        fn whatever_is_typed_a_number_is_read_or_refused(text in any::<String>()) {
            if let Ok(number) = PrescriptionNumber::parse(&text) {
                prop_assert_eq!(number.as_str().len(), 20);
                prop_assert_eq!(PrescriptionNumber::parse(number.as_str()), Ok(number));
            }
        }

        #[test]
        fn one_wrong_character_and_two_that_changed_places_are_found(
            body in "[0-9A-F]{6}[0-9A-Z]{6}[0-9A-F]{5}",
            place in 0_usize..17,
            other in prop::sample::select(('0'..='9').chain('A'..='Z').collect::<Vec<_>>()),
        ) {
            let values: Vec<u32> = body.chars().filter_map(value_of).collect();
            let check = (38 - body_sum(&values)) % 37;
            let check = if check == 36 { '+' } else { char::from_digit(check, 36).unwrap().to_ascii_uppercase() };
            let whole: Vec<char> = body.chars().chain([check]).collect();
            let read = |chars: &[char]| PrescriptionNumber::typed(&chars.iter().collect::<String>());
            prop_assert!(read(&whole).is_ok());
            let mut wrong = whole.clone();
            wrong[place] = other;
            prop_assert_eq!(read(&wrong).is_ok(), wrong == whole);
            let mut turned = whole.clone();
            turned.swap(place, place + 1);
            if turned != whole && turned[..17].iter().all(|c| *c != '+') {
                prop_assert!(read(&turned).is_err());
            }
        }
    }
}
