use super::*;
use crate::summary::{Fact, in_own_words, parts, recorded};
use crate::whose::Whose;
use chrono::{DateTime, Utc};
use domain::profile::{Contact, PhoneNumber};
use domain::record::{Category, Detail, Sensitivity};
use domain::wish::Wish;
use domain::{EntryId, PersonId, When};
use lopdf::Document;
use proptest::prelude::*;
use service::{EntryLine, NotedBy, OwnContacts, SummaryPart, SummarySeen, WishSeen};
use std::collections::BTreeMap;

fn sam() -> PersonSummary {
    PersonSummary {
        id: PersonId::from_uuid(uuid::Uuid::nil()),
        display_name: "Sam Rivers".to_owned(),
        nhs_number: "999 000 0018".parse().ok(),
        birth_date: None,
        age: None,
        gender: None,
        deceased: false,
    }
}

fn part(facts: &[(&str, &str)], note: Option<&str>) -> Part {
    let fact = |(name, text): &(&str, &str)| Fact { name: (*name).to_owned(), text: (*text).to_owned(), href: None };
    Part::new("Medicines now", facts.iter().map(fact).collect(), note.map(str::to_owned), "Medicines")
}

/// So many facts of one part, with words as long as they usually are.
fn many(title: &'static str, under: &'static str, count: usize, (name, text): (&str, &str)) -> Part {
    let fact = |at: usize| Fact { name: format!("{name} {at}"), text: text.to_owned(), href: None };
    Part::new(title, (1..=count).map(fact).collect(), None, under)
}

/// A record with so many of each part.
fn record(count: usize) -> Vec<Part> {
    let reaction = "Hives, severe. Swollen lips. High risk of a serious reaction. Since 2 April 2011, Riverside Surgery";
    vec![
        many("Allergies and bad reactions", "Allergies", count, ("Penicillin", reaction)),
        many("Medicines now", "Medicines", count, ("Ramipril 10 mg capsules", "Take one capsule once a day, in the morning")),
        many("Health problems now", "Health problems", count, ("Hypertension", "Since 4 March 2019, Riverside Surgery"))
            .running(),
        many("People to tell", "People and places", count.min(3), ("Anita Sharma-Wells, Daughter, 07700 900123", "")).running(),
        many("Care plans and wishes", "Care plans", count, ("Diabetes care plan", "Since 4 March 2019, Riverside Surgery"))
            .running()
            .may_be_cut(),
        many("Vaccinations", "Vaccinations", count, ("Influenza vaccine", "1 October 2026, Riverside Surgery"))
            .running()
            .may_be_cut(),
    ]
}

fn read(parts: &[Part]) -> (usize, String) {
    read_in(Print::Usual, parts)
}

fn read_in(print: Print, parts: &[Part]) -> (usize, String) {
    let document = Document::load_mem(&summary(&sam(), ("3 November 2026", None), parts, print).unwrap()).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = document.extract_text(&pages).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    (pages.len(), text)
}

#[test]
fn the_sheet_says_whose_it_is_and_what_there_is() {
    let (pages, text) =
        read(&[part(&[("Ramipril", "One a day")], None), part(&[], Some("The record says: “No known allergies”."))]);
    assert_eq!(pages, 1);
    for words in [
        "Health record summary",
        "Sam Rivers. NHS number 999 000 0018",
        "As on 3 November 2026",
        "Ramipril",
        "One a day",
        "The record says: “No known allergies”.",
        "Page 1 of 1",
    ] {
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
    assert!(!text.contains("cannot be printed"), "{text}");
}

#[test]
fn sheets_that_come_apart_can_be_told_and_no_heading_stands_alone() {
    let many: Vec<(&str, &str)> = (0..19).map(|_| ("Ramipril", "One a day")).collect();
    let parts: Vec<Part> = (0..9).map(|_| part(&many, None)).collect();
    let (pages, text) = read(&parts);
    assert!(pages > 2, "{pages}");
    assert_eq!(text.matches("Ramipril").count(), 19 * 9);
    for page in 1..=pages {
        assert!(text.contains(&format!("Sam Rivers. NHS number 999 000 0018. Page {page} of {pages}")), "{page}: {text}");
    }
    assert!(!text.contains("Medicines now Sam Rivers"), "{text}");
}

#[test]
fn in_large_print_all_of_it_is_there_and_every_sheet_still_says_whose_it_is() {
    let many: Vec<(&str, &str)> = (0..9).map(|_| ("Ramipril", "One a day")).collect();
    let mut before = read(&[part(&many, None)]).0;
    for print in Print::LARGE {
        let (pages, text) = read_in(print, &[part(&many, None)]);
        assert!(pages >= before, "{print:?}: {pages} and {before}");
        assert_eq!((text.matches("Ramipril").count(), text.matches("One a day").count()), (9, 9), "{print:?}: {text}");
        for page in 1..=pages {
            assert!(text.contains(&format!("Page {page} of {pages}")), "{print:?} {page}: {text}");
        }
        assert_eq!(text.matches("999 000 0018").count(), pages + 1, "{print:?}: {text}");
        assert_eq!(Print::from_code(print.code()), Some(print));
        before = pages;
    }
    assert!(before > 1 && Print::from_code("").is_none() && Print::from_code("12").is_none());
}

#[test]
fn a_usual_record_stands_whole_on_one_sheet_with_a_title_a_language_and_tags() {
    for count in [1, 4, 10] {
        let (pages, text) = read(&record(count));
        assert_eq!(pages, 1, "{count} of each");
        for name in ["Penicillin", "Ramipril 10 mg capsules", "Hypertension", "Diabetes care plan", "Influenza vaccine"] {
            assert!(text.contains(&format!("{name} {count}")), "{name} {count} is not in {text}");
        }
        assert!(!text.contains("on this page"), "nothing is left out");
    }
    let document = Document::load_mem(&summary(&sam(), ("3 November 2026", None), &record(10), Print::Usual).unwrap()).unwrap();
    let catalog = document.catalog().unwrap();
    let (_, language) = document.dereference(catalog.get(b"Lang").unwrap()).unwrap();
    assert_eq!(language.as_str().unwrap(), b"en-GB");
    assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"MarkInfo"));
}

#[test]
fn what_the_person_takes_of_their_own_accord_leaves_a_usual_record_on_one_sheet() {
    let mut added =
        many("Medicines the person takes of their own accord", "Medicines", 2, ("Ibuprofen 200 mg tablets", "One at night"));
    added.note = Some("The person added this, or somebody for them. No service has checked it.".to_owned());
    let mut parts = record(4);
    parts.insert(2, added);
    let (pages, text) = read(&parts);
    assert_eq!((pages, text.matches("Ibuprofen").count()), (1, 2), "{text}");
}

#[test]
fn each_fact_has_a_line_of_its_own_where_there_is_room_and_a_sentence_has_one_end() {
    let (pages, text) = read(&record(2));
    assert_eq!(pages, 1);
    assert!(text.contains("Hypertension 2") && !text.contains(';'), "{text}");
    let (_, text) = read(&[part(&[("Contact by letter.", "Said here"), ("Ramipril", "One a day")], None)]);
    let close = text.replace(' ', "");
    assert!(close.contains("letter.Saidhere") && close.contains("Ramipril:Oneaday"), "{text}");
}

#[test]
fn the_sheet_speaks_of_the_person_and_not_to_them_where_nobody_is_named() {
    let parts = parts(&nothing(), &Whose::open(None));
    let notes: Vec<&str> =
        parts.iter().filter(|part| part.title == "People to tell").filter_map(|part| part.note.as_deref()).collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].starts_with("The record names nobody.") && !notes[0].to_lowercase().contains("you"), "{notes:?}");
}

#[test]
fn a_very_long_record_keeps_every_allergy_medicine_and_problem() {
    let (pages, text) = read(&record(200));
    assert!(pages > 1, "{pages}");
    for name in ["Penicillin", "Ramipril 10 mg capsules", "Hypertension"] {
        assert_eq!(text.matches(name).count(), 200, "{name}");
    }
}

/// A record in which nothing is.
fn nothing() -> SummarySeen {
    let none = || Some(SummaryPart::default());
    SummarySeen {
        whose: sam(),
        allergies: none(),
        reactions: BTreeMap::new(),
        medicines: Some((Vec::new(), Vec::new())),
        problems: none(),
        immunisations: none(),
        wishes: None,
        care: none(),
        contacts: Some(Vec::new()),
        own_contacts: None,
        services: Vec::new(),
        fuller: None,
        choice: None,
        asked: Vec::new(),
        needs: String::new(),
        out_of_date: Vec::new(),
    }
}

#[test]
fn allergies_that_are_not_open_to_the_reader_do_not_look_like_none() {
    let parts = parts(&SummarySeen { allergies: None, ..nothing() }, &Whose::open(Some("Sam Rivers".to_owned())));
    let note = Some("Nothing to see here. That does not mean that there is none.");
    assert_eq!((parts[0].title, parts[0].facts.len(), parts[0].note.as_deref()), ("Allergies and bad reactions", 0, note));
    let (_, text) = read(&parts);
    assert!(text.contains("Allergies and bad reactions") && text.contains("Nothing to see here."), "{text}");
}

#[test]
fn what_has_no_date_of_its_own_says_when_it_was_written_down() {
    let allergy = |number: u128| EntryLine {
        id: EntryId::from_uuid(uuid::Uuid::from_u128(number)),
        category: Category::Allergy,
        kind: "Allergy".to_owned(),
        title: format!("Penicillin {number}"),
        happened: None,
        recorded: (number == 1).then(|| When::parse("2012-10-25").unwrap()),
        value: None,
        flag: None,
        status: None,
        place: None,
        author: None,
        none_known: false,
        sensitivity: Sensitivity::General,
        sent_by: "Riverside Surgery".to_owned(),
    };
    let lines = vec![allergy(1), allergy(2)];
    let allergies = Some(SummaryPart { lines, ..SummaryPart::default() });
    let parts = parts(&SummarySeen { allergies, ..nothing() }, &Whose::open(None));
    let said: Vec<&str> = parts[0].facts.iter().map(|fact| fact.text.as_str()).collect();
    assert_eq!(said, ["Recorded 25 October 2012", "No date given"]);
}

#[test]
fn plans_without_a_wish_say_that_none_is_recorded() {
    let plan = EntryLine {
        id: EntryId::from_uuid(uuid::Uuid::nil()),
        category: Category::Care,
        kind: "Care plan".to_owned(),
        title: "Diabetes care plan".to_owned(),
        happened: When::parse("2019-03-04").ok(),
        recorded: None,
        value: None,
        flag: None,
        status: None,
        place: None,
        author: None,
        none_known: false,
        sensitivity: Sensitivity::General,
        sent_by: "Riverside Surgery".to_owned(),
    };
    let noted = |wishes: Option<Vec<WishSeen>>| {
        let care = Some(SummaryPart { lines: vec![plan.clone()], ..SummaryPart::default() });
        let parts = parts(&SummarySeen { care, wishes, ..nothing() }, &Whose::open(None));
        parts.into_iter().find(|part| part.title == "Care plans and wishes").and_then(|part| part.note)
    };
    assert!(
        noted(Some(Vec::new())).is_some_and(|note| note.starts_with("No wish or decision about treatment is recorded here."))
    );
    assert_eq!(noted(None), None);
}

fn details(said: &[(&str, &str)]) -> Vec<Detail> {
    said.iter().map(|(label, value)| Detail { label: (*label).to_owned(), value: (*value).to_owned() }).collect()
}

/// The summary of somebody with one advance statement of which this was recorded.
fn with_a_statement(said: &[(&str, &str)]) -> Vec<Part> {
    let line = EntryLine {
        id: EntryId::from_uuid(uuid::Uuid::nil()),
        category: Category::Care,
        kind: Wish::Statement.code().to_owned(),
        title: Wish::Statement.title().to_owned(),
        happened: When::parse("2026-11-05").ok(),
        recorded: None,
        value: None,
        flag: None,
        status: None,
        place: None,
        author: Some("Dr Amara Larkspur".to_owned()),
        none_known: false,
        sensitivity: Sensitivity::General,
        sent_by: "Riverside Surgery".to_owned(),
    };
    let wish = WishSeen { wish: Wish::Statement, line, review: None, review_passed: false, said: details(said) };
    parts(&SummarySeen { wishes: Some(vec![wish]), ..nothing() }, &Whose::open(None))
}

#[test]
fn the_sheet_has_the_words_of_a_wish_and_says_where_the_rest_of_long_ones_is() {
    let close = |text: &str| text.replace(' ', "");
    let words = "If I am very ill I would like to be looked after at home. Please ask my son what I would want";
    let (pages, text) = read(&with_a_statement(&[("As it was recorded", words)]));
    let expected = format!("Advance statement: \u{201c}{words}\u{201d}. 5 November 2026, Dr Amara Larkspur");
    assert!(pages == 1 && close(&text).contains(&close(&expected)) && !close(&text).contains("Therest"), "{text}");

    let long = format!("{}unless it is summer", "Please bring my cat to me. ".repeat(40));
    for print in [Print::Usual, Print::Large28] {
        let (pages, text) = read_in(print, &with_a_statement(&[("As it was recorded", &long)]));
        let text = close(&text);
        assert!(pages == 1 || print != Print::Usual, "{pages}");
        assert!(text.contains("Pleasebringmycattome.Please") && !text.contains("summer"), "{text}");
    }
    let (_, text) = read(&with_a_statement(&[("As it was recorded", &long)]));
    let rest = "The rest is in the record, under \u{201c}Care plans\u{201d}. 5 November 2026, Dr Amara Larkspur";
    assert!(close(&text).contains(&close(rest)), "{text}");
}

#[test]
fn what_was_recorded_of_a_wish_is_its_words_first_and_then_the_rest_of_it() {
    let said = |said: &[(&str, &str)]| recorded(&details(said));
    assert_eq!(said(&[]), None);
    assert_eq!(said(&[("File", "A PDF of 2 pages"), ("As it was recorded", " ")]), None);
    let more = said(&[("Goals", "See my cat.\nBe at home."), ("What it says", "No ventilation."), ("File", "A PDF")]);
    assert_eq!(more.as_deref(), Some("\u{201c}No ventilation\u{201d}. Goals: See my cat. Be at home"));
    let (fits, long) = ("Keep ".repeat(80), "Keep ".repeat(81));
    let whole = said(&[("What it says", &fits)]).unwrap();
    assert!(whole.matches("Keep").count() == 80 && !whole.contains("The rest is"), "{whole}");
    let cut = said(&[("What it says", &long), ("Goals", "Be at home")]).unwrap();
    assert_eq!(cut.matches("Keep").count(), 80);
    assert!(cut.ends_with("Keep \u{2026}\u{201d}. The rest is in the record, under \u{201c}Care plans\u{201d}"), "{cut}");
}

#[test]
fn care_plans_and_vaccinations_alone_are_cut_and_nobody_to_tell_is_missing() {
    let seen = nothing();
    let parts = parts(&seen, &Whose::open(None));
    let cut: Vec<&str> = parts.iter().filter(|part| part.may_be_cut).map(|part| part.title).collect();
    assert_eq!(cut, ["Care plans and wishes", "Vaccinations"]);

    let (pages, text) = read(&[
        many("People to tell", "People and places", 8, ("Anita Sharma-Wells", "Daughter")).running(),
        many("Vaccinations", "Vaccinations", 200, ("Influenza vaccine", "1 October 2026, Riverside Surgery"))
            .running()
            .may_be_cut(),
        many("Who looks after the person", "People and places", 8, ("Riverside Surgery", "Practice")).running(),
    ]);
    assert_eq!((pages, text.matches("Daughter").count(), text.matches("Practice").count()), (1, 8, 8), "{text}");
    assert!(text.contains("195 more are not on this page. They are in the record, under “Vaccinations”."), "{text}");
}

#[test]
fn a_long_name_below_the_sheet_takes_no_room_that_was_counted_on() {
    let sam = PersonSummary { display_name: "Sam Rivers ".repeat(50).trim().to_owned(), ..sam() };
    let pages = |count: usize| {
        let parts = [part(&vec![("Ramipril", "One a day"); count], None)];
        let sheet = summary(&sam, ("3 November 2026", None), &parts, Print::Usual).unwrap();
        Document::load_mem(&sheet).unwrap().get_pages().len()
    };
    let all: Vec<usize> = (30..=65).map(pages).collect();
    assert!(all.is_sorted() && all.first() == Some(&1) && all.last() == Some(&2), "more takes never fewer sheets: {all:?}");
}

#[test]
fn what_is_left_out_is_counted_with_where_it_is() {
    let mut part = part(&[("Flu vaccine", "1 October 2026")], None);
    (part.left_out, part.under) = (3, "Vaccinations");
    let (_, text) = read(&[part]);
    assert!(text.contains("3 more are not on this page. They are in the record, under “Vaccinations”."), "{text}");
    assert_eq!(left_out(0, "Vaccinations"), None);
}

#[test]
fn a_name_of_which_a_part_cannot_be_printed_is_marked() {
    let (_, text) = read(&[part(&[("Ramipril 漢方", "One a day")], None)]);
    assert!(text.contains("Ramipril (not all of") && text.contains("it: see the screen)") && text.contains(LEFT_OUT), "{text}");
}

#[test]
fn whoever_is_not_the_person_reads_that_it_may_not_be_all() {
    let words = "You may not see all of this record.";
    let sheet = summary(&sam(), ("3 November 2026", Some(words)), &[part(&[], None)], Print::Usual).unwrap();
    let document = Document::load_mem(&sheet).unwrap();
    let text = document.extract_text(&[1]).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(words), "{text}");
}

#[test]
fn the_words_of_the_person_are_marked_as_theirs_on_paper_too() {
    let own = OwnContacts {
        people: vec![Contact {
            name: "Ann Stone".to_owned(),
            relation: "sister".to_owned(),
            phone: PhoneNumber::parse("01632 960001").unwrap(),
            next_of_kin: true,
        }],
        by: NotedBy::Carer,
        at: DateTime::<Utc>::UNIX_EPOCH,
    };
    let said = |by, name: Option<&str>| {
        let part = in_own_words(&OwnContacts { by, ..own.clone() }, &Whose::open(name.map(str::to_owned)));
        read(&[part]).1
    };
    let text = said(NotedBy::You, None);
    for words in [
        "own words",
        "Ann Stone",
        "Next of kin: tell them first. Sister, 01632 960001",
        "The person wrote this themself, last on 1 January 1970. No service has checked it.",
    ] {
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
    for (by, name) in [(NotedBy::Carer, None), (NotedBy::You, Some("Sam Rivers"))] {
        let text = said(by, name);
        assert!(text.contains("Somebody who acts for the person wrote this") && !text.contains("own words"), "{text}");
    }
    assert!(said(NotedBy::Person, Some("Sam Rivers")).contains("The person wrote this themself"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_a_record_holds_comes_out(name in any::<String>(), text in "\\PC{0,200}") {
        let (pages, _) = read(&[part(&[(&name, &text)], Some("The record says: “No known allergies”."))]);
        prop_assert!(pages >= 1);
    }

    #[test]
    fn of_a_wish_no_more_than_a_few_lines_stand_there_and_never_without_a_word(words in "[a-z .]{0,900}") {
        let length = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().count();
        let shown = recorded(&details(&[("As it was recorded", &words)])).unwrap_or_default();
        prop_assert_eq!(shown.contains("The rest is in the record"), length > 400);
        prop_assert!(shown.chars().count() < 500);
    }
}
