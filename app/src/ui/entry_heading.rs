//! The head of one entry's page: what it is, and how much.

use super::tag::{Tag, TagKind};
use super::{Example, Words};
use leptos::prelude::*;

/// The `h1` of an entry, with its value large, its status, and the line that says who wrote it down.
#[component]
pub fn EntryHeading(
    /// The name in plain words.
    #[prop(into)]
    title: String,
    /// Its category: "Test result".
    #[prop(optional, into)]
    caption: Words,
    /// The name the record uses, when it differs.
    #[prop(optional, into)]
    also: Words,
    /// When, as people say it.
    #[prop(optional, into)]
    date: Words,
    /// A value, such as "58".
    #[prop(optional, into)]
    value: Words,
    /// Its unit.
    #[prop(optional, into)]
    unit: Words,
    /// A status.
    #[prop(optional_no_strip)]
    tag: Option<(String, TagKind)>,
    /// "Recorded by …, Riverside Surgery, from the GP system".
    #[prop(optional, into)]
    source: Words,
) -> impl IntoView {
    let unit = unit.0.map(|unit| view! { " " <span class="sh-unit">{unit}</span> });
    let value = value.0.map(|value| view! { <span class="sh-entry-head__value">{value} {unit}</span> });
    let tag = tag.map(|(label, kind)| view! { <Tag label=label kind=kind /> });
    let amount = (value.is_some() || tag.is_some()).then(|| view! { <p class="sh-entry-head__amount">{value} " " {tag}</p> });
    view! {
        <div class="sh-entry-head">
            <h1 class="sh-heading__title">
                {caption.0.map(|caption| view! { <span class="nhsuk-caption">{caption}</span> " " })} {title}
            </h1>
            {also.0.map(|also| view! { <p class="sh-entry-head__also">{also}</p> })} {amount}
            {date.0.map(|date| view! { <p class="sh-entry-head__date">{date}</p> })}
            {source.0.map(|source| view! { <p class="sh-source">{source}</p> })}
        </div>
    }
}

/// Every state of the entry heading.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "A result",
            view: || {
                view! {
                    <EntryHeading
                        title="Long-term blood sugar (HbA1c)"
                        caption="Test result"
                        also="Haemoglobin A1c level, IFCC standardised"
                        date="Tuesday 3 November 2026, 10:40am"
                        value="58"
                        unit="mmol/mol"
                        tag=Some(("A little high".to_owned(), TagKind::Attention))
                        source="Recorded by Dr Amara Obi, Riverside Surgery, from the GP system"
                    />
                }
                .into_any()
            },
        },
        Example {
            name: "A problem",
            view: || {
                view! {
                    <EntryHeading
                        title="High blood pressure (hypertension)"
                        caption="Problem"
                        date="Since 9 May 2021"
                        source="Recorded by Riverside Surgery"
                    />
                }
                .into_any()
            },
        },
    ]
}
