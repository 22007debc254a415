//! A bar code (Code 128), drawn as one path.

use super::Example;
use leptos::prelude::*;
use std::fmt::Write;

/// The light border a reader needs on each side, in modules (ISO/IEC 15417).
const QUIET: usize = 10;
/// How high it is, in modules: it is stretched to the height that there is.
const HEIGHT: usize = 60;

/// A bar code from its modules; dark on light in every colour scheme, or a reader would not read it.
#[component]
pub fn BarCode(
    /// The modules from left to right; `true` is dark.
    modules: Vec<bool>,
    /// What it is for: "Bar code of prescription 04F4C2-A99968-7F717P".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let width = modules.len() + 2 * QUIET;
    let view_box = format!("0 0 {width} {HEIGHT}");
    view! {
        <svg
            class="sh-bar-code"
            viewBox=view_box
            width="100%"
            height="96"
            preserveAspectRatio="none"
            role="img"
            aria-label=label
            shape-rendering="crispEdges"
        >
            <rect width=width.to_string() height=HEIGHT.to_string() fill="#fff" />
            <path fill="#000" d=path(&modules) />
        </svg>
    }
}

/// One bar for each run of dark modules.
fn path(modules: &[bool]) -> String {
    let (mut path, mut x) = (String::new(), 0);
    while x < modules.len() {
        let run = modules.iter().skip(x).take_while(|dark| **dark).count();
        if run > 0 {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} 0h{run}v{HEIGHT}h-{run}z", x + QUIET);
        }
        x += run.max(1);
    }
    path
}

/// The code.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "A pattern of the right shape",
        view: || {
            let modules = (0..255_usize).map(|x| (x * x + 3 * x) % 7 < 3).collect();
            view! { <BarCode label="Bar code of prescription 04F4C2-A99968-7F717P" modules=modules /> }.into_any()
        },
    }]
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_run_of_dark_modules_is_one_bar_inside_the_quiet_zone() {
        assert_eq!(super::path(&[true, true, false, true]), "M10 0h2v60h-2zM13 0h1v60h-1z");
        assert_eq!(super::path(&[]), "");
    }
}
