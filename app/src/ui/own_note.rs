//! Something that the person wrote, and no service.

use super::found::Marked;
use super::icon::{Icon, IconName};
use super::{Example, Level, Words, heading};
use leptos::prelude::*;

/// A note with a look of its own, so that nobody takes it for an entry of a service: whose words it is stands first.
#[component]
pub fn OwnNote(
    /// Whose words it is: "You wrote this".
    #[prop(into)]
    by: String,
    /// Of which day it is.
    #[prop(into)]
    day: String,
    /// What it is called; "Note" without.
    #[prop(optional, into)]
    title: Words,
    /// The title in parts, where some of it was looked for and is marked.
    #[prop(optional)]
    parts: Vec<(String, bool)>,
    /// Where its own page is; the title is no link without it.
    #[prop(optional, into)]
    href: Words,
    /// What it says, with its lines.
    #[prop(into)]
    text: String,
    /// What it is about, and who may read it.
    #[prop(optional)]
    children: Option<Children>,
    /// Rank of the heading.
    #[prop(optional)]
    level: Level,
) -> impl IntoView {
    let title = title.0.filter(|title| !title.is_empty()).unwrap_or_else(|| "Note".to_owned());
    let title = if parts.is_empty() { title.into_any() } else { view! { <Marked parts /> }.into_any() };
    let title = match href.0 {
        Some(href) => view! { <a href=href><bdi>{title}</bdi></a> }.into_any(),
        None => view! { <bdi>{title}</bdi> }.into_any(),
    };
    let title = heading(level, "sh-own__title", title);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let lines = lines.into_iter().map(|line| view! { <p><bdi>{line}</bdi></p> }).collect_view();
    view! {
        <article class="sh-own">
            <p class="sh-own__by"><Icon name=IconName::Pen /> <strong>{by}</strong> " · " {day}</p>
            {title}
            {lines}
            {children.map(|children| children())}
        </article>
    }
}

/// Every state of the note.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "With a title",
            view: || {
                view! {
                    <OwnNote
                        by="You wrote this"
                        day="3 November 2026"
                        title="After the new tablets"
                        href="/design"
                        text="I felt dizzy on the first two days.\nIt is better now."
                        level=Level::Three
                    >
                        <p>"Only you can read it."</p>
                    </OwnNote>
                }
                .into_any()
            },
        },
        Example {
            name: "Without one, of somebody else",
            view: || {
                view! { <OwnNote by="Edna Hughes wrote this" day="3 November 2026" text="It hurts less." level=Level::Three /> }
                    .into_any()
            },
        },
    ]
}
