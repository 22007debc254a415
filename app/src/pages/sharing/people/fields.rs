//! The questions about what somebody may see and do, as more than one form asks them.

use crate::drafts::LOOK;
use crate::forms::FormState;
use crate::ui::{Button, ButtonKind, Checkboxes, Choice, DateInput, DateParts};
use crate::words;
use domain::record::Sensitivity;
use domain::scope::{Labels, Scope, Scopes};
use leptos::prelude::*;

/// Whether the form was sent before: then it shows what was typed, also where that is nothing.
pub(crate) fn was_sent(form: &FormState) -> bool {
    !form.value("sent").is_empty()
}

fn words_of(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// What they may see and do.
#[component]
pub(crate) fn ScopesField(
    /// The form as it comes back.
    form: FormState,
    /// What is ticked at first.
    now: Scopes,
    /// The question.
    #[prop(into)]
    legend: String,
) -> impl IntoView {
    let values = if was_sent(&form) { words_of(&form.value("scopes")) } else { words_of(&now.to_string()) };
    let choices = Scope::OFFERED.iter().map(|scope| Choice::new(scope.code(), words::sentence(scope.title()))).collect();
    view! {
        <Checkboxes id="scopes" legend_text=legend hint="Tick all that they need." choices=choices values=values error=form.error("scopes") />
    }
}

/// Which of what is private they may see too.
#[component]
pub(crate) fn LabelsField(
    /// The form as it comes back.
    form: FormState,
    /// What is ticked at first.
    now: Labels,
) -> impl IntoView {
    let values = if was_sent(&form) { words_of(&form.value("labels")) } else { words_of(&now.to_string()) };
    let choices = Sensitivity::ALL
        .iter()
        .filter_map(|label| words::sensitivity(*label).map(|title| Choice::new(label.code(), title)))
        .collect();
    view! {
        <Checkboxes
            id="labels"
            legend_text="May they see private parts of it too?"
            hint="Leave these empty and they see nothing of them, and no sign that there is anything."
            choices=choices
            values=values
            error=form.error("labels")
        />
    }
}

/// The second button of a form that lets somebody in: it shows what they would see, and sends nothing.
#[component]
pub(crate) fn LookButton() -> impl IntoView {
    view! { <Button kind=ButtonKind::Secondary name=LOOK value="true">"See what they would see"</Button> }
}

/// The last day.
#[component]
pub(crate) fn LastDayField(
    /// The form as it comes back.
    form: FormState,
    /// The day that stands there at first.
    #[prop(optional_no_strip)]
    now: Option<chrono::NaiveDate>,
) -> impl IntoView {
    let value = match now.filter(|_| !was_sent(&form)) {
        Some(day) => DateParts::new(day.format("%-d").to_string(), day.format("%-m").to_string(), day.format("%Y").to_string()),
        None => form.date("ends_on"),
    };
    view! {
        <DateInput
            id="ends_on"
            legend_text="Last day (if you want one)"
            hint="For example, 31 3 2027. Leave it empty for no last day. You can end it at any moment."
            error=form.error("ends_on")
            value=value
        />
    }
}
