//! What is wrong with a questionnaire: whatever is not understood is refused at the start, never passed over.

use super::{Answer, Asks, Comparison, Item, Question, Questionnaire, What};
use crate::record::Sensitivity;
use std::collections::{BTreeMap, BTreeSet};

/// The most items of a questionnaire.
const MOST_ITEMS: usize = 300;
/// How deep groups may stand one within another.
const MOST_DEPTH: usize = 5;

/// What is wrong, and with what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// The `linkId`, or empty for the whole.
    pub at: String,
    /// What, as a sentence without its full stop.
    pub what: &'static str,
}

impl Questionnaire {
    /// Everything that is wrong with it; one without a flaw can be filled in.
    #[must_use]
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut look = Look::default();
        let whole = [
            (is_word(&self.id), "its id must be 1 to 64 small letters, digits and hyphens"),
            (!self.url.is_empty(), "it has no url"),
            (!self.version.is_empty(), "it has no version"),
            (!self.title.is_empty(), "it has no title"),
            (!self.purpose.is_empty(), "it does not say what it is for"),
            ((1..=60).contains(&self.minutes), "it does not say how long it takes, from 1 to 60 minutes"),
            (!self.notice.is_empty(), "it does not say whose it is and on what terms"),
            (!self.questions().is_empty(), "it asks nothing"),
            (
                !self.asks_of_crisis() || self.sensitivity == Sensitivity::Mental,
                "a question about danger to life needs the label of mental health",
            ),
            (self.bands_fit(), "its bands must go from 0 to the highest score without a gap, and need answers with weights"),
            (self.ages_fit(), "its ages must rise and say about whom its bands are, and what a score means for the young"),
        ];
        look.found.extend(whole.into_iter().filter(|(holds, _)| !holds).map(|(_, what)| Flaw { at: String::new(), what }));
        look.items(&self.items, 1);
        look.found
    }

    fn ages_fit(&self) -> bool {
        self.ages.as_ref().is_none_or(|ages| {
            let says = [&ages.some, &ages.younger.title, &ages.younger.means].iter().all(|words| !words.is_empty());
            says && ages.some_from <= ages.from && !self.bands.is_empty()
        })
    }

    fn bands_fit(&self) -> bool {
        let Some(highest) = self.highest() else { return self.bands.is_empty() };
        let mut next = Some(0);
        for band in &self.bands {
            if Some(band.low) != next || band.high < band.low || band.title.is_empty() || band.means.is_empty() {
                return false;
            }
            next = band.high.checked_add(1);
        }
        self.bands.last().is_some_and(|band| band.high == highest)
    }
}

fn is_word(id: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=64).contains(&id.len()) && id.chars().all(fits)
}

#[derive(Default)]
struct Look<'q> {
    found: Vec<Flaw>,
    links: BTreeSet<&'q str>,
    /// The questions that were seen so far.
    before: BTreeMap<&'q str, &'q Question>,
}

impl<'q> Look<'q> {
    fn items(&mut self, items: &'q [Item], depth: usize) {
        for item in items {
            if self.links.len() >= MOST_ITEMS || depth > MOST_DEPTH {
                self.flaw(item, "there are too many items, or groups too deep within another");
                return;
            }
            if item.link.is_empty() || !self.links.insert(&item.link) {
                self.flaw(item, "its linkId is empty or not its own");
            }
            self.condition(item);
            match &item.what {
                What::Group(items) if items.is_empty() => self.flaw(item, "the group is empty"),
                What::Group(items) => self.items(items, depth + 1),
                What::Display | What::Question(_) if item.text.is_empty() => self.flaw(item, "it has no text"),
                What::Display => {}
                What::Question(question) => {
                    self.question(item, question);
                    self.before.insert(&item.link, question);
                }
            }
        }
    }

    fn flaw(&mut self, item: &Item, what: &'static str) {
        self.found.push(Flaw { at: item.link.clone(), what });
    }

    fn condition(&mut self, item: &Item) {
        for test in &item.when.tests {
            let Some(question) = self.before.get(test.link.as_str()) else {
                self.flaw(item, "it depends on a question that does not stand before it");
                continue;
            };
            let fits = match &test.is {
                Comparison::Exists(_) => true,
                Comparison::Equal(answer) | Comparison::NotEqual(answer) => question.wrong(answer).is_none(),
                Comparison::More(answer)
                | Comparison::Less(answer)
                | Comparison::AtLeast(answer)
                | Comparison::AtMost(answer) => {
                    matches!(
                        (answer, &question.asks),
                        (Answer::Number(_), Asks::Integer(_) | Asks::Decimal(_) | Asks::Quantity(..))
                            | (Answer::Date(_), Asks::Date)
                    )
                }
            };
            if !fits {
                self.flaw(item, "it depends on an answer that the question cannot have");
            }
        }
    }

    fn question(&mut self, item: &Item, question: &Question) {
        match &question.asks {
            Asks::Integer(bounds) | Asks::Decimal(bounds) | Asks::Quantity(bounds, _) => {
                if bounds.lowest.zip(bounds.highest).is_some_and(|(lowest, highest)| lowest > highest) {
                    self.flaw(item, "its lowest answer is above its highest");
                }
            }
            Asks::Line(most) | Asks::Text(most) if *most == 0 => self.flaw(item, "its answer may have no letter"),
            Asks::Choice { options, open } => {
                let codes: BTreeSet<&str> = options.iter().map(|option| option.code.as_str()).collect();
                let named = |code: &str| !code.trim().is_empty() && code.trim() == code && !code.starts_with('=');
                if codes.len() != options.len() || options.len() < 2 || !codes.iter().all(|code| named(code)) {
                    self.flaw(item, "it needs two answers or more, each with a code of its own");
                }
                if options.iter().any(|option| option.display.is_empty()) {
                    self.flaw(item, "one of its answers has no words");
                }
                let weighs = options.iter().filter(|option| option.weight.is_some()).count();
                if weighs != 0 && (weighs != options.len() || *open) {
                    self.flaw(item, "all of its answers must have a weight, or none; words of one's own have none");
                }
            }
            Asks::Boolean | Asks::Date | Asks::Line(_) | Asks::Text(_) => {}
        }
        if question.crisis_above.is_some() && question.most().is_none() {
            self.flaw(item, "danger to life is told by the weight of an answer, and its answers have none");
        }
    }
}
