//! The band that says where the reader is at work, and as what.

use super::Example;
use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// Shown on every page of a care team: in words, so that nobody takes it for their own pages.
#[component]
pub fn TeamBar(
    /// The organisation's name.
    #[prop(into)]
    organisation: String,
    /// The role, in words.
    #[prop(into)]
    role: String,
    /// The reader's name there.
    #[prop(into)]
    name: String,
    /// Where the reader works elsewhere, or leaves for their own pages.
    #[prop(into)]
    change: String,
) -> impl IntoView {
    view! {
        <aside class="sh-team" aria-label="Where you are working">
            <div class="sh-team__bar">
                <p class="sh-team__words">
                    <Icon name=IconName::Clipboard />
                    <span>
                        "At work: " <strong><bdi>{organisation}</bdi></strong> ", " {role} " (" <bdi>{name}</bdi> ")"
                    </span>
                </p>
                <a class="sh-team__change" href=change>
                    "Change"
                    <span class="nhsuk-u-visually-hidden">" where you are working"</span>
                </a>
            </div>
        </aside>
    }
}

/// The band.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "At work",
        view: || {
            view! { <TeamBar organisation="Riverside Surgery" role="Reception" name="Sam Jones" change="/design" /> }.into_any()
        },
    }]
}
