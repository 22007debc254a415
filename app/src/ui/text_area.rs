//! A text field of several lines.

use super::field::{aria_invalid, described_by, error_view, group_class, hint_view, label as label_view};
use super::{Example, Words};
use leptos::prelude::*;

/// A label, an optional hint and error, and a field for several lines, tied together by id as in a text input.
#[component]
pub fn TextArea(
    /// Id of the field, unique on the page.
    #[prop(into)]
    id: String,
    /// Name sent with the form; the id when left out.
    #[prop(optional, into)]
    name: Words,
    /// The question or the name of the field.
    #[prop(into)]
    label: String,
    /// Help that must be read before typing.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong and how to put it right.
    #[prop(optional, into)]
    error: Words,
    /// What was typed before.
    #[prop(optional, into)]
    value: Words,
    /// Lines that are seen at once.
    #[prop(default = 5)]
    rows: u32,
    /// True when the page asks only this: the label is the `h1`.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let name = name.0.unwrap_or_else(|| id.clone());
    // Leptos writes what is in a text area as it is. The first line break after the tag is not part of the text.
    let text = format!("\n{}", escaped(&value.0.unwrap_or_default()));
    view! {
        <div class=group_class(&error)>
            {label_view(&id, label, heading)} {hint_view(&id, &hint)} {error_view(&id, &error)}
            <textarea
                class="nhsuk-textarea"
                id=id.clone()
                name=name
                rows=rows.to_string()
                aria-describedby=described_by(&id, &hint, &error)
                aria-invalid=aria_invalid(error.0.is_some())
            >
                {text}
            </textarea>
        </div>
    }
}

/// Text that cannot end the element it stands in.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Every state of the field.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "With a hint",
            view: || {
                view! { <TextArea id="ta-question" label="What do you want to know?" hint="Do not write about your health here." /> }
                    .into_any()
            },
        },
        Example {
            name: "With an error",
            view: || {
                view! { <TextArea id="ta-answer" label="Your answer" error="Enter your answer" value="Two\nlines" /> }.into_any()
            },
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_cannot_leave_the_field() {
        let html = view! { <TextArea id="t" label="Words" value="</textarea><b>&amp;" /> }.to_html();
        assert!(html.contains(">\n&lt;/textarea&gt;&lt;b&gt;&amp;amp;</textarea>"), "{html}");
    }
}
