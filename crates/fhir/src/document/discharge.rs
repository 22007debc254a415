//! Discharge summaries by their standard headings, what changed of the medicines, and what the person must do first.
//!
//! Headings: Professional Record Standards Body, eDischarge Summary Standard, after the Academy of Medical Royal Colleges' "Standards
//! for the clinical structure and content of patient records" (2013); their SNOMED CT codes as NHS Digital's ITK3 eDischarge message
//! (Transfer of Care) uses them; the LOINC codes of sections as HL7's C-CDA does. Medicines that were started, stopped or changed,
//! and why, are what the same standard asks for by name, and what NICE NG5 (Medicines optimisation, 1.2) asks to be told.
//!
//! What is picked out is picked out of the letter's own words, never worded anew, and only where the letter says plainly that it
//! changed. The letter itself follows whole.

use super::block::{Block, Table, words};
use super::{Section, cda};
use serde::Serialize;

/// A standard heading, in the order in which a discharge summary is shown to the person it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Heading {
    /// What the person was told, and is to do.
    Information,
    /// What happens next, and who does it.
    Plan,
    /// Medicines and medical devices.
    Medicines,
    /// What the person had.
    Diagnoses,
    /// What was done.
    Procedures,
    /// What happened, in words.
    Summary,
    /// Results of tests.
    Investigations,
    /// Allergies and adverse reactions.
    Allergies,
    /// Safety alerts.
    Alerts,
    /// What the person and their carers are worried about, expect and wish.
    Concerns,
    /// Why and how they came in.
    Admission,
    /// When and where to they went.
    Discharge,
    /// What somebody scored on a scale.
    Assessments,
    /// What somebody needs to be treated well.
    Requirements,
    /// How somebody lives.
    Social,
    /// Capacity, decisions in advance, and the like.
    Legal,
    /// Taking part in research.
    Research,
    /// Who they are.
    Patient,
    /// Their practice.
    Practice,
    /// Who sent them.
    Referrer,
    /// Who wrote it.
    Author,
    /// Who gets it.
    Distribution,
}

use Heading::{
    Admission, Alerts, Allergies, Assessments, Author, Concerns, Diagnoses, Discharge, Distribution, Information, Investigations,
    Legal, Medicines, Patient, Plan, Practice, Procedures, Referrer, Requirements, Research, Social, Summary,
};

/// Codes of sections.
const CODES: &[(&str, Heading)] = &[
    ("886781000000108", Admission),
    ("886921000000105", Allergies),
    ("887141000000103", Assessments),
    ("887181000000106", Summary),
    ("887161000000102", Diagnoses),
    ("886811000000106", Discharge),
    ("887261000000109", Distribution),
    ("886711000000101", Practice),
    ("1078911000000106", Requirements),
    ("1052951000000105", Information),
    ("1082101000000102", Investigations),
    ("887191000000108", Investigations),
    ("886961000000102", Legal),
    ("933361000000108", Medicines),
    ("886751000000102", Research),
    ("886731000000109", Patient),
    ("1052941000000107", Concerns),
    ("887231000000104", Author),
    ("887201000000105", Plan),
    ("887171000000109", Procedures),
    ("1052891000000108", Referrer),
    ("886931000000107", Alerts),
    ("887051000000101", Social),
    // LOINC, as C-CDA uses them.
    ("46241-6", Admission),
    ("48765-2", Allergies),
    ("8648-8", Summary),
    ("11535-2", Diagnoses),
    ("10183-2", Medicines),
    ("10160-0", Medicines),
    ("42346-7", Medicines),
    ("30954-2", Investigations),
    ("47519-4", Procedures),
    ("18776-5", Plan),
    ("8653-8", Information),
    ("69730-0", Information),
    ("29762-2", Social),
];

/// Titles of sections, in small letters without what stands at their ends; the longest that a title begins with holds.
const TITLES: &[(&str, Heading)] = &[
    ("actions for patient", Information),
    ("actions for the patient", Information),
    ("patient actions", Information),
    ("information and advice given", Information),
    ("information given to patient", Information),
    ("information given", Information),
    ("advice to patient", Information),
    ("advice given", Information),
    ("instructions", Information),
    ("discharge instructions", Information),
    ("what you need to do", Information),
    ("plan and requested actions", Plan),
    ("actions for gp", Plan),
    ("actions for the gp", Plan),
    ("gp actions", Plan),
    ("actions for hospital", Plan),
    ("actions", Plan),
    ("plan", Plan),
    ("follow up", Plan),
    ("follow-up", Plan),
    ("management plan", Plan),
    ("next steps", Plan),
    ("medications and medical devices", Medicines),
    ("medication", Medicines),
    ("medicines", Medicines),
    ("discharge medic", Medicines),
    ("tto", Medicines),
    ("tta", Medicines),
    ("changes to medic", Medicines),
    ("diagnosis", Diagnoses),
    ("diagnoses", Diagnoses),
    ("primary diagnosis", Diagnoses),
    ("discharge diagnos", Diagnoses),
    ("procedure", Procedures),
    ("operation", Procedures),
    ("clinical summary", Summary),
    ("clinical narrative", Summary),
    ("hospital course", Summary),
    ("summary of admission", Summary),
    ("investigation", Investigations),
    ("results", Investigations),
    ("test results", Investigations),
    ("allerg", Allergies),
    ("adverse reaction", Allergies),
    ("safety alert", Alerts),
    ("patient and carer concerns", Concerns),
    ("admission details", Admission),
    ("reason for admission", Admission),
    ("discharge details", Discharge),
    ("assessment scale", Assessments),
    ("individual requirement", Requirements),
    ("social context", Social),
    ("legal information", Legal),
    ("participation in research", Research),
    ("patient demographics", Patient),
    ("patient details", Patient),
    ("gp practice", Practice),
    ("referrer details", Referrer),
    ("person completing record", Author),
    ("distribution list", Distribution),
];

impl Heading {
    /// The heading of a section by its code, else by its title.
    pub(crate) fn of(codes: &[String], title: Option<&str>) -> Option<Self> {
        let by_code = codes.iter().find_map(|code| CODES.iter().find(|(known, _)| known == code));
        by_code.map(|(_, heading)| *heading).or_else(|| Self::titled(title?))
    }

    /// The heading that a title is.
    fn titled(title: &str) -> Option<Self> {
        let title = title.trim().trim_end_matches([':', '.', ' ']).trim_start_matches(|sign: char| !sign.is_alphabetic());
        let title = title.to_lowercase();
        if title.chars().count() > 60 {
            return None;
        }
        let fits = TITLES.iter().filter(|(start, _)| title.starts_with(start));
        fits.max_by_key(|(start, _)| start.len()).map(|(_, heading)| *heading)
    }

    /// Whether a line of a letter without marks is one: exactly the words of one, with a colon or in capitals.
    pub(super) fn line(line: &str) -> bool {
        let bare = line.trim().trim_end_matches([':', ' ']);
        let marked = line.trim_end().ends_with(':') || !bare.chars().any(char::is_lowercase);
        marked && bare.split_whitespace().count() <= 7 && bare.len() > 2 && Self::titled(bare).is_some()
    }
}

/// What became of a medicine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Became {
    /// It is new.
    Started,
    /// It is no longer to be taken.
    Stopped,
    /// It is to be taken in another way.
    Changed,
}

/// A change of a medicine, in the letter's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What became of it.
    pub became: Became,
    /// What it says: the medicine, and how to take it.
    pub says: String,
    /// Why, where the letter has a column for it.
    pub why: Option<String>,
}

/// A discharge summary, as it is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Laid {
    /// What changed of the medicines, in the order started, stopped, changed.
    pub changes: Vec<Change>,
    /// All its sections, those first by which the person must do something.
    pub sections: Vec<Section>,
    /// It has a section about medicines of which some may have changed without our telling.
    pub unclear: bool,
}

/// SNOMED CT and LOINC codes of a discharge summary as a document.
const KINDS: &[&str] = &["373942005", "18842-5", "34105-7", "28655-9", "11490-0", "861411000000103"];

/// Whether a document is a discharge summary: by its code, by its title, or by three standard headings with diagnoses or medicines.
pub(super) fn is_discharge(codes: &[String], titles: &[&str], sections: &[Section]) -> bool {
    let mut headings: Vec<Heading> = sections.iter().filter_map(|section| section.heading).collect();
    headings.sort_unstable();
    headings.dedup();
    let named = codes.iter().any(|code| KINDS.contains(&code.as_str()))
        || titles.iter().any(|title| title.to_lowercase().contains("discharge summary"));
    let clinical = headings.iter().any(|heading| matches!(heading, Diagnoses | Medicines));
    (named && !headings.is_empty())
        || (headings.len() >= 3 && clinical && titles.iter().any(|title| title.to_lowercase().contains("discharge")))
}

/// Lays a discharge summary out. Nothing is left out.
pub(super) fn lay_out(mut sections: Vec<Section>) -> Laid {
    let mut changes = Vec::new();
    let mut unclear = false;
    for section in sections.iter().filter(|section| section.heading == Some(Medicines)) {
        let before = changes.len();
        pick(section, &mut changes);
        unclear |= changes.len() == before && mentions_change(section);
    }
    changes.sort_by_key(|change| change.became);
    once_each(&mut changes);
    // Stable: sections of one heading stay in the letter's order, and those without one stand before who wrote it to whom.
    sections.sort_by_key(|section| section.heading.map_or(Patient, |heading| heading));
    Laid { changes, sections, unclear }
}

/// Leaves of changes that are told several times, in two sections or in a table and a list, the one that says why, else the first; of those
/// that say why differently, each once.
fn once_each(changes: &mut Vec<Change>) {
    let plain = |says: &str| says.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_lowercase();
    let mut once: Vec<Change> = Vec::new();
    for change in changes.drain(..) {
        let is_told = |one: &Change| one.became == change.became && plain(&one.says) == plain(&change.says);
        if let Some(one) = once.iter_mut().find(|one| is_told(one) && one.why.is_none()) {
            one.why = change.why;
        } else if !once.iter().any(|one| is_told(one) && (change.why.is_none() || one.why == change.why)) {
            once.push(change);
        }
    }
    *changes = once;
}

/// What words say that something became of a medicine; `None` where they do not say it plainly, or say two things.
fn became(words: &str) -> Option<Became> {
    let text = format!(" {} ", words.to_lowercase().replace(|sign: char| !sign.is_alphanumeric(), " "));
    let has = |all: &[&str]| all.iter().any(|word| text.contains(&format!(" {word} ")));
    if has(&["not", "no", "unless", "if", "never", "previously", "consider", "may", "review", "until"]) {
        return None;
    }
    let started = has(&["started", "start", "new", "newly", "commenced", "added", "initiated", "begun"]);
    let stopped = has(&["stopped", "stop", "discontinued", "ceased", "withdrawn", "withheld", "ended"]);
    let changed = has(&[
        "changed",
        "change",
        "increased",
        "decreased",
        "reduced",
        "amended",
        "altered",
        "switched",
        "titrated",
        "adjusted",
    ]);
    match (started, stopped, changed) {
        (true, false, false) => Some(Became::Started),
        (false, true, false) => Some(Became::Stopped),
        (false, false, true) => Some(Became::Changed),
        _ => None,
    }
}

/// What the title of a section or a heading in it says of all that stands below: "Medicines started", "Stopped medications".
fn titled(title: &str) -> Option<Became> {
    (title.split_whitespace().count() <= 6).then(|| became(title)).flatten()
}

fn pick(section: &Section, changes: &mut Vec<Change>) {
    let mut now = section.title.as_deref().and_then(titled);
    for block in &section.blocks {
        match block {
            Block::Heading { text, .. } => now = titled(text),
            Block::Paragraph(runs) => {
                let text = words(runs);
                let leads = text.trim_end().ends_with(':') || (runs.iter().all(|run| run.strong) && text.len() <= 60);
                if leads && text.split_whitespace().count() <= 6 {
                    now = titled(&text);
                } else {
                    for line in text.lines() {
                        add(changes, now, line, None);
                    }
                }
            }
            Block::List { items, .. } => {
                for item in items {
                    let mut text = words(&item.runs);
                    let mut inner = String::new();
                    item.inner.iter().for_each(|block| block.say(&mut inner));
                    for line in inner.lines() {
                        text.push_str(". ");
                        text.push_str(line);
                    }
                    add(changes, now, &text, None);
                }
            }
            Block::Table(table) => pick_rows(table, now, changes),
        }
    }
    for inner in &section.inner {
        pick(inner, changes);
    }
}

/// A line: it changed where what stands above says so, or where it begins with or ends in the word for it.
fn add(changes: &mut Vec<Change>, above: Option<Became>, line: &str, why: Option<String>) {
    let says = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if says.is_empty() || says.len() > 600 || is_none(&says) {
        return;
    }
    if let Some(became) = above.or_else(|| marked(&says)) {
        changes.push(Change { became, says, why });
    }
}

/// "None", "Nil": there is no such medicine.
fn is_none(text: &str) -> bool {
    matches!(
        text.to_lowercase().trim_end_matches('.'),
        "none" | "nil" | "n/a" | "no changes" | "not applicable" | "none known" | "none recorded" | "no change" | "-"
    )
}

/// A mark at the beginning or the end of a line: "STOPPED: aspirin", "Apixaban 5 mg (new)", "Bisoprolol - increased to 5 mg".
fn marked(line: &str) -> Option<Became> {
    let (first, rest) = line.split_once([':', '\u{2013}', '\u{2014}']).unwrap_or((line, ""));
    let first = if first.split_whitespace().count() <= 3 && !rest.is_empty() { became(first) } else { None };
    let bracket = line.trim_end_matches('.').strip_suffix(')').and_then(|line| line.rsplit_once('(')).map(|(_, mark)| mark);
    // "STOPPED: aspirin (not stopped)" says two things.
    if bracket.is_some_and(|mark| mark.to_lowercase().split_whitespace().any(|word| ["not", "no", "never"].contains(&word))) {
        return None;
    }
    let bracketed = || bracket.filter(|mark| mark.split_whitespace().count() <= 4).and_then(became);
    let dashed = || {
        let (_, mark) = line.rsplit_once(" - ").or_else(|| line.rsplit_once(" \u{2013} "))?;
        if mark.split_whitespace().count() <= 6 { became(mark) } else { None }
    };
    first.or_else(bracketed).or_else(dashed)
}

/// A table of medicines with a column that says what became of each.
fn pick_rows(table: &Table, above: Option<Became>, changes: &mut Vec<Change>) {
    let Some(head) = table.rows.first() else { return };
    let names: Vec<String> = head.iter().map(|cell| cell.words().to_lowercase()).collect();
    let headed = head.iter().all(|cell| cell.head) || names.iter().any(|name| name.contains("medic") || name.contains("drug"));
    let column = |all: &[&str]| names.iter().position(|name| headed && all.iter().any(|word| name.contains(word)));
    let (what, why) = (column(&["status", "change", "action"]), column(&["reason", "why", "indication", "comment"]));
    // Where cells reach over several columns, a place does not say which column it is.
    let plain = table.rows.iter().all(|row| row.len() == head.len() && row.iter().all(|cell| cell.across <= 1));
    for row in table.rows.iter().skip(usize::from(headed)) {
        let cell = |place: Option<usize>| place.filter(|_| plain).and_then(|place| row.get(place)).map(super::block::Cell::words);
        let told = cell(what).and_then(|text| became(&text)).or(above);
        let Some(became) = told else { continue };
        let kept = row.iter().enumerate().filter(|(place, _)| !plain || (Some(*place) != what && Some(*place) != why));
        let says = kept.map(|(_, cell)| cell.words()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
        let why = cell(why).filter(|text| !text.is_empty() && !is_none(text));
        // The cell of the change may say more than that: "Increased from 2.5 mg".
        let more = cell(what).filter(|text| text.split_whitespace().count() > 1);
        let says = more.map_or_else(|| says.clone(), |more| format!("{says}: {more}"));
        if !says.is_empty() && says.len() <= 600 && !is_none(&says) {
            changes.push(Change { became, says, why });
        }
    }
}

/// Whether a section speaks of changes of which none was picked out.
fn mentions_change(section: &Section) -> bool {
    let mut said = String::new();
    section.say(&mut said);
    let text = said.to_lowercase();
    ["stop", "start", "new", "increas", "reduc", "chang", "discontinu", "commenc"].iter().any(|stem| text.contains(stem))
}

/// The sections of a clinical document.
pub(super) fn of_parts(parts: Vec<cda::Part>) -> Vec<Section> {
    parts
        .into_iter()
        .map(|part| Section {
            heading: Heading::of(&part.codes, part.title.as_deref()),
            title: part.title,
            blocks: part.blocks,
            inner: of_parts(part.inner),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::block::{Cell, Item, Run};
    use super::*;
    use proptest::prelude::*;

    fn runs(text: &str) -> Vec<Run> {
        vec![Run { text: text.to_owned(), strong: false }]
    }

    fn list(items: &[&str]) -> Block {
        let items = items.iter().map(|text| Item { runs: runs(text), inner: Vec::new() }).collect();
        Block::List { ordered: false, items }
    }

    fn medicines(title: &str, blocks: Vec<Block>) -> Section {
        Section { title: Some(title.to_owned()), heading: Some(Medicines), blocks, inner: Vec::new() }
    }

    fn table(rows: &[&[&str]]) -> Block {
        let cells =
            |at: usize, row: &[&str]| row.iter().map(|text| Cell { head: at == 0, across: 1, runs: runs(text) }).collect();
        Block::Table(Table { caption: None, rows: rows.iter().enumerate().map(|(at, row)| cells(at, row)).collect() })
    }

    fn picked(section: Section) -> Vec<(Became, String, Option<String>)> {
        lay_out(vec![section]).changes.into_iter().map(|change| (change.became, change.says, change.why)).collect()
    }

    #[test]
    fn a_heading_is_known_by_its_code_or_its_words() {
        let code = |code: &str| Heading::of(&[code.to_owned()], None);
        assert_eq!((code("887161000000102"), code("10183-2"), code("1")), (Some(Diagnoses), Some(Medicines), None));
        let title = |title: &str| Heading::of(&[], Some(title));
        assert_eq!(title("Allergies and adverse reactions:"), Some(Allergies));
        assert_eq!(title("4. Actions for GP"), Some(Plan));
        assert_eq!(title("ACTIONS FOR PATIENT"), Some(Information));
        assert_eq!(title("Dear Dr Larkspur"), None);
        assert!(Heading::line("Diagnoses:") && Heading::line("CLINICAL SUMMARY") && !Heading::line("Medicines were given"));
    }

    #[test]
    fn changes_are_picked_out_of_a_table_with_why() {
        let section = medicines(
            "Medications",
            vec![table(&[
                &["Medicine", "Dose", "Status", "Reason"],
                &["Apixaban", "5 mg twice a day", "Started", "Atrial fibrillation"],
                &["Ramipril", "5 mg", "Increased from 2.5 mg", ""],
                &["Aspirin", "75 mg", "Stopped", "Bleeding risk with apixaban"],
                &["Metformin", "1 g", "Unchanged", ""],
            ])],
        );
        assert_eq!(
            picked(section),
            [
                (Became::Started, "Apixaban, 5 mg twice a day".to_owned(), Some("Atrial fibrillation".to_owned())),
                (Became::Stopped, "Aspirin, 75 mg".to_owned(), Some("Bleeding risk with apixaban".to_owned())),
                (Became::Changed, "Ramipril, 5 mg: Increased from 2.5 mg".to_owned(), None),
            ]
        );
    }

    #[test]
    fn changes_are_picked_out_below_their_headings_and_by_their_marks() {
        let heading = |text: &str| Block::Heading { level: 3, text: text.to_owned() };
        let section = medicines(
            "Medicines",
            vec![
                heading("Medicines started"),
                list(&["Apixaban 5 mg"]),
                heading("Medicines stopped"),
                list(&["None"]),
                heading("Continued"),
                list(&["Metformin"]),
            ],
        );
        assert_eq!(picked(section), [(Became::Started, "Apixaban 5 mg".to_owned(), None)]);
        let section = medicines(
            "TTO",
            vec![list(&["STOPPED: aspirin 75 mg", "Bisoprolol 5 mg (new)", "Ramipril - increased to 5 mg", "Metformin 1 g"])],
        );
        let all: Vec<_> = picked(section).into_iter().map(|(became, ..)| became).collect();
        assert_eq!(all, [Became::Started, Became::Stopped, Became::Changed]);
    }

    #[test]
    fn a_change_that_two_sections_tell_stands_once_with_why() {
        let told = medicines("Medicines started", vec![list(&["Apixaban, 5 mg twice a day.", "Aspirin, 75 mg"])]);
        let rows: [&[&str]; 3] = [
            &["Medicine", "Dose", "Status", "Reason"],
            &["apixaban", "5 mg  twice a day", "Started", "Atrial fibrillation"],
            &["Aspirin", "75 mg", "Stopped", "Bleeding"],
        ];
        let laid = lay_out(vec![told, medicines("Medications", vec![table(&rows)])]);
        let changes: Vec<_> =
            laid.changes.iter().map(|change| (change.became, change.says.as_str(), change.why.as_deref())).collect();
        assert_eq!(
            changes,
            [
                (Became::Started, "Apixaban, 5 mg twice a day.", Some("Atrial fibrillation")),
                (Became::Started, "Aspirin, 75 mg", None),
                (Became::Stopped, "Aspirin, 75 mg", Some("Bleeding")),
            ]
        );
    }

    #[test]
    fn a_change_for_which_sections_give_two_reasons_stands_once_with_each() {
        let because = |why: &str| {
            let rows: [&[&str]; 2] = [&["Medicine", "Dose", "Status", "Reason"], &["Aspirin", "75 mg", "Stopped", why]];
            medicines("Medications", vec![table(&rows)])
        };
        let laid =
            lay_out(vec![because("Bleeding"), because("On apixaban now"), because("On apixaban now"), because("Bleeding")]);
        let why: Vec<_> = laid.changes.iter().map(|change| change.why.as_deref()).collect();
        assert_eq!(why, [Some("Bleeding"), Some("On apixaban now")]);
    }

    #[test]
    fn what_is_not_said_plainly_is_not_picked_out() {
        let section = medicines(
            "Medicines",
            vec![list(&[
                "Do not stop: warfarin",
                "Aspirin (stop if bleeding)",
                "Furosemide (started and stopped)",
                "Ramipril (not changed)",
                "Amlodipine 5 mg (consider stopping)",
            ])],
        );
        let laid = lay_out(vec![section]);
        assert_eq!(laid.changes, []);
        assert!(laid.unclear);
        let same = lay_out(vec![medicines("Medicines", vec![list(&["Metformin 1 g"])])]);
        assert!(!same.unclear);
    }

    #[test]
    fn what_the_person_must_do_comes_first_and_nothing_is_lost() {
        let section = |heading, title: &str| Section { title: Some(title.to_owned()), heading, ..Section::default() };
        let laid = lay_out(vec![
            section(Some(Author), "a"),
            section(None, "b"),
            section(Some(Diagnoses), "c"),
            section(Some(Plan), "d"),
            section(Some(Information), "e"),
            section(Some(Plan), "f"),
        ]);
        let order: String = laid.sections.iter().filter_map(|section| section.title.clone()).collect();
        assert_eq!(order, "edfcba");
    }

    proptest! {
        #[test]
        fn every_change_is_in_the_letters_own_words(lines in prop::collection::vec("(STOPPED: |NEW: )?[a-z]{1,8} [0-9]{1,3} mg( \\((new|stopped|not new)\\)| - increased)?", 0..12)) {
            let items: Vec<&str> = lines.iter().map(String::as_str).collect();
            for change in lay_out(vec![medicines("Medicines", vec![list(&items)])]).changes {
                prop_assert!(lines.contains(&change.says));
                prop_assert!(!change.says.contains("not new"));
            }
        }
    }
}
