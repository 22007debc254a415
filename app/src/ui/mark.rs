//! The flower of selfheal (*Prunella vulgaris*) and the name.

use super::Example;
use leptos::prelude::*;

/// Stem and two leaves.
const LEAF: &str =
    "M15 17h2v8.6c2-2.6 5.5-3.6 9.8-2.7-1.8 3.8-5.6 5.7-9.8 4.9v4.2h-2v-4.2c-4.2.8-8-1.1-9.8-4.9 4.3-.9 7.8.1 9.8 2.7Z";
/// The lower pair of florets.
const LOW: &str = "M15.7 19.6C12.7 23.1 9.2 23.6 6.8 22.5C4.5 21.5 3.8 19.7 4.1 18C4.3 16.2 5.5 14.7 7.9 14.4C10.6 13.9 13.8 15.4 15.7 19.6ZM16.3 19.6C18.2 15.4 21.4 13.9 24.1 14.4C26.5 14.7 27.7 16.2 27.9 18C28.2 19.7 27.5 21.5 25.2 22.5C22.8 23.6 19.3 23.1 16.3 19.6Z";
/// The upper pair of florets.
const MID: &str = "M16 19.2C11 20.1 7.7 18 6.4 15.3C5.2 12.9 5.9 10.9 7.3 9.6C8.8 8.3 10.9 7.8 13.2 9.3C15.7 10.8 17.4 14.3 16 19.2ZM16 19.2C14.6 14.3 16.3 10.8 18.8 9.3C21.1 7.8 23.2 8.3 24.7 9.6C26.1 10.9 26.8 12.9 25.6 15.3C24.3 18 21 20.1 16 19.2Z";
/// The floret at the top.
const TOP: &str = "M16 18C11 14.9 9.8 10.5 10.8 7.2C11.6 4.2 13.8 3 16 3C18.2 3 20.4 4.2 21.2 7.2C22.2 10.5 21 14.9 16 18Z";
/// The pale lips of the florets.
const LIP: &str = "M7.1 20.6C5.9 20.4 5.1 19.3 5.2 18.1C5.4 16.9 6.5 16.1 7.7 16.3C8.6 16.4 9.4 17.5 10.8 18.9C9 19.9 8 20.7 7.1 20.6ZM24.3 16.3C25.5 16.1 26.6 16.9 26.8 18.1C26.9 19.3 26.1 20.4 24.9 20.6C24 20.7 23 19.9 21.2 18.9C22.6 17.5 23.4 16.4 24.3 16.3ZM8 13.9C7.1 12.9 7.2 11.4 8.2 10.5C9.2 9.7 10.7 9.7 11.6 10.7C12.3 11.5 12.1 13 12.4 15.2C10.2 14.7 8.7 14.7 8 13.9ZM20.4 10.7C21.3 9.7 22.8 9.7 23.8 10.5C24.8 11.4 24.9 12.9 24 13.9C23.3 14.7 21.8 14.7 19.6 15.2C19.9 13 19.7 11.5 20.4 10.7ZM13.2 7.2C13.2 5.7 14.5 4.5 16 4.5C17.5 4.5 18.8 5.7 18.8 7.2C18.8 8.5 17.5 9.6 16 11.8C14.5 9.6 13.2 8.5 13.2 7.2Z";

/// The flower mark: a whorl of hooded florets over two leaves. Hidden from screen readers; the name is beside it.
#[component]
pub fn FlowerMark() -> impl IntoView {
    view! {
        <svg class="sh-mark" width="40" height="40" viewBox="1 2 30 30" aria-hidden="true" focusable="false">
            <path class="sh-mark__leaf" d=LEAF />
            <path class="sh-mark__low" d=LOW />
            <path class="sh-mark__mid" d=MID />
            <path class="sh-mark__top" d=TOP />
            <path class="sh-mark__lip" d=LIP />
        </svg>
    }
}

/// The flower mark with the name beside it.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <span class="sh-wordmark">
            <FlowerMark />
            <span class="sh-wordmark__name">"Selfheal"</span>
        </span>
    }
}

/// The mark and the wordmark.
pub fn examples() -> Vec<Example> {
    vec![
        Example { name: "Mark", view: || view! { <FlowerMark /> }.into_any() },
        Example { name: "Wordmark", view: || view! { <Wordmark /> }.into_any() },
    ]
}
