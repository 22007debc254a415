//! Easy words: what the main pages say to whoever reads in short sentences, with a picture beside them.

pub(crate) mod acts;

use crate::ui::{Icon, IconName, TagKind};
use crate::words::flag_tag;
use domain::appointment::Mode;
use domain::profile::{Display, Setting};
use domain::record::{Category, Value};
use domain::result::next::{ORDER, is_of_a_visit, is_request};
use domain::result::{By, Placed, Standing, Told, against_its_word, placed};
use leptos::prelude::*;
use service::EntryLine;

/// Whether the page is for somebody who reads in easy words.
pub(crate) fn is_on() -> bool {
    use_context::<Display>().is_some_and(|display| display.has(Setting::EasyRead))
}

/// The usual words, or the easy ones where these are wanted.
pub(crate) fn say(usual: impl Into<String>, easy: &str) -> String {
    if is_on() { easy.to_owned() } else { usual.into() }
}

/// A large picture of what a page is about. Its heading says the same.
pub(crate) fn picture(name: IconName) -> Option<AnyView> {
    is_on().then(|| view! { <div class="sh-easy-picture"><Icon name=name /></div> }.into_any())
}

/// The first page.
pub(crate) const HOME: &str = "This is your page. Choose what you want to see.";
/// The same of somebody whom the reader looks after.
pub(crate) const HOME_OF_ANOTHER: &str = "You look after this person. Choose what you want to see.";
/// What is under the big pictures of the first page.
pub(crate) const MY_RECORD: &str = "What doctors and nurses wrote.";
pub(crate) const MY_MEDICINES: &str = "The medicines to take.";
pub(crate) const MY_APPOINTMENTS: &str = "When to go, and where.";
pub(crate) const MY_HEALTH: &str = "Write down how you are.";
/// The same of somebody else.
pub(crate) const HEALTH_OF_ANOTHER: &str = "Write down how they are.";
/// What can be done next.
pub(crate) const FIND: &str = "Pick a day and a time.";
pub(crate) const READING: &str = "Write down your weight, mood or pain.";
pub(crate) const CHECK: &str = "Is something wrong? Tell your doctor.";
pub(crate) const LOOKED: &str = "See who read your record.";
pub(crate) const COPY: &str = "Save a copy to keep.";
/// The record.
pub(crate) const RECORD: &str = "Doctors and nurses wrote this. Choose a picture to read more.";
/// The list of medicines.
pub(crate) const MEDICINES: &str = "These are the medicines to take. Do not stop one by yourself. Ask your doctor first.";
pub(crate) const ASK_ABOUT_MEDICINES: &str = "Are you not sure? Ask at the pharmacy.";
/// The list of appointments.
pub(crate) const APPOINTMENTS: &str = "Here you see when to go, and where.";
pub(crate) const CANNOT_GO: &str = "You cannot go? Open it. Then choose another time.";
/// One medicine that is taken as it stands there.
pub(crate) const MEDICINE: &str = "Take it as the label says. Do not stop it by yourself. Ask your doctor first.";
/// Where the newest of a list is.
const NEWEST: &str = "The newest is at the top.";
/// A letter.
pub(crate) const LETTER: &str = "This is a letter. Is it hard to read? Ask somebody to read it with you.";
/// A result.
pub(crate) const RESULT: &str = "This is the result of a test.";
/// A test of which there is no result here.
pub(crate) const RESULT_TO_COME: &str = "This test was asked for. The result is not here yet.";
/// A list of nothing but such tests.
pub(crate) const NOT_BACK: &str = "These tests are not back yet. Open one to read more.";
/// A test that was asked for, of which it is not known whether a result is to come.
pub(crate) const ORDERED: &str = "This test was asked for.";
pub(crate) const RESULT_HIGH: &str = "The number is higher than the lab expects. Ask a doctor what it means.";
pub(crate) const RESULT_LOW: &str = "The number is lower than the lab expects. Ask a doctor what it means.";
pub(crate) const RESULT_USUAL: &str = "The lab says this is as it should be.";
pub(crate) const RESULT_WITHIN: &str = "The number is where the lab expects it to be.";
pub(crate) const RESULT_MARKED: &str = "The lab wants somebody to look at this. Ask a doctor what it means.";
/// The same of what was measured or asked on a visit, which no laboratory had: by its range, or by a word where none came that can be
/// compared.
pub(crate) const VISIT_ABOVE: &str = "The number is above the range that came with it. Ask a doctor what it means.";
pub(crate) const VISIT_BELOW: &str = "The number is below the range that came with it. Ask a doctor what it means.";
pub(crate) const VISIT_WITHIN: &str = "The number is in the range that came with it.";
pub(crate) const VISIT_HIGH: &str = "It is marked as high. Ask a doctor what it means.";
pub(crate) const VISIT_LOW: &str = "It is marked as low. Ask a doctor what it means.";
pub(crate) const VISIT_USUAL: &str = "It is marked as normal.";
pub(crate) const VISIT_MARKED: &str = "It is marked to be looked at. Ask a doctor what it means.";
/// Where the word that came with a number and its range say two things.
pub(crate) const RESULT_UNSURE: &str = "Two things here do not match. Ask a doctor what it means.";
/// Where nothing that can be compared came with a number.
pub(crate) const RESULT_UNKNOWN: &str = "We do not know if this is high or low. Ask a doctor what it means.";
pub(crate) const RESULT_ASK: &str = "Do you have a question? Ask your doctor or nurse.";

/// What a category of the reader's own record is, or of that of somebody whom they look after.
pub(crate) const fn category(category: Category, of_another: bool) -> &'static str {
    match (category, of_another) {
        (Category::Problem, false) => "What is wrong with your health.",
        (Category::Problem, true) => "What is wrong with their health.",
        (Category::Medicine, false) => "The medicines you have.",
        (Category::Medicine, true) => "The medicines they have.",
        (Category::Allergy, false) => "Things that make you ill.",
        (Category::Allergy, true) => "Things that make them ill.",
        (Category::Immunisation, false) => "The jabs you had.",
        (Category::Immunisation, true) => "The jabs they had.",
        (Category::Result, false) => "Tests of your blood and more.",
        (Category::Result, true) => "Tests of their blood and more.",
        (Category::Visit, false) => "When you saw a doctor or nurse.",
        (Category::Visit, true) => "When they saw a doctor or nurse.",
        (Category::Procedure, _) => "What was done, such as an X-ray.",
        (Category::Document, false) => "Letters about you.",
        (Category::Document, true) => "Letters about them.",
        (Category::Care, false) => "Plans for your care.",
        (Category::Care, true) => "Plans for their care.",
        (Category::People, false) => "People who look after you.",
        (Category::People, true) => "People who look after them.",
        (Category::Other, _) => "Other things.",
    }
}

/// What the list of a category is, and what to do with it; `newest_first` where the newest of all stands at its top.
pub(crate) fn list(category: Category, newest_first: bool) -> String {
    let says = match category {
        Category::Problem => "These are problems with health. Open one to read what it is.",
        Category::Medicine => "These are medicines. Do not stop one by yourself. Ask your doctor first.",
        Category::Allergy => "Tell every doctor and nurse about these.",
        Category::Immunisation => "These are jabs. Open one to read what it is for.",
        Category::Result => "These are results of tests. Open one to read what it says.",
        Category::Visit => "These are visits to a doctor or nurse. Open one to read more.",
        Category::Procedure => "This is what was done. Open one to read more.",
        Category::Document => "These are letters. Open one to read it.",
        Category::Care => "These are plans for care. Open one to read it.",
        Category::People => "These are people who help. Open one to read more.",
        Category::Other => "Open one to read more.",
    };
    if newest_first { format!("{says} {NEWEST}") } else { says.to_owned() }
}

/// What to do on the day of an appointment.
pub(crate) const fn on_the_day(mode: Mode) -> &'static str {
    match mode {
        Mode::InPerson => "The day, the time and the place are here. Be there in time.",
        Mode::Phone => "This is a phone call. Keep the phone near. Somebody rings.",
        Mode::Video => "This is a talk on a screen. You see and hear each other.",
    }
}

/// What an entry is, where there is more to say than its heading does: a result, or a letter. `answered` where a result of this order is
/// shown.
pub(crate) fn entry(line: &EntryLine, answered: bool) -> Vec<&'static str> {
    match line.category {
        Category::Result => {
            let is = kind_of_result(&line.kind, line.status.as_deref(), answered);
            result(is, line.value.as_ref(), line.flag.as_deref(), is_of_a_visit(&line.kind))
        }
        // What somebody thought, or worked out, is written down as in a letter and is none.
        Category::Document if !line.kind.ends_with("assessment") => vec![LETTER],
        _ => Vec::new(),
    }
}

/// What stands among the results is: the result of a test, a test that is not back, or neither, as how somebody lives.
fn kind_of_result(kind: &str, status: Option<&str>, answered: bool) -> Option<&'static str> {
    match status {
        Some("registered") => Some(RESULT_TO_COME),
        Some("active" | "on-hold") if kind == ORDER && !answered => Some(RESULT_TO_COME),
        Some("cancelled" | "revoked") => None,
        _ if kind == ORDER => Some(ORDERED),
        _ => Some(RESULT).filter(|_| !is_of_a_visit(kind) && !is_request(kind)),
    }
}

/// What it is (`is`), and what its value means, in easy words: where it stands by what came with it, as the other pages say it too, or
/// that the laboratory marked it. Where its word and its range do not agree it is not said on which side it is, but that they do not.
/// Of a `visit` no laboratory is named.
fn result(is: Option<&'static str>, value: Option<&Value>, flag: Option<&str>, visit: bool) -> Vec<&'static str> {
    let marked = flag.map(flag_tag).is_some_and(|(_, kind)| kind == TagKind::Attention);
    let placed = value.and_then(placed);
    let said = if visit { of_a_visit(placed, marked) } else { of_a_laboratory(placed, flag.is_some(), marked) };
    let said = said.or_else(|| value.and_then(against_its_word).map(|_| RESULT_UNSURE));
    // Those that ask to speak with a doctor say so themselves.
    let asks = placed.map_or(said.is_some(), |placed| placed.standing != Standing::Within);
    let ask = Some(RESULT_ASK).filter(|_| !asks);
    [is, said, ask].into_iter().flatten().collect()
}

/// Where a result of a laboratory stands, or that it is marked; `flagged` where the laboratory said a word of it.
fn of_a_laboratory(placed: Option<Placed>, flagged: bool, marked: bool) -> Option<&'static str> {
    match placed.map(|placed| placed.standing) {
        Some(Standing::Above) => Some(RESULT_HIGH),
        Some(Standing::Below) => Some(RESULT_LOW),
        Some(Standing::Within) if flagged => Some(RESULT_USUAL),
        Some(Standing::Within) => Some(RESULT_WITHIN),
        None => Some(RESULT_MARKED).filter(|_| marked),
    }
}

/// The same of what was measured or asked on a visit.
fn of_a_visit(placed: Option<Placed>, marked: bool) -> Option<&'static str> {
    match placed.map(|placed| (placed.by, placed.standing)) {
        Some((By::Range, Standing::Above)) => Some(VISIT_ABOVE),
        Some((By::Range, Standing::Below)) => Some(VISIT_BELOW),
        Some((By::Range, Standing::Within)) => Some(VISIT_WITHIN),
        Some((By::Word, Standing::Above)) => Some(VISIT_HIGH),
        Some((By::Word, Standing::Below)) => Some(VISIT_LOW),
        Some((By::Word, Standing::Within)) => Some(VISIT_USUAL),
        None => Some(VISIT_MARKED).filter(|_| marked),
    }
}

/// What results over time come to, the newest first: the newest, where it stands, and the one before. `None` where the newest is words
/// among numbers, which the usual words tell apart.
pub(crate) fn trend(results: &[Told]) -> Option<String> {
    let newest = results.first()?;
    if !newest.is_number && results.iter().any(|told| told.is_number) {
        return None;
    }
    let dated = |told: &Told| match &told.day {
        Some(day) => format!("{}, on {day}", told.amount),
        None => told.amount.clone(),
    };
    let marked = newest.word.as_deref().map(flag_tag).is_some_and(|(_, kind)| kind == TagKind::Attention);
    let known = match newest.of_a_visit {
        true => of_a_visit(newest.placed, marked),
        false => of_a_laboratory(newest.placed, newest.word.is_some(), marked),
    };
    let stands = match (known, newest.against, &newest.word) {
        (Some(known), ..) => known.to_owned(),
        (None, Some(_), _) => RESULT_UNSURE.to_owned(),
        (None, None, Some(word)) => format!("It is marked \u{201c}{word}\u{201d}."),
        (None, None, None) => RESULT_UNKNOWN.to_owned(),
    };
    let early = if newest.early { " It may change." } else { "" };
    Some(match results.iter().skip(1).find(|told| told.is_number == newest.is_number) {
        Some(before) => format!("The newest is {}. {stands}{early} The one before was {}.", dated(newest), dated(before)),
        None => format!("There is 1 result: {}. {stands}{early}", dated(newest)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reading_age::ease;
    use domain::record::Range;

    #[test]
    fn results_over_time_are_said_in_easy_words() {
        let told = |amount: &str, standing: Option<Standing>| Told {
            amount: amount.to_owned(),
            day: Some("3 May 2026".to_owned()),
            placed: standing.map(|standing| Placed { standing, by: By::Range }),
            against: None,
            beyond: None,
            range: None,
            word: None,
            early: false,
            is_number: true,
            of_a_visit: false,
        };
        let said = |results: &[Told]| trend(results).unwrap();
        assert_eq!(
            said(&[told("6.1 mmol/L", Some(Standing::Above)), told("5 mmol/L", None)]),
            format!("The newest is 6.1 mmol/L, on 3 May 2026. {RESULT_HIGH} The one before was 5 mmol/L, on 3 May 2026.")
        );
        let pressure = |amount: &str| Told { is_number: false, of_a_visit: true, ..told(amount, None) };
        assert_eq!(
            said(&[pressure("152/91 mmHg"), pressure("138/84 mmHg")]),
            format!("The newest is 152/91 mmHg, on 3 May 2026. {RESULT_UNKNOWN} The one before was 138/84 mmHg, on 3 May 2026.")
        );
        let early = Told { early: true, ..told("5 mmol/L", None) };
        assert_eq!(said(&[early]), format!("There is 1 result: 5 mmol/L, on 3 May 2026. {RESULT_UNKNOWN} It may change."));
        let called = |word: &str, against: Option<Standing>| Told { word: Some(word.to_owned()), against, ..told("5", None) };
        assert!(said(&[called("Normal", Some(Standing::Below))]).contains(RESULT_UNSURE));
        assert!(said(&[called("Negative", None)]).contains("It is marked \u{201c}Negative\u{201d}."));
        assert!(said(&[called("Abnormal", None)]).contains(RESULT_MARKED));
        // Words among numbers are told apart by the usual words.
        assert_eq!(trend(&[Told { is_number: false, ..told("Haemolysed", None) }, told("5", None)]), None);
        assert_eq!(trend(&[]), None);
    }

    /// Easy read asks for short words in short sentences (Department of Health, "Making written information easier to understand
    /// for people with learning disabilities", 2010).
    #[test]
    fn easy_words_are_easy() {
        let texts = [
            HOME,
            HOME_OF_ANOTHER,
            MY_RECORD,
            MY_MEDICINES,
            MY_APPOINTMENTS,
            MY_HEALTH,
            HEALTH_OF_ANOTHER,
            FIND,
            READING,
            CHECK,
            LOOKED,
            COPY,
            RECORD,
            MEDICINES,
            ASK_ABOUT_MEDICINES,
            APPOINTMENTS,
            CANNOT_GO,
            MEDICINE,
            LETTER,
            on_the_day(Mode::InPerson),
            on_the_day(Mode::Phone),
            on_the_day(Mode::Video),
            RESULT,
            RESULT_TO_COME,
            NOT_BACK,
            ORDERED,
            RESULT_HIGH,
            RESULT_LOW,
            RESULT_USUAL,
            RESULT_WITHIN,
            RESULT_MARKED,
            RESULT_UNSURE,
            RESULT_UNKNOWN,
            RESULT_ASK,
            VISIT_ABOVE,
            VISIT_BELOW,
            VISIT_WITHIN,
            VISIT_HIGH,
            VISIT_LOW,
            VISIT_USUAL,
            VISIT_MARKED,
        ];
        let texts = texts.into_iter().map(str::to_owned);
        let categories = Category::ALL.iter().flat_map(|one| [false, true].map(|another| category(*one, another).to_owned()));
        let lists = Category::ALL.iter().flat_map(|one| [false, true].map(|newest| list(*one, newest)));
        for text in texts.chain(categories).chain(lists) {
            // Short texts swing: of one of a few words the sentences alone are looked at.
            let ease = ease(&text, &["medicine", "doctor", "appointment", "pharmacy", "picture", "record", "person", "question"])
                .unwrap();
            assert!(ease.sentence <= 10.0, "{text}: {} words in a sentence", ease.sentence);
            assert!(text.split_whitespace().count() < 8 || ease.age() <= 9.0, "{text}: {} years", ease.age());
        }
    }

    fn said(text: &str, range: Option<(&str, &str)>, flag: Option<&str>) -> Vec<&'static str> {
        said_of(text, range, flag, false)
    }

    fn said_of(text: &str, range: Option<(&str, &str)>, flag: Option<&str>, visit: bool) -> Vec<&'static str> {
        let end = |text: &str| Some(text.to_owned());
        let value = Value {
            text: text.to_owned(),
            number: None,
            unit: None,
            range: range.map(|(low, high)| Range { low: end(low), high: end(high), text: None }),
            interpretation: flag.map(ToOwned::to_owned),
        };
        result(Some(RESULT).filter(|_| !visit), Some(&value), flag, visit)
    }

    #[test]
    fn of_what_was_measured_on_a_visit_no_laboratory_is_named() {
        for (text, range, flag, says) in [
            ("9", Some(("3", "5")), None, vec![VISIT_ABOVE]),
            ("9", Some(("3", "5")), Some("Abnormal"), vec![VISIT_ABOVE]),
            ("2", Some(("3", "5")), Some("Low"), vec![VISIT_BELOW]),
            ("4", Some(("3", "5")), None, vec![VISIT_WITHIN, RESULT_ASK]),
            ("4", Some(("3", "5")), Some("Normal"), vec![VISIT_WITHIN, RESULT_ASK]),
            ("9", None, Some("High"), vec![VISIT_HIGH]),
            ("9", None, Some("L"), vec![VISIT_LOW]),
            ("9", None, Some("Normal"), vec![VISIT_USUAL, RESULT_ASK]),
            ("9", None, Some("Abnormal"), vec![VISIT_MARKED]),
            ("4", Some(("3", "5")), Some("High"), vec![VISIT_MARKED]),
            ("9", Some(("3", "5")), Some("Normal"), vec![RESULT_UNSURE]),
            ("9", None, Some("Negative"), vec![RESULT_ASK]),
            ("9", None, None, vec![RESULT_ASK]),
        ] {
            let said = said_of(text, range, flag, true);
            assert_eq!(said, says, "{text} {range:?} {flag:?}");
            assert!(said.iter().all(|words| !words.contains("lab")), "{said:?}");
        }
    }

    #[test]
    fn a_result_is_said_by_where_it_stands_and_never_by_letters_in_a_word() {
        for flag in ["High", "Very high", "H", "HH", "HX"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_HIGH], "{flag}");
        }
        for flag in ["Low", "Very low", "L", "LL", "Below the range that can be measured"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_LOW], "{flag}");
        }
        for flag in ["Normal", "N"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_USUAL, RESULT_ASK], "{flag}");
        }
        for flag in ["Abnormal", "Very abnormal"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_MARKED], "{flag}");
        }
        // Words that hold "high" or "low" and say something else, and an H in a word.
        for flag in ["Not high", "Highly sensitive method", "Follow up", "Slowly rising", "Haemolysed", "Negative", "n"] {
            assert_eq!(said("9", None, Some(flag)), [RESULT, RESULT_ASK], "{flag}");
        }
        // By the range alone, and where the word and the range do not agree.
        assert_eq!(said("9", Some(("3", "5")), None), [RESULT, RESULT_HIGH]);
        assert_eq!(said("2", Some(("3", "5")), None), [RESULT, RESULT_LOW]);
        assert_eq!(said("4", Some(("3", "5")), None), [RESULT, RESULT_WITHIN, RESULT_ASK]);
        assert_eq!(said("4", Some(("3", "5")), Some("Normal")), [RESULT, RESULT_USUAL, RESULT_ASK]);
        assert_eq!(said("9", Some(("3", "5")), Some("N")), [RESULT, RESULT_UNSURE]);
        assert_eq!(said("4", Some(("3", "5")), Some("High")), [RESULT, RESULT_MARKED]);
        assert_eq!(said("9", Some(("3", "5")), Some("Abnormal")), [RESULT, RESULT_HIGH]);
        assert_eq!(result(Some(RESULT_TO_COME), None, None, false), [RESULT_TO_COME, RESULT_ASK]);
        assert_eq!(result(None, None, None, false), [RESULT_ASK]);
    }

    #[test]
    fn an_order_and_what_was_asked_on_a_visit_are_no_result_of_a_test() {
        for (kind, status, answered, is) in [
            ("Test result", None, false, Some(RESULT)),
            ("Lab report", Some("partial"), false, Some(RESULT)),
            ("Lab report", Some("registered"), false, Some(RESULT_TO_COME)),
            ("Test result", Some("registered"), false, Some(RESULT_TO_COME)),
            (ORDER, Some("active"), false, Some(RESULT_TO_COME)),
            (ORDER, Some("on-hold"), false, Some(RESULT_TO_COME)),
            (ORDER, Some("active"), true, Some(ORDERED)),
            (ORDER, Some("completed"), false, Some(ORDERED)),
            (ORDER, None, false, Some(ORDERED)),
            (ORDER, Some("revoked"), false, None),
            (ORDER, Some("cancelled"), true, None),
            ("Test suggested", Some("active"), false, None),
            ("Test result", Some("cancelled"), false, None),
            ("Lifestyle", Some("final"), false, None),
            ("Questionnaire", None, false, None),
        ] {
            assert_eq!(kind_of_result(kind, status, answered), is, "{kind} {status:?} {answered}");
        }
    }
}
