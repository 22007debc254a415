//! The band that says that nobody here is real.

use super::Example;
use leptos::prelude::*;

/// Shown on every page of a demonstration server.
#[component]
pub fn DemoBanner() -> impl IntoView {
    view! {
        <aside class="sh-demo" aria-label="Demonstration">
            <p>
                <strong>"Demonstration"</strong>
                ": these people are made up"
            </p>
        </aside>
    }
}

/// The band.
pub fn examples() -> Vec<Example> {
    vec![Example { name: "Demonstration", view: || view! { <DemoBanner /> }.into_any() }]
}
