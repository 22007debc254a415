//! One category of the record, newest first.

use super::narrow::SOURCES;
use super::{Says, icon, own, people, row_of, row_with, source, sources};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy;
use crate::routes;
use crate::shell::Place;
use crate::ui::{BackLink, Button, ButtonKind, EmptyState, EntryList, Form, PageHeading, Pagination, Section, TagKind};
use crate::whose::Whose;
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use domain::medicine::Warning;
use domain::record::Category;
use leptos::prelude::*;
use service::{Cursor, EntryLine, EntryPage, Which};
use std::collections::BTreeMap;

/// Which part of the list is asked for. What cannot be read counts as not asked.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) which: Option<Which>,
    pub(crate) after: Option<Cursor>,
}

impl Asked {
    pub(crate) fn read(query: Option<&str>) -> Self {
        let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
        Self {
            which: query.get("which").and_then(|which| Which::from_code(which)),
            after: query.get("after").and_then(|after| after.parse().ok()),
        }
    }
}

/// The list of a category. Problems and medicines show first what is current, then what is past.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let category = path
        .ok()
        .and_then(|Path(code)| Category::from_code(&code))
        .filter(|category| Category::SHOWN.contains(category))
        .ok_or_else(Failure::not_found)?;
    let grouped = is_grouped(category);
    let asked = Asked::read(query.as_deref());
    let which = asked.which.filter(|_| grouped);
    let later = asked.after.is_some();
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let records = &ctx.services().records;
    let whole = which.is_none() && !later;
    let parts = if grouped && whole {
        records.current_and_past(&actor, person, category).await?.into()
    } else {
        vec![records.list(&actor, person, category, which.unwrap_or(Which::All), asked.after).await?]
    };
    let taken = if category == Category::Medicine && whole { records.own_medicines(&actor, person).await? } else { Vec::new() };
    let missing = parts.first().map(|part| part.out_of_date.clone()).unwrap_or_default();
    let head = Head::new(category.title(), Place::Record);
    let head = match parts.first() {
        Some(part) => head.of(&part.whose),
        None => head,
    };
    ctx.page(head, || {
        let taken = own::medicines(taken, &ctx.whose());
        let missing = sources::band(&missing, &ctx.whose());
        view! { <Listed category parts later whole whose=ctx.whose() missing=missing /> {taken} }
    })
    .await
}

/// Whether a category is shown in two lists: what is current, and what is past.
pub(crate) const fn is_grouped(category: Category) -> bool {
    matches!(category, Category::Problem | Category::Medicine)
}

/// The list or lists of a category.
#[component]
pub(crate) fn Listed(
    category: Category,
    parts: Vec<EntryPage>,
    later: bool,
    whole: bool,
    whose: Whose,
    /// That the newest of a source may be missing from it.
    #[prop(optional_no_strip)]
    missing: Option<AnyView>,
) -> impl IntoView {
    let total: u64 = parts.iter().map(|part| part.total).sum();
    let (stated, entries): (Vec<&EntryLine>, Vec<&EntryLine>) =
        parts.iter().flat_map(|part| &part.lines).partition(|line| line.none_known);
    let dated = entries.iter().any(|line| words::date_of(line).is_some());
    let nothing = entries.is_empty() && !later && whole;
    let lead = (!nothing).then(|| {
        let count = people::counted(&parts, later);
        let usual = if total > 1 && dated { format!("{count}, newest first") } else { count };
        // In two lists the newest of all may stand in either.
        easy::say(usual, &easy::list(category, total > 1 && dated && !later && parts.len() == 1))
    });
    let (overview, back) = (whose.overview(), format!("Back to {} record", whose.in_sentence()));
    let body = if nothing && stated.is_empty() && whose.is_another() {
        let have = whose.have();
        view! {
            <EmptyState title=format!("No {} to see here", words::subject(category)) icon=icon(category)>
                <p>{format!("That does not mean that {have} none.")}</p>
            </EmptyState>
        }
        .into_any()
    } else if nothing {
        match stated.first() {
            Some(line) => none_known(category, line, &whose).into_any(),
            None => no_information(category).into_any(),
        }
    } else {
        let grouped = parts.len() > 1;
        // The sort of an entry is worth a line only where a list has several sorts.
        let kind = entries.iter().any(|line| entries.first().is_some_and(|first| first.kind != line.kind));
        let says = Says { kind, date: dated };
        let mut parts = parts;
        let warnings = warnings(&mut parts, &whose);
        let warned = warnings.is_some();
        parts.retain(|part| !grouped || part.which == Which::Current || !part.lines.is_empty() || part.next.is_some());
        let parts =
            parts.into_iter().map(|part| view! { <Part part grouped says later warned whose=whose.clone() /> }).collect_view();
        view! { {parts} {warnings} }.into_any()
    };
    view! {
        <BackLink href=overview label=back />
        {easy::picture(icon(category))}
        <PageHeading title=category.title() lead=lead />
        {missing}
        {body}
    }
}

/// What sources warned of about medicines, below these lists and taken out of them: it is nothing that anybody takes.
fn warnings(parts: &mut [EntryPage], whose: &Whose) -> Option<AnyView> {
    let mut warnings = Vec::new();
    for part in parts {
        let lines = std::mem::take(&mut part.lines);
        let (taken, left): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.kind == Warning::KIND);
        part.lines = left;
        warnings.extend(taken);
    }
    warned(warnings, whose)
}

/// Warnings about medicines in a part of their own; absent where there are none.
pub(crate) fn warned(warnings: Vec<EntryLine>, whose: &Whose) -> Option<AnyView> {
    if warnings.is_empty() {
        return None;
    }
    let row = |line: EntryLine| row_of(line, Says { kind: false, date: true }, whose);
    let rows = warnings.into_iter().map(row).collect_view();
    Some(view! { <Section title="Warnings about medicines"><EntryList>{rows}</EntryList></Section> }.into_any())
}

/// One list with what leads to the rest of it.
#[component]
fn Part(part: EntryPage, grouped: bool, says: Says, later: bool, warned: bool, whose: Whose) -> impl IntoView {
    let here = whose.category(part.category);
    let what = words::subject(part.category);
    let heading = match part.which {
        Which::All => None,
        Which::Current => Some(format!("Current {what}")),
        Which::Past => Some(format!("Past {what}")),
    };
    let which = match part.which {
        Which::All => String::new(),
        other => format!("which={}&", other.code()),
    };
    let older = part.next.as_ref().map(|next| format!("{here}?{which}after={}", routes::in_query(&next.to_string())));
    let empty = part.lines.is_empty().then(|| nothing_in((part.which, later, part.next.is_some()), what, warned));
    let unread = part.unread;
    let row = |line: EntryLine| {
        let href = whose.entry(line.id);
        let new = unread.contains(&line.id);
        // What must be looked at says more than that it is new.
        let tag = words::tag(&line).filter(|(_, kind)| !new || matches!(kind, TagKind::Attention | TagKind::Danger));
        let tag = tag.or_else(|| new.then(|| ("New".to_owned(), TagKind::Info)));
        row_with(line, href, says, (tag, None)).into_any()
    };
    let rows: Vec<AnyView> = match part.category {
        Category::People => people::rows(part.lines, (&part.same, &part.apart), says, &whose),
        _ => part.lines.into_iter().map(row).collect(),
    };
    let read = (!unread.is_empty()).then(|| {
        view! {
            <Form action=format!("{here}/read")>
                <Button kind=ButtonKind::Secondary>"Mark all as read"</Button>
            </Form>
        }
    });
    let list = match empty {
        Some(words) => view! { <p>{words}</p> }.into_any(),
        None => view! { <EntryList>{rows}</EntryList> }.into_any(),
    };
    let older = match (older, grouped, &heading) {
        (Some(older), true, Some(heading)) => {
            view! { <p><a href=older>{format!("Older {}", words::in_sentence(heading))}</a></p> }.into_any()
        }
        (older, _, _) => view! { {read} <Pagination newer=later.then_some(here) older=older /> }.into_any(),
    };
    match heading {
        Some(heading) => view! { <Section title=heading>{list} {older}</Section> }.into_any(),
        None => view! { {list} {older} }.into_any(),
    }
}

/// What is said in the place of a list that has no line on this page. Warnings are taken out of it, so that what it is of may still come
/// on the next page (`more`); and on the last page (`later`) nothing older of it may come, while warnings that are older stand below
/// (`warned`).
pub(crate) fn nothing_in((which, later, more): (Which, bool, bool), what: &str, warned: bool) -> String {
    match (which, later, more) {
        (_, _, true) => "There is more on the next page.".to_owned(),
        (_, true, false) if warned => format!("There are no older {what}. The warnings below are older than what you saw."),
        (_, true, false) => format!("There are no older {what}."),
        (Which::Past, false, false) => format!("No {what} are recorded as past."),
        (Which::Current | Which::All, false, false) => format!("No {what} are recorded as current."),
    }
}

/// Somebody asked and wrote down that there are none.
fn none_known(category: Category, line: &EntryLine, whose: &Whose) -> impl IntoView + use<> {
    let (title, entry) = (line.title.clone(), whose.entry(line.id));
    let whose = whose.in_sentence();
    let by = source(line.author.as_deref(), line.place.as_deref());
    let on = line.happened.map(|when| when.day_only());
    let said = match (by, on) {
        (Some(by), Some(on)) => format!("{by} wrote this down on {on}."),
        (Some(by), None) => format!("{by} wrote this down."),
        (None, Some(on)) => format!("This was written down on {on}."),
        (None, None) => format!("This was written down in {whose} record."),
    };
    view! {
        <EmptyState title=title icon=icon(category)>
            <p>{said} " " <a href=entry>"See this entry"</a></p>
            <p>"If that is not right, or not right any more, tell your GP practice."</p>
        </EmptyState>
    }
}

/// Nobody wrote anything down, which does not mean that there is nothing.
fn no_information(category: Category) -> impl IntoView {
    let what = words::subject(category);
    let missing = match category {
        Category::Problem | Category::Medicine | Category::Allergy | Category::Immunisation | Category::Procedure => {
            format!("Nobody has sent us anything about {what}. That does not mean that you have none.")
        }
        _ => format!("No place that sends us your record has sent any {what}. There may be some elsewhere."),
    };
    let act = match category {
        Category::Allergy => {
            "If something makes you ill or gives you a rash, tell your GP practice, even if you told them before."
        }
        Category::Medicine => "If you take medicines, also those that you buy yourself, tell your GP practice.",
        Category::Result => "If you are waiting for a result, ask the place that did the test.",
        Category::Visit => "If you are waiting for an appointment, ask the place that gave it to you.",
        _ => "If something should be here, ask your GP practice.",
    };
    view! {
        <EmptyState title=format!("No information about {what}") icon=icon(category)>
            <p>{missing}</p>
            <p>{act}</p>
            <p class="sh-screen-only"><a href=SOURCES>"See where your record comes from"</a></p>
        </EmptyState>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_there_is_none_is_said_only_where_no_more_comes() {
        let said = |which, later, more| nothing_in((which, later, more), "medicines", false);
        for which in [Which::All, Which::Current, Which::Past] {
            for later in [false, true] {
                assert_eq!(said(which, later, true), "There is more on the next page.");
            }
            assert_eq!(said(which, true, false), "There are no older medicines.");
            let below = nothing_in((which, true, false), "medicines", true);
            assert_eq!(below, "There are no older medicines. The warnings below are older than what you saw.");
            assert_eq!(nothing_in((which, true, true), "medicines", true), "There is more on the next page.");
        }
        assert_eq!(said(Which::Current, false, false), "No medicines are recorded as current.");
        assert_eq!(said(Which::Past, false, false), "No medicines are recorded as past.");
    }
}
