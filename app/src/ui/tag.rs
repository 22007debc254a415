//! A status in one or two words, told by word and shape before colour.

use super::Example;
use leptos::prelude::*;

/// What the status means for the person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TagKind {
    /// A plain fact: a ring.
    #[default]
    Neutral,
    /// New or worth knowing: a filled circle.
    Info,
    /// Done, or in range: a tick.
    Good,
    /// Needs a look: a triangle.
    Attention,
    /// Needs an act soon: a filled diamond.
    Danger,
}

/// A word with a shape.
#[component]
pub fn Tag(
    /// The word or two.
    #[prop(into)]
    label: String,
    /// What it means.
    #[prop(optional)]
    kind: TagKind,
) -> impl IntoView {
    let (class, path) = match kind {
        TagKind::Neutral => ("nhsuk-tag", "M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm0 2a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5Z"),
        TagKind::Info => ("nhsuk-tag nhsuk-tag--info", "M6 1.500a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z"),
        TagKind::Good => ("nhsuk-tag nhsuk-tag--good", "m4.6 8.1 5.3-6 1.5 1.3-6.7 7.600L.7 7l1.3-1.500Z"),
        TagKind::Attention => ("nhsuk-tag nhsuk-tag--attention", "m6 1 5.7 10H.300Z"),
        TagKind::Danger => ("nhsuk-tag nhsuk-tag--danger", "m6 0 6 6-6 6-6-6Z"),
    };
    view! {
        <strong class=class>
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
                <path d=path />
            </svg>
            {label}
        </strong>
    }
}

/// Every kind of tag.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "All kinds",
        view: || {
            view! {
                <p>
                    <Tag label="Ended" />
                    " "
                    <Tag label="New" kind=TagKind::Info />
                    " "
                    <Tag label="In range" kind=TagKind::Good />
                    " "
                    <Tag label="A little high" kind=TagKind::Attention />
                    " "
                    <Tag label="Very high" kind=TagKind::Danger />
                </p>
            }
            .into_any()
        },
    }]
}
