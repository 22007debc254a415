//! What a care team has to know of somebody before anything else.

use super::Example;
use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// Stands above the name of a person. It is no danger, so it has not the look of a warning.
#[component]
pub fn NeedsBox(
    /// What they need, in a sentence each.
    lines: Vec<String>,
    /// Where all of it stands.
    #[prop(into)]
    href: String,
    /// The words of the link.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let lines = lines.into_iter().map(|line| view! { <p class="sh-needs__line"><bdi>{line}</bdi></p> }).collect_view();
    view! {
        <div class="sh-needs" role="note" aria-label="What this person needs">
            <Icon name=IconName::Speech />
            <div>
                {lines}
                <p class="sh-screen-only"><a href=href>{label}</a></p>
            </div>
        </div>
    }
}

/// Every state of the box.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "With a carer who needs something too",
        view: || {
            view! {
                <NeedsBox
                    lines=vec![
                        "Needs large print (24 point) and a BSL interpreter. Uses a hearing aid.".to_owned(),
                        "Anita Rao, daughter: Needs easy read.".to_owned(),
                    ]
                    href="/design"
                    label="All that they need"
                />
            }
            .into_any()
        },
    }]
}
