//! People and places of a record: each once, with every place that told of it.

use super::{Says, mark, row_of};
use crate::ui::EntryRow;
use crate::whose::Whose;
use crate::words;
use domain::EntryId;
use leptos::prelude::*;
use service::EntryLine;

/// A page of people and places as rows. Of whom or what several entries tell, as far as that is `known`, stands there once, and leads to
/// each of them.
pub(crate) fn rows(lines: Vec<EntryLine>, known: &[Vec<EntryId>], says: Says, whose: &Whose) -> Vec<AnyView> {
    together(lines, known).into_iter().map(|group| row(group, says, whose)).collect()
}

/// The entries that tell of the same, each group where its first entry stood.
fn together(lines: Vec<EntryLine>, known: &[Vec<EntryId>]) -> Vec<Vec<EntryLine>> {
    let is_known = |one: EntryId, other: EntryId| known.iter().any(|ids| ids.contains(&one) && ids.contains(&other));
    let mut groups: Vec<Vec<EntryLine>> = Vec::new();
    for line in lines {
        let told = |first: &EntryLine| is_known(first.id, line.id) && same(first, &line);
        match groups.iter_mut().find(|group| group.first().is_some_and(told)) {
            Some(group) => group.push(line),
            None => groups.push(vec![line]),
        }
    }
    groups
}

/// Whether two entries name the same in the same words: what has no name of its own is never the same as anything.
fn same(one: &EntryLine, other: &EntryLine) -> bool {
    let name = |line: &EntryLine| line.title.trim().to_lowercase();
    let named = !one.title.eq_ignore_ascii_case(&one.kind);
    named && one.kind == other.kind && one.status == other.status && name(one) == name(other)
}

fn row(group: Vec<EntryLine>, says: Says, whose: &Whose) -> AnyView {
    let links = (group.len() > 1).then(|| links(&group, whose));
    let mark = mark(group.iter().any(|line| whose.is_reported(line.id)));
    let Some(first) = group.into_iter().next() else { return ().into_any() };
    let Some(links) = links else { return row_of(first, says, whose).into_any() };
    let tag = words::tag(&first);
    let text = says.kind.then_some(first.kind);
    view! { <EntryRow title=first.title text=text tag=tag mark=mark acts=Some(links) /> }.into_any()
}

/// "Sent by Riverside Surgery, St Anne's Hospital", each a link to what it told.
fn links(group: &[EntryLine], whose: &Whose) -> AnyView {
    let link = |(place, line): (usize, &EntryLine)| {
        let sender = line.sent_by.trim();
        let before = group.iter().take(place).filter(|one| one.sent_by.trim() == sender).count();
        let sender = if sender.is_empty() { "another place" } else { sender };
        let label = if before == 0 { sender.to_owned() } else { format!("{sender} ({})", before + 1) };
        let (href, about, gap) = (whose.entry(line.id), format!(": {}", line.title), (place > 0).then_some(", "));
        view! { {gap} <a href=href>{label}<span class="nhsuk-u-visually-hidden">{about}</span></a> }
    };
    let links = group.iter().enumerate().map(link).collect_view();
    view! { "Sent by " {links} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::record::{Category, Sensitivity};

    fn line(number: u128, (title, kind): (&str, &str), sent_by: &str) -> EntryLine {
        EntryLine {
            id: EntryId::from_uuid(uuid::Uuid::from_u128(number)),
            category: Category::People,
            kind: kind.to_owned(),
            title: title.to_owned(),
            happened: None,
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
        let ids = |numbers: &[u128]| -> Vec<EntryId> {
            numbers.iter().map(|number| EntryId::from_uuid(uuid::Uuid::from_u128(*number))).collect()
        };
        let known = [ids(&[1, 3, 4, 5]), ids(&[2]), ids(&[6]), ids(&[7])];
        let html = Owner::new().with(|| {
            let rows = rows(lines, &known, Says { kind: true, date: false }, &Whose::previewed("/at".to_owned()));
            rows.into_iter().collect_view().to_html().replace("<!>", "")
        });
        assert_eq!(html.matches("sh-entry__title").count(), 5, "{html}");
        assert_eq!(html.matches("href=\"/at/").count(), 7, "{html}");
        for words in ["Sent by ", "St Anne\u{2019}s<span", "Riverside Surgery (2)<span"] {
            assert!(html.contains(words), "{words:?} is not in {html}");
        }
    }

    #[test]
    fn two_people_of_one_name_and_kind_are_two_rows() {
        let larkspur = ("Dr A Larkspur", "Health professional");
        let lines = || vec![line(1, larkspur, "Riverside Surgery"), line(2, larkspur, "Riverside Surgery")];
        let ids: Vec<EntryId> = lines().into_iter().map(|line| line.id).collect();
        let shown = |known: &[Vec<EntryId>]| together(lines(), known).len();
        assert_eq!((shown(&[]), shown(&[vec![ids[0]], vec![ids[1]]])), (2, 2));
        assert_eq!(shown(std::slice::from_ref(&ids)), 1);
    }
}
