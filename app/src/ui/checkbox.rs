//! One yes-or-no answer.

use super::field::{described_by, error_view, group_class};
use super::{Example, Words};
use leptos::prelude::*;

/// A single checkbox that needs no legend. An error summary links to `#{id}`.
#[component]
pub fn Checkbox(
    /// Id of the checkbox, unique on the page.
    #[prop(into)]
    id: String,
    /// Name sent with the form; the id when left out.
    #[prop(optional, into)]
    name: Words,
    /// What is agreed or switched on.
    #[prop(into)]
    label: String,
    /// What it means.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong and how to put it right.
    #[prop(optional, into)]
    error: Words,
    /// What is sent when it is ticked; `true` when left out.
    #[prop(optional, into)]
    value: Words,
    /// True when it is ticked.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    let name = name.0.unwrap_or_else(|| id.clone());
    let value = value.0.unwrap_or_else(|| "true".to_owned());
    let describes = described_by(&id, &hint, &error);
    let hint_view =
        hint.0.map(|hint| view! { <div class="nhsuk-hint nhsuk-checkboxes__hint" id=format!("{id}-hint")>{hint}</div> });
    view! {
        <div class=group_class(&error)>
            {error_view(&id, &error)} <div class="nhsuk-checkboxes">
                <div class="nhsuk-checkboxes__item">
                    <input
                        class="nhsuk-checkboxes__input"
                        id=id.clone()
                        name=name
                        type="checkbox"
                        value=value
                        checked=checked
                        aria-describedby=describes
                    />
                    <label class="nhsuk-label nhsuk-checkboxes__label" for=id.clone()>
                        {label}
                    </label>
                    {hint_view}
                </div>
            </div>
        </div>
    }
}

/// Every state of the checkbox.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "With a hint",
            view: || {
                view! {
                    <Checkbox
                        id="ck-trust"
                        label="Trust this device for 30 days"
                        hint="We will not ask for a code here. Only on a device that nobody else uses."
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "With an error",
            view: || {
                view! {
                    <Checkbox
                        id="ck-kept"
                        label="I have kept my recovery codes somewhere safe"
                        error="Tick the box when you have kept your codes"
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "Ticked",
            view: || {
                view! { <Checkbox id="ck-on" label="Send me an email when I sign in on a new device" checked=true /> }.into_any()
            },
        },
    ]
}
