//! A questionnaire as its file says it (FHIR R4 `Questionnaire`).

use super::Answer;
use crate::reading::Amount;
use crate::record::{Code, Sensitivity};

/// A questionnaire. One that [`Questionnaire::flaws`] finds nothing wrong with can be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Questionnaire {
    /// The word by which it is kept, also the last part of its page's address.
    pub id: String,
    /// Its canonical address.
    pub url: String,
    /// Which version of it this is.
    pub version: String,
    /// What people call it.
    pub title: String,
    /// What it is for, in a sentence or two.
    pub purpose: String,
    /// How many minutes it takes.
    pub minutes: u8,
    /// Whose it is, and on what terms it is here.
    pub notice: String,
    /// From where its bands and its advice are taken.
    pub source: String,
    /// How sensitive its answers are.
    pub sensitivity: Sensitivity,
    /// Whether it asks about whoever fills it in and nobody else, such as how heavy it is to look after somebody: then it is
    /// filled in in one's own record alone.
    pub about_filler: bool,
    /// What it is, in a code system.
    pub code: Option<Code>,
    /// What it asks, in its order.
    pub items: Vec<Item>,
    /// What a score means, from the lowest; none where its answers have no weights.
    pub bands: Vec<Band>,
    /// About people of which ages these words are; absent where they are about everybody.
    pub ages: Option<Ages>,
    /// From how many years on it is offered; to somebody younger only where a care team asks for it. Absent where it is for everybody.
    pub offered_from: Option<u16>,
}

/// A group, a text or a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its `linkId`, by which its answer is kept.
    pub link: String,
    /// Its words.
    pub text: String,
    /// When it is there.
    pub when: Condition,
    /// Which of the three it is.
    pub what: What,
}

/// Which kind of item it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Items with a heading.
    Group(Vec<Item>),
    /// Words alone.
    Display,
    /// A question.
    Question(Question),
}

/// When an item is there (`enableWhen`); without tests always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Whether all tests must hold; otherwise one is enough (`enableBehavior`).
    pub all: bool,
    /// Each of them.
    pub tests: Vec<Test>,
}

/// A test of an earlier answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The `linkId` of the question.
    pub link: String,
    /// What its answer must be.
    pub is: Comparison,
}

/// What an answer is compared with. One to a question that is not asked counts as none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// There is one, or there is none.
    Exists(bool),
    /// It is this one.
    Equal(Answer),
    /// It is another, or there is none.
    NotEqual(Answer),
    /// It is more, or later.
    More(Answer),
    /// It is less, or earlier.
    Less(Answer),
    /// It is as much, or more.
    AtLeast(Answer),
    /// It is as much, or less.
    AtMost(Answer),
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What it is, in a code system.
    pub code: Option<Code>,
    /// Whether the questionnaire is not whole without an answer.
    pub required: bool,
    /// What may be answered.
    pub asks: Asks,
    /// An answer that weighs more than this may tell that somebody's life is in danger.
    pub crisis_above: Option<u16>,
}

/// What may be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer(Bounds),
    /// A number.
    Decimal(Bounds),
    /// A number of a unit.
    Quantity(Bounds, Unit),
    /// A day.
    Date,
    /// A line of at most so many characters.
    Line(usize),
    /// A text of at most so many characters.
    Text(usize),
    /// One of several, or with `open` words of one's own.
    Choice {
        /// The answers, in their order.
        options: Vec<QuestionChoice>,
        /// Whether something else may be written.
        open: bool,
    },
}

/// Between which numbers an answer must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The lowest.
    pub lowest: Option<Amount>,
    /// The highest.
    pub highest: Option<Amount>,
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its code (UCUM).
    pub code: String,
    /// As people read it.
    pub shown: String,
}

/// One answer of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionChoice {
    /// Whose code it is; absent where the file does not say.
    pub system: Option<String>,
    /// By which it is kept.
    pub code: String,
    /// As people read it.
    pub display: String,
    /// What it adds to the score (`ordinalValue`, `itemWeight`).
    pub weight: Option<u16>,
}

/// What a score means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// The lowest score in it.
    pub low: u16,
    /// The highest.
    pub high: u16,
    /// In a few words.
    pub title: String,
    /// In a sentence or two.
    pub means: String,
    /// What to do, in its order.
    pub does: Vec<String>,
}

/// About people of which ages the words of bands are, where their source is not about everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ages {
    /// From how many years on they are about everybody.
    pub from: u16,
    /// From how many years on they are about some.
    pub some_from: u16,
    /// About whom: said beside them from that age on, and where an age is not known.
    pub some: String,
    /// What any score means for somebody younger, in place of the bands.
    pub younger: Band,
}

impl Question {
    /// What this answer adds to the score; `None` where it adds nothing.
    #[must_use]
    pub fn weight(&self, answer: &Answer) -> Option<u16> {
        let (Asks::Choice { options, .. }, Answer::Choice(code)) = (&self.asks, answer) else { return None };
        options.iter().find(|option| option.code == *code)?.weight
    }

    /// The most that it can add; `None` for a question whose answers have no weights.
    #[must_use]
    pub fn most(&self) -> Option<u16> {
        let Asks::Choice { options, .. } = &self.asks else { return None };
        options.iter().filter_map(|option| option.weight).max()
    }

    /// An answer as people read it.
    #[must_use]
    pub fn in_words(&self, answer: &Answer) -> String {
        match (answer, &self.asks) {
            (Answer::Yes(true), _) => "Yes".to_owned(),
            (Answer::Yes(false), _) => "No".to_owned(),
            (Answer::Number(number), Asks::Quantity(_, unit)) => format!("{number} {}", unit.shown),
            (Answer::Number(number), _) => number.to_string(),
            (Answer::Date(day), _) => crate::when::day_in_words(*day),
            (Answer::Words(words) | Answer::Other(words), _) => words.clone(),
            (Answer::Choice(code), Asks::Choice { options, .. }) => {
                options.iter().find(|option| option.code == *code).map_or_else(|| code.clone(), |option| option.display.clone())
            }
            (Answer::Choice(code), _) => code.clone(),
        }
    }
}

impl Questionnaire {
    /// Its questions in their order, however deep they stand.
    #[must_use]
    pub fn questions(&self) -> Vec<(&Item, &Question)> {
        fn gather<'q>(items: &'q [Item], into: &mut Vec<(&'q Item, &'q Question)>) {
            for item in items {
                match &item.what {
                    What::Group(items) => gather(items, into),
                    What::Question(question) => into.push((item, question)),
                    What::Display => {}
                }
            }
        }
        let mut all = Vec::new();
        gather(&self.items, &mut all);
        all
    }

    /// The highest score that there can be; `None` where no answer has a weight.
    #[must_use]
    pub fn highest(&self) -> Option<u16> {
        self.questions().iter().filter_map(|(_, question)| question.most()).reduce(u16::saturating_add)
    }

    /// What a score means.
    #[must_use]
    pub fn band(&self, score: u16) -> Option<&Band> {
        self.bands.iter().find(|band| (band.low..=band.high).contains(&score))
    }

    /// The same for somebody of this age in years: the words that are about older people are not for the young.
    #[must_use]
    pub fn band_at(&self, score: u16, age: Option<u32>) -> Option<&Band> {
        let band = self.band(score)?;
        let is_young = |ages: &&Ages| age.is_some_and(|age| age < u32::from(ages.some_from));
        Some(self.ages.as_ref().filter(is_young).map_or(band, |ages| &ages.younger))
    }

    /// About whom those words are, for somebody of this age about whom they may be; nothing where they are, or are not.
    #[must_use]
    pub fn about_whom(&self, age: Option<u32>) -> Option<&str> {
        let may_be = |ages: &&Ages| age.is_none_or(|age| (ages.some_from.into()..ages.from.into()).contains(&age));
        self.ages.as_ref().filter(may_be).map(|ages| ages.some.as_str())
    }

    /// Whether it is offered to somebody of this age in years, whom no care team asks to fill it in; also where nobody knows the age.
    #[must_use]
    pub fn is_offered_at(&self, age: Option<u32>) -> bool {
        age.zip(self.offered_from).is_none_or(|(age, from)| age >= u32::from(from))
    }

    /// Whether it asks something whose answer may tell that somebody's life is in danger.
    #[must_use]
    pub fn asks_of_crisis(&self) -> bool {
        self.questions().iter().any(|(_, question)| question.crisis_above.is_some())
    }
}
