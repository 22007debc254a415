//! Signing in with a passkey and making one. A browser that knows no passkeys never sees the buttons.

use leptos::prelude::*;

/// What a passkey is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// To sign in.
    SignIn,
    /// To have one to sign in with.
    Register,
}

impl Act {
    /// The words on its button.
    const fn label(self) -> &'static str {
        match self {
            Self::SignIn => "Sign in with a passkey",
            Self::Register => "Create a passkey",
        }
    }
}

/// How far the act is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// The page has just come: nothing is shown, and the place of the button is kept, so that nothing moves when it comes.
    #[default]
    Awaited,
    /// The browser knows no passkeys.
    Hidden,
    /// The button can be pressed.
    Ready,
    /// The browser or the service is at work.
    Busy,
    /// It came to nothing, for this reason; it can be tried again.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "nothing is tried on the server"))]
    Stopped(String),
}

impl Stage {
    /// Whether there is nothing to be pressed.
    const fn is_hidden(&self) -> bool {
        matches!(self, Self::Awaited | Self::Hidden)
    }

    /// The mark by which the style sheet keeps the place.
    fn place(&self) -> Option<&'static str> {
        (*self == Self::Awaited).then_some("yes")
    }
}

/// A button to sign in with a passkey.
#[island]
pub fn PasskeySignIn() -> impl IntoView {
    let stage = stage();
    view! {
        <div class="nhsuk-form-group" hidden=move || stage.get().is_hidden() data-awaited=move || stage.get().place()>
            {button(Act::SignIn, stage)}
            <p>"or"</p>
        </div>
    }
}

/// A button to create a passkey, below what the page says about it. Where there are no passkeys, the page says nothing.
#[island]
pub fn PasskeyRegister(
    /// What the page says about passkeys.
    children: Children,
) -> impl IntoView {
    let stage = stage();
    view! {
        <div hidden=move || stage.get().is_hidden() data-awaited=move || stage.get().place()>
            {children()} {button(Act::Register, stage)}
        </div>
    }
}

/// Hidden, until the browser has said that it knows passkeys.
fn stage() -> RwSignal<Stage> {
    let stage = RwSignal::new(Stage::default());
    Effect::new(move |_| stage.set(if supported() { Stage::Ready } else { Stage::Hidden }));
    stage
}

fn button(act: Act, stage: RwSignal<Stage>) -> impl IntoView {
    let busy = move || stage.get() == Stage::Busy;
    let words = move || if busy() { "Waiting for your passkey…" } else { act.label() };
    let problem = move || if let Stage::Stopped(problem) = stage.get() { problem } else { String::new() };
    let begin = move |_| {
        if stage.get_untracked() != Stage::Busy {
            stage.set(Stage::Busy);
            run(act, stage);
        }
    };
    view! {
        <p class="nhsuk-error-message" role="alert" hidden=move || problem().is_empty()>
            {problem}
        </p>
        <button class="nhsuk-button" type="button" aria-disabled=move || busy().then_some("true") on:click=begin>
            {words}
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn supported() -> bool {
    super::credentials::are_supported()
}

#[cfg(feature = "hydrate")]
fn run(act: Act, stage: RwSignal<Stage>) {
    leptos::task::spawn_local(async move {
        if let Err(problem) = super::credentials::run(act).await {
            stage.set(Stage::Stopped(problem));
        }
    });
}

#[cfg(not(feature = "hydrate"))]
const fn supported() -> bool {
    false
}

/// On the server nothing is ever pressed.
#[cfg(not(feature = "hydrate"))]
fn run(act: Act, stage: RwSignal<Stage>) {
    let _ = (act, stage);
}
