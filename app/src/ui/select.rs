//! A choice of many.

use super::field::{aria_invalid, described_by, error_view, group_class, hint_view, label as label_view};
use super::{Choice, Example, Words};
use leptos::prelude::*;

/// A label, an optional hint and error, and a list that opens, tied together by id as in a text input. For more answers than
/// radios can show; where they are few, radios are easier.
#[component]
pub fn Select(
    /// Id of the field, unique on the page, and the name under which it is sent.
    #[prop(into)]
    id: String,
    /// The question or the name of the field.
    #[prop(into)]
    label: String,
    /// Help that must be read before choosing.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong and how to put it right.
    #[prop(optional, into)]
    error: Words,
    /// The answers.
    choices: Vec<Choice>,
    /// What was chosen before.
    #[prop(optional, into)]
    value: Words,
) -> impl IntoView {
    let chosen = value.0.unwrap_or_default();
    let choices = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == chosen;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect_view();
    view! {
        <div class=group_class(&error)>
            {label_view(&id, label, false)} {hint_view(&id, &hint)} {error_view(&id, &error)}
            <select
                class="nhsuk-select"
                id=id.clone()
                name=id.clone()
                aria-describedby=described_by(&id, &hint, &error)
                aria-invalid=aria_invalid(error.0.is_some())
            >
                {choices}
            </select>
        </div>
    }
}

fn columns() -> Vec<Choice> {
    vec![Choice::new("", "Choose"), Choice::new("0", "Date"), Choice::new("1", "Weight (kg)")]
}

/// Every state of the list.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "With a hint and a value",
            view: || {
                view! { <Select id="se-day" label="Which column is the day?" hint="With or without the time." choices=columns() value="0" /> }
                    .into_any()
            },
        },
        Example {
            name: "With an error",
            view: || {
                view! { <Select id="se-value" label="Which column is the number?" error="Choose the column with the number" choices=columns() /> }
                    .into_any()
            },
        },
    ]
}
