use super::*;
use chrono::{TimeZone, Utc};
use domain::PersonId;
use lopdf::{Dictionary, Document, Object};
use proptest::prelude::*;

fn letter_to(name: &str) -> Letter {
    Letter {
        person: PersonId::from_uuid(uuid::Uuid::nil()),
        name: name.to_owned(),
        nhs_number: "999 000 0018".to_owned(),
        code: "ABCDE-FGHJK".to_owned(),
        expires_at: Utc.with_ymd_and_hms(2026, 11, 3, 10, 40, 0).unwrap(),
        organisation: "Riverside Surgery".to_owned(),
        address: "https://records.example.nhs.uk".to_owned(),
    }
}

fn read(letter: &Letter) -> Document {
    Document::load_mem(&super::letter(letter).unwrap()).unwrap()
}

fn text(document: &Document) -> String {
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&pages).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value, looked up where it is only pointed at.
fn value<'a>(document: &'a Document, of: &'a Dictionary, key: &[u8]) -> &'a Object {
    document.dereference(of.get(key).unwrap()).unwrap().1
}

/// What is what under an element of the structure tree, in reading order: "H1", "L(LI(Lbl LBody))".
fn structure(document: &Document, element: &Dictionary) -> String {
    let Ok(kids) = element.get(b"K") else { return String::new() };
    let kids = match document.dereference(kids).unwrap().1 {
        Object::Array(kids) => kids.clone(),
        one => vec![one.clone()],
    };
    let told = kids.iter().filter_map(|kid| {
        let kid = document.dereference(kid).unwrap().1.as_dict().ok()?;
        let kind = String::from_utf8_lossy(kid.get(b"S").ok()?.as_name().unwrap()).into_owned();
        let within = structure(document, kid);
        Some(if within.is_empty() { kind } else { format!("{kind}({within})") })
    });
    told.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_letter_says_that_it_is_tagged_in_what_language_and_what_it_is_called() {
    let document = read(&letter_to("Sam Rivers"));
    let catalog = document.catalog().unwrap();
    assert_eq!(value(&document, catalog, b"Lang").as_str().unwrap(), b"en-GB");
    let marks = value(&document, catalog, b"MarkInfo").as_dict().unwrap();
    assert!(marks.get(b"Marked").unwrap().as_bool().unwrap());
    let view = value(&document, catalog, b"ViewerPreferences").as_dict().unwrap();
    assert!(view.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    let about = value(&document, catalog, b"Metadata").as_stream().unwrap();
    let about = String::from_utf8_lossy(&about.content).into_owned();
    assert!(about.contains("<pdfuaid:part>1</pdfuaid:part>") && about.contains(words::TITLE), "{about}");
    assert!(!about.contains("Rivers") && !about.contains("FGHJK"), "{about}");
}

#[test]
fn what_is_what_is_tagged_in_the_order_in_which_it_is_read() {
    let document = read(&letter_to("Sam Rivers"));
    let root = value(&document, document.catalog().unwrap(), b"StructTreeRoot").as_dict().unwrap();
    assert_eq!(
        structure(&document, root),
        "Document(P H1 P P L(LI(Lbl LBody) LI(Lbl LBody)) Table(TR(TH TD) TR(TH TD) TR(TH TD)) P P)"
    );
}

#[test]
fn the_letter_is_one_page_of_text_that_can_be_copied() {
    let document = read(&letter_to("Sam Rivers"));
    assert_eq!(document.get_pages().len(), 1);
    let said = text(&document);
    for words in [
        "Riverside Surgery",
        words::TITLE,
        "Dear Sam Rivers,",
        words::CHECKED,
        "Go to https://records.example.nhs.uk/register and set up your account.",
        words::TYPE_IN,
        "999 000 0018",
        "ABCDE-FGHJK",
        "Tuesday 3 November 2026, 10:40am",
        words::SECRET,
        words::HELP,
    ] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
    assert!(!said.contains(LEFT_OUT), "{said}");
}

#[test]
fn a_name_from_right_to_left_is_told_as_it_is_read() {
    let document = read(&letter_to("فاطمة الزهراء"));
    assert!(!text(&document).contains(LEFT_OUT));
    let root = value(&document, document.catalog().unwrap(), b"StructTreeRoot").as_dict().unwrap();
    assert!(structure(&document, root).starts_with("Document(P H1 P(Span) P L("));
    let told: Vec<String> = document
        .objects
        .values()
        .filter_map(|object| lopdf::decode_text_string(object.as_dict().ok()?.get(b"ActualText").ok()?).ok())
        .collect();
    assert_eq!(told, vec!["فاطمة الزهراء"]);
}

#[test]
fn what_of_a_name_cannot_be_printed_is_left_out_and_said() {
    let said = text(&read(&letter_to("李小龙 Lee")));
    assert!(said.contains("Dear Lee,") && said.contains(LEFT_OUT), "{said}");
    let said = text(&read(&letter_to("李小龙")));
    assert!(said.contains("Hello,") && said.contains(LEFT_OUT), "{said}");
    let fox = Letter { organisation: "🦊 Surgery".to_owned(), ..letter_to("Sam Rivers") };
    let said = text(&read(&fox));
    assert!(said.starts_with("Surgery") && said.contains("Dear Sam Rivers,") && said.contains(LEFT_OUT), "{said}");
}

#[test]
fn long_names_are_broken_and_never_cut() {
    let whole = "Wolfeschlegelsteinhausenbergerdorff".repeat(20);
    let document = read(&letter_to(&whole));
    assert!(text(&document).replace(' ', "").contains(&whole));
    let many = "Maria ".repeat(1500);
    let document = read(&letter_to(&many));
    assert!(document.get_pages().len() > 1);
    let said = text(&document);
    assert_eq!(said.matches("Maria").count(), 1500);
    assert!(said.contains("ABCDE-FGHJK") && said.contains(words::HELP));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_stands_in_a_record_there_is_a_letter(name in any::<String>(), organisation in "\\PC{0,40}") {
        let document = read(&Letter { organisation, ..letter_to(&name) });
        prop_assert!(text(&document).contains("ABCDE-FGHJK"));
    }

    #[test]
    fn names_of_mixed_scripts_and_directions_make_a_letter(
        name in "[a-zA-Z\u{300}-\u{36f}α-ωа-я\u{590}-\u{6ff}\u{200c}\u{200d}\u{900}-\u{97f}😀-🦊 0-9.,()'-]{0,60}"
    ) {
        let document = read(&letter_to(&name));
        prop_assert!(text(&document).contains("ABCDE-FGHJK"));
    }
}
