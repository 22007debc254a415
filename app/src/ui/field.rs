//! What the form fields share: label, hint, error message, and how their ids are tied together.

use super::{Level, Words, heading};
use leptos::prelude::*;

/// How wide a text field is, as a promise of how much to type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// The full line.
    #[default]
    Full,
    /// About 2 characters: a day or a month.
    Two,
    /// About 4 characters: a year.
    Four,
    /// About 10 characters: a code or a postcode.
    Ten,
    /// About 20 characters: a name, an NHS number with spaces.
    Twenty,
}

impl Width {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Full => "nhsuk-input",
            Self::Two => "nhsuk-input nhsuk-input--width-2",
            Self::Four => "nhsuk-input nhsuk-input--width-4",
            Self::Ten => "nhsuk-input nhsuk-input--width-10",
            Self::Twenty => "nhsuk-input nhsuk-input--width-20",
        }
    }
}

/// One answer of a set of radios or checkboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// One line of help below the label.
    pub hint: Option<String>,
}

impl Choice {
    /// A choice without a hint.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    /// Adds one line of help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The value of `aria-describedby`: the hint, then the error.
pub(super) fn described_by(id: &str, hint: &Words, error: &Words) -> Option<String> {
    let ids: Vec<String> = [hint.0.as_ref().map(|_| format!("{id}-hint")), error.0.as_ref().map(|_| format!("{id}-error"))]
        .into_iter()
        .flatten()
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A label; as the page's `h1` when the page asks this one question.
pub(super) fn label(id: &str, text: String, is_heading: bool) -> AnyView {
    let id = id.to_owned();
    if is_heading {
        let label = view! { <label class="nhsuk-label" for=id>{text}</label> };
        heading(Level::One, "sh-question", label)
    } else {
        view! { <label class="nhsuk-label" for=id>{text}</label> }.into_any()
    }
}

/// A legend; with the page's `h1` inside when the page asks this one question.
pub(super) fn legend(text: String, is_heading: bool) -> AnyView {
    if is_heading {
        let inner = heading(Level::One, "sh-question", text);
        view! { <legend class="nhsuk-fieldset__legend">{inner}</legend> }.into_any()
    } else {
        view! { <legend class="nhsuk-fieldset__legend">{text}</legend> }.into_any()
    }
}

/// The hint of a field, if it has one.
pub(super) fn hint_view(id: &str, hint: &Words) -> Option<AnyView> {
    hint.0.clone().map(|hint| view! { <div class="nhsuk-hint" id=format!("{id}-hint")>{hint}</div> }.into_any())
}

/// The error of a field, if it has one; the hidden word makes it heard as an error.
pub(super) fn error_view(id: &str, error: &Words) -> Option<AnyView> {
    error.0.clone().map(|error| {
        view! {
            <p class="nhsuk-error-message" id=format!("{id}-error")>
                <span class="nhsuk-u-visually-hidden">"Error: "</span>
                {error}
            </p>
        }
        .into_any()
    })
}

/// The class of the group round a field.
pub(super) fn group_class(error: &Words) -> &'static str {
    if error.0.is_some() { "nhsuk-form-group nhsuk-form-group--error" } else { "nhsuk-form-group" }
}

/// `aria-invalid`, only when there is an error.
pub(super) fn aria_invalid(wrong: bool) -> Option<&'static str> {
    wrong.then_some("true")
}
