//! The first link of every page.

use super::Example;
use leptos::prelude::*;

/// Goes past the header to `#main`; seen when it has the focus.
#[component]
pub fn SkipLink() -> impl IntoView {
    view! {
        <a class="nhsuk-skip-link" href="#main">
            "Skip to main content"
        </a>
    }
}

/// The skip link; it is seen when it has the focus.
pub fn examples() -> Vec<Example> {
    vec![Example { name: "Tab to it to see it", view: || view! { <SkipLink /> }.into_any() }]
}
