//! Pages that are the same for everybody: who asks is not looked up, and each is rendered once.

use crate::ctx::problem;
use crate::shell::{Document, Frame, Place};
use crate::state::AppState;
use domain::profile::Display;
use domain::when::london_day;

/// For a network that asks for more than people read; a refusal must cost little.
#[must_use]
pub fn too_many(state: &AppState) -> String {
    let text = "Your internet connection asked us for too many pages in a short time. Nothing was changed. Wait a few \
                seconds, then try again.";
    page(state, "Too many requests", text)
}

/// For whoever sent something, where nobody knows whether it was done.
#[must_use]
pub fn unsure(state: &AppState) -> String {
    let text = "Something went wrong on our side, or it took too long. If you sent something, look whether it was done. Then try \
                again in a minute.";
    page(state, "Sorry, we could not finish this", text)
}

fn page(state: &AppState, title: &'static str, text: &str) -> String {
    let document = Document {
        title,
        place: Place::Elsewhere,
        frame: Frame::SignedOut,
        demo: state.demo.is_some(),
        island: false,
        path: "/",
        has_errors: false,
        said: None,
        printed: None,
        running: None,
        today: london_day(state.services.core.now()),
        binding: None,
        display: Display::NONE,
        assets: &state.assets,
    };
    document.render(|| problem(title, text.to_owned()))
}
