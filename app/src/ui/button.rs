//! Buttons, and links that look like them.

use super::icon::{Icon, IconName};
use super::{Example, Words};
use crate::easy;
use leptos::prelude::*;

/// How much a button stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one act of the page.
    #[default]
    Primary,
    /// Any other act.
    Secondary,
    /// An act that takes something away.
    Warning,
}

/// A button that sends its form, or with `href` a link that starts something. Its words begin with a verb.
#[component]
pub fn Button(
    /// How much it stands out.
    #[prop(optional)]
    kind: ButtonKind,
    /// Where it leads; without it the button sends the form it stands in.
    #[prop(optional, into)]
    href: Words,
    /// Name sent with the form when this button was pressed.
    #[prop(optional, into)]
    name: Words,
    /// Value sent with the form when this button was pressed.
    #[prop(optional, into)]
    value: Words,
    /// Words that only a screen reader needs, such as which item is meant.
    #[prop(optional, into)]
    about: Words,
    /// A picture of what it does, for whoever reads in easy words.
    #[prop(optional)]
    picture: Option<IconName>,
    /// What it does.
    children: Children,
) -> impl IntoView {
    let picture =
        picture.filter(|_| easy::is_on()).map(|name| view! { <span class="sh-button__picture"><Icon name=name /></span> });
    let class = match kind {
        ButtonKind::Primary => "nhsuk-button",
        ButtonKind::Secondary => "nhsuk-button nhsuk-button--secondary",
        ButtonKind::Warning => "nhsuk-button nhsuk-button--warning",
    };
    let about = about.0.map(|about| view! { <span class="nhsuk-u-visually-hidden">{format!(" {about}")}</span> });
    match href.0 {
        Some(href) => view! { <a class=class href=href>{picture}{children()}{about}</a> }.into_any(),
        None => {
            view! { <button class=class type="submit" name=name.0 value=value.0>{picture}{children()}{about}</button> }.into_any()
        }
    }
}

/// Buttons and links beside each other, below each other on a phone.
#[component]
pub fn ButtonGroup(
    /// Buttons and links.
    children: Children,
) -> impl IntoView {
    view! { <div class="sh-button-group">{children()}</div> }
}

/// Every state of the button.
pub fn examples() -> Vec<Example> {
    vec![
        Example { name: "Primary", view: || view! { <Button>"Order 2 medicines"</Button> }.into_any() },
        Example {
            name: "Primary, as a link",
            view: || view! { <Button href="/design">"Book an appointment"</Button> }.into_any(),
        },
        Example {
            name: "Secondary",
            view: || view! { <Button kind=ButtonKind::Secondary>"Save and come back later"</Button> }.into_any(),
        },
        Example {
            name: "Warning",
            view: || view! { <Button kind=ButtonKind::Warning about="Pixel 8">"End this sign-in"</Button> }.into_any(),
        },
        Example {
            name: "Group",
            view: || {
                view! {
                    <ButtonGroup>
                        <Button name="act" value="keep">"Yes, it was me"</Button>
                        <Button kind=ButtonKind::Secondary name="act" value="report">"I don\u{2019}t recognise this"</Button>
                        <a href="/design">"Go back to Home"</a>
                    </ButtonGroup>
                }
                .into_any()
            },
        },
    ]
}
