//! Notes of somebody's own: beside what services recorded, with a look of their own.

use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::forms::{FormState, Typed};
use crate::routes;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, DateInput, DateParts, Details, EmptyState, ErrorSummary, Form, IconName, Level, Narrow,
    OwnNote, PageHeading, Radios, Section, TextArea, TextInput, Version, VersionList,
};
use crate::whose::Whose;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use chrono::Datelike;
use domain::when::{day_in_words, instant_in_words};
use domain::{EntryId, OwnNoteId};
use leptos::prelude::*;
use service::{NotePage, NoteSeen, NotedBy, NotesSeen};

/// Where they are, and where one is written.
pub(crate) const NOTES: &str = "/record/notes";
pub(crate) const NEW: &str = "/record/notes/new";
/// The name of the form.
pub(crate) const FORM: &str = "own-note";

/// Where a note is.
pub(crate) fn note_page(id: OwnNoteId) -> String {
    format!("{NOTES}/{id}")
}

/// Whose words it is: nobody is to take it for a service's.
pub(crate) fn by(note: &NoteSeen, person: &str) -> String {
    match note.by {
        NotedBy::You => "You wrote this".to_owned(),
        NotedBy::Person => format!("{person} wrote this"),
        NotedBy::Carer => format!("Somebody who acts for {person} wrote this"),
    }
}

/// A note with what it is about and who may read it; with a link to its page where the reader has one.
pub(crate) fn one(note: NoteSeen, person: &str, (href, entry): (Option<String>, Option<String>), level: Level) -> AnyView {
    let whose = by(&note, person);
    let about = note.about.map(|(_, name)| match entry {
        Some(href) => view! { <p>"About: " <a href=href><bdi>{name}</bdi></a></p> }.into_any(),
        None => view! { <p>"About: " <bdi>{name}</bdi></p> }.into_any(),
    });
    let readers = match (note.shared, note.by) {
        (_, NotedBy::Person | NotedBy::Carer) => None,
        (true, NotedBy::You) => Some("Those who may see what it is about can read it too."),
        (false, NotedBy::You) if person != "you" => Some("Only you and the person whose record it is can read it."),
        (false, NotedBy::You) => Some("Only you can read it."),
    };
    let readers = readers.map(|words| view! { <p>{words}</p> });
    let changed = note.changed_at.map(|at| view! { <p>{format!("Changed on {}.", instant_in_words(at))}</p> });
    view! {
        <OwnNote by=whose day=day_in_words(note.day) title=Some(note.title) href=href text=note.words level=level>
            {about}
            {readers}
            {changed}
        </OwnNote>
    }
    .into_any()
}

/// The notes about an entry, on its page, and the way to write one.
pub(crate) fn about_entry(notes: NotesSeen, id: EntryId, whose: &Whose) -> Option<AnyView> {
    if notes.notes.is_empty() && !notes.may_write {
        return None;
    }
    let (person, none) = (whose.person(), notes.notes.is_empty());
    let shown = notes.notes.into_iter().map(|note| {
        let href = Some(note_page(note.id));
        one(note, &person, (href, None), Level::Three)
    });
    let shown = shown.collect_view();
    let write = notes.may_write.then(|| {
        view! { <p class="sh-screen-only"><a href=format!("{NEW}?about={id}")>"Add a note"</a></p> }
    });
    let section = view! { <Section title="Own notes">{shown}{write}</Section> };
    // Where there is none there is only the way to write one, which is none on paper.
    Some(if none { view! { <div class="sh-screen-only">{section}</div> }.into_any() } else { section.into_any() })
}

/// All of them.
pub async fn list(ctx: Ctx) -> Answer {
    let seen = ctx.services().profile.notes(&ctx.actor(), ctx.person()?).await?;
    let whose = ctx.whose();
    let title = if whose.is_another() { format!("{} own notes", whose.title()) } else { "My notes".to_owned() };
    let heading = title.clone();
    ctx.page(Head::new(&title, Place::Record).of(&seen.whose), || {
        let person = whose.person();
        let shown = |note: NoteSeen, level: Level| {
            let entry = note.about.as_ref().map(|(id, _)| routes::entry(*id));
            let href = Some(note_page(note.id));
            one(note, &person, (href, entry), level)
        };
        let body = match seen.notes.is_empty() {
            true => view! {
                <EmptyState title="No notes here" icon=IconName::Pen>
                    <p>"Write down how you feel, what you want to ask, or what you agreed."</p>
                </EmptyState>
            }
            .into_any(),
            false => seen.notes.into_iter().map(|note| shown(note, Level::Two)).collect_view().into_any(),
        };
        let write = seen.may_write.then(|| view! { <Button href=NEW picture=IconName::Pen>"Write a note"</Button> });
        let count = seen.removed.len();
        let removed = (count > 0).then(|| {
            let removed = seen.removed.into_iter().map(|note| shown(note, Level::Three)).collect_view();
            view! { <Section title="Removed"><Details summary=format!("Show what was removed ({count})")>{removed}</Details></Section> }
        });
        let whose_words = match whose.is_another() {
            true => "What is written here stands beside what services recorded.",
            false => "Your own words stand beside what services recorded.",
        };
        let lead = format!("{whose_words} No service wrote it, and nobody checks it.");
        view! {
            <BackLink href=whose.overview() label=format!("Back to {} record", whose.in_sentence()) />
            {easy::picture(IconName::Pen)}
            <PageHeading title=heading lead=easy::say(lead, acts::NOTES) />
            {write}
            {body}
            {removed}
        }
    })
    .await
}

fn id_in(path: Result<Path<String>, PathRejection>) -> Result<OwnNoteId, Failure> {
    path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)
}

/// One, with what it said before.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let page = ctx.services().profile.note(&ctx.actor(), ctx.person()?, id_in(path)?).await?;
    let form = ctx.form("note-remove").await?;
    let whose = ctx.whose();
    // The words stay in the browser's history, which others may see: no title of a note is there.
    ctx.page(Head::new("A note", Place::Record).of(&page.whose), || {
        let NotePage { note, versions, .. } = page;
        let here = note_page(note.id);
        let (version, removed) = (note.version, note.removed_at);
        let change = note
            .may_change
            .then(|| view! { <p class="sh-screen-only"><a href=format!("{here}/change")>"Change this note"</a></p> });
        let remove = note.may_remove.then(|| {
            view! {
                <Form action=format!("{here}/remove")>
                    <input type="hidden" name="version" value=version.to_string() />
                    <Button kind=ButtonKind::Warning>"Remove this note"</Button>
                </Form>
            }
        });
        let versions: Vec<Version> = versions
            .into_iter()
            .map(|one| {
                let done = match one.what.as_str() {
                    "written" => "Written",
                    "removed" => "Removed",
                    _ => "Changed",
                };
                let title = if one.title.is_empty() { String::new() } else { format!("{}: ", one.title) };
                let who = match one.by {
                    NotedBy::You => "by you",
                    NotedBy::Person => "by the person",
                    NotedBy::Carer => "by somebody who acts for the person",
                };
                Version {
                    when: format!("{done} on {}", instant_in_words(one.at)),
                    what: format!("{title}{}", one.words),
                    source: format!(
                        "{}, {who}, for {}",
                        day_in_words(one.day),
                        if one.shared { "others too" } else { "nobody else" }
                    ),
                    href: None,
                }
            })
            .collect();
        let history = (versions.len() > 1).then(|| {
            view! { <Section title="What it said before"><VersionList versions=versions /></Section> }
        });
        let gone = removed.map(|at| view! { <p><strong>{format!("Removed on {}.", instant_in_words(at))}</strong></p> });
        let entry = note.about.as_ref().map(|(id, _)| routes::entry(*id));
        let shown = one(note, &whose.person(), (None, entry), Level::Two);
        view! {
            <BackLink href=NOTES label="Back to the notes" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title="A note" />
            {gone}
            {shown}
            {change}
            {remove}
            {history}
        }
    })
    .await
}

/// What the form shows at first.
struct Filled {
    title: String,
    words: String,
    day: DateParts,
    who: String,
}

impl Filled {
    /// What was sent back, else this.
    fn of(form: &FormState, kept: Option<&NoteSeen>) -> Self {
        if !form.value("sent").is_empty() {
            return Self {
                title: form.value("title"),
                words: form.value("words"),
                day: form.date("day"),
                who: form.value("who"),
            };
        }
        match kept {
            Some(note) => Self {
                title: note.title.clone(),
                words: note.words.clone(),
                day: DateParts::new(note.day.day().to_string(), note.day.month().to_string(), note.day.year().to_string()),
                who: if note.shared { "shared" } else { "private" }.to_owned(),
            },
            None => Self { title: String::new(), words: String::new(), day: DateParts::default(), who: "private".to_owned() },
        }
    }
}

fn fields(form: &FormState, filled: Filled, whose: &Whose) -> impl IntoView + use<> {
    let only = if whose.is_another() { "Only me, and the person whose record it is" } else { "Only me" };
    let readers = vec![
        Choice::new("private", only),
        Choice::new("shared", "Me, and those who may see what it is about")
            .hint("A care team, and people who act for you, as far as you let them see that part of the record."),
    ];
    view! {
        <input type="hidden" name="sent" value="yes" />
        <TextArea id="words" label="Your note" rows=6 error=form.error("words") value=filled.words />
        <TextInput id="title" label="Title (if you want)" error=form.error("title") value=filled.title />
        <DateInput id="day" legend_text="Of which day?" hint="Leave it out for today." error=form.error("day") value=filled.day />
        <Radios id="who" legend_text="Who can read it?" choices=readers error=form.error("who") value=filled.who />
    }
}

/// That nobody looks at notes for danger.
fn nobody_reads() -> AnyView {
    if easy::is_on() {
        return acts::help(acts::NOBODY_READS);
    }
    view! { <p>"No service reads this to see if you are unwell. For urgent help call " <a href="tel:111">"111"</a> "."</p> }
        .into_any()
}

/// The form of a new one; about an entry where the address names it.
pub async fn add(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let form = ctx.form(FORM).await?;
    let about = match form.value("about") {
        back if !back.is_empty() => back,
        _ => field(&query, "about").to_owned(),
    };
    let entry = if about.is_empty() { None } else { Some(about.parse::<EntryId>().map_err(|_| Failure::not_found())?) };
    let (name, printed) = ctx.services().profile.may_note(&ctx.actor(), ctx.person()?, entry).await?;
    let submission = ctx.submission();
    let whose = ctx.whose();
    ctx.page(Head::form("Write a note", Place::Record, &form).of(&printed), || {
        let (back, label) = match entry {
            Some(id) => (routes::entry(id), "Back to the entry"),
            None => (NOTES.to_owned(), "Back to the notes"),
        };
        let about = entry.map(|id| view! { <input type="hidden" name="about" value=id.to_string() /> });
        view! {
            <Narrow>
                <BackLink href=back label=label />
                <ErrorSummary errors=form.errors() />
                {easy::picture(IconName::Pen)}
                <PageHeading title="Write a note" lead=name.map(|name| format!("About: {name}")) />
                {nobody_reads()}
                {acts::steps(&acts::NOTE)}
                <Form action=NEW submission=submission keep=FORM>
                    {about}
                    {fields(&form, Filled::of(&form, None), &whose)}
                    <Button picture=IconName::Done>"Save the note"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// The form that changes one.
pub async fn change(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = id_in(path)?;
    let NotePage { whose: printed, note, .. } = ctx.services().profile.note(&ctx.actor(), ctx.person()?, id).await?;
    if !note.may_change {
        return Err(Failure::not_found());
    }
    let form = ctx.form("note-change").await?;
    let whose = ctx.whose();
    ctx.page(Head::form("Change a note", Place::Record, &form).of(&printed), || {
        let here = note_page(id);
        view! {
            <Narrow>
                <BackLink href=here.clone() label="Back to the note" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Change a note" />
                <Form action=format!("{here}/change")>
                    <input type="hidden" name="version" value=note.version.to_string() />
                    {fields(&form, Filled::of(&form, Some(&note)), &whose)}
                    <Button>"Save the change"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}
