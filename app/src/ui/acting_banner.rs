//! The band that says for whom the reader acts.

use super::Example;
use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// Shown on every page while somebody acts for another: in words, not in colour alone, with the way to change it.
#[component]
pub fn ActingBanner(
    /// The name of the person for whom they act.
    #[prop(into)]
    name: String,
    /// Where they change it.
    #[prop(into)]
    change: String,
) -> impl IntoView {
    view! {
        <aside class="sh-acting" aria-label="Who you are looking after">
            <div class="sh-acting__bar">
                <p class="sh-acting__words">
                    <Icon name=IconName::People />
                    <span>"You are looking after: " <strong><bdi>{name}</bdi></strong></span>
                </p>
                <a class="sh-acting__change" href=change>
                    "Change"
                    <span class="nhsuk-u-visually-hidden">" who you are looking after"</span>
                </a>
            </div>
        </aside>
    }
}

/// The band.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Acting for somebody",
            view: || view! { <ActingBanner name="Edna Hughes" change="/design" /> }.into_any(),
        },
        Example {
            name: "A long name, right to left",
            view: || view! { <ActingBanner name="فاطمة الزهراء بنت عبد الرحمن القرشي" change="/design" /> }.into_any(),
        },
    ]
}
