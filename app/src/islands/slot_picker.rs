//! Looking through times without loading whole pages. It asks for the same pages that a browser without script gets, and takes
//! what they show: there is one way in which times are found and shown.

use leptos::prelude::*;

/// The element whose content is exchanged. What an address finds stands in the element of this id on its page.
pub const PICKED: &str = "picked";

/// Around what a page finds; links and forms in it that lead to the same page exchange only that.
#[island]
pub fn SlotPicker(
    /// The element with the id [`PICKED`].
    children: Children,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    Effect::new(move |_| listen(said));
    view! {
        {children()}
        <p class="nhsuk-u-visually-hidden" role="status">{move || said.get()}</p>
    }
}

#[cfg(feature = "hydrate")]
fn listen(said: RwSignal<String>) {
    // Without a part of what is needed the page works as it is.
    let _ = super::exchange::listen(move |words| said.set(words));
}

/// On the server there is nothing to listen to.
#[cfg(not(feature = "hydrate"))]
fn listen(said: RwSignal<String>) {
    let _ = said;
}
