//! Somebody's record at work: a category, and an entry of it.

use super::about::needs_box;
use super::corrections::beside_entry;
use super::emergency::EmergencyBand;
use super::patient_page;
use super::results::unseen;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::record::entry::{MedicalCode, facts, range, stands};
use crate::pages::record::list::{is_grouped, nothing_in, warned};
use crate::pages::record::notes::one;
use crate::pages::record::results::{Links, beside, listed};
use crate::pages::record::{Says, document, own, people, row_of};
use crate::routes;
use crate::shell::Place;
use crate::ui::{BackLink, EmptyState, EntryHeading, EntryList, Inset, Level, PageHeading, Pagination, Section, SummaryList};
use crate::whose::Whose;
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use domain::medicine::Warning;
use domain::record::{Category, Sensitivity};
use domain::{EntryId, PersonId};
use leptos::prelude::*;
use service::{Cursor, EntryPage, EntryView, NotesSeen, Which};
use std::collections::{BTreeMap, BTreeSet};

/// Where an entry is at work.
pub(super) fn entry_page(person: PersonId, entry: EntryId) -> String {
    format!("{}/entries/{entry}", patient_page(person))
}

/// One category, newest first.
pub async fn list(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let (person, category) = path
        .ok()
        .and_then(|Path((id, code))| Some((id.parse::<PersonId>().ok()?, Category::from_code(&code)?)))
        .ok_or_else(Failure::not_found)?;
    let query: BTreeMap<String, String> =
        query.as_deref().and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    let after: Option<Cursor> = query.get("after").and_then(|after| after.parse().ok());
    let actor = ctx.staff()?;
    let patient = ctx.services().care_team.patient(&actor, person).await?;
    // What is not open looks like what does not exist.
    if !patient.opens.contains(&category) {
        return Err(Failure::not_found());
    }
    let head = Head::new(category.title(), Place::People).of(&patient.person);
    let (name, until, needs) = (patient.person.display_name, patient.emergency_until, patient.needs);
    // At work it is somebody else's record, of which parts may be closed.
    let whose = Whose::at_work(name.clone(), patient_page(person));
    if category == Category::Result {
        let mut page = ctx.services().records.results(&actor, person, after).await?;
        let whose = whose.with_marks(std::mem::take(&mut page.marks));
        let (here, base) = (format!("{}/record/{}", patient_page(person), category.code()), patient_page(person));
        let plain = &ctx.services().plain_words;
        return ctx
            .page(head, || {
                let list = listed(page, after.is_some(), &here, &base, &whose, plain);
                view! {
                    <EmergencyBand person until />
                    <BackLink href=base.clone() label=format!("Back to {name}") />
                    {needs_box(&needs, person)}
                    <PageHeading title=category.title() whose=name.clone() />
                    {list}
                }
            })
            .await;
    }
    let grouped = is_grouped(category);
    let which = query.get("which").and_then(|which| Which::from_code(which)).filter(|_| grouped);
    let records = &ctx.services().records;
    // First what goes on, then what is over, as the person themself sees it.
    let mut parts: Vec<EntryPage> = if grouped && which.is_none() && after.is_none() {
        records.current_and_past(&actor, person, category).await?.into()
    } else {
        vec![records.list(&actor, person, category, which.unwrap_or(Which::All), after).await?]
    };
    let marks = parts.first_mut().map(|part| std::mem::take(&mut part.marks)).unwrap_or_default();
    let whose = whose.with_marks(marks);
    let taken = if category == Category::Medicine && which.is_none() && after.is_none() {
        records.own_medicines(&actor, person).await?
    } else {
        Vec::new()
    };
    ctx.page(head, || {
        let taken = own::medicines(taken, &whose);
        view! {
            <EmergencyBand person until />
            <Listed person category parts name whose needs=needs_box(&needs, person) later=after.is_some() />
            {taken}
        }
    })
    .await
}

#[component]
fn Listed(
    person: PersonId,
    category: Category,
    parts: Vec<EntryPage>,
    name: String,
    whose: Whose,
    needs: Option<AnyView>,
    later: bool,
) -> impl IntoView {
    let here = format!("{}/record/{}", patient_page(person), category.code());
    let what = words::subject(category);
    let lead = people::counted(&parts, later);
    let body = if parts.iter().all(|part| part.lines.is_empty()) {
        view! {
            <EmptyState title=format!("No {what} that you can see") icon=crate::pages::record::icon(category)>
                <p>"That does not mean that there are none."</p>
            </EmptyState>
        }
        .into_any()
    } else {
        // People and places have no dates: that none was given is worth a word only where others have one.
        let date = parts.iter().flat_map(|part| &part.lines).any(|line| words::date_of(line).is_some());
        let grouped = parts.len() > 1;
        // Nobody takes a warning.
        let mut warnings = Vec::new();
        let mut parts = parts;
        for part in &mut parts {
            let lines = std::mem::take(&mut part.lines);
            let (taken, left): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.kind == Warning::KIND);
            part.lines = left;
            warnings.extend(taken);
        }
        let warned_of = !warnings.is_empty();
        parts.retain(|part| !grouped || part.which == Which::Current || !part.lines.is_empty() || part.next.is_some());
        let shown =
            parts.into_iter().map(|part| one_part(&whose, part, (grouped, date), (later, warned_of), &here)).collect_view();
        let warnings = warned(warnings, &whose);
        view! { {shown} {warnings} }.into_any()
    };
    view! {
        <BackLink href=patient_page(person) label=format!("Back to {name}") />
        {needs}
        <PageHeading title=category.title() whose=name lead=lead />
        {body}
    }
}

/// One list of a category, below its name where there are several (`grouped`), with the way to the rest of it. `date` is whether any entry
/// of the page has one, and `warned_of` whether warnings stand below.
fn one_part(
    whose: &Whose,
    part: EntryPage,
    (grouped, date): (bool, bool),
    (later, warned_of): (bool, bool),
    here: &str,
) -> AnyView {
    let what = words::subject(part.category);
    let (heading, asked) = match part.which {
        Which::All => (None, String::new()),
        Which::Current => (Some(format!("Current {what}")), format!("which={}&", part.which.code())),
        Which::Past => (Some(format!("Past {what}")), format!("which={}&", part.which.code())),
    };
    let older = part.next.as_ref().map(|next| format!("{here}?{asked}after={}", routes::in_query(&next.to_string())));
    let list = if part.lines.is_empty() {
        let words = nothing_in((part.which, later, part.next.is_some()), what, warned_of);
        view! { <p>{words}</p> }.into_any()
    } else {
        let says = Says { kind: true, date };
        let rows: Vec<AnyView> = match part.category {
            Category::People => people::rows(part.lines, (&part.same, &part.apart), says, whose),
            _ => part.lines.into_iter().map(|line| row_of(line, says, whose).into_any()).collect(),
        };
        view! { <EntryList>{rows}</EntryList> }.into_any()
    };
    let way = match (older, grouped, &heading) {
        (Some(older), true, Some(heading)) => {
            view! { <p><a href=older>{format!("Older {}", words::in_sentence(heading))}</a></p> }.into_any()
        }
        (older, _, _) => view! { <Pagination newer=later.then(|| here.to_owned()) older=older /> }.into_any(),
    };
    match heading {
        Some(heading) => view! { <Section title=heading>{list} {way}</Section> }.into_any(),
        None => view! { {list} {way} }.into_any(),
    }
}

/// One entry as it is now.
pub async fn entry(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let (person, id) = path
        .ok()
        .and_then(|Path((person, id))| Some((person.parse::<PersonId>().ok()?, id.parse::<EntryId>().ok()?)))
        .ok_or_else(Failure::not_found)?;
    let actor = ctx.staff()?;
    let (mut entry, notes) = ctx.services().profile.entry_with_notes(&actor, person, id).await?;
    let patient = ctx.services().care_team.patient(&actor, person).await?;
    let reports = ctx.services().corrections.beside_entry(&actor, person, id).await?;
    let mut marks = std::mem::take(&mut entry.marks);
    // Of what a result holds too.
    let (waits, reported) = (marks.unseen.remove(&id), marks.reported);
    let (name, until) = (patient.person.display_name, patient.emergency_until);
    let line = &entry.line;
    let title = if line.sensitivity == Sensitivity::General { line.title.clone() } else { line.kind.clone() };
    ctx.page(Head::new(&title, Place::People).of(&entry.whose), || {
        let waits = waits.map(|one| {
            let words = unseen(one, &name);
            view! { <Inset><p>{words}</p></Inset> }
        });
        let marks = view! { {waits} {beside_entry(&reports)} }.into_any();
        view! {
            <EmergencyBand person until />
            <Shown
                person
                entry
                name=name.clone()
                needs=needs_box(&patient.needs, person)
                marks
                reported
                turned=document::Turned::read(query.as_deref())
            />
            {own_notes(notes, &name)}
        }
    })
    .await
}

/// What the person wrote themselves about the entry, apart from it.
fn own_notes(notes: NotesSeen, name: &str) -> Option<AnyView> {
    if notes.notes.is_empty() {
        return None;
    }
    let shown = notes.notes.into_iter().map(|note| one(note, name, (None, None), Level::Three)).collect_view();
    Some(view! { <Section title="Notes of their own">{shown}</Section> }.into_any())
}

#[component]
fn Shown(
    person: PersonId,
    entry: EntryView,
    name: String,
    needs: Option<AnyView>,
    marks: AnyView,
    reported: BTreeSet<EntryId>,
    turned: document::Turned,
) -> impl IntoView {
    let entry = document::without_repeats(entry);
    let line = &entry.line;
    let here = entry_page(person, line.id);
    let documents = document::section(entry.documents.clone(), Some(&here), &line.title, &entry.organisation, turned);
    let back = format!("{}/record/{}", patient_page(person), line.category.code());
    let (value, unit) = line.value.as_ref().map(words::amount).map_or((None, None), |(value, unit)| (Some(value), unit));
    let still_so = line.status.as_deref() == Some("active")
        && matches!(line.category, Category::Problem | Category::Medicine | Category::Care);
    let caption = (!line.kind.eq_ignore_ascii_case(&line.title)).then(|| line.kind.clone());
    let range = line.value.as_ref().and_then(|value| range(value, &line.kind));
    let stands = line.value.as_ref().and_then(|value| stands(value, &line.kind));
    let links = Links { base: patient_page(person), whole: true, plain: None, reported };
    let result = entry.result.as_ref().map(|seen| beside(line.id, line, seen, &links));
    let rows = facts(&entry);
    let code = entry.code.clone().map(|code| view! { <MedicalCode code /> });
    view! {
        <BackLink href=back label=format!("Back to {}", words::in_sentence(line.category.title())) />
        {needs}
        <EntryHeading
            title=line.title.clone()
            caption=caption
            date=words::span(line.happened, entry.ended, still_so)
            value=value
            unit=unit
            tag=words::tag(line)
        />
        <p>"In the record of " <strong><bdi>{name}</bdi></strong></p>
        {marks}
        {range}
        {stands}
        {result}
        <SummaryList rows=rows />
        {documents}
        {code}
    }
}
