//! A QR code, drawn as one path.

use super::Example;
use leptos::prelude::*;
use std::fmt::Write;

/// The light border a reader needs, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code from its modules; dark on light in every colour scheme, or a camera would not read it.
#[component]
pub fn QrCode(
    /// The modules, row by row; `true` is dark.
    modules: Vec<Vec<bool>>,
    /// What it is for: "QR code for your authenticator app".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let side = modules.len() + 2 * QUIET;
    let view_box = format!("0 0 {side} {side}");
    view! {
        <svg class="sh-qr" viewBox=view_box width="240" height="240" role="img" aria-label=label shape-rendering="crispEdges">
            <rect width=side.to_string() height=side.to_string() fill="#fff" />
            <path fill="#000" d=path(&modules) />
        </svg>
    }
}

/// One subpath for each run of dark modules.
fn path(modules: &[Vec<bool>]) -> String {
    let mut path = String::new();
    for (y, row) in modules.iter().enumerate() {
        let mut x = 0;
        while x < row.len() {
            let run = row.iter().skip(x).take_while(|dark| **dark).count();
            if run > 0 {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    path
}

/// The code.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "A pattern of the right shape",
        view: || {
            let corner = |x: usize, y: usize| {
                let ring = x.abs_diff(3).max(y.abs_diff(3));
                (x < 8 && y < 8).then_some(ring == 3 || ring <= 1)
            };
            let modules = (0..25_usize)
                .map(|y| {
                    (0..25_usize)
                        .map(|x| {
                            corner(x, y)
                                .or_else(|| if x >= 17 { corner(24 - x, y) } else { None })
                                .or_else(|| if y >= 17 { corner(x, 24 - y) } else { None })
                                .unwrap_or((x * x + 3 * y + x * y) % 5 < 2)
                        })
                        .collect()
                })
                .collect();
            view! { <QrCode label="QR code for your authenticator app" modules=modules /> }.into_any()
        },
    }]
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_run_of_dark_modules_is_one_rectangle_inside_the_quiet_zone() {
        let modules = vec![vec![true, true, false], vec![false, false, true]];
        assert_eq!(super::path(&modules), "M4 4h2v1h-2zM6 5h1v1h-1z");
    }
}
