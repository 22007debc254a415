//! One entry of the record: what it is, when, where, who wrote it down, and what it said before.

use super::notes::about_entry;
use super::results::{Links, beside};
use super::trend::told_alone;
use super::{document, icon, in_full, mistakes, next, plain, privacy, release};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy;
use crate::routes;
use crate::shell::Place;
use crate::ui::{BackLink, Details, EntryHeading, Inset, NumberLine, Section, SummaryList, SummaryRow, Version, VersionList};
use crate::whose::Whose;
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use domain::record::{Category, Code, Sensitivity, Value};
use domain::result::next::is_of_a_visit;
use domain::result::{Told, stands_to_its_range};
use domain::when::instant_in_words;
use domain::wish::{Wish, is_over};
use domain::{EntryId, When};
use leptos::prelude::*;
use service::{EntryView, OrganisationKind, PlainWords, ServiceError, VersionView};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The label of the only fact of a version that cannot be shown in words.
const UNREAD: &str = "This version";

/// The entry as it is now.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let id = path.ok().and_then(|Path(id)| id.parse::<EntryId>().ok()).ok_or_else(Failure::not_found)?;
    let (mut entry, notes) = match ctx.services().profile.entry_with_notes(&ctx.actor(), ctx.person()?, id).await {
        // A newer version waits to be shown: what was shown before stays so.
        Err(ServiceError::NotFound) => {
            let before = ctx.services().records.version_before(&ctx.actor(), ctx.person()?, id).await?;
            return Ok(ctx.go(&ctx.whose().version(id, before.ok_or_else(Failure::not_found)?)));
        }
        found => found?,
    };
    let whose = ctx.whose();
    let notes = about_entry(notes, id, &whose);
    let reports = ctx.services().corrections.about_entry(&ctx.actor(), ctx.person()?, id).await?;
    let mistakes = mistakes::about_entry(&reports, id);
    let privacy = if whose.is_another() {
        None
    } else {
        let privacy = ctx.services().hidings.of_entry(&ctx.actor(), ctx.person()?, id).await?;
        Some(privacy::in_short(&privacy, id).into_any())
    };
    let reported = std::mem::take(&mut entry.marks).reported;
    page(&ctx, entry, None, ([mistakes, notes, privacy], reported), document::Turned::read(query.as_deref())).await
}

/// The entry as it was.
pub async fn show_version(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let (id, version) = path
        .ok()
        .and_then(|Path((id, version))| Some((id.parse::<EntryId>().ok()?, version.parse::<i32>().ok()?)))
        .ok_or_else(Failure::not_found)?;
    let entry = ctx.services().records.entry_version(&ctx.actor(), ctx.person()?, id, version).await?;
    if entry.versions.iter().any(|one| one.current && one.number == version) {
        return Ok(ctx.go(&routes::entry(id)));
    }
    page(&ctx, entry, Some(version), ([None, None, None], BTreeSet::new()), document::Turned::default()).await
}

/// `others` is what else stands on its page; in those that are `reported` is a mistake of which the reader is told.
async fn page(
    ctx: &Ctx,
    entry: EntryView,
    earlier: Option<i32>,
    (others, reported): ([Option<AnyView>; 3], BTreeSet<EntryId>),
    turned: document::Turned,
) -> Answer {
    // The title stays in the browser's history, which others may see: what is sensitive is not named there.
    let line = &entry.line;
    let name = if line.sensitivity == Sensitivity::General { &line.title } else { &line.kind };
    let name = match earlier {
        Some(_) => format!("{name}, an earlier version"),
        None => name.clone(),
    };
    let next = if earlier.is_none() { next::of_entry(ctx, &entry) } else { None };
    let plain = plain::of_entry(ctx, &entry);
    let plain_words = ctx.services().plain_words.clone();
    let here = routes::entry(line.id);
    let [mistakes, notes, privacy] = others;
    ctx.page(Head::new(&name, Place::Record).of(&entry.whose), || {
        view! { <Entry entry earlier=earlier.is_some() whose=ctx.whose() next=next plain=plain plain_words=plain_words files=Some(here) turned=turned reported=reported /> {mistakes} {notes} {privacy} }
    })
    .await
}

/// The entry, with what comes next and what it is in plain words, and without what only its owner may do with it. First stands what it says,
/// with where it comes from in one line; how it came stands last. `plain_words` name a test and the values of a report plainly; `files` is the
/// address below which its files are given out, and `turned` says which page of a scan is shown; the values of a report that are
/// `reported` as wrong are marked.
#[component]
pub(crate) fn Entry(
    entry: EntryView,
    earlier: bool,
    whose: Whose,
    #[prop(optional_no_strip)] next: Option<AnyView>,
    plain: Option<AnyView>,
    plain_words: Arc<PlainWords>,
    #[prop(optional_no_strip)] files: Option<String>,
    #[prop(optional)] turned: document::Turned,
    #[prop(optional)] reported: BTreeSet<EntryId>,
) -> impl IntoView {
    let entry = document::without_repeats(entry);
    let line = &entry.line;
    let (back, back_label) = if earlier && entry.newer_by.is_none() {
        (whose.entry(line.id), "Back to what it says now".to_owned())
    } else {
        (whose.category(line.category), format!("Back to {}", words::in_sentence(line.category.title())))
    };
    let caption = if earlier { format!("{}: an earlier version", line.kind) } else { line.kind.clone() };
    let caption = (earlier || !line.kind.eq_ignore_ascii_case(&line.title)).then_some(caption);
    let (value, unit) = line.value.as_ref().map(words::amount).map_or((None, None), |(value, unit)| (Some(value), unit));
    let tag = words::tag(line);
    let still_so = line.status.as_deref() == Some("active")
        && matches!(line.category, Category::Problem | Category::Medicine | Category::Care);
    let when = words::span(line.happened, entry.ended, still_so);
    let range = line.value.as_ref().and_then(|value| range(value, &line.kind));
    let stands = line.value.as_ref().and_then(|value| stands(value, &line.kind));
    let note = note(&entry, earlier, &whose);
    // A test is first what people call it; of a medicine the name in the record says its strength.
    let name = plain_words.find(line.category, entry.code.as_slice(), &line.title).filter(|_| line.category == Category::Result);
    let name = name.map(|words| words.name.clone()).filter(|name| !name.eq_ignore_ascii_case(&line.title));
    let also = name.is_some().then(|| format!("Called in the record: {}", line.title));
    let title = name.unwrap_or_else(|| line.title.clone());
    let (whole, plain_names) = (!whose.is_preview() && !earlier, Some(plain_words));
    let links = Links { base: whose.overview(), whole, plain: plain_names, reported };
    let result = entry.result.as_ref().map(|seen| beside(line.id, line, seen, &links));
    let easy = easy::is_on().then(|| {
        let answered = entry.result.as_ref().is_some_and(|seen| !seen.answers.is_empty());
        let said = easy::entry(line, answered);
        said.into_iter().map(|words| view! { <p class="sh-lead">{words}</p> }).collect_view()
    });
    let versions = (entry.versions.len() > 1)
        .then(|| view! { <Versions id=line.id shown=entry.version versions=entry.versions.clone() whose=whose.clone() /> });
    let code = entry.code.clone().map(|code| view! { <MedicalCode code /> });
    let said = entry.words.as_ref().map(release::words);
    let wish = Wish::from_code(&line.kind).filter(|_| !earlier && line.category == Category::Care);
    let wish = wish.map(|wish| wished(wish, &entry));
    let documents = document::section(entry.documents.clone(), files.as_deref(), &line.title, &entry.organisation, turned);
    // A letter says itself what the facts of it sum up.
    let is_letter = line.category == Category::Document;
    let facts = facts_below(said_by(&entry), is_letter || next.is_some());
    let (facts, after_letter) = if is_letter { (None, facts) } else { (facts, None) };
    let came = origin(&entry);
    view! {
        <BackLink href=back label=back_label />
        {easy::picture(icon(line.category))}
        <EntryHeading
            title=title
            caption=caption
            also=also
            date=when
            value=value
            unit=unit
            tag=tag
            source=in_full(line)
        />
        {easy}
        {note}
        {range}
        {stands}
        {said}
        {result}
        {wish}
        {next}
        {facts}
        {documents}
        {plain}
        {after_letter}
        <Section title="Where this comes from">
            <SummaryList rows=came />
        </Section>
        {code}
        {versions}
    }
}

/// The range that came with a value of a result of this kind: a line of numbers where the value is a plain number, and in any case a
/// sentence.
pub(crate) fn range(value: &Value, kind: &str) -> Option<AnyView> {
    let range = value.range.as_ref()?;
    let words = words::range(range, value.unit.as_deref(), is_of_a_visit(kind))?;
    let number = |text: Option<&String>| text.and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite());
    // "<3" is not 3: only a value that is shown as its number has a place on the line.
    let plain = number(value.number.as_ref().filter(|number| **number == value.text));
    let (low, high) = (number(range.low.as_ref()), number(range.high.as_ref()));
    let ordered = !low.zip(high).is_some_and(|(low, high)| low >= high);
    Some(match plain {
        Some(value) if ordered && (low.is_some() || high.is_some()) => view! { <NumberLine value low high words /> }.into_any(),
        _ => view! { <p>{words}</p> }.into_any(),
    })
}

/// Where a value stands to the range that came with it, in the words in which it is said of one over time.
pub(crate) fn stands(value: &Value, kind: &str) -> Option<AnyView> {
    // The unit stands beside it in the heading, and with the range.
    let told = Told { amount: value.text.clone(), ..told_alone(value, kind) };
    let said = stands_to_its_range(&told)?;
    Some(view! { <p>{said}</p> }.into_any())
}

/// What a wish or a decision about treatment means, and whom to ask about it; of one that ended first that it does not hold.
fn wished(wish: Wish, entry: &EntryView) -> AnyView {
    let line = &entry.line;
    let names = [line.author.as_ref(), line.place.as_ref(), Some(&entry.organisation)];
    let mut whom: Vec<&str> = Vec::new();
    for name in names.into_iter().flatten().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        if !whom.contains(&name) {
            whom.push(name);
        }
    }
    let ask = match whom.as_slice() {
        [] => "Ask the GP practice.".to_owned(),
        some => format!("Whom to ask: {}, or the GP practice.", some.join(", ")),
    };
    if is_over(line.status.as_deref()) {
        let before =
            "It is here so that you can see what was recorded. Ask whoever recorded it, or the GP practice, what holds now.";
        let said = format!("Then it said: {}", wish.meaning());
        return view! { <Inset><p>"This does not hold now."</p><p>{before}</p><p>{said}</p><p>{ask}</p></Inset> }.into_any();
    }
    view! { <Inset><p>{wish.meaning()}</p><p>{wish.talked_about()}</p><p>{ask}</p></Inset> }.into_any()
}

/// What the reader must know before they read on.
fn note(entry: &EntryView, earlier: bool, whose: &Whose) -> Option<AnyView> {
    let now = whose.entry(entry.line.id);
    if let Some(by) = entry.newer_by {
        let (from, on) = (&entry.organisation, instant_in_words(entry.received_at));
        let words = format!(
            "This is what {from} sent on {on}. They have sent a newer version, which may say something else. You will see it by {} at the \
             latest. Do not rely on what stands here: if it matters to you now, ask {from}.",
            release::by_day(by)
        );
        let files = "Files that came with this version are not shown here.";
        let list = whose.category(Category::Result);
        return Some(view! { <Inset><p>{words}</p><p>{files} " " <a href=list>"See why you wait"</a></p></Inset> }.into_any());
    }
    if earlier {
        let (from, on) = (&entry.organisation, instant_in_words(entry.received_at));
        let counts = entry.versions.iter().find(|version| version.current).map_or(0, |version| version.number);
        let words = if entry.version > counts {
            format!("{from} sent this on {on}. We could not read it, so we still show the version before it.")
        } else {
            format!("This is what {from} sent on {on}. It has changed since.")
        };
        // Only the version that counts has its files here.
        let files = (entry.line.category == Category::Document).then(|| {
            let words = format!("The letter or file that came with this version is not shown here. Ask {from} for it.");
            view! { <p>{words}</p> }
        });
        return Some(view! { <Inset><p>{words} " " <a href=now>"See what it says now"</a></p>{files}</Inset> }.into_any());
    }
    entry.newest_unreadable.then(|| {
        let words = format!(
            "{} has sent a newer version that we could not read. This is the last one that we could. Ask them what has changed.",
            entry.organisation
        );
        view! { <Inset><p>{words}</p></Inset> }.into_any()
    })
}

/// All that is told of an entry in facts: what it says, and then where it comes from.
pub(crate) fn facts(entry: &EntryView) -> Vec<SummaryRow> {
    said_by(entry).into_iter().chain(origin(entry)).collect()
}

/// What an entry says in facts, with a heading where it stands below something else that has one; nothing where there are none.
fn facts_below(rows: Vec<SummaryRow>, headed: bool) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let list = view! { <SummaryList rows=rows /> };
    Some(if headed { view! { <Section title="More about this">{list}</Section> }.into_any() } else { list.into_any() })
}

/// Adds a fact to those that are there, where it is told.
fn add(rows: &mut Vec<SummaryRow>, label: &str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
        rows.push(SummaryRow::new(label, lines(&value)));
    }
}

/// Whether something is told under this label.
fn told(entry: &EntryView, label: &str) -> bool {
    entry.details.iter().any(|detail| detail.label == label)
}

/// What is said of when something was that has no date of its own: when it was written down, which is not when it began.
fn undated(entry: &EntryView) -> String {
    let recorded = |when: When| format!("Recorded {}. Nothing here says when it began or happened.", when.day_only());
    entry.recorded.map_or_else(|| "No date given".to_owned(), recorded)
}

/// What an entry says.
fn said_by(entry: &EntryView) -> Vec<SummaryRow> {
    let line = &entry.line;
    let mut rows = Vec::new();
    if line.happened.is_none() && entry.ended.is_none() && !told(entry, "When") && !told(entry, "Started") {
        add(&mut rows, "When", Some(undated(entry)));
    }
    for detail in &entry.details {
        add(&mut rows, &detail.label, Some(detail.value.clone()));
    }
    add(&mut rows, "Status", line.status.as_deref().and_then(|status| words::status(line.category, status)));
    rows
}

/// Who wrote an entry down, where, who sent it, how and when it came.
fn origin(entry: &EntryView) -> Vec<SummaryRow> {
    let line = &entry.line;
    let mut rows = Vec::new();
    // Of what could not be read nothing is said.
    let unread = told(entry, UNREAD) || (entry.details.is_empty() && entry.code.is_none() && line.title == line.kind);
    let author = line.author.clone().or_else(|| (!unread).then(|| "No name is given here".to_owned()));
    add(&mut rows, "Recorded by", author.filter(|_| !told(entry, "With")));
    add(&mut rows, if told(entry, "Where") { "Organisation" } else { "Where" }, line.place.clone());
    if entry.recorded != line.happened {
        add(&mut rows, "Written down", entry.recorded.map(|when| when.in_words()));
    }
    add(&mut rows, "Sensitive", words::sensitivity(line.sensitivity).map(str::to_owned));
    add(&mut rows, "Sent to us by", Some(entry.organisation.clone()));
    add(&mut rows, "How it came", Some(how_it_came(entry.sender)));
    let this = entry.versions.iter().find(|version| version.number == entry.version);
    add(&mut rows, "Last changed in their system", this.and_then(|version| version.source_updated_at).map(instant_in_words));
    add(&mut rows, "Received", Some(instant_in_words(entry.received_at)));
    let first = entry.versions.iter().find(|version| version.number == 1 && entry.version > 1);
    add(&mut rows, "First received", first.map(|version| instant_in_words(version.received_at)));
    rows
}

/// By what way an entry came into the record: each is sent by a system of a source, and kept as it was sent.
fn how_it_came(sender: OrganisationKind) -> String {
    let system = match sender {
        OrganisationKind::Practice => "The computer system of this GP surgery",
        OrganisationKind::Hospital => "The computer system of this hospital",
        OrganisationKind::Community => "The computer system of this community health service",
        OrganisationKind::Pharmacy => "The computer system of this pharmacy",
        OrganisationKind::Urgent => "The computer system of this NHS 111 or out-of-hours service",
        OrganisationKind::Ambulance => "The computer system of this ambulance service",
        OrganisationKind::Hospice => "The computer system of this hospice",
        OrganisationKind::SocialCare => "The computer system of this social care service",
        OrganisationKind::Other => "Their computer system",
    };
    format!("{system} sent it. Nobody wrote it here, and nobody here has changed it.")
}

/// A text with its line breaks.
fn lines(text: &str) -> impl IntoView + use<> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).enumerate();
    lines.map(|(at, line)| view! { {(at > 0).then(|| view! { <br /> })} {line} }).collect_view()
}

/// For those who need the code: a doctor abroad, a researcher, another program.
#[component]
pub(crate) fn MedicalCode(code: Code) -> impl IntoView {
    let mut rows = vec![SummaryRow::new("Code", code.code)];
    if !code.system.is_empty() {
        rows.push(SummaryRow::new("Code list", words::code_system(&code.system)));
    }
    rows.extend(code.display.map(|display| SummaryRow::new("Its words for this", display)));
    view! {
        <Details summary="The medical code">
            <p>"Health systems use codes so that they mean the same thing."</p>
            <SummaryList rows=rows />
        </Details>
    }
}

#[component]
fn Versions(id: EntryId, shown: i32, versions: Vec<VersionView>, whose: Whose) -> impl IntoView {
    let count = words::how_many(u64::try_from(versions.len()).unwrap_or_default(), "version", "versions");
    let versions = versions
        .into_iter()
        .map(|version| {
            let here = version.number == shown;
            let (what, href) = match (here, version.current) {
                (true, _) => (format!("Version {}, shown on this page", version.number), None),
                (false, true) => (format!("Version {}, the newest", version.number), Some(whose.entry(id))),
                (false, false) => (format!("Version {}", version.number), Some(whose.version(id, version.number))),
            };
            Version {
                when: format!("Received {}", instant_in_words(version.received_at)),
                what,
                source: format!("Sent by {}", version.organisation),
                href,
            }
        })
        .collect();
    view! {
        <Section title="What it said before">
            <p>{format!("{count}. Nothing that was sent is thrown away.")}</p>
            <VersionList versions=versions />
        </Section>
    }
}
