//! A password field. Pasting and password managers are welcome.

use super::field::{aria_invalid, described_by, error_view, group_class, hint_view, label as label_view};
use super::{Example, Words};
use leptos::prelude::*;

/// A label, an optional hint and error, and a password field. The value is never sent back to the page.
#[component]
pub fn PasswordInput(
    /// Id of the field, unique on the page.
    #[prop(into)]
    id: String,
    /// Name sent with the form; the id when left out.
    #[prop(optional, into)]
    name: Words,
    /// The name of the field.
    #[prop(into)]
    label: String,
    /// Help that must be read before typing.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong and how to put it right.
    #[prop(optional, into)]
    error: Words,
    /// True where a new password is chosen, so that a password manager offers one.
    #[prop(optional)]
    new: bool,
) -> impl IntoView {
    let name = name.0.unwrap_or_else(|| id.clone());
    view! {
        <div class=group_class(&error)>
            {label_view(&id, label, false)} {hint_view(&id, &hint)} {error_view(&id, &error)}
            <input
                class="nhsuk-input"
                id=id.clone()
                name=name
                type="password"
                autocomplete=if new { "new-password" } else { "current-password" }
                spellcheck="false"
                autocapitalize="none"
                aria-describedby=described_by(&id, &hint, &error)
                aria-invalid=aria_invalid(error.0.is_some())
            />
        </div>
    }
}

/// Every state of the password field.
pub fn examples() -> Vec<Example> {
    vec![
        Example { name: "Sign in", view: || view! { <PasswordInput id="pw-now" label="Password" /> }.into_any() },
        Example {
            name: "New password with an error",
            view: || {
                view! {
                    <PasswordInput
                        id="pw-new"
                        label="Choose a password"
                        hint="At least 8 characters. 3 words that only you would put together work well."
                        error="Many people use that password. Choose one that is harder to guess."
                        new=true
                    />
                }
                .into_any()
            },
        },
    ]
}
