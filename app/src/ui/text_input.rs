//! A one-line text field.

use super::field::{aria_invalid, described_by, error_view, group_class, hint_view, label as label_view};
use super::{Example, Width, Words};
use leptos::prelude::*;

/// What is typed, which chooses the keyboard of a phone. Nothing here makes the browser check the value:
/// the server does, and says what is wrong in plain words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Words.
    #[default]
    Text,
    /// An email address.
    Email,
    /// A phone number, spaces allowed.
    Phone,
    /// Digits, spaces allowed: an NHS number.
    Numeric,
    /// A number that may have decimals.
    Decimal,
    /// A code sent or shown once; a phone may offer to fill it in.
    OneTimeCode,
    /// A code of letters and digits, such as the one in a practice's letter: no guessing by the keyboard.
    LetterCode,
}

impl InputKind {
    fn type_(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "tel",
            Self::Text | Self::Numeric | Self::Decimal | Self::OneTimeCode | Self::LetterCode => "text",
        }
    }

    fn inputmode(self) -> Option<&'static str> {
        match self {
            Self::Numeric | Self::OneTimeCode => Some("numeric"),
            Self::Decimal => Some("decimal"),
            Self::Email => Some("email"),
            Self::Phone => Some("tel"),
            Self::Text | Self::LetterCode => None,
        }
    }

    fn plain(self) -> bool {
        !matches!(self, Self::Text)
    }
}

/// A label, an optional hint and error, and a text field, tied together by id.
///
/// The id of the field is `id`; its hint is `{id}-hint` and its error `{id}-error`, so an error summary
/// links to `#{id}`.
#[component]
pub fn TextInput(
    /// Id of the field, unique on the page.
    #[prop(into)]
    id: String,
    /// Name sent with the form; the id when left out.
    #[prop(optional, into)]
    name: Words,
    /// The question or the name of the field.
    #[prop(into)]
    label: String,
    /// Help that must be read before typing.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong and how to put it right.
    #[prop(optional, into)]
    error: Words,
    /// What was typed before.
    #[prop(optional, into)]
    value: Words,
    /// What is typed.
    #[prop(optional)]
    kind: InputKind,
    /// How much is typed.
    #[prop(optional)]
    width: Width,
    /// The `autocomplete` token, such as `email` or `family-name`; `off` for what must not be remembered.
    #[prop(optional, into)]
    autocomplete: Words,
    /// True when the page asks only this: the label is the `h1`.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let name = name.0.unwrap_or_else(|| id.clone());
    let autocomplete = autocomplete.0.or_else(|| (kind == InputKind::OneTimeCode).then(|| "one-time-code".to_owned()));
    let class = if kind == InputKind::Text || kind == InputKind::Email {
        width.class().to_owned()
    } else {
        format!("{} sh-code-input", width.class())
    };
    view! {
        <div class=group_class(&error)>
            {label_view(&id, label, heading)} {hint_view(&id, &hint)} {error_view(&id, &error)}
            <input
                class=class
                id=id.clone()
                name=name
                type=kind.type_()
                inputmode=kind.inputmode()
                autocomplete=autocomplete
                spellcheck=kind.plain().then_some("false")
                autocapitalize=kind.plain().then_some("none")
                value=value.0
                aria-describedby=described_by(&id, &hint, &error)
                aria-invalid=aria_invalid(error.0.is_some())
            />
        </div>
    }
}

/// Every state of the text field.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Email",
            view: || {
                view! { <TextInput id="ti-email" label="Email address" kind=InputKind::Email autocomplete="email" /> }.into_any()
            },
        },
        Example {
            name: "With a hint and a value",
            view: || {
                view! {
                    <TextInput
                        id="ti-nhs"
                        label="NHS number"
                        hint="10 digits, on any letter from the NHS. Spaces are fine."
                        value="999 012 3456"
                        kind=InputKind::Numeric
                        width=Width::Twenty
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "Phone number",
            view: || {
                view! { <TextInput id="ti-mobile" label="Mobile number" kind=InputKind::Phone autocomplete="tel" width=Width::Twenty /> }
                    .into_any()
            },
        },
        Example {
            name: "With an error",
            view: || {
                view! {
                    <TextInput
                        id="ti-code"
                        label="Code from the letter"
                        hint="10 letters and numbers. Capitals do not matter."
                        error="We could not find that code. Check the letter, or ask the practice for a new one."
                        value="K7Q2"
                        kind=InputKind::LetterCode
                        width=Width::Twenty
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "One-time code, the only question on its page",
            view: || {
                view! {
                    <TextInput
                        id="ti-otp"
                        label="What is the code?"
                        hint="Open your authenticator app. The code has 6 digits."
                        kind=InputKind::OneTimeCode
                        width=Width::Ten
                        heading=true
                    />
                }
                .into_any()
            },
        },
    ]
}
