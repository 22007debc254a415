//! People and places of a record: each once, with every place that told of it.

use super::{Says, mark, row_of};
use crate::ui::EntryRow;
use crate::whose::Whose;
use crate::words;
use domain::EntryId;
use domain::record::Category;
use leptos::prelude::*;
use service::{EntryLine, EntryPage};
use std::collections::BTreeMap;

/// A page of people and places as rows. Of whom or what several entries tell, as far as that is `known`, stands there once, and leads to
/// each of them; those of one name say what tells them `apart`.
pub(crate) fn rows(
    lines: Vec<EntryLine>,
    (known, apart): (&[Vec<EntryId>], &BTreeMap<EntryId, String>),
    says: Says,
    whose: &Whose,
) -> Vec<AnyView> {
    let groups = together(lines, known);
    let names = names(&groups, apart);
    groups.into_iter().zip(names).map(|(group, name)| row(group, name, says, whose)).collect()
}

/// How much a list holds: "15 people and places, from 25 entries" where all of them stand on this page, else how many entries.
pub(crate) fn counted(parts: &[EntryPage], later: bool) -> String {
    let total: u64 = parts.iter().map(|part| part.total).sum();
    let entries = words::how_many(total, "entry", "entries");
    match parts {
        [part] if part.category == Category::People && !later && part.next.is_none() => {
            let rows = u64::try_from(together(part.lines.clone(), &part.same).len()).unwrap_or(total);
            let count = words::how_many(rows, "person or place", "people and places");
            if rows == total { count } else { format!("{count}, from {entries}") }
        }
        _ => entries,
    }
}

/// The entries that tell of the same, each group where its first entry stood.
fn together(lines: Vec<EntryLine>, known: &[Vec<EntryId>]) -> Vec<Vec<EntryLine>> {
    let is_known = |one: EntryId, other: EntryId| known.iter().any(|ids| ids.contains(&one) && ids.contains(&other));
    // That nothing is said of it means that it goes on.
    let is_over = |line: &EntryLine| line.status.as_deref().is_some_and(|status| status != "active");
    let mut groups: Vec<Vec<EntryLine>> = Vec::new();
    for line in lines {
        let told = |first: &EntryLine| is_known(first.id, line.id) && first.kind == line.kind && is_over(first) == is_over(&line);
        match groups.iter_mut().find(|group| group.first().is_some_and(told)) {
            Some(group) => group.push(line),
            None => groups.push(vec![line]),
        }
    }
    groups
}

/// Whether it has a name of its own.
fn is_named(line: &EntryLine) -> bool {
    !line.title.eq_ignore_ascii_case(&line.kind)
}

fn is_called(line: &EntryLine, name: &str) -> bool {
    line.title.trim().to_lowercase() == name.trim().to_lowercase()
}

/// The entry of a group by which it is named: the first that has a name.
fn naming(group: &[EntryLine]) -> Option<&EntryLine> {
    group.iter().find(|line| is_named(line)).or_else(|| group.first())
}

/// What each group is called. Where several of a kind share a name, their job and number tell them apart (`apart`), and where these do not, who
/// sent them, else which of them it is: so the links to them differ too.
fn names(groups: &[Vec<EntryLine>], apart: &BTreeMap<EntryId, String>) -> Vec<String> {
    let said = |group: &[EntryLine]| group.iter().find_map(|line| apart.get(&line.id)).map(String::as_str);
    let name = |group: &Vec<EntryLine>| {
        let Some(line) = naming(group) else { return (String::new(), String::new()) };
        let is_alike = |other: &EntryLine| other.kind == line.kind && is_called(other, &line.title);
        let alike: Vec<_> = groups.iter().filter(|other| naming(other).is_some_and(is_alike)).collect();
        let mut name = line.title.trim().to_owned();
        if alike.len() > 1 {
            let own = said(group);
            // One person stands in two rows where they work in one place no more: what both say tells neither apart.
            let tells = own.is_some() && alike.iter().filter(|other| said(other) == own).count() == 1;
            let sender = Some(line.sent_by.trim()).filter(|sender| !tells && !sender.is_empty());
            for words in own.map(str::to_owned).into_iter().chain(sender.map(|sender| format!("sent by {sender}"))) {
                name = format!("{name}, {words}");
            }
        }
        (line.kind.clone(), name)
    };
    let named: Vec<(String, String)> = groups.iter().map(name).collect();
    let numbered = |(place, (kind, name)): (usize, &(String, String))| {
        let is_same = |(other, called): &&(String, String)| other == kind && called.to_lowercase() == name.to_lowercase();
        let all = named.iter().filter(is_same).count();
        let which = named.iter().take(place + 1).filter(is_same).count();
        if all > 1 { format!("{name}, {which} of {all} with this name") } else { name.clone() }
    };
    named.iter().enumerate().map(numbered).collect()
}

fn row(group: Vec<EntryLine>, name: String, says: Says, whose: &Whose) -> AnyView {
    let links = (group.len() > 1).then(|| links(&group, &name, whose));
    let mark = mark(group.iter().any(|line| whose.is_reported(line.id)));
    let Some(first) = group.into_iter().next() else { return ().into_any() };
    let Some(links) = links else { return row_of(EntryLine { title: name, ..first }, says, whose).into_any() };
    let tag = words::tag(&first);
    let text = says.kind.then_some(first.kind);
    view! { <EntryRow title=name text=text tag=tag mark=mark acts=Some(links) /> }.into_any()
}

/// "Sent by Riverside Surgery, St Anne's Hospital (as Anita Sharma)", each a link to what it told.
fn links(group: &[EntryLine], name: &str, whose: &Whose) -> AnyView {
    let called = naming(group).map(|line| line.title.clone()).unwrap_or_default();
    let link = |(place, line): (usize, &EntryLine)| {
        let sender = line.sent_by.trim();
        let before = group.iter().take(place).filter(|one| one.sent_by.trim() == sender).count();
        let sender = if sender.is_empty() { "another place" } else { sender };
        let which = if before == 0 { sender.to_owned() } else { format!("{sender}, entry {}", before + 1) };
        let differs = is_named(line) && !is_called(line, &called);
        let label = if differs { format!("{which} (as {})", line.title.trim()) } else { which };
        let (href, about, gap) = (whose.entry(line.id), format!(": {name}"), (place > 0).then_some("; "));
        view! { {gap} <a href=href>{label}<span class="nhsuk-u-visually-hidden">{about}</span></a> }
    };
    let links = group.iter().enumerate().map(link).collect_view();
    view! { "Sent by " {links} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PersonId;
    use domain::record::Sensitivity;
    use service::{Marks, PersonSummary, Which};

    fn line(number: u128, (title, kind): (&str, &str), sent_by: &str) -> EntryLine {
        EntryLine {
            id: EntryId::from_uuid(uuid::Uuid::from_u128(number)),
            category: Category::People,
            kind: kind.to_owned(),
            title: title.to_owned(),
            happened: None,
            recorded: None,
            value: None,
            flag: None,
            status: None,
            place: None,
            author: None,
            none_known: false,
            sensitivity: Sensitivity::General,
            sent_by: sent_by.to_owned(),
        }
    }

    fn page(lines: Vec<EntryLine>, same: Vec<Vec<EntryId>>) -> EntryPage {
        let whose = PersonSummary {
            id: PersonId::from_uuid(uuid::Uuid::from_u128(1)),
            display_name: "Sam Rivers".to_owned(),
            nhs_number: None,
            birth_date: None,
            age: None,
            gender: None,
            deceased: false,
        };
        EntryPage {
            whose,
            category: Category::People,
            which: Which::All,
            total: u64::try_from(lines.len()).unwrap(),
            lines,
            next: None,
            unread: Vec::new(),
            same,
            apart: BTreeMap::new(),
            out_of_date: Vec::new(),
            marks: Marks::default(),
        }
    }

    fn shown(page: EntryPage) -> String {
        Owner::new().with(|| {
            let says = Says { kind: true, date: false };
            let rows = rows(page.lines, (&page.same, &page.apart), says, &Whose::previewed("/at".to_owned()));
            rows.into_iter().collect_view().to_html().replace("<!>", "")
        })
    }

    fn ids(numbers: &[u128]) -> Vec<EntryId> {
        numbers.iter().map(|number| EntryId::from_uuid(uuid::Uuid::from_u128(*number))).collect()
    }

    #[test]
    fn whom_several_places_name_stands_there_once_and_leads_to_every_entry() {
        let (margaret, surgery) = (("Margaret Ellis", "Personal details"), ("Riverside Surgery", "Organisation"));
        let lines = vec![
            line(1, margaret, "Riverside Surgery"),
            line(2, surgery, "Riverside Surgery"),
            line(3, ("margaret ellis", "Personal details"), "St Anne\u{2019}s"),
            line(4, ("Margaret Ellis", "Health professional"), "St Anne\u{2019}s"),
            line(5, margaret, "Riverside Surgery"),
            line(6, ("Organisation", "Organisation"), "Riverside Surgery"),
            line(7, ("Organisation", "Organisation"), "St Anne\u{2019}s"),
        ];
        let page = page(lines, vec![ids(&[1, 3, 4, 5]), ids(&[2]), ids(&[6]), ids(&[7])]);
        assert_eq!(counted(std::slice::from_ref(&page), false), "5 people and places, from 7 entries");
        assert_eq!(counted(std::slice::from_ref(&page), true), "7 entries");
        let html = shown(page);
        assert_eq!(html.matches("sh-entry__title").count(), 5, "{html}");
        assert_eq!(html.matches("href=\"/at/").count(), 7, "{html}");
        for words in ["Sent by ", "St Anne\u{2019}s<span", "Riverside Surgery, entry 2<span"] {
            assert!(html.contains(words), "{words:?} is not in {html}");
        }
    }

    #[test]
    fn one_person_whom_two_places_call_by_two_names_is_one_row_that_says_both() {
        let kind = "Health professional";
        let mut lines = vec![
            line(1, ("Dr A Sharma", kind), "Riverside Surgery"),
            line(2, ("Anita Sharma", kind), "St Anne\u{2019}s"),
            line(3, (kind, kind), "Mill Pharmacy"),
        ];
        lines[1].status = Some("active".to_owned());
        let mut left = line(4, ("Anita Sharma", kind), "Elm Hospital");
        left.status = Some("inactive".to_owned());
        lines.push(left);
        let html = shown(page(lines, vec![ids(&[1, 2, 3, 4])]));
        assert_eq!(html.matches("sh-entry__title").count(), 2, "who works there no more stands by themselves: {html}");
        for words in [">Dr A Sharma", "St Anne\u{2019}s (as Anita Sharma)<span", ">Mill Pharmacy<span", ": Dr A Sharma</span>"] {
            assert!(html.contains(words), "{words:?} is not in {html}");
        }
    }

    #[test]
    fn two_people_of_one_name_and_kind_are_two_rows_whose_links_differ() {
        let larkspur = ("Dr A Larkspur", "Health professional");
        let lines = |count: u128| (1..=count).map(|number| line(number, larkspur, "Riverside Surgery")).collect::<Vec<_>>();
        let alone = |count: u128| (1..=count).map(|number| ids(&[number])).collect::<Vec<_>>();
        let called = |same: &[Vec<EntryId>], count: u128, apart: &[(u128, &str)]| {
            let told = |(number, words): &(u128, &str)| {
                ids(&[*number]).into_iter().map(|id| (id, (*words).to_owned())).collect::<Vec<_>>()
            };
            names(&together(lines(count), same), &apart.iter().flat_map(told).collect())
        };
        assert_eq!(called(&[ids(&[1, 2])], 2, &[]), ["Dr A Larkspur"]);
        let unknown =
            ["1 of 2", "2 of 2"].map(|which| format!("Dr A Larkspur, sent by Riverside Surgery, {which} with this name"));
        for same in [Vec::new(), alone(2)] {
            assert_eq!(called(&same, 2, &[]), unknown);
        }
        assert_eq!(
            called(&alone(2), 2, &[(1, "GP, GMC number 7000001"), (2, "GP, GMC number 7000002")]),
            ["Dr A Larkspur, GP, GMC number 7000001", "Dr A Larkspur, GP, GMC number 7000002"]
        );
        assert_eq!(
            called(&alone(2), 2, &[(2, "Midwife")]),
            ["Dr A Larkspur, sent by Riverside Surgery", "Dr A Larkspur, Midwife"]
        );
    }

    #[test]
    fn one_person_who_left_one_of_two_places_is_not_counted_as_two() {
        let larkspur = ("Dr A Larkspur", "Health professional");
        let mut lines = vec![line(1, larkspur, "Riverside Surgery"), line(2, larkspur, "Elm Hospital")];
        lines[1].status = Some("inactive".to_owned());
        let number = "GP, GMC number 7000001";
        let apart: BTreeMap<EntryId, String> = ids(&[1, 2]).into_iter().map(|id| (id, number.to_owned())).collect();
        let named = names(&together(lines, &[ids(&[1, 2])]), &apart);
        assert_eq!(named, ["Riverside Surgery", "Elm Hospital"].map(|place| format!("Dr A Larkspur, {number}, sent by {place}")));
    }
}
