//! What a summary of a record says: the same on screen, on paper and as a PDF.

use crate::pages::medicines;
use crate::pages::record::source;
use crate::whose::Whose;
use crate::words;
use domain::record::Category;
use service::{EntryLine, MedicineSeen, SummaryPart, SummarySeen};

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
    /// What stands in place of facts where there are none, or below them.
    pub(crate) note: Option<String>,
}

/// Its parts, in the order in which somebody in a hurry asks.
pub(crate) fn parts(seen: &SummarySeen, whose: &Whose) -> Vec<Part> {
    let of = |part: Option<&SummaryPart>, title, category| part.map(|part| listed(part, title, category, whose));
    let allergies = of(seen.allergies.as_ref(), "Allergies and bad reactions", Category::Allergy);
    let medicines = seen.medicines.as_ref().map(|(medicines, none_known)| Part {
        title: "Medicines now",
        facts: medicines.iter().map(medicine).collect(),
        note: medicines.is_empty().then(|| nothing(*none_known, Category::Medicine, whose)),
    });
    let problems = of(seen.problems.as_ref(), "Health problems now", Category::Problem);
    let immunisations = of(seen.immunisations.as_ref(), "Vaccinations", Category::Immunisation);
    let care = of(seen.care.as_ref(), "Care plans and wishes", Category::Care);
    let contacts = seen.contacts.as_ref().map(|contacts| Part {
        title: "People to tell",
        facts: contacts.iter().map(|name| Fact { name: name.clone(), text: String::new(), href: None }).collect(),
        note: contacts.is_empty().then(|| nobody(whose).to_owned()),
    });
    let services = (!seen.services.is_empty()).then(|| Part {
        title: "Who looks after you",
        facts: seen.services.iter().map(|one| Fact { name: one.name.clone(), text: String::new(), href: None }).collect(),
        note: None,
    });
    [allergies, medicines, problems, immunisations, care, contacts, services].into_iter().flatten().collect()
}

/// What is said of whoever is not the person is never that there is nothing: it may only be that nothing is open to the reader.
fn nothing(none_known: bool, category: Category, whose: &Whose) -> String {
    match (none_known, whose.is_another()) {
        (true, _) => "None known".to_owned(),
        (false, true) => "Nothing to see here".to_owned(),
        (false, false) => format!("We hold no information about {}", words::subject(category)),
    }
}

fn nobody(whose: &Whose) -> &'static str {
    if whose.is_another() { "Nothing to see here" } else { "Your record names nobody. Ask your GP practice to add somebody" }
}

fn listed(part: &SummaryPart, title: &'static str, category: Category, whose: &Whose) -> Part {
    let more = (part.more > 0).then(|| format!("And {} that are not on this page", words::grouped(part.more)));
    Part {
        title,
        facts: part.lines.iter().map(|line| fact(line, whose)).collect(),
        note: more.or_else(|| part.lines.is_empty().then(|| nothing(part.none_known, category, whose))),
    }
}

fn fact(line: &EntryLine, whose: &Whose) -> Fact {
    let still_so = matches!(line.category, Category::Problem | Category::Care | Category::Allergy);
    let when = match line.happened {
        Some(when) if still_so => format!("Since {}", when.day_only()),
        Some(when) => when.day_only(),
        None => "No date given".to_owned(),
    };
    let tag = words::tag(line).map(|(label, _)| label);
    let from = source(None, line.place.as_deref());
    let text = [tag, Some(when), from].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Fact { name: line.title.clone(), text, href: Some(whose.entry(line.id)) }
}

fn medicine(seen: &MedicineSeen) -> Fact {
    let dose = medicines::in_words(&seen.doses);
    let dose = if dose.is_empty() { "As you were told".to_owned() } else { dose };
    let paused = seen.paused.then(|| "Paused".to_owned());
    let own = seen.own.map(|_| "Added by the person themself".to_owned());
    let doubt = seen.doubt().map(str::to_owned);
    let text = [paused, Some(dose), own, doubt].into_iter().flatten().collect::<Vec<_>>().join(". ");
    Fact { name: seen.name.clone(), text, href: medicines::page_of(seen) }
}
