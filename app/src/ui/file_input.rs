//! A file to be sent.

use super::field::{aria_invalid, described_by, error_view, group_class, hint_view, label as label_view};
use super::{Example, Words};
use leptos::prelude::*;

/// A label, an optional hint and error, and a field for one file, tied together by id as in a text input. Its form has `files`.
#[component]
pub fn FileInput(
    /// Id of the field, unique on the page, and the name under which it is sent.
    #[prop(into)]
    id: String,
    /// The name of the field.
    #[prop(into)]
    label: String,
    /// Help that must be read before choosing.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong and how to put it right.
    #[prop(optional, into)]
    error: Words,
    /// What kinds of files browsers offer; a phone then makes what it keeps into one of them.
    #[prop(optional, into)]
    accept: Words,
) -> impl IntoView {
    view! {
        <div class=group_class(&error)>
            {label_view(&id, label, false)} {hint_view(&id, &hint)} {error_view(&id, &error)}
            <input
                class="nhsuk-file-upload"
                id=id.clone()
                name=id.clone()
                type="file"
                accept=accept.0
                aria-describedby=described_by(&id, &hint, &error)
                aria-invalid=aria_invalid(error.0.is_some())
            />
        </div>
    }
}

/// Every state of the field.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "With a hint",
            view: || view! { <FileInput id="fi-file" label="Choose a file" hint="It can be large." /> }.into_any(),
        },
        Example {
            name: "With an error",
            view: || view! { <FileInput id="fi-wrong" label="Choose a file" error="Choose a file first" /> }.into_any(),
        },
    ]
}
