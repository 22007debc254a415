//! Any number of answers out of several.

use super::field::{described_by, error_view, group_class, hint_view, legend};
use super::{Choice, Example, Words};
use leptos::prelude::*;

/// A fieldset of checkboxes. The first has the id `{id}`, so that an error summary can link to it; the
/// others `{id}-2`, `{id}-3` and so on.
#[component]
pub fn Checkboxes(
    /// Id of the first checkbox, unique on the page.
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
    /// The answers chosen before.
    #[prop(optional)]
    values: Vec<String>,
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
            let checked = values.contains(&choice.value);
            view! {
                <div class="nhsuk-checkboxes__item">
                    <input
                        class="nhsuk-checkboxes__input"
                        id=item.clone()
                        name=name.clone()
                        type="checkbox"
                        value=choice.value
                        checked=checked
                        aria-describedby=choice.hint.as_ref().map(|_| hint_id.clone())
                    />
                    <label class="nhsuk-label nhsuk-checkboxes__label" for=item>
                        {choice.label}
                    </label>
                    {choice.hint.map(|hint| view! { <div class="nhsuk-hint nhsuk-checkboxes__hint" id=hint_id>{hint}</div> })}
                </div>
            }
        })
        .collect_view();
    view! {
        <div class=group_class(&error)>
            <fieldset class="nhsuk-fieldset" aria-describedby=described_by(&id, &hint, &error)>
                {legend(legend_text, heading)} {hint_view(&id, &hint)} {error_view(&id, &error)}
                <div class="nhsuk-checkboxes">{items}</div>
            </fieldset>
        </div>
    }
}

/// Every state of the checkboxes.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Two chosen",
            view: || {
                view! {
                    <Checkboxes
                        id="cb-needs"
                        legend_text="How should we write to you?"
                        hint="Choose all that help."
                        choices=vec![
                            Choice::new("large", "Large print"),
                            Choice::new("easy", "Easy read").hint("Short words and pictures."),
                            Choice::new("bsl", "British Sign Language video"),
                        ]
                        values=vec!["large".to_owned(), "easy".to_owned()]
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "With an error",
            view: || {
                view! {
                    <Checkboxes
                        id="cb-order"
                        legend_text="Which medicines do you need?"
                        error="Choose at least one medicine"
                        choices=vec![
                            Choice::new("ramipril", "Ramipril 5 mg capsules"),
                            Choice::new("metformin", "Metformin 500 mg tablets"),
                        ]
                    />
                }
                .into_any()
            },
        },
    ]
}
