//! How far one is in a short journey.

use super::Example;
use leptos::prelude::*;

/// "Step 2 of 4", with the name of the step and a bar of as many parts; "Step 2" alone where an answer can still add some.
#[component]
pub fn Steps(
    /// The step one is at, from 1.
    current: u8,
    /// How many there are, where that is known.
    #[prop(optional)]
    total: Option<u8>,
    /// The name of the step.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let bar = total.map(|total| {
        let parts = (1..=total)
            .map(|step| {
                let class = if step <= current { "sh-steps__part sh-steps__part--done" } else { "sh-steps__part" };
                view! { <span class=class></span> }
            })
            .collect_view();
        view! {
            <div class="sh-steps__bar" aria-hidden="true">
                {parts}
            </div>
        }
    });
    let step = total.map_or_else(|| format!("Step {current}"), |total| format!("Step {current} of {total}"));
    view! {
        <div class="sh-steps">
            <p class="sh-steps__words">
                <strong>{step}</strong>
                {format!(": {label}")}
            </p>
            {bar}
        </div>
    }
}

/// Every state of the steps.
pub fn examples() -> Vec<Example> {
    vec![
        Example { name: "Second of four", view: || view! { <Steps current=2 total=4 label="Confirm your email" /> }.into_any() },
        Example { name: "Of an unknown number", view: || view! { <Steps current=2 label="Falls" /> }.into_any() },
        Example { name: "Last", view: || view! { <Steps current=4 total=4 label="Open your record" /> }.into_any() },
    ]
}
