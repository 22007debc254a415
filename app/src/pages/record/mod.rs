//! Your record: the overview, a list for each category, and a page for each entry.

pub mod document;
pub mod entry;
pub mod list;
pub mod mistake_letter;
pub mod mistakes;
pub(crate) mod narrow;
mod next;
pub mod notes;
pub mod overview;
pub(crate) mod own;
pub(crate) mod people;
pub mod plain;
pub mod privacy;
pub mod release;
pub mod results;
pub mod search;
pub mod sources;
pub mod summary;
pub mod timeline;
pub mod trend;

use crate::routes;
use crate::ui::{EntryRow, IconName, TagKind};
use crate::whose::Whose;
use crate::words;
use domain::record::Category;
use domain::{EntryId, When};
use leptos::prelude::*;
use service::EntryLine;

/// The icon of a category.
pub(crate) const fn icon(category: Category) -> IconName {
    match category {
        Category::Problem => IconName::Problem,
        Category::Medicine => IconName::Pill,
        Category::Allergy => IconName::Alert,
        Category::Immunisation => IconName::Syringe,
        Category::Result => IconName::Flask,
        Category::Visit => IconName::Stethoscope,
        Category::Procedure => IconName::Procedure,
        Category::Document => IconName::Document,
        Category::Care => IconName::Clipboard,
        Category::People => IconName::People,
        Category::Other => IconName::Record,
    }
}

/// What a list says of each of its entries, because they differ in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Says {
    /// Of what sort it is.
    pub kind: bool,
    /// When it was, or that no date was given.
    pub date: bool,
}

/// A word and its shape beside an entry.
pub(crate) type Label = Option<(String, TagKind)>;

/// What lists at work say of what the person cannot read yet: neither why nor until when, which would tell what they chose.
const NOT_SEEN: &str = "Not seen by the person yet";

/// What stands beside an entry in which a mistake is reported, to whoever is to answer that or is told of it: it does not say that it is one.
pub(crate) fn mark(reported: bool) -> Label {
    reported.then(|| ("Reported as wrong".to_owned(), TagKind::Attention))
}

/// The same of an entry in the record of whoever it is, with that the person has not seen it yet.
pub(crate) fn mark_of(whose: &Whose, id: EntryId) -> Label {
    match (whose.is_reported(id), whose.is_unseen(id)) {
        (true, true) => Some((format!("Reported as wrong. {NOT_SEEN}"), TagKind::Attention)),
        (false, true) => Some((NOT_SEEN.to_owned(), TagKind::Info)),
        (reported, false) => mark(reported),
    }
}

/// A line below the name of an entry, with that the person has not seen it yet.
pub(crate) fn with_unseen(text: Option<String>, whose: &Whose, id: EntryId) -> Option<String> {
    match (text, whose.is_unseen(id)) {
        (Some(text), true) => Some(format!("{text}. {NOT_SEEN}")),
        (None, true) => Some(NOT_SEEN.to_owned()),
        (text, false) => text,
    }
}

/// One entry as a row of a list.
pub(crate) fn row(line: EntryLine, says: Says) -> impl IntoView {
    let (href, tag) = (routes::entry(line.id), words::tag(&line));
    row_with(line, href, says, (tag, None))
}

/// The same in the record of whoever it is, with the mark of a mistake that is reported.
pub(crate) fn row_of(line: EntryLine, says: Says, whose: &Whose) -> impl IntoView + use<> {
    let (href, tag, mark) = (whose.entry(line.id), words::tag(&line), mark_of(whose, line.id));
    row_with(line, href, says, (tag, mark))
}

/// The same with this tag, and this mark beside it.
pub(crate) fn row_with(line: EntryLine, href: String, says: Says, (tag, mark): (Label, Label)) -> impl IntoView {
    let source = in_full(&line);
    let amount = line.value.as_ref().map(words::amount);
    let (date, datetime) = (words::day_of(&line), words::date_of(&line));
    let text = (says.kind && !line.kind.eq_ignore_ascii_case(&line.title)).then_some(line.kind);
    let (value, unit) = amount.map_or((None, None), |(value, unit)| (Some(value), unit));
    view! {
        <EntryRow
            title=line.title
            href=href
            date=says.date.then_some(date)
            datetime=datetime
            value=value
            unit=unit
            text=text
            source=source
            tag=tag
            mark=mark
        />
    }
}

/// "Dr Amara Obi, Riverside Surgery".
pub(crate) fn source(author: Option<&str>, place: Option<&str>) -> Option<String> {
    let filled = |text: Option<&str>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match (filled(author), filled(place)) {
        (Some(author), Some(place)) if author == place => Some(author),
        (Some(author), Some(place)) => Some(format!("{author}, {place}")),
        (author, place) => author.or(place),
    }
}

/// Who wrote an entry down, where, and who sent it, where that is another: "Dr Amara Obi, Ward 3. Sent by St Anne’s Hospital".
pub(crate) fn in_full(line: &EntryLine) -> Option<String> {
    let told = source(line.author.as_deref(), line.place.as_deref());
    with_sender(told, &line.sent_by)
}

fn with_sender(told: Option<String>, sent_by: &str) -> Option<String> {
    match told {
        _ if sent_by.trim().is_empty() => told,
        Some(told) if told.to_lowercase().contains(&sent_by.trim().to_lowercase()) => Some(told),
        Some(told) => Some(format!("{told}. Sent by {sent_by}")),
        None => Some(format!("Sent by {sent_by}")),
    }
}

/// One entry as a row of the timeline, where the day stands above it and the entry's own page is here.
pub(crate) fn on_timeline(line: EntryLine, whose: &Whose) -> impl IntoView + use<> {
    let (href, mark) = (whose.entry(line.id), mark_of(whose, line.id));
    let (value, unit) = line.value.as_ref().map(words::amount).map_or((None, None), |(value, unit)| (Some(value), unit));
    let (tag, source, datetime) = (words::tag(&line), in_full(&line), words::date_of(&line));
    let text = (!line.kind.eq_ignore_ascii_case(&line.title)).then_some(line.kind);
    // It stands below a day: of what nobody says when it was, that is the day on which it was written down.
    let clock = match (line.happened, line.recorded) {
        (Some(When::Instant(instant)), _) => Some(words::clock(instant.to_utc())),
        (None, Some(_)) => Some("Recorded then".to_owned()),
        _ => None,
    };
    view! {
        <EntryRow
            title=line.title
            href=href
            date=clock
            datetime=datetime
            value=value
            unit=unit
            text=text
            source=source
            tag=tag
            mark=mark
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sent_it_is_said_where_nothing_else_says_it() {
        let told = |told: Option<&str>, sender| with_sender(told.map(str::to_owned), sender).unwrap();
        assert_eq!(told(Some("Dr Amara Obi, Riverside Surgery"), "Riverside Surgery"), "Dr Amara Obi, Riverside Surgery");
        assert_eq!(told(Some("Ward 3"), "St Anne’s Hospital"), "Ward 3. Sent by St Anne’s Hospital");
        assert_eq!(told(None, "Riverside Surgery"), "Sent by Riverside Surgery");
    }

    #[test]
    fn the_source_line_names_each_once() {
        assert_eq!(source(Some("Dr Amara Obi"), Some("Riverside Surgery")).unwrap(), "Dr Amara Obi, Riverside Surgery");
        assert_eq!(source(Some("Riverside Surgery"), Some("Riverside Surgery")).unwrap(), "Riverside Surgery");
        assert_eq!(source(None, Some("Riverside Surgery")).unwrap(), "Riverside Surgery");
        assert_eq!(source(Some(" "), None), None);
    }
}
