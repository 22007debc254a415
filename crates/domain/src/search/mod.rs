//! Looking for words in a record: how a text becomes words, what is asked for, whether an entry meets it, and which of its words do.
//!
//! The store holds the words of each entry as [`Told::words`] makes them and answers the same question as [`Query::met`]: it only finds
//! sooner. So what is found is what its words say, on whatever engine.

mod everyday;
mod words;

pub use words::{Placed, placed, words_of};

use crate::record::Detail;
use serde::Serialize;
use std::collections::BTreeSet;

/// How much of what is typed is read, in characters.
pub const LONGEST: usize = 200;
/// How many words of it are looked for.
pub const MOST_WORDS: usize = 10;
/// The rules by which what sources sent becomes entries, and entries become words: another number where what is stored has to be made anew,
/// because kinds are shown that were not, because more is never shown, because what results are known by has more codes, or because orders
/// are joined to what answers them by their numbers.
pub const VERSION: i64 = 6;
/// How much of a file's words is looked through, in characters: some twenty pages.
pub const LONGEST_FILE: usize = 60_000;
/// From how many letters on a word also finds longer ones that begin with it.
const BEGINS: usize = 3;
/// How many words of a record that are like one that was typed are looked for instead of it.
const MOST_NEAR: usize = 60;
/// How much of a text is shown before the first word that was looked for, and in all, in characters.
const BEFORE: usize = 50;
const AROUND: usize = 180;
/// Words that say nothing of what is looked for, where there are others beside them.
const SMALL: &[&str] = &[
    "a", "an", "and", "any", "are", "at", "by", "did", "do", "for", "from", "i", "in", "is", "it", "me", "my", "of", "on", "or",
    "the", "to", "was", "what", "when", "with",
];

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The word, as [`words_of`] makes it.
    pub word: String,
    /// Longer words that begin with it are found too.
    pub begins: bool,
}

impl Term {
    fn typed(word: &str) -> Self {
        Self { word: word.to_owned(), begins: word.chars().count() >= BEGINS && !everyday::is_short(word) }
    }

    /// A word that is looked for beside what was typed: nobody typed the beginning of it, and short ones are abbreviations.
    fn beside(word: &str) -> Self {
        Self { word: word.to_owned(), begins: word.chars().count() > BEGINS && !everyday::is_short(word) }
    }

    /// Each of these ways to word what was typed.
    fn each_beside(others: &[&str]) -> impl Iterator<Item = Vec<Self>> {
        others.iter().map(|other| placed(other).iter().map(|placed| Self::beside(&placed.word)).collect())
    }

    fn exact(word: String) -> Self {
        Self { word, begins: false }
    }

    /// Which of these words it finds.
    fn among<'w>(&'w self, words: &'w BTreeSet<String>) -> impl Iterator<Item = &'w String> {
        words
            .range(self.word.clone()..)
            .take_while(|word| word.starts_with(&self.word))
            .filter(|word| self.begins || **word == self.word)
    }
}

/// One thing that is looked for, in each of the ways in which it may be worded: one of them is enough, and of that all its words are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted(pub Vec<Vec<Term>>);

/// What is looked for: all of it must stand in an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    wanted: Vec<Wanted>,
    typed: Vec<String>,
    cut: bool,
}

impl Query {
    /// Reads what was typed, whatever it is; `None` where there is no word in it.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let short: String = typed.chars().take(LONGEST).collect();
        let mut words: Vec<String> = placed(&short).into_iter().map(|placed| placed.word).collect();
        if words.iter().any(|word| !SMALL.contains(&word.as_str())) {
            // The "A" of "A&E" is no small word.
            let kept = |at: usize, word: &String| {
                !SMALL.contains(&word.as_str()) || (word == "a" && words.get(at + 1).is_some_and(|next| next == "e"))
            };
            words = words.iter().enumerate().filter(|(at, word)| kept(*at, word)).map(|(_, word)| word.clone()).collect();
        }
        let cut = words.len() > MOST_WORDS || short.len() < typed.trim_end().len();
        words.truncate(MOST_WORDS);
        if words.is_empty() {
            return None;
        }
        let (mut wanted, mut rest) = (Vec::new(), words.as_slice());
        while !rest.is_empty() {
            let (length, others) = everyday::others(rest).unwrap_or((1, &[]));
            let (these, after) = rest.split_at(length);
            let own = these.iter().map(|word| Term::typed(word)).collect();
            wanted.push(Wanted(std::iter::once(own).chain(Term::each_beside(others)).collect()));
            rest = after;
        }
        Some(Self { wanted, typed: words, cut })
    }

    /// What is looked for.
    #[must_use]
    pub fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// The words that were typed and are looked for.
    #[must_use]
    pub fn typed(&self) -> &[String] {
        &self.typed
    }

    /// Some of what was typed is not looked for: it is too long.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// With what words that are like one that was typed begin: its own first letter, and those that sound like it.
    #[must_use]
    pub fn letters(word: &str) -> Vec<char> {
        const ALIKE: &[&str] = &["cks", "fp", "gj", "iey", "sxz", "oa", "nk"];
        let Some(first) = word.chars().next().filter(char::is_ascii_lowercase) else { return Vec::new() };
        let alike = ALIKE.iter().filter(|group| group.contains(first)).flat_map(|group| group.chars());
        let mut all: Vec<char> = std::iter::once(first).chain(alike).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The same with the words of a record that are like those that were typed: for what is mistyped.
    #[must_use]
    pub fn with_near(&self, vocabulary: &BTreeSet<String>) -> Self {
        let wanted = self.typed.iter().map(|typed| {
            let mut ways = vec![vec![Term::typed(typed)]];
            if let Some((1, others)) = everyday::others(std::slice::from_ref(typed)) {
                ways.extend(Term::each_beside(others));
            }
            let all = vocabulary.iter().map(String::as_str).chain(everyday::words());
            let mut near: Vec<(usize, &str)> = all.filter_map(|word| Some((distance(typed, word)?, word))).collect();
            near.sort_unstable();
            near.dedup();
            for (_, word) in near.into_iter().take(MOST_NEAR) {
                ways.push(vec![Term::exact(word.to_owned())]);
                if let Some((1, others)) = everyday::others(&[word.to_owned()]) {
                    ways.extend(Term::each_beside(others));
                }
            }
            Wanted(ways)
        });
        Self { wanted: wanted.collect(), ..self.clone() }
    }

    /// Which of these words are what is looked for; `None` where something of it is not among them.
    #[must_use]
    pub fn met(&self, words: &BTreeSet<String>) -> Option<BTreeSet<String>> {
        let mut met = BTreeSet::new();
        for wanted in &self.wanted {
            let mut found = false;
            for way in &wanted.0 {
                if way.iter().all(|term| term.among(words).next().is_some()) {
                    found = true;
                    met.extend(way.iter().flat_map(|term| term.among(words)).cloned());
                }
            }
            if !found {
                return None;
            }
        }
        Some(met)
    }
}

/// How far a word is from what was typed, in letters that are wrong, missing, too many or exchanged; `None` where that is too far to be
/// meant. A word that goes on behind what was typed is as near as its beginning.
fn distance(typed: &str, word: &str) -> Option<usize> {
    // What is not written in these letters is put down in another way: its distance says nothing.
    if !typed.is_ascii()
        || typed.contains(words::MARK)
        || word.contains(words::MARK)
        || typed.chars().all(|letter| letter.is_ascii_digit())
    {
        return None;
    }
    let length = typed.len();
    let allowed = match length {
        0..=3 => return None,
        4..=7 => 1,
        _ => 2,
    };
    if word.len() + allowed < length {
        return None;
    }
    let whole = strsim::osa_distance(typed, word);
    let beginnings = (length.saturating_sub(1)..=length + 1).filter(|_| length >= 6);
    let beginning = beginnings.filter_map(|end| word.get(..end)).map(|begin| strsim::osa_distance(typed, begin) + 1).min();
    let distance = beginning.map_or(whole, |beginning| beginning.min(whole));
    (distance <= allowed).then_some(distance)
}

/// A part of a text that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Its words, to be escaped.
    pub text: String,
    /// It is what was looked for.
    pub marked: bool,
}

/// A text with the words marked that were looked for.
#[must_use]
pub fn marked(text: &str, met: &BTreeSet<String>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |part: &str, marked: bool| match pieces.last_mut() {
        _ if part.is_empty() => {}
        Some(last) if last.marked == marked => last.text.push_str(part),
        _ => pieces.push(Piece { text: part.to_owned(), marked }),
    };
    let mut end = 0;
    for one in placed(text) {
        if met.contains(&one.word) {
            add(text.get(end..one.start).unwrap_or_default(), false);
            add(text.get(one.start..one.end).unwrap_or_default(), true);
            end = one.end;
        }
    }
    add(text.get(end..).unwrap_or_default(), false);
    pieces
}

/// The part of a text round the first of these words, with all of them marked; `None` where none stands in it.
#[must_use]
pub fn excerpt(text: &str, met: &BTreeSet<String>) -> Option<Vec<Piece>> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let all = placed(&text);
    let first = all.iter().find(|one| met.contains(&one.word))?;
    let back = text.get(..first.start)?.char_indices().rev().nth(BEFORE).map(|(at, _)| at);
    // From the beginning of a word, and to the end of one.
    let from = back.map_or(0, |back| all.iter().map(|one| one.start).find(|start| *start >= back).unwrap_or(first.start));
    let rest = text.get(from..)?;
    let until = rest.char_indices().nth(AROUND).map(|(at, _)| from + at);
    let to = until.map_or(text.len(), |until| {
        all.iter().map(|one| one.end).take_while(|end| *end <= until).last().filter(|end| *end >= first.end).unwrap_or(first.end)
    });
    let mut pieces = marked(text.get(from..to)?, met);
    if from > 0 {
        pieces.insert(0, Piece { text: "… ".to_owned(), marked: false });
    }
    if to < text.len() {
        pieces.push(Piece { text: " …".to_owned(), marked: false });
    }
    Some(pieces)
}

/// What an entry tells its reader in words: by all of it, and nothing else, it is found.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Its name.
    pub title: &'a str,
    /// What sort of thing it is.
    pub kind: &'a str,
    /// What it is called in plain words.
    pub plain: Option<&'a str>,
    /// The words that came with its code.
    pub display: Option<&'a str>,
    /// Its value.
    pub value: Option<&'a str>,
    /// What else it says.
    pub details: &'a [Detail],
    /// Who wrote it down.
    pub author: Option<&'a str>,
    /// Where.
    pub place: Option<&'a str>,
    /// Who sent it.
    pub sent_by: Option<&'a str>,
    /// The words of its files, as far as [`LONGEST_FILE`].
    pub files: &'a [&'a str],
}

/// As much of a file's words as is looked through.
fn looked_through(text: &str) -> &str {
    text.char_indices().nth(LONGEST_FILE).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

impl<'a> Told<'a> {
    /// Each part of it but its name, with the words that introduce it, in the order in which one of them is shown.
    pub fn parts(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let [first, last] = [
            [("In plain words", self.plain), ("Its code says", self.display), ("Result", self.value)].into_iter(),
            [("What it is", Some(self.kind)), ("Recorded by", self.author), ("Where", self.place)].into_iter(),
        ];
        let details = self.details.iter().map(|detail| (detail.label.as_str(), Some(detail.value.as_str())));
        let sent_by = std::iter::once(("Sent to us by", self.sent_by));
        // Last: of what says very much not every word is kept, and those of the entry itself go first.
        let files = self.files.iter().map(|text| ("In the letter or file", Some(looked_through(text))));
        first.chain(details).chain(last).chain(sent_by).chain(files).filter_map(|(label, text)| Some((label, text?)))
    }

    /// Its words, each once.
    #[must_use]
    pub fn words(&self) -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        words_of(self.title, &mut words);
        for (_, text) in self.parts() {
            words_of(text, &mut words);
        }
        words
    }

    /// Where what was looked for stands beside its name: the part that says most of it, and its words round that. `None` where the name
    /// says it all.
    #[must_use]
    pub fn context(&self, met: &BTreeSet<String>) -> Option<(&'a str, Vec<Piece>)> {
        let mut named = BTreeSet::new();
        words_of(self.title, &mut named);
        let missing: BTreeSet<String> = met.difference(&named).cloned().collect();
        let count = |text: &str| {
            let mut words = BTreeSet::new();
            words_of(text, &mut words);
            words.intersection(&missing).count()
        };
        let mut best: Option<(usize, &str, &str)> = None;
        for (label, text) in self.parts() {
            let says = count(text);
            if says > best.map_or(0, |(most, ..)| most) {
                best = Some((says, label, text));
            }
        }
        let (_, label, text) = best?;
        Some((label, excerpt(text, met)?))
    }
}

#[cfg(test)]
mod tests;
