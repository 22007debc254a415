//! What a summary of a record says: the same on screen, on paper and as a PDF.

use crate::pages::account::details::DETAILS;
use crate::pages::medicines;
use crate::pages::record::source;
use crate::whose::Whose;
use crate::words;
use domain::EntryId;
use domain::consent::SummaryLayer;
use domain::record::Category;
use domain::when::{day_in_words, london_day};
use domain::wish::{Wish, disagree_about_cpr};
use service::{EntryLine, MedicineSeen, NotedBy, OwnContacts, SummaryPart, SummarySeen, WishSeen};
use std::collections::BTreeMap;

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
}

/// Its parts, in the order in which somebody in a hurry asks.
pub(crate) fn parts(seen: &SummarySeen, whose: &Whose) -> Vec<Part> {
    let of = |part: Option<&SummaryPart>, title, category| {
        part.map(|part| listed(part, (title, SummaryLayer::of(category)), &seen.reactions, whose))
    };
    let allergies = of(seen.allergies.as_ref(), "Allergies and bad reactions", Category::Allergy);
    let medicines = seen.medicines.as_ref().map(|(medicines, none_said)| Part {
        title: "Medicines now",
        facts: medicines.iter().map(medicine).collect(),
        layer: SummaryLayer::of(Category::Medicine),
        note: medicines.is_empty().then(|| words::nothing(none_said, whose.is_another())),
    });
    let problems = of(seen.problems.as_ref(), "Health problems now", Category::Problem);
    let immunisations = of(seen.immunisations.as_ref(), "Vaccinations", Category::Immunisation);
    let wishes = seen.wishes.as_ref().filter(|wishes| !wishes.is_empty()).map(|wishes| wished(wishes, whose));
    let care =
        of(seen.care.as_ref(), if wishes.is_some() { "Other care plans" } else { "Care plans and wishes" }, Category::Care);
    let needs = (!seen.needs.is_empty()).then(|| Part {
        title: "Communication and other needs",
        facts: vec![Fact { name: seen.needs.clone(), text: "Said here. No service has checked it".to_owned(), href: None }],
        layer: Some(SummaryLayer::Additional),
        note: None,
    });
    let own = seen.own_contacts.as_ref().map(|own| in_own_words(own, whose));
    let contacts = seen.contacts.as_ref().map(|contacts| Part {
        title: if own.is_some() { "People to tell, as services recorded" } else { "People to tell" },
        facts: contacts.iter().map(|name| Fact { name: name.clone(), text: String::new(), href: None }).collect(),
        layer: SummaryLayer::of(Category::People),
        note: contacts.is_empty().then(|| nobody(whose, own.is_some())),
    });
    let services = (!seen.services.is_empty()).then(|| Part {
        title: "Who looks after you",
        facts: seen.services.iter().map(|one| Fact { name: one.name.clone(), text: String::new(), href: None }).collect(),
        layer: None,
        note: None,
    });
    [allergies, wishes, medicines, problems, immunisations, care, needs, own, contacts, services].into_iter().flatten().collect()
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
    Part { title, facts: facts.collect(), layer: None, note: Some(format!("{by}, last on {day}. No service has checked it.")) }
}

/// What is said where sources hold both that CPR should be tried and that it should not.
const TWO_DECISIONS: &str = "There are two different decisions about CPR here. Ask which one is right: the GP practice, or whoever looks after the person now.";

/// What the person wants and what was decided with them, each with who recorded it, when, and when it is looked at again.
fn wished(wishes: &[WishSeen], whose: &Whose) -> Part {
    let kinds: Vec<Wish> = wishes.iter().map(|one| one.wish).collect();
    let fact = |one: &WishSeen| {
        let when = one.line.happened.map_or_else(|| "No date given".to_owned(), |when| when.day_only());
        let by = source(one.line.author.as_deref(), one.line.place.as_deref()).unwrap_or_else(|| one.line.sent_by.clone());
        let kind = (!one.line.title.starts_with(&one.line.kind)).then(|| one.line.kind.clone());
        let review = one.review.as_ref().map(|day| format!("Ends or is looked at again: {day}"));
        let tag = words::tag(&one.line).map(|(label, _)| label);
        let text = [kind, tag, Some(when), Some(by), review].into_iter().flatten().collect::<Vec<_>>().join(", ");
        Fact { name: one.line.title.clone(), text, href: Some(whose.entry(one.line.id)) }
    };
    Part {
        title: "Wishes and decisions about treatment",
        facts: wishes.iter().map(fact).collect(),
        layer: Some(SummaryLayer::Additional),
        note: disagree_about_cpr(&kinds).then(|| TWO_DECISIONS.to_owned()),
    }
}

fn nobody(whose: &Whose, named_here: bool) -> String {
    let said = "Your record names nobody. Ask your GP practice to add somebody.";
    match (whose.is_another(), named_here) {
        (true, _) => words::nothing(&[], true),
        (false, true) => said.to_owned(),
        (false, false) => format!("{said} You can name people in My details too."),
    }
}

fn listed(
    part: &SummaryPart,
    (title, layer): (&'static str, Option<SummaryLayer>),
    reactions: &BTreeMap<EntryId, String>,
    whose: &Whose,
) -> Part {
    let more = (part.more > 0).then(|| format!("And {} that are not on this page.", words::grouped(part.more)));
    Part {
        title,
        facts: part.lines.iter().map(|line| fact(line, reactions.get(&line.id), whose)).collect(),
        layer,
        note: more.or_else(|| part.lines.is_empty().then(|| words::nothing(&part.none_said, whose.is_another()))),
    }
}

fn fact(line: &EntryLine, reaction: Option<&String>, whose: &Whose) -> Fact {
    let still_so = matches!(line.category, Category::Problem | Category::Care | Category::Allergy);
    let when = match line.happened {
        Some(when) if still_so => format!("Since {}", when.day_only()),
        Some(when) => when.day_only(),
        None => "No date given".to_owned(),
    };
    let tag = words::tag(line).map(|(label, _)| label);
    let from = source(None, line.place.as_deref());
    let text = [tag, Some(when), from].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let text = reaction.map_or_else(|| text.clone(), |reaction| format!("{reaction}. {text}"));
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
