//! The component kit: one file per component, each with the examples that the `/design` gallery shows
//! and that the tests in this module check.
//!
//! Class names that begin with `nhsuk-` keep the markup contract of nhsuk-frontend (label, hint, error
//! and summary are tied together by id); those that begin with `sh-` are ours. Pages use the components
//! and never the class names.

use leptos::prelude::*;

mod activity_list;
mod back_link;
mod band;
mod bar_code;
mod button;
mod card;
mod checkbox;
mod checkboxes;
mod code_block;
mod data_table;
mod date_input;
mod demo_banner;
mod details;
mod document_text;
mod empty_state;
mod entry_heading;
mod entry_list;
mod error_summary;
mod field;
mod file_input;
mod footer;
mod form;
mod found;
mod header;
mod icon;
mod inset;
mod layout;
mod line_chart;
mod mark;
mod needs_box;
mod notice;
mod number_line;
mod own_note;
mod page_heading;
mod pagination;
mod panel;
mod password_input;
mod qr_code;
mod radios;
mod search_form;
mod secret;
mod select;
mod skip_link;
mod steps;
mod summary_list;
mod tag;
mod text_area;
mod text_input;
mod time_list;
mod timeout_dialog;
mod version_list;
mod visit_group;
mod warning;

pub use activity_list::{ActivityItem, ActivityList};
pub use back_link::BackLink;
pub use band::{Band, BandBar};
pub use bar_code::BarCode;
pub use button::{Button, ButtonGroup, ButtonKind};
pub use card::{Card, CardGroup};
pub use checkbox::Checkbox;
pub use checkboxes::Checkboxes;
pub use code_block::CodeBlock;
pub use data_table::{Cell, DataTable};
pub use date_input::{DateInput, DateParts};
pub use demo_banner::DemoBanner;
pub use details::Details;
pub use document_text::DocumentText;
pub use empty_state::EmptyState;
pub use entry_heading::EntryHeading;
pub use entry_list::{EntryList, EntryRow};
pub use error_summary::{ErrorSummary, FieldError};
pub use field::{Choice, Width};
pub use file_input::FileInput;
pub use footer::{Footer, FooterLink};
pub use form::Form;
pub use found::{FoundRow, Marked};
pub use header::{Header, NavItem};
pub use icon::{Icon, IconName};
pub use inset::Inset;
pub use layout::{Columns, Main, Narrow, Section};
pub use line_chart::{Limit, LineChart, Series, Spot, Strokes};
pub use mark::{FlowerMark, Wordmark};
pub use needs_box::NeedsBox;
pub use notice::Notice;
pub use number_line::NumberLine;
pub use own_note::OwnNote;
pub use page_heading::PageHeading;
pub use pagination::Pagination;
pub use panel::Panel;
pub use password_input::PasswordInput;
pub use qr_code::QrCode;
pub use radios::Radios;
pub use search_form::SearchForm;
pub use secret::{RecoveryCodes, Secret};
pub use select::Select;
pub use skip_link::SkipLink;
pub use steps::Steps;
pub use summary_list::{SummaryList, SummaryRow};
pub use tag::{Tag, TagKind};
pub use text_area::TextArea;
pub use text_input::{InputKind, TextInput};
pub use time_list::{TimeLink, TimeList};
pub use timeout_dialog::TimeoutDialog;
pub use version_list::{Version, VersionList};
pub use visit_group::VisitGroup;
pub use warning::Warning;

/// One state of one component, shown in the gallery and checked by the tests.
#[derive(Clone, Copy)]
pub struct Example {
    /// What this state is, in a few words.
    pub name: &'static str,
    /// Renders it.
    pub view: fn() -> AnyView,
}

/// Words that may be absent, so that a prop takes `"text"`, a `String`, or an `Option` of either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Option<String>);

impl From<&str> for Words {
    fn from(words: &str) -> Self {
        Self(Some(words.to_owned()))
    }
}

impl From<String> for Words {
    fn from(words: String) -> Self {
        Self(Some(words))
    }
}

impl From<&String> for Words {
    fn from(words: &String) -> Self {
        Self(Some(words.clone()))
    }
}

impl From<Option<String>> for Words {
    fn from(words: Option<String>) -> Self {
        Self(words)
    }
}

impl From<Option<&str>> for Words {
    fn from(words: Option<&str>) -> Self {
        Self(words.map(str::to_owned))
    }
}

/// The rank of a heading, so that a component fits under whatever heading is above it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// `h1`: once on a page.
    One,
    /// `h2`.
    #[default]
    Two,
    /// `h3`.
    Three,
}

/// A heading of the given rank.
fn heading<V: IntoView + 'static>(level: Level, class: &'static str, content: V) -> AnyView {
    match level {
        Level::One => view! { <h1 class=class>{content}</h1> }.into_any(),
        Level::Two => view! { <h2 class=class>{content}</h2> }.into_any(),
        Level::Three => view! { <h3 class=class>{content}</h3> }.into_any(),
    }
}

/// Every component with its examples, in the order of the gallery.
#[must_use]
pub fn gallery() -> Vec<(&'static str, Vec<Example>)> {
    vec![
        ("Mark and wordmark", mark::examples()),
        ("Header", header::examples()),
        ("Skip link", skip_link::examples()),
        ("Demonstration banner", demo_banner::examples()),
        ("Band: as whom one is here", band::examples()),
        ("Page heading", page_heading::examples()),
        ("Layout", layout::examples()),
        ("Button", button::examples()),
        ("Back link", back_link::examples()),
        ("Icon", icon::examples()),
        ("Tag", tag::examples()),
        ("Card", card::examples()),
        ("Entry list", entry_list::examples()),
        ("Found in the record", found::examples()),
        ("Visit on the timeline", visit_group::examples()),
        ("Times", time_list::examples()),
        ("Entry heading", entry_heading::examples()),
        ("Number line", number_line::examples()),
        ("Chart", line_chart::examples()),
        ("Summary list", summary_list::examples()),
        ("Table", data_table::examples()),
        ("Earlier versions", version_list::examples()),
        ("Activity list", activity_list::examples()),
        ("Pagination", pagination::examples()),
        ("Empty state", empty_state::examples()),
        ("Notice", notice::examples()),
        ("What somebody needs", needs_box::examples()),
        ("A note of somebody’s own", own_note::examples()),
        ("Warning", warning::examples()),
        ("Document text", document_text::examples()),
        ("Inset", inset::examples()),
        ("Details", details::examples()),
        ("Panel", panel::examples()),
        ("Steps", steps::examples()),
        ("Error summary", error_summary::examples()),
        ("Form", form::examples()),
        ("Text input", text_input::examples()),
        ("Text area", text_area::examples()),
        ("Password input", password_input::examples()),
        ("Date input", date_input::examples()),
        ("Radios", radios::examples()),
        ("Checkboxes", checkboxes::examples()),
        ("Checkbox", checkbox::examples()),
        ("Select", select::examples()),
        ("Search form", search_form::examples()),
        ("File input", file_input::examples()),
        ("Secret and recovery codes", secret::examples()),
        ("Code block", code_block::examples()),
        ("QR code", qr_code::examples()),
        ("Bar code", bar_code::examples()),
        ("Timeout dialog", timeout_dialog::examples()),
        ("Footer", footer::examples()),
    ]
}

#[cfg(test)]
mod tests;
