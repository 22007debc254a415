//! A date in three fields.

use super::field::{aria_invalid, described_by, error_view, group_class, hint_view, legend};
use super::{Example, Width, Words};
use leptos::prelude::*;

/// What was typed in the three fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateParts {
    /// Day of the month.
    pub day: String,
    /// Month, as a number or a word.
    pub month: String,
    /// Year, 4 digits.
    pub year: String,
}

impl DateParts {
    /// The three parts as typed.
    #[must_use]
    pub fn new(day: impl Into<String>, month: impl Into<String>, year: impl Into<String>) -> Self {
        Self { day: day.into(), month: month.into(), year: year.into() }
    }
}

/// Day, month and year in a fieldset.
///
/// The fields have the ids `{id}-day`, `{id}-month` and `{id}-year` and the names `{name}_day`,
/// `{name}_month` and `{name}_year`; an error summary links to `#{id}-day` or to the part that is wrong.
#[component]
pub fn DateInput(
    /// Prefix of the ids, unique on the page.
    #[prop(into)]
    id: String,
    /// Prefix of the names; the id when left out.
    #[prop(optional, into)]
    name: Words,
    /// The question.
    #[prop(into)]
    legend_text: String,
    /// An example of a date.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong and how to put it right.
    #[prop(optional, into)]
    error: Words,
    /// What was typed before.
    #[prop(optional)]
    value: DateParts,
    /// True for a date of birth, so that the browser may fill it in.
    #[prop(optional)]
    birthday: bool,
    /// True when the page asks only this: the legend holds the `h1`.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let name = name.0.unwrap_or_else(|| id.clone());
    let wrong = error.0.is_some();
    let parts = [
        ("day", "Day", Width::Two, "bday-day", value.day),
        ("month", "Month", Width::Two, "bday-month", value.month),
        ("year", "Year", Width::Four, "bday-year", value.year),
    ];
    let fields = parts.map(|(part, word, width, autocomplete, typed)| {
        let field = format!("{id}-{part}");
        view! {
            <div class="nhsuk-date-input__item">
                <label class="nhsuk-label nhsuk-date-input__label" for=field.clone()>
                    {word}
                </label>
                <input
                    class=width.class()
                    id=field
                    name=format!("{name}_{part}")
                    type="text"
                    inputmode="numeric"
                    autocomplete=birthday.then_some(autocomplete)
                    value=(!typed.is_empty()).then_some(typed)
                    aria-invalid=aria_invalid(wrong)
                />
            </div>
        }
    });
    view! {
        <div class=group_class(&error)>
            <fieldset class="nhsuk-fieldset" role="group" aria-describedby=described_by(&id, &hint, &error)>
                {legend(legend_text, heading)} {hint_view(&id, &hint)} {error_view(&id, &error)}
                <div class="nhsuk-date-input" id=id.clone()>
                    {fields.into_iter().collect_view()}
                </div>
            </fieldset>
        </div>
    }
}

/// Every state of the date field.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Date of birth",
            view: || {
                view! { <DateInput id="di-dob" legend_text="Date of birth" hint="For example, 31 3 1954" birthday=true /> }
                    .into_any()
            },
        },
        Example {
            name: "The only question on its page, with an error",
            view: || {
                view! {
                    <DateInput
                        id="di-when"
                        legend_text="When did it start?"
                        hint="For example, 31 3 2026. About right is good enough."
                        error="The date must include a month"
                        value=DateParts::new("14", "", "2026")
                        heading=true
                    />
                }
                .into_any()
            },
        },
    ]
}
