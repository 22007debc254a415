//! Whose record a page is about, and where the pages of that record are.

use domain::record::Category;
use domain::{EntryId, PersonId};
use service::Marks;
use std::collections::BTreeSet;

/// The reader's own record, that of somebody for whom they act, or theirs as another would see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The name of the person, where it is not the reader.
    pub name: Option<String>,
    limited: bool,
    at_work: bool,
    base: String,
    reported: BTreeSet<EntryId>,
    unseen: BTreeSet<EntryId>,
}

impl Whose {
    /// The record that is open in this sign-in: the reader's own, or that of the person of this name.
    #[must_use]
    pub fn open(name: Option<String>) -> Self {
        Self {
            limited: name.is_some(),
            name,
            at_work: false,
            base: "/record".to_owned(),
            reported: BTreeSet::new(),
            unseen: BTreeSet::new(),
        }
    }

    /// The reader's own record as somebody else sees it, with its pages below another address.
    #[must_use]
    pub const fn previewed(base: String) -> Self {
        Self { name: None, limited: true, at_work: false, base, reported: BTreeSet::new(), unseen: BTreeSet::new() }
    }

    /// The record of the person of this name as a care team reads it, with its pages below another address.
    #[must_use]
    pub const fn at_work(name: String, base: String) -> Self {
        Self { name: Some(name), limited: true, at_work: true, base, reported: BTreeSet::new(), unseen: BTreeSet::new() }
    }

    /// The same, where a mistake is reported in these entries, for whoever answers that.
    #[must_use]
    pub fn marked(self, reported: BTreeSet<EntryId>) -> Self {
        Self { reported, ..self }
    }

    /// Whether the reader is to answer a mistake that is reported in an entry.
    #[must_use]
    pub fn is_reported(&self, id: EntryId) -> bool {
        self.reported.contains(&id)
    }

    /// The same, where the person cannot read these entries yet.
    #[must_use]
    pub fn unseen(self, unseen: BTreeSet<EntryId>) -> Self {
        Self { unseen, ..self }
    }

    /// The same with all that marks entries on the page that is shown.
    #[must_use]
    pub fn with_marks(self, marks: Marks) -> Self {
        self.marked(marks.reported).unseen(marks.unseen.into_keys().collect())
    }

    /// Whether the person cannot read an entry yet which the reader can.
    #[must_use]
    pub fn is_unseen(&self, id: EntryId) -> bool {
        self.unseen.contains(&id)
    }

    /// Whether a care team reads it.
    #[must_use]
    pub const fn is_at_work(&self) -> bool {
        self.at_work
    }

    /// Whether it is seen as somebody else than the person sees it.
    #[must_use]
    pub const fn is_another(&self) -> bool {
        self.limited
    }

    /// Whether it is the reader's own as somebody else would see it.
    #[must_use]
    pub const fn is_preview(&self) -> bool {
        self.limited && self.name.is_none()
    }

    /// "Your", "Edna Hughes’s".
    #[must_use]
    pub fn title(&self) -> String {
        self.name.as_deref().map_or_else(|| "Your".to_owned(), possessive)
    }

    /// "your", "Edna Hughes’s".
    #[must_use]
    pub fn in_sentence(&self) -> String {
        self.name.as_deref().map_or_else(|| "your".to_owned(), possessive)
    }

    /// "you", "Edna Hughes".
    #[must_use]
    pub fn person(&self) -> String {
        self.name.clone().unwrap_or_else(|| "you".to_owned())
    }

    /// "you have", "Edna Hughes has".
    #[must_use]
    pub fn have(&self) -> String {
        self.name.as_ref().map_or_else(|| "you have".to_owned(), |name| format!("{name} has"))
    }

    /// Where the overview is.
    #[must_use]
    pub fn overview(&self) -> String {
        self.base.clone()
    }

    /// Where a category is.
    #[must_use]
    pub fn category(&self, category: Category) -> String {
        let lists = if self.at_work { "/record" } else { "" };
        format!("{}{lists}/{}", self.base, category.code())
    }

    /// Where it is in the order of time.
    #[must_use]
    pub fn timeline(&self) -> String {
        format!("{}/timeline", self.base)
    }

    /// Where it is searched.
    #[must_use]
    pub fn search(&self) -> String {
        format!("{}/search", self.base)
    }

    /// Where an entry is.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> String {
        format!("{}/entries/{id}", self.base)
    }

    /// Where an earlier version of an entry is.
    #[must_use]
    pub fn version(&self, id: EntryId, number: i32) -> String {
        format!("{}/versions/{number}", self.entry(id))
    }
}

/// Of whom the page at this path is, where it is printed with who that is and what it shows is not read with that: of whoever's record is
/// `open`, or of whom the address of a page at work names. The summary says it itself.
#[must_use]
pub fn on_paper(path: &str, open: Option<PersonId>) -> Option<PersonId> {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts.as_slice() {
        ["record", "summary"] => None,
        ["record", ..] | ["activity", ..] | ["account", "details", "history"] | ["appointments"] => open,
        ["medicines", "diary" | "orders" | "prescriptions" | "today"] => open,
        ["team", "people", person, "record" | "timeline" | "search" | "entries", ..] => person.parse().ok(),
        _ => None,
    }
}

fn possessive(name: &str) -> String {
    format!("{name}\u{2019}s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_and_places_fit_whose_record_it_is() {
        let (own, other) = (Whose::open(None), Whose::open(Some("Edna Hughes".to_owned())));
        let preview = Whose::previewed("/sharing/preview/1".to_owned());
        assert_eq!((own.title().as_str(), other.title().as_str()), ("Your", "Edna Hughes\u{2019}s"));
        assert_eq!((own.have().as_str(), other.have().as_str()), ("you have", "Edna Hughes has"));
        assert_eq!(own.category(Category::Problem), crate::routes::category(Category::Problem));
        assert_eq!(preview.category(Category::Problem), "/sharing/preview/1/problems");
        assert!(!own.is_another() && other.is_another() && preview.is_another());
        let at_work = Whose::at_work("Edna Hughes".to_owned(), "/team/people/1".to_owned());
        assert_eq!(at_work.category(Category::Problem), "/team/people/1/record/problems");
        assert_eq!((at_work.timeline(), own.search()), ("/team/people/1/timeline".to_owned(), "/record/search".to_owned()));
        assert!(at_work.is_another() && !at_work.is_preview() && at_work.is_at_work());
    }

    #[test]
    fn pages_of_a_record_are_printed_with_whose_it_is() {
        let (open, named) = ("019a5f00-0000-7000-8000-000000000001", "019a5f00-0000-7000-8000-000000000002");
        let on = |path: &str| on_paper(path, open.parse().ok()).map(|person| person.to_string());
        for path in [
            "/record/problems?after=1",
            "/record/sources",
            "/record/entries/1/trend?span=year",
            "/activity?own=yes",
            "/account/details/history",
            "/appointments",
            "/medicines/diary?week=2026-11-02",
            "/medicines/orders",
            "/medicines/prescriptions",
            "/medicines/today",
        ] {
            assert_eq!(on(path).as_deref(), Some(open), "{path}");
        }
        for page in ["record/problems", "timeline?kind=results", "search", "entries/1", "entries/1/trend"] {
            assert_eq!(on(&format!("/team/people/{named}/{page}")).as_deref(), Some(named), "{page}");
        }
        let other = format!("/team/people/{named}/readings");
        for path in [
            "/",
            "/recorded",
            "/record/summary",
            "/account",
            "/appointments/find",
            "/medicines/order",
            "/readings/weight",
            "/readings/weight/new",
            "/readings/import/019a5f00-0000-7000-8000-000000000002",
            "/team/people",
            "/team/people/x/search",
            other.as_str(),
        ] {
            assert_eq!(on(path), None, "{path}");
        }
        assert_eq!(on_paper("/record/problems", None), None);
    }
}
