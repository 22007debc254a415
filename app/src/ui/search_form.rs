//! A box for words that are looked for.

use super::Example;
use super::button::{Button, ButtonKind};
use super::text_input::TextInput;
use leptos::prelude::*;

/// A landmark with one field, `q`, and its button. It asks, and changes nothing: what is looked for is part of the next page's address.
#[component]
pub fn SearchForm(
    /// Where it asks.
    #[prop(into)]
    action: String,
    /// What is looked through: "Search your record".
    #[prop(into)]
    label: String,
    /// What was looked for before.
    #[prop(optional, into)]
    value: String,
    /// Hidden fields that stay as they are.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <form class="sh-search" method="get" action=action role="search" novalidate>
            <TextInput
                id="q"
                label=label
                hint="For example, a medicine, a test or a place."
                value=value
                autocomplete="off"
            />
            {children.map(|children| children())}
            <Button kind=ButtonKind::Secondary>"Search"</Button>
        </form>
    }
}

/// Every state of the box.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "With what was looked for",
        view: || view! { <SearchForm action="/design" label="Search your record" value="amoxicilin" /> }.into_any(),
    }]
}
