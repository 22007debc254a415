//! What several results of one thing come to, in a sentence that says no more than their laboratories did.

use super::{Analyte, By, Decimal, Placed, Standing, same_unit};
use crate::record::{Range, coded};

coded! {
    /// How far back a trend goes.
    TrendSpan {
        /// The last 7 days.
        Week = "week",
        /// The last 31 days.
        Month = "month",
        /// The last year.
        Year = "year",
        /// The last five.
        Five = "five",
        /// The last ten.
        Ten = "ten",
        /// Everything.
        All = "all",
    }
}

impl TrendSpan {
    /// What people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Week => "1 week",
            Self::Month => "1 month",
            Self::Year => "1 year",
            Self::Five => "5 years",
            Self::Ten => "10 years",
            Self::All => "All",
        }
    }

    /// How many days; `None` for everything.
    #[must_use]
    pub const fn days(self) -> Option<u64> {
        match self {
            Self::Week => Some(7),
            Self::Month => Some(31),
            Self::Year => Some(365),
            Self::Five => Some(1826),
            Self::Ten => Some(3653),
            Self::All => None,
        }
    }

    /// Of what time its results are; `None` for everything.
    #[must_use]
    pub const fn in_words(self) -> Option<&'static str> {
        match self {
            Self::Week => Some("the last 7 days"),
            Self::Month => Some("the last 31 days"),
            Self::Year => Some("the last year"),
            Self::Five => Some("the last 5 years"),
            Self::Ten => Some("the last 10 years"),
            Self::All => None,
        }
    }

    /// Those to choose from, where the newest result but one and the oldest were so many days ago: what shows less than
    /// everything does, and a month and a week only where two results stand in it, because most things are measured less often. Where
    /// the oldest is not known (`None`) nothing is left out for it.
    #[must_use]
    pub fn offered(newest_but_one: Option<u64>, oldest: Option<u64>) -> Vec<Self> {
        let is_offered = |span: &Self| {
            let Some(days) = span.days() else { return true };
            let is_seldom = !matches!(span, Self::Week | Self::Month);
            oldest.is_none_or(|ago| ago > days) && (is_seldom || newest_but_one.is_some_and(|ago| ago <= days))
        };
        Self::ALL.iter().copied().filter(is_offered).collect()
    }

    /// The next of these that shows less time.
    #[must_use]
    pub fn closer(self, of: &[Self]) -> Option<Self> {
        of.iter().copied().filter(|span| *span < self).max()
    }

    /// The next of these that shows more.
    #[must_use]
    pub fn wider(self, of: &[Self]) -> Option<Self> {
        of.iter().copied().filter(|span| *span > self).min()
    }
}

/// How many results the sentence looks back over.
const LAST: usize = 3;

/// One result as the sentence knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// "6.1 mmol/L".
    pub amount: String,
    /// "3 November 2026"; absent where no date was given.
    pub day: Option<String>,
    /// Where it stands by what its laboratory gave.
    pub placed: Option<Placed>,
    /// Where its range puts it, where its laboratory's word says another side.
    pub against: Option<Standing>,
    /// How far outside of its range it is, where that is an exact number.
    pub beyond: Option<String>,
    /// The range of its laboratory in words: "3.5 to 5.3".
    pub range: Option<String>,
    /// What its laboratory called it.
    pub word: Option<String>,
    /// It is not final: it may change.
    pub early: bool,
    /// It is a number, or on one side of one; another may be words, such as why there is none.
    pub is_number: bool,
    /// It was measured or asked on a visit: no laboratory had it.
    pub of_a_visit: bool,
}

/// What can be drawn behind values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Band {
    /// One range stands for all of them.
    One {
        /// Its lower end, as it was recorded.
        low: Option<String>,
        /// Its upper end.
        high: Option<String>,
    },
    /// They came with different ranges, or some without one.
    Differ,
    /// None came with a range of numbers.
    Absent,
}

/// The range that stands for all of these, each the range that came with one value, all in one unit; nothing is drawn where they differ
/// in what they say, because the same number may be in the one and out of the other.
#[must_use]
pub fn band<'a>(ranges: impl IntoIterator<Item = Option<&'a Range>>) -> Band {
    band_in(ranges.into_iter().map(|range| (range, None)), None, None)
}

/// The same of ranges of which each came in the unit beside it, for a picture in the given one: what is drawn was given in that. In another
/// unit a range is the same where it is known what was measured, and each is the other as it is written ([`Analyte::is_one_range`]).
#[must_use]
pub fn band_in<'a>(
    ranges: impl IntoIterator<Item = (Option<&'a Range>, Option<&'a str>)>,
    unit: Option<&str>,
    analyte: Option<&Analyte>,
) -> Band {
    let of_numbers = |range: &&Range| range.low.is_some() || range.high.is_some();
    let all: Vec<(Option<&Range>, Option<&str>)> = ranges.into_iter().map(|(range, of)| (range.filter(of_numbers), of)).collect();
    if all.iter().all(|(range, _)| range.is_none()) {
        return Band::Absent;
    }
    let in_unit = all.iter().find(|(_, of)| same_unit(*of, unit));
    let Some(drawn) = in_unit.and_then(|(range, _)| *range) else { return Band::Differ };
    let is_drawn = |(range, of): &(Option<&Range>, Option<&str>)| {
        let Some(range) = *range else { return false };
        if same_unit(*of, unit) {
            return is_alike(range, drawn);
        }
        let known = analyte.zip(of.zip(unit));
        known.is_some_and(|(analyte, (of, unit))| {
            range.words() == drawn.words() && analyte.is_one_range((range, of), (drawn, unit))
        })
    };
    if all.iter().all(is_drawn) { Band::One { low: drawn.low.clone(), high: drawn.high.clone() } } else { Band::Differ }
}

/// Whether two ranges in one unit say the same: 3.5 is as much as 3.50.
fn is_alike(one: &Range, other: &Range) -> bool {
    let number = |end: &Option<String>| end.as_deref().and_then(Decimal::parse);
    let is_end = |one: &Option<String>, other: &Option<String>| {
        one == other || number(one).zip(number(other)).is_some_and(|(one, other)| one == other)
    };
    is_end(&one.low, &other.low) && is_end(&one.high, &other.high) && one.words() == other.words()
}

fn within(told: &Told) -> bool {
    told.placed == Some(Placed { standing: Standing::Within, by: By::Range })
}

/// "6.1 mmol/L, on 3 November 2026".
fn amount(told: &Told) -> String {
    told.day.as_ref().map_or_else(|| told.amount.clone(), |day| format!("{}, on {day}", told.amount))
}

/// Whose a range is that came with a result of a laboratory.
const BY_LABORATORY: &str = "that the laboratory gave";

/// What a result was called by whoever sent it.
fn marked(told: &Told, word: &str) -> String {
    let marked = if told.of_a_visit { "It is marked" } else { "The laboratory marked it" };
    format!("{marked} \u{201c}{word}\u{201d}.")
}

/// That what a result was called and its range do not agree, and that it has to be asked which is right.
fn disagree(told: &Told, standing: Standing, word: &str) -> String {
    let range = told.range.as_ref().map(|range| format!(" ({range})")).unwrap_or_default();
    let side = match standing {
        Standing::Below => "below",
        Standing::Within => "in",
        Standing::Above => "above",
    };
    let (marked, came, ask) = match told.of_a_visit {
        true => ("It is marked", "that came with it", "whoever measured it"),
        false => ("The laboratory marked it", BY_LABORATORY, "whoever asked for the test"),
    };
    format!(
        "{marked} \u{201c}{word}\u{201d}, but it is {side} the range {came}{range}. These do not agree. Ask {ask} which is right."
    )
}

/// Where the newest stands, as a sentence of its own.
fn stands(told: &Told) -> String {
    if let Some((standing, word)) = told.against.zip(told.word.as_deref()) {
        return disagree(told, standing, word);
    }
    let range = told.range.as_ref().map(|range| format!(" ({range})")).unwrap_or_default();
    let came = if told.of_a_visit { "that came with it" } else { BY_LABORATORY };
    let far = |side: &str| match &told.beyond {
        Some(far) => format!("It is {far} {side} the range {came}{range}."),
        None => format!("It is {side} the range {came}{range}."),
    };
    match (told.placed, &told.word) {
        (Some(Placed { standing, by: By::Range }), _) => match standing {
            Standing::Within => format!("It is in the range {came}{range}."),
            Standing::Above => far("above"),
            Standing::Below => far("below"),
        },
        (Some(Placed { by: By::Word, .. }), Some(word)) if told.of_a_visit => {
            format!("It is marked \u{201c}{word}\u{201d}. No range came with it that we can compare it with.")
        }
        (Some(Placed { by: By::Word, .. }), Some(word)) => {
            format!("The laboratory marked it \u{201c}{word}\u{201d}. It gave no range that we can compare it with.")
        }
        (_, Some(word)) => marked(told, word),
        (_, None) if told.range.is_some() => {
            let gave = if told.of_a_visit { "This range came with it" } else { "The laboratory gave this range" };
            format!("{gave}: {}. We cannot compare this result with it.", told.range.as_deref().unwrap_or_default())
        }
        (_, None) if told.of_a_visit => "No range came with it, so we cannot say how it compares.".to_owned(),
        (_, None) => "The laboratory gave no range with it, so we cannot say how it compares.".to_owned(),
    }
}

/// Where one value stands to the range of numbers that came with it, by the same rule: "6.1 is 0.8 above the range that the
/// laboratory gave (3.5 to 5.3 mmol/L)."; `None` where none came with it or it cannot be told. Where it was called
/// what its range does not say, that they do not agree.
#[must_use]
pub fn stands_to_its_range(told: &Told) -> Option<String> {
    if told.against.is_some() {
        return Some(stands(told));
    }
    told.placed.filter(|placed| placed.by == By::Range)?;
    let said = stands(told);
    Some(said.strip_prefix("It ").map_or_else(|| said.clone(), |rest| format!("{} {rest}", told.amount)))
}

/// That the newest is no number, and what it says: "The newest, on 28 November 2026, is not a number: “Haemolysed”."
fn no_number(told: &Told) -> String {
    let on = told.day.as_ref().map(|day| format!(", on {day},")).unwrap_or_default();
    // A ratio and a blood pressure begin with a number, also after a sign; words may hold one, such as that of a sample.
    let begins = told.amount.trim_start_matches(['<', '>', '=', ' ']);
    let is = if begins.starts_with(|letter: char| letter.is_ascii_digit()) { "is not one number" } else { "is not a number" };
    let word = told.word.as_ref().filter(|word| !word.eq_ignore_ascii_case(&told.amount));
    let word = word.map(|word| format!(" {}", marked(told, word))).unwrap_or_default();
    format!("The newest{on} {is}: \u{201c}{}\u{201d}.{word}{}", told.amount, may_change(told))
}

const fn may_change(told: &Told) -> &'static str {
    if told.early { " It is an early result: it may change." } else { "" }
}

/// All of it in a few sentences: the newest, where it stands to its own range, and the ones before. `whose` begins the sentence
/// ("Your", "Edna Hughes’s"); `results` are the newest first. Where only some of them are numbers, it is said of these, and first of the
/// newest where that is none.
#[must_use]
pub fn sentence(results: &[Told], whose: &str) -> String {
    let numbers: Vec<&Told> = results.iter().filter(|told| told.is_number).collect();
    if numbers.is_empty() || numbers.len() == results.len() {
        return compared(&results.iter().collect::<Vec<_>>(), whose, false);
    }
    let said = compared(&numbers, whose, true);
    match results.first().filter(|newest| !newest.is_number) {
        Some(newest) => format!("{} {said}", no_number(newest)),
        None => said,
    }
}

/// The newest of these, where it stands, and the ones before; `apart` where there are others between them, which are no numbers.
fn compared(results: &[&Told], whose: &str, apart: bool) -> String {
    let Some((newest, before)) = results.split_first() else { return String::new() };
    let (result, number) = if apart { ("number", " number") } else { ("result", "") };
    let early = may_change(newest);
    let last: Vec<&Told> = before.iter().copied().take(LAST - 1).collect();
    if last.is_empty() {
        return format!("There is 1 {result}: {}. {}{early}", amount(newest), stands(newest));
    }
    let all_before = last.iter().all(|told| within(told));
    let before_it = if apart { "The number before it was" } else { "The one before it was" };
    let many = match last.len() {
        1 => before_it.to_owned(),
        many if apart => format!("The {many} numbers before it were"),
        many => format!("The {many} before it were"),
    };
    // Where some of them had no laboratory it is said of none.
    let visit = newest.of_a_visit || last.iter().any(|told| told.of_a_visit);
    let came = if visit { "that came with them" } else { BY_LABORATORY };
    if all_before && within(newest) {
        let count = if last.len() == 1 { "2" } else { "3" };
        let numbers = if apart { " numbers" } else { "" };
        return format!(
            "{whose} last {count}{numbers} were in the range {came}. The newest{number} is {}.{early}",
            amount(newest)
        );
    }
    let before = if all_before {
        format!("{many} in the range {}.", if visit && last.len() == 1 { "that came with it" } else { came })
    } else {
        last.first().map(|told| format!("{before_it} {}.", amount(told))).unwrap_or_default()
    };
    format!("The newest{number} is {}. {}{early} {before}", amount(newest), stands(newest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(amount: &str, standing: Option<Standing>) -> Told {
        Told {
            amount: format!("{amount} mmol/L"),
            day: Some("3 November 2026".to_owned()),
            placed: standing.map(|standing| Placed { standing, by: By::Range }),
            against: None,
            beyond: standing.filter(|standing| *standing != Standing::Within).map(|_| "0.8".to_owned()),
            range: standing.map(|_| "3.5 to 5.3".to_owned()),
            word: None,
            early: false,
            is_number: true,
            of_a_visit: false,
        }
    }

    #[test]
    fn the_sentence_says_what_the_laboratory_gave_and_no_more() {
        use Standing::{Above, Within};
        let all = |results: &[Told]| sentence(results, "Your");
        assert_eq!(
            all(&[told("6.1", Some(Above)), told("5.0", Some(Within)), told("4.9", Some(Within)), told("9", Some(Above))]),
            "The newest is 6.1 mmol/L, on 3 November 2026. It is 0.8 above the range that the laboratory gave (3.5 to 5.3). \
             The 2 before it were in the range that the laboratory gave."
        );
        assert_eq!(
            all(&[told("5.1", Some(Within)), told("5.0", Some(Within)), told("4.9", Some(Within))]),
            "Your last 3 were in the range that the laboratory gave. The newest is 5.1 mmol/L, on 3 November 2026."
        );
        assert_eq!(
            all(&[told("5.1", Some(Within)), told("6.1", Some(Above)), told("4.9", Some(Within))]),
            "The newest is 5.1 mmol/L, on 3 November 2026. It is in the range that the laboratory gave (3.5 to 5.3). \
             The one before it was 6.1 mmol/L, on 3 November 2026."
        );
        assert_eq!(
            all(&[told("6.1", None)]),
            "There is 1 result: 6.1 mmol/L, on 3 November 2026. The laboratory gave no range with it, so we cannot say how it compares."
        );
        let marked = Told { word: Some("Abnormal".to_owned()), ..told("6.1", None) };
        assert!(all(&[marked]).ends_with("The laboratory marked it \u{201c}Abnormal\u{201d}."));
        let by_word = Placed { standing: Above, by: By::Word };
        let high = Told { word: Some("High".to_owned()), placed: Some(by_word), ..told("6.1", None) };
        let words = all(&[high, told("5.0", Some(Within))]);
        assert!(words.contains("marked it \u{201c}High\u{201d}. It gave no range"), "{words}");
        let early = Told { early: true, ..told("5.1", Some(Within)) };
        assert!(all(&[early]).ends_with("It is an early result: it may change."));
        assert_eq!(all(&[]), "");
    }

    #[test]
    fn a_word_against_the_range_is_said_with_it_and_that_they_do_not_agree() {
        let called = Told {
            placed: None,
            beyond: None,
            against: Some(Standing::Below),
            word: Some("Normal".to_owned()),
            ..told("<3", Some(Standing::Below))
        };
        let says = "The laboratory marked it \u{201c}Normal\u{201d}, but it is below the range that the laboratory gave (3.5 to 5.3). These do \
                    not agree. Ask whoever asked for the test which is right.";
        assert_eq!(stands_to_its_range(&called).as_deref(), Some(says));
        assert!(sentence(&[called.clone(), told("5", Some(Standing::Within))], "Your").contains(says));
        let visit = stands_to_its_range(&Told { of_a_visit: true, ..called }).unwrap();
        assert!(visit.contains("below the range that came with it") && !visit.contains("laborator"), "{visit}");
    }

    #[test]
    fn one_value_says_where_it_stands_only_by_a_range_of_numbers() {
        use Standing::{Above, Below, Within};
        let said = stands_to_its_range;
        assert_eq!(
            said(&told("6.1", Some(Above))).unwrap(),
            "6.1 mmol/L is 0.8 above the range that the laboratory gave (3.5 to 5.3)."
        );
        assert_eq!(
            said(&Told { beyond: None, ..told("<3", Some(Below)) }).unwrap(),
            "<3 mmol/L is below the range that the laboratory gave (3.5 to 5.3)."
        );
        let visit = Told { of_a_visit: true, ..told("5", Some(Within)) };
        assert_eq!(said(&visit).unwrap(), "5 mmol/L is in the range that came with it (3.5 to 5.3).");
        assert_eq!(said(&told("6.1", None)), None);
        let by_word = Placed { standing: Above, by: By::Word };
        assert_eq!(said(&Told { word: Some("High".to_owned()), placed: Some(by_word), ..told("6.1", None) }), None);
    }

    #[test]
    fn of_what_is_measured_on_a_visit_no_laboratory_is_named() {
        use Standing::{Above, Within};
        let visit = |amount: &str, standing: Option<Standing>| Told { of_a_visit: true, ..told(amount, standing) };
        let all = |results: &[Told]| sentence(results, "Your");
        assert_eq!(
            all(&[visit("138", None)]),
            "There is 1 result: 138 mmol/L, on 3 November 2026. No range came with it, so we cannot say how it compares."
        );
        let words =
            Told { word: Some("High".to_owned()), placed: Some(Placed { standing: Above, by: By::Word }), ..visit("9", None) };
        let ranged = Told { range: Some("see note".to_owned()), ..visit("9", None) };
        let marked = Told { word: Some("Abnormal".to_owned()), ..visit("9", None) };
        for said in [
            all(&[visit("6.1", Some(Above)), visit("5.0", Some(Within))]),
            all(&[visit("6.1", Some(Above)), visit("5.0", Some(Within)), visit("4.9", Some(Within))]),
            all(&[visit("5.1", Some(Within)), visit("5.0", Some(Within))]),
            all(&[words, visit("8", None)]),
            all(&[ranged]),
            all(&[marked]),
        ] {
            assert!(!said.contains("laborator"), "{said}");
        }
        let above = all(&[visit("6.1", Some(Above)), visit("5.0", Some(Within))]);
        assert!(
            above.contains("It is 0.8 above the range that came with it (3.5 to 5.3). The one before it was in the range"),
            "{above}"
        );
    }

    #[test]
    fn a_newest_that_is_no_number_is_said_before_the_numbers() {
        use Standing::{Above, Within};
        let words = |said: &str| Told {
            amount: said.to_owned(),
            day: Some("28 November 2026".to_owned()),
            is_number: false,
            ..told("", None)
        };
        let all = |results: &[Told]| sentence(results, "Your");
        let spoilt = words("Haemolysed: not reported");
        assert_eq!(
            all(&[spoilt.clone(), told("6.1", Some(Above)), told("5.0", Some(Within))]),
            "The newest, on 28 November 2026, is not a number: \u{201c}Haemolysed: not reported\u{201d}. The newest number is 6.1 mmol/L, \
             on 3 November 2026. It is 0.8 above the range that the laboratory gave (3.5 to 5.3). The number before it was in the range \
             that the laboratory gave."
        );
        let two = all(&[spoilt.clone(), told("5.1", Some(Within)), told("5.0", Some(Within))]);
        assert!(
            two.contains("Your last 2 numbers were in the range") && two.contains("The newest number is 5.1 mmol/L"),
            "{two}"
        );
        assert!(all(&[spoilt.clone(), told("5.1", Some(Within))]).contains("There is 1 number: 5.1 mmol/L"));
        // One between two numbers: the one before the newest is not the number before it.
        let between = all(&[told("6.1", Some(Above)), spoilt.clone(), told("6.2", Some(Above))]);
        assert!(
            between.starts_with("The newest number is 6.1 mmol/L") && between.contains("The number before it was 6.2"),
            "{between}"
        );
        // Of nothing but words it is said as of any result.
        assert!(
            all(std::slice::from_ref(&spoilt)).starts_with("There is 1 result: Haemolysed: not reported, on 28 November 2026.")
        );
        // What was said of it stays with it, and a ratio is made of numbers.
        let marked = Told { word: Some("Abnormal".to_owned()), early: true, day: None, ..words("1:40") };
        let said = all(&[marked, told("5.1", Some(Within))]);
        let begins = "The newest is not one number: \u{201c}1:40\u{201d}. The laboratory marked it \u{201c}Abnormal\u{201d}. It is an early \
                      result: it may change. There is 1 number";
        assert!(said.starts_with(begins), "{said}");
        for (amount, is) in
            [(">1:640", "is not one number"), ("120/80 mmHg", "is not one number"), ("Sample 2 haemolysed", "is not a number")]
        {
            let said = all(&[words(amount), told("5.1", Some(Within))]);
            assert!(said.starts_with(&format!("The newest, on 28 November 2026, {is}: \u{201c}{amount}\u{201d}.")), "{said}");
        }
    }

    #[test]
    fn a_month_and_a_week_are_offered_where_two_results_stand_in_them() {
        use TrendSpan::{All, Five, Month, Ten, Week, Year};
        let always = [Year, Five, Ten, All];
        let offered = |newest_but_one| TrendSpan::offered(newest_but_one, None);
        assert_eq!(offered(None), always);
        assert_eq!(offered(Some(32)), always);
        assert_eq!(offered(Some(31)), [Month, Year, Five, Ten, All]);
        assert_eq!(offered(Some(8)), [Month, Year, Five, Ten, All]);
        assert_eq!(offered(Some(7)), TrendSpan::ALL);
        assert_eq!(offered(Some(0)), TrendSpan::ALL);
        // What shows all that there is shows nothing closer.
        assert_eq!(TrendSpan::offered(Some(60), Some(150)), [All]);
        assert_eq!(TrendSpan::offered(Some(20), Some(150)), [Month, All]);
        assert_eq!(TrendSpan::offered(Some(3), Some(7)), [All]);
        assert_eq!(TrendSpan::offered(Some(3), Some(8)), [Week, All]);
        assert_eq!(TrendSpan::offered(Some(400), Some(900)), [Year, All]);
        assert_eq!(TrendSpan::offered(Some(400), Some(4000)), always);
        // Closer and wider lead to what is offered alone.
        assert_eq!((Year.closer(&always), Year.wider(&always), Week.wider(&always)), (None, Some(Five), Some(Year)));
        assert_eq!((Year.closer(TrendSpan::ALL), Week.closer(TrendSpan::ALL)), (Some(Month), None));
        assert_eq!((Ten.wider(&always), All.wider(&always)), (Some(All), None));
        assert!(TrendSpan::ALL.windows(2).all(|two| two[0].days() < two[1].days() || two[1] == All));
    }

    #[test]
    fn a_band_stands_for_all_or_is_not_there() {
        let range = |low: Option<&str>, high: Option<&str>| Range {
            low: low.map(ToOwned::to_owned),
            high: high.map(ToOwned::to_owned),
            text: None,
        };
        let (one, other, words) = (
            range(Some("3.5"), Some("5.3")),
            range(Some("3.5"), Some("5.1")),
            Range { text: Some("See note".to_owned()), ..Range::default() },
        );
        let drawn = Band::One { low: Some("3.5".to_owned()), high: Some("5.3".to_owned()) };
        assert_eq!(band([Some(&one), Some(&one)]), drawn);
        assert_eq!(band([Some(&one)]), drawn);
        assert_eq!(band([Some(&one), Some(&other)]), Band::Differ);
        assert_eq!(band([Some(&one), None]), Band::Differ);
        assert_eq!(band([None, Some(&one)]), Band::Differ);
        assert_eq!(band([Some(&words), None]), Band::Absent);
        assert_eq!(band([]), Band::Absent);
        // The same number written otherwise, and words that only say the numbers again, are no other range.
        let again = Range { text: Some("3.50-5.3 mmol/L".to_owned()), ..range(Some("3.50"), Some("5.3")) };
        let more = Range { text: Some("lower in pregnancy".to_owned()), ..one.clone() };
        assert_eq!(band([Some(&one), Some(&again)]), drawn);
        assert_eq!(band([Some(&one), Some(&more)]), Band::Differ);
        // Nor are the same numbers one range where they count for something else.
        let says = |text: &str| Range { text: Some(text.to_owned()), ..one.clone() };
        let (fasting, later) = (says("3.5 - 5.3 mmol/L fasting"), says("3.5 - 5.3 mmol/L, 2 hours after a meal"));
        assert_eq!(band([Some(&fasting), Some(&later)]), Band::Differ);
        assert_eq!(band([Some(&fasting), Some(&fasting)]), drawn);
    }

    #[test]
    fn words_of_a_range_count_where_they_say_more_than_its_ends() {
        let says = |text: &str, low: &str, high: &str| {
            let end = |end: &str| (!end.is_empty()).then(|| end.to_owned());
            Range { low: end(low), high: end(high), text: Some(text.to_owned()) }.words().map(str::to_owned)
        };
        for (text, low, high) in [
            ("3.5-5.3", "3.5", "5.3"),
            ("Normal range: 3.5 to 5.3 mmol/L", "3.5", "5.3"),
            ("(<5.3 mmol/mol)", "", "5.3"),
            ("130 - 400 10*9/L", "130", "400"),
            ("90 or more mL/min/1.73m\u{b2}", "90", ""),
            ("5 - 50 %", "5", "50"),
        ] {
            assert_eq!(says(text, low, high), None, "{text}");
        }
        for (text, low, high) in [
            ("3.5 - 5.3 fasting", "3.5", "5.3"),
            ("115-165 men/women", "115", "165"),
            ("3.5-5.3 (2.8-4.9 in pregnancy)", "3.5", "5.3"),
            ("13.5 to 5.3", "3.5", "5.3"),
            ("See note", "3.5", "5.3"),
            ("See note", "", ""),
        ] {
            assert_eq!(says(text, low, high).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_range_that_came_in_two_units_is_one_band_in_the_unit_of_the_picture() {
        let range = |low: &str, high: &str| Range { low: Some(low.to_owned()), high: Some(high.to_owned()), text: None };
        let (moles, mass, other) = (range("3.5", "5.3"), range("63", "95"), range("70", "95"));
        let glucose = Analyte::of("glucose");
        let of = |ranges: &[(&Range, &str)], unit, analyte| {
            band_in(ranges.iter().map(|(range, unit)| (Some(*range), Some(*unit))), Some(unit), analyte)
        };
        let both = [(&mass, "mg/dL"), (&moles, "mmol/L")];
        assert_eq!(of(&both, "mmol/L", glucose), Band::One { low: Some("3.5".to_owned()), high: Some("5.3".to_owned()) });
        assert_eq!(of(&both, "mg/dL", glucose), Band::One { low: Some("63".to_owned()), high: Some("95".to_owned()) });
        assert_eq!(of(&[(&other, "mg/dL"), (&moles, "mmol/L")], "mmol/L", glucose), Band::Differ);
        // Nothing is worked out where it is not known what was measured, and nothing is drawn that did not come in the unit of the picture.
        assert_eq!(of(&both, "mmol/L", None), Band::Differ);
        assert_eq!(of(&[(&mass, "mg/dL")], "mmol/L", glucose), Band::Differ);
        let without = [(Some(&moles), Some("mmol/L")), (None, Some("mg/dL"))];
        assert_eq!(band_in(without, Some("mmol/L"), glucose), Band::Differ);
        let numbers_alike = [(&moles, "mmol/L"), (&moles, "mg/dL")];
        assert_eq!(of(&numbers_alike, "mmol/L", glucose), Band::Differ, "the same numbers in another unit are another range");
    }

    proptest! {
        /// Without a range and without a word of the laboratory there is no word of judgement.
        #[test]
        fn without_a_range_nothing_is_said_of_one(count in 1_usize..6) {
            let results: Vec<Told> = (0..count).map(|_| told("6.1", None)).collect();
            let words = sentence(&results, "Your");
            for word in ["above", "below", "in the range", "normal", "high", "low ", "good", "worse", "better"] {
                prop_assert!(!words.to_lowercase().contains(word), "{}: {}", word, words);
            }
            prop_assert!(words.contains("gave no range"));
        }
    }
}
