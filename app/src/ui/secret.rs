//! Secrets that are copied by hand: an authenticator key, recovery codes.

use super::Example;
use leptos::prelude::*;

/// A key in groups of 4, which read as groups and copy as one word.
#[component]
pub fn Secret(
    /// The key without spaces.
    #[prop(into)]
    value: String,
    /// What it is, for a screen reader.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let letters: Vec<char> = value.chars().filter(|letter| !letter.is_whitespace()).collect();
    let groups = letters
        .chunks(4)
        .map(|group| view! { <span class="sh-secret__group">{group.iter().collect::<String>()}</span> })
        .collect_view();
    view! {
        <p class="sh-secret">
            <span class="nhsuk-u-visually-hidden">{format!("{label}: ")}</span>
            <code>{groups}</code>
        </p>
    }
}

/// Codes that each work once.
#[component]
pub fn RecoveryCodes(
    /// The codes.
    codes: Vec<String>,
) -> impl IntoView {
    let codes = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view();
    view! { <ol class="sh-codes" role="list">{codes}</ol> }
}

/// Every state of the secrets.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Authenticator key",
            view: || {
                view! { <Secret label="Key for your authenticator app" value="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" /> }.into_any()
            },
        },
        Example {
            name: "Recovery codes",
            view: || {
                let codes =
                    ["7KQ2-M4TX", "9RFA-3HDW", "C8NP-6YJE", "X2LV-8BGS", "4TUM-K7ZQ", "H6WD-2PRC", "E3YJ-5NAF", "B9GS-V4XL"];
                view! { <RecoveryCodes codes=codes.map(str::to_owned).to_vec() /> }.into_any()
            },
        },
    ]
}
