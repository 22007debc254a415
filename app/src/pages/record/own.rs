//! What somebody wrote themself, beside the entries of services in the order of time and among what is found.

use super::notes::note_page;
use crate::pages::medicines::LIST;
use crate::ui::{Level, Marked, OwnNote, Section};
use crate::whose::Whose;
use domain::when::day_in_words;
use leptos::prelude::*;
use service::{FoundOwn, NotedBy, OwnLine, OwnThing};

/// How much of a long note is shown where its own page is a click away, in characters.
const SHOWN: usize = 300;

/// Whose words it is: nobody is to take it for a service's.
fn by(line: &OwnLine, whose: &Whose) -> String {
    match (line.by, &whose.name) {
        (NotedBy::You, _) | (NotedBy::Person, None) => "You wrote this".to_owned(),
        (NotedBy::Person, Some(name)) => format!("{name} wrote this"),
        (NotedBy::Carer, _) => format!("Somebody who acts for {} wrote this", whose.person()),
    }
}

/// Where all of it is, where that is anywhere for whoever reads.
fn page(line: &OwnLine, whose: &Whose) -> Option<String> {
    match line.thing {
        _ if whose.is_preview() => None,
        OwnThing::Note(_) if whose.is_at_work() => Some(format!("{}/notes", whose.overview())),
        OwnThing::Medicine(_) if whose.is_at_work() => None,
        OwnThing::Note(id) => Some(note_page(id)),
        OwnThing::Medicine(id) => Some(format!("{LIST}/own/{id}")),
    }
}

/// The beginning of a text; it shows where that is not all.
fn beginning(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} \u{2026}", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// The day that stands beside whose words it is.
fn day(line: &OwnLine) -> String {
    let day = day_in_words(line.day);
    match (line.thing, line.added) {
        (OwnThing::Note(_), _) => day,
        (OwnThing::Medicine(_), true) => format!("Added on {day}"),
        (OwnThing::Medicine(_), false) => format!("Since {day}"),
    }
}

/// One thing of the timeline.
pub(crate) fn one(line: OwnLine, whose: &Whose) -> AnyView {
    let page = page(&line, whose);
    let text = if page.is_some() { beginning(&line.words) } else { line.words.clone() };
    shown(&line, page, (Vec::new(), text, None), whose)
}

/// The medicines that somebody takes of their own accord, below those that services recorded; nothing where there are none.
pub(crate) fn medicines(lines: Vec<OwnLine>, whose: &Whose) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    let shown = lines.into_iter().map(|line| one(line, whose)).collect_view();
    Some(
        view! {
            <Section title="Bought without a prescription">
                <p>"No service recorded these, and none has checked them."</p>
                {shown}
            </Section>
        }
        .into_any(),
    )
}

/// One thing that was found.
pub(crate) fn found(found: FoundOwn, whose: &Whose) -> AnyView {
    let FoundOwn { line, title, context } = found;
    let parts =
        |pieces: Vec<domain::search::Piece>| pieces.into_iter().map(|piece| (piece.text, piece.marked)).collect::<Vec<_>>();
    let page = page(&line, whose);
    let title = parts(title);
    let text = if context.is_some() { String::new() } else { beginning(&line.words) };
    let said = context.map(|(label, pieces)| {
        let parts = parts(pieces);
        view! { <p>{format!("{label}: ")} <q class="sh-found"><Marked parts /></q></p> }.into_any()
    });
    shown(&line, page, (title, text, said), whose)
}

/// Its name in parts where it was found, what it says, and where in it stands what was looked for.
type Says = (Vec<(String, bool)>, String, Option<AnyView>);

fn shown(line: &OwnLine, page: Option<String>, (parts, text, said): Says, whose: &Whose) -> AnyView {
    let bought =
        matches!(line.thing, OwnThing::Medicine(_)).then(|| view! { <p>"A medicine bought without a prescription."</p> });
    let reason = (!line.reason.is_empty()).then(|| view! { <p>"For: " <bdi>{line.reason.clone()}</bdi></p> });
    let stopped = line.stopped.map(|day| view! { <p>{format!("Stopped on {}.", day_in_words(day))}</p> });
    let about =
        line.about.map(|entry| view! { <p class="sh-screen-only"><a href=whose.entry(entry)>"See what it is about"</a></p> });
    view! {
        <OwnNote
            by=by(line, whose)
            day=day(line)
            title=Some(line.title.clone())
            parts=parts
            href=page
            text=text
            level=Level::Three
        >
            {said}
            {bought}
            {reason}
            {stopped}
            {about}
        </OwnNote>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_note_begins_and_says_that_there_is_more() {
        assert_eq!(beginning("Dizzy."), "Dizzy.");
        let long = "é".repeat(SHOWN + 1);
        assert_eq!(beginning(&long), format!("{} \u{2026}", "é".repeat(SHOWN)));
    }
}
