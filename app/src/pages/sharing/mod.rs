//! Who may act for the person, or see their record.

pub mod people;
pub mod services;

use leptos::prelude::*;

/// The parts of sharing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// People who act for the person.
    People,
    /// Organisations, and for what.
    Services,
    /// What nobody else sees.
    Hidden,
}

/// The way from one part of sharing to the other.
#[component]
pub fn Parts(
    /// Which one this is.
    here: Part,
) -> impl IntoView {
    let link = |part: Part, href: &'static str, words: &'static str| {
        view! { <li><a href=href aria-current=(part == here).then_some("page")>{words}</a></li> }
    };
    view! {
        <nav class="sh-parts" aria-label="Sharing">
            <ul role="list">
                {link(Part::People, "/sharing/people", "People")} {link(Part::Services, "/sharing/services", "Services")}
                {link(Part::Hidden, "/sharing/hidden", "What is hidden")}
            </ul>
        </nav>
    }
}
