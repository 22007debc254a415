//! The one `h1` of a page.

use super::{Example, Words};
use leptos::prelude::*;

/// The `h1`, with an optional line above it (where one is) and below it (what the page answers).
#[component]
pub fn PageHeading(
    /// The heading.
    #[prop(into)]
    title: String,
    /// A few words above it, such as the category of an entry.
    #[prop(optional, into)]
    caption: Words,
    /// The name of whom the page is about, of a page that says on paper in a line of its own whose it is.
    #[prop(optional, into)]
    whose: Words,
    /// One sentence below it.
    #[prop(optional, into)]
    lead: Words,
) -> impl IntoView {
    view! {
        <div class="sh-heading">
            <h1 class="sh-heading__title">
                {caption.0.map(|caption| view! { <span class="nhsuk-caption">{caption}</span> " " })} {title}
            </h1>
            {whose.0.map(|name| view! { <p class="sh-lead sh-heading__whose">{name}</p> })}
            {lead.0.map(|lead| view! { <p class="sh-lead">{lead}</p> })}
        </div>
    }
}

/// Every state of the page heading.
pub fn examples() -> Vec<Example> {
    vec![
        Example { name: "Alone", view: || view! { <PageHeading title="Your record" /> }.into_any() },
        Example {
            name: "Of somebody",
            view: || {
                view! { <PageHeading title="Blood pressure week" whose="Edna Hughes" lead="3 to 9 November 2026" /> }.into_any()
            },
        },
        Example {
            name: "With caption and lead",
            view: || {
                view! {
                    <PageHeading
                        title="Full blood count"
                        caption="Test result"
                        lead="What your GP practice and hospitals have written down about your health."
                    />
                }
                .into_any()
            },
        },
    ]
}
