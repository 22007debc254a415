//! The warning before a session ends.

use super::button::{Button, ButtonGroup};
use super::{Example, Words};
use leptos::prelude::*;

/// A dialog that a script opens two minutes before the session ends; without script it stays closed.
#[component]
pub fn TimeoutDialog(
    /// Where "Stay signed in" posts to.
    #[prop(into)]
    stay: String,
    /// Its id, which the script looks for: `session-timeout` when left out.
    #[prop(optional, into)]
    id: Words,
    /// True to show it; for the gallery.
    #[prop(optional)]
    open: bool,
) -> impl IntoView {
    let id = id.0.unwrap_or_else(|| "session-timeout".to_owned());
    let title = format!("{id}-title");
    let labelled = title.clone();
    view! {
        <dialog class="sh-timeout" id=id aria-labelledby=labelled open=open>
            <h2 id=title>"Are you still there?"</h2>
            <p>"To keep your record safe we sign you out in 2 minutes. What you typed here is kept."</p>
            <form method="post" action=stay>
                <ButtonGroup>
                    <Button>"Stay signed in"</Button>
                </ButtonGroup>
            </form>
        </dialog>
    }
}

/// The dialog, open.
pub fn examples() -> Vec<Example> {
    vec![Example { name: "Open", view: || view! { <TimeoutDialog stay="/design" id="example-timeout" open=true /> }.into_any() }]
}
