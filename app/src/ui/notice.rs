//! What has just happened.

use super::icon::{Icon, IconName};
use super::{Example, Words};
use leptos::prelude::*;

/// Said once, at the top of the page after an act: what happened, what happens next, how to undo it.
#[component]
pub fn Notice(
    /// What happened.
    #[prop(into)]
    title: String,
    /// What happens next.
    #[prop(optional, into)]
    text: Words,
    /// More, such as a form with an "Undo" button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="sh-notice" role="status">
            <Icon name=IconName::Done />
            <div>
                <p class="sh-notice__title">{title}</p>
                {text.0.map(|text| view! { <p>{text}</p> })}
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// Every state of the notice.
pub fn examples() -> Vec<Example> {
    vec![
        Example { name: "Short", view: || view! { <Notice title="Your name for this device is saved" /> }.into_any() },
        Example {
            name: "With what happens next",
            view: || {
                view! {
                    <Notice title="You ended the sign-in on Safari on iPhone" text="Whoever uses that phone has to sign in again.">
                        <p><a href="/design">"See your sign-ins"</a></p>
                    </Notice>
                }
                .into_any()
            },
        },
    ]
}
