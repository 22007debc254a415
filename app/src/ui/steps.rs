//! How far one is in a short journey.

use super::Example;
use leptos::prelude::*;

/// "Step 2 of 4", with the name of the step and a bar of as many parts.
#[component]
pub fn Steps(
    /// The step one is at, from 1.
    current: u8,
    /// How many there are.
    total: u8,
    /// The name of the step.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let parts = (1..=total)
        .map(|step| view! { <span class=if step <= current { "sh-steps__part sh-steps__part--done" } else { "sh-steps__part" }></span> })
        .collect_view();
    view! {
        <div class="sh-steps">
            <p class="sh-steps__words">
                <strong>{format!("Step {current} of {total}")}</strong>
                {format!(": {label}")}
            </p>
            <div class="sh-steps__bar" aria-hidden="true">
                {parts}
            </div>
        </div>
    }
}

/// Every state of the steps.
pub fn examples() -> Vec<Example> {
    vec![
        Example { name: "Second of four", view: || view! { <Steps current=2 total=4 label="Confirm your email" /> }.into_any() },
        Example { name: "Last", view: || view! { <Steps current=4 total=4 label="Open your record" /> }.into_any() },
    ]
}
