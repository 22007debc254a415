//! For a network that asks for more than people read.

use crate::ctx::problem;
use crate::shell::{Document, Frame, Place};
use crate::state::AppState;
use domain::profile::Display;

/// The page, the same for everybody: who asks is not looked up, because a refusal must cost little.
#[must_use]
pub fn page(state: &AppState) -> String {
    const TITLE: &str = "Too many requests";
    let text = "Your internet connection asked us for too many pages in a short time. Nothing was changed. Wait a few \
                seconds, then try again.";
    let document = Document {
        title: TITLE,
        place: Place::Elsewhere,
        frame: Frame::SignedOut,
        demo: state.demo.is_some(),
        island: false,
        path: "/",
        has_errors: false,
        said: None,
        binding: None,
        display: Display::NONE,
        assets: &state.assets,
    };
    document.render(|| problem(TITLE, text.to_owned()))
}
