//! Words of somebody who may end or hurt themself, in a message of any words.
//!
//! They are looked for before anything else is understood, and what follows is only whom to ring: so who says that it is not so, or
//! speaks of somebody else, is answered too. NICE NG225, 1.6: no tool says who is at risk, and nobody is passed over by one.

use super::Measure;
use super::texted::{TextedReading, glimpsed};
use strsim::osa_distance;

/// The most characters that are read of a message.
const LONGEST: usize = 1530;
/// The most words between two of a [phrase](PHRASES): "want **to be** dead", "end **my own** life".
const BETWEEN: usize = 2;

/// What says it by itself. A slip in a word of seven letters or more is forgiven.
const WORDS: &[&str] = &[
    "kms",
    "selfharm",
    "selfharmed",
    "selfharming",
    "sucide",
    "sucidle",
    "suicdal",
    "suicidal",
    "suicide",
    "suicidle",
    "suisidal",
    "suside",
    "unalive",
];

/// What says it one behind another, each in any of these ways.
const PHRASES: &[&[&[&str]]] = &[
    &[KILL, SELF],
    &[WANT, HURT, SELF],
    &[&["self"], &["harm", "harmed", "harming"]],
    &[WANT, &["dead", "deid", "die", "dieing", "dye", "dying"]],
    &[&["feel", "feeling", "like"], &["dying"]],
    &[&["better"], &["dead"]],
    &[&["better"], &["without"], &["me"]],
    &[END, &["my", "own", "me"], &["life", "lief", "live"]],
    &[END, &["it"], &["all"]],
    &[NO, &["want", "wanna"], &["live", "alive"]],
    &[NO, &["want", "wanna"], &["here"]],
    &[NO, &["want", "wanna"], &["wake"]],
    &[NO, &["reason", "point"], &["live", "living"]],
    &[&["nothing"], &["live"], &["for"]],
    &[NO, &["worth"], &["living"]],
    &[NO, &["go", "carry"], &["on"]],
    &[&["took", "take", "taken", "taking"], &["overdose"]],
    &[&["overdosed", "overdosing"]],
    &[WANT, &["overdose"]],
];

/// What says it except of ordinary doses.
const ALL_TABLETS: &[&[&str]] = &[&["taken", "took"], &["all"], &["pills", "tablets"]];
/// What says of tablets that they are those of every day, one behind another.
const AS_EVERY_DAY: &[&[&str]] = &[&["this", "morning"], &["as", "usual"], &["as", "normal"], &["as", "always"], &["on", "time"]];

const KILL: &[&str] = &["hang", "hanging", "harm", "harming", "kil", "kiling", "kill", "killed", "killin", "killing", "kll"];
/// What hurts by accident too, so that it counts only where somebody wants it or thinks of it.
const HURT: &[&str] = &["burn", "cut", "cutting", "drown", "drowning", "hurt", "hurting", "poison", "stab"];
const SELF: &[&str] =
    &["herself", "himself", "meself", "mself", "myself", "myslef", "self", "themself", "themselves", "yourself"];
const WANT: &[&str] = &[
    "going", "gonna", "might", "plan", "planning", "ready", "think", "thinking", "thought", "thoughts", "urge", "wan", "wana",
    "wanna", "wannna", "want", "wanted", "wanting", "wants", "wish", "wishing", "wnat",
];
const END: &[&str] = &["end", "ended", "ending", "take", "taking"];
const NO: &[&str] = &["cannot", "cant", "didnt", "doesnt", "dont", "dnt", "isnt", "no", "not"];

/// Whether a message says that somebody may end or hurt themself.
#[must_use]
pub fn is_of_despair(text: &str) -> bool {
    let text: String =
        text.chars().take(LONGEST).flat_map(char::to_lowercase).filter(|letter| !matches!(letter, '\'' | '\u{2019}')).collect();
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let says = |word: &str| WORDS.iter().any(|name| *name == word || is_slip(word, name));
    let tells = |phrase: &[&[&str]]| (0..words.len()).any(|at| begins(&words, at, phrase));
    words.iter().any(|word| says(word))
        || PHRASES.iter().any(|phrase| tells(phrase))
        || (tells(ALL_TABLETS) && !is_of_every_day(&text, &words))
}

/// Whether a message says that tablets were those of every day, or tells a reading that somebody takes who is well enough to. A mood,
/// pain or alcohol is no such reading.
fn is_of_every_day(text: &str, words: &[&str]) -> bool {
    let is_said = AS_EVERY_DAY.iter().any(|said| words.windows(said.len()).any(|some| some == *said));
    let is_measured = |one: &TextedReading| ![Measure::Alcohol, Measure::Mood, Measure::Pain].contains(&one.measure);
    is_said || glimpsed(text).iter().any(is_measured)
}

/// Whether this phrase begins with this word.
fn begins(words: &[&str], at: usize, phrase: &[&[&str]]) -> bool {
    let Some((first, rest)) = phrase.split_first() else { return true };
    if !words.get(at).is_some_and(|word| first.contains(word)) {
        return false;
    }
    rest.is_empty() || (at + 1..=at + 1 + BETWEEN).any(|next| begins(words, next, rest))
}

/// One slip in a long word that begins alike.
fn is_slip(word: &str, name: &str) -> bool {
    name.len() >= 7 && word.chars().next() == name.chars().next() && osa_distance(word, name) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn who_may_end_or_hurt_themself_is_heard_also_with_slips() {
        for text in [
            "mood 2 feeling suicidal",
            "mood low want to die",
            "I want to kill myself",
            "Im going to kil my self",
            "wanna die",
            "want 2 die",
            "I wish I was dead",
            "i want to be dead",
            "thinking of suicide",
            "sucidal",
            "suicidel thoughts",
            "mood 1 better off dead",
            "they would be better off without me",
            "going to end my life",
            "take my own life",
            "I might end it all",
            "I don\u{2019}t want to live any more",
            "dont want to be here anymore",
            "cant go on",
            "I can't go on",
            "no reason to live",
            "nothing to live for",
            "life is not worth living",
            "thoughts of hurting myself",
            "self-harm again",
            "took an overdose",
            "I took all my tablets",
            "took all 30 tablets mood 1",
            "took all my tablets want to die BP 120/80",
            "BP 142/88 KMS",
            "my son wants to kill himself",
            "I am not suicidal",
        ] {
            assert!(is_of_despair(text), "{text}");
        }
        for text in [
            "",
            "BP 142/88",
            "sugar 7.2 before tea",
            "mood very low",
            "mood terrible so sad",
            "pain 9 want to lie down",
            "fell and hurt myself, pain 4",
            "cut myself shaving, sugar 6",
            "weighed myself, weight 78 kg",
            "my legs are killing me, pain 8",
            "walked to the end of my street, pulse 90",
            "steps 4000 on the south side",
            "at the weekend I take my tablets, BP 120/80",
            "not going out today, oxygen 95",
            "want to lose weight 90 kg",
            "took all my tablets BP 120/80",
            "took all my tablets this morning",
            "taken all my pills as usual",
        ] {
            assert!(!is_of_despair(text), "{text}");
        }
    }

    /// Words of ordinary readings, as many as a message may have of them.
    fn ordinary() -> Vec<&'static str> {
        let of_measures = Measure::ALL.iter().flat_map(|measure| {
            let units = measure.units().iter().map(|unit| unit.shown);
            let answers = measure.settings().iter().flat_map(|setting| setting.answers).map(|(_, words)| *words);
            std::iter::once(measure.name()).chain(measure.texted().iter().copied()).chain(units).chain(answers)
        });
        let said = [
            "at",
            "my",
            "this",
            "is",
            "after",
            "before",
            "tea",
            "breakfast",
            "lunch",
            "in",
            "and",
            "not",
            "on",
            "142/88",
            "7.2",
            "8am",
        ];
        of_measures.chain(said).collect()
    }

    proptest! {
        #[test]
        fn ordinary_readings_are_never_taken_for_it(words in prop::collection::vec(prop::sample::select(ordinary()), 0..12)) {
            let text = words.join(" ");
            prop_assert!(!is_of_despair(&text), "{}", text);
        }

        #[test]
        fn it_is_heard_in_any_message(
            before in "([a-z0-9/]{1,8} ){0,5}",
            behind in "( [a-z0-9/]{1,8}){0,5}",
            said in prop::sample::select(vec!["suicidal", "want to die", "kill myself", "end my life", "Want To Kill My Self"]),
        ) {
            let text = format!("{before}{said}{behind}");
            prop_assert!(is_of_despair(&text), "{}", text);
        }
    }
}
