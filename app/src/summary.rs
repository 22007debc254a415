//! What a summary of a record says: the same on screen, on paper and as a PDF.

use crate::pages::account::details::DETAILS;
use crate::pages::medicines;
use crate::pages::record::source;
use crate::whose::Whose;
use crate::words;
use domain::consent::SummaryLayer;
use domain::record::{Category, Detail};
use domain::when::{day_in_words, london_day};
use domain::wish::{RECORDED, REVIEW, SAYS, Wish, disagree_about_cpr};
use service::{EntryLine, MedicineSeen, NotedBy, OwnContacts, SummaryPart, SummarySeen, WishSeen};

/// One line: what it is, and what there is to say of it.
pub(crate) struct Fact {
    /// Its name.
    pub(crate) name: String,
    /// When, how, and from where; may be empty.
    pub(crate) text: String,
    /// Where there is more of it.
    pub(crate) href: Option<String>,
}

/// One part.
pub(crate) struct Part {
    /// Its heading.
    pub(crate) title: &'static str,
    /// What is in it.
    pub(crate) facts: Vec<Fact>,
    /// In which part of an NHS Summary Care Record such things stand; absent for what stands in none.
    pub(crate) layer: Option<SummaryLayer>,
    /// What stands in place of facts where there are none, or below them, as whole sentences.
    pub(crate) note: Option<String>,
    /// On paper it is set as running text where that brings the whole onto one sheet: it is no part of what somebody in a hurry looks
    /// for line by line.
    pub(crate) running: bool,
    /// Where that brings the whole onto one sheet, only the first few stand there: the rest is in the record.
    pub(crate) may_be_cut: bool,
    /// How many there are that are not among its facts.
    pub(crate) left_out: u64,
    /// Under which heading of the record all of it is.
    pub(crate) under: &'static str,
}

impl Part {
    /// A part of which nothing is left out, each fact on a line of its own.
    pub(crate) const fn new(title: &'static str, facts: Vec<Fact>, note: Option<String>, under: &'static str) -> Self {
        Self { title, facts, layer: None, note, running: false, may_be_cut: false, left_out: 0, under }
    }

    /// The same of what stands under a category of the record.
    fn of(title: &'static str, facts: Vec<Fact>, note: Option<String>, category: Category) -> Self {
        Self { layer: SummaryLayer::of(category), ..Self::new(title, facts, note, category.title()) }
    }

    /// The same, which may be running text on paper.
    pub(crate) fn running(self) -> Self {
        Self { running: true, ..self }
    }

    /// The same, of which the record has all.
    pub(crate) fn may_be_cut(self) -> Self {
        Self { may_be_cut: true, ..self }
    }
}

/// What is said of those that do not stand there, so that nothing is left out without a word; `None` where there are none.
pub(crate) fn left_out(count: u64, under: &str) -> Option<String> {
    let words = match count {
        0 => return None,
        1 => "1 more is not on this page. It is".to_owned(),
        many => format!("{} more are not on this page. They are", words::grouped(many)),
    };
    Some(format!("{words} in the record, under \u{201c}{under}\u{201d}."))
}

/// The heading of what the person must not be given.
const ALLERGIES: &str = "Allergies and bad reactions";

/// Its parts, in the order in which somebody in a hurry asks. Of allergies something is said also where they are not open to the reader.
pub(crate) fn parts(seen: &SummarySeen, whose: &Whose) -> Vec<Part> {
    let of =
        |part: Option<&SummaryPart>, title, category: Category| part.map(|part| listed(part, (title, category), seen, whose));
    // A part that is not open stands there too: without its heading it would look as if there were none.
    let allergies = of(seen.allergies.as_ref(), ALLERGIES, Category::Allergy)
        .or_else(|| Some(Part::of(ALLERGIES, Vec::new(), Some(words::nothing(&[], true)), Category::Allergy)));
    let wishes = seen.wishes.as_ref().filter(|wishes| !wishes.is_empty()).map(|wishes| wished(wishes, whose));
    let medicines = seen.medicines.as_ref().map(|(medicines, none_said)| {
        let facts: Vec<Fact> = medicines.iter().filter(|one| one.own.is_none()).map(medicine).collect();
        let note = facts.is_empty().then(|| words::nothing(none_said, whose.is_another()));
        Part::of("Medicines now", facts, note, Category::Medicine)
    });
    let added = seen.medicines.as_ref().and_then(|(medicines, _)| of_own_accord(medicines));
    let problems = of(seen.problems.as_ref(), "Health problems now", Category::Problem).map(Part::running);
    let needs = (!seen.needs.is_empty()).then(|| {
        let said = Fact { name: seen.needs.clone(), text: "Said here. No service has checked it".to_owned(), href: None };
        Part::new("Communication and other needs", vec![said], None, Category::People.title())
    });
    let own = seen.own_contacts.as_ref().map(|own| in_own_words(own, whose));
    let contacts = seen.contacts.as_ref().map(|contacts| {
        let title = if own.is_some() { "People to tell, as services recorded" } else { "People to tell" };
        let note = contacts.is_empty().then(|| nobody(whose, own.is_some()));
        Part::of(title, contacts.iter().map(|name| named(name)).collect(), note, Category::People).running()
    });
    let care_title = if wishes.is_some() { "Other care plans" } else { "Care plans and wishes" };
    let none_wished = seen.wishes.as_ref().is_some_and(Vec::is_empty);
    let care = of(seen.care.as_ref(), care_title, Category::Care).map(|part| match (none_wished, part.facts.is_empty()) {
        (true, false) => Part { note: Some(NO_WISH.to_owned()), ..part },
        _ => part,
    });
    let care = care.map(Part::running).map(Part::may_be_cut);
    let immunisations = of(seen.immunisations.as_ref(), "Vaccinations", Category::Immunisation);
    let immunisations = immunisations.map(Part::running).map(Part::may_be_cut);
    let services = (!seen.services.is_empty()).then(|| {
        let facts = seen.services.iter().map(|one| named(&one.name)).collect();
        Part::new("Who looks after the person", facts, None, Category::People.title()).running()
    });
    [allergies, wishes, medicines, added, problems, needs, own, contacts, care, immunisations, services]
        .into_iter()
        .flatten()
        .collect()
}

fn named(name: &str) -> Fact {
    Fact { name: name.to_owned(), text: String::new(), href: None }
}

/// Those whom the person named here, or somebody for them; the sheet goes into other hands, so it says nowhere "you".
pub(crate) fn in_own_words(own: &OwnContacts, whose: &Whose) -> Part {
    let by_person = match own.by {
        NotedBy::You => !whose.is_another(),
        NotedBy::Person => true,
        NotedBy::Carer => false,
    };
    let (title, by) = match by_person {
        true => ("People to tell, in the person\u{2019}s own words", "The person wrote this themself"),
        false => ("People to tell, in a carer\u{2019}s words", "Somebody who acts for the person wrote this"),
    };
    let facts = own.people.iter().map(|one| {
        let kin = if one.next_of_kin { "Next of kin: tell them first. " } else { "" };
        Fact {
            name: one.name.clone(),
            text: format!("{kin}{}, {}", words::sentence(&one.relation), one.phone),
            href: Some(DETAILS.to_owned()),
        }
    });
    let day = day_in_words(london_day(own.at));
    let note = format!("{by}, last on {day}. No service has checked it.");
    Part::new(title, facts.collect(), Some(note), Category::People.title())
}

/// What is said where sources hold both that CPR should be tried and that it should not.
const TWO_DECISIONS: &str = "There are two different decisions about CPR here. Ask which one is right: the GP practice, or whoever looks after the person now.";

/// What is said below plans where no wish is open to the reader: plans alone do not tell that there is none.
const NO_WISH: &str = "No wish or decision about treatment is recorded here. That does not mean that there is none.";

/// What is said where an entry that holds says that an advance decision does not.
const TAKEN_BACK: &str = "An entry says that an advance decision was taken back. Ask which one holds.";

/// The most characters of what was recorded of one wish: a few lines of the sheet, so that several wishes stand on it.
const WORDS: usize = 400;

/// The label of the detail that tells of a document's file.
const FILE: &str = "File";
/// What is told of a document that says nothing of what somebody wants.
const ASIDE: &[&str] = &["Category", FILE, "Type of document"];

/// The beginning of a text that has more than so many characters, to the end of a word: half a word may be another one.
fn beginning(text: &str, most: usize) -> Option<String> {
    let (end, next) = text.char_indices().nth(most)?;
    let head = text.get(..end).unwrap_or_default();
    let head = if next == ' ' { head } else { head.rsplit_once(' ').map_or("", |(words, _)| words) };
    Some(format!("{head} \u{2026}").trim_start().to_owned())
}

/// What was recorded of a wish: first its words, in quotation marks, then what else its entry says. Where that is long, the beginning, and
/// where the rest is. Without the end of the last sentence; `None` where nothing was recorded.
pub(crate) fn recorded(said: &[Detail]) -> Option<String> {
    let is_words = |detail: &&Detail| [RECORDED, SAYS].contains(&detail.label.as_str());
    let (words, more): (Vec<&Detail>, Vec<&Detail>) =
        said.iter().filter(|detail| !ASIDE.contains(&detail.label.as_str())).partition(is_words);
    let words = words.into_iter().map(|detail| (None::<&String>, &detail.value));
    let more = more.into_iter().map(|detail| (Some(&detail.label), &detail.value));
    let (mut sentences, mut left) = (Vec::new(), WORDS);
    for (label, value) in words.chain(more) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut = beginning(&value, left);
        left = left.saturating_sub(value.chars().count());
        let shown = cut.as_deref().unwrap_or(&value).trim_end_matches('.');
        if !shown.is_empty() {
            let sentence = label.map_or_else(|| format!("\u{201c}{shown}\u{201d}"), |label| format!("{label}: {shown}"));
            sentences.push(sentence);
        }
        if cut.is_some() {
            sentences.push(format!("The rest is in the record, under \u{201c}{}\u{201d}", Category::Care.title()));
            break;
        }
    }
    (!sentences.is_empty()).then(|| sentences.join(". "))
}

/// That the words of a wish are in a document alone, of when that is, which organisation has it, and where to see it; `None` where its
/// entry has words, or tells of no file. Without the end of the last sentence.
fn in_document(said: &[Detail], when: &str, sent_by: &str) -> Option<String> {
    let has = |label: &str| said.iter().any(|detail| detail.label == label && !detail.value.trim().is_empty());
    let is_all = has(FILE) && !has(RECORDED) && !has(SAYS);
    let place = Category::Care.title();
    let holder = sent_by.trim();
    let holder = if holder.is_empty() { String::new() } else { format!(" {holder} has it.") };
    is_all.then(|| format!("There is a document, {when}.{holder} See the document in the record, under \u{201c}{place}\u{201d}"))
}

/// What the person wants and what was decided with them, each with what was recorded of it, by whom, when, and when it is looked at again.
fn wished(wishes: &[WishSeen], whose: &Whose) -> Part {
    let kinds: Vec<Wish> = wishes.iter().map(|one| one.wish).collect();
    let fact = |one: &WishSeen| {
        let when = words::day_of(&one.line);
        let dated = one.line.happened.map_or_else(|| words::in_sentence(&when), |_| format!("dated {when}"));
        let document = in_document(&one.said, &dated, &one.line.sent_by);
        let when = document.is_none().then_some(when);
        let by = source(one.line.author.as_deref(), one.line.place.as_deref()).unwrap_or_else(|| one.line.sent_by.clone());
        // Who has the document is said once.
        let by = Some(by).filter(|by| document.is_none() || *by != one.line.sent_by);
        let kind = (!one.line.title.starts_with(&one.line.kind)).then(|| one.line.kind.clone());
        let passed = if one.review_passed { ". This date has passed: ask if it still holds" } else { "" };
        let review = one.review.as_ref().map(|day| format!("{REVIEW}: {day}{passed}"));
        let tag = words::tag(&one.line).map(|(label, _)| label);
        let text = [kind, tag, when, by, review].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let text = Some(text).filter(|text| !text.is_empty());
        let text = [document, recorded(&one.said), text].into_iter().flatten().collect::<Vec<_>>().join(". ");
        Fact { name: one.line.title.clone(), text, href: Some(whose.entry(one.line.id)) }
    };
    let notes: Vec<&str> = [(disagree_about_cpr(&kinds), TWO_DECISIONS), (kinds.contains(&Wish::TakenBack), TAKEN_BACK)]
        .into_iter()
        .filter_map(|(holds, words)| holds.then_some(words))
        .collect();
    let note = (!notes.is_empty()).then(|| notes.join(" "));
    let facts = wishes.iter().map(fact).collect();
    Part::of("Wishes and decisions about treatment", facts, note, Category::Care)
}

fn nobody(whose: &Whose, named_here: bool) -> String {
    let said = "The record names nobody. Ask the GP practice to add somebody.";
    match (whose.is_another(), named_here) {
        (true, _) => words::nothing(&[], true),
        (false, true) => "No service has recorded anybody. Ask the GP practice to add somebody.".to_owned(),
        (false, false) => format!("{said} People can be named in My details too."),
    }
}

fn listed(part: &SummaryPart, (title, category): (&'static str, Category), seen: &SummarySeen, whose: &Whose) -> Part {
    let facts = part.lines.iter().map(|line| fact(line, seen, whose)).collect();
    let note = (part.lines.is_empty() && part.more == 0).then(|| words::nothing(&part.none_said, whose.is_another()));
    Part { left_out: part.more, ..Part::of(title, facts, note, category) }
}

fn fact(line: &EntryLine, seen: &SummarySeen, whose: &Whose) -> Fact {
    let still_so = matches!(line.category, Category::Problem | Category::Care | Category::Allergy);
    let when = match line.happened {
        Some(when) if still_so => format!("Since {}", when.day_only()),
        _ => words::day_of(line),
    };
    let tag = words::tag(line).map(|(label, _)| label);
    let from = source(None, line.place.as_deref());
    let text = [tag, Some(when), from].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let text = seen.reactions.get(&line.id).map_or_else(|| text.clone(), |reaction| format!("{reaction}. {text}"));
    Fact { name: line.title.clone(), text, href: Some(whose.entry(line.id)) }
}

fn medicine(seen: &MedicineSeen) -> Fact {
    let dose = medicines::in_words(&seen.doses);
    let dose = if dose.is_empty() { "As you were told".to_owned() } else { dose };
    let paused = seen.paused.then(|| "Paused".to_owned());
    let doubt = seen.doubt().map(str::to_owned);
    let text = [paused, Some(dose), doubt].into_iter().flatten().collect::<Vec<_>>().join(". ");
    Fact { name: seen.name.clone(), text, href: medicines::page_of(seen) }
}

/// The heading of what the person added: no service prescribed it, and it stands in no NHS summary.
const OF_OWN_ACCORD: &str = "Medicines the person takes of their own accord";

/// What the person, or somebody for them, added to the medicines; `None` where they added nothing.
fn of_own_accord(medicines: &[MedicineSeen]) -> Option<Part> {
    let added = medicines.iter().filter(|one| one.own.is_some());
    let fact = |one: &MedicineSeen| {
        let text = [Some(medicines::in_words(&one.doses)), one.doubt().map(str::to_owned)];
        let text: Vec<String> = text.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        Fact { name: one.name.clone(), text: text.join(". "), href: medicines::page_of(one) }
    };
    let facts: Vec<Fact> = added.map(fact).collect();
    let note = "The person added this, or somebody for them. No service has checked it.".to_owned();
    (!facts.is_empty()).then(|| Part::new(OF_OWN_ACCORD, facts, Some(note), Category::Medicine.title()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_that_is_a_file_alone_says_so_and_one_with_words_says_these() {
        let detail = |label: &str, value: &str| Detail { label: label.to_owned(), value: value.to_owned() };
        let (file, signed) = (detail(FILE, "ReSPECT.pdf, PDF"), detail("Signed by", "Dr Ann Lee"));
        let only = [detail("Category", "Plan"), file.clone(), signed.clone()];
        let from = "Riverside Surgery";
        let said = "There is a document, dated 1 March 2026. Riverside Surgery has it. See the document in the record, under \u{201c}Care plans\u{201d}";
        assert_eq!(in_document(&only, "dated 1 March 2026", from).as_deref(), Some(said));
        let nowhere = "There is a document, dated 1 March 2026. See the document in the record, under \u{201c}Care plans\u{201d}";
        assert_eq!(in_document(&only, "dated 1 March 2026", " ").as_deref(), Some(nowhere));
        assert_eq!(recorded(&only).as_deref(), Some("Signed by: Dr Ann Lee"));
        for label in [RECORDED, SAYS] {
            assert_eq!(in_document(&[file.clone(), detail(label, "At home")], "dated 1 March 2026", from), None, "{label}");
        }
        assert_eq!(
            in_document(&[file, detail(SAYS, " ")], "no date given", from).map(|said| said.contains(", no date given.")),
            Some(true)
        );
        assert_eq!(in_document(std::slice::from_ref(&signed), "no date given", from), None);
    }
}
