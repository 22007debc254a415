//! Your record: the overview, a list for each category, and a page for each entry.

pub mod entry;
pub mod list;
pub mod overview;

use crate::routes;
use crate::ui::{EntryRow, IconName};
use crate::words;
use chrono::{DateTime, Utc};
use domain::When;
use domain::record::Category;
use domain::when::london_day;
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

/// One entry as a row of a list; `kind` says of what sort it is, where the list does not.
pub(crate) fn row(line: EntryLine, kind: bool) -> impl IntoView {
    let amount = line.value.as_ref().map(words::amount);
    let tag = words::tag(&line);
    let text = (kind && !line.kind.eq_ignore_ascii_case(&line.title)).then_some(line.kind);
    let source = source(line.author.as_deref(), line.place.as_deref());
    let (value, unit) = amount.map_or((None, None), |(value, unit)| (Some(value), unit));
    view! {
        <EntryRow
            title=line.title
            href=routes::entry(line.id)
            date=line.happened.map_or_else(|| "No date given".to_owned(), |when| when.day_only())
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

/// Whether something is still to come; what is known only to the day counts until that day is over.
pub(crate) fn is_to_come(when: Option<&When>, now: DateTime<Utc>) -> bool {
    when.is_some_and(|when| match when {
        When::Day(day) => *day >= london_day(now),
        When::Instant(_) | When::Month(..) | When::Year(_) => when.sort_key() > now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appointment_of_today_without_a_time_is_still_to_come() {
        let now = DateTime::parse_from_rfc3339("2026-11-20T12:00:00Z").unwrap().to_utc();
        let said = |when: &str| is_to_come(Some(&When::parse(when).unwrap()), now);
        assert!(said("2026-11-20"));
        assert!(said("2026-11-20T12:30:00Z"));
        assert!(said("2027"));
        assert!(!said("2026-11-19"));
        assert!(!said("2026-11-20T11:30:00Z"));
        assert!(!said("2026"));
        assert!(!is_to_come(None, now));
    }

    #[test]
    fn the_source_line_names_each_once() {
        assert_eq!(source(Some("Dr Amara Obi"), Some("Riverside Surgery")).unwrap(), "Dr Amara Obi, Riverside Surgery");
        assert_eq!(source(Some("Riverside Surgery"), Some("Riverside Surgery")).unwrap(), "Riverside Surgery");
        assert_eq!(source(None, Some("Riverside Surgery")).unwrap(), "Riverside Surgery");
        assert_eq!(source(Some(" "), None), None);
    }
}
