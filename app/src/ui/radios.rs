//! One answer out of several.

use super::field::{described_by, error_view, group_class, hint_view, legend};
use super::{Choice, Example, Words};
use leptos::prelude::*;

/// A fieldset of radios. The first has the id `{id}`, so that an error summary can link to it; the
/// others `{id}-2`, `{id}-3` and so on.
#[component]
pub fn Radios(
    /// Id of the first radio, unique on the page.
    #[prop(into)]
    id: String,
    /// Name sent with the form; the id when left out.
    #[prop(optional, into)]
    name: Words,
    /// The question.
    #[prop(into)]
    legend_text: String,
    /// Help that must be read before choosing.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong and how to put it right.
    #[prop(optional, into)]
    error: Words,
    /// The answers.
    choices: Vec<Choice>,
    /// The answer chosen before.
    #[prop(optional, into)]
    value: Words,
    /// True for two short answers beside each other.
    #[prop(optional)]
    inline: bool,
    /// True when the page asks only this: the legend holds the `h1`.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let name = name.0.unwrap_or_else(|| id.clone());
    let items = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            let item = if index == 0 { id.clone() } else { format!("{id}-{}", index + 1) };
            let hint_id = format!("{item}-item-hint");
            let checked = value.0.as_deref() == Some(choice.value.as_str());
            view! {
                <div class="nhsuk-radios__item">
                    <input
                        class="nhsuk-radios__input"
                        id=item.clone()
                        name=name.clone()
                        type="radio"
                        value=choice.value
                        checked=checked
                        aria-describedby=choice.hint.as_ref().map(|_| hint_id.clone())
                    />
                    <label class="nhsuk-label nhsuk-radios__label" for=item>
                        {choice.label}
                    </label>
                    {choice.hint.map(|hint| view! { <div class="nhsuk-hint nhsuk-radios__hint" id=hint_id>{hint}</div> })}
                </div>
            }
        })
        .collect_view();
    view! {
        <div class=group_class(&error)>
            <fieldset class="nhsuk-fieldset" aria-describedby=described_by(&id, &hint, &error)>
                {legend(legend_text, heading)} {hint_view(&id, &hint)} {error_view(&id, &error)}
                <div class=if inline { "nhsuk-radios nhsuk-radios--inline" } else { "nhsuk-radios" }>{items}</div>
            </fieldset>
        </div>
    }
}

/// Every state of the radios.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "With hints",
            view: || {
                view! {
                    <Radios
                        id="ra-method"
                        legend_text="How do you want to sign in?"
                        choices=vec![
                            Choice::new("passkey", "With a passkey").hint("Your face, fingerprint or screen lock. The easiest way."),
                            Choice::new("password", "With a password and a code").hint("You need an authenticator app."),
                        ]
                        value="passkey"
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "Beside each other, with an error",
            view: || {
                view! {
                    <Radios
                        id="ra-help"
                        legend_text="Do you need an interpreter?"
                        error="Choose yes if you need an interpreter"
                        choices=vec![Choice::new("yes", "Yes"), Choice::new("no", "No")]
                        inline=true
                    />
                }
                .into_any()
            },
        },
    ]
}
