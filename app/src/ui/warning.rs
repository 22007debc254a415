//! The one look of danger. It always says what to do now.

use super::icon::{Icon, IconName};
use super::{Example, Level, heading};
use leptos::prelude::*;

/// Only for what can harm. The children begin with what to do.
#[component]
pub fn Warning(
    /// What to do, in a few words: "Call 999 now".
    #[prop(into)]
    title: String,
    /// Rank of the heading.
    #[prop(optional)]
    level: Level,
    /// What to do now, step by step, and why.
    children: Children,
) -> impl IntoView {
    let title = view! {
        <Icon name=IconName::Alert />
        <span><span class="nhsuk-u-visually-hidden">"Important: "</span>{title}</span>
    };
    view! {
        <div class="nhsuk-warning-callout">
            {heading(level, "nhsuk-warning-callout__label", title)} <div class="nhsuk-warning-callout__body">{children()}</div>
        </div>
    }
}

/// The warning.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "What to do now",
        view: || {
            view! {
                <Warning title="Call 111 today about this reading">
                    <p>"Your blood pressure is very high: 184/112 mmHg."</p>
                    <p>
                        "If you have chest pain, a bad headache or trouble seeing, call "
                        <a href="tel:999">"999"</a>
                        " now."
                    </p>
                </Warning>
            }
            .into_any()
        },
    }]
}
