//! Something to notice among other text.

use super::Example;
use leptos::prelude::*;

/// A short passage set apart with a line at its side.
#[component]
pub fn Inset(
    /// The passage.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="nhsuk-inset-text">
            <span class="nhsuk-u-visually-hidden">"Information: "</span>
            {children()}
        </div>
    }
}

/// The inset.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "A passage",
        view: || {
            view! {
                <Inset>
                    <p>"Your practice sees new results before you do. Some appear here only after they have been explained to you."</p>
                </Inset>
            }
            .into_any()
        },
    }]
}
