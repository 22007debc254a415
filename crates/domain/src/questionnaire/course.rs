//! A questionnaire while it is filled in: a pure function from the answers so far to what is asked now, what is missing, what is
//! refused, and the score.

use super::{Answer, Answers, Asks, Band, Comparison, Condition, Item, Question, Questionnaire, What};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// The most questions of a page.
const PER_PAGE: usize = 3;

/// Some of the items, that stand on one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<'q> {
    /// The heading of the groups around them; empty where there is none.
    pub title: &'q str,
    /// Words and questions, in their order.
    pub items: Vec<&'q Item>,
}

impl<'q> Page<'q> {
    /// Its questions.
    pub fn questions(&self) -> impl Iterator<Item = (&'q Item, &'q Question)> {
        self.items.iter().filter_map(|item| match &item.what {
            What::Question(question) => Some((*item, question)),
            What::Group(_) | What::Display => None,
        })
    }
}

/// How far somebody is.
#[derive(Clone, Debug)]
pub struct Course<'a> {
    questionnaire: &'a Questionnaire,
    there: BTreeSet<&'a str>,
    counted: BTreeMap<&'a str, &'a Answer>,
    refused: Vec<&'a str>,
}

impl Questionnaire {
    /// What these answers come to.
    #[must_use]
    pub fn course<'a>(&'a self, answers: &'a Answers) -> Course<'a> {
        let mut course = Course { questionnaire: self, there: BTreeSet::new(), counted: BTreeMap::new(), refused: Vec::new() };
        course.walk(&self.items, true, answers);
        course
    }

    /// Its pages: a group at a time, a few questions each, and never a question beside one on which it depends, because a page
    /// without script cannot change while it is filled in.
    #[must_use]
    pub fn pages(&self) -> Vec<Page<'_>> {
        let mut layout = Layout::default();
        layout.lay(&self.items, "", &mut Vec::new());
        layout.close();
        layout.pages
    }

    /// How many pages it asks at most, the same from the first page to the last; `None` where an answer adds one, so that nobody can
    /// know it before.
    #[must_use]
    pub fn most_pages(&self) -> Option<usize> {
        let (pages, none) = (self.pages(), Answers::default());
        let course = self.course(&none);
        let asking = pages.iter().filter(|page| page.questions().next().is_some());
        let (there, all) = asking.fold((0, 0), |(there, all), page| (there + usize::from(course.shows(page)), all + 1));
        (there == all).then_some(all)
    }
}

impl<'a> Course<'a> {
    fn walk(&mut self, items: &'a [Item], around: bool, answers: &'a Answers) {
        for item in items {
            let there = around && item.when.holds(&self.counted);
            if there {
                self.there.insert(&item.link);
            }
            match &item.what {
                What::Group(items) => self.walk(items, there, answers),
                What::Question(question) => match answers.get(&item.link) {
                    Some(answer) if question.wrong(answer).is_some() => self.refused.push(&item.link),
                    Some(answer) if there => {
                        self.counted.insert(&item.link, answer);
                    }
                    _ => {}
                },
                What::Display => {}
            }
        }
    }

    /// Whether an item is there now.
    #[must_use]
    pub fn is_there(&self, item: &Item) -> bool {
        self.there.contains(item.link.as_str())
    }

    /// The answer that counts: one to a question that is asked, and that fits it.
    #[must_use]
    pub fn answer(&self, item: &Item) -> Option<&'a Answer> {
        self.counted.get(item.link.as_str()).copied()
    }

    /// The answers that count.
    #[must_use]
    pub fn counted(&self) -> Answers {
        self.counted.iter().map(|(link, answer)| ((*link).to_owned(), (*answer).clone())).collect()
    }

    /// Answers that do not fit their questions, by `linkId`: what was kept for another version of the file.
    #[must_use]
    pub fn refused(&self) -> &[&'a str] {
        &self.refused
    }

    /// What must be answered still.
    #[must_use]
    pub fn missing(&self) -> Vec<&'a Item> {
        let all = self.questionnaire.questions().into_iter();
        let open = all.filter(|(item, question)| question.required && self.is_there(item) && self.answer(item).is_none());
        open.map(|(item, _)| item).collect()
    }

    /// The sum of the weights of the answers that count; `None` while something is missing, and where nothing has a weight.
    #[must_use]
    pub fn score(&self) -> Option<u16> {
        self.questionnaire.highest().filter(|_| self.missing().is_empty())?;
        let weights = self.weighed().filter_map(|(question, answer)| question.weight(answer));
        Some(weights.fold(0, u16::saturating_add))
    }

    /// What that means.
    #[must_use]
    pub fn band(&self) -> Option<&'a Band> {
        self.score().and_then(|score| self.questionnaire.band(score))
    }

    /// Whether an answer may tell that somebody's life is in danger, also while others are missing.
    #[must_use]
    pub fn is_crisis(&self) -> bool {
        self.crisis() > 0
    }

    /// What the answers that may tell of that weigh together; 0 where none does. More is a new answer of danger, or a worse one.
    #[must_use]
    pub fn crisis(&self) -> u16 {
        let weights = self.weighed().filter_map(|(question, answer)| {
            let (bound, weight) = (question.crisis_above?, question.weight(answer)?);
            (weight > bound).then_some(weight)
        });
        weights.fold(0, u16::saturating_add)
    }

    fn weighed(&self) -> impl Iterator<Item = (&'a Question, &'a Answer)> {
        let all = self.questionnaire.questions().into_iter();
        all.filter_map(|(item, question)| Some((question, self.answer(item)?)))
    }

    /// Whether a page asks anything now.
    #[must_use]
    pub fn shows(&self, page: &Page<'_>) -> bool {
        page.questions().any(|(item, _)| self.is_there(item))
    }

    /// Which of these pages asks something, after this one, or the first.
    #[must_use]
    pub fn next(&self, pages: &[Page<'_>], after: Option<usize>) -> Option<usize> {
        let from = after.map_or(0, |page| page.saturating_add(1));
        (from..pages.len()).find(|at| pages.get(*at).is_some_and(|page| self.shows(page)))
    }

    /// On which of these pages to go on: the first where something that is missing is asked.
    #[must_use]
    pub fn resume(&self, pages: &[Page<'_>]) -> Option<usize> {
        let open = |item: &Item, question: &Question| question.required && self.is_there(item) && self.answer(item).is_none();
        pages.iter().position(|page| page.questions().any(|(item, question)| open(item, question)))
    }
}

impl Condition {
    /// Whether it holds of the answers that count.
    fn holds(&self, counted: &BTreeMap<&str, &Answer>) -> bool {
        let mut tests = self.tests.iter().map(|test| test.is.holds(counted.get(test.link.as_str()).copied()));
        if self.all || self.tests.is_empty() { tests.all(|holds| holds) } else { tests.any(|holds| holds) }
    }
}

impl Comparison {
    fn holds(&self, answer: Option<&Answer>) -> bool {
        let order = |other: &Answer| answer.and_then(|answer| answer.order(other));
        match self {
            Self::Exists(there) => answer.is_some() == *there,
            Self::Equal(other) => answer == Some(other),
            Self::NotEqual(other) => answer != Some(other),
            Self::More(other) => order(other) == Some(Ordering::Greater),
            Self::Less(other) => order(other) == Some(Ordering::Less),
            Self::AtLeast(other) => order(other).is_some_and(Ordering::is_ge),
            Self::AtMost(other) => order(other).is_some_and(Ordering::is_le),
        }
    }
}

#[derive(Default)]
struct Layout<'q> {
    pages: Vec<Page<'q>>,
    page: Page<'q>,
    /// Words that stand before the next question.
    words: Vec<&'q Item>,
}

impl<'q> Layout<'q> {
    fn lay(&mut self, items: &'q [Item], title: &'q str, around: &mut Vec<&'q Condition>) {
        self.page.title = title;
        for item in items {
            around.push(&item.when);
            match &item.what {
                What::Group(items) => {
                    self.close();
                    self.lay(items, if item.text.is_empty() { title } else { item.text.as_str() }, around);
                    self.close();
                    self.page.title = title;
                }
                What::Display => self.words.push(item),
                What::Question(question) => {
                    let beside: BTreeSet<&str> = self.page.questions().map(|(item, _)| item.link.as_str()).collect();
                    let depends = around.iter().flat_map(|when| &when.tests).any(|test| beside.contains(test.link.as_str()));
                    // A text to write in is a page of its own: on a phone it is all that fits above the keyboard.
                    let long = |question: &Question| matches!(question.asks, Asks::Text(_));
                    let long = long(question) || self.page.questions().any(|(_, question)| long(question));
                    if depends || !beside.is_empty() && (long || beside.len() >= PER_PAGE) {
                        self.turn();
                    }
                    self.page.items.append(&mut self.words);
                    self.page.items.push(item);
                }
            }
            around.pop();
        }
    }

    /// Words after the last question of a group stay with it; before the first of all they wait for it.
    fn close(&mut self) {
        let last = if self.page.items.is_empty() { self.pages.last_mut() } else { Some(&mut self.page) };
        if let Some(last) = last {
            last.items.append(&mut self.words);
        }
        self.turn();
    }

    fn turn(&mut self) {
        let next = Page { title: self.page.title, items: Vec::new() };
        let page = std::mem::replace(&mut self.page, next);
        if !page.items.is_empty() {
            self.pages.push(page);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ages, Bounds, QuestionChoice, Test};
    use super::*;
    use crate::reading::Amount;
    use crate::record::Sensitivity;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn item(link: &str, when: Condition, what: What) -> Item {
        Item { link: link.to_owned(), text: format!("About {link}"), when, what }
    }

    fn always() -> Condition {
        Condition::default()
    }

    fn if_(link: &str, is: Comparison) -> Condition {
        Condition { all: true, tests: vec![Test { link: link.to_owned(), is }] }
    }

    fn asks(asks: Asks, required: bool) -> What {
        What::Question(Question { code: None, required, asks, crisis_above: None })
    }

    /// A choice of as many answers as weights, whose codes are these.
    fn weighed(weights: &[u16]) -> Asks {
        let options = weights.iter().map(|weight| QuestionChoice {
            system: None,
            code: format!("w{weight}"),
            display: weight.to_string(),
            weight: Some(*weight),
        });
        Asks::Choice { options: options.collect(), open: false }
    }

    fn chose(weight: u16) -> Answer {
        Answer::Choice(format!("w{weight}"))
    }

    fn number(n: i32) -> Answer {
        Answer::Number(Amount::whole(n))
    }

    fn of(items: Vec<Item>) -> Questionnaire {
        let mut all = Questionnaire {
            id: "test".to_owned(),
            url: "urn:test".to_owned(),
            version: "1".to_owned(),
            title: "Test".to_owned(),
            purpose: "To test".to_owned(),
            minutes: 1,
            notice: "Nobody's".to_owned(),
            source: String::new(),
            sensitivity: Sensitivity::Mental,
            about_filler: false,
            code: None,
            items,
            bands: Vec::new(),
            ages: None,
            offered_from: None,
        };
        let band = |high| Band { low: 0, high, title: "Any".to_owned(), means: "Any".to_owned(), does: Vec::new() };
        all.bands = all.highest().map(band).into_iter().collect();
        all
    }

    fn answers(all: &[(&str, Answer)]) -> Answers {
        all.iter().map(|(link, answer)| ((*link).to_owned(), answer.clone())).collect()
    }

    #[test]
    fn every_operator_says_when_something_is_asked() {
        let day = |d| Answer::Date(NaiveDate::from_ymd_opt(2026, 11, d).unwrap());
        let table: [(Comparison, Option<Answer>, bool); 24] = [
            (Comparison::Exists(true), Some(number(0)), true),
            (Comparison::Exists(true), None, false),
            (Comparison::Exists(false), None, true),
            (Comparison::Exists(false), Some(number(0)), false),
            (Comparison::Equal(number(2)), Some(number(2)), true),
            (Comparison::Equal(number(2)), Some(number(3)), false),
            (Comparison::Equal(number(2)), None, false),
            (Comparison::NotEqual(number(2)), Some(number(3)), true),
            (Comparison::NotEqual(number(2)), Some(number(2)), false),
            // "True if no answer has a value that is equal": FHIR, questionnaire-enable-operator.
            (Comparison::NotEqual(number(2)), None, true),
            (Comparison::More(number(2)), Some(number(3)), true),
            (Comparison::More(number(2)), Some(number(2)), false),
            (Comparison::More(number(2)), None, false),
            (Comparison::Less(number(2)), Some(number(1)), true),
            (Comparison::Less(number(2)), Some(number(2)), false),
            (Comparison::AtLeast(number(2)), Some(number(2)), true),
            (Comparison::AtLeast(number(2)), Some(number(1)), false),
            (Comparison::AtMost(number(2)), Some(number(2)), true),
            (Comparison::AtMost(number(2)), Some(number(3)), false),
            (Comparison::AtMost(number(2)), None, false),
            (Comparison::More(day(2)), Some(day(3)), true),
            (Comparison::Less(day(2)), Some(day(3)), false),
            (Comparison::AtLeast(day(2)), Some(day(2)), true),
            (Comparison::More(number(2)), Some(day(3)), false),
        ];
        for (is, answer, expected) in table {
            assert_eq!(is.holds(answer.as_ref()), expected, "{is:?} {answer:?}");
        }
    }

    #[test]
    fn one_test_or_all_of_them_must_hold() {
        let tests = || {
            let test = |link: &str| Test { link: link.to_owned(), is: Comparison::Equal(Answer::Yes(true)) };
            vec![test("a"), test("b")]
        };
        for (all, a, b, expected) in [
            (true, true, true, true),
            (true, true, false, false),
            (false, true, false, true),
            (false, false, true, true),
            (false, false, false, false),
        ] {
            let questionnaire = of(vec![
                item("a", always(), asks(Asks::Boolean, true)),
                item("b", always(), asks(Asks::Boolean, true)),
                item("c", Condition { all, tests: tests() }, asks(Asks::Boolean, true)),
            ]);
            let said = answers(&[("a", Answer::Yes(a)), ("b", Answer::Yes(b))]);
            let course = questionnaire.course(&said);
            assert_eq!(!course.missing().is_empty(), expected, "{all} {a} {b}");
        }
    }

    fn falls() -> Questionnaire {
        of(vec![
            item("fell", always(), asks(weighed(&[0, 1]), true)),
            item(
                "more",
                if_("fell", Comparison::Equal(chose(1))),
                What::Group(vec![
                    item("often", always(), asks(Asks::Integer(Bounds::default()), true)),
                    item("hurt", if_("often", Comparison::AtLeast(number(2))), asks(weighed(&[0, 2]), true)),
                ]),
            ),
            item("fear", always(), asks(weighed(&[0, 1]), false)),
        ])
    }

    #[test]
    fn what_is_asked_missing_and_counted_follows_from_the_answers() {
        let questionnaire = falls();
        assert_eq!(questionnaire.flaws(), Vec::new());
        assert_eq!(questionnaire.highest(), Some(4));
        let missing = |all: &[(&str, Answer)]| {
            let said = answers(all);
            let course = questionnaire.course(&said);
            (course.missing().iter().map(|item| item.link.clone()).collect::<Vec<_>>(), course.score())
        };
        assert_eq!(missing(&[]), (vec!["fell".to_owned()], None));
        assert_eq!(missing(&[("fell", chose(0))]), (vec![], Some(0)));
        assert_eq!(missing(&[("fell", chose(0)), ("fear", chose(1))]), (vec![], Some(1)));
        assert_eq!(missing(&[("fell", chose(1))]), (vec!["often".to_owned()], None));
        assert_eq!(missing(&[("fell", chose(1)), ("often", number(1))]), (vec![], Some(1)));
        let twice = [("fell", chose(1)), ("often", number(2))];
        assert_eq!(missing(&twice), (vec!["hurt".to_owned()], None));
        assert_eq!(missing(&[twice[0].clone(), twice[1].clone(), ("hurt", chose(2))]), (vec![], Some(3)));
        // What was answered before it was asked no more.
        assert_eq!(missing(&[("fell", chose(0)), ("often", number(2)), ("hurt", chose(2))]), (vec![], Some(0)));
        // What does not fit counts as nothing and is named.
        let said = answers(&[("fell", chose(7))]);
        assert_eq!(questionnaire.course(&said).refused(), ["fell"]);
        assert_eq!(questionnaire.course(&said).missing().len(), 1);
    }

    #[test]
    fn an_answer_that_tells_of_danger_is_heard_while_others_are_missing() {
        let mut questionnaire = of(vec![
            item("one", always(), asks(weighed(&[0, 1, 2]), true)),
            item("nine", always(), asks(weighed(&[0, 1, 2]), true)),
        ]);
        let What::Question(nine) = &mut questionnaire.items[1].what else { panic!("a question") };
        nine.crisis_above = Some(0);
        for (weight, expected) in [(0, false), (1, true), (2, true)] {
            let said = answers(&[("nine", chose(weight))]);
            assert_eq!(questionnaire.course(&said).is_crisis(), expected, "{weight}");
        }
        let said = answers(&[("one", chose(2))]);
        assert!(!questionnaire.course(&said).is_crisis());
    }

    fn laid(questionnaire: &Questionnaire) -> Vec<(&str, Vec<&str>)> {
        let pages = questionnaire.pages().into_iter();
        pages.map(|page| (page.title, page.items.iter().map(|item| item.link.as_str()).collect())).collect()
    }

    #[test]
    fn pages_hold_a_few_questions_and_none_on_which_another_of_theirs_depends() {
        assert_eq!(
            laid(&falls()),
            [("", vec!["fell"]), ("About more", vec!["often"]), ("About more", vec!["hurt"]), ("", vec!["fear"])]
        );
        let nine: Vec<Item> = (1..=7).map(|n| item(&format!("q{n}"), always(), asks(Asks::Boolean, true))).collect();
        let mut items = vec![item("words", always(), What::Display)];
        items.push(item("g", always(), What::Group(nine)));
        items.push(item("note", always(), asks(Asks::Text(500), false)));
        let expected = [
            ("About g", vec!["words", "q1", "q2", "q3"]),
            ("About g", vec!["q4", "q5", "q6"]),
            ("About g", vec!["q7"]),
            ("", vec!["note"]),
        ];
        assert_eq!(laid(&of(items)), expected);
    }

    #[test]
    fn how_many_pages_there_are_is_told_where_no_answer_adds_one() {
        assert_eq!(falls().most_pages(), None);
        let and = |more: Vec<Item>| {
            let plain = (1..=3).map(|n| item(&format!("q{n}"), always(), asks(Asks::Boolean, true)));
            of(plain.chain(more).collect()).most_pages()
        };
        let more = |is: Comparison| item("more", if_("q1", is), asks(Asks::Boolean, true));
        let last = || item("last", always(), asks(Asks::Boolean, true));
        assert_eq!(and(vec![]), Some(1));
        assert_eq!(and(vec![last()]), Some(2));
        assert_eq!(and(vec![more(Comparison::Equal(Answer::Yes(true)))]), None);
        // It stands beside one that is asked anyway, and adds no page.
        assert_eq!(and(vec![more(Comparison::Equal(Answer::Yes(true))), last()]), Some(2));
    }

    #[test]
    fn the_next_page_is_the_next_that_asks_something() {
        let questionnaire = falls();
        let pages = questionnaire.pages();
        let said = answers(&[("fell", chose(0))]);
        let course = questionnaire.course(&said);
        assert_eq!(
            (course.next(&pages, None), course.next(&pages, Some(0)), course.next(&pages, Some(3))),
            (Some(0), Some(3), None)
        );
        assert_eq!(course.resume(&pages), None);
        let said = answers(&[("fell", chose(1)), ("often", number(3))]);
        assert_eq!(questionnaire.course(&said).resume(&pages), Some(2));
    }

    #[test]
    fn what_is_wrong_with_a_questionnaire_is_said_with_its_place() {
        let flaw = |items: Vec<Item>| of(items).flaws().into_iter().map(|flaw| (flaw.at, flaw.what)).collect::<Vec<_>>();
        let yes = |link: &str| item(link, always(), asks(Asks::Boolean, true));
        assert_eq!(flaw(vec![])[0].1, "it asks nothing");
        assert_eq!(flaw(vec![yes("a"), yes("a")]), [("a".to_owned(), "its linkId is empty or not its own")]);
        assert_eq!(
            flaw(vec![item("b", if_("a", Comparison::Exists(true)), asks(Asks::Boolean, true)), yes("a")]),
            [("b".to_owned(), "it depends on a question that does not stand before it")]
        );
        for is in [Comparison::Equal(chose(1)), Comparison::More(Answer::Yes(true)), Comparison::AtMost(number(1))] {
            assert_eq!(
                flaw(vec![yes("a"), item("b", if_("a", is), asks(Asks::Boolean, true))]),
                [("b".to_owned(), "it depends on an answer that the question cannot have")]
            );
        }
        assert_eq!(flaw(vec![yes("a"), item("g", always(), What::Group(vec![]))])[0].1, "the group is empty");
        let Asks::Choice { mut options, .. } = weighed(&[0, 1]) else { panic!("a choice") };
        options[1].weight = None;
        let half = flaw(vec![item("a", always(), asks(Asks::Choice { options, open: false }, true))]);
        assert_eq!(half[0].1, "all of its answers must have a weight, or none; words of one's own have none");
        let mut gap = falls();
        gap.bands[0].high = 3;
        assert_eq!(gap.flaws().len(), 1);
        let mut unlabelled = falls();
        unlabelled.sensitivity = Sensitivity::General;
        assert_eq!(unlabelled.flaws(), Vec::new());
        let What::Question(fell) = &mut unlabelled.items[0].what else { panic!("a question") };
        fell.crisis_above = Some(0);
        assert_eq!(unlabelled.flaws()[0].what, "a question about danger to life needs the label of mental health");
    }

    #[test]
    fn words_about_older_people_are_not_for_the_young() {
        let band = |title: &str| Band { low: 0, high: 0, title: title.to_owned(), means: "Any".to_owned(), does: Vec::new() };
        let ages = Ages { from: 65, some_from: 50, some: "For some".to_owned(), younger: band("Not for you") };
        let all = Questionnaire { ages: Some(ages), ..falls() };
        assert_eq!(all.flaws(), Vec::new());
        let said = |age| (all.band_at(1, age).unwrap().title == "Not for you", all.about_whom(age).is_some());
        for (age, expected) in [
            (Some(0), (true, false)),
            (Some(49), (true, false)),
            (Some(50), (false, true)),
            (Some(64), (false, true)),
            (Some(65), (false, false)),
            (Some(101), (false, false)),
            (None, (false, true)),
        ] {
            assert_eq!(said(age), expected, "{age:?}");
        }
        assert_eq!(all.band_at(9999, Some(20)), None, "a score that there cannot be");
        assert!((0..100).all(|age| falls().band_at(1, Some(age)) == falls().band(1) && falls().about_whom(Some(age)).is_none()));
        let mut wrong = all.clone();
        wrong.ages.as_mut().unwrap().some_from = 66;
        assert_eq!(wrong.flaws().len(), 1);
    }

    #[test]
    fn what_is_for_adults_is_offered_to_nobody_younger() {
        let adults = Questionnaire { offered_from: Some(18), ..falls() };
        for (age, expected) in [(Some(0), false), (Some(17), false), (Some(18), true), (Some(90), true), (None, true)] {
            assert_eq!((adults.is_offered_at(age), falls().is_offered_at(age)), (expected, true), "{age:?}");
        }
    }

    /// Any number of weighed questions, some in groups, some depending on an earlier one, and any answers to them.
    fn any_questionnaire() -> impl Strategy<Value = (Questionnaire, Answers)> {
        let one = (
            proptest::collection::vec(0..5_u16, 2..5),
            any::<bool>(),
            proptest::option::of((0..12_usize, 0..5_u16, 0..4)),
            any::<bool>(),
        );
        let said = proptest::collection::btree_map(0..12_usize, 0..5_u16, 0..12);
        (proptest::collection::vec(one, 1..12), said).prop_map(|(all, said)| {
            let mut items: Vec<Item> = Vec::new();
            for (at, (mut weights, required, depends, grouped)) in all.into_iter().enumerate() {
                weights.push(5);
                weights.sort_unstable();
                weights.dedup();
                let when = match depends {
                    Some((on, weight, operator)) if on < at => {
                        let is = match operator {
                            0 => Comparison::Exists(true),
                            1 => Comparison::Exists(false),
                            2 => Comparison::Equal(chose(weight)),
                            _ => Comparison::NotEqual(chose(weight)),
                        };
                        if_(&format!("q{on}"), is)
                    }
                    _ => always(),
                };
                let question =
                    item(&format!("q{at}"), if grouped { always() } else { when.clone() }, asks(weighed(&weights), required));
                items.push(if grouped { item(&format!("g{at}"), when, What::Group(vec![question])) } else { question });
            }
            let said = said.into_iter().map(|(at, weight)| (format!("q{at}"), chose(weight))).collect();
            (of(items), said)
        })
    }

    proptest! {
        #[test]
        fn an_answer_to_a_question_that_is_not_asked_never_counts((questionnaire, said) in any_questionnaire()) {
            let course = questionnaire.course(&said);
            let mut fewer = said.clone();
            for (item, question) in questionnaire.questions() {
                if !course.is_there(item) {
                    prop_assert_eq!(course.answer(item), None);
                    fewer.remove(&item.link);
                }
                if let Some(answer) = course.answer(item) {
                    prop_assert_eq!(question.wrong(answer), None);
                }
            }
            let without = questionnaire.course(&fewer);
            prop_assert_eq!((without.score(), without.counted()), (course.score(), course.counted()));
            // What counts says the same by itself.
            let counted = course.counted();
            prop_assert_eq!(questionnaire.course(&counted).counted(), counted.clone());
        }

        #[test]
        fn a_score_is_within_its_bounds_and_has_one_band((questionnaire, said) in any_questionnaire()) {
            let course = questionnaire.course(&said);
            if let Some(score) = course.score() {
                prop_assert!(score <= questionnaire.highest().unwrap());
                prop_assert!(course.missing().is_empty() && course.band().is_some());
            }
        }

        #[test]
        fn the_order_in_which_questions_are_answered_does_not_matter((questionnaire, said) in any_questionnaire(), seed in any::<u64>()) {
            let mut order: Vec<_> = said.iter().collect();
            order.sort_by_key(|(link, _)| link.bytes().fold(seed, |hash, byte| hash.rotate_left(5) ^ u64::from(byte)));
            let (mut one_by_one, mut score) = (Answers::new(), None);
            for (link, answer) in order {
                one_by_one.insert(link.clone(), answer.clone());
                score = questionnaire.course(&one_by_one).score();
            }
            if !said.is_empty() {
                prop_assert_eq!(score, questionnaire.course(&said).score());
            }
        }

        #[test]
        fn pages_hold_every_question_once_and_none_beside_what_it_depends_on((questionnaire, said) in any_questionnaire()) {
            let pages = questionnaire.pages();
            let laid: Vec<&str> = pages.iter().flat_map(|page| page.questions()).map(|(item, _)| item.link.as_str()).collect();
            let all: Vec<&str> = questionnaire.questions().iter().map(|(item, _)| item.link.as_str()).collect();
            prop_assert_eq!(laid, all);
            for page in &pages {
                let on: BTreeSet<&str> = page.questions().map(|(item, _)| item.link.as_str()).collect();
                prop_assert!(on.len() <= PER_PAGE);
                for (item, _) in page.questions() {
                    prop_assert!(item.when.tests.iter().all(|test| !on.contains(test.link.as_str())));
                }
            }
            // Nobody is asked more pages than were told.
            let shown = pages.iter().filter(|page| questionnaire.course(&said).shows(page)).count();
            prop_assert!(questionnaire.most_pages().is_none_or(|most| shown <= most));
            // Going on from page to page, answering all that is asked, ends with nothing missing.
            let mut said = said;
            let mut at = None;
            while let Some(page) = questionnaire.course(&said).next(&pages, at) {
                for (item, question) in pages[page].questions() {
                    let there = questionnaire.course(&said).is_there(item);
                    if there && let Asks::Choice { options, .. } = &question.asks {
                        said.insert(item.link.clone(), Answer::Choice(options[0].code.clone()));
                    }
                }
                at = Some(page);
            }
            prop_assert!(questionnaire.course(&said).missing().is_empty());
            prop_assert!(questionnaire.course(&said).score().is_some());
        }
    }
}
