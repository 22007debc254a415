//! What was found in a record, with what was looked for marked.

use super::entry_list::EntryList;
use super::tag::{Tag, TagKind};
use super::{Example, Words};
use leptos::prelude::*;

/// A text in parts; those that were looked for are marked.
#[component]
pub fn Marked(
    /// Each part, and whether it is marked.
    parts: Vec<(String, bool)>,
) -> impl IntoView {
    let part = |(text, marked): (String, bool)| {
        if marked { view! { <mark class="sh-mark">{text}</mark> }.into_any() } else { text.into_any() }
    };
    parts.into_iter().map(part).collect_view()
}

/// One entry that was found, in an [`EntryList`]. The whole row leads to the entry.
#[component]
pub fn FoundRow(
    /// Its name in parts.
    title: Vec<(String, bool)>,
    /// Where the entry is.
    #[prop(into)]
    href: String,
    /// When, as people say it.
    #[prop(into)]
    date: String,
    /// The same date for machines.
    #[prop(optional, into)]
    datetime: Words,
    /// What sort of thing it is.
    #[prop(optional, into)]
    text: Words,
    /// Where else in the entry it says what was looked for: what introduces that, and its words in parts.
    #[prop(optional_no_strip)]
    context: Option<(String, Vec<(String, bool)>)>,
    /// Who wrote it down and sent it.
    #[prop(optional, into)]
    source: Words,
    /// A status.
    #[prop(optional_no_strip)]
    mark: Option<(String, TagKind)>,
) -> impl IntoView {
    let context = context.map(|(label, parts)| {
        view! { <p class="sh-entry__text">{format!("{label}: ")} <q class="sh-found"><Marked parts /></q></p> }
    });
    view! {
        <li class="sh-entry">
            <time class="sh-entry__date" datetime=datetime.0>{date}</time>
            <p class="sh-entry__title"><a class="sh-entry__link" href=href><Marked parts=title /></a></p>
            {text.0.map(|text| view! { <p class="sh-entry__text">{text}</p> })}
            {context}
            {mark.map(|(label, kind)| view! { <div class="sh-entry__amount"><Tag label=label kind=kind /></div> })}
            {source.0.map(|source| view! { <p class="sh-source">{source}</p> })}
        </li>
    }
}

/// Every state of the row.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "Found by its name, and by what it says",
        view: || {
            let parts =
                |parts: &[(&str, bool)]| parts.iter().map(|(text, marked)| ((*text).to_owned(), *marked)).collect::<Vec<_>>();
            view! {
                <EntryList>
                    <FoundRow
                        title=parts(&[("Amoxicillin", true), (" 500mg capsules", false)])
                        href="/design"
                        date="3 November 2026"
                        datetime="2026-11-03"
                        text="Medicine"
                        source="Riverside Surgery"
                        mark=Some(("Reported as wrong".to_owned(), TagKind::Attention))
                    />
                    <FoundRow
                        title=parts(&[("Essential hypertension", false)])
                        href="/design"
                        date="9 May 2021"
                        datetime="2021-05-09"
                        text="Health problem"
                        context=Some((
                            "In plain words".to_owned(),
                            parts(&[("High", true), (" ", false), ("blood", true), (" ", false), ("pressure", true)]),
                        ))
                        source="Dr Amara Obi, Riverside Surgery"
                    />
                </EntryList>
            }
            .into_any()
        },
    }]
}
