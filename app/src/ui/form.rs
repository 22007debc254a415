//! A plain form.

use super::button::Button;
use super::text_input::TextInput;
use super::{Example, Words};
use crate::binding::{Binding, FIELD};
use leptos::prelude::*;

/// A form that posts, works without script, and leaves all checking to the server. It carries for whom its page was made.
#[component]
pub fn Form(
    /// Where it is sent.
    #[prop(into)]
    action: String,
    /// A one-time id of this form, sent as `submission`: sent twice, the act is done once.
    #[prop(optional, into)]
    submission: Words,
    /// The name under which a script keeps what was typed when the sign-in ends; nothing is kept without it.
    #[prop(optional, into)]
    keep: Words,
    /// A file is sent with it.
    #[prop(optional)]
    files: bool,
    /// Fields and the button.
    children: Children,
) -> impl IntoView {
    let whose = use_context::<Binding>().map(|binding| binding.in_form());
    let kind = files.then_some("multipart/form-data");
    view! {
        <form class="sh-form" method="post" action=action enctype=kind novalidate data-keep=keep.0>
            {whose.map(|whose| view! { <input type="hidden" name=FIELD value=whose /> })}
            {submission.0.map(|id| view! { <input type="hidden" name="submission" value=id /> })}
            {children()}
        </form>
    }
}

/// Every state of the form.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "A short form",
        view: || {
            view! {
                <Form action="/design" submission="018f6d2e">
                    <TextInput id="fo-name" label="Name of this device" hint="So that you know it again in your list." />
                    <Button>"Save name"</Button>
                </Form>
            }
            .into_any()
        },
    }]
}
