//! An act is done.

use super::Example;
use leptos::prelude::*;

/// The head of a confirmation page: what is done, with a reference if there is one. Holds the `h1`.
#[component]
pub fn Panel(
    /// What is done.
    #[prop(into)]
    title: String,
    /// A reference, or one sentence.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="nhsuk-panel">
            <h1 class="nhsuk-panel__title">{title}</h1>
            {children.map(|children| view! { <div class="nhsuk-panel__body">{children()}</div> })}
        </div>
    }
}

/// The panel.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "Done",
        view: || {
            view! {
                <Panel title="Your record is open">
                    <p>"We matched your details with Riverside Surgery."</p>
                </Panel>
            }
            .into_any()
        },
    }]
}
