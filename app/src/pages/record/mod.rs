//! Your record: the overview, a list for each category, and a page for each entry.

pub mod entry;
pub mod list;
pub mod overview;
pub mod plain;
pub mod privacy;
pub mod release;
pub mod results;
pub mod summary;
pub mod trend;

use crate::routes;
use crate::ui::{EntryRow, IconName};
use crate::words;
use domain::record::Category;
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

/// One entry as a row of a list.
pub(crate) fn row(line: EntryLine, says: Says) -> impl IntoView {
    let href = routes::entry(line.id);
    row_at(line, href, says)
}

/// The same where the entry's own page is elsewhere.
pub(crate) fn row_at(line: EntryLine, href: String, says: Says) -> impl IntoView {
    let amount = line.value.as_ref().map(words::amount);
    let tag = words::tag(&line);
    let text = (says.kind && !line.kind.eq_ignore_ascii_case(&line.title)).then_some(line.kind);
    let source = source(line.author.as_deref(), line.place.as_deref());
    let date = line.happened.map_or_else(|| "No date given".to_owned(), |when| when.day_only());
    let (value, unit) = amount.map_or((None, None), |(value, unit)| (Some(value), unit));
    view! {
        <EntryRow
            title=line.title
            href=href
            date=says.date.then_some(date)
            datetime=line.happened.map(|when| when.to_string())
            value=value
            unit=unit
            text=text
            source=source
            tag=tag
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_line_names_each_once() {
        assert_eq!(source(Some("Dr Amara Obi"), Some("Riverside Surgery")).unwrap(), "Dr Amara Obi, Riverside Surgery");
        assert_eq!(source(Some("Riverside Surgery"), Some("Riverside Surgery")).unwrap(), "Riverside Surgery");
        assert_eq!(source(None, Some("Riverside Surgery")).unwrap(), "Riverside Surgery");
        assert_eq!(source(Some(" "), None), None);
    }
}
