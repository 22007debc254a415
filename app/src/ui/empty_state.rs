//! What stands where a list would be.

use super::icon::{Icon, IconName};
use super::{Example, Level, heading};
use leptos::prelude::*;

/// Why there is nothing here, and what to do. "Nothing recorded" and "none known" are different facts: say which.
#[component]
pub fn EmptyState(
    /// What there is none of.
    #[prop(into)]
    title: String,
    /// An icon above it.
    #[prop(optional)]
    icon: Option<IconName>,
    /// Rank of the heading.
    #[prop(optional)]
    level: Level,
    /// Why, and what to do.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="sh-empty">
            {icon.map(|name| view! { <span class="sh-empty__icon"><Icon name=name /></span> })}
            {heading(level, "sh-empty__title", title)} {children()}
        </div>
    }
}

/// Every state of the empty list.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "No information",
            view: || {
                view! {
                    <EmptyState title="No information about allergies" icon=IconName::Alert>
                        <p>"Nobody has written down whether you have allergies. That does not mean that you have none."</p>
                        <p>"If you have an allergy, tell your GP practice."</p>
                    </EmptyState>
                }
                .into_any()
            },
        },
        Example {
            name: "None known",
            view: || {
                view! {
                    <EmptyState title="No known allergies" icon=IconName::Clipboard>
                        <p>"Riverside Surgery asked on 9 May 2021 and wrote down that you have none."</p>
                    </EmptyState>
                }
                .into_any()
            },
        },
    ]
}
