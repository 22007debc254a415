//! The way back to the page before.

use super::{Example, Words};
use leptos::prelude::*;

/// A link above the heading. It names the page it leads to ("Back to your record").
#[component]
pub fn BackLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Its words; "Back" when left out.
    #[prop(optional, into)]
    label: Words,
) -> impl IntoView {
    view! {
        <a class="nhsuk-back-link" href=href>
            {label.0.unwrap_or_else(|| "Back".to_owned())}
        </a>
    }
}

/// Every state of the back link.
pub fn examples() -> Vec<Example> {
    vec![Example { name: "With a name", view: || view! { <BackLink href="/design" label="Back to your record" /> }.into_any() }]
}
