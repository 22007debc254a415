//! An explanation for those who want it.

use super::Example;
use leptos::prelude::*;

/// Words that open to more words.
#[component]
pub fn Details(
    /// The question it answers.
    #[prop(into)]
    summary: String,
    /// True when it is open at first.
    #[prop(optional)]
    open: bool,
    /// The answer.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="nhsuk-details" open=open>
            <summary class="nhsuk-details__summary">
                <span class="nhsuk-details__summary-text">{summary}</span>
            </summary>
            <div class="nhsuk-details__text">{children()}</div>
        </details>
    }
}

/// Every state of the details.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Closed",
            view: || {
                view! {
                    <Details summary="Where is my NHS number?">
                        <p>"On any letter from the NHS, or in the NHS App."</p>
                    </Details>
                }
                .into_any()
            },
        },
        Example {
            name: "Open",
            view: || {
                view! {
                    <Details summary="What if I have lost the letter?" open=true>
                        <p>"Ask the reception of your practice for a new one. The old code then stops working."</p>
                    </Details>
                }
                .into_any()
            },
        },
    ]
}
