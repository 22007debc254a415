//! What an entry said before.

use super::Example;
use leptos::prelude::*;

/// One version of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// When it was received, as people say it.
    pub when: String,
    /// What it said, or what changed.
    pub what: String,
    /// Where it came from.
    pub source: String,
    /// Where it can be read in full.
    pub href: Option<String>,
}

/// The versions of an entry below each other, newest first, on a line of time.
#[component]
pub fn VersionList(
    /// The versions, newest first.
    versions: Vec<Version>,
) -> impl IntoView {
    let items = versions
        .into_iter()
        .map(|version| {
            let what = match version.href {
                Some(href) => view! { <a href=href>{version.what}</a> }.into_any(),
                None => version.what.into_any(),
            };
            view! {
                <li class="sh-version">
                    <p class="sh-version__when">{version.when}</p>
                    <p class="sh-version__what">{what}</p>
                    <p class="sh-source">{version.source}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="sh-versions" role="list">{items}</ol> }
}

/// Every state of the versions.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "Two versions",
        view: || {
            view! {
                <VersionList versions=vec![
                    Version {
                        when: "4 November 2026".to_owned(),
                        what: "58 mmol/mol, final".to_owned(),
                        source: "Riverside Surgery, from the GP system".to_owned(),
                        href: None,
                    },
                    Version {
                        when: "3 November 2026".to_owned(),
                        what: "57 mmol/mol, not yet checked".to_owned(),
                        source: "Riverside Surgery, from the GP system".to_owned(),
                        href: Some("/design".to_owned()),
                    },
                ] />
            }
            .into_any()
        },
    }]
}
