//! Entries that were written down in one visit.

use super::entry_list::{EntryList, EntryRow};
use super::{Example, Level, Words, heading};
use leptos::prelude::*;

/// The visit, and below it what was done there. Under the heading of a day.
#[component]
pub fn VisitGroup(
    /// What visit it was.
    #[prop(into)]
    title: String,
    /// Where the visit's own page is.
    #[prop(into)]
    href: String,
    /// The time of day, and where.
    #[prop(optional, into)]
    text: Words,
    /// Only one [`EntryList`].
    children: Children,
) -> impl IntoView {
    let title = heading(Level::Three, "sh-visit__title", view! { <a href=href>{title}</a> });
    view! {
        <div class="sh-visit">
            {title} {text.0.map(|text| view! { <p class="sh-source">{text}</p> })} {children()}
        </div>
    }
}

/// Every state of the group.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "A visit with what was done there",
        view: || {
            view! {
                <VisitGroup title="GP consultation" href="/design" text="10:40am, Riverside Surgery">
                    <EntryList>
                        <EntryRow title="Blood pressure" href="/design" value="128/76" unit="mmHg" source="Dr Amara Obi" />
                        <EntryRow title="Ramipril 5 mg capsules" href="/design" text="Repeat medicine" source="Dr Amara Obi" />
                    </EntryList>
                </VisitGroup>
            }
            .into_any()
        },
    }]
}
