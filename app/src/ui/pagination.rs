//! Newer and older pages of a list.

use super::{Example, Words};
use leptos::prelude::*;

/// Links to the newer and the older page; renders nothing when there is neither.
#[component]
pub fn Pagination(
    /// Where newer entries are.
    #[prop(optional, into)]
    newer: Words,
    /// Where older entries are.
    #[prop(optional, into)]
    older: Words,
    /// What is shown: "21 to 40 of 128".
    #[prop(optional, into)]
    shown: Words,
) -> impl IntoView {
    (newer.0.is_some() || older.0.is_some()).then(|| {
        view! {
            <nav class="nhsuk-pagination" aria-label="Pages">
                {newer.0.map(|href| view! { <a class="nhsuk-pagination__link sh-newer" href=href rel="prev">"Newer"</a> })}
                {shown.0.map(|shown| view! { <p class="nhsuk-pagination__shown">{shown}</p> })}
                {older.0.map(|href| view! { <a class="nhsuk-pagination__link sh-older" href=href rel="next">"Older"</a> })}
            </nav>
        }
    })
}

/// Every state of the links.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "In the middle",
            view: || view! { <Pagination newer="/design" older="/design" shown="21 to 40 of 128" /> }.into_any(),
        },
        Example { name: "First page", view: || view! { <Pagination older="/design" shown="1 to 20 of 128" /> }.into_any() },
    ]
}
