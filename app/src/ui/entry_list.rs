//! A list of record entries, newest first.

use super::tag::{Tag, TagKind};
use super::{Example, Words};
use leptos::prelude::*;

/// The list. Say how many there are in the heading above it.
#[component]
pub fn EntryList(
    /// Only [`EntryRow`]s.
    children: Children,
) -> impl IntoView {
    view! {
        <ul class="sh-entries" role="list">
            {children()}
        </ul>
    }
}

/// One entry: when, what, how much, from where. The whole row leads to the entry.
#[component]
pub fn EntryRow(
    /// The name in plain words.
    #[prop(into)]
    title: String,
    /// The name the record uses, small below it, where that is another.
    #[prop(optional, into)]
    also: Words,
    /// Where the entry is; without it the row is not a link.
    #[prop(optional, into)]
    href: Words,
    /// When, as people say it: "3 November 2026".
    #[prop(optional, into)]
    date: Words,
    /// The same date for machines: `2026-11-03`.
    #[prop(optional, into)]
    datetime: Words,
    /// A value, such as "128".
    #[prop(optional, into)]
    value: Words,
    /// Its unit, such as "g/L".
    #[prop(optional, into)]
    unit: Words,
    /// A line below the name, such as the dose.
    #[prop(optional, into)]
    text: Words,
    /// Who wrote it down: "Riverside Surgery".
    #[prop(optional, into)]
    source: Words,
    /// A status.
    #[prop(optional_no_strip)]
    tag: Option<(String, TagKind)>,
    /// What stands beside that status and does not take its place.
    #[prop(optional_no_strip)]
    mark: Option<(String, TagKind)>,
    /// What can be done about it: links, where the row itself is none.
    #[prop(optional_no_strip)]
    acts: Option<AnyView>,
) -> impl IntoView {
    let title = match (href.0, also.0) {
        (Some(href), None) => view! { <a class="sh-entry__link" href=href>{title}</a> }.into_any(),
        (Some(href), Some(also)) => {
            view! { <a class="sh-entry__link" href=href>{title} " " <span class="sh-entry__also">{also}</span></a> }.into_any()
        }
        (None, None) => title.into_any(),
        (None, Some(also)) => view! { {title} " " <span class="sh-entry__also">{also}</span> }.into_any(),
    };
    let undated = date.0.is_none();
    let date = date.0.map(|date| view! { <time class="sh-entry__date" datetime=datetime.0>{date}</time> });
    let amount = (value.0.is_some() || tag.is_some() || mark.is_some()).then(|| {
        let unit = unit.0.map(|unit| view! { " " <span class="sh-unit">{unit}</span> });
        let value = value.0.map(|value| view! { <span class="sh-entry__value">{value} {unit}</span> });
        let tag = tag.map(|(label, kind)| view! { <Tag label=label kind=kind /> });
        let mark = mark.map(|(label, kind)| view! { <Tag label=label kind=kind /> });
        view! { <div class="sh-entry__amount">{value} {tag} {mark}</div> }
    });
    view! {
        <li class=if undated { "sh-entry sh-entry--undated" } else { "sh-entry" }>
            {date}
            <p class="sh-entry__title">{title}</p>
            {text.0.map(|text| view! { <p class="sh-entry__text">{text}</p> })}
            {amount}
            {source.0.map(|source| view! { <p class="sh-source">{source}</p> })}
            {acts.map(|acts| view! { <p class="sh-entry__text">{acts}</p> })}
        </li>
    }
}

/// Every state of the list.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Test results",
            view: || {
                view! {
                    <EntryList>
                        <EntryRow
                            title="Long-term blood sugar (HbA1c)"
                            also="Haemoglobin A1c level, IFCC"
                            href="/design"
                            date="Tuesday 3 November 2026"
                            datetime="2026-11-03"
                            value="58"
                            unit="mmol/mol"
                            source="Riverside Surgery"
                            tag=Some(("A little high".to_owned(), TagKind::Attention))
                        />
                        <EntryRow
                            title="Kidney function (eGFR)"
                            href="/design"
                            date="Tuesday 3 November 2026"
                            datetime="2026-11-03"
                            value="74"
                            unit="mL/min/1.73m²"
                            source="Riverside Surgery"
                            tag=Some(("In range".to_owned(), TagKind::Good))
                            mark=Some(("Reported as wrong".to_owned(), TagKind::Attention))
                        />
                        <EntryRow
                            title="Blood pressure"
                            href="/design"
                            date="14 June 2026"
                            datetime="2026-06-14"
                            value="128/76"
                            unit="mmHg"
                            source="Written down by you"
                        />
                    </EntryList>
                }
                .into_any()
            },
        },
        Example {
            name: "Medicines, without values",
            view: || {
                view! {
                    <EntryList>
                        <EntryRow
                            title="Ramipril 5 mg capsules"
                            href="/design"
                            date="Since 9 May 2021"
                            text="One a day, for high blood pressure"
                            source="Riverside Surgery"
                        />
                        <EntryRow
                            title="Amoxicillin 500 mg capsules"
                            href="/design"
                            date="March 2024"
                            source="St Anne’s Hospital"
                            tag=Some(("Ended".to_owned(), TagKind::Neutral))
                        />
                    </EntryList>
                }
                .into_any()
            },
        },
    ]
}
